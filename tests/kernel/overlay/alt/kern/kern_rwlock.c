/*
 * kern_rwlock.c: rwlock(9) once more, which never spins, as a drop-in for the
 * kernel's.
 *
 * The word of a lock: RW_THREAD bits are the writer or, without
 * RW_WRITE_LOCKED, the number of readers; RW_HAS_WAITERS sends whoever lets go
 * into the slow path; RW_WRITE_WANTED keeps new readers out.  All who wait are
 * on a turnstile, whose chain lock orders a waiter that sets the flags against
 * an owner that lets go:
 *
 *	waiter				owner
 *	locks the chain
 *	sets RW_HAS_WAITERS by CAS
 *					CAS to 0 fails: slow path
 *	sleeps, which unlocks the chain
 *					locks the chain, finds the waiter
 *
 * An owner that gives the lock away hands it over: waking readers own it before
 * they run, a writer too.  So nobody waits for ever.
 *
 * Threads and soft interrupts.
 */
#include <sys/cdefs.h>
__KERNEL_RCSID(0, "$Rangeley: kern_rwlock.c $");

#define __RWLOCK_PRIVATE

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

#define CALLER      ((uintptr_t)__builtin_return_address(0))
#define DEBUGGED(k) (((k)->rw_owner & RW_NODEBUG) == 0)

