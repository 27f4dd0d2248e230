/* uri: identifiers of the web, templates of them, and pointers into JSON. Layer: lang. */
#include "lang/uri.h"

#include "lang/ascii.h"
#include "lang/ip.h"
#include "lang/secret.h"

static bool is_unreserved(char c)
{
	return ov_is_alnum(c) || ov_is_one_of(c, "-._~");
}

static bool is_sub_delimiter(char c)
{
	return ov_is_one_of(c, "!$&'()*+,;=");
}

static bool is_percent(struct ov_str s, size_t i)
{
	return ov_byte(s, i) == '%' && s.len - i >= 3 && ov_hex_value(s.ptr[i + 1]) >= 0 &&
	       ov_hex_value(s.ptr[i + 2]) >= 0;
}

static bool is_private(int32_t c)
{
	return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
}

/** Code points of ucschar (RFC 3987, section 2.2); `private_too` adds iprivate. */
static bool is_iri_char(int32_t c, bool private_too)
{
	if (c < 0xa0 || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) ||
		(c >= 0xfff0 && c <= 0xffff) || (c >= 0xe0000 && c < 0xe1000))
		return false;
	return private_too || !is_private(c);
}

/** Whether all is unreserved, percent-encoded, a sub-delimiter or one of `also`. */
static bool is_made_of(struct ov_str s, const char *also, unsigned flags, bool private_too)
{
	for (size_t i = 0; i < s.len;) {
		char c = s.ptr[i];
		if ((unsigned char)c >= 0x80) {
			if (!(flags & OV_URI_UNICODE) ||
				!is_iri_char(ov_utf8_next(s, &i), private_too))
				return false;
		} else if (c == '%') {
			if (!is_percent(s, i))
				return false;
			i += 3;
		} else if (is_unreserved(c) || is_sub_delimiter(c) || ov_is_one_of(c, also)) {
			i++;
		} else {
			return false;
		}
	}
	return true;
}

/** The content of [brackets]: IPv6 or IPvFuture. */
static bool is_ip_literal(struct ov_str s)
{
	struct ov_ip ip;
	if (ov_to_lower(ov_byte(s, 0)) != 'v')
		return ov_ip_parse(s, OV_IP_MAPPED, &ip, NULL) && ip.family == 6;
	size_t dot = ov_str_chr(s, '.');
	if (dot == SIZE_MAX || dot < 2 || dot + 1 == s.len)
		return false;
	for (size_t i = 1; i < dot; i++)
		if (ov_hex_value(s.ptr[i]) < 0)
			return false;
	for (size_t i = dot + 1; i < s.len; i++)
		if (!is_unreserved(s.ptr[i]) && !is_sub_delimiter(s.ptr[i]) && s.ptr[i] != ':')
			return false;
	return true;
}

static const char *authority_fault(struct ov_str s, unsigned flags, struct ov_uri *u)
{
	size_t at = ov_str_chr(s, '@');
	if (at != SIZE_MAX) {
		u->userinfo = ov_str_sub(s, 0, at);
		s = ov_str_sub(s, at + 1, s.len);
		if (!is_made_of(u->userinfo, ":", flags, false))
			return "has a wrong character before '@'; write it percent-encoded";
	}
	size_t end;
	if (ov_byte(s, 0) == '[') {
		end = ov_str_chr(s, ']');
		if (end == SIZE_MAX || !is_ip_literal(ov_str_sub(s, 1, end)))
			return "has no IPv6 address between '[' and ']'";
		end++;
	} else {
		end = ov_str_chr(s, ':');
		if (end == SIZE_MAX)
			end = s.len;
		if (!is_made_of(ov_str_sub(s, 0, end), "", flags, false))
			return "has a wrong character in its host";
	}
	u->host = ov_str_sub(s, 0, end);
	u->port = ov_str_sub(s, end + 1, s.len);
	if (end < s.len && s.ptr[end] != ':')
		return "has something between its host and the path";
	for (size_t i = 0; i < u->port.len; i++)
		if (!ov_is_digit(u->port.ptr[i]))
			return "has a port that is no number";
	return NULL;
}

/** Takes the part behind the first `c` off the end. */
static struct ov_str cut(struct ov_str *s, char c)
{
	size_t at = ov_str_chr(*s, c);
	struct ov_str behind = ov_str_sub(*s, at == SIZE_MAX ? s->len : at + 1, s->len);
	*s = ov_str_sub(*s, 0, at);
	return behind;
}

