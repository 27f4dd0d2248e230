/* functions_encoding: JSON, YAML, gzip, digests, certificates, random texts. Layer: policy. */
#include "base/hash.h"
#include "base/limits.h"
#include "expr/digest.h"
#include "expr/go_text.h"
#include "expr/jmespath_read.h"
#include "expr/random.h"
#include "expr/text.h"
#include "foreign/deflate.h"
#include "lang/base64.h"
#include "lang/datetime.h"
#include "policy/functions.h"
#include "value/equal.h"

#include <math.h>

/* Writes a value as Go's encoding/json does; false with why. */
struct writer {
	struct ov_buf buf;
	struct ov_arena scratch;
	const char *why;
};

static bool write_value(struct writer *w, struct ov_value v, size_t depth);

static int by_key(const void *a, const void *b)
{
	const struct ov_entry *const *x = a, *const *y = b;
	return ov_str_cmp((*x)->key->str, (*y)->key->str);
}

static bool write_map(struct writer *w, struct ov_value v, size_t depth)
{
	const struct ov_entry **sorted =
		ov_new_array(&w->scratch, const struct ov_entry *, v.count + 1);
	for (size_t i = 0; i < v.count; i++)
		sorted[i] = &v.entries[i];
	qsort(sorted, v.count, sizeof(*sorted), by_key);
	ov_buf_putc(&w->buf, '{');
	for (size_t i = 0; i < v.count; i++) {
		if (i)
			ov_buf_putc(&w->buf, ',');
		ov_go_json(&w->buf, ov_value_string(sorted[i]->key->str));
		ov_buf_putc(&w->buf, ':');
		if (!write_value(w, sorted[i]->value, depth + 1))
			return false;
	}
	ov_buf_putc(&w->buf, '}');
	return true;
}

static bool write_list(struct writer *w, struct ov_value v, size_t depth)
{
	ov_buf_putc(&w->buf, '[');
	for (size_t i = 0; i < v.count; i++) {
		if (i)
			ov_buf_putc(&w->buf, ',');
		if (!write_value(w, v.items[i], depth + 1))
			return false;
	}
	ov_buf_putc(&w->buf, ']');
	return true;
}

static bool refuse(struct writer *w, const char *why)
{
	w->why = why;
	return false;
}

static bool write_bytes(struct writer *w, struct ov_str s)
{
	size_t len = ov_base64_length(s.len);
	ov_buf_putc(&w->buf, '"');
	ov_buf_reserve(&w->buf, len);
	ov_base64_encode(s, w->buf.ptr + w->buf.len);
	w->buf.len += len;
	ov_buf_putc(&w->buf, '"');
	return true;
}

static bool write_time(struct writer *w, struct ov_value v)
{
	char text[OV_DATETIME_TEXT];
	if (!ov_datetime_print(v.seconds, (int32_t)v.count, text))
		return refuse(w, "json: the year is outside of 0 to 9999");
	ov_buf_addf(&w->buf, "\"%s\"", text);
	return true;
}

static bool write_value(struct writer *w, struct ov_value v, size_t depth)
{
	if (depth > OV_LIMIT_DEPTH)
		return refuse(w, "json: it is nested too deeply");
	switch ((enum ov_kind)v.kind) {
	case OV_KIND_INT: ov_buf_addf(&w->buf, "%lld", (long long)v.integer); return true;
	case OV_KIND_UINT:
		ov_buf_addf(&w->buf, "%llu", (unsigned long long)v.uinteger);
		return true;
	case OV_KIND_DOUBLE:
		if (!isfinite(v.number))
			return refuse(w, isnan(v.number) ? "json: unsupported value: NaN"
					 : v.number > 0  ? "json: unsupported value: +Inf"
							 : "json: unsupported value: -Inf");
		ov_go_json(&w->buf, v);
		return true;
	case OV_KIND_TYPE:
		v.kind = OV_KIND_STRING;
		ov_go_json(&w->buf, v);
		return true;
	case OV_KIND_STRING: ov_go_json(&w->buf, v); return true;
	case OV_KIND_BYTES: return write_bytes(w, ov_string(v));
	case OV_KIND_LIST: return write_list(w, v, depth);
	case OV_KIND_MAP: return write_map(w, v, depth);
	case OV_KIND_DICT:
		return refuse(
			w, v.pairs[0].key.kind == OV_KIND_BOOL
				   ? "json: failed to convert CEL map to native map: type "
				     "conversion error from bool to 'string'"
				   : "json: failed to convert CEL map to native map: "
				     "unsupported type conversion from 'int' to string");
	case OV_KIND_DURATION:
		ov_buf_addf(&w->buf, "%lld",
			(long long)(v.seconds * 1000000000 + (int32_t)v.count));
		return true;
	case OV_KIND_TIMESTAMP: return write_time(w, v);
	case OV_KIND_OPTIONAL:
		if (v.items)
			return write_value(w, *v.items, depth + 1);
		ov_buf_puts(&w->buf, "null");
		return true;
	case OV_KIND_BOOL: ov_buf_puts(&w->buf, v.boolean ? "true" : "false"); return true;
	case OV_KIND_OPAQUE: ov_buf_puts(&w->buf, "{}"); return true;
	case OV_KIND_NONE:
	case OV_KIND_NULL:
	case OV_KIND_ERROR: break;
	}
	ov_buf_puts(&w->buf, "null");
	return true;
}

