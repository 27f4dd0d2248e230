/* Values as canonical YAML. */
#include "base/limits.h"
#include "lang/yaml_out.h"
#include "reading.h"

extern const struct CMUnitTest ov_test_yaml_out[];
extern const size_t ov_test_yaml_out_count;

/* JSON in, YAML out: the exact bytes. */
static void has_one_form(void **state)
{
	static const struct {
		const char *json, *yaml;
	} cases[] = {
		{"{}", "{}\n"},
		{"[]", "[]\n"},
		{"null", "null\n"},
		{"\"a\"", "a\n"},
		{"\"a\\nb\\n\"", "|\n  a\n  b\n"},
		{"\" a\\nb\\n\"", "\" a\\nb\\n\"\n"},
		{"{\"a\": 1, \"b\": true, \"c\": null, \"d\": {}, \"e\": []}",
			"a: 1\nb: true\nc: null\nd: {}\ne: []\n"},
		{"{\"a\": {\"b\": {\"c\": \"d\"}}}", "a:\n  b:\n    c: d\n"},
		{"{\"a\": [1, {\"b\": 2, \"c\": [3]}, [4, [5]], [], {}]}",
			"a:\n  - 1\n  - b: 2\n    c:\n      - 3\n  - - 4\n    - - 5\n  - []\n"
			"  - {}\n"},
		{"{\"a\": \"x\\ny\", \"b\": [\"x\\n\", {\"c\": \"x\\n\\n\\ny\\n\\n\"}]}",
			"a: |-\n  x\n  y\nb:\n  - |\n    x\n  - c: |+\n      x\n\n\n      "
			"y\n\n"},
		{"{\"a\": \"  x\\ny\\n\", \"b\": [\"\\tx\\n\", \"\\n x\\n\"]}",
			"a: |2\n    x\n  y\nb:\n  - |2\n    \tx\n  - |2\n\n     x\n"},
		{"[\"x \\n\\ty\\n\"]", "- |\n  x \n  \ty\n"},
		{"[\"\\n\", \" \\n\\t\\n\", \"a\\r\\nb\", \"a\\n\\u0007\"]",
			"- \"\\n\"\n- \" \\n\\t\\n\"\n- \"a\\r\\nb\"\n- \"a\\n\\u0007\"\n"},
		{"[\"\xf0\x9f\x98\x80\", \"\xc3\xa9\\n\xf0\x9f\x98\x80\\n\"]",
			"- \xf0\x9f\x98\x80\n- |\n  \xc3\xa9\n  \xf0\x9f\x98\x80\n"},
		{"[\"\\u0000\\u007f\\u0085\\u2028\\ufeff\\uffff\\\"\\\\/\\t\"]",
			"- \"\\u0000\\u007f\\u0085\\u2028\\ufeff\\uffff\\\"\\\\/\\t\"\n"},
		{"{\"no\": 1, \"a b\": 2, \"\": 3, \"a: b\": 4, \"x\\ny\": 5, \"1\": 6}",
			"\"no\": 1\na b: 2\n\"\": 3\n\"a: b\": 4\n\"x\\ny\": 5\n\"1\": 6\n"},
		{"[9223372036854775807, 18446744073709551615, -1, 1.5, 1.0, -0.0, 1e20, 1e21, "
		 "1.5e-9]",
			"- 9223372036854775807\n- 18446744073709551615\n- -1\n- 1.5\n- 1\n"
			"- -0.0\n- 100000000000000000000.0\n- 1.0e+21\n- 1.5e-9\n"},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct reading r;
		reading_begin(&r, "a.json", ov_str_c(cases[i].json));
		assert_true(r.ok);
		struct ov_buf buf;
		ov_buf_init(&buf);
		ov_yaml_write(&buf, r.docs.items[0]);
		assert_text(ov_buf_str(&buf), cases[i].json, cases[i].yaml);
		ov_buf_release(&buf);
		reading_end(&r);
	}
}

