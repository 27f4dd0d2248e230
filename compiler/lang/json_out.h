/*
 * json_out: values as JSON text. Layer: lang.
 */
#ifndef OV_JSON_OUT_H
#define OV_JSON_OUT_H

#include "value/value.h"

/**
 * Appends the value as JSON (RFC 8259), without a line end: with `indent` 0 on one line without
 * blanks, else each element on a line of its own, indented by `indent` a level. Maps keep their
 * order. Only kinds that documents have, and only finite numbers, can be written.
 */
void ov_json_write(struct ov_buf *buf, struct ov_value v, int indent);

/** Appends a string in quotes, with no more escapes than JSON asks for. */
void ov_json_string(struct ov_buf *buf, struct ov_str s);

#endif
