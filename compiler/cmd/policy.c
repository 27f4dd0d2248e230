/* policy: `ovec policy`, policies over manifests that ovec did not render. Layer: cmd. */
#include "cmd/policy.h"

#include "base/limits.h"
#include "read/library.h"

struct ov_manifests ov_policy_manifests(struct ov_session *s)
{
	return (struct ov_manifests){.arena = &s->arena,
		.run = &s->run,
		.keys = s->run.keys,
		.cache = s->run.workers[0].cache,
		.sources = &s->sources,
		.diags = &s->diags};
}

struct ov_policy_apis ov_policy_apis_open(struct ov_keys *keys, struct ov_diags *diags)
{
	struct ov_policy_apis apis = {.regexes = ov_regex_cache_new(ov_keys_seed(keys))};
	apis.sets[0] = ov_api_set_open(keys, apis.regexes, OV_STR(OV_POLICY_APIS),
		ov_library_bytes(OV_STR("sets/" OV_POLICY_APIS ".set")), diags);
	apis.sets[1] = ov_api_set_open(keys, apis.regexes, OV_STR(OV_ADMISSION_APIS),
		ov_library_bytes(OV_STR("sets/" OV_ADMISSION_APIS ".set")), diags);
	return apis;
}

void ov_policy_apis_close(struct ov_policy_apis *apis)
{
	for (size_t i = 0; i < OV_COUNT(apis->sets); i++)
		ov_api_set_close(apis->sets[i]);
	ov_regex_cache_free(apis->regexes);
}

bool ov_policy_now(struct ov_session *s, int64_t *now)
{
	struct ov_compile_options options;
	if (!ov_session_options(s, &options))
		return false;
	*now = options.has_now ? options.now : ov_os_now();
	return true;
}

bool ov_policy_print(struct ov_session *s, const char *format, const struct ov_result *items,
	size_t count, int64_t now)
{
	static const struct {
		const char *name;
		void (*print)(FILE *out, const struct ov_results *results);
	} formats[] = {{"json", ov_report_results}, {"sarif", ov_report_sarif},
		{"junit", ov_report_junit}, {"policyreport", ov_report_policy_report}};
	const struct ov_results results = {.items = items,
		.count = count,
		.keys = s->run.keys,
		.diags = &s->diags,
		.version = OV_STR(OV_VERSION),
		.now = now};
	ov_diags_sort(&s->diags);
	for (size_t i = 0; i < OV_COUNT(formats); i++) {
		if (strcmp(format, formats[i].name) == 0) {
			formats[i].print(s->io->out, &results);
			return true;
		}
	}
	return false;
}

static bool is_one_line(struct ov_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '\n' || c == '\t' || c == '\r' ||
			(c == ' ' && i + 1 < text.len && text.ptr[i + 1] == ' '))
			return false;
	}
	return true;
}

struct ov_str ov_policy_one_line(struct ov_arena *arena, struct ov_str text)
{
	text = ov_str_trim(text);
	if (is_one_line(text))
		return text;
	struct ov_buf buf;
	ov_buf_init(&buf);
	bool blank = false;
	for (size_t i = 0; i < text.len; i++) {
		bool space = strchr(" \t\r\n", text.ptr[i]) && text.ptr[i];
		if (!space && blank)
			ov_buf_putc(&buf, ' ');
		if (!space)
			ov_buf_putc(&buf, text.ptr[i]);
		blank = space;
	}
	struct ov_str out = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return out;
}

struct rows {
	OV_VEC(struct ov_policy_row) list;
};

/* One run: policies, objects, and the rows of each object. */
struct apply {
	struct ov_session *s;
	struct ov_policy_set *set;
	struct ov_policy_world world;
	struct ov_manifests objects;
	struct ov_judge **judges; /* of the threads; NULL until they are used */
	struct rows *rows;
	OV_VEC(struct ov_result) results;
	bool failures_only;                    /* the others are counted and forgotten */
	size_t (*counted)[OV_POLICY_SKIP + 1]; /* by each thread */
	size_t counts[OV_POLICY_SKIP + 1];
};

struct keeping {
	const struct apply *apply;
	struct ov_arena *arena;
	struct rows *rows;
	size_t *counts;
};

