/*
 * internal: what the files of the policy engine share among themselves. Layer: policy.
 */
#ifndef OV_POLICY_INTERNAL_H
#define OV_POLICY_INTERNAL_H

#include "base/map.h"
#include "expr/eval.h"
#include "policy/engine.h"
#include "policy/operator.h"
#include "policy/pattern.h"
#include "policy/substitute.h"
#include "schema/api.h"

/** What a rule of kyverno.io does. */
enum ov_rule_kind {
	OV_RULE_PATTERN,
	OV_RULE_ANY_PATTERN,
	OV_RULE_DENY,
	OV_RULE_FOREACH,
	OV_RULE_POD_SECURITY,
	OV_RULE_CEL,
	OV_RULE_IMAGES, /**< verifyImages: what can be told without a registry */
	OV_RULE_NOTHING,
};

/** The first expression that does not compile; no text where all do. */
struct ov_cel_fault {
	struct ov_str text;
	uint32_t loc;
	bool minor; /**< of a message, an annotation or a variable: the verdict may not need it
		     */
};

/** A CEL expression with its text, for findings. */
struct ov_cel {
	struct ov_expr *expr;
	struct ov_str text;
	struct ov_str fault; /**< why it does not compile; then `expr` is NULL */
	size_t slots;
};

/** One validation: an expression and what is said where it is false. */
struct ov_cel_validation {
	struct ov_cel expression, message_expression;
	struct ov_str message;
	uint32_t loc;
};

/** A variable or a match condition. */
struct ov_cel_named {
	struct ov_str name;
	struct ov_cel expression;
	size_t slot; /**< of a variable */
};

/** CEL expressions that belong together: of a policy, or of a rule. */
struct ov_cel_program {
	OV_VEC(struct ov_cel_named) conditions;
	OV_VEC(struct ov_cel_named) variables;
	OV_VEC(struct ov_cel_validation) validations;
	OV_VEC(struct ov_cel_named) annotations;
	size_t slots;
};

/** A rule of kyverno.io, as written or made for a controller of pods. */
struct ov_policy_rule {
	struct ov_str name;
	struct ov_value doc;
	struct ov_value match, exclude;
	struct ov_value context;
	struct ov_value preconditions;
	struct ov_value validate;
	enum ov_rule_kind kind;
	struct ov_cel_program *cel;
};

/** Rules for one kind of resource. */
struct ov_policy_rules {
	OV_VEC(struct ov_policy_rule) list;
};

/** Kinds of resources that run pods, for which rules about pods are rewritten. */
enum ov_controller {
	OV_CONTROLLER_DAEMON_SET,
	OV_CONTROLLER_DEPLOYMENT,
	OV_CONTROLLER_JOB,
	OV_CONTROLLER_STATEFUL_SET,
	OV_CONTROLLER_REPLICA_SET,
	OV_CONTROLLER_REPLICATION_CONTROLLER,
	OV_CONTROLLER_CRON_JOB,
	OV_CONTROLLERS, /**< how many there are; also: none of them */
};

/** Which it is by the kind's name, or OV_CONTROLLERS. */
enum ov_controller ov_controller_of(struct ov_str kind);

/** "apps/v1/Deployment". */
const char *ov_controller_kind(enum ov_controller controller);

/** What the expressions of a policy may use. */
enum ov_cel_language {
	OV_CEL_ADMISSION,  /**< as an API server has it */
	OV_CEL_VALIDATING, /**< with the libraries of policies.kyverno.io */
	OV_CEL_NAMESPACED, /**< likewise; look-ups stay in the policy's namespace */
	OV_CEL_LANGUAGES,  /**< how many there are */
};

/** The family that a policy is of. */
enum ov_policy_family {
	OV_FAMILY_CLASSIC,   /**< kyverno.io */
	OV_FAMILY_CEL,       /**< policies.kyverno.io */
	OV_FAMILY_ADMISSION, /**< admissionregistration.k8s.io */
};

/** Expressions of a policy for certain resources. */
struct ov_cel_variant {
	struct ov_value constraints;
	struct ov_cel_program *program;
};

struct ov_policy {
	struct ov_policy_facts facts;
	enum ov_policy_family family;
	struct ov_value doc, spec;
	bool namespaced;
	bool apply_one;
	bool audits;
	/** Rules as written; and with those rewritten for a controller, where there are some.
	 */
	struct ov_policy_rules rules, generated[OV_CONTROLLERS];
	bool has_generated[OV_CONTROLLERS];
	OV_VEC(struct ov_cel_variant) variants;
	OV_VEC(struct ov_value) bindings;
	OV_VEC(struct ov_value) exceptions;                 /**< of this policy */
	OV_VEC(struct ov_cel_program *) exception_programs; /**< beside them; CEL only */
	bool json;    /**< evaluates what is no Kubernetes object as well */
	bool ignores; /**< failurePolicy: Ignore */
	struct ov_str
		broken; /**< why nothing of it can be evaluated; reported for each match */
};

