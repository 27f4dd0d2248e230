/* pattern: matches resources against trees of a Kyverno pattern. Layer: policy. */
#include "policy/pattern.h"

#include "expr/go_text.h"
#include "lang/wildcard.h"
#include "policy/pattern_node.h"
#include "policy/scalar.h"

/** Where in the resource a match is, root first when followed to its end. */
struct path {
	const struct path *up;
	struct ov_str key; /**< without bytes for an element of a list */
	size_t index;
};

/** Why something did not match. */
enum cause_kind {
	VALUE_DIFFERS,
	STRUCTURE_DIFFERS,
	NO_LIST,
	EMPTY_PATTERN,
	TOO_SHORT,
	NOT_FOUND,
	FORBIDDEN,
	NO_ELEMENT,
	NO_LIST_FOR_EXISTENCE,
	BAD_EXISTENCE,
	BAD_EXISTENCE_ITEM,
	CONDITION_MISSING,
	CONDITION_DIFFERS,
	GLOBAL_DIFFERS,
	ALL_SKIPPED,
};

/** A failure; with what it goes back to. */
struct ov_pattern_cause {
	enum cause_kind kind;
	struct ov_str path;
	struct ov_value pattern, value;
	const struct ov_pattern_cause
		*inner;                /**< of conditions, and the first of ALL_SKIPPED */
	struct ov_pattern_cause *next; /**< the next of those that were skipped together */
};

/** What a skip does to its neighbours depends on whether it comes from an anchor itself. */
static bool is_skip(const struct ov_pattern_cause *c)
{
	return c->kind >= CONDITION_MISSING;
}

struct session {
	struct ov_arena *arena;
	bool *missing, *present; /**< by watched anchor */
};

static void add_path(struct ov_buf *buf, const struct path *path)
{
	if (!path) {
		ov_buf_putc(buf, '/');
		return;
	}
	add_path(buf, path->up);
	if (path->key.ptr)
		ov_buf_add(buf, path->key);
	else
		ov_buf_addf(buf, "%zu", path->index);
	ov_buf_putc(buf, '/');
}

static struct ov_pattern_cause *failure(struct session *s, enum cause_kind kind,
	const struct path *path, struct ov_value pattern, struct ov_value value)
{
	struct ov_pattern_cause *c = ov_new(s->arena, struct ov_pattern_cause);
	struct ov_buf buf = {0};
	*c = (struct ov_pattern_cause){.kind = kind, .pattern = pattern, .value = value};
	if (kind < CONDITION_MISSING && kind != TOO_SHORT) {
		add_path(&buf, path);
		c->path = ov_str_dup(s->arena, ov_buf_str(&buf));
		ov_buf_release(&buf);
	}
	return c;
}

static struct ov_pattern_cause *wrapped(
	struct session *s, enum cause_kind kind, const struct ov_pattern_cause *inner)
{
	struct ov_pattern_cause *c = ov_new(s->arena, struct ov_pattern_cause);
	*c = (struct ov_pattern_cause){.kind = kind, .inner = inner};
	return c;
}

static struct ov_pattern_cause *match(struct session *s, const struct ov_pattern_node *n,
	struct ov_value v, const struct path *path);

static struct path step(const struct path *up, struct ov_str key)
{
	/* A key without bytes is still a key. */
	return (struct path){up, key.ptr ? key : OV_STR(""), 0};
}

static struct ov_pattern_cause *match_existence_item(struct session *s,
	const struct ov_pattern_node *n, struct ov_value list, const struct path *path)
{
	for (size_t i = 0; i < list.count; i++) {
		struct path at = {path, {0}, i};
		if (!match(s, n, list.items[i], &at))
			return NULL;
	}
	return failure(s, NO_ELEMENT, path, n->value, list);
}

