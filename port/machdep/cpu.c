/*
 * cpu.c: CPUs: attaching them, starting them, and asking one to reschedule.
 *
 * The boot CPU's cpu_info is static.  main() attaches it to the
 * machine-independent kernel, then cpu_configure() attaches the others, which
 * are off, and cpu_boot_secondary_processors() switches on one after the other:
 *
 *	boot CPU			another
 *	seam_cpu_start
 *					cpu_hatch: %gs, IDT, APIC
 *					CPUF_PRESENT
 *	sees it
 *	CPUF_GO
 *					sees it; clock, interrupts
 *					CPUF_RUNNING
 *	sees it, goes on			becomes its idle LWP
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/bootprop.h>
#include <sys/kernel.h>
#include <sys/idle.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/sched.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <machine/cpufunc.h>
#include <machine/i82489var.h>
#include <machine/pcb.h>
#include <machine/pmap.h>
#include <machine/segments.h>
#include <machine/specialreg.h>

#include <machdep.h>
#include <seam.h>

struct cpu_info cpu_info_primary __aligned(COHERENCY_UNIT) = {
	.ci_self = &cpu_info_primary,
	.ci_idepth = -1,
	.ci_curlwp = &lwp0,
	.ci_curldt = -1,
	.ci_pmap = &kernel_pmap_store,
	.ci_flags = CPUF_PRESENT | CPUF_BSP | CPUF_PRIMARY | CPUF_RUNNING,
};
struct cpu_info *cpu_info_list = &cpu_info_primary;

void (*initclock_func)(void) = lapic_initclocks;

/* What a CPU does for itself: it is addressed from now on. */
void
cpu_init_self(struct cpu_info *ci)
{
	wrmsr(MSR_GSBASE, (uintptr_t)ci);
	cpu_init_idt();
	lapic_enable();
	ci->ci_cpuid = ci->ci_initapicid = lapic_cpu_number();
}

void
cpu_initclocks(void)
{
	(*initclock_func)();
}

/* ---- the others ------------------------------------------------------------------ */

static void
append(struct cpu_info *ci)
{
	struct cpu_info *last = cpu_info_list;

	while (last->ci_next != NULL)
		last = last->ci_next;
	last->ci_next = ci;
}

/* In a line of its own, as a CPU's data are written all the time. */
static struct cpu_info *
alloc(void)
{
	uintptr_t p = (uintptr_t)kmem_zalloc(sizeof(struct cpu_info) +
		COHERENCY_UNIT - 1,
	    KM_SLEEP);

	return (struct cpu_info *)roundup2(p, (uintptr_t)COHERENCY_UNIT);
}

/*
 * What the board's table of CPUs says: the numbers of their local APICs.  Devices
 * may be told to interrupt a CPU before it runs.
 */
#define APICID(number) (2 * (number))

static void
cpu_attach(uint32_t number)
{
	struct cpu_info *ci = alloc();
	int error;

	ci->ci_self = ci;
	ci->ci_curldt = -1;
	ci->ci_pmap = pmap_kernel();
	ci->ci_acpiid = number;
	ci->ci_cpuid = ci->ci_initapicid = APICID(number);
	ci->ci_flags = CPUF_AP;
	ci->ci_ilevel = IPL_HIGH;
	cpu_intr_init(ci); /* softint_init_md() wants the sources */
	append(ci);
	error = mi_cpu_attach(ci);
	if (error != 0)
		panic("cpu%u: mi_cpu_attach failed with %d", number, error);
	ci->ci_curlwp = ci->ci_data.cpu_idlelwp;
}

static void
attach_evcnts(void)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	for (CPU_INFO_FOREACH(cii, ci)) {
		cpu_intr_attach_evcnt(ci);
		x86_ipi_attach_evcnt(ci);
	}
}

/* Called by main() when threads can be made, and memory allocated. */
void
cpu_configure(void)
{
	const uint32_t n = machdep_boot->sb_ncpu;

	x86_cpu_idle_init();
	lapic_calibrate_timer(curcpu());
	tsc_tc_init();
	for (uint32_t i = 1; i < n; i++)
		cpu_attach(i);
	attach_evcnts();
	x86_enable_intr();
	spl0();
}

