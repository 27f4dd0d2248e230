/* regex_ecma: the pattern grammar of ECMA-262 (22.2.1, with UnicodeMode). Layer: foreign. */
#include "foreign/regex_syntax.h"
#include "lang/ascii.h"

#define SPACES \
	"\\t-\\r\\x20\\xa0\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}" \
	"\\x{3000}\\x{feff}"
#define NOT_SPACES \
	"\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}" \
	"\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}" \
	"\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}"

static bool read_name(struct ov_regex_reader *r, struct ov_str *name)
{
	size_t start = r->at;
	while (r->at < r->in.len && r->in.ptr[r->at] != '>')
		r->at++;
	*name = ov_str_sub(r->in, start, r->at);
	if (r->at == r->in.len || !name->len)
		return ov_regex_fail(r, start, "the group's name does not end");
	for (size_t i = 0; i < name->len; i++) {
		char c = name->ptr[i];
		if (!ov_is_alpha(c) && c != '_' && c != '$' && !(c & 0x80) &&
			(!i || !ov_is_digit(c)))
			return ov_regex_fail(r, start, "the group's name is not an identifier");
	}
	r->at++;
	return true;
}

/* Numbers the groups beforehand: \k<name> and \3 may stand before what they refer to. */
static bool number_groups(struct ov_regex_reader *r)
{
	bool in_class = false;
	for (r->at = 0; r->at < r->in.len && !r->error.len; r->at++) {
		char c = r->in.ptr[r->at];
		if (c == '\\') {
			r->at++;
		} else if (in_class) {
			in_class = c != ']';
		} else if (c == '[') {
			in_class = true;
		} else if (c == '(') {
			struct ov_str name = {0};
			bool named = ov_regex_peek(r, 1) == '?' && ov_regex_peek(r, 2) == '<' &&
				     ov_regex_peek(r, 3) != '=' && ov_regex_peek(r, 3) != '!';
			if (ov_regex_peek(r, 1) == '?' && !named)
				continue;
			if (named) {
				size_t group = r->at;
				r->at += 3;
				if (!read_name(r, &name))
					return false;
				r->at--;
				for (size_t i = 0; i < r->names.count; i++) {
					if (ov_str_eq(r->names.items[i], name))
						return ov_regex_fail(r, group,
							"two groups have the same name");
				}
			}
			ov_vec_push(r->arena, &r->names, name);
		}
	}
	r->at = 0;
	return !r->error.len;
}

static bool read_property(struct ov_regex_reader *r, bool negated, size_t start)
{
	if (!ov_regex_skip(r, "{"))
		return ov_regex_fail(r, start, "\\p needs a name in braces, as in \\p{Letter}");
	size_t name_start = r->at;
	while (ov_is_alnum(ov_byte(r->in, r->at)) || ov_regex_peek(r, 0) == '_' ||
		ov_regex_peek(r, 0) == '=')
		r->at++;
	struct ov_str name = ov_str_sub(r->in, name_start, r->at);
	if (!name.len || !ov_regex_skip(r, "}"))
		return ov_regex_fail(r, start, "\\p needs a name in braces, as in \\p{Letter}");
	size_t eq = ov_str_chr(name, '=');
	struct ov_str value = eq == SIZE_MAX ? name : ov_str_sub(name, eq + 1, name.len);
	const char *prefix = "";
	if (eq != SIZE_MAX) {
		struct ov_str kind = ov_str_sub(name, 0, eq);
		if (ov_str_is(kind, "Script") || ov_str_is(kind, "sc"))
			prefix = "script:";
		else if (ov_str_is(kind, "Script_Extensions") || ov_str_is(kind, "scx"))
			prefix = "scx:";
		else if (!ov_str_is(kind, "General_Category") && !ov_str_is(kind, "gc"))
			return ov_regex_fail(r, start, "unknown Unicode property");
	}
	if (eq == SIZE_MAX && ov_str_is(value, "Assigned")) {
		negated = !negated;
		value = OV_STR("Cn");
	}
	const char *category = *prefix ? NULL : ov_regex_category(value);
	if (category)
		value = ov_str_c(category);
	else if (eq != SIZE_MAX && !*prefix)
		return ov_regex_fail(r, start, "unknown Unicode category");
	ov_buf_addf(r->out, "\\%c{%s", negated ? 'P' : 'p', prefix);
	ov_buf_add(r->out, value);
	ov_buf_putc(r->out, '}');
	return true;
}

