/*
 * test_coh_cost.c: what each access costs, case by case as mem/coh.h lists
 * them, and when a line is ordered, held or monitored.
 *
 * All lines under test are of one row of memory, which open_rig() opens; so
 * memory costs DRAM_CLK.  Tests let so much time pass between accesses
 * (later()) that nothing is in flight, unless they are about that.  CPUs 0
 * and 1 are siblings, 2 and 3, and so on.
 */
#include "coh_line.h"

/* ---- where the line comes from ------------------------------------------ */

START_TEST(memory_then_l2)
{
	open_rig(false);
	ck_assert_uint_eq(rd(0), DRAM_CLK);
	expect_l1(0, WAYS_E);
	expect_l2(0, WAYS_E);
	ck_assert_uint_eq(rd(0), 0);
	out(0);
	ck_assert_uint_eq(rd(1), L2_CLK);
	expect_l1(1, WAYS_E);
	out(1);
	ck_assert_uint_eq(wr(0), L2_CLK);
	expect_l1(0, WAYS_M);
	out(0);
	expect_l2(0, WAYS_M);
	ck_assert_uint_eq(rd(0), L2_CLK);
	ck_assert_uint_eq(r.c->stats.l2_hit, 3);
	ck_assert_uint_eq(r.c->dram.writes, 0);
	close_rig();
}
END_TEST

/* _i: the second access is a write. */
START_TEST(dirty_in_sibling)
{
	open_rig(false);
	(void)wr(0);
	ck_assert_uint_eq(_i ? wr(1) : rd(1), SAME_CLK);
	expect_l1(0, _i ? WAYS_I : WAYS_S);
	expect_l1(1, _i ? WAYS_M : WAYS_S);
	expect_l2(0, _i ? WAYS_E : WAYS_M); /* it was brought in clean */
	ck_assert_uint_eq(r.c->stats.from_sibling, 1);
	ck_assert_uint_eq(r.c->dram.writes, 0);
	close_rig();
}
END_TEST

/* _i bit 0: the second access is a write; bit 1: the line is in the L2. */
START_TEST(dirty_in_other_module)
{
	bool write = _i & 1, in_l2 = _i & 2;

	open_rig(false);
	(void)wr(0);
	if (in_l2)
		out(0);
	ck_assert_uint_eq(write ? wr(2) : rd(2), OTHER_CLK);
	expect_l1(0, write || in_l2 ? WAYS_I : WAYS_S);
	expect_l1(2, write ? WAYS_M : WAYS_S);
	expect_l2(0, write ? WAYS_I : WAYS_E);
	expect_l2(1, WAYS_E);
	ck_assert_uint_eq(r.c->stats.from_other, 1);
	/* Memory is updated, unless the writer has the only data now. */
	ck_assert_uint_eq(r.c->dram.writes, write ? 0 : 1);
	close_rig();
}
END_TEST

/* As before; memory takes longer than to make the others let go. */
START_TEST(clean_in_other_module)
{
	bool write = _i & 1, in_l2 = _i & 2;

	open_rig(false);
	(void)rd(0);
	if (in_l2)
		out(0);
	ck_assert_uint_eq(write ? wr(2) : rd(2), DRAM_CLK);
	expect_l1(0, write || in_l2 ? WAYS_I : WAYS_S);
	expect_l1(2, write ? WAYS_M : WAYS_S);
	expect_l2(0, write ? WAYS_I : WAYS_E);
	ck_assert_uint_eq(r.c->stats.memory, 3); /* one of them WARM */
	close_rig();
}
END_TEST

START_TEST(clean_in_sibling)
{
	open_rig(false);
	(void)rd(0);
	ck_assert_uint_eq(rd(1), L2_CLK);
	expect_l1(0, WAYS_S);
	expect_l1(1, WAYS_S);
	out(1);
	push_out_of_l2(1);
	expect_l1(0, WAYS_S);
	ck_assert_uint_eq(rd(1), SAME_CLK);
	expect_l2(0, WAYS_I);
	close_rig();

	open_rig(false);
	(void)rd(0);
	push_out_of_l2(1);
	expect_l1(0, WAYS_E);
	ck_assert_uint_eq(rd(1), SAME_CLK);
	expect_l1(0, WAYS_S);
	expect_l1(1, WAYS_S);
	close_rig();
}
END_TEST

