/*
 * test_cable.c: a cable, sim/wire/cable.h: times to the tick.
 *
 * A byte of gigabit Ethernet is 8 ns, 96 ticks.  A frame of 64 bytes with FCS
 * takes (8 + 64) * 96 = 6912 ticks to its last bit and (8 + 64 + 12) * 96 =
 * 8064 ticks, 672 ns, to the next one.
 */
#include "sim/wire/wire_rig.h"

#define BYTE_TICK 96

START_TEST(one_frame)
{
	rig_start(CABLE_RATE_1G, 120);
	ck_assert_uint_eq(cable_idle_at(cable, 0), 0);
	ck_assert_uint_eq(cable_send(cable, 0, rig_make(1, 60), 1000), 1000);
	ck_assert_uint_eq(cable_counts(cable, 0)->on_wire, 1);
	ck_assert_uint_eq(cable_idle_at(cable, 0), 1000 + 8064);
	ck_assert_uint_eq(cable_idle_at(cable, 1), 0);
	ok(sc_run(1000 + 6912 + 120));
	ck_assert_uint_eq(ngot[1], 0);
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(ngot[1], 1);
	ck_assert_uint_eq(ngot[0], 0);
	ck_assert_uint_eq(got[1][0].at_tick, 1000 + 6912 + 120);
	ck_assert_uint_eq(cable_counts(cable, 0)->on_wire, 0);
	ck_assert_uint_eq(cable_counts(cable, 0)->frames, 1);
	ck_assert_uint_eq(cable_counts(cable, 0)->bytes, 64);
	/* Idle again in the past means now. */
	ck_assert_uint_eq(cable_idle_at(cable, 0),
	    sc_now_tick() > 9064 ? sc_now_tick() : 9064);
	rig_end();
}
END_TEST

/* From 1 byte to the longest; below 60 bytes the time is that of 60. */
START_TEST(sizes)
{
	static const uint32_t len[] = { 1, 59, 60, 61, 70, 1514, 1518, 9000,
		FRAME_MAX };

	rig_start(CABLE_RATE_1G, 0);
	for (unsigned i = 0; i < 9; i++) {
		const uint64_t t = sc_now_tick() + 100000;
		const uint64_t n = len[i] < 60 ? 60 : len[i];

		ck_assert_uint_eq(cable_send(cable, 1, rig_make(i, len[i]), t),
		    t);
		ck_assert_uint_eq(cable_frame_tick(cable, len[i]),
		    (8 + n + 4 + 12) * BYTE_TICK);
		ok(sc_run(TICK_NEVER));
		ck_assert_uint_eq(got[0][i].at_tick,
		    t + (8 + n + 4) * BYTE_TICK);
		ck_assert_uint_eq(got[0][i].len_bytes, len[i]);
	}
	rig_end();
}
END_TEST

/*
 * Back to back, each direction by itself.  In one second of 12e9 ticks,
 * 12e9 / 8064 = 1488095.2: the last bit of frame k (from 0) is there at
 * 8064 k + 6912, so 1488095 frames have arrived in the first second; in a
 * tenth of it, for twins, 148809.
 */
START_TEST(wire_rate)
{
	const uint64_t part = getenv("TWINS") != NULL ? 10 : 1;
	const uint64_t n = part == 1 ? 1488095 : 148809;
	uint64_t sent = 0;

	rig_start(CABLE_RATE_1G, 0);
	while (sent <= n) {
		ngot[0] = ngot[1] = 0;
		for (unsigned i = 0; i < 10000 && sent <= n; i++, sent++)
			ck_assert_uint_eq(cable_send(cable, 0,
					      rig_make(sent, 60), 0),
			    sent * 8064);
		(void)cable_send(cable, 1, rig_make(0, 60), 0);
		ok(sc_run(sent <= n ? sent * 8064 : TICK_PER_S / part));
	}
	ck_assert_uint_eq(cable_counts(cable, 0)->frames, n);
	ck_assert_uint_eq(cable_counts(cable, 0)->on_wire, 1);
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(cable_counts(cable, 0)->frames, n + 1);
	rig_end();
}
END_TEST

