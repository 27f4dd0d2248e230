/*
 * yaml: the reader of YAML, and the printer of what it finds. What is read directly is held to
 * what libyaml makes of it.
 */
#include "fuzz/target.h"

#include "foreign/yaml.h"

static void same(struct ov_value a, struct ov_value b)
{
	ov_assert(a.kind == b.kind && a.flags == b.flags && a.loc == b.loc &&
		  a.key_loc == b.key_loc && a.count == b.count);
	for (size_t i = 0; i < ov_count(a); i++) {
		if (ov_is_list(a)) {
			same(a.items[i], b.items[i]);
		} else {
			ov_assert(a.entries[i].key == b.entries[i].key);
			same(a.entries[i].value, b.entries[i].value);
		}
	}
	if (ov_is_string(a))
		ov_assert(ov_str_eq(ov_string(a), ov_string(b)));
	else if (a.kind == OV_KIND_BOOL)
		ov_assert(a.boolean == b.boolean);
	else if (!ov_is_list(a) && !ov_is_map(a) && a.kind != OV_KIND_NULL)
		ov_assert(a.uinteger == b.uinteger); /* of a double, its bits */
}

static void same_findings(const struct ov_diags *a, const struct ov_diags *b)
{
	ov_assert(a->list.count == b->list.count);
	for (size_t i = 0; i < a->list.count; i++) {
		const struct ov_diag *x = a->list.items[i], *y = b->list.items[i];
		ov_assert(x->code == y->code && x->span.loc == y->span.loc &&
			  x->span.len == y->span.len && ov_str_eq(x->message, y->message));
	}
}

static void compare(struct ov_str text)
{
	struct input in;
	struct ov_diags diags;
	struct ov_docs docs = {0}, through_libyaml = {0};
	input_begin(&in);
	ov_diags_init(&diags, &in.sources);
	struct ov_reader reader = {&in.arena, in.keys, &in.cache, &in.diags, NULL};
	reader.source = ov_sources_add(&in.sources, OV_STR("a.yaml"), text, false);
	bool ok = ov_yaml_read(&reader, &docs);
	reader.diags = &diags;
	ov_assert(ov_yaml_read_events(&reader, &through_libyaml) == ok);
	ov_assert(docs.count == through_libyaml.count);
	for (size_t i = 0; i < docs.count; i++)
		same(docs.items[i], through_libyaml.items[i]);
	same_findings(&in.diags, &diags);
	ov_diags_release(&diags);
	input_end(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ov_str text = ov_str_n((const char *)data, size);
	compare(text);
	return read_and_print("a.yaml", text);
}
