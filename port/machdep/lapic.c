/*
 * lapic.c: the local APIC of each CPU: its clock, and sending IPIs.
 *
 * Registers are in one page of device memory, which is another APIC's for each
 * CPU.  All functions act on that of the CPU they run on, so the caller stays
 * on it.
 *
 * The clock counts down at a rate that is found out against the TSC, and
 * interrupts HZ times a second, on every CPU: lapic_clockintr() calls
 * hardclock().  CPUs begin when they begin, so their ticks do not coincide.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <machine/cpu_counter.h>
#include <machine/cpufunc.h>
#include <machine/frame.h>
#include <machine/i82489var.h>
#include <machine/pic.h>
#include <machine/pmap.h>
#include <machine/segments.h>

#include <machdep.h>

#define CALIBRATE_US  1000
#define ROUND_TO_HZ   10000 /* better than this a clock is not built */
#define TIMER_DIVISOR LAPIC_DCRT_DIV1

static uint64_t lapic_per_second; /* constant once the boot CPU has found it */
static uint32_t lapic_tval;       /* counts of a tick */

uint32_t
i82489_readreg(int reg)
{
	return *(volatile uint32_t *)(X86_IO_VA(LAPIC_BASE) + (vaddr_t)reg);
}

void
i82489_writereg(int reg, uint32_t val)
{
	*(volatile uint32_t *)(X86_IO_VA(LAPIC_BASE) + (vaddr_t)reg) = val;
}

/* The APIC's id, which is what IPIs and MSIs are addressed to. */
uint32_t
lapic_cpu_number(void)
{
	return i82489_readreg(LAPIC_ID) >> LAPIC_ID_SHIFT;
}

/* Slots of timer and IPIs belong to it; they have no pins to mask. */
static void
lapic_no_pin(struct pic *pic, int pin)
{
}

static void
lapic_no_route(struct pic *pic, struct cpu_info *ci, int pin, int vec, int type)
{
}

struct pic local_pic = {
	.pic_name = "lapic",
	.pic_type = PIC_LAPIC,
	.pic_hwmask = lapic_no_pin,
	.pic_hwunmask = lapic_no_pin,
	.pic_addroute = lapic_no_route,
	.pic_delroute = lapic_no_route,
};

/* Once, at boot. */
void
lapic_boot_vectors(void)
{
	idt_vec_reserve(LAPIC_SPURIOUS_VECTOR);
	idt_vec_set(LAPIC_SPURIOUS_VECTOR, Xintrspurious);
	idt_vec_reserve(LAPIC_TIMER_VECTOR);
	idt_vec_set(LAPIC_TIMER_VECTOR, Xintr_lapic_ltimer);
	idt_vec_reserve(LAPIC_IPI_VECTOR);
	idt_vec_set(LAPIC_IPI_VECTOR, Xintr_lapic_ipi);
}

/* Each CPU: from now on it gets interrupts of every class. */
void
lapic_enable(void)
{
	i82489_writereg(LAPIC_SVR, LAPIC_SVR_ENABLE | LAPIC_SPURIOUS_VECTOR);
	i82489_writereg(LAPIC_LVTT, LAPIC_LVTT_M | LAPIC_TIMER_VECTOR);
	i82489_writereg(LAPIC_TPRI, 0);
}

/*
 * How fast the clock counts: let it run down from the top for a known time.
 * Interrupts are off, so nothing gets between the two readings.
 */
void
lapic_calibrate_timer(struct cpu_info *ci)
{
	uint64_t from, to, counts;

	i82489_writereg(LAPIC_DCR_TIMER, TIMER_DIVISOR);
	i82489_writereg(LAPIC_ICR_TIMER, UINT32_MAX);
	from = cpu_counter();
	do
		to = cpu_counter();
	while (to - from < tsc_freq / 1000000 * CALIBRATE_US);
	counts = UINT32_MAX - i82489_readreg(LAPIC_CCR_TIMER);
	i82489_writereg(LAPIC_ICR_TIMER, 0);

	lapic_per_second = counts * tsc_freq / (to - from);
	lapic_per_second += ROUND_TO_HZ / 2;
	lapic_per_second -= lapic_per_second % ROUND_TO_HZ;
	lapic_tval = (uint32_t)(lapic_per_second / (u_int)hz);
	aprint_verbose("%s: apic clock running at %lu Hz\n", cpu_name(ci),
	    lapic_per_second);
}

/* Each CPU: ticks from now on. */
void
lapic_initclocks(void)
{
	i82489_writereg(LAPIC_DCR_TIMER, TIMER_DIVISOR);
	i82489_writereg(LAPIC_LVTT, LAPIC_LVTT_TM | LAPIC_TIMER_VECTOR);
	i82489_writereg(LAPIC_ICR_TIMER, lapic_tval);
}

/* From vector.S, at IPL_CLOCK. */
void
lapic_clockintr(void *arg, struct intrframe *frame)
{
	struct cpu_info *ci = curcpu();

	ci->ci_lapic_counter += lapic_tval;
	ci->ci_isources[LIR_TIMER]->is_evcnt.ev_count++;
	hardclock((struct clockframe *)frame);
}

/* ---- IPIs ------------------------------------------------------------------ */

static void
i82489_icr_wait(void)
{
	while (i82489_readreg(LAPIC_ICRLO) & LAPIC_DLSTAT_BUSY)
		x86_pause();
}

/*
 * Send a vector to an APIC, or to LAPIC_DEST_*.  Two registers make one
 * message, so nothing that sends another may come in between: splhigh.
 */
int
x86_ipi(int vec, int target, int dl)
{
	const int s = splhigh();
	uint32_t icrlo = (uint32_t)(dl | vec) | LAPIC_LEVEL_ASSERT;

	i82489_icr_wait();
	if ((target & (LAPIC_DEST_ALLEXCL | LAPIC_DEST_SELF)) == 0)
		i82489_writereg(LAPIC_ICRHI,
		    (uint32_t)target << LAPIC_ID_SHIFT);
	else
		icrlo |= (uint32_t)target;
	i82489_writereg(LAPIC_ICRLO, icrlo);
	splx(s);
	return 0;
}
