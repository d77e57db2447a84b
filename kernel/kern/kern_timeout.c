/*
 * kern_timeout.c: callouts: call a function so many ticks from now.
 *
 * The wheel.  Each CPU has 4 times 256 lists.  A callout that is due within 256
 * ticks is in the list of level 0 that its last 8 bits name; one within 2^16 in
 * level 1, by the next 8 bits, and so on.  Each tick the list of level 0 that
 * has come up is due; every 256 ticks a list of level 1 comes up too and is
 * distributed afresh, every 2^16 one of level 2.
 *
 *	tick	0x010200	level 0, list 0x00:	due now
 *				level 1, list 0x02:	look at each
 *	tick	0x010201	level 0, list 0x01:	due now
 *
 * Putting a callout in or taking it out costs the same however many there are,
 * and a tick costs as much as there is due: the lists are circular, and one is
 * appended to another with six stores.
 *
 * Who does what.  callout_hardclock, at IPL_SCHED on each CPU, only moves lists
 * to cc_todo.  A softint of SOFTINT_CLOCK, the lowest level, does the rest,
 * distribution included: so a callout put in goes to cc_todo first and to its
 * list when the next softclock sees it; one that is moved to later stays where
 * it is until its old time comes up.  Everything of a higher level, and devices,
 * delay it: cc_ev_late counts.
 *
 * On which CPU.  An unbound callout that is not pending moves to the CPU which
 * (re)schedules it, if that CPU's lock can be had at once; a function that
 * schedules its own callout anew thus stays where it is.  Callouts without
 * CALLOUT_MPSAFE are bound to the first CPU, and have KERNEL_LOCK taken for
 * them.
 *
 * Stopping.  callout_stop does not wait: the function may be running on another
 * CPU, and the callout must not be freed then.  Without CALLOUT_MPSAFE the
 * caller has KERNEL_LOCK, and a function that still spins for it is not called:
 *
 *	softclock, CPU 0		CPU 1, has KERNEL_LOCK
 *	c due, cc_active = c
 *	KERNEL_LOCK: spins
 *					callout_stop: cc_cancel = c
 *					KERNEL_UNLOCK
 *	cc_cancel is c: no call
 *
 * callout_halt waits until the function has returned, and lets go of the
 * interlock, a mutex that the function may want, while it does.  Since it may be
 * that the function schedules its callout once more, halt, which has cleared
 * CALLOUT_PENDING only once, is for functions that are told not to.
 *
 * When the function has been called, c is not touched any more: it may have been
 * freed by that function, or by whoever was waiting.
 *
 * Locks.  cc_lock, a spin mutex at IPL_SCHED, for the wheel and the callouts in
 * it; it is also the lock of the sleep queue of those who halt.  Which one a
 * callout's is may change until one has it: callout_lock.
 *
 * Contexts.  callout_init, _setfunc, _reset, _schedule, _stop and the tests: up
 * to IPL_SCHED.  callout_halt: LWPs.  callout_destroy: when nobody else knows of
 * it.  Functions are called at IPL_SOFTCLOCK and may take adaptive mutexes for a
 * short time, but not wait for anything else.
 */
#define _CALLOUT_PRIVATE

#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/callout.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sleepq.h>
#include <sys/syncobj.h>
#include <sys/evcnt.h>
#include <sys/intr.h>
#include <sys/cpu.h>
#include <sys/kmem.h>

#define LEVELS    4
#define WHEELBITS 8
#define WHEELSIZE (1 << WHEELBITS)
#define WHEELMASK (WHEELSIZE - 1)

/*
 * Of one CPU.  Fields are
 *	i	constant once the CPU is attached
 *	l	locked by *cc_lock
 *	s	the softint's own
 */
