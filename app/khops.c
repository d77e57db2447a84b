/*
 * khops.c: which entries of functions are which hops (khops.h).
 *
 *	wm_rxintr_msix(q)		the CPU's handler runs
 *	bus_dmamap_sync(, map, POSTREAD)	WM_RXEOF; and of the message that led
 *					here LAPIC, CPU_INTR, WM_INTR
 *	bridge_input(, m)		BRIDGE_IN
 *	pktq_enqueue(, m)		SOFTINT
 *	pktq_dequeue()			the CPU takes one off the packet queue
 *	bridge_enqueue(, , m)		.. it was this one: BRIDGE_FWD
 *	bus_dmamap_load_mbuf(, , m)	WM_START; of a buffer that goes to a receive
 *					ring, too late to matter
 *
 * Only a message is for no frame in particular: several may come by one, and one
 * that comes while the handler is at work needs none.  What a frame gets is the
 * last time before its WM_RXEOF that its queue's vector was served, where the
 * vector is the one that chip and MSI-X table name then; so of a frame that an
 * earlier message's handler takes along, these are before its own RX_CAUSE.
 *
 * A hop is stamped once; a frame that is flooded leaves in copies that share the
 * buffer, and WM_START is the first one's.
 *
 * Context: entered() is on a CPU's host stack, in the order of the host: CPUs run
 * ahead of each other and of devices, so times are the CPU's.
 */
#include <stdlib.h>
#include <string.h>

#include "core/tick.h"
#include "khops.h"
#include "memory.h"
#include "seam.h"

/* Places in hk_regs.gpr: the arguments of functions, the first first. */
static const unsigned argument[] = { 7, 6, 2, 1, 8 };

/* NetBSD's <sys/bus.h> */
#define BUS_DMASYNC_POSTREAD 0x02u

struct khops;
struct call { /* of a watched function */
	struct khops *k;
	struct cpu *cpu;
	const uint64_t *gpr;
};

typedef void (*call_fn)(const struct call *);

static void interrupted(const struct call *), synced(const struct call *),
    bridged(const struct call *), queued(const struct call *),
    dequeued(const struct call *), forwarded(const struct call *),
    loaded(const struct call *), freed(const struct call *);

static const struct {
	const char *name;
	call_fn fn;
} functions[] = { { "wm_rxintr_msix", interrupted },
	{ "wm_txrxintr_msix", interrupted }, { "wm_intr_legacy", interrupted },
	{ "bus_dmamap_sync", synced }, { "bridge_input", bridged },
	{ "pktq_enqueue", queued }, { "pktq_dequeue", dequeued },
	{ "bridge_enqueue", forwarded }, { "bus_dmamap_load_mbuf", loaded },
	{ "m_freem", freed } };
#define NFUNCTION (sizeof(functions) / sizeof(functions[0]))

struct khops {
	struct memory memory;
	struct board *board;
	uint64_t m_data, dm_segs; /* offsets */
	call_fn fn[NFUNCTION];
	uint64_t va[NFUNCTION];
	bool must[NFUNCTION];
	struct run_watch watch;
	struct {
		uint64_t handler_tick, dequeue_tick; /* the last ones */
		const struct origin *queued;         /* given to pktq last */
	} cpu[CPU_MAX];
	khops_drop_fn *on_drop;
	void *on_drop_arg;
};

/* ---- arguments ----------------------------------------------------------------- */

static uint64_t
arg(const struct call *c, unsigned n)
{
	return c->gpr[argument[n]];
}

static uint64_t
now_tick(const struct call *c)
{
	return clk_to_tick_down(watch_now_clk(c->cpu));
}

/* Where the data of this mbuf begin. */
static bool
data_of(const struct call *c, uint64_t m, uint64_t *data)
{
	return memory_word(&c->k->memory, m + c->k->m_data, data);
}

/* The frame in the buffer that begins so much before these data, or NULL. */
static struct origin *
of_data(const struct call *c, uint64_t data, unsigned off)
{
	return board_origin(c->k->board, data - off - SEAM_RAM_VA);
}

