/*
 * The event kernel, sim/sc/sc.h: order, time, stopping.
 *
 * Each test is a process of its own (Check forks), as each simulation must
 * be.  test_sc_errors.c has the rest of the interface, test_sc_random.c goes
 * on where these end; twins.sh breaks sc.cc in ways that they must notice.
 */
#include "core/tick.h"
#include "sim/sc/letters.h"

/*
 * Order.
 */

/* Of equal instants the one notified first runs first, whenever created. */
START_TEST(order_same_tick)
{
	setup();
	for (int i = 0; i < N; i++)
		ok(sc_ev_at(ev[i * 7 % N], 100));
	ok(sc_run(TICK_NEVER));
	ck_assert_str_eq(trail, "ahebifcjgd");
	ck_assert_uint_eq(sc_now_tick(), 100);
}
END_TEST

static void
a_calls_three(void *arg)
{
	(void)letter(arg);
	ok(sc_ev_after(ev[3], 0));
	ok(sc_ev_after(ev[1], 0));
	ok(sc_ev_at(ev[2], sc_now_tick()));
}

/* What is notified for this instant comes after all notified for it before. */
START_TEST(order_now)
{
	setup_a(a_calls_three);
	ok(sc_ev_at(ev[0], 50));
	ok(sc_ev_at(ev[9], 50));
	ok(sc_ev_at(ev[8], 50));
	ok(sc_run(TICK_NEVER));
	ck_assert_str_eq(trail, "ajidbc");
	ck_assert_uint_eq(sc_now_tick(), 50);
}
END_TEST

/* Moving an event gives up its place, even when it moves to where it was. */
START_TEST(order_moved)
{
	setup();
	for (int i = 0; i < 4; i++)
		ok(sc_ev_at(ev[i], 10));
	ok(sc_ev_at(ev[0], 10));
	ok(sc_ev_at(ev[1], 11));
	ok(sc_ev_at(ev[2], 9));
	ck_assert_uint_eq(sc_ev_due_tick(ev[2]), 9);
	ok(sc_run(TICK_NEVER));
	ck_assert_str_eq(trail, "cdab");
	ck_assert_uint_eq(sc_ev_due_tick(ev[2]), TICK_NEVER);
}
END_TEST

static void
a_meddles(void *arg)
{
	(void)letter(arg);
	ok(sc_ev_cancel(ev[1]));
	ok(sc_ev_after(ev[2], 5));
	ok(sc_ev_after(ev[3], 0));
	ok(sc_ev_after(ev[4], 0));
	ok(sc_ev_cancel(ev[4]));
}

/* All of b to e are due with a, which cancels b and e and moves c and d. */
START_TEST(meddle_same_tick)
{
	setup_a(a_meddles);
	for (int i = 0; i < 6; i++)
		ok(sc_ev_at(ev[i], 7));
	ok(sc_run(8));
	ck_assert_str_eq(trail, "afd");
	ok(sc_run(TICK_NEVER));
	ck_assert_str_eq(trail, "afdc");
	ck_assert_uint_eq(sc_now_tick(), 12);
}
END_TEST

START_TEST(cancel)
{
	setup();
	ok(sc_ev_cancel(ev[0]));
	ok(sc_ev_at(ev[0], 5));
	ok(sc_ev_at(ev[1], 6));
	ok(sc_ev_cancel(ev[0]));
	ck_assert_uint_eq(sc_ev_due_tick(ev[0]), TICK_NEVER);
	ck_assert_uint_eq(sc_next_tick(), 6);
	ok(sc_run(TICK_NEVER));
	ck_assert_str_eq(trail, "b");
	ok(sc_ev_after(ev[0], 1));
	ok(sc_run(TICK_NEVER));
	ck_assert_str_eq(trail, "ba");
	ck_assert_uint_eq(sc_next_tick(), TICK_NEVER);
}
END_TEST

/*
 * Time.
 */

static uint64_t period_tick, laps;

static void
periodic(void *arg)
{
	struct sc_ev **self = arg;

	if (--laps > 0)
		ok(sc_ev_after(*self, period_tick));
}

