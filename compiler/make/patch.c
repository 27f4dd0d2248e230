/* patch: strategic merge patches over rendered objects. Layer: make. */
#include "make/internal.h"
#include "schema/api.h"
#include "value/merge.h"

static struct ov_str group_kind(
	struct ov_arena *arena, struct ov_str version, struct ov_str kind)
{
	size_t slash = ov_str_chr(version, '/');
	if (slash == SIZE_MAX)
		return kind;
	return ov_str_fmt(arena, "%.*s/%.*s", (int)slash, version.ptr, OV_STR_ARG(kind));
}

/* The table of list keys for one kind of object. */
struct list_keys {
	struct ov_keys *keys;
	struct ov_value own, all;
	const struct ov_api_kind *api; /* what the cluster's schemas say, before the table */
};

static void path_text(struct ov_buf *buf, const struct ov_merge_path *path)
{
	if (!path)
		return;
	path_text(buf, path->up);
	if (buf->len)
		ov_buf_putc(buf, '.');
	ov_buf_add(buf, path->key->str);
}

static const struct ov_key *list_key(void *context, const struct ov_merge_path *path)
{
	struct list_keys *table = context;
	const struct ov_key *known = table->api ? ov_api_list_key(table->api, path) : NULL;
	if (known)
		return known;
	struct ov_buf buf;
	ov_buf_init(&buf);
	path_text(&buf, path);
	struct ov_value key = ov_get_str(table->own, ov_buf_str(&buf));
	if (!ov_is_string(key))
		key = ov_get_str(table->all, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return ov_is_string(key) ? ov_key(table->keys, ov_string(key)) : NULL;
}

bool ov_patch_one(struct ov_making *m, struct ov_worker *worker,
	const struct ov_cluster *cluster, struct ov_value patch, struct ov_value *object,
	struct ov_diags *diags)
{
	struct ov_merge merge;
	ov_merge_init(&merge, &worker->scratch, m->run->keys, diags);
	struct list_keys table = {
		.keys = m->run->keys, .api = ov_object_api(m, worker, cluster, *object)};
	struct ov_str name =
		group_kind(&worker->scratch, ov_string(ov_get_key(*object, m->key_api_version)),
			ov_string(ov_get_key(*object, m->key_kind)));
	table.own = ov_get_str(m->estate->merge_keys, name);
	table.all = ov_get(m->estate->merge_keys, "*");
	merge.list_key = list_key;
	merge.context = &table;
	merge.keyless_replaces = false;
	struct ov_value patched = ov_merge(&merge, *object, patch);
	if (merge.faults)
		return false;
	patched.loc = object->loc;
	*object = patched;
	return true;
}

/* As they are written: in a merged document the nulls that say what to remove are gone. */
static struct ov_value own_patches(const struct ov_doc *doc)
{
	return ov_path(doc->value, "spec", "patches", NULL);
}

void ov_patches_begin(struct ov_making *m)
{
	const struct ov_estate *estate = m->estate;
	struct ov_arena *arena = m->run->arena;
	size_t count = estate->patches.count;
	m->first_patch = ov_new_array(arena, size_t, estate->docs.count);
	for (size_t i = 0; i < estate->docs.count; i++) {
		m->first_patch[i] = count;
		count += ov_count(own_patches(estate->docs.items[i]));
	}
	m->patch_count = count;
	m->patch_marks = ov_new_array(arena, unsigned char, count * m->run->threads);
}

/* What has become of a patch, as far as one thread knows. */
enum { ASKED = 1, TAKEN = 2 };

static unsigned char *mark_of(struct ov_making *m, const struct ov_worker *worker, size_t patch)
{
	size_t thread = (size_t)(worker - m->run->workers);
	return &m->patch_marks[thread * m->patch_count + patch];
}

static unsigned marks(const struct ov_making *m, size_t patch)
{
	unsigned all = 0;
	for (size_t i = 0; i < m->run->threads; i++)
		all |= m->patch_marks[i * m->patch_count + patch];
	return all;
}

static bool apply_own(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	const struct ov_doc *doc, struct ov_value *object, struct ov_diags *diags)
{
	struct ov_value own = own_patches(doc);
	bool ok = true;
	for (size_t i = 0; i < ov_count(own); i++) {
		struct ov_value p = ov_at(own, i);
		unsigned char *mark = mark_of(m, worker, m->first_patch[doc->index] + i);
		*mark |= ASKED;
		if (!ov_target_matches(ov_get(p, "target"), *object))
			continue;
		*mark |= TAKEN;
		ok = ov_patch_one(m, worker, task->target, ov_get(p, "patch"), object, diags) &&
		     ok;
	}
	return ok;
}

bool ov_patch_apply(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	struct ov_value *object, struct ov_diags *diags)
{
	const struct ov_doc *self = task->instance->doc;
	bool ok = true;
	for (size_t i = 0; i < self->profiles.count; i++)
		ok = apply_own(m, worker, task, self->profiles.items[i], object, diags) && ok;
	ok = apply_own(m, worker, task, self, object, diags) && ok;
	for (size_t i = 0; i < m->estate->patches.count; i++) {
		const struct ov_doc *doc = m->estate->patches.items[i];
		struct ov_value spec = ov_get(doc->value, "spec");
		if (!ov_doc_lands_on(doc, task->target) ||
			!ov_target_matches(ov_get(spec, "target"), *object))
			continue;
		*mark_of(m, worker, i) |= TAKEN;
		ok = ov_patch_one(
			     m, worker, task->target, ov_get(spec, "patch"), object, diags) &&
		     ok;
	}
	return ov_passages_apply(m, worker, task, object, diags) && ok;
}

/* Names of the objects that the patch could have meant. */
struct candidates {
	struct ov_arena *arena;
	OV_VEC(struct ov_str) names, kinds;
};

static void suggest(struct ov_making *m, struct ov_diag *d, struct ov_value target,
	const struct candidates *c)
{
	struct ov_value kind = ov_get(target, "kind"), name = ov_get(target, "name");
	struct ov_str near = {NULL, 0};
	if (ov_is_string(kind) && !c->names.count)
		near = ov_nearest(ov_string(kind), c->kinds.items, c->kinds.count);
	else if (ov_is_string(name))
		near = ov_nearest(ov_string(name), c->names.items, c->names.count);
	if (near.len)
		ov_diag_help(m->run->diags, d, "did you mean '%.*s'?", OV_STR_ARG(near));
	else if (ov_is_string(kind) && !c->names.count)
		ov_diag_help(m->run->diags, d, "there is no %.*s", OV_STR_ARG(ov_string(kind)));
}

/* `doc` is the Patch, or the document that has the patch itself. */
static void no_target(struct ov_making *m, const struct ov_objects *objects,
	const struct ov_doc *doc, struct ov_value target)
{
	struct ov_diag *d = ov_diag_add(m->run->diags, OV_DIAG_PATCH_TARGET,
		ov_span(target.loc), "the patch matches no object");
	struct candidates c = {.arena = m->run->arena};
	for (size_t i = 0; i < objects->list.count; i++) {
		const struct ov_object *o = &objects->list.items[i];
		const struct ov_doc *own = m->plan->tasks.items[o->task].instance->doc;
		bool here = doc->kind->role == OV_ROLE_PATCH ? ov_doc_lands_on(doc, o->cluster)
							     : own == doc;
		for (size_t k = 0; k < own->profiles.count && !here; k++)
			here = own->profiles.items[k] == doc;
		if (!here)
			continue;
		ov_vec_push(c.arena, &c.kinds, o->kind);
		if ((!ov_is_string(ov_get(target, "kind")) ||
			    ov_str_eq(ov_string(ov_get(target, "kind")), o->kind)))
			ov_vec_push(c.arena, &c.names, o->name);
	}
	suggest(m, d, target, &c);
}

static void check_own(
	struct ov_making *m, const struct ov_objects *objects, const struct ov_doc *doc)
{
	struct ov_value own = own_patches(doc);
	for (size_t i = 0; i < ov_count(own); i++) {
		unsigned all = marks(m, m->first_patch[doc->index] + i);
		bool wanted = doc->kind->is_profile ? all & ASKED : doc->instances.count > 0;
		if (wanted && !(all & TAKEN))
			no_target(m, objects, doc, ov_get(ov_at(own, i), "target"));
	}
}

void ov_patches_check(struct ov_making *m, const struct ov_objects *objects)
{
	/* What was not rendered, or failed, cannot be matched. */
	bool whole = !m->options->cluster_count && !m->run->diags->errors;
	for (size_t i = 0; i < m->estate->patches.count; i++) {
		const struct ov_doc *doc = m->estate->patches.items[i];
		struct ov_value spec = ov_get(doc->value, "spec");
		struct ov_value expires = ov_get(spec, "expires");
		if (ov_is_string(expires) && m->options->today.len &&
			ov_str_cmp(ov_string(expires), m->options->today) < 0)
			ov_diag_add(m->run->diags, OV_DIAG_PATCH_EXPIRED, ov_span(expires.loc),
				"the patch expired on %.*s", OV_STR_ARG(ov_string(expires)));
		if (whole && !(marks(m, i) & TAKEN))
			no_target(m, objects, doc, ov_get(spec, "target"));
	}
	for (size_t i = 0; whole && i < m->estate->docs.count; i++)
		check_own(m, objects, m->estate->docs.items[i]);
}
