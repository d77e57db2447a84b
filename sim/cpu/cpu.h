/*
 * cpu.h: a simulated CPU.
 *
 * struct cpu_hot is what annotated code reaches through %gs (hook_abi.h);
 * struct cpu begins with it and adds what only C needs.  A CPU runs image
 * code on a kernel stack; every call-out of that code comes back on the CPU's
 * host stack as one of the hk_* functions below, which may end the run with
 * cpu_exit().  One host thread runs all CPUs.
 *
 * Clock units: HK_CLOCK_PER_CYC (10) to a core cycle.
 */
#ifndef CPU_CPU_H
#define CPU_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/hook_abi.h"
#include "cpu/miss.h"
#include "core/err.h"
#include "core/hash.h"
#include "cpu/lapic.h"
#include "cpu/sysregs.h"
#include "cpu/tlb.h"
#include "cpu/watch.h"
#include "mem/coh.h"
#include "mem/l1d.h"

#define CPU_MAX         8
#define CPU_PAGE        4096
#define CPU_LINE_MASK   0x1ffffffu /* line numbers: the low 2 GB */
#define CPU_L1I_SETS    64
#define CPU_L1I_WAYS    8
#define CPU_HISTORY     256 /* estimate: histories of a branch */
#define RFLAGS_DF       0x400u
#define CPU_STACK_BYTES (256u * 1024) /* of a host stack, guard included */

/*
 * Hot fields of all CPUs have the same offset, and a cache of the host finds
 * its set by the address within a page: so each CPU, and the top of its host
 * stack, lies this much further from the start of a page than the one before.
 */
#define CPU_COLOUR 512

struct cpu;
struct io_dev; /* mem/io.h */

/* ---- what annotated code sees ------------------------------------- */

struct cpu_hot {
	struct l1d l1d;
	struct cpu *self;
	uint64_t clock;
	uint64_t limit;
	uint64_t ksp, hsp;
	uint64_t kgs;
	void (*fn_wmiss)(struct cpu *, uint64_t ea, const struct hk_site *,
	    unsigned size);
	uint64_t spill[3];
	uint64_t str_di, str_si, str_cx;
	void (*fn_rheld)(struct cpu *, uint64_t ea, const struct hk_site *,
	    unsigned size);
	uint64_t t[2];
	void (*fn_read)(struct cpu *, uint64_t ea, const struct hk_site *,
	    unsigned size);
	void (*fn_write)(struct cpu *, uint64_t ea, const struct hk_site *,
	    unsigned size);
	void (*fn_lock)(struct cpu *, uint64_t ea, const struct hk_site *,
	    unsigned size);
	void (*fn_rep)(struct cpu *, struct hk_regs *,
	    const struct hk_strsite *);
	void (*fn_poll)(struct cpu *, struct hk_regs *, bool watched);
	void (*fn_branch)(struct cpu *, uint32_t bp, uint32_t taken);
	void (*fn_ijmp)(struct cpu *, uint32_t bp, uint64_t target);
	void (*fn_fetch)(struct cpu *, uint32_t line_address);
	void (*fn_priv)(struct cpu *, struct hk_regs *,
	    const struct hk_privsite *);
	void (*fn_fence)(struct cpu *, const struct hk_site *);
	uint64_t (*fn_seam)(struct cpu *, uint64_t nr, uint64_t a0, uint64_t a1,
	    uint64_t a2, uint64_t a3);
	const struct coh_line *dir;
	uint64_t host_sp;
	uint64_t t2;
	uint32_t targets;
	uint32_t split; /* addresses that differ so much are of two lines */
	void (*fn_rmiss)(struct cpu *, uint64_t ea, const struct hk_site *,
	    unsigned size);
	void (*fn_wheld)(struct cpu *, uint64_t ea, const struct hk_site *,
	    unsigned size);
	uint64_t insns; /* of an image that counts them; else 0 */
	uint8_t pad4[HK_L1I - HK_INSNS - 8];
	uint8_t l1i[HK_L1I_ENTRIES];    /* filter: which lines are in the L1I */
	uint64_t bp[HK_BP_SIZE / 8];    /* outcomes of branches (branch.c) */
	uint64_t path[HK_PATH_ENTRIES]; /* of indirect branches */
} __attribute__((aligned(64)));

