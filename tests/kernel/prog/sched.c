/*
 * sched.c: LWPs and CPUs: where they run, in which order, who makes way for
 * whom, how they come and go.
 *
 * Much of this is about one CPU, V, with nothing else to do, watched from CPU 0.
 * What must not happen is waited for a while: a tick, which is long beside a
 * switch and all that comes with it.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <program.h>

#define V       ((u_int)ncpu - 1)
#define TICK_US (1000000 / (uint64_t)hz)

/* What has happened, in this order. */
static volatile char trail[64];
static volatile u_int ntrail;

static void
mark(char c)
{
	const u_int i = atomic_inc_uint_nv(&ntrail) - 1;

	if (i < sizeof(trail))
		trail[i] = c;
}

static void
clear(void)
{
	ntrail = 0;
	memset(__UNVOLATILE(trail), 0, sizeof(trail));
}

static void
expect(const char *what, const char *want)
{
	program_check(strcmp(__UNVOLATILE(trail), want) == 0,
	    "%s: \"%s\", not \"%s\"", what, (char *)__UNVOLATILE(trail), want);
}

/* ---- everywhere --------------------------------------------------------------- */

static volatile u_int seen[MAXCPUS];

static void
see(void *arg)
{
	const u_int me = crew_cpu();

	seen[me]++;
	for (int i = 0; i < 20; i++) {
		yield();
		if (i % 5 == 0)
			(void)kpause("see", false, 1, NULL);
		program_check(crew_cpu() == me, "bound to CPU %u, on %u", me,
		    crew_cpu());
	}
	program_check(curlwp->l_cpu == curcpu(), "l_cpu is another's");
	program_check((curlwp->l_pflag & LP_RUNNING) != 0, "runs, but not so");
}

static void
everywhere(void)
{
	crew_all(see, NULL);
	for (int i = 0; i < ncpu; i++)
		program_check(seen[i] == 1, "%u LWPs on CPU %d", seen[i], i);
}

/* ---- order ------------------------------------------------------------------------ */

static volatile u_int go, stopped;

/* Keeps V busy, without leaving it, until `go'. */
static void
hog(void *arg)
{
	stopped = 0;
	mark('(');
	while (go == 0)
		x86_pause();
	mark(')');
}

static void
mark_thrice(void *arg)
{
	for (int i = 0; i < 3; i++) {
		mark(*(const char *)arg);
		yield();
	}
}

static void
mark_once(void *arg)
{
	mark(*(const char *)arg);
}

/* A hog on V, which runs by now. */
static struct crew *
start_hog(pri_t pri)
{
	struct crew *l;

	clear();
	go = 0;
	l = crew_start(V, pri, hog, NULL);
	program_check(crew_spin(&ntrail, 1, 3), "the hog does not run");
	return l;
}

/*
 * Those of one priority take turns at each yield; a higher one, which yields
 * as well, does all it has to do first; a lower one comes last.
 */
static void
order(void)
{
	struct crew *h, *l[5];

	h = start_hog(PRI_KTHREAD + 8);
	l[0] = crew_start(V, PRI_KTHREAD + 1, mark_thrice, __UNCONST("a"));
	l[1] = crew_start(V, PRI_KTHREAD + 1, mark_thrice, __UNCONST("b"));
	l[2] = crew_start(V, PRI_KTHREAD, mark_thrice, __UNCONST("z"));
	l[3] = crew_start(V, PRI_KTHREAD + 1, mark_thrice, __UNCONST("c"));
	l[4] = crew_start(V, PRI_KTHREAD + 2, mark_thrice, __UNCONST("H"));
	crew_delay(TICK_US);
	program_check(ntrail == 1, "the hog was interrupted");
	go = 1;
	crew_join(h);
	for (u_int i = 0; i < __arraycount(l); i++)
		crew_join(l[i]);
	expect("order", "()HHHabcabcabczzz");
}

/* ---- preemption --------------------------------------------------------------------- */

/*
 * V runs a hog of priority 0 .. and an LWP of priority pri becomes runnable:
 * from PRI_USER_RT on it runs at once, others wait for the hog to end.
 */
static void
preempts(pri_t pri, bool expected)
{
	struct crew *h, *l;

	h = start_hog(PRI_USER);
	l = crew_start(V, pri, mark_once, __UNCONST("p"));
	crew_delay(TICK_US);
	program_check((ntrail == 2) == expected, "priority %d: %s", pri,
	    expected ? "does not preempt" : "preempts");
	go = 1;
	crew_join(h);
	crew_join(l);
	expect("preemption", expected ? "(p)" : "()p");
}

