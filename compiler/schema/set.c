/* set: documents, resources, anchors, and what a URI leads to. Layer: schema. */
#include "schema/internal.h"

#include "base/limits.h"
#include "lang/ascii.h"
#include "schema/reference.h"

struct ov_str ov_address(const struct ov_value *const *at)
{
	return ov_str_n((const char *)(const void *)at, sizeof(*at));
}

struct ov_schema_set *ov_schema_set_new(struct ov_arena *arena, struct ov_keys *keys)
{
	struct ov_schema_set *set = ov_new(arena, struct ov_schema_set);
	uint64_t seed = ov_keys_seed(keys);
	set->arena = arena;
	set->keys = keys;
	set->regexes = ov_regex_cache_new(seed);
	ov_map_init(&set->words, arena, seed);
	ov_map_init(&set->resources, arena, seed);
	ov_map_init(&set->roots, arena, seed);
	ov_map_init(&set->schemas, arena, seed);
	size_t count;
	const struct ov_word *words = ov_word_table(&count);
	for (size_t i = 0; i < count; i++)
		ov_map_put(&set->words, ov_str_c(words[i].name), NULL)->cptr = &words[i];
	return set;
}

void ov_schema_set_free(struct ov_schema_set *set)
{
	if (set)
		ov_regex_cache_free(set->regexes);
}

struct ov_diag *ov_schema_bad(struct ov_diags *diags, const struct ov_schema_resource *resource,
	struct ov_span span, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	struct ov_str text = ov_str_vfmt(&diags->arena, fmt, args);
	va_end(args);
	if (resource)
		resource->doc->broken = true;
	return ov_diag_add(diags, OV_DIAG_BAD_SCHEMA, span, "%.*s", OV_STR_ARG(text));
}

/* What one document is read with, to find its resources and anchors. */
struct indexer {
	struct ov_schema_set *set;
	struct ov_diags *diags;
	struct ov_schema_doc *doc;
};

static struct ov_schema_resource *resource_add(struct indexer *in, const struct ov_value *root,
	struct ov_str uri, const struct ov_value *id)
{
	struct ov_schema_set *set = in->set;
	struct ov_schema_resource *resource = ov_new(set->arena, struct ov_schema_resource);
	resource->uri = uri;
	resource->root = root;
	resource->doc = in->doc;
	resource->regexes = set->regexes;
	resource->ours = ov_str_starts(uri, OV_STR("https://ovec.dev/"));
	ov_map_init(&resource->anchors, set->arena, set->resources.seed);
	bool fresh;
	union ov_map_item *item = ov_map_put(&set->resources, uri, &fresh);
	if (fresh) {
		item->ptr = resource;
	} else {
		const struct ov_schema_resource *other = item->cptr;
		struct ov_span place = ov_span(id ? id->loc : root->loc);
		struct ov_diag *diag = ov_schema_bad(in->diags, resource, place,
			"two schemas have the URI '%.*s'", OV_STR_ARG(uri));
		ov_diag_note(in->diags, diag, ov_span(other->root->loc), "the other is here");
	}
	ov_map_put(&set->roots, ov_address(&resource->root), NULL)->ptr = resource;
	return resource;
}

/* The form of an anchor (core, 8.2.2): a name without colons and slashes. */
static bool is_anchor_name(struct ov_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool letter = ov_is_alpha(c) || c == '_';
		bool other = ov_is_digit(c) || c == '-' || c == '.';
		if (!letter && !(i && other))
			return false;
	}
	return name.len > 0;
}

