/* value: the immutable tree. Layer: value. */
#include "value/value.h"

#include "base/limits.h"

#include <math.h>
#include <stdarg.h>

_Static_assert(sizeof(struct ov_value) == 24, "a value is meant to be compact");

/* Maps larger than this carry an index of hash slots in front of their entries. */
enum { SMALL_MAP = 16 };

static uint32_t small(size_t n)
{
	if (n > UINT32_MAX)
		ov_bug("value too large: %zu", n);
	return (uint32_t)n;
}

const char *ov_kind_name(enum ov_kind kind)
{
	switch (kind) {
	case OV_KIND_NONE: return "nothing";
	case OV_KIND_NULL: return "null";
	case OV_KIND_BOOL: return "boolean";
	case OV_KIND_INT: return "integer";
	case OV_KIND_UINT: return "unsigned integer";
	case OV_KIND_DOUBLE: return "number";
	case OV_KIND_STRING: return "string";
	case OV_KIND_LIST: return "list";
	case OV_KIND_MAP: return "map";
	case OV_KIND_BYTES: return "bytes";
	case OV_KIND_DICT: return "map";
	case OV_KIND_DURATION: return "duration";
	case OV_KIND_TIMESTAMP: return "timestamp";
	case OV_KIND_TYPE: return "type";
	case OV_KIND_OPTIONAL: return "optional";
	case OV_KIND_OPAQUE: return "object";
	case OV_KIND_ERROR: return "error";
	}
	return "?";
}

struct ov_value ov_value_null(void)
{
	return (struct ov_value){.kind = OV_KIND_NULL};
}

struct ov_value ov_value_bool(bool b)
{
	return (struct ov_value){.kind = OV_KIND_BOOL, .boolean = b};
}

struct ov_value ov_value_int(int64_t i)
{
	return (struct ov_value){.kind = OV_KIND_INT, .integer = i};
}

struct ov_value ov_value_uint(uint64_t u)
{
	return (struct ov_value){.kind = OV_KIND_UINT, .uinteger = u};
}

struct ov_value ov_value_double(double d)
{
	return (struct ov_value){.kind = OV_KIND_DOUBLE, .number = d};
}

struct ov_value ov_value_whole(struct ov_value v)
{
	/* Beyond 2^63 there is no such integer, and -0.0 is none. */
	bool whole =
		v.kind == OV_KIND_DOUBLE && v.number > -9.2e18 && v.number < 9.2e18 &&
		!(v.number < 0 || v.number > 0 ? (double)(int64_t)v.number < v.number ||
							 (double)(int64_t)v.number > v.number
					       : signbit(v.number) != 0);
	if (whole) {
		v.kind = OV_KIND_INT;
		v.integer = (int64_t)v.number;
	}
	return v;
}

struct ov_value ov_value_string(struct ov_str s)
{
	return (struct ov_value){.kind = OV_KIND_STRING, .bytes = s.ptr, .count = small(s.len)};
}

struct ov_value ov_value_bytes(struct ov_str s)
{
	return (struct ov_value){.kind = OV_KIND_BYTES, .bytes = s.ptr, .count = small(s.len)};
}

struct ov_value ov_value_list(const struct ov_value *items, size_t count)
{
	return (struct ov_value){.kind = OV_KIND_LIST, .items = items, .count = small(count)};
}

struct ov_value ov_value_at(struct ov_value v, uint32_t loc)
{
	v.loc = loc;
	return v;
}

struct ov_str ov_string(struct ov_value v)
{
	if (v.kind == OV_KIND_STRING || v.kind == OV_KIND_BYTES || v.kind == OV_KIND_TYPE)
		return ov_str_n(v.bytes, v.count);
	return ov_str_n(NULL, 0);
}

bool ov_bool(struct ov_value v, bool otherwise)
{
	return v.kind == OV_KIND_BOOL ? v.boolean : otherwise;
}

bool ov_string_is(struct ov_value v, const char *s)
{
	return v.kind == OV_KIND_STRING && ov_str_is(ov_string(v), s);
}

bool ov_has_string(struct ov_value list, struct ov_str s)
{
	for (size_t i = 0; i < ov_count(list); i++)
		if (ov_is_string(ov_at(list, i)) && ov_str_eq(ov_string(ov_at(list, i)), s))
			return true;
	return false;
}

size_t ov_count(struct ov_value v)
{
	return v.kind == OV_KIND_LIST || v.kind == OV_KIND_MAP || v.kind == OV_KIND_DICT
		       ? v.count
		       : 0;
}

