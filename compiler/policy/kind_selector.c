/* kind_selector: which kinds of objects a rule of Kyverno is about. Layer: policy. */
#include "policy/kind_selector.h"

#include "lang/ascii.h"
#include "lang/wildcard.h"

/* v1, v1beta1, v2alpha3 or a star. */
static bool is_version(struct ov_str s)
{
	size_t at = 1;
	if (ov_str_is(s, "*"))
		return true;
	if (ov_byte(s, 0) != 'v')
		return false;
	while (ov_is_digit(ov_byte(s, at)))
		at++;
	if (at == 1 || at == s.len)
		return at > 1;
	struct ov_str stage = ov_str_sub(s, at, s.len);
	size_t digits = ov_str_starts(stage, OV_STR("alpha"))  ? 5
			: ov_str_starts(stage, OV_STR("beta")) ? 4
							       : 0;
	size_t end = digits;
	while (ov_is_digit(ov_byte(stage, end)))
		end++;
	return digits && end > digits && end == stage.len;
}

static bool has_capital(struct ov_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (ov_is_upper(s.ptr[i]))
			return true;
	return false;
}

/** Parts of a selector; one more than any has. */
enum { MOST = 5 };

static size_t split(struct ov_str s, struct ov_str part[MOST])
{
	size_t count = 0, at = 0;
	struct ov_str last = s;
	while (at <= s.len && count < MOST) {
		last = ov_part(s, &at, '/');
		part[count++] = last;
	}
	if (at <= s.len)
		return MOST;
	/* Dots part the last one alone: a group has them too. */
	count--;
	for (at = 0; at <= last.len && count < MOST;)
		part[count++] = ov_part(last, &at, '.');
	return at <= last.len ? MOST : count;
}

struct ov_kind_selector ov_kind_selector_parse(struct ov_str s)
{
	struct ov_str part[MOST] = {{0}}, any = OV_STR("*"), none = OV_STR("");
	struct ov_kind_selector out = {any, any, none, none};
	switch (split(s, part)) {
	case 1: out.kind = part[0]; break;
	case 2:
		out.kind = part[0];
		out.subresource = part[1];
		if (ov_str_is(part[0], "*") &&
			(ov_str_is(part[1], "*") || !has_capital(part[1])))
			break;
		if (is_version(part[0])) {
			out.version = part[0];
			out.kind = part[1];
			out.subresource = none;
		}
		break;
	case 3:
		if (is_version(part[0])) {
			out.version = part[0];
			out.kind = part[1];
			out.subresource = part[2];
			break;
		}
		out = (struct ov_kind_selector){part[0], part[1], part[2], none};
		break;
	case 4: out = (struct ov_kind_selector){part[0], part[1], part[2], part[3]}; break;
	default: out.group = out.version = none;
	}
	return out;
}

bool ov_kind_selector_match(const struct ov_kind_selector *selector, struct ov_str group,
	struct ov_str version, struct ov_str kind, struct ov_str subresource)
{
	if (!ov_wildcard_match(selector->kind, kind) ||
		!ov_wildcard_match(selector->group, group) ||
		!ov_wildcard_match(selector->version, version))
		return false;
	return ov_wildcard_match(selector->subresource, subresource) ||
	       (ov_str_is(kind, "Pod") && !group.len && ov_str_is(version, "v1") &&
		       ov_str_is(subresource, "ephemeralcontainers"));
}
