/*
 * mutex_race.c: one adaptive mutex, many who want it.
 *
 * Three LWPs on each CPU enter and leave; some give up their CPU inside, so that
 * waiters find an owner who does not run, and sleep.  What the mutex protects
 * must be exact, and nobody may be left asleep.  Boot property:
 *
 *	exits=N		exits altogether (default 10000)
 *	racers=N	so many LWPs (default three for each CPU)
 *	naps=1		some sleep for a tick between their turns
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/systm.h>

#include <crew.h>
#include <lockprog.h>
#include <program.h>

#define PER_CPU 3

static kmutex_t mtx;
static volatile uint64_t inside;
static volatile u_int finished;
static u_int each;
static bool naps;

static void
racer(void *arg)
{
	uint64_t seed = (uintptr_t)arg + 1, r, v;
	u_int i;

	for (i = 0; i < each; i++) {
		r = program_random(&seed);
		mutex_enter(&mtx);
		v = inside;
		if (r % 4 == 0)
			yield();
		inside = v + 1;
		mutex_exit(&mtx);
		if (r % 8 == 1) {
			if (naps)
				(void)kpause("race", false, 1, NULL);
			else
				yield();
		}
	}
	atomic_inc_uint(&finished);
}

static void
race(void)
{
	const u_int n = (u_int)program_arg("racers", PER_CPU * ncpu);
	uint64_t before;
	u_int i;

	mutex_init(&mtx, MUTEX_DEFAULT, IPL_NONE);
	naps = program_arg("naps", 0) != 0;
	each = (u_int)program_arg("exits", 10000) / n + 1;
	for (i = 0; i < n; i++)
		(void)lwp_start(i % (u_int)ncpu, PRI_NONE, racer,
		    (void *)(uintptr_t)i);

	/* As long as something happens. */
	do {
		before = inside;
		if (crew_await(&finished, n, STALLED))
			break;
	} while (inside != before);
	program_check(finished == n, "%u of %u LWPs are stuck", n - finished,
	    n);
	program_check(inside == (uint64_t)each * n, "%lu of %lu",
	    (u_long)inside, (u_long)each * n);
}

static int
race_main(void)
{
	return direct(race);
}

PROGRAM(mutex_race, "no wake-up of a mutex is lost", race_main);
