/*
 * tick.h: the time base of the machine.
 *
 * A core of the C2758 runs at 2.4 GHz, 5/12 ns a cycle, which is no whole
 * number of picoseconds.  Time is therefore counted in ticks of 1/12 ns,
 * which divide every period of the machine exactly:
 *
 *	1/2 tick	a CPU clock unit, 1/10 cycle
 *	5 ticks		a core cycle, 2.4 GHz
 *	12 ticks	1 ns, a bit of gigabit Ethernet
 *	120 ticks	a cycle of the 100 MHz clock of PCIe and the bus
 *
 * Annotated code counts in CPU clock units; nothing outside a core does.
 *
 * All conversions are integer arithmetic.  Towards the finer unit they are
 * exact, and assert that the result does not exceed TICK_MAX (24 years).
 * Towards the coarser one the name says how they round: _down (a time stamp:
 * the unit that has begun) or _up (an arrival: never early).
 *
 * Pure functions: callable anywhere.
 */
#ifndef CORE_TICK_H
#define CORE_TICK_H

#include <assert.h>
#include <stdint.h>

#define TICK_PER_NS  12
#define TICK_PER_CYC 5
#define CLK_PER_TICK 2
#define CLK_PER_CYC  10 /* clock units in a core cycle */
#define CLK_PER_NS   24
#define TICK_PER_S   (UINT64_C(1000000000) * TICK_PER_NS)
#define CYC_PER_S    (TICK_PER_S / TICK_PER_CYC)

/* The last instant: its clock units still fit 64 bits. */
#define TICK_MAX ((UINT64_C(1) << 63) - 1)
/* No instant: what does not happen. */
#define TICK_NEVER UINT64_MAX

static inline uint64_t
cyc_to_tick(uint64_t t_cyc)
{
	assert(t_cyc <= TICK_MAX / TICK_PER_CYC);
	return t_cyc * TICK_PER_CYC;
}

static inline uint64_t
ns_to_tick(uint64_t t_ns)
{
	assert(t_ns <= TICK_MAX / TICK_PER_NS);
	return t_ns * TICK_PER_NS;
}

static inline uint64_t
tick_to_clk(uint64_t t_tick)
{
	assert(t_tick <= TICK_MAX);
	return t_tick * CLK_PER_TICK;
}

static inline uint64_t
clk_to_tick_down(uint64_t t_clk)
{
	return t_clk / CLK_PER_TICK;
}

/* Of two instants, in ticks or clk. */
static inline uint64_t
tick_earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t
tick_later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static inline uint64_t
clk_to_tick_up(uint64_t t_clk)
{
	return t_clk / CLK_PER_TICK + t_clk % CLK_PER_TICK;
}

static inline uint64_t
tick_to_cyc_down(uint64_t t_tick)
{
	return t_tick / TICK_PER_CYC;
}

static inline uint64_t
tick_to_cyc_up(uint64_t t_tick)
{
	return t_tick / TICK_PER_CYC + (t_tick % TICK_PER_CYC != 0);
}

static inline uint64_t
tick_to_ns_down(uint64_t t_tick)
{
	return t_tick / TICK_PER_NS;
}

static inline uint64_t
tick_to_ns_up(uint64_t t_tick)
{
	return t_tick / TICK_PER_NS + (t_tick % TICK_PER_NS != 0);
}

#endif
