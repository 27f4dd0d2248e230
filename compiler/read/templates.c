/* templates: compiles the template and rule documents of a library and an estate. Layer: read.
 */
#include "expr/functions.h"
#include "expr/template.h"
#include "model/tree.h"
#include "policy/engine.h"
#include "read/internal.h"
#include "schema/type.h"

struct builder {
	struct ov_run *run;
	struct ov_estate *estate;
	struct ov_schema_typing typing;
	struct ov_env functions; /* without variables */
	struct ov_map used;      /* kinds of which the estate has documents */
};

static const struct ov_type *document_type(const void *context, struct ov_str name)
{
	const struct builder *b = context;
	const struct ov_kind_info *kind = ov_kind_find(b->estate, name);
	return kind ? kind->type : NULL;
}

static void begin(struct builder *b, struct ov_run *run, struct ov_estate *estate)
{
	b->run = run;
	b->estate = estate;
	ov_schema_typing_init(&b->typing, estate->arena, estate->keys);
	ov_env_init(&b->functions, estate->arena, estate->keys);
	ov_env_kube(&b->functions);
	ov_env_functions(&b->functions, ov_functions_template());
	b->functions.strict = true;
	b->functions.regex = estate->regexes;
	b->functions.document_type = document_type;
	b->functions.document_context = b;
	for (size_t i = 0; i < estate->kinds.count; i++) {
		struct ov_kind_info *kind = estate->kinds.items[i];
		kind->type = ov_schema_type(&b->typing, kind->schema, kind->name);
	}
}

static const struct ov_type *type_or_dyn(const struct builder *b, const char *kind)
{
	const struct ov_type *type = document_type(b, ov_str_c(kind));
	return type ? type : &ov_type_dyn;
}

/* The variables in the order of enum ov_template_slot. */
static void declare(struct builder *b, struct ov_env *env, const struct ov_kind_info *kind)
{
	*env = b->functions;
	const struct ov_type *cluster = type_or_dyn(b, "Cluster");
	ov_env_variable(env, OV_STR("self"), kind ? kind->type : &ov_type_dyn);
	ov_env_variable(env, OV_STR("cluster"), cluster);
	ov_env_variable(env, OV_STR("target"), cluster);
	ov_env_variable(env, OV_STR("estate"), type_or_dyn(b, "Estate"));
	ov_env_variable(env, OV_STR("object"), &ov_type_dyn);
}

static void form(struct builder *b, struct ov_value at, const char *why)
{
	ov_diag_add(b->run->diags, OV_DIAG_TEMPLATE_FORM, ov_span(at.loc), "%s", why);
}

/* Whether the document has only fields of `names`, which ends in NULL. */
static bool known_fields(struct builder *b, struct ov_value spec, const char *const *names)
{
	bool ok = true;
	for (size_t i = 0; i < ov_count(spec); i++) {
		struct ov_str name = spec.entries[i].key->str;
		size_t k = 0;
		while (names[k] && !ov_str_is(name, names[k]))
			k++;
		if (names[k])
			continue;
		struct ov_str list[16];
		size_t n = 0;
		for (; names[n]; n++)
			list[n] = ov_str_c(names[n]);
		struct ov_diag *d = ov_diag_add(b->run->diags, OV_DIAG_UNKNOWN_FIELD,
			ov_span(spec.entries[i].value.key_loc), "unknown field '%.*s'",
			OV_STR_ARG(name));
		struct ov_str near = ov_nearest(name, list, n);
		if (near.len)
			ov_diag_help(
				b->run->diags, d, "did you mean '%.*s'?", OV_STR_ARG(near));
		ok = false;
	}
	return ok;
}

/* A map of `$let`, `$if` and `$body`, as if it had been written so. */
static struct ov_value with_let(
	struct builder *b, struct ov_value let, struct ov_value when, struct ov_value body)
{
	struct ov_map_builder m;
	ov_map_begin(&m, b->estate->arena, 3);
	if (ov_is_some(let))
		ov_map_set(&m, ov_key(b->estate->keys, OV_STR("$let")), let);
	if (ov_is_some(when))
		ov_map_set(&m, ov_key(b->estate->keys, OV_STR("$if")), when);
	ov_map_set(&m, ov_key(b->estate->keys, OV_STR("$body")), body);
	return ov_value_at(ov_map_end(&m), body.loc);
}

