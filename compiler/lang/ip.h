/*
 * ip: addresses and networks of IPv4 and IPv6. Layer: lang.
 *
 * Reading is as strict as Go's net/netip: no leading zeros, no shortened IPv4, no blanks.
 */
#ifndef OV_IP_H
#define OV_IP_H

#include "base/str.h"

enum {
	/** Room for the longest text of a network, with its NUL. */
	OV_IP_TEXT = 48,
};

/** An address, or a network when `prefix` is below the address's length. */
struct ov_ip {
	uint8_t family;          /**< 4 or 6 */
	uint8_t prefix;          /**< leading bits that count: 0-32 or 0-128 */
	unsigned char bytes[16]; /**< network order; IPv4 in the first four, the others 0 */
};

/** Forms of IPv6 that are refused unless asked for. */
enum ov_ip_flags {
	OV_IP_ZONE = 1 << 0,   /**< fe80::1%eth0; the zone is checked and dropped */
	OV_IP_MAPPED = 1 << 1, /**< ::ffff:192.0.2.1, an IPv4 address in IPv6 */
};

/** Reads one address; its prefix is its whole length. `*why` (may be NULL) is set on false. */
bool ov_ip_parse(struct ov_str s, unsigned flags, struct ov_ip *out, const char **why);

/** Reads address/bits; bits behind the prefix are kept, see ov_ip_masked. */
bool ov_cidr_parse(struct ov_str s, unsigned flags, struct ov_ip *out, const char **why);

/** Writes the address in canonical form (RFC 5952) without prefix; returns the length. */
size_t ov_ip_print(struct ov_ip ip, char out[OV_IP_TEXT]);

/** Writes address/bits; returns the length. */
size_t ov_cidr_print(struct ov_ip net, char out[OV_IP_TEXT]);

/** The network with all bits behind the prefix cleared. */
struct ov_ip ov_ip_masked(struct ov_ip net);

/** -1, 0 or 1: IPv4 before IPv6, then by bytes, then by prefix. */
int ov_ip_compare(struct ov_ip a, struct ov_ip b);

/** Whether `inner`, an address or network, lies wholly in `net`; families never mix. */
bool ov_ip_contains(struct ov_ip net, struct ov_ip inner);

/** Whether the two have an address in common. */
bool ov_ip_overlaps(struct ov_ip a, struct ov_ip b);

/** The greatest address of the network: of IPv4, its broadcast address. */
struct ov_ip ov_ip_last(struct ov_ip net);

/** The address `n` behind the network's own; false where it lies outside. */
bool ov_ip_nth(struct ov_ip net, uint64_t n, struct ov_ip *out);

/**
 * The least and greatest address a host may have: without the network's own and IPv4's
 * broadcast address, but all of a /31, /32, /127 or /128.
 */
void ov_ip_hosts(struct ov_ip net, struct ov_ip *first, struct ov_ip *last);

/** Kinds of addresses, as the methods of netip.Addr tell them. */
bool ov_ip_is_unspecified(struct ov_ip ip);
bool ov_ip_is_loopback(struct ov_ip ip);
bool ov_ip_is_multicast(struct ov_ip ip);
bool ov_ip_is_link_local_unicast(struct ov_ip ip);
bool ov_ip_is_link_local_multicast(struct ov_ip ip);
bool ov_ip_is_global_unicast(struct ov_ip ip);

#endif
