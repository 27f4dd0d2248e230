/* load: from a folder, the Git index or a commit to parsed documents. Layer: read. */
#include "read/load.h"

#include "base/limits.h"
#include "read/library.h"

struct loader {
	struct ov_run *run;
	const struct ov_read_options *options;
	struct ov_files *files;
	struct ov_map taken; /* paths of estate files that replace one of the library */
	struct ov_str prefix;
	bool library;
};

static enum ov_file_role role_of(struct ov_str path)
{
	if (ov_str_ends(path, OV_STR(".set")))
		return OV_FILE_API;
	if (ov_str_starts(path, OV_STR("schemas/")))
		return OV_FILE_SCHEMA;
	if (ov_str_starts(path, OV_STR("templates/")))
		return OV_FILE_TEMPLATE;
	if (ov_str_starts(path, OV_STR("policies/")))
		return OV_FILE_POLICY;
	return OV_FILE_DOCUMENTS;
}

static bool is_source(void *context, struct ov_str path)
{
	(void)context;
	return ov_str_ends(path, OV_STR(".yaml")) || ov_str_ends(path, OV_STR(".yml")) ||
	       ov_str_ends(path, OV_STR(".json")) || role_of(path) == OV_FILE_API;
}

struct ov_str ov_shown_path(struct ov_arena *arena, struct ov_str root, struct ov_str path)
{
	if (!root.len || ov_str_is(root, "."))
		return path;
	bool slash = root.ptr[root.len - 1] == '/';
	return ov_str_fmt(
		arena, "%.*s%s%.*s", OV_STR_ARG(root), slash ? "" : "/", OV_STR_ARG(path));
}

static struct ov_str shown_path(struct loader *l, struct ov_str path)
{
	return ov_shown_path(l->run->arena, l->prefix, path);
}

static void add_file(struct loader *l, struct ov_str path, struct ov_str bytes)
{
	struct ov_str text = bytes;
	if (ov_str_starts(text, OV_STR("\xef\xbb\xbf")))
		text = ov_str_sub(text, 3, text.len);
	struct ov_source *source =
		ov_sources_add(l->run->sources, shown_path(l, path), text, l->library);
	if (!source) {
		ov_diag_add(l->run->diags, OV_DIAG_SOURCE_SIZE, ov_span(0),
			"all sources together are larger than 4 GiB at '%.*s'",
			OV_STR_ARG(path));
		return;
	}
	struct ov_file file = {.path = source->path,
		.role = role_of(path),
		.source = source,
		.library = l->library};
	file.path = ov_str_dup(l->run->arena, path);
	ov_vec_push(l->run->arena, &l->files->list, file);
	l->files->estate_files += !l->library;
}

static void found(void *context, const struct ov_found *f)
{
	struct loader *l = context;
	if (l->library && role_of(f->path) == OV_FILE_DOCUMENTS &&
		!ov_str_starts(f->path, OV_STR("profiles/")))
		return;
	if (f->kind == OV_FOUND_FILE) {
		add_file(l, f->path, f->bytes);
		return;
	}
	struct ov_source *source =
		ov_sources_add(l->run->sources, shown_path(l, f->path), OV_STR(""), l->library);
	struct ov_span span = ov_span(source ? source->base : 0);
	struct ov_diag *d;
	switch (f->kind) {
	case OV_FOUND_LINK:
		d = ov_diag_add(l->run->diags, OV_DIAG_SYMLINK, span,
			"the symbolic link to '%.*s' leads out of the estate, to a folder or "
			"to nothing",
			OV_STR_ARG(f->target));
		ov_diag_help(l->run->diags, d,
			"put the files themselves there: links are followed to files of the "
			"estate only");
		break;
	case OV_FOUND_TOO_LARGE:
		d = ov_diag_add(l->run->diags, OV_DIAG_SOURCE_SIZE, span,
			"the file is larger than %d MiB", OV_LIMIT_SOURCE >> 20);
		ov_diag_help(l->run->diags, d, "split it: file names carry no meaning");
		break;
	case OV_FOUND_TOO_DEEP:
		ov_diag_add(l->run->diags, OV_DIAG_FOLDER_DEPTH, span,
			"folders are nested more than %d levels deep", OV_LIMIT_FOLDER_DEPTH);
		break;
	case OV_FOUND_FILE: break;
	}
}

/* The estate's files are listed before the library is added, to know what they replace. */
struct listing {
	struct ov_arena *arena;
	OV_VEC(struct ov_found) list;
};

static void list_one(void *context, const struct ov_found *f)
{
	struct listing *listing = context;
	ov_vec_push(listing->arena, &listing->list, *f);
}

