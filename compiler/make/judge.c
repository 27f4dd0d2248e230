/* judge: policies of the estate, asked about each object of their clusters. Layer: make. */
#include "foreign/yaml.h"
#include "make/internal.h"
#include "policy/engine.h"
#include "policy/label_selector.h"

/*
 * Clusters with the same policies share a set. Policies that look at nothing but the object are
 * asked as soon as it is made; those that look around, when all objects of the cluster are
 * there: then its objects are read back from their bytes.
 */

/* The policies of some clusters. */
struct group {
	OV_VEC(const struct ov_doc *) docs;
	struct ov_policy_set *near, *far; /* by whether they look around; NULL for none */
	bool together; /* all look around: a binding or an exception must find its policy */
};

struct ov_policing {
	OV_VEC(struct group *) groups;
	struct group **by_cluster; /* NULL where no policy lands */
	struct ov_judge **judges;  /* one a thread and group, made when first needed */
	struct ov_policy_world world;
};

static bool is_asked_here(const struct ov_doc *doc)
{
	struct ov_value enforce =
		ov_path(doc->instances.count ? doc->instances.items[0]->value : doc->value,
			"spec", "enforce", NULL);
	return ov_string_is(enforce, "compile") || ov_string_is(enforce, "both");
}

static struct ov_policy_set *set_of(struct ov_making *m, struct ov_policy_set **set)
{
	if (*set)
		return *set;
	*set = ov_policy_set_new(m->run->arena, m->run->keys, m->run->workers[0].cache);
	ov_policy_set_serve(*set);
	for (size_t i = 0; i < m->estate->api_count; i++) {
		struct ov_str name = ov_api_set_name(m->estate->apis[i]);
		if (ov_str_is(name, OV_POLICY_APIS) || ov_str_is(name, OV_ADMISSION_APIS))
			ov_policy_set_apis(*set, &m->estate->apis[i], 1);
	}
	return *set;
}

static void add(struct ov_making *m, struct group *group, struct ov_value policy,
	struct ov_diags *diags)
{
	bool far = group->together || ov_policy_looks_around(policy);
	ov_policy_set_add(set_of(m, far ? &group->far : &group->near), policy, diags);
}

static void fill(struct ov_making *m, struct group *group, struct ov_diags *diags)
{
	for (size_t i = 0; i < group->docs.count; i++) {
		struct ov_value objects =
			ov_path(group->docs.items[i]->value, "spec", "objects", NULL);
		for (size_t k = 0; k < ov_count(objects); k++)
			group->together =
				group->together || ov_policy_accompanies(ov_at(objects, k));
	}
	for (size_t i = 0; i < group->docs.count; i++) {
		struct ov_value spec = ov_get(group->docs.items[i]->value, "spec");
		struct ov_value library = ov_get(spec, "library");
		struct ov_value objects = ov_get(spec, "objects");
		for (size_t k = 0; k < ov_count(library); k++) {
			struct ov_value entry = ov_at(library, k);
			struct ov_value policy = ov_estate_policy(m->estate, m->run->arena,
				ov_string(ov_get(entry, "name")), ov_get(entry, "spec"));
			if (ov_is_some(policy))
				add(m, group, policy, diags);
		}
		for (size_t k = 0; k < ov_count(objects); k++)
			add(m, group, ov_at(objects, k), diags);
	}
	if (group->near)
		ov_policy_set_seal(group->near);
	if (group->far)
		ov_policy_set_seal(group->far);
}

/* What the engine leaves out of the policies that are asked here. */
static void tell_unchecked(struct ov_making *m, const struct ov_policy_set *set)
{
	for (size_t i = 0; set && i < ov_policy_count(set); i++) {
		const struct ov_policy_facts *facts = ov_policy_facts(ov_policy_at(set, i));
		if (facts->unchecked)
			ov_diag_add(m->run->diags, OV_DIAG_POLICY_UNCHECKED,
				ov_span(facts->loc), "%zu %s of '%.*s' %s not evaluated here",
				facts->unchecked, facts->unchecked == 1 ? "rule" : "rules",
				OV_STR_ARG(facts->name), facts->unchecked == 1 ? "is" : "are");
	}
}

