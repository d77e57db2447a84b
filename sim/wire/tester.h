/*
 * tester.h: one port of an RFC 2544 tester: sends numbered UDP frames on a cable, and
 * checks what arrives there of those of its peer.
 *
 *	start_tick			       begin		     end
 *	| learning frames, quiet | warm, quiet | step | step | ... | drain | done
 *
 * The seed chooses the phase of the schedule, 0 up to the interval of frames, and the
 * flow of the first frame; flows take turns from there on.  Learning frames tell a bridge
 * where the addresses are; they are not counted.
 *
 * A device that has just booted has cold caches, and pools of buffers that have not
 * grown yet; a tester on a bench measures one that has seen the trials before.  So
 * frames as the trial's, at its rate, go before it for warm_tick.  Then it rests for 1 ms,
 * and for another while there is something left in the device, which somebody else knows.
 * These frames are as little counted as learning frames are.
 *
 * A frame is Ethernet, IPv4, UDP with right checksums, a record, and zeros:
 *
 *	 0	2	 6	   10		  14	   18
 *	| magic | number | flow | number of flow | ticks |
 *
 * in network order; all of it fits the 64 bytes of the shortest frame.  Ticks (1/12 ns)
 * are those at which the first bit left, modulo 2^32: latencies up to 357 ms are known.
 *
 * Latency is RFC 1242's of store-and-forward devices: from the last bit that arrives at
 * the device to the first bit (of the preamble) that leaves it.  The time on both wires
 * and of the bits themselves is taken off, so a device that takes no time has 0.
 *
 * tester_create outside of sc_run() or in a callback, after sc_init(); tester_destroy
 * before sc_fini(); the rest anywhere.  Who sends keeps 8 bytes of each frame: when it
 * left, and whether it has come.
 */
#ifndef WIRE_TESTER_H
#define WIRE_TESTER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/frame.h"
#include "wire/cable.h"
#include "wire/flows.h"
#include "wire/schedule.h"
#include "wire/seqcheck.h"

#define TESTER_MIN       64 /* bytes of a frame, FCS included */
#define TESTER_MAX_BYTES 1518

struct tester_opts {
	unsigned number, peer; /* of ports; number is frame->source */
	unsigned frame_bytes;  /* TESTER_MIN to TESTER_MAX_BYTES */
	struct schedule_opts schedule;
	uint64_t frames; /* after so many it stops; 0: never */
	bool back;       /* the flows' other direction */
	bool silent;     /* learning frames only */
	uint64_t start_tick, drain_tick;
	uint64_t warm_tick; /* 0: a cold start */
	unsigned learn;     /* learning frames */
	uint64_t seed;
	/*
	 * May be NULL.  Has what warmed up left the device?  Both ports must be told
	 * the same at an instant.  And: the trial begins; no more is sent, at this instant.
	 */
	void *arg;
	bool (*rested)(void *arg);
	void (*begin)(void *arg);
	void (*sent)(void *arg);
};

struct tester;

/* The flows stay the caller's, and must live as long. */
struct tester *tester_create(struct cable *, unsigned end, const struct flows *,
    const struct tester_opts *);
void tester_destroy(struct tester *);

/* Frames a second, in 1/PACE_ONE, that fit a gigabit, rounded down. */
uint64_t tester_theoretical(unsigned frame_bytes);

/* Send no more; the drain begins, now. */
void tester_stop(struct tester *);
/*
 * How long it has sent: all steps, or until stopped, or until now.  A limited number of
 * frames takes until one more would be due.  0: the trial has not begun.
 */
uint64_t tester_sending_tick(const struct tester *);
/* The drain has begun. */
bool tester_sent(const struct tester *);
/* The drain is over. */
bool tester_done(const struct tester *);
/* Is, or was, a tick before the end of the drain? */
bool tester_in_time(const struct tester *, uint64_t tick);
/* Frames of `from', also those before the trial, that have not come here. */
uint64_t tester_missing(const struct tester *, const struct tester *from);

/*
 * A frame has arrived here now, from who is `from': true and its latency, if it is one
 * of the trial that came in time, and for the first time.
 */
bool tester_receive(struct tester *, struct tester *from, const struct frame *,
    uint64_t *latency_tick);

struct tester_counts {
	uint64_t tx, underrun;
	uint64_t came;           /* different ones of them, in time */
	uint64_t hashed[4];      /* of tx, by the hash modulo 4 (flows.h) */
	struct seqcheck rx;      /* of the trial's frames that came */
	struct seqcheck rx_flow; /* the sums over flows */
	uint64_t flows;          /* that frames came of */
	uint64_t forwarded;      /* different ones, while `from' was sending */
	uint64_t late; /* frames that came after the drain, not in rx */
	uint64_t learned, other; /* frames that are not the trial's */
	struct {
		uint64_t tx, lost;
	} step[SCHEDULE_STEPS];
	uint64_t
	    last_lost_tick; /* when it was sent, since begin; TICK_NEVER: none */
};
/* Of what `from' has sent and this one has received; once, when nothing more comes. */
struct tester_counts tester_end(struct tester *, const struct tester *from);

#endif
