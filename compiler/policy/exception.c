/* exception: PolicyExceptions of kyverno.io. Layer: policy. */
#include "policy/internal.h"
#include "policy/label_selector.h"
#include "value/number.h"

/* Follows pkg/engine/exceptions.go and pkg/engine/utils/exceptions.go of Kyverno v1.19; of CEL,
 * pkg/cel/policies/vpol/engine/engine.go and compiler/policy.go. */

static bool names_rule(
	const struct ov_policy *policy, struct ov_value exception, struct ov_str rule)
{
	struct ov_value list = ov_path(exception, "spec", "exceptions", NULL);
	const struct ov_policy_facts *facts = &policy->facts;
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value one = ov_at(list, i), rules = ov_get(one, "ruleNames");
		struct ov_str name = ov_string(ov_get(one, "policyName"));
		size_t slash = ov_str_chr(name, '/');
		struct ov_str space =
			slash == SIZE_MAX ? OV_STR("") : ov_str_sub(name, 0, slash);
		if (slash != SIZE_MAX)
			name = ov_str_sub(name, slash + 1, name.len);
		if (!ov_str_eq(name, facts->name) ||
			(policy->namespaced && !ov_str_eq(space, facts->name_space)) ||
			(!policy->namespaced && space.len))
			continue;
		if (ov_wildcard_any(rules, rule))
			return true;
	}
	return false;
}

static bool applies(struct ov_judge *judge, struct ov_value exception, struct ov_str rule)
{
	struct ov_value spec = ov_get(exception, "spec");
	struct ov_value conditions = ov_get(spec, "conditions");
	struct ov_str messages, why;
	bool ok = true;
	return names_rule(judge->policy, exception, rule) &&
	       ov_match_exception(judge, ov_get(spec, "match")) &&
	       (!ov_is_some(conditions) ||
		       (ov_conditions_hold(judge, conditions, &messages, &ok, &why) && ok));
}

static struct ov_str name_of(struct ov_judge *judge, struct ov_value exception)
{
	struct ov_value metadata = ov_get(exception, "metadata");
	struct ov_str space = ov_string(ov_get(metadata, "namespace"));
	return ov_judge_text(judge, "%.*s%s%.*s", OV_STR_ARG(space), space.len ? "/" : "",
		OV_STR_ARG(ov_string(ov_get(metadata, "name"))));
}

/* Adds the exception's name, behind a comma where it is not the first. */
static void add_name(struct ov_judge *judge, struct ov_str *names, struct ov_value exception)
{
	*names = ov_judge_text(judge, "%.*s%s%.*s", OV_STR_ARG(*names), names->len ? ", " : "",
		OV_STR_ARG(name_of(judge, exception)));
}

size_t ov_exceptions_find(struct ov_judge *judge, struct ov_str rule, struct ov_str *names)
{
	const struct ov_policy *policy = judge->policy;
	size_t count = 0;
	*names = OV_STR("");
	for (size_t i = 0; i < policy->exceptions.count; i++) {
		if (!applies(judge, policy->exceptions.items[i], rule))
			continue;
		add_name(judge, names, policy->exceptions.items[i]);
		count++;
	}
	return count;
}

size_t ov_exceptions_controls(
	struct ov_judge *judge, struct ov_value *controls, struct ov_str *names)
{
	const struct ov_policy *policy = judge->policy;
	OV_VEC(struct ov_value) list = {0};
	size_t count = 0;
	*names = OV_STR("");
	*controls = (struct ov_value){0};
	for (size_t i = 0; i < policy->exceptions.count; i++) {
		struct ov_value exception = policy->exceptions.items[i];
		struct ov_value own = ov_path(exception, "spec", "podSecurity", NULL);
		if (!applies(judge, exception, judge->rule->name))
			continue;
		if (!ov_count(own)) {
			*controls = (struct ov_value){0};
			*names = name_of(judge, exception);
			return 1;
		}
		add_name(judge, names, exception);
		count++;
		for (size_t k = 0; k < ov_count(own); k++)
			ov_vec_push(&judge->scratch, &list, ov_at(own, k));
	}
	if (count)
		*controls = ov_value_list(list.items, list.count);
	return count;
}

/* Adds what an exception allows of the policy without taking it off. */
static void allow(struct ov_judge *judge, struct ov_value *list, struct ov_value more)
{
	size_t count = ov_count(*list) + ov_count(more), n = 0;
	struct ov_value *items = ov_new_array(&judge->scratch, struct ov_value, count);
	for (size_t i = 0; i < ov_count(*list); i++)
		items[n++] = ov_at(*list, i);
	for (size_t i = 0; i < ov_count(more); i++)
		items[n++] = ov_at(more, i);
	*list = ov_value_list(items, n);
}

/* Of several exceptions the one of the highest priority says what the result is. */
static int64_t priority_of(struct ov_value exception)
{
	struct ov_value n, label = ov_get_str(ov_path(exception, "metadata", "labels", NULL),
				   OV_STR("polex.kyverno.io/priority"));
	bool known = ov_number_parse(ov_string(label), &n) && n.kind == OV_KIND_INT;
	return known ? n.integer : 0;
}

bool ov_exceptions_cel(struct ov_judge *judge, struct ov_policy_row *row)
{
	const struct ov_policy *policy = judge->policy;
	struct ov_value chosen = {0};
	struct ov_str names = OV_STR(""), why;
	int64_t highest = 0;
	bool exempt = false;
	judge->allowed_images = judge->allowed_values = ov_value_list(NULL, 0);
	for (size_t i = 0; i < policy->exceptions.count; i++) {
		struct ov_value exception = policy->exceptions.items[i];
		struct ov_value spec = ov_get(exception, "spec");
		struct ov_value images = ov_get(spec, "images");
		struct ov_value values = ov_get(spec, "allowedValues");
		if (!ov_cel_conditions(judge, policy->exception_programs.items[i], &why)) {
			if (!why.len || exempt)
				continue;
			ov_cel_unloaded(judge, why, row);
			return true;
		}
		int64_t priority = priority_of(exception);
		if (!names.len || priority > highest)
			chosen = exception;
		highest = priority > highest ? priority : highest;
		add_name(judge, &names, exception);
		exempt = exempt || (!ov_count(images) && !ov_count(values));
		allow(judge, &judge->allowed_images, images);
		allow(judge, &judge->allowed_values, values);
	}
	if (!exempt)
		return false;
	bool pass = ov_string_is(ov_path(chosen, "spec", "reportResult", NULL), "pass");
	row->rule = OV_STR("exception");
	row->status = pass ? OV_POLICY_PASS : OV_POLICY_SKIP;
	row->exception = names;
	row->message = ov_judge_text(judge, "rule is %s due to policy exception: %.*s",
		pass ? "passed" : "skipped", OV_STR_ARG(names));
	return true;
}
