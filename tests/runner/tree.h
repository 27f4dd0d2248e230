/*
 * tree: folders as sorted lists of files, for comparing what was written with what was
 * expected. Part of the case runner.
 *
 * Paths are relative to the folder and use '/'. A failure of the file system ends the process
 * with a message.
 */
#ifndef TREE_H
#define TREE_H

#include "base/arena.h"
#include "base/str.h"

/** One file; a symbolic link's bytes are "-> target", an empty folder's path ends in '/'. */
struct tree_file {
	const char *path;
	struct ov_str bytes;
};

/** The files of a folder, sorted by path. */
struct tree {
	OV_VEC(struct tree_file) files;
	bool exists; /**< whether there is such a folder at all */
};

/** Prints a message and exits with status 1; for failures that are not the program's. */
OV_NORETURN OV_PRINTF(1, 2) void fail(const char *fmt, ...);

/**
 * Reads all files below the folder, except a file .ovec directly in it. Where there is a file
 * instead of a folder, it is the only one and its path is empty.
 */
struct tree tree_read(struct ov_arena *arena, const char *folder);

/** Writes all files below the folder, which is made where it is missing. */
void tree_write(const struct tree *tree, const char *folder);

/** Removes the folder or file and all below it; missing ones are no error. */
void tree_remove(const char *path);

/** Copies a file, symbolic link or folder, into a folder that may exist already. */
void tree_copy(const char *from, const char *to);

/** The whole file in the arena; `*found` (may be NULL) says whether it exists. */
struct ov_str file_read(struct ov_arena *arena, const char *path, bool *found);

/** Writes a file, making the folders that lead to it. */
void file_write(const char *path, struct ov_str bytes);

/** Makes a folder and those that lead to it. */
void folder_make(const char *path);

#endif
