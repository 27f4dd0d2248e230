/* datetime: points in time as RFC 3339 writes them. Layer: lang. */
#include "lang/datetime.h"

#include "lang/ascii.h"

#include <stdio.h>

enum { DAY = 24 * 60 * 60 };

static const char no_date[] = "is no date; write year-month-day, such as 2024-02-29";
static const char no_time[] =
	"is no time of day; write hour:minute:second and Z or an offset, such as 08:30:00Z or "
	"08:30:00+01:00";

struct time_of_day {
	int hour, minute, second;
	int32_t nanoseconds, offset;
	bool lower;
};

/** Reads exactly `n` digits. */
static bool digits(struct ov_str s, size_t *at, size_t n, int *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++, ++*at) {
		if (!ov_is_digit(ov_byte(s, *at)))
			return false;
		*out = *out * 10 + (s.ptr[*at] - '0');
	}
	return true;
}

static bool sign(struct ov_str s, size_t *at, char c)
{
	if (ov_byte(s, *at) != c)
		return false;
	++*at;
	return true;
}

static bool is_leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return days[month - 1] + (month == 2 && is_leap_year(year));
}

static bool read_date(
	struct ov_str s, size_t *at, int *year, int *month, int *day, const char **why)
{
	if (!digits(s, at, 4, year) || !sign(s, at, '-') || !digits(s, at, 2, month) ||
		!sign(s, at, '-') || !digits(s, at, 2, day))
		return ov_because(why, no_date);
	if (*month < 1 || *month > 12)
		return ov_because(why, "has a month outside of 01 to 12");
	if (*day < 1 || *day > days_in(*year, *month))
		return ov_because(why, "has a day that its month does not have");
	return true;
}

static bool read_time(struct ov_str s, size_t *at, struct time_of_day *t, const char **why)
{
	*t = (struct time_of_day){0};
	if (!digits(s, at, 2, &t->hour) || !sign(s, at, ':') || !digits(s, at, 2, &t->minute) ||
		!sign(s, at, ':') || !digits(s, at, 2, &t->second))
		return ov_because(why, no_time);
	if (sign(s, at, '.')) {
		int32_t place = 100000000;
		if (!ov_is_digit(ov_byte(s, *at)))
			return ov_because(why, "has no digit behind the point of its seconds");
		for (; ov_is_digit(ov_byte(s, *at)); ++*at, place /= 10)
			t->nanoseconds += (s.ptr[*at] - '0') * place;
	}
	char zone = ov_byte(s, *at);
	if (zone == 'Z' || zone == 'z') {
		t->lower = zone == 'z';
		++*at;
	} else if (zone == '+' || zone == '-') {
		int hour, minute;
		++*at;
		if (!digits(s, at, 2, &hour) || !sign(s, at, ':') || !digits(s, at, 2, &minute))
			return ov_because(why, no_time);
		if (hour > 23 || minute > 59)
			return ov_because(why, "has an offset outside of -23:59 to +23:59");
		t->offset = zone == '-' ? -(hour * 60 + minute) : hour * 60 + minute;
	} else {
		return ov_because(why,
			"has no time zone; write Z or an offset such as +01:00 at its end");
	}
	if (t->hour > 23 || t->minute > 59 || t->second > 60)
		return ov_because(
			why, "has an hour over 23, a minute over 59 or a second over 59");
	int utc = (t->hour * 60 + t->minute - t->offset + 2 * 24 * 60) % (24 * 60);
	if (t->second == 60 && utc != 24 * 60 - 1)
		return ov_because(why,
			"has second 60, which only the last minute of a day in UTC "
			"may have");
	return true;
}

int64_t ov_datetime_midnight(int32_t year, int month, int day)
{
	/* Years are counted from March, so that the leap day is the last of its year. */
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t in_era = y - era * 400;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t days = in_era * 365 + in_era / 4 - in_era / 100 + in_year;
	return (era * 146097 + days - 719468) * DAY;
}

struct ov_civil ov_datetime_civil(int64_t seconds)
{
	struct ov_civil c;
	int64_t day = seconds / DAY, rest = seconds % DAY;
	if (rest < 0) {
		rest += DAY;
		day--;
	}
	c.hour = (int)(rest / 3600);
	c.minute = (int)(rest / 60 % 60);
	c.second = (int)(rest % 60);
	c.weekday = (int)(((day + 4) % 7 + 7) % 7);
	int64_t z = day + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t in_era = z - era * 146097;
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;
	c.day = (int)(in_year - (153 * month + 2) / 5 + 1);
	c.month = (int)(month < 10 ? month + 3 : month - 9);
	c.year = (int32_t)(year + era * 400 + (c.month <= 2));
	c.day_of_year = (int)((day * DAY - ov_datetime_midnight(c.year, 1, 1)) / DAY);
	return c;
}

bool ov_datetime_parse(struct ov_str s, struct ov_datetime *out, const char **why)
{
	size_t at = 0;
	int year, month, day;
	struct time_of_day t;
	*out = (struct ov_datetime){0};
	if (!read_date(s, &at, &year, &month, &day, why))
		return false;
	char between = ov_byte(s, at);
	if (between != 'T' && between != 't')
		return ov_because(why,
			"is no point in time; write a date, T and a time, such as "
			"2024-02-29T08:30:00Z");
	at++;
	if (!read_time(s, &at, &t, why))
		return false;
	if (at != s.len)
		return ov_because(why, "has something behind its end");
	out->seconds = ov_datetime_midnight(year, month, day) + t.hour * 3600 + t.minute * 60 +
		       t.second - (int64_t)t.offset * 60;
	out->nanoseconds = t.nanoseconds;
	out->offset = t.offset;
	out->leap = t.second == 60;
	out->lower = t.lower || between == 't';
	return true;
}

const char *ov_datetime_date_fault(struct ov_str s)
{
	const char *why = NULL;
	size_t at = 0;
	int year, month, day;
	if (!read_date(s, &at, &year, &month, &day, &why))
		return why;
	return at == s.len ? NULL : no_date;
}

const char *ov_datetime_time_fault(struct ov_str s)
{
	const char *why = NULL;
	size_t at = 0;
	struct time_of_day t;
	if (!read_time(s, &at, &t, &why))
		return why;
	return at == s.len ? NULL : no_time;
}

bool ov_datetime_print(int64_t seconds, int32_t nanoseconds, char out[OV_DATETIME_TEXT])
{
	if (seconds < ov_datetime_midnight(0, 1, 1) ||
		seconds >= ov_datetime_midnight(10000, 1, 1)) {
		out[0] = '\0';
		return false;
	}
	struct ov_civil c = ov_datetime_civil(seconds);
	int len = snprintf(out, OV_DATETIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", (int)c.year,
		c.month, c.day, c.hour, c.minute, c.second);
	if (nanoseconds > 0) {
		len += snprintf(
			out + len, OV_DATETIME_TEXT - (size_t)len, ".%09d", (int)nanoseconds);
		while (out[len - 1] == '0')
			len--;
	}
	out[len] = 'Z';
	out[len + 1] = '\0';
	return true;
}
