/* default: fills in what a document leaves to its schema. Layer: schema. */
#include "schema/internal.h"

#include "base/limits.h"

/* The schemas whose defaults are being filled into a default, to see circles. */
struct chain {
	const struct ov_schema *schema;
	const struct chain *up;
};

struct filler {
	struct ov_arena *arena;
	size_t nodes;
	bool endless;
};

static struct ov_value fill(struct filler *f, const struct ov_schema *s, struct ov_value v,
	const struct chain *chain, size_t depth);

static bool is_endless(struct filler *f)
{
	if (++f->nodes > OV_LIMIT_ALIAS_NODES)
		f->endless = true;
	return f->endless;
}

/* The default of a schema, looked for through references and allOf. */
static struct ov_value default_of(struct filler *f, const struct ov_schema *s, size_t depth)
{
	struct ov_value found = s->default_;
	if (ov_is_some(found) || depth > OV_LIMIT_SCHEMA_REF || is_endless(f))
		return found;
	if (s->ref)
		found = default_of(f, s->ref, depth + 1);
	if (!ov_is_some(found) && s->dynamic_ref)
		found = default_of(f, s->dynamic_ref, depth + 1);
	for (size_t i = 0; i < s->all_of.count && !ov_is_some(found); i++)
		found = default_of(f, s->all_of.items[i], depth + 1);
	return found;
}

static bool differs(struct ov_value a, struct ov_value b)
{
	return a.kind != b.kind || a.count != b.count || a.items != b.items;
}

/* A map that is copied when its first binding changes. */
struct changed {
	struct filler *f;
	struct ov_value map;
	struct ov_map_builder builder;
	bool any;
};

static void change(struct changed *c, const struct ov_key *key, struct ov_value v)
{
	if (!c->any) {
		c->any = true;
		c->f->nodes += c->map.count;
		ov_map_begin(&c->builder, c->f->arena, (size_t)c->map.count + 4);
		for (size_t i = 0; i < c->map.count; i++)
			ov_map_set(&c->builder, c->map.entries[i].key, c->map.entries[i].value);
	}
	ov_map_set(&c->builder, key, v);
}

static struct ov_value change_end(struct changed *c)
{
	struct ov_value out = c->map;
	if (c->any) {
		struct ov_value made = ov_map_end(&c->builder);
		out.entries = made.entries;
		out.count = made.count;
	}
	return out;
}

static void fill_absent(
	struct changed *c, const struct ov_schema *s, const struct chain *chain, size_t depth)
{
	for (size_t i = 0; i < s->properties.count && !c->f->endless; i++) {
		const struct ov_schema_property *property = &s->properties.items[i];
		if (!(property->schema->marks & OV_MARK_DEFAULT) ||
			ov_entry_key(c->map, property->key))
			continue;
		struct ov_value v = default_of(c->f, property->schema, 0);
		if (!ov_is_some(v))
			continue;
		for (const struct chain *up = chain; up; up = up->up)
			c->f->endless = c->f->endless || up->schema == property->schema;
		struct chain link = {property->schema, chain};
		change(c, property->key, fill(c->f, property->schema, v, &link, depth + 1));
	}
}

/* The schema that `properties`, `patternProperties` and so on give to a field; up to eight. */
static size_t schemas_of(
	const struct ov_schema *s, const struct ov_key *key, const struct ov_schema *out[8])
{
	size_t count = 0;
	const struct ov_schema_property *property = ov_schema_property(s, key);
	if (property)
		out[count++] = property->schema;
	for (size_t i = 0; i < s->pattern_count && count < 8; i++) {
		if (ov_regex_search(s->patterns[i].regex, key->str) == OV_REGEX_YES)
			out[count++] = s->patterns[i].schema;
	}
	if (!count && s->additional_properties)
		out[count++] = s->additional_properties;
	return count;
}

static struct ov_value fill_map(struct filler *f, const struct ov_schema *s,
	struct ov_value map, const struct chain *chain, size_t depth)
{
	struct changed c = {.f = f, .map = map};
	for (size_t i = 0; i < map.count && (s->work & OV_WORK_OBJECT); i++) {
		const struct ov_entry *entry = &map.entries[i];
		const struct ov_schema *schemas[8];
		size_t count = schemas_of(s, entry->key, schemas);
		struct ov_value v = entry->value;
		for (size_t k = 0; k < count; k++)
			v = fill(f, schemas[k], v, chain, depth + 1);
		if (differs(v, entry->value))
			change(&c, entry->key, v);
	}
	fill_absent(&c, s, chain, depth);
	struct ov_value out = change_end(&c);
	for (size_t i = 0; i < s->dependent_schemas.count; i++) {
		if (ov_entry_key(out, s->dependent_schemas.items[i].key))
			out = fill(
				f, s->dependent_schemas.items[i].schema, out, chain, depth + 1);
	}
	return out;
}

