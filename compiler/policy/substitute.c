/* substitute: variables {{ }} in the documents of a policy. Layer: policy. */
#include "policy/substitute.h"

#include "base/limits.h"
#include "expr/go_text.h"
#include "lang/ascii.h"
#include "policy/reference.h"

enum {
	/** Compiled expressions that are kept. */
	MOST_QUERIES = 4096,
	/** How often a string is read again. */
	MOST_ROUNDS = 64,
};

void ov_queries_init(struct ov_queries *queries, struct ov_arena *arena, struct ov_keys *keys)
{
	queries->arena = arena;
	queries->keys = keys;
	ov_map_init(&queries->map, arena, ov_keys_seed(keys));
}

/* The compiled expression; those past the number that is kept live in `scratch`. */
static const struct ov_jmespath *compile(struct ov_queries *q, struct ov_arena *scratch,
	struct ov_str text, struct ov_jmespath_error *error)
{
	const struct ov_jmespath *jp = ov_map_ptr(&q->map, text);
	bool keep = q->map.count < MOST_QUERIES;
	struct ov_arena *arena = keep ? q->arena : scratch;
	if (jp)
		return jp;
	text = ov_str_dup(arena, text);
	jp = ov_jmespath_compile(arena, q->keys, OV_JMESPATH_POLICY, text, error);
	if (jp && keep)
		ov_map_put(&q->map, text, NULL)->cptr = jp;
	return jp;
}

/* Offset behind the variable whose braces begin at `at`, or SIZE_MAX. */
static size_t end_of_variable(struct ov_str s, size_t at)
{
	if (ov_byte(s, at) != '{' || ov_byte(s, at + 1) != '{')
		return SIZE_MAX;
	for (size_t i = at + 2; i < s.len; i++) {
		if (s.ptr[i] == '}')
			return ov_byte(s, i + 1) == '}' ? i + 2 : SIZE_MAX;
		if (s.ptr[i] != '{')
			continue;
		/* One level of braces within, as those of a multi-select hash. */
		for (i++; i < s.len && s.ptr[i] != '{' && s.ptr[i] != '}'; i++)
			;
		if (ov_byte(s, i) != '}')
			return SIZE_MAX;
	}
	return SIZE_MAX;
}

/*
 * The next variable that no backslash stands before, and none of another variable's bytes: the
 * character before it is taken with it.
 */
struct ov_str ov_variable_next(struct ov_str text, size_t *at)
{
	for (size_t i = *at; i < text.len; i++) {
		size_t from = ov_str_find(text, OV_STR("{{"), i), end;
		if (from == SIZE_MAX)
			break;
		i = from;
		if (from > 0 && (from == *at || text.ptr[from - 1] == '\\'))
			continue;
		end = end_of_variable(text, from);
		if (end == SIZE_MAX)
			continue;
		*at = end;
		return ov_str_sub(text, from, end);
	}
	*at = text.len;
	return ov_str_n(NULL, 0);
}

bool ov_variable_is_in(struct ov_str text)
{
	size_t at = 0;
	return ov_variable_next(text, &at).ptr != NULL;
}

struct ov_str ov_variable_expression(
	struct ov_arena *arena, struct ov_str variable, bool *shallow)
{
	char *out = ov_arena_alloc(arena, variable.len + 1, 1);
	size_t n = 0;
	/* All braces in pairs go, first those that open. */
	for (size_t i = 0; i < variable.len; i++) {
		if (variable.ptr[i] == '{' && ov_byte(variable, i + 1) == '{')
			i++;
		else
			out[n++] = variable.ptr[i];
	}
	struct ov_str rest = ov_str_n(out, n);
	n = 0;
	for (size_t i = 0; i < rest.len; i++) {
		if (rest.ptr[i] == '}' && ov_byte(rest, i + 1) == '}')
			i++;
		else
			out[n++] = rest.ptr[i];
	}
	rest = ov_str_trim(ov_str_n(out, n));
	bool is_shallow = ov_byte(rest, 0) == '-';
	if (shallow)
		*shallow = is_shallow;
	return is_shallow ? ov_str_trim(ov_str_sub(rest, 1, rest.len)) : rest;
}

static bool has_work(struct ov_str s)
{
	return ov_str_find(s, OV_STR("{{"), 0) != SIZE_MAX || ov_reference_may_be(s);
}

