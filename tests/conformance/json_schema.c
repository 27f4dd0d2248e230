/*
 * json_schema: the JSON-Schema-Test-Suite for draft 2020-12.
 *
 * A file holds groups, each a schema with instances and whether they are valid. Formats are
 * assertions in optional/format alone. Schemas that the cases refer to lie in remotes/ and are
 * meant to be found at http://localhost:1234/.
 */
#include "conformance/suites.h"

#include "base/limits.h"
#include "conformance/values.h"
#include "foreign/os.h"
#include "lang/format.h"
#include "schema/schema.h"

struct remote {
	struct ov_str uri;
	struct ov_value root;
};

struct session {
	struct ov_arena arena;
	struct ov_keys *keys;
	struct ov_key_cache cache;
	ov_suite_fn *result;
	void *context;
	OV_VEC(struct remote) remotes;
};

static void add_remote(void *context, const struct ov_found *found)
{
	struct session *s = context;
	bool draft = ov_str_starts(found->path, OV_STR("draft")) ||
		     ov_str_starts(found->path, OV_STR("v1/"));
	if (found->kind != OV_FOUND_FILE ||
		(draft && !ov_str_starts(found->path, OV_STR("draft2020-12/"))))
		return;
	struct remote remote = {
		ov_str_fmt(&s->arena, "http://localhost:1234/%.*s", OV_STR_ARG(found->path)),
		suite_value(&s->arena, s->keys, &s->cache, found->path, found->bytes)};
	ov_vec_push(&s->arena, &s->remotes, remote);
}

static struct ov_str first_message(const struct ov_diags *diags)
{
	return diags->list.count ? diags->list.items[0]->message : ov_str_n(NULL, 0);
}

static void run_test(struct session *s, struct ov_str file, struct ov_str group,
	struct ov_value test, const struct ov_schema *schema, enum ov_schema_flags flags,
	struct ov_str why)
{
	struct ov_diags diags;
	ov_diags_init(&diags, NULL);
	struct ov_str id = ov_str_fmt(&s->arena, "%.*s: %.*s", OV_STR_ARG(group),
		OV_STR_ARG(ov_string(ov_get(test, "description"))));
	bool expected = ov_bool(ov_get(test, "valid"), false);
	bool ok = schema != NULL;
	if (schema) {
		struct ov_value data = ov_get(test, "data");
		bool valid = ov_schema_validate(
			schema, data, flags, &s->arena, &diags, ov_str_n(NULL, 0));
		ok = valid == expected && valid == (diags.errors == 0);
		why = diags.errors ? first_message(&diags) : OV_STR("found valid");
	}
	s->result(s->context, file, id, ok ? OV_SUITE_PASS : OV_SUITE_FAIL, why);
	ov_diags_release(&diags);
}

static void run_group(struct session *s, struct ov_str file, struct ov_value group)
{
	struct ov_arena arena = {0};
	struct ov_diags diags;
	ov_diags_init(&diags, NULL);
	struct ov_value root = ov_get(group, "schema");
	struct ov_str name = ov_string(ov_get(group, "description"));
	bool formats = ov_str_starts(file, OV_STR("optional/format/"));
	struct ov_str format = ov_string(ov_get(root, "format"));
	struct ov_schema_set *set = ov_schema_set_new(&arena, s->keys);
	for (size_t i = 0; i < s->remotes.count; i++)
		ov_schema_add(set, s->remotes.items[i].uri, s->remotes.items[i].root, &diags);
	struct ov_str uri = OV_STR("http://localhost:1234/the-case");
	ov_schema_add(set, uri, root, &diags);
	const struct ov_schema *schema = ov_schema_get(set, uri, &diags);
	const char *skip = NULL;
	if (formats && !ov_format_known(format) && !ov_str_is(format, "regex"))
		skip = "the format is not known";
	if (ov_str_is(file, "optional/dependencies-compatibility.json"))
		skip = "'dependencies' is a keyword of earlier drafts";
	struct ov_value tests = ov_get(group, "tests");
	for (size_t i = 0; i < ov_count(tests); i++) {
		if (skip)
			s->result(s->context, file, name, OV_SUITE_SKIP, ov_str_c(skip));
		else
			run_test(s, file, name, ov_at(tests, i), schema,
				formats ? OV_SCHEMA_FORMAT_ASSERT : (enum ov_schema_flags)0,
				first_message(&diags));
	}
	ov_schema_set_free(set);
	ov_diags_release(&diags);
	ov_arena_release(&arena);
}

static void run_file(void *context, const struct ov_found *found)
{
	struct session *s = context;
	if (found->kind != OV_FOUND_FILE || !ov_str_ends(found->path, OV_STR(".json")))
		return;
	struct ov_value groups =
		suite_value(&s->arena, s->keys, &s->cache, found->path, found->bytes);
	if (!ov_is_list(groups))
		s->result(s->context, found->path, found->path, OV_SUITE_FAIL,
			OV_STR("the file cannot be read"));
	for (size_t i = 0; i < ov_count(groups); i++)
		run_group(s, found->path, ov_at(groups, i));
}

bool ov_suite_json_schema(const char *dir, const char *part, ov_suite_fn *result, void *context)
{
	struct session s = {.result = result, .context = context};
	struct ov_diags diags;
	ov_diags_init(&diags, NULL);
	s.keys = ov_keys_new(1);
	struct ov_str remotes = ov_str_fmt(&s.arena, "%s/json-schema/remotes", dir);
	struct ov_str cases = ov_str_fmt(&s.arena, "%s/json-schema/%s", dir, part);
	bool ok = ov_os_kind(cases) == OV_OS_FOLDER &&
		  ov_os_walk(&s.arena, remotes, NULL, add_remote, &s, &diags) &&
		  ov_os_walk(&s.arena, cases, NULL, run_file, &s, &diags);
	ov_keys_free(s.keys);
	ov_diags_release(&diags);
	ov_arena_release(&s.arena);
	return ok;
}
