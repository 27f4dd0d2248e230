/*
 * meta: the metaschema of draft 2020-12 and its vocabularies, for schemas that refer to them.
 * Layer: schema.
 *
 * They are written in YAML's flow style and read on first use. Schemas themselves are checked
 * by compile.c, which can say more.
 */
#include "schema/internal.h"

#include "foreign/reader.h"

#define BASE "https://json-schema.org/draft/2020-12/"
#define HEAD(name, vocabulary) \
	"{'$schema': '" BASE "schema', '$id': '" BASE name "', " \
	"'$vocabulary': {'" BASE "vocab/" vocabulary "': true}, '$dynamicAnchor': meta, " \
	"type: [object, boolean]"
#define META  "{'$dynamicRef': '#meta'}"
#define METAS "{type: object, additionalProperties: " META ", default: {}}"

static const struct {
	const char *name;
	const char *text;
} documents[] = {
	{"schema",
		"{'$schema': '" BASE "schema', '$id': '" BASE "schema', '$vocabulary': {'" BASE
		"vocab/core': true, '" BASE "vocab/applicator': true, '" BASE
		"vocab/unevaluated': true, '" BASE "vocab/validation': true, '" BASE
		"vocab/meta-data': true, '" BASE "vocab/format-annotation': true, '" BASE
		"vocab/content': true}, '$dynamicAnchor': meta, allOf: ["
		"{'$ref': 'meta/core'}, {'$ref': 'meta/applicator'}, "
		"{'$ref': 'meta/unevaluated'}, {'$ref': 'meta/validation'}, "
		"{'$ref': 'meta/meta-data'}, {'$ref': 'meta/format-annotation'}, "
		"{'$ref': 'meta/content'}], type: [object, boolean], properties: {"
		"definitions: {type: object, additionalProperties: " META
		", deprecated: true, default: {}}, "
		"dependencies: {type: object, additionalProperties: {anyOf: [" META
		", {'$ref': 'meta/validation#/$defs/stringArray'}]}, deprecated: true, "
		"default: {}}, "
		"'$recursiveAnchor': {'$ref': 'meta/core#/$defs/anchorString', "
		"deprecated: true}, "
		"'$recursiveRef': {'$ref': 'meta/core#/$defs/uriReferenceString', "
		"deprecated: true}}}"},
	{"meta/core",
		HEAD("meta/core",
			"core") ", properties: {"
				"'$id': {'$ref': '#/$defs/uriReferenceString', pattern: "
				"'^[^#]*#?$'}, "
				"'$schema': {'$ref': '#/$defs/uriString'}, "
				"'$ref': {'$ref': '#/$defs/uriReferenceString'}, "
				"'$anchor': {'$ref': '#/$defs/anchorString'}, "
				"'$dynamicRef': {'$ref': '#/$defs/uriReferenceString'}, "
				"'$dynamicAnchor': {'$ref': '#/$defs/anchorString'}, "
				"'$vocabulary': {type: object, "
				"propertyNames: {'$ref': '#/$defs/uriString'}, "
				"additionalProperties: {type: boolean}}, "
				"'$comment': {type: string}, "
				"'$defs': {type: object, additionalProperties: " META "}}, "
				"'$defs': {anchorString: {type: string, pattern: "
				"'^[A-Za-z_][-A-Za-z0-9._]*$'}, "
				"uriString: {type: string, format: uri}, "
				"uriReferenceString: {type: string, format: uri-reference}}}"},
	{"meta/applicator",
		HEAD("meta/applicator",
			"applicator") ", properties: {"
				      "prefixItems: {'$ref': '#/$defs/schemaArray'}, "
				      "items: " META ", contains: " META
				      ", additionalProperties: " META ", properties: " METAS
				      ", patternProperties: {type: object, "
				      "additionalProperties: " META
				      ", propertyNames: {format: regex}, default: {}}, "
				      "dependentSchemas: " METAS ", propertyNames: " META
				      ", if: " META ", then: " META ", else: " META
				      ", allOf: {'$ref': '#/$defs/schemaArray'}, "
				      "anyOf: {'$ref': '#/$defs/schemaArray'}, "
				      "oneOf: {'$ref': '#/$defs/schemaArray'}, not: " META "}, "
				      "'$defs': {schemaArray: {type: array, minItems: 1, "
				      "items: " META "}}}"},
	{"meta/unevaluated",
		HEAD("meta/unevaluated", "unevaluated") ", properties: {"
							"unevaluatedItems: " META
							", unevaluatedProperties: " META "}}"},
	{"meta/validation",
		HEAD("meta/validation",
			"validation") ", properties: {"
				      "type: {anyOf: [{'$ref': '#/$defs/simpleTypes'}, {type: "
				      "array, "
				      "items: {'$ref': '#/$defs/simpleTypes'}, minItems: 1, "
				      "uniqueItems: true}]}, "
				      "const: true, enum: {type: array, items: true}, "
				      "multipleOf: {type: number, exclusiveMinimum: 0}, "
				      "maximum: {type: number}, exclusiveMaximum: {type: "
				      "number}, "
				      "minimum: {type: number}, exclusiveMinimum: {type: "
				      "number}, "
				      "maxLength: {'$ref': '#/$defs/nonNegativeInteger'}, "
				      "minLength: {'$ref': "
				      "'#/$defs/nonNegativeIntegerDefault0'}, "
				      "pattern: {type: string, format: regex}, "
				      "maxItems: {'$ref': '#/$defs/nonNegativeInteger'}, "
				      "minItems: {'$ref': "
				      "'#/$defs/nonNegativeIntegerDefault0'}, "
				      "uniqueItems: {type: boolean, default: false}, "
				      "maxContains: {'$ref': '#/$defs/nonNegativeInteger'}, "
				      "minContains: {'$ref': '#/$defs/nonNegativeInteger', "
				      "default: 1}, "
				      "maxProperties: {'$ref': '#/$defs/nonNegativeInteger'}, "
				      "minProperties: {'$ref': "
				      "'#/$defs/nonNegativeIntegerDefault0'}, "
				      "required: {'$ref': '#/$defs/stringArray'}, "
				      "dependentRequired: {type: object, "
				      "additionalProperties: {'$ref': "
				      "'#/$defs/stringArray'}}}, "
				      "'$defs': {nonNegativeInteger: {type: integer, minimum: "
				      "0}, "
				      "nonNegativeIntegerDefault0: {'$ref': "
				      "'#/$defs/nonNegativeInteger', "
				      "default: 0}, "
				      "simpleTypes: {enum: [array, boolean, integer, 'null', "
				      "number, object, string]}, "
				      "stringArray: {type: array, items: {type: string}, "
				      "uniqueItems: true, "
				      "default: []}}}"},
	{"meta/meta-data", HEAD("meta/meta-data",
				   "meta-data") ", properties: {"
						"title: {type: string}, description: {type: "
						"string}, default: true, "
						"deprecated: {type: boolean, default: false}, "
						"readOnly: {type: boolean, default: false}, "
						"writeOnly: {type: boolean, default: false}, "
						"examples: {type: array, items: true}}}"},
	{"meta/format-annotation",
		HEAD("meta/format-annotation",
			"format-annotation") ", properties: {format: {type: string}}}"},
	{"meta/format-assertion",
		HEAD("meta/format-assertion",
			"format-assertion") ", properties: {format: {type: string}}}"},
	{"meta/content", HEAD("meta/content", "content") ", properties: {"
							 "contentEncoding: {type: string}, "
							 "contentMediaType: {type: string}, "
							 "contentSchema: " META "}}"},
};

