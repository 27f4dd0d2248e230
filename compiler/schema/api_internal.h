/*
 * api_internal: what the files of api_*.c share among themselves. Layer: schema.
 */
#ifndef OV_API_INTERNAL_H
#define OV_API_INTERNAL_H

#include <pthread.h>

#include "base/map.h"
#include "expr/expr.h"
#include "schema/api.h"

/** Bits of struct ov_api_node.types. */
enum ov_api_types {
	OV_API_BOOLEAN = 1 << 0,
	OV_API_INTEGER = 1 << 1,
	OV_API_NUMBER = 1 << 2, /**< integers too */
	OV_API_STRING = 1 << 3,
	OV_API_ARRAY = 1 << 4,
	OV_API_OBJECT = 1 << 5,
};

/** What `listType` says. */
enum ov_api_list {
	OV_API_ATOMIC,
	OV_API_SET,
	OV_API_MAP,
};

/** A format that is checked. */
struct ov_api_format {
	const char *name;
	bool (*ok)(struct ov_str s); /**< NULL for formats of numbers */
	const char *meaning;         /**< "an IPv4 address", for messages */
};

/** One of `fields`. */
struct ov_api_field {
	const struct ov_key *key;
	const struct ov_key *escaped; /**< its name in rules; NULL where it cannot be named */
	const struct ov_api_node *node;
	bool required;
};

struct ov_api_nodes {
	const struct ov_api_node **items;
	size_t count;
};

/** Demands on a value beyond its type; SIZE_MAX and OV_KIND_NONE where there is none. */
struct ov_api_checks {
	struct ov_value enum_;
	struct ov_value minimum, maximum, multiple_of;
	bool exclusive_minimum, exclusive_maximum, unique;
	size_t min_length, max_length;
	size_t min_items, max_items;
	size_t min_properties, max_properties;
	struct ov_str pattern, pattern_error;
	const struct ov_regex *regex;
	const struct ov_api_format *format;
	struct ov_str format_name;
	struct ov_api_nodes all_of, any_of, one_of;
	const struct ov_api_node *not_;
};

/** A validation rule as it is written. */
struct ov_api_rule {
	struct ov_str rule, message, message_expression, field_path, reason;
	bool optional_old;
};

/** A decoded schema. */
struct ov_api_node {
	uint8_t types; /**< enum ov_api_types, 0 for any */
	uint8_t list_type;
	bool nullable, preserve, embedded, int_or_string;
	bool has_fields; /**< `fields` is there, if only empty */
	bool defaults;   /**< a default is at one of its fields, or deeper */
	bool plain;      /**< rules see its values as they are written */
	bool closed;     /**< fields that are not declared are refused, whatever is kept */
	uint8_t state;   /**< while `defaults` and `plain` are found out */
	const struct ov_api_field *fields;
	size_t field_count;
	const uint32_t *slot; /**< index into fields plus one, by hash of the key */
	size_t slots;         /**< a power of two, or 0 */
	const struct ov_key *const *required;
	size_t required_count;
	size_t required_fields; /**< how many of them are in `fields` */
	const struct ov_api_node *values, *items;
	const struct ov_key *const *keys;
	size_t key_count;
	const struct ov_key *merge_key;
	const struct ov_api_checks *checks; /**< NULL for none */
	struct ov_value default_;
	const struct ov_api_rule *rules;
	size_t rule_count;
};

/** A rule, compiled for the values of one node. */
struct ov_api_program {
	const struct ov_api_rule *rule;
	struct ov_expr *expr, *message; /**< NULL where it is empty or wrong */
	struct ov_str error;            /**< why it is wrong */
	bool uses_old;
	size_t slots;
};

struct ov_api_rules;

struct ov_api_rules_field {
	const struct ov_key *key;
	const struct ov_api_rules *rules;
};

/** The parts of a kind's schema that hold rules. */
struct ov_api_rules {
	const struct ov_api_node *node; /**< whose values are judged */
	bool root;                      /**< of an object, or of one embedded in it */
	const struct ov_api_program *programs;
	size_t program_count;
	const struct ov_api_rules_field *fields;
	size_t field_count;
	const struct ov_api_rules *items, *values;
	const struct ov_api_rules *const *all_of;
	size_t all_count;
};

/** What is known of a kind besides what its users see. */
struct ov_api_loaded {
	struct ov_api_kind kind;
	const struct ov_api_rules *rules;
};

/** Names that are looked up in every object. */
struct ov_api_words {
	const struct ov_key *api_version, *kind, *metadata, *status, *name, *generate_name,
		*name_space, *labels, *annotations, *finalizers, *owner_references,
		*managed_fields, *generation;
};

struct ov_api_set {
	pthread_mutex_t lock; /**< for what is decoded */
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_regex_cache *regexes;
	struct ov_key_cache cache;
	struct ov_str name, bytes;
	struct ov_map loaded; /**< group/kind/version → struct ov_api_loaded */
	struct ov_map nodes;  /**< reference → struct ov_api_node */
	struct ov_map
		types; /**< address of a node, and whether it is a root → struct ov_type */
	struct ov_map rules; /**< addresses of two nodes → struct ov_api_rules */
	struct ov_api_words words;
	const struct ov_api_node
		*metadata; /**< the fields that every object's metadata may have */
	struct ov_env env; /**< functions of rules, made when the first rule is met */
	bool has_env;
	struct ov_sources sources; /**< none: rules have no place */
};

