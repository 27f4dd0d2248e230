/* jmespath_parse: JMESPath from text to a tree. Layer: expr. */
#include "base/limits.h"
#include "expr/jmespath_lex.h"
#include "expr/jmespath_node.h"
#include "expr/jmespath_read.h"
#include "lang/ascii.h"

struct parser {
	struct ov_jp_lexer lex;
	size_t next;
	unsigned depth;
};

/** How strongly a token binds what stands before it. */
static const uint8_t power[] = {
	[OV_JP_T_PIPE] = 1,
	[OV_JP_T_OR] = 2,
	[OV_JP_T_AND] = 3,
	[OV_JP_T_EQ] = 5,
	[OV_JP_T_NE] = 5,
	[OV_JP_T_LT] = 5,
	[OV_JP_T_LE] = 5,
	[OV_JP_T_GT] = 5,
	[OV_JP_T_GE] = 5,
	[OV_JP_T_FLATTEN] = 9,
	[OV_JP_T_STAR] = 20,
	[OV_JP_T_FILTER] = 21,
	[OV_JP_T_DOT] = 40,
	[OV_JP_T_NOT] = 45,
	[OV_JP_T_LBRACE] = 50,
	[OV_JP_T_LBRACKET] = 55,
	[OV_JP_T_LPAREN] = 60,
};

/** Tokens that bind less than this end a projection. */
enum { PROJECTION_END = 10 };

static int binds(enum ov_jp_token_kind kind)
{
	return (size_t)kind < OV_COUNT(power) ? power[kind] : 0;
}

static bool too_deep(struct parser *p, size_t at)
{
	ov_jp_wrong(&p->lex, at, 1, "the expression is nested deeper than %d levels",
		OV_LIMIT_DEPTH);
	p->lex.error->fault = OV_JMESPATH_LIMIT;
	return false;
}

static const struct ov_jp_token *ahead(const struct parser *p, size_t n)
{
	size_t i = p->next + n;
	return &p->lex.tokens.items[i < p->lex.tokens.count ? i : p->lex.tokens.count - 1];
}

static enum ov_jp_token_kind current(const struct parser *p)
{
	return ahead(p, 0)->kind;
}

static struct ov_jp_node *unexpected(struct parser *p, const struct ov_jp_token *t)
{
	if (t->kind == OV_JP_T_END)
		ov_jp_wrong(&p->lex, t->at, 0, "Incomplete expression");
	else
		ov_jp_wrong(&p->lex, t->at, t->len, "Unexpected token: %.*s",
			OV_STR_ARG(ov_str_sub(p->lex.text, t->at, (size_t)t->at + t->len)));
	return NULL;
}

static bool match(struct parser *p, enum ov_jp_token_kind kind)
{
	if (current(p) != kind)
		return unexpected(p, ahead(p, 0)) != NULL;
	p->next++;
	return true;
}

static struct ov_jp_node *node(
	struct parser *p, enum ov_jp_kind kind, const struct ov_jp_token *t)
{
	struct ov_jp_node *n = ov_new(p->lex.arena, struct ov_jp_node);
	n->kind = (uint8_t)kind;
	n->depth = 1;
	n->at = t->at;
	n->len = t->len;
	return n;
}

/* Appends a child; a NULL child is a failure that has been recorded. */
static bool adopt(struct parser *p, struct ov_jp_node *n, struct ov_jp_node *child)
{
	if (!child)
		return false;
	/* Capacities are the powers of two. */
	if ((n->count & (n->count - 1)) == 0) {
		size_t cap = n->count ? 2 * (size_t)n->count : 1;
		struct ov_jp_node **grown =
			ov_new_array(p->lex.arena, struct ov_jp_node *, cap);
		if (n->count)
			memcpy(grown, n->child, n->count * sizeof(struct ov_jp_node *));
		n->child = grown;
	}
	n->child[n->count++] = child;
	if (child->depth >= n->depth)
		n->depth = (uint16_t)(child->depth + 1);
	if (n->depth > OV_LIMIT_DEPTH)
		return too_deep(p, child->at);
	/* A node's own text reaches from its first child, or itself, to its last. */
	uint32_t end = child->at + child->len, own = n->at + n->len;
	n->at = child->at < n->at ? child->at : n->at;
	n->len = (end > own ? end : own) - n->at;
	return true;
}

