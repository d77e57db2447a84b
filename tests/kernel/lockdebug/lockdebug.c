/*
 * lockdebug.c: what LOCKDEBUG notices, case by case: boot property case=NAME.
 * Each ends in a panic; tests/kernel/lockdebug_test.sh has the texts.  Many
 * would go unnoticed without LOCKDEBUG, for the time being.
 */
#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lockdebug.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

#include <crew.h>
#include <lockprog.h>
#include <probe.h>
#include <program.h>

static kmutex_t m, other, spin, never; /* never initialised */
static krwlock_t rw, rw_never;
static kcondvar_t cv;
static volatile u_int ready;

/* ---- which are no locks, or no more ----------------------------------------- */

static void
never_enter(void)
{
	mutex_enter(&never);
}

static void
never_exit(void)
{
	mutex_exit(&never);
}

static void
never_rw(void)
{
	rw_enter(&rw_never, RW_READER);
}

static void
never_destroy(void)
{
	mutex_destroy(&never);
}

static void
gone_enter(void)
{
	mutex_destroy(&m);
	mutex_enter(&m);
}

static void
gone_rw(void)
{
	rw_destroy(&rw);
	rw_enter(&rw, RW_READER);
}

static void
init_twice(void)
{
	mutex_init(&m, MUTEX_DEFAULT, IPL_NONE);
}

static void
freed(void)
{
	kmutex_t *p = kmem_alloc(256, KM_SLEEP);

	mutex_init(p + 1, MUTEX_DEFAULT, IPL_NONE);
	kmem_free(p, 256);
}

static void
freed_held(void)
{
	mutex_enter(&m);
	LOCKDEBUG_FREE(true, &m);
}

/* ---- taken twice, given back by others ------------------------------------------ */

static void
self(void)
{
	mutex_enter(&m);
	mutex_enter(&m);
}

static void
self_spin(void)
{
	mutex_enter(&spin);
	mutex_enter(&spin);
}

static void
self_rw(void)
{
	rw_enter(&rw, RW_WRITER);
	rw_enter(&rw, RW_READER);
}

static void
unheld(void)
{
	mutex_exit(&m);
}

static void
unheld_rw(void)
{
	rw_exit(&rw);
}

static void
unheld_spin(void)
{
	mutex_exit(&spin);
}

/* On another CPU, for ever. */
static void
holds(void *arg)
{
	mutex_enter(arg);
	ready = 1;
	for (;;)
		continue;
}

static void
not_mine(kmutex_t *mtx)
{
	(void)lwp_start(1, PRI_NONE, holds, mtx);
	(void)crew_await(&ready, 1, STALLED);
	mutex_exit(mtx);
}

static void
other_lwp(void)
{
	not_mine(&m);
}

static void
other_cpu(void)
{
	not_mine(&spin);
}

/* ---- where none may be held, or taken --------------------------------------------- */

static void
sleep_spin(void)
{
	mutex_enter(&spin);
	(void)kpause("lockdebug", false, 1, NULL);
}

static void
sleepable_spin(void)
{
	KERNEL_LOCK(1, NULL);
	assert_sleepable();
	KERNEL_UNLOCK_ONE(NULL);
	mutex_enter(&spin);
	assert_sleepable();
	mutex_exit(&spin);
}

static int
takes(void *arg)
{
	mutex_enter(&m);
	mutex_exit(&m);
	return 1;
}

static void
intr(void)
{
	(void)probe_establish(0, IPL_VM, takes, NULL, true);
	probe_assert(0);
	crew_delay(50);
}

static void
keeps(void *arg)
{
	mutex_enter(&m);
}

static void
softint(void)
{
	void *sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, keeps,
	    NULL);

	kpreempt_disable();
	softint_schedule(sih);
	kpreempt_enable();
	crew_delay(50);
}

static void
ends_with_mutex(void *arg)
{
	mutex_enter(&m);
	kthread_exit(0);
}

static void
ends_as_reader(void *arg)
{
	rw_enter(&rw, RW_READER);
	kthread_exit(0);
}

static void
ends(void (*fn)(void *))
{
	(void)kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, fn, NULL, NULL,
	    "ends");
	(void)kpause("lockdebug", false, 2, NULL);
}

static void
exit_mutex(void)
{
	ends(ends_with_mutex);
}

static void
exit_reader(void)
{
	ends(ends_as_reader);
}

/* ---- condition variables ------------------------------------------------------------ */

static void
waits(void *arg)
{
	mutex_enter(&m);
	ready = 1;
	cv_wait(&cv, &m);
	mutex_exit(&m);
}

static void
one_waits(void)
{
	(void)lwp_start(1, PRI_NONE, waits, NULL);
	(void)crew_await(&ready, 1, STALLED);
	(void)kpause("lockdebug", false, 1, NULL);
}

