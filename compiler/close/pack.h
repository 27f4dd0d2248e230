/*
 * pack: writes a Git pack, version 2, with its index, version 2. Layer: close.
 *
 * One pack takes a tenth of the time of as many files. Formats: Git's gitformat-pack(5).
 */
#ifndef OV_PACK_H
#define OV_PACK_H

#include "base/diag.h"
#include "foreign/deflate.h"
#include "foreign/git.h"

/** An object in the form in which a pack has it. */
struct ov_pack_object {
	enum ov_git_type type;
	struct ov_id id;
	uint32_t crc;        /**< of the entry */
	struct ov_str entry; /**< type, size and deflated bytes */
};

/** Makes an object's entry in the arena; threads have their own arena and compressor. */
struct ov_pack_object ov_pack_object_make(struct ov_arena *arena, struct ov_deflate *deflate,
	enum ov_git_type type, struct ov_str bytes);

/** As ov_pack_object_make, where the id is known. */
struct ov_pack_object ov_pack_object_make_as(struct ov_arena *arena, struct ov_deflate *deflate,
	enum ov_git_type type, struct ov_str bytes, struct ov_id id);

/**
 * Writes the objects, in the order given, each id once, as one pack into `folder`, a
 * repository's folder of objects. A kill at any time leaves at most a temporary file, which the
 * next call removes. `*written` (may be NULL) becomes the size of both files. False adds
 * OV_DIAG_WRITE_FAILED.
 */
bool ov_pack_write(struct ov_str folder, const struct ov_pack_object *objects, size_t count,
	bool sync, uint64_t *written, struct ov_diags *diags);

#endif
