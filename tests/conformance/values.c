/* values: JSON of suites. */
#include "conformance/values.h"

#include "foreign/json.h"
#include "lang/json_out.h"

struct ov_value suite_value(struct ov_arena *arena, struct ov_keys *keys,
	struct ov_key_cache *cache, struct ov_str path, struct ov_str text)
{
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_docs docs = {0};
	ov_sources_init(&sources, arena);
	ov_diags_init(&diags, &sources);
	struct ov_reader reader = {arena, keys, cache, &diags, NULL};
	reader.source = ov_sources_add(&sources, path, text, false);
	ov_json_read(&reader, &docs);
	ov_diags_release(&diags);
	return docs.count ? docs.items[0] : (struct ov_value){0};
}

struct ov_str suite_text(struct ov_arena *arena, struct ov_value v)
{
	struct ov_buf buf = {0};
	ov_json_write(&buf, v, 0);
	struct ov_str text = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return text;
}