static void
cv_two(void)
{
	one_waits();
	mutex_enter(&other);
	cv_wait(&cv, &other);
}

static void
cv_alone(void)
{
	one_waits();
	cv_signal(&cv);
}

/* ---- what locks tell LOCKDEBUG, told without the lock's own assertions ------------- */

static void
told_free(void)
{
	LOCKDEBUG_UNLOCKED(true, &m, 0, 0);
}

static void
told_twice(void)
{
	mutex_enter(&m);
	LOCKDEBUG_LOCKED(true, &m, NULL, 0, 0);
}

static void
told_by_other(void)
{
	(void)lwp_start(1, PRI_NONE, holds, &m);
	(void)crew_await(&ready, 1, STALLED);
	LOCKDEBUG_UNLOCKED(true, &m, 0, 0);
}

static void
told_other_reader(void)
{
	static krwlock_t second;

	rw_init(&second);
	rw_enter(&second, RW_READER);
	LOCKDEBUG_UNLOCKED(true, &rw, 0, 1);
}

static void
told_no_waiter(void)
{
	LOCKDEBUG_UNLOCKED(true, &cv, 0, 0);
}

static int
tells(void *arg)
{
	LOCKDEBUG_WANTLOCK(true, &m, 0, false);
	return 1;
}

static void
told_in_intr(void)
{
	(void)probe_establish(0, IPL_VM, tells, NULL, true);
	probe_assert(0);
	crew_delay(50);
}

/*
 * The locks held, of which a panic tells: by us, a mutex and a reader; not a
 * mutex that is free, nor a condition variable that is waited for.
 */
static void
held(void)
{
	one_waits();
	mutex_enter(&other);
	rw_enter(&rw, RW_READER);
	panic("held: %#018lx %#018lx not: %#018lx %#018lx", (long)&other,
	    (long)&rw, (long)&m, (long)&cv);
}

/* What is right is let pass. */
static void
fine(void)
{
	one_waits();
	mutex_enter(&m);
	rw_enter(&rw, RW_WRITER);
	mutex_enter(&spin);
	mutex_exit(&spin);
	cv_signal(&cv);
	rw_downgrade(&rw);
	mutex_exit(&m);
	rw_exit(&rw);
	(void)kpause("lockdebug", false, 2, NULL);
	rw_destroy(&rw);
	rw_init(&rw);
	rw_enter(&rw, RW_READER);
	rw_exit(&rw);
	mutex_destroy(&other);
}

/* clang-format off */
static const struct {
	const char *name;
	void (*fn)(void);
} cases[] = {
	{ "fine", fine },
	{ "never_enter", never_enter },
	{ "never_exit", never_exit },
	{ "never_rw", never_rw },
	{ "never_destroy", never_destroy },
	{ "gone_enter", gone_enter },
	{ "gone_rw", gone_rw },
	{ "init_twice", init_twice },
	{ "freed", freed },
	{ "freed_held", freed_held },
	{ "self", self },
	{ "self_spin", self_spin },
	{ "self_rw", self_rw },
	{ "unheld", unheld },
	{ "unheld_rw", unheld_rw },
	{ "other_lwp", other_lwp },
	{ "other_cpu", other_cpu },
	{ "sleep_spin", sleep_spin },
	{ "sleepable_spin", sleepable_spin },
	{ "intr", intr },
	{ "softint", softint },
	{ "exit_mutex", exit_mutex },
	{ "exit_reader", exit_reader },
	{ "cv_two", cv_two },
	{ "cv_alone", cv_alone },
	{ "unheld_spin", unheld_spin },
	{ "told_free", told_free },
	{ "told_twice", told_twice },
	{ "told_by_other", told_by_other },
	{ "told_in_intr", told_in_intr },
	{ "told_other_reader", told_other_reader },
	{ "told_no_waiter", told_no_waiter },
	{ "held", held },
};
/* clang-format on */

static void
lockdebug_main(void)
{
	const char *name = program_arg_string("case", "fine");

	mutex_init(&m, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&other, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&spin, MUTEX_DEFAULT, IPL_VM);
	rw_init(&rw);
	cv_init(&cv, "lockdebug");
	for (u_int i = 0; i < __arraycount(cases); i++)
		if (strcmp(cases[i].name, name) == 0) {
			(*cases[i].fn)();
			if (i != 0)
				program_check(false, "no panic");
			return;
		}
	program_check(false, "no case %s", name);
}

static int
lockdebug_prog(void)
{
	return crew_main(lockdebug_main);
}

PROGRAM(lockdebug, "what LOCKDEBUG notices", lockdebug_prog);
