/*
 * compile: the phases of a run, one after the other. Layer: compile.
 *
 *   read    files → documents → merged, checked documents on clusters     read/
 *   make    documents × templates → objects → bytes, unit by unit         make/
 *   close   identities → output tree → folder or branch                   close/
 */
#include "compile.h"

#include "base/limits.h"
#include "close/identities.h"
#include "lang/datetime.h"
#include "lang/json_out.h"
#include "lang/quantity.h"

#include <pthread.h>

/* The clock is an input: --now, else the date of the commit that is rendered, else today. */
static int64_t now_of(struct ov_run *run, const struct ov_compile_options *options,
	struct ov_compile_result *result)
{
	(void)run;
	if (options->has_now)
		return options->now;
	if (result->read.has_commit)
		return result->read.commit.committer.time;
	return ov_os_now();
}

static struct ov_str time_text(struct ov_arena *arena, int64_t time)
{
	char text[OV_DATETIME_TEXT];
	if (!ov_datetime_print(time, 0, text))
		return OV_STR("1970-01-01T00:00:00Z");
	return ov_str_dup(arena, ov_str_c(text));
}

static struct ov_str day_of(struct ov_arena *arena, int64_t time)
{
	return ov_str_sub(time_text(arena, time), 0, 10);
}

static void check_clusters(struct ov_run *run, const struct ov_compile_options *options,
	const struct ov_estate *estate)
{
	for (size_t i = 0; i < options->cluster_count; i++) {
		if (ov_map_get(&estate->cluster_by_name, options->clusters[i]))
			continue;
		struct ov_diag *d = ov_diag_add(run->diags, OV_DIAG_UNKNOWN_NAME, ov_span(0),
			"--cluster: there is no Cluster '%.*s'",
			OV_STR_ARG(options->clusters[i]));
		struct ov_str *names =
			ov_new_array(run->arena, struct ov_str, estate->clusters.count);
		for (size_t k = 0; k < estate->clusters.count; k++)
			names[k] = estate->clusters.items[k]->name;
		struct ov_str near =
			ov_nearest(options->clusters[i], names, estate->clusters.count);
		if (near.len)
			ov_diag_help(run->diags, d, "did you mean '%.*s'?", OV_STR_ARG(near));
	}
}

/* How much a cluster's folder may hold; the schema has checked the amount. */
static size_t folder_limit(const struct ov_estate *estate)
{
	struct ov_value set = ov_path(estate->value, "spec", "output", "folderLimit", NULL);
	struct ov_quantity limit;
	if (!ov_is_string(set) || !ov_quantity_parse(ov_string(set), &limit, NULL))
		return SIZE_MAX;
	double bytes = ov_quantity_as_double(limit);
	return bytes < 0 ? 0 : bytes < 1e18 ? (size_t)bytes : SIZE_MAX;
}

/* The folders that are written; none where all are. */
struct folders {
	struct ov_str *items;
	size_t count;
};

static struct folders cluster_folders(
	struct ov_arena *arena, const struct ov_compile_options *options)
{
	struct folders folders = {ov_new_array(arena, struct ov_str, options->cluster_count),
		options->cluster_count};
	for (size_t i = 0; i < options->cluster_count; i++)
		folders.items[i] =
			ov_str_fmt(arena, "clusters/%.*s", OV_STR_ARG(options->clusters[i]));
	return folders;
}

/* Reads the last output from the folder or the branch that will be written. */
struct last_output {
	struct ov_before before; /* first: this is how the make phase knows it */
	struct ov_str folder;
	struct ov_git *git; /* one thread at a time */
	struct ov_id tree;
	pthread_mutex_t lock;
	struct ov_diags ignored;
};

static bool read_before(struct ov_before *before, struct ov_arena *arena, struct ov_str path,
	const struct ov_str *same, struct ov_str *bytes)
{
	struct last_output *last = (struct last_output *)before;
	struct ov_id id = same && last->git ? ov_git_id(OV_GIT_BLOB, *same) : (struct ov_id){0};
	bool ok;
	pthread_mutex_lock(&last->lock);
	if (last->git) {
		ok = ov_git_read_path(
			arena, last->git, last->tree, path, same ? &id : NULL, bytes);
	} else {
		struct ov_str file = ov_str_fmt(
			arena, "%.*s/%.*s", OV_STR_ARG(last->folder), OV_STR_ARG(path));
		ok = ov_os_kind(file) == OV_OS_FILE &&
		     ov_os_read_file(arena, file, OV_LIMIT_SOURCE, bytes, &last->ignored) &&
		     !(same && ov_str_eq(*same, *bytes));
	}
	pthread_mutex_unlock(&last->lock);
	return ok;
}

