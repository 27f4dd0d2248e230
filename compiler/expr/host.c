/* host: lets expressions ask for the documents of an estate. Layer: expr. */
#include "expr/host.h"

static struct ov_value document(struct ov_host *base, struct ov_str kind, struct ov_str name)
{
	struct ov_estate_host *host = (struct ov_estate_host *)base;
	const struct ov_instance *found = ov_estate_find(
		host->estate, host->cluster, host->scratch, kind, name, host->name_space, NULL);
	return found ? found->value : (struct ov_value){0};
}

static struct ov_value documents(
	struct ov_host *base, struct ov_arena *arena, struct ov_str kind)
{
	(void)arena;
	struct ov_estate_host *host = (struct ov_estate_host *)base;
	const struct ov_instance_list *list = ov_map_ptr(&host->estate->by_kind, kind);
	if (!list && host->cluster)
		list = ov_map_ptr(&host->cluster->by_kind, kind);
	return list ? list->values : ov_value_list(NULL, 0);
}

static struct ov_value policy(
	struct ov_host *base, struct ov_arena *arena, struct ov_str name, struct ov_value spec)
{
	return ov_estate_policy(((struct ov_estate_host *)base)->estate, arena, name, spec);
}

void ov_estate_host_init(struct ov_estate_host *host, const struct ov_estate *estate,
	struct ov_worker *worker, struct ov_arena *arena, const struct ov_instance *instance,
	const struct ov_cluster *target, size_t slots)
{
	const struct ov_cluster *cluster = instance->cluster ? instance->cluster : target;
	*host = (struct ov_estate_host){
		.host = {.document = document, .documents = documents, .policy = policy},
		.eval = {.arena = arena,
			.keys = estate->keys,
			.cache = worker->cache,
			.regex = estate->regexes},
		.estate = estate,
		.cluster = cluster,
		.name_space = instance->name_space,
		.scratch = &worker->scratch,
	};
	host->host.cluster = cluster ? cluster->value : (struct ov_value){0};
	host->eval.host = &host->host;
	if (slots < OV_SLOT_COUNT)
		slots = OV_SLOT_COUNT;
	struct ov_value *values = ov_new_array(&worker->scratch, struct ov_value, slots);
	values[OV_SLOT_SELF] = instance->value;
	values[OV_SLOT_CLUSTER] = host->host.cluster;
	values[OV_SLOT_TARGET] = target ? target->value : host->host.cluster;
	values[OV_SLOT_ESTATE] = estate->value;
	host->eval.slots = values;
}
