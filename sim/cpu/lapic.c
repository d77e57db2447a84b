/*
 * lapic.c: the local APIC: priorities, message queue, timer; lapic_reg.c has
 * the registers.
 *
 * Everything that can interrupt goes through take(): messages whose time has
 * come, timer expiries and the error interrupt.  An event of a vector sets its
 * bit in IRR; lapic_accept() moves the bit to ISR when the CPU may have it;
 * EOI clears it there.  So one event can wait while another of the same vector
 * is served, and a third merges with the one that waits.
 *
 *	IRR  . . 61 . . 41 . .	   highest: 61	    61 >> 4 = 6 > 4: deliver
 *	ISR  . . .  . . 42 . .	   PPR: max(TPR, 0x40)
 *
 * Time.  `next' is the earlier of the timer's expiry and the first message, so
 * that the owner's hot path is one comparison.  lapic_catch_up() takes what is
 * due in the order of its times (the timer first of equal ones).  The order
 * shows only in TMR, when edge and level events share a vector.
 *
 * Timer.  Only the next expiry is kept.  A period adds a whole number of clock
 * units to it and never `now', hence no drift; however many periods have
 * passed, they are one division.  The current count is the time to the expiry
 * in units of the divided input clock, rounded up, since the count says 0 when
 * it is due and not before.
 *
 * Context: lapic_advance() and lapic_pending() are in the hot path of the CPU;
 * nothing here allocates or locks.  The callbacks come last in their call and
 * may call lapic_message() on this very APIC.
 */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "core/tick.h"
#include "cpu/lapic_impl.h"

#define BUS_CLK_MAX (1u << 20) /* any count and divisor: below 2^59 */

/* ---- the bits of a vector ---------------------------------------------- */

static bool
is_set(const uint32_t *word, unsigned vector)
{
	return word[vector / 32] >> vector % 32 & 1;
}

static void
set(uint32_t *word, uint8_t *used, unsigned vector)
{
	word[vector / 32] |= 1u << vector % 32;
	*used |= (uint8_t)(1u << vector / 32);
}

static void
clear(uint32_t *word, uint8_t *used, unsigned vector)
{
	word[vector / 32] &= ~(1u << vector % 32);
	if (word[vector / 32] == 0)
		*used &= (uint8_t) ~(1u << vector / 32);
}

int
lapic_highest(const uint32_t *word, uint8_t used)
{
	int w;

	if (used == 0)
		return -1;
	w = 31 - __builtin_clz(used);
	return 32 * w + 31 - __builtin_clz(word[w]);
}

/* The class of the highest vector in its place, 7:4; 0 if there is none. */
static uint8_t
top_class(const uint32_t *word, uint8_t used)
{
	int v = lapic_highest(word, used);

	return v < 0 ? 0 : (uint8_t)(v & 0xf0);
}

/* An event of a good vector comes to IRR, where the first of its kind counts. */
static void
take(struct lapic *l, uint8_t vector, bool level, uint64_t at)
{
	if (!lapic_enabled(l)) {
		l->refused++;
		return;
	}
	if (is_set(l->irr, vector))
		l->merged++;
	else
		l->irr_at[vector] = at;
	set(l->irr, &l->irr_used, vector);
	l->tmr[vector / 32] &= ~(1u << vector % 32);
	l->tmr[vector / 32] |= (uint32_t)level << vector % 32;
}

void
lapic_fault(struct lapic *l, uint32_t bit, uint64_t at)
{
	bool first = l->esr_pending == 0;
	uint32_t lvt = l->lvt[LVT_ERROR];

	l->esr_pending |= bit;
	if (!first || (lvt & LVT_MASKED))
		return;
	if ((lvt & 0xff) < FIRST_VECTOR)
		l->esr_pending |= ESR_GOT_VECTOR;
	else
		take(l, (uint8_t)lvt, false, at);
}

uint8_t
lapic_ppr(const struct lapic *l)
{
	uint8_t served = top_class(l->isr, l->isr_used);

	return l->tpr > served ? (uint8_t)l->tpr : served;
}

int
lapic_pending(const struct lapic *l)
{
	int v = lapic_highest(l->irr, l->irr_used);

	if (v < 0 || !lapic_enabled(l))
		return -1;
	return v >> 4 > lapic_ppr(l) >> 4 ? v : -1;
}

uint8_t
lapic_accept(struct lapic *l)
{
	int v = lapic_pending(l);

	if (v < 0)
		return (uint8_t)l->svr;
	clear(l->irr, &l->irr_used, (unsigned)v);
	set(l->isr, &l->isr_used, (unsigned)v);
	l->accepted++;
	return (uint8_t)v;
}

void
lapic_end(struct lapic *l, uint64_t now)
{
	int v = lapic_highest(l->isr, l->isr_used);

	if (v < 0)
		return;
	clear(l->isr, &l->isr_used, (unsigned)v);
	if (is_set(l->tmr, (unsigned)v) && l->eoi != NULL)
		l->eoi(l->arg, (uint8_t)v, now);
}

/* ---- message queue ----------------------------------------------------- */

static void
set_next(struct lapic *l)
{
	l->next = l->timer_due;
	if (l->nmsg > 0 && l->msg[0].at < l->next)
		l->next = l->msg[0].at;
}