/* ---- making others let go ------------------------------------------------- */

/* _i: who else has read the line, and what it costs CPU 0 to write it. */
static const struct {
	unsigned other;
	bool evicted; /* the other's L1D has it no more; its L2 has */
	uint32_t clk;
} sharer[] = { { 1, false, UP_SAME_CLK }, { 2, false, UP_OTHER_CLK },
	{ 2, true, UP_OTHER_CLK }, { 1, true, UP_SAME_CLK } /* nobody */ };

START_TEST(upgrade)
{
	unsigned other = sharer[_i].other;

	open_rig(false);
	(void)rd(0);
	(void)rd(other);
	if (sharer[_i].evicted)
		out(other);
	expect_l1(0, WAYS_S);
	ck_assert_uint_eq(wr(0), sharer[_i].clk);
	expect_l1(0, WAYS_M);
	expect_l1(other, WAYS_I);
	expect_l2(1, WAYS_I);
	ck_assert_uint_eq(r.c->stats.upgrades, 1);
	close_rig();
}
END_TEST

/* A write finds the line in its L2, and others have it: the longer counts. */
START_TEST(write_l2_hit)
{
	bool let_go = !sharer[_i].evicted;

	open_rig(false);
	(void)rd(0);
	(void)rd(sharer[_i].other);
	out(0);
	if (!let_go)
		out(sharer[_i].other);
	ck_assert_uint_eq(wr(0),
	    sharer[_i].other == 1 && !let_go ? L2_CLK : sharer[_i].clk);
	expect_l1(0, WAYS_M);
	close_rig();
}
END_TEST

/* ---- busy lines ------------------------------------------------------------ */

/*
 * CPU 2 takes the line at T and has it at T + OTHER.  CPU 4 comes 100 later,
 * so it waits OTHER - 100 and then takes OTHER; CPU 6, 200 later than CPU 2,
 * waits for both.
 */
START_TEST(busy)
{
	uint64_t t;

	open_rig(false);
	(void)wr(0);
	t = later();
	ck_assert_uint_eq(rig_access(&r, 2, X, true, t), OTHER_CLK);
	ck_assert_uint_eq(rig_access(&r, 4, X, true, t + 100),
	    2 * OTHER_CLK - 100);
	ck_assert_uint_eq(rig_access(&r, 6, X, false, t + 200),
	    3 * OTHER_CLK - 200);
	ck_assert_uint_eq(r.c->stats.held_clk, 3 * OTHER_CLK - 300);
	ck_assert_uint_eq(r.c->stats.corrections, 0); /* it was ordered */
	/* Just free again: no wait.  CPU 6 has made memory up to date. */
	ck_assert_uint_eq(rig_access(&r, 0, X, true, t + 3 * OTHER_CLK),
	    DRAM_CLK);
	close_rig();
}
END_TEST

/* Who comes while memory sends the line waits for the rest; the last is behind. */
START_TEST(in_flight)
{
	uint64_t t;

	open_rig(false);
	t = later();
	ck_assert_uint_eq(rig_access(&r, 0, X, false, t), DRAM_CLK);
	ck_assert_uint_eq(rig_access(&r, 1, X, false, t + 400), DRAM_CLK - 400);
	out(1);
	ck_assert_uint_eq(rig_access(&r, 1, X, false, t + DRAM_CLK - L2_CLK),
	    L2_CLK);
	out(1);
	ck_assert_uint_eq(rig_access(&r, 1, X, false, t + 9999), L2_CLK);
	out(1);
	ck_assert_uint_eq(rig_access(&r, 1, X, false, t + 300), DRAM_CLK - 300);
	close_rig();
}
END_TEST

/*
 * A line that nobody writes goes from sibling to sibling: CPU 1 holds it for
 * SAME, CPU 0 comes 100 later.  That was no conflict that anybody could
 * foresee, so it is a correction, unless (_i) all lines are ordered anyway.
 */
