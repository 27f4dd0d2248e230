/* lex: tokens of CEL. Layer: expr. */
#include "expr/lex.h"

#include "lang/ascii.h"
#include "value/number.h"

/* Of what peek() gives: no byte beyond ASCII, and not -1, is any of these. */
static bool is_digit(int c)
{
	return ov_is_digit((char)c);
}

static bool is_letter(int c)
{
	return ov_is_alpha((char)c) || c == '_';
}

static int hex_digit(int c)
{
	return ov_hex_value((char)c);
}

static int peek(const struct ov_lexer *lexer, size_t ahead)
{
	size_t at = lexer->pos + ahead;
	return at < lexer->text.len ? (unsigned char)lexer->text.ptr[at] : -1;
}

static void skip_blanks(struct ov_lexer *lexer)
{
	for (;;) {
		int c = peek(lexer, 0);
		if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
			lexer->pos++;
		} else if (c == '/' && peek(lexer, 1) == '/') {
			while (peek(lexer, 0) >= 0 && peek(lexer, 0) != '\n')
				lexer->pos++;
		} else {
			return;
		}
	}
}

static struct ov_token finish(
	const struct ov_lexer *lexer, struct ov_token token, enum ov_token_kind kind)
{
	token.kind = kind;
	token.end = lexer->pos;
	token.text = ov_str_sub(lexer->text, token.start, token.end);
	return token;
}

static struct ov_token bad(const struct ov_lexer *lexer, struct ov_token token, const char *why)
{
	token = finish(lexer, token, OV_TOKEN_BAD);
	token.error = why;
	return token;
}

/* Behind the digits. Integers are kept as uint64 until the parser has seen a sign. */
static struct ov_token integer(
	struct ov_lexer *lexer, struct ov_token token, uint64_t n, bool over)
{
	bool is_unsigned = peek(lexer, 0) == 'u' || peek(lexer, 0) == 'U';
	lexer->pos += is_unsigned;
	if (over)
		return bad(lexer, token, "the number is too large");
	token.value = ov_value_uint(n);
	return finish(lexer, token, is_unsigned ? OV_TOKEN_UINT : OV_TOKEN_INT);
}

static struct ov_token hex_number(struct ov_lexer *lexer, struct ov_token token)
{
	lexer->pos += 2;
	uint64_t n = 0;
	bool over = false;
	while (hex_digit(peek(lexer, 0)) >= 0) {
		over = over || n >> 60;
		n = n << 4 | (uint64_t)hex_digit(peek(lexer, 0));
		lexer->pos++;
	}
	return integer(lexer, token, n, over);
}

static struct ov_token number(struct ov_lexer *lexer, struct ov_token token)
{
	if (peek(lexer, 0) == '0' && (peek(lexer, 1) == 'x' || peek(lexer, 1) == 'X') &&
		hex_digit(peek(lexer, 2)) >= 0)
		return hex_number(lexer, token);
	bool is_double = false;
	while (is_digit(peek(lexer, 0)))
		lexer->pos++;
	if (peek(lexer, 0) == '.' && is_digit(peek(lexer, 1))) {
		is_double = true;
		lexer->pos++;
		while (is_digit(peek(lexer, 0)))
			lexer->pos++;
	}
	if (peek(lexer, 0) == 'e' || peek(lexer, 0) == 'E') {
		size_t sign = peek(lexer, 1) == '+' || peek(lexer, 1) == '-';
		if (is_digit(peek(lexer, 1 + sign))) {
			is_double = true;
			lexer->pos += 1 + sign;
			while (is_digit(peek(lexer, 0)))
				lexer->pos++;
		}
	}
	struct ov_str digits = ov_str_sub(lexer->text, token.start, lexer->pos);
	if (is_double) {
		double d;
		if (!ov_number_double(digits, &d))
			return bad(lexer, token, "the number cannot be read");
		token.value = ov_value_double(d);
		return finish(lexer, token, OV_TOKEN_DOUBLE);
	}
	uint64_t n = 0;
	bool over = false;
	for (size_t i = 0; i < digits.len; i++) {
		uint64_t d = (uint64_t)(digits.ptr[i] - '0');
		over = over || n > (UINT64_MAX - d) / 10;
		n = n * 10 + d;
	}
	return integer(lexer, token, n, over);
}

/* Reads `digits` hexadecimal (base 16) or octal (base 8) digits; -1 where one is missing. */
static int32_t code(struct ov_lexer *lexer, size_t digits, int base)
{
	int32_t n = 0;
	for (size_t i = 0; i < digits; i++) {
		int d = hex_digit(peek(lexer, 0));
		if (d < 0 || d >= base || n > 0x10ffff)
			return -1;
		n = n * base + d;
		lexer->pos++;
	}
	return n;
}

static void put_code(struct ov_buf *out, int32_t n, bool is_bytes)
{
	char utf8[4];
	if (is_bytes)
		ov_buf_putc(out, (char)n);
	else
		ov_buf_add(out, ov_str_n(utf8, ov_utf8_put(utf8, (uint32_t)n)));
}

