/*
 * make: the second phase, from documents on clusters to files. Layer: make.
 *
 * Work is cut into units of 64 tasks of one cluster. A unit owns nothing but what it
 * leaves behind: the bytes of files, and a small record of each object. plan.c makes the units,
 * expand.c turns documents into objects, patch.c patches them, serialise.c writes them down,
 * bootstrap.c writes some of them a second time, compare.c asks what they change.
 */
#ifndef OV_MAKE_H
#define OV_MAKE_H

#include "expr/template.h"
#include "model/estate.h"
#include "model/object.h"
#include "model/run.h"
#include "model/tree.h"

/** First line of every file that is written. */
#define OV_MARKER "# Rendered by ovec. Edit the estate instead."

/** A template to be expanded for a document, into the folder of a cluster. */
struct ov_task {
	const struct ov_instance *instance;
	const struct ov_template *template_;
	const struct ov_cluster *target;
};

/** All tasks, by cluster, kind, namespace and name. */
struct ov_plan {
	OV_VEC(struct ov_task) tasks;
};

/** What stands where the output will be written, for rules that compare. */
struct ov_before {
	/** Reads a file of the last output into the arena; false where there is none, or none
	 * but `same` (may be NULL). Any thread asks. */
	bool (*read)(struct ov_before *before, struct ov_arena *arena, struct ov_str path,
		const struct ov_str *same, struct ov_str *bytes);
};

/** What the make phase is told. */
struct ov_make_options {
	const struct ov_str
		*clusters; /**< only these clusters' folders; all where it is empty */
	size_t cluster_count;
	struct ov_before *before; /**< NULL where nothing is written */
	int64_t now;              /**< seconds since 1970 */
	struct ov_str today;      /**< YYYY-MM-DD: patches that expired before are errors */
};

/** Expands all documents that are not faulty. Findings are added to the run's list. */
void ov_make(struct ov_run *run, const struct ov_estate *estate,
	const struct ov_make_options *options, struct ov_plan *plan,
	struct ov_objects *objects);

/**
 * Where there are errors: sets `held` for each cluster (by its index) whose folder would lack
 * or hold something wrong. False where that cannot be told, so that all are.
 */
bool ov_hold(struct ov_run *run, const struct ov_estate *estate,
	const struct ov_objects *objects, bool *held);

/**
 * Adds the files of the first steps to `out`: the objects that they apply, and the page that
 * lists them. Nothing where no object belongs to them, or where only some clusters are
 * rendered.
 */
void ov_bootstrap_files(struct ov_run *run, const struct ov_estate *estate,
	const struct ov_make_options *options, const struct ov_objects *objects,
	struct ov_out *out);

/** What a template for every object put below an object. */
struct ov_addition {
	const struct ov_template *template_;
	struct ov_value below;
	struct ov_origins origins;
};

/** An object at each step of its making, in the run's arena. */
struct ov_again {
	struct ov_value expanded; /**< as its template gave it */
	struct ov_value patched;
	struct ov_value object; /**< with what lies below every object, as it is written */
	struct ov_origins
		origins; /**< of all objects of the task; pointers begin with /INDEX */
	OV_VEC(struct ov_addition) additions;
};

/** Makes one object again, with the origins of all its parts, for `ovec explain`. */
void ov_make_again(struct ov_run *run, const struct ov_estate *estate,
	const struct ov_make_options *options, const struct ov_plan *plan,
	const struct ov_object *object, struct ov_again *again);

#endif
