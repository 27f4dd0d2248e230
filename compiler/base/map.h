/*
 * map: a hash table from strings to pointers or numbers, in an arena. Layer: base.
 *
 * Entries keep the order in which they were first put. Keys are slices that the caller keeps
 * alive. One thread at a time may change a map; any number may read one that no longer changes.
 */
#ifndef OV_MAP_H
#define OV_MAP_H

#include "base/arena.h"
#include "base/str.h"

/** What a key is bound to; the map's user knows which member it put. */
union ov_map_item {
	void *ptr;
	const void *cptr;
	size_t num;
};

/** One binding. */
struct ov_map_entry {
	struct ov_str key;
	uint64_t hash;
	union ov_map_item item;
};

/** An ordered hash table. */
struct ov_map {
	struct ov_arena *arena;
	uint64_t seed;
	struct ov_map_entry *entries; /**< in order of first insertion */
	size_t count;
	size_t cap;
	uint32_t *slot; /**< index into entries plus one, 0 where free */
	size_t slots;
};

/** Makes an empty map whose memory will come from `arena`. */
void ov_map_init(struct ov_map *map, struct ov_arena *arena, uint64_t seed);

/** The item of the key, or NULL. The pointer is valid until the next put. */
union ov_map_item *ov_map_get(const struct ov_map *map, struct ov_str key);

/** The item of the key, zeroed when it is new; `*fresh` (may be NULL) tells which. */
union ov_map_item *ov_map_put(struct ov_map *map, struct ov_str key, bool *fresh);

/** The pointer bound to the key, or NULL. */
void *ov_map_ptr(const struct ov_map *map, struct ov_str key);

#endif
