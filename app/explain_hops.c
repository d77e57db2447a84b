/*
 * explain_hops.c: which hop of a frame's way (core/hop.h) a CPU is at.
 *
 * A hop is an instant; what is done for it is what its function does and what that
 * calls, until the function of another hop is entered; when that one returns, it is the
 * first one's again:
 *
 *	wm_rxintr_msix		WM_INTR
 *	  wm_rx_serve		WM_RXEOF, ether_input() too
 *	    bridge_input	BRIDGE_IN, the table of addresses too
 *	      pktq_enqueue	SOFTINT
 *	    (goes on)		BRIDGE_IN .. WM_RXEOF .. WM_INTR
 *
 * So CPUs' cycles are divided among hops, with the few rows that are no frame's: they add
 * up.  Entries are seen as functions are watched (cpu/watch.h); a function has returned
 * when the stack pointer is above the one it was entered with.  Each LWP has a stack, and
 * a handler that interrupts one is on the same, deeper in interrupts.
 *
 * An image that lacks a function has nothing in its row: what it would be is in that of
 * its caller.
 *
 * Context: entered() and explain_at() on the host stacks of CPUs.
 */
#include <stdlib.h>
#include <string.h>

#include "core/hop.h"
#include "explain_int.h"

/* Those of NetBSD of 2015, too, which an overlay may have. */
static const struct {
	const char *function;
	enum explain_at at;
} functions[] = { { "wm_rxintr_msix", EXPLAIN_AT_WM_INTR },
	{ "wm_txrxintr_msix", EXPLAIN_AT_WM_INTR },
	{ "wm_intr_legacy", EXPLAIN_AT_WM_INTR },
	{ "wm_rx_serve", EXPLAIN_AT_RXEOF }, { "wm_rxeof", EXPLAIN_AT_RXEOF },
	{ "bridge_input", EXPLAIN_AT_BRIDGE_IN },
	{ "pktq_enqueue", EXPLAIN_AT_SOFTINT },
	{ "softint_dispatch", EXPLAIN_AT_SWITCH },
	{ "bridge_forward", EXPLAIN_AT_FWD },
	{ "wm_transmit", EXPLAIN_AT_START }, { "wm_start", EXPLAIN_AT_START },
	{ "wm_nq_start", EXPLAIN_AT_START },
	{ "wm_nq_transmit", EXPLAIN_AT_START },
	{ "wm_txintr_msix", EXPLAIN_AT_TXEOF },
	{ "wm_txeof", EXPLAIN_AT_TXEOF } };
#define NFUNCTION (sizeof(functions) / sizeof(functions[0]))

/* In which CPUs wait for a lock. */
static const struct {
	const char *function;
	enum explain_watched what;
} waits[] = { { "mutex_vector_enter", EXPLAIN_WATCH_LOCK },
	{ "rw_vector_enter", EXPLAIN_WATCH_LOCK },
	{ "_kernel_lock", EXPLAIN_WATCH_BIG } };
#define NWAIT (sizeof(waits) / sizeof(waits[0]))

/* The port's own code around handlers and softints; by what their names begin with. */
static const struct {
	const char *prefix;
	enum explain_at at;
} entries[] = { { "Xintr", EXPLAIN_AT_INTR }, { "Xdoreti", EXPLAIN_AT_INTR },
	{ "Xspllower", EXPLAIN_AT_INTR }, { "Xsoftintr", EXPLAIN_AT_SWITCH },
	{ "softintr_ret", EXPLAIN_AT_SWITCH },
	{ "softint_trigger", EXPLAIN_AT_SWITCH } };

const struct explain_at_name explain_at_name[EXPLAIN_NAT] = {
	[EXPLAIN_AT_INTR] = { "CPU_INTR",
	    "entry and exit of interrupts; handlers of others" },
	[EXPLAIN_AT_WM_INTR] = { "WM_INTR", "the driver's handler of a queue" },
	[EXPLAIN_AT_RXEOF] = { "WM_RXEOF",
	    "from the ring to the bridge; a new buffer" },
	[EXPLAIN_AT_BRIDGE_IN] = { "BRIDGE_IN", "the bridge's input" },
	[EXPLAIN_AT_SOFTINT] = { "SOFTINT", "queued for the forwarding CPU" },
	[EXPLAIN_AT_SWITCH] = { "softint_switch", "to a softint, and back" },
	[EXPLAIN_AT_FWD] = { "BRIDGE_FWD",
	    "off the queue, and out of the bridge" },
	[EXPLAIN_AT_START] = { "WM_START",
	    "to a transmit ring, with the tail" },
	[EXPLAIN_AT_TXEOF] = { "TXEOF", "frames that are sent leave the ring" },
	[EXPLAIN_AT_OTHER] = { "other", "other softints, threads" },
	[EXPLAIN_AT_IDLE] = { "idle",
	    "sleep, the way out of it, the idle loop" }
};

