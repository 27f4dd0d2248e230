/* operator: the operators of Kyverno's conditions. Layer: policy. */
#include "policy/operator.h"

#include "expr/go_text.h"
#include "expr/jmespath_read.h"
#include "lang/ascii.h"
#include "lang/duration.h"
#include "lang/quantity.h"
#include "lang/semver.h"
#include "lang/wildcard.h"
#include "policy/scalar.h"
#include "value/equal.h"

#include <math.h>

struct name {
	const char *name, *lower;
	enum ov_operator op;
};

static const struct name names[] = {
	{"Equal", "equal", OV_OPERATOR_EQUALS},
	{"Equals", "equals", OV_OPERATOR_EQUALS},
	{"NotEqual", "notequal", OV_OPERATOR_NOT_EQUALS},
	{"NotEquals", "notequals", OV_OPERATOR_NOT_EQUALS},
	{"In", "in", OV_OPERATOR_IN},
	{"AnyIn", "anyin", OV_OPERATOR_ANY_IN},
	{"AllIn", "allin", OV_OPERATOR_ALL_IN},
	{"NotIn", "notin", OV_OPERATOR_NOT_IN},
	{"AnyNotIn", "anynotin", OV_OPERATOR_ANY_NOT_IN},
	{"AllNotIn", "allnotin", OV_OPERATOR_ALL_NOT_IN},
	{"GreaterThanOrEquals", "greaterthanorequals", OV_OPERATOR_GREATER_EQUAL},
	{"GreaterThan", "greaterthan", OV_OPERATOR_GREATER},
	{"LessThanOrEquals", "lessthanorequals", OV_OPERATOR_LESS_EQUAL},
	{"LessThan", "lessthan", OV_OPERATOR_LESS},
	{"DurationGreaterThanOrEquals", "durationgreaterthanorequals",
		OV_OPERATOR_DURATION_GREATER_EQUAL},
	{"DurationGreaterThan", "durationgreaterthan", OV_OPERATOR_DURATION_GREATER},
	{"DurationLessThanOrEquals", "durationlessthanorequals",
		OV_OPERATOR_DURATION_LESS_EQUAL},
	{"DurationLessThan", "durationlessthan", OV_OPERATOR_DURATION_LESS},
};

enum ov_operator ov_operator_parse(struct ov_str name, bool *exact)
{
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		bool same = ov_str_is(name, names[i].name);
		if (!same && !ov_is_word(name, names[i].lower))
			continue;
		if (exact)
			*exact = same;
		return same || names[i].op < OV_OPERATOR_GREATER ? names[i].op
								 : OV_OPERATOR_NEVER;
	}
	if (exact)
		*exact = false;
	return OV_OPERATOR_NONE;
}

/** A comparison in progress. */
struct session {
	struct ov_arena *scratch;
	struct ov_keys *keys;
};

/* A Go int64 from a float64, which is not defined beyond its range: what amd64 does. */
static int64_t integer(double d)
{
	return d >= -9223372036854775808.0 && d < 9223372036854775808.0 ? (int64_t)d
									: INT64_MIN;
}

/* time.Duration(d) * time.Second, which wraps around. */
static int64_t from_seconds(double d)
{
	uint64_t n = (uint64_t)integer(d) * 1000000000u;
	return n <= INT64_MAX ? (int64_t)n : -(int64_t)(UINT64_MAX - n) - 1;
}

static double to_seconds(int64_t n)
{
	return (double)(n / 1000000000) + (double)(n % 1000000000) / 1e9;
}

static bool own_duration(struct ov_value v, int64_t *out)
{
	return ov_is_string(v) && !ov_string_is(v, "0") &&
	       ov_duration_parse(ov_string(v), out, NULL);
}

/* Both as durations where at least one is written as such; numbers count seconds. */
static bool durations(struct ov_value a, struct ov_value b, int64_t *x, int64_t *y)
{
	bool have_x = own_duration(a, x), have_y = own_duration(b, y);
	if (!have_x && !have_y)
		return false;
	if (!have_x) {
		if (!ov_is_number(a))
			return false;
		*x = from_seconds(ov_to_double(a));
	}
	if (!have_y) {
		if (!ov_is_number(b))
			return false;
		*y = from_seconds(ov_to_double(b));
	}
	return true;
}

static bool equal_strings(struct ov_str key, struct ov_value value, bool negated)
{
	struct ov_quantity x, y;
	if (ov_is_string(value) && ov_quantity_parse(key, &x, NULL) &&
		!(negated && value.count == 0))
		return ov_quantity_parse(ov_string(value), &y, NULL) &&
		       ov_quantity_compare(x, y) == 0;
	return ov_is_string(value) && ov_wildcard_match(ov_string(value), key);
}

