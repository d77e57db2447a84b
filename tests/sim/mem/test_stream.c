/*
 * test_stream.c: which misses are a stream and what it asks for
 * (mem/stream.h).
 */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "mem/stream.h"

enum { AHEAD = 8, PAGE = 1000 * STREAM_PAGE };

static struct stream st;

/* A miss must ask for n lines, the first of them `first', in steps of sign. */
static void
expect(uint32_t line, unsigned n, uint32_t first, int32_t sign)
{
	uint32_t f = 0;
	int32_t step = 0;
	unsigned got = 0;

	if (stream_miss(&st, line))
		got = stream_advance(&st, line, AHEAD, &f, &step);
	ck_assert_uint_eq(got, n);
	if (n != 0) {
		ck_assert_uint_eq(f, first);
		ck_assert_int_eq(step, sign);
	}
}

/*
 * Strides 1..4, up (_i < 4) and down.  The third miss asks for the AHEAD lines
 * after it; each later one for as many as it has come nearer to their end.
 * Six misses and stride 4 fit into a page.
 */
START_TEST(strides)
{
	int32_t sign = _i < 4 ? 1 : -1, stride = sign * (_i % 4 + 1);
	uint32_t line = PAGE + (sign > 0 ? 3 : STREAM_PAGE - 4);

	stream_init(&st, AHEAD);
	expect(line, 0, 0, 0);
	expect(line += (uint32_t)stride, 0, 0, 0);
	line += (uint32_t)stride;
	expect(line, AHEAD, line + (uint32_t)sign, sign);
	for (int n = 0; n < 3; n++) {
		uint32_t end = line + (uint32_t)(sign * (AHEAD + 1));

		expect(line, 0, 0, 0); /* again: that changes nothing */
		expect(line += (uint32_t)stride, (unsigned)(stride * sign), end,
		    sign);
	}
}
END_TEST

START_TEST(too_wide)
{
	for (uint32_t stride = 5; stride <= 16; stride++) {
		stream_init(&st, AHEAD);
		for (uint32_t i = 0; i * stride < 4 * STREAM_PAGE; i++)
			expect(PAGE + i * stride, 0, 0, 0);
	}
}
END_TEST

/* Beyond a page's end (_i: its beginning) a stream goes on, step by step. */
START_TEST(across_pages)
{
	int32_t sign = _i ? -1 : 1;
	uint32_t line = PAGE + (_i ? 2 : STREAM_PAGE - 3);

	stream_init(&st, AHEAD);
	expect(line, 0, 0, 0);
	expect(line += (uint32_t)sign, 0, 0, 0);
	line += (uint32_t)sign;
	expect(line, AHEAD, line + (uint32_t)sign, sign);
	for (int i = 0; i < 2 * STREAM_PAGE; i++) {
		line += (uint32_t)sign;
		expect(line, 1, line + (uint32_t)(sign * AHEAD), sign);
	}
}
END_TEST

/* Two misses at a page's end are none yet: the next page begins anew. */
START_TEST(new_page)
{
	stream_init(&st, AHEAD);
	expect(PAGE + STREAM_PAGE - 2, 0, 0, 0);
	expect(PAGE + STREAM_PAGE - 1, 0, 0, 0);
	expect(PAGE + STREAM_PAGE, 0, 0, 0);
	expect(PAGE + STREAM_PAGE + 1, 0, 0, 0);
	expect(PAGE + STREAM_PAGE + 2, AHEAD, PAGE + STREAM_PAGE + 3, 1);
}
END_TEST

/*
 * Random lines of a page against the rule in words: the last two steps are
 * equal and at most 4 lines.  A run of just two asks for all lines ahead.
 */
START_TEST(random_in_page)
{
	int32_t last = -1, step = 0, run = 0;
	unsigned streams = 0;
	struct rng rng;

	stream_init(&st, AHEAD);
	rng_seed(&rng, 12, 0);
	for (int i = 0; i < 100000; i++) {
		/* Mostly small steps, or there would be no stream, ever. */
		int32_t line = rng_below(&rng, 4) == 0 || last < 4 || last > 59
		    ? (int32_t)rng_below(&rng, STREAM_PAGE)
		    : last + (int32_t)rng_below(&rng, 9) - 4;
		int32_t d = line - last, sign = d > 0 ? 1 : -1;
		uint32_t f;
		unsigned n = 0;

		if (last >= 0 && d != 0) {
			run = d == step ? run + 1 : 1;
			step = d;
			if (run >= 2 && abs(d) <= STREAM_STEP)
				n = run == 2 ? AHEAD : (unsigned)abs(d);
		}
		f = PAGE + (uint32_t)(line + sign * (AHEAD + 1 - (int32_t)n));
		expect(PAGE + (uint32_t)line, n, f, sign);
		streams += n != 0;
		last = line;
	}
	ck_assert_uint_gt(streams, 1000);
}
END_TEST

/* Steps of a page that never repeat are no stream. */
START_TEST(no_stream)
{
	uint32_t line = PAGE;

	stream_init(&st, AHEAD);
	for (uint32_t i = 0; i < 40; i++)
		expect(line += 1 + i % 2, 0, 0, 0);
}
END_TEST

/*
 * Streams in the places of sixteen pages are known at a time; those of two
 * pages that share one drive each other out.
 */
START_TEST(many)
{
	for (unsigned pages = STREAM_N; pages <= 2 * STREAM_N; pages *= 2) {
		stream_init(&st, AHEAD);
		for (uint32_t i = 0; i < 10; i++)
			for (uint32_t k = 0; k < pages; k++) {
				uint32_t line = PAGE + k * STREAM_PAGE + i;
				bool known = pages == STREAM_N && i >= 2;

				expect(line,
				    !known       ? 0
					: i == 2 ? AHEAD
						 : 1,
				    i == 2 ? line + 1 : line + AHEAD, 1);
			}
	}
}
END_TEST

/* Without a prefetcher nothing is asked for. */
START_TEST(off)
{
	stream_init(&st, 0);
	for (uint32_t i = 0; i < 10; i++)
		ck_assert(!stream_miss(&st, PAGE + i));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("mem/stream");
	TCase *tc = tcase_create("stream");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, strides, 0, 8);
	tcase_add_test(tc, too_wide);
	tcase_add_loop_test(tc, across_pages, 0, 2);
	tcase_add_test(tc, new_page);
	tcase_add_test(tc, random_in_page);
	tcase_add_test(tc, no_stream);
	tcase_add_test(tc, many);
	tcase_add_test(tc, off);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
