/* Tests of base/source.h: places of sources with few and many lines. */
#include "base/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

extern const struct CMUnitTest ov_test_source[];
extern const size_t ov_test_source_count;

/* What a place is, found by counting. */
static struct ov_place counted(struct ov_str text, size_t offset)
{
	struct ov_place place = {.offset = offset, .line = 1};
	for (size_t i = 0; i < offset; i++) {
		if (text.ptr[i] != '\n')
			continue;
		place.line++;
		place.line_start = i + 1;
	}
	place.column = offset - place.line_start + 1;
	return place;
}

/* All places of a text of lines, the last of them with or without an end, in both orders. */
static void check(size_t lines, bool ended, bool backwards)
{
	struct ov_arena arena = {0};
	struct ov_sources sources;
	struct ov_buf buf = {0};
	ov_sources_init(&sources, &arena);
	ov_sources_add(&sources, OV_STR("first"), OV_STR("one\n"), false);
	for (size_t i = 0; i < lines; i++)
		ov_buf_addf(&buf, "%.*s%s", (int)(i % 4), "abcd",
			ended || i + 1 < lines ? "\n" : "");
	struct ov_str text = ov_buf_str(&buf);
	uint32_t base = ov_sources_add(&sources, OV_STR("second"), text, false)->base;
	ov_sources_add(&sources, OV_STR("third"), OV_STR("three"), false);
	for (size_t i = 0; i <= text.len; i++) {
		size_t offset = backwards ? text.len - i : i;
		struct ov_place is = ov_sources_place(&sources, base + (uint32_t)offset);
		struct ov_place should = counted(text, offset);
		assert_true(ov_str_is(is.source->path, "second"));
		assert_int_equal(is.offset, offset);
		assert_int_equal(is.line, should.line);
		assert_int_equal(is.column, should.column);
		assert_int_equal(is.line_start, should.line_start);
	}
	ov_buf_release(&buf);
	ov_arena_release(&arena);
}

static void test_places(void **state)
{
	static const size_t counts[] = {0, 1, 63, 64, 65, 127, 128, 129, 1000};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(counts); i++)
		for (unsigned how = 0; how < 4; how++)
			check(counts[i], how & 1, how & 2);
}

static void test_nowhere(void **state)
{
	struct ov_arena arena = {0};
	struct ov_sources sources;
	(void)state;
	ov_sources_init(&sources, &arena);
	assert_null(ov_sources_place(&sources, 1).source);
	ov_sources_add(&sources, OV_STR("first"), OV_STR("one"), false);
	assert_null(ov_sources_place(&sources, 0).source);
	assert_non_null(ov_sources_place(&sources, 4).source);
	assert_null(ov_sources_place(&sources, 5).source);
	ov_arena_release(&arena);
}

const struct CMUnitTest ov_test_source[] = {
	cmocka_unit_test(test_places),
	cmocka_unit_test(test_nowhere),
};
const size_t ov_test_source_count = OV_COUNT(ov_test_source);
