/* match: which resources a rule is about. Layer: policy. */
#include "lang/wildcard.h"
#include "policy/internal.h"
#include "policy/kind_selector.h"
#include "policy/label_selector.h"

/* Follows pkg/engine/utils/match.go, exceptions.go and pkg/cel/matching of Kyverno v1.19. */

/* What is matched: they differ in small things. */
enum purpose { MATCH, EXCLUDE, EXCEPT };

static bool is_of_kind(const struct ov_subject *s, struct ov_value kinds)
{
	for (size_t i = 0; i < ov_count(kinds); i++) {
		struct ov_kind_selector selector =
			ov_kind_selector_parse(ov_string(ov_at(kinds, i)));
		if (ov_kind_selector_match(
			    &selector, s->group, s->version, s->kind, s->subresource))
			return true;
	}
	return false;
}

static bool has_annotations(const struct ov_subject *s, struct ov_value wanted)
{
	for (size_t i = 0; i < ov_count(wanted); i++) {
		if (!ov_wildcard_pair_match(s->annotations, wanted.entries[i].key->str,
			    ov_string(wanted.entries[i].value)))
			return false;
	}
	return true;
}

static bool selects(struct ov_judge *judge, struct ov_value selector, struct ov_value labels)
{
	return ov_label_selector_match(&judge->scratch, selector, labels, NULL) == OV_SELECTED;
}

/* Nothing selects a namespace by itself, but then an exception does not ask. */
static bool selects_namespace(
	struct ov_judge *judge, struct ov_value selector, enum purpose purpose)
{
	const struct ov_subject *s = &judge->subject;
	if (ov_str_is(s->kind, "Namespace"))
		return purpose == EXCEPT;
	return selects(judge, selector, s->namespace_labels);
}

static struct ov_str base_name(const struct ov_subject *s)
{
	return s->name.len ? s->name
			   : ov_string(ov_path(s->resource, "metadata", "generateName", NULL));
}

/* Whether one of the subjects is the user, or a group of hers. */
static bool is_subject(struct ov_judge *judge, struct ov_value subjects, struct ov_value user)
{
	struct ov_str name = ov_string(ov_get(user, "username"));
	struct ov_value groups = ov_get(user, "groups");
	for (size_t i = 0; i < ov_count(subjects); i++) {
		struct ov_value wanted = ov_at(subjects, i);
		struct ov_str kind = ov_string(ov_get(wanted, "kind"));
		struct ov_str own = ov_string(ov_get(wanted, "name"));
		struct ov_str space = ov_string(ov_get(wanted, "namespace"));
		if (ov_str_is(kind, "ServiceAccount"))
			own = ov_str_fmt(&judge->scratch, "system:serviceaccount:%.*s:%.*s",
				OV_STR_ARG(space), OV_STR_ARG(own));
		else if (ov_str_is(kind, "Group")) {
			for (size_t k = 0; k < ov_count(groups); k++) {
				if (ov_wildcard_match(own, ov_string(ov_at(groups, k))))
					return true;
			}
			continue;
		} else if (!ov_str_is(kind, "User")) {
			continue;
		}
		if (ov_wildcard_match(own, name))
			return true;
	}
	return false;
}

static bool has_common(struct ov_value wanted, struct ov_value have)
{
	for (size_t i = 0; i < ov_count(have); i++) {
		if (ov_has_string(wanted, ov_string(ov_at(have, i))))
			return true;
	}
	return false;
}

static bool is_users(struct ov_judge *judge, struct ov_value filter)
{
	struct ov_value roles = ov_get(filter, "roles"), user = judge->world->user;
	struct ov_value wide = ov_get(filter, "clusterRoles");
	struct ov_value subjects = ov_get(filter, "subjects");
	return (!ov_count(roles) || has_common(roles, ov_get(user, "roles"))) &&
	       (!ov_count(wide) || has_common(wide, ov_get(user, "clusterRoles"))) &&
	       (!ov_count(subjects) || is_subject(judge, subjects, ov_get(user, "userInfo")));
}

static bool describes(struct ov_judge *judge, struct ov_value r, enum purpose purpose)
{
	const struct ov_subject *s = &judge->subject;
	struct ov_value operations = ov_get(r, "operations"), kinds = ov_get(r, "kinds");
	struct ov_value name = ov_get(r, "name"), names = ov_get(r, "names");
	struct ov_value spaces = ov_get(r, "namespaces");
	struct ov_value selector = ov_get(r, "selector");
	struct ov_value space_selector = ov_get(r, "namespaceSelector");
	struct ov_str own_space = ov_str_is(s->kind, "Namespace") ? s->name : s->name_space;
	return (!ov_count(operations) || purpose == EXCEPT ||
		       ov_has_string(operations, s->operation)) &&
	       (!ov_count(kinds) || is_of_kind(s, kinds)) &&
	       (!ov_string(name).len || ov_wildcard_match(ov_string(name), base_name(s))) &&
	       (!ov_count(names) || ov_wildcard_any(names, base_name(s))) &&
	       (!ov_count(spaces) || ov_wildcard_any(spaces, own_space)) &&
	       has_annotations(s, ov_get(r, "annotations")) &&
	       (!ov_is_map(selector) || selects(judge, selector, s->labels)) &&
	       (!ov_is_map(space_selector) ||
		       selects_namespace(judge, space_selector, purpose));
}

static bool says_something(struct ov_value filter, bool users)
{
	static const char *const lists[] = {"roles", "clusterRoles", "subjects"};
	bool some = ov_count(ov_get(filter, "resources")) > 0;
	for (size_t i = 0; users && i < OV_COUNT(lists); i++)
		some = some || ov_count(ov_get(filter, lists[i]));
	return some;
}

/* Who asks is not known unless a file tells; a match by it then holds, an exclusion or an
 * exception does not. */
