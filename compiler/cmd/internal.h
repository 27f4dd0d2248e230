/*
 * internal: what the commands share among themselves. Layer: cmd.
 */
#ifndef OV_CMD_INTERNAL_H
#define OV_CMD_INTERNAL_H

#include "cmd/cmd.h"
#include "compile.h"

/** The version of the program and of its library. */
#define OV_VERSION "0.1.0"

/** What the options of a command line say. */
struct ov_args {
	const char *command;
	struct ov_str estate;       /**< folder; "." by default */
	OV_VEC(const char *) words; /**< arguments that are no options */
	OV_VEC(struct ov_str) clusters;
	const char *from, *output, *commit, *library, *format, *color, *threads, *now, *to;
	const char *set, *out;                           /**< of `schema import` */
	const char *report, *values, *user, *exceptions; /**< of `policy` */
	bool quiet, help, rules, audit_warn;
	unsigned verbose;
};

/** A command. */
struct ov_command {
	const char *name;
	const char *arguments; /**< as the usage line shows them */
	const char *summary;   /**< one line */
	const char *options;   /**< letters of struct ov_option.id that it takes */
	size_t least, most;    /**< arguments that are no options */
	int (*run)(const struct ov_io *io, const struct ov_args *args);
};

/** The commands, ended by one without a name. */
extern const struct ov_command ov_commands[];

/** A run and what it needs, from begin to end. */
struct ov_session {
	struct ov_run run;
	struct ov_arena arena;
	struct ov_sources sources;
	struct ov_diags diags;
	const struct ov_io *io;
	const struct ov_args *args;
	uint64_t start;
	uint64_t shown; /**< when the progress line was last written, 0 for never */
};

/** Begins a run. False, having said why, where the options make no sense: OV_EXIT_USAGE. */
bool ov_session_begin(
	struct ov_session *session, const struct ov_io *io, const struct ov_args *args);

/** The options of the compiler that the command line gives; false as ov_session_begin. */
bool ov_session_options(struct ov_session *session, struct ov_compile_options *options);

/** Sorts the findings and prints them. */
void ov_session_report(struct ov_session *session);

/** Whether what is printed to `file` is coloured. */
bool ov_session_color(const struct ov_session *session, FILE *file);

/** Frees everything and returns the exit status. */
int ov_session_end(struct ov_session *session);

/** Says that the command line is wrong and returns OV_EXIT_USAGE. */
OV_PRINTF(2, 3) int ov_usage_error(const struct ov_io *io, const char *fmt, ...);

/** Appends `count` and the noun, in the plural where needed. */
void ov_print_count(FILE *out, size_t count, const char *noun);

/** The schema of a kind as an editor needs it; editor.c says in what it differs. */
struct ov_value ov_editor_schema(
	struct ov_arena *arena, struct ov_keys *keys, struct ov_value schema);

/** Reads a number of decimal digits up to `most`. */
bool ov_read_count(const char *text, uint64_t most, uint64_t *out);

int ov_cmd_render(const struct ov_io *io, const struct ov_args *args);
int ov_cmd_check(const struct ov_io *io, const struct ov_args *args);
int ov_cmd_explain(const struct ov_io *io, const struct ov_args *args);
int ov_cmd_schema(const struct ov_io *io, const struct ov_args *args);
int ov_cmd_schema_import(const struct ov_io *io, const struct ov_args *args);
int ov_cmd_policy(const struct ov_io *io, const struct ov_args *args);
int ov_cmd_step(const struct ov_io *io, const struct ov_args *args);
int ov_cmd_install_hook(const struct ov_io *io, const struct ov_args *args);
int ov_cmd_version(const struct ov_io *io, const struct ov_args *args);

#endif
