/*
 * intr_move.c: where interrupts go: at first, and how one goes to another CPU, and none
 * is lost.
 *
 * A source is a slot of a CPU (intr.c), so that to move it is to take it out of
 * one slot and put it into another, with a vector of its own there.  The device
 * goes on all the while.  What it asks for may be
 *
 *	kept at the pin		asked after the mask was set
 *	under way		sent before, and not yet at the local APIC
 *	in the APIC's IRR	there, and the CPU has interrupts off or is in
 *				a handler of the same class
 *	in ci_ipending		the CPU has seen it, at too high a level
 *
 *	who asks		old CPU			new CPU
 *	mask the pin
 *	wait: nothing is under way any more
 *				runs handlers, as ever
 *	cross call ---->	IRR, ci_ipending: not
 *				there; the slot is empty
 *	cross call ------------------------------>	the slot has it
 *	route to the new CPU
 *	unmask: what was kept is sent
 *
 * The cross call is made by a thread at IPL_NONE, below which nothing is held:
 * ci_ipending has not got the bit there, and IRR loses it as soon as interrupts
 * are on.  So that one has only to look until IRR is clear with interrupts off.
 * A handler of the source that runs on the old CPU has interrupted a thread and
 * must end before ours goes on: handlers never run on two CPUs at once.
 *
 * The vector changes with the slot, as a vector leads to one stub for all CPUs.
 *
 * Its evcnt(9) goes on counting; how much of it each CPU has had is noted when the
 * source leaves one.
 *
 * Locking.  cpu_lock, as in intr.c.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bootprop.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/interrupt.h>
#include <sys/intr.h>
#include <sys/kcpuset.h>
#include <sys/kmem.h>
#include <sys/sched.h>
#include <sys/xcall.h>
#include <machine/cpufunc.h>
#include <machine/i82489var.h>
#include <machine/pic.h>
#include <machine/segments.h>

#include <machdep.h>

/*
 * A message is a posted write, which nothing answers.  Estimate: from one
 * device to a local APIC it takes half a microsecond; this is for a bus that
 * is busy.
 */
#define MESSAGE_US 3

/* Has this CPU's local APIC got that vector, and the CPU not yet? */
static bool
lapic_requests(int vec)
{
	const uint32_t irr = i82489_readreg(LAPIC_IRR + (vec >> 5) * 0x10);

	return (irr & 1U << (vec & 31)) != 0;
}

/* ---- on the CPUs ---------------------------------------------------------- */

static void
intr_deactivate_xcall(void *arg1, void *arg2)
{
	struct cpu_info *ci = arg1;
	const int slot = (int)(intptr_t)arg2;
	const int vec = ci->ci_isources[slot]->is_idtvec;
	const u_long psl = x86_read_psl();

	KASSERT(ci == curcpu());
	KASSERT(ci->ci_ilevel == IPL_NONE);
	x86_disable_intr();
	while (lapic_requests(vec)) {
		x86_write_psl(psl); /* it comes in here */
		x86_pause();
		x86_disable_intr();
	}
	KASSERT((ci->ci_ipending & 1U << slot) == 0);
	ci->ci_isources[slot] = NULL;
	intr_calculatemasks(ci);
	x86_write_psl(psl);
}

static void
intr_activate_xcall(void *arg1, void *arg2)
{
	struct intrsource *isp = arg1;
	const struct intrhand *ih = isp->is_handlers;
	struct cpu_info *ci = ih->ih_cpu;
	const u_long psl = x86_read_psl();

	KASSERT(ci == curcpu());
	x86_disable_intr();
	KASSERT(ci->ci_isources[ih->ih_slot] == NULL);
	ci->ci_ipending &= ~(1U << ih->ih_slot);
	ci->ci_isources[ih->ih_slot] = isp;
	intr_calculatemasks(ci);
	x86_write_psl(psl);
}

/* ---- at first -------------------------------------------------------------- */

/*
 * Which CPU a new source should go to, by the boot property intr_distribute:
 *
 *	cpu0	the boot CPU (default)
 *	rr0	vector n of each function's MSI-X to CPU n modulo CPUs
 *	rr1	.. to CPU n + 1
 *
 * A driver or an operator with a table of his own moves them afterwards:
 * interrupt_distribute(9), intrctl(8).
 */
u_int
intr_first_cpu(const struct pic *pic, int pin)
{
	static const char *const policies[] = { "cpu0", "rr0", "rr1" };
	const u_int policy = sysctl_bootprop_choice("intr_distribute", policies,
	    __arraycount(policies));

	if (policy == 0 || pic->pic_type != PIC_MSIX)
		return 0;
	return ((u_int)pin + policy - 1) % (u_int)ncpu;
}

/* ---- counting -------------------------------------------------------------- */

/* It has left oldci. */
static void
note_count(struct intrsource *isp, const struct cpu_info *oldci)
{
	const uint64_t all = isp->is_evcnt.ev_count;

	isp->is_counts[cpu_index(oldci)] += all - isp->is_counted;
	isp->is_counted = all;
}

