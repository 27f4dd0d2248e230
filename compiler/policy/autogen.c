/* autogen: rules about pods, rewritten for what makes pods. Layer: policy. */
#include "policy/internal.h"

/*
 * Follows pkg/autogen/v1 and pkg/cel/autogen of Kyverno v1.19: the rule's text is rewritten
 * blindly, so that messages change with it.
 */

static const struct {
	const char *kind, *full, *group, *plural;
} controllers[OV_CONTROLLERS] = {
	[OV_CONTROLLER_DAEMON_SET] = {"DaemonSet", "apps/v1/DaemonSet", "apps", "daemonsets"},
	[OV_CONTROLLER_DEPLOYMENT] = {"Deployment", "apps/v1/Deployment", "apps",
		"deployments"},
	[OV_CONTROLLER_JOB] = {"Job", "batch/v1/Job", "batch", "jobs"},
	[OV_CONTROLLER_STATEFUL_SET] = {"StatefulSet", "apps/v1/StatefulSet", "apps",
		"statefulsets"},
	[OV_CONTROLLER_REPLICA_SET] = {"ReplicaSet", "apps/v1/ReplicaSet", "apps",
		"replicasets"},
	[OV_CONTROLLER_REPLICATION_CONTROLLER] = {"ReplicationController",
		"v1/ReplicationController", "", "replicationcontrollers"},
	[OV_CONTROLLER_CRON_JOB] = {"CronJob", "batch/v1/CronJob", "batch", "cronjobs"},
};

enum ov_controller ov_controller_of(struct ov_str kind)
{
	size_t i = 0;
	while (i < OV_CONTROLLERS && !ov_str_is(kind, controllers[i].kind))
		i++;
	return (enum ov_controller)i;
}

const char *ov_controller_kind(enum ov_controller controller)
{
	return controllers[controller].full;
}

/* Kind selectors name a kind where their last part is it: "Pod", but also "v1/Pod". */
static bool contains_kind(struct ov_value kinds, const char *kind)
{
	for (size_t i = 0; i < ov_count(kinds); i++) {
		struct ov_str s = ov_string(ov_at(kinds, i));
		size_t at = s.len;
		while (at && s.ptr[at - 1] != '/')
			at--;
		if (ov_str_is(ov_str_sub(s, at, s.len), kind))
			return true;
	}
	return false;
}

static struct ov_value filters_of(struct ov_value match, const char *how)
{
	return ov_get(match, how);
}

/* What a filter says that only the pod's own object has. */
static bool supports(struct ov_value resources, bool *needed)
{
	struct ov_value kinds = ov_get(resources, "kinds");
	if (ov_string(ov_get(resources, "name")).len || ov_count(ov_get(resources, "names")) ||
		ov_is_some(ov_get(resources, "selector")) ||
		ov_is_some(ov_get(resources, "annotations")) ||
		(ov_count(kinds) > 1 && contains_kind(kinds, "Pod")))
		return false;
	*needed = *needed || ov_has_string(kinds, OV_STR("Pod"));
	for (size_t i = 0; i < OV_CONTROLLERS; i++)
		*needed = *needed || ov_has_string(kinds, ov_str_c(controllers[i].kind));
	return true;
}

static bool match_supports(struct ov_value match, bool *needed)
{
	static const char *const hows[] = {"any", "all"};
	if (!supports(ov_get(match, "resources"), needed))
		return false;
	for (size_t h = 0; h < OV_COUNT(hows); h++) {
		struct ov_value list = filters_of(match, hows[h]);
		for (size_t i = 0; i < ov_count(list); i++) {
			if (!supports(ov_get(ov_at(list, i), "resources"), needed))
				return false;
		}
	}
	return true;
}

