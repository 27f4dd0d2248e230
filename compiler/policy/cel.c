/* cel: the expressions of CEL policies, compiled. Layer: policy. */
#include "expr/functions.h"
#include "policy/cel_types.h"
#include "policy/check.h"
#include "policy/functions.h"

/*
 * Follows pkg/cel/compiler of Kyverno v1.19, and k8s.io/apiserver, plugin/policy/validating,
 * for validate.cel and ValidatingAdmissionPolicy. A variable `variables.NAME` has a slot of its
 * own; cel_judge.c fills it when an expression needs it.
 */

static const struct {
	const char *name;
	bool admission, policies; /* whose expressions may use it */
} variables[OV_CEL_SLOTS] = {
	[OV_CEL_OBJECT] = {"object", true, true},
	[OV_CEL_OLD_OBJECT] = {"oldObject", true, true},
	[OV_CEL_REQUEST] = {"request", true, true},
	[OV_CEL_NAMESPACE_OBJECT] = {"namespaceObject", true, true},
	[OV_CEL_PARAMS] = {"params", true, false},
	[OV_CEL_AUTHORIZER] = {"authorizer", true, false},
	[OV_CEL_REQUEST_RESOURCE] = {"authorizer.requestResource", true, false},
	[OV_CEL_EXCEPTIONS] = {"exceptions", false, true},
	[OV_CEL_RESOURCE] = {"resource", false, true},
	[OV_CEL_IMAGE] = {"image", false, true},
	[OV_CEL_GLOBAL_CONTEXT] = {"globalContext", false, true},
	[OV_CEL_HTTP] = {"http", false, true},
	[OV_CEL_JSON] = {"json", false, true},
	[OV_CEL_YAML] = {"yaml", false, true},
};

/* What stands in the variables that are nothing but the receivers of a library's functions. */
static const struct ov_opaque libraries[OV_CEL_SLOTS] = {
	[OV_CEL_AUTHORIZER] = {.type = "kubernetes.authorization.Authorizer"},
	[OV_CEL_REQUEST_RESOURCE] = {.type = "kubernetes.authorization.ResourceCheck"},
	[OV_CEL_RESOURCE] = {.type = "resource.Context"},
	[OV_CEL_IMAGE] = {.type = "imagedata.Context"},
	[OV_CEL_GLOBAL_CONTEXT] = {.type = "globalcontext.Context"},
	[OV_CEL_HTTP] = {.type = "http.Context"},
	[OV_CEL_JSON] = {.type = "json.Json"},
	[OV_CEL_YAML] = {.type = "yaml.Yaml"},
};

struct ov_value ov_cel_library(size_t slot)
{
	if (!libraries[slot].type)
		return (struct ov_value){0};
	return (struct ov_value){.kind = OV_KIND_OPAQUE, .opaque = &libraries[slot]};
}

static const struct ov_type *type_of(
	struct ov_env *env, enum ov_cel_language language, size_t slot)
{
	if (slot == OV_CEL_REQUEST)
		return language == OV_CEL_ADMISSION ? &ov_cel_type_request
						    : &ov_cel_type_whole_request;
	if (slot == OV_CEL_NAMESPACE_OBJECT)
		return &ov_cel_type_namespace;
	if (!libraries[slot].type)
		return &ov_type_dyn;
	struct ov_type *type = ov_new(env->arena, struct ov_type);
	*type = (struct ov_type){.kind = OV_TYPE_OPAQUE, .name = libraries[slot].type};
	return type;
}

/* Slots are the same in all languages; what a language lacks has a name that none can write. */
static void declare_common(struct ov_env *env, enum ov_cel_language language)
{
	for (size_t i = 0; i < OV_CEL_SLOTS; i++) {
		bool known = language == OV_CEL_ADMISSION ? variables[i].admission
							  : variables[i].policies;
		ov_env_variable(env, ov_str_c(known ? variables[i].name : " "),
			type_of(env, language, i));
	}
}

static struct ov_env *base(struct ov_policy_set *set, enum ov_cel_language language)
{
	struct ov_env **env = &set->cel[language];
	if (*env)
		return *env;
	*env = ov_new(set->arena, struct ov_env);
	ov_env_init(*env, set->arena, set->keys);
	ov_env_kube(*env);
	ov_functions_policy(*env, language);
	(*env)->regex = set->regex;
	(*env)->server = true;
	(*env)->no_bind = language == OV_CEL_ADMISSION;
	return *env;
}

struct compiler {
	struct ov_policy_set *set;
	struct ov_env env; /* with the variables so far */
	struct ov_cel_program *program;
	struct ov_cel_fault *fault;
	bool server;         /* as an API server compiles, not as Kyverno does */
	struct ov_map names; /* of the list that is being compiled */
};

/* What an expression has to give. */
enum wanted { ANYTHING, BOOL, TEXT, TEXT_OR_NULL };

static bool gives(const struct ov_type *type, enum wanted wanted)
{
	switch (wanted) {
	case ANYTHING: return true;
	case BOOL: return type->kind == OV_TYPE_BOOL;
	case TEXT: return type->kind == OV_TYPE_STRING;
	case TEXT_OR_NULL: return type->kind == OV_TYPE_STRING || type->kind == OV_TYPE_NULL;
	}
	return false;
}