#define CPU_AT_(field, offset) \
	_Static_assert(offsetof(struct cpu_hot, field) == (offset), #field)
CPU_AT_(self, HK_SELF);
CPU_AT_(clock, HK_CLOCK);
CPU_AT_(limit, HK_LIMIT);
CPU_AT_(ksp, HK_KSP);
CPU_AT_(hsp, HK_HSP);
CPU_AT_(kgs, HK_KGS);
CPU_AT_(split, HK_SPLIT);
CPU_AT_(spill[0], HK_SPILL0);
CPU_AT_(spill[1], HK_SPILL1);
CPU_AT_(spill[2], HK_SPILL2);
CPU_AT_(str_di, HK_STR_DI);
CPU_AT_(str_si, HK_STR_SI);
CPU_AT_(str_cx, HK_STR_CX);
CPU_AT_(t[0], HK_T0);
CPU_AT_(t[1], HK_T1);
CPU_AT_(t2, HK_T2);
CPU_AT_(fn_read, HK_FN_READ);
CPU_AT_(fn_write, HK_FN_WRITE);
CPU_AT_(fn_lock, HK_FN_LOCK);
CPU_AT_(fn_rmiss, HK_FN_RMISS);
CPU_AT_(fn_wmiss, HK_FN_WMISS);
CPU_AT_(fn_rheld, HK_FN_RHELD);
CPU_AT_(fn_wheld, HK_FN_WHELD);
CPU_AT_(insns, HK_INSNS);
CPU_AT_(fn_rep, HK_FN_REP);
CPU_AT_(fn_poll, HK_FN_POLL);
CPU_AT_(fn_branch, HK_FN_BRANCH);
CPU_AT_(fn_ijmp, HK_FN_IJMP);
CPU_AT_(fn_fetch, HK_FN_FETCH);
CPU_AT_(fn_priv, HK_FN_PRIV);
CPU_AT_(fn_fence, HK_FN_FENCE);
CPU_AT_(fn_seam, HK_FN_SEAM);
CPU_AT_(dir, HK_DIR);
_Static_assert(sizeof(struct coh_line) == 8, "directory");
CPU_AT_(host_sp, HK_HOST_SP);
CPU_AT_(targets, HK_TARGETS);
CPU_AT_(path, HK_PATH);
CPU_AT_(l1d, HK_L1D);
CPU_AT_(l1d.set[0].rd, HK_L1D + HK_L1D_RD);
CPU_AT_(l1d.set[0].wr, HK_L1D + HK_L1D_WR);
CPU_AT_(l1d.set[0].tag, HK_L1D + HK_L1D_TAG);
CPU_AT_(l1i, HK_L1I);
CPU_AT_(bp, HK_BP);
_Static_assert(sizeof(struct l1d_set) == 64 && L1D_SETS == HK_L1D_SETS &&
	HK_L1D_MASK == 64 * (L1D_SETS - 1) && L1D_WAYS == HK_L1D_WAYS &&
	L1D_NO_LINE == HK_NO_LINE,
    "sim/mem has sets of the same form");
_Static_assert(sizeof(struct cpu_hot) == HK_PATH + HK_PATH_ENTRIES * 8 &&
	sizeof(struct cpu_hot) % CPU_PAGE == 0,
    "whole pages");
_Static_assert(HK_TAG_LINE == WAYS_LINE && HK_TAG_STATE == WAYS_STATE &&
	HK_TAG_NONE == WAYS_NONE && HK_TAG_ORDERED == WAYS_ORDERED &&
	HK_TAG_OWN == WAYS_OWN,
    "sim/mem has tags of the same form");

/* ---- machine constants -------------------------------------------- */

/* What a CPU needs of struct machine.  Times in clock units. */
struct cpu_params {
	uint32_t l1d_hit_clk;    /* load to use; contained in block costs */
	uint32_t mispredict_clk; /* after the branch has retired */
	uint32_t utlb_clk;       /* micro-TLB missed, DTLB hit */
	uint32_t walk_clk;       /* DTLB missed, too */
	uint32_t entry_clk;      /* interrupt accepted -> first instruction */
	uint32_t c1_exit_clk;    /* HLT, MWAIT: woken -> next instruction */
	uint32_t ipi_clk;        /* ICR written -> IRR set there */
	uint32_t lapic_read_clk, lapic_write_clk;
	uint32_t uc_write_clk; /* store to device memory */
	uint32_t port_clk;     /* IN, OUT */
	uint32_t nfill;        /* miss buffers, 1..MISS_MAX_FILL */
	uint32_t nstore;       /* store buffer, 1..MISS_MAX_STORE */
	uint32_t rep_movs_bytes_10cyc, rep_stos_bytes_10cyc;
	uint32_t rep_scan_clk; /* rep lods/scas/cmps: one element */
	bool hypervisor;       /* CPUID says that it is a virtual machine */
};

/* ---- statistics --------------------------------------------------- */

enum cpu_cause { /* what the clock was charged for */
	CPU_LOAD,
	CPU_STORE,
	CPU_LOCK,
	CPU_FENCE,
	CPU_BRANCH,
	CPU_FETCH,
	CPU_REP,
	CPU_PRIV,
	CPU_UC,        /* device memory, ports, the local APIC */
	CPU_INTERRUPT, /* entries */
	CPU_IDLE,      /* HLT, MWAIT */
	CPU_NCAUSE
};

struct cpu_stats {
	uint64_t l1d_miss;             /* lines fetched by data accesses */
	uint64_t ordered;              /* accesses that waited for their turn */
	uint64_t utlb_miss, dtlb_miss; /* of l1d_miss */
	uint64_t split;                /* accesses that touch two lines */
	uint64_t l1i_miss;
	uint64_t branches;    /* conditional branches that came to C */
	uint64_t mispredicts; /* of these */
	uint64_t ijmp_mispredicts;
	uint64_t locks, fences, reps, privs, polls;
	uint64_t uc_reads, uc_writes, interrupts, wakes;
	/*
	 * From the time an interrupt was in IRR and could be taken (IF, PPR) to
	 * the time it was; stalls in between are part of the first.
	 */
	uint64_t interrupt_wait_max_clk;
	uint64_t interrupt_path_max_clk; /* the same without stalls: path.c */
	uint64_t stall[CPU_NCAUSE];      /* clock units */
};

/* ---- the CPU ------------------------------------------------------ */

#define CPU_L2_PAGE (1u << 21) /* a large page */

enum cpu_run {
	CPU_OFF,     /* not started, or its function returned */
	CPU_RUNNING, /* has something to do at `pos' */
	CPU_HALTED,  /* HLT or MWAIT: until wake_at, if that is known */
	CPU_WAITING  /* for the answer of a device */
};

/*
 * A two-bit counter for each history of a branch: one host line.  Zero is
 * "not taken, unsure".
 */
struct branch {
	uint64_t taken[CPU_HISTORY / 64]; /* bit: prediction */
	uint64_t sure[CPU_HISTORY / 64];
};

#define PATH_STEPS 128
#define PATH_SETS  16

/* How stalls grew of late, by program time without string operations (path.c). */
struct path {
	int64_t last;     /* program time of the event that was seen last */
	int64_t known;    /* real time since which no step is missing */
	int64_t all_from; /* real time from which on none will be */
	uint64_t n;       /* steps, of which the last ones are here */
	uint64_t nset;    /* changes of limits, the same */
	struct path_set {
		int64_t at, ahead; /* real time; the clock was so much later */
	} set[PATH_SETS];
	struct path_step {
		int64_t prog;  /* from there on */
		int64_t by[2]; /* real time and clock are later by these */
	} step[PATH_STEPS];
};

struct smp;

struct cpu {
	struct cpu_hot hot;
	/* What the scheduler (smp.c) looks at: one line of the host. */
	struct smp *smp; /* the machine it is part of; not owned */
	struct coh *coh;
	uint64_t sys_flags; /* rflags bits that the host does not have */
	uint64_t pos;       /* real time of what it does next */
	unsigned rank;      /* order in which CPUs were started */
	unsigned id;
	enum cpu_run run;
	bool monitoring;
	bool uc_pending;  /* a store to device memory is not executed yet */
	bool polling;     /* in hk_poll(), which will renew the limit */
	uint64_t wake_at; /* a store ends its MWAIT then; UINT64_MAX none */
	uint64_t answer;  /* of a device */

	struct cpu_params p;
	const struct coh_cpu
	    *coh_cpu;      /* what the coherence knows of this one */
	struct hash trace; /* of call-outs, see cpu_trace() */
	struct miss miss __attribute__((aligned(64)));
	struct tlb tlb;
	struct lapic lapic;
	struct cpu_stats stats;
	uint32_t l1i[CPU_L1I_SETS][CPU_L1I_WAYS]
	    __attribute__((aligned(64))); /* lines, newest first */

	/* Privileged state (priv.c). */
	uint64_t tsc_offset; /* TSC = clock / 10 + this */
	uint64_t open_at;    /* since then IF and PPR let in what they do */
	struct sysregs sys;
	uint8_t port_seen[65536 / 8];

	/* Uncached writes (uncached.c). */
	struct {
		uint64_t ea, at;          /* of the one that is pending */
		const struct io_dev *dev; /* NULL: the local APIC */
		unsigned size;
		uint64_t until; /* the port has taken all writes by then */
	} uc;

	/* Of each vector: when the request that was served last came to IRR, and
	   when its handler began; 0, 0: none was.  For those who look on. */
	struct {
		uint64_t since, at;
	} gate[256];

	/* Poll points that somebody watches (watch.h), or NULL. */
	const struct watch *watch;

	uint8_t *host_stack; /* mapping; guard page at its start */
	void *owner;         /* free for the user of this CPU */

	/* Branch prediction (branch.c): one for each of hot.bp. */
	struct branch branch[HK_BP_SIZE / 8] __attribute__((aligned(64)));

	struct path path __attribute__((aligned(64)));
};

_Static_assert(offsetof(struct cpu, p) == sizeof(struct cpu_hot) + 64,
    "one line of the host for the scheduler");

/*
 * A CPU in the state after reset, clock 0, with empty caches.  `id' is
 * below CPU_MAX.  Aborts when memory is short or a parameter is out of its
 * range.  AVX2 is used when the host has it.
 */
struct cpu *cpu_create(unsigned id, const struct cpu_params *);
void cpu_destroy(struct cpu *);

/* False forces the portable variants; true has no effect without AVX2. */
void cpu_use_avx2(struct cpu *, bool);
bool cpu_host_has_avx2(void);

/* Initial states of an image's branches; n bytes, n <= HK_BP_SIZE. */
void cpu_set_branches(struct cpu *, const void *, size_t n);

/* From a call-out, on the host stack: end the run with this code. */
_Noreturn void cpu_exit(struct cpu *, int code);

/* Who knows the names of places, for messages; NULL: nobody. */
void cpu_symbols(const char *(*)(uint64_t va, uint64_t *offset_bytes));

/* The same after a message on stderr, which names the CPU and rip (or 0). */
_Noreturn void cpu_fail(struct cpu *, int code, uint64_t rip, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));

