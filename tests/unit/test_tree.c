/* test_tree: the set of files that is written. */
#include "model/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

extern const struct CMUnitTest ov_test_tree[];
extern const size_t ov_test_tree_count;

static struct ov_out make(struct ov_arena *arena, const char *const *paths)
{
	struct ov_out out = {0};
	for (size_t i = 0; paths[i]; i++)
		ov_out_add(arena, &out, ov_str_c(paths[i]), OV_STR("x"))->origin = i;
	return out;
}

static void test_sort(void **state)
{
	(void)state;
	static const char *const paths[] = {"b/c", "b-c", "a", "b/a/z", "z", "b", NULL};
	static const char *const sorted[] = {"a", "b", "b-c", "b/a/z", "b/c", "z"};
	struct ov_arena arena = {0};
	struct ov_out out = make(&arena, paths);
	struct ov_out_conflicts conflicts = {0};
	ov_out_sort(&arena, &out, &conflicts);
	assert_int_equal(out.files.count, OV_COUNT(sorted));
	for (size_t i = 0; i < OV_COUNT(sorted); i++) {
		assert_true(ov_str_is(out.files.items[i].path, sorted[i]));
		assert_ptr_equal(ov_out_find(&out, ov_str_c(sorted[i])), &out.files.items[i]);
	}
	assert_null(ov_out_find(&out, OV_STR("b/")));
	ov_arena_release(&arena);
}

static void test_sort_many(void **state)
{
	(void)state;
	struct ov_arena arena = {0};
	struct ov_out out = {0};
	uint32_t random = 1;
	for (size_t i = 0; i < 1000; i++) {
		random = random * 1103515245u + 12345u;
		ov_out_add(&arena, &out,
			ov_str_fmt(&arena, "%u/%zu", (unsigned)(random >> 28), i), OV_STR("x"));
	}
	struct ov_out_conflicts conflicts = {0};
	ov_out_sort(&arena, &out, &conflicts);
	assert_int_equal(conflicts.count, 0);
	for (size_t i = 1; i < 1000; i++)
		assert_true(
			ov_str_cmp(out.files.items[i - 1].path, out.files.items[i].path) < 0);
	ov_arena_release(&arena);
}

static void test_conflicts(void **state)
{
	(void)state;
	static const struct {
		const char *paths[5];
		size_t count, first, second; /* of the first conflict, by order of addition */
	} cases[] = {
		{{"a", "b", "a"}, 1, 0, 2},
		{{"a", "a", "a"}, 2, 0, 1},
		{{"a/b", "a"}, 1, 1, 0},
		{{"a", "a-b", "a/b", "a/c"}, 1, 0, 2},
		{{"a/b/c", "a/b"}, 1, 1, 0},
		{{"a/b", "ab", "a.b"}, 0, 0, 0},
	};
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct ov_arena arena = {0};
		struct ov_out out = make(&arena, cases[i].paths);
		struct ov_out_conflicts conflicts = {0};
		ov_out_sort(&arena, &out, &conflicts);
		assert_int_equal(conflicts.count, cases[i].count);
		if (conflicts.count) {
			assert_int_equal(conflicts.items[0].first->origin, cases[i].first);
			assert_int_equal(conflicts.items[0].second->origin, cases[i].second);
		}
		ov_arena_release(&arena);
	}
}

static void test_join(void **state)
{
	(void)state;
	static const char *const first[] = {"b", "c", NULL}, *const second[] = {"a", NULL};
	struct ov_arena arena = {0};
	struct ov_out a = make(&arena, first), b = make(&arena, second), all = {0};
	ov_out_join(&arena, &all, &a);
	ov_out_join(&arena, &all, &b);
	struct ov_out_conflicts conflicts = {0};
	ov_out_sort(&arena, &all, &conflicts);
	assert_int_equal(all.files.count, 3);
	assert_true(ov_str_is(all.files.items[0].path, "a"));
	ov_arena_release(&arena);
}

static void test_path_ok(void **state)
{
	(void)state;
	static const struct {
		struct ov_str path;
		bool ok;
	} cases[] = {
		{OV_STR_INIT("clusters/a/b.yaml"), true},
		{OV_STR_INIT(".gitattributes"), true},
		{OV_STR_INIT(""), false},
		{OV_STR_INIT("/a"), false},
		{OV_STR_INIT("a/"), false},
		{OV_STR_INIT("a//b"), false},
		{OV_STR_INIT("a/../b"), false},
		{OV_STR_INIT("./a"), false},
		{OV_STR_INIT(".git/config"), false},
		{OV_STR_INIT("a/.GIT"), false},
		{OV_STR_INIT("a\\b"), false},
		{OV_STR_INIT("a\0b"), false},
		{OV_STR_INIT("a\nb"), false},
	};
	for (size_t i = 0; i < OV_COUNT(cases); i++)
		assert_int_equal(ov_out_path_ok(cases[i].path), cases[i].ok);
	char name[600];
	memset(name, 'a', sizeof(name));
	assert_true(ov_out_path_ok(ov_str_n(name, 255)));
	assert_false(ov_out_path_ok(ov_str_n(name, 256)));
	for (size_t i = 1; i < sizeof(name); i += 2)
		name[i] = '/';
	assert_true(ov_out_path_ok(ov_str_n(name, 129)));
	assert_false(ov_out_path_ok(ov_str_n(name, 131)));
}

static void test_scope(void **state)
{
	(void)state;
	const struct ov_str folders[] = {OV_STR("clusters/a"), OV_STR("hub")};
	assert_true(ov_out_in_scope(OV_STR("x"), NULL, 0));
	assert_true(ov_out_in_scope(OV_STR("clusters/a/x"), folders, 2));
	assert_true(ov_out_in_scope(OV_STR("hub/x/y"), folders, 2));
	assert_false(ov_out_in_scope(OV_STR("clusters/ab/x"), folders, 2));
	assert_false(ov_out_in_scope(OV_STR("clusters/a"), folders, 2));
	assert_false(ov_out_in_scope(OV_STR("x"), folders, 2));
}

const struct CMUnitTest ov_test_tree[] = {
	cmocka_unit_test(test_sort),
	cmocka_unit_test(test_sort_many),
	cmocka_unit_test(test_conflicts),
	cmocka_unit_test(test_join),
	cmocka_unit_test(test_path_ok),
	cmocka_unit_test(test_scope),
};
const size_t ov_test_tree_count = OV_COUNT(ov_test_tree);
