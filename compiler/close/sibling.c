/* sibling: what a folder is to hold next, and the building of it. Layer: close. */
#include "close/sibling.h"

#include "base/limits.h"
#include "base/pool.h"
#include "close/commit.h"
#include "foreign/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_AT_ONCE = 64 };

/* What is known of a path that is in the folder, in the output, or in both. */
enum verdict {
	ADD,
	REPLACE,
	SAME,
	KEEP,      /* not ours */
	UNTOUCHED, /* outside of what may be touched */
	REMOVE,
	IN_THE_WAY,
	UNREADABLE,
};

struct have {
	struct ov_str path; /* ends in NUL */
	mode_t mode;
	off_t size;
};

struct haves {
	struct have *items;
	size_t count, cap;
};

struct pair {
	const struct have *have;
	const struct ov_out_file *file;
	enum verdict verdict;
	int cause;
};

struct pairs {
	struct pair *items;
	size_t count, cap;
};

struct compare {
	int old;
	const struct ov_folder_options *options;
	struct pairs pairs;
	struct ov_buf worker[OV_LIMIT_THREADS];
};

struct scan {
	struct ov_arena *arena;
	struct ov_diags *diags;
	struct ov_str root;
	struct haves found;
	bool ok;
};

static void scan_failed(struct scan *scan, struct ov_str path, const char *cause)
{
	ov_diag_add(scan->diags, OV_DIAG_READ_FAILED, ov_span(0), "cannot read %.*s/%.*s: %s",
		OV_STR_ARG(scan->root), OV_STR_ARG(path), cause);
	scan->ok = false;
}

static void scan_folder(struct scan *scan, int fd, struct ov_str path, size_t depth)
{
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir) {
		scan_failed(scan, path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return;
	}
	struct dirent *d;
	for (errno = 0; scan->ok && (d = readdir(dir)); errno = 0) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0 ||
			(depth == 0 && strcmp(d->d_name, OV_FOLDER_MARK) == 0))
			continue;
		struct have have = {
			.path = depth ? ov_str_fmt(scan->arena, "%.*s/%s", OV_STR_ARG(path),
						d->d_name)
				      : ov_str_dup(scan->arena, ov_str_c(d->d_name))};
		struct stat st;
		if (fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
			scan_failed(scan, have.path, strerror(errno));
		} else if (!S_ISDIR(st.st_mode)) {
			have.mode = st.st_mode;
			have.size = st.st_size;
			ov_vec_push(scan->arena, &scan->found, have);
		} else if (depth == OV_LIMIT_FOLDER_DEPTH) {
			scan_failed(scan, have.path, "folders are nested too deeply");
		} else {
			scan_folder(scan,
				openat(dirfd(dir), d->d_name,
					O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
				have.path, depth + 1);
		}
	}
	if (errno && scan->ok)
		scan_failed(scan, path, strerror(errno));
	closedir(dir);
}

static int by_path(const void *a, const void *b)
{
	const struct have *x = a, *y = b;
	return ov_str_cmp(x->path, y->path);
}

static bool in_scope(const struct ov_folder_options *options, struct ov_str path)
{
	return ov_out_in_scope(path, options->folders, options->folder_count);
}

/* Walks both sorted lists side by side. */
static void pair_up(struct ov_arena *arena, struct compare *compare, const struct haves *haves)
{
	const struct ov_folder_options *options = compare->options;
	const struct ov_out_file *file = options->out->files.items;
	const struct ov_out_file *file_end = file + options->out->files.count;
	const struct have *have = haves->items, *have_end = have + haves->count;
	while (have < have_end || file < file_end) {
		if (file < file_end && !file->meta && !in_scope(options, file->path)) {
			file++;
			continue;
		}
		int r = have == have_end   ? 1
			: file == file_end ? -1
					   : ov_str_cmp(have->path, file->path);
		struct pair pair = {.verdict = KEEP};
		if (r <= 0)
			pair.have = have++;
		if (r >= 0)
			pair.file = file++;
		if (!pair.have)
			pair.verdict = ADD;
		else if (!pair.file && !in_scope(options, pair.have->path))
			pair.verdict = UNTOUCHED;
		ov_vec_push(arena, &compare->pairs, pair);
	}
}

