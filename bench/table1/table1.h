/*
 * table1.h: the programs that decide the cells of Table 1.
 *
 * A cell asks whether a facility has a property.  Two programs answer:
 *
 *	use	relies on the property
 *	counter	the nearest thing that must come out the other way; named
 *		"possible" where it is the same use in another way (footnote 6)
 *
 * One of the two must work under a thousand schedules and the other be
 * refused: by a panic with the text the case names, or by an observation (a
 * lost count, a torn read, CPUs that make no more progress).  If `use' is the
 * one that works, the cell is "yes", if `counter' is, "no"; anything else is no
 * outcome (netbsd-traps: a yes without a refused counterpart proves nothing).
 *
 * A schedule is a round of a duet: two LWPs on two CPUs (or two roles on one)
 * meet, wait each for a time of its own from the seed, and act.  On the fake
 * machine a schedule is one of its own, with a few such rounds (rounds=N).
 */
#ifndef TABLE1_H
#define TABLE1_H

#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/lwp.h>

extern unsigned t1_rounds; /* 1000, or the boot property `rounds' */

struct t1_case {
	const char *t_cell;    /* facility.column, as in table1.csv */
	const char *t_role;    /* use, counter, or a facility that is called */
	const char *t_refusal; /* part of the panic that refuses; NULL: none */
	void (*t_fn)(void);
};

extern const struct t1_case t1_kernel_lock[], t1_spl[], t1_spin[],
    t1_adaptive[], t1_rwlock[], t1_pserialize[];

/* ---- what happened ----------------------------------------------------- */

/* The property fails to hold: the first observation counts.  Any context. */
void t1_observe(const char *fmt, ...) __printflike(1, 2);

/* Is something observed yet?  Loops end then. */
bool t1_observed(void);

/* ---- duets -------------------------------------------------------------- */

/* What one LWP does in a round; it may be on its CPU or moved by a sleep. */
typedef void t1_act(unsigned round);

/*
 * Run a and b (NULL: nobody) on CPUs 0 and 1, bound, for t1_rounds rounds,
 * or until something is observed.  CPUs that make no progress for T1_PATIENCE
 * ticks are observed, too: then this does not return before the observation
 * has ended the run.  Thread context.
 */
void t1_duet(t1_act *a, t1_act *b);
#define T1_PATIENCE 30

/* Acts take ticks; set before t1_duet(). */
extern bool t1_long_acts;

/* Both have come to this point of the round; a duet of two only. */
void t1_meet(void);

/* Some time, up to about max turns of a loop; differs from round to round. */
void t1_delay(unsigned max);

/* ---- interrupts of a device ---------------------------------------------- */

/*
 * From now on the device's interrupt at `ipl' (IPL_VM or IPL_SCHED), which is
 * CPU 0's, calls fn(), without the big lock.  Thread context, once each.
 */
void t1_intr_set(int ipl, void (*fn)(void));

/* Observes if not nearly each of t1_rounds interrupts has come. */
void t1_interrupted(uint64_t runs);

/* Raise it.  Any context; it comes within a microsecond if nothing holds it. */
void t1_intr(int ipl);

#endif /* TABLE1_H */
