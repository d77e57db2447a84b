/*
 * cpus.c: clocks, idling and preemption, CPU by CPU.  Boot property:
 *
 *	late=N		cycles within which an idle CPU is to wake (default
 *			50,000; a tick has 24 million)
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <program.h>

/* ---- clocks --------------------------------------------------------------- */

/* Every CPU has HZ ticks a second, of its own. */
static void
test_ticks(void)
{
	uint64_t before[MAXCPUS];
	int i, n = 10;

	crew_tick();
	for (i = 0; i < ncpu; i++)
		before[i] = crew_evcnt(cpu_name(cpu_lookup(i)), "timer");
	(void)kpause("ticks", false, n, NULL);
	for (i = 0; i < ncpu; i++) {
		const uint64_t d = crew_evcnt(cpu_name(cpu_lookup(i)),
				       "timer") -
		    before[i];

		program_check(d >= (u_int)n - 1 && d <= (u_int)n + 1,
		    "CPU %d: %lu ticks in %d", i, d, n);
	}
}

/* hz ticks are a second of the timecounter and of the TSC. */
static void
test_rate(void)
{
	struct bintime from, to;
	uint64_t us;
	int t;

	crew_tick();
	t = hardclock_ticks;
	us = crew_us();
	binuptime(&from);
	(void)kpause("rate", false, 20, NULL);
	binuptime(&to);
	us = crew_us() - us;
	t = hardclock_ticks - t;
	bintime_sub(&to, &from);
	/* 2^64 / 10^6 to the microsecond; both clocks are the TSC. */
	program_check(to.sec == 0 &&
		(to.frac >> 32) * 1000000 >> 32 <= us + 5 &&
		((to.frac >> 32) * 1000000 >> 32) + 5 >= us,
	    "timecounter: %lu us, TSC: %lu us", (to.frac >> 32) * 1000000 >> 32,
	    us);
	program_check(us + 200 >= (u_int)(t * tick) &&
		us <= (u_int)(t * tick) + 200,
	    "%d ticks took %lu us", t, us);
}

/* delay(9): not less, and little more. */
static void
test_delay(void)
{
	static const u_int us[] = { 1, 10, 100, 1000 };

	for (u_int i = 0; i < __arraycount(us); i++) {
		const int s = splhigh();
		const uint64_t from = cpu_counter();
		uint64_t cyc;

		delay(us[i]);
		cyc = cpu_counter() - from;
		splx(s);
		program_check(cyc >= us[i] * 2400UL &&
			cyc < us[i] * 2400UL + 2400,
		    "delay(%u) took %lu cycles", us[i], cyc);
	}
}

/* ---- idling ----------------------------------------------------------------- */

#define ROUNDS 300

static struct {
	kmutex_t lock;
	kcondvar_t cv;
	u_int go, done; /* lock */
	uint64_t sent, worst;
} wake;

static void
sleeper(void *arg)
{
	mutex_enter(&wake.lock);
	while (wake.done < ROUNDS) {
		while (wake.go == wake.done)
			cv_wait(&wake.cv, &wake.lock);
		wake.worst = MAX(wake.worst, cpu_counter() - wake.sent);
		wake.done++;
	}
	mutex_exit(&wake.lock);
}

/*
 * Trap: an idle CPU is woken by the store to ci_want_resched, with no IPI, and
 * at every phase of its way into MWAIT; none is slept through until the next
 * tick.  With idlemethod=halt it takes an IPI.
 */
static void
test_idle(void)
{
	const char *method = program_arg_string("idlemethod", "mwait");
	const uint64_t late = (uint64_t)program_arg("late", 50000);
	uint64_t ipis;
	struct crew *l;

	if (ncpu == 1)
		return;
	ipis = crew_evcnt("cpu1", "ipi");
	mutex_init(&wake.lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&wake.cv, "wake");
	wake.go = wake.done = 0;
	wake.worst = 0;
	l = crew_start(1, PRI_NONE, sleeper, NULL);
	for (u_int i = 1; i <= ROUNDS; i++) {
		/* CPU 1 has just begun to go idle: from 0 to 4800 cycles ago. */
		const uint64_t from = cpu_counter();

		while (cpu_counter() - from < i * 16)
			continue;
		mutex_enter(&wake.lock);
		wake.go++;
		wake.sent = cpu_counter();
		cv_signal(&wake.cv);
		mutex_exit(&wake.lock);
		program_check(crew_spin(&wake.done, i, 5),
		    "round %u: nobody woke", i);
		program_check(wake.worst < late,
		    "round %u: %lu cycles to wake up", i, wake.worst);
		if (wake.done < i || wake.worst >= late)
			panic("idle: CPU 1 sleeps on");
	}
	crew_join(l);
	ipis = crew_evcnt("cpu1", "ipi") - ipis;
	if (strcmp(method, "mwait") == 0)
		program_check(ipis < ROUNDS / 10, "%lu IPIs", ipis);
	else
		program_check(ipis > ROUNDS / 2, "%lu IPIs", ipis);
	cv_destroy(&wake.cv);
	mutex_destroy(&wake.lock);
}

/* ---- preemption ------------------------------------------------------------- */

static volatile u_int spin_on, spin_stop, ran;
static volatile int spin_level, spin_nopreempt;

static void
spinner(void *arg)
{
	const int s = splraise(spin_level);

	if (spin_nopreempt)
		kpreempt_disable();
	spin_on = 1;
	while (!spin_stop) {
		/* Whoever ends a reason against preemption asks again. */
		kpreempt_disable();
		x86_pause();
		kpreempt_enable();
	}
	program_check(!spin_nopreempt || ran == 0, "preempted all the same");
	if (spin_nopreempt)
		kpreempt_enable();
	splx(s);
}

static void
runner(void *arg)
{
	ran = 1;
}

/*
 * An LWP of priority pri is started on CPU 1, which spins in the kernel at
 * `level': does it run before the other gives up?
 */
static bool
preempts(pri_t pri, int level, bool nopreempt)
{
	struct crew *spin, *run;
	bool before;

	spin_on = spin_stop = ran = 0;
	spin_level = level;
	spin_nopreempt = nopreempt;
	spin = crew_start(1, PRI_NONE, spinner, NULL);
	(void)crew_spin(&spin_on, 1, 10);
	run = crew_start(1, pri, runner, NULL);
	before = crew_spin(&ran, 1, 2);
	spin_stop = 1;
	crew_join(run);
	crew_join(spin);
	return before;
}

/*
 * Trap: real-time priorities preempt the kernel, those of kernel threads do not;
 * a raised level or kpreempt_disable() puts it off.
 */
static void
test_preempt(void)
{
	if (ncpu == 1)
		return;
	program_check(preempts(PRI_KERNEL_RT, IPL_NONE, false),
	    "PRI_KERNEL_RT does not preempt");
	program_check(!preempts(PRI_KTHREAD, IPL_NONE, false),
	    "PRI_KTHREAD preempts");
	program_check(!preempts(PRI_KERNEL_RT, IPL_SOFTCLOCK, false),
	    "a raised level is preempted");
	program_check(!preempts(PRI_KERNEL_RT, IPL_NONE, true),
	    "kpreempt_disable() is preempted");
}

static void
cpus_main(void)
{
	test_ticks();
	test_rate();
	test_delay();
	test_idle();
	test_preempt();
}

static int
cpus_prog(void)
{
	return crew_main(cpus_main);
}

PROGRAM(cpus, "ticks, time, idling without IPIs, preemption", cpus_prog);