static struct ov_pattern_cause *match_existence(struct session *s,
	const struct ov_pattern_node *n, struct ov_value list, const struct path *path)
{
	if (!ov_is_list(list))
		return failure(s, NO_LIST_FOR_EXISTENCE, path, n->value, list);
	if (n->kind != OV_PATTERN_LIST)
		return failure(s, BAD_EXISTENCE, path, n->value, list);
	for (size_t i = 0; i < n->count; i++) {
		if (n->items[i]->kind != OV_PATTERN_MAP)
			return failure(s, BAD_EXISTENCE_ITEM, path, n->value, list);
		struct ov_pattern_cause *c = match_existence_item(s, n->items[i], list, path);
		if (c)
			return c;
	}
	return NULL;
}

static struct ov_pattern_cause *match_plain(struct session *s,
	const struct ov_pattern_member *m, struct ov_value v, const struct path *path)
{
	struct path at = step(path, m->key->str);
	if (!ov_string_is(m->node->value, "*"))
		return match(s, m->node, v, &at);
	if (ov_is_some(v) && v.kind != OV_KIND_NULL)
		return NULL;
	struct ov_pattern_cause *c = failure(s, NOT_FOUND, path, m->node->value, v);
	c->value = ov_value_string(m->key->str);
	return c;
}

static struct ov_pattern_cause *match_member(struct session *s,
	const struct ov_pattern_member *m, struct ov_value map, const struct path *path)
{
	struct ov_value v = ov_get_key(map, m->name);
	struct path at = step(path, m->name->str);
	struct ov_pattern_cause *c;
	switch (m->anchor) {
	case OV_ANCHOR_NONE:
	case OV_ANCHOR_ADD: return match_plain(s, m, v, path);
	case OV_ANCHOR_CONDITION:
		if (!ov_is_some(v))
			return failure(s, CONDITION_MISSING, path, m->node->value, v);
		c = match(s, m->node, v, &at);
		return c ? wrapped(s, CONDITION_DIFFERS, c) : NULL;
	case OV_ANCHOR_GLOBAL:
		c = ov_is_some(v) ? match(s, m->node, v, &at) : NULL;
		return c ? wrapped(s, GLOBAL_DIFFERS, c) : NULL;
	case OV_ANCHOR_NEGATION:
		return ov_is_some(v) ? failure(s, FORBIDDEN, &at, m->node->value, v) : NULL;
	case OV_ANCHOR_EQUALITY: return ov_is_some(v) ? match(s, m->node, v, &at) : NULL;
	case OV_ANCHOR_EXISTENCE:
		return ov_is_some(v) ? match_existence(s, m->node, v, &at) : NULL;
	}
	return NULL;
}

/* The key of the resource that the wildcards of `pattern` stand for, or NULL. */
static const struct ov_key *expanded(struct ov_str pattern, struct ov_value tags)
{
	for (size_t i = 0; i < tags.count; i++)
		if (ov_is_string(tags.entries[i].value) &&
			ov_wildcard_match(pattern, tags.entries[i].key->str))
			return tags.entries[i].key;
	return NULL;
}

/*
 * The members for one resource's labels or annotations: those whose value is no string are
 * dropped, as the reference drops them, and wildcards in keys give way to the resource's keys.
 */
static struct ov_pattern_node expand(
	struct session *s, const struct ov_pattern_node *n, struct ov_value tags)
{
	struct ov_pattern_node out = *n;
	out.members = ov_new_array(s->arena, struct ov_pattern_member, n->count);
	out.count = 0;
	for (size_t i = 0; i < n->count; i++) {
		struct ov_pattern_member m = n->members[i];
		struct ov_str name;
		if (!ov_is_string(m.node->value))
			continue;
		ov_anchor_parse(m.key->str, &name);
		const struct ov_key *key = ov_wildcard_is(name) ? expanded(name, tags) : NULL;
		if (key) {
			m.name = key;
			/* The anchor's sign decides the order still. */
			if (m.anchor == OV_ANCHOR_NONE)
				m.key = key;
			m.watch = OV_PATTERN_UNWATCHED;
		}
		out.members[out.count++] = m;
	}
	out.anchors = ov_pattern_sort(out.members, out.count);
	/* What has come to the same key stands side by side; the first as written stays. */
	size_t kept = 0;
	for (size_t i = 0; i < out.count; i++) {
		const struct ov_pattern_member *last = kept ? &out.members[kept - 1] : NULL;
		if (last && last->anchor == out.members[i].anchor &&
			last->name == out.members[i].name) {
			out.anchors -= i < out.anchors;
			continue;
		}
		out.members[kept++] = out.members[i];
	}
	out.count = kept;
	return out;
}

