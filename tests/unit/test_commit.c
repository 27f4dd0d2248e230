/* test_commit: output on a branch, as Git itself sees it. */
#include "close/commit.h"

#include "output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

extern const struct CMUnitTest ov_test_commit[];
extern const size_t ov_test_commit_count;

static struct ov_commit_options options_for(struct ov_out *out)
{
	return (struct ov_commit_options){.branch = OV_STR("out"),
		.out = out,
		.marker = OV_STR(OUTPUT_MARKER),
		.message = OV_STR("Render\n\nBody\n"),
		.time = 1700000000,
		.offset = -90,
		.threads = 2};
}

static struct ov_commit_result commit(
	struct scratch *s, const char *const *files, const char *folder, bool expect)
{
	struct ov_out out;
	struct ov_commit_result result;
	struct ov_str folders[1];
	output_fill(s, &out, files);
	struct ov_commit_options options = options_for(&out);
	if (folder) {
		folders[0] = ov_str_c(folder);
		options.folders = folders;
		options.folder_count = 1;
	}
	struct ov_git *git = ov_git_open(scratch_path(s, "r"), OV_GIT_NO_SYNC, &s->diags);
	assert_non_null(git);
	assert_int_equal(
		ov_commit_output(&s->arena, git, &options, &result, &s->diags), expect);
	ov_git_close(git);
	return result;
}

static void assert_tree(struct scratch *s, const char *expected)
{
	struct ov_str names = scratch_out(s, "cd r && git fsck --strict >&2 && git ls-tree -r "
					     "--name-only out | tr '\\n' ' '");
	assert_string_equal(ov_str_cstr(&s->arena, names), expected);
}

static void begin(struct scratch *s)
{
	scratch_init(s);
	assert_int_equal(scratch_run(s, "git init -q r && cd r && git config user.name P && "
					"git config user.email p@x"),
		0);
}

/* Puts files on the branch that someone else wrote. */
static void foreign(struct scratch *s, const char *commands)
{
	assert_int_equal(
		scratch_run(s,
			"cd r && git worktree add -q ../w out 2>&1 && cd ../w && %s && "
			"git add -A . && git commit -qm foreign && cd ../r && "
			"git worktree remove --force ../w",
			commands),
		0);
}

static void test_first(void **state)
{
	(void)state;
	struct scratch s;
	begin(&s);
	struct ov_commit_result r = commit(&s, output_three, NULL, true);
	assert_true(r.committed && r.exists && !r.had_parent);
	assert_int_equal(r.added, 3);
	assert_tree(&s, "c/a/x c/a/y c/b/x meta");
	assert_true(ov_str_is(
		scratch_out(&s, "cd r && git log --format='%%an %%ae %%ad %%s %%b %%P' "
				"--date=raw out"),
		"P p@x 1700000000 -0130 Render Body"));
	char hex[41];
	ov_id_hex(&r.id, hex);
	assert_true(ov_str_is(scratch_out(&s, "git -C r rev-parse out"), hex));
	/* Neither the work tree nor the index knows of it. */
	assert_true(ov_str_is(scratch_out(&s, "git -C r status --porcelain"), ""));
	scratch_release(&s);
}

static void test_again(void **state)
{
	(void)state;
	struct scratch s;
	begin(&s);
	commit(&s, output_three, NULL, true);
	struct ov_commit_result r = commit(&s, output_three, NULL, true);
	assert_true(!r.committed && r.exists);
	assert_int_equal(r.unchanged, 3);
	r = commit(&s, output_meta, NULL, true);
	assert_false(r.committed);
	r = commit(&s, output_changed, NULL, true);
	assert_true(r.committed && r.had_parent);
	assert_int_equal(r.added, 1);
	assert_int_equal(r.changed, 1);
	assert_int_equal(r.removed, 1);
	assert_int_equal(r.unchanged, 1);
	assert_tree(&s, "c/a/x c/a/y d meta");
	assert_true(ov_str_is(scratch_out(&s, "git -C r show out:meta"), "2"));
	assert_true(ov_str_is(scratch_out(&s, "git -C r rev-list --count out"), "2"));
	scratch_release(&s);
}

static void test_scope(void **state)
{
	(void)state;
	struct scratch s;
	begin(&s);
	commit(&s, output_three, NULL, true);
	struct ov_commit_result r = commit(&s, output_some, "c/a", true);
	assert_true(r.committed);
	assert_int_equal(r.added, 1);
	assert_int_equal(r.removed, 2);
	assert_tree(&s, "c/a/z c/b/x meta");
	assert_true(ov_str_is(scratch_out(&s, "git -C r show out:c/b/x | tail -1"), "3"));
	assert_true(ov_str_is(scratch_out(&s, "git -C r show out:meta"), "2"));
	scratch_release(&s);
}

