/* functions_world: what policies ask the cluster and the network. Layer: policy. */
#include "policy/functions.h"

/*
 * A document of kind Context answers first, as it does for the command line of Kyverno, then
 * the resources that are judged.
 */

static struct ov_value context_spec(const struct ov_judge *judge)
{
	return ov_get(judge->world->contexts, "spec");
}

/* What is asked for. */
struct query {
	struct ov_judge *judge;
	struct ov_str api_version, group, version, plural, space, name;
};

static struct ov_value bad_version(
	struct ov_eval *ev, const struct ov_expr *at, const char *verb, struct ov_str version)
{
	return ov_eval_fail(ev, at,
		"failed to %s resource: unexpected GroupVersion string: %.*s", verb,
		OV_STR_ARG(version));
}

/* False where the version is none. */
static bool ask(struct ov_eval *ev, struct ov_str api_version, struct ov_str plural,
	struct ov_str space, struct ov_str name, struct query *out)
{
	*out = (struct query){.judge = ov_policy_host(ev)->judge,
		.api_version = api_version,
		.plural = plural,
		.space = space,
		.name = name};
	ov_world_split_version(api_version, &out->group, &out->version);
	return ov_str_chr(out->version, '/') == SIZE_MAX;
}

/* Whether an object of the context is of the kind that is asked for. */
static bool has_kind(const struct query *q, struct ov_value object)
{
	return ov_str_eq(ov_string(ov_get(object, "apiVersion")), q->api_version) &&
	       ov_str_eq(ov_plural(&q->judge->scratch, ov_string(ov_get(object, "kind"))),
		       q->plural);
}

static struct ov_value find_one(const struct query *q)
{
	struct ov_value list = ov_get(context_spec(q->judge), "resources");
	for (size_t i = ov_count(list); i-- > 0;) {
		struct ov_value o = ov_at(list, i), metadata = ov_get(o, "metadata");
		if (ov_str_eq(ov_string(ov_get(metadata, "name")), q->name) &&
			ov_str_eq(ov_string(ov_get(metadata, "namespace")), q->space) &&
			has_kind(q, o))
			return o;
	}
	return ov_world_find(q->judge, q->group, q->version, q->plural, q->space, q->name);
}

static struct ov_value get(struct ov_eval *ev, const struct ov_expr *at, struct ov_str version,
	struct ov_str plural, struct ov_str space, struct ov_str name)
{
	struct query q;
	if (!ask(ev, version, plural, space, name, &q))
		return bad_version(ev, at, "get", version);
	struct ov_value found = name.len ? find_one(&q) : (struct ov_value){0};
	return ov_is_some(found) ? found : ov_value_null();
}

/* Whether an object has all of the labels. */
static bool has_labels(struct ov_value object, struct ov_value labels)
{
	struct ov_value own = ov_path(object, "metadata", "labels", NULL);
	for (size_t i = 0; i < ov_count(labels); i++) {
		if (!ov_str_eq(ov_string(ov_get_key(own, labels.entries[i].key)),
			    ov_string(labels.entries[i].value)))
			return false;
	}
	return true;
}

static struct ov_value list(struct ov_eval *ev, const struct ov_expr *at, struct ov_str version,
	struct ov_str plural, struct ov_str space, struct ov_value labels)
{
	struct query q;
	struct ov_value error;
	if (!ask(ev, version, plural, space, OV_STR(""), &q))
		return bad_version(ev, at, "list", version);
	struct ov_value own = ov_get(context_spec(q.judge), "resources");
	struct ov_value rest = ov_get(
		ov_world_find(q.judge, q.group, q.version, plural, space, OV_STR("")), "items");
	size_t most = ov_count(own) + ov_count(rest), count = 0;
	if (!ov_eval_spend(ev, at, most * sizeof(struct ov_value), &error) ||
		!ov_eval_work(ev, at, most / 8, &error))
		return error;
	struct ov_value *items = ov_new_array(ev->arena, struct ov_value, most);
	/* Of a whole estate it is known that there are none. */
	bool known = ov_count(rest) > 0 || q.judge->world->has_namespaces;
	for (size_t i = 0; i < ov_count(own); i++) {
		struct ov_value o = ov_at(own, i);
		struct ov_str place = ov_string(ov_path(o, "metadata", "namespace", NULL));
		if (!has_kind(&q, o))
			continue;
		known = true;
		if (ov_str_eq(place, space) && has_labels(o, labels))
			items[count++] = o;
	}
	for (size_t i = 0; i < ov_count(rest); i++) {
		if (has_labels(ov_at(rest, i), labels))
			items[count++] = ov_at(rest, i);
	}
	if (!known)
		return ov_eval_fail(ev, at,
			"failed to list resource: %.*s%s%.*s resource not found",
			OV_STR_ARG(plural), q.group.len ? "." : "", OV_STR_ARG(q.group));
	struct ov_map_builder b;
	ov_map_begin(&b, ev->arena, 1);
	ov_map_set(&b, ov_key(ev->keys, OV_STR("items")), ov_value_list(items, count));
	return ov_map_end(&b);
}

