/* identities: no object is made twice on a cluster. Layer: close. */
#include "close/identities.h"

static int compare_values(const struct ov_object *a, const struct ov_object *b)
{
	int r = 0;
	if (a->cluster != b->cluster)
		r = a->cluster->index < b->cluster->index ? -1 : 1;
	if (!r)
		r = ov_str_cmp(a->name, b->name);
	if (!r)
		r = ov_str_cmp(a->name_space, b->name_space);
	if (!r)
		r = ov_str_cmp(a->kind, b->kind);
	if (!r)
		r = ov_str_cmp(a->group, b->group);
	return r;
}

static int compare(const void *x, const void *y)
{
	const struct ov_object *a = *(const struct ov_object *const *)x;
	const struct ov_object *b = *(const struct ov_object *const *)y;
	int r = compare_values(a, b);
	if (!r)
		r = a->task != b->task ? (a->task < b->task ? -1 : 1)
				       : (a->index > b->index) - (a->index < b->index);
	return r;
}

static void duplicate(struct ov_run *run, const struct ov_object *a, const struct ov_object *b)
{
	struct ov_diag *d = ov_diag_add(run->diags, OV_DIAG_DUPLICATE_OBJECT, ov_span(b->loc),
		"the object %.*s '%.*s%s%.*s' is made twice on cluster '%.*s'",
		OV_STR_ARG(b->kind), OV_STR_ARG(b->name_space), b->name_space.len ? "/" : "",
		OV_STR_ARG(b->name), OV_STR_ARG(b->cluster->name));
	if (a->loc != b->loc)
		ov_diag_note(run->diags, d, ov_span(a->loc), "this document makes it, too");
	if (a->unwritten || b->unwritten)
		ov_diag_help(run->diags, d,
			"it would be delivered in two ways, and each would undo the other");
}

/* Argo CD reads no more than a certain size from the folder of one Application. */
static void check_sizes(struct ov_run *run, const struct ov_objects *objects, size_t limit)
{
	size_t total = 0;
	for (size_t i = 0; i < objects->list.count; i++) {
		const struct ov_object *o = &objects->list.items[i];
		total += o->bytes.len;
		bool last = i + 1 == objects->list.count ||
			    objects->list.items[i + 1].cluster != o->cluster;
		if (last && total > limit)
			ov_diag_add(run->diags, OV_DIAG_OUTPUT_SIZE,
				ov_span(ov_doc_loc(o->cluster->doc)),
				"the folder of cluster '%.*s' would hold %zu bytes of "
				"manifests, more "
				"than the %zu that Argo CD reads for one Application",
				OV_STR_ARG(o->cluster->name), total, limit);
		if (last)
			total = 0;
	}
}

bool ov_identities_close(
	struct ov_run *run, const struct ov_objects *objects, size_t limit, struct ov_out *out)
{
	size_t n = objects->list.count, all = n + objects->unwritten.count;
	size_t before = run->diags->errors;
	const struct ov_object **sorted =
		ov_new_array(run->arena, const struct ov_object *, all);
	for (size_t i = 0; i < all; i++)
		sorted[i] = i < n ? &objects->list.items[i] : &objects->unwritten.items[i - n];
	if (all)
		qsort(sorted, all, sizeof(*sorted), compare);
	for (size_t i = 1; i < all; i++) {
		const struct ov_object *a = sorted[i - 1], *b = sorted[i];
		/* What has no file may be told in parts. */
		if (compare_values(a, b) == 0 && !(a->unwritten && b->unwritten))
			duplicate(run, a, b);
	}
	check_sizes(run, objects, limit);
	if (run->diags->errors != before)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct ov_object *o = &objects->list.items[i];
		struct ov_out_file *file = ov_out_add(run->arena, out, o->path, o->bytes);
		file->loc = o->loc;
		file->origin = i;
	}
	struct ov_out_conflicts conflicts = {0};
	ov_out_sort(run->arena, out, &conflicts);
	for (size_t i = 0; i < conflicts.count; i++) {
		struct ov_out_conflict c = conflicts.items[i];
		struct ov_diag *d = ov_diag_add(run->diags, OV_DIAG_PATH_CONFLICT,
			ov_span(c.second->loc), "two objects would be written to '%.*s'",
			OV_STR_ARG(c.second->path));
		ov_diag_note(
			run->diags, d, ov_span(c.first->loc), "the other one is made here");
	}
	return run->diags->errors == before;
}
