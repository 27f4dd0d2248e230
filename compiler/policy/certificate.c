/* certificate: X.509 certificates (RFC 5280) as x509.decode gives them. Layer: policy. */
#include "lang/base64.h"
#include "lang/ip.h"
#include "policy/functions.h"

/* Follows the fields of Go's crypto/x509 that Kyverno passes on, and their names. */

enum {
	TAG_BOOL = 0x01,
	TAG_INTEGER = 0x02,
	TAG_BITS = 0x03,
	TAG_OCTETS = 0x04,
	TAG_OID = 0x06,
	TAG_UTC_TIME = 0x17,
	TAG_GENERALIZED_TIME = 0x18,
	TAG_SEQUENCE = 0x30,
	TAG_SET = 0x31,
	/** A field by its number, plain and with parts. */
	TAG_FIELD = 0x80,
	TAG_PARTS = 0xa0,
};

/* What is read, and where its values are made. */
struct decoder {
	struct ov_eval *eval;
	struct ov_map_builder out;
};

static unsigned byte_of(struct ov_str s, size_t i)
{
	return (unsigned char)s.ptr[i];
}

/* Takes the next element from `*from`: its tag, its content, and all of it. */
static bool take(
	struct ov_str *from, unsigned *tag, struct ov_str *content, struct ov_str *whole)
{
	size_t len, at = 2;
	if (from->len < 2)
		return false;
	*tag = byte_of(*from, 0);
	len = byte_of(*from, 1);
	if (len > 0x80 && len <= 0x83) {
		size_t bytes = len - 0x80;
		if (from->len < 2 + bytes)
			return false;
		for (len = 0; at < 2 + bytes; at++)
			len = len << 8 | byte_of(*from, at);
	} else if (len >= 0x80) {
		return false;
	}
	if (len > from->len - at)
		return false;
	*content = ov_str_sub(*from, at, at + len);
	*whole = ov_str_sub(*from, 0, at + len);
	*from = ov_str_sub(*from, at + len, from->len);
	return true;
}

/* The next element where it has the tag; `from` stays where it was otherwise. */
static bool take_tag(struct ov_str *from, unsigned wanted, struct ov_str *content)
{
	struct ov_str rest = *from, whole;
	unsigned tag;
	if (!take(&rest, &tag, content, &whole) || tag != wanted)
		return false;
	*from = rest;
	return true;
}

static void set(struct decoder *d, const char *name, struct ov_value v)
{
	ov_map_set(&d->out, ov_key(d->eval->keys, ov_str_c(name)), v);
}

static struct ov_value base64(struct decoder *d, struct ov_str s)
{
	size_t len = ov_base64_length(s.len);
	char *text = ov_arena_alloc(d->eval->arena, len + 1, 1);
	ov_base64_encode(s, text);
	return ov_value_string(ov_str_n(text, len));
}

static struct ov_value number(int64_t i)
{
	return ov_value_double((double)i);
}

/* A list that grows; none at all is null, as an empty slice of Go is. */
struct items {
	OV_VEC(struct ov_value) list;
};

static void add(struct decoder *d, struct items *items, struct ov_value v)
{
	ov_vec_push(d->eval->arena, &items->list, v);
}

static struct ov_value list_of(const struct items *items)
{
	return items->list.count ? ov_value_list(items->list.items, items->list.count)
				 : ov_value_null();
}

static struct ov_value oid_value(struct decoder *d, struct ov_str s)
{
	struct items items = {0};
	uint64_t n = 0;
	for (size_t i = 0; i < s.len; i++) {
		n = (n & (UINT64_MAX >> 8)) << 7 | (byte_of(s, i) & 0x7f);
		if (byte_of(s, i) & 0x80)
			continue;
		if (!items.list.count) {
			uint64_t first = n < 80 ? n / 40 : 2;
			add(d, &items, number((int64_t)first));
			n -= first * 40;
		}
		add(d, &items, number((int64_t)n));
		n = 0;
	}
	return list_of(&items);
}

/* The last bytes of a small number; false where it is larger. */
static bool small(struct ov_str s, int64_t *out)
{
	uint64_t n = s.len && byte_of(s, 0) & 0x80 ? UINT64_MAX : 0;
	for (size_t i = 0; i < s.len; i++)
		n = n << 8 | byte_of(s, i);
	*out = (int64_t)n;
	return s.len > 0 && s.len <= 8;
}

