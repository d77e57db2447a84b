/*
 * l2.h: the second-level cache of a module: tags only.
 *
 * 16 ways, true LRU, write-back, not inclusive of the L1 caches in front of
 * it.  Which way a line is in and whether it is dirty stands in the directory
 * (coh.h), so a hit looks for nothing: it writes down the time of its use.
 * Lines are address >> 6 and below 2^25.
 */
#ifndef MEM_L2_H
#define MEM_L2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem/ways.h"

#define L2_WAYS 16

struct l2_set {                 /* two lines of the host, side by side */
	uint32_t used[L2_WAYS]; /* when last used, counted in uses; 0 empty */
	uint32_t tag[L2_WAYS];  /* line, or WAYS_NONE */
} __attribute__((aligned(128)));

struct l2 {
	struct l2_set *set;
	uint32_t now;  /* the latest use */
	uint32_t nset; /* a power of two */
};

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

/* The count of uses is full: begin again, in the same order. */
void l2_renumber(struct l2 *);

/* The line, which is in this way, becomes the most recently used one. */
static inline void
l2_touch(struct l2 *l2, uint32_t line, unsigned way)
{
	if (__builtin_expect(l2->now == UINT32_MAX, 0))
		l2_renumber(l2);
	l2_set_of(l2, line)->used[way] = ++l2->now;
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
