/* binding: bindings of admission policies, and the parameters that they name. Layer: policy. */
#include "policy/internal.h"
#include "policy/label_selector.h"

/* Follows pkg/admissionpolicy/validate.go of Kyverno v1.19; in an estate, what Kubernetes says
 * of ValidatingAdmissionPolicyBinding. */

static bool is_text(struct ov_value object, const char *key, struct ov_str wanted)
{
	return ov_str_eq(ov_string(ov_get(object, key)), wanted);
}

/* Among the parameters of a test nobody asks for the kind, and a name goes before a namespace.
 */
static bool is_given_param(struct ov_value ref, struct ov_value metadata)
{
	struct ov_str name = ov_string(ov_get(ref, "name"));
	struct ov_str space = ov_string(ov_get(ref, "namespace"));
	if (name.len)
		return is_text(metadata, "name", name);
	return space.len && is_text(metadata, "namespace", space);
}

static bool is_selected(struct ov_judge *judge, struct ov_value ref, struct ov_value metadata)
{
	struct ov_value selector = ov_get(ref, "selector");
	return !ov_is_map(selector) || ov_label_selector_match(&judge->scratch, selector,
					       ov_get(metadata, "labels"), NULL) == OV_SELECTED;
}

/* What has no namespace itself cannot mean one of its own by leaving it out. */
static bool is_reachable(struct ov_str space, struct ov_value metadata)
{
	return space.len || !ov_string(ov_get(metadata, "namespace")).len;
}

void ov_params_find(struct ov_judge *judge, struct ov_value kind, struct ov_value ref,
	struct ov_params *out)
{
	struct ov_str plural = ov_plural(&judge->scratch, ov_string(ov_get(kind, "kind")));
	struct ov_str space = ov_string(ov_get(ref, "namespace"));
	struct ov_str name = ov_string(ov_get(ref, "name")), group, version;
	ov_world_split_version(ov_string(ov_get(kind, "apiVersion")), &group, &version);
	if (!space.len)
		space = judge->subject.name_space;
	struct ov_value found = ov_world_find(judge, group, version, plural, space, name);
	struct ov_value list =
		name.len ? ov_value_list(&found, ov_is_some(found)) : ov_get(found, "items");
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value metadata = ov_get(ov_at(list, i), "metadata");
		if (is_reachable(space, metadata) && is_selected(judge, ref, metadata))
			ov_vec_push(&judge->scratch, &out->list, ov_at(list, i));
	}
}

static void find_given(struct ov_judge *judge, struct ov_value ref, struct ov_params *out)
{
	const struct ov_policy_world *world = judge->world;
	bool selects = ov_is_map(ov_get(ref, "selector"));
	for (size_t i = 0; i < world->param_count; i++) {
		struct ov_value metadata = ov_get(world->params[i], "metadata");
		if (selects ? is_selected(judge, ref, metadata) : is_given_param(ref, metadata))
			ov_vec_push(&judge->scratch, &out->list, world->params[i]);
	}
}

static void ask(struct ov_judge *judge, struct ov_value params, struct ov_policy_row *row)
{
	ov_cel_judge_admission(judge, judge->policy->variants.items[0].program, params, row);
}

/* The parameters of a test as the policy sees them: the first, or of a selector a list. */
static struct ov_value given(
	struct ov_judge *judge, struct ov_value ref, const struct ov_params *params)
{
	struct ov_value list = {.kind = OV_KIND_MAP};
	if (!params->list.count)
		return (struct ov_value){0};
	if (!ov_is_map(ov_get(ref, "selector")))
		return params->list.items[0];
	return ov_with(&judge->scratch, list, ov_key(judge->set->keys, OV_STR("items")),
		ov_value_list(params->list.items, params->list.count));
}

/* Where parameters are missing an API server does as the reference says. */
static bool ask_without(struct ov_judge *judge, struct ov_value ref, struct ov_policy_row *row)
{
	if (!judge->set->served) {
		ask(judge, (struct ov_value){0}, row);
		return true;
	}
	if (!ov_string_is(ov_get(ref, "parameterNotFoundAction"), "Deny") ||
		judge->policy->ignores)
		return false;
	row->status = OV_POLICY_FAIL;
	row->message = OV_STR("failed to configure binding: no params found for policy binding "
			      "with `Deny` parameterNotFoundAction");
	return true;
}

static bool is_refused(const struct ov_policy_row *row)
{
	return row->status == OV_POLICY_FAIL || row->status == OV_POLICY_ERROR;
}

static bool ask_bound(struct ov_judge *judge, struct ov_value ref, struct ov_policy_row *row)
{
	struct ov_params params = {0};
	if (!ov_is_map(ref)) {
		ask(judge, (struct ov_value){0}, row);
		return true;
	}
	if (judge->world->params) {
		find_given(judge, ref, &params);
		ask(judge, given(judge, ref, &params), row);
		return true;
	}
	ov_params_find(judge, ov_get(judge->policy->spec, "paramKind"), ref, &params);
	if (!params.list.count)
		return ask_without(judge, ref, row);
	for (size_t i = 0; i < params.list.count; i++) {
		ask(judge, params.list.items[i], row);
		if (is_refused(row))
			break;
	}
	return true;
}

bool ov_bindings_ask(struct ov_judge *judge, struct ov_policy_row *row)
{
	const struct ov_policy *policy = judge->policy;
	bool served = judge->set->served, asked = false;
	/* The command line leaves what the policy itself matches to its bindings. */
	if ((served || !policy->bindings.count) &&
		!ov_constraints_match(judge, policy->variants.items[0].constraints))
		return false;
	if (!policy->bindings.count)
		return ask_bound(judge, (struct ov_value){0}, row);
	for (size_t i = 0; i < policy->bindings.count; i++) {
		struct ov_value spec = ov_get(policy->bindings.items[i], "spec");
		struct ov_value match = ov_get(spec, "matchResources");
		if (ov_is_map(match) && !ov_constraints_match(judge, match))
			continue;
		asked = ask_bound(judge, ov_get(spec, "paramRef"), row) || asked;
		/* An API server asks all of them; of the command line the last one counts. */
		if (served && asked && is_refused(row))
			break;
	}
	return asked;
}
