/*
 * coh_line.h: an entry of the directory, for coh.c alone: who owns it, and until when it
 * is held.
 */
#ifndef MEM_COH_LINE_H
#define MEM_COH_LINE_H

#include <assert.h>

#include "mem/coh.h"

static inline struct coh_line *
entry(struct coh *c, uint32_t line)
{
	return &c->dir[line];
}

static inline unsigned
owner(const struct coh_line *d)
{
	return (unsigned)__builtin_ctz((unsigned)d->l1);
}

static inline enum ways_state
l1d_state(const struct coh *c, unsigned cpu, uint32_t line)
{
	const uint32_t *tag = l1d_find(c->l1d[cpu], line);

	assert(tag != NULL);
	return ways_state(*tag);
}

/* ---- who holds a line --------------------------------------------------- */

/* The line is held until this time; long ago, if by nobody. */
static inline uint64_t
busy(struct coh *c, struct coh_line *d)
{
	uint64_t until;

	if ((d->flags & COH_BUSY) == 0)
		return 0;
	until = c->shared[d - c->dir].busy;
	if (until <= c->since)
		d->flags &= (uint8_t)~COH_BUSY;
	return until;
}

static inline void
set_busy(struct coh *c, struct coh_line *d, uint64_t until)
{
	d->flags |= COH_BUSY;
	c->shared[d - c->dir].busy = until;
}

/* The time that a line is still on its way for somebody, at most a memory's. */
static inline uint32_t
in_flight(struct coh *c, struct coh_line *d, uint64_t at)
{
	uint64_t until = busy(c, d);

	if (until <= at)
		return 0;
	return until - at < c->p.dram_clk ? (uint32_t)(until - at)
					  : c->p.dram_clk;
}

#endif
