/* resolve: binds documents to profiles and clusters, merges and checks them. Layer: read. */
#include "read/internal.h"
#include "read/load.h"
#include "schema/schema.h"

/* The two kinds that the compiler itself knows. */
static const char estate_kind[] = "Estate", cluster_kind[] = "Cluster";

static bool unknown_kind(struct ov_run *run, struct ov_estate *estate, struct ov_value kind)
{
	struct ov_str *names = ov_new_array(run->arena, struct ov_str, estate->kinds.count);
	for (size_t i = 0; i < estate->kinds.count; i++)
		names[i] = estate->kinds.items[i]->name;
	struct ov_diag *d = ov_diag_add(run->diags, OV_DIAG_UNKNOWN_KIND, ov_span(kind.loc),
		"there is no kind '%.*s'", OV_STR_ARG(ov_string(kind)));
	struct ov_str near = ov_nearest(ov_string(kind), names, estate->kinds.count);
	if (ov_string_is(kind, "Template") || ov_string_is(kind, "MergeKeys"))
		ov_diag_help(run->diags, d, "it belongs into the folder templates/");
	else if (ov_string_is(kind, "Rule"))
		ov_diag_help(run->diags, d, "it belongs into the folder policies/");
	else if (near.len)
		ov_diag_help(run->diags, d, "did you mean '%.*s'?", OV_STR_ARG(near));
	else
		ov_diag_help(run->diags, d,
			"`ovec schema` lists the kinds; a kind of your own needs "
			"schemas/%.*s.yaml with x-ovec-cardinality",
			OV_STR_ARG(ov_string(kind)));
	return false;
}

static bool other_version(struct ov_run *run, struct ov_value version)
{
	struct ov_diag *d = ov_diag_add(run->diags, OV_DIAG_UNKNOWN_KIND, ov_span(version.loc),
		"the documents of an estate have apiVersion " OV_API_VERSION ", not '%.*s'",
		OV_STR_ARG(ov_string(version)));
	if (!ov_str_starts(ov_string(version), OV_STR("ovec.dev/")))
		ov_diag_help(run->diags, d,
			"Kubernetes objects go as they are into the `objects` of a document "
			"that places them, such as an Application");
	return false;
}

static bool lacks(struct ov_run *run, struct ov_value v, struct ov_value field,
	const char *name, const char *example)
{
	struct ov_diag *d;
	if (ov_is_some(field)) {
		d = ov_diag_add(run->diags, OV_DIAG_DOCUMENT_FORM, ov_span(field.loc),
			"%s is a text that is not empty", name);
	} else {
		d = ov_diag_add(run->diags, OV_DIAG_DOCUMENT_FORM, ov_span(v.loc),
			"the document has no %s", name);
	}
	ov_diag_help(run->diags, d, "write %s", example);
	return false;
}

static bool document_form(struct ov_run *run, struct ov_estate *estate, struct ov_value v,
	struct ov_kind_info **kind)
{
	if (!ov_is_map(v)) {
		ov_diag_add(run->diags, OV_DIAG_DOCUMENT_FORM, ov_span(v.loc),
			"a document is a map with apiVersion, kind, metadata and spec");
		return false;
	}
	struct ov_value version = ov_get(v, "apiVersion"), name = ov_get(v, "kind");
	if (!ov_is_string(version))
		return lacks(run, v, version, "apiVersion", "apiVersion: " OV_API_VERSION);
	if (!ov_string_is(version, OV_API_VERSION))
		return other_version(run, version);
	if (!ov_is_string(name) || !ov_string(name).len)
		return lacks(run, v, name, "kind",
			"kind: and one of those that `ovec schema` lists");
	*kind = ov_kind_find(estate, ov_string(name));
	if (!*kind)
		return unknown_kind(run, estate, name);
	struct ov_value own = ov_path(v, "metadata", "name", NULL);
	if (!ov_is_string(own) || !ov_string(own).len) {
		struct ov_value metadata = ov_get(v, "metadata");
		return lacks(run, ov_is_some(metadata) ? metadata : v, own, "metadata.name",
			"metadata: {name: …}");
	}
	return true;
}