static struct ov_value marshal(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct writer w = {0};
	struct ov_value out;
	(void)n;
	if (!write_value(&w, a[1], 0))
		out = ov_eval_fail(ev, at, "%s", w.why);
	else if (ov_eval_spend(ev, at, w.buf.len, &out))
		out = ov_eval_string(ev, &w.buf);
	ov_buf_release(&w.buf);
	ov_arena_release(&w.scratch);
	return out;
}

/* All numbers that come out of a text are floating. */
static struct ov_value with_doubles(struct ov_arena *arena, struct ov_value v)
{
	if (v.kind == OV_KIND_INT || v.kind == OV_KIND_UINT)
		return ov_value_double(ov_to_double(v));
	if (ov_is_list(v)) {
		struct ov_value *items = ov_new_array(arena, struct ov_value, v.count);
		for (size_t i = 0; i < v.count; i++)
			items[i] = with_doubles(arena, v.items[i]);
		return ov_value_list(items, v.count);
	}
	if (!ov_is_map(v))
		return v;
	struct ov_map_builder b;
	ov_map_begin(&b, arena, v.count);
	for (size_t i = 0; i < v.count; i++)
		ov_map_set(&b, v.entries[i].key, with_doubles(arena, v.entries[i].value));
	return ov_map_end(&b);
}

static struct ov_value parsed(
	struct ov_eval *ev, const struct ov_expr *at, struct ov_value text, bool json)
{
	struct ov_str s = ov_string(text), why = OV_STR("");
	struct ov_value error;
	if (!ov_eval_work(ev, at, 1 + s.len / 8, &error) ||
		!ov_eval_spend(ev, at, 4 * s.len, &error))
		return error;
	struct ov_value v = json ? ov_jp_read_json(ev->arena, ev->keys, ev->cache, s, &why)
				 : ov_jp_read_yaml(ev->arena, ev->keys, ev->cache, s, &why);
	if (ov_is_some(v))
		return with_doubles(ev->arena, v);
	if (json && !ov_str_trim(s).len)
		return ov_eval_fail(ev, at, "unexpected end of JSON input");
	return ov_eval_fail(ev, at, json ? "%.*s" : "error converting YAML to JSON: yaml: %.*s",
		OV_STR_ARG(why));
}

static struct ov_value unmarshal(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	if (!ov_is_string(a[1]))
		return ov_eval_fail(ev, at, "unsupported type conversion from '%s' to string",
			ov_eval_type_name(a[1]));
	return parsed(ev, at, a[1], true);
}

OV_FUNCTION(parse_yaml, parsed(ev, at, a[1], false))

static struct ov_value compress(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct ov_value out;
	(void)n;
	if (a[0].kind == OV_KIND_INT || a[0].kind == OV_KIND_UINT)
		return ov_eval_fail(ev, at, "unsupported type conversion from '%s' to string",
			ov_eval_type_name(a[0]));
	if (!ov_is_string(a[0]))
		return ov_eval_fail(ev, at, "type conversion error from %s to 'string'",
			a[0].kind == OV_KIND_DOUBLE  ? "Double"
			: a[0].kind == OV_KIND_BYTES ? "Bytes"
						     : ov_eval_type_name(a[0]));
	if (!ov_eval_work(ev, at, 1 + a[0].count / 64, &out))
		return out;
	struct ov_buf buf = {0};
	ov_gzip_add(ov_string(a[0]), &buf);
	if (ov_eval_spend(ev, at, buf.len, &out)) {
		out = ov_eval_string(ev, &buf);
		out.kind = OV_KIND_BYTES;
	}
	ov_buf_release(&buf);
	return out;
}

