/*
 * lockprog.c: what the programs about locks share.
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <lockprog.h>
#include <program.h>

int
direct(void (*fn)(void))
{
	return crew_main_at((u_int)ncpu - 1, MAXPRI_KTHREAD, fn);
}

struct life {
	void (*l_fn)(void *);
	void *l_arg;
};

static void
live(void *cookie)
{
	const struct life l = *(struct life *)cookie;

	kmem_free(cookie, sizeof(l));
	(*l.l_fn)(l.l_arg);
	kthread_exit(0);
}

lwp_t *
lwp_start(u_int cpu, pri_t pri, void (*fn)(void *), void *arg)
{
	struct life *const life = kmem_alloc(sizeof(*life), KM_SLEEP);
	lwp_t *l;
	int error;

	life->l_fn = fn;
	life->l_arg = arg;
	error = kthread_create(pri, KTHREAD_MPSAFE, cpu_lookup(cpu), live, life,
	    &l, "lock/%u", cpu);
	if (error != 0)
		panic("lockprog: kthread_create: error %d", error);
	return l;
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
