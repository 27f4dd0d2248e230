/* load: documents of policies, compiled. Layer: policy. */
#include "policy/check.h"
#include "policy/internal.h"

struct ov_policy_set *ov_policy_set_new(
	struct ov_arena *arena, struct ov_keys *keys, struct ov_key_cache *cache)
{
	struct ov_policy_set *set = ov_new(arena, struct ov_policy_set);
	set->arena = arena;
	set->keys = keys;
	set->cache = cache;
	set->regex = ov_regex_cache_new(ov_keys_seed(keys));
	ov_sources_init(&set->sources, arena);
	return set;
}

void ov_policy_set_serve(struct ov_policy_set *set)
{
	set->served = true;
}

void ov_policy_set_apis(struct ov_policy_set *set, struct ov_api_set *const *apis, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (apis[i])
			ov_vec_push(set->arena, &set->apis, apis[i]);
}

void ov_policy_set_free(struct ov_policy_set *set)
{
	if (set)
		ov_regex_cache_free(set->regex);
}

size_t ov_policy_count(const struct ov_policy_set *set)
{
	return set->policies.count;
}

const struct ov_policy *ov_policy_at(const struct ov_policy_set *set, size_t i)
{
	return set->policies.items[i];
}

const struct ov_policy_facts *ov_policy_facts(const struct ov_policy *policy)
{
	return &policy->facts;
}

/* What a document is to the engine. */
enum sort {
	OTHER,
	CLASSIC,
	CLASSIC_NAMESPACED,
	CEL,
	CEL_NAMESPACED,
	ADMISSION,
	BINDING,
	EXCEPTION,
	CEL_EXCEPTION,
	UNCHECKED, /* changes, makes or deletes resources */
};

static enum sort sort_of(struct ov_value doc)
{
	static const struct {
		const char *group, *kind;
		enum sort sort;
	} sorts[] = {
		{"kyverno.io", "ClusterPolicy", CLASSIC},
		{"kyverno.io", "Policy", CLASSIC_NAMESPACED},
		{"kyverno.io", "PolicyException", EXCEPTION},
		{"kyverno.io", "CleanupPolicy", UNCHECKED},
		{"kyverno.io", "ClusterCleanupPolicy", UNCHECKED},
		{"policies.kyverno.io", "ValidatingPolicy", CEL},
		{"policies.kyverno.io", "NamespacedValidatingPolicy", CEL_NAMESPACED},
		{"policies.kyverno.io", "PolicyException", CEL_EXCEPTION},
		{"policies.kyverno.io", "MutatingPolicy", UNCHECKED},
		{"policies.kyverno.io", "NamespacedMutatingPolicy", UNCHECKED},
		{"policies.kyverno.io", "GeneratingPolicy", UNCHECKED},
		{"policies.kyverno.io", "NamespacedGeneratingPolicy", UNCHECKED},
		{"policies.kyverno.io", "DeletingPolicy", UNCHECKED},
		{"policies.kyverno.io", "NamespacedDeletingPolicy", UNCHECKED},
		{"policies.kyverno.io", "ImageValidatingPolicy", UNCHECKED},
		{"policies.kyverno.io", "NamespacedImageValidatingPolicy", UNCHECKED},
		{"admissionregistration.k8s.io", "ValidatingAdmissionPolicy", ADMISSION},
		{"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", BINDING},
		{"admissionregistration.k8s.io", "MutatingAdmissionPolicy", UNCHECKED},
		{"admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding", UNCHECKED},
	};
	struct ov_str version = ov_string(ov_get(doc, "apiVersion"));
	struct ov_str group = ov_str_sub(version, 0, ov_str_chr(version, '/'));
	for (size_t i = 0; i < OV_COUNT(sorts); i++) {
		if (ov_str_is(group, sorts[i].group) &&
			ov_string_is(ov_get(doc, "kind"), sorts[i].kind))
			return sorts[i].sort;
	}
	return OTHER;
}

bool ov_policy_is(struct ov_value document)
{
	return sort_of(document) != OTHER;
}

