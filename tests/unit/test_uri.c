/* Tests of lang/uri.h. */
#include "lang/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** Which checks accept the text: URI, reference, IRI, IRI reference. */
struct row {
	struct ov_str text;
	const char *accepts;
};

static const struct row rows[] = {
	{OV_STR_INIT("http://foo.bar/?baz=qux#quux"), "urUR"},
	{OV_STR_INIT("urn:example:a"), "urUR"},
	{OV_STR_INIT("mailto:a@b.c"), "urUR"},
	{OV_STR_INIT("file:///etc/hosts"), "urUR"},
	{OV_STR_INIT("http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com"), "urUR"},
	{OV_STR_INIT("ldap://[2001:db8::7]:389/c=GB?x?y"), "urUR"},
	{OV_STR_INIT("http://[v1.a:b]/"), "urUR"},
	{OV_STR_INIT("http://[::ffff:1.2.3.4]"), "urUR"},
	{OV_STR_INIT("a:"), "urUR"},
	{OV_STR_INIT(""), "-r-R"},
	{OV_STR_INIT("//"), "-r-R"},
	{OV_STR_INIT("/abc"), "-r-R"},
	{OV_STR_INIT("abc"), "-r-R"},
	{OV_STR_INIT("./this:that"), "-r-R"},
	{OV_STR_INIT("?q"), "-r-R"},
	{OV_STR_INIT("#f"), "-r-R"},
	{OV_STR_INIT("http://\xc3\xa9.com/\xc3\xa9?\xee\x80\x80"), "--UR"},
	{OV_STR_INIT("\xc3\xa9"), "---R"},
	{OV_STR_INIT("http://a/\xee\x80\x80"), "----"},
	{OV_STR_INIT("http://a/\xc3"), "----"},
	{OV_STR_INIT("http://a/\xef\xbf\xbf"), "----"},
	{OV_STR_INIT("1:b"), "----"},
	{OV_STR_INIT("bar,baz:foo"), "----"},
	{OV_STR_INIT(":a"), "----"},
	{OV_STR_INIT("http://a b"), "----"},
	{OV_STR_INIT("http://a/\\b"), "----"},
	{OV_STR_INIT("http://a/%zz"), "----"},
	{OV_STR_INIT("http://a/%4"), "----"},
	{OV_STR_INIT("http://a/<>"), "----"},
	{OV_STR_INIT("http://a/#b#c"), "----"},
	{OV_STR_INIT("http://a:b/"), "----"},
	{OV_STR_INIT("http://a@b@c/"), "----"},
	{OV_STR_INIT("http://[::1/"), "----"},
	{OV_STR_INIT("http://[::1]a/"), "----"},
	{OV_STR_INIT("http://[::ffff:01.2.3.4]"), "----"},
	{OV_STR_INIT("http://2001:db8::1/"), "----"},
	{OV_STR_INIT("http:/[::1]"), "----"},
	{OV_STR_INIT("http://a/\0"), "----"},
};

static void test_rows(void **state)
{
	static const unsigned flags[] = {
		0, OV_URI_RELATIVE, OV_URI_UNICODE, OV_URI_UNICODE | OV_URI_RELATIVE};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(rows); i++)
		for (size_t j = 0; j < OV_COUNT(flags); j++) {
			const char *fault = ov_uri_fault(rows[i].text, flags[j], NULL);
			if ((fault == NULL) != (rows[i].accepts[j] != '-'))
				fail_msg("row %zu, check %zu: %s", i, j,
					fault ? fault : "accepted");
		}
}

static void test_parts(void **state)
{
	struct ov_uri u;
	(void)state;
	assert_null(ov_uri_fault(OV_STR("ssh://git@[::1]:22/a/b?c#d"), 0, &u));
	assert_true(ov_str_is(u.scheme, "ssh") && ov_str_is(u.userinfo, "git"));
	assert_true(ov_str_is(u.host, "[::1]") && ov_str_is(u.port, "22") && u.has_authority);
	assert_true(ov_str_is(u.path, "/a/b") && ov_str_is(u.query, "c"));
	assert_true(ov_str_is(u.fragment, "d"));
}

struct texts {
	const char *(*fault)(struct ov_str s);
	struct ov_str good[12], bad[20];
};

