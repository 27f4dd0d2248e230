/* options: reads the command line by one table. Layer: cmd. */
#include "cmd/internal.h"

#include <stdarg.h>

struct option {
	char id;     /* letter by which commands list it */
	char letter; /* short form, or 0 */
	const char *name;
	const char *argument; /* NULL where it takes none */
	const char *help;
};

static const struct option options[] = {
	{'f', 0, "from", "SOURCE",
		"read the estate from the worktree (default), the Git index, or a commit"},
	{'o', 'o', "output", "DIR", "write the manifests to this folder"},
	{'c', 0, "commit", "BRANCH", "commit the manifests to this branch, without a checkout"},
	{'C', 0, "cluster", "NAME", "only this cluster's folder; may be repeated"},
	{'l', 0, "library", "DIR",
		"use the schemas, templates, profiles and policies of a folder"},
	{'m', 0, "format", "text|json", "how findings are printed; json: one object a line"},
	{'F', 0, "format", "FORMAT",
		"apply: text, json, sarif, junit, policyreport; test: table, json, junit, "
		"sarif"},
	{'V', 0, "values", "FILE", "apply: values of variables, and labels of namespaces"},
	{'U', 0, "userinfo", "FILE", "apply: who asks for the objects"},
	{'E', 0, "exceptions", "FILE|DIR", "apply: exceptions from the policies"},
	{'W', 0, "audit-warn", NULL, "apply: what a policy only audits is a warning"},
	{'t', 0, "threads", "N", "worker threads; the output does not depend on it"},
	{'n', 0, "now", "TIME",
		"the time of the run, RFC 3339; default: of the commit rendered"},
	{'T', 0, "to", "N", "the step to go to; default: the next one"},
	{'k', 0, "color", "WHEN", "auto, always or never; NO_COLOR is honoured"},
	{'s', 0, "set", "NAME", "name of the set that `schema import` makes"},
	{'O', 0, "out", "DIR", "folder that the set is written to; default: sets"},
	{'r', 0, "rules", NULL, "keep validation rules and their messages in the set"},
	{'q', 'q', "quiet", NULL, "print findings only"},
	{'v', 'v', "verbose", NULL, "print what was done, and how long each stage took"},
	{'h', 'h', "help", NULL, "print this help"},
};

const struct ov_command ov_commands[] = {
	{"render", "[ESTATE]",
		"compile an estate to manifests: to a folder, a branch or stdout",
		"focClmtnkqvh", 0, 1, ov_cmd_render},
	{"check", "[ESTATE]", "do everything but writing", "fClmtnkqvh", 0, 1, ov_cmd_check},
	{"explain", "CLUSTER/KIND/NAME[#/json/pointer] [ESTATE] | OVnnnn",
		"say where an object, a field or a finding comes from", "flmtnkqvh", 1, 2,
		ov_cmd_explain},
	{"schema", "[KIND] [ESTATE] | import FILE|DIR|-...",
		"print the JSON Schema of a kind, list the kinds, or import a cluster's",
		"flmsOrkqh", 0, 1000, ov_cmd_schema},
	{"policy", "apply POLICIES FILE|DIR|-... | test [DIR]",
		"judge manifests by policies, wherever they come from, or run policies' tests",
		"FVUEWtnkqh", 1, 10000, ov_cmd_policy},
	{"step", "NAME [ESTATE]", "move a document to its next step, by editing its line",
		"lTmtkqh", 1, 2, ov_cmd_step},
	{"install-hook", "[ESTATE]", "make Git check what is staged before each commit", "kqh",
		0, 1, ov_cmd_install_hook},
	{"version", "", "print the version", "h", 0, 0, ov_cmd_version},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};

int ov_usage_error(const struct ov_io *io, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	fputs("ovec: ", io->err);
	vfprintf(io->err, fmt, args);
	fputs("\n", io->err);
	va_end(args);
	return OV_EXIT_USAGE;
}

