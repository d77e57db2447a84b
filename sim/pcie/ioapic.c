/*
 * ioapic.c: the I/O APIC's entries and lines (ioapic.h).
 *
 * An entry is looked at whenever its line, its registers or its Remote IRR
 * change (judge), and by edge only when its line becomes active.  EOIs on their
 * way wait in a list, the earliest first, for which one event stands; CPUs run
 * ahead of each other, so they need not come in the order of their times.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "core/tick.h"
#include "pcie/ioapic.h"
#include "sc/sc.h"

enum { IOREGSEL = 0x00, IOWIN = 0x10, EOI = 0x40 };
enum { REG_ID, REG_VERSION, REG_ARBITRATION, REG_ENTRY = 0x10 };
enum { LOGICAL = 0x800, ACTIVE_LOW = 0x2000 };
enum { REMOTE_IRR = 0x4000, LEVEL = 0x8000, MASKED = 0x10000 };

#define LOW_WRITABLE (0x7ffu | LOGICAL | ACTIVE_LOW | LEVEL | MASKED)
#define VERSION      (0x20u | (IOAPIC_INPUTS - 1) << 16)
#define NEOI         64 /* on their way: one of a CPU, and more than CPUs */
/* Message data: the line is asserted, and is a level. */
#define DATA_ASSERT 0x4000u

struct eoi {
	uint64_t tick;
	uint8_t vector;
};

struct ioapic {
	struct io *io;
	struct sc_ev *ev;
	uint32_t eoi_tick;
	uint32_t select, id;
	uint32_t low[IOAPIC_INPUTS], high[IOAPIC_INPUTS];
	bool asserted[IOAPIC_INPUTS];
	uint64_t sent[IOAPIC_INPUTS];
	struct eoi eoi[NEOI];
	unsigned neoi;
};

static void
must(enum sc_result r)
{
	if (r == SC_OK)
		return;
	fprintf(stderr, "rangeley: ioapic: %s\n", sc_errmsg());
	abort();
}

/* The wire as the entry takes it. */
static bool
active(const struct ioapic *a, unsigned n)
{
	const bool wire = a->asserted[n] != (n >= IOAPIC_PCI);

	return wire != ((a->low[n] & ACTIVE_LOW) != 0);
}

bool
ioapic_message(const struct ioapic *a, unsigned n, uint32_t *address,
    uint32_t *data)
{
	const uint32_t low = a->low[n];

	assert(n < IOAPIC_INPUTS);
	*address = IO_MSI_BASE | a->high[n] >> 24 << 12 |
	    ((low & LOGICAL) != 0 ? 4u : 0u);
	*data = (low & 0x7ff) | (low & LEVEL) | DATA_ASSERT;
	return (low & MASKED) == 0;
}

static void
send(struct ioapic *a, unsigned n)
{
	uint32_t address, data;

	(void)ioapic_message(a, n, &address, &data);
	a->sent[n]++;
	io_message(a->io, address, data, tick_to_clk(sc_now_tick()));
}

/* was: whether the line was active before what has just happened. */
static void
judge(struct ioapic *a, unsigned n, bool was)
{
	uint32_t *low = &a->low[n];

	if ((*low & LEVEL) == 0)
		*low &= ~(uint32_t)REMOTE_IRR;
	if ((*low & MASKED) != 0 || !active(a, n))
		return;
	if ((*low & LEVEL) == 0) {
		if (!was)
			send(a, n);
	} else if ((*low & REMOTE_IRR) == 0) {
		*low |= REMOTE_IRR;
		send(a, n);
	}
}

void
ioapic_set(struct ioapic *a, unsigned n, bool asserted)
{
	bool was;

	assert(n < IOAPIC_INPUTS);
	was = active(a, n);
	a->asserted[n] = asserted;
	judge(a, n, was);
}

void
ioapic_sink(void *a, unsigned gsi, bool asserted)
{
	ioapic_set(a, gsi, asserted);
}

/*
 * Ends of interrupts.
 */

static void
end_of(struct ioapic *a, uint8_t vector)
{
	for (unsigned n = 0; n < IOAPIC_INPUTS; n++) {
		if ((a->low[n] & REMOTE_IRR) == 0 ||
		    (a->low[n] & 0xff) != vector)
			continue;
		a->low[n] &= ~(uint32_t)REMOTE_IRR;
		judge(a, n, true);
	}
}

static void
eoi_arrives(void *arg)
{
	struct ioapic *a = arg;
	const uint8_t vector = a->eoi[0].vector;

	a->neoi--;
	for (unsigned i = 0; i < a->neoi; i++)
		a->eoi[i] = a->eoi[i + 1];
	if (a->neoi != 0)
		must(sc_ev_at(a->ev, a->eoi[0].tick));
	end_of(a, vector);
}

void
ioapic_eoi(struct ioapic *a, uint8_t vector, uint64_t at_clk)
{
	const uint64_t tick = clk_to_tick_up(at_clk) + a->eoi_tick;
	unsigned i = a->neoi++;

	assert(a->neoi <= NEOI);
	for (; i > 0 && a->eoi[i - 1].tick > tick; i--)
		a->eoi[i] = a->eoi[i - 1];
	a->eoi[i].tick = tick;
	a->eoi[i].vector = vector;
	must(sc_ev_at(a->ev, a->eoi[0].tick));
}

