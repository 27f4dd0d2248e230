/* explain_field: where a field of an object comes from. Layer: cmd. */
#include "cmd/explain.h"
#include "lang/ascii.h"
#include "lang/json_out.h"
#include "value/equal.h"

void ov_explain_place(struct ov_explainer *x, uint32_t loc)
{
	struct ov_place place = ov_sources_place(&x->s->sources, loc);
	if (place.source)
		fprintf(x->out, "%.*s:%zu:%zu", OV_STR_ARG(place.source->path), place.line,
			place.column);
	else
		fputs("(nowhere)", x->out);
}

static void print_line(struct ov_explainer *x, uint32_t loc)
{
	struct ov_place place = ov_sources_place(&x->s->sources, loc);
	if (place.source)
		fprintf(x->out, "      %5zu | %.*s\n", place.line, OV_STR_ARG(place.text));
}

static void print_value(struct ov_explainer *x, struct ov_value v)
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

static void print_trail(struct ov_explainer *x, const struct trail *trail)
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

static void print_layer(struct ov_explainer *x, const char *what, struct ov_str name,
	struct ov_value v, uint32_t winner, size_t *shown)
{
	if (!ov_is_some(v) || v.loc == winner)
		return;
	fprintf(x->out, "    %s %s",
		(*shown)++     ? "and"
		: ov_is_map(v) ? "together with"
			       : "instead of",
		what);
	if (name.len)
		fprintf(x->out, " '%.*s'", OV_STR_ARG(name));
	fputs(", ", x->out);
	ov_explain_place(x, v.loc);
	fputs(" = ", x->out);
	print_value(x, v);
	fputs("\n", x->out);
}

static void print_defaults(struct ov_explainer *x, const char *what, const struct ov_doc *doc,
	const struct trail *trail, struct ov_str kind, uint32_t winner, size_t *shown)
{
	struct ov_value spec = ov_get_str(ov_path(doc->value, "spec", "defaults", NULL), kind);
	if (trail->count && trail->steps[0].key && ov_str_is(trail->steps[0].key->str, "spec"))
		print_layer(x, what, doc->name, follow(spec, trail, 1), winner, shown);
}

/* All that says something else about the same field, from the highest precedence down. */
static void print_layers(struct ov_explainer *x, const struct ov_instance *instance,
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

static bool is_here(struct ov_value v, uint32_t loc)
{
	return ov_is_some(v) && v.loc == loc;
}

static bool in_defaults(
	const struct ov_doc *doc, const struct trail *trail, struct ov_str kind, uint32_t loc)
{
	struct ov_value spec = ov_get_str(ov_path(doc->value, "spec", "defaults", NULL), kind);
	return trail->count && trail->steps[0].key &&
	       ov_str_is(trail->steps[0].key->str, "spec") &&
	       is_here(follow(spec, trail, 1), loc);
}

static void print_by(struct ov_explainer *x, const char *what, const struct ov_doc *doc)
{
	fprintf(x->out, ", by %s", what);
	if (doc)
		fprintf(x->out, " '%.*s'", OV_STR_ARG(doc->name));
}

/* Who sets the field, where that is not the document itself. */
static void print_winner(struct ov_explainer *x, const struct ov_instance *instance,
	const struct trail *trail, uint32_t loc)
{
	const struct ov_doc *doc = instance->doc;
	struct ov_str kind = doc->kind->name;
	struct ov_value overrides = ov_path(doc->value, "spec", "overrides", NULL);
	if (is_here(follow(doc->value, trail, 0), loc))
		return;
	for (size_t i = 0; i < ov_count(overrides); i++) {
		struct ov_value spec = ov_get(ov_at(overrides, i), "spec");
		if (trail->count && is_here(follow(spec, trail, 1), loc)) {
			print_by(x, "an override", NULL);
			return;
		}
	}
	for (size_t i = doc->profiles.count; i-- > 0;) {
		if (is_here(follow(doc->profiles.items[i]->value, trail, 0), loc)) {
			print_by(x, "profile", doc->profiles.items[i]);
			return;
		}
	}
	const struct ov_doc *cluster = instance->cluster ? instance->cluster->doc : NULL;
	if (cluster && in_defaults(cluster, trail, kind, loc)) {
		print_by(x, "the defaults of cluster", cluster);
		return;
	}
	for (size_t i = cluster ? cluster->profiles.count : 0; i-- > 0;) {
		if (in_defaults(cluster->profiles.items[i], trail, kind, loc)) {
			print_by(x, "the defaults of cluster profile",
				cluster->profiles.items[i]);
			return;
		}
	}
	const struct ov_doc *self = x->result->read.estate->self;
	if (in_defaults(self, trail, kind, loc))
		print_by(x, "the defaults of estate", self);
	else
		print_by(x, "default of the schema", NULL);
}

/* Says which document a value was read from, and what it overrides there. */
static void print_read(struct ov_explainer *x, struct ov_value v)
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
		ov_explain_place(x, v.loc);
		fputs(": ", x->out);
		print_trail(x, &trail);
		fprintf(x->out, " of %.*s '%.*s'", OV_STR_ARG(candidates[i]->doc->kind->name),
			OV_STR_ARG(candidates[i]->doc->name));
		print_winner(x, candidates[i], &trail, v.loc);
		fputs("\n", x->out);
		print_line(x, v.loc);
		print_layers(x, candidates[i], &trail, v.loc);
		return;
	}
	fputs("  from ", x->out);
	ov_explain_place(x, v.loc);
	fputs("\n", x->out);
	print_line(x, v.loc);
}

