/* json_out: what the reader of JSON reads must survive being written and read again. */
#include "lang/json_out.h"
#include "fuzz/target.h"
#include "value/equal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in;
	struct ov_docs docs = {0}, back = {0};
	input_begin(&in);
	bool ok = input_read(&in, "fuzz.json", ov_str_n((const char *)data, size), &docs);
	ov_assert(ok == (docs.count == 1));
	if (ok) {
		struct ov_buf json = {0};
		ov_json_write(&json, docs.items[0], (int)(size % 3));
		ov_assert(input_read(&in, "fuzz.json", ov_buf_str(&json), &back));
		ov_assert(back.count == 1);
		ov_assert(ov_equal(docs.items[0], back.items[0], OV_GO_FLOAT64));
		ov_buf_release(&json);
	}
	input_end(&in);
	return 0;
}