/*
 * Whether the member of metadata holds anchors once its own are gone: as labels or annotations
 * it loses those of values that are no strings, where the resource has labels or annotations.
 */
static bool keeps_anchors(const struct ov_pattern_member *m, struct ov_value metadata)
{
	struct ov_str tag;
	ov_anchor_parse(m->key->str, &tag);
	bool expands = m->node->tags && ov_is_map(ov_get_str(metadata, tag));
	return m->node->anchored && (!expands || m->node->kept);
}

static bool is_anchored(const struct ov_pattern_node *metadata, struct ov_value own)
{
	for (size_t i = 0; i < metadata->count; i++) {
		const struct ov_pattern_member *m = &metadata->members[i];
		if ((m->anchor != OV_ANCHOR_NONE && m->anchor != OV_ANCHOR_ADD) ||
			keeps_anchors(m, own))
			return true;
	}
	return false;
}

/* The members in the order that they have once anchors are lost in metadata, here or below. */
static struct ov_pattern_node reordered(
	struct session *s, const struct ov_pattern_node *n, struct ov_value map)
{
	struct ov_pattern_node out = *n;
	out.members = ov_new_array(s->arena, struct ov_pattern_member, n->count);
	for (size_t i = 0; i < n->count; i++) {
		struct ov_pattern_member m = n->members[i];
		bool anchored = m.node->anchored;
		if (&n->members[i] == n->metadata)
			anchored = is_anchored(m.node, ov_get(map, "metadata"));
		else if (n->loses)
			anchored = keeps_anchors(&m, map);
		m.early = m.anchor == OV_ANCHOR_GLOBAL || anchored;
		out.members[i] = m;
	}
	out.anchors = ov_pattern_sort(out.members, out.count);
	return out;
}

static void note_anchors(
	struct session *s, const struct ov_pattern_node *n, struct ov_value map)
{
	for (size_t i = 0; i < n->anchors; i++) {
		const struct ov_pattern_member *m = &n->members[i];
		if (m->watch == OV_PATTERN_UNWATCHED)
			continue;
		if (ov_is_some(ov_get_key(map, m->name)))
			s->present[m->watch] = true;
		else
			s->missing[m->watch] = true;
	}
}

static struct ov_pattern_cause *match_map(struct session *s, const struct ov_pattern_node *n,
	struct ov_value map, const struct path *path)
{
	struct ov_pattern_node own;
	struct ov_pattern_cause *skipped = NULL, **last = &skipped;
	bool by_anchor = false;
	size_t applied = 0;
	if (n->wild) {
		own = expand(s, n, map);
		n = &own;
	} else if (n->metadata || n->loses) {
		own = reordered(s, n, map);
		n = &own;
	}
	note_anchors(s, n, map);
	for (size_t i = 0; i < n->anchors; i++) {
		struct ov_pattern_cause *c = match_member(s, &n->members[i], map, path);
		if (!c) {
			applied++;
		} else if (is_skip(c)) {
			by_anchor = by_anchor || c->kind != ALL_SKIPPED;
			*last = c;
			last = &c->next;
		} else if (!by_anchor) {
			return c;
		}
	}
	if (skipped && (applied == 0 || by_anchor))
		return wrapped(s, ALL_SKIPPED, skipped);
	for (size_t i = n->anchors; i < n->count; i++) {
		struct ov_pattern_cause *c = match_member(s, &n->members[i], map, path);
		if (c)
			return c;
	}
	return NULL;
}

