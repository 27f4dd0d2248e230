/* fn_text: strings and their extension, and base64. Layer: expr. */
#include "expr/functions.h"
#include "expr/text.h"
#include "lang/base64.h"

static struct ov_value out_of_range(struct ov_eval *ev, const struct ov_expr *at, int64_t index)
{
	return ov_eval_fail(ev, at, "index out of range: %lld", (long long)index);
}

/* Where the argument stands in the receiver, as bytes. */
static size_t find(struct ov_eval *ev, struct ov_str s, struct ov_str needle, size_t from)
{
	ov_eval_scan(ev, s.len);
	if (!needle.len)
		return from;
	if (needle.len > s.len)
		return SIZE_MAX;
	struct ov_finder finder;
	ov_finder_init(&finder, needle);
	size_t at = ov_finder_next(&finder, s, from);
	ov_finder_release(&finder);
	return at;
}

OV_FUNCTION(contains, ov_value_bool(find(ev, ov_string(a[0]), ov_string(a[1]), 0) != SIZE_MAX))
OV_FUNCTION(starts_with, ov_value_bool(ov_str_starts(ov_string(a[0]), ov_string(a[1]))))
OV_FUNCTION(ends_with, ov_value_bool(ov_str_ends(ov_string(a[0]), ov_string(a[1]))))

static struct ov_value char_at(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str s = ov_string(a[0]);
	ov_eval_scan(ev, s.len);
	size_t from = ov_text_offset(s, a[1].integer), to = from;
	if (from == SIZE_MAX)
		return out_of_range(ev, at, a[1].integer);
	if (to < s.len)
		ov_utf8_next(s, &to);
	return ov_value_string(ov_str_sub(s, from, to));
}

/* The index in code points of a place in bytes; -1 for none. */
static struct ov_value index_value(struct ov_str s, size_t at)
{
	if (at == SIZE_MAX)
		return ov_value_int(-1);
	return ov_value_int((int64_t)ov_utf8_count(ov_str_sub(s, 0, at)));
}

static struct ov_value index_of(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	struct ov_str s = ov_string(a[0]);
	return index_value(s, find(ev, s, ov_string(a[1]), 0));
}

static struct ov_value index_of_from(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str s = ov_string(a[0]), needle = ov_string(a[1]);
	/* As cel-go: the empty string is found wherever it is looked for. */
	if (!needle.len)
		return a[2];
	if (a[2].integer < 0)
		return out_of_range(ev, at, a[2].integer);
	size_t from = ov_text_offset(s, a[2].integer);
	return index_value(s, from == SIZE_MAX ? from : find(ev, s, needle, from));
}

static struct ov_value last_index(
	struct ov_eval *ev, struct ov_str s, struct ov_str needle, size_t most)
{
	ov_eval_scan(ev, s.len);
	if (needle.len > s.len)
		return ov_value_int(-1);
	struct ov_finder finder;
	ov_finder_init(&finder, needle);
	size_t found = ov_finder_last(&finder, s, most);
	ov_finder_release(&finder);
	return index_value(s, found);
}

static struct ov_value last_index_of(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	struct ov_str s = ov_string(a[0]), needle = ov_string(a[1]);
	return needle.len ? last_index(ev, s, needle, s.len) : index_value(s, s.len);
}

static struct ov_value last_index_of_from(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str s = ov_string(a[0]), needle = ov_string(a[1]);
	if (!needle.len)
		return a[2];
	if (a[2].integer < 0)
		return out_of_range(ev, at, a[2].integer);
	size_t most = ov_text_offset(s, a[2].integer);
	/* As cel-go: an offset behind the last character finds nothing. */
	if (most == SIZE_MAX || most == s.len)
		return ov_value_int(-1);
	return last_index(ev, s, needle, most);
}

static struct ov_value change_case(
	struct ov_eval *ev, const struct ov_expr *at, struct ov_str s, char from, char to)
{
	struct ov_value error;
	if (!ov_eval_spend(ev, at, s.len, &error))
		return error;
	char *p = ov_arena_alloc(ev->arena, s.len + 1, 1);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		p[i] = c >= from && c <= from + 25 ? (char)(c - from + to) : c;
	}
	return ov_value_string(ov_str_n(p, s.len));
}

OV_FUNCTION(lower_ascii, change_case(ev, at, ov_string(a[0]), 'A', 'a'))
OV_FUNCTION(upper_ascii, change_case(ev, at, ov_string(a[0]), 'a', 'A'))

