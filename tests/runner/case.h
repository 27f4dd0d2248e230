/*
 * case: a folder below tests/cases, and what its case.yaml says. Part of the case runner.
 *
 * Layout: estate/ is the input; expect/ the whole output folder; expect.diag the exact stderr;
 * expect.out the exact stdout. What is absent is expected to be empty, and one of the three has
 * to be there. Everything else in the folder is copied beside the estate.
 */
#ifndef CASE_H
#define CASE_H

#include "base/arena.h"

/** A key of case.yaml with its value; for `env` and the entries of `generate`. */
struct case_pair {
	const char *key, *value;
};

/** A file to be made, because it must not or cannot lie in Git: see generate.h. */
struct case_file {
	OV_VEC(struct case_pair) pairs;
};

/** One case. */
struct test_case {
	const char *folder; /**< absolute */
	const char *name;   /**< the folder as a person would name it */
	const char *error;  /**< what is wrong with case.yaml, or NULL */
	OV_VEC(const char *) args;
	OV_VEC(struct case_pair) env;
	OV_VEC(struct case_file) generate;
	OV_VEC(const char *)
	before;              /**< `before`: what changes the estate that is rendered first */
	const char *fixture; /**< `fixture`: estate/ is laid over a copy of fixtures/NAME */
	const char *setup;   /**< `setup`: shell commands run in the work folder */
	const char *out;     /**< `stdout`: file with the expected stdout, else expect.out */
	int exit;            /**< `exit`, or -1 */
	bool keep;           /**< `keep`: OUT holds an earlier rendering */
	bool once;           /**< `once`: no runs with other threads and seeds */
	bool summary;        /**< `summary`: do not add -q */
	bool bare;           /**< `bare`: with the few library files that the fixture names */
};

/** Reads the case in `folder`, an absolute path; errors are kept in the case. */
struct test_case case_read(struct ov_arena *arena, const char *folder, const char *name);

/** Whether the folder is a case: it has an estate/ or a case.yaml. */
bool case_is(const char *folder);

/** The value of a key of the file, or `otherwise`. */
const char *case_file_get(const struct case_file *file, const char *key, const char *otherwise);

#endif
