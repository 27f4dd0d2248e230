/*
 * fn_url: Kubernetes' functions of URLs. Layer: expr.
 *
 * The API server reads URLs with Go's net/url, which is laxer than RFC 3986 here and stricter
 * there; this reads them as its ParseRequestURI does, and what stands behind '#' as its Parse.
 */
#include "expr/functions.h"
#include "expr/text.h"
#include "lang/ascii.h"

struct url {
	struct ov_str scheme, host, path, query;
};

/* What stands between the reserved characters, which escapes may stand for. */
static bool is_unreserved(char c)
{
	return ov_is_alnum(c) || ov_is_one_of(c, "-_.~");
}

static const char bad_escape[] = "invalid URL escape";

/* Whether each '%' is followed by two hexadecimal digits. */
static bool has_good_escapes(struct ov_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '%' && (ov_hex_value(ov_byte(s, i + 1)) < 0 ||
					       ov_hex_value(ov_byte(s, i + 2)) < 0))
			return false;
	}
	return true;
}

/* The end of the scheme, 0 where there is none, SIZE_MAX where ':' comes first. */
static size_t scheme_end(struct ov_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (ov_is_alpha(c))
			continue;
		if (ov_is_digit(c) || c == '+' || c == '-' || c == '.') {
			if (i == 0)
				return 0;
			continue;
		}
		if (c == ':')
			return i ? i : SIZE_MAX;
		return 0;
	}
	return 0;
}

static bool is_port(struct ov_str s)
{
	if (!s.len)
		return true;
	for (size_t i = 1; i < s.len; i++) {
		if (!ov_is_digit(s.ptr[i]))
			return false;
	}
	return s.ptr[0] == ':';
}

static size_t last_of(struct ov_str s, char c)
{
	for (size_t i = s.len; i-- > 0;) {
		if (s.ptr[i] == c)
			return i;
	}
	return SIZE_MAX;
}

static const char *host_fault(struct ov_str host)
{
	size_t zone = SIZE_MAX;
	if (ov_byte(host, 0) == '[') {
		size_t close = last_of(host, ']');
		if (close == SIZE_MAX)
			return "missing ']' in host";
		if (!is_port(ov_str_sub(host, close + 1, host.len)))
			return "invalid port after host";
		zone = ov_str_find(ov_str_sub(host, 0, close), OV_STR("%25"), 0);
	} else {
		size_t colon = last_of(host, ':');
		if (colon != SIZE_MAX && !is_port(ov_str_sub(host, colon, host.len)))
			return "invalid port after host";
	}
	if (!has_good_escapes(host))
		return bad_escape;
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];
		/* Escapes are for bytes beyond ASCII, and for the zone of an address. */
		if (c == '%') {
			if (i < zone && ov_hex_value(host.ptr[i + 1]) < 8)
				return bad_escape;
			i += 2;
		} else if ((unsigned char)c < 0x80 && !is_unreserved(c) &&
			   !ov_is_one_of(c, "!$&'()*+,;=:[]<>\"")) {
			return "invalid character in host name";
		}
	}
	return NULL;
}

static const char *authority_fault(struct ov_str s, struct ov_str *host)
{
	size_t at = last_of(s, '@');
	*host = at == SIZE_MAX ? s : ov_str_sub(s, at + 1, s.len);
	const char *why = host_fault(*host);
	if (why || at == SIZE_MAX)
		return why;
	struct ov_str user = ov_str_sub(s, 0, at);
	for (size_t i = 0; i < user.len; i++) {
		if (!ov_is_alnum(user.ptr[i]) &&
			!ov_is_one_of(user.ptr[i], "-._:~!$&'()*+,;=%@"))
			return "net/url: invalid userinfo";
	}
	return has_good_escapes(user) ? NULL : bad_escape;
}

