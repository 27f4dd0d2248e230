/* api_validate: whether the API server would take an object. Layer: schema. */
#include "schema/api_internal.h"

#include "base/limits.h"
#include "value/equal.h"

static const struct ov_api_node nothing = {0};

static bool is_whole(struct ov_value v)
{
	return v.kind == OV_KIND_DOUBLE && v.number >= -9223372036854775808.0 &&
	       v.number < 9223372036854775808.0 &&
	       ov_compare_numbers(v, ov_value_int((int64_t)v.number)) == 0;
}

static unsigned types_of(struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_BOOL: return OV_API_BOOLEAN;
	case OV_KIND_INT: return OV_API_INTEGER;
	/* What does not fit into 64 bits with a sign, the server reads as a double. */
	case OV_KIND_UINT: return OV_API_NUMBER;
	case OV_KIND_DOUBLE: return OV_API_NUMBER | (is_whole(v) ? OV_API_INTEGER : 0u);
	case OV_KIND_STRING: return OV_API_STRING;
	case OV_KIND_LIST: return OV_API_ARRAY;
	case OV_KIND_MAP: return OV_API_OBJECT;
	default: return 0;
	}
}

static void name_types(struct ov_buf *buf, const struct ov_api_node *node)
{
	static const char *const names[] = {
		"a boolean", "an integer", "a number", "a string", "a list", "a map"};
	unsigned types = node->types;
	if (types & OV_API_NUMBER)
		types &= ~(unsigned)OV_API_INTEGER;
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		if (types & 1u << i)
			ov_buf_addf(buf, "%s%s", buf->len ? " or " : "", names[i]);
	}
}

static bool wrong_type(
	struct ov_api_run *run, const struct ov_api_node *node, const struct ov_api_where *at)
{
	run->blocked = true;
	if (!run->diags)
		return false;
	const char *name = ov_kind_name((enum ov_kind)at->value->kind);
	bool vowel = name[0] == 'i';
	struct ov_buf buf;
	ov_buf_init(&buf);
	name_types(&buf, node);
	if (at->value->kind == OV_KIND_NULL)
		ov_api_report(run, OV_DIAG_API_TYPE, at, "is null, expected %.*s",
			OV_STR_ARG(ov_buf_str(&buf)));
	else
		ov_api_report(run, OV_DIAG_API_TYPE, at, "is %s %s, expected %.*s",
			vowel ? "an" : "a", name, OV_STR_ARG(ov_buf_str(&buf)));
	ov_buf_release(&buf);
	return false;
}

static bool is_meta(const struct ov_api_run *run, const struct ov_key *key)
{
	const struct ov_api_words *words = &run->set->words;
	return key == words->api_version || key == words->kind || key == words->metadata;
}

static bool walk_metadata(
	struct ov_api_run *run, const struct ov_api_node *node, const struct ov_api_where *at)
{
	bool ok = ov_api_walk_metadata(run, at);
	const struct ov_api_field *own = ov_api_field(node, run->set->words.metadata);
	if (ok && own && !run->native)
		ok = ov_api_walk(run, own->node, at, false, true);
	return ok;
}

struct map_walk {
	struct ov_api_run *run;
	const struct ov_api_node *node;
	const struct ov_api_where *at;
	bool spine, keep;
	bool resource; /**< it has apiVersion, kind and metadata of its own */
	bool root;
};

