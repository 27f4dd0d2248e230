/*
 * library: the schemas, templates, profiles, rules and sets of API schemas that are part of the
 * executable.
 * Layer: read.
 */
#ifndef OV_LIBRARY_H
#define OV_LIBRARY_H

#include "base/str.h"

/** The embedded files: path, NUL, size in decimal, NUL, bytes; ended by an empty path. */
extern const unsigned char ov_library_data[];

/** Size of ov_library_data in bytes. */
extern const size_t ov_library_size;

/** One embedded file. */
struct ov_library_file {
	struct ov_str path;
	struct ov_str bytes;
};

/** The file at `*offset`, which is then moved behind it; false at the end. */
bool ov_library_next(size_t *offset, struct ov_library_file *file);

/** The bytes of the file with this path; empty where there is none. */
struct ov_str ov_library_bytes(struct ov_str path);

#endif
