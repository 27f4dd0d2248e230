/*
 * cel: the conformance suites of CEL and of Kubernetes' CEL libraries.
 *
 * A file holds one case a line, in a neutral form that names the type of every value.
 */
#include "conformance/suites.h"

#include "base/limits.h"
#include "expr/eval.h"
#include "expr/functions.h"
#include "foreign/json.h"
#include "foreign/os.h"
#include "foreign/regex.h"

#include <math.h>

struct suite {
	bool kube;
	ov_suite_fn *result;
	void *context;
	struct ov_regex_cache *regex;
	struct ov_key_cache *cache;
	struct ov_str file;
};

/* One case; everything lives in its arena. */
struct run {
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_key_cache *cache;
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_env env;
};

static int64_t read_int(struct ov_value v)
{
	char text[32];
	struct ov_str s = ov_string(v);
	snprintf(text, sizeof(text), "%.*s", OV_STR_ARG(s));
	return strtoll(text, NULL, 10);
}

static struct ov_value read_value(struct run *run, struct ov_value json);

static struct ov_value read_number(struct ov_str kind, struct ov_value v)
{
	char text[400];
	snprintf(text, sizeof(text), "%.*s", OV_STR_ARG(ov_string(v)));
	if (ov_str_is(kind, "int"))
		return ov_value_int(strtoll(text, NULL, 10));
	if (ov_str_is(kind, "uint"))
		return ov_value_uint(strtoull(text, NULL, 10));
	return ov_value_double(strtod(text, NULL));
}

static struct ov_value read_list(struct run *run, struct ov_value json)
{
	size_t n = ov_count(json);
	struct ov_value *items = ov_new_array(&run->arena, struct ov_value, n);
	for (size_t i = 0; i < n; i++)
		items[i] = read_value(run, ov_at(json, i));
	return ov_value_list(items, n);
}

static struct ov_value read_map(struct run *run, struct ov_value json)
{
	size_t n = ov_count(json);
	struct ov_pair *pairs = ov_new_array(&run->arena, struct ov_pair, n);
	for (size_t i = 0; i < n; i++) {
		pairs[i].key = read_value(run, ov_at(ov_at(json, i), 0));
		pairs[i].value = read_value(run, ov_at(ov_at(json, i), 1));
	}
	struct ov_eval eval = {.arena = &run->arena, .keys = run->keys, .cache = run->cache};
	return ov_eval_mapping(&eval, NULL, pairs, n);
}

static struct ov_value read_base64(struct run *run, struct ov_str s)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = ov_arena_alloc(&run->arena, s.len + 1, 1);
	size_t len = 0, bits = 0;
	uint32_t acc = 0;
	for (size_t i = 0; i < s.len && s.ptr[i] != '='; i++) {
		acc = acc << 6 | (uint32_t)(strchr(digits, s.ptr[i]) - digits);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[len++] = (char)(acc >> bits);
		}
	}
	return ov_value_bytes(ov_str_n(out, len));
}

/* The value that the neutral form describes; opaque ones as their text. */
static struct ov_value read_value(struct run *run, struct ov_value json)
{
	struct ov_str kind = ov_string(ov_get(json, "t"));
	struct ov_value v = ov_get(json, "v");
	if (ov_str_is(kind, "null"))
		return ov_value_null();
	if (ov_str_is(kind, "bool") || ov_str_is(kind, "string"))
		return v;
	if (ov_str_is(kind, "int") || ov_str_is(kind, "uint") || ov_str_is(kind, "double"))
		return read_number(kind, v);
	if (ov_str_is(kind, "bytes"))
		return read_base64(run, ov_string(ov_get(json, "b64")));
	if (ov_str_is(kind, "list"))
		return read_list(run, v);
	if (ov_str_is(kind, "map"))
		return read_map(run, v);
	if (ov_str_is(kind, "type")) {
		v.kind = OV_KIND_TYPE;
		return v;
	}
	if (ov_str_is(kind, "duration") || ov_str_is(kind, "timestamp"))
		return (struct ov_value){
			.kind = kind.ptr[0] == 'd' ? OV_KIND_DURATION : OV_KIND_TIMESTAMP,
			.seconds = read_int(ov_get(json, "sec")),
			.count = (uint32_t)(int32_t)ov_get(json, "nsec").integer};
	if (ov_str_is(kind, "optional"))
		return ov_is_some(v) ? ov_optional_of(&run->arena, read_value(run, v))
				     : ov_optional_none();
	struct ov_opaque *opaque = ov_new(&run->arena, struct ov_opaque);
	opaque->text = ov_string(v);
	return (struct ov_value){.kind = OV_KIND_OPAQUE, .opaque = opaque};
}

