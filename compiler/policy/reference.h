/*
 * reference: $(path) in a policy's document, which stands for a value elsewhere in it. Layer:
 * policy.
 */
#ifndef OV_REFERENCE_H
#define OV_REFERENCE_H

#include "value/value.h"

/** Where in a document a string stands, root first when followed to its end. */
struct ov_document_path {
	const struct ov_document_path *up;
	struct ov_str key; /**< without bytes (NULL) for an element of a list */
	size_t index;
};

/** Whether the text may hold a reference or an escaped one. */
bool ov_reference_may_be(struct ov_str text);

/**
 * The text, which stands at `path` of the document, with its references replaced and escapes
 * undone, in the arena. False with `*why` set where one names nothing, or no string.
 */
bool ov_reference_replace(struct ov_arena *arena, struct ov_value document,
	const struct ov_document_path *path, struct ov_str text, struct ov_str *out,
	struct ov_str *why);

/** The path as the reference writes it, "/spec/containers/0/image". */
struct ov_str ov_document_path_text(
	struct ov_arena *arena, const struct ov_document_path *path);

#endif
