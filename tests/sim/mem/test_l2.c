/*
 * test_l2.c: the second-level cache (sim/mem/l2.h) against a cache that
 * remembers when each line was last asked for.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "mem/l2.h"

enum { NSET = 2, BYTES = NSET * L2_WAYS * 64, NLINE = 96 };

/* Time of the last use, 0 absent; and the way that it is in. */
static struct {
	int last;
	unsigned way;
} ref[NLINE];

/* The least recently used line of a set that is full, or NLINE. */
static uint32_t
ref_victim(uint32_t line)
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
	return present == L2_WAYS ? victim : NLINE;
}

static void
insert(struct l2 *l2, uint32_t line, int now)
{
	uint32_t victim = ref_victim(line), out;

	ref[line].way = l2_insert(l2, line, &out);
	if (victim == NLINE) {
		ck_assert_uint_eq(out, WAYS_NONE);
	} else {
		ck_assert_uint_eq(out, victim);
		ck_assert_uint_eq(ref[line].way, ref[victim].way);
		ref[victim].last = 0;
	}
	ref[line].last = now;
}

static void
compare(const struct l2 *l2)
{
	for (uint32_t i = 0; i < NLINE; i++)
		ck_assert_int_eq(l2_find(l2, i),
		    ref[i].last == 0 ? -1 : (int)ref[i].way);
}

/* An empty way is taken first: what was dropped costs nobody its place. */
START_TEST(against_reference)
{
	struct l2 *l2 = l2_create(BYTES);
	struct rng rng;

	rng_seed(&rng, 1, 0);
	memset(ref, 0, sizeof(ref));
	for (int now = 1; now <= 100000; now++) {
		uint32_t line = (uint32_t)rng_below(&rng,
		    rng_below(&rng, 4) == 0 ? NLINE : NSET * L2_WAYS);

		if (ref[line].last == 0) {
			insert(l2, line, now);
		} else if (rng_below(&rng, 8) == 0) {
			l2_drop(l2, line, ref[line].way);
			ref[line].last = 0;
		} else {
			l2_touch(l2, line, ref[line].way);
			ref[line].last = now;
		}
		if (now % 64 == 0)
			compare(l2);
	}
	l2_destroy(l2);
}
END_TEST

START_TEST(sizes)
{
	ck_assert(l2_size_ok(1 << 20));
	ck_assert(l2_size_ok(64 * L2_WAYS));
	ck_assert(!l2_size_ok(0));
	ck_assert(!l2_size_ok(3 << 19));
	ck_assert(!l2_size_ok((1 << 20) + 64));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("l2");
	TCase *tc = tcase_create("l2");
	SRunner *r;
	int failed;

	tcase_add_test(tc, against_reference);
	tcase_add_test(tc, sizes);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
