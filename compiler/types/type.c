/* type: the type terms that schemas and expressions share. Layer: types. */
#include "types/type.h"

#include "base/limits.h"

const struct ov_type ov_type_dyn = {.kind = OV_TYPE_DYN};
const struct ov_type ov_type_unbound = {.kind = OV_TYPE_DYN};
const struct ov_type ov_type_null = {.kind = OV_TYPE_NULL};
const struct ov_type ov_type_bool = {.kind = OV_TYPE_BOOL};
const struct ov_type ov_type_int = {.kind = OV_TYPE_INT};
const struct ov_type ov_type_uint = {.kind = OV_TYPE_UINT};
const struct ov_type ov_type_double = {.kind = OV_TYPE_DOUBLE};
const struct ov_type ov_type_string = {.kind = OV_TYPE_STRING};
const struct ov_type ov_type_bytes = {.kind = OV_TYPE_BYTES};
const struct ov_type ov_type_duration = {.kind = OV_TYPE_DURATION};
const struct ov_type ov_type_timestamp = {.kind = OV_TYPE_TIMESTAMP};
const struct ov_type ov_type_type = {.kind = OV_TYPE_TYPE};
const struct ov_type ov_type_int_or_string = {.kind = OV_TYPE_INT_OR_STRING};
const struct ov_type ov_type_list_dyn = {.kind = OV_TYPE_LIST, .elem = &ov_type_dyn};
const struct ov_type ov_type_map_dyn = {
	.kind = OV_TYPE_MAP, .key = &ov_type_string, .elem = &ov_type_dyn};

static const struct ov_type *make(struct ov_arena *arena, struct ov_type type)
{
	struct ov_type *out = ov_new(arena, struct ov_type);
	*out = type;
	return out;
}

const struct ov_type *ov_type_list(struct ov_arena *arena, const struct ov_type *elem)
{
	return make(arena, (struct ov_type){.kind = OV_TYPE_LIST, .elem = elem});
}

const struct ov_type *ov_type_map(
	struct ov_arena *arena, const struct ov_type *key, const struct ov_type *elem)
{
	return make(arena, (struct ov_type){.kind = OV_TYPE_MAP, .key = key, .elem = elem});
}

const struct ov_type *ov_type_optional(struct ov_arena *arena, const struct ov_type *elem)
{
	return make(arena, (struct ov_type){.kind = OV_TYPE_OPTIONAL, .elem = elem});
}

const struct ov_type *ov_type_object(
	struct ov_arena *arena, const struct ov_object_type *object)
{
	return make(arena, (struct ov_type){.kind = OV_TYPE_OBJECT, .object = object});
}

static void print(struct ov_buf *buf, const struct ov_type *type, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH) {
		ov_buf_puts(buf, "dyn");
		return;
	}
	switch (type->kind) {
	case OV_TYPE_DYN: ov_buf_puts(buf, "dyn"); break;
	case OV_TYPE_NULL: ov_buf_puts(buf, "null"); break;
	case OV_TYPE_BOOL: ov_buf_puts(buf, "bool"); break;
	case OV_TYPE_INT: ov_buf_puts(buf, "int"); break;
	case OV_TYPE_UINT: ov_buf_puts(buf, "uint"); break;
	case OV_TYPE_DOUBLE: ov_buf_puts(buf, "double"); break;
	case OV_TYPE_STRING: ov_buf_puts(buf, "string"); break;
	case OV_TYPE_BYTES: ov_buf_puts(buf, "bytes"); break;
	case OV_TYPE_DURATION: ov_buf_puts(buf, "duration"); break;
	case OV_TYPE_TIMESTAMP: ov_buf_puts(buf, "timestamp"); break;
	case OV_TYPE_TYPE: ov_buf_puts(buf, "type"); break;
	case OV_TYPE_INT_OR_STRING: ov_buf_puts(buf, "int or string"); break;
	case OV_TYPE_OPAQUE:
	case OV_TYPE_PARAM: ov_buf_puts(buf, type->name); break;
	case OV_TYPE_OBJECT:
		if (type->object->name.len)
			ov_buf_add(buf, type->object->name);
		else
			ov_buf_puts(buf, "object");
		break;
	case OV_TYPE_LIST:
	case OV_TYPE_OPTIONAL:
		ov_buf_puts(buf, type->kind == OV_TYPE_LIST ? "list(" : "optional(");
		print(buf, type->elem, depth + 1);
		ov_buf_putc(buf, ')');
		break;
	case OV_TYPE_MAP:
		ov_buf_puts(buf, "map(");
		print(buf, type->key, depth + 1);
		ov_buf_puts(buf, ", ");
		print(buf, type->elem, depth + 1);
		ov_buf_putc(buf, ')');
		break;
	}
}

void ov_type_print(struct ov_buf *buf, const struct ov_type *type)
{
	print(buf, type, 0);
}

struct ov_str ov_type_str(struct ov_arena *arena, const struct ov_type *type)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_type_print(&buf, type);
	struct ov_str s = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return s;
}

static const struct ov_type **bound(struct ov_type_bindings *bindings, const char *name)
{
	for (size_t i = 0; i < bindings->count; i++) {
		if (strcmp(bindings->items[i].name, name) == 0)
			return &bindings->items[i].type;
	}
	if (bindings->count == OV_TYPE_PARAMS)
		ov_bug("too many type parameters");
	bindings->items[bindings->count] = (struct ov_type_binding){name, NULL};
	return &bindings->items[bindings->count++].type;
}

