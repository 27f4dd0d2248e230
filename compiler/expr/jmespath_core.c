/* jmespath_core: the functions of the JMESPath specification. Layer: expr. */
#include "expr/go_text.h"
#include "expr/jmespath_node.h"
#include "lang/json_out.h"
#include "value/equal.h"
#include "value/number.h"

#include <math.h>

/** A place in a list, with what it is ordered by. */
struct ranked {
	struct ov_value by;
	struct ov_value value;
};

static int order(struct ov_value a, struct ov_value b)
{
	if (ov_is_string(a))
		return ov_str_cmp(ov_string(a), ov_string(b));
	double x = ov_to_double(a), y = ov_to_double(b);
	return x < y ? -1 : x > y;
}

/* Stable, and at most n log n comparisons. */
static void sort_ranked(struct ov_arena *arena, struct ranked *items, size_t count)
{
	struct ranked *other = ov_new_array(arena, struct ranked, count);
	for (size_t width = 1; width < count; width *= 2) {
		for (size_t from = 0; from < count; from += 2 * width) {
			size_t mid = from + width < count ? from + width : count;
			size_t end = mid + width < count ? mid + width : count;
			size_t a = from, b = mid;
			for (size_t out = from; out < end; out++) {
				bool left = b == end ||
					    (a < mid && order(items[a].by, items[b].by) <= 0);
				other[out] = left ? items[a++] : items[b++];
			}
		}
		memcpy(items, other, count * sizeof(*items));
	}
}

static struct ov_value list_of(struct ov_arena *arena, const struct ranked *items, size_t count)
{
	struct ov_value *values = ov_new_array(arena, struct ov_value, count);
	for (size_t i = 0; i < count; i++)
		values[i] = items[i].value;
	return ov_value_list(values, count);
}

/* Ranks the elements by themselves (`by` NULL) or by what the expression makes of them. */
static struct ranked *rank(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	struct ov_value list, const struct ov_jp_node *by)
{
	if (!ov_jp_spend(run, at, list.count, 3 * list.count * sizeof(struct ranked)))
		return NULL;
	struct ranked *items = ov_new_array(run->arena, struct ranked, list.count + 1);
	for (size_t i = 0; i < list.count; i++) {
		struct ov_value v = list.items[i];
		items[i] = (struct ranked){v, v};
		if (!by)
			continue;
		items[i].by = v = ov_jp_apply_soft(run, by, v);
		if (!ov_is_some(v))
			return NULL;
		if (!ov_is_string(v) && !ov_jp_is_number(v)) {
			ov_jp_fail(run, at, OV_JMESPATH_TYPE,
				"invalid type, must be number or string");
			return NULL;
		}
		if (i && ov_is_string(items[0].by) != ov_is_string(v)) {
			ov_jp_fail(run, at, OV_JMESPATH_TYPE, "invalid type, must be %s",
				ov_is_string(items[0].by) ? "string" : "number");
			return NULL;
		}
	}
	return items;
}

static struct ov_value sort(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ranked *items = rank(run, at, a[0], NULL);
	if (!items)
		return (struct ov_value){0};
	sort_ranked(run->arena, items, a[0].count);
	return list_of(run->arena, items, a[0].count);
}

/* go-jmespath does not look at the only element of a list. */
static bool is_short(const struct ov_jmespath_run *run, struct ov_value list)
{
	return list.count == 0 || (list.count == 1 && ov_jp_is_policy(run));
}

static struct ov_value sort_by(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	if (is_short(run, a[0]))
		return a[0];
	struct ranked *items = rank(run, at, a[0], ov_jp_ref(a[1]));
	if (!items)
		return (struct ov_value){0};
	sort_ranked(run->arena, items, a[0].count);
	return list_of(run->arena, items, a[0].count);
}

static struct ov_value extreme(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	struct ov_value list, const struct ov_jp_node *by, int sign)
{
	if (list.count == 0)
		return ov_value_null();
	if (by && is_short(run, list))
		return list.items[0];
	const struct ranked *items = rank(run, at, list, by);
	if (!items)
		return (struct ov_value){0};
	const struct ranked *best = items;
	for (size_t i = 1; i < list.count; i++)
		if (order(items[i].by, best->by) * sign > 0)
			best = &items[i];
	return best->value;
}

static struct ov_value max(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	return extreme(run, at, a[0], NULL, 1);
}

static struct ov_value min(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	return extreme(run, at, a[0], NULL, -1);
}

static struct ov_value max_by(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	return extreme(run, at, a[0], ov_jp_ref(a[1]), 1);
}

static struct ov_value min_by(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	return extreme(run, at, a[0], ov_jp_ref(a[1]), -1);
}

static struct ov_value absolute(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)run, (void)at;
	return ov_value_double(fabs(ov_to_double(a[0])));
}

static struct ov_value ceiling(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)run, (void)at;
	return ov_value_double(ceil(ov_to_double(a[0])));
}