static struct ov_jp_node *pair(struct parser *p, enum ov_jp_kind kind,
	const struct ov_jp_token *t, struct ov_jp_node *left, struct ov_jp_node *right)
{
	struct ov_jp_node *n = node(p, kind, t);
	return adopt(p, n, left) && adopt(p, n, right) ? n : NULL;
}

static struct ov_jp_node *identity(struct parser *p, const struct ov_jp_token *t)
{
	struct ov_jp_node *n = node(p, OV_JP_IDENTITY, t);
	n->len = 0;
	return n;
}

static struct ov_jp_node *expression(struct parser *p, int least);

static struct ov_jp_node *select_list(struct parser *p, const struct ov_jp_token *open)
{
	struct ov_jp_node *n = node(p, OV_JP_LIST, open);
	for (;;) {
		if (!adopt(p, n, expression(p, 0)))
			return NULL;
		if (current(p) == OV_JP_T_RBRACKET)
			break;
		if (!match(p, OV_JP_T_COMMA))
			return NULL;
	}
	return match(p, OV_JP_T_RBRACKET) ? n : NULL;
}

static struct ov_jp_node *select_hash(struct parser *p, const struct ov_jp_token *open)
{
	struct ov_jp_node *n = node(p, OV_JP_HASH, open);
	for (;;) {
		const struct ov_jp_token *name = ahead(p, 0);
		if (name->kind != OV_JP_T_NAME && name->kind != OV_JP_T_QUOTED)
			return unexpected(p, name);
		p->next++;
		struct ov_jp_node *entry = node(p, OV_JP_PAIR, name);
		entry->key = ov_key(p->lex.keys, name->text);
		if (!match(p, OV_JP_T_COLON) || !adopt(p, entry, expression(p, 0)) ||
			!adopt(p, n, entry))
			return NULL;
		if (current(p) == OV_JP_T_RBRACE)
			break;
		/* go-jmespath asks for no comma here either. */
		if (current(p) == OV_JP_T_COMMA)
			p->next++;
		else if (p->lex.dialect == OV_JMESPATH_STANDARD)
			return unexpected(p, ahead(p, 0));
	}
	return match(p, OV_JP_T_RBRACE) ? n : NULL;
}

static struct ov_jp_node *dot_rhs(struct parser *p, int least)
{
	const struct ov_jp_token *t = ahead(p, 0);
	if (t->kind == OV_JP_T_NAME || t->kind == OV_JP_T_QUOTED || t->kind == OV_JP_T_STAR)
		return expression(p, least);
	if (t->kind != OV_JP_T_LBRACKET && t->kind != OV_JP_T_LBRACE)
		return unexpected(p, t);
	p->next++;
	return t->kind == OV_JP_T_LBRACKET ? select_list(p, t) : select_hash(p, t);
}

static struct ov_jp_node *projection_rhs(struct parser *p, int least)
{
	enum ov_jp_token_kind kind = current(p);
	if (binds(kind) < PROJECTION_END)
		return identity(p, ahead(p, 0));
	if (kind == OV_JP_T_LBRACKET || kind == OV_JP_T_FILTER)
		return expression(p, least);
	if (kind != OV_JP_T_DOT)
		return unexpected(p, ahead(p, 0));
	p->next++;
	return dot_rhs(p, least);
}

static bool index_number(struct parser *p, int64_t *out)
{
	const struct ov_jp_token *t = ahead(p, 0);
	bool negative = ov_byte(t->text, 0) == '-';
	int64_t value = 0;
	if (t->kind != OV_JP_T_NUMBER || t->text.len > 18 || (negative && t->text.len == 1))
		return ov_jp_wrong(
			&p->lex, t->at, t->len, "'%.*s' is no index", OV_STR_ARG(t->text));
	for (size_t i = negative; i < t->text.len; i++)
		value = value * 10 + (t->text.ptr[i] - '0');
	*out = negative ? -value : value;
	p->next++;
	return true;
}

