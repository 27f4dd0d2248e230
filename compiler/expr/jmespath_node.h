/*
 * jmespath_node: the tree of a JMESPath expression and its functions' entries. Layer: expr.
 *
 * For the files of jmespath alone.
 */
#ifndef OV_JMESPATH_NODE_H
#define OV_JMESPATH_NODE_H

#include "expr/jmespath.h"

/** What a node does with the value that it is applied to. */
enum ov_jp_kind {
	OV_JP_IDENTITY,   /**< gives it */
	OV_JP_FIELD,      /**< its member `key` */
	OV_JP_INDEX,      /**< its element `slice[0]` */
	OV_JP_SLICE,      /**< its elements from slice[0] to slice[1] by slice[2] */
	OV_JP_LITERAL,    /**< gives `literal` */
	OV_JP_CHAIN,      /**< child 1 applied to child 0 */
	OV_JP_PIPE,       /**< likewise, across projections */
	OV_JP_OR,         /**< || */
	OV_JP_AND,        /**< && */
	OV_JP_NOT,        /**< ! */
	OV_JP_COMPARE,    /**< `op` on the children */
	OV_JP_PROJECTION, /**< child 1 applied to each element of the list child 0 */
	OV_JP_VALUES,     /**< child 1 applied to each value of the map child 0 */
	OV_JP_FILTER,     /**< child 1 applied to what child 2 holds for of the list child 0 */
	OV_JP_FLATTEN,    /**< the list child 0 with lists in it joined to it */
	OV_JP_LIST,       /**< a list of the children */
	OV_JP_HASH,       /**< a map of the children, each an OV_JP_PAIR */
	OV_JP_PAIR,       /**< child 0, to be bound to `key` */
	OV_JP_CALL,       /**< a function of the children */
	OV_JP_EXPREF,     /**< &child 0, an argument; `literal` stands for it */
};

/** Comparators. */
enum ov_jp_op {
	OV_JP_EQ,
	OV_JP_NE,
	OV_JP_LT,
	OV_JP_LE,
	OV_JP_GT,
	OV_JP_GE,
};

struct ov_jp_function;

/** A node. */
struct ov_jp_node {
	uint8_t kind;   /**< enum ov_jp_kind */
	uint8_t op;     /**< enum ov_jp_op */
	uint8_t set;    /**< bit i: slice[i] is written */
	uint16_t depth; /**< of the tree below it, itself counted */
	uint32_t at, len;
	uint32_t count;
	struct ov_jp_node **child;
	const struct ov_key *key;
	int64_t slice[3];
	struct ov_value literal;
	const struct ov_jp_function *function; /**< NULL where the name is not known */
};

struct ov_jmespath {
	struct ov_str text;
	enum ov_jmespath_dialect dialect;
	const struct ov_jp_node *root;
};

/** Types of arguments, to be combined. */
enum ov_jp_type {
	OV_JP_NUMBER = 1 << 0,
	OV_JP_STRING = 1 << 1,
	OV_JP_ARRAY = 1 << 2,
	OV_JP_OBJECT = 1 << 3,
	OV_JP_NUMBERS = 1 << 4, /**< an array of numbers */
	OV_JP_STRINGS = 1 << 5, /**< an array of strings */
	OV_JP_REF = 1 << 6,     /**< &expression */
	OV_JP_ANY = 1 << 7,
};

/** A function of an evaluation: gets `count` arguments that its entry allows. */
typedef struct ov_value ov_jp_call(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *args);

/** A function. */
struct ov_jp_function {
	const char *name;
	ov_jp_call *call;
	uint8_t count;  /**< arguments; where `more`, the least number */
	bool more;      /**< the last type is that of all further arguments too */
	bool unchecked; /**< any number of arguments of any type */
	uint8_t type[4];
};

enum { OV_JP_TYPES = 4 };

/** The function of a dialect, or NULL. */
const struct ov_jp_function *ov_jp_function_find(
	enum ov_jmespath_dialect dialect, struct ov_str name);

/** Tables of functions, ended by an entry without a name. */
extern const struct ov_jp_function ov_jp_core[], ov_jp_core_standard[];
extern const struct ov_jp_function ov_jp_text[], ov_jp_regex[], ov_jp_version[];
extern const struct ov_jp_function ov_jp_math[], ov_jp_time[], ov_jp_data[], ov_jp_random[];

/** Parses the expression. NULL with `*error` set. */
struct ov_jp_node *ov_jp_parse(struct ov_arena *arena, struct ov_keys *keys,
	enum ov_jmespath_dialect dialect, struct ov_str text, struct ov_jmespath_error *error);

/** Applies the node to a value; OV_KIND_NONE with `run->error` set where it fails. */
struct ov_value ov_jp_apply(
	struct ov_jmespath_run *run, const struct ov_jp_node *node, struct ov_value v);

/** As ov_jp_apply; a key that was not found is null. */
struct ov_value ov_jp_apply_soft(
	struct ov_jmespath_run *run, const struct ov_jp_node *node, struct ov_value v);

/** Applies a node of the kind OV_JP_CALL. */
struct ov_value ov_jp_apply_call(
	struct ov_jmespath_run *run, const struct ov_jp_node *node, struct ov_value v);

/** Whether the node's dialect is Kyverno's. */
bool ov_jp_is_policy(const struct ov_jmespath_run *run);

/** Records a failure at the node; the first of an evaluation stays. Returns OV_KIND_NONE. */
OV_PRINTF(4, 5)
struct ov_value ov_jp_fail(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	enum ov_jmespath_fault fault, const char *fmt, ...);

/** Counts work; false, with the failure recorded, where it is too much. */
bool ov_jp_spend(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, size_t steps, size_t bytes);

/** The node behind an argument of type OV_JP_REF. */
const struct ov_jp_node *ov_jp_ref(struct ov_value arg);

/** A string with the bytes in the buffer, which is released. */
struct ov_value ov_jp_take(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, struct ov_buf *buf);

/** A value of a Go int, which is no number to the functions and equals no float64. */
struct ov_value ov_jp_go_int(int64_t i);

/** Whether the value is a number to the language: not of ov_jp_go_int. */
bool ov_jp_is_number(struct ov_value v);

/** A string, number or boolean as text in the arena; false where the value is none of these. */
bool ov_jp_scalar_text(struct ov_arena *arena, struct ov_value v, struct ov_str *out);

/** The failure of a call whose argument (from 1) ov_jp_scalar_text refuses. */
struct ov_value ov_jp_no_text(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, unsigned argument);

#endif
