/* arena: memory that is freed all at once. Layer: base. */
#include "base/arena.h"

#if defined(__SANITIZE_ADDRESS__)
#define OV_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OV_ASAN 1
#endif
#endif

#ifdef OV_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(ptr, len)   ASAN_POISON_MEMORY_REGION((ptr), (len))
#define UNPOISON(ptr, len) ASAN_UNPOISON_MEMORY_REGION((ptr), (len))
enum { REDZONE = 16 };
#else
#define POISON(ptr, len)   ((void)0)
#define UNPOISON(ptr, len) ((void)0)
enum { REDZONE = 0 };
#endif

enum { FIRST_BLOCK = 4096, MAX_BLOCK = 1 << 20 };

struct ov_arena_block {
	struct ov_arena_block *older;
	size_t fill;
	size_t cap;
	size_t pad;
};

static char *block_data(struct ov_arena_block *block)
{
	return (char *)(block + 1);
}

void ov_arena_init(struct ov_arena *arena)
{
	*arena = (struct ov_arena){0};
}

static void block_free(struct ov_arena_block *block)
{
	UNPOISON(block_data(block), block->cap);
	free(block);
}

/* Rewinding to and fro over the end of a block must not ask the system for memory each time. */
static void block_retire(struct ov_arena *arena, struct ov_arena_block *block)
{
#ifdef OV_ARENA_MALLOC
	block_free(block);
	(void)arena;
#else
	struct ov_arena_block *smaller = block;
	if (!arena->spare || arena->spare->cap < block->cap) {
		smaller = arena->spare;
		arena->spare = block;
		POISON(block_data(block), block->cap);
	}
	if (smaller)
		block_free(smaller);
#endif
}

void ov_arena_release(struct ov_arena *arena)
{
	if (arena->spare)
		block_free(arena->spare);
	arena->spare = NULL;
	while (arena->last) {
		struct ov_arena_block *older = arena->last->older;
		block_free(arena->last);
		arena->last = older;
	}
	arena->used = 0;
}

static void block_add(struct ov_arena *arena, size_t need)
{
	size_t cap = FIRST_BLOCK;
#ifdef OV_ARENA_MALLOC
	cap = need;
#else
	if (arena->last) {
		cap = arena->last->cap * 2;
		if (cap > MAX_BLOCK)
			cap = MAX_BLOCK;
	}
	if (cap < need)
		cap = need;
#endif
	struct ov_arena_block *block = arena->spare;
	if (block && block->cap >= cap) {
		arena->spare = NULL;
		block->older = arena->last;
		block->fill = 0;
		arena->last = block;
		return;
	}
	block = ov_xmalloc(ov_size_add(sizeof(*block), cap));
	block->older = arena->last;
	block->fill = 0;
	block->cap = cap;
	POISON(block_data(block), cap);
	arena->last = block;
}

void *ov_arena_alloc(struct ov_arena *arena, size_t size, size_t align)
{
	struct ov_arena_block *block = arena->last;
	size_t start = block ? (block->fill + align - 1) & ~(align - 1) : 0;
	size_t need = ov_size_add(size, REDZONE);
	if (!block || start > block->cap || need > block->cap - start) {
		block_add(arena, need);
		block = arena->last;
		start = 0;
	}
	block->fill = start + need;
	arena->used += size;
	char *ptr = block_data(block) + start;
	UNPOISON(ptr, size);
	return ptr;
}

void *ov_arena_zero(struct ov_arena *arena, size_t count, size_t size)
{
	size_t total = ov_size_mul(count, size);
	void *ptr = ov_arena_alloc(arena, total, 16);
	memset(ptr, 0, total);
	return ptr;
}

struct ov_arena_mark ov_arena_mark(const struct ov_arena *arena)
{
	return (struct ov_arena_mark){
		arena->last, arena->last ? arena->last->fill : 0, arena->used};
}

void ov_arena_rewind(struct ov_arena *arena, struct ov_arena_mark mark)
{
	while (arena->last != mark.last) {
		struct ov_arena_block *older = arena->last->older;
		block_retire(arena, arena->last);
		arena->last = older;
	}
	if (arena->last) {
		POISON(block_data(arena->last) + mark.fill, arena->last->cap - mark.fill);
		arena->last->fill = mark.fill;
	}
	arena->used = mark.used;
}

bool ov_arena_holds(const struct ov_arena *arena, const void *address)
{
	uintptr_t at = (uintptr_t)address;
	for (struct ov_arena_block *block = arena->last; block; block = block->older) {
		uintptr_t from = (uintptr_t)block_data(block);
		if (at >= from && at < from + block->fill)
			return true;
	}
	return false;
}

void *ov_vec_grow(
	struct ov_arena *arena, const void *items, size_t count, size_t *cap, size_t size)
{
	size_t more = *cap ? ov_size_mul(*cap, 2) : 4;
	void *larger = ov_arena_alloc(arena, ov_size_mul(more, size), 16);
	if (count)
		memcpy(larger, items, count * size);
	*cap = more;
	return larger;
}
