/*
 * tsc.c: time, from the time stamp counter.
 *
 * It counts at one rate on all CPUs, and began on all of them at once; so it is
 * the kernel's timecounter, and what delay() waits by.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/timetc.h>
#include <machine/cpu_counter.h>
#include <machine/cpufunc.h>

#include <machdep.h>

uint64_t tsc_freq;

static void tsc_delay(unsigned int);

void (*delay_func)(unsigned int) = tsc_delay;

static u_int
tsc_get_timecount(struct timecounter *tc)
{
	return cpu_counter32();
}

static struct timecounter tsc_timecounter = {
	.tc_get_timecount = tsc_get_timecount,
	.tc_counter_mask = ~0u,
	.tc_name = "TSC",
	.tc_quality = 3000,
};

void
tsc_tc_init(void)
{
	tsc_timecounter.tc_frequency = tsc_freq;
	tc_init(&tsc_timecounter);
}

uint64_t
cpu_frequency(struct cpu_info *ci)
{
	return tsc_freq;
}

int
cpu_hascounter(void)
{
	return 1;
}

/*
 * At least so many microseconds.  Any context, any level; interrupts that are
 * taken meanwhile count.
 */
static void
tsc_delay(unsigned int us)
{
	const uint64_t from = cpu_counter();
	const uint64_t cyc = us * (tsc_freq / 1000000);

	while (cpu_counter() - from < cyc)
		x86_pause();
}
