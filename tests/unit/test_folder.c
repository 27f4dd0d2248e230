/* test_folder: output in a folder, exchanged whole. */
#include "close/folder.h"

#include "foreign/os.h"
#include "output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

extern const struct CMUnitTest ov_test_folder[];
extern const size_t ov_test_folder_count;

static struct ov_folder_result write_to(struct scratch *s, const char *folder,
	const char *const *files, const char *only, bool slow, bool expect)
{
	struct ov_out out;
	struct ov_folder_result result;
	struct ov_str folders[1];
	output_fill(s, &out, files);
	struct ov_folder_options options = {.folder = scratch_path(s, folder),
		.out = &out,
		.marker = OV_STR(OUTPUT_MARKER),
		.threads = 2,
		.never_exchange = slow};
	if (only) {
		folders[0] = ov_str_c(only);
		options.folders = folders;
		options.folder_count = 1;
	}
	assert_int_equal(ov_folder_output(&options, &result, &s->diags), expect);
	return result;
}

static struct ov_folder_result write_out(
	struct scratch *s, const char *const *files, bool expect)
{
	return write_to(s, "o", files, NULL, false, expect);
}

static void assert_files(struct scratch *s, const char *expected)
{
	struct ov_str names = scratch_out(
		s, "cd o && find . ! -type d | sort | sed 's,^\\./,,' | tr '\\n' ' '");
	assert_string_equal(ov_str_cstr(&s->arena, names), expected);
	/* Nothing is left beside it. */
	assert_int_equal(
		ov_str_cmp(scratch_out(s, "ls -A | grep ovec- | wc -l"), OV_STR("0")), 0);
}

static void test_new(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	struct ov_folder_result r = write_out(&s, output_three, true);
	assert_true(r.written);
	assert_int_equal(r.added, 3);
	assert_files(&s, ".ovec c/a/x c/a/y c/b/x meta");
	assert_true(ov_str_is(scratch_out(&s, "cat o/c/a/y"), OUTPUT_MARKER "\n2"));
	/* Missing folders above, an empty one, a slash at the end. */
	assert_true(write_to(&s, "p/q/r", output_three, NULL, false, true).written);
	scratch_run(&s, "rm -rf o && mkdir o && chmod 750 o");
	assert_true(write_to(&s, "o/", output_three, NULL, false, true).written);
	assert_files(&s, ".ovec c/a/x c/a/y c/b/x meta");
	assert_true(ov_str_is(scratch_out(&s, "stat -c %%a o"), "750"));
	assert_int_equal(s.diags.list.count, 0);
	scratch_release(&s);
}

static void test_again(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	write_out(&s, output_three, true);
	struct ov_str before =
		scratch_out(&s, "find . -exec stat -c '%%n %%i %%y %%z' {} + | sort");
	struct ov_folder_result r = write_out(&s, output_three, true);
	assert_false(r.written);
	assert_int_equal(r.unchanged, 3);
	assert_false(write_out(&s, output_meta, true).written);
	/* Not so much as a time stamp differs, but for the folder above. */
	struct ov_str after =
		scratch_out(&s, "find . -exec stat -c '%%n %%i %%y %%z' {} + | sort");
	assert_true(ov_str_eq(ov_str_sub(before, ov_str_chr(before, '\n'), before.len),
		ov_str_sub(after, ov_str_chr(after, '\n'), after.len)));
	struct ov_str inode = scratch_out(&s, "stat -c '%%i %%y' o/c/a/x");
	r = write_out(&s, output_changed, true);
	assert_true(r.written);
	assert_int_equal(r.added, 1);
	assert_int_equal(r.changed, 1);
	assert_int_equal(r.removed, 1);
	assert_int_equal(r.unchanged, 1);
	assert_files(&s, ".ovec c/a/x c/a/y d meta");
	assert_true(ov_str_eq(scratch_out(&s, "stat -c '%%i %%y' o/c/a/x"), inode));
	assert_true(ov_str_is(scratch_out(&s, "stat -c %%h o/c/a/x"), "1"));
	assert_true(ov_str_is(scratch_out(&s, "cat o/meta o/c/a/y"), "2" OUTPUT_MARKER "\n4"));
	scratch_release(&s);
}

static void test_scope(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	write_out(&s, output_three, true);
	struct ov_folder_result r = write_to(&s, "o", output_some, "c/a", false, true);
	assert_int_equal(r.added, 1);
	assert_int_equal(r.removed, 2);
	assert_files(&s, ".ovec c/a/z c/b/x meta");
	assert_true(ov_str_is(scratch_out(&s, "cat o/c/b/x"), OUTPUT_MARKER "\n3"));
	scratch_release(&s);
}