static struct ov_node *compile(
	struct builder *b, const struct ov_env *env, struct ov_value tree, size_t *slots)
{
	struct ov_scope scope;
	ov_scope_init(&scope, env);
	struct ov_node *node = ov_node_compile(&scope, b->run->sources, tree, b->run->diags);
	if (scope.slots > *slots)
		*slots = scope.slots;
	return node;
}

static struct ov_kind_info *kind_of(struct builder *b, struct ov_value spec)
{
	struct ov_value name = ov_get(spec, "for");
	struct ov_kind_info *kind =
		ov_is_string(name) ? ov_kind_find(b->estate, ov_string(name)) : NULL;
	if (kind)
		return kind;
	if (!ov_is_string(name)) {
		form(b, ov_is_some(name) ? name : spec,
			"`for` is missing: the kind whose documents this is for");
		return NULL;
	}
	struct ov_str *names =
		ov_new_array(b->estate->arena, struct ov_str, b->estate->kinds.count);
	for (size_t i = 0; i < b->estate->kinds.count; i++)
		names[i] = b->estate->kinds.items[i]->name;
	ov_unknown_name(b->run->diags, name, "kind", names, b->estate->kinds.count);
	return NULL;
}

static uint32_t name_loc(struct ov_value doc)
{
	return ov_path(doc, "metadata", "name", NULL).loc;
}

static void add_template(struct builder *b, struct ov_value doc)
{
	static const char *const fields[] = {
		"for", "clusters", "let", "objects", "merge", "files", NULL};
	struct ov_value spec = ov_get(doc, "spec");
	struct ov_value target = ov_get(spec, "for"), objects = ov_get(spec, "objects");
	struct ov_value merge = ov_get(spec, "merge"), clusters = ov_get(spec, "clusters");
	struct ov_value files = ov_get(spec, "files");
	if (!known_fields(b, spec, fields))
		return;
	if (ov_is_some(files) && files.kind != OV_KIND_BOOL) {
		form(b, files, "`files` is true or false: whether the objects are written");
		return;
	}
	bool every = ov_string_is(target, "*");
	struct ov_kind_info *kind = every ? NULL : kind_of(b, spec);
	if (!every && !kind)
		return;
	if (every ? !ov_is_map(merge) : !ov_is_list(objects)) {
		form(b, spec,
			every ? "a template for \"*\" needs `merge`, a map"
			      : "a template needs `objects`, a list");
		return;
	}
	struct ov_env env;
	declare(b, &env, kind);
	struct ov_template *t = ov_new(b->estate->arena, struct ov_template);
	t->name = ov_string(ov_path(doc, "metadata", "name", NULL));
	t->loc = name_loc(doc);
	t->unwritten = !ov_bool(files, true);
	struct ov_node *node = compile(b, &env,
		with_let(b, ov_get(spec, "let"), (struct ov_value){0}, every ? merge : objects),
		&t->slots);
	if (ov_is_some(clusters)) {
		t->clusters = compile(b, &env, clusters, &t->slots);
		if (!t->clusters)
			return;
	}
	if (!node)
		return;
	if (every) {
		t->merge = node;
		t->by_kind = ov_node_is_by_kind(node);
		ov_vec_push(b->estate->arena, &b->estate->decorations, t);
	} else {
		t->objects = node;
		ov_vec_push(b->estate->arena, &kind->templates, t);
	}
}

/* Whether a part of a rule can be of the type; a finding where it never is. */
static bool gives(struct builder *b, const struct ov_node *node, enum ov_type_kind wanted,
	struct ov_value at, const char *part)
{
	const struct ov_type *type = ov_node_body_type(node);
	if (type->kind == wanted || type->kind == OV_TYPE_DYN || type->kind == OV_TYPE_PARAM)
		return true;
	ov_diag_add(b->run->diags, OV_DIAG_EXPR_TYPE, ov_span(at.loc),
		"`%s` needs a %s, this is %.*s", part,
		wanted == OV_TYPE_BOOL ? "bool" : "string",
		OV_STR_ARG(ov_type_str(b->estate->arena, type)));
	return false;
}

static bool are_strings(struct ov_value v)
{
	if (!ov_is_list(v))
		return ov_is_string(v);
	for (size_t i = 0; i < v.count; i++) {
		if (!ov_is_string(ov_at(v, i)))
			return false;
	}
	return true;
}

