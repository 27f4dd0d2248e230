/* Tests of lang/format.h: every format by its example, and what all of them must bear. */
#include "lang/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

static enum ov_format_verdict check(struct ov_str name, struct ov_str s)
{
	struct ov_arena arena;
	struct ov_str why = {NULL, 0};
	ov_arena_init(&arena);
	enum ov_format_verdict verdict = ov_format_check(&arena, name, s, &why);
	if ((verdict == OV_FORMAT_BAD) != (why.len > 0))
		fail_msg("%.*s gives no reason", OV_STR_ARG(name));
	ov_arena_release(&arena);
	return verdict;
}

static void test_examples(void **state)
{
	size_t count;
	const struct ov_format_info *table = ov_format_table(&count);
	(void)state;
	assert_true(count > 30);
	for (size_t i = 0; i < count; i++) {
		assert_true(ov_format_known(table[i].name));
		assert_true(strlen(table[i].description) > 0);
		if (check(table[i].name, ov_str_c(table[i].example)) != OV_FORMAT_OK)
			fail_msg("the example of %.*s is refused", OV_STR_ARG(table[i].name));
		for (size_t j = 0; j < i; j++)
			assert_false(ov_str_eq(table[i].name, table[j].name));
	}
	assert_false(ov_format_known(OV_STR("regex")));
	assert_int_equal(check(OV_STR("idn-hostname"), OV_STR("a")), OV_FORMAT_UNKNOWN);
	assert_int_equal(check(OV_STR(""), OV_STR("a")), OV_FORMAT_UNKNOWN);
}

static bool is_in(struct ov_str name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ov_str_is(name, list[i]))
			return true;
	return false;
}

static void test_empty_and_nul(void **state)
{
	static const char *const with_empty[] = {"label-value", "uri-reference",
		"iri-reference", "uri-template", "json-pointer"};
	static const char *const with_nul[] = {"json-pointer", "relative-json-pointer"};
	size_t count;
	const struct ov_format_info *table = ov_format_table(&count);
	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct ov_str name = table[i].name;
		char text[128];
		int len = snprintf(text, sizeof(text), "%s", table[i].example);
		bool good = check(name, OV_STR("")) == OV_FORMAT_OK;
		if (good != is_in(name, with_empty, OV_COUNT(with_empty)))
			fail_msg("%.*s: the empty text", OV_STR_ARG(name));
		/* The NUL behind the text, and one within it. */
		good = check(name, ov_str_n(text, (size_t)len + 1)) == OV_FORMAT_OK;
		text[len - 1] = '\0';
		good = good || check(name, ov_str_n(text, (size_t)len)) == OV_FORMAT_OK;
		if (good != is_in(name, with_nul, OV_COUNT(with_nul)))
			fail_msg("%.*s: NUL", OV_STR_ARG(name));
	}
}

static void test_long(void **state)
{
	static const char *const parts[] = {"a", "1", "0", ".", "-", "/", ":", "::", "a.", "1,",
		"1h", "{", "{a,", "{a}", "%41", "~0", "@", "\"", "*", " ", "* ", "\xc3\xa9",
		"\xff", "1:", "0.", "__", "P1", "[", "a/", "+", "1e", "\\", "1-", "*/1,", "a@"};
	size_t count;
	const struct ov_format_info *table = ov_format_table(&count);
	struct ov_buf text;
	clock_t began = clock();
	(void)state;
	ov_buf_init(&text);
	for (size_t i = 0; i < OV_COUNT(parts); i++) {
		ov_buf_clear(&text);
		while (text.len < 100000)
			ov_buf_puts(&text, parts[i]);
		for (size_t j = 0; j < count; j++)
			check(table[j].name, ov_buf_str(&text));
	}
	ov_buf_release(&text);
	/* About 1300 checks of 100 kB: anything quadratic would need minutes. */
	assert_true(clock() - began < 20 * CLOCKS_PER_SEC);
}

struct row {
	const char *name, *text;
	bool good;
};

static const struct row rows[] = {
	{"quantity", "Ki", false},
	{"quantity", "+", false},
	{"quantity", "-.5Gi", true},
	{"ip", "::ffff:1.2.3.4", false},
	{"ipv6", "::ffff:1.2.3.4", true},
	{"ipv4", "::1", false},
	{"ipv6", "1.2.3.4", false},
	{"cidr-v4", "::/0", false},
	{"cidr-v6", "10.0.0.0/8", false},
	{"cidr", "10.0.0.1/8", true},
	{"mac", "01:00:5e:00:00:01", false},
	{"cron", "@daily", true},
	{"cron", "0 24 * * *", false},
	{"go-duration", "1d", false},
	{"prom-duration", "1d", true},
	{"duration", "1h", false},
	{"idn-email", "jos\xc3\xa9@example.com", true},
	{"email", "jos\xc3\xa9@example.com", false},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(rows); i++)
		if ((check(ov_str_c(rows[i].name), ov_str_c(rows[i].text)) == OV_FORMAT_OK) !=
			rows[i].good)
			fail_msg("%s: %s", rows[i].name, rows[i].text);
}

const struct CMUnitTest ov_test_format[] = {
	cmocka_unit_test(test_examples),
	cmocka_unit_test(test_empty_and_nul),
	cmocka_unit_test(test_long),
	cmocka_unit_test(test_rows),
};
const size_t ov_test_format_count = OV_COUNT(ov_test_format);
