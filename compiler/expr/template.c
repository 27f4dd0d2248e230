/* template: compiles trees with ${…}. Layer: expr. */
#include "base/limits.h"
#include "expr/lex.h"
#include "expr/node.h"
#include "lang/ascii.h"

struct compiler {
	struct ov_scope *scope;
	struct ov_arena *arena;
	const struct ov_sources *sources;
	struct ov_diags *diags;
	size_t depth;
};

static struct ov_node *compile(struct compiler *c, struct ov_value v);

static struct ov_node *node_new(struct compiler *c, enum node_kind kind, struct ov_value v)
{
	struct ov_node *node = ov_new(c->arena, struct ov_node);
	node->kind = kind;
	node->value = v;
	return node;
}

static struct ov_node *form_error(struct compiler *c, uint32_t loc, const char *why)
{
	ov_diag_add(c->diags, OV_DIAG_TEMPLATE_FORM, ov_span(loc), "%s", why);
	return NULL;
}

/* The expression whose `${` stands at `from`; `*end` is set behind its brace. */
static struct ov_expr *embedded(struct compiler *c, struct ov_value v, size_t from, size_t *end)
{
	struct ov_str s = ov_string(v);
	size_t close = ov_lexer_close(c->arena, s, from + 2);
	struct ov_expr_text text = {.sources = c->sources, .scalar = v};
	if (close == SIZE_MAX) {
		ov_diag_add(c->diags, OV_DIAG_EXPR_SYNTAX, ov_expr_place(&text, from, 2),
			"this ${ is never closed by }");
		return NULL;
	}
	text.offset = from + 2;
	text.text = ov_str_sub(s, from + 2, close - 1);
	*end = close;
	return ov_expr_compile(c->scope, &text, c->diags);
}

static bool prints(const struct ov_type *type)
{
	switch (type->kind) {
	case OV_TYPE_DYN:
	case OV_TYPE_BOOL:
	case OV_TYPE_INT:
	case OV_TYPE_UINT:
	case OV_TYPE_DOUBLE:
	case OV_TYPE_STRING:
	case OV_TYPE_OPAQUE:
	case OV_TYPE_INT_OR_STRING:
	case OV_TYPE_PARAM: return true;
	case OV_TYPE_NULL:
	case OV_TYPE_BYTES:
	case OV_TYPE_DURATION:
	case OV_TYPE_TIMESTAMP:
	case OV_TYPE_LIST:
	case OV_TYPE_MAP:
	case OV_TYPE_OBJECT:
	case OV_TYPE_TYPE:
	case OV_TYPE_OPTIONAL: return false;
	}
	return false;
}

static void say_unprintable(struct compiler *c, const struct ov_expr *expr)
{
	struct ov_diag *d = ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, expr->span,
		"a value of type %.*s cannot stand inside a string",
		OV_STR_ARG(ov_type_str(c->arena, expr->type)));
	if (expr->type->kind == OV_TYPE_LIST)
		ov_diag_help(c->diags, d, "make a string of it, as with .join(\", \")");
	else if (expr->type->kind == OV_TYPE_OPTIONAL)
		ov_diag_help(
			c->diags, d, "say what stands for nothing, as with .orValue(\"\")");
}