/*
 * Registers.
 */

static uint32_t *
entry_word(struct ioapic *a, uint32_t reg)
{
	const uint32_t i = reg - REG_ENTRY;

	if (reg < REG_ENTRY || i >= 2 * IOAPIC_INPUTS)
		return NULL;
	return i % 2 == 0 ? &a->low[i / 2] : &a->high[i / 2];
}

static uint32_t
get(struct ioapic *a, uint32_t reg)
{
	const uint32_t *w = entry_word(a, reg);

	if (w != NULL)
		return *w;
	switch (reg) {
	case REG_ID:
	case REG_ARBITRATION:
		return a->id;
	case REG_VERSION:
		return VERSION;
	}
	return 0;
}

static void
put(struct ioapic *a, uint32_t reg, uint32_t v)
{
	uint32_t *w = entry_word(a, reg);
	unsigned n;
	bool was;

	if (reg == REG_ID)
		a->id = v & 0x0f000000;
	if (w == NULL)
		return;
	if (reg % 2 != 0) {
		*w = v & 0xff000000;
		return;
	}
	n = (reg - REG_ENTRY) / 2;
	was = active(a, n);
	*w = (*w & ~LOW_WRITABLE) | (v & LOW_WRITABLE);
	judge(a, n, was);
}

static uint64_t
reg_read(void *arg, uint64_t off, unsigned size)
{
	struct ioapic *a = arg;

	if (size != 4)
		return 0;
	if (off == IOREGSEL)
		return a->select;
	return off == IOWIN ? get(a, a->select) : 0;
}

static void
reg_write(void *arg, uint64_t off, unsigned size, uint64_t v)
{
	struct ioapic *a = arg;

	if (size != 4)
		return;
	if (off == IOREGSEL)
		a->select = v & 0xff;
	else if (off == IOWIN)
		put(a, a->select, (uint32_t)v);
	else if (off == EOI)
		end_of(a, (uint8_t)v);
}

struct ioapic *
ioapic_create(struct io *io, uint32_t eoi_tick)
{
	struct ioapic *a = calloc(1, sizeof(*a));
	const struct io_dev dev = { "ioapic", IOAPIC_PA, IOAPIC_BYTES, false, a,
		reg_read, reg_write };

	assert(a != NULL);
	a->io = io;
	a->eoi_tick = eoi_tick;
	for (unsigned n = 0; n < IOAPIC_INPUTS; n++)
		a->low[n] = MASKED;
	io_add(io, &dev);
	must(sc_ev_create(eoi_arrives, a, &a->ev));
	return a;
}

void
ioapic_destroy(struct ioapic *a)
{
	if (a == NULL)
		return;
	must(sc_ev_cancel(a->ev));
	free(a);
}

/* Is there anything to say of an entry? */
static bool
is_shown(const struct ioapic *a, unsigned n)
{
	return (a->low[n] & MASKED) == 0 || a->asserted[n];
}

json_t *
ioapic_json(const struct ioapic *a)
{
	json_t *all = json_array();

	for (unsigned n = 0; n < IOAPIC_INPUTS; n++) {
		const uint32_t low = a->low[n];

		if (!is_shown(a, n))
			continue;
		json_array_append_new(all,
		    json_pack("{s:I s:b s:I s:I s:b s:b s:b s:b s:I}", "input",
			(json_int_t)n, "line", (int)a->asserted[n], "apic",
			(json_int_t)(a->high[n] >> 24), "vector",
			(json_int_t)(low & 0xff), "level",
			(int)((low & LEVEL) != 0), "active_low",
			(int)((low & ACTIVE_LOW) != 0), "masked",
			(int)((low & MASKED) != 0), "remote_irr",
			(int)((low & REMOTE_IRR) != 0), "messages",
			(json_int_t)a->sent[n]));
	}
	return all;
}

void
ioapic_print(const struct ioapic *a, FILE *out)
{
	fprintf(out, "%5s %5s %5s %4s %6s %5s %4s %4s %10s\n", "input", "line",
	    "apic", "int", "by", "low", "mask", "irr", "messages");
	for (unsigned n = 0; n < IOAPIC_INPUTS; n++) {
		const uint32_t low = a->low[n];

		if (!is_shown(a, n))
			continue;
		fprintf(out,
		    "%5u %5s %5" PRIu32 " %4" PRIu32
		    " %6s %5s %4s %4s %10" PRIu64 "\n",
		    n, a->asserted[n] ? "on" : "off", a->high[n] >> 24,
		    low & 0xff, (low & LEVEL) != 0 ? "level" : "edge",
		    (low & ACTIVE_LOW) != 0 ? "yes" : "no",
		    (low & MASKED) != 0 ? "yes" : "no",
		    (low & REMOTE_IRR) != 0 ? "yes" : "no", a->sent[n]);
	}
}
