/* yaml: the reader of YAML, and the printer of what it finds. */
#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return read_and_print("a.yaml", ov_str_n((const char *)data, size));
}
