/*
 * commit: writes the output to a branch of a repository, without work tree or index.
 * Layer: close.
 *
 * All objects are written before the branch moves, and it moves by compare-and-swap, so that a
 * kill at any time leaves the old or the new commit.
 */
#ifndef OV_COMMIT_H
#define OV_COMMIT_H

#include "close/departure.h"
#include "foreign/git.h"
#include "model/tree.h"

/** What is to be committed, and where. */
struct ov_commit_options {
	struct ov_str branch;         /**< "env/prod" or "refs/heads/env/prod" */
	struct ov_out *out;           /**< sorted, no conflicts; ids that lack are filled in */
	const struct ov_str *folders; /**< only files in these are touched; and meta files */
	size_t folder_count;          /**< 0 for no such restriction */
	struct ov_str marker;         /**< first line of every file of ours, without its end */
	struct ov_departures *departures; /**< asked before files go; NULL: all may */
	struct ov_str message;
	int64_t time;           /**< of author and committer */
	int offset;             /**< minutes east of Greenwich */
	struct ov_str note_ref; /**< such as refs/notes/hydrator.metadata; empty for none */
	struct ov_str note;     /**< set on the commit, or on the tip when nothing changed */
	size_t threads;
	bool allow_checked_out; /**< also where a work tree has the branch checked out */
};

/** What was done. */
struct ov_commit_result {
	bool committed;  /**< a commit was made; otherwise the tip has this output already */
	bool exists;     /**< `id` is set: the branch has a commit */
	struct ov_id id; /**< the branch's tip now */
	bool had_parent; /**< `parent` is set */
	struct ov_id parent;
	struct ov_str ref; /**< full name of the branch, in the arena */
	size_t added;      /**< files, without meta files */
	size_t changed;
	size_t removed;
	size_t unchanged;
	size_t objects; /**< written to the repository */
	uint64_t bytes; /**< likewise, compressed; 0 where they became files of their own */
	size_t tries;   /**< 1, and one more each time that the branch had moved */
};

/**
 * Commits the output. Files on the branch that do not begin with the marker stay as they are;
 * one of them in the way is OV_DIAG_OUTPUT_NOT_OURS. Files with the marker that are no longer
 * in the output go. Meta files are replaced by name, kept when absent, and make no commit by
 * themselves. False adds a finding, and the branch is as it was; a note that could not be set
 * is a finding, too, but the commit stands and `result->committed` says so.
 */
bool ov_commit_output(struct ov_arena *arena, struct ov_git *git,
	const struct ov_commit_options *options, struct ov_commit_result *result,
	struct ov_diags *diags);

/** Whether the bytes begin with the marker as a whole line. */
bool ov_is_marked(struct ov_str bytes, struct ov_str marker);

#endif
