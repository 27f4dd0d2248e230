/* validate: patterns, denials and loops of a rule. Layer: policy. */
#include "policy/internal.h"
#include "policy/pod_security.h"

/* Follows pkg/engine/handlers/validation of Kyverno v1.19, its messages too. */

/* What is evaluated at one level: a rule, or a foreach in it. */
struct check {
	struct ov_value preconditions, pattern, any_pattern, deny, foreach;
	size_t nesting;
};

static bool give(struct ov_policy_row *row, enum ov_policy_status status, struct ov_str message)
{
	row->status = status;
	row->message = message;
	return true;
}

struct ov_str ov_judge_text(struct ov_judge *judge, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	struct ov_str s = ov_str_vfmt(judge->results, fmt, args);
	va_end(args);
	return s;
}

/* A compiled pattern is kept as long as the judge: its tree is the set's. */
const struct ov_pattern *ov_judge_pattern(
	struct ov_judge *judge, struct ov_value tree, struct ov_str *message)
{
	const void *address = tree.entries;
	struct ov_str key = ov_str_n((const char *)&address, sizeof(address));
	union ov_map_item *known = tree.count && (ov_is_map(tree) || ov_is_list(tree))
					   ? ov_map_get(&judge->patterns, key)
					   : NULL;
	if (known && known->cptr)
		return known->cptr;
	if (!known && !ov_substitute_is_needed(tree)) {
		const struct ov_pattern *compiled =
			ov_pattern_compile(&judge->query_memory, judge->set->keys, tree);
		ov_map_put(&judge->patterns, ov_str_dup(&judge->query_memory, key), NULL)
			->cptr = compiled;
		return compiled;
	}
	if (!known)
		ov_map_put(&judge->patterns, ov_str_dup(&judge->query_memory, key), NULL)
			->cptr = NULL;
	struct ov_value out;
	if (!ov_context_substitute(judge, tree, &out, message))
		return NULL;
	return ov_pattern_compile(&judge->scratch, judge->set->keys, out);
}

/* The rule's message with its variables; false where that fails. */
static bool rule_message(struct ov_judge *judge, struct ov_str text, struct ov_str *out)
{
	struct ov_value raw = ov_value_string(text);
	struct ov_str why;
	*out = text;
	if (!ov_substitute_is_needed(raw))
		return true;
	if (!ov_context_substitute(judge, raw, &raw, &why))
		return false;
	*out = ov_is_string(raw)
		       ? ov_string(raw)
		       : OV_STR("the produced message didn't resolve to a string, check your "
				"policy definition.");
	return true;
}

static const char *dot(struct ov_str message)
{
	return ov_str_ends(message, OV_STR(".")) ? "" : ".";
}

static struct ov_str pattern_message(
	struct ov_judge *judge, struct ov_str why, struct ov_str path)
{
	struct ov_str rule = judge->rule->name, message;
	struct ov_str text = ov_string(ov_get(judge->rule->validate, "message"));
	if (!text.len && path.len)
		return ov_judge_text(judge, "validation error: rule %.*s failed at path %.*s",
			OV_STR_ARG(rule), OV_STR_ARG(path));
	if (!text.len)
		return ov_judge_text(judge, "validation error: rule %.*s execution error: %.*s",
			OV_STR_ARG(rule), OV_STR_ARG(why));
	if (!rule_message(judge, text, &message))
		return ov_judge_text(judge,
			"validation error: variables substitution error in rule %.*s execution "
			"error: %.*s",
			OV_STR_ARG(rule), OV_STR_ARG(why));
	if (path.len)
		return ov_judge_text(judge,
			"validation error: %.*s%s rule %.*s failed at path %.*s",
			OV_STR_ARG(message), dot(message), OV_STR_ARG(rule), OV_STR_ARG(path));
	return ov_judge_text(judge, "validation error: %.*s%s rule %.*s execution error: %.*s",
		OV_STR_ARG(message), dot(message), OV_STR_ARG(rule), OV_STR_ARG(why));
}

static struct ov_value subject_of(struct ov_judge *judge)
{
	return ov_is_some(judge->element) ? judge->element : judge->subject.resource;
}

static bool substitution_failed(
	struct ov_judge *judge, struct ov_policy_row *row, struct ov_str why)
{
	return give(row, OV_POLICY_ERROR,
		ov_judge_text(judge, "variable substitution failed: %.*s", OV_STR_ARG(why)));
}