static struct ov_value floor_of(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)run, (void)at;
	return ov_value_double(floor(ov_to_double(a[0])));
}

static double total(struct ov_value list)
{
	double sum = 0;
	for (size_t i = 0; i < list.count; i++)
		sum += ov_to_double(list.items[i]);
	return sum;
}

static struct ov_value sum(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)run, (void)at;
	return ov_value_double(total(a[0]));
}

static struct ov_value average(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)at;
	/* go-jmespath divides by zero. */
	if (a[0].count == 0 && !ov_jp_is_policy(run))
		return ov_value_null();
	return ov_value_double(total(a[0]) / (double)a[0].count);
}

static struct ov_value contains(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	if (ov_is_string(a[0])) {
		if (!ov_is_string(a[1]))
			return ov_value_bool(false);
		struct ov_str s = ov_string(a[0]), needle = ov_string(a[1]);
		return ov_value_bool(ov_str_find(s, needle, 0) != SIZE_MAX);
	}
	for (size_t i = 0; i < a[0].count; i++) {
		size_t most = 1000000, left = most;
		bool equal = ov_equal_within(a[0].items[i], a[1], OV_GO_FLOAT64, &left);
		if (!ov_jp_spend(run, at, most - left, 0))
			return (struct ov_value){0};
		if (equal)
			return ov_value_bool(true);
	}
	return ov_value_bool(false);
}

static struct ov_value starts_with(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)run, (void)at;
	return ov_value_bool(ov_str_starts(ov_string(a[0]), ov_string(a[1])));
}

static struct ov_value ends_with(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)run, (void)at;
	return ov_value_bool(ov_str_ends(ov_string(a[0]), ov_string(a[1])));
}

static struct ov_value join(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_buf buf = {0};
	for (size_t i = 0; i < a[1].count; i++) {
		if (i)
			ov_buf_add(&buf, ov_string(a[0]));
		ov_buf_add(&buf, ov_string(a[1].items[i]));
		/* Parts may be shared: their lengths are bounded by nothing else. */
		if (buf.len > ((size_t)64 << 20))
			break;
	}
	return ov_jp_take(run, at, &buf);
}

static struct ov_value keys(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	if (!ov_jp_spend(run, at, a[0].count, a[0].count * sizeof(struct ov_value)))
		return (struct ov_value){0};
	struct ov_value *items = ov_new_array(run->arena, struct ov_value, a[0].count);
	for (size_t i = 0; i < a[0].count; i++)
		items[i] = ov_value_string(a[0].entries[i].key->str);
	return ov_value_list(items, a[0].count);
}

static struct ov_value values(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	if (!ov_jp_spend(run, at, a[0].count, a[0].count * sizeof(struct ov_value)))
		return (struct ov_value){0};
	struct ov_value *items = ov_new_array(run->arena, struct ov_value, a[0].count);
	for (size_t i = 0; i < a[0].count; i++)
		items[i] = a[0].entries[i].value;
	return ov_value_list(items, a[0].count);
}

static struct ov_value length(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)run, (void)at;
	if (ov_is_string(a[0]))
		return ov_value_double((double)ov_utf8_count(ov_string(a[0])));
	return ov_value_double((double)a[0].count);
}

static struct ov_value map(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	if (!ov_jp_spend(run, at, a[1].count, a[1].count * sizeof(struct ov_value)))
		return (struct ov_value){0};
	struct ov_value *items = ov_new_array(run->arena, struct ov_value, a[1].count);
	for (size_t i = 0; i < a[1].count; i++) {
		items[i] = ov_jp_apply_soft(run, ov_jp_ref(a[0]), a[1].items[i]);
		if (!ov_is_some(items[i]))
			return items[i];
	}
	return ov_value_list(items, a[1].count);
}

static struct ov_value merge(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_map_builder b;
	ov_map_begin(&b, run->arena, at->count ? a[0].count : 0);
	for (size_t i = 0; i < at->count; i++) {
		size_t n = a[i].count;
		if (!ov_jp_spend(run, at, n, n * sizeof(struct ov_entry)))
			return (struct ov_value){0};
		for (size_t k = 0; k < n; k++)
			ov_map_set(&b, a[i].entries[k].key, a[i].entries[k].value);
	}
	return ov_map_end(&b);
}

static struct ov_value not_null(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)run;
	for (size_t i = 0; i < at->count; i++)
		if (a[i].kind != OV_KIND_NULL)
			return a[i];
	return ov_value_null();
}

static struct ov_value reverse(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	size_t n = a[0].count;
	if (ov_is_string(a[0])) {
		struct ov_str s = ov_string(a[0]);
		if (!ov_jp_spend(run, at, n, n))
			return (struct ov_value){0};
		char *out = ov_arena_alloc(run->arena, n + 1, 1);
		for (size_t i = 0, left = n; i < n;) {
			size_t from = i;
			ov_utf8_next(s, &i);
			left -= i - from;
			memcpy(out + left, s.ptr + from, i - from);
		}
		return ov_value_string(ov_str_n(out, n));
	}
	if (!ov_jp_spend(run, at, n, n * sizeof(struct ov_value)))
		return (struct ov_value){0};
	struct ov_value *items = ov_new_array(run->arena, struct ov_value, n);
	for (size_t i = 0; i < n; i++)
		items[n - 1 - i] = a[0].items[i];
	return ov_value_list(items, n);
}

