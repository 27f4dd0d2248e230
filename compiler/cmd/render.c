/* render: `ovec render` and `ovec check`. Layer: cmd. */
#include "cmd/internal.h"
#include "schema/schema.h"

static double seconds(uint64_t nanoseconds)
{
	return (double)nanoseconds / 1e9;
}

static void print_files(
	FILE *err, size_t added, size_t changed, size_t removed, size_t unchanged)
{
	fprintf(err, "%zu added, %zu changed, %zu removed, %zu unchanged", added, changed,
		removed, unchanged);
}

static void print_wrote(const struct ov_session *s, const struct ov_compile_result *r)
{
	FILE *err = s->io->err;
	if (s->args->output && r->wrote) {
		fprintf(err, "%s: ", s->args->output);
		print_files(err, r->folder.added, r->folder.changed, r->folder.removed,
			r->folder.unchanged);
		fputs("\n", err);
	}
	if (s->args->commit && (r->wrote || r->commit.committed)) {
		char id[41] = "";
		if (r->commit.exists)
			ov_id_hex(&r->commit.id, id);
		fprintf(err, "%s: ", s->args->commit);
		print_files(err, r->commit.added, r->commit.changed, r->commit.removed,
			r->commit.unchanged);
		fprintf(err, ", %s %.7s\n", r->commit.committed ? "commit" : "still at", id);
	}
}

static void print_summary(const struct ov_session *s, const struct ov_compile_result *r)
{
	FILE *err = s->io->err;
	const struct ov_estate *estate = r->read.estate;
	ov_print_count(err, r->read.documents, "document");
	fputs(", ", err);
	ov_print_count(err, estate ? estate->clusters.count : 0, "cluster");
	fputs(", ", err);
	ov_print_count(err, r->objects.list.count, "object");
	if (s->diags.errors) {
		fputs(", ", err);
		ov_print_count(err, s->diags.errors, "error");
		if ((s->args->output || s->args->commit) && !r->wrote)
			fputs(": nothing was written", err);
	}
	if (s->diags.warnings) {
		fputs(", ", err);
		ov_print_count(err, s->diags.warnings, "warning");
	}
	fputs("\n", err);
	print_wrote(s, r);
	if (!s->args->verbose)
		return;
	for (size_t i = 0; i < s->run.stage_count; i++)
		fprintf(err, "time: %s %.1f ms, cpu %.1f ms\n", s->run.stages[i].name,
			seconds(s->run.stages[i].wall) * 1e3,
			seconds(s->run.stages[i].cpu) * 1e3);
	fprintf(err, "time: total %.1f ms, %zu bytes, peak memory %.1f MB, %zu threads\n",
		seconds(ov_os_clock() - s->start) * 1e3, r->bytes,
		(double)ov_os_peak_memory() / 1e6, s->run.threads);
}

static int by_path(const void *a, const void *b)
{
	const struct ov_object *const *x = a, *const *y = b;
	return ov_str_cmp((*x)->path, (*y)->path);
}

/* All objects as one stream, as `helm template` prints them, in the order of the folder's
 * files. */
static void print_stream(struct ov_session *s, const struct ov_compile_result *r)
{
	size_t count = r->objects.list.count;
	const struct ov_object **sorted =
		ov_new_array(&s->arena, const struct ov_object *, count);
	for (size_t i = 0; i < count; i++)
		sorted[i] = &r->objects.list.items[i];
	if (count)
		qsort(sorted, count, sizeof(*sorted), by_path);
	for (size_t i = 0; i < count; i++) {
		const struct ov_object *o = sorted[i];
		fprintf(s->io->out, "---\n# %.*s\n", OV_STR_ARG(o->path));
		size_t line = ov_str_chr(o->bytes, '\n');
		fwrite(o->bytes.ptr + line + 1, 1, o->bytes.len - line - 1, s->io->out);
	}
}

static int compile(const struct ov_io *io, const struct ov_args *given, bool writes)
{
	struct ov_args args = *given;
	if (args.words.count)
		args.estate = ov_str_c(args.words.items[0]);
	if (args.output && args.commit)
		return ov_usage_error(io, "give either --output or --commit");
	if (args.output && !*args.output)
		return ov_usage_error(io, "--output needs the name of a folder");
	struct ov_session s;
	if (!ov_session_begin(&s, io, &args))
		return OV_EXIT_USAGE;
	struct ov_compile_options options;
	struct ov_compile_result result = {0};
	bool ok = ov_session_options(&s, &options);
	if (ok) {
		options.sync = args.commit != NULL;
		ov_compile(&s.run, &options, &result);
		ov_run_stage(&s.run, NULL);
		if (writes && !args.output && !args.commit && !s.diags.errors)
			print_stream(&s, &result);
	}
	ov_read_release(&result.read);
	ov_session_report(&s);
	if (ok && !args.quiet && (!args.format || strcmp(args.format, "json") != 0))
		print_summary(&s, &result);
	int status = ov_session_end(&s);
	return ok ? status : OV_EXIT_USAGE;
}

int ov_cmd_render(const struct ov_io *io, const struct ov_args *args)
{
	return compile(io, args, true);
}

int ov_cmd_check(const struct ov_io *io, const struct ov_args *args)
{
	return compile(io, args, false);
}
