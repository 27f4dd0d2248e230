/* world: what stands around the resources that are judged. Layer: policy. */
#include "policy/internal.h"

struct ov_value ov_world_values(const struct ov_policy_world *world)
{
	struct ov_value spec = ov_get(world->values, "spec");
	return ov_is_map(spec) ? spec : world->values;
}

/* The namespace by the values file; `labels` is where its labels are. */
static struct ov_value namespace_of(
	const struct ov_policy_world *world, struct ov_str name, struct ov_value *labels)
{
	struct ov_value spec = ov_world_values(world);
	struct ov_value whole = ov_get(spec, "namespaces");
	struct ov_value brief = ov_get(spec, "namespaceSelector");
	for (size_t i = 0; i < ov_count(whole); i++) {
		struct ov_value n = ov_at(whole, i), metadata = ov_get(n, "metadata");
		*labels = ov_get(metadata, "labels");
		if (ov_str_eq(ov_string(ov_get(metadata, "name")), name))
			return n;
	}
	for (size_t i = 0; i < ov_count(brief); i++) {
		struct ov_value n = ov_at(brief, i);
		*labels = ov_get(n, "labels");
		if (ov_str_eq(ov_string(ov_get(n, "name")), name))
			return n;
	}
	*labels = (struct ov_value){0};
	return (struct ov_value){0};
}

/* The label that an API server gives every namespace. */
static struct ov_value with_name(
	struct ov_judge *judge, struct ov_value labels, struct ov_str name)
{
	if (!ov_is_map(labels))
		labels = (struct ov_value){.kind = OV_KIND_MAP};
	return ov_with(&judge->scratch, labels,
		ov_key(judge->set->keys, OV_STR("kubernetes.io/metadata.name")),
		ov_value_string(name));
}

struct ov_value ov_world_namespace_labels(struct ov_judge *judge, struct ov_str name)
{
	struct ov_value labels;
	if (judge->world->has_namespaces)
		return with_name(judge,
			ov_path(ov_world_find(judge, OV_STR(""), OV_STR("*"),
					OV_STR("namespaces"), OV_STR(""), name),
				"metadata", "labels", NULL),
			name);
	namespace_of(judge->world, name, &labels);
	return labels;
}

struct ov_value ov_world_selected_labels(struct ov_judge *judge)
{
	const struct ov_subject *s = &judge->subject;
	struct ov_value labels;
	if (judge->policy->family == OV_FAMILY_CEL && !judge->world->has_namespaces &&
		!ov_is_some(namespace_of(judge->world, s->name_space, &labels)))
		return with_name(judge, (struct ov_value){0}, s->name_space);
	return s->namespace_labels;
}

struct ov_value ov_world_namespace(struct ov_judge *judge, struct ov_str name, bool named)
{
	struct ov_value labels, found = {0};
	if (judge->world->has_namespaces)
		found = ov_world_find(
			judge, OV_STR(""), OV_STR("*"), OV_STR("namespaces"), OV_STR(""), name);
	if (ov_is_map(found))
		return found;
	found = namespace_of(judge->world, name, &labels);
	if (ov_is_map(ov_get(found, "metadata")))
		return found;
	struct ov_value metadata = {.kind = OV_KIND_MAP};
	if (!named && !ov_is_some(found))
		return ov_value_null();
	metadata = ov_with(&judge->scratch, metadata, ov_key(judge->set->keys, OV_STR("name")),
		ov_value_string(name));
	if (ov_is_map(labels))
		metadata = ov_with(&judge->scratch, metadata,
			ov_key(judge->set->keys, OV_STR("labels")), labels);
	struct ov_value out = {.kind = OV_KIND_MAP};
	return ov_with(
		&judge->scratch, out, ov_key(judge->set->keys, OV_STR("metadata")), metadata);
}

void ov_world_split_version(
	struct ov_str api_version, struct ov_str *group, struct ov_str *version)
{
	size_t slash = ov_str_chr(api_version, '/');
	*group = slash == SIZE_MAX ? OV_STR("") : ov_str_sub(api_version, 0, slash);
	*version = slash == SIZE_MAX ? api_version
				     : ov_str_sub(api_version, slash + 1, api_version.len);
}

static bool is_version(struct ov_value object, struct ov_str group, struct ov_str version)
{
	struct ov_str own_group, own;
	ov_world_split_version(ov_string(ov_get(object, "apiVersion")), &own_group, &own);
	return ov_str_eq(own_group, group) &&
	       (ov_str_is(version, "*") || ov_str_eq(own, version));
}

/* Where the resources of a kind are. */
struct of_kind {
	struct ov_str plural;
	OV_VEC(size_t) at;
};

