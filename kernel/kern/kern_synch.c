/*
 * kern_synch.c: one LWP leaves its CPU, another gets it.
 *
 * All switches but those into a softint, and the last of an LWP's life, are
 * made by mi_switch.  It is called by an LWP that wants to wait (a sleep queue
 * has it by then: sleepq_block), that gives up the CPU of itself (yield), that
 * must (preempt, kpreempt), and by the idle LWP when there is work.
 *
 * Locks.  An LWP is locked by *l_mutex.  Which mutex that is says where the
 * LWP is:
 *
 *	spc_lwplock of its CPU		it runs there, or is just being made
 *	spc_mutex of its CPU		it is in that CPU's run queue
 *	the mutex of a sleep queue	it waits
 *
 * The order is: sleep queue or turnstile, spc_lwplock, spc_mutex.  All are
 * spin mutexes of IPL_SCHED.  Who moves an LWP holds both the old lock and the
 * new one, stores l_mutex, and lets go of the old (lwp_unlock_to).
 *
 * The switch itself.  On entry the LWP is locked and nothing else is
 * (ci_mtx_count is -1, asserted below).  Its lock must be free again when
 * somebody else runs; but until its registers are stored, no other CPU may
 * take it up.  Two things see to that.
 *
 * First, l_ctxswtch.  It is set under the LWP's lock, and cleared by whoever
 * runs next on this CPU, with nothing of the old LWP in use any more:
 *
 *	CPU 0, in mi_switch		CPU 1
 *	l on a sleep queue
 *	l->l_ctxswtch = 1
 *	unlock l
 *					wakeup: l runnable, in the queue of CPU 1
 *					nextlwp: l
 *					while (l->l_ctxswtch) spin
 *	cpu_switchto: registers of l
 *	are stored; on newl's stack
 *	membar_exit
 *	prevlwp->l_ctxswtch = 0
 *					cpu_switchto(..., l)
 *
 * Second, the IPL.  Between the unlock and the new LWP's splx no interrupt may
 * come in that would lock an LWP, since curlwp is between two.  The unlock
 * must not lower the level, so ci_mtx_count is decremented once more before it
 * and incremented by the new LWP after the switch, as if the lock had been
 * handed over.  For the same reason ci_mtx_oldspl, the level to return to, is
 * copied to the stack: it belongs to the LWP, while the field of the CPU will
 * be the next LWP's.  The level at which one sleeps is therefore had back, and
 * what it kept out may come in meanwhile.
 *
 * Softints (__HAVE_FAST_SOFTINTS).  A softint runs on top of the LWP that it
 * interrupted, with l_switchto saying whom.  Should it block, mi_switch returns
 * to that LWP, whose context and times were never touched (`returning'), and
 * the softint is an ordinary LWP from then on.  cpu_onproc is the LWP beneath.
 *
 * pserialize.  A CPU that has passed mi_switch has left all read sections it
 * was in; pserialize_switchpoint notes it, also when l is chosen again.
 *
 * Contexts.  mi_switch, tsleep, kpause, yield: LWPs, softints for short waits
 * for locks only.  wakeup, setrunnable: any up to IPL_SCHED.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/proc.h>
#include <sys/kernel.h>
#include <sys/cpu.h>
#include <sys/pserialize.h>
#include <sys/resourcevar.h>
#include <sys/sched.h>
#include <sys/sleepq.h>
#include <sys/lockdebug.h>
#include <sys/evcnt.h>
#include <sys/intr.h>
#include <sys/lwp.h>
#include <sys/atomic.h>

#include <uvm/uvm_extern.h>

#include <dev/lockstat.h>

static void sched_unsleep(struct lwp *, bool);
static void sched_changepri(struct lwp *, pri_t);
static void sched_lendpri(struct lwp *, pri_t);

/* Of LWPs that sleep without a lock, and of those that run. */
syncobj_t sleep_syncobj = {
	.sobj_flag = SOBJ_SLEEPQ_SORTED,
	.sobj_unsleep = sleepq_unsleep,
	.sobj_changepri = sleepq_changepri,
	.sobj_lendpri = sleepq_lendpri,
	.sobj_owner = syncobj_noowner,
};

