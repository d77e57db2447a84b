/*
 * probe.c: the probe (sim/probe/probe.h) of the fake machine, for tests that
 * want interrupts from a device.
 *
 * Registers, messages, timer and ports are as there; accesses arrive at once,
 * and a transfer is done when it has been asked for, so no DMA is ever under
 * way.  LAST_ARRIVAL and DMA_TIME are the clock.
 */
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "fake_int.h"
#include "probe/probe.h"

#define MSI_END 0xfef00000u

static void
message(struct fake *f, uint64_t addr, uint64_t data)
{
	if (addr - IO_MSI_BASE < MSI_END - IO_MSI_BASE)
		fake_message(f, (uint8_t)(addr >> 12), (addr & 4) != 0,
		    (uint8_t)(data >> 8 & 7), (uint8_t)data);
}

static void
set_timer(struct fake *f)
{
	f->probe.due = f->probe.period_ns == 0
	    ? LAPIC_NEVER
	    : f->now + f->probe.period_ns * CLK_PER_NS;
}

static void
set_alarm(struct fake *f)
{
	f->probe.alarm_due = f->probe.alarm_ns == 0
	    ? LAPIC_NEVER
	    : f->now + f->probe.alarm_ns * CLK_PER_NS;
}

void
fake_probe_advance(struct fake *f)
{
	struct fake_probe *p = &f->probe;

	while (p->due <= f->now) {
		p->due += p->period_ns * CLK_PER_NS;
		p->ticks++;
		message(f, p->timer_addr, p->timer_data);
	}
	if (p->alarm_due <= f->now) {
		p->alarm_due = LAPIC_NEVER;
		p->alarm_ns = 0;
		message(f, p->alarm_addr, p->alarm_data);
	}
}

/* ---- DMA --------------------------------------------------------------------- */

static void
go(struct fake *f)
{
	struct fake_probe *p = &f->probe;
	uint64_t n = p->dma_len, va = p->dma_addr + SEAM_RAM_VA;
	uint8_t *mem = (uint8_t *)(uintptr_t)va;

	if (p->go != PROBE_DMA_WRITE && p->go != PROBE_DMA_READ)
		return;
	p->time_cyc = f->now / CLK_PER_CYC;
	p->done = PROBE_DMA_REFUSED;
	if (n == 0 || n > PROBE_DMA_MAX || p->dma_addr >= f->ram_bytes ||
	    !image_range_ok(&f->image, f->ram_bytes, va, n))
		return;
	p->done = PROBE_DMA_OK;
	if (p->go == PROBE_DMA_READ)
		p->sum = 0;
	for (uint64_t i = 0; i < n; i++) {
		if (p->go == PROBE_DMA_READ)
			p->sum += mem[i];
		else
			mem[i] = (uint8_t)(p->pattern >> i % 4 * 8);
	}
}

/* ---- registers ---------------------------------------------------------------- */

enum { R = 1, W = 2 };
static const struct row {
	uint16_t off;
	uint8_t bytes, access;
	uint16_t word;
	void (*written)(struct fake *);
} rows[] = {
#define REG(name, bytes, access, word, fn)                \
	{                                                 \
		PROBE_##name, bytes, access,              \
		    offsetof(struct fake_probe, word), fn \
	}
	REG(ID, 4, R, id, NULL),
	REG(SCRATCH, 4, R | W, scratch, NULL),
	REG(COUNT, 8, R, count, NULL),
	REG(LAST_ARRIVAL, 8, R, last_cyc, NULL),
	REG(DMA_ADDR, 8, R | W, dma_addr, NULL),
	REG(DMA_LEN, 4, R | W, dma_len, NULL),
	REG(DMA_PATTERN, 4, R | W, pattern, NULL),
	REG(DMA_GO, 4, W, go, go),
	REG(DMA_DONE, 4, R, done, NULL),
	REG(DMA_TIME, 8, R, time_cyc, NULL),
	REG(DMA_SUM, 8, R, sum, NULL),
	REG(MSI_ADDR, 4, R | W, msi_addr, NULL),
	REG(MSI_DATA, 4, R | W, msi_data, NULL),
	REG(MSI_GO, 4, W, send, NULL),
	REG(TIMER, 4, R | W, period_ns, set_timer),
	REG(TICKS, 8, R, ticks, NULL),
	REG(ALARM_ADDR, 4, R | W, alarm_addr, NULL),
	REG(ALARM_DATA, 4, R | W, alarm_data, NULL),
	REG(ALARM, 4, R | W, alarm_ns, set_alarm),
	REG(TIMER_ADDR, 4, R | W, timer_addr, NULL),
	REG(TIMER_DATA, 4, R | W, timer_data, NULL),
};

static const struct row *
find(uint64_t off, unsigned size, int access)
{
	for (const struct row *r = rows;
	     r < rows + sizeof(rows) / sizeof(rows[0]); r++) {
		if (off < r->off || off - r->off >= r->bytes)
			continue;
		if (size < 4 || off % size != 0 || size > r->bytes ||
		    (r->access & access) == 0)
			return NULL;
		return r;
	}
	return NULL;
}

static char *
word_of(struct fake *f, const struct row *r, uint64_t off)
{
	return (char *)&f->probe + r->word + (off - r->off);
}

uint64_t
fake_probe_read(struct fake *f, uint64_t off, unsigned size)
{
	const struct row *r = find(off, size, R);
	uint64_t v = 0;

	f->probe.count++;
	if (r != NULL)
		memcpy(&v, word_of(f, r, off), size);
	return v;
}

void
fake_probe_write(struct fake *f, uint64_t off, unsigned size, uint64_t v)
{
	const struct row *r = find(off, size, W);

	f->probe.count++;
	f->probe.last_cyc = f->now / CLK_PER_CYC;
	if (r == NULL)
		return;
	memcpy(word_of(f, r, off), &v, size);
	if (r->written != NULL)
		r->written(f);
	if (r->off == PROBE_MSI_GO && (v & PROBE_MSI_SEND) != 0)
		message(f, f->probe.msi_addr, f->probe.msi_data);
}

uint64_t
fake_probe_in(struct fake *f, uint16_t port, unsigned size)
{
	uint64_t v = 0;

	f->probe.count++;
	memcpy(&v, &f->probe.port[port - SEAM_PROBE_PORT], size);
	return v;
}

void
fake_probe_out(struct fake *f, uint16_t port, unsigned size, uint64_t v)
{
	f->probe.count++;
	f->probe.last_cyc = f->now / CLK_PER_CYC;
	memcpy(&f->probe.port[port - SEAM_PROBE_PORT], &v, size);
}

void
fake_probe_reset(struct fake *f)
{
	f->probe = (struct fake_probe){ .id = PROBE_ID_VALUE,
		.due = LAPIC_NEVER,
		.alarm_due = LAPIC_NEVER };
}
