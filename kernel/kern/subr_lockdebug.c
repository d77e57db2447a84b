/*
 * subr_lockdebug.c: reports about locks; with LOCKDEBUG, a record of each lock.
 *
 * Without LOCKDEBUG there is lockdebug_abort alone, which the locks call when
 * they find themselves used wrongly.
 *
 * With it, locks tell of what is done to them (LOCKDEBUG_* of
 * <sys/lockdebug.h>), and each that was allocated here has a record, found by a
 * hash of its address.  What an LWP holds of sleep locks, or a CPU of spin
 * locks, is a list.  So it is noticed when
 *
 *	- a lock is used that was never initialised, or is destroyed
 *	- a lock is taken twice, or given back by another than its holder
 *	- a sleep lock is taken in a hard interrupt
 *	- somebody sleeps with a spin lock held, or with another lock where none
 *	  may be (LOCKDEBUG_BARRIER), which includes a softint's end
 *	- a lock's memory is freed, or initialised anew, while it is in use
 *	- a condition variable is used with two mutexes
 *
 * One lock, ld_lk, is for all of it: this kernel is slow anyway.  It is taken
 * at IPL_HIGH, because spin mutexes of any IPL come here; and it is a plain
 * __cpu_simple_lock, because a mutex would come here, too.
 *
 * Contexts: any.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lockdebug.h>
#include <sys/sleepq.h>
#include <sys/cpu.h>
#include <sys/atomic.h>
#include <sys/lock.h>
#include <sys/mutex.h>

#include <machine/lock.h>

/* Reports so far; the first one counts. */
static unsigned int ld_panic;

#ifdef LOCKDEBUG

#define LD_LOCKED  0x01
#define LD_SLEEPER 0x02

#define LD_MAX  16384 /* records; locks beyond are not followed */
#define LD_HASH 4096

/*
 * Fields are
 *	i	set by lockdebug_alloc
 *	l	locked by ld_lk
 */
struct lockdebug {
	_TAILQ_ENTRY(struct lockdebug, volatile) ld_chain; /* l: held list */
	volatile struct lockdebug *ld_next;                /* l: hash, free */
	volatile void *ld_lock;                            /* i: the lock */
	lockops_t *ld_lockops;                             /* i */
	uintptr_t ld_initaddr;                             /* i: who made it */
	struct lwp *ld_lwp;                                /* l: last holder */
	uintptr_t ld_locked;   /* l: where, or a CV's mutex */
	uintptr_t ld_unlocked; /* l: where */
	u_int ld_cpu;          /* l: of last holder, or -1 */
	u_int ld_shares;       /* l: readers, or waiters of a CV */
	u_int ld_shwant;       /* l: readers wanting it */
	u_int ld_exwant;       /* l: others */
	u_int ld_flags;        /* l: LD_* */
};
typedef volatile struct lockdebug lockdebug_t;

static __cpu_simple_lock_t ld_lk __cacheline_aligned;
static lockdebug_t ld_record[LD_MAX];
static lockdebug_t *ld_hash[LD_HASH];
static lockdebug_t *ld_free;
static u_int ld_used; /* records ever used */
static bool ld_short; /* some were refused one: unknown ones may be right */

static int
ld_enter(void)
{
	const int s = splhigh();

	__cpu_simple_lock(&ld_lk);
	return s;
}

static void
ld_exit(int s)
{
	__cpu_simple_unlock(&ld_lk);
	splx(s);
}

static lockdebug_t **
ld_bucket(volatile void *lock)
{
	const uintptr_t a = (uintptr_t)lock;

	return &ld_hash[(a >> 3 ^ a >> 15) % LD_HASH];
}

/* The record of a lock, or NULL.  ld_lk held. */
static lockdebug_t *
ld_find(volatile void *lock)
{
	lockdebug_t *ld;

	for (ld = *ld_bucket(lock); ld != NULL; ld = ld->ld_next)
		if (ld->ld_lock == lock)
			return ld;
	return NULL;
}

