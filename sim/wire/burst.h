/*
 * burst.h: the longest burst of frames that a device lets through without loss, by
 * trials (RFC 9004, for RFC 2544's 26.4, back-to-back frames).
 *
 * As search.h: it says how long the next burst is, and is told what came of it.
 *
 *	from a guess up, in steps that double, while bursts pass; or down while they
 *	fail; then halving, until
 *
 *	  lo: passed |<---- at most a step ---->| hi: failed
 *
 * A step is `resolution' of the length, and at least a frame.  A device whose bursts all
 * pass up to the longest allowed has no such length: at_limit.
 *
 * The same answers lead to the same trials.
 */
#ifndef WIRE_BURST_H
#define WIRE_BURST_H

#include <stdbool.h>
#include <stdint.h>

struct burst_opts {
	uint64_t max_frames;   /* at least 1 */
	uint64_t guess_frames; /* 0: nobody knows */
	double resolution;     /* part of the length */
	unsigned most;         /* trials in all; then the search gives up */
};

struct burst {
	struct burst_opts o;
	uint64_t lo, hi;     /* hi 0: none failed */
	uint64_t next, step; /* next 0: it is over */
	unsigned trials;
};

void burst_begin(struct burst *, const struct burst_opts *);
/* How many frames the next burst has; false: it is over. */
bool burst_next(const struct burst *, uint64_t *frames);
void burst_seen(struct burst *, bool lost);

/* Once over: frames, 0: a single one was lost, or there were too many trials. */
uint64_t burst_frames(const struct burst *);
/* No burst failed. */
bool burst_at_limit(const struct burst *);

#endif
