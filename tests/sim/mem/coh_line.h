/*
 * coh_line.h: for test_coh_cost.c: one line, X, which CPUs read, write and lose.
 *
 * All lines are of one row of memory, which open_rig() opens; so memory costs
 * DRAM_CLK.
 */
#ifndef TESTS_SIM_MEM_COH_LINE_H
#define TESTS_SIM_MEM_COH_LINE_H

#include "coh_rig.h"

enum { X = 5, WARM = 255, L2_SETS = L2_BYTES / 64 / L2_WAYS };

static struct rig r;
static uint64_t now;

static uint64_t
later(void)
{
	return now += 100000;
}

static uint32_t
rd(unsigned cpu)
{
	return rig_access(&r, cpu, X, false, later());
}

static uint32_t
wr(unsigned cpu)
{
	return rig_access(&r, cpu, X, true, later());
}

static void
out(unsigned cpu)
{
	rig_evict(&r, cpu, X, later());
}

static void
open_rig(bool exact)
{
	now = 0;
	rig_open(&r, 0, exact);
	ck_assert_uint_eq(rig_access(&r, 7, WARM, false, later()),
	    DRAM_CLK + ROW_CLK);
}

static void
close_rig(void)
{
	ck_assert_ptr_null(coh_check(r.c, X));
	rig_close(&r);
}

/* The L2 of cpu's module loses X to 16 other lines of its set. */
static void
push_out_of_l2(unsigned cpu)
{
	for (uint32_t i = 1; i <= L2_WAYS; i++)
		(void)rig_access(&r, cpu, X + i * L2_SETS, false, later());
	ck_assert(coh_l2_state(r.c, cpu / 2, X) == WAYS_I);
	(void)rig_access(&r, 7, WARM - 1, false, later()); /* the row, again */
}

static void
expect_l1(unsigned cpu, enum ways_state state)
{
	ck_assert_msg(rig_state(&r, cpu, X) == state,
	    "CPU %u has the line in state %d, not %d", cpu,
	    (int)rig_state(&r, cpu, X), (int)state);
}

static void
expect_l2(unsigned module, enum ways_state state)
{
	ck_assert_msg(coh_l2_state(r.c, module, X) == state,
	    "L2 %u has the line in state %d, not %d", module,
	    (int)coh_l2_state(r.c, module, X), (int)state);
}

#endif
