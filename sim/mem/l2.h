/*
 * l2.h: the second-level cache of a module.
 *
 * Tags only: 16 ways, true LRU, write-back, write-allocate, not inclusive of
 * the L1 caches in front of it.  It sees the fills that miss an L1 (data or
 * instruction) and the dirty lines an L1 evicts.  It knows no time: the
 * caller turns hit or miss into a latency.  Lines are address >> 6 and below
 * 2^25.  Not reentrant; all CPUs of a module run in one host thread.
 */
#ifndef MEM_L2_H
#define MEM_L2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define L2_WAYS 16

struct l2_stats {
	uint64_t hit, miss;   /* fills asked for by the L1 caches */
	uint64_t dirty_in;    /* dirty lines taken from an L1 */
	uint64_t dirty_again; /* of these, dirty here already */
	uint64_t dirty_out;   /* dirty lines written to memory */
};

struct l2 {
	uint32_t *tag; /* nset x L2_WAYS, each set MRU first */
	uint32_t nset; /* a power of two */
	bool (*fill)(struct l2 *, uint32_t line);
	void (*put)(struct l2 *, uint32_t line);
	struct l2_stats stats;
};

/*
 * A cache of `bytes' (64 x 16 x a power of two).  Aborts when memory is
 * short; the caller checks the size.  Free with l2_destroy().
 */
struct l2 *l2_create(size_t bytes, bool avx2);
void l2_destroy(struct l2 *);
bool l2_size_ok(size_t bytes);

/* Use AVX2 from now on, or not; results do not depend on it. */
void l2_use_avx2(struct l2 *, bool avx2);

/* An L1 asks for a line.  True: was present.  It is now. */
static inline bool
l2_fill(struct l2 *l2, uint32_t line)
{
	return l2->fill(l2, line);
}

/* An L1 evicts a dirty line. */
static inline void
l2_put(struct l2 *l2, uint32_t line)
{
	l2->put(l2, line);
}

/*
 * Lines held in state M: what the dirty_* counters must add up to:
 * dirty_in - dirty_again - dirty_out.
 */
uint64_t l2_count_dirty(const struct l2 *);

#endif
