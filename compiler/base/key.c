/* key: interned strings in locked shards. Layer: base. */
#include "base/key.h"

#include "base/arena.h"
#include "base/hash.h"

#include <pthread.h>

enum { SHARDS = 64 };

struct shard {
	pthread_mutex_t lock;
	struct ov_arena arena;
	const struct ov_key **slot;
	size_t cap;
	size_t count;
};

struct ov_keys {
	uint64_t seed;
	struct shard shard[SHARDS];
};

struct ov_keys *ov_keys_new(uint64_t seed)
{
	struct ov_keys *keys = ov_xmalloc(sizeof(*keys));
	memset(keys, 0, sizeof(*keys));
	keys->seed = seed;
	for (size_t i = 0; i < SHARDS; i++)
		pthread_mutex_init(&keys->shard[i].lock, NULL);
	return keys;
}

void ov_keys_free(struct ov_keys *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < SHARDS; i++) {
		pthread_mutex_destroy(&keys->shard[i].lock);
		ov_arena_release(&keys->shard[i].arena);
		free(keys->shard[i].slot);
	}
	free(keys);
}

uint64_t ov_keys_seed(const struct ov_keys *keys)
{
	return keys->seed;
}

static size_t shard_slot(const struct shard *shard, uint64_t hash, struct ov_str s)
{
	size_t mask = shard->cap - 1;
	size_t i = (size_t)(hash >> 6) & mask;
	while (shard->slot[i] &&
		(shard->slot[i]->hash != hash || !ov_str_eq(shard->slot[i]->str, s)))
		i = (i + 1) & mask;
	return i;
}

static void shard_grow(struct shard *shard)
{
	struct shard larger = *shard;
	larger.cap = shard->cap ? shard->cap * 2 : 64;
	larger.slot = ov_xrealloc(NULL, larger.cap, sizeof(*larger.slot));
	memset(larger.slot, 0, larger.cap * sizeof(*larger.slot));
	for (size_t i = 0; i < shard->cap; i++) {
		const struct ov_key *key = shard->slot[i];
		if (key)
			larger.slot[shard_slot(&larger, key->hash, key->str)] = key;
	}
	free(shard->slot);
	shard->slot = larger.slot;
	shard->cap = larger.cap;
}

static const struct ov_key *intern(
	struct ov_keys *keys, uint64_t hash, struct ov_str s, bool make)
{
	struct shard *shard = &keys->shard[hash % SHARDS];
	pthread_mutex_lock(&shard->lock);
	if (make && shard->count * 2 >= shard->cap)
		shard_grow(shard);
	const struct ov_key *found = NULL;
	if (shard->cap) {
		size_t i = shard_slot(shard, hash, s);
		found = shard->slot[i];
		if (!found && make) {
			struct ov_key *key = ov_new(&shard->arena, struct ov_key);
			key->hash = hash;
			key->str = ov_str_dup(&shard->arena, s);
			shard->slot[i] = key;
			shard->count++;
			found = key;
		}
	}
	pthread_mutex_unlock(&shard->lock);
	return found;
}

const struct ov_key *ov_key(struct ov_keys *keys, struct ov_str s)
{
	return intern(keys, ov_hash(s, keys->seed), s, true);
}

const struct ov_key *ov_key_find(struct ov_keys *keys, struct ov_str s)
{
	return intern(keys, ov_hash(s, keys->seed), s, false);
}

const struct ov_key *ov_key_cached(
	struct ov_keys *keys, struct ov_key_cache *cache, struct ov_str s)
{
	uint64_t hash = ov_hash(s, keys->seed);
	const struct ov_key **set = cache->slot[(hash >> 8) % OV_KEY_CACHE_SETS];
	for (size_t i = 0; i < OV_KEY_CACHE_WAYS; i++) {
		if (set[i] && set[i]->hash == hash && ov_str_eq(set[i]->str, s))
			return set[i];
	}
	set[1] = set[0];
	return set[0] = intern(keys, hash, s, true);
}
