/* os_file: reading, writing and walking files and folders. Layer: foreign. */
#include "base/limits.h"
#include "foreign/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* NULL where the path cannot be one: it holds a NUL byte. */
static const char *c_path(struct ov_arena *arena, struct ov_str path)
{
	return ov_str_chr(path, '\0') == SIZE_MAX ? ov_str_cstr(arena, path) : NULL;
}

enum ov_os_kind ov_os_kind(struct ov_str path)
{
	struct ov_arena arena = {0};
	const char *name = c_path(&arena, path);
	struct stat st;
	enum ov_os_kind kind = OV_OS_OTHER;
	if (!name || lstat(name, &st) != 0)
		kind = name && errno != ENOENT && errno != ENOTDIR ? OV_OS_OTHER
								   : OV_OS_MISSING;
	else if (S_ISREG(st.st_mode))
		kind = OV_OS_FILE;
	else if (S_ISDIR(st.st_mode))
		kind = OV_OS_FOLDER;
	else if (S_ISLNK(st.st_mode))
		kind = OV_OS_LINK;
	ov_arena_release(&arena);
	return kind;
}

static void read_failed(struct ov_diags *diags, struct ov_str path, const char *cause)
{
	ov_diag_add(diags, OV_DIAG_READ_FAILED, ov_span(0), "cannot read %.*s: %s",
		OV_STR_ARG(path), cause);
}

static bool too_large(struct ov_diags *diags, struct ov_str path, size_t max)
{
	ov_diag_add(diags, OV_DIAG_SOURCE_SIZE, ov_span(0),
		"%.*s is larger than %zu bytes, the most that is read", OV_STR_ARG(path), max);
	return false;
}

bool ov_os_read_fd(struct ov_arena *arena, int fd, struct ov_str name, size_t max,
	struct ov_str *out, struct ov_diags *diags)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	bool ok = true;
	while (ok) {
		ov_buf_reserve(&buf, 65536);
		ssize_t n = read(fd, buf.ptr + buf.len, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			read_failed(diags, name, strerror(errno));
			ok = false;
		} else if (n == 0) {
			*out = ov_str_dup(arena, ov_buf_str(&buf));
			break;
		} else {
			buf.len += (size_t)n;
			ok = buf.len <= max || too_large(diags, name, max);
		}
	}
	ov_buf_release(&buf);
	return ok;
}

