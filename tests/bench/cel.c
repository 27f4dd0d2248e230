/*
 * cel: how often a second compiled expressions are evaluated, on one core.
 *
 * usage: cel [FOLDER]
 * First a comparison of two fields; then, of the validation rules of the custom resource
 * definitions in FOLDER, the ten that take longest. Each rule is given values that its schema
 * allows, with few and with many elements, and is measured on the one of them that takes it
 * longest, of those for which the rule holds; a rule that holds for none of them is judged by
 * those that break it. Only the evaluation is counted, not the making of the value.
 */
#include <stdio.h>

#include "base/limits.h"
#include "expr/eval.h"
#include "expr/functions.h"
#include "foreign/os.h"
#include "foreign/reader.h"
#include "schema/api_internal.h"

enum {
	TOP = 10,
	LONGLIST = 16,      /* rules are asked with lists of up to so many entries */
	DEEPEST = 8,        /* below, only what is required */
	MOST_NODES = 20000, /* of one value */
	MOST_WRITTEN = 256, /* of a path */
};

static const uint64_t GLANCE = 15000, LOOK = 5000000, MEASURE = 200000000; /* nanoseconds */

struct rule {
	struct ov_str text, place;
	const struct ov_api_rules *rules;
	const struct ov_api_program *program;
	struct ov_value self;
	size_t steps;
	bool holds;
	double each; /* nanoseconds */
};

struct session {
	struct ov_arena arena, scratch;
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	struct ov_regex_cache *regexes;
	struct ov_eval eval;
	struct ov_buf path;
	struct ov_api_set *set;
	OV_VEC(struct ov_api_set *) sets;
	OV_VEC(struct rule) rules;
	size_t count, wrong, unheld;
};

/* What a value is to be like. */
struct shape {
	size_t style;   /* which of the texts comes first */
	size_t entries; /* of lists and maps */
	bool full;      /* with fields that are not required */
	size_t nodes;
};

static void fill_slots(struct ov_arena *arena, const struct rule *r, struct ov_value *slots)
{
	slots[0] = r->self;
	slots[1] = r->program->rule->optional_old ? ov_optional_of(arena, r->self) : r->self;
}

/* Evaluates again and again for at least `time`; nanoseconds for one evaluation. */
static double measure(struct session *s, const struct ov_expr *expr, struct ov_value *slots,
	uint64_t time, struct ov_value *result)
{
	uint64_t start = ov_os_cpu(), took = 0;
	size_t done = 0, batch = 1;
	while (took < time) {
		for (size_t i = 0; i < batch; i++) {
			struct ov_arena_mark mark = ov_arena_mark(&s->scratch);
			s->eval.slots = slots;
			s->eval.steps = s->eval.bytes = 0;
			*result = ov_expr_eval(&s->eval, expr);
			ov_arena_rewind(&s->scratch, mark);
		}
		done += batch;
		batch = batch < 4096 ? batch * 2 : batch;
		took = ov_os_cpu() - start;
	}
	return (double)took / (double)done;
}

/* The best of some tries: the first one compiles patterns, any may be disturbed. */
static double measure_rule(struct session *s, struct rule *r, uint64_t time)
{
	enum { TRIES = 3 };
	struct ov_value result;
	struct ov_arena_mark mark = ov_arena_mark(&s->scratch);
	struct ov_value *slots = ov_new_array(&s->scratch, struct ov_value, r->program->slots);
	fill_slots(&s->scratch, r, slots);
	for (size_t i = 0; i < TRIES; i++) {
		double each = measure(s, r->program->expr, slots, time / TRIES, &result);
		if (!i || each < r->each)
			r->each = each;
	}
	r->steps = s->eval.steps;
	r->holds = result.kind == OV_KIND_BOOL && result.boolean;
	if (ov_is_error(result))
		r->each = 0;
	ov_arena_rewind(&s->scratch, mark);
	return r->each;
}

static struct ov_value sample(struct session *s, const struct ov_api_node *node,
	struct shape *shape, size_t depth, size_t index);

