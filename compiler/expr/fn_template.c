/* fn_template: what templates and rules have besides CEL. Layer: expr. */
#include "base/hash.h"
#include "expr/eval.h"
#include "expr/functions.h"
#include "lang/ascii.h"
#include "lang/duration.h"
#include "lang/json_out.h"
#include "lang/mac.h"
#include "lang/uuid.h"
#include "lang/yaml_out.h"
#include "model/estate.h"

static struct ov_value by(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_value v = ev->host->document(ev->host, ov_string(a[0]), ov_string(a[1]));
	if (ov_is_some(v))
		return v;
	return ov_eval_fail(ev, at, "no %.*s '%.*s' lands on this cluster",
		OV_STR_ARG(ov_string(a[0])), OV_STR_ARG(ov_string(a[1])));
}

static struct ov_value find(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	struct ov_value v = ev->host->document(ev->host, ov_string(a[0]), ov_string(a[1]));
	return ov_is_some(v) ? ov_optional_of(ev->arena, v) : ov_optional_none();
}

static struct ov_value documents(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_value list = ev->host->documents(ev->host, ev->arena, ov_string(a[0]));
	struct ov_value error;
	ev->steps += ov_count(list);
	if (!ov_eval_spend(ev, at, ov_count(list) * sizeof(struct ov_value), &error))
		return error;
	return list;
}

OV_FUNCTION(alias, ov_cluster_alias(ev->host->cluster, ov_string(a[0]), a[1]))

static struct ov_value provided(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	struct ov_value v =
		ov_cluster_provided(ev->host->cluster, ov_string(a[0]), ov_string(a[1]));
	return ov_is_some(v) ? ov_optional_of(ev->arena, v) : ov_optional_none();
}

static struct ov_value policy(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at;
	struct ov_value v = ev->host->policy(
		ev->host, ev->arena, ov_string(a[0]), n > 1 ? a[1] : (struct ov_value){0});
	return ov_is_some(v) ? ov_optional_of(ev->arena, v) : ov_optional_none();
}

static struct ov_value merge(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		if (a[i].kind != OV_KIND_MAP)
			return ov_eval_fail(ev, at, "merge() takes maps with string keys");
		count += a[i].count;
	}
	struct ov_value error;
	if (!ov_eval_spend(ev, at, count * sizeof(struct ov_entry), &error))
		return error;
	struct ov_map_builder b;
	ov_map_begin(&b, ev->arena, count);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < a[i].count; k++)
			ov_map_set(&b, a[i].entries[k].key, a[i].entries[k].value);
	}
	return ov_map_end(&b);
}

static struct ov_value written(
	struct ov_eval *ev, const struct ov_expr *at, struct ov_value v, bool yaml, int indent)
{
	if (!ov_is_document(v))
		return ov_eval_fail(ev, at, "the value holds something that has no text form");
	struct ov_buf buf;
	ov_buf_init(&buf);
	if (yaml)
		ov_yaml_write(&buf, v);
	else
		ov_json_write(&buf, v, indent);
	struct ov_value out;
	if (ov_eval_spend(ev, at, buf.len, &out))
		out = ov_eval_string(ev, &buf);
	ov_buf_release(&buf);
	return out;
}

OV_FUNCTION(json, written(ev, at, a[0], false, 0))
OV_FUNCTION(pretty_json, written(ev, at, a[0], false, 2))
OV_FUNCTION(yaml, written(ev, at, a[0], true, 0))

static struct ov_value own(struct ov_eval *ev, const char *text)
{
	return ov_value_string(ov_str_dup(ev->arena, ov_str_c(text)));
}

static struct ov_value mac(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	char text[18];
	ov_mac_derive(ov_string(a[0]), text);
	return own(ev, text);
}

static struct ov_value uuid(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	char text[37];
	ov_uuid_derive(ov_string(a[0]), text);
	return own(ev, text);
}

static struct ov_value go_duration(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	int64_t ns;
	if (!ov_duration_parse(ov_string(a[0]), &ns, NULL) &&
		!ov_duration_parse_prometheus(ov_string(a[0]), &ns, NULL))
		return ov_eval_fail(ev, at, "'%.*s' is no duration such as 30d, 720h or 1h30m",
			OV_STR_ARG(ov_string(a[0])));
	char text[OV_DURATION_TEXT];
	ov_duration_print(ns, text);
	return own(ev, text);
}

/* A DNS-1123 label of the text; what was changed or cut is told apart by a hash. */
static struct ov_value name(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	enum { MOST = 63, KEPT = 54 };
	struct ov_str s = ov_string(a[0]);
	struct ov_buf buf;
	ov_buf_init(&buf);
	bool changed = s.len > MOST || !s.len;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool plain = ov_is_lower(c) || ov_is_digit(c) || c == '-';
		changed = changed || !plain;
		c = plain || ov_is_upper(c) ? ov_to_lower(c) : '-';
		if (buf.len < (changed ? KEPT : MOST) && (c != '-' || buf.len))
			ov_buf_putc(&buf, c);
	}
	if (changed && buf.len > KEPT)
		buf.len = KEPT;
	size_t before = buf.len;
	while (buf.len && buf.ptr[buf.len - 1] == '-')
		buf.len--;
	changed = changed || buf.len != before || buf.len != s.len;
	if (changed) {
		unsigned char sum[20];
		ov_sha1(s, sum);
		ov_buf_addf(&buf, "%s%02x%02x%02x%02x", buf.len ? "-" : "n", sum[0], sum[1],
			sum[2], sum[3]);
	}
	struct ov_value v = ov_eval_string(ev, &buf);
	ov_buf_release(&buf);
	return v;
}

OV_FUNCTION(opaque_text, ov_value_string(ov_str_dup(ev->arena, a[0].opaque->text)))

static const struct ov_function items[] = {
	{.signature = "by(string, string) D", .fn = by},
	{.signature = "string(kubernetes.Quantity) string", .fn = opaque_text},
	{.signature = "find(string, string) optional(D)", .fn = find},
	{.signature = "documents(string) list(D)", .fn = documents},
	{.signature = "alias(string, string) string", .fn = alias},
	{.signature = "provided(string, string) optional(dyn)", .fn = provided},
	{.signature = "policy(string) optional(dyn)", .fn = policy},
	{.signature = "policy(string, A) optional(dyn)", .fn = policy},
	{.signature = "merge(map(string, A)...) map(string, A)", .fn = merge},
	{.signature = "json(A) string", .fn = json},
	{.signature = "prettyJson(A) string", .fn = pretty_json},
	{.signature = "yaml(A) string", .fn = yaml},
	{.signature = "mac(string) string", .fn = mac},
	{.signature = "uuid(string) string", .fn = uuid},
	{.signature = "goDuration(string) string", .fn = go_duration},
	{.signature = "name(string) string", .fn = name},
};

struct ov_function_table ov_functions_template(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
