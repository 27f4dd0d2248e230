/* yaml_out: values as canonical YAML. Layer: lang. */
#include "lang/yaml_out.h"

#include "base/limits.h"
#include "lang/ascii.h"
#include "value/number.h"

/* Readers look for the colon of a key no further than 1024 characters, but where "?" was. */
enum { STEP = 2, LONG_KEY = 128, LONGEST_KEY = 1024 };

/* What a byte may mean to a reader of YAML. */
enum byte_class {
	ESCAPE = 1 << 0, /* can only be written as an escape */
	BREAK = 1 << 1,  /* line feed */
	TAB = 1 << 2,
	HIGH = 1 << 3,   /* part of a character beyond ASCII */
	COLON = 1 << 4,  /* ':' ends a plain key before a blank */
	HASH = 1 << 5,   /* '#' begins a comment after a blank */
	START = 1 << 6,  /* cannot begin a plain scalar */
	QUOTED = 1 << 7, /* needs a backslash in double quotes */
};

#define E ESCAPE
#define H HIGH
static const unsigned char classes[256] = {
	E, E, E, E, E, E, E, E, E, TAB, BREAK, E, E, E, E, E, /* 0x00 */
	E, E, E, E, E, E, E, E, E, E, E, E, E, E, E, E,       /* 0x10 */
	['!'] = START, ['"'] = START | QUOTED, ['#'] = START | HASH, ['%'] = START,
	['&'] = START, ['\''] = START, ['*'] = START, [','] = START, [':'] = START | COLON,
	['>'] = START, ['?'] = START, ['@'] = START, ['['] = START, ['\\'] = QUOTED,
	[']'] = START, ['`'] = START, ['{'] = START, ['|'] = START, ['}'] = START, [0x7f] = E,
	[0x80] = H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, /* 0x80 */
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,          /* 0x90 */
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,          /* 0xa0 */
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,          /* 0xb0 */
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,          /* 0xc0 */
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,          /* 0xd0 */
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,          /* 0xe0 */
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,          /* 0xf0 */
};
#undef E
#undef H

enum style { PLAIN, DOUBLE, LITERAL };

static unsigned class_of(char c)
{
	return classes[(unsigned char)c];
}

/*
 * Beyond ASCII: the C1 controls and line breaks of YAML 1.1 (NEL, LS, PS), the byte order mark
 * and what is no character have to be escaped.
 */
static bool must_escape(int32_t cp)
{
	return cp < 0xa0 || cp == 0x2028 || cp == 0x2029 || cp == 0xfeff || cp == 0xfffe ||
	       cp == 0xffff;
}

static bool high_must_escape(struct ov_str s)
{
	for (size_t i = 0; i < s.len;) {
		if (!(class_of(s.ptr[i]) & HIGH))
			i++;
		else if (must_escape(ov_utf8_next(s, &i)))
			return true;
	}
	return false;
}

static unsigned classes_of(struct ov_str s)
{
	unsigned seen = 0;
	for (size_t i = 0; i < s.len; i++)
		seen |= class_of(s.ptr[i]);
	if ((seen & HIGH) && !(seen & ESCAPE) && high_must_escape(s))
		seen |= ESCAPE;
	return seen;
}

/* Words to which some reader gives another meaning, in any casing. */
static bool is_reserved(struct ov_str s)
{
	static const char words[][6] = {"y", "n", "yes", "no", "on", "off", "true", "false",
		"null", "~", "=", "<<", ".inf", ".nan"};
	char lower[6] = {0};
	if (s.len >= sizeof(lower))
		return false;
	for (size_t i = 0; i < s.len; i++)
		lower[i] = ov_to_lower(s.ptr[i]);
	for (size_t i = 0; i < OV_COUNT(words); i++) {
		if (memcmp(lower, words[i], sizeof(lower)) == 0)
			return true;
	}
	return false;
}

