/*
 * internal: what the files of make/ share among themselves. Layer: make.
 */
#ifndef OV_MAKE_INTERNAL_H
#define OV_MAKE_INTERNAL_H

#include "expr/host.h"
#include "make/make.h"

struct ov_api_kind;

/** What all units work with. */
struct ov_making {
	struct ov_run *run;
	const struct ov_estate *estate;
	const struct ov_make_options *options;
	struct ov_plan *plan;
	struct ov_map *judges; /**< one a thread: which sets judge objects of a kind */
	struct ov_map *below;  /**< one a thread: what is merged below objects of a kind */
	/** Which patches were taken: those of the estate, then those of each document. */
	size_t *first_patch, patch_count;
	unsigned char *patch_marks;   /**< patch_count for each thread */
	struct ov_policing *policing; /**< policies, NULL where there are none */
	struct ov_passages *passages; /**< removals and moves, NULL where there is nothing */
	const struct ov_cluster
		*first; /**< whose objects may belong to the first steps, or NULL */
	const struct ov_key *key_metadata, *key_name, *key_namespace, *key_api_version,
		*key_kind;
};

/** Lists the tasks. */
void ov_plan_make(struct ov_making *making);

/** Takes an object of a task; `index` counts those that were emitted. */
typedef void ov_object_fn(
	void *context, const struct ov_task *task, size_t index, struct ov_value object);

/**
 * Expands a task, patches and decorates its objects and hands each on. Results lie in the
 * worker's scratch. False with findings where that fails.
 */
bool ov_task_expand(struct ov_making *making, struct ov_worker *worker,
	const struct ov_task *task, ov_object_fn *fn, void *context);

/**
 * Whether the API server of its cluster would take the object. Findings are at the lines of the
 * estate that it was made from.
 */
bool ov_object_verify(struct ov_making *making, struct ov_worker *worker,
	const struct ov_task *task, size_t index, struct ov_value object);

/** Hands on a finding about a rendered object as one about the estate. */
void ov_finding_hand_on(struct ov_making *making, struct ov_worker *worker,
	const struct ov_task *task, const struct ov_origins *origins,
	const struct ov_diag *found);

/** Makes the policies of the estate ready; refused ones are findings. */
void ov_policing_begin(struct ov_making *making);

/** Whether the object keeps the policies of its cluster, but for those that look around. */
bool ov_object_judge(struct ov_making *making, struct ov_worker *worker,
	const struct ov_task *task, size_t index, struct ov_value object);

/** Asks the policies that look around, and frees all of them. */
void ov_policing_end(struct ov_making *making, const struct ov_objects *objects);

/**
 * What the last output has at the path; false where there is no output, nothing at the path, or
 * nothing but `same` (may be NULL).
 */
bool ov_object_before(struct ov_making *making, struct ov_worker *worker, struct ov_str path,
	const struct ov_str *same, struct ov_value *old);

/** Asks the document's rules about what the object replaces; false with findings. */
bool ov_object_compare(struct ov_making *making, struct ov_worker *worker,
	const struct ov_task *task, const struct ov_object *record, struct ov_value object);

/** Path of an object's file. */
struct ov_str ov_object_path(struct ov_making *making, struct ov_arena *arena,
	const struct ov_task *task, struct ov_value object);

/** What the cluster's API says of the object's kind; NULL where it is not known. */
const struct ov_api_kind *ov_object_api(struct ov_making *making, struct ov_worker *worker,
	const struct ov_cluster *cluster, struct ov_value object);

/** An object of a task again, with the origins of its parts. */
struct ov_value ov_task_origins(struct ov_making *making, struct ov_worker *worker,
	const struct ov_task *task, size_t index, struct ov_origins *origins);

/** The object with the patches of its document and of the estate; false with a finding. */
bool ov_patch_apply(struct ov_making *making, struct ov_worker *worker,
	const struct ov_task *task, struct ov_value *object, struct ov_diags *diags);

/** One strategic merge patch; false with a finding. */
bool ov_patch_one(struct ov_making *making, struct ov_worker *worker,
	const struct ov_cluster *cluster, struct ov_value patch, struct ov_value *object,
	struct ov_diags *diags);

/** Makes room to keep in mind which objects removals and moves have met. */
void ov_passages_begin(struct ov_making *making);

/**
 * The object as the phase of a removal, a move or a retired cluster wants it; false with a
 * finding where it should not be there any more.
 */
bool ov_passages_apply(struct ov_making *making, struct ov_worker *worker,
	const struct ov_task *task, struct ov_value *object, struct ov_diags *diags);

/** Adds findings about removals and moves whose objects are not there, but should be. */
void ov_passages_check(struct ov_making *making);

/** Makes room to keep in mind which patches were taken. */
void ov_patches_begin(struct ov_making *making);

/** Adds findings about patches that no object took, or that have expired. */
void ov_patches_check(struct ov_making *making, const struct ov_objects *objects);

/** Finds the cluster whose objects may belong to the first steps. */
void ov_bootstrap_begin(struct ov_making *making);

/** The number of the first step that an object belongs to, or 0. */
size_t ov_bootstrap_step(struct ov_making *making, struct ov_worker *worker,
	const struct ov_task *task, struct ov_value object);

/** Name of an object's file among those of the first steps. */
struct ov_str ov_object_step_name(struct ov_arena *arena, const struct ov_object *object);

/** Fills in the record and the bytes of an object's file. */
bool ov_object_write(struct ov_making *making, struct ov_worker *worker,
	const struct ov_task *task, size_t index, struct ov_value object,
	struct ov_object *out);

#endif
