/*
 * kern_condvar.c: condition variables, condvar(9).
 *
 * A condition variable is a queue of LWPs that wait for a condition, which is
 * made of data that a mutex protects.  Nothing of the condition is kept here:
 * a signal with nobody on the queue is nothing.  None is lost, because a waiter
 * is on the queue before it releases the mutex that the signaller needs:
 *
 *	waiter				signaller
 *	mutex_enter
 *	condition is false
 *	cv_wait: onto the queue
 *	         mutex_exit
 *					mutex_enter
 *					makes it true
 *					cv_signal: finds him
 *					mutex_exit
 *	         off the CPU
 *
 * The queue is in the condition variable, its mutex is one of sleeptab's; which
 * comes from the address.  cv_signal looks at the queue without that first: the
 * signaller's mutex keeps waiters from joining, and others may only leave.
 *
 * Contexts.  Waiting: threads, with the mutex as the only spin mutex, if it is
 * one.  Waking: any that can hold the mutex.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/lwp.h>
#include <sys/condvar.h>
#include <sys/sleepq.h>
#include <sys/lockdebug.h>
#include <sys/cpu.h>
#include <sys/kernel.h>

/* Fields of cv_opaque: the queue, two pointers (c), and the name (i). */
#define CV_SLEEPQ(cv)       ((sleepq_t *)(cv)->cv_opaque)
#define CV_WMESG(cv)        ((const char *)(cv)->cv_opaque[2])
#define CV_SET_WMESG(cv, v) ((cv)->cv_opaque[2] = __UNCONST(v))

static const char deadcv[] = "deadcv";

/* LOCKDEBUG's hooks, empty without it: one mutex for all who wait. */
#define CV_CALLER()        ((uintptr_t)__builtin_return_address(0))
#define CV_LOCKED(cv, mtx) LOCKDEBUG_LOCKED(true, (cv), (mtx), CV_CALLER(), 0)
#define CV_UNLOCKED(cv)    LOCKDEBUG_UNLOCKED(true, (cv), CV_CALLER(), 0)
#define CV_WAKEUP(cv)      LOCKDEBUG_WAKEUP(true, (cv), CV_CALLER())

#ifdef LOCKDEBUG
static lockops_t cv_lockops = { "Condition variable", LOCKOPS_CV, NULL };
#endif

static void cv_unsleep(lwp_t *, bool);

static syncobj_t cv_syncobj = {
	SOBJ_SLEEPQ_SORTED,
	cv_unsleep,
	sleepq_changepri,
	sleepq_lendpri,
	syncobj_noowner,
};

/*
 * cv_init: nobody waits.  wmesg is the name of the wait, up to 8 letters.
 */
void
cv_init(kcondvar_t *cv, const char *wmesg)
{
	CTASSERT(sizeof(sleepq_t) <= 2 * sizeof(void *));
	KASSERT(wmesg != NULL);

	CV_SET_WMESG(cv, wmesg);
	sleepq_init(CV_SLEEPQ(cv));
	(void)LOCKDEBUG_ALLOC(cv, &cv_lockops, CV_CALLER());
}

/*
 * cv_destroy: nobody waits, or will.
 */
void
cv_destroy(kcondvar_t *cv)
{
	KASSERT(cv_is_valid(cv));
	KASSERT(!cv_has_waiters(cv));
	LOCKDEBUG_FREE(true, cv);
	CV_SET_WMESG(cv, deadcv);
}

/* Onto the queue, then out of the mutex; l is curlwp. */
static inline void
cv_enter(kcondvar_t *cv, kmutex_t *mtx, lwp_t *l)
{
	kmutex_t *mp;

	KASSERT(cv_is_valid(cv));
	KASSERT(!cpu_intr_p());
	KASSERT((l->l_pflag & LP_INTR) == 0 || panicstr != NULL);

	CV_LOCKED(cv, mtx);
	l->l_kpriority = true;
	mp = sleepq_hashlock(cv);
	sleepq_enter(CV_SLEEPQ(cv), l, mp);
	sleepq_enqueue(CV_SLEEPQ(cv), cv, CV_WMESG(cv), &cv_syncobj);
	mutex_exit(mtx);
	KASSERT(cv_has_waiters(cv));
}