/* What a pattern says; its message is in `*why`, also where variables keep it from it. */
static bool match_pattern(struct ov_judge *judge, struct ov_value tree,
	struct ov_pattern_result *result, struct ov_str *why)
{
	const struct ov_pattern *pattern = ov_judge_pattern(judge, tree, why);
	if (!pattern)
		return false;
	*result = ov_pattern_match(&judge->scratch, pattern, subject_of(judge));
	if (result->verdict != OV_PATTERN_PASS)
		*why = ov_pattern_message(&judge->scratch, result);
	return true;
}

static bool check_pattern(
	struct ov_judge *judge, struct ov_value tree, struct ov_policy_row *row)
{
	struct ov_str why;
	struct ov_pattern_result r;
	if (!match_pattern(judge, tree, &r, &why))
		return substitution_failed(judge, row, why);
	if (r.verdict == OV_PATTERN_PASS)
		return give(row, OV_POLICY_PASS,
			ov_judge_text(judge, "validation rule '%.*s' passed.",
				OV_STR_ARG(judge->rule->name)));
	if (r.verdict == OV_PATTERN_SKIP)
		return give(row, OV_POLICY_SKIP, ov_str_dup(judge->results, why));
	if (r.verdict == OV_PATTERN_ERROR)
		return give(row, OV_POLICY_ERROR, pattern_message(judge, why, OV_STR("")));
	row->path = ov_str_dup(judge->results, r.path);
	return give(row, OV_POLICY_FAIL, pattern_message(judge, why, r.path));
}

static void join(struct ov_judge *judge, struct ov_str *all, struct ov_str one)
{
	*all = all->len ? ov_str_fmt(&judge->scratch, "%.*s %.*s", OV_STR_ARG(*all),
				  OV_STR_ARG(one))
			: one;
}

static bool check_any_pattern(
	struct ov_judge *judge, struct ov_value list, struct ov_policy_row *row)
{
	struct ov_str failures = OV_STR(""), skips = OV_STR(""), why, message;
	struct ov_str rule = judge->rule->name;
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_pattern_result r;
		if (!match_pattern(judge, ov_at(list, i), &r, &why))
			return substitution_failed(judge, row, why);
		if (r.verdict == OV_PATTERN_PASS)
			return give(row, OV_POLICY_PASS,
				ov_judge_text(judge,
					"validation rule '%.*s' anyPattern[%zu] passed.",
					OV_STR_ARG(rule), i));
		if (r.verdict == OV_PATTERN_SKIP)
			join(judge, &skips,
				ov_str_fmt(&judge->scratch, "rule %.*s[%zu] skipped: %.*s",
					OV_STR_ARG(rule), i, OV_STR_ARG(why)));
		else if (r.verdict == OV_PATTERN_ERROR)
			join(judge, &failures,
				ov_str_fmt(&judge->scratch, "rule %.*s[%zu] failed: %.*s",
					OV_STR_ARG(rule), i, OV_STR_ARG(why)));
		else
			join(judge, &failures,
				ov_str_fmt(&judge->scratch,
					"rule %.*s[%zu] failed at path %.*s", OV_STR_ARG(rule),
					i, OV_STR_ARG(r.path)));
		if (r.verdict == OV_PATTERN_FAIL && !row->path.len)
			row->path = ov_str_dup(judge->results, r.path);
	}
	struct ov_str text = ov_string(ov_get(judge->rule->validate, "message"));
	if (!failures.len && skips.len)
		return give(row, OV_POLICY_SKIP, ov_str_dup(judge->results, skips));
	if (!failures.len)
		return give(row, OV_POLICY_PASS, ov_str_dup(judge->results, text));
	if (!text.len)
		message = ov_judge_text(judge, "validation error: %.*s", OV_STR_ARG(failures));
	else if (!rule_message(judge, text, &message))
		message = ov_judge_text(judge,
			"validation error: variables substitution error in rule %.*s execution "
			"error: %.*s",
			OV_STR_ARG(rule), OV_STR_ARG(failures));
	else
		message = ov_judge_text(judge, "validation error: %.*s%s %.*s",
			OV_STR_ARG(message), dot(message), OV_STR_ARG(failures));
	return give(row, OV_POLICY_FAIL, message);
}