struct ov_policy_set {
	struct ov_arena *arena;
	struct ov_keys *keys;
	struct ov_key_cache *cache;
	struct ov_regex_cache *regex;
	OV_VEC(struct ov_policy *) policies;
	OV_VEC(struct ov_value) exceptions, bindings;
	OV_VEC(struct ov_api_set *) apis; /**< schemas of policies */
	bool served;                      /**< see ov_policy_set_serve */
	struct ov_sources sources;        /**< empty, for the compilers of expressions */
	struct ov_env *cel[OV_CEL_LANGUAGES];
};

/** What is known of the resource that is asked about. */
struct ov_subject {
	struct ov_value resource;
	struct ov_str group, version, kind, name, name_space;
	struct ov_value labels, annotations;
	struct ov_value namespace_labels; /**< OV_KIND_NONE where nothing is known */
	struct ov_str subresource;
	struct ov_str operation; /**< CREATE, UPDATE, DELETE */
	bool has_user;
};

/** A layer of what variables see: a rule, or an element of a foreach. */
struct ov_frame {
	const struct ov_frame *up;
	struct ov_value root;    /**< the map that expressions are evaluated over */
	struct ov_value entries; /**< context entries of this layer */
	struct ov_value *loaded; /**< their values, OV_KIND_NONE until they are used */
	bool *busy;              /**< being loaded: they see only what stands before them */
};

struct ov_judge {
	const struct ov_policy_set *set;
	const struct ov_policy_world *world;
	struct ov_arena scratch;      /**< for one rule and one resource */
	struct ov_arena *results;     /**< where rows lie */
	struct ov_arena query_memory; /**< compiled expressions */
	struct ov_queries queries;
	struct ov_jmespath_run run;
	struct ov_eval eval;
	struct ov_regex_cache *regex;
	struct ov_subject subject;
	const struct ov_policy *policy;
	const struct ov_policy_rule *rule;
	const struct ov_frame *frame;
	struct ov_value element; /**< what patterns of a foreach are matched with, if any */
	struct ov_value base;    /**< the root without what a values file adds */
	struct ov_map patterns;  /**< compiled ones, by the tree's address */
	struct ov_value images;  /**< of the resource; OV_KIND_NONE until they are asked for */
	/** What exceptions allow of the policy without taking it off: lists, or OV_KIND_NONE.
	 */
	struct ov_value allowed_images, allowed_values;
	struct ov_map kinds; /**< of the world's resources, with where they are */
	bool has_kinds;
	size_t depth;
};

/* autogen.c */

/** The rules of a policy for a controller of pods; false where there are none. */
bool ov_autogen_rules(struct ov_policy_set *set, const struct ov_policy *policy,
	enum ov_controller controller, struct ov_policy_rules *out);

/** Specs of a policy of policies.kyverno.io for controllers of pods, appended to `out`. */
void ov_autogen_specs(struct ov_policy_set *set, struct ov_value spec,
	void (*each)(void *context, struct ov_value spec), void *context);

/* load.c */

/** Fills in a rule from its document; `*fault` is set where an expression of it is wrong. */
void ov_rule_read(struct ov_policy_set *set, struct ov_value doc, struct ov_policy_rule *out,
	struct ov_cel_fault *fault);

/* match.c */

/** Whether a rule is about the resource. */
bool ov_rule_matches(struct ov_judge *judge, const struct ov_policy_rule *rule);

/** Whether the match of an exception holds of the resource: it does not ask for operations. */
bool ov_match_exception(struct ov_judge *judge, struct ov_value match);

/** Whether matchConstraints of a CEL policy are about the resource. */
bool ov_constraints_match(struct ov_judge *judge, struct ov_value constraints);

/** The plural by which the API knows the kind, in small letters. */
struct ov_str ov_plural(struct ov_arena *arena, struct ov_str kind);

/* context.c */

/** The root that variables see for the policy and the resource. */
struct ov_value ov_context_root(struct ov_judge *judge);

/** The root that the variables of the judge's rule see: with its own values. */
struct ov_value ov_rule_root(struct ov_judge *judge);

