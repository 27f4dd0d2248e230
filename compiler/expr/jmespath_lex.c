/* jmespath_lex: tokens of JMESPath. Layer: expr. */
#include "expr/jmespath_lex.h"

#include "expr/jmespath_read.h"
#include "lang/ascii.h"

#include <stdarg.h>

bool ov_jp_wrong(struct ov_jp_lexer *p, size_t at, size_t len, const char *fmt, ...)
{
	va_list args;
	if (p->error->fault)
		return false;
	p->error->fault = OV_JMESPATH_SYNTAX;
	p->error->at = (uint32_t)at;
	p->error->len = (uint32_t)len;
	va_start(args, fmt);
	p->error->message = ov_str_vfmt(p->arena, fmt, args);
	va_end(args);
	return false;
}

static void push(struct ov_jp_lexer *p, enum ov_jp_token_kind kind, size_t at, size_t end,
	struct ov_str s)
{
	struct ov_jp_token token = {kind, (uint32_t)at, (uint32_t)(end - at), s};
	ov_vec_push(p->arena, &p->tokens, token);
}

/* Offset of the delimiter that closes what begins at `from`; a backslash hides what follows. */
static size_t closing(struct ov_str s, size_t from, char c)
{
	for (size_t i = from; i < s.len; i++) {
		if (s.ptr[i] == c)
			return i;
		if (s.ptr[i] == '\\')
			i++;
	}
	return SIZE_MAX;
}

static bool unclosed(struct ov_jp_lexer *p, size_t at, char c)
{
	return ov_jp_wrong(p, at, p->text.len - at, "Unclosed delimiter: %c", c);
}

/*
 * The quote that ends a raw string. go-jmespath takes \' for a quote even where the backslash
 * is one of a pair.
 */
static size_t raw_end(const struct ov_jp_lexer *p, size_t from)
{
	if (p->dialect == OV_JMESPATH_STANDARD)
		return closing(p->text, from, '\'');
	for (size_t i = from; i < p->text.len; i++) {
		if (p->text.ptr[i] == '\'')
			return i;
		if (p->text.ptr[i] == '\\' && ov_byte(p->text, i + 1) == '\'')
			i++;
	}
	return SIZE_MAX;
}

/* A copy without the backslashes that stand before `c`. */
static struct ov_str unescape(struct ov_jp_lexer *p, struct ov_str s, char c)
{
	if (ov_str_chr(s, '\\') == SIZE_MAX)
		return s;
	char *out = ov_arena_alloc(p->arena, s.len + 1, 1);
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '\\' && ov_byte(s, i + 1) == c)
			i++;
		else if (s.ptr[i] == '\\' && c == '\'' && p->dialect == OV_JMESPATH_STANDARD &&
			 i + 1 < s.len)
			out[n++] = s.ptr[i++];
		out[n++] = s.ptr[i];
	}
	return ov_str_n(out, n);
}

static bool lex_quoted(struct ov_jp_lexer *p, size_t at, size_t *end)
{
	size_t close = closing(p->text, at + 1, '"');
	if (close == SIZE_MAX)
		return unclosed(p, at, '"');
	struct ov_str why = {0};
	struct ov_value v = ov_jp_read_json(
		p->arena, p->keys, NULL, ov_str_sub(p->text, at, close + 1), &why);
	if (!ov_is_string(v))
		return ov_jp_wrong(p, at, close + 1 - at, "%.*s", OV_STR_ARG(why));
	*end = close + 1;
	push(p, OV_JP_T_QUOTED, at, *end, ov_string(v));
	return true;
}

static bool lex_raw(struct ov_jp_lexer *p, size_t at, size_t *end)
{
	size_t close = raw_end(p, at + 1);
	if (close == SIZE_MAX)
		return unclosed(p, at, '\'');
	*end = close + 1;
	push(p, OV_JP_T_RAW, at, *end, unescape(p, ov_str_sub(p->text, at + 1, close), '\''));
	return true;
}

static bool lex_literal(struct ov_jp_lexer *p, size_t at, size_t *end)
{
	size_t close = closing(p->text, at + 1, '`');
	if (close == SIZE_MAX)
		return unclosed(p, at, '`');
	*end = close + 1;
	push(p, OV_JP_T_LITERAL, at, *end,
		unescape(p, ov_str_sub(p->text, at + 1, close), '`'));
	return true;
}

struct operator
{
	const char *text;
	enum ov_jp_token_kind kind;
};

/** Longer ones before those that begin them. */
static const struct operator operators[] = {{"[?", OV_JP_T_FILTER}, {"[]", OV_JP_T_FLATTEN},
	{"||", OV_JP_T_OR}, {"<=", OV_JP_T_LE}, {">=", OV_JP_T_GE}, {"!=", OV_JP_T_NE},
	{"==", OV_JP_T_EQ}, {"&&", OV_JP_T_AND}, {".", OV_JP_T_DOT}, {"*", OV_JP_T_STAR},
	{",", OV_JP_T_COMMA}, {":", OV_JP_T_COLON}, {"{", OV_JP_T_LBRACE},
	{"}", OV_JP_T_RBRACE}, {"[", OV_JP_T_LBRACKET}, {"]", OV_JP_T_RBRACKET},
	{"(", OV_JP_T_LPAREN}, {")", OV_JP_T_RPAREN}, {"@", OV_JP_T_CURRENT},
	{"|", OV_JP_T_PIPE}, {"<", OV_JP_T_LT}, {">", OV_JP_T_GT}, {"!", OV_JP_T_NOT},
	{"&", OV_JP_T_EXPREF}};

static bool lex_operator(struct ov_jp_lexer *p, size_t at, size_t *end)
{
	struct ov_str rest = ov_str_sub(p->text, at, p->text.len);
	for (size_t i = 0; i < OV_COUNT(operators); i++) {
		struct ov_str text = ov_str_c(operators[i].text);
		if (ov_str_starts(rest, text)) {
			*end = at + text.len;
			push(p, operators[i].kind, at, *end, text);
			return true;
		}
	}
	size_t pos = 0;
	int32_t cp = ov_utf8_next(rest, &pos);
	if (cp >= ' ' && cp < 127)
		return ov_jp_wrong(p, at, 1, "Unknown char: '%c'", (char)cp);
	return ov_jp_wrong(
		p, at, pos, "Unknown char: '\\u%04x'", cp < 0 ? 0xfffdu : (unsigned)cp);
}

static bool is_name_start(char c)
{
	return ov_is_alpha(c) || c == '_';
}

bool ov_jp_lex(struct ov_jp_lexer *p)
{
	struct ov_str s = p->text;
	for (size_t at = 0, end; at < s.len; at = end) {
		char c = s.ptr[at];
		end = at + 1;
		if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
			continue;
		if (is_name_start(c)) {
			while (is_name_start(ov_byte(s, end)) || ov_is_digit(ov_byte(s, end)))
				end++;
			push(p, OV_JP_T_NAME, at, end, ov_str_sub(s, at, end));
		} else if (c == '-' || ov_is_digit(c)) {
			while (ov_is_digit(ov_byte(s, end)))
				end++;
			push(p, OV_JP_T_NUMBER, at, end, ov_str_sub(s, at, end));
		} else if (c == '"') {
			if (!lex_quoted(p, at, &end))
				return false;
		} else if (c == '\'') {
			if (!lex_raw(p, at, &end))
				return false;
		} else if (c == '`') {
			if (!lex_literal(p, at, &end))
				return false;
		} else if (!lex_operator(p, at, &end)) {
			return false;
		}
	}
	push(p, OV_JP_T_END, s.len, s.len, OV_STR(""));
	return true;
}
