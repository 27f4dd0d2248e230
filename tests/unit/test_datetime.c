/* Tests of lang/datetime.h. */
#include "lang/datetime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct good {
	const char *text;
	int64_t seconds;
	int32_t nanoseconds;
	const char *printed;
};

static const struct good accepted[] = {
	{"1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00Z"},
	{"2024-02-29T08:30:00Z", 1709195400, 0, "2024-02-29T08:30:00Z"},
	{"1963-06-19t08:30:06.283185z", -206292594, 283185000, "1963-06-19T08:30:06.283185Z"},
	{"1990-12-31T15:59:50.123-08:00", 662687990, 123000000, "1990-12-31T23:59:50.123Z"},
	{"1998-12-31T23:59:60Z", 915148800, 0, "1999-01-01T00:00:00Z"},
	{"1998-12-31T15:59:60.5-08:00", 915148800, 500000000, "1999-01-01T00:00:00.5Z"},
	{"1985-04-12T00:59:59.999999999999Z", 482115599, 999999999,
		"1985-04-12T00:59:59.999999999Z"},
	{"0001-01-01T00:00:00Z", INT64_C(-62135596800), 0, "0001-01-01T00:00:00Z"},
	{"0000-01-01T00:00:00Z", INT64_C(-62167219200), 0, "0000-01-01T00:00:00Z"},
	{"9999-12-31T23:59:59Z", INT64_C(253402300799), 0, "9999-12-31T23:59:59Z"},
	{"2000-02-29T23:59:59+23:59", 951782459, 0, "2000-02-29T00:00:59Z"},
};

static void test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(accepted); i++) {
		struct ov_datetime t;
		char text[OV_DATETIME_TEXT];
		if (!ov_datetime_parse(ov_str_c(accepted[i].text), &t, NULL))
			fail_msg("%s is refused", accepted[i].text);
		assert_true(t.seconds == accepted[i].seconds);
		assert_int_equal(t.nanoseconds, accepted[i].nanoseconds);
		assert_true(ov_datetime_print(t.seconds, t.nanoseconds, text));
		assert_string_equal(text, accepted[i].printed);
	}
}

static void test_refused(void **state)
{
	static const struct ov_str bad[] = {OV_STR_INIT(""), OV_STR_INIT("2024-02-29"),
		OV_STR_INIT("2023-02-29T00:00:00Z"), OV_STR_INIT("1900-02-29T00:00:00Z"),
		OV_STR_INIT("2024-13-01T00:00:00Z"), OV_STR_INIT("2024-00-01T00:00:00Z"),
		OV_STR_INIT("2024-01-00T00:00:00Z"), OV_STR_INIT("2024-04-31T00:00:00Z"),
		OV_STR_INIT("2024-01-01T24:00:00Z"), OV_STR_INIT("2024-01-01T00:60:00Z"),
		OV_STR_INIT("2024-01-01T00:00:61Z"), OV_STR_INIT("1998-12-31T22:59:60Z"),
		OV_STR_INIT("1998-12-31T23:59:60+01:00"), OV_STR_INIT("2024-01-01T00:00:00"),
		OV_STR_INIT("2024-01-01T00:00:00.Z"), OV_STR_INIT("2024-01-01T00:00:00+24:00"),
		OV_STR_INIT("2024-01-01T00:00:00+01"), OV_STR_INIT("2024-01-01T00:00:00+01:60"),
		OV_STR_INIT("2024-01-01T00:00:00Z "), OV_STR_INIT("2024-01-01T00:00:00Z\0"),
		OV_STR_INIT("2024-01-01 00:00:00Z"), OV_STR_INIT("+12024-01-01T00:00:00Z"),
		OV_STR_INIT("2024-1-1T00:00:00Z"), OV_STR_INIT("2024-01-01T00:00:00,5Z")};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(bad); i++) {
		struct ov_datetime t;
		const char *why = NULL;
		if (ov_datetime_parse(bad[i], &t, &why))
			fail_msg("bad[%zu] is accepted", i);
		assert_non_null(why);
	}
	assert_null(ov_datetime_date_fault(OV_STR("2024-02-29")));
	assert_non_null(ov_datetime_date_fault(OV_STR("2024-02-30")));
	assert_non_null(ov_datetime_date_fault(OV_STR("2024-02-29Z")));
	assert_null(ov_datetime_time_fault(OV_STR("08:30:06.5+00:20")));
	assert_null(ov_datetime_time_fault(OV_STR("00:29:60-23:30")));
	assert_non_null(ov_datetime_time_fault(OV_STR("08:30:06")));
	assert_non_null(ov_datetime_time_fault(OV_STR("08:30:06Z\n")));
}

static void test_flags(void **state)
{
	struct ov_datetime t;
	(void)state;
	assert_true(ov_datetime_parse(OV_STR("1998-12-31t15:59:60-08:00"), &t, NULL));
	assert_true(t.leap && t.lower);
	assert_int_equal(t.offset, -480);
	assert_true(ov_datetime_parse(OV_STR("1998-12-31T15:59:59Z"), &t, NULL));
	assert_false(t.leap || t.lower);
}

static void test_civil(void **state)
{
	char text[OV_DATETIME_TEXT];
	struct ov_civil c = ov_datetime_civil(1709195400);
	(void)state;
	assert_int_equal(c.year, 2024);
	assert_int_equal(c.month, 2);
	assert_int_equal(c.day, 29);
	assert_int_equal(c.hour, 8);
	assert_int_equal(c.minute, 30);
	assert_int_equal(c.second, 0);
	assert_int_equal(c.weekday, 4);
	assert_int_equal(c.day_of_year, 59);
	/* Every day of the years 0 to 9999 goes there and back. */
	int64_t first = ov_datetime_midnight(0, 1, 1), end = ov_datetime_midnight(10000, 1, 1);
	for (int64_t t = first; t < end; t += 86400) {
		c = ov_datetime_civil(t + 86399);
		assert_true(ov_datetime_midnight(c.year, c.month, c.day) == t);
	}
	assert_false(ov_datetime_print(first - 1, 0, text));
	assert_true(ov_datetime_print(end - 1, 0, text));
	assert_false(ov_datetime_print(end, 0, text));
}

const struct CMUnitTest ov_test_datetime[] = {
	cmocka_unit_test(test_accepted),
	cmocka_unit_test(test_refused),
	cmocka_unit_test(test_flags),
	cmocka_unit_test(test_civil),
};
const size_t ov_test_datetime_count = OV_COUNT(ov_test_datetime);