/* A text that the schema allows, another one for each index. */
static struct ov_str sample_text(struct session *s, const struct ov_api_node *node,
	const struct shape *shape, size_t index)
{
	static const char *const texts[] = {"a%zu", "10.0.%zu.0/24", "10.0.0.%zu", "%zu",
		"%zus", "A%zu", "a%zu.example.com", "https://a%zu.example.com/a", "/a%zu",
		"fd00:%zu::/64", "fd00::%zu", "1.2.%zu", "v1.2.%zu", "%zuGi", "%zu%%",
		"02:00:00:00:00:0%zu", "example.com/a%zu", "2026-01-01T00:00:0%zuZ",
		"a%zu@example.com", "%zum0s", "YQ=="};
	const struct ov_api_checks *c = node->checks;
	struct ov_str text = {0};
	for (size_t i = 0; i < OV_COUNT(texts); i++) {
		const char *form = texts[(i + shape->style) % OV_COUNT(texts)];
		struct ov_buf buf;
		ov_buf_init(&buf);
		for (const char *p = form; *p; p++) {
			if (p[0] == '%' && p[1] == 'z') {
				ov_buf_addf(&buf, "%zu", index + 1);
				p += 2;
			} else {
				p += p[0] == '%';
				ov_buf_putc(&buf, *p);
			}
		}
		while (c && c->min_length != SIZE_MAX && buf.len < c->min_length &&
			buf.len < 4096)
			ov_buf_putc(&buf, 'a');
		text = ov_str_dup(&s->arena, ov_buf_str(&buf));
		ov_buf_release(&buf);
		if (!c || ((!c->regex || ov_regex_search(c->regex, text) == OV_REGEX_YES) &&
				  (!c->format || !c->format->ok || c->format->ok(text)) &&
				  (c->max_length == SIZE_MAX || text.len <= c->max_length)))
			return text;
	}
	return text;
}

static struct ov_value sample_map(
	struct session *s, const struct ov_api_node *node, struct shape *shape, size_t depth)
{
	struct ov_map_builder b;
	struct shape fewer = *shape;
	ov_map_begin(&b, &s->arena, node->field_count);
	for (size_t i = 0; i < node->field_count; i++) {
		const struct ov_api_field *f = &node->fields[i];
		bool wanted = shape->full && depth < DEEPEST && shape->nodes < MOST_NODES;
		if (f->required || wanted)
			ov_map_set(&b, f->key, sample(s, f->node, shape, depth + 1, 0));
	}
	fewer.entries = shape->entries > 2 ? shape->entries / 2 : 1;
	for (size_t i = 0; node->values && depth < DEEPEST && i < shape->entries; i++) {
		struct ov_api_node any = {0};
		const struct ov_key *key = ov_key(s->keys, sample_text(s, &any, shape, i));
		if (!ov_map_find(&b, key))
			ov_map_set(&b, key, sample(s, node->values, &fewer, depth + 1, i));
	}
	shape->nodes = fewer.nodes > shape->nodes ? fewer.nodes : shape->nodes;
	return ov_map_end(&b);
}

static struct ov_value sample_list(
	struct session *s, const struct ov_api_node *node, struct shape *shape, size_t depth)
{
	const struct ov_api_checks *c = node->checks;
	struct shape fewer = *shape;
	size_t least = c && c->min_items != SIZE_MAX ? c->min_items : 0;
	size_t most = c && c->max_items != SIZE_MAX ? c->max_items : shape->entries;
	size_t count = shape->entries < most ? shape->entries : most;
	if (depth >= DEEPEST || shape->nodes >= MOST_NODES)
		count = 0;
	if (count < least)
		count = least < 64 ? least : 64;
	fewer.entries = shape->entries > 2 ? shape->entries / 2 : 1;
	struct ov_value *items = ov_new_array(&s->arena, struct ov_value, count);
	for (size_t i = 0; i < count; i++)
		items[i] = sample(s, node->items, &fewer, depth + 1, i);
	shape->nodes = fewer.nodes;
	return ov_value_list(items, count);
}

