/*
 * lapic.h: the local APIC of a CPU (xAPIC; the C2758 has no x2APIC).
 *
 * A register file that the CPU reaches by loads and stores to one page, the
 * three bits (IRR, ISR, TMR) of each vector, and a timer.  It knows no CPU and
 * no event kernel: its owner passes the time with every call, asks when
 * something will change by itself, and passes on the messages it sends.
 *
 * Messages come with the time at which they arrive and wait in a queue until
 * the owner's clock is there (lapic_advance).  That is how a message sent by
 * a CPU or a device that is ahead or behind lies in the receiver's future.
 *
 *	lapic_message  -> queue -> lapic_advance -> IRR -> lapic_accept -> ISR
 *	timer, LVT	----------^			 EOI clears ISR
 *
 * All times are in CPU clock units (1/10 core cycle, core/tick.h); the TSC is
 * time / CLK_PER_CYC.  Plain data: no allocation, no callbacks but `send' and
 * `eoi'.  Times of calls do not go back.  One host thread.
 *
 * Source: facts/pcie-msix-apic.md section 6 (Intel SDM names).
 */
#ifndef CPU_LAPIC_H
#define CPU_LAPIC_H

#include <stdbool.h>
#include <stdint.h>

#define LAPIC_NEVER UINT64_MAX
#define LAPIC_QUEUE 256 /* messages under way to one CPU */
#define LAPIC_PAGE  4096

/* Delivery modes of messages (ICR 10:8, MSI data 10:8). */
enum lapic_mode {
	LAPIC_FIXED = 0,
	LAPIC_LOWEST = 1,
	LAPIC_SMI = 2,
	LAPIC_NMI = 4,
	LAPIC_INIT = 5,
	LAPIC_STARTUP = 6,
	LAPIC_EXTINT = 7
};

/*
 * What an ICR write asks for; the owner finds the targets, itself included, and
 * sends each a message.  IPIs are edge messages whatever `level' says; it and
 * `assert_' matter for INIT, whose level de-assert (level, not assert_) asks
 * for nothing.
 */
struct lapic_ipi {
	uint8_t vector;
	uint8_t mode;      /* enum lapic_mode */
	uint8_t shorthand; /* 0 none, 1 self, 2 all, 3 all but self */
	uint8_t dest;      /* physical id or logical mask */
	bool logical, level, assert_;
};

struct lapic_msg {
	uint64_t at;  /* arrival */
	uint64_t seq; /* of equal times, the first sent comes first */
	uint8_t vector;
	bool level;
};

struct lapic {
	/* Set by the owner; lapic_reset() leaves them. */
	void (*send)(void *arg, const struct lapic_ipi *, uint64_t now);
	void (*eoi)(void *arg, uint8_t vector, uint64_t now); /* of a level
					vector, to the IOAPICs; may be NULL */
	void *arg;
	uint32_t bus_clk; /* clock units of one timer input clock, < 2^20 */
	/* Registers. */
	uint8_t id;
	uint32_t tpr, ldr, dfr, svr, esr, esr_pending, icr_low, icr_high;
	uint32_t lvt[6]; /* timer thermal pmc lint0 lint1 error */
	uint32_t isr[8], tmr[8], irr[8];
	uint8_t isr_used, irr_used; /* bit w: word w is not 0 */
	uint64_t irr_at[256];       /* when the bit in IRR was set */
	/* Timer. */
	uint32_t tmict, tdcr;
	uint64_t timer_due;    /* next expiry, or LAPIC_NEVER */
	uint64_t tsc_deadline; /* MSR 0x6e0: TSC cycles, 0 disarmed */
	uint64_t next; /* the earlier of timer_due and the first message */
	/* Messages under way, a binary heap by (at, seq). */
	uint32_t nmsg;
	uint64_t seq;
	struct lapic_msg msg[LAPIC_QUEUE];
	/*
	 * Counters.  What is sent here is accepted by the CPU, merged with an
	 * equal vector in IRR, or refused because the APIC is disabled; the
	 * rest is still in the queue or in IRR.  timer_fired counts every
	 * expiry, masked ones too.
	 */
	uint64_t accepted, merged, refused, timer_fired;
};

