/* equal: equality and order of values, by dialect. Layer: value. */
#include "value/equal.h"

#include "base/limits.h"

#include <math.h>

bool ov_is_number(struct ov_value v)
{
	return v.kind == OV_KIND_INT || v.kind == OV_KIND_UINT || v.kind == OV_KIND_DOUBLE;
}

double ov_to_double(struct ov_value v)
{
	switch (v.kind) {
	case OV_KIND_INT: return (double)v.integer;
	case OV_KIND_UINT: return (double)v.uinteger;
	case OV_KIND_DOUBLE: return v.number;
	default: return 0;
	}
}

static int sign(bool less, bool more)
{
	return (int)more - (int)less;
}

static int compare_int_double(int64_t i, double d)
{
	if (isnan(d))
		return 2;
	if (d >= 9223372036854775808.0)
		return -1;
	if (d < -9223372036854775808.0)
		return 1;
	int64_t whole = (int64_t)d;
	if (i != whole)
		return sign(i<whole, i> whole);
	double rest = d - (double)whole;
	return sign(0 < rest, 0 > rest);
}

static int compare_uint_double(uint64_t u, double d)
{
	if (isnan(d))
		return 2;
	if (d >= 18446744073709551616.0)
		return -1;
	if (d < 0)
		return 1;
	uint64_t whole = (uint64_t)d;
	if (u != whole)
		return sign(u<whole, u> whole);
	double rest = d - (double)whole;
	return sign(0 < rest, 0 > rest);
}

static int reverse(int order)
{
	return order == 2 ? 2 : -order;
}

int ov_compare_numbers(struct ov_value a, struct ov_value b)
{
	if (a.kind == OV_KIND_DOUBLE && b.kind == OV_KIND_DOUBLE) {
		if (isnan(a.number) || isnan(b.number))
			return 2;
		return sign(a.number<b.number, a.number> b.number);
	}
	if (a.kind == OV_KIND_DOUBLE)
		return reverse(ov_compare_numbers(b, a));
	if (b.kind == OV_KIND_DOUBLE)
		return a.kind == OV_KIND_INT ? compare_int_double(a.integer, b.number)
					     : compare_uint_double(a.uinteger, b.number);
	if (a.kind == b.kind)
		return a.kind == OV_KIND_INT
			       ? sign(a.integer<b.integer, a.integer> b.integer)
			       : sign(a.uinteger<b.uinteger, a.uinteger> b.uinteger);
	if (a.kind == OV_KIND_UINT)
		return reverse(ov_compare_numbers(b, a));
	if (a.integer < 0)
		return -1;
	uint64_t u = (uint64_t)a.integer;
	return sign(u<b.uinteger, u> b.uinteger);
}

static struct ov_str opaque_key(struct ov_value v)
{
	return v.opaque->key.len ? v.opaque->key : v.opaque->text;
}

static bool equal(struct ov_value a, struct ov_value b, enum ov_dialect dialect, size_t depth,
	size_t *left);

static bool equal_numbers(struct ov_value a, struct ov_value b, enum ov_dialect dialect)
{
	if (dialect == OV_IDENTICAL && a.kind != b.kind)
		return false;
	/* As cel-go: an integer is compared with a double after it has become one. */
	bool mixed = (a.kind == OV_KIND_DOUBLE) != (b.kind == OV_KIND_DOUBLE);
	if (dialect == OV_GO_FLOAT64 || (dialect == OV_CEL && mixed)) {
		double x = ov_to_double(a), y = ov_to_double(b);
		return !(x < y) && !(x > y) && !isnan(x) && !isnan(y);
	}
	return ov_compare_numbers(a, b) == 0;
}

static struct ov_value pair_key(struct ov_value map, size_t i)
{
	return map.kind == OV_KIND_DICT ? map.pairs[i].key
					: ov_value_string(map.entries[i].key->str);
}

static struct ov_value pair_value(struct ov_value map, size_t i)
{
	return map.kind == OV_KIND_DICT ? map.pairs[i].value : map.entries[i].value;
}

static bool equal_dicts(struct ov_value a, struct ov_value b, enum ov_dialect dialect,
	size_t depth, size_t *left)
{
	for (size_t i = 0; i < a.count; i++) {
		size_t k = 0;
		while (k < b.count &&
			!equal(pair_key(a, i), pair_key(b, k), dialect, depth, left))
			k++;
		if (k == b.count ||
			!equal(pair_value(a, i), pair_value(b, k), dialect, depth, left))
			return false;
	}
	return true;
}

static bool is_mapping(struct ov_value v)
{
	return v.kind == OV_KIND_MAP || v.kind == OV_KIND_DICT;
}

/* Whether each element of `b` is in `a` too: `a` is a list whose order does not count. */
static bool equal_unordered(struct ov_value a, struct ov_value b, enum ov_dialect dialect,
	size_t depth, size_t *left)
{
	for (size_t i = 0; i < b.count; i++) {
		size_t k = 0;
		while (k < a.count && !equal(a.items[k], b.items[i], dialect, depth, left))
			k++;
		if (k == a.count)
			return false;
	}
	return true;
}

