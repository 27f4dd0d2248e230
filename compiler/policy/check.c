/* check: what the reference refuses in a policy of kyverno.io. Layer: policy. */
#include "policy/check.h"

#include "policy/internal.h"

/* Follows pkg/validation/policy of Kyverno v1.19, as far as it says no. */

void ov_check_refuse(
	struct ov_checking *c, struct ov_value at, struct ov_value otherwise, const char *why)
{
	uint32_t loc = at.loc ? at.loc : otherwise.loc;
	ov_diag_add(c->diags, OV_DIAG_POLICY, ov_span(loc), "policy '%.*s' cannot be used: %s",
		OV_STR_ARG(c->policy), why);
	c->ok = false;
}

static bool is_operation(struct ov_value v)
{
	static const char *const names[] = {"CREATE", "UPDATE", "DELETE", "CONNECT"};
	struct ov_str text = ov_string(v);
	for (size_t i = 0; i < OV_COUNT(names); i++)
		if (ov_string_is(v, names[i]))
			return true;
	return ov_str_starts(text, OV_STR("{{")) && ov_str_ends(text, OV_STR("}}"));
}

/* Whether the text, without its blanks, is the variable of the request's operation. */
static bool asks_for_operation(struct ov_value key)
{
	static const char name[] = "{{request.operation}}";
	struct ov_str text = ov_string(key);
	size_t at = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == ' ')
			continue;
		if (at == sizeof name - 1 || text.ptr[i] != name[at++])
			return false;
	}
	return at == sizeof name - 1;
}

/* What a rule's own conditions are held to; those of a foreach are not. */
static void check_condition_values(struct ov_checking *c, struct ov_value condition)
{
	struct ov_value key = ov_get(condition, "key"), value = ov_get(condition, "value");
	if (!ov_is_some(key) || key.kind == OV_KIND_NULL || !ov_is_some(value) ||
		value.kind == OV_KIND_NULL || !ov_string(ov_get(condition, "operator")).len) {
		ov_check_refuse(c, condition, condition,
			"a condition has `key`, `operator` and `value`");
		return;
	}
	if (!ov_is_string(key) || !asks_for_operation(key))
		return;
	bool ok = ov_is_list(value) || is_operation(value);
	for (size_t i = 0; ov_is_list(value) && i < value.count; i++)
		ok = is_operation(value.items[i]) && ok;
	if (!ok)
		ov_check_refuse(c, value, condition,
			"the operations are CREATE, UPDATE, DELETE and CONNECT");
}

static void check_condition(struct ov_checking *c, struct ov_value condition, bool deny)
{
	bool exact = false;
	struct ov_value op = ov_get(condition, "operator");
	if (deny && (ov_is_some(ov_get(condition, "any")) ||
			    ov_is_some(ov_get(condition, "all")))) {
		ov_check_refuse(c, condition, condition,
			"conditions are one map of `any` and `all`, or a list of conditions");
		return;
	}
	if (ov_operator_parse(ov_string(op), &exact) == OV_OPERATOR_NONE || !exact)
		ov_check_refuse(c, op, condition,
			"there is no such operator; their names have capitals");
}

static void check_conditions(struct ov_checking *c, struct ov_value conditions, bool deny)
{
	static const char *const parts[] = {"any", "all"};
	for (size_t i = 0; ov_is_list(conditions) && i < conditions.count; i++)
		check_condition(c, conditions.items[i], deny);
	for (size_t p = 0; ov_is_map(conditions) && p < OV_COUNT(parts); p++) {
		struct ov_value list = ov_get(conditions, parts[p]);
		for (size_t i = 0; i < ov_count(list); i++)
			check_condition(c, ov_at(list, i), deny);
	}
}

static void check_own_conditions(struct ov_checking *c, struct ov_value conditions, bool deny)
{
	static const char *const parts[] = {"any", "all"};
	check_conditions(c, conditions, deny);
	for (size_t i = 0; ov_is_list(conditions) && i < conditions.count; i++)
		check_condition_values(c, conditions.items[i]);
	for (size_t p = 0; ov_is_map(conditions) && p < OV_COUNT(parts); p++) {
		struct ov_value list = ov_get(conditions, parts[p]);
		for (size_t i = 0; i < ov_count(list); i++)
			check_condition_values(c, ov_at(list, i));
	}
}

static bool is_tags(struct ov_str key)
{
	return ov_str_is(key, "labels") || ov_str_is(key, "annotations");
}

/* Labels and annotations are strings: a number in their place can never match. */
static void check_pattern(struct ov_checking *c, struct ov_value v)
{
	for (size_t i = 0; i < ov_count(v); i++) {
		struct ov_value child = ov_is_map(v) ? v.entries[i].value : ov_at(v, i);
		bool tags = false;
		if (ov_is_map(v)) {
			struct ov_str name;
			ov_anchor_parse(v.entries[i].key->str, &name);
			tags = is_tags(name);
		}
		for (size_t k = 0; tags && ov_is_map(child) && k < child.count; k++) {
			uint8_t kind = child.entries[k].value.kind;
			if (kind == OV_KIND_INT || kind == OV_KIND_DOUBLE ||
				kind == OV_KIND_BOOL)
				ov_check_refuse(c, child.entries[k].value, child,
					"labels and annotations are strings: put it in quotes");
		}
		if (ov_is_map(child) || ov_is_list(child))
			check_pattern(c, child);
	}
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
		"pattern", "anyPattern", "deny", "foreach", "podSecurity", "cel", "manifests"};
	size_t count = 0;
	for (size_t i = 0; i < OV_COUNT(sorts); i++) {
		struct ov_value v = ov_get(judged, sorts[i]);
		count += ov_is_some(v) && v.kind != OV_KIND_NULL;
	}
	if (count != 1)
		ov_check_refuse(c, judged, judged,
			"it has one of pattern, anyPattern, deny, foreach, podSecurity and "
			"cel");
}

