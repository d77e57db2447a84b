/*
 * sides.h: a capture of both directions of a link: who is at which end?
 *
 * Two stations that speak to each other are at different ends.  All frames of the
 * file are looked at first; what follows for stations that never spoke to each other,
 * follows.  Of those that nothing ties together, who sends first is on side 1.  Where
 * stations contradict each other (three that speak to each other), who spoke first is
 * right.
 */
#ifndef WIRE_SIDES_H
#define WIRE_SIDES_H

#include "wire/capture.h"

struct sides;

/* Reads all of the capture, and rewinds it; NULL: it cannot be read again. */
struct sides *sides_create(struct capture *);
void sides_destroy(struct sides *);

/* How many of the capture's frames a side has sent. */
uint64_t sides_frames(const struct sides *, unsigned side);

/* Which side has sent it: 1 or 2. */
unsigned sides_of(const struct sides *, const struct capture_frame *);

#endif
