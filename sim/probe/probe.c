/*
 * probe.c: the probe's registers (probe.h).
 *
 * All that a register holds is a 64-bit word of struct probe, which the table
 * names; a register that does something when it is read or written has a
 * function besides.  Everything but probe_create() and probe_destroy() runs in
 * callbacks of the event kernel, and allocates nothing.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tick.h"
#include "probe/probe.h"
#include "sc/sc.h"

struct probe {
	struct io *io;
	struct sc_ev *timer_ev, *alarm_ev;
	uint64_t id, scratch, count, last_arrival_cyc;
	uint64_t dma_addr, dma_len, pattern, go;
	uint64_t done, time_cyc, sum; /* as they read */
	uint64_t msi_addr, msi_data;
	uint64_t period_ns, ticks;
	uint64_t timer_addr, timer_data;
	uint64_t alarm_addr, alarm_data, alarm_ns;
	uint64_t nothing; /* of registers that are absent */
	/*
	 * The transfer under way: none when next_done is PROBE_DMA_NOT.
	 * next_sum is sum but for a read that is under way.
	 */
	uint64_t next_done, next_sum, done_clk;
	uint8_t port[PROBE_PORTS];
	uint8_t buf[PROBE_DMA_MAX];
};

static uint64_t
now_clk(void)
{
	return tick_to_clk(sc_now_tick());
}

/*
 * What registers do.
 */

/* Show the results of the transfer under way, if its time has come. */
static void
dma_look(struct probe *p)
{
	if (p->next_done == PROBE_DMA_NOT || now_clk() < p->done_clk)
		return;
	p->done = p->next_done;
	p->sum = p->next_sum;
	p->time_cyc = tick_to_cyc_up(clk_to_tick_up(p->done_clk));
	p->next_done = PROBE_DMA_NOT;
}

/* The pattern to memory; the clock when it is done, 0 when refused. */
static uint64_t
dma_write(struct probe *p)
{
	for (uint64_t i = 0; i < p->dma_len; i++)
		p->buf[i] = (uint8_t)(p->pattern >> i % 4 * 8);
	return io_dma_write(p->io, p->dma_addr, p->buf, (uint32_t)p->dma_len,
	    now_clk());
}

static uint64_t
dma_read(struct probe *p)
{
	const uint64_t done_clk = io_dma_read(p->io, p->dma_addr, p->buf,
	    (uint32_t)p->dma_len, now_clk());

	if (done_clk == 0)
		return 0;
	p->next_sum = 0;
	for (uint64_t i = 0; i < p->dma_len; i++)
		p->next_sum += p->buf[i];
	return done_clk;
}

static void
dma_go(struct probe *p)
{
	dma_look(p);
	if (p->next_done != PROBE_DMA_NOT ||
	    (p->go != PROBE_DMA_WRITE && p->go != PROBE_DMA_READ))
		return;
	p->done = PROBE_DMA_NOT;
	p->done_clk = 0;
	if (p->dma_len <= PROBE_DMA_MAX)
		p->done_clk = p->go == PROBE_DMA_WRITE ? dma_write(p)
						       : dma_read(p);
	p->next_done = PROBE_DMA_OK;
	if (p->done_clk == 0) {
		p->next_done = PROBE_DMA_REFUSED;
		p->done_clk = now_clk();
	}
}

static void
send(struct probe *p, uint64_t at_clk)
{
	io_message(p->io, (uint32_t)p->msi_addr, (uint32_t)p->msi_data, at_clk);
}

static void
msi_go(struct probe *p)
{
	uint64_t at_clk = now_clk();

	dma_look(p);
	if ((p->go & PROBE_MSI_SEND) == 0)
		return;
	if ((p->go & PROBE_MSI_AFTER_DMA) != 0 && p->next_done != PROBE_DMA_NOT)
		at_clk = p->done_clk;
	send(p, at_clk);
}

/* A failure to notify ends the run by itself (sc.h). */
static void
timer_set(struct probe *p)
{
	if (p->period_ns == 0)
		(void)sc_ev_cancel(p->timer_ev);
	else
		(void)sc_ev_after(p->timer_ev, ns_to_tick(p->period_ns));
}

static void
timer_rings(void *arg)
{
	struct probe *p = arg;

	p->ticks++;
	io_message(p->io, (uint32_t)p->timer_addr, (uint32_t)p->timer_data,
	    now_clk());
	timer_set(p);
}

static void
alarm_set(struct probe *p)
{
	if (p->alarm_ns == 0)
		(void)sc_ev_cancel(p->alarm_ev);
	else
		(void)sc_ev_after(p->alarm_ev, ns_to_tick(p->alarm_ns));
}

static void
alarm_rings(void *arg)
{
	struct probe *p = arg;

	p->alarm_ns = 0;
	io_message(p->io, (uint32_t)p->alarm_addr, (uint32_t)p->alarm_data,
	    now_clk());
}

/*
 * The table.
 */

struct row {
	struct probe_reg reg;
	size_t word; /* offset in struct probe */
	void (*before_read)(struct probe *);
	void (*written)(struct probe *);
};

#define WORD(x) offsetof(struct probe, x)

