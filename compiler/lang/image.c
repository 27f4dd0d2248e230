/* image: references to container images. Layer: lang. */
#include "lang/image.h"

#include "lang/ascii.h"

static bool is_low(char c)
{
	return ov_is_lower(c) || ov_is_digit(c);
}

/** a-z and 0-9, and between them one '.', one or two '_', or any number of '-'. */
static bool is_component(struct ov_str s)
{
	if (s.len == 0 || !is_low(s.ptr[0]) || !is_low(s.ptr[s.len - 1]))
		return false;
	for (size_t i = 0; i < s.len;) {
		size_t from = i;
		char c = s.ptr[i];
		while (i < s.len && s.ptr[i] == c && !is_low(c))
			i++;
		size_t run = i - from;
		if (is_low(c))
			i++;
		else if ((c == '.' && run > 1) || (c == '_' && run > 2) ||
			 !ov_is_one_of(c, "._-") || !is_low(s.ptr[i]))
			return false;
	}
	return true;
}

static bool is_host(struct ov_str s)
{
	for (size_t at = 0; at <= s.len;) {
		struct ov_str label = ov_part(s, &at, '.');
		if (label.len == 0 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!ov_is_alnum(label.ptr[i]) && label.ptr[i] != '-')
				return false;
	}
	return true;
}

static bool is_registry(struct ov_str s)
{
	struct ov_str host, port;
	size_t end = 0;
	if (ov_byte(s, 0) == '[') {
		end = ov_str_chr(s, ']');
		if (end == SIZE_MAX || end == 1)
			return false;
		for (size_t i = 1; i < end; i++)
			if (ov_hex_value(s.ptr[i]) < 0 && s.ptr[i] != ':')
				return false;
		port = ov_str_sub(s, end + 1, s.len);
		host = ov_str_sub(s, 0, 0);
	} else {
		size_t colon = ov_str_chr(s, ':');
		host = ov_str_sub(s, 0, colon);
		port = ov_str_sub(s, colon, s.len);
		if (!is_host(host))
			return false;
	}
	if (port.len == 0)
		return true;
	for (size_t i = 1; i < port.len; i++)
		if (!ov_is_digit(port.ptr[i]))
			return false;
	return port.ptr[0] == ':' && port.len > 1;
}

/** Whether the first part of a name is a registry rather than part of the path. */
static bool looks_like_registry(struct ov_str s)
{
	if (ov_str_is(s, "localhost"))
		return true;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '.' || s.ptr[i] == ':' || ov_is_upper(s.ptr[i]))
			return true;
	return false;
}

static bool check_tag(struct ov_str s, const char **why)
{
	bool good = s.len > 0 && s.len <= 128 && s.ptr[0] != '.' && s.ptr[0] != '-';
	for (size_t i = 0; good && i < s.len; i++)
		good = ov_is_alnum(s.ptr[i]) || ov_is_one_of(s.ptr[i], "_.-");
	if (!good)
		return ov_because(why,
			"has a wrong tag; write up to 128 letters, digits, '_', '.' "
			"and '-' behind ':', the first a letter, digit or '_'");
	return true;
}

static bool check_digest(struct ov_str s, const char **why)
{
	static const struct {
		struct ov_str name;
		size_t length;
	} algorithms[] = {{OV_STR_INIT("sha256:"), 64}, {OV_STR_INIT("sha384:"), 96},
		{OV_STR_INIT("sha512:"), 128}};
	for (size_t i = 0; i < OV_COUNT(algorithms); i++) {
		if (!ov_str_starts(s, algorithms[i].name))
			continue;
		s = ov_str_sub(s, algorithms[i].name.len, s.len);
		bool good = s.len == algorithms[i].length;
		for (size_t j = 0; good && j < s.len; j++)
			good = ov_hex_value(s.ptr[j]) >= 0 && !ov_is_upper(s.ptr[j]);
		if (good)
			return true;
		return ov_because(why, "has a wrong digest; write 64 small hexadecimal digits "
				       "behind sha256: (96 for sha384, 128 for sha512)");
	}
	return ov_because(why,
		"has a digest of an unknown kind; write sha256: and 64 hexadecimal "
		"digits behind '@'");
}

bool ov_image_parse(struct ov_str s, struct ov_image *out, const char **why)
{
	*out = (struct ov_image){0};
	if (s.len == 0)
		return ov_because(why, "is empty; write an image such as "
				       "registry.example.com/team/app:1.2");
	size_t at = ov_str_chr(s, '@');
	struct ov_str name = ov_str_sub(s, 0, at);
	if (at != SIZE_MAX) {
		out->digest = ov_str_sub(s, at + 1, s.len);
		if (!check_digest(out->digest, why))
			return false;
	}
	size_t colon = name.len;
	while (colon > 0 && name.ptr[colon - 1] != ':' && name.ptr[colon - 1] != '/')
		colon--;
	if (colon > 0 && name.ptr[colon - 1] == ':') {
		out->tag = ov_str_sub(name, colon, name.len);
		name = ov_str_sub(name, 0, colon - 1);
		if (!check_tag(out->tag, why))
			return false;
	}
	out->path = name;
	size_t slash = ov_str_chr(name, '/');
	if (slash != SIZE_MAX && looks_like_registry(ov_str_sub(name, 0, slash))) {
		out->registry = ov_str_sub(name, 0, slash);
		out->path = ov_str_sub(name, slash + 1, name.len);
		if (!is_registry(out->registry))
			return ov_because(why,
				"has a wrong registry; write a host name with an "
				"optional port, such as registry.example.com:5000");
	}
	if (out->path.len > 255)
		return ov_because(why, "has a path longer than 255 characters");
	bool hex = out->path.len == 64 && s.len == 64;
	for (size_t i = 0; i < out->path.len; i++) {
		if (ov_is_upper(out->path.ptr[i]))
			return ov_because(
				why, "has capital letters in its path; write small ones");
		hex = hex && ov_hex_value(out->path.ptr[i]) >= 0;
	}
	if (hex)
		return ov_because(why,
			"is 64 hexadecimal digits, which mean an image's own number; "
			"write its name");
	for (size_t i = 0; i <= out->path.len;)
		if (!is_component(ov_part(out->path, &i, '/')))
			return ov_because(why, "has a wrong path; write parts with '/' between "
					       "them, each of a-z, "
					       "0-9 and single '.', '_' or '-' inside");
	return true;
}