/* Equality of kind and content; a NaN is as good as another, the order of maps is not compared.
 */
static bool same(struct ov_value a, struct ov_value b)
{
	bool maps = (a.kind == OV_KIND_MAP || a.kind == OV_KIND_DICT) &&
		    (b.kind == OV_KIND_MAP || b.kind == OV_KIND_DICT);
	if (a.kind != b.kind && !maps)
		return false;
	switch ((enum ov_kind)a.kind) {
	case OV_KIND_NULL: return true;
	case OV_KIND_BOOL: return a.boolean == b.boolean;
	case OV_KIND_INT: return a.integer == b.integer;
	case OV_KIND_UINT: return a.uinteger == b.uinteger;
	case OV_KIND_DOUBLE:
		return (isnan(a.number) && isnan(b.number)) ||
		       (a.number <= b.number && a.number >= b.number);
	case OV_KIND_STRING:
	case OV_KIND_BYTES:
	case OV_KIND_TYPE: return ov_str_eq(ov_string(a), ov_string(b));
	case OV_KIND_DURATION:
	case OV_KIND_TIMESTAMP: return a.seconds == b.seconds && a.count == b.count;
	case OV_KIND_OPAQUE: return ov_str_eq(a.opaque->text, b.opaque->text);
	case OV_KIND_OPTIONAL:
		return !a.items || !b.items ? !a.items && !b.items : same(*a.items, *b.items);
	case OV_KIND_LIST:
		for (size_t i = 0; a.count == b.count && i < a.count; i++) {
			if (!same(a.items[i], b.items[i]))
				return false;
		}
		return a.count == b.count;
	case OV_KIND_MAP:
	case OV_KIND_DICT:
		for (size_t i = 0; a.count == b.count && i < a.count; i++) {
			size_t k = 0;
			while (k < b.count && !same(ov_mapping_key(a, i), ov_mapping_key(b, k)))
				k++;
			if (k == b.count ||
				!same(ov_mapping_value(a, i), ov_mapping_value(b, k)))
				return false;
		}
		return a.count == b.count;
	case OV_KIND_NONE:
	case OV_KIND_ERROR: return false;
	}
	return false;
}

static void show(struct ov_buf *buf, struct ov_value v)
{
	if (ov_eval_text(buf, v))
		return;
	if (v.kind == OV_KIND_ERROR)
		ov_buf_addf(buf, "error: %.*s", OV_STR_ARG(v.error->message));
	else if (v.kind == OV_KIND_OPTIONAL && v.items)
		ov_buf_puts(buf, "optional "), show(buf, *v.items);
	else if (v.kind == OV_KIND_DURATION || v.kind == OV_KIND_TIMESTAMP)
		ov_buf_addf(buf, "%lld s %d ns", (long long)v.seconds, (int)(int32_t)v.count);
	else
		ov_buf_addf(buf, "%s of %u", ov_eval_type_name(v), v.count);
	if (v.kind != OV_KIND_LIST)
		return;
	for (size_t i = 0; i < v.count && i < 8; i++) {
		ov_buf_puts(buf, i ? ", " : ": ");
		show(buf, v.items[i]);
	}
}

