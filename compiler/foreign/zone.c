/* zone: time zones of the IANA database, from the system's compiled files. Layer: foreign. */
#include "foreign/zone.h"

#include "foreign/os.h"
#include "lang/ascii.h"
#include "lang/datetime.h"

enum { DAY = 86400 };

/* The counts of a TZif header (RFC 9636, 3.1). */
struct counts {
	size_t isut, isstd, leap, time, type, chars;
};

static uint64_t big_endian(struct ov_str s, size_t at, size_t size)
{
	uint64_t n = 0;
	for (size_t i = 0; i < size; i++)
		n = n << 8 | (unsigned char)ov_byte(s, at + i);
	return n;
}

static int64_t signed_at(struct ov_str s, size_t at, size_t size)
{
	uint64_t n = big_endian(s, at, size);
	if (size == 4)
		return n >= (uint64_t)1 << 31 ? (int64_t)n - ((int64_t)1 << 32) : (int64_t)n;
	return n > (uint64_t)INT64_MAX ? -(int64_t)(UINT64_MAX - n) - 1 : (int64_t)n;
}

static bool read_header(struct ov_str file, size_t at, struct counts *out, char *version)
{
	if (file.len < at || file.len - at < 44 || memcmp(file.ptr + at, "TZif", 4) != 0)
		return false;
	size_t count[6];
	for (size_t i = 0; i < 6; i++)
		count[i] = (size_t)big_endian(file, at + 20 + 4 * i, 4);
	*version = file.ptr[at + 4];
	*out = (struct counts){count[0], count[1], count[2], count[3], count[4], count[5]};
	/* No count can be greater than the file, so that their sums cannot overflow. */
	for (size_t i = 0; i < 6; i++) {
		if (count[i] > file.len)
			return false;
	}
	return true;
}

static size_t block_size(const struct counts *c, size_t time)
{
	return c->time * (time + 1) + c->type * 6 + c->chars + c->leap * (time + 4) + c->isstd +
	       c->isut;
}

/* A rule in a TZ string: on which day and at which second of it a change comes. */
struct rule {
	char form; /* 'M', 'J', or 'n' for days from 0 */
	int month, week, day;
	int32_t time;
};

static bool read_number(struct ov_str s, size_t *at, int most, int *out)
{
	size_t from = *at;
	int n = 0;
	for (; ov_is_digit(ov_byte(s, *at)) && *at - from < 4; ++*at)
		n = n * 10 + (s.ptr[*at] - '0');
	*out = n;
	return *at > from && n <= most;
}

/* [+-]hh[:mm[:ss]] */
static bool read_time(struct ov_str s, size_t *at, int32_t *out)
{
	bool minus = ov_byte(s, *at) == '-';
	int part[3] = {0, 0, 0};
	if (minus || ov_byte(s, *at) == '+')
		++*at;
	for (size_t i = 0; i < 3; i++) {
		if (i && ov_byte(s, *at) != ':')
			break;
		*at += i > 0;
		if (!read_number(s, at, i ? 59 : 167, &part[i]))
			return false;
	}
	int32_t n = part[0] * 3600 + part[1] * 60 + part[2];
	*out = minus ? -n : n;
	return true;
}

static bool skip_name(struct ov_str s, size_t *at)
{
	size_t from = *at;
	if (ov_byte(s, *at) == '<') {
		while (*at < s.len && s.ptr[*at] != '>')
			++*at;
		return (*at)++ < s.len;
	}
	while (ov_is_alpha(ov_byte(s, *at)))
		++*at;
	return *at > from;
}

static bool read_rule(struct ov_str s, size_t *at, struct rule *out)
{
	*out = (struct rule){.form = 'n', .time = 7200};
	char c = ov_byte(s, *at);
	bool ok;
	if (c == 'M') {
		out->form = c;
		++*at;
		ok = read_number(s, at, 12, &out->month) && out->month > 0 &&
		     ov_byte(s, (*at)++) == '.' && read_number(s, at, 5, &out->week) &&
		     out->week > 0 && ov_byte(s, (*at)++) == '.' &&
		     read_number(s, at, 6, &out->day);
	} else {
		if (c == 'J') {
			out->form = c;
			++*at;
		}
		ok = read_number(s, at, 365, &out->day);
	}
	if (!ok || ov_byte(s, *at) != '/')
		return ok;
	++*at;
	return read_time(s, at, &out->time);
}

