/*
 * api_format: the formats of strings that the API server checks. Layer: schema.
 *
 * Source: k8s.io/kube-openapi, pkg/validation/strfmt, by way of the list in
 * k8s.io/apiextensions-apiserver, pkg/apiserver/validation/formats.go. A format that is not
 * listed there is not checked. Names are compared without dashes.
 */
#include "schema/api_internal.h"

#include "expr/functions.h"
#include "lang/ascii.h"
#include "lang/base64.h"
#include "lang/datetime.h"
#include "lang/duration.h"
#include "lang/ip.h"
#include "lang/name.h"
#include "lang/quantity.h"

static bool digits(struct ov_str s, size_t from, size_t count)
{
	if (from + count > s.len)
		return false;
	for (size_t i = from; i < from + count; i++) {
		if (!ov_is_digit(s.ptr[i]))
			return false;
	}
	return true;
}

static bool is_any(struct ov_str s)
{
	(void)s;
	return true;
}

static bool is_uri(struct ov_str s)
{
	return !ov_function_url_fault(s);
}

/* An address as Go's net/mail reads it: bare, or in angle brackets behind a name. */
static bool is_email(struct ov_str s)
{
	s = ov_str_trim(s);
	size_t open = ov_str_chr(s, '<');
	if (open != SIZE_MAX && s.ptr[s.len - 1] == '>')
		s = ov_str_sub(s, open + 1, s.len - 1);
	return !ov_name_email_fault(s, true);
}

static bool is_host_char(uint32_t cp)
{
	return cp > 127 || ov_is_alnum((char)cp);
}

static bool is_hostname(struct ov_str s)
{
	if (!s.len || s.len > 255)
		return false;
	size_t labels = 0;
	for (size_t at = 0; at <= s.len; labels++) {
		struct ov_str label = ov_part(s, &at, '.');
		bool last = at > s.len;
		if (label.len > 63)
			return false;
		if (!label.len)
			return last && labels > 0;
		for (size_t i = 0; i < label.len;) {
			size_t from = i;
			int32_t cp = ov_utf8_next(label, &i);
			bool dash = cp == '-' && from > 0 && i < label.len;
			if (cp < 0 || (!dash && !is_host_char((uint32_t)cp)))
				return false;
			if (last && labels > 0 && (cp == '-' || ov_is_digit((char)cp)))
				return false;
		}
		if (last && labels > 0 && label.len < 2)
			return false;
	}
	return true;
}

/* Go reads an IPv4 address of old with zeros in front of its numbers, which Kubernetes keeps.
 */
static struct ov_str without_zeros(struct ov_str s, char room[64])
{
	size_t n = 0;
	if (s.len > 63 || ov_str_chr(s, ':') != SIZE_MAX)
		return s;
	for (size_t i = 0; i < s.len; i++) {
		bool leading = s.ptr[i] == '0' && (i == 0 || s.ptr[i - 1] == '.') &&
			       i + 1 < s.len && ov_is_digit(s.ptr[i + 1]);
		size_t k = i;
		while (leading && k + 1 < s.len && s.ptr[k] == '0' && ov_is_digit(s.ptr[k + 1]))
			k++;
		i = k;
		room[n++] = s.ptr[i];
	}
	return ov_str_n(room, n);
}

static bool is_ipv4(struct ov_str s)
{
	char room[64];
	struct ov_ip ip;
	if (ov_str_chr(s, '.') == SIZE_MAX)
		return false;
	return ov_ip_parse(without_zeros(s, room), OV_IP_MAPPED, &ip, NULL);
}

static bool is_ipv6(struct ov_str s)
{
	struct ov_ip ip;
	return ov_str_chr(s, ':') != SIZE_MAX && ov_ip_parse(s, OV_IP_MAPPED, &ip, NULL);
}

static bool is_cidr(struct ov_str s)
{
	char room[64];
	struct ov_ip net;
	size_t slash = ov_str_chr(s, '/');
	if (slash == SIZE_MAX || slash > 40 || s.len - slash > 4)
		return false;
	struct ov_str address = without_zeros(ov_str_sub(s, 0, slash), room);
	char whole[64];
	int n = snprintf(whole, sizeof(whole), "%.*s%.*s", OV_STR_ARG(address),
		(int)(s.len - slash), s.ptr + slash);
	return ov_cidr_parse(ov_str_n(whole, (size_t)n), OV_IP_MAPPED, &net, NULL);
}