/* What Equals says of two values; of a missing key it says nothing. */
static bool are_equal(struct ov_value key, struct ov_value value, bool negated)
{
	int64_t x, y;
	double d;
	switch ((enum ov_kind)key.kind) {
	case OV_KIND_BOOL: return value.kind == OV_KIND_BOOL && value.boolean == key.boolean;
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE:
		if (ov_is_number(value))
			return ov_to_double(key) == ov_to_double(value);
		return ov_is_string(value) && ov_go_parse_float(ov_string(value), &d) &&
		       d == ov_to_double(key);
	case OV_KIND_STRING:
		if (durations(key, value, &x, &y))
			return to_seconds(x) == to_seconds(y);
		return equal_strings(ov_string(key), value, negated);
	case OV_KIND_LIST:
	case OV_KIND_MAP: return ov_equal(key, value, OV_GO_FLOAT64);
	case OV_KIND_NONE:
	case OV_KIND_NULL:
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

static bool is_missing(struct ov_value v)
{
	return !ov_is_some(v) || v.kind == OV_KIND_NULL;
}

static struct ov_str text_of(struct session *s, struct ov_value v)
{
	struct ov_buf buf = {0};
	if (ov_is_string(v))
		return ov_string(v);
	ov_go_sprint(&buf, v);
	struct ov_str text = ov_str_dup(s->scratch, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return text;
}

/** Texts that are compared with wildcards on both sides. */
struct texts {
	struct ov_str *items;
	size_t count;
};

static struct texts texts_of(struct session *s, struct ov_value list)
{
	struct texts out = {ov_new_array(s->scratch, struct ov_str, list.count), list.count};
	for (size_t i = 0; i < list.count; i++)
		out.items[i] = text_of(s, list.items[i]);
	return out;
}

static bool alike(struct ov_str a, struct ov_str b)
{
	return ov_wildcard_match(a, b) || ov_wildcard_match(b, a);
}

static bool is_among(struct ov_str text, const struct texts *among)
{
	for (size_t i = 0; i < among->count; i++)
		if (alike(text, among->items[i]))
			return true;
	return false;
}

static size_t count_among(const struct texts *keys, const struct texts *among)
{
	size_t found = 0;
	for (size_t i = 0; i < keys->count; i++)
		found += is_among(keys->items[i], among);
	return found;
}

/* What json.Valid accepts begins with one of these. */
static bool may_be_json(struct ov_str s)
{
	return ov_is_one_of(ov_byte(ov_str_trim(s), 0), "{[\"-0123456789tfn");
}

/*
 * The strings that a text stands for: those of a JSON list, or itself where it is no JSON.
 * False where it is other JSON, which the operators refuse.
 */
static bool listed(struct session *s, struct ov_str text, bool only_json, struct texts *out)
{
	struct ov_value v = {0};
	struct ov_str why;
	if (may_be_json(text))
		v = ov_jp_read_json(s->scratch, s->keys, NULL, text, &why);
	if (v.kind == OV_KIND_NULL) {
		*out = (struct texts){NULL, 0};
		return true;
	}
	if (!ov_is_some(v)) {
		*out = (struct texts){ov_new(s->scratch, struct ov_str), 1};
		*out->items = text;
		return !only_json;
	}
	if (!ov_is_list(v))
		return false;
	*out = (struct texts){ov_new_array(s->scratch, struct ov_str, v.count), v.count};
	for (size_t i = 0; i < v.count; i++) {
		if (!ov_is_string(v.items[i]) && v.items[i].kind != OV_KIND_NULL)
			return false;
		out->items[i] = ov_string(v.items[i]);
	}
	return true;
}

/** Whether a key is in a value, or the two cannot be compared at all. */
enum found {
	NOT_THERE,
	THERE,
	UNFIT,
};

static bool in_range(struct ov_str key, struct ov_str range)
{
	return ov_scalar_match(ov_value_string(range), ov_value_string(key));
}

/* A single key; `old` for In and NotIn, which know neither ranges nor plain texts. */
static enum found find_one(
	struct session *s, struct ov_str key, struct ov_value value, bool old)
{
	struct texts list;
	if (ov_is_list(value)) {
		for (size_t i = 0; i < value.count; i++)
			if (alike(text_of(s, value.items[i]), key))
				return THERE;
		return NOT_THERE;
	}
	if (!ov_is_string(value))
		return UNFIT;
	struct ov_str text = ov_string(value);
	if (ov_wildcard_match(text, key))
		return THERE;
	if (!old && ov_scalar_operator(text) == OV_SCALAR_IN_RANGE)
		return in_range(key, text) ? THERE : NOT_THERE;
	if (!listed(s, text, old, &list))
		return UNFIT;
	for (size_t i = 0; i < list.count; i++)
		if (ov_str_eq(key, list.items[i]))
			return THERE;
	return NOT_THERE;
}

/* The same range with `!` before its first sign, as AnyNotIn makes it. */
static struct ov_str outside(struct session *s, struct ov_str range)
{
	size_t at = ov_str_chr(range, '-');
	struct ov_str low = ov_str_sub(range, 0, at), rest = ov_str_sub(range, at, range.len);
	return ov_str_fmt(s->scratch, "%.*s!%.*s", OV_STR_ARG(low), OV_STR_ARG(rest));
}

static bool among_range(
	struct session *s, enum ov_operator op, const struct texts *keys, struct ov_str range)
{
	struct ov_str other = op == OV_OPERATOR_ANY_NOT_IN ? outside(s, range) : range;
	size_t found = 0;
	for (size_t i = 0; i < keys->count; i++)
		found += in_range(keys->items[i], other);
	switch (op) {
	case OV_OPERATOR_ALL_IN: return found == keys->count;
	case OV_OPERATOR_ALL_NOT_IN: return found == 0;
	default: return found > 0;
	}
}

/* Whether the list of keys is to the value as the operator says. */
static bool compare_list(
	struct session *s, enum ov_operator op, struct ov_value key, struct ov_value value)
{
	struct texts keys = texts_of(s, key), among;
	bool any = op == OV_OPERATOR_ANY_IN || op == OV_OPERATOR_ANY_NOT_IN;
	if (ov_is_list(value)) {
		among = texts_of(s, value);
	} else if (any && (ov_is_number(value) || value.kind == OV_KIND_BOOL)) {
		among = texts_of(s, ov_value_list(&value, 1));
	} else if (ov_is_string(value)) {
		struct ov_str text = ov_string(value);
		if (keys.count == 1 && ov_str_eq(keys.items[0], text))
			return op == OV_OPERATOR_ANY_IN || op == OV_OPERATOR_ALL_IN;
		if (ov_scalar_operator(text) == OV_SCALAR_IN_RANGE)
			return among_range(s, op, &keys, text);
		if (!listed(s, text, false, &among))
			return false;
	} else {
		return false;
	}
	size_t found = count_among(&keys, &among);
	switch (op) {
	case OV_OPERATOR_ANY_IN: return found > 0;
	case OV_OPERATOR_ALL_IN: return found == keys.count;
	case OV_OPERATOR_ANY_NOT_IN: return found < keys.count;
	default: return found == 0;
	}
}

static bool contains_exactly(const struct texts *among, struct ov_str text)
{
	for (size_t i = 0; i < among->count; i++)
		if (ov_str_eq(among->items[i], text))
			return true;
	return false;
}

/* In and NotIn of a list of keys: without wildcards. */
static enum ov_condition compare_list_old(
	struct session *s, enum ov_operator op, struct ov_value key, struct ov_value value)
{
	struct texts among;
	for (size_t i = 0; i < key.count; i++)
		if (!ov_is_string(key.items[i]))
			return OV_CONDITION_PANIC;
	if (ov_is_list(value)) {
		for (size_t i = 0; i < value.count; i++)
			if (!ov_is_string(value.items[i]))
				return OV_CONDITION_FALSE;
		among = texts_of(s, value);
	} else if (ov_is_string(value)) {
		/* True for NotIn as well. */
		if (key.count == 1 && ov_str_eq(ov_string(key.items[0]), ov_string(value)))
			return OV_CONDITION_TRUE;
		if (!listed(s, ov_string(value), true, &among))
			return OV_CONDITION_FALSE;
	} else {
		return OV_CONDITION_FALSE;
	}
	size_t found = 0;
	for (size_t i = 0; i < key.count; i++)
		found += contains_exactly(&among, ov_string(key.items[i]));
	return (found == key.count) == (op == OV_OPERATOR_IN) ? OV_CONDITION_TRUE
							      : OV_CONDITION_FALSE;
}

static enum ov_condition compare_sets(
	struct session *s, enum ov_operator op, struct ov_value key, struct ov_value value)
{
	bool old = op == OV_OPERATOR_IN || op == OV_OPERATOR_NOT_IN;
	bool negated = op == OV_OPERATOR_NOT_IN || op == OV_OPERATOR_ANY_NOT_IN ||
		       op == OV_OPERATOR_ALL_NOT_IN;
	if (ov_is_list(key)) {
		if (old)
			return compare_list_old(s, op, key, value);
		return compare_list(s, op, key, value) ? OV_CONDITION_TRUE : OV_CONDITION_FALSE;
	}
	if (!ov_is_string(key) && !ov_is_number(key) && key.kind != OV_KIND_BOOL)
		return OV_CONDITION_FALSE;
	enum found found = find_one(s, text_of(s, key), value, old);
	return found == (negated ? NOT_THERE : THERE) ? OV_CONDITION_TRUE : OV_CONDITION_FALSE;
}

static bool ordered(enum ov_operator op, double x, double y)
{
	switch (op) {
	case OV_OPERATOR_GREATER:
	case OV_OPERATOR_DURATION_GREATER: return x > y;
	case OV_OPERATOR_GREATER_EQUAL:
	case OV_OPERATOR_DURATION_GREATER_EQUAL: return x >= y;
	case OV_OPERATOR_LESS:
	case OV_OPERATOR_DURATION_LESS: return x < y;
	case OV_OPERATOR_LESS_EQUAL:
	case OV_OPERATOR_DURATION_LESS_EQUAL: return x <= y;
	default: return false;
	}
}

static bool compare_double(enum ov_operator op, double key, struct ov_value value)
{
	int64_t x, y;
	double d;
	if (ov_is_number(value))
		return ordered(op, key, ov_to_double(value));
	if (!ov_is_string(value))
		return false;
	if (durations(ov_value_double(key), value, &x, &y))
		return ordered(op, to_seconds(x), to_seconds(y));
	return ov_go_parse_float(ov_string(value), &d) && ordered(op, key, d);
}

static bool compare_order(enum ov_operator op, struct ov_value key, struct ov_value value)
{
	int64_t x, y;
	double d;
	struct ov_quantity q, r;
	struct ov_semver v, w;
	if (ov_is_number(key))
		return compare_double(op, ov_to_double(key), value);
	if (!ov_is_string(key))
		return false;
	if (durations(key, value, &x, &y))
		return ordered(op, to_seconds(x), to_seconds(y));
	if (ov_is_string(value) && ov_quantity_parse(ov_string(key), &q, NULL) &&
		ov_quantity_parse(ov_string(value), &r, NULL))
		return ordered(op, ov_quantity_compare(q, r), 0);
	if (ov_go_parse_float(ov_string(key), &d))
		return compare_double(op, d, value);
	return ov_is_string(value) && ov_semver_parse(ov_string(key), &v, NULL) &&
	       ov_semver_parse(ov_string(value), &w, NULL) &&
	       ordered(op, ov_semver_compare(v, w), 0);
}

static bool as_duration(struct ov_value v, int64_t *out)
{
	if (ov_is_string(v))
		return ov_duration_parse(ov_string(v), out, NULL);
	if (!ov_is_number(v))
		return false;
	*out = from_seconds(ov_to_double(v));
	return true;
}

static bool compare_durations(enum ov_operator op, struct ov_value key, struct ov_value value)
{
	int64_t x, y;
	if (!as_duration(key, &x) || !as_duration(value, &y))
		return false;
	return ordered(op, (x > y) - (x < y), 0);
}

enum ov_condition ov_operator_eval(enum ov_operator op, struct ov_value key,
	struct ov_value value, struct ov_arena *scratch, struct ov_keys *keys)
{
	struct session s = {scratch, keys};
	bool holds = false;
	switch (op) {
	case OV_OPERATOR_EQUALS: holds = are_equal(key, value, false); break;
	case OV_OPERATOR_NOT_EQUALS:
		holds = !is_missing(key) && !are_equal(key, value, true);
		break;
	case OV_OPERATOR_IN:
	case OV_OPERATOR_NOT_IN:
	case OV_OPERATOR_ANY_IN:
	case OV_OPERATOR_ALL_IN:
	case OV_OPERATOR_ANY_NOT_IN:
	case OV_OPERATOR_ALL_NOT_IN: return compare_sets(&s, op, key, value);
	case OV_OPERATOR_GREATER:
	case OV_OPERATOR_GREATER_EQUAL:
	case OV_OPERATOR_LESS:
	case OV_OPERATOR_LESS_EQUAL: holds = compare_order(op, key, value); break;
	case OV_OPERATOR_DURATION_GREATER:
	case OV_OPERATOR_DURATION_GREATER_EQUAL:
	case OV_OPERATOR_DURATION_LESS:
	case OV_OPERATOR_DURATION_LESS_EQUAL: holds = compare_durations(op, key, value); break;
	case OV_OPERATOR_NONE:
	case OV_OPERATOR_NEVER: break;
	}
	return holds ? OV_CONDITION_TRUE : OV_CONDITION_FALSE;
}
