/*
 * test_seqcheck.c: numbers that come in every order, and what is counted of them.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "core/rng.h"
#include "wire/seqcheck.h"

static struct seqcheck s;

static void
take(uint64_t from, uint64_t to)
{
	for (uint64_t n = from; n < to; n++)
		seqcheck_take(&s, (uint32_t)n);
}

static void
are(uint64_t rx, uint64_t drop, uint64_t dup, uint64_t reorder,
    uint64_t outofrange)
{
	ck_assert_uint_eq(s.rx, rx);
	ck_assert_uint_eq(s.drop, drop);
	ck_assert_uint_eq(s.dup, dup);
	ck_assert_uint_eq(s.reorder, reorder);
	ck_assert_uint_eq(s.outofrange, outofrange);
}

static void
begin(void)
{
	s = (struct seqcheck){ 0 };
}

START_TEST(in_order)
{
	take(0, 100000);
	seqcheck_end(&s, 100000);
	are(100000, 0, 0, 0, 0);
}
END_TEST

/* Nothing was sent; all of it was lost; only the first came, or the last. */
START_TEST(nothing)
{
	static const uint64_t n[] = { 1, 63, 64, 65, 4095, 4096, 4097, 10000 };

	seqcheck_end(&s, 0);
	are(0, 0, 0, 0, 0);
	for (size_t i = 0; i < sizeof(n) / sizeof(n[0]); i++) {
		begin();
		seqcheck_end(&s, n[i]);
		are(0, n[i], 0, 0, 0);
		begin();
		seqcheck_take(&s, 0);
		seqcheck_end(&s, n[i]);
		are(1, n[i] - 1, 0, 0, 0);
		begin();
		seqcheck_take(&s, (uint32_t)n[i] - 1);
		seqcheck_end(&s, n[i]);
		are(1, n[i] - 1, 0, 0, 0);
	}
}
END_TEST

/*
 * A hole is a drop when it leaves the window, 64 numbers at a time: number 5 leaves
 * when word 64 comes in, with number 4096.
 */
START_TEST(drop_when_it_leaves)
{
	take(0, 5);
	take(6, 4096);
	are(4095, 0, 0, 0, 0);
	seqcheck_take(&s, 4096);
	are(4096, 1, 0, 0, 0);
	seqcheck_end(&s, 4097);
	are(4096, 1, 0, 0, 0);
}
END_TEST

/* What comes before its hole leaves is no drop. */
START_TEST(late)
{
	take(0, 5);
	take(6, 4096);
	seqcheck_take(&s, 5);
	take(4096, 9000);
	seqcheck_end(&s, 9000);
	are(9000, 0, 0, 1, 0);
}
END_TEST

/* What comes after it is out of range, first time or not; it was counted as a drop. */
START_TEST(too_late)
{
	take(0, 5);
	take(6, 5000);
	seqcheck_take(&s, 5);
	seqcheck_take(&s, 7);
	/* The window's first number: 5000 / 64 = 78, 78 - 63 = 15, 15 * 64. */
	seqcheck_take(&s, 959);
	seqcheck_take(&s, 960);
	seqcheck_end(&s, 5000);
	/* 5 and its 2 followers are lower than the one before; 7, 959, 960 are not. */
	are(4999 + 4, 1, 1, 1, 3);
}
END_TEST

START_TEST(twice)
{
	take(0, 100);
	seqcheck_take(&s, 99); /* no reorder: it is not lower */
	seqcheck_take(&s, 50);
	seqcheck_take(&s, 100);
	seqcheck_end(&s, 101);
	are(103, 0, 2, 1, 0);
}
END_TEST

/* Lower than the one before, not than the highest: 3 1 2 has one. */
START_TEST(out_of_order)
{
	static const uint32_t n[] = { 0, 3, 1, 2, 5, 4 };

	for (size_t i = 0; i < sizeof(n) / sizeof(n[0]); i++)
		seqcheck_take(&s, n[i]);
	seqcheck_end(&s, 6);
	are(6, 0, 0, 2, 0);
}
END_TEST

/* 32 bits wrap, the numbers do not. */
START_TEST(wraps)
{
	const uint64_t far = UINT64_C(1) << 32;

	/* All have come so far, up to far - 11, but far - 16. */
	s.last = far - 11;
	s.word = s.last / 64;
	memset(s.bits, 0xff, sizeof(s.bits));
	s.bits[s.word % SEQCHECK_WORDS] = ((UINT64_C(1) << 54) - 1) ^
	    UINT64_C(1) << 48;
	take(far - 10, far + 10);
	seqcheck_take(&s, 0xfffffff0u); /* far - 16 */
	are(21, 0, 0, 1, 0);
	ck_assert_uint_eq(s.last, far - 16);
	begin();
	seqcheck_take(&s, 0xffffffffu); /* below 0 */
	are(1, 0, 0, 1, 1);
}
END_TEST

/*
 * At random: each number is lost, comes once or twice, a little later or not; in the
 * end drops are the lost ones and dups those that came twice.
 */
START_TEST(random_order)
{
	enum { N = 50000, SPAN = 3000 };
	static uint8_t times[N];
	uint64_t lost = 0, dup = 0, reorder = 0, rx = 0, last = 0;
	struct rng r;

	rng_seed(&r, (uint64_t)_i, 0);
	for (unsigned i = 0; i < N; i++) {
		times[i] = (uint8_t)rng_below(&r, 3);
		lost += times[i] == 0;
		dup += times[i] == 2;
	}
	/* Those at hand lie between i and i + SPAN; in the window of 4096 all of them. */
	for (unsigned i = 0; i < N; i++)
		while (times[i] > 0) {
			unsigned k = i + (unsigned)rng_below(&r, SPAN);

			if (k >= N || times[k] == 0)
				k = i;
			times[k]--;
			reorder += k < last;
			last = k;
			rx++;
			seqcheck_take(&s, k);
		}
	seqcheck_end(&s, N);
	are(rx, lost, dup, reorder, 0);
}
END_TEST

START_TEST(adds)
{
	struct seqcheck sum = { 0 };

	take(0, 10);
	take(8, 10);
	seqcheck_end(&s, 15);
	seqcheck_add(&sum, &s);
	seqcheck_add(&sum, &s);
	s = sum;
	are(24, 10, 4, 2, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sim/wire seqcheck");
	TCase *t = tcase_create("seqcheck");
	SRunner *r = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(t, begin, NULL);
	tcase_add_test(t, in_order);
	tcase_add_test(t, nothing);
	tcase_add_test(t, drop_when_it_leaves);
	tcase_add_test(t, late);
	tcase_add_test(t, too_late);
	tcase_add_test(t, twice);
	tcase_add_test(t, out_of_order);
	tcase_add_test(t, wraps);
	tcase_add_loop_test(t, random_order, 0, 20);
	tcase_add_test(t, adds);
	suite_add_tcase(suite, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
