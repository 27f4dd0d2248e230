/*
 * api_prune: the object without fields that are not declared. Layer: schema.
 *
 * Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/pruning. What is kept because of
 * x-kubernetes-preserve-unknown-fields is kept whole; what is declared beside it is pruned.
 */
#include "schema/api_internal.h"

#include "base/limits.h"

struct prune {
	struct ov_arena *arena;
	const struct ov_api_words *words;
	struct ov_api_paths *dropped; /**< may be NULL */
};

static const struct ov_api_node nothing = {0};

static struct ov_value prune(const struct prune *p, const struct ov_api_node *node,
	const struct ov_api_where *at, bool resource, bool keep);

static void drop(const struct prune *p, const struct ov_api_where *at)
{
	struct ov_buf buf;
	if (!p->dropped)
		return;
	ov_buf_init(&buf);
	ov_api_path(&buf, at);
	ov_vec_push(p->arena, &p->dropped->list, ov_str_dup(p->arena, ov_buf_str(&buf)));
	ov_buf_release(&buf);
}

static bool is_meta(const struct prune *p, const struct ov_key *key)
{
	return key == p->words->api_version || key == p->words->kind ||
	       key == p->words->metadata;
}

static struct ov_value prune_map(const struct prune *p, const struct ov_api_node *node,
	const struct ov_api_where *at, bool resource, bool keep)
{
	struct ov_value map = *at->value;
	struct ov_map_builder b;
	ov_map_begin(&b, p->arena, map.count);
	for (size_t i = 0; i < map.count; i++) {
		const struct ov_entry *e = &map.entries[i];
		struct ov_api_where inner = {at, &e->value, e->key, 0, at->depth + 1, false};
		const struct ov_api_field *field = ov_api_field(node, e->key);
		const struct ov_api_node *child = field ? field->node : node->values;
		if (resource && is_meta(p, e->key))
			ov_map_set(&b, e->key, e->value);
		else if (child)
			ov_map_set(&b, e->key, prune(p, child, &inner, child->embedded, false));
		else if (keep)
			ov_map_set(&b, e->key, e->value);
		else if (at->up || !is_meta(p, e->key))
			drop(p, &inner);
	}
	struct ov_value out = ov_map_end(&b);
	out.loc = map.loc;
	out.key_loc = map.key_loc;
	return out;
}

static struct ov_value prune(const struct prune *p, const struct ov_api_node *node,
	const struct ov_api_where *at, bool resource, bool keep)
{
	struct ov_value v = *at->value;
	keep = keep || node->preserve;
	if (at->depth > OV_LIMIT_DEPTH)
		return v;
	if (v.kind == OV_KIND_MAP)
		return prune_map(p, node, at, resource, keep);
	if (v.kind != OV_KIND_LIST || !v.count || (keep && !node->items))
		return v;
	const struct ov_api_node *child = node->items ? node->items : &nothing;
	struct ov_value *items = ov_new_array(p->arena, struct ov_value, v.count);
	for (size_t i = 0; i < v.count; i++) {
		struct ov_api_where inner = {at, &v.items[i], NULL, i, at->depth + 1, false};
		items[i] = prune(p, child, &inner, child->embedded, keep);
	}
	v.items = items;
	return v;
}

struct ov_value ov_api_prune(struct ov_arena *arena, const struct ov_api_kind *kind,
	struct ov_value object, unsigned flags, struct ov_api_paths *dropped)
{
	struct prune p = {arena, &kind->set->words, dropped};
	struct ov_api_where root = {.value = &object};
	return prune(&p, kind->root, &root, !(flags & OV_API_BARE), false);
}
