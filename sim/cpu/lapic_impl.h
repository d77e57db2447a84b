/*
 * lapic_impl.h: what lapic.c and lapic_reg.c share and nobody else sees.
 */
#ifndef CPU_LAPIC_IMPL_H
#define CPU_LAPIC_IMPL_H

#include "cpu/lapic.h"

#define SVR_ENABLE   0x100u
#define LVT_MASKED   0x10000u
#define LVT_MODE     0x60000u /* of the timer */
#define DFR_MODEL    0xf0000000u
#define FIRST_VECTOR 16

enum timer_mode { ONE_SHOT = 0, PERIODIC = 1, DEADLINE = 2 };
enum lvt { LVT_TIMER, LVT_THERMAL, LVT_PMC, LVT_LINT0, LVT_LINT1, LVT_ERROR };

/* Bits of ESR that the model can set. */
enum {
	ESR_SENT_VECTOR = 1 << 5,
	ESR_GOT_VECTOR = 1 << 6,
	ESR_REGISTER = 1 << 7
};

static inline bool
lapic_enabled(const struct lapic *l)
{
	return (l->svr & SVR_ENABLE) != 0;
}

static inline enum timer_mode
lapic_timer_mode(const struct lapic *l)
{
	return (l->lvt[LVT_TIMER] & LVT_MODE) >> 17;
}

/* An error at `at': the first since ESR was written interrupts, unless masked. */
void lapic_fault(struct lapic *, uint32_t esr_bit, uint64_t at);
/* EOI: the highest vector leaves ISR. */
void lapic_end(struct lapic *, uint64_t now);
/* The highest vector of IRR or ISR (isr_used, irr_used), or -1. */
int lapic_highest(const uint32_t *word, uint8_t used);
/* What TMCCT says at `now'. */
uint32_t lapic_count(const struct lapic *, uint64_t now);
/* The count starts at `now' with so much to go; 0 stops it. */
void lapic_start(struct lapic *, uint32_t count, uint64_t now);

#endif
