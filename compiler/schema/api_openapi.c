/* api_openapi: the kinds of an OpenAPI document of version 2 or 3. Layer: schema. */
#include "schema/api_source.h"

/* Where a kind's objects are made. */
struct path {
	struct ov_str plural;
	bool cluster;
	bool status; /**< its status has a path of its own */
};

static struct ov_str kind_key(
	struct ov_arena *arena, struct ov_str group, struct ov_str version, struct ov_str kind)
{
	return ov_str_fmt(arena, "%.*s/%.*s/%.*s", OV_STR_ARG(group), OV_STR_ARG(version),
		OV_STR_ARG(kind));
}

static struct ov_str gvk_key(struct ov_api_source *s, struct ov_value gvk)
{
	return kind_key(s->arena, ov_string(ov_get(gvk, "group")),
		ov_string(ov_get(gvk, "version")), ov_string(ov_get(gvk, "kind")));
}

static struct path *path_of(struct ov_api_source *s, struct ov_map *out, struct ov_value gvk)
{
	union ov_map_item *item = ov_map_put(out, gvk_key(s, gvk), NULL);
	if (!item->ptr)
		item->ptr = ov_new(s->arena, struct path);
	return item->ptr;
}

/* Paths at which objects are made, by what they are made of. */
static void read_paths(struct ov_api_source *s, struct ov_value paths, struct ov_map *out)
{
	for (size_t i = 0; i < ov_count(paths) && ov_is_map(paths); i++) {
		struct ov_str path = paths.entries[i].key->str;
		struct ov_value item = paths.entries[i].value;
		struct ov_value made =
			ov_path(item, "post", "x-kubernetes-group-version-kind", NULL);
		struct ov_value put =
			ov_path(item, "put", "x-kubernetes-group-version-kind", NULL);
		size_t slash = path.len;
		while (slash && path.ptr[slash - 1] != '/')
			slash--;
		/* Behind a name there are only subresources. */
		if (ov_str_ends(path, OV_STR("/{name}/status"))) {
			if (ov_is_map(put))
				path_of(s, out, put)->status = true;
		} else if (ov_is_map(made) && slash < path.len &&
			   ov_str_find(path, OV_STR("{name}"), 0) == SIZE_MAX) {
			struct path *p = path_of(s, out, made);
			p->plural = ov_str_sub(path, slash, path.len);
			p->cluster = ov_str_find(path, OV_STR("{namespace}"), 0) == SIZE_MAX;
		}
	}
}

static void add_kind(struct ov_api_source *s, struct ov_str definition, struct ov_value gvk,
	const struct path *path)
{
	struct ov_str group = ov_string(ov_get(gvk, "group")),
		      version = ov_string(ov_get(gvk, "version")),
		      kind = ov_string(ov_get(gvk, "kind"));
	struct ov_api_kind_out *out = ov_api_writer_kind(&s->writer, group, kind);
	out->plural = path->plural;
	out->cluster = path->cluster;
	out->native = ov_str_starts(definition, OV_STR("io.k8s."));
	struct ov_api_version_out v = {.name = version, .served = true, .status = out->native};
	v.part = ov_api_source_definition(s, definition);
	for (size_t i = 0; i < out->versions.count; i++) {
		const struct ov_api_version_out *known = &out->versions.items[i];
		if (!ov_str_eq(known->name, version))
			continue;
		if (known->part != v.part)
			ov_api_source_bad(s, gvk, "%.*s/%.*s %.*s is described twice",
				OV_STR_ARG(group), OV_STR_ARG(version), OV_STR_ARG(kind));
		return;
	}
	ov_vec_push(s->arena, &out->versions, v);
}

void ov_api_source_openapi(struct ov_api_source *s, struct ov_value doc)
{
	bool three = ov_is_some(ov_get(doc, "openapi"));
	s->definitions = three ? ov_path(doc, "components", "schemas", NULL)
			       : ov_get(doc, "definitions");
	s->prefix = three ? OV_STR("#/components/schemas/") : OV_STR("#/definitions/");
	ov_map_init(&s->parts, s->arena, ov_keys_seed(s->keys));
	ov_map_init(&s->open, s->arena, ov_keys_seed(s->keys));
	struct ov_map paths;
	ov_map_init(&paths, s->arena, ov_keys_seed(s->keys));
	read_paths(s, ov_get(doc, "paths"), &paths);
	if (!ov_is_map(s->definitions))
		s->definitions = (struct ov_value){.kind = OV_KIND_MAP, .loc = doc.loc};
	for (size_t i = 0; i < ov_count(s->definitions); i++) {
		const struct ov_entry *e = &s->definitions.entries[i];
		struct ov_value list = ov_get(e->value, "x-kubernetes-group-version-kind");
		if (ov_count(list) != 1)
			continue;
		const struct path *path = ov_map_ptr(&paths, gvk_key(s, ov_at(list, 0)));
		if (path && path->plural.len)
			add_kind(s, e->key->str, ov_at(list, 0), path);
	}
	s->definitions = (struct ov_value){0};
}
