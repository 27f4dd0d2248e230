/*
 * kyverno: suites of policies and resources, and the rows that `kyverno apply` gave for them.
 *
 * A case is a row: policy, rule, kind, namespace, name; its result and its message count. A row
 * that only we give is a failure, too.
 */
#include "conformance/suites.h"

#include "cmd/policy.h"
#include "foreign/os.h"
#include "foreign/yaml.h"
#include "policy/engine.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* One suite: a folder of files. */
struct suite {
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	struct ov_sources sources;
	struct ov_diags diags;
	const char *folder;
	struct ov_str name;
	struct ov_policy_apis apis;
};

/* Columns of the index: what a suite is about, and how the reference ended. */
enum { CATEGORY = 2, STATUS = 18 };

/* A row, ours or theirs: the columns of the file, from policy to message. */
enum { POLICY, RULE, API_VERSION, KIND, NAME_SPACE, NAME, RESULT, MESSAGE, COLUMNS };

struct row {
	struct ov_str column[COLUMNS];
	bool met;
};

struct rows {
	struct row *items;
	size_t count, cap;
};

static struct ov_str read_file(struct suite *s, const char *name)
{
	struct ov_str path = ov_str_fmt(&s->arena, "%s/%s", s->folder, name), text = {0};
	if (ov_os_kind(path) == OV_OS_FILE)
		ov_os_read_file(&s->arena, path, (size_t)1 << 24, &text, &s->diags);
	return text;
}

static struct ov_docs read_yaml(struct suite *s, const char *name)
{
	struct ov_docs docs = {0};
	struct ov_str text = read_file(s, name);
	if (!text.len)
		return docs;
	struct ov_reader reader = {.arena = &s->arena,
		.keys = s->keys,
		.cache = &s->cache,
		.diags = &s->diags,
		.source = ov_sources_add(&s->sources, ov_str_c(name), text, false)};
	ov_yaml_read(&reader, &docs);
	return docs;
}

/* As the file writes what has ends of lines and tabs in it. */
static struct ov_str one_line(struct suite *s, struct ov_str text)
{
	struct ov_buf buf = {0};
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\n')
			ov_buf_puts(&buf, "\\n");
		else if (text.ptr[i] == '\t')
			ov_buf_puts(&buf, "\\t");
		else
			ov_buf_putc(&buf, text.ptr[i]);
	}
	struct ov_str out = ov_str_dup(&s->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return out;
}

static struct rows read_rows(struct suite *s)
{
	struct rows rows = {0};
	struct ov_str text = read_file(s, "actual.tsv");
	for (size_t at = 0, line = 0; at < text.len; line++) {
		size_t end = ov_str_find(text, OV_STR("\n"), at);
		struct ov_str rest = ov_str_sub(text, at, end);
		struct row row = {0};
		at = end == SIZE_MAX ? text.len : end + 1;
		for (size_t c = 0; c < COLUMNS; c++) {
			size_t tab = c + 1 < COLUMNS ? ov_str_chr(rest, '\t') : SIZE_MAX;
			row.column[c] = ov_str_sub(rest, 0, tab);
			rest = tab == SIZE_MAX ? OV_STR("")
					       : ov_str_sub(rest, tab + 1, rest.len);
		}
		if (line)
			ov_vec_push(&s->arena, &rows, row);
	}
	return rows;
}

struct collecting {
	struct suite *suite;
	struct ov_value resource;
	struct rows rows;
};

static void collect(void *context, const struct ov_policy_row *row)
{
	struct collecting *c = context;
	struct ov_value metadata = ov_get(c->resource, "metadata");
	const struct row out = {.column = {ov_policy_facts(row->policy)->name, row->rule,
					ov_string(ov_get(c->resource, "apiVersion")),
					ov_string(ov_get(c->resource, "kind")),
					ov_string(ov_get(metadata, "namespace")),
					ov_string(ov_get(metadata, "name")),
					ov_str_c(ov_policy_status_name(row->status)),
					one_line(c->suite, row->message)}};
	ov_vec_push(&c->suite->arena, &c->rows, out);
}

static bool same_object(const struct row *a, const struct row *b)
{
	for (size_t i = POLICY; i < RESULT; i++) {
		if (!ov_str_eq(a->column[i], b->column[i]))
			return false;
	}
	return true;
}

