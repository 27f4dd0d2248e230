/* YAML text to values. */
#include "base/limits.h"
#include "foreign/yaml_usual.h"
#include "reading.h"

extern const struct CMUnitTest ov_test_yaml[];
extern const size_t ov_test_yaml_count;

struct good {
	const char *text, *json;
};

static void assert_good(const struct good *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_reads("a.yaml", ov_str_c(cases[i].text), cases[i].json);
}

static void reads_documents(void **state)
{
	static const struct good cases[] = {
		{"", ""},
		{"# nothing\n", ""},
		{"---\n# nothing\n", ""},
		{"---\n---\na: 1\n---\n", "{\"a\":1}\n"},
		{"null\n", "null\n"},
		{"a: 1\n--- # c\nb: 2\n...\n---\n- x\n", "{\"a\":1}\n{\"b\":2}\n[\"x\"]\n"},
		{"\xef\xbb\xbf"
		 "a: 1\n",
			"{\"a\":1}\n"},
		{"%YAML 1.1\n---\na: 1\n", "{\"a\":1}\n"},
		{"{\"a\":1,\"b\":[true,null]}", "{\"a\":1,\"b\":[true,null]}\n"},
		{"{a: 1, b}\n", "{\"a\":1,\"b\":null}\n"},
		{"a:\n- 1\n-\n  - 2\n- - 3\n  - 4\n", "{\"a\":[1,[2],[3,4]]}\n"},
		{"a: |\n  x\n   y\n\n  z\nb: >-\n  c\n  d\n\n  e\n",
			"{\"a\":\"x\\n y\\n\\nz\\n\",\"b\":\"c d\\ne\"}\n"},
		{"a: 'it''s'\nb: \"\\x41\\u00e9\\0\"\n",
			"{\"a\":\"it's\",\"b\":\"A\xc3\xa9\\u0000\"}\n"},
		{"a: b\n  c\n", "{\"a\":\"b c\"}\n"},
		{"a: x#y\nb: :z\n", "{\"a\":\"x#y\",\"b\":\":z\"}\n"},
		{"a:\t1\n", "{\"a\":1}\n"},
		{"a: 1\r\nb:\r\n  - 2\r\n", "{\"a\":1,\"b\":[2]}\n"},
		{"yes: 1\n1: 2\n1.10: 3\n\"\": 4\n", "{\"true\":1,\"1\":2,\"1.1\":3,\"\":4}\n"},
		{"? a\n: b\n", "{\"a\":\"b\"}\n"},
	};
	(void)state;
	assert_good(cases, OV_COUNT(cases));
}

static void reads_tags(void **state)
{
	static const struct good cases[] = {
		{"- !!str 1\n- !!int \"1\"\n- !!float 1\n- !!binary aGk=\n- !!str\n",
			"[\"1\",1,1,\"hi\",\"\"]\n"},
		{"- !foo 1\n- !foo\n- ! 12\n- ! '12'\n", "[\"1\",\"\",\"12\",\"12\"]\n"},
		{"- &a ! 12\n- ! &b 12\n- &c 12\n", "[\"12\",\"12\",12]\n"},
		{"!!set {x, z}\n", "{\"x\":null,\"z\":null}\n"},
		{"!foo\n- 1\n", "[1]\n"},
		{"!!str yes: 1\n", "{\"yes\":1}\n"},
	};
	(void)state;
	assert_good(cases, OV_COUNT(cases));
}

static void reads_aliases_and_merges(void **state)
{
	static const struct good cases[] = {
		{"a: &x\nb: *x\n", "{\"a\":null,\"b\":null}\n"},
		{"a: &x k\n*x : *x\n", "{\"a\":\"k\",\"k\":\"k\"}\n"},
		{"- &x 1\n- *x\n- &x 2\n- *x\n", "[1,1,2,2]\n"},
		{"a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n  r: 4\n",
			"{\"a\":{\"p\":1,\"q\":2},\"b\":{\"q\":3,\"r\":4,\"p\":1}}\n"},
		{"<<: [{a: 1}, {a: 2, b: 3}]\n", "{\"a\":1,\"b\":3}\n"},
		{"<<: []\n", "{}\n"},
		{"\"<<\": 1\n", "{\"<<\":1}\n"},
		{"!!merge <<: {a: 1}\n", "{\"a\":1}\n"},
		{"a: <<\n", "{\"a\":\"<<\"}\n"},
	};
	(void)state;
	assert_good(cases, OV_COUNT(cases));
}

