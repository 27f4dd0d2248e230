/*
 * regex_syntax: the grammars of the dialects of regex.h; private to regex*.c. Layer: foreign.
 *
 * A reader checks a pattern by its dialect's grammar and writes an equivalent one in PCRE2's.
 */
#ifndef OV_REGEX_SYNTAX_H
#define OV_REGEX_SYNTAX_H

#include "base/arena.h"
#include "base/str.h"

/** What came last in the pattern, to know whether a repetition may follow. */
enum ov_regex_last {
	OV_REGEX_LAST_NOTHING, /**< the beginning, `(`, `|` or what cannot be repeated */
	OV_REGEX_LAST_ATOM,
	OV_REGEX_LAST_REPEAT,
};

/** A group that is open. */
struct ov_regex_open {
	bool assertion; /**< a look-around */
	size_t repeats; /**< largest product of the counted repetitions inside */
};

/** A pattern on its way from one grammar to the other. */
struct ov_regex_reader {
	struct ov_arena *arena;
	struct ov_str in;
	size_t at;
	struct ov_buf *out;
	struct ov_str error; /**< set by the first mistake; in the arena */
	enum ov_regex_last last;
	size_t atom_repeats; /**< product of the counted repetitions in the last atom */
	OV_VEC(struct ov_regex_open) open;
	OV_VEC(struct ov_str) names; /**< of groups, by number - 1; empty where it has none */
};

/** Bounds of a repetition; `max` is SIZE_MAX where there is none. */
struct ov_regex_bounds {
	size_t min;
	size_t max;
};

/** Reads ECMA-262 (pattern grammar with the `u` flag); groups may be left open. */
void ov_regex_read_ecma(struct ov_regex_reader *r);

/** Reads RE2 (Go's regexp/syntax with its Perl flags); groups may be left open. */
void ov_regex_read_re2(struct ov_regex_reader *r);

/** Records the first mistake, with its place; returns false. */
bool ov_regex_fail(struct ov_regex_reader *r, size_t at, const char *what);

/** Byte `ahead` bytes from the place of reading, or -1 behind the end. */
int ov_regex_peek(const struct ov_regex_reader *r, size_t ahead);

/** Whether `text` stands at the place of reading; if so it is passed over. */
bool ov_regex_skip(struct ov_regex_reader *r, const char *text);

/** Writes a code point so that it stands for itself, in and out of a class. */
void ov_regex_put(struct ov_regex_reader *r, uint32_t cp);

/** Reads `digits` hexadecimal digits, or any number up to a `}` where it is 0. */
bool ov_regex_hex(struct ov_regex_reader *r, size_t digits, uint32_t *cp);

/** Whether it is a code point, and no half of a surrogate pair; if not, that is a mistake. */
bool ov_regex_code_point(struct ov_regex_reader *r, size_t at, uint32_t cp);

/**
 * An escape, of the letter `c`, that the dialects share, but for what white space is. `*set`
 * tells that it was a set of characters, which is then written; otherwise `*cp` is the
 * character, and nothing is written. False where `c` is no such letter.
 */
bool ov_regex_escape(struct ov_regex_reader *r, int c, bool in_class, const char *spaces,
	bool *set, uint32_t *cp);

/** Passes over the `[` of a class and a `^` behind it, and writes them; returns its place. */
size_t ov_regex_open_class(struct ov_regex_reader *r);

/** Whether a `-` follows that is neither the last of its class nor of the pattern. */
bool ov_regex_at_range(const struct ov_regex_reader *r);

/** Reads `{n}`, `{n,}` or `{n,m}`; where there is none, writes the brace as an atom: false. */
bool ov_regex_read_bounds(struct ov_regex_reader *r, struct ov_regex_bounds *bounds);

/** Writes the repetition that begins at `start`, and the `?` behind it. */
void ov_regex_put_repeat(struct ov_regex_reader *r, size_t start);

/** Short name of a general category that is given by a long or short name, or NULL. */
const char *ov_regex_category(struct ov_str name);

#endif
