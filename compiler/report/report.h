/*
 * report: findings and results in the formats that people and machines read. Layer: report.
 *
 * Lists of findings are sorted and merged already, results are in the order in which they are
 * printed. One file a format.
 */
#ifndef OV_REPORT_H
#define OV_REPORT_H

#include "base/diag.h"
#include "base/key.h"
#include "policy/engine.h"

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

/** What came of one rule for one object, or of one check of a test. */
struct ov_result {
	struct ov_str policy;
	struct ov_str rule; /**< may be empty */
	enum ov_policy_status status;
	bool unscored; /**< the policy only warns */
	struct ov_str message;
	struct ov_str api_version, kind, name_space, name; /**< of the object */
	struct ov_str title, category, severity;           /**< of the policy; may be empty */
	struct ov_str exception;                           /**< that applied; may be empty */
	struct ov_str reason;  /**< of a check: why it ended so, in a few words */
	struct ov_str suite;   /**< what a test report files it under */
	struct ov_span span;   /**< of the value concerned, or of the check */
	struct ov_span origin; /**< of the policy */
};

/** Results, and what reports say of the whole run. */
struct ov_results {
	const struct ov_result *items;
	size_t count;
	struct ov_keys *keys;
	const struct ov_diags *diags; /**< findings about the input, and the sources */
	struct ov_str version;        /**< of the program */
	int64_t now;                  /**< seconds since 1970 */
};

/** How many results have the status. */
size_t ov_results_count(const struct ov_results *results, enum ov_policy_status status);

/**
 * One JSON object a line: code and severity as findings have them, result, policy, rule,
 * message, the object, file, line, column. Fields without a value are left out.
 */
void ov_report_results(FILE *out, const struct ov_results *results);

/**
 * SARIF 2.1.0, as code hosts show it beside the lines of a change: what failed, warned or ended
 * in an error; findings about the input are notifications.
 */
void ov_report_sarif(FILE *out, const struct ov_results *results);

/** JUnit's XML, as runners of tests show it: a test case a result. */
void ov_report_junit(FILE *out, const struct ov_results *results);

/** A ClusterReport of openreports.io in YAML, as the reference prints one. */
void ov_report_policy_report(FILE *out, const struct ov_results *results);

/** The finding that a result is, or OV_DIAG_NONE. */
enum ov_diag_code ov_result_code(const struct ov_result *result);

/** The object as people name it, "Pod/default/web", in the arena. */
struct ov_str ov_result_object(struct ov_arena *arena, const struct ov_result *result);

/** Name of a severity as it is printed: error, warning, note. */
const char *ov_severity_name(enum ov_severity severity);

/** Appends the code as it is printed: OV0102. */
void ov_report_code(struct ov_buf *buf, enum ov_diag_code code);

/** Appends a message, control characters made visible so that they cannot steer a terminal. */
void ov_report_visible(struct ov_buf *buf, struct ov_str s);

#endif