/* 6, 8 or 20 bytes as Go's net.ParseMAC reads them. */
static bool is_mac(struct ov_str s)
{
	bool dots = ov_byte(s, 4) == '.';
	size_t group = dots ? 4 : 2;
	char mark = dots ? '.' : ov_byte(s, 2);
	size_t bytes = dots ? (s.len + 1) / 5 * 2 : (s.len + 1) / 3;
	if ((!dots && mark != ':' && mark != '-') ||
		(bytes != 6 && bytes != 8 && bytes != 20) || (s.len + 1) % (group + 1))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		bool between = i % (group + 1) == group;
		if (between ? s.ptr[i] != mark : ov_hex_value(s.ptr[i]) < 0)
			return false;
	}
	return true;
}

/* Hexadecimal digits 8-4-4-4-12 with dashes or without; `version` is a digit, or 0. */
static bool is_uuid_of(struct ov_str s, char version)
{
	static const size_t parts[] = {8, 4, 4, 4, 12};
	size_t at = 0;
	for (size_t p = 0; p < OV_COUNT(parts); p++) {
		if (p && ov_byte(s, at) == '-')
			at++;
		if (p == 2 && version && ov_byte(s, at) != version)
			return false;
		if (p == 3 && version > '3' && !ov_is_one_of(ov_byte(s, at), "89abAB"))
			return false;
		for (size_t i = 0; i < parts[p]; i++, at++) {
			if (ov_hex_value(ov_byte(s, at)) < 0)
				return false;
		}
	}
	return at == s.len;
}

static bool is_uuid(struct ov_str s)
{
	return is_uuid_of(s, 0);
}

static bool is_uuid3(struct ov_str s)
{
	return is_uuid_of(s, '3');
}

static bool is_uuid4(struct ov_str s)
{
	return is_uuid_of(s, '4');
}

static bool is_uuid5(struct ov_str s)
{
	return is_uuid_of(s, '5');
}

static bool is_hex_id(struct ov_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (ov_hex_value(s.ptr[i]) < 0)
			return false;
	}
	return s.len == 24;
}

/* The digits of a text without blanks and dashes; SIZE_MAX for any other byte. */
static size_t bare_digits(struct ov_str s, char out[20], bool last_x)
{
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == ' ' || s.ptr[i] == '-')
			continue;
		bool x = last_x && n == 9 && s.ptr[i] == 'X';
		if (n == 20 || (!ov_is_digit(s.ptr[i]) && !x))
			return SIZE_MAX;
		out[n++] = x ? 10 : (char)(s.ptr[i] - '0');
	}
	return n;
}

static bool is_isbn10(struct ov_str s)
{
	char d[20];
	int sum = 0;
	if (bare_digits(s, d, true) != 10)
		return false;
	for (int i = 0; i < 10; i++)
		sum += (i + 1) * d[i];
	return sum % 11 == 0;
}

static bool is_isbn13(struct ov_str s)
{
	char d[20];
	int sum = 0;
	if (bare_digits(s, d, false) != 13)
		return false;
	for (int i = 0; i < 13; i++)
		sum += (i % 2 ? 3 : 1) * d[i];
	return sum % 10 == 0;
}

static bool is_isbn(struct ov_str s)
{
	return is_isbn10(s) || is_isbn13(s);
}

/* Digits with a right last one (Luhn); whose numbers they are is not looked at. */
static bool is_creditcard(struct ov_str s)
{
	char d[20];
	size_t n = bare_digits(s, d, false);
	int sum = 0;
	if (n == SIZE_MAX || n < 13 || n > 16)
		return false;
	for (size_t i = 0; i < n; i++) {
		int digit = d[n - 1 - i] * (i % 2 ? 2 : 1);
		sum += digit > 9 ? digit - 9 : digit;
	}
	return sum % 10 == 0;
}

static bool is_ssn(struct ov_str s)
{
	size_t at = 3;
	if (!digits(s, 0, 3))
		return false;
	at += ov_is_one_of(ov_byte(s, at), "- ");
	if (!digits(s, at, 2))
		return false;
	at += 2;
	at += ov_is_one_of(ov_byte(s, at), "- ");
	return digits(s, at, 4) && s.len == at + 4;
}

