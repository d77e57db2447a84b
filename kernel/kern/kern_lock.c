/*
 * kern_lock.c: KERNEL_LOCK, the lock of all code that knows no other, and the
 * assertion that a caller may sleep.
 *
 * KERNEL_LOCK is a byte that CPUs spin on, and belongs to a CPU.  It differs
 * from a spin mutex in three ways, which make it fit for code that was written
 * for one CPU.
 *
 * It may be taken again by whoever runs on the CPU that has it: the same LWP,
 * an interrupt handler, a softint.  So there are two counts.
 *
 *	ci_biglock_count	how often the CPU has taken it.  0: it has not
 *	l_blcnt			how often this LWP has.  Interrupt handlers
 *				count in the LWP that they interrupted
 *
 *				CPU	LWP	softint
 *	LWP: KERNEL_LOCK	1	1	0
 *	softint: KERNEL_LOCK	2	1	1
 *	softint blocks		1	1	0	the LWP goes on, and has it
 *	LWP: KERNEL_UNLOCK	0	0	0	the byte is cleared
 *
 * The byte is the CPU's as long as its count is not 0, so what a softint gives
 * up when it blocks is only its share.
 *
 * It is given up by an LWP that sleeps, all of it, and taken as often again
 * when that resumes: sleepq_enter, sleepq_block, and mi_switch's other callers.
 * Who holds it may therefore sleep, and finds the world changed afterwards.
 * Who was not preempted before keeps it: an LWP with l_blcnt != 0, or on a CPU
 * that waits for it, is not preempted (kpreempt), so `ci' below stays right.
 *
 * It has no order with adaptive mutexes.  Either may be taken with the other
 * held:
 *
 *	CPU 0, has the mutex		CPU 1, has KERNEL_LOCK
 *	KERNEL_LOCK: spins
 *					mutex_enter: the owner runs; so spin?
 *
 * That would be for ever.  Who waits for KERNEL_LOCK says so in
 * ci_biglock_wanted, and counts as one who does not run: CPU 1 sleeps, and that
 * gives KERNEL_LOCK up.
 *
 * What is stored there when the wait is over is what was there before, not
 * NULL.  Waits nest:
 *
 *	CPU 0				CPU 1, has KERNEL_LOCK
 *	LWP a, has the mutex
 *	KERNEL_LOCK: wanted = a, spins
 *	interrupt
 *	KERNEL_LOCK: wanted = a, spins	KERNEL_UNLOCK
 *	has it
 *	wanted = ?
 *	KERNEL_UNLOCK
 *					KERNEL_LOCK
 *	return from interrupt		mutex_enter: a runs.  Is it wanted?
 *	spins
 *
 * With NULL both spin for ever.
 *
 * Mutex owners release without a LOCKed instruction; kern_mutex.c says why that
 * is right, and what it needs of us: a store to ci_biglock_wanted that no store
 * before it comes after (membar_producer), and one that nothing after it comes
 * before (a LOCKed swap).
 *
 * Contexts: any up to IPL_VM.  A waiter spins at the IPL of the call, so that
 * higher interrupts go on; the byte is tried and taken at IPL_VM, so that no
 * interrupt that wants it comes between byte and counts.
 */
#include <sys/cdefs.h>
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

#define RETURN_ADDRESS ((uintptr_t)__builtin_return_address(0))

bool kernel_lock_dodebug;

/* A line of its own: it is what all CPUs spin on. */
__cpu_simple_lock_t kernel_lock[CACHE_LINE_SIZE /
    sizeof(__cpu_simple_lock_t)] __cacheline_aligned;

void _kernel_lock_dump(volatile void *);

lockops_t _kernel_lock_ops = { "Kernel lock", LOCKOPS_SPIN, _kernel_lock_dump };

