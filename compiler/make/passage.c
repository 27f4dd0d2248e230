/* passage: what removals and moves say of the objects that are rendered. Layer: make. */
#include "make/internal.h"

/* What a phase says of the objects that it names. */
enum presence {
	MAY,      /* be rendered */
	MUST,     /* be rendered still, or already */
	MUST_NOT, /* be rendered any more, or yet */
};

/* One selection of objects, by a removal or one side of a move. */
struct passage {
	const struct ov_doc *doc;
	const struct ov_cluster *cluster; /* NULL: wherever the document lands */
	struct ov_value target;
	struct ov_str phase;
	enum presence presence;
	bool marks; /* the objects are as the phase's patches make them */
};

struct ov_passages {
	OV_VEC(struct passage) list;
	unsigned char *met; /* list.count for each thread */
	bool *retired;      /* by the index of the cluster */
};

static void add(struct ov_making *m, struct ov_passages *all, struct passage passage)
{
	ov_vec_push(m->run->arena, &all->list, passage);
}

static void add_removal(struct ov_making *m, struct ov_passages *all, const struct ov_doc *doc)
{
	struct ov_value spec = ov_get(doc->value, "spec"), objects = ov_get(spec, "objects");
	struct ov_str phase = ov_string(ov_get(spec, "phase"));
	bool gone = ov_str_is(phase, "delete");
	for (size_t i = 0; i < ov_count(objects); i++)
		add(m, all,
			(struct passage){.doc = doc,
				.target = ov_at(objects, i),
				.phase = phase,
				.presence = gone                          ? MUST_NOT
					    : ov_str_is(phase, "release") ? MUST
									  : MAY,
				.marks = !gone});
}

static void add_move(struct ov_making *m, struct ov_passages *all, const struct ov_doc *doc)
{
	static const char *const sides[] = {"from", "to"};
	struct ov_value spec = ov_get(doc->instances.items[0]->value, "spec");
	struct ov_str phase = ov_string(ov_get(spec, "phase"));
	bool prepare = ov_str_is(phase, "prepare");
	for (size_t i = 0; i < OV_COUNT(sides); i++) {
		struct ov_value side = ov_get(spec, sides[i]);
		bool here = prepare == (i == 0);
		add(m, all,
			(struct passage){.doc = doc,
				.cluster = ov_map_ptr(&m->estate->cluster_by_name,
					ov_string(ov_get(side, "cluster"))),
				.target = side,
				.phase = phase,
				.presence = here ? MUST : MUST_NOT,
				.marks = prepare && here});
	}
}

static bool find_retired(const struct ov_estate *estate, bool *retired)
{
	bool any = false;
	for (size_t i = 0; i < estate->clusters.count; i++) {
		const struct ov_cluster *cluster = estate->clusters.items[i];
		retired[cluster->index] =
			ov_string_is(ov_path(cluster->value, "spec", "state", NULL), "retired");
		any = any || retired[cluster->index];
	}
	return any;
}

void ov_passages_begin(struct ov_making *m)
{
	const struct ov_estate *estate = m->estate;
	if (!estate->lifecycle)
		return;
	bool *retired = ov_new_array(m->run->arena, bool, estate->clusters.count);
	if (!find_retired(estate, retired) && !estate->passages.count)
		return;
	struct ov_passages *all = ov_new(m->run->arena, struct ov_passages);
	all->retired = retired;
	for (size_t i = 0; i < estate->passages.count; i++) {
		const struct ov_doc *doc = estate->passages.items[i];
		if (doc->kind->role == OV_ROLE_REMOVAL)
			add_removal(m, all, doc);
		else
			add_move(m, all, doc);
	}
	all->met =
		ov_new_array(m->run->arena, unsigned char, all->list.count * m->run->threads);
	m->passages = all;
}

static bool enter_phase(struct ov_making *m, struct ov_worker *worker,
	const struct ov_task *task, struct ov_str phase, struct ov_value *object,
	struct ov_diags *diags)
{
	struct ov_value patches = ov_get_str(m->estate->lifecycle->phases, phase);
	bool ok = true;
	for (size_t i = 0; i < ov_count(patches); i++) {
		struct ov_value p = ov_at(patches, i);
		if (ov_target_matches(ov_get(p, "target"), *object))
			ok = ov_patch_one(m, worker, task->target, ov_get(p, "patch"), object,
				     diags) &&
			     ok;
	}
	return ok;
}

