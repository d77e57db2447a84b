/*
 * death.c: ends that a kernel may come to, for machdep_test.sh to look at.
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/systm.h>

#include <crew.h>
#include <probe.h>
#include <program.h>

/* ---- a panic in the midst ---------------------------------------------------- */

int death_outer(int);
int death_inner(int);

__attribute__((__noinline__)) int
death_inner(int n)
{
	if (n == 42)
		panic("death number %d", n);
	return n;
}

__attribute__((__noinline__)) int
death_outer(int n)
{
	return death_inner(n) + 1;
}

static int
p_panic(void)
{
	return death_outer(42);
}

PROGRAM(p_panic, "a panic has a backtrace with names", p_panic);

/* On another CPU, in a hard interrupt, while others run. */
static int
panic_handler(void *arg)
{
	return death_outer(42);
}

static int
p_panic_intr(void)
{
	(void)probe_establish(0, IPL_VM, panic_handler, NULL, true);
	probe_assert(0);
	for (u_int i = 0; i < 100000; i++)
		__insn_barrier(); /* here it comes */
	return 3;
}

PROGRAM(p_panic_intr, "a panic in an interrupt says so", p_panic_intr);

/* In a softint that a hard interrupt has set off. */
static void *panic_sih;

static void
panic_softint(void *arg)
{
	(void)death_outer(42);
}

static int
panic_scheduler(void *arg)
{
	softint_schedule(panic_sih);
	return 1;
}

static int
p_panic_softint(void)
{
	panic_sih = softint_establish(SOFTINT_NET, panic_softint, NULL);
	(void)probe_establish(0, IPL_VM, panic_scheduler, NULL, true);
	probe_assert(0);
	crew_delay(1000);
	return 3;
}

PROGRAM(p_panic_softint, "a panic in a softint says so", p_panic_softint);

/* ---- a stack that grows and grows ------------------------------------------------ */

int death_stack(volatile int *);

__attribute__((__noinline__)) int
death_stack(volatile int *up)
{
	volatile int here[64];

	here[0] = *up + 1;
	return here[0] == 0 ? 0 : death_stack(here) + here[0];
}

static int
p_stack(void)
{
	volatile int n = 0;

	return death_stack(&n);
}

PROGRAM(p_stack, "a kernel stack that overflows is noticed", p_stack);
