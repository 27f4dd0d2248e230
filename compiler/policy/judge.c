/* judge: asks the policies of a set about a resource. Layer: policy. */
#include "policy/internal.h"

struct ov_judge *ov_judge_new(const struct ov_policy_set *set,
	const struct ov_policy_world *world, struct ov_key_cache *cache)
{
	struct ov_judge *judge = ov_xmalloc(sizeof(*judge));
	*judge = (struct ov_judge){0};
	uint64_t seed = ov_keys_seed(set->keys);
	judge->set = set;
	judge->world = world;
	judge->regex = ov_regex_cache_new(seed);
	judge->run = (struct ov_jmespath_run){.arena = &judge->scratch,
		.keys = set->keys,
		.cache = cache,
		.regex = judge->regex,
		.now = world->now};
	judge->eval = (struct ov_eval){.arena = &judge->scratch,
		.keys = set->keys,
		.cache = cache,
		.regex = judge->regex};
	ov_queries_init(&judge->queries, &judge->query_memory, set->keys);
	ov_map_init(&judge->patterns, &judge->query_memory, seed);
	ov_context_begin(judge);
	return judge;
}

void ov_judge_free(struct ov_judge *judge)
{
	if (!judge)
		return;
	ov_arena_release(&judge->scratch);
	ov_arena_release(&judge->query_memory);
	ov_regex_cache_free(judge->regex);
	free(judge);
}

/* The operation that a values file has for the policy and the resource; for policies of CEL it
 * only counts for all. */
static struct ov_str given_operation(struct ov_judge *judge)
{
	bool classic = judge->policy->family == OV_FAMILY_CLASSIC;
	struct ov_str policy = judge->policy->facts.name;
	struct ov_value spec = ov_world_values(judge->world);
	struct ov_value found = ov_get(ov_get(spec, "globalValues"), "request.operation");
	struct ov_value policies = classic ? ov_get(spec, "policies") : (struct ov_value){0};
	for (size_t i = 0; i < ov_count(policies); i++) {
		struct ov_value p = ov_at(policies, i), resources = ov_get(p, "resources");
		if (!ov_str_eq(ov_string(ov_get(p, "name")), policy))
			continue;
		for (size_t k = 0; k < ov_count(resources); k++) {
			struct ov_value r = ov_at(resources, k);
			struct ov_value own = ov_get(ov_get(r, "values"), "request.operation");
			if (ov_is_string(own) &&
				ov_str_eq(ov_string(ov_get(r, "name")), judge->subject.name))
				found = own;
		}
	}
	return ov_string_is(found, "UPDATE") || ov_string_is(found, "DELETE")
		       ? ov_string(found)
		       : OV_STR("CREATE");
}

/* The command line asks admission policies about what is new, whatever a file says. */
static struct ov_str operation_of(struct ov_judge *judge)
{
	const struct ov_policy_world *world = judge->world;
	if (judge->policy->family == OV_FAMILY_ADMISSION && !judge->set->served)
		return OV_STR("CREATE");
	if (world->operation.len)
		return world->operation;
	return ov_is_some(world->values) ? given_operation(judge) : OV_STR("CREATE");
}

static void describe(struct ov_judge *judge, struct ov_value resource)
{
	struct ov_value metadata = ov_get(resource, "metadata");
	struct ov_str group, version;
	struct ov_subject *s = &judge->subject;
	ov_world_split_version(ov_string(ov_get(resource, "apiVersion")), &group, &version);
	*s = (struct ov_subject){.resource = resource,
		.group = group,
		.version = version,
		.kind = ov_string(ov_get(resource, "kind")),
		.name = ov_string(ov_get(metadata, "name")),
		.name_space = ov_string(ov_get(metadata, "namespace")),
		.labels = ov_get(metadata, "labels"),
		.annotations = ov_get(metadata, "annotations"),
		.operation = OV_STR("CREATE"),
		.has_user = ov_is_map(judge->world->user)};
	s->namespace_labels = ov_world_namespace_labels(judge, s->name_space);
	/* Some kinds that a values file names are read as a part of another. */
	struct ov_value parts = ov_get(ov_world_values(judge->world), "subresources");
	for (size_t i = 0; i < ov_count(parts); i++) {
		struct ov_value sub = ov_get(ov_at(parts, i), "subresource");
		struct ov_value parent = ov_get(ov_at(parts, i), "parentResource");
		struct ov_str name = ov_string(ov_get(sub, "name"));
		if (!ov_str_eq(ov_string(ov_get(sub, "kind")), s->kind) ||
			!ov_str_eq(ov_string(ov_get(sub, "group")), s->group) ||
			!ov_str_eq(ov_string(ov_get(sub, "version")), s->version))
			continue;
		s->kind = ov_string(ov_get(parent, "kind"));
		s->group = ov_string(ov_get(parent, "group"));
		s->version = ov_string(ov_get(parent, "version"));
		s->subresource = ov_str_sub(name, ov_str_chr(name, '/') + 1, name.len);
	}
	judge->images = (struct ov_value){0};
}

