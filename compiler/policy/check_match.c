/* check_match: what the reference refuses in match and exclude. Layer: policy. */
#include "lang/wildcard.h"
#include "policy/check.h"
#include "policy/internal.h"
#include "policy/label_selector.h"
#include "value/equal.h"

static const char *const parts[] = {"any", "all"};

static bool is_metadata(struct ov_value pattern)
{
	for (size_t i = 0; ov_is_map(pattern) && i < pattern.count; i++)
		if (!ov_str_is(pattern.entries[i].key->str, "metadata"))
			return false;
	return true;
}

/* Whether the rule looks at nothing but metadata, which all kinds have. */
static bool is_about_metadata(struct ov_checking *c, struct ov_value rule)
{
	struct ov_value validate = ov_get(rule, "validate");
	struct ov_value any = ov_get(validate, "anyPattern");
	struct ov_value conditions = ov_path(validate, "deny", "conditions", NULL);
	bool ok = is_metadata(ov_get(validate, "pattern")) &&
		  is_metadata(ov_path(rule, "mutate", "patchStrategicMerge", NULL));
	for (size_t i = 0; i < ov_count(any); i++)
		ok = ok && is_metadata(ov_at(any, i));
	/* Of conditions only a plain list is looked at. */
	for (size_t i = 0; ov_is_list(conditions) && i < conditions.count; i++) {
		struct ov_str key = ov_string(ov_get(conditions.items[i], "key"));
		ok = ok && (ov_check_finds(c, "request\\.object\\.metadata\\.", key) ||
				   (ov_check_finds(c,
					    "\\{\\{\\s*(request\\.|serviceAccountName|"
					    "serviceAccountNamespace)[^{}]*\\}\\}",
					    key) &&
					   !ov_check_finds(c, "request\\.object\\.spec", key)));
	}
	return ok;
}

/* A filter for every kind. */
static void check_wildcard(struct ov_checking *c, struct ov_value rule, struct ov_value kinds)
{
	struct ov_value validate = ov_get(rule, "validate");
	if (!ov_has_string(kinds, OV_STR("*")))
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
	else if (!is_about_metadata(c, rule))
		ov_check_refuse(c, kinds, rule,
			"a rule for the kind '*' looks at nothing but metadata");
}

static void check_subject(
	struct ov_checking *c, struct ov_value subject, struct ov_value subjects)
{
	struct ov_value kind = ov_get(subject, "kind"), name = ov_get(subject, "name");
	bool account = ov_string_is(kind, "ServiceAccount");
	if (!account && !ov_string_is(kind, "User") && !ov_string_is(kind, "Group"))
		ov_check_refuse(
			c, kind, subjects, "a subject is a User, a Group or a ServiceAccount");
	if (!ov_string(name).len)
		ov_check_refuse(c, name, subjects, "a subject has a name");
	if (account && !ov_string(ov_get(subject, "namespace")).len)
		ov_check_refuse(c, subject, subjects, "a ServiceAccount has a namespace");
}

/* Without a user at hand, as in the background, a rule cannot ask who it is. */
static void check_user(struct ov_checking *c, struct ov_value filter)
{
	static const char *const names[] = {"roles", "clusterRoles", "subjects"};
	struct ov_value roles = ov_get(filter, "roles"), subjects = ov_get(filter, "subjects");
	for (size_t i = 0; c->background && i < OV_COUNT(names); i++) {
		struct ov_value v = ov_get(filter, names[i]);
		if (ov_count(v))
			ov_check_refuse(c, v, filter,
				"who asks is only known with `background: false` in the "
				"policy's spec");
	}
	for (size_t i = 0; i < ov_count(roles); i++)
		if (!ov_check_finds(c, "^[^:]*:[^:]*$", ov_string(ov_at(roles, i))))
			ov_check_refuse(
				c, ov_at(roles, i), roles, "a role is named as namespace:name");
	for (size_t i = 0; i < ov_count(subjects); i++)
		check_subject(c, ov_at(subjects, i), subjects);
}

static bool has_wildcards(struct ov_value selector)
{
	struct ov_value labels = ov_get(selector, "matchLabels");
	for (size_t i = 0; ov_is_map(labels) && i < labels.count; i++)
		if (ov_wildcard_is(labels.entries[i].key->str) ||
			ov_wildcard_is(ov_string(labels.entries[i].value)))
			return true;
	return false;
}

static void check_selector(
	struct ov_checking *c, struct ov_value selector, struct ov_value resources)
{
	struct ov_str why = {0};
	if (!ov_is_map(selector) || has_wildcards(selector))
		return;
	if (ov_label_selector_match(c->scratch, selector, (struct ov_value){0}, &why) ==
		OV_SELECTOR_INVALID)
		ov_check_refuse(c, selector, resources, "a selector: %.*s", OV_STR_ARG(why));
	else if (!ov_count(ov_get(selector, "matchLabels")) &&
		 !ov_count(ov_get(selector, "matchExpressions")))
		ov_check_refuse(c, selector, resources,
			"a selector that selects nothing in particular");
}

