/*
 * value: the immutable tree that documents, templates, schemas and objects are made of.
 * Layer: value (over base).
 *
 * A value is 24 bytes and is held inline in its parent. Lists and maps point at their elements,
 * strings at their bytes; nothing is owned: all of it lives in some arena, or in a source text.
 * Values are never changed once they can be reached from two places; merging and patching make
 * new parents and share children. Maps keep the order in which their keys were written.
 */
#ifndef OV_VALUE_H
#define OV_VALUE_H

#include "base/arena.h"
#include "base/key.h"
#include "base/str.h"

/** What a value is. The first eight come from documents, the others only from expressions. */
enum ov_kind {
	OV_KIND_NONE = 0,  /**< no value at all, as the result of a look-up */
	OV_KIND_NULL,      /**< null */
	OV_KIND_BOOL,      /**< true or false */
	OV_KIND_INT,       /**< an integer in int64 */
	OV_KIND_UINT,      /**< from documents: an integer over INT64_MAX; in CEL: a uint */
	OV_KIND_DOUBLE,    /**< IEEE 754 double */
	OV_KIND_STRING,    /**< UTF-8, may contain NUL */
	OV_KIND_LIST,      /**< a list */
	OV_KIND_MAP,       /**< a map from interned strings */
	OV_KIND_BYTES,     /**< CEL bytes */
	OV_KIND_DICT,      /**< a CEL map with a key that is not a string */
	OV_KIND_DURATION,  /**< CEL duration: seconds and nanoseconds of the same sign */
	OV_KIND_TIMESTAMP, /**< CEL timestamp: seconds since 1970 and nanoseconds from 0 */
	OV_KIND_TYPE,      /**< CEL type: its name is the string */
	OV_KIND_OPTIONAL,  /**< CEL optional: `items` points at the value, or is NULL */
	OV_KIND_OPAQUE,    /**< a value of an extension library: see struct ov_opaque */
	OV_KIND_ERROR, /**< a failed evaluation: see struct ov_error; never part of a tree */
};

/** Remarks about a value. */
enum ov_value_flags {
	OV_FLAG_EMPTY = 1 << 0,   /**< a null that was written as nothing at all: `key:` */
	OV_FLAG_CONST = 1 << 1,   /**< part of a template that holds no expression */
	OV_FLAG_PLAIN = 1 << 2,   /**< a string written as a plain scalar */
	OV_FLAG_REPLACE = 1 << 3, /**< a list that a merge takes whole */
	/**
	 * A list of an API object whose order does not count in CEL: before its first element,
	 * at items[-1], stands the list of the keys by which its entries are told apart, or
	 * OV_KIND_NONE where they are so by their whole value.
	 */
	OV_FLAG_UNORDERED = 1 << 4,
};

struct ov_entry;
struct ov_pair;
struct ov_opaque;
struct ov_error;

/** A value; {0} is OV_KIND_NONE. Fields are read through the functions below or after a switch
 * over `kind`. */
struct ov_value {
	union {
		bool boolean;
		int64_t integer;
		uint64_t uinteger;
		double number;
		int64_t seconds;                /**< durations and timestamps */
		const char *bytes;              /**< strings, bytes and types */
		const struct ov_value *items;   /**< lists, and what an optional holds */
		const struct ov_entry *entries; /**< maps */
		const struct ov_pair *pairs;    /**< dicts */
		const struct ov_opaque *opaque;
		const struct ov_error *error;
	};
	uint32_t count;   /**< bytes, elements or nanoseconds (as int32_t) */
	uint32_t loc;     /**< where it is written, 0 for nowhere (source.h) */
	uint32_t key_loc; /**< where its key is written, when it is a map's value */
	uint8_t kind;     /**< enum ov_kind */
	uint8_t flags;    /**< enum ov_value_flags */
};

/** One binding of a map. */
struct ov_entry {
	const struct ov_key *key;
	struct ov_value value;
};

/** One binding of a dict. */
struct ov_pair {
	struct ov_value key;
	struct ov_value value;
};

/** A value whose meaning an extension library knows, such as a CIDR; compared by type and key.
 */
struct ov_opaque {
	const char *type;   /**< the CEL type's name, a constant */
	struct ov_str text; /**< canonical text */
	struct ov_str key;  /**< equal for equal values; where empty, the text is that */
	const void *data;   /**< the library's own */
};

/** Name of the kind as diagnostics print it: "string", "list", "map", "integer". */
const char *ov_kind_name(enum ov_kind kind);

/** Constructors. Those with a slice point at its bytes and do not copy them. */
struct ov_value ov_value_null(void);
struct ov_value ov_value_bool(bool b);
struct ov_value ov_value_int(int64_t i);
struct ov_value ov_value_uint(uint64_t u);
struct ov_value ov_value_double(double d);

/**
 * A number without fraction as an integer, however it was written: 3.0 and 1e2 are integers to
 * JSON Schema (validation, 4.2.2) and are printed as such. Others as they are.
 */
