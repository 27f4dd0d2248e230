/* check: names, overloads and types of a parsed expression. Layer: expr. */
#include "expr/check.h"

#include "base/limits.h"
#include "expr/parse.h"

/* Longest dotted name of a variable or type that is looked for, in bytes. */
enum { MOST_NAME = 256 };

struct ov_diag *ov_check_report(
	struct checker *c, const struct ov_expr *e, const char *text, struct ov_str detail)
{
	return ov_diag_add(
		c->diags, OV_DIAG_EXPR_TYPE, e->span, "%s%.*s", text, OV_STR_ARG(detail));
}

struct ov_str ov_check_type_text(struct checker *c, const struct ov_type *type)
{
	return ov_type_str(c->env->arena, type);
}

static const struct ov_type *type_named(const struct ov_env *env, struct ov_str name)
{
	static const struct {
		const char *name;
		const struct ov_type *type;
	} names[] = {
		{"bool", &ov_type_bool},
		{"int", &ov_type_int},
		{"uint", &ov_type_uint},
		{"double", &ov_type_double},
		{"string", &ov_type_string},
		{"bytes", &ov_type_bytes},
		{"list", &ov_type_list_dyn},
		{"map", &ov_type_map_dyn},
		{"null_type", &ov_type_null},
		{"type", &ov_type_type},
		{"optional_type", &ov_type_dyn},
		{"google.protobuf.Timestamp", &ov_type_timestamp},
		{"google.protobuf.Duration", &ov_type_duration},
	};
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		if (ov_str_is(name, names[i].name))
			return names[i].type;
	}
	for (size_t i = 0; i < env->functions.count; i++) {
		const struct ov_type *type = env->functions.items[i].result;
		if (type->kind == OV_TYPE_OPAQUE && ov_str_is(name, type->name))
			return type;
	}
	return NULL;
}

static bool find_local(struct checker *c, struct ov_expr *e)
{
	for (size_t i = c->scope->locals.count; i-- > 0;) {
		if (c->scope->locals.items[i].name == e->key) {
			e->slot = c->env->variables.count + i;
			e->type = c->scope->locals.items[i].type;
			return true;
		}
	}
	return false;
}

/* Makes `e` the variable or type of exactly that name, where there is one. */
static bool find_exact(struct checker *c, struct ov_expr *e, struct ov_str name)
{
	const struct ov_key *key = ov_key_find(c->env->keys, name);
	for (size_t i = 0; key && i < c->env->variables.count; i++) {
		if (c->env->variables.items[i].name == key) {
			e->op = OV_EXPR_NAME;
			e->slot = i;
			e->type = c->env->variables.items[i].type;
			return true;
		}
	}
	if (!type_named(c->env, name))
		return false;
	e->op = OV_EXPR_LITERAL;
	e->literal = ov_value_string(ov_str_dup(c->env->arena, name));
	e->literal.kind = OV_KIND_TYPE;
	e->type = &ov_type_type;
	return true;
}

/* Looks a name up in the container's name spaces, innermost first (langdef.md, "Name
 * Resolution"). */
static bool find_global(struct checker *c, struct ov_expr *e, struct ov_str name)
{
	if (name.len && name.ptr[0] == '.')
		return find_exact(c, e, ov_str_sub(name, 1, name.len));
	struct ov_str space = c->env->container;
	while (space.len) {
		if (find_exact(c, e,
			    ov_str_fmt(c->env->arena, "%.*s.%.*s", OV_STR_ARG(space),
				    OV_STR_ARG(name))))
			return true;
		size_t end = space.len;
		while (end && space.ptr[end - 1] != '.')
			end--;
		space = ov_str_sub(space, 0, end ? end - 1 : 0);
	}
	return find_exact(c, e, name);
}

bool ov_check_variable(struct checker *c, struct ov_expr *e)
{
	return find_local(c, e) || find_global(c, e, e->key->str);
}