static struct ov_value sample_number(const struct ov_api_node *node, size_t index)
{
	const struct ov_api_checks *c = node->checks;
	double least = 1, number = (double)index + 1;
	if (c && ov_is_some(c->minimum)) {
		least = c->minimum.kind == OV_KIND_INT ? (double)c->minimum.integer
						       : c->minimum.number;
		number = least + (double)index;
	}
	if (c && c->maximum.kind == OV_KIND_INT && number > (double)c->maximum.integer)
		number = (double)c->maximum.integer;
	if (node->types & OV_API_INTEGER)
		return ov_value_int((int64_t)number);
	return ov_value_double(number);
}

/* A value of the schema; `index` is that of an element, so that elements differ. */
static struct ov_value sample(struct session *s, const struct ov_api_node *node,
	struct shape *shape, size_t depth, size_t index)
{
	const struct ov_api_checks *c = node->checks;
	shape->nodes++;
	if (c && ov_count(c->enum_))
		return c->enum_.items[(shape->style + index) % c->enum_.count];
	if (depth > 4 * DEEPEST)
		return ov_value_null();
	if (node->types & OV_API_OBJECT)
		return sample_map(s, node, shape, depth);
	if (node->types & OV_API_ARRAY && node->items)
		return sample_list(s, node, shape, depth);
	if (node->types & (OV_API_INTEGER | OV_API_NUMBER))
		return sample_number(node, index);
	if (node->types & OV_API_BOOLEAN)
		return ov_value_bool(true);
	if (node->int_or_string)
		return ov_value_int((int64_t)index + 1);
	return ov_value_string(sample_text(s, node, shape, index));
}

/* An object has these whether its schema declares them or not. */
static struct ov_value with_metadata(struct session *s, struct ov_value v)
{
	static const char *const names[] = {"apiVersion", "kind"};
	for (size_t i = 0; i < OV_COUNT(names); i++)
		v = ov_with(&s->arena, v, ov_key(s->keys, ov_str_c(names[i])),
			ov_value_string(OV_STR("a")));
	struct ov_value name = ov_with(&s->arena, (struct ov_value){.kind = OV_KIND_MAP},
		ov_key(s->keys, OV_STR("name")), ov_value_string(OV_STR("a")));
	return ov_with(&s->arena, v, ov_key(s->keys, OV_STR("metadata")), name);
}

/* Keeps one of each text, where it takes longest. */
static void keep(struct session *s, const struct rule *r)
{
	for (size_t i = 0; i < s->rules.count; i++) {
		struct rule *other = &s->rules.items[i];
		if (!ov_str_eq(other->text, r->text))
			continue;
		if (r->holds == other->holds ? r->each > other->each : r->holds)
			*other = *r;
		return;
	}
	ov_vec_push(&s->arena, &s->rules, *r);
}

static void try_rules(struct session *s, const struct ov_api_rules *rules)
{
	static const size_t entries[] = {1, 2, LONGLIST};
	struct rule *best = ov_new_array(&s->arena, struct rule, rules->program_count);
	for (size_t n = 0; n < 42; n++) {
		struct shape shape = {n / 6, entries[n / 2 % 3], n % 2, 0};
		struct ov_value v = sample(s, rules->node, &shape, 0, 0), self;
		if (rules->root && v.kind == OV_KIND_MAP)
			v = with_metadata(s, v);
		if (!ov_api_view(&s->arena, rules->node, rules->root, &s->set->words, v, &self))
			continue;
		for (size_t i = 0; i < rules->program_count; i++) {
			struct rule r = {.program = &rules->programs[i], .self = self};
			if (!r.program->expr || measure_rule(s, &r, GLANCE) <= 0)
				continue;
			if (r.holds == best[i].holds ? r.each > best[i].each : r.holds)
				best[i] = r;
		}
	}
	for (size_t i = 0; i < rules->program_count; i++) {
		s->count++;
		s->wrong += rules->programs[i].error.len > 0;
		s->unheld += best[i].program && !best[i].holds;
		if (!best[i].program)
			continue;
		best[i].text = rules->programs[i].rule->rule;
		best[i].place = ov_str_fmt(
			&s->arena, "%.*s, rule %zu", OV_STR_ARG(ov_buf_str(&s->path)), i + 1);
		keep(s, &best[i]);
	}
}

