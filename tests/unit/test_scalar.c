/* What YAML scalars stand for. */
#include "lang/json_out.h"
#include "lang/scalar.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

extern const struct CMUnitTest ov_test_scalar[];
extern const size_t ov_test_scalar_count;

static void assert_json(struct ov_value v, const char *what, const char *json)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_json_write(&buf, v, 0);
	if (!ov_str_is(ov_buf_str(&buf), json))
		fail_msg("%s: got %.*s, want %s", what, OV_STR_ARG(ov_buf_str(&buf)), json);
	ov_buf_release(&buf);
}

/* As sigs.k8s.io/yaml 1.6 reads them. */
static void resolves(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{"", "null"},
		{"~", "null"},
		{"null", "null"},
		{"Null", "null"},
		{"NULL", "null"},
		{"nULL", "\"nULL\""},
		{"~x", "\"~x\""},
		{"y", "true"},
		{"Y", "true"},
		{"yes", "true"},
		{"Yes", "true"},
		{"YES", "true"},
		{"yES", "\"yES\""},
		{"on", "true"},
		{"On", "true"},
		{"ON", "true"},
		{"true", "true"},
		{"True", "true"},
		{"TRUE", "true"},
		{"tRue", "\"tRue\""},
		{"n", "false"},
		{"N", "false"},
		{"no", "false"},
		{"No", "false"},
		{"NO", "false"},
		{"off", "false"},
		{"Off", "false"},
		{"OFF", "false"},
		{"false", "false"},
		{"False", "false"},
		{"FALSE", "false"},
		{"falsey", "\"falsey\""},
		{"0", "0"},
		{"-0", "0"},
		{"+1", "1"},
		{"0777", "511"},
		{"0o777", "511"},
		{"0O17", "15"},
		{"0x1F", "31"},
		{"0X1f", "31"},
		{"-0x1F", "-31"},
		{"0b101", "5"},
		{"-0b1", "-1"},
		{"+0b1", "1"},
		{"0b102", "\"0b102\""},
		{"0b", "\"0b\""},
		{"0x", "\"0x\""},
		{"0o8", "\"0o8\""},
		{"08", "8"},
		{"09.5", "9.5"},
		{"0777.5", "777.5"},
		{"0777777777777777777777777777", "7.777777777777778e+26"},
		{"0xFFFFFFFFFFFFFFFF", "18446744073709551615"},
		{"0xFFFFFFFFFFFFFFFFF", "\"0xFFFFFFFFFFFFFFFFF\""},
		{"1_000", "1000"},
		{"1__0", "10"},
		{"1_", "1"},
		{"_1", "\"_1\""},
		{"1,000", "\"1,000\""},
		{"9223372036854775807", "9223372036854775807"},
		{"9223372036854775808", "9223372036854775808"},
		{"-9223372036854775808", "-9223372036854775808"},
		{"+9223372036854775808", "9223372036854776000"},
		{"18446744073709551615", "18446744073709551615"},
		{"18446744073709551616", "18446744073709552000"},
		{"1.0", "1"},
		{"0.10", "0.1"},
		{"1.", "1"},
		{".5", "0.5"},
		{"+.5", "0.5"},
		{".5_0", "0.5"},
		{"._5", "\"._5\""},
		{".5__0", "\".5__0\""},
		{"1.5_0", "1.5"},
		{".5e3", "500"},
		{".e5", "\".e5\""},
		{"1e3", "1000"},
		{"1E+3", "1000"},
		{"0.1e1_0", "1000000000"},
		{"1e400", "\"1e400\""},
		{"1e-400", "0"},
		{"+", "\"+\""},
		{".", "\".\""},
		{"=", "\"=\""},
		{"<<", "\"<<\""},
		{"nan", "\"nan\""},
		{"inf", "\"inf\""},
		{"+.nan", "\"+.nan\""},
		{"12:30:00", "\"12:30:00\""},
		{"190:20:30.15", "\"190:20:30.15\""},
		{"2001-01-01", "\"2001-01-01\""},
		{"2001-01-01T00:00:00Z", "\"2001-01-01T00:00:00Z\""},
		{"10Gi", "\"10Gi\""},
		{"0x1p3", "\"0x1p3\""},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++)
		assert_json(ov_scalar_resolve(ov_str_c(cases[i].text)), cases[i].text,
			cases[i].json);
}

static void resolves_what_is_not_finite(void **state)
{
	static const char *const texts[] = {
		".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.INF", ".nan", ".NaN", ".NAN"};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(texts); i++) {
		struct ov_value v = ov_scalar_resolve(ov_str_c(texts[i]));
		if (v.kind != OV_KIND_DOUBLE || isfinite(v.number))
			fail_msg("%s: kind %d", texts[i], v.kind);
	}
}

#define TAG(name) "tag:yaml.org,2002:" name

