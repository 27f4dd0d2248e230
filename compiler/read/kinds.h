/*
 * kinds: from schemas, templates and rules to what the compiler works with. Layer: read.
 */
#ifndef OV_KINDS_H
#define OV_KINDS_H

#include "read/load.h"

/** Makes the estate's kinds from all schema files. False where a schema is wrong. */
bool ov_kinds_read(struct ov_run *run, const struct ov_files *files, struct ov_estate *estate);

/** The kind of that name, or NULL. */
struct ov_kind_info *ov_kind_find(const struct ov_estate *estate, struct ov_str name);

/** Compiles all template and rule files; every expression is checked. False where one is wrong.
 */
bool ov_templates_read(
	struct ov_run *run, const struct ov_files *files, struct ov_estate *estate);

#endif