static struct ov_value replace(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct ov_str s = ov_string(a[0]), old = ov_string(a[1]), new = ov_string(a[2]);
	int64_t left = n == 4 && a[3].integer >= 0 ? a[3].integer : INT64_MAX;
	ov_eval_scan(ev, s.len);
	struct ov_text out = ov_text_begin(ev, at);
	size_t pos = 0;
	if (!old.len) {
		/* Before every character and at the end. */
		while (left-- > 0 && ov_text_add(&out, new) && pos < s.len) {
			size_t from = pos;
			ov_utf8_next(s, &pos);
			ov_text_add(&out, ov_str_sub(s, from, pos));
		}
	} else if (old.len <= s.len) {
		struct ov_finder finder;
		ov_finder_init(&finder, old);
		while (left-- > 0) {
			size_t hit = ov_finder_next(&finder, s, pos);
			if (hit == SIZE_MAX || !ov_text_add(&out, ov_str_sub(s, pos, hit)) ||
				!ov_text_add(&out, new))
				break;
			pos = hit + old.len;
		}
		ov_finder_release(&finder);
	}
	ov_text_add(&out, ov_str_sub(s, pos, s.len));
	return ov_text_end(&out);
}

/* A list of strings in the making. */
struct parts {
	struct ov_eval *ev;
	const struct ov_expr *at;
	OV_VEC(struct ov_value) list;
	struct ov_value error;
};

static bool add_part(struct parts *parts, struct ov_str s)
{
	if (!ov_eval_spend(parts->ev, parts->at, sizeof(struct ov_value), &parts->error))
		return false;
	ov_vec_push(parts->ev->arena, &parts->list, ov_value_string(s));
	return true;
}

static struct ov_value split(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct ov_str s = ov_string(a[0]), by = ov_string(a[1]);
	int64_t left = n == 3 && a[2].integer >= 0 ? a[2].integer : INT64_MAX;
	struct parts parts = {.ev = ev, .at = at};
	ov_eval_scan(ev, s.len);
	if (!left || (!by.len && !s.len))
		return ov_value_list(NULL, 0);
	size_t pos = 0;
	struct ov_finder finder;
	if (by.len)
		ov_finder_init(&finder, by);
	while (--left > 0) {
		size_t to = pos, next;
		if (by.len) {
			to = ov_finder_next(&finder, s, pos);
			next = to + by.len;
			if (to == SIZE_MAX)
				break;
		} else {
			ov_utf8_next(s, &to);
			next = to;
			if (to == s.len)
				break;
		}
		if (!add_part(&parts, ov_str_sub(s, pos, to)))
			break;
		pos = next;
	}
	if (by.len)
		ov_finder_release(&finder);
	if (!ov_is_some(parts.error))
		add_part(&parts, ov_str_sub(s, pos, s.len));
	return ov_is_some(parts.error) ? parts.error
				       : ov_value_list(parts.list.items, parts.list.count);
}

static struct ov_value substring(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct ov_str s = ov_string(a[0]);
	ov_eval_scan(ev, s.len);
	if (n == 3 && a[1].integer > a[2].integer)
		return ov_eval_fail(ev, at,
			ev->terse ? "invalid substring range. start: %lld, end: %lld"
				  : "invalid substring range: %lld is behind %lld",
			(long long)a[1].integer, (long long)a[2].integer);
	size_t from = ov_text_offset(s, a[1].integer);
	if (from == SIZE_MAX)
		return out_of_range(ev, at, a[1].integer);
	size_t to = n == 3 ? ov_text_offset(s, a[2].integer) : s.len;
	if (to == SIZE_MAX)
		return out_of_range(ev, at, a[2].integer);
	return ov_value_string(ov_str_sub(s, from, to));
}