static void keep(void *context, const struct ov_policy_row *row)
{
	struct keeping *k = context;
	k->counts[row->status]++;
	if (k->apply->failures_only &&
		(row->status == OV_POLICY_PASS || row->status == OV_POLICY_SKIP))
		return;
	struct ov_policy_row kept = *row;
	kept.message = ov_str_dup(k->arena, row->message);
	kept.path = ov_str_dup(k->arena, row->path);
	kept.exception = ov_str_dup(k->arena, row->exception);
	ov_vec_push(k->arena, &k->rows->list, kept);
}

static void ask(struct ov_run *run, struct ov_worker *worker, void *context, size_t item)
{
	struct apply *a = context;
	size_t index = (size_t)(worker - run->workers);
	struct keeping k = {a, &worker->arena, &a->rows[item], a->counted[index]};
	struct ov_arena_mark mark = ov_arena_mark(&worker->scratch);
	if (!a->judges[index])
		a->judges[index] = ov_judge_new(a->set, &a->world, worker->cache);
	ov_judge_ask(a->judges[index], &worker->scratch, a->world.resources[item], keep, &k);
	ov_arena_rewind(&worker->scratch, mark);
}

static size_t index_of(struct ov_str digits)
{
	size_t n = 0;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9' || n > OV_LIMIT_TREE_NODES)
			return SIZE_MAX;
		n = n * 10 + (size_t)(digits.ptr[i] - '0');
	}
	return digits.len ? n : SIZE_MAX;
}

/* One step of a path, by the shortest key that there is, as keys may hold slashes. */
static struct ov_value step(struct ov_value v, struct ov_str *path)
{
	for (size_t end = 0; end <= path->len; end++) {
		if (end < path->len && path->ptr[end] != '/')
			continue;
		struct ov_str part = ov_str_sub(*path, 0, end);
		struct ov_value child =
			ov_is_list(v) ? ov_at(v, index_of(part)) : ov_get_str(v, part);
		if (ov_is_some(child)) {
			*path = ov_str_sub(*path, end + 1, path->len);
			return child;
		}
	}
	return (struct ov_value){0};
}

/* The place of the value at a path, or of the deepest one there is on the way. */
static uint32_t place(struct ov_value object, struct ov_str path)
{
	struct ov_value name = ov_path(object, "metadata", "name", NULL), v = object;
	uint32_t loc = name.loc ? name.loc : object.loc;
	if (path.len && path.ptr[0] == '/')
		path = ov_str_sub(path, 1, path.len);
	while (path.len && ov_is_some(v = step(v, &path))) {
		bool inside = (ov_is_map(v) || ov_is_list(v)) && v.key_loc;
		loc = inside ? v.key_loc : v.loc ? v.loc : loc;
	}
	return loc;
}

/* As reports name policies: one of a namespace with that. */
static struct ov_str policy_name(struct ov_arena *arena, const struct ov_policy_facts *facts)
{
	if (!facts->name_space.len)
		return facts->name;
	return ov_str_fmt(
		arena, "%.*s/%.*s", OV_STR_ARG(facts->name_space), OV_STR_ARG(facts->name));
}

static struct ov_result result_of(
	struct ov_arena *arena, struct ov_value object, const struct ov_policy_row *row)
{
	const struct ov_policy_facts *facts = ov_policy_facts(row->policy);
	struct ov_value metadata = ov_get(object, "metadata");
	return (struct ov_result){.policy = policy_name(arena, facts),
		.rule = row->rule,
		.status = row->status,
		.unscored = facts->unscored,
		.message = row->message,
		.api_version = ov_string(ov_get(object, "apiVersion")),
		.kind = ov_string(ov_get(object, "kind")),
		.name_space = ov_string(ov_get(metadata, "namespace")),
		.name = ov_string(ov_get(metadata, "name")),
		.title = facts->title,
		.category = facts->category,
		.severity = facts->severity,
		.exception = row->exception,
		.suite = facts->name,
		.span = ov_span(place(object, row->path)),
		.origin = ov_span(facts->loc)};
}

static void gather(struct apply *a)
{
	for (size_t i = 0; i < a->s->run.threads; i++) {
		for (size_t k = 0; k <= OV_POLICY_SKIP; k++)
			a->counts[k] += a->counted[i][k];
	}
	for (size_t i = 0; i < a->world.resource_count; i++) {
		for (size_t k = 0; k < a->rows[i].list.count; k++) {
			struct ov_result r = result_of(
				&a->s->arena, a->world.resources[i], &a->rows[i].list.items[k]);
			ov_vec_push(&a->s->arena, &a->results, r);
		}
	}
}

