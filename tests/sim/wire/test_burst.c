/*
 * test_burst.c: the search for the longest burst, sim/wire/burst.h, with a synthetic
 * device: a buffer of so many frames, and a server that is slower than the wire.
 *
 * With the wire at W and the server at T a burst of N frames is at its fullest when its
 * last frame has come: N - N * T / W wait.  So the longest is B / (1 - T / W), and what
 * RFC 9004 calls the corrected buffer time, N / W * (1 - T / W), is B / W.
 */
#include <check.h>
#include <math.h>

#include "wire/burst.h"

#define WIRE 1000000.0 /* frames a second */

static unsigned trials;

static struct burst_opts
opts(void)
{
	return (struct burst_opts){
		.max_frames = 200000, .resolution = 1e-9, .most = 100
	};
}

/* Of buffers that hold so many; 0: what passes is decided by `longest' frames. */
static uint64_t
find(uint64_t longest, const struct burst_opts *o)
{
	struct burst b;
	uint64_t n, got;

	burst_begin(&b, o);
	for (trials = 0; burst_next(&b, &n); trials++) {
		ck_assert_uint_ge(n, 1);
		ck_assert_uint_le(n, o->max_frames);
		burst_seen(&b, n > longest);
	}
	got = burst_frames(&b);
	ck_assert(burst_at_limit(&b) == (longest >= o->max_frames));
	return got;
}

/* Exactly, whatever it is, and whatever was guessed. */
START_TEST(exact)
{
	static const uint64_t longest[] = { 0, 1, 2, 3, 255, 256, 257, 1020,
		4095, 65537, 199999 };
	static const uint64_t guess[] = { 0, 1, 255, 1000, 70000, 500000 };

	for (unsigned i = 0; i < sizeof(longest) / sizeof(longest[0]); i++)
		for (unsigned k = 0; k < sizeof(guess) / sizeof(guess[0]);
		     k++) {
			struct burst_opts o = opts();

			o.guess_frames = guess[k];
			ck_assert_uint_eq(find(longest[i], &o), longest[i]);
			/* Doubling up or down, and halving: 2 log2 of the range. */
			ck_assert_uint_le(trials, 2 * 18);
		}
}
END_TEST

/* The server: frame i comes at i / WIRE, and is gone `service' after the one before. */
static bool
overflows(uint64_t n, uint64_t buffer, double service)
{
	double idle = 0;
	uint64_t waiting = 0, gone = 0;

	for (uint64_t i = 0; i < n; i++) {
		const double at = (double)i / WIRE;

		for (; gone < i && idle + service <= at; gone++)
			idle += service;
		waiting = i + 1 - gone;
		if (waiting > buffer)
			return true;
	}
	return false;
}

/* A buffer of known length, by the equation above. */
START_TEST(buffer)
{
	static const uint64_t room[] = { 100, 1000, 5000 };
	static const double part[] = { 0.2, 0.5, 0.9 }; /* T / W */

	for (unsigned i = 0; i < 3; i++)
		for (unsigned k = 0; k < 3; k++) {
			struct burst_opts o = opts();
			struct burst b;
			uint64_t n;
			double corrected;

			burst_begin(&b, &o);
			while (burst_next(&b, &n))
				burst_seen(&b,
				    overflows(n, room[i],
					1 / (part[k] * WIRE)));
			n = burst_frames(&b);
			corrected = (double)n * (1 - part[k]);
			ck_assert_msg(fabs(corrected - (double)room[i]) <= 2,
			    "%g frames of %ju, server %g", corrected,
			    (uintmax_t)room[i], part[k]);
		}
}
END_TEST

/* No further than it was asked for. */
START_TEST(resolution)
{
	struct burst_opts o = opts();
	unsigned to_the_frame;
	uint64_t n;

	(void)find(10007, &o);
	to_the_frame = trials;
	o.resolution = 0.01;
	n = find(10007, &o);
	ck_assert_uint_le(n, 10007);
	ck_assert_uint_ge(n, 10007 - 101);
	ck_assert_uint_le(trials, to_the_frame - 5);
}
END_TEST

/* A good guess, above or below, is two trials to have it between, and halving a 16th. */
START_TEST(guess)
{
	struct burst_opts o = opts();

	o.guess_frames = 3100;
	(void)find(3000, &o);
	ck_assert_uint_le(trials, 2 + 9);
	o.guess_frames = 2900;
	(void)find(3000, &o);
	ck_assert_uint_le(trials, 2 + 9);
}
END_TEST

START_TEST(gives_up)
{
	struct burst_opts o = opts();
	struct burst b;
	uint64_t n;

	o.most = 4;
	burst_begin(&b, &o);
	for (trials = 0; burst_next(&b, &n); trials++)
		burst_seen(&b, n > 100000);
	ck_assert_uint_eq(trials, 4);
	ck_assert_uint_eq(burst_frames(&b), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/wire burst");
	TCase *t = tcase_create("burst");
	SRunner *r;
	int failed;

	tcase_add_test(t, exact);
	tcase_add_test(t, buffer);
	tcase_add_test(t, resolution);
	tcase_add_test(t, guess);
	tcase_add_test(t, gives_up);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
