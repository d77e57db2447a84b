/*
 * pktqueue.c: packets on their way from an interrupt to a network softint.
 *
 * A pktqueue is a pcq for each CPU, and one softint handler that is scheduled
 * on the CPU whose pcq has been filled and empties that one.  Interrupts of all
 * CPUs may put; the softint level is the one who gets, as a pcq wants it,
 * since handlers of one level and CPU run one at a time.
 *
 *	CPU 0, interrupt		CPU 1, softnet
 *
 *	pktq_enqueue(pq, m, 1):
 *	put into queue 1; softint
 *	scheduled there, by IPI
 *					handler: while ((m =
 *					    pktq_dequeue(pq)) != NULL)
 *
 * Barrier.  Packets that are in a queue may refer to what is to be freed.
 * pktq_barrier puts a marker into each queue that is not empty, and waits until
 * all markers have been met: the packets before them are then through.
 *
 * Contexts.  pktq_enqueue: any, preemption disabled.  pktq_dequeue: the softint
 * handler.  pktq_create, _destroy, _barrier, _set_maxlen: thread, sleeping.
 * pktq_flush: thread, when nobody puts or gets.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/types.h>

#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/pcq.h>
#include <sys/intr.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/percpu.h>
#include <sys/xcall.h>

#include <net/pktqueue.h>

/*
 * Fields are
 *	i	set by pktq_create, constant from then on
 *	l	changed under pq_lock; pq_queue is read without, by those who
 *		put and get: an old queue lives until they are done with it
 *	a	changed by atomic operations
 */
struct pktqueue {
	kmutex_t pq_lock;          /* one barrier at a time */
	volatile u_int pq_barrier; /* a: markers met */
	uint8_t _pad[COHERENCY_UNIT];

	u_int pq_maxlen;       /* l: slots of a queue */
	percpu_t *pq_counters; /* i: pktq_counters_t */
	void *pq_sih;          /* i: the softint */

	pcq_t *pq_queue[]; /* l: by cpu_index */
};

/*
 * Who waits at a barrier writes the first line; what each packet reads begins a
 * line's length behind it, so that they share none, wherever the memory begins.
 */
__CTASSERT(offsetof(struct pktqueue, pq_barrier) == 8);
__CTASSERT(offsetof(struct pktqueue, pq_maxlen) == 12 + COHERENCY_UNIT);
__CTASSERT(offsetof(struct pktqueue, pq_counters) == 80);
__CTASSERT(offsetof(struct pktqueue, pq_sih) == 88);
__CTASSERT(offsetof(struct pktqueue, pq_queue) == 96);

typedef enum {
	PQCNT_ENQUEUE,
	PQCNT_DEQUEUE,
	PQCNT_DROP,
	PQCNT_NCOUNTERS
} pktq_counter_t;

/* Of a CPU; its own, read by others without a promise. */
typedef struct {
	uint64_t count[PQCNT_NCOUNTERS];
} pktq_counters_t;

/* In place of a packet: pktq_barrier's. */
#define PKTQ_MARKER ((void *)(~0ULL))

static size_t
pktq_bytes(void)
{
	return roundup2(offsetof(struct pktqueue, pq_queue) +
		(size_t)ncpu * sizeof(pcq_t *),
	    coherency_unit);
}

/*
 * pktq_create: queues of maxlen slots, and a handler intrh(sc).  NULL: no more
 * softints.
 */
pktqueue_t *
pktq_create(size_t maxlen, void (*intrh)(void *), void *sc)
{
	pktqueue_t *pq;
	percpu_t *pc;
	void *sih;
	int i;

	pc = percpu_alloc(sizeof(pktq_counters_t));
	if (pc == NULL)
		return NULL;
	sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE | SOFTINT_RCPU,
	    intrh, sc);
	if (sih == NULL) {
		percpu_free(pc, sizeof(pktq_counters_t));
		return NULL;
	}

	pq = kmem_zalloc(pktq_bytes(), KM_SLEEP);
	for (i = 0; i < ncpu; i++)
		pq->pq_queue[i] = pcq_create(maxlen, KM_SLEEP);
	mutex_init(&pq->pq_lock, MUTEX_DEFAULT, IPL_NONE);
	pq->pq_maxlen = (u_int)maxlen;
	pq->pq_counters = pc;
	pq->pq_sih = sih;
	return pq;
}

