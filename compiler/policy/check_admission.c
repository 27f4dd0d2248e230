/* check_admission: what an API server refuses in a ValidatingAdmissionPolicy. Layer: policy. */
#include "lang/name.h"
#include "policy/check.h"
#include "policy/internal.h"
#include "policy/label_selector.h"

/* Follows pkg/apis/admissionregistration/validation of Kubernetes 1.36, behind the schema. */

/* A field that is there has one of the values that the expression describes. */
static void check_choice(
	struct ov_checking *c, struct ov_value map, const char *field, const char *regex)
{
	struct ov_value v = ov_get(map, field);
	if (ov_check_has(map, field) && !ov_check_finds(c, regex, ov_string(v)))
		ov_check_refuse(
			c, v, map, "%s cannot be '%.*s'", field, OV_STR_ARG(ov_string(v)));
}

/* A list that is needed, without empty elements; "*" stands alone in it. */
static void check_names(struct ov_checking *c, struct ov_value rule, const char *field,
	bool may_be_empty, bool alone)
{
	struct ov_value list = ov_get(rule, field);
	if (!ov_count(list))
		ov_check_refuse(c, list, rule, "a rule of matchConstraints has `%s`", field);
	for (size_t i = 0; i < ov_count(list) && !may_be_empty; i++)
		if (!ov_string(ov_at(list, i)).len)
			ov_check_refuse(
				c, ov_at(list, i), list, "%s has an empty entry", field);
	if (alone && ov_count(list) > 1 && ov_has_string(list, OV_STR("*")))
		ov_check_refuse(c, list, rule, "beside '*' there is nothing else in %s", field);
}

/* Whether an entry of `resources` says what another, with wildcards, says already. */
static bool is_covered(struct ov_str entry, struct ov_str wide)
{
	size_t slash = ov_str_chr(entry, '/'), other = ov_str_chr(wide, '/');
	if (ov_str_eq(entry, wide))
		return false;
	if (ov_str_is(wide, "*"))
		return slash == SIZE_MAX;
	if (ov_str_is(wide, "*/*"))
		return true;
	if (slash == SIZE_MAX || other == SIZE_MAX)
		return false;
	struct ov_str resource = ov_str_sub(wide, 0, other);
	struct ov_str part = ov_str_sub(wide, other + 1, wide.len);
	return (ov_str_is(part, "*") && ov_str_eq(resource, ov_str_sub(entry, 0, slash))) ||
	       (ov_str_is(resource, "*") &&
		       ov_str_eq(part, ov_str_sub(entry, slash + 1, entry.len)));
}

static void check_rule(struct ov_checking *c, struct ov_value rule)
{
	struct ov_value resources = ov_get(rule, "resources");
	struct ov_value names = ov_get(rule, "resourceNames");
	size_t count = ov_count(resources);
	check_names(c, rule, "apiGroups", true, true);
	check_names(c, rule, "apiVersions", false, true);
	check_names(c, rule, "operations", false, true);
	check_names(c, rule, "resources", false, false);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (!ov_check_spend(c, resources))
				return;
			else if (is_covered(ov_string(ov_at(resources, i)),
					 ov_string(ov_at(resources, k))))
				ov_check_refuse(c, ov_at(resources, i), resources,
					"another of its resources covers it");
	struct ov_map seen;
	ov_map_init(&seen, c->scratch, ov_keys_seed(c->set->keys));
	for (size_t i = 0; i < ov_count(names); i++) {
		if (ov_map_get(&seen, ov_string(ov_at(names, i))))
			ov_check_refuse(c, ov_at(names, i), names, "the name is there twice");
		ov_map_put(&seen, ov_string(ov_at(names, i)), NULL);
	}
}