/* The parts of a rule as one tree, so that they share its `let`. */
static void add_rule(struct builder *b, struct ov_value doc)
{
	static const char *const fields[] = {"for", "replaces", "let", "when", "assert",
		"blame", "message", "severity", "explanation", NULL};
	static const char *const parts[] = {"assert", "blame", "message"};
	struct ov_value spec = ov_get(doc, "spec");
	if (!known_fields(b, spec, fields))
		return;
	struct ov_kind_info *kind = kind_of(b, spec);
	if (!kind)
		return;
	if (!ov_is_some(ov_get(spec, "assert")) || !ov_is_some(ov_get(spec, "message"))) {
		form(b, spec, "a rule needs `assert` and `message`");
		return;
	}
	struct ov_value severity = ov_get(spec, "severity");
	if (ov_is_some(severity) && !ov_string_is(severity, "error") &&
		!ov_string_is(severity, "warning")) {
		form(b, severity, "severity is error or warning");
		return;
	}
	struct ov_value replaces = ov_get(spec, "replaces");
	if (ov_is_some(replaces) && !are_strings(replaces)) {
		form(b, replaces,
			"replaces is the GROUP/KIND of objects, a KIND of the core, or a list");
		return;
	}
	struct ov_rule *rule = ov_new(b->estate->arena, struct ov_rule);
	rule->name = ov_string(ov_path(doc, "metadata", "name", NULL));
	rule->loc = name_loc(doc);
	rule->warning = ov_string_is(severity, "warning");
	rule->explanation = ov_string(ov_get(spec, "explanation"));
	rule->replaces = replaces;
	struct ov_env env;
	declare(b, &env, kind);
	if (ov_is_some(replaces))
		ov_env_variable(&env, OV_STR("old"), &ov_type_dyn);
	struct ov_node **nodes[] = {&rule->assertion, &rule->blame, &rule->message};
	for (size_t i = 0; i < OV_COUNT(parts); i++) {
		struct ov_value part = ov_get(spec, parts[i]);
		if (!ov_is_some(part))
			continue;
		*nodes[i] = compile(b, &env,
			with_let(b, ov_get(spec, "let"), ov_get(spec, "when"), part),
			&rule->slots);
		if (!*nodes[i])
			return;
	}
	if (gives(b, rule->assertion, OV_TYPE_BOOL, ov_get(spec, "assert"), "assert") &&
		gives(b, rule->message, OV_TYPE_STRING, ov_get(spec, "message"), "message")) {
		if (ov_is_some(replaces))
			ov_vec_push(b->estate->arena, &kind->comparisons, rule);
		else
			ov_vec_push(b->estate->arena, &kind->rules, rule);
	}
}

/* Tables of several files are one: kinds of objects add up. */
static void add_merge_keys(struct builder *b, struct ov_value doc)
{
	struct ov_value spec = ov_get(doc, "spec");
	struct ov_map_builder m;
	ov_map_begin(&m, b->estate->arena, 16);
	struct ov_value old = b->estate->merge_keys;
	for (size_t i = 0; i < ov_count(old); i++)
		ov_map_set(&m, old.entries[i].key, old.entries[i].value);
	for (size_t i = 0; i < spec.count; i++) {
		struct ov_value paths = spec.entries[i].value;
		bool ok = ov_is_map(paths);
		for (size_t k = 0; ok && k < paths.count; k++)
			ok = ov_is_string(paths.entries[k].value);
		if (!ok)
			form(b, paths,
				"MergeKeys has, for each kind of object, a map from the "
				"path of a list to the key of its entries");
		else
			ov_map_set(&m, spec.entries[i].key, paths);
	}
	b->estate->merge_keys = ov_map_end(&m);
}

static const struct ov_node *compile_bool(struct builder *b, const struct ov_env *env,
	struct ov_value tree, const char *part, size_t *slots)
{
	const struct ov_node *node = compile(b, env, tree, slots);
	return node && gives(b, node, OV_TYPE_BOOL, tree, part) ? node : NULL;
}

static bool is_patch_list(struct builder *b, struct ov_value list)
{
	static const char *const fields[] = {"target", "patch", NULL};
	bool ok = ov_is_list(list);
	for (size_t i = 0; ok && i < list.count; i++)
		ok = ov_is_map(ov_get(list.items[i], "patch"));
	if (!ok)
		form(b, list, "a phase has a list of {target, patch}");
	for (size_t i = 0; ok && i < list.count; i++)
		ok = known_fields(b, list.items[i], fields);
	return ok;
}