/*
 * pktq_destroy: the queues are empty, and nobody puts any more.
 */
void
pktq_destroy(pktqueue_t *pq)
{
	int i;

	softint_disestablish(pq->pq_sih);
	for (i = 0; i < ncpu; i++) {
		KASSERT(pcq_peek(pq->pq_queue[i]) == NULL);
		pcq_destroy(pq->pq_queue[i]);
	}
	percpu_free(pq->pq_counters, sizeof(pktq_counters_t));
	mutex_destroy(&pq->pq_lock);
	kmem_free(pq, pktq_bytes());
}

static inline void
pktq_inc_count(pktqueue_t *pq, pktq_counter_t which)
{
	pktq_counters_t *const c = percpu_getref(pq->pq_counters);

	c->count[which]++;
	percpu_putref(pq->pq_counters);
}

static void
pktq_collect_counts(void *mem, void *arg, struct cpu_info *ci)
{
	const pktq_counters_t *const c = mem;
	pktq_counters_t *const sum = arg;
	int i;

	for (i = 0; i < PQCNT_NCOUNTERS; i++)
		sum->count[i] += c->count[i];
}

/*
 * pktq_get_count: a figure of all queues together.  Exact when nothing moves.
 */
uint64_t
pktq_get_count(pktqueue_t *pq, pktq_count_t c)
{
	pktq_counters_t sum;

	if (c == PKTQ_MAXLEN)
		return pq->pq_maxlen;

	memset(&sum, 0, sizeof(sum));
	percpu_foreach(pq->pq_counters, pktq_collect_counts, &sum);
	switch (c) {
	case PKTQ_NITEMS:
		return sum.count[PQCNT_ENQUEUE] - sum.count[PQCNT_DEQUEUE];
	case PKTQ_DROPS:
		return sum.count[PQCNT_DROP];
	default:
		return 0;
	}
}

/*
 * pktq_rps_hash: which CPU a packet should go to.  As yet, the first.
 */
uint32_t
pktq_rps_hash(const struct mbuf *m)
{
	return 0;
}

/*
 * pktq_enqueue: put a packet where the hash says, and have the handler run
 * there.  False: full; the packet is still the caller's.  After true it may be
 * gone already.
 */
bool
pktq_enqueue(pktqueue_t *pq, struct mbuf *m, const u_int hash)
{
	const u_int cpuid = hash % (u_int)ncpu;

	KASSERT(kpreempt_disabled());

	if (__predict_false(!pcq_put(pq->pq_queue[cpuid], m))) {
		pktq_inc_count(pq, PQCNT_DROP);
		return false;
	}
	softint_schedule_cpu(pq->pq_sih, cpu_lookup(cpuid));
	pktq_inc_count(pq, PQCNT_ENQUEUE);
	return true;
}

/*
 * pktq_dequeue: the oldest packet of this CPU's queue; NULL if there is none.
 */
struct mbuf *
pktq_dequeue(pktqueue_t *pq)
{
	const u_int cpuid = cpu_index(curcpu());
	struct mbuf *m;

	/*
	 * Do not stop at a marker.  Packets behind it may have come before
	 * the handler ran, and it is not scheduled for them once more.
	 */
	while ((m = pcq_get(pq->pq_queue[cpuid])) == PKTQ_MARKER)
		atomic_inc_uint(&pq->pq_barrier);

	if (__predict_true(m != NULL))
		pktq_inc_count(pq, PQCNT_DEQUEUE);
	return m;
}

/*
 * pktq_barrier: wait until all packets have been processed that are in the
 * queues now.
 */
