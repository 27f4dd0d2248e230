/*
 * scalar: single values of a Kyverno pattern. Layer: policy.
 *
 * Follows pkg/engine/pattern and pkg/engine/operator of Kyverno v1.19. Numbers of resources are
 * float64, as they are to the reference; a pattern's integer and double differ.
 */
#ifndef OV_POLICY_SCALAR_H
#define OV_POLICY_SCALAR_H

#include "value/value.h"

/** Operators that a term of a string pattern may begin with, and ranges. */
enum ov_scalar_operator {
	OV_SCALAR_EQUAL,
	OV_SCALAR_NOT_EQUAL,
	OV_SCALAR_MORE,
	OV_SCALAR_LESS,
	OV_SCALAR_MORE_EQUAL,
	OV_SCALAR_LESS_EQUAL,
	OV_SCALAR_IN_RANGE,     /**< a-b */
	OV_SCALAR_NOT_IN_RANGE, /**< a!-b */
};

/** The operator of a term, as `>=`, `!` or the form of a range tell it. */
enum ov_scalar_operator ov_scalar_operator(struct ov_str term);

/**
 * Whether the value is what the pattern asks for. OV_KIND_NONE and null are a missing value. A
 * list is never a pattern, and a map asks for any map.
 */
bool ov_scalar_match(struct ov_value pattern, struct ov_value value);

#endif
