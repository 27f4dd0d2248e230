/* functions: functions of CEL that Kyverno adds. Layer: policy. */
#include "policy/functions.h"

#include "expr/digest.h"
#include "foreign/json.h"
#include "foreign/yaml.h"
#include "lang/image.h"
#include "lang/json_out.h"

/* Follows github.com/kyverno/sdk, extensions/cel/libs, as far as it works without a cluster. */

/* Kyverno takes what is no optional as it is. */
static struct ov_value or_value(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)eval;
	(void)at;
	(void)count;
	if (args[0].kind != OV_KIND_OPTIONAL)
		return args[0];
	return args[0].items ? args[0].items[0] : args[1];
}

static struct ov_value image_fault(struct ov_eval *eval, const struct ov_expr *at)
{
	return ov_eval_fail(eval, at, "could not parse reference");
}

static struct ov_value make_image(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	struct ov_image image;
	(void)count;
	struct ov_str s = ov_str_dup(eval->arena, ov_string(args[0]));
	if (!ov_image_parse(s, &image, NULL))
		return image_fault(eval, at);
	return ov_function_opaque(eval, "kyverno.Image", s, s, NULL);
}

static struct ov_value is_image(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	struct ov_image image;
	(void)eval;
	(void)at;
	(void)count;
	return ov_value_bool(ov_image_parse(ov_string(args[0]), &image, NULL));
}

static struct ov_image parts(struct ov_value v)
{
	struct ov_image image = {0};
	ov_image_parse(v.opaque->text, &image, NULL);
	return image;
}

static struct ov_value registry(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)eval;
	(void)at;
	(void)count;
	struct ov_str name = parts(args[0]).registry;
	/* As go-containerregistry names Docker's own. */
	return ov_value_string(
		!name.len || ov_str_is(name, "docker.io") ? OV_STR("index.docker.io") : name);
}

static struct ov_value repository(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	struct ov_image image = parts(args[0]);
	(void)at;
	(void)count;
	bool docker = !image.registry.len || ov_str_is(image.registry, "docker.io");
	if (docker && ov_str_chr(image.path, '/') == SIZE_MAX)
		return ov_value_string(
			ov_str_fmt(eval->arena, "library/%.*s", OV_STR_ARG(image.path)));
	return ov_value_string(image.path);
}

static struct ov_value tag(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	struct ov_image image = parts(args[0]);
	(void)eval;
	(void)at;
	(void)count;
	return ov_value_string(
		image.tag.len || image.digest.len ? image.tag : OV_STR("latest"));
}

static struct ov_value digest(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)eval;
	(void)at;
	(void)count;
	return ov_value_string(parts(args[0]).digest);
}

static struct ov_value identifier(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	struct ov_image image = parts(args[0]);
	(void)eval;
	(void)at;
	(void)count;
	if (image.digest.len)
		return ov_value_string(image.digest);
	return ov_value_string(image.tag.len ? image.tag : OV_STR("latest"));
}

static struct ov_value contains_digest(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)eval;
	(void)at;
	(void)count;
	return ov_value_bool(parts(args[0]).digest.len > 0);
}

static struct ov_judge *judge_of(struct ov_eval *eval)
{
	return ((struct ov_policy_host *)eval->host)->judge;
}

static void split_version(
	struct ov_str api_version, struct ov_str *group, struct ov_str *version)
{
	size_t slash = ov_str_chr(api_version, '/');
	*group = slash == SIZE_MAX ? OV_STR("") : ov_str_sub(api_version, 0, slash);
	*version = slash == SIZE_MAX ? api_version
				     : ov_str_sub(api_version, slash + 1, api_version.len);
}

static struct ov_value context_resource(struct ov_judge *judge, struct ov_str api_version,
	struct ov_str plural, struct ov_str space, struct ov_str name)
{
	struct ov_str group, version;
	split_version(api_version, &group, &version);
	return ov_world_find(judge, group, version, plural, space, name);
}

static struct ov_value resource_get(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	struct ov_str space = count == 4 ? ov_string(args[2]) : OV_STR("");
	struct ov_str name = ov_string(args[count - 1]);
	struct ov_value found = context_resource(
		judge_of(eval), ov_string(args[0]), ov_string(args[1]), space, name);
	if (ov_is_some(found))
		return found;
	return ov_eval_fail(eval, at, "failed to get resource: %.*s \"%.*s\" not found",
		OV_STR_ARG(ov_string(args[1])), OV_STR_ARG(name));
}

static struct ov_value resource_list(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)at;
	struct ov_str space =
		count >= 3 && ov_is_string(args[2]) ? ov_string(args[2]) : OV_STR("");
	struct ov_value list = context_resource(
		judge_of(eval), ov_string(args[0]), ov_string(args[1]), space, OV_STR(""));
	struct ov_value labels = args[count - 1];
	if (!ov_is_map(labels))
		return list;
	/* Only those that have all of the labels. */
	struct ov_value items = ov_get(list, "items");
	struct ov_value *kept = ov_new_array(eval->arena, struct ov_value, ov_count(items));
	size_t n = 0;
	for (size_t i = 0; i < ov_count(items); i++) {
		struct ov_value own = ov_path(ov_at(items, i), "metadata", "labels", NULL);
		bool all = true;
		for (size_t k = 0; all && k < labels.count; k++)
			all = ov_str_eq(ov_string(ov_get_key(own, labels.entries[k].key)),
				ov_string(labels.entries[k].value));
		if (all)
			kept[n++] = ov_at(items, i);
	}
	return ov_with(
		eval->arena, list, ov_key(eval->keys, OV_STR("items")), ov_value_list(kept, n));
}