/* Keeps V busy and forbids preemption until `go', then allows it. */
static void
closed(void *how)
{
	int s = 0;

	mark('(');
	switch (*(const char *)how) {
	case 'd':
		kpreempt_disable();
		break;
	case 's':
		s = splvm();
		break;
	case 'k':
		KERNEL_LOCK(1, NULL);
		break;
	}
	while (go == 0)
		x86_pause();
	mark('.');
	switch (*(const char *)how) {
	case 'd':
		kpreempt_enable();
		break;
	case 's':
		splx(s);
		break;
	case 'k':
		KERNEL_UNLOCK_ONE(NULL);
		break;
	}
	/* On the way out of what was closed, and not later. */
	mark(')');
}

static void
closed_to(const char *how)
{
	struct crew *h, *l;

	clear();
	go = 0;
	h = crew_start(V, PRI_KTHREAD, closed, __UNCONST(how));
	program_check(crew_spin(&ntrail, 1, 3), "does not run");
	l = crew_start(V, PRI_KERNEL_RT, mark_once, __UNCONST("p"));
	crew_delay(TICK_US);
	program_check(ntrail == 1, "%s: preempted", how);
	go = 1;
	crew_join(h);
	crew_join(l);
	expect(how, "(.p)");
}

static void
preemption(void)
{
	preempts(PRI_KTHREAD, false);
	preempts(PRI_XCALL, false);
	preempts(PRI_USER_RT - 1, false);
	preempts(PRI_USER_RT, true);
	preempts(PRI_KERNEL_RT, true);
	closed_to("d");
	closed_to("s");
	closed_to("k");
}

/* ---- time ----------------------------------------------------------------------------- */

/* n ticks: between n - 1 and n of them, and a little for softclock. */
static void
pauses(void)
{
	static const int n[] = { 1, 2, 3, 7 };

	for (u_int i = 0; i < __arraycount(n); i++) {
		const uint64_t want = (uint64_t)n[i] * TICK_US;
		uint64_t us;

		crew_delay(TICK_US / 3); /* in the midst of a tick */
		us = crew_us();
		(void)kpause("test", false, n[i], NULL);
		us = crew_us() - us;
		program_check(us + TICK_US >= want && us <= want + 200,
		    "kpause of %d ticks: %lu us", n[i], (u_long)us);
	}
}

/* ---- migration -------------------------------------------------------------------------- */

static volatile u_int where;

static void
tell(void *arg)
{
	mark('(');
	while (go == 0)
		yield();
	where = crew_cpu();
	mark(')');
	kthread_exit(0);
}

/* An LWP that is not bound: on CPU 0, where lwp0 is, unless it is moved. */
static lwp_t *
start_free(void (*fn)(void *))
{
	lwp_t *l;
	int error;

	error = kthread_create(PRI_KTHREAD, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    NULL, fn, NULL, &l, "free");
	if (error != 0)
		panic("sched: kthread_create: error %d", error);
	return l;
}

/*
 * Moved while it runs and yields.  Till V has woken it waits in V's queue, and the
 * CPU that has sent it there may be the one to fetch it, having nothing else to
 * do, though not while the caches are warm: then it is sent again.
 */
static void
migrate(void)
{
	struct cpu_info *const to = cpu_lookup(V);
	lwp_t *l;

	clear();
	go = 0;
	l = start_free(tell);
	program_check(crew_await(&ntrail, 1, 10), "does not run");
	for (int i = 0; i < 10 && l->l_cpu != to; i++) {
		lwp_lock(l);
		lwp_migrate(l, to);
		(void)kpause("migrate", false, 1, NULL);
	}
	program_check(l->l_cpu == to, "has not moved");
	go = 1;
	(void)kthread_join(l);
	program_check(where == V, "ran on CPU %u", where);
}

static void
tell_once(void *arg)
{
	where = crew_cpu();
	mark('x');
	kthread_exit(0);
}

/*
 * Pulled: x waits behind a hog that does not leave the CPU, of lwp0; a CPU with
 * nothing to do takes it when it looks around, after its next interrupt at the
 * latest, though not while the caches are warm.
 */
static void
pull(void *arg)
{
	struct cpu_info *const home = lwp0.l_cpu;
	struct crew *h;
	lwp_t *l;

	clear();
	go = 0;
	where = MAXCPUS;
	h = crew_start(cpu_index(home), PRI_KTHREAD + 9, hog, NULL);
	program_check(crew_spin(&ntrail, 1, 3), "no hog");
	l = start_free(tell_once);
	program_check(crew_await(&ntrail, 2, 40), "nobody takes it");
	program_check(where != cpu_index(home), "ran at home, on CPU %u",
	    where);
	go = 1;
	crew_join(h);
	(void)kthread_join(l);
}

