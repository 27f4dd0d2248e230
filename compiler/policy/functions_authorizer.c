/* functions_authorizer: who may do what, which only a cluster knows. Layer: policy. */
#include "policy/functions.h"
#include "policy/internal.h"

/* Source: the authorizer library of Kubernetes, k8s.io/apiserver, pkg/cel/library/authz.go. */

#define PREFIX "kubernetes.authorization."

/* A rule of a ClusterPolicy gets an answer of the command line without a cluster: it allows
 * nothing, and there was an error. Everybody else has to ask a cluster. */
static struct ov_value answer(
	struct ov_eval *eval, const struct ov_expr *at, struct ov_value offline)
{
	const struct ov_judge *judge = ov_policy_host(eval)->judge;
	if (judge->policy->family == OV_FAMILY_CLASSIC && !judge->set->served)
		return offline;
	return ov_function_offline(eval, at, NULL, 0);
}

#define GIVES(name_, type_) \
	static struct ov_value name_(struct ov_eval *eval, const struct ov_expr *at, \
		const struct ov_value *args, size_t count) \
	{ \
		static const struct ov_opaque of = {.type = PREFIX type_}; \
		(void)args, (void)count; \
		return answer( \
			eval, at, (struct ov_value){.kind = OV_KIND_OPAQUE, .opaque = &of}); \
	}

GIVES(give_authorizer, "Authorizer")
GIVES(give_path, "PathCheck")
GIVES(give_group, "GroupCheck")
GIVES(give_resource, "ResourceCheck")
GIVES(give_decision, "Decision")

static struct ov_value is_allowed(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)args, (void)count;
	return answer(eval, at, ov_value_bool(false));
}

static struct ov_value has_errored(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)args, (void)count;
	return answer(eval, at, ov_value_bool(true));
}

static struct ov_value error_of(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)args, (void)count;
	return answer(eval, at, ov_value_string(OV_STR("there is no cluster to ask")));
}

static struct ov_value reason_of(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count)
{
	(void)args, (void)count;
	return answer(eval, at, ov_value_string(OV_STR("")));
}

#define CHECK PREFIX "ResourceCheck#"

static const struct ov_function items[] = {
	{.signature = PREFIX "Authorizer#path(string) " PREFIX "PathCheck", .fn = give_path},
	{.signature = PREFIX "Authorizer#group(string) " PREFIX "GroupCheck", .fn = give_group},
	{.signature = PREFIX "Authorizer#serviceAccount(string, string) " PREFIX "Authorizer",
		.fn = give_authorizer},
	{.signature = PREFIX "PathCheck#check(string) " PREFIX "Decision", .fn = give_decision},
	{.signature = PREFIX "GroupCheck#resource(string) " PREFIX "ResourceCheck",
		.fn = give_resource},
	{.signature = CHECK "subresource(string) " PREFIX "ResourceCheck", .fn = give_resource},
	{.signature = CHECK "namespace(string) " PREFIX "ResourceCheck", .fn = give_resource},
	{.signature = CHECK "name(string) " PREFIX "ResourceCheck", .fn = give_resource},
	{.signature = CHECK "fieldSelector(string) " PREFIX "ResourceCheck",
		.fn = give_resource},
	{.signature = CHECK "labelSelector(string) " PREFIX "ResourceCheck",
		.fn = give_resource},
	{.signature = CHECK "check(string) " PREFIX "Decision", .fn = give_decision},
	{.signature = PREFIX "Decision#allowed() bool", .fn = is_allowed},
	{.signature = PREFIX "Decision#errored() bool", .fn = has_errored},
	{.signature = PREFIX "Decision#error() string", .fn = error_of},
	{.signature = PREFIX "Decision#reason() string", .fn = reason_of},
};

struct ov_function_table ov_functions_authorizer(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
