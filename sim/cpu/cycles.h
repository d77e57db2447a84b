/*
 * cycles.h: what the cycles of CPUs go to, step by step, while somebody looks on.
 *
 * A step of a CPU ends with a call-out: the instructions since the last one, then
 * what the call-out charged.  All call-outs are seen and, as the filters are kept
 * empty (tap.h), all accesses are call-outs; so a step is some instructions long,
 * and what each CPU's steps say adds up to the advance of its clock.
 *
 *	issue	what the clock advanced beside call-outs: costs of blocks
 *	others	what call-outs charged; which one, is known by what was called and
 *		by where the line came from (mem/coh.h).  A charge that has several
 *		reasons (a translation, a busy line, the line's way) is divided in
 *		proportion to them, as misses that overlap are not charged in full
 *
 * A miss is charged where it happens, up to its first use; what a dependent access, a
 * locked operation, a fence or a mispredicted branch waits for besides is theirs.
 *
 * The machine does the same with and without: clocks, trace hash and all.
 */
#ifndef CPU_CYCLES_H
#define CPU_CYCLES_H

#include <stdbool.h>
#include <stdint.h>

#include "mem/coh.h"

struct smp;

enum cycles_cat {
	CYCLES_ISSUE,
	CYCLES_MISPREDICT,   /* the penalty */
	CYCLES_BRANCH_WAIT,  /* a mispredicted branch waits for loads */
	CYCLES_FETCH_L2,     /* instructions not in the L1I */
	CYCLES_FETCH_MEMORY, /* nor in the L2 */
	CYCLES_TLB,
	CYCLES_L2, /* data from this module's L2 */
	CYCLES_DRAM,
	CYCLES_DRAM_CLEAN,    /* another module has it, clean: no forwarding */
	CYCLES_SAME_TRANSFER, /* from the other CPU of this module */
	CYCLES_OTHER_TRANSFER,
	CYCLES_SAME_UPGRADE,
	CYCLES_OTHER_UPGRADE,
	CYCLES_HELD,   /* somebody else's access holds the line */
	CYCLES_DEPEND, /* an address needs a load that is on its way */
	CYCLES_LOCKED, /* a locked operation waits for what was before it */
	CYCLES_FENCE,
	CYCLES_MMIO_READ,
	CYCLES_MMIO_WRITE, /* the port and what waits for it */
	CYCLES_APIC,       /* the local one */
	CYCLES_STRING,     /* repeated instructions, beside their misses */
	CYCLES_PRIV,
	CYCLES_INTERRUPT, /* entry */
	CYCLES_WAKE,      /* out of C1 */
	CYCLES_IDLE       /* HLT, MWAIT */
};
#define CYCLES_NCAT (CYCLES_IDLE + 1)

const char *cycles_name(enum cycles_cat);

enum cycles_call {
	CYCLES_READ,
	CYCLES_WRITE,
	CYCLES_LOCK,
	CYCLES_REP, /* a string instruction; ea of its first side */
	CYCLES_FETCH,
	CYCLES_BRANCH, /* not as foreseen */
	CYCLES_OTHER,
	CYCLES_NONE /* no call-out: it began, or ended, in the middle of something */
};

struct cycles_step {
	unsigned cpu;
	enum cycles_call call;
	uint64_t pc; /* where the hook goes back to; 0 with CYCLES_NONE, */
	uint64_t sp; /* and the stack pointer before the hook */
	uint64_t ea, bytes;             /* of accesses and fetches */
	uint64_t other_ea, other_bytes; /* of the other side of a string */
	bool device;                    /* the ea is device memory */
	enum coh_from from; /* of the (last) line that had to be got, */
	uint8_t owner; /* and a module that had it: another, if there was one */
	uint64_t insns; /* of an image that counts them: of blocks that began */
	uint64_t line_clk; /* charged for lines, of all below */
	uint64_t clk[CYCLES_NCAT];
};

typedef void (*cycles_fn)(void *arg, const struct cycles_step *);

struct cycles;

/* One machine, one of them, which must not be begun twice.  Aborts when memory is
 * short. */
struct cycles *cycles_create(struct smp *, cycles_fn, void *arg);
void cycles_destroy(struct cycles *);

/*
 * From a device's event, at the time of it: begin; end.  What CPUs that sleep have
 * slept by then is told.  From then on each line of instructions is a call-out once at
 * least.
 */
void cycles_begin(struct cycles *, uint64_t at_clk);
void cycles_end(struct cycles *, uint64_t at_clk);

#endif
