/* tree: the files that are to be written. Layer: model. */
#include "model/tree.h"

#include "base/limits.h"

struct ov_out_file *ov_out_add(
	struct ov_arena *arena, struct ov_out *out, struct ov_str path, struct ov_str bytes)
{
	struct ov_out_file file = {.path = path, .bytes = bytes, .size = bytes.len};
	ov_vec_push(arena, &out->files, file);
	out->sorted = false;
	return &out->files.items[out->files.count - 1];
}

void ov_out_join(struct ov_arena *arena, struct ov_out *out, const struct ov_out *from)
{
	for (size_t i = 0; i < from->files.count; i++)
		ov_vec_push(arena, &out->files, from->files.items[i]);
	if (from->files.count)
		out->sorted = false;
}

static void merge(const struct ov_out_file **from, size_t a, size_t b, size_t end,
	const struct ov_out_file **to)
{
	size_t i = a, j = b;
	for (size_t k = a; k < end; k++) {
		if (j == end || (i < b && ov_str_cmp(from[i]->path, from[j]->path) <= 0))
			to[k] = from[i++];
		else
			to[k] = from[j++];
	}
}

/* Units come in cluster order and mostly sorted, so merging the runs that are there beats a
 * sort from scratch. */
static const struct ov_out_file **sort(struct ov_arena *arena, const struct ov_out *out)
{
	size_t n = out->files.count;
	const struct ov_out_file **from = ov_new_array(arena, const struct ov_out_file *, n);
	const struct ov_out_file **to = ov_new_array(arena, const struct ov_out_file *, n);
	size_t *start = ov_new_array(arena, size_t, n + 1);
	size_t runs = 0;
	for (size_t i = 0; i < n; i++) {
		from[i] = &out->files.items[i];
		if (i == 0 || ov_str_cmp(from[i - 1]->path, from[i]->path) > 0)
			start[runs++] = i;
	}
	start[runs] = n;
	while (runs > 1) {
		size_t kept = 0;
		for (size_t r = 0; r < runs; r += 2) {
			size_t mid = r + 1 < runs ? start[r + 1] : n;
			size_t end = r + 2 < runs ? start[r + 2] : n;
			merge(from, start[r], mid, end, to);
			start[kept++] = start[r];
		}
		start[kept] = n;
		runs = kept;
		const struct ov_out_file **swap = from;
		from = to;
		to = swap;
	}
	return from;
}

static bool is_below(struct ov_str path, struct ov_str folder)
{
	return path.len > folder.len && path.ptr[folder.len] == '/' &&
	       ov_str_starts(path, folder);
}

static void find_conflicts(
	struct ov_arena *arena, const struct ov_out *out, struct ov_out_conflicts *conflicts)
{
	const struct ov_out_file *files = out->files.items;
	for (size_t i = 1; i < out->files.count; i++) {
		struct ov_out_conflict conflict = {&files[i - 1], &files[i]};
		struct ov_str path = files[i].path;
		if (ov_str_eq(files[i - 1].path, path)) {
			ov_vec_push(arena, conflicts, conflict);
			continue;
		}
		/* Between "a" and "a/b" there may be "a-b". */
		for (size_t end = 0; (end = ov_str_find(path, OV_STR("/"), end)) != SIZE_MAX;
			end++) {
			struct ov_str folder = ov_str_sub(path, 0, end);
			if (is_below(files[i - 1].path, folder))
				continue;
			conflict.first = ov_out_find(out, folder);
			if (conflict.first)
				ov_vec_push(arena, conflicts, conflict);
		}
	}
}

void ov_out_sort(struct ov_arena *arena, struct ov_out *out, struct ov_out_conflicts *conflicts)
{
	size_t n = out->files.count;
	if (n && !out->sorted) {
		const struct ov_out_file **order = sort(arena, out);
		struct ov_out_file *files = ov_new_array(arena, struct ov_out_file, n);
		for (size_t i = 0; i < n; i++)
			files[i] = *order[i];
		out->files.items = files;
		out->files.cap = n;
	}
	out->sorted = true;
	find_conflicts(arena, out, conflicts);
}

const struct ov_out_file *ov_out_find(const struct ov_out *out, struct ov_str path)
{
	size_t from = 0, to = out->files.count;
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		int r = ov_str_cmp(out->files.items[mid].path, path);
		if (r == 0)
			return &out->files.items[mid];
		if (r < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

static bool name_ok(struct ov_str name)
{
	if (name.len == 0 || name.len > 255 || ov_str_is(name, ".") || ov_str_is(name, ".."))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		if (c < 0x20 || c == 0x7f || c == '\\')
			return false;
	}
	return !(name.len == 4 && name.ptr[0] == '.' && (name.ptr[1] | 0x20) == 'g' &&
		 (name.ptr[2] | 0x20) == 'i' && (name.ptr[3] | 0x20) == 't');
}

bool ov_out_path_ok(struct ov_str path)
{
	size_t depth = 0, from = 0;
	for (;;) {
		size_t end = ov_str_find(path, OV_STR("/"), from);
		if (!name_ok(ov_str_sub(path, from, end)))
			return false;
		if (end == SIZE_MAX)
			return true;
		if (++depth > OV_LIMIT_FOLDER_DEPTH)
			return false;
		from = end + 1;
	}
}

bool ov_out_in_scope(struct ov_str path, const struct ov_str *folders, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (is_below(path, folders[i]))
			return true;
	}
	return count == 0;
}
