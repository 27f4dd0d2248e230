/*
 * suites: conformance suites of other projects, each case through the compiler's own modules.
 *
 * The suites lie outside of the repository; who has them gives their folder.
 */
#ifndef OV_SUITES_H
#define OV_SUITES_H

#include "base/str.h"

/** How a case ended. */
enum ov_suite_outcome {
	OV_SUITE_PASS,
	OV_SUITE_FAIL,
	OV_SUITE_SKIP, /**< it asks for something that the language here leaves out */
};

/** Told of every case: its file, its name there, how it ended and, unless it passed, why. */
typedef void ov_suite_fn(void *context, struct ov_str file, struct ov_str id,
	enum ov_suite_outcome outcome, struct ov_str why);

/**
 * Runs the cases of cel-spec (tests/simple, in neutral form) in the files below
 * `dir`/cel/`part`. False where the folder cannot be read.
 */
bool ov_suite_cel(const char *dir, const char *part, ov_suite_fn *result, void *context);

/** Runs the cases of Kubernetes' CEL libraries in `dir`/k8s-cel/`part`, likewise. */
bool ov_suite_k8s_cel(const char *dir, const char *part, ov_suite_fn *result, void *context);

/** Runs the JSON-Schema-Test-Suite, draft 2020-12, in `dir`/json-schema/`part`, likewise. */
bool ov_suite_json_schema(
	const char *dir, const char *part, ov_suite_fn *result, void *context);

/** Runs the yaml-test-suite in `dir`/yaml/`part`, likewise. */
bool ov_suite_yaml(const char *dir, const char *part, ov_suite_fn *result, void *context);

/**
 * Compares with the answers of Kubernetes' YAML library in `dir`/yaml/kubernetes-scalars.txt,
 * which belong to every part.
 */
bool ov_suite_yaml_scalars(
	const char *dir, const char *part, ov_suite_fn *result, void *context);

/** Runs Kubernetes' tables for custom resources in `dir`/crd/`part`, likewise. */
bool ov_suite_crd(const char *dir, const char *part, ov_suite_fn *result, void *context);

/** Runs the compliance tests of JMESPath in `dir`/jmespath/`part`, likewise. */
bool ov_suite_jmespath(const char *dir, const char *part, ov_suite_fn *result, void *context);

/** Runs what functions of Kyverno gave, in `dir`/kyverno-units/`part`, likewise. */
bool ov_suite_kyverno_units(
	const char *dir, const char *part, ov_suite_fn *result, void *context);

/**
 * Compares with the rows that Kyverno's command line gave for suites of policies, in
 * `dir`/kyverno/`part`; what changes or makes resources is skipped.
 */
bool ov_suite_kyverno(const char *dir, const char *part, ov_suite_fn *result, void *context);

/** Runs Kyverno's own tests as its command line does, in `dir`/kyverno-cli/`part`, likewise. */
bool ov_suite_kyverno_cli(
	const char *dir, const char *part, ov_suite_fn *result, void *context);

#endif
