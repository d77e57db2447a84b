/*
 * bench_capi.c: what the C interface to SystemC (sim/sc/sc.h) costs.
 *
 *	sc_pingpong_capi MODE N
 *
 * prints on stdout the nanoseconds of process CPU time that N steps took.
 * A step is, by MODE:
 *
 *	pingpong  two events notify each other; as in bench_plain.cc
 *	next      sc_next_tick() with 100 events pending
 *	idle      sc_run() over a stretch in which nothing is due
 *	run       sc_run() over a stretch in which one event is due
 *	enter     the same over one that is longer than the quantum, so that
 *		  SystemC itself comes to the event
 *	move      an event every 1000 ticks, which also moves a watchdog to a
 *		  second later
 *	crowd     100 periodic events of different periods; a step is one event
 *	same      100 periodic events always due at the same instant
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/tick.h"
#include "sc/sc.h"

#define CROWD 100

static unsigned long left;
static struct sc_ev *ping, *pong;
static uint64_t step_tick = 10 * TICK_PER_NS; /* between ping and pong */

static double
cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static void
must(enum sc_result r)
{
	if (r != SC_OK) {
		fprintf(stderr, "sc_pingpong_capi: %s\n", sc_errmsg());
		exit(5);
	}
}

/* arg: the event to notify. */
static void
strike(void *arg)
{
	struct sc_ev **other = arg;

	if (left > 0) {
		left--;
		(void)sc_ev_after(*other, step_tick);
	}
}

static void
pingpong(void)
{
	must(sc_ev_create(strike, &pong, &ping));
	must(sc_ev_create(strike, &ping, &pong));
	must(sc_ev_after(ping, step_tick));
}

struct member {
	struct sc_ev *ev;
	uint64_t period_tick;
};
static struct member crowd[CROWD];

static void
member_cb(void *arg)
{
	struct member *m = arg;

	if (left > 0) {
		left--;
		(void)sc_ev_after(m->ev, m->period_tick);
	}
}

static void
gather(uint64_t spread_tick)
{
	for (unsigned i = 0; i < CROWD; i++) {
		struct member *m = &crowd[i];

		must(sc_ev_create(member_cb, m, &m->ev));
		m->period_tick = 1000 + i * spread_tick;
		must(sc_ev_after(m->ev, m->period_tick));
	}
}

static void
run_whole(void)
{
	must(sc_run(TICK_NEVER));
}

static void
do_next(void)
{
	uint64_t sum = 0;

	for (; left > 0; left--)
		sum += sc_next_tick();
	if (sum == 0)
		exit(5);
}

static void
do_run(void)
{
	while (left > 0)
		must(sc_run(sc_now_tick() + step_tick));
}

static void
do_idle(void)
{
	for (; left > 0; left--)
		must(sc_run(sc_now_tick() + 1));
}

/* arg: the watchdog.  Rearm it for a second, come back after 1000 ticks. */
static void
pat(void *arg)
{
	struct sc_ev **watchdog = arg;

	if (left == 0) {
		(void)sc_ev_cancel(*watchdog);
		return;
	}
	left--;
	(void)sc_ev_after(*watchdog, TICK_PER_S);
	(void)sc_ev_after(ping, 1000);
}

static void
prepare(const char *mode, void (**body)(void))
{
	*body = run_whole;
	if (strcmp(mode, "pingpong") == 0) {
		pingpong();
	} else if (strcmp(mode, "crowd") == 0) {
		gather(7);
	} else if (strcmp(mode, "same") == 0) {
		gather(0);
	} else if (strcmp(mode, "next") == 0) {
		gather(7);
		*body = do_next;
	} else if (strcmp(mode, "run") == 0) {
		pingpong();
		*body = do_run;
	} else if (strcmp(mode, "enter") == 0) {
		step_tick = 2 * SC_QUANTUM_TICK;
		pingpong();
		*body = do_run;
	} else if (strcmp(mode, "idle") == 0) {
		must(sc_ev_create(strike, &ping, &ping));
		must(sc_ev_at(ping, TICK_MAX));
		*body = do_idle;
	} else if (strcmp(mode, "move") == 0) {
		must(sc_ev_create(pat, &pong, &ping));
		must(sc_ev_create(strike, &ping, &pong));
		must(sc_ev_after(ping, 1000));
	} else {
		fprintf(stderr, "sc_pingpong_capi: no mode %s\n", mode);
		exit(2);
	}
}

int
main(int argc, char **argv)
{
	void (*body)(void);
	double start;

	if (argc != 3) {
		fprintf(stderr, "usage: sc_pingpong_capi MODE N\n");
		return 2;
	}
	must(sc_init());
	prepare(argv[1], &body);
	left = strtoul(argv[2], NULL, 10);
	start = cpu_ns();
	body();
	printf("%.0f\n", cpu_ns() - start);
	must(sc_fini());
	return 0;
}
