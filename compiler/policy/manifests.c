/* manifests: reads objects from files and folders. Layer: policy. */
#include "policy/manifests.h"

#include "base/limits.h"
#include "foreign/os.h"
#include "policy/engine.h"

struct walk {
	struct ov_manifests *manifests;
	struct ov_str folder;
	bool ok;
};

static bool is_object(struct ov_value v)
{
	return ov_is_string(ov_get(v, "apiVersion")) && ov_is_string(ov_get(v, "kind"));
}

static bool is_list(struct ov_value v)
{
	return ov_is_list(ov_get(v, "items"));
}

static struct ov_value object_of(
	const struct ov_manifests *m, struct ov_arena *arena, struct ov_value v)
{
	return m->as_resources ? ov_policy_resource(arena, m->keys, v) : v;
}

/* Makes the objects among the documents while these are at hand; later they would have to be
 * fetched from memory. Those in lists wait until they are taken out. */
static void make_objects(
	const struct ov_manifests *m, struct ov_arena *arena, struct ov_docs *docs)
{
	for (size_t i = 0; i < docs->count; i++) {
		struct ov_value *document = &docs->items[i];
		if (is_object(*document) && !is_list(*document))
			*document = object_of(m, arena, *document);
	}
}

/* Lists do not hold lists. */
static void add_object(struct ov_manifests *m, struct ov_value document)
{
	struct ov_value items = ov_get(document, "items");
	if (!is_object(document)) {
		m->strangers += document.kind != OV_KIND_NULL;
		return;
	}
	if (!is_list(document)) {
		ov_vec_push(m->arena, &m->list, document);
		return;
	}
	for (size_t i = 0; i < ov_count(items); i++) {
		struct ov_value item = ov_at(items, i);
		if (is_object(item))
			ov_vec_push(m->arena, &m->list, object_of(m, m->arena, item));
		else
			m->strangers++;
	}
}

static bool parse(
	struct ov_manifests *m, struct ov_str path, struct ov_str text, struct ov_docs *out)
{
	struct ov_source *source = ov_sources_add(m->sources, path, text, false);
	if (!source) {
		ov_diag_add(m->diags, OV_DIAG_SOURCE_SIZE, ov_span(0),
			"all files together are larger than 4 GiB at '%.*s'", OV_STR_ARG(path));
		return false;
	}
	const struct ov_reader reader = {.arena = m->arena,
		.keys = m->keys,
		.cache = m->cache,
		.diags = m->diags,
		.source = source};
	return ov_source_read(&reader, out);
}

/* Documents of a text that one thread reads: a part of its source, at the same places. */
struct part {
	struct ov_source source;
	struct ov_docs docs;
	bool ok;
};

struct parts {
	const struct ov_manifests *manifests;
	OV_VEC(struct part) list;
};

enum { PART = 1 << 18 };

/* Whether directives stand before the marker at `at`, perhaps with comments: they are for its
 * document. */
static bool has_directive(struct ov_str text, size_t at)
{
	while (at) {
		size_t end = --at;
		while (at && text.ptr[at - 1] != '\n')
			at--;
		struct ov_str line = ov_str_trim(ov_str_sub(text, at, end));
		if (ov_str_starts(line, OV_STR("%")))
			return true;
		if (line.len && line.ptr[0] != '#')
			return false;
	}
	return false;
}

/* The next line at or behind `at` that begins a document, or the end. Within a scalar no line
 * can look like one (YAML 1.2, 9.1.2). */
static size_t next_document(struct ov_str text, size_t at)
{
	static const struct ov_str marker = OV_STR_INIT("\n---");
	while ((at = ov_str_find(text, marker, at)) != SIZE_MAX) {
		size_t behind = ++at + marker.len - 1;
		if ((behind == text.len || memchr(" \t\r\n", text.ptr[behind], 4)) &&
			!has_directive(text, at))
			return at;
	}
	return text.len;
}

static void divide(struct ov_manifests *m, struct parts *parts, const struct ov_source *source)
{
	/* JSON is one document. */
	bool divisible = !ov_str_ends(source->path, OV_STR(".json"));
	for (size_t from = 0, to; from < source->text.len; from = to) {
		to = divisible && source->text.len - from > PART
			     ? next_document(source->text, from + PART)
			     : source->text.len;
		struct part part = {.source = *source};
		part.source.base += (uint32_t)from;
		part.source.text = ov_str_sub(source->text, from, to);
		ov_vec_push(m->arena, &parts->list, part);
	}
}

static void read_part(struct ov_run *run, struct ov_worker *worker, void *context, size_t item)
{
	const struct parts *parts = context;
	struct part *part = &parts->list.items[item];
	const struct ov_reader reader = {.arena = &worker->arena,
		.keys = run->keys,
		.cache = worker->cache,
		.diags = &worker->diags,
		.source = &part->source};
	part->ok = ov_source_read(&reader, &part->docs);
	make_objects(parts->manifests, &worker->arena, &part->docs);
}

