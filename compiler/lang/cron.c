/* cron: schedules of five fields. Layer: lang. */
#include "lang/cron.h"

#include "lang/ascii.h"
#include "lang/duration.h"

struct field {
	const char *name;
	const char *const *words; /**< names of the values from `min`, or NULL */
	unsigned min, max;
};

static const char *const months[] = {
	"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
static const char *const weekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

static const struct field fields[] = {
	{"minute", NULL, 0, 59},
	{"hour", NULL, 0, 23},
	{"day of month", NULL, 1, 31},
	{"month", months, 1, 12},
	{"day of week", weekdays, 0, 6},
};

struct descriptor {
	const char *name;
	const char *meaning;
};

static const struct descriptor descriptors[] = {
	{"@yearly", "0 0 1 1 *"},
	{"@annually", "0 0 1 1 *"},
	{"@monthly", "0 0 1 * *"},
	{"@weekly", "0 0 * * 0"},
	{"@daily", "0 0 * * *"},
	{"@midnight", "0 0 * * *"},
	{"@hourly", "0 * * * *"},
};

/** A refusal in the arena. */
static bool refuse(struct ov_arena *arena, struct ov_str *why, const struct field *f,
	struct ov_str item, const char *what)
{
	if (why)
		*why = ov_str_fmt(arena, "has \"%.*s\" in the field %s, which %s (%u to %u%s)",
			OV_STR_ARG(ov_str_sub(item, 0, 40)), f->name, what, f->min, f->max,
			f->words == months     ? ", or JAN to DEC"
			: f->words == weekdays ? ", or SUN to SAT; Sunday is 0"
					       : "");
	return false;
}

static bool refuse_all(struct ov_str *why, struct ov_str reason)
{
	if (why)
		*why = reason;
	return false;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool read_number(struct ov_str s, unsigned *out)
{
	size_t at = ov_byte(s, 0) == '+';
	if (at == s.len)
		return false;
	*out = 0;
	for (; at < s.len; at++) {
		if (!ov_is_digit(s.ptr[at]))
			return false;
		if (*out < 1000000)
			*out = *out * 10 + (unsigned)(s.ptr[at] - '0');
	}
	return true;
}

static bool read_value(const struct field *f, struct ov_str s, unsigned *out)
{
	for (unsigned i = 0; f->words && i <= f->max - f->min; i++)
		if (ov_is_word(s, f->words[i])) {
			*out = f->min + i;
			return true;
		}
	return read_number(s, out);
}

struct range {
	unsigned from, to, step;
	bool star;
};

/** Reads from-to/step. What robfig/cron ignores, such as the 5 of "*-5", is ignored here too.
 */
static bool read_range(struct ov_arena *arena, const struct field *f, struct ov_str item,
	struct range *r, struct ov_str *why)
{
	size_t at = 0, inner = 0;
	struct ov_str span = ov_part(item, &at, '/');
	struct ov_str low = ov_part(span, &inner, '-');
	bool single = inner > span.len;
	*r = (struct range){.step = 1};
	if (ov_str_is(low, "*") || ov_str_is(low, "?")) {
		r->from = f->min;
		r->to = f->max;
		r->star = true;
	} else {
		if (!read_value(f, low, &r->from))
			return refuse(arena, why, f, item, "is not understood; write values");
		r->to = r->from;
		if (!single) {
			struct ov_str high = ov_part(span, &inner, '-');
			if (inner <= span.len || !read_value(f, high, &r->to))
				return refuse(arena, why, f, item,
					"is no range; write two values with one '-'");
		}
	}
	if (at <= item.len) {
		struct ov_str step = ov_part(item, &at, '/');
		if (at <= item.len || !read_number(step, &r->step) || r->step == 0)
			return refuse(arena, why, f, item,
				"has a wrong step; write one '/' and a number from 1 behind "
				"values");
		if (single)
			r->to = f->max;
		if (r->step > 1)
			r->star = false;
	}
	if (r->from < f->min || r->to > f->max)
		return refuse(arena, why, f, item, "is out of bounds; write values");
	if (r->from > r->to)
		return refuse(arena, why, f, item,
			"begins after its end; write two ranges of values");
	return true;
}

static bool read_field(struct ov_arena *arena, const struct field *f, struct ov_str text,
	uint64_t *bits, bool *star, struct ov_str *why)
{
	*bits = 0;
	*star = false;
	for (size_t at = 0; at <= text.len;) {
		struct ov_str item = ov_part(text, &at, ',');
		struct range r;
		if (item.len == 0)
			continue;
		if (!read_range(arena, f, item, &r, why))
			return false;
		*star = *star || r.star;
		for (unsigned i = r.from; i <= r.to; i += r.step)
			*bits |= UINT64_C(1) << i;
	}
	return *bits ? true : refuse(arena, why, f, text, "holds no value; write values");
}

static bool read_descriptor(
	struct ov_arena *arena, struct ov_str s, struct ov_cron *out, struct ov_str *why)
{
	static const char every[] = "@every ";
	for (size_t i = 0; i < OV_COUNT(descriptors); i++)
		if (ov_str_is(s, descriptors[i].name)) {
			struct ov_str zone = out->zone;
			bool good = ov_cron_parse(
				arena, ov_str_c(descriptors[i].meaning), out, why);
			out->zone = zone;
			return good;
		}
	if (!ov_str_starts(s, ov_str_c(every)))
		return refuse_all(why,
			OV_STR("is no known descriptor; known are @yearly, @monthly, @weekly, "
			       "@daily, "
			       "@hourly and @every with a duration, such as @every 1h30m"));
	const char *reason;
	if (!ov_duration_parse(ov_str_sub(s, sizeof(every) - 1, s.len), &out->every, &reason)) {
		if (why)
			*why = ov_str_fmt(arena, "has a duration that %s", reason);
		return false;
	}
	if (out->every <= 0)
		return refuse_all(why, OV_STR("has a duration that is not above 0"));
	return true;
}

/** Takes TZ=… or CRON_TZ=… off the beginning. */
static bool read_zone(struct ov_str *s, struct ov_cron *out, struct ov_str *why)
{
	if (!ov_str_starts(*s, OV_STR("TZ=")) && !ov_str_starts(*s, OV_STR("CRON_TZ=")))
		return true;
	size_t from = ov_str_chr(*s, '=') + 1, to = from;
	for (; to < s->len && s->ptr[to] != ' '; to++)
		if (!ov_is_alnum(s->ptr[to]) && !ov_is_one_of(s->ptr[to], "/_+-"))
			return refuse_all(why, OV_STR("has a wrong time zone; write a name "
						      "such as Europe/Berlin"));
	if (to == s->len)
		return refuse_all(why, OV_STR("has a time zone, but no schedule behind it"));
	out->zone = ov_str_sub(*s, from, to);
	*s = ov_str_trim(ov_str_sub(*s, to, s->len));
	return true;
}

bool ov_cron_parse(
	struct ov_arena *arena, struct ov_str s, struct ov_cron *out, struct ov_str *why)
{
	struct ov_str text[OV_COUNT(fields)];
	size_t count = 0, at = 0;
	*out = (struct ov_cron){0};
	if (!read_zone(&s, out, why))
		return false;
	if (ov_byte(s, 0) == '@')
		return read_descriptor(arena, s, out, why);
	while (at < s.len) {
		while (at < s.len && is_space(s.ptr[at]))
			at++;
		size_t from = at;
		while (at < s.len && !is_space(s.ptr[at]))
			at++;
		if (at == from)
			break;
		if (count < OV_COUNT(fields))
			text[count] = ov_str_sub(s, from, at);
		count++;
	}
	if (count != OV_COUNT(fields)) {
		if (why)
			*why = ov_str_fmt(arena,
				"has %zu field%s; write five: minute, hour, day of month, "
				"month, day "
				"of week",
				count, count == 1 ? "" : "s");
		return false;
	}
	bool star;
	return read_field(arena, &fields[0], text[0], &out->minute, &star, why) &&
	       read_field(arena, &fields[1], text[1], &out->hour, &star, why) &&
	       read_field(arena, &fields[2], text[2], &out->day, &out->any_day, why) &&
	       read_field(arena, &fields[3], text[3], &out->month, &star, why) &&
	       read_field(arena, &fields[4], text[4], &out->weekday, &out->any_weekday, why);
}

bool ov_cron_is_never(const struct ov_cron *cron)
{
	static const unsigned lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	/* Where neither field is *, one that fits is enough, and weekdays always come. */
	if (cron->every || cron->any_day || !cron->any_weekday)
		return false;
	for (unsigned i = 0; i < OV_COUNT(lengths); i++) {
		uint64_t days = (UINT64_C(1) << (lengths[i] + 1)) - 1;
		if ((cron->month >> (i + 1) & 1) && (cron->day & days))
			return false;
	}
	return true;
}
