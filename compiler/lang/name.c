/* name: the names that Kubernetes allows. Layer: lang. */
#include "lang/name.h"

#include "lang/ascii.h"
#include "lang/idna.h"
#include "lang/ip.h"

static bool is_low(char c)
{
	return ov_is_lower(c) || ov_is_digit(c);
}

/** Whether it is one or more of a-z, 0-9 and '-', with no '-' at the ends. */
static bool is_label(struct ov_str s)
{
	if (s.len == 0 || !is_low(s.ptr[0]) || !is_low(s.ptr[s.len - 1]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_low(s.ptr[i]) && s.ptr[i] != '-')
			return false;
	return true;
}

const char *ov_name_label_fault(struct ov_str s)
{
	if (s.len == 0)
		return "must not be empty";
	if (s.len > 63)
		return "must be no longer than 63 characters";
	if (!is_label(s))
		return "must be lower case letters, digits and '-', and begin and end with a "
		       "letter "
		       "or digit";
	return NULL;
}

const char *ov_name_subdomain_fault(struct ov_str s)
{
	if (s.len == 0)
		return "must not be empty";
	if (s.len > 253)
		return "must be no longer than 253 characters";
	for (size_t at = 0; at <= s.len;)
		if (!is_label(ov_part(s, &at, '.')))
			return "must be lower case letters, digits, '-' and '.', and each part "
			       "between "
			       "dots must begin and end with a letter or digit";
	return NULL;
}

const char *ov_name_1035_fault(struct ov_str s)
{
	if (s.len == 0)
		return "must not be empty";
	if (s.len > 63)
		return "must be no longer than 63 characters";
	if (!is_label(s) || !ov_is_lower(s.ptr[0]))
		return "must be lower case letters, digits and '-', begin with a letter, and "
		       "end with "
		       "a letter or digit";
	return NULL;
}

const char *ov_name_object_fault(struct ov_str s)
{
	if (s.len == 0)
		return "must not be empty";
	if (s.len > 253)
		return "must be no longer than 253 characters";
	if (ov_str_is(s, ".") || ov_str_is(s, ".."))
		return "must not be \".\" or \"..\"";
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '/' || s.ptr[i] == '%')
			return "must not contain '/' or '%'";
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f)
			return "must not contain control characters";
	}
	return NULL;
}