static bool mutates_by_json(struct ov_value rule)
{
	struct ov_value mutate = ov_get(rule, "mutate"), each = ov_get(mutate, "foreach");
	bool found = ov_string(ov_get(mutate, "patchesJson6902")).len > 0;
	for (size_t i = 0; i < ov_count(each); i++)
		found = found || ov_string(ov_get(ov_at(each, i), "patchesJson6902")).len > 0;
	return found;
}

static bool can_generate(struct ov_value spec)
{
	struct ov_value rules = ov_get(spec, "rules");
	bool needed = false;
	for (size_t i = 0; i < ov_count(rules); i++) {
		struct ov_value rule = ov_at(rules, i), exclude = ov_get(rule, "exclude");
		if (ov_count(ov_get(rule, "generate")) || mutates_by_json(rule) ||
			!match_supports(ov_get(rule, "match"), &needed) ||
			(ov_is_some(exclude) && !match_supports(exclude, &needed)))
			return false;
	}
	return needed;
}

static bool is_wanted(struct ov_value doc, enum ov_controller controller)
{
	struct ov_value asked = ov_get(ov_path(doc, "metadata", "annotations", NULL),
		"pod-policies.kyverno.io/autogen-controllers");
	if (!ov_is_string(asked))
		return true;
	struct ov_str rest = ov_string(asked);
	for (;;) {
		size_t end = ov_str_chr(rest, ',');
		if (ov_str_is(ov_str_sub(rest, 0, end), controllers[controller].kind))
			return true;
		if (end == SIZE_MAX)
			return false;
		rest = ov_str_sub(rest, end + 1, rest.len);
	}
}

/* Text replaced in another. */
struct swap {
	const char *from, *to;
};

struct rewriting {
	struct ov_arena *arena;
	struct ov_keys *keys;
	const struct swap *swaps;
	size_t count;
	bool spare_namespaces; /* `.namespace` behind it protects a path */
};