/* A chain of selections may be the dotted name of a variable or type, which then wins. */
static bool find_dotted(struct checker *c, struct ov_expr *e)
{
	OV_VEC(struct ov_str) parts = {0};
	struct ov_expr *root = e;
	size_t len = 0;
	for (; root->op == OV_EXPR_SELECT; root = root->args[0]) {
		ov_vec_push(c->env->arena, &parts, root->key->str);
		len += root->key->str.len + 1;
	}
	if (root->op != OV_EXPR_NAME || len > MOST_NAME || find_local(c, root))
		return false;
	struct ov_buf name;
	ov_buf_init(&name);
	ov_buf_add(&name, root->key->str);
	for (size_t i = parts.count; i-- > 0;) {
		ov_buf_putc(&name, '.');
		ov_buf_add(&name, parts.items[i]);
	}
	bool found = find_global(c, e, ov_buf_str(&name));
	ov_buf_release(&name);
	return found;
}

static bool check_name(struct checker *c, struct ov_expr *e)
{
	if (ov_check_variable(c, e))
		return true;
	if (c->env->unchecked) {
		/* A call that nothing can answer: an error when it is evaluated. */
		e->op = OV_EXPR_CALL;
		e->type = &ov_type_dyn;
		return true;
	}
	struct ov_diag *d = ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, e->span,
		"there is no variable '%.*s'", OV_STR_ARG(e->key->str));
	OV_VEC(struct ov_str) names = {0};
	for (size_t i = 0; i < c->env->variables.count; i++)
		ov_vec_push(c->env->arena, &names, c->env->variables.items[i].name->str);
	for (size_t i = 0; i < c->scope->locals.count; i++)
		ov_vec_push(c->env->arena, &names, c->scope->locals.items[i].name->str);
	struct ov_str near = ov_nearest(e->key->str, names.items, names.count);
	if (near.len)
		ov_diag_help(c->diags, d, "did you mean '%.*s'?", OV_STR_ARG(near));
	return false;
}

static bool path_known(struct checker *c, struct ov_str path)
{
	for (size_t i = 0; path.len && i < c->scope->known.count; i++) {
		if (ov_str_eq(c->scope->known.items[i], path))
			return true;
	}
	return false;
}

static bool unknown_field(
	struct checker *c, const struct ov_expr *e, const struct ov_type *type)
{
	struct ov_diag *d =
		ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, e->span, "'%.*s' has no field '%.*s'",
			OV_STR_ARG(ov_check_type_text(c, type)), OV_STR_ARG(e->key->str));
	enum { MOST = 256 };
	struct ov_str *names = ov_new_array(c->env->arena, struct ov_str, MOST);
	size_t n = type->object->names ? type->object->names(type->object, names, MOST) : 0;
	struct ov_str near = ov_nearest(e->key->str, names, n < MOST ? n : MOST);
	if (near.len)
		ov_diag_help(c->diags, d, "did you mean '%.*s'?", OV_STR_ARG(near));
	return false;
}

/* The type of field `e->key` of a value of type `from`. */
static bool field_type(
	struct checker *c, struct ov_expr *e, const struct ov_type *from, bool must_be_present)
{
	switch (from->kind) {
	case OV_TYPE_DYN: e->type = &ov_type_dyn; return true;
	case OV_TYPE_MAP:
		if (from->key->kind != OV_TYPE_STRING && from->key->kind != OV_TYPE_DYN)
			break;
		e->type = from->elem;
		return true;
	case OV_TYPE_OBJECT: {
		struct ov_type_field field = {0};
		if (!from->object->field(from->object, e->key->str, &field))
			return unknown_field(c, e, from);
		e->type = field.type;
		if (!must_be_present || field.present || !c->env->strict ||
			path_known(c, ov_expr_path(c->env->arena, e)))
			return true;
		struct ov_diag *d = ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, e->span,
			"the field '%.*s' may be absent", OV_STR_ARG(e->key->str));
		ov_diag_help(c->diags, d,
			"write .?%.*s for an optional, ask has() before, or give the field a "
			"default in the schema",
			OV_STR_ARG(e->key->str));
		return false;
	}
	case OV_TYPE_OPTIONAL:
		if (!field_type(c, e, from->elem, false))
			return false;
		if (e->type->kind != OV_TYPE_OPTIONAL)
			e->type = ov_type_optional(c->env->arena, e->type);
		return true;
	case OV_TYPE_NULL:
	case OV_TYPE_BOOL:
	case OV_TYPE_INT:
	case OV_TYPE_UINT:
	case OV_TYPE_DOUBLE:
	case OV_TYPE_STRING:
	case OV_TYPE_BYTES:
	case OV_TYPE_DURATION:
	case OV_TYPE_TIMESTAMP:
	case OV_TYPE_LIST:
	case OV_TYPE_TYPE:
	case OV_TYPE_OPAQUE:
	case OV_TYPE_INT_OR_STRING:
	case OV_TYPE_PARAM: break;
	}
	ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, e->span, "%.*s has no fields, so no .%.*s",
		OV_STR_ARG(ov_check_type_text(c, from)), OV_STR_ARG(e->key->str));
	return false;
}

