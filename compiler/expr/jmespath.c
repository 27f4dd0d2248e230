/* jmespath: evaluates trees of JMESPath over values. Layer: expr. */
#include "expr/jmespath.h"

#include "base/limits.h"
#include "expr/jmespath_node.h"
#include "value/equal.h"

#include <stdarg.h>

/** Set on numbers that are a Go int to the reference, not a float64. */
enum { FLAG_GO_INT = 1 << 7 };

const char *ov_jmespath_fault_name(enum ov_jmespath_fault fault)
{
	switch (fault) {
	case OV_JMESPATH_OK: return "ok";
	case OV_JMESPATH_SYNTAX: return "syntax";
	case OV_JMESPATH_TYPE: return "invalid-type";
	case OV_JMESPATH_ARITY: return "invalid-arity";
	case OV_JMESPATH_FUNCTION: return "unknown-function";
	case OV_JMESPATH_VALUE: return "invalid-value";
	case OV_JMESPATH_NOT_FOUND: return "not-found";
	case OV_JMESPATH_ENTRY: return "invalid-entry";
	case OV_JMESPATH_OFFLINE: return "offline";
	case OV_JMESPATH_LIMIT: return "limit";
	}
	return "";
}

struct ov_value ov_jp_go_int(int64_t i)
{
	struct ov_value v = ov_value_int(i);
	v.flags |= FLAG_GO_INT;
	return v;
}

bool ov_jp_is_number(struct ov_value v)
{
	return ov_is_number(v) && !(v.flags & FLAG_GO_INT);
}

bool ov_jp_is_policy(const struct ov_jmespath_run *run)
{
	return run->jp->dialect == OV_JMESPATH_POLICY;
}

const struct ov_jp_node *ov_jp_ref(struct ov_value arg)
{
	return arg.opaque->data;
}

OV_PRINTF(4, 0)
static void record(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	enum ov_jmespath_fault fault, const char *fmt, va_list args)
{
	/* A look-up that was given up for null leaves its failure behind. */
	if (run->error.fault && run->error.fault != OV_JMESPATH_NOT_FOUND)
		return;
	run->error = (struct ov_jmespath_error){
		fault, at ? at->at : 0, at ? at->len : 0, ov_str_vfmt(run->arena, fmt, args)};
}

struct ov_value ov_jp_fail(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	enum ov_jmespath_fault fault, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	record(run, at, fault, fmt, args);
	va_end(args);
	return (struct ov_value){0};
}

struct ov_value ov_jmespath_fail(
	struct ov_jmespath_run *run, enum ov_jmespath_fault fault, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	record(run, NULL, fault, fmt, args);
	va_end(args);
	return (struct ov_value){0};
}

bool ov_jp_spend(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, size_t steps, size_t bytes)
{
	run->steps += steps;
	run->bytes += bytes;
	if (run->steps > OV_LIMIT_STEPS)
		ov_jp_fail(run, at, OV_JMESPATH_LIMIT,
			"the expression takes more than %d steps", OV_LIMIT_STEPS);
	else if (run->bytes > OV_LIMIT_EXPR_BYTES)
		ov_jp_fail(run, at, OV_JMESPATH_LIMIT, "the expression builds more than %d MiB",
			OV_LIMIT_EXPR_BYTES >> 20);
	else
		return true;
	return false;
}

struct ov_value ov_jp_take(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, struct ov_buf *buf)
{
	struct ov_value v = {0};
	if (ov_jp_spend(run, at, 0, buf->len))
		v = ov_value_string(ov_str_dup(run->arena, ov_buf_str(buf)));
	ov_buf_release(buf);
	return v;
}

bool ov_jmespath_truth(struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_NONE:
	case OV_KIND_NULL: return false;
	case OV_KIND_BOOL: return v.boolean;
	case OV_KIND_STRING:
	case OV_KIND_LIST:
	case OV_KIND_MAP: return v.count > 0;
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE:
	case OV_KIND_BYTES:
	case OV_KIND_DICT:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_TYPE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: break;
	}
	return true;
}

