/* jmespath_math: Kyverno's arithmetic on numbers, amounts and durations. Layer: expr. */
#include "expr/go_text.h"
#include "expr/jmespath_node.h"
#include "lang/duration.h"
#include "lang/limbs.h"
#include "lang/quantity.h"
#include "value/equal.h"

#include <math.h>

enum operand_kind {
	NUMBER,
	AMOUNT,
	DURATION,
};

/** What is reckoned with. */
struct operand {
	enum operand_kind kind;
	double number;
	struct ov_quantity amount;
	int64_t duration; /**< nanoseconds */
};

/** A call in progress. */
struct call {
	struct ov_jmespath_run *run;
	const struct ov_jp_node *at;
	const char *name;
};

static struct ov_value fail(
	const struct call *c, enum ov_jmespath_fault fault, const char *message)
{
	return ov_jp_fail(c->run, c->at, fault, "JMESPath function '%s': %s", c->name, message);
}

static struct ov_value mismatch(const struct call *c)
{
	return fail(c, OV_JMESPATH_TYPE, "Types mismatch");
}

static struct ov_value zero_divisor(const struct call *c)
{
	return fail(c, OV_JMESPATH_VALUE, "Zero divisor passed");
}

static struct ov_value too_large(const struct call *c)
{
	return fail(c, OV_JMESPATH_VALUE, "the result is too large");
}

static bool read_operand(const struct call *c, struct ov_value v, struct operand *out)
{
	*out = (struct operand){0};
	if (ov_jp_is_number(v)) {
		out->number = ov_to_double(v);
		return true;
	}
	if (ov_is_string(v)) {
		out->kind = AMOUNT;
		if (ov_quantity_parse(ov_string(v), &out->amount, NULL))
			return true;
		out->kind = DURATION;
		if (ov_duration_parse(ov_string(v), &out->duration, NULL))
			return true;
	}
	fail(c, OV_JMESPATH_TYPE, "invalid operand");
	return false;
}

static struct ov_value print_amount(const struct call *c, struct ov_quantity q)
{
	char text[OV_QUANTITY_TEXT];
	size_t len = ov_quantity_print(q, text);
	return ov_value_string(ov_str_dup(c->run->arena, ov_str_n(text, len)));
}

static struct ov_value print_duration(const struct call *c, int64_t nanoseconds)
{
	char text[OV_DURATION_TEXT];
	size_t len = ov_duration_print(nanoseconds, text);
	return ov_value_string(ov_str_dup(c->run->arena, ov_str_n(text, len)));
}

/* Go's int64 wraps around. */
static int64_t wrap(uint64_t n)
{
	return n <= INT64_MAX ? (int64_t)n : -(int64_t)(UINT64_MAX - n) - 1;
}

static double seconds(int64_t nanoseconds)
{
	int64_t whole = nanoseconds / 1000000000;
	return (double)whole + (double)(nanoseconds % 1000000000) / 1e9;
}

/* time.Duration(s * float64(time.Second)). */
static int64_t from_seconds(double s)
{
	double n = s * 1e9;
	if (n >= 9223372036854775808.0 || n < -9223372036854775808.0 || isnan(n))
		return INT64_MIN;
	return (int64_t)n;
}

static struct ov_value add_operands(
	const struct call *c, const struct operand *a, const struct operand *b, bool subtract)
{
	struct ov_quantity q;
	if (a->kind != b->kind)
		return mismatch(c);
	switch (a->kind) {
	case NUMBER:
		return ov_value_double(
			subtract ? a->number - b->number : a->number + b->number);
	case AMOUNT:
		if (!(subtract ? ov_quantity_sub(a->amount, b->amount, &q)
			       : ov_quantity_add(a->amount, b->amount, &q)))
			return too_large(c);
		return print_amount(c, q);
	case DURATION: break;
	}
	uint64_t x = (uint64_t)a->duration, y = (uint64_t)b->duration;
	return print_duration(c, wrap(subtract ? x - y : x + y));
}

static struct ov_value add_values(const struct call *c, struct ov_value x, struct ov_value y)
{
	struct operand a, b;
	if (!read_operand(c, x, &a) || !read_operand(c, y, &b))
		return (struct ov_value){0};
	return add_operands(c, &a, &b, false);
}

static struct ov_value add(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *v)
{
	struct call c = {run, at, "add"};
	return add_values(&c, v[0], v[1]);
}

static struct ov_value sum(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *v)
{
	struct call c = {run, at, "sum"};
	if (v[0].count == 0)
		return fail(
			&c, OV_JMESPATH_VALUE, "at least one element in the array is required");
	struct ov_value result = v[0].items[0];
	for (size_t i = 1; i < v[0].count && ov_is_some(result); i++) {
		if (!ov_jp_spend(run, at, 1, OV_QUANTITY_TEXT))
			return (struct ov_value){0};
		result = add_values(&c, result, v[0].items[i]);
	}
	return result;
}