static struct ov_str text(const struct ov_value *a, size_t i)
{
	return ov_string(a[i]);
}

/* The namespace of the policy that is asked. */
static struct ov_str home(struct ov_eval *ev)
{
	return ov_policy_host(ev)->judge->policy->facts.name_space;
}

static struct ov_value labels_of(const struct ov_value *a, size_t n)
{
	return ov_is_map(a[n - 1]) ? a[n - 1] : (struct ov_value){0};
}

OV_FUNCTION(get_any, get(ev, at, text(a, 1), text(a, 2), text(a, 3), text(a, 4)))
OV_FUNCTION(get_own, get(ev, at, text(a, 1), text(a, 2), home(ev), text(a, 3)))
OV_FUNCTION(list_any, list(ev, at, text(a, 1), text(a, 2), text(a, 3), labels_of(a, n)))
OV_FUNCTION(list_own, list(ev, at, text(a, 1), text(a, 2), home(ev), labels_of(a, n)))

static const char gvr_type[] = "schema.GroupVersionResource";

/* A kind and its resource: its text is the version, its key the plural. */
static struct ov_value to_gvr(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	return ov_function_opaque(
		ev, gvr_type, text(a, 1), ov_plural(ev->arena, text(a, 2)), NULL);
}

static struct ov_str gvr_version(const struct ov_value *a)
{
	return a[1].opaque->text;
}

static struct ov_str gvr_plural(const struct ov_value *a)
{
	return a[1].opaque->key;
}

OV_FUNCTION(get_any_gvr, get(ev, at, gvr_version(a), gvr_plural(a), text(a, 2), text(a, 3)))
OV_FUNCTION(get_own_gvr, get(ev, at, gvr_version(a), gvr_plural(a), home(ev), text(a, 2)))
OV_FUNCTION(
	list_any_gvr, list(ev, at, gvr_version(a), gvr_plural(a), text(a, 2), labels_of(a, n)))
OV_FUNCTION(
	list_own_gvr, list(ev, at, gvr_version(a), gvr_plural(a), home(ev), labels_of(a, n)))

static struct ov_value set_text(struct ov_eval *ev, struct ov_value map, struct ov_value from,
	const char *key, bool always)
{
	struct ov_value v = ov_get(from, key);
	if (!ov_is_some(v) || (!always && !v.count))
		v = ov_value_string(OV_STR(""));
	return v.count || always ? ov_with(ev->arena, map, ov_key(ev->keys, ov_str_c(key)), v)
				 : map;
}

/* As the context has it, with the fields that the command line writes of every image. */
static struct ov_value metadata(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	static const char *const always[] = {
		"image", "resolvedImage", "registry", "repository"};
	static const char *const some[] = {"imageIndex", "manifest", "config"};
	struct ov_judge *judge = ov_policy_host(ev)->judge;
	struct ov_value images = ov_get(context_spec(judge), "images");
	if (!ov_is_map(judge->world->contexts))
		return ov_function_offline(ev, at, a, n);
	for (size_t i = ov_count(images); i-- > 0;) {
		struct ov_value image = ov_at(images, i), out = {.kind = OV_KIND_MAP};
		if (!ov_str_eq(ov_string(ov_get(image, "image")), text(a, 1)))
			continue;
		for (size_t k = 0; k < OV_COUNT(always); k++)
			out = set_text(ev, out, image, always[k], true);
		out = set_text(ev, out, image, "tag", false);
		out = set_text(ev, out, image, "digest", false);
		for (size_t k = 0; k < OV_COUNT(some); k++) {
			struct ov_value v = ov_get(image, some[k]);
			if (ov_is_some(v))
				out = ov_with(
					ev->arena, out, ov_key(ev->keys, ov_str_c(some[k])), v);
		}
		return out;
	}
	return ov_eval_fail(ev, at,
		"failed to get image data: image data for %.*s not found in the context",
		OV_STR_ARG(text(a, 1)));
}

/* The JMESPath of a projection that a global context entry declares. */
static struct ov_str projection_path(struct ov_value entry, struct ov_str name)
{
	struct ov_value list = ov_path(entry, "spec", "projections", NULL);
	for (size_t i = 0; i < ov_count(list); i++) {
		if (ov_str_eq(ov_string(ov_get(ov_at(list, i), "name")), name))
			return ov_string(ov_get(ov_at(list, i), "jmesPath"));
	}
	return OV_STR("");
}

