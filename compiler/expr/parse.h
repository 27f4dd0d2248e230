/*
 * parse: from CEL text to a tree, macros expanded. Layer: expr.
 *
 * Source: cel-spec, doc/langdef.md, "Grammar" and "Macros"; optional syntax and two-variable
 * comprehensions as cel-go's extensions have them.
 */
#ifndef OV_PARSE_H
#define OV_PARSE_H

#include "expr/expr.h"

/** The tree of an expression, not yet checked; NULL with one diagnostic where it is wrong. */
struct ov_expr *ov_expr_parse(struct ov_arena *arena, struct ov_keys *keys,
	const struct ov_expr_text *text, struct ov_diags *diags);

#endif
