/*
 * docs: writes the generated pages: docs/diagnostics.md from the table of codes, docs/kinds.md
 * from the embedded schemas.
 *
 * usage: docs FOLDER
 */
#include "base/diag.h"
#include "base/limits.h"
#include "base/map.h"
#include "foreign/yaml.h"
#include "read/library.h"

enum { NESTING = 16 };

/** The schemas by name, and what has been written of them. */
struct book {
	struct ov_arena arena;
	struct ov_key_cache cache;
	struct ov_keys *keys;
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_map schemas; /**< name to struct ov_value */
	struct ov_map printed; /**< reference of a spec to the kind it was printed for */
	FILE *out;
};

static void put(FILE *out, struct ov_str s)
{
	fwrite(s.ptr ? s.ptr : "", 1, s.len, out);
}

/* Text in a cell of a table: one line, no bars. */
static void put_cell(FILE *out, struct ov_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '|')
			fputc('\\', out);
		fputc(s.ptr[i] == '\n' ? ' ' : s.ptr[i], out);
	}
}

static FILE *open_page(struct ov_arena *arena, const char *folder, const char *name)
{
	const char *path = ov_str_fmt(arena, "%s/%s", folder, name).ptr;
	FILE *out = fopen(path, "w");

	if (!out) {
		perror(path);
		exit(4);
	}
	return out;
}

static void write_diagnostics(struct book *b, const char *folder)
{
	static const char *const severities[] = {"error", "warning", "note", "error"};
	size_t count;
	const struct ov_diag_info *table = ov_diag_table(&count);

	b->out = open_page(&b->arena, folder, "diagnostics.md");
	fprintf(b->out, "# Diagnostics\n\n"
			"Written by `make docs` from compiler/base/diag_codes.def; "
			"`ovec explain OVnnnn` prints the same.\n");
	for (size_t i = 0; i < count; i++)
		fprintf(b->out, "\n## OV%04d %s\n\n*%s.* %s\n", (int)table[i].code,
			table[i].title, severities[table[i].severity], table[i].explanation);
	fclose(b->out);
}

static bool read_schemas(struct book *b)
{
	struct ov_library_file file;
	size_t offset = 0;

	while (ov_library_next(&offset, &file)) {
		struct ov_docs docs = {0};
		struct ov_reader reader = {&b->arena, b->keys, &b->cache, &b->diags, NULL};
		struct ov_value *copy;

		if (!ov_str_starts(file.path, OV_STR("schemas/")))
			continue;
		reader.source = ov_sources_add(&b->sources, file.path, file.bytes, true);
		if (!ov_yaml_read(&reader, &docs) || docs.count != 1) {
			fprintf(stderr, "%.*s cannot be read\n", OV_STR_ARG(file.path));
			return false;
		}
		copy = ov_new(&b->arena, struct ov_value);
		*copy = docs.items[0];
		ov_map_put(&b->schemas, ov_str_sub(file.path, 8, file.path.len - 5), NULL)
			->ptr = copy;
	}
	return true;
}

/* What `$ref` of the node leads to, in the form SCHEMA#/$defs/NAME. */
static struct ov_value refer(struct book *b, struct ov_value home, struct ov_str ref)
{
	size_t hash = ov_str_chr(ref, '#');
	struct ov_str name = ov_str_sub(ref, 0, hash);
	struct ov_value *other = name.len ? ov_map_ptr(&b->schemas, name) : NULL;
	size_t from = hash == SIZE_MAX ? SIZE_MAX : ov_str_find(ref, OV_STR("/$defs/"), hash);
	struct ov_value none = {0};

	if (from == SIZE_MAX)
		return none;
	return ov_get_str(
		ov_get(other ? *other : home, "$defs"), ov_str_sub(ref, from + 7, ref.len));
}

/* The schema to which a reference without a schema's name is relative. */
static struct ov_value home_of(struct book *b, struct ov_value home, struct ov_str ref)
{
	struct ov_value *other =
		ov_map_ptr(&b->schemas, ov_str_sub(ref, 0, ov_str_chr(ref, '#')));

	return other ? *other : home;
}

static void put_scalar(FILE *out, struct ov_value v)
{
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_BOOL: fputs(ov_bool(v, false) ? "true" : "false", out); break;
	case OV_KIND_INT: fprintf(out, "%lld", (long long)v.integer); break;
	case OV_KIND_STRING:
		if (v.count == 0)
			fputs("\"\"", out);
		put_cell(out, ov_string(v));
		break;
	case OV_KIND_LIST: fputs(ov_count(v) ? "[…]" : "[]", out); break;
	case OV_KIND_MAP: fputs(ov_count(v) ? "{…}" : "{}", out); break;
	default: fputs("…", out); break;
	}
}

/* The first of the node and what it refers to that has the keyword. */
static struct ov_value keyword(struct ov_value node, struct ov_value base, const char *name)
{
	struct ov_value v = ov_get(node, name);

	return ov_is_some(v) ? v : ov_get(base, name);
}

