/* api_import: from custom resource definitions and the like to the text of a set. */
#include "schema/api_source.h"

static void add_version(struct ov_api_source *s, struct ov_api_kind_out *kind,
	struct ov_value v, bool preserve, struct ov_value subresources)
{
	struct ov_value schema = ov_path(v, "schema", "openAPIV3Schema", NULL);
	if (preserve)
		schema = ov_with(s->arena, schema,
			ov_key(s->keys, OV_STR("x-kubernetes-preserve-unknown-fields")),
			ov_value_bool(true));
	if (!ov_is_some(subresources))
		subresources = ov_get(v, "subresources");
	struct ov_api_version_out out = {.name = ov_string(ov_get(v, "name")),
		.served = ov_bool(ov_get(v, "served"), false),
		.storage = ov_bool(ov_get(v, "storage"), false),
		.deprecated = ov_bool(ov_get(v, "deprecated"), false),
		.warning = ov_string(ov_get(v, "deprecationWarning")),
		.status = ov_is_some(ov_get(subresources, "status")),
		.replicas = ov_string(ov_path(subresources, "scale", "specReplicasPath", NULL)),
		.part = ov_api_source_schema(s, schema)};
	if (!out.name.len || !ov_is_map(schema)) {
		ov_api_source_bad(s, v, "a version of '%.*s' has no name or no schema",
			OV_STR_ARG(kind->kind));
		return;
	}
	for (size_t i = 0; i < kind->versions.count; i++) {
		const struct ov_api_version_out *known = &kind->versions.items[i];
		if (!ov_str_eq(known->name, out.name))
			continue;
		if (known->part != out.part)
			ov_api_source_bad(s, v, "%.*s/%.*s %.*s is described twice",
				OV_STR_ARG(kind->group), OV_STR_ARG(out.name),
				OV_STR_ARG(kind->kind));
		return;
	}
	ov_vec_push(s->arena, &kind->versions, out);
}

static void add_definition(struct ov_api_source *s, struct ov_value doc)
{
	struct ov_value spec = ov_get(doc, "spec"), versions = ov_get(spec, "versions");
	struct ov_str group = ov_string(ov_get(spec, "group")),
		      kind = ov_string(ov_path(spec, "names", "kind", NULL));
	if (!group.len || !kind.len || !ov_count(versions)) {
		ov_api_source_bad(
			s, doc, "the definition has no spec.group, names.kind or versions");
		return;
	}
	struct ov_api_kind_out *out = ov_api_writer_kind(&s->writer, group, kind);
	out->plural = ov_string(ov_path(spec, "names", "plural", NULL));
	out->cluster = ov_string_is(ov_get(spec, "scope"), "Cluster");
	bool preserve = ov_bool(ov_get(spec, "preserveUnknownFields"), false);
	for (size_t i = 0; i < ov_count(versions); i++)
		add_version(s, out, ov_at(versions, i), preserve, ov_get(spec, "subresources"));
}

/* What the servers know of kinds and OpenAPI does not tell. */
static void add_fact(struct ov_api_source *s, struct ov_value fact)
{
	if (ov_is_some(ov_get(fact, "definition")))
		return;
	struct ov_str name =
		ov_str_fmt(s->arena, "%.*s/%.*s", OV_STR_ARG(ov_string(ov_get(fact, "group"))),
			OV_STR_ARG(ov_string(ov_get(fact, "kind"))));
	struct ov_api_kind_out *kind = ov_map_ptr(&s->writer.kind_by_name, name);
	if (!kind) {
		ov_api_source_bad(s, fact, "no document describes '%.*s'", OV_STR_ARG(name));
		return;
	}
	if (ov_is_string(ov_get(fact, "name")))
		kind->name_rule = ov_string(ov_get(fact, "name"));
	struct ov_value deprecated = ov_get(fact, "deprecated");
	for (size_t i = 0; i < kind->versions.count && ov_is_string(deprecated); i++) {
		struct ov_api_version_out *v = &kind->versions.items[i];
		if (!ov_str_eq(v->name, ov_string(ov_get(fact, "version"))))
			continue;
		v->deprecated = true;
		v->warning = ov_string(deprecated);
	}
}

static bool is_facts(struct ov_value doc)
{
	return ov_string_is(ov_get(doc, "kind"), "ApiFacts");
}

/* Facts about definitions have to be known before they are read. */
static void note_facts(struct ov_api_source *s, struct ov_value doc)
{
	struct ov_value items = ov_get(doc, "items");
	for (size_t i = 0; is_facts(doc) && i < ov_count(items); i++) {
		struct ov_str name = ov_string(ov_get(ov_at(items, i), "definition"));
		struct ov_value *fact = ov_new(s->arena, struct ov_value);
		*fact = ov_at(items, i);
		if (name.len)
			ov_map_put(&s->facts, name, NULL)->ptr = fact;
	}
}

static void add_document(struct ov_api_source *s, struct ov_value doc, size_t depth)
{
	struct ov_value kind = ov_get(doc, "kind"), items = ov_get(doc, "items");
	if (ov_string_is(kind, "CustomResourceDefinition")) {
		struct ov_str version = ov_string(ov_get(doc, "apiVersion"));
		if (!ov_str_starts(version, OV_STR("apiextensions.")) ||
			!ov_str_ends(version, OV_STR("/v1")))
			ov_api_source_bad(
				s, doc, "only definitions of apiextensions v1 can be imported");
		else
			add_definition(s, doc);
	} else if (ov_is_some(ov_get(doc, "openapi")) || ov_is_some(ov_get(doc, "swagger"))) {
		ov_api_source_openapi(s, doc);
	} else if (ov_is_list(items) && ov_str_ends(ov_string(kind), OV_STR("List")) &&
		   depth < 2) {
		for (size_t i = 0; i < ov_count(items); i++)
			add_document(s, ov_at(items, i), depth + 1);
	}
}

bool ov_api_import(struct ov_arena *arena, struct ov_keys *keys, const struct ov_value *docs,
	size_t count, unsigned flags, struct ov_buf *out, struct ov_diags *diags)
{
	struct ov_api_source s = {
		.arena = arena, .keys = keys, .flags = flags, .diags = diags, .ok = true};
	s.prefix = OV_STR("#/definitions/");
	ov_api_writer_init(&s.writer, arena, ov_keys_seed(keys));
	ov_map_init(&s.parts, arena, ov_keys_seed(keys));
	ov_map_init(&s.open, arena, ov_keys_seed(keys));
	ov_map_init(&s.facts, arena, ov_keys_seed(keys));
	for (size_t i = 0; i < count; i++)
		note_facts(&s, docs[i]);
	for (size_t i = 0; i < count; i++)
		add_document(&s, docs[i], 0);
	for (size_t i = 0; i < count; i++) {
		struct ov_value items = ov_get(docs[i], "items");
		for (size_t k = 0; is_facts(docs[i]) && k < ov_count(items); k++)
			add_fact(&s, ov_at(items, k));
	}
	if (s.ok && !s.writer.kinds.count)
		ov_api_source_bad(&s, (struct ov_value){0},
			"there is no CustomResourceDefinition and no OpenAPI document in what "
			"was read");
	if (s.ok)
		ov_api_writer_print(&s.writer, out);
	return s.ok;
}