#ifdef LOCKDEBUG
#define KERNEL_LOCK_ASSERT(cond)                                       \
	do {                                                           \
		if (!(cond))                                           \
			KERNEL_LOCK_ABORT("assertion failed: " #cond); \
	} while (0)
#else
#define KERNEL_LOCK_ASSERT(cond) KASSERT(cond)
#endif
#define KERNEL_LOCK_ABORT(msg) \
	LOCKDEBUG_ABORT(kernel_lock, &_kernel_lock_ops, __func__, msg)

/*
 * assert_sleepable: panic unless the caller may sleep.  With LOCKDEBUG that is
 * not with a spin lock held, but for KERNEL_LOCK, which a sleep gives up.
 *
 * A preemption between the look at the CPU and that at its idle LWP would
 * compare those of two CPUs.
 */
void
assert_sleepable(void)
{
	const char *reason = NULL;
	uint64_t pctr;
	bool idle;

	if (panicstr != NULL)
		return;

	do {
		pctr = lwp_pctr();
		__insn_barrier();
		idle = CURCPU_IDLE_P();
		__insn_barrier();
	} while (pctr != lwp_pctr());

	if (idle && !cold)
		reason = "idle";
	if (cpu_intr_p())
		reason = "interrupt";
	if (cpu_softintr_p())
		reason = "softint";
	if (reason != NULL)
		panic("%s: %s caller=%p", __func__, reason,
		    (void *)RETURN_ADDRESS);
	LOCKDEBUG_BARRIER(kernel_lock, 1);
}

/*
 * kernel_lock_init: early in main, before there is anybody to compete.
 */
void
kernel_lock_init(void)
{
	CTASSERT(CACHE_LINE_SIZE >= sizeof(__cpu_simple_lock_t));

	__cpu_simple_lock_init(kernel_lock);
	kernel_lock_dodebug = LOCKDEBUG_ALLOC(kernel_lock, &_kernel_lock_ops,
	    RETURN_ADDRESS);
}

/*
 * _kernel_lock_dump: what this CPU and its LWP have of it.  Any context.
 */
void
_kernel_lock_dump(volatile void *junk)
{
	struct cpu_info *ci = curcpu();

	(void)junk;
	printf_nolog("curcpu holds : %18d wanted by: %#018lx\n",
	    (int)ci->ci_biglock_count, (long)ci->ci_biglock_wanted);
}

/*
 * kernel_lock_spin: get the byte from another CPU; at IPL_VM, and again at
 * IPL_VM on return.  `s' is the IPL of the call.
 */
static inline void
kernel_lock_spin(int s)
{
	u_int spins = 0;

	do {
		splx(s);
		while (__SIMPLELOCK_LOCKED_P(kernel_lock)) {
			if (SPINLOCK_SPINOUT(spins))
				KERNEL_LOCK_ABORT("spinout");
			SPINLOCK_BACKOFF_HOOK;
			SPINLOCK_SPIN_HOOK;
		}
		(void)splvm();
	} while (!__cpu_simple_lock_try(kernel_lock));
}

/* The byte is this CPU's from now on: the first counts.  At IPL_VM. */
static inline void
kernel_lock_first(struct cpu_info *ci, struct lwp *l, int nlocks, uintptr_t ra)
{
	ci->ci_biglock_count = nlocks;
	l->l_blcnt = nlocks;
	LOCKDEBUG_LOCKED(kernel_lock_dodebug, kernel_lock, NULL, ra, 0);
}

/* One more look at the byte, without waiting for it.  At IPL_VM. */
static inline bool
kernel_lock_claim(const struct lwp *l, uintptr_t ra)
{
	KERNEL_LOCK_ASSERT(l->l_blcnt == 0);
	LOCKDEBUG_WANTLOCK(kernel_lock_dodebug, kernel_lock, ra, false);
	if (__cpu_simple_lock_try(kernel_lock))
		return true;
	return false;
}

/*
 * The end of a wait, in _kernel_lock.  Running again, and visibly so before
 * any mutex_exit of ours (C1 in kern_mutex.c).  An outer wait on this CPU goes
 * on.
 */
static inline void
kernel_lock_settle(struct cpu_info *ci, struct lwp *owant)
{
	(void)atomic_swap_ptr(&ci->ci_biglock_wanted, owant);
	membar_enter();
}

/*
 * kernel_lock_wait: take it nlocks times, when another CPU is done with it.
 * Called at IPL_VM; returns at s, the IPL before.
 */
static inline void
kernel_lock_wait(struct cpu_info *ci, struct lwp *l, int nlocks, int s,
    uintptr_t ra)
{
	struct lwp *const owant = ci->ci_biglock_wanted;
	LOCKSTAT_TIMER(spintime);
	LOCKSTAT_FLAG(lsflag);

	/*
	 * From now on we count as not running.  A mutex that we have just
	 * released must be free before (C0 in kern_mutex.c).
	 */
	membar_producer();
	ci->ci_biglock_wanted = l;

	LOCKSTAT_ENTER(lsflag);
	LOCKSTAT_START_TIMER(lsflag, spintime);
	kernel_lock_spin(s);
	LOCKSTAT_STOP_TIMER(lsflag, spintime);
	kernel_lock_first(ci, l, nlocks, ra);
	/* A wait within a wait is part of the outer one's time. */
	if (owant == NULL) {
		LOCKSTAT_EVENT_RA(lsflag, kernel_lock, LB_KERNEL_LOCK | LB_SPIN,
		    1, spintime, ra);
	}
	LOCKSTAT_EXIT(lsflag);
	splx(s);
	kernel_lock_settle(ci, owant);
}

/*
 * _kernel_lock: take it nlocks times.  Called by KERNEL_LOCK.
 */
void
_kernel_lock(int nlocks)
{
	const uintptr_t ra = RETURN_ADDRESS;
	struct lwp *const l = curlwp;
	struct cpu_info *ci;
	int s;

	KERNEL_LOCK_ASSERT(nlocks > 0);

	s = splvm();
	ci = curcpu();
	if (ci->ci_biglock_count != 0) {
		KERNEL_LOCK_ASSERT(__SIMPLELOCK_LOCKED_P(kernel_lock));
		ci->ci_biglock_count += nlocks;
		l->l_blcnt += nlocks;
	} else if (kernel_lock_claim(l, ra))
		kernel_lock_first(ci, l, nlocks, ra);
	else {
		kernel_lock_wait(ci, l, nlocks, s, ra);
		return;
	}
	splx(s);
}

/*
 * kernel_lock_drop: LWP l has it nlocks times less.  True: and so the CPU has
 * given it up.
 */
static inline bool
kernel_lock_drop(struct lwp *l, int nlocks, uintptr_t ra)
{
	const int s = splvm();
	struct cpu_info *const ci = curcpu();
	const bool last = ci->ci_biglock_count == (u_int)nlocks;

	KERNEL_LOCK_ASSERT(__SIMPLELOCK_LOCKED_P(kernel_lock));
	KERNEL_LOCK_ASSERT(ci->ci_biglock_count >= l->l_blcnt);

	/* The counts before the byte: the next owner's are another CPU's. */
	ci->ci_biglock_count -= nlocks;
	l->l_blcnt -= nlocks;
	if (last) {
		LOCKDEBUG_UNLOCKED(kernel_lock_dodebug, kernel_lock, ra, 0);
		__cpu_simple_unlock(kernel_lock);
	}
	splx(s);
	return last;
}

/*
 * _kernel_unlock: give it back, once (1), once and that is the last (-1), or
 * all that this LWP has (0).  *countp, if there is, becomes what it had, for
 * KERNEL_LOCK.  Called by KERNEL_UNLOCK_ONE, _LAST, _ALL; an LWP that has none
 * may ask for the latter two.
 */
void
_kernel_unlock(int nlocks, int *countp)
{
	struct lwp *const l = curlwp;
	const int olocks = l->l_blcnt;

	KERNEL_LOCK_ASSERT(nlocks < 2);
	KERNEL_LOCK_ASSERT(nlocks <= 0 || olocks != 0);
	KERNEL_LOCK_ASSERT(nlocks != -1 || olocks <= 1);

	if (countp != NULL)
		*countp = olocks;
	if (olocks == 0)
		return;
	if (nlocks == 0)
		nlocks = olocks;
	else
		nlocks = 1;
	/* A preemption was refused while we had it. */
	if (kernel_lock_drop(l, nlocks, RETURN_ADDRESS) && l->l_dopreempt)
		kpreempt(0);
}

/*
 * _kernel_locked_p: has anybody got it?  For assertions.
 */
bool
_kernel_locked_p(void)
{
	return __SIMPLELOCK_LOCKED_P(kernel_lock);
}