static void test_foreign_stays(void **state)
{
	(void)state;
	static const char *const one[] = {"c/a/x=7", NULL};
	struct scratch s;
	scratch_init(&s);
	write_out(&s, output_three, true);
	scratch_run(&s,
		"cd o && echo me > README && mkdir c/a/own && echo mine > c/a/own/.f && "
		"ln -s none c/a/link && mkfifo c/a/pipe && echo '" OUTPUT_MARKER
		"not' > c/near && chmod 700 c/near");
	struct ov_folder_result r = write_out(&s, one, true);
	assert_int_equal(r.removed, 2);
	assert_int_equal(r.kept, 6);
	assert_files(&s, ".ovec README c/a/link c/a/own/.f c/a/pipe c/a/x c/near meta");
	assert_true(ov_str_is(
		scratch_out(&s, "stat -c %%a o/c/near; readlink o/c/a/link"), "700\nnone"));
	scratch_release(&s);
}

static void test_refused(void **state)
{
	(void)state;
	static const char *const before[] = {
		"mkdir o && : > o/f",
		": > o",
		"mkdir q && ln -s q o",
		"ln -s none o",
		"mkdir o && git init -q o",
		"mkdir o && echo 'ovec output' > o/.ovec",
	};
	for (size_t i = 0; i < OV_COUNT(before); i++) {
		struct scratch s;
		scratch_init(&s);
		scratch_run(&s, "%s", before[i]);
		struct ov_str look = scratch_out(&s, "find . ! -name . | sort | xargs ls -ldi");
		write_out(&s, output_three, false);
		assert_true(scratch_found(&s, OV_DIAG_OUTPUT_NOT_OURS));
		assert_true(ov_str_eq(
			scratch_out(&s, "find . ! -name . | sort | xargs ls -ldi"), look));
		scratch_release(&s);
	}
	struct scratch s;
	scratch_init(&s);
	write_out(&s, output_three, true);
	scratch_run(&s, "git init -q o");
	write_out(&s, output_three, false);
	assert_true(scratch_found(&s, OV_DIAG_OUTPUT_NOT_OURS));
	struct ov_folder_options options = {.folder = OV_STR("/"), .threads = 1};
	struct ov_out none = {0};
	struct ov_folder_result result;
	options.out = &none;
	assert_false(ov_folder_output(&options, &result, &s.diags));
	assert_true(scratch_found(&s, OV_DIAG_OUTPUT_NOT_OURS));
	scratch_release(&s);
}

static void test_in_the_way(void **state)
{
	(void)state;
	for (const struct output_obstacle *o = output_obstacles; o->commands; o++) {
		struct scratch s;
		scratch_init(&s);
		write_out(&s, output_three, true);
		scratch_run(&s, "cd o && %s", o->commands);
		struct ov_str look = scratch_out(&s, "find o | sort | xargs ls -ldi");
		write_out(&s, o->files, false);
		assert_true(scratch_found(&s, OV_DIAG_OUTPUT_NOT_OURS));
		assert_true(ov_str_eq(scratch_out(&s, "find o | sort | xargs ls -ldi"), look));
		scratch_release(&s);
	}
}

static void test_file_and_folder(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	for (int slow = 0; slow < 2; slow++) {
		write_to(&s, "o", output_file, NULL, slow, true);
		write_to(&s, "o", output_folder, NULL, slow, true);
		assert_files(&s, ".ovec a-b a.b a/x b");
		write_to(&s, "o", output_file, NULL, slow, true);
		assert_files(&s, ".ovec a b");
		write_to(&s, "o", output_none, NULL, slow, true);
		assert_files(&s, ".ovec");
	}
	scratch_release(&s);
}

