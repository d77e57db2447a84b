/*
 * kern_lock.c: KERNEL_LOCK once more, which remembers where it was taken last
 * and by whom, as a drop-in for the kernel's.
 *
 * The lock is a byte that one CPU has.  ci_biglock_count says how often that
 * CPU has it, l_blcnt how often an LWP has; both are the owner's to change, at
 * splvm.  While an LWP spins, ci_biglock_wanted names it: who finds it as the
 * owner of an adaptive mutex does not spin for it in turn.
 */
#include <sys/cdefs.h>
__KERNEL_RCSID(0, "$Rangeley: kern_lock.c $");

#include <sys/param.h>
#include <sys/proc.h>
#include <sys/lock.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lockdebug.h>
#include <sys/cpu.h>
#include <sys/syslog.h>
#include <sys/atomic.h>
#include <sys/lwp.h>

#include <machine/lock.h>

#include <dev/lockstat.h>

#define CALLER ((uintptr_t)__builtin_return_address(0))

bool kernel_lock_dodebug;
__cpu_simple_lock_t kernel_lock[CACHE_LINE_SIZE /
    sizeof(__cpu_simple_lock_t)] __cacheline_aligned;

/* Written by the owner; read for reports. */
static struct {
	lwp_t *volatile kh_lwp;
	volatile uintptr_t kh_caller;
	volatile uint64_t kh_contended;
} kernel_lock_holder __cacheline_aligned;

void _kernel_lock_dump(volatile void *);

lockops_t _kernel_lock_ops = { "Kernel lock", LOCKOPS_SPIN, _kernel_lock_dump };

