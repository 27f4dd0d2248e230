/*
 * step: `ovec step`. Layer: cmd.
 *
 * Kinds whose documents move by steps say how far they are in spec.step, and may list what each
 * step means in spec.steps. The command edits that one number where it is written, so that
 * comments and everything else stay, and the change is one line to review. An estate with
 * errors is left as it is.
 */
#include "base/limits.h"
#include "cmd/internal.h"

struct target {
	const struct ov_doc *doc;
	struct ov_value step, steps;
};

static bool has_step(const struct ov_doc *doc, const char *name, struct target *out)
{
	struct ov_value step = ov_path(doc->value, "spec", "step", NULL);
	if (doc->library || !ov_str_is(doc->name, name) || step.kind != OV_KIND_INT)
		return false;
	struct ov_value merged =
		doc->instances.count ? doc->instances.items[0]->value : doc->value;
	*out = (struct target){doc, step, ov_path(merged, "spec", "steps", NULL)};
	return true;
}

static int find(struct ov_session *s, const struct ov_estate *estate, const char *name,
	struct target *out)
{
	size_t n = 0;
	OV_VEC(struct ov_str) names = {0};
	for (size_t i = 0; i < estate->docs.count; i++) {
		const struct ov_doc *doc = estate->docs.items[i];
		struct target found;
		if (ov_path(doc->value, "spec", "step", NULL).kind == OV_KIND_INT)
			ov_vec_push(&s->arena, &names, doc->name);
		if (has_step(doc, name, &found)) {
			*out = found;
			n++;
		}
	}
	if (n == 1)
		return OV_EXIT_DONE;
	if (n > 1)
		return ov_usage_error(
			s->io, "several documents with steps are called '%s'", name);
	struct ov_str near = ov_nearest(ov_str_c(name), names.items, names.count);
	return ov_usage_error(s->io, "no document called '%s' has a spec.step%s%.*s%s", name,
		near.len ? "; did you mean '" : "", OV_STR_ARG(near), near.len ? "'?" : "");
}

static int next_step(const struct ov_session *s, const struct target *t, int64_t *out)
{
	int64_t now = t->step.integer;
	uint64_t wanted = (uint64_t)now + 1;
	if (s->args->to && !ov_read_count(s->args->to, (uint64_t)INT64_MAX, &wanted))
		return ov_usage_error(
			s->io, "--to takes the number of a step, not '%s'", s->args->to);
	size_t steps = ov_count(t->steps);
	if (steps && wanted >= steps)
		return ov_usage_error(s->io, "'%.*s' is at step %lld, and the last one is %zu",
			OV_STR_ARG(t->doc->name), (long long)now, steps - 1);
	*out = (int64_t)wanted;
	return OV_EXIT_DONE;
}

/* The number's bytes replaced in its file. */
static bool edit(struct ov_session *s, const struct target *t, int64_t step)
{
	struct ov_place place = ov_sources_place(&s->sources, t->step.loc);
	struct ov_str old;
	if (!ov_os_read_file(&s->arena, place.source->path, OV_LIMIT_SOURCE, &old, &s->diags))
		return false;
	struct ov_str text = place.source->text;
	struct ov_str number = ov_sources_text(&s->sources, ov_span(t->step.loc));
	/* A byte order mark is not part of the text. */
	size_t skip = old.len - text.len;
	if (old.len < text.len || !ov_str_eq(ov_str_sub(old, skip, old.len), text)) {
		ov_diag_add(&s->diags, OV_DIAG_WRITE_FAILED, ov_span(t->step.loc),
			"the file has changed meanwhile");
		return false;
	}
	size_t at = skip + place.offset;
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_add(&buf, ov_str_sub(old, 0, at));
	ov_buf_addf(&buf, "%lld", (long long)step);
	ov_buf_add(&buf, ov_str_sub(old, at + number.len, old.len));
	bool ok = ov_os_write_file(place.source->path, ov_buf_str(&buf), false, &s->diags);
	ov_buf_release(&buf);
	if (ok && !s->args->quiet) {
		fprintf(s->io->err, "%.*s:%zu: %.*s: step %lld → %lld",
			OV_STR_ARG(place.source->path), place.line, OV_STR_ARG(t->doc->name),
			(long long)t->step.integer, (long long)step);
		struct ov_value meaning = ov_at(t->steps, (size_t)step);
		if (meaning.kind == OV_KIND_INT)
			fprintf(s->io->err, " (%lld)", (long long)meaning.integer);
		fputs("\n", s->io->err);
	}
	return ok;
}

int ov_cmd_step(const struct ov_io *io, const struct ov_args *given)
{
	struct ov_args args = *given;
	if (args.words.count > 1)
		args.estate = ov_str_c(args.words.items[1]);
	struct ov_session s;
	if (!ov_session_begin(&s, io, &args))
		return OV_EXIT_USAGE;
	struct ov_compile_options options;
	struct ov_read_result result = {0};
	int status = ov_session_options(&s, &options) ? OV_EXIT_DONE : OV_EXIT_USAGE;
	struct target target = {0};
	int64_t step = 0;
	bool read = status == OV_EXIT_DONE && ov_read(&s.run, &options.read, &result);
	if (read && !s.diags.errors) {
		status = find(&s, result.estate, args.words.items[0], &target);
		if (status == OV_EXIT_DONE)
			status = next_step(&s, &target, &step);
		if (status == OV_EXIT_DONE)
			edit(&s, &target, step);
	}
	ov_read_release(&result);
	ov_session_report(&s);
	int ended = ov_session_end(&s);
	return status != OV_EXIT_DONE ? status : ended;
}
