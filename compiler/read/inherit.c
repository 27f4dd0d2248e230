/* inherit: profiles, and what documents inherit on a cluster. Layer: read. */
#include "base/limits.h"
#include "read/internal.h"
#include "value/merge.h"

/* Documents of one kind by name are unique only where the kind is not placed; profiles are not.
 */
static struct ov_doc *find_profile(const struct ov_estate *estate,
	const struct ov_kind_info *kind, struct ov_str name, struct ov_arena *scratch)
{
	struct ov_arena_mark mark = ov_arena_mark(scratch);
	struct ov_str key = ov_estate_key(scratch, kind->name, name);
	struct ov_doc *doc = ov_map_ptr(&estate->doc_by_name, key);
	ov_arena_rewind(scratch, mark);
	return doc;
}

struct chain {
	const struct ov_estate *estate;
	struct ov_doc *doc; /* whose chain it is */
	struct ov_arena *arena;
	struct ov_diags *diags;
	/* From the document to the profile at hand, and where each is named. */
	const struct ov_doc *path[OV_LIMIT_PROFILE_CHAIN];
	struct ov_value named[OV_LIMIT_PROFILE_CHAIN];
	size_t depth;
};

static bool add_profiles(struct chain *c, const struct ov_doc *of);

static bool unknown_profile(
	struct chain *c, const struct ov_kind_info *kind, struct ov_value name)
{
	OV_VEC(struct ov_str) names = {0};
	for (size_t i = 0; i < c->estate->docs.count; i++) {
		if (c->estate->docs.items[i]->kind == kind)
			ov_vec_push(c->arena, &names, c->estate->docs.items[i]->name);
	}
	const char *what = ov_str_cstr(c->arena, kind->name);
	ov_unknown_name(c->diags, name, what, names.items, names.count);
	return false;
}

/*
 * path[first…] is a circle that `last` closes. It is told from its first profile on, whichever
 * document led into it, so that it is told once.
 */
static bool cycle(struct chain *c, size_t first, struct ov_value last)
{
	size_t n = c->depth - first, from = 0;
	for (size_t i = 1; i < n; i++) {
		if (c->path[first + i]->index < c->path[first + from]->index)
			from = i;
	}
	c->named[first] = last;
	struct ov_diag *d = NULL;
	for (size_t i = 1; i <= n; i++) {
		const struct ov_doc *doc = c->path[first + (from + i - 1) % n];
		struct ov_value name = c->named[first + (from + i) % n];
		if (!d)
			d = ov_diag_add(c->diags, OV_DIAG_PROFILE_CYCLE, ov_span(name.loc),
				"profile '%.*s' inherits from itself", OV_STR_ARG(doc->name));
		else
			ov_diag_note(c->diags, d, ov_span(name.loc),
				"through '%.*s', which inherits from '%.*s'",
				OV_STR_ARG(doc->name), OV_STR_ARG(ov_string(name)));
	}
	return false;
}

static bool add_profile(struct chain *c, const struct ov_doc *of, struct ov_value name)
{
	const struct ov_kind_info *kind = of->kind->extends ? of->kind->extends : of->kind;
	if (!ov_is_string(name))
		return true;
	struct ov_doc *profile = find_profile(c->estate, kind, ov_string(name), c->arena);
	if (!profile)
		return unknown_profile(c, kind, name);
	for (size_t i = 0; i < c->depth; i++) {
		if (c->path[i] == profile)
			return cycle(c, i, name);
	}
	/* What is inherited on several ways counts once, below all that inherit it. */
	for (size_t i = 0; i < c->doc->profiles.count; i++) {
		if (c->doc->profiles.items[i] == profile)
			return true;
	}
	if (c->depth == OV_LIMIT_PROFILE_CHAIN) {
		ov_diag_add(c->diags, OV_DIAG_PROFILE_CYCLE, ov_span(name.loc),
			"profiles inherit from each other over more than %d steps",
			OV_LIMIT_PROFILE_CHAIN);
		return false;
	}
	if (profile->broken) {
		/* Its own findings have been reported. */
		c->doc->faulty = true;
		return false;
	}
	c->named[c->depth] = name;
	c->path[c->depth++] = profile;
	bool ok = add_profiles(c, profile);
	c->depth--;
	if (ok)
		ov_vec_push(c->arena, &c->doc->profiles, profile);
	return ok;
}

