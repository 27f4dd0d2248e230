/* eval: evaluates checked expressions. Layer: expr. */
#include "expr/eval.h"

#include "base/limits.h"
#include "value/equal.h"
#include "value/number.h"

struct ov_value ov_optional_none(void)
{
	return (struct ov_value){.kind = OV_KIND_OPTIONAL};
}

struct ov_value ov_optional_of(struct ov_arena *arena, struct ov_value v)
{
	struct ov_value *held = ov_new(arena, struct ov_value);
	*held = v;
	return (struct ov_value){.kind = OV_KIND_OPTIONAL, .items = held, .loc = v.loc};
}

struct ov_value ov_eval_string(struct ov_eval *eval, const struct ov_buf *buf)
{
	return ov_value_string(ov_str_dup(eval->arena, ov_buf_str(buf)));
}

const char *ov_eval_type_name(struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_NONE: return "nothing";
	case OV_KIND_NULL: return "null_type";
	case OV_KIND_BOOL: return "bool";
	case OV_KIND_INT: return "int";
	case OV_KIND_UINT: return "uint";
	case OV_KIND_DOUBLE: return "double";
	case OV_KIND_STRING: return "string";
	case OV_KIND_BYTES: return "bytes";
	case OV_KIND_LIST: return "list";
	case OV_KIND_MAP:
	case OV_KIND_DICT: return "map";
	case OV_KIND_DURATION: return "google.protobuf.Duration";
	case OV_KIND_TIMESTAMP: return "google.protobuf.Timestamp";
	case OV_KIND_TYPE: return "type";
	case OV_KIND_OPTIONAL: return "optional_type";
	case OV_KIND_OPAQUE: return v.opaque->type;
	case OV_KIND_ERROR: return "error";
	}
	return "?";
}

static struct ov_value eval(struct ov_eval *ev, const struct ov_expr *e);

struct ov_value ov_mapping_key(struct ov_value map, size_t i)
{
	if (map.kind == OV_KIND_DICT)
		return map.pairs[i].key;
	struct ov_value key = ov_value_string(map.entries[i].key->str);
	key.loc = map.entries[i].value.key_loc;
	return key;
}

struct ov_value ov_mapping_value(struct ov_value map, size_t i)
{
	return map.kind == OV_KIND_DICT ? map.pairs[i].value : map.entries[i].value;
}

struct ov_value ov_eval_lookup(struct ov_eval *ev, struct ov_value map, struct ov_value key)
{
	if (map.kind == OV_KIND_MAP) {
		if (key.kind != OV_KIND_STRING)
			return (struct ov_value){0};
		return ov_get_key(map, ov_key_cached(ev->keys, ev->cache, ov_string(key)));
	}
	if (map.kind == OV_KIND_DICT)
		ev->steps += map.count / 8;
	for (size_t i = 0; map.kind == OV_KIND_DICT && i < map.count; i++) {
		if (ov_equal(map.pairs[i].key, key, OV_CEL))
			return map.pairs[i].value;
	}
	return (struct ov_value){0};
}

static struct ov_value seen(struct ov_eval *ev, struct ov_value v)
{
	if (ev->trace)
		ev->trace(ev->trace_context, v);
	return v;
}

static bool is_mapping(struct ov_value v)
{
	return v.kind == OV_KIND_MAP || v.kind == OV_KIND_DICT;
}

static struct ov_value field_of(
	struct ov_eval *ev, const struct ov_expr *e, struct ov_value from)
{
	if (from.kind == OV_KIND_MAP)
		return ov_get_key(from, e->key);
	if (from.kind == OV_KIND_DICT)
		return ov_eval_lookup(ev, from, ov_value_string(e->key->str));
	/* In cel-go, a list alone is something whose elements might be asked for by name. */
	if (ev->terse && from.kind != OV_KIND_LIST)
		return (struct ov_value){0};
	if (ev->terse)
		return ov_eval_no_key(ev, e, from, ov_value_string(e->key->str));
	return ov_eval_fail(ev, e, "%s has no fields, so no .%.*s", ov_eval_type_name(from),
		OV_STR_ARG(e->key->str));
}

/* A chain of fields of maps; OV_KIND_NONE where it has to be followed step by step. */
static struct ov_value follow(const struct ov_eval *ev, const struct ov_expr *e)
{
	struct ov_value v = ev->slots[e->slot];
	for (size_t i = 0; i < e->chain_count; i++) {
		if (v.kind != OV_KIND_MAP)
			return (struct ov_value){0};
		v = ov_get_key(v, e->chain[i]);
	}
	return v;
}

