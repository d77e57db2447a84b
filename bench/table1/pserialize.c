/*
 * pserialize.c: cases of Table 1: readers of pserialize(9).
 *
 * One record is published at a time.  The writer puts a new one in its place,
 * waits for the readers of the old one (pserialize_perform) and then destroys
 * that.  A reader that sees a destroyed record has been betrayed.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/systm.h>

#include <facility.h>
#include <program.h>

struct record {
	volatile u_int alive;
} __aligned(COHERENCY_UNIT);

static struct record record[2];
static struct record *volatile published;
static pserialize_t psz;
static bool waits; /* the writer does wait for readers */
static bool holds; /* the writer holds `called' meanwhile */
static const struct facility *called;
static volatile u_int handler_runs;

static void
init(const struct facility *f, bool perform)
{
	facility_init();
	psz = pserialize_create();
	t1_long_acts = true;
	record[0].alive = 1;
	published = &record[0];
	waits = perform;
	called = f;
	holds = false;
	handler_runs = 0;
}

static void
replace(unsigned round)
{
	struct record *old = published;
	struct record *new = old == &record[0] ? &record[1] : &record[0];

	if (holds)
		called->f_enter();
	new->alive = 1;
	membar_producer(); /* before others can find it */
	published = new;
	if (waits)
		pserialize_perform(psz);
	old->alive = 0;
	if (holds)
		called->f_exit();
}

/* Look, dawdle, look again. */
static void
look(void (*dawdle)(void))
{
	const struct record *r = published;

	membar_consumer();
	if (r->alive == 0)
		t1_observe("a destroyed record was found");
	dawdle();
	if (r->alive == 0)
		t1_observe("the record was destroyed under its reader");
}

static void
linger(void)
{
	t1_delay(128);
}

static void
read_lingering(unsigned round)
{
	int s = pserialize_read_enter();

	look(linger);
	pserialize_read_exit(s);
}

static void
psz_mp(void)
{
	init(NULL, true);
	t1_duet(replace, read_lingering);
}

static void
psz_mp_not(void)
{
	init(NULL, false);
	t1_duet(replace, read_lingering);
}

/* ---- in a handler ------------------------------------------------------------ */

/* A handler's section is splhigh: no softint of this CPU can end it. */
static void
handler_splhigh(void)
{
	int s = splhigh();

	look(linger);
	splx(s);
	handler_runs++;
}

static void
handler_read(void)
{
	read_lingering(0);
	handler_runs++;
}

static void
raise_other(unsigned round)
{
	t1_intr(IPL_VM);
	t1_delay(64);
}

static void
psz_handler(void (*handler)(void))
{
	init(NULL, true);
	t1_intr_set(IPL_VM, handler);
	t1_duet(raise_other, replace);
	(void)kpause("t1intr", false, 2, NULL);
	t1_interrupted(handler_runs);
}

static void
psz_hw(void)
{
	psz_handler(handler_read);
}

static void
psz_hw_not(void)
{
	psz_handler(handler_splhigh);
}

/* ---- asleep -------------------------------------------------------------------- */

static void
nap(void)
{
	(void)kpause("t1reader", false, 4, NULL);
}

static void
read_sleeping(unsigned round)
{
	int s = pserialize_read_enter();

	look(nap);
	pserialize_read_exit(s);
}

static void
psz_sleep(void)
{
	init(NULL, true);
	t1_duet(replace, read_sleeping);
}

/* ---- nested ---------------------------------------------------------------------- */

static void
read_interrupted(unsigned round)
{
	int s = pserialize_read_enter();

	t1_intr(IPL_VM);
	look(linger);
	pserialize_read_exit(s);
}

/* Entered again from an interrupt of its own CPU. */
static void
psz_reentrant(void)
{
	init(NULL, true);
	t1_intr_set(IPL_VM, handler_read);
	t1_duet(read_interrupted, replace);
}

static void
read_nested(unsigned round)
{
	int s = pserialize_read_enter();
	int t = pserialize_read_enter();

	look(linger);
	pserialize_read_exit(t);
	look(linger);
	pserialize_read_exit(s);
}

/* By the same LWP it is possible, but nobody expects it: footnote 6. */
static void
psz_reentrant_not(void)
{
	init(NULL, true);
	t1_duet(replace, read_nested);
}

/* ---- what may be called inside ------------------------------------------------------ */

static void
call_inside(void)
{
	called->f_enter();
	t1_delay(16);
	called->f_exit();
}

static void
read_calling(unsigned round)
{
	int s = pserialize_read_enter();

	look(call_inside);
	pserialize_read_exit(s);
}

/* Holding a spin mutex one cannot wait; the others are held meanwhile. */
static void
psz_call(const struct facility *f)
{
	init(f, true);
	holds = f->f_holds_asleep;
	t1_duet(replace, read_calling);
}

static void
psz_call_spin(void)
{
	psz_call(&f_spin);
}

static void
psz_call_adaptive(void)
{
	psz_call(&f_adaptive);
}

static void
psz_call_rwlock(void)
{
	psz_call(&f_rwlock);
}

const struct t1_case t1_pserialize[] = {
	{ "pserialize.usable_on_MP", "use", NULL, psz_mp },
	{ "pserialize.usable_on_MP", "counter", NULL, psz_mp_not },
	{ "pserialize.hw_interrupt", "use", "cpu_intr_p", psz_hw },
	{ "pserialize.hw_interrupt", "counter", NULL, psz_hw_not },
	{ "pserialize.sleep_or_block", "use", NULL, psz_sleep },
	{ "pserialize.sleep_or_block", "counter", NULL, psz_mp },
	{ "pserialize.reentrant", "use", "cpu_intr_p", psz_reentrant },
	{ "pserialize.reentrant", "possible", NULL, psz_reentrant_not },
	{ "pserialize.callable_facilities", "mutex_spin", NULL, psz_call_spin },
	{ "pserialize.callable_facilities", "mutex_adaptive", NULL,
	    psz_call_adaptive },
	{ "pserialize.callable_facilities", "rwlock", NULL, psz_call_rwlock },
	{ NULL, NULL, NULL, NULL },
};
