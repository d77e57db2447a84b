/*
 * lockbench.c: what locks, softints and switches cost on this machine.
 *
 * Each figure is a number of TSC cycles and a number of repetitions, named
 *
 *	what-cpus		members on CPUs 0, 1, 2, ...: two to a module
 *	what-cpus-spread	on one CPU of each module first
 *
 * For a lock that excludes, a repetition is one time through the critical
 * section by anybody, so the figure is the time between two holders.  For one
 * that admits readers together it is one reader's own time.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/lock.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/rwlock.h>
#include <sys/sched.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>

#include <probe.h>
#include <program.h>
#include <team.h>

#define N_ALONE     10000u /* repetitions without contention */
#define N_CONTENDED 2000u  /* of each member */
#define N_SLOW      20u    /* of what takes ticks */

static struct team team;

/* Each on lines of its own, as mutex_obj_alloc and softnet_lock have them. */
static struct {
	kmutex_t lock;
	volatile uint64_t counter;
} adaptive __aligned(COHERENCY_UNIT), spin __aligned(COHERENCY_UNIT);
static krwlock_t rwlock __aligned(COHERENCY_UNIT);
static volatile uint64_t big_counter __aligned(COHERENCY_UNIT);

static void
report(const char *what, unsigned size, enum team_map map, uint64_t n,
    uint64_t cyc)
{
	char name[40];

	snprintf(name, sizeof(name), "%s-%u%s", what, size,
	    map == TEAM_SPREAD ? "-spread" : "");
	program_result(name, n, cyc);
}

/* ---- locks that exclude ---------------------------------------------- */

static void
adaptive_loop(struct member *m)
{
	for (uint64_t i = m->m_n; i > 0; i--) {
		mutex_enter(&adaptive.lock);
		adaptive.counter++;
		mutex_exit(&adaptive.lock);
	}
}

static void
spin_loop(struct member *m)
{
	for (uint64_t i = m->m_n; i > 0; i--) {
		mutex_spin_enter(&spin.lock);
		spin.counter++;
		mutex_spin_exit(&spin.lock);
	}
}

static void
biglock_loop(struct member *m)
{
	for (uint64_t i = m->m_n; i > 0; i--) {
		KERNEL_LOCK(1, NULL);
		big_counter++;
		KERNEL_UNLOCK_ONE(NULL);
	}
}

static void
exclusive(const char *what, void (*loop)(struct member *),
    volatile uint64_t *counter)
{
	static const enum team_map maps[] = { TEAM_DENSE, TEAM_SPREAD };

	for (unsigned size = 1; size <= (unsigned)ncpu; size *= 2)
		for (unsigned i = 0; i < __arraycount(maps); i++) {
			uint64_t n = size == 1 ? N_ALONE : N_CONTENDED;

			if (maps[i] == TEAM_SPREAD &&
			    (size == 1 || size == (unsigned)ncpu))
				continue; /* the same CPUs */
			*counter = 0;
			team_run(&team, size, maps[i], n, loop, NULL);
			program_check(*counter == n * size,
			    "%s: %u CPUs counted %lu of %lu", what, size,
			    (unsigned long)*counter, (unsigned long)(n * size));
			report(what, size, maps[i], n * size,
			    team_elapsed_cyc(&team));
		}
}

/* ---- one hand-over, from exit to enter ----------------------------------- */

/*
 * One holds the mutex for so long that each of the others looks at it every
 * SPINLOCK_BACKOFF_MAX pauses, and releases it in all phases of that period in
 * turn.  Counted is the time from the release to the return from mutex_enter of
 * the first who gets it (tests/kernel/lockbench_test.sh says what it must be).
 * The others begin to look at times of their own, so that of k phases none
 * depends on another.
 */
static struct {
	volatile uint64_t value;
} held __aligned(COHERENCY_UNIT), trying __aligned(COHERENCY_UNIT),
    taken __aligned(COHERENCY_UNIT), released __aligned(COHERENCY_UNIT);
