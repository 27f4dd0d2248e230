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

/* Hands on a finding about the rendered object as one about the estate. */
static void hand_on(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	const struct ov_origins *origins, const struct ov_diag *found)
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

bool ov_object_verify(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	size_t index, struct ov_value object)
{
	const struct ov_cluster *cluster = task->target;
	if (!cluster->api_count || ov_api_check(cluster->apis, cluster->api_count, object, NULL,
					   &worker->scratch, NULL, ov_str_n(NULL, 0), 0))
		return true;
	struct ov_origins origins = {.arena = &worker->scratch};
	struct ov_value again = ov_task_origins(m, worker, task, index, &origins);
	struct ov_diags found;
	ov_diags_init(&found, m->run->sources);
	ov_api_check(cluster->apis, cluster->api_count, ov_is_some(again) ? again : object,
		NULL, &worker->scratch, &found,
		ov_instance_label(&worker->scratch, task->instance), 0);
	size_t errors = worker->diags.errors;
	for (size_t i = 0; i < found.list.count; i++)
		hand_on(m, worker, task, &origins, found.list.items[i]);
	ov_diags_release(&found);
	return worker->diags.errors == errors;
}
