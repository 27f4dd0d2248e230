/*
 * known: the list of cases of the conformance suites that are known to fail, and why.
 *
 * Cases stand one a line, as suite, file and case. The comment above them says why, for all
 * cases up to the next blank line.
 */
#ifndef OV_KNOWN_H
#define OV_KNOWN_H

#include "base/arena.h"
#include "base/str.h"

/** A case, and why it fails: a sentence or more. */
struct ov_known_case {
	struct ov_str name; /**< suite, file and case */
	struct ov_str suite;
	struct ov_str why;
};

/** The list, in its order. */
struct ov_known {
	struct ov_known_case *items;
	size_t count, cap;
};

/** Reads the list; where it cannot be, says why on stderr and returns false. */
bool ov_known_read(struct ov_arena *arena, const char *path, struct ov_known *out);

#endif
