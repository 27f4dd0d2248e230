/* check: names, overloads and types of a parsed expression. Layer: expr. */
#include "expr/expr.h"

#include "base/limits.h"
#include "expr/functions.h"
#include "expr/parse.h"

struct checker {
	struct ov_scope *scope;
	const struct ov_env *env;
	struct ov_diags *diags;
	size_t depth;
};

/* Longest dotted name of a variable or type that is looked for, in bytes. */
enum { MOST_NAME = 256 };

static bool check(struct checker *c, struct ov_expr *e);

static struct ov_diag *report(
	struct checker *c, const struct ov_expr *e, const char *text, struct ov_str detail)
{
	return ov_diag_add(
		c->diags, OV_DIAG_EXPR_TYPE, e->span, "%s%.*s", text, OV_STR_ARG(detail));
}

static struct ov_str type_text(struct checker *c, const struct ov_type *type)
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

static bool find_variable(struct checker *c, struct ov_expr *e)
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
	if (find_variable(c, e))
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
			OV_STR_ARG(type_text(c, type)), OV_STR_ARG(e->key->str));
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
		OV_STR_ARG(type_text(c, from)), OV_STR_ARG(e->key->str));
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
	if (!check(c, e->args[0]))
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
	if (!check(c, e->args[0]) || !check(c, e->args[1]))
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
			report(c, e->args[1], "a list is indexed by an int, not by ",
				type_text(c, index));
			return false;
		}
		e->type = from->elem;
		break;
	case OV_TYPE_MAP:
		if (!ov_type_accepts(from->key, index, &none)) {
			report(c, e->args[1], "the map has no keys of type ",
				type_text(c, index));
			return false;
		}
		e->type = from->elem;
		break;
	case OV_TYPE_DYN: e->type = &ov_type_dyn; break;
	case OV_TYPE_OBJECT:
		if (!ov_type_accepts(&ov_type_string, index, &none)) {
			report(c, e->args[1], "fields are named by strings, not by ",
				type_text(c, index));
			return false;
		}
		e->type = &ov_type_dyn;
		break;
	default: report(c, e, "nothing can be indexed in ", type_text(c, from)); return false;
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
		report(c, e, "'?' needs an optional, not ", type_text(c, e->type));
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

static bool check_list(struct checker *c, struct ov_expr *e)
{
	const struct ov_type *elem = NULL;
	for (size_t i = 0; i < e->count; i++) {
		const struct ov_type *type;
		if (!check(c, e->args[i]) ||
			!held_type(c, e->args[i], e->optional && e->optional[i], &type))
			return false;
		elem = elem ? join(c, elem, type) : type;
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
		if (!check(c, key) || !check(c, e->args[i + 1]) ||
			!held_type(
				c, e->args[i + 1], e->optional && e->optional[i / 2], &value))
			return false;
		keys = keys ? ov_type_join(keys, key->type) : key->type;
		values = values ? ov_type_join(values, value) : value;
	}
	e->type = ov_type_map(c->env->arena, keys ? keys : &ov_type_unbound,
		values ? values : &ov_type_unbound);
	return true;
}

static bool expect_type(struct checker *c, const struct ov_expr *e, const struct ov_type *type)
{
	struct ov_type_bindings none = {0};
	if (ov_type_accepts(type, e->type, &none))
		return true;
	ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, e->span, "expected %.*s, this is %.*s",
		OV_STR_ARG(type_text(c, type)), OV_STR_ARG(type_text(c, e->type)));
	return false;
}

static bool check_logic(struct checker *c, struct ov_expr *e)
{
	if (!check(c, e->args[0]) || !expect_type(c, e->args[0], &ov_type_bool))
		return false;
	size_t known = c->scope->known.count;
	ov_scope_assume(c->scope, e->args[0], e->op == OV_EXPR_AND);
	bool ok = check(c, e->args[1]) && expect_type(c, e->args[1], &ov_type_bool);
	c->scope->known.count = known;
	e->type = &ov_type_bool;
	return ok;
}

static bool check_cond(struct checker *c, struct ov_expr *e)
{
	if (!check(c, e->args[0]) || !expect_type(c, e->args[0], &ov_type_bool))
		return false;
	size_t known = c->scope->known.count;
	ov_scope_assume(c->scope, e->args[0], true);
	bool ok = check(c, e->args[1]);
	c->scope->known.count = known;
	ov_scope_assume(c->scope, e->args[0], false);
	ok = check(c, e->args[2]) && ok;
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
			OV_STR_ARG(type_text(c, yes)), OV_STR_ARG(type_text(c, no)));
		return false;
	} else {
		e->type = &ov_type_dyn;
	}
	return true;
}