static void anchor_add(struct indexer *in, struct ov_schema_resource *resource,
	const struct ov_value *at, const struct ov_value *name, bool dynamic)
{
	if (!ov_is_string(*name) || !is_anchor_name(ov_string(*name))) {
		ov_schema_bad(in->diags, resource, ov_span(name->loc),
			"an anchor is a name of letters, digits, '-', '_' and '.'");
		return;
	}
	bool fresh;
	union ov_map_item *item = ov_map_put(&resource->anchors, ov_string(*name), &fresh);
	if (!fresh) {
		struct ov_schema_anchor *old = item->ptr;
		if (old->at == at)
			old->dynamic = old->dynamic || dynamic;
		else
			ov_schema_bad(in->diags, resource, ov_span(name->loc),
				"the anchor '%.*s' is there twice",
				OV_STR_ARG(ov_string(*name)));
		return;
	}
	struct ov_schema_anchor *anchor = ov_new(in->set->arena, struct ov_schema_anchor);
	*anchor = (struct ov_schema_anchor){at, dynamic};
	item->ptr = anchor;
	resource->dynamic_count += dynamic;
}

static struct ov_schema_resource *read_id(
	struct indexer *in, struct ov_schema_resource *resource, const struct ov_value *at)
{
	const struct ov_value *id = NULL;
	for (size_t i = 0; i < at->count; i++) {
		if (ov_str_is(at->entries[i].key->str, "$id"))
			id = &at->entries[i].value;
	}
	if (!id || !ov_is_string(*id) || (resource && resource->root == at))
		return resource;
	struct ov_str fragment;
	struct ov_str uri = ov_reference_split(ov_string(*id), &fragment);
	if (fragment.len || (!uri.len && resource)) {
		ov_schema_bad(in->diags, resource, ov_span(id->loc),
			"'$id' is a URI without fragment; write $anchor for a name");
		return resource;
	}
	const struct ov_value *const *address = &at;
	struct ov_schema_resource *known = ov_map_ptr(&in->set->roots, ov_address(address));
	if (known)
		return known;
	return resource_add(
		in, at, ov_reference_resolve(in->set->arena, resource->uri, uri), id);
}

static void index_schema(struct indexer *in, struct ov_schema_resource *resource,
	const struct ov_value *at, size_t depth)
{
	if (at->kind != OV_KIND_MAP)
		return;
	if (depth > OV_LIMIT_DEPTH) {
		ov_schema_bad(in->diags, resource, ov_span(at->loc), "nested too deep");
		return;
	}
	resource = read_id(in, resource, at);
	for (size_t i = 0; i < at->count; i++) {
		const struct ov_value *v = &at->entries[i].value;
		const struct ov_word *word = ov_word_find(in->set, at->entries[i].key->str);
		if (!word)
			continue;
		if (strcmp(word->name, "$anchor") == 0)
			anchor_add(in, resource, at, v, false);
		else if (strcmp(word->name, "$dynamicAnchor") == 0)
			anchor_add(in, resource, at, v, true);
		bool map = word->shape == OV_WORD_SCHEMA_MAP || word->shape == OV_WORD_DEFS ||
			   word->shape == OV_WORD_PATTERNS;
		if (word->shape == OV_WORD_SCHEMA)
			index_schema(in, resource, v, depth + 1);
		for (size_t k = 0; map && v->kind == OV_KIND_MAP && k < v->count; k++)
			index_schema(in, resource, &v->entries[k].value, depth + 2);
		bool list = word->shape == OV_WORD_SCHEMA_LIST && v->kind == OV_KIND_LIST;
		for (size_t k = 0; list && k < v->count; k++)
			index_schema(in, resource, &v->items[k], depth + 2);
	}
}

bool ov_schema_add(struct ov_schema_set *set, struct ov_str base_uri, struct ov_value value,
	struct ov_diags *diags)
{
	struct ov_value *root = ov_new(set->arena, struct ov_value);
	*root = value;
	struct indexer in = {set, diags, ov_new(set->arena, struct ov_schema_doc)};
	struct ov_str base = ov_reference_split(ov_str_dup(set->arena, base_uri), NULL);
	struct ov_str uri = base;
	struct ov_value id = ov_get(value, "$id");
	if (ov_is_string(id))
		uri = ov_reference_resolve(
			set->arena, base, ov_reference_split(ov_string(id), NULL));
	struct ov_schema_resource *resource =
		resource_add(&in, root, uri, ov_is_string(id) ? &id : NULL);
	in.doc->root = resource;
	ov_vec_push(set->arena, &set->docs, in.doc);
	bool fresh = true;
	if (base.len && !ov_str_eq(base, uri)) {
		union ov_map_item *item = ov_map_put(&set->resources, base, &fresh);
		if (fresh)
			item->ptr = resource;
	}
	struct ov_str fragment;
	ov_reference_split(ov_string(id), &fragment);
	if (fragment.len)
		ov_schema_bad(diags, resource, ov_span(id.loc),
			"'$id' is a URI without fragment; write $anchor for a name");
	index_schema(&in, resource, root, 0);
	return !in.doc->broken;
}

