/* jmespath_read: values from texts within expressions. Layer: expr. */
#include "expr/jmespath_read.h"

#include "foreign/json.h"
#include "foreign/yaml.h"

/* A copy without places, which would point into another text than they are shown in. */
static struct ov_value unplaced(struct ov_arena *arena, struct ov_value v)
{
	v.loc = v.key_loc = 0;
	v.flags = 0;
	if (v.kind == OV_KIND_LIST) {
		struct ov_value *items = ov_new_array(arena, struct ov_value, v.count);
		for (size_t i = 0; i < v.count; i++)
			items[i] = unplaced(arena, v.items[i]);
		v.items = items;
	} else if (v.kind == OV_KIND_MAP) {
		struct ov_map_builder b;
		ov_map_begin(&b, arena, v.count);
		for (size_t i = 0; i < v.count; i++)
			ov_map_set(&b, v.entries[i].key, unplaced(arena, v.entries[i].value));
		v = ov_map_end(&b);
	} else if (v.kind == OV_KIND_STRING) {
		v.bytes = ov_str_dup(arena, ov_string(v)).ptr;
	}
	return v;
}

static struct ov_value read(struct ov_arena *arena, struct ov_keys *keys,
	struct ov_key_cache *cache, struct ov_str text, bool yaml, struct ov_str *why)
{
	struct ov_arena scratch = {0};
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_docs docs = {0};
	struct ov_value v = {0};
	ov_sources_init(&sources, &scratch);
	ov_diags_init(&diags, &sources);
	struct ov_key_cache *own = cache ? cache : ov_new(&scratch, struct ov_key_cache);
	struct ov_reader reader = {&scratch, keys, own, &diags, NULL};
	reader.source = ov_sources_add(&sources, OV_STR("text"), text, false);
	bool ok = reader.source &&
		  (yaml ? ov_yaml_read(&reader, &docs) : ov_json_read(&reader, &docs));
	if (ok && docs.count)
		v = unplaced(arena, docs.items[0]);
	else if (ok && yaml)
		v = ov_value_null();
	else
		*why = diags.list.count ? ov_str_dup(arena, diags.list.items[0]->message)
					: OV_STR("there is no value");
	ov_diags_release(&diags);
	ov_arena_release(&scratch);
	return v;
}

struct ov_value ov_jp_read_json(struct ov_arena *arena, struct ov_keys *keys,
	struct ov_key_cache *cache, struct ov_str text, struct ov_str *why)
{
	return read(arena, keys, cache, text, false, why);
}

struct ov_value ov_jp_read_yaml(struct ov_arena *arena, struct ov_keys *keys,
	struct ov_key_cache *cache, struct ov_str text, struct ov_str *why)
{
	return read(arena, keys, cache, text, true, why);
}
