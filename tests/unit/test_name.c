/* Tests of lang/name.h. */
#include "lang/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define A10  "aaaaaaaaaa"
#define A60  A10 A10 A10 A10 A10 A10
#define A250 A60 A60 A60 A60 A10

/** Which checks accept the text: label, subdomain, RFC 1035, label key, value, port. */
struct row {
	struct ov_str text;
	const char *accepts;
};

static const struct row rows[] = {
	{OV_STR_INIT(""), "----v-"},
	{OV_STR_INIT("a"), "lsikvp"},
	{OV_STR_INIT("web-1"), "lsikvp"},
	{OV_STR_INIT("1web"), "ls-kvp"},
	{OV_STR_INIT("1"), "ls-kv-"},
	{OV_STR_INIT("-a"), "------"},
	{OV_STR_INIT("a-"), "------"},
	{OV_STR_INIT("a--b"), "lsikv-"},
	{OV_STR_INIT("A"), "---kv-"},
	{OV_STR_INIT("a.b"), "-s-kv-"},
	{OV_STR_INIT("a..b"), "---kv-"},
	{OV_STR_INIT(".a"), "------"},
	{OV_STR_INIT("a_b"), "---kv-"},
	{OV_STR_INIT("a b"), "------"},
	{OV_STR_INIT("a\0b"), "------"},
	{OV_STR_INIT("a\n"), "------"},
	{OV_STR_INIT("\xc3\xa9"), "------"},
	{OV_STR_INIT("example.com/name"), "---k--"},
	{OV_STR_INIT("example.com/"), "------"},
	{OV_STR_INIT("/name"), "------"},
	{OV_STR_INIT("a/b/c"), "------"},
	{OV_STR_INIT("Example.com/name"), "------"},
	{OV_STR_INIT("abcdefghijklmno"), "lsikvp"},
	{OV_STR_INIT("abcdefghijklmnop"), "lsikv-"},
	{OV_STR_INIT(A60 "aaa"), "lsikv-"},
	{OV_STR_INIT(A60 "aaaa"), "-s----"},
	{OV_STR_INIT(A250 "aaa"), "-s----"},
	{OV_STR_INIT(A250 "aaaa"), "------"},
	{OV_STR_INIT(A250 "aaa/" A60 "aaa"), "---k--"},
	{OV_STR_INIT(A250 "aaaa/a"), "------"},
	{OV_STR_INIT("a/" A60 "aaaa"), "------"},
};

static void test_rows(void **state)
{
	static const struct {
		char letter;
		const char *(*fault)(struct ov_str s);
	} checks[] = {{'l', ov_name_label_fault}, {'s', ov_name_subdomain_fault},
		{'i', ov_name_1035_fault}, {'k', ov_name_label_key_fault},
		{'v', ov_name_label_value_fault}, {'p', ov_name_port_fault}};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(rows); i++)
		for (size_t j = 0; j < OV_COUNT(checks); j++) {
			const char *fault = checks[j].fault(rows[i].text);
			if ((fault == NULL) != (rows[i].accepts[j] == checks[j].letter))
				fail_msg("row %zu, check %c: %s", i, checks[j].letter,
					fault ? fault : "accepted");
		}
}

static void test_others(void **state)
{
	(void)state;
	assert_null(ov_name_annotation_key_fault(OV_STR("Example.com/Name")));
	assert_non_null(ov_name_annotation_key_fault(OV_STR("Exa_mple.com/Name")));
	assert_non_null(ov_name_annotation_key_fault(OV_STR(A250 "aaaa/Name")));
	assert_null(ov_name_object_fault(OV_STR("system:controller.x_Y")));
	assert_non_null(ov_name_object_fault(OV_STR("")));
	assert_non_null(ov_name_object_fault(OV_STR(".")));
	assert_non_null(ov_name_object_fault(OV_STR("..")));
	assert_null(ov_name_object_fault(OV_STR("...")));
	assert_non_null(ov_name_object_fault(OV_STR("a/b")));
	assert_non_null(ov_name_object_fault(OV_STR("a%b")));
	assert_non_null(ov_name_object_fault(OV_STR("a\0b")));
	assert_null(ov_name_object_fault(OV_STR(A250 "aaa")));
	assert_non_null(ov_name_object_fault(OV_STR(A250 "aaaa")));
	assert_string_equal(ov_name_label_fault(OV_STR("Web")),
		"must be lower case letters, digits and '-', and begin and end with a letter "
		"or digit");
}