/* One binding; counts the required fields that are there. */
static bool walk_entry(struct map_walk *m, const struct ov_entry *e, size_t *required)
{
	struct ov_api_run *run = m->run;
	const struct ov_api_field *field = ov_api_field(m->node, e->key);
	const struct ov_api_node *child = field ? field->node : m->node->values;
	struct ov_api_where at = {m->at, &e->value, e->key, 0, m->at->depth + 1, !field};
	/* To what is decoded into a Go struct, a null is as good as nothing. */
	if (run->native && child && e->value.kind == OV_KIND_NULL)
		return true;
	*required += field && field->required;
	if (m->resource && e->key == run->set->words.metadata)
		return walk_metadata(run, m->node, &at);
	if (m->root && run->kind && run->kind->status && e->key == run->set->words.status &&
		child) {
		run->loose = true;
		bool ok = ov_api_walk(run, child, &at, m->spine, false);
		run->loose = false;
		return ok;
	}
	if (!field && m->node->closed)
		return ov_api_report_unknown(run, m->node, &at);
	if (child)
		return ov_api_walk(run, child, &at, m->spine, false);
	if (!m->spine || m->keep || (m->resource && is_meta(run, e->key)) ||
		(run->flags & OV_API_LENIENT))
		return true;
	return ov_api_report_unknown(run, m->node, &at);
}

static bool missing_fields(struct map_walk *m)
{
	bool ok = true;
	struct ov_value v = *m->at->value;
	for (size_t i = 0; i < m->node->required_count; i++) {
		const struct ov_key *key = m->node->required[i];
		const struct ov_entry *e = ov_entry_key(v, key);
		bool null = e && e->value.kind == OV_KIND_NULL && m->run->native;
		if (!e || null)
			ok = ov_api_report_missing(m->run, m->at, key);
	}
	return ok;
}

static bool walk_map(struct ov_api_run *run, const struct ov_api_node *node,
	const struct ov_api_where *at, bool spine, bool preserve)
{
	bool root = spine && !at->up && !(run->flags & OV_API_BARE);
	struct map_walk m = {.run = run,
		.node = node,
		.at = at,
		.spine = spine,
		.keep = preserve || node->preserve,
		.root = root,
		.resource = root || (spine && node->embedded)};
	struct ov_value v = *at->value;
	size_t required = 0;
	bool ok = true;
	for (size_t i = 0; i < v.count; i++)
		ok = walk_entry(&m, &v.entries[i], &required) && ok;
	if (!run->loose && node->required_count &&
		(required < node->required_fields ||
			node->required_fields < node->required_count))
		ok = missing_fields(&m) && ok;
	if (m.resource && !root && !run->loose)
		ok = ov_api_meta_embedded(run, at) && ok;
	return ok;
}

static bool walk_list(struct ov_api_run *run, const struct ov_api_node *node,
	const struct ov_api_where *at, bool spine, bool preserve)
{
	struct ov_value v = *at->value;
	bool keep = preserve || node->preserve, ok = true;
	const struct ov_api_node *items = node->items;
	bool look = items || (spine && !keep && !(run->flags & OV_API_LENIENT));
	for (size_t i = 0; look && i < v.count; i++) {
		struct ov_api_where inner = {at, &v.items[i], NULL, i, at->depth + 1, false};
		ok = ov_api_walk(run, items ? items : &nothing, &inner, spine, keep) && ok;
	}
	if (spine && node->list_type != OV_API_ATOMIC && v.count)
		ok = ov_api_list_check(run, node, at) && ok;
	return ok;
}

bool ov_api_walk(struct ov_api_run *run, const struct ov_api_node *node,
	const struct ov_api_where *at, bool spine, bool preserve)
{
	struct ov_value v = *at->value;
	if (v.kind == OV_KIND_NULL) {
		if (run->native || run->loose)
			return true;
		if (node->types && !node->nullable)
			return wrong_type(run, node, at);
		return !node->checks || !ov_is_some(node->checks->enum_) ||
		       ov_api_walk_checks(run, node, at);
	}
	if (node->types && !(node->types & types_of(v)))
		return wrong_type(run, node, at);
	if (at->depth > OV_LIMIT_DEPTH)
		return ov_api_report(run, OV_DIAG_API_TYPE, at, "is nested too deep");
	/* Branches in branches may share their parts, so that few lines mean much work. */
	if (++run->walks > OV_LIMIT_SCHEMA_STEPS)
		return false;
	bool ok = run->loose || !node->checks || ov_api_walk_checks(run, node, at);
	if (v.kind == OV_KIND_MAP)
		ok = walk_map(run, node, at, spine, preserve) && ok;
	else if (v.kind == OV_KIND_LIST)
		ok = walk_list(run, node, at, spine, preserve) && ok;
	return ok;
}

