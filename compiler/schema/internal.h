/*
 * internal: what the files of schema/ share among themselves. Layer: schema.
 */
#ifndef OV_SCHEMA_INTERNAL_H
#define OV_SCHEMA_INTERNAL_H

#include "base/map.h"
#include "schema/schema.h"

/** A document that was added. */
struct ov_schema_doc {
	struct ov_schema_resource *root;
	bool broken; /**< there was a finding in it */
};

/** A name inside a resource: `$anchor` or `$dynamicAnchor`. */
struct ov_schema_anchor {
	const struct ov_value *at;
	bool dynamic;
};

/** A `$dynamicAnchor` with the schema that has it. */
struct ov_schema_dynamic {
	const struct ov_key *name;
	const struct ov_schema *schema;
};

struct ov_schema_resource {
	struct ov_str uri;           /**< absolute, without fragment */
	const struct ov_value *root; /**< in its document */
	struct ov_schema_doc *doc;
	struct ov_regex_cache *regexes; /**< of its set */
	struct ov_map anchors;          /**< name → struct ov_schema_anchor */
	struct ov_schema_dynamic *dynamic;
	size_t dynamic_count;
	uint8_t vocabularies; /**< enum ov_vocabulary, once `ready` */
	bool ready;           /**< its dynamic anchors are compiled */
	bool ours;            /**< unknown keywords are errors */
};

/** The vocabularies that matter to which keywords count. */
enum ov_vocabulary {
	OV_VOCABULARY_CORE = 1 << 0,
	OV_VOCABULARY_APPLICATOR = 1 << 1,
	OV_VOCABULARY_UNEVALUATED = 1 << 2,
	OV_VOCABULARY_VALIDATION = 1 << 3,
	OV_VOCABULARY_META = 1 << 4,
	OV_VOCABULARY_FORMAT = 1 << 5,
	OV_VOCABULARY_ASSERTION = 1 << 6, /**< format-assertion */
	OV_VOCABULARY_CONTENT = 1 << 7,
};

/** What a keyword's value is. */
enum ov_word_shape {
	OV_WORD_ANY,         /**< anything, not looked at */
	OV_WORD_SCHEMA,      /**< a schema */
	OV_WORD_SCHEMA_LIST, /**< a list of schemas, not empty */
	OV_WORD_SCHEMA_MAP,  /**< a map of schemas */
	OV_WORD_DEFS,        /**< as before, only to be referred to */
	OV_WORD_PATTERNS,    /**< a map from regular expressions to schemas */
	OV_WORD_COUNT,       /**< a whole number from 0 */
	OV_WORD_NUMBER,      /**< a number */
	OV_WORD_POSITIVE,    /**< a number over 0 */
	OV_WORD_STRING,      /**< a string */
	OV_WORD_BOOL,        /**< true or false */
	OV_WORD_VALUE,       /**< anything, kept */
	OV_WORD_LIST,        /**< a list, kept */
	OV_WORD_TYPE,        /**< `type` */
	OV_WORD_PATTERN,     /**< `pattern` */
	OV_WORD_FORMAT,      /**< `format` */
	OV_WORD_REQUIRED,    /**< `required` */
	OV_WORD_DEPENDENT,   /**< `dependentRequired` */
	OV_WORD_REF,         /**< `$ref` */
	OV_WORD_DYNAMIC_REF, /**< `$dynamicRef` */
	OV_WORD_VOCABULARY,  /**< `$vocabulary` */
};

/** A keyword of the specification. */
struct ov_word {
	const char *name;
	enum ov_word_shape shape;
	uint8_t vocabulary; /**< enum ov_vocabulary */
	uint8_t work;       /**< enum ov_schema_work that it gives to its schema */
	size_t offset;      /**< of its member in struct ov_schema */
};

struct ov_schema_set {
	struct ov_arena *arena;
	struct ov_keys *keys;
	struct ov_regex_cache *regexes;
	struct ov_map words;     /**< name → struct ov_word */
	struct ov_map resources; /**< URI → struct ov_schema_resource */
	struct ov_map roots;     /**< address of the value → struct ov_schema_resource */
	struct ov_map schemas;   /**< address of the value → struct ov_schema */
	OV_VEC(struct ov_schema_doc *) docs;
	OV_VEC(struct ov_schema *) todo; /**< still to be filled in */
	size_t done;                     /**< how many of `todo` are */
};

/** The keywords of the specification. */
const struct ov_word *ov_word_table(size_t *count);

/** The keyword of that name, or NULL. */
const struct ov_word *ov_word_find(const struct ov_schema_set *set, struct ov_str name);

/** Adds the published metaschema of that URI (core, 8.1.1) if it is one; else NULL. */
struct ov_schema_resource *ov_meta_load(struct ov_schema_set *set, struct ov_str uri);

/** The resource of an absolute URI without fragment, metaschemas included, or NULL. */
struct ov_schema_resource *ov_resource_find(struct ov_schema_set *set, struct ov_str uri);

/**
 * The value that an absolute URI means, and in `*resource` the resource around it; NULL where
 * there is none. `*dynamic` (may be NULL) is whether the fragment is a `$dynamicAnchor`.
 */
const struct ov_value *ov_resource_locate(struct ov_schema_set *set, struct ov_str uri,
	struct ov_schema_resource **resource, bool *dynamic);

/** Which vocabularies a resource is written in (core, 8.1): what its $schema says. */
uint8_t ov_resource_vocabularies(struct ov_schema_set *set,
	const struct ov_schema_resource *resource, struct ov_diags *diags);

/** Checks and keeps a keyword that begins with x-ovec-. */
void ov_schema_set_keyword(struct ov_schema_set *set, struct ov_schema *s,
	const struct ov_entry *entry, struct ov_diags *diags);

/** Looks for references in a circle among the schemas of `todo` from that index on. */
bool ov_schema_check_cycles(struct ov_schema_set *set, size_t from, struct ov_diags *diags);

/** Works out the marks of all schemas of the set. */
void ov_schema_mark(struct ov_schema_set *set);

/** Adds a finding about a schema, and marks its document. */
OV_PRINTF(4, 5)
struct ov_diag *ov_schema_bad(struct ov_diags *diags, const struct ov_schema_resource *resource,
	struct ov_span span, const char *fmt, ...);

/** An address as the key of a map; `at` must stay where it is. */
struct ov_str ov_address(const struct ov_value *const *at);

/** Bits of enum ov_schema_types that a value has; 0 for what cannot be in a document. */
unsigned ov_schema_types_of(struct ov_value v);

/** Whether `v` is a multiple of `of` (validation, 6.2.1), by their decimal digits. */
bool ov_schema_is_multiple(struct ov_value v, struct ov_value of);

/** Whether no two elements of the list are equal; `scratch` is used and given back. */
bool ov_schema_is_unique(
	struct ov_value list, struct ov_arena *scratch, size_t *first, size_t *second);

#endif
