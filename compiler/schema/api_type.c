/*
 * api_type: schemas and values as validation rules see them. Layer: schema.
 *
 * Source: k8s.io/apiserver, pkg/cel/common (schemas.go, valuesunstructured.go) and
 * pkg/cel/escaping.go. Numbers are doubles, dates and durations have their CEL types, nullable
 * fields without value are absent, names that CEL cannot spell are escaped, and lists of type
 * set or map have no order. What no schema describes cannot be named.
 */
#include "schema/api_internal.h"

#include "base/limits.h"
#include "lang/ascii.h"
#include "lang/base64.h"

struct object {
	struct ov_object_type type;
	struct ov_api_set *set;
	const struct ov_api_node *node;
	bool root;
};

struct ov_str ov_api_escape(struct ov_arena *arena, struct ov_str name)
{
	static const char *const reserved[] = {"true", "false", "null", "in", "as", "break",
		"const", "continue", "else", "for", "function", "if", "import", "let", "loop",
		"package", "namespace", "return", "var", "void", "while"};
	struct ov_buf buf;
	bool same = true;
	if (!name.len || ov_is_digit(name.ptr[0]))
		return ov_str_n(NULL, 0);
	for (size_t i = 0; i < OV_COUNT(reserved); i++) {
		if (ov_str_is(name, reserved[i]))
			return ov_str_fmt(arena, "__%s__", reserved[i]);
	}
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		if (!ov_is_alnum(c) && !ov_is_one_of(c, "-./_"))
			return ov_str_n(NULL, 0);
		same = same && !ov_is_one_of(c, "-./") &&
		       (c != '_' || ov_byte(name, i + 1) != '_');
	}
	if (same)
		return name;
	ov_buf_init(&buf);
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		if (c == '_' && ov_byte(name, i + 1) == '_')
			ov_buf_puts(&buf, "__underscores__"), i++;
		else if (ov_is_one_of(c, "-./"))
			ov_buf_puts(&buf, c == '-'   ? "__dash__"
					  : c == '.' ? "__dot__"
						     : "__slash__");
		else
			ov_buf_putc(&buf, c);
	}
	struct ov_str out = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return out;
}

/* name and generateName are what rules see of any object's metadata. */
static bool metadata_field(
	const struct ov_object_type *type, struct ov_str name, struct ov_type_field *out)
{
	(void)type;
	if (!ov_str_is(name, "name") && !ov_str_is(name, "generateName"))
		return false;
	*out = (struct ov_type_field){&ov_type_string, false};
	return true;
}

static const struct ov_object_type metadata_object = {
	.name = OV_STR_INIT("metadata"), .nominal = true, .field = metadata_field};

static const struct ov_type metadata_type = {
	.kind = OV_TYPE_OBJECT, .object = &metadata_object};

static bool root_field(
	const struct object *object, struct ov_str name, struct ov_type_field *out)
{
	const struct ov_type *type = NULL;
	if (ov_str_is(name, "apiVersion") || ov_str_is(name, "kind"))
		type = &ov_type_string;
	else if (ov_str_is(name, "metadata"))
		type = &metadata_type;
	*out = (struct ov_type_field){type, false};
	return object->root && type;
}

static bool field(
	const struct ov_object_type *type, struct ov_str name, struct ov_type_field *out)
{
	const struct object *object = type->context;
	if (root_field(object, name, out))
		return true;
	for (size_t i = 0; i < object->node->field_count; i++) {
		const struct ov_api_field *f = &object->node->fields[i];
		if (!f->escaped || !ov_str_eq(f->escaped->str, name))
			continue;
		out->type = ov_api_type(object->set, f->node, f->node->embedded);
		out->present = f->required || ov_is_some(f->node->default_);
		return out->type != NULL;
	}
	return false;
}

static size_t names(const struct ov_object_type *type, struct ov_str *out, size_t room)
{
	const struct object *object = type->context;
	size_t n = 0;
	for (size_t i = 0; i < object->node->field_count && n < room; i++) {
		if (object->node->fields[i].escaped)
			out[n++] = object->node->fields[i].escaped->str;
	}
	return n;
}