/* Whether a document stands where documents stand; library documents are profiles. */
static void gather(struct ov_run *run, const struct ov_files *files, struct ov_estate *estate)
{
	for (size_t i = 0; i < files->list.count; i++) {
		const struct ov_file *file = &files->list.items[i];
		if (file->role != OV_FILE_DOCUMENTS)
			continue;
		for (size_t k = 0; k < file->docs.count; k++) {
			struct ov_kind_info *kind = NULL;
			struct ov_value v = file->docs.items[k];
			if (!document_form(run, estate, v, &kind)) {
				estate->incomplete = true;
				continue;
			}
			struct ov_doc *doc = ov_new(estate->arena, struct ov_doc);
			doc->kind = kind;
			doc->name = ov_string(ov_path(v, "metadata", "name", NULL));
			doc->value = v;
			doc->index = estate->docs.count;
			doc->library = file->library;
			ov_vec_push(estate->arena, &estate->docs, doc);
		}
	}
}

static void duplicate(struct ov_diags *diags, const struct ov_doc *doc,
	const struct ov_doc *other, const struct ov_cluster *cluster)
{
	struct ov_diag *d =
		cluster ? ov_diag_add(diags, OV_DIAG_DUPLICATE_DOCUMENT,
				  ov_span(ov_doc_loc(doc)),
				  "there are two %.*s documents '%.*s' on cluster '%.*s'",
				  OV_STR_ARG(doc->kind->name), OV_STR_ARG(doc->name),
				  OV_STR_ARG(cluster->name))
			: ov_diag_add(diags, OV_DIAG_DUPLICATE_DOCUMENT,
				  ov_span(ov_doc_loc(doc)),
				  "there are two %.*s documents '%.*s'",
				  OV_STR_ARG(doc->kind->name), OV_STR_ARG(doc->name));
	ov_diag_note(diags, d, ov_span(ov_doc_loc(other)), "the other one is here");
}

/* Names of kinds that are not placed are unique; an estate's document replaces the library's.
 */
static void index_unplaced(struct ov_run *run, struct ov_estate *estate)
{
	ov_map_init(&estate->doc_by_name, estate->arena, estate->seed);
	for (size_t i = 0; i < estate->docs.count; i++) {
		struct ov_doc *doc = estate->docs.items[i];
		if (doc->kind->cardinality != OV_CARDINALITY_NONE)
			continue;
		bool fresh;
		union ov_map_item *item = ov_map_put(&estate->doc_by_name,
			ov_estate_key(estate->arena, doc->kind->name, doc->name), &fresh);
		struct ov_doc *other = item->ptr;
		if (!fresh && !other->library) {
			duplicate(run->diags, doc, other, NULL);
			doc->broken = doc->faulty = true;
			continue;
		}
		if (!fresh)
			other->faulty = true;
		item->ptr = doc;
	}
}

static void check_alone(
	struct ov_run *run, struct ov_worker *worker, void *context, size_t item)
{
	(void)run;
	struct ov_reading *reading = context;
	struct ov_doc *doc = reading->estate->docs.items[item];
	if (!ov_check_alone(reading, worker, doc))
		doc->broken = doc->faulty = true;
}

