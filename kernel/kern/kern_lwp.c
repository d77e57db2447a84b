/*
 * kern_lwp.c: the life of an LWP.
 *
 *		LSIDL		being made (lwp_create); softints and idle LWPs
 *		  |		are LSIDL whenever they do not run
 *		  v
 *	.---> LSRUN <----.	in a run queue
 *	|	  |	  |
 *	|	  v	  |
 *	| LSONPROC --->--'	on a CPU; back into the queue by preemption
 *	|	  |  |
 *	|	  v  '-> LSZOMB	exited (lwp_exit); its memory is freed by others
 *	'---- LSSLEEP		in a sleep queue
 *
 * LSSTOP and LSSUSPENDED are states that LWPs of programs can be in.
 *
 * Death.  An LWP cannot free the stack it stands on.  A detached one, when it
 * exits, leaves itself in p_zomblwp and switches away for ever; the next LWP
 * that is made or exits frees it, or uses it again.  Others are freed by whoever
 * waits for them, with lwp_wait.  Either must see that the LWP has left its CPU:
 *
 *	exiting LWP, CPU 0		lwp_free, CPU 1
 *	l_stat = LSZOMB, p_zomblwp
 *					takes it out of p_zomblwp
 *	l_pflag &= ~LP_RUNNING		spins for LP_RUNNING to vanish
 *	cpu_switchto(NULL, newl):
 *	ci_curlwp = newl		.. and for ci_curlwp to be another
 *					frees the stack
 *
 * Its memory.  A waiter for an adaptive mutex or an rwlock reads l_cpu of the
 * owner, having read who that is, without a lock (mutex_oncpu).  By then the
 * owner may have let go, exited, and been freed:
 *
 *	waiter, CPU 1			owner
 *	l = owner
 *					mutex_exit, lwp_exit
 *					lwp_free: pool_cache_put
 *	l->l_cpu
 *
 * That is harmless as long as the memory is an LWP, whoever's; so struct lwp
 * comes from a pool of its own, and before pages go back from the pool, its
 * destructor (lwp_dtor) makes a cross call to all CPUs.  Waiters have
 * preemption off while they look, so when an ordinary thread has run on each
 * CPU, those that looked are through.
 *
 * Locks: see <sys/lwp.h>.  An LWP's own lock changes as it moves; the functions
 * for that are below.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/sleepq.h>
#include <sys/lockdebug.h>
#include <sys/kmem.h>
#include <sys/intr.h>
#include <sys/atomic.h>
#include <sys/xcall.h>
#include <sys/pserialize.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/resourcevar.h>

#include <uvm/uvm_extern.h>

/*
 * What an LWP is made of has the size it has in NetBSD on amd64, so that its
 * fields share lines as they do there.
 */
CTASSERT(sizeof(struct bintime) == 16);
CTASSERT(sizeof(callout_t) == 80);
CTASSERT(sizeof(kcondvar_t) == 24);
CTASSERT(sizeof(sigset_t) == 16 && sizeof(sigpend_t) == 32);
CTASSERT(sizeof(stack_t) == 24);
CTASSERT(sizeof(specificdata_reference) == 16);
CTASSERT(sizeof(struct rusage) == 144);
CTASSERT(offsetof(struct lwp, l_cpu) == 24);
CTASSERT(offsetof(struct lwp, l_mutex) == 32);
CTASSERT(offsetof(struct lwp, l_addr) == 48);

static pool_cache_t lwp_cache;
turnstile_t turnstile0; /* of lwp0, before there is a pool */
struct lwplist alllwp;
int maxlwp = MAXLWP;

struct lwp lwp0 __aligned(MIN_LWP_ALIGNMENT) = {
#ifdef LWP0_CPU_INFO
	.l_cpu = LWP0_CPU_INFO,
#endif
	.l_proc = &proc0,
	.l_lid = 1,
	.l_flag = LW_SYSTEM,
	.l_stat = LSONPROC,
	.l_ts = &turnstile0,
	.l_syncobj = &sched_syncobj,
	.l_refcnt = 1,
	.l_priority = PRI_USER + NPRI_USER - 1,
	.l_inheritedprio = -1,
	.l_class = SCHED_OTHER,
	.l_psid = 0,
	.l_pi_lenders = SLIST_HEAD_INITIALIZER(&lwp0.l_pi_lenders),
	.l_name = __UNCONST("swapper"),
};

/* Memory of LWPs goes back to where it may become something else. */
static void
lwp_dtor(void *arg, void *obj)
{
	uint64_t where;

	where = xc_broadcast(0, (xcfunc_t)(void *)nullop, NULL, NULL);
	xc_wait(where);
}

