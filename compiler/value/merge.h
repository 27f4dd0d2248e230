/*
 * merge: inheritance and strategic merge patches over values. Layer: value.
 *
 * Maps merge, scalars replace, null removes, lists of maps merge by a key where they have one,
 * other lists replace. In a list `{name: x, $remove: true}` removes the entry of that key, and
 * an entry `{$replace: true}` takes the list whole. Results share what they can with what they
 * are made from.
 */
#ifndef OV_MERGE_H
#define OV_MERGE_H

#include "base/diag.h"
#include "value/value.h"

/** Where in the tree a merge is: the keys from the root, list entries left out. */
struct ov_merge_path {
	const struct ov_merge_path *up;
	const struct ov_key *key;
};

/** What a merge works with. */
struct ov_merge {
	struct ov_arena *arena;
	const struct ov_key *name, *remove, *replace; /**< `name`, `$remove`, `$replace` */
	/**
	 * Key by which the entries of the list at the path merge, NULL for none. A NULL
	 * function stands for `name` everywhere.
	 */
	const struct ov_key *(*list_key)(void *context, const struct ov_merge_path *path);
	void *context;
	/** Whether a list of maps that has no key may be replaced by another silently. */
	bool keyless_replaces;
	struct ov_diags *diags; /**< may be NULL */
	size_t faults;          /**< findings so far */
};

/** A merge by `name` in the given arena. */
void ov_merge_init(struct ov_merge *merge, struct ov_arena *arena, struct ov_keys *keys,
	struct ov_diags *diags);

/** `over` laid over `base`; either may be OV_KIND_NONE. Nothing that removes is left in the
 * result. */
struct ov_value ov_merge(struct ov_merge *merge, struct ov_value base, struct ov_value over);

#endif
