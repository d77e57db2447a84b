/*
 * condvar.c: condvar(9): whom a signal wakes, how long a wait lasts, and that
 * no signal is lost.  Boot property:
 *
 *	rounds=N	of ping and pong (default 500)
 */
#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <crew.h>
#include <lockprog.h>
#include <program.h>

static kmutex_t m;
static kcondvar_t cv;

/* ---- signal and broadcast ------------------------------------------------------ */

static volatile u_int woken, passes;
static volatile uintptr_t first[4];

static void
waiter(void *arg)
{
	mutex_enter(&m);
	while (passes == 0)
		cv_wait(&cv, &m);
	program_check(mutex_owned(&m), "not the owner after cv_wait");
	passes--;
	first[woken++] = (uintptr_t)arg;
	mutex_exit(&m);
}

static void
pass(u_int n, bool all)
{
	mutex_enter(&m);
	passes = n;
	if (all)
		cv_broadcast(&cv);
	else
		cv_signal(&cv);
	mutex_exit(&m);
}

static u_int
asleep(lwp_t *const *l, u_int n)
{
	u_int i, count = 0;

	for (i = 0; i < n; i++)
		count += *(wchan_t volatile *)&l[i]->l_wchan == &cv;
	return count;
}

/* Three wait; in the order of priority, then of arrival. */
static void
signals(void)
{
	static const pri_t pri[] = { PRI_KTHREAD + 2, PRI_KTHREAD + 9,
		PRI_KTHREAD + 2 };
	lwp_t *l[3];
	u_int i;

	program_check(!cv_has_waiters(&cv), "waiters from the start");
	pass(0, false); /* nobody there: nothing kept */
	for (i = 0; i < 3; i++) {
		l[i] = lwp_start(i + 1, pri[i], waiter, (void *)(uintptr_t)i);
		if (!asleep_for(l[i], &cv, "cv_wait"))
			return;
	}
	program_check(cv_has_waiters(&cv), "no waiters");

	/* More could pass, but one is woken. */
	pass(2, false);
	comes_to(&woken, 1, "cv_signal");
	crew_tick();
	program_check(asleep(l, 3) == 2 && woken == 1, "%u asleep, %u woken",
	    asleep(l, 3), woken);
	program_check(first[0] == 1, "not the most urgent: %lu",
	    (u_long)first[0]);
	pass(1, false);
	comes_to(&woken, 2, "second cv_signal");
	program_check(first[1] == 0, "not the first: %lu", (u_long)first[1]);
	pass(1, false);
	comes_to(&woken, 3, "third cv_signal");
	program_check(!cv_has_waiters(&cv), "waiters left");

	woken = 0;
	for (i = 0; i < 3; i++) {
		l[i] = lwp_start(i + 1, pri[i], waiter, (void *)(uintptr_t)i);
		if (!asleep_for(l[i], &cv, "cv_wait"))
			return;
	}
	pass(3, true);
	comes_to(&woken, 3, "cv_broadcast");
	program_check(asleep(l, 3) == 0, "asleep after cv_broadcast");
}

/* ---- time ------------------------------------------------------------------------ */

static volatile u_int timed, in_time;

static void
timed_waiter(void *arg)
{
	int error;

	mutex_enter(&m);
	timed = 1;
	error = cv_timedwait(&cv, &m, 20);
	program_check(error == 0, "signalled, but error %d", error);
	program_check(mutex_owned(&m), "not the owner");
	in_time = 1;
	mutex_exit(&m);
}

static void
times(void)
{
	static const int ticks[] = { 1, 2, 5 };
	int error, start, took;
	u_int i;

	for (i = 0; i < __arraycount(ticks); i++) {
		mutex_enter(&m);
		start = hardclock_ticks;
		error = cv_timedwait(&cv, &m, ticks[i]);
		took = hardclock_ticks - start;
		program_check(error == EWOULDBLOCK, "%d ticks: error %d",
		    ticks[i], error);
		program_check(mutex_owned(&m), "not the owner");
		mutex_exit(&m);

		/* The present tick counts; a CPU's clock may lag by one. */
		program_check(took >= ticks[i] - 1 && took <= ticks[i] + 2,
		    "%d ticks took %d", ticks[i], took);
		program_check(!cv_has_waiters(&cv), "still on the queue");
	}

	(void)lwp_start(1, PRI_NONE, timed_waiter, NULL);
	comes_to(&timed, 1, "timed waiter");
	mutex_enter(&m);
	cv_signal(&cv);
	mutex_exit(&m);
	comes_to(&in_time, 1, "cv_signal before the time is up");
}

/* ---- ping and pong, by a spin mutex and an adaptive one ---------------------------- */

static kmutex_t *pm;
static kcondvar_t ping_cv[2];
static volatile u_int turn, ended;
static u_int rounds;

static void
player(void *arg)
{
	const u_int me = (u_int)(uintptr_t)arg;
	u_int i;

	for (i = 0; i < rounds; i++) {
		mutex_enter(pm);
		while (turn % 2 != me)
			cv_wait(&ping_cv[me], pm);
		turn++;
		cv_signal(&ping_cv[1 - me]);
		mutex_exit(pm);
	}
	mutex_enter(pm);
	ended++;
	mutex_exit(pm);
}

static void
ping_pong(int ipl)
{
	u_int before;

	pm = mutex_obj_alloc(MUTEX_DEFAULT, ipl);
	turn = ended = 0;
	(void)lwp_start(1, PRI_NONE, player, (void *)0);
	(void)lwp_start(2, PRI_NONE, player, (void *)1);
	do {
		before = turn;
		if (crew_await(&ended, 2, STALLED))
			break;
	} while (turn != before);
	program_check(ended == 2 && turn == 2 * rounds,
	    "IPL %d: stalled at %u of %u", ipl, turn, 2 * rounds);
}

/* ------------------------------------------------------------------------------------ */

static void
condvars(void)
{
	mutex_init(&m, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "condvar");
	cv_init(&ping_cv[0], "ping");
	cv_init(&ping_cv[1], "pong");
	rounds = (u_int)program_arg("rounds", 500);

	signals();
	times();
	ping_pong(IPL_NONE);
	ping_pong(IPL_VM);
}

static int
condvar_main(void)
{
	return direct(condvars);
}

PROGRAM(condvar, "condition variables: signal, broadcast, time, none lost",
    condvar_main);
