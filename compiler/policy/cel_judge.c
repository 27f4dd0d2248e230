/* cel_judge: evaluates the expressions of CEL policies. Layer: policy. */
#include "policy/functions.h"
#include "policy/internal.h"

/* An evaluation of one program for one resource. */
struct run {
	struct ov_judge *judge;
	const struct ov_cel_program *program;
	bool admission;
	struct ov_policy_host host;
	struct ov_eval eval;
};

static struct ov_value put(
	struct ov_judge *judge, struct ov_value map, const char *key, struct ov_value value)
{
	return ov_with(&judge->scratch, map, ov_key(judge->set->keys, ov_str_c(key)), value);
}

static struct ov_value text(struct ov_str s)
{
	return ov_value_string(s);
}

static struct ov_value group_version(
	struct ov_judge *judge, const char *third, struct ov_str value)
{
	const struct ov_subject *s = &judge->subject;
	struct ov_value out = {.kind = OV_KIND_MAP};
	out = put(judge, out, "group", text(s->group));
	out = put(judge, out, "version", text(s->version));
	return put(judge, out, third, text(value));
}

/* The command line does not tell rules of a ClusterPolicy which resource it is. */
static struct ov_value no_resource(struct ov_judge *judge)
{
	struct ov_value out = {.kind = OV_KIND_MAP};
	out = put(judge, out, "group", text(OV_STR("")));
	out = put(judge, out, "version", text(OV_STR("")));
	return put(judge, out, "resource", text(OV_STR("")));
}

/* Who asks; of an admission policy somebody always does. */
static struct ov_value user_of(struct ov_judge *judge)
{
	static const struct ov_str nobody = OV_STR_INIT("system:kyverno:background-scan");
	struct ov_value user = ov_get(judge->world->user, "userInfo");
	if (!ov_is_map(user))
		user = (struct ov_value){.kind = OV_KIND_MAP};
	if (judge->policy->family != OV_FAMILY_ADMISSION)
		return user;
	if (!ov_string(ov_get(user, "username")).len)
		user = put(judge, user, "username", text(nobody));
	if (!ov_string(ov_get(user, "uid")).len)
		user = put(judge, user, "uid", text(nobody));
	if (!ov_count(ov_get(user, "groups"))) {
		struct ov_value *group = ov_new(&judge->scratch, struct ov_value);
		*group = text(nobody);
		user = put(judge, user, "groups", ov_value_list(group, 1));
	}
	return user;
}

/* What an API server would have been asked. */
static struct ov_value request_of(struct ov_judge *judge)
{
	const struct ov_subject *s = &judge->subject;
	struct ov_value kind = group_version(judge, "kind", s->kind);
	struct ov_value resource =
		judge->policy->family == OV_FAMILY_CLASSIC
			? no_resource(judge)
			: group_version(judge, "resource", ov_plural(&judge->scratch, s->kind));
	struct ov_value out = {.kind = OV_KIND_MAP};
	bool deletes = ov_str_is(s->operation, "DELETE");
	out = put(judge, out, "uid", text(OV_STR("")));
	out = put(judge, out, "kind", kind);
	out = put(judge, out, "resource", resource);
	if (s->subresource.len)
		out = put(judge, out, "subResource", text(s->subresource));
	out = put(judge, out, "requestKind", kind);
	out = put(judge, out, "requestResource", resource);
	out = put(judge, out, "name", text(s->name));
	out = put(judge, out, "namespace", text(s->name_space));
	out = put(judge, out, "operation", text(s->operation));
	out = put(judge, out, "userInfo", user_of(judge));
	out = put(judge, out, "object", deletes ? ov_value_null() : s->resource);
	out = put(judge, out, "oldObject",
		ov_str_is(s->operation, "CREATE") ? ov_value_null() : s->resource);
	out = put(judge, out, "dryRun", ov_value_bool(false));
	return put(judge, out, "options", ov_value_null());
}

