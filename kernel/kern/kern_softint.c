/*
 * kern_softint.c: soft interrupts.
 *
 * A hard interrupt handler does what cannot wait, notes that there is more,
 * and returns.  The rest is a soft interrupt: code that runs soon, on the same
 * CPU, before any ordinary LWP goes on there, and that may take locks which
 * ordinary LWPs hold.
 *
 * Levels.  There are four, by importance: serial, net, bio, clock; softclock
 * is the least, so a flood of packets delays timers.  Each CPU has one LWP for
 * each level ("softnet/3"), bound to it, with a real-time priority of its own.
 * Handlers of one level on one CPU therefore run one at a time, in the order
 * in which they were scheduled.  Another CPU may run the same handler at the
 * same time.
 *
 *	softcpu of CPU n		softhand: a handler, as this CPU has it
 *	+---------------------+
 *	| sc_int[4]: levels   |		sh_func, sh_arg	what to call
 *	|   si_lwp, si_q, ... |		sh_isr		its level's sc_int
 *	+---------------------+		sh_flags	PENDING, ACTIVE
 *	| sc_hand[0]: unused  |
 *	| sc_hand[1]          |  <--	the same offset on every CPU, which is
 *	| ...                 |		the cookie of softint_establish()
 *	+---------------------+
 *
 * That is why scheduling takes no lock: the record which it changes is the
 * CPU's own, and splhigh keeps that CPU's interrupts out.  To schedule on
 * another CPU, one sends it an IPI which then schedules there (SOFTINT_RCPU).
 *
 * A handler's states:
 *
 *	idle -- softint_schedule --> PENDING, in si_q
 *	PENDING -- softint_execute takes it off --> ACTIVE, called
 *	ACTIVE -- softint_schedule --> ACTIVE | PENDING, in si_q again
 *	ACTIVE -- returns --> idle, or PENDING: it will be called once more
 *
 * Scheduling a PENDING handler does nothing.  The flag is cleared before the
 * call, so whoever has put work somewhere and schedules the handler afterwards
 * knows that a call which begins later will find it:
 *
 *	interrupt			softint, same CPU
 *					PENDING off, ACTIVE on
 *					handler: looks, nothing more to do
 *	puts a packet
 *	schedules: PENDING on, queued
 *					handler returns
 *					queue not empty: called again, finds it
 *
 * A level's state is si_active: from the trigger until its queue is empty.
 * While it is 1, softint_schedule queues and does not trigger again.
 *
 * Fast soft interrupts (__HAVE_FAST_SOFTINTS; amd64).  A trigger is a bit in
 * the CPU's set of pending interrupts.  When the IPL falls below the level's,
 * the machine's stub raises it to IPL_HIGH, puts the level's LWP in place of
 * the LWP that it interrupted and calls softint_dispatch on the stack of the
 * softint LWP.  This is no switch as the scheduler knows it: some registers,
 * the stack pointer and curlwp change; the interrupted LWP stays LSONPROC, its
 * address space is borrowed, it is "pinned", and l_switchto points to it.
 *
 * But curlwp is the softint LWP.  So when the handler takes a mutex, that LWP
 * owns it, and when it cannot have the mutex it blocks like any LWP:
 *
 *	LWP P, pinned		softint LWP S			LWP B
 *								mutex_enter(m)
 *	interrupted
 *				dispatch: l_switchto = P
 *				mutex_enter(m): blocks
 *				mi_switch: takes l_switchto,
 *				clears it: the switch is real
 *	continues, in a trampoline
 *	that ends the interrupt
 *	...							mutex_exit(m):
 *								S is runnable
 *	preempted, or blocks
 *				switched to, as any LWP
 *				handler returns
 *				l_switchto == NULL: nobody to
 *				return to; lwp_exit_switchaway
 *
 * In between si_active remains 1.  There is no second LWP of the level, thus
 * the whole level waits on this CPU.  Handlers may therefore block for the
 * short while for which an adaptive mutex or rwlock is held, and not on a
 * condition variable.  si_evcnt_block counts how often they did.
 *
 * (Were curlwp still P, then P would own what the handler locks.  And if P
 * held m, the handler would find the owner running, and spin for it on the
 * only CPU that P could use to let go.)
 *
 * Slow soft interrupts, without such help: kern_softint_slow.h.
 *
 * KERNEL_LOCK.  Handlers without SOFTINT_MPSAFE are called with it.  It is
 * kept from one such handler to the next, and given up before one with
 * SOFTINT_MPSAFE or when the queue is empty.
 *
 * Contexts.  softint_schedule, softint_schedule_cpu, schednetisr: any, but
 * with preemption disabled; an interrupt, a softint and a raised IPL are.
 * softint_establish, softint_disestablish: thread.  softint_init: thread, while
 * the CPU is attached.  softint_dispatch: the machine's stub, at IPL_HIGH, on
 * the softint LWP's stack.  softint_block: mi_switch.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/intr.h>
#include <sys/ipi.h>
#include <sys/lockdebug.h>
#include <sys/mutex.h>
#include <sys/kthread.h>
#include <sys/evcnt.h>
#include <sys/cpu.h>
#include <sys/xcall.h>
#include <sys/pserialize.h>

#include <net/netisr.h>

#include <uvm/uvm_extern.h>

/*
 * Fields of all three are
 *	i	set while the CPU is attached, constant from then on
 *	l	changed under softint_lock while the handler cannot be
 *		scheduled; constant in between, and read without it
 *	c	used by this CPU alone, at splhigh
 *	r	as c, and others look at it, without any promise
 */
