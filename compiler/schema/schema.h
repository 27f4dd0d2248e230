/*
 * schema: JSON Schema draft 2020-12 over values. Layer: schema.
 *
 * A set holds the schema documents of a run. They are added, then compiled; from then on they
 * are only read, and any number of threads may validate with them. Compiled schemas can be
 * read by those who need to know what a field is: type checker, editor, references.
 */
#ifndef OV_SCHEMA_H
#define OV_SCHEMA_H

#include "base/diag.h"
#include "base/key.h"
#include "foreign/regex.h"
#include "schema/keywords.h"
#include "value/value.h"

/** All schemas of a run, by URI. */
struct ov_schema_set;

/** A schema document, or a part of one that has its own `$id` (core, 4.3.5). */
struct ov_schema_resource;

struct ov_schema;

/** Bits of struct ov_schema.types (validation, 6.1.1). */
enum ov_schema_types {
	OV_TYPES_NULL = 1 << 0,
	OV_TYPES_BOOLEAN = 1 << 1,
	OV_TYPES_INTEGER = 1 << 2, /**< a number without fraction, however written */
	OV_TYPES_NUMBER = 1 << 3,
	OV_TYPES_STRING = 1 << 4,
	OV_TYPES_ARRAY = 1 << 5,
	OV_TYPES_OBJECT = 1 << 6,
};

/** What the rest of a schema is worth looking at for. */
enum ov_schema_work {
	OV_WORK_VALUE = 1 << 0,    /**< enum or const */
	OV_WORK_NUMBER = 1 << 1,   /**< keywords for numbers */
	OV_WORK_STRING = 1 << 2,   /**< keywords for strings */
	OV_WORK_ARRAY = 1 << 3,    /**< keywords for lists */
	OV_WORK_OBJECT = 1 << 4,   /**< keywords for maps */
	OV_WORK_IN_PLACE = 1 << 5, /**< $ref, allOf … : further schemas for the same value */
	OV_WORK_UNEVALUATED = 1 << 6, /**< unevaluatedItems or unevaluatedProperties */
};

/** What lies anywhere below a schema. */
enum ov_schema_marks {
	OV_MARK_DEFAULT = 1 << 0, /**< a `default` */
	OV_MARK_KEYWORD =
		1 << 1, /**< a keyword of ours that says what a value refers to or is */
};

/** Schemas in order. */
struct ov_schema_list {
	const struct ov_schema *const *items;
	size_t count;
};

/** One entry of `properties` or another map of schemas. */
struct ov_schema_property {
	const struct ov_key *key;
	const struct ov_schema *schema;
	uint32_t loc;  /**< where the key is written in the schema */
	bool required; /**< also in the same schema's `required`; for `properties` only */
};

/** Schemas by key, in written order. */
struct ov_schema_properties {
	struct ov_schema_property *items;
	size_t count;
	const uint32_t *slot; /**< index plus one by the key's hash, 0 where free */
	size_t slots;         /**< a power of two, or 0 */
};

/** One entry of `patternProperties`. */
struct ov_schema_pattern {
	struct ov_str pattern;
	const struct ov_regex *regex;
	const struct ov_schema *schema;
};

/** One entry of `dependentRequired`. */
struct ov_schema_dependency {
	const struct ov_key *key;
	const struct ov_key *const *required;
	size_t count;
};

/**
 * A compiled schema. Absent keywords are NULL, empty, OV_KIND_NONE or the value that demands
 * nothing.
 */
struct ov_schema {
	const struct ov_value *source; /**< as it is written; `loc` is its place */
	struct ov_schema_resource *resource;
	size_t index;  /**< its number in the set */
	bool boolean;  /**< it is just `true` or `false`… */
	bool accepts;  /**< …namely this */
	uint8_t types; /**< enum ov_schema_types; 0 where any type may be */
	uint8_t work;  /**< enum ov_schema_work */
	uint8_t marks; /**< enum ov_schema_marks, of it and all below */

	const struct ov_schema *ref;         /**< what `$ref` leads to */
	const struct ov_schema *dynamic_ref; /**< where `$dynamicRef` leads at first */
	const struct ov_key *dynamic_name;   /**< its anchor, if it is to be sought outwards */
	struct ov_schema_list all_of, any_of, one_of;
	const struct ov_schema *not_; /**< `not` */
	const struct ov_schema *if_, *then_, *else_;

	struct ov_value enum_;  /**< the list of allowed values */
	struct ov_value const_; /**< the only allowed value */