/* lwpinit: before LWPs are made. */
void
lwpinit(void)
{
	LIST_INIT(&alllwp);
	lwp_sys_init();
	lwp_cache = pool_cache_init(sizeof(lwp_t), MIN_LWP_ALIGNMENT, 0, 0,
	    "lwppl", NULL, IPL_NONE, NULL, lwp_dtor, NULL);
}

void
lwp_sys_init(void)
{
	/* No system calls, so no state of theirs. */
}

/* lwp0_init: what is not to be had at compile time. */
void
lwp0_init(void)
{
	struct lwp *l = &lwp0;

	KASSERT((void *)uvm_lwp_getuarea(l) != NULL);
	KASSERT(l->l_lid == proc0.p_nlwpid);

	LIST_INSERT_HEAD(&alllwp, l, l_list);
	TAILQ_INIT(&l->l_ld_locks);

	callout_init(&l->l_timeout_ch, CALLOUT_MPSAFE);
	callout_setfunc(&l->l_timeout_ch, sleepq_timeout, l);
	cv_init(&l->l_sigcv, "sigwait");
	cv_init(&l->l_waitcv, "vfork");
}

/* The memory of a new LWP: that of a detached one which has exited, or new. */
static struct lwp *
lwp_alloc(struct proc *p)
{
	struct lwp *l = NULL;
	turnstile_t *ts;

	if (p->p_zomblwp != NULL) {
		mutex_enter(p->p_lock);
		if ((l = p->p_zomblwp) != NULL) {
			p->p_zomblwp = NULL;
			lwp_free(l, true, false); /* lets go of p_lock */
		} else
			mutex_exit(p->p_lock);
	}
	if (l == NULL) {
		l = pool_cache_get(lwp_cache, PR_WAITOK);
		ts = pool_cache_get(turnstile_cache, PR_WAITOK);
	} else {
		ts = l->l_ts;
		KASSERT(l->l_inheritedprio == -1);
		KASSERT(SLIST_EMPTY(&l->l_pi_lenders));
	}
	memset(l, 0, sizeof(*l));
	l->l_ts = ts;
	SLIST_INIT(&l->l_pi_lenders);
	return l;
}

/* Make the LWP known. */
static void
lwp_link(struct lwp *l, struct proc *p, int flags)
{
	mutex_enter(p->p_lock);
	if ((flags & LWP_DETACHED) != 0) {
		l->l_prflag = LPR_DETACHED;
		p->p_ndlwps++;
	} else
		l->l_prflag = 0;
	TAILQ_INIT(&l->l_sigpend.sp_info);

	p->p_nlwpid++;
	if (p->p_nlwpid == 0)
		p->p_nlwpid++;
	l->l_lid = p->p_nlwpid;

	LIST_INSERT_HEAD(&p->p_lwps, l, l_sibling);
	p->p_nlwps++;
	p->p_nrlwps++;
	mutex_exit(p->p_lock);

	mutex_enter(proc_lock);
	LIST_INSERT_HEAD(&alllwp, l, l_list);
	mutex_exit(proc_lock);
}

/*
 * lwp_create: a new LWP of p2, made after l1, with the stack pages uaddr.  It
 * calls func(arg) when it runs; but first it is LSIDL, and the caller sees to
 * it (kthread_create).  0 or an errno.  May sleep.
 */
int
lwp_create(lwp_t *l1, proc_t *p2, vaddr_t uaddr, int flags, void *stack,
    size_t stacksize, void (*func)(void *), void *arg, lwp_t **rnewlwpp,
    int sclass)
{
	struct lwp *l2;

	KASSERT(l1 == curlwp || l1->l_proc == &proc0);

	l2 = lwp_alloc(p2);
	l2->l_stat = LSIDL;
	l2->l_proc = p2;
	l2->l_refcnt = 1;
	l2->l_class = sclass;
	l2->l_kpriority = l1->l_kpriority;
	l2->l_kpribase = PRI_KERNEL;
	l2->l_priority = l1->l_priority;
	l2->l_inheritedprio = -1;
	l2->l_flag = 0;
	l2->l_pflag = LP_MPSAFE;
	TAILQ_INIT(&l2->l_ld_locks);
	if ((p2->p_flag & PK_SYSTEM) != 0)
		l2->l_flag |= LW_SYSTEM;

	/* A kthread begins where lwp0 is, unless it is bound elsewhere. */
	l2->l_cpu = l1->l_cpu;
	l2->l_mutex = l2->l_cpu->ci_schedstate.spc_mutex;

	sched_lwp_fork(l1, l2);
	lwp_update_creds(l2);
	callout_init(&l2->l_timeout_ch, CALLOUT_MPSAFE);
	callout_setfunc(&l2->l_timeout_ch, sleepq_timeout, l2);
	cv_init(&l2->l_sigcv, "sigwait");
	cv_init(&l2->l_waitcv, "vfork");
	l2->l_syncobj = &sched_syncobj;

	if (rnewlwpp != NULL)
		*rnewlwpp = l2;

	uvm_lwp_setuarea(l2, uaddr);
	cpu_lwp_fork(l1, l2, stack, stacksize, func, arg);

	lwp_link(l2, p2, flags);
	return 0;
}

