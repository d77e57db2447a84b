/*
 * test_dram.c: rows, and the account of channel time (mem/dram.h) against one
 * that is kept clock unit by clock unit.
 */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "mem/dram.h"

enum {
	LATENCY = 2000,
	ROW = 300,
	SLICE = 1 << DRAM_SLICE_BITS,
	SPAN = DRAM_SLICES * SLICE /* of time that is remembered */
};

static struct dram d;

/* Time enough between accesses that no channel is ever busy. */
static uint32_t
lonely_read(uint32_t line)
{
	static uint64_t now;

	return dram_read(&d, line, now += SLICE);
}

START_TEST(rows)
{
	dram_init(&d, LATENCY, ROW, 32);
	ck_assert_uint_eq(lonely_read(0), LATENCY + ROW);
	ck_assert_uint_eq(lonely_read(0), LATENCY);
	ck_assert_uint_eq(lonely_read(DRAM_ROW_LINES - 1), LATENCY);
	/* The next 15 rows are in the other banks. */
	for (uint32_t i = 1; i < DRAM_BANKS; i++)
		ck_assert_uint_eq(lonely_read(i * DRAM_ROW_LINES),
		    LATENCY + ROW);
	for (uint32_t i = 0; i < DRAM_BANKS; i++)
		ck_assert_uint_eq(lonely_read(i * DRAM_ROW_LINES + 1), LATENCY);
	/* Row 17: 17 ^ 17 / 16 is 16, so it is in bank 0, as row 0 is. */
	ck_assert_uint_eq(lonely_read(17 * DRAM_ROW_LINES), LATENCY + ROW);
	ck_assert_uint_eq(lonely_read(17 * DRAM_ROW_LINES), LATENCY);
	ck_assert_uint_eq(lonely_read(0), LATENCY + ROW);
	ck_assert_uint_eq(lonely_read(DRAM_ROW_LINES), LATENCY);
	/* A write opens a row, too. */
	dram_write(&d, 17 * DRAM_ROW_LINES, 0);
	ck_assert_uint_eq(lonely_read(17 * DRAM_ROW_LINES + 9), LATENCY);
	ck_assert_uint_eq(d.row_misses, 19); /* 16 banks, then row 17, 0, 17 */
	ck_assert_uint_eq(d.writes, 1);
}
END_TEST

/*
 * All lines are asked for at 500: line n begins n * line_clk after the time
 * that is given out from 0 on.  It waits until the slice in which that lies
 * begins; in the first one it does not wait.
 */
static const uint32_t line_clks[] = { 1, 32, 100, 600, 1000, SLICE, SLICE + 1 };

START_TEST(saturated)
{
	uint32_t line_clk = line_clks[_i] < SLICE ? line_clks[_i] : SLICE;
	uint64_t waited = 0;

	dram_init(&d, LATENCY, 0, line_clks[_i]);
	for (uint32_t n = 0; (n + 1) * line_clk <= SPAN; n++) {
		uint32_t begin = n * line_clk / SLICE * SLICE;
		uint32_t wait = begin > 500 ? begin - 500 : 0;

		if (n % 3 == 0)
			dram_write(&d, 0, 500);
		else
			ck_assert_uint_eq(dram_read(&d, 0, 500),
			    LATENCY + wait);
		waited += wait;
	}
	ck_assert_uint_eq(d.waited_clk, waited);
}
END_TEST

/* Each clock unit of the channels, and who has it. */
static bool taken[SPAN];

static uint32_t
reference(uint32_t at, uint32_t line_clk)
{
	uint32_t i = at / SLICE * SLICE, first;

	while (taken[i])
		i++;
	first = i / SLICE * SLICE;
	for (; line_clk > 0; i++)
		if (!taken[i]) {
			taken[i] = true;
			line_clk--;
		}
	return first > at ? first - at : 0;
}

/* Two thirds of the time is asked for, in any order. */
START_TEST(out_of_order)
{
	uint32_t line_clk = line_clks[_i] < SLICE ? line_clks[_i] : SLICE;
	struct rng rng;

	rng_seed(&rng, 11, (uint64_t)_i);
	memset(taken, 0, sizeof(taken));
	dram_init(&d, LATENCY, 0, line_clks[_i]);
	for (uint32_t n = 0; n < SPAN / 3 * 2 / line_clk; n++) {
		uint32_t at = (uint32_t)rng_below(&rng, SPAN / 4 * 3);

		ck_assert_uint_eq(dram_read(&d, 0, at),
		    LATENCY + reference(at, line_clk));
		if (n == 20000)
			break; /* the reference is slow */
	}
}
END_TEST

/* Who comes SPAN late finds the account closed, and does not wait. */
START_TEST(too_late)
{
	dram_init(&d, LATENCY, 0, SLICE);
	ck_assert_uint_eq(dram_read(&d, 0, 3 * SLICE), LATENCY);
	ck_assert_uint_eq(dram_read(&d, 0, 3 * SLICE), LATENCY + SLICE);
	ck_assert_uint_eq(dram_read(&d, 0, SPAN + 3 * SLICE), LATENCY);
	ck_assert_uint_eq(dram_read(&d, 0, 3 * SLICE), LATENCY);
	ck_assert_uint_eq(dram_read(&d, 0, SPAN + 3 * SLICE), LATENCY + SLICE);
}
END_TEST

int
main(void)
{
	const int n = sizeof(line_clks) / sizeof(line_clks[0]);
	Suite *s = suite_create("mem/dram");
	TCase *tc = tcase_create("dram");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, rows);
	tcase_add_loop_test(tc, saturated, 0, n);
	tcase_add_loop_test(tc, out_of_order, 0, n);
	tcase_add_test(tc, too_late);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