static bool find_estate(
	struct ov_run *run, const struct ov_read_options *options, struct ov_estate *estate)
{
	for (size_t i = 0; i < estate->docs.count; i++) {
		struct ov_doc *doc = estate->docs.items[i];
		if (!ov_str_is(doc->kind->name, estate_kind))
			continue;
		if (estate->self) {
			struct ov_diag *d = ov_diag_add(run->diags, OV_DIAG_ESTATE_COUNT,
				ov_span(ov_doc_loc(doc)), "there is more than one Estate");
			ov_diag_note(run->diags, d, ov_span(ov_doc_loc(estate->self)),
				"the other one is here");
			doc->faulty = true;
			continue;
		}
		estate->self = doc;
	}
	if (estate->self)
		return true;
	struct ov_str path = ov_shown_path(run->arena, options->root, OV_STR("ovec.yaml"));
	const struct ov_source *source = NULL;
	for (size_t i = 0; i < run->sources->list.count; i++) {
		if (ov_str_eq(run->sources->list.items[i]->path, path))
			source = run->sources->list.items[i];
	}
	if (!source)
		source = ov_sources_add(run->sources, path, OV_STR(""), false);
	/* Where something else is wrong with it, that has been said. */
	if (run->diags->errors)
		return false;
	struct ov_diag *d = ov_diag_add(run->diags, OV_DIAG_NO_ESTATE,
		ov_span(source ? source->base : 0), "there is no document of kind Estate");
	ov_diag_help(run->diags, d,
		"an estate begins with ovec.yaml: apiVersion: " OV_API_VERSION
		", kind: Estate, metadata: {name: …}, spec: …");
	return false;
}

/* The single instance of a document that is not placed. */
static struct ov_instance *make_instance(struct ov_reading *reading, struct ov_worker *worker,
	struct ov_map *bases, struct ov_doc *doc, struct ov_cluster *cluster)
{
	struct ov_instance *instance = ov_new(&worker->arena, struct ov_instance);
	instance->doc = doc;
	instance->cluster = cluster;
	bool ok;
	struct ov_value merged = ov_inherit(reading, worker, bases, doc, cluster, &ok);
	if (!doc->kind->is_profile) {
		struct ov_value whole =
			ov_schema_default(&worker->scratch, doc->kind->schema, merged);
		if (ov_is_some(whole))
			merged = whole;
	}
	instance->value = ov_value_keep(&worker->arena, &worker->scratch, merged);
	instance->name_space = ov_string(ov_path(merged, "spec", "namespace", NULL));
	if (!doc->kind->is_profile)
		ok = ov_check_merged(worker, instance) && ok;
	instance->faulty = !ok;
	if (!ok)
		doc->faulty = true;
	ov_vec_push(&worker->arena, &doc->instances, instance);
	return instance;
}

static struct ov_map *bases_of(struct ov_reading *reading, struct ov_worker *worker)
{
	return &reading->bases[worker - reading->run->workers];
}

/* A profile that is faulty itself has been reported where it stands. */
static bool bind_profiles(
	struct ov_reading *reading, struct ov_worker *worker, struct ov_doc *doc)
{
	size_t before = worker->diags.errors;
	bool ok = ov_profiles_bind(reading->estate, doc, &worker->arena, &worker->diags);
	if (!ok) {
		doc->faulty = true;
		doc->reported = worker->diags.errors != before;
	}
	return ok;
}

/* Documents that are not placed, but for the Estate, which comes before all others. */
static void bind_unplaced(
	struct ov_run *run, struct ov_worker *worker, void *context, size_t item)
{
	(void)run;
	struct ov_reading *reading = context;
	struct ov_doc *doc = reading->estate->docs.items[item];
	if (doc->kind->cardinality != OV_CARDINALITY_NONE || doc->faulty ||
		doc == reading->estate->self)
		return;
	if (bind_profiles(reading, worker, doc))
		make_instance(reading, worker, bases_of(reading, worker), doc, NULL);
}

static void no_placement(struct ov_worker *worker, struct ov_doc *doc)
{
	struct ov_value spec = ov_get(doc->value, "spec");
	bool one = doc->kind->cardinality == OV_CARDINALITY_ONE;
	uint32_t loc = spec.key_loc ? spec.key_loc : ov_doc_loc(doc);
	struct ov_diag *d;
	if (!ov_is_some(spec))
		d = ov_diag_add(&worker->diags, OV_DIAG_MISSING_FIELD, ov_span(loc),
			"missing field 'spec'");
	else
		d = ov_diag_add(&worker->diags, OV_DIAG_MISSING_FIELD, ov_span(loc),
			"missing field '%s' in spec", one ? "cluster" : "clusters");
	ov_diag_help(&worker->diags, d, "%s %.*s '%.*s' lands%s",
		one ? "name the cluster on which" : "say on which clusters",
		OV_STR_ARG(doc->kind->name), OV_STR_ARG(doc->name),
		one ? "" : ": a list of names, or labels in `matchLabels`");
	doc->faulty = doc->reported = true;
}

