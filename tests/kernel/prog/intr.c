/*
 * intr.c: interrupts of devices, as intr_establish() promises them: on which
 * CPU, at which level, shared, with KERNEL_LOCK or without, and what is set off
 * by them.  The device is the probe (port/machdep/probe.h).
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <crew.h>
#include <probe.h>
#include <program.h>

#define PINS       30 /* more than the boot CPU and the next have room for */
#define BOOT_SLOTS 9  /* 16 to 24 */

static struct seen {
	volatile u_int calls;
	u_int cpu;
	int ilevel;
	bool intr_p, softintr_p, locked;
	lwp_t *lwp;
} seen[PINS];

/* The device's message takes about half a microsecond; for one in vain. */
static void
settle(void)
{
	crew_delay(5);
}

static void
note(struct seen *s)
{
	s->cpu = cpu_index(curcpu());
	s->ilevel = curcpu()->ci_ilevel;
	s->intr_p = cpu_intr_p();
	s->softintr_p = cpu_softintr_p();
	s->locked = KERNEL_LOCKED_P();
	s->lwp = curlwp;
	s->calls++;
}

static int
handler(void *arg)
{
	note(arg);
	return 1;
}

static struct intrhand *
establish(int pin, int level, bool mpsafe)
{
	seen[pin].calls = 0;
	return probe_establish(pin, level, handler, &seen[pin], mpsafe);
}

/* Until handler `which' has been called, as it is to be. */
static void
fire_for(int pin, int which)
{
	const u_int before = seen[which].calls;

	probe_assert(pin);
	(void)crew_spin(&seen[which].calls, before + 1, 3);
}

static void
fire(int pin)
{
	fire_for(pin, pin);
}

/* ---- slots ----------------------------------------------------------------- */

/* The boot CPU has room for 9, then come the others, each when it has the fewest. */
static u_int
expected_cpu(int pin)
{
	if (pin < BOOT_SLOTS || ncpu == 1)
		return 0;
	return 1 + (u_int)(pin - BOOT_SLOTS) % ((u_int)ncpu - 1);
}

static void
check_seen(int pin, u_int cpu, int level)
{
	const struct seen *s = &seen[pin];

	program_check(s->calls == 1, "pin %d: %u calls", pin, s->calls);
	program_check(s->cpu == cpu, "pin %d: on CPU %u, not %u", pin, s->cpu,
	    cpu);
	program_check(s->ilevel == level, "pin %d: at level %d, not %d", pin,
	    s->ilevel, level);
	program_check(s->intr_p && !s->softintr_p,
	    "pin %d: is no hard interrupt", pin);
}

static void
test_slots(void)
{
	const int pins = ncpu == 1 ? BOOT_SLOTS : PINS;
	struct intrhand *ih[PINS];
	const u_int before = cpu_intr_count(curcpu());
	int pin;

	for (pin = 0; pin < pins; pin++) {
		ih[pin] = establish(pin, IPL_VM + pin % 3, true);
		program_check(ih[pin] != NULL, "pin %d: no handler", pin);
		if (ih[pin] == NULL)
			return;
	}
	program_check(cpu_intr_count(curcpu()) - before == BOOT_SLOTS,
	    "%u handlers on the boot CPU", cpu_intr_count(curcpu()) - before);
	for (pin = 0; pin < pins; pin++) {
		fire(pin);
		check_seen(pin, expected_cpu(pin), IPL_VM + pin % 3);
	}
	for (pin = 0; pin < pins; pin++)
		intr_disestablish(ih[pin]);
	program_check(cpu_intr_count(curcpu()) == before,
	    "%u handlers are left", cpu_intr_count(curcpu()) - before);

	/* What is free is taken again; what is gone is not called. */
	ih[1] = establish(1, IPL_VM, true);
	seen[0].calls = 0;
	probe_assert(0);
	settle();
	fire(1);
	check_seen(1, 0, IPL_VM);
	program_check(seen[0].calls == 0, "a handler that is gone is called");
	intr_disestablish(ih[1]);
}

/* ---- KERNEL_LOCK ------------------------------------------------------------ */

