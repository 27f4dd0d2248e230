/*
 * main: runs the unit tests, each group in a process of its own, so that a crash costs one
 * group and what a passing group prints is not seen.
 *
 * usage: unit [GROUP]...   a group is the NOUN of a file test_NOUN.c; all without arguments
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define OV_UNIT(noun) \
	extern const struct CMUnitTest ov_test_##noun[]; \
	extern const size_t ov_test_##noun##_count;
#include "units.def"
#undef OV_UNIT

struct group {
	const char *name;
	const struct CMUnitTest *tests;
	const size_t *count;
};

static const struct group groups[] = {
#define OV_UNIT(noun) {#noun, ov_test_##noun, &ov_test_##noun##_count},
#include "units.def"
#undef OV_UNIT
	{NULL, NULL, NULL},
};

/** Groups that run at the same time; most wait for processes and disks of their own. */
enum { AT_ONCE = 4 };

struct run {
	pid_t pid; /**< 0 for a free place */
	const struct group *group;
	FILE *output;
};

struct totals {
	size_t passed, failed, skipped;
};

static bool starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* Counts the lines of the Test Anything Protocol, and prints them where something failed. */
static struct totals count(FILE *output, const struct group *group, int status)
{
	struct totals t = {0};
	char line[4096];

	rewind(output);
	while (fgets(line, sizeof(line), output)) {
		if (starts(line, "not ok") && !strstr(line, "# SKIP"))
			t.failed++;
		else if (starts(line, "not ok") || strstr(line, "# SKIP"))
			t.skipped++;
		else if (starts(line, "ok"))
			t.passed++;
	}
	if (WIFSIGNALED(status) || t.passed + t.failed + t.skipped < *group->count)
		t.failed = *group->count - t.passed - t.skipped;
	if (t.failed == 0 && status != 0)
		t.failed = 1;
	if (t.failed > 0) {
		printf("%s: %zu of %zu failed", group->name, t.failed, *group->count);
		if (WIFSIGNALED(status))
			printf(", ended by signal %d", WTERMSIG(status));
		putchar('\n');
		rewind(output);
		while (fgets(line, sizeof(line), output))
			if (!starts(line, "ok"))
				printf("    %s", line);
	}
	return t;
}

/* Starts the group in a process of its own, whose output is kept. */
static void start(const struct group *group, struct run *run)
{
	run->group = group;
	run->output = tmpfile();
	fflush(stdout);
	run->pid = run->output ? fork() : -1;
	if (run->pid == 0) {
		int failures;

		dup2(fileno(run->output), STDOUT_FILENO);
		dup2(fileno(run->output), STDERR_FILENO);
		setvbuf(stdout, NULL, _IOLBF, 0);
		cmocka_set_message_output(CM_OUTPUT_TAP);
		failures = _cmocka_run_group_tests(
			group->name, group->tests, *group->count, NULL, NULL);
		exit(failures != 0);
	}
	if (run->pid < 0) {
		perror(group->name);
		exit(1);
	}
}

/* Waits for one of the running groups to end and adds its counts. */
static void finish_one(struct run *runs, struct totals *all)
{
	int status = 0;
	pid_t pid = wait(&status);

	for (size_t i = 0; i < AT_ONCE; i++) {
		struct totals t;

		if (runs[i].pid != pid)
			continue;
		t = count(runs[i].output, runs[i].group, status);
		all->passed += t.passed;
		all->failed += t.failed;
		all->skipped += t.skipped;
		fclose(runs[i].output);
		runs[i].pid = 0;
	}
}

static struct run *free_place(struct run *runs)
{
	for (size_t i = 0; i < AT_ONCE; i++)
		if (!runs[i].pid)
			return &runs[i];
	return NULL;
}

static bool any_running(const struct run *runs)
{
	for (size_t i = 0; i < AT_ONCE; i++)
		if (runs[i].pid)
			return true;
	return false;
}

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return argc <= 1;
}

int main(int argc, char **argv)
{
	struct totals all = {0};
	struct run runs[AT_ONCE] = {{0}};

	for (const struct group *group = groups; group->name; group++) {
		struct run *place;

		if (!wanted(group->name, argc, argv))
			continue;
		while (!(place = free_place(runs)))
			finish_one(runs, &all);
		start(group, place);
	}
	while (any_running(runs))
		finish_one(runs, &all);
	printf("%zu passed, %zu failed, %zu skipped\n", all.passed, all.failed, all.skipped);
	return all.failed > 0;
}