/* Where a document that is set aside would have landed, as far as it says so itself. */
static void place_faulty(
	const struct ov_estate *estate, struct ov_worker *worker, struct ov_doc *doc)
{
	struct ov_diags ignored;
	ov_diags_init(&ignored, NULL);
	struct ov_value selector = ov_own_field(doc, "cluster");
	if (!ov_is_some(selector))
		selector = ov_own_field(doc, "clusters");
	struct ov_cluster **chosen;
	size_t count;
	if (ov_is_some(selector) &&
		ov_select(estate, selector, &worker->arena, &chosen, &count, &ignored)) {
		doc->clusters.items = chosen;
		doc->clusters.count = count;
	}
	ov_diags_release(&ignored);
}

static void bind_placed(
	struct ov_run *run, struct ov_worker *worker, void *context, size_t item)
{
	(void)run;
	struct ov_reading *reading = context;
	struct ov_estate *estate = reading->estate;
	struct ov_doc *doc = estate->docs.items[item];
	if (doc->kind->cardinality == OV_CARDINALITY_NONE)
		return;
	if (doc->faulty || !bind_profiles(reading, worker, doc)) {
		place_faulty(estate, worker, doc);
		return;
	}
	struct ov_value selector = ov_own_field(doc, "cluster");
	if (!ov_is_some(selector))
		selector = ov_own_field(doc, "clusters");
	if (!ov_is_some(selector)) {
		no_placement(worker, doc);
		return;
	}
	struct ov_cluster **chosen;
	size_t count;
	if (!ov_select(estate, selector, &worker->arena, &chosen, &count, &worker->diags)) {
		doc->faulty = doc->reported = true;
		return;
	}
	if (doc->kind->cardinality == OV_CARDINALITY_ONE && count > 1) {
		ov_diag_add(&worker->diags, OV_DIAG_CARDINALITY, ov_span(selector.loc),
			"%.*s '%.*s' lands on one cluster, and this selects %zu",
			OV_STR_ARG(doc->kind->name), OV_STR_ARG(doc->name), count);
		doc->faulty = doc->reported = true;
		return;
	}
	doc->clusters.items = chosen;
	doc->clusters.count = count;
	for (size_t i = 0; i < count; i++) {
		if (chosen[i]->doc->faulty)
			doc->faulty = true;
		else
			make_instance(
				reading, worker, bases_of(reading, worker), doc, chosen[i]);
	}
}

static bool make_estate(struct ov_reading *reading)
{
	struct ov_estate *estate = reading->estate;
	struct ov_worker *worker = &reading->run->workers[0];
	struct ov_doc *doc = estate->self;
	if (!doc->faulty)
		make_instance(reading, worker, bases_of(reading, worker), doc, NULL);
	estate->value = doc->instances.count ? doc->instances.items[0]->value : doc->value;
	ov_diags_join(reading->run->diags, &worker->diags);
	ov_diags_release(&worker->diags);
	return !doc->faulty;
}

static int compare_clusters(const void *a, const void *b)
{
	const struct ov_cluster *const *x = a, *const *y = b;
	return ov_str_cmp((*x)->name, (*y)->name);
}

/* Clusters exist by name before anything selects them; their merged documents come with
 * bind_unplaced. */
static void list_clusters(struct ov_estate *estate)
{
	ov_map_init(&estate->cluster_by_name, estate->arena, estate->seed);
	for (size_t i = 0; i < estate->docs.count; i++) {
		struct ov_doc *doc = estate->docs.items[i];
		if (!ov_str_is(doc->kind->name, cluster_kind))
			continue;
		bool fresh;
		union ov_map_item *item =
			ov_map_put(&estate->cluster_by_name, doc->name, &fresh);
		if (!fresh)
			continue;
		struct ov_cluster *cluster = ov_new(estate->arena, struct ov_cluster);
		item->ptr = cluster;
		cluster->doc = doc;
		cluster->name = doc->name;
		cluster->value = doc->value;
		ov_vec_push(estate->arena, &estate->clusters, cluster);
	}
	if (estate->clusters.count)
		qsort(estate->clusters.items, estate->clusters.count,
			sizeof(struct ov_cluster *), compare_clusters);
	for (size_t i = 0; i < estate->clusters.count; i++)
		estate->clusters.items[i]->index = i;
}

