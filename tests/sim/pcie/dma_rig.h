/*
 * dma_rig.h: what an endpoint asks for and when, and how it ended.
 *
 * ask() has request number 0, 1, ... made at a tick, by endpoint `fn'; all of a
 * write's bytes come from `bytes'.  The log `done' is in the order of ends.
 */
#ifndef TESTS_DMA_RIG_H
#define TESTS_DMA_RIG_H

#include "sim/pcie/pcie_rig.h"

#define NASK 512

static struct request {
	bool write, accepted;
	unsigned fn;
	uint64_t pa;
	uint32_t n;
	uint8_t buf[4096]; /* a read's */
} asked[NASK];

static struct {
	int request;
	bool ok;
	uint64_t tick;
} done[NASK];

static int nask, ndone;
static bool in_ask;
static uint8_t bytes[8192];

/* 0, 1, 2, ..., and not the same after 128 or 256. */
static inline void
fill(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		bytes[i] = (uint8_t)(i + i / 128);
}

static inline void
request_done(void *arg, bool good)
{
	const struct request *r = arg;

	ck_assert(!in_ask); /* never in the call itself */
	ck_assert_int_lt(ndone, NASK);
	done[ndone].request = (int)(r - asked);
	done[ndone].ok = good;
	done[ndone++].tick = sc_now_tick();
}

static inline void
make_request(void *arg)
{
	struct request *r = arg;

	in_ask = true;
	r->accepted = r->write
	    ? pcie_dma_write(ep[r->fn], r->pa, bytes, r->n, request_done, r)
	    : pcie_dma_read(ep[r->fn], r->pa, r->n, r->buf, request_done, r);
	in_ask = false;
}

static inline void
ask(uint64_t tick, bool write, unsigned fn, uint64_t pa, uint32_t n)
{
	struct request *r = &asked[nask++];

	ck_assert_int_le(nask, NASK);
	ck_assert_uint_le(n, sizeof(bytes));
	*r = (struct request){ .write = write, .fn = fn, .pa = pa, .n = n };
	at(tick, make_request, r);
}

static inline void
done_at(int i, int request, bool good, uint64_t tick)
{
	ck_assert_int_lt(i, ndone);
	ck_assert_int_eq(done[i].request, request);
	ck_assert_int_eq(done[i].ok, good);
	ck_assert_uint_eq(done[i].tick, tick);
}

/* So many TLPs so far. */
static inline void
counted(uint64_t writes, uint64_t reads, uint64_t completions)
{
	struct pcie_counts c;

	pcie_counts(ep[0], &c);
	ck_assert_uint_eq(c.writes, writes);
	ck_assert_uint_eq(c.reads, reads);
	ck_assert_uint_eq(c.completions, completions);
}

#endif
