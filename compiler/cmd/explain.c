/* explain: `ovec explain`. Layer: cmd. */
#include "base/limits.h"
#include "cmd/internal.h"
#include "lang/json_out.h"
#include "lang/yaml_out.h"
#include "report/report.h"
#include "schema/schema.h"
#include "value/equal.h"

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

/* Everything that one explanation needs. */
struct explainer {
	struct ov_session *s;
	const struct ov_compile_result *result;
	const struct ov_object *object;
	const struct ov_task *task;
	FILE *out;
};

static void print_place(struct explainer *x, uint32_t loc)
{
	struct ov_place place = ov_sources_place(&x->s->sources, loc);
	if (place.source)
		fprintf(x->out, "%.*s:%zu:%zu", OV_STR_ARG(place.source->path), place.line,
			place.column);
	else
		fputs("(nowhere)", x->out);
}

static void print_line(struct explainer *x, uint32_t loc)
{
	struct ov_place place = ov_sources_place(&x->s->sources, loc);
	if (place.source)
		fprintf(x->out, "      %5zu | %.*s\n", place.line, OV_STR_ARG(place.text));
}

static void print_value(struct explainer *x, struct ov_value v)
{
	enum { MOST = 100 };
	if (!ov_is_document(v)) {
		fputs("…", x->out);
		return;
	}
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_json_write(&buf, v, 0);
	fprintf(x->out, "%.*s%s", (int)(buf.len > MOST ? MOST : buf.len), buf.ptr,
		buf.len > MOST ? "…" : "");
	ov_buf_release(&buf);
}

/* One step from a document's root to a value in it; entries of lists by name where they have
 * one. */
struct step {
	const struct ov_key *key;
	size_t index;
	struct ov_value name;
};

struct trail {
	struct step steps[64];
	size_t count;
};

static bool find_value(struct ov_value in, struct ov_value wanted, struct trail *trail)
{
	if (in.loc == wanted.loc && in.kind == wanted.kind &&
		(in.kind != OV_KIND_MAP || in.entries == wanted.entries) &&
		ov_equal(in, wanted, OV_IDENTICAL))
		return true;
	if (trail->count == OV_COUNT(trail->steps))
		return false;
	struct step *step = &trail->steps[trail->count++];
	for (size_t i = 0; i < ov_count(in); i++) {
		struct ov_value inner;
		if (ov_is_list(in)) {
			inner = in.items[i];
			*step = (struct step){.index = i, .name = ov_get(inner, "name")};
		} else {
			inner = in.entries[i].value;
			*step = (struct step){.key = in.entries[i].key};
		}
		if (find_value(inner, wanted, trail))
			return true;
	}
	trail->count--;
	return false;
}

static void print_trail(struct explainer *x, const struct trail *trail)
{
	for (size_t i = 0; i < trail->count; i++) {
		const struct step *step = &trail->steps[i];
		if (step->key)
			fprintf(x->out, "%s%.*s", i ? "." : "", OV_STR_ARG(step->key->str));
		else if (ov_is_string(step->name))
			fprintf(x->out, "[%.*s]", OV_STR_ARG(ov_string(step->name)));
		else
			fprintf(x->out, "[%zu]", step->index);
	}
}

static struct ov_value follow(struct ov_value v, const struct trail *trail, size_t from)
{
	for (size_t i = from; i < trail->count && ov_is_some(v); i++) {
		const struct step *step = &trail->steps[i];
		if (step->key) {
			v = ov_get_key(v, step->key);
		} else if (ov_is_string(step->name)) {
			struct ov_value list = v;
			v = (struct ov_value){0};
			for (size_t k = 0; k < ov_count(list); k++) {
				if (ov_equal(ov_get(ov_at(list, k), "name"), step->name,
					    OV_IDENTICAL))
					v = ov_at(list, k);
			}
		} else {
			v = ov_at(v, step->index);
		}
	}
	return v;
}

static void print_layer(struct explainer *x, const char *what, struct ov_str name,
	struct ov_value v, uint32_t winner, size_t *shown)
{
	if (!ov_is_some(v) || v.loc == winner)
		return;
	fprintf(x->out, "    %s %s", (*shown)++ ? "and" : "instead of", what);
	if (name.len)
		fprintf(x->out, " '%.*s'", OV_STR_ARG(name));
	fputs(", ", x->out);
	print_place(x, v.loc);
	fputs(" = ", x->out);
	print_value(x, v);
	fputs("\n", x->out);
}

static void print_defaults(struct explainer *x, const char *what, const struct ov_doc *doc,
	const struct trail *trail, struct ov_str kind, uint32_t winner, size_t *shown)
{
	struct ov_value spec = ov_get_str(ov_path(doc->value, "spec", "defaults", NULL), kind);
	if (trail->count && trail->steps[0].key && ov_str_is(trail->steps[0].key->str, "spec"))
		print_layer(x, what, doc->name, follow(spec, trail, 1), winner, shown);
}

