/*
 * facility.c: the six facilities of Table 1 behind one pair of functions, and
 * the programs that several of them share.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

#include <facility.h>
#include <program.h>

kmutex_t t1_spin_mutex __aligned(COHERENCY_UNIT);
kmutex_t t1_mutex __aligned(COHERENCY_UNIT);
kmutex_t t1_event_mutex __aligned(COHERENCY_UNIT);
krwlock_t t1_rw __aligned(COHERENCY_UNIT);

static kmutex_t second_spin __aligned(COHERENCY_UNIT);
static kmutex_t second_mutex __aligned(COHERENCY_UNIT);
static krwlock_t second_rw __aligned(COHERENCY_UNIT);
static kcondvar_t event_cv;
static u_int event;

static volatile uint64_t counter __aligned(COHERENCY_UNIT);
static const struct facility *what, *inside;

/* ---- the facilities -------------------------------------------------------- */

static void
kernel_lock_enter(void)
{
	KERNEL_LOCK(1, NULL);
}

static void
kernel_lock_exit(void)
{
	KERNEL_UNLOCK_ONE(NULL);
}

/* Each LWP that uses it is bound, so its CPU has a place for the old level. */
static int old_spl[MAXCPUS];

static void
spl_enter(void)
{
	int s = splvm();

	old_spl[cpu_index(curcpu())] = s;
}

static void
spl_exit(void)
{
	splx(old_spl[cpu_index(curcpu())]);
}

static void
spin_enter(void)
{
	mutex_enter(&t1_spin_mutex);
}

static void
spin_exit(void)
{
	mutex_exit(&t1_spin_mutex);
}

static void
spin2_enter(void)
{
	mutex_enter(&second_spin);
}

static void
spin2_exit(void)
{
	mutex_exit(&second_spin);
}

static void
adaptive_enter(void)
{
	mutex_enter(&t1_mutex);
}

static void
adaptive_exit(void)
{
	mutex_exit(&t1_mutex);
}

static void
adaptive2_enter(void)
{
	mutex_enter(&second_mutex);
}

static void
adaptive2_exit(void)
{
	mutex_exit(&second_mutex);
}

static void
rw_writer_enter(void)
{
	rw_enter(&t1_rw, RW_WRITER);
}

static void
rw_writer_exit(void)
{
	rw_exit(&t1_rw);
}

static void
rw2_enter(void)
{
	rw_enter(&second_rw, RW_WRITER);
}

static void
rw2_exit(void)
{
	rw_exit(&second_rw);
}

const struct facility f_kernel_lock = { kernel_lock_enter, kernel_lock_exit,
	false };
const struct facility f_spl = { spl_enter, spl_exit, false };
const struct facility f_spin = { spin_enter, spin_exit, false };
const struct facility f_spin2 = { spin2_enter, spin2_exit, false };
const struct facility f_adaptive = { adaptive_enter, adaptive_exit, true };
const struct facility f_adaptive2 = { adaptive2_enter, adaptive2_exit, true };
const struct facility f_rwlock = { rw_writer_enter, rw_writer_exit, true };
const struct facility f_rwlock2 = { rw2_enter, rw2_exit, true };

void
facility_init(void)
{
	mutex_init(&t1_spin_mutex, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&second_spin, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&t1_mutex, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&second_mutex, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&t1_event_mutex, MUTEX_DEFAULT, IPL_NONE);
	rw_init(&t1_rw);
	rw_init(&second_rw);
	cv_init(&event_cv, "t1event");
	event = 0;
	counter = 0;
}

/* ---- exclusion -------------------------------------------------------------- */

void
t1_count(void)
{
	uint64_t v = counter;

	t1_delay(16);
	counter = v + 1;
}

void
t1_count_raising(int ipl)
{
	uint64_t v = counter;

	t1_intr(ipl);
	t1_delay(64);
	counter = v + 1;
}

void
t1_counted(uint64_t n)
{
	if (counter != n && !t1_observed())
		t1_observe("%lu counted of %lu", (u_long)counter, (u_long)n);
}

static void
count_inside(unsigned round)
{
	what->f_enter();
	t1_count();
	what->f_exit();
}

static void
count_outside(unsigned round)
{
	t1_count();
}