static void applies_tags(void **state)
{
	static const struct {
		const char *tag, *text;
		enum ov_scalar_fit fit;
		const char *json;
	} cases[] = {
		{TAG("str"), "1", OV_SCALAR_FITS, "\"1\""},
		{TAG("str"), "", OV_SCALAR_FITS, "\"\""},
		{TAG("int"), "1", OV_SCALAR_FITS, "1"},
		{TAG("int"), "18446744073709551615", OV_SCALAR_FITS, "18446744073709551615"},
		{TAG("int"), "1.5", OV_SCALAR_UNFIT, ""},
		{TAG("int"), "x", OV_SCALAR_UNFIT, ""},
		{TAG("float"), "1", OV_SCALAR_FITS, "1"},
		{TAG("float"), "1.5", OV_SCALAR_FITS, "1.5"},
		{TAG("float"), "yes", OV_SCALAR_UNFIT, ""},
		{TAG("bool"), "yes", OV_SCALAR_FITS, "true"},
		{TAG("bool"), "maybe", OV_SCALAR_UNFIT, ""},
		{TAG("null"), "~", OV_SCALAR_FITS, "null"},
		{TAG("null"), "x", OV_SCALAR_UNFIT, ""},
		{TAG("timestamp"), "2001-01-01", OV_SCALAR_FITS, "\"2001-01-01\""},
		{"!mine", "1", OV_SCALAR_FITS, "\"1\""},
		{TAG("binary"), "aGk=", OV_SCALAR_FITS, "\"hi\""},
		{TAG("binary"), "aGVs\nbG8=\n", OV_SCALAR_FITS, "\"hello\""},
		{TAG("binary"), "aGVsbG8hIQ==", OV_SCALAR_FITS, "\"hello!!\""},
		{TAG("binary"), "", OV_SCALAR_FITS, "\"\""},
		{TAG("binary"), "aGk", OV_SCALAR_BASE64, ""},
		{TAG("binary"), "aGk==", OV_SCALAR_BASE64, ""},
		{TAG("binary"), "a===", OV_SCALAR_BASE64, ""},
		{TAG("binary"), "=", OV_SCALAR_BASE64, ""},
		{TAG("binary"), "aGk=aGk=", OV_SCALAR_BASE64, ""},
		{TAG("binary"), "a b=", OV_SCALAR_BASE64, ""},
		{TAG("binary"), "/w==", OV_SCALAR_BYTES, ""},
	};
	(void)state;
	struct ov_arena arena;
	ov_arena_init(&arena);
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct ov_value v;
		enum ov_scalar_fit fit = ov_scalar_tagged(
			&arena, ov_str_c(cases[i].tag), ov_str_c(cases[i].text), &v);
		if (fit != cases[i].fit)
			fail_msg("%s %s: fit %d", cases[i].tag, cases[i].text, (int)fit);
		if (fit == OV_SCALAR_FITS)
			assert_json(v, cases[i].text, cases[i].json);
	}
	ov_arena_release(&arena);
}

static void makes_keys(void **state)
{
	static const struct {
		const char *text, *key; /* NULL where it cannot be one */
	} cases[] = {
		{"a", "a"},
		{"yes", "true"},
		{"off", "false"},
		{"1", "1"},
		{"0777", "511"},
		{"-5", "-5"},
		{"18446744073709551615", "18446744073709551615"},
		{"1.10", "1.1"},
		{"1e5", "100000"},
		{"1e6", "1e+06"},
		{"1234567.0", "1.234567e+06"},
		{"123456789.0", "1.2345679e+08"},
		{"0.0001", "0.0001"},
		{"0.00001", "1e-05"},
		{"-1.5", "-1.5"},
		{"100.5", "100.5"},
		{"0.0", "0"},
		{".inf", ".inf"},
		{"-.inf", "-.inf"},
		{"1e39", ".inf"},
		{".nan", ".nan"},
		{"~", NULL},
		{"", NULL},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		char room[OV_SCALAR_KEY];
		struct ov_str key =
			ov_scalar_key(ov_scalar_resolve(ov_str_c(cases[i].text)), room);
		if (!key.ptr != !cases[i].key || (key.ptr && !ov_str_is(key, cases[i].key)))
			fail_msg("%s: %.*s", cases[i].text, OV_STR_ARG(key));
	}
	char room[OV_SCALAR_KEY];
	assert_null(ov_scalar_key(ov_value_list(NULL, 0), room).ptr);
	assert_non_null(ov_scalar_key(ov_value_string(ov_str_n(NULL, 0)), room).ptr);
}

const struct CMUnitTest ov_test_scalar[] = {
	cmocka_unit_test(resolves),
	cmocka_unit_test(resolves_what_is_not_finite),
	cmocka_unit_test(applies_tags),
	cmocka_unit_test(makes_keys),
};
const size_t ov_test_scalar_count = OV_COUNT(ov_test_scalar);