/* False where nothing is to be written, or there is no branch yet. */
static bool open_last(
	struct last_output *last, struct ov_run *run, const struct ov_compile_options *options)
{
	*last = (struct last_output){.before = {read_before}, .folder = options->folder};
	ov_diags_init(&last->ignored, NULL);
	pthread_mutex_init(&last->lock, NULL);
	if (options->folder.len)
		return true;
	struct ov_git_commit tip;
	if (options->branch.len)
		last->git = ov_git_open(options->read.root, OV_GIT_OPTIONAL, &last->ignored);
	if (!last->git ||
		!ov_git_resolve(run->arena, last->git, options->branch, &tip, &last->ignored))
		return false;
	last->tree = tip.tree;
	return true;
}

static void close_last(struct last_output *last)
{
	ov_git_close(last->git);
	ov_diags_release(&last->ignored);
	pthread_mutex_destroy(&last->lock);
}

static void write_folder(struct ov_run *run, const struct ov_compile_options *options,
	struct ov_out *out, const struct folders *folders, struct ov_departures *departures,
	struct ov_compile_result *result)
{
	ov_run_stage(run, "trees");
	struct ov_folder_options folder = {.folder = options->folder,
		.out = out,
		.folders = folders->items,
		.folder_count = folders->count,
		.marker = OV_STR(OV_MARKER),
		.departures = departures,
		.threads = run->threads,
		.sync = options->sync};
	result->wrote = ov_folder_output(&folder, &result->folder, run->diags);
}

static void put(struct ov_run *run, struct ov_map_builder *b, const char *name, struct ov_str s)
{
	if (s.len)
		ov_map_set(b, ov_key(run->keys, ov_str_c(name)), ov_value_string(s));
}

static struct ov_str hex(struct ov_arena *arena, struct ov_id id)
{
	char text[41];
	ov_id_hex(&id, text);
	return ov_str_dup(arena, ov_str_c(text));
}

static struct ov_str as_json(struct ov_run *run, struct ov_value v, int indent)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_json_write(&buf, v, indent);
	if (indent)
		ov_buf_putc(&buf, '\n');
	struct ov_str s = ov_str_dup(run->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return s;
}

/* Which commit was rendered, in the form of Argo CD's hydrator, which GitOps Promoter reads. */
static struct ov_str metadata(
	struct ov_run *run, struct ov_git *git, const struct ov_git_commit *commit)
{
	struct ov_str url = {NULL, 0};
	ov_git_remote_url(run->arena, git, OV_STR("origin"), &url);
	struct ov_map_builder b;
	ov_map_begin(&b, run->arena, 8);
	put(run, &b, "repoURL", url);
	put(run, &b, "drySha", hex(run->arena, commit->id));
	put(run, &b, "author",
		ov_str_fmt(run->arena, "%.*s <%.*s>", OV_STR_ARG(commit->author.name),
			OV_STR_ARG(commit->author.email)));
	put(run, &b, "date", time_text(run->arena, commit->author.time));
	put(run, &b, "subject", commit->subject);
	put(run, &b, "body", commit->body);
	return as_json(run, ov_map_end(&b), 2);
}

static void add_meta(
	struct ov_run *run, struct ov_out *out, const char *path, struct ov_str bytes)
{
	ov_out_add(run->arena, out, ov_str_c(path), bytes)->meta = true;
	ov_out_sort(run->arena, out, &(struct ov_out_conflicts){0});
}

/* What reviewers need not see. */
static struct ov_str attributes(struct ov_run *run, const struct ov_estate *estate)
{
	const struct ov_bootstrap *first = estate->bootstrap;
	struct ov_str more = first ? ov_str_fmt(run->arena, "%.*s/** linguist-generated=true\n",
					     OV_STR_ARG(first->folder))
				   : OV_STR("");
	return ov_str_fmt(run->arena,
		"clusters/** linguist-generated=true\n%.*s"
		"**/hydrator.metadata linguist-generated=true\n",
		OV_STR_ARG(more));
}

static void write_branch(struct ov_run *run, const struct ov_compile_options *options,
	struct ov_out *out, const struct folders *folders, struct ov_departures *departures,
	struct ov_compile_result *result)
{
	ov_run_stage(run, "trees");
	struct ov_git *git =
		ov_git_open(options->read.root, options->sync ? 0 : OV_GIT_NO_SYNC, run->diags);
	if (!git)
		return;
	const struct ov_git_commit *dry = &result->read.commit;
	struct ov_commit_options commit = {.branch = options->branch,
		.out = out,
		.folders = folders->items,
		.folder_count = folders->count,
		.marker = OV_STR(OV_MARKER),
		.departures = departures,
		.message = OV_STR("Render the estate\n"),
		.time = now_of(run, options, result),
		.threads = run->threads};
	add_meta(run, out, ".gitattributes", attributes(run, result->read.estate));
	if (result->read.has_commit) {
		add_meta(run, out, "hydrator.metadata", metadata(run, git, dry));
		commit.message = ov_str_fmt(run->arena, "%.7s: %.*s\n",
			hex(run->arena, dry->id).ptr, OV_STR_ARG(dry->subject));
		commit.note_ref = OV_STR("refs/notes/hydrator.metadata");
		commit.note = ov_str_fmt(
			run->arena, "{\"drySha\":\"%s\"}", hex(run->arena, dry->id).ptr);
	}
	result->wrote = ov_commit_output(run->arena, git, &commit, &result->commit, run->diags);
	ov_git_close(git);
}