void ov_check_constraints(struct ov_checking *c)
{
	static const char *const selectors[] = {"objectSelector", "namespaceSelector"};
	struct ov_value constraints = ov_get(c->spec, "matchConstraints");
	for (size_t i = 0; i < OV_COUNT(selectors); i++) {
		struct ov_value selector = ov_get(constraints, selectors[i]);
		struct ov_str why;
		if (ov_label_selector_match(c->scratch, selector, (struct ov_value){0}, &why) ==
			OV_SELECTOR_INVALID)
			ov_check_refuse(c, selector, constraints, "%.*s", OV_STR_ARG(why));
	}
}

static void check_constraints(struct ov_checking *c)
{
	static const char *const lists[] = {"resourceRules", "excludeResourceRules"};
	struct ov_value constraints = ov_get(c->spec, "matchConstraints");
	ov_check_constraints(c);
	check_choice(c, constraints, "matchPolicy", "^(Exact|Equivalent)$");
	if (!ov_count(ov_get(constraints, "resourceRules")))
		ov_check_refuse(
			c, constraints, c->spec, "matchConstraints has `resourceRules`");
	for (size_t p = 0; p < OV_COUNT(lists); p++) {
		struct ov_value rules = ov_get(constraints, lists[p]);
		for (size_t i = 0; i < ov_count(rules); i++)
			check_rule(c, ov_at(rules, i));
	}
}

static void check_conditions(struct ov_checking *c, struct ov_value list)
{
	enum { MOST = 64 };
	if (ov_count(list) > MOST)
		ov_check_refuse(
			c, list, c->spec, "there are more than %d matchConditions", MOST);
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value name = ov_get(ov_at(list, i), "name");
		const char *fault = ov_name_label_key_fault(ov_string(name));
		if (fault)
			ov_check_refuse(
				c, name, ov_at(list, i), "the name of a condition %s", fault);
	}
}

static void check_variables(struct ov_checking *c, struct ov_value list)
{
	static const char reserved[] = "^(true|false|null|in|as|break|const|continue|else|for|"
				       "function|if|import|let|loop|package|namespace|return|"
				       "var|void|while)$";
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value name = ov_get(ov_at(list, i), "name");
		struct ov_str text = ov_string(name);
		if (!ov_check_finds(c, "^[_a-zA-Z][_a-zA-Z0-9]*$", text) ||
			ov_check_finds(c, reserved, text))
			ov_check_refuse(c, name, ov_at(list, i),
				"the name of a variable is an identifier of CEL, not '%.*s'",
				OV_STR_ARG(text));
	}
}

static void check_annotations(struct ov_checking *c, struct ov_value list)
{
	enum { MOST = 20 };
	if (ov_count(list) > MOST)
		ov_check_refuse(
			c, list, c->spec, "there are more than %d auditAnnotations", MOST);
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value key = ov_get(ov_at(list, i), "key");
		const char *fault = ov_name_label_key_fault(ov_string(key));
		if (!fault && ov_str_chr(ov_string(key), '/') != SIZE_MAX)
			fault = "has no prefix: it is the policy's name";
		if (fault)
			ov_check_refuse(
				c, key, ov_at(list, i), "the key of an annotation %s", fault);
	}
}

static void check_validations(struct ov_checking *c, struct ov_value list)
{
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value v = ov_at(list, i), message = ov_get(v, "message");
		if (ov_str_chr(ov_string(message), '\n') != SIZE_MAX)
			ov_check_refuse(c, message, v, "a message is one line");
		check_choice(c, v, "reason",
			"^(Unauthorized|Forbidden|Invalid|RequestEntityTooLarge)$");
	}
}

void ov_check_admission(struct ov_checking *c)
{
	struct ov_value validations = ov_get(c->spec, "validations");
	struct ov_value annotations = ov_get(c->spec, "auditAnnotations");
	if (!ov_count(validations) && !ov_count(annotations))
		ov_check_refuse(c, c->spec, c->policy,
			"it has neither validations nor auditAnnotations");
	check_choice(c, c->spec, "failurePolicy", "^(Fail|Ignore)$");
	check_constraints(c);
	check_conditions(c, ov_get(c->spec, "matchConditions"));
	check_variables(c, ov_get(c->spec, "variables"));
	check_validations(c, validations);
	check_annotations(c, annotations);
}
