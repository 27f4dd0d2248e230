/*
 * schema: a JSON Schema and a value, judged in all ways and filled with defaults.
 *
 * The input is two JSON texts, the schema first, parted by a NUL or else the first line end.
 */
#include "schema/schema.h"
#include "fuzz/target.h"

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
	struct input in;
	struct ov_docs docs = {0};
	input_begin(&in);
	struct ov_schema_set *set = ov_schema_set_new(&in.arena, in.keys);
	if (input_read(&in, "a.json", ov_str_sub(text, 0, cut), &docs) &&
		input_read(&in, "a.json", ov_str_sub(text, cut + 1, size), &docs)) {
		struct ov_str uri = OV_STR("https://ovec.dev/schemas/a");
		ov_schema_add(set, uri, docs.items[0], &in.diags);
		const struct ov_schema *schema = ov_schema_get(set, uri, &in.diags);
		if (schema)
			judge(&in.arena, schema, docs.items[1], &in.diags);
	}
	ov_diags_sort(&in.diags);
	ov_schema_set_free(set);
	input_end(&in);
	return 0;
}
