/*
 * mutex.c: mutex(9) one property at a time: spin mutexes and the IPL, who owns
 * one, what a waiter does, priorities.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <crew.h>
#include <lockprog.h>
#include <program.h>

/* ---- spin mutexes ------------------------------------------------------------ */

static kmutex_t m_vm, m_sched, m_high;

static int
level(void)
{
	return *(volatile int *)&curcpu()->ci_ilevel;
}

static void
levels(int vm, int sched, int high, int none, const char *what)
{
	program_check(vm == IPL_VM && sched == IPL_SCHED && high == IPL_HIGH &&
		none == IPL_NONE,
	    "%s: levels %d %d %d %d", what, vm, sched, high, none);
}

static void
spin_levels(void)
{
	int l1, l2, l3, s;

	/* The level is the highest so far, and given back by the last exit. */
	mutex_enter(&m_vm);
	l1 = level();
	mutex_spin_enter(&m_sched);
	l2 = level();
	mutex_spin_enter(&m_high);
	l3 = level();
	mutex_exit(&m_vm);
	mutex_spin_exit(&m_sched);
	program_check(level() == IPL_HIGH, "two of three: %d", level());
	mutex_exit(&m_high);
	levels(l1, l2, l3, level(), "outside in");

	mutex_spin_enter(&m_vm);
	l1 = level();
	mutex_spin_enter(&m_sched);
	l2 = level();
	mutex_spin_enter(&m_high);
	l3 = level();
	mutex_spin_exit(&m_high);
	program_check(level() == IPL_HIGH, "one of three: %d", level());
	mutex_spin_exit(&m_sched);
	mutex_spin_exit(&m_vm);
	levels(l1, l2, l3, level(), "inside out");

	/* Never lowered, and back to what it was. */
	s = splsched();
	mutex_spin_enter(&m_vm);
	program_check(level() == IPL_SCHED, "lowered to %d", level());
	mutex_spin_exit(&m_vm);
	program_check(level() == IPL_SCHED, "not back at %d", level());
	program_check(mutex_tryenter(&m_high) && level() == IPL_HIGH, "try");
	mutex_exit(&m_high);
	program_check(level() == IPL_SCHED, "after try: %d", level());
	splx(s);
}

static volatile u_int spin_held, spin_done;

static void
spin_holder(void *arg)
{
	mutex_spin_enter(&m_sched);
	spin_held = 1;
	spin_until(&spin_held, 2);
	crew_delay(20);
	spin_done = 1;
	mutex_spin_exit(&m_sched);
}

static void
spin_excludes(void)
{
	struct crew *l = crew_start(1, PRI_NONE, spin_holder, NULL);

	if (!comes_to(&spin_held, 1, "spin mutex"))
		return;
	program_check(mutex_owned(&m_sched), "mutex_owned by another CPU");
	program_check(!mutex_tryenter(&m_sched) && level() == IPL_NONE,
	    "try: level %d", level());
	spin_held = 2;
	mutex_enter(&m_sched);
	program_check(spin_done == 1, "two holders");
	mutex_exit(&m_sched);
	crew_join(l);
}

/* ---- adaptive ----------------------------------------------------------------- */

static kmutex_t m1, m2, m3;
static kcondvar_t cv;
static kmutex_t cv_mutex;
static volatile u_int l_has, l_may, done, order;
static lwp_t *volatile low, *volatile mid, *volatile high;

static void
types(void)
{
	static const int soft[] = { IPL_NONE, IPL_SOFTCLOCK, IPL_SOFTBIO,
		IPL_SOFTNET, IPL_SOFTSERIAL };
	kmutex_t m;
	u_int i;

	for (i = 0; i < __arraycount(soft); i++) {
		mutex_init(&m, i & 1 ? MUTEX_DRIVER : MUTEX_DEFAULT, soft[i]);
		mutex_enter(&m);
		program_check(level() == IPL_NONE && mutex_owned(&m) &&
			mutex_owner(&m) == curlwp,
		    "IPL %d is not adaptive", soft[i]);
		mutex_exit(&m);
		program_check(!mutex_owned(&m), "still owned");
		mutex_destroy(&m);
	}
}

/* Sleeps with the mutex held, so that nobody spins for it. */
static void
sleep_until(volatile u_int *flag, u_int n)
{
	mutex_enter(&cv_mutex);
	while (*flag < n)
		cv_wait(&cv, &cv_mutex);
	mutex_exit(&cv_mutex);
}

static void
go_on(volatile u_int *flag, u_int n)
{
	mutex_enter(&cv_mutex);
	*flag = n;
	cv_broadcast(&cv);
	mutex_exit(&cv_mutex);
}

#define PRI_LOW  (PRI_KTHREAD + 1)
#define PRI_MID  (PRI_KTHREAD + 5)
#define PRI_HIGH (PRI_KTHREAD + 9)

/* L has m1 and m3; M has m2 and waits for m1; H waits for m2. */
static void
inherit_low(void *arg)
{
	mutex_enter(&m3);
	mutex_enter(&m1);
	l_has = 1;
	sleep_until(&l_may, 1);
	program_check(prio_of(curlwp) == PRI_HIGH, "L runs at %d",
	    prio_of(curlwp));
	mutex_exit(&m1);
	program_check(prio_of(curlwp) == PRI_LOW && !borrows(curlwp),
	    "L keeps %d", prio_of(curlwp));
	mutex_exit(&m3);
	atomic_inc_uint(&done);
}

