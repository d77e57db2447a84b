/*
 * kern_runq.c: run queues, and which CPU an LWP runs on.
 *
 * Each CPU has a run queue: a list for each priority, and a bit for each list
 * that is not empty.  The highest bit is found 32 at a time, so the next LWP
 * costs the same however many there are.
 *
 *	r_bitmap[0]	priorities 0 to 31, 0 being the highest bit
 *	...
 *	r_bitmap[6]	192 to 223
 *
 * Within a list it is first come, first served.
 *
 * Placement.  An LWP that becomes runnable is put by sched_takecpu:
 *
 *	bound				on its CPU
 *	its CPU's queue is empty	there; what runs there, or which
 *					softints, is not looked at
 *	it ran there within the last
 *	ticks and would run at once	there: its data may still be in the cache
 *	more urgent than curlwp		on the CPU that makes it runnable
 *	else				where the most urgent is least so
 *
 * So an LWP is not moved by softints that keep its CPU busy.  What makes up
 * for it is an idle CPU, which looks around (sched_idle) and takes the first
 * LWP it may from the queue of the CPU that has the most (sched_catchlwp).
 *
 * To move an LWP that runs (lwp_migrate) or waits in the queue one must have
 * both CPUs' locks.  The first LWP cannot be taken off its CPU while it runs;
 * so it is put into its own queue, marked (spc_migrating), and the idle LWP is
 * run next, which moves it.
 *
 *	CPU 0, LWP l			idle LWP of CPU 0
 *	mi_switch: l into the queue
 *	spc_migrating = l
 *	sched_nextlwp: NULL
 *	switch ->			sched_idle: lock both, out of
 *					this queue, into the other
 *
 * Locks.  A run queue and the LWPs in it are locked by spc_mutex of its CPU;
 * of two CPUs the one with the lower address comes first.  r_count and
 * r_mcount are read without it by who looks for a CPU: a guess.
 *
 * Contexts.  Up to IPL_SCHED; sched_idle: the idle LWP.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/bitops.h>
#include <sys/cpu.h>
#include <sys/idtype.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/systm.h>
#include <sys/types.h>
#include <sys/evcnt.h>
#include <sys/atomic.h>

/* Priorities that share a list. */
const int schedppq = 1;

#define PRI_TS_COUNT (NPRI_USER)
#define PRI_RT_COUNT (PRI_COUNT - PRI_TS_COUNT)

/* The word of the bitmap, the bit in it, and that bit's place. */
#define BITMAP_BITS  (32)
#define BITMAP_SHIFT (5)
#define BITMAP_MSB   (0x80000000U)
#define BITMAP_MASK  (BITMAP_BITS - 1)

/*
 * From which priority on an LWP that becomes runnable interrupts user code,
 * or the kernel.
 */
static pri_t sched_upreempt_pri = PRI_KERNEL;
#ifdef __HAVE_PREEMPTION
#ifdef DEBUG
pri_t sched_kpreempt_pri = 0;
#else
pri_t sched_kpreempt_pri = PRI_USER_RT;
#endif
#else
pri_t sched_kpreempt_pri = 1000;
#endif

/* Migration.  Set by runq_init, then constant, but for worker_ci. */
static u_int cacheht_time; /* ticks for which caches stay warm */
static u_int min_catch;    /* take LWPs only from queues of so many */
static const u_int average_weight = 50; /* % of the old average */
static u_int balance_period;            /* ticks between looks at all CPUs */
static struct cpu_info *worker_ci;      /* had the longest queue lately */
static callout_t balance_ch;

typedef struct {
	TAILQ_HEAD(, lwp) q_head;
} queue_t;

/*
 * Fields are
 *	m	locked by spc_mutex
 *	e	counted with spc_mutex held
 *	b	written by the balancer alone
 */
typedef struct {
	uint32_t r_bitmap[PRI_COUNT >> BITMAP_SHIFT]; /* m: lists in use */
	u_int r_count;                                /* m: LWPs */
	u_int r_avgcount;                 /* b: average of r_mcount */
	u_int r_mcount;                   /* m: LWPs that may be moved */
	queue_t r_rt_queue[PRI_RT_COUNT]; /* m: of kernel and real time */
	queue_t r_ts_queue[PRI_TS_COUNT]; /* m: time-shared */
	struct evcnt r_ev_pull;           /* e: taken by an idle CPU */
	struct evcnt r_ev_push;           /* e: moved away by lwp_migrate */
	struct evcnt r_ev_stay;           /* e: made runnable where it was */
	struct evcnt r_ev_localize;       /* e: .. where it was made so */
} runqueue_t;

