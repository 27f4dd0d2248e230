/* scalar: single values of a Kyverno pattern. Layer: policy. */
#include "policy/scalar.h"

#include "expr/go_text.h"
#include "lang/ascii.h"
#include "lang/duration.h"
#include "lang/quantity.h"
#include "lang/wildcard.h"
#include "value/equal.h"

#include <math.h>

/** The two ends of a range. */
struct range {
	struct ov_str low, high;
	bool outside;
};

/* Offset behind an end of a range, [-|+]?\d+(\.\d+)?[A-Za-z]*, or SIZE_MAX. */
static size_t end_of_range(struct ov_str s, size_t at)
{
	size_t from;
	if (ov_is_one_of(ov_byte(s, at), "-|+"))
		at++;
	for (from = at; ov_is_digit(ov_byte(s, at));)
		at++;
	if (at == from)
		return SIZE_MAX;
	if (ov_byte(s, at) == '.' && ov_is_digit(ov_byte(s, at + 1)))
		for (at++; ov_is_digit(ov_byte(s, at));)
			at++;
	while (ov_is_alpha(ov_byte(s, at)))
		at++;
	return at;
}

static bool read_range(struct ov_str s, struct range *out)
{
	size_t low = end_of_range(s, 0);
	if (low == SIZE_MAX)
		return false;
	size_t high = low;
	out->outside = ov_byte(s, high) == '!';
	high += out->outside;
	if (ov_byte(s, high) != '-')
		return false;
	out->low = ov_str_sub(s, 0, low);
	out->high = ov_str_sub(s, high + 1, s.len);
	return end_of_range(s, high + 1) == s.len;
}

enum ov_scalar_operator ov_scalar_operator(struct ov_str term)
{
	struct range range;
	if (term.len < 2)
		return OV_SCALAR_EQUAL;
	switch (*term.ptr) {
	case '>': return term.ptr[1] == '=' ? OV_SCALAR_MORE_EQUAL : OV_SCALAR_MORE;
	case '<': return term.ptr[1] == '=' ? OV_SCALAR_LESS_EQUAL : OV_SCALAR_LESS;
	case '!': return OV_SCALAR_NOT_EQUAL;
	default: break;
	}
	if (!read_range(term, &range))
		return OV_SCALAR_EQUAL;
	return range.outside ? OV_SCALAR_NOT_IN_RANGE : OV_SCALAR_IN_RANGE;
}

/* What an order of the value to the pattern (-1, 0, 1) means to the operator. */
static bool holds(int order, enum ov_scalar_operator op)
{
	switch (op) {
	case OV_SCALAR_EQUAL: return order == 0;
	case OV_SCALAR_NOT_EQUAL: return order != 0;
	case OV_SCALAR_MORE: return order > 0;
	case OV_SCALAR_LESS: return order < 0;
	case OV_SCALAR_MORE_EQUAL: return order >= 0;
	case OV_SCALAR_LESS_EQUAL: return order <= 0;
	case OV_SCALAR_IN_RANGE:
	case OV_SCALAR_NOT_IN_RANGE: break;
	}
	return false;
}

enum { NUMBER_TEXT = 352 };

/* The text that is read as a duration or an amount; a missing value is 0. */
static bool amount_text(struct ov_value v, char room[NUMBER_TEXT], struct ov_str *out)
{
	if (ov_is_string(v)) {
		*out = ov_string(v);
	} else if (!ov_is_some(v) || v.kind == OV_KIND_NULL) {
		*out = OV_STR("0");
	} else if (ov_is_number(v)) {
		int n = snprintf(room, NUMBER_TEXT, "%f", ov_to_double(v));
		*out = ov_str_n(room, (size_t)n);
	} else {
		return false;
	}
	return true;
}

/* Whether both are durations, and then their order. */
static bool order_durations(struct ov_str pattern, struct ov_str value, int *order)
{
	int64_t p, v;
	if (!ov_duration_parse(pattern, &p, NULL) || !ov_duration_parse(value, &v, NULL))
		return false;
	*order = (v > p) - (v < p);
	return true;
}

static bool order_amounts(struct ov_str pattern, struct ov_str value, int *order)
{
	struct ov_quantity p, v;
	if (!ov_quantity_parse(pattern, &p, NULL) || !ov_quantity_parse(value, &v, NULL))
		return false;
	*order = ov_quantity_compare(v, p);
	return true;
}

static bool match_text(struct ov_str pattern, struct ov_value v, enum ov_scalar_operator op)
{
	struct ov_buf buf = {0};
	struct ov_str text;
	if (op != OV_SCALAR_EQUAL && op != OV_SCALAR_NOT_EQUAL)
		return false;
	if (ov_is_string(v)) {
		text = ov_string(v);
	} else if (v.kind == OV_KIND_BOOL) {
		text = v.boolean ? OV_STR("true") : OV_STR("false");
	} else if (ov_is_number(v)) {
		ov_go_float_e(&buf, ov_to_double(v));
		text = ov_buf_str(&buf);
	} else {
		/* Not even for !: what is missing, a list and a map match nothing. */
		return false;
	}
	bool same = ov_wildcard_match(pattern, text);
	ov_buf_release(&buf);
	return same == (op == OV_SCALAR_EQUAL);
}

