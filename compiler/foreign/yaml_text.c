/* yaml_text: the text that libyaml reads, and where things stand in it. Layer: foreign. */
#include "foreign/yaml_text.h"

static bool is_control(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
	       (c >= 0x7f && c < 0xa0 && c != 0x85) || c == 0xfffe || c == 0xffff;
}

/* YAML 1.2.2, 5.1: control characters can only be written as escapes. */
static bool check_characters(const struct ov_reader *reader, bool *ascii)
{
	struct ov_str s = reader->source->text;
	unsigned char all = 0;
	bool control = false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		all |= c;
		control |= (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
	}
	*ascii = all < 0x80;
	if (*ascii && !control)
		return true;
	if (!ov_reader_utf8(reader))
		return false;
	for (size_t i = 0; i < s.len;) {
		size_t at = i;
		uint32_t cp = (uint32_t)ov_utf8_next(s, &i);
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

bool ov_yaml_text(
	struct ov_arena *arena, const struct ov_reader *reader, struct ov_yaml_text *out)
{
	*out = (struct ov_yaml_text){.source = reader->source->text};
	if (!check_characters(reader, &out->ascii))
		return false;
	if (ov_str_starts(out->source, OV_STR("\xef\xbb\xbf"))) {
		out->source_at = 3;
		out->source = ov_str_sub(out->source, out->source_at, out->source.len);
	}
	out->mended = ov_yaml_mend(arena, out->source);
	return true;
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
