/*
 * identities: no object is made twice on a cluster, and no file is written twice. Layer: close.
 */
#ifndef OV_IDENTITIES_H
#define OV_IDENTITIES_H

#include "model/object.h"
#include "model/run.h"
#include "model/tree.h"

/**
 * Fills `out`, sorted, with a file for each object. False with findings where two objects of a
 * cluster have the same group, kind, namespace and name, two files the
 * same path, or a cluster's folder more than `limit` bytes.
 */
bool ov_identities_close(
	struct ov_run *run, const struct ov_objects *objects, size_t limit, struct ov_out *out);

#endif
