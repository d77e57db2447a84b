/*
 * khops.h: stamps of the hops that the kernel makes (core/hop.h), for each frame.
 *
 * Functions of NetBSD's interface are watched as they are entered (cpu/watch.h); the
 * kernel has no part in it, and runs as it does unwatched.  A frame is known by its
 * buffer (origin.h): of an mbuf that is m_data, of a DMA map its first segment.  An
 * image that lacks a function lacks its hop.
 */
#ifndef APP_KHOPS_H
#define APP_KHOPS_H

#include "board.h"
#include "types.h"

struct khops;

/*
 * The kernel frees a received frame that it has not sent on: in the bridge's input
 * ("pktq": its queue was full), on its way to a transmit ring ("if_snd"), or else
 * between them ("kernel": it stays on its side, or is for this host).
 */
typedef void khops_drop_fn(void *arg, const struct origin *, uint64_t at_tick,
    unsigned place);
#define KHOPS_PLACES 3
/* .. and one more: in a receive ring, which the driver drains before it has seen it. */
#define KHOPS_RX_RING KHOPS_PLACES
extern const char *const khops_place[KHOPS_PLACES + 1];

/* types and board stay the caller's; ram_bytes as in run_config. */
struct khops *khops_create(const struct types *, uint64_t ram_bytes,
    struct board *, khops_drop_fn *on_drop, void *arg);
void khops_destroy(struct khops *);

/* For run_config.watch. */
const struct run_watch *khops_watch(struct khops *);

#endif
