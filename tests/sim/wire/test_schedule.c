/*
 * test_schedule.c: when a tester sends, to the tick.
 *
 * A byte takes 96 ticks: a frame of 64 bytes and all that goes with it 84 * 96 = 8064,
 * of 1518 bytes 1538 * 96.
 */
#include "sim/wire/tester_rig.h"

/*
 * 7/10 of a million a second is no whole number of ticks: the k-th is at k * 10/7 us
 * after the first, rounded down, which is within an interval of the beginning.  So many
 * as fit: 7000, or one less or more.
 */
START_TEST(steady)
{
	opts.schedule.step[0].rate = 700000 * PACE_ONE;
	opts.start_tick = 500;
	opts.seed = (uint64_t)_i;
	go();
	for (unsigned i = 0; i < 2; i++) {
		const uint64_t first = sent_tick[i][0];

		ck_assert_uint_ge(first, 500);
		ck_assert_uint_lt(first, 500 + S / 700000);
		for (unsigned k = 0; k < nsent[i]; k++)
			ck_assert_uint_eq(sent_tick[i][k],
			    first + k * S / 700000);
		ck_assert_uint_lt(sent_tick[i][nsent[i] - 1], 500 + 10 * MS);
		ck_assert_uint_ge(first + nsent[i] * S / 700000, 500 + 10 * MS);
		ck_assert_uint_eq(counts[1 - i].tx, nsent[i]);
		ck_assert_uint_eq(counts[i].underrun, 0);
		ck_assert_uint_eq(counts[1 - i].rx.rx, nsent[i]);
	}
	end();
}
END_TEST

/* Back to back: 8064 ticks of 64 bytes; that is the theoretical maximum. */
START_TEST(max)
{
	static const unsigned bytes[] = { 64, 74, 1518 };
	const uint64_t each_tick = (bytes[_i] + 20) * 96;

	opts.schedule.step[0].rate = 0;
	opts.frame_bytes = bytes[_i];
	go();
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_uint_lt(sent_tick[i][0], each_tick);
		for (unsigned k = 1; k < nsent[i]; k++)
			ck_assert_uint_eq(sent_tick[i][k],
			    sent_tick[i][0] + k * each_tick);
		ck_assert_uint_eq(nsent[i],
		    (10 * MS - sent_tick[i][0] + each_tick - 1) / each_tick);
		ck_assert_uint_eq(counts[i].rx.rx, nsent[1 - i]);
	}
	ck_assert_uint_ne(sent_tick[0][0], sent_tick[1][0]);
	end();
}
END_TEST

/* 10^9 / 8 bits, by frame and 20 bytes more; to a millionth. */
START_TEST(theoretical)
{
	ck_assert_uint_eq(tester_theoretical(64), UINT64_C(1488095238095));
	ck_assert_uint_eq(tester_theoretical(74), UINT64_C(1329787234042));
	ck_assert_uint_eq(tester_theoretical(1518), UINT64_C(81274382314));
	flows_free(&fs);
	ok(sc_fini());
}
END_TEST

/*
 * Twice what the wire takes: 10 ms hold 20000 frames, due from the phase on; on the wire
 * it is back to back, and what is due but not sent is an underrun.
 */
START_TEST(above_the_wire)
{
	uint64_t due;

	opts.schedule.step[0].rate = 2000000 * PACE_ONE;
	go();
	for (unsigned i = 0; i < 2; i++) {
		due = (10 * MS - sent_tick[i][0]) / 6000 +
		    ((10 * MS - sent_tick[i][0]) % 6000 != 0);
		for (unsigned k = 1; k < nsent[i]; k++)
			ck_assert_uint_eq(sent_tick[i][k],
			    sent_tick[i][0] + k * 8064);
		ck_assert_uint_eq(counts[1 - i].tx + counts[1 - i].underrun,
		    due);
		ck_assert_uint_gt(counts[1 - i].underrun, 5000);
	}
	end();
}
END_TEST

/*
 * ipgen's bursts: 99300 a second are 99.3 in a ms; the k-th burst has what is due until
 * the next one: floor(99.3 (k + 1)) - floor(99.3 k), back to back.
 */
START_TEST(burst)
{
	opts.schedule.pace = SCHEDULE_BURST;
	opts.schedule.step[0].rate = 99300 * PACE_ONE;
	go();
	for (unsigned i = 0; i < 2; i++) {
		const uint64_t first = sent_tick[i][0];
		unsigned n = 0;

		ck_assert_uint_lt(first, S / 99300 + 1);
		for (unsigned k = 0; k < 10; k++)
			for (unsigned b = 993 * k / 10; b < 993 * (k + 1) / 10;
			     b++)
				ck_assert_uint_eq(sent_tick[i][n++],
				    first + k * MS + (b - 993 * k / 10) * 8064);
		ck_assert_uint_eq(nsent[i], n);
		ck_assert_uint_eq(n, 993);
		ck_assert_uint_eq(counts[i].underrun, 0);
	}
	end();
}
END_TEST

/*
 * Bursts longer than the wire takes until the next one: 2000 in a ms, of which 1488.1
 * fit.  The rest is given up, the next burst begins as soon as the wire is idle: all of
 * it is back to back.
 */
START_TEST(burst_underrun)
{
	opts.schedule.pace = SCHEDULE_BURST;
	opts.schedule.step[0].rate = 2000000 * PACE_ONE;
	go();
	for (unsigned i = 0; i < 2; i++) {
		for (unsigned k = 1; k < nsent[i]; k++)
			ck_assert_uint_eq(sent_tick[i][k],
			    sent_tick[i][0] + k * 8064);
		ck_assert_uint_eq(nsent[i],
		    (10 * MS - sent_tick[i][0] + 8063) / 8064);
		ck_assert_uint_eq(counts[1 - i].underrun, 20000 - nsent[i]);
	}
	end();
}
END_TEST

