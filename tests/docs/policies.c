/* policies: the pages of the shipped policies. */
#include "docs/book.h"
#include "foreign/os.h"

#define EXAMPLES "tests/policies"

static struct ov_str name_of(const struct ov_book_policy *p)
{
	return ov_string(ov_path(p->value, "metadata", "name", NULL));
}

/* An annotation of the group in which policies describe themselves. */
static struct ov_str annotation(
	struct ov_book *b, const struct ov_book_policy *p, const char *name)
{
	struct ov_str key = ov_str_fmt(&b->arena, "policies.kyverno.io/%s", name);
	struct ov_value all = ov_path(p->value, "metadata", "annotations", NULL);
	struct ov_value v = ov_get_str(all, key);

	if (!ov_string(v).len) {
		fprintf(stderr, "%.*s: the annotation %.*s is missing\n", OV_STR_ARG(p->path),
			OV_STR_ARG(key));
		exit(1);
	}
	return ov_str_trim(ov_string(v));
}

/* The first document of the examples; the file has the others. */
static void write_example(
	struct ov_book *b, const struct ov_book_policy *p, const char *file, const char *title)
{
	struct ov_str name = name_of(p), text = {NULL, 0};
	struct ov_str path = ov_str_fmt(&b->arena, EXAMPLES "/%.*s/%s", OV_STR_ARG(name), file);
	size_t from = 0;

	if (!ov_os_read_file(&b->arena, path, (size_t)1 << 20, &text, &b->diags)) {
		fprintf(stderr, "%.*s cannot be read\n", OV_STR_ARG(path));
		exit(1);
	}
	fprintf(b->out, "\n## %s\n\n```yaml\n", title);
	ov_book_put(b, ov_book_next_document(text, &from));
	fputs("```\n", b->out);
	if (from < text.len)
		fprintf(b->out, "\nMore: [%.*s](../../%.*s).\n", OV_STR_ARG(path),
			OV_STR_ARG(path));
}

static void write_policy(struct ov_book *b, const struct ov_book_policy *p)
{
	struct ov_str name = name_of(p);

	ov_book_open(b, ov_str_fmt(&b->arena, "policies/%.*s.md", OV_STR_ARG(name)).ptr);
	fputs("# ", b->out);
	ov_book_put(b, annotation(b, p, "title"));
	fputs("\n\n", b->out);
	ov_book_put(b, annotation(b, p, "description"));
	fputs("\n\n- Name: ", b->out);
	ov_book_code(b, name);
	fputs("\n- Category: ", b->out);
	ov_book_put(b, annotation(b, p, "category"));
	fputs("\n- Severity: ", b->out);
	ov_book_put(b, annotation(b, p, "severity"));
	fputs("\n- About: ", b->out);
	ov_book_put(b, annotation(b, p, "subject"));
	fputc('\n', b->out);
	write_example(b, p, "good.yaml", "What passes");
	write_example(b, p, "bad.yaml", "What fails");
	fprintf(b->out, "\n## The policy\n\n[%.*s](../../%.*s):\n\n```yaml\n",
		OV_STR_ARG(p->path), OV_STR_ARG(p->path));
	ov_book_put(b, p->text);
	fputs("```\n", b->out);
	fclose(b->out);
}

void ov_book_policies(struct ov_book *b)
{
	ov_book_open(b, "policies.md");
	fputs("# Shipped policies\n\nWritten by `make docs` from `policies/kyverno/` and the "
	      "examples in [" EXAMPLES "](../" EXAMPLES
	      "). They are plain policies of Kyverno, "
	      "which its own command line and a cluster take as they are. None is asked "
	      "until a document of kind [Policy](kinds/Policy.md) names it in `library`:\n\n"
	      "```yaml\n"
	      "apiVersion: ovec.dev/v1alpha1\n"
	      "kind: Policy\n"
	      "metadata: {name: machines}\n"
	      "spec:\n"
	      "  clusters: {matchLabels: {environment: production}}\n"
	      "  enforce: both\n"
	      "  library:\n"
	      "    - {name: machines-can-migrate}\n"
	      "    - name: registries-are-allowed\n"
	      "      spec: {variables: [{name: registries, expression: "
	      "\"['registry.example.com/']\"}]}\n"
	      "```\n\n"
	      "`spec` of an entry is laid over that of the policy, as a document over its "
	      "profile. A policy in the folder `policies` beside the estate's `ovec.yaml` is "
	      "named in the same way, and replaces a shipped one of its name.\n\n"
	      "| policy | what it asks for | severity | category | about |\n"
	      "|---|---|---|---|---|\n",
		b->out);
	for (size_t i = 0; i < b->policies.count; i++) {
		static const char *const columns[] = {
			"title", "severity", "category", "subject"};
		const struct ov_book_policy *p = &b->policies.items[i];

		fprintf(b->out, "| [%.*s](policies/%.*s.md) |", OV_STR_ARG(name_of(p)),
			OV_STR_ARG(name_of(p)));
		for (size_t k = 0; k < OV_COUNT(columns); k++) {
			fputc(' ', b->out);
			ov_book_cell(b, annotation(b, p, columns[k]));
			fputs(" |", b->out);
		}
		fputc('\n', b->out);
	}
	fclose(b->out);
	for (size_t i = 0; i < b->policies.count; i++)
		write_policy(b, &b->policies.items[i]);
}
