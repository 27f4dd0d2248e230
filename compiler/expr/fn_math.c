/* fn_math: the math extension. Layer: expr. */
#include "expr/eval.h"
#include "expr/functions.h"
#include "value/equal.h"

#include <math.h>

static struct ov_value extreme(struct ov_eval *ev, const struct ov_expr *at,
	const struct ov_value *a, size_t n, int sign)
{
	if (!n)
		return ov_eval_fail(ev, at, "the list is empty");
	struct ov_value best = a[0];
	for (size_t i = 0; i < n; i++) {
		if (!ov_is_number(a[i]))
			return ev->terse ? ov_eval_no_overload(ev, at, a)
					 : ov_eval_fail(ev, at,
						   "no such overload: %s is no number",
						   ov_eval_type_name(a[i]));
		int order = ov_compare_numbers(a[i], best);
		if (order != 2 && order * sign > 0)
			best = a[i];
	}
	return best;
}

OV_FUNCTION(greatest, extreme(ev, at, a, n, 1))
OV_FUNCTION(least, extreme(ev, at, a, n, -1))

static struct ov_value greatest_of(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	ev->steps += a[0].count;
	return extreme(ev, at, a[0].items, a[0].count, 1);
}

static struct ov_value least_of(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	ev->steps += a[0].count;
	return extreme(ev, at, a[0].items, a[0].count, -1);
}

static struct ov_value abs_int(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[0].integer == INT64_MIN)
		return ov_eval_fail(ev, at, "integer overflow");
	return ov_value_int(a[0].integer < 0 ? -a[0].integer : a[0].integer);
}

OV_FUNCTION(same, a[0])
OV_FUNCTION(abs_double, ov_value_double(fabs(a[0].number)))
OV_FUNCTION(ceil_double, ov_value_double(ceil(a[0].number)))
OV_FUNCTION(floor_double, ov_value_double(floor(a[0].number)))
OV_FUNCTION(round_double, ov_value_double(round(a[0].number)))
OV_FUNCTION(trunc_double, ov_value_double(trunc(a[0].number)))
OV_FUNCTION(sign_int, ov_value_int((a[0].integer > 0) - (a[0].integer < 0)))
OV_FUNCTION(sign_uint, ov_value_uint(a[0].uinteger > 0))

static struct ov_value sign_double(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)ev, (void)at, (void)n;
	double d = a[0].number;
	return ov_value_double(isnan(d) ? d : (double)((d > 0) - (d < 0)));
}

OV_FUNCTION(is_nan, ov_value_bool(isnan(a[0].number)))
OV_FUNCTION(is_inf, ov_value_bool(isinf(a[0].number)))
OV_FUNCTION(is_finite, ov_value_bool(isfinite(a[0].number)))
OV_FUNCTION(square_root, ov_value_double(sqrt(ov_to_double(a[0]))))

/* Bits have the same meaning in int and uint; the result has the arguments' kind. */
static struct ov_value of_bits(struct ov_value like, uint64_t bits)
{
	struct ov_value v = ov_value_uint(bits);
	if (like.kind == OV_KIND_INT) {
		int64_t i;
		memcpy(&i, &bits, sizeof(i));
		v = ov_value_int(i);
	}
	return v;
}

static uint64_t bits_of(struct ov_value v)
{
	return v.kind == OV_KIND_INT ? (uint64_t)v.integer : v.uinteger;
}

OV_FUNCTION(bit_and, of_bits(a[0], bits_of(a[0]) & bits_of(a[1])))
OV_FUNCTION(bit_or, of_bits(a[0], bits_of(a[0]) | bits_of(a[1])))
OV_FUNCTION(bit_xor, of_bits(a[0], bits_of(a[0]) ^ bits_of(a[1])))
OV_FUNCTION(bit_not, of_bits(a[0], ~bits_of(a[0])))

static struct ov_value shift(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, bool left)
{
	int64_t by = a[1].integer;
	if (by < 0)
		return ov_eval_fail(ev, at, "negative offset: %lld", (long long)by);
	uint64_t bits = bits_of(a[0]);
	if (by > 63)
		bits = 0;
	else
		bits = left ? bits << by : bits >> by;
	return of_bits(a[0], bits);
}

OV_FUNCTION(shift_left, shift(ev, at, a, true))
OV_FUNCTION(shift_right, shift(ev, at, a, false))

static const struct ov_function items[] = {
#define EXTREME(name, one, of) \
	{.signature = "math::" name "(list(int)) int", .fn = of}, \
		{.signature = "math::" name "(list(uint)) uint", .fn = of}, \
		{.signature = "math::" name "(list(double)) double", .fn = of}, \
		{.signature = "math::" name "(list(dyn)) dyn", .fn = of}, \
		{.signature = "math::" name "(int, int...) int", .fn = one}, \
		{.signature = "math::" name "(uint, uint...) uint", .fn = one}, \
		{.signature = "math::" name "(double, double...) double", .fn = one}, \
	{ \
		.signature = "math::" name "(dyn, dyn...) dyn", .fn = one \
	}
	EXTREME("greatest", greatest, greatest_of),
	EXTREME("least", least, least_of),
#undef EXTREME
	{.signature = "math::abs(int) int", .fn = abs_int},
	{.signature = "math::abs(uint) uint", .fn = same},
	{.signature = "math::abs(double) double", .fn = abs_double},
	{.signature = "math::ceil(double) double", .fn = ceil_double},
	{.signature = "math::floor(double) double", .fn = floor_double},
	{.signature = "math::round(double) double", .fn = round_double},
	{.signature = "math::trunc(double) double", .fn = trunc_double},
	{.signature = "math::sign(int) int", .fn = sign_int},
	{.signature = "math::sign(uint) uint", .fn = sign_uint},
	{.signature = "math::sign(double) double", .fn = sign_double},
	{.signature = "math::isNaN(double) bool", .fn = is_nan},
	{.signature = "math::isInf(double) bool", .fn = is_inf},
	{.signature = "math::isFinite(double) bool", .fn = is_finite},
	{.signature = "math::sqrt(double) double", .fn = square_root},
	{.signature = "math::sqrt(int) double", .fn = square_root},
	{.signature = "math::sqrt(uint) double", .fn = square_root},
	{.signature = "math::bitAnd(int, int) int", .fn = bit_and},
	{.signature = "math::bitAnd(uint, uint) uint", .fn = bit_and},
	{.signature = "math::bitOr(int, int) int", .fn = bit_or},
	{.signature = "math::bitOr(uint, uint) uint", .fn = bit_or},
	{.signature = "math::bitXor(int, int) int", .fn = bit_xor},
	{.signature = "math::bitXor(uint, uint) uint", .fn = bit_xor},
	{.signature = "math::bitNot(int) int", .fn = bit_not},
	{.signature = "math::bitNot(uint) uint", .fn = bit_not},
	{.signature = "math::bitShiftLeft(int, int) int", .fn = shift_left},
	{.signature = "math::bitShiftLeft(uint, int) uint", .fn = shift_left},
	{.signature = "math::bitShiftRight(int, int) int", .fn = shift_right},
	{.signature = "math::bitShiftRight(uint, int) uint", .fn = shift_right},
};

struct ov_function_table ov_functions_math(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