static void put_type(FILE *out, struct ov_value node, struct ov_value base)
{
	struct ov_value names = keyword(node, base, "enum");
	struct ov_value type = keyword(node, base, "type");
	struct ov_value forms = keyword(node, base, "oneOf");
	struct ov_value v;

	if (ov_is_list(names)) {
		for (size_t i = 0; i < ov_count(names); i++) {
			fputs(i ? ", `" : "`", out);
			put_scalar(out, ov_at(names, i));
			fputc('`', out);
		}
		return;
	}
	if (ov_is_some(v = keyword(node, base, "x-ovec-ref")))
		fprintf(out, "name of a %.*s", OV_STR_ARG(ov_string(v)));
	else if (ov_is_some(v = keyword(node, base, "x-ovec-provided")))
		fprintf(out, "one of the cluster's %.*s", OV_STR_ARG(ov_string(v)));
	else if (ov_is_some(v = keyword(node, base, "format")))
		put(out, ov_string(v));
	else if (ov_is_list(type))
		for (size_t i = 0; i < ov_count(type); i++)
			fprintf(out, "%s%.*s", i ? " or " : "",
				OV_STR_ARG(ov_string(ov_at(type, i))));
	else if (ov_is_some(type))
		put(out, ov_string_is(type, "array") ? OV_STR("list") : ov_string(type));
	else
		for (size_t i = 0; i < ov_count(forms); i++) {
			struct ov_value none = {0};

			fputs(i ? " or " : "", out);
			put_type(out, ov_at(forms, i), none);
		}
}

static bool is_required(struct ov_value schema, struct ov_str name)
{
	struct ov_value required = ov_get(schema, "required");

	for (size_t i = 0; i < ov_count(required); i++)
		if (ov_str_eq(ov_string(ov_at(required, i)), name))
			return true;
	return false;
}

static void write_fields(struct book *b, struct ov_value home, struct ov_value schema,
	struct ov_str path, size_t depth);

static void write_field(struct book *b, struct ov_value home, struct ov_value parent,
	const struct ov_entry *entry, struct ov_str path, size_t depth)
{
	struct ov_value node = entry->value;
	struct ov_str ref = ov_string(ov_get(node, "$ref"));
	struct ov_value base = refer(b, home, ref);
	struct ov_value v;

	fprintf(b->out, "| `%.*s` | ", OV_STR_ARG(path));
	put_type(b->out, node, base);
	fputs(" | ", b->out);
	if (ov_is_some(v = keyword(node, base, "default"))) {
		fputc('`', b->out);
		put_scalar(b->out, v);
		fputc('`', b->out);
	} else if (is_required(parent, entry->key->str)) {
		fputs("required", b->out);
	}
	fputs(" | ", b->out);
	put_cell(b->out, ov_string(keyword(node, base, "description")));
	fputs(" |\n", b->out);
	write_fields(b, home, node, path, depth);
}

/* The fields below a map or the elements of a list, the referred schema's first. */
static void write_fields(struct book *b, struct ov_value home, struct ov_value schema,
	struct ov_str path, size_t depth)
{
	struct ov_str ref = ov_string(ov_get(schema, "$ref"));
	struct ov_value fields = ov_get(schema, "properties");
	struct ov_value items = ov_get(schema, "items");

	if (depth > NESTING)
		return;
	if (ref.len > 0)
		write_fields(b, home_of(b, home, ref), refer(b, home, ref), path, depth + 1);
	for (size_t i = 0; ov_is_map(fields) && i < fields.count; i++) {
		const struct ov_entry *entry = &fields.entries[i];
		struct ov_str below = ov_str_fmt(&b->arena, "%.*s%s%.*s", OV_STR_ARG(path),
			path.len ? "." : "", OV_STR_ARG(entry->key->str));

		write_field(b, home, schema, entry, below, depth + 1);
	}
	if (ov_is_map(items))
		write_fields(b, home, items, ov_str_fmt(&b->arena, "%.*s[]", OV_STR_ARG(path)),
			depth + 1);
}

static void write_kind(struct book *b, struct ov_str name, struct ov_value schema)
{
	struct ov_value spec = ov_path(schema, "properties", "spec", NULL);
	struct ov_str ref = ov_string(ov_get(spec, "$ref"));
	union ov_map_item *earlier;
	bool fresh = true;

	if (!ov_is_map(spec))
		return;
	fprintf(b->out, "\n## %.*s\n\n", OV_STR_ARG(name));
	put(b->out, ov_string(ov_get(schema, "description")));
	fputs("\n\n", b->out);
	earlier = ref.len ? ov_map_put(&b->printed, ref, &fresh) : NULL;
	if (!fresh) {
		fprintf(b->out, "The fields of `spec` are those of %s.\n",
			(const char *)earlier->cptr);
		return;
	}
	if (earlier)
		earlier->cptr = ov_str_cstr(&b->arena, name);
	fputs("| field of `spec` | value | default | meaning |\n|---|---|---|---|\n", b->out);
	write_fields(b, schema, spec, OV_STR(""), 0);
}

static void write_kinds(struct book *b, const char *folder)
{
	b->out = open_page(&b->arena, folder, "kinds.md");
	fprintf(b->out, "# Kinds\n\nWritten by `make docs` from the shipped schemas; "
			"`ovec schema KIND` prints one for an editor.\n");
	for (size_t i = 0; i < b->schemas.count; i++)
		write_kind(b, b->schemas.entries[i].key,
			*(const struct ov_value *)b->schemas.entries[i].item.ptr);
	fclose(b->out);
}

int main(int argc, char **argv)
{
	static struct book b;

	if (argc != 2) {
		fprintf(stderr, "usage: docs FOLDER\n");
		return 3;
	}
	b.keys = ov_keys_new(0);
	ov_sources_init(&b.sources, &b.arena);
	ov_diags_init(&b.diags, &b.sources);
	ov_map_init(&b.schemas, &b.arena, 0);
	ov_map_init(&b.printed, &b.arena, 0);
	write_diagnostics(&b, argv[1]);
	if (!read_schemas(&b))
		return 1;
	write_kinds(&b, argv[1]);
	ov_diags_release(&b.diags);
	ov_keys_free(b.keys);
	ov_arena_release(&b.arena);
	return 0;
}