static void fill_clusters(struct ov_estate *estate)
{
	for (size_t i = 0; i < estate->clusters.count; i++) {
		struct ov_cluster *cluster = estate->clusters.items[i];
		if (cluster->doc->instances.count)
			cluster->value = cluster->doc->instances.items[0]->value;
		cluster->labels = ov_path(cluster->value, "metadata", "labels", NULL);
	}
}

static int compare_instances(const void *a, const void *b)
{
	const struct ov_instance *x = *(const struct ov_instance *const *)a;
	const struct ov_instance *y = *(const struct ov_instance *const *)b;
	if (x->doc->kind != y->doc->kind)
		return x->doc->kind->index < y->doc->kind->index ? -1 : 1;
	int r = ov_str_cmp(x->name_space, y->name_space);
	if (!r)
		r = ov_str_cmp(x->doc->name, y->doc->name);
	return r ? r : (x->doc->index > y->doc->index) - (x->doc->index < y->doc->index);
}

static void push_instance(struct ov_estate *estate, struct ov_map *map, struct ov_str key,
	struct ov_instance *instance)
{
	bool fresh;
	union ov_map_item *item = ov_map_put(map, key, &fresh);
	if (fresh)
		item->ptr = ov_new(estate->arena, struct ov_instance_list);
	struct ov_instance_list *list = item->ptr;
	ov_vec_push(estate->arena, &list->items, instance);
}

static void list_values(struct ov_estate *estate, struct ov_map *map)
{
	for (size_t i = 0; i < map->count; i++) {
		struct ov_instance_list *list = map->entries[i].item.ptr;
		struct ov_value *values =
			ov_new_array(estate->arena, struct ov_value, list->items.count);
		for (size_t k = 0; k < list->items.count; k++)
			values[k] = list->items.items[k]->value;
		list->values = ov_value_list(values, list->items.count);
	}
}

static void index_cluster(
	struct ov_run *run, struct ov_estate *estate, struct ov_cluster *cluster)
{
	if (cluster->instances.count)
		qsort(cluster->instances.items, cluster->instances.count,
			sizeof(struct ov_instance *), compare_instances);
	ov_map_init(&cluster->by_name, estate->arena, estate->seed);
	ov_map_init(&cluster->by_kind, estate->arena, estate->seed);
	const struct ov_instance *last = NULL;
	for (size_t i = 0; i < cluster->instances.count; i++) {
		struct ov_instance *instance = cluster->instances.items[i];
		const struct ov_doc *doc = instance->doc;
		if (last && last->doc->kind == doc->kind && last->doc != doc &&
			ov_str_eq(last->name_space, instance->name_space) &&
			ov_str_eq(last->doc->name, doc->name)) {
			duplicate(run->diags, doc, last->doc, cluster);
			instance->faulty = true;
			instance->doc->faulty = true;
			continue;
		}
		last = instance;
		push_instance(estate, &cluster->by_name,
			ov_estate_key(estate->arena, doc->kind->name, doc->name), instance);
		push_instance(estate, &cluster->by_kind, doc->kind->name, instance);
	}
	list_values(estate, &cluster->by_kind);
}

/* Documents that are something to the compiler itself. */
static void push_role(struct ov_estate *estate, struct ov_doc *doc)
{
	switch (doc->kind->role) {
	case OV_ROLE_NONE: break;
	case OV_ROLE_PATCH: ov_vec_push(estate->arena, &estate->patches, doc); break;
	case OV_ROLE_REMOVAL:
	case OV_ROLE_MOVE: ov_vec_push(estate->arena, &estate->passages, doc); break;
	case OV_ROLE_POLICY: ov_vec_push(estate->arena, &estate->policies, doc); break;
	case OV_ROLE_EXCEPTION: ov_vec_push(estate->arena, &estate->exceptions, doc); break;
	}
}

