/*
 * quantity: amounts such as 500m, 1.5Gi and 1e3. Layer: lang.
 *
 * Follows k8s.io/apimachinery, pkg/api/resource: amounts are decimal and exact to a billionth;
 * what is smaller is rounded away from zero, and an amount with a binary suffix that needs more
 * than an int64 is cut to its greatest value.
 */
#ifndef OV_QUANTITY_H
#define OV_QUANTITY_H

#include "base/str.h"

/** In which family of suffixes an amount was written and is printed. */
enum ov_quantity_format {
	OV_QUANTITY_DECIMAL,  /**< 500m, 12, 12M */
	OV_QUANTITY_BINARY,   /**< 12Mi */
	OV_QUANTITY_EXPONENT, /**< 12e6 */
};

enum {
	OV_QUANTITY_LIMBS = 8,
	/** Room for the longest text of a quantity, with its NUL. */
	OV_QUANTITY_TEXT = 96,
};

/** An amount; {0} is zero. Its absolute value is below 2^256 billionths, about 1.1e68. */
struct ov_quantity {
	uint32_t nano[OV_QUANTITY_LIMBS]; /**< absolute value in billionths, low part first */
	bool negative;                    /**< never set for zero */
	bool wide;      /**< Kubernetes keeps it as a big decimal, which is no integer to CEL */
	int8_t scale;   /**< power of ten in which Kubernetes keeps it where it is not wide */
	uint8_t format; /**< enum ov_quantity_format */
};

/**
 * Reads what ParseQuantity reads, which includes forms without any digit ("Ki", "+"); refuses
 * amounts past the range of the struct. `*why` (may be NULL) is set on false.
 */
bool ov_quantity_parse(struct ov_str s, struct ov_quantity *out, const char **why);

/** The amount of an integer. */
struct ov_quantity ov_quantity_int(int64_t i);

/** -1, 0 or 1. */
int ov_quantity_sign(struct ov_quantity q);

/** -1, 0 or 1, by amount alone. */
int ov_quantity_compare(struct ov_quantity a, struct ov_quantity b);

/** a + b in the format of `a` (of `b` where `a` is zero); false where it passes the range. */
bool ov_quantity_add(struct ov_quantity a, struct ov_quantity b, struct ov_quantity *out);

/** a - b, as ov_quantity_add. */
bool ov_quantity_sub(struct ov_quantity a, struct ov_quantity b, struct ov_quantity *out);

/**
 * The amount as an integer where Quantity.AsInt64 gives one: not for every whole amount, since
 * 1000m and 0.5Gi are kept in a form that it does not reduce.
 */
bool ov_quantity_as_integer(struct ov_quantity q, int64_t *out);

/** Whether the amount is a whole number, however it was written. */
bool ov_quantity_is_whole(struct ov_quantity q);

/** The nearest double, or one beside it (AsApproximateFloat64). */
double ov_quantity_as_double(struct ov_quantity q);

/**
 * Writes the canonical form (CanonicalizeBytes) and returns its length. Amounts from 1000E are
 * written with E, where Kubernetes leaves out a suffix it does not have.
 */
size_t ov_quantity_print(struct ov_quantity q, char out[OV_QUANTITY_TEXT]);

#endif
