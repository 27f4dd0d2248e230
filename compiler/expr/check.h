/*
 * check: what the files that check expressions share. Layer: expr; for check*.c only.
 */
#ifndef OV_CHECK_H
#define OV_CHECK_H

#include "expr/expr.h"

/** A check of one expression. */
struct checker {
	struct ov_scope *scope;
	const struct ov_env *env;
	struct ov_diags *diags;
	size_t depth;
	size_t formatting; /**< calls of format around the node */
};

/** Checks a node and all below it, and gives it its type; false with a finding. */
bool ov_check_node(struct checker *c, struct ov_expr *e);

/** Checks a call: candidates are the overloads that its arguments leave possible. */
bool ov_check_call(struct checker *c, struct ov_expr *e);

/** Whether the constant text of a call of format fits its arguments; else a finding. */
bool ov_check_format(struct checker *c, const struct ov_expr *e);

/** Checks a macro, its variables in scope of its body. */
bool ov_check_macro(struct checker *c, struct ov_expr *e);

/** Makes `e` the variable of its name, where there is one. */
bool ov_check_variable(struct checker *c, struct ov_expr *e);

/** Whether the node may have the type; false with a finding. */
bool ov_check_expect(struct checker *c, const struct ov_expr *e, const struct ov_type *type);

/** Adds a finding at the node: the text, then the detail. */
struct ov_diag *ov_check_report(
	struct checker *c, const struct ov_expr *e, const char *text, struct ov_str detail);

/** The type as messages name it. */
struct ov_str ov_check_type_text(struct checker *c, const struct ov_type *type);

#endif
