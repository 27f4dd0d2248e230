/* parse: from CEL text to a tree, macros expanded. Layer: expr. */
#include "expr/parse.h"

#include "base/limits.h"
#include "expr/lex.h"

struct parser {
	struct ov_arena *arena;
	struct ov_keys *keys;
	const struct ov_expr_text *text;
	struct ov_diags *diags;
	struct ov_lexer lexer;
	struct ov_token token;
	size_t depth;
	size_t last_end; /* of the token before `token` */
	bool failed;
};

/* Words that the language keeps for itself (langdef.md, "RESERVED"). */
static const char *const reserved[] = {"as", "break", "const", "continue", "else", "for",
	"function", "if", "import", "let", "loop", "package", "namespace", "return", "var",
	"void", "while", "in", "true", "false", "null"};

static struct ov_expr *parse_expr(struct parser *p);

static struct ov_expr *fail(struct parser *p, size_t start, size_t end, const char *why)
{
	if (!p->failed) {
		p->failed = true;
		struct ov_span span =
			ov_expr_place(p->text, start, end > start ? end - start : 1);
		ov_diag_add(p->diags, OV_DIAG_EXPR_SYNTAX, span, "%s", why);
	}
	return NULL;
}

static void advance(struct parser *p)
{
	p->last_end = p->token.end;
	p->token = ov_lexer_next(&p->lexer);
	if (p->token.kind == OV_TOKEN_BAD)
		fail(p, p->token.start, p->token.end, p->token.error);
}

static bool at_op(const struct parser *p, const char *op)
{
	return p->token.kind == OV_TOKEN_OP && ov_str_is(p->token.text, op);
}

static bool take(struct parser *p, const char *op)
{
	if (!at_op(p, op))
		return false;
	advance(p);
	return true;
}

static bool expect(struct parser *p, const char *op, const char *why)
{
	if (take(p, op))
		return true;
	fail(p, p->token.start, p->token.end, why);
	return false;
}

static struct ov_expr *node(struct parser *p, enum ov_expr_op op, size_t start, size_t end)
{
	struct ov_expr *e = ov_new(p->arena, struct ov_expr);
	e->op = op;
	e->span = ov_expr_place(p->text, start, end > start ? end - start : 1);
	return e;
}

static struct ov_expr *with_args(struct parser *p, struct ov_expr *e, struct ov_expr *a,
	struct ov_expr *b, struct ov_expr *c)
{
	e->count = c ? 3 : b ? 2 : 1;
	e->args = ov_new_array(p->arena, struct ov_expr *, 3);
	e->args[0] = a;
	e->args[1] = b;
	e->args[2] = c;
	return e;
}

static struct ov_expr *binary(struct parser *p, const char *function, size_t start,
	struct ov_token op, struct ov_expr *left, struct ov_expr *right)
{
	(void)start;
	struct ov_expr *e = node(p, OV_EXPR_CALL, op.start, op.end);
	e->key = ov_key(p->keys, ov_str_c(function));
	return with_args(p, e, left, right, NULL);
}

static bool enter(struct parser *p)
{
	if (p->failed)
		return false;
	if (++p->depth > OV_LIMIT_DEPTH) {
		fail(p, p->token.start, p->token.end, "the expression is nested too deep");
		return false;
	}
	return true;
}

/* A list of expressions up to the closing token, with optional `?` before elements. */
static bool parse_list(struct parser *p, const char *close, struct ov_expr *into, bool marks)
{
	OV_VEC(struct ov_expr *) items = {0};
	OV_VEC(bool) optional = {0};
	bool any = false;
	while (!p->failed && !at_op(p, close)) {
		bool opt = marks && take(p, "?");
		struct ov_expr *item = parse_expr(p);
		if (!item)
			return false;
		ov_vec_push(p->arena, &items, item);
		ov_vec_push(p->arena, &optional, opt);
		any = any || opt;
		if (!take(p, ","))
			break;
		if (!marks && at_op(p, close)) {
			fail(p, p->token.start, p->token.end, "an argument is missing here");
			return false;
		}
	}
	if (!expect(p, close, close[0] == ']' ? "expected ',' or ']'" : "expected ',' or ')'"))
		return false;
	into->args = items.items;
	into->count = items.count;
	into->optional = any ? optional.items : NULL;
	return true;
}

