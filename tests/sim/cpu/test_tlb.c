/*
 * test_tlb.c: the data TLBs (cpu/tlb.h) against a reference that remembers of
 * each page when it was last used and searches for the oldest one.
 *
 * Pages with an even number / 512 are of 4 KB, the others parts of large ones.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "cpu/tlb.h"

enum { BIGS = 32, PIECES = 512, PAGES = BIGS * PIECES };

static struct tlb t;
static uint64_t micro_no[PAGES]; /* inserted as the n-th, or 0 */
static uint64_t micro_count;
static uint64_t small_used[PAGES], large_used[BIGS], now;

static bool
is_large(uint32_t page)
{
	return page / PIECES % 2 != 0;
}

/* An access to entry x of `used': true if it was there; LRU of its set out. */
static bool
level(uint64_t *used, uint32_t size, uint32_t sets, uint32_t x)
{
	bool hit = used[x] != 0;
	uint32_t oldest = x, n = 0;

	used[x] = ++now;
	for (uint32_t i = x % sets; i < size; i += sets) {
		n += used[i] != 0;
		if (used[i] != 0 && used[i] < used[oldest])
			oldest = i;
	}
	if (n > TLB_WAYS)
		used[oldest] = 0;
	return hit;
}

static enum tlb_result
reference(uint32_t page)
{
	if (micro_no[page] != 0 && micro_no[page] + TLB_MICRO > micro_count)
		return TLB_HIT;
	micro_no[page] = ++micro_count;
	if (is_large(page)
		? level(large_used, BIGS, TLB_LARGE_SETS, page / PIECES)
		: level(small_used, PAGES, TLB_SETS, page))
		return TLB_MICRO_MISS;
	return TLB_WALK;
}

static void
reference_drop(uint32_t page)
{
	uint32_t big = page / PIECES;

	if (is_large(page)) {
		for (uint32_t i = 0; i < PIECES; i++)
			micro_no[big * PIECES + i] = 0;
		large_used[big] = 0;
	} else
		micro_no[page] = small_used[page] = 0;
}

static void
clear(void)
{
	tlb_clear(&t);
	memset(micro_no, 0, sizeof(micro_no));
	memset(small_used, 0, sizeof(small_used));
	memset(large_used, 0, sizeof(large_used));
	micro_count = 0;
}

/*
 * Few sets, and a bit more pages than fit: up to 8 small ones for the 4 ways
 * of a set, and 16 large ones for 2 sets of 4.
 */
static uint32_t
random_page(struct rng *rng)
{
	uint32_t big = (uint32_t)rng_below(rng, BIGS);

	if (big % 2 == 0)
		return big % 16 * PIECES + (uint32_t)rng_below(rng, 8);
	return big * PIECES + (uint32_t)rng_below(rng, 4);
}

START_TEST(against_reference)
{
	unsigned seen[3] = { 0 };
	struct rng rng;

	rng_seed(&rng, 13, 0);
	clear();
	for (int n = 0; n < 300000; n++) {
		uint32_t page = random_page(&rng);
		enum tlb_result want;

		if (rng_below(&rng, 10000) == 0)
			clear();
		if (rng_below(&rng, 20) == 0) {
			tlb_drop(&t, page);
			reference_drop(page);
			continue;
		}
		want = reference(page);
		ck_assert_int_eq(tlb_access(&t, page, is_large(page)), want);
		seen[want]++;
	}
	for (int i = 0; i < 3; i++)
		ck_assert_uint_gt(seen[i], 10000);
}
END_TEST

static void
touch(uint32_t page, enum tlb_result want)
{
	ck_assert_int_eq(tlb_access(&t, page, is_large(page)), want);
}

/* 32 other pages, in sets 8 to 31, which leave nothing in the micro-TLB. */
static void
flush_micro(void)
{
	for (uint32_t i = 0; i < TLB_MICRO; i++)
		(void)tlb_access(&t, 8 + i % 24 + i / 24 * TLB_SETS, false);
}

/* What the DTLBs hold: 128 pages, or 16 large ones. */
START_TEST(capacity)
{
	tlb_clear(&t);
	for (uint32_t i = 0; i < 128; i++)
		touch(i, TLB_WALK);
	for (uint32_t i = 96; i < 128; i++)
		touch(i, TLB_HIT);
	for (uint32_t i = 0; i < 128; i++)
		touch(i, TLB_MICRO_MISS); /* the oldest ones went first */
	touch(128, TLB_WALK);             /* for page 0 */
	flush_micro();
	touch(0, TLB_WALK);

	tlb_clear(&t);
	for (uint32_t i = 0; i < 16; i++)
		ck_assert_int_eq(tlb_access(&t, i * PIECES, true), TLB_WALK);
	for (uint32_t i = 0; i < 16; i++)
		ck_assert_int_eq(tlb_access(&t, i * PIECES + 1, true),
		    TLB_MICRO_MISS); /* another piece of the same page */
	for (uint32_t i = 0; i < 32; i++)
		ck_assert_int_eq(tlb_access(&t, i / 2 * PIECES + i % 2, true),
		    TLB_HIT);
}
END_TEST

/* Four pages of set 0; the second is dropped: a fifth one has its place. */
START_TEST(drop_makes_room)
{
	tlb_clear(&t);
	for (uint32_t i = 0; i < 4; i++)
		touch(i * TLB_SETS, TLB_WALK);
	tlb_drop(&t, TLB_SETS);
	touch(4 * TLB_SETS, TLB_WALK);
	flush_micro();
	touch(0, TLB_MICRO_MISS);
	touch(2 * TLB_SETS, TLB_MICRO_MISS);
	touch(3 * TLB_SETS, TLB_MICRO_MISS);
	touch(4 * TLB_SETS, TLB_MICRO_MISS);
	touch(TLB_SETS, TLB_WALK);
}
END_TEST

/* INVLPG of any piece drops all of a large page, but of 4 KB just one. */
START_TEST(drop_pieces)
{
	tlb_clear(&t);
	for (uint32_t i = 0; i < 4; i++) {
		touch(PIECES + i, i == 0 ? TLB_WALK : TLB_MICRO_MISS);
		touch(i, TLB_WALK);
	}
	tlb_drop(&t, PIECES + 100);
	tlb_drop(&t, 2);
	for (uint32_t i = 0; i < 4; i++) {
		touch(PIECES + i, i == 0 ? TLB_WALK : TLB_MICRO_MISS);
		touch(i, i == 2 ? TLB_WALK : TLB_HIT);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("cpu/tlb");
	TCase *tc = tcase_create("tlb");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, against_reference);
	tcase_add_test(tc, capacity);
	tcase_add_test(tc, drop_makes_room);
	tcase_add_test(tc, drop_pieces);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
