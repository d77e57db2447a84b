/*
 * test_miss.c: the overlap arithmetic of sim/cpu/miss.c, on sequences worked
 * out by hand and against a simulation that goes forward in time; and the short ways of
 * a miss against the long ones.
 *
 * In the comments P is program time, R real time, D when data arrive, U when
 * they are used, S the stall sum.
 */
#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "cpu/miss.h"

enum { L1 = 30, LAT = 2400 };

static struct miss m;
static int64_t now; /* the clock: program time and what was charged */

static void
up(void)
{
	miss_init(&m, 8, 16, L1);
	now = 0;
}

/* Advance program time. */
static void
run(int64_t units)
{
	now += units;
}

static int64_t
settle(void)
{
	int64_t due = miss_due(&m);

	ck_assert_int_ge(due, 0);
	now += due;
	return due;
}

static int64_t
load_site(const struct hk_site *site, int64_t latency)
{
	int64_t prog = miss_begin(&m, now);

	miss_depend(&m, prog, site);
	miss_load(&m, prog, site, latency);
	return settle();
}

/* A load of function 1; returns what it was charged. */
static int64_t
load(int hash, uint64_t depends, int slack, int64_t latency)
{
	struct hk_site site = { .loadhash = (uint8_t)hash,
		.fn = 1,
		.depmask = depends,
		.slack = (uint16_t)slack };

	return load_site(&site, latency);
}

static int64_t
store(int64_t latency)
{
	int64_t prog = miss_begin(&m, now);

	miss_store(&m, prog, latency);
	return settle();
}

static int64_t
wait_for(int kinds)
{
	int64_t prog = miss_begin(&m, now);

	miss_wait(&m, prog, kinds);
	return settle();
}

static int64_t
stall(int64_t units)
{
	(void)miss_begin(&m, now);
	miss_stall(&m, units);
	return settle();
}

#define BIT(h) (UINT64_C(1) << (h))

/* ---- by hand --------------------------------------------------------- */

/* Alone a miss costs its latency less the slack, at least the L1 hit time,
 * which the block's cost has; never less than nothing. */
START_TEST(alone)
{
	ck_assert_int_eq(load(0, 0, 100, LAT), LAT - 100);
	run(10000);
	ck_assert_int_eq(load(0, 0, 0, LAT), LAT - L1);
	run(10000);
	ck_assert_int_eq(load(0, 0, L1, 140), 110);
	run(10000);
	ck_assert_int_eq(load(0, 0, LAT + 1, LAT), 0);
}
END_TEST

/*
 * The drawing of miss.c in units: A at P 0, B at P 50, latency 1000, used
 * 200 and 300 later.  D(A) = 1000 and S = 1000 - 200 = 800.  B issues at
 * R 50: D(B) = 1050, U = 350, and 1050 - 350 = 700 < 800.
 */
START_TEST(hidden)
{
	ck_assert_int_eq(load(0, 0, 200, 1000), 800);
	run(50);
	ck_assert_int_eq(load(1, 0, 300, 1000), 0);
}
END_TEST

/*
 * The same, but B is used 50 later, at U = 100, before A: there S = 1050 -
 * 100 = 950, at A's use R is 200 + 950 > D(A).  In all 950: 150 more.
 */
START_TEST(used_first)
{
	ck_assert_int_eq(load(0, 0, 200, 1000), 800);
	run(50);
	ck_assert_int_eq(load(1, 0, 50, 1000), 150);
}
END_TEST

/*
 * B begins behind A's use (P 250 > 200), when A's stall has happened:
 * R = 250 + 800, D(B) = 2050, U = 350: S = 1700.
 */
START_TEST(one_after_the_other)
{
	ck_assert_int_eq(load(0, 0, 200, 1000), 800);
	run(250);
	ck_assert_int_eq(load(1, 0, 100, 1000), 900);
}
END_TEST

/* A chase: each load 30 after the one it depends on, used 30 later.  Every
 * step takes the latency, no more and no less. */
START_TEST(chase)
{
	for (int i = 0; i < 100; i++) {
		(void)load(3, BIT(3), L1, LAT);
		run(L1);
		ck_assert_int_eq(now, (int64_t)(i + 1) * LAT);
	}
}
END_TEST

/* Two chases in one loop, the second load 10 behind the first: they overlap,
 * so an iteration of 30 takes one latency.  The last use is the second's, 10
 * late. */
