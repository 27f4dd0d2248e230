/* explain: `ovec explain`. Layer: cmd. */
#include "cmd/explain.h"
#include "base/limits.h"
#include "lang/yaml_out.h"
#include "report/report.h"
#include "schema/schema.h"

/* What is asked for: CLUSTER/KIND/NAME or CLUSTER/KIND/NAMESPACE/NAME, and a JSON pointer. */
struct query {
	struct ov_str cluster, kind, name_space, name, pointer;
	bool has_pointer;
};

static bool read_query(struct ov_str text, struct query *q)
{
	*q = (struct query){0};
	size_t hash = ov_str_chr(text, '#');
	if (hash != SIZE_MAX) {
		q->has_pointer = true;
		q->pointer = ov_str_sub(text, hash + 1, text.len);
		text = ov_str_sub(text, 0, hash);
	}
	struct ov_str parts[4];
	size_t n = 0;
	for (;;) {
		size_t slash = ov_str_chr(text, '/');
		if (n == OV_COUNT(parts))
			return false;
		parts[n++] = ov_str_sub(text, 0, slash);
		if (slash == SIZE_MAX)
			break;
		text = ov_str_sub(text, slash + 1, text.len);
	}
	if (n < 3)
		return false;
	q->cluster = parts[0];
	q->kind = parts[1];
	q->name = parts[n - 1];
	if (n == 4)
		q->name_space = parts[2];
	return q->cluster.len && q->kind.len && q->name.len &&
	       (!q->pointer.len || q->pointer.ptr[0] == '/');
}

static bool same_word(struct ov_str a, struct ov_str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if ((a.ptr[i] | 0x20) != (b.ptr[i] | 0x20))
			return false;
	}
	return true;
}

static void explain_object(struct ov_explainer *x, struct ov_value object)
{
	const struct ov_instance *instance = x->task->instance;
	fprintf(x->out, "%.*s\n  by template '%.*s', ", OV_STR_ARG(x->object->path),
		OV_STR_ARG(x->task->template_->name));
	ov_explain_place(x, x->task->template_->loc);
	fprintf(x->out, "\n  from %.*s '%.*s', ", OV_STR_ARG(instance->doc->kind->name),
		OV_STR_ARG(instance->doc->name));
	ov_explain_place(x, instance->doc->value.loc);
	fputs("\n", x->out);
	for (size_t i = instance->doc->profiles.count; i-- > 0;) {
		const struct ov_doc *profile = instance->doc->profiles.items[i];
		fprintf(x->out, "  which inherits from %.*s '%.*s', ",
			OV_STR_ARG(profile->kind->name), OV_STR_ARG(profile->name));
		ov_explain_place(x, profile->value.loc);
		fputs("\n", x->out);
	}
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_yaml_write(&buf, object);
	fputs("\n", x->out);
	fwrite(buf.ptr, 1, buf.len, x->out);
	ov_buf_release(&buf);
}

static bool is_asked_for(const struct ov_object *o, const struct query *q)
{
	return ov_str_eq(o->cluster->name, q->cluster) && same_word(o->kind, q->kind) &&
	       ov_str_eq(o->name, q->name) &&
	       (!q->name_space.len || ov_str_eq(o->name_space, q->name_space));
}

static int several(
	struct ov_session *s, const struct ov_compile_result *result, const struct query *q)
{
	int status = ov_usage_error(s->io, "there are several; which one is meant?");
	for (size_t i = 0; i < result->objects.list.count; i++) {
		const struct ov_object *o = &result->objects.list.items[i];
		if (is_asked_for(o, q))
			fprintf(s->io->err, "  %.*s/%.*s/%.*s/%.*s\n",
				OV_STR_ARG(o->cluster->name), OV_STR_ARG(o->kind),
				OV_STR_ARG(o->name_space), OV_STR_ARG(o->name));
	}
	return status;
}

