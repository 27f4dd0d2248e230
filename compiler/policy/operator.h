/*
 * operator: the operators of Kyverno's conditions. Layer: policy.
 *
 * Follows pkg/engine/variables/operator of Kyverno v1.19. Numbers are float64.
 */
#ifndef OV_POLICY_OPERATOR_H
#define OV_POLICY_OPERATOR_H

#include "base/key.h"
#include "value/value.h"

/** An operator. */
enum ov_operator {
	OV_OPERATOR_NONE, /**< there is none of that name */
	OV_OPERATOR_EQUALS,
	OV_OPERATOR_NOT_EQUALS,
	OV_OPERATOR_IN,
	OV_OPERATOR_NOT_IN,
	OV_OPERATOR_ANY_IN,
	OV_OPERATOR_ALL_IN,
	OV_OPERATOR_ANY_NOT_IN,
	OV_OPERATOR_ALL_NOT_IN,
	OV_OPERATOR_GREATER,
	OV_OPERATOR_GREATER_EQUAL,
	OV_OPERATOR_LESS,
	OV_OPERATOR_LESS_EQUAL,
	OV_OPERATOR_DURATION_GREATER,
	OV_OPERATOR_DURATION_GREATER_EQUAL,
	OV_OPERATOR_DURATION_LESS,
	OV_OPERATOR_DURATION_LESS_EQUAL,
	OV_OPERATOR_NEVER, /**< a comparison spelt in other letters: known, but never true */
};

/**
 * The operator of a name, in capitals or small letters. `*exact` (may be NULL) tells whether it
 * is spelt as it is defined; Kyverno refuses a policy where it is not.
 */
enum ov_operator ov_operator_parse(struct ov_str name, bool *exact);

/** What a condition came to. */
enum ov_condition {
	OV_CONDITION_FALSE,
	OV_CONDITION_TRUE,
	OV_CONDITION_PANIC, /**< the reference crashes on it: In, NotIn and a key with other
			       than strings */
};

/**
 * Whether the operator holds between key and value. `scratch` is used for texts, `keys` for
 * lists that are written as JSON.
 */
enum ov_condition ov_operator_eval(enum ov_operator op, struct ov_value key,
	struct ov_value value, struct ov_arena *scratch, struct ov_keys *keys);

#endif