static bool accepts(const struct ov_type *to, const struct ov_type *from,
	struct ov_type_bindings *bindings, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH)
		return true;
	if (to->kind == OV_TYPE_PARAM) {
		const struct ov_type **slot = bound(bindings, to->name);
		if (!*slot || (*slot)->kind == OV_TYPE_NULL) {
			*slot = from;
			return true;
		}
		if (accepts(*slot, from, bindings, depth + 1)) {
			if ((*slot)->kind != OV_TYPE_DYN && from->kind == OV_TYPE_DYN)
				*slot = from;
			return true;
		}
		if (accepts(from, *slot, bindings, depth + 1)) {
			*slot = from;
			return true;
		}
		return false;
	}
	if (to->kind == OV_TYPE_DYN || from->kind == OV_TYPE_DYN)
		return true;
	if (from->kind == OV_TYPE_PARAM)
		return true;
	if (from->kind == OV_TYPE_INT_OR_STRING)
		return to->kind == OV_TYPE_INT || to->kind == OV_TYPE_STRING ||
		       to->kind == OV_TYPE_INT_OR_STRING;
	if (to->kind == OV_TYPE_INT_OR_STRING)
		return from->kind == OV_TYPE_INT || from->kind == OV_TYPE_STRING;
	/* null may stand for whatever has no value yet (CEL: wrappers, objects, time). */
	if (from->kind == OV_TYPE_NULL)
		return to->kind == OV_TYPE_NULL || to->kind == OV_TYPE_OBJECT ||
		       to->kind == OV_TYPE_DURATION || to->kind == OV_TYPE_TIMESTAMP ||
		       to->kind == OV_TYPE_OPAQUE || to->kind == OV_TYPE_OPTIONAL;
	if ((to->kind == OV_TYPE_OBJECT && to->object->nominal) ||
		(from->kind == OV_TYPE_OBJECT && from->object->nominal))
		return to->kind == from->kind && to->object == from->object;
	if (to->kind == OV_TYPE_MAP && from->kind == OV_TYPE_OBJECT)
		return accepts(to->key, &ov_type_string, bindings, depth + 1) &&
		       accepts(to->elem, &ov_type_dyn, bindings, depth + 1);
	if (to->kind == OV_TYPE_OBJECT && from->kind == OV_TYPE_MAP)
		return true;
	if (to->kind != from->kind)
		return false;
	if (to->kind == OV_TYPE_OPAQUE)
		return strcmp(to->name, from->name) == 0;
	return (!to->key || accepts(to->key, from->key, bindings, depth + 1)) &&
	       (!to->elem || accepts(to->elem, from->elem, bindings, depth + 1));
}

bool ov_type_accepts(
	const struct ov_type *to, const struct ov_type *from, struct ov_type_bindings *bindings)
{
	return accepts(to, from, bindings, 0);
}

static const struct ov_type *subst(struct ov_arena *arena, const struct ov_type *type,
	const struct ov_type_bindings *bindings, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH)
		return &ov_type_dyn;
	if (type->kind == OV_TYPE_PARAM) {
		for (size_t i = 0; i < bindings->count; i++) {
			if (strcmp(bindings->items[i].name, type->name) == 0 &&
				bindings->items[i].type)
				return bindings->items[i].type;
		}
		return &ov_type_dyn;
	}
	struct ov_type out = *type;
	out.key = type->key ? subst(arena, type->key, bindings, depth + 1) : NULL;
	out.elem = type->elem ? subst(arena, type->elem, bindings, depth + 1) : NULL;
	return out.key == type->key && out.elem == type->elem ? type : make(arena, out);
}

const struct ov_type *ov_type_subst(struct ov_arena *arena, const struct ov_type *type,
	const struct ov_type_bindings *bindings)
{
	return subst(arena, type, bindings, 0);
}

/* `loose`: what is unbound may be anything. */
static bool same(const struct ov_type *a, const struct ov_type *b, bool loose, size_t depth)
{
	if (a == b)
		return true;
	if (a == &ov_type_unbound || b == &ov_type_unbound)
		return loose;
	if (a->kind != b->kind || depth > OV_LIMIT_DEPTH)
		return false;
	if (a->elem && !same(a->elem, b->elem, loose, depth + 1))
		return false;
	if (a->key && !same(a->key, b->key, loose, depth + 1))
		return false;
	if (a->kind == OV_TYPE_OBJECT)
		return a->object == b->object;
	return a->kind != OV_TYPE_OPAQUE || strcmp(a->name, b->name) == 0;
}

bool ov_type_same(const struct ov_type *a, const struct ov_type *b)
{
	return same(a, b, true, 0);
}

/* Whether all values of `b` are values of `a`: where they differ, `a` says dyn. */
static bool covers(const struct ov_type *a, const struct ov_type *b, size_t depth)
{
	if (b == &ov_type_unbound)
		return true;
	if (a == &ov_type_unbound)
		return false;
	if (a->kind == OV_TYPE_DYN || same(a, b, false, depth))
		return true;
	if (a->kind != b->kind || depth > OV_LIMIT_DEPTH)
		return false;
	return a->elem && (!a->key || covers(a->key, b->key, depth + 1)) &&
	       covers(a->elem, b->elem, depth + 1);
}

const struct ov_type *ov_type_join(const struct ov_type *a, const struct ov_type *b)
{
	if (covers(a, b, 0))
		return a;
	if (covers(b, a, 0))
		return b;
	if (a->kind == OV_TYPE_LIST && b->kind == OV_TYPE_LIST)
		return &ov_type_list_dyn;
	return &ov_type_dyn;
}
