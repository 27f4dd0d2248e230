/* jmespath_version: Kyverno's comparison of versions. Layer: expr. */
#include "expr/go_text.h"
#include "expr/jmespath_node.h"
#include "lang/ascii.h"
#include "lang/semver.h"

/* A part of a range of versions: what precedes its first digit, and the version. */
static bool split_range(struct ov_str s, struct ov_str *sign, struct ov_str *version)
{
	size_t at = 0;
	while (at < s.len && !ov_is_digit(s.ptr[at]))
		at++;
	*sign = ov_str_trim(ov_str_sub(s, 0, at));
	*version = ov_str_sub(s, at, s.len);
	return at < s.len;
}

/** One condition of a range. */
struct bound {
	char sign; /**< '=', '!', '<', '>', 'l' for <=, 'g' for >= */
	struct ov_semver version;
};

static bool holds(const struct bound *b, struct ov_semver v)
{
	int c = ov_semver_compare(v, b->version);
	switch (b->sign) {
	case '=': return c == 0;
	case '!': return c != 0;
	case '<': return c < 0;
	case '>': return c > 0;
	case 'l': return c <= 0;
	default: return c >= 0;
	}
}

static char sign_of(struct ov_str s)
{
	static const struct {
		const char *text;
		char sign;
	} signs[] = {{"", '='}, {"=", '='}, {"==", '='}, {"!", '!'}, {"!=", '!'}, {"<", '<'},
		{">", '>'}, {"<=", 'l'}, {">=", 'g'}};
	for (size_t i = 0; i < OV_COUNT(signs); i++)
		if (ov_str_is(s, signs[i].text))
			return signs[i].sign;
	return 0;
}

/*
 * A version with x in place of its last parts, as github.com/blang/semver/v4 expands it: 1.2.x
 * and 1.x; `low` gets zeros there and `high` is the first version beyond. Two bounds may come
 * of one: = asks for both, and so does !, which makes it impossible.
 */
static bool wild_bounds(struct ov_str version, char sign, struct bound out[2], size_t *count)
{
	uint64_t part[3] = {0};
	size_t parts = 0, numbers = 0, at = 0;
	while (at < version.len + 1 && parts < 3) {
		struct ov_str s = ov_part(version, &at, '.');
		int64_t n;
		if (ov_str_is(s, "x")) {
			parts++;
			continue;
		}
		if (numbers < parts || !ov_go_parse_int(s, &n) || n < 0)
			return false;
		part[numbers++] = (uint64_t)n;
		parts++;
	}
	if (at < version.len + 1 || numbers == 0 || numbers == 3)
		return false;
	struct ov_semver low = {.major = part[0], .minor = part[1]};
	struct ov_semver high = low;
	/* 1.x.x counts as 1.0.x there. */
	if (parts == 2)
		high.major++;
	else
		high.minor++;
	*count = 1;
	switch (sign) {
	case '>': out[0] = (struct bound){'g', high}; break;
	case 'g': out[0] = (struct bound){'g', low}; break;
	case '<': out[0] = (struct bound){'<', low}; break;
	case 'l': out[0] = (struct bound){'<', high}; break;
	default:
		out[0] = (struct bound){sign == '=' ? 'g' : '<', low};
		out[1] = (struct bound){sign == '=' ? '<' : 'g', high};
		*count = 2;
	}
	return true;
}

/* Parts of a range are parted by blanks, but not behind a sign. */
static struct ov_str next_part(struct ov_arena *arena, struct ov_str s, size_t *at)
{
	char last = '\0';
	size_t from = *at, i = from, n = 0;
	for (; i < s.len && (s.ptr[i] != ' ' || ov_is_one_of(last, "<>=")); i++)
		if (s.ptr[i] != ' ')
			last = s.ptr[i];
	*at = i + 1;
	char *out = ov_arena_alloc(arena, i - from + 1, 1);
	for (size_t k = from; k < i; k++)
		if (s.ptr[k] != ' ')
			out[n++] = s.ptr[k];
	return ov_str_n(out, n);
}

static struct ov_value bad_range(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, struct ov_str part)
{
	return ov_jp_fail(
		run, at, OV_JMESPATH_VALUE, "Could not parse Range \"%.*s\"", OV_STR_ARG(part));
}

static struct ov_value semver_compare(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str range = ov_string(a[1]);
	struct ov_semver version;
	bool any = false, all = true, empty = true;
	/* What is no version counts as 0.0.0. */
	if (!ov_semver_parse(ov_string(a[0]), &version, NULL))
		version = (struct ov_semver){0};
	for (size_t next = 0; next < range.len;) {
		struct ov_str part = next_part(run->arena, range, &next), sign, text;
		/* A part of one character is dropped without a word. */
		if (part.len < 2)
			continue;
		if (ov_str_is(part, "||")) {
			if (empty)
				return bad_range(run, at, range);
			any = any || all;
			all = empty = true;
			continue;
		}
		struct bound bounds[2];
		size_t count = 1;
		if (!split_range(part, &sign, &text) || !sign_of(sign))
			return bad_range(run, at, part);
		bounds[0].sign = sign_of(sign);
		if (ov_str_ends(part, OV_STR(".x"))
				? !wild_bounds(text, bounds[0].sign, bounds, &count)
				: !ov_semver_parse(text, &bounds[0].version, NULL))
			return bad_range(run, at, part);
		for (size_t i = 0; i < count; i++)
			all = all && holds(&bounds[i], version);
		empty = false;
	}
	if (empty)
		return bad_range(run, at, range);
	return ov_value_bool(any || all);
}

const struct ov_jp_function ov_jp_version[] = {
	{"semver_compare", semver_compare, 2, false, false, {OV_JP_STRING, OV_JP_STRING}},
	{0},
};
