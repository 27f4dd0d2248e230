/* context: what the variables of a rule see. Layer: policy. */
#include "lang/image.h"
#include "policy/internal.h"

/*
 * Follows pkg/engine/context of Kyverno v1.19. Entries are worked out when they are first used;
 * an entry that nobody uses can be wrong.
 */

static const struct ov_key *key_of(struct ov_judge *judge, const char *name)
{
	return ov_key_cached(judge->set->keys, judge->eval.cache, ov_str_c(name));
}

/* Maps are joined all the way down, the newer value before the older. */
static struct ov_value join(
	struct ov_judge *judge, struct ov_value older, struct ov_value newer)
{
	if (!ov_is_map(older) || !ov_is_map(newer))
		return newer;
	for (size_t i = 0; i < newer.count; i++) {
		const struct ov_entry *e = &newer.entries[i];
		older = ov_with(&judge->scratch, older, e->key,
			join(judge, ov_get_key(older, e->key), e->value));
	}
	return older;
}

struct ov_value ov_put_path(
	struct ov_judge *judge, struct ov_value map, struct ov_str path, struct ov_value value)
{
	size_t dot = ov_str_chr(path, '.');
	const struct ov_key *key = ov_key(judge->set->keys, ov_str_sub(path, 0, dot));
	if (!ov_is_map(map))
		map = (struct ov_value){.kind = OV_KIND_MAP};
	if (dot != SIZE_MAX)
		value = ov_put_path(judge, ov_get_key(map, key),
			ov_str_sub(path, dot + 1, path.len), value);
	else
		value = join(judge, ov_get_key(map, key), value);
	return ov_with(&judge->scratch, map, key, value);
}

static struct ov_value put(
	struct ov_judge *judge, struct ov_value map, const char *key, struct ov_value value)
{
	return ov_with(&judge->scratch, map, key_of(judge, key), value);
}

static struct ov_value put_all(
	struct ov_judge *judge, struct ov_value root, struct ov_value values)
{
	for (size_t i = 0; i < ov_count(values); i++)
		root = ov_put_path(
			judge, root, values.entries[i].key->str, values.entries[i].value);
	return root;
}

/* The entry of a list by its field `name`. */
static struct ov_value by_name(struct ov_value list, struct ov_str name)
{
	for (size_t i = 0; i < ov_count(list); i++) {
		if (ov_str_eq(ov_string(ov_get(ov_at(list, i), "name")), name))
			return ov_at(list, i);
	}
	return (struct ov_value){0};
}

/* Who asks, as a user info file says it. */
static struct ov_value with_user(struct ov_judge *judge, struct ov_value root)
{
	static const struct ov_str account = OV_STR_INIT("system:serviceaccount:");
	struct ov_value user = judge->world->user, request = ov_get(root, "request");
	if (!ov_is_map(user))
		return root;
	static const char *const fields[] = {"roles", "clusterRoles", "userInfo"};
	for (size_t i = 0; i < OV_COUNT(fields); i++) {
		struct ov_value v = ov_get(user, fields[i]);
		if (ov_is_some(v))
			request = put(judge, request, fields[i], v);
	}
	struct ov_str name = ov_string(ov_path(user, "userInfo", "username", NULL));
	struct ov_str rest =
		name.len > account.len ? ov_str_sub(name, account.len, name.len) : OV_STR("");
	size_t colon = ov_str_chr(rest, ':');
	bool is_account = colon != SIZE_MAX;
	root = put(judge, root, "request", request);
	root = put(judge, root, "serviceAccountName",
		ov_value_string(
			is_account ? ov_str_sub(rest, colon + 1, rest.len) : OV_STR("")));
	return put(judge, root, "serviceAccountNamespace",
		ov_value_string(is_account ? ov_str_sub(rest, 0, colon) : OV_STR("")));
}

struct ov_value ov_context_root(struct ov_judge *judge)
{
	const struct ov_subject *s = &judge->subject;
	struct ov_map_builder b;
	ov_map_begin(&b, &judge->scratch, 4);
	if (!ov_str_is(s->operation, "DELETE"))
		ov_map_set(&b, key_of(judge, "object"), s->resource);
	if (!ov_str_is(s->operation, "CREATE"))
		ov_map_set(&b, key_of(judge, "oldObject"), s->resource);
	ov_map_set(&b, key_of(judge, "namespace"), ov_value_string(s->name_space));
	ov_map_set(&b, key_of(judge, "operation"), ov_value_string(s->operation));
	struct ov_value request = ov_map_end(&b);
	ov_map_begin(&b, &judge->scratch, 1);
	ov_map_set(&b, key_of(judge, "request"), request);
	struct ov_value root = with_user(judge, ov_map_end(&b));
	struct ov_value spec = ov_world_values(judge->world);
	if (!ov_is_map(spec))
		return root;
	root = put_all(judge, root, ov_get(spec, "globalValues"));
	struct ov_value policy = by_name(ov_get(spec, "policies"), judge->policy->facts.name);
	struct ov_value resource = by_name(ov_get(policy, "resources"), s->name);
	root = put_all(judge, root, ov_get(resource, "values"));
	/* The operation that is simulated is this one; a file can only say CONNECT besides. */
	if (ov_string_is(ov_path(root, "request", "operation", NULL), "CONNECT"))
		return root;
	return ov_put_path(
		judge, root, OV_STR("request.operation"), ov_value_string(s->operation));
}

