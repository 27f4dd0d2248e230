/* fn_list: the lists and sets extensions, and Kubernetes' functions of lists. Layer: expr. */
#include "base/limits.h"
#include "expr/eval.h"
#include "expr/functions.h"
#include "value/equal.h"
#include "value/number.h"

static struct ov_value *new_items(
	struct ov_eval *ev, const struct ov_expr *at, size_t count, struct ov_value *error)
{
	if (!ov_eval_spend(ev, at, ov_size_mul(count, sizeof(struct ov_value)), error))
		return NULL;
	return ov_new_array(ev->arena, struct ov_value, count);
}

/* A list that grows by parts. */
struct growing {
	struct ov_eval *ev;
	const struct ov_expr *at;
	OV_VEC(struct ov_value) list;
	struct ov_value error;
};

static bool flatten_into(
	struct growing *out, struct ov_value list, int64_t levels, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH) {
		out->error = ov_eval_fail(out->ev, out->at, "the list is nested too deep");
		return false;
	}
	for (size_t i = 0; i < list.count; i++) {
		struct ov_value v = list.items[i];
		/* Empty lists cost time too: the same one may be met very often. */
		if (!ov_eval_work(out->ev, out->at, 1, &out->error))
			return false;
		if (v.kind == OV_KIND_LIST && levels) {
			if (!flatten_into(out, v, levels - 1, depth + 1))
				return false;
			continue;
		}
		if (!ov_eval_spend(out->ev, out->at, sizeof(v), &out->error))
			return false;
		ov_vec_push(out->ev->arena, &out->list, v);
	}
	return true;
}

static struct ov_value flatten(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	int64_t levels = n == 2 ? a[1].integer : 1;
	if (levels < 0)
		return ov_eval_fail(ev, at,
			ev->terse ? "level must be non-negative"
				  : "the level must not be negative");
	struct growing out = {.ev = ev, .at = at};
	return flatten_into(&out, a[0], levels, 0)
		       ? ov_value_list(out.list.items, out.list.count)
		       : out.error;
}

static struct ov_value slice(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	int64_t from = a[1].integer, to = a[2].integer;
	if (ev->terse && from >= 0 && to < from)
		return ov_eval_fail(ev, at,
			"cannot slice(%lld, %lld), start index must be less than or equal to "
			"end index",
			(long long)from, (long long)to);
	if (from < 0 || to < from || to > (int64_t)a[0].count)
		return ov_eval_fail(ev, at, "cannot slice(%lld, %lld) a list of %u",
			(long long)from, (long long)to, a[0].count);
	return ov_value_list(a[0].items ? a[0].items + from : NULL, (size_t)(to - from));
}

static struct ov_value sort(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_value error;
	if (!ov_eval_spend(ev, at, a[0].count * sizeof(struct ov_pair), &error))
		return error;
	struct ov_pair *pairs = ov_new_array(ev->arena, struct ov_pair, a[0].count);
	for (size_t i = 0; i < a[0].count; i++)
		pairs[i] = (struct ov_pair){a[0].items[i], a[0].items[i]};
	return ov_eval_sort(ev, at, pairs, a[0].count);
}

/* Whether one of the first `count` items equals `v`; OV_KIND_NONE in `*error` unless too much.
 */
static bool among(struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *items,
	size_t count, struct ov_value v, struct ov_value *error)
{
	for (size_t i = 0; i < count; i++) {
		bool same;
		if (!ov_eval_equal(ev, at, items[i], v, &same, error))
			return false;
		if (same)
			return true;
	}
	return false;
}

static struct ov_value distinct(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_value error = {0};
	struct ov_value *items = new_items(ev, at, a[0].count, &error);
	size_t count = 0;
	for (size_t i = 0; items && i < a[0].count; i++) {
		if (!among(ev, at, items, count, a[0].items[i], &error))
			items[count++] = a[0].items[i];
		if (ov_is_some(error))
			break;
	}
	return ov_is_some(error) ? error : ov_value_list(items, count);
}

