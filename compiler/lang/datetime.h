/*
 * datetime: points in time as RFC 3339 writes them. Layer: lang.
 */
#ifndef OV_DATETIME_H
#define OV_DATETIME_H

#include "base/str.h"

enum {
	/** Room for the longest text of a point in time, with its NUL. */
	OV_DATETIME_TEXT = 40,
};

/** A point in time. */
struct ov_datetime {
	int64_t seconds;     /**< since 1970-01-01T00:00:00Z, without leap seconds */
	int32_t nanoseconds; /**< 0 to 999999999 */
	int32_t offset;      /**< minutes east of Greenwich in which it was written */
	bool leap;           /**< written with second 60, counted as the second after it */
	bool lower;          /**< written with a small t or z, which Go refuses */
};

/** The parts of a point in time on the Gregorian calendar. */
struct ov_civil {
	int32_t year;    /**< astronomical: 0 is 1 BC */
	int month;       /**< 1-12 */
	int day;         /**< 1-31 */
	int hour;        /**< 0-23 */
	int minute;      /**< 0-59 */
	int second;      /**< 0-59 */
	int weekday;     /**< 0 is Sunday */
	int day_of_year; /**< from 0 */
};

/**
 * Reads date-time of RFC 3339, section 5.6. A leap second is accepted where it can be: at the
 * end of a day in UTC. Digits of the fraction behind the ninth are dropped. `*why` (may be
 * NULL) is set on false.
 */
bool ov_datetime_parse(struct ov_str s, struct ov_datetime *out, const char **why);

/** NULL where it is full-date of RFC 3339, section 5.6, otherwise what is wrong. */
const char *ov_datetime_date_fault(struct ov_str s);

/** NULL where it is full-time of RFC 3339, section 5.6, otherwise what is wrong. */
const char *ov_datetime_time_fault(struct ov_str s);

/** The calendar's parts of `seconds` since 1970 in UTC, for years of at most five digits. */
struct ov_civil ov_datetime_civil(int64_t seconds);

/** Seconds since 1970 of a day's midnight in UTC; month and day are from 1 and in range. */
int64_t ov_datetime_midnight(int32_t year, int month, int day);

/**
 * Writes it in UTC, as Go's RFC3339Nano: without trailing zeros in the fraction. False outside
 * of the years 0 to 9999.
 */
bool ov_datetime_print(int64_t seconds, int32_t nanoseconds, char out[OV_DATETIME_TEXT]);

#endif