static struct ov_expr *parse_map(struct parser *p, size_t start)
{
	OV_VEC(struct ov_expr *) items = {0};
	OV_VEC(bool) optional = {0};
	bool any = false;
	while (!p->failed && !at_op(p, "}")) {
		bool opt = take(p, "?");
		struct ov_expr *key = parse_expr(p);
		if (!key || !expect(p, ":", "expected ':' between a key and its value"))
			return NULL;
		struct ov_expr *value = parse_expr(p);
		if (!value)
			return NULL;
		ov_vec_push(p->arena, &items, key);
		ov_vec_push(p->arena, &items, value);
		ov_vec_push(p->arena, &optional, opt);
		any = any || opt;
		if (!take(p, ","))
			break;
	}
	if (!expect(p, "}", "expected ',' or '}'"))
		return NULL;
	struct ov_expr *e = node(p, OV_EXPR_MAP, start, p->last_end);
	e->args = items.items;
	e->count = items.count;
	e->optional = any ? optional.items : NULL;
	return e;
}

static bool is_reserved(struct ov_str name)
{
	for (size_t i = 0; i < OV_COUNT(reserved); i++) {
		if (ov_str_is(name, reserved[i]))
			return true;
	}
	return false;
}

struct macro {
	const char *name;
	enum ov_macro macro;
	size_t vars;     /* 1 or 2 */
	size_t min, max; /* arguments behind the variables */
};

static const struct macro macros[] = {
	{"all", OV_MACRO_ALL, 1, 1, 1},
	{"all", OV_MACRO_ALL, 2, 1, 1},
	{"exists", OV_MACRO_EXISTS, 1, 1, 1},
	{"exists", OV_MACRO_EXISTS, 2, 1, 1},
	{"exists_one", OV_MACRO_EXISTS_ONE, 1, 1, 1},
	{"existsOne", OV_MACRO_EXISTS_ONE, 1, 1, 1},
	{"existsOne", OV_MACRO_EXISTS_ONE, 2, 1, 1},
	{"filter", OV_MACRO_FILTER, 1, 1, 1},
	{"map", OV_MACRO_MAP, 1, 1, 2},
	{"transformList", OV_MACRO_TRANSFORM_LIST, 2, 1, 2},
	{"transformMap", OV_MACRO_TRANSFORM_MAP, 2, 1, 2},
	{"transformMapEntry", OV_MACRO_TRANSFORM_ENTRY, 2, 1, 2},
	{"optMap", OV_MACRO_OPT_MAP, 1, 1, 1},
	{"optFlatMap", OV_MACRO_OPT_FLAT_MAP, 1, 1, 1},
	{"sortBy", OV_MACRO_SORT_BY, 1, 1, 1},
};

static const struct ov_key *variable(struct parser *p, const struct ov_expr *arg)
{
	if (arg->op == OV_EXPR_NAME && arg->key->str.len && arg->key->str.ptr[0] != '.')
		return arg->key;
	if (!p->failed) {
		p->failed = true;
		ov_diag_add(p->diags, OV_DIAG_EXPR_SYNTAX, arg->span,
			"a macro's variable must be a simple name");
	}
	return NULL;
}

