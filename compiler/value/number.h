/*
 * number: numbers as text, the same for JSON, YAML and every report. Layer: value.
 *
 * Nothing here depends on the locale: the program never calls setlocale(), so that strtod()
 * and printf() keep the "C" locale that every C program starts in.
 */
#ifndef OV_NUMBER_H
#define OV_NUMBER_H

#include "value/value.h"

/**
 * Reads a JSON number (RFC 8259, 6): an integer becomes OV_KIND_INT, above INT64_MAX and up to
 * UINT64_MAX OV_KIND_UINT, all else the nearest double. False where the text is not a JSON
 * number or lies outside the range of a double; `*out` is then unchanged.
 */
bool ov_number_parse(struct ov_str s, struct ov_value *out);

/**
 * Reads a decimal number in the wider form of YAML's core schema (10.3.2), `[-+]?(\.[0-9]+ |
 * [0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, as the nearest double. False for any other text and
 * out of range; a number too small becomes 0.
 */
bool ov_number_double(struct ov_str s, double *out);

/**
 * Appends the number as encoding/json of Go writes it: integers in full, doubles with the
 * fewest digits that read back as the same double, with an exponent below 1e-6 and from 1e21
 * on. A double that is not finite has no JSON form and is a bug of the caller.
 */
void ov_number_print(struct ov_buf *buf, struct ov_value v);

/** a + b; false where that is past 64 bits. */
static inline bool ov_int_add(int64_t a, int64_t b, int64_t *out)
{
	if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b)
		return false;
	*out = a + b;
	return true;
}

/** a - b; false where that is past 64 bits. */
static inline bool ov_int_sub(int64_t a, int64_t b, int64_t *out)
{
	if (b < 0 ? a > INT64_MAX + b : a < INT64_MIN + b)
		return false;
	*out = a - b;
	return true;
}

/** The shortest decimal digits of a double, for other layouts of it. */
struct ov_digits {
	char digit[18]; /**< without leading or trailing zeros, followed by a NUL; "0" for zero
			 */
	int count;
	int exponent; /**< of the first digit: 1.5 has 0, 150 has 2 */
	bool negative;
};

/** Digits of a finite double; where `single`, the fewest that read back as the same float. */
struct ov_digits ov_number_digits(double d, bool single);

#endif