/* Elements one by one against a pattern of a map, or each against its own of several lists. */
static struct ov_pattern_cause *match_elements(struct session *s,
	const struct ov_pattern_node *n, struct ov_value list, const struct path *path)
{
	struct ov_pattern_cause *skipped = NULL, **last = &skipped;
	bool maps = n->items[0]->kind == OV_PATTERN_MAP;
	size_t applied = 0, count = maps ? list.count : n->count;
	if (list.count < count) {
		struct ov_pattern_cause *c = failure(s, TOO_SHORT, path, n->value, list);
		return c;
	}
	for (size_t i = 0; i < count; i++) {
		struct path at = {path, {0}, i};
		struct ov_pattern_cause *c =
			match(s, n->items[maps ? 0 : i], list.items[i], &at);
		if (!c) {
			applied++;
		} else if (is_skip(c)) {
			*last = c;
			last = &c->next;
		} else {
			return c;
		}
	}
	return skipped && applied == 0 ? wrapped(s, ALL_SKIPPED, skipped) : NULL;
}

static struct ov_pattern_cause *match_scalar(struct session *s, const struct ov_pattern_node *n,
	struct ov_value v, const struct path *path)
{
	bool ok = true;
	if (!ov_is_list(v))
		ok = ov_scalar_match(n->value, v);
	for (size_t i = 0; i < (ov_is_list(v) ? v.count : 0) && ok; i++)
		ok = ov_scalar_match(n->value, v.items[i]);
	return ok ? NULL : failure(s, VALUE_DIFFERS, path, n->value, v);
}

static struct ov_pattern_cause *match(struct session *s, const struct ov_pattern_node *n,
	struct ov_value v, const struct path *path)
{
	switch (n->kind) {
	case OV_PATTERN_SCALAR: return match_scalar(s, n, v, path);
	case OV_PATTERN_MAP:
		if (!ov_is_map(v))
			return failure(s, STRUCTURE_DIFFERS, path, n->value, v);
		return match_map(s, n, v, path);
	case OV_PATTERN_LIST: break;
	}
	if (!ov_is_list(v))
		return failure(s, NO_LIST, path, n->value, v);
	if (n->count == 0)
		return failure(s, EMPTY_PATTERN, path, n->value, v);
	if (n->items[0]->kind == OV_PATTERN_SCALAR)
		return match_scalar(s, n->items[0], v, path);
	return match_elements(s, n, v, path);
}

/* %T of a value. */
static const char *go_type(struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_BOOL: return "bool";
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE: return "float64";
	case OV_KIND_STRING: return "string";
	case OV_KIND_LIST: return "[]interface {}";
	case OV_KIND_MAP: return "map[string]interface {}";
	case OV_KIND_NONE:
	case OV_KIND_NULL:
	case OV_KIND_BYTES:
	case OV_KIND_DICT:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_TYPE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: break;
	}
	return "<nil>";
}

/** Longer messages are cut: values of any size may be in them. */
enum { MESSAGE = 2000 };