static const struct ov_type *type_named(struct run *run, struct ov_str name)
{
	static const struct {
		const char *name;
		const struct ov_type *type;
	} names[] = {{"null", &ov_type_null}, {"bool", &ov_type_bool}, {"int", &ov_type_int},
		{"uint", &ov_type_uint}, {"double", &ov_type_double},
		{"string", &ov_type_string}, {"bytes", &ov_type_bytes},
		{"duration", &ov_type_duration}, {"timestamp", &ov_type_timestamp},
		{"type", &ov_type_type}};
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		if (ov_str_is(name, names[i].name))
			return names[i].type;
	}
	size_t open = ov_str_chr(name, '('), comma = ov_str_chr(name, ',');
	if (open == SIZE_MAX)
		return &ov_type_dyn;
	struct ov_str inner = ov_str_sub(name, open + 1, name.len - 1);
	if (ov_str_starts(name, OV_STR("list(")))
		return ov_type_list(&run->arena, type_named(run, inner));
	if (ov_str_starts(name, OV_STR("map(")) && comma != SIZE_MAX)
		return ov_type_map(&run->arena,
			type_named(run, ov_str_sub(name, open + 1, comma)),
			type_named(
				run, ov_str_trim(ov_str_sub(name, comma + 1, name.len - 1))));
	return &ov_type_dyn;
}

/* The suites write optional_type(T) where types here print as optional(T). */
static bool type_is(struct run *run, const struct ov_type *type, struct ov_str wanted)
{
	struct ov_str have = ov_type_str(&run->arena, type);
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < wanted.len; i++) {
		ov_buf_putc(&buf, wanted.ptr[i]);
		if (ov_str_ends(ov_buf_str(&buf), OV_STR("optional_type(")))
			buf.len -= strlen("_type("), ov_buf_putc(&buf, '(');
	}
	bool equal = ov_str_eq(ov_buf_str(&buf), have);
	ov_buf_release(&buf);
	return equal;
}

static void declare(struct run *run, const struct suite *suite, struct ov_value test)
{
	ov_env_init(&run->env, &run->arena, run->keys);
	run->env.regex = suite->regex;
	run->env.container = ov_string(ov_get(test, "container"));
	run->env.unchecked = ov_bool(ov_get(test, "disable_check"), false);
	if (suite->kube || ov_str_starts(ov_string(ov_get(test, "id")), OV_STR("network_ext")))
		ov_env_kube(&run->env);
	struct ov_value vars = ov_get(test, "vars"), bindings = ov_get(test, "bindings");
	for (size_t i = 0; i < ov_count(vars); i++)
		ov_env_variable(&run->env, vars.entries[i].key->str,
			type_named(run, ov_string(vars.entries[i].value)));
	for (size_t i = 0; i < ov_count(bindings); i++) {
		if (!ov_is_some(ov_get_key(vars, bindings.entries[i].key)))
			ov_env_variable(&run->env, bindings.entries[i].key->str, &ov_type_dyn);
	}
}

static struct ov_value evaluate(struct run *run, const struct suite *suite,
	const struct ov_scope *scope, const struct ov_expr *expr, struct ov_value test)
{
	struct ov_eval eval = {.arena = &run->arena,
		.keys = run->keys,
		.cache = run->cache,
		.regex = suite->regex};
	eval.slots = ov_new_array(&run->arena, struct ov_value, scope->slots + 1);
	struct ov_value bindings = ov_get(test, "bindings");
	for (size_t i = 0; i < run->env.variables.count; i++) {
		struct ov_value json = ov_get_key(bindings, run->env.variables.items[i].name);
		eval.slots[i] = ov_is_some(json) ? read_value(run, json) : ov_value_null();
	}
	return ov_expr_eval(&eval, expr);
}