/* Unused places are without bytes; the empty text is tested apart. */
static const struct texts tables[] = {
	{ov_uri_template_fault,
		{OV_STR_INIT("a/{term:1}/{+x}{#x}{.x}{/x}{;x}{?x,y}{&x*}"),
			OV_STR_INIT("{a.b}"), OV_STR_INIT("{%41}"),
			OV_STR_INIT("a%41\xc3\xa9'"), OV_STR_INIT("{v:9999}")},
		{OV_STR_INIT("{"), OV_STR_INIT("}"), OV_STR_INIT("{}"), OV_STR_INIT("{a,}"),
			OV_STR_INIT("{a,,b}"), OV_STR_INIT("{v:0}"), OV_STR_INIT("{v:10000}"),
			OV_STR_INIT("{v:}"), OV_STR_INIT("{a..b}"), OV_STR_INIT("{.}"),
			OV_STR_INIT("{a=b}"), OV_STR_INIT("{a:1*}"), OV_STR_INIT("a b"),
			OV_STR_INIT("%4"), OV_STR_INIT("{a"), OV_STR_INIT("a\0"),
			OV_STR_INIT("{*}"), OV_STR_INIT("{a\0}")}},
	{ov_uri_pointer_fault,
		{OV_STR_INIT("/"), OV_STR_INIT("/a//b"), OV_STR_INIT("/~0~1"),
			OV_STR_INIT("/a\0b"), OV_STR_INIT("/\xc3\xa9 %")},
		{OV_STR_INIT("a"), OV_STR_INIT("#/a"), OV_STR_INIT("/~"), OV_STR_INIT("/~2"),
			OV_STR_INIT("/~~"), OV_STR_INIT("\0")}},
	{ov_uri_relative_pointer_fault,
		{OV_STR_INIT("0"), OV_STR_INIT("0#"), OV_STR_INIT("120/a"), OV_STR_INIT("1//")},
		{OV_STR_INIT("/a"), OV_STR_INIT("01"), OV_STR_INIT("-1"), OV_STR_INIT("1##"),
			OV_STR_INIT("1#/a"), OV_STR_INIT("1a"), OV_STR_INIT("1/~"),
			OV_STR_INIT("1\0")}},
	{ov_uri_git_fault,
		{OV_STR_INIT("https://example.com/a/b.git"), OV_STR_INIT("ssh://git@host:22/a"),
			OV_STR_INIT("git@host:a/b.git"),
			OV_STR_INIT("https://org@dev.example/x")},
		{OV_STR_INIT("http://a/b"), OV_STR_INIT("git://a/b"), OV_STR_INIT("file:///a"),
			OV_STR_INIT("https://u:p@a/b"), OV_STR_INIT("https:///b"),
			OV_STR_INIT("https://a"), OV_STR_INIT("https://a/"),
			OV_STR_INIT("https://a/b?c"), OV_STR_INIT("a/b"), OV_STR_INIT("/a/b"),
			OV_STR_INIT("git@host"), OV_STR_INIT("git@:a"), OV_STR_INIT("@host:a"),
			OV_STR_INIT("-o@host:a"), OV_STR_INIT("git@-o:a"),
			OV_STR_INIT("git@host:a b"), OV_STR_INIT("git@host:a\0b"),
			OV_STR_INIT("https://glpat-abcdefghijklmnopqrst@a/b"),
			OV_STR_INIT("ssh://-o/a")}},
	{ov_uri_git_ref_fault,
		{OV_STR_INIT("main"), OV_STR_INIT("release/1.2"), OV_STR_INIT("v1.0"),
			OV_STR_INIT("a@b"), OV_STR_INIT("\xc3\xa9")},
		{OV_STR_INIT("@"), OV_STR_INIT("-a"), OV_STR_INIT("a."), OV_STR_INIT("a..b"),
			OV_STR_INIT("a b"), OV_STR_INIT("a~1"), OV_STR_INIT("a^"),
			OV_STR_INIT("a:b"), OV_STR_INIT("a*"), OV_STR_INIT("a["),
			OV_STR_INIT("a\\b"), OV_STR_INIT("a@{b"), OV_STR_INIT("a//b"),
			OV_STR_INIT("/a"), OV_STR_INIT("a/"), OV_STR_INIT("a/.b"),
			OV_STR_INIT("a.lock"), OV_STR_INIT("a.lock/b"), OV_STR_INIT("a\0"),
			OV_STR_INIT("a\x7f")}},
};

static void test_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(tables); i++) {
		for (size_t j = 0; j < OV_COUNT(tables[i].good) && tables[i].good[j].ptr; j++)
			if (tables[i].fault(tables[i].good[j]))
				fail_msg("table %zu: good[%zu] is refused", i, j);
		for (size_t j = 0; j < OV_COUNT(tables[i].bad) && tables[i].bad[j].ptr; j++)
			if (!tables[i].fault(tables[i].bad[j]))
				fail_msg("table %zu: bad[%zu] is accepted", i, j);
	}
	assert_null(ov_uri_template_fault(OV_STR("")));
	assert_null(ov_uri_pointer_fault(OV_STR("")));
	assert_non_null(ov_uri_relative_pointer_fault(OV_STR("")));
	assert_non_null(ov_uri_git_fault(OV_STR("")));
	assert_non_null(ov_uri_git_ref_fault(OV_STR("")));
}

const struct CMUnitTest ov_test_uri[] = {
	cmocka_unit_test(test_rows),
	cmocka_unit_test(test_parts),
	cmocka_unit_test(test_tables),
};
const size_t ov_test_uri_count = OV_COUNT(ov_test_uri);
