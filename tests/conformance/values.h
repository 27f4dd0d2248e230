/*
 * values: the JSON in which suites write what is given and what is expected.
 */
#ifndef OV_SUITE_VALUES_H
#define OV_SUITE_VALUES_H

#include "base/key.h"
#include "value/value.h"

/** The value of a JSON text, OV_KIND_NONE where it is none; strings point into the text. */
struct ov_value suite_value(struct ov_arena *arena, struct ov_keys *keys,
	struct ov_key_cache *cache, struct ov_str path, struct ov_str text);

/** The value as JSON, on one line. */
struct ov_str suite_text(struct ov_arena *arena, struct ov_value v);

#endif