static const char *escape(struct ov_lexer *lexer, struct ov_buf *out, bool is_bytes)
{
	int c = peek(lexer, 0);
	if (c < 0)
		return "the string is not closed";
	if (c >= '0' && c <= '3') {
		int32_t n = code(lexer, 3, 8);
		if (n < 0)
			return "an octal escape takes three digits, \\000 to \\377";
		put_code(out, n, is_bytes);
		return NULL;
	}
	lexer->pos++;
	static const char plain[] = "abfnrtv\\?\"'`", meant[] = "\a\b\f\n\r\t\v\\?\"'`";
	const char *hit = memchr(plain, c, sizeof(plain) - 1);
	if (hit) {
		ov_buf_putc(out, meant[hit - plain]);
		return NULL;
	}
	size_t digits = c == 'x' || c == 'X' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	if (!digits || (is_bytes && digits > 2))
		return "there is no such escape sequence";
	int32_t n = code(lexer, digits, 16);
	if (n < 0 || n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff))
		return "the escape is no Unicode code point";
	put_code(out, n, is_bytes);
	return NULL;
}

static struct ov_token string(
	struct ov_lexer *lexer, struct ov_token token, bool raw, bool is_bytes)
{
	int quote = peek(lexer, 0);
	bool triple = peek(lexer, 1) == quote && peek(lexer, 2) == quote;
	lexer->pos += triple ? 3 : 1;
	struct ov_buf out;
	ov_buf_init(&out);
	const char *error = NULL;
	while (!error) {
		int c = peek(lexer, 0);
		if (c < 0 || (!triple && (c == '\n' || c == '\r'))) {
			error = "the string is not closed";
		} else if (c == quote &&
			   (!triple || (peek(lexer, 1) == quote && peek(lexer, 2) == quote))) {
			lexer->pos += triple ? 3 : 1;
			break;
		} else if (c == '\\' && !raw) {
			lexer->pos++;
			error = escape(lexer, &out, is_bytes);
		} else if (c == '\r' && triple) {
			/* Line ends in triple-quoted strings are normalised. */
			lexer->pos += peek(lexer, 1) == '\n' ? 2 : 1;
			ov_buf_putc(&out, '\n');
		} else {
			ov_buf_putc(&out, (char)c);
			lexer->pos++;
		}
	}
	struct ov_str s = ov_str_dup(lexer->arena, ov_buf_str(&out));
	ov_buf_release(&out);
	if (error)
		return bad(lexer, token, error);
	token.value = is_bytes ? ov_value_bytes(s) : ov_value_string(s);
	return finish(lexer, token, is_bytes ? OV_TOKEN_BYTES : OV_TOKEN_STRING);
}

static struct ov_token word(struct ov_lexer *lexer, struct ov_token token)
{
	bool raw = false, is_bytes = false;
	size_t prefix = 0;
	for (; prefix < 2; prefix++) {
		int c = peek(lexer, prefix);
		if ((c == 'r' || c == 'R') && !raw)
			raw = true;
		else if ((c == 'b' || c == 'B') && !is_bytes)
			is_bytes = true;
		else
			break;
	}
	if (prefix && (peek(lexer, prefix) == '"' || peek(lexer, prefix) == '\'')) {
		lexer->pos += prefix;
		return string(lexer, token, raw, is_bytes);
	}
	while (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0)))
		lexer->pos++;
	return finish(lexer, token, OV_TOKEN_IDENT);
}

static struct ov_token quoted(struct ov_lexer *lexer, struct ov_token token)
{
	lexer->pos++;
	size_t from = lexer->pos;
	for (int c; (c = peek(lexer, 0)) != '`';) {
		if (!(is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '/' ||
			    c == ' '))
			return bad(lexer, token, "a quoted field name is not closed");
		lexer->pos++;
	}
	struct ov_str name = ov_str_sub(lexer->text, from, lexer->pos);
	lexer->pos++;
	token = finish(lexer, token, OV_TOKEN_QUOTED);
	token.text = name;
	return token;
}

struct ov_token ov_lexer_next(struct ov_lexer *lexer)
{
	skip_blanks(lexer);
	struct ov_token token = {.start = lexer->pos};
	int c = peek(lexer, 0);
	if (c < 0)
		return finish(lexer, token, OV_TOKEN_END);
	if (is_letter(c))
		return word(lexer, token);
	if (is_digit(c) || (c == '.' && is_digit(peek(lexer, 1))))
		return number(lexer, token);
	if (c == '"' || c == '\'')
		return string(lexer, token, false, false);
	if (c == '`')
		return quoted(lexer, token);
	static const char *const two[] = {"&&", "||", "==", "!=", "<=", ">="};
	for (size_t i = 0; i < OV_COUNT(two); i++) {
		if (c == two[i][0] && peek(lexer, 1) == two[i][1]) {
			lexer->pos += 2;
			return finish(lexer, token, OV_TOKEN_OP);
		}
	}
	lexer->pos++;
	if (memchr("+-*/%!<>?:.,()[]{}", c, 18))
		return finish(lexer, token, OV_TOKEN_OP);
	return bad(lexer, token,
		c == '=' ? "a single '=' is no operator; equality is written =="
			 : "this character has no meaning in an expression");
}

size_t ov_lexer_close(struct ov_arena *arena, struct ov_str text, size_t from)
{
	struct ov_lexer lexer = {arena, text, from};
	size_t depth = 0;
	for (;;) {
		struct ov_token token = ov_lexer_next(&lexer);
		if (token.kind == OV_TOKEN_END)
			return SIZE_MAX;
		if (token.kind == OV_TOKEN_BAD && lexer.pos >= text.len)
			return SIZE_MAX;
		if (token.kind != OV_TOKEN_OP)
			continue;
		if (ov_str_is(token.text, "{"))
			depth++;
		else if (ov_str_is(token.text, "}")) {
			if (!depth)
				return token.end;
			depth--;
		}
	}
}