START_TEST(correction)
{
	uint64_t t;

	open_rig(_i);
	(void)rd(0);
	push_out_of_l2(1);
	t = later();
	ck_assert_uint_eq(rig_access(&r, 1, X, false, t), SAME_CLK);
	rig_evict(&r, 0, X, t);
	ck_assert_uint_eq(rig_access(&r, 0, X, false, t + 100),
	    2 * SAME_CLK - 100);
	ck_assert_uint_eq(r.c->stats.held_clk, SAME_CLK - 100);
	ck_assert_uint_eq(r.c->stats.corrections, _i ? 0 : 1);
	ck_assert_uint_eq(r.c->stats.correction_max_clk,
	    _i ? 0 : SAME_CLK - 100);
	close_rig();
}
END_TEST

/* ---- order ------------------------------------------------------------------- */

static void
epoch(unsigned n)
{
	coh_set_time(r.c, (uint64_t)n * EPOCH_CLK);
}

static bool
tag_ordered(unsigned cpu)
{
	return (*l1d_find(&r.l1d[cpu], X) & WAYS_ORDERED) != 0;
}

START_TEST(ordered_when_shared_and_written)
{
	open_rig(false);
	epoch(1);
	(void)rd(0);
	(void)rd(2);
	(void)rd(1);
	ck_assert(!coh_ordered(r.c, X)); /* nobody writes */
	ck_assert(rig_passes(&r, 0, X, false));
	(void)wr(0);
	ck_assert(coh_ordered(r.c, X));
	ck_assert(tag_ordered(0));
	ck_assert(!rig_passes(&r, 0, X, false));
	close_rig();

	open_rig(false);
	epoch(1);
	(void)wr(0);
	ck_assert(!coh_ordered(r.c, X)); /* alone */
	ck_assert(rig_passes(&r, 0, X, true));
	(void)rd(2);
	ck_assert(coh_ordered(r.c, X));
	ck_assert(tag_ordered(0) && tag_ordered(2));
	ck_assert_uint_eq(r.c->stats.ordered_lines, 1);
	close_rig();
}
END_TEST

/* A write in epoch 1 counts for a reader in epoch 1 and 2, not in 3. */
START_TEST(ordered_across_epochs)
{
	open_rig(false);
	epoch(1);
	(void)wr(0);
	out(0);
	epoch(1 + (unsigned)_i);
	(void)rd(2);
	ck_assert_int_eq(coh_ordered(r.c, X), _i < 2);
	close_rig();
}
END_TEST

/*
 * In epoch 1 two CPUs touch the line; then only CPU 2.  In epoch 2 the other
 * one is remembered, in epoch 3 no more.
 */
START_TEST(not_ordered_any_more)
{
	open_rig(false);
	epoch(1);
	(void)wr(0);
	(void)rd(2);
	epoch(2);
	(void)rd(2);
	ck_assert(coh_ordered(r.c, X) && tag_ordered(2));
	epoch(3);
	(void)rd(2);
	ck_assert(!coh_ordered(r.c, X) && !tag_ordered(2));
	ck_assert(rig_passes(&r, 2, X, false));
	(void)rd(0); /* they both read: its tag is put right, too */
	ck_assert(!coh_ordered(r.c, X) && !tag_ordered(0));
	(void)wr(0);
	ck_assert(coh_ordered(r.c, X));
	ck_assert_uint_eq(r.c->stats.ordered_lines, 2);
	close_rig();
}
END_TEST

/*
 * CPU 0 gets the line for reading, in epoch 1, and writes it unseen in epoch
 * 5.  Then somebody takes it from the L1D, or makes it clean, without being a
 * CPU that touches it.  CPU 2, still in epoch 5, must not forget the write.
 */
enum taker { EVICTION, DMA_READS, DMA_WRITES, FETCH };

START_TEST(silent_write_is_remembered)
{
	open_rig(false);
	epoch(1);
	(void)rd(0);
	epoch(5);
	ck_assert_uint_eq(wr(0), 0);
	switch ((enum taker)_i) {
	case EVICTION:
		out(0);
		break;
	case DMA_READS:
	case DMA_WRITES:
		(void)coh_dma(r.c, X, _i == DMA_WRITES, later());
		break;
	case FETCH:
		(void)coh_fetch(r.c, 4, X, later());
		break;
	}
	(void)rd(2);
	ck_assert(coh_ordered(r.c, X));
	close_rig();
}
END_TEST

