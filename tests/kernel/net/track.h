/*
 * track.h: frames that say where they are freed (tr_may_lose of traffic.h).
 *
 * The data of such a frame are ours, not a cluster.  Whoever passes it on tells how
 * far it has come; when the last that refers to the data frees it, a function of ours
 * is called, there and then.  So of each frame that ended nowhere it is known how far
 * it came and in which context it was dropped:
 *
 *	entered		the driver did not want it
 *	.. host		in the receive interrupt: no bridge took it, and it is not for
 *			the host; or the bridge's packet queue was full
 *	.. queued	later: the bridge found no member that it came from, one whose
 *			port is closed, or was down
 *	bridge		it has passed the filters in, and found no way out
 *	out		a unit has a copy; copies are counted elsewhere
 */
#ifndef TRACK_H
#define TRACK_H

#include <sys/mbuf.h>

enum track_stage {
	TRACK_ENTERED,
	TRACK_HOST, /* this and the next for counts; no frame is told so */
	TRACK_QUEUED,
	TRACK_BRIDGE,
	TRACK_OUT,
	TRACK_ENDED,
	TRACK_STAGES
};

/* Threads; the second one when no frame is left. */
void track_init(void);
void track_fini(void);

/* m, a packet without data, gets room for a frame.  False: there is none. */
bool track_get(struct mbuf *m);

/* It has come so far, or farther.  Of another's mbuf: nothing. */
void track_passes(struct mbuf *, enum track_stage);

/*
 * Frames whose data are free, by how far they came; and of those that did not come
 * out, how many had no excuse (tr_may_lose).
 */
uint64_t track_freed(enum track_stage);
uint64_t track_unexcused(void);

#endif /* TRACK_H */