static bool read_unicode(struct ov_regex_reader *r, size_t start, uint32_t *cp)
{
	if (ov_regex_skip(r, "{")) {
		if (!ov_regex_hex(r, 0, cp))
			return ov_regex_fail(r, start, "\\u{} needs hexadecimal digits");
	} else if (!ov_regex_hex(r, 4, cp)) {
		return ov_regex_fail(r, start, "\\u needs four hexadecimal digits");
	}
	size_t behind = r->at;
	uint32_t low;
	if (*cp >= 0xd800 && *cp < 0xdc00 && ov_regex_skip(r, "\\u") &&
		ov_regex_hex(r, 4, &low) && low >= 0xdc00 && low < 0xe000)
		*cp = 0x10000 + ((*cp - 0xd800) << 10) + (low - 0xdc00);
	else
		r->at = behind;
	return ov_regex_code_point(r, start, *cp);
}

/*
 * An escape that means the same in and out of a class. `*set` tells that it was a set of
 * characters, which is then written; otherwise `*cp` is the character, and nothing is written.
 */
static bool read_escape(struct ov_regex_reader *r, bool in_class, bool *set, uint32_t *cp)
{
	size_t start = r->at++;
	*set = false;
	int c = ov_regex_peek(r, 0);
	if (c < 0)
		return ov_regex_fail(r, start, "a backslash ends the pattern");
	if (c >= 0x80) {
		*cp = (uint32_t)ov_utf8_next(r->in, &r->at);
		return true;
	}
	r->at++;
	if (ov_regex_escape(r, c, in_class, c == 's' ? SPACES : NOT_SPACES, set, cp))
		return true;
	switch (c) {
	case 'p':
	case 'P': *set = true; return read_property(r, c == 'P', start);
	case '0':
		*cp = 0;
		if (ov_is_digit(ov_byte(r->in, r->at)))
			return ov_regex_fail(r, start, "octal escapes do not exist; write \\x");
		return true;
	case 'c':
		if (!ov_is_alpha(ov_byte(r->in, r->at)))
			return ov_regex_fail(r, start, "\\c needs a letter");
		*cp = (uint32_t)(unsigned char)r->in.ptr[r->at++] % 32;
		return true;
	case 'x':
		return ov_regex_hex(r, 2, cp) ||
		       ov_regex_fail(r, start, "\\x needs two hexadecimal digits");
	case 'u': return read_unicode(r, start, cp);
	default: break;
	}
	if (ov_is_alnum((char)c))
		return ov_regex_fail(r, start, "unknown escape");
	*cp = (uint32_t)c;
	return true;
}

static bool read_class_item(struct ov_regex_reader *r, bool *set, uint32_t *cp)
{
	if (ov_regex_peek(r, 0) == '\\') {
		if (ov_regex_skip(r, "\\b")) {
			*set = false;
			*cp = '\b';
			return true;
		}
		return read_escape(r, true, set, cp);
	}
	*set = false;
	*cp = (uint32_t)ov_utf8_next(r->in, &r->at);
	return true;
}

static bool read_class(struct ov_regex_reader *r)
{
	size_t start = ov_regex_open_class(r);
	while (ov_regex_peek(r, 0) != ']') {
		bool set, set_end;
		uint32_t low, high;
		if (ov_regex_peek(r, 0) < 0)
			return ov_regex_fail(r, start, "the class does not end; ] is missing");
		if (!read_class_item(r, &set, &low))
			return false;
		if (!set)
			ov_regex_put(r, low);
		if (!ov_regex_at_range(r))
			continue;
		size_t dash = r->at++;
		if (set) {
			ov_buf_puts(r->out, "\\-");
			continue;
		}
		size_t before = r->out->len;
		if (!read_class_item(r, &set_end, &high))
			return false;
		if (set_end)
			return ov_regex_fail(r, dash, "a range ends in a set; write \\-");
		if (high < low)
			return ov_regex_fail(r, dash, "the range is the wrong way round");
		r->out->len = before;
		ov_buf_putc(r->out, '-');
		ov_regex_put(r, high);
	}
	r->at++;
	ov_buf_putc(r->out, ']');
	return true;
}