/*
 * Ask all CPUs to end with this code at their next poll point, or, with
 * code 0, withdraw the wish.  Async-signal-safe.
 */
void cpu_request_stop(int code);
int cpu_stop_requested(void);

/* ---- call-outs ---------------------------------------------------- */

void hk_read(struct cpu *, uint64_t ea, const struct hk_site *, unsigned size);
void hk_write(struct cpu *, uint64_t ea, const struct hk_site *, unsigned size);
/* The same for an access to one line, which is not in the L1D. */
void hk_read_miss(struct cpu *, uint64_t ea, const struct hk_site *,
    unsigned size);
void hk_write_miss(struct cpu *, uint64_t ea, const struct hk_site *,
    unsigned size);
/* The same for one to a line that is there and must not be used unseen. */
void hk_read_held(struct cpu *, uint64_t ea, const struct hk_site *,
    unsigned size);
void hk_write_held(struct cpu *, uint64_t ea, const struct hk_site *,
    unsigned size);
void hk_lock(struct cpu *, uint64_t ea, const struct hk_site *, unsigned size);
void hk_fetch(struct cpu *, uint32_t line_address);
void hk_rep(struct cpu *, struct hk_regs *, const struct hk_strsite *);
void hk_poll(struct cpu *, struct hk_regs *, bool watched);
void hk_branch(struct cpu *, uint32_t bp, uint32_t taken);
void hk_ijmp(struct cpu *, uint32_t bp, uint64_t target);
void hk_priv(struct cpu *, struct hk_regs *, const struct hk_privsite *);
void hk_fence(struct cpu *, const struct hk_site *);