/* The first that another CPU does, on its idle LWP's stack. */
void
cpu_hatch(void *v)
{
	struct cpu_info *ci = v;

	x86_disable_intr();
	cpu_init_self(ci);
	KASSERT(ci->ci_cpuid == APICID(ci->ci_acpiid));
	atomic_or_32(&ci->ci_flags, CPUF_PRESENT);
	while ((ci->ci_flags & CPUF_GO) == 0)
		x86_pause();

	KASSERT(ci->ci_curlwp == ci->ci_data.cpu_idlelwp);
	KASSERT(curlwp == ci->ci_curlwp && curcpu() == ci);
	lapic_initclocks();
	x86_enable_intr();
	atomic_or_32(&ci->ci_flags, CPUF_RUNNING);
	spl0();
	idle_loop(NULL);
}

static void
wait_for(const volatile uint32_t *flags, uint32_t flag)
{
	while ((*flags & flag) == 0)
		x86_pause();
}

static void
boot_secondary(struct cpu_info *ci)
{
	const struct pcb *pcb = lwp_getpcb(ci->ci_data.cpu_idlelwp);

	if (seam_cpu_start(ci->ci_acpiid, cpu_hatch, ci,
		(void *)pcb->pcb_rsp0) != 0)
		panic("%s does not start", cpu_name(ci));
	wait_for(&ci->ci_flags, CPUF_PRESENT);
	atomic_or_32(&ci->ci_flags, CPUF_GO);
	wait_for(&ci->ci_flags, CPUF_RUNNING);
	aprint_verbose("%s: apid %lu running\n", cpu_name(ci),
	    (u_long)ci->ci_cpuid);
}

void
cpu_boot_secondary_processors(void)
{
	struct cpu_info *ci = cpu_info_list;

	while ((ci = ci->ci_next) != NULL)
		boot_secondary(ci);
}

void
cpu_stop(void)
{
	static int never __aligned(COHERENCY_UNIT);

	x86_disable_intr();
	atomic_and_32(&curcpu()->ci_flags, ~(uint32_t)CPUF_RUNNING);
	for (;;) {
		x86_monitor(&never, 0, 0);
		x86_mwait(0, 0);
	}
}

/* ---- rescheduling ---------------------------------------------------------------- */

/*
 * cpu_need_resched: see <sys/cpu.h>.  With no flag nothing is stored: an idle
 * CPU looks at its run queue of itself, and an LWP on its way out, too.
 */
void
cpu_need_resched(struct cpu_info *ci, int flags)
{
	struct cpu_info *self = curcpu();
	struct lwp *l = ci->ci_data.cpu_onproc;

	KASSERT(kpreempt_disabled());
	if (flags == 0)
		return;
	ci->ci_want_resched |= flags;

	if (__predict_false((l->l_pflag & LP_INTR) != 0)) {
		/* A softint that has blocked: it switches soon. */
		return;
	}
	if (l == ci->ci_data.cpu_idlelwp) {
		if (ci != self && x86_cpu_idle_ipi)
			cpu_kick(ci);
		return;
	}
	if ((flags & RESCHED_KPREEMPT) != 0) {
		atomic_or_uint(&l->l_dopreempt, DOPREEMPT_ACTIVE);
		if (ci == self)
			softint_trigger(1UL << SIR_PREEMPT);
		else
			x86_send_ipi(ci, X86_IPI_KPREEMPT);
		return;
	}
	aston(l, X86_AST_PREEMPT);
	if ((flags & RESCHED_IMMED) != 0 && ci != self)
		cpu_kick(ci);
}

/* There is no user mode to come from or go to. */
void
cpu_signotify(struct lwp *l)
{
	KASSERT(kpreempt_disabled());
	aston(l, X86_AST_GENERIC);
}

void
cpu_need_proftick(struct lwp *l)
{
	aston(l, X86_AST_GENERIC);
}

/*
 * Around kpreempt()'s switch (spl.S: Xrecurse_preempt).  s is the level that
 * is gone back to: a spin mutex may be held there, or a softint be kept out, so
 * that nothing but IPL_NONE is preempted; try again when the level falls.
 */
bool
cpu_kpreempt_enter(uintptr_t where, int s)
{
	KASSERT(kpreempt_disabled());
	if (s > IPL_PREEMPT) {
		softint_trigger(1UL << SIR_PREEMPT);
		aston(curlwp, X86_AST_PREEMPT);
		return false;
	}
	return true;
}

void
cpu_kpreempt_exit(uintptr_t where)
{
	KASSERT(kpreempt_disabled());
	if (curcpu()->ci_want_pmapload)
		pmap_load();
}

bool
cpu_kpreempt_disabled(void)
{
	return curcpu()->ci_ilevel > IPL_NONE;
}
