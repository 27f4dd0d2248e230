/* folder: writes the output to a folder, which is exchanged whole. Layer: close. */
#include "close/folder.h"

#include "close/sibling.h"
#include "foreign/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOCK_SECONDS = 60 };

struct run {
	struct ov_arena *arena;
	const struct ov_folder_options *options;
	struct ov_folder_result *result;
	struct ov_diags *diags;
	int parent;
	int old; /* the folder itself, or -1 */
	const char *name;
	const char *sibling;
	const char *journal;
	struct ov_str prefix; /* of all names that are ours beside the folder */
	mode_t mode;
	bool empty; /* the folder exists, without anything in it */
};

static bool failed(struct run *run, const char *what, int cause)
{
	struct ov_diag *diag = ov_diag_add(run->diags, OV_DIAG_WRITE_FAILED, ov_span(0),
		"cannot %s %.*s: %s", what, OV_STR_ARG(run->options->folder), strerror(cause));
	if (cause == EBUSY || cause == EXDEV)
		ov_diag_help(run->diags, diag,
			"a folder on which something is mounted cannot be exchanged: name a "
			"folder inside it");
	else if (cause == EACCES || cause == EPERM || cause == EROFS)
		ov_diag_help(run->diags, diag,
			"the folder is built beside its place, so the folder above it must be "
			"writable, too");
	return false;
}

static bool refuse(struct run *run, const char *why, const char *help)
{
	struct ov_diag *diag = ov_diag_add(run->diags, OV_DIAG_OUTPUT_NOT_OURS, ov_span(0),
		"%.*s %s", OV_STR_ARG(run->options->folder), why);
	ov_diag_help(run->diags, diag, "%s", help);
	return false;
}

/* Splits the path into the folder above, which is made, and the name in it. */
static bool open_parent(struct run *run)
{
	struct ov_str path = run->options->folder;
	if (path.len == 0 || ov_str_chr(path, '\0') != SIZE_MAX)
		return failed(run, "write to", EINVAL);
	while (path.len > 1 && path.ptr[path.len - 1] == '/')
		path.len--;
	if (ov_str_is(path, ".") || ov_str_is(path, "..") || ov_str_ends(path, OV_STR("/.")) ||
		ov_str_ends(path, OV_STR("/.."))) {
		if (!ov_os_real_path(run->arena, path, &path))
			return failed(run, "write to", errno);
	}
	if (ov_str_is(path, "/"))
		return refuse(run, "is the root of the system", "name another folder");
	size_t at = path.len;
	while (at && path.ptr[at - 1] != '/')
		at--;
	run->name = ov_str_cstr(run->arena, ov_str_sub(path, at, path.len));
	struct ov_str above = at == 0 ? OV_STR(".") : ov_str_sub(path, 0, at);
	for (size_t i = 1; i < above.len; i++) {
		if (above.ptr[i] == '/' &&
			mkdir(ov_str_cstr(run->arena, ov_str_sub(above, 0, i)), 0777) != 0 &&
			errno != EEXIST && errno != EROFS && errno != EACCES)
			return failed(run, "make the folder above", errno);
	}
	run->parent = open(ov_str_cstr(run->arena, above), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->parent < 0)
		return failed(run, "open the folder above", errno);
	run->prefix = ov_str_fmt(run->arena, ".%s.ovec-", run->name);
	run->journal = ov_str_fmt(run->arena, "%.*sjournal", OV_STR_ARG(run->prefix)).ptr;
	return true;
}

static bool is_sibling(const struct run *run, struct ov_str name)
{
	if (name.len != run->prefix.len + 16 || !ov_str_starts(name, run->prefix))
		return false;
	for (size_t i = run->prefix.len; i < name.len; i++) {
		if (!strchr("0123456789abcdef", name.ptr[i]))
			return false;
	}
	return true;
}

static const char *new_sibling(const struct run *run)
{
	return ov_str_fmt(run->arena, "%.*s%016llx", OV_STR_ARG(run->prefix),
		(unsigned long long)ov_os_seed())
		.ptr;
}

