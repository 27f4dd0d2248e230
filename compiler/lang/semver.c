/* semver: versions (Semantic Versioning 2.0.0) and their order. Layer: lang. */
#include "lang/semver.h"

#include "lang/ascii.h"

#include <inttypes.h>

static const char no_version[] = "is no version; write major.minor.patch, such as 1.2.3, with "
				 "an optional -prerelease and +build";

static bool read_number(
	struct ov_str s, size_t *at, bool lenient, uint64_t *out, const char **why)
{
	size_t from = *at;
	*out = 0;
	for (; ov_is_digit(ov_byte(s, *at)); ++*at) {
		uint64_t d = (uint64_t)(s.ptr[*at] - '0');
		if (*out > (UINT64_MAX - d) / 10)
			return ov_because(why, "has a number over 18446744073709551615");
		*out = *out * 10 + d;
	}
	if (*at == from)
		return ov_because(why, no_version);
	if (!lenient && *at - from > 1 && s.ptr[from] == '0')
		return ov_because(why, "has a number with a leading zero; leave the zero out");
	return true;
}

static bool all_digits(struct ov_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!ov_is_digit(s.ptr[i]))
			return false;
	return s.len > 0;
}

static bool check_parts(struct ov_str s, bool pre, const char **why)
{
	for (size_t at = 0; at <= s.len;) {
		struct ov_str part = ov_part(s, &at, '.');
		bool good = part.len > 0;
		for (size_t i = 0; good && i < part.len; i++)
			good = ov_is_alnum(part.ptr[i]) || part.ptr[i] == '-';
		if (!good)
			return ov_because(why,
				"has a wrong prerelease or build; write letters, "
				"digits and '-' with single dots between them");
		if (pre && part.len > 1 && part.ptr[0] == '0' && all_digits(part))
			return ov_because(why, "has a number with a leading zero in its "
					       "prerelease; leave the zero out");
	}
	return true;
}

static bool parse(struct ov_str s, bool lenient, struct ov_semver *out, const char **why)
{
	uint64_t *numbers[] = {&out->major, &out->minor, &out->patch};
	size_t at = 0;
	*out = (struct ov_semver){0};
	if (lenient && ov_byte(s, 0) == 'v')
		at++;
	else if (ov_byte(s, 0) == 'v')
		return ov_because(why, "has a \"v\" before it; write the numbers alone: 1.2.3");
	for (size_t i = 0; i < OV_COUNT(numbers); i++) {
		if (i > 0 && lenient && at == s.len)
			return true;
		if (i > 0 && ov_byte(s, at++) != '.')
			return ov_because(why, no_version);
		if (!read_number(s, &at, lenient, numbers[i], why))
			return false;
	}
	struct ov_str rest = ov_str_sub(s, at, s.len);
	size_t plus = ov_str_chr(rest, '+');
	if (plus != SIZE_MAX) {
		out->build = ov_str_sub(rest, plus + 1, rest.len);
		rest = ov_str_sub(rest, 0, plus);
		if (!check_parts(out->build, false, why))
			return false;
	}
	if (rest.len == 0)
		return true;
	if (rest.ptr[0] != '-')
		return ov_because(why, no_version);
	out->pre = ov_str_sub(rest, 1, rest.len);
	return check_parts(out->pre, true, why);
}

bool ov_semver_parse(struct ov_str s, struct ov_semver *out, const char **why)
{
	return parse(s, false, out, why);
}

bool ov_semver_parse_lenient(struct ov_str s, struct ov_semver *out, const char **why)
{
	return parse(s, true, out, why);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_parts(struct ov_str a, struct ov_str b)
{
	bool a_number = all_digits(a), b_number = all_digits(b);
	if (a_number != b_number)
		return a_number ? -1 : 1;
	/* Without leading zeros the longer number is the greater. */
	if (a_number && a.len != b.len)
		return a.len < b.len ? -1 : 1;
	int r = ov_str_cmp(a, b);
	return (r > 0) - (r < 0);
}

int ov_semver_compare(struct ov_semver a, struct ov_semver b)
{
	int r = compare_numbers(a.major, b.major);
	if (r == 0)
		r = compare_numbers(a.minor, b.minor);
	if (r == 0)
		r = compare_numbers(a.patch, b.patch);
	if (r != 0 || (a.pre.len == 0 && b.pre.len == 0))
		return r;
	if (a.pre.len == 0 || b.pre.len == 0)
		return a.pre.len == 0 ? 1 : -1;
	size_t i = 0, j = 0;
	while (r == 0 && i <= a.pre.len && j <= b.pre.len)
		r = compare_parts(ov_part(a.pre, &i, '.'), ov_part(b.pre, &j, '.'));
	if (r != 0)
		return r;
	return (i <= a.pre.len) - (j <= b.pre.len);
}

struct ov_str ov_semver_text(struct ov_arena *arena, struct ov_semver v)
{
	struct ov_buf text;
	ov_buf_init(&text);
	ov_buf_addf(&text, "%" PRIu64 ".%" PRIu64 ".%" PRIu64, v.major, v.minor, v.patch);
	if (v.pre.len) {
		ov_buf_putc(&text, '-');
		ov_buf_add(&text, v.pre);
	}
	if (v.build.len) {
		ov_buf_putc(&text, '+');
		ov_buf_add(&text, v.build);
	}
	struct ov_str s = ov_str_dup(arena, ov_buf_str(&text));
	ov_buf_release(&text);
	return s;
}