static void sched_balance(void *);

static queue_t *
sched_getrq(runqueue_t *ci_rq, const pri_t prio)
{
	KASSERT(prio >= 0 && prio < PRI_COUNT);
	return prio <= MAXPRI_USER ? &ci_rq->r_ts_queue[prio]
				   : &ci_rq->r_rt_queue[prio - MAXPRI_USER - 1];
}

/* runq_init: all CPUs are attached; begin to balance. */
void
runq_init(void)
{
	cacheht_time = mstohz(3);
	min_catch = 1;
	balance_period = mstohz(300);

	worker_ci = curcpu();
	callout_init(&balance_ch, CALLOUT_MPSAFE);
	callout_setfunc(&balance_ch, sched_balance, NULL);
	callout_schedule(&balance_ch, balance_period);
}

/* sched_cpuattach: a CPU's queue and locks; with cpu_lock, or at boot. */
void
sched_cpuattach(struct cpu_info *ci)
{
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	runqueue_t *ci_rq;
	int i;

	/* lwp0 is locked by that of the first CPU already: lwp0_init. */
	if (spc->spc_lwplock == NULL)
		spc->spc_lwplock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SCHED);
	if (ci == lwp0.l_cpu)
		lwp0.l_mutex = spc->spc_lwplock;
	if (spc->spc_mutex == NULL)
		spc->spc_mutex = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SCHED);

	ci_rq = kmem_zalloc(roundup2(sizeof(*ci_rq), coherency_unit), KM_SLEEP);
	for (i = 0; i < PRI_RT_COUNT; i++)
		TAILQ_INIT(&ci_rq->r_rt_queue[i].q_head);
	for (i = 0; i < PRI_TS_COUNT; i++)
		TAILQ_INIT(&ci_rq->r_ts_queue[i].q_head);

	evcnt_attach_dynamic(&ci_rq->r_ev_pull, EVCNT_TYPE_MISC, NULL,
	    cpu_name(ci), "runqueue pull");
	evcnt_attach_dynamic(&ci_rq->r_ev_push, EVCNT_TYPE_MISC, NULL,
	    cpu_name(ci), "runqueue push");
	evcnt_attach_dynamic(&ci_rq->r_ev_stay, EVCNT_TYPE_MISC, NULL,
	    cpu_name(ci), "runqueue stay");
	evcnt_attach_dynamic(&ci_rq->r_ev_localize, EVCNT_TYPE_MISC, NULL,
	    cpu_name(ci), "runqueue localize");

	spc->spc_sched_info = ci_rq;
}

/*
 * sched_enqueue: l, which is LSRUN and locked by spc_mutex of its CPU, into
 * that CPU's queue.  swtch: it has just been running there, and the CPU is in
 * mi_switch anyway; else the CPU is told if l is more urgent than what runs.
 */
void
sched_enqueue(struct lwp *l, bool swtch)
{
	struct cpu_info *ci = l->l_cpu;
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	runqueue_t *ci_rq = spc->spc_sched_info;
	const pri_t eprio = lwp_eprio(l);
	queue_t *q = sched_getrq(ci_rq, eprio);
	int type;

	KASSERT(lwp_locked(l, spc->spc_mutex));

	if (__predict_true(swtch))
		l->l_rticksum += hardclock_ticks - l->l_rticks;
	else if (l->l_rticks == 0)
		l->l_rticks = hardclock_ticks;

	if (TAILQ_EMPTY(&q->q_head)) {
		const u_int i = eprio >> BITMAP_SHIFT;
		const uint32_t bit = BITMAP_MSB >> (eprio & BITMAP_MASK);

		KASSERT((ci_rq->r_bitmap[i] & bit) == 0);
		ci_rq->r_bitmap[i] |= bit;
	}
	TAILQ_INSERT_TAIL(&q->q_head, l, l_runq);
	ci_rq->r_count++;
	if ((l->l_pflag & LP_BOUND) == 0)
		ci_rq->r_mcount++;
	if (eprio > spc->spc_maxpriority)
		spc->spc_maxpriority = eprio;

	sched_newts(l);

	if (swtch || eprio <= spc->spc_curpriority)
		return;
	if (eprio >= sched_kpreempt_pri)
		type = RESCHED_KPREEMPT;
	else if (eprio >= sched_upreempt_pri)
		type = RESCHED_IMMED;
	else
		type = RESCHED_LAZY;
	cpu_need_resched(ci, type);
}

