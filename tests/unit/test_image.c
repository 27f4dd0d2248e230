/* Tests of lang/image.h. */
#include "lang/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HEX64 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct good {
	const char *text, *registry, *path, *tag, *digest;
};

static const struct good accepted[] = {
	{"nginx", "", "nginx", "", ""},
	{"nginx:1.25", "", "nginx", "1.25", ""},
	{"team/app", "", "team/app", "", ""},
	{"localhost/app", "localhost", "app", "", ""},
	{"quay.io/team/sub/app:v1", "quay.io", "team/sub/app", "v1", ""},
	{"registry:5000/app", "registry:5000", "app", "", ""},
	{"registry:5000/app:1_2.3-a", "registry:5000", "app", "1_2.3-a", ""},
	{"[2001:db8::1]:5000/app", "[2001:db8::1]:5000", "app", "", ""},
	{"app@sha256:" HEX64, "", "app", "", "sha256:" HEX64},
	{"quay.io/app:1@sha256:" HEX64, "quay.io", "app", "1", "sha256:" HEX64},
	{"a__b/c--d/e.f_g", "", "a__b/c--d/e.f_g", "", ""},
	{HEX64 ":1", "", HEX64, "1", ""},
	{"localhost:5000", "", "localhost", "5000", ""},
};

static void test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(accepted); i++) {
		struct ov_image image;
		const char *why = NULL;
		if (!ov_image_parse(ov_str_c(accepted[i].text), &image, &why))
			fail_msg("%s: %s", accepted[i].text, why);
		assert_true(ov_str_is(image.registry, accepted[i].registry));
		assert_true(ov_str_is(image.path, accepted[i].path));
		assert_true(ov_str_is(image.tag, accepted[i].tag));
		assert_true(ov_str_is(image.digest, accepted[i].digest));
	}
}

static void test_refused(void **state)
{
	static const struct ov_str bad[] = {OV_STR_INIT(""), OV_STR_INIT("a b"),
		OV_STR_INIT("Team/App"), OV_STR_INIT("App"), OV_STR_INIT("a//b"),
		OV_STR_INIT("a/"), OV_STR_INIT("/a"), OV_STR_INIT("a:"), OV_STR_INIT("a:.b"),
		OV_STR_INIT("a:-b"), OV_STR_INIT("a..b"), OV_STR_INIT("a___b"),
		OV_STR_INIT("a.-b"), OV_STR_INIT("-a"), OV_STR_INIT("a_"), OV_STR_INIT("a@"),
		OV_STR_INIT("a@sha256:123"), OV_STR_INIT("a@md5:" HEX64),
		OV_STR_INIT("@sha256:" HEX64), OV_STR_INIT("a@sha256:" HEX64 "0"),
		OV_STR_INIT(HEX64), OV_STR_INIT("a\0"), OV_STR_INIT("a:1\0"),
		OV_STR_INIT("https://quay.io/a"), OV_STR_INIT("host:port/a"),
		OV_STR_INIT("host:/a"), OV_STR_INIT("-a.b/c"), OV_STR_INIT("[::1/a"),
		OV_STR_INIT("[]:1/a"), OV_STR_INIT("a.b/"), OV_STR_INIT("a:b:c")};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(bad); i++) {
		struct ov_image image;
		const char *why = NULL;
		if (ov_image_parse(bad[i], &image, &why))
			fail_msg("bad[%zu] is accepted", i);
		assert_non_null(why);
	}
}

static void test_lengths(void **state)
{
	char text[300];
	struct ov_image image;
	(void)state;
	memset(text, 'a', sizeof(text));
	assert_true(ov_image_parse(ov_str_n(text, 255), &image, NULL));
	assert_false(ov_image_parse(ov_str_n(text, 256), &image, NULL));
	text[1] = ':';
	assert_true(ov_image_parse(ov_str_n(text, 2 + 128), &image, NULL));
	assert_false(ov_image_parse(ov_str_n(text, 2 + 129), &image, NULL));
}

const struct CMUnitTest ov_test_image[] = {
	cmocka_unit_test(test_accepted),
	cmocka_unit_test(test_refused),
	cmocka_unit_test(test_lengths),
};
const size_t ov_test_image_count = OV_COUNT(ov_test_image);