struct softint;

typedef struct softhand {
	SIMPLEQ_ENTRY(softhand) sh_q; /* c: si_q, while PENDING */
	void (*sh_func)(void *);      /* l: NULL: free */
	void *sh_arg;                 /* l */
	struct softint *sh_isr;       /* l: its level on this CPU */
	u_int sh_flags;  /* l: as established; r: PENDING, ACTIVE */
	u_int sh_ipi_id; /* l: of RCPU */
} softhand_t;

typedef struct softint {
	SIMPLEQ_HEAD(, softhand) si_q; /* c: handlers to be called */
	struct lwp *si_lwp;            /* i: in whose name */
	struct cpu_info *si_cpu;       /* i */
	uintptr_t si_machdep;          /* i: for softint_trigger */
	struct evcnt si_evcnt;         /* r: times the queue was emptied */
	struct evcnt si_evcnt_block;   /* r: times it had to wait */
	volatile int si_active;        /* c: triggered, and not empty yet */
	char si_name[8];               /* i: of si_evcnt */
	char si_name_block[8 + 6];     /* i: of si_evcnt_block */
} softint_t;

typedef struct softcpu {
	struct cpu_info *sc_cpu; /* i */
	softint_t sc_int[SOFTINT_COUNT];
	softhand_t sc_hand[1]; /* softint_max of them */
} softcpu_t;
CTASSERT(sizeof(softhand_t) == 40 && sizeof(softint_t) == 184);

static void softint_thread(void *);

u_int softint_bytes = 8192; /* of a CPU's softcpu; set before the first */
u_int softint_timing;       /* charge softints for their time; any time */

static u_int softint_max;     /* records, constant once CPU 0 is set up */
static kmutex_t softint_lock; /* locks: the table of handlers */
static void *softint_netisrs[NETISR_MAX]; /* cookies, constant */

/* The record that a cookie means on this softcpu. */
static inline softhand_t *
softint_hand(const void *softcpu, const void *cookie)
{
	const uintptr_t offset = (uintptr_t)cookie;

	KASSERT(offset != 0 && offset < softint_bytes);
	return (softhand_t *)((uintptr_t)softcpu + offset);
}

