/*
 * test_hops.c: the sums of hops against those of plainly sorted arrays: more frames than a
 * block has room for, hops that a frame lacks, times of more than 32 bits.
 */
#include <check.h>
#include <stdlib.h>

#include "core/rng.h"
#include "core/tick.h"
#include "hops.h"

#define FRAMES 60000

static uint64_t took[HOP_COUNT][FRAMES];
static size_t ntook[HOP_COUNT];

static int
by_value(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* One hop in eight lacks; one in 4096 is late, by more than 32 bits or just not. */
static void
stamp(struct frame *f, struct rng *r)
{
	uint64_t at = 1 + rng_below(r, 1000), late;

	for (unsigned i = 0; i < HOP_COUNT; i++) {
		late = rng_below(r, 4096) != 0
		    ? rng_below(r, 100000)
		    : UINT32_MAX - 3 + rng_below(r, 99);
		if (i != HOP_WIRE_RX && rng_below(r, 8) == 0) {
			f->stamp_tick[i] = 0;
			continue;
		}
		f->stamp_tick[i] = at + late;
		if (i != HOP_WIRE_RX)
			took[i][ntook[i]++] = late;
		if (!hop_beside(i))
			at += late;
	}
}

static double
ns(uint64_t tick)
{
	return (double)tick / TICK_PER_NS;
}

static void
compare(const struct latency_sum *s, uint64_t *v, size_t n)
{
	double all = 0;

	ck_assert_uint_eq(s->n, n);
	if (n == 0)
		return;
	qsort(v, n, sizeof(*v), by_value);
	for (size_t k = 0; k < n; k++)
		all += ns(v[k]);
	ck_assert_double_eq(s->min_ns, ns(v[0]));
	ck_assert_double_eq(s->avg_ns, all / (double)n);
	ck_assert_double_eq(s->p50_ns, ns(v[(n * 50 + 99) / 100 - 1]));
	ck_assert_double_eq(s->p99_ns, ns(v[(n * 99 + 99) / 100 - 1]));
	ck_assert_double_eq(s->max_ns, ns(v[n - 1]));
}

START_TEST(sums_are_exact)
{
	static struct frame f;
	struct hops h = { 0 };
	struct rng r;
	struct latency_sum s;
	uint64_t longest = 0;

	rng_seed(&r, 1, 0);
	for (unsigned k = 1; k <= FRAMES; k++) {
		stamp(&f, &r);
		hops_add(&h, &f);
		if (k != 1 && k != FRAMES / 2 && k != FRAMES)
			continue;
		for (unsigned i = 0; i < HOP_COUNT; i++) {
			s = hops_sum(&h, i);
			compare(&s, took[i], ntook[i]);
			longest = s.max_ns > (double)longest
			    ? (uint64_t)s.max_ns
			    : longest;
		}
	}
	/* There were such as do not fit. */
	ck_assert_uint_gt(longest * TICK_PER_NS, UINT32_MAX);
	hops_free(&h);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hops");
	TCase *tc = tcase_create("hops");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, sums_are_exact);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