static size_t skip(struct ov_str s, size_t at, const char *more)
{
	while (at < s.len && (ov_is_digit(s.ptr[at]) || (s.ptr[at] && strchr(more, s.ptr[at]))))
		at++;
	return at;
}

/*
 * Wider than what any reader takes for a number, so that all their grammars are covered:
 * [-+]? (0[xob][0-9a-fA-F]* | [0-9,]* (:[0-9]*)* (\.[0-9]*)? ([eE][-+]?[0-9]*)?)
 * Go drops underscores wherever they stand, so that with one any mixture may be a number.
 */
static bool is_numeric(struct ov_str s)
{
	size_t at = s.ptr[0] == '-' || s.ptr[0] == '+';
	if (is_reserved(ov_str_sub(s, at, s.len)))
		return true;
	if (ov_str_chr(s, '_') != SIZE_MAX)
		return skip(s, at, "_.,:+-abcdefABCDEFxXoO") == s.len;
	if (s.len >= at + 2 && s.ptr[at] == '0' && strchr("xXoObB", s.ptr[at + 1]) &&
		skip(s, at + 2, "abcdefABCDEF") == s.len)
		return true;
	at = skip(s, at, ",");
	while (at < s.len && s.ptr[at] == ':')
		at = skip(s, at + 1, "");
	if (at < s.len && s.ptr[at] == '.')
		at = skip(s, at + 1, "");
	if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
		at++;
		if (at < s.len && (s.ptr[at] == '-' || s.ptr[at] == '+'))
			at++;
		at = skip(s, at, "");
	}
	return at == s.len;
}

/* YAML 1.1, timestamp: 2001-01-01, or such a date and a time. */
static bool is_date(struct ov_str s)
{
	static const unsigned char least[] = {4, 1, 1}, most[] = {4, 2, 2};
	size_t at = 0;
	for (size_t part = 0; part < 3; part++) {
		size_t from = at;
		while (at < s.len && at - from < most[part] && ov_is_digit(s.ptr[at]))
			at++;
		if (at - from < least[part])
			return false;
		if (part < 2 && (at == s.len || s.ptr[at++] != '-'))
			return false;
	}
	return at == s.len || strchr("Tt ", s.ptr[at]);
}

static bool is_marker(struct ov_str s)
{
	return (ov_str_starts(s, OV_STR("---")) || ov_str_starts(s, OV_STR("..."))) &&
	       (s.len == 3 || s.ptr[3] == ' ');
}

/* Whether ": ", " #" or a colon at the end would end a plain scalar too early. */
static bool is_cut(struct ov_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == ':' && (i + 1 == s.len || s.ptr[i + 1] == ' '))
			return true;
		if (s.ptr[i] == '#' && i > 0 && s.ptr[i - 1] == ' ')
			return true;
	}
	return false;
}

static bool plain_ok(struct ov_str s, unsigned seen)
{
	if (!s.len || (seen & (ESCAPE | BREAK | TAB)))
		return false;
	char first = s.ptr[0];
	if (first == ' ' || s.ptr[s.len - 1] == ' ' || (class_of(first) & START))
		return false;
	if ((seen & (COLON | HASH)) && is_cut(s))
		return false;
	if (ov_is_digit(first) || first == '-' || first == '+' || first == '.') {
		if (first == '-' && (s.len == 1 || s.ptr[1] == ' '))
			return false;
		return !is_numeric(s) && !is_date(s) && !is_marker(s);
	}
	return !is_reserved(s);
}

bool ov_yaml_plain_ok(struct ov_str s)
{
	return plain_ok(s, classes_of(s));
}

static bool begins_blank(struct ov_str s)
{
	size_t at = 0;
	while (at < s.len && s.ptr[at] == '\n')
		at++;
	return at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t');
}

/*
 * A block at the root has no parent whose indentation an indicator could add to, and of a text
 * of nothing but white space readers keep different parts.
 */
