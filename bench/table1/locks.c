/*
 * locks.c: cases of Table 1: KERNEL_LOCK, mutexes, rwlock.
 */
#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

#include <facility.h>
#include <program.h>

/* Programs that are the shared ones for one facility. */
#define CASE(name, call)       \
	static void name(void) \
	{                      \
		call;          \
	}
/* clang-format off */
CASE(kl_mp, t1_exclusive(&f_kernel_lock))
CASE(kl_mp_not, t1_not_exclusive(&f_kernel_lock))
CASE(kl_call_spin, t1_call(&f_kernel_lock, &f_spin))
CASE(kl_call_adaptive, t1_call(&f_kernel_lock, &f_adaptive))
CASE(kl_call_rwlock, t1_call(&f_kernel_lock, &f_rwlock))
CASE(kl_call_kl, t1_call(&f_kernel_lock, &f_kernel_lock))
CASE(spin_mp, t1_exclusive(&f_spin))
CASE(spin_mp_not, t1_not_exclusive(&f_spin))
CASE(spin_call_spin, t1_call(&f_spin, &f_spin2))
CASE(spin_call_adaptive, t1_call(&f_spin, &f_adaptive))
CASE(spin_call_rwlock, t1_call(&f_spin, &f_rwlock))
CASE(spin_call_kl, t1_call(&f_spin, &f_kernel_lock))
CASE(ad_mp, t1_exclusive(&f_adaptive))
CASE(ad_mp_not, t1_not_exclusive(&f_adaptive))
CASE(ad_hw, t1_hw_interrupt(&f_adaptive))
CASE(ad_softint, t1_softint(&f_adaptive))
CASE(ad_sleep, t1_sleeps(&f_adaptive))
CASE(ad_sleep_not, t1_sleeps_for_event(&f_adaptive))
CASE(ad_call_spin, t1_call(&f_adaptive, &f_spin))
CASE(ad_call_adaptive, t1_call(&f_adaptive, &f_adaptive2))
CASE(ad_call_rwlock, t1_call(&f_adaptive, &f_rwlock))
CASE(ad_call_kl, t1_call(&f_adaptive, &f_kernel_lock))
CASE(rw_mp, t1_exclusive(&f_rwlock))
CASE(rw_mp_not, t1_not_exclusive(&f_rwlock))
CASE(rw_hw, t1_hw_interrupt(&f_rwlock))
CASE(rw_softint, t1_softint(&f_rwlock))
CASE(rw_sleep, t1_sleeps(&f_rwlock))
CASE(rw_sleep_not, t1_sleeps_for_event(&f_rwlock))
CASE(rw_call_spin, t1_call(&f_rwlock, &f_spin))
CASE(rw_call_adaptive, t1_call(&f_rwlock, &f_adaptive))
CASE(rw_call_rwlock, t1_call(&f_rwlock, &f_rwlock2))
CASE(rw_call_kl, t1_call(&f_rwlock, &f_kernel_lock))
/* clang-format on */

/* ---- two locks in both orders ------------------------------------------------- */

static const struct facility *first, *second;

static void
take_both(const struct facility *f, const struct facility *g)
{
	f->f_enter();
	t1_delay(256);
	g->f_enter();
	t1_count();
	g->f_exit();
	f->f_exit();
}

static void
in_order(unsigned round)
{
	take_both(first, second);
}

static void
against_it(unsigned round)
{
	take_both(second, first);
}

/*
 * Anything may be called inside, but always in the same order.  Sooner or later:
 *
 *	CPU 0			CPU 1
 *	enter(f)
 *				enter(g)
 *	enter(g) ...		enter(f) ...
 */
static void
both_orders(const struct facility *f, const struct facility *g)
{
	facility_init();
	first = f;
	second = g;
	t1_duet(in_order, against_it);
}
CASE(kl_call_not, both_orders(&f_kernel_lock, &f_spin))
CASE(ad_call_not, both_orders(&f_adaptive, &f_adaptive2))
CASE(rw_call_not, both_orders(&f_rwlock, &f_rwlock2))

/* ---- KERNEL_LOCK ------------------------------------------------------------ */

static volatile uint64_t guarded;

static void
take_big_lock(void)
{
	KERNEL_LOCK(1, NULL);
	t1_count();
	KERNEL_UNLOCK_ONE(NULL);
	guarded++;
}

static int intr_ipl;

static void
spin_and_raise(unsigned round)
{
	mutex_enter(&t1_spin_mutex);
	t1_intr(intr_ipl);
	t1_delay(256); /* longer than the message is under way */
	mutex_exit(&t1_spin_mutex);
}

