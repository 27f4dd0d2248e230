/* import: `ovec schema import` makes a set of the kinds that a cluster serves. Layer: cmd. */
#include "base/limits.h"
#include "cmd/internal.h"
#include "foreign/reader.h"
#include "lang/name.h"
#include "schema/api.h"

struct import {
	struct ov_session *s;
	struct ov_docs docs;
	struct ov_str folder; /**< that is being read; empty outside of one */
	bool failed;
};

static void add_text(struct import *in, struct ov_str path, struct ov_str text)
{
	struct ov_session *s = in->s;
	struct ov_source *source = ov_sources_add(&s->sources, path, text, false);
	if (!source) {
		ov_diag_add(&s->diags, OV_DIAG_SOURCE_SIZE, ov_span(0),
			"all files together are larger than 4 GiB at '%.*s'", OV_STR_ARG(path));
		in->failed = true;
		return;
	}
	struct ov_reader reader = {.arena = &s->arena,
		.keys = s->run.keys,
		.cache = s->run.workers[0].cache,
		.diags = &s->diags,
		.source = source};
	in->failed = !ov_source_read(&reader, &in->docs) || in->failed;
}

static bool is_source(void *context, struct ov_str path)
{
	(void)context;
	return ov_str_ends(path, OV_STR(".yaml")) || ov_str_ends(path, OV_STR(".yml")) ||
	       ov_str_ends(path, OV_STR(".json"));
}

static void add_found(void *context, const struct ov_found *found)
{
	struct import *in = context;
	struct ov_arena *arena = &in->s->arena;
	if (found->kind == OV_FOUND_FILE)
		add_text(in,
			ov_str_fmt(arena, "%.*s/%.*s", OV_STR_ARG(in->folder),
				OV_STR_ARG(found->path)),
			found->bytes);
}

static void add_path(struct import *in, struct ov_str path)
{
	struct ov_session *s = in->s;
	struct ov_str text;
	if (ov_str_is(path, "-")) {
		bool ok = ov_os_read_fd(&s->arena, 0, OV_STR("standard input"), OV_LIMIT_IMPORT,
			&text, &s->diags);
		bool json = ok && ov_str_starts(ov_str_trim(text), OV_STR("{"));
		if (ok)
			add_text(in, json ? OV_STR("stdin.json") : OV_STR("stdin.yaml"), text);
		in->failed = !ok || in->failed;
	} else if (ov_os_kind(path) == OV_OS_FOLDER) {
		in->folder = path;
		in->failed =
			!ov_os_walk(&s->arena, path, is_source, add_found, in, &s->diags) ||
			in->failed;
	} else if (ov_os_read_file(&s->arena, path, OV_LIMIT_IMPORT, &text, &s->diags)) {
		add_text(in, path, text);
	} else {
		in->failed = true;
	}
}

static void count_kind(
	void *context, struct ov_str group, struct ov_str kind, struct ov_str versions)
{
	(void)group, (void)kind, (void)versions;
	++*(size_t *)context;
}

static void write_set(struct ov_session *s, struct ov_str name, struct ov_str bytes)
{
	struct ov_str folder = s->args->out ? ov_str_c(s->args->out) : OV_STR("sets");
	struct ov_str path =
		ov_str_fmt(&s->arena, "%.*s/%.*s.set", OV_STR_ARG(folder), OV_STR_ARG(name));
	if (!ov_os_make_folder(folder, &s->diags) ||
		!ov_os_write_file(path, bytes, false, &s->diags) || s->args->quiet)
		return;
	size_t kinds = 0;
	struct ov_api_set *set = ov_api_set_open(s->run.keys, NULL, name, bytes, &s->diags);
	if (set)
		ov_api_set_each(set, count_kind, &kinds);
	ov_api_set_close(set);
	fprintf(s->io->err, "%.*s: ", OV_STR_ARG(path));
	ov_print_count(s->io->err, kinds, "kind");
	fprintf(s->io->err, ", %zu bytes\n", bytes.len);
}

int ov_cmd_schema_import(const struct ov_io *io, const struct ov_args *args)
{
	struct ov_session s;
	struct ov_str name = ov_str_c(args->set);
	if (args->words.count < 2)
		return ov_usage_error(io, "schema import needs files, folders or -");
	if (!name.len || ov_name_subdomain_fault(name))
		return ov_usage_error(io, "schema import needs --set with a name for the set, "
					  "such as my-cluster");
	if (!ov_session_begin(&s, io, args))
		return OV_EXIT_USAGE;
	struct import in = {.s = &s};
	for (size_t i = 1; i < args->words.count; i++)
		add_path(&in, ov_str_c(args->words.items[i]));
	struct ov_buf out;
	ov_buf_init(&out);
	if (!in.failed && ov_api_import(&s.arena, s.run.keys, in.docs.items, in.docs.count,
				  args->rules ? OV_API_IMPORT_RULES : 0, &out, &s.diags))
		write_set(&s, name, ov_buf_str(&out));
	ov_buf_release(&out);
	ov_session_report(&s);
	return ov_session_end(&s);
}
