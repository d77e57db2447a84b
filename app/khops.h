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

/* types and board stay the caller's; ram_bytes as in run_config. */
struct khops *khops_create(const struct types *, uint64_t ram_bytes,
    struct board *);
void khops_destroy(struct khops *);

/* For run_config.watch. */
const struct run_watch *khops_watch(struct khops *);

#endif
