/*
 * apis: which kinds each cluster serves. Layer: read.
 */
#ifndef OV_APIS_H
#define OV_APIS_H

#include "read/load.h"

/**
 * Opens the sets of the library and of the estate that clusters name in spec.platform.apis, and
 * gives each cluster its own. An unknown set is a finding.
 */
void ov_apis_bind(struct ov_run *run, const struct ov_files *files, struct ov_estate *estate);

/** Closes the sets of an estate. */
void ov_apis_close(struct ov_estate *estate);

#endif