static bool exists(const struct run *run, const char *name)
{
	struct stat st;
	return fstatat(run->parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Whether the mark is there as far as its file goes; a sibling that was killed while its mark
 * was being written has a shorter one, and nothing else. */
static bool has_mark(int folder, bool whole)
{
	char text[sizeof(OV_FOLDER_MARK_TEXT) - 1];
	int fd = openat(folder, OV_FOLDER_MARK, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, text, sizeof(text));
	close(fd);
	return n >= 0 && (!whole || n == (ssize_t)sizeof(text)) &&
	       memcmp(text, OV_FOLDER_MARK_TEXT, (size_t)n) == 0;
}

/* Ends an exchange by two renames that was cut short. */
static void replay_journal(struct run *run)
{
	int fd = openat(run->parent, run->journal, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct ov_str text = {0};
	if (fd < 0)
		return;
	struct ov_diags unread;
	ov_diags_init(&unread, NULL);
	bool ok = ov_os_read_fd(run->arena, fd, OV_STR("journal"), 65536, &text, &unread);
	ov_diags_release(&unread);
	close(fd);
	size_t end = ov_str_chr(text, '\n');
	struct ov_str next = ov_str_sub(text, 0, end);
	struct ov_str before = ov_str_trim(ov_str_sub(text, end, text.len));
	if (ok && is_sibling(run, next) && is_sibling(run, before) && !exists(run, run->name)) {
		if (renameat(run->parent, ov_str_cstr(run->arena, next), run->parent,
			    run->name) != 0)
			renameat(run->parent, ov_str_cstr(run->arena, before), run->parent,
				run->name);
	}
	unlinkat(run->parent, run->journal, 0);
}

/* The lock is held, so a sibling belongs to no one who is still at work. */
static void remove_leftovers(struct run *run)
{
	int fd = openat(run->parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (struct dirent *d; (d = readdir(dir));) {
		if (!is_sibling(run, ov_str_c(d->d_name)))
			continue;
		/* A file is a journal that did not get its name. */
		if (unlinkat(run->parent, d->d_name, 0) == 0 ||
			unlinkat(run->parent, d->d_name, AT_REMOVEDIR) == 0)
			continue;
		int sibling = openat(run->parent, d->d_name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		bool ours = sibling >= 0 && has_mark(sibling, false);
		if (sibling >= 0)
			close(sibling);
		if (ours)
			ov_sibling_remove(run->parent, d->d_name);
	}
	closedir(dir);
}

static bool open_old(struct run *run)
{
	struct stat st;
	if (fstatat(run->parent, run->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT || failed(run, "look at", errno);
	if (S_ISLNK(st.st_mode))
		return refuse(run, "is a symbolic link, which would be replaced by a folder",
			"name the folder to which it leads, or remove it");
	if (!S_ISDIR(st.st_mode))
		return refuse(run, "is not a folder", "name a folder");
	run->mode = st.st_mode & 07777;
	run->old =
		openat(run->parent, run->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int list =
		run->old < 0 ? -1 : openat(run->old, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = list >= 0 ? fdopendir(list) : NULL;
	if (!dir) {
		int cause = errno;
		if (list >= 0)
			close(list);
		return failed(run, "read", cause);
	}
	run->empty = true;
	bool repository = false;
	for (struct dirent *d; (d = readdir(dir));) {
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			run->empty = false;
		repository = repository || strcmp(d->d_name, ".git") == 0;
	}
	closedir(dir);
	if (repository)
		return refuse(run, "is the top of a Git repository",
			"name a folder in it, or write to a branch with --commit");
	if (!run->empty && !has_mark(run->old, true))
		return refuse(run, "holds files and has no mark that ovec wrote it",
			"name another folder, or empty this one");
	return true;
}

static bool write_journal(struct run *run, const char *before)
{
	const char *temporary = new_sibling(run);
	int fd = openat(run->parent, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	struct ov_str text = ov_str_fmt(run->arena, "%s\n%s\n", run->sibling, before);
	bool ok = fd >= 0 && ov_os_write_fd(fd, text) && fsync(fd) == 0;
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	return ok && renameat(run->parent, temporary, run->parent, run->journal) == 0;
}

/* For systems without an atomic exchange: between the two renames the folder is missing, and a
 * run that is killed there is completed by the next. */
static bool rename_twice(struct run *run)
{
	const char *before = new_sibling(run);
	if (!write_journal(run, before) ||
		renameat(run->parent, run->name, run->parent, before) != 0)
		return false;
	if (renameat(run->parent, run->sibling, run->parent, run->name) != 0) {
		int cause = errno;
		renameat(run->parent, before, run->parent, run->name);
		errno = cause;
		return false;
	}
	unlinkat(run->parent, run->journal, 0);
	run->sibling = before;
	return true;
}

static bool exchange(struct run *run)
{
	enum ov_os_result r = OV_OS_UNSUPPORTED;
	if (run->old < 0 || run->empty)
		return renameat(run->parent, run->sibling, run->parent, run->name) == 0;
	if (!run->options->never_exchange)
		r = ov_os_exchange(run->parent, run->sibling, run->name);
	return r == OV_OS_DONE || (r == OV_OS_UNSUPPORTED && rename_twice(run));
}

/* From here on the sibling is there; it is removed whatever happens. */
static bool build_and_exchange(struct run *run, const struct ov_sibling_plan *plan)
{
	int new = openat(
		run->parent, run->sibling, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (new < 0)
		return failed(run, "write to", errno);
	bool ok = ov_sibling_build(
		run->arena, run->old, new, run->options, plan, run->result, run->diags);
	if (ok && run->old >= 0 && fchmod(new, run->mode) != 0)
		ok = failed(run, "write to", errno);
	if (ok && run->options->sync && !ov_os_sync(new))
		ok = failed(run, "write to", errno);
	close(new);
	if (ok && !exchange(run))
		ok = failed(run, "replace", errno);
	if (ok && run->options->sync)
		fsync(run->parent);
	return ok;
}

static bool write_folder(struct run *run)
{
	struct ov_sibling_plan plan;
	if (!ov_sibling_plan(
		    run->arena, run->old, run->options, &plan, run->result, run->diags))
		return false;
	if (run->old >= 0 && !run->empty && !plan.differs)
		return true;
	if (!ov_may_depart(run->options->departures, plan.gone.items, plan.gone.count))
		return false;
	run->sibling = new_sibling(run);
	if (mkdirat(run->parent, run->sibling, 0777) != 0)
		return failed(run, "write to", errno);
	run->result->written = build_and_exchange(run, &plan);
	/* What cannot be removed now is removed by the next run. */
	if (exists(run, run->sibling))
		ov_sibling_remove(run->parent, run->sibling);
	return run->result->written;
}

bool ov_folder_output(const struct ov_folder_options *options, struct ov_folder_result *result,
	struct ov_diags *diags)
{
	struct ov_arena arena = {0};
	*result = (struct ov_folder_result){0};
	for (size_t i = 0; i < options->out->files.count; i++)
		ov_assert(ov_out_path_ok(options->out->files.items[i].path));
	ov_assert(options->out->sorted || options->out->files.count == 0);
	struct run run = {.arena = &arena,
		.options = options,
		.result = result,
		.diags = diags,
		.parent = -1,
		.old = -1};
	bool ok = open_parent(&run);
	if (ok && ov_os_lock(run.parent, LOCK_SECONDS) == OV_OS_FAILED)
		ok = failed(&run, "lock the folder above", EAGAIN);
	if (ok) {
		replay_journal(&run);
		remove_leftovers(&run);
		ok = open_old(&run) && write_folder(&run);
	}
	if (run.old >= 0)
		close(run.old);
	if (run.parent >= 0)
		close(run.parent);
	ov_arena_release(&arena);
	return ok;
}
