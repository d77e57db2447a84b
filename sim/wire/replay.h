/*
 * replay.h: a capture as what sends on a cable, with tcpreplay's pacing.
 *
 *	PACE_STAMPS	as captured, gaps divided by `value' (tcpreplay -x);
 *			each loop begins when the last frame has left
 *	PACE_PPS	`value' frames a second
 *	PACE_MBPS	`value' 10^6 bits of frames (without FCS) a second
 *	PACE_TOP	back to back
 *
 * Instants are exact, rounded down to ticks, and counted from start_tick; they
 * do not add up errors.  A frame whose time has come while the wire is busy is
 * sent as soon as it is idle, and one with a stamp before that of the frame
 * before right behind it.  Frames below 60 bytes are padded with zeros, as the
 * interface that sent them did.
 *
 * unique_ip changes the addresses of IP packets in each loop after the first:
 * the lower of source and destination grows by the loop's number, the higher
 * shrinks, so that a connection's two directions stay one and all checksums
 * right.
 *
 * replay_create and replay_destroy outside of sc_run(), after sc_init() and
 * before sc_fini(); the rest anywhere.
 */
#ifndef WIRE_REPLAY_H
#define WIRE_REPLAY_H

#include <stdio.h>

#include "core/err.h"
#include "wire/cable.h"
#include "wire/capture.h"
#include "wire/pace.h"

enum pace { PACE_STAMPS, PACE_PPS, PACE_MBPS, PACE_TOP };

struct replay_opts {
	enum pace pace;
	uint64_t value; /* in 1/PACE_ONE; not 0 but for PACE_TOP */
	uint64_t loop;  /* times through the file; 0: for ever */
	uint64_t limit; /* frames at the most; 0: no limit */
	bool unique_ip;
	uint32_t source; /* number in frame->source */
	uint64_t start_tick;
	/*
	 * May be NULL: is this frame to be sent?  Then times count from the
	 * earliest stamp of all, also those of each round, which ends with the
	 * latest; and limit and loop count those sent.  A frame leaves; the last
	 * one has left.
	 */
	void *arg;
	bool (*take)(void *arg, const struct capture_frame *);
	void (*sent)(void *arg, const struct frame *);
	void (*done)(void *arg);
};
/* Once, as captured, from tick 0. */
void replay_opts_default(struct replay_opts *);

/* Of a source with so many frames to be taken: how many will be sent; 0: no end. */
uint64_t replay_total(const struct replay_opts *, uint64_t frames);

/* The same of `total' when the run ends at limit_tick, 0: it does not, at the pace of
 * those that have been sent, until now_tick; both from the start. */
uint64_t replay_until(uint64_t total, uint64_t sent, uint64_t now_tick,
    uint64_t limit_tick);

/* EX_INPUT when it would take longer than 10 years of the machine, or options
 * are 0 that may not be. */
enum exit_code replay_check(const struct replay_opts *,
    const struct capture_info *, struct err *);

struct replay;

/*
 * The capture is the replay's from now on, also on failure: that of
 * replay_check(), or the capture cannot be read again.
 */
enum exit_code replay_create(struct replay **out, struct capture *,
    struct cable *, unsigned end, const struct replay_opts *, struct err *);
void replay_destroy(struct replay *);

struct replay_counts {
	uint64_t frames, bytes; /* sent; without FCS */
	uint64_t first_tick,
	    last_tick; /* the first bit of the first and last */
};
const struct replay_counts *replay_counts(const struct replay *);
bool replay_done(const struct replay *);
/* The figures of tcpreplay's lines "Actual:" and "Rated:", in one. */
void replay_print(const struct replay *, FILE *);

#endif
