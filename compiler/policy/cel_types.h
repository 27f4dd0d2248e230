/*
 * cel_types: types of what expressions of policies see besides the object. Layer: policy.
 *
 * Source: k8s.io/apiserver, pkg/admission/plugin/cel, BuildRequestType and BuildNamespaceType;
 * pkg/cel/compiler of Kyverno v1.19.
 */
#ifndef OV_CEL_TYPES_H
#define OV_CEL_TYPES_H

#include "types/type.h"

/** `request`: who wants to do what to which resource. */
extern const struct ov_type ov_cel_type_request;

/** Likewise for policies.kyverno.io, whose requests hold the objects as well. */
extern const struct ov_type ov_cel_type_whole_request;

/** `namespaceObject`: the namespace of the object. */
extern const struct ov_type ov_cel_type_namespace;

#endif
