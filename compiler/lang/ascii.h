/*
 * ascii: classes of ASCII bytes, free of the locale, and how a parser says no. Layer: lang.
 */
#ifndef OV_ASCII_H
#define OV_ASCII_H

#include "base/str.h"

/** Whether it is 0-9. */
static inline bool ov_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/** Whether it is a-z. */
static inline bool ov_is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

/** Whether it is A-Z. */
static inline bool ov_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/** Whether it is a letter of ASCII. */
static inline bool ov_is_alpha(char c)
{
	return ov_is_lower(c) || ov_is_upper(c);
}

/** Whether it is a letter or digit of ASCII. */
static inline bool ov_is_alnum(char c)
{
	return ov_is_alpha(c) || ov_is_digit(c);
}

/** The lower-case form of an ASCII letter, any other byte as it is. */
static inline char ov_to_lower(char c)
{
	return ov_is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

/** Value of a hexadecimal digit, or -1. */
static inline int ov_hex_value(char c)
{
	if (ov_is_digit(c))
		return c - '0';
	c = ov_to_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** Whether the byte is one of the characters of `set`; NUL never is. */
static inline bool ov_is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/** Byte `i`, or NUL at and behind the end. */
static inline char ov_byte(struct ov_str s, size_t i)
{
	return i < s.len ? s.ptr[i] : '\0';
}

/**
 * The part of `s` from `*at` up to the next `c`; `*at` moves behind the `c`, or past the length
 * after the last part.
 */
static inline struct ov_str ov_part(struct ov_str s, size_t *at, char c)
{
	size_t from = *at, to = from;
	while (to < s.len && s.ptr[to] != c)
		to++;
	*at = to + 1;
	return ov_str_sub(s, from, to);
}

/** Equality that takes ASCII capitals for small letters; `lower` is written in small letters.
 */
static inline bool ov_is_word(struct ov_str s, const char *lower)
{
	size_t i = 0;
	for (; i < s.len && lower[i]; i++)
		if (ov_to_lower(s.ptr[i]) != lower[i])
			return false;
	return i == s.len && !lower[i];
}

/** Sets the reason, where one is asked for, and returns false. */
static inline bool ov_because(const char **why, const char *reason)
{
	if (why)
		*why = reason;
	return false;
}

#endif
