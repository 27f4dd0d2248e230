/* ip: addresses and networks of IPv4 and IPv6. Layer: lang. */
#include "lang/ip.h"

#include "lang/ascii.h"

#include <stdio.h>

static size_t bytes_of(struct ov_ip ip)
{
	return ip.family == 4 ? 4 : 16;
}

static bool parse_v4(struct ov_str s, unsigned char *out, const char **why)
{
	size_t at = 0;
	for (size_t part = 0; part < 4; part++) {
		size_t from = at;
		unsigned value = 0;
		for (; ov_is_digit(ov_byte(s, at)) && at - from < 4; at++)
			value = value * 10 + (unsigned)(s.ptr[at] - '0');
		if (at == from)
			return ov_because(why,
				"is no IPv4 address; write four numbers from 0 to "
				"255 with dots between them");
		if (at - from > 1 && s.ptr[from] == '0')
			return ov_because(why,
				"has a number with a leading zero, which some read "
				"as octal; leave the zero out");
		if (value > 255)
			return ov_because(why, "has a number over 255");
		out[part] = (unsigned char)value;
		if (part < 3 && ov_byte(s, at++) != '.')
			return ov_because(why,
				"is no IPv4 address; write four numbers from 0 to "
				"255 with dots between them");
	}
	if (at != s.len)
		return ov_because(why, "has something behind the IPv4 address");
	return true;
}

static const char no_v6[] = "is no IPv6 address; write up to eight groups of one to four "
			    "hexadecimal digits with colons, and at most one ::";

static bool parse_v6(struct ov_str s, unsigned char *out, const char **why)
{
	size_t at = 0, n = 0, gap = SIZE_MAX;
	if (ov_str_starts(s, OV_STR("::"))) {
		gap = 0;
		at = 2;
	}
	while (at < s.len) {
		size_t from = at;
		unsigned value = 0;
		for (; at < s.len && ov_hex_value(s.ptr[at]) >= 0 && at - from < 5; at++)
			value = value << 4 | (unsigned)ov_hex_value(s.ptr[at]);
		if (at == from || at - from > 4 || n == 16)
			return ov_because(why, no_v6);
		if (ov_byte(s, at) == '.') {
			if (n > 12 || (gap == SIZE_MAX && n != 12))
				return ov_because(why, no_v6);
			if (!parse_v4(ov_str_sub(s, from, s.len), out + n, why))
				return false;
			n += 4;
			at = s.len;
			break;
		}
		out[n++] = (unsigned char)(value >> 8);
		out[n++] = (unsigned char)value;
		if (at == s.len)
			break;
		if (s.ptr[at++] != ':' || at == s.len)
			return ov_because(why, no_v6);
		if (s.ptr[at] == ':') {
			if (gap != SIZE_MAX)
				return ov_because(why, no_v6);
			gap = n;
			at++;
		}
	}
	/* "::" stands for at least one group of zeros. */
	if (gap == SIZE_MAX ? n != 16 : n > 14)
		return ov_because(why, no_v6);
	if (gap != SIZE_MAX && n < 16) {
		memmove(out + 16 - (n - gap), out + gap, n - gap);
		memset(out + gap, 0, 16 - n);
	}
	return true;
}

bool ov_ip_parse(struct ov_str s, unsigned flags, struct ov_ip *out, const char **why)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	*out = (struct ov_ip){0};
	if (ov_str_chr(s, ':') == SIZE_MAX) {
		out->family = 4;
		out->prefix = 32;
		return parse_v4(s, out->bytes, why);
	}
	size_t zone = ov_str_chr(s, '%');
	if (zone != SIZE_MAX) {
		if (!(flags & OV_IP_ZONE))
			return ov_because(why,
				"has a zone; write the address without '%' and what follows");
		if (zone + 1 == s.len)
			return ov_because(why, "has an empty zone behind '%'");
		s = ov_str_sub(s, 0, zone);
	}
	out->family = 6;
	out->prefix = 128;
	if (!parse_v6(s, out->bytes, why))
		return false;
	if (!(flags & OV_IP_MAPPED) && memcmp(out->bytes, mapped, sizeof(mapped)) == 0)
		return ov_because(why, "is an IPv4 address written as IPv6; write it as IPv4");
	return true;
}