/* Nothing is followed any more once there is a report. */
static bool
ld_off(void)
{
	return panicstr != NULL || ld_panic != 0;
}

static const char *
ld_type(lockdebug_t *ld)
{
	switch (ld->ld_lockops->lo_type) {
	case LOCKOPS_CV:
		return "condition variable";
	case LOCKOPS_SLEEP:
		return "sleep/adaptive";
	default:
		return "spin";
	}
}

static void
ld_dump(lockdebug_t *ld, void (*pr)(const char *, ...) __printflike(1, 2))
{
	(*pr)("lock address : %#018lx type     : %18s\n"
	      "initialized  : %#018lx",
	    (long)ld->ld_lock, ld_type(ld), (long)ld->ld_initaddr);
	if (ld->ld_lockops->lo_type == LOCKOPS_CV) {
		(*pr)(" interlock: %#018lx\n", (long)ld->ld_locked);
	} else {
		(*pr)("\n"
		      "shared holds : %18u exclusive: %18u\n"
		      "shares wanted: %18u exclusive: %18u\n"
		      "current cpu  : %18u last held: %18u\n"
		      "current lwp  : %#018lx last held: %#018lx\n"
		      "last locked%c : %#018lx unlocked%c: %#018lx\n",
		    ld->ld_shares, (ld->ld_flags & LD_LOCKED) != 0,
		    ld->ld_shwant, ld->ld_exwant, cpu_index(curcpu()),
		    ld->ld_cpu, (long)curlwp, (long)ld->ld_lwp,
		    (ld->ld_flags & LD_LOCKED) != 0 ? '*' : ' ',
		    (long)ld->ld_locked,
		    (ld->ld_flags & LD_LOCKED) != 0 ? ' ' : '*',
		    (long)ld->ld_unlocked);
	}
	if (ld->ld_lockops->lo_dump != NULL)
		(*ld->ld_lockops->lo_dump)(ld->ld_lock);
	if (ld->ld_lockops->lo_type == LOCKOPS_SLEEP)
		turnstile_print(ld->ld_lock, pr);
}

/* Report and panic.  ld_lk is held, and released. */
static void
ld_abort(lockdebug_t *ld, int s, const char *func, const char *msg)
{
	if (panicstr != NULL || ld_panic++ != 0) {
		ld_exit(s);
		return;
	}
	__cpu_simple_unlock(&ld_lk);

	printf_nolog("%s error: %s: %s\n\n", ld->ld_lockops->lo_name, func,
	    msg);
	ld_dump(ld, printf_nolog);
	printf_nolog("\n");
	splx(s);
	panic("LOCKDEBUG: %s error: %s: %s", ld->ld_lockops->lo_name, func,
	    msg);
}

/*
 * lockdebug_alloc: follow a lock from now on.  False: it will not be.
 */
bool
lockdebug_alloc(volatile void *lock, lockops_t *lo, uintptr_t initaddr)
{
	lockdebug_t *ld, **bucket;
	int s;

	if (lo == NULL || ld_off())
		return false;

	s = ld_enter();
	if (ld_used == 0) {
		/* The first lock of all: nothing is held here. */
		TAILQ_INIT(&curcpu()->ci_data.cpu_ld_locks);
		TAILQ_INIT(&curlwp->l_ld_locks);
	}
	ld = ld_find(lock);
	if (ld != NULL) {
		ld_abort(ld, s, __func__, "already initialized");
		return false;
	}
	ld = ld_free;
	if (ld != NULL)
		ld_free = ld->ld_next;
	else if (ld_used < LD_MAX)
		ld = &ld_record[ld_used++];
	else {
		ld_short = true;
		ld_exit(s);
		return false;
	}

	bucket = ld_bucket(lock);
	ld->ld_next = *bucket;
	ld->ld_lock = lock;
	ld->ld_lockops = lo;
	ld->ld_initaddr = initaddr;
	ld->ld_lwp = NULL;
	ld->ld_locked = 0;
	ld->ld_unlocked = initaddr;
	ld->ld_cpu = (u_int)-1;
	ld->ld_shares = ld->ld_shwant = ld->ld_exwant = 0;
	ld->ld_flags = lo->lo_type == LOCKOPS_SLEEP ? LD_SLEEPER : 0;
	*bucket = ld;
	ld_exit(s);
	return true;
}

