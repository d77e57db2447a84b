/*
 * cable.h: a full-duplex Ethernet cable, exact to the bit.
 *
 * A frame of n bytes without FCS occupies its direction for
 *
 *	preamble and SFD 8 | n, at least 60 | FCS 4 | gap 12	bytes
 *
 * A bit of gigabit Ethernet is 12 ticks, so frames of 64 bytes (FCS included)
 * follow each other every 672 ns: 1,488,095 a second.  A frame is handed over
 * when the last bit of its FCS has arrived, which is the flight of the cable
 * after it left; until then it is on the wire, and lost when the link goes
 * down.  A runt takes the time of 64 bytes but stays as short as it is: who
 * must not send runts pads.
 *
 *	cable_send at t  |preamble|------frame------|FCS| gap |   next
 *	                ^ start                        ^ + flight: frame()
 *	                                                     ^ cable_idle_at
 *
 * cable_create after sc_init(), cable_destroy before sc_fini(), both outside of
 * sc_run(); the rest anywhere.  A cable is made unplugged.  Sources: IEEE
 * 802.3 clauses 3 and 4 for lengths and gap, 5 ns a metre for the flight.
 */
#ifndef WIRE_CABLE_H
#define WIRE_CABLE_H

#include "core/frame.h"

#define CABLE_RATE_1G     UINT64_C(1000000000) /* bits a second */
#define CABLE_FLIGHT_TICK 120 /* 2 m of cable: 10 ns [E], 5 to 500 ns */

#define CABLE_PREAMBLE 8 /* bytes, SFD included */
#define CABLE_GAP      12

struct cable;

/* The rate is 10^7, 10^8 or 10^9 bits a second.  The name is copied. */
struct cable *cable_create(const char *name, uint64_t rate_bps,
    uint32_t flight_tick);
/* Frees the frames that are on it, as drops. */
void cable_destroy(struct cable *);

/* Who receives at this end (0 or 1).  Each end once, before anything is sent.
 */
void cable_connect(struct cable *, unsigned end, const struct wire_port *);

/* Plug it in or pull it out: tells both ends, in this order: end 0, end 1. */
void cable_set_up(struct cable *, bool up);

/*
 * Send from this end, not before an instant that may be in the past; frames
 * of an end leave in the order of the calls.  Returns when the first bit
 * leaves.  Down: dropped, returns now.  The frame is the link's.
 */
uint64_t cable_send(struct cable *, unsigned end, struct frame *,
    uint64_t not_before_tick);
/* When the first bit of another frame could leave; not before now. */
uint64_t cable_idle_at(const struct cable *, unsigned end);

/* cable_send() of an end for those who may not know links (core/frame.h). */
struct wire_out cable_out(struct cable *, unsigned end);

/* Ticks that n bytes without FCS occupy the wire, from preamble to gap. */
uint64_t cable_frame_tick(const struct cable *, uint32_t len_bytes);

/* Ticks from the first bit that leaves until the last of the FCS has arrived. */
uint64_t cable_arrival_tick(const struct cable *, uint32_t len_bytes);

struct cable_counts {
	uint64_t frames, bytes; /* handed over; bytes with FCS */
	uint64_t dropped;
	uint32_t on_wire; /* sent, not handed over */
};
const struct cable_counts *cable_counts(const struct cable *, unsigned end);

#endif
