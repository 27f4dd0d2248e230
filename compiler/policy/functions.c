/* functions: functions of CEL that Kyverno adds: time, numbers, users, lists. Layer: policy. */
#include "policy/functions.h"

#include "expr/go_time.h"
#include "lang/datetime.h"

#include <math.h>

/* Kyverno takes what is no optional as it is. */
static struct ov_value or_value(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)eval, (void)at, (void)count;
	if (args[0].kind != OV_KIND_OPTIONAL)
		return args[0];
	return args[0].items ? args[0].items[0] : args[1];
}

static struct ov_value service_account(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	static const struct ov_str prefix = OV_STR_INIT("system:serviceaccount:");
	struct ov_str s = ov_string(args[0]), name = OV_STR(""), space = OV_STR("");
	(void)at, (void)count;
	if (ov_str_starts(s, prefix)) {
		struct ov_str rest = ov_str_sub(s, prefix.len, s.len);
		size_t colon = ov_str_chr(rest, ':');
		if (colon != SIZE_MAX) {
			space = ov_str_sub(rest, 0, colon);
			name = ov_str_sub(rest, colon + 1, rest.len);
		}
	}
	struct ov_map_builder b;
	ov_map_begin(&b, eval->arena, 2);
	ov_map_set(&b, ov_key(eval->keys, OV_STR("Name")), ov_value_string(name));
	ov_map_set(&b, ov_key(eval->keys, OV_STR("Namespace")), ov_value_string(space));
	return ov_map_end(&b);
}

static struct ov_value round_to(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)eval, (void)at, (void)count;
	double shift = pow(10, (double)args[1].integer);
	double shifted = round(args[0].number * shift);
	/* IEEE 754 division by zero, which C leaves undefined. */
	if (!(shift > 0))
		return ov_value_double(shifted > 0   ? (double)INFINITY
				       : shifted < 0 ? -(double)INFINITY
						     : (double)NAN);
	return ov_value_double(shifted / shift);
}

static struct ov_value now(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)at, (void)args, (void)count;
	return (struct ov_value){
		.kind = OV_KIND_TIMESTAMP, .seconds = ov_policy_host(eval)->judge->world->now};
}

static struct ov_value to_cron(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)at, (void)count;
	struct ov_civil c = ov_datetime_civil(args[0].seconds);
	return ov_value_string(ov_str_fmt(
		eval->arena, "%d %d %d %d %d", c.minute, c.hour, c.day, c.month, c.weekday));
}

static struct ov_value truncate_time(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	static const int64_t second = 1000000000;
	struct ov_go_time t = {
		.seconds = args[0].seconds, .nanoseconds = (int32_t)args[0].count};
	(void)eval, (void)at, (void)count;
	/* Durations are those that an int64 of nanoseconds can hold. */
	int64_t step = args[1].seconds > INT64_MAX / second - 1
			       ? INT64_MAX
			       : args[1].seconds * second + (int32_t)args[1].count;
	if (args[1].seconds < 0 || step <= 0)
		return args[0];
	t = ov_go_time_truncate(t, step);
	return (struct ov_value){.kind = OV_KIND_TIMESTAMP,
		.seconds = t.seconds,
		.count = (uint32_t)t.nanoseconds};
}

static struct ov_value list_to_map(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	struct ov_value keys = args[0], values = args[1], error;
	(void)count;
	if (keys.count != values.count)
		return ov_eval_fail(eval, at,
			"listObjToMap must take lists of equal length. list1: %u, list2: %u",
			keys.count, values.count);
	if (!ov_eval_spend(eval, at, keys.count * sizeof(struct ov_entry), &error))
		return error;
	for (size_t i = 0; i < keys.count; i++) {
		if (!ov_is_map(keys.items[i]))
			return ov_eval_fail(eval, at, "failed to convert key to a string, %s",
				keys.items[i].kind == OV_KIND_DICT
					? "int64"
					: ov_eval_type_name(keys.items[i]));
		if (!ov_is_string(ov_get_str(keys.items[i], ov_string(args[2]))))
			return ov_eval_fail(eval, at,
				"the passed key name cannot be handled as a string in the key "
				"object list");
		if (!ov_is_map(values.items[i]))
			return ov_eval_fail(eval, at,
				"object cannot be handled as a map string to any in the value "
				"object list");
	}
	struct ov_map_builder b;
	ov_map_begin(&b, eval->arena, keys.count);
	for (size_t i = 0; i < keys.count; i++) {
		struct ov_value key = ov_get_str(keys.items[i], ov_string(args[2]));
		struct ov_value value = ov_get_str(values.items[i], ov_string(args[3]));
		ov_map_set(&b, ov_key_cached(eval->keys, eval->cache, ov_string(key)),
			ov_is_some(value) ? value : ov_value_null());
	}
	return ov_map_end(&b);
}

struct ov_value ov_function_offline(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)args, (void)count;
	return ov_eval_fail(eval, at, "not checked here: it would need the network");
}

static const struct ov_function common[] = {
	{.signature = "A.orValue(B) dyn", .fn = or_value},
};

static const struct ov_function plain[] = {
	{.signature = "parseServiceAccount(string) map(string, string)", .fn = service_account},
	{.signature = "user::parseServiceAccount(string) map(string, string)",
		.fn = service_account},
	{.signature = "math::round(double, int) double", .fn = round_to},
	{.signature = "time::now() timestamp", .fn = now},
	{.signature = "time::toCron(timestamp) string", .fn = to_cron},
	{.signature = "time::truncate(timestamp, duration) timestamp", .fn = truncate_time},
	{.signature = "listObjToMap(list(A), list(B), string, string) map(string, dyn)",
		.fn = list_to_map},
	{.signature = "transform::listObjToMap(list(A), list(B), string, string) "
		      "map(string, dyn)",
		.fn = list_to_map},
};

static struct ov_function_table plain_functions(void)
{
	return (struct ov_function_table){plain, OV_COUNT(plain)};
}

void ov_functions_policy(struct ov_env *env, enum ov_cel_language language)
{
	/* What these environments of CEL, as the reference sets them up, do not have. */
	static const char *const missing[] = {"base64", "math", "regex"};
	ov_env_functions(env, (struct ov_function_table){common, OV_COUNT(common)});
	ov_env_without(env, "jsonpatch");
	ov_env_without(env, "string.reverse");
	if (language == OV_CEL_ADMISSION) {
		for (size_t i = 0; i < OV_COUNT(missing); i++)
			ov_env_without(env, missing[i]);
		ov_env_functions(env, ov_functions_authorizer());
		return;
	}
	ov_env_functions(env, plain_functions());
	ov_env_functions(env, ov_functions_image());
	ov_env_functions(env, ov_functions_encoding());
	ov_env_functions(env, ov_functions_world());
	ov_env_functions(env, language == OV_CEL_NAMESPACED ? ov_functions_namespaced()
							    : ov_functions_cluster_wide());
}
