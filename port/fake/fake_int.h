/*
 * fake_int.h: what the files of port/fake share.
 *
 * struct fake_hot is what the image's hooks reach through %gs; the numbers are
 * those of hook_abi.h, of which only these are used.
 *
 * A CPU is a coroutine.  Image code runs on kernel stacks; its call-outs come
 * to the CPU's host stack, and that is where coroutines change.
 */
#ifndef FAKE_FAKE_INT_H
#define FAKE_FAKE_INT_H

#include <stddef.h>

#include "core/hash.h"
#include "core/tick.h"
#include "cpu/hook_abi.h"
#include "cpu/lapic.h"
#include "cpu/sysregs.h"
#include "fake.h"
#include "thunk/image.h"

#define FAKE_STACK_BYTES (256u * 1024) /* guard page included */
#define FAKE_LINE        64u
#define FAKE_BUS_CLK     (24 * CLK_PER_CYC) /* 100 MHz: of the APIC timer */
#define FAKE_TSC_CLK     (24 * CLK_PER_CYC) /* a look at the TSC takes 10 ns */

struct fake_cpu;

struct fake_hot {
	uint8_t pad0[HK_SELF];
	struct fake_cpu *self;
	int64_t left; /* HK_CLOCK: steps, while in C */
	uint64_t limit;
	uint64_t ksp, hsp, kgs, unused;
	uint64_t spill[3];
	uint64_t str_di, str_si, str_cx, unused2;
	uint64_t t[2];
	void (*fn_device)(struct fake_cpu *, uint64_t about);
	void (*fn_stored)(struct fake_cpu *, struct hk_regs *, uint64_t);
	void *fn_lock, *fn_rep;
	void (*fn_poll)(struct fake_cpu *, struct hk_regs *, uint64_t how);
	void *fn_branch, *fn_ijmp, *fn_fetch;
	void (*fn_priv)(struct fake_cpu *, struct hk_regs *,
	    const struct hk_privsite *);
	void *fn_fence;
	uint64_t (*fn_seam)(struct fake_cpu *, uint64_t nr, uint64_t a0,
	    uint64_t a1, uint64_t a2, uint64_t a3);
};
#define FAKE_AT_(field, offset) \
	_Static_assert(offsetof(struct fake_hot, field) == (offset), #field)
FAKE_AT_(self, HK_SELF);
FAKE_AT_(left, HK_CLOCK);
FAKE_AT_(ksp, HK_KSP);
FAKE_AT_(hsp, HK_HSP);
FAKE_AT_(kgs, HK_KGS);
FAKE_AT_(spill[0], HK_SPILL0);
FAKE_AT_(spill[2], HK_SPILL2);
FAKE_AT_(str_di, HK_STR_DI);
FAKE_AT_(fn_device, HK_FN_READ);
FAKE_AT_(fn_stored, HK_FN_WRITE);
FAKE_AT_(fn_poll, HK_FN_POLL);
FAKE_AT_(fn_priv, HK_FN_PRIV);
FAKE_AT_(fn_seam, HK_FN_SEAM);

enum fake_state { FAKE_OFF, FAKE_RUNS, FAKE_SLEEPS };

struct fake_cpu {
	struct fake_hot hot;
	struct fake *f;
	unsigned id;
	enum fake_state state;
	bool monitoring, was_stored; /* MONITOR; its line has changed since */
	bool yields;                 /* it said PAUSE */
	uint64_t monitor;            /* address of the line */
	uint8_t seen[FAKE_LINE];     /* as it was */
	int64_t granted;             /* steps of this turn */
	uint64_t rip;                /* where it stopped */
	int64_t priority;            /* pct */
	uint64_t alone;              /* pct: steps since anybody else ran */
	uint64_t flags;              /* IF IOPL NT AC ID */
	struct sysregs sys;
	struct lapic lapic;
	void *host_sp;
	uint8_t *host_stack;
};

/* Words of the probe's registers (probe.c). */
struct fake_probe {
	uint64_t id, scratch, count, last_cyc;
	uint64_t dma_addr, dma_len, pattern, go, done, time_cyc, sum;
	uint64_t msi_addr, msi_data, send, period_ns, ticks;
	uint64_t timer_addr, timer_data;
	uint64_t alarm_addr, alarm_data, alarm_ns;
	uint64_t due;       /* of the timer, in clk; LAPIC_NEVER */
	uint64_t alarm_due; /* the same, of the alarm */
	uint8_t port[4];
};

#define FAKE_MAX_DEPTH 16
#define FAKE_GUARDS    1024

struct fake {
	const struct fake_config *config;
	struct image image;
	const struct seam_boot *boot;
	uint64_t ram_bytes;
	unsigned ncpu;
	struct fake_cpu *cpu[FAKE_CPUS];
	struct fake_cpu *running; /* whose turn it is, or last was */
	void *host_sp;            /* of fake_run() */
	enum fake_why why;
	bool booted, ended;
	uint64_t now;        /* the clock, in clk */
	uint64_t tsc_offset; /* cycles */
	uint64_t tick_clk;
	uint64_t pause_at; /* in steps */
	/* The schedule. */
	enum fake_policy policy;
	uint64_t rng, seed;
	uint32_t mean, depth, length;
	uint64_t change[FAKE_MAX_DEPTH]; /* pct: steps, rising */
	unsigned nchange, next_change;
	int64_t lowest; /* pct: priority below all */
	char seed_text[32];
	struct hash trace;
	struct fake_report report;
	struct fake_probe probe;
	/* Pages that became guards or are none any more, since snap_take(). */
	unsigned nguard;
	uint64_t guard[FAKE_GUARDS];
};

/* fake.c: coroutines. */
void fake_start(struct fake *, unsigned n, uint64_t fn, uint64_t arg,
    uint64_t ksp);
/* The CPU's turn is over (it has stopped, or its steps are used up). */
void fake_turn_over(struct fake_cpu *);
/* Back to the caller of fake_run(); comes back when that is called again. */
void fake_leave(struct fake_cpu *, enum fake_why);
_Noreturn void fake_exit(struct fake *, int code);
/* Same, with a message that begins with the CPU and its place (0: none). */
_Noreturn void fake_fail(struct fake_cpu *, int code, uint64_t rip,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* End the turn at the CPU's next step. */
void fake_kick(struct fake_cpu *);
/* "function+0x12" */
const char *fake_place(const struct fake *, uint64_t va, char *buf, size_t n);

/* sched.c: the CPU whose turn is next, its steps granted; NULL: all sleep. */
struct fake_cpu *fake_next(struct fake *);

/* intr.c */
void fake_lapic_init(struct fake_cpu *);
bool fake_interrupt_due(struct fake_cpu *);
void fake_take_interrupt(struct fake_cpu *, struct hk_regs *);
uint64_t fake_rflags(const struct fake_cpu *, const struct hk_regs *);
void fake_device(struct fake_cpu *, uint64_t about);
void fake_stored(struct fake_cpu *, struct hk_regs *, uint64_t);

/* A message for local APICs arrives. */
void fake_message(struct fake *, uint8_t dest, bool logical, uint8_t mode,
    uint8_t vector);

/* probe.c: its registers and ports; its timer, brought up to now. */
void fake_probe_reset(struct fake *);
void fake_probe_advance(struct fake *);
uint64_t fake_probe_read(struct fake *, uint64_t off, unsigned size);
void fake_probe_write(struct fake *, uint64_t off, unsigned size, uint64_t v);
uint64_t fake_probe_in(struct fake *, uint16_t port, unsigned size);
void fake_probe_out(struct fake *, uint16_t port, unsigned size, uint64_t v);

static inline bool
fake_is_probe_port(uint16_t port, unsigned size)
{
	return port >= SEAM_PROBE_PORT && port + size <= SEAM_PROBE_PORT + 4u;
}

/* priv.c, down.c */
void fake_priv(struct fake_cpu *, struct hk_regs *, const struct hk_privsite *);
uint64_t fake_down(struct fake_cpu *, uint64_t nr, uint64_t a0, uint64_t a1,
    uint64_t a2, uint64_t a3);

void fake_guard(uint64_t va, bool on);

/* fault.c: faults of image code end the run. */
void fake_fault_catch(struct fake *);

#endif
