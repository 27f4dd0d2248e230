/*
 * lex: tokens of CEL. Layer: expr.
 *
 * Source: cel-spec, doc/langdef.md, "Syntax". The lexer reports no positions of its own: a
 * token is a slice of the text, and the parser knows where that stands.
 */
#ifndef OV_LEX_H
#define OV_LEX_H

#include "value/value.h"

/** Kinds of tokens; an operator is its own kind. */
enum ov_token_kind {
	OV_TOKEN_END,
	OV_TOKEN_BAD, /**< `error` says why */
	OV_TOKEN_IDENT,
	OV_TOKEN_QUOTED, /**< a `quoted` field name; `text` is what stands inside */
	OV_TOKEN_INT,
	OV_TOKEN_UINT,
	OV_TOKEN_DOUBLE,
	OV_TOKEN_STRING,
	OV_TOKEN_BYTES,
	OV_TOKEN_OP,
};

/** A token. */
struct ov_token {
	enum ov_token_kind kind;
	size_t start, end;     /**< bytes of the text */
	struct ov_str text;    /**< of identifiers and operators */
	struct ov_value value; /**< of literals, without place */
	const char *error;
};

/** Reads tokens from a text. */
struct ov_lexer {
	struct ov_arena *arena; /**< for strings with escapes */
	struct ov_str text;
	size_t pos;
};

/** The next token; OV_TOKEN_END at the end, for ever. */
struct ov_token ov_lexer_next(struct ov_lexer *lexer);

/**
 * Offset behind the `}` that closes an expression which begins at `from`, as CEL's own tokens
 * balance braces, or SIZE_MAX where none does.
 */
size_t ov_lexer_close(struct ov_arena *arena, struct ov_str text, size_t from);

#endif
