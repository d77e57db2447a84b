/*
 * kern_rwlock.c: rwlock(9), many readers or one writer.
 *
 * The lock is one word:
 *
 *	0				free
 *	count * RW_READ_INCR | flags	readers have it
 *	LWP | WRITE_LOCKED | flags	a writer
 *	WRITE_WANTED			nobody, but writers are about to take it
 *
 *	HAS_WAITERS	somebody is on the turnstile
 *	WRITE_WANTED	a writer waits: new readers do so, too
 *
 * A reader is added by a LOCKed addition and taken off by a subtraction, in
 * effect: compare-and-swap until it holds, so that flags are looked at in the
 * same step.  Hence what a reader costs: all CPUs that read write to one line.
 *
 *
 * Waiting.  Who finds a writer running on another CPU, and nobody on the
 * turnstile, spins.  Who finds readers does not know who they are, and sleeps.
 * A waiter sets his flags with the turnstile's chain locked, by a LOCKed
 * compare-and-swap of the word that he found to be in his way:
 *
 *	owner				waiter
 *	                                chain locked
 *	cas: owner -> 0	   succeeds	or	cas: owner -> owner|WAITERS succeeds
 *					on the queue, chain unlocked
 *
 * All exits are LOCKed; so unlike a mutex's, either the exit sees the flag, or
 * the waiter fails and looks again.
 *
 *
 * Hand-over.  The last owner's exit with waiters takes the chain's lock and
 * decides who is next:
 *
 *	a writer leaves, readers wait	all these readers
 *	    .. and only writers do	all writers, who compete
 *	the last reader leaves, and
 *	    readers and writers wait	the first writer
 *	    only writers wait		all writers, who compete
 *
 * So readers and writers take turns when both want it.  The next ones, but for
 * competing writers, find the lock theirs when they wake: the exit has put them
 * into the word.  Nobody can come first; on the other hand it is not in use
 * until they run.  Competing writers keep readers out by WRITE_WANTED, which
 * the one who gets it takes away, and the others, going to sleep again, set.
 *
 * A thread that is a reader and enters as one again waits for itself, if a
 * writer came between.
 *
 * Contexts: threads and softints; not hard interrupts.
 */
#define __RWLOCK_PRIVATE

#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/rwlock.h>
#include <sys/sched.h>
#include <sys/sleepq.h>
#include <sys/systm.h>
#include <sys/lockdebug.h>
#include <sys/cpu.h>
#include <sys/atomic.h>
#include <sys/lock.h>

#include <dev/lockstat.h>

/* LOCKDEBUG's hooks, empty without it. */
#define RW_CALLER()    ((uintptr_t)__builtin_return_address(0))
#define RW_DEBUG_P(rw) (((rw)->rw_owner & RW_NODEBUG) == 0)
#define RW_WANTLOCK(rw, op) \
	LOCKDEBUG_WANTLOCK(RW_DEBUG_P(rw), (rw), RW_CALLER(), (op) == RW_READER)
#define RW_LOCKED(rw, op)                                         \
	LOCKDEBUG_LOCKED(RW_DEBUG_P(rw), (rw), NULL, RW_CALLER(), \
	    (op) == RW_READER)
#define RW_UNLOCKED(rw, op) \
	LOCKDEBUG_UNLOCKED(RW_DEBUG_P(rw), (rw), RW_CALLER(), (op) == RW_READER)

