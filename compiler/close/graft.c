/* graft: the trees of a commit over what the branch holds. Layer: close. */
#include "close/graft.h"

#include "base/limits.h"
#include "close/commit.h"

enum { MODE_FOLDER = 0040000, MODE_FILE = 0100644 };

/* One entry of a tree. Folders sort as if their names ended in "/". */
struct entry {
	struct ov_str name;
	unsigned mode;
	struct ov_id id;
};

struct entries {
	struct entry *items;
	size_t count, cap;
};

/* A run of the output's files that share the first `skip` bytes of their paths. */
struct range {
	size_t from, to;
	size_t skip;
};

static int compare_names(struct ov_str a, bool a_folder, struct ov_str b, bool b_folder)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int r = n ? memcmp(a.ptr, b.ptr, n) : 0;
	if (r)
		return r;
	int x = a.len > n ? (unsigned char)a.ptr[n] : a_folder ? '/' : -1;
	int y = b.len > n ? (unsigned char)b.ptr[n] : b_folder ? '/' : -1;
	return (x > y) - (x < y);
}

static int compare_entries(const struct entry *a, const struct entry *b)
{
	return compare_names(a->name, a->mode == MODE_FOLDER, b->name, b->mode == MODE_FOLDER);
}

/* Reads "mode name NUL id" again and again. */
static bool parse_tree(struct ov_graft *graft, struct ov_str bytes, struct entries *out)
{
	for (size_t at = 0; at < bytes.len;) {
		struct entry entry = {0};
		for (; at < bytes.len && bytes.ptr[at] >= '0' && bytes.ptr[at] <= '7'; at++)
			entry.mode = entry.mode << 3 | (unsigned)(bytes.ptr[at] - '0');
		size_t end = ov_str_find(bytes, ov_str_n("", 1), at);
		if (end == SIZE_MAX || bytes.ptr[at] != ' ' || bytes.len - end < 21)
			return false;
		entry.name = ov_str_sub(bytes, at + 1, end);
		memcpy(entry.id.bytes, bytes.ptr + end + 1, 20);
		at = end + 21;
		ov_vec_push(graft->arena, out, entry);
	}
	return true;
}

static bool read_tree(struct ov_graft *graft, const struct ov_id *id, struct entries *out)
{
	struct ov_str bytes;
	if (!id)
		return true;
	if (!ov_git_read(graft->arena, graft->git, *id, OV_GIT_TREE, &bytes, graft->diags))
		return graft->ok = false;
	if (!parse_tree(graft, bytes, out)) {
		ov_diag_add(graft->diags, OV_DIAG_GIT, ov_span(0),
			"a tree of the branch is damaged: run `git fsck`");
		return graft->ok = false;
	}
	return true;
}

static void write_tree(struct ov_graft *graft, const struct entries *entries, struct ov_id *id)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->items[i];
		ov_buf_addf(&buf, "%o ", entry->mode);
		ov_buf_add(&buf, entry->name);
		ov_buf_putc(&buf, '\0');
		ov_buf_add(&buf, ov_str_n((const char *)entry->id.bytes, 20));
	}
	struct ov_graft_tree tree = {.bytes = ov_str_dup(graft->arena, ov_buf_str(&buf))};
	tree.id = ov_git_id(OV_GIT_TREE, tree.bytes);
	ov_buf_release(&buf);
	ov_vec_push(graft->arena, &graft->trees, tree);
	*id = tree.id;
}

static const struct ov_out_file *file_at(const struct ov_graft *graft, size_t i)
{
	return &graft->out->files.items[i];
}

static bool same_id(const struct ov_id *a, const struct ov_id *b)
{
	return memcmp(a->bytes, b->bytes, 20) == 0;
}

enum scope { OUTSIDE, ON_THE_WAY, INSIDE };

/* Where a folder of the branch stands to the folders that may be touched. */
static enum scope scope_of(const struct ov_graft *graft, struct ov_str path)
{
	enum scope scope = graft->folder_count ? OUTSIDE : INSIDE;
	for (size_t i = 0; i < graft->folder_count; i++) {
		struct ov_str folder = graft->folders[i];
		if (ov_str_eq(path, folder) ||
			(ov_str_starts(path, folder) && path.ptr[folder.len] == '/'))
			return INSIDE;
		if (path.len == 0 ||
			(ov_str_starts(folder, path) && folder.ptr[path.len] == '/'))
			scope = ON_THE_WAY;
	}
	return scope;
}