/*
 * lwp_startup: an LWP's first steps, called by lwp_trampoline on its stack: as
 * the end of mi_switch, for one that has never begun it.  prev: who ran here
 * before, to be freed for other CPUs, or NULL if it has exited.
 */
void
lwp_startup(struct lwp *prev, struct lwp *new_lwp)
{
	KASSERTMSG(new_lwp == curlwp, "l %p curlwp %p prevlwp %p", new_lwp,
	    curlwp, prev);
	KASSERT(kpreempt_disabled());

	if (prev != NULL) {
		curcpu()->ci_mtx_count++;
		membar_exit(); /* pairs with switch_wait in kern_synch.c */
		prev->l_ctxswtch = 0;
	}
	KPREEMPT_DISABLE(new_lwp);
	spl0();
	pmap_activate(new_lwp);

	/* A trip through cpu_switchto, too. */
	pserialize_switchpoint();

	LOCKDEBUG_BARRIER(NULL, 0);
	KPREEMPT_ENABLE(new_lwp);
	if ((new_lwp->l_pflag & LP_MPSAFE) == 0)
		KERNEL_LOCK(1, new_lwp);
}

/*
 * A detached LWP puts itself where the next one finds it, having freed whom it
 * finds there itself.  p_lock is held, before and after.
 */
static void
lwp_leave_detached(struct lwp *l, struct proc *p)
{
	struct lwp *l2;

	while ((l2 = p->p_zomblwp) != NULL) {
		p->p_zomblwp = NULL;
		lwp_free(l2, false, false); /* lets go of p_lock */
		mutex_enter(p->p_lock);
		l->l_refcnt++;
		lwp_drainrefs(l);
	}
	p->p_zomblwp = l;
}

/*
 * lwp_exit: l, which is the caller or never ran, ends.  Holding no locks but
 * KERNEL_LOCK.
 */
void
lwp_exit(struct lwp *l)
{
	struct proc *p = l->l_proc;
	const bool current = l == curlwp;

	KASSERT(current || (l->l_stat == LSIDL && l->l_target_cpu == NULL));
	KASSERT(p == curproc);

	LOCKDEBUG_BARRIER(&kernel_lock, 0);

	mutex_enter(p->p_lock);
	/* lwp0 stays, so this is not the last one. */
	KASSERT(p->p_nlwps - p->p_nzlwps > 1);
	p->p_nzlwps++;
	mutex_exit(p->p_lock);

	callout_destroy(&l->l_timeout_ch);

	mutex_enter(proc_lock);
	LIST_REMOVE(l, l_list);
	mutex_exit(proc_lock);

	mutex_enter(p->p_lock);
	lwp_drainrefs(l);
	if ((l->l_prflag & LPR_DETACHED) != 0)
		lwp_leave_detached(l, p);

	lwp_lock(l);
	l->l_stat = LSZOMB;
	lwp_unlock(l);
	p->p_nrlwps--;
	cv_broadcast(&p->p_lwpcv);

	/*
	 * From here on others may free us.  No preemption any more (LSZOMB),
	 * no sleep.
	 */
	mutex_exit(p->p_lock);
	cpu_lwp_free(l, 0);
	if (current) {
		pmap_deactivate(l);
		KERNEL_UNLOCK_ALL(l, &l->l_biglocks);
		lwp_exit_switchaway(l);
	}
}

