/*
 * test_search.c: the search for the highest rate, sim/wire/search.h, with a synthetic
 * device: a server that takes a time for each frame, `room' frames that may wait, and,
 * if asked for, a service time that varies, or a stall every so often.
 *
 * What it should find is found here by another way: halving to 1 frame a second with
 * trials as long as the search's longest.
 */
#include <check.h>
#include <math.h>

#include "wire/search.h"

#define MAX_PPS 1488095.0
#define S       1000000000.0 /* ns */

struct dut {
	double service_ns;
	double vary; /* part of it, to both sides */
	unsigned room;
	double stall_every_ns, stall_ns;
	double
	    tired; /* what it forwards less for each frame a second too many */
	unsigned trials, longest, finals;
	double long_ns; /* sum */
};

static double
service(const struct dut *d, uint64_t *state, double pps)
{
	double u, ns = d->service_ns, excess = pps * ns / S - 1;

	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	u = (double)(*state >> 11) / (double)(UINT64_C(1) << 53);
	if (excess > 0)
		ns *= 1 + d->tired * excess;
	return ns * (1 + d->vary * (2 * u - 1));
}

/* One trial: frames at i / pps; the server is free again at `idle'. */
static struct search_seen
trial(const struct dut *d, double pps, double duration_ns)
{
	const uint64_t n = (uint64_t)(pps * duration_ns / S);
	struct search_seen seen = { .sent = n };
	double idle = 0, ends[4096];
	uint64_t state = 1, head = 0, tail = 0, forwarded = 0;

	ck_assert_uint_lt(d->room, 4096);
	for (uint64_t i = 0; i < n; i++) {
		const double at = (double)i * S / pps;
		double begin, phase = 0;

		while (head < tail && ends[head % 4096] <= at)
			head++;
		if (tail - head > d->room) {
			seen.lost++;
			continue;
		}
		begin = fmax(at, idle);
		if (d->stall_ns > 0)
			phase = fmod(begin + 0.3 * d->stall_every_ns,
			    d->stall_every_ns); /* the first at 0.7 of it */
		if (phase < d->stall_ns)
			begin += d->stall_ns - phase;
		idle = begin + service(d, &state, pps);
		ends[tail++ % 4096] = idle;
		forwarded += idle <= duration_ns;
	}
	seen.forwarded_pps = (double)forwarded / duration_ns * S;
	return seen;
}

static struct search_opts opts;

static void
fresh(void)
{
	opts = (struct search_opts){ .max_pps = MAX_PPS,
		.short_ns = 50000000,
		.long_ns = 1000000000,
		.resolution = 0.005,
		.slack = 0.0025,
		.most = 60 };
}

static double
find(struct dut *d)
{
	struct search s;
	struct search_trial t;

	search_begin(&s, &opts);
	d->trials = d->longest = d->finals = 0;
	while (search_next(&s, &t)) {
		struct search_seen seen = trial(d, t.pps,
		    (double)t.duration_ns);

		ck_assert(t.pps == floor(t.pps) || t.pps == MAX_PPS);
		d->trials++;
		d->longest += t.duration_ns == opts.long_ns;
		d->finals += t.duration_ns == opts.final_ns;
		search_seen(&s, &seen);
	}
	return search_rate(&s);
}