/* Sorts the world's resources by kind, once, so that a look-up need not go through all. */
static void sort_by_kind(struct ov_judge *judge)
{
	struct ov_arena *arena = &judge->query_memory;
	if (judge->has_kinds)
		return;
	judge->has_kinds = true;
	ov_map_init(&judge->kinds, arena, ov_keys_seed(judge->set->keys));
	for (size_t i = 0; i < judge->world->resource_count; i++) {
		struct ov_str kind = ov_string(ov_get(judge->world->resources[i], "kind"));
		union ov_map_item *item = ov_map_put(&judge->kinds, kind, NULL);
		if (!item->ptr) {
			struct of_kind *fresh = ov_new(arena, struct of_kind);
			fresh->plural = ov_plural(arena, kind);
			item->ptr = fresh;
		}
		struct of_kind *k = item->ptr;
		ov_vec_push(arena, &k->at, i);
	}
}

/* The kind's name is guessed back from its plural where no resource tells it. */
static struct ov_str kind_of(struct ov_judge *judge, struct ov_str plural)
{
	sort_by_kind(judge);
	for (size_t i = 0; i < judge->kinds.count; i++) {
		const struct of_kind *kind = judge->kinds.entries[i].item.cptr;
		if (ov_str_eq(kind->plural, plural))
			return judge->kinds.entries[i].key;
	}
	if (plural.len < 2)
		return plural;
	bool lower = plural.ptr[0] >= 'a' && plural.ptr[0] <= 'z';
	return ov_str_fmt(&judge->scratch, "%c%.*s",
		lower ? plural.ptr[0] - 'a' + 'A' : plural.ptr[0], (int)(plural.len - 2),
		plural.ptr + 1);
}

/* A list as an API server gives it. */
static struct ov_value list_of(struct ov_judge *judge, struct ov_str group,
	struct ov_str version, struct ov_str plural, const struct ov_value *items, size_t count)
{
	struct ov_keys *keys = judge->set->keys;
	struct ov_str kind = kind_of(judge, plural);
	struct ov_map_builder b, metadata;
	ov_map_begin(&metadata, &judge->scratch, 2);
	ov_map_set(&metadata, ov_key(keys, OV_STR("continue")), ov_value_string(OV_STR("")));
	ov_map_set(&metadata, ov_key(keys, OV_STR("resourceVersion")),
		ov_value_string(OV_STR("")));
	ov_map_begin(&b, &judge->scratch, 4);
	ov_map_set(&b, ov_key(keys, OV_STR("apiVersion")),
		ov_value_string(ov_str_fmt(&judge->scratch, "%.*s%s%.*s", OV_STR_ARG(group),
			group.len ? "/" : "", OV_STR_ARG(version))));
	ov_map_set(&b, ov_key(keys, OV_STR("items")), ov_value_list(items, count));
	ov_map_set(&b, ov_key(keys, OV_STR("kind")),
		ov_value_string(ov_str_fmt(&judge->scratch, "%.*sList", OV_STR_ARG(kind))));
	ov_map_set(&b, ov_key(keys, OV_STR("metadata")), ov_map_end(&metadata));
	return ov_map_end(&b);
}

struct ov_value ov_world_find(struct ov_judge *judge, struct ov_str group,
	struct ov_str version, struct ov_str plural, struct ov_str name_space,
	struct ov_str name)
{
	OV_VEC(struct ov_value) items = {0};
	sort_by_kind(judge);
	for (size_t k = 0; k < judge->kinds.count; k++) {
		const struct of_kind *kind = judge->kinds.entries[k].item.cptr;
		for (size_t i = 0; i < kind->at.count && ov_str_eq(kind->plural, plural); i++) {
			struct ov_value o = judge->world->resources[kind->at.items[i]];
			struct ov_value metadata = ov_get(o, "metadata");
			struct ov_str space = ov_string(ov_get(metadata, "namespace"));
			if ((name.len &&
				    !ov_str_eq(ov_string(ov_get(metadata, "name")), name)) ||
				(name_space.len && space.len &&
					!ov_str_eq(space, name_space)) ||
				!is_version(o, group, version))
				continue;
			if (name.len)
				return o;
			ov_vec_push(&judge->scratch, &items, o);
		}
	}
	return name.len ? (struct ov_value){0}
			: list_of(judge, group, version, plural, items.items, items.count);
}

/* The next part of a path; the rest stays in `*path`. */
static struct ov_str next_part(struct ov_str *path)
{
	while (path->len && path->ptr[0] == '/')
		*path = ov_str_sub(*path, 1, path->len);
	size_t end = ov_str_chr(*path, '/');
	struct ov_str part = ov_str_sub(*path, 0, end);
	*path = ov_str_sub(*path, end, path->len);
	return part;
}