/* Reads a file of the branch that is marked as ours. */
static bool read_ours(struct ov_graft *graft, struct ov_arena *arena, const struct entry *entry,
	struct ov_str *bytes)
{
	if (entry->mode != MODE_FILE && entry->mode != 0100755 && entry->mode != 0100664)
		return false;
	if (ov_git_read(arena, graft->git, entry->id, OV_GIT_BLOB, bytes, graft->diags))
		return ov_is_marked(*bytes, graft->marker);
	return graft->ok = false;
}

/* Whether it is ours; its bytes are kept if `copy` is not NULL. */
static bool is_ours(struct ov_graft *graft, const struct entry *entry, struct ov_str *copy)
{
	struct ov_arena scratch = {0};
	struct ov_str bytes;
	bool ours = read_ours(graft, &scratch, entry, &bytes);
	if (ours && copy)
		*copy = ov_str_dup(graft->arena, bytes);
	ov_arena_release(&scratch);
	return ours;
}

static void not_ours(struct ov_graft *graft, struct ov_str path, const char *what)
{
	struct ov_diag *diag = ov_diag_add(graft->diags, OV_DIAG_OUTPUT_NOT_OURS, ov_span(0),
		"the branch has a %s at %.*s that ovec did not write", what, OV_STR_ARG(path));
	ov_diag_help(graft->diags, diag,
		"remove it from the branch, or name another branch; files of ovec begin with "
		"\"%.*s\"",
		OV_STR_ARG(graft->marker));
	graft->ok = false;
}

static struct ov_str below(struct ov_arena *arena, struct ov_str folder, struct ov_str name)
{
	if (folder.len == 0)
		return name;
	return ov_str_fmt(arena, "%.*s/%.*s", OV_STR_ARG(folder), OV_STR_ARG(name));
}

static void drop(struct ov_graft *graft, const struct entry *entry, struct ov_departed file)
{
	graft->removed++;
	ov_vec_push(graft->arena, &graft->dropped, entry->id);
	ov_vec_push(graft->arena, &graft->gone, file);
}

static void put_new(struct ov_graft *graft, size_t i)
{
	graft->added += !file_at(graft, i)->meta;
	ov_vec_push(graft->arena, &graft->blobs, i);
}

/* What becomes of a file that is both on the branch and in the output. */
static void put_over(struct ov_graft *graft, const struct entry *old, size_t i)
{
	const struct ov_out_file *file = file_at(graft, i);
	if (old->mode == MODE_FILE && same_id(&old->id, &file->id)) {
		graft->unchanged += !file->meta;
		return;
	}
	if (!file->meta && !same_id(&old->id, &file->id) && !is_ours(graft, old, NULL)) {
		if (graft->ok)
			not_ours(graft, file->path, "file");
		return;
	}
	graft->changed += !file->meta;
	ov_vec_push(graft->arena, &graft->dropped, old->id);
	ov_vec_push(graft->arena, &graft->blobs, i);
}

static bool build(struct ov_graft *graft, const struct ov_id *tip, struct ov_str path,
	struct range range, size_t depth, struct ov_id *id);

/* A group of the range: one file, or all files of one folder. */
struct group {
	struct ov_str name;
	bool folder;
	struct range range;
};

static bool next_group(const struct ov_graft *graft, const struct range *range, size_t *at,
	struct group *group)
{
	/* Outside of the folders that may be touched, only meta files are written. */
	while (*at < range->to && !file_at(graft, *at)->meta &&
		!ov_out_in_scope(
			file_at(graft, *at)->path, graft->folders, graft->folder_count))
		++*at;
	if (*at >= range->to)
		return false;
	struct ov_str path = file_at(graft, *at)->path;
	size_t end = ov_str_find(path, OV_STR("/"), range->skip);
	*group = (struct group){.name = ov_str_sub(path, range->skip, end),
		.folder = end != SIZE_MAX,
		.range = {*at, *at + 1, end + 1}};
	++*at;
	if (!group->folder)
		return true;
	struct ov_str prefix = ov_str_sub(path, 0, end + 1);
	while (*at < range->to && ov_str_starts(file_at(graft, *at)->path, prefix))
		++*at;
	group->range.to = *at;
	return true;
}