/* Whether a cluster's folder is asked for, and nothing is wrong with it. */
static bool is_wanted(const struct ov_compile_options *options,
	const struct ov_cluster *cluster, const bool *held)
{
	bool wanted = !options->cluster_count;
	for (size_t i = 0; i < options->cluster_count; i++)
		wanted = wanted || ov_str_eq(options->clusters[i], cluster->name);
	return wanted && !held[cluster->index];
}

/* Where each cluster stands for itself: goes on with those that no error is about. */
static bool hold_faulty(struct ov_run *run, const struct ov_compile_options *options,
	const struct ov_estate *estate, struct ov_compile_result *result, struct ov_out *out,
	struct folders *folders)
{
	struct ov_value atomic = ov_path(estate->value, "spec", "output", "atomic", NULL);
	bool writes = options->folder.len || options->branch.len;
	bool *held = ov_new_array(run->arena, bool, estate->clusters.count);
	if (!writes || !ov_string_is(atomic, "cluster") ||
		!ov_hold(run, estate, &result->objects, held))
		return false;
	folders->items = ov_new_array(run->arena, struct ov_str, estate->clusters.count);
	folders->count = 0;
	for (size_t i = 0; i < estate->clusters.count; i++) {
		const struct ov_cluster *cluster = estate->clusters.items[i];
		if (is_wanted(options, cluster, held))
			folders->items[folders->count++] = ov_str_fmt(
				run->arena, "clusters/%.*s", OV_STR_ARG(cluster->name));
	}
	for (size_t i = 0; folders->count && i < estate->clusters.count; i++) {
		const struct ov_cluster *cluster = estate->clusters.items[i];
		if (held[i])
			ov_diag_add(run->diags, OV_DIAG_CLUSTER_HELD,
				ov_span(ov_doc_loc(cluster->doc)),
				"the folder of cluster '%.*s' stays as it was",
				OV_STR_ARG(cluster->name));
	}
	struct ov_objects sound = {.failed = result->objects.failed};
	for (size_t i = 0; i < result->objects.list.count; i++) {
		struct ov_object *object = &result->objects.list.items[i];
		if (!held[object->cluster->index])
			ov_vec_push(run->arena, &sound.list, *object);
	}
	for (size_t i = 0; i < result->objects.unwritten.count; i++) {
		struct ov_object *object = &result->objects.unwritten.items[i];
		if (!held[object->cluster->index])
			ov_vec_push(run->arena, &sound.unwritten, *object);
	}
	*out = (struct ov_out){0};
	return folders->count && ov_identities_close(run, &sound, SIZE_MAX, out);
}

void ov_compile(struct ov_run *run, const struct ov_compile_options *options,
	struct ov_compile_result *result)
{
	*result = (struct ov_compile_result){0};
	if (!ov_read(run, &options->read, &result->read))
		return;
	const struct ov_estate *estate = result->read.estate;
	check_clusters(run, options, estate);
	/* Everything depends on the Estate: what followed from its faults would say nothing. */
	if (estate->self->faulty)
		return;
	result->make = (struct ov_make_options){.clusters = options->clusters,
		.cluster_count = options->cluster_count,
		.now = now_of(run, options, result),
		.today = day_of(run->arena, now_of(run, options, result))};
	struct last_output last;
	if (open_last(&last, run, options))
		result->make.before = &last.before;
	ov_make(run, estate, &result->make, &result->plan, &result->objects);
	result->make.before = NULL;
	close_last(&last);

	ov_run_stage(run, "serialise");
	struct ov_out out = {0};
	struct folders folders = cluster_folders(run->arena, options);
	ov_bootstrap_files(run, estate, &result->make, &result->objects, &out);
	bool ok = ov_identities_close(run, &result->objects, folder_limit(estate), &out);
	if ((!ok || run->diags->errors) &&
		!hold_faulty(run, options, estate, result, &out, &folders))
		return;
	for (size_t i = 0; i < out.files.count; i++)
		result->bytes += out.files.items[i].size;
	struct ov_departures departures;
	ov_departures_init(&departures, run, estate, &result->objects);
	if (options->folder.len)
		write_folder(run, options, &out, &folders, &departures, result);
	if (options->branch.len)
		write_branch(run, options, &out, &folders, &departures, result);
}