	struct ov_value multiple_of, minimum, maximum, exclusive_minimum, exclusive_maximum;

	size_t min_length, max_length; /**< in code points */
	struct ov_str pattern;
	const struct ov_regex *regex; /**< of `pattern` */
	struct ov_str format;
	bool format_asserted; /**< by the vocabulary of its metaschema, whatever the flags */

	struct ov_schema_list prefix_items;
	const struct ov_schema *items;
	const struct ov_schema *contains;
	size_t min_contains, max_contains;
	size_t min_items, max_items;
	bool unique_items;
	const struct ov_schema *unevaluated_items;

	struct ov_schema_properties properties;
	const struct ov_schema_pattern *patterns;
	size_t pattern_count;
	const struct ov_schema *additional_properties;
	const struct ov_schema *property_names;
	const struct ov_key *const *required; /**< all of them, in written order */
	size_t required_count;
	size_t required_known; /**< how many of them are in `properties` */
	size_t min_properties, max_properties;
	struct ov_schema_properties dependent_schemas;
	const struct ov_schema_dependency *dependent_required;
	size_t dependent_required_count;
	const struct ov_schema *unevaluated_properties;

	struct ov_str title, description;
	struct ov_value default_, examples;
	bool deprecated, read_only, write_only;

	struct ov_value *keywords; /**< by enum ov_keyword; NULL where there are none */
};

/** How a value is judged. */
enum ov_schema_flags {
	/**
	 * The document will inherit more: `required`, `minProperties`, `minItems`, `contains`,
	 * `dependentRequired` are not demanded and several branches of a `oneOf` may pass. A
	 * null below the root means "remove" and passes, as do list entries and maps with
	 * `$remove` and `$replace`.
	 */
	OV_SCHEMA_PARTIAL = 1 << 0,
	/** `format` is an assertion; without it an annotation. */
	OV_SCHEMA_FORMAT_ASSERT = 1 << 1,
};

/** An empty set; what it holds comes from the arena. To be freed before arena and keys are. */
struct ov_schema_set *ov_schema_set_new(struct ov_arena *arena, struct ov_keys *keys);

/** Frees what lies outside the arena: the regular expressions. */
void ov_schema_set_free(struct ov_schema_set *set);

/**
 * Adds a document under the URI where it was found; its `$id`, if any, is resolved against
 * that, and it can be reached by both. False when there was a finding.
 */
bool ov_schema_add(struct ov_schema_set *set, struct ov_str base_uri, struct ov_value root,
	struct ov_diags *diags);

/**
 * The compiled schema of a URI, which may have a fragment (JSON pointer or anchor), with all
 * that it refers to. NULL where there is none or it is not valid, with a finding. Not for use
 * by several threads.
 */
const struct ov_schema *ov_schema_get(
	struct ov_schema_set *set, struct ov_str uri, struct ov_diags *diags);

/** Compiles all documents that were added; false when there was a finding. */
bool ov_schema_compile(struct ov_schema_set *set, struct ov_diags *diags);

/** Absolute URI of the resource that a schema belongs to. */
struct ov_str ov_schema_uri(const struct ov_schema *schema);

/** The property of that key, or NULL; follows neither $ref nor allOf. */
const struct ov_schema_property *ov_schema_property(
	const struct ov_schema *schema, const struct ov_key *key);

/** Value of one of our own keywords in this very schema; OV_KIND_NONE where it is absent. */
struct ov_value ov_schema_keyword(const struct ov_schema *schema, enum ov_keyword keyword);

/** The first schema in a chain of schemas that consist of a $ref, which is itself not one. */
const struct ov_schema *ov_schema_resolve(const struct ov_schema *schema);

/**
 * Whether the value satisfies the schema. `scratch` is used and given back. Where `diags` is
 * not NULL there is at least one finding in case of false, and each has the subject.
 */
bool ov_schema_validate(const struct ov_schema *schema, struct ov_value value,
	enum ov_schema_flags flags, struct ov_arena *scratch, struct ov_diags *diags,
	struct ov_str subject);

/**
 * The value with absent properties filled in from `default`, also inside maps and lists,
 * through $ref, allOf, the branch that `if` chooses, and the only branch of anyOf or oneOf that
 * passes. Parts that do not change are shared; defaults keep their place in the schema.
 * OV_KIND_NONE where the schema's defaults do not come to an end.
 */
struct ov_value ov_schema_default(
	struct ov_arena *arena, const struct ov_schema *schema, struct ov_value value);

#endif