struct callout_cpu {
	kmutex_t *cc_lock;            /* i */
	sleepq_t cc_sleepq;           /* l: who waits in callout_halt */
	u_int cc_nwait;               /* l: how many they are */
	u_int cc_ticks;               /* l: ticks of this CPU */
	lwp_t *cc_lwp;                /* l: the softint, while it runs */
	callout_impl_t *cc_active;    /* l: whose function is being called */
	callout_impl_t *cc_cancel;    /* l: not to be called after all */
	struct evcnt cc_ev_late;      /* l: callouts that were late */
	struct evcnt cc_ev_block;     /* l: waits in callout_halt */
	struct callout_circq cc_todo; /* l: to be looked at */
	struct callout_circq cc_wheel[LEVELS * WHEELSIZE]; /* l */
	char cc_name1[12]; /* i: names of the counters */
	char cc_name2[12]; /* i */
};
/* What every tick takes: the lock's address, ticks and who runs are one line. */
CTASSERT(offsetof(struct callout_cpu, cc_cancel) < COHERENCY_UNIT);
CTASSERT(sizeof(struct callout_cpu) == 16592);

static struct callout_cpu callout_cpu0; /* of the first CPU */
static void *callout_sih;               /* softint */

CTASSERT(sizeof(callout_impl_t) <= sizeof(callout_t));

static void callout_softclock(void *);

/* Circular lists; the head looks like an element. */

static inline void
circq_init(struct callout_circq *q)
{
	q->cq_next_l = q;
	q->cq_prev_l = q;
}

static inline bool
circq_empty(const struct callout_circq *q)
{
	return q->cq_next_l == q;
}

/* At the end. */
static inline void
circq_insert(struct callout_circq *e, struct callout_circq *q)
{
	e->cq_prev_l = q->cq_prev_l;
	e->cq_next_l = q;
	q->cq_prev_l->cq_next_l = e;
	q->cq_prev_l = e;
}

static inline void
circq_remove(struct callout_circq *e)
{
	e->cq_next_l->cq_prev_l = e->cq_prev_l;
	e->cq_prev_l->cq_next_l = e->cq_next_l;
}

/* All of `from' to the end of `to'. */
static inline void
circq_append(struct callout_circq *to, struct callout_circq *from)
{
	if (circq_empty(from))
		return;
	from->cq_next_l->cq_prev_l = to->cq_prev_l;
	to->cq_prev_l->cq_next_l = from->cq_next_l;
	from->cq_prev_l->cq_next_l = to;
	to->cq_prev_l = from->cq_prev_l;
	circq_init(from);
}

/* The list of a level for a time. */
static inline struct callout_circq *
wheel_list(struct callout_cpu *cc, u_int level, u_int time)
{
	return &cc->cc_wheel[level * WHEELSIZE +
	    ((time >> (level * WHEELBITS)) & WHEELMASK)];
}

/* Where a callout goes that is due at `time', delta ticks from now. */
static struct callout_circq *
wheel_place(struct callout_cpu *cc, int delta, u_int time)
{
	u_int level;

	for (level = 0; level < LEVELS - 1; level++)
		if (delta <= 1 << ((level + 1) * WHEELBITS))
			break;
	return wheel_list(cc, level, time);
}

static inline kmutex_t *
callout_lock(callout_impl_t *c)
{
	kmutex_t *lock;

	for (;;) {
		lock = c->c_cpu->cc_lock;
		mutex_spin_enter(lock);
		if (__predict_true(lock == c->c_cpu->cc_lock))
			return lock;
		mutex_spin_exit(lock);
	}
}

/* callout_startup: the first CPU's, for callout_init; before softints. */
void
callout_startup(void)
{
	KASSERT(curcpu()->ci_data.cpu_callout == NULL);
	callout_init_cpu(curcpu());
}

/* callout_init_cpu: ci is attached.  For the first CPU this is the second time,
   and softints can be had. */
void
callout_init_cpu(struct cpu_info *ci)
{
	struct callout_cpu *cc = ci->ci_data.cpu_callout;
	u_int b;

	if (cc != NULL) {
		callout_sih = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE,
		    callout_softclock, NULL);
		if (callout_sih == NULL)
			panic("callout_init_cpu");
	} else {
		cc = ci == curcpu() ? &callout_cpu0
				    : kmem_zalloc(sizeof(*cc), KM_SLEEP);
		cc->cc_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SCHED);
		circq_init(&cc->cc_todo);
		for (b = 0; b < LEVELS * WHEELSIZE; b++)
			circq_init(&cc->cc_wheel[b]);
		ci->ci_data.cpu_callout = cc;
		if (cc == &callout_cpu0)
			return;
	}

	sleepq_init(&cc->cc_sleepq);
	snprintf(cc->cc_name1, sizeof(cc->cc_name1), "late/%u", cpu_index(ci));
	evcnt_attach_dynamic(&cc->cc_ev_late, EVCNT_TYPE_MISC, NULL, "callout",
	    cc->cc_name1);
	snprintf(cc->cc_name2, sizeof(cc->cc_name2), "wait/%u", cpu_index(ci));
	evcnt_attach_dynamic(&cc->cc_ev_block, EVCNT_TYPE_MISC, NULL, "callout",
	    cc->cc_name2);
}