bool ov_substitute_is_needed(struct ov_value document)
{
	if (ov_is_string(document))
		return has_work(ov_string(document));
	for (size_t i = 0; ov_is_list(document) && i < document.count; i++)
		if (ov_substitute_is_needed(document.items[i]))
			return true;
	for (size_t i = 0; ov_is_map(document) && i < document.count; i++)
		if (has_work(document.entries[i].key->str) ||
			ov_substitute_is_needed(document.entries[i].value))
			return true;
	return false;
}

/** What is done with a string; OV_KIND_NONE where it fails. */
typedef struct ov_value action(struct ov_substitution *s, struct ov_value document,
	const struct ov_document_path *path, struct ov_value v);

static struct ov_value fail(struct ov_substitution *s, enum ov_substitution_fault fault,
	struct ov_value at, struct ov_str message)
{
	if (!s->fault) {
		s->fault = fault;
		s->message = message;
		s->loc = at.loc;
	}
	return (struct ov_value){0};
}

static bool spend(struct ov_substitution *s, struct ov_value at, size_t steps)
{
	s->steps += steps;
	if (s->steps <= OV_LIMIT_STEPS)
		return true;
	fail(s, OV_SUBSTITUTION_LIMIT, at,
		OV_STR("the variables have no end, or too much in them"));
	return false;
}

/* A component of a path as JMESPath names it. */
static void add_component(struct ov_buf *buf, struct ov_str name)
{
	bool plain = ov_is_alpha(ov_byte(name, 0)) || ov_is_one_of(ov_byte(name, 0), "_(");
	bool number = name.len > 0;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		number = number && ov_is_digit(c);
		plain = plain && (i == 0 || ov_is_alnum(c) || c == '_' || c == ')');
	}
	if (number) {
		ov_buf_addf(buf, "[%.*s]", OV_STR_ARG(name));
		return;
	}
	ov_buf_putc(buf, '.');
	if (plain)
		ov_buf_add(buf, name);
	else
		ov_go_json(buf, ov_value_string(name));
}

/* Appends the path from behind its first `*skip` steps on. */
static void add_current(struct ov_buf *buf, const struct ov_document_path *path, size_t *skip)
{
	if (!path)
		return;
	add_current(buf, path->up, skip);
	if (*skip > 0) {
		(*skip)--;
	} else if (path->key.ptr) {
		add_component(buf, path->key);
	} else {
		ov_buf_addf(buf, "[%zu]", path->index);
	}
}

