/*
 * l2.h: the second-level cache of a module: tags only.
 *
 * 16 ways, true LRU, write-back, not inclusive of the L1 caches in front of
 * it.  A way is clean (state E) or dirty (state M); who else has the line is
 * the directory's business (coh.h), which also knows whether a line is here,
 * so nothing is looked for in vain.  Lines are address >> 6 and below 2^25.
 */
#ifndef MEM_L2_H
#define MEM_L2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem/ways.h"

#define L2_WAYS 16

struct l2 {
	uint32_t *tag; /* nset x L2_WAYS, each set MRU first */
	uint32_t nset; /* a power of two */
	bool avx2;
};

/*
 * A cache of `bytes' (64 x 16 x a power of two).  Aborts when memory is
 * short; the caller checks the size.  Free with l2_destroy().
 */
struct l2 *l2_create(size_t bytes, bool avx2);
void l2_destroy(struct l2 *);
bool l2_size_ok(size_t bytes);

static inline uint32_t *
l2_set(const struct l2 *l2, uint32_t line)
{
	return &l2->tag[(size_t)(line & (l2->nset - 1)) * L2_WAYS];
}

/* The line, which is here, becomes the most recently used one. */
void l2_touch(struct l2 *, uint32_t line);

/*
 * A line that is not here comes in, clean or dirty, and is the most recently
 * used one.  Returns the tag that went out for it, or WAYS_NONE.
 */
uint32_t l2_insert(struct l2 *, uint32_t line, bool dirty);

/* Change a line that is here; its place in the order stays. */
void l2_set_dirty(struct l2 *, uint32_t line, bool dirty);
void l2_drop(struct l2 *, uint32_t line);

/* For checks: state of the line, WAYS_I when it is not here. */
enum ways_state l2_state(const struct l2 *, uint32_t line);

#endif
