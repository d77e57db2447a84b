/*
 * kern_turnstile.c: where LWPs sleep for mutexes and rwlocks, and how they lend
 * their priority to who makes them wait.
 *
 * A lock is one word; there is no room in it for a queue.  When it needs one,
 * it gets a turnstile, which is found by the lock's address.
 *
 *	turnstile_tab[64]	hash of the address
 *	  tc_mutex		locks all of the chain: its turnstiles, their
 *				queues, and the LWPs that sleep there (l_mutex)
 *	  tc_chain ---> ts ---> ts
 *		ts_obj		the lock
 *		ts_sleepq[2]	readers, writers, most urgent first
 *		ts_free ---> ts	spare ones
 *
 * Turnstiles need no allocation when somebody has to wait.  Each LWP has one,
 * l_ts, and nobody waits for two locks at a time: so there are as many as can
 * be needed.  The first to wait brings his; who comes later puts his on the
 * free list.  Who leaves takes one from there, or, if he is the last, that in
 * use; seldom the one he brought.
 *
 *	A waits		ts(A) in use			A, B: l_ts = ts(A)
 *	B waits		ts(A) in use, ts(B) free
 *	A is woken	ts(A) in use			A: l_ts = ts(B)
 *	B is woken	-				B: l_ts = ts(A)
 *
 *
 * Inheritance.  A waiter's priority is the owner's too, until he releases the
 * lock; and if the owner waits, for the next lock, also that one's owner's.
 *
 *	H waits for m2			H lends to M, by m2's turnstile
 *	M owns m2, waits for m1		M lends to L, by m1's turnstile
 *	L owns m1, is ready		L runs as if he were H
 *
 * What an LWP lends is kept at the turnstile (ts_eprio) and that in a list of
 * the borrower (l_pi_lenders): who releases one lock keeps what the others are
 * worth.  The owner of a rwlock that readers have is not known, and gets
 * nothing.
 *
 * Locks.  To go from a waiter to the owner needs both LWPs' locks.  l_mutex of
 * a waiter is tc_mutex, of another waiter another chain's, in no order; so the
 * second is only tried, and if it is not to be had, the way is begun anew.
 *
 * turnstile_lookup locks the chain, and turnstile_exit, turnstile_block and
 * turnstile_wakeup unlock it.  In between the lock's word can be changed, and
 * who looks at the turnstile sees what belongs to the word.
 *
 * Contexts: threads and softints.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/lockdebug.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/sleepq.h>
#include <sys/systm.h>

#define TS_HASH_SIZE 64
#define TS_HASH_MASK (TS_HASH_SIZE - 1)
#define TS_HASH(obj) (((uintptr_t)(obj) >> 3) & TS_HASH_MASK)

static tschain_t turnstile_tab[TS_HASH_SIZE] __cacheline_aligned;
pool_cache_t turnstile_cache __read_mostly;

static int
turnstile_ctor(void *arg, void *obj, int flags)
{
	turnstile_t *ts = obj;

	memset(ts, 0, sizeof(*ts));
	sleepq_init(&ts->ts_sleepq[TS_READER_Q]);
	sleepq_init(&ts->ts_sleepq[TS_WRITER_Q]);
	return 0;
}

static inline tschain_t *
turnstile_chain(wchan_t obj)
{
	return &turnstile_tab[TS_HASH(obj)];
}

/*
 * turnstile_init: early in main, after mutex_obj_init.
 */
void
turnstile_init(void)
{
	tschain_t *tc;

	for (tc = turnstile_tab; tc < &turnstile_tab[TS_HASH_SIZE]; tc++) {
		LIST_INIT(&tc->tc_chain);
		tc->tc_mutex = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SCHED);
	}

	turnstile_cache = pool_cache_init(sizeof(turnstile_t), 0, 0, 0,
	    "tstile", NULL, IPL_NONE, turnstile_ctor, NULL, NULL);
	KASSERT(turnstile_cache != NULL);

	(void)turnstile_ctor(NULL, &turnstile0, 0);
}

/*
 * turnstile_remove: wake l, which sleeps on queue q of ts.  Chain locked.
 */
static void
turnstile_remove(turnstile_t *ts, lwp_t *l, int q)
{
	turnstile_t *nts;

	KASSERT(l->l_ts == ts);

	/* A spare one, or the one in use if this was the last waiter. */
	nts = ts->ts_free;
	if (nts != NULL) {
		KASSERT(TS_ALL_WAITERS(ts) > 1);
		l->l_ts = nts;
		ts->ts_free = nts->ts_free;
		nts->ts_free = NULL;
	} else {
		KASSERT(TS_ALL_WAITERS(ts) == 1);
		LIST_REMOVE(ts, ts_chain);
	}

	ts->ts_waiters[q]--;
	sleepq_remove(&ts->ts_sleepq[q], l);
}

/*
 * turnstile_lookup: the turnstile of a lock, or NULL if nobody sleeps for it.
 * Locks the chain.
 */
