/* action: what comes of a failure, to refuse or to report. Layer: policy. */
#include "lang/wildcard.h"
#include "policy/internal.h"
#include "policy/label_selector.h"

/* Follows pkg/engine/api/engineresponse.go of Kyverno v1.19. */

bool ov_action_enforces(struct ov_value action)
{
	return ov_string_is(action, "Enforce") || ov_string_is(action, "enforce");
}

static bool is_overridden(struct ov_judge *judge, struct ov_value override)
{
	const struct ov_subject *s = &judge->subject;
	struct ov_value spaces = ov_get(override, "namespaces");
	struct ov_value selector = ov_get(override, "namespaceSelector");
	return (!ov_is_list(spaces) || ov_wildcard_any(spaces, s->name_space)) &&
	       (!ov_is_map(selector) || ov_label_selector_match(&judge->scratch, selector,
						s->namespace_labels, NULL) == OV_SELECTED);
}

/* The action of the first override that is for the resource's namespace; false for none. */
static bool override_of(
	struct ov_judge *judge, struct ov_value overrides, struct ov_value *action)
{
	for (size_t i = 0; i < ov_count(overrides); i++) {
		struct ov_value override = ov_at(overrides, i);
		*action = ov_get(override, "action");
		if (ov_is_string(*action) && is_overridden(judge, override))
			return true;
	}
	return false;
}

/* What a rule itself says; of several images, that one enforces. */
static bool action_of_rule(
	struct ov_judge *judge, struct ov_value rule, struct ov_value *action)
{
	struct ov_value validate = ov_get(rule, "validate");
	struct ov_value images = ov_get(rule, "verifyImages");
	struct ov_value first = {0};
	if (ov_is_map(validate)) {
		if (override_of(judge, ov_get(validate, "failureActionOverrides"), action))
			return true;
		first = ov_get(validate, "failureAction");
	}
	for (size_t i = 0; i < ov_count(images); i++) {
		struct ov_value own = ov_get(ov_at(images, i), "failureAction");
		if (ov_is_string(own) && (!ov_is_some(first) || ov_action_enforces(own)))
			first = own;
	}
	*action = first;
	return ov_is_string(first);
}

static struct ov_value action_of_policy(struct ov_judge *judge)
{
	struct ov_value spec = judge->policy->spec, action;
	if (override_of(judge, ov_get(spec, "validationFailureActionOverrides"), &action))
		return action;
	return ov_get(spec, "validationFailureAction");
}

bool ov_rule_enforces(struct ov_judge *judge, const struct ov_policy_rule *rule)
{
	struct ov_value action;
	if (!action_of_rule(judge, rule->doc, &action))
		action = action_of_policy(judge);
	return ov_action_enforces(action);
}

bool ov_rule_enforces_anywhere(struct ov_judge *judge, const struct ov_policy_rule *rule)
{
	struct ov_value own = ov_get(rule->validate, "failureAction");
	return ov_action_enforces(
		ov_is_string(own) ? own
				  : ov_get(judge->policy->spec, "validationFailureAction"));
}

bool ov_policy_enforces(struct ov_judge *judge)
{
	struct ov_value rules = ov_get(judge->policy->spec, "rules"), action;
	if (judge->policy->family != OV_FAMILY_CLASSIC)
		return false;
	for (size_t i = 0; i < ov_count(rules); i++) {
		if (action_of_rule(judge, ov_at(rules, i), &action))
			return ov_action_enforces(action);
	}
	return ov_action_enforces(action_of_policy(judge));
}
