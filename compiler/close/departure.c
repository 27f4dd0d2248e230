/* departure: which files of the last output may go. Layer: close. */
#include "close/departure.h"

#include "expr/host.h"
#include "foreign/yaml.h"

void ov_departures_init(struct ov_departures *departures, struct ov_run *run,
	const struct ov_estate *estate, const struct ov_objects *objects)
{
	*departures = (struct ov_departures){.run = run, .estate = estate, .objects = objects};
}

/* An object of the last output. */
struct past {
	struct ov_str cluster, group, kind, name_space, name;
	struct ov_value object;
	struct ov_str mark; /* the phase that it was in, or empty */
};

static struct ov_str identity(struct ov_arena *arena, struct ov_str cluster,
	struct ov_str group, struct ov_str kind, struct ov_str name_space, struct ov_str name)
{
	return ov_str_fmt(arena, "%.*s/%.*s/%.*s/%.*s/%.*s", OV_STR_ARG(cluster),
		OV_STR_ARG(group), OV_STR_ARG(kind), OV_STR_ARG(name_space), OV_STR_ARG(name));
}

/* Whether the object is only written to another file now. */
static bool is_made(struct ov_departures *d, const struct past *past)
{
	struct ov_arena *arena = d->run->arena;
	if (!d->listed) {
		ov_map_init(&d->made, arena, d->estate->seed);
		for (size_t i = 0; i < d->objects->list.count; i++) {
			const struct ov_object *o = &d->objects->list.items[i];
			ov_map_put(&d->made,
				identity(arena, o->cluster->name, o->group, o->kind,
					o->name_space, o->name),
				NULL);
		}
		d->listed = true;
	}
	return ov_map_get(&d->made, identity(arena, past->cluster, past->group, past->kind,
					    past->name_space, past->name)) != NULL;
}

/* The cluster in whose folder the path is, or empty. */
static struct ov_str cluster_of(struct ov_str path)
{
	static const struct ov_str top = OV_STR_INIT("clusters/");
	if (!ov_str_starts(path, top))
		return OV_STR("");
	struct ov_str rest = ov_str_sub(path, top.len, path.len);
	return ov_str_sub(rest, 0, ov_str_chr(rest, '/'));
}

/* False for a file that is no object in a cluster's folder. */
static bool recall(struct ov_departures *d, const struct ov_departed *file, struct past *past)
{
	past->cluster = cluster_of(file->path);
	if (!past->cluster.len || !ov_yaml_read_one(d->run->arena, d->run->keys,
					  d->run->workers[0].cache, file->bytes, &past->object))
		return false;
	struct ov_value metadata = ov_get(past->object, "metadata");
	struct ov_str version = ov_string(ov_get(past->object, "apiVersion"));
	size_t slash = ov_str_chr(version, '/');
	if (slash != SIZE_MAX)
		past->group = ov_str_sub(version, 0, slash);
	past->kind = ov_string(ov_get(past->object, "kind"));
	past->name_space = ov_string(ov_get(metadata, "namespace"));
	past->name = ov_string(ov_get(metadata, "name"));
	past->mark = ov_string(
		ov_get_key(ov_get(metadata, "annotations"), d->estate->lifecycle->mark));
	return true;
}

/* Whether `cluster` means the cluster whose folder the object was in. */
static bool is_there(struct ov_departures *d, const struct ov_doc *doc, struct ov_value cluster,
	const struct past *past)
{
	if (ov_is_string(cluster))
		return ov_str_eq(ov_string(cluster), past->cluster);
	return ov_doc_lands_on(doc, ov_map_ptr(&d->estate->cluster_by_name, past->cluster));
}

