/*
 * dram.h: main memory: latency, rows, and how many lines it moves.
 *
 * An access takes `latency' when its bank has the right row open, `row' more
 * when not, and waits when the channels are busy.  CPUs and devices come in
 * the order in which the simulator runs them, which is not quite the order of
 * their clocks; so the channels' time is kept as an account for each slice of
 * it, and an access takes what it needs of the first slices from `at' on that
 * have some left; it waits for the first of them.  Within a slice nothing
 * queues.  Saturated, a line takes exactly `line' (which is at most a slice).
 *
 * Times are in CPU clock units.
 */
#ifndef MEM_DRAM_H
#define MEM_DRAM_H

#include <stdint.h>

#define DRAM_BANKS      16
#define DRAM_ROW_LINES  256 /* 16 KiB: a row of 8 KiB in each channel */
#define DRAM_SLICES     256
#define DRAM_SLICE_BITS 10 /* a slice is 1024 clock units */

struct dram {
	uint32_t latency_clk, row_clk, line_clk;
	uint32_t row[DRAM_BANKS]; /* open */
	struct {
		uint64_t number;
		uint32_t used_clk;
	} slice[DRAM_SLICES];
	/* Statistics. */
	uint64_t reads, writes, row_misses, waited_clk;
};

void dram_init(struct dram *, uint32_t latency_clk, uint32_t row_clk,
    uint32_t line_clk);

/* A line is read: time from `at' until its data are there. */
uint32_t dram_read(struct dram *, uint32_t line, uint64_t at);

/* A line is written; nobody waits for it, but it takes its time. */
void dram_write(struct dram *, uint32_t line, uint64_t at);

#endif