/** Where in an object a value is. */
struct ov_api_where {
	const struct ov_api_where *up; /**< NULL at the root */
	const struct ov_value *value;
	const struct ov_key *key; /**< its key; NULL for an element of a list and the root */
	size_t index;
	size_t depth;
	bool computed; /**< reached through additionalProperties */
};

/** One validation in progress. */
struct ov_api_run {
	const struct ov_api_set *set;
	const struct ov_api_kind *kind;
	struct ov_arena *scratch;
	struct ov_diags *diags; /**< NULL while only the verdict counts */
	struct ov_str subject;
	unsigned flags;
	bool native;  /**< a null counts as absent */
	bool blocked; /**< a finding after which rules are not asked */
	bool loose;   /**< in a status, which is read but not kept: types and names only */
	size_t walks; /**< schemas applied so far */
	size_t steps; /**< of rules */
};

/** The node's field of that key, or NULL. */
const struct ov_api_field *ov_api_field(
	const struct ov_api_node *node, const struct ov_key *key);

/** The line whose first word is `word`, without that word; false where there is none. */
bool ov_api_set_line(const struct ov_api_set *set, struct ov_str word, struct ov_str *line);

/** Decodes a schema from the JSON of a set. NULL with a finding. The lock must be held. */
const struct ov_api_node *ov_api_node_decode(
	struct ov_api_set *set, struct ov_value json, struct ov_diags *diags);

/** Reads the JSON of one line; OV_KIND_NONE with a finding. The lock must be held. */
struct ov_value ov_api_line_read(
	struct ov_api_set *set, struct ov_str text, struct ov_diags *diags);

/** Adds the finding that the set is wrong. */
OV_PRINTF(3, 4)
void ov_api_set_bad(const struct ov_api_set *set, struct ov_diags *diags, const char *fmt, ...);

/** The format of that name, or NULL where it is not checked. */
const struct ov_api_format *ov_api_format_find(struct ov_str name);

/** Reads a duration as the format "duration" allows it, in nanoseconds. */
bool ov_api_duration(struct ov_str s, int64_t *out);

/** Reads the formats "date" and "date-time" as rules see them. */
bool ov_api_time(struct ov_str s, bool date, int64_t *seconds, int32_t *nanoseconds);

/**
 * Judges a value. In the spine (`spine`) fields must be declared and list types are kept; in
 * the branches of anyOf and the like neither. `preserve` is whether undeclared fields are kept
 * all the same.
 */
bool ov_api_walk(struct ov_api_run *run, const struct ov_api_node *node,
	const struct ov_api_where *at, bool spine, bool preserve);

/** Judges the value by `checks`; its type is right. */
bool ov_api_walk_checks(
	struct ov_api_run *run, const struct ov_api_node *node, const struct ov_api_where *at);

/** Judges the types and fields of the metadata of an object, not yet what is in them. */
bool ov_api_walk_metadata(struct ov_api_run *run, const struct ov_api_where *at);

/** Judges apiVersion, kind and metadata of an object embedded in another. */
bool ov_api_meta_embedded(struct ov_api_run *run, const struct ov_api_where *at);

/** Judges names, labels and the like of the object. */
bool ov_api_meta_root(struct ov_api_run *run, struct ov_value object);

/** Warns of a namespaced object without namespace, where that is asked for. */
void ov_api_meta_warn(struct ov_api_run *run, struct ov_value object);

/** Duplicates in a list of type set or map. */
bool ov_api_list_check(
	struct ov_api_run *run, const struct ov_api_node *node, const struct ov_api_where *at);

/** The rules of a kind, compiled; NULL where there are none. The lock must be held. */
const struct ov_api_rules *ov_api_rules_compile(
	struct ov_api_set *set, const struct ov_api_node *root);

/** Asks all rules. */
bool ov_api_rules_check(struct ov_api_run *run, const struct ov_api_rules *rules,
	struct ov_value object, const struct ov_value *old);

/** The type of a node's values in rules; NULL where rules cannot see them. */
const struct ov_type *ov_api_type(
	struct ov_api_set *set, const struct ov_api_node *node, bool root);

/** The value as rules see it; false where it does not fit its schema. */
bool ov_api_view(struct ov_arena *arena, const struct ov_api_node *node, bool root,
	const struct ov_api_words *words, struct ov_value v, struct ov_value *out);

/** The name that a field has in rules; an empty slice where it has none. */
struct ov_str ov_api_escape(struct ov_arena *arena, struct ov_str name);

/**
 * The object with defaults, also in the place of nulls; with `drop`, without the other nulls
 * that may not be.
 */
struct ov_value ov_api_fill(
	struct ov_arena *arena, const struct ov_api_node *node, struct ov_value v, bool drop);

/** Adds a finding about the value, or about its key. Returns false; counts only without diags.
 */
OV_PRINTF(4, 5)
bool ov_api_report(struct ov_api_run *run, enum ov_diag_code code,
	const struct ov_api_where *at, const char *fmt, ...);

/** A field that is not declared. */
bool ov_api_report_unknown(
	struct ov_api_run *run, const struct ov_api_node *node, const struct ov_api_where *at);

/** A field that is missing. */
bool ov_api_report_missing(
	struct ov_api_run *run, const struct ov_api_where *at, const struct ov_key *key);

/** Appends the path of the value, such as spec.disks[0].name. */
void ov_api_path(struct ov_buf *buf, const struct ov_api_where *at);

#endif
