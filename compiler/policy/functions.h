/*
 * functions: functions of CEL that Kyverno adds. Layer: policy.
 */
#ifndef OV_POLICY_FUNCTIONS_H
#define OV_POLICY_FUNCTIONS_H

#include "expr/functions.h"
#include "policy/internal.h"

/** The host of the expressions of a policy: who is judging. */
struct ov_policy_host {
	struct ov_host host; /**< first, so that it can be found from the evaluator's host */
	struct ov_judge *judge;
};

#endif