static struct ov_value to_array(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)run, (void)at;
	return ov_is_list(a[0]) ? a[0] : ov_value_list(a, 1);
}

static struct ov_value to_string(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_buf buf = {0};
	if (ov_is_string(a[0]))
		return a[0];
	if (ov_jp_is_policy(run))
		ov_go_json(&buf, a[0]);
	else
		ov_json_write(&buf, a[0], 0);
	return ov_jp_take(run, at, &buf);
}

static struct ov_value to_number(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	double d;
	struct ov_value v;
	if (ov_jp_is_number(a[0]))
		return a[0];
	if (ov_is_number(a[0]))
		return ov_jp_fail(run, at, OV_JMESPATH_TYPE, "unknown type");
	if (!ov_is_string(a[0]))
		return ov_value_null();
	if (!ov_jp_is_policy(run))
		return ov_number_parse(ov_string(a[0]), &v) ? v : ov_value_null();
	return ov_go_parse_float(ov_string(a[0]), &d) ? ov_value_double(d) : ov_value_null();
}

static struct ov_value type(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	switch ((enum ov_kind)a[0].kind) {
	case OV_KIND_NULL: return ov_value_string(OV_STR("null"));
	case OV_KIND_BOOL: return ov_value_string(OV_STR("boolean"));
	case OV_KIND_STRING: return ov_value_string(OV_STR("string"));
	case OV_KIND_LIST: return ov_value_string(OV_STR("array"));
	case OV_KIND_MAP: return ov_value_string(OV_STR("object"));
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE:
		if (ov_jp_is_number(a[0]))
			return ov_value_string(OV_STR("number"));
		break;
	case OV_KIND_NONE:
	case OV_KIND_BYTES:
	case OV_KIND_DICT:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_TYPE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: break;
	}
	return ov_jp_fail(run, at, OV_JMESPATH_TYPE, "unknown type");
}

const struct ov_jp_function ov_jp_core[] = {
	{"abs", absolute, 1, false, false, {OV_JP_NUMBER}},
	{"avg", average, 1, false, false, {OV_JP_NUMBERS}},
	{"ceil", ceiling, 1, false, false, {OV_JP_NUMBER}},
	{"contains", contains, 2, false, false, {OV_JP_ARRAY | OV_JP_STRING, OV_JP_ANY}},
	{"ends_with", ends_with, 2, false, false, {OV_JP_STRING, OV_JP_STRING}},
	{"floor", floor_of, 1, false, false, {OV_JP_NUMBER}},
	{"join", join, 2, false, false, {OV_JP_STRING, OV_JP_STRINGS}},
	{"keys", keys, 1, false, false, {OV_JP_OBJECT}},
	{"length", length, 1, false, false, {OV_JP_STRING | OV_JP_ARRAY | OV_JP_OBJECT}},
	{"map", map, 2, false, false, {OV_JP_REF, OV_JP_ARRAY}},
	{"max", max, 1, false, false, {OV_JP_NUMBERS | OV_JP_STRINGS}},
	{"max_by", max_by, 2, false, false, {OV_JP_ARRAY, OV_JP_REF}},
	{"merge", merge, 1, true, false, {OV_JP_OBJECT}},
	{"min", min, 1, false, false, {OV_JP_NUMBERS | OV_JP_STRINGS}},
	{"min_by", min_by, 2, false, false, {OV_JP_ARRAY, OV_JP_REF}},
	{"not_null", not_null, 1, true, false, {OV_JP_ANY}},
	{"reverse", reverse, 1, false, false, {OV_JP_ARRAY | OV_JP_STRING}},
	{"sort", sort, 1, false, false, {OV_JP_STRINGS | OV_JP_NUMBERS}},
	{"sort_by", sort_by, 2, false, false, {OV_JP_ARRAY, OV_JP_REF}},
	{"starts_with", starts_with, 2, false, false, {OV_JP_STRING, OV_JP_STRING}},
	{"to_array", to_array, 1, false, false, {OV_JP_ANY}},
	{"to_number", to_number, 1, false, false, {OV_JP_ANY}},
	{"to_string", to_string, 1, false, false, {OV_JP_ANY}},
	{"type", type, 1, false, false, {OV_JP_ANY}},
	{"values", values, 1, false, false, {OV_JP_OBJECT}},
	{0},
};

const struct ov_jp_function ov_jp_core_standard[] = {
	{"sum", sum, 1, false, false, {OV_JP_NUMBERS}},
	{0},
};
