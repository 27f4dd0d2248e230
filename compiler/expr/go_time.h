/*
 * go_time: points in time by the layouts of Go's package time. Layer: expr.
 */
#ifndef OV_GO_TIME_H
#define OV_GO_TIME_H

#include "base/str.h"

/** A point in time. */
struct ov_go_time {
	int64_t seconds;     /**< since 1970-01-01T00:00:00Z */
	int32_t nanoseconds; /**< 0 to 999999999 */
	int32_t offset;      /**< seconds east of Greenwich in which it is printed */
};

/** The layout RFC 3339. */
extern const struct ov_str ov_go_rfc3339;

/**
 * time.Parse, where the local zone is UTC: an unknown abbreviation of a zone has no offset.
 * `*why` is set on false.
 */
bool ov_go_time_parse(
	struct ov_str layout, struct ov_str value, struct ov_go_time *out, const char **why);

/** Appends Format(time.RFC3339): without the fraction. */
void ov_go_time_print(struct ov_buf *buf, struct ov_go_time t);

/** The later of the two less the earlier in nanoseconds, cut to the range of a duration. */
int64_t ov_go_time_sub(struct ov_go_time later, struct ov_go_time earlier);

/** The time that many nanoseconds later. */
struct ov_go_time ov_go_time_add(struct ov_go_time t, int64_t nanoseconds);

/** The last multiple of `step` nanoseconds since the year 1 up to the time. */
struct ov_go_time ov_go_time_truncate(struct ov_go_time t, int64_t step);

/** Negative, 0 or positive. */
int ov_go_time_compare(struct ov_go_time a, struct ov_go_time b);

#endif
