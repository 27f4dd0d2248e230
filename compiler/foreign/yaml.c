/* yaml: YAML text to values, through libyaml's events where need be. Layer: foreign. */
#include "foreign/yaml.h"

#include "base/limits.h"
#include "base/map.h"
#include "foreign/yaml_fault.h"
#include "foreign/yaml_text.h"
#include "foreign/yaml_usual.h"
#include "lang/scalar.h"

#include <math.h>
#include <yaml.h>

/* A node with a name: what its aliases stand for. */
struct anchor {
	struct ov_value value;
	size_t nodes;  /* with all that its own aliases expand to */
	size_t height; /* levels of lists and maps, 0 for a scalar */
	bool done;     /* false while the node is being read */
};

/* A list or map that is being read. Its entries lie on the stack from `first` on. */
struct frame {
	struct anchor *anchor; /* NULL where it has no name */
	size_t first;
	size_t nodes, height; /* of what was read so far */
	uint32_t loc;
	bool is_map;
	bool has_key;             /* the next node is the value of `key` */
	bool has_merge;           /* `merge` is the value of a key << */
	bool is_merge;            /* the next node is the value of a key << */
	const struct ov_key *key; /* NULL after a key that was refused */
	uint32_t key_loc;
	uint32_t merge_loc; /* of the key << */
	struct ov_value merge;
};

struct reading {
	const struct ov_reader *reader;
	struct ov_docs *out;
	struct ov_yaml_text text;
	yaml_parser_t parser;
	struct ov_arena scratch;
	OV_VEC(struct ov_entry) stack; /* list elements use the value only */
	OV_VEC(struct frame) frames;
	struct ov_map anchors; /* of the present document, to struct anchor */
	size_t alias_nodes;    /* of the present document */
	struct ov_value root;
	uint32_t refused_key; /* the last key that was refused */
	bool faulty;          /* the present document has a finding */
	bool failed;          /* the source has one */
	bool stop;
};

/* What a finished node is, for whoever takes it. */
struct node {
	struct ov_value value;
	uint32_t loc; /* where it is written, though `value` be an anchor's */
	size_t nodes, height;
	bool is_merge; /* a plain scalar << */
};

static uint32_t loc_of(const struct reading *r, size_t byte)
{
	return ov_reader_loc(r->reader, ov_yaml_offset(&r->text, byte));
}

static void fault(struct reading *r)
{
	r->faulty = true;
	r->failed = true;
}

static size_t token_of(struct reading *r, const yaml_event_t *event, bool *bare_tag)
{
	return ov_yaml_token(
		&r->text, ov_yaml_byte(&r->text, event->start_mark.index), bare_tag);
}

/* The string itself where the source holds these very bytes, else a copy. */
static struct ov_str keep_string(struct reading *r, size_t at, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	switch (event->data.scalar.style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE: at++; break;
	case YAML_ANY_SCALAR_STYLE:
	case YAML_PLAIN_SCALAR_STYLE:
	case YAML_LITERAL_SCALAR_STYLE:
	case YAML_FOLDED_SCALAR_STYLE: break;
	}
	struct ov_str source = ov_yaml_source(&r->text, at, len);
	if (source.len == len && memcmp(source.ptr, value, len) == 0)
		return source;
	return ov_str_dup(r->reader->arena, ov_str_n(value, len));
}

static void too_deep(struct reading *r, uint32_t loc)
{
	fault(r);
	r->stop = true;
	ov_diag_add(r->reader->diags, OV_DIAG_TOO_DEEP, ov_span_n(loc, 1),
		"lists and maps are nested more than %d levels deep", (int)OV_LIMIT_DEPTH);
}

static void refuse_key(struct reading *r, const struct node *node)
{
	struct ov_value key = node->value;
	struct ov_diags *diags = r->reader->diags;
	bool known = r->refused_key >= node->loc; /* a key within this key: {{ name }} */
	fault(r);
	r->refused_key = node->loc;
	if (known)
		return;
	if (key.flags & OV_FLAG_EMPTY) {
		ov_diag_add(
			diags, OV_DIAG_KEY_TYPE, ov_span_n(node->loc, 1), "the key is missing");
	} else if (key.kind == OV_KIND_NULL) {
		struct ov_diag *diag = ov_diag_add(diags, OV_DIAG_KEY_TYPE, ov_span(node->loc),
			"null cannot be the key of a map");
		ov_diag_help(diags, diag, "quote it where the text is meant");
	} else {
		struct ov_diag *diag = ov_diag_add(diags, OV_DIAG_KEY_TYPE,
			ov_span_n(node->loc, 1), "a %s cannot be the key of a map",
			ov_kind_name((enum ov_kind)key.kind));
		ov_diag_help(diags, diag,
			"quote text that begins with a bracket, such as \"{{ name }}\"");
	}
}

