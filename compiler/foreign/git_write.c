/* git_write: objects, refs and notes. Layer: foreign. */
/* Before our own headers: it has a field whose name base/banned.h poisons. */
#include <git2.h>

#include "foreign/git_handle.h"

/* Someone else's lock is held for milliseconds, or left over for ever. */
enum { LOCK_WAIT_MS = 8000 };

const char *ov_git_type_name(enum ov_git_type type)
{
	switch (type) {
	case OV_GIT_COMMIT: return "commit";
	case OV_GIT_TREE: return "tree";
	case OV_GIT_BLOB: return "blob";
	}
	ov_bug("unknown object type %d", (int)type);
}

struct ov_id ov_git_id(enum ov_git_type type, struct ov_str bytes)
{
	char header[40];
	int n = snprintf(header, sizeof(header), "%s %zu", ov_git_type_name(type), bytes.len);
	struct ov_sha1_state sha1;
	struct ov_id id;
	ov_sha1_init(&sha1);
	ov_sha1_add(&sha1, ov_str_n(header, (size_t)n + 1));
	ov_sha1_add(&sha1, bytes);
	ov_sha1_end(&sha1, id.bytes);
	return id;
}

bool ov_git_has(struct ov_git *git, struct ov_id id)
{
	git_oid oid;
	memcpy(oid.id, id.bytes, 20);
	return git_odb_exists_ext(git->odb, &oid, GIT_ODB_LOOKUP_NO_REFRESH) == 1;
}

bool ov_git_write(struct ov_git *git, enum ov_git_type type, struct ov_str bytes,
	struct ov_id *id, struct ov_diags *diags)
{
	git_oid oid;
	if (git_odb_write(&oid, git->odb, bytes.len ? bytes.ptr : "", bytes.len,
		    (git_object_t)type) != 0) {
		ov_git_fail(
			diags, "cannot write a %s to the repository", ov_git_type_name(type));
		return false;
	}
	memcpy(id->bytes, oid.id, 20);
	return true;
}

void ov_git_refresh(struct ov_git *git)
{
	git_odb_refresh(git->odb);
}

/* As Git: no control characters, no angle brackets, no punctuation at the ends. */
static struct ov_str clean(struct ov_arena *arena, struct ov_str s)
{
	char *out = ov_arena_alloc(arena, s.len + 1, 1);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c >= 0x20 && c != 0x7f && c != '<' && c != '>')
			out[len++] = s.ptr[i];
	}
	size_t from = 0;
	while (from < len && strchr(" .,:;\"\\'", out[from]))
		from++;
	while (len > from && strchr(" ,:;\"\\'", out[len - 1]))
		len--;
	return ov_str_n(out + from, len - from);
}

static struct ov_str setting(struct ov_arena *arena, git_config *config, const char *variable,
	const char *first, const char *second, const char *otherwise)
{
	struct ov_str value = clean(arena, ov_str_c(getenv(variable)));
	const char *names[2] = {first, second};
	for (size_t i = 0; i < 2 && value.len == 0 && config; i++) {
		git_buf buf = {0};
		if (git_config_get_string_buf(&buf, config, names[i]) == 0)
			value = clean(arena, ov_str_n(buf.ptr, buf.size));
		git_buf_dispose(&buf);
	}
	return value.len ? value : ov_str_c(otherwise);
}

static git_config *config_of(struct ov_git *git)
{
	git_config *config = NULL;
	return git_repository_config_snapshot(&config, git->repo) == 0 ? config : NULL;
}

static struct ov_git_person person(struct ov_arena *arena, struct ov_git *git,
	const char *const variables[2], const char *const keys[2])
{
	git_config *config = config_of(git);
	struct ov_git_person who = {
		.name = setting(arena, config, variables[0], keys[0], "user.name", "ovec"),
		.email = setting(
			arena, config, variables[1], keys[1], "user.email", "ovec@localhost")};
	git_config_free(config);
	return who;
}

struct ov_git_person ov_git_author(struct ov_arena *arena, struct ov_git *git)
{
	static const char *const variables[] = {"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"};
	static const char *const keys[] = {"author.name", "author.email"};
	return person(arena, git, variables, keys);
}

struct ov_git_person ov_git_committer(struct ov_arena *arena, struct ov_git *git)
{
	static const char *const variables[] = {"GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"};
	static const char *const keys[] = {"committer.name", "committer.email"};
	return person(arena, git, variables, keys);
}