/* The name of the rule that was written, also of one that is made for a controller. */
static struct ov_str written_name(struct ov_str name)
{
	static const struct ov_str prefixes[] = {
		OV_STR_INIT("autogen-cronjob-"), OV_STR_INIT("autogen-")};
	for (size_t i = 0; i < OV_COUNT(prefixes); i++) {
		if (ov_str_starts(name, prefixes[i]))
			return ov_str_sub(name, prefixes[i].len, name.len);
	}
	return name;
}

struct ov_value ov_rule_root(struct ov_judge *judge)
{
	struct ov_value spec = ov_world_values(judge->world);
	struct ov_value root = judge->base;
	if (!ov_is_map(spec))
		return root;
	struct ov_value policy = by_name(ov_get(spec, "policies"), judge->policy->facts.name);
	struct ov_value rule =
		by_name(ov_get(policy, "rules"), written_name(judge->rule->name));
	struct ov_value each = ov_get(rule, "foreachValues");
	root = put_all(judge, root, ov_get(rule, "values"));
	for (size_t i = 0; i < ov_count(each); i++)
		root = ov_put_path(
			judge, root, each.entries[i].key->str, ov_at(each.entries[i].value, 0));
	return root;
}

void ov_frame_push(struct ov_judge *judge, struct ov_frame *frame, struct ov_value root,
	struct ov_value entries)
{
	size_t n = ov_count(entries);
	for (size_t i = 0; i < n; i++) {
		if (ov_entry_is_loaded(judge, ov_at(entries, i)))
			root = ov_without(&judge->scratch, root,
				ov_string(ov_get(ov_at(entries, i), "name")));
	}
	*frame = (struct ov_frame){.up = judge->frame, .root = root, .entries = entries};
	frame->loaded = ov_new_array(&judge->scratch, struct ov_value, n + 1);
	frame->busy = ov_new_array(&judge->scratch, bool, n + 1);
	judge->frame = frame;
}

bool ov_frame_revalue(struct ov_judge *judge, struct ov_frame *frame)
{
	bool some = false;
	if (!ov_is_map(ov_world_values(judge->world)))
		return false;
	struct ov_value root = ov_rule_root(judge);
	for (size_t i = 0; i < ov_count(frame->entries); i++) {
		struct ov_value own =
			ov_get_str(root, ov_string(ov_get(ov_at(frame->entries, i), "name")));
		if (!ov_is_some(frame->loaded[i]) || !ov_is_some(own))
			continue;
		frame->loaded[i] = own;
		some = true;
	}
	return some;
}

static struct ov_value image_value(
	struct ov_judge *judge, struct ov_image image, struct ov_str pointer)
{
	struct ov_arena *a = judge->results;
	struct ov_str registry = image.registry.len ? image.registry : OV_STR("docker.io");
	struct ov_str tag = image.tag.len || image.digest.len ? image.tag : OV_STR("latest");
	struct ov_str name = image.path;
	for (size_t i = name.len; i-- > 0;) {
		if (name.ptr[i] == '/') {
			name = ov_str_sub(name, i + 1, name.len);
			break;
		}
	}
	struct ov_str base =
		ov_str_fmt(a, "%.*s/%.*s", OV_STR_ARG(registry), OV_STR_ARG(image.path));
	struct ov_str tagged = ov_str_fmt(a, "%.*s:%.*s", OV_STR_ARG(base), OV_STR_ARG(tag));
	struct ov_str reference =
		image.digest.len
			? ov_str_fmt(a, "%.*s@%.*s", OV_STR_ARG(base), OV_STR_ARG(image.digest))
			: tagged;
	struct ov_map_builder b;
	ov_map_begin(&b, a, 8);
	ov_map_set(&b, key_of(judge, "registry"), ov_value_string(registry));
	ov_map_set(&b, key_of(judge, "name"), ov_value_string(name));
	ov_map_set(&b, key_of(judge, "path"), ov_value_string(image.path));
	if (tag.len)
		ov_map_set(&b, key_of(judge, "tag"), ov_value_string(tag));
	if (image.digest.len)
		ov_map_set(&b, key_of(judge, "digest"), ov_value_string(image.digest));
	ov_map_set(&b, key_of(judge, "reference"), ov_value_string(reference));
	ov_map_set(&b, key_of(judge, "referenceWithTag"), ov_value_string(tagged));
	ov_map_set(&b, key_of(judge, "jsonPointer"), ov_value_string(pointer));
	return ov_map_end(&b);
}

