/* check_variables: what the reference refuses in context and variables. Layer: policy. */
#include "expr/go_text.h"
#include "lang/image.h"
#include "lang/wildcard.h"
#include "policy/check.h"
#include "policy/internal.h"
#include "policy/reference.h"

/* A variable as the reference finds it where none may stand. */
static const char variable[] = "\\{\\{[^{}]*\\}\\}";

static void check_query(struct ov_checking *c, struct ov_value source)
{
	struct ov_value path = ov_get(source, "jmesPath");
	struct ov_jmespath_error error = {0};
	struct ov_str text = ov_string(path);
	if (text.len && !ov_variable_is_in(text) &&
		!ov_jmespath_compile(
			c->scratch, c->set->keys, OV_JMESPATH_POLICY, text, &error))
		ov_check_refuse(c, path, source, "the JMESPath cannot be read: %.*s",
			OV_STR_ARG(error.message));
}

static void check_config_map(struct ov_checking *c, struct ov_value source)
{
	if (!ov_string(ov_get(source, "name")).len ||
		!ov_string(ov_get(source, "namespace")).len)
		ov_check_refuse(c, source, source, "configMap has `name` and `namespace`");
}

static void check_call(struct ov_checking *c, struct ov_value source)
{
	if (ov_string(ov_get(source, "urlPath")).len && ov_check_has(source, "service"))
		ov_check_refuse(c, ov_get(source, "urlPath"), source,
			"apiCall has `urlPath` or `service`, not both");
}

static void check_global(struct ov_checking *c, struct ov_value source)
{
	if (!ov_string(ov_get(source, "name")).len)
		ov_check_refuse(c, source, source, "globalReference has a `name`");
}

static void check_registry(struct ov_checking *c, struct ov_value source)
{
	struct ov_value reference = ov_get(source, "reference");
	struct ov_str text = ov_string(reference);
	struct ov_image image;
	const char *why = "it is empty";
	if (!text.len || (!ov_variable_is_in(text) && !ov_image_parse(text, &image, &why)))
		ov_check_refuse(
			c, reference, source, "imageRegistry has a `reference`: %s", why);
}

static void check_value(struct ov_checking *c, struct ov_value source)
{
	bool query = ov_string(ov_get(source, "jmesPath")).len > 0;
	if (!query && !ov_check_has(source, "value"))
		ov_check_refuse(c, source, source, "a variable has a `value` or a `jmesPath`");
	else if (!query && ov_check_has(source, "default"))
		ov_check_refuse(c, ov_get(source, "default"), source,
			"only a `jmesPath` has a `default`");
}

static void check_entry(struct ov_checking *c, struct ov_value entry, struct ov_value list)
{
	static const struct {
		const char *name;
		void (*check)(struct ov_checking *c, struct ov_value source);
	} sources[] = {{"configMap", check_config_map}, {"apiCall", check_call},
		{"globalReference", check_global}, {"imageRegistry", check_registry},
		{"variable", check_value}};
	struct ov_value name = ov_get(entry, "name");
	size_t count = 0, found = 0;
	for (size_t i = 0; i < OV_COUNT(sources); i++) {
		if (!ov_check_has(entry, sources[i].name))
			continue;
		count++;
		found = i;
	}
	if (!ov_string(name).len)
		ov_check_refuse(c, entry, list, "an entry of `context` has a `name`");
	else if (ov_check_finds(c,
			 "^(images|request|serviceAccountName|serviceAccountNamespace|element|"
			 "elementIndex)(\\.|$)",
			 ov_string(name)))
		ov_check_refuse(c, name, entry,
			"'%.*s' is there already, whatever `context` says",
			OV_STR_ARG(ov_string(name)));
	if (count != 1) {
		ov_check_refuse(c, entry, list,
			"an entry of `context` has one of configMap, apiCall, "
			"globalReference, imageRegistry and variable");
		return;
	}
	sources[found].check(c, ov_get(entry, sources[found].name));
	check_query(c, ov_get(entry, sources[found].name));
}

