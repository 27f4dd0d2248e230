/* yaml_usual_scalar: scalars of the usual form, and lines. Layer: foreign. */
#include "foreign/yaml_usual_scalar.h"

#include "lang/ascii.h"
#include "lang/scalar.h"

#include <math.h>

/* What a byte means to a plain scalar. */
enum class {
	STOPS = 1 << 0,  /* perhaps ends it, in a block */
	BEGINS = 1 << 1, /* may begin one; so may '-', before one that does */
	FLOWS = 1 << 2,  /* may go on one in a flow collection as well; ':', before a letter */
};

static const unsigned char classes[256] = {
	['\n'] = STOPS,
	['\t'] = STOPS,
	[':'] = STOPS | FLOWS,
	['#'] = STOPS,
	['_'] = BEGINS | FLOWS,
	['.'] = BEGINS | FLOWS,
	['/'] = BEGINS | FLOWS,
	['@'] = FLOWS,
	['-'] = FLOWS,
	['+'] = BEGINS | FLOWS,
	['='] = BEGINS | FLOWS,
	['$'] = BEGINS | FLOWS,
	['('] = BEGINS | FLOWS,
	[')'] = FLOWS,
	[';'] = FLOWS,
	['%'] = FLOWS,
	['*'] = FLOWS,
	['>'] = FLOWS,
	['`'] = FLOWS,
	['\''] = FLOWS,
	['~'] = BEGINS,
	['<'] = BEGINS | FLOWS,
	['^'] = BEGINS,
	['\\'] = BEGINS,
};

static bool is(char c, enum class class)
{
	return (classes[(unsigned char)c] & class) != 0;
}

/* Letters and digits begin a plain scalar and go on one. */
static bool begins(char c)
{
	return ov_is_alnum(c) || is(c, BEGINS);
}

bool ov_usual_ends(const struct ov_usual *u, const char *p)
{
	return p >= u->end || *p == ' ' || *p == '\n';
}

uint32_t ov_usual_loc(const struct ov_usual *u, const char *at)
{
	return ov_reader_loc(u->reader, (size_t)(at - u->reader->source->text.ptr));
}

static const char *line_end(const struct ov_usual *u, const char *p)
{
	const char *found = memchr(p, '\n', (size_t)(u->end - p));
	return found ? found : u->end;
}

static bool is_marker(const struct ov_usual *u, const char *p)
{
	return u->end - p >= 3 && p[0] == '-' && p[1] == '-' && p[2] == '-' &&
	       ov_usual_ends(u, p + 3);
}

bool ov_usual_next(struct ov_usual *u)
{
	const char *p = u->at;
	for (;;) {
		u->line = p;
		while (p < u->end && *p == ' ')
			p++;
		u->at = p;
		if (p == u->end) {
			u->column = 0;
			return true;
		}
		if (*p == '#')
			p = line_end(u, p);
		else if (*p != '\n')
			break;
		p += p < u->end;
	}
	u->column = (size_t)(p - u->line) + 1;
	if (u->column == 1 && is_marker(u, p))
		u->column = 0;
	/* Such a line at column 1 may end the document; elsewhere it is just not usual. */
	return *p != '\t' && *p != '%' && !(*p == '.' && u->end - p >= 3 && p[1] == '.');
}

bool ov_usual_close(struct ov_usual *u)
{
	const char *p = u->at;
	while (p < u->end && *p == ' ')
		p++;
	if (p < u->end && *p == '#' && p > u->line && p[-1] == ' ')
		p = line_end(u, p);
	if (p < u->end && *p != '\n')
		return false;
	u->at = p + (p < u->end);
	return ov_usual_next(u);
}

/* Up to the line's end, a comment, or the ':' behind a key. */
static bool scan_plain(struct ov_usual *u, struct ov_usual_scalar *out)
{
	const char *p = u->at;
	out->end = OV_USUAL_LINE;
	for (;; p++) {
		while (p < u->end && !is(*p, STOPS))
			p++;
		if (p == u->end || *p == '\n' || (*p == '#' && p > u->at && p[-1] == ' '))
			break;
		if (*p == '\t')
			return false;
		if (*p == ':' && ov_usual_ends(u, p + 1)) {
			out->end = OV_USUAL_KEY;
			break;
		}
	}
	const char *last = p;
	while (last > u->at && last[-1] == ' ')
		last--;
	out->text = ov_str_n(u->at, (size_t)(last - u->at));
	u->at = p;
	return true;
}

