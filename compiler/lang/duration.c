/* duration: spans of time as Go, Prometheus and ISO 8601 write them. Layer: lang. */
#include "lang/duration.h"

#include "lang/ascii.h"

static const char too_long[] = "is too long; durations end at about 292 years";

struct unit {
	struct ov_str name;
	uint64_t nanoseconds;
};

#define SECOND UINT64_C(1000000000)
#define HOUR   (3600 * SECOND)
#define DAY    (24 * HOUR)

static const struct unit go_units[] = {
	{OV_STR_INIT("ns"), 1},
	{OV_STR_INIT("us"), 1000},
	{OV_STR_INIT("\xc2\xb5s"), 1000}, /* U+00B5, the micro sign */
	{OV_STR_INIT("\xce\xbcs"), 1000}, /* U+03BC, the Greek letter */
	{OV_STR_INIT("ms"), 1000000},
	{OV_STR_INIT("s"), SECOND},
	{OV_STR_INIT("m"), 60 * SECOND},
	{OV_STR_INIT("h"), HOUR},
};

/** In the order in which Prometheus wants them. */
static const struct unit prometheus_units[] = {
	{OV_STR_INIT("y"), 365 * DAY},
	{OV_STR_INIT("w"), 7 * DAY},
	{OV_STR_INIT("d"), DAY},
	{OV_STR_INIT("h"), HOUR},
	{OV_STR_INIT("m"), 60 * SECOND},
	{OV_STR_INIT("s"), SECOND},
	{OV_STR_INIT("ms"), 1000000},
};

/** The greatest absolute value: that of INT64_MIN. */
#define LARGEST (UINT64_C(1) << 63)

/** Reads digits at `*at`; false where the number passes LARGEST. */
static bool read_number(struct ov_str s, size_t *at, uint64_t *out)
{
	uint64_t value = 0;
	for (; ov_is_digit(ov_byte(s, *at)); ++*at) {
		uint64_t d = (uint64_t)(s.ptr[*at] - '0');
		if (value > (LARGEST - d) / 10)
			return false;
		value = value * 10 + d;
	}
	*out = value;
	return true;
}

/** The digits after a point, as far as they fit, and the power of ten they are to be divided
 * by. */
static uint64_t read_fraction(struct ov_str s, size_t *at, double *scale)
{
	uint64_t value = 0;
	bool full = false;
	*scale = 1;
	for (; ov_is_digit(ov_byte(s, *at)); ++*at) {
		uint64_t d = (uint64_t)(s.ptr[*at] - '0');
		full = full || value > (INT64_MAX - d) / 10;
		if (full)
			continue;
		value = value * 10 + d;
		*scale *= 10;
	}
	return value;
}

static const struct unit *find_unit(
	const struct unit *units, size_t count, struct ov_str s, size_t *at)
{
	size_t from = *at;
	while (*at < s.len && s.ptr[*at] != '.' && !ov_is_digit(s.ptr[*at]))
		++*at;
	for (size_t i = 0; i < count; i++)
		if (ov_str_eq(units[i].name, ov_str_sub(s, from, *at)))
			return &units[i];
	return NULL;
}

bool ov_duration_parse(struct ov_str s, int64_t *out, const char **why)
{
	size_t at = ov_byte(s, 0) == '-' || ov_byte(s, 0) == '+';
	bool negative = ov_byte(s, 0) == '-';
	uint64_t total = 0;
	*out = 0;
	if (s.len - at == 1 && s.ptr[at] == '0')
		return true;
	if (at == s.len)
		return ov_because(
			why, "is no duration; write numbers with units, such as 1h30m");
	while (at < s.len) {
		size_t from = at;
		uint64_t value, part = 0;
		double scale = 1;
		if (!read_number(s, &at, &value))
			return ov_because(why, too_long);
		size_t digits = at - from;
		if (ov_byte(s, at) == '.') {
			from = ++at;
			part = read_fraction(s, &at, &scale);
			digits += at - from;
		}
		if (digits == 0)
			return ov_because(why, "has no number before a unit; write numbers "
					       "with units, such as 1h30m");
		size_t unit_at = at;
		const struct unit *u = find_unit(go_units, OV_COUNT(go_units), s, &at);
		if (!u)
			return ov_because(why,
				at == unit_at
					? "has a number without a unit; units are h, m, s, ms, "
					  "us and ns"
					: "has an unknown unit; units are h, m, s, ms, us and "
					  "ns "
					  "(write days as hours: 24h)");
		if (value > LARGEST / u->nanoseconds)
			return ov_because(why, too_long);
		value *= u->nanoseconds;
		/* As Go does it, in floating point: 0.3s is 300 ms there too. */
		value += (uint64_t)((double)part * ((double)u->nanoseconds / scale));
		if (value > LARGEST || total > LARGEST - value)
			return ov_because(why, too_long);
		total += value;
	}
	if (total == LARGEST && !negative)
		return ov_because(why, too_long);
	*out = negative ? (int64_t)(0 - total) : (int64_t)total;
	return true;
}

