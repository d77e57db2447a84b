/*
 * l1d.h: a set of a CPU's first-level data cache, as three parties see it.
 *
 * Annotated code compares an address with `rd' or `wr', the image's thunks
 * look through `tag', and the coherence model (coh.h) changes other CPUs'
 * sets.  The layout is fixed by cpu/hook_abi.h; cpu/cpu.h asserts it.
 *
 * The tags stand in order of use, most recent first (mem/ways.h).  The
 * filter holds the address of the first one: in rd if a read of it may pass
 * unseen, in wr if a write may.
 */
#ifndef MEM_L1D_H
#define MEM_L1D_H

#include <stdint.h>
#include <string.h>

#include "mem/ways.h"

#define L1D_SETS    64
#define L1D_WAYS    6
#define L1D_NO_LINE UINT64_MAX /* empty filter */

struct l1d_set {
	uint64_t rd, wr; /* filter: address of the MRU line, or none */
	uint32_t tag[8]; /* 6 ways, MRU first; 2 spare, empty */
	uint64_t pad[2];
};

static inline void
l1d_clear(struct l1d_set *sets)
{
	for (unsigned s = 0; s < L1D_SETS; s++) {
		sets[s].rd = sets[s].wr = L1D_NO_LINE;
		for (unsigned w = 0; w < 8; w++)
			sets[s].tag[w] = WAYS_NONE;
	}
}

/* A new line takes the place of the last one.  No ordered one. */
static inline void
l1d_enter(struct l1d_set *set, uint32_t tag)
{
	uint64_t pair[2];
	uint32_t fifth = set->tag[4];

	memcpy(pair, set->tag, sizeof(pair));
	set->tag[0] = tag;
	memcpy(&set->tag[1], pair, sizeof(pair));
	set->tag[5] = fifth;
	set->rd = (uint64_t)(tag & WAYS_LINE) << 6;
	set->wr = tag >> WAYS_STATE == WAYS_M ? set->rd : L1D_NO_LINE;
}

/* Make the filter agree with the first tag of the set. */
static inline void
l1d_set_filter(struct l1d_set *set)
{
	uint32_t tag = set->tag[0];

	set->rd = set->wr = L1D_NO_LINE;
	if (tag >> WAYS_STATE == WAYS_I || (tag & WAYS_ORDERED) != 0)
		return;
	set->rd = (uint64_t)(tag & WAYS_LINE) << 6;
	if (tag >> WAYS_STATE == WAYS_M)
		set->wr = set->rd;
}

static inline struct l1d_set *
l1d_set_of(struct l1d_set *sets, uint32_t line)
{
	return &sets[line % L1D_SETS];
}

/* The tag of a line, or NULL.  Portable: for other CPUs' caches, rarely. */
static inline uint32_t *
l1d_find(struct l1d_set *sets, uint32_t line)
{
	struct l1d_set *set = l1d_set_of(sets, line);

	for (int w = 0; w < L1D_WAYS; w++)
		if ((set->tag[w] & WAYS_LINE) == line)
			return &set->tag[w];
	return NULL;
}

/* Take a line out; the empty way becomes the next victim. */
static inline void
l1d_drop(struct l1d_set *sets, uint32_t line)
{
	struct l1d_set *set = l1d_set_of(sets, line);
	uint32_t *tag = l1d_find(sets, line);

	if (tag == NULL)
		return;
	for (; tag < &set->tag[L1D_WAYS - 1]; tag++)
		tag[0] = tag[1];
	*tag = WAYS_NONE;
	l1d_set_filter(set);
}

/* Set state and ordered bit of a line that is there. */
static inline void
l1d_mark(struct l1d_set *sets, uint32_t line, uint32_t bits)
{
	uint32_t *tag = l1d_find(sets, line);

	if (tag == NULL)
		return;
	*tag = line | bits;
	if (tag == &l1d_set_of(sets, line)->tag[0])
		l1d_set_filter(l1d_set_of(sets, line));
}

#endif