/* What keeps the verdict from being found counts before what does not. */
static void refuse(struct compiler *c, struct ov_value at, bool minor, struct ov_str why)
{
	if (why.len && (!c->fault->text.len || (c->fault->minor && !minor)))
		*c->fault = (struct ov_cel_fault){why, at.loc, minor};
}

static void compile(
	struct compiler *c, struct ov_value text, enum wanted wanted, struct ov_cel *out)
{
	struct ov_scope scope;
	struct ov_diags diags;
	out->text = ov_string(text);
	ov_scope_init(&scope, &c->env);
	ov_diags_init(&diags, NULL);
	struct ov_expr_text source = {
		.text = out->text, .sources = &c->set->sources, .scalar = text};
	source.scalar.loc = 0;
	out->expr = ov_expr_compile(&scope, &source, &diags);
	if (!out->expr)
		out->fault = diags.list.count
				     ? ov_str_dup(c->set->arena, diags.list.items[0]->message)
				     : OV_STR("it is no expression");
	else if (!gives(out->expr->type, wanted))
		out->fault = ov_str_fmt(c->set->arena, "it gives %.*s, not a %s",
			OV_STR_ARG(ov_type_str(c->set->arena, out->expr->type)),
			wanted == BOOL ? "bool" : "string");
	ov_diags_release(&diags);
	refuse(c, text, wanted != BOOL, out->fault);
	if (out->fault.len)
		out->expr = NULL;
	out->slots = scope.slots;
	if (scope.slots > c->program->slots)
		c->program->slots = scope.slots;
}

static void compile_named(struct compiler *c, struct ov_value list, size_t i, const char *name,
	const char *field, enum wanted wanted, struct ov_cel_named *out)
{
	struct ov_value v = ov_at(list, i);
	*out = (struct ov_cel_named){.name = ov_string(ov_get(v, name))};
	if (i == 0)
		ov_map_init(&c->names, c->set->arena, ov_keys_seed(c->set->keys));
	if ((c->server || wanted < TEXT) && ov_map_get(&c->names, out->name))
		refuse(c, ov_get(v, name), wanted == TEXT_OR_NULL,
			ov_str_fmt(
				c->set->arena, "'%.*s' is there twice", OV_STR_ARG(out->name)));
	ov_map_put(&c->names, out->name, NULL);
	compile(c, ov_get(v, field), wanted, &out->expression);
}

/*
 * All variables have their slots before anything is compiled, as loops have theirs behind them;
 * but each has its name only behind its own expression.
 */
static void declare(struct compiler *c, enum ov_cel_language language, struct ov_value spec)
{
	declare_common(&c->env, language);
	if (!ov_check_has(spec, "paramKind"))
		c->env.variables.items[OV_CEL_PARAMS].name = ov_key(c->set->keys, OV_STR(" "));
	for (size_t i = 0; i < ov_count(ov_get(spec, "variables")); i++)
		ov_env_variable(&c->env, OV_STR(" "), &ov_type_dyn);
	c->program->slots = c->env.variables.count;
}

static void add_variables(struct compiler *c, struct ov_value list)
{
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_cel_named named;
		compile_named(c, list, i, "name", "expression", ANYTHING, &named);
		named.slot = OV_CEL_SLOTS + i;
		ov_vec_push(c->set->arena, &c->program->variables, named);
		struct ov_variable *variable = &c->env.variables.items[named.slot];
		variable->name = ov_key(c->set->keys,
			ov_str_fmt(c->set->arena, "variables.%.*s", OV_STR_ARG(named.name)));
		if (named.expression.expr)
			variable->type = named.expression.expr->type;
	}
}

static void add_conditions(struct compiler *c, struct ov_value list)
{
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_cel_named named;
		compile_named(c, list, i, "name", "expression", BOOL, &named);
		ov_vec_push(c->set->arena, &c->program->conditions, named);
	}
}

static void add_annotations(struct compiler *c, struct ov_value list)
{
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_cel_named named;
		compile_named(c, list, i, "key", "valueExpression", TEXT_OR_NULL, &named);
		ov_vec_push(c->set->arena, &c->program->annotations, named);
	}
}

static void add_validations(struct compiler *c, struct ov_value list, struct ov_str message)
{
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value v = ov_at(list, i), text = ov_get(v, "messageExpression");
		struct ov_cel_validation out = {.message = ov_string(ov_get(v, "message"))};
		if (!out.message.len)
			out.message = message;
		out.loc = ov_get(v, "expression").loc;
		compile(c, ov_get(v, "expression"), BOOL, &out.expression);
		if (ov_string(text).len)
			compile(c, text, TEXT, &out.message_expression);
		ov_vec_push(c->set->arena, &c->program->validations, out);
	}
}

struct ov_cel_program *ov_cel_compile(struct ov_policy_set *set, struct ov_value spec,
	enum ov_cel_language language, struct ov_str message, struct ov_cel_fault *fault)
{
	struct compiler c = {.set = set,
		.env = *base(set, language),
		.program = ov_new(set->arena, struct ov_cel_program),
		.fault = fault,
		.server = language == OV_CEL_ADMISSION};
	/* The list of variables grows in a copy of its own. */
	memset(&c.env.variables, 0, sizeof(c.env.variables));
	declare(&c, language, spec);
	add_conditions(&c, ov_get(spec, "matchConditions"));
	add_variables(&c, ov_get(spec, "variables"));
	add_validations(&c, ov_get(spec, "validations"), message);
	add_annotations(&c, ov_get(spec, "auditAnnotations"));
	return c.program;
}
