/*
 * conformance: runs the conformance suites of other projects (conformance/suites.h), which do
 * not lie in this repository, and compares with the list of known misses.
 *
 * usage: conformance FOLDER KNOWN [SUITE]...
 * KNOWN has one line a known miss: suite, file and case, blanks between; such a case counts as
 * skipped, and as failed when it passes, so that the list only shrinks.
 */
#include <unistd.h>

#include "base/arena.h"
#include "base/map.h"
#include "conformance/suites.h"

struct suite {
	const char *name;
	bool (*run)(const char *dir, const char *part, ov_suite_fn *result, void *context);
};

static const struct suite suites[] = {
	{"cel", ov_suite_cel},
	{"k8s-cel", ov_suite_k8s_cel},
	{"json-schema", ov_suite_json_schema},
	{"jmespath", ov_suite_jmespath},
	{"kyverno-units", ov_suite_kyverno_units},
	{"crd", ov_suite_crd},
};

struct totals {
	size_t passed, failed, skipped;
};

struct session {
	struct ov_arena arena;
	struct ov_map known;
	const struct suite *suite;
	struct totals totals;
};

static void read_known(struct session *s, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[2048];

	ov_map_init(&s->known, &s->arena, 0);
	while (file && fgets(line, sizeof(line), file)) {
		struct ov_str text = ov_str_trim(ov_str_c(line));

		if (text.len > 0 && *text.ptr != '#')
			ov_map_put(&s->known, ov_str_dup(&s->arena, text), NULL);
	}
	if (file)
		fclose(file);
}

static void judge(void *context, struct ov_str file, struct ov_str id,
	enum ov_suite_outcome outcome, struct ov_str why)
{
	struct session *s = context;
	struct ov_str name = ov_str_fmt(
		&s->arena, "%s %.*s %.*s", s->suite->name, OV_STR_ARG(file), OV_STR_ARG(id));
	bool known = ov_map_get(&s->known, name) != NULL;

	if (outcome == OV_SUITE_SKIP || (known && outcome == OV_SUITE_FAIL)) {
		s->totals.skipped++;
	} else if (outcome == OV_SUITE_FAIL) {
		s->totals.failed++;
		printf("FAILED %.*s\n    %.*s\n", OV_STR_ARG(name), OV_STR_ARG(why));
	} else if (known) {
		s->totals.failed++;
		printf("FAILED %.*s\n    passes now: take it off the list of known misses\n",
			OV_STR_ARG(name));
	} else {
		s->totals.passed++;
	}
}

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 3; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return argc <= 3;
}

int main(int argc, char **argv)
{
	struct session s = {0};

	if (argc < 3) {
		fprintf(stderr, "usage: conformance FOLDER KNOWN [SUITE]...\n");
		return 3;
	}
	read_known(&s, argv[2]);
	for (size_t i = 0; i < OV_COUNT(suites); i++) {
		s.suite = &suites[i];
		if (!wanted(s.suite->name, argc, argv))
			continue;
		if (!s.suite->run(argv[1], "dev", judge, &s)) {
			printf("skipped: suite %s: not in %s\n", s.suite->name, argv[1]);
			s.totals.skipped++;
		}
	}
	printf("%zu passed, %zu failed, %zu skipped\n", s.totals.passed, s.totals.failed,
		s.totals.skipped);
	ov_arena_release(&s.arena);
	return s.totals.failed > 0;
}
