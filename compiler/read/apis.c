/* apis: which kinds each cluster serves. Layer: read. */
#include "read/apis.h"

#include "read/internal.h"
#include "schema/api.h"

/* A set's name is that of its file, without folder and extension. */
static struct ov_str set_name(struct ov_str path)
{
	size_t from = path.len;
	while (from && path.ptr[from - 1] != '/')
		from--;
	size_t to = path.len;
	for (size_t i = path.len; i > from; i--) {
		if (path.ptr[i - 1] == '.') {
			to = i - 1;
			break;
		}
	}
	return ov_str_sub(path, from, to);
}

static void list_sets(const struct ov_files *files, struct ov_estate *estate)
{
	ov_map_init(&estate->api_by_name, estate->arena, estate->seed);
	for (size_t i = 0; i < files->list.count; i++) {
		const struct ov_file *file = &files->list.items[i];
		if (file->role != OV_FILE_API)
			continue;
		struct ov_api_entry *entry = ov_new(estate->arena, struct ov_api_entry);
		entry->source = file->source;
		ov_map_put(&estate->api_by_name, set_name(file->path), NULL)->ptr = entry;
	}
}

static struct ov_api_set *open_set(struct ov_run *run, struct ov_estate *estate,
	struct ov_str name, struct ov_api_entry *entry)
{
	if (!entry->set && !entry->failed) {
		entry->set = ov_api_set_open(
			estate->keys, estate->regexes, name, entry->source->text, run->diags);
		entry->failed = !entry->set;
	}
	return entry->set;
}

static struct ov_api_set *named_set(
	struct ov_run *run, struct ov_estate *estate, struct ov_value name)
{
	struct ov_api_entry *entry = ov_map_ptr(&estate->api_by_name, ov_string(name));
	if (entry)
		return open_set(run, estate, ov_string(name), entry);
	struct ov_str *names =
		ov_new_array(run->arena, struct ov_str, estate->api_by_name.count);
	for (size_t i = 0; i < estate->api_by_name.count; i++)
		names[i] = estate->api_by_name.entries[i].key;
	ov_unknown_name(run->diags, name, "set of APIs", names, estate->api_by_name.count);
	return NULL;
}

/* Sets of the library judge what a cluster's own do not know. */
static void open_shipped(struct ov_run *run, struct ov_estate *estate)
{
	estate->apis = ov_new_array(run->arena, struct ov_api_set *, estate->api_by_name.count);
	for (size_t i = 0; i < estate->api_by_name.count; i++) {
		struct ov_map_entry *e = &estate->api_by_name.entries[i];
		struct ov_api_entry *entry = e->item.ptr;
		struct ov_api_set *set =
			entry->source->library ? open_set(run, estate, e->key, entry) : NULL;
		if (set)
			estate->apis[estate->api_count++] = set;
	}
}

static void bind_cluster(
	struct ov_run *run, struct ov_estate *estate, struct ov_cluster *cluster)
{
	struct ov_value names = ov_path(cluster->value, "spec", "platform", "apis", NULL);
	cluster->apis = ov_new_array(run->arena, struct ov_api_set *, ov_count(names));
	for (size_t i = 0; ov_is_list(names) && i < names.count; i++) {
		struct ov_api_set *set = ov_is_string(names.items[i])
						 ? named_set(run, estate, names.items[i])
						 : NULL;
		if (set)
			cluster->apis[cluster->api_count++] = set;
	}
}

void ov_apis_bind(struct ov_run *run, const struct ov_files *files, struct ov_estate *estate)
{
	list_sets(files, estate);
	open_shipped(run, estate);
	for (size_t i = 0; i < estate->clusters.count; i++) {
		if (!estate->clusters.items[i]->doc->faulty)
			bind_cluster(run, estate, estate->clusters.items[i]);
	}
}

void ov_apis_close(struct ov_estate *estate)
{
	for (size_t i = 0; i < estate->api_by_name.count; i++) {
		struct ov_api_entry *entry = estate->api_by_name.entries[i].item.ptr;
		ov_api_set_close(entry->set);
	}
}
