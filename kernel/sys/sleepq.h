/*
 * sleepq.h: queues of sleeping LWPs, and turnstiles, which are such queues for
 * locks.
 *
 * To sleep, an LWP puts itself onto a queue and calls the scheduler; the
 * queue's mutex, a spin mutex at IPL_SCHED, is its lock (l_mutex) meanwhile.
 *
 *	mp = the queue's mutex, taken
 *	sleepq_enter(sq, l, mp)		l is locked by mp; KERNEL_LOCK given up
 *	sleepq_enqueue(sq, wchan, wmesg, sobj)
 *	error = sleepq_block(timo, catch)	mp is released, KERNEL_LOCK back
 *
 * Sleeps without a queue of their own (tsleep, condition variables) share the
 * mutexes of `sleeptab', found by a hash of the wait channel.
 */
#ifndef _SYS_SLEEPQ_H_
#define _SYS_SLEEPQ_H_

#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/queue.h>
#include <sys/sched.h>
#include <sys/syncobj.h>
#include <sys/wchan.h>

#define SLEEPTAB_HASH_SHIFT  7
#define SLEEPTAB_HASH_SIZE   (1 << SLEEPTAB_HASH_SHIFT)
#define SLEEPTAB_HASH_MASK   (SLEEPTAB_HASH_SIZE - 1)
#define SLEEPTAB_HASH(wchan) (((uintptr_t)(wchan) >> 8) & SLEEPTAB_HASH_MASK)

TAILQ_HEAD(sleepq, lwp);

typedef struct sleepq sleepq_t;

typedef struct sleeptab {
	struct {
		kmutex_t *st_mutex;
		sleepq_t st_queue; /* locked by st_mutex */
	} st_queues[SLEEPTAB_HASH_SIZE];
} sleeptab_t;

void sleepq_init(sleepq_t *);
void sleepq_remove(sleepq_t *, lwp_t *);
void sleepq_enqueue(sleepq_t *, wchan_t, const char *, struct syncobj *);
void sleepq_unsleep(lwp_t *, bool);
void sleepq_timeout(void *);
void sleepq_wake(sleepq_t *, wchan_t, u_int, kmutex_t *);
int sleepq_abort(kmutex_t *, int);
void sleepq_changepri(lwp_t *, pri_t);
void sleepq_lendpri(lwp_t *, pri_t);
int sleepq_block(int, bool);

void sleeptab_init(sleeptab_t *);

extern sleeptab_t sleeptab;

#ifdef _KERNEL

#include <sys/systm.h>

/* Nobody sleeps before the scheduler runs, nor in a panic. */
static __inline bool __unused
sleepq_dontsleep(lwp_t *l)
{
	extern int cold;

	return cold || (doing_shutdown && (panicstr || CURCPU_IDLE_P()));
}

/* The queue for a wait channel, with its mutex taken and stored in *mp. */
static __inline sleepq_t *__unused
sleeptab_lookup(sleeptab_t *st, wchan_t wchan, kmutex_t **mp)
{
	const u_int hash = SLEEPTAB_HASH(wchan);
	sleepq_t *sq = &st->st_queues[hash].st_queue;

	*mp = st->st_queues[hash].st_mutex;
	mutex_spin_enter(*mp);
	return sq;
}

/* As sleeptab_lookup, where the queue itself is elsewhere. */
static __inline kmutex_t *__unused
sleepq_hashlock(wchan_t wchan)
{
	kmutex_t *mp = sleeptab.st_queues[SLEEPTAB_HASH(wchan)].st_mutex;

	mutex_spin_enter(mp);
	return mp;
}

/*
 * The LWP, curlwp, is going to sleep on a queue that mp locks, and is held.
 * From now on mp locks the LWP.
 */
static __inline void __unused
sleepq_enter(sleepq_t *sq, lwp_t *l, kmutex_t *mp)
{
	lwp_lock(l);
	lwp_unlock_to(l, mp);
	KERNEL_UNLOCK_ALL(NULL, &l->l_biglocks);
}

#endif /* _KERNEL */

/*
 * A turnstile: who waits for one lock, and to whom their priority goes.
 * kern/kern_turnstile.c has the theory.  Fields are
 *	c	locked by the chain's mutex, tc_mutex
 *	i	locked by the lock of the LWP ts_inheritor
 */
typedef struct turnstile {
	LIST_ENTRY(turnstile) ts_chain; /* c: its hash chain */
	struct turnstile *ts_free;      /* c: lent ones, not in use */
	wchan_t ts_obj;                 /* c: the lock */
	sleepq_t ts_sleepq[2];          /* c: by TS_READER_Q, TS_WRITER_Q */
	u_int ts_waiters[2];            /* c: their number */

	pri_t ts_eprio;                    /* i: priority lent */
	lwp_t *ts_inheritor;               /* c, i: to whom; or NULL */
	SLIST_ENTRY(turnstile) ts_pichain; /* i: all that he has */
} turnstile_t;

LIST_HEAD(tschain_head, turnstile);

typedef struct tschain {
	kmutex_t *tc_mutex;
	struct tschain_head tc_chain;
} tschain_t;

#define TS_READER_Q 0
#define TS_WRITER_Q 1

#define TS_WAITERS(ts, q)  (ts)->ts_waiters[(q)]
#define TS_ALL_WAITERS(ts) ((ts)->ts_waiters[0] + (ts)->ts_waiters[1])
#define TS_FIRST(ts, q)    (TAILQ_FIRST(&(ts)->ts_sleepq[(q)]))

#ifdef _KERNEL

void turnstile_init(void);
turnstile_t *turnstile_lookup(wchan_t);
void turnstile_exit(wchan_t);
void turnstile_block(turnstile_t *, int, wchan_t, syncobj_t *);
void turnstile_wakeup(turnstile_t *, int, int, lwp_t *);
void turnstile_print(volatile void *, void (*)(const char *, ...));
void turnstile_unsleep(lwp_t *, bool);
void turnstile_changepri(lwp_t *, pri_t);

extern pool_cache_t turnstile_cache;
extern turnstile_t turnstile0; /* lwp0's */

#endif /* _KERNEL */

#endif /* _SYS_SLEEPQ_H_ */
