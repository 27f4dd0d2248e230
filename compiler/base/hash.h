/*
 * hash: the seeded hash of all tables, and SHA-1 for names derived from identity. Layer: base.
 *
 * Nothing that is written out may depend on a table hash or its seed.
 */
#ifndef OV_HASH_H
#define OV_HASH_H

#include "base/str.h"

/** Hash of the bytes under the process-wide seed given by the caller. */
uint64_t ov_hash(struct ov_str s, uint64_t seed);

/** A well-mixed form of one number. */
uint64_t ov_hash_u64(uint64_t x);

/** SHA-1 of the bytes (FIPS 180-4); for names such as UUIDs, never for security. */
void ov_sha1(struct ov_str s, unsigned char out[20]);

#endif
