/* env: which variables and functions an expression may use. Layer: expr. */
#include "expr/expr.h"
#include "expr/functions.h"
#include "lang/ascii.h"

/* Reads signatures such as `list(A).map(string, K) optional(A)`. */
struct signature {
	struct ov_arena *arena;
	const char *text;
	const char *at;
	bool receiver; /* it is read, and a dot may be what ends it */
};

static void skip(struct signature *s)
{
	while (*s->at == ' ')
		s->at++;
}

static const struct ov_type *named(struct signature *s, struct ov_str name)
{
	static const struct {
		const char *name;
		const struct ov_type *type;
	} basic[] = {
		{"dyn", &ov_type_dyn},
		{"null", &ov_type_null},
		{"bool", &ov_type_bool},
		{"int", &ov_type_int},
		{"uint", &ov_type_uint},
		{"double", &ov_type_double},
		{"string", &ov_type_string},
		{"bytes", &ov_type_bytes},
		{"duration", &ov_type_duration},
		{"timestamp", &ov_type_timestamp},
		{"type", &ov_type_type},
	};
	for (size_t i = 0; i < OV_COUNT(basic); i++) {
		if (ov_str_is(name, basic[i].name))
			return basic[i].type;
	}
	struct ov_type *type = ov_new(s->arena, struct ov_type);
	type->kind = name.len == 1 ? OV_TYPE_PARAM : OV_TYPE_OPAQUE;
	type->name = ov_str_cstr(s->arena, name);
	return type;
}

static const struct ov_type *read_type(struct signature *s)
{
	skip(s);
	const char *from = s->at;
	while (*s->at && !memchr(" ,().#", *s->at, 6))
		s->at++;
	/* Opaque types have dotted names: net.IP. A receiver's dot is followed by a method. */
	while (*s->at == '.' && (s->receiver ? ov_is_upper(s->at[1]) : ov_is_alpha(s->at[1]))) {
		s->at++;
		while (*s->at && !memchr(" ,().#", *s->at, 6))
			s->at++;
	}
	struct ov_str name = ov_str_n(from, (size_t)(s->at - from));
	if (*s->at != '(')
		return named(s, name);
	s->at++;
	const struct ov_type *first = read_type(s);
	const struct ov_type *type = NULL;
	if (ov_str_is(name, "list"))
		type = ov_type_list(s->arena, first);
	else if (ov_str_is(name, "optional"))
		type = ov_type_optional(s->arena, first);
	else if (ov_str_is(name, "type"))
		type = &ov_type_type;
	else if (ov_str_is(name, "map") && *s->at == ',') {
		s->at++;
		type = ov_type_map(s->arena, first, read_type(s));
	}
	skip(s);
	if (!type || *s->at != ')')
		ov_bug("bad signature: %s", s->text);
	s->at++;
	return type;
}

/* Behind a type that begins at `at`: list(A), map(K, V), net.IP, string. */
static const char *behind_type(const char *at)
{
	static const char *const generic[] = {"list(", "map(", "optional("};
	for (size_t i = 0; i < OV_COUNT(generic); i++) {
		if (strncmp(at, generic[i], strlen(generic[i])) != 0)
			continue;
		size_t depth = 0;
		do {
			depth += *at == '(';
			depth -= *at == ')';
			at++;
		} while (*at && (depth || *at != '.'));
		return at;
	}
	while (*at && *at != '(' && (*at != '.' || ov_is_upper(at[1])))
		at++;
	return at;
}

/* Where the name of the function begins: behind the receiver's dot or #, if there is one. */
static const char *name_of(const char *text, bool *method)
{
	const char *hash = strchr(text, '#');
	if (hash) {
		*method = true;
		return hash + 1;
	}
	const char *at = behind_type(text);
	*method = *at == '.';
	return *method ? at + 1 : text;
}