static void index_instances(struct ov_run *run, struct ov_estate *estate)
{
	ov_map_init(&estate->by_kind, estate->arena, estate->seed);
	for (size_t i = 0; i < estate->docs.count; i++) {
		struct ov_doc *doc = estate->docs.items[i];
		for (size_t k = 0; k < doc->instances.count; k++) {
			struct ov_instance *instance = doc->instances.items[k];
			if (instance->cluster)
				ov_vec_push(
					estate->arena, &instance->cluster->instances, instance);
			else
				push_instance(
					estate, &estate->by_kind, doc->kind->name, instance);
		}
		if (!doc->faulty)
			push_role(estate, doc);
	}
	for (size_t i = 0; i < estate->by_kind.count; i++) {
		struct ov_instance_list *list = estate->by_kind.entries[i].item.ptr;
		qsort(list->items.items, list->items.count, sizeof(struct ov_instance *),
			compare_instances);
	}
	list_values(estate, &estate->by_kind);
	for (size_t i = 0; i < estate->clusters.count; i++)
		index_cluster(run, estate, estate->clusters.items[i]);
}

static void judge(struct ov_run *run, struct ov_worker *worker, void *context, size_t item)
{
	(void)run;
	struct ov_reading *reading = context;
	struct ov_doc *doc = reading->estate->docs.items[item];
	if (doc->kind->is_profile)
		return;
	for (size_t i = 0; i < doc->instances.count; i++) {
		struct ov_instance *instance = doc->instances.items[i];
		if (instance->faulty)
			continue;
		if (!ov_check_refs(reading, worker, instance))
			instance->faulty = true;
		else if (!ov_check_rules(reading, worker, instance))
			instance->faulty = true;
	}
}

static void note_set_aside(struct ov_run *run, struct ov_estate *estate)
{
	size_t n = 0;
	for (size_t i = 0; i < estate->docs.count; i++) {
		const struct ov_doc *doc = estate->docs.items[i];
		n += doc->faulty && !doc->broken && !doc->reported && !doc->instances.count &&
		     !ov_str_is(doc->kind->name, estate_kind);
	}
	if (n && run->diags->errors)
		ov_diag_add(run->diags, OV_DIAG_SET_ASIDE, ov_span(0),
			"%zu document%s that depend%s on faulty ones %s not looked at", n,
			n == 1 ? "" : "s", n == 1 ? "s" : "", n == 1 ? "was" : "were");
}

bool ov_resolve(struct ov_run *run, const struct ov_files *files,
	const struct ov_read_options *options, struct ov_estate *estate)
{
	struct ov_reading reading = {.run = run, .estate = estate};
	reading.bases = ov_new_array(run->arena, struct ov_map, run->threads);
	for (size_t i = 0; i < run->threads; i++)
		ov_map_init(&reading.bases[i], &run->workers[i].arena, estate->seed);
	for (size_t i = 0; i < estate->kinds.count; i++) {
		if (estate->kinds.items[i]->extends)
			estate->kinds.items[i]->extends->is_profile = true;
	}
	gather(run, files, estate);
	index_unplaced(run, estate);
	ov_run_stage(run, "check");
	ov_run_each(run, estate->docs.count, check_alone, &reading);
	ov_run_stage(run, "resolve");
	if (!find_estate(run, options, estate))
		return false;
	bool ok = make_estate(&reading);
	list_clusters(estate);
	ov_run_each(run, estate->docs.count, bind_unplaced, &reading);
	fill_clusters(estate);
	ov_run_each(run, estate->docs.count, bind_placed, &reading);
	index_instances(run, estate);
	ov_run_stage(run, "rules");
	if (ok)
		ov_run_each(run, estate->docs.count, judge, &reading);
	note_set_aside(run, estate);
	return true;
}
