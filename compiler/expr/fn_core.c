/* fn_core: operators, sizes, membership, types and optionals. Layer: expr. */
#include "expr/eval.h"
#include "expr/functions.h"
#include "value/equal.h"
#include "value/number.h"

#include <math.h>

static struct ov_value overflow(struct ov_eval *ev, const struct ov_expr *at)
{
	return ov_eval_fail(ev, at, "integer overflow");
}

static struct ov_value add_int(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	int64_t sum;
	return ov_int_add(a[0].integer, a[1].integer, &sum) ? ov_value_int(sum)
							    : overflow(ev, at);
}

static struct ov_value sub_int(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	int64_t rest;
	return ov_int_sub(a[0].integer, a[1].integer, &rest) ? ov_value_int(rest)
							     : overflow(ev, at);
}

static struct ov_value mul_int(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	int64_t x = a[0].integer, y = a[1].integer;
	if (x > 0 ? (y > 0 ? x > INT64_MAX / y : y < INT64_MIN / x)
		  : (y > 0 ? x < INT64_MIN / y : x != 0 && y < INT64_MAX / x))
		return overflow(ev, at);
	return ov_value_int(x * y);
}

static struct ov_value div_int(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[1].integer == 0)
		return ov_eval_fail(ev, at, "division by zero");
	if (a[0].integer == INT64_MIN && a[1].integer == -1)
		return overflow(ev, at);
	return ov_value_int(a[0].integer / a[1].integer);
}

static struct ov_value mod_int(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[1].integer == 0)
		return ov_eval_fail(ev, at, "modulus by zero");
	if (a[0].integer == INT64_MIN && a[1].integer == -1)
		return overflow(ev, at);
	return ov_value_int(a[0].integer % a[1].integer);
}

static struct ov_value neg_int(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[0].integer == INT64_MIN)
		return overflow(ev, at);
	return ov_value_int(-a[0].integer);
}

static struct ov_value add_uint(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[0].uinteger > UINT64_MAX - a[1].uinteger)
		return overflow(ev, at);
	return ov_value_uint(a[0].uinteger + a[1].uinteger);
}

static struct ov_value sub_uint(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[0].uinteger < a[1].uinteger)
		return overflow(ev, at);
	return ov_value_uint(a[0].uinteger - a[1].uinteger);
}

static struct ov_value mul_uint(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[1].uinteger && a[0].uinteger > UINT64_MAX / a[1].uinteger)
		return overflow(ev, at);
	return ov_value_uint(a[0].uinteger * a[1].uinteger);
}

static struct ov_value div_uint(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[1].uinteger == 0)
		return ov_eval_fail(ev, at, "division by zero");
	return ov_value_uint(a[0].uinteger / a[1].uinteger);
}

static struct ov_value mod_uint(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[1].uinteger == 0)
		return ov_eval_fail(ev, at, "modulus by zero");
	return ov_value_uint(a[0].uinteger % a[1].uinteger);
}

OV_FUNCTION(add_double, ov_value_double(a[0].number + a[1].number))
OV_FUNCTION(sub_double, ov_value_double(a[0].number - a[1].number))

static struct ov_value mul_double(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)ev, (void)at, (void)n;
	return ov_value_double(a[0].number * a[1].number);
}

static struct ov_value div_double(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)ev, (void)at, (void)n;
	/* IEEE 754 division: by zero gives an infinity or NaN. */
	double x = a[0].number, y = a[1].number;
	if (!(y < 0) && !(y > 0) && !isnan(y))
		return ov_value_double(isnan(x) || (!(x < 0) && !(x > 0)) ? (double)NAN
				       : (x < 0) != (signbit(y) != 0)     ? -(double)INFINITY
									  : (double)INFINITY);
	return ov_value_double(x / y);
}

OV_FUNCTION(neg_double, ov_value_double(-a[0].number))

static struct ov_value add_text(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_value error;
	size_t len = (size_t)a[0].count + a[1].count;
	if (!ov_eval_spend(ev, at, len, &error))
		return error;
	char *out = ov_arena_alloc(ev->arena, len + 1, 1);
	if (a[0].count)
		memcpy(out, a[0].bytes, a[0].count);
	if (a[1].count)
		memcpy(out + a[0].count, a[1].bytes, a[1].count);
	out[len] = '\0';
	struct ov_value v = ov_value_string(ov_str_n(out, len));
	v.kind = a[0].kind;
	return v;
}

static struct ov_value add_list(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[0].flags & OV_FLAG_UNORDERED)
		return ov_eval_union(ev, at, a[0], a[1]);
	if (!a[0].count)
		return a[1];
	if (!a[1].count)
		return a[0];
	struct ov_value error;
	size_t count = (size_t)a[0].count + a[1].count;
	if (!ov_eval_spend(ev, at, count * sizeof(struct ov_value), &error))
		return error;
	struct ov_value *items = ov_new_array(ev->arena, struct ov_value, count);
	memcpy(items, a[0].items, a[0].count * sizeof(*items));
	memcpy(items + a[0].count, a[1].items, a[1].count * sizeof(*items));
	return ov_value_list(items, count);
}

