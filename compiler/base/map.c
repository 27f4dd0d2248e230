/* map: a hash table from strings to pointers or numbers. Layer: base. */
#include "base/map.h"

#include "base/hash.h"

void ov_map_init(struct ov_map *map, struct ov_arena *arena, uint64_t seed)
{
	*map = (struct ov_map){.arena = arena, .seed = seed};
}

static uint32_t *find_slot(const struct ov_map *map, uint64_t hash, struct ov_str key)
{
	size_t mask = map->slots - 1;
	size_t i = (size_t)hash & mask;
	for (; map->slot[i]; i = (i + 1) & mask) {
		const struct ov_map_entry *entry = &map->entries[map->slot[i] - 1];
		if (entry->hash == hash && ov_str_eq(entry->key, key))
			break;
	}
	return &map->slot[i];
}

union ov_map_item *ov_map_get(const struct ov_map *map, struct ov_str key)
{
	if (!map->slots)
		return NULL;
	uint32_t at = *find_slot(map, ov_hash(key, map->seed), key);
	return at ? &map->entries[at - 1].item : NULL;
}

static void rebuild(struct ov_map *map)
{
	map->slots = map->slots ? map->slots * 2 : 16;
	map->slot = ov_new_array(map->arena, uint32_t, map->slots);
	for (size_t i = 0; i < map->count; i++)
		*find_slot(map, map->entries[i].hash, map->entries[i].key) = (uint32_t)i + 1;
}

union ov_map_item *ov_map_put(struct ov_map *map, struct ov_str key, bool *fresh)
{
	if ((map->count + 1) * 2 > map->slots)
		rebuild(map);
	uint64_t hash = ov_hash(key, map->seed);
	uint32_t *slot = find_slot(map, hash, key);
	if (fresh)
		*fresh = !*slot;
	if (*slot)
		return &map->entries[*slot - 1].item;
	if (map->count == map->cap)
		map->entries = ov_vec_grow(
			map->arena, map->entries, map->count, &map->cap, sizeof(*map->entries));
	if (map->count >= UINT32_MAX - 1)
		ov_bug("map too large");
	map->entries[map->count] = (struct ov_map_entry){.key = key, .hash = hash};
	*slot = (uint32_t)++map->count;
	return &map->entries[map->count - 1].item;
}

void *ov_map_ptr(const struct ov_map *map, struct ov_str key)
{
	union ov_map_item *item = ov_map_get(map, key);
	return item ? item->ptr : NULL;
}