/* All phases have to be there: without its patches, none would show in the output. */
static bool check_phases(struct builder *b, struct ov_value phases)
{
	static const char *const names[] = {"release", "retain", "prepare", "retired", NULL};
	bool ok = known_fields(b, phases, names);
	for (size_t i = 0; ok && names[i]; i++) {
		struct ov_value list = ov_get(phases, names[i]);
		if (ov_is_some(list)) {
			ok = is_patch_list(b, list);
			continue;
		}
		ov_diag_add(b->run->diags, OV_DIAG_TEMPLATE_FORM, ov_span(phases.loc),
			"the phase `%s` is missing", names[i]);
		ok = false;
	}
	return ok;
}

/* The one of the estate replaces the shipped one. */
static void add_lifecycle(struct builder *b, struct ov_value doc)
{
	static const char *const fields[] = {"guarded", "stays", "mark", "phases", NULL};
	struct ov_value spec = ov_get(doc, "spec"), phases = ov_get(spec, "phases");
	struct ov_value guarded = ov_get(spec, "guarded"), stays = ov_get(spec, "stays");
	struct ov_value mark = ov_get(spec, "mark");
	if (!known_fields(b, spec, fields))
		return;
	if (!ov_is_some(guarded) || !ov_is_some(stays) || !ov_is_string(mark) ||
		!ov_is_map(phases)) {
		form(b, spec, "a Lifecycle needs `guarded`, `stays`, `mark` and `phases`");
		return;
	}
	if (!check_phases(b, phases))
		return;
	struct ov_lifecycle *lifecycle = ov_new(b->estate->arena, struct ov_lifecycle);
	lifecycle->phases = phases;
	lifecycle->mark = ov_key(b->estate->keys, ov_string(mark));
	struct ov_env env;
	declare(b, &env, NULL);
	lifecycle->guarded = compile_bool(b, &env, guarded, "guarded", &lifecycle->slots);
	lifecycle->stays = compile_bool(b, &env, stays, "stays", &lifecycle->slots);
	if (lifecycle->guarded && lifecycle->stays)
		b->estate->lifecycle = lifecycle;
}

/* The conditions of the steps as a list that begins with the number of the first one that
 * holds. */
static struct ov_value numbered(struct builder *b, struct ov_value steps)
{
	const struct ov_key *if_key = ov_key(b->estate->keys, OV_STR("$if"));
	const struct ov_key *body_key = ov_key(b->estate->keys, OV_STR("$body"));
	struct ov_value *items = ov_new_array(b->estate->arena, struct ov_value, steps.count);
	size_t n = 0;
	for (size_t i = 0; i < steps.count; i++) {
		struct ov_value when = ov_get(steps.items[i], "when");
		if (!ov_is_some(when))
			continue;
		struct ov_map_builder m;
		ov_map_begin(&m, b->estate->arena, 2);
		ov_map_set(&m, if_key, when);
		ov_map_set(&m, body_key, ov_value_int((int64_t)i + 1));
		items[n++] = ov_value_at(ov_map_end(&m), when.loc);
	}
	return ov_value_at(ov_value_list(items, n), steps.loc);
}

/* What the page is made of; a step that is left out leaves the numbers of the others alone. */
static struct ov_value page_of(struct builder *b, struct ov_value spec)
{
	struct ov_arena *arena = b->estate->arena;
	struct ov_value steps = ov_get(spec, "steps");
	struct ov_value *items = ov_new_array(arena, struct ov_value, steps.count);
	for (size_t i = 0; i < steps.count; i++) {
		struct ov_map_builder m;
		ov_map_begin(&m, arena, 4);
		static const char *const copied[] = {"text", "then"};
		for (size_t k = 0; k < OV_COUNT(copied); k++) {
			struct ov_value v = ov_get(steps.items[i], copied[k]);
			if (ov_is_some(v))
				ov_map_set(&m, ov_key(b->estate->keys, ov_str_c(copied[k])), v);
		}
		ov_map_set(&m, ov_key(b->estate->keys, OV_STR("number")),
			ov_value_int((int64_t)i + 1));
		ov_map_set(&m, ov_key(b->estate->keys, OV_STR("asked")),
			ov_value_bool(ov_is_some(ov_get(steps.items[i], "when"))));
		items[i] = ov_value_at(ov_map_end(&m), steps.items[i].loc);
	}
	static const char *const parts[] = {"intro", "provided"};
	struct ov_map_builder m;
	ov_map_begin(&m, arena, 3);
	for (size_t k = 0; k < OV_COUNT(parts); k++) {
		struct ov_value v = ov_get(spec, parts[k]);
		if (ov_is_some(v))
			ov_map_set(&m, ov_key(b->estate->keys, ov_str_c(parts[k])), v);
	}
	ov_map_set(&m, ov_key(b->estate->keys, OV_STR("steps")),
		ov_value_at(ov_value_list(items, steps.count), steps.loc));
	return ov_value_at(ov_map_end(&m), spec.loc);
}