bool ov_policy_accompanies(struct ov_value document)
{
	enum sort sort = sort_of(document);
	return sort == BINDING || sort == EXCEPTION || sort == CEL_EXCEPTION;
}

/* Fields and functions by which a policy asks for other objects. */
static bool looks_around(struct ov_value v, size_t depth)
{
	static const char *const keys[] = {
		"apiCall", "configMap", "globalReference", "namespaceSelector", "paramRef"};
	static const char *const calls[] = {"resource.Get", "resource.get", "resource.List",
		"resource.list", "globalContext.", "namespaceObject"};
	for (size_t i = 0; ov_is_string(v) && i < OV_COUNT(calls); i++) {
		if (ov_str_find(ov_string(v), ov_str_c(calls[i]), 0) != SIZE_MAX)
			return true;
	}
	for (size_t i = 0; depth && !ov_is_string(v) && i < ov_count(v); i++) {
		if (ov_is_list(v) && looks_around(v.items[i], depth - 1))
			return true;
		if (!ov_is_map(v))
			continue;
		for (size_t k = 0; k < OV_COUNT(keys); k++) {
			if (ov_str_is(v.entries[i].key->str, keys[k]) &&
				ov_count(v.entries[i].value))
				return true;
		}
		if (looks_around(v.entries[i].value, depth - 1))
			return true;
	}
	return false;
}

bool ov_policy_looks_around(struct ov_value document)
{
	enum { DEEP = 64 };
	return looks_around(ov_get(document, "spec"), DEEP);
}

static enum ov_rule_kind rule_kind(struct ov_value doc)
{
	struct ov_value validate = ov_get(doc, "validate");
	if (!ov_is_map(validate))
		return ov_count(ov_get(doc, "verifyImages")) ? OV_RULE_IMAGES : OV_RULE_NOTHING;
	if (ov_count(ov_get(validate, "podSecurity")))
		return OV_RULE_POD_SECURITY;
	if (ov_is_some(ov_get(validate, "cel")))
		return OV_RULE_CEL;
	if (ov_is_some(ov_get(validate, "deny")))
		return OV_RULE_DENY;
	if (ov_is_some(ov_get(validate, "pattern")))
		return OV_RULE_PATTERN;
	if (ov_is_some(ov_get(validate, "anyPattern")))
		return OV_RULE_ANY_PATTERN;
	return ov_is_some(ov_get(validate, "foreach")) ? OV_RULE_FOREACH : OV_RULE_NOTHING;
}

static struct ov_value with_conditions(
	struct ov_policy_set *set, struct ov_value cel, struct ov_value rule)
{
	struct ov_value conditions = ov_get(rule, "celPreconditions");
	struct ov_value validations = ov_get(cel, "expressions");
	if (ov_is_some(conditions))
		cel = ov_with(set->arena, cel, ov_key(set->keys, OV_STR("matchConditions")),
			conditions);
	return ov_is_some(validations)
		       ? ov_with(set->arena, cel, ov_key(set->keys, OV_STR("validations")),
				 validations)
		       : cel;
}

void ov_rule_read(struct ov_policy_set *set, struct ov_value doc, struct ov_policy_rule *out,
	struct ov_cel_fault *fault)
{
	*out = (struct ov_policy_rule){.name = ov_string(ov_get(doc, "name")),
		.doc = doc,
		.match = ov_get(doc, "match"),
		.exclude = ov_get(doc, "exclude"),
		.context = ov_get(doc, "context"),
		.preconditions = ov_get(doc, "preconditions"),
		.validate = ov_get(doc, "validate"),
		.kind = rule_kind(doc)};
	if (out->kind != OV_RULE_CEL)
		return;
	struct ov_value cel = with_conditions(set, ov_get(out->validate, "cel"), doc);
	out->cel = ov_cel_compile(
		set, cel, OV_CEL_ADMISSION, ov_string(ov_get(out->validate, "message")), fault);
}

static struct ov_str annotation(struct ov_value doc, const char *name)
{
	return ov_string(ov_get(ov_path(doc, "metadata", "annotations", NULL), name));
}

