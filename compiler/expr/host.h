/*
 * host: lets expressions ask for the documents of an estate. Layer: expr.
 */
#ifndef OV_HOST_H
#define OV_HOST_H

#include "expr/template.h"
#include "model/estate.h"
#include "model/run.h"

/** An evaluator for one thread, and whose documents it sees. */
struct ov_estate_host {
	struct ov_host host; /**< first, so that it can be found from the evaluator's host */
	struct ov_eval eval;
	const struct ov_estate *estate;
	const struct ov_cluster *cluster;
	struct ov_str name_space;
	struct ov_arena *scratch;
};

/**
 * Begins to evaluate with `slots` variables: `self` is the instance's document, `cluster` where
 * it is placed, `target` the cluster that receives objects. Results lie in `arena`, the rest in
 * `scratch`. Where the document is not placed, `cluster` is the target too.
 */
void ov_estate_host_init(struct ov_estate_host *host, const struct ov_estate *estate,
	struct ov_worker *worker, struct ov_arena *arena, const struct ov_instance *instance,
	const struct ov_cluster *target, size_t slots);

#endif