static struct ov_value equality(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, bool wanted)
{
	bool same;
	struct ov_value error;
	return ov_eval_equal(ev, at, a[0], a[1], &same, &error) ? ov_value_bool(same == wanted)
								: error;
}

OV_FUNCTION(equals, equality(ev, at, a, true))
OV_FUNCTION(differs, equality(ev, at, a, false))

/* -1, 0, 1, or 2 for numbers of which one is NaN. */
static int compare(const struct ov_value *a)
{
	/* An integer is compared with a double after it has become one, as cel-go does it. */
	if (a[0].kind != a[1].kind &&
		(a[0].kind == OV_KIND_DOUBLE || a[1].kind == OV_KIND_DOUBLE))
		return ov_compare_numbers(ov_value_double(ov_to_double(a[0])),
			ov_value_double(ov_to_double(a[1])));
	return ov_is_number(a[0]) ? ov_compare_numbers(a[0], a[1]) : ov_order(a[0], a[1]);
}

OV_FUNCTION(less, ov_value_bool(compare(a) < 0))
OV_FUNCTION(less_equal, ov_value_bool(compare(a) <= 0))

static struct ov_value greater(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)ev, (void)at, (void)n;
	int r = compare(a);
	return ov_value_bool(r > 0 && r != 2);
}

static struct ov_value greater_equal(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)ev, (void)at, (void)n;
	int r = compare(a);
	return ov_value_bool(r >= 0 && r != 2);
}

OV_FUNCTION(not, ov_value_bool(!a[0].boolean))

static struct ov_value in_list(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	for (size_t i = 0; i < a[1].count; i++) {
		bool same;
		struct ov_value error;
		if (!ov_eval_equal(ev, at, a[0], a[1].items[i], &same, &error))
			return error;
		if (same)
			return ov_value_bool(true);
	}
	return ov_value_bool(false);
}

OV_FUNCTION(in_map, ov_value_bool(ov_is_some(ov_eval_lookup(ev, a[1], a[0]))))

static struct ov_value size_text(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	if (a[0].kind == OV_KIND_BYTES)
		return ov_value_int((int64_t)a[0].count);
	ov_eval_scan(ev, a[0].count);
	return ov_value_int((int64_t)ov_utf8_count(ov_string(a[0])));
}

OV_FUNCTION(size_items, ov_value_int((int64_t)a[0].count))

static struct ov_value type_of(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)ev, (void)at, (void)n;
	struct ov_value v = ov_value_string(ov_str_c(ov_eval_type_name(a[0])));
	v.kind = OV_KIND_TYPE;
	return v;
}

OV_FUNCTION(same, a[0])
OV_FUNCTION(opt_none, ov_optional_none())
OV_FUNCTION(opt_of, ov_optional_of(ev->arena, a[0]))

static bool is_zero(struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_NULL: return true;
	case OV_KIND_BOOL: return !v.boolean;
	case OV_KIND_INT: return v.integer == 0;
	case OV_KIND_UINT: return v.uinteger == 0;
	case OV_KIND_DOUBLE: return !(v.number < 0) && !(v.number > 0) && !isnan(v.number);
	case OV_KIND_STRING:
	case OV_KIND_BYTES:
	case OV_KIND_LIST:
	case OV_KIND_MAP:
	case OV_KIND_DICT: return v.count == 0;
	case OV_KIND_DURATION: return v.seconds == 0 && v.count == 0;
	/* The first moment of the year 1 is Go's time without value. */
	case OV_KIND_TIMESTAMP: return v.seconds == -62135596800 && v.count == 0;
	case OV_KIND_NONE:
	case OV_KIND_TYPE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: return false;
	}
	return false;
}

OV_FUNCTION(
	opt_of_non_zero, is_zero(a[0]) ? ov_optional_none() : ov_optional_of(ev->arena, a[0]))
OV_FUNCTION(opt_has_value, ov_value_bool(a[0].items != NULL))
OV_FUNCTION(opt_value, a[0].items ? *a[0].items
				  : ov_eval_fail(ev, at,
					    ev->terse ? "optional.none() dereference"
						      : "the optional has no value"))
OV_FUNCTION(opt_or, a[0].items ? a[0] : a[1])
OV_FUNCTION(opt_or_value, a[0].items ? *a[0].items : a[1])