/* YAML 1.2 has them, libyaml has not. */
static void reads_surrogate_pairs(void **state)
{
	static const struct good cases[] = {
		{"a: \"\\ud83d\\ude00\"\n", "{\"a\":\"\xf0\x9f\x98\x80\"}\n"},
		{"{\"\\uD834\\uDD1E\": [\"x\\udbff\\udfff\\ud800\\udc00 y\"]}",
			"{\"\xf0\x9d\x84\x9e\":[\"x\xf4\x8f\xbf\xbf\xf0\x90\x80\x80 y\"]}\n"},
		{"a: !!str \"\xc3\xa9\n  \\ud83d\\ude00\" # \\ud83d\\ude00\n",
			"{\"a\":\"\xc3\xa9 \xf0\x9f\x98\x80\"}\n"},
		/* Where a backslash is nothing special, or is escaped. */
		{"- \\ud83d\\ude00\n- '\\ud83d\\ude00'\n- |\n  \\ud83d\\ude00\n"
		 "- \"\\\\ud83d\\\\ude00\"\n- \"\\ud83d\\ude00\"\n",
			"[\"\\\\ud83d\\\\ude00\",\"\\\\ud83d\\\\ude00\","
			"\"\\\\ud83d\\\\ude00\\n\","
			"\"\\\\ud83d\\\\ude00\",\"\xf0\x9f\x98\x80\"]\n"},
	};
	(void)state;
	assert_good(cases, OV_COUNT(cases));
}

static void reads_tabs_in_block_scalars(void **state)
{
	static const struct good cases[] = {
		{"a: |\n  \tx\n  y\nb: 1\n", "{\"a\":\"\\tx\\ny\\n\",\"b\":1}\n"},
		{"a: |-\n \t\nb: 1\n", "{\"a\":\"\\t\",\"b\":1}\n"},
		{"a:\n  - &x |  # why\n\n   \n      \tx\n\n       z\n  - >+\n   \tx\n   y\n   "
		 "z\n\n",
			"{\"a\":[\"\\n\\n\\tx\\n\\n z\\n\",\"\\tx\\ny z\\n\\n\"]}\n"},
		{"a: !x |\r\n  \tx\r\n  y\r\n", "{\"a\":\"\\tx\\ny\\n\"}\n"},
		/* What looks like one inside another, and in a quoted or plain text. */
		{"a: |\n  b: |\n  \tx\n  c: |\n    \ty\n",
			"{\"a\":\"b: |\\n\\tx\\nc: |\\n  \\ty\\n\"}\n"},
		{"- 'a |\n  \tb'\n- a |\n  \tb\n- |\n  \tb\n",
			"[\"a | b\",\"a | b\",\"\\tb\\n\"]\n"},
		/* A place that is none must not hide or invent another. */
		{"- [a |\n  \t# \"]\n  , \\ud83d\\ude00, \"\\ud83d\\ude00\"]\n- |\n  \tx\n",
			"[[\"a "
			"|\",\"\\\\ud83d\\\\ude00\",\"\xf0\x9f\x98\x80\"],\"\\tx\\n\"]\n"},
	};
	(void)state;
	assert_good(cases, OV_COUNT(cases));
}

