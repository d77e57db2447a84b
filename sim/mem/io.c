/*
 * io.c: module ports, device ranges and DMA (io.h).
 *
 * A port knows at once when an access will arrive, since nothing that happens
 * later can hold it up.  So an access is timed when it is issued and then
 * waits in the port's ring; one event per port stands for the oldest:
 *
 *	ring	[ arrives 100 | 100 | 340 ... ]
 *	event	  ^ due at 100; takes one, then is due for the next
 *
 * io_write, io_read and io_out are for the program outside of sc_run(), the
 * rest of the timed functions for callbacks.  A ring doubles when it is full;
 * nothing else here allocates once the machine stands.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tick.h"
#include "mem/io.h"
#include "sc/sc.h"

#define LINE_BYTES 64
#define RING_FIRST 8 /* a power of two, as all lengths of rings are */
#define NPORT      65536
#define NCPU       64

enum kind { POSTED, READ, OUT };

/* An access under way. */
struct access {
	const struct io_dev *dev;
	uint64_t off;
	uint64_t value;
	uint64_t arrival_clk; /* even */
	uint64_t answer_clk;
	enum kind kind;
	unsigned size;
	unsigned cpu;
};

/* An answer that the device holds, or one on its way through arrive(). */
struct answer {
	uint64_t value;
	uint64_t leave_clk;
	uint64_t rest_clk; /* its way back */
};

struct port {
	struct io *io;
	struct sc_ev *ev; /* pending while the ring holds something */
	struct access *ring;
	size_t len, first, n;
	uint64_t free_clk;    /* for the next access to start */
	uint64_t arrival_clk; /* of the access issued last */
};

struct io {
	struct io_params par;
	struct io_machine m;
	struct io_dev dev[IO_MAX_DEV];
	unsigned ndev;
	unsigned nport;
	struct port port[IO_MAX_MODULE];
	uint64_t waiting;  /* a bit for each CPU with a read under way */
	uint64_t held;     /* and one for each whose answer is held */
	unsigned reader;   /* whose read is in dev->read, NCPU: nobody's */
	unsigned arriving; /* whose access has arrived last */
	struct answer answer[NCPU];
	uint64_t dma_free_clk;
	uint64_t dma_done_clk; /* when all DMA so far is done */
};

static void
must(enum sc_result r)
{
	if (r == SC_OK)
		return;
	fprintf(stderr, "rangeley: io: %s\n", sc_errmsg());
	abort();
}

/*
 * Set-up.
 */

static void arrive(void *);

struct io *
io_create(const struct io_params *par, const struct io_machine *m,
    unsigned nmodule)
{
	struct io *io = calloc(1, sizeof(*io));

	assert(io != NULL && nmodule > 0 && nmodule <= IO_MAX_MODULE);
	assert(par->flight_clk <= par->read_clk);
	assert(par->flight_clk <= par->port_clk);
	assert(m->dma_line && m->ram && m->msi && m->answer);
	io->par = *par;
	io->m = *m;
	io->nport = nmodule;
	io->reader = NCPU;
	for (unsigned i = 0; i < nmodule; i++) {
		struct port *p = &io->port[i];

		p->io = io;
		p->len = RING_FIRST;
		p->ring = calloc(p->len, sizeof(*p->ring));
		assert(p->ring != NULL);
		must(sc_ev_create(arrive, p, &p->ev));
	}
	return io;
}

void
io_destroy(struct io *io)
{
	if (io == NULL)
		return;
	for (unsigned i = 0; i < io->nport; i++) {
		must(sc_ev_cancel(io->port[i].ev));
		free(io->port[i].ring);
	}
	free(io);
}

void
io_add(struct io *io, const struct io_dev *dev)
{
	const uint64_t last = dev->base + (dev->bytes - 1);

	assert(io->ndev < IO_MAX_DEV);
	assert(dev->read != NULL && dev->write != NULL);
	assert(dev->bytes > 0 && last >= dev->base);
	assert(!dev->ports || last < NPORT);
	for (unsigned i = 0; i < io->ndev; i++) {
		const struct io_dev *d = &io->dev[i];

		assert(d->ports != dev->ports || last < d->base ||
		    dev->base > d->base + (d->bytes - 1));
	}
	io->dev[io->ndev++] = *dev;
}

static bool
holds(const struct io_dev *d, uint64_t address, unsigned size)
{
	return address >= d->base && address - d->base < d->bytes &&
	    size <= d->bytes - (address - d->base);
}