static void add_finding(struct apply *a, struct ov_diags *diags, const struct ov_result *r)
{
	struct ov_arena *arena = &a->s->arena;
	struct ov_diag *d = ov_diag_add(diags, ov_result_code(r), r->span, "%.*s%s%.*s: %.*s",
		OV_STR_ARG(r->policy), r->rule.len ? "/" : "", OV_STR_ARG(r->rule),
		OV_STR_ARG(ov_policy_one_line(arena, r->message)));
	ov_diag_note(diags, d, r->origin, "the policy%s%.*s%s%.*s",
		r->severity.len ? ", severity " : "", OV_STR_ARG(r->severity),
		r->category.len ? ", of " : "", OV_STR_ARG(r->category));
	ov_diag_subject(diags, d, ov_result_object(arena, r));
}

static int by_place(const void *x, const void *y)
{
	const struct ov_result *a = *(const struct ov_result *const *)x;
	const struct ov_result *b = *(const struct ov_result *const *)y;
	if (a->span.loc != b->span.loc)
		return a->span.loc < b->span.loc ? -1 : 1;
	return (a > b) - (a < b);
}

/* Results are what was asked for, so they go to stdout, in the form of findings. Of very many,
 * only the first are made into findings; the others are counted. */
static void print_text(struct apply *a)
{
	enum { MOST = 10 * OV_LIMIT_PRINTED };
	struct ov_session *s = a->s;
	struct ov_diags diags;
	ov_diags_init(&diags, &s->sources);
	const struct ov_result **found =
		ov_new_array(&s->arena, const struct ov_result *, a->results.count + 1);
	size_t count = 0;
	for (size_t i = 0; i < a->results.count; i++) {
		if (ov_result_code(&a->results.items[i]) != OV_DIAG_NONE)
			found[count++] = &a->results.items[i];
	}
	qsort(found, count, sizeof(*found), by_place);
	for (size_t i = 0; i < count && i < MOST; i++)
		add_finding(a, &diags, found[i]);
	for (size_t i = MOST; i < count; i++)
		diags.errors++;
	ov_diags_sort(&diags);
	const struct ov_report_text text = {ov_session_color(s, s->io->out), OV_LIMIT_PRINTED};
	ov_report_text(s->io->out, &diags, &text);
	ov_diags_release(&diags);
}

static void print_summary(struct apply *a)
{
	FILE *out = a->s->io->out;
	size_t unchecked = 0;
	for (size_t i = 0; i < ov_policy_count(a->set); i++)
		unchecked += ov_policy_facts(ov_policy_at(a->set, i))->unchecked;
	size_t policies = ov_policy_count(a->set);
	fprintf(out, "%zu %s, ", policies, policies == 1 ? "policy" : "policies");
	ov_print_count(out, a->world.resource_count, "object");
	fputs("; ", out);
	for (enum ov_policy_status i = OV_POLICY_PASS; i <= OV_POLICY_SKIP; i++)
		fprintf(out, "%s%s: %zu", i ? ", " : "", ov_policy_status_name(i),
			a->counts[i]);
	fputs("\n", out);
	if (unchecked) {
		ov_print_count(out, unchecked, "rule");
		fputs(" not evaluated here: what changes, makes or deletes objects\n", out);
	}
	if (a->objects.strangers) {
		ov_print_count(out, a->objects.strangers, "document");
		fputs(" left out: no apiVersion and kind\n", out);
	}
}

static void add_policies(struct apply *a, struct ov_str path, bool exceptions)
{
	struct ov_manifests m = ov_policy_manifests(a->s);
	size_t found = 0;
	if (!ov_manifests_read(&m, path) && !m.list.count)
		return;
	for (size_t i = 0; i < m.list.count; i++) {
		if (!ov_policy_is(m.list.items[i]))
			continue;
		found++;
		ov_policy_set_add(a->set, m.list.items[i], &a->s->diags);
	}
	if (!found)
		ov_diag_add(&a->s->diags, OV_DIAG_POLICY, ov_span(0),
			"there is no %s in '%.*s'", exceptions ? "exception" : "policy",
			OV_STR_ARG(path));
}