static void visit(struct session *s, const struct ov_api_rules *rules, size_t depth)
{
	size_t len = s->path.len;
	if (!rules || depth > OV_LIMIT_DEPTH || len > MOST_WRITTEN)
		return;
	if (rules->program_count)
		try_rules(s, rules);
	for (size_t i = 0; i < rules->field_count; i++) {
		ov_buf_addf(&s->path, ".%.*s", OV_STR_ARG(rules->fields[i].key->str));
		visit(s, rules->fields[i].rules, depth + 1);
		s->path.len = len;
	}
	for (size_t i = 0; i < rules->all_count; i++)
		visit(s, rules->all_of[i], depth + 1);
	if (rules->items) {
		ov_buf_puts(&s->path, "[]");
		visit(s, rules->items, depth + 1);
	} else if (rules->values) {
		ov_buf_puts(&s->path, ".*");
		visit(s, rules->values, depth + 1);
	}
	s->path.len = len;
}

static void visit_kind(
	void *context, struct ov_str group, struct ov_str kind, struct ov_str versions)
{
	struct session *s = context;
	for (size_t at = 0; at < versions.len;) {
		size_t end = at;
		while (end < versions.len && versions.ptr[end] != ' ')
			end++;
		struct ov_str version = ov_str_sub(versions, at, end);
		const struct ov_api_kind *found =
			ov_api_set_find(s->set, group, version, kind, &s->diags);
		at = end + 1;
		if (!found)
			continue;
		ov_buf_clear(&s->path);
		ov_buf_addf(&s->path, "%.*s %.*s ", OV_STR_ARG(kind), OV_STR_ARG(version));
		visit(s, ((const struct ov_api_loaded *)(const void *)found)->rules, 0);
	}
}

static bool is_yaml(void *context, struct ov_str path)
{
	(void)context;
	return ov_str_ends(path, OV_STR(".yaml"));
}

static void add_file(void *context, const struct ov_found *found)
{
	struct session *s = context;
	struct ov_docs docs = {0};
	struct ov_buf out;
	if (found->kind != OV_FOUND_FILE)
		return;
	struct ov_source *source =
		ov_sources_add(&s->sources, found->path, found->bytes, false);
	struct ov_reader reader = {&s->arena, s->keys, &s->cache, &s->diags, source};
	ov_buf_init(&out);
	if (source && ov_source_read(&reader, &docs) &&
		ov_api_import(&s->arena, s->keys, docs.items, docs.count, OV_API_IMPORT_RULES,
			&out, &s->diags))
		s->set = ov_api_set_open(s->keys, s->regexes, source->path,
			ov_str_dup(&s->arena, ov_buf_str(&out)), &s->diags);
	else
		s->set = NULL;
	ov_buf_release(&out);
	if (!s->set)
		return;
	ov_vec_push(&s->arena, &s->sets, s->set);
	ov_api_set_each(s->set, visit_kind, s);
}

/* The rules that take longest come first, the others go. */
static void select_top(struct session *s, size_t most)
{
	for (size_t i = 0; i < most && i < s->rules.count; i++) {
		size_t worst = i;
		for (size_t k = i + 1; k < s->rules.count; k++) {
			if (s->rules.items[k].each > s->rules.items[worst].each)
				worst = k;
		}
		struct rule r = s->rules.items[i];
		s->rules.items[i] = s->rules.items[worst];
		s->rules.items[worst] = r;
	}
	if (s->rules.count > most)
		s->rules.count = most;
}

