/* install_hook: `ovec install-hook`. Layer: cmd. */
#include "cmd/internal.h"

/* Quotes a word for the shell. */
static void quote(struct ov_buf *buf, struct ov_str s)
{
	ov_buf_putc(buf, '\'');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '\'')
			ov_buf_puts(buf, "'\\''");
		else
			ov_buf_putc(buf, s.ptr[i]);
	}
	ov_buf_putc(buf, '\'');
}

/* Git runs hooks at the top of the work tree, so the estate is named from there. */
static struct ov_str hook_text(struct ov_arena *arena, struct ov_str estate)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_buf_puts(&buf, "#!/bin/sh\n"
			  "# Installed by `ovec install-hook`: checks what is staged before "
			  "each commit.\n"
			  "exec ovec check --quiet --from index ");
	quote(&buf, estate.len ? estate : OV_STR("."));
	ov_buf_putc(&buf, '\n');
	struct ov_str text = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return text;
}

static bool is_foreign(struct ov_session *s, struct ov_str path)
{
	if (ov_os_kind(path) == OV_OS_MISSING)
		return false;
	struct ov_str old = {NULL, 0};
	if (!ov_os_read_file(&s->arena, path, 1 << 20, &old, &s->diags))
		return true;
	if (ov_str_find(old, OV_STR("`ovec install-hook`"), 0) != SIZE_MAX)
		return false;
	struct ov_diag *d = ov_diag_add(&s->diags, OV_DIAG_OUTPUT_NOT_OURS, ov_span(0),
		"the hook '%.*s' exists and is not ours", OV_STR_ARG(path));
	ov_diag_help(
		&s->diags, d, "add the line `ovec check --quiet --from index` to it yourself");
	return true;
}

static void install(struct ov_session *s, struct ov_str estate)
{
	struct ov_git *git = ov_git_open(estate, 0, &s->diags);
	if (!git)
		return;
	struct ov_str hooks = ov_git_hook_folder(&s->arena, git), inside = {NULL, 0};
	bool found = ov_git_inside(&s->arena, git, estate, &inside);
	ov_git_close(git);
	if (!found) {
		ov_diag_add(&s->diags, OV_DIAG_GIT, ov_span(0),
			"'%.*s' does not lie in the work tree of a Git repository",
			OV_STR_ARG(estate));
		return;
	}
	struct ov_str path = ov_str_fmt(&s->arena, "%.*s/pre-commit", OV_STR_ARG(hooks));
	if (is_foreign(s, path) || !ov_os_make_folder(hooks, &s->diags) ||
		!ov_os_write_file(path, hook_text(&s->arena, inside), false, &s->diags) ||
		!ov_os_make_executable(path, &s->diags))
		return;
	if (!s->args->quiet)
		fprintf(s->io->err, "installed %.*s\n", OV_STR_ARG(path));
}

int ov_cmd_install_hook(const struct ov_io *io, const struct ov_args *args)
{
	struct ov_session s;
	if (!ov_session_begin(&s, io, args))
		return OV_EXIT_USAGE;
	install(&s, args->words.count ? ov_str_c(args->words.items[0]) : OV_STR("."));
	ov_session_report(&s);
	return ov_session_end(&s);
}