bool ov_git_branch(struct ov_arena *arena, struct ov_git *git, struct ov_str name,
	struct ov_str *ref, struct ov_diags *diags)
{
	struct ov_str full = ov_str_starts(name, OV_STR("refs/"))
				     ? ov_str_dup(arena, name)
				     : ov_str_fmt(arena, "refs/heads/%.*s", OV_STR_ARG(name));
	int valid = 0;
	if (!ov_git_cstr(arena, full) || git_reference_name_is_valid(&valid, full.ptr) != 0 ||
		!valid || name.len == 0 || name.ptr[0] == '-' ||
		ov_str_is(full, "refs/heads/HEAD")) {
		ov_diag_add(diags, OV_DIAG_GIT, ov_span(0), "\"%.*s\" cannot name a branch",
			OV_STR_ARG(name));
		return false;
	}
	git_reference *reference = NULL, *end = NULL;
	if (git_reference_lookup(&reference, git->repo, full.ptr) == 0 &&
		git_reference_type(reference) == GIT_REFERENCE_SYMBOLIC) {
		full = git_reference_resolve(&end, reference) == 0
			       ? ov_str_dup(arena, ov_str_c(git_reference_name(end)))
			       : ov_str_dup(arena,
					 ov_str_c(git_reference_symbolic_target(reference)));
	}
	git_reference_free(end);
	git_reference_free(reference);
	*ref = full;
	return true;
}

bool ov_git_tip(struct ov_git *git, struct ov_str ref, bool *exists, struct ov_id *id,
	struct ov_diags *diags)
{
	struct ov_arena scratch = {0};
	const char *name = ov_git_cstr(&scratch, ref);
	git_oid oid;
	int r = name ? git_reference_name_to_id(&oid, git->repo, name) : GIT_ENOTFOUND;
	*exists = r == 0;
	if (r == 0)
		memcpy(id->bytes, oid.id, 20);
	else if (r != GIT_ENOTFOUND)
		ov_git_fail(diags, "cannot read %.*s", OV_STR_ARG(ref));
	ov_arena_release(&scratch);
	return r == 0 || r == GIT_ENOTFOUND;
}

static bool head_is(struct ov_arena *arena, struct ov_str folder, struct ov_str ref)
{
	struct ov_str path = ov_str_fmt(arena, "%.*s/HEAD", OV_STR_ARG(folder)), text;
	struct ov_diags unread;
	ov_diags_init(&unread, NULL);
	bool is = ov_os_read_file(arena, path, 4096, &text, &unread) &&
		  ov_str_starts(text, OV_STR("ref:")) &&
		  ov_str_eq(ov_str_trim(ov_str_sub(text, 4, text.len)), ref);
	ov_diags_release(&unread);
	return is;
}

struct ov_str ov_git_checked_out(struct ov_arena *arena, struct ov_git *git, struct ov_str ref)
{
	int bare = 0;
	git_config *config = config_of(git);
	if (!config || git_config_get_bool(&bare, config, "core.bare") != 0)
		bare = 0;
	git_config_free(config);
	if (git->work_tree.len && head_is(arena, ov_str_c(git_repository_path(git->repo)), ref))
		return git->work_tree;
	/* A linked work tree may have been opened: then the main one is where its folder is. */
	if (!bare && ov_str_ends(git->common, OV_STR("/.git")) &&
		head_is(arena, git->common, ref))
		return ov_str_sub(git->common, 0, git->common.len - 5);
	git_strarray names = {0};
	struct ov_str found = {0};
	if (git_worktree_list(&names, git->repo) != 0)
		return found;
	for (size_t i = 0; i < names.count && found.len == 0; i++) {
		git_worktree *other = NULL;
		struct ov_str folder = ov_str_fmt(
			arena, "%.*s/worktrees/%s", OV_STR_ARG(git->common), names.strings[i]);
		if (!head_is(arena, folder, ref) ||
			git_worktree_lookup(&other, git->repo, names.strings[i]) != 0)
			continue;
		struct ov_str path = ov_str_c(git_worktree_path(other));
		if (ov_os_kind(path) == OV_OS_FOLDER)
			found = ov_str_dup(arena, path);
		git_worktree_free(other);
	}
	git_strarray_dispose(&names);
	return found;
}

static bool is_there(struct ov_git *git, const char *name)
{
	git_oid now;
	return git_reference_name_to_id(&now, git->repo, name) == 0;
}

/*
 * Makes a reference that there is not. git_reference_create looks for an old one before it has
 * the lock (as of libgit2 1.5), so that of two at the same time one would be lost.
 */
static int ref_make(struct ov_git *git, const char *name, const git_oid *id, const char *reason)
{
	git_transaction *transaction = NULL;
	int r = git_transaction_new(&transaction, git->repo);
	if (r == 0)
		r = git_transaction_lock_ref(transaction, name);
	if (r == 0 && is_there(git, name))
		r = GIT_EEXISTS;
	if (r == 0)
		r = git_transaction_set_target(transaction, name, id, NULL, reason);
	if (r == 0)
		r = git_transaction_commit(transaction);
	git_transaction_free(transaction);
	return r;
}

