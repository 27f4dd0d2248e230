/*
 * type: what a schema says about types, for expressions. Layer: schema.
 *
 * properties → an object with declared fields; additionalProperties → a map; items → a list;
 * integer or string → a union of the two; branches that agree → their type; all else dyn.
 */
#ifndef OV_SCHEMA_TYPE_H
#define OV_SCHEMA_TYPE_H

#include "base/map.h"
#include "schema/schema.h"
#include "types/type.h"

/** Remembers the types of schemas; one thread's, while types are made. */
struct ov_schema_typing {
	struct ov_arena *arena;
	struct ov_keys *keys;
	struct ov_map memo;
};

/** Begins; types live in the arena. */
void ov_schema_typing_init(
	struct ov_schema_typing *typing, struct ov_arena *arena, struct ov_keys *keys);

/** The type of the values that a schema allows; `name` is how messages call an object of it. */
const struct ov_type *ov_schema_type(
	struct ov_schema_typing *typing, const struct ov_schema *schema, struct ov_str name);

#endif
