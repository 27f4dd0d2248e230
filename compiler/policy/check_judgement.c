/* check_judgement: what the reference refuses in how a rule judges. Layer: policy. */
#include "policy/check.h"
#include "policy/internal.h"

/* Whose conditions they are decides what they are held to. */
enum conditions {
	OF_LISTS,     /* preconditions of a foreach, of attestations: the operators */
	OF_LIST_DENY, /* a foreach that denies: also the form of old lists */
	OF_RULE,      /* a rule's own: also keys and values */
	OF_RULE_DENY, /* both */
};

static bool is_among(struct ov_value v, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ov_string_is(v, names[i]))
			return true;
	return false;
}

static bool is_operation(struct ov_value v)
{
	static const char *const names[] = {"CREATE", "UPDATE", "DELETE", "CONNECT"};
	struct ov_str text = ov_string(v);
	return is_among(v, names, OV_COUNT(names)) ||
	       (ov_str_starts(text, OV_STR("{{")) && ov_str_ends(text, OV_STR("}}")));
}

static void check_values(struct ov_checking *c, struct ov_value condition)
{
	struct ov_value key = ov_get(condition, "key"), value = ov_get(condition, "value");
	if (!ov_check_has(condition, "key") || !ov_check_has(condition, "value") ||
		!ov_string(ov_get(condition, "operator")).len) {
		ov_check_refuse(c, condition, condition,
			"a condition has `key`, `operator` and `value`");
		return;
	}
	if (!ov_str_is(ov_check_without(c, ov_string(key), ' '), "{{request.operation}}"))
		return;
	bool ok = ov_is_list(value) || is_operation(value);
	for (size_t i = 0; ov_is_list(value) && i < value.count; i++)
		ok = is_operation(value.items[i]) && ok;
	if (!ok)
		ov_check_refuse(c, value, condition,
			"the operations are CREATE, UPDATE, DELETE and CONNECT");
}

static void check_condition(
	struct ov_checking *c, struct ov_value condition, enum conditions whose)
{
	bool exact = false;
	struct ov_value op = ov_get(condition, "operator");
	struct ov_value message = ov_get(condition, "message");
	bool denies = whose == OF_LIST_DENY || whose == OF_RULE_DENY;
	if (denies &&
		(ov_is_some(ov_get(condition, "any")) || ov_is_some(ov_get(condition, "all"))))
		ov_check_refuse(c, condition, condition,
			"conditions are one map of `any` and `all`, or a list of conditions");
	else if (ov_operator_parse(ov_string(op), &exact) == OV_OPERATOR_NONE || !exact)
		ov_check_refuse(c, op, condition,
			"there is no such operator; their names have capitals");
	else if (whose == OF_RULE || whose == OF_RULE_DENY)
		check_values(c, condition);
	if (ov_check_has(condition, "message") && !ov_is_string(message))
		ov_check_refuse(c, message, condition, "a message is a string");
}

static void check_conditions(
	struct ov_checking *c, struct ov_value conditions, enum conditions whose)
{
	static const char *const parts[] = {"any", "all"};
	bool null = !ov_is_some(conditions) || conditions.kind == OV_KIND_NULL;
	if (!null && !ov_is_list(conditions) && !ov_is_map(conditions))
		ov_check_refuse(c, conditions, c->spec,
			"conditions are a map of `any` and `all`, or a list of conditions");
	for (size_t i = 0; ov_is_list(conditions) && i < conditions.count; i++)
		check_condition(c, conditions.items[i], whose);
	for (size_t i = 0; ov_is_map(conditions) && whose == OF_LISTS && i < conditions.count;
		i++)
		if (!ov_str_is(conditions.entries[i].key->str, parts[0]) &&
			!ov_str_is(conditions.entries[i].key->str, parts[1]))
			ov_check_refuse(c, conditions.entries[i].value, conditions,
				"beside `any` and `all` there is nothing else");
	for (size_t p = 0; ov_is_map(conditions) && p < OV_COUNT(parts); p++) {
		struct ov_value list = ov_get(conditions, parts[p]);
		if (ov_check_has(conditions, parts[p]) && !ov_is_list(list))
			ov_check_refuse(
				c, list, conditions, "`%s` is a list of conditions", parts[p]);
		for (size_t i = 0; ov_is_list(list) && i < list.count; i++)
			check_condition(c, ov_at(list, i), whose);
	}
}