static bool filter_holds(struct ov_judge *judge, struct ov_value filter, enum purpose purpose)
{
	bool users = purpose != MATCH || judge->subject.has_user;
	return says_something(filter, users) &&
	       describes(judge, ov_get(filter, "resources"), purpose) &&
	       (!users || is_users(judge, filter));
}

static bool holds(struct ov_judge *judge, struct ov_value match, enum purpose purpose)
{
	struct ov_value any = ov_get(match, "any"), all = ov_get(match, "all");
	if (ov_count(any)) {
		for (size_t i = 0; i < ov_count(any); i++) {
			if (filter_holds(judge, ov_at(any, i), purpose))
				return true;
		}
		return false;
	}
	if (!ov_count(all))
		return purpose != EXCEPT && filter_holds(judge, match, purpose);
	for (size_t i = 0; i < ov_count(all); i++) {
		if (!filter_holds(judge, ov_at(all, i), purpose))
			return false;
	}
	return true;
}

bool ov_match_exception(struct ov_judge *judge, struct ov_value match)
{
	return holds(judge, match, EXCEPT);
}

bool ov_rule_matches(struct ov_judge *judge, const struct ov_policy_rule *rule)
{
	const struct ov_policy *policy = judge->policy;
	if (policy->namespaced && policy->facts.name_space.len &&
		!ov_str_eq(judge->subject.name_space, policy->facts.name_space))
		return false;
	return holds(judge, rule->match, MATCH) &&
	       !(ov_is_map(rule->exclude) && holds(judge, rule->exclude, EXCLUDE));
}

struct ov_str ov_plural(struct ov_arena *arena, struct ov_str kind)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < kind.len; i++) {
		char c = kind.ptr[i];
		ov_buf_putc(&buf, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	struct ov_str lower = ov_buf_str(&buf);
	if (ov_str_is(lower, "endpoints") || lower.len == 0) {
		/* it is one already */
	} else if (ov_str_ends(lower, OV_STR("s")) || ov_str_ends(lower, OV_STR("x")) ||
		   ov_str_ends(lower, OV_STR("ch")) || ov_str_ends(lower, OV_STR("sh"))) {
		ov_buf_puts(&buf, "es");
	} else if (lower.ptr[lower.len - 1] == 'y' && lower.len > 1 &&
		   !memchr("aeiou", lower.ptr[lower.len - 2], 5)) {
		buf.len--;
		ov_buf_puts(&buf, "ies");
	} else {
		ov_buf_putc(&buf, 's');
	}
	struct ov_str out = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return out;
}

static bool has_or_all(struct ov_value list, struct ov_str s)
{
	return ov_has_string(list, OV_STR("*")) || ov_has_string(list, s);
}

/* Resources are named "pods", "pods/status", "*", "* / *" (without blanks), "pods/ *". */
static bool names_resource(struct ov_judge *judge, struct ov_value resources)
{
	const struct ov_subject *s = &judge->subject;
	struct ov_str plural = ov_plural(&judge->scratch, s->kind);
	for (size_t i = 0; i < ov_count(resources); i++) {
		struct ov_str own = ov_string(ov_at(resources, i));
		size_t slash = ov_str_chr(own, '/');
		struct ov_str sub =
			slash == SIZE_MAX ? OV_STR("") : ov_str_sub(own, slash + 1, own.len);
		own = ov_str_sub(own, 0, slash);
		if ((ov_str_is(own, "*") || ov_str_eq(own, plural)) &&
			(ov_str_is(sub, "*") || ov_str_eq(sub, s->subresource)))
			return true;
	}
	return false;
}

static bool has_name(const struct ov_subject *s, struct ov_value names)
{
	if (!ov_count(names))
		return true;
	if (s->name.len)
		return ov_has_string(names, s->name);
	struct ov_str base = base_name(s);
	for (size_t i = 0; i < ov_count(names); i++) {
		if (ov_str_starts(base, ov_string(ov_at(names, i))))
			return true;
	}
	return false;
}

static bool any_rule(struct ov_judge *judge, struct ov_value rules)
{
	const struct ov_subject *s = &judge->subject;
	for (size_t i = 0; i < ov_count(rules); i++) {
		struct ov_value rule = ov_at(rules, i);
		struct ov_str scope = ov_string(ov_get(rule, "scope"));
		bool fits = !scope.len || ov_str_is(scope, "*") ||
			    ov_str_is(scope, "Namespaced") == (s->name_space.len > 0);
		if (fits && has_or_all(ov_get(rule, "operations"), s->operation) &&
			has_or_all(ov_get(rule, "apiGroups"), s->group) &&
			has_or_all(ov_get(rule, "apiVersions"), s->version) &&
			names_resource(judge, ov_get(rule, "resources")) &&
			has_name(s, ov_get(rule, "resourceNames")))
			return true;
	}
	return false;
}

bool ov_constraints_match(struct ov_judge *judge, struct ov_value constraints)
{
	const struct ov_subject *s = &judge->subject;
	struct ov_value spaces = ov_get(constraints, "namespaceSelector");
	struct ov_value objects = ov_get(constraints, "objectSelector");
	struct ov_value rules = ov_get(constraints, "resourceRules");
	if (!ov_is_map(constraints))
		return false;
	bool is_space = ov_str_is(s->kind, "Namespace");
	if (ov_count(spaces) && (s->name_space.len || is_space) &&
		!selects(judge, spaces, is_space ? s->labels : ov_world_selected_labels(judge)))
		return false;
	if (ov_count(objects) && !selects(judge, objects, s->labels))
		return false;
	return !any_rule(judge, ov_get(constraints, "excludeResourceRules")) &&
	       (!ov_count(rules) || any_rule(judge, rules));
}
