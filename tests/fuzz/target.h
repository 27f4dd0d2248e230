/*
 * target: what every fuzz target defines; its corpus lies in tests/fuzz/corpus/NAME.
 */
#ifndef TARGET_H
#define TARGET_H

#include "input.h"

/** Does something with the bytes that must neither crash nor hang; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Reads the text and looks up the places of all findings; returns 0. */
static inline int read_and_print(const char *path, struct ov_str text)
{
	struct input in;
	struct ov_docs docs = {0};
	input_begin(&in);
	input_read(&in, path, text, &docs);
	ov_diags_sort(&in.diags);
	for (size_t i = 0; i < in.diags.list.count; i++) {
		ov_sources_place(&in.sources, in.diags.list.items[i]->span.loc);
		ov_sources_text(&in.sources, in.diags.list.items[i]->span);
	}
	input_end(&in);
	return 0;
}

#endif
