/* yaml_out: what the reader of YAML reads must survive being written and read again. */
#include "lang/yaml_out.h"
#include "fuzz/target.h"
#include "lang/json_out.h"
#include "value/equal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in;
	struct ov_docs docs = {0};
	input_begin(&in);
	input_read(&in, "fuzz.yaml", ov_str_n((const char *)data, size), &docs);
	for (size_t i = 0; i < docs.count && i < 4; i++) {
		struct ov_buf yaml = {0}, json = {0};
		/* Aliases can make a large tree of a small text. */
		ov_json_write(&json, docs.items[i], 0);
		if (json.len < 100000) {
			struct ov_docs back = {0};
			ov_yaml_write(&yaml, docs.items[i]);
			input_read(&in, "fuzz.yaml", ov_buf_str(&yaml), &back);
			ov_assert(back.count == 1);
			ov_assert(ov_equal(docs.items[i], back.items[0], OV_JSON_SCHEMA));
		}
		ov_buf_release(&json);
		ov_buf_release(&yaml);
	}
	input_end(&in);
	return 0;
}
