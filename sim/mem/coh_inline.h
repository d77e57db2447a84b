/*
 * coh_inline.h: fills and evictions, as far as they concern nobody else.
 *
 * An L1D miss nearly always finds its line in the module's own L2 and in no
 * L1D, and the line it drives out was its CPU's alone.  These cases are
 * written out here to be compiled into the hooks; everything else goes to
 * coh.c.  There is one definition of each step: a fill that is not simple
 * takes coh_fill_shared(), which would do the same for one that is.
 *
 * The host cannot foresee whether a line is dirty, so there is no branch on it.
 */
#ifndef MEM_COH_INLINE_H
#define MEM_COH_INLINE_H

#include "mem/coh.h"

#define COH_BIT(n) ((uint8_t)(1u << (n)))

/* The word of an entry without what is known of epochs long gone. */
static inline uint64_t
coh_renewed(const struct coh *c, uint64_t word)
{
	const uint64_t old = COH_EPOCH(0xffff) | COH_TOUCH(0xffff) |
	    COH_FLAGS(COH_WROTE);
	uint16_t ago = (uint16_t)(c->epoch - (word >> 48));
	uint64_t kept = (word & ~old) | COH_EPOCH(c->epoch);

	if (__builtin_expect(ago > 1, 1))
		return kept;
	if (ago == 0)
		return word;
	return kept | (word << 8 & COH_TOUCH(0xff00)) |
	    (word << 1 & COH_FLAGS(COH_WROTE1));
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
	const struct coh_cpu *me = &c->cpu[cpu];
	struct coh_line *d = &c->dir[tag & WAYS_LINE & (COH_LINES - 1)];
	uint64_t dirty = -(uint64_t)(tag >> WAYS_STATE == WAYS_M);
	uint64_t word, seen;

	if (__builtin_expect(tag >> WAYS_STATE == WAYS_I, 0))
		return;
	word = coh_renewed(c, d->word) & ~(me->l1 | COH_FLAGS(COH_EX));
	/* It was there, and may have been touched unseen until now. */
	seen = (me->touch & COH_TOUCH(0xff)) | (dirty & COH_FLAGS(COH_WROTE0));
	if ((word & COH_FLAGS(COH_ORDERED)) == 0)
		word |= seen;
	c->stats.l1d_dirty_out -= dirty;
	d->word = word | (dirty & COH_FLAGS(COH_L2D));
	if (__builtin_expect((dirty & ~word & me->l2) != 0, 0)) {
		d->word = word;
		coh_l2_bring(c, c->p.module[cpu], tag & WAYS_LINE, true, at);
	}
}

/*
 * The line is not in cpu's L1D: get it, for reading or for writing, at time
 * `at'.  Returns the latency and the tag for the L1D (state, ordered bit).
 *
 * Simple is: the module's L2 has the line, no L1D has it, nobody waits for
 * it, it is not ordered and does not become so.
 */
static inline uint32_t
coh_fill(struct coh *c, unsigned cpu, uint32_t line, bool write, uint64_t at,
    uint32_t *tag)
{
	const struct coh_cpu *me = &c->cpu[cpu];
	struct coh_line *d = &c->dir[line];
	uint64_t word = coh_renewed(c, d->word), others;
	uint32_t latency;
	bool shared;

	others = word & COH_TOUCH(0xffff) & ~me->touch;
	if (__builtin_expect((word & me->mask[write]) != me->want, 0) ||
	    (others != 0 && (write || (word & COH_FLAGS(COH_WROTE)) != 0)))
		return coh_fill_shared(c, cpu, line, write, at, tag);
	shared = (word & COH_L2(0xff)) != me->l2;
	word = (word & ~COH_LAST(0xff)) | me->mine |
	    COH_FLAGS((write ? COH_WROTE0 : 0) | (shared ? 0 : COH_EX));
	d->word = word;
	*tag = line |
	    (uint32_t)(write ? WAYS_M
		    : shared ? WAYS_S
			     : WAYS_E)
		<< WAYS_STATE;
	c->stats.l2_hit++;
	l2_touch(me->cache, line, d->way >> me->shift & 15);
	latency = coh_in_flight(c, d, at);
	if (latency < c->p.l2_hit_clk)
		latency = c->p.l2_hit_clk;
	if (c->p.prefetch_lines != 0)
		coh_prefetch(c, cpu, line, at + latency);
	return latency;
}

#endif