static struct ov_node *compile_string(struct compiler *c, struct ov_value v)
{
	struct ov_str s = ov_string(v);
	size_t first = ov_str_find(s, OV_STR("${"), 0);
	if (first == SIZE_MAX) {
		v.flags |= OV_FLAG_CONST;
		return node_new(c, NODE_CONST, v);
	}
	OV_VEC(struct piece) pieces = {0};
	struct ov_buf text;
	ov_buf_init(&text);
	bool ok = true;
	size_t i = 0;
	while (i < s.len && ok) {
		if (s.len - i >= 3 && memcmp(s.ptr + i, "$${", 3) == 0) {
			ov_buf_puts(&text, "${");
			i += 3;
		} else if (s.len - i >= 2 && memcmp(s.ptr + i, "${", 2) == 0) {
			size_t end = 0;
			struct ov_expr *expr = embedded(c, v, i, &end);
			if (!expr) {
				ok = false;
				break;
			}
			if (i == 0 && end == s.len) {
				ov_buf_release(&text);
				struct ov_node *node = node_new(c, NODE_EXPR, v);
				node->expr = expr;
				return node;
			}
			if (!prints(expr->type)) {
				say_unprintable(c, expr);
				ok = false;
			}
			struct piece before = {ov_str_dup(c->arena, ov_buf_str(&text)), NULL};
			ov_buf_clear(&text);
			if (before.text.len)
				ov_vec_push(c->arena, &pieces, before);
			ov_vec_push(c->arena, &pieces, ((struct piece){.expr = expr}));
			i = end;
		} else {
			ov_buf_putc(&text, s.ptr[i++]);
		}
	}
	struct piece rest = {ov_str_dup(c->arena, ov_buf_str(&text)), NULL};
	ov_buf_release(&text);
	if (!ok)
		return NULL;
	if (!pieces.count) {
		struct ov_value literal = ov_value_string(rest.text);
		literal.loc = v.loc;
		literal.key_loc = v.key_loc;
		literal.flags = OV_FLAG_CONST;
		return node_new(c, NODE_CONST, literal);
	}
	if (rest.text.len)
		ov_vec_push(c->arena, &pieces, rest);
	struct ov_node *node = node_new(c, NODE_STRING, v);
	node->pieces = pieces.items;
	node->count = pieces.count;
	return node;
}

static struct ov_node *compile_list(struct compiler *c, struct ov_value v)
{
	struct ov_node *node = node_new(c, NODE_LIST, v);
	node->items = ov_new_array(c->arena, struct ov_node *, v.count);
	node->count = v.count;
	bool constant = true, ok = true;
	for (size_t i = 0; i < v.count; i++) {
		node->items[i] = compile(c, v.items[i]);
		ok = ok && node->items[i];
		constant = constant && ok && node->items[i]->kind == NODE_CONST;
	}
	if (!ok)
		return NULL;
	if (constant) {
		struct ov_value *items = ov_new_array(c->arena, struct ov_value, v.count);
		for (size_t i = 0; i < v.count; i++)
			items[i] = node->items[i]->value;
		node->kind = NODE_CONST;
		node->value.items = items;
		node->value.flags |= OV_FLAG_CONST;
	}
	return node;
}

static const struct ov_type *element_type(const struct ov_type *range)
{
	return range->kind == OV_TYPE_LIST ? range->elem : &ov_type_dyn;
}

/* YAML reads y, n, on, off, yes and no as booleans, whose text is no name. */
static bool is_name(struct compiler *c, struct ov_str name, uint32_t loc)
{
	bool ok = name.len && !ov_is_digit(name.ptr[0]);
	for (size_t i = 0; i < name.len && ok; i++)
		ok = name.ptr[i] == '_' || ov_is_alnum(name.ptr[i]);
	bool boolean = ov_str_is(name, "true") || ov_str_is(name, "false");
	if (ok && !boolean)
		return true;
	struct ov_diag *d = ov_diag_add(c->diags, OV_DIAG_TEMPLATE_FORM, ov_span(loc),
		"'%.*s' cannot be the name of a variable", OV_STR_ARG(name));
	ov_diag_help(c->diags, d,
		boolean ? "YAML reads y, n, on, off, yes and no as true or false: choose "
			  "another name"
			: "a name is made of letters, digits and '_'");
	return false;
}

static bool compile_for(struct compiler *c, struct ov_node *node, struct ov_value spec)
{
	const char *form = "$for takes one name and the list it runs over: {name: ${list}}";
	if (!ov_is_map(spec) || !spec.count || spec.count > 2)
		return form_error(c, spec.loc, form) != NULL;
	const struct ov_entry *var = NULL;
	struct ov_value index = {0};
	for (size_t i = 0; i < spec.count; i++) {
		if (ov_str_is(spec.entries[i].key->str, "$index"))
			index = spec.entries[i].value;
		else if (!var)
			var = &spec.entries[i];
		else
			return form_error(c, spec.loc, form) != NULL;
	}
	if (!var || (ov_is_some(index) && !ov_is_string(index)))
		return form_error(c, spec.loc, form) != NULL;
	if (ov_str_is(var->key->str, "true") || ov_str_is(var->key->str, "false"))
		return form_error(c, var->value.key_loc,
			       "this name is a boolean in YAML; take another one, or quote "
			       "it") != NULL;
	node->range = compile(c, var->value);
	bool ok = is_name(c, var->key->str, var->value.key_loc) && node->range;
	const struct ov_type *range = node->range ? ov_node_type(node->range) : &ov_type_dyn;
	if (range->kind != OV_TYPE_DYN && range->kind != OV_TYPE_LIST &&
		range->kind != OV_TYPE_MAP && range->kind != OV_TYPE_OBJECT) {
		ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, ov_span(var->value.loc),
			"$for runs over a list or a map, this is %.*s",
			OV_STR_ARG(ov_type_str(c->arena, range)));
		ok = false;
	}
	node->slot = ov_scope_push(c->scope, var->key, element_type(range));
	if (ov_is_some(index)) {
		node->has_index = true;
		node->index_slot = ov_scope_push(
			c->scope, ov_key(c->scope->env->keys, ov_string(index)), &ov_type_int);
	}
	return ok;
}