void ov_check_operators(struct ov_checking *c, struct ov_value conditions)
{
	check_conditions(c, conditions, OF_LISTS);
}

/* A number in the place of a label can never match. */
static void check_strings(struct ov_checking *c, struct ov_value metadata)
{
	static const char *const names[] = {"labels", "annotations"};
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		struct ov_value tags = ov_get(metadata, names[i]);
		for (size_t k = 0; ov_is_map(tags) && k < tags.count; k++) {
			struct ov_value v = tags.entries[k].value;
			if (!ov_is_string(v))
				ov_check_refuse(c, ov_value_at(v, v.loc ? v.loc : v.key_loc),
					tags,
					"labels and annotations are strings: put it in quotes");
		}
	}
}

void ov_check_tags(struct ov_checking *c, struct ov_value pattern)
{
	check_strings(c, ov_get(pattern, "metadata"));
	check_strings(c, ov_path(pattern, "spec", "template", "metadata", NULL));
}

/* Anchors that a rule's pattern may have, and what they stand before. */
static void check_anchors(struct ov_checking *c, struct ov_value v)
{
	for (size_t i = 0; i < ov_count(v); i++) {
		struct ov_value child = ov_is_map(v) ? v.entries[i].value : ov_at(v, i);
		struct ov_str name;
		enum ov_anchor anchor = ov_is_map(v)
						? ov_anchor_parse(v.entries[i].key->str, &name)
						: OV_ANCHOR_NONE;
		if (anchor == OV_ANCHOR_ADD)
			ov_check_refuse(c, child, v,
				"+( ) adds what is not there: it is for mutation, not for a "
				"pattern");
		if (anchor == OV_ANCHOR_EXISTENCE && !(ov_is_list(child) && child.count))
			ov_check_refuse(c, child, v,
				"^( ) stands before a list with one element or more");
		if (ov_is_map(child) || ov_is_list(child))
			check_anchors(c, child);
	}
}

/* A rule, and an entry of foreach, has one way to judge. */
static void check_sorts(struct ov_checking *c, struct ov_value judged)
{
	static const char *const sorts[] = {
		"pattern", "anyPattern", "deny", "foreach", "podSecurity", "cel"};
	size_t count = ov_count(ov_path(judged, "manifests", "attestors", NULL)) > 0;
	for (size_t i = 0; i < OV_COUNT(sorts); i++)
		count += ov_check_has(judged, sorts[i]);
	if (count != 1)
		ov_check_refuse(c, judged, judged,
			"it has one of pattern, anyPattern, deny, foreach, podSecurity and "
			"cel");
}

static void check_foreach(struct ov_checking *c, struct ov_value list, size_t depth)
{
	for (size_t i = 0; i < ov_count(list) && depth < 16; i++) {
		struct ov_value each = ov_at(list, i);
		if (!depth) {
			check_sorts(c, each);
			if (!ov_string(ov_get(each, "list")).len)
				ov_check_refuse(c, each, list, "a foreach has a `list`");
		}
		ov_check_operators(c, ov_get(each, "preconditions"));
		check_conditions(c, ov_path(each, "deny", "conditions", NULL), OF_LIST_DENY);
		ov_check_tags(c, ov_get(each, "pattern"));
		check_foreach(c, ov_get(each, "foreach"), depth + 1);
	}
}