static size_t scheme_length(struct ov_str s)
{
	size_t i = 0;
	if (!ov_is_alpha(ov_byte(s, 0)))
		return 0;
	while (ov_is_alnum(ov_byte(s, i)) || ov_is_one_of(ov_byte(s, i), "+-."))
		i++;
	return ov_byte(s, i) == ':' ? i : 0;
}

const char *ov_uri_fault(struct ov_str s, unsigned flags, struct ov_uri *out)
{
	struct ov_uri unused, *u = out ? out : &unused;
	*u = (struct ov_uri){0};
	u->fragment = cut(&s, '#');
	u->query = cut(&s, '?');
	size_t scheme = scheme_length(s);
	if (scheme > 0) {
		u->scheme = ov_str_sub(s, 0, scheme);
		s = ov_str_sub(s, scheme + 1, s.len);
	} else if (!(flags & OV_URI_RELATIVE)) {
		return "has no scheme; write one with a colon, such as https://example.com";
	}
	if (ov_str_starts(s, OV_STR("//"))) {
		size_t end = 2;
		while (end < s.len && s.ptr[end] != '/')
			end++;
		u->has_authority = true;
		const char *fault = authority_fault(ov_str_sub(s, 2, end), flags, u);
		if (fault)
			return fault;
		s = ov_str_sub(s, end, s.len);
	}
	u->path = s;
	if (!is_made_of(s, ":@/", flags, false))
		return "has a character that a path may not have; write it percent-encoded, "
		       "such as "
		       "%20 for a blank";
	if (scheme == 0 && !u->has_authority) {
		size_t at = 0;
		if (ov_str_chr(ov_part(s, &at, '/'), ':') != SIZE_MAX)
			return "has a colon in its first part and no scheme before it; write "
			       "./ before "
			       "it";
	}
	if (!is_made_of(u->query, ":@/?", flags, true) ||
		!is_made_of(u->fragment, ":@/?", flags, false))
		return "has a character that a query or fragment may not have; write it "
		       "percent-encoded";
	return NULL;
}

/** A variable with its modifier, as RFC 6570, section 2.3 and 2.4. */
static bool is_variable(struct ov_str s)
{
	size_t i = 0;
	bool dot = true;
	if (s.len > 0 && s.ptr[s.len - 1] == '*')
		s.len--;
	for (; i < s.len && s.ptr[i] != ':'; dot = s.ptr[i - 1] == '.') {
		if (s.ptr[i] == '.' && dot)
			return false;
		if (is_percent(s, i))
			i += 3;
		else if (ov_is_alnum(s.ptr[i]) || s.ptr[i] == '_' || s.ptr[i] == '.')
			i++;
		else
			return false;
	}
	if (dot)
		return false;
	if (i == s.len)
		return true;
	size_t count = s.len - ++i;
	if (count < 1 || count > 4 || s.ptr[i] == '0')
		return false;
	for (; i < s.len; i++)
		if (!ov_is_digit(s.ptr[i]))
			return false;
	return true;
}

static bool is_expression(struct ov_str s)
{
	if (s.len > 0 && ov_is_one_of(s.ptr[0], "+#./;?&"))
		s = ov_str_sub(s, 1, s.len);
	for (size_t at = 0; at <= s.len;) {
		struct ov_str variable = ov_part(s, &at, ',');
		/* Prefix and explode exclude each other. */
		if (ov_str_chr(variable, ':') != SIZE_MAX &&
			ov_str_chr(variable, '*') != SIZE_MAX)
			return false;
		if (!is_variable(variable))
			return false;
	}
	return true;
}

const char *ov_uri_template_fault(struct ov_str s)
{
	for (size_t i = 0; i < s.len;) {
		char c = s.ptr[i];
		if (c == '{') {
			size_t from = i + 1;
			while (i < s.len && s.ptr[i] != '}')
				i++;
			if (i == s.len)
				return "has a '{' without its '}'";
			if (!is_expression(ov_str_sub(s, from, i)))
				return "has a wrong expression; write variables such as "
				       "{name}, {a,b}, "
				       "{?query} or {name:3}";
			i++;
		} else if ((unsigned char)c >= 0x80) {
			if (!is_iri_char(ov_utf8_next(s, &i), true))
				return "has a character that a template may not have";
		} else if (c == '%') {
			if (!is_percent(s, i))
				return "has a '%' without two hexadecimal digits behind it";
			i += 3;
		} else {
			if (c <= ' ' || c == 0x7f || ov_is_one_of(c, "\"<>\\^`|}"))
				return "has a character that a template may not have; write it "
				       "percent-encoded";
			i++;
		}
	}
	return NULL;
}