START_TEST(two_chases)
{
	for (int i = 0; i < 100; i++) {
		(void)load(3, BIT(3), L1, LAT);
		run(10);
		(void)load(4, BIT(4), L1, LAT);
		run(20);
	}
	run(10);
	ck_assert_int_eq(now, 100 * LAT + 10);
}
END_TEST

/*
 * B needs A although A's slack says 320: the dependence is the use.  B at
 * P 10 issues at D(A) = 2400, D(B) = 4800, U = 40, S = 4760.
 */
START_TEST(dependence_is_use)
{
	ck_assert_int_eq(load(0, 0, 320, LAT), LAT - 320);
	run(10);
	(void)load(1, BIT(0), L1, LAT);
	ck_assert_int_eq(now, 10 + 4760);
}
END_TEST

/* Who depends on whom: the bit counts within a function, HK_DEP_EXTERN
 * between functions.  Without dependence S = 2410 - 40 = 2370 as in `hidden',
 * with it 4760. */
START_TEST(who_depends)
{
	static const struct {
		uint16_t fn;
		uint64_t depmask;
		bool yes;
	} c[] = {
		{ 1, BIT(0), true },
		{ 1, BIT(1), false },
		{ 1, HK_DEP_EXTERN, false },
		{ 2, BIT(0), false },
		{ 2, HK_DEP_EXTERN, true },
		{ 2, HK_DEP_EXTERN | BIT(0), true },
	};
	struct hk_site site = { .loadhash = 1,
		.fn = c[_i].fn,
		.depmask = c[_i].depmask,
		.slack = L1 };

	(void)load(0, 0, 320, LAT);
	run(10);
	(void)load_site(&site, LAT);
	ck_assert_int_eq(now, 10 + (c[_i].yes ? 4760 : 2370));
}
END_TEST

/* A read-modify-write has no number: nothing of its function waits for it,
 * not even an address from outside. */
START_TEST(no_number)
{
	struct hk_site site = { .loadhash = 1,
		.fn = 1,
		.depmask = HK_DEP_EXTERN | BIT(63 & HK_NOLOAD),
		.slack = L1 };

	(void)load(HK_NOLOAD, 0, 320, LAT);
	run(10);
	(void)load_site(&site, LAT);
	ck_assert_int_eq(now, 10 + 2370);
}
END_TEST

/*
 * Nine misses, 10 apart, all used after 3200: eight fit and arrive in time.
 * The ninth, at P 80, waits for the first buffer, free at D = 2400: S = 2320.
 * D(9) = 4800, U = 3280: 1520 < 2320.
 */
START_TEST(nine_misses)
{
	for (int i = 0; i < 8; i++) {
		ck_assert_int_eq(load(i, 0, 3200, LAT), 0);
		run(10);
	}
	ck_assert_int_eq(load(8, 0, 3200, LAT), 2320);
}
END_TEST

/* With one buffer, as a twin: the second of two misses waits for all of the
 * first. */
START_TEST(one_buffer)
{
	miss_init(&m, 1, 16, L1);
	ck_assert_int_eq(load(0, 0, 3200, LAT), 0);
	run(10);
	ck_assert_int_eq(load(1, 0, 3200, LAT), LAT - 10);
}
END_TEST

/*
 * Stores: sixteen at P 0 are taken in.  Eight go out at once (D = 2400), the
 * others when those buffers are free (D = 4800).  The seventeenth, at P 100,
 * waits for the first entry, free at R 2400; its line waits until 4800.
 */
START_TEST(store_buffer)
{
	for (int i = 0; i < 16; i++)
		ck_assert_int_eq(store(LAT), 0);
	run(100);
	ck_assert_int_eq(store(LAT), LAT - 100);
	(void)wait_for(MISS_STORES);
	ck_assert_int_eq(now, 3 * LAT);
}
END_TEST

/* Entries are freed in order: a fast store behind a slow one waits for it.
 * With two entries, slow and fast at P 0 are both free at 2400. */
START_TEST(stores_in_order)
{
	miss_init(&m, 8, 2, L1);
	(void)store(LAT);
	(void)store(140);
	run(10);
	ck_assert_int_eq(store(140), LAT - 10);
	ck_assert_int_eq(store(140), 0);
}
END_TEST

/* A load waits for loads, a store for stores, and both have an end. */
START_TEST(waits)
{
	(void)load(0, 0, 3200, 1000);
	(void)store(2000);
	run(100);
	ck_assert_int_eq(wait_for(MISS_LOADS), 900);
	ck_assert_int_eq(wait_for(MISS_LOADS), 0);
	ck_assert_int_eq(wait_for(MISS_STORES), 1000);
	run(1);
	ck_assert_int_eq(wait_for(MISS_LOADS | MISS_STORES), 0);
}
END_TEST

