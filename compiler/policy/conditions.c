/* conditions: preconditions and those of deny. Layer: policy. */
#include "policy/internal.h"

/* Follows pkg/engine/variables/evaluate.go of Kyverno v1.19. */

/* Messages that are said together. */
struct said {
	struct ov_judge *judge;
	struct ov_str text;
};

static void say(struct said *said, struct ov_value condition, const char *between)
{
	struct ov_str message = ov_string(ov_get(condition, "message"));
	if (!message.len)
		return;
	said->text = said->text.len
			     ? ov_str_fmt(&said->judge->scratch, "%.*s%s%.*s",
				       OV_STR_ARG(said->text), between, OV_STR_ARG(message))
			     : message;
}

static bool side(struct ov_judge *judge, struct ov_value condition, const char *field,
	struct ov_value *out, struct ov_str *why)
{
	struct ov_value v = ov_get(condition, field);
	struct ov_str message;
	*out = ov_value_null();
	if (!ov_is_some(v))
		return true;
	if (!ov_substitute_is_needed(v)) {
		*out = v;
		return true;
	}
	if (ov_context_substitute(judge, v, out, &message))
		return true;
	*why = ov_str_fmt(&judge->scratch,
		"failed to substitute variables in condition %s: %.*s", field,
		OV_STR_ARG(message));
	return false;
}

static bool holds(
	struct ov_judge *judge, struct ov_value condition, bool *ok, struct ov_str *why)
{
	struct ov_value key, value;
	struct ov_str name = ov_string(ov_get(condition, "operator"));
	*ok = side(judge, condition, "key", &key, why) &&
	      side(judge, condition, "value", &value, why);
	if (!*ok)
		return false;
	enum ov_operator op = ov_operator_parse(name, NULL);
	enum ov_condition r =
		op == OV_OPERATOR_NONE
			? OV_CONDITION_PANIC
			: ov_operator_eval(op, key, value, &judge->scratch, judge->set->keys);
	if (r == OV_CONDITION_PANIC) {
		*why = ov_str_fmt(&judge->scratch,
			"the operator '%.*s' cannot be evaluated for this key and value",
			OV_STR_ARG(name));
		*ok = false;
	}
	return r == OV_CONDITION_TRUE;
}

/* The form without any and all. */
static bool all_of_list(struct ov_judge *judge, struct ov_value list, struct ov_str *messages,
	bool *ok, struct ov_str *why)
{
	struct said said = {judge, OV_STR("")};
	for (size_t i = 0; i < ov_count(list); i++) {
		bool yes = holds(judge, ov_at(list, i), ok, why);
		if (!*ok)
			return false;
		if (!yes) {
			*messages = ov_string(ov_get(ov_at(list, i), "message"));
			return false;
		}
		say(&said, ov_at(list, i), ";");
	}
	*messages = said.text;
	return true;
}

bool ov_conditions_hold(struct ov_judge *judge, struct ov_value conditions,
	struct ov_str *messages, bool *ok, struct ov_str *why)
{
	struct said yes = {judge, OV_STR("")}, no = yes;
	*ok = true;
	*messages = OV_STR("");
	if (ov_is_list(conditions))
		return all_of_list(judge, conditions, messages, ok, why);
	struct ov_value any = ov_get(conditions, "any"), all = ov_get(conditions, "all");
	bool any_holds = !ov_is_list(any), all_hold = true;
	for (size_t i = 0; i < ov_count(any) && !any_holds; i++) {
		any_holds = holds(judge, ov_at(any, i), ok, why);
		if (!*ok)
			return false;
		say(any_holds ? &yes : &no, ov_at(any, i), "; ");
	}
	for (size_t i = 0; i < ov_count(all) && all_hold; i++) {
		all_hold = holds(judge, ov_at(all, i), ok, why);
		if (!*ok)
			return false;
		say(all_hold ? &yes : &no, ov_at(all, i), "; ");
	}
	*messages = any_holds && all_hold ? yes.text : no.text;
	return any_holds && all_hold;
}
