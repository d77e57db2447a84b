/*
 * callout.c: callouts: when, in which order, on which CPU, and how they are
 * stopped.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <program.h>

#define TICK_US (1000000 / (uint64_t)hz)

/* One that is watched. */
struct shot {
	callout_t s_ch;
	volatile u_int s_fired;
	volatile int s_tick; /* hardclock_ticks then */
	volatile u_int s_cpu;
	volatile u_int s_nth;   /* of all, from 1 */
	volatile bool s_locked; /* KERNEL_LOCK was held */
};

static volatile u_int nfired;

static void
fire(void *arg)
{
	struct shot *s = arg;

	program_check(cpu_softintr_p(), "not in a softint");
	s->s_tick = hardclock_ticks;
	s->s_cpu = crew_cpu();
	s->s_locked = KERNEL_LOCKED_P();
	s->s_nth = atomic_inc_uint_nv(&nfired);
	s->s_fired++;
}

static void
make(struct shot *s, u_int flags)
{
	memset(s, 0, sizeof(*s));
	callout_init(&s->s_ch, flags);
	callout_setfunc(&s->s_ch, fire, s);
}

/* s_fired is set, but fire() may not have returned yet. */
static void
unmake(struct shot *s)
{
	(void)callout_halt(&s->s_ch, NULL);
	callout_destroy(&s->s_ch);
}

/* ---- when --------------------------------------------------------------------- */

/*
 * One for each level of the wheel that can be reached in a test, and its edges:
 * due at the tick they were set for, in the order of their times; those of one
 * tick in the order in which they were set.
 */
static void
order(void)
{
	static const int when[] = { 5, 1, 255, 256, 257, 258, 2, 2, 300 };
	static struct shot shot[__arraycount(when)];
	u_int nth = 0;
	int now;

	nfired = 0;
	(void)kpause("edge", false, 1, NULL);
	now = hardclock_ticks;
	for (u_int i = 0; i < __arraycount(when); i++) {
		make(&shot[i], CALLOUT_MPSAFE);
		callout_schedule(&shot[i].s_ch, when[i]);
	}
	program_check(crew_await(&nfired, __arraycount(when), 310),
	    "%u callouts fired", nfired);
	for (u_int i = 0; i < __arraycount(when); i++) {
		program_check(shot[i].s_tick - now == when[i],
		    "%d ticks: after %d", when[i], shot[i].s_tick - now);
		nth = 1;
		for (u_int j = 0; j < __arraycount(when); j++)
			nth += when[j] < when[i] ||
			    (when[j] == when[i] && j < i);
		program_check(shot[i].s_nth == nth, "%d ticks: %u, not %u",
		    when[i], shot[i].s_nth, nth);
		program_check(!callout_pending(&shot[i].s_ch) &&
			callout_expired(&shot[i].s_ch),
		    "%d ticks: state", when[i]);
		unmake(&shot[i]);
	}
}

/* Set again: to earlier, to later. */
static void
again(void)
{
	struct shot a, b;
	int now;

	make(&a, CALLOUT_MPSAFE);
	make(&b, CALLOUT_MPSAFE);
	nfired = 0;
	callout_schedule(&a.s_ch, 10);
	callout_schedule(&b.s_ch, 4);
	/* Softclock has put them into their lists by then. */
	(void)kpause("edge", false, 2, NULL);
	now = hardclock_ticks;
	callout_schedule(&a.s_ch, 3);
	callout_schedule(&b.s_ch, 6);
	program_check(crew_await(&nfired, 2, 12), "%u fired", nfired);
	program_check(a.s_tick - now == 3, "to earlier: %d", a.s_tick - now);
	program_check(b.s_tick - now == 6, "to later: %d", b.s_tick - now);
	program_check(a.s_fired == 1 && b.s_fired == 1, "more than once");
	unmake(&a);
	unmake(&b);
}

/* ---- where ------------------------------------------------------------------------ */