static struct ov_policy *policy_new(struct ov_policy_set *set, struct ov_value doc)
{
	struct ov_policy *p = ov_new(set->arena, struct ov_policy);
	struct ov_value metadata = ov_get(doc, "metadata"), name = ov_get(metadata, "name");
	p->doc = doc;
	p->spec = ov_get(doc, "spec");
	p->facts = (struct ov_policy_facts){.name = ov_string(name),
		.name_space = ov_string(ov_get(metadata, "namespace")),
		.kind = ov_string(ov_get(doc, "kind")),
		.title = annotation(doc, "policies.kyverno.io/title"),
		.category = annotation(doc, "policies.kyverno.io/category"),
		.severity = annotation(doc, "policies.kyverno.io/severity"),
		.subject = annotation(doc, "policies.kyverno.io/subject"),
		.unscored = ov_str_is(annotation(doc, "policies.kyverno.io/scored"), "false"),
		.loc = name.loc ? name.loc : doc.loc};
	return p;
}

static void refuse(struct ov_diags *diags, const struct ov_policy *policy,
	const struct ov_cel_fault *fault)
{
	ov_diag_add(diags, OV_DIAG_POLICY, ov_span(fault->loc ? fault->loc : policy->facts.loc),
		"policy '%.*s' cannot be used: %.*s", OV_STR_ARG(policy->facts.name),
		OV_STR_ARG(fault->text));
}

/* False with a finding where rewriting leaves a variable or reference that names nothing. */
static bool add_generated(
	struct ov_policy_set *set, struct ov_policy *p, struct ov_diags *diags)
{
	for (size_t i = 0; i < OV_CONTROLLERS; i++) {
		struct ov_policy_rules *rules = &p->generated[i];
		p->has_generated[i] = ov_autogen_rules(set, p, (enum ov_controller)i, rules);
		for (size_t k = 0; k < rules->list.count; k++) {
			const struct ov_policy_rule *rule = &rules->list.items[k];
			/* The document's own rules are among them, and checked already. */
			if (ov_str_starts(rule->name, OV_STR("autogen-")) &&
				!ov_policy_check_made(set, p->doc, rule->doc, diags))
				return false;
		}
	}
	return true;
}

static bool add_classic(
	struct ov_policy_set *set, struct ov_value doc, bool namespaced, struct ov_diags *diags)
{
	if (!ov_policy_check(set, doc, diags))
		return false;
	struct ov_policy *p = policy_new(set, doc);
	struct ov_value rules = ov_get(p->spec, "rules");
	struct ov_cel_fault fault = {0};
	p->family = OV_FAMILY_CLASSIC;
	p->namespaced = namespaced;
	if (namespaced && !p->facts.name_space.len)
		p->facts.name_space = OV_STR("default");
	p->apply_one = ov_string_is(ov_get(p->spec, "applyRules"), "One");
	for (size_t i = 0; i < ov_count(rules); i++) {
		struct ov_policy_rule rule;
		ov_rule_read(set, ov_at(rules, i), &rule, &fault);
		ov_vec_push(set->arena, &p->rules.list, rule);
		p->facts.rules += rule.kind != OV_RULE_NOTHING;
		p->facts.unchecked += rule.kind == OV_RULE_NOTHING;
	}
	if (fault.text.len && (!fault.minor || set->served)) {
		refuse(diags, p, &fault);
		return false;
	}
	if (!add_generated(set, p, diags))
		return false;
	ov_vec_push(set->arena, &set->policies, p);
	return true;
}

struct adding {
	struct ov_policy_set *set;
	struct ov_policy *policy;
	struct ov_cel_fault fault;
};

static enum ov_cel_language language_of(const struct ov_policy *policy)
{
	if (policy->family == OV_FAMILY_ADMISSION)
		return OV_CEL_ADMISSION;
	return policy->namespaced ? OV_CEL_NAMESPACED : OV_CEL_VALIDATING;
}

