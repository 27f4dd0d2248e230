/*
 * compile: from a schema as it is written to struct ov_schema. Layer: schema.
 *
 * Each schema object is filled in on its own; those that it refers to are put on a list of
 * work, so that neither nesting nor cycles cost stack.
 */
#include "schema/internal.h"

#include "lang/format.h"
#include "schema/reference.h"
#include "value/equal.h"

/* What a schema object is filled in with. */
struct compiler {
	struct ov_schema_set *set;
	struct ov_diags *diags;
};

static struct ov_diag *bad(
	struct compiler *c, const struct ov_schema *s, struct ov_value v, const char *what)
{
	return ov_schema_bad(
		c->diags, s->resource, ov_span(v.loc ? v.loc : v.key_loc), "%s", what);
}

static const struct ov_schema *schema_of(
	struct compiler *c, const struct ov_value *at, struct ov_schema_resource *resource)
{
	struct ov_schema_set *set = c->set;
	struct ov_schema *s = ov_map_ptr(&set->schemas, ov_address(&at));
	if (s)
		return s;
	s = ov_new(set->arena, struct ov_schema);
	s->source = at;
	s->index = set->todo.count;
	struct ov_schema_resource *own = ov_map_ptr(&set->roots, ov_address(&at));
	s->resource = own ? own : resource;
	s->max_length = s->max_items = s->max_contains = s->max_properties = SIZE_MAX;
	s->min_contains = 1;
	ov_map_put(&set->schemas, ov_address(&s->source), NULL)->ptr = s;
	ov_vec_push(set->arena, &set->todo, s);
	return s;
}

static void resource_prepare(struct compiler *c, struct ov_schema_resource *resource)
{
	resource->ready = true;
	resource->vocabularies = ov_resource_vocabularies(c->set, resource, c->diags);
	resource->dynamic =
		ov_new_array(c->set->arena, struct ov_schema_dynamic, resource->dynamic_count);
	size_t count = 0;
	for (size_t i = 0; i < resource->anchors.count; i++) {
		const struct ov_map_entry *entry = &resource->anchors.entries[i];
		const struct ov_schema_anchor *anchor = entry->item.cptr;
		if (anchor->dynamic && count < resource->dynamic_count)
			resource->dynamic[count++] =
				(struct ov_schema_dynamic){ov_key(c->set->keys, entry->key),
					schema_of(c, anchor->at, resource)};
	}
	resource->dynamic_count = count;
}

static bool is_schema(struct compiler *c, const struct ov_schema *s, struct ov_value v)
{
	if (v.kind == OV_KIND_MAP || v.kind == OV_KIND_BOOL)
		return true;
	bad(c, s, v, "a schema is a map, true or false");
	return false;
}

static void fill_list(
	struct compiler *c, struct ov_schema *s, struct ov_value v, struct ov_schema_list *list)
{
	if (v.kind != OV_KIND_LIST || !v.count) {
		bad(c, s, v, "this takes a list of schemas that is not empty");
		return;
	}
	const struct ov_schema **items =
		ov_new_array(c->set->arena, const struct ov_schema *, v.count);
	for (size_t i = 0; i < v.count; i++) {
		if (!is_schema(c, s, v.items[i]))
			return;
		items[i] = schema_of(c, &v.items[i], s->resource);
	}
	*list = (struct ov_schema_list){items, v.count};
}

static void make_slots(struct compiler *c, struct ov_schema_properties *map)
{
	size_t slots = 4;
	while (slots < map->count * 2)
		slots *= 2;
	uint32_t *slot = ov_new_array(c->set->arena, uint32_t, slots);
	for (size_t i = 0; i < map->count; i++) {
		size_t at = (size_t)map->items[i].key->hash & (slots - 1);
		while (slot[at])
			at = (at + 1) & (slots - 1);
		slot[at] = (uint32_t)i + 1;
	}
	map->slot = slot;
	map->slots = slots;
}