static void
set_here(void *arg)
{
	struct shot *s = arg;

	callout_schedule(&s->s_ch, 1);
}

/* On the CPU that sets it; without MPSAFE on the first, with KERNEL_LOCK. */
static void
place(void)
{
	struct shot s;

	for (u_int i = 0; i < (u_int)ncpu; i++) {
		make(&s, CALLOUT_MPSAFE);
		crew_join(crew_start(i, PRI_NONE, set_here, &s));
		program_check(crew_await(&s.s_fired, 1, 5), "not fired");
		program_check(s.s_cpu == i, "set on CPU %u, called on %u", i,
		    s.s_cpu);
		program_check(!s.s_locked, "MPSAFE, with KERNEL_LOCK");
		unmake(&s);

		make(&s, 0);
		crew_join(crew_start(i, PRI_NONE, set_here, &s));
		program_check(crew_await(&s.s_fired, 1, 5), "not fired");
		program_check(s.s_cpu == 0, "not MPSAFE, called on %u",
		    s.s_cpu);
		program_check(s.s_locked, "not MPSAFE, without KERNEL_LOCK");
		unmake(&s);
	}
}

/* ---- stop -------------------------------------------------------------------------- */

static void
stop(void)
{
	struct shot s;

	make(&s, CALLOUT_MPSAFE);
	program_check(!callout_stop(&s.s_ch), "stop: never set");
	callout_schedule(&s.s_ch, 2);
	program_check(callout_pending(&s.s_ch), "not pending");
	program_check(!callout_stop(&s.s_ch), "stop: not yet due");
	program_check(!callout_active(&s.s_ch), "stopped, but active");
	(void)kpause("stop", false, 4, NULL);
	program_check(s.s_fired == 0, "stopped, but called");
	callout_schedule(&s.s_ch, 1);
	program_check(crew_await(&s.s_fired, 1, 5), "not fired");
	program_check(callout_stop(&s.s_ch), "stop: was called");
	program_check(!callout_stop(&s.s_ch), "stop: once more");
	unmake(&s);
}

/* ---- halt --------------------------------------------------------------------------- */

static volatile u_int entered, left, let_soon, let_go;
static kmutex_t interlock;

/* Runs until it is let go, then takes the interlock. */
static void
slow(void *arg)
{
	entered++;
	while (let_go == 0)
		x86_pause();
	mutex_enter(&interlock);
	left++;
	mutex_exit(&interlock);
}

static void
let(void *arg)
{
	program_check(crew_await(&let_soon, 1, 100), "not halted");
	crew_delay(2 * TICK_US);
	let_go = 1;
}

/*
 * The function runs on the last CPU, and ends two ticks after it was halted,
 * here, with the interlock that it wants.  The LWP that sets the callout may be
 * interrupted by it anywhere, in kthread_exit too: until it is let go nobody is
 * born, and nobody joined.
 */
static void
halt(void)
{
	struct shot s;
	struct crew *l, *setter;

	entered = left = let_soon = let_go = 0;
	mutex_init(&interlock, MUTEX_DEFAULT, IPL_NONE);
	make(&s, CALLOUT_MPSAFE);
	callout_setfunc(&s.s_ch, slow, &s);
	l = crew_start(1, PRI_NONE, let, NULL);
	setter = crew_start((u_int)ncpu - 1, PRI_NONE, set_here, &s);
	program_check(crew_await(&entered, 1, 20), "not called");
	program_check(callout_stop(&s.s_ch), "stop: runs");
	let_soon = 1;
	mutex_enter(&interlock);
	(void)callout_halt(&s.s_ch, &interlock);
	program_check(left == 1, "halted, but runs");
	program_check(mutex_owned(&interlock), "without the interlock");
	mutex_exit(&interlock);
	callout_destroy(&s.s_ch);
	crew_join(l);
	crew_join(setter);
	mutex_destroy(&interlock);
}