static void
big_then_spin(unsigned round)
{
	KERNEL_LOCK(1, NULL);
	mutex_enter(&t1_spin_mutex);
	t1_count();
	mutex_exit(&t1_spin_mutex);
	KERNEL_UNLOCK_ONE(NULL);
}

/*
 * A handler at IPL_VM waits for the big lock; its CPU is not in a spin mutex
 * of that level then.  One above IPL_VM comes in spite of the mutex:
 *
 *	CPU 0				CPU 1
 *	mutex_enter(m)
 *					KERNEL_LOCK
 *	interrupt: KERNEL_LOCK ...	mutex_enter(m) ...
 */
static void
kl_handler(int ipl)
{
	facility_init();
	guarded = 0;
	intr_ipl = ipl;
	t1_intr_set(ipl, take_big_lock);
	t1_duet(spin_and_raise, big_then_spin);
	(void)kpause("t1intr", false, 2, NULL);
	t1_interrupted(guarded);
	t1_counted(t1_rounds + guarded);
}
CASE(kl_hw, kl_handler(IPL_VM))
CASE(kl_hw_not, kl_handler(IPL_SCHED))

static volatile bool trusts;

static void
hold_and_sleep(unsigned round)
{
	uint64_t v;

	KERNEL_LOCK(2, NULL);
	v = guarded;
	t1_event_wait(); /* its sender is inside meanwhile */
	if (!KERNEL_LOCKED_P())
		t1_observe("not held after the sleep");
	if (trusts && guarded != v)
		t1_observe("another came in during the sleep");
	KERNEL_UNLOCK_ONE(NULL);
	if (!KERNEL_LOCKED_P())
		t1_observe("recursion lost by the sleep");
	KERNEL_UNLOCK_ONE(NULL);
}

static void
enter_and_wake(unsigned round)
{
	KERNEL_LOCK(1, NULL);
	guarded++;
	t1_event_signal();
	KERNEL_UNLOCK_ONE(NULL);
}

static void
kl_sleeps(bool trust)
{
	facility_init();
	trusts = trust;
	t1_duet(hold_and_sleep, enter_and_wake);
}
CASE(kl_sleep, kl_sleeps(false))
CASE(kl_sleep_not, kl_sleeps(true))

static void
recurse(unsigned round)
{
	KERNEL_LOCK(1, NULL);
	KERNEL_LOCK(2, NULL);
	t1_count();
	KERNEL_UNLOCK_ONE(NULL);
	KERNEL_UNLOCK_ONE(NULL);
	KERNEL_UNLOCK_ONE(NULL);
	if (curlwp->l_blcnt != 0)
		t1_observe("held after the last release");
}

static void
kl_reentrant(void)
{
	facility_init();
	t1_duet(recurse, recurse);
	t1_counted(2 * t1_rounds);
}

static void
release_twice(unsigned round)
{
	KERNEL_LOCK(1, NULL);
	KERNEL_UNLOCK_ONE(NULL);
	KERNEL_UNLOCK_ONE(NULL);
}

/* As often as it was taken, and no oftener. */
static void
kl_reentrant_not(void)
{
	facility_init();
	t1_duet(release_twice, NULL);
}

const struct t1_case t1_kernel_lock[] = {
	{ "kernel_lock.usable_on_MP", "use", NULL, kl_mp },
	{ "kernel_lock.usable_on_MP", "counter", NULL, kl_mp_not },
	{ "kernel_lock.hw_interrupt", "use", NULL, kl_hw },
	{ "kernel_lock.hw_interrupt", "counter", NULL, kl_hw_not },
	{ "kernel_lock.sleep_or_block", "use", NULL, kl_sleep },
	{ "kernel_lock.sleep_or_block", "counter", NULL, kl_sleep_not },
	{ "kernel_lock.reentrant", "use", NULL, kl_reentrant },
	{ "kernel_lock.reentrant", "counter", "nlocks", kl_reentrant_not },
	{ "kernel_lock.callable_facilities", "mutex_spin", NULL, kl_call_spin },
	{ "kernel_lock.callable_facilities", "mutex_adaptive", NULL,
	    kl_call_adaptive },
	{ "kernel_lock.callable_facilities", "rwlock", NULL, kl_call_rwlock },
	{ "kernel_lock.callable_facilities", "kernel_lock", NULL, kl_call_kl },
	{ "kernel_lock.callable_facilities", "counter", NULL, kl_call_not },
	{ NULL, NULL, NULL, NULL },
};