syncobj_t sched_syncobj = {
	.sobj_flag = SOBJ_SLEEPQ_SORTED,
	.sobj_unsleep = sched_unsleep,
	.sobj_changepri = sched_changepri,
	.sobj_lendpri = sched_lendpri,
	.sobj_owner = syncobj_noowner,
};

unsigned sched_pstats_ticks;
kcondvar_t lbolt; /* once a second */

static void kpreempt_init(void);

void
synch_init(void)
{
	cv_init(&lbolt, "lbolt");
	kpreempt_init();
}

#include "kern_synch_sleep.h"

/* Let others of the same priority, or a higher one, run. */
static void
sched_giveup(struct lwp *l)
{
	KERNEL_UNLOCK_ALL(l, &l->l_biglocks);
	lwp_lock(l);
	KASSERT(lwp_locked(l, l->l_cpu->ci_schedstate.spc_lwplock));
	KASSERT(l->l_stat == LSONPROC);
}

/*
 * yield: the caller has nothing urgent.  It goes to the end of its queue.
 */
void
yield(void)
{
	struct lwp *l = curlwp;

	sched_giveup(l);
	l->l_kpriority = false;
	(void)mi_switch(l);
	KERNEL_LOCK(l->l_biglocks, l);
}

/*
 * preempt: the caller is to go, its time is over.  It keeps what priority it
 * has for having slept in the kernel.
 */
void
preempt(void)
{
	struct lwp *l = curlwp;

	sched_giveup(l);
	l->l_nivcsw++;
	(void)mi_switch(l);
	KERNEL_LOCK(l->l_biglocks, l);
}

#include "kern_synch_preempt.h"

/* updatertime: l stops running now; add what it ran.  Not for idle LWPs. */
void
updatertime(lwp_t *l, const struct bintime *now)
{
	if (__predict_false((l->l_flag & LW_IDLE) != 0))
		return;

	/* rtime += now - stime */
	bintime_add(&l->l_rtime, now);
	bintime_sub(&l->l_rtime, &l->l_stime);
}

/*
 * nextlwp: take the LWP that is to run next out of the queue, or the idle one.
 * With spc_mutex held; the LWP is then locked by spc_lwplock, which may or may
 * not be held.
 */
static struct lwp *
nextlwp(struct cpu_info *ci, struct schedstate_percpu *spc)
{
	struct lwp *newl = sched_nextlwp();

	if (newl != NULL) {
		sched_dequeue(newl);
		KASSERT(lwp_locked(newl, spc->spc_mutex));
		KASSERT(newl->l_cpu == ci);
		newl->l_stat = LSONPROC;
		newl->l_pflag |= LP_RUNNING;
		lwp_setlock(newl, spc->spc_lwplock);
	} else {
		newl = ci->ci_data.cpu_idlelwp;
		newl->l_stat = LSONPROC;
		newl->l_pflag |= LP_RUNNING;
	}

	ci->ci_want_resched = ci->ci_data.cpu_softints;
	spc->spc_flags &= ~SPCF_SWITCHCLEAR;
	spc->spc_curpriority = lwp_eprio(newl);
	return newl;
}

/* l still wants to run: back into the queue with it, and perhaps farther. */
static void
switch_requeue(struct lwp *l, struct schedstate_percpu *spc)
{
	KASSERT(lwp_locked(l, spc->spc_lwplock));

	if ((l->l_flag & LW_IDLE) != 0) {
		l->l_stat = LSIDL;
		return;
	}
	l->l_stat = LSRUN;
	lwp_setlock(l, spc->spc_mutex);
	sched_enqueue(l, true);

	/* The idle LWP moves it to l_target_cpu: sched_idle. */
	KASSERT(spc->spc_migrating == NULL);
	if (l->l_target_cpu != NULL)
		spc->spc_migrating = l;
}

/* Wait until the CPU that newl was on has done with it. */
static void
switch_wait(struct lwp *newl)
{
	u_int count = SPINLOCK_BACKOFF_MIN;

	while (__predict_false(*(volatile int *)&newl->l_ctxswtch != 0))
		SPINLOCK_BACKOFF(count);
}

/*
 * The switch.  spc_mutex is held, and l's lock, which is another one unless l
 * has been put into the queue; then spc_lwplock is held too.
 */