static bool compile_lets(
	struct compiler *c, struct ov_node *node, struct ov_value spec, bool *known)
{
	if (!ov_is_map(spec))
		return form_error(c, spec.loc, "$let takes names and values") != NULL;
	node->lets = ov_new_array(c->arena, struct let, spec.count);
	bool ok = true;
	for (size_t i = 0; i < spec.count; i++) {
		const struct ov_entry *e = &spec.entries[i];
		struct ov_node *value = compile(c, e->value);
		*known = is_name(c, e->key->str, e->value.key_loc) && *known;
		ok = *known && value && ok;
		/* A faulty one is known nevertheless, so that its uses are no findings. */
		size_t slot = ov_scope_push(
			c->scope, e->key, value ? ov_node_type(value) : &ov_type_dyn);
		node->lets[node->let_count++] = (struct let){slot, value};
	}
	return ok;
}

static bool compile_if(struct compiler *c, struct ov_node *node, struct ov_value spec)
{
	node->condition = compile(c, spec);
	if (!node->condition)
		return false;
	const struct ov_type *type = ov_node_type(node->condition);
	if (type->kind != OV_TYPE_BOOL && type->kind != OV_TYPE_DYN) {
		ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, ov_span(spec.loc),
			"$if needs a bool, this is %.*s",
			OV_STR_ARG(ov_type_str(c->arena, type)));
		return false;
	}
	if (node->condition->kind == NODE_EXPR)
		ov_scope_assume(c->scope, node->condition->expr, true);
	return true;
}

static bool compile_member(struct compiler *c, const struct ov_entry *entry, struct member *out)
{
	struct ov_str name = entry->key->str;
	out->key = entry->key;
	out->key_loc = entry->value.key_loc;
	if (name.len && name.ptr[0] == '$' && !ov_str_starts(name, OV_STR("${"))) {
		if (!ov_str_starts(name, OV_STR("$$"))) {
			static const struct ov_str known[] = {OV_STR_INIT("$if"),
				OV_STR_INIT("$for"), OV_STR_INIT("$let"), OV_STR_INIT("$body")};
			struct ov_diag *d = ov_diag_add(c->diags, OV_DIAG_TEMPLATE_FORM,
				ov_span(entry->value.key_loc), "there is no control key %.*s",
				OV_STR_ARG(name));
			struct ov_str near = ov_nearest(name, known, OV_COUNT(known));
			ov_diag_help(c->diags, d,
				near.len ? "did you mean %.*s? A literal '$' is written '$$'"
					 : "%.*sa literal '$' is written '$$'",
				OV_STR_ARG(near));
			return false;
		}
		out->key = ov_key(c->scope->env->keys, ov_str_sub(name, 1, name.len));
	} else if (ov_str_find(name, OV_STR("${"), 0) != SIZE_MAX) {
		struct ov_value text = ov_value_string(name);
		text.loc = entry->value.key_loc;
		out->dynamic = compile_string(c, text);
		if (!out->dynamic)
			return false;
	}
	out->node = compile(c, entry->value);
	return out->node != NULL;
}

