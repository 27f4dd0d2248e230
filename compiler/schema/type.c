/* type: what a schema says about types, for expressions. Layer: schema. */
#include "schema/type.h"

#include "base/limits.h"

struct object {
	struct ov_object_type type;
	struct ov_schema_typing *typing;
	const struct ov_schema *schema;
};

static const struct ov_type *type_of(struct ov_schema_typing *t, const struct ov_schema *s,
	struct ov_str name, size_t depth);

/* What is known of a field after looking at a schema and all that apply in place. */
struct lookup {
	const struct ov_schema *field;
	const struct ov_schema *additional;
	bool required;
};

static void look(
	const struct ov_schema *s, const struct ov_key *key, struct lookup *out, size_t depth)
{
	if (depth > OV_LIMIT_SCHEMA_REF)
		return;
	const struct ov_schema_property *p = ov_schema_property(s, key);
	if (p && !out->field)
		out->field = p->schema;
	for (size_t i = 0; i < s->required_count; i++)
		out->required = out->required || s->required[i] == key;
	if (!p && s->additional_properties && !s->additional_properties->boolean)
		out->additional = s->additional_properties;
	if (s->ref)
		look(s->ref, key, out, depth + 1);
	for (size_t i = 0; i < s->all_of.count; i++)
		look(s->all_of.items[i], key, out, depth + 1);
}

static bool has_default(const struct ov_schema *s)
{
	for (size_t i = 0; s && i < OV_LIMIT_SCHEMA_REF; i++, s = s->ref) {
		if (ov_is_some(s->default_))
			return true;
	}
	return false;
}

static bool field(
	const struct ov_object_type *type, struct ov_str name, struct ov_type_field *out)
{
	const struct object *object = type->context;
	const struct ov_key *key = ov_key(object->typing->keys, name);
	struct lookup found = {0};
	look(object->schema, key, &found, 0);
	if (!found.field && !found.additional)
		return false;
	const struct ov_schema *s = found.field ? found.field : found.additional;
	out->type = type_of(object->typing, s, name, 0);
	out->present = found.field && (found.required || has_default(found.field));
	return true;
}

static void collect(
	const struct ov_schema *s, struct ov_str *out, size_t *n, size_t room, size_t depth)
{
	if (depth > OV_LIMIT_SCHEMA_REF)
		return;
	for (size_t i = 0; i < s->properties.count && *n < room; i++)
		out[(*n)++] = s->properties.items[i].key->str;
	if (s->ref)
		collect(s->ref, out, n, room, depth + 1);
	for (size_t i = 0; i < s->all_of.count; i++)
		collect(s->all_of.items[i], out, n, room, depth + 1);
}

static size_t names(const struct ov_object_type *type, struct ov_str *out, size_t room)
{
	const struct object *object = type->context;
	size_t n = 0;
	collect(object->schema, out, &n, room, 0);
	return n;
}

static bool has_fields(const struct ov_schema *s, size_t depth)
{
	if (depth > OV_LIMIT_SCHEMA_REF)
		return false;
	if (s->properties.count || (s->ref && has_fields(s->ref, depth + 1)))
		return true;
	for (size_t i = 0; i < s->all_of.count; i++) {
		if (has_fields(s->all_of.items[i], depth + 1))
			return true;
	}
	return false;
}

static unsigned types_of(const struct ov_schema *s, size_t depth)
{
	if (depth > OV_LIMIT_SCHEMA_REF)
		return 0;
	unsigned types = s->types;
	if (!types && s->ref)
		types = types_of(s->ref, depth + 1);
	for (size_t i = 0; !types && i < s->all_of.count; i++)
		types = types_of(s->all_of.items[i], depth + 1);
	bool strings = s->enum_.count > 0;
	for (size_t i = 0; i < ov_count(s->enum_); i++)
		strings = strings && ov_is_string(ov_at(s->enum_, i));
	if (!types && (strings || ov_is_string(s->const_)))
		types = OV_TYPES_STRING;
	return types;
}

