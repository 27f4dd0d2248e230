/* bootstrap: the objects that people apply by hand before anything delivers them, and the page
 * that lists them. Layer: make. */
#include "make/internal.h"

enum { NAMED_DOCUMENTS = 3 };

static const struct ov_instance *estate_instance(const struct ov_estate *estate)
{
	return estate->self->instances.count ? estate->self->instances.items[0] : NULL;
}

static struct ov_value expand(const struct ov_estate *estate, struct ov_worker *worker,
	struct ov_arena *arena, const struct ov_node *node, const struct ov_cluster *target)
{
	struct ov_estate_host host;
	ov_estate_host_init(&host, estate, worker, arena, estate_instance(estate), target,
		estate->bootstrap->slots);
	return ov_node_expand(&host.eval, node, NULL);
}

/* The cluster that the document names; NULL with a finding where it is none. */
static const struct ov_cluster *first_cluster(
	struct ov_run *run, const struct ov_estate *estate)
{
	const struct ov_bootstrap *first = estate->bootstrap;
	if (!first || !estate_instance(estate))
		return NULL;
	struct ov_value name =
		expand(estate, &run->workers[0], run->arena, first->cluster, NULL);
	const struct ov_cluster *cluster =
		ov_is_string(name) ? ov_map_ptr(&estate->cluster_by_name, ov_string(name))
				   : NULL;
	if (ov_is_error(name)) {
		ov_error_report(run->diags, name.error);
	} else if (ov_is_some(name) && !cluster) {
		ov_diag_add(run->diags, OV_DIAG_UNKNOWN_NAME,
			ov_span(ov_node_loc(first->cluster)),
			"the first steps are for a Cluster '%.*s' that is not there",
			OV_STR_ARG(ov_string(name)));
	}
	return cluster;
}

void ov_bootstrap_begin(struct ov_making *m)
{
	if (!m->options->cluster_count)
		m->first = first_cluster(m->run, m->estate);
}

size_t ov_bootstrap_step(struct ov_making *m, struct ov_worker *worker,
	const struct ov_task *task, struct ov_value object)
{
	if (!m->first || task->target != m->first)
		return 0;
	const struct ov_bootstrap *first = m->estate->bootstrap;
	struct ov_estate_host host;
	ov_estate_host_init(&host, m->estate, worker, &worker->scratch, task->instance,
		task->target, first->slots);
	host.eval.slots[OV_SLOT_OBJECT] = object;
	struct ov_value steps = ov_node_expand(&host.eval, first->step, NULL);
	if (ov_is_error(steps)) {
		struct ov_diag *d = ov_error_report(&worker->diags, steps.error);
		ov_diag_note(&worker->diags, d, ov_span(ov_doc_loc(task->instance->doc)),
			"while asking whether an object of this document is a first step");
		ov_diag_subject(
			&worker->diags, d, ov_instance_label(&worker->scratch, task->instance));
		return 0;
	}
	struct ov_value number = ov_at(steps, 0);
	return number.kind == OV_KIND_INT ? (size_t)number.integer : 0;
}

/* Something that people make by hand, and one document that needs it. */
struct row {
	struct ov_str cluster, name, name_space, by;
};

struct rows {
	struct ov_arena *arena;
	struct row *items;
	size_t count, cap;
};

static void add_row(struct rows *rows, struct row row)
{
	ov_vec_push(rows->arena, rows, row);
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int r = ov_str_cmp(x->cluster, y->cluster);
	if (!r)
		r = ov_str_cmp(x->name, y->name);
	if (!r)
		r = ov_str_cmp(x->name_space, y->name_space);
	return r ? r : ov_str_cmp(x->by, y->by);
}

static struct ov_str text_at(struct ov_value map, const char *name)
{
	struct ov_value v = ov_get(map, name);
	return ov_is_string(v) ? ov_string(v) : OV_STR("");
}

static struct ov_value provided_list(const struct ov_cluster *cluster, struct ov_str category)
{
	return ov_get_str(ov_path(cluster->value, "spec", "provides", NULL), category);
}

/* The namespace of what an instance needs: its own, where the cluster has it there. */
static struct ov_str space_of(
	const struct ov_instance *instance, struct ov_str category, struct ov_str name)
{
	struct ov_value list = provided_list(instance->cluster, category);
	struct ov_str space = instance->name_space;
	bool found = false;
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_str own = text_at(ov_at(list, i), "namespace");
		if (!ov_str_eq(text_at(ov_at(list, i), "name"), name) || own.len == 0)
			continue;
		if (ov_str_eq(own, instance->name_space))
			return own;
		if (!found)
			space = own;
		found = true;
	}
	return space;
}

