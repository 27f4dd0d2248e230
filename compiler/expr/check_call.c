/* check_call: which overloads a call may mean. Layer: expr. */
#include "expr/check.h"
#include "expr/eval.h"

#include "base/limits.h"
#include "expr/functions.h"

/* A function in a name space looks like a method on a variable that does not exist. */
static void find_namespace(struct checker *c, struct ov_expr *e)
{
	if (!e->method || e->args[0]->op != OV_EXPR_NAME || ov_check_variable(c, e->args[0]))
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
	if (type->kind == OV_TYPE_DYN || type->kind == OV_TYPE_NULL ||
		type->kind == OV_TYPE_INT_OR_STRING || type->kind == OV_TYPE_PARAM)
		return false;
	if (type->elem && depth >= OV_LIMIT_DEPTH)
		return false;
	return (!type->key || is_certain(type->key, depth + 1)) &&
	       (!type->elem || is_certain(type->elem, depth + 1));
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
	ov_check_report(c, e->args[1], "the regular expression is wrong: ", why);
	return false;
}

static bool is_format(const struct ov_expr *e)
{
	return e->method && ov_str_is(e->key->str, "format");
}

static bool is_conversion(const struct ov_expr *e)
{
	static const char *const names[] = {
		"int", "uint", "double", "bool", "bytes", "string", "duration", "timestamp"};
	bool found = false;
	for (size_t i = 0; i < OV_COUNT(names) && !found; i++)
		found = ov_str_is(e->key->str, names[i]);
	return found && e->count == 1 && e->args[0]->op == OV_EXPR_LITERAL;
}

/* A constant that is converted, which a server does when it compiles. */
static bool check_conversion(struct checker *c, const struct ov_expr *e)
{
	struct ov_eval eval = {.arena = c->env->arena,
		.keys = c->env->keys,
		.cache = ov_new(c->env->arena, struct ov_key_cache),
		.regex = c->env->regex,
		.terse = true};
	struct ov_value v = ov_expr_eval(&eval, e);
	if (ov_is_error(v))
		ov_check_report(c, e, "the constant: ", v.error->message);
	return !ov_is_error(v);
}

/* What a server finds out of a call before it runs. */
static bool check_early(struct checker *c, const struct ov_expr *e)
{
	if (!c->env->server)
		return true;
	return is_conversion(e) ? check_conversion(c, e)
				: !is_format(e) || ov_check_format(c, e);
}

bool ov_check_call(struct checker *c, struct ov_expr *e)
{
	find_namespace(c, e);
	bool ok = true, certain = true;
	c->formatting += is_format(e);
	for (size_t i = 0; i < e->count; i++) {
		ok = ov_check_node(c, e->args[i]) && ok;
		certain = certain && ok && is_certain(e->args[i]->type, 0);
	}
	c->formatting -= is_format(e);
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
	return check_early(c, e);
}
