/*
 * crew.c: LWPs for test programs, each bound to a CPU.
 */
#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/evcnt.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <program.h>

/* c_done is locked by crew_lock, the rest is constant. */
struct crew {
	void (*c_fn)(void *);
	void *c_arg;
	u_int c_cpu;
	bool c_done;
};

static kmutex_t crew_lock;
static kcondvar_t crew_cv;

volatile int crew_bug;
static u_int crew_parts, crew_begun; /* of the program that runs */

static int
crew_init(void)
{
	mutex_init(&crew_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&crew_cv, "crew");
	return 0;
}

static void
crew_life(void *cookie)
{
	struct crew *const c = cookie;

	if (cpu_index(curcpu()) != c->c_cpu)
		panic("crew: not on CPU %u", c->c_cpu);
	(*c->c_fn)(c->c_arg);

	mutex_enter(&crew_lock);
	c->c_done = true;
	cv_broadcast(&crew_cv);
	mutex_exit(&crew_lock);
	kthread_exit(0);
}

struct crew *
crew_start(u_int cpu, pri_t pri, void (*fn)(void *), void *arg)
{
	static ONCE_DECL(once);
	struct crew *const c = kmem_zalloc(sizeof(*c), KM_SLEEP);
	int error;

	RUN_ONCE(&once, crew_init);
	c->c_fn = fn;
	c->c_arg = arg;
	c->c_cpu = cpu;
	error = kthread_create(pri, KTHREAD_MPSAFE, cpu_lookup(cpu), crew_life,
	    c, NULL, "crew/%u", cpu);
	if (error != 0)
		panic("crew: kthread_create: error %d", error);
	return c;
}

void
crew_join(struct crew *c)
{
	mutex_enter(&crew_lock);
	while (!c->c_done)
		cv_wait(&crew_cv, &crew_lock);
	mutex_exit(&crew_lock);
	kmem_free(c, sizeof(*c));
}

void
crew_all(void (*fn)(void *), void *arg)
{
	struct crew *l[MAXCPUS];
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
crew_main_at(u_int cpu, pri_t pri, void (*fn)(void))
{
	crew_bug = (int)program_arg("bug", 0);
	crew_parts = crew_begun = 0;
	crew_join(crew_start(cpu, pri, call, (void *)fn));
	if (crew_begun != 0 || crew_parts == 0)
		return 0;
	printf("part=%s: no such part; parts=1 alone lists them\n",
	    program_arg_string("part", ""));
	return 2;
}

int
crew_main(void (*fn)(void))
{
	return crew_main_at(0, PRI_NONE, fn);
}

bool
crew_part(const char *name)
{
	const char *const only = program_arg_string("part", "");

	crew_parts++;
	if (only[0] != '\0' && strcmp(only, name) != 0)
		return false;
	crew_begun++;
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