static bool check_deny(struct ov_judge *judge, struct ov_value deny, struct ov_policy_row *row)
{
	struct ov_str messages, why, text;
	bool ok, denied = ov_conditions_hold(
			 judge, ov_get(deny, "conditions"), &messages, &ok, &why);
	if (!ok)
		return give(row, OV_POLICY_ERROR,
			ov_judge_text(judge, "failed to check deny conditions: %.*s",
				OV_STR_ARG(why)));
	if (!denied)
		return give(row, OV_POLICY_PASS,
			ov_judge_text(judge, "validation rule '%.*s' passed.",
				OV_STR_ARG(judge->rule->name)));
	struct ov_str own = ov_string(ov_get(judge->rule->validate, "message"));
	if (!own.len && !messages.len)
		return give(row, OV_POLICY_FAIL,
			ov_judge_text(judge, "validation error: rule %.*s failed",
				OV_STR_ARG(judge->rule->name)));
	struct ov_str both = ov_str_fmt(&judge->scratch, "%.*s%s%.*s", OV_STR_ARG(own),
		own.len && messages.len ? "; " : "", OV_STR_ARG(messages));
	if (!rule_message(judge, both, &text))
		text = messages;
	return give(row, OV_POLICY_FAIL, ov_str_dup(judge->results, text));
}

static bool check(struct ov_judge *judge, const struct check *c, struct ov_policy_row *row);

static struct ov_value with_element(
	struct ov_judge *judge, struct ov_value element, size_t index, size_t nesting)
{
	struct ov_value root = judge->frame->root;
	const char *const names[] = {"element", "elementIndex"};
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		struct ov_value v = i ? ov_value_int((int64_t)index) : element;
		struct ov_str nested = ov_str_fmt(&judge->scratch, "%s%zu", names[i], nesting);
		root = ov_with(
			&judge->scratch, root, ov_key(judge->set->keys, ov_str_c(names[i])), v);
		root = ov_with(&judge->scratch, root, ov_key(judge->set->keys, nested), v);
	}
	return root;
}

/* What Go calls the type of a value that was read from JSON. */
static const char *go_type(struct ov_value v)
{
	switch (v.kind) {
	case OV_KIND_STRING: return "string";
	case OV_KIND_BOOL: return "bool";
	case OV_KIND_LIST: return "[]interface {}";
	case OV_KIND_NULL: return "<nil>";
	default: return "float64";
	}
}

/* One element; true where it decides the rule, with the row. */
static bool check_element(struct ov_judge *judge, struct ov_value each, struct ov_value element,
	size_t index, const struct check *outer, size_t *applied, struct ov_policy_row *row)
{
	const struct ov_frame *up = judge->frame;
	struct ov_value scope = ov_get(each, "elementScope"), before = judge->element;
	bool scoped = ov_is_map(element);
	if (scope.kind == OV_KIND_BOOL && scope.boolean && !scoped)
		return give(row, OV_POLICY_ERROR,
			ov_judge_text(judge,
				"failed to process foreach: cannot use elementScope=true "
				"foreach "
				"rules for elements that are not maps, expected type=map got "
				"type=%s",
				go_type(element)));
	if (scope.kind == OV_KIND_BOOL)
		scoped = scope.boolean;
	struct ov_frame frame;
	ov_frame_push(judge, &frame, with_element(judge, element, index, outer->nesting),
		ov_get(each, "context"));
	if (scoped)
		judge->element = element;
	struct ov_value own = ov_get(each, "foreach");
	const struct check inner = {.preconditions = ov_get(each, "preconditions"),
		.pattern = ov_get(each, "pattern"),
		.any_pattern = ov_get(each, "anyPattern"),
		.deny = ov_get(each, "deny"),
		.foreach = own,
		.nesting = outer->nesting + 1};
	bool some = inner.nesting < 16 && check(judge, &inner, row);
	judge->element = before;
	judge->frame = up;
	if (!some || row->status == OV_POLICY_SKIP)
		return false;
	if (row->status == OV_POLICY_PASS) {
		++*applied;
		return false;
	}
	if (row->status == OV_POLICY_ERROR &&
		ov_str_find(row->message, OV_STR("failed to evaluate preconditions"), 0) !=
			SIZE_MAX)
		return false;
	row->message =
		ov_judge_text(judge, "validation failure: %.*s", OV_STR_ARG(row->message));
	return true;
}

static bool check_foreach(
	struct ov_judge *judge, const struct check *c, struct ov_policy_row *row)
{
	size_t applied = 0;
	struct ov_str fault = OV_STR("");
	for (size_t i = 0; i < ov_count(c->foreach); i++) {
		struct ov_value each = ov_at(c->foreach, i), list;
		struct ov_str why;
		if (!ov_context_query(judge, ov_string(ov_get(each, "list")), &list, &why)) {
			/* What the reference goes by is the text. */
			if (ov_str_find(why, OV_STR("Unknown key"), 0) == SIZE_MAX)
				fault = why;
			continue;
		}
		struct ov_value alone = list;
		if (!ov_is_list(list))
			list = ov_value_list(&alone, 1);
		for (size_t k = 0; k < list.count; k++) {
			if (list.items[k].kind != OV_KIND_NULL &&
				check_element(judge, each, list.items[k], k, c, &applied, row))
				return true;
		}
	}
	if (!applied && fault.len)
		return give(row, OV_POLICY_ERROR,
			ov_judge_text(
				judge, "failed to evaluate list: %.*s", OV_STR_ARG(fault)));
	return applied > 0 && give(row, OV_POLICY_PASS, OV_STR("rule passed"));
}