struct ov_schema_resource *ov_resource_find(struct ov_schema_set *set, struct ov_str uri)
{
	struct ov_schema_resource *resource = ov_map_ptr(&set->resources, uri);
	return resource ? resource : ov_meta_load(set, uri);
}

static struct ov_str pointer_token(struct ov_arena *arena, struct ov_str token)
{
	char *out = ov_arena_alloc(arena, token.len + 1, 1);
	size_t len = 0;
	for (size_t i = 0; i < token.len; i++) {
		char c = token.ptr[i];
		char next = i + 1 < token.len ? token.ptr[i + 1] : 0;
		if (c == '~' && (next == '0' || next == '1')) {
			c = next == '0' ? '~' : '/';
			i++;
		}
		out[len++] = c;
	}
	return ov_str_n(out, len);
}

static const struct ov_value *step(const struct ov_value *at, struct ov_str token)
{
	if (at->kind == OV_KIND_MAP) {
		for (size_t i = 0; i < at->count; i++) {
			if (ov_str_eq(at->entries[i].key->str, token))
				return &at->entries[i].value;
		}
	}
	if (at->kind == OV_KIND_LIST && token.len && token.len < 10 &&
		(token.ptr[0] != '0' || token.len == 1)) {
		size_t index = 0;
		for (size_t i = 0; i < token.len; i++) {
			if (token.ptr[i] < '0' || token.ptr[i] > '9')
				return NULL;
			index = index * 10 + (size_t)(token.ptr[i] - '0');
		}
		return index < at->count ? &at->items[index] : NULL;
	}
	return NULL;
}

/* Follows a JSON pointer (RFC 6901); the base URI changes where a resource is entered. */
static const struct ov_value *locate_pointer(
	struct ov_schema_set *set, struct ov_str pointer, struct ov_schema_resource **resource)
{
	const struct ov_value *at = (*resource)->root;
	while (at && pointer.len) {
		size_t end = 1;
		while (end < pointer.len && pointer.ptr[end] != '/')
			end++;
		struct ov_str token = pointer_token(set->arena, ov_str_sub(pointer, 1, end));
		at = step(at, token);
		pointer = ov_str_sub(pointer, end, pointer.len);
		struct ov_schema_resource *inner = ov_map_ptr(&set->roots, ov_address(&at));
		if (at && inner)
			*resource = inner;
	}
	return at;
}

const struct ov_value *ov_resource_locate(struct ov_schema_set *set, struct ov_str uri,
	struct ov_schema_resource **resource, bool *dynamic)
{
	struct ov_str fragment;
	if (dynamic)
		*dynamic = false;
	*resource = ov_resource_find(set, ov_reference_split(uri, &fragment));
	if (!*resource || !fragment.len)
		return *resource ? (*resource)->root : NULL;
	fragment = ov_reference_unescape(set->arena, fragment);
	if (fragment.ptr[0] == '/')
		return locate_pointer(set, fragment, resource);
	const struct ov_schema_anchor *anchor = ov_map_ptr(&(*resource)->anchors, fragment);
	if (!anchor)
		return NULL;
	if (dynamic)
		*dynamic = anchor->dynamic;
	return anchor->at;
}

struct ov_str ov_schema_uri(const struct ov_schema *schema)
{
	return schema->resource->uri;
}