/*
 * Steps: 3 ms at 700000, 2 ms back to back, 4 ms at 50000; each counts from its own
 * beginning.  The device loses the last frame of the first step, and the 20th of the last.
 */
static unsigned
lose_two(unsigned from, const struct frame *f, uint64_t *later)
{
	static uint64_t n[2];
	const uint64_t at_tick = f->stamp_tick[HOP_WIRE_RX];

	(void)later;
	if (at_tick >= 3 * MS - S / 700000 && at_tick < 3 * MS)
		return 0;
	return at_tick < 5 * MS || ++n[from] != 20;
}

START_TEST(steps)
{
	static const uint64_t rate[] = { 700000, 0, 50000 };
	static const unsigned ms[] = { 3, 2, 4 };

	for (unsigned i = 0; i < 3; i++)
		opts.schedule.step[i] = (struct schedule_step){
			rate[i] * PACE_ONE, ms[i] * MS
		};
	opts.schedule.nstep = 3;
	deed = lose_two;
	go();
	for (unsigned i = 0; i < 2; i++) {
		const struct tester_counts *c = &counts[1 - i];
		const uint64_t phase = sent_tick[i][0];
		unsigned n = (unsigned)c->step[0].tx;

		ck_assert_uint_eq(sent_tick[i][n - 1],
		    phase + (n - 1) * S / 700000);
		ck_assert_uint_ge(n, 2099);
		for (unsigned k = 0; k < c->step[1].tx; k++)
			ck_assert_uint_eq(sent_tick[i][n++],
			    3 * MS + phase + k * 8064);
		ck_assert_uint_ge(c->step[1].tx, 2 * MS / 8064 - 2);
		for (unsigned k = 0; k < c->step[2].tx; k++)
			ck_assert_uint_eq(sent_tick[i][n++],
			    5 * MS + phase + k * S / 50000);
		ck_assert_uint_eq(c->step[2].tx, 200);
		ck_assert_uint_eq(n, nsent[i]);
		ck_assert_uint_eq(c->tx, n);
		ck_assert_uint_eq(c->step[0].lost, 1);
		ck_assert_uint_eq(c->step[1].lost, 0);
		ck_assert_uint_eq(c->step[2].lost, 1);
		ck_assert_uint_eq(c->last_lost_tick,
		    sent_tick[i][n - 200 + 19]);
		ck_assert_uint_eq(tester_sending_tick(t[i]), 9 * MS);
	}
	end();
}
END_TEST

/* A limit of frames: so many, back to back. */
START_TEST(limit)
{
	opts.schedule.step[0].rate = 0;
	opts.frames = 321;
	go();
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_uint_eq(nsent[i], 321);
		ck_assert_uint_eq(sent_tick[i][320],
		    sent_tick[i][0] + 320 * 8064);
		ck_assert_uint_eq(counts[i].rx.rx, 321);
		ck_assert_uint_eq(tester_sending_tick(t[i]),
		    sent_tick[i][320] + 8064);
	}
	end();
}
END_TEST

/* .. at a rate: no more a second than that. */
START_TEST(limit_at_rate)
{
	opts.schedule.step[0].rate = 1000 * PACE_ONE;
	opts.frames = 7;
	go();
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_uint_eq(counts[i].rx.rx, 7);
		ck_assert_uint_eq(tester_sending_tick(t[i]),
		    sent_tick[i][0] + 7 * MS);
	}
	end();
}
END_TEST

/* The seed chooses phases and flows, and always the same; other seeds, others. */
START_TEST(seeds)
{
	static const uint64_t seed[] = { 1, 1, 2, 3 };
	uint64_t tick[4][2];
	unsigned port[4][2];

	for (unsigned k = 0; k < 4; k++) {
		struct tester *x[2];

		opts.seed = seed[k];
		opts.start_tick = sc_now_tick();
		nsent[0] = nsent[1] = 0;
		start();
		x[0] = t[0], x[1] = t[1];
		ok(sc_run(opts.start_tick + 20 * MS));
		for (unsigned i = 0; i < 2; i++) {
			tick[k][i] = sent_tick[i][0] - opts.start_tick;
			port[k][i] = sent[i][0][34] * 256u + sent[i][0][35];
			tester_destroy(x[i]);
			t[i] = NULL;
		}
	}
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_uint_eq(tick[0][i], tick[1][i]);
		ck_assert_uint_eq(port[0][i], port[1][i]);
		ck_assert_uint_ne(tick[1][i], tick[2][i]);
		ck_assert_uint_ne(port[1][i], port[2][i]);
		ck_assert_uint_ne(tick[2][i], tick[3][i]);
		ck_assert_uint_ne(tick[2][i], tick[1][1 - i]);
	}
	end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/wire schedule");
	TCase *tc = tcase_create("schedule");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, begin, NULL);
	tcase_add_loop_test(tc, steady, 0, 5);
	tcase_add_loop_test(tc, max, 0, 3);
	tcase_add_test(tc, theoretical);
	tcase_add_test(tc, above_the_wire);
	tcase_add_test(tc, burst);
	tcase_add_test(tc, burst_underrun);
	tcase_add_test(tc, steps);
	tcase_add_test(tc, limit);
	tcase_add_test(tc, limit_at_rate);
	tcase_add_test(tc, seeds);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
