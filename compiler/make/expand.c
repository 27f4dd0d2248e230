/* expand: from a document and a template to objects. Layer: make. */
#include "lang/name.h"
#include "make/internal.h"

static void blame(struct ov_worker *worker, struct ov_diag *d, const struct ov_task *task)
{
	ov_diag_note(&worker->diags, d, ov_span(ov_doc_loc(task->instance->doc)),
		"while expanding this document");
	ov_diag_subject(&worker->diags, d, ov_instance_label(&worker->scratch, task->instance));
}

static bool report(
	struct ov_worker *worker, const struct ov_error *error, const struct ov_task *task)
{
	blame(worker, ov_error_report(&worker->diags, error), task);
	return false;
}

/* `below` under `object`: maps merge, and what the object says itself stays. */
static struct ov_value merge_below(
	struct ov_arena *arena, struct ov_value object, struct ov_value below)
{
	if (!ov_is_some(object))
		return below;
	if (!ov_is_map(object) || !ov_is_map(below))
		return object;
	struct ov_map_builder b;
	ov_map_begin(&b, arena, ov_count(object) + ov_count(below));
	for (size_t i = 0; i < object.count; i++) {
		const struct ov_entry *e = &object.entries[i];
		struct ov_value under = ov_get_key(below, e->key);
		ov_map_set(&b, e->key,
			ov_is_some(under) ? merge_below(arena, e->value, under) : e->value);
	}
	for (size_t i = 0; i < below.count; i++) {
		const struct ov_entry *e = &below.entries[i];
		if (!ov_entry_key(object, e->key))
			ov_map_set(&b, e->key, e->value);
	}
	struct ov_value out = ov_map_end(&b);
	out.loc = object.loc;
	out.key_loc = object.key_loc;
	return out;
}

/* What a template for every object puts below this one. */
static struct ov_value expand_below(struct ov_making *m, struct ov_worker *worker,
	struct ov_arena *arena, const struct ov_task *task, const struct ov_template *t,
	struct ov_value object, struct ov_origins *origins)
{
	struct ov_estate_host host;
	ov_estate_host_init(
		&host, m->estate, worker, arena, task->instance, task->target, t->slots);
	host.eval.slots[OV_SLOT_OBJECT] = object;
	return ov_node_expand(&host.eval, t->merge, origins);
}

/* As expand_below, remembered by the kind of the object. */
static struct ov_value remembered_below(struct ov_making *m, struct ov_worker *worker,
	const struct ov_task *task, const struct ov_template *t, struct ov_value object)
{
	struct ov_map *memo = &m->below[worker - m->run->workers];
	struct ov_str version = ov_string(ov_get_key(object, m->key_api_version));
	struct ov_str kind = ov_string(ov_get_key(object, m->key_kind));
	struct ov_arena_mark mark = ov_arena_mark(&worker->arena);
	struct ov_str key = ov_str_fmt(&worker->arena, "%u %.*s %.*s", (unsigned)t->loc,
		OV_STR_ARG(version), OV_STR_ARG(kind));
	const struct ov_value *known = ov_map_ptr(memo, key);
	if (known) {
		ov_arena_rewind(&worker->arena, mark);
		return *known;
	}
	struct ov_value *below = ov_new(&worker->arena, struct ov_value);
	*below = expand_below(m, worker, &worker->arena, task, t, object, NULL);
	ov_map_put(memo, key, NULL)->ptr = below;
	return *below;
}

/* Metadata without labels says so by having none: `labels: {}` would only be noise in a review.
 */
static struct ov_value without_empty(
	struct ov_making *m, struct ov_arena *arena, struct ov_value object)
{
	struct ov_value metadata = ov_get_key(object, m->key_metadata);
	size_t empty = 0;
	for (size_t i = 0; i < ov_count(metadata); i++)
		empty += ov_is_map(metadata.entries[i].value) &&
			 !metadata.entries[i].value.count;
	if (!empty)
		return object;
	struct ov_map_builder b;
	ov_map_begin(&b, arena, metadata.count);
	for (size_t i = 0; i < metadata.count; i++) {
		struct ov_value v = metadata.entries[i].value;
		if (!ov_is_map(v) || v.count)
			ov_map_set(&b, metadata.entries[i].key, v);
	}
	struct ov_value kept = ov_map_end(&b);
	kept.loc = metadata.loc;
	kept.key_loc = metadata.key_loc;
	struct ov_value out = ov_with(arena, object, m->key_metadata, kept);
	out.loc = object.loc;
	return out;
}

