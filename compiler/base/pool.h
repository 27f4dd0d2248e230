/*
 * pool: work that many threads share. Layer: base.
 *
 * Work is a count of independent items. Which thread does which item is not determined, so
 * results are to be kept by item and joined in item order.
 */
#ifndef OV_POOL_H
#define OV_POOL_H

#include "base/base.h"

/** Does item `item` on worker `worker` (0 … threads-1), for ov_pool_run. */
typedef void ov_pool_fn(void *context, size_t item, size_t worker);

/** Does all items on up to `threads` threads, the caller's among them, and waits for the end.
 */
void ov_pool_run(size_t threads, size_t items, ov_pool_fn *fn, void *context);

#endif
