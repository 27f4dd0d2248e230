/* test_os: reading, walking and running. */
#include "foreign/os.h"

#include "base/limits.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

extern const struct CMUnitTest ov_test_os[];
extern const size_t ov_test_os_count;

static void test_read_file(void **state)
{
	(void)state;
	struct scratch s;
	struct ov_str text;
	scratch_init(&s);
	scratch_run(&s, "printf hello > a; mkdir d; mkfifo p; : > empty");
	assert_true(ov_os_read_file(&s.arena, scratch_path(&s, "a"), 5, &text, &s.diags));
	assert_true(ov_str_is(text, "hello"));
	assert_true(ov_os_read_file(&s.arena, scratch_path(&s, "empty"), 5, &text, &s.diags));
	assert_int_equal(text.len, 0);
	assert_int_equal(s.diags.list.count, 0);
	assert_false(ov_os_read_file(&s.arena, scratch_path(&s, "a"), 4, &text, &s.diags));
	assert_true(scratch_found(&s, OV_DIAG_SOURCE_SIZE));
	static const char *const bad[] = {"d", "p", "none", "a/b"};
	for (size_t i = 0; i < OV_COUNT(bad); i++) {
		assert_false(ov_os_read_file(
			&s.arena, scratch_path(&s, bad[i]), 5, &text, &s.diags));
		assert_true(scratch_found(&s, OV_DIAG_READ_FAILED));
	}
	assert_false(ov_os_read_file(&s.arena, OV_STR("a\0b"), 5, &text, &s.diags));
	assert_true(scratch_found(&s, OV_DIAG_READ_FAILED));
	scratch_release(&s);
}

static void test_write_file(void **state)
{
	(void)state;
	struct scratch s;
	struct ov_str text, path;
	scratch_init(&s);
	path = scratch_path(&s, "f");
	assert_true(ov_os_write_file(path, OV_STR("one"), true, &s.diags));
	assert_true(ov_os_write_file(path, OV_STR("two"), false, &s.diags));
	assert_true(ov_os_read_file(&s.arena, path, 10, &text, &s.diags));
	assert_true(ov_str_is(text, "two"));
	assert_true(ov_str_is(scratch_out(&s, "ls"), "f"));
	assert_int_equal(s.diags.list.count, 0);
	assert_false(ov_os_write_file(scratch_path(&s, "no/f"), OV_STR("x"), false, &s.diags));
	assert_true(scratch_found(&s, OV_DIAG_WRITE_FAILED));
	scratch_release(&s);
}

static void test_kind(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	scratch_run(&s, ": > f; mkdir d; ln -s f l; mkfifo p");
	assert_int_equal(ov_os_kind(scratch_path(&s, "f")), OV_OS_FILE);
	assert_int_equal(ov_os_kind(scratch_path(&s, "d")), OV_OS_FOLDER);
	assert_int_equal(ov_os_kind(scratch_path(&s, "l")), OV_OS_LINK);
	assert_int_equal(ov_os_kind(scratch_path(&s, "p")), OV_OS_OTHER);
	assert_int_equal(ov_os_kind(scratch_path(&s, "n")), OV_OS_MISSING);
	assert_int_equal(ov_os_kind(scratch_path(&s, "f/n")), OV_OS_MISSING);
	scratch_release(&s);
}

struct log {
	struct ov_buf buf;
};

static bool wants(void *context, struct ov_str path)
{
	(void)context;
	return !ov_str_ends(path, OV_STR(".png"));
}

static void note(void *context, const struct ov_found *found)
{
	static const char *const kinds[] = {"file", "link", "large", "deep"};
	struct log *log = context;
	ov_buf_addf(&log->buf, "%s %.*s", kinds[found->kind], OV_STR_ARG(found->path));
	if (found->target.len)
		ov_buf_addf(&log->buf, "->%.*s", OV_STR_ARG(found->target));
	ov_buf_addf(&log->buf, "%s=%.*s;", found->exec ? "*" : "", OV_STR_ARG(found->bytes));
}

static void test_walk(void **state)
{
	(void)state;
	struct scratch s;
	struct log log;
	scratch_init(&s);
	ov_buf_init(&log.buf);
	scratch_run(&s,
		"mkdir -p e/a/b e/.git e/c && cd e && printf 1 > a/b/x && printf 2 > a.b "
		"&& printf 3 > a-b && : > .hidden && : > .git/x && mkfifo p && "
		"printf 4 > c/run && chmod +x c/run && : > i.png && "
		"ln -s ../a.b c/in && ln -s /etc/passwd c/out && ln -s ../a c/folder && "
		"ln -s none c/none && printf 5 > ../e2 && ln -s ../../e2 c/near && "
		"truncate -s 16777217 large && ln -s ../large c/zlarge");
	assert_true(ov_os_walk(&s.arena, scratch_path(&s, "e/"), wants, note, &log, &s.diags));
	ov_buf_putc(&log.buf, '\0');
	assert_string_equal(log.buf.ptr,
		"file a-b=3;file a.b=2;file a/b/x=1;link c/folder->../a=;"
		"file c/in->../a.b=2;link c/near->../../e2=;link c/none->none=;"
		"link c/out->/etc/passwd=;file c/run*=4;large c/zlarge->../large=;large "
		"large=;");
	assert_int_equal(s.diags.list.count, 0);
	assert_false(
		ov_os_walk(&s.arena, scratch_path(&s, "none"), NULL, note, &log, &s.diags));
	assert_true(scratch_found(&s, OV_DIAG_READ_FAILED));
	ov_buf_release(&log.buf);
	scratch_release(&s);
}

