/* jmespath_text: Kyverno's functions of strings, labels and images. Layer: expr. */
#include "base/limits.h"
#include "expr/go_text.h"
#include "expr/jmespath_node.h"
#include "lang/ascii.h"
#include "lang/image.h"
#include "lang/wildcard.h"
#include "value/equal.h"

static struct ov_value compare(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)run, (void)at;
	int c = ov_str_cmp(ov_string(a[0]), ov_string(a[1]));
	return ov_jp_go_int((c > 0) - (c < 0));
}

static struct ov_value equal_fold(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)run, (void)at;
	return ov_value_bool(ov_go_equal_fold(ov_string(a[0]), ov_string(a[1])));
}

static struct ov_value cased(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	const struct ov_value *a, bool upper)
{
	struct ov_buf buf = {0};
	ov_go_case(&buf, ov_string(a[0]), upper);
	return ov_jp_take(run, at, &buf);
}

static struct ov_value to_upper(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	return cased(run, at, a, true);
}

static struct ov_value to_lower(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	return cased(run, at, a, false);
}

/* The next place of `old` at or behind `from`; an empty one stands behind every character. */
static size_t next_place(struct ov_str s, struct ov_str old, size_t from, bool first)
{
	if (old.len)
		return ov_str_find(s, old, from);
	if (first)
		return from;
	if (from >= s.len)
		return SIZE_MAX;
	ov_utf8_next(s, &from);
	return from;
}

/* strings.Replace: at most `most` times, without a bound where negative. */
static struct ov_value replace_most(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	const struct ov_value *a, int64_t most)
{
	struct ov_str s = ov_string(a[0]), old = ov_string(a[1]), with = ov_string(a[2]);
	struct ov_buf buf = {0};
	size_t from = 0;
	if (ov_str_eq(old, with))
		return a[0];
	for (int64_t i = 0; most < 0 || i < most; i++) {
		size_t to = next_place(s, old, from, i == 0);
		if (to == SIZE_MAX || !ov_jp_spend(run, at, 1, 0) ||
			buf.len > OV_LIMIT_EXPR_BYTES)
			break;
		ov_buf_add(&buf, ov_str_sub(s, from, to));
		ov_buf_add(&buf, with);
		from = to + old.len;
	}
	ov_buf_add(&buf, ov_str_sub(s, from, s.len));
	if (run->error.fault) {
		ov_buf_release(&buf);
		return (struct ov_value){0};
	}
	return ov_jp_take(run, at, &buf);
}

static struct ov_value replace(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	double most = ov_to_double(a[3]);
	return replace_most(run, at, a,
		most <= -1 || most > 1e15 ? -1
		: most >= 1               ? (int64_t)most
					  : 0);
}

static struct ov_value replace_all(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	return replace_most(run, at, a, -1);
}

static bool in_set(struct ov_str set, int32_t cp)
{
	for (size_t i = 0; i < set.len;)
		if (ov_utf8_next(set, &i) == cp)
			return true;
	return false;
}

static struct ov_value trim(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str s = ov_string(a[0]), set = ov_string(a[1]);
	size_t from = 0, end = 0;
	if (!ov_jp_spend(run, at, 1 + s.len / 16 * (1 + set.len / 16), 0))
		return (struct ov_value){0};
	for (size_t i = 0; i < s.len && in_set(set, ov_utf8_next(s, &i));)
		from = i;
	end = from;
	for (size_t i = from; i < s.len;)
		if (!in_set(set, ov_utf8_next(s, &i)))
			end = i;
	return ov_value_string(ov_str_sub(s, from, end));
}

static struct ov_value trim_prefix(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str s = ov_string(a[0]), prefix = ov_string(a[1]);
	(void)run, (void)at;
	return ov_str_starts(s, prefix) ? ov_value_string(ov_str_sub(s, prefix.len, s.len))
					: a[0];
}

static struct ov_value split(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str s = ov_string(a[0]), by = ov_string(a[1]);
	OV_VEC(struct ov_value) parts = {0};
	for (size_t from = 0; from < s.len || by.len;) {
		size_t to = from;
		if (by.len)
			to = ov_str_find(s, by, from);
		else
			ov_utf8_next(s, &to);
		if (!ov_jp_spend(run, at, 1, sizeof(struct ov_value)))
			return (struct ov_value){0};
		ov_vec_push(run->arena, &parts, ov_value_string(ov_str_sub(s, from, to)));
		if (to == SIZE_MAX)
			break;
		from = to + by.len;
	}
	return ov_value_list(parts.items, parts.count);
}

static struct ov_value truncate(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str s = ov_string(a[0]);
	double most = ov_to_double(a[1]);
	size_t end = 0;
	(void)run, (void)at;
	for (double n = 1; n <= most && end < s.len; n++)
		ov_utf8_next(s, &end);
	return ov_value_string(ov_str_sub(s, 0, end));
}

static struct ov_value to_boolean(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str s = ov_string(a[0]);
	if (ov_is_word(s, "true") || ov_is_word(s, "false"))
		return ov_value_bool(ov_is_word(s, "true"));
	return ov_jp_fail(run, at, OV_JMESPATH_VALUE,
		"JMESPath function 'to_boolean': lowercase argument must be 'true' or 'false' "
		"(provided: '%.*s')",
		OV_STR_ARG(s));
}

bool ov_jp_scalar_text(struct ov_arena *arena, struct ov_value v, struct ov_str *out)
{
	struct ov_buf buf = {0};
	if (ov_is_string(v)) {
		*out = ov_string(v);
		return true;
	}
	if (v.kind == OV_KIND_BOOL) {
		*out = v.boolean ? OV_STR("true") : OV_STR("false");
		return true;
	}
	if (!ov_is_number(v))
		return false;
	ov_go_float_f(&buf, ov_to_double(v), true);
	*out = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return true;
}

