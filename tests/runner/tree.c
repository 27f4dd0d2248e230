#include "runner/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

void fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static const char *join(struct ov_arena *arena, const char *folder, const char *name)
{
	return *folder ? ov_str_fmt(arena, "%s/%s", folder, name).ptr : name;
}

struct ov_str file_read(struct ov_arena *arena, const char *path, bool *found)
{
	struct ov_str none = {0};
	struct stat st;
	char *bytes;
	size_t len = 0;
	int fd = open(path, O_RDONLY);

	if (found)
		*found = fd >= 0;
	if (fd < 0) {
		if (errno != ENOENT)
			fail("%s: %s", path, strerror(errno));
		return none;
	}
	if (fstat(fd, &st) != 0)
		fail("%s: %s", path, strerror(errno));
	bytes = ov_arena_alloc(arena, (size_t)st.st_size + 1, 1);
	while (len < (size_t)st.st_size) {
		ssize_t n = read(fd, bytes + len, (size_t)st.st_size - len);

		if (n <= 0)
			fail("%s: cannot be read", path);
		len += (size_t)n;
	}
	bytes[len] = '\0';
	close(fd);
	return ov_str_n(bytes, len);
}

void folder_make(const char *path)
{
	char *copy = strdup(path);

	if (!copy)
		fail("out of memory");
	for (char *p = copy + 1;; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST)
			fail("%s: %s", copy, strerror(errno));
		*p = c;
		if (c == '\0')
			break;
	}
	free(copy);
}

void file_write(const char *path, struct ov_str bytes)
{
	const char *slash = strrchr(path, '/');
	FILE *file;

	if (slash && slash > path) {
		char *folder = strndup(path, (size_t)(slash - path));

		if (!folder)
			fail("out of memory");
		folder_make(folder);
		free(folder);
	}
	file = fopen(path, "wb");
	if (!file || fwrite(bytes.ptr ? bytes.ptr : "", 1, bytes.len, file) != bytes.len)
		fail("%s: %s", path, strerror(errno));
	if (fclose(file) != 0)
		fail("%s: %s", path, strerror(errno));
}

static void gather(
	struct ov_arena *arena, struct tree *tree, const char *root, const char *below)
{
	const char *folder = *below ? join(arena, root, below) : root;
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool empty = true;

	if (!dir)
		fail("%s: %s", folder, strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		struct tree_file file;
		const char *path;
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		empty = false;
		if (!*below && strcmp(entry->d_name, ".ovec") == 0)
			continue;
		file.path = ov_str_dup(arena, ov_str_c(join(arena, below, entry->d_name))).ptr;
		path = join(arena, root, file.path);
		if (lstat(path, &st) != 0)
			fail("%s: %s", path, strerror(errno));
		if (S_ISDIR(st.st_mode)) {
			gather(arena, tree, root, file.path);
			continue;
		}
		if (S_ISLNK(st.st_mode)) {
			char target[4096];
			ssize_t n = readlink(path, target, sizeof(target));

			file.bytes = ov_str_fmt(
				arena, "-> %.*s", n < 0 ? 0 : (int)n, n < 0 ? "" : target);
		} else {
			file.bytes = file_read(arena, path, NULL);
		}
		ov_vec_push(arena, &tree->files, file);
	}
	closedir(dir);
	if (empty && *below) {
		struct tree_file file = {ov_str_fmt(arena, "%s/", below).ptr, {0}};

		ov_vec_push(arena, &tree->files, file);
	}
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct tree_file *)a)->path, ((const struct tree_file *)b)->path);
}

struct tree tree_read(struct ov_arena *arena, const char *folder)
{
	struct tree tree = {0};
	struct stat st;

	if (stat(folder, &st) != 0)
		return tree;
	tree.exists = true;
	if (!S_ISDIR(st.st_mode)) {
		struct tree_file file = {"", file_read(arena, folder, NULL)};

		ov_vec_push(arena, &tree.files, file);
		return tree;
	}
	gather(arena, &tree, folder, "");
	if (tree.files.count > 1)
		qsort(tree.files.items, tree.files.count, sizeof(*tree.files.items), by_path);
	return tree;
}

void tree_write(const struct tree *tree, const char *folder)
{
	struct ov_arena arena = {0};

	if (tree->files.count != 1 || *tree->files.items[0].path)
		folder_make(folder);
	for (size_t i = 0; i < tree->files.count; i++) {
		const struct tree_file *f = &tree->files.items[i];

		file_write(*f->path ? join(&arena, folder, f->path) : folder, f->bytes);
	}
	ov_arena_release(&arena);
}

void tree_remove(const char *path)
{
	struct ov_arena arena = {0};
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	if (lstat(path, &st) != 0)
		return;
	if (!S_ISDIR(st.st_mode)) {
		if (unlink(path) != 0)
			fail("%s: %s", path, strerror(errno));
		return;
	}
	dir = opendir(path);
	if (!dir)
		fail("%s: %s", path, strerror(errno));
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			tree_remove(join(&arena, path, entry->d_name));
	closedir(dir);
	if (rmdir(path) != 0)
		fail("%s: %s", path, strerror(errno));
	ov_arena_release(&arena);
}

void tree_copy(const char *from, const char *to)
{
	struct ov_arena arena = {0};
	struct stat st;

	if (lstat(from, &st) != 0)
		fail("%s: %s", from, strerror(errno));
	if (S_ISLNK(st.st_mode)) {
		char target[4096];
		ssize_t n = readlink(from, target, sizeof(target) - 1);

		if (n < 0)
			fail("%s: %s", from, strerror(errno));
		target[n] = '\0';
		if (symlink(target, to) != 0)
			fail("%s: %s", to, strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		DIR *dir = opendir(from);
		struct dirent *entry;

		if (!dir)
			fail("%s: %s", from, strerror(errno));
		folder_make(to);
		while ((entry = readdir(dir)) != NULL)
			if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
				tree_copy(join(&arena, from, entry->d_name),
					join(&arena, to, entry->d_name));
		closedir(dir);
	} else {
		file_write(to, file_read(&arena, from, NULL));
	}
	ov_arena_release(&arena);
}