/* softint_init_isr: make one level of one CPU. */
static void
softint_init_isr(softcpu_t *sc, const char *desc, pri_t pri, u_int level)
{
	struct cpu_info *const ci = sc->sc_cpu;
	softint_t *const si = &sc->sc_int[level];
	int error;

	si->si_cpu = ci;
	SIMPLEQ_INIT(&si->si_q);

	error = kthread_create(pri,
	    KTHREAD_MPSAFE | KTHREAD_INTR | KTHREAD_IDLE, ci, softint_thread,
	    si, &si->si_lwp, "soft%s/%u", desc, ci->ci_index);
	if (error != 0)
		panic("softint_init_isr: error %d", error);

	snprintf(si->si_name, sizeof(si->si_name), "%s/%u", desc, ci->ci_index);
	evcnt_attach_dynamic(&si->si_evcnt, EVCNT_TYPE_MISC, NULL, "softint",
	    si->si_name);
	snprintf(si->si_name_block, sizeof(si->si_name_block), "%s block/%u",
	    desc, ci->ci_index);
	evcnt_attach_dynamic(&si->si_evcnt_block, EVCNT_TYPE_MISC, NULL,
	    "softint", si->si_name_block);

	si->si_lwp->l_private = si;
	softint_init_md(si->si_lwp, level, &si->si_machdep);
}

/* softint_copy: give a CPU the handlers there are. */
static void
softint_copy(softcpu_t *to, const softcpu_t *from)
{
	u_int i;

	KASSERT(mutex_owned(&softint_lock));
	for (i = 1; i < softint_max; i++) {
		const softhand_t *const src = &from->sc_hand[i];
		softhand_t *const dst = &to->sc_hand[i];

		dst->sh_func = src->sh_func;
		dst->sh_arg = src->sh_arg;
		dst->sh_flags = src->sh_flags & ~SOFTINT_IMPMASK;
		dst->sh_ipi_id = src->sh_ipi_id;
		if (src->sh_func != NULL)
			dst->sh_isr =
			    &to->sc_int[src->sh_flags & SOFTINT_LVLMASK];
	}
}

/*
 * softint_init: set up a CPU.  Autoconfiguration calls it for one CPU after
 * the other, the first being the one that boots.
 */
void
softint_init(struct cpu_info *ci)
{
	softcpu_t *sc, *first = NULL;
	struct cpu_info *other;
	CPU_INFO_ITERATOR cii;

	for (CPU_INFO_FOREACH(cii, other)) {
		if (other != ci && other->ci_data.cpu_softcpu != NULL) {
			first = other->ci_data.cpu_softcpu;
			break;
		}
	}
	if (first == NULL) {
		mutex_init(&softint_lock, MUTEX_DEFAULT, IPL_NONE);
		softint_bytes = round_page(softint_bytes);
		softint_max = (softint_bytes - sizeof(softcpu_t)) /
		    sizeof(softhand_t);
	}

	sc = (softcpu_t *)uvm_km_alloc(kernel_map, softint_bytes, 0,
	    UVM_KMF_WIRED | UVM_KMF_ZERO);
	if (sc == NULL)
		panic("softint_init: no memory for CPU %u", ci->ci_index);
	sc->sc_cpu = ci;
	ci->ci_data.cpu_softints = 0;

	softint_init_isr(sc, "net", PRI_SOFTNET, SOFTINT_NET);
	softint_init_isr(sc, "bio", PRI_SOFTBIO, SOFTINT_BIO);
	softint_init_isr(sc, "clk", PRI_SOFTCLOCK, SOFTINT_CLOCK);
	softint_init_isr(sc, "ser", PRI_SOFTSERIAL, SOFTINT_SERIAL);

	if (first != NULL) {
		/* Seen by softint_establish from here on. */
		mutex_enter(&softint_lock);
		softint_copy(sc, first);
		ci->ci_data.cpu_softcpu = sc;
		mutex_exit(&softint_lock);
		return;
	}
	ci->ci_data.cpu_softcpu = sc;

#define DONETISR(n, f)                                                         \
	softint_netisrs[(n)] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, \
	    (void (*)(void *))(f), NULL)
