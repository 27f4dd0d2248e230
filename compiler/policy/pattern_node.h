/*
 * pattern_node: the tree of a compiled pattern. Layer: policy.
 *
 * For the files of pattern alone.
 */
#ifndef OV_PATTERN_NODE_H
#define OV_PATTERN_NODE_H

#include "policy/pattern.h"

/** No anchor whose presence is watched. */
#define OV_PATTERN_UNWATCHED UINT32_MAX

struct ov_pattern_node;

/** A key of a map with what it asks for. */
struct ov_pattern_member {
	enum ov_anchor anchor;
	const struct ov_key *key;  /**< as written */
	const struct ov_key *name; /**< looked up in the resource */
	const struct ov_pattern_node *node;
	uint32_t watch; /**< index of its anchor, or OV_PATTERN_UNWATCHED */
	uint32_t index; /**< its place as written */
	bool early;     /**< comes before plain members, in backward order */
};

/** What a node is matched against. */
enum ov_pattern_kind {
	OV_PATTERN_SCALAR,
	OV_PATTERN_MAP,
	OV_PATTERN_LIST,
};

struct ov_pattern_node {
	enum ov_pattern_kind kind;
	bool anchored; /**< whether there is an anchor in it */
	bool tags;     /**< labels or annotations, whose keys may have wildcards */
	bool wild;     /**< such ones that are not the same once they are expanded */
	bool kept;     /**< of such ones: whether there is an anchor in what is kept */
	bool loses;    /**< metadata in which such anchors are lost */
	const struct ov_pattern_member *metadata; /**< the member that is such, or NULL */
	struct ov_value value;
	struct ov_pattern_member *members; /**< in the order of evaluation: anchors first */
	const struct ov_pattern_node **items;
	size_t count;
	size_t anchors; /**< how many members are of the first phase */
};

struct ov_pattern {
	const struct ov_pattern_node *root;
	size_t watched;
};

/** Puts members in the order of their evaluation and returns how many the first phase has. */
size_t ov_pattern_sort(struct ov_pattern_member *members, size_t count);

#endif
