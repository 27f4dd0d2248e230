/*
 * run: one validation in progress, shared by validate.c, children.c, branch.c and report.c.
 * Layer: schema.
 */
#ifndef OV_RUN_H
#define OV_RUN_H

#include "schema/internal.h"

/** Where in the document a value is. */
struct ov_where {
	const struct ov_where *up; /**< NULL at the root */
	const struct ov_value *value;
	const struct ov_key *key; /**< its key; NULL for an element of a list and the root */
	size_t index;             /**< its index in a list */
	size_t depth;             /**< 0 at the root */
	bool name;                /**< it is not the value but the name `key` that is judged */
};

/** The resources that were entered, innermost first (core, 7.1). */
struct ov_scope {
	const struct ov_schema_resource *resource;
	const struct ov_scope *outer;
};

/** What was reported, so that one mistake gives one finding. */
struct ov_reported {
	const void *at;   /**< the value */
	const void *what; /**< the key that it lacks, or NULL for a finding about itself */
};

/**
 * A finding about absent fields. It waits for the end: where a field that is there looks like a
 * slip of the pen for one of them, that is the finding.
 */
struct ov_missing {
	const struct ov_value *map;
	const struct ov_key *const *fields; /**< one of them is needed */
	size_t count;
	struct ov_span span;
	struct ov_str text;
};

/** Why a validation was ended. */
struct ov_run_limit {
	const char *what;      /**< a constant; NULL while none was reached */
	struct ov_str pattern; /**< the regular expression that is to blame, if any */
	uint32_t value_loc;
	uint32_t schema_loc; /**< where the schema is to blame, else 0 */
};

/** Set in the flags beside OV_SCHEMA_PARTIAL: demand what is required all the same. */
enum { OV_RUN_STRICT = 1 << 8 };

/** A validation. */
struct ov_run {
	struct ov_arena *scratch;
	struct ov_diags *diags; /**< NULL while only the verdict counts */
	struct ov_str subject;
	const struct ov_scope *scope;
	unsigned flags; /**< enum ov_schema_flags, OV_RUN_STRICT */
	size_t steps;
	size_t depth;    /**< schemas in progress */
	size_t refs;     /**< references followed since the last step into the value */
	size_t furthest; /**< greatest depth in the value of a failure, for branch.c */
	bool stop;       /**< a limit was reached */
	struct ov_run_limit limit;
	OV_VEC(struct ov_reported) reported;
	OV_VEC(struct ov_reported)
	meant; /**< fields that unknown ones were most likely meant to be */
	OV_VEC(struct ov_missing) missing;
};

/**
 * Applies a schema. `seen` (may be NULL) has a byte for each element or binding of the value,
 * set to 1 where it was evaluated (core, 11).
 */
bool ov_run_schema(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	unsigned char *seen);

/** The same without findings; `seen` is only changed where the verdict is true. */
bool ov_run_quietly(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	unsigned char *seen);

/** Applies the keywords for maps. */
bool ov_run_object(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	unsigned char *seen);

/** Applies the keywords for lists. */
bool ov_run_array(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	unsigned char *seen);

/** Applies unevaluatedProperties and unevaluatedItems. */
bool ov_run_unevaluated(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, unsigned char *seen);

/** Whether the pattern is found; reaching a limit ends the validation. */
bool ov_run_matches(struct ov_run *run, const struct ov_regex *regex, struct ov_str pattern,
	struct ov_str text, const struct ov_where *at);

/** Whether what is required is to be there: not in a part that will inherit more. */
bool ov_run_demands(const struct ov_run *run);

/** Whether the map has the key, other than as a null that removes it. */
bool ov_run_has(const struct ov_run *run, struct ov_value map, const struct ov_key *key);

/** Whether a binding or element only says how to merge: `$remove`, `$replace`. */
bool ov_run_is_merge_key(const struct ov_run *run, const struct ov_key *key);

/** Reports the branch of anyOf or oneOf that was most likely meant; none of them passes. */
void ov_branch_report(struct ov_run *run, const struct ov_schema *s,
	const struct ov_schema_list *branches, const struct ov_where *at, unsigned char *seen);

/** All reports do nothing while run->diags is NULL, and return false for convenience. */
bool ov_report_type(struct ov_run *run, const struct ov_where *at, unsigned types);

/** The value is none of `allowed`: lists of values, `count` of them. */
bool ov_report_not_allowed(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, const struct ov_value *allowed, size_t count);

/** A bound is not kept; the text follows "'spec.cores' is 0, ". */
OV_PRINTF(3, 4)
bool ov_report_bound(struct ov_run *run, const struct ov_where *at, const char *fmt, ...);

/** The string does not have the format. */
bool ov_report_format(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	struct ov_str why);

/** The field is not declared; `names` of the declared ones are gathered from `s`. */
bool ov_report_unknown(struct ov_run *run, const struct ov_schema *s, const struct ov_where *at,
	const struct ov_entry *entry);

/** A field is missing; `because` (may be NULL) is the field that asks for it. */
bool ov_report_missing(struct ov_run *run, const struct ov_where *at,
	const struct ov_key *field, const struct ov_key *because);

/** None of the fields is there, of which one is needed. */
bool ov_report_missing_any(struct ov_run *run, const struct ov_where *at,
	const struct ov_key *const *fields, size_t count);

/** Any other keyword; the text follows "'spec.name' ". The schema's own message wins. */
OV_PRINTF(4, 5)
bool ov_report_violation(struct ov_run *run, const struct ov_schema *s,
	const struct ov_where *at, const char *fmt, ...);

/** A limit was reached: ends the validation. Reported by ov_report_end. */
bool ov_run_stop(struct ov_run *run, const struct ov_where *at, struct ov_run_limit limit);

/** Reports what waits for the end of the validation: missing fields, and the limit that ended
 * it.
 */
void ov_report_end(struct ov_run *run);

#endif