static bool decorate(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	struct ov_value *object)
{
	for (size_t i = 0; i < m->estate->decorations.count; i++) {
		const struct ov_template *t = m->estate->decorations.items[i];
		struct ov_value below = t->by_kind
						? remembered_below(m, worker, task, t, *object)
						: expand_below(m, worker, &worker->scratch,
							  task, t, *object, NULL);
		if (ov_is_error(below))
			return report(worker, below.error, task);
		if (ov_is_some(below))
			*object = merge_below(&worker->scratch, *object, below);
	}
	*object = without_empty(m, &worker->scratch, *object);
	return true;
}

/* Kinds have stricter rules of their own; these hold for all (apimachinery, validation). */
static bool check_names(struct ov_worker *worker, const struct ov_task *task,
	struct ov_value name, struct ov_value space, uint32_t loc)
{
	const struct ov_value values[] = {name, space};
	static const char *const fields[] = {"metadata.name", "metadata.namespace"};
	for (size_t i = 0; i < OV_COUNT(values); i++) {
		if (!ov_is_some(values[i]))
			continue;
		struct ov_str text = ov_string(values[i]);
		const char *fault = !ov_is_string(values[i]) ? "must be a string"
				    : i == 0                 ? ov_name_object_fault(text)
							     : ov_name_label_fault(text);
		if (!fault)
			continue;
		struct ov_diag *d = ov_diag_add(&worker->diags, OV_DIAG_OBJECT_FORM,
			ov_span(values[i].loc ? values[i].loc : loc), "the object's %s %s",
			fields[i], fault);
		blame(worker, d, task);
		return false;
	}
	return true;
}

static bool check_form(struct ov_making *m, struct ov_worker *worker,
	const struct ov_task *task, struct ov_value object)
{
	struct ov_value metadata = ov_get_key(object, m->key_metadata);
	const struct ov_value parts[] = {ov_get_key(object, m->key_api_version),
		ov_get_key(object, m->key_kind), ov_get_key(metadata, m->key_name)};
	static const char *const names[] = {"apiVersion", "kind", "metadata.name"};
	uint32_t loc = object.loc ? object.loc : task->template_->loc;
	if (!ov_is_map(object)) {
		struct ov_diag *d = ov_diag_add(&worker->diags, OV_DIAG_OBJECT_FORM,
			ov_span(ov_node_loc(task->template_->objects)),
			"the template gives a %s where an object is expected",
			ov_kind_name((enum ov_kind)object.kind));
		if (object.loc)
			ov_diag_note(&worker->diags, d, ov_span(object.loc), "it is this");
		blame(worker, d, task);
		return false;
	}
	for (size_t i = 0; i < OV_COUNT(parts); i++) {
		if (ov_is_string(parts[i]) && ov_string(parts[i]).len)
			continue;
		struct ov_diag *d;
		if (!ov_is_some(parts[i]))
			d = ov_diag_add(&worker->diags, OV_DIAG_OBJECT_FORM, ov_span(loc),
				"the object has no %s", names[i]);
		else
			d = ov_diag_add(&worker->diags, OV_DIAG_OBJECT_FORM,
				ov_span(parts[i].loc ? parts[i].loc : loc),
				ov_is_string(parts[i])
					? "the object's %s is %sempty"
					: "the object's %s is a %s, not a string",
				names[i],
				ov_is_string(parts[i])
					? ""
					: ov_kind_name((enum ov_kind)parts[i].kind));
		blame(worker, d, task);
		return false;
	}
	return check_names(worker, task, parts[2], ov_get_key(metadata, m->key_namespace), loc);
}

