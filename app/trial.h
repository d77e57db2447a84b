/*
 * trial.h: what `rangeley trial' (trial.c) and its report (trial_report.c) share.
 */
#ifndef APP_TRIAL_H
#define APP_TRIAL_H

#include "replay.h"
#include "wire/tester.h"

struct trial_side { /* a port of the machine, with one of the tester */
	struct trial *trial;
	unsigned port;
	struct tester *tester;
	struct i354_counts before; /* when the trial began */
	struct latency latency;    /* of what came out here */
	/* At the end: what came out here, and what had gone in for it. */
	struct tester_counts counts;
	uint64_t queue[I354_NQ]; /* frames that were received here */
};

struct trial_drop { /* frames of the trial that were lost at a place, in time */
	const char *place, *where;
	uint64_t n;
};
#define TRIAL_PLACES (DROP_COUNT + KHOPS_PLACES)

struct trial {
	struct replay_cmd replay;
	struct tester_opts opts; /* but what differs by side */
	struct flows flows;
	const char *flows_path;
	bool one_way, stops, lost; /* stops: at a loss */
	unsigned nrate, nduration; /* that options gave */
	struct trial_side side[2];
	uint64_t sending_tick; /* the time in which frames were sent */
	struct trial_drop drop[TRIAL_PLACES];
	uint64_t dropped;    /* of all frames, also those before the trial */
	uint64_t asked_tick; /* whether all is out, before the trial */
	bool rested;         /* .. what was said, */
	unsigned rests;      /* and how often it was not */
};

/* As replay_command(). */
enum exit_code trial_command(int argc, char **argv,
    void (*change)(struct replay_cmd *, void *), void *arg);

/* Frames a second of a step, in 1/PACE_ONE. */
uint64_t trial_rate(const struct trial *, unsigned step);

/* Prints it, and writes the folder if there is one; then replay_verdict(). */
enum exit_code trial_report(struct replay_cmd *);

#endif
