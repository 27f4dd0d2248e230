/* schema: `ovec schema` and `ovec version`. Layer: cmd. */
#include "schema/schema.h"
#include "cmd/internal.h"
#include "lang/json_out.h"
#include "read/load.h"

#include "base/limits.h"

/*
 * One file that an editor can use: what a $ref to another of our schemas means is put into
 * $defs, and the reference points there.
 */
struct bundle {
	struct ov_session *s;
	const struct ov_files *files;
	OV_VEC(struct ov_str) names;
};

static const char base_uri[] = "https://ovec.dev/schemas/v1alpha1/";

static void print_kinds(const struct ov_io *io, const struct ov_estate *estate)
{
	for (size_t i = 0; i < estate->kinds.count; i++) {
		const struct ov_kind_info *kind = estate->kinds.items[i];
		struct ov_str text = ov_string(ov_get(kind->schema_tree, "description"));
		size_t dot = ov_str_find(text, OV_STR(". "), 0);
		if (dot != SIZE_MAX)
			text = ov_str_sub(text, 0, dot + 1);
		fprintf(io->out, "%-24.*s %.*s\n", OV_STR_ARG(kind->name),
			OV_STR_ARG(ov_str_trim(text)));
	}
}

/* The name of one of our schemas that a $ref leads to, with its fragment taken off. */
static struct ov_str ref_name(struct ov_str ref)
{
	size_t hash = ov_str_chr(ref, '#');
	if (hash != SIZE_MAX)
		ref = ov_str_sub(ref, 0, hash);
	if (ov_str_starts(ref, ov_str_c(base_uri)))
		ref = ov_str_sub(ref, sizeof(base_uri) - 1, ref.len);
	return ref;
}

static void find_refs(struct bundle *b, struct ov_value v, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH)
		return;
	for (size_t i = 0; i < ov_count(v); i++) {
		if (ov_is_list(v)) {
			find_refs(b, v.items[i], depth + 1);
			continue;
		}
		const struct ov_entry *e = &v.entries[i];
		if (!ov_str_is(e->key->str, "$ref") || !ov_is_string(e->value)) {
			find_refs(b, e->value, depth + 1);
			continue;
		}
		struct ov_str name = ref_name(ov_string(e->value));
		bool known = !name.len;
		for (size_t k = 0; !known && k < b->names.count; k++)
			known = ov_str_eq(b->names.items[k], name);
		if (!known)
			ov_vec_push(&b->s->arena, &b->names, name);
	}
}

/* The schema with every other one that it refers to embedded by its $id (core, 9.3.1). */
static struct ov_value bundled(struct bundle *b, struct ov_value tree)
{
	struct ov_keys *keys = b->s->run.keys;
	find_refs(b, tree, 0);
	struct ov_value defs = ov_get(tree, "$defs");
	struct ov_map_builder m;
	ov_map_begin(&m, &b->s->arena, ov_count(defs) + 4);
	for (size_t i = 0; i < ov_count(defs); i++)
		ov_map_set(&m, defs.entries[i].key, defs.entries[i].value);
	for (size_t i = 0; i < b->names.count; i++) {
		for (size_t k = 0; k < b->files->list.count; k++) {
			const struct ov_file *file = &b->files->list.items[k];
			if (file->role != OV_FILE_SCHEMA || !file->docs.count)
				continue;
			struct ov_value other = file->docs.items[0];
			struct ov_str id = ref_name(ov_string(ov_get(other, "$id")));
			if (!ov_str_eq(id, b->names.items[i]))
				continue;
			ov_map_set(&m, ov_key(keys, id), other);
			find_refs(b, other, 0);
		}
	}
	if (!m.count)
		return tree;
	return ov_with(&b->s->arena, tree, ov_key(keys, OV_STR("$defs")), ov_map_end(&m));
}

static void print_schema(
	struct ov_session *s, const struct ov_files *files, struct ov_value tree)
{
	struct bundle b = {.s = s, .files = files};
	struct ov_buf buf;
	ov_buf_init(&buf);
	ov_json_write(&buf, ov_editor_schema(&s->arena, s->run.keys, bundled(&b, tree)), 2);
	ov_buf_putc(&buf, '\n');
	fwrite(buf.ptr, 1, buf.len, s->io->out);
	ov_buf_release(&buf);
}

static int no_kind(struct ov_session *s, const struct ov_estate *estate, struct ov_str name)
{
	struct ov_str *names = ov_new_array(&s->arena, struct ov_str, estate->kinds.count);
	for (size_t i = 0; i < estate->kinds.count; i++)
		names[i] = estate->kinds.items[i]->name;
	struct ov_str near = ov_nearest(name, names, estate->kinds.count);
	return ov_usage_error(s->io, "there is no kind '%.*s'%s%.*s%s", OV_STR_ARG(name),
		near.len ? "; did you mean '" : "; `ovec schema` lists them", OV_STR_ARG(near),
		near.len ? "'?" : "");
}

int ov_cmd_schema(const struct ov_io *io, const struct ov_args *args)
{
	struct ov_session s;
	if (args->words.count && strcmp(args->words.items[0], "import") == 0)
		return ov_cmd_schema_import(io, args);
	if (args->words.count > 2)
		return ov_usage_error(
			io, "schema: one argument too many: %s", args->words.items[2]);
	if (!ov_session_begin(&s, io, args))
		return OV_EXIT_USAGE;
	struct ov_compile_options options;
	if (!ov_session_options(&s, &options)) {
		ov_session_end(&s);
		return OV_EXIT_USAGE;
	}
	/* Without an estate's folder, the kinds of the library. */
	options.read.root =
		args->words.count > 1 ? ov_str_c(args->words.items[1]) : ov_str_n(NULL, 0);
	struct ov_read_result result;
	struct ov_files files;
	int status = OV_EXIT_DONE;
	if (ov_read_kinds(&s.run, &options.read, &result, &files)) {
		if (!args->words.count) {
			print_kinds(io, result.estate);
		} else {
			struct ov_str name = ov_str_c(args->words.items[0]);
			const struct ov_kind_info *kind =
				ov_map_ptr(&result.estate->kind_by_name, name);
			if (kind)
				print_schema(&s, &files, kind->schema_tree);
			else
				status = no_kind(&s, result.estate, name);
		}
	}
	ov_read_release(&result);
	ov_session_report(&s);
	int ended = ov_session_end(&s);
	return status != OV_EXIT_DONE ? status : ended;
}

int ov_cmd_version(const struct ov_io *io, const struct ov_args *args)
{
	(void)args;
	fputs("ovec " OV_VERSION "\n", io->out);
	return OV_EXIT_DONE;
}