static void add_variant(void *context, struct ov_value spec)
{
	struct adding *a = context;
	struct ov_cel_variant v = {.constraints = ov_get(spec, "matchConstraints")};
	v.program = ov_cel_compile(a->set, spec, language_of(a->policy), OV_STR(""), &a->fault);
	ov_vec_push(a->set->arena, &a->policy->variants, v);
}

static bool add_cel(
	struct ov_policy_set *set, struct ov_value doc, enum sort sort, struct ov_diags *diags)
{
	if (!ov_policy_check(set, doc, diags))
		return false;
	struct adding a = {set, policy_new(set, doc), {{NULL, 0}, 0, false}};
	struct ov_policy *p = a.policy;
	p->family = sort == ADMISSION ? OV_FAMILY_ADMISSION : OV_FAMILY_CEL;
	p->namespaced = sort == CEL_NAMESPACED;
	p->json = ov_string_is(ov_path(p->spec, "evaluation", "mode", NULL), "JSON");
	p->ignores = ov_string_is(ov_get(p->spec, "failurePolicy"), "Ignore");
	p->audits = !ov_count(ov_get(p->spec, "validationActions")) ||
		    !ov_string_is(ov_at(ov_get(p->spec, "validationActions"), 0), "Deny");
	p->facts.rules = 1;
	add_variant(&a, p->spec);
	if (p->family == OV_FAMILY_CEL && !p->json)
		ov_autogen_specs(set, p->spec, add_variant, &a);
	bool minor = a.fault.minor && p->family == OV_FAMILY_ADMISSION;
	if (a.fault.text.len && (!minor || set->served)) {
		refuse(diags, p, &a.fault);
		return false;
	}
	ov_vec_push(set->arena, &set->policies, p);
	return true;
}

static void add_unchecked(struct ov_policy_set *set, struct ov_value doc)
{
	struct ov_policy *p = policy_new(set, doc);
	p->facts.unchecked = 1;
	p->family = OV_FAMILY_CLASSIC;
	ov_vec_push(set->arena, &set->policies, p);
}

/* Policies about requests to proxies have a language and a world of their own. */
static bool is_about_requests(struct ov_value doc)
{
	struct ov_value mode = ov_path(doc, "spec", "evaluation", "mode", NULL);
	return ov_string_is(mode, "HTTP") || ov_string_is(mode, "Envoy");
}

/* To the command line of Kyverno a field that is null is not there; an API server refuses it.
 */
static struct ov_value without_null(struct ov_str key, struct ov_value v)
{
	(void)key;
	return v.kind == OV_KIND_NULL ? (struct ov_value){0} : v;
}

/* Fields and types are all that the command line of Kyverno asks of an API server's kinds. */
static bool has_form(struct ov_api_set *apis, struct ov_value doc, struct ov_arena *scratch)
{
	struct ov_diags diags;
	bool ok = true;
	ov_diags_init(&diags, NULL);
	ov_api_check(&apis, 1, doc, NULL, scratch, &diags, OV_STR(""), 0);
	for (size_t i = 0; i < diags.list.count; i++)
		ok = ok && diags.list.items[i]->code != OV_DIAG_API_UNKNOWN_FIELD &&
		     diags.list.items[i]->code != OV_DIAG_API_TYPE;
	ov_diags_release(&diags);
	return ok;
}

/* Whether the schema of its kind takes it; kinds that the set does not know are not judged. */
static bool fits_schema(struct ov_policy_set *set, struct ov_value doc, struct ov_diags *diags)
{
	struct ov_str version = ov_string(ov_get(doc, "apiVersion")), group = {0};
	struct ov_str kind = ov_string(ov_get(doc, "kind"));
	size_t slash = ov_str_chr(version, '/'), known = 0;
	if (slash < version.len)
		group = ov_str_sub(version, 0, slash);
	while (known < set->apis.count &&
		!ov_api_set_knows(set->apis.items[known], group, kind))
		known++;
	if (!group.len || known == set->apis.count)
		return true;
	struct ov_arena scratch = {0};
	struct ov_str name = ov_string(ov_path(doc, "metadata", "name", NULL));
	struct ov_str subject =
		ov_str_fmt(set->arena, "%.*s/%.*s", OV_STR_ARG(kind), OV_STR_ARG(name));
	if (!set->served)
		doc = ov_rewrite(&scratch, doc, without_null);
	struct ov_api_set *apis = set->apis.items[known];
	bool lenient = !set->served && sort_of(doc) == ADMISSION;
	bool ok = (lenient && has_form(apis, doc, &scratch)) ||
		  ov_api_check(&apis, 1, doc, NULL, &scratch, diags, subject, 0);
	ov_arena_release(&scratch);
	return ok;
}

