/* git: opening a repository and asking about it. Layer: foreign. */
/* Before our own headers: it has a field whose name base/banned.h poisons. */
#include <git2.h>

#include "foreign/git_handle.h"

/* libgit2 1.5 loses memory whenever one of its regular expressions does not match; the leak
 * checker is told not to mind while it reads settings and names. */
#if defined(__SANITIZE_ADDRESS__)
#define LEAK_CHECK 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAK_CHECK 1
#endif
#endif

#ifdef LEAK_CHECK
#include <sanitizer/lsan_interface.h>
#define LEAKS_BEGIN() __lsan_disable()
#define LEAKS_END()   __lsan_enable()
#else
#define LEAKS_BEGIN() ((void)0)
#define LEAKS_END()   ((void)0)
#endif

struct ov_diag *ov_git_fail(struct ov_diags *diags, const char *fmt, ...)
{
	const git_error *error = git_error_last();
	struct ov_str cause = ov_str_dup(&diags->arena,
		ov_str_trim(ov_str_c(error && error->message ? error->message : "unknown")));
	va_list args;
	va_start(args, fmt);
	struct ov_str what = ov_str_vfmt(&diags->arena, fmt, args);
	va_end(args);
	struct ov_diag *diag = ov_diag_add(diags, OV_DIAG_GIT, ov_span(0), "%.*s: %.*s",
		OV_STR_ARG(what), OV_STR_ARG(cause));
	if (ov_str_find(cause, OV_STR("object not found"), 0) != SIZE_MAX)
		ov_diag_help(diags, diag,
			"a shallow or partial clone lacks objects: fetch them, or use a full "
			"clone; otherwise run `git fsck`");
	return diag;
}

const char *ov_git_cstr(struct ov_arena *arena, struct ov_str s)
{
	return ov_str_chr(s, '\0') == SIZE_MAX ? ov_str_cstr(arena, s) : NULL;
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

/* Whether `path` is `folder` or lies below it; both without links. */
static bool is_within(struct ov_str path, struct ov_str folder, struct ov_str *rest)
{
	if (ov_str_eq(path, folder)) {
		*rest = OV_STR("");
		return true;
	}
	size_t skip = folder.len == 1 ? 1 : folder.len + 1;
	if (!ov_str_starts(path, folder) || (folder.len > 1 && path.ptr[folder.len] != '/'))
		return false;
	*rest = ov_str_sub(path, skip, path.len);
	return true;
}

static bool repo_holds(struct ov_arena *arena, git_repository *repo, struct ov_str path)
{
	const char *work_tree = git_repository_workdir(repo);
	struct ov_str real, folder, rest;
	return !work_tree || !ov_os_real_path(arena, ov_str_c(work_tree), &folder) ||
	       !ov_os_real_path(arena, path, &real) || is_within(real, folder, &rest);
}

static int open_named(git_repository **repo, const char *folder)
{
	const unsigned flags = GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_NO_DOTGIT;
	int r = git_repository_open_ext(repo, folder, flags, NULL);
	const char *work_tree = environment("GIT_WORK_TREE");
	if (r == 0 && work_tree)
		r = git_repository_set_workdir(*repo, work_tree, 0);
	return r;
}

/* libgit2 1.5 reports another user's repository as a setting that was not found. */
static bool is_owner(int result)
{
	const git_error *error = git_error_last();
	return result == GIT_EOWNER || (result == GIT_ENOTFOUND && error && error->message &&
					       strstr(error->message, "safe.directory"));
}

static void explain_open(struct ov_diags *diags, struct ov_str path, int result)
{
	if (is_owner(result)) {
		struct ov_diag *diag = ov_diag_add(diags, OV_DIAG_GIT, ov_span(0),
			"the repository of %.*s belongs to another user", OV_STR_ARG(path));
		ov_diag_help(diags, diag,
			"if it can be trusted, run `git config --global --add safe.directory` "
			"with its full path");
		return;
	}
	struct ov_diag *diag =
		ov_git_fail(diags, "cannot open the repository of %.*s", OV_STR_ARG(path));
	if (ov_str_find(diag->message, OV_STR("worktreeconfig"), 0) != SIZE_MAX)
		ov_diag_help(diags, diag,
			"the extension worktreeConfig, which `git sparse-checkout` turns on, "
			"is not supported: use a clone without it");
	else if (ov_str_find(diag->message, OV_STR("objectformat"), 0) != SIZE_MAX)
		ov_diag_help(diags, diag,
			"repositories with SHA-256 object names are not supported: use one "
			"with SHA-1, which is Git's default");
	else if (result == GIT_ENOTFOUND)
		ov_diag_help(diags, diag, "make one with `git init`, or name another folder");
}

static struct ov_str without_slash(struct ov_arena *arena, const char *path)
{
	struct ov_str s = ov_str_c(path);
	while (s.len > 1 && s.ptr[s.len - 1] == '/')
		s.len--;
	return ov_str_dup(arena, s);
}

/* Hooks such as pre-receive run while the new objects are in a quarantine folder, which the
 * environment names. */
static void add_object_folders(struct ov_git *git)
{
	const char *own = environment("GIT_OBJECT_DIRECTORY");
	if (own && !ov_str_eq(ov_str_c(own), git->object_folder))
		git_odb_add_disk_alternate(git->odb, own);
	struct ov_str list = ov_str_c(environment("GIT_ALTERNATE_OBJECT_DIRECTORIES"));
	while (list.len) {
		size_t end = ov_str_chr(list, ':');
		struct ov_str folder = ov_str_sub(list, 0, end);
		if (folder.len && !ov_str_eq(folder, git->object_folder))
			git_odb_add_disk_alternate(git->odb, ov_str_cstr(&git->arena, folder));
		list = ov_str_sub(list, end == SIZE_MAX ? list.len : end + 1, list.len);
	}
}

/* Git reads a relative GIT_INDEX_FILE from the top of the work tree. */
static struct ov_str index_file(struct ov_git *git)
{
	struct ov_str name = ov_str_c(environment("GIT_INDEX_FILE"));
	if (name.len == 0 || name.ptr[0] == '/' || git->work_tree.len == 0)
		return ov_str_dup(&git->arena, name);
	return ov_str_fmt(
		&git->arena, "%.*s/%.*s", OV_STR_ARG(git->work_tree), OV_STR_ARG(name));
}

static struct ov_git *wrap(git_repository *repo, git_odb *odb, bool from_environment, int flags)
{
	struct ov_git *git = ov_xmalloc(sizeof(*git));
	*git = (struct ov_git){
		.repo = repo, .odb = odb, .syncs = (flags & OV_GIT_NO_SYNC) == 0};
	const char *work_tree = git_repository_workdir(repo);
	if (work_tree)
		git->work_tree = without_slash(&git->arena, work_tree);
	git->common = without_slash(&git->arena, git_repository_commondir(repo));
	git->object_folder = ov_str_fmt(&git->arena, "%.*s/objects", OV_STR_ARG(git->common));
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, git->syncs ? 1 : 0);
	if (from_environment) {
		git->index_file = index_file(git);
		add_object_folders(git);
	}
	return git;
}

