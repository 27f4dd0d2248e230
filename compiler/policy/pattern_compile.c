/* pattern_compile: a Kyverno pattern as a tree in the order of its evaluation. Layer: policy.
 */
#include "lang/ascii.h"
#include "lang/wildcard.h"
#include "policy/pattern_node.h"

/* Blanks as Go's strings.TrimSpace has them. */
static struct ov_str trim_space(struct ov_str s)
{
	while (s.len && ov_is_one_of(*s.ptr, " \t\n\v\f\r"))
		s = ov_str_sub(s, 1, s.len);
	while (s.len && ov_is_one_of(s.ptr[s.len - 1], " \t\n\v\f\r"))
		s.len--;
	return s;
}

enum ov_anchor ov_anchor_parse(struct ov_str key, struct ov_str *name)
{
	static const struct {
		char sign;
		enum ov_anchor anchor;
	} signs[] = {{'+', OV_ANCHOR_ADD}, {'<', OV_ANCHOR_GLOBAL}, {'=', OV_ANCHOR_EQUALITY},
		{'X', OV_ANCHOR_NEGATION}, {'^', OV_ANCHOR_EXISTENCE}};
	struct ov_str s = trim_space(key);
	enum ov_anchor anchor = OV_ANCHOR_CONDITION;
	*name = key;
	for (size_t i = 0; i < OV_COUNT(signs) && s.len; i++)
		if (*s.ptr == signs[i].sign) {
			anchor = signs[i].anchor;
			s = ov_str_sub(s, 1, s.len);
			break;
		}
	if (s.len < 3 || *s.ptr != '(' || s.ptr[s.len - 1] != ')' ||
		ov_str_chr(s, '\n') != SIZE_MAX)
		return OV_ANCHOR_NONE;
	*name = ov_str_sub(s, 1, s.len - 1);
	return anchor;
}

/** What a map is, for the expansion of wildcards in keys. */
enum role {
	PLAIN,
	METADATA,
	TAGS,
};

struct compiling {
	struct ov_arena *arena;
	struct ov_keys *keys;
	OV_VEC(const struct ov_key *) watched;
};

static uint32_t watch(struct compiling *c, enum ov_anchor anchor, const struct ov_key *key)
{
	if (anchor != OV_ANCHOR_CONDITION && anchor != OV_ANCHOR_EXISTENCE)
		return OV_PATTERN_UNWATCHED;
	for (size_t i = 0; i < c->watched.count; i++)
		if (c->watched.items[i] == key)
			return (uint32_t)i;
	ov_vec_push(c->arena, &c->watched, key);
	return (uint32_t)(c->watched.count - 1);
}

static bool is_first_phase(enum ov_anchor anchor)
{
	return anchor != OV_ANCHOR_NONE && anchor != OV_ANCHOR_GLOBAL &&
	       anchor != OV_ANCHOR_ADD;
}

/* Whether the member comes before all plain ones of the second phase, in backward order. */
static bool is_early(const struct ov_pattern_member *m)
{
	return m->anchor == OV_ANCHOR_GLOBAL || m->node->anchored;
}

/* The order of the signs of anchors, "(", "=(", "X(" and "^(". */
static int rank(enum ov_anchor anchor)
{
	switch (anchor) {
	case OV_ANCHOR_CONDITION: return 0;
	case OV_ANCHOR_EQUALITY: return 1;
	case OV_ANCHOR_NEGATION: return 2;
	case OV_ANCHOR_EXISTENCE: return 3;
	case OV_ANCHOR_NONE:
	case OV_ANCHOR_GLOBAL:
	case OV_ANCHOR_ADD: break;
	}
	return 4;
}

/* The order of two names with the parenthesis that follows them. */
static int compare_names(struct ov_str a, struct ov_str b)
{
	size_t i = 0;
	while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i])
		i++;
	int x = i < a.len ? (unsigned char)a.ptr[i] : ')';
	int y = i < b.len ? (unsigned char)b.ptr[i] : ')';
	return x != y ? x - y : ov_str_cmp(a, b);
}