/* The same with unseen reads, and with CPU 2 writing or (_i) only reading. */
START_TEST(silent_read_is_remembered)
{
	open_rig(false);
	epoch(1);
	(void)rd(0);
	epoch(5);
	ck_assert_uint_eq(rd(0), 0);
	out(0);
	(void)(_i ? rd(2) : wr(2));
	ck_assert_int_eq(coh_ordered(r.c, X), !_i);
	close_rig();
}
END_TEST

/*
 * CPU 0 alone writes what CPU 2 reads, and when the epoch in which that was
 * not known is over, CPU 0 reads unseen: what it has dirty, and what it shares
 * with CPU 2, until (_i) CPU 2 writes too.
 */
START_TEST(writer_reads_unseen)
{
	open_rig(false);
	epoch(1);
	(void)rd(2);
	(void)wr(0);
	(void)wr(0);
	ck_assert(tag_ordered(0)); /* CPU 2 may have written before */
	for (unsigned n = 2; n <= 3; n++) {
		epoch(n);
		(void)wr(0);
		(void)rd(2);
	}
	ck_assert(coh_ordered(r.c, X) && tag_ordered(2));
	(void)rd(0);
	ck_assert(!tag_ordered(0) && rig_passes(&r, 0, X, false));
	ck_assert(!rig_passes(&r, 0, X, true));
	ck_assert_uint_eq(wr(0), UP_OTHER_CLK);
	ck_assert_int_eq(rig_state(&r, 0, X), WAYS_M);
	ck_assert(!tag_ordered(0) && rig_passes(&r, 0, X, false));
	ck_assert(!rig_passes(&r, 0, X, true));
	(void)(_i ? wr(2) : rd(2));
	ck_assert(tag_ordered(2));
	(void)rd(0);
	ck_assert_int_eq(rig_passes(&r, 0, X, false), !_i);
	ck_assert_ptr_null(coh_check(r.c, X));
	close_rig();
}
END_TEST

START_TEST(exact_orders_all)
{
	open_rig(true);
	ck_assert(coh_ordered(r.c, X + 1));
	(void)rd(0);
	ck_assert(tag_ordered(0) && !rig_passes(&r, 0, X, false));
	(void)rd(2);
	ck_assert(tag_ordered(2));
	(void)wr(0);
	ck_assert(tag_ordered(0) && !rig_passes(&r, 0, X, true));
	(void)rd(0);
	(void)wr(0);
	ck_assert(tag_ordered(0) && !rig_passes(&r, 0, X, true));
	close_rig();
}
END_TEST

/* ---- monitors and devices -------------------------------------------------- */

/* CPUs 0 and 1 monitor the line and CPU `by' writes it. */
static void
monitored_write(unsigned by)
{
	open_rig(false);
	for (unsigned i = 0; i < 2; i++) {
		(void)rd(i);
		coh_monitor(r.c, i, X);
	}
	(void)rd(2);
	ck_assert_uint_eq(r.woken, 0);
	(void)wr(by);
}

START_TEST(monitor)
{
	monitored_write(1); /* does not wake CPU 1 */
	ck_assert_uint_eq(r.woken, 1);
	ck_assert_uint_eq(r.woken_at[0], now + SAME_CLK);
	r.woken = 0;
	(void)wr(0); /* CPU 0 waits no more, CPU 1 does */
	ck_assert_uint_eq(r.woken, 2);
	ck_assert_uint_eq(r.woken_at[1], now + SAME_CLK);
	(void)wr(2); /* nobody waits: rig_monitor_hit() would complain */
	ck_assert_uint_eq(r.c->stats.monitor_hits, 2);
	close_rig();

	monitored_write(2);
	ck_assert_uint_eq(r.woken, 3);
	ck_assert_uint_eq(r.woken_at[0], now + OTHER_CLK);
	ck_assert_uint_eq(r.woken_at[1], now + OTHER_CLK);
	close_rig();

	open_rig(false);
	(void)rd(0);
	coh_monitor(r.c, 0, X);
	(void)coh_dma(r.c, X, false, later());
	ck_assert_uint_eq(r.woken, 0);
	(void)coh_dma(r.c, X, true, later());
	ck_assert_uint_eq(r.woken, 1);
	ck_assert_uint_eq(r.woken_at[0], now + OTHER_CLK);
	close_rig();

	open_rig(false);
	(void)rd(0);
	coh_monitor(r.c, 0, X);
	coh_monitor(r.c, 0, COH_NO_LINE);
	(void)wr(2);
	ck_assert_uint_eq(r.woken, 0);
	close_rig();
}
END_TEST

