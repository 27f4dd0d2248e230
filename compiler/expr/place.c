/* place: where a byte of a string value stands in its source. Layer: expr. */
#include "expr/expr.h"

/* Offset in `text` of content byte `want` of the quoted scalar at `at`. */
static size_t in_quoted(struct ov_str text, size_t at, size_t want)
{
	char quote = text.ptr[at];
	size_t i = at + 1;
	for (size_t n = 0; i < text.len && n < want;) {
		if (quote == '"' && text.ptr[i] == '\\') {
			char c = i + 1 < text.len ? text.ptr[i + 1] : 0;
			size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
			if (c == '\n') {
				/* A line joined without a blank. */
				i += 2;
				while (i < text.len && text.ptr[i] == ' ')
					i++;
				continue;
			}
			i += 2 + digits;
			n++;
		} else if (quote == '\'' && text.ptr[i] == '\'') {
			i += 2;
			n++;
		} else if (text.ptr[i] == '\n') {
			/* A folded line end and the indentation behind it are one blank. */
			while (i < text.len && (text.ptr[i] == '\n' || text.ptr[i] == ' '))
				i++;
			n++;
		} else {
			i++;
			n++;
		}
	}
	return i;
}

static size_t line_end(struct ov_str text, size_t i)
{
	while (i < text.len && text.ptr[i] != '\n')
		i++;
	return i;
}

static size_t indent_of(struct ov_str text, size_t i)
{
	size_t n = 0;
	while (i + n < text.len && text.ptr[i + n] == ' ')
		n++;
	return n;
}

/* Offset of content byte `want` of the block scalar whose indicator stands at `at`. */
static size_t in_block(struct ov_str text, size_t at, size_t want)
{
	size_t header = line_end(text, at);
	size_t i = header < text.len ? header + 1 : header;
	size_t indent = 0;
	for (size_t line = i; line < text.len; line = line_end(text, line) + 1) {
		size_t n = indent_of(text, line);
		if (line + n < text.len && text.ptr[line + n] != '\n') {
			indent = n;
			break;
		}
	}
	/* An explicit indentation indicator leaves further blanks to the content. */
	for (size_t k = at + 1; k < header && k < at + 3; k++) {
		if (text.ptr[k] >= '1' && text.ptr[k] <= '9') {
			size_t start = at;
			while (start && text.ptr[start - 1] != '\n')
				start--;
			size_t own = indent_of(text, start) + (size_t)(text.ptr[k] - '0');
			if (own < indent)
				indent = own;
		}
	}
	for (size_t n = 0; i < text.len;) {
		size_t end = line_end(text, i);
		size_t skip = indent_of(text, i);
		if (skip > indent)
			skip = indent;
		size_t content = end - i - skip;
		if (want - n <= content)
			return i + skip + (want - n);
		n += content + 1;
		i = end + 1;
	}
	return text.len;
}

struct ov_span ov_expr_place(const struct ov_expr_text *text, size_t offset, size_t len)
{
	const struct ov_source *source = ov_sources_at(text->sources, text->scalar.loc);
	if (!source)
		return ov_span(0);
	struct ov_str bytes = source->text;
	size_t want = text->offset + offset;
	const char *p = text->scalar.bytes;
	if (p && (uintptr_t)p >= (uintptr_t)bytes.ptr &&
		(uintptr_t)p < (uintptr_t)bytes.ptr + bytes.len)
		return ov_span_n(
			source->base + (uint32_t)(p - bytes.ptr) + (uint32_t)want, len);
	size_t at = text->scalar.loc - source->base;
	if (at >= bytes.len)
		return ov_span(text->scalar.loc);
	char c = bytes.ptr[at];
	if (c == '|' || c == '>')
		at = in_block(bytes, at, want);
	else if (c == '"' || c == '\'')
		at = in_quoted(bytes, at, want);
	else
		at += want;
	if (at > bytes.len)
		at = bytes.len;
	return ov_span_n(source->base + (uint32_t)at, len);
}
