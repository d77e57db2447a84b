/*
 * seqcheck.h: what became of numbered frames: lost, twice, out of order.
 *
 * Frames are numbered from 0 on.  Of the last SEQCHECK_WINDOW numbers a bit each says
 * whether it has come:
 *
 *	    leaves: a hole is a drop		   comes in
 *	<----|  64 bits | 64 bits | ... | 64 bits |<----
 *	       \_______ SEQCHECK_WINDOW _________/
 *
 * The window moves when a number behind its end comes.  The meaning of the counters is
 * that of the tester ipgen, which has such a window:
 *
 *	drop		holes in what has left the window
 *	dup		numbers that came again
 *	reorder		numbers that are lower than the one that came just before
 *	outofrange	numbers from before the window; nobody knows any more whether
 *			they came once or twice
 *
 * ipgen leaves it at that, and so never misses what is lost among the last numbers.
 * seqcheck_end() does, when no more can come.  Numbers have 32 bits on the wire and may
 * wrap.
 *
 * Callable from anywhere; allocates nothing.
 */
#ifndef WIRE_SEQCHECK_H
#define WIRE_SEQCHECK_H

#include <stdint.h>

#define SEQCHECK_WINDOW 4096
#define SEQCHECK_WORDS  (SEQCHECK_WINDOW / 64)

struct seqcheck {    /* at first all 0 */
	uint64_t rx; /* that came, each time */
	uint64_t drop, dup, reorder, outofrange;
	uint64_t word; /* the window's last: of numbers 64 * word and on */
	uint64_t last; /* that came */
	uint64_t bits[SEQCHECK_WORDS]; /* of word w at w mod SEQCHECK_WORDS */
};

/* This number has come. */
void seqcheck_take(struct seqcheck *, uint32_t number);

/* Numbers below n were sent and no more will come: holes among them are drops. */
void seqcheck_end(struct seqcheck *, uint64_t n);

/* sum += one, of counters. */
void seqcheck_add(struct seqcheck *sum, const struct seqcheck *one);

#endif
