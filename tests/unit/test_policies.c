/* Tests of the shipped policies: each with its examples and rows in tests/policies/NAME. */
#include "policy/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "foreign/os.h"
#include "foreign/reader.h"
#include "read/library.h"

struct fixture {
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	struct ov_sources sources;
	struct ov_diags diags;
	OV_VEC(struct ov_str) rows;
	struct ov_value resource;
	size_t passes, fails; /* of the present resource */
};

static void begin(struct fixture *f)
{
	*f = (struct fixture){.keys = ov_keys_new(1)};
	ov_sources_init(&f->sources, &f->arena);
	ov_diags_init(&f->diags, &f->sources);
}

static void end(struct fixture *f)
{
	ov_diags_release(&f->diags);
	ov_keys_free(f->keys);
	ov_arena_release(&f->arena);
}

static struct ov_docs documents(struct fixture *f, struct ov_str path, struct ov_str text)
{
	struct ov_docs docs = {0};
	struct ov_reader reader = {.arena = &f->arena,
		.keys = f->keys,
		.cache = &f->cache,
		.diags = &f->diags,
		.source = ov_sources_add(&f->sources, path, text, false)};
	if (!ov_source_read(&reader, &docs))
		fail_msg("%.*s cannot be read", OV_STR_ARG(path));
	return docs;
}

static struct ov_str file_of(struct fixture *f, struct ov_str policy, const char *name)
{
	struct ov_str text = {NULL, 0}, path = ov_str_fmt(&f->arena, "tests/policies/%.*s/%s",
						OV_STR_ARG(policy), name);
	if (!ov_os_read_file(&f->arena, path, (size_t)1 << 20, &text, &f->diags))
		fail_msg("%.*s is missing", OV_STR_ARG(path));
	return text;
}

static void take(void *context, const struct ov_policy_row *row)
{
	struct fixture *f = context;
	f->passes += row->status == OV_POLICY_PASS;
	f->fails += row->status == OV_POLICY_FAIL;
	ov_vec_push(&f->arena, &f->rows,
		ov_str_fmt(&f->arena, "%.*s\t%.*s\t%.*s\t%s", OV_STR_ARG(row->rule),
			OV_STR_ARG(ov_string(ov_get(f->resource, "kind"))),
			OV_STR_ARG(ov_string(ov_path(f->resource, "metadata", "name", NULL))),
			ov_policy_status_name(row->status)));
}

/* Asks a policy of its good or its bad examples; what stands beside them may have no rows. */
static void ask(struct fixture *f, const struct ov_policy_set *set, const char *example)
{
	const struct ov_policy_facts *facts = ov_policy_facts(ov_policy_at(set, 0));
	bool good = !strcmp(example, "good.yaml");
	struct ov_docs docs = documents(f, ov_str_c(example), file_of(f, facts->name, example));
	struct ov_value *list = ov_new_array(&f->arena, struct ov_value, docs.count + 1);
	for (size_t i = 0; i < docs.count; i++)
		list[i] = ov_policy_resource(&f->arena, f->keys, docs.items[i]);
	const struct ov_policy_world world = {
		.resources = list, .resource_count = docs.count, .answers = true};
	struct ov_judge *judge = ov_judge_new(set, &world, &f->cache);
	size_t asked = 0, passes = 0;
	for (size_t i = 0; i < docs.count; i++) {
		size_t before = f->rows.count;
		f->resource = list[i];
		f->passes = f->fails = 0;
		ov_judge_ask(judge, &f->arena, list[i], take, f);
		asked += f->rows.count > before;
		passes += f->passes;
		if (f->rows.count > before && good ? f->fails
						   : f->rows.count > before && !f->fails)
			fail_msg("%.*s, %s: %.*s", OV_STR_ARG(facts->name), example,
				OV_STR_ARG(f->rows.items[before]));
	}
	if (!asked || (good && !passes))
		fail_msg("%.*s: %s shows nothing", OV_STR_ARG(facts->name), example);
	ov_judge_free(judge);
}

static int by_text(const void *a, const void *b)
{
	return ov_str_cmp(*(const struct ov_str *)a, *(const struct ov_str *)b);
}

static void compare(struct fixture *f, struct ov_str policy)
{
	struct ov_buf got;
	ov_buf_init(&got);
	qsort(f->rows.items, f->rows.count, sizeof(*f->rows.items), by_text);
	for (size_t i = 0; i < f->rows.count; i++)
		ov_buf_addf(&got, "%.*s\n", OV_STR_ARG(f->rows.items[i]));
	if (!ov_str_eq(ov_buf_str(&got), file_of(f, policy, "rows.tsv")))
		fail_msg("%.*s: rows.tsv has others than\n%.*s", OV_STR_ARG(policy),
			OV_STR_ARG(ov_buf_str(&got)));
	ov_buf_release(&got);
	f->rows.count = 0;
}

static void check_policy(struct fixture *f, struct ov_str path, struct ov_value document)
{
	struct ov_policy_set *set = ov_policy_set_new(&f->arena, f->keys, &f->cache);
	if (!ov_policy_set_add(set, document, &f->diags))
		fail_msg("%.*s: %.*s", OV_STR_ARG(path),
			OV_STR_ARG(f->diags.list.items[0]->message));
	ov_policy_set_seal(set);
	assert_int_equal(ov_policy_count(set), 1);
	const struct ov_policy_facts *facts = ov_policy_facts(ov_policy_at(set, 0));
	struct ov_str named =
		ov_str_fmt(&f->arena, "policies/kyverno/%.*s.yaml", OV_STR_ARG(facts->name));
	if (!ov_str_eq(named, path))
		fail_msg("%.*s has the policy %.*s", OV_STR_ARG(path), OV_STR_ARG(facts->name));
	if (!facts->title.len || !facts->category.len || !facts->severity.len ||
		!facts->subject.len || facts->unchecked)
		fail_msg("%.*s: an annotation is missing", OV_STR_ARG(path));
	ask(f, set, "good.yaml");
	ask(f, set, "bad.yaml");
	compare(f, facts->name);
	ov_policy_set_free(set);
}

static void test_examples(void **state)
{
	(void)state;
	struct fixture f;
	begin(&f);
	struct ov_library_file file;
	size_t count = 0;
	for (size_t offset = 0; ov_library_next(&offset, &file);) {
		if (!ov_str_starts(file.path, OV_STR("policies/kyverno/")))
			continue;
		struct ov_docs docs = documents(&f, file.path, file.bytes);
		assert_int_equal(docs.count, 1);
		check_policy(&f, file.path, docs.items[0]);
		count++;
	}
	assert_true(count >= 11);
	end(&f);
}

const struct CMUnitTest ov_test_policies[] = {
	cmocka_unit_test(test_examples),
};
const size_t ov_test_policies_count = OV_COUNT(ov_test_policies);
