/*
 * pod_security: rules of Kyverno that apply the Pod Security Standards. Layer: policy.
 *
 * Follows pkg/pss of Kyverno v1.19. Where the reference answers in the random order of a Go
 * map (findings behind an exclusion, annotations), the order is that of its lists.
 */
#ifndef OV_POD_SECURITY_H
#define OV_POD_SECURITY_H

#include "base/arena.h"
#include "value/value.h"

/** One exclusion of a rule or an exception. */
struct ov_pss_exclude {
	struct ov_str control;  /**< controlName */
	struct ov_value images; /**< wildcards of images: containers of those; none: the pod */
	struct ov_str field;    /**< restrictedField, or empty for all of the control */
	struct ov_value values; /**< wildcards of values; none or empty for any */
};

/** What a rule comes to. */
struct ov_pss_result {
	bool ok;               /**< nothing is violated */
	bool error;            /**< the object or the version cannot be read; not `ok` then */
	struct ov_str message; /**< as the reference reports it, in the call's arena */
};

/**
 * Applies a rule to an object: a Pod, or a controller by the pods that its template makes. Any
 * level but `baseline` has all checks; an empty version is the latest. Exclusions work one
 * after the other, so that those of exceptions go behind those of the rule.
 */
void ov_pod_security(struct ov_arena *arena, struct ov_value object, struct ov_str level,
	struct ov_str version, const struct ov_pss_exclude *excludes, size_t count,
	struct ov_str rule, struct ov_pss_result *result);

#endif