static bool is_hexcolor(struct ov_str s)
{
	size_t from = ov_byte(s, 0) == '#';
	for (size_t i = from; i < s.len; i++) {
		if (ov_hex_value(s.ptr[i]) < 0)
			return false;
	}
	return s.len - from == 3 || s.len - from == 6;
}

static bool is_rgbcolor(struct ov_str s)
{
	if (!ov_str_starts(s, OV_STR("rgb(")) || !ov_str_ends(s, OV_STR(")")))
		return false;
	struct ov_str inner = ov_str_sub(s, 4, s.len - 1);
	size_t count = 0;
	for (size_t at = 0; at <= inner.len; count++) {
		struct ov_str part = ov_str_trim(ov_part(inner, &at, ','));
		if (part.len < 1 || part.len > 3 || !digits(part, 0, part.len) ||
			(part.len == 3 && ov_str_cmp(part, OV_STR("255")) > 0) ||
			(part.len > 1 && part.ptr[0] == '0'))
			return false;
	}
	return count == 3;
}

static bool is_date(struct ov_str s)
{
	return !ov_datetime_date_fault(s);
}

static bool is_datetime(struct ov_str s)
{
	size_t t = ov_str_chr(s, 't');
	if (t == SIZE_MAX)
		t = ov_str_chr(s, 'T');
	if (t == SIZE_MAX || !is_date(ov_str_sub(s, 0, t)))
		return false;
	struct ov_str time = ov_str_sub(s, t + 1, s.len);
	if (!digits(time, 0, 2) || !digits(time, 3, 2) || !digits(time, 6, 2) ||
		ov_byte(time, 2) != ':' || ov_byte(time, 5) != ':' ||
		ov_str_cmp(ov_str_sub(time, 0, 2), OV_STR("23")) > 0 || time.ptr[3] > '5' ||
		time.ptr[6] > '5')
		return false;
	size_t at = 8;
	/* Any byte may stand before the fraction of a second. */
	if (at + 1 < time.len && ov_is_digit(time.ptr[at + 1]) && time.ptr[at] != '+' &&
		time.ptr[at] != '-') {
		at++;
		while (ov_is_digit(ov_byte(time, at)))
			at++;
	}
	if (at + 1 == time.len)
		return ov_to_lower(time.ptr[at]) == 'z';
	return at + 6 == time.len && ov_is_one_of(time.ptr[at], "+-") &&
	       digits(time, at + 1, 2) && time.ptr[at + 3] == ':' && digits(time, at + 4, 2);
}

static int64_t unit_of(struct ov_str unit)
{
	static const struct {
		const char *name;
		bool prefix;
		int64_t nanoseconds;
	} units[] = {{"ns", false, 1}, {"nano", true, 1}, {"us", false, 1000},
		{"\xc2\xb5s", false, 1000}, {"micro", true, 1000}, {"ms", false, 1000000},
		{"milli", true, 1000000}, {"s", false, 1000000000}, {"sec", true, 1000000000},
		{"m", false, 60000000000}, {"min", true, 60000000000},
		{"h", false, 3600000000000}, {"hr", false, 3600000000000},
		{"hour", true, 3600000000000}, {"d", false, 86400000000000},
		{"day", true, 86400000000000}, {"w", false, 604800000000000},
		{"wk", false, 604800000000000}, {"week", true, 604800000000000}};
	for (size_t i = 0; i < OV_COUNT(units); i++) {
		size_t len = strlen(units[i].name);
		struct ov_str begin =
			units[i].prefix && unit.len > len ? ov_str_sub(unit, 0, len) : unit;
		if (ov_is_word(begin, units[i].name))
			return units[i].nanoseconds;
	}
	return 0;
}

bool ov_api_duration(struct ov_str s, int64_t *out)
{
	if (ov_duration_parse(s, out, NULL))
		return true;
	/* Numbers with units, wherever they stand; all else is passed over. */
	bool found = false;
	uint64_t sum = 0;
	for (size_t i = 0; i < s.len;) {
		uint64_t n = 0;
		size_t from = i;
		while (ov_is_digit(ov_byte(s, i))) {
			if (n > (uint64_t)INT64_MAX / 10)
				return false;
			n = n * 10 + (uint64_t)(s.ptr[i++] - '0');
		}
		if (i == from) {
			i++;
			continue;
		}
		while (ov_is_one_of(ov_byte(s, i), " \t\r\n\f\v"))
			i++;
		size_t unit = i;
		while (ov_is_alpha(ov_byte(s, i)) || ov_byte(s, i) == '\xc2' ||
			ov_byte(s, i) == '\xb5')
			i++;
		int64_t each = unit_of(ov_str_sub(s, unit, i));
		found = found || each;
		sum += n * (uint64_t)each;
	}
	*out = (int64_t)sum;
	return found;
}