/* A tip's entry whose name the output does not have in this form. */
static void keep_or_drop(struct ov_graft *graft, const struct entry *old, struct ov_str path,
	size_t depth, struct entries *out)
{
	struct entry entry = *old;
	bool folder = old->mode == MODE_FOLDER;
	struct ov_departed file = {.path = below(graft->arena, path, old->name)};
	if (folder && depth < OV_LIMIT_FOLDER_DEPTH && scope_of(graft, file.path) != OUTSIDE) {
		const struct range none = {0};
		if (!build(graft, &old->id, file.path, none, depth + 1, &entry.id))
			return;
	} else if (!folder && scope_of(graft, path) == INSIDE &&
		   is_ours(graft, old, &file.bytes)) {
		drop(graft, old, file);
		return;
	}
	ov_vec_push(graft->arena, out, entry);
}

/* The entry of a group; false where nothing of it remains. */
static bool put_group(struct ov_graft *graft, const struct group *group,
	const struct entry *old, struct ov_str path, size_t depth, struct entry *entry)
{
	*entry = (struct entry){
		.name = group->name, .mode = group->folder ? MODE_FOLDER : MODE_FILE};
	if (group->folder)
		return build(graft, old ? &old->id : NULL,
			below(graft->arena, path, group->name), group->range, depth + 1,
			&entry->id);
	if (old)
		put_over(graft, old, group->range.from);
	else
		put_new(graft, group->range.from);
	entry->id = file_at(graft, group->range.from)->id;
	return true;
}

/* A file where the branch keeps a folder of that name, or the reverse. */
static void check_names(struct ov_graft *graft, const struct entries *out, struct ov_str path)
{
	for (size_t i = 0; i < out->count; i++) {
		if (out->items[i].mode == MODE_FOLDER)
			continue;
		struct entry key = {.name = out->items[i].name, .mode = MODE_FOLDER};
		size_t from = i + 1, to = out->count;
		while (from < to) {
			size_t mid = from + (to - from) / 2;
			int r = compare_entries(&out->items[mid], &key);
			if (r == 0) {
				not_ours(graft, below(graft->arena, path, key.name),
					"file or folder");
				return;
			}
			if (r < 0)
				from = mid + 1;
			else
				to = mid;
		}
	}
}

static bool same_entries(const struct entries *a, const struct entries *b)
{
	bool same = a->count == b->count;
	for (size_t i = 0; same && i < a->count; i++)
		same = a->items[i].mode == b->items[i].mode &&
		       same_id(&a->items[i].id, &b->items[i].id) &&
		       ov_str_eq(a->items[i].name, b->items[i].name);
	return same;
}

/* Both lists are in the order of trees, so they are walked side by side. The depth is bounded
 * by that of the output's paths and by OV_LIMIT_FOLDER_DEPTH. */
static bool build(struct ov_graft *graft, const struct ov_id *tip, struct ov_str path,
	struct range range, size_t depth, struct ov_id *id)
{
	struct entries old = {0}, out = {0};
	if (!read_tree(graft, tip, &old))
		return false;
	struct group group;
	size_t at = range.from;
	bool more = next_group(graft, &range, &at, &group);
	for (size_t i = 0; graft->ok && (more || i < old.count);) {
		int r = !more            ? -1
			: i == old.count ? 1
					 : compare_names(old.items[i].name,
						   old.items[i].mode == MODE_FOLDER, group.name,
						   group.folder);
		if (r < 0) {
			keep_or_drop(graft, &old.items[i++], path, depth, &out);
			continue;
		}
		struct entry entry;
		const struct entry *match = r == 0 ? &old.items[i++] : NULL;
		if (put_group(graft, &group, match, path, depth, &entry))
			ov_vec_push(graft->arena, &out, entry);
		more = next_group(graft, &range, &at, &group);
	}
	if (graft->ok)
		check_names(graft, &out, path);
	if (!graft->ok || out.count == 0)
		return false;
	if (tip && same_entries(&old, &out))
		*id = *tip;
	else
		write_tree(graft, &out, id);
	return true;
}

bool ov_graft_build(struct ov_graft *graft, const struct ov_id *tip)
{
	struct range all = {0, graft->out->files.count, 0};
	graft->ok = true;
	graft->empty = !build(graft, tip, OV_STR(""), all, 0, &graft->root);
	return graft->ok;
}
