/* Tests of policy/substitute.h: variables, escapes, references, and what has no end. */
#include "policy/substitute.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expr/go_text.h"
#include "expr/jmespath_read.h"

static const char root[] =
	"{x: {name: web, num: 3, list: [a, b], odd: '{{ x.name }}', self: 'a{{ x.self }}',"
	" whole: '{{ x }}', html: '<', none: null},"
	" request: {object: {spec: {image: nginx, ports: [80, 81]}}, oldObject: {spec: {image: "
	"old}}}}";

struct result {
	const char *document, *result; /**< YAML; JSON, or the reason after "!" */
};

static const struct result results[] = {
	{"plain", "\"plain\""},
	{"'{{ x.name }}'", "\"web\""},
	{"'{{x.num}}'", "3"},
	{"'n={{ x.num }}, {{ x.list }}'", "\"n=3, [\\\"a\\\",\\\"b\\\"]\""},
	{"'{{x.name}}{{x.name}}'", "\"webweb\""},
	{"'\\{{ x.name }}'", "\"{{ x.name }}\""},
	{"'is \\{{ x.name }} {{ x.name }}'", "\"is {{ x.name }} web\""},
	{"'{{ to_upper(''{{ x.name }}'') }}'", "\"WEB\""},
	{"'a {{ x.odd }}'", "\"a web\""},
	{"'a {{- x.odd }}'", "\"a {{ x.name }}\""},
	{"'{{ x.{a: name, b: num} }}'", "{\"a\":\"web\",\"b\":3}"},
	{"'{{ x.none }}-'", "\"null-\""},
	{"'{{ x.list }} {{ x.html }}'", "\"[\\\"a\\\",\\\"b\\\"] \\u003c\""},
	{"{'{{ x.name }}': [1, '{{ x.num }}']}", "{\"web\":[1,3]}"},
	{"{'{{ x.num }}': 1}",
		"!expected string after substituting variables in key \"{{ x.num }}\""},
	{"'{{ x.zz }}'", "!failed to resolve x.zz at path : JMESPath query failed: Unknown key "
			 "\"zz\" in path"},
	{"[{a/b: '{{ x. }}'}]", "!failed to resolve x. at path /0/a\\/b: incorrect query: "
				"Incomplete expression"},
	{"'b{{ x.self }}'", "!the variables have no end"},
	{"'{{ x.whole }}'", "\"{{ x }}\""},
	{"['{{ x }}']", "!the variables have no end"},
	{"{spec: {image: '{{ @ }}', ports: ['', '{{ @ }}']}}",
		"{\"spec\":{\"image\":\"nginx\",\"ports\":[\"\",81]}}"},
	{"{limits: {memory: 2Gi}, requests: {memory: '<=$(./../../limits/memory)'}}",
		"{\"limits\":{\"memory\":\"2Gi\"},\"requests\":{\"memory\":\"\\u003c=2Gi\"}}"},
	{"{a: 5, b: '$(>/a)', c: '\\$(x)'}",
		"{\"a\":5,\"b\":\"\\u003e5.000000\",\"c\":\"$(x)\"}"},
	{"{=(a): v, b: '$(/a)'}", "{\"=(a)\":\"v\",\"b\":\"v\"}"},
	{"{a/b: {c: v, d: '$(./../c)'}}", "{\"a/b\":{\"c\":\"v\",\"d\":\"v\"}}"},
	{"{b: '$(./../c)'}", "!failed to resolve $(./../c) at path /b: it names no text"},
};

static const char *run(const char *document, bool deletes, struct ov_arena *arena)
{
	struct ov_keys *keys = ov_keys_new(1);
	struct ov_regex_cache *regex = ov_regex_cache_new(1);
	struct ov_key_cache cache = {0};
	struct ov_queries queries;
	struct ov_str why;
	struct ov_buf buf = {0};
	struct ov_jmespath_run base = {
		.arena = arena, .keys = keys, .cache = &cache, .regex = regex};
	ov_queries_init(&queries, arena, keys);
	struct ov_substitution s = {.run = &base,
		.queries = &queries,
		.current = OV_STR("request.object"),
		.deletes = deletes};
	s.root = ov_jp_read_yaml(arena, keys, &cache, ov_str_c(root), &why);
	struct ov_value v = ov_substitute(
		&s, ov_jp_read_yaml(arena, keys, &cache, ov_str_c(document), &why));
	assert_true(ov_is_some(v) == (s.fault == OV_SUBSTITUTION_OK));
	if (ov_is_some(v)) {
		ov_go_json(&buf, v);
	} else {
		ov_buf_putc(&buf, '!');
		ov_buf_add(&buf, s.message);
	}
	const char *text = ov_str_cstr(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	ov_regex_cache_free(regex);
	ov_keys_free(keys);
	return text;
}

static void test_results(void **state)
{
	(void)state;
	for (size_t i = 0; i < OV_COUNT(results); i++) {
		struct ov_arena arena = {0};
		const char *text = run(results[i].document, false, &arena);
		assert_string_equal(text, results[i].result);
		ov_arena_release(&arena);
	}
}

static void test_deletes(void **state)
{
	struct ov_arena arena = {0};
	(void)state;
	assert_string_equal(run("'{{ request.object.spec.image }}'", true, &arena), "\"old\"");
	ov_arena_release(&arena);
}

const struct CMUnitTest ov_test_substitute[] = {
	cmocka_unit_test(test_results),
	cmocka_unit_test(test_deletes),
};
const size_t ov_test_substitute_count = OV_COUNT(ov_test_substitute);
