#include "runner/perform.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "close/sibling.h"
#include "cmd/cmd.h"
#include "make/make.h"
#include "runner/generate.h"
#include "runner/tree.h"

/** What a run of the program left behind. */
struct result {
	int exit;
	struct ov_str out, err;
	struct tree tree;
};

/** A number of threads and a hash seed; what is written may depend on neither. */
struct variant {
	const char *threads, *seed;
};

static const struct variant variants[] = {{"1", "1"}, {"2", "2"}, {"7", "1"}};

struct performance {
	const struct test_case *c;
	const struct stage *stage;
	struct ov_arena arena;
	struct tree before; /**< OUT, before each run */
	bool library;       /**< the fixture brings a library of its own */
	struct ov_buf *report;
};

static bool complain(struct performance *p, const char *text)
{
	ov_buf_addf(p->report, "%s\n", text);
	return false;
}

static const char *own(struct performance *p, const char *name)
{
	return ov_str_fmt(&p->arena, "%s/%s", p->c->folder, name).ptr;
}

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static bool has_arg(const struct test_case *c, const char *arg)
{
	for (size_t i = 0; i < c->args.count; i++)
		if (strcmp(c->args.items[i], arg) == 0)
			return true;
	return false;
}

/* Reads what a memory stream holds, with the work folder's name taken out. */
static struct ov_str without_work(struct performance *p, struct ov_str text)
{
	struct ov_str prefix = ov_str_fmt(&p->arena, "%s/", p->stage->work);
	struct ov_buf buf = {0};
	struct ov_str kept;
	size_t from = 0, at;

	while ((at = ov_str_find(text, prefix, from)) != SIZE_MAX) {
		ov_buf_add(&buf, ov_str_sub(text, from, at));
		from = at + prefix.len;
	}
	ov_buf_add(&buf, ov_str_sub(text, from, text.len));
	kept = ov_str_dup(&p->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return kept;
}

static struct result call(struct performance *p, int argc, char *const argv[])
{
	struct result r = {0};
	char *out = NULL, *err = NULL;
	size_t out_len, err_len;
	struct ov_io io = {
		.out = open_memstream(&out, &out_len), .err = open_memstream(&err, &err_len)};

	if (!io.out || !io.err)
		fail("open_memstream: %s", strerror(errno));
	r.exit = ov_cmd_main(&io, argc, argv);
	fclose(io.out);
	fclose(io.err);
	r.out = without_work(p, ov_str_n(out, out_len));
	r.err = without_work(p, ov_str_n(err, err_len));
	free(out);
	free(err);
	r.tree = tree_read(&p->arena, "out");
	return r;
}

static char *word(struct performance *p, const char *arg)
{
	const char *to = strcmp(arg, "ESTATE") == 0 ? "estate"
			 : strcmp(arg, "OUT") == 0  ? "out"
						    : arg;
	char *copy = ov_arena_alloc(&p->arena, strlen(to) + 1, 1);

	memcpy(copy, to, strlen(to) + 1);
	return copy;
}

static bool takes_library(const char *command)
{
	static const char *const commands[] = {"render", "check", "explain", "schema"};

	for (size_t i = 0; i < OV_COUNT(commands); i++)
		if (strcmp(command, commands[i]) == 0)
			return true;
	return false;
}

static struct result run_once(struct performance *p, const struct variant *variant)
{
	const struct test_case *c = p->c;
	char **argv = ov_new_array(&p->arena, char *, c->args.count + 8);
	int argc = 0;
	struct result r;

