/* output: what the tests of both ways of writing output write. */
#include "output.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

const char *const output_three[] = {"c/a/x=1", "c/a/y=2", "c/b/x=3", "meta!=1", NULL};
const char *const output_meta[] = {"c/a/x=1", "c/a/y=2", "c/b/x=3", "meta!=2", "new!=1", NULL};
const char *const output_changed[] = {"c/a/x=1", "c/a/y=4", "d=5", "meta!=2", NULL};
const char *const output_some[] = {"c/a/z=1", "c/b/x=other", "meta!=2", NULL};
const char *const output_file[] = {"a=1", "b=1", NULL};
const char *const output_folder[] = {"a/x=1", "a-b=1", "a.b=1", "b=1", NULL};
const char *const output_none[] = {NULL};

const struct output_obstacle output_obstacles[] = {
	{"echo mine > c/a/x", {"c/a/x=1"}},
	{"mkdir d && echo mine > d/f", {"d=1"}},
	{"echo mine > d", {"d/f=1"}},
	{"rm c/a/x && ln -s y c/a/x", {"c/a/x=1"}},
	{"echo mine > c/a/x", {"c/a/x/y=1"}},
	{NULL, {NULL}},
};

void output_fill(struct scratch *s, struct ov_out *out, const char *const *files)
{
	struct ov_out_conflicts conflicts = {0};
	*out = (struct ov_out){0};
	for (; *files; files++) {
		struct ov_str line = ov_str_c(*files);
		size_t at = ov_str_chr(line, '=');
		bool meta = line.ptr[at - 1] == '!';
		struct ov_str text = ov_str_sub(line, at + 1, line.len);
		ov_out_add(&s->arena, out, ov_str_sub(line, 0, at - meta),
			meta ? text
			     : ov_str_fmt(
				       &s->arena, OUTPUT_MARKER "\n%.*s\n", OV_STR_ARG(text)))
			->meta = meta;
	}
	ov_out_sort(&s->arena, out, &conflicts);
	assert_int_equal(conflicts.count, 0);
}

void output_kill(pid_t child, uint64_t nanoseconds)
{
	struct timespec wait = {0, (long)(nanoseconds % 1000000000)};
	nanosleep(&wait, NULL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}
