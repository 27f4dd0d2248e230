/* Tests of lang/duration.h: Go, Prometheus and ISO 8601. */
#include "lang/duration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)

struct go_case {
	const char *text;
	int64_t nanoseconds;
	const char *printed;
};

static const struct go_case go_cases[] = {
	{"0", 0, "0s"},
	{"+0", 0, "0s"},
	{"-0", 0, "0s"},
	{"1h30m", 5400 * SECOND, "1h30m0s"},
	{"720h", 720 * 3600 * SECOND, "720h0m0s"},
	{"1.5s", 1500000000, "1.5s"},
	{"-3ms", -3000000, "-3ms"},
	{"1500us", 1500000, "1.5ms"},
	{"2\xc2\xb5s", 2000, "2\xc2\xb5s"},
	{"2\xce\xbcs", 2000, "2\xc2\xb5s"},
	{"7ns", 7, "7ns"},
	{".5h", 1800 * SECOND, "30m0s"},
	{"5.s", 5 * SECOND, "5s"},
	{"1m1m", 120 * SECOND, "2m0s"},
	{"90s", 90 * SECOND, "1m30s"},
	{"1h0.000000001s", 3600 * SECOND + 1, "1h0m0.000000001s"},
	{"0.3333333333333333333h", 1200 * SECOND, "20m0s"},
	{"9223372036854775807ns", INT64_MAX, "2562047h47m16.854775807s"},
	{"-9223372036854775808ns", INT64_MIN, "-2562047h47m16.854775808s"},
};

static void test_go(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(go_cases); i++) {
		int64_t d;
		char text[OV_DURATION_TEXT];
		if (!ov_duration_parse(ov_str_c(go_cases[i].text), &d, NULL))
			fail_msg("%s is refused", go_cases[i].text);
		assert_true(d == go_cases[i].nanoseconds);
		size_t len = ov_duration_print(d, text);
		assert_string_equal(text, go_cases[i].printed);
		assert_int_equal(len, strlen(text));
	}
}

static void test_go_refused(void **state)
{
	static const struct ov_str refused[] = {OV_STR_INIT(""), OV_STR_INIT("-"),
		OV_STR_INIT("3"), OV_STR_INIT("1d"), OV_STR_INIT("1w"), OV_STR_INIT("1h 30m"),
		OV_STR_INIT("s"), OV_STR_INIT(".s"), OV_STR_INIT("+.s"), OV_STR_INIT("1H"),
		OV_STR_INIT("1e3s"), OV_STR_INIT("--1s"), OV_STR_INIT("1s\0"),
		OV_STR_INIT("1\0s"), OV_STR_INIT("9223372036854775808ns"),
		OV_STR_INIT("-9223372036854775809ns"), OV_STR_INIT("2562048h"),
		OV_STR_INIT("9999999999999999999999h"), OV_STR_INIT("1.s.")};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(refused); i++) {
		int64_t d;
		const char *why = NULL;
		if (ov_duration_parse(refused[i], &d, &why))
			fail_msg("refused[%zu] is accepted", i);
		assert_non_null(why);
	}
}

struct prometheus_case {
	const char *text;
	int64_t seconds; /**< -1 where it is refused */
};

static const struct prometheus_case prometheus_cases[] = {
	{"0", 0},
	{"30d", 30 * 86400},
	{"1w2d", 9 * 86400},
	{"1y", 365 * 86400},
	{"1h30m", 5400},
	{"1000ms", 1},
	{"292y", INT64_C(292) * 365 * 86400},
	{"1y1w1d1h1m1s", (365 + 7 + 1) * 86400 + 3661},
	{"293y", -1},
	{"", -1},
	{"5", -1},
	{"1.5h", -1},
	{"-1h", -1},
	{"1m1h", -1},
	{"1h1h", -1},
	{"1us", -1},
	{"h", -1},
	{"1h ", -1},
};

static void test_prometheus(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(prometheus_cases); i++) {
		int64_t d;
		const char *why = NULL;
		bool good = ov_duration_parse_prometheus(
			ov_str_c(prometheus_cases[i].text), &d, &why);
		if (good != (prometheus_cases[i].seconds >= 0))
			fail_msg("%s: %s", prometheus_cases[i].text, good ? "accepted" : why);
		if (good)
			assert_true(d == prometheus_cases[i].seconds * SECOND);
	}
	int64_t d;
	assert_false(ov_duration_parse_prometheus(OV_STR("1h\0"), &d, NULL));
}

static void test_iso(void **state)
{
	static const char *const good[] = {
		"P4DT12H30M5S", "PT0S", "P2W", "P1Y2M3DT4H5M6S", "P1M2D", "PT36H", "P01D"};
	static const char *const bad[] = {"", "P", "PT", "P1", "P1YT", "1D", "P2D1Y", "P1D2H",
		"P1Y2D", "PT1H2S", "P1Y2W", "P2W1D", "PT0.5S", "-P1D", "P-1D", "P1D ", "PT1D",
		"P1W1", "P1DT"};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(good); i++)
		if (ov_duration_iso_fault(ov_str_c(good[i])))
			fail_msg("%s is refused", good[i]);
	for (size_t i = 0; i < OV_COUNT(bad); i++)
		if (!ov_duration_iso_fault(ov_str_c(bad[i])))
			fail_msg("%s is accepted", bad[i]);
}

const struct CMUnitTest ov_test_duration[] = {
	cmocka_unit_test(test_go),
	cmocka_unit_test(test_go_refused),
	cmocka_unit_test(test_prometheus),
	cmocka_unit_test(test_iso),
};
const size_t ov_test_duration_count = OV_COUNT(ov_test_duration);
