/*
 * base64: RFC 4648, section 4. Layer: lang.
 */
#ifndef OV_BASE64_H
#define OV_BASE64_H

#include "base/arena.h"
#include "base/str.h"

/** Value of a digit, or -1. */
int ov_base64_value(char c);

/** Length of a text of `len` bytes that is encoded. */
size_t ov_base64_length(size_t len);

/** Writes the encoded text, ov_base64_length long, without a NUL. */
void ov_base64_encode(struct ov_str s, char *out);

/** Decodes into the arena. Line ends are passed over, as encoding/base64 of Go does; where it
 * is `bare`, the padding may be missing altogether. */
bool ov_base64_decode(struct ov_arena *arena, struct ov_str s, bool bare, struct ov_str *out);

/** Whether a text without line ends is encoded and not empty: the format `byte` of OpenAPI. */
bool ov_base64_is(struct ov_str s);

#endif
