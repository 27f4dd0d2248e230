/* merge: inheritance and strategic merge patches over values. Layer: value. */
#include "value/merge.h"

#include "base/limits.h"
#include "value/equal.h"

void ov_merge_init(struct ov_merge *merge, struct ov_arena *arena, struct ov_keys *keys,
	struct ov_diags *diags)
{
	*merge = (struct ov_merge){.arena = arena,
		.name = ov_key(keys, OV_STR("name")),
		.remove = ov_key(keys, OV_STR("$remove")),
		.replace = ov_key(keys, OV_STR("$replace")),
		.keyless_replaces = true,
		.diags = diags};
}

static struct ov_value merge(struct ov_merge *m, const struct ov_merge_path *path,
	struct ov_value base, struct ov_value over, size_t depth);

static bool is_true(struct ov_value map, const struct ov_key *key)
{
	return ov_bool(ov_get_key(map, key), false);
}

/* Whether anything in the tree only says what to remove or how to merge. */
static bool is_clean(struct ov_merge *m, struct ov_value v, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH)
		return true;
	if (v.kind == OV_KIND_MAP) {
		for (size_t i = 0; i < v.count; i++) {
			const struct ov_entry *e = &v.entries[i];
			if (e->value.kind == OV_KIND_NULL || e->key == m->remove ||
				e->key == m->replace || !is_clean(m, e->value, depth + 1))
				return false;
		}
	} else if (v.kind == OV_KIND_LIST) {
		for (size_t i = 0; i < v.count; i++) {
			if (!is_clean(m, v.items[i], depth + 1))
				return false;
		}
	}
	return true;
}

static void nothing_to_remove(
	struct ov_merge *m, struct ov_value item, const struct ov_key *key)
{
	m->faults++;
	if (m->diags)
		ov_diag_add(m->diags, OV_DIAG_MERGE, ov_span(item.loc),
			"there is no entry '%.*s' to remove",
			OV_STR_ARG(ov_string(ov_get_key(item, key))));
}

static struct ov_value merge_maps(struct ov_merge *m, const struct ov_merge_path *path,
	struct ov_value base, struct ov_value over, size_t depth)
{
	struct ov_map_builder b;
	ov_map_begin(&b, m->arena, ov_count(base) + ov_count(over));
	for (size_t i = 0; i < ov_count(base); i++) {
		const struct ov_entry *e = &base.entries[i];
		const struct ov_entry *o = ov_entry_key(over, e->key);
		struct ov_value v = e->value;
		if (o) {
			struct ov_merge_path inner = {path, e->key};
			v = merge(m, &inner, e->value, o->value, depth + 1);
		}
		if (ov_is_some(v))
			ov_map_set(&b, e->key, v);
	}
	for (size_t i = 0; i < ov_count(over); i++) {
		const struct ov_entry *o = &over.entries[i];
		if (ov_entry_key(base, o->key) || o->key == m->replace || o->key == m->remove)
			continue;
		struct ov_merge_path inner = {path, o->key};
		struct ov_value v = merge(m, &inner, (struct ov_value){0}, o->value, depth + 1);
		if (ov_is_some(v))
			ov_map_set(&b, o->key, v);
	}
	struct ov_value out = ov_map_end(&b);
	out.loc = over.loc ? over.loc : base.loc;
	out.key_loc = over.key_loc ? over.key_loc : base.key_loc;
	return out;
}

/* Whether each entry is a map with the key; `control` allows entries that only steer. */
static bool is_keyed(
	const struct ov_merge *m, struct ov_value list, const struct ov_key *key, bool control)
{
	for (size_t i = 0; i < list.count; i++) {
		struct ov_value item = list.items[i];
		if (control && item.kind == OV_KIND_MAP && is_true(item, m->replace))
			continue;
		if (!ov_is_some(ov_get_key(item, key)))
			return false;
	}
	return list.count > 0;
}

static bool takes_whole(const struct ov_merge *m, struct ov_value list)
{
	for (size_t i = 0; i < list.count; i++) {
		if (list.items[i].kind == OV_KIND_MAP && list.items[i].count == 1 &&
			is_true(list.items[i], m->replace))
			return true;
	}
	return false;
}

static bool is_control(const struct ov_merge *m, struct ov_value item)
{
	return item.kind == OV_KIND_MAP && item.count == 1 && is_true(item, m->replace);
}

