/*
 * test_l2.c: the second-level cache (sim/mem/l2.h), both variants at once,
 * against a cache that remembers when each line was last asked for.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "mem/l2.h"

enum { NSET = 2, BYTES = NSET * L2_WAYS * 64, NLINE = 96 };

/* 0 = absent; else the time of the last use, and whether it is dirty. */
static struct {
	int last;
	bool dirty;
} ref[NLINE];
static struct l2_stats ref_stats;

static void
ref_insert(uint32_t line, int now)
{
	uint32_t victim = NLINE;
	int present = 0;

	for (uint32_t i = line % NSET; i < NLINE; i += NSET) {
		if (ref[i].last == 0)
			continue;
		present++;
		if (victim == NLINE || ref[i].last < ref[victim].last)
			victim = i;
	}
	if (present == L2_WAYS) {
		ref_stats.dirty_out += ref[victim].dirty;
		ref[victim].last = 0;
	}
	ref[line].last = now;
	ref[line].dirty = false;
}

static bool
ref_fill(uint32_t line, int now)
{
	bool hit = ref[line].last != 0;

	if (!hit)
		ref_insert(line, now);
	ref[line].last = now;
	ref_stats.hit += hit;
	ref_stats.miss += !hit;
	return hit;
}

/* A line that comes back is as old as it was. */
static void
ref_put(uint32_t line, int now)
{
	if (ref[line].last == 0)
		ref_insert(line, now);
	ref_stats.dirty_in++;
	ref_stats.dirty_again += ref[line].dirty;
	ref[line].dirty = true;
}

START_TEST(against_reference)
{
	struct l2 *l2 = l2_create(BYTES, _i == 1);
	struct rng rng;

	rng_seed(&rng, 1, 0);
	memset(ref, 0, sizeof(ref));
	memset(&ref_stats, 0, sizeof(ref_stats));
	for (int now = 1; now <= 100000; now++) {
		uint32_t line = (uint32_t)rng_below(&rng,
		    rng_below(&rng, 4) == 0 ? NLINE : NSET * L2_WAYS);

		if (rng_below(&rng, 3) == 0) {
			l2_put(l2, line);
			ref_put(line, now);
		} else
			ck_assert_int_eq(l2_fill(l2, line),
			    ref_fill(line, now));
		ck_assert_mem_eq(&l2->stats, &ref_stats, sizeof(ref_stats));
	}
	/* All that came in dirty is still here, or has gone to memory. */
	ck_assert_uint_eq(l2_count_dirty(l2),
	    ref_stats.dirty_in - ref_stats.dirty_again - ref_stats.dirty_out);
	ck_assert_uint_gt(ref_stats.dirty_out, 1000);
	l2_destroy(l2);
}
END_TEST

START_TEST(sizes)
{
	ck_assert(l2_size_ok(1024));
	ck_assert(l2_size_ok(1 << 20));
	ck_assert(!l2_size_ok(0));
	ck_assert(!l2_size_ok(3 * 1024)); /* three sets */
	ck_assert(!l2_size_ok(1024 + 64));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("l2");
	TCase *tc = tcase_create("l2");
	SRunner *r;
	int failed;

	tcase_add_loop_test(tc, against_reference, 0,
	    __builtin_cpu_supports("avx2") ? 2 : 1);
	tcase_add_test(tc, sizes);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
