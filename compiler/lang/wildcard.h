/*
 * wildcard: texts with `*` and `?` in them, as policies match them. Layer: lang.
 */
#ifndef OV_WILDCARD_H
#define OV_WILDCARD_H

#include "base/str.h"

/**
 * Whether all of `s` is what the pattern stands for: `*` any run of characters, also none, `?`
 * exactly one; nothing is escaped, and no character is a separator. Takes at most time
 * proportional to the product of the lengths (github.com/IGLOU-EU/go-wildcard v1).
 */
bool ov_wildcard_match(struct ov_str pattern, struct ov_str s);

/** Whether the text has a `*` or a `?`. */
bool ov_wildcard_is(struct ov_str s);

#endif