static void refuses(void **state)
{
	static const struct {
		const char *text;
		enum ov_diag_code code;
		const char *place, *json;
	} cases[] = {
		{"a: 1\nb: 2\na: 3\n", OV_DIAG_DUPLICATE_KEY, "3:1", ""},
		{"\"a\": 1\na: 3\n", OV_DIAG_DUPLICATE_KEY, "2:1", ""},
		{"yes: 1\n'true': 3\n", OV_DIAG_DUPLICATE_KEY, "2:1", ""},
		{"1: a\n0x1: c\n", OV_DIAG_DUPLICATE_KEY, "2:1", ""},
		{"a: &x k\nb:\n  k: 1\n  *x : 2\n", OV_DIAG_DUPLICATE_KEY, "4:3", ""},
		{"<<: {a: 1}\n<<: {b: 1}\n", OV_DIAG_DUPLICATE_KEY, "2:1", ""},
		{"x: {\xc3\xa9: 1, \xc3\xa9: 2}\n", OV_DIAG_DUPLICATE_KEY, "1:11", ""},
		{"a: 1\n---\nb: {c: 1, c: 2}\n---\nd: 1\n", OV_DIAG_DUPLICATE_KEY, "3:11",
			"{\"a\":1}\n{\"d\":1}\n"},
		{"~: 1\n", OV_DIAG_KEY_TYPE, "1:1", ""},
		{"? [a]\n: 1\n", OV_DIAG_KEY_TYPE, "1:3", ""},
		{"a: {{ b }}\n", OV_DIAG_KEY_TYPE, "1:5", ""},
		{"{{ b }}: 1\n", OV_DIAG_KEY_TYPE, "1:2", ""},
		{"a: {<<: 1}\n", OV_DIAG_MERGE_KEY, "1:9", ""},
		{"<<: [{a: 1}, 2]\n", OV_DIAG_MERGE_KEY, "1:5", ""},
		{"a: *x\n", OV_DIAG_ALIAS, "1:4", ""},
		{"a: &x 1\n---\nb: *x\n", OV_DIAG_ALIAS, "3:4", "{\"a\":1}\n"},
		{"a: &x\n  b: *x\n", OV_DIAG_ALIAS, "2:6", ""},
		{"- &x [1]\n- &x [*x, 2]\n", OV_DIAG_ALIAS, "2:7", ""},
		{"&x [*x]\n", OV_DIAG_ALIAS, "1:5", ""},
		{"a: .inf\n", OV_DIAG_NUMBER, "1:4", ""},
		{"a: -.NaN\nb: .NaN\n", OV_DIAG_NUMBER, "2:4", ""},
		{"a: !!int x\n", OV_DIAG_YAML_TAG, "1:10", ""},
		{"a: !!binary /w==\n", OV_DIAG_YAML_TAG, "1:13", ""},
		{"a: \x07\n", OV_DIAG_ENCODING, "1:4", ""},
		{"a: \x7f\n", OV_DIAG_ENCODING, "1:4", ""},
		{"a: \xc2\x80\n", OV_DIAG_ENCODING, "1:4", ""},
		{"a: \xef\xbf\xbf\n", OV_DIAG_ENCODING, "1:4", ""},
		{"a: \xff\n", OV_DIAG_ENCODING, "1:4", ""},
		{"a: \xed\xa0\x80\n", OV_DIAG_ENCODING, "1:4", ""},
		{"\xff\xfe"
		 "a",
			OV_DIAG_ENCODING, "1:1", ""},
		{"a:\n\tb: 1\n", OV_DIAG_TAB_INDENT, "2:1", ""},
		{"a:\n  b: 1\n  \tc: 1\n", OV_DIAG_TAB_INDENT, "3:3", ""},
		{"a: 'x'\n\t\nb: 1\n", OV_DIAG_TAB_INDENT, "2:1", ""},
		{"a: |\n\tb\n", OV_DIAG_TAB_INDENT, "2:1", ""},
		{"a: |\n   \n \tb\n", OV_DIAG_TAB_INDENT, "3:2", ""},
		{"a: |\n  \tx\nb: |\n  y\n\tz\n", OV_DIAG_TAB_INDENT, "5:1", ""},
		{"a: \"\\ud83d\"\n", OV_DIAG_YAML_SYNTAX, "1:7", ""},
		{"a: \"\\ude00\\ud83d\"\n", OV_DIAG_YAML_SYNTAX, "1:7", ""},
		{"a: \"\\\\ud83d\\ude00\"\n", OV_DIAG_YAML_SYNTAX, "1:14", ""},
		{"a: \"\\ud83d\\ude00\"\nb: \"x\\q\"\n", OV_DIAG_YAML_SYNTAX, "2:6", ""},
		{"a: |\n  \tx\na: 3\n", OV_DIAG_DUPLICATE_KEY, "3:1", ""},
		{"a: b: c\n", OV_DIAG_YAML_SYNTAX, "1:5", ""},
		{"\xc3\xa9: 1\r\n\xf0\x9f\x98\x80: b: c\n", OV_DIAG_YAML_SYNTAX, "2:5", ""},
		{"a: @x\n", OV_DIAG_YAML_SYNTAX, "1:4", ""},
		{"a: 'x\nb: 1\n", OV_DIAG_YAML_SYNTAX, "1:4", ""},
		{"a: [1,2\n", OV_DIAG_YAML_SYNTAX, "1:4", ""},
		{"a:\n  - x\n b: 1\n", OV_DIAG_YAML_SYNTAX, "3:2", ""},
		{"a: -\n", OV_DIAG_YAML_SYNTAX, "1:4", ""},
		{"a: \"\\q\"\n", OV_DIAG_YAML_SYNTAX, "1:5", ""},
		{"a: 1\n---\nb: ]\n", OV_DIAG_YAML_SYNTAX, "3:4", "{\"a\":1}\n"},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++)
		assert_refused("a.yaml", ov_str_c(cases[i].text), cases[i].code, cases[i].place,
			cases[i].json);
}

