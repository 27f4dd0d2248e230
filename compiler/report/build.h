/*
 * build: maps of the values that reports print. Layer: report.
 */
#ifndef OV_REPORT_BUILD_H
#define OV_REPORT_BUILD_H

#include "value/value.h"

/** A map that is being built. */
struct ov_report_map {
	struct ov_keys *keys;
	struct ov_map_builder builder;
};

/** Begins a map in the arena. */
static inline void ov_report_begin(
	struct ov_report_map *m, struct ov_arena *arena, struct ov_keys *keys)
{
	m->keys = keys;
	ov_map_begin(&m->builder, arena, 8);
}

/** Binds a value. */
static inline void ov_report_put(struct ov_report_map *m, const char *name, struct ov_value v)
{
	ov_map_set(&m->builder, ov_key(m->keys, ov_str_c(name)), v);
}

/** Binds a text, unless it is empty. */
static inline void ov_report_text_of(
	struct ov_report_map *m, const char *name, struct ov_str text)
{
	if (text.len)
		ov_report_put(m, name, ov_value_string(text));
}

/** Binds an integer. */
static inline void ov_report_int(struct ov_report_map *m, const char *name, size_t number)
{
	ov_report_put(m, name, ov_value_int((int64_t)number));
}

/** The finished map. */
static inline struct ov_value ov_report_end(struct ov_report_map *m)
{
	return ov_map_end(&m->builder);
}

#endif
