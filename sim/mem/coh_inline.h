/*
 * coh_inline.h: fills and evictions, as far as they concern nobody else.
 *
 * An L1D miss nearly always finds its line in the module's own L2 and in no
 * L1D, and the line it drives out was its CPU's alone.  These cases are
 * written out here to be compiled into the hooks; everything else goes to
 * coh.c.  There is one definition of each step: a fill that is not simple
 * takes coh_fill_shared(), which would do the same for one that is.
 *
 * The host cannot foresee how old an entry is or whether a line is dirty, so
 * there are no branches on it.
 */
#ifndef MEM_COH_INLINE_H
#define MEM_COH_INLINE_H

#include "mem/coh.h"

#define COH_BIT(n) ((uint8_t)(1u << (n)))

/* What is known of epochs long gone is forgotten. */
static inline void
coh_renew(const struct coh *c, struct coh_line *d)
{
	uint16_t ago = (uint16_t)(c->epoch - d->epoch);
	unsigned now = ago == 0 ? 0xffff : 0, before = ago == 1 ? 0xffff : 0;
	unsigned touch = d->touch, wrote = d->flags & COH_WROTE;

	touch = (touch & now) | (touch << 8 & before);
	wrote = (wrote & now) | (wrote << 1 & COH_WROTE1 & before);
	d->touch = (uint16_t)touch;
	d->flags = (uint8_t)((d->flags & ~COH_WROTE) | wrote);
	d->epoch = c->epoch;
}

/* The time that a line is still on its way for somebody, at most a memory's. */
static inline uint32_t
coh_in_flight(const struct coh *c, const struct coh_line *d, uint64_t at)
{
	if (__builtin_expect(d->busy <= at, 1))
		return 0;
	return d->busy - at < c->p.dram_clk ? (uint32_t)(d->busy - at)
					    : c->p.dram_clk;
}

static inline void
coh_l2_use(struct coh *c, const struct coh_line *d, unsigned m, uint32_t line)
{
	l2_touch(c->l2[m], line, d->way >> 4 * m & 15);
}

/* cpu's L1D lets the line of this tag go. */
static inline void
coh_evict(struct coh *c, unsigned cpu, uint32_t tag, uint64_t at)
{
	uint32_t line = tag & WAYS_LINE;
	bool dirty = tag >> WAYS_STATE == WAYS_M;
	unsigned m = c->p.module[cpu], seen;
	struct coh_line *d;

	if (tag >> WAYS_STATE == WAYS_I)
		return;
	d = &c->dir[line];
	/* It was there, and may have been touched unseen until now. */
	coh_renew(c, d);
	seen = (d->flags & COH_ORDERED) != 0 ? 0 : 0xff;
	d->touch |= COH_BIT(cpu) & seen;
	d->l1 &= (uint8_t)~COH_BIT(cpu);
	d->flags = (uint8_t)((d->flags & ~COH_EX) |
	    (dirty ? COH_WROTE0 & seen : 0));
	c->stats.l1d_dirty_out += dirty;
	if (__builtin_expect((d->l2 & COH_BIT(m)) == 0, 0)) {
		if (dirty)
			coh_l2_bring(c, m, line, true, at);
	} else
		d->flags |= dirty ? COH_L2D : 0;
}

/*
 * The module's L2 has the line, no L1D has it, nobody waits for it, and it
 * does not become ordered by this access.
 */
static inline bool
coh_is_simple(const struct coh *c, const struct coh_line *d, unsigned cpu,
    bool write)
{
	unsigned own = COH_BIT(c->p.module[cpu]);
	unsigned mine = COH_BIT(cpu) * 0x101u;

	if (d->l1 != 0 || (d->l2 & own) == 0 || (write && d->l2 != own) ||
	    (d->flags & (COH_ORDERED | COH_MONITOR)) != 0 || c->p.exact)
		return false;
	return (!write && (d->flags & COH_WROTE) == 0) ||
	    (d->touch & ~mine) == 0;
}

/*
 * The line is not in cpu's L1D: get it, for reading or for writing, at time
 * `at'.  Returns the latency and the tag for the L1D (state, ordered bit).
 */
static inline uint32_t
coh_fill(struct coh *c, unsigned cpu, uint32_t line, bool write, uint64_t at,
    uint32_t *tag)
{
	struct coh_line *d = &c->dir[line];
	unsigned m = c->p.module[cpu];
	uint32_t latency;
	bool shared;

	coh_renew(c, d);
	if (__builtin_expect(!coh_is_simple(c, d, cpu, write), 0))
		return coh_fill_shared(c, cpu, line, write, at, tag);
	shared = d->l2 != COH_BIT(m);
	latency = coh_in_flight(c, d, at);
	c->stats.l2_hit++;
	coh_l2_use(c, d, m, line);
	d->last = cpu;
	d->l1 = COH_BIT(cpu);
	d->touch |= COH_BIT(cpu);
	d->flags |= (uint8_t)((write ? COH_WROTE0 : 0) | (shared ? 0 : COH_EX));
	*tag = line |
	    (uint32_t)(write ? WAYS_M
		    : shared ? WAYS_S
			     : WAYS_E)
		<< WAYS_STATE;
	if (latency < c->p.l2_hit_clk)
		latency = c->p.l2_hit_clk;
	if (c->p.prefetch_lines != 0)
		coh_prefetch(c, cpu, line, at + latency);
	return latency;
}

#endif
