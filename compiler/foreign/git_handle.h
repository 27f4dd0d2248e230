/*
 * git_handle: what the files of the Git façade share. Layer: foreign; for foreign/git*.c only.
 */
#ifndef OV_GIT_HANDLE_H
#define OV_GIT_HANDLE_H

#include "foreign/git.h"

struct git_repository;
struct git_odb;

struct ov_git {
	struct git_repository *repo;
	struct git_odb *odb;
	struct ov_arena arena;
	struct ov_str work_tree;
	struct ov_str object_folder;
	struct ov_str common;     /* the folder that all work trees share */
	struct ov_str index_file; /* from GIT_INDEX_FILE; empty for the repository's own */
	bool syncs;
};

/** Adds OV_DIAG_GIT: the text, a colon and what libgit2 says; to be called at once after the
 * call that failed. */
OV_PRINTF(2, 3) struct ov_diag *ov_git_fail(struct ov_diags *diags, const char *fmt, ...);

/** A NUL-terminated copy, or NULL where the string holds a NUL. */
const char *ov_git_cstr(struct ov_arena *arena, struct ov_str s);

#endif
