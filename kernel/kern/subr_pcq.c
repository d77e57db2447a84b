/*
 * subr_pcq.c: a bounded queue of pointers, many producers, one consumer.
 *
 * Nobody takes a lock and nobody waits: a full queue refuses, an empty one
 * gives NULL.  So an interrupt handler may put what a softint gets.
 *
 * The ring.  Two indices, c and p, run round pcq_nitems slots: c is the slot
 * to be read next, p the slot to be written next.
 *
 *	slot	0   1   2   3   4   5   6   7
 *		.   .   A   B   .   .   .   .
 *			c       p
 *
 * c == p means empty.  Were all slots in use, c == p as well; so one always
 * stays free, and p next to c means full.  A free slot holds NULL.
 *
 * Both indices are halves of one word, pcq_pc, and change by one
 * compare-and-swap of all of it.  Whoever swaps has seen both as they are at
 * that moment: a queue that was not full when it was looked at is not full
 * when the slot is taken either.
 *
 * Put takes a slot, then fills it; get empties the slot, then gives it up.
 * Between the two steps of a put the slot is taken and still NULL:
 *
 *	producer			consumer
 *	pc: (c, p) -> (c, p + 1)
 *					c != p: there is something
 *					slot[c] is NULL: not quite; return NULL
 *	slot[p] = item
 *					next time: slot[c] is item
 *
 * So NULL from pcq_get does not mean that nothing is on its way.  A producer
 * wakes the consumer after its put has returned, and the consumer comes back.
 *
 * That a taken slot is NULL is the consumer's work: it empties the slot before
 * it moves c on.
 *
 *	consumer			producer, once round the ring
 *	slot[c] = NULL
 *	pc: (c, p) -> (c + 1, p)
 *	get, once more: c + 2
 *					takes the slot: it is NULL
 *					slot[p] = item
 *
 * (The next get would be early enough: a slot just given up is the one that
 * stays free, so nobody can take it before c moves again.)
 *
 * Memory order.  The item's contents are stored before pcq_put's swap, and
 * the swap before the slot; whoever finds the item in the slot therefore sees
 * them.  An atomic operation that is no barrier needs the two below; amd64's
 * is one (__HAVE_ATOMIC_AS_MEMBAR).
 *
 * Contexts.  pcq_put, pcq_maxitems: any, on any CPU.  pcq_get, pcq_peek: any,
 * but one caller at a time; that is the callers' affair, and of two at once
 * only a few are noticed (in pcq_get).  pcq_create, pcq_destroy: a thread.
 *
 * Order.  Items of one producer come out as it put them.  Those of several
 * come in the order of their swaps.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/kmem.h>

#include <sys/pcq.h>

/*
 * Fields are
 *	i	set by pcq_create and constant from then on
 *	a	changed by atomic operations
 *	s	a slot: written by the producer that took it, then by the
 *		consumer
 * pcq_pc has a line of its own: readers of pcq_nitems keep theirs.
 */
struct pcq {
	u_int pcq_nitems; /* i: slots */
	uint8_t pcq_pad1[COHERENCY_UNIT - sizeof(u_int)];
	volatile uint32_t pcq_pc; /* a: c in the upper half, p in the lower */
	uint8_t pcq_pad2[COHERENCY_UNIT - sizeof(uint32_t)];
	void *volatile pcq_items[]; /* s */
};

/* Both ends change pcq_pc, nobody pcq_nitems; and no item is beside it. */
CTASSERT(offsetof(struct pcq, pcq_pc) == COHERENCY_UNIT);
CTASSERT(offsetof(struct pcq, pcq_items) == 2 * COHERENCY_UNIT);

static inline u_int
pc_consumer(uint32_t pc)
{
	return pc >> 16;
}

static inline u_int
pc_producer(uint32_t pc)
{
	return pc & 0xffff;
}

static inline uint32_t
pc_make(u_int c, u_int p)
{
	return c << 16 | p;
}

/* The slot after i.  No division: a branch that is nearly always foreseen. */
static inline u_int
pcq_next(const pcq_t *pcq, u_int i)
{
	return __predict_false(++i == pcq->pcq_nitems) ? 0 : i;
}

/* A barrier beside an atomic operation, where that is none. */
static inline void
pcq_membar(void)
{
#ifndef __HAVE_ATOMIC_AS_MEMBAR
	membar_producer();
#endif
}

/*
 * pcq_put: append item, which is not NULL.  False: the queue is full and the
 * item still the caller's.  After true it may be gone already.
 */
bool
pcq_put(pcq_t *pcq, void *item)
{
	uint32_t pc;
	u_int c, p, next;

	KASSERT(item != NULL);

	do {
		pc = pcq->pcq_pc;
		c = pc_consumer(pc);
		p = pc_producer(pc);
		next = pcq_next(pcq, p);
		if (next == c)
			return false;
	} while (atomic_cas_32(&pcq->pcq_pc, pc, pc_make(c, next)) != pc);

	/*
	 * Slot p is ours until it is filled.  The item's contents come first
	 * for the consumer too: it gets there through the pointer.
	 */
	pcq_membar();
	pcq->pcq_items[p] = item;
	return true;
}

/*
 * pcq_peek: what pcq_get would give, left where it is.
 */
void *
pcq_peek(pcq_t *pcq)
{
	const uint32_t pc = pcq->pcq_pc;
	const u_int c = pc_consumer(pc);

	/* NULL too if the slot is taken and not filled yet. */
	return c == pc_producer(pc) ? NULL : pcq->pcq_items[c];
}

/*
 * pcq_get: take the oldest item out; NULL if there is none that is complete.
 */
void *
pcq_get(pcq_t *pcq)
{
	uint32_t pc = pcq->pcq_pc;
	const u_int c = pc_consumer(pc);
	void *item;

	if (c == pc_producer(pc))
		return NULL;
	item = pcq->pcq_items[c];
	if (item == NULL)
		return NULL;

	/* Emptied, then given up: whoever takes it next finds NULL. */
	pcq->pcq_items[c] = NULL;
	pcq_membar();

	/* Producers move p meanwhile; c is ours alone. */
	while (atomic_cas_32(&pcq->pcq_pc, pc,
		   pc_make(pcq_next(pcq, c), pc_producer(pc))) != pc) {
		pc = pcq->pcq_pc;
		KASSERT(pc_consumer(pc) == c);
	}
	return item;
}

/*
 * pcq_maxitems: the number of slots, as given to pcq_create.  It can hold one
 * item less.
 */
size_t
pcq_maxitems(pcq_t *pcq)
{
	return pcq->pcq_nitems;
}

static size_t
pcq_bytes(size_t nitems)
{
	return sizeof(pcq_t) + nitems * sizeof(void *);
}

/*
 * pcq_create: an empty queue of nitems slots, at most PCQ_MAXLEN.  NULL only
 * with KM_NOSLEEP.
 */
pcq_t *
pcq_create(size_t nitems, km_flag_t kmflags)
{
	pcq_t *pcq;

	KASSERT(nitems > 0 && nitems <= PCQ_MAXLEN);

	pcq = kmem_zalloc(pcq_bytes(nitems), kmflags); /* c == p, slots NULL */
	if (pcq != NULL)
		pcq->pcq_nitems = (u_int)nitems;
	return pcq;
}

/*
 * pcq_destroy: nobody uses it any more; items in it are not freed.
 */
void
pcq_destroy(pcq_t *pcq)
{
	kmem_free(pcq, pcq_bytes(pcq->pcq_nitems));
}