static bool add_profiles(struct chain *c, const struct ov_doc *of)
{
	struct ov_value spec = ov_get(of->value, "spec");
	struct ov_value list = ov_get(spec, "profiles");
	bool ok = add_profile(c, of, ov_get(spec, "profile"));
	for (size_t i = 0; ov_is_list(list) && i < list.count; i++)
		ok = add_profile(c, of, list.items[i]) && ok;
	return ok;
}

bool ov_profiles_bind(const struct ov_estate *estate, struct ov_doc *doc,
	struct ov_arena *arena, struct ov_diags *diags)
{
	struct chain c = {.estate = estate, .doc = doc, .arena = arena, .diags = diags};
	c.path[c.depth++] = doc;
	return add_profiles(&c, doc);
}

struct ov_value ov_own_field(const struct ov_doc *doc, const char *field)
{
	struct ov_value v = ov_path(doc->value, "spec", field, NULL);
	for (size_t i = doc->profiles.count; !ov_is_some(v) && i-- > 0;)
		v = ov_path(doc->profiles.items[i]->value, "spec", field, NULL);
	return v;
}

/* Fields of a spec that say how others are to be merged: they are no part of merging
 * themselves. */
static bool is_instruction(const struct ov_doc *doc, struct ov_str field)
{
	static const char *const fields[] = {"overrides", "patches", "defaults"};
	for (size_t i = 0; i < OV_COUNT(fields); i++) {
		if (ov_str_is(field, fields[i]))
			return true;
	}
	return doc->kind->role == OV_ROLE_PATCH && ov_str_is(field, "patch");
}

/* The part of a profile that others inherit: labels, annotations, and the spec without its own
 * profiles. */
static struct ov_value heritage(
	struct ov_reading *reading, struct ov_arena *arena, const struct ov_doc *profile)
{
	struct ov_keys *keys = reading->run->keys;
	struct ov_value metadata = ov_get(profile->value, "metadata");
	struct ov_value spec = ov_get(profile->value, "spec");
	struct ov_map_builder meta, rest, all;
	ov_map_begin(&meta, arena, 2);
	static const char *const inherited[] = {"labels", "annotations"};
	for (size_t i = 0; i < OV_COUNT(inherited); i++) {
		struct ov_value v = ov_get(metadata, inherited[i]);
		if (ov_is_some(v))
			ov_map_set(&meta, ov_key(keys, ov_str_c(inherited[i])), v);
	}
	ov_map_begin(&rest, arena, ov_count(spec));
	for (size_t i = 0; i < ov_count(spec); i++) {
		struct ov_str name = spec.entries[i].key->str;
		if (!ov_str_is(name, "profile") && !ov_str_is(name, "profiles") &&
			!is_instruction(profile, name))
			ov_map_set(&rest, spec.entries[i].key, spec.entries[i].value);
	}
	ov_map_begin(&all, arena, 2);
	ov_map_set(&all, ov_key(keys, OV_STR("metadata")),
		ov_value_at(ov_map_end(&meta), metadata.loc));
	ov_map_set(
		&all, ov_key(keys, OV_STR("spec")), ov_value_at(ov_map_end(&rest), spec.loc));
	return ov_map_end(&all);
}

static struct ov_value as_spec(
	struct ov_reading *reading, struct ov_arena *arena, struct ov_value spec)
{
	struct ov_map_builder b;
	ov_map_begin(&b, arena, 1);
	ov_map_set(&b, ov_key(reading->run->keys, OV_STR("spec")), spec);
	return ov_map_end(&b);
}

static struct ov_value defaults_of(const struct ov_doc *doc, struct ov_str kind)
{
	return ov_get_str(ov_path(doc->value, "spec", "defaults", NULL), kind);
}

static void add_defaults(struct ov_reading *reading, struct ov_merge *m, struct ov_value *base,
	const struct ov_doc *from, struct ov_str kind)
{
	struct ov_value spec = from ? defaults_of(from, kind) : (struct ov_value){0};
	if (ov_is_map(spec))
		*base = ov_merge(m, *base, as_spec(reading, m->arena, spec));
}

static struct ov_str base_key(
	struct ov_arena *arena, const struct ov_doc *doc, const struct ov_cluster *cluster)
{
	size_t n = 2 + doc->profiles.count;
	size_t *parts = ov_new_array(arena, size_t, n);
	parts[0] = doc->kind->index;
	parts[1] = cluster ? cluster->index + 1 : 0;
	for (size_t i = 0; i < doc->profiles.count; i++)
		parts[2 + i] = doc->profiles.items[i]->index;
	return ov_str_n((const char *)parts, n * sizeof(size_t));
}

