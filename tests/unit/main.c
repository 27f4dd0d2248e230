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

static struct totals run(const struct group *group)
{
	struct totals none = {.failed = 1};
	FILE *output = tmpfile();
	pid_t child;
	int status = 0;

	if (!output) {
		perror("tmpfile");
		return none;
	}
	fflush(stdout);
	child = fork();
	if (child == 0) {
		int failures;

		dup2(fileno(output), STDOUT_FILENO);
		dup2(fileno(output), STDERR_FILENO);
		setvbuf(stdout, NULL, _IOLBF, 0);
		cmocka_set_message_output(CM_OUTPUT_TAP);
		failures = _cmocka_run_group_tests(
			group->name, group->tests, *group->count, NULL, NULL);
		exit(failures != 0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror(group->name);
		fclose(output);
		return none;
	}
	none = count(output, group, status);
	fclose(output);
	return none;
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

	for (const struct group *group = groups; group->name; group++) {
		struct totals t;

		if (!wanted(group->name, argc, argv))
			continue;
		t = run(group);
		all.passed += t.passed;
		all.failed += t.failed;
		all.skipped += t.skipped;
	}
	printf("%zu passed, %zu failed, %zu skipped\n", all.passed, all.failed, all.skipped);
	return all.failed > 0;
}
