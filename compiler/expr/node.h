/*
 * node: the compiled form of a template. Layer: expr; for template.c, expand.c and depend.c
 * only.
 */
#ifndef OV_NODE_H
#define OV_NODE_H

#include "expr/template.h"

enum node_kind {
	NODE_CONST,
	NODE_EXPR,   /* a scalar that is one ${…} */
	NODE_STRING, /* text with ${…} in it */
	NODE_LIST,
	NODE_MAP,
};

/* A piece of an interpolated string: text, or an expression. */
struct piece {
	struct ov_str text;
	struct ov_expr *expr;
};

struct member {
	const struct ov_key *key;
	struct ov_node *dynamic; /* the key's own interpolation, or NULL */
	struct ov_node *node;
	uint32_t key_loc;
};

struct let {
	size_t slot;
	struct ov_node *node;
};

struct ov_node {
	enum node_kind kind;
	struct ov_value value; /* of a constant; otherwise its loc and flags */
	struct ov_expr *expr;
	struct piece *pieces;
	struct ov_node **items;
	struct member *members;
	size_t count;
	/* Control keys of a map. */
	struct ov_node *range; /* of $for */
	size_t slot, index_slot;
	bool has_index;
	struct let *lets;
	size_t let_count;
	struct ov_node *condition;
	struct ov_node *body;
};

#endif
