/*
 * cron: schedules of five fields. Layer: lang.
 *
 * Accepts what the standard parser of robfig/cron v3 accepts, which CronJobs and Velero use.
 */
#ifndef OV_CRON_H
#define OV_CRON_H

#include "base/arena.h"
#include "base/str.h"

/** A schedule; each field is a set of bits. */
struct ov_cron {
	uint64_t minute, hour, day, month, weekday; /**< empty for @every */
	bool any_day, any_weekday; /**< whether the field covers all by * or ? */
	int64_t every;             /**< nanoseconds of @every, otherwise 0 */
	struct ov_str zone; /**< of TZ= or CRON_TZ=, part of the text; CronJobs refuse it */
};

/**
 * Reads a schedule. On false `*why` (may be NULL) names the field and its bounds; it is a
 * constant or in the arena. Whether a time zone exists is not known here.
 */
bool ov_cron_parse(
	struct ov_arena *arena, struct ov_str s, struct ov_cron *out, struct ov_str *why);

/** Whether no day fits, as in "0 0 30 2 *". */
bool ov_cron_is_never(const struct ov_cron *cron);

#endif
