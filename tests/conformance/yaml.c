/*
 * yaml: the yaml-test-suite, and how Kubernetes' own reader takes scalars.
 *
 * A case of the suite is a folder: in.yaml, a file `error` where it must be refused, and
 * in.json where its documents have a form in JSON. Documents of nothing, null there, are none
 * here. The table of scalars has YAML on the left and the JSON that it becomes, or the error,
 * on the right.
 */
#include "conformance/suites.h"

#include "base/limits.h"
#include "foreign/os.h"
#include "input.h"
#include "lang/json_out.h"

struct yaml_case {
	struct ov_str id, name, text, json;
	bool has_json, has_text, is_error;
};

struct session {
	struct ov_arena arena;
	ov_suite_fn *result;
	void *context;
	OV_VEC(struct yaml_case) cases;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Where the JSON value that begins at `at` ends. */
static size_t json_end(struct ov_str s, size_t at)
{
	size_t depth = 0;
	bool quoted = false;
	for (; at < s.len; at++) {
		char c = s.ptr[at];
		if (quoted) {
			at += c == '\\';
			quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			depth--;
		} else if (!depth && is_space(c)) {
			break;
		}
		if (!quoted && !depth && (c == '"' || c == '}' || c == ']'))
			return at + 1;
	}
	return at < s.len ? at : s.len;
}

/* All values of a text that holds one after another. */
static bool read_values(struct input *r, struct ov_str text, struct ov_docs *out)
{
	for (size_t at = 0, end; at < text.len; at = end) {
		end = at + 1;
		if (is_space(text.ptr[at]))
			continue;
		end = json_end(text, at);
		if (!input_read(r, "in.json", ov_str_sub(text, at, end), out))
			return false;
	}
	return true;
}

static bool is_number(struct ov_value v)
{
	return v.kind == OV_KIND_INT || v.kind == OV_KIND_UINT || v.kind == OV_KIND_DOUBLE;
}

static double number(struct ov_value v)
{
	return v.kind == OV_KIND_INT    ? (double)v.integer
	       : v.kind == OV_KIND_UINT ? (double)v.uinteger
					: v.number;
}

/* Equality as JSON: 1 and 1.0 are one number, the order of a map does not count. */
static bool same(struct ov_value a, struct ov_value b)
{
	if (is_number(a) && is_number(b))
		return a.kind == b.kind && a.kind != OV_KIND_DOUBLE
			       ? a.integer == b.integer
			       : number(a) <= number(b) && number(a) >= number(b);
	if (a.kind != b.kind)
		return false;
	if (a.kind == OV_KIND_STRING)
		return ov_str_eq(ov_string(a), ov_string(b));
	if (a.kind == OV_KIND_BOOL)
		return a.boolean == b.boolean;
	bool equal = ov_count(a) == ov_count(b);
	for (size_t i = 0; equal && i < ov_count(a); i++)
		equal = a.kind == OV_KIND_LIST
				? same(a.items[i], b.items[i])
				: same(a.entries[i].value, ov_get_key(b, a.entries[i].key));
	return equal;
}

static struct ov_str shown(struct input *r, const struct ov_docs *docs)
{
	struct ov_buf buf;
	ov_buf_init(&buf);
	for (size_t i = 0; i < docs->count; i++) {
		ov_buf_puts(&buf, i ? " " : "");
		ov_json_write(&buf, docs->items[i], 0);
	}
	struct ov_str s = ov_str_dup(&r->arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return s;
}

static bool same_docs(const struct ov_docs *got, const struct ov_docs *wanted)
{
	size_t i = 0;
	for (size_t k = 0; k < wanted->count; k++) {
		struct ov_value want = wanted->items[k];
		if (i < got->count && same(got->items[i], want))
			i++;
		else if (want.kind != OV_KIND_NULL)
			return false;
	}
	return i == got->count;
}

static struct ov_str refusal(struct input *r)
{
	struct ov_str message = OV_STR("without a word");
	if (r->diags.list.count)
		message = r->diags.list.items[0]->message;
	return ov_str_fmt(&r->arena, "refused: %.*s", OV_STR_ARG(message));
}

static void run_case(struct session *s, const struct yaml_case *c)
{
	struct input r;
	struct ov_docs got = {0}, wanted = {0};
	input_begin(&r);
	bool accepted = input_read(&r, "in.yaml", c->text, &got), ok = accepted != c->is_error;
	struct ov_str why = {NULL, 0};
	if (!ok) {
		why = accepted ? OV_STR("accepted though it is no YAML") : refusal(&r);
	} else if (c->has_json && accepted) {
		ok = read_values(&r, c->json, &wanted) && same_docs(&got, &wanted);
		if (!ok)
			why = ov_str_fmt(&r.arena, "gave %.*s instead of %.*s",
				OV_STR_ARG(shown(&r, &got)), OV_STR_ARG(shown(&r, &wanted)));
	}
	s->result(s->context, c->id, c->name, ok ? OV_SUITE_PASS : OV_SUITE_FAIL, why);
	input_end(&r);
}

static void collect(void *context, const struct ov_found *found)
{
	struct session *s = context;
	size_t slash = found->path.len;
	while (slash > 0 && found->path.ptr[slash - 1] != '/')
		slash--;
	if (!slash || found->kind != OV_FOUND_FILE)
		return;
	struct ov_str id = ov_str_sub(found->path, 0, slash - 1);
	struct ov_str name = ov_str_sub(found->path, slash, found->path.len);
	struct yaml_case new = {.id = id};
	if (!s->cases.count || !ov_str_eq(s->cases.items[s->cases.count - 1].id, id))
		ov_vec_push(&s->arena, &s->cases, new);
	struct yaml_case *c = &s->cases.items[s->cases.count - 1];
	if (ov_str_is(name, "in.yaml")) {
		c->has_text = true;
		c->text = found->bytes;
	} else if (ov_str_is(name, "in.json")) {
		c->has_json = true;
		c->json = found->bytes;
	} else if (ov_str_is(name, "error")) {
		c->is_error = true;
	} else if (ov_str_is(name, "name")) {
		c->name = ov_str_trim(found->bytes);
	}
}

bool ov_suite_yaml(const char *dir, const char *part, ov_suite_fn *result, void *context)
{
	struct session s = {.result = result, .context = context};
	struct ov_diags diags;
	ov_diags_init(&diags, NULL);
	struct ov_str path = ov_str_fmt(&s.arena, "%s/yaml/%s", dir, part);
	bool ok = ov_os_kind(path) == OV_OS_FOLDER &&
		  ov_os_walk(&s.arena, path, NULL, collect, &s, &diags);
	for (size_t i = 0; ok && i < s.cases.count; i++)
		if (s.cases.items[i].has_text)
			run_case(&s, &s.cases.items[i]);
	ov_diags_release(&diags);
	ov_arena_release(&s.arena);
	return ok;
}

static uint32_t read_hex(struct ov_str s, size_t at, size_t digits)
{
	char text[9] = {0};
	snprintf(text, sizeof(text), "%.*s", (int)digits, s.ptr + at);
	return (uint32_t)strtoul(text, NULL, 16);
}

/* The text that a string literal of Go stands for, and where it ends. */
static struct ov_str read_quoted(struct ov_arena *arena, struct ov_str s, size_t *after)
{
	struct ov_buf buf;
	size_t i = 1;
	ov_buf_init(&buf);
	for (; i < s.len && s.ptr[i] != '"'; i++) {
		char c = s.ptr[i], character[4];
		if (c != '\\') {
			ov_buf_putc(&buf, c);
			continue;
		}
		c = s.ptr[++i];
		if (c == 'u') {
			size_t len = ov_utf8_put(character, read_hex(s, i + 1, 4));
			ov_buf_add(&buf, ov_str_n(character, len));
			i += 4;
		} else if (c == 'x') {
			ov_buf_putc(&buf, (char)read_hex(s, i + 1, 2));
			i += 2;
		} else {
			ov_buf_putc(&buf, c == 'n' ? '\n' : c == 't' ? '\t' : c);
		}
	}
	*after = i + 1;
	struct ov_str text = ov_str_dup(arena, ov_buf_str(&buf));
	ov_buf_release(&buf);
	return text;
}

/* Takes a line apart; false where it is no case. */
static bool read_row(struct ov_arena *arena, struct ov_str line, struct ov_str *left,
	struct ov_str *text, struct ov_str *right)
{
	size_t at = 0;
	if (line.len && *line.ptr == '"') {
		*text = read_quoted(arena, line, &at);
	} else {
		size_t json = ov_str_find(line, OV_STR(" {\"a\":"), 0);
		size_t error = ov_str_find(line, OV_STR(" ERR "), 0);
		at = json < error ? json : error;
		if (at == SIZE_MAX)
			return false;
		*text = ov_str_fmt(
			arena, "a: %.*s\n", OV_STR_ARG(ov_str_trim(ov_str_sub(line, 0, at))));
	}
	*left = ov_str_trim(ov_str_sub(line, 0, at));
	*right = ov_str_trim(ov_str_sub(line, at, line.len));
	return true;
}

/* Kubernetes reads the first document and no other. */
static void run_row(struct session *s, struct ov_str line)
{
	struct input r;
	struct ov_docs got = {0}, wanted = {0};
	struct ov_str left, text, right, why = {NULL, 0};
	input_begin(&r);
	if (read_row(&r.arena, line, &left, &text, &right)) {
		bool refused = ov_str_starts(right, OV_STR("ERR "));
		bool accepted = input_read(&r, "a.yaml", text, &got), ok = accepted != refused;
		if (!ok) {
			why = refused ? right : refusal(&r);
		} else if (accepted) {
			got.count = got.count > 1 ? 1 : got.count;
			ok = read_values(&r, right, &wanted) && same_docs(&got, &wanted);
			why = shown(&r, &got);
		}
		s->result(s->context, OV_STR("kubernetes-scalars.txt"), left,
			ok ? OV_SUITE_PASS : OV_SUITE_FAIL, why);
	}
	input_end(&r);
}

bool ov_suite_yaml_scalars(
	const char *dir, const char *part, ov_suite_fn *result, void *context)
{
	struct session s = {.result = result, .context = context};
	struct ov_diags diags;
	struct ov_str text;
	(void)part;
	ov_diags_init(&diags, NULL);
	bool ok = ov_os_read_file(&s.arena,
		ov_str_fmt(&s.arena, "%s/yaml/kubernetes-scalars.txt", dir), OV_LIMIT_SOURCE,
		&text, &diags);
	for (size_t at = 0; ok && at < text.len;) {
		size_t end = ov_str_find(text, OV_STR("\n"), at);
		run_row(&s, ov_str_sub(text, at, end));
		at = end == SIZE_MAX ? text.len : end + 1;
	}
	ov_diags_release(&diags);
	ov_arena_release(&s.arena);
	return ok;
}