static void
switch_to(struct lwp *l, struct lwp *newl, struct cpu_info *ci, bool returning)
{
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	struct lwp *prevlwp;
	int oldspl;

	/* Let go of all but l. */
	if (l->l_mutex == spc->spc_mutex)
		mutex_spin_exit(spc->spc_lwplock);
	else {
		mutex_spin_exit(spc->spc_mutex);
		KASSERT(spc->spc_migrating == NULL);
	}

	KASSERT(l->l_ctxswtch == 0);
	l->l_ctxswtch = 1;
	l->l_ncsw++;
	KASSERT((l->l_pflag & LP_RUNNING) != 0);
	l->l_pflag &= ~LP_RUNNING;

	/* One more than are held, so that lwp_unlock does not lower the IPL. */
	KASSERTMSG(ci->ci_mtx_count == -1,
	    "%s: cpu%u: ci_mtx_count (%d) != -1: a spin mutex is held",
	    __func__, cpu_index(ci), ci->ci_mtx_count);
	oldspl = ci->ci_mtx_oldspl;
	ci->ci_mtx_count--;
	lwp_unlock(l);

	ci->ci_data.cpu_nswtch++;

	/* The context beneath a softint is still that of its victim. */
	if (!returning)
		pmap_deactivate(l);

	switch_wait(newl);
	prevlwp = cpu_switchto(l, newl, returning);

	/* Some time has passed, and this may be another CPU. */
	ci = curcpu();
	pmap_activate(l);
	if (prevlwp != NULL) {
		ci->ci_mtx_count++;
		membar_exit(); /* pairs with switch_wait */
		prevlwp->l_ctxswtch = 0;
	}
	pserialize_switchpoint();

	KASSERT(l->l_cpu == ci);
	splx(oldspl);
}

/*
 * mi_switch: the LWP l, which is curlwp and locked, stops running.  Returns
 * when it runs again, unlocked and at the level it had when it locked itself;
 * 1 if another one ran in between.
 */
int
mi_switch(lwp_t *l)
{
	struct schedstate_percpu *spc;
	struct cpu_info *ci;
	struct lwp *newl = NULL;
	struct bintime bt;
	bool returning = false;
	int retval;

	KASSERT(lwp_locked(l, NULL));
	KASSERT(kpreempt_disabled());
	LOCKDEBUG_BARRIER(l->l_mutex, 1);

	kstack_check_magic(l);

	binuptime(&bt);

	KASSERTMSG(l == curlwp, "l %p curlwp %p", l, curlwp);
	KASSERT((l->l_pflag & LP_RUNNING) != 0);
	KASSERT(l->l_cpu == curcpu());
	ci = l->l_cpu;
	spc = &ci->ci_schedstate;

	if (l->l_switchto != NULL) {
		if ((l->l_pflag & LP_INTR) != 0) {
			returning = true;
			softint_block(l);
			if ((l->l_pflag & LP_TIMEINTR) != 0)
				updatertime(l, &bt);
		}
		newl = l->l_switchto;
		l->l_switchto = NULL;
	}
	if (!returning)
		updatertime(l, &bt);

	KASSERT(l->l_stat != LSRUN);
	mutex_spin_enter(spc->spc_mutex);
	if (l->l_stat == LSONPROC && l != newl)
		switch_requeue(l, spc);
	if (newl == NULL)
		newl = nextlwp(ci, spc);
	if (!returning) {
		newl->l_stime = bt;
		ci->ci_data.cpu_onproc = newl;
	}
	cpu_did_resched(l);
	l->l_dopreempt = 0;
	l->l_pfailaddr = 0;

	if (l != newl) {
		switch_to(l, newl, ci, returning);
		retval = 1;
	} else {
		pserialize_switchpoint();
		mutex_spin_exit(spc->spc_mutex);
		lwp_unlock(l);
		retval = 0;
	}

	KASSERT(l == curlwp);
	KASSERT(l->l_stat == LSONPROC);
	LOCKDEBUG_BARRIER(NULL, 1);
	return retval;
}

/*
 * lwp_exit_switchaway: as mi_switch, for an LWP that does not come back: it has
 * exited (LSZOMB), or is a softint that had blocked and has no victim to return
 * to (LSIDL).  No lock is handed over, and nobody's l_ctxswtch cleared: lwp_free
 * waits for LP_RUNNING to vanish and for ci_curlwp to be another, and who takes
 * a softint up again is this CPU.
 */