/* A positive number in decimal digits. */
static bool decimal(struct decoder *d, struct ov_str s, struct ov_value *out)
{
	enum { MOST = 2048, DIGITS = MOST * 3 };
	unsigned char left[MOST];
	char text[DIGITS];
	size_t at = DIGITS, first = 0;
	if (!s.len || s.len > MOST || byte_of(s, 0) & 0x80)
		return false;
	memcpy(left, s.ptr, s.len);
	do {
		unsigned rest = 0;
		for (size_t i = first; i < s.len; i++) {
			rest = rest << 8 | left[i];
			left[i] = (unsigned char)(rest / 10);
			rest %= 10;
		}
		text[--at] = (char)('0' + rest);
		while (first < s.len && !left[first])
			first++;
	} while (first < s.len);
	*out = ov_value_string(ov_str_dup(d->eval->arena, ov_str_n(text + at, DIGITS - at)));
	return true;
}

static bool read_name(struct decoder *d, struct ov_str s, struct ov_value *out)
{
	/* The attributes 2.5.4.N that have a field of their own. */
	static const struct {
		char number;
		bool one;
		const char *field;
	} known[] = {{6, false, "Country"}, {10, false, "Organization"},
		{11, false, "OrganizationalUnit"}, {7, false, "Locality"},
		{8, false, "Province"}, {9, false, "StreetAddress"}, {17, false, "PostalCode"},
		{5, true, "SerialNumber"}, {3, true, "CommonName"}};
	struct items fields[OV_COUNT(known)] = {0}, names = {0};
	struct decoder inner = {.eval = d->eval};
	struct ov_str part, pair, type, whole, text;
	unsigned tag;
	while (s.len) {
		if (!take_tag(&s, TAG_SET, &part))
			return false;
		while (part.len) {
			if (!take_tag(&part, TAG_SEQUENCE, &pair) ||
				!take_tag(&pair, TAG_OID, &type) ||
				!take(&pair, &tag, &text, &whole))
				return false;
			struct ov_value value =
				ov_value_string(ov_str_dup(d->eval->arena, text));
			struct decoder one = {.eval = d->eval};
			ov_map_begin(&one.out, d->eval->arena, 2);
			set(&one, "Type", oid_value(d, type));
			set(&one, "Value", value);
			add(d, &names, ov_map_end(&one.out));
			for (size_t i = 0; i < OV_COUNT(known); i++) {
				if (type.len == 3 && type.ptr[0] == 0x55 && type.ptr[1] == 4 &&
					type.ptr[2] == known[i].number)
					add(d, &fields[i], value);
			}
		}
	}
	ov_map_begin(&inner.out, d->eval->arena, OV_COUNT(known) + 2);
	for (size_t i = 0; i < OV_COUNT(known); i++) {
		struct ov_value all = list_of(&fields[i]);
		set(&inner, known[i].field,
			!known[i].one ? all
			: all.count   ? ov_at(all, all.count - 1)
				      : ov_value_string(OV_STR("")));
	}
	set(&inner, "Names", list_of(&names));
	set(&inner, "ExtraNames", ov_value_null());
	*out = ov_map_end(&inner.out);
	return true;
}

static bool read_time(struct decoder *d, struct ov_str *from, struct ov_value *out)
{
	struct ov_str s;
	bool brief = take_tag(from, TAG_UTC_TIME, &s);
	if (!brief && !take_tag(from, TAG_GENERALIZED_TIME, &s))
		return false;
	if (s.len != (brief ? 13 : 15) || s.ptr[s.len - 1] != 'Z')
		return false;
	for (size_t i = 0; i + 1 < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	}
	const char *p = s.ptr + (brief ? 2 : 4);
	*out = ov_value_string(ov_str_fmt(d->eval->arena, "%s%.*s-%.2s-%.2sT%.2s:%.2s:%.2sZ",
		!brief            ? ""
		: s.ptr[0] >= '5' ? "19"
				  : "20",
		brief ? 2 : 4, s.ptr, p, p + 2, p + 4, p + 6, p + 8));
	return true;
}

