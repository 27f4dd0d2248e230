/* eval_macro: loops and bindings. Layer: expr. */
#include "expr/eval.h"
#include "value/equal.h"

static bool is_mapping(struct ov_value v)
{
	return v.kind == OV_KIND_MAP || v.kind == OV_KIND_DICT;
}

/* A loop's place in its range. */
struct loop {
	struct ov_value range;
	size_t at;
	size_t count;
};

static bool loop_begin(
	struct ov_eval *ev, const struct ov_expr *e, struct loop *loop, struct ov_value *error)
{
	struct ov_value range = ov_expr_eval(ev, e->args[0]);
	*loop = (struct loop){range, 0, ov_count(range)};
	if (range.kind == OV_KIND_LIST || is_mapping(range))
		return true;
	*error = ov_is_error(range) ? range : ov_eval_no_range(ev, e->args[0], range);
	return false;
}

static bool loop_next(struct ov_eval *ev, const struct ov_expr *e, struct loop *loop)
{
	if (loop->at == loop->count)
		return false;
	size_t i = loop->at++;
	bool list = loop->range.kind == OV_KIND_LIST;
	struct ov_value value = list ? loop->range.items[i] : ov_mapping_value(loop->range, i);
	if (e->two_vars) {
		ev->slots[e->slot] =
			list ? ov_value_int((int64_t)i) : ov_mapping_key(loop->range, i);
		ev->slots[e->slot + 1] = value;
	} else {
		ev->slots[e->slot] = list ? value : ov_mapping_key(loop->range, i);
	}
	return true;
}

/* all, exists and exists_one; errors are absorbed as by && and ||, but not by exists_one. */
static struct ov_value eval_quantifier(struct ov_eval *ev, const struct ov_expr *e)
{
	struct loop loop;
	struct ov_value error;
	if (!loop_begin(ev, e, &loop, &error))
		return error;
	struct ov_value pending = {0};
	size_t hits = 0;
	while (loop_next(ev, e, &loop)) {
		struct ov_value v = ov_expr_eval(ev, e->args[1]);
		if (v.kind != OV_KIND_BOOL) {
			if (!ov_is_error(v))
				v = ov_eval_not_bool(ev, e->args[1], v);
			if (v.error->limit || e->macro == OV_MACRO_EXISTS_ONE)
				return v;
			if (!ov_is_some(pending))
				pending = v;
			continue;
		}
		if (e->macro == OV_MACRO_ALL && !v.boolean)
			return v;
		if (e->macro == OV_MACRO_EXISTS && v.boolean)
			return v;
		hits += v.boolean;
	}
	if (ov_is_some(pending))
		return pending;
	return ov_value_bool(
		e->macro == OV_MACRO_ALL || (e->macro == OV_MACRO_EXISTS_ONE && hits == 1));
}

/* Whether the loop's element passes the macro's condition; false in `*ok` where that failed. */
static bool passes(
	struct ov_eval *ev, const struct ov_expr *condition, struct ov_value *error, bool *ok)
{
	struct ov_value v = ov_expr_eval(ev, condition);
	*ok = v.kind == OV_KIND_BOOL;
	if (!*ok)
		*error = ov_is_error(v) ? v : ov_eval_not_bool(ev, condition, v);
	return *ok && v.boolean;
}

static struct ov_value eval_collect(struct ov_eval *ev, const struct ov_expr *e)
{
	struct loop loop;
	struct ov_value error;
	if (!loop_begin(ev, e, &loop, &error) ||
		!ov_eval_spend(ev, e, loop.count * sizeof(struct ov_value), &error))
		return error;
	bool filter = e->macro == OV_MACRO_FILTER;
	const struct ov_expr *condition = filter          ? e->args[1]
					  : e->count == 3 ? e->args[2]
							  : NULL;
	struct ov_value *items = ov_new_array(ev->arena, struct ov_value, loop.count);
	size_t n = 0;
	while (loop_next(ev, e, &loop)) {
		bool ok = true;
		struct ov_value element = ev->slots[e->slot];
		if (condition && !passes(ev, condition, &error, &ok)) {
			if (!ok)
				return error;
			continue;
		}
		items[n] = filter ? element : ov_expr_eval(ev, e->args[1]);
		if (ov_is_error(items[n]))
			return items[n];
		n++;
	}
	return ov_value_list(items, n);
}