/* The macro that a method call is, as a node of its own; the call itself where it is none. */
static struct ov_expr *expand(struct parser *p, struct ov_expr *call)
{
	struct ov_str name = call->key->str;
	if (!call->method) {
		if (!ov_str_is(name, "has") || call->count != 1)
			return call;
		struct ov_expr *arg = call->args[0];
		if (arg->op != OV_EXPR_SELECT) {
			p->failed = true;
			ov_diag_add(p->diags, OV_DIAG_EXPR_SYNTAX, arg->span,
				"has() takes the selection of a field, such as "
				"has(self.spec.size)");
			return NULL;
		}
		arg->op = OV_EXPR_HAS;
		return arg;
	}
	/* cel.bind(name, value, body) looks like a method call on a variable. */
	if (ov_str_is(name, "bind") && call->count == 4 && call->args[0]->op == OV_EXPR_NAME &&
		ov_str_is(call->args[0]->key->str, "cel")) {
		call->op = OV_EXPR_MACRO;
		call->macro = OV_MACRO_BIND;
		call->var = variable(p, call->args[1]);
		call->args += 2;
		call->count = 2;
		return call->var ? call : NULL;
	}
	size_t args = call->count - 1;
	for (size_t i = 0; i < OV_COUNT(macros); i++) {
		const struct macro *m = &macros[i];
		if (!ov_str_is(name, m->name) || args < m->vars + m->min ||
			args > m->vars + m->max)
			continue;
		/* map(x, filter, transform) has three arguments and one variable. */
		call->op = OV_EXPR_MACRO;
		call->macro = m->macro;
		call->two_vars = m->vars == 2;
		call->var = variable(p, call->args[1]);
		if (!call->var)
			return NULL;
		if (call->two_vars) {
			call->var2 = variable(p, call->args[2]);
			if (!call->var2)
				return NULL;
			if (call->var == call->var2)
				return fail(p, 0, 0, "the two variables need different names");
		}
		struct ov_expr **rest = call->args + 1 + m->vars;
		size_t count = args - m->vars;
		call->args = ov_new_array(p->arena, struct ov_expr *, 3);
		struct ov_expr **old = rest - 1 - m->vars;
		call->args[0] = old[0];
		call->args[1] = rest[count - 1];
		if (count == 2)
			call->args[2] = rest[0];
		call->count = 1 + count;
		return call;
	}
	return call;
}

static struct ov_expr *literal(struct parser *p, struct ov_token token, struct ov_value value)
{
	struct ov_expr *e = node(p, OV_EXPR_LITERAL, token.start, token.end);
	e->literal = ov_value_at(value, e->span.loc);
	return e;
}

static struct ov_expr *integer(struct parser *p, struct ov_token token, bool negative)
{
	uint64_t n = token.value.uinteger;
	if (n > (uint64_t)INT64_MAX + negative)
		return fail(p, token.start, token.end, "the integer is out of range");
	int64_t i = !negative ? (int64_t)n : n > (uint64_t)INT64_MAX ? INT64_MIN : -(int64_t)n;
	return literal(p, token, ov_value_int(i));
}

static struct ov_expr *parse_word(struct parser *p)
{
	struct ov_token name = p->token;
	advance(p);
	if (ov_str_is(name.text, "true") || ov_str_is(name.text, "false"))
		return literal(p, name, ov_value_bool(name.text.len == 4));
	if (ov_str_is(name.text, "null"))
		return literal(p, name, ov_value_null());
	if (is_reserved(name.text))
		return fail(p, name.start, name.end, "this word is reserved in CEL");
	struct ov_expr *e = node(p, OV_EXPR_NAME, name.start, name.end);
	e->key = ov_key(p->keys, name.text);
	if (!take(p, "("))
		return e;
	e->op = OV_EXPR_CALL;
	if (!parse_list(p, ")", e, false))
		return NULL;
	return expand(p, e);
}

static struct ov_expr *parse_primary(struct parser *p)
{
	struct ov_token token = p->token;
	switch (token.kind) {
	case OV_TOKEN_INT: advance(p); return integer(p, token, false);
	case OV_TOKEN_UINT:
	case OV_TOKEN_DOUBLE:
	case OV_TOKEN_STRING:
	case OV_TOKEN_BYTES: advance(p); return literal(p, token, token.value);
	case OV_TOKEN_IDENT: return parse_word(p);
	case OV_TOKEN_QUOTED:
		return fail(p, token.start, token.end,
			"a name in back quotes can only stand behind a dot");
	case OV_TOKEN_END:
		return fail(p, token.start, token.end, "the expression ends too early");
	case OV_TOKEN_BAD: return NULL;
	case OV_TOKEN_OP: break;
	}
	if (take(p, "(")) {
		struct ov_expr *e = parse_expr(p);
		return e && expect(p, ")", "expected ')'") ? e : NULL;
	}
	if (take(p, "[")) {
		struct ov_expr *e = node(p, OV_EXPR_LIST, token.start, token.end);
		if (!parse_list(p, "]", e, true))
			return NULL;
		e->span = ov_expr_place(p->text, token.start, p->last_end - token.start);
		return e;
	}
	if (take(p, "{"))
		return parse_map(p, token.start);
	if (take(p, ".")) {
		if (p->token.kind == OV_TOKEN_IDENT && !is_reserved(p->token.text)) {
			struct ov_expr *e = parse_word(p);
			/* The check knows by the dot that the name is not a local one. */
			if (e && e->op == OV_EXPR_NAME)
				e->key = ov_key(p->keys,
					ov_str_fmt(p->arena, ".%.*s", OV_STR_ARG(e->key->str)));
			return e;
		}
	}
	return fail(p, token.start, token.end, "expected a value here");
}

