/*
 * api_rules: validation rules of kinds (x-kubernetes-validations). Layer: schema.
 *
 * Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/cel. A rule is compiled once for
 * the schema that it stands in; rules in allOf are those of the schema around it. A rule that
 * compares with what was before is asked where there is something to compare with.
 */
#include "schema/api_internal.h"

#include "base/limits.h"
#include "expr/eval.h"
#include "expr/functions.h"
#include "value/equal.h"

/* Slots of the two variables of a rule. */
enum { SELF, OLD, VARIABLES };

/* The longest message that an expression may give. */
enum { MOST_MESSAGE = 5 << 10 };

static struct ov_env *base_env(struct ov_api_set *set)
{
	if (!set->has_env) {
		ov_env_init(&set->env, &set->arena, set->keys);
		ov_env_kube(&set->env);
		/* Their extension of strings is of version 2. */
		ov_env_without(&set->env, "string.reverse");
		set->env.regex = set->regexes;
		set->env.server = set->env.no_bind = true;
		set->has_env = true;
	}
	return &set->env;
}

static bool uses_old(const struct ov_expr *e)
{
	if (e->op == OV_EXPR_NAME && e->slot == OLD)
		return true;
	for (size_t i = 0; i < e->count; i++) {
		if (uses_old(e->args[i]))
			return true;
	}
	return false;
}

/* Compiles one text; `*error` says why it cannot be. */
static struct ov_expr *compile(struct ov_api_set *set, struct ov_str text,
	const struct ov_type *type, bool optional, enum ov_type_kind wanted, size_t *slots,
	struct ov_str *error)
{
	struct ov_env env = *base_env(set);
	struct ov_scope scope;
	struct ov_diags diags;
	memset(&env.variables, 0, sizeof(env.variables));
	ov_env_variable(&env, OV_STR("self"), type);
	ov_env_variable(
		&env, OV_STR("oldSelf"), optional ? ov_type_optional(&set->arena, type) : type);
	ov_diags_init(&diags, NULL);
	ov_scope_init(&scope, &env);
	struct ov_expr_text source = {
		.text = text, .sources = &set->sources, .scalar = ov_value_string(text)};
	struct ov_expr *expr = ov_expr_compile(&scope, &source, &diags);
	if (!expr && diags.list.count)
		*error = ov_str_dup(&set->arena, diags.list.items[0]->message);
	if (expr && expr->type->kind != wanted) {
		*error = ov_str_fmt(&set->arena, "it gives %.*s, not a %s",
			OV_STR_ARG(ov_type_str(&set->arena, expr->type)),
			wanted == OV_TYPE_BOOL ? "bool" : "string");
		expr = NULL;
	}
	if (scope.slots > *slots)
		*slots = scope.slots;
	ov_diags_release(&diags);
	return expr;
}

static const struct ov_api_program *compile_all(struct ov_api_set *set,
	const struct ov_api_node *from, const struct ov_type *type, size_t *count)
{
	struct ov_api_program *programs =
		ov_new_array(&set->arena, struct ov_api_program, from->rule_count);
	*count = from->rule_count;
	for (size_t i = 0; i < from->rule_count; i++) {
		const struct ov_api_rule *rule = &from->rules[i];
		struct ov_api_program *p = &programs[i];
		struct ov_str ignored;
		p->rule = rule;
		p->slots = VARIABLES;
		if (!ov_str_trim(rule->rule).len)
			continue;
		if (!type) {
			p->error = OV_STR("rules cannot see values of this schema");
			continue;
		}
		p->expr = compile(set, rule->rule, type, rule->optional_old, OV_TYPE_BOOL,
			&p->slots, &p->error);
		p->uses_old = p->expr && uses_old(p->expr);
		if (p->expr && rule->message_expression.len)
			p->message = compile(set, rule->message_expression, type,
				rule->optional_old, OV_TYPE_STRING, &p->slots, &ignored);
	}
	return programs;
}

struct builder {
	struct ov_api_set *set;
	size_t depth;
};

static const struct ov_api_rules *build(struct builder *b, const struct ov_api_node *from,
	const struct ov_api_node *node, bool root);

