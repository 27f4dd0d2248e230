/* jmespath_time: Kyverno's functions of points in time. Layer: expr. */
#include "expr/go_text.h"
#include "expr/go_time.h"
#include "expr/jmespath_node.h"
#include "lang/datetime.h"
#include "lang/duration.h"

static bool read_layout(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	struct ov_str layout, struct ov_value v, struct ov_go_time *out)
{
	const char *why = "";
	if (ov_go_time_parse(layout, ov_string(v), out, &why))
		return true;
	ov_jp_fail(run, at, OV_JMESPATH_VALUE,
		"JMESPath function '%.*s': parsing time \"%.*s\" as \"%.*s\": it %s",
		OV_STR_ARG(at->key->str), OV_STR_ARG(ov_string(v)), OV_STR_ARG(layout), why);
	return false;
}

static bool read_time(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	struct ov_value v, struct ov_go_time *out)
{
	return read_layout(run, at, ov_go_rfc3339, v, out);
}

static bool read_duration(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	struct ov_value v, int64_t *out)
{
	const char *why = "";
	if (ov_duration_parse(ov_string(v), out, &why))
		return true;
	ov_jp_fail(run, at, OV_JMESPATH_VALUE, "time: invalid duration \"%.*s\": it %s",
		OV_STR_ARG(ov_string(v)), why);
	return false;
}

static struct ov_value print(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, struct ov_go_time t)
{
	struct ov_buf buf = {0};
	ov_go_time_print(&buf, t);
	return ov_jp_take(run, at, &buf);
}

static struct ov_value print_duration(struct ov_jmespath_run *run, int64_t nanoseconds)
{
	char text[OV_DURATION_TEXT];
	size_t len = ov_duration_print(nanoseconds, text);
	return ov_value_string(ov_str_dup(run->arena, ov_str_n(text, len)));
}

static struct ov_go_time now(const struct ov_jmespath_run *run)
{
	return (struct ov_go_time){.seconds = run->now};
}

static struct ov_value time_since(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_str layout = ov_string(a[0]);
	struct ov_go_time from, to = now(run);
	if (!layout.len)
		layout = ov_go_rfc3339;
	if (!read_layout(run, at, layout, a[1], &from) ||
		(a[2].count && !read_layout(run, at, layout, a[2], &to)))
		return (struct ov_value){0};
	return print_duration(run, ov_go_time_sub(to, from));
}

static struct ov_value time_now(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	(void)a;
	return print(run, at, now(run));
}

static struct ov_value time_add(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_go_time t;
	int64_t d;
	if (!read_time(run, at, a[0], &t) || !read_duration(run, at, a[1], &d))
		return (struct ov_value){0};
	return print(run, at, ov_go_time_add(t, d));
}

static struct ov_value time_parse(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_go_time t = {0};
	int64_t number;
	if (!ov_go_parse_int(ov_string(a[0]), &number)) {
		if (!read_layout(run, at, ov_string(a[0]), a[1], &t))
			return (struct ov_value){0};
		return print(run, at, t);
	}
	/* A layout that is a number stands for seconds since 1970; they end at year 99999. */
	if (!ov_go_parse_int(ov_string(a[1]), &number) || number > 3093527980799 ||
		number < -3093527980799)
		return ov_jp_fail(run, at, OV_JMESPATH_VALUE,
			"JMESPath function 'time_parse': \"%.*s\" is no number of seconds",
			OV_STR_ARG(ov_string(a[1])));
	t.seconds = number;
	return print(run, at, t);
}

static struct ov_value time_to_cron(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_go_time t;
	if (!read_time(run, at, a[0], &t))
		return (struct ov_value){0};
	struct ov_civil c = ov_datetime_civil(t.seconds + t.offset);
	return ov_value_string(ov_str_fmt(
		run->arena, "%d %d %d %d %d", c.minute, c.hour, c.day, c.month, c.weekday));
}

static struct ov_value time_utc(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_go_time t;
	if (!read_time(run, at, a[0], &t))
		return (struct ov_value){0};
	t.offset = 0;
	return print(run, at, t);
}

static struct ov_value time_diff(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_go_time from, to;
	if (!read_time(run, at, a[0], &from) || !read_time(run, at, a[1], &to))
		return (struct ov_value){0};
	return print_duration(run, ov_go_time_sub(to, from));
}

static struct ov_value compared(struct ov_jmespath_run *run, const struct ov_jp_node *at,
	const struct ov_value *a, int sign)
{
	struct ov_go_time x, y;
	if (!read_time(run, at, a[0], &x) || !read_time(run, at, a[1], &y))
		return (struct ov_value){0};
	return ov_value_bool(ov_go_time_compare(x, y) * sign > 0);
}

static struct ov_value time_before(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	return compared(run, at, a, -1);
}

static struct ov_value time_after(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	return compared(run, at, a, 1);
}

static struct ov_value time_between(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_go_time t, from, to;
	if (!read_time(run, at, a[0], &t) || !read_time(run, at, a[1], &from) ||
		!read_time(run, at, a[2], &to))
		return (struct ov_value){0};
	return ov_value_bool(ov_go_time_compare(t, from) > 0 && ov_go_time_compare(t, to) < 0);
}

static struct ov_value time_truncate(
	struct ov_jmespath_run *run, const struct ov_jp_node *at, const struct ov_value *a)
{
	struct ov_go_time t;
	int64_t d;
	if (!read_time(run, at, a[0], &t) || !read_duration(run, at, a[1], &d))
		return (struct ov_value){0};
	return print(run, at, ov_go_time_truncate(t, d));
}

#define STRING OV_JP_STRING

const struct ov_jp_function ov_jp_time[] = {
	{"time_add", time_add, 2, false, false, {STRING, STRING}},
	{"time_after", time_after, 2, false, false, {STRING, STRING}},
	{"time_before", time_before, 2, false, false, {STRING, STRING}},
	{"time_between", time_between, 3, false, false, {STRING, STRING, STRING}},
	{"time_diff", time_diff, 2, false, false, {STRING, STRING}},
	{"time_now", time_now, 0, false, true, {0}},
	{"time_now_utc", time_now, 0, false, true, {0}},
	{"time_parse", time_parse, 2, false, false, {STRING, STRING}},
	{"time_since", time_since, 3, false, false, {STRING, STRING, STRING}},
	{"time_to_cron", time_to_cron, 1, false, false, {STRING}},
	{"time_truncate", time_truncate, 2, false, false, {STRING, STRING}},
	{"time_utc", time_utc, 1, false, false, {STRING}},
	{0},
};
