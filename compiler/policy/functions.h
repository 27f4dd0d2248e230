/*
 * functions: functions of CEL that Kyverno adds. Layer: policy.
 *
 * Follows github.com/kyverno/sdk, extensions/cel/libs, as far as it works without a cluster and
 * the network. What would need them is an error.
 */
#ifndef OV_POLICY_FUNCTIONS_H
#define OV_POLICY_FUNCTIONS_H

#include "expr/functions.h"
#include "policy/internal.h"

/** The host of the expressions of a policy: who is judging. */
struct ov_policy_host {
	struct ov_host host; /**< first, so that it can be found from the evaluator's host */
	struct ov_judge *judge;
	uint32_t drawn; /**< calls of random() */
};

/** The host of an evaluation. */
static inline struct ov_policy_host *ov_policy_host(struct ov_eval *eval)
{
	return (struct ov_policy_host *)eval->host;
}

/** Adds what the language has besides CEL's and Kubernetes' own functions. */
void ov_functions_policy(struct ov_env *env, enum ov_cel_language language);

/** References to images. */
struct ov_function_table ov_functions_image(void);

/** JSON, YAML, gzip, digests, certificates, random texts. */
struct ov_function_table ov_functions_encoding(void);

/** Resources, data of images, global context, HTTP. */
struct ov_function_table ov_functions_world(void);

/** Look-ups of resources in all namespaces, and in the policy's own. */
struct ov_function_table ov_functions_cluster_wide(void);
struct ov_function_table ov_functions_namespaced(void);

/** The API server's authorizer, which cannot be asked. */
struct ov_function_table ov_functions_authorizer(void);

/** What x509.decode gives for a certificate in DER. */
struct ov_value ov_function_certificate(
	struct ov_eval *eval, const struct ov_expr *at, struct ov_str der);

/** The error that only the network could answer. */
struct ov_value ov_function_offline(struct ov_eval *eval, const struct ov_expr *at,
	const struct ov_value *args, size_t count);

#endif
