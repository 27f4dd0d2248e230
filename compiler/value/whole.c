/* whole: copies of whole trees, and whether one can be written. Layer: value. */
#include "base/limits.h"
#include "value/value.h"

#include <math.h>

/* How much of a tree may still be reached. */
struct budget {
	size_t nodes;
	size_t bytes;
};

static bool spend(struct budget *left, size_t bytes)
{
	if (!left->nodes || bytes > left->bytes)
		return false;
	left->nodes--;
	left->bytes -= bytes;
	return true;
}

static bool is_document(struct ov_value v, size_t depth, struct budget *left)
{
	if (depth > OV_LIMIT_DEPTH || !spend(left, v.kind == OV_KIND_STRING ? v.count : 0))
		return false;
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_NULL:
	case OV_KIND_BOOL:
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_STRING: return true;
	case OV_KIND_DOUBLE: return isfinite(v.number);
	case OV_KIND_LIST:
		for (size_t i = 0; i < v.count; i++) {
			if (!is_document(v.items[i], depth + 1, left))
				return false;
		}
		return true;
	case OV_KIND_MAP:
		for (size_t i = 0; i < v.count; i++) {
			if (!spend(left, v.entries[i].key->str.len) ||
				!is_document(v.entries[i].value, depth + 1, left))
				return false;
		}
		return true;
	case OV_KIND_NONE:
	case OV_KIND_BYTES:
	case OV_KIND_DICT:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_TYPE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: return false;
	}
	return false;
}

bool ov_is_document(struct ov_value v)
{
	struct budget left = {OV_LIMIT_TREE_NODES, OV_LIMIT_TREE_BYTES};
	return is_document(v, 0, &left);
}

static struct ov_value copy(struct ov_arena *arena, struct ov_value v, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH + 8)
		ov_bug("value nested too deep");
	struct ov_value out = v;
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_STRING:
	case OV_KIND_BYTES:
	case OV_KIND_TYPE: out.bytes = ov_str_dup(arena, ov_string(v)).ptr; break;
	case OV_KIND_LIST: {
		struct ov_value *items = ov_new_array(arena, struct ov_value, v.count);
		for (size_t i = 0; i < v.count; i++)
			items[i] = copy(arena, v.items[i], depth + 1);
		out.items = items;
		break;
	}
	case OV_KIND_MAP: {
		struct ov_map_builder b;
		ov_map_begin(&b, arena, v.count);
		for (size_t i = 0; i < v.count; i++)
			ov_map_set(&b, v.entries[i].key,
				copy(arena, v.entries[i].value, depth + 1));
		out.entries = ov_map_end(&b).entries;
		break;
	}
	case OV_KIND_OPTIONAL:
		if (v.items) {
			struct ov_value *held = ov_new(arena, struct ov_value);
			*held = copy(arena, *v.items, depth + 1);
			out.items = held;
		}
		break;
	case OV_KIND_DICT: {
		struct ov_pair *pairs = ov_new_array(arena, struct ov_pair, v.count);
		for (size_t i = 0; i < v.count; i++) {
			pairs[i].key = copy(arena, v.pairs[i].key, depth + 1);
			pairs[i].value = copy(arena, v.pairs[i].value, depth + 1);
		}
		out.pairs = pairs;
		break;
	}
	case OV_KIND_NONE:
	case OV_KIND_NULL:
	case OV_KIND_BOOL:
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: break;
	}
	return out;
}

struct ov_value ov_value_copy(struct ov_arena *arena, struct ov_value v)
{
	return copy(arena, v, 0);
}