/* What an evaluation gave up is null where only a key was missing. */
static struct ov_value soften(struct ov_jmespath_run *run, struct ov_value v)
{
	if (v.kind == OV_KIND_NONE && run->error.fault == OV_JMESPATH_NOT_FOUND) {
		run->error.fault = OV_JMESPATH_OK;
		return ov_value_null();
	}
	return v;
}

struct ov_value ov_jp_apply_soft(
	struct ov_jmespath_run *run, const struct ov_jp_node *node, struct ov_value v)
{
	return soften(run, ov_jp_apply(run, node, v));
}

/* The operand of [], [? ] and .*, on which go-jmespath takes any failure for null. */
static struct ov_value apply_lenient(
	struct ov_jmespath_run *run, const struct ov_jp_node *node, struct ov_value v)
{
	struct ov_value r = ov_jp_apply_soft(run, node, v);
	if (r.kind == OV_KIND_NONE && ov_jp_is_policy(run) &&
		run->error.fault != OV_JMESPATH_LIMIT) {
		run->error.fault = OV_JMESPATH_OK;
		return ov_value_null();
	}
	return r;
}

static bool is_root(const struct ov_jmespath_run *run, struct ov_value v)
{
	return v.kind == run->root.kind && v.entries == run->root.entries &&
	       v.count == run->root.count;
}

static struct ov_value field(
	struct ov_jmespath_run *run, const struct ov_jp_node *n, struct ov_value v)
{
	if (!ov_is_map(v))
		return ov_value_null();
	struct ov_value found = ov_get_key(v, n->key);
	if (!ov_is_some(found) && run->variable && is_root(run, v)) {
		found = run->variable(run->context, run, n->key);
		if (!ov_is_some(found) && run->error.fault) {
			run->error.at = n->at;
			run->error.len = n->len;
			return found;
		}
	}
	if (ov_is_some(found))
		return found;
	if (!ov_jp_is_policy(run))
		return ov_value_null();
	/* Most are swallowed: the message waits until it is known that someone reads it. */
	run->error =
		(struct ov_jmespath_error){OV_JMESPATH_NOT_FOUND, n->at, n->len, n->key->str};
	return found;
}

static struct ov_value index_of(const struct ov_jp_node *n, struct ov_value v)
{
	if (!ov_is_list(v))
		return ov_value_null();
	int64_t i = n->slice[0] < 0 ? n->slice[0] + (int64_t)v.count : n->slice[0];
	return i >= 0 && i < (int64_t)v.count ? v.items[i] : ov_value_null();
}

static int64_t cap(int64_t length, int64_t i, int64_t step)
{
	if (i < 0) {
		i += length;
		if (i < 0)
			i = step < 0 ? -1 : 0;
	} else if (i >= length) {
		i = step < 0 ? length - 1 : length;
	}
	return i;
}

static struct ov_value slice(
	struct ov_jmespath_run *run, const struct ov_jp_node *n, struct ov_value v)
{
	int64_t step = n->set & 4 ? n->slice[2] : 1, length = (int64_t)v.count;
	if (!ov_is_list(v))
		return ov_value_null();
	if (step == 0)
		return ov_jp_fail(run, n, OV_JMESPATH_VALUE, "Invalid slice, step cannot be 0");
	int64_t from = step < 0 ? length - 1 : 0, to = step < 0 ? -1 : length;
	if (n->set & 1)
		from = cap(length, n->slice[0], step);
	if (n->set & 2)
		to = cap(length, n->slice[1], step);
	if (!ov_jp_spend(run, n, v.count, v.count * sizeof(struct ov_value)))
		return (struct ov_value){0};
	struct ov_value *items = ov_new_array(run->arena, struct ov_value, v.count);
	size_t count = 0;
	for (int64_t i = from; step > 0 ? i < to : i > to; i += step)
		items[count++] = v.items[i];
	return ov_value_list(items, count);
}

