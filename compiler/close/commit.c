/* commit: writes the output to a branch. Layer: close. */
#include "close/commit.h"

#include "base/limits.h"
#include "base/pool.h"
#include "close/graft.h"
#include "close/pack.h"

enum {
	/* Fewer objects than this become files of their own: packs want to be gathered by
	 * `git gc` sooner or later. Each such file is synced alone, which a pack is once. */
	FEW_OBJECTS = 32,
	TRIES = 8,
	FILES_AT_ONCE = 32,
};

bool ov_is_marked(struct ov_str bytes, struct ov_str marker)
{
	if (!ov_str_starts(bytes, marker))
		return false;
	struct ov_str rest = ov_str_sub(bytes, marker.len, bytes.len);
	return rest.len == 0 || rest.ptr[0] == '\n' || ov_str_starts(rest, OV_STR("\r\n"));
}

/* Sorted ids. */
struct ids {
	struct ov_id *items;
	size_t count, cap;
};

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct ov_id));
}

static void ids_sort(struct ids *ids)
{
	if (ids->count)
		qsort(ids->items, ids->count, sizeof(struct ov_id), by_id);
}

static bool ids_have(const struct ids *ids, const struct ov_id *id)
{
	return ids->count &&
	       bsearch(id, ids->items, ids->count, sizeof(struct ov_id), by_id) != NULL;
}

/* An object to be written: bytes first, then the form that a pack wants. */
struct pending {
	enum ov_git_type type;
	struct ov_id id;
	struct ov_str bytes;
};

struct run {
	struct ov_arena *arena;
	struct ov_git *git;
	const struct ov_commit_options *options;
	struct ov_commit_result *result;
	struct ov_diags *diags;
	struct ids written; /* by earlier tries */
	struct ov_git_person author, committer;
	OV_VEC(struct pending) pending;
	struct ov_pack_object *objects;
	struct ov_arena worker[OV_LIMIT_THREADS];
	struct ov_deflate *deflate[OV_LIMIT_THREADS];
};

static void hash_some(void *context, size_t item, size_t worker)
{
	struct ov_out *out = context;
	(void)worker;
	size_t end = (item + 1) * FILES_AT_ONCE;
	for (size_t i = item * FILES_AT_ONCE; i < end && i < out->files.count; i++) {
		struct ov_out_file *file = &out->files.items[i];
		if (!file->has_id)
			file->id = ov_git_id(OV_GIT_BLOB, file->bytes);
		file->has_id = true;
	}
}

static size_t chunks(size_t count)
{
	return (count + FILES_AT_ONCE - 1) / FILES_AT_ONCE;
}

static void deflate_some(void *context, size_t item, size_t worker)
{
	struct run *run = context;
	if (!run->deflate[worker])
		run->deflate[worker] = ov_deflate_new();
	size_t end = (item + 1) * FILES_AT_ONCE;
	for (size_t i = item * FILES_AT_ONCE; i < end && i < run->pending.count; i++) {
		const struct pending *p = &run->pending.items[i];
		run->objects[i] = ov_pack_object_make_as(
			&run->worker[worker], run->deflate[worker], p->type, p->bytes, p->id);
	}
}

static void add_pending(
	struct run *run, enum ov_git_type type, struct ov_id id, struct ov_str bytes)
{
	struct pending pending = {type, id, bytes};
	if (!ids_have(&run->written, &id))
		ov_vec_push(run->arena, &run->pending, pending);
}

static void add_person(struct ov_buf *buf, const char *role, struct ov_git_person who)
{
	int minutes = who.offset < 0 ? -who.offset : who.offset;
	ov_buf_addf(buf, "%s ", role);
	ov_buf_add(buf, who.name);
	ov_buf_puts(buf, " <");
	ov_buf_add(buf, who.email);
	ov_buf_addf(buf, "> %lld %c%02d%02d\n", (long long)who.time, who.offset < 0 ? '-' : '+',
		minutes / 60 % 100, minutes % 60);
}

