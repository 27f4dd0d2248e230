/*
 * expr: CEL expressions, from text to a checked tree. Layer: expr.
 *
 * Language: the Common Expression Language specification (cel-spec, doc/langdef.md), without
 * protobuf messages. Text → parse (parse.h) → check (here) → evaluate (eval.h). A checked
 * expression is immutable and may be evaluated by many threads at once.
 */
#ifndef OV_EXPR_H
#define OV_EXPR_H

#include "base/diag.h"
#include "types/type.h"
#include "value/value.h"

/** What a node of the tree does. */
enum ov_expr_op {
	OV_EXPR_LITERAL,    /**< `literal` */
	OV_EXPR_NAME,       /**< a variable by `key`; after the check in `slot` */
	OV_EXPR_SELECT,     /**< args[0].key */
	OV_EXPR_SELECT_OPT, /**< args[0].?key */
	OV_EXPR_HAS,        /**< has(args[0].key) */
	OV_EXPR_INDEX,      /**< args[0][args[1]] */
	OV_EXPR_INDEX_OPT,  /**< args[0][?args[1]] */
	OV_EXPR_LIST,       /**< [args…]; bits of `optional` mark ?elements */
	OV_EXPR_MAP,        /**< {args[0]: args[1], …}; likewise, by entry */
	OV_EXPR_AND,
	OV_EXPR_OR,
	OV_EXPR_COND,  /**< args[0] ? args[1] : args[2] */
	OV_EXPR_CALL,  /**< function `key`, or method with the receiver in args[0] */
	OV_EXPR_MACRO, /**< a loop or binding: see enum ov_macro */
};

/** Macros that stay nodes of their own. */
enum ov_macro {
	OV_MACRO_ALL,             /**< args: range, predicate */
	OV_MACRO_EXISTS,          /**< args: range, predicate */
	OV_MACRO_EXISTS_ONE,      /**< args: range, predicate */
	OV_MACRO_MAP,             /**< args: range, transform[, filter] */
	OV_MACRO_FILTER,          /**< args: range, predicate */
	OV_MACRO_TRANSFORM_LIST,  /**< args: range, transform[, filter]; two variables */
	OV_MACRO_TRANSFORM_MAP,   /**< likewise; keeps the keys */
	OV_MACRO_TRANSFORM_ENTRY, /**< likewise; the transform gives a map of entries */
	OV_MACRO_BIND,            /**< args: value, body */
	OV_MACRO_OPT_MAP,         /**< args: optional, body */
	OV_MACRO_OPT_FLAT_MAP,    /**< args: optional, body */
	OV_MACRO_SORT_BY,         /**< args: list, key */
};

/** Operators that the evaluator does itself for the usual kinds of operands. */
enum ov_fast {
	OV_FAST_NONE,
	OV_FAST_EQ,
	OV_FAST_NE,
	OV_FAST_LT,
	OV_FAST_LE,
	OV_FAST_GT,
	OV_FAST_GE,
	OV_FAST_ADD,
	OV_FAST_NOT,
};

struct ov_function;
struct ov_regex_cache;

/** At most this many overloads are candidates of one call. */
enum { OV_EXPR_CANDIDATES = 32 };

/** A node. */
struct ov_expr {
	enum ov_expr_op op;
	enum ov_macro macro;
	struct ov_span span;        /**< in the source that the expression stands in */
	const struct ov_type *type; /**< after the check */
	const struct ov_key *key;   /**< name, field or function */
	struct ov_value literal;
	struct ov_expr **args;
	size_t count;
	size_t slot;                     /**< of a variable; of a macro's first variable */
	bool method;                     /**< a call with receiver */
	bool two_vars;                   /**< a macro over (key or index, value) */
	const struct ov_key *var, *var2; /**< a macro's variables */
	bool *optional;                  /**< of elements and entries; NULL where none is */
	const struct ov_function **candidates; /**< overloads, best first */
	size_t candidate_count;
	/**
	 * Of a chain of selections from a variable: the fields, so that the evaluator can
	 * follow them at once; `chain_count` of them from the variable in `slot`. NULL for
	 * others.
	 */
	const struct ov_key **chain;
	size_t chain_count;
	enum ov_fast fast; /**< an operator for which the evaluator has a short cut */
};

/** A variable that expressions may use. */
struct ov_variable {
	const struct ov_key *name;
	const struct ov_type *type;
};

struct ov_eval;

/** An overload's implementation; arguments have the kinds that its signature says, never
 * errors. */
