/*
 * go_text: values and numbers as Go writes and reads them. Layer: expr.
 *
 * Kyverno turns values into text in a handful of ways that its results depend on. Numbers of
 * documents are float64 here, whatever their kind, unless a function says otherwise.
 */
#ifndef OV_GO_TEXT_H
#define OV_GO_TEXT_H

#include "value/value.h"

/** Appends what fmt.Sprint gives: "1e+06", "map[a:1 b:2]" with sorted keys, "[x y]", "<nil>".
 */
void ov_go_sprint(struct ov_buf *buf, struct ov_value v);

/**
 * Appends what encoding/json gives: no blanks, sorted keys, and `<`, `>`, `&` escaped. A number
 * that is not finite, which Go refuses, becomes null.
 */
void ov_go_json(struct ov_buf *buf, struct ov_value v);

/** Appends strconv.FormatFloat(d, 'f', -1, 64), of float32 where `single`. */
void ov_go_float_f(struct ov_buf *buf, double d, bool single);

/** Appends strconv.FormatFloat(d, 'E', -1, 64). */
void ov_go_float_e(struct ov_buf *buf, double d);

/** strconv.ParseFloat(s, 64); false where it fails, out of range included. */
bool ov_go_parse_float(struct ov_str s, double *out);

/** strconv.ParseInt(s, 10, 64). */
bool ov_go_parse_int(struct ov_str s, int64_t *out);

/** strings.ToLower, strings.ToUpper: of the scripts that have a simple mapping in common use.
 */
void ov_go_case(struct ov_buf *buf, struct ov_str s, bool upper);

/** strings.EqualFold. */
bool ov_go_equal_fold(struct ov_str a, struct ov_str b);

/** `s` without anything that is not UTF-8, each byte of which becomes U+FFFD. */
struct ov_str ov_go_valid(struct ov_arena *arena, struct ov_str s);

#endif