static void
inherit_mid(void *arg)
{
	mutex_enter(&m2);
	mutex_enter(&m1);
	program_check(prio_of(curlwp) == PRI_HIGH, "M has %d", prio_of(curlwp));
	mutex_exit(&m1);
	program_check(prio_of(curlwp) == PRI_HIGH, "M, still in m2, has %d",
	    prio_of(curlwp));
	program_check(order == 0, "H was first");
	mutex_exit(&m2);
	program_check(prio_of(curlwp) == PRI_MID && !borrows(curlwp),
	    "M keeps %d", prio_of(curlwp));
	atomic_inc_uint(&done);
}

static void
inherit_high(void *arg)
{
	mutex_enter(&m2);
	order = 1;
	mutex_exit(&m2);
	atomic_inc_uint(&done);
}

static void
inheritance(void)
{
	done = l_has = l_may = 0;
	low = lwp_start(1, PRI_LOW, inherit_low, NULL);
	if (!comes_to(&l_has, 1, "L") || !asleep_for(low, &cv, "L"))
		return;
	program_check(!borrows(low), "L borrows of nobody");
	mid = lwp_start(2, PRI_MID, inherit_mid, NULL);
	if (!asleep_for(mid, &m1, "M"))
		return;
	program_check(prio_of(low) == PRI_MID, "L has %d of M", prio_of(low));
	high = lwp_start(3, PRI_HIGH, inherit_high, NULL);
	if (!asleep_for(high, &m2, "H"))
		return;
	program_check(prio_of(mid) == PRI_HIGH, "M has %d of H", prio_of(mid));
	program_check(prio_of(low) == PRI_HIGH, "L has %d of H, by M",
	    prio_of(low));
	go_on(&l_may, 1);
	(void)comes_to(&done, 3, "inheritance");
}

/* Two lenders, of two mutexes: what the other one lends stays. */
static void
two_low(void *arg)
{
	mutex_enter(&m1);
	mutex_enter(&m2);
	l_has = 1;
	sleep_until(&l_may, 1);
	mutex_exit(&m2);
	program_check(prio_of(curlwp) == PRI_MID, "one lender left: %d",
	    prio_of(curlwp));
	mutex_exit(&m1);
	program_check(prio_of(curlwp) == PRI_LOW, "none left: %d",
	    prio_of(curlwp));
	atomic_inc_uint(&done);
}

static void
enter_exit(void *arg)
{
	kmutex_t *m = arg;

	mutex_enter(m);
	program_check(mutex_owner(m) == curlwp, "not the owner");
	mutex_exit(m);
	atomic_inc_uint(&done);
}

static void
two_lenders(void)
{
	done = l_has = l_may = 0;
	low = lwp_start(1, PRI_LOW, two_low, NULL);
	if (!comes_to(&l_has, 1, "L") || !asleep_for(low, &cv, "L"))
		return;
	/* In this order: nothing is lent to an owner who has more already. */
	mid = lwp_start(2, PRI_MID, enter_exit, &m1);
	if (!asleep_for(mid, &m1, "M"))
		return;
	high = lwp_start(3, PRI_HIGH, enter_exit, &m2);
	if (!asleep_for(high, &m2, "H"))
		return;
	program_check(prio_of(low) == PRI_HIGH, "L has %d", prio_of(low));
	program_check(!mutex_tryenter(&m1), "try takes what is owned");
	go_on(&l_may, 1);
	(void)comes_to(&done, 3, "two lenders");
}

/* The owner runs: the waiter does, too; it is on no queue. */
static volatile u_int spun_has, spun_go;

static void
runs_with_it(void *arg)
{
	mutex_enter(&m3);
	spun_has = 1;
	spin_until(&spun_go, 1);
	mutex_exit(&m3);
	atomic_inc_uint(&done);
}

static void
waiter_spins(void)
{
	lwp_t *w;
	int i;

	done = 0;
	(void)lwp_start(1, PRI_NONE, runs_with_it, NULL);
	if (!comes_to(&spun_has, 1, "owner"))
		return;
	w = lwp_start(2, PRI_NONE, enter_exit, &m3);
	crew_tick();
	for (i = 0; i < 100; i++) {
		crew_delay(1);
		if (*(wchan_t volatile *)&w->l_wchan == &m3)
			break;
	}
	program_check(i == 100, "a waiter sleeps though the owner runs");
	spun_go = 1;
	(void)comes_to(&done, 2, "waiter");
}

/* ------------------------------------------------------------------------------ */

static void
mutexes(void)
{
	mutex_init(&m_vm, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&m_sched, MUTEX_DRIVER, IPL_SCHED);
	mutex_init(&m_high, MUTEX_DEFAULT, IPL_HIGH);
	mutex_init(&m1, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&m2, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&m3, MUTEX_DEFAULT, IPL_SOFTNET);
	mutex_init(&cv_mutex, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "mutex");

	spin_levels();
	spin_excludes();
	types();
	inheritance();
	two_lenders();
	waiter_spins();
}

static int
mutex_main(void)
{
	return direct(mutexes);
}

PROGRAM(mutex, "mutexes: levels, owners, priorities lent by two", mutex_main);