static void build_fields(struct builder *b, const struct ov_api_node *from,
	const struct ov_api_node *node, struct ov_api_rules *out)
{
	struct ov_api_rules_field *fields =
		ov_new_array(&b->set->arena, struct ov_api_rules_field, from->field_count);
	for (size_t i = 0; i < from->field_count; i++) {
		const struct ov_api_field *own = ov_api_field(node, from->fields[i].key);
		/* What rules cannot see is not judged by them, nor what is in it. */
		if (!own || !ov_api_type(b->set, own->node, own->node->embedded))
			continue;
		const struct ov_api_rules *rules =
			build(b, from->fields[i].node, own->node, own->node->embedded);
		if (rules)
			fields[out->field_count++] =
				(struct ov_api_rules_field){own->key, rules};
	}
	out->fields = fields;
}

static void build_all(struct builder *b, const struct ov_api_nodes *all,
	const struct ov_api_node *node, bool root, struct ov_api_rules *out)
{
	const struct ov_api_rules **list =
		ov_new_array(&b->set->arena, const struct ov_api_rules *, all->count);
	for (size_t i = 0; i < all->count; i++) {
		const struct ov_api_rules *rules = build(b, all->items[i], node, root);
		if (rules)
			list[out->all_count++] = rules;
	}
	out->all_of = list;
}

/* The rules of `from`, a schema or a branch of allOf in it, for the values of `node`. */
static const struct ov_api_rules *build(struct builder *b, const struct ov_api_node *from,
	const struct ov_api_node *node, bool root)
{
	struct {
		const struct ov_api_node *from, *node;
		uintptr_t root;
	} key = {from, node, root};
	struct ov_str text = ov_str_n((const char *)&key, sizeof(key));
	union ov_map_item *item = ov_map_get(&b->set->rules, text);
	if (item)
		return item->cptr;
	if (b->depth > OV_LIMIT_DEPTH)
		return NULL;
	ov_map_put(&b->set->rules, ov_str_dup(&b->set->arena, text), NULL)->cptr = NULL;
	b->depth++;
	struct ov_api_rules out = {.node = node, .root = root};
	if (from->rule_count)
		out.programs = compile_all(
			b->set, from, ov_api_type(b->set, node, root), &out.program_count);
	if (from->items && node->items)
		out.items = build(b, from->items, node->items, node->items->embedded);
	if (from->values && node->values)
		out.values = build(b, from->values, node->values, node->values->embedded);
	if (from->field_count)
		build_fields(b, from, node, &out);
	if (from->checks && from->checks->all_of.count)
		build_all(b, &from->checks->all_of, node, root, &out);
	b->depth--;
	if (!out.program_count && !out.items && !out.values && !out.field_count &&
		!out.all_count)
		return NULL;
	struct ov_api_rules *rules = ov_new(&b->set->arena, struct ov_api_rules);
	*rules = out;
	ov_map_get(&b->set->rules, text)->cptr = rules;
	return rules;
}

const struct ov_api_rules *ov_api_rules_compile(
	struct ov_api_set *set, const struct ov_api_node *root)
{
	struct builder b = {.set = set};
	return build(&b, root, root, true);
}

struct asking {
	struct ov_api_run *run;
	struct ov_eval eval;
	bool stop; /**< the rules have cost too much */
};

/* One more segment of a rule's fieldPath, .name or ['name']; false at its end. */
static bool next_segment(struct ov_str path, size_t *at, struct ov_str *name)
{
	size_t from = *at, to;
	if (from >= path.len)
		return false;
	if (path.ptr[from] == '[') {
		from += 2;
		to = from;
		while (to < path.len && path.ptr[to] != '\'')
			to++;
		*at = to + 2;
	} else {
		from += path.ptr[from] == '.';
		to = from;
		while (to < path.len && path.ptr[to] != '.' && path.ptr[to] != '[')
			to++;
		*at = to;
	}
	*name = ov_str_sub(path, from, to);
	return true;
}

