/*
 * check: what the reference refuses in a policy, but for its expressions of CEL. Layer: policy.
 *
 * Follows pkg/validation/policy and api/kyverno/v1 of Kyverno v1.19, as far as they say no
 * without a cluster at hand: check.c looks at the policy and its rules, check_admission.c at
 * those of API servers, the other files at a part of a rule each.
 */
#ifndef OV_POLICY_CHECK_H
#define OV_POLICY_CHECK_H

#include "policy/engine.h"

/** A policy that is being checked. */
struct ov_checking {
	struct ov_policy_set *set;
	struct ov_arena *scratch; /**< of this policy's check */
	struct ov_diags *diags;
	struct ov_value policy, spec;
	struct ov_str name;
	bool background; /**< it also judges what stands in the cluster */
	bool namespaced; /**< it is for one namespace */
	bool ok;
	size_t steps; /**< of comparisons that grow with the square of a list */
};

/** Whether the policy can be used; otherwise findings (OV_DIAG_POLICY) at its lines. */
bool ov_policy_check(
	struct ov_policy_set *set, struct ov_value document, struct ov_diags *diags);

/**
 * Whether a rule that was made for a controller of pods still judges, and its variables are
 * still there, as those of the document's own rules are.
 */
bool ov_policy_check_made(struct ov_policy_set *set, struct ov_value document,
	struct ov_value rule, struct ov_diags *diags);

/** All of a ValidatingAdmissionPolicy but its expressions. */
void ov_check_admission(struct ov_checking *c);

/** The selectors of a policy's matchConstraints. */
void ov_check_constraints(struct ov_checking *c);

/** Whom a rule is for: kinds, wildcards, what match and exclude say together. */
void ov_check_match(struct ov_checking *c, struct ov_value rule);

/** How a rule judges: conditions, patterns, foreach, podSecurity, cel. */
void ov_check_judgement(struct ov_checking *c, struct ov_value rule);

/** Rules that verify images, or change or make objects. */
void ov_check_images(struct ov_checking *c, struct ov_value rule);
void ov_check_mutate(struct ov_checking *c, struct ov_value rule);
void ov_check_generate(struct ov_checking *c, struct ov_value rule);

/** Entries of a rule's context. */
void ov_check_context(struct ov_checking *c, struct ov_value rule);

/** Variables of a rule that nothing defines, or that stand where none may. */
void ov_check_variables(struct ov_checking *c, struct ov_value rule);

/** Variables that tell who asks, in all of the policy. */
void ov_check_users(struct ov_checking *c);

/** Conditions of verifyImages and of nested lists: their operators. */
void ov_check_operators(struct ov_checking *c, struct ov_value conditions);

/** Labels and annotations of a pattern, which are strings. */
void ov_check_tags(struct ov_checking *c, struct ov_value pattern);

/** Says why the policy cannot be used, at a value or, where that has no place, at another. */
OV_PRINTF(4, 5)
void ov_check_refuse(struct ov_checking *c, struct ov_value at, struct ov_value otherwise,
	const char *fmt, ...);

/** Whether the regular expression (RE2) is somewhere in the text. */
bool ov_check_finds(struct ov_checking *c, const char *regex, struct ov_str text);

/** The text without all bytes of this value. */
struct ov_str ov_check_without(struct ov_checking *c, struct ov_str text, char byte);

/** The first string or key of a tree in which the expression is; OV_KIND_NONE without one. */
struct ov_value ov_check_find(struct ov_checking *c, const char *regex, struct ov_value tree);

/** Counts such a comparison; false, with a finding, where the policy asks for too many. */
bool ov_check_spend(struct ov_checking *c, struct ov_value at);

/** Whether a field is there and not null. */
bool ov_check_has(struct ov_value map, const char *key);

#endif