/* ---- for call-outs ------------------------------------------------ */

enum cpu_event {
	CPU_EV_READ = 1,
	CPU_EV_WRITE,
	CPU_EV_LOCK,
	CPU_EV_REP,
	CPU_EV_POLL,
	CPU_EV_BRANCH,
	CPU_EV_IJMP,
	CPU_EV_FETCH,
	CPU_EV_PRIV,
	CPU_EV_FENCE,
	CPU_EV_SEAM,
	CPU_EV_UC,
	CPU_EV_INTERRUPT
};

/*
 * Mix an event into the trace hash.  Hits of a single line, in data or
 * instruction cache, are left out: whether they come to C depends on the
 * host.
 */
static inline void
cpu_trace(struct cpu *cpu, enum cpu_event event, uint64_t ea)
{
	hash_u64(&cpu->trace,
	    cpu->hot.clock ^ ea << 24 ^ (uint64_t)event << 58);
}

/*
 * An event begins at clock time `now': stalls before it are written down, in
 * path_due() if real time has come to seen_from, too.  Nothing else changes.
 */
void path_event(struct cpu *, int64_t now);
void path_due(struct cpu *, int64_t now);

/* The clock at an event that lies `after' before it; it begins now. */
static inline int64_t
cpu_event(struct cpu *cpu, uint32_t after)
{
	const int64_t now = (int64_t)(cpu->hot.clock - after);

	if (__builtin_expect(now >= cpu->miss.seen_from, 0))
		path_due(cpu, now);
	cpu->miss.event = now - cpu->miss.charged;
	return now;
}