/* The highest priority in the queue, or PRI_NONE. */
static pri_t
sched_maxpri(const runqueue_t *ci_rq)
{
	int i;

	for (i = (PRI_COUNT >> BITMAP_SHIFT) - 1; i >= 0; i--)
		if (ci_rq->r_bitmap[i] != 0)
			return (i << BITMAP_SHIFT) +
			    (BITMAP_BITS - ffs(ci_rq->r_bitmap[i]));
	return PRI_NONE;
}

/* sched_dequeue: l out of its queue; locked, before and after, by spc_mutex. */
void
sched_dequeue(struct lwp *l)
{
	struct schedstate_percpu *spc = &l->l_cpu->ci_schedstate;
	runqueue_t *ci_rq = spc->spc_sched_info;
	const pri_t eprio = lwp_eprio(l);
	queue_t *q = sched_getrq(ci_rq, eprio);
	u_int i;

	KASSERT(lwp_locked(l, spc->spc_mutex));
	KASSERT(eprio <= spc->spc_maxpriority);
	KASSERT(ci_rq->r_bitmap[eprio >> BITMAP_SHIFT] != 0);
	KASSERT(ci_rq->r_count > 0);

	if (spc->spc_migrating == l)
		spc->spc_migrating = NULL;

	ci_rq->r_count--;
	if ((l->l_pflag & LP_BOUND) == 0)
		ci_rq->r_mcount--;

	TAILQ_REMOVE(&q->q_head, l, l_runq);
	if (!TAILQ_EMPTY(&q->q_head))
		return;

	i = eprio >> BITMAP_SHIFT;
	ci_rq->r_bitmap[i] &= ~(BITMAP_MSB >> (eprio & BITMAP_MASK));
	if (eprio == spc->spc_maxpriority)
		spc->spc_maxpriority = sched_maxpri(ci_rq);
}

/* Did l run, where it is now, so lately that its data may still be cached? */
static inline bool
lwp_cache_hot(const struct lwp *l)
{
	if (__predict_false(l->l_slptime || l->l_rticks == 0))
		return false;
	return (u_int)hardclock_ticks - l->l_rticks <= cacheht_time;
}

/* May l run on ci? */
static inline bool
sched_migratable(const struct lwp *l, struct cpu_info *ci)
{
	const struct schedstate_percpu *spc = &ci->ci_schedstate;

	KASSERT(lwp_locked(__UNCONST(l), NULL));

	if (__predict_false(spc->spc_flags & SPCF_OFFLINE))
		return false;
	if (__predict_false(l->l_affinity != NULL))
		return kcpuset_isset(l->l_affinity, cpu_index(ci));
	return spc->spc_psid == l->l_psid;
}

/* The CPU where the most urgent of all LWPs is least so; of several, the one
   with the shortest queue.  l's own comes last, if no other is better. */
static struct cpu_info *
sched_leastbusy(struct lwp *l)
{
	struct cpu_info *const pivot = l->l_cpu;
	struct cpu_info *ci = pivot, *tci = pivot;
	pri_t lpri = PRI_COUNT;
	u_int lcount = 0;

	do {
		const struct schedstate_percpu *spc;
		const runqueue_t *ci_rq;
		pri_t pri;

		ci = cpu_lookup((cpu_index(ci) + 1) % ncpu);
		spc = &ci->ci_schedstate;
		ci_rq = spc->spc_sched_info;
		pri = MAX(spc->spc_curpriority, spc->spc_maxpriority);
		if (pri > lpri)
			continue;
		if (pri == lpri && ci_rq->r_count >= lcount)
			continue;
		if (!sched_migratable(l, ci))
			continue;
		lpri = pri;
		lcount = ci_rq->r_count;
		tci = ci;
	} while (ci != pivot);

	return tci;
}