static uint64_t handover_cyc, handover_last; /* under the mutex */
static kmutex_t *handed;

static void
hold_for(uint64_t pauses)
{
	while (pauses-- > 0)
		SPINLOCK_BACKOFF_HOOK;
}

static void
hand_over(struct member *m)
{
	const uint64_t others = team.t_size - 1;

	for (uint64_t i = 1; i <= m->m_n; i++) {
		mutex_enter(handed);
		held.value = i;
		while (trying.value != i * others)
			SPINLOCK_SPIN_HOOK;
		hold_for(4 * SPINLOCK_BACKOFF_MAX +
		    i * 37 % SPINLOCK_BACKOFF_MAX);
		released.value = cpu_counter();
		mutex_exit(handed);
		while (taken.value != i * others)
			SPINLOCK_SPIN_HOOK;
	}
}

static void
take_over(struct member *m)
{
	uint64_t t, seed = m->m_index;

	for (uint64_t i = 1; i <= m->m_n; i++) {
		while (held.value != i)
			SPINLOCK_SPIN_HOOK;
		if (team.t_size > 2)
			hold_for(program_random(&seed) % SPINLOCK_BACKOFF_MAX);
		atomic_inc_64(&trying.value);
		mutex_enter(handed);
		t = cpu_counter();
		if (handover_last != i) {
			handover_last = i;
			handover_cyc += t - released.value;
		}
		mutex_exit(handed);
		atomic_inc_64(&taken.value);
	}
}

static void
handover_loop(struct member *m)
{
	if (m->m_index == 0)
		hand_over(m);
	else
		take_over(m);
}

static void
backoff_loop(struct member *m)
{
	for (uint64_t i = m->m_n; i > 0; i--)
		hold_for(SPINLOCK_BACKOFF_MAX);
}

static void
handover(const char *what, kmutex_t *lock)
{
	handed = lock;
	for (unsigned size = 2; size <= (unsigned)ncpu; size *= 2)
		for (enum team_map map = TEAM_DENSE; map <= TEAM_SPREAD;
		     map++) {
			if (map == TEAM_SPREAD && size == (unsigned)ncpu)
				continue; /* the same CPUs */
			held.value = trying.value = taken.value = 0;
			handover_cyc = handover_last = 0;
			team_run(&team, size, map, N_CONTENDED, handover_loop,
			    NULL);
			report(what, size, map, N_CONTENDED, handover_cyc);
		}
}

/* Of both kinds of mutex, or of that one. */
static void
handovers(const char *only)
{
	team_run(&team, 1, TEAM_DENSE, N_CONTENDED, backoff_loop, NULL);
	program_result("backoff", N_CONTENDED, team_elapsed_cyc(&team));
	if (only == NULL || strcmp(only, "mutex-handover") == 0)
		handover("mutex-handover", &adaptive.lock);
	if (only == NULL || strcmp(only, "spin-handover") == 0)
		handover("spin-handover", &spin.lock);
}

/* ---- locks that admit readers together ------------------------------- */

static void
rwlock_loop(struct member *m)
{
	for (uint64_t i = m->m_n; i > 0; i--) {
		rw_enter(&rwlock, RW_READER);
		rw_exit(&rwlock);
	}
}

static void
pserialize_loop(struct member *m)
{
	for (uint64_t i = m->m_n; i > 0; i--) {
		int s = pserialize_read_enter();

		pserialize_read_exit(s);
	}
}

static void
shared(const char *what, void (*loop)(struct member *))
{
	for (unsigned size = 1; size <= (unsigned)ncpu; size++) {
		team_run(&team, size, TEAM_DENSE, N_CONTENDED, loop, NULL);
		report(what, size, TEAM_DENSE, N_CONTENDED * size,
		    team_sum_cyc(&team));
	}
}

/* ---- waiting and switching -------------------------------------------- */

static void
perform(void)
{
	pserialize_t psz = pserialize_create();
	uint64_t start = cpu_counter();

	for (unsigned i = 0; i < N_SLOW; i++)
		pserialize_perform(psz);
	program_result("pserialize-perform", N_SLOW, cpu_counter() - start);
	pserialize_destroy(psz);
}

