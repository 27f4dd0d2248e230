/* jmespath_data: Kyverno's functions of maps, encodings, digests and addresses. Layer: expr. */
#include "expr/digest.h"
#include "expr/go_text.h"
#include "expr/jmespath_node.h"
#include "expr/jmespath_read.h"
#include "foreign/yaml.h"
#include "lang/ascii.h"
#include "lang/base64.h"
#include "lang/ip.h"
#include "value/equal.h"

#include <math.h>

static struct ov_value fail(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	enum ov_jmespath_fault fault, const char *message)
{
	return ov_jp_fail(run, at, fault, "JMESPath function '%.*s': %s",
		OV_STR_ARG(at->key->str), message);
}

static struct ov_value lookup(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	if (ov_is_map(a[0])) {
		if (!ov_is_string(a[1]))
			return fail(
				run, at, OV_JMESPATH_TYPE, "argument #2 is not of type String");
		struct ov_value v = ov_get_str(a[0], ov_string(a[1]));
		return ov_is_some(v) ? v : ov_value_null();
	}
	if (!ov_jp_is_number(a[1]))
		return fail(run, at, OV_JMESPATH_TYPE, "argument #2 is not of type Number");
	double i = ov_to_double(a[1]);
	if (!(fabs(i) < 9007199254740992.0) || trunc(i) != i)
		return fail(
			run, at, OV_JMESPATH_VALUE, "argument #2: expected an integer number");
	return i >= 0 && i < a[0].count ? a[0].items[(size_t)i] : ov_value_null();
}

static const struct ov_key *key_of(struct ov_jmespath_run *run, struct ov_str s)
{
	return run->cache ? ov_key_cached(run->keys, run->cache, s) : ov_key(run->keys, s);
}

static int by_key(const void *a, const void *b)
{
	const struct ov_entry *const *x = a, *const *y = b;
	return ov_str_cmp((*x)->key->str, (*y)->key->str);
}

static struct ov_value items(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	const struct ov_key *name = key_of(run, ov_string(a[1]));
	const struct ov_key *value = key_of(run, ov_string(a[2]));
	size_t n = a[0].count;
	if (!ov_jp_spend(
		    run, at, n, n * (sizeof(struct ov_value) + 2 * sizeof(struct ov_entry))))
		return (struct ov_value){0};
	const struct ov_entry **sorted =
		ov_new_array(run->arena, const struct ov_entry *, n + 1);
	for (size_t i = 0; i < n && ov_is_map(a[0]); i++)
		sorted[i] = &a[0].entries[i];
	if (ov_is_map(a[0]))
		qsort(sorted, n, sizeof(*sorted), by_key);
	struct ov_value *list = ov_new_array(run->arena, struct ov_value, n);
	for (size_t i = 0; i < n; i++) {
		struct ov_map_builder b;
		ov_map_begin(&b, run->arena, 2);
		ov_map_set(&b, name,
			ov_is_map(a[0]) ? ov_value_string(sorted[i]->key->str)
					: ov_value_double((double)i));
		ov_map_set(&b, value, ov_is_map(a[0]) ? sorted[i]->value : a[0].items[i]);
		list[i] = ov_map_end(&b);
	}
	return ov_value_list(list, n);
}

static struct ov_value object_from_lists(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_map_builder b;
	if (!ov_jp_spend(run, at, a[0].count, a[0].count * sizeof(struct ov_entry)))
		return (struct ov_value){0};
	ov_map_begin(&b, run->arena, a[0].count);
	for (size_t i = 0; i < a[0].count; i++) {
		struct ov_value k = a[0].items[i];
		struct ov_buf buf = {0};
		if (ov_is_number(k))
			ov_go_float_f(&buf, ov_to_double(k), true);
		else if (ov_is_string(k) || k.kind == OV_KIND_BOOL)
			ov_go_sprint(&buf, k);
		else
			return fail(run, at, OV_JMESPATH_TYPE,
				"argument #1 is not of type StringArray");
		ov_map_set(&b, key_of(run, ov_buf_str(&buf)),
			i < a[1].count ? a[1].items[i] : ov_value_null());
		ov_buf_release(&buf);
	}
	return ov_map_end(&b);
}

static struct ov_value parse_json(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str why = {0};
	if (!ov_jp_spend(run, at, 1 + a[0].count / 8, 4 * (size_t)a[0].count))
		return (struct ov_value){0};
	struct ov_value v =
		ov_jp_read_json(run->arena, run->keys, run->cache, ov_string(a[0]), &why);
	if (ov_is_some(v))
		return v;
	return ov_jp_fail(run, at, OV_JMESPATH_VALUE, "JMESPath function 'parse_json': %.*s",
		OV_STR_ARG(why));
}

static struct ov_value parse_yaml(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str why = {0};
	if (!ov_jp_spend(run, at, 1 + a[0].count / 8, 4 * (size_t)a[0].count))
		return (struct ov_value){0};
	struct ov_value v =
		ov_jp_read_yaml(run->arena, run->keys, run->cache, ov_string(a[0]), &why);
	if (ov_is_some(v))
		return v;
	return ov_jp_fail(run, at, OV_JMESPATH_VALUE, "JMESPath function 'parse_yaml': %.*s",
		OV_STR_ARG(why));
}

static struct ov_value base64_encode(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str s = ov_string(a[0]);
	size_t len = ov_base64_length(s.len);
	if (!ov_jp_spend(run, at, 0, len))
		return (struct ov_value){0};
	char *out = ov_arena_alloc(run->arena, len + 1, 1);
	ov_base64_encode(s, out);
	return ov_value_string(ov_str_n(out, len));
}