/* Give what l has used to its process, and take it off the books. */
static void
lwp_unlink(struct lwp *l, struct proc *p)
{
	struct rusage *ru = &p->p_stats->p_ru;

	KASSERT(mutex_owned(p->p_lock));

	bintime_add(&p->p_rtime, &l->l_rtime);
	p->p_pctcpu += l->l_pctcpu;
	ru->ru_nvcsw += (long)(l->l_ncsw - l->l_nivcsw);
	ru->ru_nivcsw += (long)l->l_nivcsw;
	LIST_REMOVE(l, l_sibling);
	p->p_nlwps--;
	p->p_nzlwps--;
	if ((l->l_prflag & LPR_DETACHED) != 0)
		p->p_ndlwps--;

	/* Who waits for an LWP may have to find that there is none left. */
	cv_broadcast(&p->p_lwpcv);
}

/* Is l still on its CPU? */
static bool
lwp_oncpu(const struct lwp *l)
{
	return (*(const volatile int *)&l->l_pflag & LP_RUNNING) != 0 ||
	    *(struct lwp *volatile *)&l->l_cpu->ci_curlwp == l;
}

/*
 * lwp_free: l, a zombie, goes.  With p_lock, which is let go.  recycle: the
 * caller uses struct and turnstile again.  last: the process goes as well.
 */
void
lwp_free(struct lwp *l, bool recycle, bool last)
{
	struct proc *p = l->l_proc;
	int count;

	KASSERT(l != curlwp);
	KASSERT(last || mutex_owned(p->p_lock));

	if (!last) {
		lwp_unlink(l, p);
		mutex_exit(p->p_lock);
	}

	/* It does not take long, but it may want KERNEL_LOCK until then. */
	if (lwp_oncpu(l)) {
		KERNEL_UNLOCK_ALL(curlwp, &count);
		while (lwp_oncpu(l))
			SPINLOCK_BACKOFF_HOOK;
		KERNEL_LOCK(count, curlwp);
	}

	cv_destroy(&l->l_sigcv);
	cv_destroy(&l->l_waitcv);
	if (l->l_affinity != NULL) {
		kcpuset_unuse(l->l_affinity, NULL);
		l->l_affinity = NULL;
	}
	if (!recycle && l->l_ts != &turnstile0)
		pool_cache_put(turnstile_cache, l->l_ts);
	if (l->l_name != NULL)
		kmem_free(l->l_name, MAXCOMLEN);

	cpu_lwp_free2(l);
	uvm_uarea_system_free(uvm_lwp_getuarea(l));
	l->l_addr = NULL;

	KASSERT(SLIST_EMPTY(&l->l_pi_lenders));
	KASSERT(l->l_inheritedprio == -1);
	KASSERT(l->l_blcnt == 0);
	if (!recycle)
		pool_cache_put(lwp_cache, l);
}

/*
 * lwp_migrate: l, locked, is to run on tci from now on; unlocked.  When it is
 * asleep that is all; if it runs, or waits in the queue, it goes there the next
 * time it leaves its CPU: see kern_runq.c.
 */
void
lwp_migrate(lwp_t *l, struct cpu_info *tci)
{
	struct schedstate_percpu *tspc = &tci->ci_schedstate;
	int lstat = l->l_stat;

	KASSERT(lwp_locked(l, NULL));

	/* On its way to sleep, but not there yet. */
	if ((l->l_pflag & LP_RUNNING) != 0)
		lstat = LSONPROC;

	if (l->l_target_cpu != NULL) {
		/* On its way elsewhere already. */
		l->l_target_cpu = tci;
		lwp_unlock(l);
		return;
	}
	if (l->l_cpu == tci) {
		lwp_unlock(l);
		return;
	}

	switch (lstat) {
	case LSRUN:
		l->l_target_cpu = tci;
		break;
	case LSIDL:
		l->l_cpu = tci;
		lwp_unlock_to(l, tspc->spc_mutex);
		return;
	case LSSLEEP:
		l->l_cpu = tci;
		break;
	case LSSTOP:
	case LSSUSPENDED:
		l->l_cpu = tci;
		if (l->l_wchan == NULL) {
			lwp_unlock_to(l, tspc->spc_lwplock);
			return;
		}
		break;
	case LSONPROC:
		l->l_target_cpu = tci;
		spc_lock(l->l_cpu);
		cpu_need_resched(l->l_cpu, RESCHED_KPREEMPT);
		spc_unlock(l->l_cpu);
		break;
	}
	lwp_unlock(l);
}

#include "kern_lwp_lock.h"

/* lwp_update_creds: those of its process. */
void
lwp_update_creds(struct lwp *l)
{
	l->l_cred = l->l_proc->p_cred;
}

/* lwp_pctr: a number that is another once curlwp has lost its CPU. */
uint64_t
lwp_pctr(void)
{
	return curlwp->l_ncsw;
}
