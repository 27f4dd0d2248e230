/* expr: expressions from text to a value; the first byte chooses how they are checked. */
#include "expr/eval.h"
#include "expr/functions.h"
#include "foreign/regex.h"
#include "fuzz/target.h"

/** Variables of a few kinds: n, s, l, m, d and o for whatever. */
static void declare(struct ov_env *env, struct ov_value *slots)
{
	static const struct ov_value numbers[] = {
		{.kind = OV_KIND_INT, .integer = 3}, {.kind = OV_KIND_DOUBLE, .number = 0.5}};
	struct ov_map_builder map;
	ov_map_begin(&map, env->arena, 1);
	ov_map_set(&map, ov_key(env->keys, OV_STR("a")), ov_value_int(1));
	slots[0] = ov_value_int(7);
	slots[1] = ov_value_string(OV_STR("a\xc3\xa9\xf0\x9f\x90\xb2z"));
	slots[2] = ov_value_list(numbers, OV_COUNT(numbers));
	slots[3] = ov_map_end(&map);
	slots[4] = slots[1];
	slots[5] = ov_value_null();
	ov_env_variable(env, OV_STR("n"), &ov_type_int);
	ov_env_variable(env, OV_STR("s"), &ov_type_string);
	ov_env_variable(env, OV_STR("l"), &ov_type_list_dyn);
	ov_env_variable(env, OV_STR("m"), &ov_type_map_dyn);
	ov_env_variable(env, OV_STR("d"), &ov_type_dyn);
	ov_env_variable(env, OV_STR("o"), &ov_type_dyn);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Sources are UTF-8 before anything is read from them. */
	if (!size || !ov_utf8_valid(ov_str_n((const char *)data + 1, size - 1), NULL))
		return 0;
	struct ov_arena arena = {0};
	struct ov_key_cache cache = {0};
	struct ov_keys *keys = ov_keys_new(1);
	struct ov_regex_cache *regex = ov_regex_cache_new(1);
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_env env;
	struct ov_scope scope;
	struct ov_value fixed[6];
	struct ov_expr_text text = {
		.text = ov_str_n((const char *)data + 1, size - 1), .sources = &sources};

	ov_sources_init(&sources, &arena);
	ov_diags_init(&diags, &sources);
	ov_env_init(&env, &arena, keys);
	ov_env_kube(&env);
	env.regex = regex;
	env.strict = data[0] & 1;
	env.unchecked = data[0] & 2;
	declare(&env, fixed);
	ov_scope_init(&scope, &env);
	struct ov_expr *expr = ov_expr_compile(&scope, &text, &diags);
	ov_assert(expr != NULL || diags.errors > 0);
	if (expr) {
		struct ov_eval eval = {
			.arena = &arena, .keys = keys, .cache = &cache, .regex = regex};
		eval.slots = ov_new_array(&arena, struct ov_value, scope.slots);
		memcpy(eval.slots, fixed, sizeof(fixed));
		struct ov_value v = ov_expr_eval(&eval, expr);
		ov_assert(ov_is_some(v));
		if (ov_is_string(v))
			ov_assert(ov_utf8_valid(ov_string(v), NULL));
	}
	ov_diags_release(&diags);
	ov_regex_cache_free(regex);
	ov_keys_free(keys);
	ov_arena_release(&arena);
	return 0;
}
