/* check_match: what the reference refuses in match and exclude. Layer: policy. */
#include "policy/check.h"
#include "policy/internal.h"
#include "value/equal.h"

/* Follows validateResources, validateWildcard and hasUserMatchExclude of Kyverno v1.19. */

static const char *const parts[] = {"any", "all"};

/* Whether patterns of the rule look at nothing but metadata. */
static bool is_about_metadata(struct ov_value rule)
{
	struct ov_value validate = ov_get(rule, "validate");
	struct ov_value pattern = ov_get(validate, "pattern");
	struct ov_value any = ov_get(validate, "anyPattern");
	for (size_t i = 0; ov_is_map(pattern) && i < pattern.count; i++)
		if (!ov_str_is(pattern.entries[i].key->str, "metadata"))
			return false;
	for (size_t k = 0; k < ov_count(any); k++) {
		pattern = ov_at(any, k);
		for (size_t i = 0; ov_is_map(pattern) && i < pattern.count; i++)
			if (!ov_str_is(pattern.entries[i].key->str, "metadata"))
				return false;
	}
	return true;
}

/* A filter for every kind. */
static void check_wildcard(struct ov_checking *c, struct ov_value rule, struct ov_value kinds)
{
	struct ov_value validate = ov_get(rule, "validate");
	bool all = false;
	for (size_t i = 0; i < ov_count(kinds); i++)
		all = all || ov_string_is(ov_at(kinds, i), "*");
	if (!all)
		return;
	if (c->background)
		ov_check_refuse(c, kinds, rule,
			"the kind '*' needs `background: false` in the policy's spec");
	else if (kinds.count > 1)
		ov_check_refuse(c, kinds, rule, "beside the kind '*' there is no other");
	else if (ov_is_some(ov_get(rule, "generate")) ||
		 ov_is_some(ov_get(rule, "verifyImages")) ||
		 ov_is_some(ov_get(validate, "foreach")))
		ov_check_refuse(c, kinds, rule,
			"the kind '*' is not for foreach, generate and verifyImages");
	else if (!is_about_metadata(rule))
		ov_check_refuse(c, kinds, rule,
			"a rule for the kind '*' looks at nothing but metadata");
}

/* Without a user at hand, as in the background, a rule cannot ask who it is. */
static void check_user(struct ov_checking *c, struct ov_value filter)
{
	static const char *const names[] = {"roles", "clusterRoles", "subjects"};
	for (size_t i = 0; c->background && i < OV_COUNT(names); i++) {
		struct ov_value v = ov_get(filter, names[i]);
		if (ov_count(v))
			ov_check_refuse(c, v, filter,
				"who asks is only known with `background: false` in the "
				"policy's spec");
	}
}

/* Follows ResourceDescription.Validate. */
static void check_description(struct ov_checking *c, struct ov_value resources)
{
	struct ov_value selector = ov_get(resources, "selector");
	struct ov_value namespaces = ov_get(resources, "namespaces");
	if (ov_is_map(selector) && !ov_count(ov_get(selector, "matchLabels")) &&
		!ov_count(ov_get(selector, "matchExpressions")))
		ov_check_refuse(c, selector, resources,
			"a selector that selects nothing in particular");
	if (c->namespaced && ov_count(namespaces))
		ov_check_refuse(c, namespaces, resources,
			"a Policy is for its own namespace: only a ClusterPolicy names others");
}

static void check_filter(
	struct ov_checking *c, struct ov_value rule, struct ov_value filter, bool needs_kinds)
{
	struct ov_value kinds = ov_path(filter, "resources", "kinds", NULL);
	check_user(c, filter);
	check_wildcard(c, rule, kinds);
	check_description(c, ov_get(filter, "resources"));
	if (needs_kinds && !ov_count(kinds))
		ov_check_refuse(
			c, filter, rule, "each filter of `match` names `resources.kinds`");
}

static void check_filters(
	struct ov_checking *c, struct ov_value rule, struct ov_value match, bool needs_kinds)
{
	bool split = false;
	for (size_t p = 0; p < OV_COUNT(parts); p++) {
		struct ov_value list = ov_get(match, parts[p]);
		for (size_t i = 0; i < ov_count(list); i++)
			check_filter(c, rule, ov_at(list, i), needs_kinds && !split);
		split = split || ov_count(list);
	}
	if (split && ov_count(ov_get(match, "resources")))
		ov_check_refuse(c, ov_get(match, "resources"), match,
			"`any` and `all` stand instead of `resources`, not beside it");
	if (ov_count(ov_get(match, "any")) && ov_count(ov_get(match, "all")))
		ov_check_refuse(c, match, rule, "there is `any` or `all`, not both");
	if (!split)
		check_filter(c, rule, match, needs_kinds);
}

