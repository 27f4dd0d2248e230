/* test_git: reading estates from repositories, refs and notes; set up with git itself. */
#include "foreign/git.h"

#include "base/limits.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

extern const struct CMUnitTest ov_test_git[];
extern const size_t ov_test_git_count;

static const char *const identity = "git config user.name 'A. Person' && "
				    "git config user.email a@example.org";

static void note(void *context, const struct ov_found *found)
{
	static const char *const kinds[] = {"file", "link", "large", "deep"};
	struct ov_buf *log = context;
	ov_buf_addf(log, "%s %.*s", kinds[found->kind], OV_STR_ARG(found->path));
	if (found->target.len)
		ov_buf_addf(log, "->%.*s", OV_STR_ARG(found->target));
	ov_buf_addf(log, "%s=%.*s;", found->exec ? "*" : "", OV_STR_ARG(found->bytes));
}

static const char *walk_index(struct scratch *s, struct ov_git *git, const char *folder)
{
	struct ov_buf log;
	ov_buf_init(&log);
	bool ok = ov_git_walk_index(
		&s->arena, git, ov_str_c(folder), NULL, note, &log, &s->diags);
	const char *text = ok ? ov_str_cstr(&s->arena, ov_buf_str(&log)) : NULL;
	ov_buf_release(&log);
	return text;
}

static const char *walk_commit(
	struct scratch *s, struct ov_git *git, const char *name, const char *folder)
{
	struct ov_buf log;
	struct ov_git_commit commit;
	assert_true(ov_git_resolve(&s->arena, git, ov_str_c(name), &commit, &s->diags));
	ov_buf_init(&log);
	bool ok = ov_git_walk_tree(
		&s->arena, git, commit.tree, ov_str_c(folder), NULL, note, &log, &s->diags);
	const char *text = ok ? ov_str_cstr(&s->arena, ov_buf_str(&log)) : NULL;
	ov_buf_release(&log);
	return text;
}

static struct ov_git *open_at(struct scratch *s, const char *path)
{
	return ov_git_open(scratch_path(s, path), OV_GIT_NO_SYNC, &s->diags);
}

static void test_walks(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	scratch_run(&s,
		"git init -q r && cd r && %s && mkdir -p e/a/b e/.x o && printf 1 > e/a/b/x && "
		"printf 2 > e/a.b && printf 3 > e/a-b && : > e/.h && : > e/.x/y && "
		"printf 4 > e/run && chmod +x e/run && ln -s a/../a.b e/in && "
		"ln -s in e/twice && ln -s ../o/z e/out && ln -s a e/folder && "
		"ln -s self e/self && printf 5 > o/z && git add . && git commit -qm "
		"'One\n\nBody' "
		"&& printf staged > e/a-b && git add e/a-b && printf unstaged > e/a-b && "
		": > e/untracked && : > e/intent && git add -N e/intent",
		identity);
	struct ov_git *git = open_at(&s, "r/e");
	assert_non_null(git);
	assert_string_equal(walk_commit(&s, git, "HEAD", "e"),
		"file a-b=3;file a.b=2;file a/b/x=1;link folder->a=;"
		"file in->a/../a.b=2;link out->../o/z=;file run*=4;link self->self=;"
		"file twice->in=2;");
	assert_string_equal(walk_index(&s, git, "e"),
		"file a-b=staged;file a.b=2;file a/b/x=1;link folder->a=;"
		"file in->a/../a.b=2;link out->../o/z=;file run*=4;link self->self=;"
		"file twice->in=2;");
	assert_string_equal(walk_index(&s, git, "e/a"), "file b/x=1;");
	assert_string_equal(walk_index(&s, git, "none"), "");
	/* From the root, the link that left e/ does not leave. */
	assert_non_null(strstr(walk_commit(&s, git, "HEAD", ""), "file e/out->../o/z=5;"));
	assert_int_equal(s.diags.list.count, 0);
	assert_null(walk_commit(&s, git, "HEAD", "none"));
	assert_true(scratch_found(&s, OV_DIAG_GIT));
	struct ov_git_commit commit;
	assert_false(ov_git_resolve(&s.arena, git, OV_STR("nope"), &commit, &s.diags));
	assert_true(scratch_found(&s, OV_DIAG_GIT));
	assert_true(ov_git_resolve(&s.arena, git, OV_STR("HEAD"), &commit, &s.diags));
	assert_true(ov_str_is(commit.subject, "One"));
	assert_true(ov_str_is(commit.author.name, "A. Person"));
	struct ov_str inside;
	assert_true(ov_git_inside(&s.arena, git, scratch_path(&s, "r/e/a"), &inside));
	assert_true(ov_str_is(inside, "e/a"));
	assert_true(ov_git_inside(&s.arena, git, scratch_path(&s, "r"), &inside));
	assert_int_equal(inside.len, 0);
	assert_false(ov_git_inside(&s.arena, git, s.path, &inside));
	ov_git_close(git);
	scratch_release(&s);
}