static void refuses_utf16(void **state)
{
	(void)state;
	assert_refused("a.yaml", ov_str_n("a\0:\0 \0b\0", 8), OV_DIAG_ENCODING, "1:1", "");
	assert_refused("a.yaml", ov_str_n("\0a\0:\0 \0b", 8), OV_DIAG_ENCODING, "1:1", "");
}

static void notes_the_first_key(void **state)
{
	(void)state;
	struct reading r;
	reading_begin(&r, "a.yaml", OV_STR("x:\n  a: 1\n  a: 2\n"));
	const struct ov_diag_note *note = r.diags.list.items[0]->notes;
	assert_non_null(note);
	struct ov_place at = ov_sources_place(&r.sources, note->span.loc);
	assert_int_equal(at.line, 2);
	assert_int_equal(at.column, 3);
	reading_end(&r);
}

/* The text at a value's place and at its key's. */
static void assert_token(
	struct reading *r, struct ov_value v, const char *key, const char *value)
{
	assert_text(ov_sources_text(&r->sources, ov_span(v.loc)), "value", value);
	if (key)
		assert_text(ov_sources_text(&r->sources, ov_span(v.key_loc)), "key", key);
}

static void knows_places(void **state)
{
	static const char text[] = "\xc3\xa9: \xf0\x9f\x98\x80\r\n"
				   "'b': \"x\\n\"\r\n"
				   "c: &anchor !!str # note\r\n"
				   "  12\r\n"
				   "d: |\r\n"
				   "  text\r\n"
				   "e:\r\n"
				   "  f: {g: [h]}\r\n"
				   "i: !x\r\n"
				   "  j: *anchor\r\n"
				   "k:\r\n"
				   "- l\r\n"
				   "m:\r\n";
	(void)state;
	for (size_t bom = 0; bom < 2; bom++) {
		struct reading r;
		struct ov_arena arena;
		ov_arena_init(&arena);
		struct ov_str s = ov_str_fmt(&arena, "%s%s", bom ? "\xef\xbb\xbf" : "", text);
		reading_begin(&r, "a.yaml", s);
		assert_true(r.ok);
		struct ov_value v = r.docs.items[0];
		assert_token(&r, v, NULL, "\xc3\xa9");
		assert_token(&r, ov_get(v, "\xc3\xa9"), "\xc3\xa9", "\xf0\x9f\x98\x80");
		assert_token(&r, ov_get(v, "b"), "'b'", "\"x\\n\"");
		assert_token(&r, ov_get(v, "c"), "c", "12");
		assert_token(&r, ov_get(v, "d"), "d", "|");
		assert_token(&r, ov_get(v, "e"), "e", "f");
		assert_token(&r, ov_path(v, "e", "f", NULL), "f", "{");
		assert_token(&r, ov_path(v, "e", "f", "g", NULL), "g", "[");
		assert_token(&r, ov_at(ov_path(v, "e", "f", "g", NULL), 0), NULL, "h");
		assert_token(&r, ov_get(v, "i"), "i", "j");
		assert_token(&r, ov_path(v, "i", "j", NULL), "j", "12");
		assert_token(&r, ov_get(v, "k"), "k", "-");
		assert_token(&r, ov_at(ov_get(v, "k"), 0), NULL, "l");
		assert_token(&r, ov_get(v, "m"), "m", "");
		reading_end(&r);
		ov_arena_release(&arena);
	}
}