/* Optionals that hold something, unwrapped. */
static struct ov_value unwrap(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_value *items = ov_new_array(ev->arena, struct ov_value, a[0].count);
	size_t count = 0;
	for (size_t i = 0; i < a[0].count; i++) {
		struct ov_value v = a[0].items[i];
		if (v.kind != OV_KIND_OPTIONAL)
			return ov_eval_fail(
				ev, at, "the list holds something that is no optional");
		if (v.items)
			items[count++] = *v.items;
	}
	return ov_value_list(items, count);
}

static const struct ov_function items[] = {
	{.signature = "_+_(int, int) int", .fn = add_int},
	{.signature = "_+_(uint, uint) uint", .fn = add_uint},
	{.signature = "_+_(double, double) double", .fn = add_double},
	{.signature = "_+_(string, string) string", .fn = add_text},
	{.signature = "_+_(bytes, bytes) bytes", .fn = add_text},
	{.signature = "_+_(list(A), list(A)) list(A)", .fn = add_list},
	{.signature = "_-_(int, int) int", .fn = sub_int},
	{.signature = "_-_(uint, uint) uint", .fn = sub_uint},
	{.signature = "_-_(double, double) double", .fn = sub_double},
	{.signature = "_*_(int, int) int", .fn = mul_int},
	{.signature = "_*_(uint, uint) uint", .fn = mul_uint},
	{.signature = "_*_(double, double) double", .fn = mul_double},
	{.signature = "_/_(int, int) int", .fn = div_int},
	{.signature = "_/_(uint, uint) uint", .fn = div_uint},
	{.signature = "_/_(double, double) double", .fn = div_double},
	{.signature = "_%_(int, int) int", .fn = mod_int},
	{.signature = "_%_(uint, uint) uint", .fn = mod_uint},
	{.signature = "-_(int) int", .fn = neg_int},
	{.signature = "-_(double) double", .fn = neg_double},
	{.signature = "!_(bool) bool", .fn = not },
	{.signature = "_==_(A, A) bool", .fn = equals},
	{.signature = "_!=_(A, A) bool", .fn = differs},
#define ORDERED(op, fn_) \
	{.signature = op "(bool, bool) bool", .fn = fn_}, \
		{.signature = op "(int, int) bool", .fn = fn_}, \
		{.signature = op "(uint, uint) bool", .fn = fn_}, \
		{.signature = op "(double, double) bool", .fn = fn_}, \
		{.signature = op "(int, uint) bool", .fn = fn_}, \
		{.signature = op "(int, double) bool", .fn = fn_}, \
		{.signature = op "(uint, int) bool", .fn = fn_}, \
		{.signature = op "(uint, double) bool", .fn = fn_}, \
		{.signature = op "(double, int) bool", .fn = fn_}, \
		{.signature = op "(double, uint) bool", .fn = fn_}, \
		{.signature = op "(string, string) bool", .fn = fn_}, \
		{.signature = op "(bytes, bytes) bool", .fn = fn_}, \
		{.signature = op "(timestamp, timestamp) bool", .fn = fn_}, \
	{ \
		.signature = op "(duration, duration) bool", .fn = fn_ \
	}
	ORDERED("_<_", less),
	ORDERED("_<=_", less_equal),
	ORDERED("_>_", greater),
	ORDERED("_>=_", greater_equal),
#undef ORDERED
	{.signature = "@in(A, list(A)) bool", .fn = in_list},
	{.signature = "@in(A, map(A, B)) bool", .fn = in_map},
	{.signature = "size(string) int", .fn = size_text},
	{.signature = "size(bytes) int", .fn = size_text},
	{.signature = "size(list(A)) int", .fn = size_items},
	{.signature = "size(map(A, B)) int", .fn = size_items},
	{.signature = "string.size() int", .fn = size_text},
	{.signature = "bytes.size() int", .fn = size_text},
	{.signature = "list(A).size() int", .fn = size_items},
	{.signature = "map(A, B).size() int", .fn = size_items},
	{.signature = "type(A) type", .fn = type_of},
	{.signature = "dyn(A) dyn", .fn = same},
	{.signature = "optional::none() optional(A)", .fn = opt_none},
	{.signature = "optional::of(A) optional(A)", .fn = opt_of},
	{.signature = "optional::ofNonZeroValue(A) optional(A)", .fn = opt_of_non_zero},
	{.signature = "optional::unwrap(list(optional(A))) list(A)", .fn = unwrap},
	{.signature = "optional(A).hasValue() bool", .fn = opt_has_value},
	{.signature = "optional(A).value() A", .fn = opt_value},
	{.signature = "optional(A).or(optional(A)) optional(A)", .fn = opt_or},
	{.signature = "optional(A).orValue(A) A", .fn = opt_or_value},
	{.signature = "list(optional(A)).unwrapOpt() list(A)", .fn = unwrap},
};

struct ov_function_table ov_functions_core(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
