/*
 * api: what an API server says of an object, offline. Layer: schema.
 *
 * A set holds the schemas of the kinds that a cluster serves, in a compact text of lines that
 * are sorted, so that two sets can be compared and merged line by line (api_set.c has the
 * form). It is made from custom resource definitions and OpenAPI documents, opened without
 * being read, and decoded kind by kind on first use. An opened set may be used by many threads.
 *
 * Source: k8s.io/apiextensions-apiserver, pkg/apiserver (structural schemas: pruning,
 * defaulting, list types, validation rules), k8s.io/kube-openapi, pkg/validation (value
 * validation), k8s.io/apimachinery, pkg/api/validation (metadata).
 */
#ifndef OV_API_H
#define OV_API_H

#include "base/diag.h"
#include "base/key.h"
#include "foreign/regex.h"
#include "value/merge.h"
#include "value/value.h"

/** What an import keeps beyond facts. */
enum ov_api_import_flags {
	OV_API_IMPORT_RULES = 1 << 0, /**< validation rules, with their messages */
};

/**
 * Appends the set of what the documents describe: custom resource definitions, OpenAPI of
 * version 2 or 3, lists of such, and tables of facts that OpenAPI does not tell (`kind:
 * ApiFacts`, with `items` of group, kind, version, name, deprecated). Other documents are
 * passed over; that there is nothing else is a finding. The result depends on the documents
 * alone, not on their order. False when there was a finding.
 */
bool ov_api_import(struct ov_arena *arena, struct ov_keys *keys, const struct ov_value *docs,
	size_t count, unsigned flags, struct ov_buf *out, struct ov_diags *diags);

/** Kinds of one release of one product, or of a cluster. */
struct ov_api_set;

struct ov_api_node;

/** One version of a kind; belongs to its set and is never changed. */
struct ov_api_kind {
	struct ov_api_set *set;
	struct ov_str group, kind, version, plural;
	struct ov_str
		warning; /**< what the server says of a deprecated version; may be empty */
	struct ov_str name_rule; /**< which names are allowed: "label", "1035", "path", or "" */
	struct ov_str replicas;  /**< path of the replicas that a scale subresource sets */
	bool cluster_scoped;
	bool served;
	bool storage;
	bool deprecated;
	bool native; /**< decoded into a Go struct: nulls count as absent */
	bool status; /**< what is written under `status` is dropped */
	const struct ov_api_node *root;
};

/**
 * Opens a set; `bytes` and `name` must outlive it. NULL with a finding where the text is not a
 * set. Patterns and rules are compiled with `regexes`.
 */
struct ov_api_set *ov_api_set_open(struct ov_keys *keys, struct ov_regex_cache *regexes,
	struct ov_str name, struct ov_str bytes, struct ov_diags *diags);

/** Frees the set and its kinds; NULL is allowed. */
void ov_api_set_close(struct ov_api_set *set);

/** The name that it was opened with. */
struct ov_str ov_api_set_name(const struct ov_api_set *set);

/** Whether the set describes the kind in any version. */
bool ov_api_set_knows(const struct ov_api_set *set, struct ov_str group, struct ov_str kind);

/**
 * The version of the kind, decoded on first use; NULL where the set does not have it, or, with
 * a finding, where its description is wrong.
 */
const struct ov_api_kind *ov_api_set_find(struct ov_api_set *set, struct ov_str group,
	struct ov_str version, struct ov_str kind, struct ov_diags *diags);

/** Takes a kind and its versions, separated by blanks. */
typedef void ov_api_each_fn(
	void *context, struct ov_str group, struct ov_str kind, struct ov_str versions);

/** Hands on all kinds in order of group and kind, without decoding them. */
void ov_api_set_each(const struct ov_api_set *set, ov_api_each_fn *fn, void *context);

/** Whether the kind has validation rules, which may compare an object with what it replaces. */
bool ov_api_has_rules(const struct ov_api_kind *kind);

/** How objects are judged. */
enum ov_api_flags {
	OV_API_LENIENT = 1 << 0, /**< fields that are not declared are dropped, not findings */
	OV_API_BARE = 1 << 1,    /**< the value is a part of an object: no metadata, no kind */
	OV_API_NO_RULES = 1 << 2,
	/** A namespaced object without namespace gets a warning. */
	OV_API_NAMESPACE = 1 << 3,
	/** Numbers may pass the range of their format, as servers before 1.36 let them. */
	OV_API_WIDE_NUMBERS = 1 << 4,
};

/**
 * Whether the server would take the object. `old` is what it replaces, NULL where it is new:
 * rules that compare with what was before are only asked then. `scratch` is used and given
 * back. Where `diags` is not NULL, each reason is a finding at the offending value, with the
 * subject; without it only the verdict is made.
 *
 * An evaluation may take OV_LIMIT_STEPS steps, all of an object's together
 * OV_LIMIT_API_STEPS: the figures of the server's cost budget, counted in steps of this
 * evaluator.
 */
bool ov_api_validate(const struct ov_api_kind *kind, struct ov_value object,
	const struct ov_value *old, struct ov_arena *scratch, struct ov_diags *diags,
	struct ov_str subject, unsigned flags);

/**
 * Judges the object by each of the sets that know its kind. A kind that no set knows, or a
 * version that one of them does not serve, is a finding.
 */
bool ov_api_check(struct ov_api_set *const *sets, size_t count, struct ov_value object,
	const struct ov_value *old, struct ov_arena *scratch, struct ov_diags *diags,
	struct ov_str subject, unsigned flags);

/**
 * The object as the server stores it: nulls that may not be dropped, defaults filled in. What
 * does not change is shared.
 */
struct ov_value ov_api_default(
	struct ov_arena *arena, const struct ov_api_kind *kind, struct ov_value object);

/** Paths of dropped fields, such as spec.list[1].x; grows in the arena. */
struct ov_api_paths {
	OV_VEC(struct ov_str) list;
};

/**
 * The object without fields that are not declared. `dropped` (may be NULL) is told their paths,
 * in written order. With OV_API_BARE the value is no whole object.
 */
struct ov_value ov_api_prune(struct ov_arena *arena, const struct ov_api_kind *kind,
	struct ov_value object, unsigned flags, struct ov_api_paths *dropped);

/**
 * The key by which entries of the list at the path are merged: its merge key, else the first of
 * its map keys; NULL where there is none or no list.
 */
const struct ov_key *ov_api_list_key(
	const struct ov_api_kind *kind, const struct ov_merge_path *path);

#endif