static struct ov_str current(struct ov_substitution *s, const struct ov_document_path *path)
{
	struct ov_buf buf = {0};
	size_t skip = s->skip;
	ov_buf_add(&buf, s->current);
	add_current(&buf, path, &skip);
	struct ov_str text = ov_str_dup(s->run->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return text;
}

static struct ov_str old_object(struct ov_arena *arena, struct ov_str text)
{
	struct ov_str object = OV_STR("request.object");
	struct ov_buf buf = {0};
	size_t from = 0;
	for (size_t at; (at = ov_str_find(text, object, from)) != SIZE_MAX;) {
		ov_buf_add(&buf, ov_str_sub(text, from, at));
		ov_buf_puts(&buf, "request.oldObject");
		from = at + object.len;
	}
	ov_buf_add(&buf, ov_str_sub(text, from, text.len));
	struct ov_str out = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return out;
}

/* A variable that nothing defines, or that cannot be read. */
static struct ov_value unknown(struct ov_substitution *s, const struct ov_document_path *path,
	struct ov_value at, struct ov_str text, struct ov_str why)
{
	enum { SHOWN = 64 };
	size_t line = ov_str_chr(text, '\n');
	size_t shown = line < text.len ? line : text.len;
	if (shown > SHOWN)
		for (shown = SHOWN; shown && ((unsigned char)text.ptr[shown] & 0xc0) == 0x80;)
			shown--;
	return fail(s, OV_SUBSTITUTION_QUERY, at,
		ov_str_fmt(s->run->arena, "the variable '%.*s%s' at %.*s %s%.*s",
			OV_STR_ARG(ov_str_sub(text, 0, shown)), shown < text.len ? "..." : "",
			OV_STR_ARG(ov_document_path_text(s->run->arena, path)),
			why.len ? "cannot be read: " : "is nowhere defined", OV_STR_ARG(why)));
}

/* The value of an expression, which fails as the string at `path`. */
static struct ov_value query(struct ov_substitution *s, const struct ov_document_path *path,
	struct ov_value at, struct ov_str text)
{
	struct ov_arena *arena = s->run->arena;
	struct ov_jmespath_error error = {0};
	struct ov_value v = {0};
	if (ov_str_is(text, "@"))
		text = current(s, path);
	if (s->deletes)
		text = old_object(arena, text);
	const struct ov_jmespath *jp = compile(s->queries, arena, text, &error);
	if (s->knows) {
		if (jp && s->knows(s->context, path, text))
			return ov_value_null();
		return unknown(s, path, at, text, jp ? OV_STR("") : error.message);
	}
	if (jp) {
		/* A variable may lead to another substitution: each has its own run. */
		struct ov_jmespath_run run = *s->run;
		v = ov_jmespath_eval(&run, jp, s->root);
		error = run.error;
		if (!spend(s, at, 1 + run.steps / 8))
			return (struct ov_value){0};
	}
	if (ov_is_some(v))
		return v;
	if (!s->fault)
		s->error = error;
	return fail(s, OV_SUBSTITUTION_QUERY, at,
		ov_str_fmt(arena, "failed to resolve %.*s at path %.*s: %s%.*s",
			OV_STR_ARG(text), OV_STR_ARG(ov_document_path_text(arena, path)),
			!jp                                ? "incorrect query: "
			: error.fault == OV_JMESPATH_ENTRY ? ""
							   : "JMESPath query failed: ",
			OV_STR_ARG(error.message)));
}

/* Replaces all of `old` in the text. */
static void add_replaced(
	struct ov_buf *buf, struct ov_str s, struct ov_str old, const char *with)
{
	size_t from = 0;
	for (size_t at; (at = ov_str_find(s, old, from)) != SIZE_MAX; from = at + old.len) {
		ov_buf_add(buf, ov_str_sub(s, from, at));
		ov_buf_puts(buf, with);
	}
	ov_buf_add(buf, ov_str_sub(s, from, s.len));
}

static void add_value(struct ov_buf *buf, struct ov_value v, bool shallow)
{
	struct ov_buf text = {0};
	if (ov_is_string(v))
		ov_buf_add(&text, ov_string(v));
	else
		ov_go_json(&text, v);
	if (shallow && v.kind != OV_KIND_NULL)
		add_replaced(buf, ov_buf_str(&text), OV_STR("{{"), "\\{{");
	else
		ov_buf_add(buf, ov_buf_str(&text));
	ov_buf_release(&text);
}

/* One reading of a text: every variable in it gives way to its value. False where it fails. */
static bool read_round(struct ov_substitution *s, const struct ov_document_path *path,
	struct ov_value at, struct ov_str text, struct ov_buf *out, bool *shallow)
{
	size_t from = 0, next = 0;
	for (struct ov_str v; (v = ov_variable_next(text, &next)).ptr; from = next) {
		struct ov_str expression = ov_variable_expression(s->run->arena, v, shallow);
		struct ov_value value = query(s, path, at, expression);
		if (!ov_is_some(value))
			return false;
		ov_buf_add(out, ov_str_sub(text, from, next - v.len));
		add_value(out, value, *shallow);
		if (!spend(s, at, 1 + out->len / 64))
			return false;
	}
	ov_buf_add(out, ov_str_sub(text, from, text.len));
	return true;
}

/* Whether the whole text is one variable. */
static bool is_one(struct ov_str text)
{
	size_t at = 0;
	return ov_variable_next(text, &at).len == text.len && text.len > 0;
}

static struct ov_value replace_variables(struct ov_substitution *s, struct ov_value document,
	const struct ov_document_path *path, struct ov_value v)
{
	struct ov_str text = ov_string(v);
	bool shallow = false;
	(void)document;
	if (ov_str_find(text, OV_STR("{{"), 0) == SIZE_MAX)
		return v;
	for (size_t round = 0; !shallow; round++) {
		size_t at = 0;
		struct ov_buf buf = {0};
		if (!ov_variable_next(text, &at).ptr)
			break;
		if (round == MOST_ROUNDS)
			return fail(s, OV_SUBSTITUTION_LIMIT, v,
				OV_STR("the variables have no end"));
		if (is_one(text))
			return query(
				s, path, v, ov_variable_expression(s->run->arena, text, NULL));
		bool ok = read_round(s, path, v, text, &buf, &shallow);
		text = ov_str_dup(s->run->arena, ov_buf_str(&buf));
		ov_buf_release(&buf);
		if (!ok)
			return (struct ov_value){0};
	}
	struct ov_buf buf = {0};
	add_replaced(&buf, text, OV_STR("\\{{"), "{{");
	struct ov_value out = ov_value_string(ov_str_dup(s->run->arena, ov_buf_str(&buf)));
	ov_buf_release(&buf);
	out.loc = v.loc;
	out.key_loc = v.key_loc;
	return out;
}

static struct ov_value replace_references(struct ov_substitution *s, struct ov_value document,
	const struct ov_document_path *path, struct ov_value v)
{
	struct ov_str out, why = {0};
	if (!ov_reference_may_be(ov_string(v)))
		return v;
	if (!ov_reference_replace(s->run->arena, document, path, ov_string(v), &out, &why))
		return fail(s, OV_SUBSTITUTION_REFERENCE, v, why);
	struct ov_value replaced = ov_value_string(out);
	replaced.loc = v.loc;
	replaced.key_loc = v.key_loc;
	return replaced;
}

/** A walk over a document. */
struct walk {
	struct ov_substitution *s;
	action *act;
	struct ov_value document;
	unsigned depth;
};

static struct ov_value walk(
	struct walk *w, const struct ov_document_path *path, struct ov_value v);

static bool is_same(struct ov_value a, struct ov_value b)
{
	return a.kind == b.kind && a.count == b.count && a.items == b.items;
}

static struct ov_value walk_list(
	struct walk *w, const struct ov_document_path *path, struct ov_value list)
{
	struct ov_value *items = NULL;
	for (size_t i = 0; i < list.count; i++) {
		struct ov_document_path at = {path, {0}, i};
		struct ov_value one = walk(w, &at, list.items[i]);
		if (!ov_is_some(one))
			return one;
		if (!items && is_same(one, list.items[i]))
			continue;
		if (!items) {
			items = ov_new_array(w->s->run->arena, struct ov_value, list.count);
			memcpy(items, list.items, i * sizeof(*items));
		}
		items[i] = one;
	}
	if (items)
		list.items = items;
	return list;
}

static struct ov_value walk_map(
	struct walk *w, const struct ov_document_path *path, struct ov_value map)
{
	struct ov_map_builder b;
	bool changed = false;
	ov_map_begin(&b, w->s->run->arena, map.count);
	for (size_t i = 0; i < map.count; i++) {
		const struct ov_entry *e = &map.entries[i];
		const struct ov_key *key = e->key;
		struct ov_value name = ov_value_string(key->str);
		name.loc = e->value.key_loc;
		if (has_work(key->str)) {
			name = w->act(w->s, w->document, path, name);
			if (!ov_is_some(name))
				return name;
			if (!ov_is_string(name) && name.kind != OV_KIND_NULL)
				return fail(w->s, OV_SUBSTITUTION_KEY, e->value,
					ov_str_fmt(w->s->run->arena,
						"expected string after substituting variables "
						"in key \"%.*s\"",
						OV_STR_ARG(key->str)));
			if (ov_is_string(name))
				key = ov_key(w->s->run->keys, ov_string(name));
		}
		struct ov_document_path at = {
			path, e->key->str.ptr ? e->key->str : OV_STR(""), 0};
		struct ov_value one = walk(w, &at, e->value);
		if (!ov_is_some(one))
			return one;
		changed = changed || key != e->key || !is_same(one, e->value);
		one.key_loc = e->value.key_loc;
		ov_map_set(&b, key, one);
	}
	if (!changed)
		return map;
	struct ov_value out = ov_map_end(&b);
	out.loc = map.loc;
	out.key_loc = map.key_loc;
	return out;
}

static struct ov_value walk(
	struct walk *w, const struct ov_document_path *path, struct ov_value v)
{
	if (!spend(w->s, v, 1))
		return (struct ov_value){0};
	if (++w->depth > OV_LIMIT_DEPTH)
		return fail(
			w->s, OV_SUBSTITUTION_LIMIT, v, OV_STR("the variables have no end"));
	if (ov_is_string(v))
		v = w->act(w->s, w->document, path, v);
	/* What a variable stands for may hold variables, too. */
	if (ov_is_list(v))
		v = walk_list(w, path, v);
	else if (ov_is_map(v))
		v = walk_map(w, path, v);
	w->depth--;
	return v;
}

struct ov_value ov_substitute(struct ov_substitution *s, struct ov_value document)
{
	struct walk references = {s, replace_references, document, 0};
	s->fault = OV_SUBSTITUTION_OK;
	s->steps = 0;
	if (!ov_substitute_is_needed(document))
		return document;
	document = walk(&references, NULL, document);
	if (!ov_is_some(document))
		return document;
	struct walk variables = {s, replace_variables, document, 0};
	return walk(&variables, NULL, document);
}
