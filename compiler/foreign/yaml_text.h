/*
 * yaml_text: the text that libyaml reads, and where in the source its bytes stand.
 * Layer: foreign.
 */
#ifndef OV_YAML_TEXT_H
#define OV_YAML_TEXT_H

#include "foreign/reader.h"
#include "foreign/yaml_mend.h"

/** A source on its way to libyaml. */
struct ov_yaml_text {
	struct ov_str source; /**< without byte order mark */
	size_t source_at;     /**< its offset: the length of the mark */
	struct ov_yaml_mended mended;
	bool ascii;
	bool plain_breaks; /**< lines end with a line feed, and there is no byte order mark */
	struct {
		size_t index, byte;
	} cursor; /**< a code point's number and its offset in the text that was mended */
};

/** Checks the reader's source for what cannot stand in YAML; false with a finding. */
bool ov_yaml_text(const struct ov_reader *reader, struct ov_yaml_text *out);

/** Mends what libyaml would stumble over; before that, it cannot be asked for places. */
void ov_yaml_text_mend(struct ov_arena *arena, struct ov_yaml_text *t);

/**
 * The byte of a code point: libyaml counts these. Marks that are asked for lie near the last
 * one, so that the cursor's walk is linear over the whole source.
 */
size_t ov_yaml_byte(struct ov_yaml_text *t, size_t index);

/**
 * Where the token of an event begins, which itself begins at an anchor or tag. `*bare_tag`
 * tells whether a lone "!" was among them, which libyaml does not say.
 */
size_t ov_yaml_token(const struct ov_yaml_text *t, size_t at, bool *bare_tag);

/** The offset in the source, byte order mark and all, of a byte of the text. */
size_t ov_yaml_offset(const struct ov_yaml_text *t, size_t byte);

/** The bytes of the source, at most `len`, that stand where `byte` of the text comes from. */
struct ov_str ov_yaml_source(const struct ov_yaml_text *t, size_t byte, size_t len);

#endif