static void take_key(struct reading *r, struct frame *frame, const struct node *node)
{
	char room[OV_SCALAR_KEY];
	frame->has_key = true;
	frame->key = NULL;
	frame->key_loc = node->loc;
	frame->is_merge = node->is_merge;
	if (node->is_merge)
		return;
	struct ov_str key = ov_scalar_key(node->value, room);
	if (key.ptr)
		frame->key = ov_key_cached(r->reader->keys, r->reader->cache, key);
	else
		refuse_key(r, node);
}

static bool all_maps(struct ov_value v)
{
	if (v.kind == OV_KIND_MAP)
		return true;
	if (v.kind != OV_KIND_LIST)
		return false;
	for (size_t i = 0; i < v.count; i++) {
		if (v.items[i].kind != OV_KIND_MAP)
			return false;
	}
	return true;
}

static void take_merge(struct reading *r, struct frame *frame, struct ov_value value)
{
	struct ov_diags *diags = r->reader->diags;
	if (frame->has_merge) {
		fault(r);
		struct ov_diag *diag = ov_diag_add(diags, OV_DIAG_DUPLICATE_KEY,
			ov_span(frame->key_loc), "the key '<<' is written twice");
		ov_diag_note(diags, diag, ov_span(frame->merge_loc), "first written here");
		ov_diag_help(diags, diag, "merge several maps with a list: <<: [*a, *b]");
	} else if (!all_maps(value)) {
		fault(r);
		struct ov_diag *diag = ov_diag_add(diags, OV_DIAG_MERGE_KEY, ov_span(value.loc),
			"'<<' takes a map or a list of maps; found: %s",
			value.kind == OV_KIND_LIST ? "a list that holds other things"
						   : ov_kind_name((enum ov_kind)value.kind));
		ov_diag_help(diags, diag, "quote '<<' where an ordinary key is meant");
	} else {
		frame->has_merge = true;
		frame->merge = value;
		frame->merge_loc = frame->key_loc;
	}
}

static void take(struct reading *r, const struct node *node)
{
	if (!r->frames.count) {
		r->root = node->value;
		return;
	}
	struct frame *frame = &r->frames.items[r->frames.count - 1];
	frame->nodes += node->nodes;
	if (frame->height < node->height)
		frame->height = node->height;
	if (frame->is_map && !frame->has_key) {
		take_key(r, frame, node);
		return;
	}
	struct ov_entry entry = {frame->key, node->value};
	if (frame->is_map) {
		frame->has_key = false;
		if (frame->is_merge) {
			take_merge(r, frame, node->value);
			return;
		}
		if (!frame->key)
			return;
		entry.value.key_loc = frame->key_loc;
	}
	ov_vec_push(&r->scratch, &r->stack, entry);
}

/* Bindings that are merged in do not count where the key is bound, the first of them does. */
static void merge_into(struct ov_map_builder *b, struct ov_value from)
{
	for (size_t i = 0; i < ov_count(from); i++) {
		if (from.kind == OV_KIND_LIST)
			merge_into(b, from.items[i]);
		else if (!ov_map_find(b, from.entries[i].key))
			ov_map_set(b, from.entries[i].key, from.entries[i].value);
	}
}

static struct ov_value end_map(struct reading *r, const struct frame *frame)
{
	struct ov_arena *arena = r->reader->arena;
	struct ov_value map;
	const struct ov_entry *entries = r->stack.items ? r->stack.items + frame->first : NULL;
	if (!ov_reader_map(r->reader, entries, r->stack.count - frame->first, &map))
		fault(r);
	if (frame->has_merge) {
		struct ov_map_builder b;
		ov_map_begin(&b, arena, map.count + ov_count(frame->merge));
		for (size_t i = 0; i < map.count; i++)
			ov_map_set(&b, map.entries[i].key, map.entries[i].value);
		merge_into(&b, frame->merge);
		map = ov_map_end(&b);
	}
	return map;
}

