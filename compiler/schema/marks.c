/* marks: what lies anywhere below a schema, so that walks can leave out the rest. Layer:
 * schema. */
#include "schema/internal.h"

/* Collects the bits of all schemas that a schema leads to. */
struct gather {
	unsigned below;
};

static void add(struct gather *g, const struct ov_schema *s)
{
	if (s)
		g->below |= s->marks;
}

static void add_list(struct gather *g, const struct ov_schema_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		add(g, list->items[i]);
}

static void add_properties(struct gather *g, const struct ov_schema_properties *map)
{
	for (size_t i = 0; i < map->count; i++)
		add(g, map->items[i].schema);
}

static unsigned own_marks(const struct ov_schema *s)
{
	/* Integers of fields that are numbers become so when defaults are filled in. */
	bool number = s->types & OV_TYPES_NUMBER && !(s->types & OV_TYPES_INTEGER);
	unsigned own = ov_is_some(s->default_) || number ? OV_MARK_DEFAULT : 0;
	static const enum ov_keyword looked_for[] = {
		OV_KEYWORD_REF, OV_KEYWORD_PROVIDED, OV_KEYWORD_LANGUAGE, OV_KEYWORD_SECRET};
	for (size_t i = 0; i < OV_COUNT(looked_for); i++) {
		if (ov_is_some(ov_schema_keyword(s, looked_for[i])))
			own |= OV_MARK_KEYWORD;
	}
	return own;
}

static unsigned marks_of(const struct ov_schema *s)
{
	struct gather g = {own_marks(s)};
	add(&g, s->ref);
	add(&g, s->dynamic_ref);
	add_list(&g, &s->all_of);
	add_list(&g, &s->any_of);
	add_list(&g, &s->one_of);
	add(&g, s->then_);
	add(&g, s->else_);
	add_list(&g, &s->prefix_items);
	add(&g, s->items);
	add_properties(&g, &s->properties);
	for (size_t i = 0; i < s->pattern_count; i++)
		add(&g, s->patterns[i].schema);
	add(&g, s->additional_properties);
	add_properties(&g, &s->dependent_schemas);
	/* A dynamic reference may lead anywhere. */
	if (s->dynamic_name)
		g.below = OV_MARK_DEFAULT | OV_MARK_KEYWORD;
	return g.below;
}

void ov_schema_mark(struct ov_schema_set *set)
{
	/* Schemas refer to each other in circles: bits are added until none is new. */
	for (bool more = true; more;) {
		more = false;
		for (size_t i = set->todo.count; i-- > 0;) {
			struct ov_schema *s = set->todo.items[i];
			unsigned marks = marks_of(s);
			more = more || marks != s->marks;
			s->marks = (uint8_t)marks;
		}
	}
}