/* Begin an event of the miss model that lies `after' before the clock. */
static inline int64_t
cpu_begin(struct cpu *cpu, uint32_t after)
{
	return miss_begin(&cpu->miss, cpu_event(cpu, after));
}

/* The clock is charged with what is due. */
static inline void
cpu_add(struct cpu *cpu, enum cpu_cause cause, uint64_t due)
{
	cpu->hot.clock += due;
	cpu->stats.stall[cause] += due;
}

/* End an event of the miss model. */
static inline void
cpu_charge(struct cpu *cpu, enum cpu_cause cause)
{
	cpu_add(cpu, cause, (uint64_t)miss_due(&cpu->miss));
}

/* The real time of the place where the clock stands. */
static inline uint64_t
cpu_now(struct cpu *cpu)
{
	return (uint64_t)miss_real(&cpu->miss, cpu_begin(cpu, 0));
}

/*
 * Poll points call out from here on: at the end of the scheduler's window or
 * when the local APIC has something, whichever comes first.
 */
void cpu_renew_limit(struct cpu *);

/* Interrupts that are due are taken: regs become those of the handler. */
void cpu_take_interrupt(struct cpu *, struct hk_regs *);
/* What PUSHF would push. */
uint64_t cpu_rflags(const struct cpu *, const struct hk_regs *);
/* HLT or MWAIT: returns when the CPU goes on. */
void cpu_halt(struct cpu *);
/* The limit is low enough for an interrupt that may now be taken. */
void cpu_interrupts_changed(struct cpu *);

/* Accesses to device memory, of which smp_is_io() is true (uncached.c). */
void uc_read(struct cpu *, uint64_t ea, const struct hk_site *, unsigned size);
void uc_write(struct cpu *, uint64_t ea, const struct hk_site *, unsigned size);
void uc_flush_pending(struct cpu *);
uint64_t uc_port(struct cpu *, bool out, uint16_t port, unsigned size,
    uint64_t value);

/* A store to device memory has been executed by now: pass it on. */
static inline void
uc_flush(struct cpu *cpu)
{
	if (__builtin_expect(cpu->uc_pending, 0))
		uc_flush_pending(cpu);
}

#endif