/* ---- birth and death ------------------------------------------------------------------------ */

static void
nothing(void *arg)
{
	atomic_inc_uint((volatile u_int *)arg);
	kthread_exit(0);
}

/* LWPs whose name begins so, and who have not yet come to their end. */
static int
living(const char *name)
{
	const lwp_t *l;
	int n = 0;

	mutex_enter(proc0.p_lock);
	LIST_FOREACH (l, &proc0.p_lwps, l_sibling)
		n += l->l_stat != LSZOMB && l->l_name != NULL &&
		    strncmp(l->l_name, name, strlen(name)) == 0;
	mutex_exit(proc0.p_lock);
	return n;
}

static bool
dwindle(const char *name, int n)
{
	for (int i = 0; i < 20 && living(name) > n; i++)
		(void)kpause("reap", false, 1, NULL);
	return living(name) == n;
}

static void
accounting(void)
{
	const int n = 40;
	volatile u_int ran = 0;
	int before, zombies, after;

	/* Only ourselves: who has been joined may still be on his way out. */
	program_check(dwindle("crew/", 1) && dwindle("free", 0), "%d left",
	    living("crew/") + living("free"));
	mutex_enter(proc0.p_lock);
	before = proc0.p_nlwps - proc0.p_nzlwps;
	mutex_exit(proc0.p_lock);
	for (int i = 0; i < n; i++) {
		if (kthread_create(PRI_NONE, KTHREAD_MPSAFE,
			i % 2 ? cpu_lookup((u_int)(i % ncpu)) : NULL, nothing,
			__UNVOLATILE(&ran), NULL, "brief") != 0)
			panic("sched: kthread_create");
	}
	program_check(crew_await(&ran, (u_int)n, 20), "%u of %d ran", ran, n);
	program_check(dwindle("brief", 0), "%d live on", living("brief"));
	mutex_enter(proc0.p_lock);
	zombies = proc0.p_nzlwps;
	after = proc0.p_nlwps - zombies;
	mutex_exit(proc0.p_lock);
	program_check(after == before, "%d LWPs, then %d", before, after);
	/* The last to exit is freed by the next. */
	program_check(zombies <= 1, "%d zombies", zombies);
}

/* ---- a second ------------------------------------------------------------------------------- */

static uint64_t
ticks_of(struct cpu_info *ci)
{
	uint64_t n = 0;

	for (int i = 0; i < CPUSTATES; i++)
		n += *(volatile uint64_t *)&ci->ci_schedstate.spc_cp_time[i];
	return n;
}

/*
 * hz ticks: each CPU counts hz, and one more or less, since their clocks are
 * not in step; the time is a second later, and the counter says so too.
 */
static void
second(void)
{
	uint64_t n[MAXCPUS], us;
	const int ticks = hardclock_ticks;
	time_t uptime;

	(void)kpause("tick", false, 1, NULL);
	uptime = time_uptime;
	us = crew_us();
	for (u_int i = 0; i < (u_int)ncpu; i++)
		n[i] = ticks_of(cpu_lookup(i));
	(void)kpause("second", false, hz, NULL);
	us = crew_us() - us;
	for (u_int i = 0; i < (u_int)ncpu; i++) {
		n[i] = ticks_of(cpu_lookup(i)) - n[i];
		program_check(n[i] + 1 >= (uint64_t)hz &&
			n[i] <= (uint64_t)hz + 1,
		    "CPU %u: %lu ticks", i, (u_long)n[i]);
	}
	program_check(hardclock_ticks - ticks == hz + 1, "hardclock_ticks: %d",
	    hardclock_ticks - ticks);
	program_check(time_uptime - uptime == 1, "time_uptime: %ld",
	    (long)(time_uptime - uptime));
	program_check(us > 999000 && us < 1001000, "%lu us", (u_long)us);
}

static void
sched_main(void)
{
	u_int i;

	everywhere();
	order();
	preemption();
	pauses();
	migrate();
	/* Not where the hog will be. */
	i = (cpu_index(lwp0.l_cpu) + 1) % (u_int)ncpu;
	crew_join(crew_start(i, PRI_NONE, pull, NULL));
	accounting();
}

static int
sched(void)
{
	return crew_main(sched_main);
}

static int
hz_second(void)
{
	return crew_main(second);
}

PROGRAM(sched, "LWPs: order, preemption, pauses, migration, birth and death",
    sched);
PROGRAM(second, "a second: hz ticks on each CPU, and what counts them",
    hz_second);
