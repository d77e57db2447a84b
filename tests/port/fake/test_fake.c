/*
 * test_fake.c: the fake machine from the host's side: its clock set by hand,
 * runs in parts, and its state kept and put back.
 *
 * Each test is a process of its own (Check forks), as a process has one
 * machine.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake/fake.h"
#include "seam.h"

static char image[512];

static struct fake *
make(struct fake_config *c, const char *args)
{
	struct err err = ERR_NONE;
	struct fake *f;

	c->image = image;
	c->args = args;
	ck_assert_msg(fake_create(&f, c, &err) == EX_GOOD, "%s", err.text);
	return f;
}

/*
 * races.c's `clock' sets its timer to 10^5 counts of 10 ns and sleeps.  By hand
 * the clock stands still but for the test: what the image sees is exact, 10^6 ns
 * at 2.4 GHz.
 */
START_TEST(by_hand)
{
	struct fake_config c = { .by_hand = true };
	struct fake *f = make(&c, "test=clock");
	const struct fake_report *rep;

	ck_assert_int_eq(fake_run(f, 0), FAKE_ASLEEP);
	ck_assert_uint_eq(fake_clock(f), 0);
	ck_assert_uint_eq(fake_clock_next(f), 1000000);
	ck_assert_int_eq(fake_run(f, 0), FAKE_ASLEEP);
	fake_clock_advance(f, 999999);
	ck_assert_int_eq(fake_run(f, 0), FAKE_ASLEEP);
	fake_clock_set(f, 5); /* never back */
	ck_assert_uint_eq(fake_clock(f), 999999);
	fake_clock_set(f, 1000000);
	ck_assert_int_eq(fake_run(f, 0), FAKE_ENDED);
	rep = fake_report(f);
	ck_assert_int_eq(rep->verdict, EX_GOOD);
	ck_assert_uint_eq(rep->interrupts, 1);
	ck_assert_uint_eq(rep->nresult, 1);
	ck_assert_str_eq(rep->result[0].name, "slept");
	ck_assert_uint_eq(rep->result[0].total_cyc, 2400000);
	ck_assert_int_eq(fake_run(f, 0), FAKE_ENDED);
}
END_TEST

/*
 * By itself the clock jumps there, and a tick for each step and 10 ns for each
 * look at the TSC are added: fewer than 1000 steps of 1 ns are on the way.
 */
START_TEST(by_itself)
{
	struct fake_config c = { 0 };
	struct fake *f = make(&c, "test=clock");

	ck_assert_int_eq(fake_run(f, 0), FAKE_ENDED);
	ck_assert_uint_ge(fake_report(f)->result[0].total_cyc, 2400000);
	ck_assert_uint_lt(fake_report(f)->result[0].total_cyc, 2402400);
}
END_TEST

static bool
keep(const struct fake_outcome *out, void *arg)
{
	*(struct fake_outcome *)arg = *out;
	return true;
}

/* In parts of some steps everything is as in one piece. */
START_TEST(in_parts)
{
	static struct fake_outcome whole;
	struct fake_config c = { .ncpu = 8, .mean = 3 };
	struct fake *f = make(&c, "test=message");
	const struct fake_seeds one = {
		.from = 7, .to = 7, .fn = keep, .arg = &whole
	};
	struct err err = ERR_NONE;
	unsigned n = 0;

	ck_assert_int_eq(fake_seeds(f, &one, &err), EX_GOOD);
	fake_seed(f, 7);
	while (fake_run(f, 5) == FAKE_PAUSED)
		n++;
	ck_assert_uint_ge(n, 3);
	ck_assert_uint_eq(fake_report(f)->steps, whole.steps);
	ck_assert_uint_eq(fake_report(f)->trace, whole.trace);
}
END_TEST

static uint64_t traces[20];

static bool
keep_trace(const struct fake_outcome *out, void *arg)
{
	unsigned *n = arg;

	ck_assert_uint_eq(out->seed, *n + 1);
	traces[(*n)++] = out->trace;
	return *n < 20;
}

/* Outcomes come in the order of seeds, and no more than are wanted. */
START_TEST(seeds)
{
	struct fake_config c = { .ncpu = 2 };
	struct fake *f = make(&c, "test=count");
	struct err err = ERR_NONE;
	unsigned n = 0;
	const struct fake_seeds s = {
		.from = 1, .to = 1000000, .jobs = 3, .fn = keep_trace, .arg = &n
	};
	unsigned same = 0;

	ck_assert_int_eq(fake_seeds(f, &s, &err), EX_GOOD);
	ck_assert_uint_eq(n, 20);
	for (unsigned i = 1; i < 20; i++)
		same += traces[i] == traces[0];
	ck_assert_uint_lt(same, 15);
}
END_TEST

/* A limit of steps is kept to within a turn. */
START_TEST(limit)
{
	struct fake_config c = { .ncpu = 2, .limit_steps = 50, .mean = 4 };
	struct fake *f = make(&c, "test=count");

	ck_assert_int_eq(fake_run(f, 0), FAKE_ENDED);
	ck_assert_int_eq(fake_report(f)->verdict, EX_NOVERDICT);
	ck_assert_uint_ge(fake_report(f)->steps, 50);
	ck_assert_uint_lt(fake_report(f)->steps, 50 + 256);
}
END_TEST

/* By hand, whoever sleeps for ever is asleep, not a finding. */
START_TEST(asleep_for_ever)
{
	struct fake_config c = { .ncpu = 2, .by_hand = true };
	struct fake *f = make(&c, "test=locks broken=1");
	enum fake_why why = FAKE_PAUSED;

	fake_seed(f, 10);
	while (why == FAKE_PAUSED)
		why = fake_run(f, 1000);
	if (why == FAKE_ASLEEP)
		ck_assert_uint_eq(fake_clock_next(f), FAKE_NEVER);
}
END_TEST

int
main(void)
{
	const char *b = getenv("B");
	Suite *s = suite_create("fake");
	TCase *tc = tcase_create("fake");
	SRunner *sr = srunner_create(s);
	int failed;

	snprintf(image, sizeof(image), "%s/images/races/image-fake.elf",
	    b != NULL ? b : "build");
	tcase_add_test(tc, by_hand);
	tcase_add_test(tc, by_itself);
	tcase_add_test(tc, in_parts);
	tcase_add_test(tc, seeds);
	tcase_add_test(tc, limit);
	tcase_add_test(tc, asleep_for_ever);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
