/*
 * read: the first phase, from files to a merged and checked estate. Layer: read.
 *
 * load.c gathers and parses files, kinds.c and templates.c turn schemas and templates into what
 * the compiler works with, resolve.c binds documents to profiles and clusters, inherit.c
 * merges, check.c and refs.c judge, rules.c asks the estate's own rules.
 */
#ifndef OV_READ_H
#define OV_READ_H

#include "foreign/git.h"
#include "model/estate.h"
#include "model/run.h"

/** Where an estate is read from. */
struct ov_read_options {
	struct ov_str root; /**< folder of the estate, as given */
	struct ov_str from; /**< empty or "worktree": the folder; "index"; or a commit's name */
	struct ov_str library; /**< a folder that replaces the embedded library; may be empty */
	const char *version;   /**< of this ovec */
};

/** What the reading found besides the estate. */
struct ov_read_result {
	struct ov_estate *estate; /**< NULL where there is none to speak of */
	struct ov_estate *begun;  /**< for ov_read_release: also where the reading failed */
	bool has_commit;          /**< `commit` is the one that was read */
	struct ov_git_commit commit;
	size_t files;
	size_t documents;
};

/**
 * Reads an estate. Findings are added to the run's list; documents that have any are marked
 * faulty, and the others are ready for the make phase. False where no estate could be made out
 * at all.
 */
bool ov_read(struct ov_run *run, const struct ov_read_options *options,
	struct ov_read_result *result);

/** Frees what an estate holds outside of the run's arenas. */
void ov_read_release(struct ov_read_result *result);

/** apiVersion of all documents. */
#define OV_API_VERSION "ovec.dev/v1alpha1"

#endif
