/*
 * report: findings in the formats that people and machines read. Layer: report.
 *
 * The lists are sorted and merged already. One file a format.
 */
#ifndef OV_REPORT_H
#define OV_REPORT_H

#include "base/diag.h"
#include "base/key.h"

#include <stdio.h>

/** How findings are printed as text. */
struct ov_report_text {
	bool color;
	size_t most; /**< findings that are printed; the others are counted. 0 for all */
};

/** As `file:line:col: severity: OVnnnn message`, source line, caret, notes and help. */
void ov_report_text(
	FILE *out, const struct ov_diags *diags, const struct ov_report_text *options);

/**
 * One JSON object a line: code, severity, file, line, column, endLine, endColumn, message,
 * title, count, objects, notes. Fields without a value are left out.
 */
void ov_report_json(FILE *out, struct ov_keys *keys, const struct ov_diags *diags);

/** Name of a severity as it is printed: error, warning, note. */
const char *ov_severity_name(enum ov_severity severity);

/** Appends the code as it is printed: OV0102. */
void ov_report_code(struct ov_buf *buf, enum ov_diag_code code);

/** Appends a message, control characters made visible so that they cannot steer a terminal. */
void ov_report_visible(struct ov_buf *buf, struct ov_str s);

#endif