struct ov_git *ov_git_open(struct ov_str path, int flags, struct ov_diags *diags)
{
	struct ov_arena scratch = {0};
	git_libgit2_init();
	/* Objects that a partial clone has can be read like any others. */
	const char *extensions[] = {"partialclone"};
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, OV_COUNT(extensions));
	/* By default only small folders are kept, and each look into another is a reading of
	 * it.
	 */
	git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, (size_t)4 << 20);
	git_repository *repo = NULL;
	git_odb *odb = NULL;
	bool from_environment = true;
	const char *name = ov_git_cstr(&scratch, path.len ? path : OV_STR("."));
	const char *folder = environment("GIT_DIR");
	int r = GIT_ENOTFOUND;
	LEAKS_BEGIN();
	if (name && folder) {
		r = open_named(&repo, folder);
		from_environment = r != 0 || repo_holds(&scratch, repo, path);
	}
	if (name && (!folder || !from_environment)) {
		git_repository_free(repo);
		repo = NULL;
		r = git_repository_open_ext(
			&repo, name, 0, environment("GIT_CEILING_DIRECTORIES"));
	}
	LEAKS_END();
	if (r == 0)
		r = git_repository_odb(&odb, repo);
	struct ov_git *git = NULL;
	if (r == 0)
		git = wrap(repo, odb, from_environment, flags);
	else if (r != GIT_ENOTFOUND || is_owner(r) || !(flags & OV_GIT_OPTIONAL))
		explain_open(diags, path, r);
	if (!git) {
		git_odb_free(odb);
		git_repository_free(repo);
		git_libgit2_shutdown();
	}
	ov_arena_release(&scratch);
	return git;
}

