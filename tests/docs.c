/*
 * docs: writes the reference pages from what the program itself reads: the tables of codes,
 * formats, functions and options, the embedded schemas, templates and rules, and the example
 * estate. README is where README.md is written with its generated table.
 *
 * usage: docs FOLDER README
 */
#include "cmd/internal.h"
#include "docs/book.h"
#include "expr/functions.h"
#include "foreign/os.h"
#include "lang/format.h"
#include "report/report.h"

void ov_book_put(struct ov_book *b, struct ov_str s)
{
	fwrite(s.ptr ? s.ptr : "", 1, s.len, b->out);
}

void ov_book_cell(struct ov_book *b, struct ov_str s)
{
	bool blank = false;

	s = ov_str_trim(s);
	for (size_t i = 0; i < s.len; i++) {
		bool space = s.ptr[i] == '\n' || s.ptr[i] == ' ';

		if (s.ptr[i] == '|')
			fputc('\\', b->out);
		if (!space)
			fputc(s.ptr[i], b->out);
		else if (!blank)
			fputc(' ', b->out);
		blank = space;
	}
}

void ov_book_code(struct ov_book *b, struct ov_str s)
{
	fputc('`', b->out);
	ov_book_cell(b, s);
	fputc('`', b->out);
}

void ov_book_sentence(struct ov_book *b, struct ov_str s)
{
	char *copy = (char *)ov_arena_alloc(&b->arena, s.len + 1, 1);

	if (!s.len)
		return;
	memcpy(copy, s.ptr, s.len);
	if (copy[0] >= 'a' && copy[0] <= 'z')
		copy[0] = (char)(copy[0] - 'a' + 'A');
	ov_book_cell(b, ov_str_n(copy, s.len));
	fputc('.', b->out);
}

void ov_book_open(struct ov_book *b, const char *name)
{
	const char *path = ov_str_fmt(&b->arena, "%s/%s", b->folder, name).ptr;

	b->out = fopen(path, "w");
	if (!b->out) {
		perror(path);
		exit(4);
	}
}

static void write_diagnostics(struct ov_book *b)
{
	static const char *const areas[] = {"", "Reading", "Documents",
		"References and placement", "Expressions and templates", "Objects and output",
		"The environment"};
	size_t count, area = 0;
	const struct ov_diag_info *table = ov_diag_table(&count);

	ov_book_open(b, "diagnostics.md");
	fprintf(b->out, "# Diagnostics\n\nWritten by `make docs` from "
			"[diag_codes.def](../compiler/base/diag_codes.def); `ovec explain "
			"OVnnnn` prints the same. A code keeps its number and its meaning.\n");
	for (size_t i = 0; i < count; i++) {
		if ((size_t)table[i].code / 100 != area) {
			area = (size_t)table[i].code / 100;
			fprintf(b->out, "\n## %s\n",
				area < OV_COUNT(areas) ? areas[area] : "Others");
		}
		fprintf(b->out, "\n### OV%04d %s\n\n*%s.* %s\n", (int)table[i].code,
			table[i].title, ov_severity_name(table[i].severity),
			table[i].explanation);
	}
	fclose(b->out);
}

static void write_formats(struct ov_book *b)
{
	size_t count;
	const struct ov_format_info *table = ov_format_table(&count);

	ov_book_open(b, "formats.md");
	fprintf(b->out,
		"# Formats of strings\n\nWritten by `make docs` from "
		"[format.c](../compiler/lang/format.c). A schema names one with `format`; "
		"a value that does not have it is [OV0206](diagnostics.md#ov0206-format).\n\n"
		"| format | what it is | example |\n|---|---|---|\n");
	for (size_t i = 0; i < count; i++) {
		fprintf(b->out, "| `%.*s` | %s | ", OV_STR_ARG(table[i].name),
			table[i].description);
		ov_book_code(b, ov_str_c(table[i].example));
		fputs(" |\n", b->out);
	}
	fclose(b->out);
}

/* One line for a function, one for all overloads of an operator. */
static void write_signatures(struct ov_book *b, struct ov_function_table table)
{
	struct ov_str last = {NULL, 0};

	fputs("```", b->out);
	for (size_t i = 0; i < table.count; i++) {
		struct ov_str s = ov_str_c(table.items[i].signature);
		struct ov_str name = ov_str_sub(s, 0, ov_str_chr(s, '('));
		size_t space = ov_str_find(s, OV_STR("::"), 0);
		bool is_operator = s.ptr[0] < 'A' || s.ptr[0] == '_';

		if (is_operator && ov_str_eq(name, last)) {
			fputs(", ", b->out);
			ov_book_put(b, ov_str_sub(s, name.len, s.len));
			continue;
		}
		last = name;
		fputc('\n', b->out);
		ov_book_put(b, ov_str_sub(s, 0, space));
		if (space != SIZE_MAX) {
			fputc('.', b->out);
			ov_book_put(b, ov_str_sub(s, space + 2, s.len));
		}
	}
	fputs("\n```\n", b->out);
}

