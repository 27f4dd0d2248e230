/*
 * perform: runs one case and judges it. Part of the case runner.
 */
#ifndef PERFORM_H
#define PERFORM_H

#include "base/str.h"
#include "runner/case.h"

/** Where and how a case is run. */
struct stage {
	const char *root; /**< the project's folder, where fixtures/ is */
	const char *work; /**< an empty folder; becomes the working directory */
	bool update;      /**< rewrite the expected files instead of comparing */
	bool thorough;    /**< repeat with every number of threads and hash seed */
};

/**
 * Runs the case, and again with other numbers of threads and hash seeds. Returns whether
 * it passed; `report` says why not.
 */
bool perform(const struct test_case *c, const struct stage *stage, struct ov_buf *report);

#endif