static bool add_source(struct ov_manifests *m, const struct ov_source *source)
{
	struct parts parts = {.manifests = m};
	bool ok = true;
	divide(m, &parts, source);
	ov_run_each(m->run, parts.list.count, read_part, &parts);
	for (size_t i = 0; i < parts.list.count; i++) {
		const struct part *part = &parts.list.items[i];
		ok = part->ok && ok;
		for (size_t k = 0; k < part->docs.count; k++)
			add_object(m, part->docs.items[k]);
	}
	return ok;
}

static bool add_text(struct ov_manifests *m, struct ov_str path, struct ov_str text)
{
	if (m->run && text.len > PART) {
		struct ov_source *source = ov_sources_add(m->sources, path, text, false);
		if (source)
			return add_source(m, source);
	}
	struct ov_docs docs = {0};
	bool ok = parse(m, path, text, &docs);
	make_objects(m, m->arena, &docs);
	for (size_t i = 0; i < docs.count; i++)
		add_object(m, docs.items[i]);
	return ok;
}

static bool is_manifest(void *context, struct ov_str path)
{
	(void)context;
	return ov_str_ends(path, OV_STR(".yaml")) || ov_str_ends(path, OV_STR(".yml")) ||
	       ov_str_ends(path, OV_STR(".json"));
}

static void add_found(void *context, const struct ov_found *found)
{
	struct walk *w = context;
	struct ov_manifests *m = w->manifests;
	bool here = ov_str_is(w->folder, ".");
	struct ov_str path =
		ov_str_fmt(m->arena, "%.*s%s%.*s", OV_STR_ARG(here ? OV_STR("") : w->folder),
			here ? "" : "/", OV_STR_ARG(found->path));
	bool ok = false;
	switch (found->kind) {
	case OV_FOUND_FILE: ok = add_text(m, path, found->bytes); break;
	case OV_FOUND_LINK:
		ov_diag_add(m->diags, OV_DIAG_SYMLINK, ov_span(0),
			"the symbolic link '%.*s' leads out of the folder, to a folder or to "
			"nothing",
			OV_STR_ARG(path));
		break;
	case OV_FOUND_TOO_LARGE:
		ov_diag_add(m->diags, OV_DIAG_SOURCE_SIZE, ov_span(0),
			"the file '%.*s' is larger than %d MiB", OV_STR_ARG(path),
			OV_LIMIT_SOURCE >> 20);
		break;
	case OV_FOUND_TOO_DEEP:
		ov_diag_add(m->diags, OV_DIAG_FOLDER_DEPTH, ov_span(0),
			"folders are nested more than %d levels deep at '%.*s'",
			OV_LIMIT_FOLDER_DEPTH, OV_STR_ARG(path));
		break;
	}
	w->ok = ok && w->ok;
}

struct ov_str ov_manifests_path(struct ov_str path)
{
	while (path.len > 2 && ov_str_starts(path, OV_STR("./")))
		path = ov_str_sub(path, 2, path.len);
	while (path.len > 1 && path.ptr[path.len - 1] == '/')
		path = ov_str_sub(path, 0, path.len - 1);
	return path;
}

static bool read_text(struct ov_manifests *m, struct ov_str *path, struct ov_str *text)
{
	if (!ov_str_is(*path, "-"))
		return ov_os_read_file(m->arena, *path, OV_LIMIT_IMPORT, text, m->diags);
	if (!ov_os_read_fd(
		    m->arena, 0, OV_STR("standard input"), OV_LIMIT_IMPORT, text, m->diags))
		return false;
	bool json = ov_str_starts(ov_str_trim(*text), OV_STR("{"));
	*path = json ? OV_STR("stdin.json") : OV_STR("stdin.yaml");
	return true;
}

bool ov_manifests_documents(struct ov_manifests *m, struct ov_str path, struct ov_docs *out)
{
	struct ov_str text;
	path = ov_manifests_path(path);
	return read_text(m, &path, &text) && parse(m, path, text, out);
}

/* A link that is named itself is followed. */
static bool is_folder(struct ov_manifests *m, struct ov_str path)
{
	struct ov_str real;
	if (ov_os_kind(path) == OV_OS_LINK && ov_os_real_path(m->arena, path, &real))
		path = real;
	return ov_os_kind(path) == OV_OS_FOLDER;
}

bool ov_manifests_read(struct ov_manifests *m, struct ov_str path)
{
	struct walk w = {m, ov_manifests_path(path), true};
	struct ov_str text;
	if (is_folder(m, path))
		return ov_os_walk(m->arena, path, is_manifest, add_found, &w, m->diags) && w.ok;
	return read_text(m, &w.folder, &text) && add_text(m, w.folder, text);
}
