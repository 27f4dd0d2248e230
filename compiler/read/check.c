/* check: judges documents by their schemas, and looks for secrets. Layer: read. */
#include "expr/expr.h"
#include "foreign/yaml.h"
#include "lang/cloudinit.h"
#include "lang/secret.h"
#include "read/internal.h"
#include "schema/schema.h"

/* One walk over a document as it is written. */
struct walk {
	struct ov_run *run;
	struct ov_worker *worker;
	struct ov_diags *diags;
	bool ok;
};

void ov_plain_secret(struct ov_worker *worker, struct ov_span span, const char *what)
{
	struct ov_diag *d = ov_diag_add(&worker->diags, OV_DIAG_PLAIN_SECRET, span, "%s", what);
	ov_diag_help(&worker->diags, d,
		"put it in a Secret, an ExternalSecret or a SealedSecret and refer to that by "
		"name");
}

static void plain_secret(struct walk *w, struct ov_span span, const char *what)
{
	ov_plain_secret(w->worker, span, what);
	w->ok = false;
}

static void say_cloud_init(struct ov_worker *worker, struct ov_span span, struct ov_str path,
	const char *what, bool secret)
{
	if (secret)
		ov_plain_secret(worker, span,
			ov_str_fmt(&worker->scratch, "cloud-init: '%.*s' %s", OV_STR_ARG(path),
				what)
				.ptr);
	else
		ov_diag_add(&worker->diags, OV_DIAG_EMBEDDED, span, "cloud-init: '%.*s' %s",
			OV_STR_ARG(path), what);
}

/* Findings inside a text that is YAML itself. */
struct inner {
	struct walk *walk;
	struct ov_expr_text text;
	uint32_t base;
};

static void in_cloud_config(
	void *context, struct ov_value where, struct ov_str path, const char *what, bool secret)
{
	struct inner *inner = context;
	uint32_t loc = where.key_loc ? where.key_loc : where.loc;
	struct ov_span span = inner->text.sources
				      ? ov_expr_place(&inner->text, loc - inner->base, 0)
				      : ov_span(loc);
	say_cloud_init(inner->walk->worker, span, path, what, secret);
	inner->walk->ok = false;
}

static void check_cloud_config(struct walk *w, struct ov_value scalar)
{
	struct ov_source source = {
		.path = OV_STR("cloud-init"), .text = ov_string(scalar), .base = 1};
	struct ov_diags diags;
	ov_diags_init(&diags, NULL);
	struct ov_reader reader = {.arena = &w->worker->scratch,
		.keys = w->run->keys,
		.cache = w->worker->cache,
		.diags = &diags,
		.source = &source};
	struct inner inner = {.walk = w,
		.text = {.text = ov_string(scalar),
			.sources = w->run->sources,
			.scalar = scalar},
		.base = 1};
	struct ov_docs docs = {0};
	ov_yaml_read(&reader, &docs);
	for (size_t i = 0; i < diags.list.count; i++) {
		const struct ov_diag *d = diags.list.items[i];
		ov_diag_add(w->diags, OV_DIAG_EMBEDDED,
			ov_expr_place(&inner.text, d->span.loc ? d->span.loc - 1 : 0, 1),
			"cloud-init: %.*s", OV_STR_ARG(d->message));
		w->ok = false;
	}
	for (size_t i = 0; i < docs.count; i++)
		ov_cloudinit_check(docs.items[i], in_cloud_config, &inner);
	ov_diags_release(&diags);
}

static void in_map(
	void *context, struct ov_value where, struct ov_str path, const char *what, bool secret)
{
	say_cloud_init(context, ov_span(where.key_loc ? where.key_loc : where.loc), path, what,
		secret);
}

void ov_check_cloud_config(struct ov_worker *worker, struct ov_value map)
{
	ov_cloudinit_check(map, in_map, worker);
}

static void check_string(struct walk *w, struct ov_value v)
{
	struct ov_str s = ov_string(v);
	if (ov_cloudinit_is_config(s)) {
		check_cloud_config(w, v);
		return;
	}
	const char *what = ov_secret_text(s);
	if (what)
		plain_secret(w, ov_span(v.loc),
			ov_str_fmt(&w->worker->scratch, "this looks like %s", what).ptr);
}