/* Whether every entry is a map of these fields, the first of which is needed. */
static bool entries_ok(struct builder *b, struct ov_value list, const char *const *fields)
{
	for (size_t i = 0; i < ov_count(list); i++) {
		struct ov_value entry = ov_at(list, i);
		if (!ov_is_map(entry) || !known_fields(b, entry, fields))
			return false;
		if (ov_is_string(ov_get(entry, fields[0])))
			continue;
		ov_diag_add(b->run->diags, OV_DIAG_TEMPLATE_FORM, ov_span(entry.loc),
			"`%s` is missing", fields[0]);
		return false;
	}
	return true;
}

static bool bootstrap_ok(struct builder *b, struct ov_value spec)
{
	static const char *const fields[] = {
		"folder", "cluster", "command", "let", "intro", "steps", "provided", NULL};
	static const char *const step[] = {"text", "when", "then", NULL};
	static const char *const provided[] = {"category", "text", "needs", NULL};
	struct ov_value folder = ov_get(spec, "folder"), steps = ov_get(spec, "steps");
	struct ov_value list = ov_get(spec, "provided");
	if (!known_fields(b, spec, fields))
		return false;
	if (!ov_is_string(folder) || !ov_out_path_ok(ov_string(folder)) ||
		ov_str_eq(ov_string(folder), OV_STR("clusters")) ||
		ov_str_starts(ov_string(folder), OV_STR("clusters/"))) {
		form(b, ov_is_some(folder) ? folder : spec,
			"the first steps need `folder`, a path outside of clusters/");
		return false;
	}
	if (!ov_is_string(ov_get(spec, "cluster")) || !ov_is_list(steps) ||
		(ov_is_some(list) && !ov_is_list(list))) {
		form(b, spec,
			"the first steps need `cluster`, an expression, and `steps`, a list");
		return false;
	}
	return entries_ok(b, steps, step) && entries_ok(b, list, provided);
}

static void add_bootstrap(struct builder *b, struct ov_value doc)
{
	struct ov_value spec = ov_get(doc, "spec"), let = ov_get(spec, "let");
	struct ov_value none = {0}, provided = ov_get(spec, "provided");
	struct ov_arena *arena = b->estate->arena;
	if (!bootstrap_ok(b, spec))
		return;
	if (b->estate->bootstrap) {
		form(b, doc, "there are first steps already: only one document has them");
		return;
	}
	struct ov_env env;
	declare(b, &env, NULL);
	struct ov_bootstrap *t = ov_new(arena, struct ov_bootstrap);
	t->loc = name_loc(doc);
	t->folder = ov_string(ov_get(spec, "folder"));
	t->command = ov_string(ov_get(spec, "command"));
	t->cluster = compile(b, &env, ov_get(spec, "cluster"), &t->slots);
	t->step = compile(
		b, &env, with_let(b, let, none, numbered(b, ov_get(spec, "steps"))), &t->slots);
	t->page = compile(b, &env, with_let(b, let, none, page_of(b, spec)), &t->slots);
	t->category_count = ov_count(provided);
	t->categories = ov_new_array(arena, struct ov_str, t->category_count);
	for (size_t i = 0; i < t->category_count; i++)
		t->categories[i] = ov_string(ov_get(ov_at(provided, i), "category"));
	if (t->cluster && t->step && t->page)
		b->estate->bootstrap = t;
}

