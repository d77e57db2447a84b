/*
 * fake.h: the fake machine: images without SystemC and without time.
 *
 * The second implementation of port/seam.h.  It runs image-fake.elf, the same
 * sources as image.elf with other hooks (sim/cpu/annotate/emit_fake.c), on
 * CPUs that take turns.  What it is for is the order in which CPUs do things:
 * a schedule is chosen by a seed, is the same for the same seed, and a process
 * goes through thousands of them in a second (ADR 0008).
 *
 *	step	an access to memory that others can see, a poll point
 *	turn	steps that one CPU makes in a row; at its end the policy says
 *		whose turn is next
 *	clock	set by hand: a step moves it by a tick, a look at the TSC by
 *		10 ns; when all CPUs sleep it jumps to the next timer.  With
 *		`by_hand' it moves only when it is told
 *
 * Interrupts come in at any step.  There are local APICs and the probe
 * (sim/probe/probe.h), and no other devices.
 *
 * Times are in ns.  One machine in a process; not reentrant.
 */
#ifndef FAKE_FAKE_H
#define FAKE_FAKE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/err.h"

#define FAKE_CPUS        8
#define FAKE_TICK_NS     1
#define FAKE_NEVER       UINT64_MAX
#define FAKE_MESSAGE_MAX 600 /* bytes, the NUL included */

/*
 * Who is next, and for how many steps.
 *
 *	random	anybody who can run, with equal chances; turns of 1 to
 *		2 * mean - 1 steps
 *	pct	each CPU has a priority, drawn at random, and the highest that
 *		can run does; at depth - 1 places, drawn among the first
 *		`length' steps, whoever runs becomes the lowest.  Finds a bug
 *		that needs `depth' orderings with a known probability
 *		(Burckhardt et al., ASPLOS 2010)
 *	round	one after the other, `mean' steps each; the seed is not used
 *	mixed	the seed chooses random with a mean of 2, 8, 32 or 128, or pct
 *		with a length of 100 to 100000
 */
enum fake_policy { FAKE_MIXED, FAKE_RANDOM, FAKE_PCT, FAKE_ROUND };
const char *fake_policy_name(enum fake_policy);

struct fake_config {
	const char *image;  /* path of image-fake.elf */
	const char *args;   /* "name=value name=value", or "" */
	uint64_t ram_bytes; /* 0: RAM_DEFAULT_BYTES */
	unsigned ncpu;      /* 0: FAKE_CPUS */
	enum fake_policy policy;
	uint32_t mean;        /* steps, 0: 8 */
	uint32_t depth;       /* of pct, 0: 3 */
	uint32_t length;      /* of pct, in steps, 0: 20000 */
	uint64_t tick_ns;     /* of a step; 0: FAKE_TICK_NS */
	uint64_t limit_steps; /* end with EX_NOVERDICT; 0: never */
	uint64_t limit_ns;    /* same, of the clock */
	bool by_hand;         /* the clock is the caller's alone */
	bool debugger;        /* let gdb know the image's symbols */
	FILE *console;        /* what the image prints; NULL drops it */
	FILE *schedule;       /* a line for each turn; NULL none */
};

struct fake_result { /* one seam_result() */
	char name[64];
	uint64_t n, total_cyc;
};

struct fake_report {
	enum exit_code verdict;
	char message[FAKE_MESSAGE_MAX]; /* why it ended, "" if by itself */
	uint64_t steps, turns, interrupts, messages;
	uint64_t clock_ns;
	uint64_t
	    trace; /* hash of the schedule: CPU, place, steps of each turn */
	struct fake_result *result;
	size_t nresult;
};

enum fake_why {
	FAKE_ENDED,  /* the report has the verdict */
	FAKE_READY,  /* the image called seam_ready() */
	FAKE_ASLEEP, /* by_hand: all CPUs sleep until the clock is set */
	FAKE_PAUSED  /* as many steps were made as fake_run() was given */
};

struct fake;

/*
 * Load the image and make a machine of it, powered off.  config must live as
 * long.  Once in a process.
 */
enum exit_code fake_create(struct fake **, const struct fake_config *,
    struct err *);

/* From now on the schedule is that of this seed. */
void fake_seed(struct fake *, uint64_t seed);
/* The policy that `mixed' came to, with its parameter, as text. */
const char *fake_seed_text(const struct fake *);

/*
 * Boot, or go on, for at most so many steps (0: no such limit), which are
 * looked at between turns.
 */
enum fake_why fake_run(struct fake *, uint64_t steps);
const struct fake_report *fake_report(struct fake *);

/* The clock: now; when the next timer or message is due, or FAKE_NEVER. */
uint64_t fake_clock(const struct fake *);
uint64_t fake_clock_next(const struct fake *);
/* Set it, never back; the next fake_run() finds what is due. */
void fake_clock_set(struct fake *, uint64_t ns);
void fake_clock_advance(struct fake *, uint64_t ns);

/* ---- many schedules ---------------------------------------------------- */

/* What became of one seed; the text is the message, or the console's last line. */
struct fake_outcome {
	uint64_t seed;
	uint64_t trace, steps, turns;
	enum exit_code verdict;
	char policy[24];
	char text[200];
};

/*
 * Run each seed from..to, in `jobs' processes, and give each outcome to fn, in
 * the order of seeds; fn returns false to stop.  The machine must not have been
 * run.
 *
 * Schedules begin where the image calls seam_ready(), or at its first
 * instruction if it never does, or with from_boot.  `twice' runs each seed
 * twice: different schedules are EX_NONDET.
 */
struct fake_seeds {
	uint64_t from, to;
	unsigned jobs; /* 0: 1 */
	bool from_boot, twice;
	bool (*fn)(const struct fake_outcome *, void *arg);
	void *arg;
};
enum exit_code fake_seeds(struct fake *, const struct fake_seeds *,
    struct err *);

/*
 * Bring the machine to where schedules begin and set the seed: what follows is
 * what fake_seeds() runs.
 */
void fake_prepare(struct fake *, uint64_t seed, bool from_boot);

#endif
