/*
 * mutex_race.c: one adaptive mutex, many who want it.
 *
 * Three LWPs on each CPU enter and leave; some give up their CPU inside, so that
 * waiters find an owner who does not run, and sleep.  What the mutex protects
 * must be exact, and nobody may be left asleep.  Boot property:
 *
 *	exits=N		exits altogether (default 10000)
 *	woken=N		on, until a sleeper has been woken so often
 *	racers=N	so many LWPs (default three for each CPU)
 *	naps=1		some sleep for a tick between their turns
 *	others=1	each CPU has an LWP beside them that only yields, so that
 *			who yields inside is off his CPU; and some are off it
 *			for a softint as soon as they have left
 *
 * A sleeper is who had to switch in mutex_enter, once for each wake-up: nobody
 * here can be preempted.  Of two racers one at most sleeps, so that each wake-up
 * is an exit of its own, which found a waiter.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <lockprog.h>
#include <program.h>

#define PER_CPU 3

static kmutex_t mtx;
static volatile uint64_t inside, woken; /* both under mtx */
static volatile u_int finished, other, entered;
static uint64_t want_woken;
static u_int each;
static bool naps;
static void *softint;
static uint64_t softint_seed[MAXCPUS]; /* of each CPU alone */

static void
dawdle(uint64_t *seed)
{
	for (uint64_t n = program_random(seed) % 32; n > 0; n--)
		x86_pause();
}

/* Takes the CPU when a racer gives it up. */
static void
bystander(void *arg)
{
	uint64_t seed = ~(uintptr_t)arg;

	while (other != 0) {
		dawdle(&seed);
		yield();
	}
	atomic_inc_uint(&finished);
}

static bool
goes_on(u_int i)
{
	return want_woken == 0 ? i < each : woken < want_woken;
}

/* Takes it from a racer. */
static void
softint_handler(void *arg)
{
	dawdle(&softint_seed[cpu_index(curcpu())]);
}

/* How often curlwp has slept, or given up its CPU by itself. */
static uint64_t
switches(void)
{
	return curlwp->l_ncsw - curlwp->l_nivcsw;
}

/*
 * Leave mtx, and the CPU at once if `softly': to a softint, which is the
 * shortest way to be off it.
 */
static void
leave(bool softly)
{
	const int s = softly ? splsoftserial() : 0;

	if (softly)
		softint_schedule(softint);
	mutex_exit(&mtx);
	if (softly)
		splx(s);
}

static void
racer(void *arg)
{
	uint64_t seed = (uintptr_t)arg + 1, r, v, before;
	u_int i;

	for (i = 0; goes_on(i); i++) {
		r = program_random(&seed);
		before = switches();
		mutex_enter(&mtx);
		woken += switches() - before;
		v = inside;
		if (r % 4 == 0)
			yield();
		inside = v + 1;
		leave(other != 0 && r % 8 == 5);
		if (r % 8 == 1) {
			if (naps)
				(void)kpause("race", false, 1, NULL);
			else
				yield();
		}
	}
	atomic_add_int(&entered, (int)i);
	atomic_inc_uint(&finished);
}

/*
 * Until n have finished, as long as something happens.  If one is left asleep
 * the other goes on alone: then nobody is woken any more.
 */
static bool
all_finish(u_int n)
{
	const volatile uint64_t *const what = want_woken == 0 ? &inside
							      : &woken;
	uint64_t before;

	do {
		before = *what;
		if (crew_await(&finished, n, STALLED))
			return true;
	} while (*what != before);
	return false;
}

static void
race(void)
{
	const u_int n = (u_int)program_arg("racers", PER_CPU * ncpu);
	const u_int cpus = MIN(n, (u_int)ncpu);
	u_int i;

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	naps = program_arg("naps", 0) != 0;
	other = program_arg("others", 0) != 0;
	want_woken = (uint64_t)program_arg("woken", 0);
	each = (u_int)program_arg("exits", 10000) / n + 1;
	softint = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    softint_handler, NULL);
	for (i = 0; i < MAXCPUS; i++)
		softint_seed[i] = i + 1;
	for (i = 0; i < n; i++)
		(void)lwp_start(i % (u_int)ncpu, PRI_NONE, racer,
		    (void *)(uintptr_t)i);
	for (i = 0; other != 0 && i < cpus; i++)
		(void)lwp_start(i, PRI_NONE, bystander, (void *)(uintptr_t)i);

	program_check(all_finish(n),
	    "%u of %u LWPs are stuck after %lu wake-ups", n - finished, n,
	    (u_long)woken);
	program_check(inside == entered, "%lu of %u", (u_long)inside, entered);
	program_check(want_woken == 0 || woken >= want_woken,
	    "%lu wake-ups of %lu", (u_long)woken, (u_long)want_woken);
	program_result("mutex-race-exits", inside, 0);
	program_result("mutex-race-woken", woken, 0);
	if (other == 0) {
		softint_disestablish(softint);
		return;
	}
	other = 0;
	program_check(crew_await(&finished, n + cpus, STALLED),
	    "bystanders do not end");
	softint_disestablish(softint);
}

static int
race_main(void)
{
	return direct(race);
}

PROGRAM(mutex_race, "no wake-up of a mutex is lost", race_main);