/* Not KASSERT: its report would take the lock. */
#define MUST(e)                                                         \
	do {                                                            \
		if (__predict_false(!(e)))                              \
			LOCKDEBUG_ABORT(kernel_lock, &_kernel_lock_ops, \
			    __func__, "not so: " #e);                   \
	} while (0)

void
assert_sleepable(void)
{
	uint64_t before;
	bool idle;

	if (panicstr != NULL)
		return;

	/* Again if we were switched, perhaps to another CPU, meanwhile. */
	do {
		before = lwp_pctr();
		__insn_barrier();
		idle = CURCPU_IDLE_P();
		__insn_barrier();
	} while (before != lwp_pctr());

	if (idle && !cold)
		panic("assert_sleepable: idle caller=%p", (void *)CALLER);
	if (cpu_intr_p())
		panic("assert_sleepable: interrupt caller=%p", (void *)CALLER);
	if (cpu_softintr_p())
		panic("assert_sleepable: softint caller=%p", (void *)CALLER);
}

void
kernel_lock_init(void)
{
	__cpu_simple_lock_init(kernel_lock);
	kernel_lock_dodebug = LOCKDEBUG_ALLOC(kernel_lock, &_kernel_lock_ops,
	    CALLER);
}

void
_kernel_lock_dump(volatile void *cookie)
{
	struct cpu_info *ci = curcpu();

	printf_nolog("curcpu holds : %18d wanted by: %#018lx\n",
	    (int)ci->ci_biglock_count, (long)ci->ci_biglock_wanted);
	printf_nolog("holder       : %p from %p, contended %d times\n",
	    kernel_lock_holder.kh_lwp, (void *)kernel_lock_holder.kh_caller,
	    (int)kernel_lock_holder.kh_contended);
}

/* The byte is this CPU's. */
static void
kernel_lock_taken(struct cpu_info *ci, lwp_t *l, int n, uintptr_t caller)
{
	MUST(ci->ci_biglock_count == 0);
	ci->ci_biglock_count = n;
	l->l_blcnt = n;
	kernel_lock_holder.kh_lwp = l;
	kernel_lock_holder.kh_caller = caller;
	LOCKDEBUG_LOCKED(kernel_lock_dodebug, kernel_lock, NULL, caller, 0);
}

/* Another CPU has it.  At splvm, and so on return; at `s' while it spins. */
static void
kernel_lock_wait(struct cpu_info *ci, lwp_t *l, int s, int n, uintptr_t caller)
{
	lwp_t *outer;
	u_int spins;
	LOCKSTAT_TIMER(t);
	LOCKSTAT_FLAG(flag);

	/* A mutex just released must be seen so before we are seen spinning. */
	membar_producer();
	outer = ci->ci_biglock_wanted;
	ci->ci_biglock_wanted = l;

	LOCKSTAT_ENTER(flag);
	LOCKSTAT_START_TIMER(flag, t);
	spins = 0;
	for (;;) {
		splx(s);
		while (__SIMPLELOCK_LOCKED_P(kernel_lock)) {
			if (SPINLOCK_SPINOUT(spins))
				MUST(!"spinout");
			SPINLOCK_BACKOFF_HOOK;
			SPINLOCK_SPIN_HOOK;
		}
		(void)splvm();
		if (__cpu_simple_lock_try(kernel_lock))
			break;
	}
	LOCKSTAT_STOP_TIMER(flag, t);

	kernel_lock_taken(ci, l, n, caller);
	kernel_lock_holder.kh_contended++;
	if (outer == NULL) {
		LOCKSTAT_EVENT_RA(flag, kernel_lock, LB_KERNEL_LOCK | LB_SPIN,
		    1, t, caller);
	}
	LOCKSTAT_EXIT(flag);
	splx(s);

	/* Ordered before any release of a mutex that follows. */
	(void)atomic_swap_ptr(&ci->ci_biglock_wanted, outer);
#ifndef __HAVE_ATOMIC_AS_MEMBAR
	membar_enter();
#endif
}

void
_kernel_lock(int nlocks)
{
	const uintptr_t caller = CALLER;
	lwp_t *l = curlwp;
	struct cpu_info *ci;
	int s;

	MUST(nlocks > 0);

	s = splvm();
	ci = curcpu();
	if (ci->ci_biglock_count > 0) {
		MUST(__SIMPLELOCK_LOCKED_P(kernel_lock));
		ci->ci_biglock_count += nlocks;
		l->l_blcnt += nlocks;
		splx(s);
		return;
	}

	MUST(l->l_blcnt == 0);
	LOCKDEBUG_WANTLOCK(kernel_lock_dodebug, kernel_lock, caller, false);
	if (__predict_true(__cpu_simple_lock_try(kernel_lock))) {
		kernel_lock_taken(ci, l, nlocks, caller);
		splx(s);
	} else
		kernel_lock_wait(ci, l, s, nlocks, caller);
}

void
_kernel_unlock(int nlocks, int *countp)
{
	lwp_t *l = curlwp;
	const int had = l->l_blcnt;
	struct cpu_info *ci;
	bool last;
	int s;

	MUST(nlocks == -1 || nlocks == 0 || nlocks == 1);

	if (countp != NULL)
		*countp = had;
	if (had == 0) {
		MUST(nlocks < 1);
		return;
	}

	if (nlocks == 0)
		nlocks = had;
	else if (nlocks == -1) {
		MUST(had == 1);
		nlocks = 1;
	}

	s = splvm();
	ci = curcpu();
	MUST(__SIMPLELOCK_LOCKED_P(kernel_lock));
	MUST((int)ci->ci_biglock_count >= had);

	last = (int)ci->ci_biglock_count == nlocks;
	ci->ci_biglock_count -= nlocks;
	l->l_blcnt -= nlocks;
	if (last) {
		LOCKDEBUG_UNLOCKED(kernel_lock_dodebug, kernel_lock, CALLER, 0);
		kernel_lock_holder.kh_lwp = NULL;
		__cpu_simple_unlock(kernel_lock);
	}
	splx(s);

	/* A preemption may have been put off because of the lock. */
	if (last && l->l_dopreempt)
		kpreempt(0);
}

bool
_kernel_locked_p(void)
{
	return __SIMPLELOCK_LOCKED_P(kernel_lock);
}