static void make_chain(struct checker *c, struct ov_expr *e)
{
	const struct ov_expr *from = e->args[0];
	if (from->op != OV_EXPR_NAME && !from->chain)
		return;
	e->slot = from->slot;
	e->chain_count = from->chain_count + 1;
	e->chain = ov_new_array(c->env->arena, const struct ov_key *, e->chain_count);
	if (from->chain_count)
		memcpy(e->chain, from->chain, from->chain_count * sizeof(struct ov_key *));
	e->chain[from->chain_count] = e->key;
}

static bool check_select(struct checker *c, struct ov_expr *e)
{
	if (e->op == OV_EXPR_SELECT && find_dotted(c, e))
		return true;
	if (!ov_check_node(c, e->args[0]))
		return false;
	const struct ov_type *from = e->args[0]->type;
	if (e->op == OV_EXPR_SELECT) {
		make_chain(c, e);
		return field_type(c, e, from, true);
	}
	if (!field_type(c, e, from, false))
		return false;
	if (e->op == OV_EXPR_HAS)
		e->type = &ov_type_bool;
	else if (e->type->kind != OV_TYPE_OPTIONAL)
		e->type = ov_type_optional(c->env->arena, e->type);
	return true;
}

static bool check_index(struct checker *c, struct ov_expr *e)
{
	if (!ov_check_node(c, e->args[0]) || !ov_check_node(c, e->args[1]))
		return false;
	const struct ov_type *from = e->args[0]->type, *index = e->args[1]->type;
	bool optional = e->op == OV_EXPR_INDEX_OPT;
	if (from->kind == OV_TYPE_OPTIONAL) {
		optional = true;
		from = from->elem;
	}
	struct ov_type_bindings none = {0};
	switch (from->kind) {
	case OV_TYPE_LIST:
		if (index->kind != OV_TYPE_UINT && index->kind != OV_TYPE_DOUBLE &&
			!ov_type_accepts(&ov_type_int, index, &none)) {
			ov_check_report(c, e->args[1], "a list is indexed by an int, not by ",
				ov_check_type_text(c, index));
			return false;
		}
		e->type = from->elem;
		break;
	case OV_TYPE_MAP:
		if (!ov_type_accepts(from->key, index, &none)) {
			ov_check_report(c, e->args[1], "the map has no keys of type ",
				ov_check_type_text(c, index));
			return false;
		}
		e->type = from->elem;
		break;
	case OV_TYPE_DYN: e->type = &ov_type_dyn; break;
	case OV_TYPE_OBJECT:
		if (from->object->nominal) {
			ov_check_report(c, e, "its fields are selected, not indexed: ",
				ov_check_type_text(c, from));
			return false;
		}
		if (!ov_type_accepts(&ov_type_string, index, &none)) {
			ov_check_report(c, e->args[1], "fields are named by strings, not by ",
				ov_check_type_text(c, index));
			return false;
		}
		e->type = &ov_type_dyn;
		break;
	default:
		ov_check_report(
			c, e, "nothing can be indexed in ", ov_check_type_text(c, from));
		return false;
	}
	if (optional && e->type->kind != OV_TYPE_OPTIONAL)
		e->type = ov_type_optional(c->env->arena, e->type);
	return true;
}

static bool held_type(
	struct checker *c, const struct ov_expr *e, bool optional, const struct ov_type **out)
{
	*out = e->type;
	if (!optional || e->type->kind == OV_TYPE_DYN)
		return true;
	if (e->type->kind != OV_TYPE_OPTIONAL) {
		ov_check_report(
			c, e, "'?' needs an optional, not ", ov_check_type_text(c, e->type));
		return false;
	}
	*out = e->type->elem;
	return true;
}

