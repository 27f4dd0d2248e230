/*
 * reading: a source, a reader and what it gave, for tests of the readers and writers.
 */
#ifndef OV_TEST_READING_H
#define OV_TEST_READING_H

#include "foreign/reader.h"
#include "lang/json_out.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct reading {
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_docs docs;
	struct ov_buf json; /* the documents, each on a line */
	bool ok;
};

static inline void reading_begin(struct reading *r, const char *path, struct ov_str text)
{
	*r = (struct reading){0};
	ov_sources_init(&r->sources, &r->arena);
	r->keys = ov_keys_new(1);
	ov_diags_init(&r->diags, &r->sources);
	struct ov_source *source = ov_sources_add(&r->sources, ov_str_c(path), text, false);
	assert_non_null(source);
	struct ov_reader reader = {&r->arena, r->keys, &r->cache, &r->diags, source};
	r->ok = ov_source_read(&reader, &r->docs);
	for (size_t i = 0; i < r->docs.count; i++) {
		ov_json_write(&r->json, r->docs.items[i], 0);
		ov_buf_putc(&r->json, '\n');
	}
}

static inline void reading_end(struct reading *r)
{
	ov_buf_release(&r->json);
	ov_diags_release(&r->diags);
	ov_keys_free(r->keys);
	ov_arena_release(&r->arena);
}

static inline void assert_text(struct ov_str got, const char *what, const char *want)
{
	if (!ov_str_is(got, want))
		fail_msg("%s: got %.*s, want %s", what, OV_STR_ARG(got), want);
}

/* The text is read without a finding and gives this JSON. */
static inline void assert_reads(const char *path, struct ov_str text, const char *json)
{
	struct reading r;
	reading_begin(&r, path, text);
	if (!r.ok || r.diags.list.count)
		fail_msg("%.*s: %.*s", OV_STR_ARG(text),
			OV_STR_ARG(r.diags.list.items[0]->message));
	assert_text(ov_buf_str(&r.json), text.ptr, json);
	reading_end(&r);
}

/* The text gives one finding of that code, at the place "line:column", and this JSON. */
static inline void assert_refused(const char *path, struct ov_str text, enum ov_diag_code code,
	const char *place, const char *json)
{
	struct reading r;
	reading_begin(&r, path, text);
	if (r.ok || r.diags.list.count != 1)
		fail_msg("%.*s: %zu findings", OV_STR_ARG(text), r.diags.list.count);
	const struct ov_diag *diag = r.diags.list.items[0];
	struct ov_place at = ov_sources_place(&r.sources, diag->span.loc);
	struct ov_str got =
		ov_str_fmt(&r.arena, "OV%04d %zu:%zu", (int)diag->code, at.line, at.column);
	struct ov_str want = ov_str_fmt(&r.arena, "OV%04d %s", (int)code, place);
	assert_text(got, text.ptr, want.ptr);
	assert_text(ov_buf_str(&r.json), text.ptr, json);
	reading_end(&r);
}

#endif
