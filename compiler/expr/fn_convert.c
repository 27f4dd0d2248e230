/* fn_convert: conversions between types. Layer: expr. */
#include "expr/eval.h"
#include "expr/functions.h"
#include "value/number.h"

#include <math.h>

bool ov_eval_text(struct ov_buf *buf, struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_BOOL: ov_buf_puts(buf, v.boolean ? "true" : "false"); return true;
	case OV_KIND_INT: ov_buf_addf(buf, "%lld", (long long)v.integer); return true;
	case OV_KIND_UINT:
		ov_buf_addf(buf, "%llu", (unsigned long long)v.uinteger);
		return true;
	case OV_KIND_DOUBLE:
		if (isnan(v.number))
			ov_buf_puts(buf, "NaN");
		else if (isinf(v.number))
			ov_buf_puts(buf, v.number < 0 ? "-Inf" : "+Inf");
		else
			ov_number_print(buf, v);
		return true;
	case OV_KIND_STRING:
	case OV_KIND_TYPE: ov_buf_add(buf, ov_string(v)); return true;
	case OV_KIND_OPAQUE: ov_buf_add(buf, v.opaque->text); return true;
	case OV_KIND_NONE:
	case OV_KIND_NULL:
	case OV_KIND_LIST:
	case OV_KIND_MAP:
	case OV_KIND_BYTES:
	case OV_KIND_DICT:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_OPTIONAL:
	case OV_KIND_ERROR: return false;
	}
	return false;
}

OV_FUNCTION(same, a[0])

static struct ov_value to_string(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_eval_text(&buf, a[0]);
	struct ov_value v = ov_eval_string(ev, &buf);
	ov_buf_release(&buf);
	return v;
}

static struct ov_value string_of_bytes(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	ov_eval_scan(ev, a[0].count);
	if (!ov_utf8_valid(ov_string(a[0]), NULL))
		return ov_eval_fail(ev, at, "the bytes are not valid UTF-8");
	return ov_value_string(ov_string(a[0]));
}

OV_FUNCTION(bytes_of_string, ov_value_bytes(ov_string(a[0])))

static struct ov_value out_of_range(struct ov_eval *ev, const struct ov_expr *at)
{
	return ov_eval_fail(
		ev, at, ev->terse ? "integer overflow" : "the number is out of range");
}

static struct ov_value int_of_uint(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[0].uinteger > (uint64_t)INT64_MAX)
		return out_of_range(ev, at);
	return ov_value_int((int64_t)a[0].uinteger);
}

static struct ov_value int_of_double(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	double d = a[0].number;
	if (!(d > -9223372036854775808.0 && d < 9223372036854775808.0))
		return out_of_range(ev, at);
	return ov_value_int((int64_t)d);
}

/* Decimal digits with an optional sign: what strconv.ParseInt takes in base 10. */
static bool read_integer(struct ov_str s, bool *negative, uint64_t *out)
{
	size_t i = 0;
	*negative = s.len && s.ptr[0] == '-';
	if (s.len && (s.ptr[0] == '-' || s.ptr[0] == '+'))
		i++;
	if (i == s.len)
		return false;
	uint64_t n = 0;
	for (; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(s.ptr[i] - '0');
		if (n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

static struct ov_value int_of_string(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	bool negative;
	uint64_t u;
	if (!read_integer(ov_string(a[0]), &negative, &u) || u > (uint64_t)INT64_MAX + negative)
		return ov_eval_no_conversion(ev, at, ov_string(a[0]), "is no integer", "int");
	if (negative)
		return ov_value_int(u > (uint64_t)INT64_MAX ? INT64_MIN : -(int64_t)u);
	return ov_value_int((int64_t)u);
}

OV_FUNCTION(int_of_timestamp, ov_value_int(a[0].seconds))

static struct ov_value uint_of_int(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (a[0].integer < 0)
		return out_of_range(ev, at);
	return ov_value_uint((uint64_t)a[0].integer);
}

static struct ov_value uint_of_double(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	double d = a[0].number;
	if (!(d > -1 && d < 18446744073709551616.0) || d < 0)
		return out_of_range(ev, at);
	return ov_value_uint((uint64_t)d);
}

static struct ov_value uint_of_string(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	bool negative;
	uint64_t u;
	struct ov_str s = ov_string(a[0]);
	if (!read_integer(s, &negative, &u) || negative || s.ptr[0] == '+')
		return ov_eval_no_conversion(ev, at, s, "is no unsigned integer", "uint");
	return ov_value_uint(u);
}

OV_FUNCTION(double_of_number, ov_value_double(a[0].kind == OV_KIND_INT ? (double)a[0].integer
								       : (double)a[0].uinteger))

static struct ov_value double_of_string(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	static const struct {
		const char *text;
		double value;
	} special[] = {{"NaN", (double)NAN}, {"Infinity", (double)INFINITY},
		{"-Infinity", -(double)INFINITY}, {"+Infinity", (double)INFINITY},
		{"Inf", (double)INFINITY}, {"-Inf", -(double)INFINITY},
		{"+Inf", (double)INFINITY}};
	struct ov_str s = ov_string(a[0]);
	for (size_t i = 0; i < OV_COUNT(special); i++) {
		if (ov_str_is(s, special[i].text))
			return ov_value_double(special[i].value);
	}
	double d;
	if (!ov_number_double(s, &d))
		return ov_eval_no_conversion(ev, at, s, "is no number", "double");
	return ov_value_double(d);
}

static struct ov_value bool_of_string(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
	static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
	struct ov_str s = ov_string(a[0]);
	for (size_t i = 0; i < OV_COUNT(yes); i++) {
		if (ov_str_is(s, yes[i]))
			return ov_value_bool(true);
		if (ov_str_is(s, no[i]))
			return ov_value_bool(false);
	}
	return ov_eval_no_conversion(ev, at, s, "is neither true nor false", "bool");
}

static const struct ov_function items[] = {
	{.signature = "string(string) string", .fn = same},
	{.signature = "string(bool) string", .fn = to_string},
	{.signature = "string(int) string", .fn = to_string},
	{.signature = "string(uint) string", .fn = to_string},
	{.signature = "string(double) string", .fn = to_string},
	{.signature = "string(bytes) string", .fn = string_of_bytes},
	{.signature = "bytes(bytes) bytes", .fn = same},
	{.signature = "bytes(string) bytes", .fn = bytes_of_string},
	{.signature = "int(int) int", .fn = same},
	{.signature = "int(uint) int", .fn = int_of_uint},
	{.signature = "int(double) int", .fn = int_of_double},
	{.signature = "int(string) int", .fn = int_of_string},
	{.signature = "int(timestamp) int", .fn = int_of_timestamp},
	{.signature = "uint(uint) uint", .fn = same},
	{.signature = "uint(int) uint", .fn = uint_of_int},
	{.signature = "uint(double) uint", .fn = uint_of_double},
	{.signature = "uint(string) uint", .fn = uint_of_string},
	{.signature = "double(double) double", .fn = same},
	{.signature = "double(int) double", .fn = double_of_number},
	{.signature = "double(uint) double", .fn = double_of_number},
	{.signature = "double(string) double", .fn = double_of_string},
	{.signature = "bool(bool) bool", .fn = same},
	{.signature = "bool(string) bool", .fn = bool_of_string},
};

struct ov_function_table ov_functions_convert(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
