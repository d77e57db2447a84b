/*
 * crew.c: LWPs for test programs, each bound to a CPU.
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/evcnt.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <program.h>

struct job {
	void (*j_fn)(void *);
	void *j_arg;
	u_int j_cpu;
};

static void
job_main(void *cookie)
{
	const struct job j = *(struct job *)cookie;

	kmem_free(cookie, sizeof(struct job));
	if (cpu_index(curcpu()) != j.j_cpu)
		panic("crew: not on CPU %u", j.j_cpu);
	(*j.j_fn)(j.j_arg);
	kthread_exit(0);
}

lwp_t *
crew_start(u_int cpu, pri_t pri, void (*fn)(void *), void *arg)
{
	struct job *const j = kmem_alloc(sizeof(*j), KM_SLEEP);
	lwp_t *l;
	int error;

	j->j_fn = fn;
	j->j_arg = arg;
	j->j_cpu = cpu;
	error = kthread_create(pri, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    cpu_lookup(cpu), job_main, j, &l, "crew/%u", cpu);
	if (error != 0)
		panic("crew: kthread_create: error %d", error);
	return l;
}

void
crew_join(lwp_t *l)
{
	(void)kthread_join(l);
}

void
crew_all(void (*fn)(void *), void *arg)
{
	lwp_t *l[MAXCPUS];
	int i;

	for (i = 0; i < ncpu; i++)
		l[i] = crew_start((u_int)i, PRI_NONE, fn, arg);
	for (i = 0; i < ncpu; i++)
		crew_join(l[i]);
}

static void
call(void *fn)
{
	(*(void (*)(void))fn)();
}

int
crew_main(void (*fn)(void))
{
	crew_join(crew_start(0, PRI_NONE, call, (void *)fn));
	return 0;
}

bool
crew_part(const char *name)
{
	const char *const only = program_arg_string("part", "");

	if (only[0] != '\0' && strcmp(only, name) != 0)
		return false;
	if (program_arg("parts", 0))
		printf("%s\n", name);
	return true;
}

u_int
crew_cpu(void)
{
	return cpu_index(curcpu());
}

bool
crew_await(volatile u_int *flag, u_int n, int ticks)
{
	const int end = hardclock_ticks + ticks;

	while (*flag < n) {
		if (hardclock_ticks - end > 0)
			return false;
		(void)kpause("crew", false, 1, NULL);
	}
	return true;
}

bool
crew_spin(volatile u_int *flag, u_int n, int ticks)
{
	const int end = hardclock_ticks + ticks;

	while (*flag < n) {
		if (hardclock_ticks - end > 0)
			return false;
		x86_pause();
	}
	return true;
}

uint64_t
crew_us(void)
{
	return cpu_counter() / (cpu_frequency(curcpu()) / 1000000);
}

void
crew_delay(uint64_t us)
{
	const uint64_t end = crew_us() + us;

	while (crew_us() < end)
		x86_pause();
}

void
crew_tick(void)
{
	(void)kpause("crew", false, 1, NULL);
}

uint64_t
crew_evcnt(const char *group, const char *name)
{
	const struct evcnt *ev;

	TAILQ_FOREACH (ev, &allevents, ev_list) {
		if (strcmp(ev->ev_group, group) == 0 &&
		    strcmp(ev->ev_name, name) == 0)
			return ev->ev_count;
	}
	panic("crew: no event counter %s %s", group, name);
}