static struct ov_value eval_transform_map(struct ov_eval *ev, const struct ov_expr *e)
{
	struct loop loop;
	struct ov_value error;
	if (!loop_begin(ev, e, &loop, &error) ||
		!ov_eval_spend(ev, e, loop.count * sizeof(struct ov_pair), &error))
		return error;
	OV_VEC(struct ov_pair) pairs = {0};
	while (loop_next(ev, e, &loop)) {
		bool ok = true;
		struct ov_value key = ev->slots[e->slot];
		if (e->count == 3 && !passes(ev, e->args[2], &error, &ok)) {
			if (!ok)
				return error;
			continue;
		}
		struct ov_value v = ov_expr_eval(ev, e->args[1]);
		if (ov_is_error(v))
			return v;
		if (e->macro == OV_MACRO_TRANSFORM_MAP) {
			ov_vec_push(ev->arena, &pairs, ((struct ov_pair){key, v}));
			continue;
		}
		if (!is_mapping(v))
			return ov_eval_fail(ev, e->args[1], "expected a map of entries");
		for (size_t i = 0; i < v.count; i++)
			ov_vec_push(ev->arena, &pairs,
				((struct ov_pair){
					ov_mapping_key(v, i), ov_mapping_value(v, i)}));
	}
	return ov_eval_mapping(ev, e, pairs.items, pairs.count);
}

static struct ov_value eval_sort_by(struct ov_eval *ev, const struct ov_expr *e)
{
	struct loop loop;
	struct ov_value error;
	if (!loop_begin(ev, e, &loop, &error) ||
		!ov_eval_spend(ev, e, loop.count * sizeof(struct ov_pair), &error))
		return error;
	struct ov_pair *pairs = ov_new_array(ev->arena, struct ov_pair, loop.count);
	size_t n = 0;
	while (loop_next(ev, e, &loop)) {
		struct ov_value key = ov_expr_eval(ev, e->args[1]);
		if (ov_is_error(key))
			return key;
		pairs[n++] = (struct ov_pair){key, ev->slots[e->slot]};
	}
	return ov_eval_sort(ev, e, pairs, n);
}

static struct ov_value eval_bind(struct ov_eval *ev, const struct ov_expr *e)
{
	struct ov_value v = ov_expr_eval(ev, e->args[0]);
	if (ov_is_error(v))
		return v;
	if (e->macro != OV_MACRO_BIND) {
		if (v.kind != OV_KIND_OPTIONAL)
			return ov_eval_fail(ev, e->args[0],
				ev->terse ? "no such overload: hasValue(%s)"
					  : "expected an optional, this is %s",
				ov_eval_type_name(v));
		if (!v.items)
			return v;
		v = *v.items;
	}
	ev->slots[e->slot] = v;
	struct ov_value body = ov_expr_eval(ev, e->args[1]);
	if (ov_is_error(body) || e->macro != OV_MACRO_OPT_MAP)
		return body;
	return ov_optional_of(ev->arena, body);
}

struct ov_value ov_eval_macro(struct ov_eval *ev, const struct ov_expr *e)
{
	switch (e->macro) {
	case OV_MACRO_ALL:
	case OV_MACRO_EXISTS:
	case OV_MACRO_EXISTS_ONE: return eval_quantifier(ev, e);
	case OV_MACRO_MAP:
	case OV_MACRO_FILTER:
	case OV_MACRO_TRANSFORM_LIST: return eval_collect(ev, e);
	case OV_MACRO_TRANSFORM_MAP:
	case OV_MACRO_TRANSFORM_ENTRY: return eval_transform_map(ev, e);
	case OV_MACRO_SORT_BY: return eval_sort_by(ev, e);
	case OV_MACRO_BIND:
	case OV_MACRO_OPT_MAP:
	case OV_MACRO_OPT_FLAT_MAP: return eval_bind(ev, e);
	}
	ov_bug("unknown macro");
}
