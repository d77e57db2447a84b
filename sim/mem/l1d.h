/*
 * l1d.h: a CPU's first-level data cache, as three parties see it.
 *
 * Annotated code compares an address with `rd' or `wr' of the filter, the
 * image's thunks look through `tag', and the coherence model (coh.h) changes
 * other CPUs' caches.  The layout is fixed by cpu/hook_abi.h; cpu/cpu.h
 * asserts it.
 *
 * The tags of a set stand in order of use, most recent first (mem/ways.h).
 * The filter holds the address of the first one: in rd if a read of it may
 * pass unseen, in wr if a write may.
 */
#ifndef MEM_L1D_H
#define MEM_L1D_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "mem/ways.h"

#define L1D_SETS    64
#define L1D_WAYS    6
#define L1D_NO_LINE UINT32_MAX /* empty filter */

struct l1d_set {
	uint32_t rd, wr; /* filter: address of the MRU line, or none */
	uint32_t pad[6];
	uint32_t tag[8]; /* 6 ways, MRU first; 2 spare, empty */
} __attribute__((aligned(64)));

struct l1d {
	struct l1d_set set[L1D_SETS];
};

static inline void
l1d_clear(struct l1d *l1d)
{
	for (unsigned s = 0; s < L1D_SETS; s++) {
		l1d->set[s].rd = l1d->set[s].wr = L1D_NO_LINE;
		for (unsigned w = 0; w < 8; w++)
			l1d->set[s].tag[w] = WAYS_NONE;
	}
}

static inline struct l1d_set *
l1d_set_of(struct l1d *l1d, uint32_t line)
{
	return &l1d->set[line % L1D_SETS];
}

/* A tag takes the place of the last one of this set, and is the first then. */
static inline void
l1d_push(struct l1d_set *set, uint32_t tag)
{
	uint64_t pair[2];
	uint32_t fifth = set->tag[4];

	memcpy(pair, set->tag, sizeof(pair));
	set->tag[0] = tag;
	memcpy(&set->tag[1], pair, sizeof(pair));
	set->tag[5] = fifth;
}

/* The same, with the filter, for a line that is not ordered. */
static inline void
l1d_enter(struct l1d_set *set, uint32_t tag)
{
	uint32_t wr = tag << 6;

	l1d_push(set, tag);
	set->rd = wr;
	set->wr = tag >> WAYS_STATE == WAYS_M ? wr : L1D_NO_LINE;
}

/*
 * Make the filter agree with the first tag of the line's set.  As everywhere
 * here, without jumps that the host could not foresee.
 */
static inline void
l1d_set_filter(struct l1d *l1d, uint32_t line)
{
	struct l1d_set *set = l1d_set_of(l1d, line);
	uint32_t tag = set->tag[0], state = tag >> WAYS_STATE;
	bool passes = state != WAYS_I && (tag & WAYS_ORDERED) == 0;

	set->rd = tag << 6 | -(uint32_t)!passes;
	set->wr = tag << 6 | -(uint32_t) !(passes && state == WAYS_M);
}

/* The tag of a line, or NULL. */
static inline uint32_t *
l1d_find(struct l1d *l1d, uint32_t line)
{
	struct l1d_set *set = l1d_set_of(l1d, line);
	int way = ways_find8(set->tag, line);

	return way < 0 ? NULL : &set->tag[way];
}

/* Take a line out; the empty way becomes the next victim. */
static inline void
l1d_drop(struct l1d *l1d, uint32_t line)
{
	struct l1d_set *set = l1d_set_of(l1d, line);
	int way = ways_find8(set->tag, line);

	if (way < 0)
		return;
	_Static_assert(L1D_WAYS == 6, "ways_out6()");
	ways_out6(set->tag, way);
	l1d_set_filter(l1d, line);
}

/* Set state and ordered bit of a line that is there. */
static inline void
l1d_mark(struct l1d *l1d, uint32_t line, uint32_t bits)
{
	uint32_t *tag = l1d_find(l1d, line);

	if (tag == NULL)
		return;
	*tag = line | bits;
	if (tag == &l1d_set_of(l1d, line)->tag[0])
		l1d_set_filter(l1d, line);
}

#endif