/* Unicode's White_Space. */
static bool is_space(int32_t c)
{
	return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

static struct ov_value trim(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	struct ov_str s = ov_string(a[0]);
	ov_eval_scan(ev, s.len);
	size_t from = 0, to = 0;
	bool text = false;
	for (size_t pos = 0; pos < s.len;) {
		size_t start = pos;
		if (is_space(ov_utf8_next(s, &pos)))
			continue;
		if (!text)
			from = start;
		text = true;
		to = pos;
	}
	return ov_value_string(ov_str_sub(s, from, to));
}

static struct ov_value reverse(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str s = ov_string(a[0]);
	struct ov_value error;
	if (!ov_eval_spend(ev, at, s.len, &error))
		return error;
	char *out = ov_arena_alloc(ev->arena, s.len + 1, 1);
	for (size_t pos = 0; pos < s.len;) {
		size_t start = pos;
		ov_utf8_next(s, &pos);
		memcpy(out + s.len - pos, s.ptr + start, pos - start);
	}
	return ov_value_string(ov_str_n(out, s.len));
}

static struct ov_value join(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct ov_text out = ov_text_begin(ev, at);
	struct ov_str between = n == 2 ? ov_string(a[1]) : OV_STR("");
	for (size_t i = 0; i < a[0].count; i++) {
		struct ov_value v = a[0].items[i];
		if (!ov_is_string(v)) {
			ov_text_drop(&out);
			return ev->terse ? ov_eval_no_overload(ev, at, a)
					 : ov_eval_fail(ev, at,
						   "join() takes strings, element %zu is %s", i,
						   ov_eval_type_name(v));
		}
		if ((i && !ov_text_add(&out, between)) || !ov_text_add(&out, ov_string(v)))
			break;
	}
	return ov_text_end(&out);
}

static struct ov_value quote(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	static const char plain[] = "\a\b\f\n\r\t\v\\\"", letter[] = "abfnrtv\\\"";
	struct ov_str s = ov_string(a[0]);
	struct ov_text out = ov_text_begin(ev, at);
	ov_text_putc(&out, '"');
	for (size_t pos = 0; pos < s.len;) {
		size_t start = pos;
		int32_t c = ov_utf8_next(s, &pos);
		const char *hit = c > 0 && c < 128 ? strchr(plain, c) : NULL;
		bool ok;
		if (hit)
			ok = ov_text_putc(&out, '\\') &&
			     ov_text_putc(&out, letter[hit - plain]);
		else if (c < 0)
			ok = ov_text_put(&out, 0xfffd);
		else
			ok = ov_text_add(&out, ov_str_sub(s, start, pos));
		if (!ok)
			break;
	}
	ov_text_putc(&out, '"');
	return ov_text_end(&out);
}

static struct ov_value base64_encode(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str s = ov_string(a[0]);
	size_t len = ov_base64_length(s.len);
	struct ov_value error;
	if (!ov_eval_spend(ev, at, s.len / 3 * 4 + 4, &error))
		return error;
	char *out = ov_arena_alloc(ev->arena, len + 1, 1);
	ov_base64_encode(s, out);
	return ov_value_string(ov_str_n(out, len));
}

/* As cel-go: padding may be missing altogether. */
static struct ov_value base64_decode(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str s = ov_string(a[0]), out;
	struct ov_value error;
	if (!ov_eval_spend(ev, at, s.len, &error))
		return error;
	if (!ov_base64_decode(ev->arena, s, true, &out))
		return ov_eval_fail(ev, at, "the text is not base64");
	return ov_value_bytes(out);
}

static const struct ov_function items[] = {
	{.signature = "string.contains(string) bool", .fn = contains},
	{.signature = "string.startsWith(string) bool", .fn = starts_with},
	{.signature = "string.endsWith(string) bool", .fn = ends_with},
	{.signature = "string.charAt(int) string", .fn = char_at},
	{.signature = "string.indexOf(string) int", .fn = index_of},
	{.signature = "string.indexOf(string, int) int", .fn = index_of_from},
	{.signature = "string.lastIndexOf(string) int", .fn = last_index_of},
	{.signature = "string.lastIndexOf(string, int) int", .fn = last_index_of_from},
	{.signature = "string.lowerAscii() string", .fn = lower_ascii},
	{.signature = "string.upperAscii() string", .fn = upper_ascii},
	{.signature = "string.replace(string, string) string", .fn = replace},
	{.signature = "string.replace(string, string, int) string", .fn = replace},
	{.signature = "string.split(string) list(string)", .fn = split},
	{.signature = "string.split(string, int) list(string)", .fn = split},
	{.signature = "string.substring(int) string", .fn = substring},
	{.signature = "string.substring(int, int) string", .fn = substring},
	{.signature = "string.trim() string", .fn = trim},
	{.signature = "string.reverse() string", .fn = reverse},
	{.signature = "list(string).join() string", .fn = join},
	{.signature = "list(string).join(string) string", .fn = join},
	{.signature = "strings::quote(string) string", .fn = quote},
	{.signature = "base64::encode(bytes) string", .fn = base64_encode},
	{.signature = "base64::decode(string) bytes", .fn = base64_decode},
};

struct ov_function_table ov_functions_text(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