static bool walk_git(struct ov_run *run, const struct ov_read_options *options,
	struct ov_read_result *result, struct listing *listing)
{
	struct ov_git *git = ov_git_open(options->root, 0, run->diags);
	if (!git)
		return false;
	struct ov_str folder = {NULL, 0};
	bool ok = true;
	if (ov_git_work_tree(git).len &&
		!ov_git_inside(run->arena, git, options->root, &folder)) {
		ov_diag_add(run->diags, OV_DIAG_GIT, ov_span(0),
			"'%.*s' does not lie in the work tree of a Git repository",
			OV_STR_ARG(options->root));
		ok = false;
	}
	if (ok && ov_str_is(options->from, "index")) {
		ok = ov_git_walk_index(
			run->arena, git, folder, is_source, list_one, listing, run->diags);
	} else if (ok) {
		ok = ov_git_resolve(
			run->arena, git, options->from, &result->commit, run->diags);
		result->has_commit = ok;
		ok = ok && ov_git_walk_tree(run->arena, git, result->commit.tree, folder,
				   is_source, list_one, listing, run->diags);
	}
	ov_git_close(git);
	return ok;
}

static bool list_estate(struct ov_run *run, const struct ov_read_options *options,
	struct ov_read_result *result, struct listing *listing)
{
	if (!options->root.len)
		return true;
	if (options->from.len && !ov_str_is(options->from, "worktree"))
		return walk_git(run, options, result, listing);
	switch (ov_os_kind(options->root)) {
	case OV_OS_MISSING:
		ov_diag_add(run->diags, OV_DIAG_NO_ESTATE, ov_span(0),
			"there is no folder '%.*s'", OV_STR_ARG(options->root));
		return false;
	case OV_OS_FILE:
	case OV_OS_OTHER:
		ov_diag_add(run->diags, OV_DIAG_NO_ESTATE, ov_span(0),
			"'%.*s' is no folder; name the folder of the estate",
			OV_STR_ARG(options->root));
		return false;
	case OV_OS_FOLDER:
	case OV_OS_LINK: break;
	}
	return ov_os_walk(run->arena, options->root, is_source, list_one, listing, run->diags);
}

static bool add_library(struct loader *l, const struct ov_read_options *options)
{
	struct ov_run *run = l->run;
	l->library = true;
	if (options->library.len) {
		struct listing listing = {.arena = run->arena};
		if (!ov_os_walk(run->arena, options->library, is_source, list_one, &listing,
			    run->diags))
			return false;
		l->prefix = options->library;
		for (size_t i = 0; i < listing.list.count; i++) {
			if (!ov_map_get(&l->taken, listing.list.items[i].path))
				found(l, &listing.list.items[i]);
		}
		return true;
	}
	l->prefix = OV_STR("ovec:");
	struct ov_library_file file;
	for (size_t offset = 0; ov_library_next(&offset, &file);) {
		if (!ov_map_get(&l->taken, file.path))
			add_file(l, file.path, file.bytes);
	}
	return true;
}

struct parsing {
	struct ov_files *files;
};

static void parse(struct ov_run *run, struct ov_worker *worker, void *context, size_t item)
{
	struct parsing *p = context;
	struct ov_file *file = &p->files->list.items[item];
	if (file->role == OV_FILE_API)
		return;
	struct ov_reader reader = {.arena = &worker->arena,
		.keys = run->keys,
		.cache = worker->cache,
		.diags = &worker->diags,
		.source = file->source};
	file->broken = !ov_source_read(&reader, &file->docs);
}

bool ov_load(struct ov_run *run, const struct ov_read_options *options,
	struct ov_read_result *result, struct ov_files *files)
{
	*files = (struct ov_files){0};
	struct listing listing = {.arena = run->arena};
	struct loader l = {.run = run, .options = options, .files = files};
	ov_map_init(&l.taken, run->arena, ov_keys_seed(run->keys));
	if (!list_estate(run, options, result, &listing))
		return false;
	for (size_t i = 0; i < listing.list.count; i++) {
		struct ov_str path = listing.list.items[i].path;
		if (listing.list.items[i].kind == OV_FOUND_FILE)
			ov_map_put(&l.taken, path, NULL);
	}
	if (!add_library(&l, options))
		return false;
	l.library = false;
	l.prefix = options->root;
	for (size_t i = 0; i < listing.list.count; i++)
		found(&l, &listing.list.items[i]);
	struct parsing parsing = {files};
	ov_run_each(run, files->list.count, parse, &parsing);
	result->files = files->estate_files;
	return true;
}
