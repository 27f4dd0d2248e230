/* JSON text to values and back. */
#include "base/limits.h"
#include "foreign/cjson.h"
#include "reading.h"

extern const struct CMUnitTest ov_test_json[];
extern const size_t ov_test_json_count;

static void reads(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{"{}", "{}\n"},
		{" [ ] ", "[]\n"},
		{"\xef\xbb\xbf"
		 "1",
			"1\n"},
		{"\"\"", "\"\"\n"},
		{"{\"b\": 1, \"a\": [true, false, null, -1.5e3]}\r\n",
			"{\"b\":1,\"a\":[true,false,null,-1500]}\n"},
		{"[9007199254740993, 18446744073709551615, 1e21, 0.30000000000000004]",
			"[9007199254740993,18446744073709551615,1e+21,0.30000000000000004]\n"},
		{"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u001F\"",
			"\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\"\n"},
		{"\"\\u00e9\\uD83D\\uDE00\\uffff\"",
			"\"\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbf\"\n"},
		{"\"<&>\x7f\xe2\x80\xa8\"", "\"<&>\x7f\xe2\x80\xa8\"\n"},
		{"{\"no\": \"no\"}", "{\"no\":\"no\"}\n"},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++)
		assert_reads("a.json", ov_str_c(cases[i].text), cases[i].json);
}

static void refuses(void **state)
{
	static const struct {
		const char *text;
		enum ov_diag_code code;
		const char *place;
	} cases[] = {
		{"", OV_DIAG_JSON_SYNTAX, "1:1"},
		{" \n", OV_DIAG_JSON_SYNTAX, "2:1"},
		{"{", OV_DIAG_JSON_SYNTAX, "1:2"},
		{"[1", OV_DIAG_JSON_SYNTAX, "1:3"},
		{"[1,]", OV_DIAG_JSON_SYNTAX, "1:4"},
		{"[,1]", OV_DIAG_JSON_SYNTAX, "1:2"},
		{"[1 2]", OV_DIAG_JSON_SYNTAX, "1:4"},
		{"{\"a\":1,}", OV_DIAG_JSON_SYNTAX, "1:8"},
		{"{\"a\" 1}", OV_DIAG_JSON_SYNTAX, "1:6"},
		{"{\"a\":}", OV_DIAG_JSON_SYNTAX, "1:6"},
		{"{a:1}", OV_DIAG_JSON_SYNTAX, "1:2"},
		{"{1:1}", OV_DIAG_JSON_SYNTAX, "1:2"},
		{"{'a':1}", OV_DIAG_JSON_SYNTAX, "1:2"},
		{"[1] // c", OV_DIAG_JSON_SYNTAX, "1:5"},
		{"1 2", OV_DIAG_JSON_SYNTAX, "1:3"},
		{"01", OV_DIAG_JSON_SYNTAX, "1:2"},
		{"-", OV_DIAG_JSON_SYNTAX, "1:2"},
		{"[-a]", OV_DIAG_JSON_SYNTAX, "1:3"},
		{"[1.]", OV_DIAG_JSON_SYNTAX, "1:4"},
		{"[.5]", OV_DIAG_JSON_SYNTAX, "1:2"},
		{"[1e]", OV_DIAG_JSON_SYNTAX, "1:4"},
		{"[+1]", OV_DIAG_JSON_SYNTAX, "1:2"},
		{"[0x1]", OV_DIAG_JSON_SYNTAX, "1:3"},
		{"[tru]", OV_DIAG_JSON_SYNTAX, "1:2"},
		{"[truex]", OV_DIAG_JSON_SYNTAX, "1:6"},
		{"[NaN]", OV_DIAG_JSON_SYNTAX, "1:2"},
		{"[\"a\nb\"]", OV_DIAG_JSON_SYNTAX, "1:4"},
		{"[\"a\tb\"]", OV_DIAG_JSON_SYNTAX, "1:4"},
		{"[\"a", OV_DIAG_JSON_SYNTAX, "1:4"},
		{"[\"\\x\"]", OV_DIAG_JSON_SYNTAX, "1:3"},
		{"[\"\\", OV_DIAG_JSON_SYNTAX, "1:4"},
		{"[\"\\u12g4\"]", OV_DIAG_JSON_SYNTAX, "1:7"},
		{"[\"\\ud83d\"]", OV_DIAG_JSON_SYNTAX, "1:3"},
		{"[\"\\ud83d\\u0041\"]", OV_DIAG_JSON_SYNTAX, "1:3"},
		{"[\"\\ude00\"]", OV_DIAG_JSON_SYNTAX, "1:3"},
		{"[\"\xff\"]", OV_DIAG_ENCODING, "1:3"},
		{"[\"\xed\xa0\x80\"]", OV_DIAG_ENCODING, "1:3"},
		{"[1e400]", OV_DIAG_NUMBER, "1:2"},
		{"{\"a\": 1,\n \"a\": 2}", OV_DIAG_DUPLICATE_KEY, "2:2"},
		{"{\"a\": 1,\n \"\\u0061\": 2}", OV_DIAG_DUPLICATE_KEY, "2:2"},
	};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++)
		assert_refused(
			"a.json", ov_str_c(cases[i].text), cases[i].code, cases[i].place, "");
}

