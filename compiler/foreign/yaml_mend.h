/*
 * yaml_mend: what YAML 1.2 allows and libyaml refuses, rewritten for libyaml. Layer: foreign.
 *
 * Two things that people meet: text of a block scalar that begins with a tab, as Makefiles do,
 * and characters beyond U+FFFF written as JSON does, as a surrogate pair.
 */
#ifndef OV_YAML_MEND_H
#define OV_YAML_MEND_H

#include "base/arena.h"
#include "base/str.h"

/** A run of the source that another one stands for in the rewritten text. */
struct ov_yaml_edit {
	size_t from, from_len; /**< in the source */
	size_t to, to_len;     /**< in the rewritten text */
	bool is_line;          /**< a line before the first one of a block scalar */
};

/** A text for libyaml, and how it differs from the source. */
struct ov_yaml_mended {
	struct ov_str text;
	struct ov_yaml_edit *edits; /**< in their order */
	size_t count;
};

/**
 * The text for libyaml: the given one, UTF-8 without a byte order mark, or where it has to be
 * rewritten a copy in `arena`. Text that is wrong in other ways stays as it is.
 */
struct ov_yaml_mended ov_yaml_mend(struct ov_arena *arena, struct ov_str text);

/** The offset in the source that an offset in the rewritten text comes from. */
size_t ov_yaml_unmend(const struct ov_yaml_mended *mended, size_t at);

/**
 * The value, of length `*len`, of a block scalar between these offsets of the rewritten text,
 * without the line that was put in.
 */
void ov_yaml_drop_line(const struct ov_yaml_mended *mended, size_t start, size_t end,
	unsigned char *value, size_t *len);

#endif