/* clang-format off */
#define REG(name, bytes, access, cover) \
	{ #name, PROBE_##name, bytes, access, PROBE_##cover }
static const struct row rows[] = {
	{ REG(ID, 4, "r", FULL), WORD(id), NULL, NULL },
	{ REG(SCRATCH, 4, "rw", FULL), WORD(scratch), NULL, NULL },
	{ REG(COUNT, 8, "r", FULL), WORD(count), NULL, NULL },
	{ REG(LAST_ARRIVAL, 8, "r", FULL), WORD(last_arrival_cyc), NULL, NULL },
	{ REG(DMA_ADDR, 8, "rw", FULL), WORD(dma_addr), NULL, NULL },
	{ REG(DMA_LEN, 4, "rw", FULL), WORD(dma_len), NULL, NULL },
	{ REG(DMA_PATTERN, 4, "rw", FULL), WORD(pattern), NULL, NULL },
	/* One transfer at a time. */
	{ REG(DMA_GO, 4, "w", PARTIAL), WORD(go), NULL, dma_go },
	{ REG(DMA_DONE, 4, "r", FULL), WORD(done), dma_look, NULL },
	{ REG(DMA_TIME, 8, "r", FULL), WORD(time_cyc), dma_look, NULL },
	{ REG(DMA_SUM, 8, "r", FULL), WORD(sum), dma_look, NULL },
	/* PCI has 64 bits here; no local APIC is above 4 GB. */
	{ REG(MSI_ADDR, 4, "rw", PARTIAL), WORD(msi_addr), NULL, NULL },
	{ REG(MSI_DATA, 4, "rw", FULL), WORD(msi_data), NULL, NULL },
	{ REG(MSI_GO, 4, "w", FULL), WORD(go), NULL, msi_go },
	{ REG(TIMER, 4, "rw", FULL), WORD(period_ns), NULL, timer_set },
	{ REG(TICKS, 8, "r", FULL), WORD(ticks), NULL, NULL },
	{ REG(RESET, 4, "", ABSENT), WORD(nothing), NULL, NULL },
	{ REG(MSI_MASK, 4, "", ABSENT), WORD(nothing), NULL, NULL },
	{ REG(ALARM_ADDR, 4, "rw", PARTIAL), WORD(alarm_addr), NULL, NULL },
	{ REG(ALARM_DATA, 4, "rw", FULL), WORD(alarm_data), NULL, NULL },
	{ REG(ALARM, 4, "rw", FULL), WORD(alarm_ns), NULL, alarm_set },
	{ REG(TIMER_ADDR, 4, "rw", PARTIAL), WORD(timer_addr), NULL, NULL },
	{ REG(TIMER_DATA, 4, "rw", FULL), WORD(timer_data), NULL, NULL },
};
/* clang-format on */

#define NROW (sizeof(rows) / sizeof(rows[0]))

/* The row of an access that is allowed, or NULL. */
static const struct row *
find(uint64_t off, unsigned size, char access)
{
	for (const struct row *r = rows; r < rows + NROW; r++) {
		if (off < r->reg.off || off - r->reg.off >= r->reg.bytes)
			continue;
		if (size < 4 || off % size != 0 || size > r->reg.bytes)
			return NULL;
		return strchr(r->reg.access, access) != NULL ? r : NULL;
	}
	return NULL;
}

static uint64_t *
word_of(struct probe *p, const struct row *r)
{
	return (uint64_t *)(void *)((char *)p + r->word);
}

static uint64_t
reg_read(void *arg, uint64_t off, unsigned size)
{
	struct probe *p = arg;
	const struct row *r = find(off, size, 'r');

	p->count++;
	if (r == NULL)
		return 0;
	if (r->before_read != NULL)
		r->before_read(p);
	return *word_of(p, r) >> 8 * (off - r->reg.off);
}

static void
reg_write(void *arg, uint64_t off, unsigned size, uint64_t value)
{
	struct probe *p = arg;
	const struct row *r = find(off, size, 'w');

	p->count++;
	p->last_arrival_cyc = tick_to_cyc_down(sc_now_tick());
	if (r == NULL)
		return;
	/* x86 is little-endian, as the device is. */
	memcpy((char *)word_of(p, r) + (off - r->reg.off), &value, size);
	if (r->written != NULL)
		r->written(p);
}

static uint64_t
port_read(void *arg, uint64_t off, unsigned size)
{
	struct probe *p = arg;
	uint64_t value = 0;

	p->count++;
	memcpy(&value, &p->port[off], size);
	return value;
}

static void
port_write(void *arg, uint64_t off, unsigned size, uint64_t value)
{
	struct probe *p = arg;

	p->count++;
	p->last_arrival_cyc = tick_to_cyc_down(sc_now_tick());
	memcpy(&p->port[off], &value, size);
}

const struct probe_reg *
probe_regs(size_t *n)
{
	static struct probe_reg regs[NROW];

	for (size_t i = 0; i < NROW; i++)
		regs[i] = rows[i].reg;
	*n = NROW;
	return regs;
}

struct probe *
probe_create(struct io *io, uint64_t base, uint16_t port)
{
	struct probe *p = calloc(1, sizeof(*p));
	const struct io_dev regs = { "probe", base, PROBE_BYTES, false, p,
		reg_read, reg_write };
	const struct io_dev ports = { "probe ports", port, PROBE_PORTS, true, p,
		port_read, port_write };

	assert(p != NULL);
	p->io = io;
	p->id = PROBE_ID_VALUE;
	io_add(io, &regs);
	io_add(io, &ports);
	if (sc_ev_create(timer_rings, p, &p->timer_ev) != SC_OK ||
	    sc_ev_create(alarm_rings, p, &p->alarm_ev) != SC_OK) {
		fprintf(stderr, "rangeley: probe: %s\n", sc_errmsg());
		abort();
	}
	return p;
}

void
probe_destroy(struct probe *p)
{
	if (p == NULL)
		return;
	(void)sc_ev_cancel(p->timer_ev);
	(void)sc_ev_cancel(p->alarm_ev);
	free(p);
}
