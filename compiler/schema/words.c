/* words: the keywords of draft 2020-12, the specification's and ours. Layer: schema. */
#include "schema/internal.h"

#define WORD(name, shape, vocabulary, work, member) \
	{ \
		name, OV_WORD_##shape, OV_VOCABULARY_##vocabulary, work, \
			offsetof(struct ov_schema, member) \
	}
#define NOTED(name, shape, vocabulary) \
	{ \
		name, OV_WORD_##shape, OV_VOCABULARY_##vocabulary, 0, 0 \
	}

static const struct ov_word words[] = {
	NOTED("$schema", STRING, CORE),
	NOTED("$id", STRING, CORE),
	NOTED("$anchor", STRING, CORE),
	NOTED("$dynamicAnchor", STRING, CORE),
	NOTED("$comment", STRING, CORE),
	NOTED("$vocabulary", VOCABULARY, CORE),
	NOTED("$defs", DEFS, CORE),
	NOTED("definitions", DEFS, CORE),
	WORD("$ref", REF, CORE, OV_WORK_IN_PLACE, ref),
	WORD("$dynamicRef", DYNAMIC_REF, CORE, OV_WORK_IN_PLACE, dynamic_ref),

	WORD("allOf", SCHEMA_LIST, APPLICATOR, OV_WORK_IN_PLACE, all_of),
	WORD("anyOf", SCHEMA_LIST, APPLICATOR, OV_WORK_IN_PLACE, any_of),
	WORD("oneOf", SCHEMA_LIST, APPLICATOR, OV_WORK_IN_PLACE, one_of),
	WORD("not", SCHEMA, APPLICATOR, OV_WORK_IN_PLACE, not_),
	WORD("if", SCHEMA, APPLICATOR, OV_WORK_IN_PLACE, if_),
	WORD("then", SCHEMA, APPLICATOR, OV_WORK_IN_PLACE, then_),
	WORD("else", SCHEMA, APPLICATOR, OV_WORK_IN_PLACE, else_),
	WORD("dependentSchemas", SCHEMA_MAP, APPLICATOR, OV_WORK_OBJECT, dependent_schemas),
	WORD("prefixItems", SCHEMA_LIST, APPLICATOR, OV_WORK_ARRAY, prefix_items),
	WORD("items", SCHEMA, APPLICATOR, OV_WORK_ARRAY, items),
	WORD("contains", SCHEMA, APPLICATOR, OV_WORK_ARRAY, contains),
	WORD("properties", SCHEMA_MAP, APPLICATOR, OV_WORK_OBJECT, properties),
	WORD("patternProperties", PATTERNS, APPLICATOR, OV_WORK_OBJECT, patterns),
	WORD("additionalProperties", SCHEMA, APPLICATOR, OV_WORK_OBJECT, additional_properties),
	WORD("propertyNames", SCHEMA, APPLICATOR, OV_WORK_OBJECT, property_names),

	WORD("unevaluatedItems", SCHEMA, UNEVALUATED, OV_WORK_UNEVALUATED, unevaluated_items),
	WORD("unevaluatedProperties", SCHEMA, UNEVALUATED, OV_WORK_UNEVALUATED,
		unevaluated_properties),

	WORD("type", TYPE, VALIDATION, 0, types),
	WORD("enum", LIST, VALIDATION, OV_WORK_VALUE, enum_),
	WORD("const", VALUE, VALIDATION, OV_WORK_VALUE, const_),
	WORD("multipleOf", POSITIVE, VALIDATION, OV_WORK_NUMBER, multiple_of),
	WORD("maximum", NUMBER, VALIDATION, OV_WORK_NUMBER, maximum),
	WORD("exclusiveMaximum", NUMBER, VALIDATION, OV_WORK_NUMBER, exclusive_maximum),
	WORD("minimum", NUMBER, VALIDATION, OV_WORK_NUMBER, minimum),
	WORD("exclusiveMinimum", NUMBER, VALIDATION, OV_WORK_NUMBER, exclusive_minimum),
	WORD("maxLength", COUNT, VALIDATION, OV_WORK_STRING, max_length),
	WORD("minLength", COUNT, VALIDATION, OV_WORK_STRING, min_length),
	WORD("pattern", PATTERN, VALIDATION, OV_WORK_STRING, pattern),
	WORD("maxItems", COUNT, VALIDATION, OV_WORK_ARRAY, max_items),
	WORD("minItems", COUNT, VALIDATION, OV_WORK_ARRAY, min_items),
	WORD("uniqueItems", BOOL, VALIDATION, OV_WORK_ARRAY, unique_items),
	WORD("maxContains", COUNT, VALIDATION, OV_WORK_ARRAY, max_contains),
	WORD("minContains", COUNT, VALIDATION, OV_WORK_ARRAY, min_contains),
	WORD("maxProperties", COUNT, VALIDATION, OV_WORK_OBJECT, max_properties),
	WORD("minProperties", COUNT, VALIDATION, OV_WORK_OBJECT, min_properties),
	WORD("required", REQUIRED, VALIDATION, OV_WORK_OBJECT, required),
	WORD("dependentRequired", DEPENDENT, VALIDATION, OV_WORK_OBJECT, dependent_required),

	WORD("format", FORMAT, FORMAT, OV_WORK_STRING, format),

	WORD("title", STRING, META, 0, title),
	WORD("description", STRING, META, 0, description),
	WORD("default", VALUE, META, 0, default_),
	WORD("examples", LIST, META, 0, examples),
	WORD("deprecated", BOOL, META, 0, deprecated),
	WORD("readOnly", BOOL, META, 0, read_only),
	WORD("writeOnly", BOOL, META, 0, write_only),

	NOTED("contentEncoding", ANY, CONTENT),
	NOTED("contentMediaType", ANY, CONTENT),
	NOTED("contentSchema", SCHEMA, CONTENT),
};

const struct ov_word *ov_word_table(size_t *count)
{
	*count = OV_COUNT(words);
	return words;
}

const struct ov_word *ov_word_find(const struct ov_schema_set *set, struct ov_str name)
{
	union ov_map_item *item = ov_map_get(&set->words, name);
	return item ? item->cptr : NULL;
}

static const struct ov_keyword_info keywords[] = {
#define OV_KEYWORD(member, name, type, place, allowed, meaning) \
	{name, OV_KEYWORD_##type, OV_KEYWORD_##place, allowed, meaning},
	OV_KEYWORDS(OV_KEYWORD)
#undef OV_KEYWORD
};

const struct ov_keyword_info *ov_keyword_info(enum ov_keyword keyword)
{
	return &keywords[keyword];
}