/* All that says something else about the same field, from the highest precedence down. */
static void print_layers(struct explainer *x, const struct ov_instance *instance,
	const struct trail *trail, uint32_t winner)
{
	const struct ov_estate *estate = x->result->read.estate;
	const struct ov_doc *doc = instance->doc;
	struct ov_str kind = doc->kind->name;
	size_t shown = 0;
	print_layer(x, "the document", doc->name, follow(doc->value, trail, 0), winner, &shown);
	for (size_t i = doc->profiles.count; i-- > 0;)
		print_layer(x, "profile", doc->profiles.items[i]->name,
			follow(doc->profiles.items[i]->value, trail, 0), winner, &shown);
	if (instance->cluster) {
		const struct ov_doc *cluster = instance->cluster->doc;
		print_defaults(
			x, "the defaults of cluster", cluster, trail, kind, winner, &shown);
		for (size_t i = cluster->profiles.count; i-- > 0;)
			print_defaults(x, "the defaults of cluster profile",
				cluster->profiles.items[i], trail, kind, winner, &shown);
	}
	print_defaults(x, "the defaults of estate", estate->self, trail, kind, winner, &shown);
}

/* Says which document a value was read from, and what it overrides there. */
static void print_read(struct explainer *x, struct ov_value v)
{
	const struct ov_estate *estate = x->result->read.estate;
	const struct ov_instance *candidates[3] = {x->task->instance};
	const struct ov_cluster *cluster = x->task->instance->cluster;
	if (!cluster)
		cluster = x->task->target;
	if (cluster->doc->instances.count)
		candidates[1] = cluster->doc->instances.items[0];
	if (estate->self->instances.count)
		candidates[2] = estate->self->instances.items[0];
	for (size_t i = 0; i < OV_COUNT(candidates); i++) {
		struct trail trail = {.count = 0};
		if (!candidates[i] || !find_value(candidates[i]->value, v, &trail))
			continue;
		fputs("  from ", x->out);
		print_place(x, v.loc);
		fputs(": ", x->out);
		print_trail(x, &trail);
		fprintf(x->out, " of %.*s '%.*s'\n", OV_STR_ARG(candidates[i]->doc->kind->name),
			OV_STR_ARG(candidates[i]->doc->name));
		print_line(x, v.loc);
		print_layers(x, candidates[i], &trail, v.loc);
		return;
	}
	fputs("  from ", x->out);
	print_place(x, v.loc);
	fputs("\n", x->out);
	print_line(x, v.loc);
}

static struct ov_value at_pointer(struct ov_value v, struct ov_str pointer)
{
	while (pointer.len && ov_is_some(v)) {
		pointer = ov_str_sub(pointer, 1, pointer.len);
		size_t slash = ov_str_chr(pointer, '/');
		struct ov_str token = ov_str_sub(pointer, 0, slash);
		pointer = slash == SIZE_MAX ? ov_str_n(NULL, 0)
					    : ov_str_sub(pointer, slash, pointer.len);
		char plain[256];
		size_t n = 0;
		for (size_t i = 0; i < token.len && n < sizeof(plain); i++) {
			char c = token.ptr[i];
			if (c == '~' && i + 1 < token.len)
				c = token.ptr[++i] == '1' ? '/' : '~';
			plain[n++] = c;
		}
		if (ov_is_list(v)) {
			size_t index = 0;
			for (size_t i = 0; i < n; i++)
				index = plain[i] >= '0' && plain[i] <= '9' && index < 1000000
						? index * 10 + (size_t)(plain[i] - '0')
						: SIZE_MAX / 100;
			v = n ? ov_at(v, index) : (struct ov_value){0};
		} else {
			v = ov_get_str(v, ov_str_n(plain, n));
		}
	}
	return v;
}

/* The origin of the pointer itself, or of the nearest part around it. */
static const struct ov_origin *nearest_origin(
	const struct ov_origins *origins, struct ov_str prefix, struct ov_str pointer)
{
	const struct ov_origin *best = NULL;
	for (size_t i = 0; i < origins->list.count; i++) {
		const struct ov_origin *o = &origins->list.items[i];
		if (!ov_str_starts(o->pointer, prefix))
			continue;
		struct ov_str own = ov_str_sub(o->pointer, prefix.len, o->pointer.len);
		if (!ov_str_starts(pointer, own) ||
			(own.len < pointer.len && pointer.ptr[own.len] != '/'))
			continue;
		/* Of two records of one place the later one encloses the earlier. */
		if (!best || o->pointer.len > best->pointer.len)
			best = o;
	}
	return best;
}