void
t1_exclusive(const struct facility *f)
{
	facility_init();
	what = f;
	t1_duet(count_inside, count_inside);
	t1_counted(2 * t1_rounds);
}

void
t1_not_exclusive(const struct facility *f)
{
	facility_init();
	what = f;
	t1_duet(count_inside, count_outside);
	t1_counted(2 * t1_rounds);
}

/* ---- waiting for one another -------------------------------------------------- */

void
t1_event_wait(void)
{
	mutex_enter(&t1_event_mutex);
	while (event == 0)
		cv_wait(&event_cv, &t1_event_mutex);
	event--;
	mutex_exit(&t1_event_mutex);
}

void
t1_event_signal(void)
{
	mutex_enter(&t1_event_mutex);
	event++;
	cv_signal(&event_cv);
	mutex_exit(&t1_event_mutex);
}

static void
nap(unsigned round)
{
	if (round % 16 == 0)
		(void)kpause("t1nap", false, 1, NULL);
}

static void
count_and_nap(unsigned round)
{
	uint64_t v;

	what->f_enter();
	v = counter;
	nap(round);
	counter = v + 1;
	what->f_exit();
}

void
t1_sleeps(const struct facility *f)
{
	facility_init();
	what = f;
	t1_duet(count_and_nap, count_inside);
	t1_counted(2 * t1_rounds);
}

static void
wait_inside(unsigned round)
{
	what->f_enter();
	t1_event_wait();
	what->f_exit();
}

static void
signal_inside(unsigned round)
{
	what->f_enter();
	t1_event_signal();
	what->f_exit();
}

void
t1_sleeps_for_event(const struct facility *f)
{
	facility_init();
	what = f;
	t1_duet(wait_inside, signal_inside);
}

/* ---- what may be called inside --------------------------------------------------- */

static void
outer_then_inner(unsigned round)
{
	what->f_enter();
	inside->f_enter();
	t1_count();
	inside->f_exit();
	what->f_exit();
}

static void
hold_inner(unsigned round)
{
	inside->f_enter();
	t1_count();
	if (inside->f_holds_asleep)
		nap(round);
	inside->f_exit();
}

/* The big lock is let go asleep, so what matters is the other order. */
static void
inner_then_outer(unsigned round)
{
	inside->f_enter();
	what->f_enter();
	t1_count();
	what->f_exit();
	inside->f_exit();
}

void
t1_call(const struct facility *outer, const struct facility *inner)
{
	facility_init();
	what = outer;
	inside = inner;
	t1_duet(outer_then_inner,
	    inner == &f_kernel_lock ? inner_then_outer : hold_inner);
	t1_counted(2 * t1_rounds);
}

/* ---- interrupts, soft and hard ------------------------------------------------------ */

static void *softint_cookie;
static volatile u_int handler_runs;

static void
handler_counts(void)
{
	what->f_enter();
	t1_count();
	what->f_exit();
	handler_runs++; /* one handler, one CPU */
}

static void
softint_counts(void *arg)
{
	handler_counts();
}

static void
count_and_schedule(unsigned round)
{
	int s;

	what->f_enter();
	s = splvm();
	softint_schedule(softint_cookie);
	splx(s); /* comes here, finds the section taken, and blocks */
	t1_count();
	what->f_exit();
}

void
t1_softint(const struct facility *f)
{
	facility_init();
	what = f;
	handler_runs = 0;
	softint_cookie = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
	    softint_counts, NULL);
	t1_duet(count_and_schedule, count_inside);
	softint_disestablish(softint_cookie); /* waits for the last run */
	t1_counted(2 * t1_rounds + handler_runs);
}

static void
count_and_raise(unsigned round)
{
	what->f_enter();
	t1_intr(IPL_VM);
	t1_count();
	what->f_exit();
}

void
t1_hw_interrupt(const struct facility *f)
{
	facility_init();
	what = f;
	handler_runs = 0;
	t1_intr_set(IPL_VM, handler_counts);
	t1_duet(count_and_raise, count_inside);
	(void)kpause("t1intr", false, 2, NULL);
	t1_interrupted(handler_runs);
	t1_counted(2 * t1_rounds + handler_runs);
}
