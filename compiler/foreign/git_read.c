/* git_read: the files of an index or a tree. Layer: foreign. */
/* Before our own headers: it has a field whose name base/banned.h poisons. */
#include <git2.h>

#include "base/limits.h"
#include "foreign/git_handle.h"

enum { MODE_FOLDER = 0040000, MODE_LINK = 0120000, MODE_MODULE = 0160000 };

struct item {
	struct ov_str path;
	struct ov_id id;
	unsigned mode;
};

struct walk {
	struct ov_arena *arena;
	struct ov_git *git;
	ov_found_want *want;
	ov_found_fn *found;
	void *context;
	struct ov_diags *diags;
	OV_VEC(struct item) items;
	struct ov_str deep; /* the last folder that was reported as too deep */
	bool ok;
};

static struct walk walk_of(struct ov_arena *arena, struct ov_git *git, ov_found_want *want,
	ov_found_fn *found, void *context, struct ov_diags *diags)
{
	return (struct walk){.arena = arena,
		.git = git,
		.want = want,
		.found = found,
		.context = context,
		.diags = diags,
		.ok = true};
}

static int by_path(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	return ov_str_cmp(x->path, y->path);
}

static const struct item *item_find(const struct walk *walk, struct ov_str path)
{
	struct item key = {.path = path};
	return walk->items.count ? bsearch(&key, walk->items.items, walk->items.count,
					   sizeof(key), by_path)
				 : NULL;
}

static bool is_hidden(struct ov_str path)
{
	return path.ptr[0] == '.' || ov_str_find(path, OV_STR("/."), 0) != SIZE_MAX;
}

/* The folder of `path` that is one too deep, or the empty string. */
static struct ov_str too_deep(struct ov_str path)
{
	size_t depth = 0;
	for (size_t i = 0; i < path.len; i++) {
		if (path.ptr[i] == '/' && ++depth > OV_LIMIT_FOLDER_DEPTH)
			return ov_str_sub(path, 0, i);
	}
	return OV_STR("");
}

/* The path to which a link leads, by names alone; false where it leaves the root. */
static bool join(
	struct ov_arena *arena, struct ov_str link, struct ov_str target, struct ov_str *out)
{
	if (target.len == 0 || target.ptr[0] == '/')
		return false;
	char *path = ov_arena_alloc(arena, link.len + target.len + 1, 1);
	size_t len = link.len;
	while (len && link.ptr[len - 1] != '/')
		len--;
	len -= len > 0;
	memcpy(path, link.ptr, len);
	for (size_t from = 0; from <= target.len;) {
		size_t end = ov_str_find(target, OV_STR("/"), from);
		struct ov_str name = ov_str_sub(target, from, end);
		from = end == SIZE_MAX ? target.len + 1 : end + 1;
		if (name.len == 0 || ov_str_is(name, "."))
			continue;
		if (ov_str_is(name, "..")) {
			if (len == 0)
				return false;
			while (len && path[len - 1] != '/')
				len--;
			len -= len > 0;
			continue;
		}
		if (len)
			path[len++] = '/';
		memcpy(path + len, name.ptr, name.len);
		len += name.len;
	}
	*out = ov_str_n(path, len);
	return true;
}

static bool read_blob(struct walk *walk, const struct item *item, struct ov_found *found)
{
	git_oid oid;
	memcpy(oid.id, item->id.bytes, 20);
	size_t size;
	git_object_t type;
	git_odb_object *object = NULL;
	if (git_odb_read_header(&size, &type, walk->git->odb, &oid) != 0 ||
		(size <= OV_LIMIT_SOURCE && git_odb_read(&object, walk->git->odb, &oid) != 0)) {
		ov_git_fail(walk->diags, "cannot read %.*s from the repository",
			OV_STR_ARG(item->path));
		walk->ok = false;
		return false;
	}
	if (!object) {
		found->kind = OV_FOUND_TOO_LARGE;
		return true;
	}
	found->bytes = ov_str_dup(walk->arena,
		ov_str_n(git_odb_object_data(object), git_odb_object_size(object)));
	git_odb_object_free(object);
	return true;
}