static bool already(const struct ov_origin *origin, size_t upto, struct ov_value v)
{
	for (size_t i = 0; i < upto; i++) {
		if (origin->reads[i].loc == v.loc && origin->reads[i].kind == v.kind)
			return true;
	}
	return false;
}

/* A read that only leads to a later one, such as self.spec on the way to self.spec.cpu. */
static bool leads_on(const struct ov_origin *origin, size_t i)
{
	struct ov_value v = origin->reads[i];
	if (v.kind != OV_KIND_MAP && v.kind != OV_KIND_LIST)
		return false;
	for (size_t k = i + 1; k < origin->read_count; k++) {
		struct trail trail = {.count = 0};
		if (find_value(v, origin->reads[k], &trail) && trail.count)
			return true;
	}
	return false;
}

static void explain_field(struct explainer *x, struct ov_value object,
	const struct ov_origins *origins, struct ov_str pointer)
{
	struct ov_value v = at_pointer(object, pointer);
	fprintf(x->out, "%.*s#%.*s = ", OV_STR_ARG(x->object->path), OV_STR_ARG(pointer));
	print_value(x, v);
	fputs("\n", x->out);
	struct ov_str prefix = ov_str_fmt(&x->s->arena, "/%zu", x->object->index);
	const struct ov_origin *origin = nearest_origin(origins, prefix, pointer);
	if (!origin)
		return;
	fprintf(x->out, "  by template '%.*s', ", OV_STR_ARG(x->task->template_->name));
	print_place(x, origin->loc);
	fputs("\n", x->out);
	print_line(x, origin->loc);
	size_t shown = 0;
	for (size_t i = 0; i < origin->read_count; i++) {
		if (already(origin, i, origin->reads[i]) || leads_on(origin, i) ||
			!origin->reads[i].loc)
			continue;
		print_read(x, origin->reads[i]);
		shown++;
	}
	const struct ov_source *source = ov_sources_at(&x->s->sources, v.loc);
	if (!shown && source && v.loc != origin->loc) {
		fputs("  from ", x->out);
		print_place(x, v.loc);
		fputs("\n", x->out);
		print_line(x, v.loc);
	}
}

static void explain_object(struct explainer *x, struct ov_value object)
{
	const struct ov_instance *instance = x->task->instance;
	fprintf(x->out, "%.*s\n  by template '%.*s', ", OV_STR_ARG(x->object->path),
		OV_STR_ARG(x->task->template_->name));
	print_place(x, x->task->template_->loc);
	fprintf(x->out, "\n  from %.*s '%.*s', ", OV_STR_ARG(instance->doc->kind->name),
		OV_STR_ARG(instance->doc->name));
	print_place(x, instance->doc->value.loc);
	fputs("\n", x->out);
	for (size_t i = instance->doc->profiles.count; i-- > 0;) {
		const struct ov_doc *profile = instance->doc->profiles.items[i];
		fprintf(x->out, "  which inherits from %.*s '%.*s', ",
			OV_STR_ARG(profile->kind->name), OV_STR_ARG(profile->name));
		print_place(x, profile->value.loc);
		fputs("\n", x->out);
	}
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_yaml_write(&buf, object);
	fputs("\n", x->out);
	fwrite(buf.ptr, 1, buf.len, x->out);
	ov_buf_release(&buf);
}

static int choose(struct ov_session *s, const struct ov_compile_result *result,
	const struct query *q, const struct ov_object **found)
{
	size_t n = 0;
	for (size_t i = 0; i < result->objects.list.count; i++) {
		const struct ov_object *o = &result->objects.list.items[i];
		if (!ov_str_eq(o->cluster->name, q->cluster) || !same_word(o->kind, q->kind) ||
			!ov_str_eq(o->name, q->name) ||
			(q->name_space.len && !ov_str_eq(o->name_space, q->name_space)))
			continue;
		*found = o;
		n++;
	}
	if (n == 1)
		return OV_EXIT_DONE;
	if (n > 1)
		return ov_usage_error(
			s->io, "several namespaces have it; write CLUSTER/KIND/NAMESPACE/NAME");
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
	struct ov_origins origins = {.arena = &s->arena};
	struct ov_value value = ov_make_again(
		&s->run, result->read.estate, &result->make, &result->plan, object, &origins);
	struct explainer x = {.s = s,
		.result = result,
		.object = object,
		.task = &result->plan.tasks.items[object->task],
		.out = s->io->out};
	if (!q->has_pointer) {
		explain_object(&x, value);
	} else if (!ov_is_some(at_pointer(value, q->pointer))) {
		return ov_usage_error(
			s->io, "the object has nothing at %.*s", OV_STR_ARG(q->pointer));
	} else {
		explain_field(&x, value, &origins, q->pointer);
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