void
pktq_barrier(pktqueue_t *pq)
{
	u_int pending = 0;
	int i;

	mutex_enter(&pq->pq_lock);
	KASSERT(pq->pq_barrier == 0);

	for (i = 0; i < ncpu; i++) {
		pcq_t *const q = pq->pq_queue[i];

		if (pcq_peek(q) == NULL)
			continue;

		while (!pcq_put(q, PKTQ_MARKER))
			(void)kpause("pktqsync", false, 1, NULL);
		kpreempt_disable();
		softint_schedule_cpu(pq->pq_sih, cpu_lookup((u_int)i));
		kpreempt_enable();
		pending++;
	}

	while (pq->pq_barrier != pending)
		(void)kpause("pktqsync", false, 1, NULL);
	pq->pq_barrier = 0;
	mutex_exit(&pq->pq_lock);
}

/*
 * pktq_flush: free all packets.  Nobody puts, and no handler gets: a queue has
 * one consumer, and that is us now.
 */
void
pktq_flush(pktqueue_t *pq)
{
	struct mbuf *m;
	int i;

	for (i = 0; i < ncpu; i++) {
		while ((m = pcq_get(pq->pq_queue[i])) != NULL) {
			pktq_inc_count(pq, PQCNT_DEQUEUE);
			m_freem(m);
		}
	}
}

/* Put what is in the old queue into the new one, waiting for room. */
static void
pktq_refill(pcq_t *old, pcq_t *new)
{
	struct mbuf *m;

	while ((m = pcq_get(old)) != NULL) {
		while (!pcq_put(new, m))
			(void)kpause("pktqrenq", false, 1, NULL);
	}
}

/*
 * pktq_set_maxlen: queues of another length.  0, or EINVAL.
 *
 * Packets go into the new queues as soon as those are in place.  Who has looked
 * up an old one puts into it or gets from it with preemption off, or as a
 * softint; a low-priority call on his CPU has to wait for that.  After the call
 * the old queues are ours.  What is left there is moved; it has changed its
 * place in the order.
 */
int
pktq_set_maxlen(pktqueue_t *pq, size_t maxlen)
{
	const size_t slotbytes = (size_t)ncpu * sizeof(pcq_t *);
	pcq_t **qs;
	int i;

	if (maxlen == 0 || maxlen > PCQ_MAXLEN)
		return EINVAL;
	if (pq->pq_maxlen == maxlen)
		return 0;

	qs = kmem_zalloc(slotbytes, KM_SLEEP);
	for (i = 0; i < ncpu; i++)
		qs[i] = pcq_create(maxlen, KM_SLEEP);

	mutex_enter(&pq->pq_lock);
	for (i = 0; i < ncpu; i++) {
		pcq_t *const old = pq->pq_queue[i];

		pq->pq_queue[i] = qs[i];
		qs[i] = old;
	}
	pq->pq_maxlen = (u_int)maxlen;
	mutex_exit(&pq->pq_lock);

	xc_wait(xc_broadcast(0, (xcfunc_t)(void (*)(void))nullop, NULL, NULL));

	for (i = 0; i < ncpu; i++) {
		pktq_refill(qs[i], pq->pq_queue[i]);
		pcq_destroy(qs[i]);
	}
	kmem_free(qs, slotbytes);

	/* They are in queues whose handlers know nothing of it. */
	kpreempt_disable();
	for (i = 0; i < ncpu; i++)
		softint_schedule_cpu(pq->pq_sih, cpu_lookup((u_int)i));
	kpreempt_enable();
	return 0;
}

/*
 * sysctl_pktq_maxlen: a node that shows the length of the queues and sets it.
 */
int
sysctl_pktq_maxlen(SYSCTLFN_ARGS, pktqueue_t *pq)
{
	u_int nmaxlen = (u_int)pktq_get_count(pq, PKTQ_MAXLEN);
	struct sysctlnode node = *rnode;
	int error;

	node.sysctl_data = &nmaxlen;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	return pktq_set_maxlen(pq, nmaxlen);
}

/*
 * sysctl_pktq_count: a node that shows a count.
 */
int
sysctl_pktq_count(SYSCTLFN_ARGS, pktqueue_t *pq, u_int count_id)
{
	uint64_t count = pktq_get_count(pq, (pktq_count_t)count_id);
	struct sysctlnode node = *rnode;

	node.sysctl_data = &count;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}