/* What a link says, empty where that cannot be read, and the path to which it leads. */
static bool read_link(
	struct walk *walk, const struct item *item, struct ov_str *target, struct ov_str *path)
{
	struct ov_found link = {0};
	bool ok = read_blob(walk, item, &link) && link.kind == OV_FOUND_FILE;
	*target = link.bytes;
	return ok && join(walk->arena, item->path, link.bytes, path);
}

/* Follows links from file to file; NULL where that ends at something else. */
static const struct item *follow(
	struct walk *walk, const struct item *item, struct ov_found *found)
{
	enum { MOST_LINKS = 16 };
	for (size_t i = 0; i < MOST_LINKS && item && item->mode == MODE_LINK; i++) {
		struct ov_str path, target;
		bool ok = read_link(walk, item, &target, &path);
		if (i == 0)
			found->target = target;
		item = ok ? item_find(walk, path) : NULL;
	}
	return item && (item->mode & 0170000) == 0100000 ? item : NULL;
}

/* Whether a link leads to a folder below the root: where it leaves the root, nobody knows. */
static bool is_folder_link(struct walk *walk, const struct item *item)
{
	struct ov_str path, target;
	if (item->mode != MODE_LINK || !read_link(walk, item, &target, &path))
		return false;
	for (size_t i = 0; i < walk->items.count; i++) {
		struct ov_str other = walk->items.items[i].path;
		if (other.len > path.len && ov_str_starts(other, path) &&
			(!path.len || other.ptr[path.len] == '/'))
			return true;
	}
	return false;
}

static void emit(struct walk *walk, const struct item *item)
{
	struct ov_found found = {.path = item->path};
	struct ov_str deep = too_deep(item->path);
	if (item->mode == MODE_MODULE || is_hidden(item->path))
		return;
	if (deep.len) {
		found = (struct ov_found){.kind = OV_FOUND_TOO_DEEP, .path = deep};
		if (!ov_str_eq(deep, walk->deep))
			walk->found(walk->context, &found);
		walk->deep = deep;
		return;
	}
	if (walk->want && !walk->want(walk->context, item->path) && !is_folder_link(walk, item))
		return;
	bool ok = walk->ok;
	const struct item *file = follow(walk, item, &found);
	if (!file && ok != walk->ok)
		return;
	if (!file) {
		found.kind = OV_FOUND_LINK;
	} else {
		found.exec = (file->mode & 0100) != 0;
		if (!read_blob(walk, file, &found))
			return;
	}
	walk->found(walk->context, &found);
}

/* Takes out what lies in folders of output, which are marked by a file. */
static void leave_out_output(struct walk *walk)
{
	struct ov_str mark = OV_STR("/" OV_OUTPUT_MARK);
	OV_VEC(struct ov_str) folders = {0};
	for (size_t i = 0; i < walk->items.count; i++) {
		struct ov_str path = walk->items.items[i].path;
		if (!ov_str_ends(path, mark))
			continue;
		struct ov_str folder = ov_str_sub(path, 0, path.len - mark.len + 1);
		ov_vec_push(walk->arena, &folders, folder);
	}
	size_t kept = 0;
	for (size_t i = 0; folders.count && i < walk->items.count; i++) {
		bool output = false;
		for (size_t k = 0; !output && k < folders.count; k++)
			output = ov_str_starts(walk->items.items[i].path, folders.items[k]);
		if (!output)
			walk->items.items[kept++] = walk->items.items[i];
	}
	if (folders.count)
		walk->items.count = kept;
}