static void limits_depth(void **state)
{
	(void)state;
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t depth = OV_LIMIT_DEPTH; depth < OV_LIMIT_DEPTH + 2; depth++) {
		ov_buf_clear(&buf);
		ov_buf_pad(&buf, '[', depth);
		ov_buf_pad(&buf, ']', depth);
		struct reading r;
		reading_begin(&r, "a.json", ov_buf_str(&buf));
		assert_int_equal(r.ok, depth == OV_LIMIT_DEPTH);
		if (!r.ok)
			assert_int_equal(r.diags.list.items[0]->code, OV_DIAG_TOO_DEEP);
		reading_end(&r);
	}
	ov_buf_release(&buf);
}

static void knows_places(void **state)
{
	(void)state;
	struct reading r;
	reading_begin(&r, "a.json", OV_STR("{\"a\": {\"b\": [10, \"c\\n\"]}}"));
	struct ov_value list = ov_path(r.docs.items[0], "a", "b", NULL);
	assert_int_equal(r.docs.items[0].loc, 1);
	assert_text(ov_sources_text(&r.sources, ov_span(list.key_loc)), "key", "\"b\"");
	assert_text(ov_sources_text(&r.sources, ov_span(list.loc)), "list", "[");
	assert_text(ov_sources_text(&r.sources, ov_span(ov_at(list, 0).loc)), "item", "10");
	assert_text(
		ov_sources_text(&r.sources, ov_span(ov_at(list, 1).loc)), "item", "\"c\\n\"");
	reading_end(&r);
}

static void writes(void **state)
{
	static const char text[] = "{\"a\":[],\"b\":{},\"c\":[1,{\"d\":null}]}";
	(void)state;
	struct reading r;
	reading_begin(&r, "a.json", ov_str_c(text));
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_json_write(&buf, r.docs.items[0], 2);
	assert_text(ov_buf_str(&buf), "pretty",
		"{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    {\n      \"d\": null\n"
		"    }\n  ]\n}");
	ov_buf_clear(&buf);
	ov_json_write(&buf, r.docs.items[0], 0);
	assert_text(ov_buf_str(&buf), "compact", text);
	ov_buf_release(&buf);
	reading_end(&r);
}

static void writes_through_cjson(void **state)
{
	static const char text[] =
		"{\"n\":[9007199254740993,18446744073709551615,-1,0.30000000000000004,1e+21],"
		"\"s\":[\"\",\"a\\u0000b\",\"\\\"\\\\\\n\\u001f\",\"\xf0\x9f\x98\x80</>\"],"
		"\"\\u0000\":{\"k\\u0000\":[true,false,null]},\"e\":[{},[]]}";
	(void)state;
	struct reading r;
	reading_begin(&r, "a.json", ov_str_c(text));
	assert_true(r.ok);
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_cjson_print(r.docs.items[0], false, &buf);
	assert_text(ov_buf_str(&buf), "cjson", text);
	for (size_t i = 0; i < 2; i++) {
		ov_buf_clear(&buf);
		ov_cjson_print(ov_get(r.docs.items[0], i ? "s" : "n"), true, &buf);
		struct reading again;
		reading_begin(&again, "b.json", ov_buf_str(&buf));
		assert_true(again.ok);
		reading_end(&again);
	}
	ov_buf_release(&buf);
	reading_end(&r);
}

const struct CMUnitTest ov_test_json[] = {
	cmocka_unit_test(reads),
	cmocka_unit_test(refuses),
	cmocka_unit_test(limits_depth),
	cmocka_unit_test(knows_places),
	cmocka_unit_test(writes),
	cmocka_unit_test(writes_through_cjson),
};
const size_t ov_test_json_count = OV_COUNT(ov_test_json);
