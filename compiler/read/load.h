/*
 * load: from a folder, the Git index or a commit to parsed documents. Layer: read.
 */
#ifndef OV_LOAD_H
#define OV_LOAD_H

#include "foreign/reader.h"
#include "read/read.h"

/** What part of a library or estate a file belongs to, by the first folder of its path. */
enum ov_file_role {
	OV_FILE_DOCUMENTS, /**< the estate's documents, profiles among them */
	OV_FILE_SCHEMA,    /**< schemas/ */
	OV_FILE_TEMPLATE,  /**< templates/ */
	OV_FILE_POLICY,    /**< policies/ */
	OV_FILE_API,       /**< a .set: what clusters serve; not parsed here */
};

/** A parsed file. */
struct ov_file {
	struct ov_str path; /**< relative to the library or estate */
	enum ov_file_role role;
	const struct ov_source *source;
	bool library;
	bool broken; /**< it had findings when it was parsed */
	struct ov_docs docs;
};

/** All files: the library's in path order, then the estate's. */
struct ov_files {
	OV_VEC(struct ov_file) list;
	size_t estate_files;
};

/** Gathers and parses. False where the estate could not be reached at all. */
bool ov_load(struct ov_run *run, const struct ov_read_options *options,
	struct ov_read_result *result, struct ov_files *files);

/**
 * Reads only the schemas of the library and of the estate, for `ovec schema`; without a root
 * those of the library.
 */
bool ov_read_kinds(struct ov_run *run, const struct ov_read_options *options,
	struct ov_read_result *result, struct ov_files *files);

/** A file's path as findings show it, with the folder that was named on the command line. */
struct ov_str ov_shown_path(struct ov_arena *arena, struct ov_str root, struct ov_str path);

#endif