/*
 * Into the mutex again.  A signal that we may have got, and do not use because
 * the wait has failed, goes to the next.
 */
static inline int
cv_exit(kcondvar_t *cv, kmutex_t *mtx, int error)
{
	mutex_enter(mtx);
	CV_UNLOCKED(cv);
	if (__predict_false(error != 0))
		cv_signal(cv);
	KASSERT(cv_is_valid(cv));
	return error;
}

/* sobj_unsleep: a timeout, or the LWP's exit.  l is locked. */
static void
cv_unsleep(lwp_t *l, bool cleanup)
{
	KASSERT(l->l_wchan != NULL);
	KASSERT(lwp_locked(l, NULL));

	sleepq_unsleep(l, cleanup);
}

/*
 * cv_wait: until cv_signal or cv_broadcast.  mtx is held, and on return again.
 */
void
cv_wait(kcondvar_t *cv, kmutex_t *mtx)
{
	lwp_t *l = curlwp;

	KASSERT(mutex_owned(mtx));

	if (sleepq_dontsleep(l)) {
		sleepq_abort(mtx, 0);
		return;
	}
	cv_enter(cv, mtx, l);
	(void)sleepq_block(0, false);
	(void)cv_exit(cv, mtx, 0);
}

/*
 * cv_wait_sig: .. or a signal, or the end of the process: EINTR.
 */
int
cv_wait_sig(kcondvar_t *cv, kmutex_t *mtx)
{
	return cv_timedwait_sig(cv, mtx, 0);
}

/*
 * cv_timedwait: .. or timo ticks are over: EWOULDBLOCK.  0: no limit.
 */
int
cv_timedwait(kcondvar_t *cv, kmutex_t *mtx, int timo)
{
	lwp_t *l = curlwp;

	KASSERT(mutex_owned(mtx));

	if (sleepq_dontsleep(l))
		return sleepq_abort(mtx, 0);
	cv_enter(cv, mtx, l);
	return cv_exit(cv, mtx, sleepq_block(timo, false));
}

/*
 * cv_timedwait_sig: all of them.
 */
int
cv_timedwait_sig(kcondvar_t *cv, kmutex_t *mtx, int timo)
{
	lwp_t *l = curlwp;

	KASSERT(mutex_owned(mtx));

	if (sleepq_dontsleep(l))
		return sleepq_abort(mtx, 0);
	cv_enter(cv, mtx, l);
	return cv_exit(cv, mtx, sleepq_block(timo, true));
}

/* Wake up to n. */
static void
cv_wake(kcondvar_t *cv, u_int n)
{
	kmutex_t *mp = sleepq_hashlock(cv);

	sleepq_wake(CV_SLEEPQ(cv), cv, n, mp); /* unlocks */
}

/*
 * cv_signal: wake the most urgent of the waiters, and among those the one who
 * has waited longest.  The caller holds their mutex.
 */
void
cv_signal(kcondvar_t *cv)
{
	KASSERT(cv_is_valid(cv));
	CV_WAKEUP(cv);

	if (__predict_false(cv_has_waiters(cv)))
		cv_wake(cv, 1);
}

/*
 * cv_broadcast: wake all of them.
 */
void
cv_broadcast(kcondvar_t *cv)
{
	KASSERT(cv_is_valid(cv));
	CV_WAKEUP(cv);

	if (__predict_false(cv_has_waiters(cv)))
		cv_wake(cv, (u_int)-1);
}

/*
 * cv_has_waiters: for assertions, and for who holds the mutex.
 */
bool
cv_has_waiters(kcondvar_t *cv)
{
	return !TAILQ_EMPTY(CV_SLEEPQ(cv));
}

/*
 * cv_is_valid: has it been initialised, and not destroyed?
 */
bool
cv_is_valid(kcondvar_t *cv)
{
	return CV_WMESG(cv) != deadcv && CV_WMESG(cv) != NULL;
}
