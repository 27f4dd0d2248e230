/*
 * suite: tests of policies, in the files that the reference's `test` command reads. Layer:
 * policy.
 *
 * A suite names policies, resources and what is known of the world, and lists results. Each of
 * them and each resource that it selects make a check; more than one where several rules
 * answer. What changes, makes or deletes resources, or asks registries, is not checked.
 */
#ifndef OV_SUITE_H
#define OV_SUITE_H

#include "policy/engine.h"
#include "policy/manifests.h"

/** How a check ended. */
enum ov_check_outcome {
	OV_CHECK_OK,
	OV_CHECK_MISMATCH,  /**< another result came out */
	OV_CHECK_NOT_FOUND, /**< there is no such policy or resource */
	OV_CHECK_EXCLUDED,  /**< no rule gave a result, which the reference takes for right */
	OV_CHECK_INVALID,   /**< the policy is refused, likewise */
	OV_CHECK_UNCHECKED, /**< not evaluated here */
};

/** A check. */
struct ov_check {
	enum ov_check_outcome outcome;
	struct ov_str policy,
		rule; /**< as the test names them; the rule that answered, if one */
	struct ov_str api_version, kind, name_space, name; /**< of the resource */
	struct ov_str wanted;                              /**< result that the test expects */
	struct ov_str got;     /**< result of the rule, if one answered */
	struct ov_str message; /**< of the rule */
	uint32_t loc;          /**< of the result in the test's file */
};

/** A resource of a suite, or a file that stands for one. */
struct ov_suite_subject {
	struct ov_value value;
	struct ov_str payload; /**< name of a JSON file; empty for resources */
};

/** A suite with all that it names. */
struct ov_suite {
	struct ov_value test; /**< the document */
	struct ov_str path;   /**< of its file */
	OV_VEC(struct ov_value) policies, exceptions;
	OV_VEC(struct ov_suite_subject) subjects;
	OV_VEC(struct ov_value) params; /**< of admission policies */
	OV_VEC(struct ov_value) around; /**< what look-ups find beside the subjects */
	struct ov_policy_world world;
	struct ov_api_set *const *apis; /**< schemas that policies are held to */
	size_t api_count;
	bool broken; /**< something could not be read; it cannot be run */
};

/** The name of the files that hold suites. */
#define OV_SUITE_FILE "kyverno-test.yaml"

/** Whether a document of such a file is a suite; otherwise with a finding. */
bool ov_suite_is(struct ov_value document, struct ov_diags *diags);

/** Reads what the suite in the file `path` names. Findings tell what is not as it must be. */
void ov_suite_read(struct ov_manifests *reader, struct ov_str path, struct ov_value test,
	int64_t now, struct ov_suite *out);

/** Takes a check; its texts live as long as the arena that ov_suite_run was given. */
typedef void ov_check_fn(void *context, const struct ov_check *check);

/** Runs the suite and hands on its checks in the order of its results. */
void ov_suite_run(const struct ov_suite *suite, struct ov_arena *arena, struct ov_keys *keys,
	struct ov_key_cache *cache, struct ov_diags *diags, ov_check_fn *fn, void *context);

#endif