turnstile_t *
turnstile_lookup(wchan_t obj)
{
	tschain_t *tc = turnstile_chain(obj);
	turnstile_t *ts;

	mutex_spin_enter(tc->tc_mutex);
	LIST_FOREACH (ts, &tc->tc_chain, ts_chain)
		if (ts->ts_obj == obj)
			return ts;
	return NULL;
}

/*
 * turnstile_exit: nothing to do after all.  Unlocks the chain.
 */
void
turnstile_exit(wchan_t obj)
{
	mutex_spin_exit(turnstile_chain(obj)->tc_mutex);
}

/* ---- priorities */

/*
 * turnstile_lendpri: lend cur's priority to the owner of what it waits for, to
 * the owner of what that one waits for, and so on.  cur is curlwp, on its queue
 * and locked; so it is on return, but may have been unlocked between, and even
 * have been woken.
 *
 * An owner whose priority is no lower, if only by another lender, borrows
 * nothing: when he has released that one's lock, he has nothing of cur.  This
 * is NetBSD's, too.
 */
static void
turnstile_lendpri(lwp_t *cur)
{
	lwp_t *l = cur, *owner;
	turnstile_t *ts;
	pri_t prio = lwp_eprio(cur);
	bool dolock;

	for (;;) {
		/* l is locked. */
		if (l->l_wchan == NULL)
			break;
		owner = (*l->l_syncobj->sobj_owner)(l->l_wchan);
		if (owner == NULL)
			break;

		/* Unlocked before, and meanwhile a wake-up, or ours by now. */
		if (owner == cur)
			break;

		dolock = l->l_mutex != owner->l_mutex;
		if (dolock && !lwp_trylock(owner)) {
			/* Its holder may want ours: let him. */
			lwp_unlock(l);
			l = cur;
			lwp_lock(l);
			prio = lwp_eprio(l);
			continue;
		}
		if (prio <= lwp_eprio(owner)) {
			if (dolock)
				lwp_unlock(owner);
			break;
		}

		ts = l->l_ts;
		KASSERT(ts->ts_inheritor == owner || ts->ts_inheritor == NULL);
		if (ts->ts_inheritor == NULL) {
			ts->ts_inheritor = owner;
			ts->ts_eprio = prio;
			SLIST_INSERT_HEAD(&owner->l_pi_lenders, ts, ts_pichain);
			lwp_lendpri(owner, prio);
		} else if (prio > ts->ts_eprio) {
			ts->ts_eprio = prio;
			lwp_lendpri(owner, prio);
		}
		if (dolock)
			lwp_unlock(l);
		LOCKDEBUG_BARRIER(owner->l_mutex, 1);
		l = owner;
	}
	LOCKDEBUG_BARRIER(l->l_mutex, 1);

	if (cur->l_mutex != l->l_mutex) {
		lwp_unlock(l);
		lwp_lock(cur);
	}
	LOCKDEBUG_BARRIER(cur->l_mutex, 1);
}

/*
 * turnstile_unlendpri: curlwp releases the lock that ts belongs to, and with it
 * what it had borrowed there.  What it has by others stays.  Chain locked.
 *
 * curlwp may be in cv_wait, on its way to sleep: then it is locked by the sleep
 * queue's mutex, which we hold already.
 */
static void
turnstile_unlendpri(turnstile_t *ts)
{
	lwp_t *l = curlwp;
	turnstile_t *iter, *next, *prev = NULL;
	pri_t prio = PRI_NONE;
	const bool dolock = l->l_mutex == l->l_cpu->ci_schedstate.spc_lwplock;

	KASSERT(ts->ts_inheritor == l);

	if (dolock)
		lwp_lock(l);
	for (iter = SLIST_FIRST(&l->l_pi_lenders); iter != NULL; iter = next) {
		KASSERT(lwp_locked(l, NULL));
		next = SLIST_NEXT(iter, ts_pichain);
		if (iter == ts) {
			if (prev == NULL)
				SLIST_REMOVE_HEAD(&l->l_pi_lenders, ts_pichain);
			else
				SLIST_REMOVE_AFTER(prev, ts_pichain);
			continue;
		}
		if (prio < iter->ts_eprio)
			prio = iter->ts_eprio;
		prev = iter;
	}
	ts->ts_inheritor = NULL;
	lwp_lendpri(l, prio);
	if (dolock)
		lwp_unlock(l);
}

/* ---- sleep and wake */

/*
 * turnstile_block: sleep until turnstile_wakeup.  ts is what turnstile_lookup
 * returned, the chain is locked; it is unlocked on return.  KERNEL_LOCK is
 * given up for the time.
 */
