/*
 * kern_sleepq.c: queues of sleeping LWPs.
 *
 * A queue has a mutex, which is also the lock (l_mutex) of each LWP on it: who
 * has the queue has its sleepers.  Where it comes from is the caller's affair:
 * a turnstile's chain, or one of sleeptab's, chosen by a hash of the wait
 * channel.  All of them are spin mutexes at IPL_SCHED.
 *
 * Going to sleep is done by the LWP itself, while it runs; so it is on a queue
 * before it is off its CPU, and may be woken between.
 *
 *	sleeper				waker
 *	queue's mutex taken
 *	sleepq_enter, sleepq_enqueue:
 *	    on the queue, LSSLEEP
 *	(mutex_exit of an interlock)
 *					the mutex: waits for it
 *	sleepq_block, mi_switch: off the
 *	    CPU, then unlocks the mutex
 *					sleepq_remove: into a run queue
 *
 * The mutex is the LWP's, so it is mi_switch that releases it, when the LWP is
 * off the CPU for good.  Code that drops it earlier, as turnstile_lendpri may,
 * is seen as LP_RUNNING by the waker, who then only makes it LSONPROC again;
 * and mi_switch goes on with it.
 *
 * An LWP that wakes up is not on any queue, has l_wchan NULL, and is locked by
 * the CPU it is to run on.
 *
 * KERNEL_LOCK is given up by sleepq_enter, which keeps the count in l_biglocks,
 * and taken again at the end of sleepq_block.
 *
 * Contexts.  To sleep: threads, softints where they must.  To wake: any context
 * up to IPL_SCHED.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/sched.h>
#include <sys/systm.h>
#include <sys/sleepq.h>

/* For tsleep and condition variables. */
sleeptab_t sleeptab __cacheline_aligned;

/*
 * sleeptab_init: all queues empty.  Early in main, after mutex_obj_init.
 */
void
sleeptab_init(sleeptab_t *st)
{
	int i;

	for (i = 0; i < SLEEPTAB_HASH_SIZE; i++) {
		st->st_queues[i].st_mutex = mutex_obj_alloc(MUTEX_DEFAULT,
		    IPL_SCHED);
		sleepq_init(&st->st_queues[i].st_queue);
	}
}

void
sleepq_init(sleepq_t *sq)
{
	TAILQ_INIT(sq);
}

/*
 * sleepq_remove: take l off its queue, and let it run if it slept.  Queue
 * locked; then l is not by that any more.
 */
void
sleepq_remove(sleepq_t *sq, lwp_t *l)
{
	struct cpu_info *ci;

	KASSERT(lwp_locked(l, NULL));

	if (sq != NULL)
		TAILQ_REMOVE(sq, l, l_sleepchain);
	l->l_syncobj = &sched_syncobj;
	l->l_wchan = NULL;
	l->l_sleepq = NULL;
	l->l_flag &= ~LW_SINTR;

	/* Suspended in its sleep: who did it will set it running. */
	ci = l->l_cpu;
	if (l->l_stat != LSSLEEP) {
		KASSERT(l->l_stat == LSSTOP || l->l_stat == LSSUSPENDED);
		lwp_setlock(l, ci->ci_schedstate.spc_lwplock);
		return;
	}

	/* Not off its CPU yet: then it stays there. */
	if ((l->l_pflag & LP_RUNNING) != 0) {
		l->l_stat = LSONPROC;
		l->l_slptime = 0;
		lwp_setlock(l, ci->ci_schedstate.spc_lwplock);
		return;
	}

	l->l_slpticksum += (u_int)hardclock_ticks - l->l_slpticks;
	sched_wakeup(l);

	/* Where it is to run, and there into the queue. */
	l->l_cpu = sched_takecpu(l);
	ci = l->l_cpu;
	spc_lock(ci);
	lwp_setlock(l, ci->ci_schedstate.spc_mutex);
	sched_setrunnable(l);
	l->l_stat = LSRUN;
	l->l_slptime = 0;
	sched_enqueue(l, false);
	spc_unlock(ci);
}

/*
 * sleepq_insert: into its place.  Among equals the last: who has come first is
 * woken first.  Queue locked.
 */
static void
sleepq_insert(sleepq_t *sq, lwp_t *l, syncobj_t *sobj)
{
	lwp_t *l2;
	pri_t pri;

	if (sq == NULL) /* kpause: only time ends it */
		return;
	if ((sobj->sobj_flag & SOBJ_SLEEPQ_SORTED) != 0) {
		pri = lwp_eprio(l);
		TAILQ_FOREACH (l2, sq, l_sleepchain) {
			if (lwp_eprio(l2) < pri) {
				TAILQ_INSERT_BEFORE(l2, l, l_sleepchain);
				return;
			}
		}
	}
	TAILQ_INSERT_TAIL(sq, l, l_sleepchain);
}

/*
 * sleepq_enqueue: put curlwp onto the queue.  It is locked by that
 * (sleepq_enter) and runs on until sleepq_block.
 */
