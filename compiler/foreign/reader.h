/*
 * reader: what the readers of YAML and JSON share. Layer: foreign.
 *
 * A reader turns one source into documents. It never prints and never fails otherwise than by
 * adding diagnostics. Every value gets its place, the value of a map also that of its key.
 */
#ifndef OV_READER_H
#define OV_READER_H

#include "base/diag.h"
#include "base/key.h"
#include "value/value.h"

/** What a reader needs. */
struct ov_reader {
	struct ov_arena *arena;     /**< gets the documents */
	struct ov_keys *keys;       /**< gets the keys of maps */
	struct ov_key_cache *cache; /**< the calling thread's */
	struct ov_diags *diags;     /**< the calling thread's; see ov_reader_map for NULL */
	const struct ov_source
		*source; /**< must outlive the documents: strings point into it */
};

/** Documents in the order of their source; grows in the arena of the reader. */
struct ov_docs {
	struct ov_value *items;
	size_t count, cap;
};

/**
 * Appends the documents of the source to `out`: JSON where its path ends in ".json", else YAML.
 * False when a finding was added; the other documents are there all the same.
 */
bool ov_source_read(const struct ov_reader *reader, struct ov_docs *out);

/**
 * The map of entries in written order, which are copied to the reader's arena. False when a
 * key comes twice: that is a finding, where the reader takes any, and the first binding stays.
 */
bool ov_reader_map(const struct ov_reader *reader, const struct ov_entry *entries, size_t count,
	struct ov_value *out);

/** Whether the source is UTF-8; else a finding was added. */
bool ov_reader_utf8(const struct ov_reader *reader);

/** The place of a byte of the source. */
uint32_t ov_reader_loc(const struct ov_reader *reader, size_t offset);

#endif
