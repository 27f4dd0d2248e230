/*
 * eval: evaluates checked expressions. Layer: expr.
 *
 * Source: cel-spec, doc/langdef.md, "Evaluation". A failed evaluation is a value of kind
 * OV_KIND_ERROR, because CEL's || and && absorb errors; it never gets into a tree.
 */
#ifndef OV_EVAL_H
#define OV_EVAL_H

#include "expr/expr.h"

/** Why an evaluation failed. */
struct ov_error {
	const struct ov_expr *at;
	struct ov_str message;
	bool limit; /**< it took more than it may: not absorbed by || and && */
};

struct ov_host;

/** What an evaluation works with; one thread's. */
struct ov_eval {
	struct ov_arena *arena; /**< where results are made */
	struct ov_keys *keys;
	struct ov_key_cache *cache;
	struct ov_value *slots; /**< values of variables, as many as the scope has slots */
	size_t steps;           /**< used so far; the caller sets it to 0 for each expression */
	size_t bytes;           /**< built so far, likewise */
	struct ov_regex_cache *regex; /**< compiled patterns; NULL where there are none */
	struct ov_host *host;         /**< what the template functions ask; NULL without them */
	/** Errors are worded as cel-go has them, and what is no map misses all fields. */
	bool terse;
	/** Told of every value that is read from a variable; NULL when nobody listens. */
	void (*trace)(void *context, struct ov_value read);
	void *trace_context;
};

/** The value of the expression, or an error. */
struct ov_value ov_expr_eval(struct ov_eval *eval, const struct ov_expr *expr);

/** The value of a macro; for ov_expr_eval. */
struct ov_value ov_eval_macro(struct ov_eval *eval, const struct ov_expr *expr);

/** The error that a value is no bool where one is needed. */
struct ov_value ov_eval_not_bool(
	struct ov_eval *eval, const struct ov_expr *at, struct ov_value v);

/** The error that no overload of the call takes these arguments. */
struct ov_value ov_eval_no_overload(
	struct ov_eval *eval, const struct ov_expr *at, const struct ov_value *args);

/** The error that a value is neither list nor map where a loop needs one. */
struct ov_value ov_eval_no_range(
	struct ov_eval *eval, const struct ov_expr *at, struct ov_value v);

/** The error that nothing is there by the key or index. */
struct ov_value ov_eval_no_key(struct ov_eval *eval, const struct ov_expr *at,
	struct ov_value from, struct ov_value key);

/** The error that a string is none of the type. */
struct ov_value ov_eval_no_conversion(struct ov_eval *eval, const struct ov_expr *at,
	struct ov_str s, const char *why, const char *type);

/** Makes an error value. */
OV_PRINTF(3, 4)
struct ov_value ov_eval_fail(
	struct ov_eval *eval, const struct ov_expr *at, const char *fmt, ...);

/** Makes an error that && and || do not absorb: the evaluation has reached a limit. */
struct ov_value ov_eval_fail_limit(
	struct ov_eval *eval, const struct ov_expr *at, const char *what);

/** Counts `bytes` of new memory; false, with `*error` set, where that is too much. */
bool ov_eval_spend(
	struct ov_eval *eval, const struct ov_expr *at, size_t bytes, struct ov_value *error);

/** Counts the effort of looking through `bytes` bytes as steps of the evaluation. */
void ov_eval_scan(struct ov_eval *eval, size_t bytes);

/** Counts steps for loops outside of the evaluator; false, with `*error` set, beyond the limit.
 */
bool ov_eval_work(
	struct ov_eval *eval, const struct ov_expr *at, size_t steps, struct ov_value *error);

/** CEL's equality, its effort counted; false, with `*error` set, where that is too much. */
bool ov_eval_equal(struct ov_eval *eval, const struct ov_expr *at, struct ov_value a,
	struct ov_value b, bool *same, struct ov_value *error);

/**
 * The list `a`, whose order does not count (OV_FLAG_UNORDERED), with what `b` adds to it:
 * entries of the same key are replaced in their place, elements of a set are there once.
 */
struct ov_value ov_eval_union(
	struct ov_eval *eval, const struct ov_expr *at, struct ov_value a, struct ov_value b);

/** The list of the pairs' values, sorted by their keys; keys must be ordered and of one kind.
 */
struct ov_value ov_eval_sort(
	struct ov_eval *eval, const struct ov_expr *at, struct ov_pair *pairs, size_t count);

/** Order of two values that have one, -1, 0, 1, or 2 for NaN; false, with `*error` set, else.
 */
bool ov_eval_compare(struct ov_eval *eval, const struct ov_expr *at, struct ov_value a,
	struct ov_value b, int *order, struct ov_value *error);

/** Whether the value is an error. */
static inline bool ov_is_error(struct ov_value v)
{
	return v.kind == OV_KIND_ERROR;
}

/** optional.none() and optional.of(v). */
struct ov_value ov_optional_none(void);
struct ov_value ov_optional_of(struct ov_arena *arena, struct ov_value v);

/** A string made for this evaluation. */
struct ov_value ov_eval_string(struct ov_eval *eval, const struct ov_buf *buf);

/** Appends the text that string interpolation and string() give for a scalar; false for others.
 */
bool ov_eval_text(struct ov_buf *buf, struct ov_value v);

/** The value of a map's key of any kind; OV_KIND_NONE where there is none. */
struct ov_value ov_eval_lookup(struct ov_eval *eval, struct ov_value map, struct ov_value key);

/** CEL's name for the type of a value. */
const char *ov_eval_type_name(struct ov_value v);

/** Binding `i` of a map or dict, its key as a value. */
struct ov_value ov_mapping_key(struct ov_value map, size_t i);
struct ov_value ov_mapping_value(struct ov_value map, size_t i);

/** A map, or a dict where a key is no string, of `count` pairs; duplicate keys are an error. */
struct ov_value ov_eval_mapping(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_pair *pairs, size_t count);

/** What evaluation needs to know from outside: documents, clusters, names. */
struct ov_host {
	/** The document of that kind and name on the present cluster, or OV_KIND_NONE. */
	struct ov_value (*document)(
		struct ov_host *host, struct ov_str kind, struct ov_str name);
	/** All documents of that kind on the present cluster, as a list. */
	struct ov_value (*documents)(
		struct ov_host *host, struct ov_arena *arena, struct ov_str kind);
	/** The policy of that name in the folders policies/ with the changes to its spec, or
	 * OV_KIND_NONE. */
	struct ov_value (*policy)(struct ov_host *host, struct ov_arena *arena,
		struct ov_str name, struct ov_value spec);
	/** The merged document of the present cluster. */
	struct ov_value cluster;
};

#endif
