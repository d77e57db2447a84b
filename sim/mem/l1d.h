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

/*
 * Make the filter agree with the first tag of the set.  As everywhere here,
 * without jumps that the host could not foresee.
 */
static inline void
l1d_set_filter(struct l1d_set *set)
{
	uint32_t tag = set->tag[0], state = tag >> WAYS_STATE;
	uint64_t line = (uint64_t)(tag & WAYS_LINE) << 6;
	bool passes = state != WAYS_I && (tag & WAYS_ORDERED) == 0;

	set->rd = line | -(uint64_t)!passes;
	set->wr = line | -(uint64_t) !(passes && state == WAYS_M);
}

static inline struct l1d_set *
l1d_set_of(struct l1d_set *sets, uint32_t line)
{
	return &sets[line % L1D_SETS];
}

/* The tag of a line, or NULL. */
static inline uint32_t *
l1d_find(struct l1d_set *sets, uint32_t line)
{
	struct l1d_set *set = l1d_set_of(sets, line);
	int way = ways_find8(set->tag, line);

	return way < 0 ? NULL : &set->tag[way];
}

/* Take a line out; the empty way becomes the next victim. */
static inline void
l1d_drop(struct l1d_set *sets, uint32_t line)
{
	struct l1d_set *set = l1d_set_of(sets, line);
	int way = ways_find8(set->tag, line);

	if (way < 0)
		return;
	for (int i = 0; i < L1D_WAYS - 1; i++)
		set->tag[i] = set->tag[i + (i >= way)];
	set->tag[L1D_WAYS - 1] = WAYS_NONE;
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
