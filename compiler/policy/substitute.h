/*
 * substitute: variables {{ }} and references $( ) in the documents of a policy. Layer: policy.
 *
 * Follows pkg/engine/variables of Kyverno v1.19: a string that is one variable takes its typed
 * value, which is searched for variables again; within text a value is written as JSON; the
 * result is read again until no variable is left, but for {{- }}; \{{ and \$( escape.
 */
#ifndef OV_SUBSTITUTE_H
#define OV_SUBSTITUTE_H

#include "base/map.h"
#include "expr/jmespath.h"
#include "policy/reference.h"

/** Compiled expressions by their text; one thread's. */
struct ov_queries {
	struct ov_arena *arena;
	struct ov_keys *keys;
	struct ov_map map;
};

/** Makes an empty store whose memory comes from `arena`; keys are seeded by `keys`. */
void ov_queries_init(struct ov_queries *queries, struct ov_arena *arena, struct ov_keys *keys);

/** Why a substitution failed. */
enum ov_substitution_fault {
	OV_SUBSTITUTION_OK,
	OV_SUBSTITUTION_QUERY,     /**< an expression failed; `error` says how */
	OV_SUBSTITUTION_REFERENCE, /**< a reference names nothing that fits */
	OV_SUBSTITUTION_KEY,       /**< the key of a map became something else than a string */
	OV_SUBSTITUTION_LIMIT,     /**< it has no end, or is too large */
};

/** A substitution. The fields above `fault` are set by the caller. */
struct ov_substitution {
	const struct ov_jmespath_run
		*run; /**< whose arena, names, clock and variables are used */
	struct ov_queries *queries;
	struct ov_value root;  /**< what expressions are evaluated over */
	struct ov_str current; /**< what {{ @ }} begins with: "request.object" or "target" */
	size_t skip;           /**< steps that {{ @ }} leaves out at the start of its path */
	bool deletes;          /**< request.object stands for request.oldObject */
	/**
	 * Where it is set, nothing is evaluated: an expression that it knows stands for null,
	 * any other is a fault. The path is that of the string.
	 */
	bool (*knows)(
		void *context, const struct ov_document_path *path, struct ov_str expression);
	void *context;
	enum ov_substitution_fault fault;
	struct ov_jmespath_error error; /**< of the expression that failed */
	struct ov_str message;          /**< one line, as the reference words it */
	uint32_t loc;                   /**< where the string stands that failed */
	size_t steps;                   /**< work so far */
};

/**
 * The document with all references and variables replaced. Shares what it does not change.
 * OV_KIND_NONE with `fault` set where it fails.
 */
struct ov_value ov_substitute(struct ov_substitution *s, struct ov_value document);

/** Whether there is anything for ov_substitute to do in the document. */
bool ov_substitute_is_needed(struct ov_value document);

/**
 * The first variable in `text` at or behind `*at`, braces included; `*at` moves behind it.
 * A slice without bytes where there is none.
 */
struct ov_str ov_variable_next(struct ov_str text, size_t *at);

/** Whether there is a variable in the text. */
bool ov_variable_is_in(struct ov_str text);

/** What stands within a variable's braces; `*shallow` (may be NULL) tells of {{- }}. */
struct ov_str ov_variable_expression(
	struct ov_arena *arena, struct ov_str variable, bool *shallow);

#endif