static void fill_map(struct compiler *c, struct ov_schema *s, struct ov_value v,
	struct ov_schema_properties *map)
{
	if (v.kind != OV_KIND_MAP) {
		bad(c, s, v, "this takes a map of schemas");
		return;
	}
	struct ov_schema_property *items =
		ov_new_array(c->set->arena, struct ov_schema_property, v.count);
	for (size_t i = 0; i < v.count; i++) {
		const struct ov_entry *entry = &v.entries[i];
		if (!is_schema(c, s, entry->value))
			return;
		items[i] = (struct ov_schema_property){ov_key(c->set->keys, entry->key->str),
			schema_of(c, &entry->value, s->resource), entry->value.key_loc, false};
	}
	if (map && v.count) {
		*map = (struct ov_schema_properties){.items = items, .count = v.count};
		make_slots(c, map);
	}
}

static const struct ov_regex *fill_regex(
	struct compiler *c, const struct ov_schema *s, struct ov_str pattern, uint32_t loc)
{
	struct ov_str error;
	const struct ov_regex *regex =
		ov_regex_compile(c->set->regexes, OV_REGEX_ECMA, pattern, &error);
	if (!regex)
		ov_schema_bad(c->diags, s->resource, ov_span(loc),
			"not a regular expression: %.*s", OV_STR_ARG(error));
	return regex;
}

static void fill_patterns(struct compiler *c, struct ov_schema *s, struct ov_value v)
{
	if (v.kind != OV_KIND_MAP) {
		bad(c, s, v, "this takes a map from regular expressions to schemas");
		return;
	}
	struct ov_schema_pattern *items =
		ov_new_array(c->set->arena, struct ov_schema_pattern, v.count);
	for (size_t i = 0; i < v.count; i++) {
		const struct ov_entry *entry = &v.entries[i];
		items[i].pattern = entry->key->str;
		items[i].regex = fill_regex(c, s, entry->key->str, entry->value.key_loc);
		if (!is_schema(c, s, entry->value) || !items[i].regex)
			return;
		items[i].schema = schema_of(c, &entry->value, s->resource);
	}
	s->patterns = items;
	s->pattern_count = v.count;
}

static void fill_count(
	struct compiler *c, struct ov_schema *s, struct ov_value v, size_t *count)
{
	bool whole = (ov_schema_types_of(v) & OV_TYPES_INTEGER) &&
		     ov_compare_numbers(v, ov_value_int(0)) >= 0;
	if (!whole)
		bad(c, s, v, "this takes a whole number from 0");
	else if (v.kind == OV_KIND_DOUBLE)
		*count = v.number < 9e18 ? (size_t)v.number : SIZE_MAX;
	else
		*count = (size_t)v.uinteger;
}

static void fill_type(struct compiler *c, struct ov_schema *s, struct ov_value v)
{
	static const struct ov_str names[] = {OV_STR_INIT("null"), OV_STR_INIT("boolean"),
		OV_STR_INIT("integer"), OV_STR_INIT("number"), OV_STR_INIT("string"),
		OV_STR_INIT("array"), OV_STR_INIT("object")};
	size_t count = v.kind == OV_KIND_LIST ? v.count : 1;
	if (!count)
		bad(c, s, v, "'type' takes a type or a list of types");
	for (size_t i = 0; i < count; i++) {
		struct ov_value type = v.kind == OV_KIND_LIST ? v.items[i] : v;
		size_t k = 0;
		while (k < OV_COUNT(names) &&
			!(ov_is_string(type) && ov_str_eq(names[k], ov_string(type))))
			k++;
		if (k < OV_COUNT(names)) {
			s->types = (uint8_t)(s->types | 1u << k);
			continue;
		}
		struct ov_diag *diag = bad(c, s, type,
			"a type is null, boolean, integer, number, string, array or object");
		struct ov_str near = ov_nearest(ov_string(type), names, OV_COUNT(names));
		if (near.len)
			ov_diag_help(c->diags, diag, "did you mean '%.*s'?", OV_STR_ARG(near));
	}
}