static int choose(struct ov_session *s, const struct ov_compile_result *result,
	const struct query *q, const struct ov_object **found)
{
	size_t n = 0;
	for (size_t i = 0; i < result->objects.list.count; i++) {
		const struct ov_object *o = &result->objects.list.items[i];
		if (!is_asked_for(o, q))
			continue;
		*found = o;
		n++;
	}
	if (n == 1)
		return OV_EXIT_DONE;
	if (n > 1)
		return several(s, result, q);
	/* Where there are errors, that may be why. */
	if (s->diags.errors)
		return OV_EXIT_FINDINGS;
	ov_usage_error(s->io, "no object %.*s '%.*s' is rendered for cluster '%.*s'",
		OV_STR_ARG(q->kind), OV_STR_ARG(q->name), OV_STR_ARG(q->cluster));
	OV_VEC(struct ov_str) names = {0};
	for (size_t i = 0; i < result->objects.list.count; i++) {
		const struct ov_object *o = &result->objects.list.items[i];
		ov_vec_push(&s->arena, &names,
			ov_str_fmt(&s->arena, "%.*s/%.*s/%.*s", OV_STR_ARG(o->cluster->name),
				OV_STR_ARG(o->kind), OV_STR_ARG(o->name)));
	}
	struct ov_str wrong = ov_str_fmt(&s->arena, "%.*s/%.*s/%.*s", OV_STR_ARG(q->cluster),
		OV_STR_ARG(q->kind), OV_STR_ARG(q->name));
	struct ov_str near = ov_nearest(wrong, names.items, names.count);
	if (near.len)
		fprintf(s->io->err, "did you mean %.*s?\n", OV_STR_ARG(near));
	return OV_EXIT_USAGE;
}

static int explain(
	struct ov_session *s, struct ov_compile_result *result, const struct query *q)
{
	const struct ov_object *object = NULL;
	int status = choose(s, result, q, &object);
	if (status != OV_EXIT_DONE)
		return status;
	struct ov_again again;
	ov_make_again(
		&s->run, result->read.estate, &result->make, &result->plan, object, &again);
	struct ov_explainer x = {.s = s,
		.result = result,
		.object = object,
		.task = &result->plan.tasks.items[object->task],
		.out = s->io->out};
	if (!q->has_pointer) {
		explain_object(&x, again.object);
	} else if (!ov_is_some(ov_at_pointer(again.object, q->pointer))) {
		return ov_usage_error(
			s->io, "the object has nothing at %.*s", OV_STR_ARG(q->pointer));
	} else {
		ov_explain_field(&x, &again, q->pointer);
	}
	return OV_EXIT_DONE;
}

/* `ovec explain OV0301`. */
static bool explain_code(const struct ov_io *io, const char *word, int *status)
{
	if (strncmp(word, "OV", 2) != 0 || strlen(word) != 6 ||
		strspn(word + 2, "0123456789") != 4)
		return false;
	size_t count;
	const struct ov_diag_info *table = ov_diag_table(&count);
	for (size_t i = 0; i < count; i++) {
		struct ov_buf code;
		ov_buf_init(&code);
		ov_report_code(&code, table[i].code);
		bool found = ov_str_is(ov_buf_str(&code), word);
		ov_buf_release(&code);
		if (!found)
			continue;
		fprintf(io->out, "%s: %s (%s)\n\n%s\n", word, table[i].title,
			ov_severity_name(table[i].severity), table[i].explanation);
		*status = OV_EXIT_DONE;
		return true;
	}
	*status = ov_usage_error(io, "there is no code %s", word);
	return true;
}

int ov_cmd_explain(const struct ov_io *io, const struct ov_args *given)
{
	struct ov_args args = *given;
	int status = OV_EXIT_DONE;
	if (explain_code(io, args.words.items[0], &status))
		return status;
	struct query q;
	if (!read_query(ov_str_c(args.words.items[0]), &q))
		return ov_usage_error(io,
			"explain takes CLUSTER/KIND/NAME[#/json/pointer] or a code such as "
			"OV0301, "
			"not '%s'",
			args.words.items[0]);
	if (args.words.count > 1)
		args.estate = ov_str_c(args.words.items[1]);
	struct ov_session s;
	if (!ov_session_begin(&s, io, &args))
		return OV_EXIT_USAGE;
	struct ov_compile_options options;
	struct ov_compile_result result = {0};
	if (!ov_session_options(&s, &options)) {
		ov_session_end(&s);
		return OV_EXIT_USAGE;
	}
	ov_compile(&s.run, &options, &result);
	ov_session_report(&s);
	if (result.read.estate)
		status = explain(&s, &result, &q);
	ov_read_release(&result.read);
	int ended = ov_session_end(&s);
	return ended != OV_EXIT_DONE ? ended : status;
}
