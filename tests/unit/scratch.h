/*
 * scratch: a temporary folder for a test, and what tests do in it.
 */
#ifndef OV_TEST_SCRATCH_H
#define OV_TEST_SCRATCH_H

#include "base/diag.h"

/** A temporary folder with an arena and findings; its path has no link in it. */
struct scratch {
	struct ov_arena arena;
	struct ov_diags diags;
	struct ov_str path;
};

/** Makes the folder in TMPDIR, /dev/shm or /tmp. HOME is set to it and Git's own settings are
 * switched off. */
void scratch_init(struct scratch *scratch);

/** Removes the folder. */
void scratch_release(struct scratch *scratch);

/** Runs a shell command in the folder and returns its exit status. */
OV_PRINTF(2, 3) int scratch_run(struct scratch *scratch, const char *fmt, ...);

/** As scratch_run, but returns what it prints, without the line end. */
OV_PRINTF(2, 3) struct ov_str scratch_out(struct scratch *scratch, const char *fmt, ...);

/** An absolute path in the folder. */
struct ov_str scratch_path(struct scratch *scratch, const char *name);

/** Whether the only finding so far has the code; forgets it. */
bool scratch_found(struct scratch *scratch, enum ov_diag_code code);

#endif
