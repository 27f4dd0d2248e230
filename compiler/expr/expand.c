/* expand: evaluates compiled templates. Layer: expr. */
#include "expr/node.h"

/* One expansion: the evaluator, and where in the result it is. */
struct step {
	const struct step *up;
	struct ov_str key; /* empty for a list's element */
	size_t index;
	bool is_index;
};

/* What the value of a name of $let was made from. */
struct let_reads {
	size_t slot;
	size_t first, count; /* in `reads` */
	const struct let_reads *next;
};

struct expander {
	struct ov_eval *ev;
	struct ov_origins *origins;
	OV_VEC(struct ov_value) reads;
	const struct step *at;
	const struct let_reads *lets; /* of the maps around; newest first */
};

static struct ov_value expand(struct expander *x, const struct ov_node *node);

static void note_read(void *context, struct ov_value v)
{
	struct expander *x = context;
	ov_vec_push(x->origins->arena, &x->reads, v);
}

static void pointer(struct ov_buf *buf, const struct step *at)
{
	if (!at)
		return;
	pointer(buf, at->up);
	ov_buf_putc(buf, '/');
	if (at->is_index) {
		ov_buf_addf(buf, "%zu", at->index);
		return;
	}
	for (size_t i = 0; i < at->key.len; i++) {
		char c = at->key.ptr[i];
		if (c == '~' || c == '/')
			ov_buf_puts(buf, c == '~' ? "~0" : "~1");
		else
			ov_buf_putc(buf, c);
	}
}

static void record(struct expander *x, const struct ov_node *node, size_t first_read)
{
	if (!x->origins)
		return;
	struct ov_buf buf;
	ov_buf_init(&buf);
	pointer(&buf, x->at);
	struct ov_origin origin = {.pointer = ov_str_dup(x->origins->arena, ov_buf_str(&buf)),
		.loc = node->value.loc};
	ov_buf_release(&buf);
	size_t n = x->reads.count - first_read;
	struct ov_value *reads = ov_new_array(x->origins->arena, struct ov_value, n);
	if (n)
		memcpy(reads, x->reads.items + first_read, n * sizeof(*reads));
	origin.reads = reads;
	origin.read_count = n;
	ov_vec_push(x->origins->arena, &x->origins->list, origin);
}

/* A name that $let gave stands for what its value was read from. */
static void read_through_lets(struct expander *x, const struct ov_expr *expr)
{
	if (expr->op == OV_EXPR_NAME) {
		for (const struct let_reads *l = x->lets; l; l = l->next) {
			if (l->slot != expr->slot)
				continue;
			for (size_t i = 0; i < l->count; i++) {
				struct ov_value v = x->reads.items[l->first + i];
				ov_vec_push(x->origins->arena, &x->reads, v);
			}
			return;
		}
	}
	for (size_t i = 0; i < expr->count; i++)
		read_through_lets(x, expr->args[i]);
}

static struct ov_value evaluate_raw(struct expander *x, const struct ov_expr *expr)
{
	if (x->origins)
		read_through_lets(x, expr);
	x->ev->steps = 0;
	x->ev->bytes = 0;
	return ov_expr_eval(x->ev, expr);
}

static struct ov_value evaluate(struct expander *x, const struct ov_expr *expr)
{
	struct ov_value v = evaluate_raw(x, expr);
	if (v.kind == OV_KIND_OPTIONAL)
		return v.items ? *v.items : (struct ov_value){0};
	return v;
}

static struct ov_value expand_string(struct expander *x, const struct ov_node *node)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < node->count; i++) {
		const struct piece *p = &node->pieces[i];
		if (!p->expr) {
			ov_buf_add(&buf, p->text);
			continue;
		}
		struct ov_value v = evaluate(x, p->expr);
		if (!ov_is_error(v) && !ov_eval_text(&buf, v))
			v = ov_eval_fail(x->ev, p->expr, "%s cannot stand inside a string",
				ov_eval_type_name(v));
		if (ov_is_error(v)) {
			ov_buf_release(&buf);
			return v;
		}
	}
	struct ov_value v = ov_eval_string(x->ev, &buf);
	ov_buf_release(&buf);
	v.loc = node->value.loc;
	return v;
}