/* Whether the byte goes on a plain scalar, behind space if `spaced`. */
static bool flows(const struct ov_usual *u, const char *p, bool spaced)
{
	return p < u->end && (ov_is_alnum(*p) || is(*p, FLOWS)) &&
	       (*p != ':' || (!spaced && p + 1 < u->end && ov_is_alnum(p[1])));
}

static bool scan_flow_plain(struct ov_usual *u, struct ov_usual_scalar *out)
{
	const char *p = u->at, *next = p;
	while (flows(u, next, next > p)) {
		p = ++next;
		while (next < u->end && *next == ' ')
			next++;
	}
	out->text = ov_str_n(u->at, (size_t)(p - u->at));
	out->end = p < u->end && *p == ':' ? OV_USUAL_KEY : OV_USUAL_LINE;
	u->at = p;
	return out->text.len && (out->end != OV_USUAL_KEY || (u->end - p > 1 && p[1] == ' '));
}

/* The character of an escape, NUL where libyaml shall read it. */
static char unescape(char c)
{
	switch (c) {
	case '"':
	case '\\': return c;
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	default: return '\0';
	}
}

static bool scan_quoted(struct ov_usual *u, struct ov_usual_scalar *out)
{
	const char quote = *u->at;
	const char *from = u->at + 1, *p = from;
	bool copied = false;
	ov_buf_clear(&u->text);
	for (;; p++) {
		if (p == u->end || *p == '\n' || *p == '\t')
			return false;
		char c = *p;
		if (c != quote && (c != '\\' || quote == '\''))
			continue;
		if (c == quote && (quote == '"' || p + 1 == u->end || p[1] != quote))
			break;
		char stands_for = p + 1 == u->end ? '\0' : c == quote ? c : unescape(p[1]);
		if (!stands_for)
			return false;
		ov_buf_add(&u->text, ov_str_n(from, (size_t)(p - from)));
		ov_buf_putc(&u->text, stands_for);
		copied = true;
		from = ++p + 1;
	}
	out->text = ov_str_n(from, (size_t)(p - from));
	if (copied) {
		ov_buf_add(&u->text, out->text);
		out->text = ov_str_dup(u->reader->arena, ov_buf_str(&u->text));
	}
	u->at = ++p;
	while (p < u->end && *p == ' ')
		p++;
	out->end = OV_USUAL_LINE;
	if (p < u->end && *p == ':') {
		out->end = OV_USUAL_KEY;
		u->at = p;
		return ov_usual_ends(u, p + 1);
	}
	return true;
}

bool ov_usual_scan(struct ov_usual *u, bool flow, struct ov_usual_scalar *out)
{
	/* libyaml looks 1024 characters ahead for the ':' of a key. */
	enum { LONGEST_KEY = 1000 };
	char c = *u->at;
	bool ok;
	out->from = u->at;
	out->plain = c != '"' && c != '\'';
	if (!out->plain)
		ok = scan_quoted(u, out);
	else if (!begins(c) && (unsigned char)c < 0x80 &&
		 (c != '-' || u->at + 1 == u->end || !begins(u->at[1])))
		return false;
	else
		ok = flow ? scan_flow_plain(u, out) : scan_plain(u, out);
	return ok && (out->end != OV_USUAL_KEY || u->at - out->from <= LONGEST_KEY);
}

bool ov_usual_value(
	struct ov_usual *u, const struct ov_usual_scalar *scalar, struct ov_value *out)
{
	if (scalar->plain) {
		*out = ov_value_whole(ov_scalar_resolve(scalar->text));
		if (out->kind == OV_KIND_STRING)
			out->flags |= OV_FLAG_PLAIN;
	} else {
		*out = ov_value_string(scalar->text);
	}
	out->loc = ov_usual_loc(u, scalar->from);
	return out->kind != OV_KIND_DOUBLE || isfinite(out->number);
}

/* Whether the plain scalar goes on behind this line; then `at` is where, after `*breaks`. */
static bool continues(struct ov_usual *u, size_t parent, size_t *breaks)
{
	const char *p = u->at;
	for (*breaks = 0; p < u->end && *p == '\n'; ++*breaks) {
		const char *line = ++p;
		while (p < u->end && *p == ' ')
			p++;
		if (p < u->end && *p != '\n') {
			if ((size_t)(p - line) < parent || *p == '#')
				return false;
			++*breaks;
			u->line = line;
			u->at = p;
			return true;
		}
	}
	return false;
}

