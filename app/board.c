/*
 * board.c: puts root complex, I354, BMC and cables together (board.h).
 */
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "core/machine.h"
#include "lpc/bmc.h"
#include "pcie/ioapic.h"
#include "sc/sc.h"

#define NIC_BUS 0
#define NIC_DEV 0x14

/* 02: locally administered; the last octet is the port's. */
static const uint8_t mac[6] = { 0x00, 0x25, 0x90, 0x00, 0x14, 0x00 };

struct outlet {
	struct board *board;
	unsigned port;
	bool used;
	struct board_outside outside;
	struct cable *cable;
};

struct board {
	struct run_devices devices;
	const struct machine *machine;
	struct outlet outlet[I354_NPORT];
	struct smp *smp;
	struct pcie *pcie;
	struct ioapic *ioapic;
	struct i354 *nic;
	struct bmc *bmc;
	struct origins *origins;
	struct absent absent;
	void (*on_end)(void *);
	void *on_end_arg;
};

/* ---- identity (origin.h) ---------------------------------------------------------- */

static void
moves(void *arg, unsigned port, unsigned queue, const struct frame *f,
    uint64_t pa)
{
	struct board *b = arg;

	origins_moves(b->origins, port, queue, f, pa);
}

static void
delivered(void *arg, unsigned port, unsigned queue, const struct frame *f,
    uint64_t pa)
{
	struct board *b = arg;

	(void)port;
	(void)queue;
	origins_delivered(b->origins, f, pa);
}

static void
taken(void *arg, unsigned port, unsigned queue, struct frame *f, uint64_t pa)
{
	struct board *b = arg;

	(void)port;
	(void)queue;
	origins_taken(b->origins, f, pa);
}

struct origin *
board_origin(struct board *b, uint64_t pa)
{
	return origins_at(b->origins, pa);
}

void
board_lost(struct board *b, struct origin *o)
{
	origins_lost(b->origins, o);
}

uint64_t
board_made(const struct board *b)
{
	return origins_made(b->origins);
}

static void
touched(struct board *b, struct absent_row r, const char *name)
{
	snprintf(r.name, sizeof(r.name), "%s", name);
	absent_touch(&b->absent, &r, io_cpu(b->smp->io), sc_now_tick());
}

static void
absent(void *arg, unsigned port, const char *name, uint32_t off, bool write)
{
	touched(arg,
	    (struct absent_row){ .port = port, .write = write, .off = off },
	    name);
}

static void
lacking(void *arg, unsigned port, const char *name, uint32_t off, uint32_t bits)
{
	touched(arg,
	    (struct absent_row){
		.port = port, .write = true, .off = off, .bits = bits },
	    name);
}

/* ---- cables -------------------------------------------------------------------- */

struct cable *
board_cable(struct board *b, unsigned port)
{
	return b->outlet[port].cable;
}

static void
connect_port(struct board *b, struct outlet *c)
{
	const struct wire_port inner = i354_wire_port(b->nic, c->port);
	struct wire_out out;
	char name[8];

	snprintf(name, sizeof(name), "wm%u", c->port);
	c->cable = cable_create(name, CABLE_RATE_1G, CABLE_FLIGHT_TICK);
	cable_connect(c->cable, 0, &inner);
	cable_connect(c->cable, BOARD_OUTSIDE, &c->outside.port);
	out = cable_out(c->cable, 0);
	i354_wire_out(b->nic, c->port, &out);
	cable_set_up(c->cable, true);
}

/* A level interrupt has ended on a CPU. */
static void
eoi(void *ioapic, uint8_t vector, uint64_t at_clk)
{
	ioapic_eoi(ioapic, vector, at_clk);
}

/* ---- struct run_devices ---------------------------------------------------------- */