static void write_functions(struct ov_book *b)
{
	static const struct {
		const char *title;
		struct ov_function_table (*table)(void);
	} parts[] = {
		{"Estates and text", ov_functions_template},
		{"Operators, sizes, optional values", ov_functions_core},
		{"Conversions", ov_functions_convert},
		{"Strings and bytes", ov_functions_text},
		{"string.format", ov_functions_format},
		{"Regular expressions", ov_functions_regex},
		{"Lists and sets", ov_functions_list},
		{"Numbers", ov_functions_math},
		{"Time", ov_functions_time},
		{"Addresses, quantities, versions", ov_functions_kube},
		{"Named formats", ov_functions_named},
		{"URLs", ov_functions_url},
	};

	ov_book_open(b, "functions.md");
	fputs("# Functions of expressions\n\n"
	      "Written by `make docs` from the tables in compiler/expr/. Templates and rules "
	      "use "
	      "the Common Expression Language; [LANGUAGE.md](../compiler/LANGUAGE.md) says "
	      "what "
	      "the functions of the first group do. `string.trim() string` is called as "
	      "`text.trim()`, `_+_` is the operator `+`, a single capital stands for any type "
	      "(`D` for the kind that the first argument names), and a parameter with `...` "
	      "may "
	      "repeat.\n",
		b->out);
	for (size_t i = 0; i < OV_COUNT(parts); i++) {
		fprintf(b->out, "\n## %s\n\n", parts[i].title);
		write_signatures(b, parts[i].table());
	}
	fclose(b->out);
}

static void write_help(struct ov_book *b, const char *command)
{
	char program[] = "ovec", help[] = "--help";
	char *word = (char *)(uintptr_t)command;
	char *argv[] = {program, command ? word : help, help, NULL};
	struct ov_io io = {b->out, b->out};

	fputs("```\n", b->out);
	ov_cmd_main(&io, command ? 3 : 2, argv);
	fputs("```\n", b->out);
}

static void write_commands(struct ov_book *b)
{
	ov_book_open(b, "commands.md");
	fputs("# Commands\n\nWritten by `make docs`: what `ovec --help` and `ovec COMMAND "
	      "--help` "
	      "print. Data goes to stdout, all that is said about the run to stderr.\n\n",
		b->out);
	write_help(b, NULL);
	for (const struct ov_command *c = ov_commands; c->name; c++) {
		fprintf(b->out, "\n## ovec %s\n\n", c->name);
		write_help(b, c->name);
	}
	fclose(b->out);
}

static void write_index(struct ov_book *b)
{
	ov_book_open(b, "README.md");
	fputs("# Reference\n\nThese pages are written by `make docs` from the schemas and "
	      "tables "
	      "that the program itself reads; `make lint` fails where they are not what it "
	      "writes. The guide is [the project's README](../README.md).\n\n"
	      "- [Commands](commands.md): options and exit statuses\n"
	      "- [Kinds](kinds.md): fields, defaults, examples, and the objects that they "
	      "become\n"
	      "- [Systems](systems.md): what ovec was made for, and the kinds for it\n"
	      "- [Policies](policies.md): those that are shipped, with examples\n"
	      "- [Diagnostics](diagnostics.md): every code, and what to do\n"
	      "- [Formats](formats.md): syntaxes of strings\n"
	      "- [Differences](differences.md): where YAML, schemas and expressions are not "
	      "as their specifications or other programs have them\n"
	      "- [Functions](functions.md): what expressions can call\n"
	      "- [The language of kinds](../compiler/LANGUAGE.md): how documents inherit, and "
	      "how "
	      "kinds, templates and rules are written\n",
		b->out);
	fclose(b->out);
}

int main(int argc, char **argv)
{
	static const char *const folders[] = {"kinds", "policies"};
	static struct ov_book b;

	if (argc != 3) {
		fprintf(stderr, "usage: docs FOLDER README\n");
		return 3;
	}
	b.folder = argv[1];
	b.keys = ov_keys_new(0);
	ov_sources_init(&b.sources, &b.arena);
	ov_diags_init(&b.diags, &b.sources);
	ov_book_read(&b);
	for (size_t i = 0; i < OV_COUNT(folders); i++) {
		struct ov_str path = ov_str_fmt(&b.arena, "%s/%s", b.folder, folders[i]);

		if (ov_os_make_folder(path, &b.diags))
			continue;
		fprintf(stderr, "%s cannot be made\n", path.ptr);
		return 4;
	}
	write_index(&b);
	write_commands(&b);
	ov_book_kinds(&b);
	ov_book_policies(&b);
	write_diagnostics(&b);
	write_formats(&b);
	write_functions(&b);
	ov_book_differences(&b);
	ov_book_systems(&b, argv[2]);
	ov_diags_release(&b.diags);
	ov_keys_free(b.keys);
	ov_arena_release(&b.arena);
	return 0;
}
