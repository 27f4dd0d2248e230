/* json: the reader of JSON, and the printer of what it finds. */
#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return read_and_print("a.json", ov_str_n((const char *)data, size));
}
