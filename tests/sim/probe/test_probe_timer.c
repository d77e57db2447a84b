/*
 * The probe's timer and its alarm clock.  The twins of probe.c are in
 * tests/sim/mem/io_twins.sh.
 */
#include "sim/probe/probe_rig.h"

/*
 * A period of 1000 ns is 12000 ticks.  TIMER arrives at tick 10200, messages
 * are sent at 22200, 34200, 46200 and arrive 250 later.
 */
START_TEST(timer)
{
	start();
	put(PROBE_TIMER_ADDR, 4, 0xfee00000);
	put(PROBE_TIMER_DATA, 4, 0x50);
	ok(sc_run(10000));
	put(PROBE_TIMER, 4, 1000);
	ok(sc_run(22200));
	ck_assert_int_eq(nmessage, 0);
	ok(sc_run(40000));
	put(PROBE_MSI_ADDR, 4, 0xfee02000); /* somebody else's */
	put(PROBE_MSI_DATA, 4, 0x77);
	put(PROBE_TIMER_DATA, 4, 0x51);
	ok(sc_run(50000));
	ck_assert_int_eq(nmessage, 3);
	message(0, 0xfee00000, 0x50, 2 * 22450);
	message(1, 0xfee00000, 0x50, 2 * 34450);
	message(2, 0xfee00000, 0x51, 2 * 46450);
	ck_assert_uint_eq(get(PROBE_TICKS, 8), 3);
	ck_assert_uint_eq(get(PROBE_TIMER, 4), 1000);

	/* Written at 56000, within a period: a new one of 24000 begins. */
	ok(sc_run(56000));
	put(PROBE_TIMER, 4, 2000);
	ok(sc_run(80201));
	ck_assert_int_eq(nmessage, 4);
	message(3, 0xfee00000, 0x51, 2 * (56200 + 24000 + 250));
	put(PROBE_TIMER, 4, 0);
	ok(sc_run(TICK_NEVER));
	ck_assert_int_eq(nmessage, 4);
	ck_assert_uint_eq(get(PROBE_TICKS, 8), 4);
	ck_assert_uint_eq(get(PROBE_TIMER, 4), 0);
	end();
}
END_TEST

/*
 * The alarm rings once: 1000 ns are 12000 ticks, set when ALARM arrives at
 * 10200, so the message is sent at 22200.
 */
START_TEST(alarm_clock)
{
	start();
	put(PROBE_ALARM_ADDR, 4, 0xfee01000);
	put(PROBE_ALARM_DATA, 4, 0x61);
	ok(sc_run(10000));
	put(PROBE_ALARM, 4, 1000);
	ok(sc_run(20000));
	ck_assert_int_eq(nmessage, 0);
	ck_assert_uint_eq(get(PROBE_ALARM, 4), 1000);
	ok(sc_run(60000));
	ck_assert_int_eq(nmessage, 1);
	message(0, 0xfee01000, 0x61, 2 * 22450);
	ck_assert_uint_eq(get(PROBE_ALARM, 4), 0);
	ck_assert_uint_eq(get(PROBE_TICKS, 8), 0);

	/* Set anew before it rings, then off. */
	put(PROBE_ALARM, 4, 1000);
	put(PROBE_ALARM, 4, 500);
	ok(sc_run(200000));
	ck_assert_int_eq(nmessage, 2);
	put(PROBE_ALARM, 4, 1000);
	put(PROBE_ALARM, 4, 0);
	ok(sc_run(TICK_NEVER));
	ck_assert_int_eq(nmessage, 2);
	end();
}
END_TEST

/* A device that goes takes its timers with it. */
START_TEST(destroy)
{
	start();
	put(PROBE_TIMER, 4, 1000);
	put(PROBE_ALARM, 4, 1000);
	end();
	probe_destroy(NULL);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/probe/timer");
	TCase *t = tcase_create("timer");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, timer);
	tcase_add_test(t, alarm_clock);
	tcase_add_test(t, destroy);
	suite_add_tcase(s, t);
	return run_tests(s);
}
