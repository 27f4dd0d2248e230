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

/** A SHA-1 in the making. */
struct ov_sha1_state {
	uint32_t h[5];
	uint64_t len; /**< bytes added so far */
	unsigned char block[64];
};

/** Begins a SHA-1 over bytes that come in pieces. */
void ov_sha1_init(struct ov_sha1_state *sha1);

/** Adds the next piece. */
void ov_sha1_add(struct ov_sha1_state *sha1, struct ov_str s);

/** The SHA-1 of all pieces; the state may not be used afterwards. */
void ov_sha1_end(struct ov_sha1_state *sha1, unsigned char out[20]);

/** The id of a Git object: the SHA-1 of its type, size and bytes. */
struct ov_id {
	unsigned char bytes[20];
};

/** The 40 hexadecimal digits of the id, and a NUL. */
void ov_id_hex(const struct ov_id *id, char out[41]);

#endif