	argv[argc++] = word(p, "ovec");
	for (size_t i = 0; i < c->args.count; i++)
		argv[argc++] = word(p, c->args.items[i]);
	if (!c->summary && *c->args.items[0] != '-' && !has_arg(c, "-v") && !has_arg(c, "-q"))
		argv[argc++] = word(p, "-q");
	if (p->library && takes_library(c->args.items[0])) {
		argv[argc++] = word(p, "--library");
		argv[argc++] = word(p, "library");
	}
	if (variant) {
		argv[argc++] = word(p, "--threads");
		argv[argc++] = word(p, variant->threads);
		setenv("OVEC_HASH_SEED", variant->seed, 1);
	}
	tree_remove("out");
	if (p->before.exists) {
		tree_write(&p->before, "out");
		if (exists("out.ovec"))
			tree_copy("out.ovec", "out/.ovec");
	}
	r = call(p, argc, argv);
	unsetenv("OVEC_HASH_SEED");
	return r;
}

/* Renders the estate as it was: a copy, over which the folder is laid. */
static bool render_before(struct performance *p, const char *folder)
{
	char *argv[] = {word(p, "ovec"), word(p, "render"), word(p, ".estate-before"),
		word(p, "-o"), word(p, "out"), word(p, "-q"), word(p, "--library"),
		word(p, "library"), NULL};
	struct result r;

	tree_copy("estate", ".estate-before");
	if (exists(folder))
		tree_copy(folder, ".estate-before");
	r = call(p, p->library ? 8 : 6, argv);
	tree_remove(".estate-before");
	if (r.exit == 0)
		return true;
	ov_buf_add(p->report, r.err);
	return complain(p, "`before` could not be rendered");
}

/* The files of the shipped library that the fixture names, so that cases are quick and do not
 * change with every kind. */
static void copy_library(struct performance *p)
{
	struct ov_str text = file_read(&p->arena, "estate/.library", NULL);

	for (size_t from = 0; from < text.len;) {
		size_t end = ov_str_find(text, OV_STR("\n"), from);
		struct ov_str line = ov_str_sub(text, from, end);

		from = end == SIZE_MAX ? text.len : end + 1;
		if (line.len)
			tree_copy(ov_str_fmt(&p->arena, "%s/%.*s", p->stage->root,
					  OV_STR_ARG(line))
					  .ptr,
				ov_str_fmt(&p->arena, "library/%.*s", OV_STR_ARG(line)).ptr);
	}
	p->library = true;
}

/* Copies and makes the input; the expected files stay where they are. */
static bool prepare(struct performance *p)
{
	const struct test_case *c = p->c;
	struct tree input = tree_read(&p->arena, c->folder);

	if (c->fixture)
		tree_copy(
			ov_str_fmt(&p->arena, "%s/fixtures/%s", p->stage->root, c->fixture).ptr,
			"estate");
	for (size_t i = 0; i < input.files.count; i++) {
		const struct tree_file *f = &input.files.items[i];

		if (strncmp(f->path, "expect", 6) == 0 || strcmp(f->path, "case.yaml") == 0)
			continue;
		if (f->path[strlen(f->path) - 1] == '/')
			folder_make(f->path);
		else
			file_write(f->path, f->bytes);
	}
	for (size_t i = 0; i < c->generate.count; i++) {
		const char *wrong = generate_file(&c->generate.items[i]);

		if (wrong)
			return complain(p, wrong);
	}
	if (c->bare)
		copy_library(p);
	if (c->setup && system(c->setup) != 0)
		return complain(p, "`setup` failed");
	if (c->keep) {
		file_write("out/" OV_FOLDER_MARK, OV_STR(OV_FOLDER_MARK_TEXT));
		file_write("out/clusters/earlier/object.yaml",
			OV_STR(OV_MARKER "\nkind: Earlier\n"));
	}
	for (size_t i = 0; i < c->before.count; i++) {
		if (!render_before(p, c->before.items[i]))
			return false;
	}
	p->before = tree_read(&p->arena, "out");
	if (exists("out/.ovec"))
		tree_copy("out/.ovec", "out.ovec");
	return true;
}

static void add_diff(struct performance *p, const char *expected, const char *actual)
{
	struct ov_str command = ov_str_fmt(&p->arena,
		"diff -u -L expected -L actual '%s' '%s' 2>&1 | sed -n '1,40p'", expected,
		actual);
	FILE *diff = popen(command.ptr, "r");
	char line[4096];

	while (diff && fgets(line, sizeof(line), diff))
		ov_buf_puts(p->report, line);
	if (diff)
		pclose(diff);
}

static bool compare_text(
	struct performance *p, const char *what, const char *expected, struct ov_str actual)
{
	bool found;