static void check_cel(struct ov_checking *c, struct ov_value rule, struct ov_value cel)
{
	struct ov_value kind = ov_get(cel, "paramKind"), ref = ov_get(cel, "paramRef");
	struct ov_value expressions = ov_get(cel, "expressions");
	struct ov_value annotations = ov_get(cel, "auditAnnotations");
	if (ov_check_has(rule, "celPreconditions") && !ov_is_map(cel))
		ov_check_refuse(c, ov_get(rule, "celPreconditions"), rule,
			"celPreconditions stand before validate.cel only");
	for (size_t i = 0; i < ov_count(expressions); i++)
		if (!ov_string(ov_get(ov_at(expressions, i), "expression")).len)
			ov_check_refuse(
				c, ov_at(expressions, i), cel, "there is no `expression`");
	for (size_t i = 0; i < ov_count(annotations); i++)
		if (!ov_string(ov_get(ov_at(annotations, i), "key")).len ||
			!ov_string(ov_get(ov_at(annotations, i), "valueExpression")).len)
			ov_check_refuse(c, ov_at(annotations, i), cel,
				"an audit annotation has `key` and `valueExpression`");
	if (ov_is_map(kind) != ov_is_map(ref))
		ov_check_refuse(c, ov_is_map(kind) ? kind : ref, cel,
			"paramKind and paramRef go together");
	if (ov_is_map(kind) && (!ov_string(ov_get(kind, "apiVersion")).len ||
				       !ov_string(ov_get(kind, "kind")).len))
		ov_check_refuse(c, kind, cel, "paramKind has `apiVersion` and `kind`");
	if (ov_is_map(ref) &&
		(ov_string(ov_get(ref, "name")).len > 0) == ov_check_has(ref, "selector"))
		ov_check_refuse(c, ref, cel, "paramRef has either `name` or `selector`");
	if (ov_is_map(ref) && !ov_check_has(ref, "parameterNotFoundAction"))
		ov_check_refuse(c, ref, cel, "paramRef says `parameterNotFoundAction`");
}

static void check_exclusion(
	struct ov_checking *c, struct ov_value exclusion, struct ov_value security)
{
	static const char *const of_containers[] = {"Capabilities", "Privileged Containers",
		"Host Ports", "/proc Mount Type", "Privilege Escalation"};
	static const char *const of_pods[] = {
		"Host Namespaces", "HostPath Volumes", "Sysctls", "Volume Types"};
	static const char *const restricted[] = {"Volume Types", "Privilege Escalation",
		"Running as Non-root", "Running as Non-root user"};
	struct ov_value control = ov_get(exclusion, "controlName");
	struct ov_value field = ov_get(exclusion, "restrictedField");
	bool images = ov_count(ov_get(exclusion, "images")) > 0;
	if (!images && is_among(control, of_containers, OV_COUNT(of_containers)))
		ov_check_refuse(c, control, exclusion,
			"this control is about containers: say of which `images`");
	if (images && is_among(control, of_pods, OV_COUNT(of_pods)))
		ov_check_refuse(c, control, exclusion,
			"this control is about pods: it has no `images`");
	if ((ov_string(field).len > 0) != (ov_count(ov_get(exclusion, "values")) > 0))
		ov_check_refuse(c, ov_is_some(field) ? field : exclusion, exclusion,
			"`restrictedField` and `values` go together");
	if (ov_string_is(ov_get(security, "level"), "baseline") &&
		is_among(control, restricted, OV_COUNT(restricted)))
		ov_check_refuse(c, control, exclusion,
			"the level baseline has no such control: it is of restricted");
}

static void check_patterns(struct ov_checking *c, struct ov_value validate)
{
	struct ov_value any = ov_get(validate, "anyPattern");
	ov_check_tags(c, ov_get(validate, "pattern"));
	check_anchors(c, ov_get(validate, "pattern"));
	if (ov_check_has(validate, "anyPattern") && !ov_is_list(any))
		ov_check_refuse(c, any, validate, "anyPattern is a list of patterns");
	for (size_t i = 0; i < ov_count(any); i++)
		ov_check_tags(c, ov_at(any, i));
	check_anchors(c, any);
}

void ov_check_judgement(struct ov_checking *c, struct ov_value rule)
{
	struct ov_value validate = ov_get(rule, "validate");
	struct ov_value security = ov_get(validate, "podSecurity");
	struct ov_value exclude = ov_get(security, "exclude");
	check_conditions(c, ov_get(rule, "preconditions"), OF_RULE);
	if (!ov_is_map(validate))
		return;
	check_conditions(c, ov_path(validate, "deny", "conditions", NULL), OF_RULE_DENY);
	check_patterns(c, validate);
	check_sorts(c, validate);
	check_foreach(c, ov_get(validate, "foreach"), 0);
	check_cel(c, rule, ov_get(validate, "cel"));
	for (size_t i = 0; i < ov_count(exclude); i++)
		check_exclusion(c, ov_at(exclude, i), security);
}
