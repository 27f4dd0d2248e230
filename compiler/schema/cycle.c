/* cycle: schemas that would apply themselves to one value without end. Layer: schema. */
#include "schema/internal.h"

/* A schema on the way from the one where the search began. */
struct step {
	const struct ov_schema *schema;
	size_t next; /* which of its edges is next */
};

struct search {
	OV_VEC(struct step) way;
	unsigned char *state;
};

enum { NEW, ON_WAY, DONE };

/* The i-th schema that applies wherever `s` does, or NULL behind the last; `then` and others
 * that depend on the value are left to OV_LIMIT_SCHEMA_REF. */
static const struct ov_schema *edge(const struct ov_schema *s, size_t i)
{
	const struct ov_schema_list *const lists[] = {&s->all_of, &s->any_of, &s->one_of};
	if (s->ref && i-- == 0)
		return s->ref;
	for (size_t k = 0; k < OV_COUNT(lists); k++) {
		if (i < lists[k]->count)
			return lists[k]->items[i];
		i -= lists[k]->count;
	}
	return NULL;
}

static bool search_from(struct search *search, const struct ov_schema *start,
	struct ov_arena *arena, struct ov_diags *diags)
{
	struct step first = {start, 0};
	ov_vec_push(arena, &search->way, first);
	search->state[start->index] = ON_WAY;
	while (search->way.count) {
		struct step *top = &search->way.items[search->way.count - 1];
		const struct ov_schema *next = edge(top->schema, top->next++);
		if (!next) {
			search->state[top->schema->index] = DONE;
			search->way.count--;
		} else if (search->state[next->index] == ON_WAY) {
			ov_schema_bad(diags, top->schema->resource,
				ov_span(top->schema->source->loc),
				"the schema refers to itself without end");
			return false;
		} else if (search->state[next->index] == NEW) {
			struct step step = {next, 0};
			search->state[next->index] = ON_WAY;
			ov_vec_push(arena, &search->way, step);
		}
	}
	return true;
}

bool ov_schema_check_cycles(struct ov_schema_set *set, size_t from, struct ov_diags *diags)
{
	struct ov_arena scratch;
	ov_arena_init(&scratch);
	struct search search = {
		.state = ov_new_array(&scratch, unsigned char, set->todo.count)};
	bool ok = true;
	for (size_t i = from; ok && i < set->todo.count; i++) {
		if (search.state[i] == NEW)
			ok = search_from(&search, set->todo.items[i], &scratch, diags);
	}
	ov_arena_release(&scratch);
	return ok;
}
