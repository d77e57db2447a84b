/*
 * sc.cc: events of sc.h made of SystemC events.
 *
 * The one C++ of the simulator, with bench_plain.cc and fault.cc beside it.
 *
 * Events.  An event is an sc_event and a method process (SC_METHOD, spawned
 * at run time) that is sensitive to it.  SystemC keeps the pending instants,
 * advances time and dispatches.
 *
 * Time.  sc_time counts in units of half a tick, the CPU's clock unit; what
 * SystemC believes the unit to be (1 ps) is never used, because values go in
 * and out as integers.  Callbacks are due at even units only.  A run ends at
 * the odd unit before its end: SystemC wakes the processes of the very last
 * instant of a run without executing them, and so nothing is ever left half
 * done.  SystemC's clock may lag behind now_tick, when nothing was due.
 *
 * Order.  SystemC executes what is due at one instant in an order of its own
 * (a heap's for timed notifications, the reverse one for delta notifications).
 * So a process that is not alone in its evaluation phase only joins the batch;
 * the last one runs the batch in the order of the notifications' numbers.
 * Nothing has run before, hence nothing has been notified meanwhile: a later
 * notification for the same instant is a delta notification, and its number
 * is higher than all in the batch.  That makes the order total.
 *
 * Stopping.  sc_pause() lets SystemC trigger the delta notifications before it
 * returns, without executing their processes.  sc_run() executes them while
 * `stopped' is still set, and they too join the batch.  The next run notifies
 * an event of its own, `kick', to have the batch continued in a process.
 */
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <memory>
#include <type_traits>
#include <vector>

#define SC_INCLUDE_DYNAMIC_PROCESSES /* sc_spawn() */
#include <systemc>

#include "core/tick.h"
#include "sc/guard.h"
#include "sc/sc.h"

struct sc_ev {
	sc_core::sc_event event;
	sc_core::sc_process_handle process;
	sc_cb_fn *cb;
	void *arg;
	uint64_t due_tick = TICK_NEVER;
	uint64_t number = 0; /* of the last notification */

	sc_ev(sc_cb_fn *c, void *a) : cb(c), arg(a)
	{
	}
};