/* False where the preconditions decide, with the row. */
static bool preconditions_hold(
	struct ov_judge *judge, struct ov_value conditions, struct ov_policy_row *row)
{
	struct ov_str messages, why;
	bool ok, hold = ov_conditions_hold(judge, conditions, &messages, &ok, &why);
	if (ok && hold)
		return true;
	if (!ok)
		give(row, OV_POLICY_ERROR,
			ov_judge_text(judge, "failed to evaluate preconditions: %.*s",
				OV_STR_ARG(why)));
	else
		give(row, OV_POLICY_SKIP,
			ov_judge_text(judge, "preconditions not met%s%.*s",
				messages.len ? "; " : "", OV_STR_ARG(messages)));
	return false;
}

static bool check(struct ov_judge *judge, const struct check *c, struct ov_policy_row *row)
{
	row->path = OV_STR("");
	if (!preconditions_hold(judge, c->preconditions, row))
		return true;
	if (ov_is_some(c->deny))
		return check_deny(judge, c->deny, row);
	if (ov_is_some(c->pattern) || ov_is_some(c->any_pattern)) {
		if (!ov_is_some(judge->element) &&
			ov_str_is(judge->subject.operation, "DELETE"))
			return false;
		return ov_is_some(c->pattern) ? check_pattern(judge, c->pattern, row)
					      : check_any_pattern(judge, c->any_pattern, row);
	}
	return ov_is_some(c->foreach) && check_foreach(judge, c, row);
}

static struct ov_pss_exclude exclude_of(struct ov_value v)
{
	return (struct ov_pss_exclude){.control = ov_string(ov_get(v, "controlName")),
		.images = ov_get(v, "images"),
		.field = ov_string(ov_get(v, "restrictedField")),
		.values = ov_get(v, "values")};
}

static bool check_pod_security(struct ov_judge *judge, struct ov_policy_row *row)
{
	struct ov_value security = ov_get(judge->rule->validate, "podSecurity");
	struct ov_value list = ov_get(security, "exclude");
	struct ov_str level = ov_string(ov_get(security, "level")), names;
	struct ov_str version = ov_string(ov_get(security, "version"));
	size_t count = ov_count(list);
	if (ov_str_is(judge->subject.operation, "DELETE"))
		return false;
	struct ov_value exempt;
	size_t exceptions = ov_exceptions_controls(judge, &exempt, &names);
	if (exceptions && !ov_is_list(exempt)) {
		row->exception = names;
		return give(row, OV_POLICY_SKIP,
			ov_judge_text(judge, "rule is skipped due to policy exception %.*s",
				OV_STR_ARG(names)));
	}
	struct ov_pss_exclude *excludes = ov_new_array(
		&judge->scratch, struct ov_pss_exclude, count + ov_count(exempt) + 1);
	for (size_t i = 0; i < count; i++)
		excludes[i] = exclude_of(ov_at(list, i));
	struct ov_pss_result r;
	ov_pod_security(judge->results, judge->subject.resource, level, version, excludes,
		count, judge->rule->name, &r);
	if (!r.ok && !r.error && exceptions) {
		struct ov_pss_result again;
		for (size_t i = 0; i < ov_count(exempt); i++)
			excludes[count + i] = exclude_of(ov_at(exempt, i));
		ov_pod_security(judge->results, judge->subject.resource, level, version,
			excludes, count + ov_count(exempt), judge->rule->name, &again);
		if (again.ok) {
			row->exception = names;
			return give(row, OV_POLICY_SKIP,
				ov_judge_text(judge,
					"rule is skipped due to policy exceptions %.*s",
					OV_STR_ARG(names)));
		}
		r = again;
	}
	return give(row,
		r.ok      ? OV_POLICY_PASS
		: r.error ? OV_POLICY_ERROR
			  : OV_POLICY_FAIL,
		r.message);
}