static struct ov_node *compile_map(struct compiler *c, struct ov_value v)
{
	struct ov_node *node = node_new(c, NODE_MAP, v);
	struct ov_scope saved = *c->scope;
	struct ov_value for_spec = ov_get(v, "$for"), let_spec = ov_get(v, "$let");
	struct ov_value if_spec = ov_get(v, "$if"), body = ov_get(v, "$body");
	bool ok = true;
	/* All findings of a template are told at once; but without its variables a map cannot
	 * be judged. */
	if (ov_is_some(for_spec))
		ok = compile_for(c, node, for_spec);
	bool known = ok;
	if (known && ov_is_some(let_spec))
		ok = compile_lets(c, node, let_spec, &known) && ok;
	if (known && ov_is_some(if_spec))
		ok = compile_if(c, node, if_spec) && ok;
	if (known && ov_is_some(body)) {
		node->body = compile(c, body);
		ok = node->body && ok;
	}
	bool control = ov_is_some(for_spec) || ov_is_some(let_spec) || ov_is_some(if_spec) ||
		       ov_is_some(body);
	bool constant = !control;
	node->members = ov_new_array(c->arena, struct member, v.count);
	for (size_t i = 0; known && i < v.count; i++) {
		struct ov_str name = v.entries[i].key->str;
		if (ov_str_is(name, "$for") || ov_str_is(name, "$let") ||
			ov_str_is(name, "$if") || ov_str_is(name, "$body"))
			continue;
		if (ov_is_some(body)) {
			form_error(c, v.entries[i].value.key_loc,
				"beside $body no other key can stand");
			ok = false;
			break;
		}
		struct member *m = &node->members[node->count++];
		ok = compile_member(c, &v.entries[i], m) && ok;
		constant = constant && ok && !m->dynamic && m->node->kind == NODE_CONST &&
			   m->key == v.entries[i].key;
	}
	size_t slots = c->scope->slots;
	c->scope->locals.count = saved.locals.count;
	c->scope->known.count = saved.known.count;
	c->scope->slots = slots;
	if (!ok)
		return NULL;
	if (constant) {
		struct ov_map_builder b;
		ov_map_begin(&b, c->arena, v.count);
		for (size_t i = 0; i < node->count; i++)
			ov_map_set(&b, node->members[i].key, node->members[i].node->value);
		struct ov_value map = ov_map_end(&b);
		map.loc = v.loc;
		map.key_loc = v.key_loc;
		map.flags = v.flags | OV_FLAG_CONST;
		node->kind = NODE_CONST;
		node->value = map;
	}
	return node;
}

static struct ov_node *compile(struct compiler *c, struct ov_value v)
{
	if (++c->depth > OV_LIMIT_DEPTH) {
		c->depth--;
		return form_error(c, v.loc, "the template is nested too deep");
	}
	struct ov_node *node;
	if (ov_is_string(v))
		node = compile_string(c, v);
	else if (ov_is_list(v))
		node = compile_list(c, v);
	else if (ov_is_map(v))
		node = compile_map(c, v);
	else {
		v.flags |= OV_FLAG_CONST;
		node = node_new(c, NODE_CONST, v);
	}
	c->depth--;
	return node;
}

struct ov_node *ov_node_compile(struct ov_scope *scope, const struct ov_sources *sources,
	struct ov_value tree, struct ov_diags *diags)
{
	struct compiler c = {
		.scope = scope, .arena = scope->env->arena, .sources = sources, .diags = diags};
	return compile(&c, tree);
}

const struct ov_type *ov_node_type(const struct ov_node *node)
{
	switch (node->kind) {
	case NODE_EXPR: return node->expr->type;
	case NODE_STRING: return &ov_type_string;
	case NODE_CONST:
		switch (node->value.kind) {
		case OV_KIND_STRING: return &ov_type_string;
		case OV_KIND_BOOL: return &ov_type_bool;
		case OV_KIND_INT: return &ov_type_int;
		case OV_KIND_LIST: return &ov_type_list_dyn;
		case OV_KIND_MAP: return &ov_type_map_dyn;
		default: return &ov_type_dyn;
		}
	case NODE_LIST: return &ov_type_list_dyn;
	case NODE_MAP: return node->range || node->body ? &ov_type_dyn : &ov_type_map_dyn;
	}
	return &ov_type_dyn;
}

const struct ov_type *ov_node_body_type(const struct ov_node *node)
{
	while (node->kind == NODE_MAP && node->body && !node->range)
		node = node->body;
	return ov_node_type(node);
}

uint32_t ov_node_loc(const struct ov_node *node)
{
	return node->value.loc;
}

bool ov_node_is_const(const struct ov_node *node, struct ov_value *value)
{
	if (node->kind == NODE_CONST && value)
		*value = node->value;
	return node->kind == NODE_CONST;
}
