/* check: what the reference refuses in a policy of kyverno.io. Layer: policy. */
#include "policy/check.h"

#include "base/limits.h"
#include "lang/wildcard.h"
#include "policy/internal.h"

void ov_check_refuse(struct ov_checking *c, struct ov_value at, struct ov_value otherwise,
	const char *fmt, ...)
{
	va_list args;
	uint32_t loc = at.loc ? at.loc : otherwise.loc;
	va_start(args, fmt);
	struct ov_str why = ov_str_vfmt(c->scratch, fmt, args);
	va_end(args);
	ov_diag_add(c->diags, OV_DIAG_POLICY, ov_span(loc ? loc : c->policy.loc),
		"policy '%.*s' cannot be used: %.*s", OV_STR_ARG(c->name), OV_STR_ARG(why));
	c->ok = false;
}

bool ov_check_finds(struct ov_checking *c, const char *regex, struct ov_str text)
{
	const struct ov_regex *compiled =
		ov_regex_compile(c->set->regex, OV_REGEX_RE2, ov_str_c(regex), NULL);
	if (!compiled)
		ov_bug("an expression of the checks does not compile");
	return ov_regex_search(compiled, text) == OV_REGEX_YES;
}

struct ov_str ov_check_without(struct ov_checking *c, struct ov_str text, char byte)
{
	char *out = ov_arena_alloc(c->scratch, text.len + 1, 1);
	size_t n = 0;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != byte)
			out[n++] = text.ptr[i];
	return ov_str_n(out, n);
}

struct ov_value ov_check_find(struct ov_checking *c, const char *regex, struct ov_value tree)
{
	struct ov_value found = {0};
	if (ov_is_string(tree) && ov_check_finds(c, regex, ov_string(tree)))
		return tree;
	for (size_t i = 0; i < ov_count(tree) && !ov_is_some(found); i++) {
		if (ov_is_map(tree) && ov_check_finds(c, regex, tree.entries[i].key->str))
			return tree.entries[i].value;
		found = ov_check_find(
			c, regex, ov_is_map(tree) ? tree.entries[i].value : ov_at(tree, i));
	}
	return found;
}

bool ov_check_spend(struct ov_checking *c, struct ov_value at)
{
	if (c->steps == OV_LIMIT_STEPS)
		ov_check_refuse(c, at, c->spec, "its lists are too long to be compared");
	return c->steps++ < OV_LIMIT_STEPS;
}

bool ov_check_has(struct ov_value map, const char *key)
{
	struct ov_value v = ov_get(map, key);
	return ov_is_some(v) && v.kind != OV_KIND_NULL;
}

/* Some namespace would be both enforced and audited. */
static void check_overrides(struct ov_checking *c, struct ov_value list)
{
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value one = ov_get(ov_at(list, i), "namespaces");
		bool enforces = ov_action_enforces(ov_get(ov_at(list, i), "action"));
		for (size_t k = 0; k < i; k++) {
			struct ov_value other = ov_get(ov_at(list, k), "namespaces");
			if (ov_action_enforces(ov_get(ov_at(list, k), "action")) == enforces)
				continue;
			for (size_t n = 0; n < ov_count(one) * ov_count(other); n++) {
				struct ov_value at = ov_at(one, n / ov_count(other));
				if (!ov_check_spend(c, at))
					return;
				struct ov_str a = ov_string(at);
				struct ov_str b = ov_string(ov_at(other, n % ov_count(other)));
				if (ov_wildcard_match(a, b) || ov_wildcard_match(b, a))
					ov_check_refuse(c, at, list,
						"the overrides enforce and audit one "
						"namespace: '%.*s' and '%.*s'",
						OV_STR_ARG(a), OV_STR_ARG(b));
			}
		}
	}
}

static void check_timeout(struct ov_checking *c, struct ov_value seconds)
{
	if (seconds.kind == OV_KIND_INT && (seconds.integer < 1 || seconds.integer > 30))
		ov_check_refuse(c, seconds, c->spec, "a webhook's timeout is 1 to 30 seconds");
}

/* Fields that were replaced by others. */
static void check_deprecated(struct ov_checking *c)
{
	static const char *const moved[][2] = {{"webhookTimeoutSeconds", "timeoutSeconds"},
		{"failurePolicy", "failurePolicy"}};
	struct ov_value webhook = ov_get(c->spec, "webhookConfiguration");
	for (size_t i = 0; i < OV_COUNT(moved); i++)
		if (ov_check_has(c->spec, moved[i][0]) && ov_check_has(webhook, moved[i][1]))
			ov_check_refuse(c, ov_get(c->spec, moved[i][0]), c->spec,
				"%s stands in webhookConfiguration already", moved[i][1]);
	if (ov_check_has(c->spec, "generateExistingOnPolicyUpdate"))
		ov_check_refuse(c, ov_get(c->spec, "generateExistingOnPolicyUpdate"), c->spec,
			"generateExistingOnPolicyUpdate has become generateExisting of the "
			"rules");
	check_timeout(c, ov_get(c->spec, "webhookTimeoutSeconds"));
	check_timeout(c, ov_get(webhook, "timeoutSeconds"));
}

