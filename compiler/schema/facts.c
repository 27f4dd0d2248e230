/* facts: what single values are to JSON Schema: types, multiples, uniqueness. Layer: schema. */
#include "schema/internal.h"

#include <math.h>

#include "base/hash.h"
#include "base/limits.h"
#include "value/equal.h"
#include "value/number.h"

unsigned ov_schema_types_of(struct ov_value v)
{
	switch (v.kind) {
	case OV_KIND_NULL: return OV_TYPES_NULL;
	case OV_KIND_BOOL: return OV_TYPES_BOOLEAN;
	case OV_KIND_INT:
	case OV_KIND_UINT: return OV_TYPES_INTEGER | OV_TYPES_NUMBER;
	case OV_KIND_DOUBLE:
		return isfinite(v.number) && floor(v.number) >= v.number
			       ? OV_TYPES_INTEGER | OV_TYPES_NUMBER
			       : OV_TYPES_NUMBER;
	case OV_KIND_STRING: return OV_TYPES_STRING;
	case OV_KIND_LIST: return OV_TYPES_ARRAY;
	case OV_KIND_MAP: return OV_TYPES_OBJECT;
	default: return 0;
	}
}

/* digits · 10^exponent, without its sign. */
struct decimal {
	uint64_t digits;
	int exponent;
};

static struct decimal decimal_of(struct ov_value v)
{
	struct decimal d = {0};
	if (v.kind == OV_KIND_DOUBLE) {
		struct ov_digits text = ov_number_digits(v.number, false);
		for (int i = 0; i < text.count; i++)
			d.digits = d.digits * 10 + (uint64_t)(text.digit[i] - '0');
		d.exponent = text.exponent - text.count + 1;
	} else if (v.kind == OV_KIND_INT && v.integer < 0) {
		d.digits = 0 - (uint64_t)v.integer;
	} else {
		d.digits = v.uinteger;
	}
	return d;
}

static uint64_t add_mod(uint64_t a, uint64_t b, uint64_t m)
{
	return a >= m - b ? a - (m - b) : a + b;
}

bool ov_schema_is_multiple(struct ov_value v, struct ov_value of)
{
	struct decimal a = decimal_of(v), b = decimal_of(of);
	if (!a.digits || !b.digits)
		return !a.digits;
	int shift = a.exponent - b.exponent;
	for (; shift < 0; shift++) {
		/* Ten times a larger number than any a.digits cannot divide it. */
		if (b.digits > UINT64_MAX / 10)
			return false;
		b.digits *= 10;
	}
	uint64_t rest = a.digits % b.digits;
	for (; shift > 0 && rest; shift--) {
		uint64_t two = add_mod(rest, rest, b.digits);
		uint64_t four = add_mod(two, two, b.digits);
		rest = add_mod(add_mod(four, four, b.digits), two, b.digits);
	}
	return rest == 0;
}

/* A hash that is equal for values that are equal to JSON Schema. */
static uint64_t hash_value(struct ov_value v, size_t depth)
{
	uint64_t h = 0;
	if (depth > OV_LIMIT_DEPTH + 8)
		ov_bug("value nested too deep");
	switch (v.kind) {
	case OV_KIND_BOOL: return 1 + (uint64_t)v.boolean;
	case OV_KIND_INT:
	case OV_KIND_UINT: return ov_hash_u64(v.uinteger + 3);
	case OV_KIND_DOUBLE:
		if ((ov_schema_types_of(v) & OV_TYPES_INTEGER) && fabs(v.number) < 9e18)
			return ov_hash_u64((uint64_t)(int64_t)v.number + 3);
		if (v.number >= 9e18 && v.number < 18446744073709551616.0)
			return ov_hash_u64((uint64_t)v.number + 3);
		memcpy(&h, &v.number, sizeof(h));
		return ov_hash_u64(h);
	case OV_KIND_STRING: return ov_hash(ov_string(v), 5);
	case OV_KIND_LIST:
		h = 7;
		for (size_t i = 0; i < v.count; i++)
			h = ov_hash_u64(h ^ hash_value(v.items[i], depth + 1));
		return h;
	case OV_KIND_MAP:
		/* The order of the keys does not count, so the bindings are added up. */
		h = 11 + v.count;
		for (size_t i = 0; i < v.count; i++)
			h += ov_hash_u64(v.entries[i].key->hash ^
					 hash_value(v.entries[i].value, depth + 1));
		return h;
	default: return 0;
	}
}

/* Below this, comparing all pairs is cheaper than hashing. */
enum { FEW = 8 };

bool ov_schema_is_unique(
	struct ov_value list, struct ov_arena *scratch, size_t *first, size_t *second)
{
	for (size_t i = 1; list.count <= FEW && i < list.count; i++) {
		for (size_t k = 0; k < i; k++) {
			if (ov_equal(list.items[k], list.items[i], OV_JSON_SCHEMA)) {
				*first = k;
				*second = i;
				return false;
			}
		}
	}
	if (list.count <= FEW)
		return true;
	struct ov_arena_mark mark = ov_arena_mark(scratch);
	size_t slots = 32;
	while (slots < (size_t)list.count * 2)
		slots *= 2;
	uint32_t *slot = ov_new_array(scratch, uint32_t, slots);
	uint64_t *hash = ov_new_array(scratch, uint64_t, list.count);
	bool unique = true;
	for (size_t i = 0; unique && i < list.count; i++) {
		hash[i] = hash_value(list.items[i], 0);
		size_t at = (size_t)ov_hash_u64(hash[i]) & (slots - 1);
		for (; unique && slot[at]; at = (at + 1) & (slots - 1)) {
			size_t k = slot[at] - 1;
			if (hash[k] != hash[i] ||
				!ov_equal(list.items[k], list.items[i], OV_JSON_SCHEMA))
				continue;
			unique = false;
			*first = k;
			*second = i;
		}
		slot[at] = (uint32_t)i + 1;
	}
	ov_arena_rewind(scratch, mark);
	return unique;
}
