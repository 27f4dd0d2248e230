/* test_base64: base64 as it is read and written. */
#include "lang/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

extern const struct CMUnitTest ov_test_base64[];
extern const size_t ov_test_base64_count;

static void test_both_ways(void **state)
{
	(void)state;
	static const struct {
		const char *text, *encoded;
	} cases[] = {
		{"", ""},
		{"f", "Zg=="},
		{"fo", "Zm8="},
		{"foo", "Zm9v"},
		{"foob", "Zm9vYg=="},
		{"\xfb\xff\xbf", "+/+/"},
	};
	struct ov_arena arena = {0};
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct ov_str text = ov_str_c(cases[i].text), back;
		char out[16];
		ov_base64_encode(text, out);
		assert_true(
			ov_str_is(ov_str_n(out, ov_base64_length(text.len)), cases[i].encoded));
		assert_true(ov_base64_decode(&arena, ov_str_c(cases[i].encoded), false, &back));
		assert_true(ov_str_eq(text, back));
		assert_int_equal(ov_base64_is(ov_str_c(cases[i].encoded)), text.len > 0);
	}
	ov_arena_release(&arena);
}

static void test_padding(void **state)
{
	(void)state;
	static const struct {
		const char *encoded;
		bool padded, bare, strict;
	} cases[] = {
		{"Zg", false, true, false},
		{"Zm8", false, true, false},
		{"Zg=", false, false, false},
		{"Zg===", false, false, false},
		{"Zm8==", false, false, false},
		{"Zm9v=", false, false, false},
		{"Z", false, false, false},
		{"Z===", false, false, false},
		{"====", false, false, false},
		{"Zg==Zg==", false, false, false},
		{"=Zm9", false, false, false},
		{"Zm9-", false, false, false},
		{"Z\nm\r\n8\n=\n", true, true, false},
		{"Zm9v\n", true, true, false},
		{"\n\n\n\n", true, true, false},
	};
	struct ov_arena arena = {0};
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct ov_str s = ov_str_c(cases[i].encoded), out;
		assert_int_equal(ov_base64_decode(&arena, s, false, &out), cases[i].padded);
		assert_int_equal(ov_base64_decode(&arena, s, true, &out), cases[i].bare);
		assert_int_equal(ov_base64_is(s), cases[i].strict);
	}
	ov_arena_release(&arena);
}

const struct CMUnitTest ov_test_base64[] = {
	cmocka_unit_test(test_both_ways),
	cmocka_unit_test(test_padding),
};
const size_t ov_test_base64_count = OV_COUNT(ov_test_base64);