static struct origin *
of_mbuf(const struct call *c, uint64_t m)
{
	uint64_t data;

	return data_of(c, m, &data) ? of_data(c, data, 0) : NULL;
}

/* This host may have taken the Ethernet header off, with or without a VLAN tag. */
static struct origin *
of_any_mbuf(const struct call *c, uint64_t m)
{
	static const unsigned header[] = { 0, 14, 18 };
	struct origin *o = NULL;
	uint64_t data;

	if (!data_of(c, m, &data))
		return NULL;
	for (unsigned i = 0; i < 3 && o == NULL; i++)
		o = of_data(c, data, header[i]);
	return o;
}

static void
stamp(struct origin *o, enum hop hop, uint64_t tick)
{
	if (o->stamp_tick[hop] == 0)
		o->stamp_tick[hop] = tick;
}

static void
stamp_mbuf(const struct call *c, unsigned n, enum hop hop)
{
	struct origin *o = of_mbuf(c, arg(c, n));

	if (o != NULL)
		stamp(o, hop, now_tick(c));
}

/* ---- hops ------------------------------------------------------------------------ */

static void
interrupted(const struct call *c)
{
	c->k->cpu[c->cpu->id].handler_tick = now_tick(c);
}

/* Who gets the messages of the queue, and with which vector. */
static const struct cpu *
served_by(const struct khops *k, const struct origin *o, uint8_t *vector)
{
	uint32_t address, data;

	if (!board_rx_message(k->board, o->port, o->queue, &address, &data))
		return NULL;
	*vector = (uint8_t)data;
	return board_target(k->board, address);
}

static void
stamp_message(const struct khops *k, struct origin *o, uint64_t now)
{
	uint8_t vector;
	const struct cpu *cpu = served_by(k, o, &vector);

	if (cpu == NULL || cpu->gate[vector].at == 0 ||
	    clk_to_tick_down(cpu->gate[vector].at) > now)
		return;
	stamp(o, HOP_LAPIC, clk_to_tick_down(cpu->gate[vector].since));
	stamp(o, HOP_CPU_INTR, clk_to_tick_down(cpu->gate[vector].at));
}

static void
synced(const struct call *c)
{
	const struct khops *k = c->k;
	struct origin *o;
	uint64_t pa, now;

	if ((arg(c, 4) & BUS_DMASYNC_POSTREAD) == 0 ||
	    !memory_word(&k->memory, arg(c, 1) + k->dm_segs, &pa))
		return;
	o = board_origin(k->board, pa);
	if (o == NULL || o->stamp_tick[HOP_WM_RXEOF] != 0)
		return;
	now = now_tick(c);
	stamp_message(k, o, now);
	stamp(o, HOP_WM_INTR, k->cpu[c->cpu->id].handler_tick);
	stamp(o, HOP_WM_RXEOF, now);
}

static void
bridged(const struct call *c)
{
	stamp_mbuf(c, 1, HOP_BRIDGE_IN);
}

/* It, or another copy of it, is to be sent in this mbuf. */
static void
sends(struct origin *o, uint64_t m)
{
	o->mbuf = m;
	o->loaded = false;
}

static void
queued(const struct call *c)
{
	struct origin *o = of_mbuf(c, arg(c, 1));

	c->k->cpu[c->cpu->id].queued = o;
	if (o == NULL)
		return;
	sends(o, arg(c, 1));
	stamp(o, HOP_SOFTINT, now_tick(c));
}

static void
dequeued(const struct call *c)
{
	c->k->cpu[c->cpu->id].dequeue_tick = now_tick(c);
	c->k->cpu[c->cpu->id].queued = NULL;
}

/*
 * Who is in the queue is not looked at: the CPU that forwards a frame has taken it
 * off last, at that entry, or within it if the frame came meanwhile.
 */
static void
forwarded(const struct call *c)
{
	struct origin *o = of_mbuf(c, arg(c, 2));
	uint64_t at = c->k->cpu[c->cpu->id].dequeue_tick;

	if (o == NULL)
		return;
	if (o->stamp_tick[HOP_SOFTINT] == 0)
		at = now_tick(c);
	else if (at < o->stamp_tick[HOP_SOFTINT])
		at = o->stamp_tick[HOP_SOFTINT];
	sends(o, arg(c, 2));
	stamp(o, HOP_BRIDGE_FWD, at);
}