static void show(const char *what, double each, size_t steps, const char *remark)
{
	printf("  %-72s %11.0f /s, %7zu steps%s\n", what, 1e9 / each, steps, remark);
}

static void measure_comparison(struct session *s)
{
	static const char text[] = "object.spec.x <= object.spec.y";
	struct ov_env env;
	struct ov_scope scope;
	struct ov_value result, spec = {.kind = OV_KIND_MAP}, object = spec;
	ov_env_init(&env, &s->arena, s->keys);
	ov_env_kube(&env);
	ov_env_variable(&env, OV_STR("object"), &ov_type_dyn);
	ov_scope_init(&scope, &env);
	struct ov_expr_text source = {.text = ov_str_c(text), .sources = &s->sources};
	struct ov_expr *expr = ov_expr_compile(&scope, &source, &s->diags);
	if (!expr)
		return;
	spec = ov_with(&s->arena, spec, ov_key(s->keys, OV_STR("x")), ov_value_int(3));
	spec = ov_with(&s->arena, spec, ov_key(s->keys, OV_STR("y")), ov_value_int(4));
	object = with_metadata(s, object);
	object = ov_with(&s->arena, object, ov_key(s->keys, OV_STR("spec")), spec);
	struct ov_value *slots = ov_new_array(&s->arena, struct ov_value, scope.slots);
	slots[0] = object;
	double each = measure(s, expr, slots, MEASURE, &result);
	show(text, each, s->eval.steps, "");
}

static void measure_rules(struct session *s, struct ov_str folder)
{
	if (!ov_os_walk(&s->arena, folder, is_yaml, add_file, s, &s->diags))
		return;
	printf("the %d costliest of %zu rules in %.*s, %zu texts:\n", TOP, s->count,
		OV_STR_ARG(folder), s->rules.count);
	select_top(s, 4 * TOP);
	for (size_t i = 0; i < s->rules.count; i++)
		measure_rule(s, &s->rules.items[i], LOOK);
	select_top(s, TOP);
	for (size_t i = 0; i < s->rules.count; i++)
		measure_rule(s, &s->rules.items[i], MEASURE);
	select_top(s, TOP);
	for (size_t i = 0; i < s->rules.count; i++) {
		const struct rule *r = &s->rules.items[i];
		show(ov_str_cstr(&s->arena, r->place), r->each, r->steps,
			r->holds ? "" : ", does not hold");
	}
	if (s->wrong)
		printf("  %zu rules cannot be compiled\n", s->wrong);
	if (s->unheld)
		printf("  %zu rules hold for no value that was tried\n", s->unheld);
}

int main(int argc, char **argv)
{
	struct session s = {0};
	ov_sources_init(&s.sources, &s.arena);
	ov_diags_init(&s.diags, &s.sources);
	ov_buf_init(&s.path);
	s.keys = ov_keys_new(1);
	s.regexes = ov_regex_cache_new(1);
	s.eval = (struct ov_eval){
		.arena = &s.scratch, .keys = s.keys, .cache = &s.cache, .regex = s.regexes};
	printf("expressions, evaluations on one core:\n");
	measure_comparison(&s);
	if (argc > 1 && ov_os_kind(ov_str_c(argv[1])) == OV_OS_FOLDER)
		measure_rules(&s, ov_str_c(argv[1]));
	else
		printf("  skipped: rules: there is no folder of custom resource definitions "
		       "(CRDS)\n");
	for (size_t i = 0; i < s.diags.list.count && i < TOP; i++)
		fprintf(stderr, "cel: %.*s\n", OV_STR_ARG(s.diags.list.items[i]->message));
	bool ok = !s.diags.list.count;
	for (size_t i = 0; i < s.sets.count; i++)
		ov_api_set_close(s.sets.items[i]);
	ov_regex_cache_free(s.regexes);
	ov_keys_free(s.keys);
	ov_buf_release(&s.path);
	ov_diags_release(&s.diags);
	ov_arena_release(&s.scratch);
	ov_arena_release(&s.arena);
	return ok ? 0 : 1;
}