static bool tell(struct asking *a, const struct ov_api_where *at, struct ov_str path,
	struct ov_str message)
{
	enum { DEEPEST = 32 };
	struct ov_api_where there[DEEPEST];
	struct ov_str name;
	size_t n = 0, from = 0;
	if (!a->run->diags)
		return false;
	while (n < DEEPEST && next_segment(path, &from, &name)) {
		const struct ov_key *key = ov_key(a->run->set->keys, name);
		const struct ov_entry *e = ov_entry_key(*at->value, key);
		there[n] = (struct ov_api_where){
			at, e ? &e->value : at->value, key, 0, at->depth + 1, false};
		at = &there[n++];
	}
	return ov_api_report(a->run, OV_DIAG_API_RULE, at, "breaks a rule of its kind: %.*s",
		OV_STR_ARG(message));
}

static struct ov_str name_of(const struct ov_api_rule *rule)
{
	return ov_str_trim(rule->message.len ? rule->message : rule->rule);
}

/* Counts what the last evaluation has cost; false when that is too much for one object. */
static bool afford(struct asking *a, const struct ov_api_where *at)
{
	a->run->steps += a->eval.steps;
	if (a->run->steps <= OV_LIMIT_API_STEPS)
		return true;
	a->stop = true;
	ov_api_report(a->run, OV_DIAG_API_RULE, at,
		"makes the rules of its kind cost too much: no further ones are asked");
	return false;
}

static struct ov_value run_program(
	struct asking *a, const struct ov_expr *expr, struct ov_value *slots)
{
	a->eval.slots = slots;
	a->eval.steps = a->eval.bytes = 0;
	return ov_expr_eval(&a->eval, expr);
}

/* What the server says where the rule does not hold. */
static struct ov_str message_of(struct asking *a, const struct ov_api_program *p,
	const struct ov_api_where *at, struct ov_value *slots)
{
	const struct ov_api_rule *rule = p->rule;
	if (p->message && a->run->diags) {
		struct ov_value v = run_program(a, p->message, slots);
		struct ov_str text = ov_str_trim(ov_string(v));
		if (!afford(a, at) ||
			(ov_is_string(v) && text.len && text.len <= MOST_MESSAGE &&
				ov_str_chr(text, '\n') == SIZE_MAX))
			return text;
	}
	if (rule->message.len)
		return ov_str_trim(rule->message);
	return ov_str_fmt(
		a->run->scratch, "failed rule: %.*s", OV_STR_ARG(ov_str_trim(rule->rule)));
}

static bool ask(struct asking *a, const struct ov_api_program *p, const struct ov_api_where *at,
	struct ov_value self, const struct ov_value *old)
{
	if (p->error.len)
		return ov_api_report(a->run, OV_DIAG_API_RULE, at,
			"has a rule that cannot be compiled, '%.*s': %.*s",
			OV_STR_ARG(ov_str_trim(p->rule->rule)), OV_STR_ARG(p->error));
	if (!p->expr || (p->uses_old && !old && !p->rule->optional_old))
		return true;
	struct ov_value *slots = ov_new_array(a->run->scratch, struct ov_value, p->slots);
	slots[SELF] = self;
	if (p->rule->optional_old)
		slots[OLD] = old ? ov_optional_of(a->run->scratch, *old) : ov_optional_none();
	else if (old)
		slots[OLD] = *old;
	struct ov_value v = run_program(a, p->expr, slots);
	if (!afford(a, at))
		return false;
	if (v.kind == OV_KIND_BOOL && v.boolean)
		return true;
	if (ov_is_error(v)) {
		a->stop = v.error->limit;
		return ov_api_report(a->run, OV_DIAG_API_RULE, at,
			"breaks a rule of its kind, '%.*s': %.*s", OV_STR_ARG(name_of(p->rule)),
			OV_STR_ARG(v.error->message));
	}
	return tell(a, at, p->rule->field_path, message_of(a, p, at, slots));
}

