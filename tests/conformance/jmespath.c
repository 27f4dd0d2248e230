/*
 * jmespath: the compliance tests of jmespath.org.
 *
 * A file holds groups, each a document with expressions and what they give or the kind of error
 * that they end in. Of benchmarks only the expression counts.
 */
#include "conformance/suites.h"

#include "conformance/values.h"
#include "expr/jmespath.h"
#include "foreign/os.h"
#include "value/equal.h"

struct session {
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	struct ov_regex_cache *regex;
	ov_suite_fn *result;
	void *context;
};

/* NULL where the case passes, otherwise why not. */
static const char *run_case(
	struct session *s, struct ov_arena *arena, struct ov_value given, struct ov_value test)
{
	struct ov_jmespath_error error;
	struct ov_value expected = ov_get(test, "result"), fault = ov_get(test, "error");
	struct ov_jmespath_run run = {
		.arena = arena, .keys = s->keys, .cache = &s->cache, .regex = s->regex};
	const struct ov_jmespath *jp = ov_jmespath_compile(arena, s->keys, OV_JMESPATH_STANDARD,
		ov_string(ov_get(test, "expression")), &error);
	struct ov_value v = {0};
	if (jp) {
		v = ov_jmespath_eval(&run, jp, given);
		error = run.error;
	}
	if (ov_is_some(fault)) {
		if (ov_string_is(fault, ov_jmespath_fault_name(error.fault)))
			return NULL;
		return ov_str_cstr(arena,
			ov_str_fmt(arena, "%.*s expected, not %s", OV_STR_ARG(ov_string(fault)),
				ov_jmespath_fault_name(error.fault)));
	}
	if (!ov_is_some(v))
		return ov_str_cstr(arena, error.message);
	if (!ov_is_some(expected) || ov_equal(v, expected, OV_JSON_SCHEMA))
		return NULL;
	return ov_str_cstr(arena, ov_str_fmt(arena, "%.*s expected, not %.*s",
					  OV_STR_ARG(suite_text(arena, expected)),
					  OV_STR_ARG(suite_text(arena, v))));
}

static void run_file(void *context, const struct ov_found *found)
{
	struct session *s = context;
	if (found->kind != OV_FOUND_FILE || !ov_str_ends(found->path, OV_STR(".json")))
		return;
	struct ov_value groups =
		suite_value(&s->arena, s->keys, &s->cache, found->path, found->bytes);
	for (size_t g = 0; g < ov_count(groups); g++) {
		struct ov_value group = ov_at(groups, g), tests = ov_get(group, "cases");
		for (size_t i = 0; i < ov_count(tests); i++) {
			struct ov_arena arena = {0};
			struct ov_value test = ov_at(tests, i);
			struct ov_str id = ov_str_fmt(&arena, "%zu.%zu %.*s", g, i,
				OV_STR_ARG(ov_string(ov_get(test, "expression"))));
			const char *why = run_case(s, &arena, ov_get(group, "given"), test);
			s->result(s->context, found->path, id,
				why ? OV_SUITE_FAIL : OV_SUITE_PASS, ov_str_c(why));
			ov_arena_release(&arena);
		}
	}
	if (!ov_is_list(groups))
		s->result(s->context, found->path, found->path, OV_SUITE_FAIL,
			OV_STR("the file cannot be read"));
}

bool ov_suite_jmespath(const char *dir, const char *part, ov_suite_fn *result, void *context)
{
	struct session s = {.result = result, .context = context};
	struct ov_diags diags;
	ov_diags_init(&diags, NULL);
	s.keys = ov_keys_new(1);
	s.regex = ov_regex_cache_new(1);
	struct ov_str cases = ov_str_fmt(&s.arena, "%s/jmespath/%s", dir, part);
	bool ok = ov_os_kind(cases) == OV_OS_FOLDER &&
		  ov_os_walk(&s.arena, cases, NULL, run_file, &s, &diags);
	ov_regex_cache_free(s.regex);
	ov_keys_free(s.keys);
	ov_diags_release(&diags);
	ov_arena_release(&s.arena);
	return ok;
}
