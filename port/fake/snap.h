/*
 * snap.h: the state of the fake machine, kept and put back (snap.c).
 */
#ifndef FAKE_SNAP_H
#define FAKE_SNAP_H

#include "fake_int.h"

struct snap {
	struct fake f;
	struct fake_cpu *cpu[FAKE_CPUS];
	uint8_t *stack[FAKE_CPUS];
	uint8_t *seg[IMAGE_MAXSEG];
	uint8_t *there, *now; /* a byte for each page of RAM */
	uint8_t *ram;         /* those that are there, one after the other */
};

/* Aborts when there is no memory. */
void snap_take(struct snap *, struct fake *);
void snap_restore(const struct snap *, struct fake *);
void snap_free(struct snap *);

#endif