#ifdef DIAGNOSTIC
#define RW_ASSERT(rw, cond)                                                 \
	do {                                                                \
		if (__predict_false(!(cond)))                               \
			rw_abort(rw, __func__, "assertion failed: " #cond); \
	} while (0)
#else
#define RW_ASSERT(rw, cond) /* nothing */
#endif

static void rw_dump(volatile void *);
static lwp_t *rw_owner(wchan_t);

lockops_t rwlock_lockops = { "Reader / writer lock", LOCKOPS_SLEEP, rw_dump };

syncobj_t rw_syncobj = {
	SOBJ_SLEEPQ_SORTED,
	turnstile_unsleep,
	turnstile_changepri,
	sleepq_lendpri,
	rw_owner,
};

static inline uintptr_t
rw_cas(krwlock_t *rw, uintptr_t o, uintptr_t n)
{
	return (uintptr_t)atomic_cas_ptr(&rw->rw_owner, (void *)o, (void *)n);
}

/* The word of a lock that nobody else can change: its chain is locked. */
static inline void
rw_swap(krwlock_t *rw, uintptr_t o, uintptr_t n)
{
	n |= o & RW_NODEBUG;
	(void)atomic_swap_ptr(&rw->rw_owner, (void *)n);
}

/* ---- reports */

/* What is in the word.  Any context. */
static void
rw_dump(volatile void *cookie)
{
	volatile krwlock_t *rw = cookie;

	printf_nolog("owner/count  : %#018lx flags    : %#018x\n",
	    (long)RW_OWNER(rw), (int)RW_FLAGS(rw));
}

/* Out of line, so that it weighs on nobody's registers. */
static void __attribute__((__noinline__))
rw_abort(krwlock_t *rw, const char *func, const char *msg)
{
	if (panicstr != NULL)
		return;
	LOCKDEBUG_ABORT(rw, &rwlock_lockops, func, msg);
}

/* ---- making and unmaking */

/*
 * rw_init: a free lock.  Nobody else uses it yet.
 */
void
rw_init(krwlock_t *rw)
{
	rw->rw_owner = LOCKDEBUG_ALLOC(rw, &rwlock_lockops, RW_CALLER())
	    ? 0
	    : RW_NODEBUG;
}

/*
 * rw_destroy: it is free and nobody will use it any more.
 */
void
rw_destroy(krwlock_t *rw)
{
	RW_ASSERT(rw, (rw->rw_owner & ~RW_NODEBUG) == 0);
	LOCKDEBUG_FREE(RW_DEBUG_P(rw), rw);
}

/* ---- enter */

/*
 * rw_oncpu: is it worth spinning for this owner?  A writer, running, nobody
 * asleep for the lock, and not in turn waiting for KERNEL_LOCK, which we may
 * have.  Preemption is off: the owner's LWP may not go away (kern_mutex.c).
 */
static bool
rw_oncpu(uintptr_t owner)
{
	struct cpu_info *ci;
	lwp_t *l;

	KASSERT(kpreempt_disabled());

	if ((owner & (RW_WRITE_LOCKED | RW_HAS_WAITERS)) != RW_WRITE_LOCKED)
		return false;

	l = (lwp_t *)(owner & RW_THREAD);
	ci = l->l_cpu;
	return ci != NULL && ci->ci_curlwp == l && ci->ci_biglock_wanted != l;
}

/* What a reader or writer adds to the word, and what is in its way there. */
static inline uintptr_t
rw_incr(krw_t op)
{
	return op == RW_READER ? RW_READ_INCR
			       : (uintptr_t)curlwp | RW_WRITE_LOCKED;
}

static inline uintptr_t
rw_need_wait(krw_t op)
{
	return op == RW_READER ? RW_WRITE_LOCKED | RW_WRITE_WANTED
			       : RW_WRITE_LOCKED | RW_THREAD;
}

/*
 * rw_trysleep: sleep until the lock may be ours, or return at once if it may be
 * already.  True: it has been handed to us.
 */
static inline bool
rw_trysleep(krwlock_t *rw, krw_t op)
{
	turnstile_t *ts = turnstile_lookup(rw); /* locks the chain */
	const uintptr_t owner = rw->rw_owner;
	uintptr_t set_wait = RW_HAS_WAITERS;
	int queue = TS_READER_Q;

	if (op == RW_WRITER) {
		set_wait |= RW_WRITE_WANTED;
		queue = TS_WRITER_Q;
	}
	if ((owner & rw_need_wait(op)) == 0 || rw_oncpu(owner) ||
	    rw_cas(rw, owner, owner | set_wait) != owner) {
		turnstile_exit(rw);
		return false;
	}
	turnstile_block(ts, queue, rw, &rw_syncobj);

	/* Readers are woken with the lock, writers perhaps to compete. */
	return op == RW_READER || RW_OWNER(rw) == (uintptr_t)curlwp;
}

/*
 * rw_vector_enter: rw_enter's attempt failed.
 */
void
rw_vector_enter(krwlock_t *rw, const krw_t op)
{
	const uintptr_t incr = rw_incr(op), need_wait = rw_need_wait(op);
	uintptr_t owner, next;
	u_int count;
	LOCKSTAT_TIMER(slptime);
	LOCKSTAT_TIMER(slpcnt);
	LOCKSTAT_TIMER(spintime);
	LOCKSTAT_COUNTER(spincnt);
	LOCKSTAT_FLAG(lsflag);

	RW_ASSERT(rw, !cpu_intr_p());
	RW_ASSERT(rw, curlwp != NULL);
	RW_WANTLOCK(rw, op);
	if (panicstr == NULL) {
		LOCKDEBUG_BARRIER(&kernel_lock, 1);
	}
	LOCKSTAT_ENTER(lsflag);
	KPREEMPT_DISABLE(curlwp);
	for (owner = rw->rw_owner;;) {
		if ((owner & need_wait) == 0) {
			next = rw_cas(rw, owner,
			    (owner + incr) & ~RW_WRITE_WANTED);
			if (__predict_true(next == owner))
				break;
			owner = next;
			continue;
		}
		if (__predict_false(panicstr != NULL)) {
			KPREEMPT_ENABLE(curlwp);
			return;
		}
		if (__predict_false((owner & RW_WRITE_LOCKED) != 0 &&
			(owner & RW_THREAD) == (uintptr_t)curlwp))
			rw_abort(rw, __func__, "locking against myself");

		/* Not preemptible only while the owner's LWP is looked at. */
		if (rw_oncpu(owner)) {
			LOCKSTAT_START_TIMER(lsflag, spintime);
			count = SPINLOCK_BACKOFF_MIN;
			do {
				KPREEMPT_ENABLE(curlwp);
				SPINLOCK_BACKOFF(count);
				KPREEMPT_DISABLE(curlwp);
				owner = rw->rw_owner;
			} while (rw_oncpu(owner));
			LOCKSTAT_STOP_TIMER(lsflag, spintime);
			LOCKSTAT_COUNT(spincnt, 1);
			if ((owner & need_wait) == 0)
				continue;
		}

		LOCKSTAT_START_TIMER(lsflag, slptime);
		if (rw_trysleep(rw, op))
			break;
		LOCKSTAT_STOP_TIMER(lsflag, slptime);
		LOCKSTAT_COUNT(slpcnt, 1);
		owner = rw->rw_owner;
	}
	membar_enter();
	KPREEMPT_ENABLE(curlwp);
	LOCKSTAT_EVENT(lsflag, rw,
	    LB_RWLOCK | (op == RW_WRITER ? LB_SLEEP1 : LB_SLEEP2), slpcnt,
	    slptime);
	LOCKSTAT_EVENT(lsflag, rw, LB_RWLOCK | LB_SPIN, spincnt, spintime);
	LOCKSTAT_EXIT(lsflag);
	RW_ASSERT(rw, op == RW_READER || RW_OWNER(rw) == (uintptr_t)curlwp);
	RW_ASSERT(rw, op == RW_WRITER || RW_COUNT(rw) != 0);
	RW_LOCKED(rw, op);
}

/*
 * rw_vector_tryenter: rw_tryenter in C.
 */
int
rw_vector_tryenter(krwlock_t *rw, const krw_t op)
{
	const uintptr_t incr = rw_incr(op), need_wait = rw_need_wait(op);
	uintptr_t owner, next;

	RW_ASSERT(rw, curlwp != NULL);

	for (owner = rw->rw_owner;; owner = next) {
		if (__predict_false((owner & need_wait) != 0))
			return 0;
		next = rw_cas(rw, owner, owner + incr);
		if (__predict_true(next == owner))
			break;
	}
	membar_enter();
	RW_WANTLOCK(rw, op);
	RW_LOCKED(rw, op);
	return 1;
}

/* ---- exit */

/*
 * rw_handover: nobody owns it after us, and somebody waits: the table in the
 * prologue.
 */
static void
rw_handover(krwlock_t *rw, bool reader)
{
	turnstile_t *ts = turnstile_lookup(rw); /* locks the chain */
	const uintptr_t owner = rw->rw_owner;
	uintptr_t newown;
	u_int rcnt, wcnt;
	lwp_t *l;

	RW_ASSERT(rw, ts != NULL);
	RW_ASSERT(rw, (owner & RW_HAS_WAITERS) != 0);

	wcnt = TS_WAITERS(ts, TS_WRITER_Q);
	rcnt = TS_WAITERS(ts, TS_READER_Q);

	if (rcnt != 0 && !reader) {
		newown = (uintptr_t)rcnt << RW_READ_COUNT_SHIFT;
		if (wcnt != 0)
			newown |= RW_HAS_WAITERS | RW_WRITE_WANTED;
		rw_swap(rw, owner, newown);
		turnstile_wakeup(ts, TS_READER_Q, (int)rcnt, NULL);
		return;
	}

	/* Readers wait behind a reader only if a writer wants it. */
	RW_ASSERT(rw, wcnt != 0);
	RW_ASSERT(rw, (owner & RW_WRITE_WANTED) != 0);
	if (rcnt != 0) {
		l = TS_FIRST(ts, TS_WRITER_Q);
		newown = (uintptr_t)l | RW_WRITE_LOCKED | RW_HAS_WAITERS;
		if (wcnt > 1)
			newown |= RW_WRITE_WANTED;
		rw_swap(rw, owner, newown);
		turnstile_wakeup(ts, TS_WRITER_Q, 1, l);
	} else {
		rw_swap(rw, owner, RW_WRITE_WANTED);
		turnstile_wakeup(ts, TS_WRITER_Q, (int)wcnt, NULL);
	}
}

/*
 * rw_vector_exit: rw_exit's attempt failed.  Somebody waits, or it is not ours.
 */
void
rw_vector_exit(krwlock_t *rw)
{
	uintptr_t owner, decr, newown, next;
	bool reader;

	if (__predict_false(panicstr != NULL))
		return;

	owner = rw->rw_owner;
	reader = (owner & RW_WRITE_LOCKED) == 0;
	if (reader) {
		RW_UNLOCKED(rw, RW_READER);
		RW_ASSERT(rw, RW_COUNT(rw) != 0);
		decr = RW_READ_INCR;
	} else {
		RW_UNLOCKED(rw, RW_WRITER);
		RW_ASSERT(rw, RW_OWNER(rw) == (uintptr_t)curlwp);
		decr = (uintptr_t)curlwp | RW_WRITE_LOCKED;
	}

	/* Not the last one, or nobody waits: that is all. */
	membar_exit();
	for (;;) {
		newown = owner - decr;
		if ((newown & (RW_THREAD | RW_HAS_WAITERS)) == RW_HAS_WAITERS)
			break;
		next = rw_cas(rw, owner, newown);
		if (__predict_true(next == owner))
			return;
		owner = next;
	}

	/*
	 * We are the last, and with the flag set nobody new gets past the word:
	 * it stays ours until rw_handover changes it.
	 */
	rw_handover(rw, reader);
}

/* ---- from writer to reader and back */

/*
 * rw_downgrade: curlwp, the writer, becomes a reader, with no writer between,
 * and together with all readers that wait.
 */
void
rw_downgrade(krwlock_t *rw)
{
	const uintptr_t kept = RW_HAS_WAITERS | RW_WRITE_WANTED;
	uintptr_t owner, newown;
	turnstile_t *ts;
	u_int rcnt;

	RW_ASSERT(rw, (rw->rw_owner & RW_WRITE_LOCKED) != 0);
	RW_ASSERT(rw, RW_OWNER(rw) == (uintptr_t)curlwp);
	RW_UNLOCKED(rw, RW_WRITER);
	membar_producer();

	/* Nobody waits, mostly. */
	owner = rw->rw_owner;
	newown = RW_READ_INCR | (owner & RW_NODEBUG);
	if ((owner & RW_HAS_WAITERS) != 0 ||
	    rw_cas(rw, owner, newown) != owner) {
		/* With the chain locked flags do not change. */
		ts = turnstile_lookup(rw);
		RW_ASSERT(rw, ts != NULL);
		owner = rw->rw_owner;
		rcnt = TS_WAITERS(ts, TS_READER_Q);
		newown += (uintptr_t)rcnt << RW_READ_COUNT_SHIFT;
		if (TS_WAITERS(ts, TS_WRITER_Q) != 0)
			newown |= kept;
		rw_swap(rw, owner, newown);
		if (rcnt != 0)
			turnstile_wakeup(ts, TS_READER_Q, (int)rcnt, NULL);
		else
			turnstile_exit(rw);
	}
	RW_WANTLOCK(rw, RW_READER);
	RW_LOCKED(rw, RW_READER);
}

/*
 * rw_tryupgrade: curlwp, a reader, becomes the writer if it is the only reader.
 * 0: it is not, and still a reader.  Writers that wait go on waiting.
 */
int
rw_tryupgrade(krwlock_t *rw)
{
	uintptr_t owner, next;

	RW_ASSERT(rw, curlwp != NULL);
	RW_ASSERT(rw, rw_read_held(rw));

	for (owner = rw->rw_owner;; owner = next) {
		RW_ASSERT(rw, (owner & RW_WRITE_LOCKED) == 0);
		if ((owner & RW_THREAD) != RW_READ_INCR) {
			RW_ASSERT(rw, (owner & RW_THREAD) != 0);
			return 0;
		}
		next = rw_cas(rw, owner,
		    (uintptr_t)curlwp | RW_WRITE_LOCKED | (owner & ~RW_THREAD));
		if (next == owner)
			break;
	}
	membar_producer();
	RW_UNLOCKED(rw, RW_READER);
	RW_WANTLOCK(rw, RW_WRITER);
	RW_LOCKED(rw, RW_WRITER);
	return 1;
}

/* With LOCKDEBUG every operation goes the long way. */
#ifndef __HAVE_RW_STUBS
__strong_alias(rw_enter, rw_vector_enter);
__strong_alias(rw_exit, rw_vector_exit);
__strong_alias(rw_tryenter, rw_vector_tryenter);
#endif

/* ---- questions, for assertions: the answer may be old */

/*
 * rw_read_held: do readers have it?  Which ones is not known.
 */
int
rw_read_held(krwlock_t *rw)
{
	uintptr_t owner;

	if (rw == NULL)
		return 0;
	owner = rw->rw_owner;
	return (owner & RW_WRITE_LOCKED) == 0 && (owner & RW_THREAD) != 0;
}

/*
 * rw_write_held: has curlwp got it, as writer?
 */
int
rw_write_held(krwlock_t *rw)
{
	uintptr_t owner;

	if (rw == NULL)
		return 0;
	owner = rw->rw_owner;
	return (owner & RW_WRITE_LOCKED) != 0 &&
	    (owner & RW_THREAD) == (uintptr_t)curlwp;
}

/*
 * rw_lock_held: has anybody got it?
 */
int
rw_lock_held(krwlock_t *rw)
{
	if (rw == NULL)
		return 0;
	return (rw->rw_owner & RW_THREAD) != 0;
}

/* For the turnstile: whom to lend priority to.  Chain locked. */
static lwp_t *
rw_owner(wchan_t wchan)
{
	const krwlock_t *rw = (const krwlock_t *)(uintptr_t)wchan;
	const uintptr_t owner = rw->rw_owner;

	if ((owner & RW_WRITE_LOCKED) == 0)
		return NULL;
	return (lwp_t *)(owner & RW_THREAD);
}