static void add_needs_of(struct rows *rows, const struct ov_instance *instance, size_t category,
	struct ov_str name)
{
	for (size_t i = 0; i < instance->needs.count; i++) {
		const struct ov_need *need = &instance->needs.items[i];
		if (need->category != category)
			continue;
		struct row row = {instance->cluster->name, need->name,
			space_of(instance, name, need->name),
			ov_str_fmt(rows->arena, "%.*s %.*s",
				OV_STR_ARG(instance->doc->kind->name),
				OV_STR_ARG(instance->doc->name))};
		add_row(rows, row);
	}
}

/* All of one category: what clusters provide, what documents need, and what else the page
 * says is needed. */
static void gather(struct rows *rows, const struct ov_estate *estate, size_t category,
	struct ov_str name, struct ov_value more)
{
	for (size_t i = 0; i < estate->clusters.count; i++) {
		const struct ov_cluster *cluster = estate->clusters.items[i];
		struct ov_value list = provided_list(cluster, name);
		for (size_t k = 0; k < ov_count(list); k++) {
			struct row row = {cluster->name, text_at(ov_at(list, k), "name"),
				text_at(ov_at(list, k), "namespace"), OV_STR("")};
			add_row(rows, row);
		}
		for (size_t k = 0; k < cluster->instances.count; k++)
			add_needs_of(rows, cluster->instances.items[k], category, name);
	}
	for (size_t i = 0; i < ov_count(more); i++) {
		struct ov_value m = ov_at(more, i);
		struct row row = {text_at(m, "cluster"), text_at(m, "name"),
			text_at(m, "namespace"), text_at(m, "for")};
		add_row(rows, row);
	}
	if (rows->count)
		qsort(rows->items, rows->count, sizeof(struct row), compare_rows);
}

static void add_cell(struct ov_buf *buf, struct ov_str s)
{
	ov_buf_puts(buf, "| ");
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c == '|')
			ov_buf_putc(buf, '\\');
		ov_buf_putc(buf, c < ' ' ? ' ' : (char)c);
	}
	ov_buf_putc(buf, ' ');
}

static bool same_thing(const struct row *a, const struct row *b, bool with_space)
{
	return ov_str_eq(a->cluster, b->cluster) && ov_str_eq(a->name, b->name) &&
	       (!with_space || ov_str_eq(a->name_space, b->name_space));
}

/* The rows from..to are one thing, and differ in what needs it. */
static void add_line(struct ov_arena *arena, struct ov_buf *buf, const struct rows *rows,
	size_t from, size_t to)
{
	const struct row *row = &rows->items[from];
	struct ov_str by = {NULL, 0};
	size_t count = 0;
	for (size_t i = from; i < to; i++) {
		struct ov_str own = rows->items[i].by;
		if (own.len == 0 || (i > from && ov_str_eq(own, rows->items[i - 1].by)))
			continue;
		if (count++ < NAMED_DOCUMENTS)
			by = ov_str_fmt(arena, "%.*s%s%.*s", OV_STR_ARG(by), by.len ? ", " : "",
				OV_STR_ARG(own));
	}
	if (count > NAMED_DOCUMENTS)
		by = ov_str_fmt(
			arena, "%.*s and %zu more", OV_STR_ARG(by), count - NAMED_DOCUMENTS);
	add_cell(buf, row->cluster);
	add_cell(buf, row->name_space);
	add_cell(buf, row->name);
	add_cell(buf, by);
	ov_buf_puts(buf, "|\n");
}

static void add_table(struct ov_arena *arena, struct ov_buf *buf, const struct rows *rows)
{
	ov_buf_puts(buf, "| cluster | namespace | name | needed by |\n|---|---|---|---|\n");
	for (size_t from = 0, to; from < rows->count; from = to) {
		const struct row *row = &rows->items[from];
		for (to = from + 1; to < rows->count; to++) {
			if (!same_thing(row, &rows->items[to], true))
				break;
		}
		/* Where a namespace is known, what is said without one is the same thing. */
		bool again = row->name_space.len == 0 && to < rows->count &&
			     same_thing(row, &rows->items[to], false);
		if (!again)
			add_line(arena, buf, rows, from, to);
	}
}

static void add_text(struct ov_buf *buf, struct ov_str text)
{
	text = ov_str_trim(text);
	if (text.len == 0)
		return;
	ov_buf_putc(buf, '\n');
	ov_buf_add(buf, text);
	ov_buf_putc(buf, '\n');
}

