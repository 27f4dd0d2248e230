/* jmespath_random: random() of policies. Layer: expr. */
#include "base/hash.h"
#include "expr/jmespath_node.h"
#include "expr/random.h"

/* The seed is of the expression, its argument and how often it was asked for. */
static struct ov_value draw_text(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str pattern = ov_string(a[0]);
	struct ov_buf out = {0};
	if (!pattern.len)
		return ov_jp_fail(run, at, OV_JMESPATH_VALUE, "no pattern provided");
	const char *why = ov_random_text(
		pattern, ov_hash(run->jp->text, 1) ^ ov_hash(pattern, ++run->drawn), &out);
	if (why)
		return ov_jp_fail(
			run, at, OV_JMESPATH_VALUE, "JMESPath function 'random': %s", why);
	return ov_jp_take(run, at, &out);
}

const struct ov_jp_function ov_jp_random[] = {
	{"random", draw_text, 1, false, false, {OV_JP_STRING}},
	{0},
};
