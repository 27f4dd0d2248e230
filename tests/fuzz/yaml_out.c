/* yaml_out: what the reader of YAML reads must survive being written and read again. */
#include "lang/yaml_out.h"
#include "foreign/yaml.h"
#include "fuzz/target.h"
#include "lang/json_out.h"
#include "value/equal.h"

static struct ov_docs read_yaml(
	struct ov_arena *arena, struct ov_keys *keys, struct ov_str text)
{
	struct ov_key_cache cache = {0};
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_docs docs = {0};
	ov_sources_init(&sources, arena);
	ov_diags_init(&diags, &sources);
	const struct ov_source *source =
		ov_sources_add(&sources, OV_STR("fuzz.yaml"), text, false);
	struct ov_reader reader = {arena, keys, &cache, &diags, source};
	bool ok = ov_yaml_read(&reader, &docs);
	ov_assert(ok == (diags.errors == 0));
	ov_diags_release(&diags);
	return docs;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ov_arena arena;
	ov_arena_init(&arena);
	struct ov_keys *keys = ov_keys_new(1);
	struct ov_docs docs = read_yaml(&arena, keys, ov_str_n((const char *)data, size));
	for (size_t i = 0; i < docs.count && i < 4; i++) {
		struct ov_buf yaml, json;
		ov_buf_init(&yaml);
		ov_buf_init(&json);
		/* Aliases can make a large tree of a small text. */
		ov_json_write(&json, docs.items[i], 0);
		if (json.len < 100000) {
			ov_yaml_write(&yaml, docs.items[i]);
			struct ov_docs back = read_yaml(&arena, keys, ov_buf_str(&yaml));
			ov_assert(back.count == 1);
			ov_assert(ov_equal(docs.items[i], back.items[0], OV_JSON_SCHEMA));
		}
		ov_buf_release(&json);
		ov_buf_release(&yaml);
	}
	ov_keys_free(keys);
	ov_arena_release(&arena);
	return 0;
}