static struct ov_value subtract(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *v)
{
	struct call c = {run, at, "subtract"};
	struct operand a, b;
	if (!read_operand(&c, v[0], &a) || !read_operand(&c, v[1], &b))
		return (struct ov_value){0};
	return add_operands(&c, &a, &b, true);
}

/* A number as an amount, by way of its text. */
static bool number_amount(double d, struct ov_quantity *out)
{
	struct ov_buf buf = {0};
	ov_go_sprint(&buf, ov_value_double(d));
	bool ok = ov_quantity_parse(ov_buf_str(&buf), out, NULL);
	ov_buf_release(&buf);
	return ok;
}

/** A magnitude wide enough for products and shifted dividends. */
enum { WIDE = 2 * OV_QUANTITY_LIMBS };

/* The amount with the magnitude `a`, where it fits. */
static bool from_wide(const uint32_t *a, bool negative, uint8_t format, struct ov_quantity *out)
{
	bool zero = true;
	*out = (struct ov_quantity){.format = format, .wide = true};
	for (size_t i = 0; i < WIDE; i++) {
		if (i < OV_QUANTITY_LIMBS)
			out->nano[i] = a[i];
		else if (a[i])
			return false;
		zero = zero && !a[i];
	}
	out->negative = negative && !zero;
	return true;
}

static struct ov_value scale_amount(
	const struct call *c, const struct ov_quantity *q, double factor)
{
	struct ov_quantity by, r;
	uint32_t product[WIDE] = {0};
	if (!number_amount(factor, &by))
		return fail(c, OV_JMESPATH_VALUE, "the number is no quantity");
	for (size_t i = 0; i < OV_QUANTITY_LIMBS; i++) {
		uint64_t carry = 0;
		for (size_t k = 0; k < OV_QUANTITY_LIMBS; k++) {
			carry += (uint64_t)q->nano[i] * by.nano[k] + product[i + k];
			product[i + k] = (uint32_t)carry;
			carry >>= 32;
		}
		product[i + OV_QUANTITY_LIMBS] = (uint32_t)carry;
	}
	ov_limbs_divide(product, WIDE, 1000000000);
	if (!from_wide(product, q->negative != by.negative, q->format, &r))
		return too_large(c);
	return print_amount(c, r);
}

static struct ov_value scale_duration(const struct call *c, int64_t duration, double factor)
{
	return print_duration(c, from_seconds(seconds(duration) * factor));
}

static struct ov_value multiply(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *v)
{
	struct call c = {run, at, "multiply"};
	struct operand a, b;
	if (!read_operand(&c, v[0], &a) || !read_operand(&c, v[1], &b))
		return (struct ov_value){0};
	if (a.kind != NUMBER && b.kind != NUMBER)
		return mismatch(&c);
	if (a.kind == NUMBER && b.kind == NUMBER)
		return ov_value_double(a.number * b.number);
	const struct operand *of = a.kind == NUMBER ? &b : &a;
	double factor = a.kind == NUMBER ? a.number : b.number;
	return of->kind == AMOUNT ? scale_amount(&c, &of->amount, factor)
				  : scale_duration(&c, of->duration, factor);
}

/* How many decimal places the amount is kept with; negative for multiples of powers of ten. */
static int places(const struct ov_quantity *q)
{
	return q->wide ? 9 : -q->scale;
}

/* a / b where both are wide, by long division in binary; the remainder is dropped. */
static void wide_quotient(uint32_t *a, const uint32_t *b)
{
	uint32_t rest[WIDE] = {0};
	for (size_t bit = (size_t)WIDE * 32; bit-- > 0;) {
		uint32_t carry = a[bit / 32] >> (bit % 32) & 1;
		for (size_t i = 0; i < WIDE; i++) {
			uint32_t next = rest[i] >> 31;
			rest[i] = rest[i] << 1 | carry;
			carry = next;
		}
		size_t i = WIDE;
		while (i > 0 && rest[i - 1] == b[i - 1])
			i--;
		bool fits = i == 0 || rest[i - 1] > b[i - 1];
		a[bit / 32] &= ~(UINT32_C(1) << (bit % 32));
		if (!fits)
			continue;
		a[bit / 32] |= UINT32_C(1) << (bit % 32);
		uint64_t borrow = 0;
		for (size_t k = 0; k < WIDE; k++) {
			uint64_t d = (uint64_t)rest[k] - b[k] - borrow;
			rest[k] = (uint32_t)d;
			borrow = d >> 63;
		}
	}
}