/* The first `most` bytes of the file, or all; false leaves errno. */
static bool read_start(int old, const struct have *have, size_t most, struct ov_buf *buf)
{
	ov_buf_clear(buf);
	ov_buf_reserve(buf, most + 1);
	int fd = openat(old, have->path.ptr, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t n = 1;
	while (buf->len < most && n != 0) {
		n = read(fd, buf->ptr + buf->len, most - buf->len);
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			buf->len += (size_t)n;
	}
	int cause = errno;
	close(fd);
	errno = cause;
	return n >= 0 || buf->len == most;
}

static enum verdict judge(
	const struct compare *compare, const struct pair *pair, struct ov_buf *buf)
{
	const struct have *have = pair->have;
	const struct ov_out_file *file = pair->file;
	struct ov_str marker = compare->options->marker;
	if (!S_ISREG(have->mode))
		return file ? IN_THE_WAY : KEEP;
	bool same_size = file && (uintmax_t)have->size == file->size;
	if (!read_start(compare->old, have, same_size ? file->size + 1 : marker.len + 2, buf))
		return UNREADABLE;
	struct ov_str bytes = ov_buf_str(buf);
	if (same_size && ov_str_eq(bytes, file->bytes))
		return SAME;
	if (file && file->meta)
		return REPLACE;
	bool ours = ov_is_marked(bytes, marker);
	if (file)
		return ours ? REPLACE : IN_THE_WAY;
	return ours ? REMOVE : KEEP;
}

static void judge_some(void *context, size_t item, size_t worker)
{
	struct compare *compare = context;
	size_t end = (item + 1) * FILES_AT_ONCE;
	for (size_t i = item * FILES_AT_ONCE; i < end && i < compare->pairs.count; i++) {
		struct pair *pair = &compare->pairs.items[i];
		if (!pair->have || pair->verdict == UNTOUCHED)
			continue;
		pair->verdict = judge(compare, pair, &compare->worker[worker]);
		pair->cause = errno;
	}
}

static void in_the_way(
	struct ov_diags *diags, const struct ov_folder_options *options, struct ov_str path)
{
	struct ov_diag *diag = ov_diag_add(diags, OV_DIAG_OUTPUT_NOT_OURS, ov_span(0),
		"%.*s/%.*s is in the way and was not written by ovec",
		OV_STR_ARG(options->folder), OV_STR_ARG(path));
	ov_diag_help(diags, diag,
		"remove it, or name another folder; files of ovec begin with \"%.*s\"",
		OV_STR_ARG(options->marker));
}

/* Takes one judged path into the plan; false where it cannot be. */
static bool plan_pair(struct ov_arena *arena, const struct pair *pair,
	const struct ov_folder_options *options, struct ov_sibling_plan *plan,
	struct ov_folder_result *result, struct ov_diags *diags)
{
	bool meta = pair->file && pair->file->meta;
	switch (pair->verdict) {
	case ADD: result->added += !meta; break;
	case REPLACE: result->changed += !meta; break;
	case SAME: result->unchanged += !meta; break;
	case KEEP: result->kept++; break;
	case UNTOUCHED: break;
	case REMOVE:
		result->removed++;
		ov_vec_push(arena, &plan->gone, (struct ov_departed){.path = pair->have->path});
		return true;
	case IN_THE_WAY: in_the_way(diags, options, pair->have->path); return false;
	case UNREADABLE:
		ov_diag_add(diags, OV_DIAG_READ_FAILED, ov_span(0), "cannot read %.*s/%.*s: %s",
			OV_STR_ARG(options->folder), OV_STR_ARG(pair->have->path),
			strerror(pair->cause));
		return false;
	}
	bool write = pair->verdict == ADD || pair->verdict == REPLACE;
	struct ov_out_file *next =
		ov_out_add(arena, &plan->files, write ? pair->file->path : pair->have->path,
			write ? pair->file->bytes : OV_STR(""));
	next->origin = write ? OV_SIBLING_WRITE : OV_SIBLING_LINK;
	return true;
}

static bool plan_pairs(struct ov_arena *arena, const struct compare *compare,
	struct ov_sibling_plan *plan, struct ov_folder_result *result, struct ov_diags *diags)
{
	bool ok = true;
	for (size_t i = 0; i < compare->pairs.count; i++)
		ok &= plan_pair(
			arena, &compare->pairs.items[i], compare->options, plan, result, diags);
	plan->differs = result->added + result->changed + result->removed > 0;
	struct ov_out_conflicts conflicts = {0};
	ov_out_sort(arena, &plan->files, &conflicts);
	for (size_t i = 0; i < conflicts.count && ok; i++) {
		const struct ov_out_conflict *c = &conflicts.items[i];
		in_the_way(diags, compare->options,
			c->first->origin == OV_SIBLING_LINK ? c->first->path : c->second->path);
	}
	return ok && conflicts.count == 0;
}

/* Only now is it known that they are few. */
static bool read_gone(struct ov_arena *arena, int old, const struct ov_folder_options *options,
	struct ov_sibling_plan *plan, struct ov_diags *diags)
{
	for (size_t i = 0; options->departures && i < plan->gone.count; i++) {
		struct ov_departed *file = &plan->gone.items[i];
		int fd = openat(old, file->path.ptr, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			ov_diag_add(diags, OV_DIAG_READ_FAILED, ov_span(0),
				"cannot read %.*s/%.*s: %s", OV_STR_ARG(options->folder),
				OV_STR_ARG(file->path), strerror(errno));
		bool ok = fd >= 0 && ov_os_read_fd(arena, fd, file->path, OV_LIMIT_SOURCE,
					     &file->bytes, diags);
		if (fd >= 0)
			close(fd);
		if (ok)
			continue;
		return false;
	}
	return true;
}

bool ov_sibling_plan(struct ov_arena *arena, int old, const struct ov_folder_options *options,
	struct ov_sibling_plan *plan, struct ov_folder_result *result, struct ov_diags *diags)
{
	*plan = (struct ov_sibling_plan){0};
	struct scan scan = {
		.arena = arena, .diags = diags, .root = options->folder, .ok = true};
	if (old >= 0)
		scan_folder(&scan, openat(old, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
			OV_STR(""), 0);
	if (!scan.ok)
		return false;
	if (scan.found.count)
		qsort(scan.found.items, scan.found.count, sizeof(struct have), by_path);
	struct compare *compare = ov_new(arena, struct compare);
	compare->old = old;
	compare->options = options;
	pair_up(arena, compare, &scan.found);
	ov_pool_run(options->threads,
		(compare->pairs.count + FILES_AT_ONCE - 1) / FILES_AT_ONCE, judge_some,
		compare);
	for (size_t i = 0; i < OV_LIMIT_THREADS; i++)
		ov_buf_release(&compare->worker[i]);
	return plan_pairs(arena, compare, plan, result, diags) &&
	       read_gone(arena, old, options, plan, diags);
}

/* Files of one folder that one thread makes. */
struct batch {
	size_t from, to;
	const char *folder;
	size_t skip; /* length of the folder and its slash */
	size_t failed;
	int cause;
};

struct batches {
	struct batch *items;
	size_t count, cap;
};

struct build {
	int old;
	int new;
	const struct ov_out *files;
	struct batches batches;
};

static bool write_file(int dir, const char *name, struct ov_str bytes)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return false;
	bool ok = ov_os_write_fd(fd, bytes);
	int cause = errno;
	if (close(fd) != 0 && ok)
		return false;
	errno = cause;
	return ok;
}

static bool copy_link(int old, const char *path, int dir, const char *name)
{
	char target[4096];
	ssize_t n = readlinkat(old, path, target, sizeof(target) - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	return symlinkat(target, dir, name) == 0;
}

/* For file systems without hard links, and files that may not be linked. */
static bool copy_file(int old, const char *path, int dir, const char *name)
{
	struct stat st;
	if (fstatat(old, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	if (S_ISLNK(st.st_mode))
		return copy_link(old, path, dir, name);
	errno = EINVAL;
	if (!S_ISREG(st.st_mode))
		return false;
	int from = openat(old, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int to = from < 0 ? -1
			  : openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char chunk[65536];
	ssize_t n = -1;
	while (to >= 0 && (n = read(from, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || !ov_os_write_fd(to, ov_str_n(chunk, (size_t)n))) {
			n = -1;
			break;
		}
	}
	const struct timespec times[2] = {st.st_atim, st.st_mtim};
	bool ok = to >= 0 && n == 0 && fchmod(to, st.st_mode & 07777) == 0 &&
		  futimens(to, times) == 0;
	int cause = errno;
	if (from >= 0)
		close(from);
	if (to >= 0 && close(to) != 0 && ok)
		return false;
	errno = cause;
	return ok;
}

static bool make_file(const struct build *build, const struct ov_out_file *file, int dir,
	const char *name, const char *path)
{
	if (file->origin == OV_SIBLING_WRITE)
		return write_file(dir, name, file->bytes);
	return linkat(build->old, path, dir, name, 0) == 0 ||
	       copy_file(build->old, path, dir, name);
}

static void make_batch(void *context, size_t item, size_t worker)
{
	struct build *build = context;
	struct batch *batch = &build->batches.items[item];
	struct ov_arena scratch = {0};
	(void)worker;
	int dir = openat(build->new, batch->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = batch->from; i < batch->to; i++) {
		const struct ov_out_file *file = &build->files->files.items[i];
		struct ov_arena_mark mark = ov_arena_mark(&scratch);
		const char *path = ov_str_cstr(&scratch, file->path);
		if (dir < 0 || !make_file(build, file, dir, path + batch->skip, path)) {
			batch->cause = errno ? errno : EIO;
			batch->failed = i;
			break;
		}
		ov_arena_rewind(&scratch, mark);
	}
	if (dir >= 0)
		close(dir);
	ov_arena_release(&scratch);
}

static size_t folder_length(struct ov_str path)
{
	size_t len = path.len;
	while (len && path.ptr[len - 1] != '/')
		len--;
	return len;
}

/* Makes the folders that `path` has beyond those of `before`; both end in "/". */
static bool make_folders(
	struct ov_arena *arena, int new, struct ov_str before, struct ov_str path)
{
	for (size_t i = 0; i < path.len; i++) {
		if (path.ptr[i] != '/' || ov_str_starts(before, ov_str_sub(path, 0, i + 1)))
			continue;
		if (mkdirat(new, ov_str_cstr(arena, ov_str_sub(path, 0, i)), 0777) != 0 &&
			errno != EEXIST)
			return false;
	}
	return true;
}

static void write_failed(struct ov_diags *diags, const struct ov_folder_options *options,
	struct ov_str path, int cause)
{
	ov_diag_add(diags, OV_DIAG_WRITE_FAILED, ov_span(0), "cannot write %.*s/%.*s: %s",
		OV_STR_ARG(options->folder), OV_STR_ARG(path), strerror(cause));
}

static bool make_batches(struct ov_arena *arena, struct build *build,
	const struct ov_folder_options *options, struct ov_diags *diags)
{
	struct ov_str before = {0};
	for (size_t i = 0; i < build->files->files.count; i++) {
		struct ov_str path = build->files->files.items[i].path;
		struct ov_str folder = ov_str_sub(path, 0, folder_length(path));
		struct batch *last = build->batches.count
					     ? &build->batches.items[build->batches.count - 1]
					     : NULL;
		if (last && ov_str_eq(folder, before) && i - last->from < FILES_AT_ONCE) {
			last->to = i + 1;
			continue;
		}
		if (!make_folders(arena, build->new, before, folder)) {
			write_failed(diags, options, folder, errno);
			return false;
		}
		struct batch batch = {i, i + 1, folder.len ? ov_str_cstr(arena, folder) : ".",
			folder.len, 0, 0};
		ov_vec_push(arena, &build->batches, batch);
		before = folder;
	}
	return true;
}

bool ov_sibling_build(struct ov_arena *arena, int old, int new,
	const struct ov_folder_options *options, const struct ov_sibling_plan *plan,
	struct ov_folder_result *result, struct ov_diags *diags)
{
	struct build build = {.old = old, .new = new, .files = &plan->files};
	if (!write_file(new, OV_FOLDER_MARK, OV_STR(OV_FOLDER_MARK_TEXT))) {
		write_failed(diags, options, OV_STR(OV_FOLDER_MARK), errno);
		return false;
	}
	if (!make_batches(arena, &build, options, diags))
		return false;
	ov_pool_run(options->threads, build.batches.count, make_batch, &build);
	for (size_t i = 0; i < build.batches.count; i++) {
		const struct batch *batch = &build.batches.items[i];
		if (batch->cause == 0)
			continue;
		write_failed(diags, options, plan->files.files.items[batch->failed].path,
			batch->cause);
		return false;
	}
	for (size_t i = 0; i < plan->files.files.count; i++)
		result->bytes += plan->files.files.items[i].bytes.len;
	return true;
}

/* The mark goes last: it tells the next run that what is left may be removed. */
static bool remove_content(int fd, size_t depth)
{
	DIR *dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return false;
	}
	bool ok = true;
	for (struct dirent *d; ok && (d = readdir(dir));) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0 ||
			(depth == 0 && strcmp(d->d_name, OV_FOLDER_MARK) == 0))
			continue;
		if (unlinkat(dirfd(dir), d->d_name, 0) == 0)
			continue;
		int below = depth > OV_LIMIT_FOLDER_DEPTH
				    ? -1
				    : openat(dirfd(dir), d->d_name,
					      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		ok = below >= 0 && remove_content(below, depth + 1) &&
		     unlinkat(dirfd(dir), d->d_name, AT_REMOVEDIR) == 0;
	}
	if (ok && depth == 0)
		ok = unlinkat(dirfd(dir), OV_FOLDER_MARK, 0) == 0 || errno == ENOENT;
	int cause = errno;
	closedir(dir);
	errno = cause;
	return ok;
}

bool ov_sibling_remove(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd >= 0 && remove_content(fd, 0) && unlinkat(parent, name, AT_REMOVEDIR) == 0;
}
