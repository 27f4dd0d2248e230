/* Tests of lang/mac.h. */
#include "lang/mac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_parse(void **state)
{
	static const struct ov_str bad[] = {OV_STR_INIT(""), OV_STR_INIT("02:00:5e:10:00"),
		OV_STR_INIT("02:00:5e:10:00:0"), OV_STR_INIT("02:00:5e:10:00:01:02"),
		OV_STR_INIT("02:00-5e:10:00:01"), OV_STR_INIT("02005e100001"),
		OV_STR_INIT("0200.5e10.0001"), OV_STR_INIT("02:00:5e:10:00:0g"),
		OV_STR_INIT("02:00:5e:10:00:0\0"), OV_STR_INIT(" 2:00:5e:10:00:01"),
		OV_STR_INIT("02 00 5e 10 00 01")};
	unsigned char mac[6];
	char text[18];
	(void)state;
	assert_true(ov_mac_parse(OV_STR("02:00:5E:1a:ff:01"), mac, NULL));
	ov_mac_print(mac, text);
	assert_string_equal(text, "02:00:5e:1a:ff:01");
	assert_false(ov_mac_is_multicast(mac));
	assert_true(ov_mac_parse(OV_STR("01-00-5E-00-00-00"), mac, NULL));
	assert_true(ov_mac_is_multicast(mac));
	for (size_t i = 0; i < OV_COUNT(bad); i++) {
		const char *why = NULL;
		if (ov_mac_parse(bad[i], mac, &why))
			fail_msg("bad[%zu] is accepted", i);
		assert_non_null(why);
	}
}

static void test_derive(void **state)
{
	char text[18], other[18], number[24];
	unsigned char mac[6];
	(void)state;
	/* SHA-1 of "abc" begins with a9993e364706. */
	ov_mac_derive(OV_STR("abc"), text);
	assert_string_equal(text, "aa:99:3e:36:47:06");
	ov_mac_derive(OV_STR("abd"), other);
	assert_string_not_equal(text, other);
	for (int i = 0; i < 500; i++) {
		int len = snprintf(number, sizeof(number), "vm-%d", i);
		ov_mac_derive(ov_str_n(number, (size_t)len), text);
		assert_true(ov_mac_parse(ov_str_c(text), mac, NULL));
		assert_int_equal(mac[0] & 3, 2);
	}
}

const struct CMUnitTest ov_test_mac[] = {
	cmocka_unit_test(test_parse),
	cmocka_unit_test(test_derive),
};
const size_t ov_test_mac_count = OV_COUNT(ov_test_mac);
