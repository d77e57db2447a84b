/*
 * l2.h: the second-level cache of a module: tags only.
 *
 * 16 ways, true LRU, write-back, not inclusive of the L1 caches in front of
 * it.  Which way a line is in and whether it is dirty stands in the directory
 * (coh.h), so a hit looks for nothing: it notes the order of use.  That is one
 * word for each set, four bits for each way, the one used last in the lowest:
 *
 *	... 7 2 9	way 7 is used	... 2 9 7
 *
 * so that all of them are 8 KB for a megabyte, which the host has in its
 * nearest caches.  Lines are address >> 6 and below 2^25.
 */
#ifndef MEM_L2_H
#define MEM_L2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem/ways.h"

#define L2_WAYS 16

struct l2_set {
	uint32_t tag[L2_WAYS]; /* line, or WAYS_NONE */
} __attribute__((aligned(64)));

struct l2 {
	uint64_t *order; /* of each set: its ways, four bits each */
	struct l2_set *set;
	uint32_t nset; /* a power of two */
};
#define L2_ALL(x) (UINT64_C(0x1111111111111111) * (x)) /* in each four bits */
_Static_assert(L2_WAYS == 16, "four bits for a way, a word for a set");

/*
 * A cache of `bytes' (64 x 16 x a power of two).  Aborts when memory is
 * short; the caller checks the size.  Free with l2_destroy().
 */
struct l2 *l2_create(size_t bytes);
void l2_destroy(struct l2 *);
bool l2_size_ok(size_t bytes);

static inline struct l2_set *
l2_set_of(const struct l2 *l2, uint32_t line)
{
	return &l2->set[line & (l2->nset - 1)];
}

static inline uint64_t *
l2_order_of(const struct l2 *l2, uint32_t line)
{
	return &l2->order[line & (l2->nset - 1)];
}

/*
 * All bits up to those of the way.  The lowest four bits that equal it are the
 * lowest that borrow when 1 is taken from each four of the difference.
 */
static inline uint64_t
l2_up_to(uint64_t order, unsigned way)
{
	uint64_t other = order ^ L2_ALL(way);
	uint64_t borrow = (other - L2_ALL(1)) & ~other & L2_ALL(8);

	return borrow ^ (borrow - 1);
}

/* The line, which is in this way, becomes the most recently used one. */
static inline void
l2_touch(struct l2 *l2, uint32_t line, unsigned way)
{
	uint64_t *order = l2_order_of(l2, line), old = *order;

	*order = old ^ ((old ^ (old << 4 | way)) & l2_up_to(old, way));
}

/*
 * A line that is not here comes in and is the most recently used one.
 * Returns its way, and in *victim the line that went out for it or WAYS_NONE.
 */
unsigned l2_insert(struct l2 *, uint32_t line, uint32_t *victim);

/* The line, which is in this way, goes out. */
void l2_drop(struct l2 *, uint32_t line, unsigned way);

/* For checks: way of the line, or -1. */
int l2_find(const struct l2 *, uint32_t line);

#endif