/* Reads a file whose size is known; one that changes meanwhile is read as far as both agree. */
static bool read_known(struct ov_arena *arena, int fd, size_t size, struct ov_str *out)
{
	char *bytes = ov_arena_alloc(arena, ov_size_add(size, 1), 1);
	size_t len = 0;
	while (len < size) {
		ssize_t n = read(fd, bytes + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	bytes[len] = '\0';
	*out = ov_str_n(bytes, len);
	return true;
}

bool ov_os_read_file(struct ov_arena *arena, struct ov_str path, size_t max, struct ov_str *out,
	struct ov_diags *diags)
{
	struct ov_arena scratch = {0};
	const char *name = c_path(&scratch, path);
	int fd = name ? open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;
	struct stat st;
	bool ok = false;
	if (!name)
		read_failed(diags, path, "its name holds a NUL byte");
	else if (fd < 0 || fstat(fd, &st) != 0)
		read_failed(diags, path, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		read_failed(diags, path, "it is a folder");
	else if (!S_ISREG(st.st_mode))
		read_failed(diags, path, "it is not a regular file");
	else if (st.st_size > 0 && (uintmax_t)st.st_size > max)
		too_large(diags, path, max);
	else if (st.st_size == 0)
		/* Such as those in /proc, which tell no size. */
		ok = ov_os_read_fd(arena, fd, path, max, out, diags);
	else if (!(ok = read_known(arena, fd, (size_t)st.st_size, out)))
		read_failed(diags, path, strerror(errno));
	if (fd >= 0)
		close(fd);
	ov_arena_release(&scratch);
	return ok;
}

bool ov_os_write_fd(int fd, struct ov_str bytes)
{
	while (bytes.len) {
		ssize_t n = write(fd, bytes.ptr, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = ov_str_sub(bytes, (size_t)n, bytes.len);
	}
	return true;
}

static bool sync_parent(struct ov_arena *arena, struct ov_str path)
{
	size_t end = path.len;
	while (end > 0 && path.ptr[end - 1] != '/')
		end--;
	const char *parent = end ? ov_str_cstr(arena, ov_str_sub(path, 0, end)) : ".";
	int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool ok = fsync(fd) == 0 || errno == EINVAL;
	close(fd);
	return ok;
}

bool ov_os_write_file(
	struct ov_str path, struct ov_str bytes, bool sync, struct ov_diags *diags)
{
	struct ov_arena arena = {0};
	const char *name = c_path(&arena, path);
	errno = EINVAL;
	const char *temporary = ov_str_fmt(
		&arena, "%.*s.%016llx", OV_STR_ARG(path), (unsigned long long)ov_os_seed())
					.ptr;
	int fd = name ? open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
	bool ok = fd >= 0 && ov_os_write_fd(fd, bytes) && (!sync || fsync(fd) == 0);
	int cause = errno;
	if (fd >= 0 && close(fd) != 0 && ok) {
		ok = false;
		cause = errno;
	}
	if (ok && rename(temporary, name) != 0) {
		ok = false;
		cause = errno;
	}
	if (!ok && fd >= 0)
		unlink(temporary);
	if (ok && sync && !sync_parent(&arena, path)) {
		ok = false;
		cause = errno;
	}
	if (!ok)
		ov_diag_add(diags, OV_DIAG_WRITE_FAILED, ov_span(0), "cannot write %.*s: %s",
			OV_STR_ARG(path), strerror(cause));
	ov_arena_release(&arena);
	return ok;
}

struct walk {
	struct ov_arena *arena;
	struct ov_str root;
	struct ov_str real; /* the root without links */
	ov_found_want *want;
	ov_found_fn *found;
	void *context;
	struct ov_diags *diags;
	bool ok;
};

struct entry {
	struct ov_str
		name; /* a folder's ends in "/", which gives the byte order of full paths */
	mode_t mode;
	off_t size;
};

struct entries {
	struct entry *items;
	size_t count, cap;
};

static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return ov_str_cmp(x->name, y->name);
}

static struct ov_str shown(const struct walk *walk, struct ov_str path)
{
	if (path.len == 0)
		return walk->root;
	return ov_str_fmt(walk->arena, "%.*s/%.*s", OV_STR_ARG(walk->root), OV_STR_ARG(path));
}

static void walk_failed(struct walk *walk, struct ov_str path)
{
	read_failed(walk->diags, shown(walk, path), strerror(errno));
	walk->ok = false;
}

static struct ov_str below(struct ov_arena *arena, struct ov_str folder, struct ov_str name)
{
	if (folder.len == 0)
		return name;
	return ov_str_fmt(arena, "%.*s/%.*s", OV_STR_ARG(folder), OV_STR_ARG(name));
}

static bool list(struct walk *walk, DIR *dir, struct ov_str path, struct entries *out)
{
	for (;;) {
		errno = 0;
		struct dirent *d = readdir(dir);
		if (!d)
			break;
		if (path.len && strcmp(d->d_name, OV_OUTPUT_MARK) == 0) {
			out->count = 0;
			return true;
		}
		if (d->d_name[0] == '.')
			continue;
		struct stat st;
		if (fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
			if (errno != ENOENT)
				walk_failed(
					walk, below(walk->arena, path, ov_str_c(d->d_name)));
			continue;
		}
		struct ov_str name = ov_str_c(d->d_name);
		name = S_ISDIR(st.st_mode) ? ov_str_fmt(walk->arena, "%.*s/", OV_STR_ARG(name))
					   : ov_str_dup(walk->arena, name);
		struct entry entry = {name, st.st_mode, st.st_size};
		ov_vec_push(walk->arena, out, entry);
	}
	if (errno) {
		walk_failed(walk, path);
		return false;
	}
	if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), by_name);
	return true;
}

static void walk_file(struct walk *walk, int fd, struct ov_found *found)
{
	struct stat st;
	if (fd < 0 || fstat(fd, &st) != 0) {
		walk_failed(walk, found->path);
	} else if (!S_ISREG(st.st_mode)) {
		/* It was exchanged for something else since it was listed. */
		errno = EAGAIN;
		walk_failed(walk, found->path);
	} else if (st.st_size > OV_LIMIT_SOURCE) {
		found->kind = OV_FOUND_TOO_LARGE;
		walk->found(walk->context, found);
	} else if (!read_known(walk->arena, fd, (size_t)st.st_size, &found->bytes)) {
		walk_failed(walk, found->path);
	} else {
		found->exec = (st.st_mode & S_IXUSR) != 0;
		walk->found(walk->context, found);
	}
	if (fd >= 0)
		close(fd);
}

static void walk_link(struct walk *walk, int dir, const char *name, struct ov_found *found)
{
	enum { MOST = 4096 };
	char *target = ov_arena_alloc(walk->arena, MOST, 1);
	ssize_t n = readlinkat(dir, name, target, MOST);
	if (n < 0) {
		walk_failed(walk, found->path);
		return;
	}
	found->target = ov_str_n(target, (size_t)n);
	struct ov_str real = {0};
	struct stat st;
	if (!ov_os_real_path(walk->arena, shown(walk, found->path), &real) ||
		!ov_str_starts(real, walk->real) ||
		(walk->real.len > 1 &&
			(real.len <= walk->real.len || real.ptr[walk->real.len] != '/')) ||
		stat(real.ptr, &st) != 0 || !S_ISREG(st.st_mode)) {
		found->kind = OV_FOUND_LINK;
		walk->found(walk->context, found);
		return;
	}
	walk_file(walk, open(real.ptr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), found);
}

/* What lies behind a link to a folder would be missing from the estate without a word. */
static bool is_folder_link(int dir, const char *name, mode_t mode)
{
	struct stat st;
	return S_ISLNK(mode) && fstatat(dir, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static void walk_folder(struct walk *walk, int fd, struct ov_str path, size_t depth)
{
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir) {
		walk_failed(walk, path);
		if (fd >= 0)
			close(fd);
		return;
	}
	struct entries entries = {0};
	bool ok = list(walk, dir, path, &entries);
	for (size_t i = 0; ok && i < entries.count; i++) {
		const struct entry *entry = &entries.items[i];
		bool folder = S_ISDIR(entry->mode);
		struct ov_str name = ov_str_sub(entry->name, 0, entry->name.len - folder);
		struct ov_found found = {.path = below(walk->arena, path, name)};
		const char *c = folder ? ov_str_cstr(walk->arena, name) : name.ptr;
		if (folder && depth == OV_LIMIT_FOLDER_DEPTH) {
			found.kind = OV_FOUND_TOO_DEEP;
			walk->found(walk->context, &found);
		} else if (folder) {
			walk_folder(walk,
				openat(dirfd(dir), c,
					O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW),
				found.path, depth + 1);
		} else if (!S_ISREG(entry->mode) && !S_ISLNK(entry->mode)) {
			continue;
		} else if (walk->want && !walk->want(walk->context, found.path) &&
			   !is_folder_link(dirfd(dir), c, entry->mode)) {
			continue;
		} else if (S_ISLNK(entry->mode)) {
			walk_link(walk, dirfd(dir), c, &found);
		} else {
			walk_file(walk,
				openat(dirfd(dir), c,
					O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK),
				&found);
		}
	}
	closedir(dir);
}

bool ov_os_walk(struct ov_arena *arena, struct ov_str root, ov_found_want *want,
	ov_found_fn *found, void *context, struct ov_diags *diags)
{
	struct walk walk = {.arena = arena,
		.root = root,
		.want = want,
		.found = found,
		.context = context,
		.diags = diags,
		.ok = true};
	while (walk.root.len > 1 && walk.root.ptr[walk.root.len - 1] == '/')
		walk.root.len--;
	if (!ov_os_real_path(arena, root, &walk.real)) {
		walk_failed(&walk, OV_STR(""));
		return false;
	}
	walk_folder(
		&walk, open(walk.real.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC), OV_STR(""), 0);
	return walk.ok;
}

static bool change_failed(struct ov_str path, const char *what, struct ov_diags *diags)
{
	ov_diag_add(diags, OV_DIAG_WRITE_FAILED, ov_span(0), "cannot %s '%.*s': %s", what,
		OV_STR_ARG(path), strerror(errno));
	return false;
}

bool ov_os_make_folder(struct ov_str path, struct ov_diags *diags)
{
	struct ov_arena arena = {0};
	const char *name = c_path(&arena, path);
	bool ok = name && (mkdir(name, 0777) == 0 || errno == EEXIST);
	if (!ok)
		change_failed(path, "make the folder", diags);
	ov_arena_release(&arena);
	return ok;
}

bool ov_os_make_executable(struct ov_str path, struct ov_diags *diags)
{
	struct ov_arena arena = {0};
	const char *name = c_path(&arena, path);
	struct stat st;
	/* Whoever may read it may run it. */
	bool ok = name && stat(name, &st) == 0 &&
		  chmod(name, st.st_mode | (st.st_mode & 0444) >> 2) == 0;
	if (!ok)
		change_failed(path, "make executable", diags);
	ov_arena_release(&arena);
	return ok;
}
