/*
 * lapic_reg.c: the register page of the local APIC.
 *
 * lapic_regs[] says which registers there are, where each is kept, which of
 * its bits a write can change, and what the model leaves out.  Registers that
 * do more than keep a value have a case in read_reg() or write_reg().
 *
 * Choices where the facts sheet is silent (U: from memory of the manual, not
 * confirmed):
 *
 *	VERSION		0x14 (estimate), last LVT 5
 *	ID		cannot be written
 *	PPR		TPR's subclass counts also when the classes are equal
 *	reserved bits	read as 0 (DFR: 1), writes ignored
 *	LVT timer mode	a change stops the timer and forgets the deadline (U)
 *	TDCR		a change goes on from the current count, whose unit
 *			begins anew
 *	ESR		a write shows what has been collected since the last
 *			write; the first error after it interrupts (U)
 *	disabled	fixed messages are refused, IRR and ISR keep what they
 *			have, IPIs can be sent (U)
 *	ICR		modes 3 and 7, and what the shorthands self and all
 *			cannot have (anything but fixed), send nothing (U)
 *	ICR bit 12	always idle: a message is on its way at once
 *
 * Context: calls of the CPU to its own page.  The callback comes last.
 */
#include <stddef.h>

#include "cpu/lapic_impl.h"

#define VERSION     0x00050014u /* 23:16 last LVT, 7:0 version */
#define ICR_LEVEL   0x8000u
#define ICR_ASSERT  0x4000u
#define ICR_LOGICAL 0x800u

enum {
	ID = 0x020,
	VER = 0x030,
	TPR = 0x080,
	APR = 0x090,
	PPR = 0x0a0,
	EOI = 0x0b0,
	DFR = 0x0e0,
	SVR = 0x0f0,
	ESR = 0x280,
	ICR_LOW = 0x300,
	TIMER = 0x320,
	LVT_FIRST = TIMER,
	LVT_LAST = 0x370,
	TMICT = 0x380,
	TMCCT = 0x390,
	TDCR = 0x3e0
};

#define F(member) offsetof(struct lapic, member)
#define RO        LAPIC_R
#define RW        (LAPIC_R | LAPIC_W)
#define FULL      LAPIC_REG_FULL
#define PARTIAL   LAPIC_REG_PARTIAL
#define ABSENT    LAPIC_REG_ABSENT

/* clang-format off */
const struct lapic_reg lapic_regs[] = {
    {ID,    1, PARTIAL, RO, 0, 0, "ID", "cannot be changed"},
    {VER,   1, FULL,    RO, 0, 0, "VERSION", NULL},
    {TPR,   1, FULL,    RW, F(tpr), 0xff, "TPR", NULL},
    {APR,   1, PARTIAL, RO, 0, 0, "APR", "takes part in no arbitration"},
    {PPR,   1, FULL,    RO, 0, 0, "PPR", NULL},
    {EOI,   1, FULL,    RW, 0, 0, "EOI", NULL},
    {0x0c0, 1, ABSENT,  0,  0, 0, "RRD", "remote read"},
    {0x0d0, 1, FULL,    RW, F(ldr), 0xff000000, "LDR", NULL},
    {DFR,   1, FULL,    RW, F(dfr), DFR_MODEL, "DFR", NULL},
    {SVR,   1, PARTIAL, RW, F(svr), 0x1ff, "SVR",
	"no focus check, no EOI suppression"},
    {0x100, 8, FULL,    RO, F(isr), 0, "ISR", NULL},
    {0x180, 8, FULL,    RO, F(tmr), 0, "TMR", NULL},
    {0x200, 8, FULL,    RO, F(irr), 0, "IRR", NULL},
    {ESR,   1, PARTIAL, RW, F(esr), 0, "ESR",
	"bits 5, 6, 7: no message is damaged or unclaimed"},
    {0x2f0, 1, ABSENT,  0,  0, 0, "LVT CMCI", "the last LVT is 5"},
    {ICR_LOW, 1, FULL,  RW, F(icr_low), 0x000ccfff, "ICR low", NULL},
    {0x310, 1, FULL,    RW, F(icr_high), 0xff000000, "ICR high", NULL},
    {TIMER, 1, FULL,    RW, F(lvt[LVT_TIMER]), 0x700ff, "LVT timer", NULL},
    {0x330, 1, PARTIAL, RW, F(lvt[LVT_THERMAL]), 0x107ff, "LVT thermal",
	"no source"},
    {0x340, 1, PARTIAL, RW, F(lvt[LVT_PMC]), 0x107ff, "LVT PMC", "no source"},
    {0x350, 1, PARTIAL, RW, F(lvt[LVT_LINT0]), 0x1a7ff, "LVT LINT0",
	"no pin"},
    {0x360, 1, PARTIAL, RW, F(lvt[LVT_LINT1]), 0x1a7ff, "LVT LINT1",
	"no pin"},
    {LVT_LAST, 1, FULL, RW, F(lvt[LVT_ERROR]), 0x100ff, "LVT error", NULL},
    {TMICT, 1, FULL,    RW, F(tmict), 0xffffffff, "TMICT", NULL},
    {TMCCT, 1, FULL,    RO, 0, 0, "TMCCT", NULL},
    {TDCR,  1, FULL,    RW, F(tdcr), 0xb, "TDCR", NULL},
    {0x3f0, 1, ABSENT,  0,  0, 0, "SELF IPI", "of x2APIC"},
};
/* clang-format on */
const unsigned lapic_nregs = sizeof(lapic_regs) / sizeof(lapic_regs[0]);

