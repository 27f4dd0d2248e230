/* mac: hardware addresses of Ethernet, read and derived. Layer: lang. */
#include "lang/mac.h"

#include "base/hash.h"
#include "lang/ascii.h"

#include <stdio.h>

bool ov_mac_parse(struct ov_str s, unsigned char out[6], const char **why)
{
	char separator = ov_byte(s, 2);
	bool good = s.len == 17 && (separator == ':' || separator == '-');
	for (size_t i = 0; good && i < 6; i++) {
		int high = ov_hex_value(s.ptr[3 * i]), low = ov_hex_value(s.ptr[3 * i + 1]);
		good = high >= 0 && low >= 0 && (i == 5 || s.ptr[3 * i + 2] == separator);
		out[i] = (unsigned char)((high & 15) << 4 | (low & 15));
	}
	if (!good)
		return ov_because(why, "is no MAC address; write six bytes of two hexadecimal "
				       "digits, such as 02:00:5e:10:00:01");
	return true;
}

void ov_mac_print(const unsigned char mac[6], char out[18])
{
	snprintf(out, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
		mac[4], mac[5]);
}

bool ov_mac_is_multicast(const unsigned char mac[6])
{
	return mac[0] & 1;
}

void ov_mac_derive(struct ov_str identity, char out[18])
{
	unsigned char digest[20];
	ov_sha1(identity, digest);
	/* IEEE 802: the lowest bit of the first byte means a group, the next a local address.
	 */
	digest[0] = (unsigned char)((digest[0] & 0xfc) | 0x02);
	ov_mac_print(digest, out);
}
