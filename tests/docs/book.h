/*
 * book: what the parts of the generator of the reference pages share.
 */
#ifndef OV_DOCS_BOOK_H
#define OV_DOCS_BOOK_H

#include "base/diag.h"
#include "base/map.h"
#include "foreign/reader.h"
#include "value/value.h"

#include <stdio.h>

/** The estate whose documents are the examples. */
#define OV_BOOK_ESTATE "fixtures/acme"

/** A document of the example estate, as it is written. */
struct ov_book_example {
	struct ov_str path, text;
	size_t lines;
};

/** A shipped policy and its file. */
struct ov_book_policy {
	struct ov_str path, text;
	struct ov_value value;
};

/** What was read, and the page that is being written. */
struct ov_book {
	struct ov_arena arena;
	struct ov_key_cache cache;
	struct ov_keys *keys;
	struct ov_sources sources;
	struct ov_diags diags;
	struct ov_map schemas;  /**< name to struct ov_value */
	struct ov_map examples; /**< kind to struct ov_book_example */
	struct ov_map printed;  /**< reference of a spec to the kind on whose page it is */
	OV_VEC(struct ov_value) templates;
	OV_VEC(struct ov_str) template_paths;
	OV_VEC(struct ov_value) rules;
	OV_VEC(struct ov_book_policy) policies;
	const char *folder;
	FILE *out;
};

/** A schema and the one that its `$ref` leads to, each with the file it stands in. */
struct ov_book_node {
	struct ov_value own, home, base, base_home;
	struct ov_str definition; /**< last name of the `$ref` */
};

/** Definitions of common.yaml that many kinds refer to, ended by NULL: their fields are printed
 * once. */
extern const char *const ov_book_shared[];

/** Reads the embedded library and the example estate; ends the program where they are wrong. */
void ov_book_read(struct ov_book *book);

/** The documents of a file; ends the program where they cannot be read. */
struct ov_docs ov_book_documents(struct ov_book *book, struct ov_str path, struct ov_str bytes);

/** The text up to the next line `---`; `*from` is moved behind that. */
struct ov_str ov_book_next_document(struct ov_str text, size_t *from);

/** Begins a page, named from the folder of the pages. */
void ov_book_open(struct ov_book *book, const char *name);

/** Writes the text as it is. */
void ov_book_put(struct ov_book *book, struct ov_str s);

/** Writes text into a cell of a table: one line, runs of blanks as one, bars escaped. */
void ov_book_cell(struct ov_book *book, struct ov_str s);

/** Likewise, as code. */
void ov_book_code(struct ov_book *book, struct ov_str s);

/** Likewise, as a sentence that begins with a capital. */
void ov_book_sentence(struct ov_book *book, struct ov_str s);

/** The node that `own` is, in the schema file `home`. */
struct ov_book_node ov_book_node(
	struct ov_book *book, struct ov_value home, struct ov_value own);

/** Whether the node refers to one of the shared definitions. */
bool ov_book_is_shared(const struct ov_book_node *node);

/** What a mapping must have besides its fields, where its schema says it in words. */
struct ov_str ov_book_condition(const struct ov_book_node *node);

/** Writes the table of all fields of a schema; `required` lists further fields that are. */
void ov_book_fields(struct ov_book *book, const char *what, struct ov_value home,
	struct ov_value schema, struct ov_value required);

/** Writes the index of kinds, the page of each, and that of the shared fields. */
void ov_book_kinds(struct ov_book *book);

/** Writes the page of systems, and README.md with its table of them to the file `readme`. */
void ov_book_systems(struct ov_book *book, const char *readme);

/** Writes the index of the shipped policies, and the page of each with its examples. */
void ov_book_policies(struct ov_book *book);

/** Writes the page of the cases of conformance suites that are known to fail. */
void ov_book_differences(struct ov_book *book);

#endif