static const struct ov_key *const *fill_keys(
	struct compiler *c, const struct ov_schema *s, struct ov_value v)
{
	const struct ov_key **keys =
		ov_new_array(c->set->arena, const struct ov_key *, ov_count(v) + 1);
	if (v.kind != OV_KIND_LIST) {
		bad(c, s, v, "this takes a list of names");
		return NULL;
	}
	for (size_t i = 0; i < v.count; i++) {
		if (!ov_is_string(v.items[i])) {
			bad(c, s, v.items[i], "this takes a list of names");
			return NULL;
		}
		keys[i] = ov_key(c->set->keys, ov_string(v.items[i]));
	}
	return keys;
}

static void fill_dependent(struct compiler *c, struct ov_schema *s, struct ov_value v)
{
	if (v.kind != OV_KIND_MAP) {
		bad(c, s, v, "this takes a map from names to lists of names");
		return;
	}
	struct ov_schema_dependency *items =
		ov_new_array(c->set->arena, struct ov_schema_dependency, v.count);
	for (size_t i = 0; i < v.count; i++) {
		struct ov_value names = v.entries[i].value;
		items[i].key = ov_key(c->set->keys, v.entries[i].key->str);
		items[i].required = fill_keys(c, s, names);
		items[i].count = items[i].required ? names.count : 0;
	}
	s->dependent_required = items;
	s->dependent_required_count = v.count;
}

static const struct ov_schema *follow(
	struct compiler *c, struct ov_schema *s, struct ov_value ref, bool *dynamic)
{
	if (!ov_is_string(ref)) {
		bad(c, s, ref, "a reference is a string");
		return NULL;
	}
	struct ov_str uri =
		ov_reference_resolve(c->set->arena, s->resource->uri, ov_string(ref));
	struct ov_schema_resource *resource;
	const struct ov_value *at = ov_resource_locate(c->set, uri, &resource, dynamic);
	if (!at) {
		ov_schema_bad(c->diags, s->resource, ov_span(ref.loc),
			"the reference leads nowhere: there is no schema '%.*s'",
			OV_STR_ARG(uri));
		return NULL;
	}
	if (at->kind != OV_KIND_MAP && at->kind != OV_KIND_BOOL) {
		ov_schema_bad(c->diags, s->resource, ov_span(ref.loc),
			"the reference leads to something that is not a schema");
		return NULL;
	}
	return schema_of(c, at, resource);
}

static void fill_dynamic_ref(struct compiler *c, struct ov_schema *s, struct ov_value v)
{
	bool dynamic;
	s->dynamic_ref = follow(c, s, v, &dynamic);
	struct ov_str fragment;
	ov_reference_split(ov_string(v), &fragment);
	if (s->dynamic_ref && dynamic)
		s->dynamic_name =
			ov_key(c->set->keys, ov_reference_unescape(c->set->arena, fragment));
}

static void fill_format(struct compiler *c, struct ov_schema *s, struct ov_value v)
{
	if (!ov_is_string(v)) {
		bad(c, s, v, "'format' takes a string");
		return;
	}
	s->format = ov_string(v);
	s->format_asserted = s->resource->vocabularies & OV_VOCABULARY_ASSERTION;
	if (s->resource->ours && !ov_format_known(s->format) && !ov_str_is(s->format, "regex"))
		ov_schema_bad(c->diags, s->resource, ov_span(v.loc), "unknown format '%.*s'",
			OV_STR_ARG(s->format));
}