static void begin(struct run *run, struct ov_judge *judge, const struct ov_cel_program *program,
	bool admission, struct ov_value params)
{
	const struct ov_subject *s = &judge->subject;
	*run = (struct run){.judge = judge, .program = program, .admission = admission};
	run->eval = judge->eval;
	run->eval.arena = &judge->scratch;
	run->eval.host = &run->host.host;
	run->eval.terse = true;
	run->host.judge = judge;
	struct ov_value *v = ov_new_array(&judge->scratch, struct ov_value, program->slots);
	bool deletes = ov_str_is(s->operation, "DELETE");
	bool spaced = s->name_space.len && !ov_str_is(s->kind, "Namespace");
	v[OV_CEL_OBJECT] = deletes ? ov_value_null() : s->resource;
	/* Of what is new an API server says null, policies.kyverno.io an empty map. */
	struct ov_value nothing = {.kind = admission ? OV_KIND_NULL : OV_KIND_MAP};
	v[OV_CEL_OLD_OBJECT] = ov_str_is(s->operation, "CREATE") ? nothing : s->resource;
	v[OV_CEL_REQUEST] = request_of(judge);
	v[OV_CEL_NAMESPACE_OBJECT] =
		spaced ? ov_world_namespace(judge, s->name_space, admission) : ov_value_null();
	v[OV_CEL_PARAMS] = ov_is_some(params) ? params : ov_value_null();
	struct ov_value exceptions = {.kind = OV_KIND_MAP};
	exceptions = put(judge, exceptions, "allowedImages", judge->allowed_images);
	v[OV_CEL_EXCEPTIONS] = put(judge, exceptions, "allowedValues", judge->allowed_values);
	for (size_t i = OV_CEL_AUTHORIZER; i < OV_CEL_SLOTS; i++) {
		if (!ov_is_some(v[i]))
			v[i] = ov_cel_library(i);
	}
	run->eval.slots = v;
}

static struct ov_value evaluate(struct run *run, const struct ov_cel *cel);

static struct ov_str error_text(struct ov_value v)
{
	return v.error->message;
}

static struct ov_value composed(
	struct run *run, const struct ov_cel_named *variable, const char *why)
{
	return ov_eval_fail(&run->eval, variable->expression.expr,
		"composited variable \"%.*s\" fails to evaluate: %s",
		OV_STR_ARG(variable->name), why);
}

/* Fills the variables that the expression reads, and those that they read. */
static void provide(struct run *run, const struct ov_expr *e)
{
	if (e->op == OV_EXPR_NAME || e->chain) {
		for (size_t i = 0; i < run->program->variables.count; i++) {
			const struct ov_cel_named *v = &run->program->variables.items[i];
			if (v->slot != e->slot || ov_is_some(run->eval.slots[v->slot]))
				continue;
			/* Until it has a value of its own: it must not need itself. */
			run->eval.slots[v->slot] = composed(run, v, "it needs itself");
			struct ov_value value = evaluate(run, &v->expression);
			if (run->admission && ov_is_error(value))
				value = composed(run, v,
					ov_str_cstr(run->eval.arena, error_text(value)));
			run->eval.slots[v->slot] = value;
		}
	}
	for (size_t i = 0; i < e->count; i++)
		provide(run, e->args[i]);
}

static struct ov_value evaluate(struct run *run, const struct ov_cel *cel)
{
	if (!cel->expr)
		return ov_eval_fail(&run->eval, NULL, "%.*s", OV_STR_ARG(cel->fault));
	provide(run, cel->expr);
	run->eval.steps = 0;
	run->eval.bytes = 0;
	return ov_expr_eval(&run->eval, cel->expr);
}

static bool give(struct ov_policy_row *row, enum ov_policy_status status, struct ov_str message)
{
	row->status = status;
	row->message = message;
	return true;
}

/* Whether all match conditions hold; an error counts only where none is false. */
static bool conditions_hold(struct run *run, struct ov_str *why)
{
	size_t faults = 0;
	*why = OV_STR("");
	for (size_t i = 0; i < run->program->conditions.count; i++) {
		const struct ov_cel *cel = &run->program->conditions.items[i].expression;
		struct ov_value v = evaluate(run, cel);
		if (v.kind == OV_KIND_BOOL && !v.boolean)
			return false;
		if (v.kind == OV_KIND_BOOL)
			continue;
		struct ov_str own = ov_is_error(v) ? error_text(v) : OV_STR("type conversion");
		if (run->admission)
			own = ov_str_fmt(&run->judge->scratch,
				"expression '%.*s' resulted in error: %.*s",
				OV_STR_ARG(cel->text), OV_STR_ARG(own));
		*why = why->len ? ov_str_fmt(&run->judge->scratch, "%.*s%s%.*s",
					  OV_STR_ARG(*why), run->admission ? ", " : "; ",
					  OV_STR_ARG(own))
				: own;
		faults++;
	}
	if (run->admission && faults > 1)
		*why = ov_str_fmt(&run->judge->scratch, "[%.*s]", OV_STR_ARG(*why));
	return why->len == 0;
}