/* The type of two elements; without strictness null goes with whatever may be null. */
static const struct ov_type *join(
	struct checker *c, const struct ov_type *a, const struct ov_type *b)
{
	struct ov_type_bindings none = {0};
	if (!c->env->strict && a->kind == OV_TYPE_NULL && ov_type_accepts(b, a, &none))
		return b;
	if (!c->env->strict && b->kind == OV_TYPE_NULL && ov_type_accepts(a, b, &none))
		return a;
	return ov_type_join(a, b);
}

/* Joins the type of one more element; false with a finding where a server wants one type. */
static bool join_element(struct checker *c, const struct ov_expr *e, const struct ov_type *type,
	const struct ov_type **all)
{
	if (*all && c->env->server && !c->formatting && !ov_type_same(*all, type)) {
		ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, e->span,
			"what is listed together has one type, not %.*s and %.*s",
			OV_STR_ARG(ov_check_type_text(c, *all)),
			OV_STR_ARG(ov_check_type_text(c, type)));
		return false;
	}
	*all = *all ? join(c, *all, type) : type;
	return true;
}

static bool check_list(struct checker *c, struct ov_expr *e)
{
	const struct ov_type *elem = NULL;
	for (size_t i = 0; i < e->count; i++) {
		const struct ov_type *type;
		if (!ov_check_node(c, e->args[i]) ||
			!held_type(c, e->args[i], e->optional && e->optional[i], &type) ||
			!join_element(c, e->args[i], type, &elem))
			return false;
	}
	e->type = ov_type_list(c->env->arena, elem ? elem : &ov_type_unbound);
	return true;
}

static bool check_map(struct checker *c, struct ov_expr *e)
{
	const struct ov_type *keys = NULL, *values = NULL;
	for (size_t i = 0; i < e->count; i += 2) {
		struct ov_expr *key = e->args[i];
		const struct ov_type *value;
		if (!ov_check_node(c, key) || !ov_check_node(c, e->args[i + 1]) ||
			!held_type(
				c, e->args[i + 1], e->optional && e->optional[i / 2], &value) ||
			!join_element(c, key, key->type, &keys) ||
			!join_element(c, e->args[i + 1], value, &values))
			return false;
	}
	e->type = ov_type_map(c->env->arena, keys ? keys : &ov_type_unbound,
		values ? values : &ov_type_unbound);
	return true;
}

bool ov_check_expect(struct checker *c, const struct ov_expr *e, const struct ov_type *type)
{
	struct ov_type_bindings none = {0};
	if (ov_type_accepts(type, e->type, &none))
		return true;
	ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, e->span, "expected %.*s, this is %.*s",
		OV_STR_ARG(ov_check_type_text(c, type)),
		OV_STR_ARG(ov_check_type_text(c, e->type)));
	return false;
}

static bool check_logic(struct checker *c, struct ov_expr *e)
{
	if (!ov_check_node(c, e->args[0]) || !ov_check_expect(c, e->args[0], &ov_type_bool))
		return false;
	size_t known = c->scope->known.count;
	ov_scope_assume(c->scope, e->args[0], e->op == OV_EXPR_AND);
	bool ok = ov_check_node(c, e->args[1]) && ov_check_expect(c, e->args[1], &ov_type_bool);
	c->scope->known.count = known;
	e->type = &ov_type_bool;
	return ok;
}

static bool check_cond(struct checker *c, struct ov_expr *e)
{
	if (!ov_check_node(c, e->args[0]) || !ov_check_expect(c, e->args[0], &ov_type_bool))
		return false;
	size_t known = c->scope->known.count;
	ov_scope_assume(c->scope, e->args[0], true);
	bool ok = ov_check_node(c, e->args[1]);
	c->scope->known.count = known;
	ov_scope_assume(c->scope, e->args[0], false);
	ok = ov_check_node(c, e->args[2]) && ok;
	c->scope->known.count = known;
	if (!ok)
		return false;
	const struct ov_type *yes = e->args[1]->type, *no = e->args[2]->type;
	struct ov_type_bindings none = {0};
	if (ov_type_accepts(yes, no, &none))
		e->type = yes->kind == OV_TYPE_DYN ? yes : no->kind == OV_TYPE_DYN ? no : yes;
	else if (ov_type_accepts(no, yes, &none))
		e->type = no;
	else if (!c->env->strict) {
		ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, e->span,
			"the two results of ?: have different types, %.*s and %.*s",
			OV_STR_ARG(ov_check_type_text(c, yes)),
			OV_STR_ARG(ov_check_type_text(c, no)));
		return false;
	} else {
		e->type = &ov_type_dyn;
	}
	return true;
}