static const struct ov_type *object_type(
	struct ov_api_set *set, const struct ov_api_node *node, bool root)
{
	struct object *object = ov_new(&set->arena, struct object);
	*object = (struct object){.set = set, .node = node, .root = root};
	object->type = (struct ov_object_type){.name = OV_STR("object"),
		.nominal = true,
		.context = object,
		.field = field,
		.names = names};
	return ov_type_object(&set->arena, &object->type);
}

static const struct ov_type *string_type(const struct ov_api_node *node)
{
	struct ov_str format = node->checks ? node->checks->format_name : ov_str_n(NULL, 0);
	if (ov_str_is(format, "byte"))
		return &ov_type_bytes;
	if (ov_str_is(format, "duration"))
		return &ov_type_duration;
	if (ov_str_is(format, "date") || ov_str_is(format, "date-time"))
		return &ov_type_timestamp;
	return &ov_type_string;
}

static const struct ov_type *make_type(
	struct ov_api_set *set, const struct ov_api_node *node, bool root)
{
	const struct ov_type *inner;
	if (node->int_or_string)
		return &ov_type_dyn;
	switch (node->types) {
	case OV_API_BOOLEAN: return &ov_type_bool;
	case OV_API_INTEGER: return &ov_type_int;
	case OV_API_NUMBER | OV_API_INTEGER: return &ov_type_double;
	case OV_API_STRING: return string_type(node);
	case OV_API_ARRAY:
		inner = node->items ? ov_api_type(set, node->items, node->items->embedded)
				    : NULL;
		return inner ? ov_type_list(&set->arena, inner) : NULL;
	case OV_API_OBJECT:
		if (!node->values || !node->values->types)
			return node->values && !node->has_fields && node->values->int_or_string
				       ? ov_type_map(&set->arena, &ov_type_string, &ov_type_dyn)
				       : object_type(set, node, root);
		inner = ov_api_type(set, node->values, node->values->embedded);
		return inner ? ov_type_map(&set->arena, &ov_type_string, inner) : NULL;
	default: return NULL;
	}
}

const struct ov_type *ov_api_type(
	struct ov_api_set *set, const struct ov_api_node *node, bool root)
{
	struct {
		const struct ov_api_node *node;
		uintptr_t root;
	} key = {node, root};
	struct ov_str text = ov_str_n((const char *)&key, sizeof(key));
	union ov_map_item *item = ov_map_get(&set->types, text);
	if (item)
		return item->cptr;
	ov_map_put(&set->types, ov_str_dup(&set->arena, text), NULL)->cptr = NULL;
	const struct ov_type *type = make_type(set, node, root);
	ov_map_get(&set->types, text)->cptr = type;
	return type;
}

struct view {
	struct ov_arena *arena;
	const struct ov_api_words *words;
	size_t depth;
};

static bool view(struct view *w, const struct ov_api_node *node, bool root, struct ov_value v,
	struct ov_value *out);

static bool view_string(
	struct view *w, const struct ov_api_node *node, struct ov_value v, struct ov_value *out)
{
	const struct ov_type *type = string_type(node);
	struct ov_str s = ov_string(v), bytes;
	int64_t n;
	int32_t rest;
	*out = v;
	switch (type->kind) {
	case OV_TYPE_BYTES:
		if ((s.len && !ov_base64_is(s)) ||
			!ov_base64_decode(w->arena, s, false, &bytes))
			return false;
		*out = ov_value_bytes(bytes);
		return true;
	case OV_TYPE_DURATION:
		if (!ov_api_duration(s, &n))
			return false;
		out->kind = OV_KIND_DURATION;
		out->seconds = n / 1000000000;
		out->count = (uint32_t)(int32_t)(n % 1000000000);
		return true;
	case OV_TYPE_TIMESTAMP:
		if (!ov_api_time(s, ov_str_is(node->checks->format_name, "date"), &n, &rest))
			return false;
		out->kind = OV_KIND_TIMESTAMP;
		out->seconds = n;
		out->count = (uint32_t)rest;
		return true;
	default: return true;
	}
}

