/*
 * crd: Kubernetes' own tables for custom resources: rules, defaults, pruning, list types and
 * validation.
 *
 * A file holds one table a line. The schema of each becomes a custom resource definition, which
 * is imported into a set, so that every case goes all the way. Messages of the tables are those
 * of the server and are not compared; that there is an error, and where, is.
 */
#include "conformance/suites.h"

#include "foreign/json.h"
#include "foreign/os.h"
#include "lang/json_out.h"
#include "schema/api.h"
#include "value/equal.h"

struct session {
	ov_suite_fn *result;
	void *context;
	struct ov_str file;
	struct ov_regex_cache *regexes;
	struct ov_key_cache *cache;
};

/* One table; everything lives in its arena. */
struct run {
	struct session *s;
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_diags diags;
	struct ov_value table;
	struct ov_str name;
};

static struct ov_value map_of(struct run *r, const char *key, struct ov_value v)
{
	struct ov_map_builder b;
	ov_map_begin(&b, &r->arena, 1);
	ov_map_set(&b, ov_key(r->keys, ov_str_c(key)), v);
	return ov_map_end(&b);
}

static struct ov_value with(
	struct run *r, struct ov_value map, const char *key, struct ov_value v)
{
	return ov_with(&r->arena, map, ov_key(r->keys, ov_str_c(key)), v);
}

static struct ov_value list_of(struct run *r, struct ov_value v)
{
	struct ov_value *items = ov_new(&r->arena, struct ov_value);
	*items = v;
	return ov_value_list(items, 1);
}

static struct ov_value text(const char *s)
{
	return ov_value_string(ov_str_c(s));
}

/* The schema as the only version of the only kind of a set. */
static const struct ov_api_kind *make_kind(
	struct run *r, struct ov_value schema, struct ov_api_set **set)
{
	struct ov_buf out;
	struct ov_value empty = {.kind = OV_KIND_MAP};
	struct ov_value version = map_of(
		r, "schema", map_of(r, "openAPIV3Schema", ov_is_map(schema) ? schema : empty));
	version = with(r, version, "name", text("v1"));
	version = with(r, version, "served", ov_value_bool(true));
	struct ov_value spec = map_of(r, "group", text("example.org"));
	spec = with(r, spec, "scope", text("Namespaced"));
	spec = with(r, spec, "names", map_of(r, "kind", text("Example")));
	spec = with(r, spec, "versions", list_of(r, version));
	struct ov_value doc = map_of(r, "apiVersion", text("apiextensions.k8s.io/v1"));
	doc = with(r, doc, "kind", text("CustomResourceDefinition"));
	doc = with(r, doc, "spec", spec);
	ov_buf_init(&out);
	*set = NULL;
	if (ov_api_import(&r->arena, r->keys, &doc, 1, OV_API_IMPORT_RULES, &out, &r->diags))
		*set = ov_api_set_open(r->keys, r->s->regexes, OV_STR("case"),
			ov_str_dup(&r->arena, ov_buf_str(&out)), &r->diags);
	ov_buf_release(&out);
	return *set ? ov_api_set_find(*set, OV_STR("example.org"), OV_STR("v1"),
			      OV_STR("Example"), &r->diags)
		    : NULL;
}

static void judge(struct run *r, struct ov_str what, bool ok, struct ov_str why)
{
	struct ov_str id = r->name;
	if (what.len)
		id = ov_str_fmt(&r->arena, "%.*s: %.*s", OV_STR_ARG(r->name), OV_STR_ARG(what));
	r->s->result(r->s->context, r->s->file, id, ok ? OV_SUITE_PASS : OV_SUITE_FAIL, why);
}

static struct ov_str first_message(const struct ov_diags *diags)
{
	return diags->list.count ? diags->list.items[0]->message : OV_STR("found valid");
}

