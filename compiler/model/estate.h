/*
 * estate: what the stages know of an estate and hand on. Layer: model.
 *
 * The read stages fill these structures; from then on they are only read, by many threads. All
 * of it lives in the run's arenas. Things refer to each other by pointer and are ordered by
 * `index`, which follows paths and positions, never by address.
 */
#ifndef OV_ESTATE_H
#define OV_ESTATE_H

#include "base/diag.h"
#include "base/map.h"
#include "value/value.h"

struct ov_schema;
struct ov_schema_set;
struct ov_regex_cache;
struct ov_api_set;
struct ov_template;
struct ov_bootstrap;
struct ov_rule;
struct ov_type;
struct ov_lifecycle;
struct ov_cluster;
struct ov_instance;

/** On how many clusters the documents of a kind land. */
enum ov_cardinality {
	OV_CARDINALITY_NONE, /**< not placed at all */
	OV_CARDINALITY_ONE,
	OV_CARDINALITY_MANY,
};

/** What the documents of a kind are to the compiler, beside what their templates make of them.
 */
enum ov_role {
	OV_ROLE_NONE,
	OV_ROLE_PATCH,     /**< patches over objects */
	OV_ROLE_REMOVAL,   /**< they say how objects leave the output */
	OV_ROLE_MOVE,      /**< they say how an object goes from one place to another */
	OV_ROLE_POLICY,    /**< they hold policies that objects are judged by */
	OV_ROLE_EXCEPTION, /**< they exempt objects from policies */
};

/** A kind: what its schema says of it, and its templates. */
struct ov_kind_info {
	struct ov_str name;
	size_t index;
	const struct ov_schema *schema;
	struct ov_value schema_tree; /**< the schema as it is written */
	struct ov_str component;
	enum ov_cardinality cardinality;
	struct ov_kind_info *extends; /**< the kind of its profiles, or NULL */
	enum ov_role role;
	bool is_profile; /**< another kind extends it: its documents are not whole */
	uint32_t loc;
	OV_VEC(const struct ov_template *) templates;
	OV_VEC(const struct ov_rule *) rules;
	OV_VEC(const struct ov_rule *) comparisons; /**< rules with `replaces` */
	const struct ov_type *type;                 /**< of its documents, in expressions */
};

/** A document as it was written. */
struct ov_doc {
	struct ov_kind_info *kind;
	struct ov_str name;
	struct ov_value value;
	size_t index;
	bool broken;   /**< has findings of its own, as it is written */
	bool reported; /**< has findings of its own about what it names */
	bool faulty;   /**< has findings of its own, or depends on what has */
	bool library;  /**< shipped with ovec */
	OV_VEC(struct ov_doc *) profiles;       /**< all that it inherits from, lowest first */
	OV_VEC(struct ov_cluster *) clusters;   /**< where it lands */
	OV_VEC(struct ov_instance *) instances; /**< one a cluster, or a single one */
};

/** Something that a document needs and its cluster provides, of those that first steps list. */
struct ov_need {
	size_t category; /**< which of the list's categories */
	struct ov_str name;
};

/** A document on one cluster, with all that it inherits. */
struct ov_instance {
	struct ov_doc *doc;
	struct ov_cluster *cluster; /**< NULL where the kind is not placed */
	struct ov_value value;      /**< merged, defaults filled in */
	struct ov_str name_space;   /**< spec.namespace, may be empty */
	bool faulty;
	OV_VEC(struct ov_need) needs;
};

/** A cluster. */
struct ov_cluster {
	struct ov_doc *doc;
	struct ov_str name;
	size_t index;
	struct ov_value value;                  /**< merged Cluster document */
	struct ov_value labels;                 /**< its metadata.labels */
	OV_VEC(struct ov_instance *) instances; /**< in order of kind, namespace, name */
	struct ov_api_set **apis; /**< what it says it serves; objects must pass all of them */
	size_t api_count;
	struct ov_map by_name; /**< kind, NUL, name → struct ov_instance_list */
	struct ov_map by_kind; /**< kind → struct ov_instance_list */
};

/** A set of the kinds that clusters serve. */
struct ov_api_entry {
	const struct ov_source *source;
	struct ov_api_set *set; /**< once it has been opened */
	bool failed;            /**< it cannot be read, which has been said */
};