#ifdef DIAGNOSTIC
#define MUST(k, e)                                                    \
	do {                                                          \
		if (__predict_false(!(e)) && panicstr == NULL)        \
			LOCKDEBUG_ABORT(k, &rwlock_lockops, __func__, \
			    "not so: " #e);                           \
	} while (0)
#else
#define MUST(k, e) /* nothing */
#endif

#ifdef LOCKDEBUG
#undef __HAVE_RW_STUBS
#endif

static void rwlock_dump(volatile void *);
static lwp_t *rwlock_owner(wchan_t);

lockops_t rwlock_lockops = { "Reader / writer lock", LOCKOPS_SLEEP,
	rwlock_dump };

syncobj_t rw_syncobj = {
	SOBJ_SLEEPQ_SORTED,
	turnstile_unsleep,
	turnstile_changepri,
	sleepq_lendpri,
	rwlock_owner,
};

static inline bool
cas(krwlock_t *k, uintptr_t from, uintptr_t to)
{
	return atomic_cas_ptr(&k->rw_owner, (void *)from, (void *)to) ==
	    (void *)from;
}

/* What an owner adds to the word. */
static inline uintptr_t
share(krw_t op)
{
	if (op == RW_READER)
		return RW_READ_INCR;
	return (uintptr_t)curlwp | RW_WRITE_LOCKED;
}

static inline bool
admits(uintptr_t word, krw_t op)
{
	if (op == RW_READER)
		return (word & (RW_WRITE_LOCKED | RW_WRITE_WANTED)) == 0;
	return (word & (RW_WRITE_LOCKED | RW_THREAD)) == 0;
}

static void
rwlock_dump(volatile void *cookie)
{
	volatile krwlock_t *k = cookie;

	printf_nolog("owner/count  : %#018lx flags    : %#018x\n",
	    (long)RW_OWNER(k), (int)RW_FLAGS(k));
}

static lwp_t *
rwlock_owner(wchan_t obj)
{
	const krwlock_t *k = (const void *)(uintptr_t)obj;
	const uintptr_t word = k->rw_owner;

	return (word & RW_WRITE_LOCKED) ? (lwp_t *)(word & RW_THREAD) : NULL;
}

void
rw_init(krwlock_t *k)
{
	memset(k, 0, sizeof(*k));
	if (!LOCKDEBUG_ALLOC(k, &rwlock_lockops, CALLER))
		k->rw_owner = RW_NODEBUG;
}

void
rw_destroy(krwlock_t *k)
{
	MUST(k, (k->rw_owner & ~RW_NODEBUG) == 0);
	LOCKDEBUG_FREE(DEBUGGED(k), k);
}

/* One attempt; true if it was ours at some moment. */
static bool
rwlock_try(krwlock_t *k, krw_t op)
{
	uintptr_t word;

	for (word = k->rw_owner; admits(word, op); word = k->rw_owner)
		if (cas(k, word, (word + share(op)) & ~RW_WRITE_WANTED)) {
			membar_enter();
			return true;
		}
	return false;
}

/* Sleep; true if the lock was handed to us. */
static bool
rwlock_sleep(krwlock_t *k, krw_t op)
{
	turnstile_t *ts = turnstile_lookup(k);
	const uintptr_t word = k->rw_owner;
	uintptr_t flags = RW_HAS_WAITERS;

	if (op == RW_WRITER)
		flags |= RW_WRITE_WANTED;
	if (admits(word, op) || !cas(k, word, word | flags)) {
		turnstile_exit(k);
		return false;
	}
	turnstile_block(ts, op == RW_READER ? TS_READER_Q : TS_WRITER_Q, k,
	    &rw_syncobj);
	return op == RW_READER || RW_OWNER(k) == (uintptr_t)curlwp;
}

void
rw_vector_enter(krwlock_t *k, const krw_t op)
{
	u_int sleeps = 0;
	LOCKSTAT_TIMER(t);
	LOCKSTAT_FLAG(flag);

	MUST(k, !cpu_intr_p());
	LOCKDEBUG_WANTLOCK(DEBUGGED(k), k, CALLER, op == RW_READER);
	if (panicstr == NULL) {
		LOCKDEBUG_BARRIER(&kernel_lock, 1);
	}

	LOCKSTAT_ENTER(flag);
	while (!rwlock_try(k, op)) {
		if (panicstr != NULL)
			return;
		MUST(k, !rw_write_held(k)); /* locking against myself */
		sleeps++;
		LOCKSTAT_START_TIMER(flag, t);
		if (rwlock_sleep(k, op))
			break;
		LOCKSTAT_STOP_TIMER(flag, t);
	}
	LOCKSTAT_EVENT(flag, k,
	    LB_RWLOCK | (op == RW_WRITER ? LB_SLEEP1 : LB_SLEEP2), sleeps, t);
	LOCKSTAT_EXIT(flag);
	__USE(sleeps);

	MUST(k, op == RW_READER ? RW_COUNT(k) != 0 : rw_write_held(k));
	LOCKDEBUG_LOCKED(DEBUGGED(k), k, NULL, CALLER, op == RW_READER);
}

int
rw_vector_tryenter(krwlock_t *k, const krw_t op)
{
	uintptr_t word;

	for (word = k->rw_owner; admits(word, op); word = k->rw_owner)
		if (cas(k, word, word + share(op))) {
			membar_enter();
			LOCKDEBUG_WANTLOCK(DEBUGGED(k), k, CALLER,
			    op == RW_READER);
			LOCKDEBUG_LOCKED(DEBUGGED(k), k, NULL, CALLER,
			    op == RW_READER);
			return 1;
		}
	return 0;
}

/* Nobody has it, the flags keep all out, and the chain is locked. */
static void
rwlock_give(krwlock_t *k, turnstile_t *ts, bool to_readers)
{
	const uintptr_t debug = k->rw_owner & RW_NODEBUG;
	u_int readers = TS_WAITERS(ts, TS_READER_Q);
	u_int writers = TS_WAITERS(ts, TS_WRITER_Q);
	uintptr_t word = debug;
	lwp_t *l = NULL;

	if (readers != 0 && (to_readers || writers == 0)) {
		word |= (uintptr_t)readers << RW_READ_COUNT_SHIFT;
		if (writers != 0)
			word |= RW_HAS_WAITERS | RW_WRITE_WANTED;
		(void)atomic_swap_ptr(&k->rw_owner, (void *)word);
		turnstile_wakeup(ts, TS_READER_Q, (int)readers, NULL);
		return;
	}
	MUST(k, writers != 0);
	l = TS_FIRST(ts, TS_WRITER_Q);
	word |= (uintptr_t)l | RW_WRITE_LOCKED;
	if (readers + writers > 1)
		word |= RW_HAS_WAITERS;
	if (writers > 1)
		word |= RW_WRITE_WANTED;
	(void)atomic_swap_ptr(&k->rw_owner, (void *)word);
	turnstile_wakeup(ts, TS_WRITER_Q, 1, l);
}

void
rw_vector_exit(krwlock_t *k)
{
	uintptr_t word, next;
	bool reader;

	if (panicstr != NULL)
		return;

	reader = (k->rw_owner & RW_WRITE_LOCKED) == 0;
	MUST(k, reader ? RW_COUNT(k) != 0 : rw_write_held(k));
	LOCKDEBUG_UNLOCKED(DEBUGGED(k), k, CALLER, reader);

	membar_exit();
	for (;;) {
		word = k->rw_owner;
		next = word - share(reader ? RW_READER : RW_WRITER);
		if ((next & RW_THREAD) == 0 && (next & RW_HAS_WAITERS) != 0)
			break;
		if (cas(k, word, next))
			return;
	}
	rwlock_give(k, turnstile_lookup(k), !reader);
}

void
rw_downgrade(krwlock_t *k)
{
	turnstile_t *ts;
	uintptr_t word, next;
	u_int readers;

	MUST(k, rw_write_held(k));
	LOCKDEBUG_UNLOCKED(DEBUGGED(k), k, CALLER, 0);

	membar_producer();
	word = k->rw_owner;
	next = RW_READ_INCR | (word & RW_NODEBUG);
	if ((word & RW_HAS_WAITERS) != 0 || !cas(k, word, next)) {
		ts = turnstile_lookup(k);
		readers = TS_WAITERS(ts, TS_READER_Q);
		next += (uintptr_t)readers << RW_READ_COUNT_SHIFT;
		if (TS_WAITERS(ts, TS_WRITER_Q) != 0)
			next |= RW_HAS_WAITERS | RW_WRITE_WANTED;
		(void)atomic_swap_ptr(&k->rw_owner, (void *)next);
		if (readers != 0)
			turnstile_wakeup(ts, TS_READER_Q, (int)readers, NULL);
		else
			turnstile_exit(k);
	}
	LOCKDEBUG_WANTLOCK(DEBUGGED(k), k, CALLER, 1);
	LOCKDEBUG_LOCKED(DEBUGGED(k), k, NULL, CALLER, 1);
}

int
rw_tryupgrade(krwlock_t *k)
{
	uintptr_t word;

	do {
		word = k->rw_owner;
		MUST(k, (word & RW_WRITE_LOCKED) == 0);
		if ((word & RW_THREAD) != RW_READ_INCR)
			return 0;
	} while (!cas(k, word, (word & ~RW_THREAD) | share(RW_WRITER)));

	membar_enter();
	LOCKDEBUG_UNLOCKED(DEBUGGED(k), k, CALLER, 1);
	LOCKDEBUG_WANTLOCK(DEBUGGED(k), k, CALLER, 0);
	LOCKDEBUG_LOCKED(DEBUGGED(k), k, NULL, CALLER, 0);
	return 1;
}

#ifndef __HAVE_RW_STUBS
__strong_alias(rw_enter, rw_vector_enter);
__strong_alias(rw_exit, rw_vector_exit);
__strong_alias(rw_tryenter, rw_vector_tryenter);
#endif

int
rw_read_held(krwlock_t *k)
{
	return k != NULL && (k->rw_owner & RW_WRITE_LOCKED) == 0 &&
	    RW_COUNT(k) != 0;
}

int
rw_write_held(krwlock_t *k)
{
	return k != NULL && (k->rw_owner & RW_WRITE_LOCKED) != 0 &&
	    RW_OWNER(k) == (uintptr_t)curlwp;
}

int
rw_lock_held(krwlock_t *k)
{
	return k != NULL && RW_OWNER(k) != 0;
}
