/*
 * compile: the phases of a run, one after the other. Layer: compile.
 */
#ifndef OV_COMPILE_H
#define OV_COMPILE_H

#include "close/commit.h"
#include "close/folder.h"
#include "make/make.h"
#include "read/read.h"

/** What is to be done. */
struct ov_compile_options {
	struct ov_read_options read;
	const struct ov_str *clusters; /**< only these; all where there are none */
	size_t cluster_count;
	struct ov_str folder; /**< write there; empty for no folder */
	struct ov_str branch; /**< commit there; empty for no branch */
	bool has_now;
	int64_t now; /**< seconds since 1970, instead of the commit's date */
	bool sync;   /**< wait until the output is on the disk */
};

/** What was done. */
struct ov_compile_result {
	struct ov_read_result read;
	struct ov_plan plan;
	struct ov_objects objects;
	struct ov_make_options make;
	size_t bytes; /**< of all files */
	bool wrote;   /**< a folder or a branch was asked for, and has the output now */
	struct ov_folder_result folder;
	struct ov_commit_result commit;
};

/**
 * Compiles. All findings are in the run's list afterwards; nothing is written where one of them
 * is an error.
 */
void ov_compile(struct ov_run *run, const struct ov_compile_options *options,
	struct ov_compile_result *result);

#endif
