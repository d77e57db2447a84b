/*
 * klock.c: KERNEL_LOCK.  Recursion, per CPU over LWP, softint and interrupt; it
 * excludes other CPUs; it is given up by who sleeps; ci_biglock_wanted.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <lockprog.h>
#include <probe.h>
#include <program.h>

#define PIN 3

static u_int
cpu_count(void)
{
	return *(volatile u_int *)&curcpu()->ci_biglock_count;
}

/* ---- recursion -------------------------------------------------------------- */

static volatile u_int in_softint, in_intr;
static volatile u_int softint_cpu_count, softint_lwp_count;
static volatile u_int intr_cpu_count, intr_lwp_count;
static volatile bool softint_same_lwp, intr_same_lwp;
static lwp_t *volatile holder;

static void
count_in_softint(void *arg)
{
	softint_cpu_count = cpu_count();
	softint_lwp_count = curlwp->l_blcnt;
	softint_same_lwp = curlwp == holder;
	in_softint++;
}

static int
count_in_intr(void *arg)
{
	intr_cpu_count = cpu_count();
	intr_lwp_count = curlwp->l_blcnt;
	intr_same_lwp = curlwp == holder;
	in_intr++;
	return 1;
}

/* On CPU 0, where the probe interrupts. */
static void
recursion(void *cookie)
{
	int n = -1;

	holder = curlwp;
	KERNEL_LOCK(1, NULL);
	program_check(cpu_count() == 1 && curlwp->l_blcnt == 1, "taken once");
	KERNEL_LOCK(2, NULL);
	program_check(cpu_count() == 3 && curlwp->l_blcnt == 3, "and twice");
	program_check(KERNEL_LOCKED_P(), "KERNEL_LOCKED_P");

	/* A softint that wants it: it counts in its own LWP. */
	kpreempt_disable();
	softint_schedule(cookie);
	kpreempt_enable();
	program_check(crew_spin(&in_softint, 1, STALLED), "no softint");
	program_check(softint_cpu_count == 4 && softint_lwp_count == 1 &&
		!softint_same_lwp,
	    "softint: CPU %u LWP %u", softint_cpu_count, softint_lwp_count);

	/* An interrupt: in the interrupted one. */
	probe_assert(PIN);
	program_check(crew_spin(&in_intr, 1, STALLED), "no interrupt");
	program_check(intr_cpu_count == 4 && intr_lwp_count == 4 &&
		intr_same_lwp,
	    "interrupt: CPU %u LWP %u", intr_cpu_count, intr_lwp_count);
	program_check(cpu_count() == 3 && curlwp->l_blcnt == 3, "still three");

	KERNEL_UNLOCK_ONE(NULL);
	program_check(cpu_count() == 2, "one less");
	KERNEL_UNLOCK_ALL(NULL, &n);
	program_check(n == 2 && cpu_count() == 0 && curlwp->l_blcnt == 0,
	    "all: %d", n);
	KERNEL_UNLOCK_ALL(NULL, &n);
	program_check(n == 0, "none: %d", n);
}

/* ---- other CPUs ------------------------------------------------------------- */

static volatile u_int excluded, unguarded;
#define ROUNDS 300

static void
count_unguarded(void *arg)
{
	u_int i, v;

	for (i = 0; i < ROUNDS; i++) {
		KERNEL_LOCK(1, NULL);
		v = unguarded;
		crew_delay(0);
		unguarded = v + 1;
		KERNEL_UNLOCK_LAST(NULL);
	}
	atomic_inc_uint(&excluded);
}

static void
exclusion(void)
{
	u_int i;

	for (i = 0; i < 7; i++)
		(void)lwp_start(i, PRI_NONE, count_unguarded, NULL);
	if (comes_to(&excluded, 7, "exclusion"))
		program_check(unguarded == 7 * ROUNDS, "%u of %u", unguarded,
		    7 * ROUNDS);
}

/* ---- sleep ------------------------------------------------------------------ */

static kmutex_t sleep_mutex;
static kcondvar_t sleep_cv;
static volatile u_int slept_with, entered, awake, may_wake, done;

static void
sleeper(void *arg)
{
	KERNEL_LOCK(2, NULL);
	mutex_enter(&sleep_mutex);
	slept_with = 1;
	while (!may_wake)
		cv_wait(&sleep_cv, &sleep_mutex);
	program_check(curlwp->l_blcnt == 2 && cpu_count() == 2,
	    "as before: %u, %u", curlwp->l_blcnt, cpu_count());
	awake = 1;
	mutex_exit(&sleep_mutex);
	KERNEL_UNLOCK_ALL(NULL, NULL);
	atomic_inc_uint(&done);
}

static void
enterer(void *arg)
{
	KERNEL_LOCK(1, NULL);
	entered = 1;
	program_check(!awake, "entered after the sleep");
	mutex_enter(&sleep_mutex);
	may_wake = 1;
	cv_signal(&sleep_cv);
	mutex_exit(&sleep_mutex);

	/* He cannot have it again before we let go. */
	crew_delay(100);
	program_check(!awake, "two holders");
	KERNEL_UNLOCK_ONE(NULL);
	atomic_inc_uint(&done);
}