static void is_plain_where_it_can_be(void **state)
{
	static const char *const texts[] = {"a", "a b", "a:b", "a :b", "a#b", "a, b", "a[0]",
		"a{b}", "a'b", "a\"b", "a\\b", "--flag=x", "-a", "---a", "----", "....", "~a",
		"=a", "==", "<<a", "10.1.20.15", "1.2.3", "10Gi", "500m", "50%", "5m0s",
		"2001:db8::1", "aa:bb:cc:dd:ee:ff", "2001-01-01x", "0 2 * * *", "0xg", "_1",
		"nan", "inf", "null_", "$x", "${x}", "(a)", "/a", "+a", ".a", "\xc3\xa9",
		"\xf0\x9f\x98\x80", "a\xf0\x9f\x98\x80", "\xe2\x80\x8d", "truely", "on-off"};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(texts); i++) {
		if (!ov_yaml_plain_ok(ov_str_c(texts[i])))
			fail_msg("%s is not plain", texts[i]);
	}
}

static const char *const not_plain[] = {"", " ", "a ", " a", "\t", "a\tb", "a\n", "\n", "a\nb",
	"y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off",
	"Off", "OFF", "true", "True", "TRUE", "tRUE", "false", "False", "FALSE", "null", "Null",
	"NULL", "~", "=", "<<", "0", "1", "-1", "+1", "012", "08", "0o17", "0O17", "0x1F",
	"0X1f", "0x", "0b101", "0B1", "0b", "1_000", "1_", "1__0", "1E_4", "0_x1F", "-_1",
	"1,000", "1e3", "1E3", "1e+3", "1e", "1.", "1.0", ".5", "+.5", "-.5", ".", "-", "+",
	".inf", "-.inf", "+.INF", ".Inf", ".nan", ".NaN", "12:30:00", "12:30", "190:20:30.15",
	"00:11:22:33:44:55", "52:54:00:12:34:56", "1:", "2001-01-01", "2001-1-1",
	"2001-01-01T00:00:00Z", "2001-01-01 00:00:00", "2001-01-01t00:00:00",
	"9223372036854775808", "1e400", "--- a", "---", "...", "... a", "- a", "? a", "?",
	": a", ":", "a:", "a: b", "a #b", "# a", "!a", "&a", "*a", "|", ">", "%a", "@a", "`a`",
	"'a'", "\"a\"", "[a]", "]", "{a}", "}", ",a", "{{ x }}", "\x7f", "\x1b[0m", "\xc2\x85",
	"a\xc2\x80", "\xe2\x80\xa8", "a\xe2\x80\xa9", "\xef\xbb\xbf", "a\xef\xbb\xbf",
	"\xef\xbf\xbe", "\xef\xbf\xbf"};

static void is_quoted_where_it_must_be(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(not_plain); i++) {
		if (ov_yaml_plain_ok(ov_str_c(not_plain[i])))
			fail_msg("%s is plain", not_plain[i]);
	}
	assert_false(ov_yaml_plain_ok(OV_STR("a\0b")));
}

/* The string as value, key, element and nested is read back as it was. */
static void assert_returns(struct ov_str s)
{
	struct reading r, back;
	reading_begin(&r, "a.yaml", OV_STR(""));
	const struct ov_key *key = ov_key(r.keys, s.len < 500 ? s : OV_STR("long"));
	struct ov_value text = ov_value_string(s);
	struct ov_map_builder b;
	ov_map_begin(&b, &r.arena, 2);
	ov_map_set(&b, key, text);
	ov_map_set(&b, ov_key(r.keys, OV_STR("another key")), text);
	struct ov_value items[4] = {text, ov_map_end(&b)};
	items[2] = ov_value_list(items, 2);
	items[3] = text;
	ov_map_begin(&b, &r.arena, 2);
	ov_map_set(&b, ov_key(r.keys, OV_STR("yet another")), ov_value_list(items, 4));
	ov_map_set(&b, key, ov_value_list(items, 4));
	struct ov_value roots[] = {ov_map_end(&b), ov_value_list(items, 4), text};
	for (size_t i = 0; i < OV_COUNT(roots); i++) {
		struct ov_buf yaml, json;
		ov_buf_init(&yaml);
		ov_buf_init(&json);
		ov_yaml_write(&yaml, roots[i]);
		ov_json_write(&json, roots[i], 0);
		ov_buf_putc(&json, '\n');
		ov_buf_putc(&json, '\0');
		reading_begin(&back, "b.yaml", ov_buf_str(&yaml));
		assert_text(ov_buf_str(&back.json), yaml.ptr, json.ptr);
		assert_int_equal(yaml.ptr[yaml.len - 1], '\n');
		reading_end(&back);
		ov_buf_release(&yaml);
		ov_buf_release(&json);
	}
	reading_end(&r);
}