const char *ov_uri_pointer_fault(struct ov_str s)
{
	if (s.len > 0 && s.ptr[0] != '/')
		return "is no JSON pointer; begin with '/', or write nothing for the whole";
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '~' && ov_byte(s, i + 1) != '0' && ov_byte(s, i + 1) != '1')
			return "has a '~' alone; write ~0 for '~' and ~1 for '/'";
	return NULL;
}

const char *ov_uri_relative_pointer_fault(struct ov_str s)
{
	static const char fault[] =
		"is no relative JSON pointer; write a number without leading "
		"zeros, then '#' or a pointer such as /name";
	size_t at = 0;
	while (ov_is_digit(ov_byte(s, at)))
		at++;
	if (at == 0 || (at > 1 && s.ptr[0] == '0'))
		return fault;
	struct ov_str rest = ov_str_sub(s, at, s.len);
	if (ov_str_is(rest, "#"))
		return NULL;
	if (rest.len > 0 && rest.ptr[0] != '/')
		return fault;
	return ov_uri_pointer_fault(rest);
}

/** user@host:path, as scp and Git take it. */
static const char *scp_fault(struct ov_str s)
{
	static const char fault[] =
		"is no address of a Git repository; write https://host/path, "
		"ssh://user@host/path or user@host:path";
	size_t at = ov_str_chr(s, '@'), colon = ov_str_chr(s, ':');
	if (at == SIZE_MAX || at == 0 || colon == SIZE_MAX || colon < at + 2 ||
		colon + 1 == s.len)
		return fault;
	for (size_t i = 0; i < s.len; i++)
		if (i == at || i == colon)
			continue;
		else if (i < colon ? !ov_is_alnum(s.ptr[i]) && !ov_is_one_of(s.ptr[i], "-._")
				   : (unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 0x7f)
			return fault;
	if (s.ptr[0] == '-' || s.ptr[at + 1] == '-')
		return fault;
	return NULL;
}

const char *ov_uri_git_fault(struct ov_str s)
{
	struct ov_uri u;
	if (ov_str_find(s, OV_STR("://"), 0) == SIZE_MAX)
		return scp_fault(s);
	const char *fault = ov_uri_fault(s, 0, &u);
	if (fault)
		return fault;
	if (!ov_str_is(u.scheme, "https") && !ov_str_is(u.scheme, "ssh"))
		return "has a scheme other than https and ssh";
	if (u.host.len == 0 || u.host.ptr[0] == '-')
		return "has no host; write https://host/path";
	if (ov_str_chr(u.userinfo, ':') != SIZE_MAX || ov_secret_text(u.userinfo))
		return "has a password or token before '@'; leave it out and refer to a Secret";
	if (u.path.len < 2)
		return "has no path to a repository behind its host";
	if (ov_str_chr(s, '?') != SIZE_MAX || ov_str_chr(s, '#') != SIZE_MAX)
		return "has a query or fragment, which no repository has";
	return NULL;
}

const char *ov_uri_git_ref_fault(struct ov_str s)
{
	if (s.len == 0)
		return "must not be empty";
	if (ov_str_is(s, "@") || s.ptr[0] == '-')
		return "must not be \"@\" and not begin with '-'";
	if (s.ptr[s.len - 1] == '.')
		return "must not end with a dot";
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] <= ' ' || ov_is_one_of(s.ptr[i], "~^:?*[\\\x7f"))
			return "must not contain blanks, control characters or any of ~ ^ : ? "
			       "* [ \\";
		if ((s.ptr[i] == '.' && ov_byte(s, i + 1) == '.') ||
			(s.ptr[i] == '@' && ov_byte(s, i + 1) == '{'))
			return "must not contain \"..\" or \"@{\"";
	}
	for (size_t at = 0; at <= s.len;) {
		struct ov_str part = ov_part(s, &at, '/');
		if (part.len == 0 || part.ptr[0] == '.' || ov_str_ends(part, OV_STR(".lock")))
			return "must have parts between '/' that are not empty, do not begin "
			       "with a "
			       "dot and do not end with .lock";
	}
	return NULL;
}
