/*
 * ipi.c: what one CPU tells another.
 *
 * There is one vector for all.  The sender sets a bit of the target's ci_ipis
 * and sends it; the handler takes all bits at once and calls a function for
 * each.  Bits that are set twice are served once: each of the functions looks
 * itself what there is to do.
 *
 *	sender				target
 *	ci_ipis |= bit
 *	send the vector
 *					swaps ci_ipis with 0: bit
 *	ci_ipis |= bit
 *	send the vector
 *					serves it
 *					interrupted again: bit
 *
 * Handlers run at IPL_HIGH.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/ipi.h>
#include <sys/xcall.h>
#include <machine/cpufunc.h>
#include <machine/i82489var.h>

#include <machdep.h>

static void
ipi_halt(struct cpu_info *ci)
{
	cpu_stop();
}

static void
ipi_generic(struct cpu_info *ci)
{
	ipi_cpu_handler();
}

static void
ipi_xcall(struct cpu_info *ci)
{
	xc_ipi_handler();
}

static void
ipi_kpreempt(struct cpu_info *ci)
{
	softint_trigger(1UL << SIR_PREEMPT);
}

/* By bit of ci_ipis; the others have no hardware to be about. */
void (*const ipifunc[X86_NIPI])(struct cpu_info *) = {
	[0] = ipi_halt,
	[2] = ipi_generic,
	[6] = ipi_xcall,
	[8] = ipi_kpreempt,
};

/* ENOENT: the CPU is not running; the bit waits until it is. */
int
x86_send_ipi(struct cpu_info *ci, int ipimask)
{
	atomic_or_32(&ci->ci_ipis, (uint32_t)ipimask);
	if ((ci->ci_flags & CPUF_RUNNING) == 0)
		return ENOENT;
	return x86_ipi(LAPIC_IPI_VECTOR, (int)ci->ci_cpuid, LAPIC_DLMODE_FIXED);
}

/* To all that run, but not to this CPU. */
void
x86_broadcast_ipi(int ipimask)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci, *self = curcpu();
	int count = 0;

	for (CPU_INFO_FOREACH(cii, ci)) {
		if (ci == self || (ci->ci_flags & CPUF_RUNNING) == 0)
			continue;
		atomic_or_32(&ci->ci_ipis, (uint32_t)ipimask);
		count++;
	}
	if (count > 0)
		(void)x86_ipi(LAPIC_IPI_VECTOR, LAPIC_DEST_ALLEXCL,
		    LAPIC_DLMODE_FIXED);
}

/* From vector.S, at IPL_HIGH. */
void
x86_ipi_handler(void)
{
	struct cpu_info *ci = curcpu();
	uint32_t pending = atomic_swap_32(&ci->ci_ipis, 0);
	int bit;

	ci->ci_isources[LIR_IPI]->is_evcnt.ev_count++;
	while ((bit = ffs((int)pending)) != 0) {
		bit--;
		pending &= ~(1U << bit);
		ci->ci_ipi_events[bit].ev_count++;
		(*ipifunc[bit])(ci);
	}
}

void
x86_ipi_attach_evcnt(struct cpu_info *ci)
{
	static const char *const names[X86_NIPI] = X86_IPI_NAMES;

	for (int i = 0; i < X86_NIPI; i++)
		if (ipifunc[i] != NULL)
			evcnt_attach_dynamic(&ci->ci_ipi_events[i],
			    EVCNT_TYPE_MISC, NULL, cpu_name(ci), names[i]);
}

/* ---- for the machine-independent kernel -------------------------------------- */

/* Make a CPU, or all others, call xc_ipi_handler().  Preemption is off. */
void
xc_send_ipi(struct cpu_info *ci)
{
	KASSERT(kpreempt_disabled());
	KASSERT(curcpu() != ci);
	if (ci != NULL)
		x86_send_ipi(ci, X86_IPI_XCALL);
	else
		x86_broadcast_ipi(X86_IPI_XCALL);
}

/* The same with ipi_cpu_handler(). */
void
cpu_ipi(struct cpu_info *ci)
{
	KASSERT(kpreempt_disabled());
	KASSERT(curcpu() != ci);
	if (ci != NULL)
		x86_send_ipi(ci, X86_IPI_GENERIC);
	else
		x86_broadcast_ipi(X86_IPI_GENERIC);
}

/* Only that the CPU leaves HLT; what it is to do it finds out itself. */
void
cpu_kick(struct cpu_info *ci)
{
	x86_send_ipi(ci, 0);
}