static bool read_key(struct decoder *d, struct ov_str s, const char **why)
{
	static const struct ov_str rsa = OV_STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01");
	struct ov_str algorithm, type, bits, key, modulus, exponent;
	struct decoder inner = {.eval = d->eval};
	struct ov_value n;
	int64_t e;
	if (!take_tag(&s, TAG_SEQUENCE, &algorithm) || !take_tag(&algorithm, TAG_OID, &type) ||
		!take_tag(&s, TAG_BITS, &bits) || !bits.len)
		return false;
	if (!ov_str_eq(type, rsa)) {
		*why = "certificate should use rsa algorithm";
		return false;
	}
	bits = ov_str_sub(bits, 1, bits.len);
	if (!take_tag(&bits, TAG_SEQUENCE, &key) || !take_tag(&key, TAG_INTEGER, &modulus) ||
		!take_tag(&key, TAG_INTEGER, &exponent) || !decimal(d, modulus, &n) ||
		!small(exponent, &e))
		return false;
	ov_map_begin(&inner.out, d->eval->arena, 2);
	set(&inner, "N", n);
	set(&inner, "E", number(e));
	set(d, "PublicKeyAlgorithm", number(1));
	set(d, "PublicKey", ov_map_end(&inner.out));
	return true;
}

static bool read_basic(struct decoder *d, struct ov_str s)
{
	struct ov_str body, flag, limit;
	int64_t most = -1;
	bool authority = false;
	if (!take_tag(&s, TAG_SEQUENCE, &body))
		return false;
	if (take_tag(&body, TAG_BOOL, &flag))
		authority = flag.len && flag.ptr[0];
	if (take_tag(&body, TAG_INTEGER, &limit) && !small(limit, &most))
		return false;
	set(d, "BasicConstraintsValid", ov_value_bool(true));
	set(d, "IsCA", ov_value_bool(authority));
	set(d, "MaxPathLen", number(most));
	set(d, "MaxPathLenZero", ov_value_bool(most == 0));
	return true;
}

static bool read_usage(struct decoder *d, struct ov_str s)
{
	struct ov_str bits;
	int64_t usage = 0;
	if (!take_tag(&s, TAG_BITS, &bits))
		return false;
	for (size_t i = 0; i < 9 && 1 + i / 8 < bits.len; i++)
		usage |= (int64_t)(byte_of(bits, 1 + i / 8) >> (7 - i % 8) & 1) << i;
	set(d, "KeyUsage", number(usage));
	return true;
}

/* Purposes that Go numbers: any, and 1.3.6.1.5.5.7.3.N for small N. */
static bool read_purposes(struct decoder *d, struct ov_str s)
{
	static const struct ov_str prefix = OV_STR_INIT("\x2b\x06\x01\x05\x05\x07\x03");
	static const struct ov_str any = OV_STR_INIT("\x55\x1d\x25\x00");
	struct ov_str body, oid;
	struct items items = {0};
	if (!take_tag(&s, TAG_SEQUENCE, &body))
		return false;
	while (body.len) {
		if (!take_tag(&body, TAG_OID, &oid))
			return false;
		if (ov_str_eq(oid, any))
			add(d, &items, number(0));
		else if (oid.len == prefix.len + 1 && ov_str_starts(oid, prefix) &&
			 byte_of(oid, prefix.len) <= 9)
			add(d, &items, number(byte_of(oid, prefix.len)));
	}
	set(d, "ExtKeyUsage", list_of(&items));
	return true;
}

static bool read_alternatives(struct decoder *d, struct ov_str s)
{
	struct ov_str body, content, whole;
	struct items mails = {0}, hosts = {0}, addresses = {0};
	unsigned tag;
	if (!take_tag(&s, TAG_SEQUENCE, &body))
		return false;
	while (body.len) {
		if (!take(&body, &tag, &content, &whole))
			return false;
		struct ov_value text = ov_value_string(ov_str_dup(d->eval->arena, content));
		if (tag == TAG_FIELD + 1)
			add(d, &mails, text);
		else if (tag == TAG_FIELD + 2)
			add(d, &hosts, text);
		else if (tag == TAG_FIELD + 7 && (content.len == 4 || content.len == 16)) {
			char out[OV_IP_TEXT];
			struct ov_ip ip = {.family = content.len == 4 ? 4 : 6};
			memcpy(ip.bytes, content.ptr, content.len);
			size_t len = ov_ip_print(ip, out);
			add(d, &addresses,
				ov_value_string(
					ov_str_dup(d->eval->arena, ov_str_n(out, len))));
		}
	}
	set(d, "EmailAddresses", list_of(&mails));
	set(d, "DNSNames", list_of(&hosts));
	set(d, "IPAddresses", list_of(&addresses));
	return true;
}

