/*
 * check: what the reference refuses in a policy of kyverno.io. Layer: policy.
 */
#ifndef OV_POLICY_CHECK_H
#define OV_POLICY_CHECK_H

#include "policy/engine.h"

/** Whether the policy can be used; otherwise findings (OV_DIAG_POLICY) at its lines. */
bool ov_policy_check(
	struct ov_policy_set *set, struct ov_value document, struct ov_diags *diags);

#endif