static void explain(struct ov_buf *buf, const struct ov_pattern_cause *c)
{
	switch (c->kind) {
	case VALUE_DIFFERS:
		ov_buf_puts(buf, "resource value '");
		ov_go_sprint(buf, c->value);
		ov_buf_puts(buf, "' does not match '");
		ov_go_sprint(buf, c->pattern);
		ov_buf_addf(buf, "' at path %.*s", OV_STR_ARG(c->path));
		break;
	case STRUCTURE_DIFFERS:
		ov_buf_addf(buf,
			"pattern and resource have different structures. Path: %.*s. Expected "
			"%s, found %s",
			OV_STR_ARG(c->path), go_type(c->pattern), go_type(c->value));
		break;
	case NO_LIST:
		ov_buf_addf(buf,
			"validation rule failed at path %.*s, resource does not satisfy the "
			"expected overlay pattern",
			OV_STR_ARG(c->path));
		break;
	case EMPTY_PATTERN: ov_buf_puts(buf, "pattern Array empty"); break;
	case TOO_SHORT:
		ov_buf_addf(buf,
			"validate Array failed, array length mismatch, resource Array len is "
			"%zu and pattern Array len is %zu",
			ov_count(c->value), ov_count(c->pattern));
		break;
	case NOT_FOUND:
		ov_buf_addf(buf, "%.*s/%.*s not found", OV_STR_ARG(c->path),
			OV_STR_ARG(ov_string(c->value)));
		break;
	case FORBIDDEN:
		ov_buf_addf(buf, "negation anchor matched in resource: %.*s is not allowed",
			OV_STR_ARG(c->path));
		break;
	case NO_ELEMENT:
		ov_buf_addf(buf, "existence anchor validation failed at path %.*s",
			OV_STR_ARG(c->path));
		break;
	case NO_LIST_FOR_EXISTENCE:
		ov_buf_addf(buf,
			"invalid resource type %s: Existence ^ () anchor can be used only on "
			"list/array type resource",
			go_type(c->value));
		break;
	case BAD_EXISTENCE:
		ov_buf_addf(buf,
			"invalid pattern type %s: Pattern has to be of list to compare against "
			"resource",
			go_type(c->pattern));
		break;
	case BAD_EXISTENCE_ITEM:
		ov_buf_addf(buf,
			"invalid pattern type %s: Pattern has to be of type map to compare "
			"against items in resource",
			go_type(c->pattern));
		break;
	case CONDITION_MISSING:
		ov_buf_puts(buf, "conditional anchor mismatch: conditional anchor key doesn't "
				 "exist in the resource");
		break;
	case CONDITION_DIFFERS:
		ov_buf_puts(buf, "conditional anchor mismatch: ");
		explain(buf, c->inner);
		break;
	case GLOBAL_DIFFERS:
		ov_buf_puts(buf, "global anchor mismatch: ");
		explain(buf, c->inner);
		break;
	case ALL_SKIPPED:
		for (const struct ov_pattern_cause *one = c->inner; one; one = one->next) {
			if (buf->len > MESSAGE)
				return;
			explain(buf, one);
			if (one->next)
				ov_buf_puts(buf, "; ");
		}
		break;
	}
}

/* A failure has no path to the reference where an anchor's key was nowhere to be found. */
static bool lacks_anchor(const struct session *s, size_t watched)
{
	for (size_t i = 0; i < watched; i++)
		if (s->missing[i] && !s->present[i])
			return true;
	return false;
}

struct ov_pattern_result ov_pattern_match(
	struct ov_arena *arena, const struct ov_pattern *pattern, struct ov_value resource)
{
	struct ov_pattern_result r = {0};
	struct session s = {arena, NULL, NULL};
	if (pattern->watched) {
		s.missing = ov_new_array(arena, bool, pattern->watched);
		s.present = ov_new_array(arena, bool, pattern->watched);
	}
	const struct ov_pattern_cause *c = match(&s, pattern->root, resource, NULL);
	if (!c)
		return r;
	r.verdict = OV_PATTERN_FAIL;
	r.path = c->path;
	r.pattern = c->pattern;
	r.value = c->value;
	if (is_skip(c)) {
		r.verdict = OV_PATTERN_SKIP;
	} else if (c->kind != FORBIDDEN && lacks_anchor(&s, pattern->watched)) {
		r.path = ov_str_n(NULL, 0);
	}
	if (r.verdict == OV_PATTERN_FAIL && !r.path.len)
		r.verdict = OV_PATTERN_ERROR;
	r.cause = c;
	return r;
}

struct ov_str ov_pattern_message(struct ov_arena *arena, const struct ov_pattern_result *result)
{
	struct ov_buf buf = {0};
	if (!result->cause)
		return ov_str_n(NULL, 0);
	explain(&buf, result->cause);
	size_t end = buf.len < MESSAGE ? buf.len : MESSAGE;
	/* Not within a character. */
	while (end < buf.len && end > 0 && ((unsigned char)buf.ptr[end] & 0xc0) == 0x80)
		end--;
	struct ov_str text = ov_str_dup(arena, ov_str_n(buf.ptr, end));
	ov_buf_release(&buf);
	return text;
}