/* The message of a validation that is false, as Kyverno words it. */
static struct ov_str failure_text(
	struct run *run, const struct ov_cel_validation *v, size_t index)
{
	struct ov_judge *judge = run->judge;
	struct ov_str message = v->message;
	if (v->message_expression.expr) {
		struct ov_value said = evaluate(run, &v->message_expression);
		if (ov_is_string(said))
			return ov_str_dup(judge->results, ov_string(said));
		if (!run->admission)
			return ov_is_error(said)
				       ? ov_judge_text(judge,
						 "failed to evaluate message expression: %.*s",
						 OV_STR_ARG(error_text(said)))
				       : OV_STR("failed to convert message expression to "
						"string: type conversion");
	}
	if (run->admission) {
		message = ov_str_trim(message);
		return message.len ? message
				   : ov_judge_text(judge, "failed expression: %.*s",
					     OV_STR_ARG(ov_str_trim(v->expression.text)));
	}
	return message.len ? message
			   : ov_judge_text(judge,
				     "CEL expression validation failed at index %zu", index);
}

/* What an error is where an API server's rules hold: validate.cel makes a failure of it. */
static enum ov_policy_status fault_status(const struct ov_judge *judge)
{
	bool fails = judge->policy->family == OV_FAMILY_CLASSIC && !judge->policy->ignores;
	return fails ? OV_POLICY_FAIL : OV_POLICY_ERROR;
}

static bool error_row(struct run *run, const struct ov_cel_validation *v, struct ov_value error,
	struct ov_policy_row *row)
{
	struct ov_judge *judge = run->judge;
	if (!run->admission)
		return give(row, OV_POLICY_ERROR,
			ov_judge_text(judge, "error: %.*s", OV_STR_ARG(error_text(error))));
	return give(row, fault_status(judge),
		ov_judge_text(judge, "expression '%.*s' resulted in error: %.*s",
			OV_STR_ARG(v->expression.text), OV_STR_ARG(error_text(error))));
}

bool ov_cel_judge(struct ov_judge *judge, const struct ov_cel_program *program, bool admission,
	struct ov_value params, struct ov_str rule, struct ov_policy_row *row)
{
	struct run run;
	struct ov_str why;
	begin(&run, judge, program, admission, params);
	if (!conditions_hold(&run, &why)) {
		if (why.len && !judge->policy->ignores)
			return give(row, admission ? fault_status(judge) : OV_POLICY_ERROR,
				admission ? ov_str_dup(judge->results, why)
					  : ov_judge_text(judge, "failed to load context: %.*s",
						    OV_STR_ARG(why)));
		return give(row, OV_POLICY_SKIP,
			admission ? OV_STR("cel preconditions not met") : OV_STR("skip"));
	}
	for (size_t i = 0; i < program->validations.count; i++) {
		const struct ov_cel_validation *v = &program->validations.items[i];
		struct ov_value out = evaluate(&run, &v->expression);
		if (ov_is_error(out))
			return error_row(&run, v, out, row);
		if (out.kind == OV_KIND_BOOL && out.boolean)
			continue;
		if (out.kind != OV_KIND_BOOL && !admission)
			return give(row, OV_POLICY_ERROR, OV_STR("error: type conversion"));
		return give(row, OV_POLICY_FAIL, failure_text(&run, v, i));
	}
	if (!admission)
		return give(row, OV_POLICY_PASS, OV_STR("success"));
	return give(row, OV_POLICY_PASS,
		rule.len ? ov_judge_text(
				   judge, "Validation rule '%.*s' passed.", OV_STR_ARG(rule))
			 : OV_STR(""));
}

bool ov_cel_conditions(struct ov_judge *judge, const struct ov_cel_program *program, bool *ok,
	struct ov_str *why)
{
	struct run run;
	begin(&run, judge, program, false, (struct ov_value){0});
	bool hold = conditions_hold(&run, why);
	*ok = hold || !why->len;
	return hold;
}