/** A list in the making. */
struct collection {
	struct ov_value *items;
	size_t count, cap;
};

static bool collect(struct ov_jmespath_run *run, const struct ov_jp_node *n,
	struct collection *c, struct ov_value v)
{
	if (!ov_jp_spend(run, n, 1, sizeof(struct ov_value)))
		return false;
	ov_vec_push(run->arena, c, v);
	return true;
}

/* Applies the right side to an element and keeps what is not null. */
static bool project(struct ov_jmespath_run *run, const struct ov_jp_node *n,
	struct collection *c, struct ov_value element)
{
	struct ov_value r = ov_jp_apply_soft(run, n->child[1], element);
	if (!ov_is_some(r))
		return false;
	return r.kind == OV_KIND_NULL ? ov_jp_spend(run, n, 1, 0) : collect(run, n, c, r);
}

static bool project_where(struct ov_jmespath_run *run, const struct ov_jp_node *n,
	struct collection *c, struct ov_value element)
{
	struct ov_value holds = ov_jp_apply_soft(run, n->child[2], element);
	return ov_is_some(holds) && (!ov_jmespath_truth(holds) || project(run, n, c, element));
}

static bool collect_flat(struct ov_jmespath_run *run, const struct ov_jp_node *n,
	struct collection *c, struct ov_value element)
{
	if (!ov_is_list(element))
		return collect(run, n, c, element);
	for (size_t i = 0; i < element.count; i++)
		if (!collect(run, n, c, element.items[i]))
			return false;
	return true;
}

/* [*], .*, [? ] and [], which make a list of the elements of their operand. */
static struct ov_value projection(
	struct ov_jmespath_run *run, const struct ov_jp_node *n, struct ov_value v)
{
	bool values = n->kind == OV_JP_VALUES, ok = true;
	struct ov_value left = n->kind == OV_JP_PROJECTION
				       ? ov_jp_apply_soft(run, n->child[0], v)
				       : apply_lenient(run, n->child[0], v);
	struct collection c = {0};
	if (!ov_is_some(left))
		return left;
	if (values ? !ov_is_map(left) : !ov_is_list(left))
		return ov_value_null();
	/* go-jmespath puts as many nulls before the values of the map. */
	size_t nulls = values && ov_jp_is_policy(run) ? left.count : 0;
	for (size_t i = 0; ok && i < nulls; i++)
		ok = project(run, n, &c, ov_value_null());
	for (size_t i = 0; ok && i < left.count; i++) {
		struct ov_value one = values ? left.entries[i].value : left.items[i];
		ok = n->kind == OV_JP_FILTER    ? project_where(run, n, &c, one)
		     : n->kind == OV_JP_FLATTEN ? collect_flat(run, n, &c, one)
						: project(run, n, &c, one);
	}
	return ok ? ov_value_list(c.items, c.count) : (struct ov_value){0};
}

static struct ov_value select_list(
	struct ov_jmespath_run *run, const struct ov_jp_node *n, struct ov_value v)
{
	if (v.kind == OV_KIND_NULL)
		return v;
	if (!ov_jp_spend(run, n, n->count, n->count * sizeof(struct ov_value)))
		return (struct ov_value){0};
	struct ov_value *items = ov_new_array(run->arena, struct ov_value, n->count);
	for (size_t i = 0; i < n->count; i++) {
		items[i] = ov_jp_apply_soft(run, n->child[i], v);
		if (!ov_is_some(items[i]))
			return items[i];
	}
	return ov_value_list(items, n->count);
}

