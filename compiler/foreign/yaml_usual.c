/* yaml_usual: lists, maps and documents of the usual form. Layer: foreign. */
#include "foreign/yaml_usual.h"

#include "base/limits.h"
#include "foreign/yaml_usual_scalar.h"
#include "lang/scalar.h"

static bool read_node(struct ov_usual *u, size_t parent, struct ov_value *out);

static bool at_dash(const struct ov_usual *u)
{
	return u->at < u->end && *u->at == '-' && ov_usual_ends(u, u->at + 1);
}

static void skip_space(struct ov_usual *u)
{
	while (u->at < u->end && *u->at == ' ')
		u->at++;
}

static bool take_key(
	struct ov_usual *u, const struct ov_usual_scalar *scalar, const struct ov_key **key)
{
	char room[OV_SCALAR_KEY];
	struct ov_str text = scalar->text;
	if (scalar->plain) {
		if (text.len == 2 && memcmp(text.ptr, "<<", 2) == 0)
			return false;
		text = ov_scalar_key(ov_scalar_resolve(text), room);
		if (!text.ptr)
			return false;
	}
	*key = ov_key_cached(u->reader->keys, u->reader->cache, text);
	return true;
}

static bool descend(struct ov_usual *u)
{
	return ++u->depth <= OV_LIMIT_DEPTH;
}

/* A key that comes twice is a fault. */
static bool end_map(struct ov_usual *u, size_t first, const char *from, struct ov_value *out)
{
	const struct ov_entry *entries = u->stack.items ? u->stack.items + first : NULL;
	if (!ov_reader_map(u->reader, entries, u->stack.count - first, out))
		return false;
	out->loc = ov_usual_loc(u, from);
	u->stack.count = first;
	u->depth--;
	return true;
}

static void end_list(struct ov_usual *u, size_t first, const char *from, struct ov_value *out)
{
	size_t count = u->stack.count - first;
	struct ov_value *items = NULL;
	if (count) {
		items = ov_arena_alloc(
			u->reader->arena, ov_size_mul(count, sizeof(*items)), sizeof(void *));
		for (size_t i = 0; i < count; i++)
			items[i] = u->stack.items[first + i].value;
	}
	*out = ov_value_list(items, count);
	out->loc = ov_usual_loc(u, from);
	u->stack.count = first;
	u->depth--;
}

static bool read_flow(struct ov_usual *u, struct ov_value *out);

static bool read_flow_value(struct ov_usual *u, struct ov_value *out)
{
	struct ov_usual_scalar scalar;
	skip_space(u);
	if (u->at == u->end)
		return false;
	if (*u->at == '{' || *u->at == '[')
		return read_flow(u, out);
	return ov_usual_scan(u, true, &scalar) && scalar.end == OV_USUAL_LINE &&
	       ov_usual_value(u, &scalar, out);
}

static bool read_flow_entry(struct ov_usual *u, bool is_map, struct ov_entry *out)
{
	struct ov_usual_scalar key;
	if (!is_map)
		return read_flow_value(u, &out->value);
	skip_space(u);
	if (u->at == u->end || !ov_usual_scan(u, true, &key) || key.end != OV_USUAL_KEY ||
		!take_key(u, &key, &out->key))
		return false;
	u->at++;
	if (!read_flow_value(u, &out->value))
		return false;
	out->value.key_loc = ov_usual_loc(u, key.from);
	return true;
}

/* A list or map in brackets, within a line. */
static bool read_flow(struct ov_usual *u, struct ov_value *out)
{
	const char *from = u->at;
	size_t first = u->stack.count;
	bool is_map = *from == '{';
	char close = is_map ? '}' : ']';
	if (!descend(u))
		return false;
	u->at++;
	skip_space(u);
	bool empty = u->at < u->end && *u->at == close;
	for (bool more = !empty; more; u->at += more) {
		struct ov_entry entry = {0};
		if (!read_flow_entry(u, is_map, &entry))
			return false;
		ov_vec_push(&u->scratch, &u->stack, entry);
		skip_space(u);
		if (u->at == u->end || (*u->at != ',' && *u->at != close))
			return false;
		more = *u->at == ',';
	}
	u->at++;
	if (is_map)
		return end_map(u, first, from, out);
	end_list(u, first, from, out);
	return true;
}

static bool read_list(struct ov_usual *u, struct ov_value *out);