/* What a removal or a move says of the object; its place, or OV_KIND_NONE. */
static struct ov_value find_passage(
	struct ov_departures *d, const struct past *past, const struct ov_doc **by)
{
	for (size_t i = 0; i < d->estate->passages.count; i++) {
		const struct ov_doc *doc = *by = d->estate->passages.items[i];
		struct ov_value spec = ov_get(doc->value, "spec");
		if (doc->kind->role == OV_ROLE_MOVE) {
			struct ov_value from =
				ov_path(doc->instances.items[0]->value, "spec", "from", NULL);
			if (is_there(d, doc, ov_get(from, "cluster"), past) &&
				ov_target_matches(from, past->object))
				return from;
			continue;
		}
		struct ov_value objects = ov_get(spec, "objects");
		for (size_t k = 0; k < ov_count(objects); k++) {
			if (is_there(d, doc, (struct ov_value){0}, past) &&
				ov_target_matches(ov_at(objects, k), past->object))
				return ov_at(objects, k);
		}
	}
	return (struct ov_value){0};
}

static void name_of(struct ov_buf *buf, const struct past *past)
{
	ov_buf_addf(buf, "%.*s '", OV_STR_ARG(past->kind));
	if (past->name_space.len)
		ov_buf_addf(buf, "%.*s/", OV_STR_ARG(past->name_space));
	ov_buf_addf(buf, "%.*s' of cluster '%.*s'", OV_STR_ARG(past->name),
		OV_STR_ARG(past->cluster));
}

static struct ov_diag *complain(
	struct ov_departures *d, uint32_t loc, const struct past *past, const char *what)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	name_of(&buf, past);
	struct ov_diag *diag = ov_diag_add(d->run->diags, OV_DIAG_DEPARTURE, ov_span(loc),
		"%.*s %s", OV_STR_ARG(ov_buf_str(&buf)), what);
	ov_buf_release(&buf);
	return diag;
}

/* What an expression of the lifecycle says of the object; an error counts as `otherwise`. */
static bool asks(struct ov_departures *d, const struct past *past, const struct ov_node *node,
	bool otherwise)
{
	struct ov_worker *worker = &d->run->workers[0];
	struct ov_estate_host host;
	ov_estate_host_init(&host, d->estate, worker, d->run->arena,
		d->estate->self->instances.items[0],
		ov_map_ptr(&d->estate->cluster_by_name, past->cluster),
		d->estate->lifecycle->slots);
	host.eval.slots[OV_SLOT_OBJECT] = past->object;
	struct ov_value says = ov_node_expand(&host.eval, node, NULL);
	if (ov_is_error(says))
		ov_error_report(d->run->diags, says.error);
	return says.kind == OV_KIND_BOOL ? says.boolean : otherwise;
}

/* One finding for a cluster, however much was in its folder. */
static void cluster_lost(struct ov_departures *d, const struct past *past)
{
	for (size_t i = 0; i < d->lost.count; i++) {
		if (ov_str_eq(d->lost.items[i], past->cluster))
			return;
	}
	ov_vec_push(d->run->arena, &d->lost, past->cluster);
	struct ov_diag *diag = ov_diag_add(d->run->diags, OV_DIAG_DEPARTURE,
		ov_span(ov_doc_loc(d->estate->self)),
		"Cluster '%.*s' has left the estate, but its folder is in the last output and "
		"was not retired",
		OV_STR_ARG(past->cluster));
	ov_diag_help(d->run->diags, diag,
		"if its document was taken away by mistake, put that back; if the cluster is "
		"to go, put it back with `spec.state: retired`, render, and take it away with "
		"the next commit");
}

/* Whether one is the other, or its beginning or end up to a dash. */
static bool is_part(struct ov_str part, struct ov_str whole)
{
	if (part.len >= whole.len)
		return ov_str_eq(part, whole);
	size_t from = whole.len - part.len;
	return (ov_str_starts(whole, part) && whole.ptr[part.len] == '-') ||
	       (ov_str_eq(ov_str_sub(whole, from, whole.len), part) &&
		       whole.ptr[from - 1] == '-');
}

/* Whether its names tell that the object stood for a cluster that was reported: what is said
 * of the cluster will do. */
static bool is_lost_with_cluster(const struct ov_departures *d, const struct past *past)
{
	for (size_t i = 0; i < d->lost.count; i++) {
		if (ov_str_eq(d->lost.items[i], past->name_space) ||
			is_part(d->lost.items[i], past->name))
			return true;
	}
	return false;
}

