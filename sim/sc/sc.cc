/*
 * sc.cc: events of sc.h made of one SystemC event.
 *
 * The one C++ of the simulator, with bench_plain.cc and fault.cc beside it.
 *
 * Order.  What is pending stands in a row, the soonest at the end, and of one
 * instant the last to be notified furthest from it; that makes the order total,
 * which SystemC's own is not.  A notification passes all that are not later,
 * which takes longer the more there are; but a machine has a dozen pending at a
 * time and passes three, in three lines of the host's cache.  A heap takes more
 * steps for so few, in a way that a processor cannot foresee.
 *
 * Running.  All callbacks are those of one method process, sensitive to one
 * event, `due', which is notified for the first instant in the row.  The process
 * is temporally decoupled, as SystemC's users call it: it runs ahead of
 * SystemC's clock, up to the end of the run or to what else SystemC has to do,
 * whichever comes first.  Then it notifies `due' for what is left.  So another
 * process of SystemC would be interleaved at its own instants.  The queue of
 * SystemC has one entry of ours at most, and none outside of runs.
 *
 * Runs are short and SystemC's way into a process is long, so the process does
 * not give way at the end of each: a run that ends within a quantum of SystemC's
 * clock, before SystemC has anything else to do, goes on where it was.
 *
 *	SystemC	0			  quantum
 *	process	|== run ==|= run =|== run =|-> SystemC comes to here
 *
 * Time.  sc_time counts in ticks; what SystemC believes the unit to be (1 ps)
 * is never used, because values go in and out as integers.  SystemC's clock
 * lags behind now_tick where the process ran ahead, or nothing was due.
 *
 * Stopping.  The process leaves the rest in the row, for the next run.
 */
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <memory>
#include <vector>

#define SC_INCLUDE_DYNAMIC_PROCESSES /* sc_spawn() */
#include <systemc>

#include "core/tick.h"
#include "sc/guard.h"
#include "sc/sc.h"

uint64_t sc_clock_tick;

struct sc_ev {
	sc_cb_fn *cb;
	void *arg;
	uint64_t due_tick; /* TICK_NEVER: not pending */
};

namespace {

struct pending {
	uint64_t due_tick;
	sc_ev *ev;
};

struct {
	bool used;    /* sc_init() was called in this process */
	bool up;      /* between sc_init() and sc_fini() */
	bool running; /* in sc_run() */
	bool stopped; /* the run is to end: sc_stop() or a failure */
	bool dead;    /* SystemC failed */
	int reason;
	sc_result failure; /* of the callback that made it stop */
	uint64_t end_tick; /* of the run */
	sc_core::sc_event *due;
	sc_core::sc_process_handle process;
	std::vector<std::unique_ptr<sc_ev>> events;
	/* Room for all events; what is pending, behind one that never comes. */
	std::vector<pending> row{ { TICK_NEVER, nullptr } };
	size_t n = 1;
} sim;

char message[256];

/* One that is pending, wherever it stands. */
void
take_out(sc_ev *ev)
{
	pending *const end = &sim.row[0] + sim.n, *p = end;

	while ((--p)->ev != ev)
		continue;
	std::copy(p + 1, end, p);
	sim.n--;
	ev->due_tick = TICK_NEVER;
}

/* at_tick is not before now. */
inline sc_result
notify(sc_ev *ev, uint64_t at_tick)
{
	if (ev->due_tick != TICK_NEVER)
		take_out(ev);
	ev->due_tick = at_tick;

	pending *p = &sim.row[sim.n++];
	for (; p[-1].due_tick <= at_tick; p--)
		p[0] = p[-1];
	*p = { at_tick, ev };
	return SC_OK;
}

inline const pending &
soonest(void)
{
	return sim.row[sim.n - 1];
}

inline uint64_t
next_tick(void)
{
	return soonest().due_tick;
}

/* From SystemC's clock to a tick that is not before it. */
inline sc_core::sc_time
until(uint64_t at_tick)
{
	return sc_core::sc_time::from_value(at_tick -
	    sc_core::sc_time_stamp().value());
}

/* Have SystemC come to the first instant that is left of this run. */
void
await(void)
{
	if (next_tick() < sim.end_tick)
		sim.due->notify(until(next_tick()));
}

/* What is due before end_tick; there is something. */
void
run_ahead(uint64_t end_tick)
{
	do {
		sc_ev *const ev = soonest().ev;

		sc_clock_tick = ev->due_tick;
		sim.n--;
		ev->due_tick = TICK_NEVER;
		ev->cb(ev->arg);
	} while (!sim.stopped && next_tick() < end_tick);
}

/* The time until SystemC has something to do that is not ours. */
inline uint64_t
alone(void)
{
	return sc_core::sc_time_to_pending_activity().value();
}

/* The method process, at the first instant in the row. */
void
run_due(void)
{
	const uint64_t ahead = next_tick() + std::max<uint64_t>(1, alone());

	run_ahead(std::min(sim.end_tick, ahead));
	if (!sim.stopped)
		await();
}

/* Up to the end of this run, by SystemC if it must be asked. */
sc_result
run(void)
{
	const uint64_t ahead = sim.end_tick - sc_core::sc_time_stamp().value();

	if (ahead <= SC_QUANTUM_TICK && ahead <= alone())
		run_ahead(sim.end_tick);
	else {
		await();
		sc_core::sc_start(until(sim.end_tick),
		    sc_core::SC_EXIT_ON_STARVATION);
	}
	return sim.failure;
}

/* The run ends: SystemC, if it is in it, after this callback. */
void
stop(void)
{
	sim.stopped = true;
	if (sc_core::sc_get_status() == sc_core::SC_RUNNING)
		sc_core::sc_pause();
}

/* SystemC's reports: warnings to stderr, errors to guarded(). */
void
report(const sc_core::sc_report &r, const sc_core::sc_actions &)
{
	if (r.get_severity() >= sc_core::SC_ERROR)
		throw r;
	if (r.get_severity() == sc_core::SC_WARNING)
		fprintf(stderr, "SystemC: %s: %s\n", r.get_msg_type(),
		    r.get_msg());
}

/* An instant that cannot be: before now, or behind the last. */
__attribute__((cold, noinline)) sc_result
bad_instant(const char *who, uint64_t at_tick)
{
	return sc_fail(at_tick < sc_clock_tick ? SC_EPAST : SC_ERANGE,
	    "%s: tick %llu is not within %llu (now) and %llu (the last)", who,
	    (unsigned long long)at_tick, (unsigned long long)sc_clock_tick,
	    (unsigned long long)TICK_MAX);
}

} // namespace

