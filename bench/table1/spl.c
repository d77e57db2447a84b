/*
 * spl.c: cases of Table 1: spl(9).
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <facility.h>
#include <program.h>

#define CASE(name, call)       \
	static void name(void) \
	{                      \
		call;          \
	}
/* clang-format off */
CASE(spl_mp, t1_exclusive(&f_spl))
CASE(spl_call_spin, t1_call(&f_spl, &f_spin))
CASE(spl_call_adaptive, t1_call(&f_spl, &f_adaptive))
CASE(spl_call_rwlock, t1_call(&f_spl, &f_rwlock))
CASE(spl_call_kl, t1_call(&f_spl, &f_kernel_lock))
/* clang-format on */

static volatile u_int runs; /* of handlers, on CPU 0 alone */

static void
handler(void)
{
	t1_count();
	runs++;
}

/* Count at splvm, the interrupt knocking meanwhile. */
static void
count_at_splvm(unsigned round)
{
	int s = splvm();

	t1_count_raising(IPL_VM);
	splx(s);
}

static void
idle_round(unsigned round)
{
	t1_delay(64);
}

/* All that counts is on CPU 0. */
static void
on_cpu0(t1_act *act)
{
	facility_init();
	runs = 0;
	t1_intr_set(IPL_VM, handler);
	t1_duet(act, idle_round);
	(void)kpause("t1intr", false, 2, NULL);
	t1_interrupted(runs);
}

static void
spl_mp_not(void)
{
	on_cpu0(count_at_splvm);
	t1_counted(t1_rounds + runs);
}

/* ---- in a handler --------------------------------------------------------- */

static bool careful;

/* At IPL_VM; the one at IPL_SCHED must not come between. */
static void
low_handler(void)
{
	int s = careful ? splsched() : splvm();

	t1_count_raising(IPL_SCHED);
	splx(s);
	runs++;
}

static void
high_handler(void)
{
	t1_count();
	runs++;
}

static void
raise_low(unsigned round)
{
	t1_intr(IPL_VM);
	t1_delay(64);
}

static void
spl_handler(bool with_care)
{
	facility_init();
	careful = with_care;
	runs = 0;
	t1_intr_set(IPL_VM, low_handler);
	t1_intr_set(IPL_SCHED, high_handler);
	t1_duet(raise_low, idle_round);
	(void)kpause("t1intr", false, 2, NULL);
	t1_interrupted(runs);
	t1_counted(runs);
}
CASE(spl_hw, spl_handler(true))
CASE(spl_hw_not, spl_handler(false))

/* ---- asleep ------------------------------------------------------------------ */

static bool trusts;

/* The level is the LWP's: open while it sleeps, back when it goes on. */
static void
sleep_at_splvm(unsigned round)
{
	int s = splvm();
	u_int before = runs;

	t1_intr(IPL_VM);
	if (runs != before)
		t1_observe("an interrupt came at splvm");
	t1_event_wait();
	if (curcpu()->ci_ilevel != IPL_VM)
		t1_observe("level %d after the sleep", curcpu()->ci_ilevel);
	if (trusts && runs != before)
		t1_observe("an interrupt came during the sleep");
	splx(s);
}

static void
wake(unsigned round)
{
	t1_delay(1024); /* mostly asleep by then */
	t1_event_signal();
}

static void
spl_sleeps(bool trust)
{
	facility_init();
	trusts = trust;
	runs = 0;
	t1_intr_set(IPL_VM, handler);
	t1_duet(sleep_at_splvm, wake);
}
CASE(spl_sleep, spl_sleeps(false))
CASE(spl_sleep_not, spl_sleeps(true))

/* ---- nested --------------------------------------------------------------------- */

static void
nested(unsigned round)
{
	int s = splvm(), t = splsoftnet();

	if (curcpu()->ci_ilevel != IPL_VM) /* it never lowers */
		t1_observe("splsoftnet lowered to %d", curcpu()->ci_ilevel);
	t1_count_raising(IPL_VM);
	splx(t);
	t1_count();
	splx(s);
}

static void
spl_reentrant(void)
{
	on_cpu0(nested);
	t1_counted(2 * t1_rounds + runs);
}

/* The outer level is given back first: the inner section is open. */
static void
crossed(unsigned round)
{
	int s = splsoftnet(), t = splvm();

	splx(s);
	t1_count_raising(IPL_VM);
	splx(t);
	splx(s);
}

static void
spl_reentrant_not(void)
{
	on_cpu0(crossed);
	t1_counted(t1_rounds + runs);
}

/* Inside, the level must not be lowered: the table's footnote 4. */
static void
lowered(unsigned round)
{
	int s = splvm();

	spl0();
	t1_count_raising(IPL_VM);
	splx(s);
}

static void
spl_call_lower(void)
{
	on_cpu0(lowered);
	t1_counted(t1_rounds + runs);
}

const struct t1_case t1_spl[] = {
	{ "spl.usable_on_MP", "use", NULL, spl_mp },
	{ "spl.usable_on_MP", "counter", NULL, spl_mp_not },
	{ "spl.hw_interrupt", "use", NULL, spl_hw },
	{ "spl.hw_interrupt", "counter", NULL, spl_hw_not },
	{ "spl.sleep_or_block", "use", NULL, spl_sleep },
	{ "spl.sleep_or_block", "counter", NULL, spl_sleep_not },
	{ "spl.reentrant", "use", NULL, spl_reentrant },
	{ "spl.reentrant", "counter", NULL, spl_reentrant_not },
	{ "spl.callable_facilities", "mutex_spin", NULL, spl_call_spin },
	{ "spl.callable_facilities", "mutex_adaptive", NULL,
	    spl_call_adaptive },
	{ "spl.callable_facilities", "rwlock", NULL, spl_call_rwlock },
	{ "spl.callable_facilities", "kernel_lock", NULL, spl_call_kl },
	{ "spl.callable_facilities", "lower", NULL, spl_call_lower },
	{ NULL, NULL, NULL, NULL },
};
