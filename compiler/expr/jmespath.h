/*
 * jmespath: JMESPath expressions, compiled once and evaluated often. Layer: expr.
 *
 * Grammar and functions are those of jmespath.org/specification.html. Kyverno's dialect follows
 * github.com/kyverno/go-jmespath and the functions that Kyverno v1.19 adds to it; what differs:
 * a missing key of a map is a failure of its own kind that most operators take for null.
 *
 * Numbers are float64, whatever kind the values of documents have. The clock is an input.
 */
#ifndef OV_JMESPATH_H
#define OV_JMESPATH_H

#include "base/key.h"
#include "foreign/regex.h"
#include "value/value.h"

/** Whose JMESPath is meant. */
enum ov_jmespath_dialect {
	OV_JMESPATH_STANDARD, /**< the specification */
	OV_JMESPATH_POLICY,   /**< that of Kyverno policies */
};

/** Why there is no result. */
enum ov_jmespath_fault {
	OV_JMESPATH_OK,
	OV_JMESPATH_SYNTAX,    /**< it is not an expression of the language */
	OV_JMESPATH_TYPE,      /**< an argument is not of the type that the function takes */
	OV_JMESPATH_ARITY,     /**< a function has too many or too few arguments */
	OV_JMESPATH_FUNCTION,  /**< there is no such function */
	OV_JMESPATH_VALUE,     /**< a value is of the right type, but impossible */
	OV_JMESPATH_NOT_FOUND, /**< Kyverno: a map has no such key */
	OV_JMESPATH_ENTRY,     /**< Kyverno: a name stands for what could not be worked out */
	OV_JMESPATH_OFFLINE,   /**< the answer would need the network */
	OV_JMESPATH_LIMIT,     /**< a bound on effort, depth or size was reached */
};

/** A failure, and the bytes of the expression's text that it is about. */
struct ov_jmespath_error {
	enum ov_jmespath_fault fault;
	uint32_t at, len;
	struct ov_str message; /**< one line, without a place; in the arena of the caller */
};

/** A compiled expression; immutable, for any number of threads. */
struct ov_jmespath;

/**
 * Compiles the text, which the caller keeps alive, into the arena; its names become keys of
 * `keys`, which the values must share. NULL with `*error` set where it is no expression.
 */
const struct ov_jmespath *ov_jmespath_compile(struct ov_arena *arena, struct ov_keys *keys,
	enum ov_jmespath_dialect dialect, struct ov_str text, struct ov_jmespath_error *error);

/** The text that was compiled. */
struct ov_str ov_jmespath_text(const struct ov_jmespath *jp);

/** Calls `each` with every name that the expression looks up in the root value. */
void ov_jmespath_roots(const struct ov_jmespath *jp,
	void (*each)(void *context, const struct ov_key *name), void *context);

struct ov_jmespath_run;

/**
 * The value of a name that the root map does not hold, such as a context entry that is worked
 * out when it is first used. OV_KIND_NONE where there is none, or after ov_jmespath_fail.
 */
typedef struct ov_value ov_jmespath_variable_fn(
	void *context, struct ov_jmespath_run *run, const struct ov_key *name);

/** What an evaluation works with; one thread's. The fields above `error` are set by the caller.
 */
struct ov_jmespath_run {
	struct ov_arena *arena; /**< where results are made */
	struct ov_keys *keys;
	struct ov_key_cache *cache;
	struct ov_regex_cache *regex;
	int64_t now;                       /**< seconds since 1970, for time_now and others */
	ov_jmespath_variable_fn *variable; /**< may be NULL */
	void *context;                     /**< for `variable` */
	struct ov_jmespath_error error;    /**< why the last evaluation gave no value */
	size_t steps, bytes;               /**< spent by the last evaluation */
	const struct ov_jmespath *jp;      /**< private, as all that follows */
	struct ov_value root;
	uint32_t drawn; /**< calls of random() */
};

/**
 * Evaluates the expression over `root`. OV_KIND_NONE with `run->error` set where it fails;
 * missing things are null as the language has it. Results share what they can with the root and
 * hold only kinds that documents have, but may hold a number that is not finite.
 */
struct ov_value ov_jmespath_eval(
	struct ov_jmespath_run *run, const struct ov_jmespath *jp, struct ov_value root);

/** Records a failure of the evaluation in progress, for `variable`. Returns OV_KIND_NONE. */
OV_PRINTF(3, 4)
struct ov_value ov_jmespath_fail(
	struct ov_jmespath_run *run, enum ov_jmespath_fault fault, const char *fmt, ...);

/** A word for the fault, as the compliance tests write it: "invalid-type". */
const char *ov_jmespath_fault_name(enum ov_jmespath_fault fault);

/** Whether the value is true in JMESPath: not null, false, or empty. */
bool ov_jmespath_truth(struct ov_value v);

#endif
