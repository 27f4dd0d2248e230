/*
 * source: the texts that were read, and one 32-bit space of places over all of them. Layer:
 * base.
 *
 * A place (`loc`) is 0 for "nowhere" or a byte offset into the concatenation of all sources.
 * Sources are added before parsing begins, in an order that does not depend on threads; after
 * that they are only read.
 */
#ifndef OV_SOURCE_H
#define OV_SOURCE_H

#include "base/arena.h"
#include "base/str.h"

/** A run of bytes in some source; `len` 0 means "the token that begins there". */
struct ov_span {
	uint32_t loc;
	uint32_t len;
};

/** One text. */
struct ov_source {
	struct ov_str path;     /**< as a person would name it: relative to where they stand */
	struct ov_str text;     /**< the whole content, without a byte order mark */
	uint32_t base;          /**< loc of its first byte */
	bool library;           /**< shipped with the program: not the user's to edit */
	OV_VEC(uint32_t) marks; /**< where some of its lines begin, as far as was asked */
};

/** All texts of a run. */
struct ov_sources {
	struct ov_arena *arena;
	OV_VEC(struct ov_source *) list;
	uint32_t next;
};

/** Where a place lies, in the terms that people use. */
struct ov_place {
	const struct ov_source *source; /**< NULL for loc 0 */
	size_t offset;                  /**< bytes from the start of the source */
	size_t line;                    /**< from 1 */
	size_t column;                  /**< from 1, in code points */
	struct ov_str text;             /**< the line, without its end */
	size_t line_start;              /**< offset of the line's first byte */
};

/** Makes an empty set whose memory comes from `arena`. */
void ov_sources_init(struct ov_sources *sources, struct ov_arena *arena);

/**
 * Adds a text that the caller keeps alive and gives it its places; NULL when the 32-bit space
 * is full. The path is copied.
 */
struct ov_source *ov_sources_add(
	struct ov_sources *sources, struct ov_str path, struct ov_str text, bool library);

/** The source that holds the place, or NULL. */
const struct ov_source *ov_sources_at(const struct ov_sources *sources, uint32_t loc);

/**
 * Path, line and column of the place. Keeps where the lines of the source begin, so that many
 * places of a large source cost little: only one thread may ask at a time.
 */
struct ov_place ov_sources_place(const struct ov_sources *sources, uint32_t loc);

/**
 * The bytes of a span. Where its length is 0, the YAML or JSON token that begins at its place:
 * a quoted string, a plain scalar to the end of its line, or one indicator.
 */
struct ov_str ov_sources_text(const struct ov_sources *sources, struct ov_span span);

#endif