void ov_check_context(struct ov_checking *c, struct ov_value rule)
{
	struct ov_value context = ov_get(rule, "context");
	if (ov_count(context) && ov_check_has(ov_get(rule, "validate"), "cel"))
		ov_check_refuse(
			c, context, rule, "expressions of CEL see nothing of `context`");
	for (size_t i = 0; i < ov_count(context); i++)
		check_entry(c, ov_at(context, i), context);
}

/* What a rule's variables may name. */
struct known {
	struct ov_checking *c;
	const char *always; /* an expression of what is there without `context` */
	OV_VEC(struct ov_str) patterns;
};

static void add_entries(struct known *k, struct ov_value entries)
{
	static const char *const of_maps[] = {".data", ".metadata", ".data.*", ".metadata.*"};
	for (size_t i = 0; i < ov_count(entries); i++) {
		struct ov_value entry = ov_at(entries, i);
		struct ov_str name = ov_string(ov_get(entry, "name"));
		bool map = ov_check_has(entry, "configMap");
		for (size_t p = 0; p < (map ? OV_COUNT(of_maps) : 1); p++)
			ov_vec_push(k->c->scratch, &k->patterns,
				ov_str_fmt(k->c->scratch, "%.*s%s", OV_STR_ARG(name),
					map ? of_maps[p] : "*"));
	}
}

/* Conditions of attestations are about what only the attestation tells. */
static bool is_attested(const struct ov_document_path *path)
{
	for (; path && path->up; path = path->up)
		if (ov_str_is(path->key, "conditions") && !path->up->key.ptr && path->up->up &&
			ov_str_is(path->up->up->key, "attestations"))
			return true;
	return false;
}

static bool is_known(
	void *context, const struct ov_document_path *path, struct ov_str expression)
{
	struct known *k = context;
	struct ov_str text = ov_check_without(k->c, expression, '"');
	bool known = ov_check_finds(k->c, k->always, text) || is_attested(path);
	for (size_t i = 0; i < k->patterns.count && !known; i++)
		known = ov_wildcard_match(k->patterns.items[i], text);
	return known;
}

static const char *always_there(bool background, bool targets)
{
	if (targets)
		return background ? "request\\.|element|@|images|image\\.|target\\.|"
				    "[a-z_0-9]+\\([^{}]"
				  : "request\\.|serviceAccountName|element|@|images|image\\.|"
				    "target\\.|[a-z_0-9]+\\([^{}]";
	return background ? "request\\.|element|@|images|image\\.|[a-z_0-9]+\\([^{}]"
			  : "request|serviceAccountName|element|@|image|[a-z_0-9]+\\([^{}]";
}

static void check_defined(struct ov_checking *c, struct ov_value rule)
{
	static const char *const lists[][2] = {{"validate", "foreach"}, {"mutate", "foreach"},
		{"mutate", "targets"}, {"generate", "foreach"}};
	struct ov_queries queries;
	struct known known = {.c = c,
		.always = always_there(
			c->background, ov_is_list(ov_path(rule, "mutate", "targets", NULL)))};
	add_entries(&known, ov_get(rule, "context"));
	for (size_t i = 0; i < OV_COUNT(lists); i++) {
		struct ov_value list = ov_path(rule, lists[i][0], lists[i][1], NULL);
		for (size_t k = 0; k < ov_count(list); k++)
			add_entries(&known, ov_get(ov_at(list, k), "context"));
	}
	ov_queries_init(&queries, c->scratch, c->set->keys);
	const struct ov_jmespath_run run = {.arena = c->scratch,
		.keys = c->set->keys,
		.cache = c->set->cache,
		.regex = c->set->regex};
	struct ov_substitution s = {.run = &run,
		.queries = &queries,
		.current = OV_STR("request.object"),
		.knows = is_known,
		.context = &known};
	ov_substitute(&s, rule);
	if (s.fault)
		ov_check_refuse(c, ov_value_at(rule, s.loc), rule, "rule '%.*s': %.*s",
			OV_STR_ARG(ov_string(ov_get(rule, "name"))), OV_STR_ARG(s.message));
}