/* Sets the map's $let names and asks its $if: NONE to go on, false to drop it, or an error. */
static struct ov_value prepare(struct expander *x, const struct ov_node *node)
{
	for (size_t i = 0; i < node->let_count; i++) {
		/* A name keeps an optional as it is: expressions go on asking it. */
		const struct ov_node *let = node->lets[i].node;
		size_t first = x->reads.count;
		struct ov_value v =
			let->kind == NODE_EXPR ? evaluate_raw(x, let->expr) : expand(x, let);
		if (ov_is_error(v))
			return v;
		x->ev->slots[node->lets[i].slot] = ov_is_some(v) ? v : ov_optional_none();
		if (x->origins) {
			struct let_reads *l = ov_new(x->origins->arena, struct let_reads);
			*l = (struct let_reads){
				node->lets[i].slot, first, x->reads.count - first, x->lets};
			x->lets = l;
		}
	}
	if (!node->condition)
		return (struct ov_value){0};
	struct ov_value test = expand(x, node->condition);
	if (test.kind == OV_KIND_BOOL)
		return test.boolean ? (struct ov_value){0} : test;
	if (ov_is_error(test))
		return test;
	return ov_eval_fail(x->ev, node->condition->expr, "$if needs a bool, this is %s",
		ov_eval_type_name(test));
}

/* What stands in the result must have a form in YAML. */
static struct ov_value emitted(
	struct expander *x, const struct ov_node *node, struct ov_value v)
{
	if (node->kind != NODE_EXPR)
		return v;
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_BYTES:
	case OV_KIND_DICT:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_TYPE:
	case OV_KIND_OPAQUE:
		return ov_eval_fail(x->ev, node->expr,
			"YAML has no form for %s; make a string of it", ov_eval_type_name(v));
	case OV_KIND_NONE:
	case OV_KIND_NULL:
	case OV_KIND_BOOL:
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE:
	case OV_KIND_STRING:
	case OV_KIND_LIST:
	case OV_KIND_MAP:
	case OV_KIND_OPTIONAL:
	case OV_KIND_ERROR: break;
	}
	return v;
}

static struct ov_value expand_in_scope(struct expander *x, const struct ov_node *node)
{
	struct ov_value go = prepare(x, node);
	if (ov_is_error(go))
		return go;
	if (ov_is_some(go))
		return (struct ov_value){0};
	if (node->body)
		return expand(x, node->body);
	struct ov_map_builder b;
	ov_map_begin(&b, x->ev->arena, node->count);
	for (size_t i = 0; i < node->count; i++) {
		const struct member *m = &node->members[i];
		const struct ov_key *key = m->key;
		if (m->dynamic) {
			struct ov_value name = expand(x, m->dynamic);
			if (ov_is_error(name))
				return name;
			if (!ov_is_some(name))
				continue;
			if (!ov_is_string(name))
				return ov_eval_fail(x->ev, m->dynamic->expr,
					"a key must be a string, this is %s",
					ov_eval_type_name(name));
			key = ov_key_cached(x->ev->keys, x->ev->cache, ov_string(name));
		}
		struct step step = {.up = x->at, .key = key->str};
		x->at = &step;
		struct ov_value v = emitted(x, m->node, expand(x, m->node));
		x->at = step.up;
		if (ov_is_error(v))
			return v;
		if (!ov_is_some(v))
			continue;
		v.key_loc = m->key_loc;
		ov_map_set(&b, key, v);
	}
	struct ov_value map = ov_map_end(&b);
	map.loc = node->value.loc;
	return map;
}

static struct ov_value expand_members(struct expander *x, const struct ov_node *node)
{
	const struct let_reads *lets = x->lets;
	struct ov_value v = expand_in_scope(x, node);
	x->lets = lets;
	return v;
}

typedef OV_VEC(struct ov_value) values;

