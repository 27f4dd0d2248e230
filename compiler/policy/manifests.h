/*
 * manifests: objects in files and folders that ovec did not make. Layer: policy.
 */
#ifndef OV_MANIFESTS_H
#define OV_MANIFESTS_H

#include "foreign/reader.h"
#include "model/run.h"

/** Objects that were read, and what reads them. */
struct ov_manifests {
	struct ov_arena *arena; /**< gets the texts and the objects */
	struct ov_keys *keys;
	struct ov_key_cache *cache;
	struct ov_sources *sources;
	struct ov_diags *diags;
	struct ov_run
		*run;      /**< whose threads read, and whose arenas get the objects; or NULL */
	bool as_resources; /**< they shall be as ov_policy_resource gives them */
	OV_VEC(struct ov_value) list; /**< in the order in which they are written */
	size_t strangers;             /**< documents that are no objects, left out */
};

/**
 * Reads a file, all YAML and JSON below a folder, or with "-" standard input. Lists are taken
 * apart. False when a finding was added; what could be read is there all the same.
 */
bool ov_manifests_read(struct ov_manifests *manifests, struct ov_str path);

/** The documents of one file, whatever they are; as ov_manifests_read. */
bool ov_manifests_documents(
	struct ov_manifests *manifests, struct ov_str path, struct ov_docs *out);

/** A path as it is shown: "./a/" as "a". */
struct ov_str ov_manifests_path(struct ov_str path);

#endif
