/*
 * cmd: the command line. Layer: cmd.
 *
 * Data goes to `out`, findings and all that is said about the run to `err`. Exit statuses are
 * the same for every command: 0 done, 1 findings in the estate, 2 a difference (only where a
 * command compares), 3 usage, 4 the environment failed (repository, disk).
 */
#ifndef OV_CMD_H
#define OV_CMD_H

#include <stdio.h>

/** Where a command writes. */
struct ov_io {
	FILE *out;
	FILE *err;
};

/** Exit statuses. */
enum ov_exit {
	OV_EXIT_DONE = 0,
	OV_EXIT_FINDINGS = 1,
	OV_EXIT_DIFFERENCE = 2,
	OV_EXIT_USAGE = 3,
	OV_EXIT_ENVIRONMENT = 4,
};

/** Runs the command that the arguments name and returns the exit status; never exits itself. */
int ov_cmd_main(const struct ov_io *io, int argc, char *const argv[]);

#endif
