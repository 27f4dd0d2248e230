/* fn_format: string.format of the strings extension. Layer: expr. */
#include "base/limits.h"
#include "expr/functions.h"
#include "expr/text.h"
#include "lang/ascii.h"
#include "value/number.h"

#include <math.h>

enum {
	/* Go has no bound on the digits behind the point; a person needs none beyond this. */
	MOST_PRECISION = 1000,
	DEFAULT_PRECISION = 6,
};

/* One run of format(): what is built, and what went wrong. */
struct format {
	struct ov_text out;
	struct ov_value error;
	bool kube; /**< as version 2 of the extension, which Kubernetes has: in English */
};

static bool wrong_kind(
	struct format *f, const char *clause, const char *kinds, struct ov_value v)
{
	f->error = ov_eval_fail(f->out.eval, f->out.at,
		"error during formatting: %s takes %s, not %s", clause, kinds,
		ov_eval_type_name(v));
	return false;
}

/* NaN and the infinities, which every clause for numbers writes alike. */
static bool put_special(struct format *f, double d)
{
	if (isnan(d))
		return ov_text_add(&f->out, OV_STR("NaN"));
	return ov_text_add(&f->out, d < 0 ? OV_STR("-Infinity") : OV_STR("Infinity"));
}

static bool put_integer(struct format *f, struct ov_value v)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_number_print(&buf, v);
	bool ok = ov_text_add(&f->out, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return ok;
}

static bool put_decimal(struct format *f, struct ov_value v)
{
	switch (v.kind) {
	case OV_KIND_INT:
	case OV_KIND_UINT: return put_integer(f, v);
	case OV_KIND_DOUBLE:
		return isfinite(v.number) ? ov_text_double(&f->out, v.number)
					  : put_special(f, v.number);
	default: return wrong_kind(f, "%d", "an int, uint or double", v);
	}
}

/* 1,234.50: the digits before the point in groups of three. */
static bool put_grouped(struct format *f, struct ov_str text)
{
	size_t sign = text.len && text.ptr[0] == '-', point = ov_str_chr(text, '.');
	if (point == SIZE_MAX)
		point = text.len;
	for (size_t i = 0; i < text.len; i++) {
		bool comma = i > sign && i < point && (point - i) % 3 == 0;
		if ((comma && !ov_text_putc(&f->out, ',')) ||
			!ov_text_putc(&f->out, text.ptr[i]))
			return false;
	}
	return true;
}

/* 3.140000×10⁰⁰, for 3.140000e+00. */
static bool put_power(struct format *f, struct ov_str text)
{
	static const char *const digits[] = {"\xe2\x81\xb0", "\xc2\xb9", "\xc2\xb2", "\xc2\xb3",
		"\xe2\x81\xb4", "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7", "\xe2\x81\xb8",
		"\xe2\x81\xb9"};
	size_t e = ov_str_chr(text, 'e');
	if (!ov_text_add(&f->out, ov_str_sub(text, 0, e)) ||
		!ov_text_add(&f->out, OV_STR("\xc3\x97"
					     "10")))
		return false;
	for (size_t i = e + 1; i < text.len; i++) {
		char c = text.ptr[i];
		const char *raised = c == '-' ? "\xe2\x81\xbb" : "";
		if (ov_is_digit(c))
			raised = digits[c - '0'];
		if (!ov_text_add(&f->out, ov_str_c(raised)))
			return false;
	}
	return true;
}

static bool put_fraction(struct format *f, struct ov_value v, char verb, int precision)
{
	double d;
	switch (v.kind) {
	case OV_KIND_INT: d = (double)v.integer; break;
	case OV_KIND_UINT: d = (double)v.uinteger; break;
	case OV_KIND_DOUBLE: d = v.number; break;
	default: return wrong_kind(f, verb == 'f' ? "%f" : "%e", "an int, uint or double", v);
	}
	if (f->kube && v.kind != OV_KIND_DOUBLE)
		return wrong_kind(f, verb == 'f' ? "%f" : "%e", "a double", v);
	if (!isfinite(d))
		return put_special(f, d);
	char text[MOST_PRECISION + 330];
	/* That version takes the precision of %e for a width. */
	if (f->kube && verb == 'e')
		precision = DEFAULT_PRECISION;
	int len = verb == 'f' ? snprintf(text, sizeof(text), "%.*f", precision, d)
			      : snprintf(text, sizeof(text), "%.*e", precision, d);
	if (f->kube)
		return verb == 'f' ? put_grouped(f, ov_str_n(text, (size_t)len))
				   : put_power(f, ov_str_n(text, (size_t)len));
	return ov_text_add(&f->out, ov_str_n(text, (size_t)len));
}