/* A register, or n of them 16 bytes apart: what of it the model has. */
enum lapic_support { LAPIC_REG_ABSENT, LAPIC_REG_PARTIAL, LAPIC_REG_FULL };
enum { LAPIC_R = 1, LAPIC_W = 2 };

struct lapic_reg {
	uint16_t off;
	uint8_t n;
	uint8_t support; /* enum lapic_support */
	uint8_t access;  /* LAPIC_R, LAPIC_W */
	uint16_t field;  /* offset in struct lapic, 0: computed */
	uint32_t mask;   /* bits that a write can change */
	const char *name;
	const char *limit; /* what is missing, or NULL */
};

/* By offset; what is not listed is absent. */
extern const struct lapic_reg lapic_regs[];
extern const unsigned lapic_nregs;

enum lapic_result {
	LAPIC_OK = 0,
	LAPIC_ABSENT, /* no such register */
	LAPIC_RDONLY, /* a write to a read-only register */
	LAPIC_BADSIZE /* not a 32-bit access to a 16-byte aligned offset */
};

/*
 * After reset: software-disabled (SVR 0xff), everything masked, no message
 * under way, counters 0.
 */
void lapic_reset(struct lapic *, uint8_t id);

/*
 * Access to the register at `off' bytes of the page at time `now'.  Messages
 * that are due by then are in IRR first.  A write of ICR low calls send().
 * With an error the registers are as before (but ESR says illegal register)
 * and the value read is 0.  EOI can be read and is 0.
 */
enum lapic_result lapic_read(struct lapic *, uint32_t off, unsigned size,
    uint64_t now, uint32_t *value);
enum lapic_result lapic_write(struct lapic *, uint32_t off, unsigned size,
    uint64_t now, uint32_t value);

/*
 * MSR 0x6e0: 0 disarms; a deadline that is past fires at once.  When the
 * timer is not in TSC-deadline mode writes do nothing and reads give 0, as
 * they do when the deadline has passed; call lapic_advance() before reading.
 */
void lapic_write_deadline(struct lapic *, uint64_t tsc_cyc, uint64_t now);
uint64_t lapic_read_deadline(const struct lapic *);

/*
 * A fixed-mode message for this APIC, which arrives at `at' < LAPIC_NEVER; an
 * arrival in the past is taken by the next lapic_advance().  A level message
 * sets TMR, an edge message clears it.  False when the queue is full (the
 * sender then must stop: a message may not be lost).  Vectors below 16 are an
 * error (ESR), not queued.  Whether the APIC is enabled counts at arrival.
 */
bool lapic_message(struct lapic *, uint8_t vector, bool level, uint64_t at);

/* When lapic_advance() next has something to do; LAPIC_NEVER if nothing. */
static inline uint64_t
lapic_next(const struct lapic *l)
{
	return l->next;
}

/* lapic_advance() when something is due. */
void lapic_catch_up(struct lapic *, uint64_t now);

/* Bring queue and timer up to `now': what is due is in IRR. */
static inline void
lapic_advance(struct lapic *l, uint64_t now)
{
	if (l->next <= now)
		lapic_catch_up(l, now);
}

/* Nothing waits in IRR, and nothing is due: lapic_pending() would say -1. */
static inline bool
lapic_is_idle(const struct lapic *l, uint64_t now)
{
	return l->irr_used == 0 && l->next > now;
}

/*
 * The vector that the CPU would be given now, or -1 (priorities, SVR).  Looks
 * at IRR and ISR as they are: after lapic_advance().
 */
int lapic_pending(const struct lapic *);

/* When there is something to take or to look at: 0, now, or the next event. */
static inline uint64_t
lapic_due(const struct lapic *l)
{
	return l->irr_used != 0 && lapic_pending(l) >= 0 ? 0 : l->next;
}

/*
 * The CPU takes lapic_pending(): IRR -> ISR.  Returns the vector.  With
 * nothing pending that is the spurious one of SVR, and ISR is as before.
 */
uint8_t lapic_accept(struct lapic *);

/* Does a message with this destination address the APIC? */
bool lapic_matches(const struct lapic *, uint8_t dest, bool logical);

/* When the request that lapic_pending() names, >= 0, came to IRR. */
static inline uint64_t
lapic_pending_since(const struct lapic *l, int vector)
{
	return l->irr_at[vector];
}

/* Processor priority (PPR). */
uint8_t lapic_ppr(const struct lapic *);

#endif