/* 120,000 core cycles of 5 ticks are 50,000 ns to the tick. */
START_TEST(exact_cycles)
{
	ok(sc_init());
	make(0, periodic);
	period_tick = cyc_to_tick(1);
	laps = 120000;
	ok(sc_ev_after(ev[0], period_tick));
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(sc_now_tick(), ns_to_tick(50000));
}
END_TEST

/* One tick at a time, 12 of them a nanosecond, 2^61 ticks (6 years) on. */
START_TEST(exact_far)
{
	const uint64_t start = UINT64_C(1) << 61;

	ok(sc_init());
	make(0, periodic);
	period_tick = 1;
	laps = 12 * 5000;
	ok(sc_ev_at(ev[0], start + 1));
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(sc_now_tick(), start + ns_to_tick(5000));
}
END_TEST

/* The last instant can be used; the one behind it cannot. */
START_TEST(exact_last)
{
	setup();
	ck_assert_int_eq(sc_ev_at(ev[0], TICK_MAX + 1), SC_ERANGE);
	ok(sc_ev_at(ev[0], TICK_MAX));
	ok(sc_ev_at(ev[1], TICK_MAX - 1));
	ck_assert_uint_eq(sc_next_tick(), TICK_MAX - 1);
	ok(sc_run(TICK_MAX));
	ck_assert_str_eq(trail, "b");
	ok(sc_run(TICK_NEVER));
	ck_assert_str_eq(trail, "ba");
	ck_assert_uint_eq(sc_now_tick(), TICK_MAX);
	ck_assert_int_eq(sc_ev_after(ev[0], 1), SC_ERANGE);
	ck_assert_int_eq(sc_ev_after(ev[0], TICK_NEVER), SC_ERANGE);
	ok(sc_ev_after(ev[0], 0));
	ok(sc_run(TICK_NEVER));
	ck_assert_str_eq(trail, "baa");
}
END_TEST

/* A run ends before what is due at its end, and it is then that instant. */
START_TEST(until_is_exclusive)
{
	setup();
	ok(sc_ev_at(ev[0], 10));
	ok(sc_ev_at(ev[1], 11));
	ok(sc_ev_at(ev[2], 12));
	ok(sc_run(11));
	ck_assert_str_eq(trail, "a");
	ck_assert_uint_eq(sc_now_tick(), 11);
	ck_assert_uint_eq(sc_next_tick(), 11);
	ok(sc_run(11));
	ck_assert_str_eq(trail, "a");
	/* Not yet triggered: b can still be cancelled, and d can follow. */
	ok(sc_ev_cancel(ev[1]));
	ck_assert_uint_eq(sc_next_tick(), 12);
	ok(sc_ev_after(ev[3], 0));
	ok(sc_run(12));
	ck_assert_str_eq(trail, "ad");
	ok(sc_run(1000));
	ck_assert_str_eq(trail, "adc");
	ck_assert_uint_eq(sc_now_tick(), 1000);
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(sc_now_tick(), 1000);
}
END_TEST

/* Time moves also when nothing is due, and delays count from there. */
START_TEST(idle_stretches)
{
	setup();
	ok(sc_ev_at(ev[0], 500));
	for (uint64_t t = 0; t < 500; t += 7)
		ok(sc_run(t));
	ck_assert_str_eq(trail, "");
	ck_assert_uint_eq(sc_now_tick(), 497);
	ok(sc_ev_after(ev[1], 2));
	ok(sc_ev_after(ev[2], 4));
	ok(sc_run(TICK_NEVER));
	ck_assert_str_eq(trail, "bac");
	ck_assert_uint_eq(sc_now_tick(), 501);
}
END_TEST

static uint64_t seen[4];

static void
looks_ahead(void *arg)
{
	(void)letter(arg);
	seen[0] = sc_next_tick();
	ok(sc_ev_at(ev[2], 40));
	seen[1] = sc_next_tick();
	ok(sc_ev_after(ev[3], 0));
	seen[2] = sc_next_tick();
	ok(sc_ev_cancel(ev[3]));
	ok(sc_ev_cancel(ev[2]));
	seen[3] = sc_next_tick();
}