struct asking {
	struct ov_judge *judge;
	ov_policy_row_fn *fn;
	void *context;
};

static void hand_on(const struct asking *a, struct ov_policy_row *row)
{
	row->policy = a->judge->policy;
	if (row->status == OV_POLICY_FAIL &&
		(row->policy->facts.unscored ||
			(a->judge->world->audit_warns && !ov_policy_enforces(a->judge))))
		row->status = OV_POLICY_WARN;
	a->fn(a->context, row);
}

static void ask_classic(const struct asking *a)
{
	struct ov_judge *judge = a->judge;
	const struct ov_policy *policy = judge->policy;
	enum ov_controller controller = ov_controller_of(judge->subject.kind);
	const struct ov_policy_rules *rules =
		controller != OV_CONTROLLERS && policy->has_generated[controller]
			? &policy->generated[controller]
			: &policy->rules;
	bool begun = false;
	for (size_t i = 0; i < rules->list.count; i++) {
		const struct ov_policy_rule *rule = &rules->list.items[i];
		struct ov_policy_row row = {.rule = rule->name};
		if (rule->kind == OV_RULE_NOTHING || !ov_rule_matches(judge, rule))
			continue;
		if (!begun)
			judge->base = ov_context_root(judge);
		begun = true;
		if (!ov_rule_validate(judge, rule, &row))
			continue;
		row.enforced = ov_rule_enforces(judge, rule);
		enum ov_policy_status status = row.status;
		hand_on(a, &row);
		if (policy->apply_one && (status == OV_POLICY_PASS || status == OV_POLICY_FAIL))
			return;
	}
}

static void ask_cel(const struct asking *a)
{
	struct ov_judge *judge = a->judge;
	const struct ov_policy *policy = judge->policy;
	/* Nothing keeps the command line from asking them about other namespaces. */
	if (policy->namespaced && judge->set->served && policy->facts.name_space.len &&
		!ov_str_eq(judge->subject.name_space, policy->facts.name_space))
		return;
	for (size_t i = 0; i < policy->variants.count; i++) {
		const struct ov_cel_variant *v = &policy->variants.items[i];
		struct ov_policy_row row = {.enforced = !policy->audits};
		if (!policy->json && !ov_constraints_match(judge, v->constraints))
			continue;
		if (!ov_exceptions_cel(judge, &row))
			ov_cel_judge(judge, v->program, &row);
		hand_on(a, &row);
	}
}

static void ask_admission(const struct asking *a)
{
	struct ov_policy_row row = {.rule = a->judge->policy->facts.name, .enforced = true};
	if (ov_bindings_ask(a->judge, &row))
		hand_on(a, &row);
}

void ov_judge_ask(struct ov_judge *judge, struct ov_arena *arena, struct ov_value resource,
	ov_policy_row_fn *fn, void *context)
{
	const struct asking a = {judge, fn, context};
	judge->results = arena;
	describe(judge, resource);
	for (size_t i = 0; i < judge->set->policies.count; i++) {
		struct ov_arena_mark mark = ov_arena_mark(&judge->scratch);
		judge->policy = judge->set->policies.items[i];
		judge->subject.operation = operation_of(judge);
		switch (judge->policy->family) {
		case OV_FAMILY_CLASSIC: ask_classic(&a); break;
		case OV_FAMILY_CEL: ask_cel(&a); break;
		case OV_FAMILY_ADMISSION: ask_admission(&a); break;
		}
		ov_arena_rewind(&judge->scratch, mark);
	}
}