static bool read_points(struct decoder *d, struct ov_str s)
{
	struct ov_str body, point, name, full, uri;
	struct items items = {0};
	if (!take_tag(&s, TAG_SEQUENCE, &body))
		return false;
	while (body.len) {
		if (!take_tag(&body, TAG_SEQUENCE, &point))
			return false;
		if (!take_tag(&point, TAG_PARTS, &name) || !take_tag(&name, TAG_PARTS, &full))
			continue;
		while (take_tag(&full, TAG_FIELD + 6, &uri))
			add(d, &items, ov_value_string(ov_str_dup(d->eval->arena, uri)));
	}
	set(d, "CRLDistributionPoints", list_of(&items));
	return true;
}

static bool read_policies(struct decoder *d, struct ov_str s)
{
	struct ov_str body, one, oid;
	struct items items = {0};
	if (!take_tag(&s, TAG_SEQUENCE, &body))
		return false;
	while (body.len) {
		if (!take_tag(&body, TAG_SEQUENCE, &one) || !take_tag(&one, TAG_OID, &oid))
			return false;
		add(d, &items, oid_value(d, oid));
	}
	set(d, "PolicyIdentifiers", list_of(&items));
	return true;
}

static bool read_access(struct decoder *d, struct ov_str s)
{
	struct ov_str body, one, method, uri;
	struct items servers = {0}, issuers = {0};
	if (!take_tag(&s, TAG_SEQUENCE, &body))
		return false;
	while (body.len) {
		if (!take_tag(&body, TAG_SEQUENCE, &one) || !take_tag(&one, TAG_OID, &method))
			return false;
		if (!take_tag(&one, TAG_FIELD + 6, &uri) || !method.len)
			continue;
		add(d, method.ptr[method.len - 1] == 1 ? &servers : &issuers,
			ov_value_string(ov_str_dup(d->eval->arena, uri)));
	}
	set(d, "OCSPServer", list_of(&servers));
	set(d, "IssuingCertificateURL", list_of(&issuers));
	return true;
}

static bool read_authority(struct decoder *d, struct ov_str s)
{
	struct ov_str body, id;
	if (!take_tag(&s, TAG_SEQUENCE, &body))
		return false;
	if (take_tag(&body, TAG_FIELD, &id))
		set(d, "AuthorityKeyId", base64(d, id));
	return true;
}

static bool read_extension(struct decoder *d, struct ov_str oid, struct ov_str value)
{
	static const struct {
		struct ov_str oid;
		bool (*read)(struct decoder *d, struct ov_str value);
	} known[] = {{OV_STR_INIT("\x55\x1d\x0f"), read_usage},
		{OV_STR_INIT("\x55\x1d\x13"), read_basic},
		{OV_STR_INIT("\x55\x1d\x11"), read_alternatives},
		{OV_STR_INIT("\x55\x1d\x25"), read_purposes},
		{OV_STR_INIT("\x55\x1d\x1f"), read_points},
		{OV_STR_INIT("\x55\x1d\x20"), read_policies},
		{OV_STR_INIT("\x55\x1d\x23"), read_authority},
		{OV_STR_INIT("\x2b\x06\x01\x05\x05\x07\x01\x01"), read_access}};
	for (size_t i = 0; i < OV_COUNT(known); i++) {
		if (ov_str_eq(oid, known[i].oid))
			return known[i].read(d, value);
	}
	return true;
}

static bool read_extensions(struct decoder *d, struct ov_str s, const char **why)
{
	static const struct ov_str constraints = OV_STR_INIT("\x55\x1d\x1e");
	struct ov_str list, one, oid, flag, value;
	struct items items = {0};
	if (!take_tag(&s, TAG_SEQUENCE, &list))
		return false;
	while (list.len) {
		bool critical = false;
		if (!take_tag(&list, TAG_SEQUENCE, &one) || !take_tag(&one, TAG_OID, &oid))
			return false;
		if (take_tag(&one, TAG_BOOL, &flag))
			critical = flag.len && flag.ptr[0];
		if (!take_tag(&one, TAG_OCTETS, &value) || !read_extension(d, oid, value))
			return false;
		if (ov_str_eq(oid, constraints)) {
			*why = "certificates with name constraints are not decoded here";
			return false;
		}
		struct decoder inner = {.eval = d->eval};
		ov_map_begin(&inner.out, d->eval->arena, 3);
		set(&inner, "Id", oid_value(d, oid));
		set(&inner, "Critical", ov_value_bool(critical));
		set(&inner, "Value", base64(d, value));
		add(d, &items, ov_map_end(&inner.out));
	}
	set(d, "Extensions", list_of(&items));
	return true;
}