/* How many of the source's interrupts ci has taken.  With cpu_lock held. */
uint64_t
intr_count(const struct intrsource *isp, const struct cpu_info *ci)
{
	uint64_t n = 0;

	KASSERT(mutex_owned(&cpu_lock));
	if (isp->is_counts != NULL)
		n = isp->is_counts[cpu_index(ci)];
	if (isp->is_handlers->ih_cpu == ci)
		n += isp->is_evcnt.ev_count - isp->is_counted;
	return n;
}

/* ---- moving ----------------------------------------------------------------- */

/* All who share the source go with it.  It is on no CPU. */
static void
move_handlers(struct intrsource *isp, struct cpu_info *newci, int slot)
{
	for (struct intrhand *ih = isp->is_handlers; ih != NULL;
	     ih = ih->ih_next) {
		ih->ih_cpu->ci_nintrhand--;
		newci->ci_nintrhand++;
		ih->ih_cpu = newci;
		ih->ih_slot = slot;
	}
}

/* Move what a slot of oldci has to newci: 0 or EBUSY. */
static int
intr_move(struct cpu_info *oldci, int oldslot, struct cpu_info *newci)
{
	struct intrsource *isp = oldci->ci_isources[oldslot];
	struct pic *pic = isp->is_pic;
	const int slot = intr_any_slot(newci), oldvec = isp->is_idtvec;
	int vec;

	KASSERT(mutex_owned(&cpu_lock));
	if (pic_has_row(pic)) /* one address: all of them, or none */
		return EOPNOTSUPP;
	if (slot == -1)
		return EBUSY;
	vec = idt_vec_alloc(APIC_LEVEL(isp->is_maxlevel), IDT_INTR_HIGH);
	if (vec == 0)
		return EBUSY;

	if (isp->is_counts == NULL)
		isp->is_counts = kmem_zalloc((size_t)ncpu * sizeof(uint64_t),
		    KM_SLEEP);
	(*pic->pic_hwmask)(pic, isp->is_pin);
	DELAY(MESSAGE_US);
	xc_wait(xc_unicast(0, intr_deactivate_xcall, oldci,
	    (void *)(intptr_t)oldslot, oldci));
	(*pic->pic_delroute)(pic, oldci, isp->is_pin, oldvec, isp->is_type);
	idt_vec_free(oldvec);

	note_count(isp, oldci);
	move_handlers(isp, newci, slot);
	isp->is_idtvec = vec;
	intr_connect(isp, slot);
	xc_wait(xc_unicast(0, intr_activate_xcall, isp, NULL, newci));
	(*pic->pic_addroute)(pic, newci, isp->is_pin, vec, isp->is_type);
	(*pic->pic_hwunmask)(pic, isp->is_pin);
	return 0;
}

static bool
takes_interrupts(const struct cpu_info *ci)
{
	return (ci->ci_flags & CPUF_RUNNING) != 0 &&
	    (ci->ci_schedstate.spc_flags & SPCF_NOINTR) == 0;
}

/* The first CPU of the set that takes interrupts, or NULL. */
static struct cpu_info *
first_of(const kcpuset_t *set)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	for (CPU_INFO_FOREACH(cii, ci))
		if (kcpuset_isset(set, cpu_index(ci)) && takes_interrupts(ci))
			return ci;
	return NULL;
}

int
interrupt_distribute(void *cookie, const kcpuset_t *newset, kcpuset_t *oldset)
{
	struct intrhand *ih = cookie;
	struct cpu_info *oldci, *newci;
	int error = 0;

	mutex_enter(&cpu_lock);
	oldci = ih->ih_cpu;
	newci = first_of(newset);
	if (newci == NULL)
		error = EINVAL;
	else if (newci != oldci)
		error = intr_move(oldci, ih->ih_slot, newci);
	if (error == 0 && oldset != NULL) {
		kcpuset_zero(oldset);
		kcpuset_set(oldset, cpu_index(oldci));
	}
	mutex_exit(&cpu_lock);
	return error;
}

/* ---- CPUs that are to have no interrupts ------------------------------------- */

/* Who has the fewest handlers, and room for one more; NULL: nobody. */
static struct cpu_info *
least_busy(void)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci, *best = NULL;

	for (CPU_INFO_FOREACH(cii, ci)) {
		if (!takes_interrupts(ci) || intr_any_slot(ci) == -1)
			continue;
		if (best == NULL || ci->ci_nintrhand < best->ci_nintrhand)
			best = ci;
	}
	return best;
}

static void
evacuate(struct cpu_info *ci)
{
	struct cpu_info *to;

	for (int slot = 0; slot < MAX_INTR_SOURCES; slot++) {
		struct intrsource *isp = ci->ci_isources[slot];

		if (isp == NULL || isp->is_pin == -1) /* the CPU's own */
			continue;
		to = least_busy();
		if (to == NULL || intr_move(ci, slot, to) != 0)
			printf("%s: pin %d stays on %s\n", __func__,
			    isp->is_pin, cpu_name(ci));
	}
}

/*
 * cpu_intr_redistribute: a CPU is to have no interrupts of devices, or may have
 * them again (SPCF_NOINTR): away with those it should not have.  What was sent
 * away does not come back by itself.
 */
void
cpu_intr_redistribute(void)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	KASSERT(mutex_owned(&cpu_lock));
	for (CPU_INFO_FOREACH(cii, ci))
		if ((ci->ci_schedstate.spc_flags & SPCF_NOINTR) != 0)
			evacuate(ci);
}