	if (ov_str_eq(file_read(&p->arena, expected, &found), actual))
		return true;
	ov_buf_addf(p->report, "%s is not as expected:\n", what);
	file_write("actual", actual);
	add_diff(p, found ? expected : "/dev/null", "actual");
	return false;
}

/* Says which files differ; shows the first three where both lie on disk. */
static bool compare_trees(struct performance *p, const struct tree *want,
	const struct tree *got, const char *on_disk)
{
	size_t i = 0, j = 0, shown = 0;
	bool same = true;

	while (i < want->files.count || j < got->files.count) {
		const struct tree_file *w =
			i < want->files.count ? &want->files.items[i] : NULL;
		const struct tree_file *g = j < got->files.count ? &got->files.items[j] : NULL;
		int order = !w ? 1 : !g ? -1 : strcmp(w->path, g->path);

		i += order <= 0;
		j += order >= 0;
		if (order == 0 && ov_str_eq(w->bytes, g->bytes))
			continue;
		same = false;
		ov_buf_addf(p->report, "%s: %s\n",
			order < 0   ? "not written"
			: order > 0 ? "written, not expected"
				    : "differs",
			order <= 0 ? w->path : g->path);
		if (order == 0 && on_disk && shown++ < 3)
			add_diff(p, ov_str_fmt(&p->arena, "%s/%s", on_disk, w->path).ptr,
				ov_str_fmt(&p->arena, "out/%s", g->path).ptr);
	}
	return same;
}

static int expected_exit(struct performance *p)
{
	if (p->c->exit >= 0)
		return p->c->exit;
	if (exists(own(p, "expect")))
		return 0;
	return !p->c->out && !exists(own(p, "expect.out")) ? 1 : exists(own(p, "expect.diag"));
}

static bool judge(struct performance *p, const struct result *r)
{
	const struct test_case *c = p->c;
	bool writes = has_arg(c, "OUT");
	bool ok = true;

	if (!exists(own(p, "expect")) && !exists(own(p, "expect.diag")) &&
		!exists(own(p, "expect.out")) && !c->out && c->exit < 0)
		return complain(p,
			"there is no expect/, expect.diag, expect.out or `exit`: see "
			"what `make golden CASES=FOLDER` writes");
	if (r->exit != expected_exit(p)) {
		ov_buf_addf(p->report, "exit status %d, not %d\n", r->exit, expected_exit(p));
		ok = false;
	}
	ok &= compare_text(p, "stderr", own(p, "expect.diag"), r->err);
	ok &= compare_text(p, "stdout", own(p, c->out ? c->out : "expect.out"), r->out);
	/* Some failed runs write a part, and say so by an expect/ beside `exit`. */
	if (writes && (r->exit == 0 || exists(own(p, "expect")))) {
		struct tree want = tree_read(&p->arena, own(p, "expect"));

		ok &= compare_trees(p, &want, &r->tree, own(p, "expect"));
	} else if (writes && (r->tree.exists != p->before.exists ||
				     !compare_trees(p, &p->before, &r->tree, NULL))) {
		ok = complain(p, "the run failed, and yet it touched the output folder");
	}
	return ok;
}

static void update_text(struct performance *p, const char *name, struct ov_str text)
{
	if (text.len > 0)
		file_write(own(p, name), text);
	else
		tree_remove(own(p, name));
}

static bool update(struct performance *p, const struct result *r)
{
	bool known = exists(own(p, "expect")) || exists(own(p, "expect.diag")) ||
		     exists(own(p, "expect.out")) || p->c->exit >= 0;

	if (known && r->exit != expected_exit(p)) {
		ov_buf_add(p->report, r->err);
		ov_buf_addf(p->report,
			"exit status %d, not %d: nothing rewritten; remove the expected "
			"files, or write `exit: %d` in case.yaml\n",
			r->exit, expected_exit(p), r->exit);
		return false;
	}
	update_text(p, "expect.diag", r->err);
	if (!p->c->out)
		update_text(p, "expect.out", r->out);
	if (has_arg(p->c, "OUT") && (r->exit == 0 || exists(own(p, "expect")))) {
		tree_remove(own(p, "expect"));
		tree_write(&r->tree, own(p, "expect"));
	}
	return true;
}

/* The same with other numbers of threads and hash seeds. */
static bool repeat(struct performance *p, const struct result *first)
{
	const char *command = p->c->args.items[0];

	if (p->c->once || has_arg(p->c, "--threads") ||
		(strcmp(command, "render") != 0 && strcmp(command, "check") != 0 &&
			strcmp(command, "policy") != 0))
		return true;
	/* In the quick loop one of them, so that over all cases each has its turn. */
	size_t chosen = strlen(p->c->name) % OV_COUNT(variants);
	for (size_t i = 0; i < OV_COUNT(variants); i++) {
		if (!p->stage->thorough && i != chosen)
			continue;
		struct result r = run_once(p, &variants[i]);

		if (r.exit == first->exit && ov_str_eq(r.out, first->out) &&
			ov_str_eq(r.err, first->err) &&
			compare_trees(p, &first->tree, &r.tree, NULL))
			continue;
		ov_buf_addf(p->report, "not the same with --threads %s and OVEC_HASH_SEED=%s\n",
			variants[i].threads, variants[i].seed);
		file_write("first", first->err);
		file_write("actual", r.err);
		add_diff(p, "first", "actual");
		return false;
	}
	return true;
}

static void set_environment(const struct test_case *c, bool on)
{
	for (size_t i = 0; i < c->env.count; i++)
		if (on && *c->env.items[i].value)
			setenv(c->env.items[i].key, c->env.items[i].value, 1);
		else
			unsetenv(c->env.items[i].key);
}

bool perform(const struct test_case *c, const struct stage *stage, struct ov_buf *report)
{
	struct performance p = {.c = c, .stage = stage, .report = report};
	struct result r;
	bool ok;

	if (c->error)
		return complain(&p, c->error);
	if (chdir(stage->work) != 0)
		fail("%s: %s", stage->work, strerror(errno));
	/* The clock is an input; a case that is about it sets its own. */
	setenv("SOURCE_DATE_EPOCH", "1767225600", 1);
	set_environment(c, true);
	ok = prepare(&p);
	if (ok) {
		r = run_once(&p, NULL);
		ok = stage->update ? update(&p, &r) : judge(&p, &r);
		ok = ok && repeat(&p, &r);
	}
	set_environment(c, false);
	ov_arena_release(&p.arena);
	return ok;
}
