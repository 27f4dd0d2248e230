/* policy_test: `ovec policy test`, the tests that lie beside policies. Layer: cmd. */
#include "cmd/policy.h"

#include "policy/suite.h"

struct checks {
	OV_VEC(struct ov_check) list;
};

struct testing {
	struct ov_session *s;
	struct ov_manifests reader;
	struct ov_str folder;
	int64_t now;
	OV_VEC(struct ov_str) paths;
	OV_VEC(struct ov_suite) suites;
	struct ov_policy_apis apis;
	struct checks *checks; /* of each suite */
	OV_VEC(struct ov_result) results;
	size_t counts[OV_CHECK_UNCHECKED + 1];
};

/* The outcomes as people read them. */
static const struct {
	const char *word, *reason;
	enum ov_policy_status status;
} outcomes[] = {[OV_CHECK_OK] = {"Pass", "Ok", OV_POLICY_PASS},
	[OV_CHECK_MISMATCH] = {"Fail", NULL, OV_POLICY_FAIL},
	[OV_CHECK_NOT_FOUND] = {"Fail", "Not found", OV_POLICY_FAIL},
	[OV_CHECK_EXCLUDED] = {"Skip", "Excluded: no rule gave a result", OV_POLICY_SKIP},
	[OV_CHECK_INVALID] = {"Skip", "Invalid policy", OV_POLICY_SKIP},
	[OV_CHECK_UNCHECKED] = {"Skip", "not evaluated here", OV_POLICY_SKIP}};

static bool is_suite(void *context, struct ov_str path)
{
	(void)context;
	static const struct ov_str name = OV_STR_INIT(OV_SUITE_FILE);
	return ov_str_ends(path, name) &&
	       (path.len == name.len || path.ptr[path.len - name.len - 1] == '/');
}

static void add_found(void *context, const struct ov_found *found)
{
	struct testing *t = context;
	struct ov_str path = ov_str_is(t->folder, ".")
				     ? found->path
				     : ov_str_fmt(&t->s->arena, "%.*s/%.*s",
					       OV_STR_ARG(t->folder), OV_STR_ARG(found->path));
	if (found->kind == OV_FOUND_FILE)
		ov_vec_push(&t->s->arena, &t->paths, path);
}

static void read_file(struct testing *t, struct ov_str path)
{
	struct ov_session *s = t->s;
	struct ov_docs docs = {0};
	if (!ov_manifests_documents(&t->reader, path, &docs))
		return;
	for (size_t i = 0; i < docs.count; i++) {
		struct ov_suite suite;
		if (docs.items[i].kind == OV_KIND_NULL ||
			!ov_suite_is(docs.items[i], &s->diags))
			continue;
		ov_suite_read(&t->reader, path, docs.items[i], t->now, &suite);
		suite.apis = t->apis.sets;
		suite.api_count = OV_COUNT(t->apis.sets);
		if (!suite.broken)
			ov_vec_push(&s->arena, &t->suites, suite);
	}
}

static void read_all(struct testing *t)
{
	struct ov_session *s = t->s;
	t->reader = ov_policy_manifests(s);
	if (ov_os_kind(t->folder) == OV_OS_FILE)
		ov_vec_push(&s->arena, &t->paths, t->folder);
	else
		ov_os_walk(&s->arena, t->folder, is_suite, add_found, t, &s->diags);
	for (size_t i = 0; i < t->paths.count; i++)
		read_file(t, t->paths.items[i]);
	if (!t->paths.count && !s->diags.errors)
		ov_diag_add(&s->diags, OV_DIAG_POLICY, ov_span(0),
			"there is no " OV_SUITE_FILE " below '%.*s'", OV_STR_ARG(t->folder));
}

struct keeping {
	struct ov_arena *arena;
	struct checks *checks;
};

static void keep(void *context, const struct ov_check *check)
{
	struct keeping *k = context;
	ov_vec_push(k->arena, &k->checks->list, *check);
}

static void run(struct ov_run *run, struct ov_worker *worker, void *context, size_t item)
{
	struct testing *t = context;
	struct keeping k = {&worker->arena, &t->checks[item]};
	ov_suite_run(&t->suites.items[item], &worker->arena, run->keys, worker->cache,
		&worker->diags, keep, &k);
}

static struct ov_str reason_of(struct ov_arena *arena, const struct ov_check *c)
{
	if (c->outcome == OV_CHECK_MISMATCH)
		return ov_str_fmt(arena, "Want %.*s, got %.*s", OV_STR_ARG(c->wanted),
			OV_STR_ARG(c->got));
	return ov_str_c(outcomes[c->outcome].reason);
}

static void gather(struct testing *t)
{
	struct ov_arena *arena = &t->s->arena;
	for (size_t i = 0; i < t->suites.count; i++) {
		for (size_t k = 0; k < t->checks[i].list.count; k++) {
			const struct ov_check *c = &t->checks[i].list.items[k];
			const struct ov_result r = {.policy = c->policy,
				.rule = c->rule,
				.status = outcomes[c->outcome].status,
				.message = c->message,
				.api_version = c->api_version,
				.kind = c->kind,
				.name_space = c->name_space,
				.name = c->name,
				.reason = reason_of(arena, c),
				.suite = t->suites.items[i].path,
				.span = ov_span(c->loc)};
			t->counts[c->outcome]++;
			ov_vec_push(arena, &t->results, r);
		}
	}
}

