/*
 * api_default: the object as the server stores it. Layer: schema.
 *
 * Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/defaulting. Maps and lists that
 * do not change are shared; a changed one is copied with its place. A null that may not be is
 * dropped where an object is made, but refused where it is applied on the server's side.
 */
#include "schema/api_internal.h"

#include "base/limits.h"

struct fill {
	struct ov_arena *arena;
	bool drop; /**< leave out nulls that may not be and have no default */
};

static struct ov_value fill(
	const struct fill *f, const struct ov_api_node *node, struct ov_value v, size_t depth);

static bool is_wrong_null(const struct ov_api_node *node, struct ov_value v)
{
	return v.kind == OV_KIND_NULL && node && !node->nullable;
}

static bool is_same(struct ov_value a, struct ov_value b)
{
	return a.kind == b.kind && a.count == b.count && a.items == b.items;
}

/* A default in the place of `v`. */
static struct ov_value preset(const struct ov_api_node *node, uint32_t loc, uint32_t key_loc)
{
	struct ov_value v = node->default_;
	v.loc = loc;
	v.key_loc = key_loc;
	return v;
}

/* A map of which something changes is copied from then on. */
struct copy {
	struct ov_map_builder b;
	bool begun;
};

static void begin_copy(
	const struct fill *f, struct copy *copy, struct ov_value map, size_t done, size_t room)
{
	if (copy->begun)
		return;
	copy->begun = true;
	ov_map_begin(&copy->b, f->arena, map.count + room);
	for (size_t i = 0; i < done; i++)
		ov_map_set(&copy->b, map.entries[i].key, map.entries[i].value);
}

static struct ov_value fill_map(
	const struct fill *f, const struct ov_api_node *node, struct ov_value map, size_t depth)
{
	struct copy copy = {.begun = false};
	for (size_t i = 0; i < map.count; i++) {
		const struct ov_entry *e = &map.entries[i];
		const struct ov_api_field *field = ov_api_field(node, e->key);
		const struct ov_api_node *child = field ? field->node : node->values;
		struct ov_value v = e->value;
		bool wrong = is_wrong_null(child, v),
		     has = child && ov_is_some(child->default_);
		if (wrong && (has || f->drop))
			begin_copy(f, &copy, map, i, node->field_count);
		if (wrong && has)
			v = preset(child, v.loc, v.key_loc);
		else if (wrong && f->drop)
			continue;
		if (child)
			v = fill(f, child, v, depth + 1);
		if (!is_same(v, e->value))
			begin_copy(f, &copy, map, i, node->field_count);
		if (copy.begun)
			ov_map_set(&copy.b, e->key, v);
	}
	for (size_t i = 0; i < node->field_count && node->defaults; i++) {
		const struct ov_api_field *field = &node->fields[i];
		if (!ov_is_some(field->node->default_) || ov_entry_key(map, field->key))
			continue;
		begin_copy(f, &copy, map, map.count, node->field_count);
		ov_map_set(&copy.b, field->key,
			fill(f, field->node, preset(field->node, 0, 0), depth + 1));
	}
	if (!copy.begun)
		return map;
	struct ov_value out = ov_map_end(&copy.b);
	out.loc = map.loc;
	out.key_loc = map.key_loc;
	out.flags = map.flags;
	return out;
}

static struct ov_value fill_list(const struct fill *f, const struct ov_api_node *node,
	struct ov_value list, size_t depth)
{
	struct ov_value *items = NULL;
	for (size_t i = 0; i < list.count; i++) {
		struct ov_value v = list.items[i];
		if (is_wrong_null(node->items, v) && ov_is_some(node->items->default_))
			v = preset(node->items, v.loc, 0);
		v = fill(f, node->items, v, depth + 1);
		if (!items && is_same(v, list.items[i]))
			continue;
		if (!items) {
			items = ov_new_array(f->arena, struct ov_value, list.count);
			memcpy(items, list.items, list.count * sizeof(*items));
		}
		items[i] = v;
	}
	if (items)
		list.items = items;
	return list;
}

static struct ov_value fill(
	const struct fill *f, const struct ov_api_node *node, struct ov_value v, size_t depth)
{
	if ((!node->defaults && !f->drop) || depth > OV_LIMIT_DEPTH)
		return v;
	if (v.kind == OV_KIND_LIST && node->items && v.count)
		return fill_list(f, node, v, depth);
	return v.kind == OV_KIND_MAP ? fill_map(f, node, v, depth) : v;
}

struct ov_value ov_api_fill(
	struct ov_arena *arena, const struct ov_api_node *node, struct ov_value v, bool drop)
{
	struct fill f = {arena, drop};
	return fill(&f, node, v, 0);
}

struct ov_value ov_api_default(
	struct ov_arena *arena, const struct ov_api_kind *kind, struct ov_value object)
{
	return kind->native ? object : ov_api_fill(arena, kind->root, object, true);
}
