/* cel_types: types of what expressions of policies see besides the object. Layer: policy. */
#include "policy/cel_types.h"

struct field {
	const char *name;
	const struct ov_type *type;
};

struct fields {
	const struct field *items;
	size_t count;
};

static bool find(
	const struct ov_object_type *object, struct ov_str name, struct ov_type_field *out)
{
	const struct fields *fields = object->context;
	for (size_t i = 0; i < fields->count; i++) {
		if (!ov_str_is(name, fields->items[i].name))
			continue;
		*out = (struct ov_type_field){.type = fields->items[i].type};
		return true;
	}
	return false;
}

static size_t list_names(const struct ov_object_type *object, struct ov_str *out, size_t room)
{
	const struct fields *fields = object->context;
	for (size_t i = 0; i < fields->count && i < room; i++)
		out[i] = ov_str_c(fields->items[i].name);
	return fields->count;
}

/* A type with the fields of a table. */
#define OBJECT(id, cel_name, its_fields) \
	static const struct ov_object_type id##_object = {.name = OV_STR_INIT(cel_name), \
		.nominal = true, \
		.context = &its_fields, \
		.field = find, \
		.names = list_names}
#define TYPE(id) \
	{ \
		.kind = OV_TYPE_OBJECT, .object = &id##_object \
	}

static const struct ov_type strings = {.kind = OV_TYPE_LIST, .elem = &ov_type_string};
static const struct ov_type map_of_strings = {
	.kind = OV_TYPE_MAP, .key = &ov_type_string, .elem = &ov_type_string};
static const struct ov_type map_of_lists = {
	.kind = OV_TYPE_MAP, .key = &ov_type_string, .elem = &strings};

static const struct field kind_table[] = {
	{"group", &ov_type_string}, {"version", &ov_type_string}, {"kind", &ov_type_string}};
static const struct fields kind_fields = {kind_table, OV_COUNT(kind_table)};
OBJECT(kind, "kubernetes.GroupVersionKind", kind_fields);
static const struct ov_type kind = TYPE(kind);

static const struct field resource_table[] = {{"group", &ov_type_string},
	{"version", &ov_type_string}, {"resource", &ov_type_string}};
static const struct fields resource_fields = {resource_table, OV_COUNT(resource_table)};
OBJECT(resource, "kubernetes.GroupVersionResource", resource_fields);
static const struct ov_type resource = TYPE(resource);

static const struct field user_table[] = {{"username", &ov_type_string},
	{"uid", &ov_type_string}, {"groups", &strings}, {"extra", &map_of_lists}};
static const struct fields user_fields = {user_table, OV_COUNT(user_table)};
OBJECT(user, "kubernetes.UserInfo", user_fields);
static const struct ov_type user = TYPE(user);

/* The two objects come last: API servers leave them out. */
static const struct field request_table[] = {{"kind", &kind}, {"resource", &resource},
	{"subResource", &ov_type_string}, {"requestKind", &kind},
	{"requestResource", &resource}, {"requestSubResource", &ov_type_string},
	{"name", &ov_type_string}, {"namespace", &ov_type_string},
	{"operation", &ov_type_string}, {"userInfo", &user}, {"dryRun", &ov_type_bool},
	{"options", &ov_type_dyn}, {"object", &ov_type_dyn}, {"oldObject", &ov_type_dyn}};
static const struct fields request_fields = {request_table, OV_COUNT(request_table) - 2};
static const struct fields whole_fields = {request_table, OV_COUNT(request_table)};
OBJECT(request, "kubernetes.AdmissionRequest", request_fields);
OBJECT(whole, "kubernetes.AdmissionRequest", whole_fields);

static const struct field metadata_table[] = {{"name", &ov_type_string},
	{"generateName", &ov_type_string}, {"namespace", &ov_type_string},
	{"labels", &map_of_strings}, {"annotations", &map_of_strings}, {"UID", &ov_type_string},
	{"creationTimestamp", &ov_type_timestamp}, {"deletionGracePeriodSeconds", &ov_type_int},
	{"deletionTimestamp", &ov_type_timestamp}, {"generation", &ov_type_int},
	{"resourceVersion", &ov_type_string}, {"finalizers", &strings}};
static const struct fields metadata_fields = {metadata_table, OV_COUNT(metadata_table)};
OBJECT(metadata, "kubernetes.NamespaceMetadata", metadata_fields);
static const struct ov_type metadata = TYPE(metadata);

static const struct field spec_table[] = {{"finalizers", &strings}};
static const struct fields spec_fields = {spec_table, OV_COUNT(spec_table)};
OBJECT(spec, "kubernetes.NamespaceSpec", spec_fields);
static const struct ov_type spec = TYPE(spec);

static const struct field condition_table[] = {{"status", &ov_type_string},
	{"type", &ov_type_string}, {"lastTransitionTime", &ov_type_timestamp},
	{"message", &ov_type_string}, {"reason", &ov_type_string}};
static const struct fields condition_fields = {condition_table, OV_COUNT(condition_table)};
OBJECT(condition, "kubernetes.NamespaceCondition", condition_fields);
static const struct ov_type condition = TYPE(condition);

static const struct ov_type conditions = {.kind = OV_TYPE_LIST, .elem = &condition};
static const struct field status_table[] = {
	{"conditions", &conditions}, {"phase", &ov_type_string}};
static const struct fields status_fields = {status_table, OV_COUNT(status_table)};
OBJECT(status, "kubernetes.NamespaceStatus", status_fields);
static const struct ov_type status = TYPE(status);

static const struct field namespace_table[] = {
	{"metadata", &metadata}, {"spec", &spec}, {"status", &status}};
static const struct fields namespace_fields = {namespace_table, OV_COUNT(namespace_table)};
OBJECT(namespace, "kubernetes.Namespace", namespace_fields);

const struct ov_type ov_cel_type_request = TYPE(request);
const struct ov_type ov_cel_type_whole_request = TYPE(whole);
const struct ov_type ov_cel_type_namespace = TYPE(namespace);
