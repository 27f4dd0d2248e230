/* suite: runs a suite of tests and judges its results. Layer: policy. */
#include "policy/suite.h"

#include "policy/internal.h"

/* The rows of one subject. */
struct rows {
	OV_VEC(struct ov_policy_row) list;
	bool asked;
};

/* The operations that a result may ask for; the first stands for what values say. */
static const char *const operations[] = {"", "CREATE", "UPDATE", "DELETE"};

struct running {
	const struct ov_suite *suite;
	struct ov_arena *arena;
	struct ov_keys *keys;
	struct ov_key_cache *cache;
	struct ov_policy_set *set;
	OV_VEC(struct ov_str) refused; /* names of policies */
	struct ov_policy_world worlds[OV_COUNT(operations)];
	struct ov_judge *judges[OV_COUNT(operations)];
	struct rows *rows[OV_COUNT(operations)];
	ov_check_fn *fn;
	void *context;
	struct rows *into;
};

static void keep(void *context, const struct ov_policy_row *row)
{
	struct running *r = context;
	ov_vec_push(r->arena, &r->into->list, *row);
}

static const struct rows *ask(struct running *r, size_t operation, size_t subject)
{
	const struct ov_suite *s = r->suite;
	if (!r->rows[operation]) {
		r->worlds[operation] = s->world;
		r->worlds[operation].operation = ov_str_c(operations[operation]);
		r->rows[operation] = ov_new_array(r->arena, struct rows, s->subjects.count + 1);
		r->judges[operation] = ov_judge_new(r->set, &r->worlds[operation], r->cache);
	}
	r->into = &r->rows[operation][subject];
	if (!r->into->asked)
		ov_judge_ask(r->judges[operation], r->arena, s->subjects.items[subject].value,
			keep, r);
	r->into->asked = true;
	return r->into;
}

/* The name of a policy that a result may give with its namespace. */
static struct ov_str policy_name(struct ov_value result)
{
	struct ov_str name = ov_string(ov_get(result, "policy"));
	for (size_t i = name.len; i; i--) {
		if (name.ptr[i - 1] == '/')
			return ov_str_sub(name, i, name.len);
	}
	return name;
}

/* Whether a rule's name is the one of a result, or made from it for a controller. */
static bool is_rule(struct ov_str name, struct ov_str wanted)
{
	static const struct ov_str prefixes[] = {
		OV_STR_INIT(""), OV_STR_INIT("autogen-"), OV_STR_INIT("autogen-cronjob-")};
	for (size_t i = 0; i < OV_COUNT(prefixes); i++) {
		if (ov_str_starts(name, prefixes[i]) &&
			ov_str_eq(ov_str_sub(name, prefixes[i].len, name.len), wanted))
			return true;
	}
	return false;
}

static bool answers(const struct ov_policy_row *row, struct ov_str policy, struct ov_str rule)
{
	const struct ov_policy *p = row->policy;
	return ov_str_eq(p->facts.name, policy) &&
	       (!rule.len || p->family != OV_FAMILY_CLASSIC || is_rule(row->rule, rule));
}

/* Whether nothing of the policy that the result is about is evaluated here. */
static bool is_unchecked(const struct ov_policy *p, struct ov_str rule)
{
	if (!p->facts.rules)
		return true;
	bool some = false;
	for (size_t i = 0; p->family == OV_FAMILY_CLASSIC && i < p->rules.list.count; i++) {
		const struct ov_policy_rule *own = &p->rules.list.items[i];
		bool left = own->kind == OV_RULE_NOTHING || own->kind == OV_RULE_IMAGES;
		if (rule.len && !ov_str_eq(own->name, rule) && !is_rule(rule, own->name))
			continue;
		if (!left)
			return false;
		some = true;
	}
	return some;
}

static bool asks_unchecked(const struct running *r, struct ov_value result)
{
	static const char *const texts[] = {
		"patchedResources", "generatedResource", "cloneSourceResource"};
	static const char *const marks[] = {"isMutatingAdmissionPolicy", "isDeletingPolicy",
		"isImageValidatingPolicy", "isGeneratingPolicy", "isMutatingPolicy"};
	struct ov_str name = policy_name(result), rule = ov_string(ov_get(result, "rule"));
	for (size_t i = 0; i < OV_COUNT(texts); i++) {
		if (ov_string(ov_get(result, texts[i])).len)
			return true;
	}
	for (size_t i = 0; i < OV_COUNT(marks); i++) {
		if (ov_bool(ov_get(result, marks[i]), false))
			return true;
	}
	if (ov_count(ov_get(result, "generatedResources")))
		return true;
	size_t found = 0, unchecked = 0;
	for (size_t i = 0; i < r->set->policies.count; i++) {
		const struct ov_policy *p = r->set->policies.items[i];
		if (!ov_str_eq(p->facts.name, name))
			continue;
		found++;
		unchecked += is_unchecked(p, rule);
	}
	return found && found == unchecked;
}

