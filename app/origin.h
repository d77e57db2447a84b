/*
 * origin.h: which frame is in a buffer.
 *
 * The chip says at which address it puts a frame, and from which it takes one.  The
 * kernel hands on the buffer, not a copy, so the address is the link: what was put
 * there last is what is there, and what is sent from there.  A frame that the kernel
 * made itself has no origin, and id 0.
 *
 *	moves ----> delivered		stamps of its way in
 *	  `--- CPUs see it ---- taken	stamps of the way out; or lost
 *
 * A CPU may see a frame before it is delivered, as DMA moves its bytes when the
 * device asks (mem/io.h): so the frame is known from then on.
 */
#ifndef APP_ORIGIN_H
#define APP_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/frame.h"

struct origin {
	uint64_t id; /* the frame's */
	uint32_t source, len_bytes;
	unsigned port, queue; /* that received it */
	bool ended;           /* it has been sent, or lost in the kernel */
	uint64_t mbuf; /* in which it is to be sent, the last of copies; or 0 */
	bool loaded;   /* into a transmit ring, or there is no more to lose */
	uint64_t stamp_tick[HOP_COUNT];
};

struct origins;

struct origins *origins_create(void);
void origins_destroy(struct origins *);

/* A frame goes to the buffer at pa; it is there; it is sent from there. */
void origins_moves(struct origins *, unsigned port, unsigned queue,
    const struct frame *, uint64_t pa);
void origins_delivered(struct origins *, const struct frame *, uint64_t pa);
void origins_taken(struct origins *, struct frame *, uint64_t pa);

/* The kernel has lost it, or one of its copies. */
void origins_lost(struct origins *, struct origin *);

/* Frames that ended more often than they came: flooded, or made by the kernel. */
uint64_t origins_made(const struct origins *);

/* NULL: no frame was ever put there. */
struct origin *origins_at(const struct origins *, uint64_t pa);

#endif