static struct ov_value reverse(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_value error;
	struct ov_value *items = new_items(ev, at, a[0].count, &error);
	if (!items)
		return error;
	for (size_t i = 0; i < a[0].count; i++)
		items[i] = a[0].items[a[0].count - 1 - i];
	return ov_value_list(items, a[0].count);
}

static struct ov_value range(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	int64_t count = a[0].integer < 0 ? 0 : a[0].integer;
	struct ov_value error;
	if (count > OV_LIMIT_EXPR_BYTES)
		return ov_eval_fail_limit(ev, at, "the list is too long");
	struct ov_value *items = new_items(ev, at, (size_t)count, &error);
	if (!items)
		return error;
	for (int64_t i = 0; i < count; i++)
		items[i] = ov_value_int(i);
	return ov_value_list(items, (size_t)count);
}

OV_FUNCTION(first, a[0].count ? ov_optional_of(ev->arena, a[0].items[0]) : ov_optional_none())
OV_FUNCTION(last,
	a[0].count ? ov_optional_of(ev->arena, a[0].items[a[0].count - 1]) : ov_optional_none())

/* Whether all of `b` are among `a`. */
static bool holds(struct ov_eval *ev, const struct ov_expr *at, struct ov_value a,
	struct ov_value b, struct ov_value *error)
{
	for (size_t i = 0; i < b.count; i++) {
		if (!among(ev, at, a.items, a.count, b.items[i], error))
			return false;
	}
	return true;
}

static struct ov_value sets_contains(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_value error = {0};
	bool yes = holds(ev, at, a[0], a[1], &error);
	return ov_is_some(error) ? error : ov_value_bool(yes);
}

static struct ov_value sets_equivalent(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_value error = {0};
	bool yes = holds(ev, at, a[0], a[1], &error) && holds(ev, at, a[1], a[0], &error);
	return ov_is_some(error) ? error : ov_value_bool(yes);
}

static struct ov_value sets_intersects(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_value error = {0};
	bool yes = false;
	for (size_t i = 0; i < a[1].count && !yes && !ov_is_some(error); i++)
		yes = among(ev, at, a[0].items, a[0].count, a[1].items[i], &error);
	return ov_is_some(error) ? error : ov_value_bool(yes);
}

static struct ov_value is_sorted(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	for (size_t i = 1; i < a[0].count; i++) {
		int order;
		struct ov_value error;
		if (!ov_eval_compare(ev, at, a[0].items[i - 1], a[0].items[i], &order, &error))
			return error;
		if (order == 1)
			return ov_value_bool(false);
	}
	return ov_value_bool(true);
}

static struct ov_value extreme(
	struct ov_eval *ev, const struct ov_expr *at, struct ov_value list, bool least)
{
	if (!list.count)
		return ov_eval_fail(ev, at, "%s called on empty list", least ? "min" : "max");
	struct ov_value best = list.items[0];
	for (size_t i = 0; i < list.count; i++) {
		int order;
		struct ov_value error;
		if (!ov_eval_compare(ev, at, list.items[i], best, &order, &error))
			return error;
		if (order != 2 && (least ? order < 0 : order > 0))
			best = list.items[i];
	}
	return best;
}

OV_FUNCTION(min, extreme(ev, at, a[0], true))
OV_FUNCTION(max, extreme(ev, at, a[0], false))

/* What the sum of an empty list is, by what the check knows of its elements. */
static struct ov_value zero(const struct ov_expr *at)
{
	switch (at->type ? at->type->kind : OV_TYPE_DYN) {
	case OV_TYPE_UINT: return ov_value_uint(0);
	case OV_TYPE_DOUBLE: return ov_value_double(0);
	case OV_TYPE_DURATION: return (struct ov_value){.kind = OV_KIND_DURATION};
	default: return ov_value_int(0);
	}
}

