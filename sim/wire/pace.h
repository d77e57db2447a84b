/*
 * pace.h: instants at a rate, which do not add up errors.
 *
 * A rate is in 1/PACE_ONE of something a second.  Products of a count and TICK_PER_S
 * do not fit 64 bits; they are made with 128.  A pure function.
 */
#ifndef WIRE_PACE_H
#define WIRE_PACE_H

#include <stdint.h>

#include "core/tick.h"

#define PACE_ONE      UINT64_C(1000000) /* the value 1 */
#define PACE_TOO_LONG (10 * 365 * UINT64_C(86400) * TICK_PER_S)

/* n * per / value, exactly, rounded down; TICK_NEVER when that is over 10 years. */
static inline uint64_t
pace_tick(uint64_t n, uint64_t per, uint64_t value)
{
	const unsigned __int128 t = (unsigned __int128)n * per * PACE_ONE /
	    value;

	return t > PACE_TOO_LONG ? TICK_NEVER : (uint64_t)t;
}

#endif