/* It runs on the last CPU, and is set once more, here; then halted. */
static void
halt_moved(void)
{
	struct shot s;
	struct crew *l, *setter;

	entered = left = let_soon = let_go = 0;
	mutex_init(&interlock, MUTEX_DEFAULT, IPL_NONE);
	make(&s, CALLOUT_MPSAFE);
	callout_setfunc(&s.s_ch, slow, &s);
	l = crew_start(1, PRI_NONE, let, NULL);
	setter = crew_start((u_int)ncpu - 1, PRI_NONE, set_here, &s);
	program_check(crew_await(&entered, 1, 20), "not called");
	callout_schedule(&s.s_ch, 100);
	let_soon = 1;
	(void)callout_halt(&s.s_ch, NULL);
	program_check(left == 1, "moved: halted, but runs");
	(void)crew_await(&left, 1, 100);
	crew_join(l);
	crew_join(setter);
	(void)callout_halt(&s.s_ch, NULL);
	callout_destroy(&s.s_ch);
	mutex_destroy(&interlock);
}

/* From its own function: must not wait for itself. */
static void
halt_me(void *arg)
{
	struct shot *s = arg;

	(void)callout_halt(&s->s_ch, NULL);
	s->s_fired++;
}

static void
halt_self(void)
{
	struct shot s;

	make(&s, CALLOUT_MPSAFE);
	callout_setfunc(&s.s_ch, halt_me, &s);
	callout_schedule(&s.s_ch, 1);
	program_check(crew_await(&s.s_fired, 1, 5), "waits for itself");
	(void)kpause("halt", false, 1, NULL);
	unmake(&s);
}

/*
 * Not MPSAFE, due, and waiting for KERNEL_LOCK, which is held by who stops it:
 * not called any more.
 */
static void
hold(void *arg)
{
	struct shot *s = arg;

	KERNEL_LOCK(1, NULL);
	callout_schedule(&s->s_ch, 1);
	crew_delay(3 * TICK_US); /* softclock of CPU 0 spins by now */
	program_check(callout_stop(&s->s_ch), "it was on its way");
	KERNEL_UNLOCK_ONE(NULL);
	crew_delay(TICK_US);
	program_check(s->s_fired == 0, "stopped with KERNEL_LOCK, but called");
}

static void
cancel(void)
{
	struct shot s;

	make(&s, 0);
	crew_join(crew_start((u_int)ncpu - 1, PRI_NONE, hold, &s));
	unmake(&s);
}

/* ---- periodic ---------------------------------------------------------------------------- */

static bool enough; /* locked by interlock */

static void
rearm(void *arg)
{
	struct shot *s = arg;

	s->s_fired++;
	mutex_enter(&interlock);
	if (!enough)
		callout_schedule(&s->s_ch, 1);
	mutex_exit(&interlock);
}

/* Once a tick, for 50 of them; then no more. */
static void
periodic(void)
{
	struct shot s;
	u_int n;

	enough = false;
	mutex_init(&interlock, MUTEX_DEFAULT, IPL_NONE);
	make(&s, CALLOUT_MPSAFE);
	callout_setfunc(&s.s_ch, rearm, &s);
	callout_schedule(&s.s_ch, 1);
	(void)kpause("period", false, 50, NULL);
	mutex_enter(&interlock);
	enough = true;
	(void)callout_halt(&s.s_ch, &interlock);
	mutex_exit(&interlock);
	n = s.s_fired;
	program_check(n >= 49 && n <= 51, "called %u times in 50 ticks", n);
	(void)kpause("period", false, 3, NULL);
	program_check(s.s_fired == n, "called after callout_halt");
	callout_destroy(&s.s_ch);
	mutex_destroy(&interlock);
}

static void
callout_main(void)
{
	order();
	again();
	place();
	stop();
	halt();
	halt_moved();
	halt_self();
	cancel();
	periodic();
}

static int
callout(void)
{
	return crew_main(callout_main);
}

PROGRAM(callout, "callouts: time, order, CPU, stop, halt, KERNEL_LOCK",
    callout);
