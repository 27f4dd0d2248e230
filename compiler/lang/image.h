/*
 * image: references to container images. Layer: lang.
 *
 * The grammar is that of github.com/distribution/reference.
 */
#ifndef OV_IMAGE_H
#define OV_IMAGE_H

#include "base/str.h"

/** The parts of a reference, all parts of its text; those not written are empty. */
struct ov_image {
	struct ov_str registry; /**< host and port; empty means docker.io */
	struct ov_str path;     /**< the repository in the registry, as written */
	struct ov_str tag;      /**< without ':'; without tag and digest, "latest" is meant */
	struct ov_str digest;   /**< such as sha256:…, without '@' */
};

/** Reads registry/path:tag@digest. `*why` (may be NULL) is set on false. */
bool ov_image_parse(struct ov_str s, struct ov_image *out, const char **why);

#endif
