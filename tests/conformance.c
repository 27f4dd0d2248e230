/*
 * conformance: runs the conformance suites of other projects (conformance/suites.h), which do
 * not lie in this repository, and compares with the list of known misses.
 *
 * usage: conformance [-v] [-p PART] FOLDER KNOWN [SUITE]...
 * Runs PART (dev) of each suite below FOLDER. One line a suite, the failing cases with -v, and
 * totals; 1 where a case fails that is not in KNOWN (conformance/known.h), or one passes that
 * is, so that the list only shrinks.
 */
#include "base/map.h"
#include "conformance/known.h"
#include "conformance/suites.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

struct suite {
	const char *name;
	bool (*run)(const char *dir, const char *part, ov_suite_fn *result, void *context);
};

static const struct suite suites[] = {
	{"cel", ov_suite_cel},
	{"k8s-cel", ov_suite_k8s_cel},
	{"json-schema", ov_suite_json_schema},
	{"yaml", ov_suite_yaml},
	{"yaml-scalars", ov_suite_yaml_scalars},
	{"jmespath", ov_suite_jmespath},
	{"kyverno-units", ov_suite_kyverno_units},
	{"kyverno", ov_suite_kyverno},
	{"kyverno-cli", ov_suite_kyverno_cli},
	{"crd", ov_suite_crd},
};

struct counts {
	size_t passed, failed, known, skipped;
};

struct session {
	struct ov_arena arena;
	struct ov_map known;
	const char *suite;
	bool verbose;
	struct counts counts; /* of the suite */
	struct counts totals;
};

static void judge(void *context, struct ov_str file, struct ov_str id,
	enum ov_suite_outcome outcome, struct ov_str why)
{
	struct session *s = context;
	struct ov_str name = ov_str_trim(ov_str_fmt(
		&s->arena, "%s %.*s %.*s", s->suite, OV_STR_ARG(file), OV_STR_ARG(id)));
	bool known = ov_map_get(&s->known, name) != NULL;

	if (outcome == OV_SUITE_SKIP) {
		s->counts.skipped++;
		return;
	}
	if (outcome == OV_SUITE_PASS && !known) {
		s->counts.passed++;
		return;
	}
	if (outcome == OV_SUITE_PASS)
		why = OV_STR("passes now: take it off the list of known misses");
	else if (known)
		s->counts.known++;
	if (outcome == OV_SUITE_PASS || !known)
		s->counts.failed++;
	if (s->verbose)
		printf("%s %.*s\n    %.*s\n",
			known && outcome == OV_SUITE_FAIL ? "known" : "FAILED",
			OV_STR_ARG(name), OV_STR_ARG(why));
}

static bool wanted(const char *name, int count, char **names)
{
	for (int i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return count == 0;
}

static void run(struct session *s, const struct suite *suite, const char *dir, const char *part)
{
	s->suite = suite->name;
	s->counts = (struct counts){0};
	if (!suite->run(dir, part, judge, s)) {
		printf("skipped: suite %s: no part %s in %s\n", suite->name, part, dir);
		s->totals.skipped++;
		return;
	}
	printf("%s: %zu passed, %zu failed, %zu known, %zu skipped\n", suite->name,
		s->counts.passed, s->counts.failed, s->counts.known, s->counts.skipped);
	s->totals.passed += s->counts.passed;
	s->totals.failed += s->counts.failed;
	s->totals.skipped += s->counts.skipped + s->counts.known;
}

static bool has_runner(const char *name)
{
	for (size_t i = 0; i < OV_COUNT(suites); i++)
		if (strcmp(suites[i].name, name) == 0)
			return true;
	return false;
}

/* A suite that is there and that nobody runs must not look as if it passed. */
static void tell_strangers(struct session *s, const char *dir, const char *part)
{
	struct dirent **names;
	int count = scandir(dir, &names, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		const char *name = names[i]->d_name;
		struct ov_str path = ov_str_fmt(&s->arena, "%s/%s/%s", dir, name, part);

		if (*name != '.' && !has_runner(name) && access(path.ptr, F_OK) == 0) {
			printf("skipped: suite %s: nothing here runs it\n", name);
			s->totals.skipped++;
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
}

static int usage(void)
{
	fprintf(stderr, "usage: conformance [-v] [-p PART] FOLDER KNOWN [SUITE]...\n");
	return 3;
}

int main(int argc, char **argv)
{
	struct session s = {0};
	struct ov_known known = {0};
	const char *part = "dev";

	for (int option; (option = getopt(argc, argv, "vp:")) != -1;) {
		if (option == 'v')
			s.verbose = true;
		else if (option == 'p')
			part = optarg;
		else
			return usage();
	}
	if (argc - optind < 2)
		return usage();
	const char *dir = argv[optind];
	int names = argc - optind - 2;
	if (!ov_known_read(&s.arena, argv[optind + 1], &known))
		return 3;
	ov_map_init(&s.known, &s.arena, 0);
	for (size_t i = 0; i < known.count; i++)
		ov_map_put(&s.known, known.items[i].name, NULL);
	for (size_t i = 0; i < OV_COUNT(suites); i++)
		if (wanted(suites[i].name, names, argv + optind + 2))
			run(&s, &suites[i], dir, part);
	if (!names)
		tell_strangers(&s, dir, part);
	printf("%zu passed, %zu failed, %zu skipped\n", s.totals.passed, s.totals.failed,
		s.totals.skipped);
	ov_arena_release(&s.arena);
	return s.totals.failed > 0;
}
