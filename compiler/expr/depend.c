/* depend: what the result of a template depends on. Layer: expr. */
#include "expr/node.h"

static bool expr_by_kind(const struct ov_expr *e);

static bool all_by_kind(const struct ov_expr *e)
{
	for (size_t i = 0; i < e->count; i++) {
		if (!expr_by_kind(e->args[i]))
			return false;
	}
	return true;
}

/* object.apiVersion and object.kind */
static bool is_kind_field(const struct ov_expr *e)
{
	return e->op == OV_EXPR_SELECT && e->args[0]->op == OV_EXPR_NAME &&
	       e->args[0]->slot == OV_SLOT_OBJECT &&
	       (ov_str_is(e->key->str, "apiVersion") || ov_str_is(e->key->str, "kind"));
}

/* Functions that ask for the documents of the present cluster. */
static bool asks_host(struct ov_str name)
{
	static const char *const names[] = {"by", "find", "documents", "alias", "provided"};
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		if (ov_str_is(name, names[i]))
			return true;
	}
	return false;
}

static bool expr_by_kind(const struct ov_expr *e)
{
	if (is_kind_field(e))
		return true;
	if (e->op == OV_EXPR_NAME)
		return e->slot == OV_SLOT_ESTATE || e->slot >= OV_SLOT_COUNT;
	if (e->op == OV_EXPR_CALL && asks_host(e->key->str))
		return false;
	return all_by_kind(e);
}

bool ov_node_is_by_kind(const struct ov_node *node)
{
	if (!node)
		return true;
	if (node->kind == NODE_CONST)
		return true;
	if (node->expr && !expr_by_kind(node->expr))
		return false;
	if (!ov_node_is_by_kind(node->range) || !ov_node_is_by_kind(node->condition) ||
		!ov_node_is_by_kind(node->body))
		return false;
	for (size_t i = 0; i < node->let_count; i++) {
		if (!ov_node_is_by_kind(node->lets[i].node))
			return false;
	}
	for (size_t i = 0; i < node->count; i++) {
		if (node->pieces && node->pieces[i].expr && !expr_by_kind(node->pieces[i].expr))
			return false;
		if (node->items && !ov_node_is_by_kind(node->items[i]))
			return false;
		if (node->members && (!ov_node_is_by_kind(node->members[i].node) ||
					     !ov_node_is_by_kind(node->members[i].dynamic)))
			return false;
	}
	return true;
}
