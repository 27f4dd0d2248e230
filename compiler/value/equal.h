/*
 * equal: equality and order of values, by the dialect of who asks. Layer: value.
 */
#ifndef OV_EQUAL_H
#define OV_EQUAL_H

#include "value/value.h"

/** Whose idea of equality is meant. */
enum ov_dialect {
	OV_IDENTICAL, /**< same kind and content; 1 and 1.0 differ, map order does not count */
	OV_JSON_SCHEMA, /**< numbers by mathematical value (JSON Schema 2020-12 core, 4.2.2) */
	OV_CEL, /**< as the CEL specification: numbers by value across kinds, NaN != NaN */
	OV_GO_FLOAT64, /**< numbers after conversion to float64, as Kyverno sees them */
};

/** Whether two values are equal; nothing equals an error. Nesting is bounded by how values are
 * made. */
bool ov_equal(struct ov_value a, struct ov_value b, enum ov_dialect dialect);

/**
 * As ov_equal, within `*effort` comparisons of parts, which are counted down: shared parts are
 * compared as often as they are met. Where it comes to 0, the result is false and says nothing.
 */
bool ov_equal_within(
	struct ov_value a, struct ov_value b, enum ov_dialect dialect, size_t *effort);

/** Mathematical order of two numbers of any kind: -1, 0, 1; 2 where one is NaN. */
int ov_compare_numbers(struct ov_value a, struct ov_value b);

/** Whether the value is of one of the three number kinds. */
bool ov_is_number(struct ov_value v);

/** The number as a double; 0 where the value is none. */
double ov_to_double(struct ov_value v);

/** A total order over all document values, for sorting and sets: by kind, then content. */
int ov_order(struct ov_value a, struct ov_value b);

#endif