static void test_index_file(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	scratch_run(&s,
		"git init -q r && cd r && %s && printf 1 > a && printf 2 > b && git add . && "
		"git commit -qm x && printf 3 > a && printf 4 > b && "
		"printf '#!/bin/sh\\nenv | grep ^GIT_ > ../env\\n"
		"cp \"$GIT_INDEX_FILE\" .git/hooked\\n' > .git/hooks/pre-commit && "
		"chmod +x .git/hooks/pre-commit && git commit -qm y a",
		identity);
	/* What a partial commit stages is in an index of its own, named relative to the top. */
	assert_true(ov_str_starts(
		scratch_out(&s, "grep ^GIT_INDEX_FILE env"), OV_STR("GIT_INDEX_FILE=")));
	setenv("GIT_INDEX_FILE", ".git/hooked", 1);
	struct ov_git *git = open_at(&s, "r");
	assert_string_equal(walk_index(&s, git, ""), "file a=3;file b=2;");
	ov_git_close(git);
	unsetenv("GIT_INDEX_FILE");
	scratch_release(&s);
}

static void test_unmerged(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	scratch_run(&s,
		"git init -q r && cd r && %s && echo 1 > a && git add . && git commit -qm 1 && "
		"git checkout -qb o && echo 2 > a && git commit -qam 2 && git checkout -q - && "
		"echo 3 > a && git commit -qam 3 && git merge -q o >/dev/null",
		identity);
	struct ov_git *git = open_at(&s, "r");
	assert_null(walk_index(&s, git, ""));
	assert_true(scratch_found(&s, OV_DIAG_GIT));
	ov_git_close(git);
	scratch_release(&s);
}

static void test_open(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	scratch_run(&s,
		"mkdir none && git init -q r && git init -q --bare b.git && cd r && %s && "
		"printf 1 > a && git add . && git commit -qm x && "
		"git worktree add -q ../w -b side && git push -q ../b.git side && "
		"cd .. && git init -q sha --object-format=sha256; git init -q ext && "
		"git -C ext config core.repositoryformatversion 1 && "
		"git -C ext config extensions.worktreeConfig true",
		identity);
	assert_null(ov_git_open(scratch_path(&s, "none"), OV_GIT_OPTIONAL, &s.diags));
	assert_int_equal(s.diags.list.count, 0);
	static const char *const bad[] = {"none", "sha", "ext"};
	for (size_t i = 0; i < OV_COUNT(bad); i++) {
		assert_null(open_at(&s, bad[i]));
		assert_true(s.diags.list.items[0]->notes != NULL);
		assert_true(scratch_found(&s, OV_DIAG_GIT));
	}
	struct ov_git *git = open_at(&s, "w");
	assert_string_equal(walk_commit(&s, git, "HEAD", ""), "file a=1;");
	assert_string_equal(walk_index(&s, git, ""), "file a=1;");
	assert_true(ov_str_eq(ov_git_work_tree(git), scratch_path(&s, "w")));
	assert_true(ov_str_eq(ov_git_object_folder(git), scratch_path(&s, "r/.git/objects")));
	assert_true(ov_str_eq(ov_git_checked_out(&s.arena, git, OV_STR("refs/heads/side")),
		scratch_path(&s, "w")));
	assert_true(ov_str_eq(ov_git_checked_out(&s.arena, git, OV_STR("refs/heads/master")),
		scratch_path(&s, "r")));
	assert_int_equal(ov_git_checked_out(&s.arena, git, OV_STR("refs/heads/free")).len, 0);
	ov_git_close(git);
	git = open_at(&s, "b.git");
	assert_int_equal(ov_git_work_tree(git).len, 0);
	assert_string_equal(walk_commit(&s, git, "side", ""), "file a=1;");
	assert_int_equal(ov_git_checked_out(&s.arena, git, OV_STR("refs/heads/master")).len, 0);
	ov_git_close(git);
	/* GIT_DIR counts, unless the path lies elsewhere. */
	setenv("GIT_DIR", scratch_path(&s, "b.git").ptr, 1);
	git = open_at(&s, "none");
	assert_string_equal(walk_commit(&s, git, "side", ""), "file a=1;");
	ov_git_close(git);
	setenv("GIT_DIR", scratch_path(&s, "r/.git").ptr, 1);
	git = open_at(&s, "w");
	assert_true(ov_str_eq(ov_git_work_tree(git), scratch_path(&s, "w")));
	ov_git_close(git);
	unsetenv("GIT_DIR");
	assert_int_equal(s.diags.list.count, 0);
	scratch_release(&s);
}