bool ov_cidr_parse(struct ov_str s, unsigned flags, struct ov_ip *out, const char **why)
{
	size_t slash = ov_str_chr(s, '/');
	*out = (struct ov_ip){0};
	if (slash == SIZE_MAX)
		return ov_because(
			why, "has no prefix length; write a network such as 10.0.0.0/24");
	struct ov_str bits = ov_str_sub(s, slash + 1, s.len);
	if (!ov_ip_parse(ov_str_sub(s, 0, slash), flags & ~(unsigned)OV_IP_ZONE, out, why))
		return false;
	unsigned value = 0;
	bool good = bits.len > 0 && bits.len <= 3 && (bits.len == 1 || bits.ptr[0] != '0');
	for (size_t i = 0; good && i < bits.len; i++) {
		good = ov_is_digit(bits.ptr[i]);
		value = value * 10 + (unsigned)(bits.ptr[i] - '0');
	}
	if (!good || value > out->prefix)
		return ov_because(why, out->family == 4
					       ? "has a wrong prefix length; write /0 to /32"
					       : "has a wrong prefix length; write /0 to /128");
	out->prefix = (uint8_t)value;
	return true;
}

/** Where the longest run of two or more zero groups begins and ends; the first of equal ones.
 */
static void zero_run(const unsigned *groups, size_t *from, size_t *to)
{
	*from = *to = 8;
	for (size_t i = 0; i < 8; i++) {
		size_t j = i;
		while (j < 8 && groups[j] == 0)
			j++;
		if (j - i >= 2 && (*from == 8 || j - i > *to - *from)) {
			*from = i;
			*to = j;
		}
		if (j > i)
			i = j;
	}
}

