/*
 * object: what is remembered of a rendered object. Layer: model.
 *
 * The tree that an object was is gone when its unit ends; a finding that needs it expands its
 * task again.
 */
#ifndef OV_OBJECT_H
#define OV_OBJECT_H

#include "model/estate.h"

/** What is remembered of an object. */
struct ov_object {
	size_t task;  /**< number of what made it, in the order of the make phase */
	size_t index; /**< among the objects of its task */
	const struct ov_cluster *cluster;
	struct ov_str group, kind, name_space, name;
	struct ov_str path; /**< of its file */
	struct ov_str bytes;
	uint32_t loc;   /**< of its document */
	size_t step;    /**< the first step that applies it by hand, or 0 */
	bool unwritten; /**< it comes to its cluster by another way, and has no file */
};

/** Objects in the order of their tasks. */
struct ov_objects {
	OV_VEC(struct ov_object) list;
	OV_VEC(struct ov_object) unwritten; /**< those without a file */
	unsigned char *failed; /**< by cluster: an object for its folder could not be made */
};

#endif
