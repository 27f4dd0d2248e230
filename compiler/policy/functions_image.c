/* functions_image: references to images, as go-containerregistry reads them. Layer: policy. */
#include "lang/ascii.h"
#include "policy/functions.h"

static const char image_type[] = "kyverno.image";

/* A reference in its parts, with what is not written filled in. */
struct reference {
	struct ov_str registry, repository, tag, digest;
};

static size_t last_of(struct ov_str s, char c)
{
	for (size_t i = s.len; i-- > 0;) {
		if (s.ptr[i] == c)
			return i;
	}
	return SIZE_MAX;
}

static bool consists_of(
	struct ov_str s, const char *others, bool upper, size_t least, size_t most)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (!ov_is_lower(c) && !ov_is_digit(c) && !(upper && ov_is_upper(c)) &&
			!ov_is_one_of(c, others))
			return false;
	}
	return s.len >= least && s.len <= most;
}

static bool is_registry(struct ov_str s)
{
	static const char marks[] = "-_.~!$&'()*+,;=<>\"";
	bool literal = ov_byte(s, 0) == '[';
	size_t close = literal ? last_of(s, ']') : 0;
	size_t colon = literal ? close + 1 : last_of(s, ':');
	if (literal && (close == SIZE_MAX || close == 1))
		return false;
	if (!literal && colon == SIZE_MAX)
		colon = s.len;
	for (size_t i = literal ? 1 : 0; i < (literal ? close : colon); i++) {
		if (!ov_is_alnum(s.ptr[i]) && !ov_is_one_of(s.ptr[i], marks) &&
			!(s.ptr[i] == ':'))
			return false;
	}
	for (size_t i = colon + 1; i < s.len; i++) {
		if (!ov_is_digit(s.ptr[i]))
			return false;
	}
	return colon >= s.len || s.ptr[colon] == ':';
}

/* registry/repository; the registry is told by a dot, a colon or its name. */
static bool read_repository(struct ov_str s, struct reference *out)
{
	size_t slash = ov_str_chr(s, '/');
	struct ov_str first = ov_str_sub(s, 0, slash);
	bool named = slash != SIZE_MAX &&
		     (ov_str_is(first, "localhost") || ov_str_chr(first, '.') != SIZE_MAX ||
			     ov_str_chr(first, ':') != SIZE_MAX);
	out->registry = named ? first : OV_STR("index.docker.io");
	out->repository = named ? ov_str_sub(s, slash + 1, s.len) : s;
	if (ov_str_is(out->registry, "docker.io"))
		out->registry = OV_STR("index.docker.io");
	return consists_of(out->repository, "_-./", false, 2, 255) &&
	       is_registry(out->registry);
}

static bool read_tag(struct ov_str s, struct reference *out)
{
	size_t colon = last_of(s, ':');
	struct ov_str name = s;
	out->tag = OV_STR("latest");
	if (colon != SIZE_MAX && ov_str_chr(ov_str_sub(s, colon + 1, s.len), '/') == SIZE_MAX) {
		name = ov_str_sub(s, 0, colon);
		out->tag = ov_str_sub(s, colon + 1, s.len);
		if (!consists_of(out->tag, "_-.", true, 1, 128))
			return false;
	}
	return read_repository(name, out);
}

static bool read_digest(struct ov_str s, struct reference *out)
{
	static const struct ov_str prefix = OV_STR_INIT("sha256:");
	size_t at = ov_str_chr(s, '@');
	if (at == SIZE_MAX)
		return false;
	struct ov_str base = ov_str_sub(s, 0, at);
	struct ov_str digits = ov_str_sub(s, at + 1 + prefix.len, s.len);
	out->digest = ov_str_sub(s, at + 1, s.len);
	if (!ov_str_starts(out->digest, prefix) || digits.len != 64)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		if (ov_hex_value(digits.ptr[i]) < 0 || ov_is_upper(digits.ptr[i]))
			return false;
	}
	if (!read_tag(base, out) && !read_repository(base, out))
		return false;
	/* The tag beside a digest counts only as it is written. */
	size_t colon = last_of(base, ':'), slash = last_of(base, '/');
	out->tag = colon == SIZE_MAX || (slash != SIZE_MAX && colon < slash)
			   ? OV_STR("")
			   : ov_str_sub(base, colon + 1, base.len);
	return true;
}

static bool read(struct ov_str s, struct reference *out)
{
	*out = (struct reference){0};
	return read_tag(s, out) || read_digest(s, out);
}

static struct reference parts(struct ov_value v)
{
	struct reference r;
	read(v.opaque->text, &r);
	return r;
}

static struct ov_value make_image(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct reference r;
	(void)n;
	struct ov_str s = ov_string(a[0]);
	if (!read(s, &r))
		return ov_eval_fail(ev, at, "could not parse reference: %.*s", OV_STR_ARG(s));
	return ov_function_opaque(ev, image_type, s, OV_STR(""), NULL);
}

static struct ov_value is_image(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct reference r;
	(void)ev, (void)at, (void)n;
	return ov_value_bool(read(ov_string(a[0]), &r));
}

static struct ov_value repository(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct reference r = parts(a[0]);
	(void)at, (void)n;
	if (ov_str_is(r.registry, "index.docker.io") &&
		ov_str_chr(r.repository, '/') == SIZE_MAX)
		return ov_value_string(
			ov_str_fmt(ev->arena, "library/%.*s", OV_STR_ARG(r.repository)));
	return ov_value_string(r.repository);
}

static struct ov_value identifier(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct reference r = parts(a[0]);
	(void)at, (void)n;
	if (r.digest.len && r.tag.len)
		return ov_value_string(ov_str_fmt(
			ev->arena, "%.*s@%.*s", OV_STR_ARG(r.tag), OV_STR_ARG(r.digest)));
	return ov_value_string(r.digest.len ? r.digest : r.tag);
}

static struct ov_value with_separator(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	struct reference r = parts(a[0]);
	(void)at, (void)n;
	return ov_value_string(ov_str_fmt(ev->arena, "%c%.*s", r.digest.len ? '@' : ':',
		OV_STR_ARG(r.digest.len ? r.digest : r.tag)));
}

OV_FUNCTION(registry, ov_value_string(parts(a[0]).registry))
OV_FUNCTION(tag, ov_value_string(parts(a[0]).tag))
OV_FUNCTION(digest, ov_value_string(parts(a[0]).digest))
OV_FUNCTION(contains_digest, ov_value_bool(parts(a[0]).digest.len > 0))

static const struct ov_function items[] = {
	{.signature = "image(string) kyverno.image", .fn = make_image},
	{.signature = "parseImageReference(string) kyverno.image", .fn = make_image},
	{.signature = "isImage(string) bool", .fn = is_image},
	{.signature = "kyverno.image#registry() string", .fn = registry},
	{.signature = "kyverno.image#repository() string", .fn = repository},
	{.signature = "kyverno.image#tag() string", .fn = tag},
	{.signature = "kyverno.image#digest() string", .fn = digest},
	{.signature = "kyverno.image#identifier() string", .fn = identifier},
	{.signature = "kyverno.image#identifierWithSeparator() string", .fn = with_separator},
	{.signature = "kyverno.image#containsDigest() bool", .fn = contains_digest},
};

struct ov_function_table ov_functions_image(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
