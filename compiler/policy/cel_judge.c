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
	if (s->name.len)
		out = put(judge, out, "name", text(s->name));
	if (s->name_space.len)
		out = put(judge, out, "namespace", text(s->name_space));
	out = put(judge, out, "operation", text(s->operation));
	out = put(judge, out, "userInfo", user_of(judge));
	out = put(judge, out, "object", deletes ? ov_value_null() : s->resource);
	out = put(judge, out, "oldObject",
		ov_str_is(s->operation, "CREATE") ? ov_value_null() : s->resource);
	out = put(judge, out, "dryRun", ov_value_bool(false));
	return put(judge, out, "options", ov_value_null());
}

/* Of what has no namespace: nothing, but the command line gives admission policies an empty
 * one.
 */
static struct ov_value no_namespace(struct ov_judge *judge)
{
	static const char *const parts[] = {"metadata", "spec", "status"};
	struct ov_value out = {.kind = OV_KIND_MAP};
	if (judge->policy->family != OV_FAMILY_ADMISSION || judge->set->served)
		return ov_value_null();
	for (size_t i = 0; i < OV_COUNT(parts); i++)
		out = put(judge, out, parts[i], (struct ov_value){.kind = OV_KIND_MAP});
	return out;
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
	/* Of what is gone or was not there an API server says null, policies.kyverno.io an
	 * empty map. */
	struct ov_value nothing = {.kind = admission ? OV_KIND_NULL : OV_KIND_MAP};
	v[OV_CEL_OBJECT] = deletes ? nothing : s->resource;
	v[OV_CEL_OLD_OBJECT] = ov_str_is(s->operation, "CREATE") ? nothing : s->resource;
	v[OV_CEL_REQUEST] = request_of(judge);
	v[OV_CEL_NAMESPACE_OBJECT] =
		spaced ? ov_world_namespace(judge, s->name_space, admission)
		       : no_namespace(judge);
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
		"composited variable \"%.*s\" fails to %s: %s", OV_STR_ARG(variable->name),
		variable->expression.expr ? "evaluate" : "compile: compilation failed", why);
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

static void give(struct ov_policy_row *row, enum ov_policy_status status, struct ov_str message)
{
	row->status = status;
	row->message = message;
}

struct faults {
	OV_VEC(struct ov_str) list;
};

/* An API server says what it says twice only once. */
static void add_fault(struct run *run, struct faults *faults, struct ov_str fault)
{
	for (size_t i = 0; run->admission && i < faults->list.count; i++) {
		if (ov_str_eq(faults->list.items[i], fault))
			return;
	}
	ov_vec_push(&run->judge->scratch, &faults->list, fault);
}

/* All of them in one text, as Go's multierr and Kubernetes' aggregates have it. */
static struct ov_str join_faults(struct run *run, const struct faults *faults)
{
	struct ov_str all = OV_STR("");
	for (size_t i = 0; i < faults->list.count; i++)
		all = ov_str_fmt(&run->judge->scratch, "%.*s%s%.*s", OV_STR_ARG(all),
			i == 0           ? ""
			: run->admission ? ", "
					 : "; ",
			OV_STR_ARG(faults->list.items[i]));
	if (run->admission && faults->list.count > 1)
		all = ov_str_fmt(&run->judge->scratch, "[%.*s]", OV_STR_ARG(all));
	return all;
}

/* Whether all match conditions hold; an error counts only where none is false. */
static bool conditions_hold(struct run *run, struct ov_str *why)
{
	struct faults faults = {0};
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
		add_fault(run, &faults, own);
	}
	*why = join_faults(run, &faults);
	return why->len == 0;
}

/* What a ValidatingPolicy says of a validation that is false. */
static struct ov_str failure_text(
	struct run *run, const struct ov_cel_validation *v, size_t index)
{
	struct ov_judge *judge = run->judge;
	struct ov_str message = v->message;
	if (v->message_expression.expr) {
		struct ov_value said = evaluate(run, &v->message_expression);
		if (ov_is_error(said))
			return ov_judge_text(judge,
				"failed to evaluate message expression: %.*s",
				OV_STR_ARG(error_text(said)));
		if (!ov_is_string(said))
			return OV_STR("failed to convert message expression to string: type "
				      "conversion");
		message = ov_str_dup(judge->results, ov_string(said));
	}
	return message.len ? message
			   : ov_judge_text(judge,
				     "CEL expression validation failed at index %zu", index);
}

/* What an API server says of it: an expression gives one line that is not too long, or does not
 * count. */
static struct ov_str admission_text(struct run *run, const struct ov_cel_validation *v)
{
	enum { LONGEST_MESSAGE = 5 * 1024 };
	struct ov_judge *judge = run->judge;
	struct ov_str message = ov_str_trim(v->message);
	if (v->message_expression.expr) {
		struct ov_value said = evaluate(run, &v->message_expression);
		struct ov_str line = ov_str_trim(ov_string(said));
		if (ov_is_string(said) && line.len && line.len <= LONGEST_MESSAGE &&
			ov_str_chr(line, '\n') == SIZE_MAX)
			return ov_str_dup(judge->results, line);
	}
	return message.len ? message
			   : ov_judge_text(judge, "failed expression: %.*s",
				     OV_STR_ARG(ov_str_trim(v->expression.text)));
}