static void test_depth(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	struct ov_buf path;
	ov_buf_init(&path);
	for (size_t i = 0; i < OV_LIMIT_FOLDER_DEPTH; i++)
		ov_buf_puts(&path, "d/");
	ov_buf_putc(&path, '\0');
	scratch_run(&s,
		"git init -q r && cd r && %s && mkdir -p %sd && : > %sf && : > %sd/g && git "
		"add . "
		"&& git commit -qm x && cat %sf",
		identity, path.ptr, path.ptr, path.ptr, path.ptr);
	struct ov_git *git = open_at(&s, "r");
	struct ov_str expected =
		ov_str_fmt(&s.arena, "deep %sd=;file %sf=;", path.ptr, path.ptr);
	assert_string_equal(walk_index(&s, git, ""), expected.ptr);
	assert_string_equal(walk_commit(&s, git, "HEAD", ""), expected.ptr);
	ov_git_close(git);
	ov_buf_release(&path);
	scratch_release(&s);
}

static void test_refs(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	scratch_run(&s,
		"git init -q r && cd r && %s && git commit -q --allow-empty -m 1 && "
		"git commit -q --allow-empty -m 2 && git symbolic-ref refs/heads/link "
		"refs/heads/target",
		identity);
	struct ov_git *git = open_at(&s, "r");
	struct ov_git_commit one, two;
	assert_true(ov_git_resolve(&s.arena, git, OV_STR("HEAD~1"), &one, &s.diags));
	assert_true(ov_git_resolve(&s.arena, git, OV_STR("HEAD"), &two, &s.diags));
	struct ov_git_person who = ov_git_committer(&s.arena, git);
	assert_true(ov_str_is(who.name, "A. Person"));
	struct ov_str ref;
	static const char *const bad[] = {"", "a b", "-x", "a..b", "HEAD", "refs/"};
	for (size_t i = 0; i < OV_COUNT(bad); i++) {
		assert_false(ov_git_branch(&s.arena, git, ov_str_c(bad[i]), &ref, &s.diags));
		assert_true(scratch_found(&s, OV_DIAG_GIT));
	}
	assert_true(ov_git_branch(&s.arena, git, OV_STR("link"), &ref, &s.diags));
	assert_true(ov_str_is(ref, "refs/heads/target"));
	assert_true(ov_git_branch(&s.arena, git, OV_STR("env/x"), &ref, &s.diags));
	assert_true(ov_str_is(ref, "refs/heads/env/x"));
	bool exists = true;
	struct ov_id id;
	assert_true(ov_git_tip(git, ref, &exists, &id, &s.diags));
	assert_false(exists);
	const struct ov_str why = OV_STR("why");
	assert_int_equal(
		ov_git_ref_update(git, ref, one.id, NULL, who, why, &s.diags), OV_GIT_UPDATED);
	assert_int_equal(
		ov_git_ref_update(git, ref, two.id, NULL, who, why, &s.diags), OV_GIT_MOVED);
	assert_int_equal(
		ov_git_ref_update(git, ref, two.id, &two.id, who, why, &s.diags), OV_GIT_MOVED);
	assert_int_equal(ov_git_ref_update(git, ref, two.id, &one.id, who, why, &s.diags),
		OV_GIT_UPDATED);
	assert_int_equal(s.diags.list.count, 0);
	/* A folder of refs stands where the branch would be. */
	assert_int_equal(ov_git_ref_update(git, OV_STR("refs/heads/env"), one.id, NULL, who,
				 why, &s.diags),
		OV_GIT_FAILED);
	assert_true(scratch_found(&s, OV_DIAG_GIT));
	assert_true(ov_str_is(
		scratch_out(&s, "cd r && git log -g --format='%%gn %%gs' env/x | head -1"),
		"A. Person why"));
	scratch_run(&s, "cd r && git pack-refs --all && git branch -qD env/x");
	assert_int_equal(
		ov_git_ref_update(git, ref, two.id, &two.id, who, why, &s.diags), OV_GIT_MOVED);
	ov_git_close(git);
	scratch_release(&s);
}