struct ov_value ov_value_whole(struct ov_value v);
struct ov_value ov_value_string(struct ov_str s);
struct ov_value ov_value_bytes(struct ov_str s);

/** A list over `count` elements that the caller keeps alive. */
struct ov_value ov_value_list(const struct ov_value *items, size_t count);

/** The value with another place. */
struct ov_value ov_value_at(struct ov_value v, uint32_t loc);

/** Whether there is a value at all. */
static inline bool ov_is_some(struct ov_value v)
{
	return v.kind != OV_KIND_NONE;
}

/** Whether it is a string. */
static inline bool ov_is_string(struct ov_value v)
{
	return v.kind == OV_KIND_STRING;
}

/** Whether it is a map. */
static inline bool ov_is_map(struct ov_value v)
{
	return v.kind == OV_KIND_MAP;
}

/** Whether it is a list. */
static inline bool ov_is_list(struct ov_value v)
{
	return v.kind == OV_KIND_LIST;
}

/** The bytes of a string, bytes or type value; empty for any other. */
struct ov_str ov_string(struct ov_value v);

/** The boolean, or `otherwise` where the value is none. */
bool ov_bool(struct ov_value v, bool otherwise);

/** Whether the value is a string with these bytes. */
bool ov_string_is(struct ov_value v, const char *s);

/** Number of elements of a list, bindings of a map; 0 for any other. */
size_t ov_count(struct ov_value v);

/** Whether a list has the string among its elements. */
bool ov_has_string(struct ov_value list, struct ov_str s);

/** Element `i` of a list; OV_KIND_NONE where it is none or too short. */
struct ov_value ov_at(struct ov_value list, size_t i);

/** The value of an interned key; OV_KIND_NONE where there is none or `map` is no map. */
struct ov_value ov_get_key(struct ov_value map, const struct ov_key *key);

/** The binding of an interned key, or NULL. */
const struct ov_entry *ov_entry_key(struct ov_value map, const struct ov_key *key);

/** The value of a key by its bytes; linear in the map, for places that hold no interned key. */
struct ov_value ov_get(struct ov_value map, const char *key);

/** As ov_get with a slice. */
struct ov_value ov_get_str(struct ov_value map, struct ov_str key);

/** Follows up to eight keys, ended by NULL: ov_path(v, "spec", "cluster", NULL). */
struct ov_value ov_path(struct ov_value map, ...);

/** Builds a map; keys keep the order of their first put. */
struct ov_map_builder {
	struct ov_arena *arena;
	struct ov_entry *entries;
	size_t count, cap;
	uint32_t *slot; /**< index over `entries` plus one, from 17 bindings on */
	size_t slots;
};

/** Begins a map of about `expect` bindings in the arena. */
void ov_map_begin(struct ov_map_builder *b, struct ov_arena *arena, size_t expect);

/** The binding of the key, or NULL. May be changed until ov_map_end. */
struct ov_entry *ov_map_find(struct ov_map_builder *b, const struct ov_key *key);

/** Binds the key, in place where it is bound already; returns whether it is new. */
bool ov_map_set(struct ov_map_builder *b, const struct ov_key *key, struct ov_value value);

/** The finished map. The builder may not be used afterwards. */
struct ov_value ov_map_end(struct ov_map_builder *b);

/** A copy of a map with one binding set. */
struct ov_value ov_with(struct ov_arena *arena, struct ov_value map, const struct ov_key *key,
	struct ov_value value);

/** A copy of a map without the binding of a key; the map itself where there is none. */
struct ov_value ov_without(struct ov_arena *arena, struct ov_value map, struct ov_str key);

/**
 * What becomes of a binding's value, before its own bindings are looked at; OV_KIND_NONE leaves
 * the binding out.
 */
typedef struct ov_value ov_rewrite_fn(struct ov_str key, struct ov_value v);

/** A copy of a tree, each binding in it as the function has it. */
struct ov_value ov_rewrite(struct ov_arena *arena, struct ov_value v, ov_rewrite_fn *fn);

/**
 * Whether the tree can be written as YAML or JSON: all of it is of kinds that documents have,
 * its numbers are finite, it is nested no deeper than OV_LIMIT_DEPTH, and within
 * OV_LIMIT_TREE_NODES and OV_LIMIT_TREE_BYTES, however often its parts are shared.
 */
bool ov_is_document(struct ov_value v);

/** A copy of the whole tree in another arena, strings included; keys are shared. */
struct ov_value ov_value_copy(struct ov_arena *arena, struct ov_value v);

/**
 * The tree with all that lies in `from` copied to `arena`, and the rest shared: what is kept of
 * a tree whose scratch memory is about to be given back.
 */
struct ov_value ov_value_keep(
	struct ov_arena *arena, const struct ov_arena *from, struct ov_value v);

#endif
