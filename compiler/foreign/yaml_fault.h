/*
 * yaml_fault: what a syntax error of libyaml's means to the person who wrote the text.
 * Layer: foreign.
 */
#ifndef OV_YAML_FAULT_H
#define OV_YAML_FAULT_H

#include "foreign/reader.h"

/** A syntax error in libyaml's own terms; offsets are bytes of the source. */
struct ov_yaml_fault {
	const char *problem; /**< NULL where libyaml gives none */
	const char *context; /**< likewise: "while parsing a block mapping" */
	size_t at;           /**< where the reader gave up */
	size_t context_at;   /**< where that began which `context` names, else `at` */
};

/** Adds the finding: OV_DIAG_TAB_INDENT where a tab is to blame, else OV_DIAG_YAML_SYNTAX. */
void ov_yaml_explain(const struct ov_reader *reader, const struct ov_yaml_fault *fault);

#endif