static void walk_value(struct walk *w, struct ov_value v)
{
	if (v.kind == OV_KIND_STRING) {
		check_string(w, v);
	} else if (v.kind == OV_KIND_LIST) {
		for (size_t i = 0; i < v.count; i++)
			walk_value(w, v.items[i]);
	} else if (v.kind == OV_KIND_MAP) {
		for (size_t i = 0; i < v.count; i++) {
			const struct ov_entry *e = &v.entries[i];
			if (e->value.kind == OV_KIND_NULL && (e->value.flags & OV_FLAG_EMPTY)) {
				struct ov_diag *d = ov_diag_add(w->diags, OV_DIAG_EMPTY_VALUE,
					ov_span(e->value.key_loc), "'%.*s' has no value",
					OV_STR_ARG(e->key->str));
				ov_diag_help(w->diags, d,
					"write null to remove what is inherited, or \"\" for "
					"the "
					"empty string");
				w->ok = false;
			} else if (e->value.kind == OV_KIND_STRING &&
				   ov_secret_key_suspicious(e->key->str) &&
				   !ov_secret_is_reference(ov_string(e->value))) {
				struct ov_str what = ov_str_fmt(&w->worker->scratch,
					"'%.*s' holds a secret in plain text",
					OV_STR_ARG(e->key->str));
				plain_secret(w, ov_span(e->value.loc), what.ptr);
			} else {
				walk_value(w, e->value);
			}
		}
	}
}

static const struct ov_schema *spec_schema(
	struct ov_reading *reading, const struct ov_kind_info *kind)
{
	const struct ov_schema_property *p = ov_schema_property(
		ov_schema_resolve(kind->schema), ov_key(reading->run->keys, OV_STR("spec")));
	return p ? p->schema : NULL;
}

/* `defaults.KIND` is a part of a spec of that kind. */
static bool check_defaults(
	struct ov_reading *reading, struct ov_worker *worker, const struct ov_doc *doc)
{
	struct ov_value defaults = ov_path(doc->value, "spec", "defaults", NULL);
	bool ok = true;
	for (size_t i = 0; ov_is_map(defaults) && i < defaults.count; i++) {
		const struct ov_entry *e = &defaults.entries[i];
		const struct ov_kind_info *kind = ov_kind_find(reading->estate, e->key->str);
		if (!kind) {
			struct ov_estate *estate = reading->estate;
			struct ov_str *names = ov_new_array(
				&worker->scratch, struct ov_str, estate->kinds.count);
			for (size_t k = 0; k < estate->kinds.count; k++)
				names[k] = estate->kinds.items[k]->name;
			struct ov_value name = ov_value_string(e->key->str);
			name.loc = e->value.key_loc;
			ov_unknown_name(
				&worker->diags, name, "kind", names, estate->kinds.count);
			ok = false;
			continue;
		}
		const struct ov_schema *spec = spec_schema(reading, kind);
		if (spec && !ov_schema_validate(spec, e->value,
				    OV_SCHEMA_PARTIAL | OV_SCHEMA_FORMAT_ASSERT,
				    &worker->scratch, &worker->diags, ov_str_n(NULL, 0)))
			ok = false;
	}
	return ok;
}

bool ov_check_alone(struct ov_reading *reading, struct ov_worker *worker, struct ov_doc *doc)
{
	struct walk w = {reading->run, worker, &worker->diags, true};
	walk_value(&w, doc->value);
	bool ok = w.ok;
	ok = ov_schema_validate(doc->kind->schema, doc->value,
		     OV_SCHEMA_PARTIAL | OV_SCHEMA_FORMAT_ASSERT, &worker->scratch,
		     &worker->diags, ov_str_n(NULL, 0)) &&
	     ok;
	return check_defaults(reading, worker, doc) && ok;
}

bool ov_check_merged(struct ov_worker *worker, const struct ov_instance *instance)
{
	const struct ov_schema *schema = instance->doc->kind->schema;
	/* The verdict alone is quicker than findings, and most documents have none. */
	return ov_schema_validate(schema, instance->value, OV_SCHEMA_FORMAT_ASSERT,
		       &worker->scratch, NULL, ov_str_n(NULL, 0)) ||
	       ov_schema_validate(schema, instance->value, OV_SCHEMA_FORMAT_ASSERT,
		       &worker->scratch, &worker->diags,
		       ov_instance_label(&worker->scratch, instance));
}