/* Neither durations nor amounts begin with anything else: spares most texts the reading. */
static bool may_be_amount(struct ov_str s)
{
	return s.len && (ov_is_digit(*s.ptr) || ov_is_one_of(*s.ptr, "+-.eEinumkKMGTP"));
}

static bool match_operand(struct ov_str pattern, struct ov_value v, enum ov_scalar_operator op)
{
	char room[NUMBER_TEXT];
	struct ov_str value;
	int order;
	if (may_be_amount(pattern) && amount_text(v, room, &value) &&
		(order_durations(pattern, value, &order) ||
			order_amounts(pattern, value, &order)))
		return holds(order, op);
	return match_text(pattern, v, op);
}

static bool match_term(struct ov_str term, struct ov_value v)
{
	enum ov_scalar_operator op = ov_scalar_operator(term);
	struct range range;
	size_t sign = 0;
	switch (op) {
	case OV_SCALAR_IN_RANGE:
		read_range(term, &range);
		return match_operand(range.low, v, OV_SCALAR_MORE_EQUAL) &&
		       match_operand(range.high, v, OV_SCALAR_LESS_EQUAL);
	case OV_SCALAR_NOT_IN_RANGE:
		read_range(term, &range);
		return match_operand(range.low, v, OV_SCALAR_LESS) ||
		       match_operand(range.high, v, OV_SCALAR_MORE);
	case OV_SCALAR_EQUAL: break;
	case OV_SCALAR_NOT_EQUAL:
	case OV_SCALAR_MORE:
	case OV_SCALAR_LESS: sign = 1; break;
	case OV_SCALAR_MORE_EQUAL:
	case OV_SCALAR_LESS_EQUAL: sign = 2; break;
	}
	return match_operand(ov_str_trim(ov_str_sub(term, sign, term.len)), v, op);
}

static struct ov_str trim_blanks(struct ov_str s)
{
	while (s.len && *s.ptr == ' ')
		s = ov_str_sub(s, 1, s.len);
	while (s.len && s.ptr[s.len - 1] == ' ')
		s.len--;
	return s;
}

static bool match_all(struct ov_str terms, struct ov_value v)
{
	for (size_t at = 0; at <= terms.len;)
		if (!match_term(trim_blanks(ov_part(terms, &at, '&')), v))
			return false;
	return true;
}

static bool match_string(struct ov_str pattern, struct ov_value v)
{
	if (ov_is_string(v) && ov_str_eq(ov_string(v), pattern))
		return true;
	for (size_t at = 0; at <= pattern.len;)
		if (match_all(trim_blanks(ov_part(pattern, &at, '|')), v))
			return true;
	return false;
}

static bool match_integer(struct ov_value pattern, struct ov_value v)
{
	int64_t n;
	if (ov_is_number(v))
		return ov_equal(pattern, v, OV_GO_FLOAT64);
	return ov_is_string(v) && pattern.kind == OV_KIND_INT &&
	       ov_go_parse_int(ov_string(v), &n) && n == pattern.integer;
}

static bool match_double(struct ov_value pattern, struct ov_value v)
{
	double d;
	if (ov_is_number(v))
		return pattern.number == ov_to_double(v);
	return ov_is_string(v) && ov_go_parse_float(ov_string(v), &d) && d == pattern.number;
}

/* What null asks for: nothing, or the zero of a type. */
static bool match_null(struct ov_value v)
{
	if (ov_is_number(v))
		return ov_to_double(v) == 0;
	return !ov_is_some(v) || v.kind == OV_KIND_NULL || (ov_is_string(v) && v.count == 0) ||
	       (v.kind == OV_KIND_BOOL && !v.boolean);
}

bool ov_scalar_match(struct ov_value pattern, struct ov_value value)
{
	switch ((enum ov_kind)pattern.kind) {
	case OV_KIND_NONE:
	case OV_KIND_NULL: return match_null(value);
	case OV_KIND_BOOL:
		return value.kind == OV_KIND_BOOL && value.boolean == pattern.boolean;
	case OV_KIND_INT:
	case OV_KIND_UINT: return match_integer(pattern, value);
	case OV_KIND_DOUBLE: return match_double(pattern, value);
	case OV_KIND_STRING: return match_string(ov_string(pattern), value);
	case OV_KIND_MAP: return ov_is_map(value);
	case OV_KIND_LIST:
	case OV_KIND_BYTES:
	case OV_KIND_DICT:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_TYPE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: break;
	}
	return false;
}