static void emit_all(struct walk *walk)
{
	leave_out_output(walk);
	bool sorted = true;
	for (size_t i = 1; i < walk->items.count && sorted; i++)
		sorted = by_path(&walk->items.items[i - 1], &walk->items.items[i]) <= 0;
	/* An index is sorted without regard to case where core.ignoreCase is on. */
	if (!sorted)
		qsort(walk->items.items, walk->items.count, sizeof(struct item), by_path);
	for (size_t i = 0; i < walk->items.count; i++)
		emit(walk, &walk->items.items[i]);
}

static bool in_folder(struct ov_str path, struct ov_str folder, struct ov_str *rest)
{
	if (folder.len == 0) {
		*rest = path;
		return true;
	}
	if (path.len <= folder.len || path.ptr[folder.len] != '/' ||
		!ov_str_starts(path, folder))
		return false;
	*rest = ov_str_sub(path, folder.len + 1, path.len);
	return true;
}

static bool list_index(struct walk *walk, git_index *index, struct ov_str folder)
{
	for (size_t i = 0; i < git_index_entrycount(index); i++) {
		const git_index_entry *entry = git_index_get_byindex(index, i);
		struct item item = {.mode = entry->mode};
		if (!in_folder(ov_str_c(entry->path), folder, &item.path) ||
			(entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD))
			continue;
		if (git_index_entry_stage(entry) != 0) {
			struct ov_diag *diag = ov_diag_add(walk->diags, OV_DIAG_GIT, ov_span(0),
				"%s is not merged", entry->path);
			ov_diag_help(walk->diags, diag,
				"resolve the conflict, then `git add` the file");
			return false;
		}
		item.path = ov_str_dup(walk->arena, item.path);
		memcpy(item.id.bytes, entry->id.id, 20);
		ov_vec_push(walk->arena, &walk->items, item);
	}
	return true;
}

bool ov_git_walk_index(struct ov_arena *arena, struct ov_git *git, struct ov_str folder,
	ov_found_want *want, ov_found_fn *found, void *context, struct ov_diags *diags)
{
	struct walk walk = walk_of(arena, git, want, found, context, diags);
	git_index *index = NULL;
	int r = git->index_file.len ? git_index_open(&index, git->index_file.ptr)
				    : git_repository_index(&index, git->repo);
	if (r == 0)
		r = git_index_read(index, 1);
	if (r != 0) {
		ov_git_fail(diags, "cannot read the index");
		walk.ok = false;
	} else {
		walk.ok = list_index(&walk, index, folder);
	}
	git_index_free(index);
	if (walk.ok)
		emit_all(&walk);
	return walk.ok;
}

static bool list_tree(struct walk *walk, const git_oid *id, struct ov_str path, size_t depth)
{
	git_tree *tree = NULL;
	if (git_tree_lookup(&tree, walk->git->repo, id) != 0) {
		ov_git_fail(walk->diags, "cannot read the tree of /%.*s", OV_STR_ARG(path));
		return false;
	}
	bool ok = true;
	for (size_t i = 0; ok && i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		struct ov_str name = ov_str_c(git_tree_entry_name(entry));
		struct item item = {.mode = (unsigned)git_tree_entry_filemode(entry),
			.path = path.len ? ov_str_fmt(walk->arena, "%.*s/%.*s",
						   OV_STR_ARG(path), OV_STR_ARG(name))
					 : ov_str_dup(walk->arena, name)};
		memcpy(item.id.bytes, git_tree_entry_id(entry)->id, 20);
		/* One past the limit is listed, to be reported. */
		if (item.mode != MODE_FOLDER)
			ov_vec_push(walk->arena, &walk->items, item);
		else if (depth <= OV_LIMIT_FOLDER_DEPTH)
			ok = list_tree(walk, git_tree_entry_id(entry), item.path, depth + 1);
	}
	git_tree_free(tree);
	return ok;
}

