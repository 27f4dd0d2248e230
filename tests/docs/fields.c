/* fields: tables of the fields of a schema. */
#include "docs/book.h"
#include "lang/json_out.h"

enum { NESTING = 24 };

const char *const ov_book_shared[] = {
	"metadata", "clusters", "overrides", "patches", "target", NULL};

/** A table that is being written. */
struct table {
	struct ov_book *book;
	struct ov_value required; /**< fields that are required besides what the schema says */
};

struct ov_book_node ov_book_node(struct ov_book *b, struct ov_value home, struct ov_value own)
{
	struct ov_book_node n = {.own = own, .home = home, .base_home = home};
	struct ov_str ref = ov_string(ov_get(own, "$ref"));
	size_t hash = ov_str_chr(ref, '#');
	struct ov_value *other = ov_map_ptr(&b->schemas, ov_str_sub(ref, 0, hash));

	if (!ov_str_starts(ov_str_sub(ref, hash == SIZE_MAX ? ref.len : hash, ref.len),
		    OV_STR("#/$defs/")))
		return n;
	if (other)
		n.base_home = *other;
	n.definition = ov_str_sub(ref, hash + 8, ref.len);
	n.base = ov_get_str(ov_get(n.base_home, "$defs"), n.definition);
	return n;
}

/* The first of the node and what it refers to that has the keyword. */
static struct ov_value keyword(const struct ov_book_node *n, const char *name)
{
	struct ov_value v = ov_get(n->own, name);

	return ov_is_some(v) ? v : ov_get(n->base, name);
}

bool ov_book_is_shared(const struct ov_book_node *n)
{
	for (size_t i = 0; ov_book_shared[i]; i++)
		if (ov_str_is(n->definition, ov_book_shared[i]))
			return true;
	return false;
}

static void put_value(struct ov_book *b, struct ov_value v)
{
	struct ov_buf buf;

	ov_buf_init(&buf);
	if (ov_is_string(v) && v.count)
		ov_buf_add(&buf, ov_string(v));
	else
		ov_json_write(&buf, v, 0);
	ov_book_code(b, ov_buf_str(&buf));
	ov_buf_release(&buf);
}

static void put_type(
	struct ov_book *b, struct ov_value home, struct ov_value own, size_t depth);

static void put_name_of(struct ov_book *b, const struct ov_book_node *n, bool many)
{
	struct ov_str kind = ov_string(keyword(n, "x-ovec-ref"));
	struct ov_str category = ov_string(keyword(n, "x-ovec-provided"));

	if (kind.len)
		fprintf(b->out, "%s [%.*s](%.*s.md)", many ? "names of" : "name of a",
			OV_STR_ARG(kind), OV_STR_ARG(kind));
	if (category.len)
		fprintf(b->out, "%s%s `%.*s`", kind.len ? ", or " : "",
			many ? "names of the cluster's" : "one of the cluster's",
			OV_STR_ARG(category));
}

/* A name from `type`, with its bounds. */
static void put_simple(
	struct ov_book *b, const struct ov_book_node *n, struct ov_str type, size_t depth)
{
	struct ov_value least = keyword(n, "minimum"), most = keyword(n, "maximum");
	struct ov_value items = keyword(n, "items"), any = keyword(n, "additionalProperties");
	struct ov_value home = ov_is_some(ov_get(n->own, "type")) ? n->home : n->base_home;

	if (ov_str_is(type, "array") && ov_is_map(items)) {
		fputs("list of ", b->out);
		put_type(b, home, items, depth + 1);
	} else if (ov_str_is(type, "object") && ov_is_map(any) &&
		   !ov_is_some(keyword(n, "properties"))) {
		fputs("map of ", b->out);
		put_type(b, home, any, depth + 1);
	} else if (ov_str_is(type, "array") || ov_str_is(type, "object")) {
		fputs(ov_str_is(type, "array") ? "list" : "map", b->out);
	} else {
		ov_book_put(b, type);
		if (ov_is_some(least) && ov_is_some(most))
			fprintf(b->out, ", %lld to %lld", (long long)least.integer,
				(long long)most.integer);
		else if (ov_is_some(least))
			fprintf(b->out, ", from %lld", (long long)least.integer);
	}
}