static struct ov_value fill_list(struct filler *f, const struct ov_schema *s,
	struct ov_value list, const struct chain *chain, size_t depth)
{
	struct ov_value *items = NULL;
	for (size_t i = 0; i < list.count; i++) {
		const struct ov_schema *item =
			i < s->prefix_items.count ? s->prefix_items.items[i] : s->items;
		if (!item)
			break;
		struct ov_value v = fill(f, item, list.items[i], chain, depth + 1);
		if (!differs(v, list.items[i]))
			continue;
		if (!items) {
			items = ov_new_array(f->arena, struct ov_value, list.count);
			memcpy(items, list.items, list.count * sizeof(*items));
			f->nodes += list.count;
		}
		items[i] = v;
	}
	if (items)
		list.items = items;
	return list;
}

static bool holds(struct filler *f, const struct ov_schema *s, struct ov_value v)
{
	return ov_schema_validate(
		s, v, OV_SCHEMA_FORMAT_ASSERT, f->arena, NULL, ov_str_n(NULL, 0));
}

static struct ov_value fill_branches(struct filler *f, const struct ov_schema_list *branches,
	struct ov_value v, const struct chain *chain, size_t depth)
{
	const struct ov_schema *only = NULL;
	for (size_t i = 0; i < branches->count; i++) {
		if (!holds(f, branches->items[i], v))
			continue;
		if (only)
			return v;
		only = branches->items[i];
	}
	return only ? fill(f, only, v, chain, depth + 1) : v;
}

/* An integer of a field whose type is number is one to expressions, too. */
static struct ov_value as_number(const struct ov_schema *s, struct ov_value v)
{
	const int64_t exact = (int64_t)1 << 53;
	for (size_t depth = 0; s->ref && !s->types && depth < OV_LIMIT_SCHEMA_REF; depth++)
		s = s->ref;
	if (s->types & OV_TYPES_NUMBER && !(s->types & OV_TYPES_INTEGER) &&
		v.integer <= exact && v.integer >= -exact) {
		v.number = (double)v.integer;
		v.kind = OV_KIND_DOUBLE;
	}
	return v;
}

static struct ov_value fill(struct filler *f, const struct ov_schema *s, struct ov_value v,
	const struct chain *chain, size_t depth)
{
	if (depth > OV_LIMIT_SCHEMA_DEPTH)
		f->endless = true;
	if (v.kind == OV_KIND_INT)
		return as_number(s, v);
	if (!(s->marks & OV_MARK_DEFAULT) || is_endless(f) || s->boolean || !s->work)
		return v;
	if (v.kind == OV_KIND_MAP)
		v = fill_map(f, s, v, chain, depth);
	else if (v.kind == OV_KIND_LIST)
		v = fill_list(f, s, v, chain, depth);
	else
		return v;
	if (s->ref)
		v = fill(f, s->ref, v, chain, depth + 1);
	if (s->dynamic_ref)
		v = fill(f, s->dynamic_ref, v, chain, depth + 1);
	for (size_t i = 0; i < s->all_of.count; i++)
		v = fill(f, s->all_of.items[i], v, chain, depth + 1);
	if (s->if_ && (s->then_ || s->else_)) {
		const struct ov_schema *next = holds(f, s->if_, v) ? s->then_ : s->else_;
		if (next)
			v = fill(f, next, v, chain, depth + 1);
	}
	if (s->any_of.count)
		v = fill_branches(f, &s->any_of, v, chain, depth);
	if (s->one_of.count)
		v = fill_branches(f, &s->one_of, v, chain, depth);
	return v;
}

struct ov_value ov_schema_default(
	struct ov_arena *arena, const struct ov_schema *schema, struct ov_value value)
{
	struct filler f = {.arena = arena};
	struct ov_value out = fill(&f, schema, value, NULL, 0);
	return f.endless ? (struct ov_value){0} : out;
}
