/*
 * kern_clock.c: what happens at each tick.
 *
 * Each CPU's own timer interrupts it hz times a second, at IPL_SCHED, and calls
 * hardclock().  What is one thing for all CPUs is done by the primary alone:
 *
 *				primary		others
 *	statclock, schedclock	yes		yes
 *	sched_tick		yes		yes
 *	hardclock_ticks		yes		-
 *	time (tc_ticktock)	yes		-
 *	callouts		yes		yes, of their own wheel
 *
 * So time_uptime, hardclock_ticks and the time that needs no counter
 * (getbinuptime) stand still while the primary holds off IPL_SCHED.
 *
 * There is no clock for statistics beside it (stathz is 0), so hardclock calls
 * statclock; who starts work right after a tick and ends it before the next is
 * not seen.
 *
 * cpu_onproc, not curlwp, is who the tick belongs to: the LWP beneath a softint.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/signalvar.h>
#include <sys/sched.h>
#include <sys/time.h>
#include <sys/timetc.h>
#include <sys/cpu.h>
#include <sys/atomic.h>

int stathz; /* statclock's frequency, 0: hz */
int profhz; /* of profiling */
int profsrc;
int profprocs;
int schedhz; /* of schedclock, 0: from hardclock, about 16 */
int psratio;
volatile int hardclock_ticks; /* primary's ticks since boot */

static int hardscheddiv; /* ticks per schedclock */

/* initclocks: start the clock of the first CPU. */
void
initclocks(void)
{
	/* Set before the first interrupt. */
	inittimecounter();

	if (schedhz == 0) {
		/* About 16 times a second. */
		hardscheddiv = hz / 16;
		if (hardscheddiv <= 0)
			panic("hardscheddiv");
	}
	cpu_initclocks();
	profhz = stathz != 0 ? stathz : hz;
}

/* hardclock: a tick.  In the interrupt, on each CPU, at IPL_SCHED. */
void
hardclock(struct clockframe *frame)
{
	struct cpu_info *ci = curcpu();
	struct lwp *l = ci->ci_data.cpu_onproc;

	if (stathz == 0)
		statclock(frame);

	if (schedhz == 0 && (int)(--ci->ci_schedstate.spc_schedticks) <= 0) {
		schedclock(l);
		ci->ci_schedstate.spc_schedticks = hardscheddiv;
	}
	if (--ci->ci_schedstate.spc_ticks <= 0)
		sched_tick(ci);

	if (CPU_IS_PRIMARY(ci)) {
		hardclock_ticks++;
		tc_ticktock();
	}

	callout_hardclock();
}

/* schedclock: l was found running, for the priority of hogs. */
void
schedclock(struct lwp *l)
{
	if ((l->l_flag & LW_IDLE) != 0)
		return;
	sched_schedclock(l);
}

/* statclock: what is this CPU doing? */
void
statclock(struct clockframe *frame)
{
	struct cpu_info *ci = curcpu();
	struct schedstate_percpu *spc = &ci->ci_schedstate;
	struct proc *p;
	struct lwp *l;

	l = ci->ci_data.cpu_onproc;
	if ((l->l_flag & LW_IDLE) != 0) {
		/* Interrupted, the idle LWP is not what it was doing. */
		spc->spc_cp_time[CLKF_INTR(frame) ||
			    (curlwp->l_pflag & LP_INTR) != 0
			? CP_INTR
			: CP_IDLE]++;
		return;
	}

	p = l->l_proc;
	mutex_spin_enter(&p->p_stmutex);
	if (CLKF_USERMODE(frame)) {
		p->p_uticks++;
		spc->spc_cp_time[p->p_nice > NZERO ? CP_NICE : CP_USER]++;
	} else if (CLKF_INTR(frame) || (curlwp->l_pflag & LP_INTR) != 0) {
		p->p_iticks++;
		spc->spc_cp_time[CP_INTR]++;
	} else {
		p->p_sticks++;
		spc->spc_cp_time[CP_SYS]++;
	}
	mutex_spin_exit(&p->p_stmutex);
	atomic_inc_uint(&l->l_cpticks);
}

/* Profiling of programs: there are none. */

void
setstatclockrate(int rate)
{
}

void
startprofclock(struct proc *p)
{
}

void
stopprofclock(struct proc *p)
{
}

void
proftick(struct clockframe *frame)
{
}
