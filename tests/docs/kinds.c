/* kinds: the pages of kinds. */
#include "docs/book.h"

enum { NESTING = 24 };

static bool is_kind(struct ov_value schema)
{
	return ov_is_some(ov_get(schema, "x-ovec-cardinality"));
}

/* An expression without its ${ }, as code; anything else as it is. */
static void put_expression(struct ov_book *b, struct ov_value v)
{
	struct ov_str s = ov_str_trim(ov_string(v));

	if (ov_str_starts(s, OV_STR("${")) && ov_str_ends(s, OV_STR("}")))
		s = ov_str_sub(s, 2, s.len - 1);
	ov_book_code(b, s);
}

static void write_object(struct ov_book *b, struct ov_value object, struct ov_value clusters)
{
	struct ov_value loop = ov_get(object, "$for"), test = ov_get(object, "$if");
	struct ov_value body = ov_get(object, "$body");

	fputs("| ", b->out);
	if (ov_is_some(body)) {
		put_expression(b, body);
	} else {
		ov_book_code(b, ov_string(ov_get(object, "apiVersion")));
		fputc(' ', b->out);
		ov_book_put(b, ov_string(ov_get(object, "kind")));
	}
	fputs(" | ", b->out);
	if (ov_is_map(loop) && loop.count) {
		fprintf(b->out, "for each `%.*s` of ", OV_STR_ARG(loop.entries[0].key->str));
		put_expression(b, loop.entries[0].value);
	}
	if (ov_is_some(test)) {
		fputs(ov_is_some(loop) ? ", where " : "where ", b->out);
		put_expression(b, test);
	}
	fputs(" | ", b->out);
	if (ov_is_some(clusters))
		put_expression(b, clusters);
	else
		fputs("where the document lands", b->out);
	fputs(" |\n", b->out);
}

static bool is_for(struct ov_value template_, struct ov_str kind)
{
	return ov_str_eq(ov_string(ov_path(template_, "spec", "for", NULL)), kind);
}

/* Whether the schema, or anything below it, has the keyword with the kind's name. */
static bool says(struct ov_value schema, const char *keyword, struct ov_str kind, size_t depth)
{
	if (depth > NESTING)
		return false;
	if (ov_is_map(schema) && ov_str_eq(ov_string(ov_get(schema, keyword)), kind))
		return true;
	for (size_t i = 0; ov_is_map(schema) && i < schema.count; i++)
		if (says(schema.entries[i].value, keyword, kind, depth + 1))
			return true;
	for (size_t i = 0; ov_is_list(schema) && i < ov_count(schema); i++)
		if (says(ov_at(schema, i), keyword, kind, depth + 1))
			return true;
	return false;
}

/* Lists the kinds whose schemas have the keyword with this kind's name. */
static void write_users(
	struct ov_book *b, struct ov_str kind, const char *keyword, const char *words)
{
	const char *before = words;

	for (size_t i = 0; i < b->schemas.count; i++) {
		struct ov_str other = b->schemas.entries[i].key;
		const struct ov_value *schema = b->schemas.entries[i].item.ptr;

		if (!is_kind(*schema) || ov_str_eq(other, kind) ||
			!says(*schema, keyword, kind, 0))
			continue;
		fprintf(b->out, "%s[%.*s](%.*s.md)", before, OV_STR_ARG(other),
			OV_STR_ARG(other));
		before = ", ";
	}
	if (before != words)
		fputs(".\n", b->out);
}

/* A kind without a template is there for others. */
static void write_no_objects(struct ov_book *b, struct ov_str kind, struct ov_value schema)
{
	struct ov_value role = ov_get(schema, "x-ovec-role");

	fputs("No objects of its own.", b->out);
	if (ov_string_is(role, "patch"))
		fputs(" It is a strategic merge patch over those of other documents.", b->out);
	else if (ov_is_string(role))
		fputs(" It says how those of other documents "
		      "[leave](../../compiler/LANGUAGE.md#how-objects-leave).",
			b->out);
	fputs("\n", b->out);
	write_users(b, kind, "x-ovec-extends", "It is inherited by documents of kind ");
	write_users(b, kind, "x-ovec-ref", "It is named by documents of kind ");
}

