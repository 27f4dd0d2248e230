/* kinds: from schemas to the kinds of an estate. Layer: read. */
#include "read/kinds.h"

#include "schema/schema.h"

#define BASE_URI "https://ovec.dev/schemas/v1alpha1/"

struct ov_kind_info *ov_kind_find(const struct ov_estate *estate, struct ov_str name)
{
	return ov_map_ptr(&estate->kind_by_name, name);
}

/* A schema's name: the last part of its $id, or of its path. */
static struct ov_str schema_name(const struct ov_file *file, struct ov_value tree)
{
	struct ov_value id = ov_get(tree, "$id");
	struct ov_str s = ov_is_string(id) ? ov_string(id) : file->path;
	size_t from = s.len;
	while (from && s.ptr[from - 1] != '/')
		from--;
	s = ov_str_sub(s, from, s.len);
	size_t dot = ov_is_string(id) ? SIZE_MAX : ov_str_chr(s, '.');
	return dot == SIZE_MAX ? s : ov_str_sub(s, 0, dot);
}

static struct ov_str keyword(const struct ov_schema *schema, enum ov_keyword k)
{
	return ov_string(ov_schema_keyword(schema, k));
}

static void add_kind(struct ov_run *run, struct ov_estate *estate, const struct ov_file *file,
	struct ov_value tree)
{
	struct ov_str cardinality = ov_string(ov_get(tree, "x-ovec-cardinality"));
	if (!cardinality.len)
		return;
	struct ov_str name = schema_name(file, tree);
	bool fresh;
	union ov_map_item *item = ov_map_put(&estate->kind_by_name, name, &fresh);
	if (!fresh) {
		const struct ov_kind_info *other = item->ptr;
		struct ov_diag *d =
			ov_diag_add(run->diags, OV_DIAG_BAD_SCHEMA, ov_span(tree.loc),
				"the kind %.*s has a schema already", OV_STR_ARG(name));
		ov_diag_note(run->diags, d, ov_span(other->loc), "here");
		return;
	}
	struct ov_kind_info *kind = ov_new(estate->arena, struct ov_kind_info);
	item->ptr = kind;
	kind->name = name;
	kind->schema_tree = tree;
	kind->loc = tree.loc;
	kind->cardinality = ov_str_is(cardinality, "one")    ? OV_CARDINALITY_ONE
			    : ov_str_is(cardinality, "many") ? OV_CARDINALITY_MANY
							     : OV_CARDINALITY_NONE;
	ov_vec_push(estate->arena, &estate->kinds, kind);
}

static void sort_kinds(struct ov_estate *estate)
{
	struct ov_kind_info **items = estate->kinds.items;
	for (size_t i = 1; i < estate->kinds.count; i++) {
		struct ov_kind_info *kind = items[i];
		size_t k = i;
		for (; k && ov_str_cmp(items[k - 1]->name, kind->name) > 0; k--)
			items[k] = items[k - 1];
		items[k] = kind;
	}
	for (size_t i = 0; i < estate->kinds.count; i++)
		items[i]->index = i;
}

static enum ov_role role_of(struct ov_str name)
{
	static const char *const roles[] = {[OV_ROLE_PATCH] = "patch",
		[OV_ROLE_REMOVAL] = "removal",
		[OV_ROLE_MOVE] = "move",
		[OV_ROLE_POLICY] = "policy",
		[OV_ROLE_EXCEPTION] = "exception"};
	for (size_t i = OV_ROLE_PATCH; i < OV_COUNT(roles); i++) {
		if (ov_str_is(name, roles[i]))
			return (enum ov_role)i;
	}
	return OV_ROLE_NONE;
}

static void describe(struct ov_run *run, struct ov_estate *estate, struct ov_kind_info *kind)
{
	struct ov_value id = ov_get(kind->schema_tree, "$id");
	struct ov_str uri = ov_is_string(id) ? ov_string(id)
					     : ov_str_fmt(run->arena, BASE_URI "%.*s",
						       OV_STR_ARG(kind->name));
	kind->schema = ov_schema_get(estate->schemas, uri, run->diags);
	if (!kind->schema)
		return;
	kind->component = keyword(kind->schema, OV_KEYWORD_COMPONENT);
	if (!kind->component.len)
		kind->component = OV_STR("objects");
	kind->role = role_of(keyword(kind->schema, OV_KEYWORD_ROLE));
	struct ov_str extends = keyword(kind->schema, OV_KEYWORD_EXTENDS);
	if (!extends.len)
		return;
	kind->extends = ov_kind_find(estate, extends);
	if (!kind->extends)
		ov_diag_add(run->diags, OV_DIAG_BAD_SCHEMA,
			ov_span(ov_get(kind->schema_tree, "x-ovec-extends").loc),
			"there is no kind %.*s", OV_STR_ARG(extends));
}

bool ov_kinds_read(struct ov_run *run, const struct ov_files *files, struct ov_estate *estate)
{
	size_t before = run->diags->errors;
	ov_map_init(&estate->kind_by_name, estate->arena, estate->seed);
	estate->schemas = ov_schema_set_new(estate->arena, estate->keys);
	for (size_t i = 0; i < files->list.count; i++) {
		const struct ov_file *file = &files->list.items[i];
		if (file->role != OV_FILE_SCHEMA || file->broken)
			continue;
		for (size_t k = 0; k < file->docs.count; k++) {
			struct ov_value tree = file->docs.items[k];
			struct ov_str uri = ov_str_fmt(run->arena, BASE_URI "%.*s",
				OV_STR_ARG(schema_name(file, tree)));
			if (!ov_is_map(tree)) {
				ov_diag_add(run->diags, OV_DIAG_BAD_SCHEMA, ov_span(tree.loc),
					"a schema is a mapping");
				continue;
			}
			if (ov_schema_add(estate->schemas, uri, tree, run->diags))
				add_kind(run, estate, file, tree);
		}
	}
	sort_kinds(estate);
	if (run->diags->errors != before || !ov_schema_compile(estate->schemas, run->diags))
		return false;
	for (size_t i = 0; i < estate->kinds.count; i++)
		describe(run, estate, estate->kinds.items[i]);
	return run->diags->errors == before;
}
