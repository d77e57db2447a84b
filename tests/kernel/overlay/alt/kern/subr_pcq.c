/*
 * subr_pcq.c: pcq(9) once more, with counts of what has happened, as a drop-in
 * for the kernel's.  It uses what NetBSD's file uses, through the same includes.
 *
 * Both indices are in one word, so that one compare-and-swap decides who has a
 * slot.  A producer takes the slot first and fills it then; the consumer takes
 * an empty slot for an empty queue.  put == get means empty, so one of the ring's
 * slots stays empty: a queue of n holds n - 1 items, as NetBSD's.
 *
 * Any context.  Producers: any number.  Consumer: one at a time.
 */
#include <sys/cdefs.h>
__KERNEL_RCSID(0, "$Rangeley: subr_pcq.c $");

#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/kmem.h>

#include <sys/pcq.h>

#define RING_MAGIC 0x70637131U

struct pcq {
	/* Both sides write it: put in the upper half, get in the lower. */
	volatile uint32_t ring_word;
	u_int ring_magic;
	size_t ring_slots;
	/* Diagnostic: of the consumer. */
	uint64_t ring_taken;
	uint64_t ring_unfilled;
	void *volatile ring_slot[];
};

static inline uint32_t
ring_pair(u_int put, u_int get)
{
	return (uint32_t)put << 16 | get;
}

static inline u_int
ring_put_index(uint32_t w)
{
	return w >> 16;
}

static inline u_int
ring_get_index(uint32_t w)
{
	return w & 0xffff;
}

static inline u_int
ring_after(const pcq_t *q, u_int i)
{
	KASSERT(i < q->ring_slots);
	return i + 1 < q->ring_slots ? i + 1 : 0;
}

static inline size_t
ring_bytes(size_t slots)
{
	return sizeof(pcq_t) + slots * sizeof(void *);
}

pcq_t *
pcq_create(size_t nitems, km_flag_t kmflags)
{
	pcq_t *q;

	KASSERT(nitems > 0 && nitems <= PCQ_MAXLEN);

	q = kmem_zalloc(ring_bytes(nitems), kmflags);
	if (q == NULL)
		return NULL;
	q->ring_slots = nitems;
	q->ring_magic = RING_MAGIC;
	return q;
}

void
pcq_destroy(pcq_t *q)
{
	KASSERT(q->ring_magic == RING_MAGIC);
	q->ring_magic = 0;
	kmem_free(q, ring_bytes(q->ring_slots));
}

bool
pcq_put(pcq_t *q, void *item)
{
	uint32_t seen, now;
	u_int mine, next;

	KASSERT(item != NULL);
	KASSERT(q->ring_magic == RING_MAGIC);

	now = q->ring_word;
	do {
		seen = now;
		mine = ring_put_index(seen);
		next = ring_after(q, mine);
		if (__predict_false(next == ring_get_index(seen)))
			return false;
		now = atomic_cas_32(&q->ring_word, seen,
		    ring_pair(next, ring_get_index(seen)));
	} while (now != seen);

	/* The slot is ours, and the consumer emptied it before. */
#ifndef __HAVE_ATOMIC_AS_MEMBAR
	membar_producer();
#endif
	KASSERT(q->ring_slot[mine] == NULL);
	q->ring_slot[mine] = item;
	membar_producer();
	return true;
}

void *
pcq_peek(pcq_t *q)
{
	const uint32_t w = q->ring_word;

	if (ring_put_index(w) == ring_get_index(w))
		return NULL;
	return q->ring_slot[ring_get_index(w)];
}

void *
pcq_get(pcq_t *q)
{
	uint32_t seen, now;
	u_int mine;
	void *item;

	KASSERT(q->ring_magic == RING_MAGIC);

	now = q->ring_word;
	mine = ring_get_index(now);
	if (ring_put_index(now) == mine)
		return NULL;
	item = q->ring_slot[mine];
	if (__predict_false(item == NULL)) {
		q->ring_unfilled++;
		return NULL;
	}

	/* Empty for whoever gets it next, who sees it in the word first. */
	q->ring_slot[mine] = NULL;
#ifndef __HAVE_ATOMIC_AS_MEMBAR
	membar_producer();
#endif
	do {
		seen = now;
		KASSERT(ring_get_index(seen) == mine);
		now = atomic_cas_32(&q->ring_word, seen,
		    ring_pair(ring_put_index(seen), ring_after(q, mine)));
	} while (now != seen);
	q->ring_taken++;
	return item;
}

size_t
pcq_maxitems(pcq_t *q)
{
	return q->ring_slots;
}
