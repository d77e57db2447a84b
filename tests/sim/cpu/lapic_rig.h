/*
 * lapic_rig.h: an APIC on a bench: enabled, 100 MHz timer clock, its own IPIs
 * come back after IPI_CLK, and what it sends and ends is written down.
 */
#ifndef TESTS_CPU_LAPIC_RIG_H
#define TESTS_CPU_LAPIC_RIG_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tick.h"
#include "cpu/lapic.h"

enum {
	ID = 0x20,
	VER = 0x30,
	TPR = 0x80,
	APR = 0x90,
	PPR = 0xa0,
	EOI = 0xb0,
	LDR = 0xd0,
	DFR = 0xe0,
	SVR = 0xf0,
	ISR = 0x100,
	TMR = 0x180,
	IRR = 0x200,
	ESR = 0x280,
	ICR = 0x300,
	ICR_HIGH = 0x310,
	LVT_TIMER = 0x320,
	LVT_ERROR = 0x370,
	TMICT = 0x380,
	TMCCT = 0x390,
	TDCR = 0x3e0
};

/* 24e9 units a second over 1e8. */
#define BUS_CLK  240
#define IPI_CLK  10
#define MASKED   0x10000u
#define PERIODIC 0x20000u
#define DEADLINE 0x40000u

static struct lapic l;
static uint64_t now;
static struct lapic_ipi sent;
static unsigned nsent, neoi;
static int last_eoi;

static void
on_send(void *arg, const struct lapic_ipi *ipi, uint64_t at)
{
	ck_assert_ptr_eq(arg, &l);
	ck_assert_uint_eq(at, now);
	sent = *ipi;
	nsent++;
	if (ipi->shorthand == 1 || ipi->shorthand == 2)
		ck_assert(lapic_message(&l, ipi->vector, false, at + IPI_CLK));
}

static void
on_eoi(void *arg, uint8_t vector, uint64_t at)
{
	ck_assert_ptr_eq(arg, &l);
	ck_assert_uint_eq(at, now);
	last_eoi = vector;
	neoi++;
}

static uint32_t
rd(uint32_t off)
{
	uint32_t v = 0;

	/* No ck_assert: it tells the runner about each, and these are many. */
	if (lapic_read(&l, off, 4, now, &v) != LAPIC_OK)
		ck_abort_msg("no register at %x", off);
	return v;
}

static void
wr(uint32_t off, uint32_t v)
{
	if (lapic_write(&l, off, 4, now, v) != LAPIC_OK)
		ck_abort_msg("no register to write at %x", off);
}

/* As after reset. */
static void
cold(void)
{
	l = (struct lapic){
		.send = on_send, .eoi = on_eoi, .arg = &l, .bus_clk = BUS_CLK
	};
	now = 0;
	nsent = neoi = 0;
	last_eoi = -1;
	lapic_reset(&l, 4);
}

static void
up(void)
{
	cold();
	wr(SVR, 0x1ff);
}

static inline void
to(uint64_t t)
{
	now = t;
	lapic_advance(&l, now);
}

/* An edge message arrives. */
static inline void
msg(uint8_t vector)
{
	ck_assert(lapic_message(&l, vector, false, now));
	lapic_advance(&l, now);
}

static inline bool
has(uint32_t bank, unsigned vector)
{
	return rd(bank + vector / 32 * 16) >> vector % 32 & 1;
}

/* Bits set in IRR, ISR or TMR. */
static inline int
bits(uint32_t bank)
{
	int n = 0;

	for (unsigned v = 0; v < 256; v++)
		n += has(bank, v);
	return n;
}

#endif