/* The greatest whole rate without loss, if what is lost grows with the rate. */
static double
truth(const struct dut *d, double loss)
{
	double lo = 1, hi = MAX_PPS;

	while (hi - lo > 1) {
		const double mid = floor((lo + hi) / 2);
		struct search_seen seen = trial(d, mid, (double)opts.long_ns);

		if ((double)seen.lost <= loss * (double)seen.sent)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static void
found(struct dut d, double loss)
{
	const double want = truth(&d, loss);
	double got;

	opts.loss = loss;
	got = find(&d);
	ck_assert_msg(got <= want * 1.001 &&
		got >= want * (1 - 2 * opts.resolution),
	    "%g instead of %g, %u trials", got, want, d.trials);
	ck_assert_uint_le(d.longest, 20);
}

START_TEST(wire_rate)
{
	struct dut d = { .service_ns = 600, .room = 100 };

	ck_assert(find(&d) == MAX_PPS);
	ck_assert_uint_eq(d.trials, 2);
	ck_assert_uint_eq(d.longest, 1);
}
END_TEST

/* Of known capacity: 10^9 / service, and what the room hides. */
START_TEST(capacity)
{
	static const double service_ns[] = { 700, 1000, 3000, 8700, 100000 };

	for (unsigned i = 0; i < 5; i++) {
		struct dut d = { .service_ns = service_ns[i], .room = 255 };
		const double c = S / service_ns[i];

		found(d, 0);
		ck_assert_double_ge(find(&d), c * (1 - 2 * opts.resolution));
		ck_assert_double_le(find(&d), c + 257);
	}
}
END_TEST

/* The room of 2000 frames is 4 % of a short trial, and hides as much. */
START_TEST(room)
{
	struct dut d = { .service_ns = 1000, .room = 2000 };

	found(d, 0);
	(void)find(&d);
	ck_assert_uint_le(d.longest, 4); /* short trials did not fall for it */
}
END_TEST

START_TEST(noise)
{
	struct dut d = { .service_ns = 1500, .vary = 0.9, .room = 60 };

	found(d, 0);
	d.room = 3;
	found(d, 0);
}
END_TEST

/* 1 ms in which nothing is forwarded, ten times a second: the room decides. */
START_TEST(stall)
{
	struct dut d = { .service_ns = 1000,
		.room = 255,
		.stall_ns = 1e6,
		.stall_every_ns = 1e8 };

	found(d, 0);
	ck_assert_double_le(find(&d), 257e3);
	d.stall_every_ns = 9e8; /* once in a long trial: no short one sees it */
	d.stall_ns = 1e6;
	found(d, 0);
}
END_TEST

/* A stall that only the final trials see. */
START_TEST(final)
{
	struct dut d = { .service_ns = 1000,
		.room = 255,
		.stall_ns = 1e6,
		.stall_every_ns = 9e8 };
	double without;

	opts.long_ns = 100000000;
	without = find(&d);
	opts.final_ns = 1000000000;
	ck_assert_double_lt(find(&d), without / 2);
	ck_assert_uint_le(d.finals, 20);
	opts.long_ns = opts.final_ns; /* for the truth */
	opts.final_ns = 0;
	found(d, 0);
	d.stall_ns = 0; /* nothing to see: one is enough */
	opts.long_ns = 100000000;
	opts.final_ns = 1000000000;
	d.room = 10;
	ck_assert_double_ge(find(&d), 0.99e6);
	ck_assert_uint_eq(d.finals, 1);
}
END_TEST

/* Offered more it forwards less: what it forwards at the top says little. */
START_TEST(tired)
{
	struct dut d = { .service_ns = 1500, .room = 200, .tired = 1.5 };

	found(d, 0);
}
END_TEST

START_TEST(partial)
{
	struct dut d = { .service_ns = 1500, .room = 200 };

	found(d, 0.001);
	found(d, 0.02);
}
END_TEST

/* A good guess saves trials, a bad one does no harm. */
START_TEST(guess)
{
	struct dut d = { .service_ns = 1500, .room = 200 };
	unsigned without;

	found(d, 0);
	(void)find(&d);
	without = d.trials;
	opts.guess_pps = 300000;
	found(d, 0);
	opts.guess_pps = 1400000;
	found(d, 0);
	opts.guess_pps = find(&d);
	(void)find(&d);
	ck_assert_uint_le(d.trials, without);
}
END_TEST

/* Short trials see no stall, and long ones come down from where they end; not with a guess. */
START_TEST(stall_guess)
{
	struct dut d = { .service_ns = 1000,
		.room = 255,
		.stall_ns = 1e6,
		.stall_every_ns = 9e8 };
	unsigned without;

	opts.guess_pps = find(&d);
	without = d.longest;
	found(d, 0);
	(void)find(&d);
	ck_assert_uint_le(d.longest, 3);
	ck_assert_uint_gt(without, 2 * d.longest);
}
END_TEST

/* Nothing passes at all: 0, in a finite number of trials. */
START_TEST(broken)
{
	struct dut d = { .service_ns = 5e9, .room = 0 };

	opts.long_ns = UINT64_C(20) * 1000000000;
	ck_assert(find(&d) == 0);
	ck_assert_uint_le(d.trials, opts.most);
}
END_TEST

START_TEST(gives_up)
{
	struct dut d = { .service_ns = 1500, .room = 200 };

	opts.most = 3;
	ck_assert(find(&d) == 0);
	ck_assert_uint_eq(d.trials, 3);
	/* Also with a rate that has passed: it is as little the highest. */
	opts.most = 60;
	ck_assert(find(&d) > 0);
	opts.most = d.trials - 1;
	ck_assert(find(&d) == 0);
	ck_assert_uint_eq(d.trials, opts.most);
	opts.most++;
	ck_assert(find(&d) > 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/wire search");
	TCase *t = tcase_create("search");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, fresh, NULL);
	tcase_add_test(t, wire_rate);
	tcase_add_test(t, capacity);
	tcase_add_test(t, room);
	tcase_add_test(t, noise);
	tcase_add_test(t, stall);
	tcase_add_test(t, final);
	tcase_add_test(t, tired);
	tcase_add_test(t, partial);
	tcase_add_test(t, guess);
	tcase_add_test(t, stall_guess);
	tcase_add_test(t, broken);
	tcase_add_test(t, gives_up);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
