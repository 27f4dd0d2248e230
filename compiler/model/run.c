/* run: what every stage of one run works with. Layer: model. */
#include "model/run.h"

#include "base/limits.h"
#include "base/pool.h"

void ov_run_init(struct ov_run *run)
{
	if (!run->threads)
		run->threads = 1;
	if (run->threads > OV_LIMIT_THREADS)
		run->threads = OV_LIMIT_THREADS;
	run->workers = ov_xmalloc(run->threads * sizeof(*run->workers));
	memset(run->workers, 0, run->threads * sizeof(*run->workers));
	for (size_t i = 0; i < run->threads; i++) {
		struct ov_worker *worker = &run->workers[i];
		ov_diags_init(&worker->diags, run->sources);
		worker->cache = ov_xmalloc(sizeof(*worker->cache));
		memset(worker->cache, 0, sizeof(*worker->cache));
	}
}

void ov_run_release(struct ov_run *run)
{
	for (size_t i = 0; run->workers && i < run->threads; i++) {
		struct ov_worker *worker = &run->workers[i];
		ov_diags_release(&worker->diags);
		ov_arena_release(&worker->arena);
		ov_arena_release(&worker->scratch);
		free(worker->cache);
	}
	free(run->workers);
	run->workers = NULL;
}

struct task {
	struct ov_run *run;
	ov_run_fn *fn;
	void *context;
};

static void work(void *context, size_t item, size_t index)
{
	struct task *task = context;
	struct ov_worker *worker = &task->run->workers[index];
	struct ov_arena_mark mark = ov_arena_mark(&worker->scratch);
	task->fn(task->run, worker, task->context, item);
	ov_arena_rewind(&worker->scratch, mark);
}

void ov_run_each(struct ov_run *run, size_t items, ov_run_fn *fn, void *context)
{
	struct task task = {run, fn, context};
	ov_pool_run(run->threads, items, work, &task);
	for (size_t i = 0; i < run->threads; i++) {
		ov_diags_join(run->diags, &run->workers[i].diags);
		ov_diags_release(&run->workers[i].diags);
	}
}

void ov_run_stage(struct ov_run *run, const char *name)
{
	if (!run->clock)
		return;
	uint64_t now = run->clock(), cpu = run->cpu();
	if (run->stage_count && run->stage_start) {
		struct ov_stage_time *last = &run->stages[run->stage_count - 1];
		last->wall = now - run->stage_start;
		last->cpu = cpu - run->stage_cpu;
	}
	run->stage_start = name ? now : 0;
	run->stage_cpu = cpu;
	if (name && run->stage_count < OV_RUN_STAGES)
		run->stages[run->stage_count++] = (struct ov_stage_time){.name = name};
	if (name && run->progress)
		run->progress(run->progress_context, name, 0, 0);
}