static bool put_radix(struct format *f, struct ov_value v, unsigned shift, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	bool negative = v.kind == OV_KIND_INT && v.integer < 0;
	uint64_t n = v.kind == OV_KIND_BOOL ? v.boolean : v.uinteger;
	if (v.kind == OV_KIND_INT)
		n = negative ? 0 - (uint64_t)v.integer : (uint64_t)v.integer;
	char text[66];
	size_t at = sizeof(text);
	do
		text[--at] = digits[n & ((1u << shift) - 1)];
	while (n >>= shift);
	if (negative)
		text[--at] = '-';
	return ov_text_add(&f->out, ov_str_n(text + at, sizeof(text) - at));
}

static bool put_hex(struct format *f, struct ov_value v, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	if (v.kind == OV_KIND_INT || v.kind == OV_KIND_UINT)
		return put_radix(f, v, 4, upper);
	if (v.kind != OV_KIND_STRING && v.kind != OV_KIND_BYTES)
		return wrong_kind(f, upper ? "%X" : "%x", "an int, uint, string or bytes", v);
	for (size_t i = 0; i < v.count; i++) {
		unsigned c = (unsigned char)v.bytes[i];
		char pair[2] = {digits[c >> 4], digits[c & 15]};
		if (!ov_text_add(&f->out, ov_str_n(pair, 2)))
			return false;
	}
	return true;
}

static bool put_any(struct format *f, struct ov_value v, size_t depth);

/* A string has to stay valid UTF-8, whatever bytes are put into it. */
static bool put_bytes(struct format *f, struct ov_str s)
{
	for (size_t pos = 0; pos < s.len;) {
		int32_t c = ov_utf8_next(s, &pos);
		if (!ov_text_put(&f->out, c < 0 ? 0xfffd : (uint32_t)c))
			return false;
	}
	return true;
}

struct member {
	struct ov_str key, value;
};

static int by_key(const void *a, const void *b)
{
	return ov_str_cmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

/* What `v` is as text, in the arena; OV_KIND_NONE with the error set in `f`. */
static bool as_text(struct format *f, struct ov_value v, size_t depth, struct ov_str *out)
{
	struct format inner = {.out = ov_text_begin(f->out.eval, f->out.at)};
	bool ok = put_any(&inner, v, depth);
	struct ov_value text = ov_text_end(&inner.out);
	*out = ov_string(text);
	f->error = inner.error;
	if (ov_is_error(text))
		f->out.error = text;
	return ok;
}

static bool put_map(struct format *f, struct ov_value v, size_t depth)
{
	struct member *members = ov_new_array(f->out.eval->arena, struct member, v.count);
	for (size_t i = 0; i < v.count; i++) {
		if (!as_text(f, ov_mapping_key(v, i), depth, &members[i].key) ||
			!as_text(f, ov_mapping_value(v, i), depth, &members[i].value))
			return false;
	}
	if (v.count)
		qsort(members, v.count, sizeof(*members), by_key);
	ov_text_putc(&f->out, '{');
	for (size_t i = 0; i < v.count; i++) {
		if (i)
			ov_text_add(&f->out, OV_STR(", "));
		ov_text_add(&f->out, members[i].key);
		ov_text_add(&f->out, OV_STR(": "));
		if (!ov_text_add(&f->out, members[i].value))
			return false;
	}
	return ov_text_putc(&f->out, '}');
}

static bool put_list(struct format *f, struct ov_value v, size_t depth)
{
	ov_text_putc(&f->out, '[');
	for (size_t i = 0; i < v.count; i++) {
		if ((i && !ov_text_add(&f->out, OV_STR(", "))) ||
			!put_any(f, v.items[i], depth))
			return false;
	}
	return ov_text_putc(&f->out, ']');
}

static bool put_any(struct format *f, struct ov_value v, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH) {
		f->error = ov_eval_fail(f->out.eval, f->out.at, "the value is nested too deep");
		return false;
	}
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_NULL: return ov_text_add(&f->out, OV_STR("null"));
	case OV_KIND_BOOL:
		return ov_text_add(&f->out, v.boolean ? OV_STR("true") : OV_STR("false"));
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE: return put_decimal(f, v);
	case OV_KIND_STRING:
	case OV_KIND_TYPE: return ov_text_add(&f->out, ov_string(v));
	case OV_KIND_BYTES: return put_bytes(f, ov_string(v));
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP: return ov_text_time(&f->out, v);
	case OV_KIND_LIST: return put_list(f, v, depth + 1);
	case OV_KIND_MAP:
	case OV_KIND_DICT: return put_map(f, v, depth + 1);
	case OV_KIND_NONE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: break;
	}
	return wrong_kind(f, "%s",
		"strings, bools, bytes, numbers, maps, lists, types, durations and timestamps",
		v);
}

