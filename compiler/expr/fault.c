/* fault: what an evaluation says when it fails, in our words and in those of cel-go. */
#include "expr/eval.h"

struct ov_value ov_eval_not_bool(struct ov_eval *ev, const struct ov_expr *e, struct ov_value v)
{
	if (ev->terse)
		return ov_eval_fail(ev, e, "no such overload");
	return ov_eval_fail(ev, e, "expected a bool, this is %s", ov_eval_type_name(v));
}

static bool is_one_of(struct ov_str s, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (ov_str_is(s, names[i]))
			return true;
	}
	return false;
}

/* Whether cel-go lets values of the kind do what the operator says, with the right operand. */
static bool can(struct ov_str operator, struct ov_value v)
{
	static const char *const ordered[] = {"_<_", "_<=_", "_>_", "_>=_"};
	bool number = v.kind == OV_KIND_INT || v.kind == OV_KIND_UINT;
	bool time = v.kind == OV_KIND_DURATION || v.kind == OV_KIND_TIMESTAMP;
	bool text = v.kind == OV_KIND_STRING;
	/* These take any operation, to say themselves that they have it not. */
	if (time || text)
		return true;
	if (ov_str_is(operator, "size"))
		return false;
	if (ov_str_is(operator, "_%_"))
		return number;
	number = number || v.kind == OV_KIND_DOUBLE;
	if (ov_str_is(operator, "_+_"))
		return number || v.kind == OV_KIND_BYTES || v.kind == OV_KIND_LIST;
	if (ov_str_is(operator, "-_"))
		return number || v.kind == OV_KIND_BOOL;
	if (is_one_of(operator, ordered, OV_COUNT(ordered)))
		return number || v.kind == OV_KIND_BYTES || v.kind == OV_KIND_BOOL;
	return number;
}

static void add_types(struct ov_buf *buf, const struct ov_expr *e, const struct ov_value *args,
	const char *receiver)
{
	for (size_t i = 0; i < e->count; i++) {
		ov_buf_puts(buf, i == 0 ? "" : i == 1 && e->method ? receiver : ", ");
		ov_buf_puts(buf, ov_eval_type_name(args[i]));
	}
}

static struct ov_value no_overload_terse(
	struct ov_eval *ev, const struct ov_expr *e, const struct ov_value *args)
{
	static const char *const operators[] = {
		"_+_", "_-_", "_*_", "_/_", "_%_", "-_", "_<_", "_<=_", "_>_", "_>=_", "size"};
	static const char *const bare[] = {
		"startsWith", "endsWith", "contains", "matches", "@in", "!_", "or"};
	struct ov_str name = e->key->str;
	if (is_one_of(name, bare, OV_COUNT(bare)))
		return ov_eval_fail(ev, e, "no such overload");
	if (e->count && is_one_of(name, operators, OV_COUNT(operators)))
		return can(name, args[0]) ? ov_eval_fail(ev, e, "no such overload")
					  : ov_eval_fail(ev, e, "no such overload: %.*s",
						    OV_STR_ARG(name));
	if (ov_str_is(name, "math.greatest"))
		name = OV_STR("math.@max");
	else if (ov_str_is(name, "math.least"))
		name = OV_STR("math.@min");
	struct ov_buf buf = {0};
	add_types(&buf, e, args, ", ");
	struct ov_value error = ov_eval_fail(ev, e, "no such overload: %.*s(%.*s)",
		OV_STR_ARG(name), OV_STR_ARG(ov_buf_str(&buf)));
	ov_buf_release(&buf);
	return error;
}

struct ov_value ov_eval_no_overload(
	struct ov_eval *ev, const struct ov_expr *e, const struct ov_value *args)
{
	if (ev->terse)
		return no_overload_terse(ev, e, args);
	struct ov_buf buf = {0};
	add_types(&buf, e, args, ".(");
	struct ov_value error =
		ov_eval_fail(ev, e, "no such overload: %.*s cannot be applied to (%.*s)",
			OV_STR_ARG(e->key->str), OV_STR_ARG(ov_buf_str(&buf)));
	ov_buf_release(&buf);
	return error;
}

/* The name of the kind's type in the code of cel-go. */
static const char *go_type(struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_NULL: return "types.Null";
	case OV_KIND_BOOL: return "types.Bool";
	case OV_KIND_INT: return "types.Int";
	case OV_KIND_UINT: return "types.Uint";
	case OV_KIND_DOUBLE: return "types.Double";
	case OV_KIND_STRING: return "types.String";
	case OV_KIND_BYTES: return "types.Bytes";
	case OV_KIND_DURATION: return "types.Duration";
	case OV_KIND_TIMESTAMP: return "types.Timestamp";
	case OV_KIND_TYPE: return "*types.Type";
	case OV_KIND_OPTIONAL: return "*types.Optional";
	case OV_KIND_NONE:
	case OV_KIND_LIST:
	case OV_KIND_MAP:
	case OV_KIND_DICT:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: break;
	}
	return ov_eval_type_name(v);
}

struct ov_value ov_eval_no_range(struct ov_eval *ev, const struct ov_expr *e, struct ov_value v)
{
	if (ev->terse)
		return ov_eval_fail(ev, e, "got '%s', expected iterable type", go_type(v));
	return ov_eval_fail(
		ev, e, "expected a list or a map, this is %s", ov_eval_type_name(v));
}

static struct ov_value no_key_terse(
	struct ov_eval *ev, const struct ov_expr *e, struct ov_value from, struct ov_value key)
{
	struct ov_buf buf = {0};
	if (!ov_eval_text(&buf, key))
		ov_buf_puts(&buf, ov_eval_type_name(key));
	struct ov_str text = ov_buf_str(&buf);
	struct ov_value error;
	if (from.kind != OV_KIND_LIST)
		error = ov_eval_fail(ev, e, "no such key: %.*s", OV_STR_ARG(text));
	else if (key.kind == OV_KIND_INT)
		error = ov_eval_fail(ev, e, "index out of bounds: %.*s", OV_STR_ARG(text));
	else if (key.kind == OV_KIND_DOUBLE)
		error = ov_eval_fail(
			ev, e, "unsupported index value %.*s in list", OV_STR_ARG(text));
	else
		error = ov_eval_fail(
			ev, e, "unsupported index type '%s' in list", ov_eval_type_name(key));
	ov_buf_release(&buf);
	return error;
}

struct ov_value ov_eval_no_key(
	struct ov_eval *ev, const struct ov_expr *e, struct ov_value from, struct ov_value key)
{
	if (ev->terse)
		return no_key_terse(ev, e, from, key);
	if (from.kind == OV_KIND_LIST && key.kind == OV_KIND_INT)
		return ov_eval_fail(ev, e,
			"index %lld is out of range: the list has %u elements",
			(long long)key.integer, from.count);
	if (from.kind == OV_KIND_LIST)
		return ov_eval_fail(ev, e, "a list is indexed by an int, not by %s",
			ov_eval_type_name(key));
	if (key.kind == OV_KIND_STRING)
		return ov_eval_fail(
			ev, e, "there is no key '%.*s'", OV_STR_ARG(ov_string(key)));
	return ov_eval_fail(ev, e, "there is no such key");
}

struct ov_value ov_eval_no_conversion(struct ov_eval *ev, const struct ov_expr *e,
	struct ov_str s, const char *why, const char *type)
{
	if (ev->terse)
		return ov_eval_fail(ev, e, "type conversion error from 'string' to '%s'", type);
	return ov_eval_fail(ev, e, "'%.*s' %s", OV_STR_ARG(s), why);
}
