/* test_regex: the two dialects of regular expressions, and their bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "foreign/regex.h"

struct match_case {
	enum ov_regex_dialect dialect;
	struct ov_str pattern;
	struct ov_str subject;
	bool matches;
};

#define ECMA(pattern, subject, yes) \
	{ \
		OV_REGEX_ECMA, OV_STR_INIT(pattern), OV_STR_INIT(subject), yes \
	}
#define RE2(pattern, subject, yes) \
	{ \
		OV_REGEX_RE2, OV_STR_INIT(pattern), OV_STR_INIT(subject), yes \
	}

static const struct match_case matches[] = {
	ECMA("^abc$", "abc", true),
	ECMA("^abc$", "abc\n", false),
	ECMA("b", "abc", true),
	ECMA("", "", true),
	ECMA("^\\cC$", "\003", true),
	ECMA("^\\v$", "\v", true),
	ECMA("^\\v$", "\n", false),
	ECMA("^\\d$", "\xdf\x80", false),
	ECMA("^\\w$", "\xc3\xa9", false),
	ECMA("^\\s$", "\xc2\xa0", true),
	ECMA("^\\s$", "\xef\xbb\xbf", true),
	ECMA("^[\\s]$", "\xe2\x80\xa8", true),
	ECMA("^\\S$", "\xc2\xa0", false),
	ECMA("^[^\\S]$", " ", true),
	ECMA("^[\\S]$", "\001", true),
	ECMA("^\\p{Letter}+$",
		"\xc3\xa9"
		"a",
		true),
	ECMA("^\\p{digit}$", "\xe0\xa7\xaa", true),
	ECMA("^\\P{Lu}$", "A", false),
	ECMA("^\\p{Script=Greek}$", "\xce\xb1", true),
	ECMA("^\\p{gc=Uppercase_Letter}$", "A", true),
	ECMA("^[^]$", "\n", true),
	ECMA("[]", "a", false),
	ECMA("^.$", "\n", false),
	ECMA("^.$", "\xe2\x80\xa8", false),
	ECMA("^.$", "\xf0\x9f\x90\xb2", true),
	ECMA("^\\u00e9\\x41\\u{1F600}\\ud83d\\ude00$",
		"\xc3\xa9"
		"A\xf0\x9f\x98\x80\xf0\x9f\x98\x80",
		true),
	ECMA("^(?<a>x)\\k<a>$", "xx", true),
	ECMA("^\\k<a>(?<a>x)$", "x", true),
	ECMA("^(a)\\1$", "aa", true),
	ECMA("^a{,3}$", "a{,3}", true),
	ECMA("^a{2,3}$", "aaaa", false),
	ECMA("^{x}]$", "{x}]", true),
	ECMA("^[[:alpha:]]$", ":]", true),
	ECMA("^[\\w-.]$", "-", true),
	ECMA("^[a\\-z]$", "b", false),
	ECMA("^\\-\\_$", "-_", true),
	ECMA("^(?!a)(?<=b|^).$", "b", true),
	ECMA("^a\0b$", "a\0b", true),
	ECMA("^a$", "a\0", false),
	RE2("^abc$", "abc\n", false),
	RE2("(?m)^abc$", "x\nabc\ny", true),
	RE2("(?m)^$", "x\n", true),
	RE2("(?i)ABC", "xabc", true),
	RE2("(?s)a.b", "a\nb", true),
	RE2("a.b", "a\nb", false),
	RE2("a.b", "a\rb", true),
	RE2("^(?P<n>a+)(?<m>b)\\z", "aab", true),
	RE2("^\\pN\\p{^Lu}\\P{Greek}$", "1aa", true),
	RE2("^\\s$", "\v", false),
	RE2("^[\\s]$", "\t", true),
	RE2("^[\\S]$", "\v", true),
	RE2("^[[:alpha:][:^digit:]]$", "a", true),
	RE2("^[]a]+$", "]a", true),
	RE2("^a{,3}$", "a{,3}", true),
	RE2("^\\Qa.b\\E$", "a.b", true),
	RE2("^\\Qa.b\\E$", "axb", false),
	RE2("^\\x{1F600}\\x41\\101$",
		"\xf0\x9f\x98\x80"
		"AA",
		true),
	RE2("^*a$", "a", true),
	RE2("(?:^x|\\b)*y", "y", true),
	RE2("^a{1000}$", "a", false),
	RE2("^(?i:a)b$", "Ab", true),
	RE2("^(?i:a)b$", "AB", false),
	RE2("a\0b", "xa\0b", true),
	RE2("^[^a]$", "\n", true),
};

static void test_match(void **state)
{
	(void)state;
	struct ov_regex_cache *cache = ov_regex_cache_new(7);
	for (size_t i = 0; i < OV_COUNT(matches); i++) {
		const struct match_case *c = &matches[i];
		struct ov_str error;
		const struct ov_regex *regex =
			ov_regex_compile(cache, c->dialect, c->pattern, &error);
		if (!regex)
			fail_msg("%s: %s", c->pattern.ptr, error.ptr);
		if (ov_regex_search(regex, c->subject) !=
			(c->matches ? OV_REGEX_YES : OV_REGEX_NO))
			fail_msg("case %zu: %s", i, c->pattern.ptr);
		assert_ptr_equal(
			regex, ov_regex_compile(cache, c->dialect, c->pattern, &error));
	}
	ov_regex_cache_free(cache);
}

static const struct {
	enum ov_regex_dialect dialect;
	const char *pattern;
} refused[] = {
	{OV_REGEX_ECMA, "("},
	{OV_REGEX_ECMA, ")"},
	{OV_REGEX_ECMA, "[a"},
	{OV_REGEX_ECMA, "a++"},
	{OV_REGEX_ECMA, "*a"},
	{OV_REGEX_ECMA, "(*UTF)a"},
	{OV_REGEX_ECMA, "^\\a"},
	{OV_REGEX_ECMA, "a\\Z"},
	{OV_REGEX_ECMA, "\\Aa"},
	{OV_REGEX_ECMA, "\\"},
	{OV_REGEX_ECMA, "\\u12"},
	{OV_REGEX_ECMA, "\\ud83d"},
	{OV_REGEX_ECMA, "\\p{Foo}"},
	{OV_REGEX_ECMA, "\\pL"},
	{OV_REGEX_ECMA, "(?>a)"},
	{OV_REGEX_ECMA, "(?#c)"},
	{OV_REGEX_ECMA, "(?i)a"},
	{OV_REGEX_ECMA, "\\2(a)"},
	{OV_REGEX_ECMA, "\\k<x>(?<y>a)"},
	{OV_REGEX_ECMA, "(?<y>a)(?<y>a)"},
	{OV_REGEX_ECMA, "[b-a]"},
	{OV_REGEX_ECMA, "a{3,2}"},
	{OV_REGEX_RE2, "(a)\\1"},
	{OV_REGEX_RE2, "(?=a)"},
	{OV_REGEX_RE2, "(?!a)"},
	{OV_REGEX_RE2, "(?<=a)b"},
	{OV_REGEX_RE2, "(?<!a)b"},
	{OV_REGEX_RE2, "a++"},
	{OV_REGEX_RE2, "a**"},
	{OV_REGEX_RE2, "a*??"},
	{OV_REGEX_RE2, "(?>a)"},
	{OV_REGEX_RE2, "(?R)"},
	{OV_REGEX_RE2, "(?1)"},
	{OV_REGEX_RE2, "\\C"},
	{OV_REGEX_RE2, "\\Ka"},
	{OV_REGEX_RE2, "\\R"},
	{OV_REGEX_RE2, "\\h"},
	{OV_REGEX_RE2, "\\N"},
	{OV_REGEX_RE2, "a\\Z"},
	{OV_REGEX_RE2, "\\ca"},
	{OV_REGEX_RE2, "(?#c)"},
	{OV_REGEX_RE2, "(?x)a"},
	{OV_REGEX_RE2, "(?i-)a"},
	{OV_REGEX_RE2, "(*UTF)a"},
	{OV_REGEX_RE2, "a{1001}"},
	{OV_REGEX_RE2, "(?:a{40}){40}"},
	{OV_REGEX_RE2, "(?P<n>a)(?P<n>b)"},
	{OV_REGEX_RE2, "(?P=n)"},
	{OV_REGEX_RE2, "[[:foo:]]"},
	{OV_REGEX_RE2, "[a-\\d]"},
	{OV_REGEX_RE2, "\\p{Klingon}"},
	{OV_REGEX_RE2, "[a"},
	{OV_REGEX_RE2, "a)"},
	{OV_REGEX_RE2, "\xff"},
};

static void test_refused(void **state)
{
	(void)state;
	struct ov_regex_cache *cache = ov_regex_cache_new(7);
	for (size_t i = 0; i < OV_COUNT(refused); i++) {
		struct ov_str error = {0};
		if (ov_regex_compile(
			    cache, refused[i].dialect, ov_str_c(refused[i].pattern), &error))
			fail_msg("accepted: %s", refused[i].pattern);
		assert_true(error.len > 0);
	}
	ov_regex_cache_free(cache);
}

static void test_limits(void **state)
{
	(void)state;
	struct ov_regex_cache *cache = ov_regex_cache_new(7);
	static const char text[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
	for (int dialect = OV_REGEX_ECMA; dialect <= OV_REGEX_RE2; dialect++) {
		const struct ov_regex *regex = ov_regex_compile(
			cache, (enum ov_regex_dialect)dialect, OV_STR("^(a+)+$"), NULL);
		assert_non_null(regex);
		assert_int_equal(ov_regex_search(regex, ov_str_c(text)), OV_REGEX_LIMIT);
	}
	size_t size = (size_t)OV_LIMIT_REGEX_SUBJECT + 1;
	char *large = malloc(size);
	assert_non_null(large);
	memset(large, 'a', size);
	const struct ov_regex *regex =
		ov_regex_compile(cache, OV_REGEX_ECMA, OV_STR("^a"), NULL);
	assert_int_equal(ov_regex_search(regex, ov_str_n(large, size - 1)), OV_REGEX_YES);
	assert_int_equal(ov_regex_search(regex, ov_str_n(large, size)), OV_REGEX_LIMIT);
	free(large);
	ov_regex_cache_free(cache);
}

static void test_groups(void **state)
{
	(void)state;
	struct ov_regex_cache *cache = ov_regex_cache_new(7);
	const struct ov_regex *regex =
		ov_regex_compile(cache, OV_REGEX_RE2, OV_STR("(?P<k>[a-z])=(\\d)?|(x)y"), NULL);
	assert_non_null(regex);
	assert_int_equal(ov_regex_groups(regex), 4);
	struct ov_regex_group g[5];
	struct ov_str text = OV_STR("-a=1 b= xy");
	assert_int_equal(ov_regex_find(regex, text, 0, g, 5), OV_REGEX_YES);
	assert_true(g[0].start == 1 && g[0].end == 4 && g[2].start == 3 && g[2].end == 4);
	assert_true(g[3].start == SIZE_MAX && g[4].start == SIZE_MAX);
	assert_int_equal(ov_regex_find(regex, text, g[0].end, g, 2), OV_REGEX_YES);
	assert_true(g[0].start == 5 && g[0].end == 7 && g[1].start == 5);
	assert_int_equal(ov_regex_find(regex, text, g[0].end, g, 4), OV_REGEX_YES);
	assert_true(g[0].start == 8 && g[1].start == SIZE_MAX && g[3].end == 9);
	assert_int_equal(ov_regex_find(regex, text, text.len, g, 1), OV_REGEX_NO);
	assert_int_equal(ov_regex_find(regex, text, text.len + 1, g, 1), OV_REGEX_NO);
	ov_regex_cache_free(cache);
}

const struct CMUnitTest ov_test_regex[] = {
	cmocka_unit_test(test_match),
	cmocka_unit_test(test_refused),
	cmocka_unit_test(test_limits),
	cmocka_unit_test(test_groups),
};
const size_t ov_test_regex_count = sizeof(ov_test_regex) / sizeof(ov_test_regex[0]);