#include <net/netisr_dispatch.h>
#undef DONETISR
}

/* softint_set: on all CPUs there are, a handler is this, or none (NULL). */
static void
softint_set(const void *cookie, u_int flags, void (*func)(void *), void *arg,
    u_int ipi_id)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	KASSERT(mutex_owned(&softint_lock));
	for (CPU_INFO_FOREACH(cii, ci)) {
		softcpu_t *const sc = ci->ci_data.cpu_softcpu;
		softhand_t *sh;

		if (sc == NULL)
			continue; /* being attached: it copies them later */
		sh = softint_hand(sc, cookie);
		KASSERT((sh->sh_func == NULL) == (func != NULL));
		sh->sh_isr = &sc->sc_int[flags & SOFTINT_LVLMASK];
		sh->sh_arg = arg;
		sh->sh_flags = flags;
		sh->sh_ipi_id = ipi_id;
		sh->sh_func = func;
	}
}

/*
 * softint_establish: have func(arg) called when the returned cookie is
 * scheduled.  flags: a level, or'ed with SOFTINT_MPSAFE: call it without
 * KERNEL_LOCK; SOFTINT_RCPU: softint_schedule_cpu will be used.  NULL: the
 * table is full, or that of IPIs is.
 */
void *
softint_establish(u_int flags, void (*func)(void *), void *arg)
{
	const softcpu_t *sc;
	void *cookie;
	u_int index, ipi_id = 0;

	KASSERT((flags & SOFTINT_LVLMASK) < SOFTINT_COUNT);
	KASSERT((flags & SOFTINT_IMPMASK) == 0);
	KASSERT(func != NULL);

	mutex_enter(&softint_lock);

	/* All CPUs have the same records, so look at ours.  0 is no cookie. */
	sc = curcpu()->ci_data.cpu_softcpu;
	for (index = 1; index < softint_max; index++) {
		if (sc->sc_hand[index].sh_func == NULL)
			break;
	}
	if (index == softint_max) {
		mutex_exit(&softint_lock);
		printf("WARNING: softint_establish: table full, "
		       "increase softint_bytes\n");
		return NULL;
	}
	cookie = (void *)((uintptr_t)&sc->sc_hand[index] - (uintptr_t)sc);

	if ((flags & SOFTINT_RCPU) != 0) {
		ipi_id = ipi_register(softint_schedule, cookie);
		if (ipi_id == 0) {
			mutex_exit(&softint_lock);
			return NULL;
		}
	}

	softint_set(cookie, flags, func, arg, ipi_id);
	mutex_exit(&softint_lock);
	return cookie;
}

/* The handler's flags of all CPUs, taken together. */
static u_int
softint_flags(const void *cookie)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;
	u_int flags = 0;

	for (CPU_INFO_FOREACH(cii, ci)) {
		if (ci->ci_data.cpu_softcpu == NULL)
			continue;
		flags |= softint_hand(ci->ci_data.cpu_softcpu, cookie)
			     ->sh_flags;
	}
	return flags;
}

/*
 * softint_disestablish: free the handler.  When this returns it runs nowhere,
 * and will not.  The caller sees to it that nobody schedules it any more.
 *
 * Somebody may have done so just before, on another CPU, and what that CPU
 * stored need not have got here: hence the call to each.  A handler that is
 * PENDING there is still to be called, and is waited for as well; it can be
 * pending for long, if the level is blocked.
 */
