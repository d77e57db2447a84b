/*
 * exit.h: the one scale of outcomes.
 *
 * A function that can fail returns one of these, and a sub-command passes it
 * on to exit(): what a caller of the process sees is what the function said.
 */
#ifndef CORE_EXIT_H
#define CORE_EXIT_H

enum exit_code {
	EX_GOOD = 0,
	EX_FINDING = 1,   /* a loss, a figure out of range, a difference */
	EX_INPUT = 2,     /* usage, or bad input */
	EX_NONDET = 3,    /* two runs that must be equal are not */
	EX_NOVERDICT = 4, /* not decided within the budget */
	EX_BUG = 5,       /* internal error */
	EX_SKIPPED = 77,
	EX_SIGINT = 130
};

#endif