static bool view_map(struct view *w, const struct ov_api_node *node, bool root,
	struct ov_value v, struct ov_value *out)
{
	struct ov_map_builder b;
	ov_map_begin(&b, w->arena, v.count);
	for (size_t i = 0; i < v.count; i++) {
		const struct ov_entry *e = &v.entries[i];
		const struct ov_api_field *f = ov_api_field(node, e->key);
		const struct ov_api_node *child = f ? f->node : node->values;
		struct ov_value inner = e->value;
		bool own =
			root && (e->key == w->words->api_version || e->key == w->words->kind ||
					e->key == w->words->metadata);
		/* In an object, a null is as good as nothing; in a map it is a value. */
		if (inner.kind == OV_KIND_NULL && (f || !node->values))
			continue;
		if (child && !own && !view(w, child, child->embedded, inner, &inner))
			return false;
		ov_map_set(&b, f && f->escaped ? f->escaped : e->key, inner);
	}
	*out = ov_map_end(&b);
	out->loc = v.loc;
	out->key_loc = v.key_loc;
	return true;
}

static bool view_list(
	struct view *w, const struct ov_api_node *node, struct ov_value v, struct ov_value *out)
{
	size_t extra = node->list_type != OV_API_ATOMIC;
	struct ov_value *items = ov_new_array(w->arena, struct ov_value, v.count + extra);
	for (size_t i = 0; i < v.count; i++) {
		items[i + extra] = v.items[i];
		if (node->items && !view(w, node->items, node->items->embedded, v.items[i],
					   &items[i + extra]))
			return false;
	}
	if (node->list_type == OV_API_MAP) {
		struct ov_value *keys =
			ov_new_array(w->arena, struct ov_value, node->key_count);
		for (size_t i = 0; i < node->key_count; i++) {
			const struct ov_api_field *f =
				node->items ? ov_api_field(node->items, node->keys[i]) : NULL;
			const struct ov_key *key = f && f->escaped ? f->escaped : node->keys[i];
			keys[i] = ov_value_string(key->str);
		}
		items[0] = ov_value_list(keys, node->key_count);
	}
	*out = ov_value_list(items + extra, v.count);
	out->flags = extra ? OV_FLAG_UNORDERED : 0;
	out->loc = v.loc;
	out->key_loc = v.key_loc;
	return true;
}

static bool view_parts(struct view *w, const struct ov_api_node *node, bool root,
	struct ov_value v, struct ov_value *out)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_STRING:
		return (!node->types || node->types & OV_API_STRING) &&
		       (node->int_or_string || view_string(w, node, v, out));
	case OV_KIND_INT:
	case OV_KIND_UINT:
		if (node->types & OV_API_NUMBER)
			*out = ov_value_double(
				v.kind == OV_KIND_INT ? (double)v.integer : (double)v.uinteger);
		return !node->types || node->types & OV_API_INTEGER;
	case OV_KIND_DOUBLE:
		if (!(node->types & OV_API_NUMBER) && v.number > -9e18 && v.number < 9e18 &&
			node->types)
			*out = ov_value_int((int64_t)v.number);
		return !node->types || node->types & OV_API_INTEGER;
	case OV_KIND_BOOL: return !node->types || node->types & OV_API_BOOLEAN;
	case OV_KIND_LIST:
		return (!node->types || node->types & OV_API_ARRAY) &&
		       view_list(w, node, v, out);
	case OV_KIND_MAP:
		return (!node->types || node->types & OV_API_OBJECT) &&
		       view_map(w, node, root, v, out);
	case OV_KIND_NULL: return node->nullable;
	default: return false;
	}
}

static bool view(struct view *w, const struct ov_api_node *node, bool root, struct ov_value v,
	struct ov_value *out)
{
	*out = v;
	if (node->plain || w->depth > OV_LIMIT_DEPTH)
		return v.kind != OV_KIND_NULL || node->nullable || !node->types;
	w->depth++;
	bool ok = view_parts(w, node, root, v, out);
	w->depth--;
	return ok;
}

bool ov_api_view(struct ov_arena *arena, const struct ov_api_node *node, bool root,
	const struct ov_api_words *words, struct ov_value v, struct ov_value *out)
{
	struct view w = {.arena = arena, .words = words};
	return view(&w, node, root, v, out);
}
