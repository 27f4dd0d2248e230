/*
 * check: what the reference refuses in a policy of kyverno.io. Layer: policy.
 */
#ifndef OV_POLICY_CHECK_H
#define OV_POLICY_CHECK_H

#include "policy/engine.h"

/** A policy that is being checked. */
struct ov_checking {
	struct ov_policy_set *set;
	struct ov_diags *diags;
	struct ov_str policy; /**< its name */
	bool background;      /**< it also judges what stands in the cluster */
	bool namespaced;      /**< it is for one namespace */
	bool ok;
};

/** Whether the policy can be used; otherwise findings (OV_DIAG_POLICY) at its lines. */
bool ov_policy_check(
	struct ov_policy_set *set, struct ov_value document, struct ov_diags *diags);

/** Whom a rule is for: kinds, wildcards, what match and exclude say together. */
void ov_check_match(struct ov_checking *c, struct ov_value rule);

/** Says why the policy cannot be used, at a value or, where that has no place, at another. */
void ov_check_refuse(
	struct ov_checking *c, struct ov_value at, struct ov_value otherwise, const char *why);

#endif
