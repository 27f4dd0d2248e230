/* Tests of lang/quantity.h: forms, canonical text, exact sums. */
#include "lang/quantity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct good {
	const char *text, *canonical;
};

static const struct good accepted[] = {
	{"0", "0"},
	{"-0", "0"},
	{"+1", "1"},
	{"1.5Gi", "1536Mi"},
	{"500m", "500m"},
	{"0.5", "500m"},
	{".5", "500m"},
	{"5.", "5"},
	{"1e3", "1e3"},
	{"1E3", "1e3"},
	{"1e4", "10e3"},
	{"1.5e-3", "1500e-6"},
	{"12e0", "12"},
	{"0.1n", "1n"},
	{"-0.1n", "-1n"},
	{"1.1n", "2n"},
	{"1000", "1k"},
	{"1000m", "1"},
	{"0.5Gi", "512Mi"},
	{"0.5Ki", "512"},
	{"0.1Ki", "102400m"},
	{"1023Ki", "1023Ki"},
	{"1024Ki", "1Mi"},
	{"1000Ki", "1000Ki"},
	{"1E", "1E"},
	{"1000E", "1000E"},
	{"7Ei", "7Ei"},
	{"8Ei", "9223372036854775807"},
	{"-9Ei", "-9223372036854775807"},
	{"00012.500", "12500m"},
	{"3u", "3u"},
	{"1e-30", "1e-9"},
	{"0e999", "0"},
	{"9999999999999999999999999999999999999", "9999999999999999999999999999999999999"},
	{"1e68", "100e66"},
	{"Ki", "0"},
	{"+", "0"},
};

static void test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(accepted); i++) {
		struct ov_quantity q;
		char text[OV_QUANTITY_TEXT];
		if (!ov_quantity_parse(ov_str_c(accepted[i].text), &q, NULL))
			fail_msg("%s is refused", accepted[i].text);
		size_t len = ov_quantity_print(q, text);
		assert_string_equal(text, accepted[i].canonical);
		assert_int_equal(len, strlen(text));
	}
}

static void test_refused(void **state)
{
	static const struct ov_str refused[] = {OV_STR_INIT(""), OV_STR_INIT(" 1"),
		OV_STR_INIT("1 "), OV_STR_INIT("1K"), OV_STR_INIT("1mi"), OV_STR_INIT("1ki"),
		OV_STR_INIT("1GB"), OV_STR_INIT("1Gi "), OV_STR_INIT("1e"),
		OV_STR_INIT("1e1.5"), OV_STR_INIT("1.2.3"), OV_STR_INIT("--1"),
		OV_STR_INIT("+-1"), OV_STR_INIT("0x10"), OV_STR_INIT("1,5"),
		OV_STR_INIT("1e69"), OV_STR_INIT("1e99999999999"), OV_STR_INIT("1\0"),
		OV_STR_INIT("1\0Gi"), OV_STR_INIT("Ei"), OV_STR_INIT("-.Pi"),
		OV_STR_INIT("NaN"), OV_STR_INIT("\xff")};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(refused); i++) {
		struct ov_quantity q;
		const char *why = NULL;
		if (ov_quantity_parse(refused[i], &q, &why))
			fail_msg("refused[%zu] is accepted", i);
		assert_non_null(why);
	}
}

static struct ov_quantity quantity(const char *text)
{
	struct ov_quantity q;
	assert_true(ov_quantity_parse(ov_str_c(text), &q, NULL));
	return q;
}