/* What is refused is said once, whatever the clusters, and also where only they ask. */
static void check_all(struct ov_making *m, bool asked)
{
	struct group all = {0};
	for (size_t i = 0; i < m->estate->policies.count; i++) {
		const struct ov_doc *doc = m->estate->policies.items[i];
		if (is_asked_here(doc) == asked)
			ov_vec_push(m->run->arena, &all.docs, doc);
	}
	fill(m, &all, m->run->diags);
	for (size_t i = 0; asked && i < 2; i++)
		tell_unchecked(m, i ? all.far : all.near);
	ov_policy_set_free(all.near);
	ov_policy_set_free(all.far);
}

static bool same_docs(const struct group *a, const struct group *b)
{
	if (a->docs.count != b->docs.count)
		return false;
	for (size_t i = 0; i < a->docs.count; i++) {
		if (a->docs.items[i] != b->docs.items[i])
			return false;
	}
	return true;
}

static struct group *group_of(
	struct ov_making *m, struct ov_policing *all, const struct ov_cluster *cluster)
{
	struct group *own = ov_new(m->run->arena, struct group);
	for (size_t i = 0; i < m->estate->policies.count; i++) {
		const struct ov_doc *doc = m->estate->policies.items[i];
		if (is_asked_here(doc) && ov_doc_lands_on(doc, cluster))
			ov_vec_push(m->run->arena, &own->docs, doc);
	}
	if (!own->docs.count)
		return NULL;
	for (size_t i = 0; i < all->groups.count; i++) {
		if (same_docs(own, all->groups.items[i]))
			return all->groups.items[i];
	}
	struct ov_diags said;
	ov_diags_init(&said, NULL);
	fill(m, own, &said);
	ov_diags_release(&said);
	ov_vec_push(m->run->arena, &all->groups, own);
	return own;
}

void ov_policing_begin(struct ov_making *m)
{
	const struct ov_estate *estate = m->estate;
	if (!estate->policies.count)
		return;
	check_all(m, true);
	check_all(m, false);
	struct ov_policing *all = ov_new(m->run->arena, struct ov_policing);
	all->by_cluster = ov_new_array(m->run->arena, struct group *, estate->clusters.count);
	all->world.now = m->options->now;
	for (size_t i = 0; i < estate->clusters.count; i++)
		all->by_cluster[i] = group_of(m, all, estate->clusters.items[i]);
	all->judges = ov_new_array(
		m->run->arena, struct ov_judge *, all->groups.count * m->run->threads);
	m->policing = all;
}

static struct ov_judge *judge_of(
	struct ov_making *m, struct ov_worker *worker, const struct group *group)
{
	struct ov_policing *all = m->policing;
	size_t i = 0;
	while (all->groups.items[i] != group)
		i++;
	struct ov_judge **judge =
		&all->judges[(size_t)(worker - m->run->workers) * all->groups.count + i];
	if (!*judge)
		*judge = ov_judge_new(group->near, &all->world, worker->cache);
	return *judge;
}

/* Whether a document of the estate exempts the object from the rule. */
static bool is_exempt(const struct ov_making *m, const struct ov_cluster *cluster,
	const struct ov_policy_row *row, struct ov_value object)
{
	for (size_t i = 0; i < m->estate->exceptions.count; i++) {
		const struct ov_doc *doc = m->estate->exceptions.items[i];
		struct ov_value spec = ov_get(doc->value, "spec");
		struct ov_value rules = ov_get(spec, "rules"),
				objects = ov_get(spec, "objects");
		if (!ov_doc_lands_on(doc, cluster) ||
			!ov_str_eq(ov_string(ov_get(spec, "policy")),
				ov_policy_facts(row->policy)->name))
			continue;
		bool rule = !ov_count(rules) || ov_wildcard_any(rules, row->rule);
		for (size_t k = 0; rule && k < ov_count(objects); k++) {
			if (ov_target_matches(ov_at(objects, k), object))
				return true;
		}
	}
	return false;
}