static struct ov_value end_list(struct reading *r, const struct frame *frame)
{
	size_t count = r->stack.count - frame->first;
	if (!count)
		return ov_value_list(NULL, 0);
	struct ov_value *items = ov_arena_alloc(
		r->reader->arena, ov_size_mul(count, sizeof(*items)), sizeof(void *));
	for (size_t i = 0; i < count; i++)
		items[i] = r->stack.items[frame->first + i].value;
	return ov_value_list(items, count);
}

static void end_collection(struct reading *r)
{
	struct frame frame = r->frames.items[r->frames.count - 1];
	struct node node = {.nodes = frame.nodes + 1, .height = frame.height + 1};
	node.value = frame.is_map ? end_map(r, &frame) : end_list(r, &frame);
	node.value.loc = node.loc = frame.loc;
	if (frame.anchor)
		*frame.anchor = (struct anchor){node.value, node.nodes, node.height, true};
	r->stack.count = frame.first;
	r->frames.count--;
	take(r, &node);
}

static struct anchor *new_anchor(struct reading *r, const yaml_char_t *name)
{
	if (!name)
		return NULL;
	if (!r->anchors.arena)
		ov_map_init(&r->anchors, &r->scratch, ov_keys_seed(r->reader->keys));
	struct anchor *anchor = ov_new(&r->scratch, struct anchor);
	struct ov_str key = ov_str_dup(&r->scratch, ov_str_c((const char *)name));
	ov_map_put(&r->anchors, key, NULL)->ptr = anchor;
	return anchor;
}

static void begin_collection(
	struct reading *r, const yaml_event_t *event, bool is_map, const yaml_char_t *anchor)
{
	bool bare_tag = false;
	struct frame frame = {
		.anchor = new_anchor(r, anchor),
		.first = r->stack.count,
		.loc = loc_of(r, token_of(r, event, &bare_tag)),
		.is_map = is_map,
	};
	if (r->frames.count >= OV_LIMIT_DEPTH)
		too_deep(r, frame.loc);
	else
		ov_vec_push(&r->scratch, &r->frames, frame);
}

static void refuse_tagged(struct reading *r, const yaml_event_t *event, struct ov_value value,
	enum ov_scalar_fit fit)
{
	const char *tag = (const char *)event->data.scalar.tag;
	struct ov_str text =
		ov_str_n((const char *)event->data.scalar.value, event->data.scalar.length);
	struct ov_span span = ov_span(value.loc);
	fault(r);
	switch (fit) {
	case OV_SCALAR_UNFIT:
		ov_diag_add(r->reader->diags, OV_DIAG_YAML_TAG, span, "'%.*s' is not a !!%s",
			OV_STR_ARG(text), strrchr(tag, ':') + 1);
		break;
	case OV_SCALAR_BASE64:
		ov_diag_add(r->reader->diags, OV_DIAG_YAML_TAG, span,
			"the value of !!binary is not base64");
		break;
	case OV_SCALAR_BYTES:
		ov_diag_add(r->reader->diags, OV_DIAG_YAML_TAG, span,
			"the bytes of this !!binary are not UTF-8 text, which a manifest "
			"cannot hold");
		break;
	case OV_SCALAR_FITS: break;
	}
}

/* Whether the next node is a map's key. */
static bool at_key(const struct reading *r)
{
	if (!r->frames.count)
		return false;
	const struct frame *frame = &r->frames.items[r->frames.count - 1];
	return frame->is_map && !frame->has_key;
}