static bool refuse(struct ov_departures *d, const struct past *past, uint32_t loc,
	const char *what, const char *help)
{
	ov_diag_help(d->run->diags, complain(d, loc, past, what), "%s", help);
	return false;
}

static bool may_go_by_move(
	struct ov_departures *d, const struct past *past, struct ov_str phase, uint32_t loc)
{
	if (!ov_str_is(phase, "switch"))
		return refuse(d, past, loc, "would vanish while its move is prepared",
			"put its document back; it goes with `phase: switch`");
	return ov_str_is(past->mark, "prepare") ||
	       refuse(d, past, loc, "is moved before it was prepared",
		       "put the document back to its old place, say `phase: prepare`, and "
		       "render that first");
}

static bool may_go_by_removal(
	struct ov_departures *d, const struct past *past, struct ov_str phase, uint32_t loc)
{
	if (ov_str_is(phase, "retain"))
		return asks(d, past, d->estate->lifecycle->stays, false) ||
		       refuse(d, past, loc, "is not protected yet, and could be deleted",
			       "put its document back, and render it with `phase: retain` "
			       "first");
	if (!ov_str_is(phase, "delete"))
		return refuse(d, past, loc, "would vanish while it is released",
			"put its document back; it goes with `phase: delete`");
	return ov_str_is(past->mark, "release") ||
	       refuse(d, past, loc, "is deleted before it was released",
		       "put its document back, say `phase: release`, and render that first");
}

static struct ov_str kind_of(const struct ov_departures *d, enum ov_role role)
{
	for (size_t i = 0; i < d->estate->kinds.count; i++) {
		if (d->estate->kinds.items[i]->role == role)
			return d->estate->kinds.items[i]->name;
	}
	return OV_STR("document");
}

static void vanishes(struct ov_departures *d, const struct past *past, struct ov_str path)
{
	struct ov_diag *diag = complain(d, ov_doc_loc(d->estate->self), past,
		past->mark.len ? "would vanish in the midst of its removal"
			       : "would vanish, and perhaps what it holds");
	ov_diag_help(d->run->diags, diag,
		"the last output has it in %.*s; if its document was taken away by mistake, "
		"put that back",
		OV_STR_ARG(path));
	struct ov_str removal = kind_of(d, OV_ROLE_REMOVAL), move = kind_of(d, OV_ROLE_MOVE);
	ov_diag_help(d->run->diags, diag,
		"to leave it on the cluster, name it in a %.*s with `phase: retain`; to delete "
		"it, with `release` and then `delete`; to rename it, in a %.*s",
		OV_STR_ARG(removal), OV_STR_ARG(move));
}

static bool may_depart(struct ov_departures *d, const struct ov_departed *file)
{
	struct past past = {0};
	if (!d->estate->lifecycle || !recall(d, file, &past) ||
		ov_str_is(past.mark, "retired") || is_made(d, &past))
		return true;
	if (!ov_map_get(&d->estate->cluster_by_name, past.cluster)) {
		cluster_lost(d, &past);
		return false;
	}
	const struct ov_doc *by = NULL;
	struct ov_value passage = find_passage(d, &past, &by);
	if (!ov_is_some(passage)) {
		bool guarded = asks(d, &past, d->estate->lifecycle->guarded, true);
		if (guarded && !is_lost_with_cluster(d, &past))
			vanishes(d, &past, file->path);
		return !guarded;
	}
	struct ov_str phase = ov_string(ov_path(by->value, "spec", "phase", NULL));
	return by->kind->role == OV_ROLE_MOVE ? may_go_by_move(d, &past, phase, passage.loc)
					      : may_go_by_removal(d, &past, phase, passage.loc);
}

bool ov_may_depart(struct ov_departures *d, const struct ov_departed *files, size_t count)
{
	bool ok = true;
	/* Clusters that are lost come first. */
	for (int round = 0; d && round < 2; round++) {
		for (size_t i = 0; i < count; i++) {
			bool lost = !ov_map_get(
				&d->estate->cluster_by_name, cluster_of(files[i].path));
			if (lost == (round == 0))
				ok = may_depart(d, &files[i]) && ok;
		}
	}
	return ok;
}