/* Whether the value is taken, which has to be the same without findings. */
static bool is_taken(struct run *r, const struct ov_api_kind *kind, struct ov_value object,
	struct ov_value old, struct ov_diags *diags)
{
	const struct ov_value *before = ov_is_some(old) ? &old : NULL;
	unsigned flags = OV_API_BARE | OV_API_LENIENT;
	bool ok = ov_api_validate(
		kind, object, before, &r->arena, diags, ov_str_n(NULL, 0), flags);
	bool same = ok == ov_api_validate(kind, object, before, &r->arena, NULL,
				  ov_str_n(NULL, 0), flags);
	if (!same || ok != (diags->errors == 0))
		ov_diag_add(diags, OV_DIAG_API_SET, ov_span(0),
			"the verdict and the findings differ");
	return ok;
}

static void run_object(struct run *r, struct ov_value schema, struct ov_value object,
	struct ov_value old, struct ov_str what, bool expected)
{
	struct ov_diags diags;
	struct ov_api_set *set;
	ov_diags_init(&diags, NULL);
	const struct ov_api_kind *kind = make_kind(r, schema, &set);
	bool ok = kind && is_taken(r, kind, object, old, &diags) == expected &&
		  (diags.errors == 0) == expected;
	judge(r, what, ok, kind ? first_message(&diags) : first_message(&r->diags));
	ov_api_set_close(set);
	ov_diags_release(&diags);
}

/* Numbers of format "float" were a Go float32 and are printed in the digits of one. */
static struct ov_value single_floats(
	struct run *r, struct ov_value object, struct ov_value schema)
{
	struct ov_value fields = ov_get(schema, "properties");
	for (size_t i = 0; ov_is_map(object) && i < ov_count(fields); i++) {
		struct ov_value v = ov_get_key(object, fields.entries[i].key);
		if (v.kind != OV_KIND_DOUBLE ||
			!ov_string_is(ov_get(fields.entries[i].value, "format"), "float"))
			continue;
		object = ov_with(&r->arena, object, fields.entries[i].key,
			ov_value_double((double)(float)v.number));
	}
	return object;
}

static void run_rule(struct run *r, struct ov_str rule, bool expected)
{
	struct ov_value schema = ov_get(r->table, "schema");
	struct ov_value object = single_floats(r, ov_get(r->table, "obj"), schema);
	schema = with(r, schema, "x-kubernetes-validations",
		list_of(r, map_of(r, "rule", ov_value_string(rule))));
	run_object(r, schema, object, ov_get(r->table, "oldObj"), rule, expected);
}

static void run_rules(struct run *r)
{
	struct ov_value valid = ov_get(r->table, "valid"), errors = ov_get(r->table, "errors");
	for (size_t i = 0; ov_is_list(valid) && i < valid.count; i++)
		run_rule(r, ov_string(valid.items[i]), true);
	for (size_t i = 0; ov_is_map(errors) && i < errors.count; i++)
		run_rule(r, errors.entries[i].key->str, false);
}

/* Only rules are asked here, so that what oneOf says does not count. */
static void run_levels(struct run *r)
{
	struct ov_diags diags;
	struct ov_api_set *set;
	size_t found = 0;
	ov_diags_init(&diags, NULL);
	const struct ov_api_kind *kind = make_kind(r, ov_get(r->table, "schema"), &set);
	if (kind)
		is_taken(r, kind, ov_get(r->table, "obj"), ov_get(r->table, "oldObj"), &diags);
	for (size_t i = 0; i < diags.list.count; i++)
		found += diags.list.items[i]->code == OV_DIAG_API_RULE;
	judge(r, ov_str_n(NULL, 0),
		kind && (found == 0) == (ov_count(ov_get(r->table, "errors")) == 0),
		first_message(&diags));
	ov_api_set_close(set);
	ov_diags_release(&diags);
}

static struct ov_str shown(struct run *r, struct ov_value v)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	if (ov_is_some(v))
		ov_json_write(&buf, v, 0);
	struct ov_str s = ov_str_dup(&r->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return s;
}

