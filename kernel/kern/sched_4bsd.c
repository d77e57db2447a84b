/*
 * sched_4bsd.c: time slices, and the priority of time-shared LWPs.
 *
 * The scheduler of 4.3BSD in its present shape.  l_estcpu says how much of a
 * CPU an LWP has had lately: schedclock, about 16 times a second, adds to that
 * of the LWP it finds running; sched_pstats, once a second, takes a part of it
 * away, the less the more there is to do.  The priority falls with it:
 *
 *	priority = PRI_KERNEL - 1 - estcpu - nice
 *
 * An LWP that sleeps is left alone and made up for when it wakes up.
 *
 * All that is for class SCHED_OTHER.  Kthreads are SCHED_RR and keep their
 * priority; after a slice they go to the end of their queue, which happens when
 * the CPU next looks at it: a kthread that neither blocks nor yields is not
 * made to, since nothing returns to user mode here.
 *
 * A slice, rrticks, is 100 ms.  spc_ticks counts it down, on each CPU:
 *
 *	slice	flags before		then
 *	1st	0			SPCF_SEENRR
 *	2nd	SEENRR			SHOULDYIELD, ask
 *	3rd	SHOULDYIELD		ask for preemption of the kernel
 *
 * and a switch clears the flags.
 *
 * Locks: l_estcpu, by the LWP's; schedclock adds to it without: it is that of
 * the LWP running on the CPU, at IPL_SCHED.
 *
 * Contexts: sched_tick, sched_schedclock: the clock interrupt.  Others: LWPs up
 * to IPL_SCHED.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/proc.h>
#include <sys/kernel.h>
#include <sys/resourcevar.h>
#include <sys/sched.h>
#include <sys/kauth.h>
#include <sys/lockdebug.h>
#include <sys/kmem.h>
#include <sys/intr.h>
#include <sys/atomic.h>

static int rrticks; /* ticks of a slice; set at boot */

/*
 * Units of l_estcpu: 1 << ESTCPU_SHIFT is one priority, and what 1/8 s of a CPU
 * cost.  PRIO_MAX - 1 priorities is where it ends.
 */
#define ESTCPU_SHIFT  11
#define ESTCPU_MAX    ((PRIO_MAX - 1) << ESTCPU_SHIFT)
#define ESTCPU_ACCUM  (1 << (ESTCPU_SHIFT - 1))
#define ESTCPU_LIM(e) MIN((e), (fixpt_t)ESTCPU_MAX)

/* sched_rqinit: before the first tick. */
void
sched_rqinit(void)
{
	rrticks = hz / 10;
}

/* sched_tick: a slice is over on ci, which is this CPU. */
void
sched_tick(struct cpu_info *ci)
{
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	const lwp_t *l;

	spc->spc_ticks = rrticks;

	if (CURCPU_IDLE_P()) {
		cpu_need_resched(ci, 0);
		return;
	}
	l = ci->ci_data.cpu_onproc;
	if (l == NULL)
		return;

	switch (l->l_class) {
	case SCHED_FIFO:
		break;
	case SCHED_RR:
		cpu_need_resched(ci, 0);
		break;
	default:
		if ((spc->spc_flags & SPCF_SHOULDYIELD) != 0)
			cpu_need_resched(ci, RESCHED_KPREEMPT);
		else if ((spc->spc_flags & SPCF_SEENRR) != 0) {
			spc->spc_flags |= SPCF_SHOULDYIELD;
			cpu_need_resched(ci, 0);
		} else
			spc->spc_flags |= SPCF_SEENRR;
		break;
	}
}

/* What is left of estcpu after a second. */
static fixpt_t
decay_cpu(fixpt_t loadfac, fixpt_t estcpu)
{
	if (estcpu == 0)
		return 0;
	return (uint64_t)estcpu * loadfac / (loadfac + FSCALE);
}

static fixpt_t
sched_loadfac(void)
{
	return 2 * averunnable.ldavg[0];
}

static void
resetpriority(struct lwp *l)
{
	pri_t pri;

	KASSERT(lwp_locked(l, NULL));

	if (l->l_class != SCHED_OTHER)
		return;
	pri = (PRI_KERNEL - 1) - (pri_t)(l->l_estcpu >> ESTCPU_SHIFT) -
	    l->l_proc->p_nice;
	pri = MAX(pri, 0);
	if (pri != l->l_priority)
		lwp_changepri(l, pri);
}

/* sched_pstats_hook: once a second, for each LWP; it is locked. */
void
sched_pstats_hook(struct lwp *l, int batch)
{
	/* Asleep for the whole second: sched_setrunnable makes up for it. */
	if (l->l_slptime > 1)
		return;
	l->l_estcpu = decay_cpu(sched_loadfac(), l->l_estcpu);
	resetpriority(l);
}

/* sched_setrunnable: l wakes up; it is locked. */
void
sched_setrunnable(struct lwp *l)
{
	const fixpt_t loadfac = sched_loadfac();
	u_int n;

	KASSERT(lwp_locked(l, NULL));

	if (l->l_slptime <= 1)
		return;
	/* Once for each second that sched_pstats_hook left out. */
	for (n = l->l_slptime - 1; n != 0 && l->l_estcpu != 0; n--)
		l->l_estcpu = decay_cpu(loadfac, l->l_estcpu);
	resetpriority(l);
}

/* sched_schedclock: l was found running, again. */
void
sched_schedclock(struct lwp *l)
{
	if (l->l_class != SCHED_OTHER)
		return;

	KASSERT(!CURCPU_IDLE_P());
	l->l_estcpu = ESTCPU_LIM(l->l_estcpu + ESTCPU_ACCUM);
	lwp_lock(l);
	resetpriority(l);
	lwp_unlock(l);
}

/* sched_nice: with p_lock held. */
void
sched_nice(struct proc *p, int nice)
{
	struct lwp *l;

	KASSERT(mutex_owned(p->p_lock));

	p->p_nice = nice;
	LIST_FOREACH (l, &p->p_lwps, l_sibling) {
		lwp_lock(l);
		resetpriority(l);
		lwp_unlock(l);
	}
}

void
sched_proc_fork(struct proc *parent, struct proc *child)
{
	struct lwp *pl = LIST_FIRST(&parent->p_lwps);

	child->p_estcpu_inherited = pl->l_estcpu;
	child->p_forktime = 0;
}

void
sched_proc_exit(struct proc *parent, struct proc *child)
{
	/* There is but one process. */
}

/* sched_lwp_fork: a new LWP has used as much as who made it. */
void
sched_lwp_fork(struct lwp *l1, struct lwp *l2)
{
	l2->l_estcpu = l1->l_estcpu;
}

/* sched_lwp_collect: who waits for an LWP inherits what it has used. */
void
sched_lwp_collect(struct lwp *t)
{
	lwp_t *l = curlwp;

	lwp_lock(l);
	l->l_estcpu += t->l_estcpu;
	lwp_unlock(l);
}

/* Things other schedulers may want to know. */

void
sched_oncpu(lwp_t *l)
{
}

void
sched_newts(lwp_t *l)
{
}

void
sched_slept(lwp_t *l)
{
}

void
sched_wakeup(lwp_t *l)
{
}