/* Also behind what libyaml gets to read in other words. */
static void knows_places_of_mended_text(void **state)
{
	static const char text[] = "\xc3\xa9: \"\\ud83d\\ude00\"\n"
				   "b: [\"\\ud83d\\ude00\\ud83d\\ude00\", 'c']\n"
				   "d: |\n"
				   "  \ttext\n"
				   "e: \"f\"\n";
	(void)state;
	struct reading r;
	reading_begin(&r, "a.yaml", ov_str_c(text));
	assert_true(r.ok);
	struct ov_value v = r.docs.items[0], e = ov_get(v, "e");
	assert_token(&r, ov_get(v, "\xc3\xa9"), "\xc3\xa9", "\"\\ud83d\\ude00\"");
	assert_token(&r, ov_at(ov_get(v, "b"), 1), NULL, "'c'");
	assert_token(&r, ov_get(v, "d"), "d", "|");
	assert_token(&r, e, "e", "\"f\"");
	assert_ptr_equal(e.bytes, strrchr(text, 'f'));
	reading_end(&r);
}

static void points_into_the_source(void **state)
{
	static const char text[] =
		"- plain\n- 'single'\n- \"double\"\n- \"esc\\taped\"\n- two\n"
		"  lines\n- |\n  block\n";
	static const bool inside[] = {true, true, true, false, false, false};
	(void)state;
	struct reading r;
	reading_begin(&r, "a.yaml", ov_str_c(text));
	for (size_t i = 0; i < OV_COUNT(inside); i++) {
		const char *bytes = ov_at(r.docs.items[0], i).bytes;
		uintptr_t at = (uintptr_t)bytes, from = (uintptr_t)text;
		assert_int_equal(at >= from && at < from + sizeof(text), inside[i]);
	}
	reading_end(&r);
}

static void sets_flags(void **state)
{
	(void)state;
	struct reading r;
	reading_begin(&r, "a.yaml", OV_STR("- \n- ~\n- a\n- 'a'\n- |\n  a\n- !!str 1\n- 1\n"));
	static const unsigned flags[] = {
		OV_FLAG_EMPTY, 0, OV_FLAG_PLAIN, 0, 0, OV_FLAG_PLAIN, 0};
	assert_int_equal(ov_count(r.docs.items[0]), OV_COUNT(flags));
	for (size_t i = 0; i < OV_COUNT(flags); i++)
		assert_int_equal(ov_at(r.docs.items[0], i).flags, flags[i]);
	reading_end(&r);
}

static void shares_aliases(void **state)
{
	(void)state;
	struct reading r;
	reading_begin(&r, "a.yaml", OV_STR("- &x [1]\n- *x\n"));
	assert_ptr_equal(ov_at(r.docs.items[0], 0).items, ov_at(r.docs.items[0], 1).items);
	reading_end(&r);
}