/* What stands behind the ':' of a key or the '-' of an element, in its line or below. */
static bool read_behind(struct ov_usual *u, size_t parent, bool is_map, struct ov_value *out)
{
	struct ov_usual_scalar scalar;
	const char *behind = u->at;
	skip_space(u);
	if (u->at == u->end || *u->at == '\n' || (*u->at == '#' && u->at > behind)) {
		if (!ov_usual_close(u))
			return false;
		if (u->column > parent)
			return read_node(u, parent, out);
		if (is_map && u->column == parent && at_dash(u))
			return read_list(u, out);
		*out = ov_value_null();
		out->flags |= OV_FLAG_EMPTY;
		out->loc = ov_usual_loc(u, behind);
		return true;
	}
	if (!is_map) {
		u->column = (size_t)(u->at - u->line) + 1;
		return read_node(u, parent, out);
	}
	switch (*u->at) {
	case '{':
	case '[': return read_flow(u, out) && ov_usual_close(u);
	case '|':
	case '>': return ov_usual_block(u, parent, out);
	default:
		return ov_usual_scan(u, false, &scalar) && scalar.end == OV_USUAL_LINE &&
		       ov_usual_lines(u, parent, &scalar, out);
	}
}

static bool read_list(struct ov_usual *u, struct ov_value *out)
{
	const char *from = u->at;
	size_t column = u->column, first = u->stack.count;
	if (!descend(u))
		return false;
	do {
		struct ov_entry entry = {0};
		u->at++;
		if (!read_behind(u, column, false, &entry.value))
			return false;
		ov_vec_push(&u->scratch, &u->stack, entry);
	} while (u->column == column && at_dash(u));
	end_list(u, first, from, out);
	return u->column <= column;
}

/* The map whose first key has been read. */
static bool read_map(
	struct ov_usual *u, struct ov_usual_scalar key, size_t column, struct ov_value *out)
{
	const char *from = key.from;
	size_t first = u->stack.count;
	if (!descend(u))
		return false;
	for (;;) {
		struct ov_entry entry = {0};
		if (!take_key(u, &key, &entry.key))
			return false;
		u->at++;
		if (!read_behind(u, column, true, &entry.value))
			return false;
		entry.value.key_loc = ov_usual_loc(u, key.from);
		ov_vec_push(&u->scratch, &u->stack, entry);
		if (u->column != column)
			break;
		if (!ov_usual_scan(u, false, &key) || key.end != OV_USUAL_KEY)
			return false;
	}
	return u->column < column && end_map(u, first, from, out);
}

/* What stands at `at`, alone on its lines or behind a '-'. */
static bool read_node(struct ov_usual *u, size_t parent, struct ov_value *out)
{
	struct ov_usual_scalar scalar;
	size_t column = u->column;
	if (at_dash(u))
		return read_list(u, out);
	switch (*u->at) {
	case '{':
	case '[': return read_flow(u, out) && ov_usual_close(u);
	case '|':
	case '>': return parent && ov_usual_block(u, parent, out);
	default: break;
	}
	if (!ov_usual_scan(u, false, &scalar))
		return false;
	if (scalar.end == OV_USUAL_KEY)
		return read_map(u, scalar, column, out);
	return parent && ov_usual_lines(u, parent, &scalar, out);
}

/* One document, its marker with it; OV_KIND_NONE where it is empty. */
static bool read_document(struct ov_usual *u, struct ov_value *out)
{
	*out = (struct ov_value){0};
	if (!ov_usual_next(u))
		return false;
	if (u->at < u->end && !u->column) {
		u->at += 3;
		if (!ov_usual_close(u))
			return false;
	}
	return !u->column || (read_node(u, 0, out) && !u->column);
}

size_t ov_yaml_usual(const struct ov_reader *reader, struct ov_docs *out)
{
	struct ov_str text = reader->source->text;
	if (!text.len)
		return 0;
	struct ov_reader quiet = *reader;
	quiet.diags = NULL;
	struct ov_usual u = {.reader = &quiet, .at = text.ptr, .end = text.ptr + text.len};
	const char *done = u.at;
	ov_buf_init(&u.text);
	while (done < u.end) {
		struct ov_value document;
		struct ov_arena_mark mark = ov_arena_mark(reader->arena);
		u.stack.count = 0;
		u.depth = 0;
		if (!read_document(&u, &document)) {
			ov_arena_rewind(reader->arena, mark);
			break;
		}
		done = u.at;
		if (ov_is_some(document))
			ov_vec_push(reader->arena, out, document);
	}
	ov_buf_release(&u.text);
	ov_arena_release(&u.scratch);
	return (size_t)(done - text.ptr);
}
