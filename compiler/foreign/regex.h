/*
 * regex: regular expressions of two dialects, over PCRE2. Layer: foreign.
 *
 * A pattern is first read by the grammar of its own dialect, which refuses what that dialect
 * does not have, and rewritten into what PCRE2 means by the same thing. Matching is bounded
 * (OV_LIMIT_REGEX_*): reaching a bound is a result of its own, never "no match". Patterns and
 * subjects may contain NUL.
 */
#ifndef OV_REGEX_H
#define OV_REGEX_H

#include "base/str.h"

/** Whose regular expressions are meant. */
enum ov_regex_dialect {
	/** ECMA-262 with the `u` flag, as JSON Schema 2020-12 core, 6.4 asks; `{`, `}` and `]`
	   may stand for themselves, and any punctuation may be escaped. */
	OV_REGEX_ECMA,
	/** RE2 as Go's regexp/syntax reads it, for CEL and Kubernetes. */
	OV_REGEX_RE2,
};

/** What a search gave. */
enum ov_regex_result {
	OV_REGEX_NO,    /**< the pattern is nowhere in the subject */
	OV_REGEX_YES,   /**< it is */
	OV_REGEX_LIMIT, /**< unknown: a bound on the effort was reached */
};

/** Bytes of the subject that a group matched; both are SIZE_MAX where it took no part. */
struct ov_regex_group {
	size_t start;
	size_t end;
};

/** All patterns of a run, each compiled once; may be used by many threads at once. */
struct ov_regex_cache;

/** A compiled pattern; it belongs to its cache and is never changed. */
struct ov_regex;

/** A new, empty cache whose table is seeded. */
struct ov_regex_cache *ov_regex_cache_new(uint64_t seed);

/** Frees the cache and all its patterns. */
void ov_regex_cache_free(struct ov_regex_cache *cache);

/**
 * The compiled pattern. NULL where it is not valid; then `*error` (may be NULL) says why, in
 * memory that lives as long as the cache.
 */
const struct ov_regex *ov_regex_compile(struct ov_regex_cache *cache,
	enum ov_regex_dialect dialect, struct ov_str pattern, struct ov_str *error);

/** Whether the pattern matches anywhere in the subject. */
enum ov_regex_result ov_regex_search(const struct ov_regex *regex, struct ov_str subject);

/** Number of groups, the whole match (group 0) included. */
size_t ov_regex_groups(const struct ov_regex *regex);

/**
 * The leftmost match that begins at byte `from` or later; look-behind and `^` still see what is
 * before it. On OV_REGEX_YES the first `count` of `groups` are filled.
 */
enum ov_regex_result ov_regex_find(const struct ov_regex *regex, struct ov_str subject,
	size_t from, struct ov_regex_group *groups, size_t count);

#endif