/* The value at a path such as "/spec/disks/0/name/", or the deepest one above it. */
static struct ov_value follow(struct ov_value v, struct ov_str path, bool *found)
{
	*found = false;
	while (path.len) {
		struct ov_str rest = ov_str_sub(path, 1, path.len);
		size_t slash = ov_str_chr(rest, '/');
		struct ov_str part = ov_str_sub(rest, 0, slash);
		struct ov_value next = {0};
		/* A key may have slashes of its own. */
		for (size_t i = 0; ov_is_map(v) && i < v.count; i++) {
			struct ov_str key = v.entries[i].key->str;
			if (ov_str_starts(rest, key) && key.len >= part.len &&
				(rest.len == key.len || rest.ptr[key.len] == '/')) {
				next = v.entries[i].value;
				part = key;
			}
		}
		size_t index = 0;
		for (size_t i = 0; ov_is_list(v) && i < part.len; i++)
			index = index * 10 + (size_t)(part.ptr[i] - '0');
		if (ov_is_list(v) && part.len && part.len < 10)
			next = ov_at(v, index);
		if (!ov_is_some(next))
			break;
		v = next;
		path = ov_str_sub(rest, part.len, rest.len);
		*found = path.len <= 1;
	}
	return v;
}

/* What one object was found to break. */
struct asking {
	struct ov_making *m;
	struct ov_worker *worker;
	const struct ov_task *task;
	size_t index;
	struct ov_value object;
	struct ov_diags found; /* at places of the object */
	struct ov_value again; /* the object with its origins, once it is needed */
	struct ov_origins origins;
};

static void describe(struct asking *a, struct ov_diag *d, const struct ov_policy_row *row)
{
	const struct ov_policy_facts *facts = ov_policy_facts(row->policy);
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_addf(&buf, "the policy '%.*s' asks for it", OV_STR_ARG(facts->name));
	if (facts->severity.len)
		ov_buf_addf(&buf, ", severity %.*s", OV_STR_ARG(facts->severity));
	if (facts->category.len)
		ov_buf_addf(&buf, ", category %.*s", OV_STR_ARG(ov_str_trim(facts->category)));
	ov_diag_note(&a->found, d, ov_span(facts->loc), "%.*s", OV_STR_ARG(ov_buf_str(&buf)));
	ov_buf_release(&buf);
	ov_diag_subject(
		&a->found, d, ov_instance_label(&a->worker->scratch, a->task->instance));
}

static bool is_of_template(const struct asking *a, uint32_t loc)
{
	for (size_t i = 0; i < a->origins.list.count; i++) {
		if (a->origins.list.items[i].loc == loc)
			return true;
	}
	return false;
}

static void take_row(void *context, const struct ov_policy_row *row)
{
	struct asking *a = context;
	if (row->status == OV_POLICY_PASS || row->status == OV_POLICY_SKIP ||
		is_exempt(a->m, a->task->target, row, a->object))
		return;
	if (!ov_is_some(a->again)) {
		a->origins.arena = &a->worker->scratch;
		a->again = ov_task_origins(a->m, a->worker, a->task, a->index, &a->origins);
	}
	bool found;
	struct ov_value at = follow(a->again, row->path, &found);
	/* What is missing is missing from the document, unless something of it is there. */
	uint32_t loc = found || !is_of_template(a, at.loc) ? at.loc : 0;
	if (!loc || at.entries == a->again.entries)
		loc = ov_doc_loc(a->task->instance->doc);
	struct ov_diag *d = ov_diag_add(&a->found,
		row->status == OV_POLICY_ERROR ? OV_DIAG_POLICY_ERROR
		: row->enforced                ? OV_DIAG_POLICY_FAIL
					       : OV_DIAG_POLICY_WARN,
		ov_span(loc), "%.*s%s%.*s", OV_STR_ARG(row->rule), row->rule.len ? ": " : "",
		OV_STR_ARG(row->message));
	describe(a, d, row);
}

