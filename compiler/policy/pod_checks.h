/*
 * pod_checks: the checks of the Pod Security Standards, one by one. Layer: policy.
 *
 * Follows k8s.io/pod-security-admission of Kubernetes 1.34 as Kyverno's fork of it reports what
 * is wrong: as a list of fields.
 */
#ifndef OV_POD_CHECKS_H
#define OV_POD_CHECKS_H

#include "base/arena.h"
#include "value/value.h"

/** A container of any of the three lists. */
struct ov_pod_container {
	struct ov_value value;
	struct ov_str name;
	const char *list; /**< containers, initContainers or ephemeralContainers */
	size_t index;
};

/** What checks look at. */
struct ov_pod {
	struct ov_value annotations, spec; /**< OV_KIND_NONE where the pod is made up without */
	const struct ov_pod_container *containers; /**< the init containers first */
	size_t count;
};

/** A field that a check objects to. */
struct ov_pod_fault {
	struct ov_str field; /**< spec.containers[0].securityContext.privileged */
	const struct ov_pod_container *container; /**< NULL for a field of the pod */
	bool required;                            /**< it is missing; otherwise forbidden */
	bool list;                                /**< its value is a list of strings */
	const struct ov_str *values;              /**< those found; none where empty */
	size_t count;
};

/** What a check came to. */
struct ov_pod_finding {
	bool forbidden;
	struct ov_str reason;
	OV_VEC(struct ov_pod_fault) faults;
};

enum { OV_POD_CHECKS = 18, OV_POD_LATEST = INT32_MAX };

/** The control of check `i`, by which policies exempt from it; NULL where it has none. */
const char *ov_pod_control(size_t i);

/**
 * Runs the checks on a pod that could be decoded, in the order in which the reference reports
 * them: all, or with `baseline` those of that level. `minor` is that of Kubernetes 1.x, or
 * OV_POD_LATEST. All checks run at any version, in the form that is nearest.
 */
void ov_pod_checks(struct ov_arena *arena, const struct ov_pod *pod, bool baseline,
	int32_t minor, struct ov_pod_finding findings[OV_POD_CHECKS]);

#endif
