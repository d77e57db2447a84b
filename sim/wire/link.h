/*
 * link.h: a full-duplex Ethernet cable, exact to the bit.
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
 *	link_send at t  |preamble|------frame------|FCS| gap |   next
 *	                ^ start                        ^ + flight: frame()
 *	                                                     ^ link_idle_at
 *
 * link_create after sc_init(), link_destroy before sc_fini(), both outside of
 * sc_run(); the rest anywhere.  A cable is made unplugged.  Sources: IEEE
 * 802.3 clauses 3 and 4 for lengths and gap, 5 ns a metre for the flight.
 */
#ifndef WIRE_LINK_H
#define WIRE_LINK_H

#include <stdio.h>

#include "core/frame.h"

#define LINK_RATE_1G     UINT64_C(1000000000) /* bits a second */
#define LINK_FLIGHT_TICK 120 /* 2 m of cable: 10 ns [E], 5 to 500 ns */

#define LINK_PREAMBLE 8 /* bytes, SFD included */
#define LINK_GAP      12

struct link;

/* The rate is 10^7, 10^8 or 10^9 bits a second.  The name is copied. */
struct link *link_create(const char *name, uint64_t rate_bps,
    uint32_t flight_tick);
/* Frees the frames that are on it, as drops. */
void link_destroy(struct link *);

/* Who receives at this end (0 or 1).  Each end once, before anything is sent.
 */
void link_connect(struct link *, unsigned end, const struct wire_port *);

/* Plug it in or pull it out: tells both ends, in this order: end 0, end 1. */
void link_set_up(struct link *, bool up);
bool link_up(const struct link *);

/*
 * Send from this end, not before an instant that may be in the past; frames
 * of an end leave in the order of the calls.  Returns when the first bit
 * leaves.  Down: dropped, returns now.  The frame is the link's.
 */
uint64_t link_send(struct link *, unsigned end, struct frame *,
    uint64_t not_before_tick);
/* When the first bit of another frame could leave; not before now. */
uint64_t link_idle_at(const struct link *, unsigned end);

/* link_send() of an end for those who may not know links (core/frame.h). */
struct wire_out link_out(struct link *, unsigned end);

/* Ticks that n bytes without FCS occupy the wire, from preamble to gap. */
uint64_t link_frame_tick(const struct link *, uint32_t len_bytes);

struct link_counts {
	uint64_t frames, bytes; /* handed over; bytes with FCS */
	uint64_t dropped;
	uint32_t on_wire; /* sent, not handed over */
};
const struct link_counts *link_counts(const struct link *, unsigned end);
/* One line for each direction. */
void link_print(const struct link *, FILE *);

#endif