static void
test_biglock(void)
{
	static const struct {
		int level;
		bool mpsafe, locked;
	} cases[] = { { IPL_VM, false, true }, { IPL_VM, true, false },
		{ IPL_SCHED, false, false }, { IPL_HIGH, true, false } };
	struct intrhand *ih;

	for (u_int i = 0; i < __arraycount(cases); i++) {
		ih = establish(0, cases[i].level, cases[i].mpsafe);
		fire(0);
		program_check(seen[0].calls == 1 &&
			seen[0].locked == cases[i].locked,
		    "level %d, mpsafe %d: %u calls, KERNEL_LOCK %d",
		    cases[i].level, cases[i].mpsafe, seen[0].calls,
		    seen[0].locked);
		program_check(!KERNEL_LOCKED_P(), "KERNEL_LOCK is left behind");
		intr_disestablish(ih);
	}
}

/* ---- sharing ---------------------------------------------------------------- */

/* Two of different levels: the upper runs at splvm(), the lower is held. */
static void
test_shared(void)
{
	struct intrhand *lower, *upper;
	int s;

	seen[1].calls = 0;
	lower = establish(0, IPL_VM, true);
	upper = probe_establish(0, IPL_SCHED, handler, &seen[1], true);
	fire(0);
	check_seen(0, 0, IPL_VM);
	check_seen(1, 0, IPL_SCHED);

	s = splvm();
	fire_for(0, 1);
	program_check(seen[1].calls == 2, "the upper one was held, too");
	program_check(seen[0].calls == 1, "the lower one was not held");
	splx(s);
	program_check(seen[0].calls == 2, "the lower one is lost");
	/* Made up for together: the source has one bit. */
	program_check(seen[1].calls == 3, "the upper one ran %u times",
	    seen[1].calls);
	intr_disestablish(upper);
	fire(0);
	program_check(seen[0].calls == 3 && seen[1].calls == 3,
	    "calls after the upper one has gone: %u, %u", seen[0].calls,
	    seen[1].calls);
	intr_disestablish(lower);
}

/* ---- what a handler sets off --------------------------------------------------- */

static void *soft_sih;
static struct seen soft;

static void
soft_handler(void *arg)
{
	note(&soft);
}

static int
hard_handler(void *arg)
{
	note(&seen[0]);
	softint_schedule(soft_sih);
	return 1;
}

/*
 * Trap: cpu_intr_p() is true in the handler and false in the softint that runs
 * on the way out of it, on the same CPU, over the same LWP.
 */
static void
test_softint(void)
{
	struct intrhand *ih;

	soft_sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, soft_handler,
	    NULL);
	seen[0].calls = soft.calls = 0;
	ih = probe_establish(0, IPL_NET, hard_handler, NULL, true);
	fire(0);
	program_check(seen[0].calls == 1 && soft.calls == 1,
	    "%u interrupts, %u softints", seen[0].calls, soft.calls);
	program_check(seen[0].intr_p && !seen[0].softintr_p,
	    "the handler is no hard interrupt");
	program_check(!soft.intr_p && soft.softintr_p,
	    "the softint takes itself for a hard interrupt");
	program_check(seen[0].lwp == curlwp, "the handler has an LWP");
	program_check(soft.lwp != curlwp && (soft.lwp->l_pflag & LP_INTR) != 0,
	    "the softint runs in the name of who was interrupted");
	program_check(soft.ilevel == IPL_SOFTNET, "softint at level %d",
	    soft.ilevel);
	intr_disestablish(ih);
	softint_disestablish(soft_sih);
}

/* ---- a device that never rests -------------------------------------------------- */

static volatile u_int storm_calls[2];

static int
storm_handler(void *arg)
{
	(*(volatile u_int *)arg)++;
	return 1;
}

/* 20,000 interrupts a second for some ticks: none lost, threads go on. */
static void
test_storm(void)
{
	const uint32_t ns = 50000;
	struct intrhand *ih = probe_establish(0, IPL_VM, storm_handler,
	    __UNVOLATILE(&storm_calls[0]), true);
	u_int from, n;

	probe_timer(0, ns);
	crew_tick();
	from = storm_calls[0];
	(void)kpause("storm", false, 3, NULL);
	n = storm_calls[0] - from;
	probe_timer(0, 0);
	settle();
	intr_disestablish(ih);
	/* 3 ticks are 20 to 30 ms and what their end is late: 400 to 640. */
	program_check(n >= 395 && n <= 640, "%u interrupts in 3 ticks", n);
}

static void
intr_main(void)
{
	test_slots();
	test_biglock();
	test_shared();
	test_softint();
	test_storm();
}

static int
intr_prog(void)
{
	return crew_main(intr_main);
}

PROGRAM(intr, "intr_establish: CPU, level, sharing, KERNEL_LOCK, softints",
    intr_prog);
