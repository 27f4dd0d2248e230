/* reference: $(path) in a policy's document. Layer: policy. */
#include "policy/reference.h"

#include "base/limits.h"
#include "lang/ascii.h"
#include "policy/pattern.h"
#include "policy/scalar.h"
#include "value/equal.h"

bool ov_reference_may_be(struct ov_str text)
{
	return ov_str_find(text, OV_STR("$("), 0) != SIZE_MAX;
}

static void add_path(struct ov_buf *buf, const struct ov_document_path *path)
{
	if (!path)
		return;
	add_path(buf, path->up);
	ov_buf_putc(buf, '/');
	if (!path->key.ptr) {
		ov_buf_addf(buf, "%zu", path->index);
		return;
	}
	for (size_t i = 0; i < path->key.len; i++) {
		if (path->key.ptr[i] == '/')
			ov_buf_putc(buf, '\\');
		ov_buf_putc(buf, path->key.ptr[i]);
	}
}

struct ov_str ov_document_path_text(struct ov_arena *arena, const struct ov_document_path *path)
{
	struct ov_buf buf = {0};
	add_path(&buf, path);
	struct ov_str text = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return text;
}

/** Steps from the root of a document. */
struct steps {
	struct ov_str items[OV_LIMIT_DEPTH];
	size_t count;
};

/* Walks a path with its `.` and `..`; false where it is too long. */
static bool walk(struct steps *steps, struct ov_str path)
{
	for (size_t at = 0; at <= path.len;) {
		struct ov_str part = ov_part(path, &at, '/');
		if (!part.len || ov_str_is(part, "."))
			continue;
		if (ov_str_is(part, "..")) {
			steps->count -= steps->count > 0;
			continue;
		}
		if (steps->count == OV_LIMIT_DEPTH)
			return false;
		steps->items[steps->count++] = part;
	}
	return true;
}

static bool is_index(struct ov_str s, size_t *out)
{
	*out = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (!ov_is_digit(s.ptr[i]) || i > 8)
			return false;
		*out = *out * 10 + (size_t)(s.ptr[i] - '0');
	}
	return s.len > 0;
}

/*
 * How many steps a key takes, 0 where it is another: a key with slashes is written as several,
 * each but the last with a backslash at its end.
 */
static size_t steps_of(struct ov_str key, const struct steps *steps, size_t at)
{
	struct ov_str name;
	size_t from = at;
	ov_anchor_parse(key, &name);
	if (ov_str_chr(key, '/') == SIZE_MAX)
		return ov_str_eq(name, steps->items[at]);
	for (size_t next = 0; next <= key.len; at++) {
		struct ov_str part = ov_part(key, &next, '/');
		struct ov_str own = at < steps->count ? steps->items[at] : ov_str_n(NULL, 0);
		if (next <= key.len) {
			if (!ov_str_ends(own, OV_STR("\\")))
				return 0;
			own.len--;
		}
		if (!ov_str_eq(part, own))
			return 0;
	}
	return at - from;
}

/* What the steps lead to; keys of the document are compared without their anchors. */
static struct ov_value find(struct ov_value v, const struct steps *steps, size_t at)
{
	struct ov_value found = {0};
	size_t index;
	if (at == steps->count)
		return v;
	if (ov_is_list(v) && is_index(steps->items[at], &index))
		return find(ov_at(v, index), steps, at + 1);
	for (size_t i = 0; ov_is_map(v) && i < v.count; i++) {
		size_t taken = steps_of(v.entries[i].key->str, steps, at);
		if (!taken)
			continue;
		struct ov_value one = find(v.entries[i].value, steps, at + taken);
		if (ov_is_some(one))
			found = one;
	}
	return found;
}

/*
 * Offset behind the reference that begins with the `$` at `at`, or SIZE_MAX: up to the last
 * parenthesis before a blank.
 */
static size_t end_of_reference(struct ov_str s, size_t at)
{
	size_t end = SIZE_MAX;
	if (ov_byte(s, at) != '$' || ov_byte(s, at + 1) != '(' || ov_byte(s, at + 2) == '\n')
		return SIZE_MAX;
	for (size_t i = at + 3; i < s.len && s.ptr[i] != ' '; i++)
		if (s.ptr[i] == ')')
			end = i + 1;
	return end;
}

static struct ov_str trim_signs(struct ov_str s)
{
	while (s.len && ov_is_one_of(*s.ptr, "$()"))
		s = ov_str_sub(s, 1, s.len);
	while (s.len && ov_is_one_of(s.ptr[s.len - 1], "$()"))
		s.len--;
	return s;
}

static size_t sign_length(enum ov_scalar_operator op)
{
	switch (op) {
	case OV_SCALAR_EQUAL: return 0;
	case OV_SCALAR_NOT_EQUAL:
	case OV_SCALAR_MORE:
	case OV_SCALAR_LESS:
	case OV_SCALAR_IN_RANGE: return 1;
	case OV_SCALAR_MORE_EQUAL:
	case OV_SCALAR_LESS_EQUAL:
	case OV_SCALAR_NOT_IN_RANGE: break;
	}
	return 2;
}

static bool unresolved(struct ov_arena *arena, const struct ov_document_path *path,
	struct ov_str reference, struct ov_str *why)
{
	*why = ov_str_fmt(arena, "failed to resolve %.*s at path %.*s: it names no text",
		OV_STR_ARG(reference), OV_STR_ARG(ov_document_path_text(arena, path)));
	return false;
}

static bool resolve(struct ov_arena *arena, struct ov_value document,
	const struct ov_document_path *path, struct ov_str reference, struct ov_str *out,
	struct ov_str *why)
{
	struct ov_str target = trim_signs(reference);
	size_t sign = sign_length(ov_scalar_operator(target));
	struct ov_str op = ov_str_sub(target, 0, sign);
	struct steps *steps = ov_new(arena, struct steps);
	target = ov_str_sub(target, sign, target.len);
	if (!target.len ||
		(*target.ptr != '/' && !walk(steps, ov_document_path_text(arena, path))) ||
		!walk(steps, target))
		return unresolved(arena, path, reference, why);
	struct ov_value v = find(document, steps, 0);
	if (ov_is_string(v))
		*out = ov_str_fmt(arena, "%.*s%.*s", OV_STR_ARG(op), OV_STR_ARG(ov_string(v)));
	else if (sign && ov_is_number(v))
		*out = ov_str_fmt(arena, "%.*s%f", OV_STR_ARG(op), ov_to_double(v));
	else
		return unresolved(arena, path, reference, why);
	return true;
}

bool ov_reference_replace(struct ov_arena *arena, struct ov_value document,
	const struct ov_document_path *path, struct ov_str text, struct ov_str *out,
	struct ov_str *why)
{
	struct ov_buf buf = {0};
	bool ok = true;
	for (size_t i = 0; i < text.len && ok;) {
		size_t end =
			i && text.ptr[i - 1] == '\\' ? SIZE_MAX : end_of_reference(text, i);
		struct ov_str with = {0};
		if (end == SIZE_MAX) {
			bool escape = text.ptr[i] == '\\' &&
				      end_of_reference(text, i + 1) != SIZE_MAX;
			if (!escape)
				ov_buf_putc(&buf, text.ptr[i]);
			i++;
			continue;
		}
		ok = resolve(arena, document, path, ov_str_sub(text, i, end), &with, why);
		ov_buf_add(&buf, with);
		i = end;
	}
	*out = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return ok;
}
