/* differences: the page of what is known to differ, from the list of the conformance suites. */
#include "conformance/known.h"
#include "docs/book.h"

#define LIST "tests/conformance/known.txt"

/* Titles of the sections, by the suites that show the differences. */
static const struct {
	const char *suite, *title;
} sections[] = {
	{"cel", "The specification of CEL"},
	{"k8s-cel", "Kubernetes' functions of CEL"},
	{"crd", "CustomResourceDefinitions"},
	{"jmespath", "JMESPath"},
	{"json-schema", "JSON Schema 2020-12"},
	{"yaml", "YAML 1.2"},
	{"yaml-scalars", "YAML as Kubernetes reads it"},
};

static const char *title_of(struct ov_str suite)
{
	for (size_t i = 0; i < OV_COUNT(sections); i++)
		if (ov_str_is(suite, sections[i].suite))
			return sections[i].title;
	return NULL;
}

/* Cases that share a comment share its text, too. */
void ov_book_differences(struct ov_book *b)
{
	struct ov_known known = {0};
	struct ov_known_case last = {0};

	if (!ov_known_read(&b->arena, LIST, &known))
		exit(4);
	ov_book_open(b, "differences.md");
	fputs("# Differences from cel-go, JSON Schema and YAML\n\n"
	      "Written by `make docs` from [known.txt](../" LIST "): each case of a "
	      "conformance suite that does not end as the suite says, and why. `make "
	      "conformance` runs the suites, and fails for a case that is missing here and for "
	      "one that is here and passes. Cases of CEL that ask for messages of Protocol "
	      "Buffers, and formats of JSON Schema that are [not known here](formats.md), are "
	      "left out.\n",
		b->out);
	for (size_t i = 0; i < known.count; i++) {
		struct ov_known_case item = known.items[i];
		const char *title = title_of(item.suite);

		if (!ov_str_eq(item.suite, last.suite)) {
			fputs("\n## ", b->out);
			ov_book_put(b, title ? ov_str_c(title) : item.suite);
			fputc('\n', b->out);
		}
		if (item.why.ptr != last.why.ptr) {
			fputc('\n', b->out);
			ov_book_put(b, item.why);
			fputs("\n\n", b->out);
		}
		fputs("- ", b->out);
		ov_book_code(b, ov_str_sub(item.name, item.suite.len + 1, item.name.len));
		fputc('\n', b->out);
		last = item;
	}
	fclose(b->out);
}
