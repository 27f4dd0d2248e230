/*
 * substitute: variables and references in a policy's document: the first document of YAML is
 * the policy's, the second what expressions are evaluated over.
 */
#include "policy/substitute.h"
#include "foreign/yaml.h"
#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ov_arena arena = {0};
	struct ov_key_cache cache = {0};
	struct ov_keys *keys = ov_keys_new(1);
	struct ov_regex_cache *regex = ov_regex_cache_new(1);
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_docs docs = {0};
	struct ov_queries queries;
	ov_sources_init(&sources, &arena);
	ov_diags_init(&diags, &sources);
	struct ov_reader reader = {&arena, keys, &cache, &diags, NULL};
	reader.source = ov_sources_add(
		&sources, OV_STR("fuzz.yaml"), ov_str_n((const char *)data, size), false);
	ov_yaml_read(&reader, &docs);
	ov_queries_init(&queries, &arena, keys);
	if (docs.count >= 2) {
		struct ov_jmespath_run run = {
			.arena = &arena, .keys = keys, .cache = &cache, .regex = regex};
		struct ov_substitution s = {.run = &run,
			.queries = &queries,
			.root = docs.items[1],
			.current = OV_STR("request.object"),
			.skip = size % 3,
			.deletes = size & 1};
		struct ov_value v = ov_substitute(&s, docs.items[0]);
		ov_assert(ov_is_some(v) == (s.fault == OV_SUBSTITUTION_OK));
		ov_assert(ov_is_some(v) || s.message.len > 0);
	}
	ov_diags_release(&diags);
	ov_regex_cache_free(regex);
	ov_keys_free(keys);
	ov_arena_release(&arena);
	return 0;
}
