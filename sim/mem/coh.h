/*
 * coh.h: the coherence of all caches: who has a line, and what it costs to
 * get it.
 *
 * One directory entry for each line of memory says which L1D and which L2
 * have it.  The entry is exact: a bit is set if and only if the line is in
 * that cache (coh_check() proves it for a line).
 *
 *	l1	CPUs whose L1D has the line
 *	l2	modules whose L2 has it
 *	EX	the only L1D that has it has it in state E or M, and no other
 *		module has it at all
 *	L2D	the only L2 that has it has it dirty
 *
 * States in the L1D are MESI; S means that somebody else may have it, too.
 * The first write to an E line does not come here, so whether an EX line is
 * dirty is told by its owner's tag.
 *
 * What an access costs is decided by where the line is (facts/c2758.md 6):
 *
 *	own L2				l2_hit
 *	dirty in the sibling's L1D	same_module
 *	dirty in another module		other_module, memory is updated
 *	clean in another module only	memory: clean lines are not forwarded
 *	S -> M				upgrade_same or upgrade_other, by who
 *					else has it
 *
 * An access that takes a line from another CPU, or makes one let go, holds
 * the line until it is done (COH_BUSY); the next such access begins then.
 *
 * Order.  CPUs run ahead of each other.  A line that two of them touch and
 * one writes within two epochs is ORDERED: every access to it comes to C
 * and waits for its turn (cpu/smp.h).  coh_* do not wait; the caller does, before.
 *
 * Not so the reads of a CPU that alone wrote the line in these epochs: others
 * that read it leave a copy to it, so whether it reads before them or after
 * costs the same and finds the same.  Its tag says OWN when it has the line
 * dirty, and nothing when it shares it: either lets reads pass, not writes.
 * Who else writes takes the line away, and the tag.
 *
 * Times are in CPU clock units; a latency is load-to-use.  Lines are
 * address >> 6, below 2^25.  Nothing here sleeps, allocates or fails.
 */
#ifndef MEM_COH_H
#define MEM_COH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem/dram.h"
#include "mem/l1d.h"
#include "mem/l2.h"
#include "mem/stream.h"

#define COH_MAX_CPU    8
#define COH_MAX_MODULE 4
#define COH_LINES      (1u << 25)
#define COH_NOBODY     15

enum coh_flag {
	COH_EX = 1,
	COH_L2D = 2,
	COH_ORDERED = 4,
	COH_MONITOR = 8, /* a CPU waits for a write (MONITOR) */
	COH_AHEAD = 16, /* in an L2, prefetched, and no miss asked for it yet */
	COH_BUSY = 32   /* somebody's access may hold it */
};

/*
 * One word, since the host has to fetch two of them for each miss:
 *
 *	63..56 epoch  55..47 before it  46..38 in it  37..32 flags  31..0 ...
 *
 * Of the last epoch in which somebody looked at the line, and of the one before,
 * it says which CPUs touched it (eight bits) and whether one wrote it (a ninth).
 * So a line grows older by a shift of nine bits.  The epoch has few bits: of a
 * line that nobody looked at for 256 epochs, what it says of touches may count
 * once more.  Then the line is ordered for nothing, which takes the host's time
 * only.
 */
struct coh_line {
	union {
		struct {
			uint16_t way; /* in each L2 that has it: four bits */
			uint8_t l1;
			uint8_t last : 4; /* CPU of the last access seen here */
			uint8_t l2 : 4;
			uint8_t flags; /* enum coh_flag; two bits are others' */
		};
		uint64_t word;
	};
};
#define COH_BIT(n)      ((uint8_t)(1u << (n))) /* of a CPU or a module */
#define COH_L1(bits)    ((uint64_t)(bits) << 16)
#define COH_LAST(cpu)   ((uint64_t)(cpu) << 24)
#define COH_L2(bits)    ((uint64_t)(bits) << 28)
#define COH_FLAGS(bits) ((uint64_t)(bits) << 32)
#define COH_TOUCH(bits) ((uint64_t)(bits) << COH_SEEN) /* in the epoch */
#define COH_EPOCH(n)    ((uint64_t)(n) << 56)
enum { COH_SEEN = 38, COH_AGE = 9 };
#define COH_WROTE0    (UINT64_C(1) << 46)
#define COH_BEFORE(x) ((x) << COH_AGE) /* the same in the one before */
#define COH_WROTE     (COH_WROTE0 | COH_BEFORE(COH_WROTE0))
_Static_assert(COH_MAX_CPU <= 8 && COH_MAX_MODULE <= 4, "fields of a word");

/* What else there is to know of a line that CPUs share; zero at first. */
struct coh_shared {
	uint64_t busy; /* with COH_BUSY: held until then */
	uint8_t wrote; /* with COH_ORDERED: CPUs that wrote it in this epoch, */
	uint8_t wrote_before; /* in the one before */
	uint8_t epoch;        /* of `wrote' */
};

struct coh_params {
	unsigned ncpu, nmodule;
	uint8_t module[COH_MAX_CPU]; /* of each CPU */
	size_t l2_bytes;
	uint32_t l2_hit_clk;
	uint32_t dram_clk, dram_row_clk, dram_line_clk;
	uint32_t same_module_clk, other_module_clk;
	uint32_t upgrade_same_clk, upgrade_other_clk;
	uint32_t prefetch_lines; /* ahead of a stream; 0 none */
	uint64_t epoch_clk;
	bool exact; /* every line is ordered, always */
};

