/* scratch: a temporary folder for a test. */
#include "scratch.h"

#include "foreign/os.h"

#include <unistd.h>

static struct ov_os_run run(struct scratch *scratch, struct ov_str command)
{
	struct ov_str line = ov_str_fmt(&scratch->arena, "cd '%.*s' && %.*s",
		OV_STR_ARG(scratch->path), OV_STR_ARG(command));
	const char *const argv[] = {"sh", "-c", line.ptr, NULL};
	struct ov_os_run result = {.status = -1};
	ov_os_spawn(&scratch->arena, argv, OV_STR(""), 1 << 20, &result, &scratch->diags);
	return result;
}

void scratch_init(struct scratch *scratch)
{
	static const char *const unset[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
		"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "XDG_CONFIG_HOME",
		"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME",
		"GIT_COMMITTER_EMAIL"};
	*scratch = (struct scratch){0};
	ov_diags_init(&scratch->diags, NULL);
	/* Memory is fastest, so that kills at random moments hit the short ones, too. */
	const char *base = getenv("TMPDIR");
	if (!base || !*base)
		base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	struct ov_str name = ov_str_fmt(&scratch->arena, "%s/ovec-test-XXXXXX", base);
	char *path = ov_xmalloc(name.len + 1);
	memcpy(path, name.ptr, name.len + 1);
	if (!mkdtemp(path) || !ov_os_real_path(&scratch->arena, ov_str_c(path), &scratch->path))
		ov_bug("cannot make a temporary folder");
	free(path);
	for (size_t i = 0; i < OV_COUNT(unset); i++)
		unsetenv(unset[i]);
	setenv("HOME", scratch->path.ptr, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
}

void scratch_release(struct scratch *scratch)
{
	scratch_run(scratch, "rm -rf '%.*s'", OV_STR_ARG(scratch->path));
	ov_diags_release(&scratch->diags);
	ov_arena_release(&scratch->arena);
}

int scratch_run(struct scratch *scratch, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	struct ov_str command = ov_str_vfmt(&scratch->arena, fmt, args);
	va_end(args);
	return run(scratch, command).status;
}

struct ov_str scratch_out(struct scratch *scratch, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	struct ov_str command = ov_str_vfmt(&scratch->arena, fmt, args);
	va_end(args);
	return ov_str_trim(run(scratch, command).out);
}

struct ov_str scratch_path(struct scratch *scratch, const char *name)
{
	return ov_str_fmt(&scratch->arena, "%.*s/%s", OV_STR_ARG(scratch->path), name);
}

bool scratch_found(struct scratch *scratch, enum ov_diag_code code)
{
	bool found =
		scratch->diags.list.count == 1 && scratch->diags.list.items[0]->code == code;
	for (size_t i = 0; i < scratch->diags.list.count && !found; i++)
		fprintf(stderr, "unexpected: %.*s\n",
			OV_STR_ARG(scratch->diags.list.items[i]->message));
	ov_diags_release(&scratch->diags);
	return found;
}
