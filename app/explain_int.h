/*
 * explain_int.h: what explain_seen.c counts, explain.c gives names and explain_print.c
 * prints.
 */
#ifndef APP_EXPLAIN_INT_H
#define APP_EXPLAIN_INT_H

#include <string.h>

#include "core/tick.h"
#include "explain.h"
#include "kview.h"

/* Counts of what was done, besides cycles. */
enum explain_count {
	EXPLAIN_INSNS, /* instructions, of an image that counts them */
	EXPLAIN_READS,
	EXPLAIN_WRITES,
	EXPLAIN_LOCKS, /* locked operations */
	EXPLAIN_MMIO_READS,
	EXPLAIN_MMIO_WRITES,
	EXPLAIN_APIC,
	EXPLAIN_MISSES, /* lines that had to be got */
	EXPLAIN_NCOUNT
};

struct explain_sum {
	uint64_t clk[CYCLES_NCAT], n[EXPLAIN_NCOUNT];
};

/* Of which hop's work a CPU is at (explain_hops.c): all of its time is of one. */
enum explain_at {
	EXPLAIN_AT_INTR,
	EXPLAIN_AT_WM_INTR,
	EXPLAIN_AT_RXEOF,
	EXPLAIN_AT_BRIDGE_IN,
	EXPLAIN_AT_SOFTINT,
	EXPLAIN_AT_SWITCH,
	EXPLAIN_AT_FWD,
	EXPLAIN_AT_START,
	EXPLAIN_AT_TXEOF,
	EXPLAIN_AT_OTHER,
	EXPLAIN_AT_IDLE,
	EXPLAIN_NAT
};

/* What the entry of a function tells: a hop, or the lock that is waited for. */
enum explain_watched {
	EXPLAIN_WATCH_HOP,
	EXPLAIN_WATCH_LOCK, /* its first argument */
	EXPLAIN_WATCH_BIG,  /* kernel_lock */
	EXPLAIN_WATCH_OTHER /* somebody else wants to know */
};

struct explain_watch {
	enum explain_watched what;
	enum explain_at at;
};

struct explain_at_name {
	const char *name, *text;
};

struct explain_function {
	const char *name;
	bool spins;            /* in the slow path of a lock */
	enum explain_at entry; /* EXPLAIN_NAT: by who called it */
	struct explain_sum cpu[CPU_MAX];
};

/* What a CPU is at. */
enum explain_context {
	EXPLAIN_THREAD,
	EXPLAIN_HARD,
	EXPLAIN_SOFT,
	EXPLAIN_IDLE,
	EXPLAIN_NCONTEXT
};

/* Accesses of one function to one address for which a line had to come. */
struct explain_miss {
	uint32_t ea;
	uint16_t function, from;
	uint64_t n, clk;
};

#define EXPLAIN_DEPTHS 9 /* of interrupts: none, or one in another */

/* Cycles in slow paths of locks, by the lock's address. */
struct explain_spin {
	uint32_t ea;
	uint64_t clk;
};

/* A table of any of these: open, keyed by a word. */
struct explain_table {
	uint64_t *key; /* + 1; 0 is empty */
	void *row;
	size_t n, places, row_bytes;
};

/* A field of memory, or a lock. */
struct explain_field {
	char name[360];
	uint16_t function, from;
	uint64_t n, clk;
};

/* Whose lines are in L2s, or were touched by CPUs (explain_l2.c): how many lines. */
struct explain_owner {
	char name[48];
	uint32_t in_l2[COH_MAX_MODULE], touched[COH_MAX_MODULE],
	    by_cpu[CPU_MAX];
};

struct explain {
	const struct types *types;
	struct kview *kview;
	struct smp *smp;
	struct cycles *cycles;
	bool begun;
	unsigned ncpu;
	uint64_t begin_clk, end_clk;
	const uint64_t *counter; /* of frames that came out */
	uint64_t frames;         /* at first its value, then how many did */
	struct explain_function *function;
	size_t nfunction;
	struct explain_table site; /* of a pc: uint16_t, number of function */
	struct explain_table miss, spin;
	uint32_t kernel_lock; /* its address */
	uint32_t lock_ea[CPU_MAX]
			[EXPLAIN_DEPTHS]; /* that was waited for last */
	uint64_t context[CPU_MAX][EXPLAIN_NCONTEXT];
	struct explain_sum at[CPU_MAX][EXPLAIN_NAT];
	uint64_t owner_clk[CPU_MAX][COH_MAX_MODULE]; /* of lines of others */
	struct explain_table calls;   /* of an LWP (explain_hops.c) */
	struct explain_table touched; /* of a line: uint8_t, which CPUs did */
	uint32_t *l2[COH_MAX_MODULE]; /* lines in it, at the end */
	unsigned nmodule;
	uint8_t module[COH_MAX_CPU]; /* of a CPU */
	size_t l2_lines;             /* that have room, in one */
	/* Functions that are watched: at first those of `other'. */
	struct run_watch watch, other;
	uint64_t *watch_va;
	bool *watch_must;
	struct explain_watch *watch_what;
	/* Once there are names. */
	struct explain_owner *owner, l2_all; /* the largest first; their sum */
	size_t nowner;
	struct explain_field *field, *lock;
	size_t nfield, nlock;
	struct explain_sum cpu[CPU_MAX], all; /* of all functions */
};

/* The row of a key, zero if it is new. */
void *explain_row(struct explain_table *, uint64_t key);

static inline uint32_t *
explain_lock(struct explain *e, unsigned cpu, const struct kview_context *c)
{
	const int n = c->depth + 1;

	return &e->lock_ea[cpu][n < EXPLAIN_DEPTHS ? n : EXPLAIN_DEPTHS - 1];
}

static inline bool
explain_is_idle(const struct kview_context *c)
{
	return strncmp(c->lwp_name, "idle", 4) == 0;
}

/* explain_hops.c; which hop a step is of, and a function whatever it is called from. */
enum explain_at explain_at(struct explain *, const struct cycles_step *,
    const struct explain_function *, const struct kview_context *);
enum explain_at explain_at_of_entry(const char *function);
size_t explain_calls_bytes(void);
extern const struct explain_at_name explain_at_name[EXPLAIN_NAT];

/* explain_l2.c; the end, from a device's event; then names, and reports. */
void explain_touch(struct explain *, const struct cycles_step *);
void explain_l2_end(struct explain *);
void explain_l2_names(struct explain *, const struct names *,
    const struct explain_buffers *);
void explain_l2_print(const struct explain *, FILE *);
json_t *explain_l2_json(const struct explain *);

extern const char *const explain_count_name[], *const explain_context_name[],
						   *const explain_from_name[];

void explain_add(struct explain_sum *to, const struct explain_sum *);
/* All CPUs together: of a function, of a hop. */
struct explain_sum explain_sum_at(const struct explain *, enum explain_at);
struct explain_sum explain_sum_of(const struct explain_function *);
uint64_t explain_total(const struct explain_sum *);
/* Numbers of functions, the dearest first, without what they sleep; the caller's to
 * free. */
size_t *explain_order(const struct explain *);

/* Cycles, or what was counted, of a frame. */
static inline double
explain_cyc(const struct explain *e, uint64_t clk)
{
	return (double)clk / CLK_PER_CYC / (double)e->frames;
}

static inline double
explain_each(const struct explain *e, uint64_t n)
{
	return (double)n / (double)e->frames;
}

#endif
