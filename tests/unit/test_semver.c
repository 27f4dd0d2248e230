/* Tests of lang/semver.h. */
#include "lang/semver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_parse(void **state)
{
	static const char *const good[] = {"0.0.0", "1.2.3", "1.2.3-rc.1", "1.2.3+build.01",
		"1.2.3-0a.--.x+1-2", "18446744073709551615.0.0",
		"1.0.0-99999999999999999999999999"};
	static const struct ov_str bad[] = {OV_STR_INIT(""), OV_STR_INIT("1"),
		OV_STR_INIT("1.2"), OV_STR_INIT("v1.2.3"), OV_STR_INIT("01.2.3"),
		OV_STR_INIT("1.2.3."), OV_STR_INIT("1.2.3.4"), OV_STR_INIT("1.2.3-"),
		OV_STR_INIT("1.2.3+"), OV_STR_INIT("1.2.3-a..b"), OV_STR_INIT("1.2.3-01"),
		OV_STR_INIT("1.2.3-a_b"), OV_STR_INIT(" 1.2.3"), OV_STR_INIT("1.2.3 "),
		OV_STR_INIT("1.2.3\0"), OV_STR_INIT("18446744073709551616.0.0"),
		OV_STR_INIT("-1.2.3"), OV_STR_INIT("1.2.3+a+b")};
	struct ov_arena arena;
	struct ov_semver v;
	(void)state;
	ov_arena_init(&arena);
	for (size_t i = 0; i < OV_COUNT(good); i++) {
		if (!ov_semver_parse(ov_str_c(good[i]), &v, NULL))
			fail_msg("%s is refused", good[i]);
		assert_string_equal(ov_semver_text(&arena, v).ptr, good[i]);
	}
	for (size_t i = 0; i < OV_COUNT(bad); i++) {
		const char *why = NULL;
		if (ov_semver_parse(bad[i], &v, &why))
			fail_msg("bad[%zu] is accepted", i);
		assert_non_null(why);
	}
	ov_arena_release(&arena);
}

static void test_lenient(void **state)
{
	static const char *const good[][2] = {{"v1.2", "1.2.0"}, {"1", "1.0.0"},
		{"v1", "1.0.0"}, {"v01.02.03", "1.2.3"}, {"v1.2.3-rc.1+b", "1.2.3-rc.1+b"}};
	static const char *const bad[] = {
		"", "v", "vv1", "1.", "1.2.", "1.2-rc", "1+b", " 1", "1. 2", "V1"};
	struct ov_arena arena;
	struct ov_semver v;
	(void)state;
	ov_arena_init(&arena);
	for (size_t i = 0; i < OV_COUNT(good); i++) {
		if (!ov_semver_parse_lenient(ov_str_c(good[i][0]), &v, NULL))
			fail_msg("%s is refused", good[i][0]);
		assert_string_equal(ov_semver_text(&arena, v).ptr, good[i][1]);
	}
	for (size_t i = 0; i < OV_COUNT(bad); i++)
		if (ov_semver_parse_lenient(ov_str_c(bad[i]), &v, NULL))
			fail_msg("%s is accepted", bad[i]);
	ov_arena_release(&arena);
}

static void test_order(void **state)
{
	static const char *const rising[] = {"0.9.9", "1.0.0-0", "1.0.0-9", "1.0.0-10",
		"1.0.0--", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
		"1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.1.0",
		"2.0.0-a", "10.0.0"};
	struct ov_semver a, b;
	(void)state;
	for (size_t i = 0; i < OV_COUNT(rising); i++)
		for (size_t j = 0; j < OV_COUNT(rising); j++) {
			assert_true(ov_semver_parse(ov_str_c(rising[i]), &a, NULL));
			assert_true(ov_semver_parse(ov_str_c(rising[j]), &b, NULL));
			assert_int_equal(ov_semver_compare(a, b), (i > j) - (i < j));
		}
	assert_true(ov_semver_parse(OV_STR("1.0.0+a"), &a, NULL));
	assert_true(ov_semver_parse(OV_STR("1.0.0+b"), &b, NULL));
	assert_int_equal(ov_semver_compare(a, b), 0);
}

const struct CMUnitTest ov_test_semver[] = {
	cmocka_unit_test(test_parse),
	cmocka_unit_test(test_lenient),
	cmocka_unit_test(test_order),
};
const size_t ov_test_semver_count = OV_COUNT(ov_test_semver);