/* ---- spin mutex ----------------------------------------------------------------- */

static void
spin_in_handler(void)
{
	mutex_enter(&t1_spin_mutex);
	t1_count();
	mutex_exit(&t1_spin_mutex);
	guarded++;
}

static void
count_and_raise(unsigned round)
{
	mutex_enter(&t1_spin_mutex);
	t1_intr(intr_ipl);
	t1_count();
	mutex_exit(&t1_spin_mutex);
}

static void
count_spin(unsigned round)
{
	mutex_enter(&t1_spin_mutex);
	t1_count();
	mutex_exit(&t1_spin_mutex);
}

/* The mutex is of IPL_VM: it keeps handlers of that level off its holder. */
static void
spin_handler(int ipl)
{
	facility_init();
	guarded = 0;
	intr_ipl = ipl;
	t1_intr_set(ipl, spin_in_handler);
	t1_duet(count_and_raise, count_spin);
	(void)kpause("t1intr", false, 2, NULL);
	t1_interrupted(guarded);
	t1_counted(2 * t1_rounds + guarded);
}
CASE(spin_hw, spin_handler(IPL_VM))
CASE(spin_hw_not, spin_handler(IPL_SCHED))

static void
sleep_in_spin(unsigned round)
{
	mutex_enter(&t1_spin_mutex);
	(void)kpause("t1spin", false, 1, NULL);
	mutex_exit(&t1_spin_mutex);
}

static void
spin_sleep(void)
{
	facility_init();
	t1_duet(sleep_in_spin, count_spin);
}

static kcondvar_t spin_cv;
static u_int spin_event;

static void
spin_wait(unsigned round)
{
	mutex_enter(&t1_spin_mutex);
	while (spin_event == 0)
		cv_wait(&spin_cv, &t1_spin_mutex);
	spin_event--;
	t1_count();
	mutex_exit(&t1_spin_mutex);
}

static void
spin_signal(unsigned round)
{
	mutex_enter(&t1_spin_mutex);
	spin_event++;
	t1_count();
	cv_signal(&spin_cv);
	mutex_exit(&t1_spin_mutex);
}

/* The exception: cv_wait lets go of its interlock. */
static void
spin_sleep_not(void)
{
	facility_init();
	cv_init(&spin_cv, "t1spin");
	t1_duet(spin_wait, spin_signal);
	t1_counted(2 * t1_rounds);
}

static void
spin_twice(unsigned round)
{
	mutex_enter(&t1_spin_mutex);
	mutex_enter(&t1_spin_mutex);
	mutex_exit(&t1_spin_mutex);
	mutex_exit(&t1_spin_mutex);
}

static void
spin_reentrant(void)
{
	facility_init();
	t1_duet(spin_twice, NULL);
}

static void
spin_nested(unsigned round)
{
	f_spin.f_enter();
	f_spin2.f_enter();
	t1_count();
	f_spin.f_exit();
	f_spin2.f_exit();
	if (curcpu()->ci_ilevel != IPL_NONE)
		t1_observe("level %d after the last exit", curcpu()->ci_ilevel);
}

static void
spin_reentrant_not(void)
{
	facility_init();
	t1_duet(spin_nested, spin_nested);
	t1_counted(2 * t1_rounds);
}

const struct t1_case t1_spin[] = {
	{ "mutex_spin.usable_on_MP", "use", NULL, spin_mp },
	{ "mutex_spin.usable_on_MP", "counter", NULL, spin_mp_not },
	{ "mutex_spin.hw_interrupt", "use", NULL, spin_hw },
	{ "mutex_spin.hw_interrupt", "counter", NULL, spin_hw_not },
	{ "mutex_spin.sleep_or_block", "use", "ci_mtx_count", spin_sleep },
	{ "mutex_spin.sleep_or_block", "counter", NULL, spin_sleep_not },
	{ "mutex_spin.reentrant", "use", "locking against myself",
	    spin_reentrant },
	{ "mutex_spin.reentrant", "counter", NULL, spin_reentrant_not },
	{ "mutex_spin.callable_facilities", "mutex_spin", NULL,
	    spin_call_spin },
	{ "mutex_spin.callable_facilities", "mutex_adaptive", "ci_mtx_count",
	    spin_call_adaptive },
	{ "mutex_spin.callable_facilities", "rwlock", "ci_mtx_count",
	    spin_call_rwlock },
	{ "mutex_spin.callable_facilities", "kernel_lock", NULL, spin_call_kl },
	{ NULL, NULL, NULL, NULL },
};