/* A function in a name space looks like a method on a variable that does not exist. */
static void find_namespace(struct checker *c, struct ov_expr *e)
{
	if (!e->method || e->args[0]->op != OV_EXPR_NAME || find_variable(c, e->args[0]))
		return;
	struct ov_str full = ov_str_fmt(c->env->arena, "%.*s.%.*s",
		OV_STR_ARG(e->args[0]->key->str), OV_STR_ARG(e->key->str));
	const struct ov_key *key = ov_key_find(c->env->keys, full);
	for (size_t i = 0; key && i < c->env->functions.count; i++) {
		if (c->env->functions.items[i].name == key) {
			e->key = key;
			e->method = false;
			e->args++;
			e->count--;
			return;
		}
	}
}

static bool takes(const struct ov_function *f, const struct ov_expr *e)
{
	if (f->name != e->key || f->method != e->method)
		return false;
	return f->variadic ? e->count + 1 >= f->count : e->count == f->count;
}

static const struct ov_type *param(const struct ov_function *f, size_t i)
{
	return f->params[i < f->count ? i : f->count - 1];
}

/* What a person writes for the name of an operator's function, such as _+_. */
static struct ov_str operator_of(struct ov_str name)
{
	size_t from = 0, to = name.len;
	while (from < to && name.ptr[from] == '_')
		from++;
	while (to > from && name.ptr[to - 1] == '_')
		to--;
	if (from == to || from + to == name.len * 2 || (!from && to == name.len))
		return ov_str_n(NULL, 0);
	return ov_str_is(name, "_[_]") ? OV_STR("[]") : ov_str_sub(name, from, to);
}

static void say_misfit(struct checker *c, const struct ov_expr *e, struct ov_str name)
{
	struct ov_str symbol = operator_of(name);
	struct ov_buf buf;
	ov_buf_init(&buf);
	if (symbol.len)
		ov_buf_addf(&buf, "'%.*s' cannot be applied to ", OV_STR_ARG(symbol));
	else if (!e->method)
		ov_buf_addf(&buf, "'%.*s' cannot be applied to (", OV_STR_ARG(name));
	for (size_t i = 0; i < e->count; i++) {
		bool receiver = e->method && !symbol.len && i == 0;
		if (i)
			ov_buf_puts(&buf, symbol.len            ? " and "
					  : i == 1 && e->method ? ""
								: ", ");
		ov_type_print(&buf, e->args[i]->type);
		if (receiver)
			ov_buf_addf(&buf, " has no method %.*s(", OV_STR_ARG(name));
	}
	ov_buf_puts(&buf, symbol.len ? "" : ")");
	ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, e->span, "%.*s", OV_STR_ARG(ov_buf_str(&buf)));
	ov_buf_release(&buf);
}

static bool no_overload(struct checker *c, const struct ov_expr *e, bool name_exists)
{
	struct ov_str name = e->key->str;
	if (!name_exists) {
		struct ov_diag *d = ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, e->span,
			"there is no %s '%.*s'", e->method ? "method" : "function",
			OV_STR_ARG(name));
		OV_VEC(struct ov_str) names = {0};
		for (size_t i = 0; i < c->env->functions.count; i++) {
			if (c->env->functions.items[i].method == e->method)
				ov_vec_push(c->env->arena, &names,
					c->env->functions.items[i].name->str);
		}
		struct ov_str near = ov_nearest(name, names.items, names.count);
		if (near.len)
			ov_diag_help(c->diags, d, "did you mean '%.*s'?", OV_STR_ARG(near));
		return false;
	}
	say_misfit(c, e, name);
	return false;
}

static enum ov_fast fast_op(struct ov_str name)
{
	static const struct {
		const char *name;
		enum ov_fast fast;
	} ops[] = {{"_==_", OV_FAST_EQ}, {"_!=_", OV_FAST_NE}, {"_<_", OV_FAST_LT},
		{"_<=_", OV_FAST_LE}, {"_>_", OV_FAST_GT}, {"_>=_", OV_FAST_GE},
		{"_+_", OV_FAST_ADD}, {"!_", OV_FAST_NOT}};
	for (size_t i = 0; i < OV_COUNT(ops); i++) {
		if (ov_str_is(name, ops[i].name))
			return ops[i].fast;
	}
	return OV_FAST_NONE;
}