/* callout_init: make one.  flags: CALLOUT_MPSAFE or 0. */
void
callout_init(callout_t *cs, u_int flags)
{
	callout_impl_t *c = (callout_impl_t *)cs;
	struct callout_cpu *cc = curcpu()->ci_data.cpu_callout;

	KASSERT((flags & ~CALLOUT_FLAGMASK) == 0);

	c->c_func = NULL;
	c->c_magic = CALLOUT_MAGIC;
	if (__predict_true((flags & CALLOUT_MPSAFE) != 0 && cc != NULL)) {
		c->c_flags = flags;
		c->c_cpu = cc;
		return;
	}
	c->c_flags = flags | CALLOUT_BOUND;
	c->c_cpu = &callout_cpu0;
}

/*
 * callout_destroy: no more of it.  It is neither pending nor running, but that
 * its own function may destroy it.  No lock: nobody else knows of it.
 */
void
callout_destroy(callout_t *cs)
{
	callout_impl_t *c = (callout_impl_t *)cs;

	KASSERT(c->c_magic == CALLOUT_MAGIC);
	KASSERTMSG((c->c_flags & CALLOUT_PENDING) == 0,
	    "callout %p: c_func (%p) c_flags (%#x) destroyed from %p", c,
	    c->c_func, c->c_flags, __builtin_return_address(0));
	KASSERTMSG(c->c_cpu->cc_lwp == curlwp || c->c_cpu->cc_active != c,
	    "callout %p: c_func (%p) c_flags (%#x) running, destroyed from %p",
	    c, c->c_func, c->c_flags, __builtin_return_address(0));
	c->c_magic = 0;
}

/* Put c in; its lock is held, and is let go. */
static void
callout_schedule_locked(callout_impl_t *c, kmutex_t *lock, int to_ticks)
{
	struct callout_cpu *occ = c->c_cpu, *cc;
	int old_time;

	KASSERT(to_ticks >= 0);
	KASSERT(c->c_func != NULL);

	c->c_flags &= ~(CALLOUT_FIRED | CALLOUT_INVOKING);

	if ((c->c_flags & CALLOUT_PENDING) != 0) {
		/* To later: found out when the old time comes up. */
		old_time = c->c_time;
		c->c_time = to_ticks + occ->cc_ticks;
		if (c->c_time - old_time < 0) {
			circq_remove(&c->c_list);
			circq_insert(&c->c_list, &occ->cc_todo);
		}
		mutex_spin_exit(lock);
		return;
	}

	cc = curcpu()->ci_data.cpu_callout;
	if ((c->c_flags & CALLOUT_BOUND) != 0 || cc == occ ||
	    occ->cc_active == c || /* callout_halt looks for it there */
	    !mutex_tryenter(cc->cc_lock))
		cc = occ;
	else
		c->c_cpu = cc;

	c->c_time = to_ticks + cc->cc_ticks;
	c->c_flags |= CALLOUT_PENDING;
	circq_insert(&c->c_list, &cc->cc_todo);
	if (cc != occ)
		mutex_spin_exit(cc->cc_lock);
	mutex_spin_exit(lock);
}

/* callout_reset: call func(arg) in to_ticks ticks, whatever was before. */
void
callout_reset(callout_t *cs, int to_ticks, void (*func)(void *), void *arg)
{
	callout_impl_t *c = (callout_impl_t *)cs;
	kmutex_t *lock;

	KASSERT(c->c_magic == CALLOUT_MAGIC);
	KASSERT(func != NULL);

	lock = callout_lock(c);
	c->c_func = func;
	c->c_arg = arg;
	callout_schedule_locked(c, lock, to_ticks);
}

