/*
 * traps.c: situations that are easily got wrong, and that no other program
 * produces; traps_test.sh has a list of all.
 *
 *	spl	an LWP sleeps at a raised level (trap 4)
 *	klock	a softint blocks on top of a holder of KERNEL_LOCK (trap 5)
 *	flood	network softints without end (trap 9)
 *	lwp	an LWP is freed while another CPU looks at it (trap 10)
 *	mutex	is free between two holders, waiters or not (trap 12)
 */
#include <sys/param.h>
#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <probe.h>
#include <program.h>

static u_int
cpu_count(void)
{
	return *(volatile u_int *)&curcpu()->ci_biglock_count;
}

static void
schedule(void *sih)
{
	kpreempt_disable();
	softint_schedule(sih);
	kpreempt_enable();
}

/* ---- spl ------------------------------------------------------------------- */

#define TURNS 20

static volatile u_int spl_intrs;

static int
spl_intr(void *arg)
{
	spl_intrs++;
	return 1;
}

/* They take turns on one CPU; each finds its own level again. */
static void
spl_turns(void *arg)
{
	const int level = (int)(uintptr_t)arg, s = splraise(level);
	int i;

	for (i = 0; i < TURNS; i++) {
		if (i % 4 == 0)
			crew_tick();
		else
			yield();
		program_check(curcpu()->ci_ilevel == level,
		    "level %d after a switch, not %d", curcpu()->ci_ilevel,
		    level);
	}
	splx(s);
}

static void
test_spl(void)
{
	static const int levels[] = { IPL_NONE, IPL_SOFTCLOCK, IPL_SOFTNET,
		IPL_VM };
	struct crew *l[__arraycount(levels)];
	struct intrhand *ih;
	u_int i;
	int s;

	for (i = 0; i < __arraycount(levels); i++)
		l[i] = crew_start(1, PRI_NONE, spl_turns,
		    (void *)(uintptr_t)levels[i]);
	for (i = 0; i < __arraycount(levels); i++)
		crew_join(l[i]);

	/* Who sleeps at splvm keeps no interrupt out. */
	ih = probe_establish(0, IPL_VM, spl_intr, NULL, true);
	s = splvm();
	probe_assert(0);
	crew_delay(5);
	program_check(spl_intrs == 0, "an interrupt at splvm");
	crew_tick();
	program_check(spl_intrs == 1, "%u interrupts in a sleep", spl_intrs);
	program_check(curcpu()->ci_ilevel == IPL_VM, "level %d after a sleep",
	    curcpu()->ci_ilevel);
	splx(s);
	intr_disestablish(ih);
}

/* ---- klock ------------------------------------------------------------------- */

static kmutex_t klock_mutex;
static volatile u_int klock_held, klock_release, klock_begun, klock_ended;
static volatile u_int klock_wants, klock_entered, klock_other;

/* Sleeps with the mutex that the softint wants. */
static void
klock_owner(void *arg)
{
	mutex_enter(&klock_mutex);
	klock_held = 1;
	program_check(crew_await(&klock_release, 1, 50), "no release");
	mutex_exit(&klock_mutex);
}

static void
klock_handler(void *arg)
{
	program_check(cpu_count() == 3 && curlwp->l_blcnt == 1,
	    "softint: CPU %u LWP %u", cpu_count(), curlwp->l_blcnt);
	klock_begun = 1;
	mutex_enter(&klock_mutex); /* blocks, and gives up its share */
	mutex_exit(&klock_mutex);
	program_check(cpu_count() == 1 && curlwp->l_blcnt == 1,
	    "softint, again: CPU %u LWP %u", cpu_count(), curlwp->l_blcnt);
	klock_ended = 1;
}

static void
klock_enterer(void *arg)
{
	klock_wants = 1;
	KERNEL_LOCK(1, NULL);
	klock_entered = 1;
	KERNEL_UNLOCK_ONE(NULL);
}

/* The next LWP on the holder's CPU. */
static void
klock_next(void *arg)
{
	program_check(cpu_count() == 0, "left over: %u", cpu_count());
	KERNEL_LOCK(1, NULL);
	program_check(cpu_count() == 1 && curlwp->l_blcnt == 1,
	    "next LWP: CPU %u LWP %u", cpu_count(), curlwp->l_blcnt);
	KERNEL_UNLOCK_ONE(NULL);
	klock_other = 1;
}

