/* pool: work that many threads share. Layer: base. */
#include "base/pool.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdatomic.h>

struct pool {
	ov_pool_fn *fn;
	void *context;
	size_t items;
	size_t batch; /* how many a thread takes at once */
	atomic_size_t next;
};

struct worker {
	struct pool *pool;
	size_t index;
	pthread_t thread;
};

static void *work(void *arg)
{
	struct worker *worker = arg;
	struct pool *pool = worker->pool;
	for (;;) {
		size_t item = atomic_fetch_add(&pool->next, pool->batch);
		size_t end =
			item + pool->batch < pool->items ? item + pool->batch : pool->items;
		if (item >= pool->items)
			return NULL;
		for (; item < end; item++)
			pool->fn(pool->context, item, worker->index);
	}
}

/* Many items are small ones: their neighbours lie together in memory. Few are taken one by one,
 * so that no thread waits long for the last. */
static size_t batch_of(size_t threads, size_t items)
{
	enum { SHARES = 64, MOST = 32 };
	size_t batch = items / (threads * SHARES);
	return batch < 1 ? 1 : batch > MOST ? MOST : batch;
}

void ov_pool_run(size_t threads, size_t items, ov_pool_fn *fn, void *context)
{
	struct pool pool = {.fn = fn, .context = context, .items = items, .batch = 1};
	struct worker workers[OV_LIMIT_THREADS];
	if (threads > OV_LIMIT_THREADS)
		threads = OV_LIMIT_THREADS;
	if (threads > items)
		threads = items;
	if (threads > 1)
		pool.batch = batch_of(threads, items);
	size_t started = 1;
	for (size_t i = 0; i < threads; i++)
		workers[i] = (struct worker){.pool = &pool, .index = i};
	workers[0] = (struct worker){.pool = &pool};
	/* A thread that cannot be had leaves its share to the others. */
	while (started < threads &&
		pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0)
		started++;
	work(&workers[0]);
	for (size_t i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
}