static bool is_name_byte(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static bool is_spared(const struct rewriting *r, struct ov_str rest)
{
	static const struct ov_str spared = OV_STR_INIT(".namespace");
	return r->spare_namespaces && ov_str_starts(rest, spared) &&
	       (rest.len == spared.len || !is_name_byte(rest.ptr[spared.len]));
}

static struct ov_str swap_text(const struct rewriting *r, struct ov_str text)
{
	for (size_t i = 0; i < r->count; i++) {
		struct ov_str from = ov_str_c(r->swaps[i].from);
		size_t at = ov_str_find(text, from, 0);
		if (at == SIZE_MAX)
			continue;
		struct ov_buf buf;
		ov_buf_init(&buf);
		size_t done = 0;
		for (; at != SIZE_MAX; at = ov_str_find(text, from, done)) {
			ov_buf_add(&buf, ov_str_sub(text, done, at));
			done = at + from.len;
			if (is_spared(r, ov_str_sub(text, done, text.len)))
				ov_buf_add(&buf, from);
			else
				ov_buf_puts(&buf, r->swaps[i].to);
		}
		ov_buf_add(&buf, ov_str_sub(text, done, text.len));
		text = ov_str_dup(r->arena, ov_buf_str(&buf));
		ov_buf_release(&buf);
	}
	return text;
}

/* Documents are no deeper than their reader allows. */
static struct ov_value swap_all(const struct rewriting *r, struct ov_value v)
{
	if (ov_is_string(v)) {
		struct ov_value out = ov_value_string(swap_text(r, ov_string(v)));
		out.loc = v.loc;
		out.key_loc = v.key_loc;
		return out;
	}
	if (ov_is_list(v)) {
		struct ov_value *items = ov_new_array(r->arena, struct ov_value, v.count);
		for (size_t i = 0; i < v.count; i++)
			items[i] = swap_all(r, v.items[i]);
		return ov_value_at(ov_value_list(items, v.count), v.loc);
	}
	if (!ov_is_map(v))
		return v;
	struct ov_map_builder b;
	ov_map_begin(&b, r->arena, v.count);
	for (size_t i = 0; i < v.count; i++) {
		struct ov_str key = swap_text(r, v.entries[i].key->str);
		ov_map_set(&b, ov_key(r->keys, key), swap_all(r, v.entries[i].value));
	}
	return ov_value_at(ov_map_end(&b), v.loc);
}

static struct ov_value put(
	struct ov_policy_set *set, struct ov_value map, const char *key, struct ov_value value)
{
	return ov_with(set->arena, map, ov_key(set->keys, ov_str_c(key)), value);
}

static struct ov_value one(struct ov_policy_set *set, const char *key, struct ov_value value)
{
	return put(set, ov_value_at((struct ov_value){.kind = OV_KIND_MAP}, value.loc), key,
		value);
}

/* {spec: {KEY: pattern}}, and for jobs on a schedule that once more. */
static struct ov_value wrap(struct ov_policy_set *set, struct ov_value pattern, bool cron)
{
	struct ov_value inner = one(set, "spec", one(set, "template", pattern));
	return cron ? one(set, "spec", one(set, "jobTemplate", inner)) : inner;
}

static struct ov_value kinds_for(struct ov_policy_set *set, enum ov_controller controller)
{
	struct ov_value *kind = ov_new(set->arena, struct ov_value);
	*kind = ov_value_string(ov_str_c(controllers[controller].full));
	return ov_value_list(kind, 1);
}

/* The filters with the controller's kind in place of theirs. */
static struct ov_value retarget(struct ov_policy_set *set, struct ov_value match,
	enum ov_controller controller, bool exclude)
{
	static const char *const hows[] = {"any", "all"};
	struct ov_value kinds = kinds_for(set, controller);
	for (size_t h = 0; h < OV_COUNT(hows); h++) {
		struct ov_value list = filters_of(match, hows[h]);
		if (!ov_count(list))
			continue;
		struct ov_value *items =
			ov_new_array(set->arena, struct ov_value, ov_count(list));
		for (size_t i = 0; i < ov_count(list); i++) {
			struct ov_value filter = ov_at(list, i);
			struct ov_value resources = ov_get(filter, "resources");
			bool about = contains_kind(ov_get(resources, "kinds"), "Pod") ||
				     controller == OV_CONTROLLER_CRON_JOB;
			items[i] =
				!about ? filter
				       : put(set, filter, "resources",
						 put(set,
							 ov_is_map(resources)
								 ? resources
								 : (struct ov_value){.kind = OV_KIND_MAP},
							 "kinds", kinds));
		}
		return put(set, match, hows[h], ov_value_list(items, ov_count(list)));
	}
	struct ov_value resources = ov_get(match, "resources");
	if (exclude && !ov_count(ov_get(resources, "kinds")))
		return match;
	if (!ov_is_map(resources))
		resources = (struct ov_value){.kind = OV_KIND_MAP};
	return put(set, match, "resources", put(set, resources, "kinds", kinds));
}

/* All kinds that match or exclude names, whatever the form. */
static bool names_kind(struct ov_value match, const char *kind, bool *any)
{
	static const char *const hows[] = {"any", "all"};
	struct ov_value kinds = ov_path(match, "resources", "kinds", NULL);
	bool found = contains_kind(kinds, kind);
	*any = *any || ov_count(kinds);
	for (size_t h = 0; h < OV_COUNT(hows); h++) {
		struct ov_value list = filters_of(match, hows[h]);
		for (size_t i = 0; i < ov_count(list); i++) {
			kinds = ov_path(ov_at(list, i), "resources", "kinds", NULL);
			found = found || contains_kind(kinds, kind);
			*any = *any || ov_count(kinds);
		}
	}
	return found;
}

/* Lists without entries are lost when the reference writes a rule anew. */
static struct ov_value without_empty(
	struct ov_policy_set *set, struct ov_value map, const char *key)
{
	struct ov_value list = ov_get(map, key);
	if (!ov_is_list(list) || list.count)
		return map;
	return ov_without(set->arena, map, ov_str_c(key));
}

static struct ov_value rewrite(
	struct ov_policy_set *set, struct ov_value holder, const char *key)
{
	struct ov_value conditions = ov_get(holder, key);
	return ov_is_map(conditions)
		       ? put(set, holder, key, without_empty(set, conditions, "any"))
		       : holder;
}

static struct ov_value rewrite_deny(struct ov_policy_set *set, struct ov_value holder)
{
	struct ov_value deny = ov_get(holder, "deny");
	return ov_is_map(deny) ? put(set, holder, "deny", rewrite(set, deny, "conditions"))
			       : holder;
}

static struct ov_value rewrite_all(struct ov_policy_set *set, struct ov_value validate)
{
	struct ov_value list = ov_get(validate, "foreach");
	struct ov_value *items = ov_new_array(set->arena, struct ov_value, ov_count(list));
	for (size_t i = 0; i < ov_count(list); i++)
		items[i] = rewrite_deny(set, ov_at(list, i));
	if (ov_is_list(list))
		validate = put(set, validate, "foreach",
			ov_value_at(ov_value_list(items, list.count), list.loc));
	return rewrite_deny(set, validate);
}

/* The validation as a rule of the controller has it; false where there is none to make. */
static bool revalidate(struct ov_policy_set *set, struct ov_value *validate, bool cron)
{
	static const char *const kept[] = {"deny", "podSecurity", "foreach", "cel"};
	struct ov_value pattern = ov_get(*validate, "pattern");
	if (ov_is_some(pattern)) {
		*validate = put(set, *validate, "pattern", wrap(set, pattern, cron));
		return true;
	}
	struct ov_value any = ov_get(*validate, "anyPattern");
	if (ov_is_list(any) && !ov_is_some(ov_get(*validate, "deny")) &&
		!ov_is_some(ov_get(*validate, "podSecurity"))) {
		struct ov_value *items = ov_new_array(set->arena, struct ov_value, any.count);
		for (size_t i = 0; i < any.count; i++)
			items[i] = wrap(set, any.items[i], cron);
		*validate = put(set, *validate, "anyPattern", ov_value_list(items, any.count));
		*validate = without_empty(set, *validate, "anyPattern");
		return true;
	}
	for (size_t i = 0; i < OV_COUNT(kept); i++) {
		if (ov_is_some(ov_get(*validate, kept[i])))
			return true;
	}
	return false;
}

static const struct swap pod_swaps[] = {
	{"request.object.spec", "request.object.spec.template.spec"},
	{"request.oldObject.spec", "request.oldObject.spec.template.spec"},
	{"request.object.metadata", "request.object.spec.template.metadata"},
	{"request.oldObject.metadata", "request.oldObject.spec.template.metadata"},
};

static const struct swap pod_cel_swaps[] = {
	{"object.spec", "object.spec.template.spec"},
	{"oldObject.spec", "oldObject.spec.template.spec"},
	{"object.metadata", "object.spec.template.metadata"},
	{"oldObject.metadata", "oldObject.spec.template.metadata"},
};

static const struct swap cron_swaps[] = {
	{"request.object.spec", "request.object.spec.jobTemplate.spec.template.spec"},
	{"request.oldObject.spec", "request.oldObject.spec.jobTemplate.spec.template.spec"},
	{"request.object.metadata", "request.object.spec.jobTemplate.spec.template.metadata"},
	{"request.oldObject.metadata",
		"request.oldObject.spec.jobTemplate.spec.template.metadata"},
};

static const struct swap cron_cel_swaps[] = {
	{"object.spec", "object.spec.jobTemplate.spec.template.spec"},
	{"oldObject.spec", "oldObject.spec.jobTemplate.spec.template.spec"},
	{"object.metadata", "object.spec.jobTemplate.spec.template.metadata"},
	{"oldObject.metadata", "oldObject.spec.jobTemplate.spec.template.metadata"},
};

static struct ov_str rule_name(struct ov_policy_set *set, struct ov_str name, bool cron)
{
	enum { MOST = 63 };
	struct ov_str full = ov_str_fmt(
		set->arena, "autogen-%s%.*s", cron ? "cronjob-" : "", OV_STR_ARG(name));
	return ov_str_sub(full, 0, MOST);
}

/* The rule for the controller, or OV_KIND_NONE. */
static struct ov_value generate(
	struct ov_policy_set *set, struct ov_value rule, enum ov_controller controller)
{
	static const struct ov_str prefix = OV_STR_INIT("autogen-");
	bool cron = controller == OV_CONTROLLER_CRON_JOB, any = false, ignored = false;
	struct ov_str name = ov_string(ov_get(rule, "name"));
	struct ov_value match = ov_get(rule, "match"), exclude = ov_get(rule, "exclude");
	struct ov_value validate = ov_get(rule, "validate"), none = {0};
	bool excludes_pods = names_kind(exclude, "Pod", &any);
	bool images = ov_count(ov_get(rule, "verifyImages")) > 0;
	if (ov_str_starts(name, prefix) || !names_kind(match, "Pod", &ignored) ||
		(any && !excludes_pods) || (!revalidate(set, &validate, cron) && !images))
		return none;
	bool cel = ov_is_some(ov_get(validate, "cel"));
	rule = rewrite(set, rule, "preconditions");
	if (ov_is_map(validate))
		validate = rewrite_all(set, validate);
	rule = put(set, rule, "name", ov_value_string(rule_name(set, name, cron)));
	rule = put(set, rule, "match", retarget(set, match, controller, false));
	if (ov_is_some(exclude))
		rule = put(set, rule, "exclude", retarget(set, exclude, controller, true));
	if (ov_is_some(validate))
		rule = put(set, rule, "validate", validate);
	struct rewriting r = {.arena = set->arena, .keys = set->keys};
	r.swaps = cron ? (cel ? cron_cel_swaps : cron_swaps) : cel ? pod_cel_swaps : pod_swaps;
	r.count = OV_COUNT(pod_swaps);
	return swap_all(&r, rule);
}

bool ov_autogen_rules(struct ov_policy_set *set, const struct ov_policy *policy,
	enum ov_controller controller, struct ov_policy_rules *out)
{
	static const struct ov_str prefix = OV_STR_INIT("autogen-");
	if (!can_generate(policy->spec) || !is_wanted(policy->doc, controller))
		return false;
	struct ov_value rules = ov_get(policy->spec, "rules");
	struct ov_policy_rules generated = {0};
	for (size_t i = 0; i < ov_count(rules); i++) {
		struct ov_value doc = generate(set, ov_at(rules, i), controller);
		if (!ov_is_map(doc))
			continue;
		struct ov_policy_rule rule = {0};
		struct ov_cel_fault ignored = {0};
		ov_rule_read(set, doc, &rule, &ignored);
		ov_vec_push(set->arena, &generated.list, rule);
	}
	if (!generated.list.count)
		return false;
	for (size_t i = 0; i < policy->rules.list.count; i++) {
		if (!ov_str_starts(policy->rules.list.items[i].name, prefix))
			ov_vec_push(set->arena, &out->list, policy->rules.list.items[i]);
	}
	for (size_t i = 0; i < generated.list.count; i++)
		ov_vec_push(set->arena, &out->list, generated.list.items[i]);
	return true;
}

static bool is_one(struct ov_value list, const char *s)
{
	return ov_count(list) == 1 && ov_string_is(ov_at(list, 0), s);
}

static bool is_about_pods(struct ov_value constraints)
{
	struct ov_value selector = ov_get(constraints, "objectSelector");
	struct ov_value rules = ov_get(constraints, "resourceRules"), rule = ov_at(rules, 0);
	return ov_is_map(constraints) && !ov_count(ov_get(selector, "matchLabels")) &&
	       !ov_count(ov_get(selector, "matchExpressions")) &&
	       !ov_count(ov_get(constraints, "excludeResourceRules")) && ov_count(rules) == 1 &&
	       !ov_count(ov_get(rule, "resourceNames")) &&
	       is_one(ov_get(rule, "apiGroups"), "") &&
	       is_one(ov_get(rule, "apiVersions"), "v1") &&
	       is_one(ov_get(rule, "resources"), "pods");
}

static struct ov_value strings(struct ov_policy_set *set, const char *s)
{
	struct ov_value *item = ov_new(set->arena, struct ov_value);
	*item = ov_value_string(ov_str_c(s));
	return ov_value_list(item, 1);
}

/* The constraints for the controllers that are asked for and of one form. */
static struct ov_value constraints_for(
	struct ov_policy_set *set, struct ov_value spec, bool cron, struct ov_value asked)
{
	struct ov_value old = ov_get(spec, "matchConstraints");
	struct ov_value operations =
		ov_get(ov_at(ov_get(old, "resourceRules"), 0), "operations");
	struct ov_value *rules = ov_new_array(set->arena, struct ov_value, OV_CONTROLLERS);
	size_t count = 0;
	for (size_t i = 0; i < OV_CONTROLLERS; i++) {
		if (i == OV_CONTROLLER_REPLICATION_CONTROLLER ||
			(i == OV_CONTROLLER_CRON_JOB) != cron ||
			(ov_is_list(asked) &&
				!ov_has_string(asked, ov_str_c(controllers[i].plural))))
			continue;
		struct ov_value rule = one(set, "operations", operations);
		rule = put(set, rule, "apiGroups", strings(set, controllers[i].group));
		rule = put(set, rule, "apiVersions", strings(set, "v1"));
		rules[count++] =
			put(set, rule, "resources", strings(set, controllers[i].plural));
	}
	if (!count || !ov_count(operations))
		return (struct ov_value){0};
	struct ov_value out = one(set, "resourceRules", ov_value_list(rules, count));
	struct ov_value spaces = ov_get(old, "namespaceSelector");
	return ov_is_some(spaces) ? put(set, out, "namespaceSelector", spaces) : out;
}

void ov_autogen_specs(struct ov_policy_set *set, struct ov_value spec,
	void (*each)(void *context, struct ov_value spec), void *context)
{
	static const struct swap swaps[][4] = {
		{{"object.spec", "object.spec.template.spec"},
			{"oldObject.spec", "oldObject.spec.template.spec"},
			{"object.metadata", "object.spec.template.metadata"},
			{"oldObject.metadata", "oldObject.spec.template.metadata"}},
		{{"object.spec", "object.spec.jobTemplate.spec.template.spec"},
			{"oldObject.spec", "oldObject.spec.jobTemplate.spec.template.spec"},
			{"object.metadata", "object.spec.jobTemplate.spec.template.metadata"},
			{"oldObject.metadata",
				"oldObject.spec.jobTemplate.spec.template.metadata"}},
	};
	if (!is_about_pods(ov_get(spec, "matchConstraints")))
		return;
	struct ov_value asked = ov_path(spec, "autogen", "podControllers", "controllers", NULL);
	/* Jobs on a schedule come first, as their name does. */
	for (size_t cron = 2; cron-- > 0;) {
		struct ov_value constraints = constraints_for(set, spec, cron == 1, asked);
		if (!ov_is_some(constraints))
			continue;
		struct rewriting r = {.arena = set->arena,
			.keys = set->keys,
			.swaps = swaps[cron],
			.count = 4,
			.spare_namespaces = true};
		each(context, swap_all(&r, put(set, spec, "matchConstraints", constraints)));
	}
}