/* The lookahead of a callback follows what it notifies and takes back. */
START_TEST(next_in_callback)
{
	setup_a(looks_ahead);
	ck_assert_uint_eq(sc_next_tick(), TICK_NEVER);
	ok(sc_ev_at(ev[0], 30));
	ok(sc_ev_at(ev[1], 60));
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(seen[0], 60);
	ck_assert_uint_eq(seen[1], 40);
	ck_assert_uint_eq(seen[2], 30);
	ck_assert_uint_eq(seen[3], 60);
	ck_assert_str_eq(trail, "ab");
}
END_TEST

/*
 * Stopping.
 */

static void
stopper(void *arg)
{
	ok(sc_stop(100 + letter(arg)));
	ok(sc_ev_after(ev[9], 0));
}

/* Nothing follows the stop, not even at its instant; all of it follows later. */
START_TEST(stop_and_resume)
{
	setup();
	make(2, stopper);
	for (int i = 0; i < 6; i++)
		ok(sc_ev_at(ev[i], 20));
	ck_assert_int_eq(sc_run(30), SC_STOPPED);
	ck_assert_int_eq(sc_stop_reason(), 102);
	ck_assert_str_eq(trail, "abc");
	ck_assert_uint_eq(sc_now_tick(), 20);
	ck_assert_uint_eq(sc_next_tick(), 20);
	ok(sc_run(30));
	ck_assert_str_eq(trail, "abcdefj");
	ck_assert_uint_eq(sc_now_tick(), 30);
}
END_TEST

/* Between stop and resumption everything can still be changed. */
START_TEST(stop_and_change)
{
	setup();
	make(0, stopper);
	for (int i = 0; i < 6; i++)
		ok(sc_ev_at(ev[i], 20));
	ck_assert_int_eq(sc_run(30), SC_STOPPED);
	ok(sc_ev_cancel(ev[1]));
	ok(sc_ev_after(ev[6], 0));
	ok(sc_ev_after(ev[2], 0));
	ok(sc_ev_after(ev[9], 0));
	ok(sc_ev_after(ev[3], 1));
	ok(sc_run(30));
	ck_assert_str_eq(trail, "aefgcjd");
}
END_TEST

/* When all that was left is taken back, the run goes on behind it. */
START_TEST(stop_and_cancel)
{
	setup();
	make(0, stopper);
	ok(sc_ev_at(ev[0], 20));
	ok(sc_ev_at(ev[1], 20));
	ok(sc_ev_at(ev[2], 25));
	ck_assert_int_eq(sc_run(30), SC_STOPPED);
	ok(sc_ev_cancel(ev[1]));
	ok(sc_ev_cancel(ev[9]));
	ck_assert_uint_eq(sc_next_tick(), 25);
	ok(sc_ev_at(ev[3], 20));
	ok(sc_run(30));
	ck_assert_str_eq(trail, "adc");
}
END_TEST

START_TEST(stop_each)
{
	setup();
	for (int i = 0; i < 5; i++) {
		make(i, stopper);
		ok(sc_ev_at(ev[i], 20));
	}
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(sc_run(TICK_NEVER), SC_STOPPED);
		ck_assert_int_eq(sc_stop_reason(), 100 + i);
	}
	ok(sc_run(TICK_NEVER));
	ck_assert_str_eq(trail, "abcdej");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/sc");
	TCase *t = tcase(s, "order");

	tcase_add_test(t, order_same_tick);
	tcase_add_test(t, order_now);
	tcase_add_test(t, order_moved);
	tcase_add_test(t, meddle_same_tick);
	tcase_add_test(t, cancel);
	t = tcase(s, "time");
	tcase_add_test(t, exact_cycles);
	tcase_add_test(t, exact_far);
	tcase_add_test(t, exact_last);
	tcase_add_test(t, until_is_exclusive);
	tcase_add_test(t, idle_stretches);
	tcase_add_test(t, next_in_callback);
	t = tcase(s, "stop");
	tcase_add_test(t, stop_and_resume);
	tcase_add_test(t, stop_and_change);
	tcase_add_test(t, stop_and_cancel);
	tcase_add_test(t, stop_each);
	return run_suite(s);
}