static bool literal_ok(struct ov_str s, unsigned seen, bool root)
{
	if (!(seen & BREAK) || (seen & ESCAPE))
		return false;
	if (root && begins_blank(s))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] != '\n' && s.ptr[i] != ' ' && s.ptr[i] != '\t')
			return true;
	}
	return false;
}

static char *room(struct ov_buf *buf, size_t more)
{
	if (buf->cap - buf->len < more)
		ov_buf_reserve(buf, more);
	return buf->ptr + buf->len;
}

static void put(struct ov_buf *buf, const char *bytes, size_t len)
{
	memcpy(room(buf, len), bytes, len);
	buf->len += len;
}

static size_t put_escape(char *out, uint32_t cp)
{
	static const char hex[] = "0123456789abcdef";
	static const char letters[] = {['\b'] = 'b',
		['\t'] = 't',
		['\n'] = 'n',
		['\f'] = 'f',
		['\r'] = 'r',
		['"'] = '"',
		['\\'] = '\\'};
	out[0] = '\\';
	if (cp < sizeof(letters) && letters[cp]) {
		out[1] = letters[cp];
		return 2;
	}
	out[1] = 'u';
	for (size_t i = 0; i < 4; i++)
		out[2 + i] = hex[cp >> (12 - 4 * i) & 15];
	return 6;
}

/* Escapes are those of JSON, which every reader knows. */
static void write_double(struct ov_buf *buf, struct ov_str s)
{
	char *out = room(buf, ov_size_add(ov_size_mul(s.len, 6), 2));
	*out++ = '"';
	for (size_t i = 0; i < s.len;) {
		size_t from = i;
		while (i < s.len &&
			!(class_of(s.ptr[i]) & (ESCAPE | BREAK | TAB | QUOTED | HIGH)))
			i++;
		memcpy(out, s.ptr + from, i - from);
		out += i - from;
		if (i == s.len)
			break;
		from = i;
		int32_t cp = ov_utf8_next(s, &i);
		if (cp < 0x80 || must_escape(cp)) {
			out += put_escape(out, cp < 0 ? 0xfffd : (uint32_t)cp);
		} else {
			memcpy(out, s.ptr + from, i - from);
			out += i - from;
		}
	}
	*out++ = '"';
	buf->len = (size_t)(out - buf->ptr);
}

/* `indent` is that of the parent. */
static void write_literal(struct ov_buf *buf, struct ov_str s, size_t indent)
{
	ov_buf_putc(buf, '|');
	if (begins_blank(s))
		ov_buf_putc(buf, '0' + STEP);
	if (s.ptr[s.len - 1] != '\n')
		ov_buf_putc(buf, '-');
	else if (s.len > 1 && s.ptr[s.len - 2] == '\n')
		ov_buf_putc(buf, '+');
	for (size_t at = 0; at < s.len;) {
		const char *end = memchr(s.ptr + at, '\n', s.len - at);
		size_t len = end ? (size_t)(end - s.ptr) - at : s.len - at;
		char *out = room(buf, len + indent + STEP + 1);
		*out++ = '\n';
		if (len) {
			memset(out, ' ', indent + STEP);
			out += indent + STEP;
			memcpy(out, s.ptr + at, len);
			out += len;
		}
		buf->len = (size_t)(out - buf->ptr);
		at += len + 1;
	}
}

static void write_key(struct ov_buf *buf, struct ov_str s, size_t indent)
{
	size_t from = buf->len;
	if (s.len <= LONG_KEY && ov_yaml_plain_ok(s))
		put(buf, s.ptr, s.len);
	else
		write_double(buf, s);
	size_t len = buf->len - from;
	if (len > LONGEST_KEY) {
		put(buf, "? ", STEP);
		memmove(buf->ptr + from + STEP, buf->ptr + from, len);
		memcpy(buf->ptr + from, "? ", STEP);
		put(buf, "\n", 1);
		ov_buf_pad(buf, ' ', indent);
	}
	put(buf, ":", 1);
}

