/*
 * arena: memory that is freed all at once, and growing arrays in it. Layer: base.
 *
 * One arena belongs to one thread at a time. Allocation never fails (lack of memory ends the
 * program). Under AddressSanitizer unused memory is poisoned, and with -DOV_ARENA_MALLOC each
 * allocation has a malloc of its own.
 */
#ifndef OV_ARENA_H
#define OV_ARENA_H

#include "base/base.h"

struct ov_arena_block;

/** A chain of blocks; initialise with ov_arena_init or {0}. */
struct ov_arena {
	struct ov_arena_block *last; /**< the block that is being filled, newest first */
	struct ov_arena_block
		*spare; /**< one that a rewind has freed, for the next to be added */
	size_t used;    /**< bytes handed out since the last clear, for statistics */
};

/** A point to which an arena can be taken back. */
struct ov_arena_mark {
	struct ov_arena_block *last;
	size_t fill;
	size_t used;
};

/** Makes an empty arena; nothing is allocated. */
void ov_arena_init(struct ov_arena *arena);

/** Frees everything. */
void ov_arena_release(struct ov_arena *arena);

/** `size` bytes aligned to `align` (a power of two up to 16), not zeroed. */
void *ov_arena_alloc(struct ov_arena *arena, size_t size, size_t align);

/** `count` zeroed elements of `size` bytes, aligned for any type. */
void *ov_arena_zero(struct ov_arena *arena, size_t count, size_t size);

/** A zeroed object of the type. */
#define ov_new(arena, type) ((type *)ov_arena_zero((arena), 1, sizeof(type)))

/** A zeroed array of the type. */
#define ov_new_array(arena, type, count) ((type *)ov_arena_zero((arena), (count), sizeof(type)))

/** The present fill, for ov_arena_rewind. */
struct ov_arena_mark ov_arena_mark(const struct ov_arena *arena);

/** Whether the address lies in memory that the arena has handed out. */
bool ov_arena_holds(const struct ov_arena *arena, const void *address);

/** Frees all that was allocated since the mark. */
void ov_arena_rewind(struct ov_arena *arena, struct ov_arena_mark mark);

/** Declares a growing array of the type; its memory lies in the arena given to ov_vec_push. */
#define OV_VEC(type) \
	struct { \
		type *items; \
		size_t count, cap; \
	}

/** Appends a copy of `item` and leaves a pointer's worth of growth to the arena. */
#define ov_vec_push(arena, vec, item) \
	((vec)->count == (vec)->cap \
			? (void)((vec)->items = ov_vec_grow((arena), (vec)->items, \
					 (vec)->count, &(vec)->cap, sizeof(*(vec)->items))) \
			: (void)0, \
		(vec)->items[(vec)->count++] = (item))

/** For ov_vec_push: a larger copy of the array; `*cap` becomes its new capacity. */
void *ov_vec_grow(
	struct ov_arena *arena, const void *items, size_t count, size_t *cap, size_t size);

#endif