static struct ov_value select_hash(
	struct ov_jmespath_run *run, const struct ov_jp_node *n, struct ov_value v)
{
	struct ov_map_builder map;
	if (v.kind == OV_KIND_NULL)
		return v;
	if (!ov_jp_spend(run, n, n->count, n->count * sizeof(struct ov_entry)))
		return (struct ov_value){0};
	ov_map_begin(&map, run->arena, n->count);
	for (size_t i = 0; i < n->count; i++) {
		struct ov_value one = ov_jp_apply_soft(run, n->child[i]->child[0], v);
		if (!ov_is_some(one))
			return one;
		ov_map_set(&map, n->child[i]->key, one);
	}
	return ov_map_end(&map);
}

static struct ov_value equality(struct ov_jmespath_run *run, const struct ov_jp_node *n,
	struct ov_value a, struct ov_value b)
{
	/* To Go an int is never equal to a float64. */
	if ((a.flags & FLAG_GO_INT) != (b.flags & FLAG_GO_INT))
		return ov_value_bool(n->op == OV_JP_NE);
	size_t most = OV_LIMIT_STEPS, left = most;
	bool equal = ov_equal_within(a, b, OV_GO_FLOAT64, &left);
	if (!ov_jp_spend(run, n, most - left, 0))
		return (struct ov_value){0};
	return ov_value_bool(equal == (n->op == OV_JP_EQ));
}

static struct ov_value compare(
	struct ov_jmespath_run *run, const struct ov_jp_node *n, struct ov_value v)
{
	struct ov_value a = ov_jp_apply_soft(run, n->child[0], v);
	if (!ov_is_some(a))
		return a;
	struct ov_value b = ov_jp_apply_soft(run, n->child[1], v);
	if (!ov_is_some(b))
		return b;
	if (n->op == OV_JP_EQ || n->op == OV_JP_NE)
		return equality(run, n, a, b);
	if (!ov_jp_is_number(a) || !ov_jp_is_number(b))
		return ov_value_null();
	double x = ov_to_double(a), y = ov_to_double(b);
	switch ((enum ov_jp_op)n->op) {
	case OV_JP_LT: return ov_value_bool(x < y);
	case OV_JP_LE: return ov_value_bool(x <= y);
	case OV_JP_GT: return ov_value_bool(x > y);
	case OV_JP_GE: return ov_value_bool(x >= y);
	case OV_JP_EQ:
	case OV_JP_NE: break;
	}
	return ov_value_null();
}

static struct ov_value either(
	struct ov_jmespath_run *run, const struct ov_jp_node *n, struct ov_value v)
{
	struct ov_value left = ov_jp_apply_soft(run, n->child[0], v);
	if (!ov_is_some(left) || ov_jmespath_truth(left))
		return left;
	return ov_jp_apply_soft(run, n->child[1], v);
}

static struct ov_value both(
	struct ov_jmespath_run *run, const struct ov_jp_node *n, struct ov_value v)
{
	struct ov_value left = ov_jp_apply_soft(run, n->child[0], v);
	if (!ov_is_some(left) || !ov_jmespath_truth(left))
		return left;
	return ov_jp_apply(run, n->child[1], v);
}

struct ov_value ov_jp_apply(
	struct ov_jmespath_run *run, const struct ov_jp_node *n, struct ov_value v)
{
	struct ov_value r;
	if (!ov_jp_spend(run, n, 1, 0))
		return (struct ov_value){0};
	switch ((enum ov_jp_kind)n->kind) {
	case OV_JP_IDENTITY: return v;
	case OV_JP_FIELD: return field(run, n, v);
	case OV_JP_INDEX: return index_of(n, v);
	case OV_JP_SLICE: return slice(run, n, v);
	case OV_JP_LITERAL:
	case OV_JP_EXPREF: return n->literal;
	case OV_JP_CHAIN:
		r = ov_jp_apply(run, n->child[0], v);
		return ov_is_some(r) ? ov_jp_apply(run, n->child[1], r) : r;
	case OV_JP_PIPE:
		r = ov_jp_apply_soft(run, n->child[0], v);
		return ov_is_some(r) ? ov_jp_apply_soft(run, n->child[1], r) : r;
	case OV_JP_OR: return either(run, n, v);
	case OV_JP_AND: return both(run, n, v);
	case OV_JP_NOT:
		r = ov_jp_apply_soft(run, n->child[0], v);
		return ov_is_some(r) ? ov_value_bool(!ov_jmespath_truth(r)) : r;
	case OV_JP_COMPARE: return compare(run, n, v);
	case OV_JP_PROJECTION:
	case OV_JP_VALUES:
	case OV_JP_FILTER:
	case OV_JP_FLATTEN: return projection(run, n, v);
	case OV_JP_LIST: return select_list(run, n, v);
	case OV_JP_HASH: return select_hash(run, n, v);
	case OV_JP_PAIR: return ov_jp_apply(run, n->child[0], v);
	case OV_JP_CALL: return ov_jp_apply_call(run, n, v);
	}
	return ov_value_null();
}

