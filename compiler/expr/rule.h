/*
 * rule: asks a rule of a document. Layer: expr.
 */
#ifndef OV_RULE_H
#define OV_RULE_H

#include "expr/host.h"

/**
 * Asks the rule, whose variables the host has, of the instance. False with a finding where it
 * does not hold and is more than a warning.
 */
bool ov_rule_holds(struct ov_estate_host *host, struct ov_worker *worker,
	const struct ov_rule *rule, const struct ov_instance *instance);

#endif