static void check_metadata(struct ov_checking *c)
{
	enum { LONGEST = 63 };
	struct ov_value metadata = ov_get(c->policy, "metadata");
	struct ov_value autogen = ov_get(
		ov_get(metadata, "annotations"), "pod-policies.kyverno.io/autogen-controllers");
	if (ov_string_is(autogen, "all"))
		ov_check_refuse(c, autogen, metadata,
			"the controllers of autogen are named one by one");
	if (c->name.len > LONGEST)
		ov_check_refuse(c, ov_get(metadata, "name"), metadata,
			"its name has more than %d bytes", LONGEST);
	if (!c->namespaced && ov_string(ov_get(metadata, "namespace")).len)
		ov_check_refuse(c, ov_get(metadata, "namespace"), metadata,
			"a ClusterPolicy is in no namespace");
}

/* What the policy as a whole is used for. */
static void check_use(struct ov_checking *c, struct ov_value rules)
{
	bool admission = ov_bool(ov_get(c->spec, "admission"), true);
	struct ov_value overrides = ov_get(c->spec, "validationFailureActionOverrides");
	if (!admission && !c->background)
		ov_check_refuse(c, ov_get(c->spec, "admission"), c->spec,
			"it is used neither at admission nor in the background");
	for (size_t i = 0; i < ov_count(rules); i++) {
		struct ov_value rule = ov_at(rules, i);
		if (!admission && !ov_count(ov_get(rule, "validate")))
			ov_check_refuse(c, ov_get(c->spec, "admission"), c->spec,
				"only rules that validate can do without admission");
		if (!c->namespaced)
			check_overrides(
				c, ov_path(rule, "validate", "failureActionOverrides", NULL));
	}
	if (!c->namespaced)
		check_overrides(c, overrides);
	else if (ov_count(overrides))
		ov_check_refuse(c, overrides, c->spec,
			"a Policy is for its own namespace: only a ClusterPolicy has "
			"overrides");
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
	ov_check_context(c, rule);
	ov_check_judgement(c, rule);
	ov_check_images(c, rule);
	ov_check_mutate(c, rule);
	ov_check_generate(c, rule);
	/* What is wrong with an entry is said once, not again of each variable that names it.
	 */
	if (c->ok)
		ov_check_variables(c, rule);
}

static void check_rules(struct ov_checking *c, struct ov_value rules)
{
	if (!ov_count(rules))
		ov_check_refuse(c, c->spec, c->policy, "it has no rules");
	struct ov_map names;
	ov_map_init(&names, c->scratch, ov_keys_seed(c->set->keys));
	for (size_t i = 0; i < ov_count(rules); i++) {
		struct ov_value name = ov_get(ov_at(rules, i), "name");
		if (ov_is_string(name) && ov_map_get(&names, ov_string(name)))
			ov_check_refuse(
				c, name, ov_at(rules, i), "two of its rules have one name");
		ov_map_put(&names, ov_string(name), NULL);
		check_rule(c, ov_at(rules, i));
	}
}

static struct ov_checking begin(struct ov_policy_set *set, struct ov_arena *scratch,
	struct ov_value document, struct ov_diags *diags)
{
	struct ov_value spec = ov_get(document, "spec");
	return (struct ov_checking){.set = set,
		.scratch = scratch,
		.diags = diags,
		.policy = document,
		.spec = spec,
		.name = ov_string(ov_path(document, "metadata", "name", NULL)),
		.background = ov_bool(ov_get(spec, "background"), true),
		.namespaced = ov_string_is(ov_get(document, "kind"), "Policy"),
		.ok = true};
}

static void check_classic(struct ov_checking *c)
{
	struct ov_value rules = ov_get(c->spec, "rules");
	check_metadata(c);
	check_deprecated(c);
	check_use(c, rules);
	ov_check_users(c);
	check_rules(c, rules);
}

bool ov_policy_check(
	struct ov_policy_set *set, struct ov_value document, struct ov_diags *diags)
{
	static const struct ov_str classic = OV_STR_INIT("kyverno.io/");
	struct ov_arena scratch = {0};
	struct ov_checking c = begin(set, &scratch, document, diags);
	if (ov_str_starts(ov_string(ov_get(document, "apiVersion")), classic))
		check_classic(&c);
	else if (!ov_string_is(ov_get(document, "kind"), "ValidatingAdmissionPolicy"))
		ov_check_constraints(&c);
	else if (set->served)
		ov_check_admission(&c);
	ov_arena_release(&scratch);
	return c.ok;
}

bool ov_policy_check_made(struct ov_policy_set *set, struct ov_value document,
	struct ov_value rule, struct ov_diags *diags)
{
	struct ov_arena scratch = {0};
	struct ov_checking c = begin(set, &scratch, document, diags);
	ov_check_judgement(&c, rule);
	ov_check_variables(&c, rule);
	ov_arena_release(&scratch);
	return c.ok;
}
