/*
 * test_sides.c: one side of a capture of both directions on a cable: instants to the
 * tick (replay_rig.h).
 */
#include "sim/wire/replay_rig.h"

/* From one station to another, of n bytes. */
static void
between(unsigned us, unsigned from, unsigned to, unsigned n)
{
	const size_t at_byte = nfile + 16;

	record(100, us, n, n, 0);
	memset(file + at_byte, 0, 12);
	file[at_byte + 5] = (uint8_t)to;
	file[at_byte + 11] = (uint8_t)from;
}

static unsigned side;

static bool
of_side(void *sides, const struct capture_frame *f)
{
	return sides_of(sides, f) == side;
}

/* Both sides begin each round together, however long each of them sends. */
START_TEST(sides_keep_step)
{
	struct capture *c;
	struct sides *sides;

	begin();
	head(US_MAGIC, 1);
	between(0, 1, 2, 60);
	between(300, 2, 1, 60);
	between(1000, 1, 2, 60);
	between(9000, 2, 1, 60);
	ck_assert_int_eq(capture_open(&c, save(), &err), EX_GOOD);
	sides = sides_create(c);
	ck_assert(capture_rewind(c));
	side = (unsigned)_i + 1;
	opts.loop = 2;
	opts.value = 3 * PACE_ONE;
	opts.take = of_side;
	opts.arg = sides;
	opts.sent = on_sent;
	ck_assert_int_eq(replay_create(&replay, c, cable, 0, &opts, &err),
	    EX_GOOD);
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(nsent, 4);
	at(0, _i == 0 ? 0 : 1200000);
	at(1, _i == 0 ? 4000000 : 36000000);
	at(2, 36000000 + (_i == 0 ? 0 : 1200000));
	at(3, 36000000 + (_i == 0 ? 4000000 : 36000000));
	sides_destroy(sides);
	end();
}
END_TEST

/* Side 1 has sent 4 of 7 frames, one too short to say so: limit and loop count them. */
START_TEST(one_side)
{
	static const struct {
		uint64_t loop, limit, sent[2];
	} want[4] = { { 1, 0, { 4, 3 } }, { 3, 0, { 12, 9 } },
		{ 1, 4, { 4, 3 } }, { 5, 14, { 14, 14 } } };
	struct capture *c, *again;
	struct sides *sides;
	struct capture_frame f;

	begin();
	head(US_MAGIC, 1);
	between(0, 1, 2, 60);
	between(1, 2, 1, 60);
	between(2, 1, 2, 60);
	between(3, 3, 2, 60);
	between(4, 2, 3, 60);
	record(100, 5, 9, 9, 0);
	between(6, 2, 1, 60);
	ck_assert_int_eq(capture_open(&c, save(), &err), EX_GOOD);
	ck_assert(capture_next(c, &f) && capture_next(c, &f));
	ck_assert_int_eq(capture_again(&again, c, &err), EX_GOOD);
	capture_close(c);
	ck_assert_uint_eq(capture_info(again)->frames, 7);
	sides = sides_create(again);
	side = (unsigned)_i % 2 + 1;
	opts.pace = PACE_TOP;
	opts.loop = want[_i / 2].loop;
	opts.limit = want[_i / 2].limit;
	opts.take = of_side;
	opts.arg = sides;
	opts.sent = on_sent;
	ck_assert_int_eq(replay_create(&replay, again, cable, 0, &opts, &err),
	    EX_GOOD);
	ok(sc_run(TICK_NEVER));
	ck_assert_uint_eq(sides_frames(sides, 1), 4);
	ck_assert_uint_eq(sides_frames(sides, 2), 3);
	ck_assert_uint_eq(nsent, want[_i / 2].sent[_i % 2]);
	ck_assert_uint_eq(replay_total(&opts, sides_frames(sides, side)),
	    nsent);
	sides_destroy(sides);
	end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/wire sides");
	TCase *t = tcase_create("sides");

	tcase_add_loop_test(t, sides_keep_step, 0, 2);
	tcase_add_loop_test(t, one_side, 0, 8);
	suite_add_tcase(s, t);
	return run_tests(s);
}
