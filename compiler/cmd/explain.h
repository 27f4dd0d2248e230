/*
 * explain: what the files of `ovec explain` share. Layer: cmd.
 *
 * The chain of a field goes from the output back: patches, the line of the template, the values
 * that its expression read, and of each the document, profile or default that sets it.
 */
#ifndef OV_EXPLAIN_H
#define OV_EXPLAIN_H

#include "cmd/internal.h"

/** Everything that one explanation needs. */
struct ov_explainer {
	struct ov_session *s;
	const struct ov_compile_result *result;
	const struct ov_object *object;
	const struct ov_task *task;
	FILE *out;
};

/** Prints FILE:LINE:COLUMN. */
void ov_explain_place(struct ov_explainer *x, uint32_t loc);

/** The value at a JSON pointer (RFC 6901), or OV_KIND_NONE. */
struct ov_value ov_at_pointer(struct ov_value v, struct ov_str pointer);

/** Prints the chain of a field that there is. */
void ov_explain_field(
	struct ov_explainer *x, const struct ov_again *again, struct ov_str pointer);

#endif