/*
 * The monitoring CPU's L1D loses the line, and nobody else has it: its sibling
 * would get it in state E, and its write would pass unseen.
 */
START_TEST(monitored_line_is_not_exclusive)
{
	open_rig(false);
	(void)rd(0);
	coh_monitor(r.c, 0, X);
	out(0);
	ck_assert_uint_eq(rd(1), L2_CLK);
	expect_l1(1, WAYS_S);
	ck_assert_uint_eq(wr(1), UP_SAME_CLK);
	ck_assert_uint_eq(r.woken, 1);
	out(1); /* nobody monitors it any more */
	(void)rd(1);
	expect_l1(1, WAYS_E);
	close_rig();
}
END_TEST

/* _i: 0 clean in L1Ds and L2s; 1 dirty in an L1D; 2 dirty in an L2. */
static void
prepare_dma(int variant)
{
	open_rig(false);
	if (variant == 0) {
		(void)rd(0);
		(void)rd(2);
	} else
		(void)wr(0);
	if (variant == 2)
		out(0);
}

START_TEST(dma)
{
	prepare_dma(_i);
	ck_assert_uint_eq(coh_dma(r.c, X, true, later()),
	    _i == 0 ? 0 : OTHER_CLK);
	for (unsigned i = 0; i < CPUS; i++)
		expect_l1(i, WAYS_I);
	for (unsigned m = 0; m < MODULES; m++)
		expect_l2(m, WAYS_I);
	ck_assert_uint_eq(r.c->dram.writes, 1);
	close_rig();

	prepare_dma(_i);
	ck_assert_uint_eq(coh_dma(r.c, X, false, later()),
	    _i == 0 ? DRAM_CLK : OTHER_CLK);
	expect_l1(0, _i == 2 ? WAYS_I : WAYS_S);
	expect_l2(0, WAYS_E);
	ck_assert_uint_eq(r.c->dram.writes, _i == 0 ? 0 : 1);
	/* Clean: from memory for another module, and nothing is written. */
	ck_assert_uint_eq(rd(4), DRAM_CLK);
	ck_assert_uint_eq(r.c->dram.writes, _i == 0 ? 0 : 1);
	close_rig();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("mem/coh_cost");
	TCase *tc = tcase_create("cost");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_test(tc, memory_then_l2);
	tcase_add_loop_test(tc, dirty_in_sibling, 0, 2);
	tcase_add_loop_test(tc, dirty_in_other_module, 0, 4);
	tcase_add_loop_test(tc, clean_in_other_module, 0, 4);
	tcase_add_test(tc, clean_in_sibling);
	tcase_add_loop_test(tc, upgrade, 0, 4);
	tcase_add_loop_test(tc, write_l2_hit, 0, 4);
	tcase_add_test(tc, busy);
	tcase_add_test(tc, in_flight);
	tcase_add_loop_test(tc, correction, 0, 2);
	tcase_add_test(tc, ordered_when_shared_and_written);
	tcase_add_loop_test(tc, ordered_across_epochs, 0, 3);
	tcase_add_test(tc, not_ordered_any_more);
	tcase_add_loop_test(tc, writer_reads_unseen, 0, 2);
	tcase_add_loop_test(tc, silent_write_is_remembered, EVICTION,
	    FETCH + 1);
	tcase_add_loop_test(tc, silent_read_is_remembered, 0, 2);
	tcase_add_test(tc, exact_orders_all);
	tcase_add_test(tc, monitor);
	tcase_add_test(tc, monitored_line_is_not_exclusive);
	tcase_add_loop_test(tc, dma, 0, 3);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
