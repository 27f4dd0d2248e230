/* reader: what the readers of YAML and JSON share. Layer: foreign. */
#include "foreign/reader.h"

#include "foreign/json.h"
#include "foreign/yaml.h"

bool ov_source_read(const struct ov_reader *reader, struct ov_docs *out)
{
	if (ov_str_ends(reader->source->path, OV_STR(".json")))
		return ov_json_read(reader, out);
	return ov_yaml_read(reader, out);
}

uint32_t ov_reader_loc(const struct ov_reader *reader, size_t offset)
{
	return reader->source->base + (uint32_t)offset;
}

/* Below this comparing each key with each costs less than an index. */
enum { SMALL = 16 };

static void duplicate(const struct ov_reader *reader, const struct ov_entry *first,
	const struct ov_entry *second)
{
	struct ov_str key = first->key->str;
	if (!reader->diags)
		return;
	struct ov_diag *diag = ov_diag_add(reader->diags, OV_DIAG_DUPLICATE_KEY,
		ov_span(second->value.key_loc), "the key '%.*s' is written twice",
		OV_STR_ARG(key));
	ov_diag_note(reader->diags, diag, ov_span(first->value.key_loc), "first written here");
}

bool ov_reader_map(const struct ov_reader *reader, const struct ov_entry *entries, size_t count,
	struct ov_value *out)
{
	bool unique = true;
	struct ov_map_builder b;
	ov_map_begin(&b, reader->arena, count);
	if (count > SMALL) {
		for (size_t i = 0; i < count; i++) {
			struct ov_entry *first = ov_map_find(&b, entries[i].key);
			if (first) {
				duplicate(reader, first, &entries[i]);
				unique = false;
			} else {
				ov_map_set(&b, entries[i].key, entries[i].value);
			}
		}
		*out = ov_map_end(&b);
		return unique;
	}
	for (size_t i = 0; i < count; i++) {
		size_t j = 0;
		while (j < b.count && b.entries[j].key != entries[i].key)
			j++;
		if (j < b.count) {
			duplicate(reader, &b.entries[j], &entries[i]);
			unique = false;
		} else {
			b.entries[b.count++] = entries[i];
		}
	}
	*out = ov_map_end(&b);
	return unique;
}

static bool looks_utf16(struct ov_str s)
{
	if (s.len < 2)
		return false;
	const unsigned char *p = (const unsigned char *)s.ptr;
	return (p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff) ||
	       (p[0] == 0) != (p[1] == 0);
}

bool ov_reader_utf8(const struct ov_reader *reader)
{
	struct ov_str s = reader->source->text;
	struct ov_diag *diag;
	size_t bad;
	if (looks_utf16(s)) {
		diag = ov_diag_add(reader->diags, OV_DIAG_ENCODING,
			ov_span_n(ov_reader_loc(reader, 0), 1),
			"the file is UTF-16, not UTF-8");
	} else if (!ov_utf8_valid(s, &bad)) {
		diag = ov_diag_add(reader->diags, OV_DIAG_ENCODING,
			ov_span_n(ov_reader_loc(reader, bad), 1),
			"byte 0x%02X is not valid UTF-8", (unsigned)(unsigned char)s.ptr[bad]);
	} else {
		return true;
	}
	ov_diag_help(reader->diags, diag, "save the file as UTF-8 text");
	return false;
}
