/*
 * git: a Git repository, through libgit2. Layer: foreign.
 *
 * A struct ov_git belongs to one thread at a time. Findings are added to the list that is
 * given, with libgit2's own words in them.
 */
#ifndef OV_GIT_H
#define OV_GIT_H

#include "base/diag.h"
#include "base/hash.h"
#include "foreign/os.h"

/** An open repository. */
struct ov_git;

/** How a repository is opened. */
enum ov_git_flags {
	OV_GIT_OPTIONAL = 1 << 0, /**< that there is none is no error */
	OV_GIT_NO_SYNC = 1 << 1,  /**< leave it to the system when bytes reach the disk */
};

/**
 * Opens the repository that holds the path, as `git -C path` would: GIT_DIR, GIT_WORK_TREE,
 * GIT_INDEX_FILE and GIT_OBJECT_DIRECTORY count, unless their repository has a work tree that
 * does not hold the path. NULL adds OV_DIAG_GIT.
 */
struct ov_git *ov_git_open(struct ov_str path, int flags, struct ov_diags *diags);

/** Closes the repository; NULL is allowed. */
void ov_git_close(struct ov_git *git);

/** The repository's work tree without a slash at its end; empty where it is bare. */
struct ov_str ov_git_work_tree(const struct ov_git *git);

/** The folder that holds the repository's objects, without a slash at its end. */
struct ov_str ov_git_object_folder(const struct ov_git *git);

/** The folder of the repository's hooks: core.hooksPath, else "hooks" beside its objects. */
struct ov_str ov_git_hook_folder(struct ov_arena *arena, const struct ov_git *git);

/** Whether objects and refs are to be on the disk before a call returns. */
bool ov_git_syncs(const struct ov_git *git);

/**
 * Where an existing path lies in the work tree: empty for the work tree itself. False where the
 * path is not in it, or there is none; adds nothing.
 */
bool ov_git_inside(struct ov_arena *arena, const struct ov_git *git, struct ov_str path,
	struct ov_str *out);

/** A person and a time, as a commit names them. */
struct ov_git_person {
	struct ov_str name;
	struct ov_str email;
	int64_t time; /**< seconds since 1970 */
	int offset;   /**< minutes east of Greenwich */
};

/** A commit; the strings lie in the arena that was given. */
struct ov_git_commit {
	struct ov_id id;
	struct ov_id tree;
	struct ov_git_person author;
	struct ov_git_person committer;
	struct ov_str subject; /**< first paragraph on one line */
	struct ov_str body;    /**< what follows it */
};

/** The commit that a name such as a branch, tag, "HEAD~2" or id stands for. */
bool ov_git_resolve(struct ov_arena *arena, struct ov_git *git, struct ov_str name,
	struct ov_git_commit *out, struct ov_diags *diags);

/** The URL of a remote as it is configured, but without user and password where it is one of
 * HTTP; false where there is no such remote. */
bool ov_git_remote_url(
	struct ov_arena *arena, struct ov_git *git, struct ov_str remote, struct ov_str *url);

/**
 * Hands on the files below `folder` (empty for all) that are staged, as ov_os_walk does with a
 * folder's: same paths, order and kinds; the bytes are as committed, without filters.
 * Submodules are left out. An unmerged file is an error.
 */
bool ov_git_walk_index(struct ov_arena *arena, struct ov_git *git, struct ov_str folder,
	ov_found_want *want, ov_found_fn *found, void *context, struct ov_diags *diags);

/** As ov_git_walk_index, from a tree such as a commit's. */
bool ov_git_walk_tree(struct ov_arena *arena, struct ov_git *git, struct ov_id tree,
	struct ov_str folder, ov_found_want *want, ov_found_fn *found, void *context,
	struct ov_diags *diags);

/** Types of objects, with Git's numbers for packs. */
enum ov_git_type {
	OV_GIT_COMMIT = 1,
	OV_GIT_TREE = 2,
	OV_GIT_BLOB = 3,
};

/** Git's name of the type. */
const char *ov_git_type_name(enum ov_git_type type);

/** The id of an object with these bytes; any thread may ask. */
struct ov_id ov_git_id(enum ov_git_type type, struct ov_str bytes);

/** Reads an object of the type into the arena. */
bool ov_git_read(struct ov_arena *arena, struct ov_git *git, struct ov_id id,
	enum ov_git_type type, struct ov_str *bytes, struct ov_diags *diags);

/**
 * Reads the file at a path of a tree into the arena; false where there is none, or none but the
 * blob `same` (may be NULL), without a finding.
 */
bool ov_git_read_path(struct ov_arena *arena, struct ov_git *git, struct ov_id tree,
	struct ov_str path, const struct ov_id *same, struct ov_str *bytes);

/** Whether the repository has an object, packs that were added since it was opened left aside.
 */
bool ov_git_has(struct ov_git *git, struct ov_id id);

/** Writes an object as a file of its own, unless it is there already. */
bool ov_git_write(struct ov_git *git, enum ov_git_type type, struct ov_str bytes,
	struct ov_id *id, struct ov_diags *diags);

/** Looks for packs that were written since the repository was opened. */
void ov_git_refresh(struct ov_git *git);

/** Who writes: from the environment or the configuration as Git has it, otherwise
 * ovec <ovec@localhost>. The time is left 0. */
struct ov_git_person ov_git_author(struct ov_arena *arena, struct ov_git *git);

/** As ov_git_author, for the committer. */
struct ov_git_person ov_git_committer(struct ov_arena *arena, struct ov_git *git);

/**
 * The full name of a branch: "refs/heads/" is put in front of a name without "refs/", and a
 * symbolic ref is followed. False adds OV_DIAG_GIT: no such name can be given.
 */
bool ov_git_branch(struct ov_arena *arena, struct ov_git *git, struct ov_str name,
	struct ov_str *ref, struct ov_diags *diags);

/** The object that a full ref name points at; `*exists` tells whether there is one. */
bool ov_git_tip(struct ov_git *git, struct ov_str ref, bool *exists, struct ov_id *id,
	struct ov_diags *diags);

/** The folder of the work tree that has the branch checked out, or the empty string. */
struct ov_str ov_git_checked_out(struct ov_arena *arena, struct ov_git *git, struct ov_str ref);

/** How the change of a ref ended. */
enum ov_git_update {
	OV_GIT_UPDATED,
	OV_GIT_MOVED,  /**< it is no longer what it was thought to be; nothing was done */
	OV_GIT_FAILED, /**< OV_DIAG_GIT was added */
};

/**
 * Points the ref at a commit, if it still points at `old`, or if there still is none where
 * `old` is NULL. A lock that someone else holds is waited for, up to some seconds. The reflog
 * gets `reason`.
 */
enum ov_git_update ov_git_ref_update(struct ov_git *git, struct ov_str ref, struct ov_id id,
	const struct ov_id *old, struct ov_git_person who, struct ov_str reason,
	struct ov_diags *diags);

/**
 * Attaches a note to a commit, in place of an older one; does nothing where the same note is
 * there. Writers of other notes under the same ref are waited for.
 */
bool ov_git_note(struct ov_git *git, struct ov_str ref, struct ov_id commit, struct ov_str text,
	struct ov_git_person who, struct ov_diags *diags);

/** The text of a commit's note; false where it has none. */
bool ov_git_note_get(struct ov_arena *arena, struct ov_git *git, struct ov_str ref,
	struct ov_id commit, struct ov_str *text);

#endif