static void
klock_victim(void *sih)
{
	KERNEL_LOCK(2, NULL);
	schedule(sih);
	program_check(klock_begun == 1 && klock_ended == 0,
	    "%u begun, %u ended", klock_begun, klock_ended);
	program_check(cpu_count() == 2 && curlwp->l_blcnt == 2,
	    "the softint's share: CPU %u LWP %u are left", cpu_count(),
	    curlwp->l_blcnt);
	program_check(crew_spin(&klock_wants, 1, 10), "nobody wants it");
	crew_delay(200);
	program_check(klock_entered == 0, "the lock has left the CPU");

	(void)crew_await(&klock_other, 1, 10); /* sleeps */
	program_check(klock_other == 1, "the next LWP did not get it");
	program_check(klock_entered == 1, "nobody entered in the sleep");
	program_check(curlwp->l_blcnt == 2, "LWP %u after the sleep",
	    curlwp->l_blcnt);
	KERNEL_UNLOCK_ALL(NULL, NULL);

	klock_release = 1;
	program_check(crew_await(&klock_ended, 1, 20), "softint never ended");
	program_check(cpu_count() == 0, "left over at last: %u", cpu_count());
}

static void
test_klock(void)
{
	struct crew *l[4];
	void *sih;
	u_int i;

	mutex_init(&klock_mutex, MUTEX_DEFAULT, IPL_SOFTNET);
	sih = softint_establish(SOFTINT_NET, klock_handler, NULL);
	l[0] = crew_start(0, PRI_NONE, klock_owner, NULL);
	program_check(crew_await(&klock_held, 1, 20), "nobody holds the mutex");
	l[1] = crew_start(1, PRI_NONE, klock_victim, sih);
	program_check(crew_await(&klock_begun, 1, 20), "not begun");
	l[2] = crew_start(1, PRI_NONE, klock_next, NULL);
	l[3] = crew_start(2, PRI_NONE, klock_enterer, NULL);
	for (i = 0; i < __arraycount(l); i++)
		crew_join(l[i]);
	softint_disestablish(sih);
	mutex_destroy(&klock_mutex);
}

/* ---- flood ----------------------------------------------------------------------- */

#define FLOOD_US 50000 /* five ticks */

static void *flood_sih;
static uint64_t flood_end;
static volatile u_int flood_over, flood_called;
static callout_t flood_callout;

static void
flood_handler(void *arg)
{
	if (crew_us() < flood_end)
		softint_schedule(flood_sih);
	else
		flood_over = 1;
}

static void
flood_expired(void *arg)
{
	program_check(flood_over == 1, "a callout amid the flood");
	flood_called = 1;
}

/* A callout of one tick is late by as much as there are softints above it. */
static void
flood_cpu(void *arg)
{
	callout_init(&flood_callout, CALLOUT_MPSAFE);
	callout_reset(&flood_callout, 1, flood_expired, NULL);
	flood_end = crew_us() + FLOOD_US;
	schedule(flood_sih);
	program_check(flood_over == 1, "it returns before the flood is over");
	program_check(crew_await(&flood_called, 1, 10), "no callout");
	callout_halt(&flood_callout, NULL);
	callout_destroy(&flood_callout);
}

static void
test_flood(void)
{
	flood_sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    flood_handler, NULL);
	crew_join(crew_start(1, PRI_NONE, flood_cpu, NULL));
	softint_disestablish(flood_sih);
}

/* ---- lwp ------------------------------------------------------------------------- */

static kmutex_t lwp_mutex;
static lwp_t *volatile lwp_owner;
static volatile u_int lwp_has, lwp_let_go, lwp_peeks, lwp_peeked;

static void
lwp_owner_life(void *arg)
{
	mutex_enter(&lwp_mutex);
	lwp_owner = curlwp;
	lwp_has = 1;
	program_check(crew_await(&lwp_let_go, 1, 20), "shall not let go");
	mutex_exit(&lwp_mutex);
}

/* An LWP that exits frees the one that did before. */
static void
lwp_undertaker(void *arg)
{
	program_check(crew_await(&lwp_let_go, 2, 20), "shall not exit");
}

