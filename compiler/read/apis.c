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

static struct ov_api_set *open_set(
	struct ov_run *run, struct ov_estate *estate, struct ov_value name)
{
	struct ov_api_entry *entry = ov_map_ptr(&estate->api_by_name, ov_string(name));
	if (!entry) {
		struct ov_str *names =
			ov_new_array(run->arena, struct ov_str, estate->api_by_name.count);
		for (size_t i = 0; i < estate->api_by_name.count; i++)
			names[i] = estate->api_by_name.entries[i].key;
		ov_unknown_name(
			run->diags, name, "set of APIs", names, estate->api_by_name.count);
		return NULL;
	}
	if (!entry->set && !entry->failed) {
		entry->set = ov_api_set_open(estate->keys, estate->regexes, ov_string(name),
			entry->source->text, run->diags);
		entry->failed = !entry->set;
	}
	return entry->set;
}

void ov_apis_bind(struct ov_run *run, const struct ov_files *files, struct ov_estate *estate)
{
	list_sets(files, estate);
	for (size_t i = 0; i < estate->clusters.count; i++) {
		struct ov_cluster *cluster = estate->clusters.items[i];
		struct ov_value names =
			ov_path(cluster->value, "spec", "platform", "apis", NULL);
		if (cluster->doc->faulty)
			continue;
		cluster->apis = ov_new_array(run->arena, struct ov_api_set *, ov_count(names));
		for (size_t k = 0; ov_is_list(names) && k < names.count; k++) {
			struct ov_api_set *set = ov_is_string(names.items[k])
							 ? open_set(run, estate, names.items[k])
							 : NULL;
			if (set)
				cluster->apis[cluster->api_count++] = set;
		}
	}
}

void ov_apis_close(struct ov_estate *estate)
{
	for (size_t i = 0; i < estate->api_by_name.count; i++) {
		struct ov_api_entry *entry = estate->api_by_name.entries[i].item.ptr;
		ov_api_set_close(entry->set);
	}
}