struct ov_value ov_at(struct ov_value list, size_t i)
{
	if (list.kind == OV_KIND_LIST && i < list.count)
		return list.items[i];
	return (struct ov_value){0};
}

static size_t index_slots(size_t count)
{
	size_t slots = 64;
	while (slots < count * 2)
		slots *= 2;
	return slots;
}

static const uint32_t *index_of(const struct ov_entry *entries, size_t count)
{
	return (const uint32_t *)(const void *)entries - index_slots(count);
}

static size_t index_find(const uint32_t *slot, size_t slots, const struct ov_entry *entries,
	const struct ov_key *key)
{
	size_t mask = slots - 1;
	size_t i = (size_t)key->hash & mask;
	while (slot[i] && entries[slot[i] - 1].key != key)
		i = (i + 1) & mask;
	return i;
}

const struct ov_entry *ov_entry_key(struct ov_value map, const struct ov_key *key)
{
	if (map.kind != OV_KIND_MAP || !key)
		return NULL;
	if (map.count > SMALL_MAP) {
		const uint32_t *slot = index_of(map.entries, map.count);
		uint32_t at = slot[index_find(slot, index_slots(map.count), map.entries, key)];
		return at ? &map.entries[at - 1] : NULL;
	}
	for (size_t i = 0; i < map.count; i++) {
		if (map.entries[i].key == key)
			return &map.entries[i];
	}
	return NULL;
}

struct ov_value ov_get_key(struct ov_value map, const struct ov_key *key)
{
	const struct ov_entry *entry = ov_entry_key(map, key);
	return entry ? entry->value : (struct ov_value){0};
}

struct ov_value ov_get_str(struct ov_value map, struct ov_str key)
{
	if (map.kind == OV_KIND_MAP) {
		for (size_t i = 0; i < map.count; i++) {
			if (ov_str_eq(map.entries[i].key->str, key))
				return map.entries[i].value;
		}
	}
	return (struct ov_value){0};
}

struct ov_value ov_get(struct ov_value map, const char *key)
{
	return ov_get_str(map, ov_str_c(key));
}

struct ov_value ov_path(struct ov_value map, ...)
{
	va_list keys;
	va_start(keys, map);
	for (const char *key; (key = va_arg(keys, const char *));)
		map = ov_get(map, key);
	va_end(keys);
	return map;
}

static struct ov_entry *entries_alloc(struct ov_arena *arena, size_t cap, size_t slots)
{
	size_t head = ov_size_mul(slots, sizeof(uint32_t));
	size_t body = ov_size_mul(cap, sizeof(struct ov_entry));
	char *block = ov_arena_alloc(arena, ov_size_add(head, body), 16);
	memset(block, 0, head);
	return (struct ov_entry *)(void *)(block + head);
}

void ov_map_begin(struct ov_map_builder *b, struct ov_arena *arena, size_t expect)
{
	*b = (struct ov_map_builder){.arena = arena};
	if (expect) {
		b->cap = expect;
		b->entries = entries_alloc(arena, expect, 0);
	}
}

static void builder_index(struct ov_map_builder *b)
{
	b->slots = index_slots(b->cap > b->count ? b->cap : b->count + 1);
	b->slot = ov_new_array(b->arena, uint32_t, b->slots);
	for (size_t i = 0; i < b->count; i++)
		b->slot[index_find(b->slot, b->slots, b->entries, b->entries[i].key)] =
			(uint32_t)i + 1;
}

struct ov_entry *ov_map_find(struct ov_map_builder *b, const struct ov_key *key)
{
	if (b->slot) {
		uint32_t at = b->slot[index_find(b->slot, b->slots, b->entries, key)];
		return at ? &b->entries[at - 1] : NULL;
	}
	for (size_t i = 0; i < b->count; i++) {
		if (b->entries[i].key == key)
			return &b->entries[i];
	}
	return NULL;
}

bool ov_map_set(struct ov_map_builder *b, const struct ov_key *key, struct ov_value value)
{
	struct ov_entry *entry = ov_map_find(b, key);
	if (entry) {
		entry->value = value;
		return false;
	}
	if (b->count == b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 4;
		struct ov_entry *larger = entries_alloc(b->arena, cap, 0);
		if (b->count)
			memcpy(larger, b->entries, b->count * sizeof(*larger));
		b->entries = larger;
		b->cap = cap;
	}
	if (b->count >= SMALL_MAP && (!b->slot || b->count * 2 >= b->slots))
		builder_index(b);
	b->entries[b->count++] = (struct ov_entry){key, value};
	if (b->slot)
		b->slot[index_find(b->slot, b->slots, b->entries, key)] = small(b->count);
	return true;
}