static void test_foreign_stays(void **state)
{
	(void)state;
	static const char *const one[] = {"c/a/x=7", NULL};
	struct scratch s;
	begin(&s);
	commit(&s, output_three, NULL, true);
	foreign(&s, "echo me > CODEOWNERS && mkdir -p c/a/own && echo mine > c/a/own/f && "
		    "echo '" OUTPUT_MARKER "not' > c/a/near && ln -s x c/a/link && "
		    "printf '" OUTPUT_MARKER "\\r\\nx' > c/a/crlf && printf '" OUTPUT_MARKER
		    "' > c/a/bare");
	struct ov_commit_result r = commit(&s, one, NULL, true);
	assert_true(r.committed);
	assert_int_equal(r.removed, 4);
	assert_tree(&s, "CODEOWNERS c/a/link c/a/near c/a/own/f c/a/x meta");
	scratch_release(&s);
}

static void test_not_ours(void **state)
{
	(void)state;
	for (const struct output_obstacle *o = output_obstacles; o->commands; o++) {
		struct scratch s;
		begin(&s);
		commit(&s, output_three, NULL, true);
		foreign(&s, o->commands);
		struct ov_str before = scratch_out(&s, "git -C r rev-parse out");
		commit(&s, o->files, NULL, false);
		assert_true(scratch_found(&s, OV_DIAG_OUTPUT_NOT_OURS));
		assert_true(ov_str_eq(scratch_out(&s, "git -C r rev-parse out"), before));
		scratch_release(&s);
	}
}

/* Ours give way to ours: a file becomes a folder, and back. */
static void test_file_and_folder(void **state)
{
	(void)state;
	struct scratch s;
	begin(&s);
	commit(&s, output_file, NULL, true);
	commit(&s, output_folder, NULL, true);
	assert_tree(&s, "a-b a.b a/x b");
	commit(&s, output_file, NULL, true);
	assert_tree(&s, "a b");
	commit(&s, output_none, NULL, true);
	assert_tree(&s, "");
	assert_false(commit(&s, output_none, NULL, true).committed);
	scratch_release(&s);
}

static void test_pack_used(void **state)
{
	(void)state;
	enum { COUNT = 500 };
	struct scratch s;
	const char *files[COUNT + 1];
	begin(&s);
	for (size_t i = 0; i < COUNT; i++)
		files[i] = ov_str_fmt(&s.arena, "c/%zu/f%zu=%zu", i % 7, i, i / 2).ptr;
	files[COUNT] = NULL;
	struct ov_commit_result r = commit(&s, files, NULL, true);
	assert_int_equal(r.added, COUNT);
	assert_true(r.bytes > 0);
	assert_true(
		ov_str_is(scratch_out(&s, "cd r && git fsck --strict >&2 && "
					  "git ls-tree -r out | wc -l && ls .git/objects/pack "
					  "| wc -l"),
			"500\n2"));
	files[COUNT - 1] = NULL;
	r = commit(&s, files, NULL, true);
	assert_int_equal(r.removed, 1);
	assert_int_equal(r.objects, 4);
	assert_int_equal(r.bytes, 0);
	scratch_release(&s);
}

static void test_checked_out(void **state)
{
	(void)state;
	struct scratch s;
	begin(&s);
	scratch_run(&s, "cd r && git checkout -qb out");
	commit(&s, output_three, NULL, false);
	assert_true(scratch_found(&s, OV_DIAG_GIT));
	scratch_run(&s, "cd r && git commit -q --allow-empty -m x && git checkout -qb other && "
			"git worktree add -q ../w out");
	commit(&s, output_three, NULL, false);
	assert_true(scratch_found(&s, OV_DIAG_GIT));
	scratch_run(&s, "rm -rf w");
	assert_true(commit(&s, output_three, NULL, true).committed);
	scratch_run(&s, "rm -rf r && git init -q --bare r -b out");
	assert_true(commit(&s, output_three, NULL, true).committed);
	scratch_release(&s);
}

static void test_note(void **state)
{
	(void)state;
	struct scratch s;
	struct ov_out out;
	struct ov_commit_result r;
	begin(&s);
	output_fill(&s, &out, output_three);
	struct ov_commit_options options = options_for(&out);
	options.note_ref = OV_STR("refs/notes/hydrator.metadata");
	for (size_t i = 0; i < 2; i++) {
		options.note = ov_str_fmt(&s.arena, "{\"drySha\":\"%zu\"}", i);
		struct ov_git *git = ov_git_open(scratch_path(&s, "r"), 0, &s.diags);
		assert_true(ov_commit_output(&s.arena, git, &options, &r, &s.diags));
		ov_git_close(git);
		assert_int_equal(r.committed, i == 0);
		assert_true(ov_str_eq(
			scratch_out(&s, "cd r && git notes --ref hydrator.metadata show out"),
			options.note));
	}
	scratch_release(&s);
}