static bool ask_all(struct asking *a, const struct ov_api_rules *rules,
	const struct ov_api_where *at, const struct ov_value *old)
{
	struct ov_arena *scratch = a->run->scratch;
	const struct ov_api_words *words = &a->run->set->words;
	struct ov_arena_mark mark = ov_arena_mark(scratch);
	struct ov_value self, before;
	bool ok = true;
	if (!ov_api_view(scratch, rules->node, rules->root, words, *at->value, &self))
		ok = ov_api_report(a->run, OV_DIAG_API_RULE, at,
			"does not fit its schema, so that its rules cannot be asked");
	if (ok && old && !ov_api_view(scratch, rules->node, rules->root, words, *old, &before))
		old = NULL;
	for (size_t i = 0; ok && i < rules->program_count; i++) {
		if (!ask(a, &rules->programs[i], at, self, old ? &before : NULL)) {
			for (i++; !a->stop && i < rules->program_count; i++)
				ask(a, &rules->programs[i], at, self, old ? &before : NULL);
			ok = false;
		}
	}
	ov_arena_rewind(scratch, mark);
	return ok;
}

/* The entry of the old list that has the same keys. */
static const struct ov_value *old_entry(
	const struct ov_api_node *node, const struct ov_value *old, struct ov_value entry)
{
	if (!old || !ov_is_list(*old) || node->list_type != OV_API_MAP)
		return NULL;
	for (size_t i = 0; i < old->count; i++) {
		size_t k = 0;
		while (k < node->key_count &&
			ov_equal(ov_get_key(entry, node->keys[k]),
				ov_get_key(old->items[i], node->keys[k]), OV_IDENTICAL))
			k++;
		if (k == node->key_count)
			return &old->items[i];
	}
	return NULL;
}

static bool check(struct asking *a, const struct ov_api_rules *rules,
	const struct ov_api_where *at, const struct ov_value *old);

static bool check_map(struct asking *a, const struct ov_api_rules *rules,
	const struct ov_api_where *at, const struct ov_value *old)
{
	struct ov_value v = *at->value;
	bool ok = true;
	for (size_t i = 0; rules->values && i < v.count && !a->stop; i++) {
		const struct ov_entry *e = &v.entries[i];
		const struct ov_entry *was = old ? ov_entry_key(*old, e->key) : NULL;
		struct ov_api_where inner = {at, &e->value, e->key, 0, at->depth + 1, true};
		if (!ov_api_field(rules->node, e->key))
			ok = check(a, rules->values, &inner, was ? &was->value : NULL) && ok;
	}
	for (size_t i = 0; i < rules->field_count && !a->stop; i++) {
		const struct ov_entry *e = ov_entry_key(v, rules->fields[i].key);
		if (!e)
			continue;
		const struct ov_entry *was = old ? ov_entry_key(*old, e->key) : NULL;
		struct ov_api_where inner = {at, &e->value, e->key, 0, at->depth + 1, false};
		ok = check(a, rules->fields[i].rules, &inner, was ? &was->value : NULL) && ok;
	}
	return ok;
}

static bool check(struct asking *a, const struct ov_api_rules *rules,
	const struct ov_api_where *at, const struct ov_value *old)
{
	struct ov_value v = *at->value;
	bool ok = true;
	if (v.kind == OV_KIND_NULL || a->stop)
		return true;
	if (old && old->kind == OV_KIND_NULL)
		old = NULL;
	if (rules->program_count)
		ok = ask_all(a, rules, at, old);
	for (size_t i = 0; i < rules->all_count && !a->stop; i++)
		ok = check(a, rules->all_of[i], at, old) && ok;
	if (v.kind == OV_KIND_MAP)
		return check_map(a, rules, at, old) && ok;
	for (size_t i = 0; v.kind == OV_KIND_LIST && rules->items && i < v.count && !a->stop;
		i++) {
		struct ov_api_where inner = {at, &v.items[i], NULL, i, at->depth + 1, false};
		ok = check(a, rules->items, &inner, old_entry(rules->node, old, v.items[i])) &&
		     ok;
	}
	return ok;
}

bool ov_api_rules_check(struct ov_api_run *run, const struct ov_api_rules *rules,
	struct ov_value object, const struct ov_value *old)
{
	struct asking a = {.run = run};
	struct ov_api_where root = {.value = &object};
	a.eval = (struct ov_eval){.arena = run->scratch,
		.keys = run->set->keys,
		.cache = ov_new(run->scratch, struct ov_key_cache),
		.regex = run->set->regexes};
	return check(&a, rules, &root, old);
}
