/* fn_time: timestamps and durations. Layer: expr. */
#include "expr/functions.h"
#include "expr/text.h"
#include "foreign/zone.h"
#include "lang/ascii.h"
#include "lang/datetime.h"
#include "lang/duration.h"
#include "value/number.h"

/*
 * Durations are those that an int64 of nanoseconds can hold, about 292 years, as in cel-go.
 */
static const int64_t second = 1000000000;

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z (langdef.md, "Timestamps and Durations"). */
static const int64_t first_second = -62135596800, last_second = 253402300799;

static struct ov_value out_of_range(
	struct ov_eval *ev, const struct ov_expr *at, const char *what)
{
	return ov_eval_fail(ev, at, "the %s is out of range", what);
}

static struct ov_value duration_of(int64_t nanoseconds)
{
	return (struct ov_value){.kind = OV_KIND_DURATION,
		.seconds = nanoseconds / second,
		.count = (uint32_t)(int32_t)(nanoseconds % second)};
}

/* a + b or a - b; false where that is past an int64. */
static bool add(int64_t a, int64_t b, bool minus, int64_t *out)
{
	return minus ? ov_int_sub(a, b, out) : ov_int_add(a, b, out);
}

static bool to_nanoseconds(int64_t seconds, int64_t rest, int64_t *out)
{
	if (seconds > INT64_MAX / second || seconds < INT64_MIN / second)
		return false;
	return add(seconds * second, rest, false, out);
}

static struct ov_value timestamp_of(
	struct ov_eval *ev, const struct ov_expr *at, int64_t seconds, int64_t nanoseconds)
{
	if (nanoseconds < 0) {
		nanoseconds += second;
		seconds--;
	} else if (nanoseconds >= second) {
		nanoseconds -= second;
		seconds++;
	}
	if (seconds < first_second || seconds > last_second)
		return out_of_range(ev, at, "timestamp");
	return (struct ov_value){
		.kind = OV_KIND_TIMESTAMP, .seconds = seconds, .count = (uint32_t)nanoseconds};
}

static struct ov_value sum_durations(struct ov_eval *ev, const struct ov_expr *at,
	struct ov_value a, struct ov_value b, bool minus)
{
	int64_t x, y, sum;
	if (!to_nanoseconds(a.seconds, (int32_t)a.count, &x) ||
		!to_nanoseconds(b.seconds, (int32_t)b.count, &y) || !add(x, y, minus, &sum))
		return out_of_range(ev, at, "duration");
	return duration_of(sum);
}

struct ov_value ov_function_add_durations(
	struct ov_eval *eval, const struct ov_expr *at, struct ov_value a, struct ov_value b)
{
	return sum_durations(eval, at, a, b, false);
}

static struct ov_value move(struct ov_eval *ev, const struct ov_expr *at, struct ov_value t,
	struct ov_value by, bool minus)
{
	int64_t seconds;
	if (!add(t.seconds, by.seconds, minus, &seconds))
		return out_of_range(ev, at, "timestamp");
	int64_t rest = (int64_t)t.count + (minus ? -1 : 1) * (int64_t)(int32_t)by.count;
	return timestamp_of(ev, at, seconds, rest);
}

OV_FUNCTION(add_durations, sum_durations(ev, at, a[0], a[1], false))
OV_FUNCTION(sub_durations, sum_durations(ev, at, a[0], a[1], true))
OV_FUNCTION(later, a[0].kind == OV_KIND_TIMESTAMP ? move(ev, at, a[0], a[1], false)
						  : move(ev, at, a[1], a[0], false))
OV_FUNCTION(earlier, move(ev, at, a[0], a[1], true))

static struct ov_value between(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	int64_t nanoseconds;
	if (!to_nanoseconds(a[0].seconds - a[1].seconds,
		    (int64_t)a[0].count - (int64_t)a[1].count, &nanoseconds))
		return out_of_range(ev, at, "duration");
	return duration_of(nanoseconds);
}

OV_FUNCTION(same, a[0])
OV_FUNCTION(timestamp_of_int, timestamp_of(ev, at, a[0].integer, 0))

static struct ov_value timestamp_of_string(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str s = ov_string(a[0]);
	struct ov_datetime t;
	const char *why = NULL;
	bool read = ov_datetime_parse(s, &t, &why);
	if (ev->terse && (!read || t.leap || t.lower))
		return ov_eval_fail(
			ev, at, "invalid RFC 3339 timestamp \"%.*s\"", OV_STR_ARG(s));
	if (!read)
		return ov_eval_fail(ev, at, "'%.*s' %s", OV_STR_ARG(s), why);
	if (t.leap || t.lower)
		return ov_eval_fail(ev, at,
			"'%.*s' is no timestamp: write T and Z as capitals, and "
			"no second 60",
			OV_STR_ARG(s));
	return timestamp_of(ev, at, t.seconds, t.nanoseconds);
}

static struct ov_value duration_of_string(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_str s = ov_string(a[0]);
	int64_t nanoseconds;
	const char *why = NULL;
	if (!ov_duration_parse(s, &nanoseconds, &why))
		return ov_eval_no_conversion(ev, at, s, why, "google.protobuf.Duration");
	return duration_of(nanoseconds);
}

static struct ov_value to_string(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	struct ov_text out = ov_text_begin(ev, at);
	ov_text_time(&out, a[0]);
	return ov_text_end(&out);
}

