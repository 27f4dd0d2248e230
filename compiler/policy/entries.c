/* entries: what the entries of a rule's context stand for. Layer: policy. */
#include "lang/json_out.h"
#include "policy/internal.h"

/* Follows pkg/engine/context/loaders and pkg/engine/apicall of Kyverno v1.19. */

static struct ov_value global_entry(struct ov_judge *judge, struct ov_str name)
{
	for (size_t i = 0; i < ov_count(judge->world->globals); i++) {
		struct ov_value entry = ov_at(judge->world->globals, i);
		if (ov_str_eq(ov_string(ov_get(entry, "name")), name))
			return entry;
	}
	return ov_world_find(judge, OV_STR("kyverno.io"), OV_STR("*"),
		OV_STR("globalcontextentries"), OV_STR(""), name);
}

bool ov_entry_is_loaded(struct ov_judge *judge, struct ov_value entry)
{
	struct ov_value global = ov_get(entry, "globalReference");
	if (ov_is_some(ov_get(entry, "variable")) ||
		ov_answer_likely(judge, ov_get(entry, "apiCall")))
		return true;
	if (!judge->world->answers)
		return false;
	return ov_is_some(ov_get(entry, "apiCall")) ||
	       (ov_is_some(global) &&
		       ov_is_map(global_entry(judge, ov_string(ov_get(global, "name")))));
}

bool ov_context_apply(struct ov_judge *judge, struct ov_str path, struct ov_value over,
	struct ov_value *out, struct ov_str *message)
{
	struct ov_jmespath_error error = {0};
	const struct ov_jmespath *jp = ov_jmespath_compile(
		&judge->scratch, judge->set->keys, OV_JMESPATH_POLICY, path, &error);
	if (!jp) {
		*message = ov_judge_text(judge, "failed to compile JMESPath: %.*s, error: %.*s",
			OV_STR_ARG(path), OV_STR_ARG(error.message));
		return false;
	}
	struct ov_jmespath_run run = judge->run;
	run.variable = NULL;
	*out = ov_jmespath_eval(&run, jp, over);
	*message = run.error.message;
	return ov_is_some(*out);
}

/* A text of an entry with its variables replaced; false with why. */
static bool text_of(struct ov_judge *judge, struct ov_value entry, const char *field,
	struct ov_str *out, struct ov_str *message)
{
	struct ov_value v = ov_get(entry, field), replaced;
	*out = OV_STR("");
	if (!ov_is_string(v))
		return true;
	if (!ov_context_substitute(judge, v, &replaced, message))
		return false;
	if (!ov_is_string(replaced)) {
		*message = OV_STR("it must be a string");
		return false;
	}
	*out = ov_string(replaced);
	return true;
}

static struct ov_value failed(
	struct ov_jmespath_run *run, const char *what, struct ov_value entry, struct ov_str why)
{
	return ov_jmespath_fail(run, OV_JMESPATH_ENTRY, "%s %.*s: %.*s", what,
		OV_STR_ARG(ov_string(ov_get(entry, "name"))), OV_STR_ARG(why));
}

static struct ov_value unsubstituted(struct ov_jmespath_run *run, const char *during,
	struct ov_value entry, struct ov_str text, struct ov_str why)
{
	return ov_jmespath_fail(run, OV_JMESPATH_ENTRY,
		"%sfailed to substitute variables in context entry %.*s %.*s: %.*s", during,
		OV_STR_ARG(ov_string(ov_get(entry, "name"))), OV_STR_ARG(text),
		OV_STR_ARG(why));
}

static bool is_given(struct ov_value v)
{
	return ov_is_some(v) && v.kind != OV_KIND_NULL;
}

/* The field of a variable with its own variables replaced; false with the failure in
 * `run`. */
static bool replace_field(struct ov_judge *judge, struct ov_jmespath_run *run,
	struct ov_value entry, struct ov_value written, struct ov_value *out)
{
	struct ov_str why;
	if (ov_context_substitute(judge, written, out, &why))
		return true;
	struct ov_str text = ov_string(written);
	if (!ov_is_string(written)) {
		struct ov_buf buf = {0};
		ov_json_write(&buf, written, 0);
		text = ov_str_dup(&judge->scratch, ov_buf_str(&buf));
		ov_buf_release(&buf);
	}
	unsubstituted(run, "", entry, text, why);
	return false;
}

/* A default stands in for a path that fails, and for one into the context that leads to
 * nothing; not for one into the value that does. */