static void test_leftovers(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	write_out(&s, output_three, true);
	/* What killed runs leave, and what looks much like it. */
	scratch_run(&s,
		"mkdir .o.ovec-0123456789abcdef .o.ovec-0000000000000000 && "
		"cp -r o/.ovec o/c .o.ovec-0123456789abcdef && "
		"mkdir .o.ovec-2222222222222222 .o.ovec-3333333333333333 && "
		": > .o.ovec-2222222222222222/.ovec && "
		"printf 'ovec out' > .o.ovec-3333333333333333/.ovec && "
		"mkdir .o.ovec-1111111111111111 && : > .o.ovec-1111111111111111/mine && "
		"mkdir .o.ovec-backup && cp o/.ovec .o.ovec-backup");
	assert_false(write_out(&s, output_three, true).written);
	assert_true(ov_str_is(scratch_out(&s, "ls -A | tr '\\n' ' '"),
		".o.ovec-1111111111111111 .o.ovec-backup o"));
	/* Killed between the two renames. */
	scratch_run(&s,
		"rm -rf .o.*; cp -r o .o.ovec-0123456789abcdef && "
		"echo new > .o.ovec-0123456789abcdef/n && mv o .o.ovec-0123456789abcde0 && "
		"printf '.o.ovec-0123456789abcdef\\n.o.ovec-0123456789abcde0\\n' "
		"> .o.ovec-journal");
	assert_false(write_out(&s, output_three, true).written);
	assert_files(&s, ".ovec c/a/x c/a/y c/b/x meta n");
	/* A journal does not lead elsewhere. */
	scratch_run(&s, "mkdir -p q && rm -rf o && printf 'q\\nq\\n' > .o.ovec-journal");
	assert_true(write_out(&s, output_three, true).written);
	assert_true(ov_str_is(scratch_out(&s, "ls -A"), "o\nq"));
	scratch_release(&s);
}

static void test_unwritable(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	scratch_run(&s, ": > f");
	write_to(&s, "f/o", output_three, NULL, false, false);
	assert_true(scratch_found(&s, OV_DIAG_WRITE_FAILED));
	struct ov_str name = ov_str_fmt(&s.arena, "%0300d", 1);
	write_to(&s, name.ptr, output_three, NULL, false, false);
	assert_true(scratch_found(&s, OV_DIAG_WRITE_FAILED));
	if (geteuid() != 0) {
		scratch_run(&s, "mkdir d && chmod 555 d");
		write_to(&s, "d/o", output_three, NULL, false, false);
		assert_true(scratch_found(&s, OV_DIAG_WRITE_FAILED));
	}
	scratch_release(&s);
}

enum { MANY = 600 };

static void write_many(struct scratch *s, size_t round, bool slow)
{
	const char *files[MANY + 1];
	for (size_t i = 0; i < MANY; i++)
		files[i] = ov_str_fmt(&s->arena, "c/%zu/f%zu=%zu", i % 7, i, i % 3 ? round : 0)
				   .ptr;
	files[MANY] = NULL;
	write_to(s, "o", files, NULL, slow, true);
}

/* A killed run leaves the old or the new content, and the next one cleans up after it. */
static void kill_often(bool slow)
{
	enum { ROUNDS = 6 };
	struct scratch s;
	scratch_init(&s);
	write_many(&s, 1, slow);
	uint64_t start = ov_os_clock();
	write_many(&s, 2, slow);
	uint64_t usual = ov_os_clock() - start;
	for (size_t round = 1; round <= ROUNDS; round++) {
		pid_t child = fork();
		if (child == 0) {
			write_many(&s, round + 2, slow);
			_exit(0);
		}
		/* Evenly over the time that a run takes. */
		output_kill(child, usual * round / ROUNDS);
		/* The slow way completes what it began with the next run only. */
		if (slow && ov_os_kind(scratch_path(&s, "o")) == OV_OS_MISSING)
			write_many(&s, round, slow);
		assert_true(ov_str_is(
			scratch_out(&s,
				"find o -name 'f*' | wc -l; "
				"cat o/c/*/* | grep -v -e '^#' -e '^0' | sort | uniq -c "
				"| sed 's/ [0-9]*$//; s/ //g'"),
			"600\n400"));
	}
	write_many(&s, 1000, slow);
	assert_true(ov_str_is(scratch_out(&s, "ls -A"), "o"));
	scratch_release(&s);
}

static void test_kill(void **state)
{
	(void)state;
	kill_often(false);
}

static void test_kill_two_renames(void **state)
{
	(void)state;
	kill_often(true);
}

const struct CMUnitTest ov_test_folder[] = {
	cmocka_unit_test(test_new),
	cmocka_unit_test(test_again),
	cmocka_unit_test(test_scope),
	cmocka_unit_test(test_foreign_stays),
	cmocka_unit_test(test_refused),
	cmocka_unit_test(test_in_the_way),
	cmocka_unit_test(test_file_and_folder),
	cmocka_unit_test(test_leftovers),
	cmocka_unit_test(test_unwritable),
	cmocka_unit_test(test_kill),
	cmocka_unit_test(test_kill_two_renames),
};
const size_t ov_test_folder_count = OV_COUNT(ov_test_folder);