/* Why the first audit annotation without a text has none; "" where all have. */
static struct ov_str annotation_fault(struct run *run)
{
	for (size_t i = 0; i < run->program->annotations.count; i++) {
		const struct ov_cel_named *annotation = &run->program->annotations.items[i];
		struct ov_value v = evaluate(run, &annotation->expression);
		if (ov_is_error(v))
			return ov_judge_text(run->judge,
				"failed to evaluate auditAnnotation '%.*s': %.*s",
				OV_STR_ARG(annotation->name), OV_STR_ARG(error_text(v)));
		if (!ov_is_string(v))
			return ov_judge_text(run->judge,
				"failed to convert auditAnnotation '%.*s' expression: type "
				"conversion error from 'null_type' to 'string'",
				OV_STR_ARG(annotation->name));
	}
	return OV_STR("");
}

static void give_error(struct run *run, struct ov_str why, struct ov_policy_row *row)
{
	give(row, OV_POLICY_ERROR, ov_judge_text(run->judge, "error: %.*s", OV_STR_ARG(why)));
}

void ov_cel_unloaded(struct ov_judge *judge, struct ov_str why, struct ov_policy_row *row)
{
	row->rule = OV_STR("evaluation");
	give(row, OV_POLICY_ERROR,
		ov_judge_text(judge, "failed to load context: %.*s", OV_STR_ARG(why)));
}

void ov_cel_judge(
	struct ov_judge *judge, const struct ov_cel_program *program, struct ov_policy_row *row)
{
	struct run run;
	struct ov_str why;
	begin(&run, judge, program, false, (struct ov_value){0});
	if (!conditions_hold(&run, &why)) {
		if (why.len && !judge->policy->ignores)
			ov_cel_unloaded(judge, why, row);
		else
			give(row, OV_POLICY_SKIP, OV_STR("skip"));
		return;
	}
	for (size_t i = 0; i < program->validations.count; i++) {
		const struct ov_cel_validation *v = &program->validations.items[i];
		struct ov_value out = evaluate(&run, &v->expression);
		if (out.kind == OV_KIND_BOOL && out.boolean)
			continue;
		if (out.kind != OV_KIND_BOOL) {
			give_error(&run,
				ov_is_error(out) ? error_text(out) : OV_STR("type conversion"),
				row);
			return;
		}
		struct ov_str message = failure_text(&run, v, i);
		why = annotation_fault(&run);
		if (why.len)
			give_error(&run, why, row);
		else
			give(row, OV_POLICY_FAIL, message);
		return;
	}
	why = annotation_fault(&run);
	if (why.len)
		ov_cel_unloaded(judge, why, row);
	else
		give(row, OV_POLICY_PASS, OV_STR("success"));
}

/* An API server's verdict: what stands there where conditions do not hold, and where nothing
 * was found; `fault` is what errors are. */
static void judge_as_server(struct ov_judge *judge, const struct ov_cel_program *program,
	struct ov_value params, enum ov_policy_status fault, struct ov_str skipped,
	struct ov_policy_row *row)
{
	struct run run;
	struct ov_str why;
	begin(&run, judge, program, true, params);
	if (!conditions_hold(&run, &why)) {
		if (why.len && !judge->policy->ignores)
			give(row, fault, ov_str_dup(judge->results, why));
		else
			give(row, OV_POLICY_SKIP, skipped);
		return;
	}
	for (size_t i = 0; i < program->validations.count; i++) {
		const struct ov_cel_validation *v = &program->validations.items[i];
		struct ov_value out = evaluate(&run, &v->expression);
		if (ov_is_error(out)) {
			give(row, fault,
				ov_judge_text(judge,
					"expression '%.*s' resulted in error: %.*s",
					OV_STR_ARG(v->expression.text),
					OV_STR_ARG(error_text(out))));
			return;
		}
		if (out.kind != OV_KIND_BOOL || !out.boolean) {
			give(row, OV_POLICY_FAIL, admission_text(&run, v));
			return;
		}
	}
	give(row, OV_POLICY_PASS, OV_STR(""));
}

void ov_cel_judge_admission(struct ov_judge *judge, const struct ov_cel_program *program,
	struct ov_value params, struct ov_policy_row *row)
{
	judge_as_server(judge, program, params, OV_POLICY_ERROR,
		OV_STR("match conditions aren't met"), row);
}

void ov_cel_judge_rule(struct ov_judge *judge, const struct ov_cel_program *program,
	struct ov_value params, struct ov_policy_row *row)
{
	/* Where the policy fails on errors, they are failures of the rule. */
	judge_as_server(judge, program, params,
		judge->policy->ignores ? OV_POLICY_ERROR : OV_POLICY_FAIL,
		OV_STR("cel preconditions not met"), row);
	if (row->status == OV_POLICY_PASS)
		row->message = ov_judge_text(
			judge, "Validation rule '%.*s' passed.", OV_STR_ARG(row->rule));
}

bool ov_cel_conditions(
	struct ov_judge *judge, const struct ov_cel_program *program, struct ov_str *why)
{
	struct run run;
	begin(&run, judge, program, false, (struct ov_value){0});
	bool hold = conditions_hold(&run, why);
	if (judge->policy->ignores)
		*why = OV_STR("");
	return hold;
}