static bool bind_document(
	struct checker *c, struct ov_expr *e, struct ov_type_bindings *bindings)
{
	if (!c->env->document_type || !e->count || e->args[0]->op != OV_EXPR_LITERAL ||
		!ov_is_string(e->args[0]->literal))
		return true;
	struct ov_str kind = ov_string(e->args[0]->literal);
	const struct ov_type *type = c->env->document_type(c->env->document_context, kind);
	if (!type) {
		ov_diag_add(c->diags, OV_DIAG_EXPR_TYPE, e->args[0]->span,
			"there is no kind '%.*s'", OV_STR_ARG(kind));
		return false;
	}
	bindings->items[bindings->count++] = (struct ov_type_binding){"D", type};
	return true;
}

static bool mentions_document(const struct ov_type *type)
{
	if (type->kind == OV_TYPE_PARAM)
		return strcmp(type->name, "D") == 0;
	return type->elem && mentions_document(type->elem);
}

/* Whether a value of the type cannot turn out to need another overload. */
static bool is_certain(const struct ov_type *type, size_t depth)
{
	switch (type->kind) {
	case OV_TYPE_DYN:
	case OV_TYPE_NULL:
	case OV_TYPE_INT_OR_STRING:
	case OV_TYPE_PARAM: return false;
	case OV_TYPE_LIST:
	case OV_TYPE_OPTIONAL:
		return depth < OV_LIMIT_DEPTH && is_certain(type->elem, depth + 1);
	case OV_TYPE_MAP:
		return depth < OV_LIMIT_DEPTH && is_certain(type->key, depth + 1) &&
		       is_certain(type->elem, depth + 1);
	case OV_TYPE_BOOL:
	case OV_TYPE_INT:
	case OV_TYPE_UINT:
	case OV_TYPE_DOUBLE:
	case OV_TYPE_STRING:
	case OV_TYPE_BYTES:
	case OV_TYPE_DURATION:
	case OV_TYPE_TIMESTAMP:
	case OV_TYPE_OBJECT:
	case OV_TYPE_TYPE:
	case OV_TYPE_OPAQUE: return true;
	}
	return false;
}

static bool check_pattern(
	struct checker *c, const struct ov_expr *e, const struct ov_function *f)
{
	struct ov_str why = {0};
	if (!c->env->regex || e->count < 2 || e->args[1]->op != OV_EXPR_LITERAL ||
		!ov_is_string(e->args[1]->literal) ||
		!ov_function_pattern_fault(
			c->env->regex, f, ov_string(e->args[1]->literal), &why))
		return true;
	report(c, e->args[1], "the regular expression is wrong: ", why);
	return false;
}

static bool check_call(struct checker *c, struct ov_expr *e)
{
	find_namespace(c, e);
	bool ok = true, certain = true;
	for (size_t i = 0; i < e->count; i++) {
		ok = check(c, e->args[i]) && ok;
		certain = certain && ok && is_certain(e->args[i]->type, 0);
	}
	if (!ok)
		return false;
	const struct ov_function *found[OV_EXPR_CANDIDATES];
	const struct ov_type *result = NULL;
	size_t n = 0;
	bool name_exists = false;
	for (size_t i = 0; i < c->env->functions.count; i++) {
		const struct ov_function *f = &c->env->functions.items[i];
		name_exists = name_exists || (f->name == e->key && f->method == e->method);
		if (!takes(f, e))
			continue;
		struct ov_type_bindings bindings = {0};
		if (mentions_document(f->result) && !bind_document(c, e, &bindings))
			return false;
		size_t k = 0;
		while (k < e->count &&
			ov_type_accepts(param(f, k), e->args[k]->type, &bindings))
			k++;
		if (k < e->count)
			continue;
		const struct ov_type *type = ov_type_subst(c->env->arena, f->result, &bindings);
		result = result ? ov_type_join(result, type) : type;
		if (n < OV_EXPR_CANDIDATES)
			found[n++] = f;
		if (!check_pattern(c, e, f))
			return false;
		if (certain)
			break;
	}
	if (!n && !c->env->unchecked)
		return no_overload(c, e, name_exists);
	e->candidates = ov_new_array(c->env->arena, const struct ov_function *, n);
	memcpy(e->candidates, found, n * sizeof(struct ov_function *));
	e->candidate_count = n;
	e->type = result ? result : &ov_type_dyn;
	if (ov_str_is(e->key->str, "optional.none"))
		e->type = ov_type_optional(c->env->arena, &ov_type_unbound);
	e->fast = e->method ? OV_FAST_NONE : fast_op(e->key->str);
	return true;
}

