/*
 * run: what every stage of one run works with. Layer: model.
 *
 * A run has a main thread and workers. What must outlive a stage lies in the run's arena or in
 * a worker's; findings of workers are joined into the run's list at the end of each parallel
 * step, so that they do not depend on who did what.
 */
#ifndef OV_RUN_H
#define OV_RUN_H

#include "base/diag.h"
#include "base/key.h"

/** What belongs to one thread. */
struct ov_worker {
	struct ov_arena arena;   /**< lives as long as the run */
	struct ov_arena scratch; /**< for the item at hand; rewound after each */
	struct ov_key_cache *cache;
	struct ov_diags diags;
};

/** How long a stage took. */
struct ov_stage_time {
	const char *name;
	uint64_t wall; /**< nanoseconds */
	uint64_t cpu;  /**< likewise, of all threads */
};

/** At most this many stages are timed. */
enum { OV_RUN_STAGES = 32 };

/** A run. */
struct ov_run {
	struct ov_arena *arena;
	struct ov_keys *keys;
	struct ov_sources *sources;
	struct ov_diags *diags;
	size_t threads;
	struct ov_worker *workers; /**< one a thread */
	struct ov_stage_time stages[OV_RUN_STAGES];
	size_t stage_count;
	uint64_t stage_start, stage_cpu;
	uint64_t (*clock)(void); /**< nanoseconds; NULL for no times */
	uint64_t (*cpu)(void);   /**< processor time; set where `clock` is */
	/** Told what is being done, for a progress line; NULL when nobody listens. */
	void (*progress)(void *context, const char *stage, size_t done, size_t total);
	void *progress_context;
};

/** Does item `item` with what belongs to the thread. */
typedef void ov_run_fn(
	struct ov_run *run, struct ov_worker *worker, void *context, size_t item);

/** Makes the workers; the other members are the caller's to set first. */
void ov_run_init(struct ov_run *run);

/** Frees the workers and what lies in their arenas. */
void ov_run_release(struct ov_run *run);

/** Does all items on the run's threads and joins the findings. */
void ov_run_each(struct ov_run *run, size_t items, ov_run_fn *fn, void *context);

/** Begins a stage; its time ends when the next one begins, or with a NULL name. */
void ov_run_stage(struct ov_run *run, const char *name);

#endif
