/* Numbers as text. */
#include "base/hash.h"
#include "value/number.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

extern const struct CMUnitTest ov_test_number[];
extern const size_t ov_test_number_count;

static void parses(void **state)
{
	static const struct {
		const char *text;
		enum ov_kind kind; /* OV_KIND_NONE where it is refused */
		const char *printed;
	} cases[] = {
		{"0", OV_KIND_INT, "0"},
		{"-0", OV_KIND_INT, "0"},
		{"-1", OV_KIND_INT, "-1"},
		{"9007199254740993", OV_KIND_INT, "9007199254740993"},
		{"9223372036854775807", OV_KIND_INT, "9223372036854775807"},
		{"-9223372036854775808", OV_KIND_INT, "-9223372036854775808"},
		{"9223372036854775808", OV_KIND_UINT, "9223372036854775808"},
		{"18446744073709551615", OV_KIND_UINT, "18446744073709551615"},
		{"18446744073709551616", OV_KIND_DOUBLE, "18446744073709552000"},
		{"-9223372036854775809", OV_KIND_DOUBLE, "-9223372036854776000"},
		{"1.0", OV_KIND_DOUBLE, "1"},
		{"1e3", OV_KIND_DOUBLE, "1000"},
		{"1E+3", OV_KIND_DOUBLE, "1000"},
		{"-1.5e-2", OV_KIND_DOUBLE, "-0.015"},
		{"1e-400", OV_KIND_DOUBLE, "0"},
		{"1.7976931348623157e308", OV_KIND_DOUBLE, "1.7976931348623157e+308"},
		{"1e309", OV_KIND_NONE, ""},
		{"-1e400", OV_KIND_NONE, ""},
		{"", OV_KIND_NONE, ""},
		{"-", OV_KIND_NONE, ""},
		{"+1", OV_KIND_NONE, ""},
		{"01", OV_KIND_NONE, ""},
		{"-01", OV_KIND_NONE, ""},
		{".5", OV_KIND_NONE, ""},
		{"1.", OV_KIND_NONE, ""},
		{"1e", OV_KIND_NONE, ""},
		{"1e+", OV_KIND_NONE, ""},
		{"1.e1", OV_KIND_NONE, ""},
		{"0x10", OV_KIND_NONE, ""},
		{"1 ", OV_KIND_NONE, ""},
		{"inf", OV_KIND_NONE, ""},
		{"nan", OV_KIND_NONE, ""},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct ov_value v = {0};
		bool found = ov_number_parse(ov_str_c(cases[i].text), &v);
		if (found != (cases[i].kind != OV_KIND_NONE) || v.kind != cases[i].kind)
			fail_msg("%s: kind %d", cases[i].text, v.kind);
		struct ov_buf buf;
		ov_buf_init(&buf);
		if (found)
			ov_number_print(&buf, v);
		if (!ov_str_is(ov_buf_str(&buf), cases[i].printed))
			fail_msg("%s: printed %.*s", cases[i].text,
				OV_STR_ARG(ov_buf_str(&buf)));
		ov_buf_release(&buf);
	}
}

static void reads_the_wider_form(void **state)
{
	static const struct {
		const char *text;
		bool found;
		double value;
	} cases[] = {
		{"1", true, 1},
		{"+1.", true, 1},
		{"-.5", true, -0.5},
		{"007.5", true, 7.5},
		{"1.e3", true, 1000},
		{".", false, 0},
		{"-", false, 0},
		{"", false, 0},
		{"e1", false, 0},
		{"1e", false, 0},
		{"1e400", false, 0},
		{"0x1p3", false, 0},
		{"infinity", false, 0},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		double d = 0;
		bool found = ov_number_double(ov_str_c(cases[i].text), &d);
		if (found != cases[i].found || d != cases[i].value)
			fail_msg("%s: %d %g", cases[i].text, found, d);
	}
}

static void prints_shortest(void **state)
{
	static const struct {
		double d;
		const char *text;
	} cases[] = {
		{0, "0"},
		{-0.0, "-0"},
		{0.1, "0.1"},
		{0.30000000000000004, "0.30000000000000004"},
		{100, "100"},
		{123456789.125, "123456789.125"},
		{1e20, "100000000000000000000"},
		{1e21, "1e+21"},
		{1.5e21, "1.5e+21"},
		{0.000001, "0.000001"},
		{1e-7, "1e-7"},
		{-1.25e-10, "-1.25e-10"},
		{5e-324, "5e-324"},
		{2.2250738585072014e-308, "2.2250738585072014e-308"},
		{1.7976931348623157e308, "1.7976931348623157e+308"},
		{9007199254740992, "9007199254740992"},
		{4.35, "4.35"},
		{1.0 / 3, "0.3333333333333333"},
		{2.0 / 3, "0.6666666666666666"},
		{9.5367431640625e-07, "9.5367431640625e-7"},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct ov_buf buf;
		ov_buf_init(&buf);
		ov_number_print(&buf, ov_value_double(cases[i].d));
		if (!ov_str_is(ov_buf_str(&buf), cases[i].text))
			fail_msg("%.17g: printed %.*s", cases[i].d,
				OV_STR_ARG(ov_buf_str(&buf)));
		ov_buf_release(&buf);
	}
}

static void reads_back_any_bits(void **state)
{
	(void)state;
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (uint64_t i = 0; i < 20000; i++) {
		/* Every second one is a power of two, where the spacing changes. */
		uint64_t bits = i % 2 ? ov_hash_u64(i) : i % 2046 << 52;
		double d, back;
		memcpy(&d, &bits, sizeof(d));
		if (!isfinite(d))
			continue;
		ov_buf_clear(&buf);
		ov_number_print(&buf, ov_value_double(d));
		if (!ov_number_double(ov_buf_str(&buf), &back) || back != d)
			fail_msg("%.17g: printed %.*s", d, OV_STR_ARG(ov_buf_str(&buf)));
	}
	ov_buf_release(&buf);
}

const struct CMUnitTest ov_test_number[] = {
	cmocka_unit_test(parses),
	cmocka_unit_test(reads_the_wider_form),
	cmocka_unit_test(prints_shortest),
	cmocka_unit_test(reads_back_any_bits),
};
const size_t ov_test_number_count = OV_COUNT(ov_test_number);
