/*
 * cost.h: the static time of blocks.
 *
 *	cost.c		what a block costs, and when its instructions issue
 *	cost_table.c	measured figures that overrule llvm-mca
 *	cost_text.c	an instruction as llvm-mca is asked about it
 *	cost_sched.c	llvm-mca's schedule of a stretch of code, corrected by
 *			the table
 *	cost_loop.c	innermost loops, whose cost is that of an iteration
 *	cost_cache.c	llvm-mca's answers, kept in text files
 *	mca.c		llvm-mca itself
 *
 * docs/adr/0002-block-cost.md says why costs are defined as they are.
 * All times are clock units, HK_CLOCK_PER_CYC to a core cycle.
 */
#ifndef ANNOTATE_COST_H
#define ANNOTATE_COST_H

#include <stdio.h>

#include "cpu/annotate/annotate.h"

/* The llvm-mca whose answers the caches hold. */
#define MCA_PROGRAM "llvm-mca-14"
#define MCA_VERSION "14.0.6"

struct cost_rule;

/* NULL stands for the default of each. */
struct cost_opts {
	const char *committed; /* cache of answers, only read */
	const char *local;     /* same; rewritten with every answer that this
				   unit needed */
	const char *mca;       /* MCA_PROGRAM, for tests */
	const struct cost_rule *rules; /* cost_rules, for tests */
};

/*
 * Set cost and cost_src of every block, issue and after of every
 * instruction.  Needs cfg_build().  llvm-mca is run at most once, and only
 * when neither cache has all the answers.
 */
int cost_compute(struct unit *, const struct cost_opts *);

/* Print a block's instructions with their times and where these come from. */
void cost_explain(FILE *, const struct block *);

#endif
