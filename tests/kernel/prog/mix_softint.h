/*
 * mix_softint.h: a softint whose runs are accounted for (mix_softint.c).
 */
#ifndef PROG_MIX_SOFTINT_H
#define PROG_MIX_SOFTINT_H

#include <sys/types.h>

/* scheduled = again + ran, if nothing is lost and none is pending. */
struct softs {
	uint64_t sf_scheduled;
	uint64_t sf_again; /* .. and was pending already: no run of its own */
	uint64_t sf_ran;
	uint64_t
	    sf_lost;     /* pending when an LWP ran that it does not wait for */
	bool sf_pending; /* one is still to run */
	bool sf_active;  /* the handler has been called and not returned */
};

/* fn is called by the softint, at its level, after it has counted. */
void mix_softint_init(void (*fn)(void));
void mix_softint_fini(void);

/* Schedule it on this CPU.  Thread context. */
void mix_softint_schedule(void);

/*
 * All CPUs' figures, once none is pending any more, or after so many ticks: a
 * level may be blocked.  Thread context, sleeps.
 */
struct softs mix_softint_totals(int ticks);

#endif /* PROG_MIX_SOFTINT_H */
