/*
 * template: trees with ${…} in them, compiled once and expanded often. Layer: expr.
 *
 * A template is valid YAML. A scalar that is one ${…} keeps the type of its value; inside a
 * longer string values are interpolated; $${ is a literal ${. Control keys are $if, $for, $let
 * and $body; compiler/LANGUAGE.md describes them. A part without any expression is one shared
 * constant.
 */
#ifndef OV_TEMPLATE_H
#define OV_TEMPLATE_H

#include "expr/eval.h"

struct ov_node;

/** Where one part of an expanded tree came from; collected only on request. */
struct ov_origin {
	struct ov_str pointer;        /**< JSON pointer into the result */
	uint32_t loc;                 /**< of the template's node */
	const struct ov_value *reads; /**< values that its expressions read, in order */
	size_t read_count;
};

/** Origins of one expansion. */
struct ov_origins {
	struct ov_arena *arena;
	OV_VEC(struct ov_origin) list;
};

/** Compiles a tree. NULL with diagnostics where an expression or a control key is wrong. */
struct ov_node *ov_node_compile(struct ov_scope *scope, const struct ov_sources *sources,
	struct ov_value tree, struct ov_diags *diags);

/**
 * The tree with its expressions evaluated: OV_KIND_NONE where it is dropped (a false $if, an
 * absent optional), OV_KIND_ERROR where an expression failed. `origins` may be NULL.
 */
struct ov_value ov_node_expand(
	struct ov_eval *eval, const struct ov_node *node, struct ov_origins *origins);

/** Type of the node's result, for whoever demands one; dyn where it is not known. */
const struct ov_type *ov_node_type(const struct ov_node *node);

/** Type of what a map of $let and $if around $body gives, where it is not dropped. */
const struct ov_type *ov_node_body_type(const struct ov_node *node);

/** Where the node is written. */
uint32_t ov_node_loc(const struct ov_node *node);

/** Whether the tree holds no expression; then `*value` (may be NULL) is the constant. */
bool ov_node_is_const(const struct ov_node *node, struct ov_value *value);

/**
 * Whether the result depends on nothing but the estate and the apiVersion and kind of `object`,
 * so that it is the same for all objects of a kind.
 */
bool ov_node_is_by_kind(const struct ov_node *node);

/** Adds the diagnostic for a failed expansion. */
struct ov_diag *ov_error_report(struct ov_diags *diags, const struct ov_error *error);

/** Slots of the variables that every template has, in the order of their declaration. */
enum ov_template_slot {
	OV_SLOT_SELF,
	OV_SLOT_CLUSTER,
	OV_SLOT_TARGET,
	OV_SLOT_ESTATE,
	OV_SLOT_OBJECT,
	OV_SLOT_COUNT,
	OV_SLOT_OLD = OV_SLOT_COUNT, /**< only in rules with `replaces` */
};

/** A template document, compiled. */
struct ov_template {
	struct ov_str name;
	uint32_t loc;
	const struct ov_node *clusters; /**< whose folders receive the objects, or NULL */
	const struct ov_node *objects;  /**< gives a list of objects, or NULL */
	const struct ov_node *merge;    /**< gives what is merged below every object, or NULL */
	bool by_kind;                   /**< `merge` is the same for all objects of a kind */
	bool unwritten;                 /**< the objects come to their cluster by another way */
	size_t slots;
};

/**
 * The document of the first steps, compiled: which objects of a cluster are written a second
 * time, to be applied by hand in order, and the page that says so.
 */
struct ov_bootstrap {
	uint32_t loc;
	struct ov_str folder, command;
	const struct ov_node *cluster; /**< gives the name of the cluster */
	const struct ov_node *step;    /**< gives a list that begins with an object's step */
	const struct ov_node *page;    /**< gives `intro`, `steps` and `provided` */
	struct ov_str *categories;     /**< of `provided`, in order */
	size_t category_count;
	size_t slots;
};

/** A rule document, compiled; `blame` may be NULL. Each part is dropped where `when` is false.
 */
struct ov_rule {
	struct ov_str name;
	struct ov_value replaces; /**< GROUP/KIND of the objects that it compares, or several */
	uint32_t loc;
	struct ov_node *assertion, *blame,
		*message; /**< each with the rule's `let` and `when` */
	struct ov_str explanation;
	bool warning;
	size_t slots;
};

/** A Lifecycle document, compiled: how objects leave the output. */
struct ov_lifecycle {
	const struct ov_node *guarded; /**< of `object`, as it was: may it not just vanish? */
	const struct ov_node *stays;   /**< does it stay on the cluster when it vanishes? */
	size_t slots;
	const struct ov_key *mark; /**< annotation that tells an object's phase */
	struct ov_value phases;    /**< phase → list of {target, patch} */
};

#endif