struct ov_value ov_jp_no_text(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, unsigned argument)
{
	return ov_jp_fail(run, at, OV_JMESPATH_TYPE,
		"JMESPath function '%.*s': argument #%u is not of type String or Real",
		OV_STR_ARG(at->key->str), argument);
}

static struct ov_value pattern_match(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str s;
	if (!ov_jp_scalar_text(run->arena, a[1], &s))
		return ov_jp_no_text(run, at, 2);
	if (!ov_jp_spend(run, at, 1 + s.len / 16 * (1 + ov_string(a[0]).len / 16), 0))
		return (struct ov_value){0};
	return ov_value_bool(ov_wildcard_match(ov_string(a[0]), s));
}

static struct ov_value label_match(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	for (size_t i = 0; i < a[0].count; i++) {
		size_t most = OV_LIMIT_STEPS, left = most;
		struct ov_value v = ov_get_key(a[1], a[0].entries[i].key);
		bool equal = ov_is_some(v) &&
			     ov_equal_within(a[0].entries[i].value, v, OV_GO_FLOAT64, &left);
		if (!ov_jp_spend(run, at, 1 + most - left, 0))
			return (struct ov_value){0};
		if (!equal)
			return ov_value_bool(false);
	}
	return ov_value_bool(true);
}

/* path.Clean, but that an empty path stays empty. */
static struct ov_value path_canonicalize(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str s = ov_string(a[0]);
	struct ov_buf buf = {0};
	bool rooted = ov_byte(s, 0) == '/';
	size_t least = rooted;
	if (!s.len)
		return a[0];
	if (rooted)
		ov_buf_putc(&buf, '/');
	for (size_t next = 0; next < s.len;) {
		struct ov_str part = ov_part(s, &next, '/');
		if (!part.len || ov_str_is(part, "."))
			continue;
		if (ov_str_is(part, "..") && buf.len > least) {
			while (buf.len > least && buf.ptr[buf.len - 1] != '/')
				buf.len--;
			if (buf.len > least)
				buf.len--;
			continue;
		}
		if (ov_str_is(part, "..") && rooted)
			continue;
		if (buf.len > rooted)
			ov_buf_putc(&buf, '/');
		ov_buf_add(&buf, part);
		if (ov_str_is(part, ".."))
			least = buf.len;
	}
	if (!buf.len)
		ov_buf_putc(&buf, '.');
	return ov_jp_take(run, at, &buf);
}

/* The reference with the registry and the tag that are meant where none is written. */
static struct ov_value image_normalize(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str s = ov_string(a[0]);
	size_t slash = ov_str_chr(s, '/');
	struct ov_str first = ov_str_sub(s, 0, slash);
	bool capital = false, sign = false;
	for (size_t i = 0; i < first.len; i++) {
		capital = capital || ov_is_upper(first.ptr[i]);
		sign = sign || first.ptr[i] == '.' || first.ptr[i] == ':';
	}
	if (slash == SIZE_MAX || (!sign && !capital && !ov_str_is(first, "localhost")))
		s = ov_str_fmt(run->arena, "docker.io/%.*s", OV_STR_ARG(s));
	struct ov_image image;
	if (!ov_image_parse(s, &image, NULL))
		return ov_jp_fail(run, at, OV_JMESPATH_VALUE,
			"JMESPath function 'image_normalize': bad image: %.*s, "
			"defaultRegistry: docker.io, enableDefaultRegistryMutation: true: "
			"invalid reference format",
			OV_STR_ARG(s));
	struct ov_buf buf = {0};
	if (image.registry.len) {
		ov_buf_add(&buf, image.registry);
		ov_buf_putc(&buf, '/');
	}
	ov_buf_add(&buf, image.path);
	ov_buf_putc(&buf, image.digest.len ? '@' : ':');
	ov_buf_add(&buf, image.digest.len ? image.digest
			 : image.tag.len  ? image.tag
					  : OV_STR("latest"));
	return ov_jp_take(run, at, &buf);
}

#define STRING OV_JP_STRING

const struct ov_jp_function ov_jp_text[] = {
	{"compare", compare, 2, false, false, {STRING, STRING}},
	{"equal_fold", equal_fold, 2, false, false, {STRING, STRING}},
	{"image_normalize", image_normalize, 1, false, false, {STRING}},
	{"label_match", label_match, 2, false, false, {OV_JP_OBJECT, OV_JP_OBJECT}},
	{"path_canonicalize", path_canonicalize, 1, false, false, {STRING}},
	{"pattern_match", pattern_match, 2, false, false, {STRING, STRING | OV_JP_NUMBER}},
	{"replace", replace, 4, false, false, {STRING, STRING, STRING, OV_JP_NUMBER}},
	{"replace_all", replace_all, 3, false, false, {STRING, STRING, STRING}},
	{"split", split, 2, false, false, {STRING, STRING}},
	{"to_boolean", to_boolean, 1, false, false, {STRING}},
	{"to_lower", to_lower, 1, false, false, {STRING}},
	{"to_upper", to_upper, 1, false, false, {STRING}},
	{"trim", trim, 2, false, false, {STRING, STRING}},
	{"trim_prefix", trim_prefix, 2, false, false, {STRING, STRING}},
	{"truncate", truncate, 2, false, false, {STRING, OV_JP_NUMBER}},
	{0},
};
