/*
 * frame.h: Ethernet frames while they are outside of memory, and their ledger.
 *
 * A frame is taken from a pool where it comes into being (a source, or a MAC
 * that reads it from memory) and goes back where it ends.  In between it has
 * exactly one owner, who may put it on a list of his own (link, at_tick).  The
 * ledger counts beginnings and ends by kind, so that at each instant
 *
 *	sum of from[] = sum of to[] + sum of dropped[] + frames in use
 *
 * and whoever owns frames can be asked how many: that is conservation.
 *
 * Bytes run from the destination address to the end of the data; the FCS is
 * never stored, it is right by construction and 4 bytes of time.
 *
 * One pool per process, as there is one simulation.  One host thread, any
 * context.  Only here is memory allocated while the machine runs: the pool
 * grows, and is freed by frames_fini().
 */
#ifndef CORE_FRAME_H
#define CORE_FRAME_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "core/drop.h"
#include "core/hop.h"

#define FRAME_MAX  16384 /* bytes without FCS */
#define FRAME_MIN  60    /* what a MAC pads to: 64 with FCS */
#define FRAME_FCS  4
#define FRAME_HEAD 14 /* addresses and type */

/* Where frames come from and where they go, when all is well. */
enum frame_from { FRAME_FROM_SOURCE, FRAME_FROM_MEMORY, FRAME_FROM_MAC };
enum frame_to { FRAME_TO_SINK, FRAME_TO_MEMORY, FRAME_TO_MAC };
#define FRAME_KINDS 3

struct frame {
	STAILQ_ENTRY(frame) link; /* the owner's */
	uint64_t at_tick;         /* the owner's: when it is due */
	uint32_t len_bytes;       /* on the wire, without FCS; at least 1 */
	uint32_t cap_bytes;       /* known bytes of data; the rest is zero */
	uint64_t id;              /* by source, from 1; 0: has none */
	uint32_t source;          /* number of the source that made it */
	enum frame_from from;
	bool used;
	_Alignas(8) uint8_t own[80];    /* the owner's notes */
	uint64_t stamp_tick[HOP_COUNT]; /* when it passed a hop, 0: not */
	uint8_t data[FRAME_MAX];
};

/* Words of frames are in network byte order. */
static inline uint16_t
be16(const uint8_t *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static inline void
put_be16(uint8_t *b, uint16_t v)
{
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

static inline uint32_t
be32(const uint8_t *b)
{
	return (uint32_t)be16(b) << 16 | be16(b + 2);
}

static inline void
put_be32(uint8_t *b, uint32_t v)
{
	put_be16(b, (uint16_t)(v >> 16));
	put_be16(b + 2, (uint16_t)v);
}

STAILQ_HEAD(frame_list, frame);

/* All of it zero but data, which is whatever it was. */
struct frame *frame_get(enum frame_from);
/* The end of a frame; it must be in use. */
void frame_put(struct frame *, enum frame_to);
void frame_drop(struct frame *, enum drop);

/* Called for each dropped frame while it is still whole; NULL: nobody. */
void frame_on_drop(void (*fn)(void *arg, const struct frame *, enum drop),
    void *arg);

struct frame_ledger {
	uint64_t from[FRAME_KINDS], to[FRAME_KINDS], dropped[DROP_COUNT];
	uint64_t in_use;
};
const struct frame_ledger *frame_ledger(void);
/* Does the sum of the file's head hold? */
bool frame_conserved(const struct frame_ledger *);
/*
 * { in, out, dropped{place: n}, in_flight, to_memory, from_memory, mac }: the
 * hardware's part of "frames" of stats.json.  Every place is named, also those
 * with 0.  mac has the pause frames a MAC made and took.  A new reference.
 */
json_t *frame_ledger_json(const struct frame_ledger *);

/* Frees the pool and zeroes the ledger.  All pointers to frames are void. */
void frames_fini(void);

/*
 * Who receives from a wire.  Both are called in callbacks of sc/sc.h; the
 * struct is copied by whoever takes it.
 */
struct wire_port {
	void *arg;
	/* The last bit, FCS included, has arrived; the receiver owns it. */
	void (*frame)(void *arg, struct frame *);
	/* The cable was plugged in, or pulled out. */
	void (*link)(void *arg, bool up);
};

/*
 * A wire, for who sends.  send() takes the frame over and returns the tick at
 * which its first bit leaves, now or later; idle_at() the tick from which
 * another one could.  What is sent when the link is down is dropped.
 */
struct wire_out {
	void *arg;
	uint64_t (*send)(void *arg, struct frame *, uint64_t not_before_tick);
	uint64_t (*idle_at)(void *arg);
};

#endif