static struct ov_value eval_select(struct ov_eval *ev, const struct ov_expr *e)
{
	struct ov_value from = eval(ev, e->args[0]);
	if (ov_is_error(from))
		return from;
	bool optional = e->op == OV_EXPR_SELECT_OPT;
	if (from.kind == OV_KIND_OPTIONAL) {
		if (!from.items)
			return e->op == OV_EXPR_HAS ? ov_value_bool(false) : from;
		from = *from.items;
		optional = true;
	}
	struct ov_value v = field_of(ev, e, from);
	if (ov_is_error(v))
		return v;
	if (e->op == OV_EXPR_HAS)
		return ov_value_bool(ov_is_some(v));
	if (optional)
		return ov_is_some(v) ? ov_optional_of(ev->arena, seen(ev, v))
				     : ov_optional_none();
	if (!ov_is_some(v))
		return ev->terse ? ov_eval_no_key(ev, e, from, ov_value_string(e->key->str))
				 : ov_eval_fail(ev, e, "there is no field '%.*s' here",
					   OV_STR_ARG(e->key->str));
	return seen(ev, v);
}

static bool as_index(struct ov_value v, int64_t *out)
{
	if (v.kind == OV_KIND_INT)
		*out = v.integer;
	else if (v.kind == OV_KIND_UINT && v.uinteger <= (uint64_t)INT64_MAX)
		*out = (int64_t)v.uinteger;
	else if (v.kind == OV_KIND_DOUBLE && v.number >= -9e15 && v.number <= 9e15 &&
		 ov_compare_numbers(v, ov_value_int((int64_t)v.number)) == 0)
		*out = (int64_t)v.number;
	else
		return false;
	return true;
}

static struct ov_value eval_index(struct ov_eval *ev, const struct ov_expr *e)
{
	struct ov_value from = eval(ev, e->args[0]);
	if (ov_is_error(from))
		return from;
	struct ov_value index = eval(ev, e->args[1]);
	if (ov_is_error(index))
		return index;
	bool optional = e->op == OV_EXPR_INDEX_OPT;
	if (from.kind == OV_KIND_OPTIONAL) {
		if (!from.items)
			return from;
		from = *from.items;
		optional = true;
	}
	struct ov_value v = {0};
	if (from.kind == OV_KIND_LIST) {
		int64_t i;
		if (!as_index(index, &i))
			return ov_eval_no_key(ev, e, from, index);
		if (i >= 0 && (uint64_t)i < from.count)
			v = from.items[i];
		else if (!optional)
			return ov_eval_no_key(ev, e, from, ov_value_int(i));
	} else if (is_mapping(from)) {
		if (index.kind == OV_KIND_LIST || is_mapping(index) ||
			index.kind == OV_KIND_NULL)
			return ov_eval_fail(ev, e, "a map has no keys of type %s",
				ov_eval_type_name(index));
		v = ov_eval_lookup(ev, from, index);
		if (!ov_is_some(v) && !optional)
			return ov_eval_no_key(ev, e, from, index);
	} else if (ev->terse) {
		if (!optional)
			return ov_eval_no_key(ev, e, from, index);
	} else {
		return ov_eval_fail(
			ev, e, "nothing can be indexed in %s", ov_eval_type_name(from));
	}
	if (!optional)
		return seen(ev, v);
	return ov_is_some(v) ? ov_optional_of(ev->arena, seen(ev, v)) : ov_optional_none();
}

/* Puts what an optional element holds in `*v`; false where the element is left out. */
static bool unwrap(
	struct ov_eval *ev, const struct ov_expr *e, bool optional, struct ov_value *v)
{
	if (!optional)
		return true;
	if (v->kind != OV_KIND_OPTIONAL) {
		*v = ov_eval_fail(ev, e, "'?' needs an optional");
		return true;
	}
	if (!v->items)
		return false;
	*v = *v->items;
	return true;
}

static struct ov_value eval_list(struct ov_eval *ev, const struct ov_expr *e)
{
	struct ov_value error;
	if (!ov_eval_spend(ev, e, e->count * sizeof(struct ov_value), &error))
		return error;
	struct ov_value *items = ov_new_array(ev->arena, struct ov_value, e->count);
	size_t n = 0;
	for (size_t i = 0; i < e->count; i++) {
		struct ov_value v = eval(ev, e->args[i]);
		if (ov_is_error(v))
			return v;
		if (!unwrap(ev, e->args[i], e->optional && e->optional[i], &v))
			continue;
		if (ov_is_error(v))
			return v;
		items[n++] = v;
	}
	return ov_value_list(items, n);
}