static struct ov_value load_variable(
	struct ov_judge *judge, struct ov_jmespath_run *run, struct ov_value entry)
{
	struct ov_value v = ov_get(entry, "variable"), given = ov_get(v, "value");
	struct ov_value out = ov_get(v, "default"), path = ov_get(v, "jmesPath"), found;
	struct ov_str why;
	if ((is_given(path) && !replace_field(judge, run, entry, path, &path)) ||
		(is_given(out) && !replace_field(judge, run, entry, out, &out)) ||
		(is_given(given) && !replace_field(judge, run, entry, given, &given)))
		return (struct ov_value){0};
	bool has_default = is_given(out), leads = ov_string(path).len > 0, ok = true;
	if (leads && is_given(given))
		ok = ov_context_apply(judge, ov_string(path), given, &found, &why);
	else if (leads)
		ok = ov_context_query(judge, ov_string(path), &found, &why);
	if (!ok && !has_default)
		return ov_jmespath_fail(run, OV_JMESPATH_ENTRY,
			"failed to apply jmespath %.*s to variable <nil>: %.*s",
			OV_STR_ARG(ov_string(path)), OV_STR_ARG(why));
	if (!leads && is_given(given))
		out = given;
	else if (leads && ok && (is_given(given) || is_given(found)))
		out = found;
	if (!is_given(out))
		return ov_jmespath_fail(run, OV_JMESPATH_ENTRY,
			"failed to add context entry for variable %.*s since it evaluated to "
			"nil",
			OV_STR_ARG(ov_string(ov_get(entry, "name"))));
	return out;
}

static struct ov_value load_config_map(
	struct ov_judge *judge, struct ov_jmespath_run *run, struct ov_value entry)
{
	struct ov_value v = ov_get(entry, "configMap");
	struct ov_str name, space, why;
	if (!text_of(judge, v, "name", &name, &why) ||
		!text_of(judge, v, "namespace", &space, &why))
		return failed(run, "failed to substitute variables in context", entry, why);
	if (!space.len)
		space = judge->policy->namespaced ? judge->policy->facts.name_space
						  : OV_STR("default");
	struct ov_value found = ov_world_find(
		judge, OV_STR(""), OV_STR("v1"), OV_STR("configmaps"), space, name);
	if (!ov_is_map(found))
		return (struct ov_value){0};
	struct ov_value out = {.kind = OV_KIND_MAP};
	out = ov_with(&judge->scratch, out, ov_key(judge->set->keys, OV_STR("data")),
		ov_get(found, "data"));
	return ov_with(&judge->scratch, out, ov_key(judge->set->keys, OV_STR("metadata")),
		ov_get(found, "metadata"));
}

static struct ov_value path_failed(struct ov_jmespath_run *run, struct ov_value entry,
	const char *during, struct ov_str path, struct ov_str why)
{
	return ov_jmespath_fail(run, OV_JMESPATH_ENTRY,
		"%sfailed to apply JMESPath %.*s for context entry %.*s: %.*s", during,
		OV_STR_ARG(path), OV_STR_ARG(ov_string(ov_get(entry, "name"))),
		OV_STR_ARG(why));
}

/* A namespaced policy asks for what is in its own namespace. */
static bool may_ask(struct ov_judge *judge, struct ov_str url, struct ov_str *why)
{
	struct ov_str own = judge->policy->facts.name_space, mark = OV_STR("/namespaces/");
	size_t at = ov_str_find(url, mark, 0);
	if (!judge->policy->namespaced || !own.len)
		return true;
	if (at == SIZE_MAX) {
		*why = ov_judge_text(judge,
			"path %.*s does not contain a namespace segment, which is required for "
			"namespaced policies",
			OV_STR_ARG(url));
		return false;
	}
	struct ov_str space = ov_str_sub(url, at + mark.len, url.len);
	space = ov_str_sub(space, 0, ov_str_chr(space, '/'));
	if (ov_str_eq(space, own))
		return true;
	*why = ov_judge_text(judge,
		"path %.*s refers to namespace %.*s, which is different from the policy "
		"namespace %.*s",
		OV_STR_ARG(url), OV_STR_ARG(space), OV_STR_ARG(own));
	return false;
}

