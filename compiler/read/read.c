/* read: the first phase, from files to a merged and checked estate. Layer: read. */
#include "read/read.h"

#include "read/apis.h"
#include "read/internal.h"
#include "schema/schema.h"

static struct ov_estate *estate_new(struct ov_run *run, const struct ov_read_options *options)
{
	struct ov_estate *estate = ov_new(run->arena, struct ov_estate);
	estate->arena = run->arena;
	estate->keys = run->keys;
	estate->seed = ov_keys_seed(run->keys);
	estate->sources = run->sources;
	estate->regexes = ov_regex_cache_new(estate->seed);
	estate->root = options->root;
	return estate;
}

static bool check_version(struct ov_run *run, const struct ov_read_options *options,
	const struct ov_estate *estate)
{
	struct ov_value pinned = ov_path(estate->value, "spec", "ovecVersion", NULL);
	if (!ov_is_string(pinned) || ov_str_is(ov_string(pinned), options->version))
		return true;
	ov_diag_add(run->diags, OV_DIAG_VERSION, ov_span(pinned.loc),
		"the estate asks for ovec %.*s, this is %s", OV_STR_ARG(ov_string(pinned)),
		options->version);
	return false;
}

void ov_read_release(struct ov_read_result *result)
{
	if (!result->begun)
		return;
	ov_apis_close(result->begun);
	ov_schema_set_free(result->begun->schemas);
	ov_regex_cache_free(result->begun->regexes);
}

bool ov_read_kinds(struct ov_run *run, const struct ov_read_options *options,
	struct ov_read_result *result, struct ov_files *files)
{
	*result = (struct ov_read_result){0};
	ov_run_stage(run, "load");
	if (!ov_load(run, options, result, files))
		return false;
	for (size_t i = 0; i < files->list.count; i++)
		result->documents +=
			files->list.items[i].library ? 0 : files->list.items[i].docs.count;
	ov_run_stage(run, "kinds");
	struct ov_estate *estate = estate_new(run, options);
	result->begun = estate;
	if (!ov_kinds_read(run, files, estate))
		return false;
	result->estate = estate;
	for (size_t i = 0; i < files->list.count; i++)
		estate->incomplete = estate->incomplete || files->list.items[i].broken;
	return true;
}

bool ov_read(struct ov_run *run, const struct ov_read_options *options,
	struct ov_read_result *result)
{
	struct ov_files files;
	if (!ov_read_kinds(run, options, result, &files))
		return false;
	if (!ov_templates_read(run, &files, result->estate))
		return false;
	ov_run_stage(run, "resolve");
	if (!ov_resolve(run, &files, options, result->estate))
		return false;
	ov_apis_bind(run, &files, result->estate);
	return check_version(run, options, result->estate);
}