bool ov_policy_set_add(
	struct ov_policy_set *set, struct ov_value document, struct ov_diags *diags)
{
	enum sort sort = sort_of(document);
	if (!fits_schema(set, document, diags))
		return false;
	switch (sort) {
	case CLASSIC:
	case CLASSIC_NAMESPACED:
		return add_classic(set, document, sort == CLASSIC_NAMESPACED, diags);
	case CEL:
	case CEL_NAMESPACED:
		if (is_about_requests(document)) {
			add_unchecked(set, document);
			return true;
		}
		return add_cel(set, document, sort, diags);
	case ADMISSION: return add_cel(set, document, sort, diags);
	case BINDING: ov_vec_push(set->arena, &set->bindings, document); return true;
	case EXCEPTION:
	case CEL_EXCEPTION: ov_vec_push(set->arena, &set->exceptions, document); return true;
	case UNCHECKED: add_unchecked(set, document); return true;
	case OTHER: break;
	}
	return true;
}

/* Whether an exception of policies.kyverno.io names the policy. */
static bool refers_to(struct ov_value exception, const struct ov_policy *policy)
{
	struct ov_value refs = ov_path(exception, "spec", "policyRefs", NULL);
	for (size_t i = 0; i < ov_count(refs); i++) {
		struct ov_value ref = ov_at(refs, i), kind = ov_get(ref, "kind");
		if (ov_str_eq(ov_string(ov_get(ref, "name")), policy->facts.name) &&
			(!ov_is_string(kind) || ov_str_eq(ov_string(kind), policy->facts.kind)))
			return true;
	}
	return false;
}

static void bind_exceptions(struct ov_policy_set *set, struct ov_policy *p)
{
	for (size_t i = 0; i < set->exceptions.count; i++) {
		struct ov_value e = set->exceptions.items[i];
		bool cel = sort_of(e) == CEL_EXCEPTION;
		struct ov_cel_fault fault = {0};
		if (cel != (p->family != OV_FAMILY_CLASSIC) || (cel && !refers_to(e, p)))
			continue;
		ov_vec_push(set->arena, &p->exceptions, e);
		if (!cel)
			continue;
		struct ov_cel_program *program = ov_cel_compile(
			set, ov_get(e, "spec"), language_of(p), OV_STR(""), &fault);
		ov_vec_push(set->arena, &p->exception_programs, program);
	}
}

void ov_policy_set_seal(struct ov_policy_set *set)
{
	for (size_t i = 0; i < set->policies.count; i++) {
		struct ov_policy *p = set->policies.items[i];
		bind_exceptions(set, p);
		for (size_t k = 0; p->family == OV_FAMILY_ADMISSION && k < set->bindings.count;
			k++) {
			struct ov_value b = set->bindings.items[k];
			if (ov_str_eq(ov_string(ov_path(b, "spec", "policyName", NULL)),
				    p->facts.name))
				ov_vec_push(set->arena, &p->bindings, b);
		}
	}
}

const char *ov_policy_status_name(enum ov_policy_status status)
{
	static const char *const names[] = {[OV_POLICY_PASS] = "pass",
		[OV_POLICY_FAIL] = "fail",
		[OV_POLICY_WARN] = "warn",
		[OV_POLICY_ERROR] = "error",
		[OV_POLICY_SKIP] = "skip"};
	return names[status];
}