bool ov_usual_lines(struct ov_usual *u, size_t parent, const struct ov_usual_scalar *scalar,
	struct ov_value *out)
{
	struct ov_usual_scalar whole = *scalar;
	size_t breaks;
	bool first = true;
	while (whole.plain && u->at < u->end && *u->at == '\n' &&
		continues(u, parent, &breaks)) {
		struct ov_usual_scalar more;
		if (first) {
			ov_buf_clear(&u->text);
			ov_buf_add(&u->text, whole.text);
		}
		first = false;
		if (breaks == 1)
			ov_buf_putc(&u->text, ' ');
		else
			ov_buf_pad(&u->text, '\n', breaks - 1);
		if (!scan_plain(u, &more) || more.end == OV_USUAL_KEY)
			return false;
		ov_buf_add(&u->text, more.text);
	}
	if (!first)
		whole.text = ov_str_dup(u->reader->arena, ov_buf_str(&u->text));
	return ov_usual_value(u, &whole, out) && ov_usual_close(u);
}

/* A block scalar that is being read. */
struct block {
	bool folded;
	char chomp; /* '-', '+', or 0 for one line break */
	size_t indent;
	bool has_text;
};

/* The indentation is that of the first line that is not empty. */
static bool measure(struct ov_usual *u, size_t parent, struct block *b)
{
	size_t deepest = 0;
	const char *p = u->at;
	for (const char *line = p; p < u->end; line = ++p) {
		while (p < u->end && *p == ' ')
			p++;
		size_t indent = (size_t)(p - line);
		if (p < u->end && *p == '\n') {
			deepest = indent > deepest ? indent : deepest;
			continue;
		}
		b->indent = indent;
		b->has_text = p < u->end && indent >= parent;
		return p < u->end && *p != '\t' &&
		       (b->has_text ? deepest <= indent : !b->chomp);
	}
	return false;
}

/* The line breaks that stand for nothing yet, and whether a line of text is behind them. */
static bool take_breaks(struct ov_usual *u, const struct block *b, size_t *breaks, bool *more)
{
	for (*breaks = 0;; ++*breaks) {
		const char *p = u->at;
		while (p < u->end && *p == ' ' && (size_t)(p - u->at) < b->indent)
			p++;
		*more = p < u->end && *p != '\n' && (size_t)(p - u->at) == b->indent;
		if (p == u->end || *more)
			return true;
		if (*p != '\n')
			return *p != '\t';
		u->at = p + 1;
	}
}

/* YAML 1.2, 8.1; lines that begin with space are not folded. */
static bool take_lines(struct ov_usual *u, const struct block *b)
{
	bool was_blank = false, ended = false, more;
	size_t breaks;
	if (!take_breaks(u, b, &breaks, &more))
		return false;
	while (more) {
		const char *text = u->at + b->indent, *end = line_end(u, text);
		bool blank = *text == ' ' || *text == '\t';
		if (b->folded && ended && !was_blank && !blank) {
			if (!breaks)
				ov_buf_putc(&u->text, ' ');
		} else {
			ov_buf_pad(&u->text, '\n', ended);
		}
		ov_buf_pad(&u->text, '\n', breaks);
		ov_buf_add(&u->text, ov_str_n(text, (size_t)(end - text)));
		was_blank = blank;
		ended = end < u->end;
		u->at = end + ended;
		if (!take_breaks(u, b, &breaks, &more))
			return false;
	}
	if (b->chomp != '-')
		ov_buf_pad(&u->text, '\n', ended);
	if (b->chomp == '+')
		ov_buf_pad(&u->text, '\n', breaks);
	return true;
}

bool ov_usual_block(struct ov_usual *u, size_t parent, struct ov_value *out)
{
	const char *from = u->at;
	struct block b = {.folded = *u->at++ == '>'};
	if (u->at < u->end && (*u->at == '-' || *u->at == '+'))
		b.chomp = *u->at++;
	if (u->at == u->end || *u->at++ != '\n' || !measure(u, parent, &b))
		return false;
	ov_buf_clear(&u->text);
	if (b.has_text && !take_lines(u, &b))
		return false;
	*out = ov_value_string(ov_str_dup(u->reader->arena, ov_buf_str(&u->text)));
	out->loc = ov_usual_loc(u, from);
	return ov_usual_next(u);
}
