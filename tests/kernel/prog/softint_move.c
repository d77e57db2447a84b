/*
 * softint_move.c: a softint blocks, and the LWP that it interrupted goes on on
 * another CPU.
 *
 * The victim is bound to no CPU.  While the handler that interrupted it is
 * blocked, two LWPs more urgent than it take its CPU; so when it has slept the
 * scheduler gives it another one, and the handler ends where it began, with
 * nobody below it.
 *
 *	CPU c				CPU d
 *	victim: schedules
 *	handler: blocks
 *	victim: goes on, sleeps
 *	hog, and a hog in the queue
 *	victim made runnable	--->	victim: goes on
 *	handler: goes on, ends		victim: goes on
 *
 * (With the victim bound, and what else the level does meanwhile: softint.c.)
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kthread.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <crew.h>
#include <program.h>

#define HOG_PRI (PRI_KTHREAD + 10)

static kmutex_t mutex;
static volatile u_int held, release, begun, ended, ended_on;
static volatile u_int pinned, away, over, from, alive, enough;

/* Holds the mutex, and sleeps with it. */
static void
owner(void *arg)
{
	mutex_enter(&mutex);
	held = 1;
	program_check(crew_await(&release, 1, 200), "no release");
	mutex_exit(&mutex);
}

static void
handler(void *arg)
{
	begun++;
	mutex_enter(&mutex);
	mutex_exit(&mutex);
	ended_on = crew_cpu();
	ended++;
}

/* What an LWP is that is nobody's victim. */
static void
is_itself(const lwp_t *me, const char *where)
{
	kpreempt_disable();
	program_check(curlwp == me && curcpu()->ci_curlwp == me,
	    "%s: the victim is not itself", where);
	program_check((me->l_pflag & (LP_INTR | LP_BOUND)) == 0,
	    "%s: l_pflag %x", where, me->l_pflag);
	program_check(me->l_switchto == NULL, "%s: still pinned", where);
	program_check(me->l_cpu == curcpu(), "%s: l_cpu is another's", where);
	program_check(!cpu_softintr_p() && curcpu()->ci_ilevel == IPL_NONE &&
		curcpu()->ci_mtx_count == 0,
	    "%s: IPL %d, ci_mtx_count %d", where, curcpu()->ci_ilevel,
	    curcpu()->ci_mtx_count);
	kpreempt_enable();
}

static void
victim(void *sih)
{
	const lwp_t *const me = curlwp;
	int i;

	kpreempt_disable();
	from = crew_cpu();
	softint_schedule(sih);
	program_check(begun == 1 && ended == 0, "%u begun, %u ended", begun,
	    ended);
	program_check(crew_cpu() == from, "on CPU %u", crew_cpu());
	kpreempt_enable();
	is_itself(me, "where it was");
	pinned = 1;
	for (i = 0; i < 40 && crew_cpu() == from; i++)
		crew_tick();
	program_check(crew_cpu() != from, "kept on CPU %u", from);
	program_check(ended == 0, "the handler has ended");
	is_itself(me, "elsewhere");
	away = 1;

	/* Alive, and once only, while the handler ends. */
	while (enough == 0) {
		atomic_inc_uint(&alive);
		crew_tick();
	}
	is_itself(me, "at the end");
	atomic_inc_uint(&over);
	kthread_exit(0);
}

static void
hogs(void *arg)
{
	(void)crew_spin(&away, 1, 30);
}

static void
softint_moves(void)
{
	struct crew *o, *hog[2];
	void *sih;
	u_int seen;

	mutex_init(&mutex, MUTEX_DEFAULT, IPL_SOFTNET);
	sih = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, handler, NULL);
	o = crew_start(0, PRI_NONE, owner, NULL);
	program_check(crew_await(&held, 1, 20), "nobody holds the mutex");
	if (kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, victim, sih, NULL,
		"victim") != 0)
		panic("softint: no LWP");
	program_check(crew_await(&pinned, 1, 20), "the victim is lost");
	hog[0] = crew_start(from, HOG_PRI, hogs, NULL);
	hog[1] = crew_start(from, HOG_PRI, hogs, NULL);
	program_check(crew_await(&away, 1, 50), "it does not move");
	crew_join(hog[0]);
	crew_join(hog[1]);

	release = 1;
	program_check(crew_await(&ended, 1, 20), "it never ended");
	program_check(ended == 1 && ended_on == from,
	    "%u ended, on CPU %u, begun on %u", ended, ended_on, from);
	seen = alive;
	program_check(crew_await(&alive, seen + 2, 20),
	    "the victim is lost when the handler has ended");
	enough = 1;
	program_check(crew_await(&over, 1, 20), "the victim is lost");
	crew_tick();
	program_check(over == 1, "%u victims", over);
	crew_join(o);
	softint_disestablish(sih);
	mutex_destroy(&mutex);
}

/* The director: more urgent than the hogs, which may be on any CPU. */
static int
softint_move(void)
{
	return crew_main_at((u_int)ncpu - 1, MAXPRI_KTHREAD, softint_moves);
}

PROGRAM(softint_move, "a softint blocks, and whom it interrupted moves",
    softint_move);