/* The reference drops answers without results of policies that match by kind alone. */
static bool matches_by_kind(struct ov_value constraints)
{
	static const char *const selectors[] = {"namespaceSelector", "objectSelector"};
	struct ov_value rules = ov_get(constraints, "resourceRules");
	for (size_t i = 0; i < OV_COUNT(selectors); i++) {
		struct ov_value s = ov_get(constraints, selectors[i]);
		if (ov_count(ov_get(s, "matchLabels")) ||
			ov_count(ov_get(s, "matchExpressions")))
			return false;
	}
	return ov_is_map(constraints) &&
	       !ov_count(ov_get(constraints, "excludeResourceRules")) && ov_count(rules) == 1 &&
	       !ov_count(ov_get(ov_at(rules, 0), "resourceNames"));
}

/* Whether the reference has an answer of the policy, though one without results. */
static bool responds(const struct ov_policy *p, const struct ov_suite_subject *subject)
{
	if (p->family == OV_FAMILY_ADMISSION)
		return !subject->payload.len;
	if (p->family == OV_FAMILY_CEL)
		return subject->payload.len
			       ? p->json
			       : !p->json &&
					 !matches_by_kind(ov_get(p->spec, "matchConstraints"));
	return p->facts.rules || p->facts.unchecked;
}

static enum ov_check_outcome silence(
	const struct running *r, struct ov_str policy, const struct ov_suite_subject *subject)
{
	for (size_t i = 0; i < r->set->policies.count; i++) {
		const struct ov_policy *p = r->set->policies.items[i];
		if (ov_str_eq(p->facts.name, policy) && responds(p, subject))
			return OV_CHECK_EXCLUDED;
	}
	for (size_t i = 0; i < r->refused.count; i++) {
		if (ov_str_eq(r->refused.items[i], policy))
			return OV_CHECK_INVALID;
	}
	return OV_CHECK_NOT_FOUND;
}

static struct ov_check check_of(struct ov_value result)
{
	return (struct ov_check){.policy = ov_string(ov_get(result, "policy")),
		.rule = ov_string(ov_get(result, "rule")),
		.wanted = ov_string(ov_get(result, "result")),
		.loc = result.loc};
}

static void name_subject(struct ov_check *check, const struct ov_suite_subject *subject)
{
	struct ov_value metadata = ov_get(subject->value, "metadata");
	check->name = subject->payload;
	if (subject->payload.len)
		return;
	check->api_version = ov_string(ov_get(subject->value, "apiVersion"));
	check->kind = ov_string(ov_get(subject->value, "kind"));
	check->name_space = ov_string(ov_get(metadata, "namespace"));
	check->name = ov_string(ov_get(metadata, "name"));
}

static void check_subject(struct running *r, struct ov_value result, size_t index)
{
	const struct ov_suite_subject *subject = &r->suite->subjects.items[index];
	struct ov_value asked = ov_get(result, "operation");
	struct ov_str policy = policy_name(result), rule = ov_string(ov_get(result, "rule"));
	size_t operation = 0, count = 0;
	while (operation + 1 < OV_COUNT(operations) && ov_is_string(asked) &&
		!ov_string_is(asked, operations[operation]))
		operation++;
	const struct rows *rows = ask(r, operation, index);
	struct ov_check check = check_of(result);
	name_subject(&check, subject);
	for (size_t i = 0; i < rows->list.count; i++) {
		const struct ov_policy_row *row = &rows->list.items[i];
		if (!answers(row, policy, rule) || (subject->payload.len && !row->policy->json))
			continue;
		count++;
		check.rule = row->rule.len ? row->rule : rule;
		check.got = ov_str_c(ov_policy_status_name(row->status));
		check.message = row->message;
		check.outcome =
			ov_str_eq(check.got, check.wanted) ? OV_CHECK_OK : OV_CHECK_MISMATCH;
		r->fn(r->context, &check);
	}
	if (count)
		return;
	check.outcome = silence(r, policy, subject);
	r->fn(r->context, &check);
}

