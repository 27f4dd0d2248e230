/* fn_regex: regular expressions of CEL, of cel-go's extension and of Kubernetes. Layer: expr.
 */
#include "expr/functions.h"
#include "expr/text.h"
#include "foreign/regex.h"

/* The compiled pattern, or NULL with `*error` set. */
static const struct ov_regex *compile(struct ov_eval *ev, const struct ov_expr *at,
	struct ov_str pattern, struct ov_value *error)
{
	struct ov_str why = {0};
	const struct ov_regex *regex =
		ev->regex ? ov_regex_compile(ev->regex, OV_REGEX_RE2, pattern, &why) : NULL;
	if (!ev->regex)
		*error = ov_eval_fail(ev, at, "there are no regular expressions here");
	else if (!regex)
		*error = ov_eval_fail(
			ev, at, "the regular expression is wrong: %.*s", OV_STR_ARG(why));
	return regex;
}

static struct ov_value too_much(struct ov_eval *ev, const struct ov_expr *at)
{
	return ov_eval_fail_limit(ev, at, "the regular expression takes too long on this text");
}

/* All matches that do not overlap, one after the other. */
struct matches {
	struct ov_eval *ev;
	const struct ov_expr *at;
	const struct ov_regex *regex;
	struct ov_str subject;
	size_t pos;      /* where the next search begins; past the length at the end */
	size_t last_end; /* of the match before, SIZE_MAX at first */
	struct ov_value error;
};

/* Fills `groups` with the next match; false at the end, or with `error` set. */
static bool next_match(struct matches *m, struct ov_regex_group *groups, size_t count)
{
	/* A search costs about as much as this many steps. */
	enum { STEPS = 32 };
	while (m->pos <= m->subject.len) {
		if (!ov_eval_work(m->ev, m->at, STEPS, &m->error))
			return false;
		enum ov_regex_result r =
			ov_regex_find(m->regex, m->subject, m->pos, groups, count);
		if (r == OV_REGEX_LIMIT)
			m->error = too_much(m->ev, m->at);
		if (r != OV_REGEX_YES)
			return false;
		/* As Go: an empty match right behind another one does not count. */
		bool counts = groups[0].end > groups[0].start || groups[0].start != m->last_end;
		m->last_end = groups[0].end;
		m->pos = groups[0].end;
		if (groups[0].end == groups[0].start) {
			if (m->pos < m->subject.len)
				ov_utf8_next(m->subject, &m->pos);
			else
				m->pos++;
		}
		if (counts)
			return true;
	}
	return false;
}

static bool begin(struct matches *m, struct ov_eval *ev, const struct ov_expr *at,
	const struct ov_value *a)
{
	*m = (struct matches){
		.ev = ev, .at = at, .subject = ov_string(a[0]), .last_end = SIZE_MAX};
	ov_eval_scan(ev, m->subject.len);
	m->regex = compile(ev, at, ov_string(a[1]), &m->error);
	return m->regex != NULL;
}

static struct ov_value matches(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_value error;
	const struct ov_regex *regex = compile(ev, at, ov_string(a[1]), &error);
	if (!regex)
		return error;
	ov_eval_scan(ev, a[0].count);
	enum ov_regex_result r = ov_regex_search(regex, ov_string(a[0]));
	return r == OV_REGEX_LIMIT ? too_much(ev, at) : ov_value_bool(r == OV_REGEX_YES);
}

static struct ov_str matched(const struct matches *m, struct ov_regex_group group)
{
	return ov_str_sub(m->subject, group.start, group.end);
}

static struct ov_value find(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct matches m;
	struct ov_regex_group whole;
	if (!begin(&m, ev, at, a))
		return m.error;
	if (next_match(&m, &whole, 1))
		return ov_value_string(matched(&m, whole));
	return ov_is_some(m.error) ? m.error : ov_value_string(OV_STR(""));
}

/* The texts of up to `most` matches, of group `group` where it took part and is not empty. */
static struct ov_value collect(struct matches *m, int64_t most, size_t group)
{
	OV_VEC(struct ov_value) list = {0};
	struct ov_regex_group groups[2];
	while (most-- > 0 && next_match(m, groups, group + 1)) {
		struct ov_regex_group hit = groups[group];
		if (group && (hit.start == SIZE_MAX || hit.start == hit.end))
			continue;
		if (!ov_eval_spend(m->ev, m->at, sizeof(struct ov_value), &m->error))
			break;
		ov_vec_push(m->ev->arena, &list, ov_value_string(matched(m, hit)));
	}
	return ov_is_some(m->error) ? m->error : ov_value_list(list.items, list.count);
}

