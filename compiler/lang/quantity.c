/* quantity: amounts such as 500m, 1.5Gi and 1e3. Layer: lang. */
#include "lang/quantity.h"

#include "lang/ascii.h"
#include "lang/limbs.h"

#include <stdio.h>

static const char too_large[] = "is too large; amounts end at about 1e68";

static bool nano_is_zero(const uint32_t *a)
{
	for (size_t i = 0; i < OV_QUANTITY_LIMBS; i++)
		if (a[i])
			return false;
	return true;
}

static int nano_compare(const uint32_t *a, const uint32_t *b)
{
	for (size_t i = OV_QUANTITY_LIMBS; i-- > 0;)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

static bool nano_muladd(uint32_t *a, uint32_t factor, uint32_t more)
{
	return ov_limbs_muladd(a, OV_QUANTITY_LIMBS, factor, more);
}

static uint32_t nano_divide(uint32_t *a, uint32_t divisor)
{
	return ov_limbs_divide(a, OV_QUANTITY_LIMBS, divisor);
}

static bool nano_add(uint32_t *out, const uint32_t *a, const uint32_t *b)
{
	uint64_t carry = 0;
	for (size_t i = 0; i < OV_QUANTITY_LIMBS; i++) {
		carry += (uint64_t)a[i] + b[i];
		out[i] = (uint32_t)carry;
		carry >>= 32;
	}
	return carry == 0;
}

/** out = a - b, where a is not less. */
static void nano_subtract(uint32_t *out, const uint32_t *a, const uint32_t *b)
{
	uint32_t borrow = 0;
	for (size_t i = 0; i < OV_QUANTITY_LIMBS; i++) {
		uint64_t d = (uint64_t)a[i] - b[i] - borrow;
		out[i] = (uint32_t)d;
		borrow = (uint32_t)(d >> 63);
	}
}

static bool nano_scale(uint32_t *a, long power)
{
	if (nano_is_zero(a))
		return true;
	for (; power > 0; power--)
		if (!nano_muladd(a, 10, 0))
			return false;
	for (; power < 0; power++)
		nano_divide(a, 10);
	return true;
}

static uint64_t nano_low64(const uint32_t *a)
{
	return (uint64_t)a[1] << 32 | a[0];
}

static bool nano_over_int64(const uint32_t *a)
{
	for (size_t i = 2; i < OV_QUANTITY_LIMBS; i++)
		if (a[i])
			return true;
	return nano_low64(a) > INT64_MAX;
}

struct suffix {
	const char *text;
	int exponent;
};

static const struct suffix decimal_suffixes[] = {{"n", -9}, {"u", -6}, {"m", -3}, {"", 0},
	{"k", 3}, {"M", 6}, {"G", 9}, {"T", 12}, {"P", 15}, {"E", 18}};
static const struct suffix binary_suffixes[] = {
	{"Ki", 10}, {"Mi", 20}, {"Gi", 30}, {"Ti", 40}, {"Pi", 50}, {"Ei", 60}};

/** The parts of the text; `whole` is without leading zeros. */
struct parts {
	bool negative;
	bool digits; /**< whether there is any, zeros included */
	struct ov_str whole, fraction, suffix;
};

static bool split(struct ov_str s, struct parts *p, const char **why)
{
	size_t at = 0;
	if (ov_byte(s, 0) == '-' || ov_byte(s, 0) == '+')
		at++;
	p->negative = ov_byte(s, 0) == '-';
	size_t from = at;
	while (ov_byte(s, at) == '0')
		at++;
	size_t first = at;
	while (ov_is_digit(ov_byte(s, at)))
		at++;
	p->digits = at > from;
	p->whole = ov_str_sub(s, first, at);
	p->fraction = ov_str_sub(s, at, at);
	if (ov_byte(s, at) == '.') {
		from = ++at;
		while (ov_is_digit(ov_byte(s, at)))
			at++;
		p->fraction = ov_str_sub(s, from, at);
	}
	p->digits = p->digits || p->fraction.len > 0;
	from = at;
	while (ov_is_one_of(ov_byte(s, at), "eEinumkKMGTP"))
		at++;
	if (at < s.len && (s.ptr[at] == '-' || s.ptr[at] == '+'))
		at++;
	while (ov_is_digit(ov_byte(s, at)))
		at++;
	p->suffix = ov_str_sub(s, from, at);
	if (at < s.len)
		return ov_because(why, "is no quantity; write a number and one suffix, such as "
				       "500m, 2, 1.5Gi or 1e3");
	return true;
}

static bool read_exponent(struct ov_str digits, int *out)
{
	size_t at = 0;
	bool negative = ov_byte(digits, 0) == '-';
	if (negative || ov_byte(digits, 0) == '+')
		at++;
	if (at == digits.len)
		return false;
	int value = 0;
	for (; at < digits.len; at++) {
		if (!ov_is_digit(digits.ptr[at]) || value > 100000000)
			return false;
		value = value * 10 + (digits.ptr[at] - '0');
	}
	*out = negative ? -value : value;
	return true;
}

static bool read_suffix(
	struct ov_str s, enum ov_quantity_format *format, int *exponent, const char **why)
{
	for (size_t i = 0; i < OV_COUNT(decimal_suffixes); i++)
		if (ov_str_is(s, decimal_suffixes[i].text)) {
			*format = OV_QUANTITY_DECIMAL;
			*exponent = decimal_suffixes[i].exponent;
			return true;
		}
	for (size_t i = 0; i < OV_COUNT(binary_suffixes); i++)
		if (ov_str_is(s, binary_suffixes[i].text)) {
			*format = OV_QUANTITY_BINARY;
			*exponent = binary_suffixes[i].exponent;
			return true;
		}
	*format = OV_QUANTITY_EXPONENT;
	if (s.len > 1 && (s.ptr[0] == 'e' || s.ptr[0] == 'E') &&
		read_exponent(ov_str_sub(s, 1, s.len), exponent))
		return true;
	if (ov_str_is(s, "K"))
		return ov_because(
			why, "has the unknown suffix K; write k for 1000 or Ki for 1024");
	return ov_because(why,
		"has an unknown suffix; known are n u m k M G T P E, Ki Mi Gi Ti "
		"Pi Ei, and e with a whole number");
}

/**
 * Reads the digits as a number with `places` digits after the point (before it where negative);
 * `*rest` tells whether anything but zeros was cut off.
 */
static bool read_digits(const struct parts *p, long places, uint32_t *nano, bool *rest)
{
	*rest = false;
	long left = (long)p->whole.len + places;
	for (size_t part = 0; part < 2; part++) {
		struct ov_str digits = part ? p->fraction : p->whole;
		for (size_t i = 0; i < digits.len; i++, left--) {
			uint32_t d = (uint32_t)(digits.ptr[i] - '0');
			if (left <= 0)
				*rest = *rest || d;
			else if (!nano_muladd(nano, 10, d))
				return false;
		}
	}
	return left <= 0 || nano_scale(nano, left);
}

static void one_more(uint32_t *nano)
{
	static const uint32_t one[OV_QUANTITY_LIMBS] = {1};
	nano_add(nano, nano, one);
}

/** Whether the amount is at least `limit` units; exact for limits that fit. */
static int compare_units(const uint32_t *nano, uint64_t units)
{
	uint32_t other[OV_QUANTITY_LIMBS] = {(uint32_t)units, (uint32_t)(units >> 32)};
	nano_muladd(other, 1000000000, 0);
	return nano_compare(nano, other);
}

static void set_units(uint32_t *nano, uint64_t units)
{
	memset(nano, 0, sizeof(uint32_t) * OV_QUANTITY_LIMBS);
	nano[0] = (uint32_t)units;
	nano[1] = (uint32_t)(units >> 32);
	nano_muladd(nano, 1000000000, 0);
}

/** Digits of the fraction that are kept while a binary suffix is applied. */
enum { BINARY_PLACES = 40 };

static bool read_binary(const struct parts *p, int exponent, uint32_t *nano)
{
	if (p->whole.len > 19) {
		set_units(nano, INT64_MAX);
		return true;
	}
	bool rest;
	if (!read_digits(p, BINARY_PLACES, nano, &rest) ||
		!nano_muladd(nano, UINT32_C(1) << (exponent / 2), 0) ||
		!nano_muladd(nano, UINT32_C(1) << (exponent - exponent / 2), 0)) {
		/* 2^256 / 10^40 is over INT64_MAX: nothing that is cut here was smaller. */
		set_units(nano, INT64_MAX);
		return true;
	}
	for (int i = 9; i < BINARY_PLACES; i++)
		rest = nano_divide(nano, 10) || rest;
	if (rest)
		one_more(nano);
	if (compare_units(nano, INT64_MAX) > 0)
		set_units(nano, INT64_MAX);
	return true;
}

/** Whether ParseQuantity keeps the number as an int64 and a power of ten, and which. */
static bool is_narrow(const struct parts *p, enum ov_quantity_format format, int exponent,
	const struct ov_quantity *q, int8_t *scale)
{
	long whole = p->whole.len ? (long)p->whole.len : 1;
	long fraction = (long)p->fraction.len;
	if (format == OV_QUANTITY_BINARY) {
		*scale = 0;
		return fraction == 0 && 15 - whole - exponent * 3 / 10 - 1 >= 0;
	}
	long power = (long)exponent - fraction;
	if (whole + fraction > 18 || power < -9)
		return false;
	/* A power that the struct cannot hold belongs to zero alone. */
	*scale = (int8_t)(nano_is_zero(q->nano) && power > 18 ? 0 : power);
	return true;
}

bool ov_quantity_parse(struct ov_str s, struct ov_quantity *out, const char **why)
{
	struct parts p;
	enum ov_quantity_format format;
	int exponent;
	*out = (struct ov_quantity){0};
	if (s.len == 0)
		return ov_because(
			why, "is empty; write a number and one suffix, such as 500m or 1.5Gi");
	if (!split(s, &p, why) || !read_suffix(p.suffix, &format, &exponent, why))
		return false;
	out->wide = true;
	if (format == OV_QUANTITY_BINARY) {
		read_binary(&p, exponent, out->nano);
	} else {
		bool rest;
		if (!read_digits(&p, exponent + 9L, out->nano, &rest))
			return ov_because(why, too_large);
		if (rest)
			one_more(out->nano);
	}
	out->negative = p.negative && !nano_is_zero(out->nano);
	out->wide = !is_narrow(&p, format, exponent, out, &out->scale);
	if (out->wide && !p.digits)
		return ov_because(why,
			"has no number; write one before the suffix, such as 500m or 1.5Gi");
	if (out->wide && format == OV_QUANTITY_BINARY && compare_units(out->nano, 1) < 0 &&
		!nano_is_zero(out->nano))
		format = OV_QUANTITY_DECIMAL;
	out->format = (uint8_t)format;
	return true;
}

struct ov_quantity ov_quantity_int(int64_t i)
{
	struct ov_quantity q = {.negative = i < 0};
	set_units(q.nano, i < 0 ? (uint64_t)0 - (uint64_t)i : (uint64_t)i);
	return q;
}

int ov_quantity_sign(struct ov_quantity q)
{
	if (nano_is_zero(q.nano))
		return 0;
	return q.negative ? -1 : 1;
}

int ov_quantity_compare(struct ov_quantity a, struct ov_quantity b)
{
	if (a.negative != b.negative)
		return a.negative ? -1 : 1;
	int r = nano_compare(a.nano, b.nano);
	return a.negative ? -r : r;
}

/** Whether the amount fits an int64 of units of 10^scale; it is a multiple of them. */
static bool fits(const struct ov_quantity *q, int scale)
{
	uint32_t nano[OV_QUANTITY_LIMBS];
	memcpy(nano, q->nano, sizeof(nano));
	nano_scale(nano, -(scale + 9L));
	return !nano_over_int64(nano);
}

bool ov_quantity_add(struct ov_quantity a, struct ov_quantity b, struct ov_quantity *out)
{
	struct ov_quantity r = a;
	bool a_zero = nano_is_zero(a.nano), b_zero = nano_is_zero(b.nano);
	if (a_zero)
		r.format = b.format;
	if (a.negative == b.negative) {
		if (!nano_add(r.nano, a.nano, b.nano))
			return false;
	} else if (nano_compare(a.nano, b.nano) >= 0) {
		nano_subtract(r.nano, a.nano, b.nano);
	} else {
		nano_subtract(r.nano, b.nano, a.nano);
		r.negative = b.negative;
	}
	if (a_zero)
		r.negative = b.negative;
	if (nano_is_zero(r.nano))
		r.negative = false;
	r.wide = a.wide || b.wide;
	if (!r.wide && !b_zero) {
		r.scale = a_zero || b.scale < a.scale ? b.scale : a.scale;
		r.wide = !a_zero &&
			 !(fits(&a, r.scale) && fits(&b, r.scale) && fits(&r, r.scale));
	}
	*out = r;
	return true;
}

bool ov_quantity_sub(struct ov_quantity a, struct ov_quantity b, struct ov_quantity *out)
{
	b.negative = !b.negative && !nano_is_zero(b.nano);
	return ov_quantity_add(a, b, out);
}

bool ov_quantity_as_integer(struct ov_quantity q, int64_t *out)
{
	if (q.wide || q.scale < 0)
		return false;
	nano_scale(q.nano, -9);
	if (nano_over_int64(q.nano))
		return false;
	int64_t value = (int64_t)nano_low64(q.nano);
	*out = q.negative ? -value : value;
	return true;
}

bool ov_quantity_is_whole(struct ov_quantity q)
{
	return nano_divide(q.nano, 1000000000) == 0;
}

double ov_quantity_as_double(struct ov_quantity q)
{
	static const double powers[] = {1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1,
		1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
		1e16, 1e17, 1e18};
	double value = 0;
	int power = q.wide ? -1 : q.scale + 9;
	if (power >= 0 && (size_t)power < OV_COUNT(powers) && fits(&q, q.scale)) {
		nano_scale(q.nano, -power);
		value = (double)nano_low64(q.nano) * powers[power];
	} else {
		for (size_t i = OV_QUANTITY_LIMBS; i-- > 0;)
			value = value * 4294967296.0 + (double)q.nano[i];
		value /= 1e9;
	}
	return q.negative ? -value : value;
}

static size_t print_digits(uint32_t *amount, bool negative, char *out)
{
	char digits[OV_QUANTITY_TEXT];
	size_t n = 0, len = 0;
	do
		digits[n++] = (char)('0' + nano_divide(amount, 10));
	while (!nano_is_zero(amount));
	if (negative)
		out[len++] = '-';
	while (n > 0)
		out[len++] = digits[--n];
	return len;
}

static size_t print_binary(struct ov_quantity q, char out[OV_QUANTITY_TEXT])
{
	nano_divide(q.nano, 1000000000);
	size_t times = 0;
	while (times < OV_COUNT(binary_suffixes) && (q.nano[0] & 1023) == 0) {
		nano_divide(q.nano, 1024);
		times++;
	}
	size_t len = print_digits(q.nano, q.negative, out);
	if (times)
		len += (size_t)snprintf(out + len, OV_QUANTITY_TEXT - len, "%s",
			binary_suffixes[times - 1].text);
	return len;
}

size_t ov_quantity_print(struct ov_quantity q, char out[OV_QUANTITY_TEXT])
{
	size_t len = 1;
	if (nano_is_zero(q.nano)) {
		out[0] = '0';
	} else if (q.format == OV_QUANTITY_BINARY && ov_quantity_is_whole(q) &&
		   compare_units(q.nano, 1024) >= 0) {
		len = print_binary(q, out);
	} else {
		int exponent = -9;
		for (;;) {
			uint32_t next[OV_QUANTITY_LIMBS];
			memcpy(next, q.nano, sizeof(next));
			if (nano_divide(next, 1000) ||
				(exponent == 18 && q.format != OV_QUANTITY_EXPONENT))
				break;
			memcpy(q.nano, next, sizeof(next));
			exponent += 3;
		}
		len = print_digits(q.nano, q.negative, out);
		if (q.format != OV_QUANTITY_EXPONENT)
			len += (size_t)snprintf(out + len, OV_QUANTITY_TEXT - len, "%s",
				decimal_suffixes[(exponent + 9) / 3].text);
		else if (exponent)
			len += (size_t)snprintf(
				out + len, OV_QUANTITY_TEXT - len, "e%d", exponent);
	}
	out[len] = '\0';
	return len;
}