/* The sum of two numbers of one kind or of two durations. */
static struct ov_value add(
	struct ov_eval *ev, const struct ov_expr *at, struct ov_value a, struct ov_value b)
{
	if (a.kind == OV_KIND_DOUBLE)
		return ov_value_double(a.number + b.number);
	if (a.kind == OV_KIND_DURATION)
		return ov_function_add_durations(ev, at, a, b);
	if (a.kind == OV_KIND_UINT)
		return a.uinteger > UINT64_MAX - b.uinteger
			       ? ov_eval_fail(ev, at, "integer overflow")
			       : ov_value_uint(a.uinteger + b.uinteger);
	int64_t sum;
	return ov_int_add(a.integer, b.integer, &sum)
		       ? ov_value_int(sum)
		       : ov_eval_fail(ev, at, "integer overflow");
}

static struct ov_value sum(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (!a[0].count)
		return zero(at);
	struct ov_value total = a[0].items[0];
	for (size_t i = 0; i < a[0].count; i++) {
		struct ov_value v = a[0].items[i];
		if (v.kind != total.kind || (!ov_is_number(v) && v.kind != OV_KIND_DURATION))
			return ev->terse ? ov_eval_fail(ev, at, "no such overload")
					 : ov_eval_fail(ev, at,
						   "no such overload: sum() of %s and %s",
						   ov_eval_type_name(total),
						   ov_eval_type_name(v));
		if (i)
			total = add(ev, at, total, v);
		if (ov_is_error(total))
			return total;
	}
	ev->steps += a[0].count;
	return total;
}

static struct ov_value index_in(struct ov_eval *ev, const struct ov_expr *at,
	struct ov_value list, struct ov_value wanted, bool last)
{
	for (size_t i = 0; i < list.count; i++) {
		bool same;
		struct ov_value error;
		size_t index = last ? list.count - 1 - i : i;
		if (!ov_eval_equal(ev, at, list.items[index], wanted, &same, &error))
			return error;
		if (same)
			return ov_value_int((int64_t)index);
	}
	return ov_value_int(-1);
}

OV_FUNCTION(index_of, index_in(ev, at, a[0], a[1], false))
OV_FUNCTION(last_index_of, index_in(ev, at, a[0], a[1], true))

static const struct ov_function items[] = {
	{.signature = "list(list(A)).flatten() list(A)", .fn = flatten},
	{.signature = "list(A).flatten() list(dyn)", .fn = flatten},
	{.signature = "list(A).flatten(int) list(dyn)", .fn = flatten},
	{.signature = "list(A).slice(int, int) list(A)", .fn = slice},
	{.signature = "list(A).sort() list(A)", .fn = sort},
	{.signature = "list(A).distinct() list(A)", .fn = distinct},
	{.signature = "list(A).reverse() list(A)", .fn = reverse},
	{.signature = "lists::range(int) list(int)", .fn = range},
	{.signature = "list(A).first() optional(A)", .fn = first},
	{.signature = "list(A).last() optional(A)", .fn = last},
	{.signature = "sets::contains(list(A), list(A)) bool", .fn = sets_contains},
	{.signature = "sets::equivalent(list(A), list(A)) bool", .fn = sets_equivalent},
	{.signature = "sets::intersects(list(A), list(A)) bool", .fn = sets_intersects},
	{.signature = "list(A).isSorted() bool", .fn = is_sorted},
	{.signature = "list(A).min() A", .fn = min},
	{.signature = "list(A).max() A", .fn = max},
	{.signature = "list(int).sum() int", .fn = sum},
	{.signature = "list(uint).sum() uint", .fn = sum},
	{.signature = "list(double).sum() double", .fn = sum},
	{.signature = "list(duration).sum() duration", .fn = sum},
	{.signature = "list(A).indexOf(A) int", .fn = index_of},
	{.signature = "list(A).lastIndexOf(A) int", .fn = last_index_of},
};

struct ov_function_table ov_functions_list(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
