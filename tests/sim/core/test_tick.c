/*
 * Conversions of core/tick.h, against values worked out by hand and against
 * 128-bit arithmetic.
 */
#include <check.h>
#include <stdlib.h>

#include "core/tick.h"
#include "cpu/hook_abi.h"

static uint64_t
draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* 2.4 GHz: 12 cycles are 5 ns; 1 ns is 12 ticks; 1 cycle is 10 clock units. */
START_TEST(units)
{
	ck_assert_uint_eq(cyc_to_tick(12), ns_to_tick(5));
	ck_assert_uint_eq(ns_to_tick(1), 12);
	ck_assert_uint_eq(tick_to_clk(cyc_to_tick(1)), HK_CLOCK_PER_CYC);
	ck_assert_uint_eq(CLK_PER_CYC, CLK_PER_TICK * TICK_PER_CYC);
	ck_assert_uint_eq(CLK_PER_NS, CLK_PER_TICK * TICK_PER_NS);
	ck_assert_uint_eq(CYC_PER_S, 2400000000u);
	ck_assert_uint_eq(TICK_PER_S, 12000000000u);
	ck_assert_uint_eq(ns_to_tick(1000000000), TICK_PER_S);
}
END_TEST

/* Seven ticks: 7/12 ns, 1.4 cycles, 14 clock units. */
START_TEST(rounding)
{
	ck_assert_uint_eq(tick_to_ns_down(7), 0);
	ck_assert_uint_eq(tick_to_ns_up(7), 1);
	ck_assert_uint_eq(tick_to_cyc_down(7), 1);
	ck_assert_uint_eq(tick_to_cyc_up(7), 2);
	ck_assert_uint_eq(tick_to_clk(7), 14);
	ck_assert_uint_eq(clk_to_tick_down(15), 7);
	ck_assert_uint_eq(clk_to_tick_up(15), 8);
	ck_assert_uint_eq(clk_to_tick_up(14), 7);
	ck_assert_uint_eq(tick_to_ns_up(12), 1);
	ck_assert_uint_eq(tick_to_cyc_up(10), 2);
}
END_TEST

/* Where the products would not fit 64 bits. */
START_TEST(limits)
{
	ck_assert_uint_eq(tick_to_clk(TICK_MAX), UINT64_MAX - 1);
	ck_assert_uint_eq(clk_to_tick_down(UINT64_MAX), TICK_MAX);
	ck_assert_uint_eq(clk_to_tick_up(UINT64_MAX), TICK_MAX + 1);
	ck_assert_uint_eq(tick_to_cyc_up(UINT64_MAX), UINT64_MAX / 5);
	ck_assert_uint_eq(tick_to_ns_up(UINT64_MAX), UINT64_MAX / 12 + 1);
}
END_TEST

START_TEST(random_values)
{
	uint64_t state = 88172645463325252u;

	for (int i = 0; i < 100000; i++) {
		const uint64_t v = draw(&state) >> (i % 64);
		const __uint128_t wide = v;

		ck_assert(tick_to_ns_up(v) == (wide + 11) / 12);
		ck_assert(tick_to_cyc_up(v) == (wide + 4) / 5);
		ck_assert(clk_to_tick_up(v) == (wide + 1) / 2);
		if (v <= TICK_MAX / TICK_PER_NS)
			ck_assert(tick_to_ns_down(ns_to_tick(v)) == v);
		if (v <= TICK_MAX / TICK_PER_CYC)
			ck_assert(tick_to_cyc_up(cyc_to_tick(v)) == v);
	}
}
END_TEST

/* What does not fit is a fault of the program, not another time. */
START_TEST(overflow_ns)
{
	(void)ns_to_tick(TICK_MAX / TICK_PER_NS + 1);
}
END_TEST

START_TEST(overflow_cyc)
{
	(void)cyc_to_tick(TICK_MAX / TICK_PER_CYC + 1);
}
END_TEST

START_TEST(overflow_clk)
{
	(void)tick_to_clk(TICK_MAX + 1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core/tick");
	TCase *t = tcase_create("convert");
	SRunner *r;
	int failed;

	tcase_add_test(t, units);
	tcase_add_test(t, rounding);
	tcase_add_test(t, limits);
	tcase_add_test(t, random_values);
	tcase_add_test_raise_signal(t, overflow_ns, 6 /* SIGABRT */);
	tcase_add_test_raise_signal(t, overflow_cyc, 6);
	tcase_add_test_raise_signal(t, overflow_clk, 6);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
