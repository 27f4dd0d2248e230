/* pattern_compile: a Kyverno pattern as a tree in the order of its evaluation. Layer: policy.
 */
#include "base/map.h"
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
	struct ov_map watched; /**< anchors' keys, to their numbers */
};

static uint32_t watch(struct compiling *c, enum ov_anchor anchor, const struct ov_key *key)
{
	bool fresh;
	if (anchor != OV_ANCHOR_CONDITION && anchor != OV_ANCHOR_EXISTENCE)
		return OV_PATTERN_UNWATCHED;
	union ov_map_item *item = ov_map_put(&c->watched, key->str, &fresh);
	if (fresh)
		item->num = c->watched.count - 1;
	return (uint32_t)item->num;
}

static bool is_first_phase(enum ov_anchor anchor)
{
	return anchor != OV_ANCHOR_NONE && anchor != OV_ANCHOR_GLOBAL &&
	       anchor != OV_ANCHOR_ADD;
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

static int precedence(const void *x, const void *y)
{
	const struct ov_pattern_member *a = x, *b = y;
	bool first_a = is_first_phase(a->anchor), first_b = is_first_phase(b->anchor);
	int order;
	if (first_a != first_b)
		return first_a ? -1 : 1;
	if (first_a) {
		order = rank(a->anchor) - rank(b->anchor);
		if (!order)
			order = compare_names(a->name->str, b->name->str);
	} else if (a->early != b->early) {
		return a->early ? -1 : 1;
	} else {
		order = ov_str_cmp(a->key->str, b->key->str);
		if (a->early)
			order = -order;
	}
	return order ? order : (a->index > b->index) - (a->index < b->index);
}

size_t ov_pattern_sort(struct ov_pattern_member *members, size_t count)
{
	size_t first = 0;
	if (count > 1)
		qsort(members, count, sizeof(*members), precedence);
	while (first < count && is_first_phase(members[first].anchor))
		first++;
	return first;
}

static const struct ov_pattern_node *compile(
	struct compiling *c, struct ov_value v, enum role role);

/* The first member that is called `tag`, anchored or not; SIZE_MAX where there is none. */
static size_t find_tag(struct ov_value map, const char *tag)
{
	struct ov_str name;
	for (size_t i = 0; i < map.count; i++) {
		ov_anchor_parse(map.entries[i].key->str, &name);
		if (ov_str_is(name, tag))
			return i;
	}
	return SIZE_MAX;
}

static bool is_anchored(enum ov_anchor anchor)
{
	return anchor != OV_ANCHOR_NONE && anchor != OV_ANCHOR_ADD;
}

/* Whether the members of metadata lose anchors where the resource has labels or annotations. */
static bool loses_anchors(const struct ov_pattern_node *metadata)
{
	for (size_t i = 0; i < metadata->count; i++) {
		const struct ov_pattern_node *n = metadata->members[i].node;
		if (n->tags && n->anchored && !n->kept)
			return true;
	}
	return false;
}

static void compile_map(struct compiling *c, struct ov_pattern_node *n, enum role role)
{
	size_t metadata = find_tag(n->value, "metadata");
	size_t labels = role == METADATA ? find_tag(n->value, "labels") : SIZE_MAX;
	size_t annotations = role == METADATA ? find_tag(n->value, "annotations") : SIZE_MAX;
	n->count = n->value.count;
	n->tags = role == TAGS;
	n->members = ov_new_array(c->arena, struct ov_pattern_member, n->count);
	for (size_t i = 0; i < n->count; i++) {
		struct ov_pattern_member *m = &n->members[i];
		const struct ov_entry *e = &n->value.entries[i];
		struct ov_str name;
		m->key = e->key;
		m->index = (uint32_t)i;
		m->anchor = ov_anchor_parse(e->key->str, &name);
		m->name = is_anchored(m->anchor) ? ov_key(c->keys, name) : e->key;
		m->watch = watch(c, m->anchor, e->key);
		m->node = compile(c, e->value,
			i == metadata                     ? METADATA
			: i == labels || i == annotations ? TAGS
							  : PLAIN);
		m->early = m->anchor == OV_ANCHOR_GLOBAL || m->node->anchored;
		n->anchored = n->anchored || m->node->anchored || is_anchored(m->anchor);
		if (role == TAGS && (!ov_is_string(e->value) || ov_wildcard_is(name)))
			n->wild = true;
		if (role == TAGS && ov_is_string(e->value) && is_anchored(m->anchor))
			n->kept = true;
	}
	n->anchors = ov_pattern_sort(n->members, n->count);
	n->loses = role == METADATA && loses_anchors(n);
	for (size_t i = 0; i < n->count && metadata != SIZE_MAX; i++)
		if (n->members[i].index == metadata && n->members[i].node->loses)
			n->metadata = &n->members[i];
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
	ov_map_init(&c.watched, arena, ov_keys_seed(keys));
	p->root = compile(&c, pattern, PLAIN);
	p->watched = c.watched.count;
	return p;
}
