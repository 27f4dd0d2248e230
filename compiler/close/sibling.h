/*
 * sibling: what a folder is to hold next, and the building of it beside the folder.
 * Layer: close.
 */
#ifndef OV_SIBLING_H
#define OV_SIBLING_H

#include "foreign/os.h"

#include "close/folder.h"

/** Name of the file that makes a folder one of ours, and its content. */
#define OV_FOLDER_MARK      OV_OUTPUT_MARK
#define OV_FOLDER_MARK_TEXT "ovec output 1\n"

/** Where a file of the next content comes from, in its `origin`. */
enum ov_sibling_origin {
	OV_SIBLING_WRITE, /**< from its bytes */
	OV_SIBLING_LINK,  /**< the same as in the folder now */
};

/** What the folder is to hold next. */
struct ov_sibling_plan {
	struct ov_out files;             /**< sorted; without the mark */
	OV_VEC(struct ov_departed) gone; /**< files of ours that the output has not */
	bool differs; /**< whether there is a change other than of meta files */
};

/**
 * Compares the output with the folder open as `old` (-1 for none) and counts in `result`. False
 * adds OV_DIAG_OUTPUT_NOT_OURS or OV_DIAG_READ_FAILED.
 */
bool ov_sibling_plan(struct ov_arena *arena, int old, const struct ov_folder_options *options,
	struct ov_sibling_plan *plan, struct ov_folder_result *result, struct ov_diags *diags);

/**
 * Fills the empty folder open as `new`: the mark first, then everything of the plan. False adds
 * OV_DIAG_WRITE_FAILED.
 */
bool ov_sibling_build(struct ov_arena *arena, int old, int new,
	const struct ov_folder_options *options, const struct ov_sibling_plan *plan,
	struct ov_folder_result *result, struct ov_diags *diags);

/** Removes a folder with all that is in it; false leaves errno and what could not go. */
bool ov_sibling_remove(int parent, const char *name);

#endif