/* Reads `s`; `request` as ParseRequestURI, which knows no fragments. */
static const char *parse(struct ov_str s, bool request, struct url *out)
{
	*out = (struct url){0};
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return "net/url: invalid control character in URL";
	}
	if (!request) {
		size_t hash = ov_str_chr(s, '#');
		if (hash != SIZE_MAX && !has_good_escapes(ov_str_sub(s, hash, s.len)))
			return bad_escape;
		s = ov_str_sub(s, 0, hash);
	}
	if (!s.len && request)
		return "empty url";
	if (ov_str_is(s, "*")) {
		out->path = s;
		return NULL;
	}
	size_t colon = scheme_end(s);
	if (colon == SIZE_MAX)
		return "missing protocol scheme";
	out->scheme = ov_str_sub(s, 0, colon);
	struct ov_str rest = colon ? ov_str_sub(s, colon + 1, s.len) : s;
	size_t mark = ov_str_chr(rest, '?');
	if (mark != SIZE_MAX) {
		out->query = ov_str_sub(rest, mark + 1, rest.len);
		rest = ov_str_sub(rest, 0, mark);
	}
	if (ov_byte(rest, 0) != '/') {
		if (out->scheme.len)
			return NULL;
		if (request)
			return "invalid URI for request";
	}
	if (ov_str_starts(rest, OV_STR("//")) &&
		(out->scheme.len || (!request && !ov_str_starts(rest, OV_STR("///"))))) {
		struct ov_str authority = ov_str_sub(rest, 2, rest.len);
		size_t slash = ov_str_chr(authority, '/');
		rest = slash == SIZE_MAX ? OV_STR("")
					 : ov_str_sub(authority, slash, authority.len);
		const char *why = authority_fault(ov_str_sub(authority, 0, slash), &out->host);
		if (why)
			return why;
	}
	out->path = rest;
	return has_good_escapes(rest) ? NULL : bad_escape;
}

const char *ov_function_url_fault(struct ov_str s)
{
	struct url url;
	return parse(s, true, &url);
}

/* Appends `s` with its escapes resolved; in queries, + stands for a blank. */
static void unescape(struct ov_text *out, struct ov_str s, bool query)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (c == '%' && i + 2 < s.len) {
			c = (char)(ov_hex_value(s.ptr[i + 1]) << 4 |
				   ov_hex_value(s.ptr[i + 2]));
			i += 2;
		} else if (c == '+' && query) {
			c = ' ';
		}
		if (!ov_text_putc(out, c))
			return;
	}
}

static const struct url *url_of(struct ov_value v)
{
	return v.opaque->data;
}

static struct ov_value to_url(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str s = ov_string(a[0]);
	struct url *url = ov_new(ev->arena, struct url);
	ov_eval_scan(ev, s.len);
	const char *why = parse(s, true, url);
	if (!why)
		why = parse(s, false, url);
	if (why)
		return ov_eval_fail(ev, at,
			ev->terse ? "URL parse error during conversion from string: parse "
				    "\"%.*s\": %s"
				  : "'%.*s' is no URL: %s",
			OV_STR_ARG(s), why);
	struct ov_value error;
	if (!ov_eval_spend(ev, at, s.len, &error))
		return error;
	char *scheme = ov_arena_alloc(ev->arena, url->scheme.len + 1, 1);
	for (size_t i = 0; i < url->scheme.len; i++)
		scheme[i] = ov_to_lower(url->scheme.ptr[i]);
	struct ov_str rest = ov_str_sub(s, url->scheme.len, s.len);
	url->scheme = ov_str_n(scheme, url->scheme.len);
	struct ov_text text = ov_text_begin(ev, at);
	ov_text_add(&text, url->scheme);
	ov_text_add(&text, rest);
	struct ov_value whole = ov_text_end(&text);
	return ov_is_error(whole) ? whole
				  : ov_function_opaque(ev, "kubernetes.URL", ov_string(whole),
					    OV_STR(""), url);
}

static struct ov_value is_url(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)at, (void)n;
	ov_eval_scan(ev, a[0].count);
	return ov_value_bool(!ov_function_url_fault(ov_string(a[0])));
}

OV_FUNCTION(get_scheme, ov_value_string(url_of(a[0])->scheme))

/* The text with escapes resolved, kept valid UTF-8. */
static struct ov_value unescaped(
	struct ov_eval *ev, const struct ov_expr *at, struct ov_str s, bool query)
{
	struct ov_text out = ov_text_begin(ev, at);
	unescape(&out, s, query);
	struct ov_value v = ov_text_end(&out);
	if (ov_is_string(v) && !ov_utf8_valid(ov_string(v), NULL))
		return ov_eval_fail(ev, at, "the URL's escapes give no valid UTF-8");
	return v;
}

OV_FUNCTION(get_host, unescaped(ev, at, url_of(a[0])->host, false))

/* Where the port begins, with its colon. */
static size_t port_start(struct ov_str host)
{
	size_t colon = last_of(host, ':');
	if (colon == SIZE_MAX || !is_port(ov_str_sub(host, colon, host.len)))
		return host.len;
	/* The colons of an address in brackets begin no port. */
	size_t close = last_of(host, ']');
	return close != SIZE_MAX && close > colon ? host.len : colon;
}

