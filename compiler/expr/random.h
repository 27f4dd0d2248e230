/*
 * random: texts that match a regular expression, for random() of policies. Layer: expr.
 *
 * Output is to be the same for the same input: what is drawn depends on the pattern and the
 * seed, and on nothing else.
 */
#ifndef OV_RANDOM_H
#define OV_RANDOM_H

#include "base/str.h"

/** Appends a text that the pattern matches. NULL, or what is wrong with the pattern. */
const char *ov_random_text(struct ov_str pattern, uint64_t seed, struct ov_buf *out);

#endif
