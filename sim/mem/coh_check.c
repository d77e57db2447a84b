/*
 * coh_check.c: is what the directory says of a line true (coh.h)?  Looks at
 * every cache; for tests and for debugging.
 */
#include <stddef.h>

#include "mem/coh.h"

/* Has nobody but this CPU written the line as long as it is ordered? */
static bool
alone(const struct coh *c, uint32_t line, unsigned cpu)
{
	const struct coh_shared *s = &c->shared[line];
	uint8_t wrote = s->wrote | s->wrote_before;

	return (wrote & ~COH_BIT(cpu)) == 0;
}

static const char *
check_l1(const struct coh *c, const struct coh_line *d, uint32_t line)
{
	unsigned copies = 0;

	for (unsigned i = 0; i < c->p.ncpu; i++) {
		const uint32_t *tag = l1d_find(c->l1d[i], line);
		unsigned state = tag == NULL ? WAYS_I : ways_state(*tag);
		const struct l1d_set *filter = l1d_set_of(c->l1d[i], line);
		uint32_t address = line << 6;

		if ((state != WAYS_I) != ((d->l1 & COH_BIT(i)) != 0))
			return "directory and L1D disagree";
		if (state >= WAYS_E && (d->flags & COH_EX) == 0)
			return "an owner that the directory does not know";
		if (state == WAYS_S && (d->flags & COH_EX) != 0)
			return "the owner's line is shared";
		if ((d->flags & COH_ORDERED) != 0 && state != WAYS_I &&
		    (*tag & WAYS_ORDERED) == 0 && !alone(c, line, i))
			return "an ordered line may pass unseen";
		if ((d->flags & COH_ORDERED) != 0 && filter->wr == address)
			return "a write to an ordered line may pass unseen";
		if ((filter->rd == address && state == WAYS_I) ||
		    (filter->wr == address && state != WAYS_M))
			return "the filter lets through what it must not";
		copies += state != WAYS_I;
	}
	if ((d->flags & COH_EX) != 0 && copies != 1)
		return "more than one owner, or none";
	return NULL;
}

enum ways_state
coh_l2_state(const struct coh *c, unsigned module, uint32_t line)
{
	if (l2_find(c->l2[module], line) < 0)
		return WAYS_I;
	return (c->dir[line].flags & COH_L2D) != 0 ? WAYS_M : WAYS_E;
}

const char *
coh_check(const struct coh *c, uint32_t line)
{
	const struct coh_line *d = &c->dir[line];
	const char *wrong = check_l1(c, d, line);
	/* gcc 12 with sanitizers reads the bit-field itself wrongly here. */
	const unsigned l2 = d->l2;

	if (wrong != NULL)
		return wrong;
	for (unsigned m = 0; m < c->p.nmodule; m++) {
		int way = l2_find(c->l2[m], line);

		if ((way >= 0) != ((l2 & COH_BIT(m)) != 0))
			return "directory and L2 disagree";
		if (way >= 0 && (d->way >> 4 * m & 15) != way)
			return "in another way of the L2 than the directory says";
	}
	if ((d->flags & COH_AHEAD) != 0 && l2 == 0)
		return "prefetched into an L2, and none has it";
	if ((d->flags & COH_L2D) != 0 && l2 == 0)
		return "dirty in an L2, and none has it";
	if ((d->flags & COH_L2D) != 0 && (l2 & (l2 - 1)) != 0)
		return "dirty in one L2 and present in another";
	if ((d->flags & COH_EX) != 0 &&
	    (l2 & ~COH_BIT(c->p.module[__builtin_ctz((unsigned)d->l1)])) != 0)
		return "owned, and another module has it";
	return NULL;
}