const struct io_dev *
io_find(const struct io *io, bool ports, uint64_t address, unsigned size)
{
	for (unsigned i = 0; io != NULL && i < io->ndev; i++)
		if (io->dev[i].ports == ports &&
		    holds(&io->dev[i], address, size))
			return &io->dev[i];
	return NULL;
}

uint32_t
io_lookahead_clk(const struct io_params *par)
{
	uint32_t q = par->flight_clk;

	if (q > par->read_clk - par->flight_clk)
		q = par->read_clk - par->flight_clk;
	if (q > par->port_clk - par->flight_clk)
		q = par->port_clk - par->flight_clk;
	if (q > par->msi_clk)
		q = par->msi_clk;
	return q;
}

/*
 * From the CPUs to the devices.
 */

static struct port *
port_of(struct io *io, unsigned module)
{
	assert(module < io->nport);
	return &io->port[module];
}

/* Twice the room, the oldest access first. */
static void
grow(struct port *p)
{
	struct access *ring = calloc(2 * p->len, sizeof(*ring));

	assert(ring != NULL);
	for (size_t i = 0; i < p->n; i++)
		ring[i] = p->ring[(p->first + i) & (p->len - 1)];
	free(p->ring);
	p->ring = ring;
	p->len *= 2;
	p->first = 0;
}

static void
await(struct port *p)
{
	const uint64_t clk = p->ring[p->first].arrival_clk;

	must(sc_ev_at(p->ev, clk_to_tick_up(clk)));
}

static uint64_t
low_bytes(uint64_t value, unsigned size)
{
	return size == 8 ? value : value & ((UINT64_C(1) << 8 * size) - 1);
}

/*
 * Let an access out of the port at start_clk.  The event kernel counts in
 * ticks, so an access that would arrive in the middle of one arrives at its
 * end; the answer to it starts there.
 */
static void
issue(struct port *p, struct access a, uint64_t address, uint64_t start_clk)
{
	const struct io_params *par = &p->io->par;
	const uint32_t total_clk = a.dev->ports ? par->port_clk : par->read_clk;
	uint64_t tick = clk_to_tick_up(start_clk + par->flight_clk);

	assert(a.size == 1 || a.size == 2 || a.size == 4 || a.size == 8);
	assert(holds(a.dev, address, a.size));
	a.off = address - a.dev->base;
	a.value = low_bytes(a.value, a.size);
	a.arrival_clk = tick_later(tick_to_clk(tick), p->arrival_clk);
	assert(clk_to_tick_up(a.arrival_clk) >= sc_now_tick());
	a.answer_clk = a.arrival_clk + (total_clk - par->flight_clk);
	p->arrival_clk = a.arrival_clk;
	if (p->n == p->len)
		grow(p);
	p->ring[(p->first + p->n) & (p->len - 1)] = a;
	if (p->n++ == 0)
		await(p);
}

uint64_t
io_write(struct io *io, unsigned module, unsigned cpu, const struct io_dev *dev,
    uint64_t address, unsigned size, uint64_t value, uint64_t t)
{
	struct port *p = port_of(io, module);
	const uint64_t start_clk = tick_later(t, p->free_clk);
	const struct access a = { .dev = dev,
		.kind = POSTED,
		.size = size,
		.cpu = cpu,
		.value = value };

	assert(!dev->ports);
	p->free_clk = start_clk + io->par.gap_clk;
	issue(p, a, address, start_clk);
	return start_clk + io->par.write_clk;
}

/* The core waits for this one; it waits for the port and leaves it free. */
static void
issue_waiting(struct io *io, unsigned module, struct access a, uint64_t address,
    uint64_t t)
{
	struct port *p = port_of(io, module);

	assert(a.cpu < NCPU && (io->waiting >> a.cpu & 1) == 0);
	io->waiting |= UINT64_C(1) << a.cpu;
	issue(p, a, address, tick_later(t, p->free_clk));
}

void
io_read(struct io *io, unsigned module, unsigned cpu, const struct io_dev *dev,
    uint64_t address, unsigned size, uint64_t t)
{
	const struct access a = {
		.dev = dev, .kind = READ, .size = size, .cpu = cpu
	};

	issue_waiting(io, module, a, address, t);
}

void
io_out(struct io *io, unsigned module, unsigned cpu, const struct io_dev *dev,
    uint64_t address, unsigned size, uint64_t value, uint64_t t)
{
	const struct access a = { .dev = dev,
		.kind = OUT,
		.size = size,
		.cpu = cpu,
		.value = value };

	assert(dev->ports);
	issue_waiting(io, module, a, address, t);
}

