/*
 * engine: Kyverno policies, compiled once and asked of many resources. Layer: policy.
 *
 * Follows the command line of Kyverno v1.19 (`kyverno apply`): ClusterPolicy and Policy of
 * kyverno.io, ValidatingPolicy of policies.kyverno.io, ValidatingAdmissionPolicy, and
 * exceptions of both groups. Rules that change, make or delete resources are counted and not
 * evaluated. A set is filled, sealed, and from then on only read, by any number of threads,
 * each with a judge of its own.
 */
#ifndef OV_POLICY_ENGINE_H
#define OV_POLICY_ENGINE_H

#include "base/diag.h"
#include "base/key.h"
#include "foreign/regex.h"
#include "schema/api.h"
#include "value/value.h"

/** Compiled policies and exceptions. */
struct ov_policy_set;

/** One policy. */
struct ov_policy;

/** What came of a rule. */
enum ov_policy_status {
	OV_POLICY_PASS,
	OV_POLICY_FAIL,
	OV_POLICY_WARN,  /**< a failure that the policy only audits; on request */
	OV_POLICY_ERROR, /**< it could not be evaluated */
	OV_POLICY_SKIP,  /**< it does not apply: a precondition, a condition, an exception */
};

/** A row of the result; no row means that the rule is not about the resource. */
struct ov_policy_row {
	const struct ov_policy *policy;
	struct ov_str rule; /**< empty for policies without named rules */
	enum ov_policy_status status;
	struct ov_str message;   /**< as the reference words it */
	struct ov_str path;      /**< where in the resource, "/spec/replicas/"; may be empty */
	struct ov_str exception; /**< name of the exception that applied; may be empty */
	bool enforced;           /**< a cluster would refuse the resource, not only report it */
};

/** What stands around the resources. All of it may be left out. */
struct ov_policy_world {
	struct ov_value values;           /**< document of a values file */
	struct ov_value user;             /**< document of a user info file */
	const struct ov_value *resources; /**< what API calls and look-ups find */
	size_t resource_count;
	/** Parameters of admission policies, as tests list them; NULL: they are among
	 * `resources`. */
	const struct ov_value *params;
	size_t param_count;
	bool answers; /**< API calls are answered from `resources`, whatever values say */
	struct ov_value calls;    /**< answers to calls, as tests list them: apiCallResponses */
	struct ov_value globals;  /**< global context entries with their resources, likewise */
	struct ov_value contexts; /**< document of kind Context: resources, images */
	struct ov_str operation;  /**< CREATE, UPDATE or DELETE, whatever values say */
	int64_t now;              /**< seconds since 1970 */
	bool has_namespaces;      /**< labels of namespaces are those of `resources` */
	bool audit_warns;         /**< failures of policies that audit are OV_POLICY_WARN */
};

/** Facts of a policy that reports name. */
struct ov_policy_facts {
	struct ov_str name, name_space, kind;
	struct ov_str title, category, severity,
		subject;  /**< of its annotations; may be empty */
	bool unscored;    /**< its failures are only warnings */
	uint32_t loc;     /**< of its metadata.name */
	size_t rules;     /**< that are evaluated */
	size_t unchecked; /**< that are not: they change, make or delete resources */
};

/** Makes an empty set whose memory comes from `arena`. */
struct ov_policy_set *ov_policy_set_new(
	struct ov_arena *arena, struct ov_keys *keys, struct ov_key_cache *cache);

/** Frees what the set holds outside of the arena. */
void ov_policy_set_free(struct ov_policy_set *set);

/**
 * From now on documents are also held to the schemas of this set, besides those of others,
 * which must outlive the adding: unknown fields, types, values. The sets of the library that
 * describe policies are OV_POLICY_APIS and OV_ADMISSION_APIS.
 */
void ov_policy_set_apis(
	struct ov_policy_set *set, struct ov_api_set *const *apis, size_t count);

/**
 * From now on documents are those of clusters: what an API server refuses in a
 * ValidatingAdmissionPolicy is refused, also where the command line of Kyverno does not look.
 */
void ov_policy_set_serve(struct ov_policy_set *set);

/** Names of the library's sets that describe policies. */
#define OV_POLICY_APIS    "kyverno-1.19"
#define OV_ADMISSION_APIS "kubernetes-1.35"

/** Whether a document is one that ov_policy_set_add takes: a policy, a binding, an exception.
 */
bool ov_policy_is(struct ov_value document);

/**
 * Adds a document. False with a finding (OV_DIAG_POLICY) where the reference would refuse it;
 * the set is as before then. Its values must outlive the set.
 */
bool ov_policy_set_add(
	struct ov_policy_set *set, struct ov_value document, struct ov_diags *diags);

/** Makes the set ready to be asked. */
void ov_policy_set_seal(struct ov_policy_set *set);

/** The policies in the order in which they were added. */
size_t ov_policy_count(const struct ov_policy_set *set);
const struct ov_policy *ov_policy_at(const struct ov_policy_set *set, size_t i);

/** What reports say of a policy. */
const struct ov_policy_facts *ov_policy_facts(const struct ov_policy *policy);

/** Whether what the policy says may depend on other objects than the one it is asked about. */
bool ov_policy_looks_around(struct ov_value document);

/** Whether the document says something of policies: a binding, an exception. */
bool ov_policy_accompanies(struct ov_value document);

/** What one thread evaluates with. */
struct ov_judge;

/** Makes a judge; `world` must outlive it. Rows lie in the arena that is given for each. */
struct ov_judge *ov_judge_new(const struct ov_policy_set *set,
	const struct ov_policy_world *world, struct ov_key_cache *cache);

/** Frees the judge. */
void ov_judge_free(struct ov_judge *judge);

/** Takes a row; its strings live as long as the arena that ov_judge_ask was given. */
typedef void ov_policy_row_fn(void *context, const struct ov_policy_row *row);

/**
 * Asks all policies of a resource, in their order. The resource is a whole object, with its
 * namespace as ov_policy_resource gives it.
 */
void ov_judge_ask(struct ov_judge *judge, struct ov_arena *arena, struct ov_value resource,
	ov_policy_row_fn *fn, void *context);

/**
 * A resource as the reference reads it from a file: a namespace where the kind has one, and
 * empty maps for some that are null.
 */
struct ov_value ov_policy_resource(
	struct ov_arena *arena, struct ov_keys *keys, struct ov_value resource);

/** "pass", "fail", "warn", "error" or "skip". */
const char *ov_policy_status_name(enum ov_policy_status status);

#endif