static struct ov_value int_of_duration(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	int64_t nanoseconds;
	if (!to_nanoseconds(a[0].seconds, (int32_t)a[0].count, &nanoseconds))
		return out_of_range(ev, at, "duration");
	return ov_value_int(nanoseconds);
}

/* Seconds east of Greenwich for "+01:30", "-02:00" or "02:00". */
static bool fixed_offset(struct ov_str s, int32_t *out)
{
	bool minus = ov_byte(s, 0) == '-';
	if (minus || ov_byte(s, 0) == '+')
		s = ov_str_sub(s, 1, s.len);
	if (s.len != 5 || s.ptr[2] != ':')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (i != 2 && !ov_is_digit(s.ptr[i]))
			return false;
	}
	int hours = (s.ptr[0] - '0') * 10 + s.ptr[1] - '0';
	int minutes = (s.ptr[3] - '0') * 10 + s.ptr[4] - '0';
	if (hours > 23 || minutes > 59)
		return false;
	*out = (minus ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

/* The calendar's parts of a timestamp, in the zone of the second argument if there is one. */
static bool civil(struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a,
	size_t n, struct ov_civil *out, struct ov_value *error)
{
	int32_t offset = 0;
	if (n == 2) {
		struct ov_str zone = ov_string(a[1]);
		/* Reading a zone's file costs about as much as this many steps. */
		enum { STEPS = 100 };
		bool fixed = ov_str_chr(zone, ':') != SIZE_MAX;
		if (!fixed && !ov_eval_work(ev, at, STEPS, error))
			return false;
		if (!(fixed ? fixed_offset(zone, &offset)
			    : ov_zone_offset(zone, a[0].seconds, &offset))) {
			*error = ov_eval_fail(ev, at,
				ev->terse ? "unknown time zone %.*s"
					  : "there is no time zone '%.*s'; write a name "
					    "such as Europe/Vienna or an offset such as +01:00",
				OV_STR_ARG(zone));
			return false;
		}
	}
	*out = ov_datetime_civil(a[0].seconds + offset);
	return true;
}

#define PART(name, part) \
	static struct ov_value name(struct ov_eval *ev, const struct ov_expr *at, \
		const struct ov_value *a, size_t n) \
	{ \
		struct ov_civil c; \
		struct ov_value error; \
		return civil(ev, at, a, n, &c, &error) ? ov_value_int(part) : error; \
	}

PART(year, c.year)
PART(month, c.month - 1)
PART(date, c.day)
PART(day_of_month, c.day - 1)
PART(day_of_week, c.weekday)
PART(day_of_year, c.day_of_year)
PART(hours, c.hour)
PART(minutes, c.minute)
PART(seconds, c.second)
PART(milliseconds, (int32_t)a[0].count / 1000000)
#undef PART

OV_FUNCTION(total_hours, ov_value_int(a[0].seconds / 3600))
OV_FUNCTION(total_minutes, ov_value_int(a[0].seconds / 60))
OV_FUNCTION(total_seconds, ov_value_int(a[0].seconds))

/* As cel-go: all of the duration in milliseconds, where the specification means the rest only.
 */
static struct ov_value total_milliseconds(
	struct ov_eval *ev, const struct ov_expr *at, const struct ov_value *a, size_t n)
{
	(void)n;
	int64_t nanoseconds;
	if (!to_nanoseconds(a[0].seconds, (int32_t)a[0].count, &nanoseconds))
		return out_of_range(ev, at, "duration");
	return ov_value_int(nanoseconds / 1000000);
}

static const struct ov_function items[] = {
	{.signature = "timestamp(timestamp) timestamp", .fn = same},
	{.signature = "timestamp(int) timestamp", .fn = timestamp_of_int},
	{.signature = "timestamp(string) timestamp", .fn = timestamp_of_string},
	{.signature = "duration(duration) duration", .fn = same},
	{.signature = "duration(string) duration", .fn = duration_of_string},
	{.signature = "string(timestamp) string", .fn = to_string},
	{.signature = "string(duration) string", .fn = to_string},
	{.signature = "int(duration) int", .fn = int_of_duration},
	{.signature = "_+_(timestamp, duration) timestamp", .fn = later},
	{.signature = "_+_(duration, timestamp) timestamp", .fn = later},
	{.signature = "_+_(duration, duration) duration", .fn = add_durations},
	{.signature = "_-_(timestamp, timestamp) duration", .fn = between},
	{.signature = "_-_(timestamp, duration) timestamp", .fn = earlier},
	{.signature = "_-_(duration, duration) duration", .fn = sub_durations},
#define PART(name, fn_) \
	{.signature = "timestamp." name "() int", .fn = fn_}, \
	{ \
		.signature = "timestamp." name "(string) int", .fn = fn_ \
	}
	PART("getFullYear", year),
	PART("getMonth", month),
	PART("getDate", date),
	PART("getDayOfMonth", day_of_month),
	PART("getDayOfWeek", day_of_week),
	PART("getDayOfYear", day_of_year),
	PART("getHours", hours),
	PART("getMinutes", minutes),
	PART("getSeconds", seconds),
	PART("getMilliseconds", milliseconds),
#undef PART
	{.signature = "duration.getHours() int", .fn = total_hours},
	{.signature = "duration.getMinutes() int", .fn = total_minutes},
	{.signature = "duration.getSeconds() int", .fn = total_seconds},
	{.signature = "duration.getMilliseconds() int", .fn = total_milliseconds},
};

struct ov_function_table ov_functions_time(void)
{
	return (struct ov_function_table){items, OV_COUNT(items)};
}