/* The pod's spec of a resource, and where it stands. */
static struct ov_value pod_spec(const struct ov_subject *s, const char **pointer)
{
	enum ov_controller controller = ov_controller_of(s->kind);
	*pointer = controller == OV_CONTROLLER_CRON_JOB ? "/spec/jobTemplate/spec/template/spec"
		   : controller == OV_CONTROLLERS       ? "/spec"
							: "/spec/template/spec";
	if (controller == OV_CONTROLLER_CRON_JOB)
		return ov_path(
			s->resource, "spec", "jobTemplate", "spec", "template", "spec", NULL);
	if (controller != OV_CONTROLLERS)
		return ov_path(s->resource, "spec", "template", "spec", NULL);
	return ov_str_is(s->kind, "Pod") ? ov_get(s->resource, "spec") : (struct ov_value){0};
}

struct ov_value ov_resource_images(struct ov_judge *judge)
{
	static const char *const lists[] = {
		"initContainers", "containers", "ephemeralContainers"};
	const char *pointer;
	struct ov_value spec = pod_spec(&judge->subject, &pointer);
	if (ov_is_some(judge->images))
		return judge->images;
	struct ov_map_builder all;
	ov_map_begin(&all, judge->results, 3);
	for (size_t l = 0; l < OV_COUNT(lists); l++) {
		struct ov_value list = ov_get(spec, lists[l]);
		struct ov_map_builder b;
		ov_map_begin(&b, judge->results, ov_count(list));
		for (size_t i = 0; i < ov_count(list); i++) {
			struct ov_value c = ov_at(list, i), name = ov_get(c, "name");
			struct ov_image image;
			if (!ov_is_string(name) ||
				!ov_image_parse(ov_string(ov_get(c, "image")), &image, NULL))
				continue;
			ov_map_set(&b, ov_key(judge->set->keys, ov_string(name)),
				image_value(judge, image,
					ov_str_fmt(judge->results, "%s/%s/%zu/image", pointer,
						lists[l], i)));
		}
		struct ov_value map = ov_map_end(&b);
		if (map.count)
			ov_map_set(&all, key_of(judge, lists[l]), map);
	}
	judge->images = ov_map_end(&all);
	return judge->images;
}

bool ov_context_substitute(struct ov_judge *judge, struct ov_value document,
	struct ov_value *out, struct ov_str *message)
{
	struct ov_substitution s = {.run = &judge->run,
		.queries = &judge->queries,
		.root = judge->frame->root,
		.current = OV_STR("request.object"),
		.deletes = ov_str_is(judge->subject.operation, "DELETE")};
	if (judge->depth > 32) {
		*message = OV_STR("context entries need each other");
		return false;
	}
	judge->depth++;
	*out = ov_substitute(&s, document);
	judge->depth--;
	*message = s.message;
	return ov_is_some(*out) || s.fault == OV_SUBSTITUTION_OK;
}

bool ov_context_query(struct ov_judge *judge, struct ov_str text, struct ov_value *out,
	struct ov_str *message)
{
	struct ov_jmespath_error error = {0};
	const struct ov_jmespath *jp = ov_jmespath_compile(&judge->scratch, judge->set->keys,
		OV_JMESPATH_POLICY, ov_str_trim(text), &error);
	if (!jp) {
		*message = ov_judge_text(judge, "incorrect query %.*s: %.*s",
			OV_STR_ARG(ov_str_trim(text)), OV_STR_ARG(error.message));
		return false;
	}
	struct ov_jmespath_run run = judge->run;
	judge->depth++;
	*out = judge->depth > 32 ? (struct ov_value){0}
				 : ov_jmespath_eval(&run, jp, judge->frame->root);
	judge->depth--;
	*message = run.error.fault == OV_JMESPATH_ENTRY
			   ? run.error.message
			   : ov_judge_text(judge, "JMESPath query failed: %.*s",
				     OV_STR_ARG(run.error.message));
	return ov_is_some(*out);
}

static struct ov_value find_variable(
	void *context, struct ov_jmespath_run *run, const struct ov_key *name)
{
	struct ov_judge *judge = context;
	if (ov_str_is(name->str, "images")) {
		struct ov_value images = ov_resource_images(judge);
		return images.count ? images : (struct ov_value){0};
	}
	for (const struct ov_frame *f = judge->frame; f; f = f->up) {
		for (size_t i = ov_count(f->entries); i-- > 0;) {
			struct ov_value entry = ov_at(f->entries, i);
			if (f->busy[i] ||
				!ov_str_eq(ov_string(ov_get(entry, "name")), name->str))
				continue;
			if (ov_is_some(f->loaded[i]))
				return f->loaded[i];
			f->busy[i] = true;
			struct ov_value v = ov_entry_load(judge, run, entry);
			f->busy[i] = false;
			/* An element of a foreach may look different to the next one. */
			if (f == judge->frame)
				f->loaded[i] = v;
			return v;
		}
	}
	return (struct ov_value){0};
}

void ov_context_begin(struct ov_judge *judge)
{
	judge->run.variable = find_variable;
	judge->run.context = judge;
}