/* ---- adaptive mutex --------------------------------------------------------------- */

static void
adaptive_twice(unsigned round)
{
	mutex_enter(&t1_mutex);
	mutex_enter(&t1_mutex);
	mutex_exit(&t1_mutex);
	mutex_exit(&t1_mutex);
}

static void
ad_reentrant(void)
{
	facility_init();
	t1_duet(adaptive_twice, NULL);
}

static void
adaptive_nested(unsigned round)
{
	f_adaptive.f_enter();
	f_adaptive2.f_enter();
	t1_count();
	f_adaptive.f_exit();
	f_adaptive2.f_exit();
}

static void
ad_reentrant_not(void)
{
	facility_init();
	t1_duet(adaptive_nested, adaptive_nested);
	t1_counted(2 * t1_rounds);
}

const struct t1_case t1_adaptive[] = {
	{ "mutex_adaptive.usable_on_MP", "use", NULL, ad_mp },
	{ "mutex_adaptive.usable_on_MP", "counter", NULL, ad_mp_not },
	{ "mutex_adaptive.hw_interrupt", "use", "!cpu_intr_p()", ad_hw },
	{ "mutex_adaptive.hw_interrupt", "counter", NULL, ad_softint },
	{ "mutex_adaptive.sleep_or_block", "use", NULL, ad_sleep },
	{ "mutex_adaptive.sleep_or_block", "counter", NULL, ad_sleep_not },
	{ "mutex_adaptive.reentrant", "use", "locking against myself",
	    ad_reentrant },
	{ "mutex_adaptive.reentrant", "counter", NULL, ad_reentrant_not },
	{ "mutex_adaptive.callable_facilities", "mutex_spin", NULL,
	    ad_call_spin },
	{ "mutex_adaptive.callable_facilities", "mutex_adaptive", NULL,
	    ad_call_adaptive },
	{ "mutex_adaptive.callable_facilities", "rwlock", NULL,
	    ad_call_rwlock },
	{ "mutex_adaptive.callable_facilities", "kernel_lock", NULL,
	    ad_call_kl },
	{ "mutex_adaptive.callable_facilities", "counter", NULL, ad_call_not },
	{ NULL, NULL, NULL, NULL },
};

/* ---- rwlock ------------------------------------------------------------------------ */

/* A writer between the two waits for the first and holds up the second. */
static void
read_twice(unsigned round)
{
	rw_enter(&t1_rw, RW_READER);
	t1_delay(256);
	rw_enter(&t1_rw, RW_READER);
	rw_exit(&t1_rw);
	rw_exit(&t1_rw);
}

static void
write_once(unsigned round)
{
	rw_enter(&t1_rw, RW_WRITER);
	rw_exit(&t1_rw);
}

static void
rw_reentrant(void)
{
	facility_init();
	t1_duet(read_twice, write_once);
}

static void
rw_nested(unsigned round)
{
	f_rwlock.f_enter();
	f_rwlock2.f_enter();
	t1_count();
	f_rwlock.f_exit();
	f_rwlock2.f_exit();
}

static void
rw_reentrant_not(void)
{
	facility_init();
	t1_duet(rw_nested, rw_nested);
	t1_counted(2 * t1_rounds);
}

const struct t1_case t1_rwlock[] = {
	{ "rwlock.usable_on_MP", "use", NULL, rw_mp },
	{ "rwlock.usable_on_MP", "counter", NULL, rw_mp_not },
	{ "rwlock.hw_interrupt", "use", "!cpu_intr_p()", rw_hw },
	{ "rwlock.hw_interrupt", "counter", NULL, rw_softint },
	{ "rwlock.sleep_or_block", "use", NULL, rw_sleep },
	{ "rwlock.sleep_or_block", "counter", NULL, rw_sleep_not },
	{ "rwlock.reentrant", "use", NULL, rw_reentrant },
	{ "rwlock.reentrant", "counter", NULL, rw_reentrant_not },
	{ "rwlock.callable_facilities", "mutex_spin", NULL, rw_call_spin },
	{ "rwlock.callable_facilities", "mutex_adaptive", NULL,
	    rw_call_adaptive },
	{ "rwlock.callable_facilities", "rwlock", NULL, rw_call_rwlock },
	{ "rwlock.callable_facilities", "kernel_lock", NULL, rw_call_kl },
	{ "rwlock.callable_facilities", "counter", NULL, rw_call_not },
	{ NULL, NULL, NULL, NULL },
};