/*
 * lockdebug_free: the lock is no more.
 */
void
lockdebug_free(volatile void *lock)
{
	lockdebug_t *ld, **p;
	int s;

	if (ld_off())
		return;

	s = ld_enter();
	ld = ld_find(lock);
	if (ld == NULL) {
		ld_exit(s);
		if (ld_short)
			return;
		panic("%s: destroying uninitialized object %p (ld_lock=%p)",
		    __func__, lock, NULL);
	}
	if ((ld->ld_flags & LD_LOCKED) != 0 || ld->ld_shares != 0) {
		ld_abort(ld, s, __func__, "is locked or in use");
		return;
	}
	for (p = ld_bucket(lock); *p != ld;
	     p = (lockdebug_t **)(uintptr_t) & (*p)->ld_next)
		continue;
	*p = ld->ld_next;
	ld->ld_lock = NULL;
	ld->ld_next = ld_free;
	ld_free = ld;
	ld_exit(s);
}

/*
 * The record of a lock, with all records locked, or NULL: nothing to check.  A
 * lock that has none was never initialised, or is no more.
 */
static lockdebug_t *
ld_get(volatile void *lock, uintptr_t where, int *s)
{
	lockdebug_t *ld;

	if (ld_off())
		return NULL;
	*s = ld_enter();
	ld = ld_find(lock);
	if (ld != NULL)
		return ld;
	ld_exit(*s);
	if (!ld_short)
		panic("lockdebug_lookup: uninitialized lock (lock=%p, "
		      "from=%08lx)",
		    lock, where);
	return NULL;
}

/*
 * lockdebug_wantlock: the caller is about to take it.
 */
void
lockdebug_wantlock(volatile void *lock, uintptr_t where, int shared)
{
	lockdebug_t *ld;
	bool recurse = false;
	int s;

	ld = ld_get(lock, where, &s);
	if (ld == NULL)
		return;
	if ((ld->ld_flags & LD_LOCKED) != 0) {
		if ((ld->ld_flags & LD_SLEEPER) != 0)
			recurse = ld->ld_lwp == curlwp;
		else
			recurse = ld->ld_cpu == cpu_index(curcpu());
	}
	if (shared)
		ld->ld_shwant++;
	else
		ld->ld_exwant++;

	if ((ld->ld_flags & LD_SLEEPER) != 0 && cpu_intr_p())
		ld_abort(ld, s, __func__,
		    "acquiring sleep lock from interrupt context");
	else if (recurse)
		ld_abort(ld, s, __func__, "locking against myself");
	else
		ld_exit(s);
}

/* A condition variable has a waiter, who goes with this mutex. */
static bool
ld_cv_locked(lockdebug_t *ld, void *cvlock)
{
	if (ld->ld_shares++ == 0)
		ld->ld_locked = (uintptr_t)cvlock;
	return ld->ld_locked == (uintptr_t)cvlock;
}

/*
 * lockdebug_locked: the caller has taken it.
 */