static struct ov_value base64_decode(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str out;
	if (!ov_base64_decode(run->arena, ov_string(a[0]), false, &out))
		return fail(run, at, OV_JMESPATH_VALUE, "illegal base64 data");
	if (!ov_jp_spend(run, at, 0, out.len))
		return (struct ov_value){0};
	return ov_value_string(ov_go_valid(run->arena, out));
}

static struct ov_value hexadecimal(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	const unsigned char *bytes, size_t count)
{
	struct ov_buf buf = {0};
	for (size_t i = 0; i < count; i++)
		ov_buf_addf(&buf, "%02x", bytes[i]);
	return ov_jp_take(run, at, &buf);
}

static struct ov_value sha256(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	unsigned char out[OV_SHA256_SIZE];
	if (!ov_jp_spend(run, at, 1 + a[0].count / 64, 0))
		return (struct ov_value){0};
	ov_sha256(ov_string(a[0]), out);
	return hexadecimal(run, at, out, sizeof(out));
}

static struct ov_value sha1(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	unsigned char out[20];
	if (!ov_jp_spend(run, at, 1 + a[0].count / 64, 0))
		return (struct ov_value){0};
	ov_sha1(ov_string(a[0]), out);
	return hexadecimal(run, at, out, sizeof(out));
}

static struct ov_value md5(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	unsigned char out[OV_MD5_SIZE];
	if (!ov_jp_spend(run, at, 1 + a[0].count / 64, 0))
		return (struct ov_value){0};
	ov_md5(ov_string(a[0]), out);
	return hexadecimal(run, at, out, sizeof(out));
}

/* The host of a URL, without brackets; empty where it has none. */
static struct ov_str host_of(struct ov_str url)
{
	size_t from = ov_str_find(url, OV_STR("//"), 0), end;
	if (from == SIZE_MAX)
		return ov_str_n(NULL, 0);
	struct ov_str s = ov_str_sub(url, from + 2, url.len);
	for (end = 0; end < s.len && !ov_is_one_of(s.ptr[end], "/?#"); end++)
		;
	s = ov_str_sub(s, 0, end);
	for (size_t i = s.len; i-- > 0;)
		if (s.ptr[i] == '@') {
			s = ov_str_sub(s, i + 1, s.len);
			break;
		}
	if (ov_byte(s, 0) == '[')
		return ov_str_sub(s, 1, ov_str_chr(s, ']'));
	return ov_str_sub(s, 0, ov_str_chr(s, ':'));
}

/* The IPv4 address that an IPv6 address may hold, as Go's net.IP has it. */
static struct ov_ip unmapped(struct ov_ip ip)
{
	static const unsigned char prefix[12] = {[10] = 0xff, [11] = 0xff};
	struct ov_ip v4 = {.family = 4, .prefix = 32};
	if (ip.family != 6 || memcmp(ip.bytes, prefix, sizeof(prefix)) != 0)
		return ip;
	memcpy(v4.bytes, ip.bytes + sizeof(prefix), 4);
	return v4;
}

static bool is_private(struct ov_ip ip)
{
	static const char *const private[] = {
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"};
	for (size_t i = 0; i < OV_COUNT(private); i++) {
		struct ov_ip net;
		if (ov_cidr_parse(ov_str_c(private[i]), 0, &net, NULL) &&
			ov_ip_contains(net, ip))
			return true;
	}
	return false;
}

static struct ov_value is_external_url(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str host = host_of(ov_string(a[0]));
	struct ov_ip ip;
	if (ov_ip_parse(host, OV_IP_MAPPED, &ip, NULL)) {
		ip = unmapped(ip);
		return ov_value_bool(!ov_ip_is_loopback(ip) && !is_private(ip));
	}
	if (ov_str_is(host, "localhost"))
		return ov_value_bool(false);
	return ov_jp_fail(run, at, OV_JMESPATH_OFFLINE,
		"JMESPath function 'is_external_url': the host '%.*s' is not looked up here",
		OV_STR_ARG(host));
}

static struct ov_value x509_decode(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	if (ov_str_find(ov_string(a[0]), OV_STR("-----BEGIN "), 0) == SIZE_MAX)
		return fail(run, at, OV_JMESPATH_VALUE, "failed to decode PEM block");
	return fail(run, at, OV_JMESPATH_OFFLINE, "certificates are not decoded here");
}

const struct ov_jp_function ov_jp_data[] = {
	{"base64_decode", base64_decode, 1, false, false, {OV_JP_STRING}},
	{"base64_encode", base64_encode, 1, false, false, {OV_JP_STRING}},
	{"is_external_url", is_external_url, 1, false, false, {OV_JP_STRING}},
	{"items", items, 3, false, false,
		{OV_JP_OBJECT | OV_JP_ARRAY, OV_JP_STRING, OV_JP_STRING}},
	{"lookup", lookup, 2, false, false,
		{OV_JP_OBJECT | OV_JP_ARRAY, OV_JP_STRING | OV_JP_NUMBER}},
	{"md5", md5, 1, false, false, {OV_JP_STRING}},
	{"object_from_lists", object_from_lists, 2, false, false, {OV_JP_ARRAY, OV_JP_ARRAY}},
	{"parse_json", parse_json, 1, false, false, {OV_JP_STRING}},
	{"parse_yaml", parse_yaml, 1, false, false, {OV_JP_STRING}},
	{"sha1", sha1, 1, false, false, {OV_JP_STRING}},
	{"sha256", sha256, 1, false, false, {OV_JP_STRING}},
	{"x509_decode", x509_decode, 1, false, false, {OV_JP_STRING}},
	{0},
};