void
lwp_exit_switchaway(lwp_t *l)
{
	struct cpu_info *ci = l->l_cpu;
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	struct lwp *newl;
	struct bintime bt;

	KASSERT(kpreempt_disabled());
	KASSERT(l->l_stat == LSZOMB || l->l_stat == LSIDL);
	KASSERT(ci == curcpu());
	LOCKDEBUG_BARRIER(NULL, 0);

	kstack_check_magic(l);

	binuptime(&bt);
	updatertime(l, &bt);

	/* For good: whoever comes next lowers it. */
	(void)splsched();
	spc_lock(ci);
	newl = nextlwp(ci, spc);
	newl->l_stime = bt;
	l->l_pflag &= ~LP_RUNNING;
	ci->ci_data.cpu_onproc = newl;
	cpu_did_resched(l);
	spc_unlock(ci);

	ci->ci_data.cpu_nswtch++;
	switch_wait(newl);
	(void)cpu_switchto(NULL, newl, false);
	for (;;)
		continue;
}

/*
 * setrunnable: l, suspended, stopped or asleep, goes on.  Locked, and p_lock of
 * its process held; l is unlocked.
 */
void
setrunnable(struct lwp *l)
{
	struct proc *p = l->l_proc;
	struct cpu_info *ci;

	KASSERT((l->l_flag & LW_IDLE) == 0);
	KASSERT(mutex_owned(p->p_lock));
	KASSERT(lwp_locked(l, NULL));

	switch (l->l_stat) {
	case LSSTOP:
		p->p_nrlwps++;
		break;
	case LSSUSPENDED:
		l->l_flag &= ~LW_WSUSPEND;
		p->p_nrlwps++;
		cv_broadcast(&p->p_lwpcv);
		break;
	case LSSLEEP:
		KASSERT(l->l_wchan != NULL);
		break;
	default:
		panic("setrunnable: LWP %p is in state %d", l, l->l_stat);
	}

	if (l->l_wchan != NULL) {
		l->l_stat = LSSLEEP;
		lwp_unsleep(l, true); /* unlocks */
		return;
	}

	/* Still on its CPU, on its way to mi_switch: it may turn back. */
	if ((l->l_pflag & LP_RUNNING) != 0) {
		l->l_stat = LSONPROC;
		l->l_slptime = 0;
		lwp_unlock(l);
		return;
	}

	ci = sched_takecpu(l);
	l->l_cpu = ci;
	spc_lock(ci);
	lwp_unlock_to(l, ci->ci_schedstate.spc_mutex);
	sched_setrunnable(l);
	l->l_stat = LSRUN;
	l->l_slptime = 0;
	sched_enqueue(l, false);
	lwp_unlock(l);
}

/* suspendsched: the system goes down; only kernel threads are left to run. */
void
suspendsched(void)
{
	/* All LWPs are LW_SYSTEM: nothing to suspend. */
}

/* The syncobj of LWPs that run, or are in a run queue. */

static void
sched_unsleep(struct lwp *l, bool cleanup)
{
	panic("%s: LWP %p does not sleep", __func__, l);
}

/*
 * Set what decides an LWP's place in the queue, if it is in one: out, change,
 * in again.  Its CPU looks if somebody has become more urgent than whom it
 * runs.
 */
static void
sched_setpri(lwp_t *l, pri_t *which, pri_t pri)
{
	struct cpu_info *ci = l->l_cpu;

	KASSERT(lwp_locked(l, NULL));

	if (l->l_stat == LSRUN) {
		KASSERT(lwp_locked(l, ci->ci_schedstate.spc_mutex));
		sched_dequeue(l);
		*which = pri;
		sched_enqueue(l, false);
	} else
		*which = pri;

	if (lwp_eprio(l) > ci->ci_schedstate.spc_curpriority)
		cpu_need_resched(ci, 0);
}

static void
sched_changepri(struct lwp *l, pri_t pri)
{
	sched_setpri(l, &l->l_priority, pri);
}

static void
sched_lendpri(struct lwp *l, pri_t pri)
{
	sched_setpri(l, &l->l_inheritedprio, pri);
}

/* syncobj_noowner: what is waited for belongs to nobody. */
struct lwp *
syncobj_noowner(wchan_t wchan)
{
	return NULL;
}

#include "kern_synch_stats.h"