/* Each child commits a file of its own folder, again and again. */
static void race(struct scratch *s, size_t child, size_t rounds)
{
	struct ov_diags diags;
	bool ok = true;
	for (size_t i = 0; i < rounds && ok; i++) {
		struct ov_arena arena = {0};
		struct ov_out out = {0};
		struct ov_out_conflicts conflicts = {0};
		struct ov_commit_result result;
		struct ov_str folder = ov_str_fmt(&arena, "c/%zu", child);
		ov_diags_init(&diags, NULL);
		ov_out_add(&arena, &out, ov_str_fmt(&arena, "c/%zu/f", child),
			ov_str_fmt(&arena, OUTPUT_MARKER "\n%zu\n", i));
		ov_out_sort(&arena, &out, &conflicts);
		struct ov_commit_options options = options_for(&out);
		options.folders = &folder;
		options.folder_count = 1;
		struct ov_git *git = ov_git_open(scratch_path(s, "r"), OV_GIT_NO_SYNC, &diags);
		/* That the branch moved eight times is a fair end of a try. */
		while (!(ok = ov_commit_output(&arena, git, &options, &result, &diags)) &&
			diags.list.items[0]->code == OV_DIAG_BRANCH_MOVED) {
			ov_diags_release(&diags);
		}
		ov_git_close(git);
		ov_diags_release(&diags);
		ov_arena_release(&arena);
	}
	_exit(ok ? 0 : 1);
}

static void test_race(void **state)
{
	(void)state;
	enum { CHILDREN = 3, ROUNDS = 6 };
	struct scratch s;
	pid_t child[CHILDREN];
	begin(&s);
	for (size_t i = 0; i < CHILDREN; i++) {
		child[i] = fork();
		if (child[i] == 0)
			race(&s, i, ROUNDS);
	}
	for (size_t i = 0; i < CHILDREN; i++) {
		int status = -1;
		waitpid(child[i], &status, 0);
		assert_int_equal(status, 0);
	}
	struct ov_str found = scratch_out(&s, "cd r && git fsck --strict >&2 && "
					      "git rev-list --count out && "
					      "git grep -h '^5' out | wc -l");
	if (!ov_str_is(found, "18\n3"))
		fail_msg("commits and files: %.*s", OV_STR_ARG(found));
	scratch_release(&s);
}

enum { MANY = 400 };

static void commit_many(struct scratch *s, size_t round)
{
	const char *files[MANY + 1];
	for (size_t i = 0; i < MANY; i++)
		files[i] = ov_str_fmt(&s->arena, "c/%zu/f%zu=%zu", i % 7, i, round).ptr;
	files[MANY] = NULL;
	commit(s, files, NULL, true);
}

static void assert_whole(struct scratch *s)
{
	assert_int_equal(scratch_run(s, "cd r && git fsck --connectivity-only out"), 0);
	assert_true(
		ov_str_is(scratch_out(s, "cd r && git ls-tree -r out | wc -l && "
					 "git grep -h '^[0-9]' out | sort | uniq -c | wc -l"),
			"400\n1"));
}

/* A killed run leaves the old or the new commit, and the next one is not hindered. */
static void test_kill(void **state)
{
	(void)state;
	enum { ROUNDS = 12 };
	struct scratch s;
	begin(&s);
	uint64_t start = ov_os_clock();
	commit_many(&s, 0);
	uint64_t usual = ov_os_clock() - start;
	for (size_t round = 1; round <= ROUNDS; round++) {
		pid_t child = fork();
		if (child == 0) {
			commit_many(&s, round);
			_exit(0);
		}
		/* Evenly over the time that a run takes. */
		output_kill(child, usual * round / ROUNDS);
		assert_whole(&s);
	}
	scratch_run(&s, "find r/.git -name '*.lock' -delete");
	commit_many(&s, ROUNDS + 1);
	assert_whole(&s);
	assert_int_equal(scratch_run(&s, "ls r/.git/objects/pack/tmp_ovec_* 2>/dev/null"), 2);
	scratch_release(&s);
}

const struct CMUnitTest ov_test_commit[] = {
	cmocka_unit_test(test_first),
	cmocka_unit_test(test_again),
	cmocka_unit_test(test_scope),
	cmocka_unit_test(test_foreign_stays),
	cmocka_unit_test(test_not_ours),
	cmocka_unit_test(test_file_and_folder),
	cmocka_unit_test(test_pack_used),
	cmocka_unit_test(test_checked_out),
	cmocka_unit_test(test_note),
	cmocka_unit_test(test_race),
	cmocka_unit_test(test_kill),
};
const size_t ov_test_commit_count = OV_COUNT(ov_test_commit);
