/* api_list: lists whose entries the API server tells apart. Layer: schema. */
#include "schema/api_internal.h"

#include "lang/json_out.h"
#include "lang/show.h"
#include "value/equal.h"

/* Up to this many entries are compared with each other; more go through a table. */
enum { FEW = 24 };

/* The value of a key field, with the default that it has. */
static struct ov_value key_of(
	const struct ov_api_node *node, struct ov_value entry, const struct ov_key *key)
{
	struct ov_value v = ov_get_key(entry, key);
	if (ov_is_some(v) || !node->items)
		return v;
	const struct ov_api_field *field = ov_api_field(node->items, key);
	return field ? field->node->default_ : v;
}

static bool same(const struct ov_api_node *node, struct ov_value a, struct ov_value b)
{
	if (node->list_type == OV_API_SET)
		return ov_equal(a, b, OV_IDENTICAL);
	for (size_t i = 0; i < node->key_count; i++) {
		struct ov_value x = key_of(node, a, node->keys[i]),
				y = key_of(node, b, node->keys[i]);
		if (ov_is_some(x) != ov_is_some(y) ||
			(ov_is_some(x) && !ov_equal(x, y, OV_IDENTICAL)))
			return false;
	}
	return true;
}

static bool report(struct ov_api_run *run, const struct ov_api_node *node,
	const struct ov_api_where *at, size_t index, size_t first)
{
	struct ov_api_where inner = {
		at, &at->value->items[index], NULL, index, at->depth + 1, false};
	struct ov_buf buf;
	if (!run->diags)
		return false;
	ov_buf_init(&buf);
	for (size_t i = 0; i < node->key_count && node->list_type == OV_API_MAP; i++) {
		struct ov_value v = key_of(node, *inner.value, node->keys[i]);
		ov_buf_addf(&buf, "%s%.*s", i ? ", " : "", OV_STR_ARG(node->keys[i]->str));
		if (ov_is_some(v)) {
			ov_buf_putc(&buf, ' ');
			ov_show_value(&buf, v);
		}
	}
	if (buf.len)
		ov_api_report(run, OV_DIAG_API_LIST, &inner,
			"has the same key as entry %zu of the list: %.*s", first,
			OV_STR_ARG(ov_buf_str(&buf)));
	else
		ov_api_report(run, OV_DIAG_API_LIST, &inner,
			"is the same as entry %zu of the list, which is a set", first);
	ov_buf_release(&buf);
	return false;
}

/* A third entry like two before it is not told again. */
static bool check_few(
	struct ov_api_run *run, const struct ov_api_node *node, const struct ov_api_where *at)
{
	struct ov_value list = *at->value;
	bool ok = true;
	for (size_t i = 1; i < list.count; i++) {
		size_t before = 0, first = 0;
		for (size_t k = 0; k < i; k++) {
			if (!same(node, list.items[i], list.items[k]))
				continue;
			if (!before++)
				first = k;
		}
		if (before == 1)
			ok = report(run, node, at, i, first);
	}
	return ok;
}

static void identity(struct ov_buf *buf, const struct ov_api_node *node, struct ov_value entry)
{
	if (node->list_type == OV_API_SET) {
		ov_buf_addf(buf, "%d", entry.kind);
		ov_json_write(buf, entry, 0);
		return;
	}
	for (size_t i = 0; i < node->key_count; i++) {
		struct ov_value v = key_of(node, entry, node->keys[i]);
		ov_buf_addf(buf, ",%d", v.kind);
		if (ov_is_some(v))
			ov_json_write(buf, v, 0);
	}
}

static bool check_many(
	struct ov_api_run *run, const struct ov_api_node *node, const struct ov_api_where *at)
{
	struct ov_arena_mark mark = ov_arena_mark(run->scratch);
	struct ov_map seen;
	struct ov_buf buf;
	bool ok = true;
	ov_map_init(&seen, run->scratch, ov_keys_seed(run->set->keys));
	ov_buf_init(&buf);
	for (size_t i = 0; i < at->value->count; i++) {
		bool fresh;
		ov_buf_clear(&buf);
		identity(&buf, node, at->value->items[i]);
		union ov_map_item *item =
			ov_map_put(&seen, ov_str_dup(run->scratch, ov_buf_str(&buf)), &fresh);
		if (fresh) {
			item->num = i;
		} else if (item->num != SIZE_MAX) {
			ok = report(run, node, at, i, item->num);
			item->num = SIZE_MAX;
		}
	}
	ov_buf_release(&buf);
	ov_arena_rewind(run->scratch, mark);
	return ok;
}

bool ov_api_list_check(
	struct ov_api_run *run, const struct ov_api_node *node, const struct ov_api_where *at)
{
	if (node->list_type == OV_API_MAP) {
		for (size_t i = 0; i < at->value->count; i++) {
			const struct ov_value *v = &at->value->items[i];
			struct ov_api_where inner = {at, v, NULL, i, at->depth + 1, false};
			if (run->native && v->kind == OV_KIND_NULL)
				return ov_api_report(run, OV_DIAG_API_TYPE, &inner,
					"is null, expected a map");
			if (ov_is_map(*v) || v->kind == OV_KIND_NULL)
				continue;
			/* Most often its type is a finding already. */
			if (node->items && node->items->types == OV_API_OBJECT)
				return true;
			return ov_api_report(run, OV_DIAG_API_TYPE, &inner,
				"must be a map, as entries of this list are told apart by "
				"their fields");
		}
	}
	return at->value->count <= FEW ? check_few(run, node, at) : check_many(run, node, at);
}

const struct ov_key *ov_api_list_key(
	const struct ov_api_kind *kind, const struct ov_merge_path *path)
{
	enum { DEEPEST = 64 };
	const struct ov_key *keys[DEEPEST];
	size_t n = 0;
	for (; path; path = path->up) {
		if (n == DEEPEST)
			return NULL;
		keys[n++] = path->key;
	}
	const struct ov_api_node *node = kind->root;
	while (node && n) {
		const struct ov_api_field *field = ov_api_field(node, keys[--n]);
		node = field ? field->node : node->values;
		/* The path leaves entries of lists out. */
		while (n && node && node->items)
			node = node->items;
	}
	if (!node || n)
		return NULL;
	return node->merge_key ? node->merge_key : node->key_count ? node->keys[0] : NULL;
}