/** Instances of one kind, or of one kind and name, on a cluster. */
struct ov_instance_list {
	OV_VEC(struct ov_instance *) items;
	struct ov_value values; /**< their merged documents, as a list; of whole kinds only */
};

/** An estate. */
struct ov_estate {
	struct ov_arena *arena;
	struct ov_keys *keys;
	uint64_t seed;
	const struct ov_sources *sources;
	struct ov_str root; /**< folder of the estate, as given */
	struct ov_schema_set *schemas;
	struct ov_regex_cache *regexes;      /**< of expressions */
	OV_VEC(struct ov_kind_info *) kinds; /**< by name */
	struct ov_map kind_by_name;
	OV_VEC(struct ov_doc *) docs; /**< in order of path and position */
	struct ov_map doc_by_name; /**< kind, NUL, name → struct ov_doc, of kinds not placed */
	struct ov_map by_kind;     /**< kind → struct ov_instance_list, of kinds not placed */
	struct ov_doc *self;       /**< the Estate document */
	bool incomplete;       /**< something was found that is no document of a known kind */
	struct ov_value value; /**< merged Estate document */
	OV_VEC(struct ov_cluster *) clusters; /**< by name */
	struct ov_map cluster_by_name;
	/** Shipped sets: they judge kinds that a cluster's own sets do not know. */
	struct ov_api_set **apis;
	size_t api_count;
	struct ov_map api_by_name;                      /**< name → struct ov_api_entry */
	OV_VEC(const struct ov_template *) decorations; /**< templates for every object */
	OV_VEC(struct ov_doc *) patches;  /**< documents of kinds that are patches */
	OV_VEC(struct ov_doc *) passages; /**< of those that are removals or moves */
	OV_VEC(struct ov_doc *) policies, exceptions; /**< likewise */
	const struct ov_lifecycle *lifecycle;         /**< NULL where no file has one */
	struct ov_map policy_by_name; /**< name → document of policies/ that is no Rule */
	struct ov_value merge_keys;   /**< table: object kind → path → key of its list */
	const struct ov_bootstrap *bootstrap; /**< the first steps, or NULL */
};

/** The key of a kind and a name in the estate's maps; lives in the arena. */
struct ov_str ov_estate_key(struct ov_arena *arena, struct ov_str kind, struct ov_str name);

/**
 * The instance that a name means on a cluster: the only one of that kind and name, or the one
 * in `name_space`. NULL where there is none; `*ambiguous` (may be NULL) where there are
 * several.
 */
struct ov_instance *ov_estate_find(const struct ov_estate *estate,
	const struct ov_cluster *cluster, struct ov_arena *scratch, struct ov_str kind,
	struct ov_str name, struct ov_str name_space, bool *ambiguous);

/**
 * The policy of that name in the folders policies/, with its places and with `spec` laid over
 * its own as a document over its profile; one of the estate comes before a shipped one.
 * OV_KIND_NONE where there is none.
 */
struct ov_value ov_estate_policy(const struct ov_estate *estate, struct ov_arena *arena,
	struct ov_str name, struct ov_value spec);

/** The entry of `provides.CATEGORY` of that name on a cluster; OV_KIND_NONE where there is
 * none. */
struct ov_value ov_cluster_provided(
	struct ov_value cluster, struct ov_str category, struct ov_str name);

/** The name that an alias of the category stands for on a cluster, or the name itself. */
struct ov_value ov_cluster_alias(
	struct ov_value cluster, struct ov_str category, struct ov_value name);

/** CLUSTER/KIND/NAME of an instance, as findings name it. */
struct ov_str ov_instance_label(struct ov_arena *arena, const struct ov_instance *instance);

/** The place that names the document: its metadata.name. */
uint32_t ov_doc_loc(const struct ov_doc *doc);

/** Whether an object has all that a target states: apiVersion, kind, name, namespace, labels.
 */
bool ov_target_matches(struct ov_value target, struct ov_value object);

/** Whether the document lands on the cluster. */
bool ov_doc_lands_on(const struct ov_doc *doc, const struct ov_cluster *cluster);

#endif