/* What stands in fields that the certificate does not have. */
static void set_absent(struct decoder *d)
{
	static const char *const absent[] = {"Extensions", "ExtraExtensions", "ExtKeyUsage",
		"AuthorityKeyId", "OCSPServer", "IssuingCertificateURL", "DNSNames",
		"EmailAddresses", "IPAddresses", "PermittedDNSDomains", "ExcludedDNSDomains",
		"PermittedIPRanges", "ExcludedIPRanges", "PermittedEmailAddresses",
		"ExcludedEmailAddresses", "PermittedURIDomains", "ExcludedURIDomains",
		"CRLDistributionPoints", "PolicyIdentifiers"};
	static const char *const no[] = {"BasicConstraintsValid", "IsCA", "MaxPathLenZero",
		"PermittedDNSDomainsCritical"};
	for (size_t i = 0; i < OV_COUNT(absent); i++)
		set(d, absent[i], ov_value_null());
	for (size_t i = 0; i < OV_COUNT(no); i++)
		set(d, no[i], ov_value_bool(false));
	set(d, "KeyUsage", number(0));
	set(d, "MaxPathLen", number(0));
}

static bool read_body(struct decoder *d, struct ov_str s, const char **why)
{
	struct ov_str version, serial, algorithm, issuer, dates, subject, key, more;
	struct ov_str whole_issuer = s, whole_subject, whole_key;
	struct ov_value name, before, after;
	int64_t n = 0;
	unsigned tag;
	take_tag(&s, TAG_PARTS, &version);
	if (!take_tag(&s, TAG_INTEGER, &serial) || !take_tag(&s, TAG_SEQUENCE, &algorithm) ||
		!take(&s, &tag, &issuer, &whole_issuer) || tag != TAG_SEQUENCE ||
		!take_tag(&s, TAG_SEQUENCE, &dates) ||
		!take(&s, &tag, &subject, &whole_subject) || tag != TAG_SEQUENCE ||
		!take(&s, &tag, &key, &whole_key) || tag != TAG_SEQUENCE)
		return false;
	if (!read_name(d, issuer, &name) || !read_time(d, &dates, &before) ||
		!read_time(d, &dates, &after) || !read_key(d, key, why))
		return false;
	/* Of a long serial number the last 64 bits count. */
	small(serial, &n);
	set(d, "RawSubjectPublicKeyInfo", base64(d, whole_key));
	set(d, "RawSubject", base64(d, whole_subject));
	set(d, "RawIssuer", base64(d, whole_issuer));
	set(d, "SerialNumber", number(n));
	set(d, "Issuer", name);
	set(d, "NotBefore", before);
	set(d, "NotAfter", after);
	take_tag(&s, TAG_FIELD + 1, &more);
	take_tag(&s, TAG_FIELD + 2, &more);
	return !take_tag(&s, TAG_PARTS + 3, &more) || read_extensions(d, more, why);
}

struct ov_value ov_function_certificate(
	struct ov_eval *eval, const struct ov_expr *at, struct ov_str der)
{
	struct decoder d = {.eval = eval};
	struct ov_str all, body, whole, algorithm, bits, rest = der;
	struct ov_value error;
	const char *why = "x509: malformed certificate";
	unsigned tag;
	if (!ov_eval_spend(eval, at, 8 * der.len, &error) ||
		!ov_eval_work(eval, at, 1 + der.len / 8, &error))
		return error;
	ov_map_begin(&d.out, eval->arena, 40);
	set_absent(&d);
	if (!take_tag(&rest, TAG_SEQUENCE, &all) || !take(&all, &tag, &body, &whole) ||
		tag != TAG_SEQUENCE || !read_body(&d, body, &why) ||
		!take_tag(&all, TAG_SEQUENCE, &algorithm) || !take_tag(&all, TAG_BITS, &bits) ||
		!bits.len)
		return ov_eval_fail(eval, at, "%s", why);
	set(&d, "Raw", base64(&d, der));
	set(&d, "RawTBSCertificate", base64(&d, whole));
	set(&d, "Signature", base64(&d, ov_str_sub(bits, 1, bits.len)));
	return ov_map_end(&d.out);
}