static void write_objects(struct ov_book *b, struct ov_str kind, struct ov_value schema)
{
	const char *before = "\nThe templates: ";
	bool begun = false;

	fputs("\n## What it becomes\n\n", b->out);
	for (size_t i = 0; i < b->templates.count; i++) {
		struct ov_value spec = ov_get(b->templates.items[i], "spec");
		struct ov_value objects = ov_get(spec, "objects");

		if (!is_for(b->templates.items[i], kind))
			continue;
		if (!begun)
			fputs("| object | how many | cluster |\n|---|---|---|\n", b->out);
		begun = true;
		for (size_t k = 0; k < ov_count(objects); k++)
			write_object(b, ov_at(objects, k), ov_get(spec, "clusters"));
	}
	for (size_t i = 0; i < b->templates.count; i++) {
		struct ov_str path = b->template_paths.items[i];

		if (!is_for(b->templates.items[i], kind))
			continue;
		fprintf(b->out, "%s[%.*s](../../%.*s)", before, OV_STR_ARG(path),
			OV_STR_ARG(path));
		before = ", ";
	}
	if (begun)
		fputs(".\n", b->out);
	else
		write_no_objects(b, kind, schema);
}

static void write_rules(struct ov_book *b, struct ov_str kind)
{
	bool begun = false;

	for (size_t i = 0; i < b->rules.count; i++) {
		struct ov_value spec = ov_get(b->rules.items[i], "spec");

		if (!ov_str_eq(ov_string(ov_get(spec, "for")), kind))
			continue;
		if (!begun)
			fputs("\n## Rules\n\nChecked after merging, besides the schema.\n\n"
			      "| rule | finding | what to do |\n|---|---|---|\n",
				b->out);
		begun = true;
		fprintf(b->out, "| `%.*s`%s%s | ",
			OV_STR_ARG(ov_string(
				ov_path(b->rules.items[i], "metadata", "name", NULL))),
			ov_is_some(ov_get(spec, "replaces")) ? " (of a change)" : "",
			ov_string_is(ov_get(spec, "severity"), "warning") ? " (warning)" : "");
		ov_book_cell(b, ov_string(ov_get(spec, "message")));
		fputs(" | ", b->out);
		ov_book_cell(b, ov_string(ov_get(spec, "explanation")));
		fputs(" |\n", b->out);
	}
}

static void write_example(struct ov_book *b, struct ov_str kind)
{
	const struct ov_book_example *e = ov_map_ptr(&b->examples, kind);

	if (!e) {
		fprintf(stderr, OV_BOOK_ESTATE " has no document of kind %.*s as its example\n",
			OV_STR_ARG(kind));
		exit(1);
	}
	fprintf(b->out, "\n## Example\n\nFrom [%s/%.*s](../../%s/%.*s):\n\n```yaml\n",
		OV_BOOK_ESTATE, OV_STR_ARG(e->path), OV_BOOK_ESTATE, OV_STR_ARG(e->path));
	ov_book_put(b, e->text);
	fputs("```\n", b->out);
}

static const char *placement(struct ov_value schema)
{
	struct ov_value v = ov_get(schema, "x-ovec-cardinality");

	if (ov_string_is(v, "one"))
		return "Lands on exactly one cluster, named by `cluster`.";
	if (ov_string_is(v, "many"))
		return "Lands on any number of clusters, chosen by `cluster` or `clusters`.";
	return "Is not placed on clusters.";
}

static void write_facts(struct ov_book *b, struct ov_str name, struct ov_value schema)
{
	struct ov_str component = ov_string(ov_get(schema, "x-ovec-component"));
	struct ov_str profile = ov_string(ov_get(schema, "x-ovec-extends"));

	fprintf(b->out, "- %s\n", placement(schema));
	if (component.len)
		fprintf(b->out, "- Its objects lie in `clusters/CLUSTER/%.*s/`.\n",
			OV_STR_ARG(component));
	if (ov_str_eq(profile, name))
		fputs("- Others inherit from it; it may have profiles itself.\n", b->out);
	else if (profile.len)
		fprintf(b->out,
			"- Inherits from documents of kind [%.*s](%.*s.md), which `profile` "
			"and "
			"`profiles` name.\n",
			OV_STR_ARG(profile), OV_STR_ARG(profile));
}