struct ov_value ov_eval_mapping(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_pair *pairs, size_t count)
{
	bool strings = true;
	for (size_t i = 0; i < count; i++)
		strings = strings && pairs[i].key.kind == OV_KIND_STRING;
	if (strings) {
		struct ov_map_builder b;
		ov_map_begin(&b, ev->arena, count);
		for (size_t i = 0; i < count; i++) {
			struct ov_str name = ov_string(pairs[i].key);
			if (!ov_map_set(&b, ov_key_cached(ev->keys, ev->cache, name),
				    pairs[i].value))
				return ov_eval_fail(ev, at, "the key '%.*s' is given twice",
					OV_STR_ARG(name));
		}
		return ov_map_end(&b);
	}
	for (size_t i = 0; i < count; i++) {
		struct ov_value key = pairs[i].key;
		if (key.kind != OV_KIND_STRING && key.kind != OV_KIND_INT &&
			key.kind != OV_KIND_UINT && key.kind != OV_KIND_BOOL)
			return ov_eval_fail(ev, at, "%s cannot be the key of a map",
				ov_eval_type_name(key));
		for (size_t k = 0; k < i; k++) {
			if (ov_equal(pairs[k].key, key, OV_CEL))
				return ov_eval_fail(ev, at, "a key is given twice");
		}
		struct ov_value error;
		if (!ov_eval_work(ev, at, i / 8, &error))
			return error;
	}
	struct ov_pair *copy = ov_new_array(ev->arena, struct ov_pair, count);
	if (count)
		memcpy(copy, pairs, count * sizeof(*copy));
	return (struct ov_value){.kind = OV_KIND_DICT, .pairs = copy, .count = (uint32_t)count};
}

static struct ov_value eval_map(struct ov_eval *ev, const struct ov_expr *e)
{
	struct ov_value error;
	if (!ov_eval_spend(ev, e, e->count * sizeof(struct ov_entry), &error))
		return error;
	struct ov_pair *pairs = ov_new_array(ev->arena, struct ov_pair, e->count / 2);
	size_t n = 0;
	for (size_t i = 0; i < e->count; i += 2) {
		struct ov_value key = eval(ev, e->args[i]);
		if (ov_is_error(key))
			return key;
		struct ov_value v = eval(ev, e->args[i + 1]);
		if (ov_is_error(v))
			return v;
		if (!unwrap(ev, e->args[i + 1], e->optional && e->optional[i / 2], &v))
			continue;
		if (ov_is_error(v))
			return v;
		pairs[n++] = (struct ov_pair){key, v};
	}
	return ov_eval_mapping(ev, e, pairs, n);
}

/* `decisive` is the value that settles the result: false for &&, true for ||. */
static struct ov_value eval_logic(struct ov_eval *ev, const struct ov_expr *e)
{
	bool decisive = e->op == OV_EXPR_OR;
	struct ov_value left = eval(ev, e->args[0]);
	if (left.kind == OV_KIND_BOOL && left.boolean == decisive)
		return left;
	if (ov_is_error(left) && left.error->limit)
		return left;
	struct ov_value right = eval(ev, e->args[1]);
	if (right.kind == OV_KIND_BOOL && right.boolean == decisive)
		return right;
	if (left.kind != OV_KIND_BOOL)
		return ov_is_error(left) ? left : ov_eval_not_bool(ev, e->args[0], left);
	if (right.kind != OV_KIND_BOOL)
		return ov_is_error(right) ? right : ov_eval_not_bool(ev, e->args[1], right);
	return ov_value_bool(!decisive);
}

static struct ov_value eval_cond(struct ov_eval *ev, const struct ov_expr *e)
{
	struct ov_value test = eval(ev, e->args[0]);
	if (test.kind != OV_KIND_BOOL)
		return ov_is_error(test) ? test : ov_eval_not_bool(ev, e->args[0], test);
	return eval(ev, e->args[test.boolean ? 1 : 2]);
}

/* The operators on the usual kinds; OV_KIND_NONE where the overloads have to be asked. */
static struct ov_value shortcut(
	struct ov_eval *ev, const struct ov_expr *e, const struct ov_value *a)
{
	if (e->fast == OV_FAST_NOT)
		return a[0].kind == OV_KIND_BOOL ? ov_value_bool(!a[0].boolean)
						 : (struct ov_value){0};
	if (e->fast == OV_FAST_EQ || e->fast == OV_FAST_NE) {
		bool same;
		struct ov_value error;
		return ov_eval_equal(ev, e, a[0], a[1], &same, &error)
			       ? ov_value_bool(same == (e->fast == OV_FAST_EQ))
			       : error;
	}
	if (a[0].kind != a[1].kind)
		return (struct ov_value){0};
	int order;
	if (a[0].kind == OV_KIND_INT) {
		if (e->fast == OV_FAST_ADD) {
			int64_t sum;
			return ov_int_add(a[0].integer, a[1].integer, &sum)
				       ? ov_value_int(sum)
				       : (struct ov_value){0};
		}
		order = (a[0].integer > a[1].integer) - (a[0].integer < a[1].integer);
	} else if (a[0].kind == OV_KIND_STRING && e->fast != OV_FAST_ADD) {
		ov_eval_scan(ev, a[0].count);
		order = ov_str_cmp(ov_string(a[0]), ov_string(a[1]));
	} else {
		return (struct ov_value){0};
	}
	switch (e->fast) {
	case OV_FAST_LT: return ov_value_bool(order < 0);
	case OV_FAST_LE: return ov_value_bool(order <= 0);
	case OV_FAST_GT: return ov_value_bool(order > 0);
	case OV_FAST_GE: return ov_value_bool(order >= 0);
	case OV_FAST_NONE:
	case OV_FAST_EQ:
	case OV_FAST_NE:
	case OV_FAST_ADD:
	case OV_FAST_NOT: break;
	}
	return (struct ov_value){0};
}