static struct ov_value offline(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)args;
	(void)count;
	return ov_eval_fail(eval, at, "not checked here: it would need the network");
}

static struct ov_value service_account(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	static const struct ov_str prefix = OV_STR_INIT("system:serviceaccount:");
	struct ov_str s = ov_string(args[0]), name = OV_STR(""), space = OV_STR("");
	(void)at;
	(void)count;
	if (ov_str_starts(s, prefix)) {
		struct ov_str rest = ov_str_sub(s, prefix.len, s.len);
		size_t colon = ov_str_chr(rest, ':');
		space = ov_str_sub(rest, 0, colon);
		if (colon != SIZE_MAX)
			name = ov_str_sub(rest, colon + 1, rest.len);
	}
	struct ov_map_builder b;
	ov_map_begin(&b, eval->arena, 2);
	ov_map_set(&b, ov_key(eval->keys, OV_STR("Name")), ov_value_string(name));
	ov_map_set(&b, ov_key(eval->keys, OV_STR("Namespace")), ov_value_string(space));
	return ov_map_end(&b);
}

static struct ov_value read_text(
	struct ov_eval *eval, const struct ov_expr *at, struct ov_str text, bool json)
{
	struct ov_source source = {.path = OV_STR("expression"), .text = text};
	struct ov_diags ignored;
	ov_diags_init(&ignored, NULL);
	struct ov_reader reader = {.arena = eval->arena,
		.keys = eval->keys,
		.cache = eval->cache,
		.diags = &ignored,
		.source = &source};
	struct ov_docs docs = {0};
	bool ok = json ? ov_json_read(&reader, &docs) : ov_yaml_read(&reader, &docs);
	ov_diags_release(&ignored);
	if (!ok || docs.count != 1)
		return ov_eval_fail(
			eval, at, "the text is no %s document", json ? "JSON" : "YAML");
	return docs.items[0];
}

static struct ov_value unmarshal(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)count;
	return read_text(eval, at, ov_str_dup(eval->arena, ov_string(args[0])), true);
}

static struct ov_value parse_yaml(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)count;
	return read_text(eval, at, ov_str_dup(eval->arena, ov_string(args[0])), false);
}

static struct ov_value marshal(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	struct ov_buf buf;
	(void)count;
	if (!ov_is_document(args[0]))
		return ov_eval_fail(eval, at, "the value has no JSON");
	ov_buf_init(&buf);
	ov_json_write(&buf, args[0], 0);
	struct ov_value out = ov_eval_string(eval, &buf);
	ov_buf_release(&buf);
	return out;
}

static const struct ov_function functions[] = {
	{.signature = "A.orValue(dyn) dyn", .fn = or_value},
	{.signature = "image(string) kyverno.Image", .fn = make_image},
	{.signature = "isImage(string) bool", .fn = is_image},
	{.signature = "kyverno.Image.registry() string", .fn = registry},
	{.signature = "kyverno.Image.repository() string", .fn = repository},
	{.signature = "kyverno.Image.tag() string", .fn = tag},
	{.signature = "kyverno.Image.digest() string", .fn = digest},
	{.signature = "kyverno.Image.identifier() string", .fn = identifier},
	{.signature = "kyverno.Image.containsDigest() bool", .fn = contains_digest},
	{.signature = "resource::Get(string, string, string, string) dyn", .fn = resource_get},
	{.signature = "resource::Get(string, string, string) dyn", .fn = resource_get},
	{.signature = "resource::List(string, string, string, dyn) dyn", .fn = resource_list},
	{.signature = "resource::List(string, string, string) dyn", .fn = resource_list},
	{.signature = "resource::List(string, string) dyn", .fn = resource_list},
	{.signature = "resource::Post(string, string, string, dyn) dyn", .fn = offline},
	{.signature = "image::GetMetadata(string) dyn", .fn = offline},
	{.signature = "http::Get(string) dyn", .fn = offline},
	{.signature = "http::Get(string, dyn) dyn", .fn = offline},
	{.signature = "http::Post(string, dyn) dyn", .fn = offline},
	{.signature = "http::Post(string, dyn, dyn) dyn", .fn = offline},
	{.signature = "parseServiceAccount(string) dyn", .fn = service_account},
	{.signature = "json::unmarshal(string) dyn", .fn = unmarshal},
	{.signature = "json::marshal(dyn) string", .fn = marshal},
	{.signature = "yaml::parse(string) dyn", .fn = parse_yaml},
};

struct ov_function_table ov_functions_policy(void)
{
	return (struct ov_function_table){functions, OV_COUNT(functions)};
}
