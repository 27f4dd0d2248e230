/* systems: what ovec was made for, the kinds that describe it, and the objects that they become
 * in the example estate: a page, and a table in README.md. */
#include "cmd/internal.h"
#include "docs/book.h"
#include "foreign/os.h"

#define LIST   "tests/docs/systems.yaml"
#define README "README.md"

/* Patches of the example estate have a last day, so the day of its rendering is a fixed one. */
#define NOW "2026-01-01T00:00:00Z"

enum { SOURCE_BYTES = 1 << 20 };

/* The lines of README.md between which the table stands. */
#define BEGIN "<!-- systems: written by make docs -->\n"
#define END   "<!-- end of systems -->\n"

/** How many objects of one kind a document became. */
struct made {
	struct ov_str path; /**< of the document's file, from the estate's folder */
	struct ov_str document, name;
	struct ov_str kind; /**< of the objects */
	size_t count;
};

/** The rendering of the example estate, in figures. */
struct figures {
	OV_VEC(struct made) list; /**< by kind of the objects */
};

static int by_kind(const void *a, const void *b)
{
	const struct made *x = a, *y = b;
	int order = ov_str_cmp(x->kind, y->kind);

	if (!order)
		order = ov_str_cmp(x->document, y->document);
	if (!order)
		order = ov_str_cmp(x->name, y->name);
	return order ? order : ov_str_cmp(x->path, y->path);
}

static void count_object(struct figures *f, struct ov_arena *arena, struct made m)
{
	for (size_t i = 0; i < f->list.count; i++) {
		if (by_kind(&f->list.items[i], &m) == 0) {
			f->list.items[i].count++;
			return;
		}
	}
	m.path = ov_str_dup(arena, m.path);
	m.document = ov_str_dup(arena, m.document);
	m.name = ov_str_dup(arena, m.name);
	m.kind = ov_str_dup(arena, m.kind);
	ov_vec_push(arena, &f->list, m);
}

static struct figures render(struct ov_book *b)
{
	struct ov_args args = {.estate = OV_STR(OV_BOOK_ESTATE), .quiet = true, .now = NOW};
	struct ov_io io = {stdout, stderr};
	struct ov_session s;
	struct ov_compile_options options;
	struct ov_compile_result result = {0};
	struct figures f = {0};

	if (!ov_session_begin(&s, &io, &args) || !ov_session_options(&s, &options))
		exit(4);
	ov_compile(&s.run, &options, &result);
	for (size_t i = 0; i < result.objects.list.count; i++) {
		const struct ov_object *o = &result.objects.list.items[i];
		const struct ov_doc *doc = result.plan.tasks.items[o->task].instance->doc;
		struct ov_str path = ov_sources_at(&s.sources, ov_doc_loc(doc))->path;
		struct made m = {path, doc->kind->name, doc->name, o->kind, 1};

		if (ov_str_starts(path, OV_STR(OV_BOOK_ESTATE "/")))
			m.path = ov_str_sub(path, sizeof(OV_BOOK_ESTATE), path.len);
		count_object(&f, &b->arena, m);
	}
	ov_read_release(&result.read);
	ov_session_report(&s);
	if (ov_session_end(&s) != OV_EXIT_DONE)
		exit(1);
	if (f.list.count)
		qsort(f.list.items, f.list.count, sizeof(*f.list.items), by_kind);
	return f;
}

static bool lists(struct ov_value list, struct ov_str s)
{
	for (size_t i = 0; i < ov_count(list); i++)
		if (ov_str_eq(ov_string(ov_at(list, i)), s))
			return true;
	return false;
}

/* Whether the path begins with an entry of the list, or there is no list. */
static bool lies_in(struct ov_value paths, struct ov_str path)
{
	for (size_t i = 0; i < ov_count(paths); i++)
		if (ov_str_starts(path, ov_string(ov_at(paths, i))))
			return true;
	return !ov_is_list(paths);
}

static bool is_part(struct ov_value system, struct ov_value part, const struct made *m)
{
	struct ov_value only = ov_get(part, "names");

	if (!lists(ov_get(part, "kinds"), m->document))
		return false;
	return ov_is_list(only) ? lists(only, m->name)
				: lies_in(ov_get(system, "paths"), m->path);
}

/** Parts of a system, from `first` to before `end`. */
struct share {
	struct ov_value system, parts;
	size_t first, end;
};

static struct share share_of(struct ov_value system)
{
	struct ov_value parts = ov_get(system, "parts");

	return (struct share){system, parts, 0, ov_count(parts)};
}

/* The kinds that describe it, each once and linked from `folder`. */
static void put_kinds(struct ov_book *b, struct share s, const char *folder)
{
	const char *comma = "";

	for (size_t i = 0; i < b->schemas.count; i++) {
		struct ov_str kind = b->schemas.entries[i].key;
		bool named = false;

		for (size_t k = s.first; k < s.end; k++)
			named |= lists(ov_get(ov_at(s.parts, k), "kinds"), kind);
		if (!named)
			continue;
		fprintf(b->out, "%s[%.*s](%skinds/%.*s.md)", comma, OV_STR_ARG(kind), folder,
			OV_STR_ARG(kind));
		comma = ", ";
	}
}

/* The kinds of objects that it becomes, with the count of each where asked for; the count of
 * all. */
static size_t put_objects(
	struct ov_book *b, const struct figures *f, struct share s, bool counts)
{
	const char *comma = "";
	size_t all = 0;

