/* plan: which templates are expanded for which documents, and where. Layer: make. */
#include "make/internal.h"

static void add_task(struct ov_making *m, const struct ov_instance *instance,
	const struct ov_template *template_, const struct ov_cluster *target)
{
	bool wanted = !m->options->cluster_count;
	for (size_t i = 0; i < m->options->cluster_count; i++)
		wanted = wanted || ov_str_eq(m->options->clusters[i], target->name);
	if (!wanted || target->doc->faulty)
		return;
	struct ov_task task = {instance, template_, target};
	ov_vec_push(m->run->arena, &m->plan->tasks, task);
}

/* The clusters that a template names for its objects: a name, a document, or a list of them. */
static void add_named(struct ov_making *m, const struct ov_instance *instance,
	const struct ov_template *template_, struct ov_value named)
{
	struct ov_run *run = m->run;
	if (ov_is_list(named)) {
		for (size_t i = 0; i < named.count; i++) {
			if (!ov_is_list(named.items[i]))
				add_named(m, instance, template_, named.items[i]);
		}
		return;
	}
	struct ov_value name =
		ov_is_map(named) ? ov_path(named, "metadata", "name", NULL) : named;
	const struct ov_cluster *target =
		ov_is_string(name) ? ov_map_ptr(&m->estate->cluster_by_name, ov_string(name))
				   : NULL;
	if (target) {
		add_task(m, instance, template_, target);
		return;
	}
	struct ov_diag *d = ov_diag_add(run->diags, OV_DIAG_UNKNOWN_NAME, ov_span(name.loc),
		"there is no Cluster '%.*s'", OV_STR_ARG(ov_string(name)));
	ov_diag_note(run->diags, d, ov_span(ov_node_loc(template_->clusters)),
		"the template asks for it here");
	ov_diag_subject(run->diags, d, ov_instance_label(run->arena, instance));
}

static void plan_instance(struct ov_making *m, const struct ov_instance *instance)
{
	struct ov_worker *worker = &m->run->workers[0];
	const struct ov_kind_info *kind = instance->doc->kind;
	if (instance->faulty || kind->is_profile)
		return;
	for (size_t i = 0; i < kind->templates.count; i++) {
		const struct ov_template *t = kind->templates.items[i];
		if (!t->clusters) {
			if (instance->cluster)
				add_task(m, instance, t, instance->cluster);
			continue;
		}
		struct ov_estate_host host;
		ov_estate_host_init(
			&host, m->estate, worker, m->run->arena, instance, NULL, t->slots);
		struct ov_value named = ov_node_expand(&host.eval, t->clusters, NULL);
		if (ov_is_error(named)) {
			struct ov_diag *d = ov_error_report(m->run->diags, named.error);
			ov_diag_note(m->run->diags, d, ov_span(ov_doc_loc(instance->doc)),
				"while expanding this document");
			continue;
		}
		add_named(m, instance, t, named);
	}
}

/* Stable counting by cluster: tasks of one cluster stand together, documents in estate order.
 */
static void sort_by_cluster(struct ov_making *m)
{
	size_t clusters = m->estate->clusters.count, n = m->plan->tasks.count;
	size_t *start = ov_new_array(m->run->arena, size_t, clusters + 1);
	struct ov_task *sorted = ov_new_array(m->run->arena, struct ov_task, n);
	for (size_t i = 0; i < n; i++)
		start[m->plan->tasks.items[i].target->index + 1]++;
	for (size_t i = 0; i < clusters; i++)
		start[i + 1] += start[i];
	for (size_t i = 0; i < n; i++)
		sorted[start[m->plan->tasks.items[i].target->index]++] =
			m->plan->tasks.items[i];
	m->plan->tasks.items = sorted;
}

void ov_plan_make(struct ov_making *m)
{
	for (size_t i = 0; i < m->estate->docs.count; i++) {
		const struct ov_doc *doc = m->estate->docs.items[i];
		for (size_t k = 0; k < doc->instances.count; k++)
			plan_instance(m, doc->instances.items[k]);
	}
	sort_by_cluster(m);
}
