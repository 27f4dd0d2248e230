/* go_time: points in time by the layouts of Go's package time. Layer: expr. */
#include "expr/go_time.h"

#include "lang/ascii.h"
#include "lang/datetime.h"

const struct ov_str ov_go_rfc3339 = OV_STR_INIT("2006-01-02T15:04:05Z07:00");

/** What an element of a layout stands for. */
enum element {
	TEXT,
	LONG_MONTH,
	MONTH,
	NUM_MONTH,
	ZERO_MONTH,
	LONG_WEEKDAY,
	WEEKDAY,
	DAY,
	UNDER_DAY,
	ZERO_DAY,
	UNDER_YEARDAY,
	ZERO_YEARDAY,
	HOUR,
	HOUR12,
	ZERO_HOUR12,
	MINUTE,
	ZERO_MINUTE,
	SECOND,
	ZERO_SECOND,
	LONG_YEAR,
	YEAR,
	PM,
	SMALL_PM,
	ZONE,
	ISO_ZONE,
	NUM_ZONE,
	FRACTION0,
	FRACTION9,
};

struct form {
	const char *text;
	enum element element;
};

/** Longer forms before those that begin them. */
static const struct form forms[] = {{"January", LONG_MONTH}, {"Monday", LONG_WEEKDAY},
	{"MST", ZONE}, {"002", ZERO_YEARDAY}, {"01", ZERO_MONTH}, {"02", ZERO_DAY},
	{"03", ZERO_HOUR12}, {"04", ZERO_MINUTE}, {"05", ZERO_SECOND}, {"06", YEAR},
	{"15", HOUR}, {"1", NUM_MONTH}, {"2006", LONG_YEAR}, {"2", DAY}, {"__2", UNDER_YEARDAY},
	{"3", HOUR12}, {"4", MINUTE}, {"5", SECOND}, {"PM", PM}, {"pm", SMALL_PM},
	{"-070000", NUM_ZONE}, {"-07:00:00", NUM_ZONE}, {"-0700", NUM_ZONE},
	{"-07:00", NUM_ZONE}, {"-07", NUM_ZONE}, {"Z070000", ISO_ZONE}, {"Z07:00:00", ISO_ZONE},
	{"Z0700", ISO_ZONE}, {"Z07:00", ISO_ZONE}, {"Z07", ISO_ZONE}};

/* The element that the layout begins with, and its length. */
static enum element element_at(struct ov_str s, size_t *len)
{
	char c = ov_byte(s, 0), next = ov_byte(s, 1);
	if ((c == '.' || c == ',') && (next == '0' || next == '9')) {
		size_t end = 1;
		while (ov_byte(s, end) == next)
			end++;
		if (!ov_is_digit(ov_byte(s, end))) {
			*len = end;
			return next == '0' ? FRACTION0 : FRACTION9;
		}
	}
	for (size_t i = 0; i < OV_COUNT(forms); i++)
		if (ov_str_starts(s, ov_str_c(forms[i].text))) {
			*len = strlen(forms[i].text);
			return forms[i].element;
		}
	*len = 3;
	if (ov_str_starts(s, OV_STR("Jan")) && !ov_is_lower(ov_byte(s, 3)))
		return MONTH;
	if (ov_str_starts(s, OV_STR("Mon")) && !ov_is_lower(ov_byte(s, 3)))
		return WEEKDAY;
	*len = 2;
	if (ov_str_starts(s, OV_STR("_2")) && !ov_str_starts(s, OV_STR("_2006")))
		return UNDER_DAY;
	*len = 1;
	return TEXT;
}

/** A reading of a value. */
struct reading {
	struct ov_str s; /**< what is left of the value */
	const char **why;
	int year, month, day, year_day, hour, minute, second; /**< -1 for none, but for times */
	int32_t nanoseconds;
	bool pm, am, has_offset;
	int32_t offset;    /**< taken off the time */
	int32_t displayed; /**< only printed */
};

static bool wrong(struct reading *r, const char *why)
{
	return ov_because(r->why, why);
}

static void skip(struct reading *r, size_t n)
{
	r->s = ov_str_sub(r->s, n, r->s.len);
}

static bool take_text(struct reading *r, char c)
{
	if (c != ' ') {
		if (ov_byte(r->s, 0) != c || !r->s.len)
			return wrong(r, "does not follow the layout");
		skip(r, 1);
		return true;
	}
	if (r->s.len && *r->s.ptr != ' ')
		return wrong(r, "does not follow the layout");
	while (ov_byte(r->s, 0) == ' ')
		skip(r, 1);
	return true;
}

