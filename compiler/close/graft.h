/*
 * graft: the trees of a commit that has the output on top of what the branch holds.
 * Layer: close.
 */
#ifndef OV_GRAFT_H
#define OV_GRAFT_H

#include "close/departure.h"
#include "foreign/git.h"
#include "model/tree.h"

/** A tree object that the repository lacks. */
struct ov_graft_tree {
	struct ov_id id;
	struct ov_str bytes;
};

/** The work and its result. The first fields are given by the caller. */
struct ov_graft {
	struct ov_arena *arena;
	struct ov_git *git;
	struct ov_diags *diags;
	const struct ov_out *out; /**< sorted; every file has its id */
	const struct ov_str *folders;
	size_t folder_count;
	struct ov_str marker;

	OV_VEC(struct ov_graft_tree) trees; /**< new ones, children before parents */
	OV_VEC(size_t) blobs;               /**< files of `out` that the tip has not there */
	OV_VEC(struct ov_id) dropped;       /**< blobs that left their place, but exist */
	OV_VEC(struct ov_departed) gone;    /**< files of ours that the output has not */
	struct ov_id root;
	bool empty; /**< nothing is left at all */
	size_t added, changed, removed, unchanged;
	bool ok;
};

/**
 * Builds the trees over the tip's tree, or over nothing where `tip` is NULL. False adds
 * OV_DIAG_OUTPUT_NOT_OURS or OV_DIAG_GIT.
 */
bool ov_graft_build(struct ov_graft *graft, const struct ov_id *tip);

#endif
