/* refs: whether what a document names exists where it is needed. Layer: read. */
#include "base/limits.h"
#include "expr/template.h"
#include "read/internal.h"
#include "schema/schema.h"

struct refs {
	struct ov_reading *reading;
	struct ov_worker *worker;
	struct ov_instance *instance;
	bool ok;
};

static void visit(struct refs *r, const struct ov_schema *s, struct ov_value v, size_t depth);

static bool is_provided(struct refs *r, struct ov_str category, struct ov_value name)
{
	const struct ov_cluster *cluster = r->instance->cluster;
	if (!cluster)
		return true;
	struct ov_value meant = ov_cluster_alias(cluster->value, category, name);
	struct ov_value entry = ov_cluster_provided(cluster->value, category, ov_string(meant));
	return ov_is_some(entry);
}

static void say_elsewhere(struct refs *r, struct ov_diag *d, const struct ov_doc *doc)
{
	enum { LISTED = 4 };
	struct ov_buf list;
	ov_buf_init(&list);
	for (size_t i = 0; i < doc->clusters.count && i <= LISTED; i++) {
		struct ov_str name = doc->clusters.items[i]->name;
		ov_buf_puts(&list, i ? ", " : "");
		ov_buf_add(&list, i < LISTED ? name : OV_STR("…"));
	}
	ov_diag_note(&r->worker->diags, d, ov_span(ov_doc_loc(doc)), "it lands on %.*s",
		OV_STR_ARG(list.len ? ov_buf_str(&list) : OV_STR("no cluster")));
	ov_buf_release(&list);
}

/* Keeps in mind what the list of first steps will name. */
static void add_need(struct refs *r, struct ov_str category, struct ov_value name)
{
	const struct ov_bootstrap *first = r->reading->estate->bootstrap;
	for (size_t i = 0; first && r->instance->cluster && i < first->category_count; i++) {
		if (!ov_str_eq(first->categories[i], category))
			continue;
		struct ov_value meant =
			ov_cluster_alias(r->instance->cluster->value, category, name);
		struct ov_need need = {i, ov_string(meant)};
		ov_vec_push(&r->worker->arena, &r->instance->needs, need);
	}
}

struct names {
	OV_VEC(struct ov_str) list;
};

/* What the cluster provides of a category, then the aliases for it. */
static void add_provided(struct refs *r, struct names *names, struct ov_str category)
{
	struct ov_arena *scratch = &r->worker->scratch;
	struct ov_value spec = ov_get(r->instance->cluster->value, "spec");
	struct ov_value list = ov_get_str(ov_get(spec, "provides"), category);
	struct ov_value aliases = ov_get_str(ov_get(spec, "aliases"), category);
	for (size_t i = 0; i < ov_count(list); i++)
		ov_vec_push(scratch, &names->list, ov_string(ov_get(ov_at(list, i), "name")));
	for (size_t i = 0; i < ov_count(aliases); i++)
		ov_vec_push(scratch, &names->list, aliases.entries[i].key->str);
}

static struct ov_diag *unknown(
	struct refs *r, struct ov_value name, struct ov_str kind, struct ov_value category)
{
	struct ov_estate *estate = r->reading->estate;
	struct ov_arena *scratch = &r->worker->scratch;
	struct names names = {0};
	const struct ov_doc *elsewhere = NULL;
	for (size_t i = 0; i < estate->docs.count; i++) {
		const struct ov_doc *doc = estate->docs.items[i];
		if (!ov_str_eq(doc->kind->name, kind))
			continue;
		ov_vec_push(scratch, &names.list, doc->name);
		if (ov_str_eq(doc->name, ov_string(name)))
			elsewhere = doc;
	}
	if (elsewhere && r->instance->cluster) {
		struct ov_diag *d = ov_diag_add(&r->worker->diags, OV_DIAG_NOT_ON_CLUSTER,
			ov_span(name.loc), "%.*s '%.*s' does not land on cluster '%.*s'",
			OV_STR_ARG(kind), OV_STR_ARG(ov_string(name)),
			OV_STR_ARG(r->instance->cluster->name));
		say_elsewhere(r, d, elsewhere);
		return d;
	}
	struct ov_diag *d = ov_diag_add(&r->worker->diags, OV_DIAG_UNKNOWN_NAME,
		ov_span(name.loc), "there is no %.*s '%.*s'", OV_STR_ARG(kind),
		OV_STR_ARG(ov_string(name)));
	if (ov_is_string(category) && r->instance->cluster)
		add_provided(r, &names, ov_string(category));
	ov_suggest(&r->worker->diags, d, ov_string(name), names.list.items, names.list.count);
	return d;
}