static void put_type(struct ov_book *b, struct ov_value home, struct ov_value own, size_t depth)
{
	struct ov_book_node n = ov_book_node(b, home, own);
	struct ov_value names = keyword(&n, "enum"), type = keyword(&n, "type");
	struct ov_value forms = keyword(&n, "oneOf"), format = keyword(&n, "format");

	if (depth > NESTING)
		return;
	if (ov_is_list(names)) {
		for (size_t i = 0; i < ov_count(names); i++) {
			fputs(i ? ", " : "", b->out);
			put_value(b, ov_at(names, i));
		}
	} else if (ov_is_some(keyword(&n, "x-ovec-ref")) ||
		   ov_is_some(keyword(&n, "x-ovec-provided"))) {
		put_name_of(b, &n, depth > 0);
	} else if (ov_is_some(format)) {
		fprintf(b->out, "[%.*s](../formats.md)", OV_STR_ARG(ov_string(format)));
		if (ov_is_list(type))
			fputs(" or integer", b->out);
	} else if (ov_is_list(type)) {
		for (size_t i = 0; i < ov_count(type); i++) {
			fputs(i ? " or " : "", b->out);
			put_simple(b, &n, ov_string(ov_at(type, i)), depth);
		}
	} else if (ov_is_some(type)) {
		put_simple(b, &n, ov_string(type), depth);
	} else {
		for (size_t i = 0; i < ov_count(forms); i++) {
			fputs(i ? " or " : "", b->out);
			put_type(b, ov_is_some(n.base) ? n.base_home : home, ov_at(forms, i),
				depth + 1);
		}
		if (!ov_count(forms))
			fputs("any", b->out);
	}
}

static bool lists(struct ov_value list, struct ov_str name)
{
	for (size_t i = 0; i < ov_count(list); i++)
		if (ov_str_eq(ov_string(ov_at(list, i)), name))
			return true;
	return false;
}

static void put_default(struct table *t, const struct ov_book_node *n, struct ov_value parent,
	struct ov_str name, bool top)
{
	struct ov_value v = keyword(n, "default");

	if (lists(ov_get(parent, "required"), name) || (top && lists(t->required, name)))
		fputs("required", t->book->out);
	else if (ov_is_some(v))
		put_value(t->book, v);
}

struct ov_str ov_book_condition(const struct ov_book_node *n)
{
	if (!ov_is_some(keyword(n, "oneOf")) && !ov_is_some(keyword(n, "anyOf")) &&
		!ov_is_some(keyword(n, "allOf")))
		return ov_str_n(NULL, 0);
	return ov_string(keyword(n, "x-ovec-message"));
}

static void write_fields(struct table *t, struct ov_value home, struct ov_value schema,
	struct ov_str path, size_t depth);

static void write_field(struct table *t, struct ov_value home, struct ov_value parent,
	const struct ov_entry *entry, struct ov_str path, size_t depth)
{
	struct ov_book *b = t->book;
	struct ov_book_node n = ov_book_node(b, home, entry->value);
	struct ov_str words = ov_book_condition(&n);

	fprintf(b->out, "| `%.*s` | ", OV_STR_ARG(path));
	put_type(b, home, entry->value, 0);
	fputs(" | ", b->out);
	put_default(t, &n, parent, entry->key->str, ov_str_eq(path, entry->key->str));
	fputs(" | ", b->out);
	ov_book_cell(b, ov_string(keyword(&n, "description")));
	if (words.len) {
		fputc(' ', b->out);
		ov_book_sentence(b, words);
	}
	if (ov_book_is_shared(&n))
		fprintf(b->out, " [Its fields](shared.md#%.*s)", OV_STR_ARG(n.definition));
	fputs(" |\n", b->out);
	if (!ov_book_is_shared(&n))
		write_fields(t, home, entry->value, path, depth);
}

/* The fields below a map, or the elements of a list or map, the referred schema's first. */
static void write_fields(struct table *t, struct ov_value home, struct ov_value schema,
	struct ov_str path, size_t depth)
{
	struct ov_arena *arena = &t->book->arena;
	struct ov_book_node n = ov_book_node(t->book, home, schema);
	struct ov_value fields = ov_get(schema, "properties"), forms = ov_get(schema, "oneOf");
	struct ov_value items = ov_get(schema, "items");
	struct ov_value any = ov_get(schema, "additionalProperties");

	if (depth > NESTING)
		return;
	if (ov_is_some(n.base))
		write_fields(t, n.base_home, n.base, path, depth + 1);
	for (size_t i = 0; ov_is_map(fields) && i < fields.count; i++) {
		const struct ov_entry *entry = &fields.entries[i];
		struct ov_str below = ov_str_fmt(arena, "%.*s%s%.*s", OV_STR_ARG(path),
			path.len ? "." : "", OV_STR_ARG(entry->key->str));

		write_field(t, home, schema, entry, below, depth + 1);
	}
	if (ov_is_map(items))
		write_fields(t, home, items, ov_str_fmt(arena, "%.*s[]", OV_STR_ARG(path)),
			depth + 1);
	if (ov_is_map(any))
		write_fields(
			t, home, any, ov_str_fmt(arena, "%.*s.*", OV_STR_ARG(path)), depth + 1);
	for (size_t i = 0; i < ov_count(forms); i++)
		write_fields(t, home, ov_at(forms, i), path, depth + 1);
}

void ov_book_fields(struct ov_book *b, const char *what, struct ov_value home,
	struct ov_value schema, struct ov_value required)
{
	struct table t = {b, required};

	fprintf(b->out, "| field of `%s` | value | default | meaning |\n|---|---|---|---|\n",
		what);
	write_fields(&t, home, schema, ov_str_n(NULL, 0), 0);
}