void
softint_disestablish(void *arg)
{
	u_int flags, ipi_id;

	/* The same on every CPU, so it does not matter where we are. */
	flags = softint_hand(curcpu()->ci_data.cpu_softcpu, arg)->sh_flags;
	ipi_id = softint_hand(curcpu()->ci_data.cpu_softcpu, arg)->sh_ipi_id;

	/* From here on no IPI is on its way. */
	if ((flags & SOFTINT_RCPU) != 0)
		ipi_unregister(ipi_id);

	xc_wait(xc_broadcast(0, (xcfunc_t)(void (*)(void))nullop, NULL, NULL));
	while ((softint_flags(arg) & (SOFTINT_PENDING | SOFTINT_ACTIVE)) != 0)
		(void)kpause("softdis", false, 1, NULL);

	mutex_enter(&softint_lock);
	softint_set(arg, flags & ~SOFTINT_IMPMASK, NULL, NULL, 0);
	mutex_exit(&softint_lock);
}

/*
 * softint_schedule: have the handler called, on this CPU, soon.
 */
void
softint_schedule(void *arg)
{
	softhand_t *sh;
	softint_t *si;
	int s;

	KASSERT(kpreempt_disabled());

	sh = softint_hand(curcpu()->ci_data.cpu_softcpu, arg);

	/* Then a call is still to come, and finds what the caller stored. */
	if ((sh->sh_flags & SOFTINT_PENDING) != 0)
		return;

	s = splhigh();
	if ((sh->sh_flags & SOFTINT_PENDING) == 0) {
		si = sh->sh_isr;
		sh->sh_flags |= SOFTINT_PENDING;
		SIMPLEQ_INSERT_TAIL(&si->si_q, sh, sh_q);
		if (si->si_active == 0) {
			si->si_active = 1;
			softint_trigger(si->si_machdep);
		}
	}
	splx(s);
}

/*
 * softint_schedule_cpu: as softint_schedule, but on that CPU.  If it is not
 * ours the handler was established with SOFTINT_RCPU.
 */
void
softint_schedule_cpu(void *arg, struct cpu_info *ci)
{
	KASSERT(kpreempt_disabled());

	if (curcpu() != ci) {
		const softhand_t
		    *const sh = softint_hand(ci->ci_data.cpu_softcpu, arg);

		KASSERT((sh->sh_flags & SOFTINT_RCPU) != 0);
		ipi_trigger(sh->sh_ipi_id, ci);
		return;
	}
	softint_schedule(arg);
}

/*
 * softint_call: run one handler; *havelock: do we have KERNEL_LOCK.
 */
static void
softint_call(softhand_t *sh, lwp_t *l, bool *havelock)
{
	if ((sh->sh_flags & SOFTINT_MPSAFE) != 0) {
		if (*havelock) {
			KERNEL_UNLOCK_ONE(l);
			*havelock = false;
		}
	} else if (!*havelock) {
		KERNEL_LOCK(1, l);
		*havelock = true;
	}

	(*sh->sh_func)(sh->sh_arg);

	KASSERTMSG(curcpu()->ci_mtx_count == 0,
	    "softint_execute: sh_func %p left ci_mtx_count %d", sh->sh_func,
	    curcpu()->ci_mtx_count);
	LOCKDEBUG_BARRIER(NULL, 0);
}

/*
 * softint_execute: run the handlers of a level, until there are no more.
 * Called at splhigh, and returns so; handlers run at s.
 */
