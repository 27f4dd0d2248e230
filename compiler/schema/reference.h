/*
 * reference: URIs between schemas. Layer: schema.
 */
#ifndef OV_REFERENCE_H
#define OV_REFERENCE_H

#include "base/arena.h"
#include "base/str.h"

/** The URI that `ref` means where `base` is the base (RFC 3986, 5.2), in the arena. */
struct ov_str ov_reference_resolve(
	struct ov_arena *arena, struct ov_str base, struct ov_str ref);

/** What stands before the first `#`; `*fragment` (may be NULL) is what stands behind it. */
struct ov_str ov_reference_split(struct ov_str uri, struct ov_str *fragment);

/** Replaces `%41` by the byte that it stands for (RFC 3986, 2.1); other `%` stay. */
struct ov_str ov_reference_unescape(struct ov_arena *arena, struct ov_str s);

#endif