static struct ov_diag *not_provided(
	struct refs *r, struct ov_value name, struct ov_str category)
{
	const struct ov_cluster *cluster = r->instance->cluster;
	struct ov_value list =
		ov_get_str(ov_path(cluster->value, "spec", "provides", NULL), category);
	struct ov_value aliases =
		ov_get_str(ov_path(cluster->value, "spec", "aliases", NULL), category);
	struct ov_value meant = ov_get_str(aliases, ov_string(name));
	struct ov_value wrong = ov_is_string(meant) ? meant : name;
	size_t n = 0;
	struct ov_str *names = ov_new_array(
		&r->worker->scratch, struct ov_str, ov_count(list) + ov_count(aliases));
	for (size_t i = 0; i < ov_count(list); i++)
		names[n++] = ov_string(ov_get(ov_at(list, i), "name"));
	for (size_t i = 0; i < ov_count(aliases) && !ov_is_string(meant); i++)
		names[n++] = aliases.entries[i].key->str;
	struct ov_diags *diags = &r->worker->diags;
	struct ov_diag *d = ov_diag_add(diags, OV_DIAG_UNKNOWN_NAME, ov_span(name.loc),
		"cluster '%.*s' provides no '%.*s' among its %.*s", OV_STR_ARG(cluster->name),
		OV_STR_ARG(ov_string(wrong)), OV_STR_ARG(category));
	if (ov_is_string(meant))
		ov_diag_note(diags, d, ov_span(meant.loc), "'%.*s' stands for it",
			OV_STR_ARG(ov_string(name)));
	ov_suggest(diags, d, ov_string(wrong), names, n);
	if (!d->notes)
		ov_diag_help(diags, d,
			"what exists there without being rendered is listed in "
			"spec.provides.%.*s of the Cluster or its profile",
			OV_STR_ARG(category));
	return d;
}

/* A document of that name has findings of its own, which say what there is to say. */
static bool is_set_aside(
	const struct ov_estate *estate, struct ov_value kind, struct ov_value name)
{
	if (!ov_is_some(kind))
		return false;
	for (size_t i = 0; i < estate->docs.count; i++) {
		const struct ov_doc *doc = estate->docs.items[i];
		if (doc->broken && ov_str_eq(doc->name, ov_string(name)) &&
			ov_str_eq(doc->kind->name, ov_string(kind)))
			return true;
	}
	return false;
}

static void check_name(
	struct refs *r, struct ov_value name, struct ov_value kind, struct ov_value category)
{
	struct ov_estate *estate = r->reading->estate;
	bool ambiguous = false, found = false;
	/* What a schema's default names is said of the document, which can be edited. */
	const struct ov_source *source = ov_sources_at(r->worker->diags.sources, name.loc);
	if (!source || source->library)
		name.loc = ov_doc_loc(r->instance->doc);
	if (ov_is_some(kind)) {
		const struct ov_instance *i = ov_estate_find(estate, r->instance->cluster,
			&r->worker->scratch, ov_string(kind), ov_string(name),
			r->instance->name_space, &ambiguous);
		struct ov_kind_info *info = ov_kind_find(estate, ov_string(kind));
		/* What is not placed itself may refer to what is: then any document will do. */
		bool anywhere = !r->instance->cluster && info &&
				info->cardinality != OV_CARDINALITY_NONE;
		found = i != NULL || anywhere;
	}
	if (!found && !ambiguous && ov_is_some(category)) {
		found = is_provided(r, ov_string(category), name);
		if (found)
			add_need(r, ov_string(category), name);
	}
	if (found)
		return;
	if (!ambiguous && is_set_aside(estate, kind, name)) {
		r->ok = false;
		return;
	}
	struct ov_diag *d;
	if (ambiguous)
		d = ov_diag_add(&r->worker->diags, OV_DIAG_AMBIGUOUS, ov_span(name.loc),
			"several %.*s documents '%.*s' land on the cluster, none of them in "
			"the "
			"namespace '%.*s'",
			OV_STR_ARG(ov_string(kind)), OV_STR_ARG(ov_string(name)),
			OV_STR_ARG(r->instance->name_space));
	else if (ov_is_some(kind))
		d = unknown(r, name, ov_string(kind), category);
	else
		d = not_provided(r, name, ov_string(category));
	ov_diag_subject(
		&r->worker->diags, d, ov_instance_label(&r->worker->scratch, r->instance));
	r->ok = false;
}

