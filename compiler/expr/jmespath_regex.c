/* jmespath_regex: Kyverno's functions of regular expressions. Layer: expr. */
#include "base/limits.h"
#include "expr/jmespath_node.h"
#include "lang/ascii.h"

static const struct ov_regex *regex(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, struct ov_str pattern)
{
	struct ov_str why = {0};
	const struct ov_regex *r = ov_regex_compile(run->regex, OV_REGEX_RE2, pattern, &why);
	if (!r)
		ov_jp_fail(run, at, OV_JMESPATH_VALUE,
			"JMESPath function '%.*s': the regular expression is not valid: %.*s",
			OV_STR_ARG(at->key->str), OV_STR_ARG(why));
	return r;
}

static struct ov_value too_hard(struct ov_jmespath_run *run, const struct ov_jp_node *at)
{
	return ov_jp_fail(run, at, OV_JMESPATH_LIMIT,
		"the regular expression takes too long on this text");
}

static struct ov_value regex_match(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str s;
	if (!ov_jp_scalar_text(run->arena, a[1], &s))
		return ov_jp_no_text(run, at, 2);
	const struct ov_regex *r = regex(run, at, ov_string(a[0]));
	if (!r || !ov_jp_spend(run, at, 1 + s.len / 16, 0))
		return (struct ov_value){0};
	enum ov_regex_result found = ov_regex_search(r, s);
	return found == OV_REGEX_LIMIT ? too_hard(run, at)
				       : ov_value_bool(found == OV_REGEX_YES);
}

/* The number of the group that the pattern gives a name, or SIZE_MAX. */
static size_t named_group(struct ov_str pattern, struct ov_str name)
{
	size_t group = 0;
	bool set = false;
	for (size_t i = 0; i < pattern.len; i++) {
		struct ov_str rest = ov_str_sub(pattern, i, pattern.len);
		if (ov_str_starts(rest, OV_STR("\\Q"))) {
			size_t end = ov_str_find(pattern, OV_STR("\\E"), i);
			if (end == SIZE_MAX)
				break;
			i = end + 1;
		} else if (*rest.ptr == '\\') {
			i++;
		} else if (set) {
			set = *rest.ptr != ']';
		} else if (*rest.ptr == '[') {
			set = true;
			i += ov_byte(pattern, i + 1) == '^';
			i += ov_byte(pattern, i + 1) == ']';
		} else if (*rest.ptr == '(') {
			size_t skip = ov_str_starts(rest, OV_STR("(?P<"))  ? 4
				      : ov_str_starts(rest, OV_STR("(?<")) ? 3
									   : 0;
			if (!skip && ov_byte(rest, 1) == '?')
				continue;
			group++;
			struct ov_str own = ov_str_sub(rest, skip, rest.len);
			if (skip && ov_str_starts(own, name) && ov_byte(own, name.len) == '>')
				return group;
		}
	}
	return SIZE_MAX;
}

static bool is_name(char c)
{
	return ov_is_alnum(c) || c == '_';
}

/** A replacement in progress. */
struct replacement {
	struct ov_str pattern, subject, with;
	struct ov_regex_group *groups;
	size_t count;
};

static void add_group(struct ov_buf *buf, const struct replacement *r, struct ov_str name)
{
	size_t n = 0;
	for (size_t i = 0; i < name.len && n != SIZE_MAX; i++)
		n = ov_is_digit(name.ptr[i]) && n < 10000 ? n * 10 + (size_t)(name.ptr[i] - '0')
							  : SIZE_MAX;
	if (n == SIZE_MAX)
		n = named_group(r->pattern, name);
	if (n < r->count && r->groups[n].start != SIZE_MAX)
		ov_buf_add(buf, ov_str_sub(r->subject, r->groups[n].start, r->groups[n].end));
}

/* regexp.Expand: $1, ${1}, $name; $$ is a dollar. */
static void expand(struct ov_buf *buf, const struct replacement *r)
{
	struct ov_str s = r->with;
	for (size_t i = 0; i < s.len; i++) {
		char next = ov_byte(s, i + 1);
		size_t end = i + 1;
		if (s.ptr[i] != '$') {
			ov_buf_putc(buf, s.ptr[i]);
			continue;
		}
		if (next == '$') {
			ov_buf_putc(buf, '$');
			i++;
			continue;
		}
		size_t from = i + 1 + (next == '{');
		for (end = from; is_name(ov_byte(s, end)); end++)
			;
		if (end == from || (next == '{' && ov_byte(s, end) != '}')) {
			ov_buf_putc(buf, '$');
			continue;
		}
		add_group(buf, r, ov_str_sub(s, from, end));
		i = next == '{' ? end : end - 1;
	}
}

/* regexp.ReplaceAll: an empty match is none where the last one ended. */
static struct ov_value regex_replace(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	const struct ov_value *a, bool literal)
{
	struct replacement r = {.pattern = ov_string(a[0])};
	if (!ov_jp_scalar_text(run->arena, a[1], &r.subject))
		return ov_jp_no_text(run, at, 2);
	if (!ov_jp_scalar_text(run->arena, a[2], &r.with))
		return ov_jp_no_text(run, at, 3);
	const struct ov_regex *re = regex(run, at, r.pattern);
	if (!re)
		return (struct ov_value){0};
	struct ov_buf buf = {0};
	r.count = ov_regex_groups(re);
	r.groups = ov_new_array(run->arena, struct ov_regex_group, r.count);
	size_t last = 0;
	enum ov_regex_result found = OV_REGEX_NO;
	for (size_t from = 0; from <= r.subject.len;) {
		if (!ov_jp_spend(run, at, 1, 0) || buf.len > OV_LIMIT_EXPR_BYTES)
			break;
		found = ov_regex_find(re, r.subject, from, r.groups, r.count);
		if (found != OV_REGEX_YES)
			break;
		size_t start = r.groups[0].start, end = r.groups[0].end;
		ov_buf_add(&buf, ov_str_sub(r.subject, last, start));
		if (end > last || start == 0) {
			if (literal)
				ov_buf_add(&buf, r.with);
			else
				expand(&buf, &r);
		}
		last = end;
		size_t next = from;
		if (next < r.subject.len)
			ov_utf8_next(r.subject, &next);
		else
			next++;
		from = end > next ? end : next;
	}
	ov_buf_add(&buf, ov_str_sub(r.subject, last, r.subject.len));
	if (found == OV_REGEX_LIMIT || run->error.fault) {
		ov_buf_release(&buf);
		return too_hard(run, at);
	}
	return ov_jp_take(run, at, &buf);
}

static struct ov_value regex_replace_all(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	return regex_replace(run, at, a, false);
}

static struct ov_value regex_replace_all_literal(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	return regex_replace(run, at, a, true);
}

const struct ov_jp_function ov_jp_regex[] = {
	{"regex_match", regex_match, 2, false, false,
		{OV_JP_STRING, OV_JP_STRING | OV_JP_NUMBER}},
	{"regex_replace_all", regex_replace_all, 3, false, false,
		{OV_JP_STRING, OV_JP_STRING | OV_JP_NUMBER, OV_JP_STRING | OV_JP_NUMBER}},
	{"regex_replace_all_literal", regex_replace_all_literal, 3, false, false,
		{OV_JP_STRING, OV_JP_STRING | OV_JP_NUMBER, OV_JP_STRING | OV_JP_NUMBER}},
	{0},
};
