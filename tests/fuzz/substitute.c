/*
 * substitute: variables and references in a policy's document: the first document of YAML is
 * the policy's, the second what expressions are evaluated over.
 */
#include "policy/substitute.h"
#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in;
	struct ov_regex_cache *regex = ov_regex_cache_new(1);
	struct ov_docs docs = {0};
	struct ov_queries queries;
	input_begin(&in);
	input_read(&in, "fuzz.yaml", ov_str_n((const char *)data, size), &docs);
	ov_queries_init(&queries, &in.arena, in.keys);
	if (docs.count >= 2) {
		struct ov_jmespath_run run = {.arena = &in.arena,
			.keys = in.keys,
			.cache = &in.cache,
			.regex = regex};
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
	ov_regex_cache_free(regex);
	input_end(&in);
	return 0;
}