static struct ov_value scalar_value(
	struct reading *r, const yaml_event_t *event, size_t at, bool bare_tag)
{
	struct ov_value value;
	struct ov_str text = keep_string(r, at, event);
	if (event->data.scalar.tag) {
		struct ov_str tag = ov_str_c((const char *)event->data.scalar.tag);
		enum ov_scalar_fit fit = ov_scalar_tagged(r->reader->arena, tag, text, &value);
		value.loc = loc_of(r, at);
		if (fit != OV_SCALAR_FITS)
			refuse_tagged(r, event, value, fit);
	} else if (event->data.scalar.plain_implicit && !bare_tag) {
		value = ov_scalar_resolve(text);
		if (!at_key(r))
			value = ov_value_whole(value);
		if (!text.len)
			value.flags |= OV_FLAG_EMPTY;
		value.loc = loc_of(r, at);
	} else {
		value = ov_value_string(text);
		value.loc = loc_of(r, at);
	}
	if (value.kind == OV_KIND_STRING && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		value.flags |= OV_FLAG_PLAIN;
	if (value.kind == OV_KIND_DOUBLE && !isfinite(value.number) && !at_key(r)) {
		fault(r);
		struct ov_diag *diag = ov_diag_add(r->reader->diags, OV_DIAG_NUMBER,
			ov_span(value.loc), "%.*s is not a finite number", OV_STR_ARG(text));
		ov_diag_help(r->reader->diags, diag, "quote it where the text is meant");
	}
	return value;
}

/* As sigs.k8s.io/yaml: a plain << without a tag, or any with the tag !!merge. */
static bool is_merge(const yaml_event_t *event)
{
	const char *tag = (const char *)event->data.scalar.tag;
	const char *value = (const char *)event->data.scalar.value;
	if (event->data.scalar.length != 2 || value[0] != '<' || value[1] != '<')
		return false;
	return tag ? strcmp(tag, "tag:yaml.org,2002:merge") == 0
		   : event->data.scalar.plain_implicit != 0;
}

static void on_scalar(struct reading *r, yaml_event_t *event)
{
	bool bare_tag = false;
	size_t at = token_of(r, event, &bare_tag);
	if (r->text.mended.count &&
		(event->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
			event->data.scalar.style == YAML_FOLDED_SCALAR_STYLE))
		ov_yaml_drop_line(&r->text.mended, at,
			ov_yaml_byte(&r->text, event->end_mark.index), event->data.scalar.value,
			&event->data.scalar.length);
	struct node node = {
		.value = scalar_value(r, event, at, bare_tag),
		.nodes = 1,
		.is_merge = is_merge(event),
	};
	node.loc = node.value.loc;
	struct anchor *anchor = new_anchor(r, event->data.scalar.anchor);
	if (anchor)
		*anchor = (struct anchor){node.value, 1, 0, true};
	take(r, &node);
}

static void on_alias(struct reading *r, const yaml_event_t *event)
{
	const char *name = (const char *)event->data.alias.anchor;
	struct ov_diags *diags = r->reader->diags;
	uint32_t loc = loc_of(r, ov_yaml_byte(&r->text, event->start_mark.index));
	struct ov_span span = ov_span_n(loc, (uint32_t)strlen(name) + 1);
	const struct anchor *anchor =
		r->anchors.arena ? ov_map_ptr(&r->anchors, ov_str_c(name)) : NULL;
	struct node node = {.value = ov_value_at(ov_value_null(), loc), .loc = loc, .nodes = 1};
	if (!anchor) {
		fault(r);
		struct ov_diag *diag = ov_diag_add(diags, OV_DIAG_ALIAS, span,
			"no anchor '&%s' stands before this alias", name);
		ov_diag_help(diags, diag,
			"an anchor counts from where it stands to the end of its document; "
			"quote a text that begins with '*'");
		node.value = ov_value_at(ov_value_string(OV_STR("")), loc);
	} else if (!anchor->done) {
		fault(r);
		ov_diag_add(
			diags, OV_DIAG_ALIAS, span, "the value of '&%s' contains itself", name);
	} else if (r->frames.count + anchor->height > OV_LIMIT_DEPTH) {
		too_deep(r, loc);
	} else if (r->alias_nodes + anchor->nodes > OV_LIMIT_ALIAS_NODES) {
		fault(r);
		r->stop = true;
		ov_diag_add(diags, OV_DIAG_ALIAS, span,
			"the aliases of the document expand to more than %d nodes",
			(int)OV_LIMIT_ALIAS_NODES);
	} else {
		r->alias_nodes += anchor->nodes;
		node.value = anchor->value;
		node.nodes = anchor->nodes;
		node.height = anchor->height;
	}
	if (!r->stop)
		take(r, &node);
}

static void begin_document(struct reading *r)
{
	r->anchors = (struct ov_map){0};
	r->alias_nodes = 0;
	r->root = (struct ov_value){0};
	r->faulty = false;
}

static void end_document(struct reading *r)
{
	if (!r->faulty && ov_is_some(r->root) && !(r->root.flags & OV_FLAG_EMPTY))
		ov_vec_push(r->reader->arena, r->out, r->root);
}

/* Returns whether there is more to read. */
static bool on_event(struct reading *r, yaml_event_t *event)
{
	switch (event->type) {
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT: break;
	case YAML_STREAM_END_EVENT: return false;
	case YAML_DOCUMENT_START_EVENT: begin_document(r); break;
	case YAML_DOCUMENT_END_EVENT: end_document(r); break;
	case YAML_ALIAS_EVENT: on_alias(r, event); break;
	case YAML_SCALAR_EVENT: on_scalar(r, event); break;
	case YAML_SEQUENCE_START_EVENT:
		begin_collection(r, event, false, event->data.sequence_start.anchor);
		break;
	case YAML_MAPPING_START_EVENT:
		begin_collection(r, event, true, event->data.mapping_start.anchor);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT: end_collection(r); break;
	}
	return !r->stop;
}

static void syntax_error(struct reading *r)
{
	const yaml_parser_t *parser = &r->parser;
	if (parser->error == YAML_MEMORY_ERROR)
		ov_bug("libyaml is out of memory");
	fault(r);
	bool has_mark = parser->error != YAML_READER_ERROR;
	struct ov_yaml_fault found = {.problem = parser->problem, .context = parser->context};
	found.at = ov_yaml_offset(
		&r->text, has_mark ? ov_yaml_byte(&r->text, parser->problem_mark.index)
				   : parser->problem_offset);
	found.context_at = found.at;
	if (has_mark && parser->context)
		found.context_at = ov_yaml_offset(
			&r->text, ov_yaml_byte(&r->text, parser->context_mark.index));
	ov_yaml_explain(r->reader, &found);
}

static bool read_events(
	const struct ov_reader *reader, const struct ov_yaml_text *checked, struct ov_docs *out)
{
	struct reading r = {.reader = reader, .out = out, .text = *checked};
	ov_yaml_text_mend(&r.scratch, &r.text);
	struct ov_str text = r.text.mended.text;
	if (!yaml_parser_initialize(&r.parser))
		ov_bug("libyaml is out of memory");
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&r.parser, (const unsigned char *)(text.len ? text.ptr : ""), text.len);
	for (bool more = true; more;) {
		yaml_event_t event;
		if (!yaml_parser_parse(&r.parser, &event)) {
			syntax_error(&r);
			break;
		}
		more = on_event(&r, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&r.parser);
	ov_arena_release(&r.scratch);
	return !r.failed;
}

bool ov_yaml_read_events(const struct ov_reader *reader, struct ov_docs *out)
{
	struct ov_yaml_text text;
	return ov_yaml_text(reader, &text) && read_events(reader, &text, out);
}

bool ov_yaml_read(const struct ov_reader *reader, struct ov_docs *out)
{
	struct ov_yaml_text text;
	if (!ov_yaml_text(reader, &text))
		return false;
	/* With a byte order mark it is none of the usual form, so offsets are the source's. */
	size_t done = text.plain_breaks ? ov_yaml_usual(reader, out) : 0;
	if (done == text.source.len)
		return true;
	if (!done)
		return read_events(reader, &text, out);
	struct ov_source rest = *reader->source;
	struct ov_reader behind = *reader;
	rest.base += (uint32_t)done;
	text.source = rest.text = ov_str_sub(rest.text, done, rest.text.len);
	behind.source = &rest;
	return read_events(&behind, &text, out);
}

bool ov_yaml_read_one(struct ov_arena *arena, struct ov_keys *keys, struct ov_key_cache *cache,
	struct ov_str text, struct ov_value *out)
{
	const struct ov_source source = {.path = OV_STR("an object"),
		.text = text,
		.base = UINT32_MAX - (uint32_t)text.len};
	struct ov_diags ignored;
	ov_diags_init(&ignored, NULL);
	const struct ov_reader reader = {.arena = arena,
		.keys = keys,
		.cache = cache,
		.diags = &ignored,
		.source = &source};
	struct ov_docs docs = {0};
	bool ok = ov_yaml_read(&reader, &docs) && docs.count == 1;
	ov_diags_release(&ignored);
	if (ok)
		*out = docs.items[0];
	return ok;
}