static struct ov_value decompress(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct ov_value out;
	struct ov_buf buf = {0};
	(void)n;
	size_t most = (size_t)OV_LIMIT_EXPR_BYTES - ev->bytes;
	const char *why = ov_gunzip_add(ov_string(a[0]), most, &buf);
	if (why)
		out = ov_eval_fail(ev, at, "%s", why);
	else if (ov_eval_spend(ev, at, buf.len, &out) &&
		 ov_eval_work(ev, at, 1 + buf.len / 64, &out))
		out = ov_value_string(
			ov_go_valid(ev->arena, ov_str_dup(ev->arena, ov_buf_str(&buf))));
	ov_buf_release(&buf);
	return out;
}

static struct ov_value digest(struct ov_eval *ev, struct ov_str text,
	void (*hash)(struct ov_str s, unsigned char *out), size_t size)
{
	enum { LONGEST = OV_SHA256_SIZE };
	unsigned char bytes[LONGEST];
	struct ov_buf buf = {0};
	ov_eval_scan(ev, text.len);
	hash(text, bytes);
	for (size_t i = 0; i < size; i++)
		ov_buf_addf(&buf, "%02x", bytes[i]);
	struct ov_value out = ov_eval_string(ev, &buf);
	ov_buf_release(&buf);
	return out;
}

static struct ov_value sha256(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	return digest(ev, ov_string(a[0]), ov_sha256, OV_SHA256_SIZE);
}

static struct ov_value sha1(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	return digest(ev, ov_string(a[0]), ov_sha1, 20);
}

static struct ov_value md5(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	return digest(ev, ov_string(a[0]), ov_md5, OV_MD5_SIZE);
}

/* The seed is of the policy, the pattern and how often it was asked for. */
static struct ov_value drawn(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct ov_policy_host *host = ov_policy_host(ev);
	struct ov_str pattern = n ? ov_string(a[0]) : OV_STR("[0-9a-z]{8}");
	struct ov_buf buf = {0};
	struct ov_value out;
	uint64_t seed =
		ov_hash(host->judge->policy->facts.name, 1) ^ ov_hash(pattern, ++host->drawn);
	const char *why = pattern.len ? ov_random_text(pattern, seed, &buf) : NULL;
	if (why)
		out = ov_eval_fail(ev, at, "error parsing regexp: %s", why);
	else if (ov_eval_spend(ev, at, buf.len, &out))
		out = ov_eval_string(ev, &buf);
	ov_buf_release(&buf);
	return out;
}

static struct ov_value decode_certificate(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	static const struct ov_str begin = OV_STR_INIT("-----BEGIN "),
				   dashes = OV_STR_INIT("-----");
	struct ov_str s = ov_string(a[0]), der;
	(void)n;
	size_t from = ov_str_find(s, begin, 0);
	size_t type = from + begin.len;
	size_t body = from == SIZE_MAX ? SIZE_MAX : ov_str_find(s, dashes, type);
	size_t end = body == SIZE_MAX ? SIZE_MAX
				      : ov_str_find(s, OV_STR("-----END "), body + dashes.len);
	if (end == SIZE_MAX || !ov_base64_decode(ev->arena,
				       ov_str_sub(s, body + dashes.len, end), false, &der))
		return ov_eval_fail(ev, at, "failed to decode PEM block");
	struct ov_str name = ov_str_sub(s, type, body);
	if (ov_str_is(name, "CERTIFICATE"))
		return ov_function_certificate(ev, at, der);
	return ov_eval_fail(ev, at,
		ov_str_is(name, "CERTIFICATE REQUEST")
			? "certificate requests are not decoded here"
			: "PEM block neither contains a CERTIFICATE or CERTIFICATE REQUEST");
}

static const struct ov_function items[] = {
	{.signature = "json.Json#marshal(dyn) string", .fn = marshal},
	{.signature = "json.Json#unmarshal(dyn) dyn", .fn = unmarshal},
	{.signature = "yaml.Yaml#parse(string) dyn", .fn = parse_yaml},
	{.signature = "gzip::compress(dyn) bytes", .fn = compress},
	{.signature = "gzip::decompress(bytes) string", .fn = decompress},
	{.signature = "md5(string) string", .fn = md5},
	{.signature = "sha1(string) string", .fn = sha1},
	{.signature = "sha256(string) string", .fn = sha256},
	{.signature = "hash::md5(string) string", .fn = md5},
	{.signature = "hash::sha1(string) string", .fn = sha1},
	{.signature = "hash::sha256(string) string", .fn = sha256},
	{.signature = "random() string", .fn = drawn},
	{.signature = "random(string) string", .fn = drawn},
	{.signature = "random::random() string", .fn = drawn},
	{.signature = "random::random(string) string", .fn = drawn},
	{.signature = "x509::decode(string) dyn", .fn = decode_certificate},
};

struct ov_function_table ov_functions_encoding(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
