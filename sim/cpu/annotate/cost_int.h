/*
 * cost_int.h: what the parts of the cost pass (cost.h) share.
 */
#ifndef ANNOTATE_COST_INT_H
#define ANNOTATE_COST_INT_H

#include "cpu/annotate/cost.h"

/* ---- the table (cost_table.c) -------------------------------------- */

enum cost_kind {
	/* llvm-mca schedules it, with this latency and this distance to the
	 * next instruction of the same row; 0 leaves what llvm-mca says. */
	CK_MODEL,
	/* Takes this long on top of the rest of its block, which goes on
	 * around it: microcode that llvm-mca does not know. */
	CK_EXTRA,
	/* Waits for all code before it, then takes this long. */
	CK_SERIAL
};

/* Conditions of a row; all that it names must hold. */
enum {
	CW_REG = 1,    /* no operand in memory */
	CW_MEM = 2,    /* one in memory */
	CW_LOAD = 4,   /* one in memory, only read */
	CW_16 = 8,     /* operand size 2 */
	CW_64 = 16,    /* operand size 8 */
	CW_SMALL = 32, /* operand size 1 or 2 */
	CW_LEA3 = 64,  /* address with base, index and displacement */
	CW_CL = 128,   /* counted by %cl */
	CW_REP = 256   /* rep, repz or repnz prefix */
};

struct cost_rule {
	const char *names; /* mnemonics, a size suffix may follow; "*" any;
				   NULL ends the table */
	enum insn_class cls;
	unsigned when; /* CW_* */
	enum cost_kind kind;
	uint16_t lat_clk;   /* CK_MODEL: latency; else the figure */
	uint16_t thr_clk;   /* CK_MODEL only */
	const char *source; /* tag, range and place of the figure */
};

extern const struct cost_rule cost_rules[];

/* After a store, a load of the same operand has its value this much later. */
#define COST_FORWARD_CLK 46

/* The first row that fits; NULL: llvm-mca is believed. */
const struct cost_rule *cost_rule_of(const struct cost_rule *,
    const struct insn *);

/* ---- asking (cost_text.c, cost_cache.c, mca.c) ----------------------- */

/* llvm-mca on one instruction of a region; cycles. */
struct mca_time {
	uint32_t issue; /* cycles after the first possible issue */
	uint32_t lat;   /* from there to its result */
};

/* llvm-mca's answer for a region of n instructions run once. */
struct mca_answer {
	uint32_t n;
	uint32_t thr_clk; /* reciprocal throughput of the region */
	struct mca_time *t;
};

/*
 * A region: a stretch of instructions, repeated `copies' times.  cost.c makes
 * regions, cost_cache.c finds their answers.
 */
struct region {
	struct insn **in; /* n instructions, none CK_EXTRA or CK_SERIAL */
	size_t n;
	unsigned copies;
	uint32_t load_more; /* clock units that loads take longer */
	const char *text;   /* as asked: one line for each instruction */
	uint64_t key;       /* of the text */
	const struct mca_answer *answer;
};

/* One line of assembly that llvm-mca prices like this instruction. */
const char *cost_text(const struct insn *);

/* Fill text and key. */
void region_ask(struct region *);

/* Answer all regions; unit path and lines are for messages. */
int cost_answer(const struct unit *, const struct cost_opts *, struct region *,
    size_t n);

/* Ask llvm-mca about the regions, whose answers must be NULL. */
int mca_run(const struct unit *, const char *program, struct region *const *,
    size_t n);

/* ---- thinking (cost_sched.c, cost_loop.c) ---------------------------- */

/* A region's schedule: one element per instruction and copy. */
struct sched {
	size_t n;
	uint32_t *issue;
	uint32_t *retire; /* since the region began */
};
void sched_region(struct sched *, const struct region *,
    const struct cost_rule *);

/* Throughput bound of a region's instructions by the table. */
uint32_t sched_table_bound(const struct region *, const struct cost_rule *);

/* An innermost loop without calls and serialising instructions. */
struct loop {
	struct block **body; /* one way round, from the head; then the rest */
	size_t nbody, npath; /* blocks in all, on that way */
};
struct loop *loops_find(const struct unit *, const struct cost_rule *,
    size_t *n);

#endif