/* The objects of the first steps, in the order in which they are applied. */
struct copies {
	const struct ov_object **items;
	size_t count;
};

static int compare_copies(const void *a, const void *b)
{
	const struct ov_object *x = *(const struct ov_object *const *)a;
	const struct ov_object *y = *(const struct ov_object *const *)b;
	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	return ov_str_cmp(x->path, y->path);
}

static struct copies copies_of(struct ov_arena *arena, const struct ov_objects *objects)
{
	struct copies copies = {0};
	for (size_t i = 0; i < objects->list.count; i++)
		copies.count += objects->list.items[i].step > 0;
	copies.items = ov_new_array(arena, const struct ov_object *, copies.count);
	copies.count = 0;
	for (size_t i = 0; i < objects->list.count; i++) {
		if (objects->list.items[i].step)
			copies.items[copies.count++] = &objects->list.items[i];
	}
	if (copies.count)
		qsort(copies.items, copies.count, sizeof(*copies.items), compare_copies);
	return copies;
}

/* A step without objects is one that people do; without a text either, it is none. */
static void add_step(struct ov_arena *arena, struct ov_buf *buf, struct ov_value step,
	const struct copies *copies, struct ov_str command)
{
	size_t number = (size_t)ov_get(step, "number").integer;
	struct ov_str text = ov_str_trim(text_at(step, "text"));
	bool asked = ov_bool(ov_get(step, "asked"), false), open = false;
	size_t from = 0;
	while (from < copies->count && copies->items[from]->step < number)
		from++;
	bool any = from < copies->count && copies->items[from]->step == number;
	if (text.len == 0 || (asked && !any))
		return;
	ov_buf_addf(buf, "\n**%02zu** %.*s\n", number, OV_STR_ARG(text));
	for (; from < copies->count && copies->items[from]->step == number; from++) {
		if (!open)
			ov_buf_puts(buf, "\n```sh\n");
		open = true;
		struct ov_str name = ov_object_step_name(arena, copies->items[from]);
		ov_buf_addf(buf, "%.*s %.*s\n", OV_STR_ARG(command), OV_STR_ARG(name));
	}
	if (open)
		ov_buf_puts(buf, "```\n");
	add_text(buf, text_at(step, "then"));
}

static struct ov_str page_bytes(struct ov_arena *arena, const struct ov_estate *estate,
	struct ov_value page, const struct copies *copies)
{
	const struct ov_bootstrap *first = estate->bootstrap;
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_puts(&buf, OV_MARKER "\n");
	add_text(&buf, text_at(page, "intro"));
	struct ov_value steps = ov_get(page, "steps"), provided = ov_get(page, "provided");
	for (size_t i = 0; i < ov_count(steps); i++)
		add_step(arena, &buf, ov_at(steps, i), copies, first->command);
	for (size_t i = 0; i < ov_count(provided) && i < first->category_count; i++) {
		struct ov_value part = ov_at(provided, i);
		struct rows rows = {.arena = arena};
		gather(&rows, estate, i, first->categories[i], ov_get(part, "needs"));
		if (!rows.count)
			continue;
		add_text(&buf, text_at(part, "text"));
		ov_buf_putc(&buf, '\n');
		add_table(arena, &buf, &rows);
	}
	struct ov_str bytes = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return bytes;
}

void ov_bootstrap_files(struct ov_run *run, const struct ov_estate *estate,
	const struct ov_make_options *options, const struct ov_objects *objects,
	struct ov_out *out)
{
	const struct ov_bootstrap *first = estate->bootstrap;
	struct ov_arena *arena = run->arena;
	if (!first || options->cluster_count || run->diags->errors)
		return;
	struct copies copies = copies_of(arena, objects);
	const struct ov_cluster *target = copies.count ? copies.items[0]->cluster : NULL;
	if (!target)
		return;
	struct ov_value page = expand(estate, &run->workers[0], arena, first->page, target);
	if (ov_is_error(page)) {
		ov_error_report(run->diags, page.error);
		return;
	}
	for (size_t i = 0; i < copies.count; i++) {
		const struct ov_object *o = copies.items[i];
		struct ov_str name = ov_object_step_name(arena, o);
		ov_out_add(arena, out,
			ov_str_fmt(arena, "%.*s/%.*s", OV_STR_ARG(first->folder),
				OV_STR_ARG(name)),
			o->bytes)
			->loc = o->loc;
	}
	struct ov_str path = ov_str_fmt(arena, "%.*s/README.md", OV_STR_ARG(first->folder));
	ov_out_add(arena, out, path, page_bytes(arena, estate, page, &copies))->loc =
		ov_doc_loc(estate->self);
}
