/*
 * input: texts that are read, with all that it takes, for fuzz targets and suites.
 */
#ifndef OV_TEST_INPUT_H
#define OV_TEST_INPUT_H

#include "foreign/reader.h"

struct input {
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	struct ov_sources sources;
	struct ov_diags diags;
};

static inline void input_begin(struct input *in)
{
	*in = (struct input){.keys = ov_keys_new(1)};
	ov_sources_init(&in->sources, &in->arena);
	ov_diags_init(&in->diags, &in->sources);
}

/** Appends the documents of the text, JSON or YAML as its path ends. */
static inline bool input_read(
	struct input *in, const char *path, struct ov_str text, struct ov_docs *out)
{
	size_t before = in->diags.errors;
	struct ov_reader reader = {&in->arena, in->keys, &in->cache, &in->diags, NULL};
	reader.source = ov_sources_add(&in->sources, ov_str_c(path), text, false);
	bool ok = ov_source_read(&reader, out);
	ov_assert(ok == (in->diags.errors == before));
	return ok;
}

static inline void input_end(struct input *in)
{
	ov_diags_release(&in->diags);
	ov_keys_free(in->keys);
	ov_arena_release(&in->arena);
}

#endif