/* Runs one case; `why` says what is wrong with it. */
static enum ov_suite_outcome run_case(
	struct run *run, const struct suite *suite, struct ov_value test, struct ov_buf *why)
{
	if (ov_bool(ov_get(test, "needs_proto"), false) ||
		ov_is_some(ov_get(test, "functions")) ||
		ov_str_starts(ov_string(ov_get(test, "id")), OV_STR("block_ext")))
		return OV_SUITE_SKIP;
	declare(run, suite, test);
	struct ov_value text = ov_get(test, "expr");
	struct ov_scope scope;
	ov_scope_init(&scope, &run->env);
	struct ov_expr_text expr_text = {
		.text = ov_string(text), .sources = &run->sources, .scalar = text};
	struct ov_expr *expr = ov_expr_compile(&scope, &expr_text, &run->diags);
	struct ov_value wanted = ov_get(test, "value"), type = ov_get(test, "type");
	bool fails =
		ov_is_some(ov_get(test, "error")) || ov_is_some(ov_get(test, "compile_error"));
	if (!expr) {
		if (fails)
			return OV_SUITE_PASS;
		struct ov_str message = OV_STR("refused without a word");
		if (run->diags.list.count)
			message = run->diags.list.items[0]->message;
		ov_buf_addf(why, "refused: %.*s", OV_STR_ARG(message));
		return OV_SUITE_FAIL;
	}
	if (ov_is_some(type) && !type_is(run, expr->type, ov_string(type))) {
		ov_buf_puts(why, "has the type ");
		ov_type_print(why, expr->type);
		ov_buf_addf(why, " instead of %.*s", OV_STR_ARG(ov_string(type)));
		return OV_SUITE_FAIL;
	}
	if (ov_bool(ov_get(test, "check_only"), false) ||
		(ov_is_some(type) && !ov_is_some(wanted) && !fails))
		return OV_SUITE_PASS;
	struct ov_value got = evaluate(run, suite, &scope, expr, test);
	struct ov_value value = fails ? ov_value_null() : read_value(run, wanted);
	if (fails ? ov_is_error(got) : same(value, got))
		return OV_SUITE_PASS;
	ov_buf_puts(why, "gave ");
	show(why, got);
	ov_buf_puts(why, " instead of ");
	if (fails)
		ov_buf_puts(why, "an error");
	else
		show(why, value);
	return OV_SUITE_FAIL;
}

static void run_line(struct suite *suite, struct ov_str line)
{
	struct run run = {.cache = suite->cache};
	struct ov_arena *arena = &run.arena;
	*suite->cache = (struct ov_key_cache){0};
	run.keys = ov_keys_new(1);
	ov_sources_init(&run.sources, arena);
	ov_diags_init(&run.diags, &run.sources);
	struct ov_source *source =
		ov_sources_add(&run.sources, OV_STR("case.json"), line, false);
	struct ov_reader reader = {.arena = arena,
		.keys = run.keys,
		.cache = run.cache,
		.diags = &run.diags,
		.source = source};
	struct ov_docs docs = {0};
	struct ov_buf why;
	ov_buf_init(&why);
	enum ov_suite_outcome outcome = OV_SUITE_FAIL;
	struct ov_str id = line;
	if (source && ov_json_read(&reader, &docs) && docs.count == 1) {
		id = ov_string(ov_get(docs.items[0], "id"));
		outcome = run_case(&run, suite, docs.items[0], &why);
	} else {
		ov_buf_puts(&why, "the case itself cannot be read");
	}
	suite->result(suite->context, suite->file, id, outcome, ov_buf_str(&why));
	ov_buf_release(&why);
	ov_diags_release(&run.diags);
	ov_keys_free(run.keys);
	ov_arena_release(arena);
}

static void run_file(void *context, const struct ov_found *found)
{
	struct suite *suite = context;
	if (found->kind != OV_FOUND_FILE || !ov_str_ends(found->path, OV_STR(".jsonl")))
		return;
	suite->file = found->path;
	for (size_t at = 0; at < found->bytes.len;) {
		size_t end = at;
		while (end < found->bytes.len && found->bytes.ptr[end] != '\n')
			end++;
		if (end > at)
			run_line(suite, ov_str_sub(found->bytes, at, end));
		at = end + 1;
	}
}

static bool run_suite(const char *dir, const char *name, const char *part, struct suite suite)
{
	struct ov_arena arena = {0};
	struct ov_diags diags;
	ov_diags_init(&diags, NULL);
	suite.regex = ov_regex_cache_new(1);
	suite.cache = ov_new(&arena, struct ov_key_cache);
	bool ok = ov_os_walk(&arena, ov_str_fmt(&arena, "%s/%s/%s", dir, name, part), NULL,
		run_file, &suite, &diags);
	ov_regex_cache_free(suite.regex);
	ov_diags_release(&diags);
	ov_arena_release(&arena);
	return ok;
}

bool ov_suite_cel(const char *dir, const char *part, ov_suite_fn *result, void *context)
{
	return run_suite(
		dir, "cel", part, (struct suite){.result = result, .context = context});
}

bool ov_suite_k8s_cel(const char *dir, const char *part, ov_suite_fn *result, void *context)
{
	return run_suite(dir, "k8s-cel", part,
		(struct suite){.kube = true, .result = result, .context = context});
}