struct ov_value ov_map_end(struct ov_map_builder *b)
{
	struct ov_value map = {.kind = OV_KIND_MAP, .count = small(b->count)};
	if (b->count > SMALL_MAP) {
		size_t slots = index_slots(b->count);
		struct ov_entry *entries = entries_alloc(b->arena, b->count, slots);
		memcpy(entries, b->entries, b->count * sizeof(*entries));
		uint32_t *slot = (uint32_t *)(void *)entries - slots;
		for (size_t i = 0; i < b->count; i++)
			slot[index_find(slot, slots, entries, entries[i].key)] =
				(uint32_t)i + 1;
		map.entries = entries;
	} else {
		map.entries = b->entries;
	}
	return map;
}

struct ov_value ov_with(struct ov_arena *arena, struct ov_value map, const struct ov_key *key,
	struct ov_value value)
{
	struct ov_map_builder b;
	ov_map_begin(&b, arena, ov_count(map) + 1);
	for (size_t i = 0; i < ov_count(map); i++)
		ov_map_set(&b, map.entries[i].key, map.entries[i].value);
	ov_map_set(&b, key, value);
	struct ov_value out = ov_map_end(&b);
	out.loc = map.loc;
	out.key_loc = map.key_loc;
	return out;
}

struct ov_value ov_without(struct ov_arena *arena, struct ov_value map, struct ov_str key)
{
	if (!ov_is_some(ov_get_str(map, key)))
		return map;
	struct ov_map_builder b;
	ov_map_begin(&b, arena, map.count);
	for (size_t i = 0; i < map.count; i++) {
		if (!ov_str_eq(map.entries[i].key->str, key))
			ov_map_set(&b, map.entries[i].key, map.entries[i].value);
	}
	struct ov_value out = ov_map_end(&b);
	out.loc = map.loc;
	out.key_loc = map.key_loc;
	return out;
}

struct ov_value ov_rewrite(struct ov_arena *arena, struct ov_value v, ov_rewrite_fn *fn)
{
	if (ov_is_list(v)) {
		struct ov_value *items = ov_new_array(arena, struct ov_value, v.count);
		for (size_t i = 0; i < v.count; i++)
			items[i] = ov_rewrite(arena, v.items[i], fn);
		v.items = items;
		return v;
	}
	if (!ov_is_map(v))
		return v;
	struct ov_map_builder b;
	ov_map_begin(&b, arena, v.count);
	for (size_t i = 0; i < v.count; i++) {
		struct ov_value child = fn(v.entries[i].key->str, v.entries[i].value);
		if (ov_is_some(child))
			ov_map_set(&b, v.entries[i].key, ov_rewrite(arena, child, fn));
	}
	struct ov_value out = ov_map_end(&b);
	out.loc = v.loc;
	out.key_loc = v.key_loc;
	return out;
}

static struct ov_value keep(
	struct ov_arena *arena, const struct ov_arena *from, struct ov_value v, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH + 8)
		ov_bug("value nested too deep");
	if (v.kind == OV_KIND_STRING && v.count && ov_arena_holds(from, v.bytes)) {
		v.bytes = ov_str_dup(arena, ov_string(v)).ptr;
	} else if (v.kind == OV_KIND_LIST && v.count && ov_arena_holds(from, v.items)) {
		struct ov_value *items = ov_arena_alloc(arena, v.count * sizeof(*items), 8);
		for (size_t i = 0; i < v.count; i++)
			items[i] = keep(arena, from, v.items[i], depth + 1);
		v.items = items;
	} else if (v.kind == OV_KIND_MAP && v.count && ov_arena_holds(from, v.entries)) {
		size_t slots = v.count > SMALL_MAP ? index_slots(v.count) : 0;
		struct ov_entry *entries = entries_alloc(arena, v.count, slots);
		if (slots)
			memcpy((uint32_t *)(void *)entries - slots,
				index_of(v.entries, v.count), slots * sizeof(uint32_t));
		for (size_t i = 0; i < v.count; i++) {
			entries[i].key = v.entries[i].key;
			entries[i].value = keep(arena, from, v.entries[i].value, depth + 1);
		}
		v.entries = entries;
	}
	return v;
}

struct ov_value ov_value_keep(
	struct ov_arena *arena, const struct ov_arena *from, struct ov_value v)
{
	return keep(arena, from, v, 0);
}
