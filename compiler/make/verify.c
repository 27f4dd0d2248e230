/* verify: judges rendered objects as the API server of their cluster would. Layer: make. */
#include "make/internal.h"
#include "schema/api.h"

/* Whether a person can edit what stands there. */
static bool is_editable(const struct ov_making *m, uint32_t loc)
{
	const struct ov_source *source = ov_sources_at(m->run->sources, loc);
	return source && !source->library;
}

/* The line of the estate from which the value at `loc`, a part of a template, was made. */
static uint32_t blamed(const struct ov_making *m, const struct ov_task *task,
	const struct ov_origins *origins, uint32_t loc)
{
	for (size_t i = 0; i < origins->list.count; i++) {
		const struct ov_origin *origin = &origins->list.items[i];
		if (origin->loc != loc)
			continue;
		/* What was read last is the nearest to the value: a field rather than its map.
		 */
		for (size_t k = origin->read_count; k-- > 0;) {
			if (is_editable(m, origin->reads[k].loc))
				return origin->reads[k].loc;
		}
	}
	return task->instance->doc->value.loc;
}

void ov_finding_hand_on(struct ov_making *m, struct ov_worker *worker,
	const struct ov_task *task, const struct ov_origins *origins,
	const struct ov_diag *found)
{
	bool editable = is_editable(m, found->span.loc);
	struct ov_span span =
		editable ? found->span : ov_span(blamed(m, task, origins, found->span.loc));
	struct ov_diag *d = ov_diag_add(
		&worker->diags, found->code, span, "%.*s", OV_STR_ARG(found->message));
	if (!editable && found->span.loc)
		ov_diag_note(&worker->diags, d, ov_span(found->span.loc),
			"the template '%.*s' writes it here",
			OV_STR_ARG(task->template_->name));
	for (const struct ov_diag_note *n = found->notes; n; n = n->next) {
		if (n->span.loc)
			ov_diag_note(&worker->diags, d, n->span, "%.*s", OV_STR_ARG(n->text));
		else
			ov_diag_help(&worker->diags, d, "%.*s", OV_STR_ARG(n->text));
	}
	ov_diag_subject(&worker->diags, d, found->subject);
}

/* Sets that judge an object. */
struct judges {
	struct ov_api_set **sets;
	size_t count;
	const struct ov_api_kind
		*kind; /**< as the first of them has it; NULL where none does */
	/** The version is deprecated: there is something to say of a right object. */
	bool warns;
};

static bool any_knows(
	struct ov_api_set *const *sets, size_t count, struct ov_str group, struct ov_str kind)
{
	for (size_t i = 0; i < count; i++) {
		if (ov_api_set_knows(sets[i], group, kind))
			return true;
	}
	return false;
}

/*
 * The cluster's own sets where one of them knows the kind, else the shipped ones that do. A
 * kind that nobody knows is left to the cluster's own sets, which say so; where it has none, to
 * nobody.
 */
static void describe(struct ov_making *m, struct judges *judges, struct ov_str group,
	struct ov_str version, struct ov_str kind)
{
	/* What is wrong with a set is said when an object is judged by it. */
	struct ov_diags ignored;
	ov_diags_init(&ignored, m->run->sources);
	for (size_t i = 0; i < judges->count; i++) {
		const struct ov_api_kind *known =
			ov_api_set_find(judges->sets[i], group, version, kind, &ignored);
		if (!judges->kind)
			judges->kind = known;
		judges->warns = judges->warns || (known && known->deprecated);
	}
	ov_diags_release(&ignored);
}

static struct judges *find_judges(struct ov_making *m, struct ov_worker *worker,
	const struct ov_cluster *cluster, struct ov_str group, struct ov_str kind)
{
	struct judges *judges = ov_new(&worker->arena, struct judges);
	*judges = (struct judges){.sets = cluster->apis, .count = cluster->api_count};
	if (any_knows(cluster->apis, cluster->api_count, group, kind))
		return judges;
	struct ov_api_set **known =
		ov_new_array(&worker->arena, struct ov_api_set *, m->estate->api_count);
	size_t n = 0;
	for (size_t i = 0; i < m->estate->api_count; i++) {
		if (ov_api_set_knows(m->estate->apis[i], group, kind))
			known[n++] = m->estate->apis[i];
	}
	if (n)
		*judges = (struct judges){.sets = known, .count = n};
	return judges;
}

static const struct judges *judges_of(struct ov_making *m, struct ov_worker *worker,
	const struct ov_cluster *cluster, struct ov_value object)
{
	struct ov_str version = ov_string(ov_get_key(object, m->key_api_version));
	struct ov_str kind = ov_string(ov_get_key(object, m->key_kind));
	size_t slash = ov_str_chr(version, '/');
	struct ov_str group =
		slash == SIZE_MAX ? ov_str_n(NULL, 0) : ov_str_sub(version, 0, slash);
	struct ov_map *memo = &m->judges[worker - m->run->workers];
	struct ov_arena_mark mark = ov_arena_mark(&worker->arena);
	/* Clusters that name no sets of their own have the same judges. */
	struct ov_str key = ov_str_fmt(&worker->arena, "%zu %.*s %.*s",
		cluster->api_count ? cluster->index + 1 : 0, OV_STR_ARG(version),
		OV_STR_ARG(kind));
	struct judges *known = ov_map_ptr(memo, key);
	if (known) {
		ov_arena_rewind(&worker->arena, mark);
		return known;
	}
	known = find_judges(m, worker, cluster, group, kind);
	describe(m, known, group,
		ov_str_sub(version, slash == SIZE_MAX ? 0 : slash + 1, version.len), kind);
	ov_map_put(memo, key, NULL)->ptr = known;
	return known;
}

const struct ov_api_kind *ov_object_api(struct ov_making *m, struct ov_worker *worker,
	const struct ov_cluster *cluster, struct ov_value object)
{
	return judges_of(m, worker, cluster, object)->kind;
}

/* What the last output had in the object's place, where the kind has rules that may compare. */
static bool read_old(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	const struct judges *judges, struct ov_value object, struct ov_value *old)
{
	return m->options->before && judges->kind && ov_api_has_rules(judges->kind) &&
	       ov_object_before(
		       m, worker, ov_object_path(m, &worker->scratch, task, object), NULL, old);
}

bool ov_object_verify(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	size_t index, struct ov_value object)
{
	const struct judges *judges = judges_of(m, worker, task->target, object);
	if (!judges->count)
		return true;
	struct ov_value old_value, *old = &old_value;
	if (!read_old(m, worker, task, judges, object, old))
		old = NULL;
	if (!judges->warns && ov_api_check(judges->sets, judges->count, object, old,
				      &worker->scratch, NULL, ov_str_n(NULL, 0), 0))
		return true;
	struct ov_origins origins = {.arena = &worker->scratch};
	struct ov_value again = ov_task_origins(m, worker, task, index, &origins);
	struct ov_diags found;
	ov_diags_init(&found, m->run->sources);
	ov_api_check(judges->sets, judges->count, ov_is_some(again) ? again : object, old,
		&worker->scratch, &found, ov_instance_label(&worker->scratch, task->instance),
		0);
	size_t errors = worker->diags.errors;
	for (size_t i = 0; i < found.list.count; i++)
		ov_finding_hand_on(m, worker, task, &origins, found.list.items[i]);
	ov_diags_release(&found);
	return worker->diags.errors == errors;
}