static void test_notes(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	scratch_run(&s, "git init -q r && cd r && %s && git commit -q --allow-empty -m 1",
		identity);
	struct ov_git *git = open_at(&s, "r");
	struct ov_git_commit commit;
	struct ov_str ref = OV_STR("refs/notes/test"), text;
	assert_true(ov_git_resolve(&s.arena, git, OV_STR("HEAD"), &commit, &s.diags));
	struct ov_git_person who = {OV_STR("N"), OV_STR("n@x"), 1000, 120};
	assert_false(ov_git_note_get(&s.arena, git, ref, commit.id, &text));
	assert_true(ov_git_note(git, ref, commit.id, OV_STR("{\"a\":1}"), who, &s.diags));
	assert_true(ov_git_note(git, ref, commit.id, OV_STR("{\"a\":2}"), who, &s.diags));
	assert_true(ov_git_note(git, ref, commit.id, OV_STR("{\"a\":2}"), who, &s.diags));
	assert_true(ov_git_note_get(&s.arena, git, ref, commit.id, &text));
	assert_true(ov_str_is(ov_str_trim(text), "{\"a\":2}"));
	assert_true(ov_str_is(
		scratch_out(&s, "cd r && git notes --ref test show HEAD"), "{\"a\":2}"));
	assert_true(ov_str_is(
		scratch_out(
			&s, "cd r && git log --format='%%an %%ad' --date=raw refs/notes/test"),
		"N 1000 +0200\nN 1000 +0200"));
	assert_int_equal(s.diags.list.count, 0);
	ov_git_close(git);
	scratch_release(&s);
}

static void test_person(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	scratch_run(&s, "git init -q r && git -C r remote add origin https://x.example/r.git");
	struct ov_git *git = open_at(&s, "r");
	struct ov_git_person who = ov_git_author(&s.arena, git);
	assert_true(ov_str_is(who.name, "ovec"));
	assert_true(ov_str_is(who.email, "ovec@localhost"));
	setenv("GIT_AUTHOR_NAME", " Evil\n<x> ,", 1);
	setenv("GIT_COMMITTER_EMAIL", "c@x", 1);
	who = ov_git_author(&s.arena, git);
	assert_true(ov_str_is(who.name, "Evilx"));
	who = ov_git_committer(&s.arena, git);
	assert_true(ov_str_is(who.name, "ovec"));
	assert_true(ov_str_is(who.email, "c@x"));
	unsetenv("GIT_AUTHOR_NAME");
	unsetenv("GIT_COMMITTER_EMAIL");
	struct ov_str url;
	assert_true(ov_git_remote_url(&s.arena, git, OV_STR("origin"), &url));
	assert_true(ov_str_is(url, "https://x.example/r.git"));
	assert_false(ov_git_remote_url(&s.arena, git, OV_STR("other"), &url));
	static const char *const urls[][2] = {
		{"https://ci:to@ken@x.example/r.git", "https://x.example/r.git"},
		{"https://x.example/a@b/r.git", "https://x.example/a@b/r.git"},
		{"ssh://git@x.example/r.git", "ssh://git@x.example/r.git"},
		{"git@x.example:r.git", "git@x.example:r.git"},
		{"../r", "../r"},
	};
	for (size_t i = 0; i < OV_COUNT(urls); i++) {
		scratch_run(&s, "git -C r remote set-url origin '%s'", urls[i][0]);
		assert_true(ov_git_remote_url(&s.arena, git, OV_STR("origin"), &url));
		assert_true(ov_str_is(url, urls[i][1]));
	}
	ov_git_close(git);
	scratch_release(&s);
}

const struct CMUnitTest ov_test_git[] = {
	cmocka_unit_test(test_walks),
	cmocka_unit_test(test_index_file),
	cmocka_unit_test(test_unmerged),
	cmocka_unit_test(test_open),
	cmocka_unit_test(test_depth),
	cmocka_unit_test(test_refs),
	cmocka_unit_test(test_notes),
	cmocka_unit_test(test_person),
};
const size_t ov_test_git_count = OV_COUNT(ov_test_git);
