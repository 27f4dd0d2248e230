/* Tests of expr/jmespath.h: results by dialect, faults with places, limits, variables. */
#include "expr/jmespath.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "expr/go_text.h"
#include "expr/jmespath_read.h"

struct fixture {
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	struct ov_regex_cache *regex;
	struct ov_jmespath_error error;
	ov_jmespath_variable_fn *variable;
	struct ov_value root;
};

static const char document[] =
	"{\"a\":{\"b\":[1,2,3],\"c\":\"x\",\"d\":null},\"s\":\"hello-world\",\"n\":7,"
	"\"l\":[{\"n\":\"y\",\"v\":2},{\"n\":\"x\",\"v\":1},{\"n\":\"z\"}],\"m\":{\"k\":\"v\"}"
	"}";

static void begin(struct fixture *f)
{
	struct ov_str why;
	*f = (struct fixture){.keys = ov_keys_new(1), .regex = ov_regex_cache_new(1)};
	f->root = ov_jp_read_json(&f->arena, f->keys, &f->cache, OV_STR("null"), &why);
	f->root = ov_jp_read_json(&f->arena, f->keys, &f->cache, ov_str_c(document), &why);
	assert_true(ov_is_map(f->root));
}

static void end(struct fixture *f)
{
	ov_regex_cache_free(f->regex);
	ov_keys_free(f->keys);
	ov_arena_release(&f->arena);
}

static struct ov_value eval(
	struct fixture *f, enum ov_jmespath_dialect dialect, struct ov_str text)
{
	struct ov_jmespath_run run = {.arena = &f->arena,
		.keys = f->keys,
		.cache = &f->cache,
		.regex = f->regex,
		.now = 1767225600,
		.variable = f->variable,
		.context = f};
	const struct ov_jmespath *jp =
		ov_jmespath_compile(&f->arena, f->keys, dialect, text, &f->error);
	if (!jp)
		return (struct ov_value){0};
	struct ov_value v = ov_jmespath_eval(&run, jp, f->root);
	f->error = run.error;
	return v;
}