static bool equal(struct ov_value a, struct ov_value b, enum ov_dialect dialect, size_t depth,
	size_t *left)
{
	if (depth > OV_LIMIT_DEPTH + 8)
		ov_bug("value nested too deep");
	if (!*left)
		return false;
	--*left;
	if (ov_is_number(a) && ov_is_number(b))
		return equal_numbers(a, b, dialect);
	if (is_mapping(a) && is_mapping(b) &&
		(a.kind == OV_KIND_DICT || b.kind == OV_KIND_DICT))
		return a.count == b.count && equal_dicts(a, b, dialect, depth + 1, left);
	if (a.kind != b.kind)
		return false;
	switch ((enum ov_kind)a.kind) {
	case OV_KIND_NONE:
	case OV_KIND_NULL: return true;
	case OV_KIND_BOOL: return a.boolean == b.boolean;
	case OV_KIND_STRING:
	case OV_KIND_BYTES:
	case OV_KIND_TYPE:
		if (a.count == b.count)
			*left -= *left > a.count / 256 ? a.count / 256 : *left;
		return ov_str_eq(ov_string(a), ov_string(b));
	case OV_KIND_LIST:
		if (a.count != b.count)
			return false;
		/* Not in CEL: the shared elements may hold NaN, which equals nothing. */
		if (a.items == b.items && dialect != OV_CEL)
			return true;
		if (a.flags & OV_FLAG_UNORDERED && dialect == OV_CEL)
			return equal_unordered(a, b, dialect, depth + 1, left);
		for (size_t i = 0; i < a.count; i++) {
			if (!equal(a.items[i], b.items[i], dialect, depth + 1, left))
				return false;
		}
		return true;
	case OV_KIND_MAP:
		if (a.count != b.count)
			return false;
		for (size_t i = 0; i < a.count; i++) {
			struct ov_value other = ov_get_key(b, a.entries[i].key);
			if (!ov_is_some(other) ||
				!equal(a.entries[i].value, other, dialect, depth + 1, left))
				return false;
		}
		return true;
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP: return a.seconds == b.seconds && a.count == b.count;
	case OV_KIND_OPTIONAL:
		if (!a.items || !b.items)
			return !a.items && !b.items;
		return equal(*a.items, *b.items, dialect, depth + 1, left);
	case OV_KIND_OPAQUE:
		return strcmp(a.opaque->type, b.opaque->type) == 0 &&
		       ov_str_eq(opaque_key(a), opaque_key(b));
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE:
	case OV_KIND_DICT:
	case OV_KIND_ERROR: return false;
	}
	return false;
}

bool ov_equal(struct ov_value a, struct ov_value b, enum ov_dialect dialect)
{
	size_t left = SIZE_MAX;
	return equal(a, b, dialect, 0, &left);
}

bool ov_equal_within(
	struct ov_value a, struct ov_value b, enum ov_dialect dialect, size_t *effort)
{
	return equal(a, b, dialect, 0, effort);
}

static int order(struct ov_value a, struct ov_value b, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH + 8)
		ov_bug("value nested too deep");
	if (ov_is_number(a) && ov_is_number(b)) {
		int r = ov_compare_numbers(a, b);
		if (r == 2)
			r = (int)isnan(ov_to_double(b)) - (int)isnan(ov_to_double(a));
		return r ? r : (int)a.kind - (int)b.kind;
	}
	if (a.kind != b.kind)
		return (int)a.kind - (int)b.kind;
	int r = 0;
	switch ((enum ov_kind)a.kind) {
	case OV_KIND_BOOL: return (int)a.boolean - (int)b.boolean;
	case OV_KIND_STRING:
	case OV_KIND_BYTES:
	case OV_KIND_TYPE: return ov_str_cmp(ov_string(a), ov_string(b));
	case OV_KIND_LIST:
		for (size_t i = 0; i < a.count && i < b.count && !r; i++)
			r = order(a.items[i], b.items[i], depth + 1);
		return r ? r : sign(a.count<b.count, a.count> b.count);
	case OV_KIND_MAP:
		for (size_t i = 0; i < a.count && i < b.count && !r; i++) {
			r = ov_str_cmp(a.entries[i].key->str, b.entries[i].key->str);
			if (!r)
				r = order(a.entries[i].value, b.entries[i].value, depth + 1);
		}
		return r ? r : sign(a.count<b.count, a.count> b.count);
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
		r = sign(a.seconds<b.seconds, a.seconds> b.seconds);
		return r ? r
			 : sign((int32_t)a.count<(int32_t)b.count, (int32_t)a.count>(int32_t)
					   b.count);
	case OV_KIND_OPAQUE: return ov_str_cmp(a.opaque->text, b.opaque->text);
	case OV_KIND_NONE:
	case OV_KIND_NULL:
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE:
	case OV_KIND_DICT:
	case OV_KIND_OPTIONAL:
	case OV_KIND_ERROR: return 0;
	}
	return 0;
}

int ov_order(struct ov_value a, struct ov_value b)
{
	return order(a, b, 0);
}