static bool
before(const struct lapic_msg *a, const struct lapic_msg *b)
{
	return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

/* Put m where i is free, moving larger ones away from the root. */
static void
sift_up(struct lapic *l, uint32_t i, const struct lapic_msg *m)
{
	while (i > 0 && before(m, &l->msg[(i - 1) / 2])) {
		l->msg[i] = l->msg[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	l->msg[i] = *m;
}

/* Take the root away. */
static void
pop(struct lapic *l)
{
	const struct lapic_msg *last = &l->msg[--l->nmsg];
	uint32_t i = 0, child;

	while ((child = 2 * i + 1) < l->nmsg) {
		if (child + 1 < l->nmsg &&
		    before(&l->msg[child + 1], &l->msg[child]))
			child++;
		if (!before(&l->msg[child], last))
			break;
		l->msg[i] = l->msg[child];
		i = child;
	}
	l->msg[i] = *last;
}

bool
lapic_message(struct lapic *l, uint8_t vector, bool level, uint64_t at)
{
	struct lapic_msg m = { .at = at, .vector = vector, .level = level };

	assert(at != LAPIC_NEVER);
	if (vector < FIRST_VECTOR) {
		lapic_fault(l, ESR_GOT_VECTOR, at);
		return true;
	}
	if (l->nmsg == LAPIC_QUEUE)
		return false;
	m.seq = l->seq++;
	sift_up(l, l->nmsg++, &m);
	set_next(l);
	return true;
}

/* ---- timer ------------------------------------------------------------- */

/* Clock units of one count. */
static uint64_t
count_clk(const struct lapic *l)
{
	static const uint8_t shift[8] = { 1, 2, 3, 4, 5, 6, 7, 0 };

	assert(l->bus_clk > 0 && l->bus_clk < BUS_CLK_MAX);
	return (uint64_t)l->bus_clk
	    << shift[(l->tdcr & 3) | (l->tdcr & 8) >> 1];
}

uint32_t
lapic_count(const struct lapic *l, uint64_t now)
{
	uint64_t unit;

	if (lapic_timer_mode(l) == DEADLINE || l->timer_due == LAPIC_NEVER)
		return 0;
	unit = count_clk(l);
	return (uint32_t)((l->timer_due - now + unit - 1) / unit);
}

void
lapic_start(struct lapic *l, uint32_t count, uint64_t now)
{
	l->timer_due = count == 0 ? LAPIC_NEVER : now + count * count_clk(l);
	set_next(l);
}

/* The timer has expired n times, at `at' first. */
static void
fire(struct lapic *l, uint64_t n, uint64_t at)
{
	uint32_t lvt = l->lvt[LVT_TIMER];

	l->timer_fired += n;
	if (lvt & LVT_MASKED)
		return;
	if ((lvt & 0xff) < FIRST_VECTOR) {
		lapic_fault(l, ESR_GOT_VECTOR, at);
		return;
	}
	take(l, (uint8_t)lvt, false, at);
	l->merged += n - 1;
}

/* All expiries up to `until', one of them at least. */
static void
expire(struct lapic *l, uint64_t until)
{
	uint64_t n = 1, period, first = l->timer_due;

	if (lapic_timer_mode(l) == PERIODIC) {
		period = l->tmict * count_clk(l);
		n += (until - l->timer_due) / period;
		l->timer_due += n * period;
	} else {
		l->timer_due = LAPIC_NEVER;
		l->tsc_deadline = 0;
	}
	fire(l, n, first);
}

void
lapic_catch_up(struct lapic *l, uint64_t now)
{
	struct lapic_msg m;

	assert(now != LAPIC_NEVER);
	while (l->next <= now) {
		if (l->timer_due == l->next) {
			expire(l,
			    l->nmsg > 0 && l->msg[0].at < now ? l->msg[0].at
							      : now);
		} else {
			m = l->msg[0];
			pop(l);
			take(l, m.vector, m.level, m.at);
		}
		set_next(l);
	}
}

void
lapic_write_deadline(struct lapic *l, uint64_t tsc_cyc, uint64_t now)
{
	lapic_advance(l, now);
	if (lapic_timer_mode(l) != DEADLINE)
		return;
	l->tsc_deadline = tsc_cyc;
	if (tsc_cyc == 0 || tsc_cyc > (LAPIC_NEVER - 1) / CLK_PER_CYC)
		l->timer_due = LAPIC_NEVER;
	else
		l->timer_due = tsc_cyc * CLK_PER_CYC;
	set_next(l);
	lapic_advance(l, now);
}

uint64_t
lapic_read_deadline(const struct lapic *l)
{
	return l->tsc_deadline;
}

bool
lapic_matches(const struct lapic *l, uint8_t dest, bool logical)
{
	uint8_t ldr = (uint8_t)(l->ldr >> 24);
	uint8_t cluster = dest & 0xf0;

	if (dest == 0xff)
		return true;
	if (!logical)
		return dest == l->id;
	if ((l->dfr & DFR_MODEL) == DFR_MODEL)
		return (ldr & dest) != 0;
	if ((l->dfr & DFR_MODEL) != 0)
		return false;
	return (cluster == 0xf0 || cluster == (ldr & 0xf0)) &&
	    (ldr & dest & 0x0f) != 0;
}

void
lapic_reset(struct lapic *l, uint8_t id)
{
	memset((char *)l + offsetof(struct lapic, id), 0,
	    sizeof(*l) - offsetof(struct lapic, id));
	l->id = id;
	l->dfr = 0xffffffff;
	l->svr = 0xff;
	for (int i = 0; i < 6; i++)
		l->lvt[i] = LVT_MASKED;
	l->timer_due = LAPIC_NEVER;
	set_next(l);
}
