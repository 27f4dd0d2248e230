/*
 * api_write: the text of a set in the making; equal parts are written once. Layer: schema.
 */
#ifndef OV_API_WRITE_H
#define OV_API_WRITE_H

#include "base/map.h"
#include "schema/api.h"

/** One part of a schema: its JSON, in which OV_API_CHILD stands for each child. */
struct ov_api_part {
	struct ov_str text;
	const uint32_t *children;
	size_t count;
	char id[9];   /**< depends on the content alone */
	size_t uses;  /**< in how many places of other parts it stands */
	size_t len;   /**< length of its JSON, parts that stand alone as references */
	bool alone;   /**< it has a line of its own */
	bool reached; /**< some kind needs it */
};

/** Stands for a child in the text of a part; JSON cannot hold it. */
enum { OV_API_CHILD = 1 };

/** A version of a kind. */
struct ov_api_version_out {
	struct ov_str name;
	uint32_t part;
	bool served, storage, deprecated, status;
	struct ov_str warning, replicas;
};

/** A kind. */
struct ov_api_kind_out {
	struct ov_str group, kind, plural, name_rule;
	bool cluster, native;
	OV_VEC(struct ov_api_version_out) versions;
};

/** A part that refers to itself and therefore has a name. */
struct ov_api_named_out {
	struct ov_str name;
	uint32_t part;
};

/** A set in the making. */
struct ov_api_writer {
	struct ov_arena *arena;
	OV_VEC(struct ov_api_part) parts;
	struct ov_map part_by_text;
	OV_VEC(struct ov_api_kind_out *) kinds;
	struct ov_map kind_by_name; /**< group/kind → struct ov_api_kind_out */
	OV_VEC(struct ov_api_named_out) named;
};

/** A part in the making. */
struct ov_api_draft {
	struct ov_arena *arena;
	struct ov_buf buf;
	OV_VEC(uint32_t) children;
	size_t members; /**< of the object that is being written */
};

/** Begins a set. */
void ov_api_writer_init(struct ov_api_writer *w, struct ov_arena *arena, uint64_t seed);

/** Begins a part. */
void ov_api_draft_init(struct ov_api_draft *draft, struct ov_arena *arena);

/** Begins a member of the object: comma, key, colon. */
void ov_api_draft_key(struct ov_api_draft *draft, const char *key);

/** Writes a child in the present place. */
void ov_api_draft_child(struct ov_api_draft *draft, uint32_t child);

/** The finished part, which may be one that was there before. Frees the draft. */
uint32_t ov_api_draft_end(struct ov_api_writer *w, struct ov_api_draft *draft);

/** The kind, made when it is new. */
struct ov_api_kind_out *ov_api_writer_kind(
	struct ov_api_writer *w, struct ov_str group, struct ov_str kind);

/** Appends the set's text. */
void ov_api_writer_print(struct ov_api_writer *w, struct ov_buf *out);

#endif
