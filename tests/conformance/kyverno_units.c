/*
 * kyverno_units: what Kyverno's own functions gave, one case a line.
 *
 * wildcard, pattern (single values), operators, kinds, match (trees) and jmespath. Numbers of
 * resources are float64: where a case says so, its answer for them counts.
 */
#include "conformance/suites.h"

#include "conformance/values.h"
#include "expr/jmespath.h"
#include "foreign/os.h"
#include "lang/wildcard.h"
#include "policy/kind_selector.h"
#include "policy/operator.h"
#include "policy/pattern.h"
#include "policy/scalar.h"
#include "value/equal.h"

struct session {
	struct ov_keys *keys;
	struct ov_key_cache cache;
	struct ov_regex_cache *regex;
	ov_suite_fn *result;
	void *context;
};

/** One case, and room for its texts. */
struct test {
	struct session *session;
	struct ov_arena *arena;
	struct ov_value value;
};

/* Compares words: what was expected, and what came. */
static struct ov_str compare(const struct test *t, struct ov_str expected, struct ov_str got)
{
	if (ov_str_eq(expected, got))
		return ov_str_n(NULL, 0);
	return ov_str_fmt(
		t->arena, "%.*s expected, not %.*s", OV_STR_ARG(expected), OV_STR_ARG(got));
}

static struct ov_str word(bool b)
{
	return b ? OV_STR("true") : OV_STR("false");
}

static struct ov_str check_wildcard(const struct test *t)
{
	bool got = ov_wildcard_match(
		ov_string(ov_get(t->value, "pattern")), ov_string(ov_get(t->value, "value")));
	return compare(t, word(ov_bool(ov_get(t->value, "expected"), false)), word(got));
}

static struct ov_str check_scalar(const struct test *t)
{
	struct ov_value expected = ov_get(t->value, "expected_if_value_float64");
	if (!ov_is_some(expected))
		expected = ov_get(t->value, "expected");
	bool got = ov_scalar_match(ov_get(t->value, "pattern"), ov_get(t->value, "value"));
	return compare(t, word(ov_bool(expected, false)), word(got));
}

static struct ov_str check_operator(const struct test *t)
{
	struct ov_value expected = ov_get(t->value, "expected");
	enum ov_operator op = ov_operator_parse(ov_string(ov_get(t->value, "op")), NULL);
	struct ov_str got = OV_STR("invalid-operator");
	if (op != OV_OPERATOR_NONE)
		switch (ov_operator_eval(op, ov_get(t->value, "key"), ov_get(t->value, "value"),
			t->arena, t->session->keys)) {
		case OV_CONDITION_FALSE: got = OV_STR("false"); break;
		case OV_CONDITION_TRUE: got = OV_STR("true"); break;
		case OV_CONDITION_PANIC: got = OV_STR("panic"); break;
		}
	return compare(t,
		ov_is_string(expected) ? ov_string(expected) : word(ov_bool(expected, false)),
		got);
}

static struct ov_str check_kind(const struct test *t)
{
	struct ov_kind_selector k =
		ov_kind_selector_parse(ov_string(ov_get(t->value, "value")));
	struct ov_value parts[] = {ov_value_string(k.group), ov_value_string(k.version),
		ov_value_string(k.kind), ov_value_string(k.subresource)};
	return compare(t, suite_text(t->arena, ov_get(t->value, "expected")),
		suite_text(t->arena, ov_value_list(parts, OV_COUNT(parts))));
}

static struct ov_str check_tree(const struct test *t)
{
	static const char *const verdicts[] = {"pass", "fail", "skip", "error"};
	const struct ov_pattern *pattern =
		ov_pattern_compile(t->arena, t->session->keys, ov_get(t->value, "pattern"));
	struct ov_pattern_result r =
		ov_pattern_match(t->arena, pattern, ov_get(t->value, "value"));
	bool fail = r.verdict == OV_PATTERN_FAIL;
	return compare(t,
		ov_str_fmt(t->arena, "%.*s at '%.*s'",
			OV_STR_ARG(ov_string(ov_get(t->value, "expected"))),
			OV_STR_ARG(ov_string(ov_get(t->value, "path")))),
		ov_str_fmt(t->arena, "%s at '%.*s'", verdicts[r.verdict],
			OV_STR_ARG(fail ? r.path : ov_str_n("", 0))));
}