static void read_signature(struct ov_env *env, struct ov_function *f)
{
	struct signature s = {env->arena, f->signature, f->signature, false};
	const char *name;
	/* `::` marks a function in a name space, whose dots are part of its name. */
	const char *space = strstr(f->signature, "::");
	if (space) {
		name = f->signature;
		s.at = name;
	} else {
		name = name_of(f->signature, &f->method);
		if (f->method) {
			s.receiver = name[-1] == '.';
			f->params[f->count++] = read_type(&s);
			if (s.at + 1 != name)
				ov_bug("bad signature: %s", f->signature);
			s.at = name;
			s.receiver = false;
		}
	}
	const char *open = strchr(name, '(');
	if (!open)
		ov_bug("bad signature: %s", f->signature);
	struct ov_str plain = ov_str_n(name, (size_t)(open - name));
	if (space)
		plain = ov_str_fmt(env->arena, "%.*s.%.*s", (int)(space - name), name,
			(int)(open - space - 2), space + 2);
	f->name = ov_key(env->keys, plain);
	s.at = open + 1;
	skip(&s);
	while (*s.at != ')') {
		if (f->count == OV_COUNT(f->params))
			ov_bug("too many parameters: %s", f->signature);
		f->params[f->count++] = read_type(&s);
		skip(&s);
		if (strncmp(s.at, "...", 3) == 0) {
			f->variadic = true;
			s.at += 3;
		}
		if (*s.at == ',')
			s.at++;
		else if (*s.at != ')')
			ov_bug("bad signature: %s", f->signature);
		skip(&s);
	}
	s.at++;
	f->result = read_type(&s);
}

void ov_env_functions(struct ov_env *env, struct ov_function_table table)
{
	for (size_t i = 0; i < table.count; i++) {
		struct ov_function f = table.items[i];
		read_signature(env, &f);
		ov_vec_push(env->arena, &env->functions, f);
	}
}

void ov_env_without(struct ov_env *env, const char *name)
{
	size_t kept = 0, len = strlen(name);
	for (size_t i = 0; i < env->functions.count; i++) {
		struct ov_function f = env->functions.items[i];
		struct ov_str full = f.method ? ov_str_c(f.signature) : f.name->str;
		if (!ov_str_starts(full, ov_str_n(name, len)) ||
			ov_byte(full, len) != (f.method ? '(' : '.'))
			env->functions.items[kept++] = f;
	}
	env->functions.count = kept;
}

void ov_env_init(struct ov_env *env, struct ov_arena *arena, struct ov_keys *keys)
{
	*env = (struct ov_env){.arena = arena, .keys = keys};
	ov_env_functions(env, ov_functions_core());
	ov_env_functions(env, ov_functions_convert());
	ov_env_functions(env, ov_functions_text());
	ov_env_functions(env, ov_functions_format());
	ov_env_functions(env, ov_functions_regex());
	ov_env_functions(env, ov_functions_math());
	ov_env_functions(env, ov_functions_list());
	ov_env_functions(env, ov_functions_time());
}

void ov_env_kube(struct ov_env *env)
{
	ov_env_functions(env, ov_functions_kube());
	ov_env_functions(env, ov_functions_named());
	ov_env_functions(env, ov_functions_url());
	ov_function_format_kube(env);
}

void ov_env_variable(struct ov_env *env, struct ov_str name, const struct ov_type *type)
{
	struct ov_variable v = {ov_key(env->keys, name), type};
	ov_vec_push(env->arena, &env->variables, v);
}

void ov_scope_init(struct ov_scope *scope, const struct ov_env *env)
{
	*scope = (struct ov_scope){.env = env, .slots = env->variables.count};
}

size_t ov_scope_push(
	struct ov_scope *scope, const struct ov_key *name, const struct ov_type *type)
{
	struct ov_variable v = {name, type};
	ov_vec_push(scope->env->arena, &scope->locals, v);
	size_t slots = scope->env->variables.count + scope->locals.count;
	if (slots > scope->slots)
		scope->slots = slots;
	return slots - 1;
}
