/* reference: URIs between schemas. Layer: schema. */
#include "schema/reference.h"

#include "lang/ascii.h"

/* The five components of RFC 3986, 3; each with its delimiter, empty where it is absent. */
struct parts {
	struct ov_str scheme;    /* with ':' */
	struct ov_str authority; /* with '//' */
	struct ov_str path;
	struct ov_str query;    /* with '?' */
	struct ov_str fragment; /* with '#' */
};

static size_t scheme_end(struct ov_str uri)
{
	for (size_t i = 0; i < uri.len; i++) {
		char c = uri.ptr[i];
		if (c == ':')
			return i ? i + 1 : 0;
		bool other = ov_is_digit(c) || c == '+' || c == '-' || c == '.';
		if (!ov_is_alpha(c) && !(i && other))
			return 0;
	}
	return 0;
}

static size_t until(struct ov_str uri, size_t from, const char *stops)
{
	while (from < uri.len && !memchr(stops, uri.ptr[from], strlen(stops)))
		from++;
	return from;
}

static struct parts split(struct ov_str uri)
{
	size_t scheme = scheme_end(uri);
	size_t authority = scheme;
	if (ov_str_starts(ov_str_sub(uri, scheme, uri.len), OV_STR("//")))
		authority = until(uri, scheme + 2, "/?#");
	size_t path = until(uri, authority, "?#");
	size_t query = until(uri, path, "#");
	return (struct parts){
		.scheme = ov_str_sub(uri, 0, scheme),
		.authority = ov_str_sub(uri, scheme, authority),
		.path = ov_str_sub(uri, authority, path),
		.query = ov_str_sub(uri, path, query),
		.fragment = ov_str_sub(uri, query, uri.len),
	};
}

/* RFC 3986, 5.2.4. */
static void add_without_dots(struct ov_buf *out, struct ov_str path)
{
	size_t start = out->len;
	size_t i = 0;
	while (i < path.len) {
		size_t end = until(path, i + 1, "/");
		struct ov_str segment = ov_str_sub(path, i, end);
		bool slash = segment.ptr[0] == '/';
		struct ov_str name = ov_str_sub(segment, slash ? 1 : 0, segment.len);
		bool last = end == path.len;
		i = end;
		if (ov_str_is(name, ".") || ov_str_is(name, "..")) {
			if (name.len == 2) {
				while (out->len > start && out->ptr[out->len - 1] != '/')
					out->len--;
				if (out->len > start)
					out->len--;
			}
			if (last && slash)
				ov_buf_putc(out, '/');
			continue;
		}
		ov_buf_add(out, segment);
	}
}

static void add_path(struct ov_buf *out, const struct parts *base, const struct parts *ref)
{
	if (ref->path.ptr && ref->path.len && ref->path.ptr[0] == '/') {
		add_without_dots(out, ref->path);
		return;
	}
	struct ov_buf merged;
	ov_buf_init(&merged);
	if (base->authority.len && !base->path.len) {
		ov_buf_putc(&merged, '/');
	} else {
		size_t keep = base->path.len;
		while (keep && base->path.ptr[keep - 1] != '/')
			keep--;
		ov_buf_add(&merged, ov_str_sub(base->path, 0, keep));
	}
	ov_buf_add(&merged, ref->path);
	add_without_dots(out, ov_buf_str(&merged));
	ov_buf_release(&merged);
}

struct ov_str ov_reference_resolve(
	struct ov_arena *arena, struct ov_str base_uri, struct ov_str uri)
{
	struct parts base = split(base_uri), ref = split(uri);
	struct ov_buf out;
	ov_buf_init(&out);
	if (ref.scheme.len || ref.authority.len) {
		ov_buf_add(&out, ref.scheme.len ? ref.scheme : base.scheme);
		ov_buf_add(&out, ref.authority);
		add_without_dots(&out, ref.path);
		ov_buf_add(&out, ref.query);
	} else {
		ov_buf_add(&out, base.scheme);
		ov_buf_add(&out, base.authority);
		if (ref.path.len)
			add_path(&out, &base, &ref);
		else
			ov_buf_add(&out, base.path);
		ov_buf_add(&out, ref.path.len || ref.query.len ? ref.query : base.query);
	}
	ov_buf_add(&out, ref.fragment);
	struct ov_str result = ov_str_dup(arena, ov_buf_str(&out));
	ov_buf_release(&out);
	return result;
}

struct ov_str ov_reference_split(struct ov_str uri, struct ov_str *fragment)
{
	size_t hash = ov_str_chr(uri, '#');
	if (fragment)
		*fragment = hash == SIZE_MAX ? ov_str_n(NULL, 0)
					     : ov_str_sub(uri, hash + 1, uri.len);
	return hash == SIZE_MAX ? uri : ov_str_sub(uri, 0, hash);
}

struct ov_str ov_reference_unescape(struct ov_arena *arena, struct ov_str s)
{
	char *out = ov_arena_alloc(arena, s.len + 1, 1);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++) {
		int high = i + 2 < s.len ? ov_hex_value(s.ptr[i + 1]) : -1;
		int low = i + 2 < s.len ? ov_hex_value(s.ptr[i + 2]) : -1;
		if (s.ptr[i] == '%' && high >= 0 && low >= 0) {
			out[len++] = (char)(high * 16 + low);
			i += 2;
		} else {
			out[len++] = s.ptr[i];
		}
	}
	return ov_str_n(out, len);
}