/* The list without what steers merging. */
static struct ov_value plain_list(struct ov_merge *m, const struct ov_merge_path *path,
	struct ov_value list, size_t depth)
{
	struct ov_value *items = ov_new_array(m->arena, struct ov_value, list.count);
	size_t n = 0;
	for (size_t i = 0; i < list.count; i++) {
		struct ov_value item = list.items[i];
		if (is_control(m, item))
			continue;
		if (item.kind == OV_KIND_MAP && is_true(item, m->remove)) {
			nothing_to_remove(m, item, m->name);
			continue;
		}
		struct ov_value v =
			item.kind == OV_KIND_NULL
				? item
				: merge(m, path, (struct ov_value){0}, item, depth + 1);
		if (ov_is_some(v))
			items[n++] = v;
	}
	struct ov_value out = ov_value_list(items, n);
	out.loc = list.loc;
	out.key_loc = list.key_loc;
	return out;
}

static size_t find_item(
	struct ov_value *items, size_t n, const struct ov_key *key, struct ov_value name)
{
	for (size_t i = 0; i < n; i++) {
		if (ov_equal(ov_get_key(items[i], key), name, OV_IDENTICAL))
			return i;
	}
	return n;
}

static struct ov_value merge_lists(struct ov_merge *m, const struct ov_merge_path *path,
	struct ov_value base, struct ov_value over, size_t depth)
{
	const struct ov_key *key = m->list_key ? m->list_key(m->context, path) : m->name;
	bool whole = takes_whole(m, over);
	bool maps = base.count && base.items[0].kind == OV_KIND_MAP;
	bool keyed = key && is_keyed(m, base, key, false) && is_keyed(m, over, key, true);
	if (!whole && !keyed && maps && over.count && !m->keyless_replaces) {
		m->faults++;
		if (m->diags) {
			struct ov_diag *d =
				ov_diag_add(m->diags, OV_DIAG_PATCH_LIST, ov_span(over.loc),
					"the entries of '%.*s' have no key by which they could "
					"be merged",
					OV_STR_ARG(path ? path->key->str : OV_STR("")));
			ov_diag_help(m->diags, d,
				"put `- $replace: true` among the entries to replace the list "
				"whole");
		}
		return base;
	}
	if (whole || !keyed)
		return plain_list(m, path, over, depth);
	struct ov_value *items =
		ov_new_array(m->arena, struct ov_value, (size_t)base.count + over.count);
	size_t n = base.count;
	memcpy(items, base.items, n * sizeof(*items));
	for (size_t i = 0; i < over.count; i++) {
		struct ov_value item = over.items[i];
		struct ov_value name = ov_get_key(item, key);
		size_t at = find_item(items, n, key, name);
		if (is_true(item, m->remove)) {
			if (at == n) {
				nothing_to_remove(m, item, key);
				continue;
			}
			memmove(items + at, items + at + 1, (n - at - 1) * sizeof(*items));
			n--;
		} else if (at < n && !is_true(item, m->replace)) {
			items[at] = merge(m, path, items[at], item, depth + 1);
		} else {
			struct ov_value fresh =
				merge(m, path, (struct ov_value){0}, item, depth + 1);
			items[at] = fresh;
			n += at == n;
		}
	}
	struct ov_value out = ov_value_list(items, n);
	out.loc = over.loc;
	out.key_loc = over.key_loc;
	return out;
}

static struct ov_value merge(struct ov_merge *m, const struct ov_merge_path *path,
	struct ov_value base, struct ov_value over, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH || !ov_is_some(over))
		return base;
	if (over.kind == OV_KIND_NULL)
		return (struct ov_value){0};
	if (over.kind == OV_KIND_MAP) {
		if (base.kind == OV_KIND_MAP && !is_true(over, m->replace))
			return merge_maps(m, path, base, over, depth);
		if (is_clean(m, over, depth))
			return over;
		return merge_maps(m, path, (struct ov_value){0}, over, depth);
	}
	if (over.kind == OV_KIND_LIST) {
		if (base.kind == OV_KIND_LIST)
			return merge_lists(m, path, base, over, depth);
		return is_clean(m, over, depth) ? over : plain_list(m, path, over, depth);
	}
	return over;
}

struct ov_value ov_merge(struct ov_merge *m, struct ov_value base, struct ov_value over)
{
	return merge(m, NULL, base, over, 0);
}
