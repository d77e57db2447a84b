/*
 * intr.c: interrupts of a device, for programs: two pins of the probe.
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/systm.h>

#include <probe.h>
#include <table1.h>

/* Pins are named by the level they interrupt at. */
static void (*handler[NIPL])(void);

static int
call(void *arg)
{
	void (**fn)(void) = arg;

	(*fn)();
	return 1;
}

void
t1_intr_set(int ipl, void (*fn)(void))
{
	handler[ipl] = fn;
	if (probe_establish(ipl, ipl, call, &handler[ipl], true) == NULL ||
	    probe_cpu(ipl) != cpu_lookup(0))
		panic("table1: no interrupt of CPU 0");
}

void
t1_interrupted(uint64_t runs)
{
	if (runs < (uint64_t)t1_rounds * 9 / 10 && !t1_observed())
		t1_observe("only %lu interrupts came", (u_long)runs);
}

void
t1_intr(int ipl)
{
	probe_assert(ipl);
}