static bool take_number(struct reading *r, size_t least, size_t most, int *out)
{
	size_t n = 0;
	int value = 0;
	while (n < most && ov_is_digit(ov_byte(r->s, n)))
		value = value * 10 + (r->s.ptr[n++] - '0');
	if (n < least)
		return wrong(r, "has no number where the layout has one");
	skip(r, n);
	*out = value;
	return true;
}

static bool take_name(
	struct reading *r, const char *const *names, size_t count, size_t len, int *out)
{
	for (size_t i = 0; i < count; i++) {
		size_t n = len ? len : strlen(names[i]);
		char lower[16] = {0};
		for (size_t k = 0; k < n; k++)
			lower[k] = ov_to_lower(names[i][k]);
		if (ov_is_word(ov_str_sub(r->s, 0, n), lower)) {
			skip(r, n);
			*out = (int)i;
			return true;
		}
	}
	return wrong(r, "has no name where the layout has one");
}

static const char *const months[] = {"January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December"};
static const char *const weekdays[] = {
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

enum { SHORT_NAME = 3 };

/* A point or comma and digits, `n` bytes in all. */
static bool take_fraction(struct reading *r, size_t n)
{
	int32_t scale = 100000000;
	char c = ov_byte(r->s, 0);
	if (r->s.len < n || (c != '.' && c != ','))
		return wrong(r, "has no fraction of a second");
	r->nanoseconds = 0;
	for (size_t i = 1; i < n; i++, scale /= 10) {
		if (!ov_is_digit(r->s.ptr[i]))
			return wrong(r, "has a fraction of a second that is too short");
		r->nanoseconds += scale * (r->s.ptr[i] - '0');
	}
	skip(r, n);
	return true;
}

static size_t fraction_length(struct ov_str s)
{
	size_t n = 1;
	if (ov_byte(s, 0) != '.' && ov_byte(s, 0) != ',')
		return 0;
	while (ov_is_digit(ov_byte(s, n)))
		n++;
	return n > 1 ? n : 0;
}

static bool take_second(struct reading *r, bool zero, struct ov_str layout)
{
	size_t n, len;
	if (!take_number(r, zero ? 2 : 1, 2, &r->second))
		return false;
	if (r->second > 59)
		return wrong(r, "has a second out of range");
	n = fraction_length(r->s);
	if (!n)
		return true;
	/* A fraction that the layout does not have is read all the same. */
	for (struct ov_str rest = layout; rest.len; rest = ov_str_sub(rest, len, rest.len)) {
		enum element next = element_at(rest, &len);
		if (next == FRACTION0 || next == FRACTION9)
			return true;
		if (next != TEXT)
			break;
	}
	return take_fraction(r, n);
}

/* An offset written as the layout `form` writes it: signs, digits and colons. */
static bool take_offset(struct reading *r, struct ov_str form)
{
	int part[3] = {0};
	size_t parts = 0;
	char sign = ov_byte(r->s, 0);
	if (*form.ptr == 'Z' && sign == 'Z') {
		skip(r, 1);
		r->has_offset = true;
		return true;
	}
	if (sign != '+' && sign != '-')
		return wrong(r, "has no offset from UTC");
	skip(r, 1);
	for (size_t i = 1; i < form.len;) {
		if (form.ptr[i] == ':') {
			if (!take_text(r, ':'))
				return false;
			i++;
		} else {
			if (!take_number(r, 2, 2, &part[parts++]))
				return false;
			i += 2;
		}
	}
	if (part[0] > 24 || part[1] > 60 || part[2] > 60)
		return wrong(r, "has an offset out of range");
	r->offset = (part[0] * 60 + part[1]) * 60 + part[2];
	if (sign == '-')
		r->offset = -r->offset;
	r->displayed = r->offset;
	r->has_offset = true;
	return true;
}

/* Length of a signed number of hours up to 23, 0 where there is none; `*hours` is its value. */
static size_t signed_hours(struct ov_str s, int *hours)
{
	size_t n = 1;
	*hours = 0;
	if (ov_byte(s, 0) != '+' && ov_byte(s, 0) != '-')
		return 0;
	for (; ov_is_digit(ov_byte(s, n)); n++)
		if (*hours < 1000)
			*hours = *hours * 10 + (s.ptr[n] - '0');
	if (n == 1 || *hours > 23)
		return 0;
	if (*s.ptr == '-')
		*hours = -*hours;
	return n;
}

static bool take_zone(struct reading *r)
{
	size_t n = 0;
	int hours = 0;
	struct ov_str s = r->s;
	if (ov_str_starts(s, OV_STR("UTC"))) {
		n = 3;
	} else if (ov_str_starts(s, OV_STR("ChST")) || ov_str_starts(s, OV_STR("MeST"))) {
		n = 4;
	} else if (ov_str_starts(s, OV_STR("GMT"))) {
		n = 3 + signed_hours(ov_str_sub(s, 3, s.len), &hours);
		/* The time is not moved by it. */
		r->displayed = hours * 3600;
	} else if (s.len >= 3 && (*s.ptr == '+' || *s.ptr == '-')) {
		n = signed_hours(s, &hours);
	} else {
		while (n < 6 && ov_is_upper(ov_byte(s, n)))
			n++;
		if (n < 3 || n == 6 || (n == 5 && s.ptr[4] != 'T') ||
			(n == 4 && s.ptr[3] != 'T' && !ov_str_starts(s, OV_STR("WITA"))))
			n = 0;
	}
	if (!n)
		return wrong(r, "has no abbreviation of a time zone");
	skip(r, n);
	r->has_offset = true;
	return true;
}

static bool take_half(struct reading *r, const char *morning, const char *evening)
{
	struct ov_str half = ov_str_sub(r->s, 0, 2);
	r->am = ov_str_is(half, morning);
	r->pm = ov_str_is(half, evening);
	if (!r->am && !r->pm)
		return wrong(r, "has no AM or PM");
	skip(r, 2);
	return true;
}

static bool take_month(struct reading *r, size_t least)
{
	if (!take_number(r, least, 2, &r->month))
		return false;
	return (r->month >= 1 && r->month <= 12) || wrong(r, "has a month out of range");
}

static bool take_hour(struct reading *r, size_t least, int most)
{
	if (!take_number(r, least, 2, &r->hour))
		return false;
	return r->hour <= most || wrong(r, "has an hour out of range");
}

static bool take_minute(struct reading *r, size_t least)
{
	if (!take_number(r, least, 2, &r->minute))
		return false;
	return r->minute <= 59 || wrong(r, "has a minute out of range");
}

static void skip_blanks(struct reading *r, size_t most)
{
	for (size_t i = 0; i < most && ov_byte(r->s, 0) == ' '; i++)
		skip(r, 1);
}

static bool take(
	struct reading *r, enum element element, struct ov_str form, struct ov_str layout)
{
	int ignored;
	size_t n;
	switch (element) {
	case TEXT: return take_text(r, *form.ptr);
	case LONG_MONTH:
	case MONTH:
		if (!take_name(r, months, 12, element == MONTH ? SHORT_NAME : 0, &r->month))
			return false;
		r->month++;
		return true;
	case NUM_MONTH: return take_month(r, 1);
	case ZERO_MONTH: return take_month(r, 2);
	case LONG_WEEKDAY: return take_name(r, weekdays, 7, 0, &ignored);
	case WEEKDAY: return take_name(r, weekdays, 7, SHORT_NAME, &ignored);
	case UNDER_DAY: skip_blanks(r, 1); return take_number(r, 1, 2, &r->day);
	case DAY: return take_number(r, 1, 2, &r->day);
	case ZERO_DAY: return take_number(r, 2, 2, &r->day);
	case UNDER_YEARDAY: skip_blanks(r, 2); return take_number(r, 1, 3, &r->year_day);
	case ZERO_YEARDAY: return take_number(r, 3, 3, &r->year_day);
	case HOUR: return take_hour(r, 1, 23);
	case HOUR12: return take_hour(r, 1, 12);
	case ZERO_HOUR12: return take_hour(r, 2, 12);
	case MINUTE: return take_minute(r, 1);
	case ZERO_MINUTE: return take_minute(r, 2);
	case SECOND: return take_second(r, false, layout);
	case ZERO_SECOND: return take_second(r, true, layout);
	case LONG_YEAR: return take_number(r, 4, 4, &r->year);
	case YEAR:
		if (!take_number(r, 2, 2, &r->year))
			return false;
		r->year += r->year >= 69 ? 1900 : 2000;
		return true;
	case PM: return take_half(r, "AM", "PM");
	case SMALL_PM: return take_half(r, "am", "pm");
	case ZONE: return take_zone(r);
	case ISO_ZONE:
	case NUM_ZONE: return take_offset(r, form);
	case FRACTION0: return take_fraction(r, form.len);
	case FRACTION9: n = fraction_length(r->s); return n == 0 || take_fraction(r, n);
	}
	return false;
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in(int month, int year)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return days[month - 1] + (month == 2 && is_leap(year));
}

/* The day of the year, where the value has one, in place of month and day. */
static bool settle_day(struct reading *r)
{
	if (r->year_day >= 0) {
		int month = 1, day = r->year_day;
		if (day < 1 || day > 365 + is_leap(r->year))
			return wrong(r, "has a day of the year out of range");
		for (; day > days_in(month, r->year); month++)
			day -= days_in(month, r->year);
		if ((r->month >= 0 && r->month != month) || (r->day >= 0 && r->day != day))
			return wrong(r, "has a day of the year that is not its date's");
		r->month = month;
		r->day = day;
	}
	if (r->month < 0)
		r->month = 1;
	if (r->day < 0)
		r->day = 1;
	if (r->day < 1 || r->day > days_in(r->month, r->year))
		return wrong(r, "has a day out of range");
	return true;
}

bool ov_go_time_parse(
	struct ov_str layout, struct ov_str value, struct ov_go_time *out, const char **why)
{
	struct reading r = {.s = value, .why = why, .month = -1, .day = -1, .year_day = -1};
	for (size_t len; layout.len;) {
		enum element element = element_at(layout, &len);
		struct ov_str form = ov_str_sub(layout, 0, len);
		layout = ov_str_sub(layout, len, layout.len);
		if (!take(&r, element, form, layout))
			return false;
	}
	if (r.s.len)
		return wrong(&r, "has more text than the layout");
	if (r.pm && r.hour < 12)
		r.hour += 12;
	else if (r.am && r.hour == 12)
		r.hour = 0;
	if (!settle_day(&r))
		return false;
	out->seconds = ov_datetime_midnight(r.year, r.month, r.day) + r.hour * 3600 +
		       r.minute * 60 + r.second - r.offset;
	out->nanoseconds = r.nanoseconds;
	out->offset = r.displayed;
	return true;
}

void ov_go_time_print(struct ov_buf *buf, struct ov_go_time t)
{
	struct ov_civil c = ov_datetime_civil(t.seconds + t.offset);
	int offset = t.offset / 60;
	if (c.year < 0)
		ov_buf_addf(buf, "-%04d", -c.year);
	else
		ov_buf_addf(buf, "%04d", c.year);
	ov_buf_addf(
		buf, "-%02d-%02dT%02d:%02d:%02d", c.month, c.day, c.hour, c.minute, c.second);
	if (t.offset == 0)
		ov_buf_putc(buf, 'Z');
	else
		ov_buf_addf(buf, "%c%02d:%02d", t.offset < 0 ? '-' : '+', abs(offset) / 60,
			abs(offset) % 60);
}

int64_t ov_go_time_sub(struct ov_go_time later, struct ov_go_time earlier)
{
	int64_t s = later.seconds - earlier.seconds;
	int64_t n = (int64_t)later.nanoseconds - earlier.nanoseconds;
	if (s > 9223372035)
		return INT64_MAX;
	if (s < -9223372035)
		return INT64_MIN;
	return s * 1000000000 + n;
}

struct ov_go_time ov_go_time_add(struct ov_go_time t, int64_t nanoseconds)
{
	int64_t n = t.nanoseconds + nanoseconds % 1000000000;
	t.seconds += nanoseconds / 1000000000;
	if (n < 0) {
		n += 1000000000;
		t.seconds--;
	} else if (n >= 1000000000) {
		n -= 1000000000;
		t.seconds++;
	}
	t.nanoseconds = (int32_t)n;
	return t;
}

/* a * b mod m by doubling, for m below 2^63. */
static uint64_t multiply_mod(uint64_t a, uint64_t b, uint64_t m)
{
	uint64_t r = 0;
	for (a %= m; b; b >>= 1) {
		if (b & 1)
			r = (r + a) % m;
		a = (a + a) % m;
	}
	return r;
}

struct ov_go_time ov_go_time_truncate(struct ov_go_time t, int64_t step)
{
	if (step <= 0)
		return t;
	/* Of the year 1; all that has four digits lies behind it but for the year 0. */
	uint64_t m = (uint64_t)step;
	int64_t since = t.seconds + 62135596800;
	uint64_t size = since < 0 ? 0 - (uint64_t)since : (uint64_t)since;
	uint64_t rest = multiply_mod(1000000000 % m, size, m);
	if (since < 0 && rest)
		rest = m - rest;
	rest = (rest + (uint64_t)t.nanoseconds % m) % m;
	return ov_go_time_add(t, -(int64_t)rest);
}

int ov_go_time_compare(struct ov_go_time a, struct ov_go_time b)
{
	if (a.seconds != b.seconds)
		return a.seconds < b.seconds ? -1 : 1;
	return (a.nanoseconds > b.nanoseconds) - (a.nanoseconds < b.nanoseconds);
}
