/*
 * policy: the engine of policies on YAML: policies, exceptions, bindings, a document of kind
 * Context, and resources that all of them are asked about.
 */
#include "fuzz/target.h"
#include "policy/engine.h"

static void look(void *context, const struct ov_policy_row *row)
{
	size_t *rows = context;
	(*rows)++;
	ov_assert(ov_policy_facts(row->policy) != NULL);
	ov_assert(ov_policy_status_name(row->status) != NULL);
	ov_assert(row->message.len == 0 || row->message.ptr != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in;
	struct ov_docs docs = {0};
	struct ov_policy_world world = {.now = 1700000000};
	size_t count = 0, rows = 0;
	input_begin(&in);
	input_read(&in, "fuzz.yaml", ov_str_n((const char *)data, size), &docs);
	struct ov_policy_set *set = ov_policy_set_new(&in.arena, in.keys, &in.cache);
	if (size & 4)
		ov_policy_set_serve(set);
	struct ov_value *resources = ov_new_array(&in.arena, struct ov_value, docs.count + 1);
	for (size_t i = 0; i < docs.count; i++) {
		struct ov_value doc = docs.items[i];
		if (ov_policy_is(doc))
			ov_policy_set_add(set, doc, &in.diags);
		else if (ov_string_is(ov_get(doc, "kind"), "Context"))
			world.contexts = doc;
		else if (ov_string_is(ov_get(doc, "kind"), "Values"))
			world.values = doc;
		else if (ov_is_map(doc))
			resources[count++] = ov_policy_resource(&in.arena, in.keys, doc);
	}
	ov_policy_set_seal(set);
	world.resources = resources;
	world.resource_count = count;
	world.answers = size & 1;
	world.has_namespaces = size & 2;
	struct ov_judge *judge = ov_judge_new(set, &world, &in.cache);
	for (size_t i = 0; i < count && i < 4; i++)
		ov_judge_ask(judge, &in.arena, resources[i], look, &rows);
	ov_judge_free(judge);
	ov_policy_set_free(set);
	input_end(&in);
	return 0;
}
