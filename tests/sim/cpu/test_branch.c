/*
 * test_branch.c: branch prediction (sim/cpu/branch.c), seen from the code: the
 * test is the edges and the indirect thunk, as hook_abi.h describes them.
 */
#include "rig.h"

enum { SLOT = 5, TARGET = 0x8001000 };

static void
branch_at(unsigned slot, bool taken)
{
	/* decb and js, or incb and jg, which sees through the overflow. */
	int left = (int8_t)cpu->hot.bp[slot] + (taken ? -1 : 1);

	cpu->hot.bp[slot] = (uint8_t)left;
	if (taken ? left < 0 : left > 0)
		hk_branch(cpu, HK_BP + slot, taken);
}

/* `n' times: `ones' outcomes taken, then one not.  New mispredictions. */
static uint64_t
loops(int n, int ones)
{
	uint64_t before = cpu->stats.mispredicts;

	for (int i = 0; i < n; i++) {
		for (int k = 0; k < ones; k++)
			branch_at(SLOT, true);
		branch_at(SLOT, false);
	}
	return cpu->stats.mispredicts - before;
}

static void
expect_at_first(bool taken)
{
	uint8_t initial[SLOT + 1];

	for (int i = 0; i <= SLOT; i++)
		initial[i] = (uint8_t)(taken ? 127 : -127);
	cpu_set_branches(cpu, initial, sizeof(initial));
}

/* What never turns is predicted as the image says it will be, and costs
 * nothing; C looks in once in 128 outcomes. */
START_TEST(steady)
{
	expect_at_first(_i);
	for (int i = 0; i < 1280; i++)
		branch_at(SLOT, _i);
	ck_assert_uint_eq(cpu->stats.mispredicts, 0);
	ck_assert_uint_eq(cpu->stats.branches, 10);
	ck_assert_uint_eq(cpu->hot.clock, 0);
}
END_TEST

/*
 * History has eight outcomes.  The exit of a loop taken up to seven times has
 * the last exit in its history: once its counters have learned (two outcomes
 * each, eight histories at the most in a period) it is foreseen.  Taken eight
 * times or more, the history is all ones, which says taken: the exit is
 * mispredicted each time, and nothing else is.
 */
START_TEST(periods)
{
	expect_at_first(true);
	loops(50, _i);
	ck_assert_uint_eq(loops(1000, _i), _i < 8 ? 0 : 1000);
}
END_TEST

/* Taken and not by the toss of a coin: half of 20000, a deviation of 71. */
START_TEST(coin)
{
	struct rng rng;

	expect_at_first(true);
	rng_seed(&rng, 1, 0);
	for (int i = 0; i < 20000; i++)
		branch_at(SLOT, rng_below(&rng, 2));
	ck_assert_uint_gt(cpu->stats.mispredicts, 10000 - 5 * 71);
	ck_assert_uint_lt(cpu->stats.mispredicts, 10000 + 5 * 71);
}
END_TEST

/* A taken run of any length, then the other way: one misprediction. */
START_TEST(long_runs)
{
	uint64_t before;

	expect_at_first(true);
	for (int n = 100; n < 400; n += 37) {
		for (int i = 0; i < n; i++)
			branch_at(SLOT, true);
		before = cpu->stats.mispredicts;
		branch_at(SLOT, false);
		ck_assert_uint_eq(cpu->stats.mispredicts, before + 1);
		for (int i = 0; i < 9; i++)
			branch_at(SLOT, true);
	}
}
END_TEST

/*
 * A misprediction costs the penalty, after the loads before it are there: a
 * load of 2400 issued 50 before, not used for 5000, leaves 2350 to wait for.
 */
START_TEST(price)
{
	struct hk_site site = rig_load_site(1, 0, 0, 5000);

	expect_at_first(true);
	branch_at(SLOT, false);
	ck_assert_uint_eq(cpu->hot.clock, PENALTY);
	cpu->hot.clock += 10000;
	expect_at_first(true);
	rig_read(0x20000000, 8, &site);
	ck_assert_uint_eq(cpu->hot.clock, PENALTY + 10000);
	cpu->hot.clock += 50;
	branch_at(SLOT, false);
	ck_assert_uint_eq(cpu->hot.clock,
	    PENALTY + 10000 + 50 + DRAM - 50 + PENALTY);
	ck_assert_uint_eq(cpu->stats.stall[CPU_BRANCH],
	    PENALTY + DRAM - 50 + PENALTY);
}
END_TEST

/* An indirect jump, as its thunk does it. */
static void
jump(uint32_t bp, uint64_t target)
{
	uint32_t *recent = &cpu->hot.targets;

	if (cpu->hot.path[(*recent ^ bp) % HK_PATH_ENTRIES] !=
	    ((uint64_t)bp << 32 | target))
		hk_ijmp(cpu, bp, target);
	else
		*recent = *recent << HK_PATH_SHIFT ^ (uint32_t)target;
}

/*
 * Targets in turn are foreseen from the targets before: all but the first
 * rounds, while the last targets (9 bits, 3 for each) are still others and
 * each entry is empty.
 */
START_TEST(indirect)
{
	uint64_t learned;

	for (int i = 0; i < 100; i++)
		jump(HK_BP + SLOT, TARGET + (unsigned)(i % _i));
	learned = cpu->stats.ijmp_mispredicts;
	ck_assert_uint_ge(learned, (uint64_t)_i);
	ck_assert_uint_le(learned, (uint64_t)_i + 3);
	ck_assert_uint_eq(cpu->hot.clock, learned * PENALTY);
	for (int i = 100; i < 1000; i++)
		jump(HK_BP + SLOT, TARGET + (unsigned)(i % _i));
	ck_assert_uint_eq(cpu->stats.ijmp_mispredicts, learned);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("branch");
	TCase *tc = tcase_create("branch");

	tcase_add_checked_fixture(tc, rig_up, rig_down);
	tcase_add_loop_test(tc, steady, 0, 2);
	tcase_add_loop_test(tc, periods, 1, 20);
	tcase_add_test(tc, coin);
	tcase_add_test(tc, long_runs);
	tcase_add_test(tc, price);
	tcase_add_loop_test(tc, indirect, 1, 5);
	suite_add_tcase(s, tc);
	return rig_run(s);
}