/* Whether the text holds {{ }} without braces between them. */
static bool holds_variable(struct ov_str text)
{
	size_t open = SIZE_MAX;
	for (size_t i = 0; i + 1 < text.len; i++) {
		if (text.ptr[i] == '{' && text.ptr[i + 1] == '{')
			open = i + 2;
		else if (text.ptr[i] == '}' && text.ptr[i + 1] == '}' && open <= i)
			return true;
		else if ((text.ptr[i] == '{' || text.ptr[i] == '}') && i >= open)
			open = SIZE_MAX;
	}
	return false;
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_';
}

/* Whether a variable tells who asks. */
static bool tells_user(struct ov_str variable)
{
	static const char *const names[] = {"serviceAccountName", "serviceAccountNamespace",
		"request.userInfo", "request.roles", "request.clusterRoles"};
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		struct ov_str name = ov_str_c(names[i]);
		for (size_t at = ov_str_find(variable, name, 1); at < variable.len;
			at = ov_str_find(variable, name, at + 1)) {
			size_t end = at + name.len;
			if (variable.ptr[at - 1] != '.' &&
				(end >= variable.len || !is_word(variable.ptr[end])))
				return true;
		}
	}
	return false;
}

enum forbidden { ANY_VARIABLE, USER_VARIABLE };

static bool is_forbidden(struct ov_str text, enum forbidden what)
{
	if (what == ANY_VARIABLE)
		return holds_variable(text);
	for (size_t at = 0; at < text.len;) {
		struct ov_str variable = ov_variable_next(text, &at);
		if (!variable.ptr)
			return false;
		if (tells_user(variable))
			return true;
	}
	return false;
}

/* The first value in the tree with such a variable; OV_KIND_NONE where there is none. */
static struct ov_value find_forbidden(struct ov_value v, enum forbidden what)
{
	struct ov_value found = {0};
	if (ov_is_string(v) && is_forbidden(ov_string(v), what))
		return v;
	for (size_t i = 0; i < ov_count(v) && !ov_is_some(found); i++) {
		found = find_forbidden(ov_is_map(v) ? v.entries[i].value : ov_at(v, i), what);
		if (ov_is_map(v) && is_forbidden(v.entries[i].key->str, what))
			return v;
	}
	return found;
}

static void check_variables(struct ov_checking *c, struct ov_value rule)
{
	static const char *const sides[] = {"match", "exclude"};
	for (size_t i = 0; i < OV_COUNT(sides); i++) {
		struct ov_value at = find_forbidden(ov_get(rule, sides[i]), ANY_VARIABLE);
		if (ov_is_some(at))
			ov_check_refuse(
				c, at, rule, "there are no variables in match and exclude");
	}
	struct ov_value at =
		c->background && !ov_count(ov_path(rule, "mutate", "targets", NULL))
			? find_forbidden(rule, USER_VARIABLE)
			: (struct ov_value){0};
	if (ov_is_some(at))
		ov_check_refuse(c, at, rule,
			"who asks is only known with `background: false` in the policy's spec");
}

void ov_check_match(struct ov_checking *c, struct ov_value rule)
{
	struct ov_value match = ov_get(rule, "match"), exclude = ov_get(rule, "exclude");
	struct ov_value any = ov_get(match, "any"), other = ov_get(exclude, "any");
	check_variables(c, rule);
	check_filters(c, rule, match, true);
	if (ov_is_map(exclude))
		check_filters(c, rule, exclude, false);
	if (ov_count(ov_get(match, "all")) || ov_count(ov_get(exclude, "all")))
		return;
	size_t effort = 100000;
	for (size_t i = 0; i < ov_count(any); i++)
		for (size_t k = 0; k < ov_count(other); k++)
			if (ov_equal_within(
				    ov_at(any, i), ov_at(other, k), OV_IDENTICAL, &effort))
				ov_check_refuse(c, ov_at(other, k), rule,
					"what it matches is excluded: it is for nothing");
}