void
lockdebug_locked(volatile void *lock, void *cvlock, uintptr_t where, int shared)
{
	lwp_t *l = curlwp;
	lockdebug_t *ld;
	int s;

	ld = ld_get(lock, where, &s);
	if (ld == NULL)
		return;
	if (cvlock != NULL) {
		if (!ld_cv_locked(ld, cvlock)) {
			ld_abort(ld, s, __func__,
			    "multiple locks used with condition variable");
			return;
		}
	} else if (shared) {
		l->l_shlocks++;
		ld->ld_locked = where;
		ld->ld_shares++;
		ld->ld_shwant--;
	} else {
		if ((ld->ld_flags & LD_LOCKED) != 0) {
			ld_abort(ld, s, __func__, "already locked");
			return;
		}
		ld->ld_flags |= LD_LOCKED;
		ld->ld_locked = where;
		ld->ld_exwant--;
		if ((ld->ld_flags & LD_SLEEPER) != 0)
			TAILQ_INSERT_TAIL(&l->l_ld_locks, ld, ld_chain);
		else
			TAILQ_INSERT_TAIL(&curcpu()->ci_data.cpu_ld_locks, ld,
			    ld_chain);
	}
	ld->ld_cpu = cpu_index(curcpu());
	ld->ld_lwp = l;
	ld_exit(s);
}

/* What is wrong with giving it back, or NULL. */
static const char *
ld_unlock_error(lockdebug_t *ld, int shared)
{
	if (ld->ld_lockops->lo_type == LOCKOPS_CV)
		return ld->ld_shares == 0 ? "no waiters" : NULL;
	if (shared) {
		if (curlwp->l_shlocks == 0)
			return "no shared locks held by LWP";
		return ld->ld_shares == 0 ? "no shared holds on this lock"
					  : NULL;
	}
	if ((ld->ld_flags & LD_LOCKED) == 0)
		return "not locked";
	if ((ld->ld_flags & LD_SLEEPER) != 0)
		return ld->ld_lwp != curlwp ? "not held by current LWP" : NULL;
	return ld->ld_cpu != cpu_index(curcpu()) ? "not held by current CPU"
						 : NULL;
}

/*
 * lockdebug_unlocked: the caller is about to give it back.
 */
void
lockdebug_unlocked(volatile void *lock, uintptr_t where, int shared)
{
	lwp_t *l = curlwp;
	lockdebug_t *ld;
	const char *error;
	int s;

	ld = ld_get(lock, where, &s);
	if (ld == NULL)
		return;
	error = ld_unlock_error(ld, shared);
	if (error != NULL) {
		ld_abort(ld, s, __func__, error);
		return;
	}
	if (ld->ld_lockops->lo_type == LOCKOPS_CV) {
		if (--ld->ld_shares == 0)
			ld->ld_locked = 0;
	} else if (shared) {
		l->l_shlocks--;
		ld->ld_shares--;
		ld->ld_unlocked = where;
		if (ld->ld_lwp == l) {
			ld->ld_lwp = NULL;
			ld->ld_cpu = (u_int)-1;
		}
	} else {
		ld->ld_flags &= ~LD_LOCKED;
		ld->ld_unlocked = where;
		ld->ld_lwp = NULL;
		if ((ld->ld_flags & LD_SLEEPER) != 0)
			TAILQ_REMOVE(&l->l_ld_locks, ld, ld_chain);
		else
			TAILQ_REMOVE(&curcpu()->ci_data.cpu_ld_locks, ld,
			    ld_chain);
	}
	ld_exit(s);
}

/*
 * lockdebug_wakeup: a condition variable is signalled; is its mutex held?
 */
void
lockdebug_wakeup(volatile void *lock, uintptr_t where)
{
	lockdebug_t *ld;
	int s;

	if (lock == &lbolt)
		return;
	ld = ld_get(lock, where, &s);
	if (ld == NULL)
		return;
	if (ld->ld_shares != 0 && !mutex_owned((kmutex_t *)ld->ld_locked))
		ld_abort(ld, s, __func__,
		    "interlocking mutex not held during wakeup");
	else
		ld_exit(s);
}

/*
 * lockdebug_barrier: the caller may hold no spin lock but this one, and no
 * sleep lock unless slplocks.
 */
