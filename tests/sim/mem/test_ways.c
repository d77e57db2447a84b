/*
 * test_ways.c: the operations on a set of tags (sim/mem/ways.h) against
 * definitions written down plainly, and what is made of them against a cache
 * that knows when each line was last used.
 */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "mem/ways.h"

/* The operations, or wrong ones, for a set of n ways. */
struct variant {
	const char *name;
	int n;
	int (*find)(const uint32_t *, uint32_t line);
	void (*front)(uint32_t *, int way);
};

static const struct variant ways8 = { "8 ways", 8, ways_find8, ways_front8 };

/* ---- each operation alone -------------------------------------------- */

/* Few different lines, so that some ways are equal; every state. */
static void
fill_set(struct rng *rng, uint32_t *t, int n)
{
	for (int i = 0; i < n; i++) {
		uint32_t line = rng_below(rng, 4) == 0
		    ? WAYS_NONE
		    : (uint32_t)rng_below(rng, 24) * 0x111111;

		t[i] = line | (uint32_t)rng_below(rng, 8) << 29;
	}
}

/* The first way whose line is this one, whatever its state. */
START_TEST(find)
{
	const struct variant *v = &ways8;
	uint32_t t[9];
	struct rng rng;

	rng_seed(&rng, 1, 0);
	for (int round = 0; round < 20000; round++) {
		uint32_t line = (uint32_t)rng_below(&rng, 24) * 0x111111;
		int expected = -1;

		fill_set(&rng, t, v->n);
		t[v->n] = line; /* beyond the set: not to be found */
		for (int i = v->n - 1; i >= 0; i--)
			if ((t[i] & WAYS_LINE) == line)
				expected = i;
		ck_assert_msg(v->find(t, line) == expected, "%s: round %d",
		    v->name, round);
	}
}
END_TEST

/* Way w first, the others as they were; nothing outside the set changes. */
static bool
front_is_right(const struct variant *v, struct rng *rng)
{
	uint32_t t[10], before[10];
	int way = (int)rng_below(rng, (uint64_t)v->n);
	bool right;

	for (int i = 0; i < 10; i++)
		t[i] = before[i] = (uint32_t)rng_u64(rng);
	v->front(t + 1, way);
	right = t[1] == before[1 + way];
	for (int i = 0; i < 10; i++) {
		int from = i == 0 || i > way + 1 ? i : i - 1;

		right &= i == 1 || t[i] == before[from];
	}
	return right;
}

START_TEST(front)
{
	const struct variant *v = &ways8;
	struct rng rng;

	rng_seed(&rng, 2, 0);
	for (int round = 0; round < 20000; round++)
		ck_assert_msg(front_is_right(v, &rng), "%s: round %d", v->name,
		    round);
}
END_TEST

/* Way w goes out of six; nothing outside of them changes. */
START_TEST(out)
{
	uint32_t t[10], before[10];
	struct rng rng;

	rng_seed(&rng, 4, 0);
	for (int round = 0; round < 20000; round++) {
		int way = (int)rng_below(&rng, 6);

		for (int i = 0; i < 10; i++)
			t[i] = before[i] = (uint32_t)rng_u64(&rng);
		ways_out6(t + 1, way);
		for (int i = 0; i < 10; i++) {
			int from = i > way && i < 6 ? i + 1 : i;
			uint32_t want = i == 6 ? WAYS_NONE : before[from];

			ck_assert_msg(t[i] == want,
			    "round %d: way %d goes, place %d", round, way, i);
		}
	}
}
END_TEST

/* ---- together: true LRU ------------------------------------------------ */

enum { NLINE = 40 };

/* Use a line; the line that goes for it, or WAYS_NONE. */
static uint32_t
use(const struct variant *v, uint32_t *t, uint32_t line)
{
	int way = v->find(t, line);
	uint32_t victim = WAYS_NONE;

	if (way < 0) {
		way = v->n - 1;
		victim = t[way] & WAYS_LINE;
	}
	v->front(t, way);
	t[0] = line;
	return victim;
}

/* The same by the times of use: the line present and longest unused goes. */
static uint32_t
use_by_time(int n, int *last, uint32_t line, int now)
{
	uint32_t victim = WAYS_NONE;
	int present = 0;

	for (uint32_t i = 0; i < NLINE; i++) {
		if (last[i] == 0)
			continue;
		present++;
		if (victim == WAYS_NONE || last[i] < last[victim])
			victim = i;
	}
	if (last[line] != 0 || present < n)
		victim = WAYS_NONE;
	else
		last[victim] = 0;
	last[line] = now;
	return victim;
}

/* Rounds until the two disagree; `rounds' when they never do. */
static int
compare_lru(const struct variant *v, int rounds)
{
	uint32_t t[8];
	int last[NLINE] = { 0 };
	struct rng rng;

	rng_seed(&rng, 3, 0);
	for (int i = 0; i < v->n; i++)
		t[i] = WAYS_NONE;
	for (int now = 1; now <= rounds; now++) {
		/* Lines below n are asked for more often. */
		uint32_t line = (uint32_t)rng_below(&rng,
		    rng_below(&rng, 3) == 0 ? NLINE : (uint64_t)v->n);

		if (use(v, t, line) != use_by_time(v->n, last, line, now))
			return now;
	}
	return rounds;
}

START_TEST(lru)
{
	ck_assert_int_eq(compare_lru(&ways8, 50000), 50000);
}
END_TEST

/* ---- twins ------------------------------------------------------------- */

/* The chosen way and the first change places. */
static void
front_swaps(uint32_t *t, int way)
{
	uint32_t x = t[way];

	t[way] = t[0];
	t[0] = x;
}

/* First in, first out: a hit moves nothing. */
static void
front_only_misses(uint32_t *t, int way)
{
	if (way == 7)
		ways_front8(t, way);
}

START_TEST(twins)
{
	struct variant swaps = { "swaps", 8, ways_find8, front_swaps },
		       fifo = { "fifo", 8, ways_find8, front_only_misses };
	struct rng rng;
	int wrong = 0;

	rng_seed(&rng, 4, 0);
	for (int round = 0; round < 100; round++)
		wrong += !front_is_right(&swaps, &rng);
	/* Right by chance for ways 0 and 1 only, 2 of 8. */
	ck_assert_int_gt(wrong, 50);
	ck_assert_int_lt(compare_lru(&swaps, 50000), 50000);
	ck_assert_int_lt(compare_lru(&fifo, 50000), 50000);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ways");
	TCase *tc = tcase_create("ways");
	SRunner *r;
	int failed;

	tcase_add_test(tc, find);
	tcase_add_test(tc, front);
	tcase_add_test(tc, out);
	tcase_add_test(tc, lru);
	tcase_add_test(tc, twins);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