static void test_walk_depth(void **state)
{
	(void)state;
	struct scratch s;
	struct log log;
	scratch_init(&s);
	for (size_t over = 0; over < 2; over++) {
		ov_buf_init(&log.buf);
		struct ov_buf path;
		ov_buf_init(&path);
		ov_buf_addf(&path, "e%zu", over);
		for (size_t i = 0; i < OV_LIMIT_FOLDER_DEPTH + over; i++)
			ov_buf_puts(&path, "/d");
		ov_buf_putc(&path, '\0');
		scratch_run(&s, "mkdir -p %s && : > %s/f", path.ptr, path.ptr);
		assert_true(ov_os_walk(&s.arena, scratch_path(&s, over ? "e1" : "e0"), NULL,
			note, &log, &s.diags));
		assert_true(ov_str_starts(
			ov_buf_str(&log.buf), over ? OV_STR("deep d/d") : OV_STR("file d/d")));
		ov_buf_release(&path);
		ov_buf_release(&log.buf);
	}
	scratch_release(&s);
}

static void test_exchange(void **state)
{
	(void)state;
	struct scratch s;
	scratch_init(&s);
	scratch_run(&s, "mkdir a b && : > a/x && : > b/y");
	struct ov_str a = scratch_path(&s, "a"), b = scratch_path(&s, "b");
	enum ov_os_result r = ov_os_exchange(0, a.ptr, b.ptr);
	if (r == OV_OS_DONE)
		assert_true(ov_str_is(scratch_out(&s, "echo a/* b/*"), "a/y b/x"));
	else
		assert_int_equal(r, OV_OS_UNSUPPORTED);
	assert_int_not_equal(
		ov_os_exchange(0, a.ptr, scratch_path(&s, "none").ptr), OV_OS_DONE);
	scratch_release(&s);
}

static void test_spawn(void **state)
{
	(void)state;
	struct scratch s;
	struct ov_os_run run;
	scratch_init(&s);
	const char *const cat[] = {"cat", NULL};
	const char *const fails[] = {"sh", "-c", "echo out; echo err >&2; exit 7", NULL};
	const char *const dies[] = {"sh", "-c", "kill -9 $$", NULL};
	const char *const deaf[] = {"true", NULL};
	const char *const none[] = {"/no/such/program", NULL};
	struct ov_buf big;
	ov_buf_init(&big);
	ov_buf_pad(&big, 'x', 1 << 20);
	assert_true(ov_os_spawn(&s.arena, cat, ov_buf_str(&big), 1 << 21, &run, &s.diags));
	assert_int_equal(run.status, 0);
	assert_true(ov_str_eq(run.out, ov_buf_str(&big)));
	assert_true(ov_os_spawn(&s.arena, cat, ov_buf_str(&big), 10, &run, &s.diags));
	assert_int_equal(run.out.len, 10);
	assert_true(ov_os_spawn(&s.arena, fails, OV_STR(""), 100, &run, &s.diags));
	assert_int_equal(run.status, 7);
	assert_true(ov_str_is(run.out, "out\n"));
	assert_true(ov_str_is(run.err, "err\n"));
	assert_true(ov_os_spawn(&s.arena, dies, OV_STR(""), 100, &run, &s.diags));
	assert_int_equal(run.status, 137);
	assert_true(ov_os_spawn(&s.arena, deaf, ov_buf_str(&big), 100, &run, &s.diags));
	assert_int_equal(run.status, 0);
	assert_int_equal(s.diags.list.count, 0);
	assert_false(ov_os_spawn(&s.arena, none, OV_STR(""), 100, &run, &s.diags));
	assert_true(scratch_found(&s, OV_DIAG_READ_FAILED));
	ov_buf_release(&big);
	scratch_release(&s);
}

static void test_facts(void **state)
{
	(void)state;
	assert_true(ov_os_processors() >= 1);
	assert_true(ov_os_clock() <= ov_os_clock());
	assert_true(ov_os_now() > 1500000000);
	assert_true(ov_os_seed() != ov_os_seed());
	assert_true(ov_os_peak_memory() > 0);
}

const struct CMUnitTest ov_test_os[] = {
	cmocka_unit_test(test_read_file),
	cmocka_unit_test(test_write_file),
	cmocka_unit_test(test_kind),
	cmocka_unit_test(test_walk),
	cmocka_unit_test(test_walk_depth),
	cmocka_unit_test(test_exchange),
	cmocka_unit_test(test_spawn),
	cmocka_unit_test(test_facts),
};
const size_t ov_test_os_count = OV_COUNT(ov_test_os);
