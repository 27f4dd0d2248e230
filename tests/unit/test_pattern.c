/* Tests of policy/: patterns, single values, operators, selectors of kinds and labels. */
#include "policy/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expr/jmespath_read.h"
#include "lang/wildcard.h"
#include "policy/kind_selector.h"
#include "policy/label_selector.h"
#include "policy/operator.h"
#include "policy/scalar.h"

struct fixture {
	struct ov_arena arena;
	struct ov_keys *keys;
};

static void begin(struct fixture *f)
{
	*f = (struct fixture){.keys = ov_keys_new(1)};
}

static void end(struct fixture *f)
{
	ov_keys_free(f->keys);
	ov_arena_release(&f->arena);
}

static struct ov_value yaml(struct fixture *f, const char *text)
{
	struct ov_str why = {0};
	struct ov_value v = ov_jp_read_yaml(&f->arena, f->keys, NULL, ov_str_c(text), &why);
	assert_true(ov_is_some(v));
	return v;
}

static void test_wildcards(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} cases[] = {{"", "", true}, {"", "a", false}, {"*", "", true}, {"?", "", false},
		{"?", "ä", true}, {"??", "ä", false}, {"a*/b?c*", "ax/y/bzc", true},
		{"*a*b", "aab", true}, {"*ab", "aab", true}, {"a*b*c", "abcb", false},
		{"**", "x", true}, {"*.b", "a.bc.b", true}, {"\\*", "\\x", true}};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++)
		assert_int_equal(
			ov_wildcard_match(ov_str_c(cases[i].pattern), ov_str_c(cases[i].text)),
			cases[i].match);
}

static void test_scalars(void **state)
{
	static const struct {
		const char *pattern, *value;
		bool match;
	} cases[] = {{"'80*'", "8080", false}, {"'8.08E+03'", "8080", true},
		{"'?'", "5", false}, {"'5'", "5", true}, {"5", "5.0", true}, {"5", "'5'", true},
		{"5.5", "'5.50'", true}, {"true", "'true'", false}, {"'true'", "true", true},
		{"'!true'", "null", false}, {"'<=1h'", "null", true}, {"'>5'", "null", false},
		{"'1h'", "60m", true}, {"'100m'", "'0.1'", true}, {"'10-20'", "20", true},
		{"'10!-20'", "20", false}, {"'1Mi-1Gi'", "512Mi", true},
		{"'2024-01'", "'2024-01'", true}, {"'!a* & !b*'", "c", true},
		{"'!a* & !b*'", "bc", false}, {"'a | >3'", "4", true}, {"'>a'", "b", false},
		{"null", "''", true}, {"null", "0", true}, {"null", "{}", false},
		{"{}", "{a: 1}", true}, {"[1]", "1", false}, {"'*'", "{}", false},
		{"'<'", "'<'", true}, {"'> 1'", "2", true}};
	struct fixture f;
	(void)state;
	begin(&f);
	for (size_t i = 0; i < OV_COUNT(cases); i++)
		assert_int_equal(
			ov_scalar_match(yaml(&f, cases[i].pattern), yaml(&f, cases[i].value)),
			cases[i].match);
	end(&f);
}

struct tree {
	const char *pattern, *resource;
	enum ov_pattern_verdict verdict;
	const char *path, *message; /**< NULL: not looked at */
};