/** Letters, digits, '-', '_' and '.', with a letter or digit at both ends. */
static bool is_qualified_part(struct ov_str s)
{
	if (s.len == 0 || !ov_is_alnum(s.ptr[0]) || !ov_is_alnum(s.ptr[s.len - 1]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!ov_is_alnum(s.ptr[i]) && !ov_is_one_of(s.ptr[i], "-_."))
			return false;
	return true;
}

static const char *key_fault(struct ov_str s, bool capitals)
{
	size_t slash = ov_str_chr(s, '/');
	if (slash != SIZE_MAX) {
		char lower[253];
		struct ov_str prefix = ov_str_sub(s, 0, slash);
		s = ov_str_sub(s, slash + 1, s.len);
		if (ov_str_chr(s, '/') != SIZE_MAX)
			return "must have at most one '/', between a DNS prefix and the name";
		if (prefix.len > sizeof(lower))
			return "must have a prefix no longer than 253 characters before '/'";
		if (capitals) {
			for (size_t i = 0; i < prefix.len; i++)
				lower[i] = ov_to_lower(prefix.ptr[i]);
			prefix.ptr = lower;
		}
		if (ov_name_subdomain_fault(prefix))
			return "must have a DNS name before '/': lower case letters, digits, "
			       "'-' and "
			       "'.', such as example.com/name";
	}
	if (s.len == 0)
		return slash == SIZE_MAX ? "must not be empty" : "must have a name behind '/'";
	if (s.len > 63)
		return slash == SIZE_MAX
			       ? "must be no longer than 63 characters"
			       : "must have a name no longer than 63 characters behind '/'";
	if (!is_qualified_part(s))
		return "must be letters, digits, '-', '_' and '.', and begin and end with a "
		       "letter or "
		       "digit; a DNS prefix with '/' may stand before it";
	return NULL;
}

const char *ov_name_label_key_fault(struct ov_str s)
{
	return key_fault(s, false);
}

const char *ov_name_annotation_key_fault(struct ov_str s)
{
	return key_fault(s, true);
}

const char *ov_name_label_value_fault(struct ov_str s)
{
	if (s.len > 63)
		return "must be no longer than 63 characters";
	if (s.len > 0 && !is_qualified_part(s))
		return "must be empty or letters, digits, '-', '_' and '.', and begin and end "
		       "with a "
		       "letter or digit";
	return NULL;
}

const char *ov_name_port_fault(struct ov_str s)
{
	static const char fault[] = "must be 1 to 15 lower case letters, digits and '-' with "
				    "at least one letter, no '-' at "
				    "the ends and no two '-' together";
	bool letter = false;
	if (s.len > 15 || !is_label(s))
		return fault;
	for (size_t i = 0; i < s.len; i++) {
		letter = letter || ov_is_lower(s.ptr[i]);
		if (s.ptr[i] == '-' && s.ptr[i + 1] == '-')
			return fault;
	}
	return letter ? NULL : fault;
}

static const char *host_fault(struct ov_str s, bool unicode)
{
	static const char fault[] = "must be labels of letters, digits and '-' with dots "
				    "between them, and each label must "
				    "begin and end with a letter or digit";
	if (s.len == 0)
		return "must not be empty";
	if (s.len > 253)
		return "must be no longer than 253 characters";
	for (size_t at = 0; at <= s.len;) {
		struct ov_str label = ov_part(s, &at, '.');
		if (label.len > 63)
			return "must have labels no longer than 63 characters between dots";
		if (label.len == 0 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
			return fault;
		for (size_t i = 0; i < label.len; i++)
			if (!ov_is_alnum(label.ptr[i]) && label.ptr[i] != '-' &&
				!(unicode && (unsigned char)label.ptr[i] >= 0x80))
				return fault;
		/* RFC 5891, section 4.2.3.1: such labels are kept for encodings. */
		if (label.len < 4 || label.ptr[2] != '-' || label.ptr[3] != '-')
			continue;
		if (!ov_is_word(ov_str_sub(label, 0, 2), "xn"))
			return "must not have \"--\" as third and fourth character of a label, "
			       "except "
			       "as xn--";
		const char *why = ov_idna_fault(ov_str_sub(label, 4, label.len));
		if (why)
			return why;
	}
	return NULL;
}

const char *ov_name_host_fault(struct ov_str s)
{
	return host_fault(s, false);
}

/** A byte of an atom (RFC 5322, section 3.2.3). */
static bool is_atext(char c, bool unicode)
{
	return ov_is_alnum(c) || ov_is_one_of(c, "!#$%&'*+-/=?^_`{|}~") ||
	       (unicode && (unsigned char)c >= 0x80);
}

static bool is_quoted_local(struct ov_str s, bool unicode)
{
	for (size_t i = 1; i + 1 < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c == '\\' && ++i + 1 < s.len)
			c = (unsigned char)s.ptr[i];
		else if (c == '"' || c == '\\')
			return false;
		if (c < ' ' || c == 0x7f || (c >= 0x80 && !unicode))
			return false;
	}
	return s.len >= 2 && s.ptr[s.len - 1] == '"';
}

static bool is_dot_atom(struct ov_str s, bool unicode)
{
	for (size_t at = 0; at <= s.len;) {
		struct ov_str atom = ov_part(s, &at, '.');
		if (atom.len == 0)
			return false;
		for (size_t i = 0; i < atom.len; i++)
			if (!is_atext(atom.ptr[i], unicode))
				return false;
	}
	return true;
}

/** Where the '@' behind the local part is: not one inside of quotes. */
static size_t find_at(struct ov_str s)
{
	bool quoted = ov_byte(s, 0) == '"';
	for (size_t i = quoted; i < s.len; i++) {
		if (quoted && s.ptr[i] == '\\')
			i++;
		else if (quoted && s.ptr[i] == '"')
			quoted = false;
		else if (!quoted && s.ptr[i] == '@')
			return i;
	}
	return SIZE_MAX;
}

static bool is_address_literal(struct ov_str s)
{
	struct ov_ip ip;
	s = ov_str_sub(s, 1, s.len - 1);
	if (s.len > 5 && ov_is_word(ov_str_sub(s, 0, 5), "ipv6:"))
		return ov_ip_parse(ov_str_sub(s, 5, s.len), OV_IP_MAPPED, &ip, NULL) &&
		       ip.family == 6;
	return ov_ip_parse(s, 0, &ip, NULL) && ip.family == 4;
}

const char *ov_name_email_fault(struct ov_str s, bool unicode)
{
	size_t at = find_at(s);
	if (at == SIZE_MAX)
		return "must be a mail address such as someone@example.com";
	struct ov_str local = ov_str_sub(s, 0, at), domain = ov_str_sub(s, at + 1, s.len);
	if (local.len > 64)
		return "must have no more than 64 bytes before '@'";
	if (unicode && !ov_utf8_valid(s, NULL))
		return "must be UTF-8";
	if (!(ov_byte(local, 0) == '"' ? is_quoted_local(local, unicode)
				       : is_dot_atom(local, unicode)))
		return "must have before '@' letters, digits and signs, single dots between "
		       "them, or "
		       "a text in double quotes";
	bool good =
		ov_byte(domain, 0) == '[' && domain.ptr[domain.len - 1] == ']' && domain.len > 2
			? is_address_literal(domain)
			: host_fault(domain, unicode) == NULL;
	return good ? NULL : "must have a host name, or an address in brackets, behind '@'";
}
