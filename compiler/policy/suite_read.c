/* suite_read: reads a suite of tests and the files that it names. Layer: policy. */
#include "lang/ascii.h"
#include "policy/suite.h"

/* The fields of a suite, and of one of its results. */
static const struct ov_str fields[] = {OV_STR_INIT("apiVersion"), OV_STR_INIT("kind"),
	OV_STR_INIT("metadata"), OV_STR_INIT("name"), OV_STR_INIT("policies"),
	OV_STR_INIT("resources"), OV_STR_INIT("jsonPayload"), OV_STR_INIT("jsonPayloads"),
	OV_STR_INIT("httpPayloads"), OV_STR_INIT("envoyPayloads"),
	OV_STR_INIT("targetResources"), OV_STR_INIT("variables"), OV_STR_INIT("values"),
	OV_STR_INIT("paramResources"), OV_STR_INIT("userinfo"), OV_STR_INIT("results"),
	OV_STR_INIT("exceptions"), OV_STR_INIT("context"), OV_STR_INIT("clusterResources"),
	OV_STR_INIT("apiCallResponses"), OV_STR_INIT("globalContextEntries")};
static const struct ov_str result_fields[] = {OV_STR_INIT("policy"), OV_STR_INIT("rule"),
	OV_STR_INIT("isValidatingAdmissionPolicy"), OV_STR_INIT("isMutatingAdmissionPolicy"),
	OV_STR_INIT("isValidatingPolicy"), OV_STR_INIT("isDeletingPolicy"),
	OV_STR_INIT("isImageValidatingPolicy"), OV_STR_INIT("isGeneratingPolicy"),
	OV_STR_INIT("isMutatingPolicy"), OV_STR_INIT("result"), OV_STR_INIT("kind"),
	OV_STR_INIT("operation"), OV_STR_INIT("patchedResources"),
	OV_STR_INIT("generatedResource"), OV_STR_INIT("cloneSourceResource"),
	OV_STR_INIT("failOnMissingResources"), OV_STR_INIT("resources"),
	OV_STR_INIT("resourceSpecs"), OV_STR_INIT("generatedResources")};

/* As Go reads JSON, letters in either case. */
static bool is_same_name(struct ov_str a, struct ov_str b)
{
	bool same = a.len == b.len;
	for (size_t i = 0; same && i < a.len; i++)
		same = ov_to_lower(a.ptr[i]) == ov_to_lower(b.ptr[i]);
	return same;
}

static bool check_fields(struct ov_value map, const struct ov_str *known, size_t count,
	const char *what, struct ov_diags *diags)
{
	bool ok = true;
	for (size_t i = 0; i < ov_count(map); i++) {
		const struct ov_entry *e = &map.entries[i];
		bool found = false;
		for (size_t k = 0; !found && k < count; k++)
			found = is_same_name(e->key->str, known[k]);
		if (found)
			continue;
		struct ov_diag *d =
			ov_diag_add(diags, OV_DIAG_UNKNOWN_FIELD, ov_span(e->value.key_loc),
				"%s has no field '%.*s'", what, OV_STR_ARG(e->key->str));
		struct ov_str near = ov_nearest(e->key->str, known, count);
		if (near.len)
			ov_diag_help(diags, d, "did you mean '%.*s'?", OV_STR_ARG(near));
		ok = false;
	}
	return ok;
}

static bool is_one_of(struct ov_value v, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (ov_string_is(v, names[i]))
			return true;
	}
	return false;
}

static bool check_result(struct ov_value result, struct ov_diags *diags)
{
	static const char *const results[] = {"pass", "fail", "skip", "warn", "error"};
	static const char *const operations[] = {"CREATE", "UPDATE", "DELETE"};
	struct ov_value wanted = ov_get(result, "result");
	struct ov_value operation = ov_get(result, "operation");
	if (!ov_is_map(result) || !ov_is_string(ov_get(result, "policy"))) {
		ov_diag_add(diags, OV_DIAG_MISSING_FIELD, ov_span(result.loc),
			"a result of a test names a policy");
		return false;
	}
	if (!is_one_of(wanted, results, OV_COUNT(results))) {
		ov_diag_add(diags, OV_DIAG_NOT_ALLOWED,
			ov_span(ov_is_some(wanted) ? wanted.loc : result.loc),
			"`result` is pass, fail, skip, warn or error");
		return false;
	}
	if (ov_is_some(operation) && !is_one_of(operation, operations, OV_COUNT(operations))) {
		ov_diag_add(diags, OV_DIAG_NOT_ALLOWED, ov_span(operation.loc),
			"`operation` is CREATE, UPDATE or DELETE");
		return false;
	}
	return check_fields(
		result, result_fields, OV_COUNT(result_fields), "a result of a test", diags);
}

