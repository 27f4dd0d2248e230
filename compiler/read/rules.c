/* rules: asks the rules of the library and the estate. Layer: read. */
#include "expr/rule.h"
#include "read/internal.h"

/* A Cluster lies on itself, so that its rules see what lands there. */
static const struct ov_cluster *place(
	const struct ov_estate *estate, const struct ov_instance *instance)
{
	if (instance->cluster)
		return instance->cluster;
	const struct ov_cluster *own =
		ov_map_ptr(&estate->cluster_by_name, instance->doc->name);
	return own && own->doc == instance->doc ? own : NULL;
}

bool ov_check_rules(struct ov_reading *reading, struct ov_worker *worker,
	const struct ov_instance *instance)
{
	const struct ov_estate *estate = reading->estate;
	const struct ov_kind_info *kind = instance->doc->kind;
	bool ok = true;
	size_t slots = 0;
	for (size_t i = 0; i < kind->rules.count; i++) {
		if (kind->rules.items[i]->slots > slots)
			slots = kind->rules.items[i]->slots;
	}
	struct ov_estate_host host;
	ov_estate_host_init(&host, estate, worker, &worker->scratch, instance,
		place(estate, instance), slots);
	for (size_t i = 0; i < kind->rules.count; i++) {
		struct ov_arena_mark mark = ov_arena_mark(&worker->scratch);
		ok = ov_rule_holds(&host, worker, kind->rules.items[i], instance) && ok;
		ov_arena_rewind(&worker->scratch, mark);
	}
	return ok;
}
