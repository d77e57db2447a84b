/*
 * lockprog.c: what the programs about locks share.
 */
#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <lockprog.h>
#include <program.h>

/*
 * Which of the bugs is there: tests/kernel/locks_bugs.sh builds kernels whose
 * locks look at this.  From the start of the program on, so that they boot.
 */
volatile int locks_bug;

static volatile u_int directed;

static void
director(void *arg)
{
	void (*const *fn)(void) = arg;

	(**fn)();
	directed = 1;
}

int
direct(void (*fn)(void))
{
	lwp_t *l;

	locks_bug = (int)program_arg("bug", 0);
	directed = 0;
	l = crew_start((u_int)ncpu - 1, MAXPRI_KTHREAD, director, &fn);

	/* One joins at a time, and the director may want to (kthread_join). */
	while (!crew_await(&directed, 1, STALLED))
		continue;
	crew_join(l);
	return 0;
}

bool
asleep_for(lwp_t *l, const volatile void *obj, const char *what)
{
	const int end = hardclock_ticks + STALLED;

	while (*(const volatile void *volatile *)&l->l_wchan != obj ||
	    (*(volatile int *)&l->l_pflag & LP_RUNNING) != 0) {
		if (hardclock_ticks - end > 0) {
			program_check(false, "%s: does not wait", what);
			return false;
		}
		(void)kpause("locks", false, 1, NULL);
	}
	return true;
}

bool
comes_to(volatile u_int *flag, u_int n, const char *what)
{
	const bool come = crew_await(flag, n, STALLED);

	program_check(come, "%s: stalled at %u of %u", what, *flag, n);
	return come;
}

pri_t
prio_of(lwp_t *l)
{
	pri_t pri;

	lwp_lock(l);
	pri = lwp_eprio(l);
	lwp_unlock(l);
	return pri;
}

bool
borrows(lwp_t *l)
{
	return *(volatile pri_t *)&l->l_inheritedprio != PRI_NONE;
}

void
spin_until(volatile u_int *flag, u_int n)
{
	while (*flag < n)
		x86_pause();
}