static void fill_word(struct compiler *c, struct ov_schema *s, const struct ov_word *word,
	const struct ov_value *at)
{
	struct ov_value v = *at;
	void *member = (char *)s + word->offset;
	switch (word->shape) {
	case OV_WORD_ANY: break;
	case OV_WORD_SCHEMA:
		if (is_schema(c, s, v)) {
			const struct ov_schema *child = schema_of(c, at, s->resource);
			if (word->offset)
				memcpy(member, &child, sizeof(child));
		}
		break;
	case OV_WORD_SCHEMA_LIST: fill_list(c, s, v, member); break;
	case OV_WORD_SCHEMA_MAP: fill_map(c, s, v, member); break;
	case OV_WORD_DEFS: fill_map(c, s, v, NULL); break;
	case OV_WORD_PATTERNS: fill_patterns(c, s, v); break;
	case OV_WORD_COUNT: fill_count(c, s, v, member); break;
	case OV_WORD_POSITIVE:
	case OV_WORD_NUMBER:
		if (!ov_is_number(v))
			bad(c, s, v, "this takes a number");
		else if (word->shape == OV_WORD_POSITIVE &&
			 ov_compare_numbers(v, ov_value_int(0)) <= 0)
			bad(c, s, v, "this takes a number greater than 0");
		else
			memcpy(member, &v, sizeof(v));
		break;
	case OV_WORD_STRING:
		if (!ov_is_string(v)) {
			bad(c, s, v, "this takes a string");
		} else if (word->offset) {
			struct ov_str text = ov_string(v);
			memcpy(member, &text, sizeof(text));
		}
		break;
	case OV_WORD_BOOL:
		if (v.kind != OV_KIND_BOOL)
			bad(c, s, v, "this takes true or false");
		else
			memcpy(member, &v.boolean, sizeof(v.boolean));
		break;
	case OV_WORD_LIST:
		if (v.kind != OV_KIND_LIST)
			bad(c, s, v, "this takes a list of values");
		else
			memcpy(member, &v, sizeof(v));
		break;
	case OV_WORD_VALUE: memcpy(member, &v, sizeof(v)); break;
	case OV_WORD_TYPE: fill_type(c, s, v); break;
	case OV_WORD_PATTERN:
		if (!ov_is_string(v)) {
			bad(c, s, v, "'pattern' takes a string");
		} else {
			s->pattern = ov_string(v);
			s->regex = fill_regex(c, s, s->pattern, v.loc);
		}
		break;
	case OV_WORD_FORMAT: fill_format(c, s, v); break;
	case OV_WORD_REQUIRED:
		s->required = fill_keys(c, s, v);
		s->required_count = s->required ? v.count : 0;
		break;
	case OV_WORD_DEPENDENT: fill_dependent(c, s, v); break;
	case OV_WORD_REF: s->ref = follow(c, s, v, NULL); break;
	case OV_WORD_DYNAMIC_REF: fill_dynamic_ref(c, s, v); break;
	case OV_WORD_VOCABULARY:
		if (v.kind != OV_KIND_MAP)
			bad(c, s, v, "'$vocabulary' takes a map from URIs to true or false");
		break;
	}
	s->work = (uint8_t)(s->work | word->work);
}

static void unknown_word(
	struct compiler *c, const struct ov_schema *s, const struct ov_entry *entry)
{
	struct ov_str names[80];
	size_t count;
	const struct ov_word *words = ov_word_table(&count);
	ov_assert(count <= OV_COUNT(names));
	for (size_t i = 0; i < count; i++)
		names[i] = ov_str_c(words[i].name);
	struct ov_str name = entry->key->str;
	struct ov_diag *diag =
		ov_schema_bad(c->diags, s->resource, ov_span_n(entry->value.key_loc, name.len),
			"unknown keyword '%.*s'", OV_STR_ARG(name));
	struct ov_str near = ov_nearest(name, names, count);
	if (near.len)
		ov_diag_help(c->diags, diag, "did you mean '%.*s'?", OV_STR_ARG(near));
	else
		ov_diag_help(c->diags, diag, "keywords of your own begin with x-");
}

static void mark_required(struct ov_schema *s)
{
	for (size_t i = 0; i < s->required_count; i++) {
		const struct ov_schema_property *found = ov_schema_property(s, s->required[i]);
		if (found && !found->required) {
			s->properties.items[found - s->properties.items].required = true;
			s->required_known++;
		}
	}
}

