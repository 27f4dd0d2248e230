/*
 * scalar: what a YAML scalar stands for. Layer: lang.
 *
 * The answers are those of sigs.k8s.io/yaml, through which Kubernetes, kubectl and Argo CD read
 * manifests: YAML 1.1 booleans (yes, on, y …), octal, hexadecimal and binary integers,
 * underscores in numbers; dates and base-60 numbers stay strings.
 */
#ifndef OV_SCALAR_H
#define OV_SCALAR_H

#include "value/value.h"

/**
 * The value of an untagged plain scalar: null, boolean, number, or a string over the bytes of
 * `s`. `.inf` and `.nan` give doubles that are not finite, which the caller has to refuse.
 */
struct ov_value ov_scalar_resolve(struct ov_str s);

/** How a tag and a scalar fit together. */
enum ov_scalar_fit {
	OV_SCALAR_FITS,
	OV_SCALAR_UNFIT,  /**< the text is not of the tag's type */
	OV_SCALAR_BASE64, /**< !!binary that is not base64 */
	OV_SCALAR_BYTES,  /**< !!binary whose bytes are not UTF-8 text */
};

/**
 * The value of a scalar with an explicit tag. !!bool, !!int, !!float and !!null ask for a text
 * of that type, !!str and unknown tags give a string, !!binary the decoded bytes (in `arena`)
 * as a string, as they become one in JSON.
 */
enum ov_scalar_fit ov_scalar_tagged(
	struct ov_arena *arena, struct ov_str tag, struct ov_str s, struct ov_value *out);

/** Room for ov_scalar_key. */
enum { OV_SCALAR_KEY = 40 };

/**
 * The string that a value becomes as the key of a map: a string itself, a boolean or number
 * its text in `room`. A slice with a NULL pointer where the value cannot be a key.
 */
struct ov_str ov_scalar_key(struct ov_value v, char room[OV_SCALAR_KEY]);

#endif
