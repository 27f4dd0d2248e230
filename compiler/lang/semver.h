/*
 * semver: versions (Semantic Versioning 2.0.0) and their order. Layer: lang.
 */
#ifndef OV_SEMVER_H
#define OV_SEMVER_H

#include "base/arena.h"
#include "base/str.h"

/** A version; `pre` and `build` are parts of the text, without their signs, or empty. */
struct ov_semver {
	uint64_t major, minor, patch;
	struct ov_str pre, build;
};

/** Reads exactly the standard's form. `*why` (may be NULL) is set on false. */
bool ov_semver_parse(struct ov_str s, struct ov_semver *out, const char **why);

/**
 * Reads what Kubernetes normalises too: a "v" before it, leading zeros, and a missing patch or
 * minor number where nothing follows ("v1.2").
 */
bool ov_semver_parse_lenient(struct ov_str s, struct ov_semver *out, const char **why);

/** Precedence by section 11: -1, 0 or 1. Build metadata does not count. */
int ov_semver_compare(struct ov_semver a, struct ov_semver b);

/** The version in the standard's form, in the arena. */
struct ov_str ov_semver_text(struct ov_arena *arena, struct ov_semver v);

#endif