size_t ov_ip_print(struct ov_ip ip, char out[OV_IP_TEXT])
{
	const unsigned char *b = ip.bytes;
	unsigned groups[8];
	size_t from, to, len = 0;
	if (ip.family == 4)
		return (size_t)snprintf(out, OV_IP_TEXT, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
	for (size_t i = 0; i < 8; i++)
		groups[i] = (unsigned)b[2 * i] << 8 | b[2 * i + 1];
	zero_run(groups, &from, &to);
	if (from == 0 && to == 5 && groups[5] == 0xffff)
		return (size_t)snprintf(
			out, OV_IP_TEXT, "::ffff:%u.%u.%u.%u", b[12], b[13], b[14], b[15]);
	for (size_t i = 0; i < 8; i++) {
		if (i == from) {
			out[len++] = ':';
			out[len++] = ':';
			i = to;
			if (i == 8)
				break;
		} else if (i > 0) {
			out[len++] = ':';
		}
		len += (size_t)snprintf(out + len, OV_IP_TEXT - len, "%x", groups[i]);
	}
	out[len] = '\0';
	return len;
}

size_t ov_cidr_print(struct ov_ip net, char out[OV_IP_TEXT])
{
	size_t len = ov_ip_print(net, out);
	return len + (size_t)snprintf(out + len, OV_IP_TEXT - len, "/%u", (unsigned)net.prefix);
}

/** The bits of byte `i` that lie behind the prefix. */
static unsigned char host_bits(struct ov_ip net, size_t i)
{
	size_t bit = 8 * i;
	if (net.prefix >= bit + 8)
		return 0;
	if (net.prefix <= bit)
		return 0xff;
	return (unsigned char)(0xff >> (net.prefix - bit));
}

struct ov_ip ov_ip_masked(struct ov_ip net)
{
	for (size_t i = 0; i < bytes_of(net); i++)
		net.bytes[i] = (unsigned char)(net.bytes[i] & ~host_bits(net, i));
	return net;
}

static struct ov_ip as_address(struct ov_ip net)
{
	net.prefix = (uint8_t)(8 * bytes_of(net));
	return net;
}

int ov_ip_compare(struct ov_ip a, struct ov_ip b)
{
	if (a.family != b.family)
		return a.family < b.family ? -1 : 1;
	int r = memcmp(a.bytes, b.bytes, bytes_of(a));
	if (r)
		return r < 0 ? -1 : 1;
	return (a.prefix > b.prefix) - (a.prefix < b.prefix);
}

bool ov_ip_contains(struct ov_ip net, struct ov_ip inner)
{
	if (net.family != inner.family || inner.prefix < net.prefix)
		return false;
	inner.prefix = net.prefix;
	return ov_ip_compare(ov_ip_masked(net), ov_ip_masked(inner)) == 0;
}

bool ov_ip_overlaps(struct ov_ip a, struct ov_ip b)
{
	return ov_ip_contains(a, b) || ov_ip_contains(b, a);
}

struct ov_ip ov_ip_last(struct ov_ip net)
{
	for (size_t i = 0; i < bytes_of(net); i++)
		net.bytes[i] = (unsigned char)(net.bytes[i] | host_bits(net, i));
	return as_address(net);
}

bool ov_ip_nth(struct ov_ip net, uint64_t n, struct ov_ip *out)
{
	struct ov_ip ip = as_address(ov_ip_masked(net));
	unsigned carry = 0;
	for (size_t i = bytes_of(ip); i-- > 0; n >>= 8) {
		carry += (unsigned)ip.bytes[i] + (unsigned)(n & 0xff);
		ip.bytes[i] = (unsigned char)carry;
		carry >>= 8;
	}
	*out = ip;
	return carry == 0 && n == 0 && ov_ip_contains(net, ip);
}

void ov_ip_hosts(struct ov_ip net, struct ov_ip *first, struct ov_ip *last)
{
	*first = as_address(ov_ip_masked(net));
	*last = ov_ip_last(net);
	if ((size_t)net.prefix + 2 > 8 * bytes_of(net))
		return;
	ov_ip_nth(net, 1, first);
	if (net.family == 4)
		last->bytes[3] = (unsigned char)(last->bytes[3] - 1);
}

bool ov_ip_is_unspecified(struct ov_ip ip)
{
	static const unsigned char zero[16] = {0};
	return memcmp(ip.bytes, zero, bytes_of(ip)) == 0;
}

bool ov_ip_is_loopback(struct ov_ip ip)
{
	static const unsigned char one[16] = {[15] = 1};
	return ip.family == 4 ? ip.bytes[0] == 127 : memcmp(ip.bytes, one, sizeof(one)) == 0;
}

bool ov_ip_is_multicast(struct ov_ip ip)
{
	return ip.family == 4 ? (ip.bytes[0] & 0xf0) == 0xe0 : ip.bytes[0] == 0xff;
}

bool ov_ip_is_link_local_unicast(struct ov_ip ip)
{
	if (ip.family == 4)
		return ip.bytes[0] == 169 && ip.bytes[1] == 254;
	return ip.bytes[0] == 0xfe && (ip.bytes[1] & 0xc0) == 0x80;
}

bool ov_ip_is_link_local_multicast(struct ov_ip ip)
{
	if (ip.family == 4)
		return ip.bytes[0] == 224 && ip.bytes[1] == 0 && ip.bytes[2] == 0;
	return ip.bytes[0] == 0xff && (ip.bytes[1] & 0x0f) == 0x02;
}

bool ov_ip_is_global_unicast(struct ov_ip ip)
{
	static const unsigned char broadcast[4] = {255, 255, 255, 255};
	if (ip.family == 4 && memcmp(ip.bytes, broadcast, sizeof(broadcast)) == 0)
		return false;
	return !ov_ip_is_unspecified(ip) && !ov_ip_is_loopback(ip) && !ov_ip_is_multicast(ip) &&
	       !ov_ip_is_link_local_unicast(ip);
}
