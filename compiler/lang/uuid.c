/* uuid: universally unique identifiers (RFC 9562), checked and derived. Layer: lang. */
#include "lang/uuid.h"

#include "base/hash.h"
#include "lang/ascii.h"

#include <stdio.h>

/** Chosen at random once; changing it changes every derived identifier. */
static const unsigned char name_space[16] = {0x5b, 0x1c, 0x8e, 0x52, 0x0d, 0x6f, 0x4f, 0x39,
	0x9a, 0x77, 0x3e, 0xc1, 0x42, 0xb8, 0x60, 0xd4};

static bool is_dash(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

const char *ov_uuid_fault(struct ov_str s)
{
	bool good = s.len == 36;
	for (size_t i = 0; good && i < s.len; i++)
		good = is_dash(i) ? s.ptr[i] == '-' : ov_hex_value(s.ptr[i]) >= 0;
	return good ? NULL
		    : "is no UUID; write 32 hexadecimal digits as 8-4-4-4-12, such as "
		      "2eb8aa08-aa98-11ea-b4aa-73b441d16380";
}

void ov_uuid_derive(struct ov_str identity, char out[37])
{
	struct ov_buf text;
	unsigned char d[20];
	ov_buf_init(&text);
	ov_buf_add(&text, ov_str_n((const char *)name_space, sizeof(name_space)));
	ov_buf_add(&text, identity);
	ov_sha1(ov_buf_str(&text), d);
	ov_buf_release(&text);
	d[6] = (unsigned char)((d[6] & 0x0f) | 0x50);
	d[8] = (unsigned char)((d[8] & 0x3f) | 0x80);
	snprintf(out, 37,
		"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", d[0],
		d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11], d[12],
		d[13], d[14], d[15]);
}
