/*
 * traffic.h: frames for tst0 to tst3, made by seed, and proof of where they end.
 *
 * A flow is a stream of frames from one station to one address.  It enters at a
 * receive queue of a unit, always the same one, as if a hash had chosen it, and
 * its frames are numbered.  Each frame carries who it is and a check word, so
 * that what is collected shows
 *
 *	forged		nobody has sent it so, or it was changed
 *	astray		it ended where its flow may not end
 *	twice		it ended there before
 *	late		a later one of its flow ended there before
 *
 * Each of these is a failed check.  A frame that was sent and never collected is
 * lost; that may be right, and who asks traffic_lost() must say where.
 *
 * What is late.  Frames that entered on one CPU keep their order.  With
 * NET_MPSAFE those of two CPUs, as when the interrupt was moved, are in two
 * queues, whose order nobody keeps.  GENERIC has one queue, and there any two
 * count.
 *
 * Nor is order kept for the box itself where a bridge changes: a frame that was
 * in its packet queue may be given to the box later than the next one, which found
 * no bridge and went there at once.  So frames that enter during a change
 * (traffic_change) may end there in any order, and those before and behind it, too.
 * What is forwarded has its order throughout.
 *
 * A source is what enters at one receive queue.  It waits while as many of its
 * frames as the window says are under way; a frame that is collected says that
 * all before it have ended, too, so frames lost hold up nothing, unless they all
 * are: traffic_wait() opens the window again when nothing has moved for 5 ticks.
 *
 * Rounds.  Interrupts may keep threads from running for as long as they come, and
 * then nothing changes under traffic any more.  With tr_round, sources stop after
 * so many frames until the thread in traffic_wait() has had its turn.
 *
 * Contexts.  Threads, unless something else is said.  One thread at a time.
 */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include <sys/types.h>
#include <net/if_ether.h>

#include <if_tst.h>

#define TRAFFIC_FLOWS       64
#define TRAFFIC_MIN         60   /* bytes of a frame, without CRC */
#define TRAFFIC_MAX         1514 /* a tagged one has four more */
#define TRAFFIC_LOCAL(unit) (TST_UNITS + (unit)) /* an end: the box, by unit */
#define TRAFFIC_ENDS        (2 * TST_UNITS)
#define TRAFFIC_ALL_LOCAL   (TRAFFIC_END(TRAFFIC_ENDS) - TRAFFIC_END(TST_UNITS))
#define TRAFFIC_END(end)    (1u << (end))
#define TRAFFIC_BOX         0xff /* in place of a queue */

struct traffic_conf {
	uint64_t tr_seed;
	uint32_t tr_frames; /* of each source */
	uint32_t tr_window; /* under way, of a source */
	uint32_t tr_gap_ns; /* between two frames of a source; 0: none ... */
	uint32_t tr_burst;  /* ... if they come one by one and not so many at
				once, after so many gaps */
	uint32_t tr_round;  /* frames that a source may send between two looks
				of traffic_wait(); 0: any number */
	bool tr_patient;    /* what finds a full ring waits outside */
	bool tr_full;       /* make and look at each byte of a frame */
	bool tr_by_hand;    /* nothing enters but by traffic_send() */
	/*
	 * Not NULL: frames say where they are freed (track.h).  May the bridge
	 * lose a frame now that entered then (TSC)?  Asked in any context.
	 */
	bool (*tr_may_lose)(uint64_t entered);
};

struct traffic_flow {
	uint8_t fl_src[ETHER_ADDR_LEN], fl_dst[ETHER_ADDR_LEN];
	uint8_t fl_unit, fl_queue; /* enters here; or TRAFFIC_BOX: the box sends
				      it there, by traffic_output() */
	uint16_t fl_type;          /* Ethernet type; 0: one for experiments */
	uint16_t fl_vlan;          /* of its tag; 0: no tag */
	uint16_t fl_min, fl_max;   /* bytes of a frame, the tag not counted */
	u_int fl_ends;             /* TRAFFIC_END()s */
};

/* What happened to a flow. */
struct traffic_count {
	uint32_t tc_sent;
	uint32_t tc_got[TRAFFIC_ENDS];
};

struct traffic_sum {
	uint64_t ts_sent;           /* frames that entered */
	uint64_t ts_got;            /* frames collected, copies too */
	uint64_t ts_once;           /* frames collected once or more */
	uint64_t ts_nombuf;         /* could not be made */
	uint64_t ts_overrun;        /* receive ring was full: paced ones */
	uint64_t ts_latency;        /* cycles from entry to end, of ts_got */
	uint64_t ts_own_cyc;        /* cycles spent in this file */
	uint64_t ts_first, ts_last; /* TSC of first entry and last end */
	uint64_t ts_errors;         /* forged, astray, twice, late */
};

/* Where frames were seen last that did not end as they should have. */
struct traffic_lost {
	uint64_t tl_nowhere; /* frames that no bridge has given to a unit, and
				that have ended nowhere */
	uint64_t tl_out;     /* copies given to a unit that it has not sent */
};

/* Of those nowhere, with tr_may_lose: what became of them, exactly. */
struct traffic_ends {
	uint64_t te_driver; /* dropped by the driver */
	uint64_t te_host;   /* by the host, or as the packet queue was full */
	uint64_t te_queued; /* by the bridge, before its filters */
	uint64_t te_bridge; /* by the bridge, behind its filters */
	uint64_t te_unexcused; /* of the last three */
};

extern const struct tst_wire traffic_wire;

/* Forget everything. */
void traffic_init(const struct traffic_conf *);

/* Returns its number. */
u_int traffic_add(const struct traffic_flow *);

/* The MAC address of a station behind a unit. */
void traffic_station(uint8_t *, u_int unit, u_int number);

/* A flow between two stations, with frames of 60 bytes, to be changed at will. */
struct traffic_flow traffic_unicast(u_int from, u_int queue, u_int to,
    u_int station);

/* Frames that the unit gives to the box are collected. */
void traffic_hook(u_int unit);
void traffic_unhook(u_int unit);

/* Frames that a bridge gives to units are noted, for traffic_lost(). */
void traffic_hook_bridge(struct ifnet *);
void traffic_unhook_bridge(struct ifnet *);

void traffic_start(void);
void traffic_pause(bool);         /* no frame enters while true */
void traffic_change(bool begins); /* of who is bridged to whom */

/*
 * Let one flow send so many frames, at once, and wait until all have ended.  What
 * does not enter within some ticks never does: returns how many did.
 */
u_int traffic_send(u_int flow, u_int frames);

/* One frame: does it come to that end, once? */
bool traffic_hears(u_int flow, u_int end);

/* The box sends a frame of the flow, through if_output; 0 or an errno. */
int traffic_output(u_int flow);

/*
 * Until all frames have entered and ended, or are lost, or `stop' returns true
 * (it is asked each tick; may be NULL).  False: it took more ticks than that.
 */
bool traffic_wait(int ticks, bool (*stop)(void));

struct traffic_count traffic_count(u_int flow);
void traffic_sum(struct traffic_sum *);
void traffic_lost(struct traffic_lost *);
void traffic_ends(struct traffic_ends *);
uint64_t traffic_given(u_int unit); /* copies, by the bridge */
void traffic_progress(uint64_t *entered, uint64_t *ended); /* frames */
void traffic_digest(uint64_t *); /* of all counts and of all frames' ends */
void traffic_fini(void);

#endif /* TRAFFIC_H */
