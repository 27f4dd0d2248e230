/*
 * kyverno_cli: suites of Kyverno's own tests, and what its `test` command made of them.
 *
 * A case is a check: policy, rule, resource, expected result. The real tool passes all checks
 * of the suites that are run here, some of them because no rule gave a result; how many is the
 * case "excluded". What ovec does not evaluate is skipped, and so are suites that the real tool
 * cannot run without a registry or with the files that there are.
 */
#include "conformance/suites.h"

#include "cmd/policy.h"
#include "foreign/os.h"
#include "policy/suite.h"

#include <stdlib.h>
#include <string.h>

/* One suite, and who is told of its checks. */
struct suite {
	struct ov_arena *arena;
	struct ov_str name;
	size_t excluded, unchecked;
	struct ov_policy_apis apis;
	ov_suite_fn *fn;
	void *context;
};

/* What the real tool said, by the columns of cli_results.tsv. */
struct verdict {
	struct ov_str suite, part, result, ok, excluded;
};

static struct ov_str next(struct ov_str *text, char end)
{
	size_t at = ov_str_chr(*text, end);
	struct ov_str out = ov_str_sub(*text, 0, at);
	*text = at == SIZE_MAX ? OV_STR("") : ov_str_sub(*text, at + 1, text->len);
	return out;
}

static void judge(void *context, const struct ov_check *c)
{
	struct suite *s = context;
	struct ov_str id = ov_str_fmt(s->arena, "%.*s/%.*s/%.*s/%.*s/%.*s/%.*s",
		OV_STR_ARG(c->policy), OV_STR_ARG(c->rule), OV_STR_ARG(c->kind),
		OV_STR_ARG(c->name_space), OV_STR_ARG(c->name), OV_STR_ARG(c->wanted));
	switch (c->outcome) {
	case OV_CHECK_OK: s->fn(s->context, s->name, id, OV_SUITE_PASS, OV_STR("")); return;
	case OV_CHECK_EXCLUDED: s->excluded++; return;
	case OV_CHECK_UNCHECKED:
		s->unchecked++;
		s->fn(s->context, s->name, id, OV_SUITE_SKIP, OV_STR("not evaluated here"));
		return;
	case OV_CHECK_MISMATCH:
	case OV_CHECK_NOT_FOUND:
	case OV_CHECK_INVALID: break;
	}
	s->fn(s->context, s->name, id, OV_SUITE_FAIL,
		ov_str_fmt(s->arena, "%.*s expected, not %.*s: %.*s", OV_STR_ARG(c->wanted),
			OV_STR_ARG(c->got.len ? c->got : OV_STR("no result")),
			OV_STR_ARG(c->message)));
}

static void run_documents(struct suite *s, struct ov_manifests *reader, struct ov_str path,
	const struct ov_docs *docs)
{
	for (size_t i = 0; i < docs->count; i++) {
		struct ov_suite suite;
		bool ok = ov_suite_is(docs->items[i], reader->diags);
		if (ok)
			ov_suite_read(reader, path, docs->items[i], 1767225600, &suite);
		suite.apis = s->apis.sets;
		suite.api_count = OV_COUNT(s->apis.sets);
		if (ok && !suite.broken)
			ov_suite_run(&suite, s->arena, reader->keys, reader->cache,
				reader->diags, judge, s);
		else
			s->fn(s->context, s->name, OV_STR("all"), OV_SUITE_FAIL,
				OV_STR("the suite cannot be read"));
	}
}

static void run_suite(struct suite *s, struct ov_str folder, const struct verdict *verdict)
{
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_key_cache cache = {0};
	struct ov_docs docs = {0};
	ov_sources_init(&sources, s->arena);
	ov_diags_init(&diags, &sources);
	struct ov_manifests reader = {.arena = s->arena,
		.keys = ov_keys_new(7),
		.cache = &cache,
		.sources = &sources,
		.diags = &diags};
	struct ov_str path = ov_str_fmt(s->arena, "%.*s/" OV_SUITE_FILE, OV_STR_ARG(folder));
	s->apis = ov_policy_apis_open(reader.keys, &diags);
	ov_manifests_documents(&reader, path, &docs);
	run_documents(s, &reader, path, &docs);
	ov_policy_apis_close(&s->apis);
	struct ov_str count = ov_str_fmt(s->arena, "%zu", s->excluded);
	bool same = ov_str_eq(count, verdict->excluded);
	if (!s->unchecked)
		s->fn(s->context, s->name, OV_STR("excluded"),
			same ? OV_SUITE_PASS : OV_SUITE_FAIL,
			same ? OV_STR("")
			     : ov_str_fmt(s->arena, "%.*s checks expected, not %zu",
				       OV_STR_ARG(verdict->excluded), s->excluded));
	ov_diags_release(&diags);
	ov_keys_free(reader.keys);
}

static bool is_asked(const struct verdict *v, const char *part)
{
	return v->suite.len && ov_str_is(v->part, part);
}

bool ov_suite_kyverno_cli(const char *dir, const char *part, ov_suite_fn *fn, void *context)
{
	struct ov_arena arena = {0};
	struct ov_diags diags;
	struct ov_str text = {0};
	ov_diags_init(&diags, NULL);
	struct ov_str root = ov_str_fmt(&arena, "%s/kyverno-cli", dir);
	bool found = ov_os_read_file(&arena,
		ov_str_fmt(&arena, "%.*s/cli_results.tsv", OV_STR_ARG(root)), 1 << 24, &text,
		&diags);
	ov_diags_release(&diags);
	found = found && ov_os_kind(ov_str_fmt(&arena, "%.*s/%s", OV_STR_ARG(root), part)) ==
				 OV_OS_FOLDER;
	while (found && text.len) {
		struct ov_str line = next(&text, '\n');
		struct verdict v = {.suite = next(&line, '\t'), .part = next(&line, '\t')};
		v.result = next(&line, '\t');
		v.ok = next(&line, '\t');
		v.excluded = next(&line, '\t');
		struct ov_arena own = {0};
		struct suite s = {.arena = &own, .name = v.suite, .fn = fn, .context = context};
		if (is_asked(&v, part) && ov_str_is(v.result, "pass"))
			run_suite(&s,
				ov_str_fmt(&arena, "%.*s/%s/%.*s", OV_STR_ARG(root), part,
					OV_STR_ARG(v.suite)),
				&v);
		else if (is_asked(&v, part))
			fn(context, v.suite, OV_STR("all"), OV_SUITE_SKIP,
				OV_STR("the real tool cannot run it"));
		ov_arena_release(&own);
	}
	ov_arena_release(&arena);
	return found;
}