bool ov_world_get(struct ov_judge *judge, struct ov_str path, struct ov_value *out,
	struct ov_str *message)
{
	path = ov_str_sub(path, 0, ov_str_chr(path, '?'));
	struct ov_str rest = path, root = next_part(&rest);
	struct ov_str group = ov_str_is(root, "apis") ? next_part(&rest) : OV_STR("");
	struct ov_str version = next_part(&rest), plural = next_part(&rest);
	struct ov_str space = OV_STR(""), name = next_part(&rest), more = next_part(&rest);
	/* A namespace itself cannot be asked for: its name is read as that of a scope. */
	if (ov_str_is(plural, "namespaces") && name.len) {
		space = name;
		plural = more;
		name = next_part(&rest);
		more = next_part(&rest);
	}
	if (!plural.len || more.len || (!ov_str_is(root, "api") && !ov_str_is(root, "apis"))) {
		*message = ov_str_fmt(&judge->scratch, "failed to parse path: %.*s",
			OV_STR_ARG(ov_str_sub(path, path.len && path.ptr[0] == '/', path.len)));
		return false;
	}
	*out = ov_world_find(judge, group, version, plural, space, name);
	if (ov_is_some(*out))
		return true;
	struct ov_str kind = kind_of(judge, plural);
	*message = ov_str_fmt(&judge->scratch,
		"failed to get resource %.*s%s%.*s/%.*s/%.*s: %.*s%s%.*s \"%.*s\" not found",
		OV_STR_ARG(group), group.len ? "/" : "", OV_STR_ARG(version), OV_STR_ARG(kind),
		OV_STR_ARG(name), OV_STR_ARG(plural), group.len ? "." : "", OV_STR_ARG(group),
		OV_STR_ARG(name));
	return false;
}

static bool is_cluster_wide(struct ov_str kind)
{
	/* Kinds of the reference's own list that have no namespace. */
	static const char *const kinds[] = {"APIService", "CSIDriver", "CSINode",
		"CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding",
		"ComponentStatus", "CustomResourceDefinition", "FlowSchema", "IngressClass",
		"MutatingWebhookConfiguration", "Namespace", "Node", "PersistentVolume",
		"PriorityClass", "PriorityLevelConfiguration", "RuntimeClass", "StorageClass",
		"StorageVersion", "SelfSubjectAccessReview", "SelfSubjectReview",
		"SelfSubjectRulesReview", "SubjectAccessReview", "TokenReview",
		"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
		"ValidatingWebhookConfiguration", "VolumeAttachment", "ClusterTrustBundle",
		"DeviceClass", "IPAddress", "ServiceCIDR", "ResourceSlice",
		"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"};
	for (size_t i = 0; i < OV_COUNT(kinds); i++) {
		if (ov_str_is(kind, kinds[i]))
			return true;
	}
	return false;
}

static bool is_nullable_map(struct ov_str key)
{
	static const char *const names[] = {
		"annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData"};
	for (size_t i = 0; i < OV_COUNT(names); i++) {
		if (ov_str_is(key, names[i]))
			return true;
	}
	return false;
}

static bool has_null_map(struct ov_value v)
{
	for (size_t i = 0; i < ov_count(v); i++) {
		struct ov_value child = ov_is_map(v) ? v.entries[i].value : ov_at(v, i);
		if ((ov_is_map(v) && child.kind == OV_KIND_NULL &&
			    is_nullable_map(v.entries[i].key->str)) ||
			((ov_is_map(child) || ov_is_list(child)) && has_null_map(child)))
			return true;
	}
	return false;
}

static struct ov_value without_null_map(struct ov_str key, struct ov_value v)
{
	return v.kind == OV_KIND_NULL && is_nullable_map(key)
		       ? (struct ov_value){.kind = OV_KIND_MAP, .loc = v.loc}
		       : v;
}

struct ov_value ov_policy_resource(
	struct ov_arena *arena, struct ov_keys *keys, struct ov_value resource)
{
	struct ov_value metadata = ov_get(resource, "metadata");
	struct ov_value space = ov_get(metadata, "namespace");
	if (has_null_map(resource)) {
		resource = ov_rewrite(arena, resource, without_null_map);
		metadata = ov_get(resource, "metadata");
	}
	if (ov_string(space).len || is_cluster_wide(ov_string(ov_get(resource, "kind"))))
		return resource;
	if (!ov_is_map(metadata))
		metadata = (struct ov_value){.kind = OV_KIND_MAP};
	metadata = ov_with(arena, metadata, ov_key(keys, OV_STR("namespace")),
		ov_value_string(OV_STR("default")));
	struct ov_value out =
		ov_with(arena, resource, ov_key(keys, OV_STR("metadata")), metadata);
	return ov_value_at(out, resource.loc);
}
