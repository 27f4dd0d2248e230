/*
 * functions: the tables of overloads that environments are made of. Layer: expr.
 *
 * Signatures read as in CEL's documentation: `string.startsWith(string) bool`; single capitals
 * are type parameters, `x...` may repeat, `a::b` is a function in a name space, written a.b;
 * `a.b#C()` is a method of the type a.b where a dot would read as a part of the type.
 */
#ifndef OV_FUNCTIONS_H
#define OV_FUNCTIONS_H

#include "expr/expr.h"

/** Defines a function whose value is an expression of the parameters of ov_function_fn. */
#define OV_FUNCTION(name, result) \
	static struct ov_value name(struct ov_eval *ev, const struct ov_expr *at, \
		const struct ov_value *a, size_t n) \
	{ \
		(void)ev, (void)at, (void)a, (void)n; \
		return result; \
	}

/** Operators, size, in, has, type, dyn, optionals (langdef.md, "List of Standard Definitions").
 */
struct ov_function_table ov_functions_core(void);

/** Conversions between types. */
struct ov_function_table ov_functions_convert(void);

/** Strings and bytes: the standard functions and the strings and encoders extensions. */
struct ov_function_table ov_functions_text(void);

/** string.format. */
struct ov_function_table ov_functions_format(void);

/** Makes string.format write %e and %f as the version of the extension that Kubernetes has. */
void ov_function_format_kube(struct ov_env *env);

/**
 * The verb of a clause of string.format whose '%' stands before `*i`, which is moved to it; NUL
 * at the end of the text. `*precision` is -1 where it cannot be read.
 */
char ov_format_verb(struct ov_str s, size_t *i, int *precision);

/** matches() of CEL, cel-go's regex extension, and find() and findAll() of Kubernetes. */
struct ov_function_table ov_functions_regex(void);

/**
 * Whether the overload takes a regular expression as its second argument and `pattern` is not
 * one; then `*why` says why, in memory that lives as long as the cache.
 */
bool ov_function_pattern_fault(struct ov_regex_cache *cache, const struct ov_function *function,
	struct ov_str pattern, struct ov_str *why);

/** The math extension. */
struct ov_function_table ov_functions_math(void);

/** Lists and sets extensions, and Kubernetes' list library. */
struct ov_function_table ov_functions_list(void);

/** The sum of two durations, or an error where it is out of range. */
struct ov_value ov_function_add_durations(
	struct ov_eval *eval, const struct ov_expr *at, struct ov_value a, struct ov_value b);

/** Timestamps and durations. */
struct ov_function_table ov_functions_time(void);

/** Kubernetes' libraries: ip, cidr, quantity, semver, jsonpatch. */
struct ov_function_table ov_functions_kube(void);

/** Kubernetes' library format: named formats of strings. */
struct ov_function_table ov_functions_named(void);

/** Kubernetes' library of URLs. */
struct ov_function_table ov_functions_url(void);

/** NULL where Go's url.ParseRequestURI reads it, otherwise what is wrong. */
const char *ov_function_url_fault(struct ov_str s);

/** A value of an extension library; the text is copied, key and data are not. */
struct ov_value ov_function_opaque(struct ov_eval *eval, const char *type, struct ov_str text,
	struct ov_str key, const void *data);

/** All libraries that are Kubernetes' own and no part of ov_env_init. */
void ov_env_kube(struct ov_env *env);

/** What templates have besides: by, documents, alias, merge, json, mac and so on. */
struct ov_function_table ov_functions_template(void);

#endif
