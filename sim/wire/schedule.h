/*
 * schedule.h: when a tester's frames leave.
 *
 * A schedule has one step, or more at different rates; frames are due from the beginning
 * of a step on and before its end.
 *
 *	SCHEDULE_STEADY	the k-th of a step at k / rate; without a rate, back to back
 *	SCHEDULE_BURST	as ipgen does it: burst_hz times a second, what is due until the
 *			next time, back to back
 *
 * All of it after a phase.  Instants are exact, rounded down to ticks, and counted from
 * the step's beginning; they do not add up errors.  What is due while the wire is busy
 * leaves when it is idle.  What has not left when the step ends, or when the next burst
 * comes, never does: `underrun', as ipgen calls it.
 *
 * Callable from anywhere; allocates nothing.
 */
#ifndef WIRE_SCHEDULE_H
#define WIRE_SCHEDULE_H

#include <stdint.h>

#include "wire/pace.h"

#define SCHEDULE_STEPS 8

enum schedule_pace { SCHEDULE_STEADY, SCHEDULE_BURST };

struct schedule_step {
	/* Frames a second, in 1/PACE_ONE; 0: back to back, not of SCHEDULE_BURST. */
	uint64_t rate;
	uint64_t duration_tick;
};

struct schedule_opts {
	enum schedule_pace pace;
	uint64_t burst_hz;
	unsigned nstep; /* 1 to SCHEDULE_STEPS */
	struct schedule_step step[SCHEDULE_STEPS];
};

struct schedule {
	struct schedule_opts opts;
	uint64_t phase_tick;
	unsigned step; /* the one of the next frame; opts.nstep: it is over */
	uint64_t step_tick, step_end_tick;
	uint64_t due; /* STEADY: frames that have had their time */
	uint64_t burst, burst_sent; /* BURST: which it is, frames of it */
	uint64_t underrun;
};

void schedule_begin(struct schedule *, const struct schedule_opts *,
    uint64_t begin_tick, uint64_t phase_tick);

/* When the next frame leaves, if the wire is busy until then; TICK_NEVER: it is over. */
uint64_t schedule_next(struct schedule *, uint64_t busy_tick);

/* All steps together. */
uint64_t schedule_duration_tick(const struct schedule_opts *);

#endif
