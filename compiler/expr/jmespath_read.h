/*
 * jmespath_read: values from texts within expressions. Layer: expr.
 */
#ifndef OV_JMESPATH_READ_H
#define OV_JMESPATH_READ_H

#include "base/key.h"
#include "value/value.h"

/**
 * A value read from JSON text (RFC 8259), without places, all of it in the arena. OV_KIND_NONE
 * where it is none; `*why` then says what is wrong. `cache` may be NULL.
 */
struct ov_value ov_jp_read_json(struct ov_arena *arena, struct ov_keys *keys,
	struct ov_key_cache *cache, struct ov_str text, struct ov_str *why);

/** As ov_jp_read_json, for the first document of a YAML text; none at all is null. */
struct ov_value ov_jp_read_yaml(struct ov_arena *arena, struct ov_keys *keys,
	struct ov_key_cache *cache, struct ov_str text, struct ov_str *why);

#endif
