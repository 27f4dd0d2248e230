/*
 * yaml_usual_scalar: the scalars of yaml_usual.h, and how it goes through lines.
 * Layer: foreign.
 *
 * Functions that return bool return false where the text is not of the usual form.
 */
#ifndef OV_YAML_USUAL_SCALAR_H
#define OV_YAML_USUAL_SCALAR_H

#include "foreign/reader.h"

/** A text that is being read. */
struct ov_usual {
	const struct ov_reader *reader;
	const char *at;   /**< what is read next */
	const char *line; /**< where the present line begins */
	const char *end;
	size_t column; /**< of `at` within its line, from 1; 0 behind the document's last line
			*/
	size_t depth;  /**< lists and maps around `at` */
	struct ov_arena scratch;
	OV_VEC(struct ov_entry) stack; /**< entries and elements of what is not closed */
	struct ov_buf text;            /**< of a scalar that is put together */
};

/** How a scalar's text ends. */
enum ov_usual_end {
	OV_USUAL_LINE, /**< at the line's end, a comment or, when quoted, anywhere */
	OV_USUAL_KEY,  /**< at the ':' behind a key */
};

/** A scalar within a line. */
struct ov_usual_scalar {
	struct ov_str text;
	const char *from; /**< its first byte, a quote's too */
	bool plain;
	enum ov_usual_end end;
};

/** Whether a space, the end of a line or the end of the text is there, as behind "-" and ":".
 */
bool ov_usual_ends(const struct ov_usual *u, const char *p);

/** From the beginning of a line to the first byte of the next content, at `column`. */
bool ov_usual_next(struct ov_usual *u);

/** Behind a value: nothing but space and a comment may follow; then as ov_usual_next. */
bool ov_usual_close(struct ov_usual *u);

/** The place of a byte. */
uint32_t ov_usual_loc(const struct ov_usual *u, const char *at);

/**
 * Reads the scalar at `at` as far as it goes within the line; with `flow`, within its list or
 * map in brackets. Its text lies in the source or in the reader's arena.
 */
bool ov_usual_scan(struct ov_usual *u, bool flow, struct ov_usual_scalar *out);

/** The value of a scalar that is no key. */
bool ov_usual_value(
	struct ov_usual *u, const struct ov_usual_scalar *scalar, struct ov_value *out);

/** The value of a scalar that is no key, with the lines that continue it where it is plain;
 * `parent` is the column of the list or map around it. Then as ov_usual_next. */
bool ov_usual_lines(struct ov_usual *u, size_t parent, const struct ov_usual_scalar *scalar,
	struct ov_value *out);

/** The block scalar whose indicator stands at `at`; then as ov_usual_next. */
bool ov_usual_block(struct ov_usual *u, size_t parent, struct ov_value *out);

#endif