static struct ov_str repeated(struct ov_buf *buf, const char *before, const char *text,
	size_t count, const char *after)
{
	ov_buf_clear(buf);
	ov_buf_puts(buf, before);
	for (size_t i = 0; i < count; i++)
		ov_buf_puts(buf, text);
	ov_buf_puts(buf, after);
	return ov_buf_str(buf);
}

static void assert_limited(struct ov_str text, enum ov_diag_code code)
{
	struct reading r;
	reading_begin(&r, "a.yaml", text);
	if (r.ok != !code || r.diags.list.count != (code ? 1u : 0u))
		fail_msg("%.60s: %zu findings", text.ptr, r.diags.list.count);
	if (code)
		assert_int_equal(r.diags.list.items[0]->code, code);
	reading_end(&r);
}

static void limits_depth(void **state)
{
	(void)state;
	struct ov_buf buf;
	ov_buf_init(&buf);
	assert_limited(repeated(&buf, "", "- ", OV_LIMIT_DEPTH, "a\n"), OV_DIAG_NONE);
	assert_limited(repeated(&buf, "", "- ", OV_LIMIT_DEPTH + 1, "a\n"), OV_DIAG_TOO_DEEP);
	assert_limited(repeated(&buf, "", "[", 1000000, ""), OV_DIAG_TOO_DEEP);
	/* Half of the levels by an alias. */
	assert_limited(repeated(&buf, "- &x {a: {a: b}}\n", "- ", OV_LIMIT_DEPTH - 2, "*x\n"),
		OV_DIAG_NONE);
	assert_limited(repeated(&buf, "- &x {a: {a: b}}\n", "- ", OV_LIMIT_DEPTH - 1, "*x\n"),
		OV_DIAG_TOO_DEEP);
	ov_buf_release(&buf);
}

static void limits_aliases(void **state)
{
	(void)state;
	struct ov_buf buf;
	ov_buf_init(&buf);
	/* 1,000 nodes, 1,000 times. */
	repeated(&buf, "- &x [a", ",a", 998, "]\n- [*x");
	for (size_t i = 1; i < OV_LIMIT_ALIAS_NODES / 1000; i++)
		ov_buf_puts(&buf, ",*x");
	size_t fits = buf.len;
	ov_buf_puts(&buf, "]\n");
	assert_limited(ov_buf_str(&buf), OV_DIAG_NONE);
	buf.len = fits;
	ov_buf_puts(&buf, ",*x]\n");
	assert_limited(ov_buf_str(&buf), OV_DIAG_ALIAS);
	ov_buf_release(&buf);
}

static void reads_large_maps(void **state)
{
	(void)state;
	for (size_t count = 14; count < 40; count++) {
		struct ov_buf buf;
		ov_buf_init(&buf);
		for (size_t i = 0; i < count; i++)
			ov_buf_addf(&buf, "k%zu: %zu\n", i, i);
		struct reading r;
		reading_begin(&r, "a.yaml", ov_buf_str(&buf));
		assert_true(r.ok);
		assert_int_equal(ov_count(r.docs.items[0]), count);
		for (size_t i = 0; i < count; i++) {
			struct ov_str key = ov_str_fmt(&r.arena, "k%zu", i);
			struct ov_value v =
				ov_get_key(r.docs.items[0], ov_key_find(r.keys, key));
			assert_int_equal(v.kind, OV_KIND_INT);
			assert_int_equal(v.integer, i);
		}
		reading_end(&r);
		ov_buf_puts(&buf, "k3: again\n");
		assert_limited(ov_buf_str(&buf), OV_DIAG_DUPLICATE_KEY);
		ov_buf_release(&buf);
	}
}

static void assert_usual(const char *text, size_t read, size_t documents)
{
	struct reading r;
	struct ov_docs docs = {0};
	reading_begin(&r, "a.yaml", ov_str_c(text));
	const struct ov_source source = {
		.path = OV_STR("a.yaml"), .text = ov_str_c(text), .base = 1};
	const struct ov_reader reader = {&r.arena, r.keys, &r.cache, NULL, &source};
	size_t got = ov_yaml_usual(&reader, &docs);
	if (got != read || docs.count != documents)
		fail_msg("%s: read %zu bytes, %zu documents", text, got, docs.count);
	reading_end(&r);
}

