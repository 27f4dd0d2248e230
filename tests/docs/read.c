/* read: what the pages are made of. */
#include "docs/book.h"
#include "foreign/os.h"
#include "policy/engine.h"
#include "read/library.h"

enum { EXAMPLE_LINES = 40 };

struct ov_docs ov_book_documents(struct ov_book *b, struct ov_str path, struct ov_str bytes)
{
	struct ov_docs docs = {0};
	struct ov_reader reader = {&b->arena, b->keys, &b->cache, &b->diags, NULL};

	reader.source = ov_sources_add(&b->sources, path, bytes, true);
	if (!ov_source_read(&reader, &docs)) {
		fprintf(stderr, "%.*s cannot be read\n", OV_STR_ARG(path));
		exit(1);
	}
	return docs;
}

static void read_library(struct ov_book *b)
{
	struct ov_library_file file;

	for (size_t offset = 0; ov_library_next(&offset, &file);) {
		if (!ov_str_ends(file.path, OV_STR(".yaml")))
			continue;
		struct ov_docs docs = ov_book_documents(b, file.path, file.bytes);

		for (size_t i = 0; i < docs.count; i++) {
			if (ov_str_starts(file.path, OV_STR("schemas/"))) {
				struct ov_str name =
					ov_str_sub(file.path, 8, file.path.len - 5);

				ov_map_put(&b->schemas, name, NULL)->ptr = &docs.items[i];
			} else if (ov_str_starts(file.path, OV_STR("templates/"))) {
				ov_vec_push(&b->arena, &b->templates, docs.items[i]);
				ov_vec_push(&b->arena, &b->template_paths, file.path);
			} else if (ov_policy_is(docs.items[i])) {
				const struct ov_book_policy policy = {
					file.path, file.bytes, docs.items[i]};

				ov_vec_push(&b->arena, &b->policies, policy);
			} else if (ov_str_starts(file.path, OV_STR("policies/"))) {
				ov_vec_push(&b->arena, &b->rules, docs.items[i]);
			}
		}
	}
}

struct ov_str ov_book_next_document(struct ov_str text, size_t *from)
{
	size_t begin = *from, end = ov_str_find(text, OV_STR("\n---\n"), begin);

	*from = end == SIZE_MAX ? text.len : end + 5;
	return ov_str_sub(text, begin, end == SIZE_MAX ? text.len : end + 1);
}

/* The longest document of each kind that is not too long to read, or else the shortest. */
static bool is_better(const struct ov_book_example *e, const struct ov_book_example *old)
{
	bool fits = e->lines <= EXAMPLE_LINES, fitted = old->lines <= EXAMPLE_LINES;

	if (!old->lines || fits != fitted)
		return !old->lines || fits;
	return fits ? e->lines > old->lines : e->lines < old->lines;
}

static void read_examples(void *context, const struct ov_found *found)
{
	struct ov_book *b = context;
	struct ov_docs docs = ov_book_documents(b, found->path, found->bytes);
	size_t from = 0;

	for (size_t i = 0; i < docs.count && from < found->bytes.len; i++) {
		struct ov_str kind = ov_string(ov_get(docs.items[i], "kind"));
		struct ov_book_example e = {
			found->path, ov_book_next_document(found->bytes, &from), 0};
		union ov_map_item *item = ov_map_put(&b->examples, kind, NULL);

		for (size_t k = 0; k < e.text.len; k++)
			e.lines += e.text.ptr[k] == '\n';
		if (!item->ptr)
			item->ptr = ov_new(&b->arena, struct ov_book_example);
		if (is_better(&e, item->ptr))
			*(struct ov_book_example *)item->ptr = e;
	}
}

static bool is_yaml(void *context, struct ov_str path)
{
	(void)context;
	return ov_str_ends(path, OV_STR(".yaml"));
}

void ov_book_read(struct ov_book *b)
{
	ov_map_init(&b->schemas, &b->arena, 0);
	ov_map_init(&b->examples, &b->arena, 0);
	ov_map_init(&b->printed, &b->arena, 0);
	read_library(b);
	if (ov_os_walk(&b->arena, OV_STR(OV_BOOK_ESTATE), is_yaml, read_examples, b, &b->diags))
		return;
	fprintf(stderr, "%s cannot be read\n", OV_BOOK_ESTATE);
	exit(1);
}
