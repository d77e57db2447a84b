/*
 * search.h: the highest rate of a device under test, by trials (RFC 2544, 26.1).
 *
 * The search says which trial is wanted next and is told what came of it; who makes
 * the trials is another's business.  Rates are frames a second of one direction.
 *
 *	at the top	a short trial at the theoretical maximum; if nothing is lost,
 *			a long one there, and that is the result
 *	approach	short trials, unless there is a guess, which long ones made:
 *			short ones do not see what is rare.  Buffers hide an excess
 *			for a while, so a rate counts as kept up with only if what was
 *			forwarded while frames were sent is what was sent, within
 *			`slack'; what was
 *			forwarded at an excess is the next guess, if not lower steps
 *			are, which grow.  Rates above what was kept up with
 *			are tried too, in growing steps, since a device may forward
 *			less when it is offered more
 *	confirm		long trials, which alone decide: from where the approach ended
 *			or the guess is, down, or up, in growing steps until one passes
 *			and one fails, then halving
 *	final		if asked for: longer trials still, from what was found downwards, a
 *			resolution at a time at first.
 *			A rate that failed is not tried again: a longer trial of the same
 *			frames fails where the shorter one did, if no loss is allowed,
 *			and mostly if some is
 *
 *	  lo: passed |<---- to be at most resolution ---->| hi: failed
 *
 * A trial passes if no more than the part `loss' of all frames is lost: 0 gives the
 * no-drop rate, above 0 the partial-drop rate.
 *
 * The same answers lead to the same trials.  Nothing here knows time or processes.
 */
#ifndef WIRE_SEARCH_H
#define WIRE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

struct search_opts {
	double max_pps;   /* theoretical maximum */
	double guess_pps; /* what was found for a case like it; 0: none */
	uint64_t short_ns, long_ns;
	uint64_t final_ns; /* not below long_ns; 0: none */
	double resolution; /* part of the rate */
	double slack;      /* part of the rate, for short trials */
	double loss;       /* part of the frames that may be lost */
	unsigned most;     /* trials in all; then the search gives up */
};

struct search_trial {
	double pps; /* whole, or the theoretical maximum */
	uint64_t duration_ns;
	bool stop_at_loss; /* it may end when it is sure to fail */
};

struct search_seen {
	uint64_t sent, lost;
	double forwarded_pps; /* while frames were sent, of one direction */
};

enum search_phase {
	SEARCH_TOP,
	SEARCH_TOP_LONG,
	SEARCH_APPROACH,
	SEARCH_CONFIRM,
	SEARCH_FINAL,
	SEARCH_OVER
};

struct search {
	struct search_opts o;
	enum search_phase phase;
	double lo, hi; /* of this phase; hi 0: none failed */
	double next;
	double step;  /* the last one, a part of the rate */
	int way;      /* of it: 1 up, -1 down, 0 none yet */
	unsigned row; /* steps that way before it, one after the other */
	unsigned trials;
	bool found; /* lo has passed a long trial */
};

void search_begin(struct search *, const struct search_opts *);
/* The next trial; false: it is over. */
bool search_next(const struct search *, struct search_trial *);
/* What came of it. */
void search_seen(struct search *, const struct search_seen *);

/* Once over: the rate, or 0: no rate passed, or there were too many trials. */
double search_rate(const struct search *);

#endif