static struct ov_value expand_objects(struct ov_making *m, struct ov_worker *worker,
	const struct ov_task *task, struct ov_origins *origins)
{
	struct ov_estate_host host;
	ov_estate_host_init(&host, m->estate, worker, &worker->scratch, task->instance,
		task->target, task->template_->slots);
	return ov_node_expand(&host.eval, task->template_->objects, origins);
}

bool ov_task_expand(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	ov_object_fn *fn, void *context)
{
	struct ov_value list = expand_objects(m, worker, task, NULL);
	if (ov_is_error(list))
		return report(worker, list.error, task);
	bool ok = true;
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value object = ov_at(list, i);
		if (task->template_->unwritten) {
			if (check_form(m, worker, task, object))
				fn(context, task, i, object);
			else
				ok = false;
			continue;
		}
		/* A patch may take away what an object needs. */
		if (!ov_patch_apply(m, worker, task, &object, &worker->diags) ||
			!check_form(m, worker, task, object) ||
			!decorate(m, worker, task, &object) ||
			!ov_object_verify(m, worker, task, i, object) ||
			!ov_object_judge(m, worker, task, i, object))
			ok = false;
		else
			fn(context, task, i, object);
	}
	return ok;
}

struct ov_value ov_task_origins(struct ov_making *m, struct ov_worker *worker,
	const struct ov_task *task, size_t index, struct ov_origins *origins)
{
	struct ov_value list = expand_objects(m, worker, task, origins);
	struct ov_value object = ov_at(list, index);
	if (!ov_is_map(object) || !ov_patch_apply(m, worker, task, &object, &worker->diags) ||
		!decorate(m, worker, task, &object))
		return (struct ov_value){0};
	return object;
}

/* The objects of one unit, in the worker's arena. */
struct unit {
	struct ov_making *making;
	struct ov_worker *worker;
	struct ov_objects *objects;
	size_t task;
};

static void keep(
	void *context, const struct ov_task *task, size_t index, struct ov_value object)
{
	struct unit *unit = context;
	struct ov_object record;
	if (!ov_object_write(unit->making, unit->worker, task, index, object, &record)) {
		unit->objects->failed[task->target->index] = 1;
		return;
	}
	record.task = unit->task;
	if (task->template_->unwritten) {
		record.unwritten = true;
		ov_vec_push(&unit->worker->arena, &unit->objects->unwritten, record);
		return;
	}
	record.step = ov_bootstrap_step(unit->making, unit->worker, task, object);
	if (!ov_object_compare(unit->making, unit->worker, task, &record, object))
		unit->objects->failed[task->target->index] = 1;
	ov_vec_push(&unit->worker->arena, &unit->objects->list, record);
}

enum { UNIT = 64 };

struct units {
	struct ov_making *making;
	struct ov_objects *objects; /* one a unit */
	unsigned char **failed;     /* one a thread */
};

static void make_unit(struct ov_run *run, struct ov_worker *worker, void *context, size_t item)
{
	struct units *units = context;
	struct ov_making *m = units->making;
	size_t end = (item + 1) * UNIT;
	if (end > m->plan->tasks.count)
		end = m->plan->tasks.count;
	struct unit unit = {m, worker, &units->objects[item], 0};
	unit.objects->failed = units->failed[worker - run->workers];
	for (size_t i = item * UNIT; i < end; i++) {
		struct ov_arena_mark mark = ov_arena_mark(&worker->scratch);
		unit.task = i;
		const struct ov_task *task = &m->plan->tasks.items[i];
		if (!ov_task_expand(m, worker, task, keep, &unit))
			unit.objects->failed[task->target->index] = 1;
		ov_arena_rewind(&worker->scratch, mark);
	}
}

