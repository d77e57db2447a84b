/*
 * test_lapic_timer.c: the timer of the local APIC in its three modes.
 *
 * A count of n with divisor d is n * d * BUS_CLK clock units, BUS_CLK = 240.
 */
#include "sim/cpu/lapic_rig.h"

#define SECOND (CYC_PER_S * CLK_PER_CYC)

/* HZ 100: a count of 10^6 at 100 MHz; 0xb divides by 1. */
static void
hz100(void)
{
	wr(TDCR, 0xb);
	wr(LVT_TIMER, PERIODIC | 0xd0);
	wr(TMICT, 1000000);
}

/* The second seen in steps that are no part of a period, interrupts served
 * late: 100 are served, the last at its end and not a unit before. */
START_TEST(hz_100)
{
	const uint64_t step = 1234567;
	unsigned served = 0;

	hz100();
	for (uint64_t t = 0; t < SECOND - 1; t += step) {
		to(t);
		if (lapic_pending(&l) == 0xd0) {
			ck_assert_uint_eq(lapic_accept(&l), 0xd0);
			served++;
			wr(EOI, 0);
		}
	}
	to(SECOND - 1);
	ck_assert_uint_eq(l.timer_fired, 99);
	ck_assert_uint_eq(served + (lapic_pending(&l) >= 0), 99);
	ck_assert_uint_eq(l.merged, 0);
	to(SECOND);
	ck_assert_uint_eq(l.timer_fired, 100);
}
END_TEST

/* In one step: one interrupt, 99 merged; and no drift in 1000 seconds. */
START_TEST(hz_100_asleep)
{
	now = 7;
	hz100();
	to(SECOND + 6);
	ck_assert_uint_eq(l.timer_fired, 99);
	to(SECOND + 7);
	ck_assert_uint_eq(l.timer_fired, 100);
	ck_assert_uint_eq(l.merged, 99);
	ck_assert_int_eq(bits(IRR), 1);
	to(1000 * SECOND + 6);
	ck_assert_uint_eq(l.timer_fired, 99999);
	ck_assert_uint_eq(lapic_next(&l), 1000 * SECOND + 7);
}
END_TEST

START_TEST(one_shot)
{
	static const struct {
		uint64_t t;
		uint32_t count;
		unsigned fired;
	} c[] = { { 0, 10, 0 }, { 239, 10, 0 }, { 240, 9, 0 }, { 2160, 1, 0 },
		{ 2399, 1, 0 }, { 2400, 0, 1 }, { 9999, 0, 1 } };

	wr(TDCR, 0xb);
	wr(LVT_TIMER, 0xd0);
	wr(TMICT, 10);
	for (unsigned i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		now = c[i].t;
		ck_assert_uint_eq(rd(TMCCT), c[i].count);
		ck_assert_uint_eq(l.timer_fired, c[i].fired);
		ck_assert_int_eq(has(IRR, 0xd0), c[i].fired);
		ck_assert_uint_eq(rd(TMICT), 10);
	}
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
}
END_TEST

/* Loaded anew at its end; a write of the count starts anew, 0 stops. */
START_TEST(periodic_count)
{
	wr(TDCR, 0xb);
	wr(LVT_TIMER, PERIODIC | 0xd0);
	wr(TMICT, 10);
	now = 2399;
	ck_assert_uint_eq(rd(TMCCT), 1);
	now = 2400;
	ck_assert_uint_eq(rd(TMCCT), 10);
	now = 2400 * 7 + 481;
	ck_assert_uint_eq(rd(TMCCT), 8); /* two units and a bit */
	ck_assert_uint_eq(l.timer_fired, 7);
	wr(TMICT, 5);
	ck_assert_uint_eq(rd(TMCCT), 5);
	ck_assert_uint_eq(lapic_next(&l), now + 1200);
	wr(TMICT, 0);
	ck_assert_uint_eq(rd(TMCCT), 0);
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
}
END_TEST

/* The codes of the facts sheet. */
START_TEST(divisors)
{
	static const struct {
		uint32_t code, by;
	} c[] = { { 0x0, 2 }, { 0x1, 4 }, { 0x2, 8 }, { 0x3, 16 }, { 0x8, 32 },
		{ 0x9, 64 }, { 0xa, 128 }, { 0xb, 1 } };

	wr(LVT_TIMER, 0xd0);
	wr(TDCR, c[_i].code);
	wr(TMICT, 0xffffffff);
	ck_assert_uint_eq(lapic_next(&l),
	    UINT64_C(0xffffffff) * c[_i].by * BUS_CLK);
	ck_assert_uint_eq(rd(TMCCT), 0xffffffff);
	now = c[_i].by * BUS_CLK;
	ck_assert_uint_eq(rd(TMCCT), 0xfffffffe);
}
END_TEST

/* 10 counts by 1, after 3 and a half by 4: 7 are left, whose units begin now;
 * the next period is 10 of the new.  The same code again changes nothing. */
START_TEST(divisor_changes)
{
	wr(TDCR, 0xb);
	wr(LVT_TIMER, PERIODIC | 0xd0);
	wr(TMICT, 10);
	now = 3 * 240 + 120;
	wr(TDCR, 0x1);
	ck_assert_uint_eq(rd(TMCCT), 7);
	ck_assert_uint_eq(lapic_next(&l), now + 7 * 4 * 240);
	now += 100;
	wr(TDCR, 0x1);
	ck_assert_uint_eq(lapic_next(&l), now - 100 + 7 * 4 * 240);
	to(lapic_next(&l));
	ck_assert_uint_eq(lapic_next(&l), now + 10 * 4 * 240);
}
END_TEST

