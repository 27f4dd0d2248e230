/*
 * crd: definitions and objects, imported into a set and judged in all ways; or a set itself.
 *
 * The input is two JSON texts parted by a line end: the schema of a kind, then an object. An
 * input that begins with `!` is the text of a set, of which every kind is asked for.
 */
#include "foreign/json.h"
#include "fuzz/target.h"
#include "schema/api.h"

struct session {
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_regex_cache *regexes;
	struct ov_api_set *set;
};

static bool read_part(struct session *s, struct ov_str text, struct ov_docs *out)
{
	struct ov_reader reader = {&s->arena, s->keys, &s->cache, &s->diags, NULL};
	reader.source = ov_sources_add(&s->sources, OV_STR("a.json"), text, false);
	return reader.source && ov_json_read(&reader, out);
}

static struct ov_value wrap(struct session *s, const char *key, struct ov_value v)
{
	struct ov_map_builder b;
	ov_map_begin(&b, &s->arena, 1);
	ov_map_set(&b, ov_key(s->keys, ov_str_c(key)), v);
	return ov_map_end(&b);
}

static struct ov_value put(
	struct session *s, struct ov_value map, const char *key, const char *text)
{
	return ov_with(&s->arena, map, ov_key(s->keys, ov_str_c(key)),
		ov_value_string(ov_str_c(text)));
}

static struct ov_value definition(struct session *s, struct ov_value schema)
{
	struct ov_value version = wrap(s, "schema", wrap(s, "openAPIV3Schema", schema));
	version = put(s, version, "name", "v1");
	version = ov_with(
		&s->arena, version, ov_key(s->keys, OV_STR("served")), ov_value_bool(true));
	struct ov_value *list = ov_new(&s->arena, struct ov_value);
	*list = version;
	struct ov_value spec = wrap(s, "names", put(s, wrap(s, "kind", version), "kind", "E"));
	spec = ov_with(
		&s->arena, spec, ov_key(s->keys, OV_STR("versions")), ov_value_list(list, 1));
	spec = put(s, spec, "group", "e.org");
	struct ov_value doc = wrap(s, "spec", spec);
	doc = put(s, doc, "apiVersion", "apiextensions.k8s.io/v1");
	return put(s, doc, "kind", "CustomResourceDefinition");
}

static void judge(struct session *s, const struct ov_api_kind *kind, struct ov_value object)
{
	struct ov_value filled = ov_api_default(&s->arena, kind, object);
	for (unsigned flags = 0; flags < 4; flags++) {
		size_t before = s->diags.errors;
		bool ok = ov_api_validate(
			kind, object, &filled, &s->arena, &s->diags, OV_STR("subject"), flags);
		ov_assert(ok == (s->diags.errors == before));
		ov_assert(ok == ov_api_validate(kind, object, &filled, &s->arena, NULL,
					OV_STR("subject"), flags));
		ov_api_prune(&s->arena, kind, filled, flags, NULL);
	}
}

static void ask(void *context, struct ov_str group, struct ov_str kind, struct ov_str versions)
{
	struct session *s = context;
	size_t blank = ov_str_chr(versions, ' ');
	const struct ov_api_kind *found = ov_api_set_find(s->set, group,
		ov_str_sub(versions, 0, blank == SIZE_MAX ? versions.len : blank), kind,
		&s->diags);
	if (found)
		judge(s, found, wrap(s, "metadata", wrap(s, "name", ov_value_null())));
}

static void import(struct session *s, struct ov_str text)
{
	struct ov_docs docs = {0};
	struct ov_buf out;
	size_t cut = ov_str_chr(text, '\n');
	if (cut == SIZE_MAX || !read_part(s, ov_str_sub(text, 0, cut), &docs) ||
		!read_part(s, ov_str_sub(text, cut + 1, text.len), &docs))
		return;
	struct ov_value doc = definition(s, docs.items[0]);
	ov_buf_init(&out);
	if (ov_api_import(&s->arena, s->keys, &doc, 1, OV_API_IMPORT_RULES, &out, &s->diags)) {
		s->set = ov_api_set_open(
			s->keys, s->regexes, OV_STR("fuzz"), ov_buf_str(&out), &s->diags);
		const struct ov_api_kind *kind = ov_api_set_find(
			s->set, OV_STR("e.org"), OV_STR("v1"), OV_STR("E"), &s->diags);
		/* What was written can be read. */
		ov_assert(kind != NULL || s->diags.errors > 0);
		if (kind)
			judge(s, kind, docs.items[1]);
		ov_api_set_close(s->set);
	}
	ov_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session s = {.keys = ov_keys_new(1), .regexes = ov_regex_cache_new(1)};
	struct ov_str text = ov_str_n((const char *)data, size);
	ov_sources_init(&s.sources, &s.arena);
	ov_diags_init(&s.diags, &s.sources);
	if (size && data[0] == '!') {
		s.set = ov_api_set_open(s.keys, s.regexes, OV_STR("fuzz"), text, &s.diags);
		if (s.set)
			ov_api_set_each(s.set, ask, &s);
		ov_api_set_close(s.set);
	} else {
		import(&s, text);
	}
	ov_diags_sort(&s.diags);
	ov_diags_release(&s.diags);
	ov_regex_cache_free(s.regexes);
	ov_keys_free(s.keys);
	ov_arena_release(&s.arena);
	return 0;
}