static void too_early(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	const struct passage *p, struct ov_value object)
{
	struct ov_value metadata = ov_get_key(object, m->key_metadata);
	struct ov_diag *d = ov_diag_add(&worker->diags, OV_DIAG_PASSAGE, ov_span(p->target.loc),
		"phase %.*s: %.*s '%.*s' is rendered %s", OV_STR_ARG(p->phase),
		OV_STR_ARG(ov_string(ov_get_key(object, m->key_kind))),
		OV_STR_ARG(ov_string(ov_get_key(metadata, m->key_name))),
		ov_str_is(p->phase, "prepare") ? "there already" : "still");
	ov_diag_note(&worker->diags, d, ov_span(ov_doc_loc(task->instance->doc)),
		"it comes from this document");
	ov_diag_help(&worker->diags, d, "%s",
		ov_str_is(p->phase, "prepare")
			? "in phase prepare the document stays as it was; it moves with phase "
			  "switch"
		: ov_str_is(p->phase, "switch")
			? "in phase switch the document stands at its new place only"
			: "take the document away in the same commit");
}

/* Whether the object stands elsewhere for a cluster that is about to be deleted, or for what
 * is on it. */
static bool stands_for_retired(const struct ov_making *m, const struct ov_task *task)
{
	const struct ov_doc *doc = task->instance->doc;
	const struct ov_cluster *cluster = task->instance->cluster;
	if (!cluster) {
		cluster = ov_map_ptr(&m->estate->cluster_by_name, doc->name);
		if (!cluster || cluster->doc != doc)
			return false;
	}
	return m->passages->retired[cluster->index];
}

bool ov_passages_apply(struct ov_making *m, struct ov_worker *worker,
	const struct ov_task *task, struct ov_value *object, struct ov_diags *diags)
{
	struct ov_passages *all = m->passages;
	if (!all)
		return true;
	static const struct ov_str retired = OV_STR_INIT("retired");
	bool goes = all->retired[task->target->index], ok = true;
	/* A removal may keep what stands for the cluster, but nothing on the cluster itself. */
	if (!goes && stands_for_retired(m, task))
		ok = enter_phase(m, worker, task, retired, object, diags);
	for (size_t i = 0; i < all->list.count; i++) {
		const struct passage *p = &all->list.items[i];
		bool here = p->cluster ? p->cluster == task->target
				       : ov_doc_lands_on(p->doc, task->target);
		if (!here || !ov_target_matches(p->target, *object))
			continue;
		size_t thread = (size_t)(worker - m->run->workers);
		all->met[thread * all->list.count + i] = 1;
		if (p->presence == MUST_NOT) {
			too_early(m, worker, task, p, *object);
			ok = false;
		} else if (p->marks) {
			ok = enter_phase(m, worker, task, p->phase, object, diags) && ok;
		}
	}
	return (!goes || enter_phase(m, worker, task, retired, object, diags)) && ok;
}

void ov_passages_check(struct ov_making *m)
{
	/* What was not rendered, or failed, cannot be met. */
	if (m->options->cluster_count || m->run->diags->errors || !m->passages)
		return;
	const struct ov_passages *all = m->passages;
	for (size_t i = 0; i < all->list.count; i++) {
		const struct passage *p = &all->list.items[i];
		bool met = false;
		for (size_t k = 0; k < m->run->threads; k++)
			met = met || all->met[k * all->list.count + i];
		if (p->presence != MUST || met)
			continue;
		struct ov_diag *d =
			ov_diag_add(m->run->diags, OV_DIAG_PASSAGE, ov_span(p->target.loc),
				"phase %.*s: no such object is rendered", OV_STR_ARG(p->phase));
		ov_diag_help(m->run->diags, d, "%s",
			ov_str_is(p->phase, "switch")
				? "in phase switch the document stands at its new place"
				: "its document stays until the next phase");
	}
}