static void
softint_execute(softint_t *si, lwp_t *l, int s)
{
	bool havelock = false;
	softhand_t *sh;

	KASSERT(l == curlwp && (l->l_pflag & LP_INTR) != 0);
	KASSERT(si->si_cpu == curcpu() && s < IPL_HIGH);
	KASSERT(curcpu()->ci_ilevel == IPL_HIGH);
	KASSERT(si->si_lwp->l_wchan == NULL);
	KASSERT(si->si_active);

	while (!SIMPLEQ_EMPTY(&si->si_q)) {
		sh = SIMPLEQ_FIRST(&si->si_q);
		SIMPLEQ_REMOVE_HEAD(&si->si_q, sh_q);
		KASSERT((sh->sh_flags & SOFTINT_PENDING) != 0);
		KASSERT((sh->sh_flags & SOFTINT_ACTIVE) == 0);
		sh->sh_flags ^= SOFTINT_PENDING | SOFTINT_ACTIVE;
		splx(s); /* held interrupts come in here */

		softint_call(sh, l, &havelock);

		(void)splhigh();
		KASSERT((sh->sh_flags & SOFTINT_ACTIVE) != 0);
		sh->sh_flags ^= SOFTINT_ACTIVE;
	}

	if (havelock)
		KERNEL_UNLOCK_ONE(l);

	curcpu()->ci_data.cpu_nsoft++; /* ours, but not atomic: statistics */

	KASSERT(si->si_cpu == curcpu() && curcpu()->ci_ilevel == IPL_HIGH);
	KASSERT(si->si_lwp->l_wchan == NULL && si->si_active);
	si->si_evcnt.ev_count++;
	si->si_active = 0;
}

/*
 * softint_block: mi_switch notes that a softint LWP gives up the CPU, and the
 * LWP pinned below it is about to continue.
 */
void
softint_block(lwp_t *l)
{
	softint_t *const si = l->l_private;

	KASSERT((l->l_pflag & LP_INTR) != 0);
	si->si_evcnt_block.ev_count++;
}

/* schednetisr: schedule a protocol's input routine. */
void
schednetisr(int isr)
{
	softint_schedule(softint_netisrs[isr]);
}

#ifndef __HAVE_FAST_SOFTINTS
#include <kern/kern_softint_slow.h>
#else /* __HAVE_FAST_SOFTINTS */

/* Where the LWP would start; the machine enters it at softint_dispatch. */
static void
softint_thread(void *cookie)
{
	panic("softint_thread");
}

/*
 * softint_dispatch: execute the level whose LWP curlwp has become.  pinned is
 * the LWP it became that on top of; s: the level's IPL.
 */
void
softint_dispatch(lwp_t *pinned, int s)
{
	lwp_t *const l = curlwp;
	softint_t *const si = l->l_private;
	const int timing = softint_timing ? LP_TIMEINTR : 0;
	struct bintime now;

	KASSERT(curcpu()->ci_ilevel == IPL_HIGH);
	KASSERTMSG((l->l_pflag & LP_RUNNING) == 0 && l->l_stat == LSIDL,
	    "softint_dispatch: %s: flags %x, state %d", si->si_name, l->l_pflag,
	    l->l_stat);

	/*
	 * An LWP's state wants its lock.  But of one that nobody waits for,
	 * in no queue, nobody changes it.
	 */
	l->l_switchto = pinned;
	l->l_stat = LSONPROC;
	l->l_pflag |= LP_RUNNING | timing;

	if (timing)
		binuptime(&l->l_stime);
	softint_execute(si, l, s);
	if (timing) {
		binuptime(&now);
		updatertime(l, &now);
		l->l_pflag &= ~LP_TIMEINTR;
	}

	/* Nobody here is reading: readers keep softints out, ours is over. */
	pserialize_switchpoint();

	/*
	 * Have we blocked, then the pinned LWP has long gone on, and we leave
	 * as an ordinary LWP does, for whoever is next.  Not at IPL_HIGH: a
	 * switch takes spin mutexes of lower levels.  si_active is 0 already,
	 * and we still use the level's stack; but at s the level is kept out,
	 * until the next LWP, and its own stack, lower the IPL.
	 */
	l->l_stat = LSIDL;
	if (l->l_switchto == NULL) {
		splx(s);
		pmap_deactivate(l);
		lwp_exit_switchaway(l);
		/* NOTREACHED */
	}
	l->l_switchto = NULL;
	l->l_pflag &= ~LP_RUNNING;
}

#endif /* __HAVE_FAST_SOFTINTS */
