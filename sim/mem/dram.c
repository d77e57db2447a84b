/*
 * dram.c: main memory (dram.h).
 */
#include <stdbool.h>
#include <string.h>

#include "mem/dram.h"

#define SLICE_CLK (1u << DRAM_SLICE_BITS)
#define NO_ROW    UINT32_MAX

void
dram_init(struct dram *d, uint32_t latency_clk, uint32_t row_clk,
    uint32_t line_clk)
{
	memset(d, 0, sizeof(*d));
	d->latency_clk = latency_clk;
	d->row_clk = row_clk;
	d->line_clk = line_clk < SLICE_CLK ? line_clk : SLICE_CLK;
	for (unsigned b = 0; b < DRAM_BANKS; b++)
		d->row[b] = NO_ROW;
}

/*
 * Take the channels for one line, from as many slices as that needs; how long
 * it must wait for the first of them.
 */
static uint32_t
take_channel(struct dram *d, uint64_t at)
{
	uint64_t n = at >> DRAM_SLICE_BITS, first = 0;
	uint32_t need = d->line_clk;
	bool begun = false;

	for (; need != 0; n++) {
		uint32_t i = (uint32_t)(n % DRAM_SLICES), share;

		if (d->slice[i].number != n) {
			if (d->slice[i].number > n)
				break; /* long ago: the account is closed */
			d->slice[i].number = n;
			d->slice[i].used_clk = 0;
		}
		share = SLICE_CLK - d->slice[i].used_clk;
		if (share > need)
			share = need;
		if (share != 0 && !begun) {
			begun = true;
			first = n << DRAM_SLICE_BITS;
		}
		d->slice[i].used_clk += share;
		need -= share;
	}
	return first > at ? (uint32_t)(first - at) : 0;
}

/* Neighbouring rows lie in different banks. */
static uint32_t
open_row(struct dram *d, uint32_t line)
{
	uint32_t row = line / DRAM_ROW_LINES;
	uint32_t bank = (row ^ row / 16 ^ row / 256 ^ row / 4096) % DRAM_BANKS;

	if (d->row[bank] == row)
		return 0;
	d->row[bank] = row;
	d->row_misses++;
	return d->row_clk;
}

uint32_t
dram_read(struct dram *d, uint32_t line, uint64_t at)
{
	uint32_t wait = take_channel(d, at);

	d->reads++;
	d->waited_clk += wait;
	return wait + d->latency_clk + open_row(d, line);
}

void
dram_write(struct dram *d, uint32_t line, uint64_t at)
{
	d->writes++;
	d->waited_clk += take_channel(d, at);
	(void)open_row(d, line);
}