static struct ov_value get_hostname(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str host = url_of(a[0])->host;
	host = ov_str_sub(host, 0, port_start(host));
	if (ov_byte(host, 0) == '[' && host.ptr[host.len - 1] == ']')
		host = ov_str_sub(host, 1, host.len - 1);
	return unescaped(ev, at, host, false);
}

static struct ov_value get_port(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)ev, (void)at, (void)n;
	struct ov_str host = url_of(a[0])->host;
	return ov_value_string(ov_str_sub(host, port_start(host) + 1, host.len));
}

/* As it is written where that is properly escaped, else escaped anew. */
static struct ov_value get_escaped_path(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str path = url_of(a[0])->path;
	bool proper = true;
	for (size_t i = 0; i < path.len && proper; i++)
		proper = is_unreserved(path.ptr[i]) ||
			 ov_is_one_of(path.ptr[i], "!$&'()*+,;=:@[]/%");
	if (proper)
		return ov_value_string(path);
	struct ov_text plain = ov_text_begin(ev, at);
	unescape(&plain, path, false);
	struct ov_text out = ov_text_begin(ev, at);
	struct ov_str bytes = ov_buf_str(&plain.buf);
	for (size_t i = 0; i < bytes.len; i++) {
		static const char digits[] = "0123456789ABCDEF";
		unsigned char c = (unsigned char)bytes.ptr[i];
		char escape[3] = {'%', digits[c >> 4], digits[c & 15]};
		bool keep = is_unreserved((char)c) || ov_is_one_of((char)c, "$&+,/:;=@");
		if (!(keep ? ov_text_putc(&out, (char)c)
			   : ov_text_add(&out, ov_str_n(escape, 3))))
			break;
	}
	ov_text_drop(&plain);
	return ov_text_end(&out);
}

/* One name of the query and its values, in the order of their first appearance. */
struct parameter {
	struct ov_value name;
	OV_VEC(struct ov_value) values;
};

static struct ov_value get_query(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str query = url_of(a[0])->query;
	OV_VEC(struct parameter) list = {0};
	struct ov_value error;
	for (size_t pos = 0; pos < query.len;) {
		struct ov_str part = ov_part(query, &pos, '&');
		if (!part.len || ov_str_chr(part, ';') != SIZE_MAX || !has_good_escapes(part))
			continue;
		size_t equals = ov_str_chr(part, '=');
		struct ov_value name = unescaped(ev, at, ov_str_sub(part, 0, equals), true);
		struct ov_value value = unescaped(ev, at,
			equals == SIZE_MAX ? OV_STR("")
					   : ov_str_sub(part, equals + 1, part.len),
			true);
		if (ov_is_error(name) || ov_is_error(value))
			return ov_is_error(name) ? name : value;
		size_t i = 0;
		while (i < list.count &&
			!ov_str_eq(ov_string(list.items[i].name), ov_string(name)))
			i++;
		if (!ov_eval_work(ev, at, i, &error) ||
			!ov_eval_spend(ev, at, sizeof(struct parameter), &error))
			return error;
		if (i == list.count)
			ov_vec_push(ev->arena, &list, ((struct parameter){.name = name}));
		ov_vec_push(ev->arena, &list.items[i].values, value);
	}
	struct ov_pair *pairs = ov_new_array(ev->arena, struct ov_pair, list.count);
	for (size_t i = 0; i < list.count; i++)
		pairs[i] = (struct ov_pair){list.items[i].name,
			ov_value_list(list.items[i].values.items, list.items[i].values.count)};
	return ov_eval_mapping(ev, at, pairs, list.count);
}

#define URL "kubernetes.URL"

static const struct ov_function items[] = {
	{.signature = "url(string) " URL, .fn = to_url},
	{.signature = "isURL(string) bool", .fn = is_url},
	{.signature = URL ".getScheme() string", .fn = get_scheme},
	{.signature = URL ".getHost() string", .fn = get_host},
	{.signature = URL ".getHostname() string", .fn = get_hostname},
	{.signature = URL ".getPort() string", .fn = get_port},
	{.signature = URL ".getEscapedPath() string", .fn = get_escaped_path},
	{.signature = URL ".getQuery() map(string, list(string))", .fn = get_query},
};

struct ov_function_table ov_functions_url(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
