/*
 * tree: the files that are to be written, as the make stages hand them on. Layer: model.
 *
 * Each unit fills a struct ov_out of its own; they are joined in unit order and sorted. Byte
 * order of whole paths is also the order of Git's trees, so folders are ranges of the list.
 */
#ifndef OV_TREE_H
#define OV_TREE_H

#include "base/arena.h"
#include "base/hash.h"

/** One file. */
struct ov_out_file {
	struct ov_str path;  /**< with "/" between names, neither first nor last */
	struct ov_str bytes; /**< content; may be dropped (ptr NULL) once the id is known */
	size_t size;         /**< of the content */
	struct ov_id id;     /**< of the content as a Git blob, when has_id is set */
	bool has_id;
	bool meta;     /**< says something about the run: owned by name, no change by itself */
	uint32_t loc;  /**< what the file came from, for diagnostics */
	size_t origin; /**< the caller's own number, such as that of an object record */
};

/** A set of files. */
struct ov_out {
	OV_VEC(struct ov_out_file) files;
	bool sorted;
};

/** Two files that cannot both be written: same path, or one is the other's folder. */
struct ov_out_conflict {
	const struct ov_out_file *first; /**< the one that was added earlier */
	const struct ov_out_file *second;
};

/** All conflicts of a set. */
struct ov_out_conflicts {
	struct ov_out_conflict *items;
	size_t count, cap;
};

/** Adds a file and returns it, to be given its other fields; strings are not copied. */
struct ov_out_file *ov_out_add(
	struct ov_arena *arena, struct ov_out *out, struct ov_str path, struct ov_str bytes);

/** Appends the files of `from`, whose strings must live on. */
void ov_out_join(struct ov_arena *arena, struct ov_out *out, const struct ov_out *from);

/**
 * Sorts by path; equal paths stay in the order in which they were added. Conflicts are appended
 * to `conflicts` in path order; their pointers are valid until the set is next changed.
 */
void ov_out_sort(
	struct ov_arena *arena, struct ov_out *out, struct ov_out_conflicts *conflicts);

/** The file at the path of a sorted set, or NULL. */
const struct ov_out_file *ov_out_find(const struct ov_out *out, struct ov_str path);

/**
 * Whether a path can be written everywhere: names of 1 to 255 bytes, none of them ".", ".." or
 * ".git" in any case, no NUL, backslash or control character, up to OV_LIMIT_FOLDER_DEPTH
 * folders.
 */
bool ov_out_path_ok(struct ov_str path);

/** Whether `path` lies in one of the folders, or `folders` has none. */
bool ov_out_in_scope(struct ov_str path, const struct ov_str *folders, size_t count);

#endif