/* What it makes of them is the concern of the fuzz target, which asks libyaml too. */
static void reads_the_usual_form_directly(void **state)
{
	static const struct {
		const char *text;
		size_t documents;
	} cases[] = {
		{"", 0},
		{"# nothing\n---\n\n--- # nothing\n", 0},
		{"a: 1\nb:\n- 2\n- c:\n    d\n  e: # f\n", 1},
		{"---\na: b c # d\n---\n- - 1\n  - 2\n-\n  - 3\n", 2},
		{"a: b\n  c\n\n  d: e\n", 0},
		{"a: b\n  c\n\n  d#e\nf: 1\n", 1},
		{"'a': \"b\\n\"\n\"c\" : 'it''s'\n", 1},
		{"a: |\n\n  b\n c\n", 0},
		{"a: |\n\n  b\n\n    c\nd: >-\n e\n f", 1},
		{"a: {b: [], c: [d e, 'f'], $g: 0x1}\n", 1},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++)
		assert_usual(cases[i].text,
			cases[i].documents || i < 2 ? strlen(cases[i].text) : 0,
			cases[i].documents);
	assert_usual("a: 1\n---\nb: &c 2\n---\nd: 3\n", strlen("a: 1\n"), 1);
}

/* Faults, and what means more than it seems to. */
static void leaves_the_rest_to_libyaml(void **state)
{
	static const char *const texts[] = {"a: 1\na: 2\n", "a: b: c\n", "a:\n  b: 1\n c: 2\n",
		"- a\nb: 1\n", "a: x\n  # c\n  y\n", "a: x\n# c\n  y\n", "a: |\n  x\n y\n",
		"<<: 1\n", "~: 1\n", "a: .inf\n", "a: 1\n...\nb\n", "--- a\n", "a: \"b\" c\n",
		"a: \"b\"#c\n", "a: [b\n]\n", "a: [b, ]\n", "a: [b: c]\n", "a: {b}\n",
		"a: [{b: 1, b: 2}]\n", "a: \"x\n  y\"\n", "a: \"\\x41\"\n", "a:\tb\n",
		"a: b\tc\n", "a: |2\n  b\n", "a: | # b\n  c\n", "a: |\n \tb\n",
		"a: |\n   \n  b\n", "a: |+\n", "? a\n", "a: !!str 1\n", "a: *b\n", "a: @b\n",
		"a: {b: c}: d\n", "%YAML 1.1\n---\na: 1\n", "- - a\n - b\n", "a:\n- b\n c: 1\n",
		"a: - b\n", "a: b\n- c\n", "a:\n  - b\n  c\n", "scalar\n", "'scalar'\n",
		"|\n  b\n", "a:\n  'b'\n  c\n"};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(texts); i++)
		assert_usual(texts[i], 0, 0);
}

const struct CMUnitTest ov_test_yaml[] = {
	cmocka_unit_test(reads_documents),
	cmocka_unit_test(reads_tags),
	cmocka_unit_test(reads_aliases_and_merges),
	cmocka_unit_test(reads_surrogate_pairs),
	cmocka_unit_test(reads_tabs_in_block_scalars),
	cmocka_unit_test(refuses),
	cmocka_unit_test(refuses_utf16),
	cmocka_unit_test(notes_the_first_key),
	cmocka_unit_test(knows_places),
	cmocka_unit_test(knows_places_of_mended_text),
	cmocka_unit_test(points_into_the_source),
	cmocka_unit_test(sets_flags),
	cmocka_unit_test(shares_aliases),
	cmocka_unit_test(limits_depth),
	cmocka_unit_test(limits_aliases),
	cmocka_unit_test(reads_large_maps),
	cmocka_unit_test(reads_the_usual_form_directly),
	cmocka_unit_test(leaves_the_rest_to_libyaml),
};
const size_t ov_test_yaml_count = OV_COUNT(ov_test_yaml);