/* Policies of the foreign language wait until a document asks for them by name. */
static void add_policy(struct builder *b, const struct ov_file *file, struct ov_value *doc)
{
	struct ov_value name = ov_path(*doc, "metadata", "name", NULL);
	if (!ov_is_string(name)) {
		form(b, *doc, "the document has no metadata.name");
		return;
	}
	bool fresh;
	union ov_map_item *item =
		ov_map_put(&b->estate->policy_by_name, ov_string(name), &fresh);
	if (!fresh) {
		const struct ov_value *other = item->ptr;
		uint32_t loc = name_loc(*other);
		const struct ov_source *source = ov_sources_at(b->run->sources, loc);
		if (!source->library || file->library) {
			struct ov_diag *d =
				ov_diag_add(b->run->diags, OV_DIAG_DUPLICATE_DOCUMENT,
					ov_span(name.loc), "there is a policy '%.*s' already",
					OV_STR_ARG(ov_string(name)));
			ov_diag_note(b->run->diags, d, ov_span(loc), "here");
			return;
		}
	}
	item->ptr = doc;
}

static bool is_kind(struct ov_value doc, const char *kind)
{
	return ov_string_is(ov_get(doc, "apiVersion"), OV_API_VERSION) &&
	       ov_string_is(ov_get(doc, "kind"), kind);
}

/* Whether the estate has a document of the kind that a template or a rule is for. */
static bool is_needed(const struct builder *b, struct ov_value doc)
{
	struct ov_value name = ov_path(doc, "spec", "for", NULL);
	return !ov_is_string(name) || ov_string_is(name, "*") ||
	       ov_map_get(&b->used, ov_string(name));
}

/* The kinds of the estate's documents. */
static void note_used(struct builder *b, const struct ov_files *files)
{
	ov_map_init(&b->used, b->estate->arena, b->estate->seed);
	for (size_t i = 0; i < files->list.count; i++) {
		const struct ov_file *file = &files->list.items[i];
		if (file->library || file->role != OV_FILE_DOCUMENTS)
			continue;
		for (size_t k = 0; k < file->docs.count; k++)
			ov_map_put(
				&b->used, ov_string(ov_get(file->docs.items[k], "kind")), NULL);
	}
}

static void add_document(struct builder *b, struct ov_value doc, bool template)
{
	bool rule = !template && is_kind(doc, "Rule");
	bool merge_keys = template && is_kind(doc, "MergeKeys");
	bool lifecycle = template && is_kind(doc, "Lifecycle");
	bool bootstrap = template && is_kind(doc, "Bootstrap");
	if (!rule && !merge_keys && !lifecycle && !bootstrap &&
		!(template && is_kind(doc, "Template")))
		form(b, doc,
			template ? "templates/ holds documents of apiVersion " OV_API_VERSION
				   " and kind Template, MergeKeys, Lifecycle or Bootstrap"
				 : "policies/ holds policies, and documents of "
				   "apiVersion " OV_API_VERSION " and kind Rule");
	else if (!ov_is_string(ov_path(doc, "metadata", "name", NULL)))
		form(b, doc, "the document has no metadata.name");
	else if (!ov_is_map(ov_get(doc, "spec")))
		form(b, doc, "the document has no spec");
	else if (rule)
		add_rule(b, doc);
	else if (merge_keys)
		add_merge_keys(b, doc);
	else if (lifecycle)
		add_lifecycle(b, doc);
	else if (bootstrap)
		add_bootstrap(b, doc);
	else
		add_template(b, doc);
}

bool ov_templates_read(
	struct ov_run *run, const struct ov_files *files, struct ov_estate *estate)
{
	size_t before = run->diags->errors;
	ov_map_init(&estate->policy_by_name, estate->arena, estate->seed);
	/* Types ask the builder for fields as long as expressions are compiled. */
	struct builder *b = ov_new(estate->arena, struct builder);
	begin(b, run, estate);
	note_used(b, files);
	for (size_t i = 0; i < files->list.count; i++) {
		const struct ov_file *file = &files->list.items[i];
		bool template = file->role == OV_FILE_TEMPLATE;
		if (!template && file->role != OV_FILE_POLICY)
			continue;
		for (size_t k = 0; k < file->docs.count; k++) {
			struct ov_value *doc = &file->docs.items[k];
			if (!template && ov_policy_is(*doc))
				add_policy(b, file, doc);
			else if (!file->library || is_needed(b, *doc))
				add_document(b, *doc, template);
		}
	}
	return run->diags->errors == before;
}
