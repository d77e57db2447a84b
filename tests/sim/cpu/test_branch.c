/*
 * test_branch.c: branch prediction (sim/cpu/branch.c), seen from the code: the
 * test is the edges and the indirect thunk, as hook_abi.h describes them.
 */
#include "rig.h"

enum { SLOT = 5, NUMBER = HK_BP + 8 * SLOT, TARGET = 0x8001000 };

/* An edge: rolq, and jnc or jc. */
static void
branch_at(unsigned slot, bool taken)
{
	uint64_t ring = cpu->hot.bp[slot];

	cpu->hot.bp[slot] = ring << 1 | ring >> 63;
	if (taken != (ring >> 63 != 0))
		hk_branch(cpu, HK_BP + 8 * slot, taken);
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
	uint64_t initial[SLOT + 1];

	for (int i = 0; i <= SLOT; i++)
		initial[i] = taken ? UINT64_MAX : 0;
	cpu_set_branches(cpu, initial, sizeof(initial));
}

/* What never turns is predicted as the image says it will be: no calls. */
START_TEST(steady)
{
	expect_at_first(_i);
	for (int i = 0; i < 1280; i++)
		branch_at(SLOT, _i);
	ck_assert_uint_eq(cpu->stats.mispredicts, 0);
	ck_assert_uint_eq(cpu->stats.branches, 0);
	ck_assert_uint_eq(cpu->hot.clock, 0);
}
END_TEST

/*
 * History has eight outcomes.  The exit of a loop taken up to seven times has
 * the last exit in its history: once its counters have learned (two outcomes
 * each, eight histories at the most in a period) it is foreseen.  Taken eight
 * times or more, the history is all ones, which says taken: the exit is
 * mispredicted each time, and nothing else is.
 *
 * Only the latter comes to C, and of the foreseen what the ring, which begins
 * again after 64 outcomes, has wrong: nothing if the period divides 64, else
 * no more than one outcome after each forecast of 56.
 */
START_TEST(periods)
{
	uint64_t calls;

	expect_at_first(true);
	loops(50, _i);
	calls = cpu->stats.branches;
	ck_assert_uint_eq(loops(1000, _i), _i < 8 ? 0 : 1000);
	calls = cpu->stats.branches - calls;
	if (_i >= 8)
		ck_assert_uint_eq(calls, 1000);
	else if (64 % (_i + 1) == 0)
		ck_assert_uint_eq(calls, 0);
	else
		ck_assert_uint_le(calls, 1000 * ((uint64_t)_i + 1) / 57 + 1);
}
END_TEST

/* The predictor in plain words: the ring and its counters as arrays. */
static struct plain {
	bool ring[64];    /* [0] comes next, [63] was the last */
	int counter[256]; /* 0..3, predicts taken from 2 on */
	uint64_t mispredicts;
} plain;

static int
plain_history(const bool *ring)
{
	int history = 0;

	for (int i = 0; i < 8; i++)
		history |= ring[63 - i] << i;
	return history;
}

static bool
plain_predict(int history)
{
	if (history == 0 || history == 255)
		return history != 0;
	return plain.counter[history] >= 2;
}

static void
plain_turn(bool *ring)
{
	bool next = ring[0];

	memmove(ring, ring + 1, 63 * sizeof(*ring));
	ring[63] = next;
}

/* `n' forecasts take the place of the oldest outcomes. */
static void
plain_forecast(int n)
{
	int history = plain_history(plain.ring);
	bool foreseen[64];

	for (int i = 0; i < n; i++) {
		foreseen[i] = plain_predict(history);
		history = (history << 1 | foreseen[i]) & 255;
	}
	memcpy(plain.ring, foreseen, (size_t)n * sizeof(*foreseen));
	if (history == 0 || history == 255)
		for (int i = n; i < 56; i++)
			plain.ring[i] = history != 0;
}

static void
plain_branch(bool taken)
{
	int history = plain_history(plain.ring);
	int *counter = &plain.counter[history];
	bool wrong;

	plain_turn(plain.ring);
	if (plain.ring[63] == taken)
		return;
	plain.ring[63] = taken;
	wrong = plain_predict(history) != taken;
	plain.mispredicts += wrong;
	*counter += taken ? *counter < 3 : -(*counter > 0);
	plain_forecast(wrong ? 8 : 56);
}

/*
 * The same rings and mispredictions as in plain words, for branches that are
 * taken in 1, 8, .. 99 of 100 cases, and in between keep repeating what they
 * did before with a period of 1 to 20.
 */
START_TEST(plain_words)
{
	bool past[20] = { false }, taken;
	uint64_t ring = 0;
	struct rng rng;

	memset(&plain, 0, sizeof(plain));
	for (int i = 0; i < 256; i++)
		plain.counter[i] = 1;
	expect_at_first(false);
	rng_seed(&rng, 1, (uint64_t)_i);
	for (int i = 0; i < 20000; i++) {
		taken = rng_below(&rng, 100) < 1 + 7 * (unsigned)_i;
		if (i / 500 % 2 == 1)
			taken = past[i / 1000];
		memmove(past + 1, past, 19 * sizeof(*past));
		past[0] = taken;
		plain_branch(taken);
		branch_at(SLOT, taken);
		ring = 0;
		for (int k = 0; k < 64; k++)
			ring = ring << 1 | plain.ring[k];
		ck_assert_uint_eq(cpu->hot.bp[SLOT], ring);
	}
	ck_assert_uint_eq(cpu->stats.mispredicts, plain.mispredicts);
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

	if (cpu->hot.path[hk_path_index(*recent, bp)] !=
	    ((uint64_t)bp << 32 | target))
		hk_ijmp(cpu, bp, target);
	else
		*recent = hk_path_next(*recent, (uint32_t)target);
}

/*
 * Targets in turn are foreseen from the targets before: all but the first
 * rounds, while some of the last four targets are still others and
 * each entry is empty.
 */
START_TEST(indirect)
{
	uint64_t learned;

	for (int i = 0; i < 100; i++)
		jump(NUMBER, TARGET + (unsigned)(i % _i));
	learned = cpu->stats.ijmp_mispredicts;
	ck_assert_uint_ge(learned, (uint64_t)_i);
	ck_assert_uint_le(learned, (uint64_t)_i + 4);
	ck_assert_uint_eq(cpu->hot.clock, learned * PENALTY);
	for (int i = 100; i < 1000; i++)
		jump(NUMBER, TARGET + (unsigned)(i % _i));
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
	tcase_add_loop_test(tc, plain_words, 0, 15);
	tcase_add_test(tc, coin);
	tcase_add_test(tc, long_runs);
	tcase_add_test(tc, price);
	tcase_add_loop_test(tc, indirect, 1, 5);
	suite_add_tcase(s, tc);
	return rig_run(s);
}