static void test_hosts(void **state)
{
	static const char *const good[] = {"a", "WWW.example.com", "1.2",
		"xn--9n2bp8q.xn--9t4b11yi5a", A60 "aaa.b", "a-b--c"};
	/* As Punycode of other languages' libraries: IDNA's letters, digits and joiners. */
	static const char *const idna[] = {"xn--bcher-kva.example", "XN--BCHER-KVA",
		"xn--fa-hia", "xn--wgv71a119e", "xn--b1agh1afp", "xn--t2bl3ev93j",
		"xn--mgba3gch31f060k", "xn--ll-0ea", "xn---b1-pla"};
	/* No Punycode, ASCII alone, a capital, a joiner, a mark, snowmen, an emoji,
	 * noncharacters, a number beyond Unicode, a surrogate. */
	static const char *const not_idna[] = {"xn--", "xn--X", "xn--a-", "xn--abc-", "xn---",
		"xn--wca", "xn--ab-m1t", "xn--a-wbb", "xn--n3ha", "a.xn--al-0ea.b",
		"xn--ab---3ra", "xn--e28h", "xn--x-vq7i", "xn--99999999",
		"xn--999999999999999999", "xn--9ca84y", "xn--ib9b"};
	static const struct ov_str bad[] = {OV_STR_INIT(""), OV_STR_INIT("."),
		OV_STR_INIT("a."), OV_STR_INIT(".a"), OV_STR_INIT("a..b"), OV_STR_INIT("-a.b"),
		OV_STR_INIT("a-.b"), OV_STR_INIT("a_b"), OV_STR_INIT("ab--c"),
		OV_STR_INIT(A60 "aaaa"), OV_STR_INIT("a\0b"), OV_STR_INIT(A250 ".aaaa"),
		OV_STR_INIT("\xc3\xa9.com")};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(good); i++)
		assert_null(ov_name_host_fault(ov_str_c(good[i])));
	for (size_t i = 0; i < OV_COUNT(bad); i++)
		if (!ov_name_host_fault(bad[i]))
			fail_msg("bad[%zu] is accepted", i);
	for (size_t i = 0; i < OV_COUNT(idna); i++)
		if (ov_name_host_fault(ov_str_c(idna[i])))
			fail_msg("%s is refused", idna[i]);
	for (size_t i = 0; i < OV_COUNT(not_idna); i++)
		if (!ov_name_host_fault(ov_str_c(not_idna[i])))
			fail_msg("%s is accepted", not_idna[i]);
	assert_non_null(ov_name_email_fault(OV_STR("a@xn--\xc3\xa9-kva.c"), true));
}

static void test_mail(void **state)
{
	static const char *const good[] = {"joe.bloggs@example.com", "te~st@example.com",
		"~test@example.com", "\"joe bloggs\"@example.com",
		"\"joe..bloggs\"@example.com", "\"joe@bloggs\"@example.com",
		"\"a\\\"b\"@example.com", "joe@[127.0.0.1]", "joe@[IPv6:::1]", A60 "aaaa@b"};
	static const struct ov_str bad[] = {OV_STR_INIT(""), OV_STR_INIT("2962"),
		OV_STR_INIT(".a@b.c"), OV_STR_INIT("a.@b.c"), OV_STR_INIT("a..b@c.d"),
		OV_STR_INIT("a@"), OV_STR_INIT("@b"), OV_STR_INIT("a@b@c"),
		OV_STR_INIT("a@-b.c"), OV_STR_INIT("a b@c.d"), OV_STR_INIT("a@[1.2.3]"),
		OV_STR_INIT("a@[::1]"), OV_STR_INIT("\"a@b"), OV_STR_INIT("\"a\"b\"@c"),
		OV_STR_INIT("\"a\\\"@c"), OV_STR_INIT("a\0@b"), OV_STR_INIT(A60 "aaaaa@b"),
		OV_STR_INIT("a@["), OV_STR_INIT("a@[]"), OV_STR_INIT("\xc3\xa9@b.c")};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(good); i++)
		if (ov_name_email_fault(ov_str_c(good[i]), false))
			fail_msg("%s is refused", good[i]);
	for (size_t i = 0; i < OV_COUNT(bad); i++)
		if (!ov_name_email_fault(bad[i], false))
			fail_msg("bad[%zu] is accepted", i);
	assert_null(ov_name_email_fault(OV_STR("\xc3\xa9@\xc3\xa9.c"), true));
	assert_non_null(ov_name_email_fault(OV_STR("\xc3@b.c"), true));
}

const struct CMUnitTest ov_test_name[] = {
	cmocka_unit_test(test_rows),
	cmocka_unit_test(test_others),
	cmocka_unit_test(test_hosts),
	cmocka_unit_test(test_mail),
};
const size_t ov_test_name_count = OV_COUNT(ov_test_name);
