/*
 * pattern: Kyverno's patterns, operators and kind selectors on YAML: the first document is the
 * pattern, the second the resource.
 */
#include "policy/pattern.h"
#include "fuzz/target.h"
#include "policy/kind_selector.h"
#include "policy/operator.h"

static void match(struct ov_arena *arena, struct ov_keys *keys, struct ov_value pattern,
	struct ov_value resource)
{
	const struct ov_pattern *p = ov_pattern_compile(arena, keys, pattern);
	struct ov_pattern_result r = ov_pattern_match(arena, p, resource);
	struct ov_str message = ov_pattern_message(arena, &r);
	ov_assert((r.verdict == OV_PATTERN_FAIL) ==
		  (r.verdict != OV_PATTERN_SKIP && r.path.len > 0));
	ov_assert((r.verdict == OV_PATTERN_PASS) == (message.len == 0));
	ov_assert(ov_utf8_valid(message, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in;
	struct ov_docs docs = {0};
	input_begin(&in);
	input_read(&in, "fuzz.yaml", ov_str_n((const char *)data, size), &docs);
	if (docs.count >= 2) {
		match(&in.arena, in.keys, docs.items[0], docs.items[1]);
		for (int op = OV_OPERATOR_EQUALS; op <= OV_OPERATOR_NEVER; op++)
			ov_operator_eval((enum ov_operator)op, docs.items[0], docs.items[1],
				&in.arena, in.keys);
		struct ov_kind_selector k = ov_kind_selector_parse(ov_string(docs.items[0]));
		ov_kind_selector_match(&k, OV_STR("apps"), OV_STR("v1"), OV_STR("Deployment"),
			ov_string(docs.items[1]));
	}
	input_end(&in);
	return 0;
}