static void
given_up(void)
{
	lwp_t *l;

	mutex_init(&sleep_mutex, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&sleep_cv, "klock");
	l = lwp_start(1, PRI_NONE, sleeper, NULL);
	if (!asleep_for(l, &sleep_cv, "cv_wait with KERNEL_LOCK"))
		return;
	(void)lwp_start(2, PRI_NONE, enterer, NULL);
	(void)comes_to(&done, 2, "given up in cv_wait");
}

/* In mutex_enter, too: the owner of the mutex sleeps, and wants KERNEL_LOCK. */
static volatile u_int has_mutex, blocked;

static void
mutex_holder(void *arg)
{
	mutex_enter(&sleep_mutex);
	has_mutex = 1;
	while (!blocked)
		(void)kpause("klock", false, 1, NULL);
	KERNEL_LOCK(1, NULL);
	KERNEL_UNLOCK_ONE(NULL);
	mutex_exit(&sleep_mutex);
	atomic_inc_uint(&done);
}

static void
mutex_waiter(void *arg)
{
	KERNEL_LOCK(1, NULL);
	mutex_enter(&sleep_mutex);
	program_check(curlwp->l_blcnt == 1, "mutex_enter: %u", curlwp->l_blcnt);
	mutex_exit(&sleep_mutex);
	KERNEL_UNLOCK_ONE(NULL);
	atomic_inc_uint(&done);
}

static void
given_up_for_mutex(void)
{
	lwp_t *l;

	done = 0;
	(void)lwp_start(1, PRI_NONE, mutex_holder, NULL);
	if (!comes_to(&has_mutex, 1, "mutex"))
		return;
	l = lwp_start(2, PRI_NONE, mutex_waiter, NULL);
	if (!asleep_for(l, &sleep_mutex, "mutex_enter with KERNEL_LOCK"))
		return;
	blocked = 1;
	(void)comes_to(&done, 2, "given up in mutex_enter");
}

/* ---- ci_biglock_wanted: the drawing in kern_lock.c --------------------------- */

static kmutex_t a_mutex;
static volatile u_int a_has, in_handler, handler_got, b_again;
static volatile bool by_softint;
static lwp_t *volatile a;

static void
handler(void)
{
	in_handler = 1;
	KERNEL_LOCK(1, NULL); /* b has it */
	KERNEL_UNLOCK_ONE(NULL);
	handler_got = 1;
	spin_until(&b_again, 1);
}

static int
wanted_intr(void *arg)
{
	handler();
	return 1;
}

static void
wanted_softint(void *arg)
{
	handler();
}

static void
wanted_a(void *arg)
{
	mutex_enter(&a_mutex);
	a = curlwp;
	a_has = 1;
	spin_until(&a_has, 2);
	KERNEL_LOCK(1, NULL);
	KERNEL_UNLOCK_ONE(NULL);
	mutex_exit(&a_mutex);
	atomic_inc_uint(&done);
}

static void
wanted_b(void *cookie)
{
	struct cpu_info *ci = cpu_lookup(0);

	KERNEL_LOCK(1, NULL);
	spin_until(&a_has, 1);
	a_has = 2;
	while (*(lwp_t *volatile *)&ci->ci_biglock_wanted != a)
		x86_pause();

	/* Another wait, within a's, on a's CPU. */
	if (by_softint) {
		kpreempt_disable();
		softint_schedule_cpu(cookie, ci);
		kpreempt_enable();
	} else {
		probe_assert(PIN);
	}
	spin_until(&in_handler, 1);
	crew_delay(5);
	KERNEL_UNLOCK_ONE(NULL);
	spin_until(&handler_got, 1);

	/* Out of it; a is still interrupted, and wants it. */
	KERNEL_LOCK(1, NULL);
	program_check(*(lwp_t *volatile *)&ci->ci_biglock_wanted == a,
	    "%s: the outer wait is forgotten",
	    by_softint ? "softint" : "interrupt");
	b_again = 1;
	mutex_enter(&a_mutex); /* must not spin for a */
	mutex_exit(&a_mutex);
	KERNEL_UNLOCK_ONE(NULL);
	atomic_inc_uint(&done);
}

static void
wanted(void *cookie, bool soft)
{
	done = a_has = in_handler = handler_got = b_again = 0;
	by_softint = soft;
	(void)lwp_start(0, PRI_NONE, wanted_a, NULL);
	(void)lwp_start(1, PRI_NONE, wanted_b, cookie);
	(void)comes_to(&done, 2,
	    soft ? "softint in a wait" : "interrupt in a wait");
}

/* ------------------------------------------------------------------------------ */

static void
klock(void)
{
	void *cookie, *rcookie;
	struct intrhand *ih;

	cookie = softint_establish(SOFTINT_NET, count_in_softint, NULL);
	ih = probe_establish(PIN, IPL_VM, count_in_intr, NULL, false);
	crew_join(crew_start(0, PRI_NONE, recursion, cookie));
	intr_disestablish(ih);
	softint_disestablish(cookie);

	exclusion();
	given_up();
	given_up_for_mutex();

	rcookie = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE | SOFTINT_RCPU,
	    wanted_softint, NULL);
	mutex_init(&a_mutex, MUTEX_DEFAULT, IPL_NONE);
	(void)probe_establish(PIN, IPL_VM, wanted_intr, NULL, true);
	wanted(rcookie, true);
	wanted(NULL, false);
}

static int
klock_main(void)
{
	return direct(klock);
}

PROGRAM(klock, "KERNEL_LOCK: recursion, exclusion, sleep, waits within waits",
    klock_main);
