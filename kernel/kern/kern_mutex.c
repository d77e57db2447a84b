/*
 * kern_mutex.c: mutex(9), mutual exclusion.
 *
 * Two locks of one interface; mutex_init chooses by the IPL.
 *
 *	spin		IPL_VM and above.  Taking it raises the IPL to the
 *			mutex's, which keeps interrupts of this CPU out, then
 *			takes a byte, which keeps other CPUs out.  A waiter
 *			spins.  The holder does not sleep.  Any context whose
 *			IPL is not above the mutex's.
 *	adaptive	IPL_NONE and soft IPLs.  The word is the owner.  A
 *			waiter spins while the owner runs, because then the
 *			wait is short, else it sleeps.  Threads and softints;
 *			not hard interrupts, which cannot sleep.
 *
 * Neither may be taken twice by one holder.
 *
 * Most operations are one attempt that succeeds, in arch/.../lock_stubs.S,
 * which jumps here when it does not.  mutex_enter and mutex_exit do not know
 * what a mutex is: their attempt fails on a spin one, whose word has
 * MUTEX_BIT_SPIN and is no LWP's address.
 *
 *
 * Spin mutexes and the IPL
 *
 * A CPU counts those it holds, downwards, in ci_mtx_count.  The first one
 * leaves the IPL it found in ci_mtx_oldspl, and the exit that makes the count 0
 * again goes back to it.  So the order of exits is free, and the IPL stays up
 * until the last:
 *
 *				IPL	count	oldspl
 *	enter(a), IPL_VM	VM	-1	NONE
 *	enter(b), IPL_SCHED	SCHED	-2	NONE
 *	exit(a)			SCHED	-1	NONE
 *	exit(b)			NONE	0
 *
 * Count and IPL belong to the CPU, and the holder does not leave it: it is not
 * preempted, and mi_switch lets only the lock of the LWP itself be held.
 *
 *
 * Adaptive mutexes: the owner word
 *
 *	0			free
 *	LWP			his
 *	LWP | BIT_WAITERS	his, and somebody is on the turnstile
 *
 * An enter is a LOCKed compare-and-swap of 0 to curlwp.  A waiter sets
 * BIT_WAITERS, by a LOCKed compare-and-swap too, with the turnstile's chain
 * locked.  An exit that finds the bit takes the chain's lock, stores 0 and
 * wakes all waiters.  They compete anew, with everybody else; the lock is not
 * handed to one of them, because it would have to sit idle until he runs.
 *
 *
 * The release
 *
 * An exit without the bit is a compare-and-swap of curlwp to 0 that is not
 * LOCKed.  A LOCKed one would wait for all stores of the critical section to
 * drain; and exits are half of all operations.  Not being LOCKed, it is a load
 * and a store.  An interrupt cannot come between them.  Another CPU can:
 *
 *	owner, in mutex_exit		waiter, in mutex_vector_enter
 *	load: it is me, no bit
 *					CAS: owner -> owner | BIT_WAITERS
 *	store 0				(the bit is lost)
 *					sleeps: nobody will wake him
 *
 * The store may be late, too: in the owner's store buffer, while he runs on.
 *
 * So after having set the bit a waiter does not sleep before he has seen that
 *
 *	(1)	the owner is not running, and then
 *	(2)	the bit is still there.
 *
 * Claim: then the owner will see the bit.  Call the exit's load and store L
 * and S, the setting of the bit W, the two looks R1 and R2.  R1 has the owner
 * off his CPU: either he left it after S, or he is somewhere before L.
 *
 * He left after S.  Leaving is a store to ci_curlwp, C0.  An amd64 makes stores
 * visible in the order of the program, so who sees C0 sees S:
 *
 *	owner's CPU			waiter
 *	L
 *					W
 *	S: the bit is lost
 *	C0: ci_curlwp = another
 *					R1: not running
 *					R2: the bit is not there.  Try again
 *
 * He is before L.  He comes back by another store to ci_curlwp, C1, and R1 did
 * not see that.  This is the case that plain instructions would get wrong,
 * because a load may pass an earlier store:
 *
 *	owner's CPU, WRONG		waiter
 *	mov: ci_curlwp = owner, C1,
 *	    still in the store buffer
 *	L: no bit
 *					W
 *					R1: not running, C1 is not visible
 *					R2: the bit is there, S is not visible
 *					sleeps
 *	C1 visible
 *	S visible: the bit is lost
 *
 * Hence C1 is an XCHG in cpu_switchto, and in the return of a softint to the
 * LWP it interrupted: nothing that follows in the program, L for one, happens
 * before it is visible to all.  And so
 *
 *	owner's CPU			waiter
 *					W
 *					R1: not running
 *	xchg: ci_curlwp = owner, C1
 *	L: sees the bit; mutex_vector_exit
 *
 * for W is before R1 (it is LOCKed), R1 before C1 (it did not see it), and C1
 * before L.  An interrupt does not change ci_curlwp and is no matter; a softint
 * enters by a plain store, which is a C0, and leaves by a C1.
 *
 * R1 is two loads, l_cpu and that CPU's ci_curlwp, and the owner may move to
 * another CPU between them.  l_cpu is stored before the owner runs there, so
 * before C1 and L; the first load did not see it, and W is before that load.
 *
 * One who runs is taken as not running: an owner who waits for KERNEL_LOCK,
 * ci_biglock_wanted.  The waiter may be its holder, and gives it up when he
 * sleeps.  To store ci_biglock_wanted is then a C0, and to take that back a C1:
 * _kernel_lock does it by a LOCKed swap.
 *
 * The turnstile's chain is locked from before W until the waiter is on the
 * queue.  So the bit of R2 is his own, and an exit that saw it finds him.
 *
 *
 * What the look at the owner needs
 *
 * The owner is an LWP that may exit as soon as it has released the mutex, while
 * a waiter still follows the pointer he had read.  He does so with preemption
 * off; and lwp_dtor, before an LWP's memory is used for anything else, makes a
 * cross call to all CPUs, which is not answered before preemption is on again.
 */