static void check_references(struct ov_checking *c, struct ov_value tree)
{
	if (!ov_is_some(tree))
		return;
	struct ov_arena scratch = {0};
	struct ov_queries queries;
	ov_queries_init(&queries, &scratch, c->set->keys);
	const struct ov_jmespath_run run = {.arena = &scratch,
		.keys = c->set->keys,
		.cache = c->set->cache,
		.regex = c->set->regex};
	struct ov_substitution s = {.run = &run,
		.queries = &queries,
		.root = (struct ov_value){.kind = OV_KIND_MAP},
		.current = OV_STR("request.object")};
	ov_substitute(&s, tree);
	if (s.fault == OV_SUBSTITUTION_REFERENCE)
		ov_check_refuse(c, ov_value_at(tree, s.loc ? s.loc : tree.loc), tree,
			"a $( ) in it names nothing that is there");
	ov_arena_release(&scratch);
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
		check_conditions(c, ov_get(each, "preconditions"), false);
		check_conditions(c, ov_path(each, "deny", "conditions", NULL), true);
		check_pattern(c, ov_get(each, "pattern"));
		check_foreach(c, ov_get(each, "foreach"), depth + 1);
	}
}

static void check_validate(struct ov_checking *c, struct ov_value validate)
{
	struct ov_value message = ov_get(validate, "message");
	struct ov_value any = ov_get(validate, "anyPattern");
	struct ov_str text = ov_string(message);
	check_own_conditions(c, ov_path(validate, "deny", "conditions", NULL), true);
	check_pattern(c, ov_get(validate, "pattern"));
	check_pattern(c, any);
	check_anchors(c, ov_get(validate, "pattern"));
	check_anchors(c, any);
	check_sorts(c, validate);
	check_references(c, ov_get(validate, "pattern"));
	for (size_t i = 0; i < ov_count(any); i++)
		check_references(c, ov_at(any, i));
	check_foreach(c, ov_get(validate, "foreach"), 0);
	for (size_t at = 0; at < text.len;) {
		struct ov_str variable = ov_variable_next(text, &at);
		if (!variable.ptr)
			break;
		struct ov_str inner = ov_str_trim(ov_str_sub(variable, 2, variable.len - 2));
		if (ov_is_some(ov_get(validate, "foreach")) &&
			ov_str_starts(inner, OV_STR("element")))
			ov_check_refuse(c, message, validate,
				"the message knows no element: that is for the foreach");
	}
}

static void check_rule(struct ov_checking *c, struct ov_value rule)
{
	static const char *const sorts[] = {"validate", "mutate", "generate", "verifyImages"};
	size_t count = 0;
	if (!ov_string(ov_get(rule, "name")).len)
		ov_check_refuse(c, rule, rule, "a rule has no name");
	for (size_t i = 0; i < OV_COUNT(sorts); i++)
		count += ov_count(ov_get(rule, sorts[i])) > 0;
	if (count != 1)
		ov_check_refuse(c, rule, rule,
			"a rule has one of validate, mutate, generate and verifyImages");
	if (!ov_count(ov_get(rule, "match")))
		ov_check_refuse(c, rule, rule, "a rule needs `match`");
	else
		ov_check_match(c, rule);
	check_own_conditions(c, ov_get(rule, "preconditions"), false);
	if (ov_is_map(ov_get(rule, "validate")))
		check_validate(c, ov_get(rule, "validate"));
}

bool ov_policy_check(
	struct ov_policy_set *set, struct ov_value document, struct ov_diags *diags)
{
	struct ov_value metadata = ov_get(document, "metadata");
	struct ov_value rules = ov_path(document, "spec", "rules", NULL);
	struct ov_value background = ov_path(document, "spec", "background", NULL);
	struct ov_checking c = {.set = set,
		.diags = diags,
		.policy = ov_string(ov_get(metadata, "name")),
		.background = background.kind != OV_KIND_BOOL || background.boolean,
		.namespaced = ov_string_is(ov_get(document, "kind"), "Policy"),
		.ok = true};
	struct ov_value autogen = ov_get(
		ov_get(metadata, "annotations"), "pod-policies.kyverno.io/autogen-controllers");
	if (ov_string_is(autogen, "all"))
		ov_check_refuse(&c, autogen, document,
			"the controllers of autogen are named one by one");
	if (!ov_count(rules))
		ov_check_refuse(&c, ov_get(document, "spec"), document, "it has no rules");
	for (size_t i = 0; i < ov_count(rules); i++) {
		struct ov_value name = ov_get(ov_at(rules, i), "name");
		for (size_t k = 0; k < i; k++) {
			if (ov_is_string(name) &&
				ov_str_eq(ov_string(ov_get(ov_at(rules, k), "name")),
					ov_string(name)))
				ov_check_refuse(&c, name, ov_at(rules, i),
					"two of its rules have one name");
		}
		check_rule(&c, ov_at(rules, i));
	}
	return c.ok;
}