void
sleepq_enqueue(sleepq_t *sq, wchan_t wchan, const char *wmesg, syncobj_t *sobj)
{
	lwp_t *l = curlwp;

	KASSERT(lwp_locked(l, NULL));
	KASSERT(l->l_stat == LSONPROC);
	KASSERT(l->l_wchan == NULL && l->l_sleepq == NULL);

	l->l_syncobj = sobj;
	l->l_wchan = wchan;
	l->l_sleepq = sq;
	l->l_wmesg = wmesg;
	l->l_slptime = 0;
	l->l_stat = LSSLEEP;
	l->l_sleeperr = 0;
	sleepq_insert(sq, l, sobj);

	l->l_slpticks = (u_int)hardclock_ticks;
	sched_slept(l);
}

/* Has somebody asked for the end of interruptible sleeps? */
static inline bool
sleepq_interrupted(const lwp_t *l)
{
	return (l->l_flag &
		   (LW_CANCELLED | LW_WEXIT | LW_WCORE | LW_PENDSIG)) != 0;
}

/*
 * sleepq_block: give up the CPU until curlwp, which is on a queue and locked,
 * is awoken; after timo ticks, unless that is 0; or, with catch_p, when it is
 * to exit.  0, EWOULDBLOCK, EINTR.  On return it is unlocked.
 */
int
sleepq_block(int timo, bool catch_p)
{
	lwp_t *l = curlwp;
	const int biglocks = l->l_biglocks;
	int error = 0;

	if (catch_p)
		l->l_flag |= LW_SINTR;
	if (catch_p && sleepq_interrupted(l)) {
		l->l_flag &= ~LW_CANCELLED;
		error = EINTR;
		lwp_unsleep(l, true); /* unlocks */
	} else {
		if (timo != 0)
			callout_schedule(&l->l_timeout_ch, timo);
		mi_switch(l); /* unlocks */

		/*
		 * Halted even if it seems to have fired: it may still run, on
		 * another CPU, and must not find the next sleep.
		 */
		if (timo != 0 && callout_halt(&l->l_timeout_ch, NULL))
			error = EWOULDBLOCK;
		if (catch_p && error == 0 && sleepq_interrupted(l)) {
			l->l_flag &= ~LW_CANCELLED;
			error = EINTR;
		}
	}

	if (__predict_false(biglocks != 0))
		KERNEL_LOCK(biglocks, NULL);
	return error;
}

/*
 * sleepq_wake: wake up to `expected' LWPs that wait for wchan.  Unlocks mp,
 * which locks the queue.
 */
void
sleepq_wake(sleepq_t *sq, wchan_t wchan, u_int expected, kmutex_t *mp)
{
	lwp_t *l, *next;

	KASSERT(mutex_owned(mp));

	for (l = TAILQ_FIRST(sq); l != NULL; l = next) {
		KASSERT(l->l_sleepq == sq);
		KASSERT(l->l_mutex == mp);
		next = TAILQ_NEXT(l, l_sleepchain);
		if (l->l_wchan != wchan)
			continue;
		sleepq_remove(sq, l);
		if (--expected == 0)
			break;
	}
	mutex_spin_exit(mp);
}

/*
 * sleepq_unsleep: wake l, which is locked, before its time; unlock its queue if
 * cleanup.
 */
void
sleepq_unsleep(lwp_t *l, bool cleanup)
{
	kmutex_t *mp = l->l_mutex; /* that of the queue */

	KASSERT(lwp_locked(l, mp));
	KASSERT(l->l_wchan != NULL);

	sleepq_remove(l->l_sleepq, l);
	if (cleanup)
		mutex_spin_exit(mp);
}

/*
 * sleepq_timeout: l_timeout_ch of an LWP has fired, a softint.  It may have
 * been woken meanwhile.
 */
void
sleepq_timeout(void *arg)
{
	lwp_t *l = arg;

	lwp_lock(l);
	if (l->l_wchan == NULL) {
		lwp_unlock(l);
		return;
	}
	lwp_unsleep(l, true);
}

/*
 * sleepq_abort: no sleep, because sleepq_dontsleep said so.  Pending interrupts
 * get their chance, the interlock is released if unlock; always 0.
 */
int
sleepq_abort(kmutex_t *mtx, int unlock)
{
	int s;

	s = splhigh();
	splx(IPL_NONE);
	splx(s);
	if (mtx != NULL && unlock != 0)
		mutex_exit(mtx);
	return 0;
}

/* To the place that its new priority has.  Queue locked. */
static void
sleepq_reinsert(sleepq_t *sq, lwp_t *l)
{
	KASSERT(l->l_sleepq == sq);

	/* kpause sleeps on no queue. */
	if (sq == NULL || (l->l_syncobj->sobj_flag & SOBJ_SLEEPQ_SORTED) == 0)
		return;
	if (TAILQ_FIRST(sq) == l && TAILQ_NEXT(l, l_sleepchain) == NULL)
		return;
	TAILQ_REMOVE(sq, l, l_sleepchain);
	sleepq_insert(sq, l, l->l_syncobj);
}

/*
 * sleepq_changepri, sleepq_lendpri: l, which sleeps and is locked, gets another
 * priority, or a lent one.
 */
void
sleepq_changepri(lwp_t *l, pri_t pri)
{
	KASSERT(lwp_locked(l, NULL));

	l->l_priority = pri;
	sleepq_reinsert(l->l_sleepq, l);
}

void
sleepq_lendpri(lwp_t *l, pri_t pri)
{
	KASSERT(lwp_locked(l, NULL));

	l->l_inheritedprio = pri;
	sleepq_reinsert(l->l_sleepq, l);
}