/*
 * A mispredicted branch 100 behind a miss waits for the data, D = 2400, and
 * pays the penalty of 100 after that; the load's own use, at U = 300, is then
 * covered: S = 2300 + 100 > 2400 - 300.  Charged before: 2100.
 */
START_TEST(mispredict_behind_miss)
{
	ck_assert_int_eq(load(0, 0, 300, LAT), 2100);
	run(100);
	ck_assert_int_eq(wait_for(MISS_LOADS), 200);
	ck_assert_int_eq(stall(100), 100);
	run(900);
	ck_assert_int_eq(now, 1000 + 2400);
}
END_TEST

/* An instruction fetch of 500 hides behind a load that is waited for anyway;
 * one of 2600 exceeds what the load's use has left, 2100, by 500. */
START_TEST(fetch_behind_miss)
{
	ck_assert_int_eq(load(0, 0, 300, LAT), 2100);
	run(100);
	ck_assert_int_eq(stall(500), 0);
	ck_assert_int_eq(stall(2100), 500);
}
END_TEST

/* ---- forward in time --------------------------------------------------- */

/*
 * The reference walks unit by unit of program time and stalls exactly where a
 * value is used.  It shares nothing with miss.c but the rules.
 */
struct ref_load {
	int64_t use, done;
	int hash, fn;
};

static struct {
	int64_t prog, real;
	struct ref_load load[400];
	int nload;
	int64_t fill[8], store[16];
	int nstore;
	int64_t store_last;
} ref;

static void
ref_until(int64_t prog)
{
	while (ref.prog < prog) {
		ref.prog++;
		ref.real++;
		for (int i = 0; i < ref.nload; i++)
			if (ref.load[i].use == ref.prog &&
			    ref.load[i].done > ref.real)
				ref.real = ref.load[i].done;
	}
}

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
ref_load(const struct hk_site *site, int64_t latency)
{
	struct ref_load *l = &ref.load[ref.nload++];

	for (int i = 0; i < ref.nload - 1; i++) {
		bool same = ref.load[i].fn == site->fn;
		bool needs = same ? site->depmask >> ref.load[i].hash & 1
				  : (site->depmask & HK_DEP_EXTERN) != 0;

		if (needs && ref.load[i].done > ref.real)
			ref.real = ref.load[i].done;
	}
	qsort(ref.fill, 8, sizeof(ref.fill[0]), by_time);
	if (ref.fill[0] > ref.real)
		ref.real = ref.fill[0];
	l->use = ref.prog + (site->slack > L1 ? site->slack : L1);
	l->done = ref.fill[0] = ref.real + latency;
	l->hash = site->loadhash;
	l->fn = site->fn;
}

static void
ref_store(int64_t latency)
{
	int64_t issue;

	if (ref.nstore >= 16 && ref.store[ref.nstore % 16] > ref.real)
		ref.real = ref.store[ref.nstore % 16];
	qsort(ref.fill, 8, sizeof(ref.fill[0]), by_time);
	issue = ref.fill[0] > ref.real ? ref.fill[0] : ref.real;
	ref.fill[0] = issue + latency;
	if (ref.fill[0] > ref.store_last)
		ref.store_last = ref.fill[0];
	ref.store[ref.nstore++ % 16] = ref.store_last;
}

static void
ref_wait(int kinds)
{
	for (int i = 0; i < ref.nload && (kinds & MISS_LOADS); i++)
		if (ref.load[i].done > ref.real)
			ref.real = ref.load[i].done;
	if ((kinds & MISS_STORES) && ref.store_last > ref.real)
		ref.real = ref.store_last;
}

static void
random_event(struct rng *g)
{
	int64_t latency = rng_below(g, 2) ? 140 : LAT;
	struct hk_site site = { .loadhash = (uint8_t)rng_below(g, 5),
		.fn = (uint16_t)rng_below(g, 2),
		.slack = (uint16_t)rng_below(g, 400) };
	unsigned kind = (unsigned)rng_below(g, 16);

	if (rng_below(g, 3) == 0)
		site.depmask = BIT(rng_below(g, 5));
	if (rng_below(g, 6) == 0)
		site.depmask |= HK_DEP_EXTERN;
	if (kind < 9) {
		ref_load(&site, latency);
		(void)load_site(&site, latency);
	} else if (kind < 13) {
		ref_store(latency);
		(void)store(latency);
	} else if (kind == 13) {
		int kinds = (int)rng_below(g, 3) + 1;

		ref_wait(kinds);
		(void)wait_for(kinds);
	} else {
		ref.real += 140;
		(void)stall(140);
	}
}