/* The texts are no file, so nothing in them has a place. */
static struct ov_value placeless(struct ov_arena *arena, struct ov_value v)
{
	v.loc = v.key_loc = 0;
	if (v.kind == OV_KIND_LIST) {
		struct ov_value *items = ov_new_array(arena, struct ov_value, v.count);
		for (size_t i = 0; i < v.count; i++)
			items[i] = placeless(arena, v.items[i]);
		v.items = items;
	} else if (v.kind == OV_KIND_MAP) {
		struct ov_map_builder b;
		ov_map_begin(&b, arena, v.count);
		for (size_t i = 0; i < v.count; i++)
			ov_map_set(&b, v.entries[i].key, placeless(arena, v.entries[i].value));
		v = ov_map_end(&b);
	}
	return v;
}

static struct ov_value read_text(struct ov_schema_set *set, const char *text)
{
	struct ov_diags diags;
	ov_diags_init(&diags, NULL);
	struct ov_source source = {
		.path = OV_STR("metaschema.yaml"), .text = ov_str_c(text), .base = 1};
	struct ov_key_cache *cache = ov_new(set->arena, struct ov_key_cache);
	struct ov_reader reader = {set->arena, set->keys, cache, &diags, &source};
	struct ov_docs docs = {0};
	if (!ov_source_read(&reader, &docs) || docs.count != 1)
		ov_bug("a metaschema cannot be read");
	ov_diags_release(&diags);
	return placeless(set->arena, docs.items[0]);
}

struct ov_schema_resource *ov_meta_load(struct ov_schema_set *set, struct ov_str uri)
{
	struct ov_str base = OV_STR(BASE);
	if (!ov_str_starts(uri, base))
		return NULL;
	for (size_t i = 0; i < OV_COUNT(documents); i++) {
		if (!ov_str_is(ov_str_sub(uri, base.len, uri.len), documents[i].name))
			continue;
		struct ov_diags diags;
		ov_diags_init(&diags, NULL);
		ov_schema_add(set, uri, read_text(set, documents[i].text), &diags);
		ov_diags_release(&diags);
		return ov_map_ptr(&set->resources, uri);
	}
	return NULL;
}