/* Bits of 100 Mb/s and 10 Mb/s are 10 and 100 times as long. */
START_TEST(slow)
{
	rig_start(_i == 0 ? CABLE_RATE_1G / 10 : CABLE_RATE_1G / 100, 7);
	(void)cable_send(cable, 0, rig_make(1, 60), 0);
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(got[1][0].at_tick, 6912u * (_i == 0 ? 10 : 100) + 7);
	rig_end();
}
END_TEST

/* Order is that of the calls, whatever instants are asked for. */
START_TEST(order)
{
	rig_start(CABLE_RATE_1G, 120);
	ck_assert_uint_eq(cable_send(cable, 0, rig_make(1, 60), 50000), 50000);
	ck_assert_uint_eq(cable_send(cable, 0, rig_make(2, 60), 0), 58064);
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(got[1][0].id, 1);
	ck_assert_uint_eq(got[1][1].id, 2);
	ck_assert_uint_eq(got[1][1].at_tick, 58064 + 6912 + 120);
	rig_end();
}
END_TEST

START_TEST(unplugged)
{
	rig_start(CABLE_RATE_1G, 120);
	ck_assert_int_eq(ups[0] + ups[1], 2);
	cable_set_up(cable, true);
	ck_assert_int_eq(ups[0] + ups[1], 2);
	(void)cable_send(cable, 0, rig_make(1, 60), 0);
	(void)cable_send(cable, 0, rig_make(2, 1514), 0);
	ck_assert_uint_eq(cable_send(cable, 1, rig_make(3, 1514), 0), 0);
	ok(sc_run(7040));
	ck_assert_uint_eq(ngot[1], 1);
	cable_set_up(cable, false);
	ck_assert_int_eq(downs[0], 1);
	ck_assert_int_eq(downs[1], 1);
	ck_assert_uint_eq(frame_ledger()->dropped[DROP_WIRE_DOWN], 2);
	ck_assert_uint_eq(cable_counts(cable, 0)->dropped, 1);
	ck_assert_uint_eq(cable_counts(cable, 1)->dropped, 1);
	ck_assert_uint_eq(cable_send(cable, 0, rig_make(4, 60), 9999), 7040);
	ck_assert_uint_eq(frame_ledger()->dropped[DROP_WIRE_DOWN], 3);
	ok(sc_run(20000));
	ck_assert_uint_eq(ngot[0] + ngot[1], 1);
	cable_set_up(cable, true);
	ck_assert_uint_eq(cable_send(cable, 0, rig_make(5, 60), 0), 20000);
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(got[1][1].id, 5);
	rig_end();
}
END_TEST

/* With frames on it. */
START_TEST(destroyed)
{
	rig_start(CABLE_RATE_1G, 120);
	(void)cable_send(cable, 0, rig_make(1, 60), 0);
	(void)cable_send(cable, 1, rig_make(2, 60), 0);
	rig_end();
	cable_destroy(NULL);
}
END_TEST

START_TEST(wire_out)
{
	struct wire_out out;

	rig_start(CABLE_RATE_1G, 0);
	out = cable_out(cable, 1);
	ck_assert_uint_eq(out.send(out.arg, rig_make(8, 60), 96), 96);
	ck_assert_uint_eq(out.idle_at(out.arg), 96 + 8064);
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(ngot[0], 1);
	rig_end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/wire link");
	TCase *t = tcase_create("link");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, one_frame);
	tcase_add_test(t, sizes);
	tcase_add_test(t, wire_rate);
	tcase_add_loop_test(t, slow, 0, 2);
	tcase_add_test(t, order);
	tcase_add_test(t, unplugged);
	tcase_add_test(t, destroyed);
	tcase_add_test(t, wire_out);
	suite_add_tcase(s, t);
	return run_tests(s);
}
