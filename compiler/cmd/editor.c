/*
 * editor: the form of a schema that suits an editor. Layer: cmd.
 *
 * While a document is written, what it inherits is not there: a profile may supply a required
 * field, and null removes what is inherited. What demands presence is left out below the
 * document itself, and null is allowed.
 */
#include "base/limits.h"
#include "cmd/internal.h"

struct editor {
	struct ov_arena *arena;
	struct ov_keys *keys;
};

static struct ov_value loosen(struct editor *e, struct ov_value schema, size_t depth);

static bool is_one_of(struct ov_str name, const char *const *names)
{
	for (; *names; names++) {
		if (ov_str_is(name, *names))
			return true;
	}
	return false;
}

/* Keywords that demand presence, or judge what is not all there. */
static const char *const dropped[] = {"required", "minProperties", "minItems",
	"dependentRequired", "dependentSchemas", "oneOf", "anyOf", "if", "then", "else", "not",
	"contains", NULL};
static const char *const maps[] = {"properties", "patternProperties", "$defs", NULL};
static const char *const lists[] = {"allOf", "prefixItems", NULL};
static const char *const schemas[] = {"items", "additionalProperties", NULL};

static struct ov_value with_null(struct editor *e, struct ov_value word, struct ov_value null)
{
	size_t n = ov_is_list(word) ? word.count : 1;
	struct ov_value *items = ov_new_array(e->arena, struct ov_value, n + 1);
	for (size_t i = 0; i < n; i++)
		items[i] = ov_is_list(word) ? word.items[i] : word;
	items[n] = null;
	return ov_value_list(items, n + 1);
}

/* Branches that say what the type is are kept: they tell an editor the forms that a value
 * takes. */
static bool says_types(struct ov_value branches)
{
	bool all = ov_count(branches) > 0;
	for (size_t i = 0; i < ov_count(branches); i++)
		all = all && ov_is_some(ov_get(ov_at(branches, i), "type"));
	return all;
}

static struct ov_value loosen_all(struct editor *e, struct ov_value v, size_t depth)
{
	if (ov_is_list(v)) {
		struct ov_value *items = ov_new_array(e->arena, struct ov_value, v.count);
		for (size_t i = 0; i < v.count; i++)
			items[i] = loosen(e, v.items[i], depth + 1);
		return ov_value_list(items, v.count);
	}
	struct ov_map_builder b;
	ov_map_begin(&b, e->arena, ov_count(v));
	for (size_t i = 0; i < ov_count(v); i++)
		ov_map_set(&b, v.entries[i].key, loosen(e, v.entries[i].value, depth + 1));
	return ov_map_end(&b);
}

static struct ov_value loosen(struct editor *e, struct ov_value schema, size_t depth)
{
	if (!ov_is_map(schema) || depth > OV_LIMIT_DEPTH)
		return schema;
	struct ov_map_builder b;
	ov_map_begin(&b, e->arena, schema.count);
	for (size_t i = 0; i < schema.count; i++) {
		struct ov_str name = schema.entries[i].key->str;
		struct ov_value v = schema.entries[i].value;
		bool branches = ov_str_is(name, "oneOf") || ov_str_is(name, "anyOf");
		if (branches && says_types(v)) {
			/* With null allowed in each, a value may pass more than one. */
			ov_map_set(
				&b, ov_key(e->keys, OV_STR("anyOf")), loosen_all(e, v, depth));
			continue;
		}
		if (is_one_of(name, dropped))
			continue;
		if (is_one_of(name, maps) || is_one_of(name, lists))
			v = loosen_all(e, v, depth);
		else if (is_one_of(name, schemas))
			v = loosen(e, v, depth + 1);
		else if (ov_str_is(name, "type"))
			v = with_null(e, v, ov_value_string(OV_STR("null")));
		else if (ov_str_is(name, "enum"))
			v = with_null(e, v, ov_value_null());
		ov_map_set(&b, schema.entries[i].key, v);
	}
	return ov_map_end(&b);
}

struct ov_value ov_editor_schema(
	struct ov_arena *arena, struct ov_keys *keys, struct ov_value schema)
{
	struct editor e = {arena, keys};
	struct ov_value out = loosen(&e, schema, 0);
	/* The document itself is there, and is no null. */
	static const char *const kept[] = {"required", "type"};
	for (size_t i = 0; i < OV_COUNT(kept); i++) {
		struct ov_value v = ov_get(schema, kept[i]);
		if (ov_is_some(v))
			out = ov_with(arena, out, ov_key(keys, ov_str_c(kept[i])), v);
	}
	return out;
}
