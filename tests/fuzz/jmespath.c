/*
 * jmespath: expressions from text to a value; the first byte chooses the dialect, and what
 * follows the first line end is the document, as YAML.
 */
#include "expr/jmespath.h"
#include "fuzz/target.h"
#include "lang/json_out.h"

/* Stands for a context entry that is worked out late: some are there, some fail. */
static struct ov_value variable(
	void *context, struct ov_jmespath_run *run, const struct ov_key *name)
{
	(void)context;
	if (name->str.len == 2)
		return ov_value_string(name->str);
	if (name->str.len == 3)
		return ov_jmespath_fail(run, OV_JMESPATH_VALUE, "no value");
	return (struct ov_value){0};
}

static void see_root(void *context, const struct ov_key *name)
{
	*(size_t *)context += name->str.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ov_str all = ov_str_n((const char *)data, size);
	if (!size || !ov_utf8_valid(all, NULL))
		return 0;
	struct input in;
	struct ov_docs docs = {0};
	struct ov_regex_cache *regex = ov_regex_cache_new(1);
	struct ov_jmespath_error error;
	size_t end = ov_str_chr(all, '\n'), total = 0;
	struct ov_str text = ov_str_sub(all, 1, end), doc = ov_str_sub(all, end, size);
	enum ov_jmespath_dialect dialect =
		*data & 1 ? OV_JMESPATH_POLICY : OV_JMESPATH_STANDARD;

	input_begin(&in);
	const struct ov_jmespath *jp =
		ov_jmespath_compile(&in.arena, in.keys, dialect, text, &error);
	ov_assert((jp == NULL) == (error.fault != OV_JMESPATH_OK));
	if (!jp) {
		ov_assert(error.at <= text.len && error.len <= text.len - error.at);
	} else {
		input_read(&in, "fuzz.yaml", doc, &docs);
		struct ov_jmespath_run run = {.arena = &in.arena,
			.keys = in.keys,
			.cache = &in.cache,
			.regex = regex,
			.now = 1767225600,
			.variable = *data & 2 ? variable : NULL};
		struct ov_value v = ov_jmespath_eval(
			&run, jp, docs.count ? docs.items[0] : ov_value_null());
		ov_assert(ov_is_some(v) == (run.error.fault == OV_JMESPATH_OK));
		if (ov_is_document(v)) {
			struct ov_buf buf = {0};
			ov_json_write(&buf, v, 0);
			ov_assert(ov_utf8_valid(ov_buf_str(&buf), NULL));
			ov_buf_release(&buf);
		}
		ov_jmespath_roots(jp, see_root, &total);
	}
	ov_regex_cache_free(regex);
	input_end(&in);
	return 0;
}