static void test_compare(void **state)
{
	static const char *const rising[] = {"-1e68", "-2", "-1", "-1n", "0", "1n", "999u",
		"1m", "1", "1000001u", "1k", "1Ki", "1M", "1Mi", "1E", "1Ei", "1e60", "1e68"};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(rising); i++)
		for (size_t j = 0; j < OV_COUNT(rising); j++)
			assert_int_equal(
				ov_quantity_compare(quantity(rising[i]), quantity(rising[j])),
				(i > j) - (i < j));
	assert_int_equal(ov_quantity_compare(quantity("2M"), quantity("0.002G")), 0);
	assert_int_equal(ov_quantity_compare(quantity("-0"), quantity("0")), 0);
	assert_int_equal(ov_quantity_sign(quantity("-3m")), -1);
	assert_int_equal(ov_quantity_sign(quantity("0Ki")), 0);
	assert_int_equal(ov_quantity_sign(quantity("1n")), 1);
}

struct sum {
	const char *a, *b, *plus, *minus;
};

static const struct sum sums[] = {
	{"1", "1", "2", "0"},
	{"50k", "20", "50020", "49980"},
	{"1Gi", "1Mi", "1025Mi", "1023Mi"},
	{"0", "1Mi", "1Mi", "-1Mi"},
	{"1Mi", "0", "1Mi", "1Mi"},
	{"-1", "3", "2", "-4"},
	{"3", "-1", "2", "4"},
	{"-3", "1", "-2", "-4"},
	{"0.1", "0.2", "300m", "-100m"},
	{"1n", "1E", "1000000000000000000000000001n", "-999999999999999999999999999n"},
};

static void test_sums(void **state)
{
	char text[OV_QUANTITY_TEXT];
	struct ov_quantity r;
	(void)state;
	for (size_t i = 0; i < OV_COUNT(sums); i++) {
		struct ov_quantity a = quantity(sums[i].a), b = quantity(sums[i].b);
		assert_true(ov_quantity_add(a, b, &r));
		ov_quantity_print(r, text);
		assert_string_equal(text, sums[i].plus);
		assert_true(ov_quantity_sub(a, b, &r));
		ov_quantity_print(r, text);
		assert_string_equal(text, sums[i].minus);
	}
	assert_false(ov_quantity_add(quantity("1e68"), quantity("1e68"), &r));
	assert_true(ov_quantity_sub(quantity("1e68"), quantity("1e68"), &r));
	assert_int_equal(ov_quantity_sign(r), 0);
}

struct number {
	const char *text;
	bool is, whole;
	int64_t integer;
};

static const struct number numbers[] = {
	{"50", true, true, 50},
	{"-50k", true, true, -50000},
	{"2Gi", true, true, 2147483648},
	{"1000m", false, true, 0},
	{"1.5", false, false, 0},
	{"1.0", false, true, 0},
	{"0.5Gi", false, true, 0},
	{"9E", true, true, INT64_C(9000000000000000000)},
	{"10E", false, true, 0},
	{"9999999999999999999999999999999999999G", false, true, 0},
};

static void test_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(numbers); i++) {
		int64_t got = 0;
		struct ov_quantity q = quantity(numbers[i].text);
		assert_int_equal(ov_quantity_as_integer(q, &got), numbers[i].is);
		assert_int_equal(got, numbers[i].integer);
		assert_int_equal(ov_quantity_is_whole(q), numbers[i].whole);
	}
	assert_true(ov_quantity_as_double(quantity("1.5")) == 1.5);
	assert_true(ov_quantity_as_double(quantity("-2Ki")) == -2048);
	assert_true(ov_quantity_as_double(quantity("1e60")) > 0.99e60);
	assert_true(ov_quantity_as_double(quantity("1e60")) < 1.01e60);
	assert_int_equal(ov_quantity_compare(
				 ov_quantity_int(INT64_MIN), quantity("-9223372036854775808")),
		0);
	assert_int_equal(ov_quantity_compare(ov_quantity_int(20), quantity("0.02k")), 0);
}

const struct CMUnitTest ov_test_quantity[] = {
	cmocka_unit_test(test_accepted),
	cmocka_unit_test(test_refused),
	cmocka_unit_test(test_compare),
	cmocka_unit_test(test_sums),
	cmocka_unit_test(test_numbers),
};
const size_t ov_test_quantity_count = OV_COUNT(ov_test_quantity);
