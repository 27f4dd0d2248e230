/* Tests of lang/cron.h. */
#include "lang/cron.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct good {
	const char *text;
	uint64_t minute, hour, day, month, weekday;
	bool never;
};

#define ALL_HOURS  UINT64_C(0xffffff)
#define ALL_DAYS   UINT64_C(0xfffffffe)
#define ALL_MONTHS UINT64_C(0x1ffe)
#define ALL_WEEK   UINT64_C(0x7f)

static const struct good accepted[] = {
	{"0 0 * * *", 1, 1, ALL_DAYS, ALL_MONTHS, ALL_WEEK, false},
	{"  5\t4  ? * ?  ", 1 << 5, 1 << 4, ALL_DAYS, ALL_MONTHS, ALL_WEEK, false},
	{"*/20 * * * *", UINT64_C(1) | 1 << 20 | UINT64_C(1) << 40, ALL_HOURS, ALL_DAYS,
		ALL_MONTHS, ALL_WEEK, false},
	{"50/5 1-5/2 * * *", UINT64_C(1) << 50 | UINT64_C(1) << 55, 1 << 1 | 1 << 3 | 1 << 5,
		ALL_DAYS, ALL_MONTHS, ALL_WEEK, false},
	{"0 0 1,15 JAN-mar Sun,sat", 1, 1, 1 << 1 | 1 << 15, 1 << 1 | 1 << 2 | 1 << 3,
		1 | 1 << 6, false},
	{"0 0 31 12 0-6", 1, 1, UINT64_C(1) << 31, 1 << 12, ALL_WEEK, false},
	{"0 0 30 2 *", 1, 1, 1 << 30, 1 << 2, ALL_WEEK, true},
	{"0 0 29 2 *", 1, 1, 1 << 29, 1 << 2, ALL_WEEK, false},
	{"0 0 31 4,6 *", 1, 1, UINT64_C(1) << 31, 1 << 4 | 1 << 6, ALL_WEEK, true},
	{"0 0 31 4 MON", 1, 1, UINT64_C(1) << 31, 1 << 4, 1 << 1, false},
	{"0,,1 0 * * *", 3, 1, ALL_DAYS, ALL_MONTHS, ALL_WEEK, false},
	{"@daily", 1, 1, ALL_DAYS, ALL_MONTHS, ALL_WEEK, false},
	{"@hourly", 1, ALL_HOURS, ALL_DAYS, ALL_MONTHS, ALL_WEEK, false},
	{"@weekly", 1, 1, ALL_DAYS, ALL_MONTHS, 1, false},
	{"@annually", 1, 1, 2, 2, ALL_WEEK, false},
	{"TZ=UTC 0 0 * * *", 1, 1, ALL_DAYS, ALL_MONTHS, ALL_WEEK, false},
	{"CRON_TZ=Europe/Berlin @monthly", 1, 1, 2, ALL_MONTHS, ALL_WEEK, false},
};

static void test_accepted(void **state)
{
	struct ov_arena arena;
	ov_arena_init(&arena);
	(void)state;
	for (size_t i = 0; i < OV_COUNT(accepted); i++) {
		const struct good *g = &accepted[i];
		struct ov_cron c;
		struct ov_str why;
		if (!ov_cron_parse(&arena, ov_str_c(g->text), &c, &why))
			fail_msg("%s: %.*s", g->text, OV_STR_ARG(why));
		assert_true(c.minute == g->minute && c.hour == g->hour && c.day == g->day);
		assert_true(c.month == g->month && c.weekday == g->weekday);
		assert_int_equal(ov_cron_is_never(&c), g->never);
	}
	struct ov_cron c;
	assert_true(ov_cron_parse(&arena, OV_STR("@every 1h30m"), &c, NULL));
	assert_true(c.every == INT64_C(5400000000000));
	assert_true(ov_cron_parse(&arena, OV_STR("CRON_TZ=Asia/Tokyo @daily"), &c, NULL));
	assert_true(ov_str_is(c.zone, "Asia/Tokyo"));
	ov_arena_release(&arena);
}

struct bad {
	struct ov_str text;
	const char *part; /**< of the reason */
};

static const struct bad refused[] = {
	{OV_STR_INIT(""), "has 0 fields"},
	{OV_STR_INIT("* * * *"), "has 4 fields"},
	{OV_STR_INIT("0 0 * * * *"), "has 6 fields"},
	{OV_STR_INIT("60 * * * *"),
		"field minute, which is out of bounds; write values (0 to 59)"},
	{OV_STR_INIT("* 24 * * *"), "field hour"},
	{OV_STR_INIT("* * 0 * *"), "field day of month"},
	{OV_STR_INIT("* * 32 * *"), "(1 to 31)"},
	{OV_STR_INIT("* * * 13 *"), "1 to 12, or JAN to DEC"},
	{OV_STR_INIT("* * * * 7"), "0 to 6, or SUN to SAT; Sunday is 0"},
	{OV_STR_INIT("5-1 * * * *"), "begins after its end"},
	{OV_STR_INIT("*/0 * * * *"), "wrong step"},
	{OV_STR_INIT("1/2/3 * * * *"), "wrong step"},
	{OV_STR_INIT("1-2-3 * * * *"), "is no range"},
	{OV_STR_INIT("1- * * * *"), "is no range"},
	{OV_STR_INIT("-1 * * * *"), "is not understood"},
	{OV_STR_INIT("MON * * * *"), "is not understood"},
	{OV_STR_INIT(", * * * *"), "holds no value"},
	{OV_STR_INIT("99999999999999999999 * * * *"), "out of bounds"},
	{OV_STR_INIT("0 0 * * \0"), "is not understood"},
	{OV_STR_INIT("@dayly"), "@daily"},
	{OV_STR_INIT("@Daily"), "@daily"},
	{OV_STR_INIT("@every"), "@every"},
	{OV_STR_INIT("@every 1d"), "unknown unit"},
	{OV_STR_INIT("@every 0s"), "not above 0"},
	{OV_STR_INIT("TZ=UTC"), "no schedule"},
	{OV_STR_INIT("TZ=A\0B * * * * *"), "time zone"},
};

static void test_refused(void **state)
{
	struct ov_arena arena;
	ov_arena_init(&arena);
	(void)state;
	for (size_t i = 0; i < OV_COUNT(refused); i++) {
		struct ov_cron c;
		struct ov_str why = {NULL, 0};
		if (ov_cron_parse(&arena, refused[i].text, &c, &why))
			fail_msg("refused[%zu] is accepted", i);
		if (ov_str_find(why, ov_str_c(refused[i].part), 0) == SIZE_MAX)
			fail_msg("refused[%zu]: %.*s", i, OV_STR_ARG(why));
		assert_false(ov_cron_parse(&arena, refused[i].text, &c, NULL));
	}
	ov_arena_release(&arena);
}

const struct CMUnitTest ov_test_cron[] = {
	cmocka_unit_test(test_accepted),
	cmocka_unit_test(test_refused),
};
const size_t ov_test_cron_count = OV_COUNT(ov_test_cron);