void
lockdebug_barrier(volatile void *spinlock, int slplocks)
{
	lwp_t *l = curlwp;
	lockdebug_t *ld;
	int s;

	if (ld_off())
		return;

	s = ld_enter();
	if ((l->l_pflag & LP_INTR) == 0) {
		TAILQ_FOREACH (ld, &curcpu()->ci_data.cpu_ld_locks, ld_chain) {
			if (ld->ld_lock == spinlock)
				continue;
			ld_abort(ld, s, __func__, "spin lock held");
			return;
		}
	}
	if (!slplocks && (ld = TAILQ_FIRST(&l->l_ld_locks)) != NULL) {
		ld_abort(ld, s, __func__, "sleep lock held");
		return;
	}
	ld_exit(s);
	if (!slplocks && l->l_shlocks != 0)
		panic("%s: holding %d shared locks", __func__, l->l_shlocks);
}

/*
 * lockdebug_mem_check: memory is given back; is there a lock in it?
 */
void
lockdebug_mem_check(const char *func, void *base, size_t sz)
{
	const uintptr_t b = (uintptr_t)base;
	lockdebug_t *ld;
	int s;

	if (ld_off())
		return;

	s = ld_enter();
	for (ld = ld_record; ld < &ld_record[ld_used]; ld++) {
		if ((uintptr_t)ld->ld_lock >= b &&
		    (uintptr_t)ld->ld_lock < b + sz) {
			ld_abort(ld, s, func,
			    "allocation contains active lock");
			return;
		}
	}
	ld_exit(s);
}

/* Has anybody got it?  A condition variable's shares are its waiters. */
static bool
ld_held(lockdebug_t *ld)
{
	if (ld->ld_lockops->lo_type == LOCKOPS_CV)
		return false;
	return (ld->ld_flags & LD_LOCKED) != 0 || ld->ld_shares != 0;
}

/*
 * lockdebug_lock_print: what is known of a lock; of all that are held, by
 * readers, too, if addr is NULL.  For panics: takes no lock.
 */
void
lockdebug_lock_print(void *addr,
    void (*pr)(const char *, ...) __printflike(1, 2))
{
	lockdebug_t *ld;

	for (ld = ld_record; ld < &ld_record[ld_used]; ld++) {
		if (ld->ld_lock == NULL)
			continue;
		if (addr != NULL ? ld->ld_lock == addr : ld_held(ld))
			ld_dump(ld, pr);
	}
}

#endif /* LOCKDEBUG */

/*
 * lockdebug_abort: something is wrong with a lock; panic.  Returns only when
 * that has been said before, or the kernel has panicked.
 */
void
lockdebug_abort(volatile void *lock, lockops_t *ops, const char *func,
    const char *msg)
{
#ifdef LOCKDEBUG
	lockdebug_t *ld;
	int s;

	if (!ld_off()) {
		s = ld_enter();
		ld = ld_find(lock);
		if (ld != NULL) {
			ld_abort(ld, s, func, msg);
			return;
		}
		ld_exit(s);
	}
#endif

	/* Of several CPUs, one reports; the others will be stopped by it. */
	if (atomic_inc_uint_nv(&ld_panic) > 1)
		return;

	printf_nolog("%s error: %s: %s\n\n"
		     "lock address : %#018lx type     : %18s\n"
		     "current cpu  : %18d\n"
		     "current lwp  : %#018lx\n",
	    ops->lo_name, func, msg, (long)lock,
	    ops->lo_type == LOCKOPS_SLEEP ? "sleep/adaptive" : "spin",
	    (int)cpu_index(curcpu()), (long)curlwp);
	(*ops->lo_dump)(lock);
	printf_nolog("\n");

	panic("lock error: %s: %s: %s: lock %p cpu %d lwp %p", ops->lo_name,
	    func, msg, lock, (int)cpu_index(curcpu()), curlwp);
}
