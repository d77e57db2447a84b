/*
 * smp.h: the machine's CPUs together: who runs, how far, in which order.
 *
 * A CPU is a coroutine.  Simulated time is cut into windows.  The lookahead is
 * the shortest time in which anything can travel from one part of the machine
 * to another (a message, an uncached access).  From one CPU to another by way of
 * a device it takes two of them, or an IPI: no window is longer than that, nor
 * goes on a lookahead after something has begun, or after a device's event.  With
 * devices that call smp_lookahead(), or while memory is waited for, windows are one
 * lookahead.
 *
 *	window	|<------------------------->|
 *	CPU 0	==========|				waits for its turn
 *	CPU 1	============================|		up to the end
 *	CPU 2	==|
 *	devices	............................		after the CPUs
 *
 * All CPUs run to the end of the window, then the devices (SystemC) do; what
 * they send each other arrives behind it.  Within a window the CPUs meet in
 * memory only.  A CPU goes ahead on lines nobody shares; an access to an
 * ordered line (mem/coh.h) waits until every other CPU that runs stands at a
 * later time, so these happen in the order of time.  Equal times go by rank,
 * the order in which software started the CPUs.
 *
 * While one CPU alone runs, windows last until somebody else has something to
 * do, but no longer than SMP_SOLO_CLK; whatever it begins shortens them.
 *
 * With `exact' every data access is ordered and windows end at the next event
 * of a device: no CPU is ever ahead.
 *
 * Times are in CPU clock units.  One host thread.
 */
#ifndef CPU_SMP_H
#define CPU_SMP_H

#include "core/err.h"
#include "core/tick.h"
#include "cpu/cpu.h"
#include "mem/io.h"

struct machine; /* core/machine.h */

struct smp_config {
	const struct machine *machine;
	unsigned ncpu;
	bool avx2, exact;
	const char *modules;        /* a digit for each CPU; NULL: 00112233 */
	uint64_t ram_va, ram_bytes; /* of physical address 0 */
	uint64_t io_va, io_pa, io_bytes; /* device memory */
	uint64_t epoch_clk;              /* 0: SMP_EPOCH_CLK */
};
#define SMP_EPOCH_CLK (100 * 1000 * CLK_PER_NS)
#define SMP_SOLO_CLK  (20 * 1000 * CLK_PER_NS)

struct smp_stats {
	uint64_t windows, switches, messages;
};

/*
 * A turn: position and rank of a CPU in one number, whose order is that in
 * which CPUs run.  Ranks are below 1 << SMP_RANK_BITS; SMP_NO_TURN is behind
 * all turns.  Signed: more hosts compare many such numbers at once.
 */
#define SMP_RANK_BITS 4
#define SMP_NO_TURN   INT64_MAX
#define SMP_QUEUE     8 /* of CPUs and smp_run(), all but the one that runs */
_Static_assert(CPU_MAX <= SMP_QUEUE, "room for all CPUs in the queue");

struct smp_rank {
	struct cpu *cpu;
	void *sp; /* where its coroutine stopped */
};

/* What a change of turns looks at comes first, in a few lines of the host. */
struct smp {
	int64_t queue[SMP_QUEUE + 1]; /* turns of those that could run but do
			    not, first one first; the rest is SMP_NO_TURN */
	struct cpu *running;          /* NULL: smp_run() does */
	uint64_t window_end;
	struct smp_stats stats;
	struct smp_rank by_rank[1 << SMP_RANK_BITS];
	unsigned ncpu;
	unsigned nstarted; /* CPUs that have a rank */
	struct cpu *cpu[CPU_MAX];
	struct coh *coh;
	struct io *io;
	uint64_t lookahead_clk;
	uint64_t window_clk;      /* the longest window of several CPUs */
	uint64_t dram_waited_clk; /* when the last window began */
	uint64_t limit;           /* the run ends with EX_NOVERDICT then */
	int code;                 /* of the run */
	bool done;
	struct smp_config config;
	void (*eoi)(void *arg, uint8_t vector, uint64_t at);
	void *eoi_arg;
	uint8_t large[1024]; /* of each 2 MB: one page? */
} __attribute__((aligned(64)));

/*
 * A machine of config->ncpu CPUs in the state after reset.  Fails with
 * EX_INPUT, with the key, when the machine file asks for what cannot be.
 * One in a process (SystemC).
 */
enum exit_code smp_create(struct smp **, const struct smp_config *,
    struct err *);
void smp_destroy(struct smp *);
/*
 * Before the run: there are devices that write memory, and may reach a CPU as
 * soon as after this time.  The lookahead is no longer than that, and windows are
 * no longer than the lookahead.
 */
void smp_lookahead(struct smp *, uint64_t time_clk);

/*
 * Before the run: fn is told when a CPU ends a level interrupt, at time `at': for the
 * IOAPIC, which hears of it a lookahead later or more.
 */
void smp_on_eoi(struct smp *,
    void (*fn)(void *arg, uint8_t vector, uint64_t at), void *arg);

/* What CPU n begins with: fn(arg) on the stack whose top is ksp, at `at'. */
void smp_start(struct smp *, unsigned n, void (*fn)(const void *),
    const void *arg, void *ksp, uint64_t at);

/* Run until a CPU ends it; returns the code. */
int smp_run(struct smp *);

/* From a call-out: this CPU's function has returned, or the run is over. */
_Noreturn void smp_leave(struct cpu *, int code);

/* What smp_order() does when it is not this CPU's turn at that time. */
void smp_wait(struct cpu *, uint64_t at);

static inline int64_t
smp_turn(uint64_t pos, unsigned rank)
{
	return (int64_t)(pos << SMP_RANK_BITS | rank);
}

/* From a call-out: true if no other CPU can do anything before time `at'. */
static inline bool
smp_is_turn(const struct cpu *cpu, uint64_t at)
{
	return smp_turn(at, cpu->rank) < cpu->smp->queue[0];
}

/* The same of an access that is ordered. */
static inline bool
smp_order_now(struct cpu *cpu, uint64_t at)
{
	cpu->stats.ordered++;
	return smp_is_turn(cpu, at);
}

/* Wait until it is so.  Other CPUs may run meanwhile. */
static inline void
smp_order(struct cpu *cpu, uint64_t at)
{
	if (!smp_order_now(cpu, at))
		smp_wait(cpu, at);
}

/* The CPU stops (run, pos and wake_at say why) and others go on. */
void smp_yield(struct cpu *);

/*
 * The CPU stops until something wakes it.  If it was the only one that ran and
 * is going to wake by itself, devices do not go further ahead of it than that
 * and a lookahead.
 */
void smp_halt(struct cpu *);

/*
 * From a call-out: something begins at time `at' that reaches others a
 * lookahead later; a window that is longer ends there.
 */
void smp_meet(struct smp *, uint64_t at);

/* A CPU that stood still goes on at this time. */
void smp_wake(struct smp *, struct cpu *, uint64_t at);

/*
 * A message (ICR, MSI or IOAPIC) for the local APICs; arrives at `at'.  Level
 * means that its end is to be told.
 */
void smp_message(struct smp *, uint8_t dest, bool logical, uint8_t mode,
    uint8_t vector, bool level, uint64_t at);

static inline bool
smp_is_io(const struct smp *smp, uint64_t ea)
{
	return ea - smp->config.io_va < smp->config.io_bytes;
}

static inline bool
smp_page_is_large(const struct smp *smp, uint32_t page)
{
	return smp->large[page >> 9 & 1023];
}

#endif
