/*
 * yaml_out: values as canonical YAML. Layer: lang.
 *
 * One value has one form, and readers of YAML 1.1 and YAML 1.2 read the same value back: a
 * string is written plain only where none of them takes it for anything else.
 */
#ifndef OV_YAML_OUT_H
#define OV_YAML_OUT_H

#include "value/value.h"

/**
 * Appends one document in block style, without "---", ending in a line end. Indentation is two
 * blanks, also for lists in maps; a map or list in a list begins on the line of its dash. A
 * text of several lines is a literal block where every reader gives it back unchanged, else it
 * stands in double quotes. Nothing is folded. Only kinds that documents have, and only finite
 * numbers, can be written.
 */
void ov_yaml_write(struct ov_buf *buf, struct ov_value v);

/** Whether the string can be written plain, as a value or a key in block style. */
bool ov_yaml_plain_ok(struct ov_str s);

#endif
