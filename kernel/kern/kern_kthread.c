/*
 * kern_kthread.c: threads of the kernel, kthread(9).
 *
 * They are LWPs of proc0.  One made with KTHREAD_MUSTJOIN waits, when it exits,
 * for the kthread_join that its maker owes it; all others are detached, and
 * freed when the next LWP is made or exits (kern_lwp.c).
 *
 * Locks: kthread_lock for LP_MUSTJOIN and l_name of exiting ones, with
 * kthread_cv for both sides of a join.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/sched.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/cpu.h>

#include <uvm/uvm_extern.h>

/*
 * One who joins, on his own stack: the LWP that is joined, whose l_ctxlink it
 * is, may be gone when he looks.  kthread_lock.
 */
struct kthread_joiner {
	bool kj_done;
};

static kmutex_t kthread_lock;
static kcondvar_t kthread_cv;

void
kthread_sysinit(void)
{
	mutex_init(&kthread_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&kthread_cv, "kthrwait");
}

/* Priority and class. */
static void
kthread_setup(lwp_t *l, pri_t pri, int flag)
{
	if ((flag & KTHREAD_INTR) != 0) {
		l->l_pflag |= LP_INTR;
	}
	if (pri == PRI_NONE)
		pri = (flag & KTHREAD_TS) != 0 ? MAXPRI_USER : PRI_KTHREAD;
	l->l_priority = pri;
}

static int
kthread_name(lwp_t *l, const char *fmt, va_list ap)
{
	l->l_name = kmem_alloc(MAXCOMLEN, KM_SLEEP);
	if (l->l_name == NULL)
		return ENOMEM;
	vsnprintf(l->l_name, MAXCOMLEN, fmt, ap);
	return 0;
}

/*
 * kthread_create: a new thread that calls func(arg), with priority pri
 * (PRI_NONE: PRI_KTHREAD), bound to ci, if that is not NULL.  It is stored in
 * *lp, where wanted, before it runs.  The name is made as by printf.
 */
int
kthread_create(pri_t pri, int flag, struct cpu_info *ci, void (*func)(void *),
    void *arg, lwp_t **lp, const char *fmt, ...)
{
	const int lc = (flag & KTHREAD_TS) != 0 ? SCHED_OTHER : SCHED_RR;
	vaddr_t uaddr;
	va_list ap;
	lwp_t *l;
	int error;

	KASSERT((flag & KTHREAD_INTR) == 0 || (flag & KTHREAD_MPSAFE) != 0);

	uaddr = uvm_uarea_system_alloc((flag & (KTHREAD_INTR | KTHREAD_IDLE)) !=
		    0
		? ci
		: NULL);
	if (uaddr == 0)
		return ENOMEM;
	if ((flag & KTHREAD_MUSTJOIN) != 0)
		KASSERT(lp != NULL);
	error = lwp_create(&lwp0, &proc0, uaddr, LWP_DETACHED, NULL, 0, func,
	    arg, &l, lc);
	if (error != 0) {
		uvm_uarea_system_free(uaddr);
		return error;
	}
	if (fmt != NULL) {
		va_start(ap, fmt);
		error = kthread_name(l, fmt, ap);
		va_end(ap);
		if (error != 0) {
			lwp_exit(l);
			return error;
		}
	}

	lwp_lock(l);
	kthread_setup(l, pri, flag);
	if (ci != NULL) {
		if (ci != l->l_cpu) {
			lwp_unlock_to(l, ci->ci_schedstate.spc_mutex);
			lwp_lock(l);
		}
		l->l_pflag |= LP_BOUND;
		l->l_cpu = ci;
	}
	if ((flag & KTHREAD_MUSTJOIN) != 0)
		l->l_pflag |= LP_MUSTJOIN;
	if ((flag & KTHREAD_MPSAFE) == 0)
		l->l_pflag &= ~LP_MPSAFE;

	/* It may run, and be gone, from sched_enqueue on. */
	if (lp != NULL)
		*lp = l;
	if ((flag & KTHREAD_IDLE) == 0) {
		l->l_stat = LSRUN;
		sched_enqueue(l, false);
	} else if (ci != NULL) {
		/* In no run queue, ever: a softint's runs where it is. */
		lwp_unlock_to(l, ci->ci_schedstate.spc_lwplock);
		return 0;
	}
	lwp_unlock(l);
	return 0;
}

/* kthread_exit: the calling thread ends; or return from its function. */
void
kthread_exit(int ecode)
{
	lwp_t *l = curlwp;
	struct kthread_joiner *kj;
	const char *name;

	if (ecode != 0) {
		name = l->l_name != NULL ? l->l_name : "unnamed";
		printf("WARNING: kthread `%s' (%d) exits with status %d\n",
		    name, l->l_lid, ecode);
	}

	/* Joined: the maker has seen that we are here, and we that it did. */
	if ((l->l_pflag & LP_MUSTJOIN) != 0) {
		mutex_enter(&kthread_lock);
		while ((kj = l->l_ctxlink) == NULL)
			cv_wait(&kthread_cv, &kthread_lock);
		kj->kj_done = true;
		cv_broadcast(&kthread_cv);
		mutex_exit(&kthread_lock);
	}

	lwp_exit(l);
	for (;;)
		;
}

/*
 * kthread_join: wait until l, made with KTHREAD_MUSTJOIN, has come to
 * kthread_exit.  May sleep.
 */
int
kthread_join(lwp_t *l)
{
	struct kthread_joiner kj = { false };

	KASSERT((l->l_flag & LW_SYSTEM) != 0);
	KASSERT((l->l_pflag & LP_MUSTJOIN) != 0);

	mutex_enter(&kthread_lock);
	KASSERT(l->l_ctxlink == NULL);
	l->l_ctxlink = &kj;
	cv_broadcast(&kthread_cv);
	while (!kj.kj_done)
		cv_wait(&kthread_cv, &kthread_lock);
	mutex_exit(&kthread_lock);
	return 0;
}

/* kthread_destroy: one that was made with KTHREAD_IDLE, and never ran. */
void
kthread_destroy(lwp_t *l)
{
	KASSERT((l->l_flag & LW_SYSTEM) != 0);
	KASSERT(l->l_stat == LSIDL);
	lwp_exit(l);
}