/* What follows a bracket that a number or a colon comes after: an index or a slice. */
static struct ov_jp_node *index_or_slice(struct parser *p, const struct ov_jp_token *open)
{
	struct ov_jp_node *n = node(p, OV_JP_INDEX, open);
	if (current(p) != OV_JP_T_COLON && ahead(p, 1)->kind != OV_JP_T_COLON) {
		if (!index_number(p, &n->slice[0]) || !match(p, OV_JP_T_RBRACKET))
			return NULL;
		return n;
	}
	n->kind = OV_JP_SLICE;
	for (size_t part = 0; part < 3 && current(p) != OV_JP_T_RBRACKET;) {
		if (current(p) == OV_JP_T_COLON) {
			/* go-jmespath lets a third colon pass where nothing follows it. */
			if (++part == 3 && p->lex.dialect == OV_JMESPATH_STANDARD)
				break;
			p->next++;
		} else {
			if (!index_number(p, &n->slice[part]))
				return NULL;
			n->set |= (uint8_t)(1u << part);
		}
	}
	return match(p, OV_JP_T_RBRACKET) ? n : NULL;
}

/* Puts an index behind `left`; a slice begins a projection. */
static struct ov_jp_node *indexed(
	struct parser *p, struct ov_jp_node *left, const struct ov_jp_token *open)
{
	struct ov_jp_node *index = index_or_slice(p, open);
	if (!index)
		return NULL;
	struct ov_jp_node *n = pair(p, OV_JP_CHAIN, open, left, index);
	if (!n || index->kind != OV_JP_SLICE)
		return n;
	return pair(p, OV_JP_PROJECTION, open, n, projection_rhs(p, power[OV_JP_T_STAR]));
}

static struct ov_jp_node *filter(
	struct parser *p, struct ov_jp_node *left, const struct ov_jp_token *open)
{
	struct ov_jp_node *condition = expression(p, 0);
	if (!condition || !match(p, OV_JP_T_RBRACKET))
		return NULL;
	struct ov_jp_node *right = current(p) == OV_JP_T_FLATTEN
					   ? identity(p, open)
					   : projection_rhs(p, power[OV_JP_T_FILTER]);
	struct ov_jp_node *n = pair(p, OV_JP_FILTER, open, left, right);
	return n && adopt(p, n, condition) ? n : NULL;
}

static struct ov_jp_node *flatten(
	struct parser *p, struct ov_jp_node *left, const struct ov_jp_token *t)
{
	struct ov_jp_node *n = node(p, OV_JP_FLATTEN, t);
	if (!adopt(p, n, left))
		return NULL;
	return pair(p, OV_JP_PROJECTION, t, n, projection_rhs(p, power[OV_JP_T_FLATTEN]));
}

static struct ov_jp_node *literal(struct parser *p, const struct ov_jp_token *t)
{
	struct ov_jp_node *n = node(p, OV_JP_LITERAL, t);
	struct ov_str why = {0};
	if (t->kind == OV_JP_T_RAW) {
		n->literal = ov_value_string(t->text);
		return n;
	}
	n->literal = ov_jp_read_json(p->lex.arena, p->lex.keys, NULL, t->text, &why);
	if (!ov_is_some(n->literal)) {
		ov_jp_wrong(&p->lex, t->at, t->len, "'%.*s' is no JSON: %.*s",
			OV_STR_ARG(t->text), OV_STR_ARG(why));
		return NULL;
	}
	return n;
}

static struct ov_jp_node *call(
	struct parser *p, struct ov_jp_node *name, const struct ov_jp_token *t)
{
	if (name->kind != OV_JP_FIELD || name->depth > 1)
		return unexpected(p, t);
	struct ov_jp_node *n = node(p, OV_JP_CALL, t);
	n->at = name->at;
	n->len = t->at + t->len - n->at;
	n->key = name->key;
	n->function = ov_jp_function_find(p->lex.dialect, name->key->str);
	while (current(p) != OV_JP_T_RPAREN) {
		const struct ov_jp_token *first = ahead(p, 0);
		struct ov_jp_node *arg = NULL;
		if (first->kind == OV_JP_T_EXPREF) {
			p->next++;
			arg = node(p, OV_JP_EXPREF, first);
			if (!adopt(p, arg, expression(p, 0)))
				return NULL;
			struct ov_opaque *ref = ov_new(p->lex.arena, struct ov_opaque);
			*ref = (struct ov_opaque){.type = "expref", .data = arg->child[0]};
			arg->literal = (struct ov_value){.kind = OV_KIND_OPAQUE, .opaque = ref};
		} else {
			arg = expression(p, 0);
		}
		if (!adopt(p, n, arg))
			return NULL;
		/* go-jmespath asks for no comma between arguments. */
		if (current(p) == OV_JP_T_COMMA)
			p->next++;
		else if (p->lex.dialect == OV_JMESPATH_STANDARD && current(p) != OV_JP_T_RPAREN)
			return unexpected(p, ahead(p, 0));
		if (p->lex.dialect == OV_JMESPATH_STANDARD && current(p) == OV_JP_T_RPAREN &&
			p->lex.tokens.items[p->next - 1].kind == OV_JP_T_COMMA)
			return unexpected(p, ahead(p, 0));
	}
	const struct ov_jp_token *end = ahead(p, 0);
	p->next++;
	n->len = end->at + end->len - n->at;
	return n;
}

