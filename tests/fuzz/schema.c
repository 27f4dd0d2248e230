/*
 * schema: a JSON Schema and a value, judged in all ways and filled with defaults.
 *
 * The input is two JSON texts, the schema first, parted by a NUL or else the first line end.
 */
#include "schema/schema.h"
#include "foreign/json.h"
#include "fuzz/target.h"

static bool read_part(struct ov_reader *reader, struct ov_sources *sources, struct ov_str text,
	struct ov_docs *out)
{
	reader->source = ov_sources_add(sources, OV_STR("a.json"), text, false);
	return reader->source && ov_json_read(reader, out);
}

static void judge(struct ov_arena *arena, const struct ov_schema *schema, struct ov_value value,
	struct ov_diags *diags)
{
	for (unsigned flags = 0; flags < 4; flags++) {
		size_t before = diags->errors;
		bool valid = ov_schema_validate(schema, value, (enum ov_schema_flags)flags,
			arena, diags, OV_STR("subject"));
		ov_assert(valid == (diags->errors == before));
	}
	struct ov_value filled = ov_schema_default(arena, schema, value);
	if (ov_is_some(filled))
		ov_schema_validate(schema, filled, (enum ov_schema_flags)0, arena, NULL,
			ov_str_n(NULL, 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ov_str text = ov_str_n((const char *)data, size);
	size_t cut = ov_str_chr(text, '\0');
	if (cut == SIZE_MAX)
		cut = ov_str_chr(text, '\n');
	if (cut == SIZE_MAX)
		return 0;
	struct ov_arena arena = {0};
	struct ov_key_cache cache = {0};
	struct ov_keys *keys = ov_keys_new(1);
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_docs docs = {0};
	ov_sources_init(&sources, &arena);
	ov_diags_init(&diags, &sources);
	struct ov_reader reader = {&arena, keys, &cache, &diags, NULL};
	struct ov_schema_set *set = ov_schema_set_new(&arena, keys);
	if (read_part(&reader, &sources, ov_str_sub(text, 0, cut), &docs) &&
		read_part(&reader, &sources, ov_str_sub(text, cut + 1, size), &docs)) {
		struct ov_str uri = OV_STR("https://ovec.dev/schemas/a");
		ov_schema_add(set, uri, docs.items[0], &diags);
		const struct ov_schema *schema = ov_schema_get(set, uri, &diags);
		if (schema)
			judge(&arena, schema, docs.items[1], &diags);
	}
	ov_diags_sort(&diags);
	ov_schema_set_free(set);
	ov_diags_release(&diags);
	ov_keys_free(keys);
	ov_arena_release(&arena);
	return 0;
}