/* Whether a word of a result, "name" or "namespace/name", means the subject. */
static bool is_named(const struct ov_suite_subject *subject, struct ov_str word)
{
	struct ov_value metadata = ov_get(subject->value, "metadata");
	size_t slash = ov_str_chr(word, '/');
	if (subject->payload.len)
		return ov_str_eq(subject->payload, word);
	if (slash == SIZE_MAX)
		return ov_str_eq(word, ov_string(ov_get(metadata, "name")));
	return ov_str_eq(
		       ov_str_sub(word, 0, slash), ov_string(ov_get(metadata, "namespace"))) &&
	       ov_str_eq(ov_str_sub(word, slash + 1, word.len),
		       ov_string(ov_get(metadata, "name")));
}

static bool is_specified(
	struct ov_arena *arena, const struct ov_suite_subject *subject, struct ov_value spec)
{
	struct ov_str group = ov_string(ov_get(spec, "group"));
	struct ov_value metadata = ov_get(subject->value, "metadata");
	struct ov_str version = ov_str_fmt(arena, "%.*s%s%.*s", OV_STR_ARG(group),
		group.len ? "/" : "", OV_STR_ARG(ov_string(ov_get(spec, "version"))));
	return !subject->payload.len &&
	       ov_str_eq(version, ov_string(ov_get(subject->value, "apiVersion"))) &&
	       ov_str_eq(ov_string(ov_get(spec, "namespace")),
		       ov_string(ov_get(metadata, "namespace"))) &&
	       ov_str_eq(ov_string(ov_get(spec, "name")), ov_string(ov_get(metadata, "name")));
}

/* Where a result selects nothing, it is about everything. */
static void check_result(struct running *r, struct ov_value result)
{
	const struct ov_suite *s = r->suite;
	struct ov_value words = ov_get(result, "resources");
	struct ov_value specs = ov_get(result, "resourceSpecs");
	size_t found = 0;
	for (size_t i = 0; i < ov_count(words); i++) {
		for (size_t k = 0; k < s->subjects.count; k++) {
			if (!is_named(&s->subjects.items[k], ov_string(ov_at(words, i))))
				continue;
			found++;
			check_subject(r, result, k);
		}
	}
	for (size_t i = 0; ov_is_list(words) && i < ov_count(specs); i++) {
		for (size_t k = 0; k < s->subjects.count; k++) {
			if (!is_specified(r->arena, &s->subjects.items[k], ov_at(specs, i)))
				continue;
			found++;
			check_subject(r, result, k);
		}
	}
	for (size_t k = 0; !found && k < s->subjects.count; k++)
		check_subject(r, result, k);
}

/* What is not evaluated counts once for each resource that is named. */
static void skip_result(struct running *r, struct ov_value result)
{
	struct ov_value words = ov_get(result, "resources");
	size_t count = ov_count(words) ? ov_count(words) : 1;
	for (size_t i = 0; i < count; i++) {
		struct ov_check check = check_of(result);
		check.outcome = OV_CHECK_UNCHECKED;
		check.kind = ov_string(ov_get(result, "kind"));
		check.name = ov_string(ov_at(words, i));
		r->fn(r->context, &check);
	}
}

void ov_suite_run(const struct ov_suite *suite, struct ov_arena *arena, struct ov_keys *keys,
	struct ov_key_cache *cache, struct ov_diags *diags, ov_check_fn *fn, void *context)
{
	struct running r = {.suite = suite,
		.arena = arena,
		.keys = keys,
		.cache = cache,
		.fn = fn,
		.context = context};
	struct ov_value results = ov_get(suite->test, "results");
	r.set = ov_policy_set_new(arena, keys, cache);
	ov_policy_set_apis(r.set, suite->apis, suite->api_count);
	for (size_t i = 0; i < suite->policies.count; i++) {
		struct ov_value policy = suite->policies.items[i];
		if (!ov_policy_set_add(r.set, policy, diags))
			ov_vec_push(arena, &r.refused,
				ov_string(ov_path(policy, "metadata", "name", NULL)));
	}
	for (size_t i = 0; i < suite->exceptions.count; i++)
		ov_policy_set_add(r.set, suite->exceptions.items[i], diags);
	ov_policy_set_seal(r.set);
	for (size_t i = 0; i < ov_count(results); i++) {
		if (asks_unchecked(&r, ov_at(results, i)))
			skip_result(&r, ov_at(results, i));
		else
			check_result(&r, ov_at(results, i));
	}
	for (size_t i = 0; i < OV_COUNT(operations); i++)
		ov_judge_free(r.judges[i]);
	ov_policy_set_free(r.set);
}