static struct ov_value find_all(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct matches m;
	if (!begin(&m, ev, at, a))
		return m.error;
	return collect(&m, n == 3 && a[2].integer >= 0 ? a[2].integer : INT64_MAX, 0);
}

static bool one_group(struct matches *m)
{
	if (ov_regex_groups(m->regex) <= 2)
		return true;
	m->error = ov_eval_fail(
		m->ev, m->at, "the regular expression has more than one capturing group");
	return false;
}

static struct ov_value extract(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct matches m;
	if (!begin(&m, ev, at, a) || !one_group(&m))
		return m.error;
	size_t group = ov_regex_groups(m.regex) - 1;
	struct ov_regex_group groups[2];
	if (!next_match(&m, groups, group + 1))
		return ov_is_some(m.error) ? m.error : ov_optional_none();
	struct ov_regex_group hit = groups[group];
	if (group && (hit.start == SIZE_MAX || hit.start == hit.end))
		return ov_optional_none();
	return ov_optional_of(ev->arena, ov_value_string(matched(&m, hit)));
}

static struct ov_value extract_all(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct matches m;
	if (!begin(&m, ev, at, a) || !one_group(&m))
		return m.error;
	return collect(&m, INT64_MAX, ov_regex_groups(m.regex) - 1);
}

/* Appends the replacement, in which \0 to \9 stand for groups; false with `m->error` set. */
static bool substitute(struct matches *m, struct ov_text *out, struct ov_str with,
	const struct ov_regex_group *groups, size_t count)
{
	for (size_t i = 0; i < with.len; i++) {
		if (with.ptr[i] != '\\') {
			if (!ov_text_putc(out, with.ptr[i]))
				return true;
			continue;
		}
		char c = ++i < with.len ? with.ptr[i] : '\0';
		if (c == '\\') {
			ov_text_putc(out, c);
		} else if (c < '0' || c > '9') {
			m->error = ov_eval_fail(m->ev, m->at,
				"in the replacement, \\ must be followed by a digit or by \\");
			return false;
		} else if ((size_t)(c - '0') >= count) {
			m->error = ov_eval_fail(m->ev, m->at,
				"the replacement names group %c, the regular expression has "
				"%zu",
				c, count - 1);
			return false;
		} else if (groups[c - '0'].start != SIZE_MAX) {
			ov_text_add(out, matched(m, groups[c - '0']));
		}
	}
	return true;
}

static struct ov_value replace(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	int64_t left = n == 4 ? a[3].integer : -1;
	if (!left)
		return a[0];
	if (left > INT32_MAX)
		return ov_eval_fail(ev, at, "integer overflow");
	struct matches m;
	if (!begin(&m, ev, at, a))
		return m.error;
	enum { MOST = 10 };
	struct ov_regex_group groups[MOST];
	size_t count = ov_regex_groups(m.regex);
	struct ov_text out = ov_text_begin(ev, at);
	size_t done = 0;
	while (left-- && next_match(&m, groups, count < MOST ? count : MOST)) {
		ov_text_add(&out, ov_str_sub(m.subject, done, groups[0].start));
		if (!substitute(&m, &out, ov_string(a[2]), groups, count))
			break;
		done = groups[0].end;
	}
	if (ov_is_some(m.error)) {
		ov_text_drop(&out);
		return m.error;
	}
	ov_text_add(&out, ov_str_sub(m.subject, done, m.subject.len));
	return ov_text_end(&out);
}

static const struct ov_function items[] = {
	{.signature = "matches(string, string) bool", .fn = matches},
	{.signature = "string.matches(string) bool", .fn = matches},
	{.signature = "string.find(string) string", .fn = find},
	{.signature = "string.findAll(string) list(string)", .fn = find_all},
	{.signature = "string.findAll(string, int) list(string)", .fn = find_all},
	{.signature = "regex::extract(string, string) optional(string)", .fn = extract},
	{.signature = "regex::extractAll(string, string) list(string)", .fn = extract_all},
	{.signature = "regex::replace(string, string, string) string", .fn = replace},
	{.signature = "regex::replace(string, string, string, int) string", .fn = replace},
};

struct ov_function_table ov_functions_regex(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}

bool ov_function_pattern_fault(struct ov_regex_cache *cache, const struct ov_function *function,
	struct ov_str pattern, struct ov_str *why)
{
	for (size_t i = 0; i < OV_COUNT(items); i++) {
		if (function->fn == items[i].fn)
			return !ov_regex_compile(cache, OV_REGEX_RE2, pattern, why);
	}
	return false;
}
