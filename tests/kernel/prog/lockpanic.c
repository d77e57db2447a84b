/*
 * lockpanic.c: what must not be done with locks.  Each program does one thing
 * and ends in a panic, whose text tests/kernel/locks_test.sh knows.
 */
#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

#include <crew.h>
#include <lockprog.h>
#include <probe.h>
#include <program.h>

static kmutex_t m, spin;
static krwlock_t rw;
static kcondvar_t cv;
static volatile u_int held;

static void
init(void)
{
	mutex_init(&m, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&spin, MUTEX_DEFAULT, IPL_VM);
	rw_init(&rw);
	cv_init(&cv, "lockpanic");
}

/* It has not panicked. */
static int
survived(void)
{
	program_check(false, "no panic");
	return 1;
}

static int
self_main(void)
{
	init();
	mutex_enter(&m);
	mutex_enter(&m);
	return survived();
}
PROGRAM(p_mutex_self, "mutex_enter of one's own mutex", self_main);

static int
unheld_main(void)
{
	init();
	mutex_exit(&m);
	return survived();
}
PROGRAM(p_mutex_unheld, "mutex_exit of a mutex that is free", unheld_main);

static int
spin_unheld_main(void)
{
	init();
	mutex_spin_exit(&spin);
	return survived();
}
PROGRAM(p_spin_unheld, "mutex_spin_exit of a mutex that is free",
    spin_unheld_main);

static int
destroy_main(void)
{
	init();
	mutex_enter(&m);
	mutex_destroy(&m);
	return survived();
}
PROGRAM(p_mutex_destroy, "mutex_destroy of a mutex that is held", destroy_main);

static int
rw_self_main(void)
{
	init();
	rw_enter(&rw, RW_WRITER);
	rw_enter(&rw, RW_READER);
	return survived();
}
PROGRAM(p_rw_self, "rw_enter of one's own lock", rw_self_main);

static int
rw_unheld_main(void)
{
	init();
	rw_exit(&rw);
	return survived();
}
PROGRAM(p_rw_unheld, "rw_exit of a lock that is free", rw_unheld_main);

static int
cv_unheld_main(void)
{
	init();
	cv_wait(&cv, &m);
	return survived();
}
PROGRAM(p_cv_unheld, "cv_wait without its mutex", cv_unheld_main);

/* ---- with a spin mutex held, and in a hard interrupt -------------------------- */

static int
spin_sleep_main(void)
{
	init();
	mutex_enter(&spin);
	(void)kpause("lockpanic", false, 1, NULL);
	return survived();
}
PROGRAM(p_spin_sleep, "sleep with a spin mutex", spin_sleep_main);

static void
holds(void *arg)
{
	mutex_enter(&m);
	rw_enter(&rw, RW_WRITER);
	held = 1;
	for (;;)
		(void)kpause("lockpanic", false, 1000, NULL);
}

static int
intr_mutex(void *arg)
{
	mutex_enter(&m);
	return 1;
}

static int
intr_rw(void *arg)
{
	rw_enter(&rw, RW_READER);
	return 1;
}

static int
intr_sleep(void *arg)
{
	assert_sleepable();
	return 1;
}

static int
interrupt(int (*fn)(void *))
{
	init();
	(void)lwp_start(1, PRI_NONE, holds, NULL);
	(void)crew_await(&held, 1, STALLED);
	(void)probe_establish(1, IPL_VM, fn, NULL, true);
	probe_assert(1);
	(void)kpause("lockpanic", false, 2, NULL);
	return survived();
}

static int
intr_mutex_main(void)
{
	return interrupt(intr_mutex);
}
PROGRAM(p_intr_mutex, "a mutex to wait for, in a hard interrupt",
    intr_mutex_main);

static int
intr_rw_main(void)
{
	return interrupt(intr_rw);
}
PROGRAM(p_intr_rw, "a rwlock to wait for, in a hard interrupt", intr_rw_main);

static int
intr_sleep_main(void)
{
	return interrupt(intr_sleep);
}
PROGRAM(p_intr_sleep, "what may sleep, in a hard interrupt", intr_sleep_main);