static void check_description(struct ov_checking *c, struct ov_value resources)
{
	struct ov_value namespaces = ov_get(resources, "namespaces");
	if (ov_string(ov_get(resources, "name")).len && ov_count(ov_get(resources, "names")))
		ov_check_refuse(c, ov_get(resources, "names"), resources,
			"there is `name` or `names`, not both");
	check_selector(c, ov_get(resources, "selector"), resources);
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
	check_filter(c, rule, match, needs_kinds && !split);
}

/* Whether each element of the one list is in the other. */
static bool is_within(struct ov_value match, struct ov_value exclude, size_t *effort)
{
	for (size_t i = 0; i < ov_count(match); i++) {
		bool found = false;
		for (size_t k = 0; k < ov_count(exclude) && !found && *effort; k++)
			found = ov_equal_within(
				ov_at(match, i), ov_at(exclude, k), OV_IDENTICAL, effort);
		if (!found)
			return false;
	}
	return true;
}

/* Whether a list of the exclusion takes out all that the same list of the match lets in. */
static bool covers(
	struct ov_value match, struct ov_value exclude, const char *name, size_t *effort)
{
	struct ov_value in = ov_get(match, name), out = ov_get(exclude, name);
	return !ov_count(out) || (ov_count(in) && is_within(in, out, effort));
}

static bool covers_selector(
	struct ov_value match, struct ov_value exclude, const char *name, size_t *effort)
{
	struct ov_value in = ov_get(match, name), out = ov_get(exclude, name);
	struct ov_value labels = ov_get(in, "matchLabels"), others = ov_get(out, "matchLabels");
	if (!ov_is_map(in) || !ov_is_map(out))
		return !ov_is_map(in) && !ov_is_map(out);
	if (ov_count(others) && !ov_count(labels))
		return false;
	for (size_t i = 0; ov_count(others) && i < ov_count(labels); i++)
		if (!ov_str_eq(ov_string(labels.entries[i].value),
			    ov_string(ov_get_key(others, labels.entries[i].key))))
			return false;
	return covers(in, out, "matchExpressions", effort);
}

/*
 * Whether nothing is left of what matches, as far as the reference finds out: it compares the
 * fields of both, without those of `any`.
 */
static bool is_empty(struct ov_value match, struct ov_value exclude, size_t *effort)
{
	static const char *const users[] = {"roles", "clusterRoles", "subjects"};
	static const char *const lists[] = {"namespaces", "kinds"};
	static const char *const selectors[] = {"selector", "namespaceSelector"};
	struct ov_value in = ov_get(match, "resources"), out = ov_get(exclude, "resources");
	struct ov_value names = ov_get(out, "names"), name = ov_get(out, "name");
	struct ov_value notes = ov_get(in, "annotations"), others = ov_get(out, "annotations");
	for (size_t i = 0; i < OV_COUNT(users); i++)
		if (!covers(match, exclude, users[i], effort))
			return false;
	if (ov_string(name).len &&
		!ov_wildcard_match(ov_string(name), ov_string(ov_get(in, "name"))))
		return false;
	if (ov_count(names)) {
		struct ov_value wanted = ov_get(in, "names");
		for (size_t i = 0; i < ov_count(wanted); i++)
			if (ov_wildcard_any(names, ov_string(ov_at(wanted, i))))
				return true;
		return false;
	}
	for (size_t i = 0; i < OV_COUNT(lists); i++)
		if (!covers(in, out, lists[i], effort))
			return false;
	for (size_t i = 0; i < OV_COUNT(selectors); i++)
		if (!covers_selector(in, out, selectors[i], effort))
			return false;
	return ov_is_map(notes) && ov_is_map(others)
		       ? ov_equal_within(notes, others, OV_IDENTICAL, effort)
		       : !ov_is_map(notes) && !ov_is_map(others);
}

/* Whether it says nothing at all. */
static bool is_blank(struct ov_value exclude)
{
	for (size_t i = 0; i < ov_count(exclude); i++)
		if (ov_count(exclude.entries[i].value))
			return false;
	return true;
}

static void check_empty(struct ov_checking *c, struct ov_value rule, struct ov_value match,
	struct ov_value exclude)
{
	struct ov_value any = ov_get(match, "any"), other = ov_get(exclude, "any");
	static const char why[] = "what it matches is excluded: it is for nothing";
	bool said = false;
	size_t effort = 100000;
	if (ov_count(ov_get(match, "all")) || ov_count(ov_get(exclude, "all")))
		return;
	for (size_t i = 0; i < ov_count(any) * ov_count(other) && !said && effort; i++) {
		struct ov_value out = ov_at(other, i % ov_count(other));
		said = ov_equal_within(
			ov_at(any, i / ov_count(other)), out, OV_IDENTICAL, &effort);
		if (said)
			ov_check_refuse(c, out, rule, why);
	}
	if ((!ov_count(any) || !ov_count(other)) && !is_blank(exclude) &&
		is_empty(match, exclude, &effort))
		ov_check_refuse(c, exclude, rule, why);
}

void ov_check_match(struct ov_checking *c, struct ov_value rule)
{
	struct ov_value match = ov_get(rule, "match"), exclude = ov_get(rule, "exclude");
	check_filters(c, rule, match, true);
	if (!ov_is_map(exclude))
		return;
	check_filters(c, rule, exclude, false);
	check_empty(c, rule, match, exclude);
}