/* What the world says to the call; false with why. */
static bool call_world(struct ov_judge *judge, struct ov_value call, struct ov_str url,
	struct ov_value *out, struct ov_str *why)
{
	if (!ov_is_string(ov_get(call, "urlPath"))) {
		*why = OV_STR("not checked here: it would need the network");
		return false;
	}
	bool posts = ov_string_is(ov_get(call, "method"), "POST");
	if (posts)
		*why = OV_STR("method POST not supported for fake client");
	else if (ov_world_get(judge, url, out, why))
		return true;
	*why = ov_judge_text(judge, "failed to %s resource with raw url: %.*s: %.*s",
		posts ? "POST" : "GET", OV_STR_ARG(url), OV_STR_ARG(*why));
	return false;
}

static struct ov_value load_api_call(
	struct ov_judge *judge, struct ov_jmespath_run *run, struct ov_value entry)
{
	static const char fetching[] = "failed to fetch data for APICall";
	struct ov_value v = ov_get(entry, "apiCall"), otherwise = ov_get(v, "default"), out;
	struct ov_str url, path, why;
	bool answered = ov_answer_get(judge, v, &out, &why);
	if (answered && !ov_is_some(out))
		return failed(run, fetching, entry, why);
	if (!answered && !judge->world->answers)
		return (struct ov_value){0};
	if (!text_of(judge, v, "urlPath", &url, &why) ||
		!text_of(judge, v, "jmesPath", &path, &why))
		return unsubstituted(run, "failed to fetch data for APICall: ", entry,
			ov_string(ov_get(v, "urlPath")), why);
	if (!answered && !may_ask(judge, url, &why))
		return ov_jmespath_fail(
			run, OV_JMESPATH_ENTRY, "%s: %.*s", fetching, OV_STR_ARG(why));
	if (!answered && !call_world(judge, v, url, &out, &why)) {
		if (ov_is_some(otherwise))
			return otherwise;
		return ov_jmespath_fail(
			run, OV_JMESPATH_ENTRY, "%s: %.*s", fetching, OV_STR_ARG(why));
	}
	if (path.len && !ov_context_apply(judge, path, out, &out, &why))
		return path_failed(run, entry, "failed to store data for APICall: ", path, why);
	return out;
}

bool ov_world_global(struct ov_judge *judge, struct ov_str name, struct ov_value *entry,
	struct ov_value *out, struct ov_str *why)
{
	*out = (struct ov_value){0};
	*entry = global_entry(judge, name);
	struct ov_value given = ov_get(*entry, "resources");
	if (!ov_is_list(given))
		given = ov_get(*entry, "data");
	if (ov_is_some(given)) {
		*out = given;
		return true;
	}
	struct ov_value resource = ov_path(*entry, "spec", "kubernetesResource", NULL);
	struct ov_str url = ov_string(ov_path(*entry, "spec", "apiCall", "urlPath", NULL));
	if (!ov_is_map(resource))
		return !url.len || ov_world_get(judge, url, out, why);
	struct ov_value list = ov_world_find(judge, ov_string(ov_get(resource, "group")),
		ov_string(ov_get(resource, "version")), ov_string(ov_get(resource, "resource")),
		ov_string(ov_get(resource, "namespace")), OV_STR(""));
	*out = ov_get(list, "items");
	return true;
}

static struct ov_value load_global(
	struct ov_judge *judge, struct ov_jmespath_run *run, struct ov_value entry)
{
	struct ov_value v = ov_get(entry, "globalReference"), global, out;
	struct ov_str name, path, why;
	if (!text_of(judge, v, "name", &name, &why) ||
		!text_of(judge, v, "jmesPath", &path, &why))
		return failed(
			run, "failed to substitute variables in context entry", entry, why);
	if (!ov_world_global(judge, name, &global, &out, &why))
		return failed(run, "failed to load global context entry", entry, why);
	if (ov_is_some(out) && path.len && !ov_context_apply(judge, path, out, &out, &why))
		return path_failed(run, entry, "", path, why);
	return out;
}

struct ov_value ov_entry_load(
	struct ov_judge *judge, struct ov_jmespath_run *run, struct ov_value entry)
{
	if (ov_is_some(ov_get(entry, "variable")))
		return load_variable(judge, run, entry);
	if (ov_is_some(ov_get(entry, "configMap")))
		return load_config_map(judge, run, entry);
	if (ov_is_some(ov_get(entry, "apiCall")))
		return load_api_call(judge, run, entry);
	if (ov_is_some(ov_get(entry, "globalReference")))
		return load_global(judge, run, entry);
	return (struct ov_value){0};
}