static enum exit_code
create(void *arg, struct smp *smp, struct err *err)
{
	struct board *b = arg;
	const struct i354_watch watch = { .arg = b,
		.moves = moves,
		.delivered = delivered,
		.taken = taken,
		.absent = absent,
		.lacking = lacking };
	struct pcie_params pp;
	struct i354_params np;

	(void)err;
	b->smp = smp;
	/* From the root on a message has what the link has left of its time. */
	smp_lookahead(smp,
	    b->machine->msi_latency_clk - b->machine->pcie_flight_clk);
	pcie_params_init(&pp, b->machine);
	i354_params_init(&np, b->machine);
	b->pcie = pcie_create(smp->io, &pp);
	b->ioapic = ioapic_create(smp->io,
	    (uint32_t)clk_to_tick_up(b->machine->uncached_flight_clk));
	pcie_intx_sink(b->pcie, ioapic_sink, b->ioapic);
	smp_on_eoi(smp, eoi, b->ioapic);
	b->nic = i354_create(b->pcie, NIC_BUS, NIC_DEV, &np, mac);
	i354_watch(b->nic, &watch);
	b->bmc = bmc_create(smp->io, b->machine);
	pcie_firmware(b->pcie);
	for (unsigned p = 0; p < I354_NPORT; p++)
		if (b->outlet[p].used)
			connect_port(b, &b->outlet[p]);
	return EX_GOOD;
}

static void
ready(void *arg, uint64_t at_tick)
{
	struct board *b = arg;

	for (unsigned p = 0; p < I354_NPORT; p++)
		if (b->outlet[p].used)
			b->outlet[p].outside.ready(b->outlet[p].outside.arg,
			    at_tick);
}

static bool
over(void *arg)
{
	const struct board *b = arg;

	for (unsigned p = 0; p < I354_NPORT; p++)
		if (b->outlet[p].used &&
		    !b->outlet[p].outside.done(b->outlet[p].outside.arg))
			return false;
	return frame_ledger()->in_use == i354_stopped_all(b->nic) &&
	    !i354_is_throttled(b->nic);
}

static void
destroy(void *arg)
{
	struct board *b = arg;

	if (b->on_end != NULL)
		b->on_end(b->on_end_arg);
	for (unsigned p = 0; p < I354_NPORT; p++)
		if (b->outlet[p].cable != NULL)
			cable_destroy(b->outlet[p].cable);
	bmc_destroy(b->bmc);
	i354_destroy(b->nic);
	ioapic_destroy(b->ioapic);
	pcie_destroy(b->pcie);
	b->nic = NULL;
}

/* ---- interface --------------------------------------------------------------------- */

int
board_port(const char *name)
{
	if (strncmp(name, "wm", 2) != 0 || name[2] < '0' ||
	    name[2] >= '0' + I354_NPORT)
		return -1;
	return name[2] - '0';
}

struct board *
board_create(const struct machine *machine)
{
	struct board *b = calloc(1, sizeof(*b));

	if (b == NULL)
		abort();
	b->machine = machine;
	b->origins = origins_create();
	b->devices = (struct run_devices){ b, create, ready, over, destroy };
	for (unsigned p = 0; p < I354_NPORT; p++) {
		b->outlet[p].board = b;
		b->outlet[p].port = p;
	}
	return b;
}

void
board_destroy(struct board *b)
{
	if (b == NULL)
		return;
	origins_destroy(b->origins);
	free(b);
	frames_fini();
}

void
board_connect(struct board *b, unsigned port,
    const struct board_outside *outside)
{
	b->outlet[port].used = true;
	b->outlet[port].outside = *outside;
}

const struct run_devices *
board_devices(struct board *b)
{
	return &b->devices;
}

bool
board_over(void *arg)
{
	return over(arg);
}

struct smp *
board_smp(const struct board *b)
{
	return b->smp;
}

struct pcie *
board_pcie(struct board *b)
{
	return b->pcie;
}

struct i354 *
board_nic(const struct board *b)
{
	return b->nic;
}

struct ioapic *
board_ioapic(struct board *b)
{
	return b->ioapic;
}

bool
board_rx_message(const struct board *b, unsigned port, unsigned queue,
    uint32_t *address, uint32_t *data)
{
	return i354_rx_message(b->nic, port, queue, address, data) ||
	    ioapic_message(b->ioapic, pcie_intx_gsi(i354_fn(b->nic, port)),
		address, data);
}

const struct cpu *
board_target(const struct board *b, uint32_t address)
{
	for (unsigned i = 0; i < b->smp->ncpu; i++)
		if (lapic_matches(&b->smp->cpu[i]->lapic,
			(uint8_t)(address >> 12), (address & 4) != 0))
			return b->smp->cpu[i];
	return NULL;
}

struct absent *
board_absent(struct board *b)
{
	return &b->absent;
}

void
board_on_end(struct board *b, void (*fn)(void *), void *arg)
{
	b->on_end = fn;
	b->on_end_arg = arg;
}
