/*
 * path: how messages write the way to a value in a document: spec.disks[0]["odd key"].
 * Layer: lang.
 */
#ifndef OV_PATH_H
#define OV_PATH_H

#include "base/key.h"
#include "base/str.h"

/** Writes a step: that to the value of a key, or to an element of a list where `key` is NULL. */
void ov_path_step(struct ov_buf *buf, const struct ov_key *key, size_t index, bool first);

#endif