static struct ov_expr *parse_select(struct parser *p, struct ov_expr *left)
{
	bool optional = take(p, "?");
	struct ov_token name = p->token;
	if (name.kind != OV_TOKEN_IDENT && name.kind != OV_TOKEN_QUOTED)
		return fail(p, name.start, name.end, "expected a field's name behind '.'");
	if (name.kind == OV_TOKEN_IDENT &&
		(ov_str_is(name.text, "in") || ov_str_is(name.text, "true") ||
			ov_str_is(name.text, "false") || ov_str_is(name.text, "null")))
		return fail(p, name.start, name.end,
			"this word cannot be a field's name; put it in back quotes");
	advance(p);
	bool call = name.kind == OV_TOKEN_IDENT && !optional && at_op(p, "(");
	struct ov_expr *e =
		node(p, optional ? OV_EXPR_SELECT_OPT : OV_EXPR_SELECT, name.start, name.end);
	e->key = ov_key(p->keys, name.text);
	if (!call)
		return with_args(p, e, left, NULL, NULL);
	advance(p);
	struct ov_expr list = {0};
	if (!parse_list(p, ")", &list, false))
		return NULL;
	e->op = OV_EXPR_CALL;
	e->method = true;
	e->count = list.count + 1;
	e->args = ov_new_array(p->arena, struct ov_expr *, e->count);
	e->args[0] = left;
	for (size_t i = 0; i < list.count; i++)
		e->args[i + 1] = list.args[i];
	return expand(p, e);
}

static struct ov_expr *parse_member(struct parser *p)
{
	struct ov_expr *e = parse_primary(p);
	size_t links = 0;
	while (e && !p->failed) {
		size_t start = p->token.start;
		if (at_op(p, ".") || at_op(p, "[")) {
			if (++links > OV_LIMIT_DEPTH)
				return fail(p, start, start + 1,
					"the chain of selections is too long");
		}
		if (take(p, ".")) {
			e = parse_select(p, e);
		} else if (take(p, "[")) {
			bool optional = take(p, "?");
			struct ov_expr *index = parse_expr(p);
			if (!index || !expect(p, "]", "expected ']'"))
				return NULL;
			struct ov_expr *outer =
				node(p, optional ? OV_EXPR_INDEX_OPT : OV_EXPR_INDEX, start,
					p->last_end);
			e = with_args(p, outer, e, index, NULL);
		} else {
			return e;
		}
	}
	return p->failed ? NULL : e;
}

static struct ov_expr *parse_unary(struct parser *p)
{
	if (!at_op(p, "!") && !at_op(p, "-"))
		return parse_member(p);
	if (!enter(p))
		return NULL;
	struct ov_token op = p->token;
	advance(p);
	struct ov_expr *e = NULL;
	bool minus = ov_str_is(op.text, "-");
	if (minus && p->token.kind == OV_TOKEN_INT && p->token.start == op.end &&
		p->token.value.uinteger > (uint64_t)INT64_MAX) {
		struct ov_token digits = p->token;
		advance(p);
		e = integer(p, digits, true);
	} else {
		struct ov_expr *inner = parse_unary(p);
		if (inner && minus && inner->op == OV_EXPR_LITERAL &&
			inner->literal.kind == OV_KIND_INT &&
			inner->literal.integer != INT64_MIN) {
			inner->literal.integer = -inner->literal.integer;
			e = inner;
		} else if (inner && minus && inner->op == OV_EXPR_LITERAL &&
			   inner->literal.kind == OV_KIND_DOUBLE) {
			inner->literal.number = -inner->literal.number;
			e = inner;
		} else if (inner) {
			struct ov_expr *call = node(p, OV_EXPR_CALL, op.start, op.end);
			call->key = ov_key(p->keys, minus ? OV_STR("-_") : OV_STR("!_"));
			e = with_args(p, call, inner, NULL, NULL);
		}
	}
	p->depth--;
	return e;
}

struct level {
	const char *op;
	const char *function;
	int precedence;
};