static void returns_strings(void **state)
{
	static const char *const texts[] = {"a\n\n\n", "\n\n", "\na", "\n\na\n", "\n a", " \na",
		"\ta\nb\n", "a\n\tb\n", "a\n \nb", "a\n  ", "a\n  \n", "a \nb \n",
		"a\n\n\nb\n\n", "# c\na: b\n", "- a\n- b\n", "---\na\n", "...\nb\n",
		"a\n---\nb\n", "a\r\nb\r\n", "a\rb", "\r",
		"\xf0\x9f\x98\x80\n\xf0\x9f\x98\x80\n", "#!/bin/sh\n\techo \"$x\" # c\n",
		"#cloud-config\nusers:\n  - name: a\n", "\"\n", "\\n\n", "!x\n", "|\n",
		"{{ x }}\n", "\n\n\n a\n", "   \n   \n", "\t\n", "a\n\t\n", "\n\t\n", "-\n",
		"?\n", "yes\n", "a:\n", "a: b\n", "\\x41", "\"\\u0041\"", "a:\tb"};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(texts); i++)
		assert_returns(ov_str_c(texts[i]));
	for (size_t i = 0; i < OV_COUNT(not_plain); i++)
		assert_returns(ov_str_c(not_plain[i]));
	assert_returns(OV_STR("a\0b"));
}

static void returns_long_strings(void **state)
{
	(void)state;
	static const char *const parts[] = {"x", "word ", "a: ", "\xc3\xa9", "line of text\n"};
	for (size_t i = 0; i < OV_COUNT(parts); i++) {
		struct ov_buf buf;
		ov_buf_init(&buf);
		for (size_t count = 0; count < 200; count++)
			ov_buf_puts(&buf, parts[i]);
		assert_returns(ov_buf_str(&buf));
		ov_buf_release(&buf);
	}
}

/* All texts of up to four of these, which is where styles meet each other. */
static void returns_any_mixture(void **state)
{
	static const char *const parts[] = {
		"a", "1", " ", "\n", "\t", "-", ":", "#", "\"", "\\", "_", ".", "\xc3\xa9"};
	enum { PARTS = OV_COUNT(parts) };
	(void)state;
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < PARTS * PARTS * PARTS * PARTS; i += 3) {
		ov_buf_clear(&buf);
		for (size_t n = i; n; n /= PARTS)
			ov_buf_puts(&buf, parts[n % PARTS]);
		assert_returns(ov_buf_str(&buf));
	}
	ov_buf_release(&buf);
}

static void writes_deep_values(void **state)
{
	(void)state;
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_pad(&buf, '[', OV_LIMIT_DEPTH);
	ov_buf_pad(&buf, ']', OV_LIMIT_DEPTH);
	struct reading r, back;
	reading_begin(&r, "a.json", ov_buf_str(&buf));
	assert_true(r.ok);
	struct ov_buf yaml;
	ov_buf_init(&yaml);
	ov_yaml_write(&yaml, r.docs.items[0]);
	reading_begin(&back, "b.yaml", ov_buf_str(&yaml));
	assert_true(back.ok);
	assert_true(ov_str_eq(ov_buf_str(&r.json), ov_buf_str(&back.json)));
	reading_end(&back);
	reading_end(&r);
	ov_buf_release(&yaml);
	ov_buf_release(&buf);
}

const struct CMUnitTest ov_test_yaml_out[] = {
	cmocka_unit_test(has_one_form),
	cmocka_unit_test(is_plain_where_it_can_be),
	cmocka_unit_test(is_quoted_where_it_must_be),
	cmocka_unit_test(returns_strings),
	cmocka_unit_test(returns_long_strings),
	cmocka_unit_test(returns_any_mixture),
	cmocka_unit_test(writes_deep_values),
};
const size_t ov_test_yaml_out_count = OV_COUNT(ov_test_yaml_out);