static void write_spec(struct ov_book *b, struct ov_str name, struct ov_value schema)
{
	struct ov_value metadata = ov_path(schema, "properties", "metadata", NULL);
	struct ov_value spec = ov_path(schema, "properties", "spec", NULL);
	struct ov_book_node meta = ov_book_node(b, schema, metadata),
			    n = ov_book_node(b, schema, spec);
	struct ov_str ref = ov_string(ov_get(spec, "$ref")), words = ov_book_condition(&n);
	bool fresh = true;
	union ov_map_item *earlier = ref.len ? ov_map_put(&b->printed, ref, &fresh) : NULL;

	fputs("\n## Fields\n\n", b->out);
	if (!ov_book_is_shared(&meta)) {
		ov_book_fields(b, "metadata", schema, metadata, (struct ov_value){0});
		fputs("\n", b->out);
	}
	if (!fresh) {
		const char *other = earlier->cptr;

		fprintf(b->out,
			"The fields of `spec` are those of [%s](%s.md#fields); none is "
			"required here.\n",
			other, other);
		return;
	}
	if (earlier)
		earlier->cptr = ov_str_cstr(&b->arena, name);
	ov_book_fields(b, "spec", schema, spec, ov_get(spec, "required"));
	if (words.len) {
		fputc('\n', b->out);
		ov_book_sentence(b, words);
		fputc('\n', b->out);
	}
}

static void write_kind(struct ov_book *b, struct ov_str name, struct ov_value schema)
{
	ov_book_open(b, ov_str_fmt(&b->arena, "kinds/%.*s.md", OV_STR_ARG(name)).ptr);
	fprintf(b->out, "# %.*s\n\n", OV_STR_ARG(name));
	ov_book_put(b, ov_str_trim(ov_string(ov_get(schema, "description"))));
	fputs("\n\n", b->out);
	write_facts(b, name, schema);
	write_example(b, name);
	write_objects(b, name, schema);
	write_spec(b, name, schema);
	write_rules(b, name);
	fclose(b->out);
}

static void write_shared(struct ov_book *b)
{
	struct ov_value *common = ov_map_ptr(&b->schemas, OV_STR("common"));

	ov_book_open(b, "kinds/shared.md");
	fputs("# Shared fields\n\nMany kinds have these; their pages refer here.\n", b->out);
	for (size_t i = 0; common && ov_book_shared[i]; i++) {
		struct ov_value schema = ov_get(ov_get(*common, "$defs"), ov_book_shared[i]);

		fprintf(b->out, "\n## %s\n\n", ov_book_shared[i]);
		ov_book_put(b, ov_string(ov_get(schema, "description")));
		fputs("\n\n", b->out);
		ov_book_fields(b, ov_book_shared[i], *common, schema, (struct ov_value){0});
	}
	fclose(b->out);
}

static void write_index(struct ov_book *b)
{
	ov_book_open(b, "kinds.md");
	fputs("# Kinds\n\nWritten by `make docs` from the shipped schemas, templates and "
	      "rules. "
	      "`ovec schema` lists the kinds, `ovec schema KIND` prints one for an editor. A "
	      "*required* field must be given by the document or by something that it inherits "
	      "from, where the map that it stands in is given.\n\n"
	      "| kind | what it is |\n|---|---|\n",
		b->out);
	for (size_t i = 0; i < b->schemas.count; i++) {
		struct ov_str name = b->schemas.entries[i].key;
		const struct ov_value *schema = b->schemas.entries[i].item.ptr;

		if (!is_kind(*schema))
			continue;
		fprintf(b->out, "| [%.*s](kinds/%.*s.md) | ", OV_STR_ARG(name),
			OV_STR_ARG(name));
		ov_book_cell(b, ov_string(ov_get(*schema, "description")));
		fputs(" |\n", b->out);
	}
	fputs("\nWhat many of them share: [metadata, clusters, overrides, patches]"
	      "(kinds/shared.md).\n",
		b->out);
	for (size_t i = 0; i < b->templates.count; i++)
		if (ov_string_is(ov_path(b->templates.items[i], "spec", "for", NULL), "*"))
			fprintf(b->out, "Every object also gets what [%.*s](../%.*s) says.\n",
				OV_STR_ARG(b->template_paths.items[i]),
				OV_STR_ARG(b->template_paths.items[i]));
	fclose(b->out);
}

void ov_book_kinds(struct ov_book *b)
{
	write_index(b);
	write_shared(b);
	for (size_t i = 0; i < b->schemas.count; i++) {
		const struct ov_value *schema = b->schemas.entries[i].item.ptr;

		if (is_kind(*schema))
			write_kind(b, b->schemas.entries[i].key, *schema);
	}
}
