/*
 * type: the type terms that schemas and expressions share. Layer: types.
 *
 * Types are immutable and live in an arena or in constant tables. An object type's fields are
 * looked up through a callback, so that a recursive schema needs no endless type.
 */
#ifndef OV_TYPE_H
#define OV_TYPE_H

#include "base/arena.h"
#include "base/str.h"

/** The kinds of types. */
enum ov_type_kind {
	OV_TYPE_DYN, /**< anything; checked when it is evaluated */
	OV_TYPE_NULL,
	OV_TYPE_BOOL,
	OV_TYPE_INT,
	OV_TYPE_UINT,
	OV_TYPE_DOUBLE,
	OV_TYPE_STRING,
	OV_TYPE_BYTES,
	OV_TYPE_DURATION,
	OV_TYPE_TIMESTAMP,
	OV_TYPE_LIST,          /**< of `elem` */
	OV_TYPE_MAP,           /**< from `key` to `elem` */
	OV_TYPE_OBJECT,        /**< a map with declared fields: `object` */
	OV_TYPE_TYPE,          /**< the type of a type */
	OV_TYPE_OPTIONAL,      /**< of `elem` */
	OV_TYPE_OPAQUE,        /**< of an extension library, told apart by `name` */
	OV_TYPE_INT_OR_STRING, /**< a schema's union of the two */
	OV_TYPE_PARAM,         /**< a type parameter of a function's signature, by `name` */
};

struct ov_type;

/** What is known of one field of an object type. */
struct ov_type_field {
	const struct ov_type *type;
	bool present; /**< required or defaulted: reading it cannot fail */
};

/** Where an object type's fields are found. */
struct ov_object_type {
	struct ov_str name; /**< as messages name it; may be empty */
	bool nominal; /**< as CEL's own objects: no map and no other object may stand for it */
	const void *context;
	/** Finds a field; false where the object has none of that name. */
	bool (*field)(const struct ov_object_type *object, struct ov_str name,
		struct ov_type_field *out);
	/** The declared names, for suggestions; returns how many, writing at most `room`. */
	size_t (*names)(const struct ov_object_type *object, struct ov_str *out, size_t room);
};

/** A type. */
struct ov_type {
	enum ov_type_kind kind;
	const struct ov_type *elem;
	const struct ov_type *key;
	const struct ov_object_type *object;
	const char *name; /**< of an opaque type or a parameter */
};

/** The types without arguments. */
extern const struct ov_type ov_type_dyn, ov_type_null, ov_type_bool, ov_type_int, ov_type_uint,
	ov_type_double, ov_type_string, ov_type_bytes, ov_type_duration, ov_type_timestamp,
	ov_type_type, ov_type_int_or_string, ov_type_list_dyn, ov_type_map_dyn;

/**
 * A dyn of which no value is known, as the elements of `[]`: joined with another type it gives
 * way. Told from dyn by its address.
 */
extern const struct ov_type ov_type_unbound;

/** list(elem). */
const struct ov_type *ov_type_list(struct ov_arena *arena, const struct ov_type *elem);

/** map(key, elem). */
const struct ov_type *ov_type_map(
	struct ov_arena *arena, const struct ov_type *key, const struct ov_type *elem);

/** optional(elem). */
const struct ov_type *ov_type_optional(struct ov_arena *arena, const struct ov_type *elem);

/** An object type over the given fields. */
const struct ov_type *ov_type_object(
	struct ov_arena *arena, const struct ov_object_type *object);

/** Appends the type as CEL writes it: `list(string)`, `map(string, int)`, `dyn`. */
void ov_type_print(struct ov_buf *buf, const struct ov_type *type);

/** The type as text in the arena. */
struct ov_str ov_type_str(struct ov_arena *arena, const struct ov_type *type);

/** Bindings of type parameters while one call is checked. */
struct ov_type_binding {
	const char *name;
	const struct ov_type *type;
};

/** At most this many parameters in one signature. */
enum { OV_TYPE_PARAMS = 6 };

/** The parameters bound so far; starts zeroed. */
struct ov_type_bindings {
	struct ov_type_binding items[OV_TYPE_PARAMS];
	size_t count;
};

/**
 * Whether a value of type `from` may stand where `to` is asked for. `dyn` may stand anywhere;
 * parameters of `to` are bound on the way. An int-or-string may stand for an int and a string.
 */
bool ov_type_accepts(const struct ov_type *to, const struct ov_type *from,
	struct ov_type_bindings *bindings);

/** `type` with its parameters replaced; an unbound one becomes dyn. */
const struct ov_type *ov_type_subst(struct ov_arena *arena, const struct ov_type *type,
	const struct ov_type_bindings *bindings);

/** Whether two types are one: dyn only with dyn, what is unbound with any. */
bool ov_type_same(const struct ov_type *a, const struct ov_type *b);

/** The type of both: the one that accepts the other, else dyn. */
const struct ov_type *ov_type_join(const struct ov_type *a, const struct ov_type *b);

#endif
