/*
 * cjson: a value tree printed through cJSON, for reports. Layer: foreign.
 *
 * Nothing is read with cJSON, which loses integers over 2^53, NUL and places.
 */
#ifndef OV_CJSON_H
#define OV_CJSON_H

#include "value/value.h"

/**
 * Appends the value as JSON without a line end: on one line, or where `pretty` in the layout of
 * cJSON_Print. Numbers are exact, strings may contain NUL, maps keep their order.
 */
void ov_cjson_print(struct ov_value v, bool pretty, struct ov_buf *buf);

#endif