static bool is_leap(int32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Local seconds since 1970 at which the rule's change comes in that year. */
static int64_t rule_time(const struct rule *rule, int32_t year)
{
	if (rule->form != 'M') {
		/* Day J60 is March 1 in every year. */
		int days = rule->form == 'J' ? rule->day - 1 + (rule->day > 59 && is_leap(year))
					     : rule->day;
		return ov_datetime_midnight(year, 1, 1) + (int64_t)days * DAY + rule->time;
	}
	int64_t first = ov_datetime_midnight(year, rule->month, 1);
	int64_t next = rule->month == 12 ? ov_datetime_midnight(year + 1, 1, 1)
					 : ov_datetime_midnight(year, rule->month + 1, 1);
	int ahead = (rule->day - ov_datetime_civil(first).weekday + 7) % 7;
	int64_t day = first + (int64_t)(ahead + 7 * (rule->week - 1)) * DAY;
	while (day >= next)
		day -= 7 * DAY;
	return day + rule->time;
}

/* The offset by a TZ string (POSIX.1-2008, XBD 8.3) such as CET-1CEST,M3.5.0,M10.5.0/3. */
static bool by_string(struct ov_str s, int64_t when, int32_t *offset)
{
	size_t at = 0;
	int32_t west, summer;
	if (!skip_name(s, &at) || !read_time(s, &at, &west))
		return false;
	*offset = -west;
	if (at == s.len)
		return true;
	if (!skip_name(s, &at))
		return false;
	summer = west - 3600;
	if (ov_byte(s, at) != ',' && !read_time(s, &at, &summer))
		return false;
	struct rule start, end;
	if (ov_byte(s, at++) != ',' || !read_rule(s, &at, &start) || ov_byte(s, at++) != ',' ||
		!read_rule(s, &at, &end) || at != s.len)
		return false;
	int32_t year = ov_datetime_civil(when - west).year;
	int64_t from = rule_time(&start, year) + west, to = rule_time(&end, year) + summer;
	bool in = from < to ? when >= from && when < to : !(when >= to && when < from);
	if (in)
		*offset = -summer;
	return true;
}

bool ov_zone_read(struct ov_str file, int64_t when, int32_t *offset)
{
	struct counts c;
	char version;
	size_t at = 0, size = 4;
	if (!read_header(file, 0, &c, &version))
		return false;
	if (version >= '2') {
		/* The block for old readers is followed by one with times of eight bytes. */
		at = 44 + block_size(&c, 4);
		size = 8;
		if (!read_header(file, at, &c, &version))
			return false;
	}
	size_t times = at + 44, types = times + c.time * size, infos = types + c.time;
	size_t footer = at + 44 + block_size(&c, size);
	if (footer > file.len || !c.type)
		return false;
	size_t low = 0, high = c.time;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (signed_at(file, times + middle * size, size) <= when)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == c.time && size == 8 && ov_byte(file, footer) == '\n') {
		struct ov_str rest = ov_str_sub(file, footer + 1, file.len);
		rest = ov_str_sub(rest, 0, ov_str_chr(rest, '\n'));
		if (rest.len)
			return by_string(rest, when, offset);
	}
	size_t type = low ? (unsigned char)ov_byte(file, types + low - 1) : 0;
	if (type >= c.type)
		return false;
	*offset = (int32_t)signed_at(file, infos + 6 * type, 4);
	return true;
}

/* Whether the name can be a file below the folder of zones, and nowhere else. */
static bool is_name(struct ov_str name)
{
	if (!name.len || name.len > 64 || !ov_is_alpha(name.ptr[0]))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		if (!ov_is_alnum(name.ptr[i]) && !ov_is_one_of(name.ptr[i], "_+-/"))
			return false;
	}
	return true;
}

bool ov_zone_offset(struct ov_str name, int64_t when, int32_t *offset)
{
	*offset = 0;
	if (!name.len || ov_str_is(name, "UTC"))
		return true;
	if (!is_name(name))
		return false;
	struct ov_arena arena;
	struct ov_diags diags;
	struct ov_str file;
	ov_arena_init(&arena);
	ov_diags_init(&diags, NULL);
	struct ov_str path = ov_str_fmt(&arena, "/usr/share/zoneinfo/%.*s", OV_STR_ARG(name));
	bool ok = ov_os_kind(path) != OV_OS_FOLDER &&
		  ov_os_read_file(&arena, path, OV_ZONE_FILE, &file, &diags) &&
		  ov_zone_read(file, when, offset);
	ov_diags_release(&diags);
	ov_arena_release(&arena);
	return ok;
}
