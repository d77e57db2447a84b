/*
 * schedule.c: instants of frames (schedule.h).
 */
#include <stdbool.h>

#include "wire/schedule.h"

/* Of the k-th of what there are rate of in a second; TICK_NEVER: not in this step. */
static uint64_t
instant(const struct schedule *s, uint64_t k, uint64_t rate)
{
	const uint64_t after = pace_tick(k, TICK_PER_S, rate);
	const uint64_t first = s->step_tick + s->phase_tick;

	return after == TICK_NEVER || first + after >= s->step_end_tick
	    ? TICK_NEVER
	    : first + after;
}

/* When the next frame of this step is due; TICK_NEVER: that was all of it. */
static uint64_t
steady_tick(struct schedule *s, uint64_t rate, uint64_t busy_tick)
{
	for (;; s->underrun++) {
		const uint64_t due = instant(s, s->due++, rate);

		if (due == TICK_NEVER ||
		    tick_later(due, busy_tick) < s->step_end_tick)
			return due;
	}
}

static uint64_t
max_tick(const struct schedule *s, uint64_t busy_tick)
{
	const uint64_t first = s->step_tick + s->phase_tick;

	return tick_later(first, busy_tick) < s->step_end_tick ? first
							       : TICK_NEVER;
}

/* Frames of bursts 0 to k - 1. */
static uint64_t
until_burst(const struct schedule *s, uint64_t rate, uint64_t k)
{
	return (uint64_t)((unsigned __int128)k * rate /
	    (s->opts.burst_hz * PACE_ONE));
}

static uint64_t
burst_tick(struct schedule *s, uint64_t rate, uint64_t busy_tick)
{
	const uint64_t hz = s->opts.burst_hz * PACE_ONE;

	for (;; s->burst++, s->burst_sent = 0) {
		const uint64_t due = instant(s, s->burst, hz);
		const uint64_t next = instant(s, s->burst + 1, hz);
		const uint64_t n = until_burst(s, rate, s->burst + 1) -
		    until_burst(s, rate, s->burst);

		if (due == TICK_NEVER)
			return due;
		if (s->burst_sent < n &&
		    tick_later(due, busy_tick) <
			(next < s->step_end_tick ? next : s->step_end_tick)) {
			s->burst_sent++;
			return due;
		}
		s->underrun += n - s->burst_sent;
	}
}

/* The next step, if there is one; rates count from its beginning. */
static bool
step_on(struct schedule *s)
{
	if (++s->step == s->opts.nstep)
		return false;
	s->step_tick = s->step_end_tick;
	s->step_end_tick += s->opts.step[s->step].duration_tick;
	s->due = s->burst = s->burst_sent = 0;
	return true;
}

void
schedule_begin(struct schedule *s, const struct schedule_opts *opts,
    uint64_t begin_tick, uint64_t phase_tick)
{
	*s = (struct schedule){ .opts = *opts,
		.phase_tick = phase_tick,
		.step_tick = begin_tick,
		.step_end_tick = begin_tick + opts->step[0].duration_tick };
}

uint64_t
schedule_next(struct schedule *s, uint64_t busy_tick)
{
	uint64_t due;

	do {
		const uint64_t rate = s->opts.step[s->step].rate;

		if (s->opts.pace == SCHEDULE_BURST)
			due = burst_tick(s, rate, busy_tick);
		else if (rate != 0)
			due = steady_tick(s, rate, busy_tick);
		else
			due = max_tick(s, busy_tick);
	} while (due == TICK_NEVER && step_on(s));
	return due == TICK_NEVER ? due : tick_later(due, busy_tick);
}

uint64_t
schedule_duration_tick(const struct schedule_opts *o)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < o->nstep; i++)
		all += o->step[i].duration_tick;
	return all;
}