struct coh_stats {
	uint64_t l2_hit, memory;           /* fills from there */
	uint64_t from_sibling, from_other; /* dirty lines handed over */
	uint64_t upgrades;
	uint64_t l1d_dirty_out, l2_dirty_out;
	uint64_t prefetched;
	uint64_t ordered_lines; /* times a line became ordered */
	uint64_t corrections;   /* first touches that came too early */
	uint64_t correction_max_clk;
	uint64_t held_clk; /* waited for busy lines */
	uint64_t monitor_hits;
};

/* What a line took to come, or to become this CPU's alone. */
enum coh_from {
	COH_FROM_HERE, /* it was there */
	COH_FROM_L2,   /* the module's own */
	COH_FROM_MEMORY,
	COH_FROM_CLEAN,   /* memory, though another module has it, clean */
	COH_FROM_SIBLING, /* its L1D, in this module */
	COH_FROM_OTHER,   /* dirty in another module */
	COH_UPGRADE_SAME, /* others let go: in this module, */
	COH_UPGRADE_OTHER /* elsewhere */
};
#define COH_NFROM (COH_UPGRADE_OTHER + 1)

/*
 * Of the last fill, upgrade or fetch of a CPU that was not a simple fill
 * (coh_inline.h): for those who look on, and set it to zero before.
 */
struct coh_why {
	enum coh_from from;
	uint32_t latency_clk, held_clk; /* all of it; waited for a busy line */
	uint8_t l1, l2; /* of data: CPUs and modules that had the line before */
};

/* A CPU as words of the directory have it, worked out once. */
struct coh_cpu {
	uint64_t mask[2];    /* read, write: a fill is simple */
	uint64_t want;       /* if these bits of the word are those */
	uint64_t mine;       /* bits that it sets then */
	uint64_t mine_alone; /* that go when it loses the line */
	uint64_t touch_now;  /* its bit of those who touch it in this epoch */
	uint64_t others;     /* the others' bits, in this one and before */
	uint64_t l2;         /* its module's bit */
	struct l2 *cache;    /* its module's */
	unsigned shift;      /* of the way there in the word */
};

struct coh {
	struct coh_params p;
	struct coh_cpu cpu[COH_MAX_CPU];
	struct coh_line *dir;      /* COH_LINES entries */
	struct coh_shared *shared; /* of each line */
	uint64_t since;            /* no CPU is behind this time */
	struct l1d *l1d[COH_MAX_CPU];
	struct l2 *l2[COH_MAX_MODULE];
	uint8_t siblings[COH_MAX_CPU]; /* mask of CPUs of the same module */
	struct dram dram;
	struct stream stream[COH_MAX_CPU];
	uint8_t epoch;
	uint32_t monitor[COH_MAX_CPU]; /* line that a CPU monitors, or none */
	void (*monitor_hit)(void *arg, unsigned cpu, uint64_t at);
	void *arg;
	struct coh_stats stats;
	struct coh_why why[COH_MAX_CPU];
};
#define COH_NO_LINE UINT32_MAX

/* L1Ds are the CPUs' and must be empty.  Aborts when memory is short. */
struct coh *coh_create(const struct coh_params *,
    struct l1d *const l1d[COH_MAX_CPU]);
void coh_destroy(struct coh *);

/* Called now and then, with a time no CPU is behind. */
void coh_set_time(struct coh *, uint64_t now);

static inline bool
coh_ordered(const struct coh *c, uint32_t line)
{
	return (c->dir[line].flags & COH_ORDERED) != 0 || c->p.exact;
}

/* cpu's L1D lets the line of this tag go. */
void coh_evict(struct coh *, unsigned cpu, uint32_t tag, uint64_t at);

/*
 * The line is not in cpu's L1D: get it, for reading or for writing, at time
 * `at'.  Returns the latency and the tag for the L1D (state, ordered bit).
 */
uint32_t coh_fill(struct coh *, unsigned cpu, uint32_t line, bool write,
    uint64_t at, uint32_t *tag);

/* The line is in cpu's L1D in state S and is written.  As coh_fill(). */
uint32_t coh_upgrade(struct coh *, unsigned cpu, uint32_t line, uint64_t at,
    uint32_t *tag);

/*
 * A hit that came to C because its tag says ordered.  The tag as it is from
 * now on: without the ordered bit when nobody else touches the line any more.
 */
uint32_t coh_hit(struct coh *, unsigned cpu, uint32_t tag, bool write,
    uint64_t at);

/* An instruction line that is not in cpu's L1I.  Returns the latency. */
uint32_t coh_fetch(struct coh *, unsigned cpu, uint32_t line, uint64_t at);

/*
 * A device reads or writes (part of) a line.  A write leaves no copy in any
 * cache; a read leaves copies, clean.  Returns the latency.
 */
uint32_t coh_dma(struct coh *, uint32_t line, bool write, uint64_t at);

/* cpu wants monitor_hit() when another agent writes the line; -1 ends it. */
void coh_monitor(struct coh *, unsigned cpu, uint32_t line);

/* Is everything that is said about the line true?  NULL, or what is wrong. */
const char *coh_check(const struct coh *, uint32_t line);

/* For checks: a line in a module's L2; E is clean, M dirty, I not there. */
enum ways_state coh_l2_state(const struct coh *, unsigned module,
    uint32_t line);

#endif