static bool put_clause(struct format *f, char verb, int precision, struct ov_value v)
{
	bool integer = v.kind == OV_KIND_INT || v.kind == OV_KIND_UINT;
	switch (verb) {
	case 's': return put_any(f, v, 0);
	case 'd': return put_decimal(f, v);
	case 'f':
	case 'e': return put_fraction(f, v, verb, precision);
	case 'b':
		return integer || v.kind == OV_KIND_BOOL
			       ? put_radix(f, v, 1, false)
			       : wrong_kind(f, "%b", "an int, uint or bool", v);
	case 'o':
		return integer ? put_radix(f, v, 3, false)
			       : wrong_kind(f, "%o", "an int or uint", v);
	case 'x':
	case 'X': return put_hex(f, v, verb == 'X');
	default:
		f->error = ov_eval_fail(f->out.eval, f->out.at,
			"could not parse formatting clause: there is no %%%c; use s, d, f, e, "
			"b, x, "
			"X or o",
			verb >= ' ' && verb <= '~' ? verb : '?');
		return false;
	}
}

/* Digits behind the point: `.N` at `*i`; -1 where they cannot be read. */
static int read_precision(struct ov_str s, size_t *i)
{
	if (ov_byte(s, *i) != '.')
		return DEFAULT_PRECISION;
	size_t from = ++*i;
	int n = 0;
	for (; ov_is_digit(ov_byte(s, *i)); ++*i) {
		if (n <= MOST_PRECISION)
			n = n * 10 + (s.ptr[*i] - '0');
	}
	return *i == from || n > MOST_PRECISION ? -1 : n;
}

char ov_format_verb(struct ov_str s, size_t *i, int *precision)
{
	*precision = read_precision(s, i);
	return ov_byte(s, *i);
}

static struct ov_value run(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, bool kube)
{
	struct ov_str s = ov_string(a[0]);
	struct format f = {.out = ov_text_begin(ev, at), .kube = kube};
	size_t next = 0;
	for (size_t i = 0; i < s.len;) {
		if (s.ptr[i] != '%') {
			size_t from = i;
			while (i < s.len && s.ptr[i] != '%')
				i++;
			if (!ov_text_add(&f.out, ov_str_sub(s, from, i)))
				break;
			continue;
		}
		if (++i < s.len && s.ptr[i] == '%') {
			i++;
			ov_text_putc(&f.out, '%');
			continue;
		}
		int precision;
		char verb = ov_format_verb(s, &i, &precision);
		if (precision < 0)
			f.error = ov_eval_fail(ev, at,
				"could not parse formatting clause: the precision is a number "
				"up to "
				"%d",
				MOST_PRECISION);
		else if (i >= s.len)
			f.error = ov_eval_fail(ev, at, "the format ends behind '%%'");
		else if (next >= a[1].count)
			f.error = ov_eval_fail(ev, at, "index %zu out of range", next);
		else if (put_clause(&f, verb, precision, a[1].items[next]))
			next++;
		if (ov_is_some(f.error) || ov_is_some(f.out.error))
			break;
		i++;
	}
	struct ov_value v = ov_text_end(&f.out);
	return ov_is_some(f.error) ? f.error : v;
}

OV_FUNCTION(format, run(ev, at, a, false))
OV_FUNCTION(format_kube, run(ev, at, a, true))

static const struct ov_function items[] = {
	{.signature = "string.format(list(dyn)) string", .fn = format},
};

void ov_function_format_kube(struct ov_env *env)
{
	for (size_t i = 0; i < env->functions.count; i++) {
		if (env->functions.items[i].fn == format)
			env->functions.items[i].fn = format_kube;
	}
}

struct ov_function_table ov_functions_format(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
