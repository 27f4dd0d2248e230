/* session: begins and ends a run for a command. Layer: cmd. */
#include "base/limits.h"
#include "cmd/internal.h"
#include "lang/datetime.h"
#include "report/report.h"

bool ov_read_count(const char *s, uint64_t most, uint64_t *out)
{
	uint64_t n = 0;
	if (!*s)
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' || n > (UINT64_MAX - 9) / 10)
			return false;
		n = n * 10 + (uint64_t)(*s - '0');
	}
	*out = n;
	return n <= most;
}

/* The line says what is being done once a run has taken half a second. */
static void progress(void *context, const char *stage, size_t done, size_t total)
{
	(void)done, (void)total;
	struct ov_session *s = context;
	uint64_t now = ov_os_clock();
	if (now - s->start < 500000000u)
		return;
	s->shown = now;
	fprintf(s->io->err, "\r\x1b[Kovec: %s …", stage);
	fflush(s->io->err);
}

static bool on_terminal(FILE *file)
{
	int fd = fileno(file);
	return fd >= 0 && ov_os_is_terminal(fd);
}

bool ov_session_begin(struct ov_session *s, const struct ov_io *io, const struct ov_args *args)
{
	*s = (struct ov_session){.io = io, .args = args};
	uint64_t threads = ov_os_processors(), seed = ov_os_seed();
	if (args->threads &&
		(!ov_read_count(args->threads, OV_LIMIT_THREADS, &threads) || !threads)) {
		ov_usage_error(io, "--threads takes a number from 1 to %d", OV_LIMIT_THREADS);
		return false;
	}
	if (args->format && strcmp(args->format, "text") != 0 &&
		strcmp(args->format, "json") != 0) {
		ov_usage_error(io, "--format is text or json, not '%s'", args->format);
		return false;
	}
	if (args->color && strcmp(args->color, "auto") != 0 &&
		strcmp(args->color, "always") != 0 && strcmp(args->color, "never") != 0) {
		ov_usage_error(io, "--color is auto, always or never, not '%s'", args->color);
		return false;
	}
	/* For the test that nothing depends on the hash seed. */
	const char *fixed = getenv("OVEC_HASH_SEED");
	if (fixed)
		ov_read_count(fixed, UINT64_MAX, &seed);
	ov_sources_init(&s->sources, &s->arena);
	ov_diags_init(&s->diags, &s->sources);
	s->run = (struct ov_run){.arena = &s->arena,
		.keys = ov_keys_new(seed),
		.sources = &s->sources,
		.diags = &s->diags,
		.threads = (size_t)threads,
		.clock = ov_os_clock,
		.cpu = ov_os_cpu};
	if (!args->quiet && on_terminal(io->err)) {
		s->run.progress = progress;
		s->run.progress_context = s;
	}
	ov_run_init(&s->run);
	s->start = ov_os_clock();
	return true;
}

static bool read_time(const struct ov_io *io, const char *text, int64_t *out)
{
	struct ov_datetime at;
	const char *why = NULL;
	if (ov_datetime_parse(ov_str_c(text), &at, &why)) {
		*out = at.seconds;
		return true;
	}
	ov_usage_error(io, "--now takes a time such as 2026-01-31T12:00:00Z; '%s' %s", text,
		why ? why : "is none");
	return false;
}

bool ov_session_options(struct ov_session *s, struct ov_compile_options *options)
{
	const struct ov_args *args = s->args;
	*options = (struct ov_compile_options){
		.read = {.root = args->estate,
			.from = ov_str_c(args->from),
			.library = ov_str_c(args->library),
			.version = OV_VERSION},
		.clusters = args->clusters.items,
		.cluster_count = args->clusters.count,
		.folder = ov_str_c(args->output),
		.branch = ov_str_c(args->commit),
	};
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;
	if (args->now) {
		options->has_now = read_time(s->io, args->now, &options->now);
		return options->has_now;
	}
	if (epoch && ov_read_count(epoch, (uint64_t)INT64_MAX, &seconds)) {
		options->has_now = true;
		options->now = (int64_t)seconds;
	}
	return true;
}

bool ov_session_color(const struct ov_session *s, FILE *file)
{
	const char *when = s->args->color ? s->args->color : "auto";
	const char *no = getenv("NO_COLOR");
	if (strcmp(when, "always") == 0)
		return true;
	if (strcmp(when, "never") == 0 || (no && *no))
		return false;
	return on_terminal(file);
}

void ov_session_report(struct ov_session *s)
{
	if (s->shown)
		fputs("\r\x1b[K", s->io->err);
	ov_diags_sort(&s->diags);
	if (s->args->format && strcmp(s->args->format, "json") == 0) {
		ov_report_json(s->io->err, s->run.keys, &s->diags);
	} else {
		struct ov_report_text text = {
			ov_session_color(s, s->io->err), OV_LIMIT_PRINTED};
		ov_report_text(s->io->err, &s->diags, &text);
	}
}

int ov_session_end(struct ov_session *s)
{
	int status = s->diags.environment ? OV_EXIT_ENVIRONMENT
		     : s->diags.errors    ? OV_EXIT_FINDINGS
					  : OV_EXIT_DONE;
	ov_run_release(&s->run);
	ov_diags_release(&s->diags);
	ov_keys_free(s->run.keys);
	ov_arena_release(&s->arena);
	return status;
}
