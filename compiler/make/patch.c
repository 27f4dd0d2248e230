/* patch: strategic merge patches over rendered objects. Layer: make. */
#include "make/internal.h"
#include "value/merge.h"

static struct ov_str group_kind(
	struct ov_arena *arena, struct ov_str version, struct ov_str kind)
{
	size_t slash = ov_str_chr(version, '/');
	if (slash == SIZE_MAX)
		return kind;
	return ov_str_fmt(arena, "%.*s/%.*s", (int)slash, version.ptr, OV_STR_ARG(kind));
}

static bool says(struct ov_value target, const char *field, struct ov_str own)
{
	struct ov_value asked = ov_get(target, field);
	return !ov_is_string(asked) || ov_str_eq(ov_string(asked), own);
}

static bool has_labels(struct ov_value target, struct ov_value labels)
{
	struct ov_value asked = ov_get(target, "labels");
	for (size_t i = 0; i < ov_count(asked); i++) {
		struct ov_value own = ov_get_key(labels, asked.entries[i].key);
		if (!ov_is_some(own) ||
			!ov_str_eq(ov_string(own), ov_string(asked.entries[i].value)))
			return false;
	}
	return true;
}

static bool matches(struct ov_value target, struct ov_value object)
{
	struct ov_value metadata = ov_get(object, "metadata");
	return says(target, "apiVersion", ov_string(ov_get(object, "apiVersion"))) &&
	       says(target, "kind", ov_string(ov_get(object, "kind"))) &&
	       says(target, "name", ov_string(ov_get(metadata, "name"))) &&
	       says(target, "namespace", ov_string(ov_get(metadata, "namespace"))) &&
	       has_labels(target, ov_get(metadata, "labels"));
}

/* The table of list keys for one kind of object. */
struct list_keys {
	struct ov_keys *keys;
	struct ov_value own, all;
	struct ov_arena *arena;
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
	struct ov_buf buf;
	ov_buf_init(&buf);
	path_text(&buf, path);
	struct ov_value key = ov_get_str(table->own, ov_buf_str(&buf));
	if (!ov_is_string(key))
		key = ov_get_str(table->all, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return ov_is_string(key) ? ov_key(table->keys, ov_string(key)) : NULL;
}

static bool apply(struct ov_making *m, struct ov_worker *worker, struct ov_value patch,
	struct ov_value *object, struct ov_diags *diags)
{
	struct ov_merge merge;
	ov_merge_init(&merge, &worker->scratch, m->run->keys, diags);
	struct list_keys table = {.keys = m->run->keys, .arena = &worker->scratch};
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

static bool lands_on(const struct ov_doc *doc, const struct ov_cluster *cluster)
{
	for (size_t i = 0; i < doc->clusters.count; i++) {
		if (doc->clusters.items[i] == cluster)
			return true;
	}
	return false;
}

/* As they are written: in a merged document the nulls that say what to remove are gone. */
static struct ov_value own_patches(const struct ov_doc *doc)
{
	return ov_path(doc->value, "spec", "patches", NULL);
}

static bool apply_own(struct ov_making *m, struct ov_worker *worker, const struct ov_doc *doc,
	struct ov_value *object, struct ov_diags *diags)
{
	struct ov_value own = own_patches(doc);
	bool ok = true;
	for (size_t i = 0; i < ov_count(own); i++) {
		struct ov_value p = ov_at(own, i);
		if (matches(ov_get(p, "target"), *object))
			ok = apply(m, worker, ov_get(p, "patch"), object, diags) && ok;
	}
	return ok;
}

bool ov_patch_apply(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	struct ov_value *object, struct ov_diags *diags)
{
	const struct ov_doc *self = task->instance->doc;
	bool ok = true;
	for (size_t i = 0; i < self->profiles.count; i++)
		ok = apply_own(m, worker, self->profiles.items[i], object, diags) && ok;
	ok = apply_own(m, worker, self, object, diags) && ok;
	for (size_t i = 0; i < m->estate->patches.count; i++) {
		const struct ov_doc *doc = m->estate->patches.items[i];
		struct ov_value spec = ov_get(doc->value, "spec");
		if (lands_on(doc, task->target) && matches(ov_get(spec, "target"), *object))
			ok = apply(m, worker, ov_get(spec, "patch"), object, diags) && ok;
	}
	return ok;
}

static bool record_matches(struct ov_value target, const struct ov_object *object)
{
	struct ov_value version = ov_get(target, "apiVersion");
	size_t slash = ov_str_chr(ov_string(version), '/');
	struct ov_str group = slash == SIZE_MAX ? ov_str_n(NULL, 0)
						: ov_str_sub(ov_string(version), 0, slash);
	return (!ov_is_string(version) || ov_str_eq(group, object->group)) &&
	       says(target, "kind", object->kind) && says(target, "name", object->name) &&
	       says(target, "namespace", object->name_space);
}

static void no_target(struct ov_making *m, struct ov_value target)
{
	ov_diag_add(m->run->diags, OV_DIAG_PATCH_TARGET, ov_span(target.loc),
		"the patch matches no object");
}

static void check_own(struct ov_making *m, const struct ov_objects *objects)
{
	const struct ov_instance *last = NULL;
	for (size_t i = 0; i < m->plan->tasks.count; i++) {
		const struct ov_instance *instance = m->plan->tasks.items[i].instance;
		struct ov_value own = own_patches(instance->doc);
		if (instance == last || !ov_count(own))
			continue;
		last = instance;
		for (size_t k = 0; k < own.count; k++) {
			struct ov_value target = ov_get(own.items[k], "target");
			bool found = !ov_is_some(target);
			for (size_t n = 0; !found && n < objects->list.count; n++) {
				const struct ov_object *o = &objects->list.items[n];
				found = m->plan->tasks.items[o->task].instance == instance &&
					record_matches(target, o);
			}
			if (!found)
				no_target(m, target);
		}
	}
}

void ov_patches_check(struct ov_making *m, const struct ov_objects *objects)
{
	for (size_t i = 0; i < m->estate->patches.count; i++) {
		const struct ov_doc *doc = m->estate->patches.items[i];
		struct ov_value spec = ov_get(doc->value, "spec");
		struct ov_value expires = ov_get(spec, "expires");
		if (ov_is_string(expires) && m->options->today.len &&
			ov_str_cmp(ov_string(expires), m->options->today) < 0)
			ov_diag_add(m->run->diags, OV_DIAG_PATCH_EXPIRED, ov_span(expires.loc),
				"the patch expired on %.*s", OV_STR_ARG(ov_string(expires)));
		/* What was not rendered, or failed, cannot be matched. */
		if (m->options->cluster_count || m->run->diags->errors)
			continue;
		bool found = false;
		struct ov_value target = ov_get(spec, "target");
		for (size_t n = 0; !found && n < objects->list.count; n++) {
			const struct ov_object *o = &objects->list.items[n];
			found = lands_on(doc, o->cluster) && record_matches(target, o);
		}
		if (!found)
			no_target(m, target);
	}
	if (!m->options->cluster_count && !m->run->diags->errors)
		check_own(m, objects);
}
