/*
 * output: what the tests of both ways of writing output write, and what is in their way.
 */
#ifndef OV_TEST_OUTPUT_H
#define OV_TEST_OUTPUT_H

#include "model/tree.h"
#include "scratch.h"

#include <sys/types.h>

/** The first line of what is rendered. */
#define OUTPUT_MARKER "# Rendered"

/** Three files below c/ and a meta file. As all lists here, it ends with NULL. */
extern const char *const output_three[];

/** As output_three, but only meta files are others. */
extern const char *const output_meta[];

/** Against output_three: one file is new, one has changed, one is removed, one is the same. */
extern const char *const output_changed[];

/** Files inside and outside of c/a, other than those of output_three. */
extern const char *const output_some[];

/** Two files, the first of which is a folder in output_folder. */
extern const char *const output_file[];

/** As output_file, but with a folder, and files that sort close to it. */
extern const char *const output_folder[];

/** Nothing. */
extern const char *const output_none[];

/** What someone else puts into the output of output_three, and files for which it is in the
 * way. */
struct output_obstacle {
	const char *commands;
	const char *files[2];
};

/** The ways to be in the way; the last one has no commands. */
extern const struct output_obstacle output_obstacles[];

/** Files are written as "path=text", with the marker in front; "path!=text" is a meta file. */
void output_fill(struct scratch *s, struct ov_out *out, const char *const *files);

/** Kills a child after a time, and waits for its end. */
void output_kill(pid_t child, uint64_t nanoseconds);

#endif