static bool ask(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	size_t index, struct ov_value object, struct ov_judge *judge)
{
	struct asking a = {
		.m = m, .worker = worker, .task = task, .index = index, .object = object};
	ov_diags_init(&a.found, m->run->sources);
	ov_judge_ask(judge, &worker->scratch, object, take_row, &a);
	size_t errors = worker->diags.errors;
	for (size_t i = 0; i < a.found.list.count; i++)
		ov_finding_hand_on(m, worker, task, &a.origins, a.found.list.items[i]);
	ov_diags_release(&a.found);
	return worker->diags.errors == errors;
}

bool ov_object_judge(struct ov_making *m, struct ov_worker *worker, const struct ov_task *task,
	size_t index, struct ov_value object)
{
	const struct group *group =
		m->policing ? m->policing->by_cluster[task->target->index] : NULL;
	return !group || !group->near ||
	       ask(m, worker, task, index, object, judge_of(m, worker, group));
}

/* The objects of a cluster, read back. */
static struct ov_value *read_back(struct ov_making *m, struct ov_arena *arena,
	const struct ov_object *objects, size_t count)
{
	struct ov_value *values = ov_new_array(arena, struct ov_value, count);
	for (size_t i = 0; i < count; i++)
		ov_yaml_read_one(arena, m->run->keys, m->run->workers[0].cache,
			objects[i].bytes, &values[i]);
	return values;
}

static void judge_far(struct ov_making *m, const struct group *group,
	const struct ov_object *objects, size_t count)
{
	struct ov_worker *worker = &m->run->workers[0];
	struct ov_arena arena = {0};
	const struct ov_policy_world world = {.values = {.kind = OV_KIND_NONE},
		.resources = read_back(m, &arena, objects, count),
		.resource_count = count,
		.answers = true,
		.has_namespaces = true,
		.now = m->options->now};
	struct ov_judge *judge = ov_judge_new(group->far, &world, worker->cache);
	for (size_t i = 0; i < count; i++) {
		struct ov_arena_mark mark = ov_arena_mark(&worker->scratch);
		ask(m, worker, &m->plan->tasks.items[objects[i].task], objects[i].index,
			world.resources[i], judge);
		ov_arena_rewind(&worker->scratch, mark);
	}
	ov_judge_free(judge);
	ov_arena_release(&arena);
}

/* Policies that look around need every object of the cluster, and say nothing of a part. */
static void judge_clusters(struct ov_making *m, const struct ov_objects *objects)
{
	const struct ov_policing *all = m->policing;
	size_t n = objects->list.count;
	for (size_t from = 0, to; from < n && !m->run->diags->errors; from = to) {
		const struct ov_object *o = &objects->list.items[from];
		const struct group *group = all->by_cluster[o->cluster->index];
		for (to = from + 1; to < n && objects->list.items[to].cluster == o->cluster;)
			to++;
		if (group && group->far)
			judge_far(m, group, o, to - from);
	}
	ov_diags_join(m->run->diags, &m->run->workers[0].diags);
	ov_diags_release(&m->run->workers[0].diags);
	ov_diags_init(&m->run->workers[0].diags, m->run->sources);
}

static void check_exceptions(struct ov_making *m)
{
	for (size_t i = 0; i < m->estate->exceptions.count; i++) {
		struct ov_value expires =
			ov_path(m->estate->exceptions.items[i]->value, "spec", "expires", NULL);
		if (ov_is_string(expires) && m->options->today.len &&
			ov_str_cmp(ov_string(expires), m->options->today) < 0)
			ov_diag_add(m->run->diags, OV_DIAG_PATCH_EXPIRED, ov_span(expires.loc),
				"the exemption expired on %.*s",
				OV_STR_ARG(ov_string(expires)));
	}
}

void ov_policing_end(struct ov_making *m, const struct ov_objects *objects)
{
	struct ov_policing *all = m->policing;
	check_exceptions(m);
	if (!all)
		return;
	judge_clusters(m, objects);
	for (size_t i = 0; i < all->groups.count * m->run->threads; i++)
		ov_judge_free(all->judges[i]);
	for (size_t i = 0; i < all->groups.count; i++) {
		ov_policy_set_free(all->groups.items[i]->near);
		ov_policy_set_free(all->groups.items[i]->far);
	}
	m->policing = NULL;
}