static const struct ov_type *literal_type(struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_NULL: return &ov_type_null;
	case OV_KIND_BOOL: return &ov_type_bool;
	case OV_KIND_INT: return &ov_type_int;
	case OV_KIND_UINT: return &ov_type_uint;
	case OV_KIND_DOUBLE: return &ov_type_double;
	case OV_KIND_STRING: return &ov_type_string;
	case OV_KIND_BYTES: return &ov_type_bytes;
	case OV_KIND_TYPE: return &ov_type_type;
	default: return &ov_type_dyn;
	}
}

bool ov_check_node(struct checker *c, struct ov_expr *e)
{
	if (++c->depth > 4 * OV_LIMIT_DEPTH) {
		ov_check_report(c, e, "the expression is nested too deep", OV_STR(""));
		return false;
	}
	bool ok = false;
	switch (e->op) {
	case OV_EXPR_LITERAL:
		e->type = literal_type(e->literal);
		ok = true;
		break;
	case OV_EXPR_NAME: ok = check_name(c, e); break;
	case OV_EXPR_SELECT:
	case OV_EXPR_SELECT_OPT:
	case OV_EXPR_HAS: ok = check_select(c, e); break;
	case OV_EXPR_INDEX:
	case OV_EXPR_INDEX_OPT: ok = check_index(c, e); break;
	case OV_EXPR_LIST: ok = check_list(c, e); break;
	case OV_EXPR_MAP: ok = check_map(c, e); break;
	case OV_EXPR_AND:
	case OV_EXPR_OR: ok = check_logic(c, e); break;
	case OV_EXPR_COND: ok = check_cond(c, e); break;
	case OV_EXPR_CALL: ok = ov_check_call(c, e); break;
	case OV_EXPR_MACRO: ok = ov_check_macro(c, e); break;
	}
	c->depth--;
	if (ok && c->env->unchecked)
		e->type = &ov_type_dyn;
	return ok;
}

bool ov_expr_check(struct ov_scope *scope, struct ov_expr *expr, struct ov_diags *diags)
{
	struct checker c = {.scope = scope, .env = scope->env, .diags = diags};
	return ov_check_node(&c, expr);
}

struct ov_expr *ov_expr_compile(
	struct ov_scope *scope, const struct ov_expr_text *text, struct ov_diags *diags)
{
	const struct ov_env *env = scope->env;
	struct ov_expr *e = ov_expr_parse(env->arena, env->keys, text, diags);
	return e && ov_expr_check(scope, e, diags) ? e : NULL;
}

bool ov_expr_yields(const struct ov_expr *expr, const struct ov_type *type)
{
	struct ov_type_bindings none = {0};
	return ov_type_accepts(type, expr->type, &none);
}

struct ov_str ov_expr_path(struct ov_arena *arena, const struct ov_expr *e)
{
	OV_VEC(const struct ov_expr *) links = {0};
	for (; e->op == OV_EXPR_SELECT || e->op == OV_EXPR_HAS; e = e->args[0])
		ov_vec_push(arena, &links, e);
	if (e->op != OV_EXPR_NAME)
		return ov_str_n(NULL, 0);
	struct ov_buf buf;
	ov_buf_init(&buf);
	/* The slot tells variables of one name in different scopes apart. */
	ov_buf_addf(&buf, "%zu", e->slot);
	for (size_t i = links.count; i-- > 0;) {
		ov_buf_putc(&buf, '\0');
		ov_buf_add(&buf, links.items[i]->key->str);
	}
	struct ov_str path = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return path;
}

void ov_scope_assume(struct ov_scope *scope, const struct ov_expr *e, bool sense)
{
	if (e->op == OV_EXPR_HAS && sense) {
		struct ov_str path = ov_expr_path(scope->env->arena, e);
		if (path.len)
			ov_vec_push(scope->env->arena, &scope->known, path);
	} else if ((e->op == OV_EXPR_AND && sense) || (e->op == OV_EXPR_OR && !sense)) {
		ov_scope_assume(scope, e->args[0], sense);
		ov_scope_assume(scope, e->args[1], sense);
	} else if (e->op == OV_EXPR_CALL && e->fast == OV_FAST_NOT) {
		ov_scope_assume(scope, e->args[0], !sense);
	}
}
