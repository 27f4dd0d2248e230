/*
 * pattern: trees of a Kyverno pattern, compiled once and matched often. Layer: policy.
 *
 * Follows pkg/engine/validate, anchor and wildcards of Kyverno v1.19, with its order of
 * evaluation: which path is named, and whether a rule fails or is skipped, depend on it.
 */
#ifndef OV_POLICY_PATTERN_H
#define OV_POLICY_PATTERN_H

#include "base/key.h"
#include "value/value.h"

/** What a key of a pattern asks for. */
enum ov_anchor {
	OV_ANCHOR_NONE,      /**< k: its value matches */
	OV_ANCHOR_CONDITION, /**< (k): its value matches, or the map is skipped */
	OV_ANCHOR_GLOBAL,    /**< <(k): its value matches, or the rule is skipped */
	OV_ANCHOR_NEGATION,  /**< X(k): there is none */
	OV_ANCHOR_ADD,       /**< +(k): for mutation */
	OV_ANCHOR_EQUALITY,  /**< =(k): its value matches where there is one */
	OV_ANCHOR_EXISTENCE, /**< ^(k): elements of the list match */
};

/** The anchor of a key; `*name` becomes the key without it. */
enum ov_anchor ov_anchor_parse(struct ov_str key, struct ov_str *name);

/** Why a value did not match. */
struct ov_pattern_cause;

/** A compiled pattern; immutable, for any number of threads. */
struct ov_pattern;

/** Compiles a pattern that needs no substitution any more; it shares the value's strings. */
const struct ov_pattern *ov_pattern_compile(
	struct ov_arena *arena, struct ov_keys *keys, struct ov_value pattern);

/** What a match came to. */
enum ov_pattern_verdict {
	OV_PATTERN_PASS,
	OV_PATTERN_FAIL,
	OV_PATTERN_SKIP,  /**< a condition does not hold: the rule is not about the resource */
	OV_PATTERN_ERROR, /**< a failure that has no path: the reference calls it an error */
};

/** The outcome of a match. */
struct ov_pattern_result {
	enum ov_pattern_verdict verdict;
	struct ov_str path;      /**< where it failed, such as "/spec/containers/0/image/" */
	struct ov_value pattern; /**< the part of the pattern that failed */
	struct ov_value value;   /**< what was found there; OV_KIND_NONE where nothing was */
	const struct ov_pattern_cause *cause; /**< for ov_pattern_message */
};

/** Matches a resource; what the result points at lies in `arena`. */
struct ov_pattern_result ov_pattern_match(
	struct ov_arena *arena, const struct ov_pattern *pattern, struct ov_value resource);

/** Why a match did not pass, as the reference words it; empty where it did. */
struct ov_str ov_pattern_message(
	struct ov_arena *arena, const struct ov_pattern_result *result);

#endif
