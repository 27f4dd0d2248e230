/* hold: which clusters' folders stay as they were, where others may be written. Layer: make. */
#include "make/internal.h"

/* What is being found out. */
struct holding {
	struct ov_run *run;
	const struct ov_estate *estate;
	const struct ov_objects *objects;
	bool *held; /* by cluster */
	bool all;   /* it cannot be told which */
};

static void hold_named(struct holding *h, struct ov_value named)
{
	if (ov_is_list(named)) {
		for (size_t i = 0; i < named.count; i++) {
			if (ov_is_list(named.items[i]))
				h->all = true;
			else
				hold_named(h, named.items[i]);
		}
		return;
	}
	struct ov_value name =
		ov_is_map(named) ? ov_path(named, "metadata", "name", NULL) : named;
	const struct ov_cluster *cluster =
		ov_is_string(name) ? ov_map_ptr(&h->estate->cluster_by_name, ov_string(name))
				   : NULL;
	if (cluster)
		h->held[cluster->index] = true;
	else
		h->all = true;
}

/* The clusters that would have received objects of a document: of what it says itself where it
 * was never merged. */
static void hold_targets(
	struct holding *h, const struct ov_doc *doc, const struct ov_instance *instance)
{
	const struct ov_instance alone = {.doc = (struct ov_doc *)doc, .value = doc->value};
	for (size_t i = 0; i < doc->kind->templates.count; i++) {
		const struct ov_template *t = doc->kind->templates.items[i];
		if (!t->clusters)
			continue;
		struct ov_estate_host host;
		ov_estate_host_init(&host, h->estate, &h->run->workers[0], h->run->arena,
			instance ? instance : &alone, NULL, t->slots);
		struct ov_value named = ov_node_expand(&host.eval, t->clusters, NULL);
		if (ov_is_error(named))
			h->all = true;
		else
			hold_named(h, named);
	}
}

static void hold_instance(struct holding *h, const struct ov_instance *instance)
{
	if (instance->cluster)
		h->held[instance->cluster->index] = true;
	hold_targets(h, instance->doc, instance);
}

/* Everything that a document would have had a part in. */
static void hold_doc(struct holding *h, const struct ov_doc *doc)
{
	const struct ov_cluster *own = ov_map_ptr(&h->estate->cluster_by_name, doc->name);
	bool is_cluster = own && own->doc == doc;
	if (is_cluster)
		h->held[own->index] = true;
	for (size_t i = 0; i < doc->clusters.count; i++)
		h->held[doc->clusters.items[i]->index] = true;
	for (size_t i = 0; i < doc->instances.count; i++)
		hold_instance(h, doc->instances.items[i]);
	if (!doc->instances.count)
		hold_targets(h, doc, NULL);
	bool placed = doc->kind->cardinality != OV_CARDINALITY_NONE;
	if (placed ? !doc->clusters.count : !is_cluster)
		h->all = true;
}

static bool is_faulty_somewhere(const struct ov_doc *doc)
{
	for (size_t i = 0; i < doc->instances.count; i++) {
		if (doc->instances.items[i]->faulty)
			return true;
	}
	return false;
}

/* What the read phase has set aside. Profiles count through those that have them. */
static void hold_faulty(struct holding *h)
{
	for (size_t i = 0; i < h->estate->docs.count; i++) {
		const struct ov_doc *doc = h->estate->docs.items[i];
		if (doc->library || doc->kind->is_profile)
			continue;
		if (doc->faulty && !is_faulty_somewhere(doc))
			hold_doc(h, doc);
		for (size_t k = 0; k < doc->instances.count; k++) {
			if (doc->instances.items[k]->faulty)
				hold_instance(h, doc->instances.items[k]);
		}
	}
}

/* The document that a place lies in, or NULL: documents are in the order of places. */
static const struct ov_doc *doc_at(const struct holding *h, uint32_t loc)
{
	const struct ov_doc *found = NULL;
	const struct ov_source *source = ov_sources_at(h->run->sources, loc);
	for (size_t i = 0; i < h->estate->docs.count; i++) {
		const struct ov_doc *doc = h->estate->docs.items[i];
		if (doc->value.loc <= loc && (!found || doc->value.loc > found->value.loc) &&
			ov_sources_at(h->run->sources, doc->value.loc) == source)
			found = doc;
	}
	return found;
}

/* Whether the make phase knows better than the document which clusters the finding is about. */
static bool failed_somewhere(const struct holding *h, const struct ov_doc *doc)
{
	for (size_t i = 0; i < doc->clusters.count; i++) {
		if (h->objects->failed[doc->clusters.items[i]->index])
			return true;
	}
	return false;
}

static void hold_finding(struct holding *h, const struct ov_diag *diag)
{
	const struct ov_source *source = ov_sources_at(h->run->sources, diag->span.loc);
	/* What is found in the library is about a document that is faulty, or failed. */
	if (source && source->library)
		return;
	const struct ov_doc *doc = diag->span.loc ? doc_at(h, diag->span.loc) : NULL;
	if (!doc || doc == h->estate->self) {
		h->all = true;
		return;
	}
	if (!doc->faulty && !doc->kind->is_profile && !is_faulty_somewhere(doc) &&
		!failed_somewhere(h, doc))
		hold_doc(h, doc);
}

bool ov_hold(struct ov_run *run, const struct ov_estate *estate,
	const struct ov_objects *objects, bool *held)
{
	struct holding h = {.run = run, .estate = estate, .objects = objects, .held = held};
	size_t known = 0;
	h.all = estate->incomplete;
	for (size_t i = 0; i < run->diags->list.count; i++) {
		const struct ov_diag *diag = run->diags->list.items[i];
		if (diag->severity != OV_ERROR)
			continue;
		known += diag->count;
		hold_finding(&h, diag);
	}
	hold_faulty(&h);
	for (size_t i = 0; i < estate->clusters.count; i++)
		held[i] = held[i] || objects->failed[i];
	/* Of very many findings, not all are kept. */
	return !h.all && known == run->diags->errors && !run->diags->environment;
}