/* Masked it runs and counts, and interrupts not even when unmasked later. */
START_TEST(masked)
{
	wr(TDCR, 0xb);
	wr(LVT_TIMER, MASKED | PERIODIC | 0xd0);
	wr(TMICT, 10);
	to(2400 * 3);
	ck_assert_uint_eq(l.timer_fired, 3);
	wr(LVT_TIMER, PERIODIC | 0xd0);
	ck_assert_int_eq(bits(IRR), 0);
	to(2400 * 4);
	ck_assert(has(IRR, 0xd0));
	ck_assert_uint_eq(l.merged, 0);
}
END_TEST

/* A vector below 16 is an error, and no interrupt. */
START_TEST(bad_vector)
{
	wr(LVT_TIMER, 0x0f);
	wr(TMICT, 1);
	to(10000);
	wr(ESR, 0);
	ck_assert_uint_eq(rd(ESR), 0x40);
	ck_assert_int_eq(bits(IRR), 0);
}
END_TEST

/* TSC 1000 begins at unit 10000.  TMICT is dead, the MSR is 0 afterwards. */
START_TEST(deadline)
{
	wr(LVT_TIMER, DEADLINE | 0xd0);
	wr(TMICT, 5);
	ck_assert_uint_eq(rd(TMICT), 0);
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
	lapic_write_deadline(&l, 1000, now);
	ck_assert_uint_eq(lapic_read_deadline(&l), 1000);
	ck_assert_uint_eq(lapic_next(&l), 10000);
	ck_assert_uint_eq(rd(TMCCT), 0);
	wr(TDCR, 3); /* none of its business */
	ck_assert_uint_eq(lapic_next(&l), 10000);
	to(9999);
	ck_assert_int_eq(lapic_pending(&l), -1);
	to(10000);
	ck_assert_int_eq(lapic_pending(&l), 0xd0);
	ck_assert_uint_eq(lapic_read_deadline(&l), 0);
	ck_assert_uint_eq(l.timer_fired, 1);
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
}
END_TEST

START_TEST(deadline_past_and_far)
{
	now = 12345;
	wr(LVT_TIMER, DEADLINE | 0xd0);
	lapic_write_deadline(&l, 1234, now); /* this very cycle */
	ck_assert_uint_eq(lapic_accept(&l), 0xd0);
	wr(EOI, 0);
	lapic_write_deadline(&l, 1235, now);
	ck_assert_int_eq(lapic_pending(&l), -1);
	lapic_write_deadline(&l, 2000, now); /* in its place */
	ck_assert_uint_eq(lapic_next(&l), 20000);
	lapic_write_deadline(&l, 0, now);
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
	lapic_write_deadline(&l, UINT64_MAX, now); /* would overflow */
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
	ck_assert_uint_eq(lapic_read_deadline(&l), UINT64_MAX);
	ck_assert_uint_eq(l.timer_fired, 1);
}
END_TEST

/* Outside its mode the MSR is dead; another mode disarms. */
START_TEST(modes)
{
	wr(LVT_TIMER, PERIODIC | 0xd0);
	lapic_write_deadline(&l, 1000, now);
	ck_assert_uint_eq(lapic_read_deadline(&l), 0);
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
	wr(TMICT, 1000);
	wr(LVT_TIMER, MASKED | PERIODIC | 0x41); /* the same mode */
	ck_assert_uint_eq(lapic_next(&l), 1000 * 2 * BUS_CLK);
	wr(LVT_TIMER, DEADLINE | 0xd0);
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
	lapic_write_deadline(&l, 1000, now);
	wr(LVT_TIMER, 0xd0);
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
	ck_assert_uint_eq(lapic_read_deadline(&l), 0);
	wr(LVT_TIMER, PERIODIC | DEADLINE | 0xd0); /* 3: reserved, no timer */
	wr(TMICT, 1);
	lapic_write_deadline(&l, 1000, now);
	ck_assert_uint_eq(lapic_next(&l), LAPIC_NEVER);
}
END_TEST

/* Timer (edge) and a level message of its vector: at the same instant the
 * timer comes first; otherwise whoever is later says what the vector is. */
START_TEST(with_messages)
{
	static const struct {
		uint64_t at;
		bool level;
	} c[] = { { 2399, false }, { 2400, true }, { 2401, true },
		{ 4799, true }, { 4800, true }, { 4801, true } };

	wr(TDCR, 0xb);
	wr(LVT_TIMER, (_i < 3 ? 0 : PERIODIC) | 0xd0);
	wr(TMICT, 10);
	ck_assert(lapic_message(&l, 0xd0, true, c[_i].at));
	to(_i == 3 ? 4799 : 5000);
	ck_assert_int_eq(has(TMR, 0xd0), c[_i].level);
	ck_assert_uint_eq(l.timer_fired, _i < 4 ? 1 : 2);
	if (_i == 3) {
		to(4800);
		ck_assert(!has(TMR, 0xd0));
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("cpu/lapic_timer");
	TCase *t = tcase_create("timer");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, up, NULL);
	tcase_add_test(t, hz_100);
	tcase_add_test(t, hz_100_asleep);
	tcase_add_test(t, one_shot);
	tcase_add_test(t, periodic_count);
	tcase_add_loop_test(t, divisors, 0, 8);
	tcase_add_test(t, divisor_changes);
	tcase_add_test(t, masked);
	tcase_add_test(t, bad_vector);
	tcase_add_test(t, deadline);
	tcase_add_test(t, deadline_past_and_far);
	tcase_add_test(t, modes);
	tcase_add_loop_test(t, with_messages, 0, 6);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
