/* check_format: string.format with a constant text. Layer: expr. */
#include "expr/check.h"
#include "expr/functions.h"
#include "lang/ascii.h"

/* Follows the validator of cel-go's ext.Strings, version 2, which Kubernetes has. */

/* Whether %s can write values of the type. */
static bool has_text(const struct ov_type *type, size_t depth)
{
	enum { DEEPEST = 32 };
	if (type->kind == OV_TYPE_LIST || type->kind == OV_TYPE_MAP)
		return depth < DEEPEST && has_text(type->elem, depth + 1) &&
		       (!type->key || has_text(type->key, depth + 1));
	return type->kind != OV_TYPE_OPAQUE && type->kind != OV_TYPE_OPTIONAL;
}

static bool takes(char verb, const struct ov_type *type)
{
	bool whole = type->kind == OV_TYPE_INT || type->kind == OV_TYPE_UINT;
	if (type->kind == OV_TYPE_DYN || type->kind == OV_TYPE_PARAM)
		return true;
	switch (verb) {
	case 's': return has_text(type, 0);
	case 'd':
	case 'o': return whole;
	case 'b': return whole || type->kind == OV_TYPE_BOOL;
	case 'x':
	case 'X': return whole || type->kind == OV_TYPE_STRING || type->kind == OV_TYPE_BYTES;
	case 'f':
	case 'e': return type->kind == OV_TYPE_DOUBLE;
	default: return false;
	}
}

bool ov_check_format(struct checker *c, const struct ov_expr *e)
{
	const struct ov_expr *list = e->count == 2 ? e->args[1] : NULL;
	if (!list || list->op != OV_EXPR_LIST || list->optional ||
		e->args[0]->op != OV_EXPR_LITERAL || !ov_is_string(e->args[0]->literal))
		return true;
	struct ov_str text = ov_string(e->args[0]->literal);
	size_t used = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '%')
			continue;
		i++;
		if (ov_byte(text, i) == '%')
			continue;
		int precision;
		char verb = ov_format_verb(text, &i, &precision);
		if (!ov_is_one_of(verb, "sdobxXfe")) {
			ov_check_report(c, e->args[0], "there is no such clause: %",
				ov_str_sub(text, i, i + 1));
			return false;
		}
		if (used == list->count) {
			ov_check_report(c, list,
				"the text has more clauses than there are "
				"arguments",
				OV_STR(""));
			return false;
		}
		const struct ov_expr *arg = list->args[used++];
		if (!takes(verb, arg->type)) {
			ov_check_report(c, arg, "the clause does not take ",
				ov_check_type_text(c, arg->type));
			return false;
		}
	}
	if (used < list->count)
		ov_check_report(c, list->args[used], "there is no clause for this argument",
			OV_STR(""));
	return used == list->count;
}