enum { COLUMNS = 6 };

struct line {
	struct ov_str cells[COLUMNS];
};

static void print_cells(FILE *out, const struct line *line, const size_t *widths)
{
	for (size_t c = 0; c < COLUMNS; c++) {
		size_t width = ov_utf8_count(line->cells[c]);
		fprintf(out, "  %.*s", OV_STR_ARG(line->cells[c]));
		for (; c + 1 < COLUMNS && width < widths[c]; width++)
			fputc(' ', out);
	}
	fputc('\n', out);
}

/* The checks of one suite; `*at` counts through the results. */
static void print_table(struct testing *t, size_t suite, size_t *at)
{
	struct ov_arena *arena = &t->s->arena;
	FILE *out = t->s->io->out;
	size_t count = t->checks[suite].list.count, widths[COLUMNS] = {0};
	struct line *lines = ov_new_array(arena, struct line, count + 1);
	lines[0] = (struct line){{OV_STR("ID"), OV_STR("POLICY"), OV_STR("RULE"),
		OV_STR("RESOURCE"), OV_STR("RESULT"), OV_STR("REASON")}};
	for (size_t i = 0; i < count; i++) {
		const struct ov_result *r = &t->results.items[*at + i];
		enum ov_check_outcome outcome = t->checks[suite].list.items[i].outcome;
		lines[i + 1] = (struct line){{ov_str_fmt(arena, "%zu", i + 1), r->policy,
			r->rule, ov_result_object(arena, r), ov_str_c(outcomes[outcome].word),
			r->reason}};
	}
	for (size_t i = 0; i <= count; i++) {
		for (size_t c = 0; c < COLUMNS; c++) {
			size_t width = ov_utf8_count(lines[i].cells[c]);
			widths[c] = width > widths[c] ? width : widths[c];
		}
	}
	fprintf(out, "%.*s\n", OV_STR_ARG(t->suites.items[suite].path));
	for (size_t i = 0; i <= count; i++)
		print_cells(out, &lines[i], widths);
	for (size_t i = 0; i < count; i++, ++*at) {
		const struct ov_result *r = &t->results.items[*at];
		struct ov_place place = ov_sources_place(&t->s->sources, r->span.loc);
		if (r->status != OV_POLICY_FAIL || !place.source)
			continue;
		fprintf(out, "%.*s:%zu:%zu: check %zu: %.*s%s%.*s\n",
			OV_STR_ARG(place.source->path), place.line, place.column, i + 1,
			OV_STR_ARG(r->reason), r->message.len ? ": " : "",
			OV_STR_ARG(ov_policy_one_line(arena, r->message)));
	}
	fputc('\n', out);
}

static void print_tables(struct testing *t)
{
	const size_t *n = t->counts;
	FILE *out = t->s->io->out;
	size_t at = 0;
	for (size_t i = 0; i < t->suites.count; i++)
		print_table(t, i, &at);
	if (t->s->args->quiet)
		return;
	ov_print_count(out, t->suites.count, "test");
	fputs(", ", out);
	ov_print_count(out, t->results.count, "check");
	fprintf(out, ": %zu passed, %zu failed, %zu excluded, %zu not evaluated here\n",
		n[OV_CHECK_OK], n[OV_CHECK_MISMATCH] + n[OV_CHECK_NOT_FOUND],
		n[OV_CHECK_EXCLUDED] + n[OV_CHECK_INVALID], n[OV_CHECK_UNCHECKED]);
}

int ov_cmd_policy_test(const struct ov_io *io, const struct ov_args *given)
{
	struct ov_args args = *given;
	const char *format = args.report ? args.report : "table";
	if (strcmp(format, "table") != 0 && strcmp(format, "json") != 0 &&
		strcmp(format, "junit") != 0 && strcmp(format, "sarif") != 0)
		return ov_usage_error(io,
			"policy test: --format is table, json, junit or sarif, not '%s'",
			format);
	if (args.values || args.user || args.exceptions || args.audit_warn)
		return ov_usage_error(io, "policy test: the tests themselves name values, "
					  "users and exceptions");
	if (args.words.count > 2)
		return ov_usage_error(
			io, "policy test: one argument too many: %s", args.words.items[2]);
	if (strcmp(format, "json") == 0)
		args.format = "json";
	struct ov_session s;
	if (!ov_session_begin(&s, io, &args))
		return OV_EXIT_USAGE;
	struct testing t = {.s = &s,
		.folder = args.words.count > 1
				  ? ov_manifests_path(ov_str_c(args.words.items[1]))
				  : OV_STR(".")};
	if (!ov_policy_now(&s, &t.now)) {
		ov_session_end(&s);
		return OV_EXIT_USAGE;
	}
	t.apis = ov_policy_apis_open(s.run.keys, &s.diags);
	read_all(&t);
	t.checks = ov_new_array(&s.arena, struct checks, t.suites.count + 1);
	ov_run_each(&s.run, t.suites.count, run, &t);
	gather(&t);
	ov_policy_apis_close(&t.apis);
	ov_session_report(&s);
	if (!ov_policy_print(&s, format, t.results.items, t.results.count, t.now))
		print_tables(&t);
	int status = ov_session_end(&s);
	bool failed = t.counts[OV_CHECK_MISMATCH] || t.counts[OV_CHECK_NOT_FOUND];
	return status == OV_EXIT_DONE && failed ? OV_EXIT_FINDINGS : status;
}
