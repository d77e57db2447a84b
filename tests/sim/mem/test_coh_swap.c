/*
 * test_coh_swap.c: the short ways (mem/coh_inline.h) of a simple fill and of a hit
 * that tells nothing new against the long ones (mem/coh.h): two machines see the same accesses, one takes
 * a short way whenever it may, and nothing that can be seen differs.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "coh_rig.h"

#include "core/rng.h"
#include "mem/coh_inline.h"

static struct rig longer, shorter;
static unsigned simple, again;

/* As rig_access() does, but by a short way where that is possible. */
static uint32_t
short_access(struct rig *r, unsigned cpu, uint32_t line, bool write,
    uint64_t at)
{
	struct l1d_set *set = l1d_set_of(&r->l1d[cpu], line);
	const struct coh_cpu *me = &r->c->cpu[cpu];
	uint32_t out = set->tag[L1D_WAYS - 1], latency, tag;
	struct coh_swap swap;
	int way = ways_find8(set->tag, line);

	if (way >= 0 && !rig_passes(r, cpu, line, write) &&
	    (set->tag[way] & (WAYS_ORDERED | WAYS_OWN)) != 0 &&
	    coh_hit_again(r->c, me, set->tag[way], write)) {
		again++;
		rig_to_front(&r->l1d[cpu], way, set->tag[way]);
		return 0;
	}
	if (rig_state(r, cpu, line) != WAYS_I ||
	    !coh_is_simple(r->c, me, line, out, write, &swap))
		return rig_access(r, cpu, line, write, at);
	simple++;
	coh_swap_out(r->c, me, out, swap.out);
	latency = coh_swap_in(r->c, me, line, write, &swap, &tag);
	l1d_enter(set, tag);
	return latency;
}

static void
compare(uint32_t nline)
{
	ck_assert_mem_eq(longer.l1d, shorter.l1d, sizeof(longer.l1d));
	ck_assert_mem_eq(longer.c->dir, shorter.c->dir,
	    nline * sizeof(*longer.c->dir));
	ck_assert_mem_eq(longer.c->shared, shorter.c->shared,
	    nline * sizeof(*longer.c->shared));
	ck_assert_mem_eq(&longer.c->stats, &shorter.c->stats,
	    sizeof(longer.c->stats));
	ck_assert_mem_eq(longer.c->stream, shorter.c->stream,
	    sizeof(longer.c->stream));
	for (unsigned m = 0; m < MODULES; m++)
		ck_assert_mem_eq(longer.c->l2[m]->set, shorter.c->l2[m]->set,
		    longer.c->l2[m]->nset * sizeof(*longer.c->l2[m]->set));
}

/*
 * Lines that mostly one CPU uses, several L2s full of them; ten for all; now
 * and then a device, an instruction fetch, a monitor, a new epoch.  Bit 0 of _i: with prefetcher.
 */
START_TEST(same_as_the_long_way)
{
	enum { NLINE = 8 * 1024, STEPS = 400000 };
	struct rng rng;
	uint64_t now = 0;

	simple = again = 0;
	rng_seed(&rng, 31, (uint64_t)_i);
	rig_open(&longer, _i & 1 ? 8 : 0, false);
	rig_open(&shorter, _i & 1 ? 8 : 0, false);
	for (unsigned n = 0; n < STEPS; n++) {
		unsigned cpu = (unsigned)rng_below(&rng, CPUS);
		uint32_t line = (uint32_t)rng_below(&rng, 16) == 0
		    ? (uint32_t)rng_below(&rng, NLINE)
		    : (uint32_t)rng_below(&rng, 400) + cpu * 512;
		bool write = rng_below(&rng, 3) == 0;

		if (rng_below(&rng, 10) == 0)
			line = (uint32_t)rng_below(&rng, 10);

		now += rng_below(&rng, 40);
		coh_set_time(longer.c, now);
		coh_set_time(shorter.c, now);
		if (rng_below(&rng, 100) == 0) {
			coh_monitor(longer.c, cpu, line);
			coh_monitor(shorter.c, cpu, line);
		} else if (rng_below(&rng, 8) == 0 &&
		    rig_state(&longer, cpu, line) != WAYS_I) {
			/* Soon enough for the next one to find it on its way. */
			rig_evict(&longer, cpu, line, now);
			rig_evict(&shorter, cpu, line, now);
		} else if (rng_below(&rng, 100) == 0) {
			ck_assert_uint_eq(coh_dma(longer.c, line, write, now),
			    coh_dma(shorter.c, line, write, now));
		} else if (rng_below(&rng, 8) == 0) {
			/* Of what the prefetcher brought, too. */
			ck_assert_uint_eq(coh_fetch(longer.c, cpu, line, now),
			    coh_fetch(shorter.c, cpu, line, now));
		} else {
			ck_assert_uint_eq(rig_access(&longer, cpu, line, write,
					      now),
			    short_access(&shorter, cpu, line, write, now));
		}
		ck_assert_uint_eq(longer.woken, shorter.woken);
		longer.woken = shorter.woken = 0;
		if (n % 8192 == 0)
			compare(NLINE);
	}
	compare(NLINE);
	/* Many of the misses were simple, and far from all. */
	ck_assert_uint_gt(simple, STEPS / 20);
	ck_assert_uint_gt(again, STEPS / 400);
	ck_assert_uint_gt(longer.c->stats.l1d_dirty_out, STEPS / 100);
	ck_assert_uint_gt(longer.c->stats.ordered_lines, 100);
	rig_close(&longer);
	rig_close(&shorter);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("mem/coh_swap");
	TCase *tc = tcase_create("swap");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, same_as_the_long_way, 0, 2);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