static void begin(struct ov_making *m, struct ov_run *run, const struct ov_estate *estate,
	const struct ov_make_options *options, struct ov_plan *plan)
{
	*m = (struct ov_making){.run = run, .estate = estate, .options = options, .plan = plan};
	m->below = ov_new_array(run->arena, struct ov_map, run->threads);
	m->judges = ov_new_array(run->arena, struct ov_map, run->threads);
	for (size_t i = 0; i < run->threads; i++) {
		ov_map_init(&m->below[i], &run->workers[i].arena, estate->seed);
		ov_map_init(&m->judges[i], &run->workers[i].arena, estate->seed);
	}
	ov_patches_begin(m);
	ov_passages_begin(m);
	m->key_metadata = ov_key(run->keys, OV_STR("metadata"));
	m->key_name = ov_key(run->keys, OV_STR("name"));
	m->key_namespace = ov_key(run->keys, OV_STR("namespace"));
	m->key_api_version = ov_key(run->keys, OV_STR("apiVersion"));
	m->key_kind = ov_key(run->keys, OV_STR("kind"));
}

void ov_make(struct ov_run *run, const struct ov_estate *estate,
	const struct ov_make_options *options, struct ov_plan *plan, struct ov_objects *objects)
{
	struct ov_making m;
	begin(&m, run, estate, options, plan);
	*plan = (struct ov_plan){0};
	*objects = (struct ov_objects){0};
	ov_policing_begin(&m);
	ov_run_stage(run, "plan");
	ov_plan_make(&m);
	ov_bootstrap_begin(&m);
	ov_run_stage(run, "expand");
	size_t count = (plan->tasks.count + UNIT - 1) / UNIT;
	struct units units = {&m, ov_new_array(run->arena, struct ov_objects, count),
		ov_new_array(run->arena, unsigned char *, run->threads)};
	for (size_t i = 0; i < run->threads; i++)
		units.failed[i] = ov_new_array(
			&run->workers[i].arena, unsigned char, estate->clusters.count);
	ov_run_each(run, count, make_unit, &units);
	objects->failed = units.failed[0];
	for (size_t i = 1; i < run->threads; i++) {
		for (size_t k = 0; k < estate->clusters.count; k++)
			objects->failed[k] |= units.failed[i][k];
	}
	size_t total = 0;
	for (size_t i = 0; i < count; i++)
		total += units.objects[i].list.count;
	objects->list.items = ov_new_array(run->arena, struct ov_object, total);
	objects->list.cap = total;
	for (size_t i = 0; i < count; i++) {
		size_t n = units.objects[i].list.count;
		if (n)
			memcpy(objects->list.items + objects->list.count,
				units.objects[i].list.items, n * sizeof(struct ov_object));
		objects->list.count += n;
		for (size_t k = 0; k < units.objects[i].unwritten.count; k++)
			ov_vec_push(run->arena, &objects->unwritten,
				units.objects[i].unwritten.items[k]);
	}
	ov_patches_check(&m, objects);
	ov_passages_check(&m);
	ov_policing_end(&m, objects);
}

void ov_make_again(struct ov_run *run, const struct ov_estate *estate,
	const struct ov_make_options *options, const struct ov_plan *plan,
	const struct ov_object *object, struct ov_again *again)
{
	struct ov_plan copy = *plan;
	struct ov_making m;
	begin(&m, run, estate, options, &copy);
	*again = (struct ov_again){.origins = {.arena = run->arena}};
	struct ov_worker *worker = &run->workers[0];
	const struct ov_task *task = &plan->tasks.items[object->task];
	struct ov_value list = expand_objects(&m, worker, task, &again->origins);
	again->expanded = ov_at(list, object->index);
	again->patched = again->expanded;
	ov_patch_apply(&m, worker, task, &again->patched, &worker->diags);
	again->object = again->patched;
	for (size_t i = 0; i < estate->decorations.count; i++) {
		struct ov_addition a = {.template_ = estate->decorations.items[i],
			.origins = {.arena = run->arena}};
		a.below = expand_below(
			&m, worker, run->arena, task, a.template_, again->object, &a.origins);
		if (!ov_is_map(a.below))
			continue;
		again->object = merge_below(run->arena, again->object, a.below);
		ov_vec_push(run->arena, &again->additions, a);
	}
}