namespace {

struct due {
	uint64_t number;
	sc_ev *ev;
};

/*
 * How many events are pending for the instants that share a slot: a count of
 * one says that an event is alone at its instant.
 */
const unsigned SLOT_BITS = 10;
uint32_t slots[1 << SLOT_BITS];

struct {
	bool used;    /* sc_init() was called in this process */
	bool up;      /* between sc_init() and sc_fini() */
	bool running; /* in sc_run() */
	bool stopped; /* the run is to end: sc_stop() or a failure */
	bool dead;    /* SystemC failed */
	int reason;
	sc_result failure; /* of the callback that made it stop */
	uint64_t now_tick;
	uint64_t stamp_clk; /* SystemC's clock */
	uint64_t number;    /* of the last notification of all */
	uint64_t next_tick; /* what sc_next_tick() says outside; 0: ask */
	sc_ev *kick;
	std::vector<std::unique_ptr<sc_ev>> events;
	std::vector<due> batch; /* due now; [next..] have not run */
	size_t next;
} sim;

char message[256];

/* Is this entry of the batch still what its event is notified for? */
inline bool
valid(const due &d)
{
	return d.ev->number == d.number && d.ev->due_tick != TICK_NEVER;
}

inline uint32_t &
slot(uint64_t t_tick)
{
	return slots[t_tick * 0x9e3779b97f4a7c15u >> (64 - SLOT_BITS)];
}

/*
 * What sc_time::from_value() does, without the call.  In a class of standard
 * layout the first member is where the object is.
 */
inline sc_core::sc_time
to_sc_time(uint64_t t_clk)
{
	typedef sc_core::sc_time::value_type value;
	sc_core::sc_time t;

	static_assert(std::is_standard_layout_v<sc_core::sc_time>);
	static_assert(sizeof(sc_core::sc_time) == sizeof(value));
	*reinterpret_cast<value *>(&t) = t_clk;
	return t;
}

inline void
fire(sc_ev *ev, uint32_t &n)
{
	sim.now_tick = ev->due_tick;
	sim.stamp_clk = ev->due_tick * CLK_PER_TICK;
	ev->due_tick = TICK_NEVER;
	n--;
	ev->cb(ev->arg);
}

/* Run the batch in order, up to a stop. */
void
run_batch(void)
{
	std::sort(sim.batch.begin() + sim.next, sim.batch.end(),
	    [](const due &a, const due &b) { return a.number < b.number; });
	while (sim.next < sim.batch.size() && !sim.stopped) {
		const due d = sim.batch[sim.next++];
		if (valid(d))
			fire(d.ev, slot(d.ev->due_tick));
	}
	if (sim.next == sim.batch.size()) {
		sim.batch.clear();
		sim.next = 0;
	}
}

/* Join the batch; the last of this evaluation phase runs it. */
void
join(sc_ev *ev)
{
	sim.batch.push_back({ ev->number, ev });
	if (!sim.stopped && !sc_core::sc_pending_activity_at_current_time())
		run_batch();
}

/* The method process of an event. */
inline void
triggered(sc_ev *ev)
{
	uint32_t &n = slot(ev->due_tick);

	if (__builtin_expect(n == 1 && !sim.stopped, 1))
		fire(ev, n);
	else
		join(ev);
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

template <void BODY(sc_ev *)>
sc_ev *
create(sc_cb_fn *cb, void *arg)
{
	auto ev = std::make_unique<sc_ev>(cb, arg);
	sc_ev *p = ev.get();
	sc_core::sc_spawn_options opt;

	opt.spawn_method();
	opt.dont_initialize();
	opt.set_sensitivity(&p->event);
	sim.events.push_back(std::move(ev));
	p->process = sc_core::sc_spawn([p] { BODY(p); }, nullptr, &opt);
	return p;
}

inline void
cancel(sc_ev *ev)
{
	sim.next_tick = 0;
	if (ev->due_tick == TICK_NEVER)
		return;
	slot(ev->due_tick)--;
	ev->due_tick = TICK_NEVER;
	ev->event.cancel();
}

/* at_tick is not before now: the unit is not before SystemC's clock. */
inline sc_result
notify(sc_ev *ev, uint64_t at_tick)
{
	return guarded([=] {
		cancel(ev);
		ev->due_tick = at_tick;
		ev->number = ++sim.number;
		slot(at_tick)++;
		ev->event.notify(to_sc_time(at_tick * CLK_PER_TICK -
		    sim.stamp_clk));
		return SC_OK;
	});
}

/* An instant that cannot be: before now, or behind the last. */
__attribute__((cold, noinline)) sc_result
bad_instant(const char *who, uint64_t at_tick)
{
	return sc_fail(at_tick < sim.now_tick ? SC_EPAST : SC_ERANGE,
	    "%s: tick %llu is not within %llu (now) and %llu (the last)", who,
	    (unsigned long long)at_tick, (unsigned long long)sim.now_tick,
	    (unsigned long long)TICK_MAX);
}

/* Let SystemC run up to and including a unit. */
void
start(uint64_t until_clk)
{
	sc_core::sc_start(sc_core::sc_time::from_value(until_clk -
			      sim.stamp_clk),
	    sc_core::SC_EXIT_ON_STARVATION);
	sim.stamp_clk = sc_core::sc_time_stamp().value();
}

/* Has a stop left something to do of this instant? */
bool
batch_waits(void)
{
	return std::any_of(sim.batch.begin() + sim.next, sim.batch.end(),
	    valid);
}

uint64_t
next_tick(void)
{
	sc_core::sc_time t;

	if (batch_waits() || sc_core::sc_pending_activity_at_current_time())
		return sim.now_tick;
	if (!sc_core::sc_get_curr_simcontext()->next_time(t))
		return TICK_NEVER;
	return clk_to_tick_down(t.value());
}

sc_result
run(uint64_t until_tick)
{
	if (batch_waits())
		sim.kick->event.notify(sc_core::SC_ZERO_TIME);
	start(until_tick == TICK_NEVER ? UINT64_MAX
				       : until_tick * CLK_PER_TICK - 1);
	while (sim.stopped && sc_core::sc_pending_activity_at_current_time())
		sc_core::sc_start(sc_core::SC_ZERO_TIME);
	return sim.failure;
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
		sim.stopped = true;
		sc_core::sc_pause();
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
		sim.kick = create<join>(nullptr, nullptr);
		sim.kick->event.notify(sc_core::SC_ZERO_TIME);
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
		for (auto &ev : sim.events)
			ev->process.kill();
		sim.batch.clear();
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
		*evp = create<triggered>(cb, arg);
		return SC_OK;
	});
}

sc_result
sc_ev_at(struct sc_ev *ev, uint64_t at_tick)
{
	/* Both bounds at once: what is before now wraps around. */
	if (at_tick - sim.now_tick > TICK_MAX - sim.now_tick)
		return bad_instant("sc_ev_at", at_tick);
	return notify(ev, at_tick);
}

sc_result
sc_ev_after(struct sc_ev *ev, uint64_t delay_tick)
{
	if (delay_tick > TICK_MAX - sim.now_tick)
		return bad_instant("sc_ev_after", TICK_NEVER);
	return notify(ev, sim.now_tick + delay_tick);
}

sc_result
sc_ev_cancel(struct sc_ev *ev)
{
	return guarded([=] {
		cancel(ev);
		return SC_OK;
	});
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
	if (until_tick < sim.now_tick ||
	    (until_tick > TICK_MAX && until_tick != TICK_NEVER))
		return bad_instant("sc_run", until_tick);

	sc_result result = SC_OK;
	if (sc_next_tick() < until_tick) {
		sim.running = true;
		sim.next_tick = 0;
		sim.stopped = false;
		sim.failure = SC_OK;
		result = guarded([=] { return run(until_tick); });
		sim.running = false;
	}
	if (result == SC_OK && until_tick != TICK_NEVER)
		sim.now_tick = until_tick;
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
	sim.stopped = true;
	sc_core::sc_pause();
	return SC_OK;
}

int
sc_stop_reason(void)
{
	return sim.reason;
}

uint64_t
sc_now_tick(void)
{
	return sim.now_tick;
}

uint64_t
sc_next_tick(void)
{
	if (sim.running)
		return next_tick();
	if (sim.next_tick == 0)
		sim.next_tick = next_tick();
	return sim.next_tick;
}

const char *
sc_errmsg(void)
{
	return message;
}