/* The best partner of a row: the same result and message, else the same result, else any. */
static struct row *partner(struct rows *rows, const struct row *row)
{
	struct row *best = NULL;
	size_t most = 0;
	for (size_t i = 0; i < rows->count; i++) {
		struct row *other = &rows->items[i];
		if (other->met || !same_object(row, other))
			continue;
		size_t score =
			1 + (size_t)2 * ov_str_eq(row->column[RESULT], other->column[RESULT]) +
			ov_str_eq(row->column[MESSAGE], other->column[MESSAGE]);
		if (score > most) {
			best = other;
			most = score;
		}
	}
	return best;
}

static struct ov_str id_of(struct suite *s, const struct row *row)
{
	const struct ov_str *c = row->column;
	return ov_str_fmt(&s->arena, "%.*s/%.*s/%.*s/%.*s/%.*s", OV_STR_ARG(c[POLICY]),
		OV_STR_ARG(c[RULE]), OV_STR_ARG(c[KIND]), OV_STR_ARG(c[NAME_SPACE]),
		OV_STR_ARG(c[NAME]));
}

static void compare(
	struct suite *s, struct rows *theirs, struct rows *ours, ov_suite_fn *fn, void *context)
{
	struct ov_str file = ov_str_fmt(&s->arena, "%.*s", OV_STR_ARG(s->name));
	for (size_t i = 0; i < theirs->count; i++) {
		const struct row *t = &theirs->items[i];
		struct row *own = partner(ours, t);
		struct ov_str why = {0};
		if (!own)
			why = ov_str_fmt(&s->arena, "%.*s expected, no row",
				OV_STR_ARG(t->column[RESULT]));
		else if (!ov_str_eq(own->column[RESULT], t->column[RESULT]))
			why = ov_str_fmt(&s->arena, "%.*s expected, not %.*s: %.*s",
				OV_STR_ARG(t->column[RESULT]), OV_STR_ARG(own->column[RESULT]),
				OV_STR_ARG(own->column[MESSAGE]));
		else if (!ov_str_eq(own->column[MESSAGE], t->column[MESSAGE]))
			why = ov_str_fmt(&s->arena, "message '%.*s' expected, not '%.*s'",
				OV_STR_ARG(t->column[MESSAGE]),
				OV_STR_ARG(own->column[MESSAGE]));
		if (own)
			own->met = true;
		fn(context, file, id_of(s, t), why.len ? OV_SUITE_FAIL : OV_SUITE_PASS, why);
	}
	for (size_t i = 0; i < ours->count; i++) {
		const struct row *own = &ours->items[i];
		if (own->met)
			continue;
		fn(context, file, id_of(s, own), OV_SUITE_FAIL,
			ov_str_fmt(&s->arena, "no row expected, not %.*s: %.*s",
				OV_STR_ARG(own->column[RESULT]),
				OV_STR_ARG(own->column[MESSAGE])));
	}
}

/* A resource of the same identity came before: the reference takes one of them. */
static bool is_repeated(const struct ov_value *list, size_t count, struct ov_value r)
{
	static const char *const fields[] = {"namespace", "name"};
	for (size_t i = 0; i < count; i++) {
		bool same = ov_str_eq(ov_string(ov_get(list[i], "kind")),
				    ov_string(ov_get(r, "kind"))) &&
			    ov_str_eq(ov_string(ov_get(list[i], "apiVersion")),
				    ov_string(ov_get(r, "apiVersion")));
		for (size_t f = 0; same && f < OV_COUNT(fields); f++)
			same = ov_str_eq(
				ov_string(ov_path(list[i], "metadata", fields[f], NULL)),
				ov_string(ov_path(r, "metadata", fields[f], NULL)));
		if (same)
			return true;
	}
	return false;
}

