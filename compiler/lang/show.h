/*
 * show: how messages write a value, and the way to it in a document: spec.disks[0]["odd key"].
 * Layer: lang.
 */
#ifndef OV_SHOW_H
#define OV_SHOW_H

#include "base/key.h"
#include "value/value.h"

/** Writes a step: that to the value of a key, or to an element of a list where `key` is NULL.
 */
void ov_show_step(struct ov_buf *buf, const struct ov_key *key, size_t index, bool first);

/** Writes the value as JSON, of long texts the beginning; of a list or map only what it is. */
void ov_show_value(struct ov_buf *buf, struct ov_value v);

#endif