static int ref_set(struct ov_git *git, const char *name, const git_oid *id,
	const struct ov_id *old, const char *reason)
{
	git_reference *reference = NULL;
	int r;
	if (old) {
		git_oid before;
		memcpy(before.id, old->bytes, 20);
		r = git_reference_create_matching(
			&reference, git->repo, name, id, 1, &before, reason);
	} else {
		r = ref_make(git, name, id, reason);
	}
	git_reference_free(reference);
	return r;
}

static bool wait_more(unsigned *waited)
{
	if (*waited >= LOCK_WAIT_MS)
		return false;
	/* Spread, so that those who wait do not come back together. */
	unsigned next = *waited / 4 + 2;
	next = next > 200 ? 200 : next;
	next = next / 2 + (unsigned)(ov_os_clock() / 1000 % (next / 2 + 1));
	ov_os_sleep(next ? next : 1);
	*waited += next ? next : 1;
	return true;
}

enum ov_git_update ov_git_ref_update(struct ov_git *git, struct ov_str ref, struct ov_id id,
	const struct ov_id *old, struct ov_git_person who, struct ov_str reason,
	struct ov_diags *diags)
{
	struct ov_arena scratch = {0};
	const char *name = ov_git_cstr(&scratch, ref);
	git_oid oid;
	memcpy(oid.id, id.bytes, 20);
	git_repository_set_ident(
		git->repo, ov_str_cstr(&scratch, who.name), ov_str_cstr(&scratch, who.email));
	enum ov_git_update result = OV_GIT_FAILED;
	unsigned waited = 0;
	int r = GIT_EINVALIDSPEC;
	do {
		if (name)
			r = ref_set(git, name, &oid, old, ov_str_cstr(&scratch, reason));
	} while (r == GIT_ELOCKED && wait_more(&waited));
	if (r == 0)
		result = OV_GIT_UPDATED;
	else if (r == GIT_EMODIFIED || (old && r == GIT_ENOTFOUND) ||
		 (!old && r == GIT_EEXISTS && is_there(git, name)))
		result = OV_GIT_MOVED;
	else {
		struct ov_diag *diag = ov_git_fail(diags, "cannot move %.*s", OV_STR_ARG(ref));
		if (r == GIT_ELOCKED)
			ov_diag_help(diags, diag,
				"if no Git command is running, remove %.*s/%.*s.lock",
				OV_STR_ARG(git->common), OV_STR_ARG(ref));
	}
	ov_arena_release(&scratch);
	return result;
}

bool ov_git_note_get(struct ov_arena *arena, struct ov_git *git, struct ov_str ref,
	struct ov_id commit, struct ov_str *text)
{
	struct ov_arena scratch = {0};
	git_oid id;
	memcpy(id.id, commit.bytes, 20);
	git_note *note = NULL;
	const char *name = ov_git_cstr(&scratch, ref);
	bool ok = name && git_note_read(&note, git->repo, name, &id) == 0;
	if (ok)
		*text = ov_str_dup(arena, ov_str_c(git_note_message(note)));
	git_note_free(note);
	ov_arena_release(&scratch);
	return ok;
}

bool ov_git_note(struct ov_git *git, struct ov_str ref, struct ov_id commit, struct ov_str text,
	struct ov_git_person who, struct ov_diags *diags)
{
	struct ov_arena scratch = {0};
	struct ov_str before;
	if (ov_git_note_get(&scratch, git, ref, commit, &before) &&
		ov_str_eq(ov_str_trim(before), ov_str_trim(text))) {
		ov_arena_release(&scratch);
		return true;
	}
	git_oid id, written;
	memcpy(id.id, commit.bytes, 20);
	git_signature *signature = NULL;
	const char *name = ov_git_cstr(&scratch, ref), *c = ov_git_cstr(&scratch, text);
	int r = name && c ? git_signature_new(&signature, ov_str_cstr(&scratch, who.name),
				    ov_str_cstr(&scratch, who.email), who.time, who.offset)
			  : GIT_EINVALIDSPEC;
	unsigned waited = 0;
	if (r == 0) {
		do {
			r = git_note_create(
				&written, git->repo, name, signature, signature, &id, c, 1);
		} while ((r == GIT_ELOCKED || r == GIT_EMODIFIED || r == GIT_EEXISTS) &&
			 wait_more(&waited));
	}
	if (r != 0)
		ov_git_fail(diags, "cannot write the note under %.*s", OV_STR_ARG(ref));
	git_signature_free(signature);
	ov_arena_release(&scratch);
	return r == 0;
}