static struct ov_value make_base(struct ov_reading *reading, struct ov_merge *m,
	const struct ov_doc *doc, const struct ov_cluster *cluster)
{
	struct ov_estate *estate = reading->estate;
	struct ov_value base = {0};
	add_defaults(reading, m, &base, estate->self, doc->kind->name);
	if (cluster) {
		for (size_t i = 0; i < cluster->doc->profiles.count; i++)
			add_defaults(reading, m, &base, cluster->doc->profiles.items[i],
				doc->kind->name);
		add_defaults(reading, m, &base, cluster->doc, doc->kind->name);
	}
	for (size_t i = 0; i < doc->profiles.count; i++)
		base = ov_merge(m, base, heritage(reading, m->arena, doc->profiles.items[i]));
	return base;
}

static bool has_instructions(const struct ov_doc *doc)
{
	struct ov_value spec = ov_get(doc->value, "spec");
	for (size_t i = 0; ov_is_map(spec) && i < spec.count; i++) {
		if (is_instruction(doc, spec.entries[i].key->str))
			return true;
	}
	return false;
}

/* The document's own part of what it becomes, its instructions left out or, in `into`, added.
 */
static struct ov_value own_part(struct ov_reading *reading, struct ov_arena *arena,
	const struct ov_doc *doc, const struct ov_value *into)
{
	struct ov_value spec = ov_get(doc->value, "spec");
	struct ov_value kept = into ? ov_get(*into, "spec") : spec;
	struct ov_map_builder b;
	ov_map_begin(&b, arena, ov_count(kept) + ov_count(spec));
	for (size_t i = 0; i < ov_count(kept); i++) {
		if (!is_instruction(doc, kept.entries[i].key->str))
			ov_map_set(&b, kept.entries[i].key, kept.entries[i].value);
	}
	for (size_t i = 0; into && i < ov_count(spec); i++) {
		if (is_instruction(doc, spec.entries[i].key->str))
			ov_map_set(&b, spec.entries[i].key, spec.entries[i].value);
	}
	struct ov_value out = ov_map_end(&b);
	out.loc = kept.loc;
	out.key_loc = kept.key_loc;
	return ov_with(arena, into ? *into : doc->value,
		ov_key(reading->run->keys, OV_STR("spec")), out);
}

/* What documents of one kind, place and profiles inherit; whoever uses it reports its faults.
 */
struct base {
	struct ov_value value;
	size_t faults;
};

static const struct base *base_of(struct ov_reading *reading, struct ov_worker *worker,
	struct ov_map *bases, const struct ov_doc *doc, const struct ov_cluster *cluster)
{
	struct ov_arena_mark mark = ov_arena_mark(&worker->arena);
	struct ov_str key = base_key(&worker->arena, doc, cluster);
	union ov_map_item *item = ov_map_get(bases, key);
	if (item) {
		ov_arena_rewind(&worker->arena, mark);
		return item->ptr;
	}
	struct ov_merge m;
	ov_merge_init(&m, &worker->arena, reading->run->keys, NULL);
	struct base *base = ov_new(&worker->arena, struct base);
	base->value = make_base(reading, &m, doc, cluster);
	base->faults = m.faults;
	bool fresh;
	ov_map_put(bases, key, &fresh)->ptr = base;
	return base;
}

struct ov_value ov_inherit(struct ov_reading *reading, struct ov_worker *worker,
	struct ov_map *bases, const struct ov_doc *doc, const struct ov_cluster *cluster,
	bool *ok)
{
	/* What many documents share is kept; what is this one's own is the caller's to keep. */
	const struct base *base = base_of(reading, worker, bases, doc, cluster);
	struct ov_arena *scratch = &worker->scratch;
	struct ov_merge m;
	ov_merge_init(&m, scratch, reading->run->keys, &worker->diags);
	if (base->faults)
		make_base(reading, &m, doc, cluster);
	bool instructions = has_instructions(doc);
	struct ov_value own = instructions ? own_part(reading, scratch, doc, NULL) : doc->value;
	struct ov_value merged = ov_merge(&m, base->value, own);
	struct ov_value overrides = ov_path(doc->value, "spec", "overrides", NULL);
	for (size_t i = 0; cluster && i < ov_count(overrides); i++) {
		struct ov_value o = ov_at(overrides, i);
		if (ov_selects(ov_get(o, "clusters"), cluster))
			merged = ov_merge(
				&m, merged, as_spec(reading, scratch, ov_get(o, "spec")));
	}
	if (instructions)
		merged = own_part(reading, scratch, doc, &merged);
	merged.loc = doc->value.loc;
	*ok = m.faults == 0;
	return merged;
}
