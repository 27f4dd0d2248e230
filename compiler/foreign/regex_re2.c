/*
 * regex_re2: the grammar of RE2, as Go's regexp/syntax reads it with its Perl flags. Layer:
 * foreign.
 *
 * What PCRE2 has and RE2 lacks is refused here: back-references, look-around, possessive and
 * atomic groups, recursion, \C \K \R \h \N \Z, comments, \c. A cluster would refuse the rule.
 */
#include "foreign/regex_syntax.h"
#include "lang/ascii.h"

#define SPACES     "\\t\\n\\f\\r "
#define NOT_SPACES "\\x{0}-\\x{8}\\x{b}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}"

/* Largest count of a repetition, and of nested ones multiplied (Go: repeatIsValid). */
enum { MAX_REPEAT = 1000 };

static bool is_word(int c)
{
	return ov_is_alnum((char)c) || c == '_';
}

static bool read_property(struct ov_regex_reader *r, bool negated, size_t start)
{
	struct ov_str name;
	if (ov_regex_skip(r, "{")) {
		if (ov_regex_skip(r, "^"))
			negated = !negated;
		size_t from = r->at;
		while (is_word(ov_regex_peek(r, 0)))
			r->at++;
		name = ov_str_sub(r->in, from, r->at);
		if (!name.len || !ov_regex_skip(r, "}"))
			return ov_regex_fail(r, start, "\\p needs a name, as in \\p{Greek}");
	} else {
		name = ov_str_sub(r->in, r->at, r->at + 1);
		if (!name.len || !is_word((unsigned char)name.ptr[0]))
			return ov_regex_fail(r, start, "\\p needs a name, as in \\p{Greek}");
		r->at++;
	}
	const char *category = name.len <= 2 ? ov_regex_category(name) : NULL;
	ov_buf_addf(r->out, "\\%c{", negated ? 'P' : 'p');
	if (category || ov_str_is(name, "Any")) {
		ov_buf_add(r->out, name);
	} else {
		ov_buf_puts(r->out, "script:");
		ov_buf_add(r->out, name);
	}
	ov_buf_putc(r->out, '}');
	return true;
}

static bool read_octal(struct ov_regex_reader *r, int first, uint32_t *cp)
{
	*cp = (uint32_t)(first - '0');
	for (int i = 0; i < 2; i++) {
		int c = ov_regex_peek(r, 0);
		if (c < '0' || c > '7')
			break;
		*cp = *cp * 8 + (uint32_t)(c - '0');
		r->at++;
	}
	return true;
}

/* As in regex_ecma.c: a set is written, a single character is returned in `*cp`. */
static bool read_escape(struct ov_regex_reader *r, bool in_class, bool *set, uint32_t *cp)
{
	size_t start = r->at++;
	*set = false;
	int c = ov_regex_peek(r, 0);
	if (c < 0)
		return ov_regex_fail(r, start, "a backslash ends the pattern");
	if (c >= 0x80)
		return ov_regex_fail(r, start, "unknown escape");
	r->at++;
	if (ov_regex_escape(r, c, in_class, c == 's' ? SPACES : NOT_SPACES, set, cp))
		return true;
	switch (c) {
	case 'p':
	case 'P': *set = true; return read_property(r, c == 'P', start);
	case 'a': *cp = 7; return true;
	case 'x':
		if (ov_regex_skip(r, "{") ? !ov_regex_hex(r, 0, cp) : !ov_regex_hex(r, 2, cp))
			return ov_regex_fail(r, start, "\\x needs hexadecimal digits");
		return ov_regex_code_point(r, start, *cp);
	case '0': return read_octal(r, c, cp);
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
		if (ov_regex_peek(r, 0) >= '0' && ov_regex_peek(r, 0) <= '7')
			return read_octal(r, c, cp);
		return ov_regex_fail(r, start, "RE2 has no back-references");
	default: break;
	}
	if (is_word(c) && c != '_')
		return ov_regex_fail(r, start, "RE2 has no such escape");
	*cp = (uint32_t)c;
	return true;
}