sc_result
sc_fail(sc_result result, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	if (result == SC_EKERNEL)
		sim.dead = true;
	if (sim.running) {
		sim.failure = result;
		stop();
	}
	return result;
}

/* The library's own main() wants this; ours never calls it. */
int
sc_main(int, char **)
{
	return 5;
}

sc_result
sc_init(void)
{
	if (sim.used)
		return sc_fail(SC_EONCE,
		    "sc_init: this process has had its simulation; SystemC "
		    "cannot elaborate twice: fork one process for each run");
	sim.used = true;
	return guarded([] {
		sc_core::sc_report_handler::set_handler(report);
		sc_core::sc_spawn_options opt;
		opt.spawn_method();
		opt.dont_initialize();
		sim.due = new sc_core::sc_event;
		opt.set_sensitivity(sim.due);
		sim.process = sc_core::sc_spawn(run_due, nullptr, &opt);
		sc_core::sc_start(sc_core::SC_ZERO_TIME);
		sim.up = true;
		return SC_OK;
	});
}

sc_result
sc_fini(void)
{
	if (!sim.up || sim.running)
		return sc_fail(SC_ESTATE, "sc_fini: %s",
		    sim.up ? "called in a callback" : "no simulation");
	sim.up = false;
	return guarded([] {
		sim.process.kill();
		sim.n = 1;
		sim.events.clear();
		return SC_OK;
	});
}

sc_result
sc_ev_create(sc_cb_fn *cb, void *arg, struct sc_ev **evp)
{
	if (!sim.up)
		return sc_fail(SC_ESTATE, "sc_ev_create: no simulation");
	return guarded([=] {
		sim.events.emplace_back(new sc_ev{ cb, arg, TICK_NEVER });
		sim.row.resize(1 + sim.events.size());
		*evp = sim.events.back().get();
		return SC_OK;
	});
}

sc_result
sc_ev_at(struct sc_ev *ev, uint64_t at_tick)
{
	/* Both bounds at once: what is before now wraps around. */
	if (at_tick - sc_clock_tick > TICK_MAX - sc_clock_tick)
		return bad_instant("sc_ev_at", at_tick);
	return notify(ev, at_tick);
}

sc_result
sc_ev_after(struct sc_ev *ev, uint64_t delay_tick)
{
	if (delay_tick > TICK_MAX - sc_clock_tick)
		return bad_instant("sc_ev_after", TICK_NEVER);
	return notify(ev, sc_clock_tick + delay_tick);
}

sc_result
sc_ev_cancel(struct sc_ev *ev)
{
	if (ev->due_tick != TICK_NEVER)
		take_out(ev);
	return SC_OK;
}

uint64_t
sc_ev_due_tick(const struct sc_ev *ev)
{
	return ev->due_tick;
}

sc_result
sc_run(uint64_t until_tick)
{
	if (sim.running)
		return sc_fail(SC_ESTATE, "sc_run: called in a callback");
	if (!sim.up)
		return sc_fail(SC_ESTATE, "sc_run: no simulation");
	if (sim.dead)
		return sc_fail(SC_ESTATE, "sc_run: SystemC has failed before");
	if (until_tick < sc_clock_tick ||
	    (until_tick > TICK_MAX && until_tick != TICK_NEVER))
		return bad_instant("sc_run", until_tick);

	sc_result result = SC_OK;
	if (next_tick() < until_tick) {
		sim.running = true;
		sim.end_tick = until_tick;
		sim.stopped = false;
		sim.failure = SC_OK;
		result = guarded(run);
		sim.running = false;
	}
	if (result == SC_OK && until_tick != TICK_NEVER)
		sc_clock_tick = until_tick;
	return result;
}

sc_result
sc_stop(int reason)
{
	if (!sim.running)
		return sc_fail(SC_ESTATE, "sc_stop: no run to stop");
	sim.reason = reason;
	if (sim.failure == SC_OK)
		sim.failure = SC_STOPPED;
	stop();
	return SC_OK;
}

int
sc_stop_reason(void)
{
	return sim.reason;
}

uint64_t
sc_next_tick(void)
{
	return next_tick();
}

const char *
sc_errmsg(void)
{
	return message;
}