static struct ov_str check_jmespath(const struct test *t)
{
	struct ov_jmespath_error error;
	struct ov_value v = {0}, expected = ov_get(t->value, "expected");
	struct ov_jmespath_run run = {.arena = t->arena,
		.keys = t->session->keys,
		.cache = &t->session->cache,
		.regex = t->session->regex,
		.now = 1767225600};
	const struct ov_jmespath *jp = ov_jmespath_compile(t->arena, t->session->keys,
		OV_JMESPATH_POLICY, ov_string(ov_get(t->value, "expr")), &error);
	if (jp) {
		v = ov_jmespath_eval(&run, jp, ov_get(t->value, "data"));
		error = run.error;
	}
	if (ov_is_some(ov_get(t->value, "error"))) {
		if (!ov_is_some(v))
			return ov_str_n(NULL, 0);
		return compare(t, OV_STR("an error"), suite_text(t->arena, v));
	}
	if (!ov_is_some(v))
		return compare(t, suite_text(t->arena, expected), error.message);
	if (ov_equal(v, expected, OV_GO_FLOAT64))
		return ov_str_n(NULL, 0);
	return ov_str_fmt(t->arena, "%.*s expected, not %.*s",
		OV_STR_ARG(suite_text(t->arena, expected)),
		OV_STR_ARG(suite_text(t->arena, v)));
}

struct file {
	const char *name;
	struct ov_str (*check)(const struct test *t);
};

static const struct file files[] = {{"wildcard.jsonl", check_wildcard},
	{"pattern.jsonl", check_scalar}, {"operators.jsonl", check_operator},
	{"kinds.jsonl", check_kind}, {"match.jsonl", check_tree},
	{"jmespath.jsonl", check_jmespath}};

static void run_file(void *context, const struct ov_found *found)
{
	const struct file *file = NULL;
	struct session *s = context;
	for (size_t i = 0; i < OV_COUNT(files); i++)
		if (ov_str_is(found->path, files[i].name))
			file = &files[i];
	if (!file || found->kind != OV_FOUND_FILE)
		return;
	size_t number = 0;
	for (size_t at = 0; at < found->bytes.len; number++) {
		struct ov_arena arena = {0};
		struct test t = {.session = s, .arena = &arena};
		size_t end = ov_str_find(found->bytes, OV_STR("\n"), at);
		struct ov_str line = ov_str_sub(found->bytes, at, end);
		at = end == SIZE_MAX ? end : end + 1;
		t.value = suite_value(t.arena, s->keys, &s->cache, found->path, line);
		struct ov_str why = ov_is_some(t.value) ? file->check(&t)
							: OV_STR("the line cannot be read");
		struct ov_str id = ov_str_fmt(&arena, "%zu", number + 1);
		s->result(s->context, found->path, id, why.len ? OV_SUITE_FAIL : OV_SUITE_PASS,
			why);
		ov_arena_release(&arena);
	}
}

bool ov_suite_kyverno_units(
	const char *dir, const char *part, ov_suite_fn *result, void *context)
{
	struct session s = {.result = result, .context = context};
	struct ov_arena arena = {0};
	struct ov_diags diags;
	ov_diags_init(&diags, NULL);
	s.keys = ov_keys_new(1);
	s.regex = ov_regex_cache_new(1);
	struct ov_str cases = ov_str_fmt(&arena, "%s/kyverno-units/%s", dir, part);
	bool ok = ov_os_kind(cases) == OV_OS_FOLDER &&
		  ov_os_walk(&arena, cases, NULL, run_file, &s, &diags);
	ov_regex_cache_free(s.regex);
	ov_keys_free(s.keys);
	ov_diags_release(&diags);
	ov_arena_release(&arena);
	return ok;
}