static uint32_t *
field(struct lapic *l, const struct lapic_reg *r, uint32_t off)
{
	return (uint32_t *)(void *)((char *)l + r->field +
	    (off - r->off) / 16 * sizeof(uint32_t));
}

/* Arbitration priority: as PPR, but what waits counts too. */
static uint32_t
apr(const struct lapic *l)
{
	uint8_t ppr = lapic_ppr(l);
	int v = lapic_highest(l->irr, l->irr_used);

	return v < 0 || v >> 4 <= ppr >> 4 ? ppr : (uint32_t)v & 0xf0;
}

static void
send(struct lapic *l, uint64_t now)
{
	uint32_t icr = l->icr_low;
	struct lapic_ipi ipi = { .vector = (uint8_t)icr,
		.mode = icr >> 8 & 7,
		.shorthand = icr >> 18 & 3,
		.dest = (uint8_t)(l->icr_high >> 24),
		.logical = (icr & ICR_LOGICAL) != 0,
		.level = (icr & ICR_LEVEL) != 0,
		.assert_ = (icr & ICR_ASSERT) != 0 };

	if (ipi.mode == 3 || ipi.mode == LAPIC_EXTINT)
		return;
	if ((ipi.shorthand == 1 || ipi.shorthand == 2) &&
	    ipi.mode != LAPIC_FIXED)
		return;
	if (ipi.mode <= LAPIC_LOWEST && ipi.vector < FIRST_VECTOR)
		lapic_fault(l, ESR_SENT_VECTOR, now);
	else
		l->send(l->arg, &ipi, now);
}

static void
write_lvt(struct lapic *l, uint32_t *lvt, uint32_t value)
{
	uint32_t old = *lvt;

	*lvt = lapic_enabled(l) ? value : value | LVT_MASKED;
	if (lvt == &l->lvt[LVT_TIMER] && ((old ^ value) & LVT_MODE)) {
		l->tmict = 0;
		l->tsc_deadline = 0;
		lapic_start(l, 0, 0);
	}
}

static void
write_tdcr(struct lapic *l, uint32_t value, uint64_t now)
{
	uint32_t count = lapic_count(l, now);
	bool counts = lapic_timer_mode(l) != DEADLINE && value != l->tdcr;

	l->tdcr = value;
	if (counts)
		lapic_start(l, count, now);
}

/* `value' has the bits that can be written, the rest as it was. */
static void
write_reg(struct lapic *l, uint32_t off, uint32_t *reg, uint32_t value,
    uint64_t now)
{
	if (off >= LVT_FIRST && off <= LVT_LAST) {
		write_lvt(l, reg, value);
		return;
	}
	switch (off) {
	case EOI:
		lapic_end(l, now);
		break;
	case ESR:
		l->esr = l->esr_pending;
		l->esr_pending = 0;
		break;
	case SVR:
		l->svr = value;
		for (int i = 0; i < 6 && !lapic_enabled(l); i++)
			l->lvt[i] |= LVT_MASKED;
		break;
	case ICR_LOW:
		l->icr_low = value;
		send(l, now);
		break;
	case TMICT:
		if (lapic_timer_mode(l) > PERIODIC)
			break;
		l->tmict = value;
		lapic_start(l, value, now);
		break;
	case TDCR:
		write_tdcr(l, value, now);
		break;
	default:
		*reg = value;
	}
}

static uint32_t
read_reg(struct lapic *l, const struct lapic_reg *r, uint32_t off, uint64_t now)
{
	switch (off) {
	case ID:
		return (uint32_t)l->id << 24;
	case VER:
		return VERSION;
	case APR:
		return apr(l);
	case PPR:
		return lapic_ppr(l);
	case EOI:
		return 0;
	case TMCCT:
		return lapic_count(l, now);
	default:
		return *field(l, r, off);
	}
}

/* The register at `off', or why there is none. */
static enum lapic_result
find(uint32_t off, unsigned size, unsigned access, const struct lapic_reg **reg)
{
	const struct lapic_reg *r = lapic_regs;

	if (size != 4 || off % 16 != 0)
		return LAPIC_BADSIZE;
	while (r < lapic_regs + lapic_nregs && off >= r->off + 16u * r->n)
		r++;
	if (r == lapic_regs + lapic_nregs || off < r->off ||
	    r->support == ABSENT)
		return LAPIC_ABSENT;
	*reg = r;
	return r->access & access ? LAPIC_OK : LAPIC_RDONLY;
}

enum lapic_result
lapic_read(struct lapic *l, uint32_t off, unsigned size, uint64_t now,
    uint32_t *value)
{
	const struct lapic_reg *r;
	enum lapic_result result = find(off, size, LAPIC_R, &r);

	lapic_advance(l, now);
	if (result == LAPIC_OK) {
		*value = read_reg(l, r, off, now);
	} else {
		*value = 0;
		lapic_fault(l, ESR_REGISTER, now);
	}
	return result;
}

enum lapic_result
lapic_write(struct lapic *l, uint32_t off, unsigned size, uint64_t now,
    uint32_t value)
{
	const struct lapic_reg *r;
	enum lapic_result result = find(off, size, LAPIC_W, &r);
	uint32_t *reg, old;

	lapic_advance(l, now);
	if (result != LAPIC_OK) {
		lapic_fault(l, ESR_REGISTER, now);
		return result;
	}
	reg = field(l, r, off);
	old = r->field == 0 ? 0 : *reg;
	write_reg(l, off, reg, (old & ~r->mask) | (value & r->mask), now);
	return LAPIC_OK;
}