/* Types of a macro's variables over a range: (element) or (index or key, element). */
static bool range_types(struct checker *c, struct ov_expr *e, const struct ov_type **first,
	const struct ov_type **second)
{
	const struct ov_type *range = e->args[0]->type;
	switch (range->kind) {
	case OV_TYPE_DYN: *first = *second = &ov_type_dyn; return true;
	case OV_TYPE_LIST:
		*first = e->two_vars ? &ov_type_int : range->elem;
		*second = range->elem;
		return true;
	case OV_TYPE_MAP:
		*first = range->key;
		*second = range->elem;
		return true;
	case OV_TYPE_OBJECT:
		*first = &ov_type_string;
		*second = &ov_type_dyn;
		return true;
	default:
		report(c, e->args[0], "expected a list or a map, this is ",
			type_text(c, range));
		return false;
	}
}

static const struct ov_type *macro_result(struct checker *c, const struct ov_expr *e)
{
	struct ov_arena *arena = c->env->arena;
	const struct ov_type *body = e->args[1]->type, *range = e->args[0]->type;
	switch (e->macro) {
	case OV_MACRO_ALL:
	case OV_MACRO_EXISTS:
	case OV_MACRO_EXISTS_ONE: return &ov_type_bool;
	case OV_MACRO_MAP:
	case OV_MACRO_TRANSFORM_LIST: return ov_type_list(arena, body);
	case OV_MACRO_FILTER:
		if (range->kind == OV_TYPE_LIST || range->kind == OV_TYPE_DYN)
			return range;
		return ov_type_list(
			arena, range->kind == OV_TYPE_MAP ? range->key : &ov_type_string);
	case OV_MACRO_TRANSFORM_MAP:
		return ov_type_map(arena,
			range->kind == OV_TYPE_LIST     ? &ov_type_int
			: range->kind == OV_TYPE_MAP    ? range->key
			: range->kind == OV_TYPE_OBJECT ? &ov_type_string
							: &ov_type_dyn,
			body);
	case OV_MACRO_TRANSFORM_ENTRY: return body;
	case OV_MACRO_BIND: return body;
	case OV_MACRO_OPT_MAP: return ov_type_optional(arena, body);
	case OV_MACRO_OPT_FLAT_MAP: return body;
	case OV_MACRO_SORT_BY: return range;
	}
	return &ov_type_dyn;
}

static bool check_macro(struct checker *c, struct ov_expr *e)
{
	if (!check(c, e->args[0]))
		return false;
	const struct ov_type *first = &ov_type_dyn, *second = &ov_type_dyn;
	if (e->macro == OV_MACRO_BIND) {
		first = e->args[0]->type;
	} else if (e->macro == OV_MACRO_OPT_MAP || e->macro == OV_MACRO_OPT_FLAT_MAP) {
		const struct ov_type *from = e->args[0]->type;
		if (from->kind != OV_TYPE_DYN && from->kind != OV_TYPE_OPTIONAL) {
			report(c, e->args[0], "expected an optional, this is ",
				type_text(c, from));
			return false;
		}
		first = from->kind == OV_TYPE_OPTIONAL ? from->elem : &ov_type_dyn;
	} else if (!range_types(c, e, &first, &second)) {
		return false;
	}
	size_t locals = c->scope->locals.count;
	e->slot = ov_scope_push(c->scope, e->var, first);
	if (e->two_vars)
		ov_scope_push(c->scope, e->var2, second);
	bool predicate = e->macro == OV_MACRO_ALL || e->macro == OV_MACRO_EXISTS ||
			 e->macro == OV_MACRO_EXISTS_ONE || e->macro == OV_MACRO_FILTER;
	bool ok = true;
	size_t known = c->scope->known.count;
	if (e->count == 3) {
		ok = check(c, e->args[2]) && expect_type(c, e->args[2], &ov_type_bool);
		if (ok)
			ov_scope_assume(c->scope, e->args[2], true);
	}
	ok = ok && check(c, e->args[1]);
	if (ok && predicate)
		ok = expect_type(c, e->args[1], &ov_type_bool);
	c->scope->known.count = known;
	c->scope->locals.count = locals;
	if (ok)
		e->type = macro_result(c, e);
	return ok;
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

static bool check(struct checker *c, struct ov_expr *e)
{
	if (++c->depth > 4 * OV_LIMIT_DEPTH) {
		report(c, e, "the expression is nested too deep", OV_STR(""));
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
	case OV_EXPR_CALL: ok = check_call(c, e); break;
	case OV_EXPR_MACRO: ok = check_macro(c, e); break;
	}
	c->depth--;
	if (ok && c->env->unchecked)
		e->type = &ov_type_dyn;
	return ok;
}

bool ov_expr_check(struct ov_scope *scope, struct ov_expr *expr, struct ov_diags *diags)
{
	struct checker c = {.scope = scope, .env = scope->env, .diags = diags};
	return check(&c, expr);
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
