/*
 * api_source: schemas as clusters publish them, on their way into a set. Layer: schema.
 */
#ifndef OV_API_SOURCE_H
#define OV_API_SOURCE_H

#include "schema/api_write.h"

/** An import in progress. */
struct ov_api_source {
	struct ov_arena *arena;
	struct ov_keys *keys;
	unsigned flags; /**< enum ov_api_import_flags */
	struct ov_diags *diags;
	struct ov_api_writer writer;
	bool ok;
	struct ov_map facts; /**< definition → what is known of it beyond what it says */
	struct ov_value definitions; /**< OV_KIND_NONE in a custom resource definition */
	struct ov_map parts;         /**< name of a definition → its part, plus one */
	struct ov_map open;          /**< names of definitions that are being converted */
	bool builtin;                /**< of what is decoded into Go structs */
	struct ov_str prefix;        /**< what a $ref to a definition begins with */
	size_t depth;
};

/** Adds a finding about a document. */
OV_PRINTF(3, 4)
void ov_api_source_bad(struct ov_api_source *source, struct ov_value at, const char *fmt, ...);

/** Whether the definition of that name is of the API server itself. */
bool ov_api_source_is_builtin(struct ov_str name);

/** The part that a schema becomes. */
uint32_t ov_api_source_schema(struct ov_api_source *source, struct ov_value schema);

/** The part that the definition of that name becomes. */
uint32_t ov_api_source_definition(struct ov_api_source *source, struct ov_str name);

/** Adds the kinds of an OpenAPI document. */
void ov_api_source_openapi(struct ov_api_source *source, struct ov_value doc);

#endif