static const struct tree trees[] = {
	{"{a: {b: '?*'}}", "{a: {b: x}}", OV_PATTERN_PASS, "", ""},
	{"{a: {b: '?*'}}", "{a: {b: ''}}", OV_PATTERN_FAIL, "/a/b/",
		"resource value '' does not match '?*' at path /a/b/"},
	{"{a: '*'}", "{a: null}", OV_PATTERN_FAIL, "/", "//a not found"},
	{"{a: {b: 1}}", "{a: [1]}", OV_PATTERN_FAIL, "/a/",
		"pattern and resource have different structures. Path: /a/. Expected "
		"map[string]interface {}, found []interface {}"},
	{"{a: [1]}", "{}", OV_PATTERN_FAIL, "/a/", NULL},
	{"{a: [{b: 1}]}", "{a: []}", OV_PATTERN_PASS, "", ""},
	{"{a: []}", "{a: []}", OV_PATTERN_FAIL, "/a/", "pattern Array empty"},
	{"{a: [x*, y]}", "{a: [x1, y]}", OV_PATTERN_FAIL, "/a/", NULL},
	{"{a: x}", "{a: [x, x]}", OV_PATTERN_PASS, "", ""},
	{"[[1], [2]]", "[[1]]", OV_PATTERN_ERROR, "", NULL},
	{"{(a): 1, b: 2}", "{a: 1, b: 3}", OV_PATTERN_FAIL, "/b/", NULL},
	{"{(a): 1, b: 2}", "{a: 2, b: 3}", OV_PATTERN_SKIP, "",
		"conditional anchor mismatch: resource value '2' does not match '1' at path "
		"/a/"},
	{"{(a): 1, b: 2}", "{b: 3}", OV_PATTERN_SKIP, "",
		"conditional anchor mismatch: conditional anchor key doesn't exist in the "
		"resource"},
	{"{l: [{(a): 1, b: 2}]}", "{l: [{a: 2}, {a: 1, b: 2}]}", OV_PATTERN_PASS, "", ""},
	{"{l: [{(a): 1, b: 2}]}", "{l: [{a: 2}, {a: 1, b: 3}]}", OV_PATTERN_FAIL, "/l/1/b/",
		NULL},
	{"{l: [{(a): 1, b: 2}]}", "{l: [{a: 2}, {a: 3}]}", OV_PATTERN_SKIP, "", NULL},
	{"{=(a): 1}", "{}", OV_PATTERN_PASS, "", ""},
	{"{=(a): 1}", "{a: 2}", OV_PATTERN_FAIL, "/a/", NULL},
	{"{X(a): null}", "{a: 2}", OV_PATTERN_FAIL, "/a/",
		"negation anchor matched in resource: /a/ is not allowed"},
	{"{^(l): [{a: 1}, {a: 2}]}", "{l: [{a: 2}, {a: 1}]}", OV_PATTERN_PASS, "", ""},
	{"{^(l): [{a: 1}]}", "{l: [{a: 2}]}", OV_PATTERN_FAIL, "/l/",
		"existence anchor validation failed at path /l/"},
	{"{^(l): [{a: 1}]}", "{}", OV_PATTERN_PASS, "", ""},
	{"{^(l): [{a: 1}], b: 1}", "{b: 2}", OV_PATTERN_ERROR, "", NULL},
	{"{<(a): 1, b: 2}", "{b: 3}", OV_PATTERN_FAIL, "/b/", NULL},
	{"{<(a): 1, b: 2}", "{a: 2, b: 3}", OV_PATTERN_SKIP, "",
		"global anchor mismatch: resource value '2' does not match '1' at path /a/"},
	{"{b: 1, a: 1}", "{}", OV_PATTERN_FAIL, "/a/", NULL},
	{"{a: 1, z: {=(q): 1}}", "{z: 1}", OV_PATTERN_FAIL, "/z/", NULL},
	{"{metadata: {labels: {app*: '?*'}}}", "{metadata: {labels: {app.k8s.io/name: x}}}",
		OV_PATTERN_PASS, "", ""},
	{"{metadata: {labels: {app*: '?*'}}}", "{metadata: {labels: {x: y}}}", OV_PATTERN_FAIL,
		"/metadata/labels/app*/", NULL},
	{"{metadata: {=(annotations): {X(*/secret): null}}}",
		"{metadata: {annotations: {a/secret: x}}}", OV_PATTERN_PASS, "", ""},
	{"{metadata: {=(annotations): {X(*/secret): 'null'}}}",
		"{metadata: {annotations: {a/secret: x}}}", OV_PATTERN_FAIL,
		"/metadata/annotations/a/secret/", NULL},
};

static void test_trees(void **state)
{
	struct fixture f;
	(void)state;
	begin(&f);
	for (size_t i = 0; i < OV_COUNT(trees); i++) {
		const struct ov_pattern *p =
			ov_pattern_compile(&f.arena, f.keys, yaml(&f, trees[i].pattern));
		struct ov_pattern_result r =
			ov_pattern_match(&f.arena, p, yaml(&f, trees[i].resource));
		struct ov_str message = ov_pattern_message(&f.arena, &r);
		assert_int_equal(r.verdict, trees[i].verdict);
		assert_string_equal(ov_str_cstr(&f.arena, r.path), trees[i].path);
		if (trees[i].message)
			assert_string_equal(ov_str_cstr(&f.arena, message), trees[i].message);
	}
	end(&f);
}

