/*
 * format: the syntaxes of string values that a schema may name. Layer: lang.
 *
 * They are the formats of JSON Schema 2020-12 (validation, section 7.3) except idn-hostname and
 * regex, and those of ovec's own.
 */
#ifndef OV_FORMAT_H
#define OV_FORMAT_H

#include "base/arena.h"
#include "base/str.h"

/** What a check found. */
enum ov_format_verdict {
	OV_FORMAT_OK,
	OV_FORMAT_BAD,
	OV_FORMAT_UNKNOWN, /**< there is no such format here */
};

/** A format. */
struct ov_format_info {
	struct ov_str name;
	const char *description; /**< one line */
	const char *example;     /**< a right value */
	/** The check: NULL where `s` is right, otherwise what is wrong; NULL for cron alone,
	 * whose reasons need an arena. */
	const char *(*fault)(struct ov_str s);
};

/**
 * Checks `s` against the named format; on OV_FORMAT_BAD `*why` is a constant or arena text that
 * says what is wrong and what to write, to be printed after "…: ".
 */
enum ov_format_verdict ov_format_check(
	struct ov_arena *arena, struct ov_str name, struct ov_str s, struct ov_str *why);

/** Whether ov_format_check knows the name. */
bool ov_format_known(struct ov_str name);

/** For the documentation: names, one-line descriptions, an example each. */
const struct ov_format_info *ov_format_table(size_t *count);

#endif
