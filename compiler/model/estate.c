/* estate: what the stages know of an estate. Layer: model. */
#include "model/estate.h"

#include "value/merge.h"

struct ov_str ov_estate_key(struct ov_arena *arena, struct ov_str kind, struct ov_str name)
{
	size_t len = ov_size_add(kind.len, name.len) + 1;
	char *key = ov_arena_alloc(arena, len, 1);
	if (kind.len)
		memcpy(key, kind.ptr, kind.len);
	key[kind.len] = '\0';
	if (name.len)
		memcpy(key + kind.len + 1, name.ptr, name.len);
	return ov_str_n(key, len);
}

struct ov_instance *ov_estate_find(const struct ov_estate *estate,
	const struct ov_cluster *cluster, struct ov_arena *scratch, struct ov_str kind,
	struct ov_str name, struct ov_str name_space, bool *ambiguous)
{
	if (ambiguous)
		*ambiguous = false;
	struct ov_arena_mark mark = ov_arena_mark(scratch);
	struct ov_str key = ov_estate_key(scratch, kind, name);
	const struct ov_doc *doc = ov_map_ptr(&estate->doc_by_name, key);
	const struct ov_instance_list *list =
		cluster ? ov_map_ptr(&cluster->by_name, key) : NULL;
	ov_arena_rewind(scratch, mark);
	if (doc && doc->instances.count)
		return doc->instances.items[0];
	if (!list)
		return NULL;
	if (list->items.count == 1)
		return list->items.items[0];
	for (size_t i = 0; i < list->items.count; i++) {
		if (ov_str_eq(list->items.items[i]->name_space, name_space))
			return list->items.items[i];
	}
	if (ambiguous)
		*ambiguous = true;
	return NULL;
}

struct ov_value ov_estate_policy(const struct ov_estate *estate, struct ov_arena *arena,
	struct ov_str name, struct ov_value spec)
{
	const struct ov_value *policy = ov_map_ptr(&estate->policy_by_name, name);
	if (!policy || !ov_count(spec))
		return policy ? *policy : (struct ov_value){0};
	struct ov_merge merge;
	ov_merge_init(&merge, arena, estate->keys, NULL);
	struct ov_value own = ov_get(*policy, "spec");
	struct ov_value changed = ov_merge(&merge, own, spec);
	changed.loc = own.loc;
	changed.key_loc = own.key_loc;
	struct ov_value out =
		ov_with(arena, *policy, ov_key(estate->keys, OV_STR("spec")), changed);
	out.loc = policy->loc;
	return out;
}

struct ov_value ov_cluster_provided(
	struct ov_value cluster, struct ov_str category, struct ov_str name)
{
	struct ov_value list = ov_get_str(ov_path(cluster, "spec", "provides", NULL), category);
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value item = ov_at(list, i);
		struct ov_value own = ov_is_map(item) ? ov_get(item, "name") : item;
		if (ov_is_string(own) && ov_str_eq(ov_string(own), name))
			return item;
	}
	return (struct ov_value){0};
}

struct ov_value ov_cluster_alias(
	struct ov_value cluster, struct ov_str category, struct ov_value name)
{
	struct ov_value table = ov_get_str(ov_path(cluster, "spec", "aliases", NULL), category);
	struct ov_value meant = ov_get_str(table, ov_string(name));
	return ov_is_string(meant) ? meant : name;
}

struct ov_str ov_instance_label(struct ov_arena *arena, const struct ov_instance *instance)
{
	struct ov_str cluster = instance->cluster ? instance->cluster->name : OV_STR("estate");
	return ov_str_fmt(arena, "%.*s/%.*s/%.*s", OV_STR_ARG(cluster),
		OV_STR_ARG(instance->doc->kind->name), OV_STR_ARG(instance->doc->name));
}

uint32_t ov_doc_loc(const struct ov_doc *doc)
{
	uint32_t loc = ov_path(doc->value, "metadata", "name", NULL).loc;
	return loc ? loc : doc->value.loc;
}

static bool says(struct ov_value target, const char *field, struct ov_str own)
{
	struct ov_value asked = ov_get(target, field);
	return !ov_is_string(asked) || ov_str_eq(ov_string(asked), own);
}

static bool has_labels(struct ov_value target, struct ov_value labels)
{
	struct ov_value asked = ov_get(target, "labels");
	for (size_t i = 0; i < ov_count(asked); i++) {
		struct ov_value own = ov_get_key(labels, asked.entries[i].key);
		if (!ov_is_some(own) ||
			!ov_str_eq(ov_string(own), ov_string(asked.entries[i].value)))
			return false;
	}
	return true;
}

bool ov_target_matches(struct ov_value target, struct ov_value object)
{
	struct ov_value metadata = ov_get(object, "metadata");
	return says(target, "apiVersion", ov_string(ov_get(object, "apiVersion"))) &&
	       says(target, "kind", ov_string(ov_get(object, "kind"))) &&
	       says(target, "name", ov_string(ov_get(metadata, "name"))) &&
	       says(target, "namespace", ov_string(ov_get(metadata, "namespace"))) &&
	       has_labels(target, ov_get(metadata, "labels"));
}

bool ov_doc_lands_on(const struct ov_doc *doc, const struct ov_cluster *cluster)
{
	for (size_t i = 0; i < doc->clusters.count; i++) {
		if (doc->clusters.items[i] == cluster)
			return true;
	}
	return false;
}