bool ov_git_walk_tree(struct ov_arena *arena, struct ov_git *git, struct ov_id tree,
	struct ov_str folder, ov_found_want *want, ov_found_fn *found, void *context,
	struct ov_diags *diags)
{
	struct walk walk = walk_of(arena, git, want, found, context, diags);
	git_oid id;
	memcpy(id.id, tree.bytes, 20);
	if (folder.len) {
		git_tree *root = NULL;
		git_tree_entry *entry = NULL;
		const char *name = ov_git_cstr(arena, folder);
		if (!name || git_tree_lookup(&root, git->repo, &id) != 0 ||
			git_tree_entry_bypath(&entry, root, name) != 0) {
			ov_git_fail(diags, "the commit has no folder %.*s", OV_STR_ARG(folder));
			walk.ok = false;
		} else {
			git_oid_cpy(&id, git_tree_entry_id(entry));
		}
		git_tree_entry_free(entry);
		git_tree_free(root);
	}
	walk.ok = walk.ok && list_tree(&walk, &id, OV_STR(""), 0);
	if (walk.ok)
		emit_all(&walk);
	return walk.ok;
}

bool ov_git_read(struct ov_arena *arena, struct ov_git *git, struct ov_id id,
	enum ov_git_type type, struct ov_str *bytes, struct ov_diags *diags)
{
	git_oid oid;
	memcpy(oid.id, id.bytes, 20);
	git_odb_object *object = NULL;
	char hex[41];
	ov_id_hex(&id, hex);
	if (git_odb_read(&object, git->odb, &oid) != 0) {
		ov_git_fail(diags, "cannot read the %s %s", ov_git_type_name(type), hex);
		return false;
	}
	bool ok = git_odb_object_type(object) == (git_object_t)type;
	if (ok)
		*bytes = ov_str_dup(arena,
			ov_str_n(git_odb_object_data(object), git_odb_object_size(object)));
	else
		ov_diag_add(diags, OV_DIAG_GIT, ov_span(0), "the object %s is not a %s", hex,
			ov_git_type_name(type));
	git_odb_object_free(object);
	return ok;
}

struct ov_str ov_git_hook_folder(struct ov_arena *arena, const struct ov_git *git)
{
	git_config *config = NULL;
	git_buf path = {0};
	struct ov_str folder = {NULL, 0};
	if (git_repository_config_snapshot(&config, git->repo) == 0 &&
		git_config_get_path(&path, config, "core.hooksPath") == 0) {
		struct ov_str set = ov_str_n(path.ptr, path.size);
		bool absolute = set.len && set.ptr[0] == '/';
		folder = absolute || !git->work_tree.len
				 ? ov_str_dup(arena, set)
				 : ov_str_fmt(arena, "%.*s/%.*s", OV_STR_ARG(git->work_tree),
					   OV_STR_ARG(set));
	}
	git_buf_dispose(&path);
	git_config_free(config);
	if (folder.len)
		return folder;
	return ov_str_fmt(arena, "%.*s/hooks", OV_STR_ARG(git->common));
}

bool ov_git_read_path(struct ov_arena *arena, struct ov_git *git, struct ov_id tree,
	struct ov_str path, const struct ov_id *same, struct ov_str *bytes)
{
	git_oid id;
	git_tree *root = NULL;
	git_tree_entry *entry = NULL;
	git_blob *blob = NULL;
	const char *name = ov_git_cstr(arena, path);
	memcpy(id.id, tree.bytes, 20);
	bool ok = name && git_tree_lookup(&root, git->repo, &id) == 0 &&
		  git_tree_entry_bypath(&entry, root, name) == 0 &&
		  !(same && !memcmp(git_tree_entry_id(entry)->id, same->bytes, 20)) &&
		  git_blob_lookup(&blob, git->repo, git_tree_entry_id(entry)) == 0;
	if (ok)
		*bytes = ov_str_dup(arena,
			ov_str_n(git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob)));
	git_blob_free(blob);
	git_tree_entry_free(entry);
	git_tree_free(root);
	return ok;
}