/* callout_schedule: .. the function that was set before. */
void
callout_schedule(callout_t *cs, int to_ticks)
{
	callout_impl_t *c = (callout_impl_t *)cs;
	kmutex_t *lock;

	KASSERT(c->c_magic == CALLOUT_MAGIC);

	lock = callout_lock(c);
	callout_schedule_locked(c, lock, to_ticks);
}

/* Take c out; its lock is held.  True: its function was, or is being called. */
static bool
callout_takeout(callout_impl_t *c)
{
	const bool expired = (c->c_flags & CALLOUT_FIRED) != 0;

	if ((c->c_flags & CALLOUT_PENDING) != 0)
		circq_remove(&c->c_list);
	c->c_flags &= ~(CALLOUT_PENDING | CALLOUT_FIRED);
	return expired;
}

/*
 * callout_stop: not to be called, if that can still be helped.  True: its
 * function has been called since it was last scheduled, or is running now.
 */
bool
callout_stop(callout_t *cs)
{
	callout_impl_t *c = (callout_impl_t *)cs;
	struct callout_cpu *cc;
	kmutex_t *lock;
	bool expired;

	KASSERT(c->c_magic == CALLOUT_MAGIC);

	lock = callout_lock(c);
	expired = callout_takeout(c);
	cc = c->c_cpu;
	if (cc->cc_active == c)
		cc->cc_cancel = c;
	mutex_spin_exit(lock);
	return expired;
}

/*
 * callout_halt: the same, and wait until its function does not run.  interlock:
 * a mutex to be let go meanwhile, or NULL.  From within the function it does not
 * wait.
 */
bool
callout_halt(callout_t *cs, void *interlock)
{
	callout_impl_t *c = (callout_impl_t *)cs;
	struct callout_cpu *cc;
	struct lwp *l = curlwp;
	kmutex_t *lock, *relock = NULL;
	bool expired;

	KASSERT(c->c_magic == CALLOUT_MAGIC);
	KASSERT(!cpu_intr_p());

	lock = callout_lock(c);
	expired = callout_takeout(c);
	for (;;) {
		cc = c->c_cpu;
		if (__predict_true(cc->cc_active != c || cc->cc_lwp == l))
			break;
		if (interlock != NULL) {
			/* Not with cc_lock: it may be a lock to sleep for. */
			mutex_spin_exit(lock);
			mutex_exit(interlock);
			relock = interlock;
			interlock = NULL;
		} else {
			KASSERT(l->l_wchan == NULL);
			cc->cc_nwait++;
			cc->cc_ev_block.ev_count++;
			l->l_kpriority = true;
			sleepq_enter(&cc->cc_sleepq, l, cc->cc_lock);
			sleepq_enqueue(&cc->cc_sleepq, cc, "callout",
			    &sleep_syncobj);
			(void)sleepq_block(0, false);
		}
		lock = callout_lock(c);
	}
	mutex_spin_exit(lock);
	if (__predict_false(relock != NULL))
		mutex_enter(relock);
	return expired;
}

/* callout_setfunc: what callout_schedule will have called. */
void
callout_setfunc(callout_t *cs, void (*func)(void *), void *arg)
{
	callout_impl_t *c = (callout_impl_t *)cs;
	kmutex_t *lock;

	KASSERT(c->c_magic == CALLOUT_MAGIC);
	KASSERT(func != NULL);

	lock = callout_lock(c);
	c->c_func = func;
	c->c_arg = arg;
	mutex_spin_exit(lock);
}

/* Does c have one of these flags? */
static bool
callout_is(callout_t *cs, u_int flags)
{
	callout_impl_t *c = (callout_impl_t *)cs;
	kmutex_t *lock;
	bool rv;

	KASSERT(c->c_magic == CALLOUT_MAGIC);

	lock = callout_lock(c);
	rv = (c->c_flags & flags) != 0;
	mutex_spin_exit(lock);
	return rv;
}

/* callout_expired: its function was called, or is being. */
bool
callout_expired(callout_t *cs)
{
	return callout_is(cs, CALLOUT_FIRED);
}

/* callout_active: scheduled, and not stopped since. */
bool
callout_active(callout_t *cs)
{
	return callout_is(cs, CALLOUT_PENDING | CALLOUT_FIRED);
}

