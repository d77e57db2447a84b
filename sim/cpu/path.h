/*
 * path.h: execution, without stalls, since a time of late (path.c).
 */
#ifndef CPU_PATH_H
#define CPU_PATH_H

#include "cpu/cpu.h"

/* Execution from real time `since' to now, a poll; 0 if it is not known. */
uint64_t path_since(const struct cpu *, uint64_t since);

/*
 * Steps are written down from when on an interrupt may be waiting; the clock is ahead
 * of real time by that.
 */
void path_next(struct cpu *, int64_t ahead);

/* The limit has been set, as much later; the APIC's next event is due then. */
void path_limit(struct cpu *, int64_t ahead);

static inline void
path_renew(struct cpu *cpu, uint64_t due, int64_t ahead)
{
	if (ahead != cpu->miss.limit_ahead ||
	    due != (uint64_t)cpu->miss.seen_from)
		path_limit(cpu, ahead);
}

#endif
