/*
 * folder: writes the output to a folder, which is exchanged whole. Layer: close.
 *
 * The new content is built in a sibling `.NAME.ovec-…` and takes the folder's name in one step,
 * so that a kill at any time leaves the old or the new content. The next run removes what a
 * killed one left.
 */
#ifndef OV_FOLDER_H
#define OV_FOLDER_H

#include "close/departure.h"
#include "model/tree.h"

/** What is to be written, and where. */
struct ov_folder_options {
	struct ov_str folder;         /**< missing folders above it are made */
	const struct ov_out *out;     /**< sorted, without conflicts, with all bytes */
	const struct ov_str *folders; /**< only files in these are touched; and meta files */
	size_t folder_count;          /**< 0 for no such restriction */
	struct ov_str marker;         /**< first line of every file of ours, without its end */
	struct ov_departures *departures; /**< asked before files go; NULL: all may */
	size_t threads;
	bool sync;           /**< wait until all of it is on the disk */
	bool never_exchange; /**< use the two renames of systems without an atomic exchange */
};

/** What was done. */
struct ov_folder_result {
	bool written; /**< false: the folder has this output already and was not touched */
	size_t added; /**< files, without meta files */
	size_t changed;
	size_t removed;
	size_t unchanged;
	size_t kept;    /**< files that are not of ovec */
	uint64_t bytes; /**< of the files that were written */
};

/**
 * Writes the output. The folder may be missing, empty or of an earlier run; any other one, a
 * file, a symbolic link and a repository's top are OV_DIAG_OUTPUT_NOT_OURS. Files in it that do
 * not begin with the marker stay; one in the way is OV_DIAG_OUTPUT_NOT_OURS. Meta files are
 * replaced by name, kept when absent, and are no change by themselves. False adds a finding,
 * and the folder is as it was.
 */
bool ov_folder_output(const struct ov_folder_options *options, struct ov_folder_result *result,
	struct ov_diags *diags);

#endif