static void visit_list(
	struct refs *r, const struct ov_schema *s, struct ov_value v, size_t depth)
{
	for (size_t i = 0; i < v.count; i++) {
		if (i < s->prefix_items.count)
			visit(r, s->prefix_items.items[i], v.items[i], depth);
		else if (s->items)
			visit(r, s->items, v.items[i], depth);
	}
}

static void visit_map(
	struct refs *r, const struct ov_schema *s, struct ov_value v, size_t depth)
{
	if (!s->properties.count && !s->additional_properties)
		return;
	for (size_t i = 0; i < v.count; i++) {
		const struct ov_schema_property *p = ov_schema_property(s, v.entries[i].key);
		if (p)
			visit(r, p->schema, v.entries[i].value, depth);
		else if (s->additional_properties)
			visit(r, s->additional_properties, v.entries[i].value, depth);
	}
}

static void visit_all(
	struct refs *r, const struct ov_schema_list *list, struct ov_value v, size_t depth)
{
	for (size_t i = 0; i < list->count; i++)
		visit(r, list->items[i], v, depth);
}

/* What the schema says of the value itself, whatever its type. */
static void check_marks(struct refs *r, const struct ov_schema *s, struct ov_value v)
{
	struct ov_diags *diags = &r->worker->diags;
	size_t before = diags->errors;
	if (ov_bool(ov_schema_keyword(s, OV_KEYWORD_SECRET), false) && v.kind != OV_KIND_NULL)
		ov_plain_secret(r->worker, ov_span(v.loc),
			"a secret must not be written here: refer to one");
	struct ov_value language = ov_schema_keyword(s, OV_KEYWORD_LANGUAGE);
	if (ov_is_map(v) && ov_string_is(language, "cloud-init"))
		ov_check_cloud_config(r->worker, v);
	r->ok = r->ok && diags->errors == before;
}

/* Follows every schema that may apply; keywords of ours say the same in all branches. */
static void visit(struct refs *r, const struct ov_schema *s, struct ov_value v, size_t depth)
{
	if (!(s->marks & OV_MARK_KEYWORD) || s->boolean || depth > OV_LIMIT_DEPTH)
		return;
	if (s->keywords)
		check_marks(r, s, v);
	if (v.kind == OV_KIND_STRING && s->keywords) {
		struct ov_value kind = ov_schema_keyword(s, OV_KEYWORD_REF);
		struct ov_value category = ov_schema_keyword(s, OV_KEYWORD_PROVIDED);
		if (ov_is_some(kind) || ov_is_some(category)) {
			check_name(r, v, kind, category);
			return;
		}
	}
	if (s->ref)
		visit(r, s->ref, v, depth + 1);
	visit_all(r, &s->all_of, v, depth + 1);
	visit_all(r, &s->any_of, v, depth + 1);
	visit_all(r, &s->one_of, v, depth + 1);
	if (v.kind == OV_KIND_LIST)
		visit_list(r, s, v, depth + 1);
	else if (v.kind == OV_KIND_MAP)
		visit_map(r, s, v, depth + 1);
}

bool ov_check_refs(
	struct ov_reading *reading, struct ov_worker *worker, struct ov_instance *instance)
{
	struct refs r = {reading, worker, instance, true};
	visit(&r, instance->doc->kind->schema, instance->value, 0);
	return r.ok;
}
