/* check_macro: types of loops and bindings. Layer: expr. */
#include "expr/check.h"

/* Types of a macro's variables over a range: (element) or (index or key, element). */
static bool range_types(struct checker *c, struct ov_expr *e, const struct ov_type **first,
	const struct ov_type **second)
{
	const struct ov_type *range = e->args[0]->type;
	switch (range->kind) {
	case OV_TYPE_DYN: *first = *second = &ov_type_dyn; return true;
	case OV_TYPE_LIST:
		*first = e->two_vars ? &ov_type_int : range->elem;
		*second = range->elem;
		return true;
	case OV_TYPE_MAP:
		*first = range->key;
		*second = range->elem;
		return true;
	case OV_TYPE_OBJECT:
		if (range->object->nominal) {
			ov_check_report(c, e->args[0], "there is no loop over the fields of ",
				ov_check_type_text(c, range));
			return false;
		}
		*first = &ov_type_string;
		*second = &ov_type_dyn;
		return true;
	default:
		ov_check_report(c, e->args[0], "expected a list or a map, this is ",
			ov_check_type_text(c, range));
		return false;
	}
}

static const struct ov_type *macro_result(struct checker *c, const struct ov_expr *e)
{
	struct ov_arena *arena = c->env->arena;
	const struct ov_type *body = e->args[1]->type, *range = e->args[0]->type;
	switch (e->macro) {
	case OV_MACRO_ALL:
	case OV_MACRO_EXISTS:
	case OV_MACRO_EXISTS_ONE: return &ov_type_bool;
	case OV_MACRO_MAP:
	case OV_MACRO_TRANSFORM_LIST: return ov_type_list(arena, body);
	case OV_MACRO_FILTER:
		if (range->kind == OV_TYPE_LIST)
			return range;
		if (range->kind == OV_TYPE_DYN)
			return &ov_type_list_dyn;
		return ov_type_list(
			arena, range->kind == OV_TYPE_MAP ? range->key : &ov_type_string);
	case OV_MACRO_TRANSFORM_MAP:
		return ov_type_map(arena,
			range->kind == OV_TYPE_LIST     ? &ov_type_int
			: range->kind == OV_TYPE_MAP    ? range->key
			: range->kind == OV_TYPE_OBJECT ? &ov_type_string
							: &ov_type_dyn,
			body);
	case OV_MACRO_TRANSFORM_ENTRY: return body;
	case OV_MACRO_BIND: return body;
	case OV_MACRO_OPT_MAP: return ov_type_optional(arena, body);
	case OV_MACRO_OPT_FLAT_MAP: return body;
	case OV_MACRO_SORT_BY: return range;
	}
	return &ov_type_dyn;
}

bool ov_check_macro(struct checker *c, struct ov_expr *e)
{
	if (!ov_check_node(c, e->args[0]))
		return false;
	const struct ov_type *first = &ov_type_dyn, *second = &ov_type_dyn;
	if (e->macro == OV_MACRO_BIND && c->env->no_bind) {
		ov_check_report(c, e, "there is no cel.bind here", OV_STR(""));
		return false;
	}
	if (e->macro == OV_MACRO_BIND) {
		first = e->args[0]->type;
	} else if (e->macro == OV_MACRO_OPT_MAP || e->macro == OV_MACRO_OPT_FLAT_MAP) {
		const struct ov_type *from = e->args[0]->type;
		if (from->kind != OV_TYPE_DYN && from->kind != OV_TYPE_OPTIONAL) {
			ov_check_report(c, e->args[0], "expected an optional, this is ",
				ov_check_type_text(c, from));
			return false;
		}
		first = from->kind == OV_TYPE_OPTIONAL ? from->elem : &ov_type_dyn;
	} else if (!range_types(c, e, &first, &second)) {
		return false;
	}
	size_t locals = c->scope->locals.count;
	e->slot = ov_scope_push(c->scope, e->var, first);
	if (e->two_vars)
		ov_scope_push(c->scope, e->var2, second);
	bool predicate = e->macro == OV_MACRO_ALL || e->macro == OV_MACRO_EXISTS ||
			 e->macro == OV_MACRO_EXISTS_ONE || e->macro == OV_MACRO_FILTER;
	bool ok = true;
	size_t known = c->scope->known.count;
	if (e->count == 3) {
		ok = ov_check_node(c, e->args[2]) &&
		     ov_check_expect(c, e->args[2], &ov_type_bool);
		if (ok)
			ov_scope_assume(c->scope, e->args[2], true);
	}
	ok = ok && ov_check_node(c, e->args[1]);
	if (ok && predicate)
		ok = ov_check_expect(c, e->args[1], &ov_type_bool);
	c->scope->known.count = known;
	c->scope->locals.count = locals;
	if (ok)
		e->type = macro_result(c, e);
	return ok;
}