void ov_print_count(FILE *out, size_t count, const char *noun)
{
	fprintf(out, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

static void print_usage(FILE *out)
{
	fputs("usage: ovec COMMAND [OPTION]... [ARGUMENT]...\n\n"
	      "Compiles the description of an estate of clusters to the manifests of each.\n\n",
		out);
	for (const struct ov_command *c = ov_commands; c->name; c++)
		fprintf(out, "  %-13s %s\n", c->name, c->summary);
	fputs("\n`ovec COMMAND --help` tells more. Exit status: 0 done, 1 findings in the "
	      "estate,\n"
	      "2 a difference, 3 usage, 4 the repository or the disk failed.\n",
		out);
}

static void print_help(FILE *out, const struct ov_command *c)
{
	fprintf(out, "usage: ovec %s [OPTION]...%s%s\n\n%s\n\n", c->name,
		c->arguments[0] ? " " : "", c->arguments, c->summary);
	for (size_t i = 0; i < OV_COUNT(options); i++) {
		const struct option *o = &options[i];
		if (!strchr(c->options, o->id))
			continue;
		char left[40];
		snprintf(left, sizeof(left), "%s%c%s--%s%s%s", o->letter ? "-" : "  ",
			o->letter ? o->letter : ' ', o->letter ? ", " : " ", o->name,
			o->argument ? " " : "", o->argument ? o->argument : "");
		fprintf(out, "  %-26s %s\n", left, o->help);
	}
	fputs("\nExit status: 0 done, 1 findings in the estate, 3 usage, 4 the repository or "
	      "the "
	      "disk failed.\n",
		out);
}

static bool set(struct ov_arena *arena, struct ov_args *args, char id, const char *value)
{
	switch (id) {
	case 'f': args->from = value; break;
	case 'o': args->output = value; break;
	case 'c': args->commit = value; break;
	case 'C': ov_vec_push(arena, &args->clusters, ov_str_c(value)); break;
	case 'l': args->library = value; break;
	case 'm': args->format = value; break;
	case 'F': args->report = value; break;
	case 'V': args->values = value; break;
	case 'U': args->user = value; break;
	case 'E': args->exceptions = value; break;
	case 'W': args->audit_warn = true; break;
	case 't': args->threads = value; break;
	case 'n': args->now = value; break;
	case 'T': args->to = value; break;
	case 'k': args->color = value; break;
	case 's': args->set = value; break;
	case 'O': args->out = value; break;
	case 'r': args->rules = true; break;
	case 'q': args->quiet = true; break;
	case 'v': args->verbose++; break;
	case 'h': args->help = true; break;
	default: return false;
	}
	return true;
}

static const struct option *find(const struct ov_command *c, struct ov_str name, char letter)
{
	for (size_t i = 0; i < OV_COUNT(options); i++) {
		const struct option *o = &options[i];
		if (strchr(c->options, o->id) &&
			(letter ? o->letter == letter : ov_str_is(name, o->name)))
			return o;
	}
	return NULL;
}

static int unknown(const struct ov_io *io, const struct ov_command *c, const char *word)
{
	struct ov_str names[OV_COUNT(options)];
	size_t n = 0;
	for (size_t i = 0; i < OV_COUNT(options); i++) {
		if (strchr(c->options, options[i].id))
			names[n++] = ov_str_c(options[i].name);
	}
	struct ov_str wrong = ov_str_c(word[1] == '-' ? word + 2 : word);
	size_t equals = ov_str_chr(wrong, '=');
	if (equals != SIZE_MAX)
		wrong = ov_str_sub(wrong, 0, equals);
	struct ov_str near = ov_nearest(wrong, names, n);
	if (near.len)
		return ov_usage_error(io, "%s: unknown option %s; did you mean --%.*s?",
			c->name, word, OV_STR_ARG(near));
	return ov_usage_error(
		io, "%s: unknown option %s; see `ovec %s --help`", c->name, word, c->name);
}

static int read_long(const struct ov_io *io, struct ov_arena *arena, const struct ov_command *c,
	struct ov_args *args, const char *word, const char *next, int *taken)
{
	struct ov_str name = ov_str_c(word + 2);
	size_t equals = ov_str_chr(name, '=');
	const char *value = equals == SIZE_MAX ? NULL : word + 2 + equals + 1;
	if (value)
		name = ov_str_sub(name, 0, equals);
	const struct option *o = find(c, name, 0);
	if (!o)
		return unknown(io, c, word);
	if (!o->argument && value)
		return ov_usage_error(io, "%s: --%s takes no value", c->name, o->name);
	if (o->argument && !value) {
		if (!next)
			return ov_usage_error(
				io, "%s: --%s needs %s", c->name, o->name, o->argument);
		value = next;
		*taken = 2;
	}
	set(arena, args, o->id, value);
	return OV_EXIT_DONE;
}

static int read_short(const struct ov_io *io, struct ov_arena *arena,
	const struct ov_command *c, struct ov_args *args, const char *word, const char *next,
	int *taken)
{
	for (const char *p = word + 1; *p; p++) {
		const struct option *o = find(c, ov_str_c(""), *p);
		if (!o)
			return unknown(io, c, word);
		if (!o->argument) {
			set(arena, args, o->id, NULL);
			continue;
		}
		const char *value = p[1] ? p + 1 : next;
		if (!value)
			return ov_usage_error(
				io, "%s: -%c needs %s", c->name, o->letter, o->argument);
		if (!p[1])
			*taken = 2;
		set(arena, args, o->id, value);
		return OV_EXIT_DONE;
	}
	return OV_EXIT_DONE;
}

static int read_arguments(const struct ov_io *io, struct ov_arena *arena,
	const struct ov_command *c, struct ov_args *args, int argc, char *const argv[])
{
	bool only_words = false;
	for (int i = 2; i < argc;) {
		const char *word = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;
		int taken = 1, status = OV_EXIT_DONE;
		if (!only_words && strcmp(word, "--") == 0)
			only_words = true;
		else if (!only_words && word[0] == '-' && word[1] == '-')
			status = read_long(io, arena, c, args, word, next, &taken);
		else if (!only_words && word[0] == '-' && word[1])
			status = read_short(io, arena, c, args, word, next, &taken);
		else
			ov_vec_push(arena, &args->words, word);
		if (status != OV_EXIT_DONE)
			return status;
		i += taken;
	}
	return OV_EXIT_DONE;
}

static int unknown_command(const struct ov_io *io, const char *word)
{
	struct ov_str names[16];
	size_t n = 0;
	for (const struct ov_command *c = ov_commands; c->name; c++)
		names[n++] = ov_str_c(c->name);
	struct ov_str near = ov_nearest(ov_str_c(word), names, n);
	if (near.len)
		return ov_usage_error(io, "unknown command '%s'; did you mean '%.*s'?", word,
			OV_STR_ARG(near));
	return ov_usage_error(io, "unknown command '%s'; `ovec --help` lists them", word);
}

int ov_cmd_main(const struct ov_io *io, int argc, char *const argv[])
{
	if (argc < 2) {
		print_usage(io->err);
		return OV_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		strcmp(argv[1], "help") == 0) {
		print_usage(io->out);
		return OV_EXIT_DONE;
	}
	const char *name = strcmp(argv[1], "--version") == 0 ? "version" : argv[1];
	const struct ov_command *c = ov_commands;
	while (c->name && strcmp(c->name, name) != 0)
		c++;
	if (!c->name)
		return unknown_command(io, argv[1]);
	struct ov_arena arena = {0};
	struct ov_args args = {.command = c->name, .estate = OV_STR(".")};
	int status = read_arguments(io, &arena, c, &args, argc, argv);
	if (status == OV_EXIT_DONE && args.help)
		print_help(io->out, c);
	else if (status == OV_EXIT_DONE && args.words.count < c->least)
		status = ov_usage_error(io, "%s needs %s", c->name, c->arguments);
	else if (status == OV_EXIT_DONE && args.words.count > c->most)
		status = ov_usage_error(io, "%s: one argument too many: %s", c->name,
			args.words.items[c->most]);
	else if (status == OV_EXIT_DONE)
		status = c->run(io, &args);
	ov_arena_release(&arena);
	return status;
}