/* sched_takecpu: where l, which is locked, should run. */
struct cpu_info *
sched_takecpu(struct lwp *l)
{
	struct cpu_info *ci = l->l_cpu;
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	runqueue_t *ci_rq = spc->spc_sched_info;
	pri_t eprio;

	KASSERT(lwp_locked(l, NULL));

	if ((l->l_pflag & LP_BOUND) != 0)
		return ci;

	eprio = lwp_eprio(l);
	if (__predict_true(sched_migratable(l, ci))) {
		if (ci_rq->r_count == 0 ||
		    (lwp_cache_hot(l) && eprio >= spc->spc_curpriority)) {
			ci_rq->r_ev_stay.ev_count++;
			return ci;
		}
	} else
		eprio = 0;

	ci = curcpu();
	spc = &ci->ci_schedstate;
	if (eprio > spc->spc_curpriority && sched_migratable(l, ci)) {
		ci_rq = spc->spc_sched_info;
		ci_rq->r_ev_localize.ev_count++;
		return ci;
	}
	return sched_leastbusy(l);
}

/*
 * Take an LWP from ci, of whose queue we know only that it was long.  Both
 * CPUs are locked; ci is unlocked.
 */
static struct lwp *
sched_catchlwp(struct cpu_info *ci)
{
	struct cpu_info *curci = curcpu();
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	struct schedstate_percpu *curspc = &curci->ci_schedstate;
	runqueue_t *ci_rq = spc->spc_sched_info;
	runqueue_t *curci_rq = curspc->spc_sched_info;
	struct lwp *l;

	KASSERT(mutex_owned(spc->spc_mutex));
	KASSERT(mutex_owned(curspc->spc_mutex));

	if (ci_rq->r_mcount < min_catch || curspc->spc_psid != spc->spc_psid) {
		spc_unlock(ci);
		return NULL;
	}

	/* Of the most urgent list, the first that may come. */
	l = TAILQ_FIRST(&sched_getrq(ci_rq, spc->spc_maxpriority)->q_head);
	for (; l != NULL; l = TAILQ_NEXT(l, l_runq)) {
		KASSERTMSG(lwp_locked(l, spc->spc_mutex), "l %p", l);
		KASSERT(l->l_stat == LSRUN);

		if ((l->l_pflag & LP_BOUND) != 0 || lwp_cache_hot(l) ||
		    !sched_migratable(l, curci))
			continue;

		sched_dequeue(l);
		l->l_cpu = curci;
		lwp_unlock_to(l, curspc->spc_mutex); /* unlocks ci */
		sched_enqueue(l, false);
		curci_rq->r_ev_pull.ev_count++;
		return l;
	}
	spc_unlock(ci);
	return NULL;
}

/*
 * Which CPU has had the longest queue?  Reads without locks: a guess.  The
 * average has 8 bits of fraction, or a queue of one would round down to none.
 */
static void
sched_balance(void *nocallout)
{
	struct cpu_info *ci, *hci = curcpu();
	u_int highest = 0;
	CPU_INFO_ITERATOR cii;

	for (CPU_INFO_FOREACH(cii, ci)) {
		runqueue_t *ci_rq = ci->ci_schedstate.spc_sched_info;

		ci_rq->r_avgcount = (average_weight * ci_rq->r_avgcount +
					(100 - average_weight) * 256 *
					    ci_rq->r_mcount) /
		    100;
		if (ci_rq->r_avgcount > highest) {
			hci = ci;
			highest = ci_rq->r_avgcount;
		}
	}
	worker_ci = hci;
	if (nocallout == NULL)
		callout_schedule(&balance_ch, balance_period);
}

/*
 * Lock ci, and tci too, the other way round if need be: then what was seen
 * before is to be looked at again, and the result is false.
 */
static bool
sched_dlock(struct cpu_info *ci, struct cpu_info *tci)
{
	struct schedstate_percpu *tspc = &tci->ci_schedstate;

	if (ci < tci) {
		spc_lock(tci);
		return true;
	}
	if (mutex_tryenter(tspc->spc_mutex))
		return true;
	spc_unlock(ci);
	spc_lock(tci);
	spc_lock(ci);
	return false;
}