static void test_operators(void **state)
{
	static const struct {
		const char *op, *key, *value;
		enum ov_condition result;
	} cases[] = {{"Equals", "web-1", "'web-*'", OV_CONDITION_TRUE},
		{"Equals", "'web-*'", "web-1", OV_CONDITION_FALSE},
		{"Equals", "1h", "3600", OV_CONDITION_TRUE},
		{"Equals", "1Gi", "1024Mi", OV_CONDITION_TRUE},
		{"NotEquals", "null", "1", OV_CONDITION_FALSE},
		{"NotEquals", "'5'", "''", OV_CONDITION_TRUE},
		{"AnyIn", "[a, b]", "['b*']", OV_CONDITION_TRUE},
		{"AnyIn", "1000000", "['1e+06']", OV_CONDITION_TRUE},
		{"AllIn", "[]", "[a]", OV_CONDITION_TRUE},
		{"AnyNotIn", "[]", "[a]", OV_CONDITION_FALSE},
		{"AllNotIn", "[a]", "'[\"b\"]'", OV_CONDITION_TRUE},
		{"AnyIn", "[5, 30]", "10-20", OV_CONDITION_FALSE},
		{"AnyNotIn", "[15, 30]", "10-20", OV_CONDITION_TRUE},
		{"AnyNotIn", "a", "null", OV_CONDITION_FALSE},
		{"In", "[1]", "[a]", OV_CONDITION_PANIC},
		{"NotIn", "[a]", "a", OV_CONDITION_TRUE},
		{"GreaterThan", "1.10.0", "1.9.0", OV_CONDITION_TRUE},
		{"GreaterThan", "2h", "30", OV_CONDITION_TRUE},
		{"LessThanOrEquals", "1Ki", "'1024'", OV_CONDITION_TRUE},
		{"lessthan", "1", "2", OV_CONDITION_FALSE},
		{"DurationLessThan", "5", "6s", OV_CONDITION_TRUE}};
	struct fixture f;
	bool exact;
	(void)state;
	begin(&f);
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		enum ov_operator op = ov_operator_parse(ov_str_c(cases[i].op), &exact);
		assert_int_equal(ov_operator_eval(op, yaml(&f, cases[i].key),
					 yaml(&f, cases[i].value), &f.arena, f.keys),
			cases[i].result);
	}
	assert_int_equal(ov_operator_parse(OV_STR("equals"), &exact), OV_OPERATOR_EQUALS);
	assert_false(exact);
	assert_int_equal(ov_operator_parse(OV_STR("Like"), &exact), OV_OPERATOR_NONE);
	end(&f);
}

static void test_kinds(void **state)
{
	static const struct {
		const char *selector, *group, *version, *kind, *subresource;
		bool match;
	} cases[] = {{"Pod", "", "v1", "Pod", "", true}, {"v1/Pod", "", "v1", "Pod", "", true},
		{"Pod", "", "v1", "Pod", "ephemeralcontainers", true},
		{"Pod", "", "v1", "Pod", "exec", false},
		{"Pod/exec", "", "v1", "Pod", "exec", true},
		{"Pod.exec", "", "v1", "Pod", "exec", true},
		{"*/exec", "", "v1", "Pod", "exec", true}, {"*/*", "a", "v1", "B", "c", true},
		{"apps/v1/Deploy*", "apps", "v1", "Deployment", "", true},
		{"apps/*/Deployment/scale", "apps", "v1", "Deployment", "scale", true},
		{"*/*/Virtual*", "kubevirt.io", "v1", "VirtualMachine", "", false},
		{"apps/Deployment", "apps", "v1", "Deployment", "", false},
		{"v1beta/Pod", "", "v1beta", "Pod", "", false},
		{"a/b/c/d/e", "", "", "", "", true}};
	(void)state;
	for (size_t i = 0; i < OV_COUNT(cases); i++) {
		struct ov_kind_selector s = ov_kind_selector_parse(ov_str_c(cases[i].selector));
		assert_int_equal(ov_kind_selector_match(&s, ov_str_c(cases[i].group),
					 ov_str_c(cases[i].version), ov_str_c(cases[i].kind),
					 ov_str_c(cases[i].subresource)),
			cases[i].match);
	}
}

static void test_labels(void **state)
{
	static const struct {
		const char *selector;
		enum ov_selection result;
	} cases[] = {{"{}", OV_SELECTED}, {"{matchLabels: {app: web}}", OV_SELECTED},
		{"{matchLabels: {app: x}}", OV_NOT_SELECTED},
		{"{matchLabels: {'a*': 'w?b'}}", OV_SELECTED},
		{"{matchLabels: {'z*': '*'}}", OV_NOT_SELECTED},
		{"{matchLabels: {'-': x}}", OV_SELECTOR_INVALID},
		{"{matchExpressions: [{key: app, operator: In, values: [x, web]}]}",
			OV_SELECTED},
		{"{matchExpressions: [{key: q, operator: NotIn, values: [x]}]}", OV_SELECTED},
		{"{matchExpressions: [{key: q, operator: Exists}]}", OV_NOT_SELECTED},
		{"{matchExpressions: [{key: q, operator: DoesNotExist}]}", OV_SELECTED},
		{"{matchExpressions: [{key: q, operator: In}]}", OV_SELECTOR_INVALID},
		{"{matchExpressions: [{key: q, operator: in, values: [a]}]}",
			OV_SELECTOR_INVALID}};
	struct fixture f;
	(void)state;
	begin(&f);
	struct ov_value labels = yaml(&f, "{app: web, tier: front}");
	for (size_t i = 0; i < OV_COUNT(cases); i++)
		assert_int_equal(ov_label_selector_match(
					 &f.arena, yaml(&f, cases[i].selector), labels, NULL),
			cases[i].result);
	end(&f);
}

const struct CMUnitTest ov_test_pattern[] = {
	cmocka_unit_test(test_wildcards),
	cmocka_unit_test(test_scalars),
	cmocka_unit_test(test_trees),
	cmocka_unit_test(test_operators),
	cmocka_unit_test(test_kinds),
	cmocka_unit_test(test_labels),
};
const size_t ov_test_pattern_count = OV_COUNT(ov_test_pattern);