static struct ov_str commit_bytes(
	const struct run *run, const struct ov_id *tree, const struct ov_id *parent)
{
	char hex[41];
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_id_hex(tree, hex);
	ov_buf_addf(&buf, "tree %s\n", hex);
	if (parent) {
		ov_id_hex(parent, hex);
		ov_buf_addf(&buf, "parent %s\n", hex);
	}
	add_person(&buf, "author", run->author);
	add_person(&buf, "committer", run->committer);
	ov_buf_putc(&buf, '\n');
	ov_buf_add(&buf, ov_str_trim(run->options->message));
	ov_buf_putc(&buf, '\n');
	struct ov_str bytes = ov_str_dup(run->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return bytes;
}

/* Lists what the repository lacks: the commit, then trees, then blobs, as Git orders packs. */
static bool list_objects(struct run *run, const struct ov_graft *graft, struct ov_str commit,
	struct ov_id commit_id)
{
	/* A file that moved needs no second copy. */
	struct ids dropped = {graft->dropped.items, graft->dropped.count, graft->dropped.cap};
	ids_sort(&dropped);
	run->pending.count = 0;
	add_pending(run, OV_GIT_COMMIT, commit_id, commit);
	for (size_t i = graft->trees.count; i-- > 0;)
		add_pending(run, OV_GIT_TREE, graft->trees.items[i].id,
			graft->trees.items[i].bytes);
	for (size_t i = 0; i < graft->blobs.count; i++) {
		const struct ov_out_file *file =
			&run->options->out->files.items[graft->blobs.items[i]];
		if (ids_have(&dropped, &file->id))
			continue;
		if (file->bytes.ptr || file->size == 0) {
			add_pending(run, OV_GIT_BLOB, file->id, file->bytes);
		} else if (!ov_git_has(run->git, file->id)) {
			ov_diag_add(run->diags, OV_DIAG_GIT, ov_span(0),
				"the repository lost the content of %.*s while it was "
				"rendered; run again",
				OV_STR_ARG(file->path));
			return false;
		}
	}
	return true;
}

static bool write_pack(struct run *run)
{
	size_t n = run->pending.count;
	run->objects = ov_new_array(run->arena, struct ov_pack_object, n);
	ov_pool_run(run->options->threads, chunks(n), deflate_some, run);
	uint64_t bytes = 0;
	bool ok = ov_pack_write(ov_git_object_folder(run->git), run->objects, n,
		ov_git_syncs(run->git), &bytes, run->diags);
	run->result->bytes += bytes;
	for (size_t i = 0; i < OV_LIMIT_THREADS; i++) {
		ov_deflate_free(run->deflate[i]);
		run->deflate[i] = NULL;
		ov_arena_release(&run->worker[i]);
	}
	ov_git_refresh(run->git);
	return ok;
}

/* The commit is listed first and written last: whoever has it has all of it. */
static bool write_files(struct run *run)
{
	bool ok = true;
	for (size_t i = run->pending.count; ok && i-- > 0;) {
		const struct pending *p = &run->pending.items[i];
		struct ov_id id;
		ok = ov_git_write(run->git, p->type, p->bytes, &id, run->diags);
	}
	return ok;
}

static bool write_objects(struct run *run)
{
	size_t n = run->pending.count;
	if (!(n < FEW_OBJECTS ? write_files(run) : write_pack(run)))
		return false;
	for (size_t i = 0; i < n; i++)
		ov_vec_push(run->arena, &run->written, run->pending.items[i].id);
	ids_sort(&run->written);
	run->result->objects = run->written.count;
	return true;
}

static struct ov_str reason(struct run *run)
{
	struct ov_str line = ov_str_trim(run->options->message);
	line = ov_str_sub(line, 0, ov_str_chr(line, '\n'));
	return ov_str_fmt(run->arena, "commit (ovec): %.*s", OV_STR_ARG(line));
}

static bool read_tip(struct run *run, struct ov_git_commit *tip)
{
	struct ov_commit_result *result = run->result;
	if (!ov_git_tip(run->git, result->ref, &result->exists, &result->id, run->diags))
		return false;
	if (!result->exists)
		return true;
	char hex[41];
	ov_id_hex(&result->id, hex);
	return ov_git_resolve(run->arena, run->git, ov_str_c(hex), tip, run->diags);
}

/* One attempt, on the branch as it is now. */
static enum ov_git_update attempt(struct run *run)
{
	struct ov_commit_result *result = run->result;
	const struct ov_commit_options *options = run->options;
	struct ov_git_commit tip = {0};
	if (!read_tip(run, &tip))
		return OV_GIT_FAILED;
	struct ov_graft graft = {.arena = run->arena,
		.git = run->git,
		.diags = run->diags,
		.out = options->out,
		.folders = options->folders,
		.folder_count = options->folder_count,
		.marker = options->marker};
	if (!ov_graft_build(&graft, result->exists ? &tip.tree : NULL))
		return OV_GIT_FAILED;
	result->added = graft.added;
	result->changed = graft.changed;
	result->removed = graft.removed;
	result->unchanged = graft.unchanged;
	if (graft.added + graft.changed + graft.removed == 0)
		return OV_GIT_UPDATED;
	if (!ov_may_depart(options->departures, graft.gone.items, graft.gone.count))
		return OV_GIT_FAILED;
	if (graft.empty) {
		struct ov_graft_tree none = {ov_git_id(OV_GIT_TREE, OV_STR("")), OV_STR("")};
		ov_vec_push(run->arena, &graft.trees, none);
		graft.root = none.id;
	}
	struct ov_str bytes =
		commit_bytes(run, &graft.root, result->exists ? &result->id : NULL);
	struct ov_id id = ov_git_id(OV_GIT_COMMIT, bytes);
	if (!list_objects(run, &graft, bytes, id) || !write_objects(run))
		return OV_GIT_FAILED;
	enum ov_git_update update = ov_git_ref_update(run->git, result->ref, id,
		result->exists ? &result->id : NULL, run->committer, reason(run), run->diags);
	if (update == OV_GIT_UPDATED) {
		result->committed = true;
		result->had_parent = result->exists;
		result->parent = result->id;
		result->exists = true;
		result->id = id;
	}
	return update;
}

static bool may_move(struct run *run)
{
	struct ov_str folder = ov_git_checked_out(run->arena, run->git, run->result->ref);
	if (run->options->allow_checked_out || folder.len == 0)
		return true;
	struct ov_diag *diag = ov_diag_add(run->diags, OV_DIAG_GIT, ov_span(0),
		"the branch %.*s is checked out in %.*s", OV_STR_ARG(run->options->branch),
		OV_STR_ARG(folder));
	ov_diag_help(run->diags, diag,
		"a commit to it would make that work tree look modified: name another branch, "
		"or check out another one there");
	return false;
}

static bool commit(struct run *run)
{
	for (unsigned wait = 10;; wait *= 2) {
		run->result->tries++;
		switch (attempt(run)) {
		case OV_GIT_UPDATED: return true;
		case OV_GIT_FAILED: return false;
		case OV_GIT_MOVED: break;
		}
		if (run->result->tries == TRIES)
			break;
		ov_os_sleep(wait / 2 + (unsigned)(ov_os_seed() % wait));
	}
	struct ov_diag *diag = ov_diag_add(run->diags, OV_DIAG_BRANCH_MOVED, ov_span(0),
		"the branch %.*s was moved by someone else at each of %d attempts",
		OV_STR_ARG(run->options->branch), TRIES);
	ov_diag_help(run->diags, diag, "let one job at a time write to the branch");
	return false;
}

bool ov_commit_output(struct ov_arena *arena, struct ov_git *git,
	const struct ov_commit_options *options, struct ov_commit_result *result,
	struct ov_diags *diags)
{
	*result = (struct ov_commit_result){0};
	for (size_t i = 0; i < options->out->files.count; i++)
		ov_assert(ov_out_path_ok(options->out->files.items[i].path));
	ov_assert(options->out->sorted || options->out->files.count == 0);
	if (!ov_git_branch(arena, git, options->branch, &result->ref, diags))
		return false;
	struct run *run = ov_new(arena, struct run);
	run->arena = arena;
	run->git = git;
	run->options = options;
	run->result = result;
	run->diags = diags;
	if (!may_move(run))
		return false;
	run->author = ov_git_author(arena, git);
	run->committer = ov_git_committer(arena, git);
	run->author.time = run->committer.time = options->time;
	run->author.offset = run->committer.offset = options->offset;
	ov_pool_run(
		options->threads, chunks(options->out->files.count), hash_some, options->out);
	if (!commit(run))
		return false;
	if (options->note_ref.len == 0 || !result->exists)
		return true;
	return ov_git_note(
		git, options->note_ref, result->id, options->note, run->committer, diags);
}