#define __MUTEX_PRIVATE

#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/proc.h>
#include <sys/mutex.h>
#include <sys/sched.h>
#include <sys/sleepq.h>
#include <sys/systm.h>
#include <sys/lockdebug.h>
#include <sys/kernel.h>
#include <sys/intr.h>
#include <sys/lock.h>
#include <sys/types.h>
#include <sys/cpu.h>

#include <dev/lockstat.h>
#include <machine/lock.h>

/* LOCKDEBUG's hooks, empty without it. */
#define MUTEX_CALLER() ((uintptr_t)__builtin_return_address(0))
#define MUTEX_WANTLOCK(mtx) \
	LOCKDEBUG_WANTLOCK(MUTEX_DEBUG_P(mtx), (mtx), MUTEX_CALLER(), false)
#define MUTEX_LOCKED(mtx) \
	LOCKDEBUG_LOCKED(MUTEX_DEBUG_P(mtx), (mtx), NULL, MUTEX_CALLER(), 0)
#define MUTEX_UNLOCKED(mtx) \
	LOCKDEBUG_UNLOCKED(MUTEX_DEBUG_P(mtx), (mtx), MUTEX_CALLER(), 0)

#define MUTEX_ABORT(mtx, msg) mutex_abort(mtx, __func__, msg)
#ifdef DIAGNOSTIC
#define MUTEX_ASSERT(mtx, cond)                                       \
	do {                                                          \
		if (__predict_false(!(cond)))                         \
			MUTEX_ABORT(mtx, "assertion failed: " #cond); \
	} while (0)
#else
#define MUTEX_ASSERT(mtx, cond) /* nothing */
#endif

#define MUTEX_OWNER(owner)     ((owner)&MUTEX_THREAD)
#define MUTEX_OWNED(owner)     (MUTEX_OWNER(owner) != 0)
#define MUTEX_HAS_WAITERS(mtx) (((mtx)->mtx_owner & MUTEX_BIT_WAITERS) != 0)
#define MUTEX_SPIN_P(mtx)      (((mtx)->mtx_owner & MUTEX_BIT_SPIN) != 0)
#define MUTEX_ADAPTIVE_P(mtx)  (((mtx)->mtx_owner & MUTEX_BIT_SPIN) == 0)
#define MUTEX_FLAGS(mtx) \
	(MUTEX_BIT_NODEBUG != 0 ? (mtx)->mtx_owner & MUTEX_BIT_NODEBUG : 0UL)
#define MUTEX_DEBUG_P(mtx) (((mtx)->mtx_owner & MUTEX_BIT_NODEBUG) == 0)

static void mutex_dump(volatile void *);
static struct lwp *mutex_sobj_owner(wchan_t);

lockops_t mutex_spin_lockops = { "Mutex", LOCKOPS_SPIN, mutex_dump };
lockops_t mutex_adaptive_lockops = { "Mutex", LOCKOPS_SLEEP, mutex_dump };

syncobj_t mutex_syncobj = {
	SOBJ_SLEEPQ_SORTED,
	turnstile_unsleep,
	turnstile_changepri,
	sleepq_lendpri,
	mutex_sobj_owner,
};

/* ---- reports */

/* What is in the word.  Any context. */
static void
mutex_dump(volatile void *cookie)
{
	volatile kmutex_t *mtx = cookie;

	printf_nolog("owner field  : %#018lx wait/spin: %16d/%d\n",
	    (long)MUTEX_OWNER(mtx->mtx_owner), MUTEX_HAS_WAITERS(mtx),
	    MUTEX_SPIN_P(mtx));
}

/* Out of line, so that it weighs on nobody's registers. */
static void __attribute__((__noinline__))
mutex_abort(kmutex_t *mtx, const char *func, const char *msg)
{
	LOCKDEBUG_ABORT(mtx,
	    MUTEX_SPIN_P(mtx) ? &mutex_spin_lockops : &mutex_adaptive_lockops,
	    func, msg);
}

/* ---- making and unmaking */

/* mutex_init: a free mutex of this type and IPL. */
void
mutex_init(kmutex_t *mtx, kmutex_type_t type, int ipl)
{
	lockops_t *ops __unused;

	if (type == MUTEX_DEFAULT || type == MUTEX_DRIVER) {
		if (ipl == IPL_NONE || ipl == IPL_SOFTCLOCK ||
		    ipl == IPL_SOFTBIO || ipl == IPL_SOFTNET ||
		    ipl == IPL_SOFTSERIAL)
			type = MUTEX_ADAPTIVE;
		else
			type = MUTEX_SPIN;
	} else if (type == MUTEX_ADAPTIVE) {
		KASSERT(ipl == IPL_NONE);
	}

	mtx->mtx_owner = 0;
	if (type == MUTEX_ADAPTIVE) {
		ops = &mutex_adaptive_lockops;
	} else {
		KASSERT(type == MUTEX_SPIN || type == MUTEX_NODEBUG);
		ops = type == MUTEX_NODEBUG ? NULL : &mutex_spin_lockops;
		mtx->mtx_owner = MUTEX_BIT_SPIN;
		mtx->mtx_ipl = makeiplcookie(ipl);
		__cpu_simple_lock_init(&mtx->mtx_lock);
	}
	if (!LOCKDEBUG_ALLOC(mtx, ops, MUTEX_CALLER()))
		mtx->mtx_owner |= MUTEX_BIT_NODEBUG;
}

/*
 * mutex_destroy: the mutex is free and nobody will use it any more.  Who does
 * nevertheless finds an owner that there cannot be.
 */
void
mutex_destroy(kmutex_t *mtx)
{
	if (MUTEX_ADAPTIVE_P(mtx)) {
		MUTEX_ASSERT(mtx, !MUTEX_OWNED(mtx->mtx_owner));
		MUTEX_ASSERT(mtx, !MUTEX_HAS_WAITERS(mtx));
	} else {
		MUTEX_ASSERT(mtx, !__SIMPLELOCK_LOCKED_P(&mtx->mtx_lock));
	}

	LOCKDEBUG_FREE(MUTEX_DEBUG_P(mtx), mtx);
	mtx->mtx_owner = MUTEX_THREAD;
}

/* ---- spin mutexes */

/* Raise the IPL and count: the table in the prologue. */
static inline void
mutex_spin_splraise(kmutex_t *mtx)
{
	const int s = splraiseipl(MUTEX_SPIN_IPL(mtx));
	struct cpu_info *ci = curcpu(); /* not before: it might change */
	const int cnt = ci->ci_mtx_count--;

	__insn_barrier();
	if (cnt == 0)
		ci->ci_mtx_oldspl = s;
}

static inline void
mutex_spin_splrestore(void)
{
	struct cpu_info *ci = curcpu();
	const int s = ci->ci_mtx_oldspl; /* then the count, or it is an */

	__insn_barrier(); /* interrupt's */
	if (++ci->ci_mtx_count == 0)
		splx(s);
}

/*
 * mutex_spin_retry: take the byte, waiting for it.  The IPL is up already, by
 * mutex_spin_enter, which has found the byte taken, or by mutex_vector_enter.
 */
void
mutex_spin_retry(kmutex_t *mtx)
{
	u_int count = SPINLOCK_BACKOFF_MIN;
	u_int spins __unused = 0;
	LOCKSTAT_FLAG(lsflag);
	LOCKSTAT_TIMER(spintime);

	MUTEX_WANTLOCK(mtx);
	if (__cpu_simple_lock_try(&mtx->mtx_lock)) {
		MUTEX_LOCKED(mtx);
		return;
	}
	LOCKSTAT_ENTER(lsflag);
	LOCKSTAT_START_TIMER(lsflag, spintime);
	do {
		if (__predict_false(panicstr != NULL))
			break;
		while (__SIMPLELOCK_LOCKED_P(&mtx->mtx_lock)) {
			SPINLOCK_BACKOFF(count);
			if (SPINLOCK_SPINOUT(spins))
				MUTEX_ABORT(mtx, "spinout");
		}
	} while (!__cpu_simple_lock_try(&mtx->mtx_lock));
	LOCKSTAT_STOP_TIMER(lsflag, spintime);
	LOCKSTAT_EVENT(lsflag, mtx, LB_SPIN_MUTEX | LB_SPIN, 1, spintime);
	LOCKSTAT_EXIT(lsflag);
	MUTEX_LOCKED(mtx);
}

static inline void
mutex_exit_spin(kmutex_t *mtx)
{
	if (__predict_false(!__SIMPLELOCK_LOCKED_P(&mtx->mtx_lock))) {
		if (panicstr != NULL)
			return;
		MUTEX_ABORT(mtx, "exiting unheld spin mutex");
	}
	MUTEX_UNLOCKED(mtx);
	__cpu_simple_unlock(&mtx->mtx_lock);
	mutex_spin_splrestore();
}

/* ---- adaptive mutexes: enter */

/* From free to curthread's; LOCKed, so nothing of what follows is early. */
static inline int
mutex_acquire(kmutex_t *mtx, uintptr_t curthread)
{
	const uintptr_t flags = MUTEX_FLAGS(mtx);
	const int rv = MUTEX_CAS(&mtx->mtx_owner, flags, curthread | flags);

	MUTEX_RECEIVE(mtx);
	return rv;
}

/*
 * mutex_oncpu: is the owner running, so that the wait will be short?  R1 of the
 * prologue.  Preemption is off: the owner's LWP may not go away meanwhile.
 */
static bool
mutex_oncpu(uintptr_t owner)
{
	struct cpu_info *ci;
	lwp_t *l;

	KASSERT(kpreempt_disabled());

	if (!MUTEX_OWNED(owner))
		return false;

	l = (lwp_t *)MUTEX_OWNER(owner);
	ci = l->l_cpu;
	if (ci == NULL || ci->ci_curlwp != l)
		return false;

	/*
	 * Running.  But one who spins for KERNEL_LOCK may wait for us: we give
	 * that up only when we sleep.
	 */
	return ci->ci_biglock_wanted != l;
}

/*
 * mutex_trysleep: the owner is not running; sleep until somebody releases the
 * mutex, or return at once if that is not safe or the mutex not his any more.
 */
static inline void
mutex_trysleep(kmutex_t *mtx, uintptr_t owner)
{
	turnstile_t *ts = turnstile_lookup(mtx); /* locks the chain */

	/* W, then R1, then R2: he may have been in the midst of mutex_exit. */
	if (MUTEX_CAS(&mtx->mtx_owner, owner, owner | MUTEX_BIT_WAITERS) &&
	    !mutex_oncpu(owner)) {
		membar_consumer();
		if (MUTEX_HAS_WAITERS(mtx)) {
			turnstile_block(ts, TS_WRITER_Q, mtx, &mutex_syncobj);
			return;
		}
	}
	turnstile_exit(mtx);
}

/*
 * mutex_vector_enter: mutex_enter's attempt failed.  The mutex is a spin one or
 * somebody owns it, or did a moment ago.
 */
void
mutex_vector_enter(kmutex_t *mtx)
{
	uintptr_t owner, curthread;
	u_int count;
	LOCKSTAT_COUNTER(spincnt);
	LOCKSTAT_COUNTER(slpcnt);
	LOCKSTAT_TIMER(spintime);
	LOCKSTAT_TIMER(slptime);
	LOCKSTAT_FLAG(lsflag);

	if (MUTEX_SPIN_P(mtx)) {
		mutex_spin_splraise(mtx);
		mutex_spin_retry(mtx);
		return;
	}

	curthread = (uintptr_t)curlwp;
	MUTEX_ASSERT(mtx, curthread != 0);
	MUTEX_ASSERT(mtx, !cpu_intr_p());
	MUTEX_WANTLOCK(mtx);
	if (panicstr == NULL) {
		LOCKDEBUG_BARRIER(&kernel_lock, 1);
	}

	LOCKSTAT_ENTER(lsflag);
	KPREEMPT_DISABLE(curlwp);
	for (owner = mtx->mtx_owner;; owner = mtx->mtx_owner) {
		if (!MUTEX_OWNED(owner)) {
			if (mutex_acquire(mtx, curthread))
				break;
			continue;
		}
		if (__predict_false(panicstr != NULL)) {
			KPREEMPT_ENABLE(curlwp);
			return;
		}
		if (__predict_false(MUTEX_OWNER(owner) == curthread))
			MUTEX_ABORT(mtx, "locking against myself");

		/* Not preemptible only while the owner's LWP is looked at. */
		if (mutex_oncpu(owner)) {
			LOCKSTAT_START_TIMER(lsflag, spintime);
			count = SPINLOCK_BACKOFF_MIN;
			do {
				KPREEMPT_ENABLE(curlwp);
				SPINLOCK_BACKOFF(count);
				KPREEMPT_DISABLE(curlwp);
				owner = mtx->mtx_owner;
			} while (mutex_oncpu(owner));
			LOCKSTAT_STOP_TIMER(lsflag, spintime);
			LOCKSTAT_COUNT(spincnt, 1);
			if (!MUTEX_OWNED(owner))
				continue;
		}

		LOCKSTAT_START_TIMER(lsflag, slptime);
		mutex_trysleep(mtx, owner);
		LOCKSTAT_STOP_TIMER(lsflag, slptime);
		LOCKSTAT_COUNT(slpcnt, 1);
	}
	KPREEMPT_ENABLE(curlwp);

	LOCKSTAT_EVENT(lsflag, mtx, LB_ADAPTIVE_MUTEX | LB_SLEEP1, slpcnt,
	    slptime);
	LOCKSTAT_EVENT(lsflag, mtx, LB_ADAPTIVE_MUTEX | LB_SPIN, spincnt,
	    spintime);
	LOCKSTAT_EXIT(lsflag);
	MUTEX_LOCKED(mtx);
}

/* mutex_tryenter: take it if that needs no waiting. */
int
mutex_tryenter(kmutex_t *mtx)
{
	if (MUTEX_SPIN_P(mtx)) {
		mutex_spin_splraise(mtx);
		if (!__cpu_simple_lock_try(&mtx->mtx_lock)) {
			mutex_spin_splrestore();
			return 0;
		}
	} else if (!mutex_acquire(mtx, (uintptr_t)curlwp)) {
		return 0;
	}
	MUTEX_WANTLOCK(mtx);
	MUTEX_LOCKED(mtx);
	return 1;
}

/* ---- adaptive mutexes: exit */

/*
 * A plain store.  With the chain locked nobody else stores to the word of a
 * mutex that is held; without, it is mutex_exit's S.
 */
static inline void
mutex_release(kmutex_t *mtx)
{
	MUTEX_GIVE(mtx);
	mtx->mtx_owner = MUTEX_FLAGS(mtx);
}

/*
 * mutex_vector_exit: mutex_exit's attempt failed.  The mutex is a spin one, or
 * somebody waits, or it is not ours.
 */
void
mutex_vector_exit(kmutex_t *mtx)
{
	turnstile_t *ts;

	if (MUTEX_SPIN_P(mtx)) {
		mutex_exit_spin(mtx);
		return;
	}
	if (__predict_false(panicstr != NULL || cold)) {
		MUTEX_UNLOCKED(mtx);
		mutex_release(mtx);
		return;
	}

	MUTEX_ASSERT(mtx, curlwp != NULL);
	MUTEX_ASSERT(mtx, MUTEX_OWNER(mtx->mtx_owner) == (uintptr_t)curlwp);
	MUTEX_UNLOCKED(mtx);

	/*
	 * The chain is locked from before the store to after the wake-up.  Who
	 * would set the bit later fails, for the owner is not the one he saw.
	 * Nobody on the turnstile: one set the bit and then did not sleep (or,
	 * with LOCKDEBUG, there is no bit).
	 */
	ts = turnstile_lookup(mtx);
	mutex_release(mtx);
	if (ts == NULL)
		turnstile_exit(mtx);
	else
		turnstile_wakeup(ts, TS_WRITER_Q, TS_WAITERS(ts, TS_WRITER_Q),
		    NULL);
}

/* With LOCKDEBUG every operation goes the long way. */
#ifndef __HAVE_MUTEX_STUBS
__strong_alias(mutex_enter, mutex_vector_enter);
__strong_alias(mutex_exit, mutex_vector_exit);
#endif
#ifndef __HAVE_SPIN_MUTEX_STUBS
__strong_alias(mutex_spin_enter, mutex_vector_enter);
__strong_alias(mutex_spin_exit, mutex_vector_exit);
#endif

/* ---- questions */

/*
 * mutex_owned: does curlwp have it?  Of a spin mutex, does anybody?  For
 * assertions only: the answer may be old.
 */
int
mutex_owned(kmutex_t *mtx)
{
	if (mtx == NULL)
		return 0;
	if (MUTEX_ADAPTIVE_P(mtx))
		return MUTEX_OWNER(mtx->mtx_owner) == (uintptr_t)curlwp;
	return __SIMPLELOCK_LOCKED_P(&mtx->mtx_lock);
}

/*
 * mutex_owner: who has this adaptive mutex.  It may be another when it returns.
 */
struct lwp *
mutex_owner(kmutex_t *mtx)
{
	MUTEX_ASSERT(mtx, MUTEX_ADAPTIVE_P(mtx));
	return (struct lwp *)MUTEX_OWNER(mtx->mtx_owner);
}

/* For the turnstile: whom to lend priority to.  Chain locked. */
static struct lwp *
mutex_sobj_owner(wchan_t wchan)
{
	return mutex_owner((kmutex_t *)(uintptr_t)wchan);
}