/* callout_pending: its function is still to be called. */
bool
callout_pending(callout_t *cs)
{
	return callout_is(cs, CALLOUT_PENDING);
}

/* callout_invoking: its function is being called, and has not said _ack. */
bool
callout_invoking(callout_t *cs)
{
	return callout_is(cs, CALLOUT_INVOKING);
}

void
callout_ack(callout_t *cs)
{
	callout_impl_t *c = (callout_impl_t *)cs;
	kmutex_t *lock;

	KASSERT(c->c_magic == CALLOUT_MAGIC);

	lock = callout_lock(c);
	c->c_flags &= ~CALLOUT_INVOKING;
	mutex_spin_exit(lock);
}

/* callout_hardclock: a tick of this CPU; from hardclock(), at IPL_SCHED. */
void
callout_hardclock(void)
{
	struct callout_cpu *cc = curcpu()->ci_data.cpu_callout;
	bool needsoftclock;
	u_int level, ticks;

	mutex_spin_enter(cc->cc_lock);
	ticks = ++cc->cc_ticks;
	for (level = 0; level < LEVELS; level++) {
		circq_append(&cc->cc_todo, wheel_list(cc, level, ticks));
		/* Has this level turned round? */
		if (((ticks >> (level * WHEELBITS)) & WHEELMASK) != 0)
			break;
	}
	needsoftclock = !circq_empty(&cc->cc_todo);
	mutex_spin_exit(cc->cc_lock);

	if (needsoftclock)
		softint_schedule(callout_sih);
}

/* c is due: call its function.  cc_lock is held, and let go meanwhile. */
static void
callout_invoke(struct callout_cpu *cc, callout_impl_t *c)
{
	const bool mpsafe = (c->c_flags & CALLOUT_MPSAFE) != 0;
	void (*func)(void *) = c->c_func;
	void *arg = c->c_arg;

	c->c_flags = (c->c_flags & ~CALLOUT_PENDING) |
	    (CALLOUT_FIRED | CALLOUT_INVOKING);
	cc->cc_active = c;
	cc->cc_cancel = NULL;
	mutex_spin_exit(cc->cc_lock);

	KASSERT(func != NULL);
	if (__predict_false(!mpsafe)) {
		KERNEL_LOCK(1, NULL);
		if (cc->cc_cancel != c)
			(*func)(arg);
		KERNEL_UNLOCK_ONE(NULL);
	} else
		(*func)(arg);

	/* c may be gone. */
	mutex_spin_enter(cc->cc_lock);
	cc->cc_active = NULL;
	cc->cc_cancel = NULL;
	if (cc->cc_nwait != 0) {
		const u_int count = cc->cc_nwait;

		cc->cc_nwait = 0;
		sleepq_wake(&cc->cc_sleepq, cc, count, cc->cc_lock);
		mutex_spin_enter(cc->cc_lock);
	}
}

/* The softint: call what is due, put the rest of cc_todo where it belongs. */
static void
callout_softclock(void *v)
{
	lwp_t *l = curlwp;
	struct callout_cpu *cc = l->l_cpu->ci_data.cpu_callout;
	callout_impl_t *c;
	int delta;

	mutex_spin_enter(cc->cc_lock);
	cc->cc_lwp = l;
	while (!circq_empty(&cc->cc_todo)) {
		c = cc->cc_todo.cq_next_e;
		KASSERT(c->c_magic == CALLOUT_MAGIC);
		KASSERT(c->c_func != NULL);
		KASSERT(c->c_cpu == cc);
		KASSERT((c->c_flags & CALLOUT_PENDING) != 0);
		KASSERT((c->c_flags & CALLOUT_FIRED) == 0);
		circq_remove(&c->c_list);

		delta = c->c_time - (int)cc->cc_ticks;
		if (delta > 0) {
			circq_insert(&c->c_list,
			    wheel_place(cc, delta, c->c_time));
			continue;
		}
		if (delta < 0)
			cc->cc_ev_late.ev_count++;
		callout_invoke(cc, c);
	}
	cc->cc_lwp = NULL;
	mutex_spin_exit(cc->cc_lock);
}
