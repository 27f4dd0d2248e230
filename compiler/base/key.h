/*
 * key: interned strings. Layer: base.
 *
 * Two keys are equal exactly when their pointers are. Keys live as long as their table. The
 * table may be used by many threads at once; a reader that already holds a key takes no lock.
 * Nothing may be ordered by a key's pointer or hash.
 */
#ifndef OV_KEY_H
#define OV_KEY_H

#include "base/str.h"

/** An interned string. */
struct ov_key {
	uint64_t hash;     /**< seeded; equal for equal strings of one table */
	struct ov_str str; /**< the bytes, followed by a NUL that is not counted */
};

struct ov_keys;

/** Sizes of an ov_key_cache. */
enum { OV_KEY_CACHE_SETS = 512, OV_KEY_CACHE_WAYS = 2 };

/** A thread's memory of recently used keys, which spares it the table's locks; starts zeroed.
 * Two keys of one hash may be in it, or frequent ones would take turns. */
struct ov_key_cache {
	const struct ov_key *slot[OV_KEY_CACHE_SETS][OV_KEY_CACHE_WAYS];
};

/** A new table whose hashes depend on `seed`. */
struct ov_keys *ov_keys_new(uint64_t seed);

/** Frees the table and all its keys. */
void ov_keys_free(struct ov_keys *keys);

/** The seed, for other tables of the same run. */
uint64_t ov_keys_seed(const struct ov_keys *keys);

/** The key of the bytes, made when it is new. */
const struct ov_key *ov_key(struct ov_keys *keys, struct ov_str s);

/** As ov_key, looking in the thread's own cache first. */
const struct ov_key *ov_key_cached(
	struct ov_keys *keys, struct ov_key_cache *cache, struct ov_str s);

/** The key of the bytes, or NULL where no such key has been made. */
const struct ov_key *ov_key_find(struct ov_keys *keys, struct ov_str s);

#endif
