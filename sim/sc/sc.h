/*
 * sc.h: the discrete-event kernel, SystemC behind a C interface.
 *
 * Devices are events with callbacks.  An event is created once, with the
 * function it runs; from then on it is notified for an instant, runs, and may
 * be notified again, also by its own callback (that is how a periodic event
 * is made).  An event has at most one pending instant: notifying a pending
 * event moves it.
 *
 * Order.  Callbacks run one at a time, in order of their instant, and of
 * equal instants in the order in which they were notified; moving an event
 * counts as notifying it anew.  An event notified for the current instant
 * from a callback runs within that instant, after all that were notified
 * before it.  What is cancelled or moved before its callback began does not
 * run, not even when it was due at the very same instant.
 *
 * There is one simulation in a process, so there is no handle for it.  SystemC
 * cannot elaborate twice; after sc_fini() the process must not simulate again.
 * Use a process for each run.
 *
 * Context.  "Outside" is the program that calls sc_run(), while sc_run() is
 * not active; "callback" is code called, directly or not, by an event.  A
 * callback may switch stacks as it likes if it returns on the one it was
 * called on.  All calls come from one host thread.
 *
 *	sc_init sc_fini sc_run			outside
 *	sc_stop					callback
 *	all others				both
 *
 * Errors.  Functions return an enum sc_result; sc_errmsg() has the words.  No
 * C++ exception leaves this interface.  A call that fails in a callback also
 * stops the run, and sc_run() returns the same result: a callback need not
 * check.  Times are in ticks (core/tick.h), absolute unless called delay.
 */
#ifndef SC_SC_H
#define SC_SC_H

#include <stdint.h>

#include "core/tick.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sc_ev;
typedef void sc_cb_fn(void *);

/*
 * How far callbacks may be ahead of SystemC's own clock at the end of a run.
 * That is no matter for them; a process of SystemC that something outside
 * notifies begins there.
 */
#define SC_QUANTUM_TICK (UINT64_C(10000) * TICK_PER_NS)

enum sc_result {
	SC_OK = 0,
	SC_STOPPED, /* sc_run(): a callback called sc_stop() */
	SC_EONCE,   /* a second simulation in this process */
	SC_ESTATE,  /* not allowed in this context */
	SC_EPAST,   /* the instant lies before sc_now_tick() */
	SC_ERANGE,  /* the instant lies behind TICK_MAX */
	SC_EKERNEL  /* SystemC reported an error */
};

/* Elaborate an empty simulation at tick 0.  SC_EONCE when not the first. */
enum sc_result sc_init(void);

/* Cancel and free all events; pointers to them are void. */
enum sc_result sc_fini(void);

/*
 * Create an event that calls cb(arg), and set *evp.  The event lives until
 * sc_fini(); arg is the caller's and must live as long.
 */
enum sc_result sc_ev_create(sc_cb_fn *cb, void *arg, struct sc_ev **evp);

/* Notify ev for an instant, or for one that is a delay away. */
enum sc_result sc_ev_at(struct sc_ev *ev, uint64_t at_tick);
enum sc_result sc_ev_after(struct sc_ev *ev, uint64_t delay_tick);

/* Take back a notification; nothing happens when none is pending. */
enum sc_result sc_ev_cancel(struct sc_ev *ev);

/* When ev will run, or TICK_NEVER.  TICK_NEVER in its own callback. */
uint64_t sc_ev_due_tick(const struct sc_ev *ev);

/*
 * Run all callbacks due before until_tick; then it is until_tick, and what is
 * due at until_tick is still pending.  With TICK_NEVER, run until nothing is
 * pending; then it is the instant of the last callback.
 *
 * SC_STOPPED or an error end the run early, after the callback in which they
 * arose; the next call goes on with the callback that would have followed.
 * After SC_EKERNEL there is no going on.
 */
enum sc_result sc_run(uint64_t until_tick);

/* End the run after this callback; the reason is the caller's own number. */
enum sc_result sc_stop(int reason);
int sc_stop_reason(void);

/*
 * The current instant, and the instant of the next callback: not before now,
 * TICK_NEVER when nothing is pending.  Devices ask for the first more often than
 * for all else here, so it is read in place; sc.cc alone writes it.
 */
extern uint64_t sc_clock_tick;
static inline uint64_t
sc_now_tick(void)
{
	return sc_clock_tick;
}
uint64_t sc_next_tick(void);

/* The words for the last failure; valid until the next one. */
const char *sc_errmsg(void);

#ifdef __cplusplus
}
#endif

#endif
