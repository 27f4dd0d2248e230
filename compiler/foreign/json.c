/* json: JSON text to values (RFC 8259). Layer: foreign. */
#include "foreign/json.h"

#include "base/limits.h"
#include "lang/ascii.h"
#include "value/number.h"

struct reading {
	const struct ov_reader *reader;
	struct ov_str text;
	size_t at;
	size_t depth;
	struct ov_arena scratch;
	OV_VEC(struct ov_entry) stack; /* list elements use the value only */
	struct ov_buf buf;
	bool failed; /* there is a finding */
};

static bool read_value(struct reading *r, struct ov_value *out);

static uint32_t here(const struct reading *r)
{
	return ov_reader_loc(r->reader, r->at);
}

static int peek(const struct reading *r)
{
	return r->at < r->text.len ? (unsigned char)r->text.ptr[r->at] : -1;
}

static void skip_blanks(struct reading *r)
{
	for (int c = peek(r); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = peek(r))
		r->at++;
}

static bool wrong(struct reading *r, const char *message)
{
	r->failed = true;
	ov_diag_add(r->reader->diags, OV_DIAG_JSON_SYNTAX, ov_span_n(here(r), 1), "%s",
		r->at < r->text.len ? message : "the text ends too early");
	return false;
}

/* "/" and "#" begin no JSON token: whoever writes one means a comment. */
static bool wrong_token(struct reading *r, const char *message)
{
	int c = peek(r);
	if (c == '/' || c == '#')
		return wrong(r, "JSON has no comments");
	if (c == '\'')
		return wrong(r, "JSON strings stand in double quotes");
	return wrong(r, message);
}

static bool read_hex(struct reading *r, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++, r->at++) {
		int digit = ov_hex_value(ov_byte(r->text, r->at));
		if (digit < 0)
			return wrong(r, "\\u is followed by four hexadecimal digits");
		*out = *out << 4 | (uint32_t)digit;
	}
	return true;
}

/* At the "u" of an escape that begins at `start`. */
static bool read_unicode(struct reading *r, size_t start)
{
	static const char lone[] = "half a surrogate pair is not a character";
	uint32_t cp, low;
	r->at++;
	if (!read_hex(r, &cp))
		return false;
	if (cp >= 0xdc00 && cp <= 0xdfff) {
		r->at = start;
		return wrong(r, lone);
	}
	if (cp >= 0xd800 && cp <= 0xdbff) {
		size_t second = r->at;
		if (!ov_str_starts(ov_str_sub(r->text, second, r->text.len), OV_STR("\\u"))) {
			r->at = start;
			return wrong(r, lone);
		}
		r->at += 2;
		if (!read_hex(r, &low))
			return false;
		if (low < 0xdc00 || low > 0xdfff) {
			r->at = start;
			return wrong(r, lone);
		}
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
	}
	char utf8[4];
	ov_buf_add(&r->buf, ov_str_n(utf8, ov_utf8_put(utf8, cp)));
	return true;
}

/* At the backslash. */
static bool read_escape(struct reading *r)
{
	size_t start = r->at++;
	int c = peek(r);
	switch (c) {
	case '"':
	case '\\':
	case '/': break;
	case 'b': c = '\b'; break;
	case 'f': c = '\f'; break;
	case 'n': c = '\n'; break;
	case 'r': c = '\r'; break;
	case 't': c = '\t'; break;
	case 'u': return read_unicode(r, start);
	default:
		if (c >= 0)
			r->at = start;
		return wrong(r, "JSON knows no such escape");
	}
	ov_buf_putc(&r->buf, (char)c);
	r->at++;
	return true;
}

/* At the opening quote. */
static bool read_string(struct reading *r, struct ov_str *out)
{
	size_t from = ++r->at;
	bool escaped = false;
	ov_buf_clear(&r->buf);
	for (;;) {
		int c = peek(r);
		if (c >= 0x20 && c != '"' && c != '\\') {
			r->at++;
			continue;
		}
		struct ov_str run = ov_str_sub(r->text, from, r->at);
		if (c == '"') {
			r->at++;
			if (!escaped) {
				*out = run;
				return true;
			}
			ov_buf_add(&r->buf, run);
			*out = ov_str_dup(r->reader->arena, ov_buf_str(&r->buf));
			return true;
		}
		if (c != '\\')
			return wrong(r, c == '\n' || c == '\r'
						? "the string is not closed on its line"
						: "control characters are written as escapes");
		escaped = true;
		ov_buf_add(&r->buf, run);
		if (!read_escape(r))
			return false;
		from = r->at;
	}
}

static bool skip_digits(struct reading *r, const char *message)
{
	size_t from = r->at;
	while (ov_is_digit(ov_byte(r->text, r->at)))
		r->at++;
	return r->at > from || wrong(r, message);
}

