/* dialect: which vocabularies a schema is written in, and our own keywords. Layer: schema. */
#include "schema/internal.h"

#include "schema/reference.h"

#define META "https://json-schema.org/draft/2020-12/"

static uint8_t vocabulary_bit(struct ov_str uri)
{
	static const struct {
		const char *name;
		enum ov_vocabulary bit;
	} table[] = {
		{"core", OV_VOCABULARY_CORE},
		{"applicator", OV_VOCABULARY_APPLICATOR},
		{"unevaluated", OV_VOCABULARY_UNEVALUATED},
		{"validation", OV_VOCABULARY_VALIDATION},
		{"meta-data", OV_VOCABULARY_META},
		{"format-annotation", OV_VOCABULARY_FORMAT},
		{"format-assertion", OV_VOCABULARY_ASSERTION},
		{"content", OV_VOCABULARY_CONTENT},
	};
	struct ov_str prefix = OV_STR(META "vocab/");
	if (!ov_str_starts(uri, prefix))
		return 0;
	for (size_t i = 0; i < OV_COUNT(table); i++) {
		if (ov_str_is(ov_str_sub(uri, prefix.len, uri.len), table[i].name))
			return (uint8_t)table[i].bit;
	}
	return 0;
}

static uint8_t read_vocabulary(
	const struct ov_schema_resource *of, struct ov_value vocabulary, struct ov_diags *diags)
{
	uint8_t bits = OV_VOCABULARY_CORE;
	for (size_t i = 0; i < ov_count(vocabulary); i++) {
		struct ov_str uri = vocabulary.entries[i].key->str;
		uint8_t bit = vocabulary_bit(uri);
		if (!bit && ov_bool(vocabulary.entries[i].value, false))
			ov_schema_bad(diags, of, ov_span(of->root->loc),
				"the schema needs the unknown vocabulary '%.*s'",
				OV_STR_ARG(uri));
		bits = (uint8_t)(bits | bit);
	}
	return bits;
}

uint8_t ov_resource_vocabularies(struct ov_schema_set *set,
	const struct ov_schema_resource *resource, struct ov_diags *diags)
{
	const uint8_t all = UINT8_MAX & ~OV_VOCABULARY_ASSERTION;
	struct ov_value meta = ov_get(*resource->root, "$schema");
	if (!ov_is_some(meta))
		meta = ov_get(*resource->doc->root->root, "$schema");
	struct ov_str uri = ov_reference_split(ov_string(meta), NULL);
	if (!uri.len || ov_str_is(uri, META "schema"))
		return all;
	uri = ov_reference_resolve(set->arena, resource->uri, uri);
	const struct ov_schema_resource *found = ov_resource_find(set, uri);
	if (!found) {
		struct ov_diag *diag = ov_schema_bad(diags, resource, ov_span(meta.loc),
			"no metaschema '%.*s'", OV_STR_ARG(uri));
		ov_diag_help(diags, diag, "schemas are read as %sschema", META);
		return all;
	}
	struct ov_value vocabulary = ov_get(*found->root, "$vocabulary");
	return ov_is_map(vocabulary) ? read_vocabulary(resource, vocabulary, diags) : all;
}

static bool keyword_fits(const struct ov_keyword_info *info, struct ov_value v)
{
	switch (info->type) {
	case OV_KEYWORD_STRING: break;
	case OV_KEYWORD_BOOL: return v.kind == OV_KIND_BOOL;
	case OV_KEYWORD_MAP: return v.kind == OV_KIND_MAP;
	case OV_KEYWORD_STRINGS:
		for (size_t i = 0; i < ov_count(v); i++) {
			if (!ov_is_string(ov_at(v, i)))
				return false;
		}
		return v.kind == OV_KIND_LIST;
	}
	if (!ov_is_string(v) || !v.count || !info->allowed)
		return ov_is_string(v) && v.count;
	struct ov_str rest = ov_str_c(info->allowed);
	while (rest.len) {
		size_t blank = ov_str_chr(rest, ' ');
		if (ov_str_eq(ov_str_sub(rest, 0, blank), ov_string(v)))
			return true;
		rest = blank == SIZE_MAX ? ov_str_n(NULL, 0)
					 : ov_str_sub(rest, blank + 1, rest.len);
	}
	return false;
}

void ov_schema_set_keyword(struct ov_schema_set *set, struct ov_schema *s,
	const struct ov_entry *entry, struct ov_diags *diags)
{
	static const char *const types[] = {
		[OV_KEYWORD_STRING] = "a string",
		[OV_KEYWORD_BOOL] = "true or false",
		[OV_KEYWORD_STRINGS] = "a list of strings",
		[OV_KEYWORD_MAP] = "a map",
	};
	struct ov_str names[OV_KEYWORD_COUNT];
	struct ov_str name = entry->key->str;
	struct ov_span key = ov_span_n(entry->value.key_loc, name.len);
	for (size_t i = 0; i < OV_KEYWORD_COUNT; i++) {
		const struct ov_keyword_info *info = ov_keyword_info((enum ov_keyword)i);
		names[i] = ov_str_c(info->name);
		if (!ov_str_eq(names[i], name))
			continue;
		if (info->place == OV_KEYWORD_ROOT && s->resource->root != s->source) {
			ov_schema_bad(diags, s->resource, key,
				"'%s' stands at the root of a schema", info->name);
			return;
		}
		if (!keyword_fits(info, entry->value)) {
			struct ov_diag *diag = ov_schema_bad(diags, s->resource,
				ov_span(entry->value.loc), "'%s' takes %s", info->name,
				info->allowed ? "one of a few values" : types[info->type]);
			if (info->allowed)
				ov_diag_help(diags, diag, "write one of: %s", info->allowed);
			return;
		}
		if (!s->keywords)
			s->keywords =
				ov_new_array(set->arena, struct ov_value, OV_KEYWORD_COUNT);
		s->keywords[i] = entry->value;
		return;
	}
	struct ov_diag *diag = ov_schema_bad(
		diags, s->resource, key, "unknown keyword '%.*s'", OV_STR_ARG(name));
	struct ov_str near = ov_nearest(name, names, OV_KEYWORD_COUNT);
	if (near.len)
		ov_diag_help(diags, diag, "did you mean '%.*s'?", OV_STR_ARG(near));
}
