/*
 * pod_types: what Go's JSON decoder says of an object that holds a pod. Layer: policy.
 *
 * Kyverno v1.19 decodes such an object into the types of k8s.io/api v0.36 before it checks it:
 * fields that those do not have are passed over, those of another type end in an error.
 */
#ifndef OV_POD_TYPES_H
#define OV_POD_TYPES_H

#include "base/arena.h"
#include "value/value.h"

/**
 * Whether the object can be decoded into the type: Pod, Deployment or CronJob. `*why` is set on
 * false, in `arena`, as encoding/json words it.
 */
bool ov_pod_type_check(
	struct ov_arena *arena, const char *type, struct ov_value object, struct ov_str *why);

/** A field of a decoded object: by its name or, as Go has it, by one that differs in the case
 * of letters; OV_KIND_NONE where it is null. */
struct ov_value ov_pod_field(struct ov_value object, const char *name);

/** A struct of the API: its fields as `name:type`, `+Struct` for an embedded one. */
struct ov_pod_struct {
	const char *name, *fields;
};

/** All structs, ordered by name. In types `$` marks a string that has a name of its own. */
extern const struct ov_pod_struct ov_pod_structs[];

/** Number of structs. */
extern const size_t ov_pod_struct_count;

#endif
