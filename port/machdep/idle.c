/*
 * idle.c: what a CPU does that has nothing to do.
 *
 * The idle LWP calls cpu_idle() again and again, with preemption off and at
 * IPL_NONE, and looks at its run queue in between.  What must not be lost is
 * the wish of another CPU that it do so: ci_want_resched.
 *
 * MWAIT sleeps until the line that MONITOR has named is written; ci_want_resched
 * has that line to itself, and so storing it is all that cpu_need_resched() has
 * to do to wake the CPU: no IPI.
 *
 *	idle LWP			another CPU
 *	MONITOR ci_want_resched
 *	is it 0?  yes
 *					ci_want_resched = 1
 *	MWAIT: the line was written:
 *	  does not sleep
 *
 * Without the second look a store before MONITOR would be slept through.  An
 * interrupt ends MWAIT as well, and one that comes between the two undoes
 * MONITOR: MWAIT then does not sleep.
 *
 * HLT wakes for interrupts alone; cpu_need_resched() sends an IPI then
 * (x86_cpu_idle_ipi).
 *
 *	idle LWP			another CPU
 *	interrupts off
 *	is ci_want_resched 0?  yes
 *					ci_want_resched = 1
 *					IPI: waits
 *	STI, HLT: the IPI
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bootprop.h>
#include <sys/cpu.h>
#include <machine/cpufunc.h>
#include <machine/specialreg.h>

#include <machdep.h>

#define NAME_BYTES 16

void (*x86_cpu_idle)(void);
bool x86_cpu_idle_ipi; /* a store does not wake it */
static char x86_cpu_idle_text[NAME_BYTES];

void
x86_cpu_idle_mwait(void)
{
	struct cpu_info *ci = curcpu();

	KASSERT(ci->ci_ilevel == IPL_NONE);

	x86_monitor(&ci->ci_want_resched, 0, 0);
	if (__predict_false(ci->ci_want_resched))
		return;
	x86_mwait(0, 0);
}

void
x86_cpu_idle_halt(void)
{
	struct cpu_info *ci = curcpu();

	KASSERT(ci->ci_ilevel == IPL_NONE);

	x86_disable_intr();
	if (!__predict_false(ci->ci_want_resched))
		x86_stihlt();
	else
		x86_enable_intr();
}

void
x86_cpu_idle_set(void (*func)(void), const char *text, bool ipi)
{
	x86_cpu_idle = func;
	x86_cpu_idle_ipi = ipi;
	strlcpy(x86_cpu_idle_text, text, sizeof(x86_cpu_idle_text));
}

void
x86_cpu_idle_get(void (**func)(void), char *text, size_t len)
{
	*func = x86_cpu_idle;
	strlcpy(text, x86_cpu_idle_text, len);
}

/* At boot: MWAIT if there is one and the user does not want HLT. */
void
x86_cpu_idle_init(void)
{
	const char *wanted = sysctl_bootprop_string("idlemethod", "mwait");
	unsigned int regs[4];

	x86_cpuid(1, regs);
	if ((regs[2] & CPUID2_MONITOR) != 0 && strcmp(wanted, "halt") != 0)
		x86_cpu_idle_set(x86_cpu_idle_mwait, "mwait", false);
	else
		x86_cpu_idle_set(x86_cpu_idle_halt, "halt", true);
}
