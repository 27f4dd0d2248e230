/* json_out: what the reader of JSON reads must survive being written and read again. */
#include "lang/json_out.h"
#include "foreign/json.h"
#include "fuzz/target.h"
#include "value/equal.h"

static struct ov_docs read_json(
	struct ov_arena *arena, struct ov_keys *keys, struct ov_str text)
{
	struct ov_key_cache cache = {0};
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_docs docs = {0};
	ov_sources_init(&sources, arena);
	ov_diags_init(&diags, &sources);
	const struct ov_source *source =
		ov_sources_add(&sources, OV_STR("fuzz.json"), text, false);
	struct ov_reader reader = {arena, keys, &cache, &diags, source};
	bool ok = ov_json_read(&reader, &docs);
	ov_assert(ok == (diags.errors == 0) && ok == (docs.count == 1));
	ov_diags_release(&diags);
	return docs;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ov_arena arena;
	ov_arena_init(&arena);
	struct ov_keys *keys = ov_keys_new(1);
	struct ov_docs docs = read_json(&arena, keys, ov_str_n((const char *)data, size));
	if (docs.count) {
		struct ov_buf json;
		ov_buf_init(&json);
		ov_json_write(&json, docs.items[0], (int)(size % 3));
		struct ov_docs back = read_json(&arena, keys, ov_buf_str(&json));
		ov_assert(back.count == 1);
		ov_assert(ov_equal(docs.items[0], back.items[0], OV_GO_FLOAT64));
		ov_buf_release(&json);
	}
	ov_keys_free(keys);
	ov_arena_release(&arena);
	return 0;
}