static void run_suite(struct suite *s, ov_suite_fn *fn, void *context)
{
	struct ov_docs policies = read_yaml(s, "policy.yaml");
	struct ov_docs resources = read_yaml(s, "resources.yaml");
	struct ov_docs values = read_yaml(s, "values.yaml");
	struct ov_docs user = read_yaml(s, "userinfo.yaml");
	struct ov_docs contexts = read_yaml(s, "context.yaml");
	struct ov_policy_set *set = ov_policy_set_new(&s->arena, s->keys, &s->cache);
	ov_policy_set_apis(set, s->apis.sets, OV_COUNT(s->apis.sets));
	for (size_t i = 0; i < policies.count; i++)
		ov_policy_set_add(set, policies.items[i], &s->diags);
	ov_policy_set_seal(set);
	struct ov_value *list = ov_new_array(&s->arena, struct ov_value, resources.count + 1);
	size_t count = 0;
	for (size_t i = 0; i < resources.count; i++) {
		struct ov_value r = ov_policy_resource(&s->arena, s->keys, resources.items[i]);
		if (!is_repeated(list, count, r))
			list[count++] = r;
	}
	const struct ov_policy_world world = {
		.values = ov_at(ov_value_list(values.items, values.count), 0),
		.user = ov_at(ov_value_list(user.items, user.count), 0),
		.contexts = ov_at(ov_value_list(contexts.items, contexts.count), 0),
		.resources = list,
		.resource_count = count,
		.answers = true,
		.now = 1767225600};
	struct ov_judge *judge = ov_judge_new(set, &world, &s->cache);
	struct collecting c = {.suite = s};
	for (size_t i = 0; i < count; i++) {
		c.resource = list[i];
		ov_judge_ask(judge, &s->arena, list[i], collect, &c);
	}
	struct rows theirs = read_rows(s);
	compare(s, &theirs, &c.rows, fn, context);
	ov_judge_free(judge);
	ov_policy_set_free(set);
}

/* A column of the suite's line in the index. */
static struct ov_str indexed(struct ov_str index, struct ov_str suite, size_t column)
{
	for (size_t at = 0; at < index.len;) {
		size_t end = ov_str_find(index, OV_STR("\n"), at);
		struct ov_str line = ov_str_sub(index, at, end);
		at = end == SIZE_MAX ? index.len : end + 1;
		if (!ov_str_eq(ov_str_sub(line, 0, ov_str_chr(line, '\t')), suite))
			continue;
		for (size_t i = 0; i < column; i++)
			line = ov_str_sub(line, ov_str_chr(line, '\t') + 1, line.len);
		return ov_str_sub(line, 0, ov_str_chr(line, '\t'));
	}
	return OV_STR("");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool ov_suite_kyverno(const char *dir, const char *part, ov_suite_fn *fn, void *context)
{
	struct ov_arena arena = {0};
	struct ov_diags diags;
	ov_diags_init(&diags, NULL);
	struct ov_str root = ov_str_fmt(&arena, "%s/kyverno/%s", dir, part), index = {0};
	ov_os_read_file(&arena, ov_str_fmt(&arena, "%s/kyverno/index.tsv", dir), 1 << 24,
		&index, &diags);
	ov_diags_release(&diags);
	DIR *folder = opendir(root.ptr);
	OV_VEC(char *) names = {0};
	for (struct dirent *d; folder && (d = readdir(folder));) {
		if (d->d_name[0] != '.')
			ov_vec_push(&arena, &names,
				(char *)ov_str_dup(&arena, ov_str_c(d->d_name)).ptr);
	}
	if (folder)
		closedir(folder);
	if (names.count)
		qsort(names.items, names.count, sizeof(*names.items), by_name);
	for (size_t i = 0; i < names.count; i++) {
		struct suite s = {.name = ov_str_c(names.items[i]), .keys = ov_keys_new(7)};
		struct ov_str sort = indexed(index, s.name, CATEGORY);
		struct ov_str status = indexed(index, s.name, STATUS);
		s.folder = ov_str_fmt(&arena, "%.*s/%s", OV_STR_ARG(root), names.items[i]).ptr;
		ov_sources_init(&s.sources, &s.arena);
		ov_diags_init(&s.diags, &s.sources);
		s.apis = ov_policy_apis_open(s.keys, &s.diags);
		if (ov_str_is(sort, "mutate") || ov_str_is(sort, "generate"))
			fn(context, s.name, OV_STR("all"), OV_SUITE_SKIP,
				OV_STR("changes or makes resources"));
		else if (!ov_str_is(status, "ok"))
			fn(context, s.name, OV_STR("all"), OV_SUITE_SKIP,
				OV_STR("the reference ended in a crash: it has no rows"));
		else
			run_suite(&s, fn, context);
		ov_policy_apis_close(&s.apis);
		ov_diags_release(&s.diags);
		ov_arena_release(&s.arena);
		ov_keys_free(s.keys);
	}
	ov_arena_release(&arena);
	return folder != NULL;
}