static bool fits(const struct ov_type *type, struct ov_value v)
{
	switch (type->kind) {
	case OV_TYPE_DYN:
	case OV_TYPE_PARAM: return true;
	case OV_TYPE_NULL: return v.kind == OV_KIND_NULL;
	case OV_TYPE_BOOL: return v.kind == OV_KIND_BOOL;
	case OV_TYPE_INT: return v.kind == OV_KIND_INT;
	case OV_TYPE_UINT: return v.kind == OV_KIND_UINT;
	case OV_TYPE_DOUBLE: return v.kind == OV_KIND_DOUBLE;
	case OV_TYPE_STRING: return v.kind == OV_KIND_STRING;
	case OV_TYPE_BYTES: return v.kind == OV_KIND_BYTES;
	case OV_TYPE_DURATION: return v.kind == OV_KIND_DURATION;
	case OV_TYPE_TIMESTAMP: return v.kind == OV_KIND_TIMESTAMP;
	case OV_TYPE_LIST: return v.kind == OV_KIND_LIST;
	case OV_TYPE_MAP:
	case OV_TYPE_OBJECT: return is_mapping(v);
	case OV_TYPE_TYPE: return v.kind == OV_KIND_TYPE;
	case OV_TYPE_OPTIONAL: return v.kind == OV_KIND_OPTIONAL;
	case OV_TYPE_OPAQUE:
		return v.kind == OV_KIND_OPAQUE && strcmp(v.opaque->type, type->name) == 0;
	case OV_TYPE_INT_OR_STRING: return v.kind == OV_KIND_INT || v.kind == OV_KIND_STRING;
	}
	return false;
}

static struct ov_value eval_call(struct ov_eval *ev, const struct ov_expr *e)
{
	enum { FEW = 4 };
	struct ov_value few[FEW];
	struct ov_value *args =
		e->count <= FEW ? few : ov_new_array(ev->arena, struct ov_value, e->count);
	for (size_t i = 0; i < e->count; i++) {
		args[i] = eval(ev, e->args[i]);
		if (ov_is_error(args[i]))
			return args[i];
	}
	if (e->fast != OV_FAST_NONE) {
		struct ov_value v = shortcut(ev, e, args);
		if (ov_is_some(v))
			return v;
	}
	for (size_t k = 0; k < e->candidate_count; k++) {
		const struct ov_function *f = e->candidates[k];
		size_t i = 0;
		while (i < e->count &&
			fits(f->params[i < f->count ? i : f->count - 1], args[i]))
			i++;
		if (i == e->count)
			return f->fn(ev, e, args, e->count);
	}
	return ov_eval_no_overload(ev, e, args);
}

static struct ov_value eval(struct ov_eval *ev, const struct ov_expr *e)
{
	if (++ev->steps > OV_LIMIT_STEPS)
		return ov_eval_fail_limit(
			ev, e, "the expression takes more than a million steps");
	switch (e->op) {
	case OV_EXPR_LITERAL: return e->literal;
	case OV_EXPR_NAME: return ev->slots[e->slot];
	case OV_EXPR_SELECT:
		if (e->chain && !ev->trace) {
			struct ov_value v = follow(ev, e);
			ev->steps += e->chain_count;
			if (ov_is_some(v))
				return v;
		}
		return eval_select(ev, e);
	case OV_EXPR_SELECT_OPT:
	case OV_EXPR_HAS: return eval_select(ev, e);
	case OV_EXPR_INDEX:
	case OV_EXPR_INDEX_OPT: return eval_index(ev, e);
	case OV_EXPR_LIST: return eval_list(ev, e);
	case OV_EXPR_MAP: return eval_map(ev, e);
	case OV_EXPR_AND:
	case OV_EXPR_OR: return eval_logic(ev, e);
	case OV_EXPR_COND: return eval_cond(ev, e);
	case OV_EXPR_CALL: return eval_call(ev, e);
	case OV_EXPR_MACRO: return ov_eval_macro(ev, e);
	}
	ov_bug("unknown operation");
}

struct ov_value ov_expr_eval(struct ov_eval *ev, const struct ov_expr *expr)
{
	return eval(ev, expr);
}
