/*
 * stats.c: statistics registers.
 *
 * A read clears; of the pairs for bytes, a read of the high half clears both.
 * Counters stick at all ones.  Bytes count from the destination address to the
 * end of the FCS.  "Good" frames are those that the filters let through.
 */
#include "nic_i354/i354_impl.h"

void
stat_add(struct port *p, uint32_t off, uint32_t n)
{
	uint32_t *r = &REG(p, off);

	*r = *r > UINT32_MAX - n ? UINT32_MAX : *r + n;
}

void
stat_add64(struct port *p, uint32_t off, uint64_t n)
{
	uint64_t v = REG(p, off) | (uint64_t)REG(p, off + 4) << 32;

	v = v > UINT64_MAX - n ? UINT64_MAX : v + n;
	REG(p, off) = (uint32_t)v;
	REG(p, off + 4) = (uint32_t)(v >> 32);
}

/* The six registers of sizes begin at `first'. */
static void
size_class(struct port *p, uint32_t first, uint32_t bytes)
{
	uint32_t k = 0;

	for (uint32_t top = 64; k < 5 && bytes > top; k++)
		top = k == 0 ? 127 : 2 * top + 1;
	stat_add(p, first + 4 * k, 1);
}

/* 2: broadcast, 1: multicast, 0: to one. */
static unsigned
cast(const struct frame *f)
{
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };

	if (memcmp(f->data, all, 6) == 0)
		return 2;
	return f->data[0] & 1;
}

void
stats_rx(struct port *p, const struct frame *f, bool good)
{
	const uint32_t bytes = f->len_bytes + FRAME_FCS;

	if (!good) {
		stat_add(p, STAT_TPR, 1);
		stat_add64(p, STAT_TORL, bytes);
		return;
	}
	stat_add(p, STAT_GPRC, 1);
	stat_add64(p, STAT_GORCL, bytes);
	size_class(p, STAT_PRC64, bytes);
	if (cast(f) != 0)
		stat_add(p, cast(f) == 2 ? STAT_BPRC : STAT_MPRC, 1);
}

void
stats_tx(struct port *p, const struct frame *f)
{
	const uint32_t bytes = f->len_bytes + FRAME_FCS;

	stat_add(p, STAT_TPT, 1);
	stat_add(p, STAT_GPTC, 1);
	stat_add64(p, STAT_TOTL, bytes);
	stat_add64(p, STAT_GOTCL, bytes);
	size_class(p, STAT_PTC64, bytes);
	if (cast(f) != 0)
		stat_add(p, cast(f) == 2 ? STAT_BPTC : STAT_MPTC, 1);
	if (f->from == FRAME_FROM_MEMORY)
		stat_add(p, STAT_HGPTC, 1);
}

static bool
low_half(uint32_t off)
{
	return off == STAT_GORCL || off == STAT_GOTCL || off == STAT_TORL ||
	    off == STAT_TOTL;
}

uint32_t
stat_read(struct port *p, unsigned i)
{
	const uint32_t off = NSTAT_FIRST + 4 * i;
	const uint32_t v = REG(p, off);

	if (low_half(off))
		return v;
	REG(p, off) = 0;
	if (low_half(off - 4))
		REG(p, off - 4) = 0;
	return v;
}