static struct ov_value global(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct ov_judge *judge = ov_policy_host(ev)->judge;
	struct ov_value entry, out;
	struct ov_str why = OV_STR("");
	if (judge->policy->namespaced)
		return ov_eval_fail(ev, at,
			"failed to get global reference: globalContext.* is not allowed in "
			"namespaced policies");
	if (!ov_world_global(judge, text(a, 1), &entry, &out, &why))
		return ov_eval_fail(
			ev, at, "failed to get global reference: %.*s", OV_STR_ARG(why));
	if (!ov_is_some(out))
		return ov_value_null();
	if (n == 2 || !text(a, 2).len)
		return out;
	struct ov_str path = projection_path(entry, text(a, 2));
	if (!path.len)
		return ov_eval_fail(ev, at,
			"failed to get global reference: projection \"%.*s\" not found in "
			"global context entry \"%.*s\"",
			OV_STR_ARG(text(a, 2)), OV_STR_ARG(text(a, 1)));
	if (!ov_context_apply(judge, path, out, &out, &why))
		return ov_eval_fail(
			ev, at, "failed to get global reference: %.*s", OV_STR_ARG(why));
	return out;
}

static struct ov_value http(struct ov_eval *ev, const struct ov_expr *at,
	const struct ov_value *a, size_t n, const char *method)
{
	struct ov_value answer =
		ov_answer_http(ov_policy_host(ev)->judge->world, ov_str_c(method), text(a, 1));
	if (ov_is_map(answer)) {
		struct ov_value status = ov_get(answer, "statusCode");
		struct ov_value body = ov_get(answer, "body");
		struct ov_map_builder b;
		ov_map_begin(&b, ev->arena, 2);
		ov_map_set(&b, ov_key(ev->keys, OV_STR("body")),
			ov_is_some(body) ? body : ov_value_null());
		ov_map_set(&b, ov_key(ev->keys, OV_STR("statusCode")),
			ov_value_int(status.kind == OV_KIND_INT && status.integer
					     ? status.integer
					     : 200));
		return ov_map_end(&b);
	}
	if (ov_policy_host(ev)->judge->policy->namespaced)
		return ov_eval_fail(ev, at,
			"request failed: http calls are not allowed in namespaced policies: "
			"set --allowHTTPInNamespacedPolicies to enable");
	return ov_function_offline(ev, at, a, n);
}

OV_FUNCTION(http_get, http(ev, at, a, n, "GET"))
OV_FUNCTION(http_post, http(ev, at, a, n, "POST"))

/* A client with certificates of its own: answers are the same. */
OV_FUNCTION(http_client, a[0])

/* Names of functions are written with a capital first, or without. */
#define BOTH(receiver, upper, lower, rest, fn_) \
	{.signature = receiver "#" upper rest, .fn = fn_}, \
	{ \
		.signature = receiver "#" lower rest, .fn = fn_ \
	}
#define GET(rest, fn_)  BOTH("resource.Context", "Get", "get", rest " map(string, dyn)", fn_)
#define LIST(rest, fn_) BOTH("resource.Context", "List", "list", rest " map(string, dyn)", fn_)
#define POST(rest) \
	BOTH("resource.Context", "Post", "post", rest " map(string, dyn)", ov_function_offline)
#define HTTP(upper, lower, rest, fn_) BOTH("http.Context", upper, lower, rest, fn_)

static const struct ov_function items[] = {
	BOTH("resource.Context", "ToGVR", "toGVR",
		"(string, string) schema.GroupVersionResource", to_gvr),
	BOTH("imagedata.Context", "GetMetadata", "getMetadata", "(string) dyn", metadata),
	BOTH("globalcontext.Context", "Get", "get", "(string) dyn", global),
	BOTH("globalcontext.Context", "Get", "get", "(string, string) dyn", global),
	HTTP("Get", "get", "(string) dyn", http_get),
	HTTP("Get", "get", "(string, map(string, string)) dyn", http_get),
	HTTP("Post", "post", "(string, dyn) dyn", http_post),
	HTTP("Post", "post", "(string, dyn, map(string, string)) dyn", http_post),
	HTTP("Client", "client", "(string) http.Context", http_client),
};

static const struct ov_function cluster_wide[] = {
	GET("(string, string, string, string)", get_any),
	GET("(schema.GroupVersionResource, string, string)", get_any_gvr),
	LIST("(string, string, string)", list_any),
	LIST("(string, string, string, map(string, string))", list_any),
	LIST("(schema.GroupVersionResource, string)", list_any_gvr),
	LIST("(schema.GroupVersionResource, string, map(string, string))", list_any_gvr),
	POST("(string, string, string, map(string, dyn))"),
	POST("(string, string, map(string, dyn))"),
};

static const struct ov_function namespaced[] = {
	GET("(string, string, string)", get_own),
	GET("(schema.GroupVersionResource, string)", get_own_gvr),
	LIST("(string, string)", list_own),
	LIST("(string, string, map(string, string))", list_own),
	LIST("(schema.GroupVersionResource)", list_own_gvr),
	LIST("(schema.GroupVersionResource, map(string, string))", list_own_gvr),
	POST("(string, string, map(string, dyn))"),
};

struct ov_function_table ov_functions_world(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}

struct ov_function_table ov_functions_cluster_wide(void)
{
	return (struct ov_function_table){cluster_wide, OV_COUNT(cluster_wide)};
}

struct ov_function_table ov_functions_namespaced(void)
{
	return (struct ov_function_table){namespaced, OV_COUNT(namespaced)};
}