static void fill(struct compiler *c, struct ov_schema *s)
{
	struct ov_schema_resource *resource = s->resource;
	if (!resource->ready)
		resource_prepare(c, resource);
	if (s->source->kind == OV_KIND_BOOL) {
		s->boolean = true;
		s->accepts = s->source->boolean;
		return;
	}
	if (s->source->kind != OV_KIND_MAP) {
		is_schema(c, s, *s->source);
		return;
	}
	for (size_t i = 0; i < s->source->count; i++) {
		const struct ov_entry *entry = &s->source->entries[i];
		const struct ov_word *word = ov_word_find(c->set, entry->key->str);
		unsigned active = resource->vocabularies;
		if (active & OV_VOCABULARY_ASSERTION)
			active |= OV_VOCABULARY_FORMAT;
		if (word && (word->vocabulary & active))
			fill_word(c, s, word, &entry->value);
		else if (ov_str_starts(entry->key->str, OV_STR("x-ovec-")))
			ov_schema_set_keyword(c->set, s, entry, c->diags);
		else if (!word && resource->ours &&
			 !ov_str_starts(entry->key->str, OV_STR("x-")))
			unknown_word(c, s, entry);
	}
	mark_required(s);
}

static bool drain(struct compiler *c)
{
	struct ov_schema_set *set = c->set;
	size_t errors = c->diags->errors;
	size_t first = set->done;
	while (set->done < set->todo.count)
		fill(c, set->todo.items[set->done++]);
	ov_schema_check_cycles(set, first, c->diags);
	if (set->done > first)
		ov_schema_mark(set);
	return errors == c->diags->errors;
}

const struct ov_schema *ov_schema_get(
	struct ov_schema_set *set, struct ov_str uri, struct ov_diags *diags)
{
	struct compiler c = {set, diags};
	struct ov_schema_resource *resource;
	const struct ov_value *at = ov_resource_locate(set, uri, &resource, NULL);
	if (!at || (at->kind != OV_KIND_MAP && at->kind != OV_KIND_BOOL)) {
		ov_diag_add(diags, OV_DIAG_BAD_SCHEMA, ov_span(at ? at->loc : 0),
			at ? "'%.*s' is not a schema" : "there is no schema '%.*s'",
			OV_STR_ARG(uri));
		return NULL;
	}
	const struct ov_schema *s = schema_of(&c, at, resource);
	return drain(&c) && !resource->doc->broken ? s : NULL;
}

bool ov_schema_compile(struct ov_schema_set *set, struct ov_diags *diags)
{
	struct compiler c = {set, diags};
	bool ok = true;
	for (size_t i = 0; i < set->docs.count; i++)
		schema_of(&c, set->docs.items[i]->root->root, set->docs.items[i]->root);
	drain(&c);
	for (size_t i = 0; i < set->docs.count; i++)
		ok = ok && !set->docs.items[i]->broken;
	return ok;
}

const struct ov_schema_property *ov_schema_property(
	const struct ov_schema *schema, const struct ov_key *key)
{
	const struct ov_schema_properties *map = &schema->properties;
	if (!map->slots)
		return NULL;
	size_t at = (size_t)key->hash & (map->slots - 1);
	for (; map->slot[at]; at = (at + 1) & (map->slots - 1)) {
		if (map->items[map->slot[at] - 1].key == key)
			return &map->items[map->slot[at] - 1];
	}
	return NULL;
}

struct ov_value ov_schema_keyword(const struct ov_schema *schema, enum ov_keyword keyword)
{
	return schema->keywords ? schema->keywords[keyword] : (struct ov_value){0};
}

const struct ov_schema *ov_schema_resolve(const struct ov_schema *schema)
{
	for (int i = 0;
		i < 64 && schema->ref && !schema->types && schema->work == OV_WORK_IN_PLACE &&
		!schema->all_of.count && !schema->any_of.count && !schema->one_of.count &&
		!schema->not_ && !schema->if_ && !schema->dynamic_ref;
		i++)
		schema = schema->ref;
	return schema;
}