static bool read_number(struct reading *r, struct ov_value *out)
{
	size_t from = r->at;
	if (peek(r) == '-')
		r->at++;
	if (peek(r) == '0') {
		r->at++;
		if (ov_is_digit(ov_byte(r->text, r->at)))
			return wrong(r, "a number does not begin with a zero");
	} else if (!skip_digits(r, "a digit is missing")) {
		return false;
	}
	if (peek(r) == '.') {
		r->at++;
		if (!skip_digits(r, "a digit is missing after the point"))
			return false;
	}
	if (peek(r) == 'e' || peek(r) == 'E') {
		r->at++;
		if (peek(r) == '+' || peek(r) == '-')
			r->at++;
		if (!skip_digits(r, "the exponent has no digit"))
			return false;
	}
	struct ov_str text = ov_str_sub(r->text, from, r->at);
	if (!ov_number_parse(text, out)) {
		r->failed = true;
		*out = ov_value_null();
		ov_diag_add(r->reader->diags, OV_DIAG_NUMBER,
			ov_span_n(ov_reader_loc(r->reader, from), (uint32_t)text.len),
			"the number is larger than any double");
	}
	*out = ov_value_whole(*out);
	return true;
}

static bool read_word(
	struct reading *r, const char *word, struct ov_value v, struct ov_value *out)
{
	struct ov_str expected = ov_str_c(word);
	if (!ov_str_starts(ov_str_sub(r->text, r->at, r->text.len), expected))
		return wrong(r, "a value is expected here: text stands in double quotes");
	r->at += expected.len;
	*out = v;
	return true;
}

static bool read_key(struct reading *r, struct ov_entry *out)
{
	struct ov_str key;
	out->value.key_loc = here(r);
	if (peek(r) != '"')
		return wrong_token(r, "a key in double quotes is expected here");
	if (!read_string(r, &key))
		return false;
	out->key = ov_key_cached(r->reader->keys, r->reader->cache, key);
	skip_blanks(r);
	if (peek(r) != ':')
		return wrong_token(r, "a ':' is expected after the key");
	r->at++;
	return true;
}

static struct ov_value finish(struct reading *r, bool is_map, size_t first)
{
	const struct ov_entry *entries = r->stack.count ? r->stack.items + first : NULL;
	size_t count = r->stack.count - first;
	struct ov_value out = ov_value_list(NULL, 0);
	if (is_map) {
		if (!ov_reader_map(r->reader, entries, count, &out))
			r->failed = true;
	} else if (count) {
		struct ov_value *items = ov_arena_alloc(
			r->reader->arena, ov_size_mul(count, sizeof(*items)), sizeof(void *));
		for (size_t i = 0; i < count; i++)
			items[i] = entries[i].value;
		out = ov_value_list(items, count);
	}
	r->stack.count = first;
	return out;
}

/* At the opening bracket. */
static bool read_collection(struct reading *r, bool is_map, struct ov_value *out)
{
	char close = is_map ? '}' : ']';
	size_t first = r->stack.count;
	if (r->depth == OV_LIMIT_DEPTH) {
		r->failed = true;
		ov_diag_add(r->reader->diags, OV_DIAG_TOO_DEEP, ov_span_n(here(r), 1),
			"lists and maps are nested more than %d levels deep",
			(int)OV_LIMIT_DEPTH);
		return false;
	}
	r->depth++;
	r->at++;
	skip_blanks(r);
	for (bool more = peek(r) != close; more; more = peek(r) == ',') {
		struct ov_entry entry = {0};
		if (r->stack.count > first) {
			r->at++;
			skip_blanks(r);
			if (peek(r) == close)
				return wrong(r, "JSON has no comma after the last element");
		}
		if (is_map && !read_key(r, &entry))
			return false;
		uint32_t key_loc = entry.value.key_loc;
		if (!read_value(r, &entry.value))
			return false;
		entry.value.key_loc = key_loc;
		ov_vec_push(&r->scratch, &r->stack, entry);
		skip_blanks(r);
	}
	if (peek(r) != close)
		return wrong_token(r, is_map ? "a ',' or '}' is expected here"
					     : "a ',' or ']' is expected here");
	r->at++;
	r->depth--;
	*out = finish(r, is_map, first);
	return true;
}

static bool read_any(struct reading *r, struct ov_value *out)
{
	int c = peek(r);
	struct ov_str string;
	switch (c) {
	case '{': return read_collection(r, true, out);
	case '[': return read_collection(r, false, out);
	case '"':
		if (!read_string(r, &string))
			return false;
		*out = ov_value_string(string);
		return true;
	case 't': return read_word(r, "true", ov_value_bool(true), out);
	case 'f': return read_word(r, "false", ov_value_bool(false), out);
	case 'n': return read_word(r, "null", ov_value_null(), out);
	default:
		if (c == '-' || ov_is_digit((char)c))
			return read_number(r, out);
		return wrong_token(r, "a value is expected here");
	}
}

static bool read_value(struct reading *r, struct ov_value *out)
{
	skip_blanks(r);
	uint32_t loc = here(r);
	if (!read_any(r, out))
		return false;
	out->loc = loc;
	return true;
}

bool ov_json_read(const struct ov_reader *reader, struct ov_docs *out)
{
	if (!ov_reader_utf8(reader))
		return false;
	struct reading r = {.reader = reader, .text = reader->source->text};
	struct ov_value root;
	if (ov_str_starts(r.text, OV_STR("\xef\xbb\xbf")))
		r.at = 3;
	if (read_value(&r, &root)) {
		skip_blanks(&r);
		if (r.at < r.text.len)
			wrong_token(&r, "the text goes on after the end of the document");
	}
	if (!r.failed)
		ov_vec_push(reader->arena, out, root);
	ov_buf_release(&r.buf);
	ov_arena_release(&r.scratch);
	return !r.failed;
}