bool ov_api_walk_metadata(struct ov_api_run *run, const struct ov_api_where *at)
{
	bool native = run->native;
	run->native = true;
	bool ok;
	if (at->value->kind == OV_KIND_NULL) {
		ok = true;
	} else {
		/* It is decoded into a Go struct, whatever the kind is. */
		struct ov_api_where inner = *at;
		ok = ov_api_walk(run, run->set->metadata, &inner, true, false);
	}
	run->native = native;
	return ok;
}

/* The number that a scale subresource sets. */
static bool check_replicas(struct ov_api_run *run, const struct ov_api_where *root)
{
	struct ov_str path = run->kind->replicas;
	struct ov_value v = *root->value;
	size_t at = path.len && path.ptr[0] == '.' ? 1 : 0;
	if (!path.len)
		return true;
	while (at <= path.len) {
		size_t end = at;
		while (end < path.len && path.ptr[end] != '.')
			end++;
		v = ov_get_str(v, ov_str_sub(path, at, end));
		at = end + 1;
	}
	if (v.kind != OV_KIND_INT || (v.integer >= 0 && v.integer <= INT32_MAX))
		return true;
	struct ov_api_where there = *root;
	there.value = &v;
	return ov_api_report(run, OV_DIAG_API_VALUE, &there,
		"has %lld at '%.*s', which must be from 0 to 2147483647", (long long)v.integer,
		OV_STR_ARG(path));
}

static bool judge(struct ov_api_run *run, const struct ov_value *object)
{
	struct ov_api_where root = {.value = object};
	bool bare = run->flags & OV_API_BARE;
	bool ok = true;
	if (!bare && object->kind == OV_KIND_MAP)
		ok = ov_api_meta_root(run, *object);
	ok = ov_api_walk(run, run->kind->root, &root, true, false) && ok;
	return ok && (bare || check_replicas(run, &root));
}

static bool is_old_enough(struct ov_api_run *run, struct ov_value object)
{
	const struct ov_api_kind *kind = run->kind;
	struct ov_api_where root = {.value = &object};
	if (!kind->served)
		return ov_api_report(run, OV_DIAG_API_VERSION, &root,
			"has version %.*s of %.*s, which the cluster does not serve",
			OV_STR_ARG(kind->version), OV_STR_ARG(kind->kind));
	if (!kind->deprecated || !run->diags)
		return true;
	struct ov_value version = ov_get_key(object, run->set->words.api_version);
	struct ov_diag *d = ov_diag_add(run->diags, OV_DIAG_API_DEPRECATED,
		ov_span(version.loc ? version.loc : object.loc),
		"%.*s %.*s is deprecated%s%.*s", OV_STR_ARG(ov_string(version)),
		OV_STR_ARG(kind->kind), kind->warning.len ? ": " : "",
		OV_STR_ARG(kind->warning));
	if (run->subject.len)
		ov_diag_subject(run->diags, d, run->subject);
	return true;
}

/* The object without what the server does not take from its author. */
static struct ov_value without_status(struct ov_api_run *run, struct ov_value object)
{
	return run->kind->status ? ov_without(run->scratch, object, run->set->words.status->str)
				 : object;
}

static bool check_rules(
	struct ov_api_run *run, struct ov_value object, const struct ov_value *old)
{
	const struct ov_api_loaded *loaded = (const struct ov_api_loaded *)run->kind;
	if (!loaded->rules || (run->flags & OV_API_NO_RULES) || run->blocked)
		return true;
	struct ov_value before;
	if (old) {
		before = ov_api_fill(run->scratch, run->kind->root, *old, false);
		before = without_status(run, before);
	}
	return ov_api_rules_check(
		run, loaded->rules, without_status(run, object), old ? &before : NULL);
}