/* The quotient cut off behind as many places as the more exact of the two has. */
static struct ov_value divide_amount(
	const struct call *c, const struct ov_quantity *q, double number)
{
	struct ov_quantity by, r;
	uint32_t a[WIDE] = {0}, b[WIDE] = {0};
	if (!number_amount(number, &by) || ov_quantity_sign(by) == 0)
		return fail(c, OV_JMESPATH_VALUE, "the number is no quantity");
	int keep = places(q) > places(&by) ? places(q) : places(&by);
	memcpy(a, q->nano, sizeof(q->nano));
	memcpy(b, by.nano, sizeof(by.nano));
	for (int i = 0; i < keep; i++)
		if (!ov_limbs_muladd(a, WIDE, 10, 0))
			return too_large(c);
	for (int i = keep; i < 0; i++)
		if (!ov_limbs_muladd(b, WIDE, 10, 0))
			return too_large(c);
	wide_quotient(a, b);
	for (int i = keep; i < 9; i++)
		if (!ov_limbs_muladd(a, WIDE, 10, 0))
			return too_large(c);
	if (!from_wide(a, q->negative != by.negative, q->format, &r))
		return too_large(c);
	return print_amount(c, r);
}

static struct ov_value divide(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *v)
{
	struct call c = {run, at, "divide"};
	struct operand a, b;
	if (!read_operand(&c, v[0], &a) || !read_operand(&c, v[1], &b))
		return (struct ov_value){0};
	if (a.kind != b.kind && (a.kind == NUMBER || b.kind != NUMBER))
		return mismatch(&c);
	double divisor = b.kind == NUMBER   ? b.number
			 : b.kind == AMOUNT ? ov_quantity_as_double(b.amount)
					    : seconds(b.duration);
	if (divisor == 0)
		return zero_divisor(&c);
	switch (a.kind) {
	case NUMBER: return ov_value_double(a.number / divisor);
	case AMOUNT:
		if (b.kind == AMOUNT)
			return ov_value_double(ov_quantity_as_double(a.amount) / divisor);
		return divide_amount(&c, &a.amount, divisor);
	case DURATION: break;
	}
	if (b.kind == DURATION)
		return ov_value_double(seconds(a.duration) / divisor);
	return print_duration(&c, from_seconds(seconds(a.duration) / divisor));
}

/* Whether it is a whole number of an int64. */
static bool whole(double d, int64_t *out)
{
	if (!(d >= -9223372036854775808.0 && d < 9223372036854775808.0) || d != trunc(d))
		return false;
	*out = (int64_t)d;
	return true;
}

static struct ov_value modulo(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *v)
{
	struct call c = {run, at, "modulo"};
	struct operand a, b;
	int64_t x, y;
	if (!read_operand(&c, v[0], &a) || !read_operand(&c, v[1], &b))
		return (struct ov_value){0};
	if (a.kind != b.kind)
		return mismatch(&c);
	if (a.kind == DURATION) {
		x = a.duration;
		y = b.duration;
	} else {
		bool amount = a.kind == AMOUNT;
		if (!whole(amount ? ov_quantity_as_double(a.amount) : a.number, &x) ||
			!whole(amount ? ov_quantity_as_double(b.amount) : b.number, &y))
			return fail(&c, OV_JMESPATH_VALUE,
				"Non-integer argument(s) passed for modulo");
	}
	if (y == 0)
		return zero_divisor(&c);
	int64_t rest = y == -1 ? 0 : x % y;
	if (a.kind == NUMBER)
		return ov_value_double((double)rest);
	if (a.kind == DURATION)
		return print_duration(&c, rest);
	struct ov_quantity q = ov_quantity_int(rest);
	q.format = a.amount.format;
	return print_amount(&c, q);
}

static struct ov_value round_off(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *v)
{
	struct call c = {run, at, "round"};
	int64_t digits;
	if (!whole(ov_to_double(v[1]), &digits))
		return fail(
			&c, OV_JMESPATH_VALUE, "Non-integer argument(s) passed for round off");
	if (digits < 0)
		return fail(&c, OV_JMESPATH_VALUE, "argument is out of bounds");
	double shift = pow(10, (double)digits);
	return ov_value_double(round(ov_to_double(v[0]) * shift) / shift);
}

const struct ov_jp_function ov_jp_math[] = {
	{"add", add, 2, false, false, {OV_JP_ANY, OV_JP_ANY}},
	{"divide", divide, 2, false, false, {OV_JP_ANY, OV_JP_ANY}},
	{"modulo", modulo, 2, false, false, {OV_JP_ANY, OV_JP_ANY}},
	{"multiply", multiply, 2, false, false, {OV_JP_ANY, OV_JP_ANY}},
	{"round", round_off, 2, false, false, {OV_JP_NUMBER, OV_JP_NUMBER}},
	{"subtract", subtract, 2, false, false, {OV_JP_ANY, OV_JP_ANY}},
	{"sum", sum, 1, false, false, {OV_JP_ARRAY}},
	{0},
};