static const struct level levels[] = {
	{"*", "_*_", 3},
	{"/", "_/_", 3},
	{"%", "_%_", 3},
	{"+", "_+_", 2},
	{"-", "_-_", 2},
	{"==", "_==_", 1},
	{"!=", "_!=_", 1},
	{"<=", "_<=_", 1},
	{">=", "_>=_", 1},
	{"<", "_<_", 1},
	{">", "_>_", 1},
};

static const struct level *operator_at(const struct parser *p)
{
	static const struct level in = {"in", "@in", 1};
	if (p->token.kind == OV_TOKEN_IDENT && ov_str_is(p->token.text, "in"))
		return &in;
	if (p->token.kind != OV_TOKEN_OP)
		return NULL;
	for (size_t i = 0; i < OV_COUNT(levels); i++) {
		if (ov_str_is(p->token.text, levels[i].op))
			return &levels[i];
	}
	return NULL;
}

/* Precedence climbing over relations, sums and products, all of which associate to the left. */
static struct ov_expr *parse_binary(struct parser *p, int least)
{
	size_t start = p->token.start;
	struct ov_expr *left = parse_unary(p);
	size_t links = 0;
	while (left && !p->failed) {
		const struct level *level = operator_at(p);
		if (!level || level->precedence < least)
			return left;
		struct ov_token op = p->token;
		if (++links > OV_LIMIT_DEPTH)
			return fail(p, op.start, op.end, "the chain of operators is too long");
		advance(p);
		struct ov_expr *right = parse_binary(p, level->precedence + 1);
		if (!right)
			return NULL;
		left = binary(p, level->function, start, op, left, right);
	}
	return p->failed ? NULL : left;
}

/* Chains of && and || are balanced, so that long ones stay shallow. */
static struct ov_expr *balance(struct parser *p, enum ov_expr_op op, struct ov_expr **terms,
	struct ov_token *ops, size_t n)
{
	if (n == 1)
		return terms[0];
	size_t half = (n + 1) / 2;
	struct ov_token at = ops[half - 1];
	struct ov_expr *left = balance(p, op, terms, ops, half);
	struct ov_expr *right = balance(p, op, terms + half, ops + half, n - half);
	return with_args(p, node(p, op, at.start, at.end), left, right, NULL);
}

static struct ov_expr *parse_logic(struct parser *p, bool is_or)
{
	OV_VEC(struct ov_expr *) terms = {0};
	OV_VEC(struct ov_token) ops = {0};
	for (;;) {
		struct ov_expr *term = is_or ? parse_logic(p, false) : parse_binary(p, 1);
		if (!term)
			return NULL;
		ov_vec_push(p->arena, &terms, term);
		if (!at_op(p, is_or ? "||" : "&&"))
			break;
		ov_vec_push(p->arena, &ops, p->token);
		advance(p);
	}
	return balance(
		p, is_or ? OV_EXPR_OR : OV_EXPR_AND, terms.items, ops.items, terms.count);
}

static struct ov_expr *parse_expr(struct parser *p)
{
	if (!enter(p))
		return NULL;
	struct ov_expr *e = parse_logic(p, true);
	struct ov_token op = p->token;
	if (e && take(p, "?")) {
		struct ov_expr *yes = parse_logic(p, true);
		if (!yes || !expect(p, ":", "expected ':' of the conditional"))
			return NULL;
		struct ov_expr *no = parse_expr(p);
		if (!no)
			return NULL;
		e = with_args(p, node(p, OV_EXPR_COND, op.start, op.end), e, yes, no);
	}
	p->depth--;
	return e;
}

struct ov_expr *ov_expr_parse(struct ov_arena *arena, struct ov_keys *keys,
	const struct ov_expr_text *text, struct ov_diags *diags)
{
	struct parser p = {.arena = arena,
		.keys = keys,
		.text = text,
		.diags = diags,
		.lexer = {arena, text->text, 0}};
	if (text->text.len > OV_LIMIT_EXPR_TEXT)
		return fail(&p, 0, 1, "the expression is too long");
	advance(&p);
	struct ov_expr *e = parse_expr(&p);
	if (e && !p.failed && p.token.kind != OV_TOKEN_END)
		e = fail(
			&p, p.token.start, p.token.end, "expected an operator or the end here");
	return p.failed ? NULL : e;
}