static struct ov_value push_item(struct expander *x, const struct ov_node *node, values *out)
{
	struct step step = {.up = x->at, .index = out->count, .is_index = true};
	x->at = &step;
	struct ov_value v = node->kind == NODE_MAP ? expand_members(x, node)
						   : emitted(x, node, expand(x, node));
	x->at = step.up;
	if (ov_is_error(v))
		return v;
	if (ov_is_some(v))
		ov_vec_push(x->ev->arena, out, v);
	return (struct ov_value){0};
}

static struct ov_value entry_of(struct expander *x, struct ov_value map, size_t i)
{
	struct ov_pair pairs[2] = {
		{ov_value_string(OV_STR("key")), ov_mapping_key(map, i)},
		{ov_value_string(OV_STR("value")), ov_mapping_value(map, i)},
	};
	return ov_eval_mapping(x->ev, NULL, pairs, 2);
}

/* Repeats a map with $for; each turn gives one element of `out`. */
static struct ov_value repeat(struct expander *x, const struct ov_node *node, values *out)
{
	struct ov_value range = expand(x, node->range);
	if (ov_is_error(range) || !ov_is_some(range))
		return range;
	bool list = range.kind == OV_KIND_LIST;
	if (!list && range.kind != OV_KIND_MAP && range.kind != OV_KIND_DICT)
		return ov_eval_fail(x->ev, node->range->expr,
			"$for runs over a list or a map, this is %s", ov_eval_type_name(range));
	for (size_t i = 0; i < range.count; i++) {
		x->ev->slots[node->slot] = list ? range.items[i] : entry_of(x, range, i);
		if (node->has_index)
			x->ev->slots[node->index_slot] = ov_value_int((int64_t)i);
		struct ov_value error = push_item(x, node, out);
		if (ov_is_error(error))
			return error;
	}
	return (struct ov_value){0};
}

static struct ov_value expand_list(struct expander *x, const struct ov_node *node)
{
	values out = {0};
	if (node->count) {
		out.items = ov_new_array(x->ev->arena, struct ov_value, node->count);
		out.cap = node->count;
	}
	for (size_t i = 0; i < node->count; i++) {
		const struct ov_node *item = node->items[i];
		struct ov_value error =
			item->range ? repeat(x, item, &out) : push_item(x, item, &out);
		if (ov_is_error(error))
			return error;
	}
	return ov_value_at(ov_value_list(out.items, out.count), node->value.loc);
}

static struct ov_value expand_for(struct expander *x, const struct ov_node *node)
{
	values out = {0};
	struct ov_value error = repeat(x, node, &out);
	if (ov_is_error(error))
		return error;
	return ov_value_at(ov_value_list(out.items, out.count), node->value.loc);
}

static struct ov_value expand(struct expander *x, const struct ov_node *node)
{
	size_t first_read = x->reads.count;
	struct ov_value v = {0};
	switch (node->kind) {
	case NODE_CONST: v = node->value; break;
	case NODE_EXPR:
		v = evaluate(x, node->expr);
		if (!v.loc)
			v.loc = node->value.loc;
		break;
	case NODE_STRING: v = expand_string(x, node); break;
	case NODE_LIST: v = expand_list(x, node); break;
	case NODE_MAP: v = node->range ? expand_for(x, node) : expand_members(x, node); break;
	}
	if (x->origins && ov_is_some(v) && !ov_is_error(v))
		record(x, node, first_read);
	return v;
}

struct ov_value ov_node_expand(
	struct ov_eval *eval, const struct ov_node *node, struct ov_origins *origins)
{
	struct expander x = {.ev = eval, .origins = origins};
	if (origins) {
		eval->trace = note_read;
		eval->trace_context = &x;
	}
	struct ov_value v = expand(&x, node);
	if (origins)
		eval->trace = NULL;
	return v;
}

struct ov_diag *ov_error_report(struct ov_diags *diags, const struct ov_error *error)
{
	return ov_diag_add(diags, error->limit ? OV_DIAG_EXPR_LIMIT : OV_DIAG_EXPR_FAILED,
		error->at ? error->at->span : ov_span(0), "%.*s", OV_STR_ARG(error->message));
}