/* Why there are no parameters for a rule that has some; "" where that is as it may be. */
static struct ov_str params_fault(
	struct ov_judge *judge, struct ov_value kind, struct ov_value ref)
{
	struct ov_str name = ov_string(ov_get(ref, "name"));
	if (name.len)
		return ov_judge_text(judge,
			"error in parameterized resource: %.*s \"%.*s\" not found",
			OV_STR_ARG(ov_plural(&judge->scratch, ov_string(ov_get(kind, "kind")))),
			OV_STR_ARG(name));
	return ov_string_is(ov_get(ref, "parameterNotFoundAction"), "Deny")
		       ? OV_STR("error in parameterized resource: no params found")
		       : OV_STR("");
}

static bool check_cel(struct ov_judge *judge, struct ov_policy_row *row)
{
	struct ov_value cel = ov_get(judge->rule->validate, "cel");
	struct ov_value kind = ov_get(cel, "paramKind"), ref = ov_get(cel, "paramRef");
	struct ov_params params = {0};
	if (!ov_is_map(kind)) {
		ov_cel_judge_rule(judge, judge->rule->cel, (struct ov_value){0}, row);
		return true;
	}
	ov_params_find(judge, kind, ref, &params);
	struct ov_str fault = params_fault(judge, kind, ref);
	if (!params.list.count && fault.len)
		return give(row, OV_POLICY_ERROR, fault);
	give(row, OV_POLICY_PASS,
		ov_judge_text(judge, "Validation rule '%.*s' passed.",
			OV_STR_ARG(judge->rule->name)));
	for (size_t i = 0; i < params.list.count && row->status == OV_POLICY_PASS; i++)
		ov_cel_judge_rule(judge, judge->rule->cel, params.list.items[i], row);
	return true;
}

static bool validate(
	struct ov_judge *judge, const struct ov_policy_rule *rule, struct ov_policy_row *row)
{
	struct ov_frame frame;
	struct ov_str names;
	judge->rule = rule;
	judge->frame = NULL;
	judge->element = (struct ov_value){0};
	ov_frame_push(judge, &frame, ov_rule_root(judge), rule->context);
	if (!preconditions_hold(judge, rule->preconditions, row))
		return true;
	if (rule->kind == OV_RULE_POD_SECURITY)
		return check_pod_security(judge, row);
	if (ov_exceptions_find(judge, rule->name, &names)) {
		row->exception = names;
		return give(row, OV_POLICY_SKIP,
			ov_judge_text(judge, "rule is skipped due to policy exceptions%.*s",
				OV_STR_ARG(names)));
	}
	if (rule->kind == OV_RULE_CEL)
		return check_cel(judge, row);
	if (rule->kind == OV_RULE_IMAGES)
		return ov_rule_images(judge, rule, row);
	/* The reference asks the preconditions twice, the second time with what a file says. */
	bool again = ov_frame_revalue(judge, &frame);
	const struct check whole = {
		.preconditions = again ? rule->preconditions : ov_value_list(NULL, 0),
		.pattern = ov_get(rule->validate, "pattern"),
		.any_pattern = ov_get(rule->validate, "anyPattern"),
		.deny = ov_get(rule->validate, "deny"),
		.foreach = ov_get(rule->validate, "foreach")};
	return check(judge, &whole, row);
}

/* Whether what was there before failed too. Without a cluster it is the same resource, but a
 * rule may ask for the operation. */
static bool failed_before(struct ov_judge *judge, const struct ov_policy_rule *rule)
{
	struct ov_policy_row row = {.rule = rule->name};
	struct ov_str operation = judge->subject.operation;
	struct ov_value base = judge->base;
	judge->subject.operation = OV_STR("CREATE");
	judge->base = ov_context_root(judge);
	bool failed = ov_rule_matches(judge, rule) && validate(judge, rule, &row) &&
		      row.status == OV_POLICY_FAIL;
	judge->subject.operation = operation;
	judge->base = base;
	return failed;
}

bool ov_rule_validate(
	struct ov_judge *judge, const struct ov_policy_rule *rule, struct ov_policy_row *row)
{
	bool looks_back = rule->kind < OV_RULE_CEL && ov_rule_enforces_anywhere(judge, rule) &&
			  ov_str_is(judge->subject.operation, "UPDATE") &&
			  ov_bool(ov_get(rule->validate, "allowExistingViolations"), true);
	if (!validate(judge, rule, row))
		return false;
	if (looks_back && row->status == OV_POLICY_FAIL && failed_before(judge, rule))
		give(row, OV_POLICY_SKIP,
			OV_STR("skipping the rule evaluation as pre-existing violations are "
			       "allowed"));
	return true;
}