uint64_t
io_port_free(const struct io *io, unsigned module)
{
	assert(module < io->nport);
	return io->port[module].free_clk;
}

unsigned
io_hold(struct io *io)
{
	assert(io->reader < NCPU);
	io->held |= UINT64_C(1) << io->reader;
	return io->reader;
}

unsigned
io_cpu(const struct io *io)
{
	return io->arriving;
}

static void
leave(struct io *io, unsigned cpu)
{
	const struct answer *a = &io->answer[cpu];

	io->waiting &= ~(UINT64_C(1) << cpu);
	io->m.answer(io->m.arg, cpu, a->value, a->leave_clk + a->rest_clk);
}

void
io_release(struct io *io, unsigned cpu, uint64_t at)
{
	struct answer *a = &io->answer[cpu];

	assert(cpu < NCPU && (io->held >> cpu & 1) != 0);
	io->held &= ~(UINT64_C(1) << cpu);
	a->leave_clk = tick_later(a->leave_clk, at);
	if (cpu != io->reader)
		leave(io, cpu);
}

/* A read, or an OUT, which is a write that is answered. */
static void
ask(struct io *io, const struct access *a)
{
	struct answer *answer = &io->answer[a->cpu];
	uint64_t value = 0;

	answer->leave_clk = a->arrival_clk;
	answer->rest_clk = a->answer_clk - a->arrival_clk;
	if (a->kind == OUT)
		a->dev->write(a->dev->arg, a->off, a->size, a->value);
	else {
		io->reader = a->cpu;
		value = a->dev->read(a->dev->arg, a->off, a->size);
		io->reader = NCPU;
	}
	answer->value = low_bytes(value, a->size);
	if ((io->held >> a->cpu & 1) == 0)
		leave(io, a->cpu);
}

/* The oldest access of a port has arrived. */
static void
arrive(void *arg)
{
	struct port *p = arg;
	const struct access a = p->ring[p->first];

	p->first = (p->first + 1) & (p->len - 1);
	if (--p->n > 0)
		await(p);
	p->io->arriving = a.cpu;
	if (a.kind == POSTED)
		a.dev->write(a.dev->arg, a.off, a.size, a.value);
	else
		ask(p->io, &a);
}

/*
 * From the devices to memory and to the CPUs.
 */

/* One of from (a write to memory) and to (a read) is NULL. */
static uint64_t
dma(struct io *io, uint64_t pa, const uint8_t *from, uint8_t *to, uint32_t n,
    uint64_t at)
{
	uint8_t *mem;
	uint64_t done_clk = at;

	if (n == 0)
		return at;
	if (pa + n < pa || (mem = io->m.ram(io->m.arg, pa, n)) == NULL)
		return 0;
	for (uint32_t i = 0, part; i < n; i += part) {
		const uint64_t start_clk = tick_later(at, io->dma_free_clk);
		const uint64_t end_clk = io->m.dma_line(io->m.arg, pa + i,
		    from != NULL, start_clk);

		assert(end_clk >= start_clk);
		io->dma_free_clk = start_clk + io->par.dma_line_clk;
		done_clk = tick_later(done_clk, end_clk);
		part = LINE_BYTES - (pa + i) % LINE_BYTES;
		if (part > n - i)
			part = n - i;
		if (from != NULL)
			memcpy(mem + i, from + i, part);
		else
			memcpy(to + i, mem + i, part);
	}
	io->dma_done_clk = tick_later(io->dma_done_clk, done_clk);
	return done_clk;
}

uint64_t
io_dma_write(struct io *io, uint64_t pa, const void *from, uint32_t n,
    uint64_t at)
{
	return dma(io, pa, from, NULL, n, at);
}

uint64_t
io_dma_read(struct io *io, uint64_t pa, void *to, uint32_t n, uint64_t at)
{
	return dma(io, pa, NULL, to, n, at);
}

void
io_message(struct io *io, uint32_t address, uint32_t data, uint64_t at)
{
	uint64_t arrival_clk = tick_later(at + io->par.msi_clk,
	    io->dma_done_clk);

	if (address >= IO_MSI_BASE && address < IO_MSI_END)
		io->m.msi(io->m.arg, address, data, arrival_clk);
	else
		(void)io_dma_write(io, address, &data, sizeof(data), at);
}