static struct {
	void *cookie;
	volatile uint64_t sum_cyc, start, runs;
} soft;

static void
soft_handler(void *arg)
{
	soft.sum_cyc += cpu_counter() - soft.start;
	soft.runs++;
}

/* The handler runs when splx opens the softints' level. */
static void
soft_loop(struct member *m)
{
	for (uint64_t i = m->m_n; i > 0; i--) {
		int s = splvm();

		soft.start = cpu_counter();
		softint_schedule(soft.cookie);
		splx(s);
	}
}

static void
softint(void)
{
	soft.cookie = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    soft_handler, NULL);
	soft.sum_cyc = soft.runs = 0;
	team_run(&team, 1, TEAM_DENSE, N_ALONE, soft_loop, NULL);
	program_check(soft.runs == N_ALONE, "softint: ran %lu times of %u",
	    (unsigned long)soft.runs, N_ALONE);
	program_result("softint-to-handler", soft.runs, soft.sum_cyc);
	program_result("softint-round-trip", N_ALONE, team_elapsed_cyc(&team));
	softint_disestablish(soft.cookie);
}

static volatile enum { GO_ON, STOP, GONE } yielding;

static void
yielder(void *arg)
{
	while (yielding == GO_ON)
		yield();
	yielding = GONE;
	kthread_exit(0);
}

/* Two LWPs of one priority on one CPU: each yield() is two switches. */
static void
yield_loop(struct member *m)
{
	yielding = GO_ON;
	if (kthread_create(PRI_NONE, KTHREAD_MPSAFE, curcpu(), yielder, NULL,
		NULL, "yielder") != 0)
		panic("lockbench: no LWP");
	yield();
	m->m_start = cpu_counter();
	for (uint64_t i = m->m_n; i > 0; i--)
		yield();
	program_result("context-switch", m->m_n * 2,
	    cpu_counter() - m->m_start);
	yielding = STOP;
	while (yielding != GONE) /* the one join there can be is init's */
		yield();
}

static struct {
	volatile uint64_t runs, sum_cyc;
} intr;

static int
intr_handler(void *arg)
{
	uint64_t now = cpu_counter();

	intr.sum_cyc += now - probe_last_sent();
	intr.runs++;
	return 1;
}

/* From the message to the handler's first instruction. */
static void
interrupt(void)
{
	struct intrhand *ih = probe_establish(0, IPL_VM, intr_handler, NULL,
	    true);

	intr.runs = intr.sum_cyc = 0;
	for (uint64_t i = 1; i <= N_CONTENDED; i++) {
		probe_assert(0);
		while (intr.runs != i)
			SPINLOCK_SPIN_HOOK;
	}
	program_result("interrupt-to-handler", N_CONTENDED, intr.sum_cyc);
	intr_disestablish(ih);
}

/* ---- the program ------------------------------------------------------- */

static int
lockbench(void)
{
	const char *only = program_arg_string("only", NULL);

	mutex_init(&adaptive.lock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&spin.lock, MUTEX_DEFAULT, IPL_VM);
	rw_init(&rwlock);
	if (only == NULL) {
		exclusive("mutex-adaptive", adaptive_loop, &adaptive.counter);
		exclusive("mutex-spin", spin_loop, &spin.counter);
		exclusive("kernel-lock", biglock_loop, &big_counter);
	}
	handovers(only);
	if (only == NULL) {
		shared("rwlock-reader", rwlock_loop);
		shared("pserialize-reader", pserialize_loop);
		perform();
		interrupt();
		softint();
		team_run(&team, 1, TEAM_DENSE, N_CONTENDED, yield_loop, NULL);
	}
	rw_destroy(&rwlock);
	mutex_destroy(&spin.lock);
	mutex_destroy(&adaptive.lock);
	return 0;
}

PROGRAM(lockbench,
    "what locks, softints and switches cost; only=mutex-handover or spin-",
    lockbench);