/* Elements are known within a foreach only. */
static void check_elements(
	struct ov_checking *c, struct ov_value v, struct ov_value parent, bool within)
{
	struct ov_str text = ov_string(v);
	for (size_t at = 0; ov_is_string(v) && !within && at < text.len;) {
		struct ov_str found = ov_variable_next(text, &at);
		if (!found.ptr)
			break;
		struct ov_str name = ov_variable_expression(c->scratch, found, NULL);
		if (ov_str_starts(name, OV_STR("element")))
			ov_check_refuse(c, v, parent, "'%.*s' is known within a foreach only",
				OV_STR_ARG(name));
	}
	for (size_t i = 0; i < ov_count(v) && !ov_is_string(v); i++) {
		bool map = ov_is_map(v);
		struct ov_value key = map ? ov_value_string(v.entries[i].key->str) : v;
		if (map)
			check_elements(
				c, ov_value_at(key, v.entries[i].value.key_loc), v, within);
		check_elements(c, map ? v.entries[i].value : ov_at(v, i), v,
			within || (map && ov_string_is(key, "foreach")));
	}
}

/* Found in its JSON, as the reference does: that is wider than a look at each string. */
static void check_side(struct ov_checking *c, struct ov_value rule, const char *side)
{
	struct ov_value v = ov_get(rule, side), at = ov_check_find(c, variable, v);
	struct ov_buf json = {0};
	ov_go_json(&json, v);
	if (ov_is_some(v) && ov_check_finds(c, variable, ov_buf_str(&json)))
		ov_check_refuse(
			c, ov_is_some(at) ? at : v, rule, "there are no variables in %s", side);
	ov_buf_release(&json);
}

void ov_check_variables(struct ov_checking *c, struct ov_value rule)
{
	check_side(c, rule, "match");
	check_side(c, rule, "exclude");
	check_elements(c, rule, rule, false);
	if (c->ok)
		check_defined(c, rule);
}

/* Whether a variable of the text tells who asks. */
static bool tells_user(struct ov_checking *c, struct ov_str text)
{
	for (size_t at = 0; at < text.len;) {
		struct ov_str found = ov_variable_next(text, &at);
		if (found.ptr &&
			ov_check_finds(c,
				"[^.](serviceAccountName|serviceAccountNamespace|"
				"request.userInfo|request.roles|request.clusterRoles)\\b",
				found))
			return true;
	}
	return false;
}

static void check_user(
	struct ov_checking *c, struct ov_value v, struct ov_value parent, const char *leave)
{
	if (ov_is_string(v) && tells_user(c, ov_string(v)))
		ov_check_refuse(c, v, parent,
			"who asks is only known with `background: false` in the policy's spec");
	for (size_t i = 0; ov_is_list(v) && i < v.count; i++)
		check_user(c, v.items[i], v, NULL);
	for (size_t i = 0; ov_is_map(v) && i < v.count; i++) {
		struct ov_value key = ov_value_string(v.entries[i].key->str);
		if (leave && ov_string_is(key, leave))
			continue;
		check_user(c, ov_value_at(key, v.entries[i].value.key_loc), v, NULL);
		check_user(c, v.entries[i].value, v, NULL);
	}
}

void ov_check_users(struct ov_checking *c)
{
	struct ov_value rules = ov_get(c->spec, "rules");
	for (size_t i = 0; i < ov_count(rules); i++)
		if (ov_is_list(ov_path(ov_at(rules, i), "mutate", "targets", NULL)))
			return;
	if (!c->background)
		return;
	check_user(c, ov_path(c->policy, "metadata", "annotations", NULL), c->policy,
		"kubectl.kubernetes.io/last-applied-configuration");
	check_user(c, c->spec, c->policy, NULL);
}