enum explain_at
explain_at_of_entry(const char *function)
{
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		if (strncmp(function, entries[i].prefix,
			strlen(entries[i].prefix)) == 0)
			return entries[i].at;
	return EXPLAIN_NAT;
}

/* ---- functions that have been entered ---------------------------------------------- */

#define DEEP 8 /* of hops' functions on a stack; more do not nest */

struct calls { /* on the stack of an LWP, the outermost first */
	unsigned n;
	struct {
		uint64_t sp; /* as it was entered */
		int depth;   /* of interrupts */
		enum explain_at at;
	} call[DEEP];
};

size_t
explain_calls_bytes(void)
{
	return sizeof(struct calls);
}

static struct calls *
calls_of(struct explain *e, uint64_t lwp, uint64_t sp)
{
	struct calls *k = explain_row(&e->calls, lwp);

	while (k->n != 0 && sp > k->call[k->n - 1].sp)
		k->n--;
	return k;
}

static void
enters(struct explain *e, const struct kview_context *c, uint64_t sp,
    enum explain_at at)
{
	/* One entered here before jumped to this one, or its stack began anew. */
	struct calls *k = calls_of(e, c->lwp, sp + 1);

	if (k->n == DEEP)
		return;
	k->call[k->n].sp = sp;
	k->call[k->n].depth = c->depth;
	k->call[k->n++].at = at;
}

enum explain_at
explain_at(struct explain *e, const struct cycles_step *s,
    const struct explain_function *f, const struct kview_context *c)
{
	const struct calls *k;

	if (f->entry != EXPLAIN_NAT)
		return f->entry;
	k = calls_of(e, c->lwp, s->sp);
	if (k->n != 0 && k->call[k->n - 1].depth == c->depth)
		return k->call[k->n - 1].at;
	if (c->hard)
		return EXPLAIN_AT_INTR;
	return explain_is_idle(c) ? EXPLAIN_AT_IDLE : EXPLAIN_AT_OTHER;
}

/* ---- watching --------------------------------------------------------------------- */

enum { RSP = 4, RDI = 7 }; /* in hk_regs.gpr */

static void
entered(void *arg, struct cpu *cpu, const struct hk_regs *regs, unsigned which)
{
	struct explain *e = arg;
	const struct explain_watch *w = &e->watch_what[which];
	struct kview_context c;

	if (which < e->other.n)
		e->other.fn(e->other.arg, cpu, regs, which);
	if (w->what == EXPLAIN_WATCH_OTHER || !e->begun)
		return;
	kview_look(e->kview, cpu, &c);
	if (w->what == EXPLAIN_WATCH_HOP)
		enters(e, &c, regs->gpr[RSP], w->at);
	else
		*explain_lock(e, cpu->id, &c) = w->what == EXPLAIN_WATCH_LOCK
		    ? (uint32_t)regs->gpr[RDI]
		    : e->kernel_lock;
}

static void
watch_va(struct explain *e, uint64_t va, bool must, struct explain_watch what)
{
	size_t i;

	for (i = 0; i < e->watch.n && e->watch_va[i] != va; i++)
		;
	if (i == e->watch.n) {
		e->watch_va[i] = va;
		e->watch_must[i] = must;
		e->watch.n++;
	}
	e->watch_what[i] = what;
}

static void
watch_named(struct explain *e, const char *name, struct explain_watch what)
{
	const struct types_symbol *s = types_named(e->types, name);

	if (s != NULL && s->function)
		watch_va(e, s->va, false, what);
}

const struct run_watch *
explain_watch(struct explain *e, const struct run_watch *other)
{
	const size_t most = NFUNCTION + NWAIT + (other != NULL ? other->n : 0);
	const struct types_symbol *s = types_named(e->types, "kernel_lock");

	e->watch_va = calloc(most, sizeof(*e->watch_va));
	e->watch_must = calloc(most, sizeof(*e->watch_must));
	e->watch_what = calloc(most, sizeof(*e->watch_what));
	if (e->watch_va == NULL || e->watch_must == NULL ||
	    e->watch_what == NULL)
		abort();
	e->kernel_lock = s != NULL ? (uint32_t)s->va : 0;
	if (other != NULL)
		e->other = *other;
	for (size_t i = 0; i < e->other.n; i++)
		watch_va(e, other->function[i], other->must[i],
		    (struct explain_watch){ .what = EXPLAIN_WATCH_OTHER });
	for (size_t i = 0; i < NFUNCTION; i++)
		watch_named(e, functions[i].function,
		    (struct explain_watch){ .at = functions[i].at });
	for (size_t i = 0; i < NWAIT; i++)
		watch_named(e, waits[i].function,
		    (struct explain_watch){ .what = waits[i].what });
	e->watch.function = e->watch_va;
	e->watch.must = e->watch_must;
	e->watch.fn = entered;
	e->watch.arg = e;
	return &e->watch;
}
