/* label_selector: selectors of labels with Kyverno's wildcards. Layer: policy. */
#include "policy/label_selector.h"

#include "lang/name.h"
#include "lang/wildcard.h"

bool ov_wildcard_pair_match(struct ov_value map, struct ov_str key, struct ov_str value)
{
	for (size_t i = 0; ov_is_map(map) && i < map.count; i++)
		if (ov_wildcard_match(key, map.entries[i].key->str) &&
			ov_is_string(map.entries[i].value) &&
			ov_wildcard_match(value, ov_string(map.entries[i].value)))
			return true;
	return false;
}

bool ov_wildcard_any(struct ov_value patterns, struct ov_str s)
{
	for (size_t i = 0; i < ov_count(patterns); i++)
		if (ov_wildcard_match(ov_string(ov_at(patterns, i)), s))
			return true;
	return false;
}

/* The text with a 0 in place of each wildcard. */
static struct ov_str without_wildcards(struct ov_arena *arena, struct ov_str s)
{
	char *out = ov_arena_alloc(arena, s.len + 1, 1);
	for (size_t i = 0; i < s.len; i++)
		out[i] = s.ptr[i] == '*' || s.ptr[i] == '?' ? '0' : s.ptr[i];
	return ov_str_n(out, s.len);
}

static enum ov_selection invalid(
	struct ov_arena *arena, struct ov_str *why, struct ov_str what, const char *fault)
{
	if (why)
		*why = ov_str_fmt(arena, "'%.*s' %s", OV_STR_ARG(what), fault);
	return OV_SELECTOR_INVALID;
}

static struct ov_value label(struct ov_value labels, struct ov_str key)
{
	struct ov_value v = ov_get_str(labels, key);
	return ov_is_string(v) ? v : (struct ov_value){0};
}

static enum ov_selection match_pair(struct ov_arena *arena, struct ov_str key,
	struct ov_str value, struct ov_value labels, struct ov_str *why)
{
	if (ov_wildcard_is(key) || ov_wildcard_is(value)) {
		if (ov_wildcard_pair_match(labels, key, value))
			return OV_SELECTED;
		key = without_wildcards(arena, key);
		value = without_wildcards(arena, value);
	}
	const char *fault = ov_name_label_key_fault(key);
	if (fault)
		return invalid(arena, why, key, fault);
	fault = ov_name_label_value_fault(value);
	if (fault)
		return invalid(arena, why, value, fault);
	struct ov_value v = label(labels, key);
	return ov_is_some(v) && ov_str_eq(ov_string(v), value) ? OV_SELECTED : OV_NOT_SELECTED;
}

static enum ov_selection match_expression(struct ov_arena *arena, struct ov_value expression,
	struct ov_value labels, struct ov_str *why)
{
	struct ov_str key = ov_string(ov_get(expression, "key"));
	struct ov_value values = ov_get(expression, "values"),
			op = ov_get(expression, "operator");
	bool in = ov_string_is(op, "In"), not_in = ov_string_is(op, "NotIn");
	bool exists = ov_string_is(op, "Exists");
	const char *fault = ov_name_label_key_fault(key);
	if (fault)
		return invalid(arena, why, key, fault);
	if (!in && !not_in && !exists && !ov_string_is(op, "DoesNotExist"))
		return invalid(
			arena, why, ov_string(op), "is not a valid label selector operator");
	if ((in || not_in) != (ov_count(values) > 0))
		return invalid(arena, why, ov_string(op),
			in || not_in ? "asks for values" : "takes no values");
	struct ov_value v = label(labels, key);
	bool among = false;
	for (size_t i = 0; i < ov_count(values); i++) {
		struct ov_str one = ov_string(ov_at(values, i));
		fault = ov_name_label_value_fault(one);
		if (fault)
			return invalid(arena, why, one, fault);
		among = among || (ov_is_some(v) && ov_str_eq(ov_string(v), one));
	}
	/* A missing label is in no list. */
	bool holds = in ? among : not_in ? !among : ov_is_some(v) == exists;
	return holds ? OV_SELECTED : OV_NOT_SELECTED;
}

enum ov_selection ov_label_selector_match(struct ov_arena *arena, struct ov_value selector,
	struct ov_value labels, struct ov_str *why)
{
	struct ov_value pairs = ov_get(selector, "matchLabels");
	struct ov_value expressions = ov_get(selector, "matchExpressions");
	enum ov_selection all = OV_SELECTED;
	/* All of it is checked, also behind what does not hold. */
	for (size_t i = 0; ov_is_map(pairs) && i < pairs.count; i++) {
		enum ov_selection one = match_pair(arena, pairs.entries[i].key->str,
			ov_string(pairs.entries[i].value), labels, why);
		if (one == OV_SELECTOR_INVALID)
			return one;
		all = one == OV_SELECTED ? all : one;
	}
	for (size_t i = 0; i < ov_count(expressions); i++) {
		enum ov_selection one =
			match_expression(arena, ov_at(expressions, i), labels, why);
		if (one == OV_SELECTOR_INVALID)
			return one;
		all = one == OV_SELECTED ? all : one;
	}
	return all;
}