/** Writes `value` before position `at` and returns where it begins. */
static size_t put_number(char *buffer, size_t at, uint64_t value)
{
	do
		buffer[--at] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	return at;
}

/** Writes value / 10^places before `at`, without trailing zeros in the fraction. */
static size_t put_decimal(char *buffer, size_t at, uint64_t value, size_t places)
{
	bool any = false;
	for (size_t i = 0; i < places; i++, value /= 10) {
		any = any || value % 10;
		if (any)
			buffer[--at] = (char)('0' + value % 10);
	}
	if (any)
		buffer[--at] = '.';
	return put_number(buffer, at, value);
}

size_t ov_duration_print(int64_t nanoseconds, char out[OV_DURATION_TEXT])
{
	char buffer[OV_DURATION_TEXT];
	size_t at = sizeof(buffer);
	uint64_t value = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
	buffer[--at] = 's';
	if (value == 0) {
		buffer[--at] = '0';
	} else if (value < SECOND) {
		size_t places = value < 1000 ? 0 : value < 1000000 ? 3 : 6;
		if (places == 3) {
			buffer[--at] = '\xb5';
			buffer[--at] = '\xc2';
		} else {
			buffer[--at] = places ? 'm' : 'n';
		}
		at = put_decimal(buffer, at, value, places);
	} else {
		at = put_decimal(buffer, at, value % (60 * SECOND), 9);
		value /= 60 * SECOND;
		if (value) {
			buffer[--at] = 'm';
			at = put_number(buffer, at, value % 60);
		}
		if (value >= 60) {
			buffer[--at] = 'h';
			at = put_number(buffer, at, value / 60);
		}
	}
	if (nanoseconds < 0)
		buffer[--at] = '-';
	size_t len = sizeof(buffer) - at;
	memcpy(out, buffer + at, len);
	out[len] = '\0';
	return len;
}

bool ov_duration_parse_prometheus(struct ov_str s, int64_t *out, const char **why)
{
	uint64_t total = 0;
	size_t at = 0, next = 0;
	*out = 0;
	if (ov_str_is(s, "0"))
		return true;
	if (s.len == 0)
		return ov_because(
			why, "is empty; write numbers with units, such as 5m or 1w2d");
	while (at < s.len) {
		size_t from = at;
		uint64_t value;
		if (!read_number(s, &at, &value))
			return ov_because(why, too_long);
		if (at == from)
			return ov_because(why, "is no Prometheus duration; write whole numbers "
					       "with units, such as "
					       "5m or 1w2d");
		const struct unit *u =
			find_unit(prometheus_units, OV_COUNT(prometheus_units), s, &at);
		if (!u)
			return ov_because(why, "has a number without a known unit; units are "
					       "y, w, d, h, m, s and ms, "
					       "with whole numbers");
		size_t index = (size_t)(u - prometheus_units);
		if (index < next)
			return ov_because(why, "has its units out of order or twice; write y, "
					       "w, d, h, m, s, ms in "
					       "this order");
		next = index + 1;
		if (value > INT64_MAX / u->nanoseconds ||
			total > INT64_MAX - value * u->nanoseconds)
			return ov_because(why, too_long);
		total += value * u->nanoseconds;
	}
	*out = (int64_t)total;
	return true;
}

/** Reads numbers with units that are consecutive letters of `units`; NULL when all is right. */
static const char *iso_units(struct ov_str s, size_t *at, const char *units, const char *gap)
{
	const char *expected = NULL;
	while (ov_is_digit(ov_byte(s, *at))) {
		while (ov_is_digit(ov_byte(s, *at)))
			++*at;
		char unit = ov_byte(s, *at);
		const char *found = unit ? strchr(units, unit) : NULL;
		if (!found)
			return "has a number without a fitting unit; write as P1Y2M3DT4H5M6S "
			       "or P2W";
		if (expected && found < expected)
			return "has its units out of order; write as P1Y2M3DT4H5M6S";
		if (expected && found > expected)
			return gap;
		expected = found + 1;
		++*at;
	}
	return expected ? NULL : "has no number where one is needed; write as P1DT2H or PT30M";
}

const char *ov_duration_iso_fault(struct ov_str s)
{
	size_t at = 1;
	if (ov_byte(s, 0) != 'P')
		return "is no ISO 8601 duration; begin with P, as in P1DT2H or PT30M";
	if (ov_byte(s, 1) != 'T') {
		while (ov_is_digit(ov_byte(s, at)))
			at++;
		if (at > 1 && at + 1 == s.len && s.ptr[at] == 'W')
			return NULL;
		at = 1;
		const char *fault = iso_units(s, &at, "YMD",
			"leaves out the months between years and days; write P1Y0M2D");
		if (fault)
			return fault;
	}
	if (ov_byte(s, at) == 'T') {
		at++;
		const char *fault = iso_units(s, &at, "HMS",
			"leaves out the minutes between hours and seconds; write PT1H0M2S");
		if (fault)
			return fault;
	}
	return at == s.len ? NULL
			   : "has something behind its end; write as P1Y2M3DT4H5M6S or P2W";
}