/* What an expression may begin with. */
static struct ov_jp_node *prefix(struct parser *p)
{
	const struct ov_jp_token *t = ahead(p, 0);
	struct ov_jp_node *n;
	p->next++;
	switch (t->kind) {
	case OV_JP_T_LITERAL:
	case OV_JP_T_RAW: return literal(p, t);
	case OV_JP_T_NAME:
	case OV_JP_T_QUOTED:
		if (t->kind == OV_JP_T_QUOTED && current(p) == OV_JP_T_LPAREN)
			return unexpected(p, ahead(p, 0));
		n = node(p, OV_JP_FIELD, t);
		n->key = ov_key(p->lex.keys, t->text);
		return n;
	case OV_JP_T_STAR:
		n = current(p) == OV_JP_T_RBRACKET ? identity(p, t)
						   : projection_rhs(p, power[OV_JP_T_STAR]);
		return pair(p, OV_JP_VALUES, t, identity(p, t), n);
	case OV_JP_T_FILTER: return filter(p, identity(p, t), t);
	case OV_JP_T_LBRACE: return select_hash(p, t);
	case OV_JP_T_FLATTEN: return flatten(p, identity(p, t), t);
	case OV_JP_T_LBRACKET:
		if (current(p) == OV_JP_T_NUMBER || current(p) == OV_JP_T_COLON)
			return indexed(p, identity(p, t), t);
		if (current(p) == OV_JP_T_STAR && ahead(p, 1)->kind == OV_JP_T_RBRACKET) {
			p->next += 2;
			return pair(p, OV_JP_PROJECTION, t, identity(p, t),
				projection_rhs(p, power[OV_JP_T_STAR]));
		}
		return select_list(p, t);
	case OV_JP_T_CURRENT: return node(p, OV_JP_IDENTITY, t);
	case OV_JP_T_NOT:
		n = node(p, OV_JP_NOT, t);
		return adopt(p, n, expression(p, power[OV_JP_T_NOT])) ? n : NULL;
	case OV_JP_T_LPAREN:
		n = expression(p, 0);
		return n && match(p, OV_JP_T_RPAREN) ? n : NULL;
	case OV_JP_T_END:
	case OV_JP_T_DOT:
	case OV_JP_T_RPAREN:
	case OV_JP_T_RBRACKET:
	case OV_JP_T_RBRACE:
	case OV_JP_T_OR:
	case OV_JP_T_PIPE:
	case OV_JP_T_NUMBER:
	case OV_JP_T_COMMA:
	case OV_JP_T_COLON:
	case OV_JP_T_LT:
	case OV_JP_T_LE:
	case OV_JP_T_GT:
	case OV_JP_T_GE:
	case OV_JP_T_EQ:
	case OV_JP_T_NE:
	case OV_JP_T_EXPREF:
	case OV_JP_T_AND: break;
	}
	return unexpected(p, t);
}

static struct ov_jp_node *comparison(struct parser *p, struct ov_jp_node *left,
	const struct ov_jp_token *t, enum ov_jp_op op)
{
	struct ov_jp_node *n = pair(p, OV_JP_COMPARE, t, left, expression(p, power[t->kind]));
	if (n)
		n->op = (uint8_t)op;
	return n;
}

