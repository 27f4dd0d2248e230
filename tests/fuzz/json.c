/* json: the reader of JSON, and the printer of what it finds. */
#include "foreign/json.h"
#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ov_arena arena = {0};
	struct ov_key_cache cache = {0};
	struct ov_keys *keys = ov_keys_new(1);
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_docs docs = {0};
	struct ov_reader reader = {&arena, keys, &cache, &diags, NULL};

	ov_sources_init(&sources, &arena);
	ov_diags_init(&diags, &sources);
	reader.source = ov_sources_add(
		&sources, OV_STR("a.json"), ov_str_n((const char *)data, size), false);
	ov_json_read(&reader, &docs);
	ov_diags_sort(&diags);
	for (size_t i = 0; i < diags.list.count; i++) {
		ov_sources_place(&sources, diags.list.items[i]->span.loc);
		ov_sources_text(&sources, diags.list.items[i]->span);
	}
	ov_diags_release(&diags);
	ov_keys_free(keys);
	ov_arena_release(&arena);
	return 0;
}