bool ov_suite_is(struct ov_value document, struct ov_diags *diags)
{
	struct ov_value results = ov_get(document, "results");
	if (!ov_is_map(document)) {
		ov_diag_add(diags, OV_DIAG_DOCUMENT_FORM, ov_span(document.loc),
			"a test of policies is a map");
		return false;
	}
	bool ok = check_fields(document, fields, OV_COUNT(fields), "a test of policies", diags);
	for (size_t i = 0; i < ov_count(results); i++)
		ok = check_result(ov_at(results, i), diags) && ok;
	return ok;
}

struct reading {
	struct ov_manifests *base; /**< what reads; its list is not used */
	struct ov_suite *suite;
};

/* Paths are relative to the folder of the suite's file. */
static struct ov_str path_of(struct reading *r, struct ov_str name)
{
	struct ov_str path = r->suite->path;
	size_t slash = path.len;
	while (slash && path.ptr[slash - 1] != '/')
		slash--;
	while (ov_str_starts(name, OV_STR("./")))
		name = ov_str_sub(name, 2, name.len);
	if (ov_str_starts(name, OV_STR("/")))
		slash = 0;
	if (!name.len)
		name = OV_STR(".");
	return ov_str_fmt(r->base->arena, "%.*s%.*s", (int)slash, path.ptr, OV_STR_ARG(name));
}

static struct ov_manifests read_objects(struct reading *r, struct ov_value name)
{
	struct ov_manifests m = *r->base;
	m.list.items = NULL;
	m.list.count = m.list.cap = 0;
	if (!ov_manifests_read(&m, path_of(r, ov_string(name))))
		r->suite->broken = true;
	return m;
}

static struct ov_value read_document(struct reading *r, struct ov_value name)
{
	struct ov_docs docs = {0};
	if (!ov_string(name).len)
		return (struct ov_value){0};
	if (!ov_manifests_documents(r->base, path_of(r, ov_string(name)), &docs))
		r->suite->broken = true;
	return docs.count ? docs.items[0] : (struct ov_value){0};
}

static bool is_same(struct ov_value a, struct ov_value b)
{
	static const char *const names[] = {"name", "namespace"};
	struct ov_str va = ov_string(ov_get(a, "apiVersion"));
	struct ov_str vb = ov_string(ov_get(b, "apiVersion"));
	size_t sa = ov_str_chr(va, '/'), sb = ov_str_chr(vb, '/');
	bool same = ov_str_eq(ov_string(ov_get(a, "kind")), ov_string(ov_get(b, "kind"))) &&
		    ov_str_eq(ov_str_sub(va, 0, sa == SIZE_MAX ? 0 : sa),
			    ov_str_sub(vb, 0, sb == SIZE_MAX ? 0 : sb));
	for (size_t i = 0; same && i < OV_COUNT(names); i++)
		same = ov_str_eq(ov_string(ov_path(a, "metadata", names[i], NULL)),
			ov_string(ov_path(b, "metadata", names[i], NULL)));
	return same;
}

/* Of several resources with one identity the first counts. */
static void add_subject(struct reading *r, struct ov_value resource)
{
	struct ov_suite *s = r->suite;
	resource = ov_policy_resource(r->base->arena, r->base->keys, resource);
	for (size_t i = 0; i < s->subjects.count; i++) {
		if (is_same(s->subjects.items[i].value, resource))
			return;
	}
	const struct ov_suite_subject subject = {.value = resource};
	ov_vec_push(r->base->arena, &s->subjects, subject);
}

static void add_around(struct reading *r, struct ov_value resource)
{
	resource = ov_policy_resource(r->base->arena, r->base->keys, resource);
	ov_vec_push(r->base->arena, &r->suite->around, resource);
}