void ov_git_close(struct ov_git *git)
{
	if (!git)
		return;
	git_odb_free(git->odb);
	git_repository_free(git->repo);
	ov_arena_release(&git->arena);
	free(git);
	git_libgit2_shutdown();
}

struct ov_str ov_git_work_tree(const struct ov_git *git)
{
	return git->work_tree;
}

struct ov_str ov_git_object_folder(const struct ov_git *git)
{
	return git->object_folder;
}

bool ov_git_syncs(const struct ov_git *git)
{
	return git->syncs;
}

bool ov_git_inside(struct ov_arena *arena, const struct ov_git *git, struct ov_str path,
	struct ov_str *out)
{
	struct ov_str real, folder;
	return git->work_tree.len && ov_os_real_path(arena, git->work_tree, &folder) &&
	       ov_os_real_path(arena, path.len ? path : OV_STR("."), &real) &&
	       is_within(real, folder, out);
}

static struct ov_git_person person(struct ov_arena *arena, const git_signature *s)
{
	return (struct ov_git_person){.name = ov_str_dup(arena, ov_str_c(s->name)),
		.email = ov_str_dup(arena, ov_str_c(s->email)),
		.time = s->when.time,
		.offset = s->when.offset};
}

bool ov_git_resolve(struct ov_arena *arena, struct ov_git *git, struct ov_str name,
	struct ov_git_commit *out, struct ov_diags *diags)
{
	struct ov_arena scratch = {0};
	git_object *object = NULL, *peeled = NULL;
	const char *c = ov_git_cstr(&scratch, name);
	bool ok = false;
	LEAKS_BEGIN();
	int r = c ? git_revparse_single(&object, git->repo, c) : GIT_EINVALIDSPEC;
	LEAKS_END();
	if (r != 0) {
		struct ov_diag *diag =
			ov_git_fail(diags, "no commit is called %.*s", OV_STR_ARG(name));
		ov_diag_help(diags, diag,
			"a branch of a remote is called such as origin/main; a shallow clone "
			"lacks older commits");
	} else if (git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) != 0) {
		ov_git_fail(diags, "%.*s is not a commit", OV_STR_ARG(name));
	} else {
		git_commit *commit = (git_commit *)peeled;
		*out = (struct ov_git_commit){
			.author = person(arena, git_commit_author(commit)),
			.committer = person(arena, git_commit_committer(commit)),
			.subject = ov_str_dup(arena, ov_str_c(git_commit_summary(commit))),
			.body = ov_str_dup(arena, ov_str_c(git_commit_body(commit)))};
		memcpy(out->id.bytes, git_commit_id(commit)->id, 20);
		memcpy(out->tree.bytes, git_commit_tree_id(commit)->id, 20);
		ok = true;
	}
	git_object_free(peeled);
	git_object_free(object);
	ov_arena_release(&scratch);
	return ok;
}

/* CI systems clone by a URL that holds a token. */
static struct ov_str without_password(struct ov_arena *arena, struct ov_str url)
{
	size_t from = ov_str_find(url, OV_STR("://"), 0);
	if (from == SIZE_MAX || !ov_str_starts(url, OV_STR("http")))
		return url;
	from += 3;
	size_t end = ov_str_find(url, OV_STR("/"), from), at = SIZE_MAX;
	struct ov_str host = ov_str_sub(url, from, end);
	for (size_t i = 0; i < host.len; i++)
		at = host.ptr[i] == '@' ? i : at;
	if (at == SIZE_MAX)
		return url;
	return ov_str_fmt(arena, "%.*s%.*s", OV_STR_ARG(ov_str_sub(url, 0, from)),
		OV_STR_ARG(ov_str_sub(url, from + at + 1, url.len)));
}

bool ov_git_remote_url(
	struct ov_arena *arena, struct ov_git *git, struct ov_str remote, struct ov_str *url)
{
	struct ov_arena scratch = {0};
	git_config *config = NULL;
	git_buf buf = {0};
	const char *name = ov_git_cstr(
		&scratch, ov_str_fmt(&scratch, "remote.%.*s.url", OV_STR_ARG(remote)));
	bool ok = name && git_repository_config_snapshot(&config, git->repo) == 0 &&
		  git_config_get_string_buf(&buf, config, name) == 0;
	if (ok)
		*url = without_password(arena, ov_str_dup(arena, ov_str_n(buf.ptr, buf.size)));
	git_buf_dispose(&buf);
	git_config_free(config);
	ov_arena_release(&scratch);
	return ok;
}
