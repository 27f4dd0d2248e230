/*
 * jmespath_lex: tokens of JMESPath. Layer: expr.
 *
 * For the files of jmespath alone.
 */
#ifndef OV_JMESPATH_LEX_H
#define OV_JMESPATH_LEX_H

#include "expr/jmespath.h"

/** Kinds of tokens. */
enum ov_jp_token_kind {
	OV_JP_T_END,
	OV_JP_T_STAR,
	OV_JP_T_DOT,
	OV_JP_T_FILTER,
	OV_JP_T_FLATTEN,
	OV_JP_T_LPAREN,
	OV_JP_T_RPAREN,
	OV_JP_T_LBRACKET,
	OV_JP_T_RBRACKET,
	OV_JP_T_LBRACE,
	OV_JP_T_RBRACE,
	OV_JP_T_OR,
	OV_JP_T_PIPE,
	OV_JP_T_NUMBER,
	OV_JP_T_NAME,
	OV_JP_T_QUOTED,
	OV_JP_T_COMMA,
	OV_JP_T_COLON,
	OV_JP_T_LT,
	OV_JP_T_LE,
	OV_JP_T_GT,
	OV_JP_T_GE,
	OV_JP_T_EQ,
	OV_JP_T_NE,
	OV_JP_T_LITERAL,
	OV_JP_T_RAW,
	OV_JP_T_CURRENT,
	OV_JP_T_EXPREF,
	OV_JP_T_AND,
	OV_JP_T_NOT,
};

/** A token. */
struct ov_jp_token {
	enum ov_jp_token_kind kind;
	uint32_t at, len;
	struct ov_str text; /**< of names, decoded; of numbers and literals */
};

/** A lexer; the tokens lie in the arena, the last is OV_JP_T_END. */
struct ov_jp_lexer {
	struct ov_arena *arena;
	struct ov_keys *keys;
	enum ov_jmespath_dialect dialect;
	struct ov_str text;
	struct ov_jmespath_error *error;
	OV_VEC(struct ov_jp_token) tokens;
};

/** Reads all tokens; false with `*error` set where there is something else. */
bool ov_jp_lex(struct ov_jp_lexer *lexer);

/** Sets `*error`, where it is not set yet, to a mistake in the text; returns false. */
OV_PRINTF(4, 5)
bool ov_jp_wrong(struct ov_jp_lexer *lexer, size_t at, size_t len, const char *fmt, ...);

#endif