static bool read_posix(struct ov_regex_reader *r)
{
	static const char *const names[] = {"alnum", "alpha", "ascii", "blank", "cntrl",
		"digit", "graph", "lower", "print", "punct", "space", "upper", "word",
		"xdigit"};
	size_t end = ov_str_find(r->in, OV_STR(":]"), r->at);
	struct ov_str name = ov_str_sub(r->in, r->at + 2, end);
	if (name.len && name.ptr[0] == '^')
		name = ov_str_sub(name, 1, name.len);
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		if (ov_str_is(name, names[i])) {
			ov_buf_add(r->out, ov_str_sub(r->in, r->at, end + 2));
			r->at = end + 2;
			return true;
		}
	}
	return ov_regex_fail(r, r->at, "unknown class between [: and :]");
}

static bool read_class_char(struct ov_regex_reader *r, bool *set, uint32_t *cp)
{
	if (ov_regex_peek(r, 0) == '\\')
		return read_escape(r, true, set, cp);
	*set = false;
	*cp = (uint32_t)ov_utf8_next(r->in, &r->at);
	return true;
}

static bool read_class(struct ov_regex_reader *r)
{
	size_t start = ov_regex_open_class(r);
	for (bool first = true; first || ov_regex_peek(r, 0) != ']'; first = false) {
		bool set;
		uint32_t low, high;
		if (ov_regex_peek(r, 0) < 0)
			return ov_regex_fail(r, start, "the class does not end; ] is missing");
		if (ov_regex_peek(r, 0) == '[' && ov_regex_peek(r, 1) == ':' &&
			ov_str_find(r->in, OV_STR(":]"), r->at + 2) != SIZE_MAX) {
			if (!read_posix(r))
				return false;
			continue;
		}
		if (!read_class_char(r, &set, &low))
			return false;
		if (set)
			continue;
		ov_regex_put(r, low);
		if (!ov_regex_at_range(r))
			continue;
		size_t dash = r->at++;
		if (!read_class_char(r, &set, &high))
			return false;
		if (set || high < low)
			return ov_regex_fail(r, dash, "the range is not valid");
		ov_buf_putc(r->out, '-');
		ov_regex_put(r, high);
	}
	r->at++;
	ov_buf_putc(r->out, ']');
	return true;
}

static void put_assertion(struct ov_regex_reader *r, const char *text)
{
	/* RE2 lets assertions be repeated, PCRE2 only groups that hold one. */
	int next = ov_regex_peek(r, 0);
	bool group = next == '*' || next == '+' || next == '?' || next == '{';
	ov_buf_puts(r->out, group ? "(?:" : "");
	ov_buf_puts(r->out, text);
	ov_buf_puts(r->out, group ? ")" : "");
}

static bool read_atom_escape(struct ov_regex_reader *r)
{
	size_t start = r->at;
	int c = ov_regex_peek(r, 1);
	if (c == 'A' || c == 'z' || c == 'b' || c == 'B') {
		const char text[] = {'\\', (char)c, 0};
		r->at += 2;
		put_assertion(r, text);
		return true;
	}
	if (ov_regex_skip(r, "\\Q")) {
		size_t end = ov_str_find(r->in, OV_STR("\\E"), r->at);
		size_t stop = end == SIZE_MAX ? r->in.len : end;
		while (r->at < stop)
			ov_regex_put(r, (uint32_t)ov_utf8_next(r->in, &r->at));
		r->at = end == SIZE_MAX ? stop : end + 2;
		if (stop == start + 2)
			r->last = OV_REGEX_LAST_NOTHING;
		return true;
	}
	bool set;
	uint32_t cp;
	if (!read_escape(r, false, &set, &cp))
		return false;
	if (!set)
		ov_regex_put(r, cp);
	return true;
}

static bool read_name(struct ov_regex_reader *r, size_t start)
{
	size_t from = r->at;
	while (is_word(ov_regex_peek(r, 0)))
		r->at++;
	struct ov_str name = ov_str_sub(r->in, from, r->at);
	if (!name.len || !ov_regex_skip(r, ">"))
		return ov_regex_fail(r, start, "the group's name is not valid");
	for (size_t i = 0; i < r->names.count; i++) {
		if (ov_str_eq(r->names.items[i], name))
			return ov_regex_fail(r, start, "two groups have the same name");
	}
	ov_vec_push(r->arena, &r->names, name);
	return true;
}