static bool precedes(const struct ov_pattern_member *a, const struct ov_pattern_member *b)
{
	bool first_a = is_first_phase(a->anchor), first_b = is_first_phase(b->anchor);
	if (first_a != first_b)
		return first_a;
	if (first_a && a->anchor != b->anchor)
		return rank(a->anchor) < rank(b->anchor);
	if (first_a)
		return compare_names(a->name->str, b->name->str) < 0;
	if (is_early(a) != is_early(b))
		return is_early(a);
	int order = ov_str_cmp(a->key->str, b->key->str);
	return is_early(a) ? order > 0 : order < 0;
}

size_t ov_pattern_sort(struct ov_pattern_member *members, size_t count)
{
	size_t first = 0;
	for (size_t i = 0; i < count; i++) {
		struct ov_pattern_member m = members[i];
		size_t at = i;
		for (; at > 0 && precedes(&m, &members[at - 1]); at--)
			members[at] = members[at - 1];
		members[at] = m;
		first += is_first_phase(m.anchor);
	}
	return first;
}

static const struct ov_pattern_node *compile(
	struct compiling *c, struct ov_value v, enum role role);

/* The role of the first member that is called `tag`, anchored or not. */
static bool is_tag(struct ov_value map, size_t at, const char *tag)
{
	struct ov_str name;
	for (size_t i = 0; i < map.count; i++) {
		ov_anchor_parse(map.entries[i].key->str, &name);
		if (ov_str_is(name, tag))
			return i == at;
	}
	return false;
}

static enum role role_of(struct ov_value map, size_t at, enum role role)
{
	if (is_tag(map, at, "metadata"))
		return METADATA;
	if (role == METADATA && (is_tag(map, at, "labels") || is_tag(map, at, "annotations")))
		return TAGS;
	return PLAIN;
}

static void compile_map(struct compiling *c, struct ov_pattern_node *n, enum role role)
{
	n->count = n->value.count;
	n->members = ov_new_array(c->arena, struct ov_pattern_member, n->count);
	for (size_t i = 0; i < n->count; i++) {
		struct ov_pattern_member *m = &n->members[i];
		const struct ov_entry *e = &n->value.entries[i];
		struct ov_str name;
		m->key = e->key;
		m->anchor = ov_anchor_parse(e->key->str, &name);
		m->name = m->anchor == OV_ANCHOR_NONE || m->anchor == OV_ANCHOR_ADD
				  ? e->key
				  : ov_key(c->keys, name);
		m->watch = watch(c, m->anchor, e->key);
		m->node = compile(c, e->value, role_of(n->value, i, role));
		n->anchored = n->anchored || m->node->anchored ||
			      (m->anchor != OV_ANCHOR_NONE && m->anchor != OV_ANCHOR_ADD);
		if (role == TAGS && (!ov_is_string(e->value) || ov_wildcard_is(name)))
			n->wild = true;
	}
	n->anchors = ov_pattern_sort(n->members, n->count);
}

static const struct ov_pattern_node *compile(
	struct compiling *c, struct ov_value v, enum role role)
{
	struct ov_pattern_node *n = ov_new(c->arena, struct ov_pattern_node);
	n->value = v;
	if (ov_is_map(v)) {
		n->kind = OV_PATTERN_MAP;
		compile_map(c, n, role);
	} else if (ov_is_list(v)) {
		n->kind = OV_PATTERN_LIST;
		n->count = v.count;
		n->items = ov_new_array(c->arena, const struct ov_pattern_node *, n->count);
		for (size_t i = 0; i < n->count; i++) {
			n->items[i] = compile(c, v.items[i], PLAIN);
			n->anchored = n->anchored || n->items[i]->anchored;
		}
	}
	return n;
}

const struct ov_pattern *ov_pattern_compile(
	struct ov_arena *arena, struct ov_keys *keys, struct ov_value pattern)
{
	struct compiling c = {.arena = arena, .keys = keys};
	struct ov_pattern *p = ov_new(arena, struct ov_pattern);
	p->root = compile(&c, pattern, PLAIN);
	p->watched = c.watched.count;
	return p;
}