static const struct ov_schema *find_items(const struct ov_schema *s, size_t depth)
{
	if (s->items || depth > OV_LIMIT_SCHEMA_REF)
		return s->items;
	const struct ov_schema *items = s->ref ? find_items(s->ref, depth + 1) : NULL;
	for (size_t i = 0; !items && i < s->all_of.count; i++)
		items = find_items(s->all_of.items[i], depth + 1);
	return items;
}

static const struct ov_schema *find_additional(const struct ov_schema *s, size_t depth)
{
	if (depth > OV_LIMIT_SCHEMA_REF)
		return NULL;
	if (s->additional_properties && !s->additional_properties->boolean)
		return s->additional_properties;
	return s->ref ? find_additional(s->ref, depth + 1) : NULL;
}

/* Branches of anyOf or oneOf that all have one type give that type. */
static const struct ov_type *branches(
	struct ov_schema_typing *t, const struct ov_schema *s, struct ov_str name, size_t depth)
{
	const struct ov_schema_list *list = s->one_of.count ? &s->one_of : &s->any_of;
	if (!list->count && s->ref)
		return branches(t, s->ref, name, depth + 1);
	const struct ov_type *type = NULL;
	for (size_t i = 0; i < list->count; i++) {
		const struct ov_type *one = type_of(t, list->items[i], name, depth + 1);
		if (one->kind == OV_TYPE_OBJECT)
			return &ov_type_dyn;
		type = type ? ov_type_join(type, one) : one;
		if ((i && type->kind == OV_TYPE_DYN) || depth > OV_LIMIT_SCHEMA_REF)
			break;
	}
	return type ? type : &ov_type_dyn;
}

static const struct ov_type *object_type(
	struct ov_schema_typing *t, const struct ov_schema *s, struct ov_str name)
{
	struct object *object = ov_new(t->arena, struct object);
	object->typing = t;
	object->schema = s;
	object->type = (struct ov_object_type){
		.name = name, .context = object, .field = field, .names = names};
	return ov_type_object(t->arena, &object->type);
}

static const struct ov_type *type_of(
	struct ov_schema_typing *t, const struct ov_schema *s, struct ov_str name, size_t depth)
{
	if (depth > OV_LIMIT_SCHEMA_REF)
		return &ov_type_dyn;
	struct ov_str key = ov_str_n((const char *)&s, sizeof(s));
	const struct ov_type *known = ov_map_ptr(&t->memo, key);
	if (known)
		return known;
	const struct ov_type *type = &ov_type_dyn;
	switch (types_of(s, 0)) {
	case OV_TYPES_BOOLEAN: type = &ov_type_bool; break;
	case OV_TYPES_INTEGER: type = &ov_type_int; break;
	case OV_TYPES_STRING: type = &ov_type_string; break;
	case OV_TYPES_NULL: type = &ov_type_null; break;
	case OV_TYPES_INTEGER | OV_TYPES_STRING: type = &ov_type_int_or_string; break;
	case OV_TYPES_ARRAY: {
		const struct ov_schema *items = find_items(s, 0);
		type = items ? ov_type_list(t->arena, type_of(t, items, name, depth + 1))
			     : &ov_type_list_dyn;
		break;
	}
	case OV_TYPES_OBJECT: {
		const struct ov_schema *additional = find_additional(s, 0);
		if (has_fields(s, 0))
			type = object_type(t, s, name);
		else if (additional)
			type = ov_type_map(t->arena, &ov_type_string,
				type_of(t, additional, name, depth + 1));
		else
			type = &ov_type_map_dyn;
		break;
	}
	case 0: type = branches(t, s, name, depth); break;
	default: break;
	}
	char *own = ov_arena_alloc(t->arena, sizeof(s), 1);
	memcpy(own, &s, sizeof(s));
	ov_map_put(&t->memo, ov_str_n(own, sizeof(s)), NULL)->cptr = type;
	return type;
}

void ov_schema_typing_init(
	struct ov_schema_typing *typing, struct ov_arena *arena, struct ov_keys *keys)
{
	typing->arena = arena;
	typing->keys = keys;
	ov_map_init(&typing->memo, arena, ov_keys_seed(keys));
}

const struct ov_type *ov_schema_type(
	struct ov_schema_typing *typing, const struct ov_schema *schema, struct ov_str name)
{
	return type_of(typing, schema, name, 0);
}