/** Lets the judge's expressions find context entries. */
void ov_context_begin(struct ov_judge *judge);

/** Pushes a layer with context entries; the caller pops by setting judge->frame back. */
void ov_frame_push(struct ov_judge *judge, struct ov_frame *frame, struct ov_value root,
	struct ov_value entries);

/**
 * Puts what a values file has for the judge's rule in the place of entries that have been
 * worked out; whether there were some.
 */
bool ov_frame_revalue(struct ov_judge *judge, struct ov_frame *frame);

/** The document with its variables replaced; false with why in `*message`. */
bool ov_context_substitute(struct ov_judge *judge, struct ov_value document,
	struct ov_value *out, struct ov_str *message);

/** The value of a JMESPath expression; false with why. */
bool ov_context_query(struct ov_judge *judge, struct ov_str text, struct ov_value *out,
	struct ov_str *message);

/** Sets the value at a dotted path of a map, making maps on the way. */
struct ov_value ov_put_path(
	struct ov_judge *judge, struct ov_value map, struct ov_str path, struct ov_value value);

/** Images of the resource's containers, as the variable `images` has them. */
struct ov_value ov_resource_images(struct ov_judge *judge);

/* entries.c */

/** Whether an entry of a context is worked out here, and no value of a file stands for it. */
bool ov_entry_is_loaded(struct ov_judge *judge, struct ov_value entry);

/** What it stands for; OV_KIND_NONE with the failure in `run`, if there is one. */
struct ov_value ov_entry_load(
	struct ov_judge *judge, struct ov_jmespath_run *run, struct ov_value entry);

/* world.c */

/** The parts of "group/version", or of "version" alone. */
void ov_world_split_version(
	struct ov_str api_version, struct ov_str *group, struct ov_str *version);

/** What a values file says, with a spec around it or without. */
struct ov_value ov_world_values(const struct ov_policy_world *world);

/** Labels of a namespace by the values file; OV_KIND_NONE where it says nothing. */
struct ov_value ov_world_namespace_labels(struct ov_judge *judge, struct ov_str name);

/** Those of the subject's namespace that constraints of the judge's policy select by: of a
 * namespace that nothing is known of, policies.kyverno.io sees the name. */
struct ov_value ov_world_selected_labels(struct ov_judge *judge);

/**
 * The namespace's object, from the values file or what is rendered; where nothing is known,
 * with its name alone, or empty where it is not to be `named`.
 */
struct ov_value ov_world_namespace(struct ov_judge *judge, struct ov_str name, bool named);

/** What a path of the API would answer; false with why. */
bool ov_world_get(struct ov_judge *judge, struct ov_str path, struct ov_value *out,
	struct ov_str *message);

/** An object by its plural, or all of them as a list where `name` is empty. */
struct ov_value ov_world_find(struct ov_judge *judge, struct ov_str group,
	struct ov_str version, struct ov_str plural, struct ov_str name_space,
	struct ov_str name);

/** What the global context entry of that name holds; OV_KIND_NONE where there is none. */
bool ov_world_global(struct ov_judge *judge, struct ov_str name, struct ov_value *entry,
	struct ov_value *out, struct ov_str *why);

/** The value of a JMESPath expression over a value of its own. */
bool ov_context_apply(struct ov_judge *judge, struct ov_str path, struct ov_value over,
	struct ov_value *out, struct ov_str *why);

/* answers.c */

/** The response that a test has for an HTTP call of CEL; OV_KIND_NONE where there is none. */
struct ov_value ov_answer_http(
	const struct ov_policy_world *world, struct ov_str method, struct ov_str url);

/** Whether a test has an answer to the call, or may have one once variables are replaced. */
bool ov_answer_likely(const struct ov_judge *judge, struct ov_value call);

/** The answer of a test to an API call, if it has one; OV_KIND_NONE with why on an error. */
bool ov_answer_get(
	struct ov_judge *judge, struct ov_value call, struct ov_value *out, struct ov_str *why);

/* conditions.c */

/** The pattern of a tree, substituted and compiled; NULL with why in `*message`. */
const struct ov_pattern *ov_judge_pattern(
	struct ov_judge *judge, struct ov_value tree, struct ov_str *message);

/** Whether {any, all}, or a list, of conditions hold; false in `*ok` with why. */
bool ov_conditions_hold(struct ov_judge *judge, struct ov_value conditions,
	struct ov_str *messages, bool *ok, struct ov_str *why);

/* validate.c */

/** Evaluates a rule that matches; false where it gives no row. */
bool ov_rule_validate(
	struct ov_judge *judge, const struct ov_policy_rule *rule, struct ov_policy_row *row);