static struct ov_value read_one(struct apply *a, const char *path)
{
	struct ov_manifests m = ov_policy_manifests(a->s);
	struct ov_docs docs = {0};
	if (path)
		ov_manifests_documents(&m, ov_str_c(path), &docs);
	return docs.count ? docs.items[0] : (struct ov_value){0};
}

static void read_all(struct apply *a, const struct ov_policy_apis *apis)
{
	struct ov_session *s = a->s;
	const struct ov_args *args = s->args;
	a->set = ov_policy_set_new(&s->arena, s->run.keys, s->run.workers[0].cache);
	ov_policy_set_apis(a->set, apis->sets, OV_COUNT(apis->sets));
	add_policies(a, ov_str_c(args->words.items[1]), false);
	if (args->exceptions)
		add_policies(a, ov_str_c(args->exceptions), true);
	ov_policy_set_seal(a->set);
	a->world.values = read_one(a, args->values);
	a->world.user = read_one(a, args->user);
	a->world.audit_warns = args->audit_warn;
	a->world.answers = true;
	a->objects = ov_policy_manifests(s);
	a->objects.as_resources = true;
	for (size_t i = 2; i < args->words.count; i++)
		ov_manifests_read(&a->objects, ov_str_c(args->words.items[i]));
	a->world.resources = a->objects.list.items;
	a->world.resource_count = a->objects.list.count;
}

static void judge_all(struct apply *a)
{
	struct ov_session *s = a->s;
	size_t count = a->world.resource_count;
	a->rows = ov_new_array(&s->arena, struct rows, count + 1);
	a->judges = ov_new_array(&s->arena, struct ov_judge *, s->run.threads);
	a->counted = ov_arena_zero(&s->arena, s->run.threads, sizeof(*a->counted));
	ov_run_each(&s->run, count, ask, a);
	for (size_t i = 0; i < s->run.threads; i++)
		ov_judge_free(a->judges[i]);
	gather(a);
}

int ov_cmd_policy_apply(const struct ov_io *io, const struct ov_args *given)
{
	static const char *const formats[] = {"text", "json", "sarif", "junit", "policyreport"};
	const char *format = given->report ? given->report : formats[0];
	struct ov_args args = *given;
	bool known = false;
	for (size_t i = 0; i < OV_COUNT(formats); i++)
		known = known || strcmp(format, formats[i]) == 0;
	if (!known)
		return ov_usage_error(io,
			"policy apply: --format is text, json, sarif, junit or policyreport, "
			"not '%s'",
			format);
	if (args.words.count < 3)
		return ov_usage_error(
			io, "policy apply needs policies, and files or folders of objects");
	if (strcmp(format, "json") == 0)
		args.format = "json";
	struct ov_session s;
	if (!ov_session_begin(&s, io, &args))
		return OV_EXIT_USAGE;
	struct apply a = {.s = &s};
	if (!ov_policy_now(&s, &a.world.now)) {
		ov_session_end(&s);
		return OV_EXIT_USAGE;
	}
	a.failures_only = strcmp(format, "text") == 0;
	struct ov_policy_apis apis = ov_policy_apis_open(s.run.keys, &s.diags);
	read_all(&a, &apis);
	ov_policy_apis_close(&apis);
	judge_all(&a);
	ov_session_report(&s);
	if (!ov_policy_print(&s, format, a.results.items, a.results.count, a.world.now)) {
		print_text(&a);
		if (!args.quiet)
			print_summary(&a);
	}
	ov_policy_set_free(a.set);
	int status = ov_session_end(&s);
	bool failed = a.counts[OV_POLICY_FAIL] || a.counts[OV_POLICY_ERROR];
	return status == OV_EXIT_DONE && failed ? OV_EXIT_FINDINGS : status;
}

int ov_cmd_policy(const struct ov_io *io, const struct ov_args *args)
{
	const char *word = args->words.items[0];
	if (strcmp(word, "apply") == 0)
		return ov_cmd_policy_apply(io, args);
	if (strcmp(word, "test") == 0)
		return ov_cmd_policy_test(io, args);
	return ov_usage_error(io, "policy: '%s' is not apply or test", word);
}