/* Move spc_migrating to where it wants to be. */
static void
sched_migrate(struct cpu_info *ci)
{
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	struct cpu_info *tci = NULL;
	struct lwp *l;
	bool dlock = false;

	spc_lock(ci);
	while ((l = spc->spc_migrating) != NULL) {
		if (dlock && tci != l->l_target_cpu) {
			/* Another target meanwhile. */
			spc_unlock(tci);
			dlock = false;
		}
		tci = l->l_target_cpu;
		if (tci == NULL || tci == ci) {
			/* It may stay. */
			spc->spc_migrating = NULL;
			l->l_target_cpu = NULL;
			break;
		}
		if (!dlock) {
			dlock = true;
			if (!sched_dlock(ci, tci))
				continue;
		}
		KASSERT(l->l_stat == LSRUN);
		l->l_target_cpu = NULL;
		sched_dequeue(l); /* clears spc_migrating */
		l->l_cpu = tci;
		lwp_setlock(l, tci->ci_schedstate.spc_mutex);
		sched_enqueue(l, false);
		((runqueue_t *)spc->spc_sched_info)->r_ev_push.ev_count++;
		break;
	}
	if (dlock)
		spc_unlock(tci);
	spc_unlock(ci);
}

/*
 * sched_idle: the CPU has nothing to do: finish a migration, or get work from
 * others.  The idle LWP, at IPL_NONE.
 */
void
sched_idle(void)
{
	struct cpu_info *ci = curcpu(), *tci;
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	runqueue_t *ci_rq = spc->spc_sched_info;

	if (spc->spc_migrating != NULL)
		sched_migrate(ci);

	if ((spc->spc_flags & SPCF_OFFLINE) != 0 || ci_rq->r_count != 0)
		return;

	ci_rq->r_avgcount = 0;
	sched_balance(ci);
	tci = worker_ci;
	if (ci == tci || spc->spc_psid != tci->ci_schedstate.spc_psid)
		return;

	spc_dlock(ci, tci);
	(void)sched_catchlwp(tci);
	spc_unlock(ci);
}

/* sched_lwp_stats: once a second, l locked: has it slept, is it a hog? */
void
sched_lwp_stats(struct lwp *l)
{
	int batch;

	KASSERT(lwp_locked(l, NULL));

	if (l->l_stat == LSSLEEP || l->l_stat == LSSTOP ||
	    l->l_stat == LSSUSPENDED)
		l->l_slptime++;

	/* A hog runs more than it sleeps, for two seconds in a row. */
	batch = l->l_rticksum > l->l_slpticksum;
	if (batch) {
		if ((l->l_flag & LW_BATCH) == 0)
			batch = 0;
		l->l_flag |= LW_BATCH;
	} else
		l->l_flag &= ~LW_BATCH;

	l->l_rticksum = 0;
	l->l_slpticksum = 0;

	sched_pstats_hook(l, batch);
}

/*
 * sched_nextlwp: the first LWP of this CPU's queue, left in it; NULL: none, or
 * the idle LWP must run first, to see to a migration.  With spc_mutex held.
 */
struct lwp *
sched_nextlwp(void)
{
	struct cpu_info *ci = curcpu();
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	runqueue_t *ci_rq = spc->spc_sched_info;
	struct lwp *l;

	KASSERT(mutex_owned(spc->spc_mutex));

	if (__predict_false(spc->spc_migrating != NULL))
		return NULL;
	if (ci_rq->r_count == 0)
		return NULL;

	l = TAILQ_FIRST(&sched_getrq(ci_rq, spc->spc_maxpriority)->q_head);
	KASSERT(l != NULL);

	sched_oncpu(l);
	l->l_rticks = hardclock_ticks;
	return l;
}

/* sched_curcpu_runnable_p: is there work here?  Without locks: a hint. */
bool
sched_curcpu_runnable_p(void)
{
	const struct cpu_info *ci;
	const runqueue_t *ci_rq;
	bool rv;

	kpreempt_disable();
	ci = curcpu();
	ci_rq = ci->ci_schedstate.spc_sched_info;
	rv = *(const volatile u_int *)&ci_rq->r_count != 0;
	kpreempt_enable();
	return rv;
}