	for (size_t i = 0; i < f->list.count;) {
		struct ov_str kind = f->list.items[i].kind;
		size_t count = 0;

		for (; i < f->list.count && ov_str_eq(f->list.items[i].kind, kind); i++) {
			bool counted = false;

			for (size_t k = s.first; k < s.end; k++)
				counted |=
					is_part(s.system, ov_at(s.parts, k), &f->list.items[i]);
			if (counted)
				count += f->list.items[i].count;
		}
		if (!count)
			continue;
		fprintf(b->out, "%s%.*s", comma, OV_STR_ARG(kind));
		if (counts)
			fprintf(b->out, " %zu", count);
		comma = ", ";
		all += count;
	}
	return all;
}

static void write_table(struct ov_book *b, const struct figures *f, struct ov_value systems)
{
	fputs("| system | its parts | described by | becomes | objects |\n"
	      "|---|---|---|---|---|\n",
		b->out);
	for (size_t i = 0; i < ov_count(systems); i++) {
		struct share s = share_of(ov_at(systems, i));

		fputs("| ", b->out);
		ov_book_put(b, ov_string(ov_get(s.system, "name")));
		fputs(" | ", b->out);
		for (size_t k = 0; k < s.end; k++) {
			fputs(k ? "; " : "", b->out);
			ov_book_put(b, ov_string(ov_get(ov_at(s.parts, k), "name")));
		}
		fputs(" | ", b->out);
		put_kinds(b, s, "docs/");
		fputs(" | ", b->out);
		fprintf(b->out, " | %zu |\n", put_objects(b, f, s, false));
	}
}

/* Kinds without a template are read by those of others; others must become something. */
static void put_nothing(struct ov_book *b, struct share part)
{
	struct ov_value kinds = ov_get(ov_at(part.parts, part.first), "kinds");

	for (size_t i = 0; i < b->templates.count; i++) {
		struct ov_str kind =
			ov_string(ov_path(b->templates.items[i], "spec", "for", NULL));

		if (!lists(kinds, kind))
			continue;
		fprintf(stderr, LIST ": in " OV_BOOK_ESTATE ", %.*s becomes nothing there\n",
			OV_STR_ARG(kind));
		exit(1);
	}
	fputs("fields of others' objects", b->out);
}

static void write_page(struct ov_book *b, const struct figures *f, struct ov_value systems)
{
	ov_book_open(b, "systems.md");
	fputs("# Systems\n\nWritten by `make docs` from [systems.yaml](../" LIST
	      ") and a rendering of [" OV_BOOK_ESTATE "](../fixtures/README.md): what ovec "
	      "was made for, the kinds that describe it, and how many objects of which kinds "
	      "they become. What serves several parts counts in "
	      "each.\n",
		b->out);
	for (size_t i = 0; i < ov_count(systems); i++) {
		struct share s = share_of(ov_at(systems, i));

		fputs("\n## ", b->out);
		ov_book_put(b, ov_string(ov_get(s.system, "name")));
		fputs("\n\n| part | described by | becomes |\n|---|---|---|\n", b->out);
		for (size_t k = 0; k < s.end; k++) {
			struct share part = {s.system, s.parts, k, k + 1};

			fputs("| ", b->out);
			ov_book_put(b, ov_string(ov_get(ov_at(s.parts, k), "name")));
			fputs(" | ", b->out);
			put_kinds(b, part, "");
			fputs(" | ", b->out);
			if (!put_objects(b, f, part, true))
				put_nothing(b, part);
			fputs(" |\n", b->out);
		}
	}
	fclose(b->out);
}

static struct ov_str read_file(struct ov_book *b, const char *path)
{
	struct ov_str bytes = {NULL, 0};

	if (ov_os_read_file(&b->arena, ov_str_c(path), SOURCE_BYTES, &bytes, &b->diags))
		return bytes;
	fprintf(stderr, "%s cannot be read\n", path);
	exit(4);
}

static void check_kinds(struct ov_book *b, struct ov_value systems)
{
	for (size_t i = 0; i < ov_count(systems); i++) {
		struct ov_value parts = ov_get(ov_at(systems, i), "parts");

		for (size_t k = 0; k < ov_count(parts); k++) {
			struct ov_value kinds = ov_get(ov_at(parts, k), "kinds");

			for (size_t n = 0; n < ov_count(kinds); n++) {
				struct ov_str kind = ov_string(ov_at(kinds, n));

				if (ov_map_get(&b->schemas, kind))
					continue;
				fprintf(stderr, LIST ": there is no kind '%.*s'\n",
					OV_STR_ARG(kind));
				exit(1);
			}
		}
	}
}

void ov_book_systems(struct ov_book *b, const char *readme)
{
	struct ov_value systems =
		ov_book_documents(b, OV_STR(LIST), read_file(b, LIST)).items[0];
	struct ov_str text = read_file(b, README);
	size_t begin = ov_str_find(text, OV_STR(BEGIN), 0);
	size_t end = ov_str_find(text, OV_STR(END), 0);
	struct figures f = render(b);

	if (begin == SIZE_MAX || end == SIZE_MAX || end < begin) {
		fputs(README " lacks the lines of its table of systems\n", stderr);
		exit(1);
	}
	check_kinds(b, systems);
	write_page(b, &f, systems);
	b->out = fopen(readme, "w");
	if (!b->out) {
		perror(readme);
		exit(4);
	}
	ov_book_put(b, ov_str_sub(text, 0, begin + sizeof(BEGIN) - 1));
	write_table(b, &f, systems);
	ov_book_put(b, ov_str_sub(text, end, text.len));
	fclose(b->out);
}