static void run_default(struct run *r)
{
	struct ov_api_set *set;
	const struct ov_api_kind *kind = make_kind(r, ov_get(r->table, "schema"), &set);
	struct ov_value out = {0};
	if (kind)
		out = ov_api_default(&r->arena, kind, ov_get(r->table, "in"));
	judge(r, ov_str_n(NULL, 0), ov_equal(out, ov_get(r->table, "out"), OV_IDENTICAL),
		shown(r, out));
	ov_api_set_close(set);
}

static bool has_string(struct ov_value list, struct ov_str s)
{
	for (size_t i = 0; i < ov_count(list); i++) {
		if (ov_str_eq(ov_string(ov_at(list, i)), s))
			return true;
	}
	return false;
}

static void run_prune(struct run *r)
{
	struct ov_api_set *set;
	const struct ov_api_kind *kind = make_kind(r, ov_get(r->table, "schema"), &set);
	struct ov_api_paths dropped = {0};
	struct ov_value out = {0}, paths = ov_get(r->table, "pruned");
	bool root = ov_bool(ov_get(r->table, "isResourceRoot"), false);
	if (kind)
		out = ov_api_prune(&r->arena, kind, ov_get(r->table, "in"),
			root ? 0 : OV_API_BARE, &dropped);
	bool ok = ov_equal(out, ov_get(r->table, "out"), OV_IDENTICAL) &&
		  dropped.list.count == (ov_is_list(paths) ? ov_count(paths) : 0);
	for (size_t i = 0; ok && i < dropped.list.count; i++)
		ok = has_string(paths, dropped.list.items[i]);
	judge(r, ov_str_n(NULL, 0), ok, shown(r, out));
	ov_api_set_close(set);
}

/* A path without its punctuation: root.a[b][1] and a.b[1] are the same. */
static struct ov_str bare(struct run *r, struct ov_str path)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	if (ov_str_starts(path, OV_STR("root")))
		path = ov_str_sub(path, 4, path.len);
	for (size_t i = 0; i < path.len; i++) {
		if (!strchr("[]\"'.", path.ptr[i]))
			ov_buf_putc(&buf, path.ptr[i]);
	}
	struct ov_str s = ov_str_dup(&r->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return s;
}

/* Whether a finding of the code begins with the path. */
static bool is_found(struct run *r, const struct ov_diags *diags, struct ov_str path)
{
	for (size_t i = 0; i < diags->list.count; i++) {
		struct ov_str message = diags->list.items[i]->message;
		size_t end = ov_str_find(message, OV_STR("' "), 0);
		if (end != SIZE_MAX &&
			ov_str_eq(bare(r, ov_str_sub(message, 0, end)), bare(r, path)))
			return true;
	}
	return false;
}

static void run_list_type(struct run *r)
{
	struct ov_diags diags;
	struct ov_api_set *set;
	ov_diags_init(&diags, NULL);
	const struct ov_api_kind *kind = make_kind(r, ov_get(r->table, "schema"), &set);
	struct ov_value errors = ov_get(r->table, "errors");
	size_t expected = 0, found = 0;
	bool ok = kind != NULL;
	if (kind)
		is_taken(r, kind, ov_get(r->table, "obj"), (struct ov_value){0}, &diags);
	for (size_t i = 0; i < ov_count(errors); i++) {
		struct ov_value e = ov_at(errors, i);
		expected += ov_string_is(ov_get(e, "type"), "FieldValueDuplicate");
		ok = ok && is_found(r, &diags, ov_string(ov_get(e, "path")));
	}
	for (size_t i = 0; i < diags.list.count; i++)
		found += diags.list.items[i]->code == OV_DIAG_API_LIST;
	judge(r, ov_str_n(NULL, 0), ok && expected == found, first_message(&diags));
	ov_api_set_close(set);
	ov_diags_release(&diags);
}