/* images.c */

/** What can be told of verifyImages without a registry; false where it gives no row. */
bool ov_rule_images(
	struct ov_judge *judge, const struct ov_policy_rule *rule, struct ov_policy_row *row);

/* action.c */

/** Whether an action is "Enforce", in either spelling. */
bool ov_action_enforces(struct ov_value action);

/** Whether a failure of the rule refuses the judge's resource, overrides considered. */
bool ov_rule_enforces(struct ov_judge *judge, const struct ov_policy_rule *rule);

/** Whether the rule, or else its policy, says so for all namespaces. */
bool ov_rule_enforces_anywhere(struct ov_judge *judge, const struct ov_policy_rule *rule);

/** The action of the whole policy, by which the command line counts warnings: that of the first
 * rule that says one. */
bool ov_policy_enforces(struct ov_judge *judge);

/* exception.c */

/** The exceptions that apply to a rule of the judge's policy, joined names in `*names`. */
size_t ov_exceptions_find(struct ov_judge *judge, struct ov_str rule, struct ov_str *names);

/**
 * The same for a rule about pod security: `*controls` is the list of controls that are exempt
 * where all exceptions name some, otherwise none, and the rule is skipped.
 */
size_t ov_exceptions_controls(
	struct ov_judge *judge, struct ov_value *controls, struct ov_str *names);

/**
 * The row of a resource that exceptions free from the judge's CEL policy, or whose exceptions
 * cannot be evaluated; else false, and the judge has what they allow.
 */
bool ov_exceptions_cel(struct ov_judge *judge, struct ov_policy_row *row);

/* binding.c */

/** Parameters of CEL expressions. */
struct ov_params {
	OV_VEC(struct ov_value) list;
};

/** Those among the world's resources that a paramKind and a paramRef mean. */
void ov_params_find(struct ov_judge *judge, struct ov_value kind, struct ov_value ref,
	struct ov_params *out);

/** The row of an admission policy; false where it, or each of its bindings, does not match. */
bool ov_bindings_ask(struct ov_judge *judge, struct ov_policy_row *row);

/* cel.c, cel_judge.c */

/**
 * Compiles the expressions of a spec or of validate.cel; `message` is for validations without
 * one. `*fault` is set where one of them is wrong.
 */
struct ov_cel_program *ov_cel_compile(struct ov_policy_set *set, struct ov_value spec,
	enum ov_cel_language language, struct ov_str message, struct ov_cel_fault *fault);

/** Evaluates those of a ValidatingPolicy. */
void ov_cel_judge(struct ov_judge *judge, const struct ov_cel_program *program,
	struct ov_policy_row *row);

/** Evaluates those of an admission policy, as an API server does. */
void ov_cel_judge_admission(struct ov_judge *judge, const struct ov_cel_program *program,
	struct ov_value params, struct ov_policy_row *row);

/** Evaluates those of validate.cel, likewise; the row names the rule. */
void ov_cel_judge_rule(struct ov_judge *judge, const struct ov_cel_program *program,
	struct ov_value params, struct ov_policy_row *row);

/** Whether all conditions of an exception hold; `*why` where an error keeps that from being
 * known. */
bool ov_cel_conditions(
	struct ov_judge *judge, const struct ov_cel_program *program, struct ov_str *why);

/** The row of a ValidatingPolicy that cannot be evaluated at all. */
void ov_cel_unloaded(struct ov_judge *judge, struct ov_str why, struct ov_policy_row *row);

/** Slots of the variables that every CEL environment of policies has. */
enum {
	OV_CEL_OBJECT,
	OV_CEL_OLD_OBJECT,
	OV_CEL_REQUEST,
	OV_CEL_NAMESPACE_OBJECT,
	OV_CEL_PARAMS,
	OV_CEL_AUTHORIZER,
	OV_CEL_REQUEST_RESOURCE,
	OV_CEL_EXCEPTIONS,
	OV_CEL_RESOURCE,
	OV_CEL_IMAGE,
	OV_CEL_GLOBAL_CONTEXT,
	OV_CEL_HTTP,
	OV_CEL_JSON,
	OV_CEL_YAML,
	OV_CEL_SLOTS,
};

/** The value of a variable that is a library's receiver; OV_KIND_NONE for others. */
struct ov_value ov_cel_library(size_t slot);

/** A row's text in the results' memory. */
OV_PRINTF(2, 3) struct ov_str ov_judge_text(struct ov_judge *judge, const char *fmt, ...);

#endif
