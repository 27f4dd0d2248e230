/* yaml_text: the text that libyaml reads, and where things stand in it. Layer: foreign. */
#include "foreign/yaml_text.h"

static bool is_control(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
	       (c >= 0x7f && c < 0xa0 && c != 0x85) || c == 0xfffe || c == 0xffff;
}

/* What ends a line for YAML 1.1 but a line feed, or may stand at the beginning of a text. */
static bool is_odd_break(uint32_t c)
{
	return c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0xfeff;
}

struct marks {
	unsigned char all;     /* every bit that some byte has */
	unsigned char control; /* not 0 where there is a control character */
};

/* Steps of a constant length are what compilers make vector instructions of. */
enum { STEP = 64 };

static inline void look(struct marks *marks, const unsigned char *p, size_t count)
{
	unsigned char all = marks->all, control = marks->control;
	for (size_t i = 0; i < count; i++) {
		unsigned char low = p[i] < 0x20, tab = p[i] == '\t', line = p[i] == '\n';
		unsigned char del = p[i] == 0x7f;
		all |= p[i];
		control |= (low ^ tab ^ line) | del;
	}
	*marks = (struct marks){all, control};
}

/* YAML 1.2.2, 5.1: control characters can only be written as escapes. */
static bool check_characters(const struct ov_reader *reader, struct ov_yaml_text *out)
{
	struct ov_str s = reader->source->text;
	struct marks marks = {0};
	size_t i = 0;
	out->ascii = out->plain_breaks = true;
	if (!s.len)
		return true;
	for (; s.len - i >= STEP; i += STEP)
		look(&marks, (const unsigned char *)s.ptr + i, STEP);
	look(&marks, (const unsigned char *)s.ptr + i, s.len - i);
	bool control = marks.control;
	out->ascii = marks.all < 0x80;
	if (out->ascii && !control)
		return true;
	if (!ov_reader_utf8(reader))
		return false;
	for (i = 0; i < s.len;) {
		size_t at = i;
		uint32_t cp = (uint32_t)ov_utf8_next(s, &i);
		out->plain_breaks = out->plain_breaks && !is_odd_break(cp);
		if (!is_control(cp))
			continue;
		struct ov_diags *diags = reader->diags;
		struct ov_diag *diag = ov_diag_add(diags, OV_DIAG_ENCODING,
			ov_span_n(ov_reader_loc(reader, at), (uint32_t)(i - at)),
			"the character U+%04X cannot stand in YAML text", cp);
		ov_diag_help(diags, diag,
			"remove it; where it is meant, write \"\\u%04x\" in double quotes", cp);
		return false;
	}
	return true;
}

bool ov_yaml_text(const struct ov_reader *reader, struct ov_yaml_text *out)
{
	*out = (struct ov_yaml_text){.source = reader->source->text};
	if (!check_characters(reader, out))
		return false;
	if (ov_str_starts(out->source, OV_STR("\xef\xbb\xbf"))) {
		out->source_at = 3;
		out->source = ov_str_sub(out->source, out->source_at, out->source.len);
	}
	return true;
}

void ov_yaml_text_mend(struct ov_arena *arena, struct ov_yaml_text *t)
{
	t->mended = ov_yaml_mend(arena, t->source);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

size_t ov_yaml_token(const struct ov_yaml_text *t, size_t at, bool *bare_tag)
{
	const char *p = t->mended.text.ptr;
	size_t start = at, end = t->mended.text.len;
	if (at >= end || (p[at] != '&' && p[at] != '!'))
		return at;
	while (at < end) {
		if (p[at] == '!' || p[at] == '&') {
			size_t from = at;
			while (at < end && !is_space(p[at]))
				at++;
			if (p[from] == '!' && at - from == 1)
				*bare_tag = true;
		} else if (p[at] == '#') {
			while (at < end && p[at] != '\n' && p[at] != '\r')
				at++;
		} else if (is_space(p[at])) {
			at++;
		} else {
			return at;
		}
	}
	return start;
}

size_t ov_yaml_byte(struct ov_yaml_text *t, size_t index)
{
	struct ov_str s = t->mended.text;
	if (t->ascii)
		return index < s.len ? index : s.len;
	size_t byte = t->cursor.byte, at = t->cursor.index;
	while (at < index && byte < s.len) {
		do
			byte++;
		while (byte < s.len && (s.ptr[byte] & 0xc0) == 0x80);
		at++;
	}
	while (at > index && byte > 0) {
		do
			byte--;
		while (byte > 0 && (s.ptr[byte] & 0xc0) == 0x80);
		at--;
	}
	t->cursor.byte = byte;
	t->cursor.index = at;
	return byte;
}

size_t ov_yaml_offset(const struct ov_yaml_text *t, size_t byte)
{
	return t->source_at + ov_yaml_unmend(&t->mended, byte);
}

struct ov_str ov_yaml_source(const struct ov_yaml_text *t, size_t byte, size_t len)
{
	size_t at = ov_yaml_unmend(&t->mended, byte);
	if (at > t->source.len)
		at = t->source.len;
	return ov_str_sub(t->source, at, at + len);
}