/* What may follow an expression; its token has been taken. */
static struct ov_jp_node *infix(
	struct parser *p, struct ov_jp_node *left, const struct ov_jp_token *t)
{
	switch (t->kind) {
	case OV_JP_T_DOT:
		if (current(p) != OV_JP_T_STAR)
			return pair(p, OV_JP_CHAIN, t, left, dot_rhs(p, power[OV_JP_T_DOT]));
		p->next++;
		return pair(p, OV_JP_VALUES, t, left, projection_rhs(p, power[OV_JP_T_DOT]));
	case OV_JP_T_PIPE:
		return pair(p, OV_JP_PIPE, t, left, expression(p, power[OV_JP_T_PIPE]));
	case OV_JP_T_OR: return pair(p, OV_JP_OR, t, left, expression(p, power[OV_JP_T_OR]));
	case OV_JP_T_AND: return pair(p, OV_JP_AND, t, left, expression(p, power[OV_JP_T_AND]));
	case OV_JP_T_LPAREN: return call(p, left, t);
	case OV_JP_T_FILTER: return filter(p, left, t);
	case OV_JP_T_FLATTEN: return flatten(p, left, t);
	case OV_JP_T_EQ: return comparison(p, left, t, OV_JP_EQ);
	case OV_JP_T_NE: return comparison(p, left, t, OV_JP_NE);
	case OV_JP_T_LT: return comparison(p, left, t, OV_JP_LT);
	case OV_JP_T_LE: return comparison(p, left, t, OV_JP_LE);
	case OV_JP_T_GT: return comparison(p, left, t, OV_JP_GT);
	case OV_JP_T_GE: return comparison(p, left, t, OV_JP_GE);
	case OV_JP_T_LBRACKET:
		if (current(p) == OV_JP_T_NUMBER || current(p) == OV_JP_T_COLON)
			return indexed(p, left, t);
		if (!match(p, OV_JP_T_STAR) || !match(p, OV_JP_T_RBRACKET))
			return NULL;
		return pair(
			p, OV_JP_PROJECTION, t, left, projection_rhs(p, power[OV_JP_T_STAR]));
	case OV_JP_T_END:
	case OV_JP_T_STAR:
	case OV_JP_T_RPAREN:
	case OV_JP_T_RBRACKET:
	case OV_JP_T_LBRACE:
	case OV_JP_T_RBRACE:
	case OV_JP_T_NUMBER:
	case OV_JP_T_NAME:
	case OV_JP_T_QUOTED:
	case OV_JP_T_COMMA:
	case OV_JP_T_COLON:
	case OV_JP_T_LITERAL:
	case OV_JP_T_RAW:
	case OV_JP_T_CURRENT:
	case OV_JP_T_EXPREF:
	case OV_JP_T_NOT: break;
	}
	return unexpected(p, t);
}

static struct ov_jp_node *expression(struct parser *p, int least)
{
	if (++p->depth > OV_LIMIT_DEPTH) {
		too_deep(p, ahead(p, 0)->at);
		return NULL;
	}
	struct ov_jp_node *n = prefix(p);
	while (n && least < binds(current(p))) {
		const struct ov_jp_token *t = ahead(p, 0);
		p->next++;
		n = infix(p, n, t);
	}
	p->depth--;
	return n;
}

struct ov_jp_node *ov_jp_parse(struct ov_arena *arena, struct ov_keys *keys,
	enum ov_jmespath_dialect dialect, struct ov_str text, struct ov_jmespath_error *error)
{
	struct parser p = {.lex = {.arena = arena,
				   .keys = keys,
				   .dialect = dialect,
				   .text = text,
				   .error = error}};
	*error = (struct ov_jmespath_error){0};
	if (text.len > OV_LIMIT_EXPR_TEXT) {
		ov_jp_wrong(&p.lex, 0, 0, "the expression is longer than %d bytes",
			OV_LIMIT_EXPR_TEXT);
		error->fault = OV_JMESPATH_LIMIT;
		return NULL;
	}
	if (!ov_jp_lex(&p.lex))
		return NULL;
	struct ov_jp_node *n = expression(&p, 0);
	if (n && current(&p) != OV_JP_T_END) {
		const struct ov_jp_token *t = ahead(&p, 0);
		ov_jp_wrong(&p.lex, t->at, t->len,
			"Unexpected token at the end of the expression: %.*s",
			OV_STR_ARG(ov_str_sub(text, t->at, (size_t)t->at + t->len)));
		return NULL;
	}
	return n;
}