static void write_string(struct ov_buf *buf, struct ov_str s, size_t indent, bool root)
{
	unsigned seen = classes_of(s);
	if (plain_ok(s, seen))
		put(buf, s.ptr, s.len);
	else if (literal_ok(s, seen, root))
		write_literal(buf, s, indent);
	else
		write_double(buf, s);
}

/* From 2^53 on the shortest digits of a double are not those of the integer that it is. */
static const double exact_integers = 9007199254740992.0;

/*
 * A point is put where the number would be read as something else without it: 1e+21 is a string
 * to readers of YAML 1.1, -0 is the integer, and so are large numbers, with other digits.
 */
static void write_number(struct ov_buf *buf, struct ov_value v)
{
	size_t from = buf->len;
	ov_number_print(buf, v);
	struct ov_str text = ov_str_n(buf->ptr + from, buf->len - from);
	if (v.kind != OV_KIND_DOUBLE || ov_str_chr(text, '.') != SIZE_MAX)
		return;
	bool exact = v.number > -exact_integers && v.number < exact_integers;
	size_t at = ov_str_chr(text, 'e');
	if (at == SIZE_MAX && exact && !ov_str_is(text, "-0"))
		return;
	if (at == SIZE_MAX)
		at = text.len;
	ov_buf_puts(buf, ".0");
	char *tail = buf->ptr + from + at;
	memmove(tail + 2, tail, text.len - at);
	memcpy(tail, ".0", 2);
}

static void write_scalar(struct ov_buf *buf, struct ov_value v, size_t indent, bool root)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_NULL: put(buf, "null", 4); return;
	case OV_KIND_BOOL: ov_buf_puts(buf, v.boolean ? "true" : "false"); return;
	case OV_KIND_INT:
	case OV_KIND_UINT:
	case OV_KIND_DOUBLE: write_number(buf, v); return;
	case OV_KIND_STRING: write_string(buf, ov_string(v), indent, root); return;
	case OV_KIND_LIST: put(buf, "[]", 2); return;
	case OV_KIND_MAP: put(buf, "{}", 2); return;
	case OV_KIND_NONE:
	case OV_KIND_BYTES:
	case OV_KIND_DICT:
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP:
	case OV_KIND_TYPE:
	case OV_KIND_OPTIONAL:
	case OV_KIND_OPAQUE:
	case OV_KIND_ERROR: break;
	}
	ov_bug("%s has no YAML form", ov_kind_name((enum ov_kind)v.kind));
}

/* A list or map that is not empty. Its first line is indented already. */
static void write_block(struct ov_buf *buf, struct ov_value v, size_t indent, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH + 8)
		ov_bug("value nested too deep");
	for (size_t i = 0; i < v.count; i++) {
		if (i)
			ov_buf_pad(buf, ' ', indent);
		struct ov_value child = v.kind == OV_KIND_MAP ? v.entries[i].value : v.items[i];
		bool block = ov_count(child) > 0;
		if (v.kind == OV_KIND_MAP) {
			write_key(buf, v.entries[i].key->str, indent);
			if (block) {
				put(buf, "\n", 1);
				ov_buf_pad(buf, ' ', indent + STEP);
			} else {
				put(buf, " ", 1);
			}
		} else {
			put(buf, "- ", STEP);
		}
		if (block) {
			write_block(buf, child, indent + STEP, depth + 1);
		} else {
			write_scalar(buf, child, indent, false);
			put(buf, "\n", 1);
		}
	}
}

void ov_yaml_write(struct ov_buf *buf, struct ov_value v)
{
	if (ov_count(v) > 0 && v.kind != OV_KIND_DICT) {
		write_block(buf, v, 0, 0);
	} else {
		write_scalar(buf, v, 0, true);
		put(buf, "\n", 1);
	}
}