/* Reads `i-s)` or `i-s:` behind `(?`. */
static bool read_flags(struct ov_regex_reader *r, size_t start)
{
	bool minus = false, any = false;
	for (;; r->at++) {
		int c = ov_regex_peek(r, 0);
		if (c == '-' && !minus) {
			minus = true;
			any = false;
		} else if (c == 'i' || c == 'm' || c == 's' || c == 'U') {
			any = true;
		} else if ((c == ')' || c == ':') && (any || !minus)) {
			break;
		} else {
			return ov_regex_fail(r, start, "RE2 has no such group");
		}
	}
	bool group = ov_regex_peek(r, 0) == ':';
	r->at++;
	ov_buf_add(r->out, ov_str_sub(r->in, start, r->at));
	if (group)
		ov_vec_push(r->arena, &r->open, (struct ov_regex_open){0});
	return true;
}

static bool read_group(struct ov_regex_reader *r)
{
	size_t start = r->at;
	r->last = OV_REGEX_LAST_NOTHING;
	if (ov_regex_skip(r, "(?P<") ||
		(ov_regex_peek(r, 3) != '=' && ov_regex_peek(r, 3) != '!' &&
			ov_regex_skip(r, "(?<"))) {
		if (!read_name(r, start))
			return false;
	} else if (ov_regex_skip(r, "(?")) {
		return read_flags(r, start);
	} else {
		r->at++;
	}
	ov_buf_putc(r->out, '(');
	ov_vec_push(r->arena, &r->open, (struct ov_regex_open){0});
	return true;
}

static void note_repeats(struct ov_regex_reader *r)
{
	if (r->open.count && r->open.items[r->open.count - 1].repeats < r->atom_repeats)
		r->open.items[r->open.count - 1].repeats = r->atom_repeats;
}

static bool read_repeat(struct ov_regex_reader *r)
{
	size_t start = r->at;
	struct ov_regex_bounds bounds = {0};
	if (ov_regex_peek(r, 0) == '{') {
		if (!ov_regex_read_bounds(r, &bounds))
			return true;
		if (bounds.min > MAX_REPEAT ||
			(bounds.max != SIZE_MAX &&
				(bounds.max > MAX_REPEAT || bounds.max < bounds.min)))
			return ov_regex_fail(r, start, "RE2 repeats up to 1000 times");
		size_t times = bounds.max == SIZE_MAX ? bounds.min : bounds.max;
		if (times)
			r->atom_repeats *= times;
		if (r->atom_repeats > MAX_REPEAT)
			return ov_regex_fail(
				r, start, "nested repetitions come to more than 1000");
		note_repeats(r);
	} else {
		r->at++;
	}
	if (r->last == OV_REGEX_LAST_REPEAT)
		return ov_regex_fail(r, start, "RE2 has no repetition of a repetition");
	if (r->last == OV_REGEX_LAST_NOTHING)
		return ov_regex_fail(r, start, "there is nothing to repeat");
	ov_regex_put_repeat(r, start);
	return true;
}

static bool close_group(struct ov_regex_reader *r)
{
	if (!r->open.count)
		return ov_regex_fail(r, r->at, "nothing opened this )");
	struct ov_regex_open done = r->open.items[--r->open.count];
	r->atom_repeats = done.repeats ? done.repeats : 1;
	note_repeats(r);
	r->last = OV_REGEX_LAST_ATOM;
	r->at++;
	ov_buf_putc(r->out, ')');
	return true;
}

void ov_regex_read_re2(struct ov_regex_reader *r)
{
	r->atom_repeats = 1;
	while (r->at < r->in.len && !r->error.len) {
		char c = r->in.ptr[r->at];
		if (c == '*' || c == '+' || c == '?' || c == '{') {
			read_repeat(r);
			continue;
		}
		if (c == ')') {
			close_group(r);
			continue;
		}
		r->atom_repeats = 1;
		r->last = OV_REGEX_LAST_ATOM;
		switch (c) {
		case '\\': read_atom_escape(r); break;
		case '[': read_class(r); break;
		case '(': read_group(r); break;
		case '|':
			r->at++;
			ov_buf_putc(r->out, c);
			r->last = OV_REGEX_LAST_NOTHING;
			break;
		case '^':
			r->at++;
			put_assertion(r, "^");
			break;
		case '$':
			r->at++;
			put_assertion(r, "$");
			break;
		case '.':
			r->at++;
			ov_buf_putc(r->out, c);
			break;
		default: ov_regex_put(r, (uint32_t)ov_utf8_next(r->in, &r->at)); break;
		}
	}
}
