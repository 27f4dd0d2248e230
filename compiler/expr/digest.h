/*
 * digest: SHA-256 (FIPS 180-4) and MD5 (RFC 1321), for expressions. Layer: expr.
 */
#ifndef OV_DIGEST_H
#define OV_DIGEST_H

#include "base/hash.h"

enum {
	OV_SHA256_SIZE = 32,
	OV_MD5_SIZE = 16,
};

/** SHA-256 of the bytes. */
void ov_sha256(struct ov_str s, unsigned char out[OV_SHA256_SIZE]);

/** MD5 of the bytes; never for security. */
void ov_md5(struct ov_str s, unsigned char out[OV_MD5_SIZE]);

#endif