static void
loaded(const struct call *c)
{
	struct origin *o = of_mbuf(c, arg(c, 2));

	if (o == NULL)
		return;
	stamp(o, HOP_WM_START, now_tick(c));
	o->loaded |= o->mbuf == arg(c, 2);
}

enum { AT_PKTQ, AT_IF_SND, AT_KERNEL };
const char *const khops_place[KHOPS_PLACES + 1] = { [AT_PKTQ] = "pktq",
	[AT_IF_SND] = "if_snd",
	[AT_KERNEL] = "kernel",
	[KHOPS_RX_RING] = "rx_ring" };

/* It is in memory, and the driver has not seen it. */
static bool
in_ring(const struct origin *o)
{
	return o->stamp_tick[HOP_RX_CAUSE] != 0 &&
	    o->stamp_tick[HOP_WM_RXEOF] == 0;
}

/*
 * One that has been sent is freed, too; that is no loss.  Nor is it if this host was to
 * have it as well, and frees what it has of it.
 */
static bool
is_lost(const struct origin *o, uint64_t m)
{
	if (o->mbuf == 0)
		return !o->ended && o->stamp_tick[HOP_WM_START] == 0;
	return o->mbuf == m && !(o->loaded && o->ended);
}

static void
lost(const struct call *c, struct origin *o, unsigned place)
{
	board_lost(c->k->board, o);
	c->k->on_drop(c->k->on_drop_arg, o, now_tick(c), place);
}

static void
freed(const struct call *c)
{
	const struct khops *k = c->k;
	struct origin *o = of_any_mbuf(c, arg(c, 0));
	unsigned place = AT_KERNEL;

	if (o != NULL && in_ring(o)) {
		stamp(o, HOP_WM_RXEOF, now_tick(c)); /* once */
		stamp(o, HOP_WM_START, now_tick(c));
		lost(c, o, KHOPS_RX_RING);
		return;
	}
	if (o == NULL || o->stamp_tick[HOP_WM_RXEOF] == 0 ||
	    !is_lost(o, arg(c, 0)))
		return;
	if (o->stamp_tick[HOP_BRIDGE_FWD] != 0)
		place = AT_IF_SND;
	else if (o->stamp_tick[HOP_SOFTINT] != 0 &&
	    k->cpu[c->cpu->id].queued == o)
		place = AT_PKTQ;
	lost(c, o, place);
}

/* ---- setting up ------------------------------------------------------------------- */

static void
entered(void *arg, struct cpu *cpu, const struct hk_regs *regs, unsigned which)
{
	struct khops *k = arg;
	const struct call c = { k, cpu, regs->gpr };

	k->fn[which](&c);
}

struct khops *
khops_create(const struct types *t, uint64_t ram_bytes, struct board *b,
    khops_drop_fn *on_drop, void *arg)
{
	struct khops *k = calloc(1, sizeof(*k));
	size_t n = 0;

	if (k == NULL)
		abort();
	k->memory = memory_of(t, ram_bytes);
	k->board = b;
	k->on_drop = on_drop;
	k->on_drop_arg = arg;
	for (size_t i = 0; i < NFUNCTION; i++) {
		const struct types_symbol *s = types_named(t,
		    functions[i].name);

		if (s == NULL || !s->function)
			continue;
		k->va[n] = s->va;
		k->fn[n++] = functions[i].fn;
	}
	if (!types_offset(t, "mbuf", "m_hdr.mh_data", &k->m_data) ||
	    !types_offset(t, "bus_dmamap", "dm_segs[0].ds_addr", &k->dm_segs))
		n = 0; /* no kernel of ours */
	k->watch = (struct run_watch){ k->va, k->must, n, entered, k };
	return k;
}

void
khops_destroy(struct khops *k)
{
	free(k);
}

const struct run_watch *
khops_watch(struct khops *k)
{
	return &k->watch;
}