bool ov_api_has_rules(const struct ov_api_kind *kind)
{
	return ((const struct ov_api_loaded *)kind)->rules != NULL;
}

bool ov_api_validate(const struct ov_api_kind *kind, struct ov_value object,
	const struct ov_value *old, struct ov_arena *scratch, struct ov_diags *diags,
	struct ov_str subject, unsigned flags)
{
	struct ov_arena_mark mark = ov_arena_mark(scratch);
	struct ov_api_run run = {.set = kind->set,
		.kind = kind,
		.scratch = scratch,
		.subject = subject,
		.flags = flags,
		.native = kind->native};
	struct ov_value filled = object;
	if (kind->root->defaults && !kind->native)
		filled = ov_api_fill(scratch, kind->root, object, false);
	/* Most objects are right: what is wrong with the others is told in a second pass. */
	bool ok = judge(&run, &filled);
	run.diags = diags;
	if (run.walks > OV_LIMIT_SCHEMA_STEPS) {
		ov_api_report(&run, OV_DIAG_API_VALUE, &(struct ov_api_where){.value = &filled},
			"takes too much effort to be judged by its schema");
		run.blocked = true;
	} else if (!ok && diags) {
		run.blocked = false;
		run.walks = 0;
		size_t before = diags->errors;
		judge(&run, &filled);
		if (diags->errors == before)
			ov_api_report(&run, OV_DIAG_API_VALUE,
				&(struct ov_api_where){.value = &filled},
				"takes too much effort to be judged by its schema");
	}
	if (!(flags & OV_API_BARE))
		ok = is_old_enough(&run, filled) && ok;
	if (!(flags & OV_API_BARE) && diags)
		ov_api_meta_warn(&run, filled);
	ok = check_rules(&run, filled, old) && ok;
	ov_arena_rewind(scratch, mark);
	return ok;
}

static void split_version(struct ov_str all, struct ov_str *group, struct ov_str *version)
{
	size_t slash = ov_str_chr(all, '/');
	*group = slash == SIZE_MAX ? ov_str_n(NULL, 0) : ov_str_sub(all, 0, slash);
	*version = slash == SIZE_MAX ? all : ov_str_sub(all, slash + 1, all.len);
}

bool ov_api_check(struct ov_api_set *const *sets, size_t count, struct ov_value object,
	const struct ov_value *old, struct ov_arena *scratch, struct ov_diags *diags,
	struct ov_str subject, unsigned flags)
{
	struct ov_value api = ov_get(object, "apiVersion"), name = ov_get(object, "kind");
	struct ov_str group, version, kind = ov_string(name);
	split_version(ov_string(api), &group, &version);
	bool ok = true, known = false;
	for (size_t i = 0; i < count; i++) {
		const struct ov_api_kind *k =
			ov_api_set_find(sets[i], group, version, kind, diags);
		if (k) {
			known = true;
			ok = ov_api_validate(k, object, old, scratch, diags, subject, flags) &&
			     ok;
		} else if (ov_api_set_knows(sets[i], group, kind)) {
			struct ov_api_run run = {.diags = diags, .subject = subject};
			struct ov_api_where at = {.value = &api, .up = NULL};
			known = true;
			ok = ov_api_report(&run, OV_DIAG_API_VERSION, &at,
				"asks for version '%.*s' of %.*s, which '%.*s' does not have",
				OV_STR_ARG(version), OV_STR_ARG(kind),
				OV_STR_ARG(sets[i]->name));
		}
	}
	if (known)
		return ok;
	struct ov_api_run run = {.diags = diags, .subject = subject};
	struct ov_api_where at = {.value = &name, .up = NULL};
	return ov_api_report(&run, OV_DIAG_API_VERSION, &at,
		"is of the kind '%.*s' of '%.*s', which no set of this cluster describes",
		OV_STR_ARG(kind), OV_STR_ARG(ov_string(api)));
}