const struct ov_jmespath *ov_jmespath_compile(struct ov_arena *arena, struct ov_keys *keys,
	enum ov_jmespath_dialect dialect, struct ov_str text, struct ov_jmespath_error *error)
{
	const struct ov_jp_node *root = ov_jp_parse(arena, keys, dialect, text, error);
	if (!root)
		return NULL;
	struct ov_jmespath *jp = ov_new(arena, struct ov_jmespath);
	*jp = (struct ov_jmespath){text, dialect, root};
	return jp;
}

struct ov_str ov_jmespath_text(const struct ov_jmespath *jp)
{
	return jp->text;
}

struct ov_value ov_jmespath_eval(
	struct ov_jmespath_run *run, const struct ov_jmespath *jp, struct ov_value root)
{
	run->error = (struct ov_jmespath_error){0};
	run->steps = run->bytes = 0;
	run->jp = jp;
	run->root = root;
	struct ov_value v =
		ov_jp_apply(run, jp->root, ov_is_some(root) ? root : ov_value_null());
	if (!ov_is_some(v) && run->error.fault == OV_JMESPATH_NOT_FOUND)
		run->error.message = ov_str_fmt(run->arena, "Unknown key \"%.*s\" in path",
			OV_STR_ARG(run->error.message));
	if (ov_is_some(v))
		run->error = (struct ov_jmespath_error){0};
	v.flags &= (uint8_t)~FLAG_GO_INT;
	return v;
}

/** A walk for ov_jmespath_roots. */
struct roots {
	void (*each)(void *context, const struct ov_key *name);
	void *context;
};

/* Whether the node, applied to the root, may give the root itself. */
static bool gives_root(const struct ov_jp_node *n)
{
	switch ((enum ov_jp_kind)n->kind) {
	case OV_JP_IDENTITY: return true;
	case OV_JP_CHAIN:
	case OV_JP_PIPE: return gives_root(n->child[0]) && gives_root(n->child[1]);
	case OV_JP_OR:
	case OV_JP_AND: return gives_root(n->child[0]) || gives_root(n->child[1]);
	default: return false;
	}
}

static void walk_roots(const struct roots *r, const struct ov_jp_node *n, bool root)
{
	if (n->kind == OV_JP_FIELD && root)
		r->each(r->context, n->key);
	for (size_t i = 0; i < n->count; i++) {
		bool own = root;
		switch ((enum ov_jp_kind)n->kind) {
		case OV_JP_CHAIN:
		case OV_JP_PIPE:
			if (i == 1)
				own = root && gives_root(n->child[0]);
			break;
		case OV_JP_PROJECTION:
		case OV_JP_VALUES:
		case OV_JP_FILTER: own = root && i == 0; break;
		case OV_JP_EXPREF: own = false; break;
		default: break;
		}
		walk_roots(r, n->child[i], own);
	}
}

void ov_jmespath_roots(const struct ov_jmespath *jp,
	void (*each)(void *context, const struct ov_key *name), void *context)
{
	struct roots r = {each, context};
	walk_roots(&r, jp->root, true);
}
