/*
 * json: JSON text to values. Layer: foreign.
 *
 * A reader of our own, because libyaml refuses surrogate pairs and cJSON loses integers, NUL
 * and places.
 */
#ifndef OV_JSON_H
#define OV_JSON_H

#include "foreign/reader.h"

/**
 * Appends the one document of the source to `out`. Strict: RFC 8259 and nothing besides, no
 * duplicate keys, no lone surrogates, no number beyond a double. False when there was a
 * finding; the document is then left out. Strings without escapes point into the source.
 */
bool ov_json_read(const struct ov_reader *reader, struct ov_docs *out);

#endif