/* At every event the real times agree; at the end, when all windows are
 * closed, the clock is the real time. */
START_TEST(against_reference)
{
	struct rng g;

	rng_seed(&g, 7, (uint64_t)_i);
	memset(&ref, 0, sizeof(ref));
	for (int k = 0; k < 300; k++) {
		int64_t step = (int64_t)rng_below(&g, 4) == 0
		    ? (int64_t)rng_below(&g, 600)
		    : (int64_t)rng_below(&g, 30);

		run(step);
		ref_until(ref.prog + step);
		ck_assert_int_eq(miss_look(&m, now), ref.real);
		ck_assert_int_eq(miss_begin(&m, now), ref.prog);
		ck_assert_int_eq(miss_real(&m, ref.prog), ref.real);
		random_event(&g);
	}
	run(1000);
	ref_until(ref.prog + 1000);
	ck_assert_int_eq(now, ref.real);
}
END_TEST

/* ---- the short ways ----------------------------------------------------- */

static void
same_state(const struct miss *a, const struct miss *b)
{
	ck_assert_uint_eq(a->nopen, b->nopen);
	for (uint32_t i = 0; i < a->nopen; i++) {
		ck_assert_int_eq(a->open[i].use, b->open[i].use);
		ck_assert_int_eq(a->open[i].done, b->open[i].done);
		ck_assert_uint_eq(a->open[i].fn, b->open[i].fn);
		ck_assert_uint_eq(a->open[i].loadhash, b->open[i].loadhash);
	}
	ck_assert_mem_eq(a, b, offsetof(struct miss, nopen));
}

/*
 * A miss by the short way, when it may be one, leaves what the long one leaves.
 * Both are taken often.
 */
START_TEST(short_way)
{
	unsigned taken[2][2] = { { 0, 0 }, { 0, 0 } };
	struct rng g;

	rng_seed(&g, 8, (uint64_t)_i);
	for (int k = 0; k < 2000; k++) {
		const struct hk_site site = { .loadhash = (uint8_t)(k % 64),
			.fn = (uint16_t)rng_below(&g, 3),
			.slack = (uint16_t)rng_below(&g, 200) };
		int64_t latency = (int64_t)rng_below(&g,
				      k % 8 == 0 ? 8000 : 300) +
		    1;
		bool is_store = rng_below(&g, 4) != 0;
		struct miss before = m, lone;
		int64_t at, due, by_lone;

		run((int64_t)rng_below(&g, k % 64 < 48 ? 50 : 1000));
		at = now;
		by_lone = is_store ? miss_lone_store(&m, at, latency)
				   : miss_lone_load(&m, at, &site, latency);
		lone = m;
		m = before;
		due = is_store ? store(latency) : load_site(&site, latency);
		taken[is_store][by_lone >= 0]++;
		if (by_lone >= 0) {
			ck_assert_int_eq(by_lone, due);
			same_state(&lone, &m);
		} else
			same_state(&lone, &before);
	}
	for (int i = 0; i < 4; i++)
		ck_assert_uint_gt(taken[i / 2][i % 2], 50);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("cpu/miss");
	TCase *hand = tcase_create("by hand");
	TCase *forward = tcase_create("forward in time");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(hand, up, NULL);
	tcase_add_test(hand, alone);
	tcase_add_test(hand, hidden);
	tcase_add_test(hand, used_first);
	tcase_add_test(hand, one_after_the_other);
	tcase_add_test(hand, chase);
	tcase_add_test(hand, two_chases);
	tcase_add_test(hand, dependence_is_use);
	tcase_add_loop_test(hand, who_depends, 0, 6);
	tcase_add_test(hand, no_number);
	tcase_add_test(hand, nine_misses);
	tcase_add_test(hand, one_buffer);
	tcase_add_test(hand, store_buffer);
	tcase_add_test(hand, stores_in_order);
	tcase_add_test(hand, waits);
	tcase_add_test(hand, mispredict_behind_miss);
	tcase_add_test(hand, fetch_behind_miss);
	suite_add_tcase(s, hand);
	tcase_add_checked_fixture(forward, up, NULL);
	tcase_add_loop_test(forward, against_reference, 0, 50);
	tcase_add_loop_test(forward, short_way, 0, 10);
	suite_add_tcase(s, forward);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
