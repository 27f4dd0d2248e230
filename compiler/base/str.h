/*
 * str: string slices and a growing buffer. Layer: base.
 *
 * A slice does not own its bytes, need not end in NUL and may contain NUL. Functions that make
 * bytes say whose memory they are in.
 */
#ifndef OV_STR_H
#define OV_STR_H

#include "base/base.h"

#include <stdarg.h>

struct ov_arena;

/** A read-only run of bytes; `ptr` may be NULL only where `len` is 0. */
struct ov_str {
	const char *ptr;
	size_t len;
};

/** The slice of a string literal. */
#define OV_STR(literal) ((struct ov_str){"" literal, sizeof(literal) - 1})

/** For constant tables, where a compound literal is not a constant expression. */
#define OV_STR_INIT(literal) \
	{ \
		"" literal, sizeof(literal) - 1 \
	}

/** The two arguments that a `%.*s` takes for a slice. */
#define OV_STR_ARG(s) ((int)((s).len > 100000 ? 100000 : (s).len)), ((s).ptr ? (s).ptr : "")

/** The slice of a NUL-terminated string; NULL gives the empty slice. */
struct ov_str ov_str_c(const char *s);

/** The slice of `len` bytes at `ptr`. */
struct ov_str ov_str_n(const char *ptr, size_t len);

/** Byte equality. */
bool ov_str_eq(struct ov_str a, struct ov_str b);

/** Equality with a NUL-terminated string. */
bool ov_str_is(struct ov_str a, const char *b);

/** Order by unsigned bytes, a prefix before what it begins: negative, 0 or positive. */
int ov_str_cmp(struct ov_str a, struct ov_str b);

/** Whether `s` begins with `prefix`. */
bool ov_str_starts(struct ov_str s, struct ov_str prefix);

/** Whether `s` ends with `suffix`. */
bool ov_str_ends(struct ov_str s, struct ov_str suffix);

/** Offset of the first `needle` in `s` at or after `from`, or SIZE_MAX. */
size_t ov_str_find(struct ov_str s, struct ov_str needle, size_t from);

/** Offset of the first byte `c` in `s`, or SIZE_MAX. */
size_t ov_str_chr(struct ov_str s, char c);

/** `s` from `from` up to `to`, both cut to its length. */
struct ov_str ov_str_sub(struct ov_str s, size_t from, size_t to);

/** `s` without ASCII blanks, tabs and line ends at both ends. */
struct ov_str ov_str_trim(struct ov_str s);

/** A copy in the arena, followed by a NUL that is not counted. */
struct ov_str ov_str_dup(struct ov_arena *arena, struct ov_str s);

/** A NUL-terminated copy in the arena; bytes after an inner NUL are there but C will not see
 * them. */
const char *ov_str_cstr(struct ov_arena *arena, struct ov_str s);

/** printf into the arena. */
OV_PRINTF(2, 3) struct ov_str ov_str_fmt(struct ov_arena *arena, const char *fmt, ...);

/** As ov_str_fmt with a va_list. */
OV_PRINTF(2, 0)
struct ov_str ov_str_vfmt(struct ov_arena *arena, const char *fmt, va_list args);

/**
 * Decodes the UTF-8 sequence at `*pos`, advances `*pos` behind it and returns the code point;
 * invalid input advances one byte and returns -1. Surrogates and overlong forms are invalid.
 */
int32_t ov_utf8_next(struct ov_str s, size_t *pos);

/** Writes the UTF-8 form of `cp` to `out` and returns its length, 1 to 4. */
size_t ov_utf8_put(char out[4], uint32_t cp);

/** Number of code points; an invalid byte counts as one. */
size_t ov_utf8_count(struct ov_str s);

/** Whether all of `s` is valid UTF-8; `*bad` (may be NULL) is the first offending offset. */
bool ov_utf8_valid(struct ov_str s, size_t *bad);

/** Levenshtein distance of two short strings, cut off at `limit` + 1. */
size_t ov_str_distance(struct ov_str a, struct ov_str b, size_t limit);

/** A growing byte buffer in malloc memory. */
struct ov_buf {
	char *ptr;
	size_t len;
	size_t cap;
};

/** Makes an empty buffer; nothing is allocated. */
void ov_buf_init(struct ov_buf *buf);

/** Frees the bytes; the buffer may be used again after ov_buf_init. */
void ov_buf_release(struct ov_buf *buf);

/** Forgets the content, keeps the memory. */
void ov_buf_clear(struct ov_buf *buf);

/** Makes room for `more` bytes behind the content. */
void ov_buf_reserve(struct ov_buf *buf, size_t more);

/** Appends a slice. */
void ov_buf_add(struct ov_buf *buf, struct ov_str s);

/** Appends a NUL-terminated string. */
void ov_buf_puts(struct ov_buf *buf, const char *s);

/** Appends one byte. */
void ov_buf_putc(struct ov_buf *buf, char c);

/** Appends `count` times the byte `c`. */
void ov_buf_pad(struct ov_buf *buf, char c, size_t count);

/** Appends printf output. */
OV_PRINTF(2, 3) void ov_buf_addf(struct ov_buf *buf, const char *fmt, ...);

/** As ov_buf_addf with a va_list. */
OV_PRINTF(2, 0) void ov_buf_vaddf(struct ov_buf *buf, const char *fmt, va_list args);

/** The content; valid until the buffer is next changed. */
struct ov_str ov_buf_str(const struct ov_buf *buf);

#endif