static bool read_reference(struct ov_regex_reader *r, size_t start)
{
	size_t group = 0;
	if (ov_regex_skip(r, "\\k")) {
		struct ov_str name;
		if (!ov_regex_skip(r, "<"))
			return ov_regex_fail(r, start, "\\k needs a name, as in \\k<name>");
		if (!read_name(r, &name))
			return false;
		for (size_t i = 0; i < r->names.count; i++) {
			if (r->names.items[i].len && ov_str_eq(r->names.items[i], name))
				group = i + 1;
		}
	} else {
		r->at++;
		for (; ov_is_digit(ov_byte(r->in, r->at)) && group < 100000; r->at++)
			group = group * 10 + (size_t)(r->in.ptr[r->at] - '0');
	}
	if (!group || group > r->names.count)
		return ov_regex_fail(r, start, "the back-reference names no group");
	ov_buf_addf(r->out, "\\g{%zu}", group);
	return true;
}

static bool read_atom_escape(struct ov_regex_reader *r)
{
	int c = ov_regex_peek(r, 1);
	r->last = OV_REGEX_LAST_ATOM;
	if (c == 'b' || c == 'B') {
		r->at += 2;
		ov_buf_addf(r->out, "\\%c", c);
		r->last = OV_REGEX_LAST_NOTHING;
		return true;
	}
	if (c == 'k' || (c >= '1' && c <= '9'))
		return read_reference(r, r->at);
	bool set;
	uint32_t cp;
	if (!read_escape(r, false, &set, &cp))
		return false;
	if (!set)
		ov_regex_put(r, cp);
	return true;
}

static bool read_group(struct ov_regex_reader *r)
{
	static const char *const forms[] = {"(?:", "(?=", "(?!", "(?<=", "(?<!"};
	size_t start = r->at;
	struct ov_regex_open open = {0};
	bool known = false;
	for (size_t i = 0; i < OV_COUNT(forms) && !known; i++) {
		known = ov_regex_skip(r, forms[i]);
		if (known) {
			ov_buf_puts(r->out, forms[i]);
			open.assertion = i > 0;
		}
	}
	if (!known && ov_regex_skip(r, "(?<")) {
		struct ov_str name;
		if (!read_name(r, &name))
			return false;
		ov_buf_putc(r->out, '(');
	} else if (!known && ov_regex_skip(r, "(?")) {
		return ov_regex_fail(r, start, "unknown kind of group");
	} else if (!known) {
		r->at++;
		ov_buf_putc(r->out, '(');
	}
	ov_vec_push(r->arena, &r->open, open);
	r->last = OV_REGEX_LAST_NOTHING;
	return true;
}

static bool read_repeat(struct ov_regex_reader *r)
{
	size_t start = r->at;
	struct ov_regex_bounds bounds;
	int c = ov_regex_peek(r, 0);
	if (c == '{') {
		if (!ov_regex_read_bounds(r, &bounds))
			return true;
		if (bounds.max < bounds.min)
			return ov_regex_fail(r, start, "the repetition's bounds are reversed");
	} else {
		r->at++;
	}
	if (r->last != OV_REGEX_LAST_ATOM)
		return ov_regex_fail(r, start, "there is nothing to repeat");
	ov_regex_put_repeat(r, start);
	return true;
}

void ov_regex_read_ecma(struct ov_regex_reader *r)
{
	if (!number_groups(r))
		return;
	while (r->at < r->in.len && !r->error.len) {
		char c = r->in.ptr[r->at];
		switch (c) {
		case '\\': read_atom_escape(r); break;
		case '[':
			read_class(r);
			r->last = OV_REGEX_LAST_ATOM;
			break;
		case '(': read_group(r); break;
		case ')':
			if (!r->open.count) {
				ov_regex_fail(r, r->at, "nothing opened this )");
				break;
			}
			r->last = r->open.items[--r->open.count].assertion
					  ? OV_REGEX_LAST_NOTHING
					  : OV_REGEX_LAST_ATOM;
			r->at++;
			ov_buf_putc(r->out, c);
			break;
		case '*':
		case '+':
		case '?':
		case '{': read_repeat(r); break;
		case '^':
		case '$':
		case '|':
			r->at++;
			ov_buf_putc(r->out, c);
			r->last = OV_REGEX_LAST_NOTHING;
			break;
		case '.':
			r->at++;
			ov_buf_puts(r->out, "[^\\n\\r\\x{2028}\\x{2029}]");
			r->last = OV_REGEX_LAST_ATOM;
			break;
		default:
			ov_regex_put(r, (uint32_t)ov_utf8_next(r->in, &r->at));
			r->last = OV_REGEX_LAST_ATOM;
			break;
		}
	}
}