static void run_validate(struct run *r)
{
	struct ov_value schema = ov_get(r->table, "schema"),
			objects = ov_get(r->table, "objects"),
			old = ov_get(r->table, "oldObjects"),
			failing = ov_get(r->table, "failing");
	for (size_t i = 0; ov_is_list(objects) && i < objects.count; i++)
		run_object(r, schema, objects.items[i], ov_at(old, i),
			shown(r, objects.items[i]), true);
	for (size_t i = 0; ov_is_list(failing) && i < failing.count; i++) {
		struct ov_value before = ov_get(failing.items[i], "oldObject");
		struct ov_value object = ov_get(failing.items[i], "object");
		if (before.kind == OV_KIND_NULL)
			before = (struct ov_value){0};
		run_object(r, schema, object, before, shown(r, object), false);
	}
}

static const struct {
	const char *file;
	void (*run)(struct run *r);
} tables[] = {
	{"crd-cel-rules.jsonl", run_rules},
	{"crd-cel-schema-levels.jsonl", run_levels},
	{"crd-defaulting.jsonl", run_default},
	{"crd-pruning.jsonl", run_prune},
	{"crd-listtype.jsonl", run_list_type},
	{"crd-validate-custom-resource.jsonl", run_validate},
};

static void run_line(struct session *s, struct ov_str line, size_t number)
{
	struct run r = {.s = s, .keys = ov_keys_new(1)};
	struct ov_sources sources;
	struct ov_docs docs = {0};
	*s->cache = (struct ov_key_cache){0};
	ov_sources_init(&sources, &r.arena);
	ov_diags_init(&r.diags, &sources);
	struct ov_source *source = ov_sources_add(&sources, OV_STR("case.json"), line, false);
	struct ov_reader reader = {&r.arena, r.keys, s->cache, &r.diags, source};
	bool known = false;
	bool ok = source && ov_json_read(&reader, &docs) && docs.count == 1;
	if (ok) {
		r.table = docs.items[0];
		r.name = ov_str_fmt(&r.arena, "%zu %.*s", number,
			OV_STR_ARG(ov_string(ov_get(r.table, "name"))));
	}
	for (size_t i = 0; ok && i < OV_COUNT(tables); i++) {
		if (!ov_str_is(s->file, tables[i].file))
			continue;
		known = true;
		tables[i].run(&r);
	}
	if (!known)
		s->result(s->context, s->file, line, OV_SUITE_FAIL,
			OV_STR("the case itself cannot be read"));
	ov_diags_release(&r.diags);
	ov_keys_free(r.keys);
	ov_arena_release(&r.arena);
}

static void run_file(void *context, const struct ov_found *found)
{
	struct session *s = context;
	if (found->kind != OV_FOUND_FILE || !ov_str_ends(found->path, OV_STR(".jsonl")))
		return;
	s->file = found->path;
	size_t number = 0;
	for (size_t at = 0; at < found->bytes.len;) {
		size_t end = at;
		while (end < found->bytes.len && found->bytes.ptr[end] != '\n')
			end++;
		number++;
		if (end > at)
			run_line(s, ov_str_sub(found->bytes, at, end), number);
		at = end + 1;
	}
}

bool ov_suite_crd(const char *dir, const char *part, ov_suite_fn *result, void *context)
{
	struct ov_arena arena = {0};
	struct ov_diags diags;
	struct session s = {.result = result, .context = context};
	ov_diags_init(&diags, NULL);
	s.regexes = ov_regex_cache_new(1);
	s.cache = ov_new(&arena, struct ov_key_cache);
	bool ok = ov_os_walk(
		&arena, ov_str_fmt(&arena, "%s/crd/%s", dir, part), NULL, run_file, &s, &diags);
	ov_regex_cache_free(s.regexes);
	ov_diags_release(&diags);
	ov_arena_release(&arena);
	return ok;
}
