/*
 * coh_inline.h: the usual fill with the usual eviction, to be compiled into
 * hooks.
 *
 * An L1D miss nearly always finds its line in the module's own L2 and in no
 * L1D, and the line that goes was its CPU's alone and is in that L2 as well.
 * All that this changes is a word of each line's directory entry and the
 * order of use in the L2: coh_evict() and coh_fill() would do the same.
 *
 * The host cannot foresee whether a line is dirty, so there is no branch on it.
 */
#ifndef MEM_COH_INLINE_H
#define MEM_COH_INLINE_H

#include "mem/coh.h"

/* The lesser of two, without a jump. */
static inline uint32_t
coh_least(uint32_t a, uint32_t b)
{
	__asm__("cmpl\t%1, %0\n\tcmova\t%1, %0" : "+r"(a) : "r"(b) : "cc");
	return a;
}

/*
 * The word of an entry without what is known of epochs long gone.  How old it
 * is is nothing that the host could foresee.
 */
static inline uint64_t
coh_renewed(const struct coh *c, uint64_t word)
{
	const uint64_t seen = (COH_EPOCH(1) - 1) & ~(COH_TOUCH(1) - 1);
	uint32_t age = coh_least(COH_AGE * (uint8_t)(c->epoch - (word >> 56)),
	    2 * COH_AGE);

	return ((word & seen) << age & seen) | (word & (COH_TOUCH(1) - 1)) |
	    COH_EPOCH(c->epoch);
}

/* Entries of two lines that change places; the word of the one that comes, renewed. */
struct coh_swap {
	struct coh_line *in, *out;
	uint64_t word;
};

/*
 * Simple is: of the line that comes in, the module's L2 has it, and not by
 * the prefetcher's doing, no L1D has it, nobody waits for it or holds it, it is
 * not ordered and does not become so; of the one that goes out (its tag), the
 * L2 can take what is dirty.
 */
static inline bool
coh_is_simple(const struct coh *c, const struct coh_cpu *me, uint32_t line,
    uint32_t out, bool write, struct coh_swap *swap)
{
	struct coh_line *dir = c->dir;
	uint64_t in = coh_renewed(c, dir[line].word);
	uint64_t dirty = -(uint64_t)ways_dirty(out);

	swap->in = &dir[line];
	swap->out = &dir[out & (COH_LINES - 1)];
	swap->word = in;
	return (in & me->mask[write]) == me->want &&
	    ((in & me->others) == 0 || (!write && (in & COH_WROTE) == 0)) &&
	    (dirty & ~swap->out->word & me->l2) == 0;
}

/* The line of this tag goes out; it may have been touched unseen until now. */
static inline void
coh_swap_out(struct coh *c, const struct coh_cpu *me, uint32_t out,
    struct coh_line *d)
{
	uint64_t dirty = -(uint64_t)ways_dirty(out), word = d->word;
	uint64_t seen = me->touch_now | (dirty & COH_WROTE0);

	if (__builtin_expect(out >> WAYS_STATE == WAYS_I, 0))
		return;
	/* It came in not long ago, so the host can foresee this. */
	if (__builtin_expect(word >> 56 != c->epoch, 0))
		word = coh_renewed(c, word);
	word &= ~me->mine_alone;
	if (__builtin_expect((word & COH_FLAGS(COH_ORDERED)) == 0, 1))
		word |= seen;
	c->stats.l1d_dirty_out -= dirty;
	d->word = word | (dirty & COH_FLAGS(COH_L2D));
}

/* The line comes in.  Its latency and its tag. */
static inline uint32_t
coh_swap_in(struct coh *c, const struct coh_cpu *me, uint32_t line, bool write,
    const struct coh_swap *swap, uint32_t *tag)
{
	uint64_t word = swap->word;
	bool shared = (word & COH_L2(0xf)) != me->l2;

	word = (word & ~COH_LAST(0xf)) | me->mine;
	word |= shared ? 0 : COH_FLAGS(COH_EX);
	swap->in->word = word | (write ? COH_WROTE0 : 0);
	*tag = line |
	    (uint32_t)(write ? WAYS_M
		    : shared ? WAYS_S
			     : WAYS_E)
		<< WAYS_STATE;
	c->stats.l2_hit++;
	l2_touch(me->cache, line, word >> me->shift & 15);
	return c->p.l2_hit_clk;
}

/*
 * A hit for coh_hit() by a CPU that has touched it in this epoch, and, if it
 * writes, has written it: coh_hit() would find nothing that it has not found then,
 * as all that is known of an epoch only grows while it lasts.
 */
static inline bool
coh_hit_again(struct coh *c, const struct coh_cpu *me, uint32_t tag, bool write)
{
	uint32_t line = tag & WAYS_LINE;
	const struct coh_shared *s = &c->shared[line];
	uint64_t word = c->dir[line].word;
	uint64_t mask = COH_EPOCH(0xff) | COH_FLAGS(COH_ORDERED) |
	    me->touch_now;

	if (((word ^ COH_EPOCH(c->epoch)) & mask) !=
	    (COH_FLAGS(COH_ORDERED) | me->touch_now))
		return false;
	if (write &&
	    (!ways_dirty(tag) || (word & COH_FLAGS(COH_MONITOR)) != 0 ||
		s->epoch != c->epoch ||
		(s->wrote & me->touch_now >> COH_SEEN) == 0))
		return false;
	c->dir[line].word = (word & ~COH_LAST(0xf)) |
	    (me->mine & COH_LAST(0xf));
	return true;
}

/*
 * An access to an ordered line is going to wait for its turn: what it will
 * probably change comes into the host's caches meanwhile.  That is its place
 * in the L2s of this CPU and of the one that used the line last.
 */
static inline void
coh_expect(const struct coh *c, const struct coh_cpu *me, uint32_t line)
{
	unsigned last = c->dir[line].last;
	const struct l2_set *mine = l2_set_of(me->cache, line);
	const struct l2_set *theirs = l2_set_of(c->cpu[last].cache, line);

	__builtin_prefetch(&c->shared[line], 1);
	__builtin_prefetch(mine->tag, 1);
	__builtin_prefetch(theirs->tag, 1);
	__builtin_prefetch(l1d_set_of(c->l1d[last], line), 1);
}

#endif