struct ov_value ov_at_pointer(struct ov_value v, struct ov_str pointer)
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
				index = ov_is_digit(plain[i]) && index < 1000000
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

static void print_found(struct ov_explainer *x, uint32_t loc)
{
	fputs("  from ", x->out);
	ov_explain_place(x, loc);
	fputs("\n", x->out);
	print_line(x, loc);
}

/*
 * What the template says of `pointer` in a result of which the origins are known. Where one
 * value was read and given on as it is, the place is that of the part of it that is asked for.
 */
static void explain_origin(struct ov_explainer *x, const struct ov_template *t,
	const struct ov_origins *origins, struct ov_str prefix, struct ov_value result,
	struct ov_str pointer)
{
	struct ov_value v = ov_at_pointer(result, pointer);
	const struct ov_origin *origin = nearest_origin(origins, prefix, pointer);
	if (!origin)
		return;
	fprintf(x->out, "  by template '%.*s', ", OV_STR_ARG(t->name));
	ov_explain_place(x, origin->loc);
	fputs("\n", x->out);
	print_line(x, origin->loc);
	size_t own = origin->pointer.len - prefix.len;
	struct ov_value whole = ov_at_pointer(result, ov_str_sub(pointer, 0, own));
	struct ov_str rest = ov_str_sub(pointer, own, pointer.len);
	size_t shown = 0;
	for (size_t i = 0; i < origin->read_count; i++) {
		struct ov_value read = origin->reads[i];
		if (already(origin, i, read) || leads_on(origin, i) || !read.loc)
			continue;
		struct ov_value part = ov_at_pointer(read, rest);
		bool given_on = rest.len && part.loc && ov_equal(read, whole, OV_IDENTICAL);
		print_read(x, given_on ? part : read);
		shown++;
	}
	const struct ov_source *source = ov_sources_at(&x->s->sources, v.loc);
	if (!shown && source && v.loc != origin->loc)
		print_found(x, v.loc);
}

/* Whether the patch holds the value that is asked for; says so. */
static bool explain_patch(struct ov_explainer *x, const struct ov_doc *doc, const char *what,
	struct ov_value patch, struct ov_value v)
{
	struct trail trail = {.count = 0};
	if (!v.loc || !find_value(patch, v, &trail))
		return false;
	fprintf(x->out, "  by %s '%.*s', ", what, OV_STR_ARG(doc->name));
	ov_explain_place(x, v.loc);
	fputs("\n", x->out);
	print_line(x, v.loc);
	return true;
}

static bool explain_own_patches(
	struct ov_explainer *x, const struct ov_doc *doc, struct ov_value v)
{
	struct ov_value own = ov_path(doc->value, "spec", "patches", NULL);
	for (size_t i = ov_count(own); i-- > 0;) {
		if (explain_patch(x, doc, "a patch of", ov_get(ov_at(own, i), "patch"), v))
			return true;
	}
	return false;
}

/* The last patch that set the value. */
static void explain_patches(struct ov_explainer *x, struct ov_value v)
{
	const struct ov_estate *estate = x->result->read.estate;
	const struct ov_doc *doc = x->task->instance->doc;
	for (size_t i = estate->patches.count; i-- > 0;) {
		const struct ov_doc *patch = estate->patches.items[i];
		const char *kind = ov_str_cstr(&x->s->arena, patch->kind->name);
		if (explain_patch(
			    x, patch, kind, ov_path(patch->value, "spec", "patch", NULL), v))
			return;
	}
	if (explain_own_patches(x, doc, v))
		return;
	for (size_t i = doc->profiles.count; i-- > 0;) {
		if (explain_own_patches(x, doc->profiles.items[i], v))
			return;
	}
	fputs("  put together by patches\n", x->out);
}

void ov_explain_field(
	struct ov_explainer *x, const struct ov_again *again, struct ov_str pointer)
{
	struct ov_value v = ov_at_pointer(again->object, pointer);
	struct ov_value patched = ov_at_pointer(again->patched, pointer);
	struct ov_value expanded = ov_at_pointer(again->expanded, pointer);
	fprintf(x->out, "%.*s#%.*s = ", OV_STR_ARG(x->object->path), OV_STR_ARG(pointer));
	print_value(x, v);
	fputs("\n", x->out);
	if (ov_is_some(patched) && !ov_equal(patched, expanded, OV_IDENTICAL)) {
		explain_patches(x, patched);
		if (ov_is_some(expanded)) {
			fputs("  instead of ", x->out);
			print_value(x, expanded);
			fputs("\n", x->out);
		}
	}
	struct ov_str prefix = ov_str_fmt(&x->s->arena, "/%zu", x->object->index);
	if (ov_is_some(expanded))
		explain_origin(x, x->task->template_, &again->origins, prefix, again->expanded,
			pointer);
	bool whole = ov_equal(patched, v, OV_IDENTICAL);
	for (size_t i = 0; i < again->additions.count && !whole; i++) {
		const struct ov_addition *a = &again->additions.items[i];
		if (ov_is_some(ov_at_pointer(a->below, pointer)))
			explain_origin(
				x, a->template_, &a->origins, OV_STR(""), a->below, pointer);
	}
}