static void add_param(struct reading *r, struct ov_value resource)
{
	add_around(r, resource);
	ov_vec_push(r->base->arena, &r->suite->params,
		r->suite->around.items[r->suite->around.count - 1]);
}

static void read_each(struct reading *r, struct ov_value names,
	void (*add)(struct reading *r, struct ov_value resource))
{
	for (size_t i = 0; i < ov_count(names); i++) {
		struct ov_manifests m = read_objects(r, ov_at(names, i));
		for (size_t k = 0; k < m.list.count; k++)
			add(r, m.list.items[k]);
	}
}

/* A document whose spec.resources are objects of a cluster. */
static void read_cluster(struct reading *r, struct ov_value name)
{
	struct ov_value list = ov_path(read_document(r, name), "spec", "resources", NULL);
	for (size_t i = 0; i < ov_count(list); i++)
		add_around(r, ov_at(list, i));
}

static void read_payload(struct reading *r, struct ov_value name)
{
	struct ov_str shown = ov_string(name);
	struct ov_value payload = read_document(r, name);
	while (ov_str_starts(shown, OV_STR("./")))
		shown = ov_str_sub(shown, 2, shown.len);
	const struct ov_suite_subject subject = {payload, shown};
	if (ov_is_map(payload))
		ov_vec_push(r->base->arena, &r->suite->subjects, subject);
}

static void read_policies(struct reading *r, struct ov_value names, bool exceptions)
{
	struct ov_suite *s = r->suite;
	for (size_t i = 0; i < ov_count(names); i++) {
		struct ov_manifests m = read_objects(r, ov_at(names, i));
		for (size_t k = 0; k < m.list.count; k++) {
			struct ov_value v = m.list.items[k];
			if (!ov_policy_is(v))
				continue;
			if (exceptions)
				ov_vec_push(r->base->arena, &s->exceptions, v);
			else
				ov_vec_push(r->base->arena, &s->policies, v);
		}
	}
}

static void make_world(struct reading *r, int64_t now)
{
	struct ov_suite *s = r->suite;
	size_t count = 0;
	struct ov_value *list = ov_new_array(
		r->base->arena, struct ov_value, s->subjects.count + s->around.count + 1);
	for (size_t i = 0; i < s->subjects.count; i++) {
		if (!s->subjects.items[i].payload.len)
			list[count++] = s->subjects.items[i].value;
	}
	for (size_t i = 0; i < s->around.count; i++)
		list[count++] = s->around.items[i];
	s->world.resources = list;
	s->world.resource_count = count;
	static const struct ov_value none = {0};
	s->world.params = s->params.count ? s->params.items : &none;
	s->world.param_count = s->params.count;
	s->world.answers = ov_count(ov_get(s->test, "clusterResources")) != 0;
	s->world.calls = ov_get(s->test, "apiCallResponses");
	s->world.globals = ov_get(s->test, "globalContextEntries");
	s->world.now = now;
}

void ov_suite_read(struct ov_manifests *reader, struct ov_str path, struct ov_value test,
	int64_t now, struct ov_suite *out)
{
	struct reading r = {reader, out};
	struct ov_value payload = ov_get(test, "jsonPayload");
	struct ov_value payloads = ov_get(test, "jsonPayloads");
	struct ov_value values = ov_get(test, "values");
	*out = (struct ov_suite){.test = test, .path = path};
	read_policies(&r, ov_get(test, "policies"), false);
	read_policies(&r, ov_get(test, "exceptions"), true);
	read_each(&r, ov_get(test, "resources"), add_subject);
	if (ov_string(payload).len && !ov_count(payloads))
		read_payload(&r, payload);
	for (size_t i = 0; i < ov_count(payloads); i++)
		read_payload(&r, ov_at(payloads, i));
	read_each(&r, ov_get(test, "targetResources"), add_around);
	read_each(&r, ov_get(test, "paramResources"), add_param);
	out->world.contexts = read_document(&r, ov_get(test, "context"));
	for (size_t i = 0; i < ov_count(ov_get(test, "clusterResources")); i++)
		read_cluster(&r, ov_at(ov_get(test, "clusterResources"), i));
	out->world.values =
		ov_is_map(values) ? values : read_document(&r, ov_get(test, "variables"));
	out->world.user = read_document(&r, ov_get(test, "userinfo"));
	make_world(&r, now);
}