/* As mutex_oncpu: preemption off, and the owner's l_cpu.  But slow. */
static void
lwp_peeker(void *arg)
{
	const uint64_t end = crew_us() + 80000;
	struct cpu_info *ci, *const first = cpu_lookup(2);
	lwp_t *l;

	kpreempt_disable();
	l = mutex_owner(&lwp_mutex);
	lwp_peeks = 1;
	do {
		ci = *(struct cpu_info *volatile *)&l->l_cpu;
		x86_pause();
	} while (ci == first && crew_us() < end);
	program_check(ci == first, "reads what was freed: CPU %p", ci);
	lwp_peeked = 1;
	kpreempt_enable();
}

/* The cache that LWPs are from. */
static pool_cache_t
lwp_cache(void)
{
	struct pool *pp;
	int i;

	for (i = 0; i < 1000; i++) {
		(void)pool_drain(&pp);
		if (pp != NULL && strcmp(pp->pr_wchan, "lwppl") == 0)
			return pp->pr_cache;
	}
	panic("traps: no pool lwppl");
}

/* Its memory becomes something else. */
static void
lwp_reuse(pool_cache_t pc, lwp_t *l)
{
	void *p;

	pool_cache_destruct_object(pc, l);
	program_check(lwp_peeked == 1, "freed while another CPU looks at it");
	p = pool_get(&pc->pc_pool, PR_WAITOK);
	program_check(p == l, "another piece of memory");
	memset(p, 0xdb, sizeof(*l));
	(void)crew_await(&lwp_peeked, 1, 20);
	pool_put(&pc->pc_pool, p);
}

static void
test_lwp(void)
{
	const pool_cache_t pc = lwp_cache();
	struct crew *owner, *undertaker, *peeker;
	lwp_t *l;

	mutex_init(&lwp_mutex, MUTEX_DEFAULT, IPL_NONE);
	owner = crew_start(2, PRI_NONE, lwp_owner_life, NULL);
	undertaker = crew_start(0, PRI_NONE, lwp_undertaker, NULL);
	program_check(crew_await(&lwp_has, 1, 20), "nobody has the mutex");
	peeker = crew_start(1, PRI_NONE, lwp_peeker, NULL);
	program_check(crew_await(&lwp_peeks, 1, 20), "nobody looks");

	lwp_let_go = 1;
	crew_join(owner);
	crew_tick();
	lwp_let_go = 2;
	crew_join(undertaker);
	crew_tick();
	l = pool_cache_get(pc, PR_WAITOK);
	program_check(l == lwp_owner && lwp_peeked == 0,
	    "the owner is not free, or free too late");
	lwp_reuse(pc, l);
	crew_join(peeker);
	mutex_destroy(&lwp_mutex);
}

/* ---- mutex ------------------------------------------------------------------ */

static kmutex_t free_mutex;
static volatile u_int free_got;

static void
free_waiter(void *arg)
{
	mutex_enter(&free_mutex);
	free_got = 1;
	mutex_exit(&free_mutex);
}

/* A waiter on this CPU has been woken, and has nothing yet. */
static void
free_holder(void *arg)
{
	struct crew *w;
	bool again;

	mutex_enter(&free_mutex);
	w = crew_start(1, PRI_NONE, free_waiter, NULL);
	(void)kpause("traps", false, 2, NULL);
	mutex_exit(&free_mutex);
	again = mutex_tryenter(&free_mutex);
	program_check(again && free_got == 0, "handed over");
	if (again)
		mutex_exit(&free_mutex);
	program_check(crew_await(&free_got, 1, 20), "the waiter sleeps on");
	crew_join(w);
}

static void
test_mutex(void)
{
	mutex_init(&free_mutex, MUTEX_DEFAULT, IPL_NONE);
	crew_join(crew_start(1, PRI_NONE, free_holder, NULL));
	mutex_destroy(&free_mutex);
}

/* ----------------------------------------------------------------------------------- */

static void
traps(void)
{
	if (crew_part("spl"))
		test_spl();
	if (crew_part("klock"))
		test_klock();
	if (crew_part("flood"))
		test_flood();
	if (crew_part("lwp"))
		test_lwp();
	if (crew_part("mutex"))
		test_mutex();
}

static int
traps_main(void)
{
	return crew_main(traps);
}

PROGRAM(traps,
    "a sleep at splvm, a softint over KERNEL_LOCK, floods, dead LWPs",
    traps_main);