/* The result as JSON, or "!" and the fault's name. */
static const char *text_of(
	struct fixture *f, enum ov_jmespath_dialect dialect, const char *expression)
{
	struct ov_buf buf = {0};
	struct ov_value v = eval(f, dialect, ov_str_c(expression));
	if (ov_is_some(v))
		ov_go_json(&buf, v);
	else
		ov_buf_addf(&buf, "!%s", ov_jmespath_fault_name(f->error.fault));
	const char *text = ov_str_cstr(&f->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return text;
}

struct result {
	const char *expression, *standard, *kyverno; /**< NULL: as the standard */
};

static const struct result results[] = {
	{"a.b[-1]", "3", NULL},
	{"a.zz", "null", "!not-found"},
	{"a.zz.y", "null", "!not-found"},
	{"a.d.y", "null", NULL},
	{"a.zz || 'd'", "\"d\"", NULL},
	{"zz && s", "null", NULL},
	{"s && zz", "null", "!not-found"},
	{"zz | @", "null", NULL},
	{"length(zz)", "!invalid-type", NULL},
	{"a.[c, zz]", "[\"x\",null]", NULL},
	{"l[?v > `1`].n", "[\"y\"]", NULL},
	{"sort_by(l[?v], &v)[*].n", "[\"x\",\"y\"]", NULL},
	{"sort_by(l, &v)", "!invalid-type", NULL},
	{"to_string(`1.0`)", "\"1\"", NULL},
	{"sum(`[]`)", "0", "!invalid-value"},
	{"avg(`[]`)", "null", "null"},
	{"to_number('0x10p0')", "null", "16"},
	{"'\\\\'", "\"\\\\\\\\\"", "!syntax"},
	{"@.m.*", "[\"v\"]", NULL},
	{"m.*.to_string(@)", "[\"v\"]", "[\"null\",\"v\"]"},
	{"not_null(zz, a.c)", "\"x\"", NULL},
	{"contains(s, 'wor')", "true", NULL},
	{"abs(`1`, `2`)", "!invalid-arity", NULL},
	{"nothing(@)", "!unknown-function", NULL},
	{"a.b[::0]", "!invalid-value", NULL},
	{"foo(a b)", "!syntax", "!unknown-function"},
	{"{x: n y: s}", "!syntax", "{\"x\":7,\"y\":\"hello-world\"}"},
	{"a.", "!syntax", NULL},
	{"&a", "!syntax", NULL},
	{"[&a]", "!syntax", NULL},
	{"map(&n, l)", "[\"y\",\"x\",\"z\"]", NULL},
	{"a.b == `[1.0, 2, 3]`", "true", NULL},
	{"n == `7.0`", "true", NULL},
};

static void test_results(void **state)
{
	struct fixture f;
	(void)state;
	begin(&f);
	for (size_t i = 0; i < OV_COUNT(results); i++) {
		const struct result *r = &results[i];
		assert_string_equal(
			text_of(&f, OV_JMESPATH_STANDARD, r->expression), r->standard);
		assert_string_equal(text_of(&f, OV_JMESPATH_POLICY, r->expression),
			r->kyverno ? r->kyverno : r->standard);
	}
	end(&f);
}

struct call {
	const char *expression, *result;
};

static const struct call calls[] = {
	{"compare('a', 'b')", "-1"},
	{"compare('a', 'b') == `-1`", "false"},
	{"compare('a', 'b') < `0`", "null"},
	{"equal_fold('STRASSE ÄΣ', 'strasse äς')", "true"},
	{"replace('aaa', 'a', 'b', `2`)", "\"bba\""},
	{"replace('ab', '', '-', `-1`)", "\"-a-b-\""},
	{"split('', ',')", "[\"\"]"},
	{"split('äb', '')", "[\"ä\",\"b\"]"},
	{"trim('xxaxbxx', 'x')", "\"axb\""},
	{"truncate('äöü', `2.9`)", "\"äö\""},
	{"to_upper('ß ÿ μ')", "\"ß Ÿ Μ\""},
	{"regex_match('^[a-z]+$', 'abc')", "true"},
	{"regex_replace_all('(?P<x>[a-z])(\\d)', 'a1 b2', '${x}-$2$$')", "\"a-1$ b-2$\""},
	{"regex_replace_all('x*', 'abxc', '-')", "\"-a-b-c-\""},
	{"regex_replace_all('a', 'a', '$1x')", "\"\""},
	{"regex_replace_all_literal('a', 'a', '$1')", "\"$1\""},
	{"pattern_match('8.08*', `8080`)", "false"},
	{"pattern_match('80*', `8080`)", "true"},
	{"semver_compare('4.1.3', '>=4.1.x')", "true"},
	{"semver_compare('4.1.3', '4.x.x')", "false"},
	{"semver_compare('no version', '0.0.0')", "true"},
	{"semver_compare('1.0.0', '')", "!invalid-value"},
	{"add('1Mi', '1Mi')", "\"2Mi\""},
	{"add('1h', '30m')", "!invalid-type"},
	{"subtract('12s', '13s')", "\"-1s\""},
	{"multiply(`2.5`, '40s')", "\"1m40s\""},
	{"multiply('512Mi', `2`)", "\"1Gi\""},
	{"divide('12Ki', `3`)", "\"4Ki\""},
	{"divide('5k', `1000000`)", "\"0\""},
	{"divide('0.5Gi', `3`)", "\"178956970666666666n\""},
	{"divide('4', '0')", "!invalid-value"},
	{"modulo('4.5', '1')", "!invalid-value"},
	{"modulo('13s', '2s')", "\"1s\""},
	{"round(`2.345`, `2`)", "2.35"},
	{"base64_decode('YW I=')", "!invalid-value"},
	{"base64_decode('YWI=')", "\"ab\""},
	{"base64_encode('a')", "\"YQ==\""},
	{"items(m, 'k', 'v')", "[{\"k\":\"k\",\"v\":\"v\"}]"},
	{"object_from_lists(['a', `1.5`], [`1`])", "{\"1.5\":null,\"a\":1}"},
	{"lookup(a.b, `5`)", "null"},
	{"parse_yaml('a: [1, yes]')", "{\"a\":[1,true]}"},
	{"parse_json('{')", "!invalid-value"},
	{"to_string(l[2])", "\"{\\\"n\\\":\\\"z\\\"}\""},
	{"path_canonicalize('/a/../../b//.')", "\"/b\""},
	{"image_normalize('nginx')", "\"docker.io/nginx:latest\""},
	{"is_external_url('http://u@[::ffff:10.0.0.1]:80/')", "false"},
	{"is_external_url('http://example.invalid')", "!offline"},
	{"x509_decode('x')", "!invalid-value"},
	{"regex_match('^(ab|c[0-9]{2,4}x*)+[^a-z]$', random('(ab|c[0-9]{2,4}x*)+[^a-z]'))",
		"true"},
	{"random('[a-z]{8}') == random('[a-z]{8}')", "false"},
	{"random('(a')", "!invalid-value"},
	{"sha256('')", "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\""},
	{"md5('abc')", "\"900150983cd24fb0d6963f7d28e17f72\""},
	{"time_now()", "\"2026-01-01T00:00:00Z\""},
	{"time_since('', '2025-12-31T23:00:00Z', '')", "\"1h0m0s\""},
	{"time_add('2024-02-28T23:00:00-01:00', '1h')", "\"2024-02-29T00:00:00-01:00\""},
	{"time_truncate('2024-01-02T03:04:05Z', '7m')", "\"2024-01-02T03:04:00Z\""},
	{"time_to_cron('2023-02-02T15:04:05Z')", "\"4 15 2 2 4\""},
	{"time_parse('Jan _2 06 3PM', 'feb  3 70 12AM')", "\"1970-02-03T00:00:00Z\""},
	{"time_parse('1', '1702691171')", "\"2023-12-16T01:46:11Z\""},
	{"time_utc('2024-01-02T03:04:60Z')", "!invalid-value"},
	{"time_between('2024-01-02T00:00:00Z', '2024-01-01T00:00:00Z', "
	 "'2024-01-02T00:00:00Z')",
		"false"},
};

static void test_calls(void **state)
{
	struct fixture f;
	(void)state;
	begin(&f);
	for (size_t i = 0; i < OV_COUNT(calls); i++)
		assert_string_equal(
			text_of(&f, OV_JMESPATH_POLICY, calls[i].expression), calls[i].result);
	end(&f);
}

static void test_places(void **state)
{
	static const struct {
		const char *expression;
		uint32_t at, len;
	} places[] = {{"a.zz", 2, 2}, {"s == 'x' || nothing(a)", 12, 10},
		{"add(`1`, length(n))", 16, 1}, {"a..b", 2, 1}, {"a[?b", 4, 0}, {"a 'x", 2, 2}};
	struct fixture f;
	(void)state;
	begin(&f);
	for (size_t i = 0; i < OV_COUNT(places); i++) {
		text_of(&f, OV_JMESPATH_POLICY, places[i].expression);
		assert_int_equal(f.error.at, places[i].at);
		assert_int_equal(f.error.len, places[i].len);
		assert_true(f.error.message.len > 0);
	}
	end(&f);
}

static struct ov_str repeat(struct fixture *f, const char *before, size_t times,
	const char *middle, const char *after)
{
	struct ov_buf buf = {0};
	for (size_t i = 0; i < times; i++)
		ov_buf_puts(&buf, before);
	ov_buf_puts(&buf, middle);
	for (size_t i = 0; i < times; i++)
		ov_buf_puts(&buf, after);
	struct ov_str text = ov_str_dup(&f->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return text;
}

static void test_limits(void **state)
{
	struct fixture f;
	(void)state;
	begin(&f);
	eval(&f, OV_JMESPATH_STANDARD, repeat(&f, "(", OV_LIMIT_DEPTH - 1, "@", ")"));
	assert_int_equal(f.error.fault, OV_JMESPATH_OK);
	eval(&f, OV_JMESPATH_STANDARD, repeat(&f, "(", OV_LIMIT_DEPTH, "@", ")"));
	assert_int_equal(f.error.fault, OV_JMESPATH_LIMIT);
	eval(&f, OV_JMESPATH_STANDARD, repeat(&f, "", OV_LIMIT_DEPTH - 1, "a", ".a"));
	assert_int_equal(f.error.fault, OV_JMESPATH_OK);
	eval(&f, OV_JMESPATH_STANDARD, repeat(&f, "", OV_LIMIT_DEPTH, "a", ".a"));
	assert_int_equal(f.error.fault, OV_JMESPATH_LIMIT);
	eval(&f, OV_JMESPATH_STANDARD, repeat(&f, " ", OV_LIMIT_EXPR_TEXT, "a", ""));
	assert_int_equal(f.error.fault, OV_JMESPATH_LIMIT);
	/* Each step triples the list. */
	eval(&f, OV_JMESPATH_STANDARD, repeat(&f, "", 20, "[@]", " | [@, @, @][]"));
	assert_int_equal(f.error.fault, OV_JMESPATH_LIMIT);
	end(&f);
}

static struct ov_value variable(
	void *context, struct ov_jmespath_run *run, const struct ov_key *name)
{
	(void)context;
	if (ov_str_is(name->str, "late"))
		return ov_value_string(OV_STR("there"));
	if (ov_str_is(name->str, "bad"))
		return ov_jmespath_fail(run, OV_JMESPATH_VALUE, "it failed");
	return (struct ov_value){0};
}

static void test_variables(void **state)
{
	struct fixture f;
	(void)state;
	begin(&f);
	f.variable = variable;
	assert_string_equal(text_of(&f, OV_JMESPATH_POLICY, "@ | late"), "\"there\"");
	assert_string_equal(text_of(&f, OV_JMESPATH_POLICY, "a.late"), "!not-found");
	assert_string_equal(text_of(&f, OV_JMESPATH_POLICY, "bad || s"), "!invalid-value");
	assert_string_equal(text_of(&f, OV_JMESPATH_POLICY, "other"), "!not-found");
	end(&f);
}

static void note_root(void *context, const struct ov_key *name)
{
	struct ov_buf *buf = context;
	ov_buf_add(buf, name->str);
	ov_buf_putc(buf, ' ');
}

static void test_roots(void **state)
{
	struct fixture f;
	struct ov_buf buf = {0};
	(void)state;
	begin(&f);
	const struct ov_jmespath *jp = ov_jmespath_compile(&f.arena, f.keys, OV_JMESPATH_POLICY,
		OV_STR("a.b[?c].d || map(&e, g) | h[0]"), &f.error);
	assert_non_null(jp);
	ov_jmespath_roots(jp, note_root, &buf);
	ov_buf_putc(&buf, '\0');
	assert_string_equal(buf.ptr, "a g ");
	ov_buf_release(&buf);
	end(&f);
}

const struct CMUnitTest ov_test_jmespath[] = {
	cmocka_unit_test(test_results),
	cmocka_unit_test(test_calls),
	cmocka_unit_test(test_places),
	cmocka_unit_test(test_limits),
	cmocka_unit_test(test_variables),
	cmocka_unit_test(test_roots),
};
const size_t ov_test_jmespath_count = OV_COUNT(ov_test_jmespath);