static bool is_duration(struct ov_str s)
{
	int64_t nanoseconds;
	return ov_api_duration(s, &nanoseconds);
}

bool ov_api_time(struct ov_str s, bool date, int64_t *seconds, int32_t *nanoseconds)
{
	char room[16 + 32];
	struct ov_datetime at;
	if (date && (s.len != 10 || !is_date(s)))
		return false;
	bool local = !date && s.len == 19;
	if (date || local) {
		int n = snprintf(
			room, sizeof(room), "%.*s%s", OV_STR_ARG(s), date ? "T00:00:00Z" : "Z");
		s = ov_str_n(room, (size_t)n);
	}
	if (!ov_datetime_parse(s, &at, NULL) || at.leap || at.lower)
		return false;
	*seconds = at.seconds;
	*nanoseconds = at.nanoseconds;
	return true;
}

static bool is_short_name(struct ov_str s)
{
	return !ov_name_label_fault(s);
}

static bool is_long_name(struct ov_str s)
{
	return !ov_name_subdomain_fault(s);
}

static bool is_quantity(struct ov_str s)
{
	struct ov_quantity q;
	return ov_quantity_parse(s, &q, NULL);
}

static const struct ov_api_format formats[] = {
	{"int32", NULL, "a whole number from -2147483648 to 2147483647"},
	{"int64", NULL, "a whole number of 64 bits"},
	{"uint32", NULL, "a whole number from 0 to 4294967295"},
	{"uint64", NULL, "a whole number of 64 bits from 0"},
	{"float", NULL, "a number of single precision"},
	{"float32", NULL, "a number of single precision"},
	{"bsonobjectid", is_hex_id, "24 hexadecimal digits"},
	{"uri", is_uri, "a URI such as https://example.org/path"},
	{"email", is_email, "an e-mail address"},
	{"hostname", is_hostname, "a host name"},
	{"ipv4", is_ipv4, "an IPv4 address"},
	{"ipv6", is_ipv6, "an IPv6 address"},
	{"cidr", is_cidr, "a network such as 10.0.0.0/8"},
	{"mac", is_mac, "a hardware address such as 02:00:00:00:00:01"},
	{"uuid", is_uuid, "a UUID"},
	{"uuid3", is_uuid3, "a UUID of version 3"},
	{"uuid4", is_uuid4, "a UUID of version 4"},
	{"uuid5", is_uuid5, "a UUID of version 5"},
	{"isbn", is_isbn, "an ISBN"},
	{"isbn10", is_isbn10, "an ISBN of 10 digits"},
	{"isbn13", is_isbn13, "an ISBN of 13 digits"},
	{"creditcard", is_creditcard, "the number of a credit card"},
	{"ssn", is_ssn, "a number such as 123-45-6789"},
	{"hexcolor", is_hexcolor, "a colour such as #FF00AA"},
	{"rgbcolor", is_rgbcolor, "a colour such as rgb(255,0,170)"},
	{"byte", ov_base64_is, "base64"},
	{"password", is_any, ""},
	{"date", is_date, "a date such as 2026-01-31"},
	{"duration", is_duration, "a duration such as 1h30m"},
	{"datetime", is_datetime, "a time such as 2026-01-31T12:00:00Z"},
	{"k8sshortname", is_short_name,
		"up to 63 of a-z, 0-9 and '-', with a letter or digit at both ends"},
	{"k8slongname", is_long_name,
		"such names with dots between them, up to 253 characters"},
	{"quantity", is_quantity, "a quantity such as 500m or 4Gi"},
};

const struct ov_api_format *ov_api_format_find(struct ov_str name)
{
	char room[32];
	size_t n = 0;
	for (size_t i = 0; i < name.len; i++) {
		if (n == sizeof(room))
			return NULL;
		if (name.ptr[i] != '-')
			room[n++] = name.ptr[i];
	}
	for (size_t i = 0; i < OV_COUNT(formats); i++) {
		if (ov_str_is(ov_str_n(room, n), formats[i].name))
			return &formats[i];
	}
	return NULL;
}