typedef struct ov_value ov_function_fn(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count);

/** One overload: its name and its signature, such as `string.startsWith(string) bool`. */
struct ov_function {
	const char *signature; /**< CEL names of types; single capitals are parameters */
	ov_function_fn *fn;
	/* Filled in when an environment is built. */
	const struct ov_key *name;
	bool method;
	const struct ov_type *params[6];
	size_t count;
	bool variadic; /**< the last parameter may repeat */
	const struct ov_type *result;
};

/** A table of overloads that an environment includes. */
struct ov_function_table {
	const struct ov_function *items;
	size_t count;
};

/** A language environment: which variables, functions and macros there are. */
struct ov_env {
	struct ov_arena *arena;
	struct ov_keys *keys;
	OV_VEC(struct ov_variable) variables;
	OV_VEC(struct ov_function) functions;
	bool strict;    /**< selecting a field that may be absent is an error of the check */
	bool unchecked; /**< every type counts as dyn, as in CEL without its checker */
	/**
	 * As an API server compiles (k8s.io/apiserver, pkg/cel/environment): elements of a
	 * literal list, and values of a literal map, have one type, and a constant that cannot
	 * be converted or formatted is an error of the check.
	 */
	bool server;
	bool no_bind; /**< there is no cel.bind */
	struct ov_str
		container; /**< name space in which names are looked up first; may be empty */
	struct ov_regex_cache
		*regex; /**< to check literal patterns; set by the caller or NULL */
	/**
	 * Type of the documents of a kind, or NULL where there is no such kind: what the
	 * parameter `D` of a signature stands for when the first argument is a literal. May be
	 * NULL.
	 */
	const struct ov_type *(*document_type)(const void *context, struct ov_str kind);
	const void *document_context;
};

/** Begins an environment with CEL's own functions and the extensions that Kubernetes has. */
void ov_env_init(struct ov_env *env, struct ov_arena *arena, struct ov_keys *keys);

/** Adds overloads. A signature that cannot be read is a fault of ours. */
void ov_env_functions(struct ov_env *env, struct ov_function_table table);

/** Takes out the functions in a name space, such as "math", or a method, "string.reverse". */
void ov_env_without(struct ov_env *env, const char *name);

/** Adds a variable; its slot is its index in `variables`. */
void ov_env_variable(struct ov_env *env, struct ov_str name, const struct ov_type *type);

/** Variables of inner scopes while one template is compiled: `count` is restored by the caller.
 */
struct ov_scope {
	const struct ov_env *env;
	OV_VEC(struct ov_variable) locals; /**< slots after those of the environment */
	OV_VEC(struct ov_str) known;       /**< paths that a guard has shown to be present */
	size_t slots; /**< the largest number of slots that is in use at once */
};

/** A scope in which nothing but the environment's variables is visible. */
void ov_scope_init(struct ov_scope *scope, const struct ov_env *env);

/** Adds a local variable and returns its slot. */
size_t ov_scope_push(
	struct ov_scope *scope, const struct ov_key *name, const struct ov_type *type);

/** Notes what is known to be present where `condition` has come out as `sense`. */
void ov_scope_assume(struct ov_scope *scope, const struct ov_expr *condition, bool sense);

/** Text of an expression and where its bytes stand. */
struct ov_expr_text {
	struct ov_str text;
	const struct ov_sources *sources;
	struct ov_value scalar; /**< the string that holds it, for positions */
	size_t offset;          /**< of `text` in that string */
};

/**
 * Parses and checks an expression. NULL with diagnostics where it is wrong. Slots are those of
 * `scope`; the tree lives in the environment's arena.
 */
struct ov_expr *ov_expr_compile(
	struct ov_scope *scope, const struct ov_expr_text *text, struct ov_diags *diags);

/** Checks a parsed tree: resolves names and overloads, gives types. Used by ov_expr_compile. */
bool ov_expr_check(struct ov_scope *scope, struct ov_expr *expr, struct ov_diags *diags);

/** Whether a type may hold: for callers that ask a certain result of an expression. */
bool ov_expr_yields(const struct ov_expr *expr, const struct ov_type *type);

/** The path of a chain of selections from a variable ("self.spec.cpu"), or an empty slice. */
struct ov_str ov_expr_path(struct ov_arena *arena, const struct ov_expr *expr);

/** Where byte `offset` of a string value stands in its source: also in block and quoted
 * scalars. */
struct ov_span ov_expr_place(const struct ov_expr_text *text, size_t offset, size_t len);

#endif
