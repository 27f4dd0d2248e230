/*
 * text: strings that functions build and search, within the limits. Layer: expr.
 *
 * CEL counts characters of a string in code points.
 */
#ifndef OV_TEXT_H
#define OV_TEXT_H

#include "expr/eval.h"

/** A string in the making, every byte of which is counted. */
struct ov_text {
	struct ov_eval *eval;
	const struct ov_expr *at;
	struct ov_buf buf;
	struct ov_value error; /**< OV_KIND_NONE until the expression builds too much */
};

/** Begins a string for the call `at`. */
struct ov_text ov_text_begin(struct ov_eval *eval, const struct ov_expr *at);

/** Appends bytes; false where that is too much. */
bool ov_text_add(struct ov_text *text, struct ov_str s);

/** Appends one byte. */
bool ov_text_putc(struct ov_text *text, char c);

/** Appends a code point. */
bool ov_text_put(struct ov_text *text, uint32_t cp);

/** The finished string or the error; frees what was used on the way. */
struct ov_value ov_text_end(struct ov_text *text);

/** Frees a string that is not wanted any more. */
void ov_text_drop(struct ov_text *text);

/** Offset of code point `index`, the length for the one behind the last, else SIZE_MAX. */
size_t ov_text_offset(struct ov_str s, int64_t index);

/** Appends a double without an exponent, in the fewest digits; it must be finite. */
bool ov_text_double(struct ov_text *text, double d);

/** Appends a timestamp as RFC 3339 has it, or a duration as in "1.5s". */
bool ov_text_time(struct ov_text *text, struct ov_value v);

/** A needle prepared for searches whose time is linear, whatever it holds. */
struct ov_finder {
	struct ov_str needle;
	uint32_t *border; /**< for each prefix, the length of its longest border */
	uint32_t few[32];
};

/** Prepares a needle that is not empty; to be released. Not to be moved. */
void ov_finder_init(struct ov_finder *finder, struct ov_str needle);

/** Frees what the finder holds. */
void ov_finder_release(struct ov_finder *finder);

/** The first place in `s` at or behind `from`, or SIZE_MAX. */
size_t ov_finder_next(const struct ov_finder *finder, struct ov_str s, size_t from);

/** The last place in `s` up to `most`, or SIZE_MAX. */
size_t ov_finder_last(const struct ov_finder *finder, struct ov_str s, size_t most);

#endif