void
turnstile_block(turnstile_t *ts, int q, wchan_t obj, syncobj_t *sobj)
{
	tschain_t *tc = turnstile_chain(obj);
	lwp_t *l = curlwp;
	turnstile_t *ots;
	pri_t obase;

	KASSERT(q == TS_READER_Q || q == TS_WRITER_Q);
	KASSERT(mutex_owned(tc->tc_mutex));
	KASSERT(l != NULL && l->l_ts != NULL);

	if (ts == NULL) {
		ts = l->l_ts;
		KASSERT(TS_ALL_WAITERS(ts) == 0);
		KASSERT(TAILQ_EMPTY(&ts->ts_sleepq[TS_READER_Q]) &&
		    TAILQ_EMPTY(&ts->ts_sleepq[TS_WRITER_Q]));
		KASSERT(ts->ts_free == NULL);
		ts->ts_obj = obj;
		ts->ts_inheritor = NULL;
		LIST_INSERT_HEAD(&tc->tc_chain, ts, ts_chain);
	} else {
		ots = l->l_ts;
		KASSERT(ots->ts_free == NULL);
		ots->ts_free = ts->ts_free;
		ts->ts_free = ots;
		l->l_ts = ts;
		KASSERT(ts->ts_obj == obj);
		KASSERT(TS_ALL_WAITERS(ts) != 0);
	}
	ts->ts_waiters[q]++;

	sleepq_enter(&ts->ts_sleepq[q], l, tc->tc_mutex);
	LOCKDEBUG_BARRIER(tc->tc_mutex, 1);

	/* Locks are held for short; who gets one is to run soon. */
	l->l_kpriority = true;
	obase = l->l_kpribase;
	if (obase < PRI_KTHREAD)
		l->l_kpribase = PRI_KTHREAD;
	sleepq_enqueue(&ts->ts_sleepq[q], obj, "tstile", sobj);

	/*
	 * We are on a queue and run on, perhaps at IPL_NONE for a moment; a
	 * preemption would put us to sleep before the owner knows of us.
	 */
	KPREEMPT_DISABLE(l);
	KASSERT(lwp_locked(l, tc->tc_mutex));
	turnstile_lendpri(l);
	sleepq_block(0, false);
	l->l_kpribase = obase;
	KPREEMPT_ENABLE(l);
}

/*
 * turnstile_wakeup: wake `count' LWPs of queue q, the most urgent ones, or nl
 * alone.  curlwp has released the lock or handed it over to them.  Unlocks the
 * chain.
 */
void
turnstile_wakeup(turnstile_t *ts, int q, int count, lwp_t *nl)
{
	tschain_t *tc = turnstile_chain(ts->ts_obj);
	sleepq_t *sq = &ts->ts_sleepq[q];

	KASSERT(q == TS_READER_Q || q == TS_WRITER_Q);
	KASSERT(count > 0 && count <= (int)TS_WAITERS(ts, q));
	KASSERT(mutex_owned(tc->tc_mutex));
	KASSERT(ts->ts_inheritor == curlwp || ts->ts_inheritor == NULL);

	if (ts->ts_inheritor != NULL)
		turnstile_unlendpri(ts);

	if (nl != NULL) {
		KASSERT(nl->l_sleepq == sq);
		turnstile_remove(ts, nl, q);
	} else {
		while (count-- > 0) {
			KASSERT(!TAILQ_EMPTY(sq));
			turnstile_remove(ts, TAILQ_FIRST(sq), q);
		}
	}
	mutex_spin_exit(tc->tc_mutex);
}

/*
 * turnstile_unsleep: somebody would end the sleep without the lock's being
 * free.  These sleeps know no time and no signals.
 */
void
turnstile_unsleep(lwp_t *l, bool cleanup)
{
	panic("turnstile_unsleep");
}

/*
 * turnstile_changepri: the priority of a sleeping LWP changes.  Chain locked.
 * A change for the better is not passed on to the owner.
 */
void
turnstile_changepri(lwp_t *l, pri_t pri)
{
	sleepq_changepri(l, pri);
}

#ifdef LOCKDEBUG
static void
turnstile_print_queue(turnstile_t *ts, int q, const char *who,
    void (*pr)(const char *, ...))
{
	lwp_t *l;

	(*pr)("%s waiting: %u", who, TS_WAITERS(ts, q));
	TAILQ_FOREACH (l, &ts->ts_sleepq[q], l_sleepchain)
		(*pr)(" %p", l);
	(*pr)("\n");
}

/* turnstile_print: who waits for a lock.  For panics: takes no lock. */
void
turnstile_print(volatile void *obj, void (*pr)(const char *, ...))
{
	tschain_t *tc = turnstile_chain(obj);
	turnstile_t *ts;

	LIST_FOREACH (ts, &tc->tc_chain, ts_chain)
		if (ts->ts_obj == obj)
			break;
	if (ts == NULL) {
		(*pr)("no turnstile; its chain is %p\n", tc);
		return;
	}
	(*pr)("turnstile %p, priority lent to %p\n", ts, ts->ts_inheritor);
	turnstile_print_queue(ts, TS_READER_Q, "readers", pr);
	turnstile_print_queue(ts, TS_WRITER_Q, "writers", pr);
}
#endif /* LOCKDEBUG */
